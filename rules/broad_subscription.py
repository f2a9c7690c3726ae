"""Queries that clients keep open over a range that many writes touch. See broad_subscription.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from convex_lint.analysis.asked import stops_early
from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Extent, Tier, is_log, tier_of_table
from convex_lint.analysis.broad_advice import left_out, of_writes, rather
from convex_lint.analysis.crowd import stays_a_list
from convex_lint.analysis.doors import for_admins_alone
from convex_lint.analysis.exposure import Purpose, Weight
from convex_lint.analysis.fallback import is_fallback, reads_around
from convex_lint.analysis.invalidation import OpenRead, Writer, surest
from convex_lint.analysis.one_each import one_for_each
from convex_lint.analysis.pace import is_an_act, paced
from convex_lint.analysis.rates import Strength
from convex_lint.analysis.shown_whole import ALL, as_asked, gives_all, holds_mostly
from convex_lint.analysis.story import Place
from convex_lint.analysis.subscribers import clients_in_words, hooks_in_words, names_in_words
from convex_lint.analysis.tended import is_edited, kept_where_listed
from convex_lint.analysis.terminal import covers_range
from convex_lint.analysis.uniform import all_pass
from convex_lint.analysis.vocabulary import SEEN, words_of
from convex_lint.model.operation import Op, Read
from convex_lint.model.schema import Table
from convex_lint.model.value import DocumentField, Identity
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


class BroadSubscription(Rule):
    tags = ("subscriptions", "performance")
    yields_to = ("ignored-index", "wide-read-before-write", "missing-index", "count-by-collect")
    remedy = "read-less"

    def check(self, backend: Backend) -> Iterator[Finding]:
        broad = (opened for opened in backend.open_reads if self._broad(backend, opened))
        for _, group in groupby(broad, key=lambda opened: opened.query.id):
            several = list(group)
            passing = {_form(one.read) for one in several if backend.leaver(one.read, one.table) is not None}
            ranges = [(opened, paced(backend, opened)) for opened in several if _form(opened.read) not in passing]
            reached = [pair for pair in ranges if pair[1] and _is_felt(backend, *pair)]
            reached.sort(key=_order(backend))
            # where all rows of a range are shown, those of the others may still be gathered for nothing
            first = next((pair for pair in reached if not _is_shown(backend, *pair)), None)
            if first is not None and not _runs_anyway(backend, *first) and not _is_listed(backend, *first):
                others = {opened.read.table for opened, _ in reached} - {first[0].read.table}
                yield _finding(backend, *first, len(others))

    def _broad(self, backend: Backend, opened: OpenRead) -> bool:
        return (
            covers_range(opened.read)
            and not _finds_soon(backend, opened.read, opened.table)
            and not stops_early(opened.read, opened.query, opened.subscribers, backend.text_of)
            and not opened.table.inferred
            and _tier(backend, opened) >= Tier.TENANT
            and backend.purpose(opened.query) is Purpose.PRODUCT
            and backend.growth(opened.table).grows
            and backend.exposures.weight([opened.query]) is Weight.FULL
            and not for_admins_alone(opened.read, backend.text_of)
            and backend.gains(opened.read, opened.table)
            and len({site.table.name for site in backend.reads_at(opened.read.span)}) <= _TABLES
        )


def _form(read: Read) -> tuple[str | None, tuple[str, ...]]:
    """Ranges of several states of one kind of rows, `pending` and `starting`, belong together."""
    return read.table, tuple(key.field for key in read.eq)


def _finds_soon(backend: Backend, read: Read, table: Table) -> bool:
    """`.filter((q) => q.neq(...)).take(5)`, `.filter((q) => q.eq(q.field("deletedAt"), undefined)).take(50)`: most rows match,
    or all that anything writes, so that it stops after a few."""
    filters = [part for part in read.residual if part.source == "filter"]
    if read.terminal not in ("first", "take") or not filters:
        return False
    return all(map(holds_mostly, filters)) or all_pass(read, backend.as_called.to_keep(table))


_TABLES = 3
"""Code that reads more tables than this at one place shows whatever table it is asked for."""


def _order(backend: Backend) -> Callable[[tuple[OpenRead, tuple[Writer, ...]]], tuple[object, ...]]:
    """The widest range first that is read in each run, and of these the one that is written most often."""
    return lambda pair: (
        is_fallback(backend, pair[0]),
        -_tier(backend, pair[0]),
        len(pair[0].read.eq),
        pair[1][0].rank,
        pair[0].read.ordinal,
    )


def _tier(backend: Backend, opened: OpenRead) -> Tier:
    tier = backend.extent(opened.read, opened.table).tier
    return Tier.USER if tier is Tier.TENANT and _is_owned(backend, opened) else tier


def _is_owned(backend: Backend, opened: OpenRead) -> bool:
    """The organisation was found as that of the caller: its rows are his own."""
    reads = reads_around(backend, opened)
    for key in opened.read.eq:
        if isinstance(key.value, DocumentField) and key.value.path == ("_id",) and key.value.read is not None:
            source = reads.get(key.value.read)
            if source is not None and any(isinstance(own.value, Identity) for own in source.eq):
                return True
    return False


def _is_shown(backend: Backend, found: OpenRead, writers: Sequence[Writer]) -> bool:
    """One object for each row, and no sign that they are written often; users and logs pile up."""
    return (
        not _is_beaten(writers)
        and not _piles(backend, found)
        and one_for_each(backend.surroundings, backend.declared, as_asked(found, backend.surroundings))
    )


def _is_listed(backend: Backend, found: OpenRead, writers: Sequence[Writer]) -> bool:
    """It counts rows that each of its pages lists anyway, all of them, by another query: these are read there as often."""
    kinds = {use.kind for use in found.read.uses}
    if _is_beaten(writers) or not kinds or not kinds <= _COUNTING or found.read.residual:
        return False
    beside = {
        call.span.file
        for other in backend.open_reads
        if (other.table, other.read.eq) == (found.table, found.read.eq) and other.query.id != found.query.id
        if gives_all(other, as_asked(other, backend.surroundings))
        for call in other.subscribers
    }
    return {call.span.file for call in found.subscribers} <= beside


_COUNTING = frozenset(("length", "iterate", "reduce", "filter", "some"))


def _piles(backend: Backend, found: OpenRead) -> bool:
    log = is_log(found.table) and not is_edited(backend, found.table)
    return found.read.eq == () and (log or tier_of_table(found.table.name) is Tier.USER)


def _is_felt(backend: Backend, found: OpenRead, writers: Sequence[Writer]) -> bool:
    """Rows that are all shown have to be read. That matters where they are written often, or pile up by themselves: users,
    messages; not for a list that people keep by hand."""
    signed = _is_signed(writers)
    read = as_asked(found, backend.surroundings)
    shown = gives_all(found, read)
    if signed and not is_an_act(backend, writers[0]) and (_is_beaten(writers) or not shown):
        return True
    uses = {use.kind for use in read.uses}
    if signed or _tier(backend, found) is Tier.TENANT:
        return signed and not shown
    if uses <= _LISTED and not read.residual and kept_where_listed(backend, found):
        return False
    if words_of(found.query.path.rpartition(":")[2]) & _FACETS:
        return False
    if stays_a_list(backend, found.table):
        return False
    mixed = not uses and bool(read.eq)  # put together with others, and given on
    return not (shown or mixed) or _piles(backend, found)


_FACETS = frozenset(("options", "facets", "distinct"))
"""In names of queries that say which values there are: part of the rows gives part of the values."""
_LISTED = ALL | {"passed"}


def _runs_anyway(backend: Backend, found: OpenRead, writers: Sequence[Writer]) -> bool:
    """It lists rows that are patched, and for each of them all of a table that grows: those inserts run the heavier part
    again as often, as far as the signs say. A timer whose period is configured elsewhere says little."""
    first = writers[0]
    if first.write.op is Op.INSERT or is_log(found.table) or tier_of_table(found.table.name) is Tier.USER:
        return False
    vague = first.rate is not None and first.rate.strength is Strength.CLIENT and first.rate.per_minute is None
    rank = (0, 0.0) if vague else first.rank
    inner = (
        other
        for other in backend.open_reads
        if other.query.id == found.query.id
        and other.table.name != found.table.name
        and other.read.terminal == "collect"
        and any(loop.over == found.read.ordinal for loop in other.read.loops)
    )
    return any(
        writer.write.op is Op.INSERT and writer.rank <= rank
        for one in inner
        for writer in backend.writers_into(one.read, one.table)
    )


def _is_signed(writers: Sequence[Writer]) -> bool:
    return writers[0].rate is not None and writers[0].rate.strength is not Strength.BATCH


def _is_heavy(backend: Backend, found: OpenRead, writers: Sequence[Writer]) -> bool:
    """Of the rows of one organisation few are known to be many. It tells where most of them are not wanted at all; where a
    program writes them, and they are a log, only their number is wanted, or each of them is looked up elsewhere, too; and where each
    says when it was last active. What people edit is a list of theirs."""
    strongest = max((one.rate.strength for one in writers if one.rate is not None), default=Strength.BATCH)
    if found.read.span in backend.narrowings:
        return strongest > Strength.STAMP
    fields = [one.write.fields or () for one in writers if one.rate is not None and one.rate.strength is Strength.STAMP]
    beaten = any(field.lower() in SEEN for several in fields for field in several)
    if not (beaten or strongest in _BY_PROGRAMS) or tier_of_table(found.table.name) is Tier.USER:
        return False  # its members
    reads = reads_around(backend, found)
    walked = {ordinal for ordinal, read in reads.items() if read.table == found.read.table}  # in one case or another
    kinds = {use.kind for use in found.read.uses}
    return (
        beaten
        or is_log(found.table)
        or ("length" in kinds and kinds <= {"length", "filter"})
        or any(loop.over in walked for read in reads.values() for loop in read.loops)
    )


_BY_PROGRAMS = frozenset((Strength.HTTP, Strength.STREAM, Strength.CLIENT, Strength.LOOP, Strength.CRON))


def _is_beaten(writers: Sequence[Writer]) -> bool:
    """The same, by more than a name and the time at which a key was last used: rows that are all shown have to be read, and
    are written as often as someone does something."""
    return any(
        one.rate is not None
        and one.rate.strength not in (Strength.BATCH, Strength.NAME)
        and (one.rate.strength is not Strength.STAMP or any(field.lower() in SEEN for field in one.write.fields or ()))
        for one in writers
    )


def _finding(backend: Backend, found: OpenRead, writers: tuple[Writer, ...], others: int) -> Finding:
    table, subscribers = found.table, surest(found)
    extent = backend.extent(found.read, table)
    in_text = found.read.within == found.query.path and not found.read.via
    path = (*(call.span for call in found.touch.calls), *found.read.via)
    place = Place(found.read.span if in_text or not path else path[0], "")
    functions = names_in_words([writer.function.id for writer in writers], "or")
    if extent.tier is Tier.TABLE:
        serious = _is_signed(writers) or backend.is_seen_to_fill(table)
    else:
        serious = _is_heavy(backend, found, writers)
    story = [
        *(Label(call, f"`{call.within}` keeps it open") for call in subscribers[:3]),
        *([] if place.span == found.read.span else [Label(found.read, "the range is read here")]),
        *(Label(writer.write, backend.writer_in_words(writer)) for writer in writers[:5]),
    ]
    impact = backend.impacts.of_open(found, writers[0].rate)
    return Finding(
        place,
        f"`{found.query.id}`, which {clients_in_words(subscribers)} open, reads {_in_words(found.read, extent)} "
        f"and runs again whenever {functions} {_write(writers)} there.",
        _help(backend, found, writers[0], others),
        key=(found.query.id, table.name),
        related=story,
        confidence=Confidence.HIGH if extent.tier is Tier.TABLE else Confidence.MEDIUM,
        severity=None if serious and not is_fallback(backend, found) else Severity.NOTE,
        table=table.name,
        index=found.read.index,
        function=found.query.path,
        component=found.query.component,
        sites=(found.read.span,),
        cause=(_where(found),),
        impact=impact._replace(callers=impact.callers + len(writers)),
    )


def _where(found: OpenRead) -> str:
    """The function or helper in whose text the range is read."""
    within = found.read.within
    return within if within and " " not in within else found.query.id


def _in_words(read: Read, extent: Extent) -> str:
    """With all the keys of the range, not only the one that says whose rows they are."""
    if extent.tier is Tier.TABLE or len(read.eq) < 2:
        return extent.reason
    keys = [f"`{key.field}`" for key in read.eq]
    return f"the rows of `{read.table}` with one {', '.join(keys[:-1])} and {keys[-1]}"


_NO_SIGN = "No sign says that these writers run often."


def _write(writers: Sequence[Writer]) -> str:
    return "writes" if len(writers) == 1 else "write"


def _help(backend: Backend, found: OpenRead, first: Writer, others: int) -> str:
    if (advice := left_out(backend, found)) is not None:
        return f"{advice} Subscribers: {hooks_in_words(surest(found))}."
    advice = rather(backend, found)
    if first.rate is not None and first.write.op in (Op.PATCH, Op.REPLACE):
        advice += of_writes(backend, first.write)
    told = f"`{first.function.id}` {first.rate.sentence}." if first.rate is not None else _NO_SIGN
    rest = f" It also reads {others} other table{'s' if others > 1 else ''} as broadly." if others else ""
    return f"{advice} {told} Subscribers: {hooks_in_words(surest(found))}.{rest}"
