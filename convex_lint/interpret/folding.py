"""Fewer values for more than can be looked at one by one, where they have something in common."""

from __future__ import annotations

from convex_lint.interpret.values import (
    MAX_NAMES,
    MAX_OPTIONS,
    UNDEFINED,
    UNKNOWN,
    Arr,
    Doc,
    Fn,
    NewId,
    Obj,
    Range,
    TableDefinition,
    TableQuery,
    Value,
    identity,
    join,
)
from convex_lint.model.value import IdOf, Literal, Unknown

_LIMITS = {
    **dict.fromkeys((Literal, TableQuery, TableDefinition, NewId, IdOf), MAX_NAMES),
    **dict.fromkeys((Fn, Range), 2 * MAX_NAMES),
}
"""How many of a kind are looked at one by one: generic code may mean any table of a schema, a dispatch table any function, bounds that
may be left out any range of them."""

_TUPLE = 4
"""Up to which length an array is taken for a pair or the like."""


def few(options: tuple[Value, ...]) -> tuple[Value, ...]:
    """The first of many options, and what stands for the others; that some are not known, if that is too much too."""
    limit = _LIMITS.get(type(next((option for option in options if option is not UNDEFINED), None)), MAX_OPTIONS)
    if len(options) <= limit:
        return options
    known = [option for option in options if type(option) is not Unknown]
    kept = (*known[: limit // 2], *_folded(known[limit // 2 :]))
    if len(kept) > limit:
        return (*known[: limit - 1], UNKNOWN)
    return (*kept, UNKNOWN) if UNKNOWN in options else kept


def _folded(options: list[Value]) -> list[Value]:
    """Fewer values for many: rows of a table without the read that gave them, one array of what is in any of several,
    one object with what the entries of a dispatch table have."""
    rows: dict[Value, list[Doc]] = {}
    arrays: list[Arr] = []
    entries: list[Obj] = []
    others: list[Value] = []
    for option in options:
        if type(option) is Doc:
            rows.setdefault((option.component, option.table, option.path), []).append(option)
        elif type(option) is Arr:
            arrays.append(option)
        elif type(option) is Obj and option.kind is None:
            entries.append(option)
        else:
            others.append(option)
    for same in rows.values():
        first = same[0]
        others.append(first if len(same) == 1 else Doc(first.component, first.table, first.path, None, first.validator))
    lengths = {len(array.items) if array.exact else None for array in arrays}
    if len(arrays) > 1:
        arrays = [_one_array(arrays, lengths.pop() if len(lengths) == 1 else None)]
    if any(type(part) is Fn for entry in entries for part in entry.props.values()):
        entries = [_one_object(entries)]
    return [*others, *arrays, *entries]


def _one_object(entries: list[Obj]) -> Obj:
    """Any of the entries of a dispatch table: all of their functions stay known."""
    names = dict.fromkeys(name for entry in entries for name in entry.props)
    rest = [entry.rest for entry in entries if entry.rest is not None]
    return Obj(
        {name: join(*[entry.props.get(name, UNDEFINED) for entry in entries]) for name in names},
        join(*rest) if rest else None,
    )


def _one_array(arrays: list[Arr], length: int | None) -> Arr:
    """Any of several arrays; pairs and the like, of one `length`, place by place."""
    if length is not None and length <= _TUPLE:
        return Arr([join(*[array.items[i] for array in arrays]) for i in range(length)])
    items = {identity(item): item for array in arrays for item in array.items}
    read = {array.rows for array in arrays}
    per = {array.per for array in arrays}
    return Arr(
        list(items.values())[:64],
        exact=False,
        rows=read.pop() if len(read) == 1 else None,
        part=any(array.part for array in arrays),
        per=per.pop() if len(per) == 1 else None,
    )
