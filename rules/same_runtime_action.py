"""Actions that run an action of the same runtime through the platform. See same_runtime_action.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from convex_lint.analysis.always import every_time
from convex_lint.analysis.backend import Backend
from convex_lint.analysis.exposure import Weight
from convex_lint.analysis.hops import Hop
from convex_lint.analysis.rates import Strength
from convex_lint.analysis.runs import RunSite
from convex_lint.analysis.runs_in_a_row import ends_with_the_first, once_a_row, starts_all
from convex_lint.analysis.sites import Reach
from convex_lint.analysis.story import callers, callers_in_words, other_runners, runners_in_words
from convex_lint.analysis.surroundings import Surroundings
from convex_lint.model.function import Kind
from convex_lint.model.operation import Call, Op
from convex_lint.model.value import Literal, Result, parts_of
from convex_lint.rule import Finding, Label, Rule, Severity

FEW = 10
"""So many runs of an action in a row are worth a note, and no more."""


class SameRuntimeAction(Rule):
    default_severity: ClassVar[Severity] = Severity.NOTE
    tags: ClassVar[tuple[str, ...]] = ("performance",)

    def check(self, backend: Backend) -> Iterator[Finding]:
        around = backend.surroundings
        sites = (site for site in backend.runs.sites if _stays(site))
        # a crowd of runs at the same time has memory and processors of its own for each
        for hop in backend.hops.of(site for site in sites if not (site.operation.loops and _at_once(site, around))):
            busy = [site for site in hop.sites if _is_busy(backend, site)]
            shown = replace(hop, sites=(*busy, *(site for site in hop.sites if site not in busy)))
            yield _finding(shown, bool(busy), _on_its_own(shown, around))


def _at_once(site: RunSite, around: Surroundings) -> bool:
    """All of a loop's runs are started before one of them is waited for."""
    collected = all(reach.operation.promise == "collected" for reach in site.reaches)
    return collected or starts_all(site.span, around) is not None


def _is_busy(backend: Backend, site: RunSite) -> bool:
    """It happens for each row of a list, or whenever a function runs of which something says that it runs often. What no
    program is seen to start is run by hand, once; what only operators, a button or a cron of some hours start is run seldom."""
    if backend.exposures.weight(site.functions) is not Weight.FULL:
        return False
    asked = [
        reach
        for reach in site.reaches
        if backend.in_use.regularly(reach.function) and backend.in_use.without_a_press(reach.function)
    ]
    if any(once_a_row(reach.operation, backend.surroundings) and not _walks_few(backend, reach) for reach in asked):
        return True
    rates = [backend.rate(reach.function) for reach in asked if every_time(reach.operation)]
    return any(rate is not None and rate.strength > Strength.MOUNT for rate in rates)


def _walks_few(backend: Backend, reach: Reach[Call]) -> bool:
    """What it passes are the elements of a list in one document, or the first few rows of a query."""
    call = reach.operation
    runs = {one.ordinal: one for one in reach.function.operations if isinstance(one, Call) and one.op is Op.RUN}
    walked = [
        part
        for _, value in call.arguments or ()
        for part in parts_of(value)
        if isinstance(part, Result) and "[]" in part.path
    ]
    return bool(walked) and all(
        part.call in runs
        and (_is_list(backend, runs[part.call], part.path[0]) or _brings_few(backend, runs[part.call]))
        for part in walked
    )


def _brings_few(backend: Backend, run: Call) -> bool:
    """All lists that the query reads are the first so many rows, by a number in the code."""
    query = backend.function(run.target) if run.method == "runQuery" else None
    reads = [read for _, read in backend.footprint(query).reads] if query is not None else []
    lists = [read for read in reads if read.op is not Op.GET and read.terminal not in ("first", "unique")]
    return bool(lists) and all(
        read.terminal == "take"
        and isinstance(read.limit, Literal)
        and isinstance(read.limit.value, (int, float))
        and read.limit.value <= FEW
        for read in lists
    )


def _is_list(backend: Backend, run: Call, field: str) -> bool:
    """The field holds a list in a document of which the query reads one."""
    query = backend.function(run.target) if run.method == "runQuery" else None
    reads = [read for _, read in backend.footprint(query).reads] if query is not None else []
    tables = (
        backend.table_of(read)
        for read in reads
        if (read.op is Op.GET and not read.loops) or read.terminal in ("first", "unique")
    )
    return any(
        table is not None
        and table.validator is not None
        and any(kind.kind == "array" for kind in table.validator.at((field,)))
        for table in tables
    )


def _stays(site: RunSite) -> bool:
    """The callee runs where its callers do, and is another; and they wait for it: a plain call that nobody waits for is cut
    off when they end."""
    callee = site.callee
    if site.operation.method != "runAction" or callee.kind is not Kind.ACTION or callee in site.functions:
        return False
    if any(reach.operation.promise == "dropped" for reach in site.reaches):
        return False
    return all(function.node == callee.node for function in site.functions)


def _on_its_own(hop: Hop, around: Surroundings) -> str:
    """A sentence with a space in front, where a loop waits for each run, looks at no result, and ends with the first that fails."""
    if not all(site.operation.loops and ends_with_the_first(site.span, around) for site in hop.sites):
        return ""
    return (
        " Or, since nothing looks at its result, let `ctx.scheduler.runAfter(0, ...)` start each on its own: here the first that "
        "fails stops the others."
    )


def _finding(hop: Hop, busy: bool, instead: str) -> Finding:
    site, callee = hop.first, hop.callee
    runtime = "Node.js" if callee.node else "default"
    all_ = "both" if len(hop.sites) == 1 else "all"
    return Finding(
        site.operation,
        f"{runners_in_words(hop)} `{callee.id}` with `ctx.runAction`, although {all_} are in the {runtime} runtime.",
        f"Move what `{callee.id}` does into a plain async function that takes `ctx: ActionCtx`, and call that: "
        f"`ctx.runAction` starts and bills another function while this one waits.{instead}{callers_in_words(site)}",
        key=(callee.id,),
        severity=Severity.WARNING if busy else None,
        related=[
            *(Label(place, place.words) for place in callers(site)),
            *(Label(place, place.words) for place in other_runners(hop)),
            Label(callee, f"`{callee.id}` runs in the {runtime} runtime too"),
        ],
    )
