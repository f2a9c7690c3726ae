"""Queries and mutations that run another function of theirs through the platform. See needless_run_call.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.exposure import Weight
from convex_lint.analysis.runs import RunSite
from convex_lint.analysis.story import callers, callers_in_words, stands_in
from convex_lint.model.function import Kind
from convex_lint.rule import Finding, Label, Rule, Severity

ON_PURPOSE = frozenset(("transactionLimits", "useStaleSnapshot"))
"""What only a run of its own can have (npm convex `server/registration.ts`)."""


class NeedlessRunCall(Rule):
    default_severity: ClassVar[Severity] = Severity.NOTE
    tags: ClassVar[tuple[str, ...]] = ("conflicts", "performance")

    def check(self, backend: Backend) -> Iterator[Finding]:
        for site in backend.runs.sites:
            transactional = all(function.kind in (Kind.QUERY, Kind.MUTATION) for function in site.functions)
            if not transactional or not site.inside or site.callee.handler is None:
                continue
            if backend.weight(site) is Weight.NONE or self._on_purpose(backend, site):
                continue
            yield _finding(site)

    def _on_purpose(self, backend: Backend, site: RunSite) -> bool:
        """A run that may fail alone rolls back alone; one with options has limits or a snapshot of its own."""
        around = backend.surroundings
        return bool(around.options(site.span, 2) & ON_PURPOSE) or any(
            around.caught(reach.operation) for reach in site.reaches
        )


def _finding(site: RunSite) -> Finding:
    caller, callee, call = site.functions[0], site.callee, site.operation
    many = " for every turn of a loop" if call.loops else ""
    ctx = {Kind.QUERY: "QueryCtx", Kind.MUTATION: "MutationCtx"}.get(callee.kind, "MutationCtx")
    return Finding(
        call,
        f"`{stands_in(site)}` runs `{callee.id}` with `ctx.{call.method}`{many}, where a plain function would do.",
        f"Move what `{callee.id}` does into a plain function that takes `ctx: {ctx}`, and call that here and in "
        f"`{callee.id}`: the same work without checking and copying arguments and result, and without a second "
        f"context to start.{callers_in_words(site)}",
        key=(stands_in(site), callee.id),
        related=[
            *(Label(place, place.words) for place in callers(site)),
            Label(callee, f"`{callee.id}` is a {callee.kind.value} of the same component"),
        ],
        component=caller.component,
    )
