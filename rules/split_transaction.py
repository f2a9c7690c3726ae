"""Decisions that rest on one transaction and are carried out in another. See split_transaction.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.exposure import Exposure, Purpose
from convex_lint.analysis.rates import Strength
from convex_lint.analysis.split import Split
from convex_lint.analysis.vocabulary import UNIQUE, words_of
from convex_lint.model.operation import Call, Op, Platform
from convex_lint.model.value import Literal
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity
from convex_lint.source import Span


class SplitTransaction(Rule):
    tags: ClassVar[tuple[str, ...]] = ("conflicts", "correctness")

    def check(self, backend: Backend) -> Iterator[Finding]:
        found: dict[tuple[str | None, str, str | None, bool], list[Split]] = {}
        for split in backend.runs.splits:
            action = split.action
            if backend.purpose(action) is not Purpose.PRODUCT or not backend.runs_concurrently(action):
                continue
            if _adds_up(backend, split) and _costs(backend, split) and _meets(backend, split):
                found.setdefault(_repair(split), []).append(split)
        for splits in found.values():
            splits.sort(key=lambda split: not _hurts(backend, split))
            yield _finding(backend, splits)


def _repair(split: Split) -> tuple[str | None, str, str | None, bool]:
    """What has to be changed: the mutation that does not look for itself."""
    return split.told.target, split.table, split.field, split.guard is None


def _finding(backend: Backend, splits: list[Split]) -> Finding:
    split = splits[0]
    action, asked, told = split.action, split.asked, split.told
    thing = f"`{split.table}.{split.field}`" if split.field else f"the rows of `{split.table}`"
    if split.guard is None:
        story = f"computes {thing} from what `{asked.target}` read and has `{told.target}` write it"
        effect = "of two that run at the same time, one overwrites what the other wrote"
        advice = f"Pass what changes (the amount, the item) and let `{told.target}` read and compute"
    elif split.field is None:
        story = f"sees in `{asked.target}` that there is no such row and has `{told.target}` insert it"
        effect = "two that run at the same time both find nothing, and both insert"
        advice = f"Look for the row in `{told.target}` too, and insert only when there is none"
    else:
        story = f"tests {thing} as `{asked.target}` read it and has `{told.target}` change it"
        effect = "two that run at the same time both pass the test"
        advice = f"Test it in `{told.target}`, which reads and writes in one transaction, and let it say whether it did"
    others = list(dict.fromkeys(f"`{one.action.id}`" for one in splits[1:] if one.action.id != action.id))
    same = f" The same happens in {', '.join(others)}." if others else ""
    guard = [Label(split.guard, "the decision")] if split.guard is not None else []
    verb = {Op.INSERT: "inserts", Op.PATCH: "patches", Op.REPLACE: "replaces"}.get(split.write.op, "writes")
    return Finding(
        told,
        f"`{action.id}` {story}, in another transaction.",
        f"{advice}: {effect}.{same}",
        key=(action.id, asked.target, told.target, split.table, split.field),
        related=[
            Label(asked, f"`{asked.target}` reads `{split.table}`"),
            *guard,
            Label(split.write, f"`{told.target}` {verb} without looking again"),
        ],
        severity=None if any(_hurts(backend, one) for one in splits) else Severity.NOTE,
        confidence=Confidence.HIGH if split.guard is None else Confidence.MEDIUM,
        table=split.table,
        impact=backend.impact_of(one.action for one in splits)._replace(harm=True),
    )


def _hurts(backend: Backend, split: Split) -> bool:
    """Calls for the same thing meet, and something is lost or doubled then. Whoever presses a button presses it once; an
    effect of a page runs in every tab and for every part that needs it, and requests of other programs are sent again."""
    if not _started_by_many(backend, split) or not _loses(backend, split):
        return False
    if split.guard is None:
        return len(split.told.loops) <= len(split.asked.loops)  # how far this run has come, told again and again
    rate = backend.rate(split.action)
    if rate is None or rate.strength < Strength.HTTP:
        return False
    return rate.strength > Strength.HTTP or not any(
        isinstance(operation, Platform) and operation.op is Op.AUTH
        for function in (split.action, *filter(None, [backend.function(split.asked.target)]))
        for operation in function.operations
    )


def _started_by_many(backend: Backend, split: Split) -> bool:
    """Clients or other programs start it; what the scheduler starts is mostly a single worker, as is what a cron starts, also
    where clients could, but none does."""
    waited = backend.exposures.exposure(split.action) is Exposure.WAITED
    return waited and backend.in_use.by_callers(split.action)


def _meets(backend: Backend, split: Split) -> bool:
    """Two can meet: for an update that was tested for, clients or other programs start the action; a worker that the
    scheduler starts only makes sure that there is something left to do."""
    waited = backend.exposures.exposure(split.action) is Exposure.WAITED
    return split.guard is None or split.field is None or waited


def _loses(backend: Backend, split: Split) -> bool:
    """Something is lost or doubled when two meet: a sum, a row, the id or code that the first one got elsewhere, or what
    was done outside before the state was written. A text or picture that is made twice is only made for nothing."""
    if split.guard is None or split.field is None:
        return True
    if split.filled:
        return any(words_of(name) & (UNIQUE | {"id"}) for name in split.filled)
    return _does_something(backend, split) or _goes_on(split)


def _does_something(backend: Backend, split: Split) -> bool:
    """More is awaited between the two than queries, here or of a service (`stripe.subscriptions.list(...)`): who only looks there, and
    writes what it says, writes the same twice."""
    between = backend.text_of(Span(split.asked.span.file, split.asked.span.end, split.told.span.start))
    return len(re.findall(r"\bawait\b", between)) > len(_ASKS.findall(between)) + 1


_ASKS = re.compile(r"\bawait\s+(?:ctx\s*\.\s*runQuery\b|[\w$]+(?:\s*\.\s*[\w$]+)+\s*\.\s*(?:list|retrieve)\s*\()")


def _adds_up(backend: Backend, split: Split) -> bool:
    """What is computed is a number or a list; texts that are joined lose nothing."""
    table = backend.project.table(split.write.component, split.table)
    if split.guard is not None or split.field is None or table is None or table.validator is None:
        return True
    kinds = {kind.kind for kind in table.validator.at((split.field,))}
    return not kinds or bool(kinds & {"float64", "int64", "array", "any", "unknown"})


def _costs(backend: Backend, split: Split) -> bool:
    """Passing the test twice does harm: a row is inserted, or something is done before the constant is written."""
    if split.guard is None or split.field is None:
        return True
    written = dict(split.told.arguments or ()).get(split.field)
    if not isinstance(written, Literal):
        return True
    return _does_something(backend, split) or _goes_on(split)


def _goes_on(split: Split) -> bool:
    """Whoever passes the test changes more than what was tested."""
    return any(
        isinstance(operation, Call)
        and operation.ordinal > split.told.ordinal
        and operation.method in ("runMutation", "runAction", "runAfter")
        and any(split.guard is not None and guard.span == split.guard.span for guard in operation.guards)
        for operation in split.action.operations
    )
