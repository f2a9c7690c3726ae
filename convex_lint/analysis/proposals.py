"""The indexes to declare, so that the fewest of them serve all reads of a table that none serves yet."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from convex_lint.analysis.bound import Tier, names_one, tier_of_field
from convex_lint.analysis.chain_cover import CREATION, MAX_FIELDS, Chain, Signature, cover, lay_out
from convex_lint.analysis.naming import index_name
from convex_lint.analysis.order import following, keeps_order, relies_on_creation_order, shows_order
from convex_lint.analysis.wish import Wish
from convex_lint.model.operation import Read
from convex_lint.model.schema import Index, Table
from convex_lint.source import Span

MAX_INDEXES = 32
"""Of one table, of all kinds, as the documentation has it (docs:production/state/limits.mdx); the server allows 64."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An index to declare, on `fields`, the first of which, `pinned`, the read fixes. `extends`: an index of the table that
    becomes this one and still serves its readers; `staged`: one with just these fields, which only waits to be enabled.
    `shared`: how many other places of those that lack an index it serves. `unsorted`: the rows come in its order, where
    they came as they were created."""

    name: str
    fields: tuple[str, ...]
    pinned: tuple[str, ...]
    extends: Index | None
    staged: Index | None = None
    shared: int = 0
    unsorted: bool = False

    @property
    def declaration(self) -> str:
        return f".index({json.dumps(self.name)}, {json.dumps(list(self.fields))})"


def propose(
    wishes: Mapping[Span, tuple[Read, Wish]],
    table: Table,
    reads: Iterable[Read],
    others: Iterable[Index],
    may_grow: Callable[[Index], bool] = lambda index: True,
) -> dict[Span, Proposal]:
    """For each wish the index that serves it: the fewest new ones, each of the declared extended where that saves one
    and none of `reads` is worse off. Fewer than all wishes get one where the table would have more than MAX_INDEXES."""
    known = tuple(reads)
    asked = {span: signature_of(read, wish, table) for span, (read, wish) in wishes.items()}
    growing = [
        index
        for index in table.indexes
        if not index.staged
        and may_grow(index)
        and not _is_prefix(index, table)
        and not any(relies_on_creation_order(read, index, table) for read in known)
    ]
    chains = cover(asked.values(), [index.fields for index in growing])
    uses = Counter(asked.values())
    # where there is no room for all, those go first that serve most places
    chains = tuple(sorted(chains, key=lambda chain: (-sum(uses[one] for one in chain.signatures), _rank(chain))))
    room = MAX_INDEXES - len(table.indexes) - len(table.search_indexes) - len(table.vector_indexes)
    arrange = partial(_arrange, ranks=_ranks(wishes.values(), table))
    habits = tuple(others)
    made: dict[Signature, tuple[str, tuple[str, ...], Index | None, Index | None, int]] = {}
    taken: list[str] = []
    for chain in chains:
        extends = growing[chain.base] if chain.base is not None else None
        fields = lay_out(chain, extends.fields if extends is not None else (), arrange)
        same = next((index for index in table.indexes if index.fields == fields), None)
        if same is not None and not same.staged:
            continue  # it is declared, and would bring the rows in an order that was not asked for
        if extends is None and same is None:
            if room <= 0:
                continue
            room -= 1
        name = same.name if same is not None else index_name(table, fields, habits, taken)
        taken.append(name)
        served = sum(uses[one] for one in chain.signatures)
        for one in chain.signatures:
            made[one] = (name, fields, extends, same, served - 1)
    proposals: dict[Span, Proposal] = {}
    for span in sorted(wishes):
        signature = asked[span]
        if signature in made:
            name, fields, extends, same, shared = made[signature]
            proposals[span] = Proposal(name, fields, fields[: len(signature.pinned)], extends, same, shared)
    return {span: _longest(found, proposals.values(), *wishes[span]) for span, found in proposals.items()}


def _longest(proposal: Proposal, others: Iterable[Proposal], read: Read, wish: Wish) -> Proposal:
    """Of two proposals, one of which begins with the other, the longer will do for rows that are only walked."""
    if (
        proposal.extends
        or proposal.staged
        or keeps_order(read)
        or read.terminal != "collect"
        or wish.sorted
        or wish.ranged
    ):
        return proposal
    size = len(proposal.fields)
    longer = [o for o in others if not o.staged and len(o.fields) > size and o.fields[:size] == proposal.fields]
    best = max(longer, key=lambda other: (len(other.fields), other.name), default=None)
    if best is None:
        return proposal
    return replace(best, pinned=proposal.pinned, shared=best.shared + proposal.shared + 1, unsorted=shows_order(read))


def _is_prefix(index: Index, table: Table) -> bool:
    """A longer index serves its readers, so that it can go: extending it would save nothing."""
    size = len(index.fields)
    return any(
        not other.staged and len(other.fields) > size and other.fields[:size] == index.fields for other in table.indexes
    )


def signature_of(read: Read, wish: Wish, table: Table) -> Signature:
    """What a read asks of an index when all that comes too late is done by it."""
    pinned = list(dict.fromkeys((*wish.pinned, *(equality.field for equality in wish.telling))))
    last = wish.bounded or wish.ranged or wish.sorted
    if last is None and keeps_order(read):
        last = following(read, table, pinned)
    if last is None and shows_order(read) and not (read.terminal == "first" and any(map(names_one, pinned))):
        last = CREATION if following(read, table, pinned) == CREATION else None
    if len(pinned) >= MAX_FIELDS:
        return Signature(frozenset(pinned[:MAX_FIELDS]))
    return Signature(frozenset(pinned), last)


def _rank(chain: Chain) -> tuple[tuple[int, list[str], str], ...]:
    return tuple(one.sort_key for one in chain.signatures)


def _ranks(wishes: Iterable[tuple[Read, Wish]], table: Table) -> Mapping[str, tuple[int, int, int, str]]:
    """The order of fields inside of an index: those of ranges in use as they stand, then ids, then the rest as declared,
    states last."""
    declared = {field: place for place, field in enumerate(table.fields)}
    found: dict[str, tuple[int, int, int, str]] = {}
    for _, wish in wishes:
        for place, field in enumerate(wish.pinned):
            found[field] = min(found.get(field, (0, place, 0, field)), (0, place, 0, field))
        for equality in wish.equalities:
            field = equality.field
            state = tier_of_field(field, table) >= Tier.TABLE
            found.setdefault(field, (1, int(state), declared.get(field, len(declared)), field))
    return found


def _arrange(fields: Iterable[str], ranks: Mapping[str, tuple[int, int, int, str]]) -> Sequence[str]:
    return sorted(fields, key=lambda field: ranks.get(field, (2, 0, 0, field)))
