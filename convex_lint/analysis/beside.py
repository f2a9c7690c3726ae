"""What the same pages keep open beside a query: rows that they show anyway are not worth counting apart."""

from __future__ import annotations

from convex_lint.analysis.sites import Site
from convex_lint.analysis.terminal import scans_all
from convex_lint.graph.graph import Graph
from convex_lint.model.operation import Op, Read

_FIGURES = frozenset(("length", "some", "reduce", "filter"))


def shown_beside(site: Site[Read], graph: Graph) -> bool:
    """Nothing but figures comes of the rows, and each page that keeps a query with this read open keeps another open that collects
    the same range, and does more with its rows."""
    if not _gives_figures(site.operation):
        return False
    calls = [call for one in site.functions for call in graph.client_calls(one)]
    own = {one.id for one in site.functions}
    if not calls or not all(call.subscribes for call in calls):
        return False
    return all(
        any(
            isinstance(other, Read) and _is_same(other, site.operation) and not _gives_figures(other)
            for query in graph.open_in(call.span.file)
            if query.id not in own
            for other in query.operations
        )
        for call in calls
    )


def _gives_figures(read: Read) -> bool:
    kinds = {use.kind for use in read.uses}
    return bool(kinds & _FIGURES) and kinds <= _FIGURES


def _is_same(other: Read, read: Read) -> bool:
    """It takes every row of the same range."""
    return (
        other.op is Op.QUERY
        and (other.component, other.table) == (read.component, read.table)
        and not other.loops
        and not other.bounds
        and scans_all(other)
        and {key.field for key in other.eq} == {key.field for key in read.eq}
        and all(mine.value == key.value for mine in other.eq for key in read.eq if mine.field == key.field)
    )
