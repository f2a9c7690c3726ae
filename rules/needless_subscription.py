"""Hooks that subscribe although nobody sees the result. See needless_subscription.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.vocabulary import words_of
from convex_lint.model.function import Function
from convex_lint.model.subscription import ClientCall, Hidden
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


class NeedlessSubscription(Rule):
    default_severity: ClassVar[Severity] = Severity.NOTE
    tags: ClassVar[tuple[str, ...]] = ("subscriptions",)

    def check(self, backend: Backend) -> Iterator[Finding]:
        seen: set[tuple[str, str, str]] = set()
        for call in backend.client_calls:
            query, hidden = backend.function(call.target), call.hidden
            if hidden is None or query is None or not call.subscribes:
                continue
            key = (hidden.span.file, call.via[-1].file if call.via else call.within, query.id)
            if key in seen or (hidden.by == "placeholder" and not _names_one(query, hidden.what)):
                continue
            if hidden.by == "closed" and _is_shared(backend, call, query):
                continue
            seen.add(key)
            yield _closed(call, hidden, query) if hidden.by == "closed" else _placeholder(call, hidden, query)


def _names_one(query: Function, argument: str) -> bool:
    """The argument says which document is meant: an empty text names none. An empty search is a search."""
    found = query.args.fields.get(argument) if query.args is not None else None
    if found is not None and any(member.kind == "id" for member in found.members_flat()):
        return True
    return bool(words_of(argument) & {"id", "slug", "email", "token", "username", "handle"})


def _is_shared(backend: Backend, call: ClientCall, query: Function) -> bool:
    """Someone else asks the same, so that the answer is there anyway: a client has one subscription for equal arguments."""
    others = [other for other in backend.graph.subscribers(query) if other.span != call.span and other.hidden is None]
    return call.hook == "usePreloadedQuery" or any(other.arguments == call.arguments for other in others)


def _closed(call: ClientCall, hidden: Hidden, query: Function) -> Finding:
    return Finding(
        call,
        f"`{call.within}` subscribes to `{query.id}` while it is closed: every page that holds it renders it from the start.",
        f'Pass `{hidden.what} ? {{ ... }} : "skip"`, or render `{call.within}` only when it is open '
        f"(`{{{hidden.what} && <{call.within} />}}`).",
        key=(call.span.file, call.within, query.id),
        related=[Label(query, f"`{query.id}` runs although nobody sees its result")],
        confidence=Confidence.MEDIUM,
        cause=("closed", call.span.file, call.within),
        function=query.path,
        component=query.component,
    )


def _placeholder(call: ClientCall, hidden: Hidden, query: Function) -> Finding:
    return Finding(
        hidden,
        f"While `{hidden.what}` is missing, `{call.hook}` asks `{query.id}` for an empty text instead of waiting.",
        f'Pass "skip" in place of the arguments until `{hidden.what}` is there: '
        f'`{call.hook}(..., {hidden.what} ? {{ {hidden.what} }} : "skip")`. An empty text is no id: the query fails its validator, or '
        "looks for something that cannot be found.",
        key=(hidden.span.file, call.within, query.id, hidden.what),
        related=[Label(query, f"`{query.id}` is called all the same")],
        function=query.path,
        component=query.component,
    )
