"""By what does code sort the rows of a read: by a field of theirs, or by something that it works out for each?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from convex_lint.analysis.each_row import EachRow, each_row, field_of, mentions
from convex_lint.analysis.followed import Followed, followed
from convex_lint.analysis.surroundings import Surroundings, method_of, within
from convex_lint.model.operation import Read
from convex_lint.model.schema import Index, Table
from convex_lint.syntax import tree


class Ordering(NamedTuple):
    """`stored`: `field` is one of the rows. `personal`: it is worked out of more than the row, as of what the caller likes."""

    field: str
    stored: bool
    personal: bool


def ordering(read: Read, table: Table, surroundings: Surroundings) -> Ordering | None:
    """The first thing that the rows, or what was made of each of them, are sorted by."""
    for lists in followed(read, surroundings):
        for call in lists.sorts:
            field = next(_compared(call), None)
            if field is None:
                continue
            makers = [
                each for each in each_row(read, surroundings, ("map", "iterate")) if _made(each, field) is not None
            ]
            made = [(each, _made(each, field)) for each in makers]
            changed = [(each, value) for each, value in made if field_of(value, each.names) is None]
            if changed:
                return Ordering(field, False, any(_is_personal(each, lists) for each, _ in changed))
            held = {field_of(value, each.names) for each, value in made} - {None}
            own = next((one for one in held if one is not None), field)
            if own in (*table.fields, "_creationTime"):
                return Ordering(own, True, False)
    return None


def sorts_at_random(read: Read, surroundings: Surroundings) -> bool:
    """`rows.sort(() => Math.random() - 0.5)`."""
    sorts = (call for lists in followed(read, surroundings) for call in lists.sorts)
    return any(method_of(node) == "random" for call in sorts for node in within(call.arguments))


def ordered_by(read: Read, field: str, table: Table) -> Index | None:
    """An index that gives the rows of the range in the order of a field."""
    keys = tuple(key.field for key in read.eq)
    return next(
        (one for one in table.indexes if one.fields[: len(keys) + 1] == (*keys, field) and not one.staged), None
    )


def _compared(call: Any) -> Iterator[str]:
    """The fields of which a comparison looks at both of its sides: `(a, b) => b.at - a.at`."""
    test: Any = call.arguments[0] if call.arguments else None
    if type(test) is not tree.Function or len(test.parameters) != 2:
        return
    first: Any = test.parameters[0].target
    second: Any = test.parameters[1].target
    if type(first) is not tree.Name or type(second) is not tree.Name:
        return
    other = {node.property for node in within(test.body) if _is_of(node, second.name)}
    for node in sorted(within(test.body), key=lambda node: node.start):
        if _is_of(node, first.name) and node.property in other:
            yield node.property


def _is_of(node: Any, name: str) -> bool:
    return type(node) is tree.Member and type(node.object) is tree.Name and node.object.name == name


def _made(each: EachRow, field: str) -> Any:
    """What the body gives for a field of what it makes of each row."""
    made = (node for node in within(each.body) if type(node) is tree.Object)
    members = (one for node in made for one in node.members if type(one) is tree.Property and one.key == field)
    return next((one.value for one in sorted(members, key=lambda one: one.start)), None)


def _is_personal(each: EachRow, lists: Followed) -> bool:
    """The body looks at what the function has read or was given besides, and reads nothing itself for the row."""
    outer = lists.variables - each.names
    parts = list(within(each.body))
    called = {(node.callee.start, node.callee.end) for node in parts if type(node) is tree.Call}
    looks = (node for node in parts if type(node) is tree.Member and (node.start, node.end) not in called)
    reads = any(type(node) is tree.Await for node in parts)
    return not reads and any(mentions(node.object, outer) and node.property != "length" for node in looks)
