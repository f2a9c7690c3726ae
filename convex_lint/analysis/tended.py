"""Who fills a table: programs as things happen, or the people who look at it, one row at a time?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convex_lint.analysis.bound import Tier, is_log, tier_of_field
from convex_lint.analysis.exposure import Purpose
from convex_lint.analysis.fields import kinds_of
from convex_lint.analysis.growth import made_one_by_one
from convex_lint.analysis.sites import Reach
from convex_lint.analysis.vocabulary import MAKERS, words_of
from convex_lint.graph.graph import EntryKind
from convex_lint.model.operation import Op, Write
from convex_lint.model.value import Argument

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend
    from convex_lint.analysis.invalidation import OpenRead
    from convex_lint.model.schema import Table

_PROGRAMS = frozenset((EntryKind.HTTP, EntryKind.CRON, EntryKind.SCHEDULED))


def comes_in(backend: Backend, table: Table) -> bool:
    """Rows are inserted by programs too, and not only when someone asks for one."""
    sources = [reach.function for reach in backend.growth(table).sources]
    return any(entry.kind in _PROGRAMS for source in sources for entry in backend.graph.entries(source))


def kept_by_admins(backend: Backend, table: Table) -> bool:
    """Nobody but administrators writes rows of the table: banners, price lists, what is shown to whom."""
    writers = [reach.function for site in backend.writes_of(table) for reach in site.reaches]
    asked = [writer for writer in writers if backend.is_asked([writer])]
    return bool(asked) and all(backend.purpose(writer) in (Purpose.ADMIN, Purpose.SEED) for writer in asked)


def comes_stocked(backend: Backend, table: Table) -> bool:
    """A seed holds the list as a whole, longer than one that is made up to try something out: a chart of accounts, the clubs of
    a country. People add to it one by one, nobody for himself."""
    if (
        any(_is_somebodys(field, table) for field in table.fields)
        or is_log(table)
        or not made_one_by_one(backend.growth(table), backend.graph)
    ):
        return False
    return any(
        loop.over is None and (loop.bound or 0) >= _MADE_UP and backend.purpose(reach.function) is Purpose.SEED
        for site in backend.writes_of(table)
        for reach in site.reaches
        if reach.operation.op is Op.INSERT
        for loop in reach.operation.loops
    )


_MADE_UP = 40


def _is_somebodys(field: str, table: Table) -> bool:
    """The field says whose the row is; rows of accounts may be parts of others."""
    whose = tier_of_field(field, table) in (Tier.USER, Tier.TENANT) and not words_of(field) & MAKERS
    return whose and all(kind.table != table.name for kind in kinds_of(field, table))


def kept_where_listed(backend: Backend, found: OpenRead) -> bool:
    """Nothing inserts rows but the pages that list them."""
    pages = {call.span.file for call in found.subscribers}
    sources = [reach.function for reach in backend.growth(found.table).sources]
    calls = [backend.graph.client_calls(source) for source in sources]
    return bool(calls) and all(several and {call.span.file for call in several} <= pages for several in calls)


def is_edited(backend: Backend, table: Table) -> bool:
    """People go over its rows again: a function that clients call gives a row several new values that they chose. An event
    that is planned is such a row, one that is recorded is none."""
    return any(
        len(_chosen(reach)) >= _SEVERAL and bool(backend.graph.client_calls(reach.function))
        for site in backend.writes_of(table)
        for reach in site.reaches
        if reach.operation.op in (Op.PATCH, Op.REPLACE)
    )


def _chosen(reach: Reach[Write]) -> set[str]:
    """The fields that get a value of an argument, or one by the same name, as those of `...updates` do."""
    write, args = reach.operation, reach.function.args
    named = set(write.fields or ()) & set(args.fields if args is not None else ())
    return named | {field for field, value in write.values if isinstance(value, Argument)}


_SEVERAL = 3
