"""Which things can be paired off: the largest matching between two sides, for whoever has to make few do the work of many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def largest_matching(edges: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """As many pairs as there can be, each side used at most once: from the keys of `edges` to one of their values each.
    The two sides number their members on their own. Equal edges give equal pairs: members are paired in order, and a member
    whose places are all taken makes others move (Kuhn's algorithm)."""
    taken: dict[int, int] = {}
    for left in sorted(edges):
        taken.update(_way_to_a_free_place(left, edges, taken))
    return {left: right for right, left in sorted(taken.items(), key=lambda pair: pair[1])}


def _way_to_a_free_place(
    start: int, edges: Mapping[int, Sequence[int]], taken: Mapping[int, int]
) -> list[tuple[int, int]]:
    """The moves, last first, that give `start` a place: (place, who gets it). Empty when there is none."""
    came_from: dict[int, int] = {}
    place_of = {left: right for right, left in taken.items()}
    queue = [start]
    for left in queue:
        for right in edges.get(left, ()):
            if right in came_from:
                continue
            came_from[right] = left
            if right in taken:
                queue.append(taken[right])
                continue
            moves = [(right, left)]
            while left != start:
                right = place_of[left]
                left = came_from[right]
                moves.append((right, left))
            return moves
    return []
