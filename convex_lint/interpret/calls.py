"""Calling: closures, classes, natives, methods; recursion, memo and the escape of a context into unknown code."""

from __future__ import annotations

from itertools import islice
from typing import Any

from convex_lint.interpret import annotation, answers, looks, newborn, patterns, promises, widened
from convex_lint.interpret.guards import GuardNode, required, rooted
from convex_lint.interpret.machine import FILLED, Budget, Frame, Machine
from convex_lint.interpret.record import Record, copy_guard, copy_records, keep_records, rebind
from convex_lint.interpret.summary import Summary, closes, key_of
from convex_lint.interpret.values import (
    UNDEFINED,
    UNKNOWN,
    Arr,
    Bound,
    Call,
    Cls,
    Ctx,
    Database,
    Either,
    Fn,
    Host,
    Native,
    Obj,
    Prom,
    Range,
    Registered,
    Scope,
    TableQuery,
    Value,
    join,
)
from convex_lint.syntax import tree


def call_value(m: Machine, callee: Value, call: Call) -> Value:
    """The result of calling `callee`; anything that is not known to be callable is an unknown function."""
    kind = type(callee)
    if kind is Fn:
        return call_function(m, callee, call)
    if kind is Native:
        for arg in call.args:
            promises.settled(arg)
        return callee.run(m, call)
    if kind is Bound:
        from convex_lint.interpret.members import invoke

        return invoke(m, callee.object, callee.name, call)
    if kind is Either:  # where there may be none, code asks before it calls
        return each(m, callee.options, lambda option: option if option is UNDEFINED else call_value(m, option, call))
    if kind is Registered:
        return call_value(m, callee.handler, call)
    if kind is Cls:
        return UNKNOWN
    if kind is Obj and "\0call" in callee.props:
        return call_value(m, callee.props["\0call"], call)
    return call_unknown(m, call)


def each(m: Machine, options: tuple[Value, ...], run: Any) -> Value:
    """Runs once for each option, as alternative branches; joins results and states."""
    results: list[Value] = []
    arms = []
    for option in options:

        def arm(option: Value = option) -> bool:
            results.append(run(option))
            return False

        arms.append(m.attempt(arm))
    m.merge(arms)
    return join(*results)


def call_unknown(m: Machine, call: Call) -> Value:
    """A function that nobody can read: the callbacks that it is given may run; a context that it is given is lost."""
    for arg in call.args:
        promises.settled(arg)
        looks.whole(m, arg, "passed", call.node)
        for option in arg.options if type(arg) is Either else (arg,):
            kind = type(option)
            if kind is Fn or kind is Native:
                run_callback(m, option, call)
            elif (
                kind is Ctx
                or kind is Database
                or (kind is Obj and any(type(part) is Ctx or type(part) is Database for part in option.props.values()))
            ):
                m.lost(call.node, "context given to a function that could not be followed")
    return UNKNOWN


def run_callback(m: Machine, callback: Value, call: Call) -> Value:
    """Runs a callback that unknown code received: what it iterates over, if anything, are the elements of the other
    arguments."""
    from convex_lint.interpret.arrays import element_of

    elements = [element_of(arg) for arg in call.args if type(arg) is Arr]
    args = [join(*elements)] if elements else []
    m.branches += 1
    m.newborn.clear()  # it may be run more than once
    result = call_value(m, callback, Call(call.node, args, open=True))
    m.newborn.clear()
    m.branches -= 1
    return result


def call_function(m: Machine, fn: Fn, call: Call, this: Value = None) -> Value:
    node = fn.node
    if not m.spend(call.node):
        return UNKNOWN
    if m.depth >= Budget.DEPTH:
        m.lost(call.node, "calls nested too deeply")
        return annotation.returned(m, fn)
    receiver = fn.this if this is None else this
    running = [active_key for active_node, active_key in m.stack if active_node is node]
    key: Any = None
    origins: list[Record] = []
    if running or fn.scope.parent is None:
        key, origins = key_of((receiver, *call.args), m.shapes)
    if len(running) >= Budget.RECURSION or (key is not None and key in running):
        m.newborn.clear()
        return annotation.returned(m, fn)
    memo_key = None
    if key is not None and fn.scope.parent is None and not call.open:
        memo_key = (id(node), key, m.component, m.recording, newborn.known(m, origins))
        hit = m.memo.get(memo_key)
        if hit is not None:
            return _replay(m, hit, origins, call)
    visits = m.visits[id(node)] = m.visits.get(id(node), 0) + 1
    ways: widened.Ways | None = None
    steps = m.steps
    if visits > Budget.VISITS and m.recording:
        if _idle(m, fn, receiver, call, visits):
            m.newborn.clear()
            return annotation.returned(m, fn)
        if _often(m, fn, visits):
            m.newborn.clear()
            ways, memo_key = m.ways.setdefault(id(node), widened.Ways()), None
            summary = ways.add(m, fn, receiver, call)
            if summary is not None:
                return _again(m, ways, summary, call)
            if not ways.may_run() or m.together > Budget.TOGETHER:
                m.lost(call.node, "helper called in too many ways")
                return annotation.returned(m, fn)
            ways.runs += 1
            call = widened.together(ways, call)
    outer = (m.frame, m.scope, m.loops, m.branches, m.records, m.guard, m.promises)
    born = Scope(fn.scope, fn.scope.module)
    if not node.arrow:
        born.vars["this"] = receiver if receiver is not None else UNDEFINED
        born.vars["arguments"] = Arr(call.args, exact=not call.open)
        if fn.home is not None:
            born.vars["\0home"] = fn.home
    m.frame = Frame(fn.scope.module.file, within_name(fn, outer[0], m.entry), born, newborn.around(m))
    m.scope, m.loops, m.branches, m.records, m.guard, m.promises = born, [], 0, [], None, []
    m.depth += 1
    m.stack.append((node, key))
    mark, seen = len(m.journal), len(m.looks)
    lost_before, losses = len(m.unfollowed), m.losses
    guard: GuardNode | None = None
    try:
        result = _run_body(m, fn, call)
        guard = required(m.frame.exits)
        promises.ended(m.promises, result, outer[6])
    finally:
        m.stack.pop()
        m.depth -= 1
        records = m.records
        m.frame, m.scope, m.loops, m.branches, m.records, m.guard, m.promises = outer
    lossy = losses != m.losses
    if lossy:
        m.newborn.clear()
    m.efforts[id(node)] = m.efforts.get(id(node), 0) + m.steps - steps
    if ways is not None:
        m.together += m.steps - steps
    pure = _pure(m, mark, born)
    closing = memo_key is not None and closes(result)
    if records or not pure or closing:
        m.effective[id(node)] = m.effective.get(id(node), 0) + len(records) + closing
    if ways is not None and ways.keeps({id(target) for target, name, _ in m.journal[mark:] if name != FILLED}, call):
        ways.summaries[ways.form] = Summary(keep_records(records), rebind(result, {}), [], [], guard, lossy)
    if memo_key is not None and not m.exhausted and lost_before == len(m.unfollowed) and pure and not closing:
        m.memo[memo_key] = Summary(
            keep_records(records),
            rebind(result, {}),
            origins,
            looks.of_origins(m.looks[seen:], origins) if origins else [],
            guard,
            lossy,
        )
    return _returned(m, records, result, guard, call)


def _idle(m: Machine, fn: Fn, receiver: Value, call: Call, visits: int) -> bool:
    """Would one run more tell nothing of the function that is analysed? So it is when no run so far did or made anything, or
    when there is nothing to do something with. Who is handed a query's range or condition answers with it each time."""
    if any(type(arg) is Range or (type(arg) is Host and arg.role in _BUILDERS) for arg in call.args):
        return False
    if m.efforts.get(id(fn.node), 0) < Budget.EFFORT:
        return False
    done = m.effective.get(id(fn.node))
    capable = fn.scope.parent is not None or any(carries(value, 0) for value in (receiver, *call.args))
    if done is None or not (done or capable):
        return True
    return visits > Budget.CAPABLE_VISITS and not done


def _often(m: Machine, fn: Fn, visits: int) -> bool:
    """Was it run so often, or gave so many operations, that it must be run for many calls together?"""
    many = m.effective.get(id(fn.node), 0) > Budget.EFFECTS or visits > Budget.EFFECTS
    return visits > Budget.CAPABLE_VISITS and many


def _again(m: Machine, ways: widened.Ways, summary: Summary, call: Call) -> Value:
    """What a helper does in any of the ways in which it was called. That is told at some places, not at all of them."""
    ways.lifts += 1
    m.told += len(summary.records)
    if ways.lifts > widened.LIFTS or m.told > Budget.RECORDS:
        return rebind(summary.result, {})
    fresh, mapping = copy_records(summary.records)
    return _returned(m, fresh, rebind(summary.result, mapping), copy_guard(summary.guard, mapping, {}), call)


_BUILDERS = ("filter", "search", "vector")
_CAPABLE = frozenset((Ctx, Database, Host, Fn, Native, Bound, TableQuery, Registered, Cls))


def carries(value: Value, depth: int) -> bool:
    """Can code that holds this value reach the database or the platform through it? Of containers that hold very much,
    the first parts are asked."""
    kind = type(value)
    if kind in _CAPABLE:
        return True
    if depth > 3:
        return False
    if kind is Obj:
        return type(value.kind) is Cls or any(carries(part, depth + 1) for part in islice(value.props.values(), 64))
    if kind is Arr:
        return any(carries(item, depth + 1) for item in value.items[:64])
    if kind is Either:
        return any(carries(option, depth + 1) for option in value.options)
    return kind is Prom and carries(value.value, depth + 1)


def _replay(m: Machine, summary: Summary, origins: list[Record], call: Call) -> Value:
    m.replayed += len(summary.records)
    if m.replayed > Budget.RECORDS:
        m.exhaust(call.node)
        return UNKNOWN
    fresh, mapping = copy_records(summary.records, dict(zip(summary.origins, origins, strict=True)))
    looks.repeat(m, summary.looks, mapping)
    newborn.repeated(m, fresh)
    if summary.lossy:
        m.newborn.clear()
    guard = copy_guard(summary.guard, mapping, {})
    return _returned(m, fresh, rebind(summary.result, mapping), guard, call)


def _run_body(m: Machine, fn: Fn, call: Call) -> Value:
    from convex_lint.interpret.evaluate import evaluate
    from convex_lint.interpret.statements import run_block

    node = fn.node
    patterns.bind_parameters(m, node, call)
    if type(node.body) is tree.Block:
        if not run_block(m, node.body, fresh=False):
            m.frame.exits.append(m.guard)
        result = answers.answer(m, node.body)
    else:
        result = evaluate(m, node.body)
        m.frame.exits.append(m.guard)
    flow = node.flow
    if "generator" in flow:
        return Arr(m.frame.yields, exact=False)
    result = annotation.refine(m, result, node.returns, fn.scope)
    if len(m.stack) == 1:
        promises.answered(result)
    if flow == "async":
        if len(m.stack) > 1:
            promises.settled(result)
        if type(result) is not Prom:
            return Prom(awaited(result))
    return result


def awaited(value: Value) -> Value:
    """What `await` gives."""
    kind = type(value)
    if kind is Prom:
        return awaited(value.value)
    if kind is Either and any(type(option) is Prom or is_lazy(option) for option in value.options):
        return join(*[awaited(option) for option in value.options])
    if kind is Obj and "\0await" in value.props:
        return awaited(value.props["\0await"]())
    return value


def is_lazy(value: Value) -> bool:
    """A library's promise that does its work when it is awaited (`knowledge/lazy.py`)."""
    return type(value) is Obj and "\0await" in value.props


def within_name(fn: Fn, outer: Frame, entry: tuple[str, str]) -> str:
    """A named function is a place of its own; a callback belongs to the function around it in the text, and the handler
    that a wrapper of another file calls to the function that it makes."""
    if fn.label:
        return f"{fn.home.name}.{fn.label}" if fn.home is not None else fn.label
    here = (outer.file, outer.within)
    return next((within for file, within in (here, entry) if file == fn.scope.module.file), "anonymous function")


def _returned(m: Machine, records: list[Record], result: Value, guard: GuardNode | None, call: Call) -> Value:
    """Back in the caller: what was done is done at the call's place, behind the caller's guards, which are joined by
    those that the call did not throw at."""
    _lift(m, records, call)
    m.guard = rooted(guard, m.guard, {})
    if records and type(result) is Prom:
        return Prom(result.value, promises.Work(records, result.work))
    return result


def _lift(m: Machine, records: list[Record], call: Call) -> None:
    if not records:
        return
    known: dict[GuardNode, GuardNode] = {}
    site = m.span(call.node)
    loops = tuple(m.loops)
    conditional = m.branches > 0 or m.frame.exited
    for record in records:
        record.via = (site, *record.via)
        if loops:
            record.loops = loops + record.loops
        if conditional:
            record.conditional = True
        if m.guard is not None:
            record.guard = rooted(record.guard, m.guard, known)
    m.records.extend(records)


def _pure(m: Machine, mark: int, born: Scope) -> bool:
    return all(target.born >= born.born for target, name, _ in m.journal[mark:] if name != FILLED)
