"""Which signs say that a range is written often, and which only that something happens now and then?"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from convex_lint.analysis.bound import Tier, tier_of_table
from convex_lint.analysis.in_use import SIGNS_IN
from convex_lint.analysis.inflow import asks_who
from convex_lint.analysis.invalidation import OpenRead, Writer
from convex_lint.analysis.rates import Rate, Strength
from convex_lint.analysis.vocabulary import CHANGED, ENSURING, MIGRATION, PAYMENTS, SEEN, words_of
from convex_lint.graph.graph import EntryKind
from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Write
from convex_lint.model.value import Clock, Computed, DocumentField, Literal, Random, Value, parts_of

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


def paced(backend: Backend, opened: OpenRead) -> tuple[Writer, ...]:
    """Those that write there, without those that nobody calls. A payment is made and someone signs in now and then: such
    requests are no sign that rows are written often."""
    called = (one for one in backend.writers_into(opened.read, opened.table) if backend.is_asked([one.function]))
    writers = (_paid(_requested(backend, _acted(backend, writer))) for writer in called)
    return tuple(sorted(writers, key=lambda writer: (writer.rank, writer.function.id)))


def is_an_act(backend: Backend, writer: Writer) -> bool:
    """It notes the time beside what it does, and clients call it only when someone does something."""
    calls = backend.graph.client_calls(writer.function)
    stamp = writer.rate is not None and writer.rate.strength is Strength.STAMP
    return stamp and bool(calls) and not any(call.beats for call in calls)


def _acted(backend: Backend, writer: Writer) -> Writer:
    """What every edit does beside (`draftRevision: site.draftRevision + 1`) happens as often as someone edits; who was seen
    last, with everything that anyone does. When a row was last changed says no more than that an edit changed it."""
    if is_an_act(backend, writer) and not {field.lower() for field in writer.write.fields or ()} & SEEN:
        return replace(writer, rate=None)
    if writer.rate is None or writer.rate.strength is not Strength.SHARED:
        return writer
    beaten = any(call.beats for call in backend.graph.client_calls(writer.function))
    seen = any(field.lower() in SEEN for field in writer.write.fields or ())
    return writer if beaten or seen else replace(writer, rate=None)


def _requested(backend: Backend, writer: Writer) -> Writer:
    """A route that asks who is signed in is called by people, as someone does something, and so is one that takes a form; by
    machines one that checks a key."""
    if writer.rate is None or writer.rate.strength is not Strength.HTTP:
        return writer
    starts = {
        entry.through[-1] if entry.through else writer.function.id
        for entry in backend.graph.entries(writer.function)
        if entry.kind is EntryKind.HTTP
    }
    routes = [route for id in starts if (route := backend.function(id)) is not None]
    asked = all(asks_who(route) or _takes_a_form(backend, route) for route in routes)
    return replace(writer, rate=None) if routes and asked else writer


def _takes_a_form(backend: Backend, route: Function) -> bool:
    """`POST /orders/create`, `POST /registration/step-2`, which asks for no key or signature: one call for each time that somebody
    fills it in."""
    entries = [entry for entry in backend.graph.entries(route) if entry.kind is EntryKind.HTTP and not entry.through]
    steps = [entry.name.rpartition(" ")[2].rstrip("/").rpartition("/") for entry in entries]
    text = backend.text_of(route.handler) if route.handler is not None else ""
    formed = all(before and words_of(last) & _FORMS for before, _, last in steps)
    return bool(steps) and bool(text) and formed and _KEY.search(text) is None


_FORMS = frozenset(("create", "update", "edit", "delete", "remove", "register", "registration", "signup"))
_KEY = re.compile(r"headers\s*\.\s*get\(|process\.env|verif|signature|secret|token|apiKey|api_key", re.IGNORECASE)


def _paid(writer: Writer) -> Writer:
    rate = writer.rate
    if rate is None or rate.strength not in (Strength.HTTP, Strength.MOUNT, Strength.CRON):
        return writer
    words = words_of(f"{writer.function.path} {rate.words}")
    if rate.strength is Strength.MOUNT:
        made = writer.write.op is Op.INSERT and _is_user(writer.write)
        return replace(writer, rate=None) if made or words & _ONCE or _repeats(writer.write) else writer
    if rate.strength is Strength.CRON:
        return (
            replace(writer, rate=None)
            if (rate.per_minute or 1.0) <= _NOW_AND_THEN and _repeats(writer.write)
            else writer
        )
    paid = words & PAYMENTS and writer.write.op is not Op.INSERT
    return replace(writer, rate=None) if paid or words & SIGNS_IN else writer


_NOW_AND_THEN = 1 / 30
"""Calls a minute of a cron that brings what another service says, mostly what it said before."""


def _repeats(write: Write) -> bool:
    """A page that appears, or a cron that asks a service, gives the row what it knows, mostly what is there already: the server
    skips such a write. A count of its own or the time of the visit is new each time; when the row was last changed says only that it was."""
    if write.op is not Op.PATCH or write.fields is None:
        return False
    given = dict(write.values)
    return not any(_is_new(field, given[field]) for field in write.fields if field in given)


def _is_new(field: str, value: Value) -> bool:
    if isinstance(value, Computed) and value.operator == "append" and all(map(_is_label, value.parts)):
        return False  # the same label is put into a list once
    for part in parts_of(value):
        if isinstance(part, DocumentField) and part.path[:1] == (field,):
            return isinstance(value, Computed)
        if isinstance(part, (Clock, Random)) and not words_of(field) & CHANGED:
            return True
    return False


def is_now_and_then(rate: Rate, function: Function) -> bool:
    """A webhook that tells of a payment or of someone who signs in."""
    return rate.strength is Strength.HTTP and bool(words_of(f"{function.path} {rate.words}") & (PAYMENTS | SIGNS_IN))


def _is_label(part: Value) -> bool:
    return isinstance(part, (DocumentField, Literal))


_ONCE = ENSURING | MIGRATION | {"migration", "verification", "verify", "register", "signup", "onboarding"}
"""What an effect does when it appears for the first time, and then no more."""


def _is_user(write: Write) -> bool:
    """A row of someone who signs up, which happens once, whatever page calls it as it appears."""
    return tier_of_table(write.table or "") is Tier.USER
