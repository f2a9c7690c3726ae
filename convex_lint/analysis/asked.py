"""Filters that a query adds only for an argument: does any client that keeps it open pass that argument?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from convex_lint.analysis.sites import Site
from convex_lint.analysis.surroundings import Surroundings
from convex_lint.graph.graph import Graph
from convex_lint.model.function import Function
from convex_lint.model.operation import Read
from convex_lint.model.subscription import ClientCall
from convex_lint.model.value import Argument
from convex_lint.source import Source, Span
from convex_lint.syntax import tree


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


def idle_filters(site: Site[Read], graph: Graph, surroundings: Surroundings) -> frozenset[Span]:
    """Where rows are dropped for an argument alone, `if (args.team) rows = rows.filter(...)`, that no client passes."""
    calls = [call for function in site.functions for call in graph.client_calls(function)]
    if not calls or any(call.arguments is None for call in calls) or any(map(graph.callers, site.functions)):
        return frozenset()
    given = {name for call in calls for name, _ in call.arguments or ()}
    missing = frozenset.intersection(*map(_optional, site.functions)) - given
    uses = [use.span for use in site.operation.uses if use.kind == "filter"] if missing else []
    return frozenset(span for span in uses if _waits_for(span, missing, surroundings))


def _waits_for(span: Span, missing: frozenset[str], surroundings: Surroundings) -> bool:
    """An `if` around the place asks whether one of these arguments is there."""
    path = surroundings.around(span)
    handler = next((node for node in path if type(node) is tree.Function), None)
    taken = handler.parameters[1].target if handler is not None and len(handler.parameters) > 1 else None
    for outer, inner in pairwise(path):
        if type(outer) in (tree.If, tree.Conditional) and inner is outer.then:
            asked = outer.test.left if type(outer.test) is tree.Binary else outer.test
            named = type(taken) is tree.ObjectPattern and type(asked) is tree.Name and asked.name in missing
            whose = asked.object if type(asked) is tree.Member and asked.property in missing else None
            whole = type(taken) is tree.Name and type(whose) is tree.Name and whose.name == taken.name
            if (named or whole) and (outer.test is asked or outer.test.operator in ("&&", "!==", "!=", ">")):
                return True
    return False


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
