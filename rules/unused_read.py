"""Reads whose result is not used. See unused_read.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.exposure import Exposure, Weight
from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.story import callers, callers_in_words, range_in_words, stands_in
from convex_lint.analysis.terminal import scans_all
from convex_lint.model.function import Function, Kind
from convex_lint.model.operation import Call, Op, Platform, Read, Write
from convex_lint.model.value import DocumentField, Value, parts_of
from convex_lint.rule import Finding, Label, Rule, Severity
from convex_lint.source import Span


class UnusedRead(Rule):
    tags: ClassVar[tuple[str, ...]] = ("reads", "conflicts")

    def check(self, backend: Backend) -> Iterator[Finding]:
        places: dict[Span, list[Site[Read]]] = defaultdict(list)
        for site in backend.reads:
            places[site.span].append(site)
        needed: dict[str, frozenset[int]] = {}
        for sites in places.values():
            site = sites[0]
            if any(_used(other, needed) for other in sites) or backend.weight(site) is not Weight.FULL:
                continue
            if _of_a_write(site) or not backend.surroundings.ignores(site.span):
                continue
            if any(self._matters(backend, function) for function in site.functions):
                yield _finding(backend, site)

    def _matters(self, backend: Backend, function: Function) -> bool:
        """Only mutations conflict, and only queries that are kept open run again."""
        return function.kind is Kind.MUTATION or backend.exposures.exposure(function) is Exposure.SUBSCRIBED


def _of_a_write(site: Site[Read]) -> bool:
    """A library reads what is written here: for row-level security, triggers, the edges of an entity."""
    spans = (operation.span for operation in site.functions[0].operations if isinstance(operation, Write))
    return any(span == site.span for span in spans)


def _used(site: Site[Read], needed: dict[str, frozenset[int]]) -> bool:
    """`needed` remembers the reads of each function on which something in it depends."""
    read = site.operation
    late = any(part.source == "js" for part in read.residual)
    if read.uses or read.fields or late or read.op in (Op.SEARCH, Op.VECTOR_SEARCH):
        return True
    for reach in site.reaches:
        known = needed.get(reach.function.id)
        if known is None:
            known = needed[reach.function.id] = _needed(reach.function)
        if reach.operation.ordinal in known:
            return True
    return False


def _needed(function: Function) -> frozenset[int]:
    """The ordinals of the reads on which something that the function does depends."""
    found: set[int | None] = set()
    guards = (guard.condition for operation in function.operations for guard in operation.guards)
    values = (value for operation in function.operations for value in _values(operation))
    for value in {id(value): value for value in chain(guards, values)}.values():
        found.update([part.read for part in parts_of(value) if isinstance(part, DocumentField)])
    found.update(loop.over for operation in function.operations for loop in operation.loops)
    return frozenset(ordinal for ordinal in found if ordinal is not None)


def _values(operation: object) -> Iterator[Value]:
    if isinstance(operation, Read):
        yield from (key.value for key in operation.eq)
        yield from (bound.value for bound in operation.bounds)
        yield from (predicate.value for predicate in operation.residual)
        yield from (value for value in (operation.key, operation.limit) if value is not None)
    elif isinstance(operation, Write):
        yield operation.target
        yield from (value for _, value in operation.values)
    elif isinstance(operation, Call):
        yield from (value for _, value in operation.arguments or ())
    elif isinstance(operation, Platform):
        yield from operation.arguments


def _reads_anyway(reach: Reach[Read]) -> bool:
    """Whenever the function gets to the read, it reads the same again, or a range that holds it, or writes the document, which
    reads it."""
    read = reach.operation
    given = {guard.span for guard in read.guards}
    return any(
        one is not read
        and isinstance(one, (Read, Write))
        and (one.table, one.component) == (read.table, read.component)
        and all(guard.span in given or guard.otherwise == "throw" for guard in one.guards)
        and not any(loop not in read.loops for loop in one.loops)
        and (_holds(one, read) if isinstance(one, Read) else read.op is Op.GET and one.target == read.key)
        for one in reach.function.operations
    )


def _holds(other: Read, read: Read) -> bool:
    """Of a document that is got by its id, nobody knows in which range it is: the ranges of one parent are taken to hold it where
    they are read in the same breath."""
    if read.op is Op.GET:
        return (other.op is Op.GET and other.key == read.key) or (other.op is Op.QUERY and scans_all(other))
    if other.op is not Op.QUERY or other.bounds:
        return False
    same = (other.index, other.eq, other.terminal) == (read.index, read.eq, read.terminal) and not read.bounds
    return same or (
        scans_all(other) and {(key.field, key.value) for key in other.eq} <= {(k.field, k.value) for k in read.eq}
    )


def _check(site: Site[Read]) -> str:
    """What the code may have been meant to ask: is there the document, or is there none yet that it is about to add?"""
    adds = any(
        isinstance(one, Write)
        and one.op is Op.INSERT
        and one.table == site.table.name
        and one.ordinal > reach.operation.ordinal
        for reach in site.reaches
        for one in reach.function.operations
    )
    if adds and site.operation.op is Op.QUERY:
        return (
            f"Where it is there to keep a second row of `{site.table.name}` from being added, throw when there is one."
        )
    return "Where it is there to check that a document exists, throw when it is null."


def _finding(backend: Backend, site: Site[Read]) -> Finding:
    read, table = site.operation, site.table
    anyway = all(map(_reads_anyway, site.reaches))
    mutating = any(function.kind is Kind.MUTATION for function in site.functions)
    effect = "conflicts with" if mutating else "runs again at"
    cost = (
        f"the function {effect} writes there anyway, because of what else it does with `{table.name}`, but what it reads is paid for"
        if anyway
        else f"because of it the function {effect} every write to what it reads"
    )
    what = "a document" if read.op is Op.GET else f"`{table.name}`, {range_in_words(read)},"
    of = f" of `{table.name}`" if read.op is Op.GET else ""
    return Finding(
        read,
        f"`{stands_in(site)}` reads {what}{of} and does nothing with it.",
        f"Remove the read: {cost}. {_check(site)}{callers_in_words(site)}",
        key=(stands_in(site), table.name, read.index, *(key.field for key in read.eq)),
        related=[Label(place, place.words) for place in callers(site)],
        severity=Severity.NOTE if anyway else None,
        table=table.name,
        index=read.index,
        impact=backend.impact(site),
    )
