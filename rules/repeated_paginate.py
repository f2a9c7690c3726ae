"""Functions that paginate more than once in one execution, which the platform refuses. See repeated_paginate.md."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.branches import never_both
from convex_lint.analysis.exposure import Weight
from convex_lint.analysis.story import Place
from convex_lint.model.function import Function, Kind, qualified
from convex_lint.model.operation import Loop, Op, Read
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity
from convex_lint.source import Span


class RepeatedPaginate(Rule):
    default_severity = Severity.ERROR
    tags = ("correctness",)

    def check(self, backend: Backend) -> Iterator[Finding]:
        told: set[Span] = set()
        for function in backend.functions:
            if function.kind not in (Kind.QUERY, Kind.MUTATION) or backend.exposures.weight([function]) is Weight.NONE:
                continue
            pages = _pages(backend, function)
            for finding in _findings(
                backend, function, [page for page in pages if not _one_round(backend, page)], told
            ):
                if finding.span not in told:
                    told.add(finding.span)
                    yield finding


def _pages(backend: Backend, function: Function) -> list[Read]:
    """Calls of `.paginate()`, one a place. A stream of convex-helpers, and its paginator, read with plain queries."""
    found: dict[tuple[Span, ...], Read] = {}
    for operation in function.operations:
        if (
            isinstance(operation, Read)
            and operation.op is Op.PAGINATE
            and "paginate" in backend.text_of(operation.span)
            and not backend.streams(operation.span.file)
        ):
            found.setdefault((*operation.via, operation.span), operation)
    return list(found.values())


def _one_round(backend: Backend, page: Read) -> bool:
    """All loops around the call have one round: the function leaves beforehand when the list holds more."""
    return bool(page.loops) and all(
        (loop.bound or 2) <= 1 or backend.surroundings.at_most_one(loop.span) for loop in page.loops
    )


def _findings(backend: Backend, function: Function, pages: Sequence[Read], told: Collection[Span]) -> Iterator[Finding]:
    """The loops of one function are mended together."""
    looping = [page for page in pages if not page.component and _loops(page) and page.span not in told]
    for page in pages:
        if page.component:
            yield _finding(
                backend,
                function,
                page,
                f"`{function.id}` is a component's, where `.paginate()` always throws.",
                "Read with `.take(n)` from a bound on an index, or use `paginator` of `convex-helpers/server/pagination`.",
            )
    if looping:
        page, *others = looping
        yield _finding(
            backend,
            function,
            page,
            f"`{function.id}` calls `.paginate()` in a loop, but only one call in each execution is allowed.",
            f"Read one page an execution and {_NEXT[function.kind]} with its `continueCursor`, or walk the rows with "
            "`for await`, or with `paginator` of `convex-helpers/server/pagination`.",
            Place(_loops(page)[0].span, "the loop"),
            *(
                Place(other.span, "in a loop here, too", qualified(other.component, other.within))
                for other in others
                if other.span != page.span
            ),
        )
        return
    for first, second in combinations([page for page in pages if not page.component], 2):
        again = first.span == second.span and second.conditional  # tried once more after an error, as often as not
        if not again and not never_both(first, second, backend.surroundings):
            yield _finding(
                backend,
                function,
                second,
                f"`{function.id}` calls `.paginate()` a second time here, but only one call in each execution is allowed.",
                "Split it into two functions, or read one of them with `.take(n)`, or with `paginator` of "
                "`convex-helpers/server/pagination`.",
                Place(first.span, "the first call", qualified(first.component, first.within)),
            )
            return


_NEXT = {Kind.MUTATION: "schedule the next one", Kind.QUERY: "let the caller ask for the next one"}


def _loops(page: Read) -> list[Loop]:
    return [loop for loop in page.loops if loop.bound is None or loop.bound > 1]


def _finding(backend: Backend, function: Function, page: Read, message: str, help: str, *places: Place) -> Finding:
    way = [Place(page.via[0], f"`{function.id}` gets there from here", function.id)] if page.via else []
    certain = not page.conditional or bool(page.component)
    return Finding(
        page,
        message,
        help,
        key=(function.id, page.table, page.index),
        related=[Label(place, place.words) for place in (*places, *way)],
        confidence=Confidence.HIGH if certain else Confidence.MEDIUM,
        table=page.table,
        index=page.index,
        impact=backend.impact_of([function]),
    )
