"""Actions that run an action of the same runtime through the platform. See same_runtime_action.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.exposure import Weight
from convex_lint.analysis.runs import RunSite
from convex_lint.analysis.story import callers, callers_in_words, stands_in
from convex_lint.model.function import Kind
from convex_lint.rule import Finding, Label, Rule, Severity


class SameRuntimeAction(Rule):
    default_severity: ClassVar[Severity] = Severity.NOTE
    tags: ClassVar[tuple[str, ...]] = ("performance",)

    def check(self, backend: Backend) -> Iterator[Finding]:
        for site in backend.runs.sites:
            if site.operation.method != "runAction" or site.callee.kind is not Kind.ACTION or not site.inside:
                continue
            if any(function.node != site.callee.node for function in site.functions):
                continue
            if backend.weight(site) is not Weight.NONE and site.callee not in site.functions:
                yield _finding(site)


def _finding(site: RunSite) -> Finding:
    callee = site.callee
    runtime = "Node.js" if callee.node else "default"
    return Finding(
        site.operation,
        f"`{stands_in(site)}` runs `{callee.id}` with `ctx.runAction`, although both are in the {runtime} runtime.",
        f"Move what `{callee.id}` does into a plain async function that takes `ctx: ActionCtx`, and call that: "
        f"`ctx.runAction` starts and bills another function while this one waits.{callers_in_words(site)}",
        key=(stands_in(site), callee.id),
        related=[
            *(Label(place, place.words) for place in callers(site)),
            Label(callee, f"`{callee.id}` runs in the {runtime} runtime too"),
        ],
    )
