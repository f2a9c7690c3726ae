"""Conditions that no index can serve, by their form: parts of a text, cases, lists, several fields at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from convex_lint.analysis.story import fields_in_words
from convex_lint.analysis.views import late_predicates
from convex_lint.model.operation import Predicate, Read
from convex_lint.model.schema import Table
from convex_lint.source import Span

_ON_FIELD = re.compile(
    r"[\w$]\)?(?:\?|!)?\.(?P<field>[A-Za-z_]\w*)(?:\s*(?:\?\?|\|\|)\s*(?:\"\"|''|\[\])\s*\))?(?:\?|!)?\s*"
    r"\.(?P<call>toLowerCase|toUpperCase|toLocaleLowerCase|includes|startsWith|endsWith|indexOf|match|search|some)\("
)


_PREFIX = re.compile(r"\((?P<prefix>[\w$.]+|\"[^\"]*\"|'[^']*'|`[^`]*`)!?,?\s*\)")


class Late(NamedTuple):
    """`words` complete "rows are dropped ..."; `advice` is what to do instead, a sentence. `ranged`: one index range can hold
    the rows that stay."""

    fields: tuple[str, ...]
    words: str
    advice: str
    span: Span
    ranged: bool = False

    @property
    def why(self) -> str:
        """What the condition has to do with indexes, to complete the words."""
        if self.ranged:
            return "which the range of an index can tell"
        return f"which no {'single index range' if len(self.fields) > 1 else 'index'} can serve"


def computed(read: Read, table: Table, text_of: Callable[[Span], str]) -> Late | None:
    """The first condition of such a form that every row must meet to be of use."""
    for predicate in late_predicates(read, text_of):
        late = _several(predicate, read, table) if predicate.operator == "or" else None
        late = late or (_called(predicate, table, text_of) if _is_computed(predicate) else None)
        if late is not None:
            return late
    return _unread(read, table, text_of)


def _unread(read: Read, table: Table, text_of: Callable[[Span], str]) -> Late | None:
    """A `.filter(...)` that all rows go through first, and of whose condition the facts say nothing."""
    whole = ("returned", "passed", "picked")
    uses = sorted((use for use in read.uses if use.kind not in whole), key=lambda use: use.span.start)
    filters = [use for use in uses if use.kind == "filter"]
    if len(filters) != 1 or uses[0] is not filters[0] or read.terminal != "collect" or read.residual:
        return None
    return _called(Predicate("computed", "js", filters[0].span), table, text_of)


def _is_computed(predicate: Predicate) -> bool:
    return predicate.operator == "computed" or any(_is_computed(part) for part in predicate.parts)


def _several(predicate: Predicate, read: Read, table: Table) -> Late | None:
    """`a === x || b === x`: equalities of different fields."""
    if not predicate.parts or any(part.operator != "eq" or part.field is None for part in predicate.parts):
        return None
    fields = tuple(dict.fromkeys(part.field or "" for part in predicate.parts))
    if len(fields) < 2:
        return None
    leading = {index.fields[0] for index in table.indexes if index.fields and not index.staged} | {"_id"}
    wanting = [field for field in fields if field not in leading]
    if "_id" in fields:
        others = [field for field in fields if field != "_id"]
        advice = f"Get the row of the id with `ctx.db.get(id)`, and look for the other one by an index on {fields_in_words(others)}"
        missing = f": {fields_in_words(wanting)} {'has' if len(wanting) == 1 else 'have'} none yet" if wanting else ""
        return Late(fields, _ONE_OF.format(fields_in_words(fields)), f"{advice}{missing}.", predicate.span)
    each = f"an index on each of {fields_in_words(fields)}"
    advice = (
        f"Look in {each}, one after the other, until a row is found"
        if read.terminal in ("first", "unique")
        else f"Read one range of {each} and put the results together"
    )
    if not wanting:
        return Late(
            fields, _ONE_OF.format(fields_in_words(fields)), f"{advice}: all of them are declared.", predicate.span
        )
    missing = f"; {fields_in_words(wanting)} {'has' if len(wanting) == 1 else 'have'} none yet"
    return Late(fields, _ONE_OF.format(fields_in_words(fields)), f"{advice}{missing}.", predicate.span)


_ONE_OF = "unless one of {} is equal"


def _called(predicate: Predicate, table: Table, text_of: Callable[[Span], str]) -> Late | None:
    text = text_of(predicate.span)
    for found in _ON_FIELD.finditer(text):
        field, call = found["field"], found["call"]
        kinds = table.validator.at((field,)) if field in table.fields and table.validator is not None else ()
        names = {kind.kind for kind in kinds} - {"null"}
        if names == {"array"} and call in ("includes", "some", "indexOf"):
            return Late(
                (field,),
                f"by what is in the array `{field}`",
                f"Keep a table with a row for each element of `{field}`, indexed by the element, and read the rows of one.",
                predicate.span,
            )
        if names and names <= {"string", "literal"} and _asks_for_beginning(text, found):
            prefix = _PREFIX.match(text, found.end() - 1)
            start = prefix["prefix"] if prefix is not None else "prefix"
            return Late(
                (field,),
                f"by how `{field}` begins",
                f"Read the range of an index on `{field}` that holds what begins so: "
                f'`q.gte("{field}", {start}).lt("{field}", {start} + "\\uffff")`.',
                predicate.span,
                ranged=True,
            )
        if names and names <= {"string", "literal"} and call != "some":
            return Late(
                (field,),
                f"by a part or the case of `{field}`",
                f"Declare a search index on `{field}` (`.searchIndex(...)` and `.withSearchIndex(...)`), or store what is "
                "compared, such as the text in lower case, in an indexed field.",
                predicate.span,
            )
    return None


def _asks_for_beginning(text: str, found: re.Match[str]) -> bool:
    """`rows.filter((row) => row.code.startsWith(prefix))`, with nothing else that could let a row pass."""
    others = list(_ON_FIELD.finditer(text))
    return found["call"] == "startsWith" and len(others) == 1 and not re.search(r"\|\||!\s*\(?[\w$]|\?[^.?]*:", text)
