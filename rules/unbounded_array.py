"""Arrays in documents that gain an element with every call. See unbounded_array.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import is_log
from convex_lint.analysis.exposure import Purpose, Weight
from convex_lint.analysis.offered import offered_in_words
from convex_lint.analysis.sites import Site
from convex_lint.analysis.story import callers, callers_in_words, declaration, stands_in
from convex_lint.analysis.vocabulary import EPISODES, PILES, USERS, head_of, words_of
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.schema import Table, Validator
from convex_lint.model.value import Computed, DocumentField, Literal, Value, parts_of
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


class Growing(NamedTuple):
    """`distinct`: an element is added only when it is not there yet."""

    field: str
    distinct: bool


class UnboundedArray(Rule):
    tags: ClassVar[tuple[str, ...]] = ("limits", "performance")

    def check(self, backend: Backend) -> Iterator[Finding]:
        for site in backend.writes:
            if site.operation.op is not Op.PATCH or backend.weight(site) is Weight.NONE:
                continue
            if all(backend.purpose(function) is not Purpose.PRODUCT for function in site.functions):
                continue
            for field, value in site.operation.values:
                growing = _growing(site.operation, backend.reads_in(site.functions[0]), field, value)
                if growing is None or _few(site.table, growing) or _emptied(backend, site, field):
                    continue
                yield _finding(backend, site, growing)


def _growing(write: Write, reads: dict[int, Read], field: str, value: Value) -> Growing | None:
    """The field is set to itself and one element more, and no condition asks how long it is."""
    if not isinstance(value, Computed) or value.operator != "append" or not value.parts:
        return None
    if not _is_whole(value.parts[0], write, reads, field):
        return None
    if all(isinstance(part, Literal) for part in value.parts[1:]) and len(value.parts) > 1:
        return None  # there are as many as the code has
    distinct = False
    for guard in write.guards:
        for part in parts_of(guard.condition):
            if isinstance(part, DocumentField) and part.path == (field, "length"):
                return None
            if not isinstance(part, Computed) or not any(
                _is_field(inner, write.table, field) for inner in parts_of(part)
            ):
                continue
            if part.operator in ("length", ".length"):
                return None
            distinct = distinct or part.operator.startswith("call:")
    return Growing(field, distinct)


def _is_whole(value: Value, write: Write, reads: dict[int, Read], field: str) -> bool:
    """All that the field of the same document holds, or an empty list where it is missing: `doc.xs ?? []`."""
    if isinstance(value, Computed) and value.operator in ("??", "||", "either"):
        return any(_is_whole(part, write, reads, field) for part in value.parts)
    if not isinstance(value, DocumentField) or value.path != (field,) or value.table != write.table:
        return False
    target = write.target
    if isinstance(target, DocumentField) and target.path == ("_id",) and target.read is not None:
        return target.read == value.read
    source = reads.get(value.read) if value.read is not None else None
    return source is not None and source.key == target


def _is_field(value: Value, table: str | None, field: str) -> bool:
    return isinstance(value, DocumentField) and value.table in (table, None) and value.path[:1] == (field,)


def _few(table: Table, growing: Growing) -> bool:
    """What people put together by hand, or choose out of a fixed set: days of a trip, tags, kinds of an account. Logs,
    and lists of users, are many."""
    elements = [v.element for v in _variants(table, growing.field) if v.element is not None]
    kinds = [kind for element in elements for kind in element.members_flat()]
    if kinds and all(kind.kind in ("literal", "boolean") for kind in kinds):
        return True
    names = words_of(growing.field)
    if names & _MARKED and names & _BY_WHOM:
        return True
    return not names & PILES and not _of_users(names, kinds)


_RARE = frozenset(("history", "histories", "revision", "revisions", "edit", "edits", "attempt", "attempts"))
"""What becomes of one thing: its piles stay low."""

_MARKED = frozenset(("read", "seen", "archived", "deleted", "hidden", "muted", "pinned", "delivered", "starred"))
_BY_WHOM = frozenset(("by", "user", "users"))
"""Together they say which of the few who take part have put something away."""


def _of_users(names: frozenset[str], kinds: list[Validator]) -> bool:
    if any(kind.table is not None and words_of(kind.table) & USERS for kind in kinds):
        return True
    return "by" in names or bool(names & USERS)


def _variants(table: Table, field: str) -> list[Validator]:
    return list(table.validator.at((field,))) if table.validator is not None else []


def _finding(backend: Backend, site: Site[Write], growing: Growing) -> Finding:
    table, field = site.table, growing.field
    parent = f"{table.name[:-1] if table.name.endswith('s') else table.name}Id"
    return Finding(
        site.operation,
        f"`{stands_in(site)}` adds an element to the array `{field}` of `{table.name}`, and nothing bounds its length.",
        f'Give the elements a table of their own with `{parent}: v.id("{table.name}")` and an index on it, or keep '
        f"the newest with `.slice(-n)`: an array holds at most 8,192 elements and a document 1 MiB, every call "
        f"rewrites the whole document, and everyone who reads it reads all of it.{callers_in_words(site)}{offered_in_words(backend, site.functions)}",
        key=(stands_in(site), table.name, field),
        related=[Label(place, place.words) for place in (*callers(site), *declaration(table))],
        confidence=Confidence.MEDIUM if growing.distinct else Confidence.HIGH,
        severity=None if _piles_up(backend, site, growing) else Severity.NOTE,
        table=table.name,
        cause=(table.name, field),
        impact=backend.impact(site),
    )


def _emptied(backend: Backend, site: Site[Write], field: str) -> bool:
    """Some write begins the list anew."""
    anew = re.compile(rf"\b{re.escape(field)}\s*:\s*\[\s*\]")
    return any(
        anew.search(backend.text_of(other.span)) is not None
        for other in backend.writes_of(site.table)
        if other.operation.op is not Op.INSERT
    )


def _piles_up(backend: Backend, site: Site[Write], growing: Growing) -> bool:
    """A log of what happens in use, in a row that stays: that of one run, or of one event, is over soon."""
    if is_log(site.table) or head_of(site.table.name) in EPISODES:
        return False
    words = words_of(growing.field)
    log = bool(words & PILES) and not words & _RARE and not growing.distinct
    return log and backend.weight(site) is Weight.FULL and backend.is_asked(site.functions)
