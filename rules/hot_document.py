"""One document that every call of a mutation reads and writes. See hot_document.md."""

from __future__ import annotations

import re
from collections.abc import Iterator

from convex_lint.analysis.always import every_time
from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Extent, Tier
from convex_lint.analysis.exposure import Exposure, Purpose
from convex_lint.analysis.rates import Rate, Strength
from convex_lint.analysis.sharing import Shared, counters, rewrites_itself, sharing
from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.story import callers_in_words, fields_in_words, stands_in
from convex_lint.analysis.vocabulary import LOCKS, words_of
from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Write
from convex_lint.model.value import DocumentField, Unknown, parts_of
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity
from convex_lint.source import Span


class HotDocument(Rule):
    tags = ("conflicts",)
    yields_to = ("shared-counter",)

    def check(self, backend: Backend) -> Iterator[Finding]:
        seen: set[tuple[str, str]] = set()
        for site in backend.writes:
            place = (stands_in(site), site.table.name)
            if place in seen or site.table.inferred or site.operation.op not in (Op.PATCH, Op.REPLACE):
                continue
            for reach in site.reaches:
                found = _hot(backend, site, reach)
                if found is not None:
                    seen.add(place)
                    yield _finding(backend, site, reach, *found)
                    break


def _hot(backend: Backend, site: Site[Write], reach: Reach[Write]) -> tuple[Shared, Rate | None] | None:
    """The document and the sign that it is written often, when every caller writes this one."""
    mutation, write = reach.function, reach.operation
    if backend.purpose(mutation) is not Purpose.PRODUCT or not backend.runs_concurrently(mutation) or counters(write):
        return None
    shared = sharing(write, site.table, backend.reads_in(mutation), backend.growth(site.table).grows)
    if shared is None or shared.tier is not Tier.TABLE:
        return None
    if words_of(site.table.name) & LOCKS or backend.exposures.exposure(mutation) is Exposure.BACKGROUND:
        return None
    if _compared(backend, write):
        return None
    rate = backend.rates.of_write(mutation, write)
    if (rate is None and _decided(write)) or (
        (rate is None or rate.strength < Strength.MOUNT) and not every_time(write)
    ):
        return None
    others = any(
        isinstance(operation, Write) and operation.table != write.table and operation.op is not Op.DELETE
        for operation in mutation.operations
    )
    return (shared, rate) if rate is not None or others or rewrites_itself(write) else None


def _decided(write: Write) -> bool:
    """Written down with who did it and why: a person turned a switch, which happens seldom."""
    words = frozenset(word for field in write.fields or () for word in words_of(field))
    return {"reason", "by"} <= words


def _compared(backend: Backend, write: Write) -> bool:
    """What is stored is looked at first, and the write passed over: most calls write nothing."""
    fields = write.fields or ()
    for guard in write.guards:
        for part in parts_of(guard.condition) if guard.otherwise != "throw" else ():
            if isinstance(part, Unknown) and any(backend.surroundings.looks_at(guard.span, field) for field in fields):
                return True
            if isinstance(part, DocumentField) and part.table == write.table and part.path and part.path[0] in fields:
                return True
    return False


def _comes_with_use(backend: Backend, reach: Reach[Write]) -> bool:
    """Something seen calls it, and each call puts something more into the document."""
    return backend.is_started(reach.function) and rewrites_itself(reach.operation)


def _is_often(backend: Backend, reach: Reach[Write], rate: Rate | None) -> bool:
    """A sign says so, and each run gets to the write; a client that waits for its last call makes nobody else wait."""
    if rate is None or not every_time(reach.operation):
        return False
    if rate.strength <= Strength.MOUNT and reach.operation.conditional:
        return False  # what pages that appear mostly pass over
    return rate.strength > Strength.CLIENT or not _waits_for_the_last(backend, reach.function)


def _waits_for_the_last(backend: Backend, mutation: Function) -> bool:
    """`if (inFlight) return; inFlight = true; await update(...); inFlight = false`: a client has one call under way at most."""
    calls = [call for call in backend.graph.client_calls(mutation) if call.beats]
    return bool(calls) and all(_is_guarded(backend, call.span) for call in calls)


def _is_guarded(backend: Backend, call: Span) -> bool:
    before = _IN_FLIGHT.search(backend.text_of(Span(call.file, max(0, call.start - 600), call.start)))
    after = backend.text_of(Span(call.file, call.end, call.end + 200))
    return before is not None and re.search(rf"\b{re.escape(before[1])}\s*=\s*false\b", after) is not None


_IN_FLIGHT = re.compile(
    r"\bif\s*\([^;{]*?\b([\w.]+)\s*\)\s*(?:\{\s*)?return\b.*\b\1\s*=\s*true\s*;\s*(?:await\s+)?\Z", re.DOTALL
)


def _finding(backend: Backend, site: Site[Write], reach: Reach[Write], shared: Shared, rate: Rate | None) -> Finding:
    fields = fields_in_words(reach.operation.fields or ()) or "fields"
    often = f" `{reach.function.id}` runs often: {rate.words}." if rate is not None else ""
    target = getattr(reach.operation.target, "read", None)
    source = backend.reads_in(reach.function).get(target) if target is not None else None
    return Finding(
        site.operation,
        f"`{stands_in(site)}` writes {fields} of {shared.words}, which all callers share, so that they wait for one another.",
        "Keep what each caller changes in a row of its own and put the rows together where they are read, compare before "
        "writing so that most calls write nothing, or hand the change to a single worker (`@convex-dev/workpool` with "
        "`maxParallelism: 1`)." + often + callers_in_words(site),
        key=(stands_in(site), site.table.name),
        related=[Label(source, "the document is read here")] if source is not None and source.span != site.span else [],
        confidence=Confidence.HIGH if rate is not None else Confidence.MEDIUM,
        severity=None if _is_often(backend, reach, rate) or _comes_with_use(backend, reach) else Severity.NOTE,
        table=site.table.name,
        impact=backend.impacts.of_write(site, Extent(shared.tier, shared.words), rate),
    )
