"""The cover is a cover, and no smaller one exists: against all sets of indexes over a few fields."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convex_lint.analysis.chain_cover import CREATION, Chain, Signature, cover, lay_out, serves
from convex_lint.graph.matching import largest_matching

FIELDS = "abc"
INDEXES = [order for size in range(1, len(FIELDS) + 1) for order in permutations(FIELDS, size)]

signatures = st.builds(
    Signature,
    st.frozensets(st.sampled_from(FIELDS)),
    st.sampled_from([None, CREATION, *FIELDS]),
).filter(lambda one: bool(one.pinned) or one.last not in (None, CREATION))
declared = st.lists(st.sampled_from(INDEXES), max_size=2, unique=True)


def laid_out(chains: Sequence[Chain], extendable: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    return [
        lay_out(chain, extendable[chain.base] if chain.base is not None else (), lambda fields: sorted(fields))
        for chain in chains
    ]


def possible(asked: Sequence[Signature], extendable: Sequence[Sequence[str]], new: int) -> bool:
    """Do some `new` indexes, and some extensions of those declared, serve everything? Tries all of them."""
    grown = [[order for order in INDEXES if order[: len(base)] == tuple(base)] for base in extendable]
    for kept in product(*grown):
        left = [one for one in asked if not any(serves(order, one) for order in kept)]
        useful = {frozenset(n for n, one in enumerate(left) if serves(order, one)) for order in INDEXES}
        if any(frozenset().union(*chosen) == frozenset(range(len(left))) for chosen in combinations(useful, new)):
            return True
    return False


@settings(max_examples=400, deadline=None)
@given(st.lists(signatures, max_size=6, unique=True), declared)
def test_everything_is_served_by_the_fewest_new_indexes(
    asked: list[Signature], extendable: list[tuple[str, ...]]
) -> None:
    chains = cover(asked, extendable)
    orders = laid_out(chains, extendable)
    for chain, order in zip(chains, orders, strict=True):
        assert all(serves(order, one) for one in chain.signatures)
        assert chain.base is None or order[: len(extendable[chain.base])] == tuple(extendable[chain.base])
    covered = [one for chain in chains for one in chain.signatures]
    assert all(one in covered or any(serves(base, one) for base in extendable) for one in asked)
    assert len(covered) == len(set(covered))
    bases = [chain.base for chain in chains if chain.base is not None]
    assert len(bases) == len(set(bases))
    new = len(chains) - len(bases)
    assert new == 0 or not possible(asked, extendable, new - 1)
    assert possible(asked, extendable, new)


@settings(max_examples=300, deadline=None)
@given(signatures, signatures)
def test_one_goes_before_another_exactly_when_some_index_serves_both(one: Signature, other: Signature) -> None:
    together = any(serves(order, one) and serves(order, other) for order in INDEXES)
    assert (one.before(other) or other.before(one)) is together


def test_the_order_in_which_reads_are_found_does_not_matter() -> None:
    asked = [
        Signature(frozenset("ab")),
        Signature(frozenset("a")),
        Signature(frozenset("abc")),
        Signature(frozenset("c")),
    ]
    assert cover(asked) == cover(asked[::-1])
    assert len(cover(asked)) == 2


def test_rows_in_order_of_creation_end_a_chain() -> None:
    ends = Signature(frozenset("a"), CREATION)
    longer = Signature(frozenset("ab"))
    assert len(cover([ends, longer])) == 2
    assert len(cover([Signature(frozenset("a")), longer])) == 1
    assert not serves(("a", "b"), ends)
    assert serves(("a",), ends)


def test_a_declared_index_is_extended_and_the_longest_is() -> None:
    asked = [Signature(frozenset("abc"))]
    (chain,) = cover(asked, [("a",), ("a", "b")])
    assert chain.base == 1
    assert lay_out(chain, ("a", "b"), sorted) == ("a", "b", "c")
    assert cover(asked, [("b", "c", "a")]) == ()


@pytest.mark.parametrize(
    ("edges", "size"),
    [({}, 0), ({0: []}, 0), ({0: [0], 1: [0]}, 1), ({0: [0, 1], 1: [0]}, 2), ({0: [1], 1: [2], 2: [0]}, 3)],
)
def test_the_largest_matching(edges: dict[int, list[int]], size: int) -> None:
    pairs = largest_matching(edges)
    assert len(pairs) == len(set(pairs.values())) == size
    assert all(right in edges[left] for left, right in pairs.items())
