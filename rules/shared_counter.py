"""Counters on a document that many callers share. See shared_counter.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Extent, Tier
from convex_lint.analysis.exposure import Exposure, Purpose, Weight
from convex_lint.analysis.numbering import counts_changes, hands_out, numbered
from convex_lint.analysis.offered import is_offered, offered_in_words
from convex_lint.analysis.order import ranked_by
from convex_lint.analysis.rates import Strength
from convex_lint.analysis.sharing import (
    IN_PASSING,
    Shared,
    also_set,
    by_credential,
    callers_own,
    checks_owner,
    counters,
    is_held,
    is_remark,
    limited,
    rewrites_itself,
    sharing,
)
from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.story import callers_in_words, fields_in_words, stands_in
from convex_lint.analysis.terminal import covers_range
from convex_lint.analysis.terms import RowField, Term, resolve
from convex_lint.analysis.vocabulary import (
    EXHIBITS,
    MEMBERSHIPS,
    POPULAR,
    RARE,
    TURNS,
    head_of,
    words_of,
)
from convex_lint.model.function import Function, Visibility
from convex_lint.model.operation import Op, Platform, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import Computed, DocumentField, parts_of
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity

RARE_COUNTS = TURNS | RARE
"""Numbers that are no counts of what many do, and counts of what seldom happens."""
COUNTED = frozenset(("count", "counts", "counter", "total", "totals", "number", "num"))
"""What stands behind the word for what is counted."""


class SharedCounter(Rule):
    tags = ("conflicts",)

    def check(self, backend: Backend) -> Iterator[Finding]:
        seen: set[tuple[str, str]] = set()
        for site in backend.writes:
            place = (stands_in(site), site.table.name)
            if site.table.inferred or place in seen:
                continue
            for reach in site.reaches:
                fields = [
                    field for field in counters(reach.operation) if not words_of(field.rpartition(".")[2]) & RARE_COUNTS
                ]
                shared = _shared(backend, site, reach, fields) if fields else None
                if shared is None or hands_out(backend, reach, fields):
                    continue
                if shared.tier is Tier.ENTITY and numbered(reach.operation, reach.function, fields) is not None:
                    continue  # versions, releases: those of one thing seldom come two at a time
                if not _capped(backend, site.table, fields):
                    seen.add(place)
                    yield _finding(backend, site, reach, shared, fields)
                    break


def _shared(backend: Backend, site: Site[Write], reach: Reach[Write], fields: list[str]) -> Shared | None:
    """By whom the document is shared, when many callers count on it at the same time."""
    mutation = reach.function
    if backend.purpose(mutation) is not Purpose.PRODUCT or not backend.runs_concurrently(mutation):
        return None
    if _uncalled(backend, mutation) and not is_offered(backend, [mutation]):
        return None
    if limited(reach.operation, mutation) or is_held(site.table.name):
        return None
    reads = backend.reads_in(mutation)
    shared = sharing(reach.operation, site.table, reads, backend.growth(site.table).grows)
    if shared is None or shared.tier is Tier.USER:
        return None
    if shared.tier in (Tier.TABLE, Tier.TENANT):
        return shared
    if is_remark(site.table.name):
        return None
    if mutation.handler is not None and checks_owner(backend.text_of(mutation.handler)):
        return None
    target = resolve(reach.operation.target, reads)
    if by_credential(target, site.table):
        return Shared(shared.tier, f"{shared.words}, found by the key that the caller shows")
    return shared if _anyone(backend, reach, fields) or _joined(reach, target, reads) else None


def _uncalled(backend: Backend, mutation: Function) -> bool:
    return mutation.visibility is Visibility.PUBLIC and not backend.is_asked([mutation])


def _capped(backend: Backend, table: Table, fields: Iterable[str]) -> bool:
    """Another mutation that counts there holds the count against a limit: it has to be read whole, whoever changes it."""
    counted = frozenset(fields)
    return any(
        counted & limited(reach.operation, reach.function)
        for site in backend.writes_of(table)
        for reach in site.reaches
        if not counted.isdisjoint(counters(reach.operation))
    )


def _anyone(backend: Backend, reach: Reach[Write], fields: list[str]) -> bool:
    """A public function that does not ask who calls: it counts views, plays, clicks."""
    mutation = reach.function
    asks = any(isinstance(operation, Platform) and operation.op is Op.AUTH for operation in mutation.operations)
    popular = any(words_of(field.rpartition(".")[2]) & POPULAR for field in fields)
    return popular and mutation.visibility is Visibility.PUBLIC and not asks and not mutation.component


def _joined(reach: Reach[Write], target: Term, reads: object) -> bool:
    """The same call inserts or deletes a row that belongs both to the document and to the caller: a like, a vote, a member."""
    known = reads if isinstance(reads, dict) else {}
    for operation in reach.function.operations:
        if not isinstance(operation, Write) or operation.table == reach.operation.table:
            continue
        if operation.op is Op.INSERT:
            values = [resolve(value, known) for _, value in operation.values]
        elif operation.op is Op.DELETE:
            row = resolve(operation.target, known)
            values = [value for _, value in row.keys] if isinstance(row, RowField) else []
        else:
            continue
        if target in values and any(callers_own(value) for value in values):
            return True
    return False


def _finding(backend: Backend, site: Site[Write], reach: Reach[Write], shared: Shared, fields: list[str]) -> Finding:
    names = fields_in_words(fields)
    rate = backend.rates.of_write(reach.function, reach.operation)
    # how many functions call a helper says nothing of how often they run
    told = rate is not None and rate.strength > Strength.NAME and rate.strength is not Strength.SHARED
    often = f" `{reach.function.id}` runs often: {rate.words}." if rate is not None and told else ""
    source = backend.reads_in(reach.function).get(getattr(reach.operation.target, "read", None) or -1)
    beside = also_set(reach.operation)
    shards = (
        "Count with the sharded counter component (`@convex-dev/sharded-counter`), which spreads the count over several "
        "documents, or insert a row for each event and count with the aggregate component (`@convex-dev/aggregate`)."
    )
    events = (
        f"Insert a row for each event, with {fields_in_words(beside)}, and count the rows with the aggregate component "
        "(`@convex-dev/aggregate`): with the count elsewhere, calls would still conflict over what else they write here."
    )
    reads = [one.operation for one in backend.reads_of(site.table)]
    ranked = next(((field, index) for field in fields if (index := ranked_by(field, site.table, reads))), None)
    rolled = (
        f"Insert a row for each event{f', with {fields_in_words(beside)},' if beside else ''} and let a cron add the new ones up, a "
        f"batch at a time, and write the sum to `{ranked[0]}`: the index `{ranked[1].name}` orders the rows by it, so that shards or an "
        "aggregate, which keep the number elsewhere, are no help."
        if ranked is not None
        else ""
    )
    running = [one for one in site.reaches if backend.exposures.exposure(one.function) is not Exposure.MANUAL]
    number = numbered(reach.operation, reach.function, fields)
    single = (
        f"`{number[0]}.{number[1]}` keeps the number, which shards do not have: number the rows where they are shown, or let a "
        "single worker (`@convex-dev/workpool` with `maxParallelism: 1`) do it once they are there, so that no caller waits."
        if number is not None
        else ""
    )
    elsewhere = shared.tier is not Tier.TABLE and all(
        _conflicts_anyway(backend, one)
        or _by_team_admins(one)
        or (shared.tier is Tier.TENANT and _rewrites_another(backend, one))
        for one in running or site.reaches
    )
    anyway = bool(beside) or elsewhere
    uncalled = all(_uncalled(backend, one.function) for one in site.reaches)
    seldom = not told and counts_changes(backend.surroundings, site.operation)
    crowded = not (anyway or uncalled or seldom) and number is None and _crowded(backend, site, reach, shared, fields)
    related = [Label(source, "the old value is read here")] if source is not None and source.span != site.span else []
    return Finding(
        site.operation,
        f"`{stands_in(site)}` counts {names} on {shared.words}, which {_who(shared)} share, so that concurrent calls conflict.",
        (single or rolled or (events if beside else shards))
        + often
        + callers_in_words(site)
        + offered_in_words(backend, site.functions),
        key=(stands_in(site), site.table.name),
        cause=(site.table.component, site.table.name, *sorted(fields)),
        related=related,
        confidence=Confidence.HIGH if shared.tier is Tier.TABLE or told else Confidence.MEDIUM,
        severity=None if crowded and (told or shared.tier is not Tier.TENANT) else Severity.NOTE,
        table=site.table.name,
        impact=backend.impacts.of_write(site, Extent(shared.tier, shared.words), rate),
    )


def _conflicts_anyway(backend: Backend, reach: Reach[Write]) -> bool:
    """The same call looks through a whole table that it writes to, or through all of the table that belongs to the document:
    any two calls conflict there, whatever they count."""
    footprint = backend.footprint(reach.function)
    written = {(write.component, write.table) for _, write in footprint.writes}
    reads = backend.reads_in(reach.function)
    target = resolve(reach.operation.target, reads)
    return any(
        (read.component, read.table) in written
        and read.op is not Op.GET
        and (not read.eq or [resolve(key.value, reads) for key in read.eq] == [target])
        and not read.bounds
        and covers_range(read)
        and (table := backend.table_of(read)) is not None
        and backend.growth(table).grows
        for _, read in footprint.reads
    )


def _by_team_admins(reach: Reach[Write]) -> bool:
    """Whoever calls must have a role among the members of the tenant: those who have manage it, now and then."""
    return any(
        isinstance(part, DocumentField)
        and part.path
        and words_of(part.path[-1]) & {"role", "roles"}
        and words_of(part.table or "") & MEMBERSHIPS
        for guard in reach.operation.guards
        if guard.otherwise in ("throw", "return")
        for part in parts_of(guard.condition)
    )


def _rewrites_another(backend: Backend, reach: Reach[Write]) -> bool:
    """The same call makes new values out of the old ones of another row that several share, of something of the tenant's, and
    not by adding alone: shards have no value that is held above 0, and no list."""
    mutation = reach.function
    reads = backend.reads_in(mutation)
    for other in mutation.operations:
        if isinstance(other, Write) and other.table != reach.operation.table and _remakes(other):
            table = backend.table_of(other)
            shared = sharing(other, table, reads, backend.growth(table).grows) if table is not None else None
            if shared is not None and shared.tier is Tier.ENTITY:
                return True
    return False


def _remakes(write: Write) -> bool:
    made = tuple(one for one in write.values if not isinstance(one[1], Computed) or one[1].operator not in ("+", "-"))
    return rewrites_itself(replace(write, values=made))


def _crowded(backend: Backend, site: Site[Write], reach: Reach[Write], shared: Shared, fields: list[str]) -> bool:
    """Calls are likely to meet: it is one row for all of them, or it counts what people do in passing. A vote or a comment is
    given now and then; where views are counted on the same rows, these are what is to be moved."""
    if words_of(site.span.file.rpartition("/")[2]) & EXHIBITS:
        return False  # `triggersExample.ts`: it shows how something is done
    if not any(_is_seen(backend, one) for one in site.reaches):
        return False  # a program names it in text, of which nothing says when it runs
    if not any(
        backend.exposures.weight([one.function]) is Weight.FULL for one in site.reaches if _is_seen(backend, one)
    ):
        return False  # operators alone are seen to call it
    if shared.tier in (Tier.TABLE, Tier.TENANT):
        return True
    return (_in_passing(fields) and _anyone(backend, reach, fields)) or any(
        _is_busy(backend, one) for one in site.reaches
    )


def _is_seen(backend: Backend, reach: Reach[Write]) -> bool:
    """A page or a route calls it, where any page is known."""
    return not backend.project.client_calls or backend.in_use.by_seen_callers(reach.function)


def _in_passing(fields: Iterable[str]) -> bool:
    """`viewCount`, `uniqueViews`, `stats.downloads`: the word that says what is counted, and not `cacheReadTokens`."""
    names = (field.rpartition(".")[2] for field in fields)
    heads = (head_of(name) if head_of(name) not in COUNTED else head_of(name[: -len(head_of(name))]) for name in names)
    return any(head in IN_PASSING for head in heads)


def _is_busy(backend: Backend, reach: Reach[Write]) -> bool:
    """It counts on a row whenever someone looks at what the row is about."""
    rate = backend.rates.of_write(reach.function, reach.operation)
    looks = rate is not None and Strength.MOUNT <= rate.strength <= Strength.CLIENT
    return looks and _in_passing(counters(reach.operation))


def _who(shared: Shared) -> str:
    return {Tier.TABLE: "all callers", Tier.TENANT: "all of a tenant"}.get(shared.tier, "many callers")
