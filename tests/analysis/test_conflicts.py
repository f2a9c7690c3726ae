"""Which mutations conflict with which, and with themselves."""

from __future__ import annotations

from time import perf_counter

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.conflicts import Clash, meeting_of
from convex_lint.analysis.overlap import Overlap
from convex_lint.graph import EdgeKind
from convex_lint.model.function import Function
from convex_lint.model.schema import Table
from convex_lint.model.value import Argument, Literal
from tests.analysis.facts import (
    NUMBER,
    STRING,
    cron,
    insert,
    mutation,
    patch,
    project,
    query,
    read,
    row,
    run,
    schedule,
    table,
)

JOBS = table("jobs", {"by_state": ["state"], "by_owner": ["owner"]}, state=STRING, owner=STRING, n=NUMBER)
ID = Argument(("id",), "jobs")


def conflicts(*parts: Table | Function | object) -> dict[tuple[str, str], str]:
    """Reader and writer of every edge, with the table."""
    edges = Backend(project(JOBS, *parts)).derived_edges  # type: ignore[arg-type]
    return {
        (edge.source.removeprefix("function:"), edge.target.removeprefix("function:")): edge.label
        for edge in edges
        if edge.kind is EdgeKind.CONFLICTS
    }


def of(backend: Backend, reader: str, writer: str) -> list[Clash]:
    return [
        clash
        for clash in backend.clashes
        if any(party.mutation.id == reader for party in clash.readers)
        and any(party.mutation.id == writer for party in clash.writers)
    ]


def test_two_updates_of_one_document_conflict_although_neither_reads_it_itself() -> None:
    first, second = mutation("jobs:a", patch("jobs", ID, n=Literal(1))), mutation("jobs:b", patch("jobs", ID, owner=ID))
    found = conflicts(first, second)
    assert found == dict.fromkeys(
        [("jobs:a", "jobs:a"), ("jobs:a", "jobs:b"), ("jobs:b", "jobs:a"), ("jobs:b", "jobs:b")], "jobs"
    )


def test_two_inserts_do_not_conflict() -> None:
    assert conflicts(mutation("jobs:a", insert("jobs", state=Literal("open")))) == {}


def test_an_insert_conflicts_with_whoever_reads_its_range_and_not_the_other_way() -> None:
    count = mutation("jobs:count", read("jobs", "by_state", {"state": Literal("open")}))
    add = mutation("jobs:add", insert("jobs", state=Literal("open"), owner=ID))
    file = mutation("jobs:file", insert("jobs", state=Literal("done"), owner=ID))
    assert conflicts(count, add, file) == {("jobs:count", "jobs:add"): "jobs"}


def test_queries_and_what_only_people_run_have_no_part_in_it() -> None:
    reader = query("jobs:list", read("jobs"))
    by_hand = mutation("jobs:fix", read("jobs"), patch("jobs", row("jobs", 0), n=Literal(1)), internal=True)
    add = mutation("jobs:add", insert("jobs", state=Literal("open")))
    assert conflicts(reader, by_hand, add) == {}


def test_a_cron_does_not_conflict_with_itself_but_with_everyone_else() -> None:
    sweep = mutation("jobs:sweep", read("jobs"), patch("jobs", row("jobs", 0), n=Literal(1)), internal=True)
    add = mutation("jobs:add", insert("jobs", state=Literal("open")))
    assert conflicts(sweep, add, cron("sweep", "jobs:sweep")) == {("jobs:sweep", "jobs:add"): "jobs"}
    also = mutation("jobs:ask", schedule("jobs:sweep"))
    assert ("jobs:sweep", "jobs:sweep") in conflicts(sweep, also, cron("sweep", "jobs:sweep"))


def test_nested_runs_bring_their_reads_and_writes_along() -> None:
    inner = query("jobs:any", read("jobs"), internal=True)
    outer = mutation("jobs:outer", run("jobs:any", "runQuery"))
    add = mutation("jobs:add", insert("jobs", state=Literal("open")))
    assert conflicts(inner, outer, add) == {("jobs:outer", "jobs:add"): "jobs"}
    backend = Backend(project(JOBS, inner, outer, add))
    clash = of(backend, "jobs:outer", "jobs:add")[0]
    assert [call.target for call in clash.readers[0].touch.calls] == ["jobs:any"]


def test_the_terms_of_two_mutations_are_kept_for_whoever_asks() -> None:
    mine = mutation("jobs:mine", read("jobs", "by_owner", {"owner": Argument(("me",))}))
    give = mutation("jobs:give", insert("jobs", owner=Argument(("you",))))
    backend = Backend(project(JOBS, mine, give))
    (clash,) = of(backend, "jobs:mine", "jobs:give")
    meeting = meeting_of(clash.readers[0], clash.writers[0], clash.table, backend.reads_in)
    assert meeting.verdict is Overlap.SAME_KEY
    assert [(same.left, same.right, same.expression) for same in meeting.when] == [
        (Argument(("me",)), Argument(("you",)), False)
    ]


def test_selves_are_the_mutations_that_meet_another_call_of_themselves() -> None:
    claim = mutation("jobs:claim", read("jobs", terminal="first"), patch("jobs", row("jobs", 0), n=Literal(1)))
    add = mutation("jobs:add", insert("jobs", state=Literal("open")))
    backend = Backend(project(JOBS, claim, add))
    assert {reader.mutation.id for clash in backend.clashes for reader, _ in clash.selves} == {"jobs:claim"}
    surest = min(of(backend, "jobs:claim", "jobs:claim"), key=lambda clash: len(clash.meeting.doubts))
    assert surest.meeting.verdict is Overlap.ALWAYS, "both take the same row"


def test_many_functions_with_the_same_ranges_cost_what_their_kinds_cost() -> None:
    """A thousand mutations that pass the same helper are one kind of reader and one kind of writer."""

    def app(size: int) -> Backend:
        return Backend(
            project(
                JOBS,
                *(
                    mutation(
                        f"jobs:m{number}",
                        read("jobs", "by_owner", {"owner": Argument((f"a{number}",))}),
                        patch("jobs", Argument((f"id{number}",), "jobs"), n=Literal(number)),
                    )
                    for number in range(size)
                ),
            )
        )

    assert len(app(50).clashes) == len(app(1000).clashes)
    large = app(4000)
    started = perf_counter()
    assert large.clashes
    assert perf_counter() - started < 5
