"""Do many make the rows of a table, as far as the program shows it? What one team enters for itself, one by one, stays short."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from convex_lint.analysis.bound import Tier, is_log, is_owned, tier_of_field, tier_of_table
from convex_lint.analysis.doors import demands_management
from convex_lint.analysis.exposure import Purpose
from convex_lint.analysis.fields import kinds_of
from convex_lint.analysis.inflow import comes_by_itself, comes_from_outside, is_notified
from convex_lint.analysis.periods import follow_one_another
from convex_lint.analysis.personnel import lists_staff, set_up_by_staff
from convex_lint.analysis.rates import Strength
from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.size import large_fields
from convex_lint.analysis.tended import comes_stocked
from convex_lint.analysis.terms import alternatives
from convex_lint.analysis.upserts import upsert_keys
from convex_lint.analysis.vocabulary import CHANGED, LOCKS, MAKERS, REMARKS, head_of, words_of
from convex_lint.model.function import Function, Kind
from convex_lint.model.operation import Call, Op, Read, Write
from convex_lint.model.schema import Table, Validator
from convex_lint.model.value import (
    Argument,
    Clock,
    Computed,
    DocumentField,
    Identity,
    Inserted,
    Literal,
    Undefined,
    Value,
    parts_of,
)

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


_LEFT = REMARKS | frozenset(("run", "runs", "session", "sessions", "request", "requests", "attempt", "attempts"))
"""Tables of which a row is left behind by whatever is done."""


def few_make(backend: Backend, read: Read, table: Table) -> bool:
    """The range is a part of the table that holds the rows of all, and nothing shows that these are many."""
    extent = backend.extent(read, table)
    if extent.tier is not Tier.TABLE or extent.long is not None:
        return False
    return stays_a_list(backend, table) or follow_one_another(backend, table) or not made_by_many(backend, table)


def stays_a_list(backend: Backend, table: Table) -> bool:
    """The staff of a company, what the product came with, and what the staff set up for themselves rather than for each of those
    with whom they deal: people add to it now and then. What is noted of each row may be much."""
    if lists_staff(table) or comes_stocked(backend, table):
        return True
    return set_up_by_staff(backend, table) and not any(
        parent is not None and not lists_staff(parent) and made_by_many(backend, parent)
        for field in table.fields
        if not any(kind.optional for kind in kinds_of(field, table))
        for name in _named(field, table)
        if (parent := backend.project.table(table.component, name)) is not table
    )


def brings_texts(backend: Backend, site: Site[Read]) -> bool:
    """For each of its rows, those of another table are collected that hold long texts."""
    for reach in site.reaches:
        for other in reach.function.operations:
            if isinstance(other, Read) and any(loop.over == reach.operation.ordinal for loop in other.loops):
                table = backend.table_of(other)
                if other.terminal == "collect" and table is not None and large_fields(table):
                    return True
    return False


def made_by_many(backend: Backend, table: Table, seen: frozenset[str] = frozenset()) -> bool:
    """Programs bring the rows in; or each is made for a person, or for a row of which there are many; or they are left behind
    as something else is done, or are so large that few are much."""
    growth = backend.growth(table)
    if not growth.sources:
        return growth.grows
    if head_of(table.name) in LOCKS and any(site.operation.op is Op.DELETE for site in backend.writes_of(table)):
        return False  # each is given back
    if all(_is_let_in(reach) or _is_managed(backend, reach.function) for reach in growth.sources):
        return False
    if _is_ordered_by_hand(table):
        return False
    if is_log(table) or head_of(table.name) in _LEFT:
        return True
    if large_fields(table) and any(backend.is_started(reach.function) for reach in growth.sources):
        return True
    if tier_of_table(table.name) in (Tier.USER, Tier.TENANT):
        return True
    if any(_is_imported(backend, reach, table) for site in backend.writes_of(table) for reach in site.reaches):
        return True
    return any(
        (_is_repeated(backend, reach) and not _is_of_a_name(backend, reach, table))
        or is_notified(reach, backend.graph)
        or _is_left_behind(reach)
        or _is_of_somebody(backend, reach, table, seen | {table.name})
        for reach in growth.sources
    )


def _is_managed(backend: Backend, function: Function) -> bool:
    return function.handler is not None and demands_management(backend.text_of(function.handler))


def _is_ordered_by_hand(table: Table) -> bool:
    """A number says where each row stands among all others: people put them in order, which nobody does with many."""
    kinds = (kind for field in table.fields if not words_of(field) & MAKERS for kind in kinds_of(field, table))
    if any(kind.kind == "id" and kind.table != "_storage" for kind in kinds) or is_owned(table):
        return False  # in order among those of one parent
    return any(
        bool(words & _PLACES) and words <= _PLACES | _OF_ORDER | words_of(table.name) | words_of(table.name.rstrip("s"))
        for field in table.fields
        if (words := words_of(field))
        and {kind.kind for kind in kinds_of(field, table)} <= {"number", "float64", "int64"}
    )


_PLACES = frozenset(("position", "order", "ordering", "sort"))
_OF_ORDER = frozenset(("display", "index", "sorting", "key"))


def _is_let_in(reach: Reach[Write]) -> bool:
    """Whoever has a certain role in the same table adds the row: the people of one team, who do not sign up by themselves."""
    for guard in reach.operation.guards:
        parts = tuple(parts_of(guard.condition))
        asked = any(
            isinstance(part, DocumentField)
            and part.table == reach.operation.table
            and bool(words_of(".".join(part.path[-1:])) & {"role", "roles"})
            for part in parts
        )
        if asked and guard.otherwise in ("throw", "return") and any(isinstance(part, Literal) for part in parts):
            return True
    return False


def _is_imported(backend: Backend, reach: Reach[Write], table: Table) -> bool:
    """Somebody had a program bring rows in by the dozen, be it by hand or once, and not to try the product out. A default for
    each user is the same row each time."""
    insert = reach.operation
    if insert.op is not Op.INSERT or backend.purpose(reach.function) is Purpose.SEED:
        return False
    own = (value for field, value in insert.values if tier_of_field(field, table) not in (Tier.USER, Tier.TENANT))
    several = any(loop.bound is None for loop in insert.loops)
    return several and (not insert.values or not all(_is_constant(value) for value in own))


def _is_constant(value: Value) -> bool:
    return all(isinstance(part, (Literal, Clock, Computed)) for part in parts_of(value))


def _is_repeated(backend: Backend, reach: Reach[Write]) -> bool:
    return comes_by_itself(reach, backend.graph) or _runs_often(backend, reach.function)


def _is_of_a_name(backend: Backend, reach: Reach[Write], table: Table) -> bool:
    """What keeps a list up to date looks first whether the row of that name is there: there are as many as names. What another
    program reports is told apart by an id as well, and each time there is a new one."""
    named = any(upsert_keys(reach, table, backend.reads_in))
    return named and not comes_from_outside(reach, backend.graph)


def _is_left_behind(reach: Reach[Write]) -> bool:
    """It is made, if there is none, for a row of another table that is inserted anyway."""
    others = (one for one in reach.function.operations if isinstance(one, Write) and one.op is Op.INSERT)
    return reach.operation.conditional and any(
        not one.conditional and one.table != reach.operation.table for one in others
    )


def _is_of_somebody(backend: Backend, reach: Reach[Write], table: Table, seen: frozenset[str]) -> bool:
    """Some field tells the caller, or another person, or a row of which many are made."""
    told = (value for field, value in reach.operation.values if not words_of(field) & _TOUCHED)
    if any(_is_person(part) for value in told for part in parts_of(value)):
        return True
    if _goes_with(backend, reach, seen):
        return True
    return any(
        _is_given(backend, reach, field, table)
        and (_names_owner(field, table) or any(_is_many(backend, name, table, seen) for name in _named(field, table)))
        for field in table.fields
    )


_TOUCHED = CHANGED | {"editor", "updater"}
"""In names of fields that say who was the last to change a row, which all may."""


def _is_person(value: Value) -> bool:
    """The caller, or what is known of a user whose row was read."""
    table = value.table if isinstance(value, DocumentField) else None
    return isinstance(value, Identity) or (table is not None and tier_of_table(table) is Tier.USER)


def _goes_with(backend: Backend, reach: Reach[Write], seen: frozenset[str]) -> bool:
    """The same call inserts a row that links the new one to somebody: its first member."""
    for other in reach.function.operations:
        if not isinstance(other, Write) or other.op is not Op.INSERT or other.table == reach.operation.table:
            continue
        links = any(isinstance(value, Inserted) and value.table == reach.operation.table for _, value in other.values)
        table = backend.table_of(other) if links else None
        if table is None or table.name in seen or is_log(table):
            continue
        if _is_of_somebody(backend, Reach(reach.function, other), table, seen | {table.name}):
            return True
    return False


def _runs_often(backend: Backend, function: Function) -> bool:
    rate = backend.rate(function)
    return rate is not None and rate.strength >= Strength.NAME


def _is_many(backend: Backend, name: str, table: Table, seen: frozenset[str]) -> bool:
    if name in seen:
        return False
    if tier_of_table(name) is Tier.USER:
        return True
    parent = backend.project.table(table.component, name)
    return parent is not None and made_by_many(backend, parent, seen)


def _names_owner(field: str, table: Table) -> bool:
    """An id of a person or a team, or a text that is called one or by which rows are looked up."""
    keys = {index.fields[0] for index in table.indexes if index.fields}
    texts = {kind.kind for kind in kinds_of(field, table)}
    return (
        tier_of_field(field, table) in (Tier.USER, Tier.TENANT)
        and texts <= {"id", "string"}
        and (field in keys or "id" in words_of(field) or texts == {"id"})
    )


def _named(field: str, table: Table) -> Iterator[str]:
    """The tables whose rows the field, or an element of its list, names."""
    pending: list[Validator] = list(kinds_of(field, table))
    for kind in pending:
        if kind.kind == "id" and kind.table is not None:
            yield kind.table
        elif kind.kind == "array" and kind.element is not None:
            pending += kind.element.members_flat()


def _is_given(backend: Backend, reach: Reach[Write], field: str, table: Table) -> bool:
    """The insert sets the field, to more than a constant, and not only to an argument that nobody is seen to give."""
    insert = reach.operation
    value = dict(insert.values).get(field)
    if value is None:
        return insert.fields is None and not any(kind.optional for kind in kinds_of(field, table))
    known = (one for one in alternatives(value) if not isinstance(one, (Literal, Undefined)))
    return any(not (isinstance(one, Argument) and _is_left_out(backend, one, reach.function)) for one in known)


def _is_left_out(
    backend: Backend, argument: Argument, function: Function, passed: frozenset[str] = frozenset()
) -> bool:
    """It may be missing, and no call that is seen gives it. `passed` are the functions that pass it on."""
    if len(argument.path) != 1 or function.args is None:
        return False
    declared = function.args.fields.get(argument.path[0])
    if declared is None or not declared.optional:
        return False
    name = argument.path[0]
    word = re.compile(rb"\b" + name.encode() + rb"\b")
    for call in backend.graph.client_calls(function):
        if call.arguments is not None and function.kind is Kind.QUERY:
            if name in dict(call.arguments):
                return False
            continue
        source = backend.project.sources.get(call.span.file)  # a hook for another kind is no call yet
        if source is not None and word.search(source.data):
            return False
    for caller in backend.graph.callers(function):
        for run in caller.operations:
            if not isinstance(run, Call) or run.target != function.id:
                continue
            value = dict(run.arguments).get(name, Undefined()) if run.arguments is not None else None
            if isinstance(value, Argument) and caller.id not in passed:
                value = Undefined() if _is_left_out(backend, value, caller, passed | {function.id}) else value
            if not isinstance(value, Undefined):
                return False
    return True
