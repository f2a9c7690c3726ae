"""What the validators say of values: ids that `db.get` takes, values that no row has, rows without a field."""

from __future__ import annotations

from dataclasses import replace

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.rewrite import unset_text
from convex_lint.model.operation import Predicate, Write
from convex_lint.model.value import Argument, Computed, DocumentField, IdOf, Literal, Undefined
from tests.analysis.facts import STRING, either, enum, eq, insert, mutation, patch, project, query, read, span, table
from tests.analysis.test_indexes import narrowing


def test_the_id_of_another_table_is_not_for_a_get_and_a_text_only_once_it_is_known_to_be_one() -> None:
    for value in (Argument(("id",), "users"), DocumentField("messages", ("channelId",)), Argument(())):
        assert narrowing(read("messages", residual=[eq("_id", value)], terminal="first")) is None
    for value in (Argument(("id",)), DocumentField("messages", ("slug",))):
        found = narrowing(read("messages", residual=[eq("_id", value)], terminal="first"))
        assert found is not None
        assert found.by_get is not None
        assert found.as_text
    reply = eq("_id", Computed("either", (IdOf("messages"), Literal(None))))
    assert narrowing(read("messages", residual=[reply], terminal="first")) is not None


def test_a_page_is_of_one_range_and_values_that_the_validator_rules_out_are_none() -> None:
    two = either(eq("slug", Literal("a")), eq("slug", Literal("b")))
    assert narrowing(read("messages", residual=[two], terminal="paginate"), {"by_slug": ["slug"]}) is None
    one = either(eq("channelId", Literal("")), eq("channelId", Literal(None)), eq("channelId", Undefined()))
    found = narrowing(read("messages", residual=[one], terminal="paginate"), {"by_channel": ["channelId"]})
    assert found is not None
    assert found.wish.equalities[0].values == (Undefined(),)
    assert narrowing(read("messages", residual=[two], order="desc"), {"by_slug": ["slug"]}) is not None


def test_a_bound_from_above_alone_takes_the_rows_without_the_field_too() -> None:
    late = Predicate("lte", "js", span(), "deletedAt", Argument(("until",)))
    found = narrowing(read("messages", residual=[late]), {"by_deleted": ["deletedAt"]})
    assert found is not None
    assert found.unset == "deletedAt"
    assert 'unless they are meant, begin with `.gt("deletedAt", 0)`' in unset_text(found)
    since = replace(late, operator="gt", value=Argument(("since",)))
    found = narrowing(read("messages", residual=[late, since]), {"by_deleted": ["deletedAt"]})
    assert found is not None
    assert unset_text(found) == ""
    score = narrowing(read("messages", residual=[replace(late, field="score")]), {"by_score": ["score"]})
    assert score is not None
    assert unset_text(score) == ""


def test_all_values_that_there_are_tell_no_rows_apart() -> None:
    every = either(eq("state", Literal("open")), eq("state", Literal("done")))
    assert narrowing(read("messages", residual=[every]), {"by_state": ["state"]}) is None
    assert narrowing(read("messages", residual=[eq("state", Literal("open"))]), {"by_state": ["state"]}) is not None


def test_a_state_that_every_row_has_tells_no_rows_apart() -> None:
    def asks(*writes: Write) -> bool:
        reader = query("tasks:open", read("tasks", residual=[eq("state", Literal("open"))]))
        tasks = table("tasks", {"by_state": ["state"]}, state=enum("open", "done"), title=STRING)
        return bool(Backend(project(tasks, reader, mutation("tasks:write", *writes))).narrowings)

    add = insert("tasks", state=Literal("open"), title=Argument(("title",)))
    assert not asks(add)
    assert not asks(add, patch("tasks", title=Argument(("title",))))
    assert asks(add, patch("tasks", state=Literal("done")))
    assert asks(add, replace(patch("tasks"), fields=None))
    assert asks(insert("tasks", state=Argument(("state",)), title=Argument(("title",))))
