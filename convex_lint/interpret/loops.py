"""Loops: what they walk, how often, and what their bodies leave behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convex_lint.interpret import annotation, newborn, operators, rounds, typed
from convex_lint.interpret.calls import awaited
from convex_lint.interpret.evaluate import evaluate
from convex_lint.interpret.iterables import as_array
from convex_lint.interpret.looks import use
from convex_lint.interpret.machine import Arm, Changes, Machine
from convex_lint.interpret.patterns import assign_pattern, bind
from convex_lint.interpret.record import LoopFrame
from convex_lint.interpret.typed import element_of
from convex_lint.interpret.values import (
    MAX_NAMES,
    UNDEFINED,
    UNKNOWN,
    Arr,
    Call,
    Doc,
    Fn,
    Native,
    Obj,
    Range,
    Scope,
    TableQuery,
    Value,
    join,
    options_of,
)
from convex_lint.model.value import Literal
from convex_lint.syntax import tree

Node = Any
GOES_ON = False


def _loop(m: Machine, node: Node, frame: LoopFrame, body: Callable[[], bool]) -> None:
    """Runs a loop's body once, and once more when it changed something that its own beginning reads."""
    starts = rounds.empty(m, assigned_names(m, node))
    _widen(m, node)
    exited, returns = m.frame.exited, len(m.frame.returns)

    def turn() -> Arm:
        m.loops.append(frame)
        arm = m.attempt(body, conditional=False)
        m.loops.pop()
        newborn.turned(m, frame)
        return arm

    for again in range(2):
        arm = rounds.first_round(m, starts, turn) if not again else turn()
        landed(m, exited, returns)
        changed = _must_repeat(m, node, arm[1])
        m.merge([(False, arm[1]), (False, {})])
        if not changed:
            return


def landed(m: Machine, exited: bool, returns: int) -> None:
    """After a loop or a labelled block: what jumped inside of it goes on here; what returned does not."""
    if not exited and len(m.frame.returns) == returns:
        m.frame.exited = False


def _widen(m: Machine, node: Node) -> None:
    """A variable that the body assigns may hold any later value too: literals lose their certainty before the body runs."""
    for name in assigned_names(m, node):
        value: Any = m.lookup(name)
        if type(value) is Literal and isinstance(value.value, (int, float)) and not isinstance(value.value, bool):
            m.assign(name, UNKNOWN)
        elif type(value) is Literal or value is UNDEFINED:
            m.assign(name, join(value, _declared(m, name)))


def _declared(m: Machine, name: str) -> Value:
    """What the type of an empty variable says of the rows and ids that it may hold later."""
    scope: Scope | None = m.scope
    while scope is not None and name not in scope.vars:
        scope = scope.parent
    declared = scope.vars.get(f"\0declared {name}") if scope is not None else None
    told = annotation.from_type(m, declared, scope.module) if scope is not None and declared is not None else None
    sure = told is not None and all(map(typed.names_rows, options_of(told)))
    return told if sure else UNKNOWN


def _must_repeat(m: Machine, node: Node, changes: Changes) -> bool:
    for target, name, value in changes.values():
        if type(target) is Scope and target.born > m.scope.born:
            continue
        before = m.cell(target, name)
        if name == "\0values" and id(target) in m.asked:
            return True  # a map that was asked while it was empty
        if name == "\0items":
            if type(node) is tree.While and not before[0] and value[0]:
                return True
        elif before is not value and any(type(option) in _CARRIED for option in options_of(value)):
            return True
    return False


_CARRIED = frozenset((TableQuery, Fn, Range, Doc))


def run_for_each(m: Machine, node: tree.ForEach) -> bool:
    iterable = awaited(evaluate(m, node.iterable)) if node.kind == "await" else evaluate(m, node.iterable)
    if node.kind == "in":
        from convex_lint.interpret.knowledge.javascript import GLOBALS
        from convex_lint.interpret.members import invoke
        from convex_lint.interpret.values import Call

        iterable = invoke(m, GLOBALS["Object"], "keys", Call(node.iterable, [iterable]))
    array = iteration(m, iterable, node)
    if not array.items:
        return GOES_ON
    frame = LoopFrame(m.span(node), len(array.items) if array.exact else array.bound, array.per)
    if array.per is None:
        rows = [item.origin for item in array.items if type(item) is Doc and not item.path and item.origin is not None]
        frame.either = tuple(dict.fromkeys(rows))
    frame.only = _only_test(m, node)
    if array.exact and len(array.items) <= m.unroll:
        for item in array.items:
            _iterate(m, frame, node, awaited(item))
    elif m.one_case and 1 < len(array.items) <= MAX_NAMES and all(type(item) is Literal for item in array.items):
        for item in array.items:  # the fields of a row, which it may have
            _iterate(m, frame, node, item)
    else:
        _iterate(m, frame, node, awaited(element_of(m, array)))
    return GOES_ON


def _only_test(m: Machine, node: tree.ForEach) -> tree.If | None:
    """The `if` that is all of a body and says which of the rows the loop is for, rather than which is the best so far."""
    only: Node = node.body
    while type(only) is tree.Block and len(only.body) == 1:
        only = only.body[0]
    if type(only) is not tree.If or only.other is not None:
        return None
    changed = assigned_names(m, node)
    return only if not changed or names_in(only.test).isdisjoint(changed) else None


def iteration(m: Machine, value: Value, node: Node) -> Arr:
    """What a `for` loop walks: an array, a query, a generator's yields, a map."""
    from convex_lint.interpret.knowledge.collections import contents
    from convex_lint.interpret.knowledge.queries import read

    arrays = []
    for option in options_of(value):
        if type(option) is TableQuery:
            empty = newborn.finds_nothing(m, option)
            record = read(m, option, "iterate", node.iterable if hasattr(node, "iterable") else node)
            document = Doc(option.database.component, option.table, (), record)
            arrays.append(Arr(() if empty else (document,), exact=empty, rows=record))
        elif type(option) is Obj:
            arrays.append(contents(option) or _iterable_object(m, option, node))
        else:
            array = as_array(m, option)
            use(m, array.rows, "iterate", node, part=array.part)
            arrays.append(array)
    if len(arrays) == 1:
        return arrays[0]
    rows = {array.rows for array in arrays}
    return Arr(
        [item for array in arrays for item in array.items], exact=False, rows=rows.pop() if len(rows) == 1 else None
    )


def _iterable_object(m: Machine, value: Obj, node: Node) -> Arr:
    inner = value.props.get("\0iterate")
    if type(inner) is Native:
        return iteration(m, inner.run(m, Call(node, [])), node)
    if inner is not None:
        return iteration(m, inner, node)
    from convex_lint.interpret.members import invoke, method_of
    from convex_lint.interpret.values import Cls

    for name in ("@@asyncIterator", "@@iterator"):
        if name in value.props or (type(value.kind) is Cls and method_of(value.kind, name) is not None):
            return iteration(m, awaited(invoke(m, value, name, Call(node, []))), node)
    return Arr([UNKNOWN], exact=False)


def _iterate(m: Machine, frame: LoopFrame, node: tree.ForEach, item: Value) -> None:
    def body() -> bool:
        outer = m.scope
        m.scope = Scope(outer, outer.module)
        if node.declares:
            bind(m, node.target, item)
        else:
            assign_pattern(m, node.target, item, declare=False)
        _run(m, node.body)
        m.scope = outer
        return GOES_ON

    _loop(m, node, frame, body)


def names_in(node: Node) -> set[str]:
    """The plain variables that an expression mentions."""
    found, pending = set(), [node]
    while pending:
        part = pending.pop()
        if type(part) is tree.Name:
            found.add(part.name)
        pending.extend([inner for inner in part if isinstance(inner, tuple)])
    return found


def assigned_names(m: Machine, node: Node) -> tuple[str, ...]:
    """The plain variables that are assigned somewhere inside of a loop."""
    known = m.assigned.get(id(node))
    if known is None:
        found: dict[str, None] = {}
        pending: list[Any] = [node]
        while pending:
            part = pending.pop()
            if isinstance(part, (tree.Assign, tree.Update)) and type(part.target) is tree.Name:
                found[part.target.name] = None
            if isinstance(part, tuple):
                pending.extend([inner for inner in part if isinstance(inner, tuple)])
        known = m.assigned[id(node)] = tuple(found)
    return known


def run_for(m: Machine, node: tree.For) -> bool:
    outer = m.scope
    m.scope = Scope(outer, outer.module)
    if node.init is not None:
        _run(m, node.init) if type(node.init) is tree.Variables else evaluate(m, node.init)
    bound = _trip_count(m, node)

    def body() -> bool:
        if node.test is not None:
            evaluate(m, node.test)
        _run(m, node.body)
        if node.update is not None:
            evaluate(m, node.update)
        return GOES_ON

    _loop(m, node, LoopFrame(m.span(node), bound, None), body)
    m.scope = outer
    return GOES_ON


def _trip_count(m: Machine, node: tree.For) -> int | None:
    """`for (let i = 0; i < N; i++)` with a literal N, or the length of an array that is known."""
    if type(node.test) is tree.Binary and node.test.operator in ("<", "<=") and type(node.test.left) is tree.Name:
        start, end = m.lookup(node.test.left.name), evaluate(m, node.test.right)
        first = start.value if type(start) is Literal else None
        last = end.value if type(end) is Literal else None
        if isinstance(first, int) and isinstance(last, (int, float)) and abs(last) < 1e9:
            return max(0, int(last) - first + (node.test.operator == "<="))
    return None


def run_while(m: Machine, node: tree.While) -> bool:
    if not node.after and operators.truth(evaluate(m, node.test)) is False:
        return GOES_ON

    def body() -> bool:
        _run(m, node.body)
        evaluate(m, node.test)
        return GOES_ON

    _loop(m, node, LoopFrame(m.span(node), None, None), body)
    return GOES_ON


def _run(m: Machine, node: Node) -> bool:
    from convex_lint.interpret.statements import run

    return run(m, node)
