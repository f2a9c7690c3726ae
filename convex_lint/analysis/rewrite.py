"""The `withIndex` call to write in place of what is there, in the words of the code around it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

from convex_lint.analysis.wish import Wish
from convex_lint.model.operation import Predicate, Read
from convex_lint.model.value import Argument, Identity, Literal, Undefined, Value
from convex_lint.source import Span

TextOf = Callable[[Span], str]

_CHAIN = r"[A-Za-z_$][\w$]*(?:(?:\?|!)?\.[\w$]+)*!?"
_WORDS = frozenset({"null", "undefined", "true", "false", "await", "typeof", "new"})


def call_text(
    name: str, fields: Sequence[str], bound: str | None, read: Read, wish: Wish, text_of: TextOf = lambda span: ""
) -> str:
    """`.withIndex("by_a", (q) => q.eq("a", args.a))`, with the values as far as they can be named."""
    written: dict[str, str] = {key.field: value_text(key.field, key.value) for key in read.eq}
    for equality in wish.equalities:
        expression = _written(text_of(equality.span), equality.field) if len(equality.values) == 1 else None
        written.setdefault(equality.field, expression or value_text(equality.field, equality.values[0]))
    parts = [f".eq({json.dumps(field)}, {written.get(field, value_text(field, None))})" for field in fields]
    for operator, value, span in _comparisons(read, bound) if bound is not None else ():
        expression = _written(text_of(span), bound or "") if span is not None else None
        parts.append(f".{operator}({json.dumps(bound)}, {expression or value_text(bound or '', value)})")
    if not parts:
        return f".withIndex({json.dumps(name)})"
    return f".withIndex({json.dumps(name)}, (q) => q{''.join(parts)})"


def _comparisons(read: Read, field: str) -> list[tuple[str, Value, Span | None]]:
    """At most one lower and one upper bound, as the platform has it."""
    found: list[tuple[str, Value, Span | None]] = [
        (bound.operator, bound.value, None) for bound in read.bounds if bound.field == field
    ]
    pending: list[Predicate] = list(read.residual)
    while pending:
        predicate = pending.pop(0)
        if predicate.operator == "and":
            pending[:0] = predicate.parts
        elif predicate.field == field and predicate.operator in ("lt", "lte", "gt", "gte"):
            found.append((predicate.operator, predicate.value, predicate.span))
    lower = [entry for entry in found if entry[0].startswith("g")][:1]
    upper = [entry for entry in found if entry[0].startswith("l")][:1]
    return lower + upper


def value_text(field: str, value: Value | None) -> str:
    """A value as TypeScript; when it has no short form, a variable named after the field."""
    if isinstance(value, Literal):
        return json.dumps(value.value)
    if isinstance(value, Undefined):
        return "undefined"
    if isinstance(value, Argument) and value.path:
        return ".".join(("args", *value.path))
    if isinstance(value, Identity) and value.path:
        return ".".join(("identity", *value.path))
    return field.rpartition(".")[2].lstrip("_")


def _written(text: str, field: str) -> str | None:
    """The expression with which the code compares a field, when it is a name or a chain of them."""
    name = re.escape(field)
    for pattern in (
        rf"field\(\s*[\"']{name}[\"']\s*\)(?:\s+as\s+\w+)?\s*,\s*({_CHAIN})\s*\)",
        rf"\.{name}\s*(?:[=!]==?|[<>]=?)\s*({_CHAIN})(?![\w$.(\[])",
        rf"({_CHAIN})\s*(?:[=!]==?|[<>]=?)\s*[\w$]+(?:\?|!)?\.{name}(?![\w$.(\[])",
    ):
        for found in re.finditer(pattern, text):
            if found[1] not in _WORDS:
                return found[1]
    return None
