"""Mutations that read more of an index than they need, so that writes to the rest conflict. See wide_read_before_write.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Tier
from convex_lint.analysis.conflicts import Clash, Party, concurrent
from convex_lint.analysis.exposure import Purpose
from convex_lint.analysis.landing import lands_within
from convex_lint.analysis.narrowing import Narrowing
from convex_lint.analysis.overlap import Doubt, Overlap
from convex_lint.analysis.rates import Strength
from convex_lint.analysis.rewrite import narrow_text
from convex_lint.analysis.story import callers_in_words, fields_in_words, range_in_words, stands_in
from convex_lint.analysis.vocabulary import CATALOGS, HELD, MEMBERSHIPS, SET_UP, USERS, head_of, words_of
from convex_lint.model.function import Function, Kind
from convex_lint.model.operation import Op, Write
from convex_lint.model.value import Argument, DocumentField, parts_of
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity
from convex_lint.source import Span

NAMES = frozenset(("name", "slug", "title", "normalized", "email", "handle"))
FEW = CATALOGS | SET_UP | (MEMBERSHIPS - HELD) | {"workspaces", "machines", "devices", "tokens"}
"""Tables with a few rows for each thing that they belong to."""


class WideReadBeforeWrite(Rule):
    tags = ("conflicts",)

    def check(self, backend: Backend) -> Iterator[Finding]:
        wide = {span: found for span, found in backend.narrowings.items() if _wide(backend, found)}
        if not wide:
            return
        hits = _hits(backend, wide)
        for span, narrowing in wide.items():
            if span in hits and (not _much(narrowing) or _used(backend, narrowing, hits[span][0])):
                yield _finding(backend, narrowing, hits[span])


def _wide(backend: Backend, narrowing: Narrowing) -> bool:
    """A declared index, with a further field or a bound, would have given just the rows that count."""
    if (
        not narrowing.site.operation.eq
        or narrowing.either
        or narrowing.extent.tier is Tier.FIXED
        or not _narrower(narrowing)
        or _for_many(narrowing)
        or (_few(narrowing) and not narrowing.long)
    ):
        return False
    return narrowing.declared and any(
        function.kind is Kind.MUTATION and backend.purpose(function) is Purpose.PRODUCT
        for function in narrowing.site.functions
    )


def _for_many(narrowing: Narrowing) -> bool:
    """Read once for all elements of a list that is given (`args.lines`), each of which is looked up among the rows in a loop
    that comes later: a look-up for each of them sees what was inserted for those before."""
    values = (value for each in narrowing.wish.equalities for value in each.values)
    parts = (part for value in values for part in parts_of(value))
    each = any(isinstance(part, Argument) and "[]" in part.path for part in parts)
    return each and not narrowing.site.operation.loops


def _narrower(narrowing: Narrowing) -> bool:
    """The index pins or bounds one field more. What is inserted lies behind a lower bound of a time, another order of the
    same rows leaves none of them out, and one of several values (`false` or missing) would leave out the others."""
    service = narrowing.service
    if service is None:
        return narrowing.by_get is not None
    pinned = {key.field for key in narrowing.site.operation.eq}
    more = set(service.pinned) - pinned
    if more:
        return not any(each.field in more and len(each.values) > 1 for each in narrowing.wish.equalities)
    return service.ranged is not None and any(part.operator in ("lt", "lte") for part in narrowing.wish.comparisons)


def _few(narrowing: Narrowing) -> bool:
    """A user's own rows, what people set up by hand, the rows of one name: few of them, and hardly ever written by two
    calls at once. That an index is ignored is all there is to say."""
    named = any(words_of(key.field) & NAMES for key in narrowing.site.operation.eq)
    table = head_of(narrowing.site.table.name)
    users = any(words_of(key.field) & USERS for key in narrowing.site.operation.eq)
    own = users and narrowing.wish.bounded is None and narrowing.wish.ranged is None
    return own or named or table in FEW


def _hits(backend: Backend, wide: dict[Span, Narrowing]) -> dict[Span, tuple[Function, Clash]]:
    """For each of these reads the mutation that reads it and the surest of what lands in it, inserts first. What lands in
    the narrow range as well conflicts all the same."""
    found: dict[Span, list[tuple[Function, Clash]]] = defaultdict(list)
    for clash in backend.clashes:
        if clash.meeting.verdict is Overlap.MAYBE and clash.written.op is not Op.INSERT:
            continue
        if Doubt.UNFILLED in clash.meeting.doubts:
            continue  # it stops at the first rows that match, and new ones come after them
        for party in clash.readers:
            span = party.touch.operation.span
            if span in wide and lands_within(wide[span], clash.written):
                continue
            if span in wide and not isinstance(party.touch.operation, Write):
                writers = [
                    one.mutation
                    for one in clash.writers
                    if concurrent(party.mutation, one.mutation, backend.graph) and not _rewrites(party, one)
                ]
                if writers:
                    found[span].append((party.mutation, clash))
    return {
        span: min(
            several, key=lambda one: (one[1].written.op is not Op.INSERT, one[1].meeting.verdict is Overlap.MAYBE)
        )
        for span, several in found.items()
    }


def _rewrites(reader: Party, writer: Party) -> bool:
    """Another call of the same mutation, which changes the rows that it needs: they lie in the narrow range."""
    read, write = reader.touch.operation, writer.touch.operation
    target = write.target if isinstance(write, Write) else None
    return (
        reader.touch.function.id == writer.touch.function.id
        and isinstance(target, DocumentField)
        and target.read == read.ordinal
    )


def _much(narrowing: Narrowing) -> bool:
    return narrowing.extent.tier >= Tier.TENANT and narrowing.long


def _used(backend: Backend, narrowing: Narrowing, mutation: Function) -> bool:
    """Clients call it, or a sign says that it runs often, and each call reads that. What only a payment or another service
    starts is rare, and what only some calls get to is rarer: there the index is all there is to say, in `ignored-index`."""
    rate = backend.rate(mutation)
    called = bool(backend.graph.client_calls(mutation)) or (rate is not None and rate.strength > Strength.HTTP)
    reads = [reach.operation for reach in narrowing.site.reaches if reach.function.id == mutation.id]
    return called and not all(read.conditional for read in reads)


def _finding(backend: Backend, narrowing: Narrowing, hit: tuple[Function, Clash]) -> Finding:
    site = narrowing.site
    mutation, clash = hit
    writer = clash.writers[0]
    verb = {Op.INSERT: "inserts", Op.DELETE: "deletes"}.get(clash.written.op, "changes")
    return Finding(
        site.operation,
        f"`{stands_in(site)}` needs the rows of `{site.table.name}` by {fields_in_words(narrowing.wish.fields)}, but they are "
        f"{range_in_words(site.operation)}, so that it conflicts with every row that `{writer.mutation.id}` {verb} there.",
        f"Read only those rows, with `{narrow_text(narrowing, backend.text_of)}`: writes to the others then go by."
        + callers_in_words(site),
        key=(stands_in(site), site.table.name, site.operation.index),
        related=[Label(writer.touch.operation, f"`{writer.mutation.id}` {verb} rows here")],
        confidence=Confidence.MEDIUM,
        severity=None if _much(narrowing) else Severity.NOTE,
        table=site.table.name,
        index=site.operation.index,
        impact=backend.impact_of((mutation,), narrowing.extent),
    )
