"""Inserts that fill a table once or for a try: seeds that no name gives away."""

from __future__ import annotations

from collections.abc import Iterator

from convex_lint.analysis.absence import known_empty
from convex_lint.analysis.sites import Reach
from convex_lint.analysis.terms import alternatives
from convex_lint.analysis.told import told
from convex_lint.graph.graph import Graph
from convex_lint.model.function import Function, Visibility
from convex_lint.model.operation import Call, Op, Operation, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Argument, Clock, Computed, Literal, Result, Unknown, Value, parts_of


def is_stock(reach: Reach[Write], table: Table, graph: Graph) -> bool:
    """Every caller first asks for the table's rows and goes on only when there are none; or each row is the same as the last; or
    it comes with the one row of another table that is made when it is missing."""
    return (
        _is_placeholder(reach.operation, table)
        or _only_when_empty(reach.function, table, graph)
        or _comes_with_the_first(reach)
    )


def inserts_defaults(function: Function, table: str | None) -> bool:
    """Whatever the function inserts into the table stands in the code: the accounts that a new installation begins with."""
    own = [one for one in function.operations if isinstance(one, Write) and one.op is Op.INSERT and one.table == table]
    return bool(own) and all(_stands_in_code(write) for write in own)


def given_by_code(value: Value, function: Function, graph: Graph) -> bool:
    """Whoever calls the function names the value in the code: it runs for each element of a list that a module declares."""
    if not isinstance(value, Argument) or len(value.path) != 1 or function.visibility is Visibility.PUBLIC:
        return False
    if any(not entry.through for entry in graph.entries(function)):
        return False
    given = [
        dict(operation.arguments or ()).get(value.path[0])
        for caller in graph.callers(function)
        for operation in caller.operations
        if isinstance(operation, Call) and operation.target == function.id
    ]
    return bool(given) and all(one is not None and _is_literal(one) for one in given)


def _is_literal(value: Value) -> bool:
    return all(isinstance(one, Literal) for one in alternatives(value))


def _stands_in_code(write: Write) -> bool:
    parts = [part for _, value in write.values for part in parts_of(value)]
    texts = [value for _, value in write.values if isinstance(value, Literal) and isinstance(value.value, str)]
    return len(texts) > 1 and all(isinstance(part, (Literal, Clock, Computed, Unknown)) for part in parts)


def _is_placeholder(write: Write, table: Table) -> bool:
    """All values stand in the code, at least two of them texts that could be anything: `name: "John Doe"`."""
    if table.validator is None or not write.values or write.fields is None or len(write.values) < len(write.fields):
        return False
    if not all(isinstance(value, (Literal, Clock)) for _, value in write.values):
        return False
    free = [field for field, value in write.values if isinstance(value, Literal) and isinstance(value.value, str)]
    return sum({kind.kind for kind in table.validator.at((field,))} == {"string"} for field in free) > 1


def _comes_with_the_first(reach: Reach[Write]) -> bool:
    """`if (!team) { insert the team; for (const role of ROLES) insert the role }`, of the team that has a name of the code."""
    insert, function = reach.operation, reach.function
    if any(loop.bound is None for loop in insert.loops):
        return False
    missing = known_empty(insert)
    for read in function.operations:
        if isinstance(read, Read) and read.ordinal in missing and read.table != insert.table:
            keys = [(key.field, key.value) for key in read.eq]
            keys += [(part.field or "", part.value) for part in read.residual if part.operator == "eq"]
            whole = not read.bounds and len(keys) == len(read.eq) + len(read.residual)
            if keys and whole and all(isinstance(value, Literal) for _, value in keys):
                return any(_fills(other, read, keys) for other in function.operations)
    return False


def _fills(write: Operation, read: Read, keys: list[tuple[str, Value]]) -> bool:
    """It inserts the row for which the read has looked, where that has found none."""
    if not isinstance(write, Write) or write.op is not Op.INSERT or write.table != read.table or write.loops:
        return False
    given = dict(write.values)
    return read.ordinal in known_empty(write) and all(given.get(field) == value for field, value in keys)


def _only_when_empty(function: Function, table: Table, graph: Graph) -> bool:
    if function.visibility is Visibility.PUBLIC:
        return False
    calls = [
        (caller, operation)
        for caller in graph.callers(function)
        for operation in caller.operations
        if isinstance(operation, Call) and operation.target == function.id
    ]
    return bool(calls) and all(_found_none(caller, call, table, graph) for caller, call in calls)


def _found_none(caller: Function, call: Operation, table: Table, graph: Graph) -> bool:
    """A query that the caller ran gave no rows of the table."""
    runs = {operation.ordinal: operation for operation in caller.operations if isinstance(operation, Call)}
    for guard in call.guards:
        for asked in _empty(guard.condition, guard.holds):
            run = runs.get(asked)
            query = graph.function(run.target) if run is not None and run.target is not None else None
            if query is not None and _reads(query, table):
                return True
    return False


def _empty(condition: Value, holds: bool) -> Iterator[int]:
    """The runs that gave nothing, or an empty list, if the condition holds, or does not."""
    for part, true in told(condition, holds):
        if isinstance(part, Result):
            if not true and part.path in ((), ("length",)) and part.call is not None:
                yield part.call
        elif (
            isinstance(part, Computed)
            and part.parts[1:] == (Literal(0),)
            and part.operator in (("===", "==") if true else ("!==", "!=", ">"))
        ):
            yield from _empty(part.parts[0], False)


def _reads(query: Function, table: Table) -> bool:
    return any(isinstance(one, Read) and one.table == table.name and not one.eq for one in query.operations)
