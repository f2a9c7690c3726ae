"""The reads that want an index which is not declared, as far as it would pay: what to report, and what to declare."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convex_lint.analysis.anyway import reads_all_anyway
from convex_lint.analysis.bound import Tier, names_one, tier_of_field, tier_of_table
from convex_lint.analysis.crowd import few_make
from convex_lint.analysis.development import in_development_alone
from convex_lint.analysis.drained import moves_on
from convex_lint.analysis.exposure import Exposure, Weight
from convex_lint.analysis.fields import kinds_of
from convex_lint.analysis.first_time import first_time
from convex_lint.analysis.inflow import few_come
from convex_lint.analysis.library import is_token, written_here
from convex_lint.analysis.majority import of_most
from convex_lint.analysis.narrowing import Narrowing
from convex_lint.analysis.offered import is_offered
from convex_lint.analysis.piling import piles_up
from convex_lint.analysis.proposals import Proposal
from convex_lint.analysis.rates import Strength
from convex_lint.analysis.scant import is_scant, of_one_moment, orders_few
from convex_lint.analysis.sites import Site
from convex_lint.analysis.tenancy import owned_by_one
from convex_lint.analysis.transient import never_given, under_way
from convex_lint.analysis.uniform import all_have
from convex_lint.analysis.unique import is_paired
from convex_lint.analysis.vocabulary import MEMBERSHIPS, head_of, words_of
from convex_lint.model.function import Kind
from convex_lint.model.operation import Op, Read
from convex_lint.model.schema import Table
from convex_lint.model.value import Literal, Undefined

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend

Cause = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lack:
    """`slight`: worth knowing, no more: the index is not declared for this read alone. `cause` is the same for all reads
    that one index serves."""

    narrowing: Narrowing
    proposal: Proposal
    slight: bool
    cause: Cause


def lacking(backend: Backend) -> Iterator[Lack]:
    owned = owned_by_one(backend.tables)
    every = [(one, one.proposal) for one in backend.narrowings.values() if one.proposal is not None]
    asked = {_cause(one.site, proposal) for one, proposal in every if _is_waited(backend, one.site)}
    offered = {
        _cause(one.site, proposal)
        for one, proposal in every
        if is_offered(backend, one.site.functions) and not _in_passing(backend, one.site)
    }
    wanted = asked | offered
    for narrowing, proposal in every:
        site, read = narrowing.site, narrowing.site.operation
        weight, cause = backend.weight(site), _cause(narrowing.site, proposal)
        if weight is Weight.NONE or cause not in wanted:
            continue
        reached = _is_reached(backend, site)
        if not (reached or is_offered(backend, site.functions)):
            continue
        if all(in_development_alone(reach.operation) for reach in site.reaches):
            continue
        if not written_here(site.table) and any(
            is_token(value, site.functions, backend.graph) for one in narrowing.wish.equalities for value in one.values
        ):
            continue  # no row has it
        if (read.eq or read.bounds) and (
            narrowing.usual or (backend.leaver(read, site.table) and not narrowing.selective)
        ):
            continue  # it would drop little, or what waits there is soon gone
        if read.bounds and narrowing.unset is not None:
            continue  # a lower bound in the range that it has leaves out the rows without the field
        if read.eq and narrowing.wish.rest and not narrowing.selective and narrowing.extent.tier < Tier.TENANT:
            continue  # what tells the rows of one thing apart would still come late
        if narrowing.up_to and backend.exposure(site) is not Exposure.SUBSCRIBED:
            continue
        entries = [entry for function in site.functions for entry in backend.graph.entries(function)]
        remainder = narrowing.extent.tier < Tier.TENANT and not narrowing.selective
        remainder |= orders_few(narrowing) or is_scant(narrowing, backend.writes_of(site.table), entries)
        remainder |= of_most(narrowing, backend.writes_of(site.table)) or _is_rest(narrowing, backend)
        remainder |= not narrowing.selective and _of_one(read, site.table, owned)
        paired = narrowing.extent.tier is Tier.ENTITY and is_paired(read, backend.unique_of(site.table))
        remainder |= paired or under_way(read, site.table) or _happened_to_one(narrowing, backend)
        remainder |= of_one_moment(read) or (
            all(one.keeps_most for one in narrowing.wish.equalities) and backend.leaver(read, site.table) is not None
        )
        remainder |= not narrowing.wish.equalities and all(
            moves_on(reach.operation, reach.function) for reach in site.reaches
        )
        remainder |= _is_rewritten(backend, narrowing, proposal) or _finds_none(backend, narrowing)
        remainder |= tier_of_table(site.table.name) is not Tier.USER and few_make(backend, read, site.table)
        remainder |= (
            narrowing.extent.tier < Tier.TENANT
            and not narrowing.wish.equalities
            and few_come(backend, read, site.table)
        )
        one_row = narrowing.wish.sorted is not None  # the last of them, where all were read
        remainder |= not one_row and not piles_up(backend, read, site.table)
        remainder |= _is_of_their_team(narrowing) or reads_all_anyway(backend, site)
        remainder |= all_have(narrowing.wish, backend.as_called.run(site.table))
        remainder |= _is_about_members(narrowing) and _is_now_and_then(backend, site)
        once = all(first_time(reach.operation, reach.function) for reach in site.reaches)
        remainder |= once and narrowing.extent.tier is not Tier.TABLE
        remainder |= not narrowing.long or narrowing.past or narrowing.up_to or backend.is_worked_off(site)
        slight = weight is Weight.SLIGHT or not narrowing.growth.grows or read.terminal == "paginate"
        slight |= cause not in asked or not reached
        yield Lack(narrowing, proposal, slight or remainder, cause)


def _finds_none(backend: Backend, narrowing: Narrowing) -> bool:
    """What is looked for, no function that anything runs gives a row: it is the write that is lacking."""
    table, writes = narrowing.site.table, backend.as_called.run(narrowing.site.table)
    asked = [(one.field, one.values) for one in narrowing.wish.equalities]
    asked += [(key.field, (key.value,)) for key in narrowing.site.operation.eq if isinstance(key.value, Literal)]
    return written_here(table) and any(never_given(field, values, writes) for field, values in asked)


def _is_of_their_team(narrowing: Narrowing) -> bool:
    """Of one person's rows, those of one team: nearly everybody is in one, so that hardly any are dropped."""
    asked = [one.field for one in narrowing.wish.equalities]
    table = narrowing.site.table
    return (
        narrowing.extent.tier is Tier.USER
        and bool(asked)
        and all(tier_of_field(field, table) is Tier.TENANT for field in asked)
    )


def _is_about_members(narrowing: Narrowing) -> bool:
    """Those with a role in one organisation, or in a department of it; none that is told from all others by a key."""
    table = narrowing.site.table
    people = tier_of_table(table.name) is Tier.USER or bool(words_of(table.name) & MEMBERSHIPS)
    roles = any(words_of(field) & {"role", "roles"} for field in table.fields)
    keyed = any(names_one(equality.field) for equality in narrowing.wish.equalities)
    return people and roles and not keyed and narrowing.extent.tier is Tier.TENANT


def _is_now_and_then(backend: Backend, site: Site[Read]) -> bool:
    """Only what people do at a time asks for it: a mutation without a sign that it runs often."""
    return all(function.kind is Kind.MUTATION and backend.rate(function) is None for function in site.functions)


_HAPPENS = frozenset(("audit", "audits", "event", "events", "activity", "activities"))


def _happened_to_one(narrowing: Narrowing, backend: Backend) -> bool:
    """What has happened to one thing, such as the audits of a task, unless it is looked for again and again: some tens of rows."""
    site = narrowing.site
    if narrowing.extent.tier is not Tier.ENTITY or head_of(site.table.name) not in _HAPPENS:
        return False
    rates = map(backend.rate, site.functions)
    return all(rate is None or rate.strength <= Strength.STAMP for rate in rates)


def _is_rewritten(backend: Backend, narrowing: Narrowing, proposal: Proposal) -> bool:
    """A loop, a cron or a stream writes the field again and again, as the read is not seen to run: the index would be written more
    often than it is read."""
    site = narrowing.site
    if backend.exposure(site) is Exposure.SUBSCRIBED:
        return False  # each write runs it again
    fields = set(proposal.fields) - {key.field for key in site.operation.eq}
    own = max((rate.strength for function in site.functions if (rate := backend.rate(function))), default=0)
    for other in backend.writes_of(site.table):
        for reach in other.reaches:
            write, rate = reach.operation, backend.rate(reach.function)
            patched = write.op in (Op.PATCH, Op.REPLACE) and write.fields is not None and fields <= set(write.fields)
            if patched and rate is not None and rate.strength >= Strength.STREAM and rate.strength > own:
                return True
    return False


def _of_one(read: Read, table: Table, owned: Container[tuple[str, str]]) -> bool:
    """The range belongs to what one user has."""
    named = (kind.table for key in read.eq for kind in kinds_of(key.field, table))
    return any((table.component, name) in owned for name in named)


def _is_rest(narrowing: Narrowing, backend: Backend) -> bool:
    """The usual state of a few rows, which are found soon; or the row without the key that all others are told by, of which
    there is one each."""
    wish, site = narrowing.wish, narrowing.site
    if narrowing.usual and site.operation.terminal in ("take", "first"):
        return True
    keyed = {field for fields in backend.unique_of(site.table) if len(fields) == 1 for field in fields}
    without = {one.field for one in wish.equalities if all(isinstance(value, Undefined) for value in one.values)}
    return bool(wish.pinned) and bool(without & keyed)


def _cause(site: Site[Read], proposal: Proposal) -> Cause:
    return (site.table.name, *proposal.fields)


def _is_waited(backend: Backend, site: Site[Read]) -> bool:
    """Someone is better off with an index: not nobody, and not an operator now and then. Each write would pay for it, and
    one for a migration would outlive its use."""
    if not backend.is_asked(site.functions) or all(map(backend.exposures.from_shell, site.functions)):
        return False
    if _in_passing(backend, site):
        return False
    return backend.weight(site) is Weight.FULL or backend.exposure(site) in (Exposure.SUBSCRIBED, Exposure.BACKGROUND)


def _in_passing(backend: Backend, site: Site[Read]) -> bool:
    """One mutation goes through the rows of several tables with the same code, such as a merge: each of these would pay for
    an index that only it uses."""
    tables = {other.table.name for other in backend.reads_at(site.span)}
    return len(tables) > 1 and len(site.functions) == 1 and backend.exposure(site) is not Exposure.SUBSCRIBED


def _is_reached(backend: Backend, site: Site[Read]) -> bool:
    """Something runs it, be it only what people start by hand: it can use an index that others need."""
    return backend.is_asked(site.functions) or any(backend.graph.callers(function) for function in site.functions)
