"""What to do instead of reading every row of a long range: it depends on what becomes of the rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.broken_off import breaks_off, ends_with_a_find
from convex_lint.analysis.compared import (
    asks_of_id,
    asks_whether_listed,
    compares_computed,
    leaves_out_members,
)
from convex_lint.analysis.computed import computed
from convex_lint.analysis.exposure import Exposure
from convex_lint.analysis.followed import followed
from convex_lint.analysis.joined import collects_several, is_narrowed, joined
from convex_lint.analysis.listed_keys import listed_keys
from convex_lint.analysis.membership import (
    asks_for_members,
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
from convex_lint.model.function import Function, Kind, Visibility
from convex_lint.model.operation import Call, Op, Read, Write
from convex_lint.source import Span
from convex_lint.syntax import tree


def instead(backend: Backend, site: Site[Read]) -> str | None:
    """What to do instead, as fits what becomes of the rows; None where nothing does."""
    read, functions = site.operation, site.functions
    if breaks_off(read, backend.surroundings) or ends_with_a_find(read, backend.surroundings):
        return "Walk the query itself (`for await (const row of query)`): it reads no further than the loop goes."
    used = handled(read)
    whole = any(use.kind in ("returned", "picked", "passed") for use in read.uses)
    if takes_all_found(read) and any(part.operator == "eq" and part.field is not None for part in read.residual):
        return "Put the conditions into filter fields of the search index, then take the best of them with `.take(n)`."
    if takes_all_found(read):
        return "Take the best of them with `.take(n)`, or read page by page with `.paginate(paginationOpts)`."
    if any(part.source == "filter" and asks_of_id(part) for part in read.residual):
        return "Get each of these rows by its id with `ctx.db.get(id)`: a filter reads all others, too."
    if until_match(read):
        late = computed(read, site.table, backend.text_of)
        if late is not None and len(late.fields) > 1:
            return late.advice
        equal = replace(read, residual=tuple(part for part in read.residual if part.operator == "eq"))
        unheld = next(in_filters(equal, site.table), None)
        return _NOT_HELD.format(unheld.field, site.table.name) if unheld is not None else _INDEXED
    keyed = listed_keys(read, site.table, backend.surroundings)
    if keyed is not None:
        return keyed.advice
    several = any(collects_several(function, read, backend.surroundings) for function in functions)
    lists = followed(read, backend.surroundings)
    given = whole or any(one.is_given for one in lists)
    if not given and any(one.names_are_looked_up for one in lists):
        return _REFERRED_TO
    if not whole and not several and asks_for_members(read, backend.surroundings):
        advice = "Look up by an index only the rows that are asked for, rather than search for them among all."
        return advice + (_AS_COMPARED if is_folded(read, backend.surroundings) else "")
    if any(function.kind is Kind.MUTATION for function in functions):
        later = backend.exposure(site) is Exposure.BACKGROUND and all(_handles_each(reach) for reach in site.reaches)
        return (
            "Read one page with `.paginate()`, and schedule the next call with its `continueCursor`." if later else None
        )
    listed = asks_whether_listed(read, site.table, backend.surroundings)
    if listed is not None:
        return _JOINED.format(listed)
    if _wants_one(read):
        return "Let an index range hold the rows that match, and read the one that is wanted with `.first()`."
    if {"sort", "first"} <= used <= {"sort", "first", "filter", "length"}:
        return _FIRST_THAT_PASSES
    if any(one.is_ranked for one in lists):
        return PLACE_AMONG_ALL
    if adds_up_all(read, backend.surroundings):
        shown = whole or used & {"sort", "slice", "take"} or ("map" in used and "reduce" in used)
        return _SUM_AND_LIST if shown else _KEPT
    if any(one.is_added_up for one in lists):
        return _KEPT
    paged = bool(used & {"slice", "take"})
    if not paged and given and all(_is_run_by_code(backend, function) for function in functions):
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
    if leaves_out_members(read, backend.surroundings):
        return _COMPARED
    if compares_computed(read, backend.surroundings):
        return _FORM
    together = joined(read, backend.surroundings)
    if together is not None:
        if not is_narrowed(together):
            return _FEW_OF_EACH
        return _ONE_RANGE if _of_one_table(backend, site) else _OWN_TABLE
    walked = {"filter", "iterate"} <= used or ("map" in used and any(map(_gets_each, functions)))
    if used & {"length", "reduce"} and not whole and not walked:
        return _KEPT
    if read.loops and "iterate" not in used:
        return _FEW_OF_EACH
    if several:
        return (
            "Read one page of the rows that lead, and by an index what belongs to the rows of that page; keep figures over "
            "all of them, if they are shown, in a table of their own."
        )
    if puts_in_groups(read, backend.surroundings):
        return _OF_GROUPS
    if "iterate" in used and used <= {"iterate", "filter"} and not whole and _loops(backend, read):
        return _KEPT if _adds_up(backend, read) else _PAGE
    if "length" in used and _is_counted(backend, read):
        return (
            f"{_PAGE[:-1]}, and keep the total, if it is shown, in the aggregate component (`@convex-dev/aggregate`)."
        )
    if not given and handled(read):
        return _NEEDED
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


def _is_counted(backend: Backend, read: Read) -> bool:
    """Their number is used, and not only whether there are any."""
    spans = (use.span for use in read.uses if use.kind == "length")
    return not all(_NONE.match(backend.text_of(Span(span.file, span.end, span.end + 12))) for span in spans)


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
    return "" if whole or not used or used * 2 > len(declared) or len(declared) < _WIDE else _NARROW


def fitting(advice: str, functions: Sequence[Function]) -> str:
    """Components cannot paginate (`crates/isolate/src/environment/udf/async_syscall.rs`)."""
    if not any(function.component for function in functions):
        return advice
    return _PAGINATE.sub(_PAGINATOR, advice)


_PAGINATE = re.compile(r"`\.paginate\([^`]*`")
_PAGINATOR = "the `paginator` of `convex-helpers/server/pagination` (`.paginate()` fails in a component)"
_INDEXED = "Put the condition into an index range, or store what it computes in an indexed field."
_NOT_HELD = (
    "Declare `{}` in the schema of `{}`, which has no such field, and put the condition into an index range: as the schema stands, "
    "no row matches, and all are read to find that out."
)
_JOINED = (
    "Keep a table with a row for each element of `{}`, indexed by the element, and read the rows of one: no index reaches into "
    "a list."
)
_REFERRED_TO = "Get the rows that are referred to, each by its id with `ctx.db.get(id)`, rather than all rows to look for these among them."
_FIRST_THAT_PASSES = (
    "Let an index range hold the rows that pass, in this order, and read the one that is wanted with `.first()`, after "
    '`.order("desc")` where it is the last.'
)
PLACE_AMONG_ALL = (
    "Ask the aggregate component (`@convex-dev/aggregate`) for the place of the one that is meant (`indexOf`), and for how many there "
    "are (`count`): it knows both without reading the rows."
)
_COMPARED = (
    "Look up by an index, for each of the others, whether it has its counterpart, or keep that in a field of it that the writers "
    "bring up to date: of a page of the rows, the comparison would be false. What is listed of them can be read one page at a time."
)
_FORM = (
    "Store what is compared in a field of the row, in the form in which it is compared, and read the rows that match by an index on it: "
    "a page of all rows may hold none of them."
)
_NEEDED = (
    "Read only what is needed of them, by an index range that holds no others; what is made of all of them can be kept in a table of its "
    "own that the writers bring up to date."
)
_WIDE = 8
_FEW_OF_EACH = "Take as many as are shown with `.take(n)`: rows of several reads together cannot be read by pages."
_OWN_TABLE = (
    "Let one range of a narrow table of its own, with just what is looked for and shown, give all of them: rows of several "
    "reads, put together, cannot be read by pages, and `.take(n)` of each would lose some that match."
)
_ONE_RANGE = (
    "Let one range of the table give all of them, by a field that says whether a row is one of them, or by one search index over "
    "all that is searched for: rows of several reads, put together, cannot be read by pages, and `.take(n)` of each would lose "
    "some that match. What is shown all at once, as on a map, can be rows of a narrow table with just what is shown."
)
_OF_GROUPS = (
    "Read what they are grouped by page by page, and the rows of each group by an index on its key: a page of the rows would cut "
    "groups in two."
)
_AS_COMPARED = (
    " Store what is compared in the form in which it is compared (in lower case, say), and the values of a list as rows of a "
    "table of their own."
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
_SUM_AND_LIST = (
    "Keep the figures that all of the rows make in a table of their own that the writers bring up to date, or in the aggregate "
    "component (`@convex-dev/aggregate`): of a page, they would be false. The list itself can then be read one page at a time "
    "with `.paginate(paginationOpts)`."
)
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
