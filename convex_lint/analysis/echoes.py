"""Effects that run again because of what they have done: they follow a query's result, and change what it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from convex_lint.model.function import Function
from convex_lint.source import Span

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


class Echo(NamedTuple):
    """The effect at `span`, in the component `within`, calls a mutation whenever `followed` changes. `fed`: the mutation
    changes it, each time."""

    within: str
    followed: str
    span: Span
    fed: bool


def echo(backend: Backend, mutation: Function, table: str, fields: Iterable[str]) -> Echo | None:
    """How a client's effect calls a mutation that sets these fields of the table; one that feeds itself first."""
    queries = {call.span: call.target for call in backend.client_calls if call.subscribes}
    found = [
        Echo(call.within, name, beat.span, _is_fed(backend, queries[given], name, beat.span, table, fields))
        for call in backend.graph.client_calls(mutation)
        for beat in call.beats
        for name, given in beat.follows
        if given in queries
    ]
    return max(found, key=lambda one: one.fed, default=None)


def _is_fed(backend: Backend, query: str | None, name: str, effect: Span, table: str, fields: Iterable[str]) -> bool:
    """The query's result has the fields, or all of the row, and the effect asks nothing of the result but whether it is
    there."""
    function = backend.function(query)
    if function is None or _asks(backend.text_of(effect), name):
        return False
    written = set(fields)
    return any(
        read.table == table and (written & set(read.fields) or any(use.kind in WHOLE for use in read.uses))
        for _, read in backend.footprint(function).reads
    )


WHOLE = frozenset(("returned", "passed", "picked"))
"""What is done with whole rows that end up in the result."""


def _asks(effect: str, name: str) -> bool:
    """`if (thread.unread)`, `thread?.read === false &&`: a change may end it."""
    asked = re.compile(rf"\b{re.escape(name)}\s*\??\.\s*(?!_id\b)\w+")
    return any(asked.search(test) for test in _TEST.findall(effect))


_TEST = re.compile(r"\bif\s*\([^{;]*|[^;{}]*&&", re.DOTALL)
"""The text of a condition, and somewhat more."""
