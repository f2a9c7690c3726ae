"""Rings: the sets of names that lead to one another, by Tarjan's algorithm, without recursion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def rings(leads_to: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Each strongly connected set of more than one name, and each name that leads to itself."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: dict[str, None] = {}
    for start in leads_to:
        if start in order:
            continue
        order[start] = low[start] = len(order)
        open_[start] = None
        path = [(start, iter(leads_to[start]))]
        while path:
            name, rest = path[-1]
            for target in rest:
                if target not in order:
                    order[target] = low[target] = len(order)
                    open_[target] = None
                    path.append((target, iter(leads_to.get(target, ()))))
                    break
                if target in open_:
                    low[name] = min(low[name], order[target])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[name])
                if low[name] == order[name]:
                    ring: list[str] = []
                    while not ring or ring[-1] != name:
                        ring.append(open_.popitem()[0])
                    if len(ring) > 1 or name in leads_to.get(name, ()):
                        yield ring
