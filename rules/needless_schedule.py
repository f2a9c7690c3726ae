"""Work that is scheduled on every call although one run that is pending would do. See needless_schedule.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.pending import Rescheduled, rescheduled
from convex_lint.analysis.story import fields_in_words
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


class NeedlessSchedule(Rule):
    default_severity: ClassVar[Severity] = Severity.NOTE
    tags: ClassVar[tuple[str, ...]] = ("conflicts", "performance")

    def check(self, backend: Backend) -> Iterator[Finding]:
        for found in rescheduled(backend):
            yield _finding(backend, found)


def _finding(backend: Backend, found: Rescheduled) -> Finding:
    name, callee = found.function.id, found.callee.id
    if found.checked:
        fields = fields_in_words(found.fields)
        said = f"schedules `{callee}` on every call, which looks at {fields} and mostly does nothing"
        advice = (
            f"Look at {fields} before you schedule it: have what is read first return {'it' if len(found.fields) == 1 else 'them'}, "
            "and schedule only when there is something to do. Runs that pile up also race on one document when the time comes."
        )
    else:
        said = f"schedules `{callee}` on every call, where one run that is pending would do"
        advice = (
            "Keep the id that `ctx.scheduler.runAfter` gives in the document, and cancel it (`ctx.scheduler.cancel`) before you "
            "schedule again; or note that one is pending, and let the run take the note back."
        )
    return Finding(
        found.call,
        f"`{name}` {said}.",
        f"{advice} `{name}` {found.rate.sentence}.",
        key=(name, callee),
        related=[Label(found.callee, f"`{callee}`")],
        confidence=Confidence.MEDIUM,
        table=found.table,
        impact=backend.impact_of([found.function], None, found.rate),
    )
