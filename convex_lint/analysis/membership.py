"""Are rows read only to ask whether something is among them? Then a page of them, or the newest, is no answer."""

from __future__ import annotations

import re

from convex_lint.analysis.sites import GOING_ON
from convex_lint.analysis.surroundings import Surroundings
from convex_lint.analysis.views import TextOf
from convex_lint.model.operation import Read, Use
from convex_lint.syntax import tree

_KEEPS = re.compile(r"\b(\w+)\.(?:set|add)\(")
_BEHIND = 1000
"""Bytes behind a loop in which it becomes clear what is done with what it kept."""
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
    kept = _KEEPS.search(text_of(use.span)) if use.kind == "iterate" else None
    if kept is not None:
        behind = text_of(use.span._replace(start=use.span.end, end=use.span.end + _BEHIND))
        return re.search(rf"(?:Array\.from\(|\.\.\.){kept[1]}\b(?!\s*\.)", behind) is None  # else the values are shown
    return use.kind in ("iterate", "map", "filter") and any(map(_makes_set, surroundings.around(use.span)))


def newest_will_do(read: Read) -> bool:
    """The rows are shown as they come: nothing sorts them anew, counts them, or chooses among all of them."""
    return bool(read.uses) and {use.kind for use in read.uses} <= _SHOWN


def takes_tail(read: Read, text_of: TextOf) -> bool:
    """`rows.slice(-n)`, `rows.slice(rows.length - n)`: the last of them, of which nothing was dropped before."""
    kinds = [use.kind for use in read.uses]
    if kinds.count("slice") != 1 or "filter" in kinds or read.order != "asc" or read.bounds:
        return False
    before = kinds[: kinds.index("slice")]
    text = text_of(read.uses[len(before)].span)
    counted = "length" in before and _FROM_ON.search(text) is not None
    return "sort" not in before and (counted or _TAIL.search(text) is not None)


_TAIL = re.compile(r"\.slice\(\s*(?:-|Math\.max\(\s*0\s*,\s*[\w$.]+\.length\s*-|[\w$.]+\.length\s*-)[^,]*\)$")
_FROM_ON = re.compile(r"\.slice\(\s*(?!\d)[\w$.]+\s*\)$")


def only_key(read: Read, text_of: TextOf) -> str | None:
    """The one field that is kept of each row: `rows.map((row) => row.domain)`."""
    maps = [_PROJECTS.search(text_of(use.span)) for use in read.uses if use.kind == "map"]
    if len(maps) != 1 or maps[0] is None or {use.kind for use in read.uses} - {"map", "returned"}:
        return None
    return maps[0]["field"]


_PROJECTS = re.compile(r"\.map\(\s*\(?(?P<row>[\w$]+)\)?\s*=>\s*(?P=row)\.(?P<field>\w+)\s*,?\s*\)$")


def _makes_set(node: object) -> bool:
    """`new Set(...)`, `new Map(...)`, `Object.fromEntries(...)`."""
    if type(node) is tree.New:
        return type(node.callee) is tree.Name and node.callee.name in ("Set", "Map")
    return type(node) is tree.Call and type(node.callee) is tree.Member and node.callee.property == "fromEntries"
