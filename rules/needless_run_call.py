"""Queries and mutations that run another function of theirs through the platform. See needless_run_call.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.hops import Hop
from convex_lint.analysis.runs import RunSite
from convex_lint.analysis.story import callers, callers_in_words, other_runners, runners_in_words
from convex_lint.model.function import Kind
from convex_lint.model.operation import Op
from convex_lint.rule import Finding, Label, Rule, Severity

ON_PURPOSE = frozenset(("transactionLimits", "useStaleSnapshot"))
"""What only a run of its own can have (npm convex `server/registration.ts`)."""


class NeedlessRunCall(Rule):
    default_severity: ClassVar[Severity] = Severity.NOTE
    tags: ClassVar[tuple[str, ...]] = ("conflicts", "performance")

    def check(self, backend: Backend) -> Iterator[Finding]:
        sites = (site for site in backend.runs.sites if _in_a_transaction(site) and not self._on_purpose(backend, site))
        for hop in backend.hops.of(sites):
            yield _finding(hop)

    def _on_purpose(self, backend: Backend, site: RunSite) -> bool:
        """A run that may fail alone rolls back alone; one with options has limits or a snapshot of its own; and each
        execution may paginate once, so that what paginates needs one of its own wherever another page is read."""
        around = backend.surroundings
        return (
            bool(around.options(site.span, 2) & ON_PURPOSE)
            or any(around.caught(reach.operation) for reach in site.reaches)
            or any(read.op is Op.PAGINATE for _, read in backend.footprint(site.callee).reads)
        )


def _in_a_transaction(site: RunSite) -> bool:
    return all(function.kind in (Kind.QUERY, Kind.MUTATION) for function in site.functions)


def _finding(hop: Hop) -> Finding:
    site, callee = hop.first, hop.callee
    call = site.operation
    many = " for every turn of a loop" if call.loops else ""
    ctx = {Kind.QUERY: "QueryCtx", Kind.MUTATION: "MutationCtx"}.get(callee.kind, "MutationCtx")
    where = "there" if len(hop.sites) > 1 else "here"
    return Finding(
        call,
        f"{runners_in_words(hop)} `{callee.id}` with `ctx.{call.method}`{many}, where a plain function would do.",
        f"Move what `{callee.id}` does into a plain function that takes `ctx: {ctx}`, and call that {where} and in "
        f"`{callee.id}`: the same work without checking and copying arguments and result, and without a second "
        f"context to start.{callers_in_words(site)}",
        key=(callee.id,),
        related=[
            *(Label(place, place.words) for place in callers(site)),
            *(Label(place, place.words) for place in other_runners(hop)),
            Label(callee, f"`{callee.id}` is a {callee.kind.value} of the same component"),
        ],
        component=site.functions[0].component,
    )
