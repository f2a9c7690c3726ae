"""Updates that most calls could leave out. See needless_write.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.copies import Upkeep, upkeep
from convex_lint.analysis.exposure import Purpose, Weight
from convex_lint.analysis.inflow import replaces
from convex_lint.analysis.kept_alive import is_kept_alive
from convex_lint.analysis.needless import Repetition, needless_writes
from convex_lint.analysis.rates import Strength
from convex_lint.analysis.story import Place, callers_in_words, fields_in_words, stands_in
from convex_lint.analysis.twice import Twice, written_twice
from convex_lint.model.operation import Guard, Op, Read, Write
from convex_lint.model.value import Clock, Result, parts_of
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


class NeedlessWrite(Rule):
    tags: ClassVar[tuple[str, ...]] = ("conflicts", "subscriptions", "performance")
    yields_to: ClassVar[tuple[str, ...]] = ("hot-field", "hot-document", "shared-counter")

    def check(self, backend: Backend) -> Iterator[Finding]:
        for found in needless_writes(backend):
            if not (
                _held_back(backend, found.reach.function.id) or _is_arrival(backend, found) or _tells_of_a_refill(found)
            ):
                yield _beat(backend, found)
        for kept in upkeep(backend):
            yield _kept_up(backend, kept)
        for twice in written_twice(backend.functions):
            full = backend.exposures.weight([twice.function]) is Weight.FULL
            if full and backend.purpose(twice.function) is Purpose.PRODUCT:
                yield _twice(backend, twice)


def _held_back(backend: Backend, mutation: str) -> bool:
    """Whoever runs it looks at the clock and at what is stored first."""
    runs = [reach.operation for site in backend.runs.sites if site.callee.id == mutation for reach in site.reaches]
    return bool(runs) and all(any(_tells_age(guard) for guard in run.guards) for run in runs)


def _is_arrival(backend: Backend, found: Repetition) -> bool:
    """A page that appears writes a row that would be taken as gone within minutes: it is there again, or there first."""
    return found.rate.strength is Strength.MOUNT and is_kept_alive(backend, found.site.table, found.stamps)


def _tells_of_a_refill(found: Repetition) -> bool:
    """Each call that writes the time also puts new rows in the place of those of one parent: the time says when, and what the
    call writes beside it is much more."""
    if found.kept or (found.echo is not None and found.echo.fed):
        return False
    stamp, mutation = found.reach.operation, found.reach.function
    own = {guard.span for guard in stamp.guards}
    refilled = {one.table for one in mutation.operations if isinstance(one, Read) and replaces(one, mutation)}
    return any(
        isinstance(one, Write)
        and one.op is Op.DELETE
        and one.table in refilled
        and one.table != stamp.table
        and all(guard.span in own or guard.otherwise == "throw" for guard in one.guards)
        for one in mutation.operations
    )


def _tells_age(guard: Guard) -> bool:
    kinds = {type(part) for part in parts_of(guard.condition)}
    return Clock in kinds and Result in kinds and guard.otherwise != "throw"


def _beat(backend: Backend, found: Repetition) -> Finding:
    site, write, rate = found.site, found.reach.operation, found.rate
    stamps = fields_in_words(found.stamps)
    name = stands_in(site)
    if found.kept:
        said = f"patches {stamps} of `{site.table.name}` on every call, with {fields_in_words(found.kept)}, which seldom change"
        advice = (
            f"Compare {fields_in_words(found.kept)} with the row that is stored, and write only when one of them differs or "
            f"{stamps} is older than a few minutes."
        )
    elif found.marks:
        said = f"patches {stamps} of `{site.table.name}` on every call"
        advice = (
            f"Write only when there is something newer than {stamps}: look at the newest of the rows whose times are compared "
            "with it, and return when it is older."
        )
    else:
        said = f"patches {stamps} of `{site.table.name}` on every call"
        advice = (
            f"Read the row first, and return when {stamps} is younger than what its readers need to tell apart (a minute, "
            "a quarter of an hour): the calls in between then write nothing, conflict with nobody and run no query again."
        )
    if found.echo is not None and found.echo.fed:
        advice = f"The effect never comes to rest: let it follow an id or a count rather than `{found.echo.followed}`. {advice}"
    void = (
        " The test around the write lets every call pass: the time is set before it." if found.void is not None else ""
    )
    labels = [Label(rate, f"{rate.words}")] if rate.span != write.span else []
    if found.void is not None:
        labels.insert(0, Label(Place(found.void, ""), "this never stops a call"))
    return Finding(
        site.operation,
        f"`{name}` {said}.",
        f"{advice}{void} A new time makes each of them a real write; a document that stays the same the server would skip. "
        f"`{found.reach.function.id}` {rate.sentence}.{callers_in_words(site)}",
        key=(name, site.table.name, *found.stamps),
        related=labels,
        confidence=Confidence.HIGH if rate.strength >= Strength.HTTP and not found.kept else Confidence.MEDIUM,
        severity=Severity.NOTE if _is_mild(backend, found) else None,
        table=site.table.name,
        impact=backend.impacts.of_write(site, None, rate),
    )


def _is_mild(backend: Backend, found: Repetition) -> bool:
    """Nothing but the write itself says that it happens often; it is wanted as often as it comes; a page that appears notes
    that, which it does once; or a timer is held back already, though by less than its period, from a row that it keeps
    alive."""
    strength = found.rate.strength
    if strength is Strength.STAMP or (found.kept and strength is Strength.HTTP):
        return True
    if strength is Strength.MOUNT:
        return not found.kept or found.echo is not None or not _is_seen(backend, found)
    return strength is Strength.CLIENT and is_kept_alive(backend, found.site.table, found.stamps)


def _is_seen(backend: Backend, found: Repetition) -> bool:
    return any(one.table is found.site.table for one in backend.open_reads)


def _kept_up(backend: Backend, found: Upkeep) -> Finding:
    site, rate = found.site, found.rate
    if found.source is not None:
        said = f"writes its copy of a row of `{found.source}` to `{site.table.name}`, whether or not anything in the copy changes"
        advice = "Compare what is stored with what would be written, and patch only when they differ."
    else:
        said = f"adds to counts in `{site.table.name}` also when there is nothing to add"
        advice = "Return before the row is read when everything that would be added is 0."
    return Finding(
        site.operation,
        f"`{stands_in(site)}` {said}.",
        f"{advice} The server skips a patch that leaves the document as it is (since March 2026), but the document is read, and "
        "triggers and older servers do all of it. "
        f"`{found.reach.function.id}` {rate.sentence}.{callers_in_words(site, 4)}",
        key=(stands_in(site), site.table.name, "copy" if found.source is not None else "count"),
        confidence=Confidence.MEDIUM,
        severity=Severity.NOTE,
        table=site.table.name,
        impact=backend.impacts.of_write(site, None, rate),
    )


def _twice(backend: Backend, found: Twice) -> Finding:
    table = found.first.table
    return Finding(
        found.second,
        f"`{found.second.within}` patches a document of `{table}` that it has just patched.",
        "Put both sets of fields into one `ctx.db.patch`: nothing between the two looks at the document, and each patch reads and "
        "checks the whole of it again.",
        key=(found.second.within, table, "twice"),
        related=[Label(found.first, "the first patch")],
        severity=Severity.NOTE,
        table=table,
        impact=backend.impact_of([found.function]),
    )
