"""Records to operations: numbered, merged where they are the same, with symbolic values of the model inside."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret import typed, unasked
from convex_lint.interpret.guards import ARM, SKIP, GuardNode, shared
from convex_lint.interpret.machine import Machine
from convex_lint.interpret.predicates import predicates
from convex_lint.interpret.promises import COLLECTED, DROPPED, OPEN
from convex_lint.interpret.record import Record, loop_of
from convex_lint.interpret.values import (
    UNKNOWN,
    Arg,
    Arr,
    Doc,
    Either,
    NewId,
    Obj,
    Prom,
    RowField,
    Typed,
    Value,
    join,
    options_of,
)
from convex_lint.model import value as symbols
from convex_lint.model.operation import Bound, Call, Guard, Key, Op, Operation, Platform, Read, Write

_READS = frozenset((Op.GET, Op.QUERY, Op.PAGINATE, Op.SEARCH, Op.VECTOR_SEARCH))
_WRITES = frozenset((Op.INSERT, Op.PATCH, Op.REPLACE, Op.DELETE))
_DEPTH = 5
_PARTS = 500
"""How many values the symbolic form of one value may have, whatever an object holds."""


def operations(m: Machine, records: list[Record]) -> tuple[Operation, ...]:
    ordinals: dict[Record, int] = {}
    kept: dict[Any, Record] = {}
    instead = unasked.meant(records)
    for record in sorted(records, key=lambda record: record in instead) if instead else records:
        key = _key(instead.get(record, record))
        first = kept.get(key)
        if first is None:
            kept[key] = record
            ordinals[record] = len(ordinals)
        elif record in instead:
            first.fields.update(record.fields)
            ordinals[record] = ordinals[first]
        else:
            _absorb(first, record)
            ordinals[record] = ordinals[first]
    finisher = _Finisher(m, ordinals)
    return tuple([finisher.operation(record) for record in kept.values()])


def _key(record: Record) -> Any:
    details = record.details
    eq = tuple([name for name, _ in details.get("eq", ())])
    bounds = tuple([(name, operator) for name, operator, _ in details.get("bounds", ())])
    return (
        record.op,
        record.component,
        record.span,
        record.via,
        details.get("table"),
        details.get("index"),
        details.get("target") if record.op in (Op.RUN, Op.SCHEDULE) else None,
        details.get("order"),
        eq,
        bounds,
        details.get("method"),
    )


def _absorb(first: Record, again: Record) -> None:
    """The same operation seen once more (a loop's second pass, an unrolled iteration, a query built in branches)."""
    first.conditional = first.conditional and again.conditional
    _keep_common_filters(first, again)
    first.residual.extend(entry for entry in again.residual if entry not in first.residual)
    first.uses.extend(use for use in again.uses if use not in first.uses)
    first.fields.update(again.fields)
    first.guard = shared(first.guard, again.guard)
    if again.promise in (DROPPED, COLLECTED, OPEN):
        first.promise = again.promise
    for name in ("eq", "bounds"):
        old, new = first.details.get(name), again.details.get(name)
        if old and new and old != new:
            first.details[name] = tuple(
                [(*a[:-1], a[-1] if a[-1] == b[-1] else UNKNOWN) for a, b in zip(old, new, strict=True)]
            )
    if "document" in first.details:
        first.details["document"] = _either_text(first.details["document"], again.details.get("document"))
    if "fields" in first.details:
        old, new = first.details["fields"], again.details["fields"]
        first.details["fields"] = None if old is None or new is None else tuple(dict.fromkeys((*old, *new)))


def _either_text(first: Value, again: Value) -> Value:
    """`for (const kind of ["a", "b"]) await ctx.db.insert("rows", { kind })` writes both. What else a field gets is told by
    the first time."""
    if type(first) is not Obj or type(again) is not Obj:
        return first
    parts = dict(first.props)
    for name, part in first.props.items():
        other = again.props.get(name, part)
        if part != other and all(type(one) is symbols.Literal for one in (*options_of(part), other)):
            parts[name] = join(part, other)
    return Obj(parts, first.rest, first.kind) if parts != first.props else first


def _keep_common_filters(first: Record, again: Record) -> None:
    """A `.filter()` that only some executions add holds in their case."""
    ours, theirs = ({span for _, source, span in record.residual if source == "filter"} for record in (first, again))
    for record in (first, again):
        record.residual = [
            (_in_some_case(value), source, span)
            if source == "filter" and span in ours ^ theirs
            else (value, source, span)
            for value, source, span in record.residual
        ]


def _in_some_case(value: Value) -> Value:
    given = type(value) is symbols.Computed and value.operator == "given"
    return value if given else symbols.Computed("given", (value, UNKNOWN))


class _Finisher:
    def __init__(self, m: Machine, ordinals: dict[Record, int]) -> None:
        self.m = m
        self.ordinals = ordinals
        self.left = _PARTS
        self.guards: dict[GuardNode, tuple[Guard, ...]] = {}
        # By depth and address: the value (so that it lives on), its symbolic form, and how many parts that took.
        self.made: list[dict[int, tuple[Value, symbols.Value, int]]] = [{} for _ in range(_DEPTH + 1)]

    def operation(self, record: Record) -> Operation:
        place: dict[str, Any] = {
            "ordinal": self.ordinals[record],
            "op": record.op,
            "component": record.component,
            "span": record.span,
            "via": record.via,
            "within": record.within,
            "loops": tuple([loop_of(frame, self.ordinals) for frame in record.loops]),
            "conditional": record.conditional,
            "guards": self.guards_of(record.guard),
            "promise": COLLECTED if record.promise == OPEN else record.promise,
        }
        details = record.details
        if record.op in _READS:
            return self._read(place, record)
        if record.op in _WRITES:
            return Write(
                **place,
                table=details["table"],
                fields=details["fields"],
                values=self._values(details.get("document")) or (),
                target=self.symbol(details["target"]),
            )
        if record.op in (Op.RUN, Op.SCHEDULE):
            delay = details.get("delay")
            return Call(
                **place,
                method=details["method"],
                target=details["target"],
                through=details["through"],
                arguments=self._values(details.get("arguments")),
                delay=self.symbol(delay) if delay is not None else None,
                durable=bool(details.get("durable")),
            )
        given = details["arguments"] if "condition" not in details else (details["condition"],)
        return Platform(**place, method=details["method"], arguments=tuple([self.symbol(value) for value in given]))

    def _read(self, place: dict[str, Any], record: Record) -> Read:
        details = record.details
        limit, key = details.get("limit"), details.get("key")
        return Read(
            **place,
            table=details["table"],
            index=details["index"],
            eq=tuple([Key(name or "?", self.symbol(value)) for name, value in details.get("eq", ())]),
            bounds=tuple([Bound(n or "?", operator, self.symbol(v)) for n, operator, v in details.get("bounds", ())]),
            range_known=bool(details.get("range_known", True)) and details["index"] is not None,
            order=details.get("order", "asc"),
            terminal=details.get("terminal", "collect"),
            limit=self.symbol(limit) if limit is not None else None,
            key=self.symbol(key) if key is not None else None,
            residual=tuple(
                [p for value, source, span in record.residual for p in predicates(self, record, value, source, span)]
            ),
            uses=tuple(dict.fromkeys(record.uses)),
            fields=tuple(record.fields),
            system=bool(details.get("system")),
        )

    def guards_of(self, node: GuardNode | None) -> tuple[Guard, ...]:
        if node is None:
            return ()
        made = self.guards.get(node)
        if made is None:
            otherwise = SKIP if node.otherwise == ARM else node.otherwise
            guard = Guard(self.symbol(node.condition), node.holds, node.span, otherwise)
            made = self.guards[node] = (*self.guards_of(node.outer), guard)
        return made

    def _values(self, document: Value) -> tuple[tuple[str, symbols.Value], ...] | None:
        """The fields of an object that are known one by one."""
        if type(document) is Obj:
            names = [name for name in document.props if not name.startswith("\0")]
            return tuple([(name, self.symbol(document.props[name])) for name in names])
        if type(document) in (Arg, Doc, Typed):
            fields = typed.fields_of(self.m, document)
            if fields is not None:
                return tuple([(name, self.symbol(typed.part_of(self.m, document, name))) for name in fields])
            return None
        return () if document is None or type(document) is symbols.Undefined else None

    def symbol(self, value: Value, depth: int = 0) -> symbols.Value:
        """The model's form of a value."""
        self.left = self.left - 1 if depth else _PARTS
        if depth > _DEPTH or self.left < 0:
            return symbols.UNKNOWN
        kind = type(value)
        if kind in _SYMBOLS:
            leaf: symbols.Value = value
            return leaf
        known = self.made[depth].get(id(value))
        if known is not None and known[2] <= self.left:
            self.left -= known[2]
            return known[1]
        before = self.left
        form = self._form(value, kind, depth)
        if self.left >= 0:
            self.made[depth][id(value)] = (value, form, before - self.left)
        return form

    def _form(self, value: Value, kind: type[Value], depth: int) -> symbols.Value:
        if kind is Doc:
            read = self.ordinals.get(value.origin) if value.origin is not None else None
            part = symbols.DocumentField(value.table, value.path, read)
            if value.path and (value.component, value.table, value.path) in self.m.pushed:
                return symbols.Computed("append", (part, symbols.UNKNOWN))
            return part
        if kind is Arg:
            tables = typed.tables_of(value)
            return symbols.Argument(value.path, tables[0] if len(tables) == 1 else None)
        if kind is Typed and value.origin is not None:
            return symbols.Result(self.ordinals.get(value.origin), value.path)
        if kind is NewId:
            return symbols.Inserted(value.table, self.ordinals.get(value.origin) if value.origin is not None else None)
        if kind is symbols.Computed:
            return symbols.Computed(value.operator, tuple([self.symbol(part, depth + 1) for part in value.parts]))
        if kind is Either:
            return symbols.Computed("either", tuple([self.symbol(option, depth + 1) for option in value.options]))
        if kind is Prom:
            return self.symbol(value.value, depth)
        if kind is RowField:
            return symbols.DocumentField(None, tuple(value.path.split(".")), None)
        if kind is Arr and value.base is not None:
            added = [item for item in value.items if type(item) is not Doc or item.path[:-1] != value.base.path]
            new = self.symbol(added[0], depth + 1) if len(added) == 1 else symbols.UNKNOWN
            base = symbols.DocumentField(
                value.base.table, value.base.path, self.ordinals.get(value.base.origin) if value.base.origin else None
            )
            return symbols.Computed("append", (base, new))
        if kind is Arr and value.items:
            return symbols.Computed("array", tuple([self.symbol(item, depth + 1) for item in value.items[:8]]))
        if kind is Obj:
            parts = [self.symbol(part, depth + 1) for name, part in value.props.items() if not name.startswith("\0")]
            return symbols.Computed("object", tuple(parts))
        return symbols.UNKNOWN


_SYMBOLS = frozenset(
    (symbols.Literal, symbols.Undefined, symbols.IdOf, symbols.Identity, symbols.Clock, symbols.Random,
     symbols.Environment, symbols.Unknown)
)  # fmt: skip
