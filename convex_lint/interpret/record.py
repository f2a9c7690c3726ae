"""Records: what was seen to be done, before it is numbered and frozen as an `Operation`."""

from __future__ import annotations

from convex_lint.interpret.guards import GuardNode
from convex_lint.interpret.values import SHARED, Arr, Doc, Either, NewId, Obj, Prom, Typed, Value
from convex_lint.model.operation import Loop, Op, Use
from convex_lint.model.value import Computed
from convex_lint.source import Span


class LoopFrame:
    """A loop while it runs; `over` is the read whose rows it walks."""

    __slots__ = ("bound", "over", "span")

    def __init__(self, span: Span, bound: int | None, over: Record | None) -> None:
        self.span = span
        self.bound = bound
        self.over = over


class Record:
    """One operation. Relative to the call frame that made it: each return to a caller puts the call site before `via`,
    the caller's loops before `loops`, and makes it conditional if the call was. `details` are the arguments of the
    model's class for `op`, with interpreter values inside. `fields` are those of a read's rows that code looked at."""

    __slots__ = (
        "component",
        "conditional",
        "details",
        "fields",
        "guard",
        "loops",
        "op",
        "promise",
        "residual",
        "span",
        "uses",
        "via",
        "within",
    )

    def __init__(self, op: Op, component: str, span: Span, within: str, conditional: bool) -> None:
        self.op = op
        self.component = component
        self.span = span
        self.within = within
        self.conditional = conditional
        self.via: tuple[Span, ...] = ()
        self.loops: tuple[LoopFrame, ...] = ()
        self.details: dict[str, Value] = {}
        self.residual: list[tuple[Value, str, Span]] = []
        self.uses: list[Use] = []
        self.fields: dict[str, None] = {}
        self.guard: GuardNode | None = None
        self.promise = "awaited"

    def __repr__(self) -> str:
        return f"Record({self.op}, {self.span}, {self.details})"


def copy_records(
    records: list[Record], known: dict[Record, Record] | None = None
) -> tuple[list[Record], dict[Record, Record]]:
    """Copies that refer to each other as the originals do, and the map from original to copy, which includes `known`."""
    mapping: dict[Record, Record] = {}
    for record in records:
        copy = Record(record.op, record.component, record.span, record.within, record.conditional)
        copy.via = record.via
        mapping[record] = copy
    copies = list(mapping.items())
    seen: dict[int, Value] = {}
    guards: dict[GuardNode, GuardNode] = {}
    if known:
        mapping.update(known)
    for record, copy in copies:
        copy.loops = tuple(
            LoopFrame(loop.span, loop.bound, mapping.get(loop.over, loop.over)) if loop.over is not None else loop
            for loop in record.loops
        )
        copy.details = {name: rebind(value, mapping, seen) for name, value in record.details.items()}
        copy.residual = [(rebind(value, mapping, seen), source, span) for value, source, span in record.residual]
        copy.uses = list(record.uses)
        copy.fields = dict(record.fields)
        copy.promise = record.promise
        if record.guard is not None:
            copy.guard = copy_guard(record.guard, mapping, guards, seen)
    return [copy for _, copy in copies], mapping


def copy_guard(
    node: GuardNode | None,
    mapping: dict[Record, Record],
    guards: dict[GuardNode, GuardNode],
    seen: dict[int, Value] | None = None,
) -> GuardNode | None:
    """A chain of guards whose conditions speak of the copies."""
    if node is None:
        return None
    made = guards.get(node)
    if made is None:
        outer = copy_guard(node.outer, mapping, guards, seen)
        made = GuardNode(rebind(node.condition, mapping, seen), node.holds, node.span, node.otherwise, outer)
        guards[node] = made
    return made


def rebind(value: Value, mapping: dict[Record, Record], seen: dict[int, Value] | None = None) -> Value:
    """`value` with every reference to a record replaced; objects and arrays are copied, so that copies never share
    what can change. `seen` keeps shared parts shared."""
    kind = type(value)
    if kind is Doc:
        if value.origin in mapping:
            return Doc(value.component, value.table, value.path, mapping[value.origin], value.validator)
        return value
    if kind is Typed:
        return Typed(value.validator, mapping[value.origin], value.path) if value.origin in mapping else value
    if kind is NewId:
        return NewId(value.table, mapping[value.origin]) if value.origin in mapping else value
    if kind not in _COMPOSED:
        return value
    seen = {} if seen is None else seen
    known = seen.get(id(value))
    if known is not None:
        return known
    made: Value
    if kind is Prom:
        made = Prom(rebind(value.value, mapping, seen), mapping.get(value.work, value.work) if value.work else None)
    elif kind is Either:
        made = Either(tuple([rebind(option, mapping, seen) for option in value.options]))
    elif kind is Computed:
        made = Computed(value.operator, tuple([rebind(part, mapping, seen) for part in value.parts]))
    elif kind is tuple:
        made = tuple([rebind(part, mapping, seen) for part in value])
    elif value.born == SHARED:
        made = value
    elif kind is Arr:
        made = seen[id(value)] = Arr(exact=value.exact, bound=value.bound, part=value.part)
        made.base = rebind(value.base, mapping, seen) if value.base is not None else None
        made.rows = mapping.get(value.rows, value.rows) if value.rows is not None else None
        made.per = mapping.get(value.per, value.per) if value.per is not None else None
        made.items = [rebind(item, mapping, seen) for item in value.items]
    else:
        made = seen[id(value)] = Obj(kind=value.kind)
        made.hidden, made.getters = value.hidden, value.getters
        made.props = {name: rebind(part, mapping, seen) for name, part in value.props.items()}
        made.rest = rebind(value.rest, mapping, seen) if value.rest is not None else None
    seen[id(value)] = made
    return made


_COMPOSED = frozenset((Prom, Either, Computed, tuple, Arr, Obj))


def loop_of(frame: LoopFrame, ordinals: dict[Record, int]) -> Loop:
    return Loop(frame.span, frame.bound, ordinals.get(frame.over) if frame.over is not None else None)
