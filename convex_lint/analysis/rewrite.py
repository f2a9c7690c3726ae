"""The `withIndex` call to write in place of what is there, in the words of the code around it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from convex_lint.analysis.narrowing import Narrowing
from convex_lint.analysis.wish import Equality, Wish
from convex_lint.model.operation import Read
from convex_lint.model.value import Argument, Identity, Literal, Undefined, Value
from convex_lint.source import Span

TextOf = Callable[[Span], str]

_LONGEST = 60
_BEFORE = 1500
_SIGNS = {"eq": "[=!]==?", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_MIRROR = {"eq": "eq", "gt": "lt", "gte": "lte", "lt": "gt", "lte": "gte"}
_OPPOSITE = {"eq": "eq", "gt": "lte", "gte": "lt", "lt": "gte", "lte": "gt"}
_ROW = r"(?P<row>[\w$]+)(?:\?|!)?\."
_VARIABLE = r"(?<![\w$.\"'`])%s(?![\w$\"'`])(?!\??:(?!\s*(?:[A-Z]|string|number|boolean|any|unknown)))"
"""A name by itself: no key of an object, but a parameter with its type."""
_ENTS = re.compile(r"(?<![\w$])(?:table|edgeX?)\(")
_CHAIN = r"[A-Za-z_$][\w$]*(?:(?:\?|!)?\.[\w$]+)*!?"


def narrow_text(narrowing: Narrowing, text_of: TextOf) -> str:
    """The read that the narrowing is about: `ctx.db.get(...)`, or the `.withIndex(...)` to put after `query(...)`."""
    wish, read = narrowing.wish, narrowing.site.operation
    if narrowing.by_get is not None:
        text = _id_text(narrowing.by_get, read, text_of)
        return f"ctx.db.normalizeId({json.dumps(read.table)}, {text})" if narrowing.as_text else f"ctx.db.get({text})"
    if narrowing.proposal is not None:
        proposal = narrowing.proposal
        return call_text(proposal.name, proposal.pinned, wish.bounded or wish.ranged, read, wish, text_of)
    assert narrowing.service is not None
    service = narrowing.service
    return call_text(service.index.name, service.pinned, service.ranged or wish.bounded, read, wish, text_of)


def unset_text(narrowing: Narrowing) -> str:
    """A sentence on rows without the field that is bounded from above only; empty when there are none."""
    field, table = narrowing.unset, narrowing.site.table
    kinds = (
        {kind.kind for kind in table.validator.at(tuple(field.split(".")))}
        if field and table.validator is not None
        else set()
    )
    least = "0" if "float64" in kinds else '""' if "string" in kinds else "null"
    if field is None:
        return ""
    return f" Rows without `{field}` are in the range too: unless they are meant, begin with `.gt({json.dumps(field)}, {least})`."


def ways_text(narrowing: Narrowing, text_of: TextOf) -> str:
    """What to do instead of one read whose rows must meet one condition or another."""
    reads = []
    for number, way in enumerate(narrowing.either):
        text = narrow_text(way, _ways_apart(narrowing, number, text_of))
        reads.append(f"`{text}`")
    return f"Read with {' and with '.join(reads)}, and put the results together, each row once."


def _ways_apart(narrowing: Narrowing, number: int, text_of: TextOf) -> TextOf:
    """The conditions of one way: the text that the ones before it do not have."""
    seen = Counter(equality.field for way in narrowing.either[:number] for equality in way.wish.equalities)
    place = narrowing.either[number].wish.spans[0]

    def text(span: Span) -> str:
        found = text_of(span)
        if span == place and seen:
            for field, times in seen.items():
                for _ in range(times):
                    found = re.sub(rf"(?<![\w$]){re.escape(field)}(?![\w$])", "", found, count=1)
        return found

    return text


def call_text(
    name: str, fields: Sequence[str], bound: str | None, read: Read, wish: Wish, text_of: TextOf = lambda span: ""
) -> str:
    """`.withIndex("by_a", (q) => q.eq("a", args.a))`, with the values as far as they can be named."""
    written: dict[str, str] = {}
    around = _around(read, text_of)
    for key in read.eq:
        written[key.field] = _or_text(key.field, key.value, _in_range(read, key.field, "eq", text_of), around)
    for equality in wish.equalities:
        expression = _written(text_of(equality.span), equality.field, "eq") if len(equality.values) == 1 else None
        written.setdefault(equality.field, _or_text(equality.field, equality.values[0], expression, around))
    parts = [f".eq({json.dumps(field)}, {written.get(field, value_text(field, None, around))})" for field in fields]
    for operator, expression in _comparisons(read, wish, bound, text_of) if bound is not None else ():
        parts.append(f".{operator}({json.dumps(bound)}, {expression})")
    return with_index(read, name, f"(q) => q{''.join(parts)}" if parts else "", text_of)


def with_index(read: Read, name: str, within: str, text_of: TextOf) -> str:
    """The call that names an index. convex-ents has no `withIndex`: its tables take the index and the range themselves."""
    of_ents = _ENTS.search(text_of(read.span)) is not None
    parts = [json.dumps(part) for part in ((read.table, name) if of_ents else (name,))]
    return f"{'ctx.table' if of_ents else '.withIndex'}({', '.join((*parts, within) if within else parts)})"


def _comparisons(read: Read, wish: Wish, field: str, text_of: TextOf) -> Iterator[tuple[str, str]]:
    """At most one lower and one upper bound, as the platform has it."""
    found: list[tuple[str, str]] = []
    around = _around(read, text_of)
    for bound in read.bounds:
        if bound.field == field:
            expression = _in_range(read, field, bound.operator, text_of)
            found.append((bound.operator, _or_text(field, bound.value, expression, around)))
    asked = wish.stamp or field
    for part in wish.comparisons:
        if part.field == asked:
            expression = _written(text_of(part.span), asked, part.operator)
            limit = _or_text(field, part.value, expression, around)
            found.append((part.operator, f"Date.parse({limit})" if wish.parsed and limit != "..." else limit))
    for side in "gl":
        yield from [entry for entry in found if entry[0].startswith(side)][:1]


def first_rows(read: Read, text_of: TextOf) -> str:
    """`take the last row with `.order("desc").first()``, for rows that the code sorts to keep the first of them."""
    uses = {use.kind: text_of(use.span) for use in read.uses}
    if "reduce" in uses:  # `Math.max(...)`; whichever it is, the first row has it
        order = "" if "Math.min" in uses["reduce"] or _keeps_least(uses["reduce"]) else '.order("desc")'
        return f"end it with `{order}.first()`, whose value is the one"
    taken = re.search(r"\.slice\(\s*0\s*,", uses.get("take", ""))
    amount = _expression(uses["take"][taken.end() :], ")") or "n" if taken else ""
    end = f".take({amount})" if taken else ".first()"
    sort = re.search(
        r".*[sS]ort(?:ed)?\(\s*(?:async\s*)?\(\s*([\w$]+)[^,()]*,\s*([\w$]+)[^()]*\)\s*=>(.*)",
        uses.get("sort", ""),
        re.S,
    )
    names = re.findall(rf"\b({re.escape(sort[1])}|{re.escape(sort[2])})\b", sort[3]) if sort else []
    if not names or sort is None:
        return f'end it with `{end}`, after `.order("desc")` where the last rows are wanted'
    return f'end it with `.order("desc"){end}`' if names[0] == sort[2] else f"end it with `{end}`"


def _keeps_least(reduction: str) -> bool:
    """`rows.reduce((best, row) => (row.n < best ? row.n : best))`, whichever way round it is written."""
    found = re.search(r"\breduce\b[^(]*\(\s*\(\s*([\w$]+)(.*?)=>(.*)", reduction, re.S)
    body = found[3] if found is not None else ""
    operator = re.search(r"[<>]", body)
    if found is None or operator is None:
        return False
    best = rf"\b{re.escape(found[1])}\b"
    turned = re.search(best, body[: operator.start()]) is not None
    first = re.search(rf"\?\s*{best}\s*:", body) is not None
    return (operator[0] == "<") is (turned is first)


def value_text(field: str, value: Value | None, around: str = "") -> str:
    """A value as TypeScript; when it has no short form, the variable that is named after the field. `...` where the text
    `around` has no such variable."""
    if isinstance(value, Literal):
        return json.dumps(value.value)
    if isinstance(value, Undefined):
        return "undefined"
    names = [field.rpartition(".")[2].lstrip("_")]
    if isinstance(value, Argument) and value.path:
        names = [".".join(("args", *value.path)), ".".join(value.path)]
    elif isinstance(value, Identity) and value.path:
        names = [".".join(("identity", *value.path))]
    known = (name for name in names if not around or re.search(_VARIABLE % re.escape(name.split(".")[0]), around))
    return next(known, "...")


def _around(read: Read, text_of: TextOf) -> str:
    """The text in which the names that the code of a read may use are mentioned."""
    return text_of(Span(read.span.file, max(0, read.span.start - _BEFORE), read.span.end))


def _id_text(equality: Equality, read: Read, text_of: TextOf) -> str:
    """The id that rows are compared with, as the code has it."""
    expression = _written(text_of(equality.span), "_id", "eq")
    return _or_text("id", equality.values[0], expression, _around(read, text_of))


def _or_text(field: str, value: Value, expression: str | None, around: str) -> str:
    if isinstance(value, (Literal, Undefined)):
        return value_text(field, value)
    return expression or value_text(field, value, around)


def _in_range(read: Read, field: str, operator: str, text_of: TextOf) -> str | None:
    """The expression in `q.eq("field", expression)`: in the read's own text, or last before it, where a query is kept in
    a variable."""
    pattern = re.compile(rf"\.{operator}\(\s*[\"']{re.escape(field)}[\"']\s*,")
    span = read.span
    for text in (text_of(span), text_of(Span(span.file, max(0, span.start - _BEFORE), span.start))):
        found = [*pattern.finditer(text)]
        if found:
            return _expression(text[found[-1].end() :], ")")
    return None


def _written(text: str, field: str, operator: str) -> str | None:
    """The expression with which the code compares a field, where it is short and stands on its own."""
    name = re.escape(field).replace(r"\.", r"(?:\?|!)?\.")
    quoted = re.escape(field)
    found = re.search(rf"\.{operator}\(\s*[\w$]+\.field\(\s*[\"']{quoted}[\"']\s*\)(?:\s+as\s+\w+)?\s*,", text)
    if found:
        return _expression(text[found.end() :], ")")
    for kind in dict.fromkeys((operator, _OPPOSITE[operator])):  # `if (row.at < since) continue` keeps the others
        found = re.search(rf"{_ROW}{name}(?:\s+as\s+\w+\s*\))?\s*{_SIGNS[kind]}(?!=)", text)
        if found:
            expression = _expression(text[found.end() :], "&|,;?:)")
            return None if re.search(rf"\b{re.escape(found['row'])}\b", expression or "") else expression
        found = re.search(rf"(?P<other>{_CHAIN})\s*{_SIGNS[_MIRROR[kind]]}(?!=)\s*{_ROW}{name}(?![\w$.(\[])", text)
        if found:
            return found["other"]
    return None


def _expression(text: str, ends: str) -> str | None:
    """The text up to the first of `ends` outside of brackets and strings, or to its end."""
    depth, quote, size = 0, "", len(text)
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'`":
            quote = letter
        elif depth == 0 and (letter in ends or letter in ")]}"):
            size = place
            break
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
    found = re.sub(r"\s+", " ", text[:size]).strip().rstrip(",").strip()
    return found if 0 < len(found) <= _LONGEST and "=>" not in found and "//" not in found else None
