"""Rows that live for days: does it matter that an open page shows one for a little too long?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from convex_lint.analysis.moments import Moment
from convex_lint.analysis.turning import Turn, line, turns
from convex_lint.analysis.vocabulary import DOORS, OF_DAYS, words_of
from convex_lint.model.function import Kind
from convex_lint.model.operation import Op, Platform
from convex_lint.model.schema import Table

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


_DAYS = 2 * 24 * 60 * 60.0


def is_fallback(backend: Backend, moment: Moment) -> bool:
    """It is only got to while rows that say the same are missing: `if (stats.length > 0) ... else ...`."""
    for guard in moment.guards:
        found = _HAS_ROWS.fullmatch(backend.text_of(guard.span).strip())
        if found is not None and guard.otherwise != "throw" and guard.holds is (found[1] in ("===", "==")):
            return True
    return False


_HAS_ROWS = re.compile(r"[\w.]+\.length\s*(>|!==|!=|===|==)\s*0")


def is_harmless(backend: Backend, moment: Moment, turn: Turn, table: Table) -> bool:
    """An invitation for a week, a card that is due: whoever acts on it is asked again in a mutation, or the client has
    the time and can say itself that it is over. Not what opens a door, costs money or is locked."""
    words = words_of(table.name) | words_of(turn.field)
    if words & DOORS or not (_lives_for_days(backend, turn, table) or words & OF_DAYS):
        return False
    if "due" in words_of(turn.field) and not moment.counted:
        return True  # a list of work that moves while someone works through it helps nobody
    return _is_checked(backend, turn, table) or _is_known_to_clients(backend, moment, turn)


def _lives_for_days(backend: Backend, turn: Turn, table: Table) -> bool:
    times = [line(value) for value in backend.values_of(table, turn.field)]
    lives = [time.rest for time in times if time.clock == 1.0 and time.rest]
    return bool(lives) and min(lives) >= _DAYS


def _is_checked(backend: Backend, turn: Turn, table: Table) -> bool:
    """A mutation that writes these rows compares the same field with the clock."""
    for site in backend.writes_of(table):
        for reach in site.reaches:
            if reach.function.kind is Kind.MUTATION:
                conditions = [guard.condition for guard in reach.operation.guards]
                for operation in reach.function.operations:
                    if isinstance(operation, Platform) and operation.op is Op.CLOCK:
                        conditions.extend(operation.arguments)
                if any(own.field == turn.field for value in conditions for own in turns(value)):
                    return True
    return False


def _is_known_to_clients(backend: Backend, moment: Moment, turn: Turn) -> bool:
    """Each page that keeps it open names the field, as it is or as a part of a name (`nextDueDate`)."""
    files = {call.span.file for query in moment.queries for call in backend.graph.subscribers(query)}
    texts = [backend.project.sources[file].data.lower() for file in files if file in backend.project.sources]
    return bool(texts) and all(turn.field.lower().encode() in text for text in texts)
