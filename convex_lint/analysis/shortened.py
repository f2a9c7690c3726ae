"""Lists of what people have planned, which time only shortens: what has begun stays listed on an open page, and harms nobody."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from convex_lint.analysis.exposure import Purpose
from convex_lint.analysis.moments import Decides, Moment
from convex_lint.analysis.surroundings import method_of, within
from convex_lint.analysis.turning import Turn, line
from convex_lint.analysis.vocabulary import DOORS, words_of
from convex_lint.model.function import Visibility
from convex_lint.model.operation import Read
from convex_lint.model.schema import Table
from convex_lint.model.value import Argument, Clock, Computed, Undefined, Value, parts_of
from convex_lint.syntax import tree
from convex_lint.syntax.walk import last_of

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


def is_shortened(backend: Backend, moment: Moment, turn: Turn, table: Table) -> bool:
    """Rows leave the list at a time that somebody has entered, and none come in. Not what opens a door or costs money, nor what
    the code itself gives so many hours: that it ends then is what the rows are for."""
    if (words_of(table.name) | words_of(turn.field)) & DOORS or not _is_entered(backend, turn, table):
        return False
    if moment.decides is Decides.BRANCH:
        return _keeps(backend, moment)
    return moment.leave and all(map(_is_list, _reads_at(backend, moment)))


def is_beside(backend: Backend, moment: Moment) -> bool:
    """The time only chooses between words that an object gives beside the row: `{ ...row, state: row.ends > now ? "on" : "off" }`."""
    path = backend.surroundings.around(moment.span)
    for number, (outer, inner) in enumerate(pairwise(path)):
        if type(outer) is tree.Conditional and inner is outer.test:
            worded = type(outer.then) is tree.Constant and type(outer.other) is tree.Constant
            return worded and _is_of_a_row(path[: number + 1])
    return False


def _is_of_a_row(path: tuple[Any, ...]) -> bool:
    """What stands at the end of the path is the value of a property, or a part of it, next to `...row`."""
    for outer, inner in reversed(list(pairwise(path))):
        if type(outer) is tree.Object:
            return any(type(member) is tree.Spread for member in outer.members)
        if type(outer) not in (tree.Property, tree.Binary, tree.Cast, tree.Conditional) or (
            type(outer) is tree.Conditional and inner is outer.test
        ):
            return False
    return False


def _is_entered(backend: Backend, turn: Turn, table: Table) -> bool:
    """Whoever calls a public function gives the time, and no code that runs for them adds hours to the clock."""
    given = False
    for site in backend.writes_of(table):
        for reach in site.reaches:
            value = dict(reach.operation.values).get(turn.field)
            if value is None or isinstance(value, Undefined) or backend.purpose(reach.function) is Purpose.SEED:
                continue
            if _is_of_the_clock(value):
                return False
            public = reach.function.visibility is Visibility.PUBLIC
            given |= public and any(isinstance(part, Argument) for part in parts_of(value))
    return given


def _is_of_the_clock(value: Value) -> bool:
    """`Date.now() + HOUR`, and whatever else is not known to be now."""
    if isinstance(value, Computed) and value.operator in ("either", "??", "||"):
        return any(map(_is_of_the_clock, value.parts))
    return any(isinstance(part, Clock) for part in parts_of(value)) and line(value).rest != 0.0


def _reads_at(backend: Backend, moment: Moment) -> list[Read]:
    reads = [read for query in moment.queries for read in backend.reads_in(query).values()]
    return [one for one in reads if one.span == moment.span or any(part.span == moment.span for part in one.residual)]


def _is_list(read: Read) -> bool:
    return read.terminal not in ("first", "unique", "count")


def _keeps(backend: Backend, moment: Moment) -> bool:
    """The condition keeps a row in the list while it holds, or leaves it out once it does."""
    path = backend.surroundings.around(moment.span)
    for number in range(len(path) - 1, 0, -1):
        outer, inner = path[number - 1], path[number]
        if type(outer) is tree.If:
            if inner is not outer.test or outer.other is not None or not _is_in_loop(path[:number]):
                return False
            if moment.fades is True:
                return _only_pushes(outer.then)
            return moment.fades is False and _is_skipped(outer.then)
        if type(outer) is tree.Function:
            call = path[number - 2] if number > 1 else None
            return (
                moment.fades is True
                and inner is outer.body
                and method_of(call) == "filter"
                and not _is_length(path[: number - 1])
            )
        if type(outer) not in (tree.Binary, tree.Cast):
            return False
    return False


def _is_in_loop(path: tuple[Any, ...]) -> bool:
    node = next((one for one in reversed(path) if type(one) in (tree.ForEach, tree.Function)), None)
    return type(node) is tree.ForEach


def _only_pushes(then: Any) -> bool:
    statements = then.body if type(then) is tree.Block else (then,)
    return bool(statements) and all(
        type(one) is tree.ExpressionStatement and method_of(one.value) == "push" for one in statements
    )


def _is_skipped(then: Any) -> bool:
    return type(last_of(then)) is tree.Continue


def _is_length(path: tuple[Any, ...]) -> bool:
    """Of the list whose call ends the path nothing but the length is asked, here or by the name that it gets."""
    for node in reversed(path[:-1]):
        if type(node) is tree.Member:
            return node.property == "length"
        if type(node) is tree.Declarator and type(node.target) is tree.Name:
            return _only_counted(node.target, path)
        if type(node) not in (tree.Cast, tree.Await):
            return False
    return False


def _only_counted(name: tree.Name, path: tuple[Any, ...]) -> bool:
    body = next((node for node in reversed(path) if type(node) is tree.Function), None)
    named = [
        one for one in within(body) if type(one) is tree.Name and one.name == name.name and one.start != name.start
    ]
    sized = {one.object.start for one in within(body) if type(one) is tree.Member and one.property == "length"}
    return bool(named) and all(one.start in sized for one in named)
