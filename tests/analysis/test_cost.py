"""How often does one call do something, and over which rows?"""

from __future__ import annotations

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Tier
from convex_lint.analysis.cost import Cost, Factor
from convex_lint.model.figures import Figures, TableSize
from convex_lint.model.function import Function
from convex_lint.model.operation import Loop, Read
from convex_lint.model.value import Argument, Literal
from tests.analysis.facts import STRING, eq, insert, mutation, project, query, read, reference, row, span, table

POSTS = table("posts", {"by_board": ["boardId"]}, boardId=reference("boards"), ownerId=reference("users"), slug=STRING)
BOARD = {"boardId": Argument(("boardId",))}
ADD = mutation("posts:add", insert("posts", slug=Argument(("slug",))))


def rounds(walked: Read, figures: TableSize | None = None) -> Factor:
    """Those of a loop over the rows of `walked`."""
    inner = read("posts", terminal="get", loops=(Loop(span(), None, 0),), key=row("posts", 0, "next"))
    function = query("posts:list", walked, inner)
    return _backend(function, figures).costs.of(function.operations[1], function).factors[0]


def _backend(function: Function, figures: TableSize | None = None) -> Backend:
    return Backend(project(POSTS, ADD, function), figures=Figures({"posts": figures} if figures else {}))


def test_a_loop_over_a_growing_range_is_open() -> None:
    factor = rounds(read("posts"))
    assert (factor.open, factor.most, factor.tier, factor.words) == (True, None, Tier.TABLE, "every row of `posts`")
    iterated = rounds(read("posts", terminal="iterate"))
    assert iterated.open


def test_a_loop_over_the_rows_of_one_document_is_not() -> None:
    factor = rounds(read("posts", "by_board", BOARD))
    assert (factor.open, factor.words) == (False, "each of the rows of `posts` with one `boardId`")


def test_conditions_that_drop_rows_make_the_loop_shorter() -> None:
    assert not rounds(read("posts", residual=[eq("ownerId")])).open
    assert rounds(read("posts", residual=[eq("ownerId")])).tier is Tier.USER


def test_a_read_that_stops_bounds_the_loop() -> None:
    assert (
        rounds(read("posts", terminal="take", limit=Literal(20))).most,
        rounds(read("posts", terminal="first")).most,
    ) == (
        20,
        1,
    )
    asked = rounds(read("posts", terminal="take", limit=Argument(("n",))))
    assert (asked.most, asked.open) == (None, False)
    page = rounds(read("posts", terminal="paginate", limit=Argument(("paginationOpts", "numItems"))))
    assert (page.most, page.words) == (None, "each row of a page of `posts`")


def test_figures_say_how_many() -> None:
    size = TableSize(rows=50_000, fanout={"boardId": 30})
    assert rounds(read("posts"), size).most == 50_000
    board = rounds(read("posts", "by_board", BOARD), size)
    assert (board.most, board.open) == (30, False)
    assert rounds(read("posts", terminal="take", limit=Literal(200)), TableSize(rows=12)).most == 12


def test_nested_loops_multiply() -> None:
    inner = read("posts", terminal="get", loops=(Loop(span(), 7), Loop(span(), None, 0)), key=row("posts", 0, "next"))
    function = query("posts:list", read("posts", terminal="take", limit=Literal(20)), inner)
    cost = _backend(function).costs.of(function.operations[1], function)
    assert (cost.most, cost.open) == (140, False)
    assert Cost(()).most == 1
    some = Cost((Factor(5, False, ""), Factor(None, False, "")))
    assert some.most is None
    assert _backend(function).costs.rounds(Loop(span()), function).most is None, "a loop over what nobody knows"
