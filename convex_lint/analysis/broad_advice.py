"""What an open query should do rather than read all of a range: it depends on what becomes of the rows."""

from __future__ import annotations

from convex_lint.analysis import repairs
from convex_lint.analysis.backend import Backend
from convex_lint.analysis.broken_off import ends_with_a_find
from convex_lint.analysis.compared import asks_of_id
from convex_lint.analysis.decided import FIRST, decided, of_one, scores_each, takes_first
from convex_lint.analysis.fallback import reads_around
from convex_lint.analysis.figures import only_figures
from convex_lint.analysis.followed import followed
from convex_lint.analysis.instead import instead
from convex_lint.analysis.invalidation import OpenRead, surest
from convex_lint.analysis.listed_keys import are_of_ids, listed_keys
from convex_lint.analysis.ordering import ordering
from convex_lint.analysis.rewrite import narrow_text
from convex_lint.analysis.vocabulary import STAMPS
from convex_lint.analysis.wanted import as_called, wanted
from convex_lint.model.operation import Op, Use, Write
from convex_lint.model.value import Clock, DocumentField, Identity, parts_of
from convex_lint.syntax import tree


def left_out(backend: Backend, found: OpenRead) -> str | None:
    """What to do where one hook asks for it and hands the result on to nobody."""
    unread = {backend.audience.unread(call) for call in found.subscribers}
    handed_on = unread.pop() if len(unread) == 1 else None
    if handed_on is None:
        return None
    hook, name = handed_on
    return (
        f"Leave the call out of `{hook}`: it hands the result on as `{name}`, which no other code of the clients names."
    )


def of_writes(backend: Backend, write: Write) -> str:
    """What to do about rows that are often patched, in a sentence with a space in front: to move fields that clients show would
    make the same pages run again."""
    changed = [field for field in write.fields or () if field.lower() not in STAMPS]
    if changed and all(field in backend.project.client_words for field in changed):
        return " Pages show what they change: gather several changes into one write."
    return " Move fields that change often to a table of their own."


def rather(backend: Backend, found: OpenRead) -> str:
    """One sentence or more, each with its full stop."""
    narrowing = backend.narrowings.get(found.read.span)
    if any(asks_of_id(part) for part in found.read.residual) or are_of_ids(found.read, backend.surroundings):
        return "Read the documents that are wanted one by one, with `ctx.db.get(id)`."
    sites = [site for site in backend.reads_at(found.read.span) if site.table.name == found.table.name]
    just_that = next(
        (advice for site in sites if (advice := wanted(backend, as_called(backend, site))) is not None), None
    )
    if just_that is not None:
        return just_that
    if narrowing is not None and narrowing.proposal is not None:
        call = narrow_text(narrowing, backend.text_of)
        return f"Read only what the page shows: declare `{narrowing.proposal.declaration}` and read with `{call}`."
    if narrowing is not None:
        return f"Read only what the page shows, with `{narrow_text(narrowing, backend.text_of)}`."
    listed = listed_keys(found.read, found.table, backend.surroundings)
    if listed is not None:
        return listed.advice
    granting = _granted_in(backend, found)
    if granting is not None:
        return (
            f"Start from the rows of `{granting}` that belong to the caller, by an index, and get the row of each by its id: who may "
            "see a row is looked up for every row of all users."
        )
    if any(one.is_ranked for one in followed(found.read, backend.surroundings)):
        return repairs.PLACE_AMONG_ALL
    if takes_first(found.read, backend.text_of):
        return FIRST
    if not found.read.eq and (whose := of_one(found.read, found.table)) is not None:
        return whose
    if _is_ranked(backend, found):
        late = _counted_of_late(backend, found)
        if late is not None:
            return repairs.RANKED_OF_LATE.format(outer=found.table.name, inner=late)
        return repairs.RANKED.format(found.table.name)
    if scores_each(found.read, backend.surroundings):
        return repairs.FOR_CALLER
    if _is_summed(backend, found) and not ends_with_a_find(found.read, backend.surroundings):
        return (
            "Keep what is computed of the rows in a table of its own that the writers bring up to date, or in the aggregate "
            "component (`@convex-dev/aggregate`), and subscribe to that."
        )
    only = _only_shown(found)
    if only is not None:
        return (
            f"Give of these rows only the different values of `{only}`, from a field of what the page shows beside it, or from a table with a "
            f"row for each that the writers bring up to date: no page looks at anything else of them."
        )
    fitting = next((advice for site in sites if (advice := instead(backend, site)) is not None), "")
    if not fitting or fitting.startswith(_BY_PAGES):
        asked = (as_called(backend, site).operation for site in sites)
        told = next((advice for one in asked if (advice := decided(one, found.table, backend.surroundings))), None)
        if told is not None:
            return told
    if fitting and (not fitting.startswith("Read one page at a time") or ", and keep the total" in fitting):
        return fitting
    return "Read only what the page shows, by an index range on an argument or page by page with `usePaginatedQuery`."


_BY_PAGES = ("Read one page at a time", "Let an index give", "Let an index, or a search", "Take as many as are shown")
"""How advice begins that only fits where each row that is read is wanted, or an index can hold what decides."""


def _only_shown(found: OpenRead) -> str | None:
    """The one field of the rows that any client looks at, of whole rows that the query gives, and does not count."""
    if found.touch.calls or not any(use.kind in ("returned", "picked") for use in found.read.uses):
        return None
    shown: set[str] = set()
    for call in surest(found):
        if call.shown is None:
            return None
        shown.update(name.rstrip("*") for name in call.shown)
    (*fields,) = shown & {*found.table.fields, "_id", "_creationTime"}
    return fields[0] if len(fields) == 1 and fields[0] != "_id" and shown == {*fields} else None


def _is_ranked(backend: Backend, found: OpenRead) -> bool:
    """All of another table that belongs to a row is read for each of them, and what is made of that is sorted."""
    order = ordering(found.read, found.table, backend.surroundings)
    if order is not None and order.stored:
        return False
    gathers = any(
        other.terminal == "collect"
        and other.table != found.read.table
        and any(loop.over == found.read.ordinal for loop in other.loops)
        and {use.kind for use in other.uses} & {"length", "reduce", "filter", "iterate"}
        for other in reads_around(backend, found).values()
    )
    return gathers and any(one.sorts for one in followed(found.read, backend.surroundings))


def _counted_of_late(backend: Backend, found: OpenRead) -> str | None:
    """The table of which the rows since some time before now are counted for each of those that are ranked."""
    return next(
        (
            other.table
            for other in reads_around(backend, found).values()
            if other.terminal == "collect"
            and other.table != found.read.table
            and any(isinstance(part, Clock) for end in other.bounds for part in parts_of(end.value))
        ),
        None,
    )


def _granted_in(backend: Backend, found: OpenRead) -> str | None:
    """The table in which the query looks up for each row whether it is the caller's: by the row's id and the caller's."""
    uses = found.read.uses
    if not {use.kind for use in uses} <= {"iterate", "filter", "passed"} or not all(
        _is_under_condition(backend, use) for use in uses if use.kind == "passed"
    ):
        return None  # a row is shown whether or not something is found
    reads = reads_around(backend, found)
    own = {ordinal for ordinal, read in reads.items() if any(isinstance(key.value, Identity) for key in read.eq)}
    for read in reads.values():
        values = [part for key in read.eq for part in parts_of(key.value)]
        ids = [value.read for value in values if isinstance(value, DocumentField) and value.path == ("_id",)]
        asks = any(isinstance(value, Identity) for value in values) or any(one in own for one in ids)
        if read.op is not Op.GET and read.table != found.read.table and found.read.ordinal in ids and asks:
            return read.table
    return None


def _is_under_condition(backend: Backend, use: Use) -> bool:
    """It happens to a row in a branch of the loop over the rows."""
    path = backend.surroundings.around(use.span)
    loops = [number for number, node in enumerate(path) if type(node) is tree.ForEach]
    return bool(loops) and any(type(node) is tree.If for node in path[loops[-1] :])


def _is_summed(backend: Backend, found: OpenRead) -> bool:
    """They are counted or added up, and none of them is shown."""
    uses = {use.kind for use in found.read.uses}
    own = found.read.within == found.query.path and not found.touch.calls and "returned" not in uses
    if own and only_figures(backend.surroundings, found.read.span):
        return True
    gathers = any(use.kind == "iterate" and ".push(" in backend.text_of(use.span) for use in found.read.uses)
    if not uses & _SUMMING or not uses <= _SUMMING | {"filter"} or gathers:
        return False
    return not any(one.is_given for one in followed(found.read, backend.surroundings))


_SUMMING = frozenset(("length", "reduce", "iterate"))
