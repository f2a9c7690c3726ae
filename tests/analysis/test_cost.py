"""How often does one call do something, and over which rows?"""

from __future__ import annotations

from dataclasses import replace

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Tier
from convex_lint.analysis.cost import Cost, Factor
from convex_lint.model.figures import Figures, TableSize
from convex_lint.model.function import Function
from convex_lint.model.operation import Loop, Operation, Read
from convex_lint.model.value import Argument, Computed, Literal
from tests.analysis.facts import STRING, eq, insert, mutation, project, query, read, reference, row, run, span, table

CARDS = table("cards", {"by_board": ["boardId"]}, boardId=reference("boards"), ownerId=reference("users"), slug=STRING)
BOARD = {"boardId": Argument(("boardId",))}
ADD = mutation("cards:add", insert("cards", slug=Argument(("slug",))))


def rounds(walked: Read, figures: TableSize | None = None) -> Factor:
    """Those of a loop over the rows of `walked`."""
    inner = read("cards", terminal="get", loops=(Loop(span(), None, 0),), key=row("cards", 0, "next"))
    function = query("cards:list", walked, inner)
    return _backend(function, figures).costs.of(function.operations[1], function).factors[0]


def _backend(function: Function, figures: TableSize | None = None) -> Backend:
    return Backend(project(CARDS, ADD, function), figures=Figures({"cards": figures} if figures else {}))


def test_a_loop_over_a_growing_range_is_open() -> None:
    factor = rounds(read("cards"))
    assert (factor.open, factor.most, factor.tier, factor.words) == (True, None, Tier.TABLE, "every row of `cards`")
    iterated = rounds(read("cards", terminal="iterate"))
    assert iterated.open


def test_a_loop_over_the_rows_of_one_document_is_not() -> None:
    factor = rounds(read("cards", "by_board", BOARD))
    assert (factor.open, factor.words) == (False, "each of the rows of `cards` with one `boardId`")


def test_conditions_that_drop_rows_make_the_loop_shorter() -> None:
    assert not rounds(read("cards", residual=[eq("ownerId")])).open
    assert rounds(read("cards", residual=[eq("ownerId")])).tier is Tier.USER


def test_a_read_that_stops_bounds_the_loop() -> None:
    assert (
        rounds(read("cards", terminal="take", limit=Literal(20))).most,
        rounds(read("cards", terminal="first")).most,
    ) == (
        20,
        1,
    )
    asked = rounds(read("cards", terminal="take", limit=Argument(("n",))))
    assert (asked.most, asked.open) == (None, False)
    page = rounds(read("cards", terminal="paginate", limit=Argument(("paginationOpts", "numItems"))))
    assert (page.most, page.words) == (None, "each row of a page of `cards`")


def test_figures_say_how_many() -> None:
    size = TableSize(rows=50_000, fanout={"boardId": 30})
    assert rounds(read("cards"), size).most == 50_000
    board = rounds(read("cards", "by_board", BOARD), size)
    assert (board.most, board.open) == (30, False)
    assert rounds(read("cards", terminal="take", limit=Literal(200)), TableSize(rows=12)).most == 12


def test_nested_loops_multiply() -> None:
    inner = read("cards", terminal="get", loops=(Loop(span(), 7), Loop(span(), None, 0)), key=row("cards", 0, "next"))
    function = query("cards:list", read("cards", terminal="take", limit=Literal(20)), inner)
    cost = _backend(function).costs.of(function.operations[1], function)
    assert (cost.most, cost.open) == (140, False)
    assert Cost(()).most == 1
    some = Cost((Factor(5, False, ""), Factor(None, False, "")))
    assert some.most is None
    assert _backend(function).costs.rounds(Loop(span()), function).most is None, "a loop over what nobody knows"


def looked_up(*operations: Operation, caller: Function | None = None, internal: bool = False) -> Factor:
    """The rounds of the loop around the last operation of a function."""
    function = query("cards:list", *operations, internal=internal)
    known = project(CARDS, ADD, function, *([caller] if caller is not None else []))
    last = next(one for one in known.functions if one.path == "cards:list")
    return Backend(known).costs.of(last.operations[-1], last).factors[0]


LOOP = (Loop(span(), None, None),)


def test_what_is_looked_up_tells_which_rows_a_loop_walks() -> None:
    """`[...first, ...second].map((post) => ctx.db.get(post.next))`."""
    first, second = (read("cards", terminal="take", limit=Literal(n)) for n in (200, 1000))
    key = Computed("either", (row("cards", 0, "next"), row("cards", 1, "next")))
    assert looked_up(first, second, read("cards", terminal="get", loops=LOOP, key=key)).most == 1200


def test_a_list_that_was_put_together_may_be_short_although_all_rows_were_read() -> None:
    looking = read("cards", terminal="get", loops=LOOP, key=row("cards", 0, "next"))
    factor = looked_up(read("cards"), looking)
    assert (factor.open, factor.most) == (False, None)


def test_what_is_looked_up_by_one_row_tells_nothing_of_the_loop() -> None:
    looking = read("cards", terminal="get", loops=LOOP, key=row("cards", 0, "next"))
    assert looked_up(read("cards", terminal="first"), looking).read is None
    assert looked_up(read("cards", terminal="take", limit=Literal(9), uses=[("find", None)]), looking).read is None


def test_ids_that_an_internal_function_is_given_are_as_many_as_its_callers_read() -> None:
    looking = read("cards", terminal="get", loops=LOOP, key=Argument(("ids", "[]"), "cards"))
    given = Computed("array", (row("cards", 0, "_id"),))
    call = replace(run("cards:list", "runQuery"), arguments=(("ids", given),))
    caller = mutation("cards:all", read("cards", terminal="take", limit=Literal(300)), call)
    assert looked_up(looking, caller=caller, internal=True).most == 300
    assert looked_up(looking, caller=caller).most is None, "anyone may call a public function with any list"
    other = mutation("cards:all", read("cards", terminal="take", limit=Literal(300)), run("cards:list", "runQuery"))
    assert looked_up(looking, caller=other, internal=True).most is None
