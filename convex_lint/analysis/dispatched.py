"""Functions that look up by a name which of many others they call: the tools of an assistant, which does what it is asked to."""

from __future__ import annotations

from collections import defaultdict

from convex_lint.analysis.vocabulary import PAYMENTS, words_of
from convex_lint.model.function import Function
from convex_lint.model.operation import Call
from convex_lint.source import Span

_MANY = 5
_REPORTS = PAYMENTS | {"webhook", "webhooks", "hook", "hooks", "ingest", "import", "sync"}
"""In names of functions that other programs tell of what has happened there, event by event."""


def is_dispatched(call: Call, function: Function) -> bool:
    """The call stands in one of many functions that are called at the same place: `tools[name](ctx, args)`."""
    return bool(call.via) and call.via[-1] in _switchboards(function)


def dispatches(function: Function) -> bool:
    """Somebody asks it for one of many things, rather than that it is told of them as they happen."""
    return bool(_switchboards(function)) and not words_of(function.path) & _REPORTS


def _switchboards(function: Function) -> set[Span]:
    """The calls that lead directly into the texts of many functions."""
    led: dict[Span, set[str]] = defaultdict(set)
    for operation in function.operations:
        if isinstance(operation, Call) and operation.via:
            led[operation.via[-1]].add(operation.within)
    return {site for site, texts in led.items() if len(texts) >= _MANY}
