"""Are rows read only to ask whether something is among them? Then a page of them, or the newest, is no answer."""

from __future__ import annotations

import re

from convex_lint.analysis.sites import GOING_ON
from convex_lint.analysis.surroundings import Surroundings
from convex_lint.analysis.views import TextOf
from convex_lint.model.operation import Read, Use
from convex_lint.syntax import tree

_KEEPS = re.compile(r"\.(?:set|add)\(")
_ASKING = frozenset(("find", "some"))
_SHOWN = frozenset(("returned", "map", "slice", "take", "passed"))


def asks_for_members(read: Read, surroundings: Surroundings, text_of: TextOf) -> bool:
    """`.find(...)`, `.some(...)`, a Set or a Map that is made of the rows, and nothing else is done with them."""
    done = [use for use in read.uses if use.kind not in GOING_ON]
    if not done:
        return any(map(_makes_set, surroundings.around(read.span)))
    return all(_asks(use, surroundings, text_of) for use in done)


def _asks(use: Use, surroundings: Surroundings, text_of: TextOf) -> bool:
    if use.kind in _ASKING:
        return True
    if use.kind == "iterate" and _KEEPS.search(text_of(use.span)):
        return True
    return use.kind in ("iterate", "map", "filter") and any(map(_makes_set, surroundings.around(use.span)))


def newest_will_do(read: Read) -> bool:
    """The rows are shown as they come: nothing sorts them anew, counts them, or chooses among all of them."""
    return bool(read.uses) and {use.kind for use in read.uses} <= _SHOWN


def _makes_set(node: object) -> bool:
    """`new Set(...)`, `new Map(...)`, `Object.fromEntries(...)`."""
    if type(node) is tree.New:
        return type(node.callee) is tree.Name and node.callee.name in ("Set", "Map")
    return type(node) is tree.Call and type(node.callee) is tree.Member and node.callee.property == "fromEntries"
