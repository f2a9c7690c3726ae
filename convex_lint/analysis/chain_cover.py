"""The fewest indexes that serve a set of reads: a minimum chain cover of what the reads ask for.

An index serves a read when its first fields are those that the read pins, in any order, and the next one is the field that it
compares or by which it wants its rows ordered. So one index serves several reads exactly when they form a chain: each one's
fields, the last one included, are pinned by the next. The fewest chains that hold all reads follow from a largest matching
between the reads and their possible successors (Subotić, Jordan, Chang, Fekete, Scholz: "Automatic Index Selection for
Large-Scale Datalog Computation", VLDB 2018, section 4, after Dilworth and Fulkerson).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from convex_lint.graph.matching import largest_matching

CREATION = "_creationTime"
MAX_FIELDS = 15
"""Fields of one index: 16 with the `_creationTime` that the server appends (`MAX_INDEX_FIELDS_SIZE` of convex-backend)."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a read asks of an index: `pinned` by equalities, then `last`, which is compared or gives the order. With
    `_creationTime` as `last` the index must end after the pinned fields, since the server appends it to each."""

    pinned: frozenset[str]
    last: str | None = None

    def __post_init__(self) -> None:
        if self.last in self.pinned:
            object.__setattr__(self, "last", None)  # rows that share a value have no order by it

    @property
    def fields(self) -> frozenset[str]:
        return self.pinned if self.last is None else self.pinned | {self.last}

    @property
    def sort_key(self) -> tuple[int, list[str], str]:
        return (len(self.pinned), sorted(self.pinned), self.last or "")

    def before(self, other: Signature) -> bool:
        """Can one index that serves `other` by its later fields serve this by its earlier ones?"""
        if self.pinned == other.pinned:
            return self.last is None or self.last == other.last
        return self.fields <= other.pinned


@dataclass(frozen=True, slots=True)
class Chain:
    """Signatures that one index serves, least demanding first. `base`: the number of the declared index that is
    extended to be it, None for a new one."""

    signatures: tuple[Signature, ...]
    base: int | None = None


def serves(fields: Sequence[str], signature: Signature) -> bool:
    """Does an index on `fields` serve it?"""
    count = len(signature.pinned)
    if frozenset(fields[:count]) != signature.pinned or len(set(fields[:count])) != count:
        return False
    if signature.last is None:
        return True
    return (fields[count] if count < len(fields) else CREATION) == signature.last


def cover(signatures: Iterable[Signature], extendable: Sequence[Sequence[str]] = ()) -> tuple[Chain, ...]:
    """The fewest new indexes, as chains, that serve all `signatures` together with the indexes in `extendable`, each of
    which may get more fields after its own as long as it serves what it serves now. What needs no change is in no chain.
    Signatures of more than MAX_FIELDS fields are the caller's mistake."""
    every = sorted(set(signatures), key=lambda one: one.sort_key)
    asked = [one for one in every if not any(serves(fields, one) for fields in extendable)]
    bases = len(extendable)
    # Declared indexes and signatures can be followed, signatures alone can follow.
    edges: dict[int, list[int]] = {}
    for number in sorted(set(range(bases)) - _finished(every, extendable)):
        fields = frozenset(extendable[number])
        edges[number] = [place for place, one in enumerate(asked) if fields <= one.pinned]
    for number, one in enumerate(asked):
        edges[bases + number] = [place for place, other in enumerate(asked) if place != number and one.before(other)]
    follows = largest_matching(edges)
    _prefer_longer(follows, edges, extendable)
    preceded = {place: left for left, place in follows.items()}
    chains = []
    for place in range(len(asked)):
        before = preceded.get(place)
        if before is not None and before >= bases:
            continue  # in the middle of a chain
        links = [place]
        while (following := follows.get(bases + links[-1])) is not None:
            links.append(following)
        chains.append(Chain(tuple(asked[link] for link in links), before))
    return tuple(chains)


def _finished(asked: Iterable[Signature], extendable: Sequence[Sequence[str]]) -> set[int]:
    """The declared indexes that must stay as they are, since rows are wanted in the order in which they end. Two on the
    same fields can stand in for one another here and wherever they are extended, so the first stays."""
    ends = [one for one in asked if one.last == CREATION]
    servers = [[number for number, fields in enumerate(extendable) if serves(fields, one)] for one in ends]
    return {numbers[0] for numbers in servers if numbers}


def _prefer_longer(
    follows: dict[int, int], edges: Mapping[int, Sequence[int]], extendable: Sequence[Sequence[str]]
) -> None:
    """Of the indexes that could grow into a chain, the one that has most of its fields already."""
    for number in [left for left in follows if left < len(extendable)]:
        place = follows[number]
        idle = [other for other in range(len(extendable)) if other not in follows and place in edges.get(other, ())]
        better = max(idle, key=lambda other: (len(extendable[other]), -other), default=number)
        if len(extendable[better]) > len(extendable[number]):
            del follows[number]
            follows[better] = place


def lay_out(chain: Chain, base: Sequence[str], arrange: Callable[[Iterable[str]], Sequence[str]]) -> tuple[str, ...]:
    """The fields of the index that a chain stands for: those of `base`, then what each signature adds, put in order by
    `arrange`."""
    fields = list(base)
    for signature in chain.signatures:
        fields += arrange(signature.pinned - set(fields))
        if signature.last not in (None, CREATION, *fields):
            fields.append(str(signature.last))
    return tuple(fields)
