"""Index plans -> text and JSON: what `convex-lint indexes` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from convex_lint.analysis.index_plan import Drop, How, ServedRead, TablePlan
from convex_lint.analysis.library import written_here
from convex_lint.analysis.proposals import Proposal
from convex_lint.analysis.story import stands_in
from convex_lint.model.project import Project
from convex_lint.model.schema import Index, SearchIndex
from convex_lint.report.cells import printable
from convex_lint.report.contract import VERSION, file_place
from convex_lint.report.contract_indexes import ChangeFact, DropFact, IndexPlans, ReadFact, TablePlanFact
from convex_lint.report.indented import indented
from convex_lint.source import Span

Planned = Sequence[tuple[Project, Sequence[TablePlan]]]

_WORDS = {
    How.SCAN: "the whole table",
    How.GET: "db.get",
    How.IGNORED: "{} (declared, not used)",
    How.MISSING: "{} (to declare)",
    How.UNKNOWN: "not followed",
}

_REASON = ("`{}` begins with the same fields", "`{}` serves its readers")


class _Row(NamedTuple):
    reader: str
    asks: str
    served: str


def render_plans(planned: Planned) -> str:
    """A block for each table that something reads or that changes, and a sentence that sums up."""
    blocks = [
        "\n".join(_block(plan, project, several=len(planned) > 1)) + "\n"
        for project, plans in planned
        for plan in plans
        if plan.reads or plan.changed
    ]
    return "\n".join([*blocks, _summary(planned) + "\n"])


def _block(plan: TablePlan, project: Project, several: bool) -> Iterator[str]:
    table = plan.table
    count = len(table.indexes)
    root = f" of {project.root or '.'}" if several else ""
    component = f" in {table.component}" if table.component else ""
    yield printable(f"{table.name}{component}{root}: {_number(count, 'index', 'indexes')}{_after(plan)}")
    rows = [_Row("read", "asks for", "index"), *(_row(served, project) for served in plan.reads)]
    if plan.reads:
        first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
        for row in rows:
            yield printable(f"  {row.reader:<{first}}  {row.asks:<{second}}  {row.served}")
    for change in plan.changes:
        if change.extends is None:
            yield printable(f"  + {change.declaration}")
        else:
            yield printable(f"  ~ {change.extends.name} -> {change.declaration}")
    for drop in plan.drops:
        reason = _REASON[bool(drop.readers)].format(drop.longer.name) if drop.longer is not None else "no read names it"
        yield printable(f"  - {drop.index.name}: {reason}")
    yield from map(printable, _fewer(plan))


def _after(plan: TablePlan) -> str:
    return f", {plan.after} after the changes" if plan.after != len(plan.table.indexes) else ""


def _fewer(plan: TablePlan) -> Iterator[str]:
    """What would do if the indexes were chosen anew. The tables of a library are as they are."""
    count = len(plan.best)
    if 0 < count < plan.after and written_here(plan.table):
        keys = ", ".join(f"[{', '.join(fields)}]" for fields in plan.best)
        yield f"  {_number(count, 'index', 'indexes')} would do for all reads: {keys}"


def _row(served: ServedRead, project: Project) -> _Row:
    asks = ", ".join((*served.equalities, *([f"then {served.last}"] if served.last is not None else [])))
    asks = asks.removeprefix("then ") if not served.equalities else asks
    words = _WORDS.get(served.how, "{}").format(served.index or "")
    site = served.site
    source = project.sources.get(site.span.file)
    line = f":{source.position(site.span.start).line}" if source is not None else ""
    return _Row(f"{stands_in(site)} ({site.span.file}{line})", asks or "every row", words)


def _summary(planned: Planned) -> str:
    plans = [plan for _, several in planned for plan in several]
    added = sum(change.extends is None for plan in plans for change in plan.changes)
    extended = sum(change.extends is not None for plan in plans for change in plan.changes)
    dropped = sum(len(plan.drops) for plan in plans)
    counted = [f"{number} to {verb}" for number, verb in ((added, "add"), (extended, "extend"), (dropped, "drop"))]
    if not added + extended + dropped:
        return f"{_number(len(plans), 'table', 'tables')}: nothing to change."
    return f"{_number(len(plans), 'table', 'tables')}: {', '.join(counted)}."


def _number(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"


def render_plans_json(planned: Planned) -> str:
    """One JSON document, ASCII, ending in a line feed."""
    return indented(plans_document(planned)) + "\n"


def plans_document(planned: Planned) -> IndexPlans:
    document: IndexPlans = {"version": VERSION, "tables": []}
    for project, plans in planned:
        for plan in plans:
            entry = _table(plan, project)
            if len(planned) > 1:
                entry["project"] = project.root
            document["tables"].append(entry)
    return document


def _table(plan: TablePlan, project: Project) -> TablePlanFact:
    return {
        "component": plan.table.component,
        "table": plan.table.name,
        "fewest": len(plan.best),
        "reads": [_read(served, project) for served in plan.reads],
        "add": [_change(change) for change in plan.changes if change.extends is None],
        "extend": [_change(change) for change in plan.changes if change.extends is not None],
        "drop": [_dropped(drop) for drop in plan.drops],
    }


def _read(served: ServedRead, project: Project) -> ReadFact:
    span: Span = served.site.span
    return {
        "function": stands_in(served.site),
        "callers": [function.id for function in served.site.functions],
        "span": file_place(span, project.sources),
        "how": served.how.value,
        "equalities": list(served.equalities),
        "last": served.last,
        "index": served.index,
    }


def _change(change: Proposal) -> ChangeFact:
    return {
        "name": change.name,
        "fields": list(change.fields),
        "replaces": change.extends.name if change.extends is not None else None,
        "declaration": change.declaration,
    }


def _dropped(drop: Drop) -> DropFact:
    index = drop.index
    return {
        "name": index.name,
        "kind": "database" if isinstance(index, Index) else "search" if isinstance(index, SearchIndex) else "vector",
        "servedBy": drop.longer.name if drop.longer is not None else None,
    }
