"""Tables of ids that only their use tells: fields of the row that one table alone has, or a place that takes such ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import TypeAlias

from convex_lint.interpret import typed
from convex_lint.interpret.machine import Machine
from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Operation, Read, Write
from convex_lint.model.schema import Validator
from convex_lint.model.value import DocumentField, Literal, Undefined, Unknown, Value

BY_ID = frozenset((Op.GET, Op.PATCH, Op.REPLACE, Op.DELETE))
_LACKING = 2
"""How many of the fields that are looked at every other table must lack: code may ask a row of several tables for what
only some of them have. What one write sets must fit, as the schema lets nothing else pass."""

Place: TypeAlias = tuple[int, int]
"""The position of a function, and the ordinal of an operation in it."""


def key_of(operation: Operation) -> Value | None:
    """The id of a get, patch, replace or delete."""
    if operation.op not in BY_ID:
        return None
    return operation.key if isinstance(operation, Read) else operation.target if isinstance(operation, Write) else None


def tables_by_use(m: Machine, functions: Sequence[Function], known: Set[Place]) -> dict[Place, str]:
    """For operations on an id of unknown table, save those in `known`: the only table that it can be."""
    found: dict[Place, str] = {}
    shapes: dict[str, Mapping[str, frozenset[str]]] = {}
    for at, function in enumerate(functions):
        lost = [
            operation
            for operation in function.operations
            if isinstance(operation, (Read, Write))
            and operation.op in BY_ID
            and operation.table is None
            and (at, operation.ordinal) not in known
            and not (isinstance(operation, Read) and operation.system)
        ]
        if not lost:
            continue
        if function.component not in shapes:
            shapes[function.component] = _shapes(m, function.component)
        for same in _same_ids(lost):
            table = _table(m, function, same, shapes[function.component])
            if table is not None:
                found.update({(at, operation.ordinal): table for operation in same})
    return found


def _same_ids(lost: Sequence[Read | Write]) -> Iterator[list[Read | Write]]:
    """The operations by the id that they are about: `get(x)`, then `patch(row._id)`."""
    groups: dict[object, list[Read | Write]] = defaultdict(list)
    of_read: dict[int, object] = {}
    for operation in lost:
        key = key_of(operation)
        group: object = operation.ordinal
        if isinstance(key, DocumentField) and key.path == ("_id",) and key.read in of_read:
            group = of_read[key.read]
        elif not isinstance(key, (Unknown, Undefined, Literal)):
            group = key
        of_read[operation.ordinal] = group
        groups[group].append(operation)
    yield from groups.values()


def _table(
    m: Machine, function: Function, same: Sequence[Read | Write], shapes: Mapping[str, frozenset[str]]
) -> str | None:
    keys = {key_of(operation) for operation in same}
    typed_so = {
        table
        for operation in function.operations
        if isinstance(operation, (Read, Write))
        for field, value in _taken(operation)
        if value in keys and not isinstance(value, (Unknown, Undefined, Literal))
        for table in typed.ids_at(m, operation.component, operation.table, field.split("."))
    }
    if typed_so:
        return typed_so.pop() if len(typed_so) == 1 else None
    fields = [set(operation.fields or ()).difference(typed.SYSTEM_FIELDS) for operation in same]
    written = [own for operation, own in zip(same, fields, strict=True) if isinstance(operation, Write) and own]
    named = set[str]().union(*fields)
    fitting = [table for table, own in shapes.items() if named <= own]
    if len(fitting) != 1:
        return None
    others = [own for table, own in shapes.items() if table != fitting[0]]
    sure = any(not any(one <= own for own in others) for one in written)
    return fitting[0] if sure or (named and all(len(named - own) >= _LACKING for own in others)) else None


def _taken(operation: Read | Write) -> Iterator[tuple[str, Value]]:
    """Fields of the operation's table with the values that they are compared with or set to."""
    if isinstance(operation, Read) and operation.op is not Op.GET:
        for key in operation.eq:
            yield key.field, key.value
    elif isinstance(operation, Write):
        yield from operation.values


def _shapes(m: Machine, component: str) -> Mapping[str, frozenset[str]]:
    """The fields of each table; nothing when one of them may have any."""
    schema = m.schemas.get(component)
    shapes: dict[str, frozenset[str]] = {}
    for name, table in schema.tables.items() if schema is not None else ():
        validator = table.validator or Validator("any")
        variants = validator.members_flat()
        if any(variant.kind != "object" for variant in variants):
            return {}
        shapes[name] = frozenset(field for variant in variants for field in variant.fields)
    return shapes
