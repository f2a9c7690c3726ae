"""Ranges and writes without what does not decide whom they meet, so that few kinds of them stand for many functions."""

from __future__ import annotations

from dataclasses import replace

from convex_lint.analysis.keyrange import End, KeyRange
from convex_lint.analysis.keyvalue import kinds, past
from convex_lint.analysis.terms import Composed, RowField, Term, alternatives, fresh
from convex_lint.analysis.versions import Version, Written
from convex_lint.model.schema import Table
from convex_lint.model.value import (
    UNKNOWN,
    Argument,
    Clock,
    Computed,
    DocumentField,
    Environment,
    Identity,
    IdOf,
    Inserted,
    Literal,
    Random,
    Undefined,
)

_CONSTANT = (Literal, Undefined, Environment)
_SOME_ARGUMENT = Argument(("*",))
_SOME_ID = Inserted(None, -1)


def coarse_range(interval: KeyRange) -> KeyRange:
    """The range with any argument for each argument and any row for each row. It never meets less than the exact one."""
    eq = tuple([(field, coarse(term)) for field, term in interval.eq])
    ends = tuple([End(end.field, end.operator, coarse(end.value)) for end in interval.ends])
    return replace(interval, eq=eq, ends=ends)


def found_by(table: Table) -> frozenset[str]:
    """The fields, without what lies in them, by which rows of a table are found."""
    fields = {"_id", "_creationTime", *(field for index in table.indexes for field in index.fields)}
    return frozenset(field.partition(".")[0] for field in fields)


def coarse_write(written: Written, tops: frozenset[str]) -> Written:
    """The write with those fields only (`found_by`)."""
    documents = dict.fromkeys([tuple([_coarse_version(one, tops) for one in parts]) for parts in written.documents])
    return Written(written.component, written.table, written.op, tuple(documents))


def _coarse_version(one: Version, tops: frozenset[str]) -> Version:
    values = tuple([(field, coarse(term)) for field, term in one.values if field.partition(".")[0] in tops])
    chosen = coarse_range(one.chosen) if one.chosen is not None else None
    return Version(values, one.names & tops, one.closed, one.newest, chosen)


def coarse(term: Term) -> Term:
    if isinstance(term, _CONSTANT):
        return term
    if fresh(term):
        return _SOME_ID
    if isinstance(term, Identity):
        return Identity()
    if isinstance(term, RowField):
        return _row(term)
    if isinstance(term, (Composed, Computed)):
        return _composed(term)
    if isinstance(term, (Argument, DocumentField)):
        return _SOME_ARGUMENT
    return term if isinstance(term, (Clock, Random, IdOf)) else UNKNOWN


def _row(term: RowField) -> Term:
    keys = tuple((field, value) for field, value in term.keys if isinstance(value, _CONSTANT))
    if len(keys) == len(term.keys) and term.form is not None:
        return term
    if term.path in (("_id",), ("_creationTime",)):
        return RowField(term.table if keys else None, term.path, keys)
    return _SOME_ARGUMENT


def _composed(term: Composed | Computed) -> Term:
    parts = alternatives(term)
    if len(parts) > 1:
        several = dict.fromkeys(coarse(part) for part in parts)
        return UNKNOWN if UNKNOWN in several else Composed("either", tuple(sorted(several, key=repr)))
    if past(term):
        return Clock()
    return Composed(term.operator, (UNKNOWN,)) if kinds(term) is not None else UNKNOWN
