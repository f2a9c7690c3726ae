"""Words that a query gives beside a row for what time makes of it: whoever needs it has the row, and can look again."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from convex_lint.analysis.moments import Moment
from convex_lint.syntax import tree

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


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
