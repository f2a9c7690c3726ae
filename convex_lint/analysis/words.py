"""Facts in words: a value, a range, a write, as a sentence may hold them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from convex_lint.model.operation import Op, Predicate, Read, Write
from convex_lint.model.value import (
    Argument,
    Clock,
    Computed,
    DocumentField,
    Environment,
    Identity,
    IdOf,
    Inserted,
    Literal,
    Random,
    Undefined,
    Value,
)

_SIGNS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "eq": "=", "neq": "!="}
_ARITHMETIC = {"+", "-", "*", "/", "%"}


def value_in_words(value: Value, depth: int = 0) -> str:
    """`args.channelId`, the caller's `subject`, "open": what is known of a value; "something" where nothing is."""
    if isinstance(value, Literal):
        return json.dumps(value.value, ensure_ascii=False)
    if isinstance(value, Argument):
        return f"`{'.'.join(('args', *value.path))}`"
    if isinstance(value, DocumentField):
        row = f"the row of `{value.table}`" if value.table else "a row"
        return f"the `{'.'.join(value.path)}` of {row}" if value.path else row
    if isinstance(value, Identity):
        return f"the caller's `{'.'.join(value.path)}`" if value.path else "the caller"
    if isinstance(value, Computed) and depth < 3:
        return _computed(value, depth)
    plain = {Undefined: "undefined", Clock: "the clock", Random: "a random number", Computed: "something computed"}
    if isinstance(value, Environment):
        return f"`process.env.{value.name}`"
    if isinstance(value, (Inserted, IdOf)):
        kind = "the id of the new row" if isinstance(value, Inserted) else "an id"
        return f"{kind} of `{value.table}`" if value.table else kind
    return plain.get(type(value), "something")


def _computed(value: Computed, depth: int) -> str:
    parts = list(dict.fromkeys(value_in_words(part, depth + 1) for part in value.parts))
    if value.operator == "either":
        return " or ".join(parts)
    if value.operator in _ARITHMETIC and len(value.parts) == 2:
        return f" {value.operator} ".join(value_in_words(part, depth + 1) for part in value.parts)
    known = [part for part in parts if part != "something"]
    return f"something computed from {', '.join(known)}" if known else "something computed"


def range_parts(read: Read) -> Iterator[str]:
    """The conditions of the index range in order: `channelId` = `args.channelId`."""
    for key in read.eq:
        yield f"`{key.field}` = {value_in_words(key.value)}"
    for bound in read.bounds:
        yield f"`{bound.field}` {_SIGNS.get(bound.operator, bound.operator)} {value_in_words(bound.value)}"
    if not read.range_known:
        yield "a range that was not followed"


def bounds_in_words(read: Read) -> str:
    """What the bounds of a range add to its equalities, with a space in front: ` from a bound of `at` on`."""
    lower = [bound.field for bound in read.bounds if bound.operator in ("gt", "gte")]
    upper = [bound.field for bound in read.bounds if bound.operator in ("lt", "lte")]
    start = f" from a bound of `{lower[0]}` on" if lower else ""
    return start or (f" up to a bound of `{upper[0]}`" if upper else "")


def terminal_in_words(read: Read) -> str:
    """What is taken from the range, and from which end."""
    words = {
        "get": "the document",
        "collect": "all of it",
        "iterate": "walked row by row",
        "first": "the first row",
        "unique": "the only row",
        "paginate": "page by page",
        "count": "the number of rows",
    }
    if read.terminal == "take":
        limit = value_in_words(read.limit) if read.limit is not None else "something"
        taken = f"the first {limit} rows"
    else:
        taken = words.get(read.terminal, read.terminal)
    return f"{taken}, newest first" if read.order == "desc" and read.op is not Op.GET else taken


def read_in_words(read: Read) -> str:
    """The whole read: `messages` by `by_channel` where `channelId` = `args.channelId`: the first 50 rows."""
    table = f"`{read.table}`" if read.table else "a table that was not followed"
    if read.op is Op.GET:
        return f"{table}: the document whose id is {value_in_words(read.key) if read.key is not None else 'something'}"
    conditions = " and ".join(range_parts(read))
    if read.op in (Op.SEARCH, Op.VECTOR_SEARCH):
        where = f" by the search index `{read.index}`"
    elif read.index == "by_creation_time" and not conditions:
        where = ", the whole table"
    else:
        where = f" by `{read.index}`" if read.index else " by an index that was not followed"
    where += f" where {conditions}" if conditions else ""
    dropped = [predicate_in_words(predicate) for predicate in read.residual]
    late = f"; rows are dropped afterwards unless {' and '.join(dropped)}" if dropped else ""
    return f"{table}{where}: {terminal_in_words(read)}{late}"


def predicate_in_words(predicate: Predicate) -> str:
    if predicate.operator in ("and", "or") and predicate.parts:
        return f" {predicate.operator} ".join(predicate_in_words(part) for part in predicate.parts)
    if predicate.operator == "given":
        return f"in one case {' and '.join(predicate_in_words(part) for part in predicate.parts)}"
    if predicate.operator == "not" and predicate.parts:
        return f"not {predicate_in_words(predicate.parts[0])}"
    if predicate.field is None:
        return "a computed condition holds"
    return f"`{predicate.field}` {_SIGNS.get(predicate.operator, predicate.operator)} {value_in_words(predicate.value)}"


def write_in_words(write: Write) -> str:
    """`patches `position` and `seenAt` of the row of `cursors``."""
    table = f"`{write.table}`" if write.table else "a table that was not followed"
    fields = "fields that were not followed" if write.fields is None else ", ".join(f"`{f}`" for f in write.fields)
    if write.op is Op.INSERT:
        return f"inserts into {table}: {fields or 'no fields'}"
    target = value_in_words(write.target)
    if write.op is Op.DELETE:
        return f"deletes from {table}: {target}"
    verb = "replaces in" if write.op is Op.REPLACE else "patches"
    return f"{verb} {table}: {fields or 'no fields'} of {target}"
