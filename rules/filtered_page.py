"""Pages and lists of which rows are dropped after they were read, so that they come short. See filtered_page.md."""

from __future__ import annotations

from collections.abc import Iterator

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.clamp import ceiling
from convex_lint.analysis.exposure import Weight
from convex_lint.analysis.fields import can_be_key
from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.story import Place, callers, callers_in_words, stands_in
from convex_lint.analysis.wish import keeps_most
from convex_lint.model.function import Kind, Visibility
from convex_lint.model.limits import MANY_ROWS
from convex_lint.model.operation import Op, Predicate, Read
from convex_lint.model.value import Computed, Literal
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity
from convex_lint.source import Span


class FilteredPage(Rule):
    tags = ("correctness", "performance")

    def check(self, backend: Backend) -> Iterator[Finding]:
        told: set[Span] = set()
        for whole in backend.reads:
            site = whole.narrowed(_comes_short)
            if site is None or backend.weight(site) is Weight.NONE or not backend.growth(site.table).grows:
                continue
            read, dropped = site.operation, _dropped(site.operation)
            if dropped[0].span in told:
                continue
            told.add(dropped[0].span)
            page = read.terminal == "paginate"
            serious = page and backend.weight(site) is Weight.FULL and _is_wanted(backend, site)
            end = "`.paginate()`" if page else "`.take()`"
            short = "pages come short or empty" if page else "fewer come back than there are"
            places = (*(Place(part.span, "rows are dropped here") for part in dropped[:3]), *callers(site))
            yield Finding(
                read,
                f"Rows of `{site.table.name}` are dropped in code after {end}, so that {short}.",
                _help(site, dropped) + backend.figures_in_words(site) + callers_in_words(site),
                key=(stands_in(site), site.table.name, read.index),
                related=[Label(place, place.words) for place in places],
                confidence=Confidence.HIGH if page else Confidence.MEDIUM,
                severity=None if serious else Severity.NOTE,
                table=site.table.name,
                index=read.index,
                impact=backend.impact(site, backend.extent(read, site.table)),
            )


def _is_wanted(backend: Backend, site: Site[Read]) -> bool:
    """Something asks for the page, or a component was written for it, be it one that nobody shows yet."""
    ids = {function.id for function in site.functions}
    return backend.is_asked(site.functions) or any(call.target in ids for call in backend.project.client_calls)


def _comes_short(reach: Reach[Read]) -> bool:
    """A client sees what is left of the page: internal functions walk pages for work of their own."""
    read, function = reach.operation, reach.function
    if function.kind is not Kind.QUERY or function.visibility is not Visibility.PUBLIC or read.op is Op.SEARCH:
        return False
    if read.terminal == "take" and not _few(reach):
        return False
    kinds = {use.kind for use in read.uses}
    if (
        read.terminal not in ("take", "paginate")
        or "filter" not in kinds
        or kinds & {"length", "some", "sort", "slice", "take", "first"}
    ):
        return False
    return bool(_dropped(read)) and not _shown_apart(reach)


def _shown_apart(reach: Reach[Read]) -> bool:
    """What the page leaves out, another read of the function finds by an index: the pinned rows stand above the others."""
    read, fields = reach.operation, {part.field for part in _dropped(reach.operation)}
    apart = {
        field
        for other in reach.function.operations
        if isinstance(other, Read) and other.table == read.table and other.ordinal != read.ordinal
        for field in (*(key.field for key in other.eq), *(bound.field for bound in other.bounds))
    }
    return fields <= apart


def _few(reach: Reach[Read]) -> bool:
    """A `.take()` that means so many: not a cap that no list should reach, nor more than wanted because some are dropped."""
    limit = reach.operation.limit
    if limit is None or (isinstance(limit, Computed) and limit.operator in ("*", "+")):
        return False
    most = ceiling(limit, reach.function, reach.operation.guards)
    return most is None or most < MANY_ROWS / 4


def _dropped(read: Read) -> list[Predicate]:
    """The conditions of code that drop more than the few rows that are out of use. A filter that asks again for what the range
    asks for makes sure of it, and lets nearly all pass."""
    spans = {use.span for use in read.uses if use.kind == "filter"}
    pinned = {key.field for key in read.eq}
    spans -= {part.span for part in read.residual if part.operator == "eq" and part.field in pinned}
    return [
        part
        for part in read.residual
        if part.source == "js" and part.span in spans and not keeps_most(part) and not _is_positive(part)
    ]


def _is_positive(part: Predicate) -> bool:
    """`amount > 0` drops what hardly ever is there."""
    return part.operator in ("gt", "gte", "neq") and isinstance(part.value, Literal) and part.value.value == 0


def _help(site: Site[Read], dropped: list[Predicate]) -> str:
    fields = [part.field for part in dropped if part.field is not None and can_be_key(site.table, part.field)]
    if fields and all(part.field is not None for part in dropped):
        names = " and ".join(f"`{field}`" for field in dict.fromkeys(fields))
        advice = f"Put {names} into the index of the range, or into a `.filter()` of the query, which fills each page"
    else:
        advice = "Put the condition into an index range or a `.filter()` of the query, which fills each page"
    return f"{advice}; what only code can tell goes into `.filterWith(...)` of a `stream` of `convex-helpers/server/stream`."
