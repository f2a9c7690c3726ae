"""Updates that most calls could leave out: they note the time of the call, and repeat what is stored already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from convex_lint.analysis.always import missing
from convex_lint.analysis.bound import Tier, tier_of_field, tier_of_table
from convex_lint.analysis.branches import exclusive
from convex_lint.analysis.echoes import Echo, echo
from convex_lint.analysis.events import is_of_an_event, once_a_key, puts_in_order
from convex_lint.analysis.exposure import Purpose, Weight
from convex_lint.analysis.leaving import left_before
from convex_lint.analysis.rates import Rate, Strength
from convex_lint.analysis.sharing import callers_own
from convex_lint.analysis.sign_ups import is_of_people
from convex_lint.analysis.sites import Reach, Site
from convex_lint.analysis.terms import alternatives, resolve
from convex_lint.analysis.vocabulary import CHANGED, ENDS, LOCKS, PROFILE, RENEWING, SIGN_INS, head_of, words_of
from convex_lint.analysis.weighing import is_clock, weighs_what_it_writes, window_is_short
from convex_lint.graph.graph import EntryKind
from convex_lint.model.function import Function, Kind, Visibility
from convex_lint.model.operation import Call, Op, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.value import (
    Argument,
    Computed,
    DocumentField,
    Identity,
    Literal,
    Result,
    Undefined,
    Value,
    parts_of,
)
from convex_lint.source import Span
from convex_lint.syntax import tree

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


class Repetition(NamedTuple):
    """`stamps` are the fields that take the time of the call, `kept` those that mostly keep their value. `alone`: the mutation
    changes nothing else. `void` is the test around the write that never fails, where there is one. `marks`: the times of
    other rows are compared with the stamp. `echo` is the effect that calls it whenever a query's result changes."""

    site: Site[Write]
    reach: Reach[Write]
    rate: Rate
    stamps: tuple[str, ...]
    kept: tuple[str, ...]
    alone: bool
    void: Span | None
    marks: bool
    echo: Echo | None


class Fields(NamedTuple):
    """Of the fields of a write, those that take the time of the call, and those that mostly keep their value."""

    stamps: tuple[str, ...]
    kept: tuple[str, ...]


def needless_writes(backend: Backend) -> Iterator[Repetition]:
    """One at most for each place."""
    for site in backend.writes:
        write = site.operation
        if write.op not in (Op.PATCH, Op.REPLACE) or write.loops or site.table.inferred or not write.fields:
            continue
        if words_of(site.table.name) & LOCKS or backend.weight(site) is not Weight.FULL:
            continue
        found = [one for reach in site.reaches if (one := _judged(backend, site, reach)) is not None]
        if found:
            yield max(found, key=lambda one: (one.rate.strength, one.rate.per_minute or 0.0))


def _judged(backend: Backend, site: Site[Write], reach: Reach[Write]) -> Repetition | None:
    mutation, write = reach.function, reach.operation
    if mutation.kind is not Kind.MUTATION or mutation.handler is None or not write.fields:
        return None
    if backend.purpose(mutation) is not Purpose.PRODUCT:
        return None
    values = dict(write.values)
    stamps = tuple(field for field in write.fields if field in values and _is_stamp(field, values[field]))
    kept = tuple(field for field in write.fields if field not in stamps)
    if not any(words_of(field) & RENEWING for field in stamps):
        return None
    if not all(words_of(field) & (RENEWING | ENDS) for field in stamps):
        return None  # `deletedAt`: a state that it gets
    if not all(field in values and _keeps(field, values[field], write) for field in kept):
        return None
    if _links(write, backend.reads_in(mutation)) or once_a_key(mutation, write):
        return None
    alone = not any(_changes_more(write, other) for other in mutation.operations)
    heard = echo(backend, mutation, site.table.name, stamps)
    rate = _rate(backend, site, reach, Fields(stamps, kept), alone, heard)
    if rate is None or weighs_what_it_writes(write, rate.per_minute):
        return None
    if not kept and (puts_in_order(backend, site.table, stamps) or is_of_an_event(backend, mutation, write, rate)):
        return None
    if rate.strength in (Strength.HTTP, Strength.MOUNT) and any(words_of(field) & SIGN_INS for field in stamps):
        return None  # what a page or a route does for somebody who is not signed in yet, once
    test = _test_of_size(backend, write)
    if test is not None and not _set_before(backend, test, stamps):
        return None
    marks = any((site.table.name, field) in backend.markers for field in stamps)
    if heard is not None and heard.fed:
        rate = _of_echo(heard)
    return Repetition(site, reach, rate, stamps, kept, alone, test, marks, heard)


def _links(write: Write, reads: dict[int, Read]) -> bool:
    """The row was found another way after it was looked for in vain by a value that it is given now: by it the next call
    finds the row at once."""
    given = dict(write.values)
    for guard in write.guards:
        lacking = missing(guard.condition, guard.holds)
        read = reads.get(lacking.read) if lacking is not None and lacking.read is not None else None
        if read is not None and read.table == write.table and any(given.get(key.field) == key.value for key in read.eq):
            return True
    return False


def _of_echo(heard: Echo) -> Rate:
    words = f"an effect of `{heard.within}` calls it whenever `{heard.followed}` changes"
    if not heard.fed:
        return Rate(Strength.MOUNT, words, None, heard.span)
    return Rate(Strength.LOOP, f"{words}, which each call changes again", None, heard.span)


def _is_stamp(field: str, value: Value) -> bool:
    """The time of the call, or of the event that the call is about."""
    return is_clock(value) or (isinstance(value, Argument) and {"updated", "at"} <= words_of(field))


def _keeps(field: str, value: Value, write: Write) -> bool:
    """Mostly the value that is there already: what is known of the caller, what the row had before, what it is about. A
    constant is a state that the call is there to set, unless it fills in what is missing."""
    if isinstance(value, Literal):
        return False
    return bool(words_of(field) & PROFILE) or _is_callers(value) or _is_own(field, value, write)


def _is_callers(value: Value) -> bool:
    leaves = [part for part in parts_of(value) if not isinstance(part, Computed)]
    return any(isinstance(leaf, Identity) for leaf in leaves) and all(
        isinstance(leaf, (Literal, Undefined, Identity)) for leaf in leaves
    )


def _is_own(field: str, value: Value, write: Write) -> bool:
    """One of the values that it may be is the old one, or none at all: `patch.name = ...` in a branch sets it now and then."""
    several = alternatives(value)
    return any(
        isinstance(one, DocumentField) and (one.table, one.path) == (write.table, (field,)) for one in several
    ) or (len(several) > 1 and Undefined() in several)


def _changes_more(write: Write, other: object) -> bool:
    """Another write that happens beside this one."""
    if not isinstance(other, (Write, Call)) or (
        isinstance(other, Call) and other.method not in ("runMutation", "runAfter")
    ):
        return False
    return other is not write and not exclusive(write, other)


def _rate(
    backend: Backend, site: Site[Write], reach: Reach[Write], found: Fields, alone: bool, heard: Echo | None
) -> Rate | None:
    """The sign that the write is made much more often than anything changes; None without one, and for what says by each of
    its writes that someone is still there."""
    mutation, write = reach.function, reach.operation
    inserts = upserts(mutation, write)
    rate = backend.rates.of_write(mutation, write)
    if rate is None or rate.strength <= Strength.NAME:
        requests = _through_http(backend, mutation, frozenset(found.stamps))
        if requests is None:
            uncalled = mutation.visibility is Visibility.PUBLIC and not backend.is_asked([mutation])
            noted = rate if rate is not None and rate.strength is Strength.STAMP and alone and not uncalled else None
            return noted if noted is not None and _touches(backend, reach, site, found, inserts) else None
        rate = requests
    if found.kept:
        return rate if _repeats(write, found, rate, alone, inserts) else None
    if all(words_of(field) & CHANGED for field in found.stamps) and not alone:
        return None  # it says that the other change happened
    if rate.strength in (Strength.CLIENT, Strength.EDIT):
        if _of_all_viewers(write, site.table, backend.reads_in(mutation)):
            return rate._replace(per_minute=None)  # of all of them together
        if heard is not None:
            return _of_echo(heard)
        return rate if window_is_short(write, rate.per_minute) else None
    return rate if rate.strength in (Strength.HTTP, Strength.MOUNT, Strength.SHARED) else None


def _repeats(write: Write, found: Fields, rate: Rate, alone: bool, inserts: bool) -> bool:
    """What it sets beside the time is there already nearly every time."""
    if any(words_of(field) & ENDS for field in found.stamps):
        return False  # a lease is made longer
    given = [field for field, value in write.values if any(isinstance(part, Argument) for part in parts_of(value))]
    if len(found.kept) == 1 and given:
        return False  # it is what the call is for
    if rate.strength is Strength.HTTP:
        return not alone and inserts and all(words_of(field) & PROFILE for field in found.kept)
    return rate.strength is Strength.SHARED or (rate.strength is Strength.MOUNT and (inserts or not given))


def _touches(backend: Backend, reach: Reach[Write], site: Site[Write], found: Fields, inserts: bool) -> bool:
    """No sign but what it does: it notes that a key, a session, a user was there, for other programs that call it, or it
    makes sure of a user who has come."""
    mutation, write = reach.function, reach.operation
    if not any(open_.table is site.table for open_ in backend.open_reads):
        return False  # nobody sees it, and nothing says that it happens often
    if all(words_of(field) & CHANGED for field in found.stamps):
        return False
    if any(guard.otherwise == "skip" and not _asks_presence(guard.condition) for guard in write.guards):
        return False
    if inserts or found.kept:
        return inserts and tier_of_table(head_of(site.table.name)) is Tier.USER
    return not any(not call.beats for call in backend.graph.client_calls(mutation))


def _asks_presence(condition: Value) -> bool:
    """Whether there is such a row."""
    return all(isinstance(one, DocumentField) and not one.path for one in alternatives(condition))


def _through_http(backend: Backend, mutation: Function, fields: frozenset[str]) -> Rate | None:
    """Requests lead to it, and nobody on the way looks first whether it is time, or whether somebody has come or gone."""
    entry = next((one for one in backend.graph.entries(mutation) if one.kind is EntryKind.HTTP), None)
    for caller in backend.graph.callers(mutation) if entry else ():
        for call in caller.operations:
            if isinstance(call, Call) and call.target == mutation.id:
                asked = (part for guard in call.guards for part in parts_of(guard.condition))
                timed = any(isinstance(part, (Result, DocumentField)) and fields & set(part.path) for part in asked)
                if timed or is_of_people(call, backend.surroundings):
                    return None
    return Rate(Strength.HTTP, f"the HTTP route `{entry.name}` leads to it", None, entry.span) if entry else None


def _of_all_viewers(write: Write, table: Table, reads: dict[int, Read]) -> bool:
    """The row belongs to a document that the caller names, and to no user: everyone who looks at that writes it."""
    target = write.target
    read = reads.get(target.read) if isinstance(target, DocumentField) and target.read is not None else None
    if read is None or read.op is Op.GET or not read.eq or callers_own(resolve(target, reads)):
        return False
    return all(
        isinstance(key.value, Argument)
        and key.value.table not in (None, table.name)
        and tier_of_field(key.field, table) is not Tier.USER
        for key in read.eq
    )


def upserts(mutation: Function, write: Write) -> bool:
    """The same code inserts the row where there is none."""
    return any(
        isinstance(other, Write)
        and other.op is Op.INSERT
        and (other.component, other.table, other.within) == (write.component, write.table, write.within)
        and exclusive(write, other)
        for other in mutation.operations
    )


def _test_of_size(backend: Backend, write: Write) -> Span | None:
    """The test of an `if` around the write, or of one before it that leaves, that asks whether there is anything in an object,
    and decides nothing as far as the interpreter can tell, for which a key that is set now and then is there."""
    for node in backend.surroundings.around(write.span):
        if type(node) is tree.If and node.then.start <= write.span.start < node.then.end:
            test = Span(write.span.file, node.test.start, node.test.end)
            known = (guard.span for guard in write.guards)
            inside = any(span.file == test.file and test.start <= span.start < test.end for span in known)
            if not inside and ".length" in backend.text_of(test):
                return test
    return next(
        (test for test in left_before(backend.surroundings, write.span) if _SIZE.search(backend.text_of(test))), None
    )


_SIZE = re.compile(r"\bObject\s*\.\s*(?:keys|entries|values)\s*\(\s*(\w+)\s*\)\s*\.\s*length\b")
"""How many keys an object has."""


def _set_before(backend: Backend, test: Span, stamps: tuple[str, ...]) -> bool:
    """The time is put into the object before its size is asked."""
    functions = backend.surroundings.functions(test)
    before = backend.text_of(Span(test.file, functions[-1].start, test.start)) if functions else ""
    asked = _SIZE.search(backend.text_of(test))
    name = re.escape(asked[1]) if asked is not None else r"\w+"
    return any(
        re.search(
            rf"\b{name}\.{field}\s*=[^=]|\b{name}\b[^=;{{]*(?:\{{[^{{}}]*\}}[^=;{{]*)?=\s*\{{[^;]*\b{field}\s*:", before
        )
        for field in map(re.escape, stamps)
    )
