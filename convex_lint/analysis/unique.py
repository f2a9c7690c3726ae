"""The fields that pin one row of a table, or a few at most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from convex_lint.analysis.indexes import pins_one
from convex_lint.analysis.pins import single_links
from convex_lint.analysis.pruning import ReadsIn
from convex_lint.analysis.sites import Site
from convex_lint.analysis.upserts import capped_keys, upsert_keys
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.schema import Table

Fields = frozenset[str]


def unique_keys(
    tables: Iterable[Table],
    reads: Iterable[Site[Read]],
    writes_of: Callable[[Table], tuple[Site[Write], ...]],
    reads_in: ReadsIn,
) -> Mapping[tuple[str, str], frozenset[Fields]]:
    """The sets of fields, by component and table, of which some `.unique()`, or the look before every insert, says so."""
    found: dict[tuple[str, str], set[Fields]] = defaultdict(set)
    for site in reads:
        if pins_one(site.operation):
            fields = frozenset(key.field for key in site.operation.eq)
            found[(site.table.component, site.table.name)].add(fields)
    for table in tables:
        inserts = [site for site in writes_of(table) if site.operation.op is Op.INSERT]
        pinned = found[(table.component, table.name)]
        pinned.update(single_links(table, writes_of(table)))
        pinned |= _looked_for(table, inserts, reads_in)
    return {key: frozenset(sets) for key, sets in found.items()}


def _looked_for(table: Table, inserts: Iterable[Site[Write]], reads_in: ReadsIn) -> frozenset[Fields]:
    """Those by which every insert first looks for rows."""
    keys: frozenset[Fields] | None = None
    for reach in (reach for site in inserts for reach in site.reaches):
        own = frozenset((*upsert_keys(reach, table, reads_in), *capped_keys(reach, table, reads_in)))
        keys = own if keys is None else keys & own
        if not keys:
            break
    return keys or frozenset()


def is_paired(read: Read, unique: frozenset[Fields]) -> bool:
    """Each row of the range is the only one of its pair: of a story and who saw it."""
    fields = frozenset(key.field for key in read.eq)
    return bool(fields) and any(fields < pair and len(pair) == len(fields) + 1 for pair in unique)
