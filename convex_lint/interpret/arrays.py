"""Arrays: elements, methods, and what is done to the rows of a read (the residual predicates and uses)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convex_lint.interpret import looks, promises, typed
from convex_lint.interpret.calls import awaited, call_unknown, call_value, is_lazy
from convex_lint.interpret.fitting import fitting
from convex_lint.interpret.greatest import field_kept
from convex_lint.interpret.iterables import as_array, chained, listed
from convex_lint.interpret.looks import use
from convex_lint.interpret.machine import Machine
from convex_lint.interpret.operators import truth
from convex_lint.interpret.record import LoopFrame
from convex_lint.interpret.values import (
    FALSE,
    UNDEFINED,
    UNKNOWN,
    Arr,
    Bound,
    Call,
    Doc,
    Either,
    Fn,
    Obj,
    Prom,
    Value,
    join,
)
from convex_lint.model.value import Computed, Literal
from convex_lint.syntax import tree


def element_of(value: Arr) -> Value:
    return join(*value.items) if value.items else UNKNOWN


def item_at(m: Machine, value: Value, i: int, node: Any) -> Value:
    """`value[i]` for a number that is known."""
    if type(value) is Either:
        return join(*[item_at(m, option, i, node) for option in value.options])
    if type(value) is Arr:
        if value.exact:
            return value.items[i] if -len(value.items) <= i < len(value.items) else UNDEFINED
        if value.rows is not None and i == 0:
            use(m, value.rows, "first", node, part=value.part)
        elif value.rows is not None and i == -1:
            use(m, value.rows, "last", node, part=value.part)
        return join(*value.items) if value.items else UNKNOWN
    return typed.element_of(m, value)


def get(m: Machine, value: Arr, name: str, node: Any) -> Value:
    if name == "length":
        use(m, value.rows, "length", node, part=value.part)
        if value.exact:
            return Literal(len(value.items))
        return Computed("length", ()) if value.rows is None else Computed("length", (_whole(value),))
    return Bound(value, name)


def _whole(value: Arr) -> Value:
    """The rows of a read, as something that a condition can look at."""
    return Doc("", None, (), value.rows)


def invoke(m: Machine, value: Arr, name: str, call: Call) -> Value:
    method = METHODS.get(name)
    if method is None:
        call_unknown(m, call)
        return UNKNOWN
    return method(m, value, call)


# ---------------------------------------------------------------- running callbacks


def each_element(m: Machine, array: Arr, callback: Value, call: Call, extra: tuple[Value, ...] = ()) -> list[Value]:
    """The callback's result for each element: one by one when they are few and known, else once for all."""
    if not array.items:
        return []
    frame = LoopFrame(m.span(call.node), array.bound, array.per)
    if array.exact:
        frame.bound = len(array.items)
    m.loops.append(frame)
    if array.exact and len(array.items) <= m.unroll:
        results = [
            call_value(m, callback, Call(call.node, [*extra, item, Literal(i)])) for i, item in enumerate(array.items)
        ]
    else:
        results = [call_value(m, callback, Call(call.node, [*extra, join(*array.items), UNKNOWN, array]))]
    # What a callback leaves to be awaited is done once for each element too.
    results = [Prom(awaited(result)) if is_lazy(result) else result for result in results]
    m.loops.pop()
    return results


def _map(m: Machine, value: Arr, call: Call) -> Value:
    use(m, value.rows, "map", call.node, part=value.part)
    results = each_element(m, value, call.arg(0), call)
    for result in results:
        promises.begun(m, result)
    return Arr(results, exact=value.exact and len(value.items) <= m.unroll, bound=_bound(value), per=value.per)


def _bound(value: Arr) -> int | None:
    return len(value.items) if value.exact else value.bound


def _for_each(m: Machine, value: Arr, call: Call) -> Value:
    use(m, value.rows, "iterate", call.node, part=value.part)
    for result in each_element(m, value, call.arg(0), call):
        promises.dropped(result)
    return UNDEFINED


def _filter(m: Machine, value: Arr, call: Call) -> Value:
    use(m, value.rows, "filter", call.node, part=value.part)
    results = each_element(m, value, call.arg(0), call)
    condition(m, value, results, call)
    if results and all(truth(result) is False for result in results):
        return Arr((), rows=value.rows, part=True, per=value.per)
    kept = [item for item, result in zip(value.items, results, strict=False) if truth(result) is not False]
    items = kept if value.exact and len(results) == len(value.items) else value.items
    sure = value.exact and all(truth(result) is not None for result in results) and len(results) == len(value.items)
    return Arr(items, exact=sure, rows=value.rows, bound=_bound(value), part=True, per=value.per)


def condition(m: Machine, value: Arr, results: list[Value], call: Call) -> None:
    """Rows are kept or dropped by what the callback says: a residual predicate of their read."""
    for result in results:
        looks.condition(m, value.rows, awaited(result), m.span(call.node))


def _flat_map(m: Machine, value: Arr, call: Call) -> Value:
    results = each_element(m, value, call.arg(0), call)
    items = [item for result in results for item in as_array(m, awaited(result)).items]
    return Arr(items[:64], exact=False)


def _find(m: Machine, value: Arr, call: Call) -> Value:
    use(m, value.rows, "find", call.node, part=value.part)
    results = each_element(m, value, call.arg(0), call)
    condition(m, value, results, call)
    if value.exact and len(results) == len(value.items):
        kept = [item for item, result in zip(value.items, results, strict=True) if truth(result) is not False]
        sure = kept and truth(results[value.items.index(kept[0])])
        return kept[0] if sure else join(*kept, UNDEFINED)
    if value.items and value.rows is None:
        return join(*[fitting(item, awaited(join(*results))) for item in value.items], UNDEFINED)
    return element_of(value)


def _some(m: Machine, value: Arr, call: Call) -> Value:
    use(m, value.rows, "some", call.node, part=value.part)
    results = each_element(m, value, call.arg(0), call)
    condition(m, value, results, call)
    return _decided(value, results, True)


def _decided(value: Arr, results: list[Value], by: bool) -> Value:
    """`some` (by a true one) and `every` (by a false one), where what each element gives is known."""
    told = [truth(result) for result in results]
    if told and all(one is False for one in told) and (by or value.filled):
        return FALSE
    if not value.exact or len(told) != len(value.items) or (None in told and by not in told):
        return UNKNOWN
    return Literal((by in told) is by)


def _every(m: Machine, value: Arr, call: Call) -> Value:
    use(m, value.rows, "iterate", call.node, part=value.part)
    return _decided(value, each_element(m, value, call.arg(0), call), False)


def _whole_test(m: Machine, value: Arr, call: Call) -> Value:
    """`findIndex` tells a place among all rows, and drops none."""
    use(m, value.rows, "iterate", call.node, part=value.part)
    each_element(m, value, call.arg(0), call)
    return UNKNOWN


def _reduce(m: Machine, value: Arr, call: Call) -> Value:
    start = call.arg(1) if len(call.args) > 1 else value.items[0] if value.exact and value.items else element_of(value)
    if value.exact and len(value.items) <= m.unroll:
        return _fold(m, value.items if len(call.args) > 1 else value.items[1:], call, start)
    results = each_element(m, value, call.arg(0), call, (start,))
    reducer = call.arg(0)
    kept = _extreme(results) or (field_kept(reducer.node) if type(reducer) is Fn else None)
    use(m, value.rows, "reduce", call.node, kept, part=value.part)
    return join(start, *results)


def _extreme(results: list[Value]) -> str | None:
    """The field whose greatest or smallest value a reduction keeps: `Math.max(best, row.n)`."""
    kept = [result for result in results if type(result) is Computed and result.operator in EXTREMES]
    return _field_in(kept[0]) if kept else None


EXTREMES = ("call:Math.max", "call:Math.min")


def _fold(m: Machine, items: list[Value], call: Call, start: Value) -> Value:
    m.loops.append(LoopFrame(m.span(call.node), len(items), None))
    for i, item in enumerate(items):
        start = call_value(m, call.arg(0), Call(call.node, [start, item, Literal(i)]))
    m.loops.pop()
    return start


def _sort(m: Machine, value: Arr, call: Call) -> Value:
    field = None
    if type(call.arg(0)) is Fn and value.items:
        compared = call_value(m, call.arg(0), Call(call.node, [element_of(value), element_of(value)]))
        field = _field_in(compared) if _looks_at_one(call.arg(0).node) else None
    use(m, value.rows, "sort", call.node, field, part=value.part)
    return Arr(value.items, exact=False, rows=value.rows, bound=_bound(value), part=value.part, per=value.per)


def _looks_at_one(compare: tree.Function) -> bool:
    """No other field of the rows decides a branch: `if (a.read !== b.read) return a.read ? 1 : -1`."""
    rows = {parameter.target.name for parameter in compare.parameters if type(parameter.target) is tree.Name}
    looked: set[str] = set()
    pending: list[Any] = [compare.body]
    while pending:
        part = pending.pop()
        if type(part) is tree.Member and type(part.object) is tree.Name and part.object.name in rows:
            looked.add(part.property)
        pending.extend([inner for inner in part if isinstance(inner, tuple)])
    return len(looked) <= 1


def _field_in(value: Value) -> str | None:
    """The one field of a row that a comparison looks at."""
    fields = set()
    pending = [value]
    while pending:
        part = pending.pop()
        if type(part) is Doc and part.path:
            fields.add(".".join(part.path))
        elif type(part) is Computed:
            pending.extend(part.parts)
        elif type(part) is Either:
            pending.extend(part.options)
    return fields.pop() if len(fields) == 1 else None


def _slice(m: Machine, value: Arr, call: Call) -> Value:
    start, end = call.arg(0), call.arg(1)
    if value.exact and type(start) is Literal and isinstance(start.value, int) and end is UNDEFINED:
        return Arr(value.items[start.value :])
    bound = end.value if type(end) is Literal and isinstance(end.value, int) and end.value >= 0 else _bound(value)
    first = type(start) is Literal and start.value == 0 and end is not UNDEFINED
    use(m, value.rows, "take" if first else "slice", call.node, part=value.part)
    return Arr(
        value.items, exact=False, bound=bound, part=True
    )  # what is done to a part of the rows is not done to all of them


def _same(m: Machine, value: Arr, call: Call) -> Value:
    return Arr(value.items, exact=False, rows=value.rows, bound=_bound(value), part=value.part, per=value.per)


def _concat(m: Machine, value: Arr, call: Call) -> Value:
    whole = chained(m, [value, *[listed(m, arg) for arg in call.args]])
    if type(whole) is Arr and whole.rows is None:
        whole.base = value.base
    return whole


def _push(m: Machine, value: Arr, call: Call) -> Value:
    sure = value.exact and not m.loops and m.branches == 0 and not call.open
    m.write_items(value, [*value.items, *[arg for arg in call.args if arg not in value.items]][:64], sure)
    return UNKNOWN


def _pop(m: Machine, value: Arr, call: Call) -> Value:
    m.write_items(value, list(value.items), False)
    return element_of(value)


def _at(m: Machine, value: Arr, call: Call) -> Value:
    i = call.arg(0)
    if type(i) is Literal and isinstance(i.value, int):
        return item_at(m, value, i.value, call.node)
    return element_of(value)


def _entries(m: Machine, value: Arr, call: Call) -> Value:
    if value.exact:
        return Arr([Arr([Literal(i), item]) for i, item in enumerate(value.items)])
    return Arr([Arr([UNKNOWN, element_of(value)])], exact=False, bound=value.bound)


def _flat(m: Machine, value: Arr, call: Call) -> Value:
    nested = [item if type(item) in (Arr, Either) else Arr([item], exact=False) for item in value.items]
    return chained(m, nested) if nested else Arr([], exact=False)


def _includes(m: Machine, value: Arr, call: Call) -> Value:
    if value.exact and all(type(item) is Literal for item in value.items):
        found = call.arg(0)
        if not value.items:
            return FALSE
        if type(found) is Literal:
            return Literal(found in value.items)
        return Computed("in", (found, *value.items))
    return UNKNOWN


def _unknown(m: Machine, value: Arr, call: Call) -> Value:
    call_unknown(m, call)
    return UNKNOWN


METHODS: dict[str, Callable[[Machine, Arr, Call], Value]] = {
    "map": _map,
    "flatMap": _flat_map,
    "forEach": _for_each,
    "filter": _filter,
    "find": _find,
    "findLast": _find,
    "findIndex": _whole_test,
    "findLastIndex": _whole_test,
    "some": _some,
    "every": _every,
    "reduce": _reduce,
    "reduceRight": _reduce,
    "sort": _sort,
    "toSorted": _sort,
    "slice": _slice,
    "splice": _same,
    "reverse": _same,
    "toReversed": _same,
    "values": _same,
    "fill": _same,
    "concat": _concat,
    "push": _push,
    "unshift": _push,
    "pop": _pop,
    "shift": _pop,
    "at": _at,
    "entries": _entries,
    "keys": lambda m, value, call: Arr([UNKNOWN], exact=False),
    "flat": _flat,
    "includes": _includes,
    "indexOf": _unknown,
    "join": _unknown,
    "next": lambda m, value, call: Prom(Obj({"value": element_of(value), "done": UNKNOWN})),
    "@@iterator": lambda m, value, call: value,
    "@@asyncIterator": lambda m, value, call: value,
}
