"""Which function's writes really fell into which function's recorded ranges, and whether `overlap` says that they can.
As a script it prints the report: `python tests/ground_truth/landings.py [COMPONENT ...]`."""

from __future__ import annotations

import base64
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1] / "real")]

import npm
from effects import _table_of_id
from recording import SUITES, record

from convex_lint.analysis.keyrange import KeyRange
from convex_lint.analysis.overlap import Overlap, meet
from convex_lint.analysis.sites import reads_in
from convex_lint.analysis.versions import Written
from convex_lint.engine.lint import survey
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.project import Project

Document = dict[str, Any]
_TYPES = ("undefined", "null", "int64", "float64", "boolean", "string", "bytes", "array", "object")


class Landing(NamedTuple):
    """A write of `writer` fell into a range that `reader` had recorded on `index`."""

    reader: str
    writer: str
    table: str
    index: str

    def __str__(self) -> str:
        return f"{self.writer} -> {self.reader} {self.table}.{self.index}"


def rank(value: Any) -> tuple[int, Any]:
    """Where a value, as it is sent, stands in an index."""
    if value is None:
        return (1, 0)
    if isinstance(value, bool):
        return (4, value)
    if isinstance(value, (int, float)):
        return (3, value)
    if isinstance(value, str):
        return (5, value)
    if isinstance(value, dict):
        if "$undefined" in value:
            return (0, 0)
        if "$integer" in value:
            return (2, int.from_bytes(base64.b64decode(value["$integer"]), "little", signed=True))
        if "$float" in value:
            return (3, float("inf"))
    return (8 if isinstance(value, dict) else 7, json.dumps(value, sort_keys=True))


def at(document: Document, path: str) -> Any:
    value: Any = document
    for name in path.split("."):
        value = value.get(name, {"$undefined": None}) if isinstance(value, dict) else {"$undefined": None}
    return value


@dataclass
class Interval:
    """What one read recorded. `last` is the row at which it stopped, None when it saw all of its range; `fields` is the
    whole key of the index."""

    reader: str
    request: str | None
    table: str
    index: str
    fields: tuple[str, ...]
    tests: list[tuple[str, str, Any]] = field(default_factory=list)
    order: str = "asc"
    last: Document | None = None

    def holds(self, document: Document) -> bool:
        for path, operator, bound in self.tests:
            here, there = rank(at(document, path)), rank(bound)
            inside = {
                "Eq": here == there,
                "Gt": here > there,
                "Gte": here >= there,
                "Lt": here < there,
                "Lte": here <= there,
            }
            if not inside[operator]:
                return False
        if self.last is None:
            return True
        key = [rank(at(document, name)) for name in self.fields]
        stop = [rank(at(self.last, name)) for name in self.fields]
        return key >= stop if self.order == "desc" else key <= stop


Indexes = dict[tuple[str, str], tuple[str, ...]]


def landings(lines: list[dict[str, Any]], indexes: Indexes) -> Iterator[Landing]:
    """Replays the calls of one component instance in one database. An interval that was hit is out of date and counts no
    more; what a request writes into its own ranges is no conflict. Nor can anyone write to a document, or to what belongs to
    it, before the transaction commits that inserted it: ranges on ids that the reader itself has made are left out. (Older
    versions of convex-test know no requests; there the function stands for them.)"""
    alive: dict[str, list[Interval]] = defaultdict(list)
    made: dict[str, str] = {}
    for call in lines:
        function = (call["function"] or "").removesuffix(":default")
        arguments = call["arguments"]
        table = arguments.get("table") or (_table_of_id(arguments["id"]) if arguments.get("id") else None)
        if call["op"] == "insert" and call.get("after"):
            made[call["after"]["_id"]] = call["request"] or function
        versions = [version for version in (call.get("before"), call.get("after")) if version]
        if "after" in call and table is not None and call.get("before") != call.get("after"):
            kept = []
            for interval in alive[table]:
                own = interval.request is not None and interval.request == call["request"]
                hit = not own and any(interval.holds(version) for version in versions)
                if hit and _real(interval.reader) and _real(function):
                    yield Landing(interval.reader, function, table, interval.index)
                if not hit:
                    kept.append(interval)
            alive[table] = kept
        recorded = _recorded(call, function, table, indexes)
        own_ids = [
            value
            for _, operator, value in (recorded.tests if recorded is not None else ())
            if operator == "Eq" and isinstance(value, str) and made.get(value) == (call["request"] or function)
        ]
        if recorded is not None and not own_ids:
            alive[recorded.table].append(recorded)


def _real(function: str) -> bool:
    return bool(function) and function not in ("custom", "inline", "http") and ".test:" not in function


def _recorded(call: dict[str, Any], function: str, table: str | None, indexes: Indexes) -> Interval | None:
    op, arguments = call["op"], call["arguments"]
    if op in ("get", "shallowMerge", "replace", "remove"):
        if table is None or table.startswith("_"):
            return None
        return Interval(function, call["request"], table, "by_id", ("_id",), [("_id", "Eq", arguments["id"])])
    if op not in ("queryStream", "queryPage") or "rows" not in call:
        return None
    source, rows = arguments["query"]["source"], call["rows"]
    if source["type"] == "Search":
        return None
    if source["type"] == "FullTableScan":
        table, index, tests = source["tableName"], "by_creation_time", []
    else:
        table, index = source["indexName"].split(".")
        tests = [(part["fieldPath"], part["type"], part["value"]) for part in source["range"]]
    fields = {"by_id": ("_id",), "by_creation_time": ("_creationTime", "_id")}.get(index) or indexes.get((table, index))
    if fields is None or table.startswith("_") or (op == "queryPage" and arguments.get("cursor") is not None):
        return None
    limits = [part["limit"] for part in arguments["query"]["operators"] if "limit" in part]
    ran_out = rows["done"] and not (limits and rows["count"] >= min(limits))
    if not ran_out and rows["last"] is None:
        return None
    interval = Interval(function, call["request"], table, index, fields, tests, source.get("order") or "asc")
    interval.last = None if ran_out else rows["last"]
    return interval


def predicted(project: Project, component: str, landing: Landing) -> bool:
    """Some read of the reader on that index and some write of the writer can meet."""
    functions = {function.path: function for function in project.functions if function.component == component}
    reader, writer = functions.get(landing.reader), functions.get(landing.writer)
    table = project.table(component, landing.table)
    if reader is None or writer is None or table is None:
        return False
    own, theirs = reads_in(reader), reads_in(writer)
    intervals = set()
    for operation in reader.operations:
        if isinstance(operation, Read) and operation.table == landing.table and _index(operation) == landing.index:
            intervals.add(KeyRange.of(operation, table, own))
        elif isinstance(operation, Write) and operation.table == landing.table and landing.index == "by_id":
            target = KeyRange.of_target(operation, own)
            intervals |= {target} if target is not None else set()
    writings = {
        Written.of(operation, theirs)
        for operation in writer.operations
        if isinstance(operation, Write) and operation.table == landing.table
    }
    return any(meet(one, other).verdict is not Overlap.NEVER for one in intervals for other in writings)


def _index(read: Read) -> str | None:
    return "by_id" if read.op is Op.GET else read.index


@dataclass
class Tally:
    """Distinct landings and those that were not predicted, by functions folder."""

    landings: dict[Path, set[Landing]] = field(default_factory=dict)
    missed: dict[Path, list[Landing]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(map(len, self.landings.values()))

    @property
    def share(self) -> float:
        """Of the landings, how many were predicted."""
        return 1 - sum(map(len, self.missed.values())) / self.count if self.count else 0.0


def tally(home: Path, suites: tuple[str, ...] = SUITES) -> Tally:
    found = Tally()
    projects: dict[Path, tuple[Project, str]] = {}
    for component in npm.components(home):
        if component.name not in suites:
            continue
        for trace in sorted(record(home, component).glob("*.jsonl")):
            instances: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
            for line in trace.read_text().splitlines():
                call = json.loads(line)
                if call["component"] is not None:
                    instances[call["component"], call["world"]].append(call)
            for (path, _), calls in instances.items():
                folder = npm.instance_folder(home, component, path)
                if folder is None:
                    continue
                if folder not in projects:
                    projects[folder] = _project(folder)
                kept = found.landings.setdefault(folder, set())
                kept.update(
                    landing for landing in landings(calls, _indexes(*projects[folder])) if _defined(folder, landing)
                )
    for folder, several in found.landings.items():
        project, name = projects[folder]
        found.missed[folder] = sorted(one for one in several if not predicted(project, name, one))
    return found


def _project(folder: Path) -> tuple[Project, str]:
    for project in survey([folder.parents[1]]):
        for component in project.components:
            if component.path.rstrip("/").endswith("src/component"):
                return project, component.name
    raise LookupError(folder)


def _indexes(project: Project, component: str) -> Indexes:
    return {
        (table.name, index.name): (*index.fields, "_creationTime", "_id")
        for table in project.tables
        if table.component == component
        for index in table.indexes
    }


def _defined(folder: Path, landing: Landing) -> bool:
    """Functions whose module is not there are the tests' own."""
    modules = (landing.reader.partition(":")[0], landing.writer.partition(":")[0])
    return all(any((folder / f"{module}{end}").exists() for end in (".ts", ".tsx", ".js")) for module in modules)


def render(found: Tally, home: Path) -> str:
    lines = [f"{'component':36} {'landings':>8} {'predicted':>9}"]
    for folder, several in sorted(found.landings.items()):
        label = str(folder.parents[1].relative_to(home / "packages"))
        share = 1 - len(found.missed[folder]) / len(several) if several else 1.0
        lines.append(f"{label:36} {len(several):8} {share:9.1%}")
        lines += [f"    missed {landing}" for landing in found.missed[folder]]
    return "\n".join([*lines, f"{'all':36} {found.count:8} {found.share:9.1%}"])


if __name__ == "__main__":
    installed = npm.install()
    print(render(tally(installed, tuple(sys.argv[1:]) or SUITES), installed))
