"""What to do instead of reading every row of a long range: it depends on what becomes of the rows."""

from __future__ import annotations

import re
from dataclasses import replace

from convex_lint.analysis import repairs
from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import is_log, is_stream
from convex_lint.analysis.broken_off import breaks_off, ends_with_a_find
from convex_lint.analysis.compared import (
    asks_of_id,
    asks_whether_listed,
    compares_computed,
    leaves_out_members,
)
from convex_lint.analysis.computed import computed
from convex_lint.analysis.dated import fills_a_calendar, planned_by
from convex_lint.analysis.exposure import Exposure
from convex_lint.analysis.facets import is_faceted
from convex_lint.analysis.followed import followed
from convex_lint.analysis.joined import collects_several, is_narrowed, joined, stands_beside
from convex_lint.analysis.kept_by_clients import kept_by_clients
from convex_lint.analysis.listed_keys import are_of_ids, listed_keys
from convex_lint.analysis.membership import (
    asks_for_members,
    counts_different,
    is_folded,
    newest_will_do,
    only_key,
    puts_in_groups,
    takes_tail,
)
from convex_lint.analysis.schema_paths import in_filters
from convex_lint.analysis.sites import Reach, Site, handled
from convex_lint.analysis.summed import adds_up_all
from convex_lint.analysis.terminal import takes_all_found, until_match
from convex_lint.analysis.text_search import searched_text
from convex_lint.analysis.wanted import as_called, wanted
from convex_lint.model.function import Function, Kind, Visibility
from convex_lint.model.operation import Call, Op, Read, Write
from convex_lint.source import Span
from convex_lint.syntax import tree


def instead(backend: Backend, site: Site[Read]) -> str | None:
    """What to do instead, as fits what becomes of the rows; None where nothing does."""
    site = as_called(backend, site)
    read, functions = site.operation, site.functions
    if breaks_off(read, backend.surroundings) or ends_with_a_find(read, backend.surroundings):
        return "Walk the query itself (`for await (const row of query)`): it reads no further than the loop goes."
    used = handled(read)
    whole = any(use.kind in ("returned", "picked", "passed") for use in read.uses)
    if takes_all_found(read):
        tests = [one for part in read.residual for one in (part.parts if part.operator == "given" else (part,))]
        if any(part.operator == "eq" and part.field is not None for part in tests):
            return repairs.FILTERED_SEARCH
        dropped = "filter" in used or any(one.drops for one in followed(read, backend.surroundings))
        return repairs.BEST_FOUND + (repairs.DROPPED_OF_FOUND if dropped else "")
    if any(part.source == "filter" and asks_of_id(part) for part in read.residual):
        return "Get each of these rows by its id with `ctx.db.get(id)`: a filter reads all others, too."
    if until_match(read):
        late = computed(read, site.table, backend.text_of)
        if late is not None and len(late.fields) > 1:
            return late.advice
        equal = replace(read, residual=tuple(part for part in read.residual if part.operator == "eq"))
        unheld = next(in_filters(equal, site.table), None)
        return repairs.NOT_HELD.format(unheld.field, site.table.name) if unheld is not None else repairs.INDEXED
    keyed = listed_keys(read, site.table, backend.surroundings)
    if keyed is not None:
        return keyed.advice
    if are_of_ids(read, backend.surroundings):
        return repairs.REFERRED_TO
    just_that = wanted(backend, site)
    if just_that is not None:
        return just_that
    changes = any(function.kind is Kind.MUTATION for function in functions)
    several = any(collects_several(function, read, backend.surroundings) for function in functions)
    lists = followed(read, backend.surroundings)
    given = whole or any(one.is_given for one in lists)
    if not given and any(one.names_are_looked_up for one in lists):
        return repairs.REFERRED_TO
    sums = not changes and adds_up_all(read, backend.surroundings)
    apart = _stand_beside(site, backend)
    if (
        not whole
        and not several
        and not sums
        and not (changes and apart)
        and asks_for_members(read, backend.surroundings)
    ):
        return repairs.ASKED_FOR.format("") + (repairs.AS_COMPARED if is_folded(read, backend.surroundings) else "")
    if changes:
        later = backend.exposure(site) is Exposure.BACKGROUND and all(_handles_each(reach) for reach in site.reaches)
        return (
            "Read one page with `.paginate()`, and schedule the next call with its `continueCursor`." if later else None
        )
    listed = asks_whether_listed(read, site.table, backend.surroundings)
    if listed is not None:
        return repairs.JOINED.format(listed)
    if _wants_one(read):
        return "Let an index range hold the rows that match, and read the one that is wanted with `.first()`."
    if {"sort", "first"} <= used <= {"sort", "first", "filter", "length"}:
        return repairs.FIRST_THAT_PASSES
    searched = searched_text(read, site.table, backend.surroundings)
    if any(one.is_paged_by_hand for one in lists):
        return searched.advice if searched is not None else repairs.PAGED_BY_HAND
    if any(one.is_ranked for one in lists):
        return repairs.PLACE_AMONG_ALL
    if sums:
        shown = whole or used & {"sort", "slice", "take"} or ("map" in used and "reduce" in used)
        return repairs.SUM_AND_LIST if shown else repairs.KEPT
    if any(one.is_added_up for one in lists):
        inner = _summed_for_each(backend, site)
        if inner is not None:
            return repairs.SUMS_OF_EACH.format(inner=inner, outer=site.table.name)
        return repairs.SUM_AND_LIST if given else repairs.KEPT
    if is_faceted(read, backend.surroundings):
        return repairs.FACETS
    if searched is not None:
        return searched.advice
    paged = bool(used & {"slice", "take"})
    if not paged and given and all(_is_run_by_code(backend, function) for function in functions):
        return (
            "Return one page with `.paginate({ cursor, numItems })`, and let the action that calls it ask for the next "
            "one with the `continueCursor`."
        )
    if paged and takes_tail(read, backend.surroundings):
        return 'Take only the newest with `.order("desc").take(n)`, and turn them round with `.reverse()` if need be.'
    if _skips_some(backend, read):
        return repairs.OFFSET
    if paged and "filter" in used:
        return (
            "Let an index, or a search index for words, give the rows that match, and take as many as are shown with "
            "`.take(n)`."
        )
    if leaves_out_members(read, backend.surroundings):
        return repairs.COMPARED
    if compares_computed(read, backend.surroundings):
        return repairs.FORM
    together = joined(read, backend.surroundings)
    if together is not None:
        if not is_narrowed(together):
            return repairs.FEW_OF_EACH
        return repairs.ONE_RANGE if _of_one_table(backend, site) else repairs.OWN_TABLE
    lists_each = "map" in used and not counts_different(read, backend.surroundings)
    walked = {"filter", "iterate"} <= used or (lists_each and any(map(_gets_each, functions)))
    if used & {"length", "reduce"} and not whole and not walked:
        return repairs.KEPT
    if read.loops and "iterate" not in used:
        return repairs.FEW_OF_EACH
    if several:
        return (
            "Read one page of the rows that lead, and by an index what belongs to the rows of that page; keep figures over "
            "all of them, if they are shown, in a table of their own."
        )
    if given and not read.bounds and fills_a_calendar(backend, site):
        return repairs.DAYS_SHOWN
    if given and not used & {"length", "reduce"} and apart:
        return repairs.APART
    if puts_in_groups(read, backend.surroundings):
        return repairs.OF_GROUPS
    if "iterate" in used and used <= {"iterate", "filter"} and not whole and _loops(backend, read):
        return repairs.KEPT if _adds_up(backend, read) else repairs.PAGE
    if "take" in used <= {"take", "length"} and not _is_counted(backend, read):
        return repairs.AS_MANY
    if "length" in used and _is_counted(backend, read):
        if not given:
            return repairs.KEPT
        return f"{repairs.PAGE[:-1]}, and keep the total, if it is shown, in the aggregate component (`@convex-dev/aggregate`)."
    if not given and handled(read):
        return repairs.NEEDED
    if used & {"sort", "filter"}:
        paged_by = f"Let an index give the order and the condition, and read one page at a time with {repairs.PAGES}."
        return paged_by + _only_fields(site, whole=whole)
    key = only_key(read, backend.surroundings)
    if key is not None and any(index.fields[:1] == (key,) for index in site.table.indexes):
        return (
            f"If callers only test whether a value is among them, look that one up by the index on `{key}` instead; "
            f"otherwise read one page at a time with {repairs.PAGES}."
        )
    fetched = backend.exposure(site) is not Exposure.SUBSCRIBED and any(map(backend.graph.client_calls, functions))
    if newest_will_do(read) and not fetched:
        kept = kept_by_clients(backend, site)
        if kept is not None:
            return repairs.PAGE + kept.in_words
        if (planned := planned_by(backend, site)) is not None:
            return f"{repairs.PAGE[:-1]}, or, by an index on `{planned}`, only those whose time is to come."
        newest = ", or only the newest with `.take(n)`" if _comes_in_time(site) else ""
        return f"{repairs.PAGE[:-1]}{newest}." + ("" if newest else repairs.AMONG_ALL)
    return repairs.PAGE + _only_fields(site, whole=whole)


def _comes_in_time(site: Site[Read]) -> bool:
    """The newest rows are those that are looked at: they are asked for first, or note what has happened."""
    return site.operation.order == "desc" or is_log(site.table) or is_stream(site.table)


def _stand_beside(site: Site[Read], backend: Backend) -> bool:
    return any(stands_beside(function, site.operation, backend.surroundings) for function in site.functions)


def _summed_for_each(backend: Backend, site: Site[Read]) -> str | None:
    """The table of which many rows are read for each of these: it is theirs that is added up."""
    for reach in site.reaches:
        for other in reach.function.operations:
            inner = isinstance(other, Read) and any(loop.over == reach.operation.ordinal for loop in other.loops)
            if isinstance(other, Read) and inner and other.terminal == "collect" and other.table != site.table.name:
                return other.table
    return None


def _skips_some(backend: Backend, read: Read) -> bool:
    """`rows.slice(offset, offset + limit)` of rows that are counted, too: pages by hand."""
    kinds = {use.kind for use in read.uses}
    return "slice" in kinds and "take" not in kinds and "length" in kinds and _is_counted(backend, read)


def _is_counted(backend: Backend, read: Read) -> bool:
    """Their number is used, and not only whether there are any, nor as an end of them (`rows.slice(0, limit ?? rows.length)`)."""
    ends = [use.span for use in read.uses if use.kind in ("take", "slice")]
    spans = [use.span for use in read.uses if use.kind == "length"]
    spans = [span for span in spans if not any(end.start <= span.start < end.end for end in ends)]
    spans = [span for span in spans if not _ends_a_loop(backend, span)]
    return not all(_NONE.match(backend.text_of(Span(span.file, span.end, span.end + 12))) for span in spans)


def _ends_a_loop(backend: Backend, span: Span) -> bool:
    """`for (let i = 0; i < rows.length; i++)`."""
    path = backend.surroundings.around(span)
    tests = (node.test for node in path if type(node) is tree.For)
    return any(test is not None and test.start <= span.start < test.end for test in tests)


_NONE = re.compile(r"\s*\)?\s*(?:>\s*0|[!=]==?\s*0|<\s*1)\b")


def _wants_one(read: Read) -> bool:
    """`rows.find((row) => row.isActive)`, `rows.filter(...)[0]`: an index can tell which."""
    kinds = {use.kind for use in read.uses}
    told = any(part.operator == "eq" and part.field is not None for part in read.residual)
    return told and bool(kinds & {"find", "first"}) and kinds <= {"find", "first", "filter", "exists", "picked"}


def _of_one_table(backend: Backend, site: Site[Read]) -> bool:
    """All lists that the block of code around the read takes are of its table."""
    blocks = [node for node in backend.surroundings.around(site.span) if type(node) is tree.Block]
    if not blocks:
        return False
    inside = (
        other
        for function in site.functions
        for other in function.operations
        if isinstance(other, Read) and other.terminal in ("collect", "take") and other.span.file == site.span.file
    )
    near = {o.table for o in inside if blocks[-1].start <= o.span.start and o.span.end <= blocks[-1].end}
    return near == {site.table.name}


def _only_fields(site: Site[Read], *, whole: bool) -> str:
    """A sentence, where a row holds much more than what is shown of it."""
    used, declared = len(site.operation.fields), site.table.validator.fields if site.table.validator is not None else {}
    return "" if whole or not used or used * 2 > len(declared) or len(declared) < _WIDE else repairs.NARROW


_WIDE = 8
_GATHERED = re.compile(r"\.push\(")


def _is_run_by_code(backend: Backend, function: Function) -> bool:
    """Only actions get what it gives, so that they can ask for one page after the other."""
    callers = list(backend.graph.callers(function))
    return function.visibility is Visibility.INTERNAL and all(one.kind in (Kind.ACTION, Kind.HTTP) for one in callers)


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
