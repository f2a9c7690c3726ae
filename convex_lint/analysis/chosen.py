"""Flags that the newest row has: who inserts it takes them from the rows before it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from convex_lint.analysis.sites import Site
from convex_lint.model.operation import Op, Write
from convex_lint.model.value import DocumentField, Literal, parts_of


def chosen_flags(writes: Iterable[Site[Write]]) -> Mapping[tuple[str, int], frozenset[str]]:
    """By the id of a function and the ordinal of a read, the fields that it sets to false in a loop over the rows, where it
    inserts a row with them as true: few of the rows that it finds there are `active`, whatever the word says elsewhere."""
    given: dict[str, set[str]] = defaultdict(set)
    taken: dict[tuple[str, int], set[str]] = defaultdict(set)
    for site in writes:
        for reach in site.reaches:
            write = reach.operation
            for field, value in write.values:
                if value == Literal(True) and write.op is Op.INSERT:
                    given[reach.function.id].add(field)
                elif value == Literal(False) and write.op is Op.PATCH and write.loops:
                    for target in parts_of(write.target):  # rows of one read or of another
                        if isinstance(target, DocumentField) and target.read is not None:
                            taken[reach.function.id, target.read].add(field)
    found = {(function, read): frozenset(fields & given[function]) for (function, read), fields in taken.items()}
    return {place: fields for place, fields in found.items() if fields}
