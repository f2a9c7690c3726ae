"""Filters that a query adds only for an argument: does any client that keeps it open pass that argument?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from convex_lint.graph.graph import Graph
from convex_lint.model.function import Function
from convex_lint.model.operation import Read
from convex_lint.model.subscription import ClientCall
from convex_lint.model.value import Argument
from convex_lint.source import Source, Span


def stops_early(read: Read, query: Function, clients: Sequence[ClientCall], text_of: Callable[[Span], str]) -> bool:
    """`.take(51)` whose filters are all for arguments that no client gives: it ends after so many rows."""
    if read.terminal not in ("first", "take") or not clients or any(call.arguments is None for call in clients):
        return False
    given = {name for call in clients for name, _ in call.arguments or ()}
    missing = _optional(query) - given
    filters = [part for part in read.residual if part.source == "filter"]
    return bool(filters) and all(set(_WORD.findall(text_of(part.span))) & missing for part in filters)


_WORD = re.compile(r"(?<![\w\"'])(?:args\??\.)?(\w+)(?![\w\"'(])")
"""A name that is no text and is not called: `createdAt` in quotes is a field."""


def _optional(query: Function) -> frozenset[str]:
    fields = query.args.fields if query.args is not None else {}
    return frozenset(name for name, kind in fields.items() if kind.optional)


def is_left_out(given: Argument, function: Function, graph: Graph, sources: Mapping[str, Source]) -> bool:
    """Clients call the function, and none of their files has a word of the argument, which may be missing."""
    kinds = function.args.at(given.path) if function.args is not None else ()
    calls = graph.client_calls(function)
    if not calls or not kinds or not any(kind.optional for kind in kinds) or graph.callers(function):
        return False
    word = re.compile(rb"\b" + given.path[-1].encode() + rb"\b")
    files = {call.span.file for call in calls}
    return not any(word.search(sources[file].data) for file in files if file in sources)
