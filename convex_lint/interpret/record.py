"""Records: what was seen to be done, before it is numbered and frozen as an `Operation`."""

from __future__ import annotations

from collections.abc import Iterable
from operator import is_

from convex_lint.interpret.guards import GuardNode
from convex_lint.interpret.values import SHARED, Arr, Doc, Either, NewId, Obj, Prom, Typed, Value
from convex_lint.model.operation import Loop, Op, Use
from convex_lint.model.value import Computed
from convex_lint.source import Span


class LoopFrame:
    """A loop while it runs; `over` is the read whose rows it walks, `either` are those of which it walks one's. `only` is
    the `if` without `else` that is all of its body."""

    __slots__ = ("bound", "either", "only", "over", "span")

    def __init__(self, span: Span, bound: int | None, over: Record | None, either: tuple[Record, ...] = ()) -> None:
        self.only: object = None
        self.span = span
        self.bound = bound
        self.over = over
        self.either = either


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

    def copy(self) -> Record:
        """The same at this moment."""
        made = _NEW(Record)
        made.op = self.op
        made.component = self.component
        made.span = self.span
        made.within = self.within
        made.conditional = self.conditional
        made.via = self.via
        made.loops = self.loops
        made.details = self.details.copy()
        made.residual = self.residual.copy()
        made.uses = self.uses.copy()
        made.fields = self.fields.copy()
        made.guard = self.guard
        made.promise = self.promise
        return made

    def __repr__(self) -> str:
        return f"Record({self.op}, {self.span}, {self.details})"


_NEW = object.__new__


def as_they_are(details: dict[str, Value]) -> dict[str, Value]:
    """`details` that no later change of an object reaches: what is written is written as it is at that moment."""
    if not _CHANGING.isdisjoint(map(type, details.values())):
        seen: dict[int, Value] = {}
        return {name: rebind(value, {}, seen) for name, value in details.items()}
    return details


class Kept:
    """A record that others refer to, what it was `like` when it was kept, and which of its details refer to records
    (`tied`; None before that is known)."""

    __slots__ = ("like", "record", "tied")

    def __init__(self, record: Record) -> None:
        self.record = record
        self.like = record.copy()
        self.tied: tuple[str, ...] | None = None


def keep_records(records: list[Record]) -> list[Kept]:
    """The records as they are now, whatever their callers will add to them."""
    return [Kept(record) for record in records]


def copy_records(
    kept: list[Kept], known: dict[Record, Record] | None = None
) -> tuple[list[Record], dict[Record, Record]]:
    """Copies that refer to each other as the originals do, and the map from original to copy, which includes `known`."""
    copies = [one.like.copy() for one in kept]
    mapping = {one.record: copy for one, copy in zip(kept, copies, strict=True)}
    seen: dict[int, Value] = {}
    guards: dict[GuardNode, GuardNode] = {}
    if known:
        mapping.update(known)
    # A record that stands for itself hides who refers to it.
    telling = not known or all(record is not other for record, other in known.items())
    for one, copy in zip(kept, copies, strict=True):
        if copy.loops:
            copy.loops = tuple(
                [
                    LoopFrame(loop.span, loop.bound, mapping.get(loop.over, loop.over))
                    if loop.over is not None
                    else loop
                    for loop in copy.loops
                ]
            )
        details = copy.details
        tied = []
        for name in details if one.tied is None else one.tied:
            value = details[name]
            if type(value) in _REFERRING:
                made = rebind(value, mapping, seen, True)
                if made is not value:
                    details[name] = made
                    tied.append(name)
        if one.tied is None and telling:
            one.tied = tuple(tied)
        if copy.residual:
            copy.residual = [(rebind(value, mapping, seen, True), source, at) for value, source, at in copy.residual]
        if copy.guard is not None:
            copy.guard = copy_guard(copy.guard, mapping, guards, seen)
    return copies, mapping


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
        condition = rebind(node.condition, mapping, seen, True)
        if outer is node.outer and condition is node.condition:
            made = node
        else:
            made = GuardNode(condition, node.holds, node.span, node.otherwise, outer)
        guards[node] = made
    return made


def rebind(
    value: Value, mapping: dict[Record, Record], seen: dict[int, Value] | None = None, shared: bool = False
) -> Value:
    """`value` with every reference to a record replaced, itself where it has none. Objects and arrays are copied, so that
    copies never share what can change, unless nobody can change them any more (`shared`). `seen` keeps shared parts
    shared."""
    kind = type(value)
    if kind is Doc:
        origin = mapping.get(value.origin)
        return Doc(value.component, value.table, value.path, origin, value.validator) if origin is not None else value
    if kind is Typed:
        origin = mapping.get(value.origin)
        return Typed(value.validator, origin, value.path) if origin is not None else value
    if kind is NewId:
        origin = mapping.get(value.origin)
        return NewId(value.table, origin) if origin is not None else value
    if kind not in _COMPOSED:
        return value
    seen = {} if seen is None else seen
    known = seen.get(id(value))
    if known is not None:
        return known
    made: Value = value
    if kind is Prom:
        inner = rebind(value.value, mapping, seen, shared)
        work = mapping.get(value.work, value.work) if value.work else None
        if inner is not value.value or work is not value.work:
            made = Prom(inner, work)
    elif kind is Either:
        options = _parts(value.options, mapping, seen, shared)
        made = value if options is value.options else Either(options)
    elif kind is Computed:
        parts = _parts(value.parts, mapping, seen, shared)
        made = value if parts is value.parts else Computed(value.operator, parts)
    elif kind is tuple:
        made = _parts(value, mapping, seen, shared)
    elif value.born == SHARED:
        pass
    elif kind is Arr:
        made = seen[id(value)] = Arr(exact=value.exact, bound=value.bound, part=value.part)
        made.base = rebind(value.base, mapping, seen, shared) if value.base is not None else None
        made.rows = mapping.get(value.rows, value.rows) if value.rows is not None else None
        made.per = mapping.get(value.per, value.per) if value.per is not None else None
        made.items = [rebind(item, mapping, seen, shared) if type(item) in _REFERRING else item for item in value.items]
        if (
            shared
            and (made.base is value.base and made.rows is value.rows and made.per is value.per)
            and _same(made.items, value.items)
        ):
            made = value
    else:
        made = seen[id(value)] = Obj(kind=value.kind)
        made.hidden, made.getters = value.hidden, value.getters
        made.props = {
            name: rebind(part, mapping, seen, shared) if type(part) in _REFERRING else part
            for name, part in value.props.items()
        }
        made.rest = rebind(value.rest, mapping, seen, shared) if value.rest is not None else None
        if shared and made.rest is value.rest and _same(made.props.values(), value.props.values()):
            made = value
    seen[id(value)] = made
    return made


def _parts(
    parts: tuple[Value, ...], mapping: dict[Record, Record], seen: dict[int, Value], shared: bool
) -> tuple[Value, ...]:
    made = [rebind(part, mapping, seen, shared) if type(part) in _REFERRING else part for part in parts]
    return parts if _same(made, parts) else tuple(made)


def _same(made: Iterable[Value], given: Iterable[Value]) -> bool:
    return all(map(is_, made, given))


_COMPOSED = frozenset((Prom, Either, Computed, tuple, Arr, Obj))
_CHANGING = frozenset((Prom, Either, Arr, Obj))
_REFERRING = _COMPOSED | {Doc, Typed, NewId}


def loop_of(frame: LoopFrame, ordinals: dict[Record, int]) -> Loop:
    return Loop(frame.span, frame.bound, ordinals.get(frame.over) if frame.over is not None else None)
