"""Reads of everything in a range that grows as the product is used. See unbounded_read.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from convex_lint.analysis.asked import stops_early
from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Extent, Tier, by_clock, is_daily, is_log, is_stream, since
from convex_lint.analysis.broken_off import breaks_off
from convex_lint.analysis.computed import computed
from convex_lint.analysis.doors import for_admins_alone
from convex_lint.analysis.drained import drains
from convex_lint.analysis.early import stops_at_a_count
from convex_lint.analysis.exposure import Exposure, Purpose, Weight
from convex_lint.analysis.growth import is_equipment, made_one_by_one
from convex_lint.analysis.joined import collects_several, is_narrowed, joined
from convex_lint.analysis.membership import asks_for_members, newest_will_do, only_key, takes_tail
from convex_lint.analysis.sites import Reach, Site, handled
from convex_lint.analysis.story import callers, callers_in_words, declaration, filler, stands_in
from convex_lint.analysis.terminal import drops_one_value, scans_all, takes_all_found, until_match
from convex_lint.analysis.transient import under_way
from convex_lint.analysis.vocabulary import EPISODES, MIGRATION, head_of, words_of
from convex_lint.analysis.words import bounds_in_words
from convex_lint.model.function import Function, Kind, Visibility
from convex_lint.model.operation import Call, Key, Op, Read, Write
from convex_lint.model.value import Literal
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity
from convex_lint.source import Span


class UnboundedRead(Rule):
    tags = ("performance", "limits")
    yields_to = (
        "ignored-index",
        "wide-read-before-write",
        "missing-index",
        "count-by-collect",
        "transaction-limit",
        "read-per-row",
        "broad-subscription",
    )

    def check(self, backend: Backend) -> Iterator[Finding]:
        told: dict[Span, tuple[int, Finding]] = {}
        for finding in self._each(backend):
            span, tier = finding.span, finding.impact.tier if finding.impact is not None else None
            width = int(tier) if tier is not None else 0
            if span not in told or width > told[span][0]:
                told[span] = (width, finding)  # one place, of all its ranges the widest
        yield from (finding for _, finding in told.values())

    def _each(self, backend: Backend) -> Iterator[Finding]:
        for site in backend.reads:
            read = site.operation
            if site.span in backend.narrowings or not (scans_all(read) or until_match(read) or takes_all_found(read)):
                continue
            if stops_at_a_count(read, backend.surroundings) or _stops_early(backend, site):
                continue
            growth, extent = backend.growth(site.table), backend.extent(read, site.table)
            if _stays_short(backend, site, extent) or _drops_few(backend, site):
                continue
            stream = extent.tier is Tier.ENTITY and is_stream(site.table)
            asked = backend.is_asked(site.functions)
            if by_clock(read) or (not stream and (since(read) or not asked)):
                continue
            severity = self._severity(backend, site, extent)
            advice = _advice(backend, site) if severity is not Severity.OFF else None
            if advice is None or (not asked and handled(read) and handled(read) <= {"length", "reduce"}):
                continue
            limit = "" if takes_all_found(read) else "; one function may read at most 32,000 documents and 16 MiB"
            places = (*callers(site), *filler(growth), *declaration(site.table))
            yield Finding(
                read,
                _message(site, extent),
                f"{_fit(advice, site.functions)} The table {growth.reason}{limit}."
                + backend.figures_in_words(site)
                + callers_in_words(site),
                key=(stands_in(site), site.table.name, read.index, *(key.field for key in read.eq)),
                related=[Label(place, place.words) for place in places],
                confidence=Confidence.HIGH if extent.tier is Tier.TABLE else Confidence.MEDIUM,
                severity=None if severity is Severity.WARNING else severity,
                table=site.table.name,
                index=read.index,
                cause=(stands_in(site),),
                impact=backend.impact(site, extent),
            )

    def _severity(self, backend: Backend, site: Site[Read], extent: Extent) -> Severity:
        weight = backend.weight(site)
        if weight is Weight.NONE or not (
            backend.is_long(site.operation, site.table, extent) or _finds_much(backend, site, extent)
        ):
            return Severity.OFF
        if all(_migrates(backend, function) for function in site.functions):
            return Severity.OFF
        if backend.exposures.by_hand(site.functions) or all(
            backend.clears(reach.operation, reach.function) for reach in site.reaches
        ):
            return Severity.OFF
        asked = backend.exposure(site) in (Exposure.SUBSCRIBED, Exposure.WAITED) and backend.is_asked(site.functions)
        few = (
            is_equipment(site.table, backend.growth(site.table), backend.graph)
            or under_way(site.operation, site.table)
            or all(for_admins_alone(reach.operation, backend.text_of) for reach in site.reaches)
        )
        few |= drops_one_value(site.operation)
        many = (
            extent.long or (extent.tier >= Tier.TENANT and not few) or breaks_off(site.operation, backend.surroundings)
        )
        return Severity.WARNING if weight is Weight.FULL and asked and many else Severity.NOTE


def _stops_early(backend: Backend, site: Site[Read]) -> bool:
    """Whoever asks gives no argument for which rows are dropped."""
    asked = [(function, backend.graph.client_calls(function)) for function in site.functions]
    return all(stops_early(site.operation, function, calls, backend.text_of) for function, calls in asked)


def _migrates(backend: Backend, function: Function) -> bool:
    """It belongs to the migrations, even where a page of the operators starts it."""
    return backend.purpose(function) is Purpose.MIGRATION or bool(words_of(function.path) & MIGRATION)


def _stays_short(backend: Backend, site: Site[Read], extent: Extent) -> bool:
    """Rows leave the range again, or they are what the people of a team make one by one: its projects, not its messages."""
    if extent.long:
        return False
    if backend.leaver(site.operation, site.table) is not None or backend.never_enters(site.operation, site.table):
        return True
    if backend.exposure(site) is Exposure.BACKGROUND and all(
        drains(reach.operation, reach.function) for reach in site.reaches
    ):
        return True
    by_hand = made_one_by_one(backend.growth(site.table), backend.graph)
    return (
        extent.tier is Tier.TENANT
        and by_hand
        and not (is_log(site.table) or is_daily(site.table))
        and head_of(site.table.name) not in EPISODES
    )


def _drops_few(backend: Backend, site: Site[Read]) -> bool:
    """`.filter(status !== "running").take(5)`: all that it passes over are in a state that rows leave again."""
    read = site.operation
    late = [part for part in read.residual if part.source == "filter"]
    if not until_match(read) or not all(part.operator == "neq" and isinstance(part.value, Literal) for part in late):
        return False
    states = (replace(read, eq=(Key(part.field or "", part.value),)) for part in late)
    return all(backend.leaver(state, site.table) is not None for state in states)


def _finds_much(backend: Backend, site: Site[Read], extent: Extent) -> bool:
    """Of a search one word decides how many rows match, and too many are an error."""
    return takes_all_found(site.operation) and extent.tier >= Tier.USER and backend.growth(site.table).grows


def _message(site: Site[Read], extent: Extent) -> str:
    read = site.operation
    if until_match(read):
        return f"`.{read.terminal}()` after `.filter()` reads on until enough rows match, up to {extent.reason}."
    if takes_all_found(read):
        among = f"in {extent.reason.removeprefix('every row of ')}"
        if not extent.reason.startswith("every row of "):
            among = f"among {extent.reason}"
        return f"This search collects every match {among}, and fails when there are more than 1,024."
    verb = "walks" if read.terminal == "iterate" else "collects"
    return f"This read {verb} {extent.reason}{bounds_in_words(read)}, and nothing bounds how many there are."


def _advice(backend: Backend, site: Site[Read]) -> str | None:
    """What to do instead, as fits what becomes of the rows; None where nothing does."""
    read, functions = site.operation, site.functions
    if breaks_off(read, backend.surroundings):
        return "Walk the query itself (`for await (const row of query)`): it reads no further than the loop goes."
    used = handled(read)
    whole = any(use.kind in ("returned", "picked", "passed") for use in read.uses)
    if takes_all_found(read) and any(part.operator == "eq" and part.field is not None for part in read.residual):
        return "Put the conditions into filter fields of the search index, then take the best of them with `.take(n)`."
    if takes_all_found(read):
        return "Take the best of them with `.take(n)`, or read page by page with `.paginate(paginationOpts)`."
    if _BY_ID.search(backend.text_of(site.span)):
        return "Get each of these rows by its id with `ctx.db.get(id)`: a filter reads all others, too."
    if until_match(read):
        late = computed(read, site.table, backend.text_of)
        several = late is not None and len(late.fields) > 1
        return late.advice if late is not None and several else _INDEXED
    several = any(collects_several(function, backend.surroundings) for function in functions)
    if not whole and not several and asks_for_members(read, backend.surroundings):
        return "Look up by an index only the rows that are asked for, rather than search for them among all."
    if any(function.kind is Kind.MUTATION for function in functions):
        later = backend.exposure(site) is Exposure.BACKGROUND and all(_handles_each(reach) for reach in site.reaches)
        return (
            "Read one page with `.paginate()`, and schedule the next call with its `continueCursor`." if later else None
        )
    paged = bool(used & {"slice", "take"})
    if not paged and all(function.visibility is Visibility.INTERNAL for function in functions):
        return (
            "Return one page with `.paginate({ cursor, numItems })`, and let the action that calls it ask for the next "
            "one with the `continueCursor`."
        )
    if paged and takes_tail(read, backend.surroundings):
        return 'Take only the newest with `.order("desc").take(n)`, and turn them round with `.reverse()` if need be.'
    if paged and "filter" in used:
        return (
            "Let an index, or a search index for words, give the rows that match, and take as many as are shown with "
            "`.take(n)`."
        )
    together = joined(read, backend.surroundings)
    if together is not None:
        return _OWN_TABLE if is_narrowed(together) else _FEW_OF_EACH
    if used & {"length", "reduce"} and not whole and not ("map" in used and any(map(_gets_each, functions))):
        return _KEPT
    if read.loops and "iterate" not in used:
        return _FEW_OF_EACH
    if several:
        return (
            "Read one page of the rows that lead, and by an index what belongs to the rows of that page; keep figures over "
            "all of them, if they are shown, in a table of their own."
        )
    if "iterate" in used and used <= {"iterate", "filter"} and not whole and _loops(backend, read):
        return _KEPT if _adds_up(backend, read) else _PAGE
    if "length" in used:
        return (
            f"{_PAGE[:-1]}, and keep the total, if it is shown, in the aggregate component (`@convex-dev/aggregate`)."
        )
    if used & {"sort", "filter"}:
        return f"Let an index give the order and the condition, and read one page at a time with {_PAGES}."
    key = only_key(read, backend.surroundings)
    if key is not None and any(index.fields[:1] == (key,) for index in site.table.indexes):
        return (
            f"If callers only test whether a value is among them, look that one up by the index on `{key}` instead; "
            f"otherwise read one page at a time with {_PAGES}."
        )
    fetched = backend.exposure(site) is not Exposure.SUBSCRIBED and any(map(backend.graph.client_calls, functions))
    newest = ", or only the newest with `.take(n)`" if newest_will_do(read) and not fetched else ""
    return f"{_PAGE[:-1]}{newest}." if newest else _PAGE + _only_fields(site, whole=whole)


def _only_fields(site: Site[Read], *, whole: bool) -> str:
    """A sentence, where a row holds much more than what is shown of it."""
    used, declared = len(site.operation.fields), site.table.validator.fields if site.table.validator is not None else {}
    return "" if whole or not used or used * 2 > len(declared) or len(declared) < _WIDE else _NARROW


def _fit(advice: str, functions: Sequence[Function]) -> str:
    """Components cannot paginate (`crates/isolate/src/environment/udf/async_syscall.rs`)."""
    if not any(function.component for function in functions):
        return advice
    return _PAGINATE.sub(_PAGINATOR, advice)


_PAGINATE = re.compile(r"`\.paginate\([^`]*`")
_PAGINATOR = "the `paginator` of `convex-helpers/server/pagination` (`.paginate()` fails in a component)"
_INDEXED = "Put the condition into an index range, or store what it computes in an indexed field."
_BY_ID = re.compile(r"\.eq\(\s*\w+\.field\(\s*[\"']_id[\"']\s*\)")
_WIDE = 8
_FEW_OF_EACH = "Take as many as are shown with `.take(n)`: rows of several reads together cannot be read by pages."
_OWN_TABLE = (
    "Let one range of a narrow table of its own, with just what is looked for and shown, give all of them: rows of several "
    "reads, put together, cannot be read by pages, and `.take(n)` of each would lose some that match."
)
_NARROW = (
    " Where all rows are wanted, a table of their own with just the fields that are used, which the writers bring up to date, "
    "is read for a fraction of the bytes."
)
_PAGES = "`.paginate(paginationOpts)`"
_PAGE = f"Read one page at a time with {_PAGES}."
_KEPT = (
    "Keep what is computed of them in a table of its own that the writers bring up to date, or in the aggregate "
    "component (`@convex-dev/aggregate`)."
)
_GATHERED = re.compile(r"\.push\(")


def _handles_each(reach: Reach[Read]) -> bool:
    """Something is written or started for each row, so that it may as well happen in another call."""
    return any(
        isinstance(operation, (Write, Call)) and any(loop.over == reach.operation.ordinal for loop in operation.loops)
        for operation in reach.function.operations
    )


def _gets_each(function: Function) -> bool:
    """Documents are got one by one: the ids that rows hold are followed, and what is found is shown."""
    return any(isinstance(one, Read) and one.op is Op.GET and one.loops for one in function.operations)


def _loops(backend: Backend, read: Read) -> bool:
    """Statements handle the rows one by one, rather than that a list of them is spread into another."""
    texts = (backend.text_of(use.span) for use in read.uses if use.kind == "iterate")
    return all(text.startswith("for") or ".forEach(" in text for text in texts)


def _adds_up(backend: Backend, read: Read) -> bool:
    """The walk makes no list of what it sees."""
    return not any(use.kind == "iterate" and _GATHERED.search(backend.text_of(use.span)) for use in read.uses)
