"""Are rows read only to ask whether something is among them? Then a page of them, or the newest, is no answer."""

from __future__ import annotations

from typing import Any

from convex_lint.analysis.fields import kinds_of
from convex_lint.analysis.sites import GOING_ON
from convex_lint.analysis.surroundings import Surroundings, method_of, names_in, within
from convex_lint.model.operation import Read, Use
from convex_lint.model.schema import Table
from convex_lint.syntax import tree

_ASKING = frozenset(("find", "some"))
_SHOWN = frozenset(("returned", "map", "slice", "take", "passed"))


def asks_for_members(read: Read, surroundings: Surroundings) -> bool:
    """`.find(...)`, `.some(...)`, a Set or a Map that is made of the rows, and nothing else is done with them."""
    done = [use for use in read.uses if use.kind not in GOING_ON]
    if not done:
        return any(map(_makes_set, surroundings.around(read.span)))
    return all(_asks(use, surroundings) for use in done)


def _asks(use: Use, surroundings: Surroundings) -> bool:
    if use.kind in _ASKING:
        return True
    path = surroundings.around(use.span)
    if path and use.kind == "iterate" and _ends_with_one(path[-1]):
        return True
    kept = _all_kept_in(path[-1]) if path and use.kind == "iterate" else ()
    if kept:
        return not any(lists_all(node, one) for one in kept for node in within(surroundings.functions(use.span)[-1]))
    return use.kind in ("iterate", "map", "filter") and any(map(_makes_set, path))


def _ends_with_one(loop: Any) -> bool:
    """`for (const row of rows) if (row.email.toLowerCase() === wanted) return row`."""
    return any(
        type(node) is tree.If
        and any(type(part) is tree.Binary and part.operator == "===" for part in within(node.test))
        and any(type(part) is tree.Return and part.value is not None for part in within(node.then))
        for node in within(loop)
    )


def picks_members(read: Read, surroundings: Surroundings) -> bool:
    """Code keeps the rows that are in a Set or a Map that it has made: `.filter((row) => mine.has(row._id))`."""
    paths = [surroundings.around(part.span) for part in read.residual if part.source == "js" and part.field is None]
    return any(method_of(node) == "has" for path in paths if path for node in within(path[-1]))


def is_folded(read: Read, surroundings: Surroundings) -> bool:
    """What is searched for is compared in lower case, without blanks, and the like."""
    paths = (surroundings.around(use.span) for use in read.uses)
    return any(
        type(node) is tree.Call and method_of(node) in _FOLDING for path in paths if path for node in within(path[-1])
    )


_FOLDING = frozenset(("toLowerCase", "toUpperCase", "toLocaleLowerCase", "trim", "normalize"))


def puts_in_groups(read: Read, surroundings: Surroundings) -> bool:
    """`groups.get(row.launchId).push(row)`, for each of the rows, and all groups are given."""
    for use in read.uses:
        path = surroundings.around(use.span) if use.kind == "iterate" else ()
        kept = _kept_in(path[-1]) if path else None
        if kept is None or not any(_adds_to(node, kept) for node in within(path[-1])):
            continue
        if any(lists_all(node, kept) for node in within(surroundings.functions(use.span)[-1])):
            return True
    return False


def _adds_to(node: Any, name: str) -> bool:
    """`name.get(key)....push(row)`."""
    if method_of(node) != "push":
        return False
    return any(
        method_of(part) == "get" and type(part.callee.object) is tree.Name and part.callee.object.name == name
        for part in within(node.callee)
    )


def _kept_in(loop: Any) -> str | None:
    """The first variable that a loop puts something into."""
    return next(iter(_all_kept_in(loop)), None)


def _all_kept_in(loop: Any) -> tuple[str, ...]:
    """The variables that a loop puts something into: `byUser.set(row.userId, row)`."""
    calls = (node for node in within(loop) if type(node) is tree.Call and method_of(node) in ("set", "add"))
    holders: list[Any] = [call.callee.object for call in calls if type(call.callee) is tree.Member]
    named = sorted((one for one in holders if type(one) is tree.Name), key=lambda one: one.start)
    return tuple(dict.fromkeys(one.name for one in named))


def lists_all(node: Any, name: str) -> bool:
    """`[...name]`, `Array.from(name.values())`, `Object.values(name)`, `for (const each of name)`: all that was kept is shown."""
    if type(node) is tree.Spread:
        return _is_all_of(node.value, name)
    if type(node) is tree.ForEach:
        return _is_all_of(node.iterable, name)
    if method_of(node) == "forEach":
        return _is_all_of(node.callee.object, name)
    return (
        method_of(node) in ("from", "values", "entries")
        and bool(node.arguments)
        and _is_all_of(node.arguments[0], name)
    )


def _is_all_of(value: Any, name: str) -> bool:
    while method_of(value) in ("values", "entries") and not value.arguments:
        value = value.callee.object
    return type(value) is tree.Name and value.name == name


def asks_in_a_list(use: Use, surroundings: Surroundings) -> bool:
    """`rows.some((row) => row.parts.some(...))`: no index reaches into a list."""
    path = surroundings.around(use.span)
    call = path[-1] if path else None
    if use.kind != "some" or type(call) is not tree.Call or not call.arguments:
        return False
    rows = set(names_in(call.arguments[0].parameters)) if type(call.arguments[0]) is tree.Function else set()
    members = (node for node in within(call.arguments[0]) if type(node) is tree.Member)
    return any(
        node.property in ("some", "includes", "find", "indexOf")
        and any(type(part) is tree.Name and part.name in rows for part in within(node.object))
        for node in members
    )


def list_asked(read: Read, table: Table, surroundings: Surroundings) -> str | None:
    """The field of which a filter of code asks whether its list holds something: `rows.filter((row) => row.players.includes(me))`."""
    for use in read.uses:
        path = surroundings.around(use.span) if use.kind == "filter" else ()
        for node in within(path[-1]) if path else ():
            if method_of(node) not in ("includes", "some", "indexOf"):
                continue
            whose: Any = node.callee.object
            kinds = kinds_of(whose.property, table) if type(whose) is tree.Member else ()
            if kinds and all(kind.kind == "array" for kind in kinds):
                return str(whose.property)
    return None


def newest_will_do(read: Read) -> bool:
    """The rows are shown as they come: nothing sorts them anew, counts them, or chooses among all of them."""
    return bool(read.uses) and {use.kind for use in read.uses} <= _SHOWN


def takes_tail(read: Read, surroundings: Surroundings) -> bool:
    """`rows.slice(-n)`, `rows.slice(rows.length - n)`: the last of them, of which nothing was dropped before."""
    kinds = [use.kind for use in read.uses]
    if kinds.count("slice") != 1 or "filter" in kinds or read.order != "asc" or read.bounds:
        return False
    before = kinds[: kinds.index("slice")]
    path = surroundings.around(read.uses[len(before)].span)
    taken = path[-1].arguments if path and type(path[-1]) is tree.Call else ()
    if "sort" in before or len(taken) != 1:
        return False
    counted = "length" in before and type(taken[0]) in (tree.Name, tree.Member)
    return counted or _from_the_end(taken[0])


def _from_the_end(value: Any) -> bool:
    """`-n`, `rows.length - n`, `Math.max(0, rows.length - n)`."""
    if type(value) is tree.Unary:
        return bool(value.operator == "-")
    if type(value) is tree.Constant:
        return isinstance(value.value, (int, float)) and value.value < 0
    if type(value) is tree.Call and method_of(value) == "max" and len(value.arguments) == 2:
        return _from_the_end(value.arguments[1])
    if type(value) is not tree.Binary or value.operator != "-":
        return False
    return type(value.left) is tree.Member and value.left.property == "length"


def only_key(read: Read, surroundings: Surroundings) -> str | None:
    """The one field that is kept of each row: `rows.map((row) => row.domain)`."""
    maps = [surroundings.around(use.span) for use in read.uses if use.kind == "map"]
    if len(maps) != 1 or {use.kind for use in read.uses} - {"map", "returned"}:
        return None
    call = maps[0][-1] if maps[0] else None
    if type(call) is not tree.Call or not call.arguments or type(call.arguments[0]) is not tree.Function:
        return None
    projects, rows = call.arguments[0].body, list(names_in(call.arguments[0].parameters))
    if type(projects) is not tree.Member or type(projects.object) is not tree.Name:
        return None
    return projects.property if rows == [projects.object.name] else None


def counts_different(read: Read, surroundings: Surroundings) -> bool:
    """Every `map` goes into a Set of which the size is taken: `new Set(rows.map((row) => row.userId)).size`."""
    paths = [surroundings.around(use.span) for use in read.uses if use.kind == "map"]
    return all(
        any(type(node) is tree.Member and node.property == "size" and _makes_set(node.object) for node in path)
        for path in paths
    )


def _makes_set(node: object) -> bool:
    """`new Set(...)`, `new Map(...)`, `Object.fromEntries(...)`."""
    if type(node) is tree.New:
        return type(node.callee) is tree.Name and node.callee.name in ("Set", "Map")
    return type(node) is tree.Call and type(node.callee) is tree.Member and node.callee.property == "fromEntries"
