"""The rows of a history of defects, and what counts as finding one."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snapshots import Snapshot

FAMILIES = {
    "Indexes": (
        "ignored-index", "missing-index", "computed-filter", "redundant-index", "unused-index", "search-filter-missing",
        "sort-in-memory", "index-field-unknown",
    ),
    "Reads": (
        "unbounded-read", "client-sized-read", "count-by-collect", "read-per-row", "repeated-read", "unused-read",
        "transaction-limit", "filtered-page", "repeated-paginate", "unbounded-array", "redundant-filter", "unpruned-table",
        "wide-rows", "orphaned-rows",
    ),
    "Subscriptions": (
        "broad-subscription", "hot-field", "churning-subscription", "clock-in-query", "unstable-arguments",
        "subscription-per-row", "needless-subscription", "latest-by-desc",
    ),
    "Conflicts": (
        "hot-document", "shared-counter", "scan-before-write", "wide-read-before-write", "conflicting-mutations",
        "contended-queue", "needless-write", "needless-schedule", "split-transaction", "needless-run-call",
        "sequential-run-calls", "same-runtime-action",
    ),
}  # fmt: skip
COUNTED = frozenset(rule for rules in FAMILIES.values() for rule in rules)
# One site gets one rule, the most specific: a finding of an earlier one of these says what a later one would have said.
PRECEDENCE = ("ignored-index", "missing-index", "unbounded-read", "sort-in-memory")
# Findings whose story goes through several functions stand at one of them and name the others.
BETWEEN_FUNCTIONS = frozenset((*FAMILIES["Subscriptions"], *FAMILIES["Conflicts"]))


@dataclass(frozen=True)
class Row:
    """One defect. `number` is its line in the file, `line` that of the code at `before`."""

    number: int
    repo: str
    before: str
    fix: str
    file: str
    function: str
    line: int
    table: str
    rule: str
    decidable: str
    gone: str
    reason: str


@dataclass(frozen=True)
class Acceptance:
    fix: str
    function: str
    table: str
    quote: str
    takes: str = ""
    accepts: tuple[str, ...] = ()

    def meets(self, row: Row) -> bool:
        return (
            row.fix.startswith(self.fix)
            and (row.function, row.table) == (self.function, self.table)
            and self.quote in row.reason
        )


@dataclass(frozen=True)
class Verdict:
    """`found` is the finding at the commit before, `way` how it meets the row. `gone`: yes, no, or - where it was not
    found or the fix did not remove it. `diagnosis` says of a miss what is seen there."""

    row: Row
    rule: str
    found: Mapping[str, Any] | None
    way: str
    gone: str
    diagnosis: tuple[str, ...]

    @property
    def found_in_words(self) -> str:
        if self.found is None:
            return "no"
        said = self.found["rule"]
        return f"{self.found['severity']}" + ("" if said == self.rule else f", as {said} ({self.way})")


def read_rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(lines)
        return [_row(number, cells) for number, cells in enumerate(lines, 2)]


def _row(number: int, cells: Sequence[str]) -> Row:
    repo, before, fix, file, function, line, table, rule, decidable, gone, reason = cells
    path = function.removesuffix(":default")  # as Convex names a default export
    at = int(line) if line.isdigit() else 0
    return Row(number, repo, before, fix, file, path, at, table, rule, decidable, gone, reason)


def read_acceptances(path: Path, rows: Sequence[Row]) -> list[Acceptance]:
    """Raises ValueError for one that meets no row, or a rule that does not exist."""
    found = []
    for entry in tomllib.loads(path.read_text("utf-8"))["row"]:
        one = Acceptance(**{**entry, "accepts": tuple(entry.get("accepts", ()))})
        if not any(one.meets(row) for row in rows):
            raise ValueError(f"{path.name}: no row of {one.function} on {one.table} says {one.quote!r}")
        if unknown := {one.takes, *one.accepts} - COUNTED - {""}:
            raise ValueError(f"{path.name}: no rule {', '.join(sorted(unknown))}")
        found.append(one)
    return found


def accepted_for(row: Row, acceptances: Sequence[Acceptance]) -> dict[str, str]:
    """The rules that count for the row, and by what right; its own first. Empty for a row that no rule of ours means."""
    own = row.rule
    named: list[str] = []
    for one in acceptances:
        if one.meets(row):
            own = one.takes or own
            named += one.accepts
    if own == "-":
        return {}
    above = PRECEDENCE[: PRECEDENCE.index(own)] if own in PRECEDENCE else ()
    ways = {own: "the row's rule"}
    for rules, way in ((named, "the row's reason"), (above, "precedence")):
        for rule in rules:
            ways.setdefault(rule, way)
    return ways


def counted(row: Row, acceptances: Sequence[Acceptance]) -> bool:
    """Whether source alone decides it, and a rule of the four families speaks of it."""
    return row.decidable == "yes" and next(iter(accepted_for(row, acceptances)), "") in COUNTED


def judge(
    rows: Sequence[Row], acceptances: Sequence[Acceptance], snapshots: Mapping[tuple[str, str], Snapshot]
) -> list[Verdict]:
    """One verdict a row, in order. Of rows that say the same of one function, each needs a finding of its own."""
    used: set[tuple[str, ...]] = set()
    verdicts = []
    for row in rows:
        before, after = snapshots[row.repo, row.before], snapshots[row.repo, row.fix]
        ways = accepted_for(row, acceptances)
        order = list(ways)
        candidates = [
            (order.index(found["rule"]), abs(found["span"]["startLine"] - row.line), at)
            for at, found in enumerate(before.findings)
            if found["rule"] in ways and speaks_of(found, row, before, before)
        ]
        same_said = (row.repo, row.before, row.function, row.rule)
        free = [candidate for candidate in sorted(candidates) if (*same_said, str(candidate[2])) not in used]
        rule = order[0]
        if not free:
            verdicts.append(Verdict(row, rule, None, "", "-", tuple(diagnose(row, before))))
            continue
        at = free[0][2]
        used.add((*same_said, str(at)))
        found = before.findings[at]
        same = [one for one in before.findings if one["rule"] == found["rule"] and speaks_of(one, row, before, before)]
        left = [one for one in after.findings if one["rule"] == found["rule"] and speaks_of(one, row, after, before)]
        gone = not left or (len(left) < len(same) and found["key"] not in {one["key"] for one in left})
        gone &= not after.trouble
        said = tuple(f"at the fix: {in_words(one)}" for one in left)
        verdicts.append(
            Verdict(row, rule, found, ways[found["rule"]], "-" if row.gone != "yes" else "yes" if gone else "no", said)
        )
    return verdicts


def speaks_of(finding: Mapping[str, Any], row: Row, at: Snapshot, before: Snapshot) -> bool:
    """Whether the finding is about the row's table and stands in the row's function, or in a helper that performs the
    operation for it, or, where the rule's story goes through several functions, names it."""
    if not _on_table(finding, row.table):
        return False
    if row.function == "-":
        return finding["index"] is None or finding["index"] in _line(before, row)
    short = row.function.rpartition(":")[2]
    if row.function in (finding["function"], *at.reached_by(finding)):
        return True
    lines = at.extent(row.function, row.file)
    if lines is not None and lines.holds(finding["file"], finding["span"]["startLine"]):
        return True
    if row.function not in at.functions and finding["function"].rpartition(":")[2] == short:
        return bool(finding["file"] == row.file)
    return finding["rule"] in BETWEEN_FUNCTIONS and _names(_story(finding), row.function)


def _on_table(finding: Mapping[str, Any], table: str) -> bool:
    return table == "-" or finding["table"] == table or (finding["table"] is None and _names(_story(finding), table))


def _story(finding: Mapping[str, Any]) -> str:
    return "\n".join((finding["message"], finding["help"], *(label["message"] for label in finding["related"])))


def _names(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w:/.]){re.escape(name)}(?![\w:/.]\w)", text) is not None


def _line(snapshot: Snapshot, row: Row) -> str:
    lines = snapshot.texts.get(row.file, "").splitlines()
    return "\n".join(lines[row.line - 1 : row.line + 1])


def diagnose(row: Row, snapshot: Snapshot) -> list[str]:
    """What is seen where nothing was found."""
    if snapshot.trouble:
        return [f"no analysis: {snapshot.trouble}"]
    lines = snapshot.extent(row.function, row.file)
    found = []
    if row.function != "-" and ":" in row.function and row.function not in snapshot.functions:
        found.append("the function is not among the facts")
    for path, entry in snapshot.functions.items():
        for operation in entry["operations"]:
            span = operation["span"]
            here = path == row.function or (lines is not None and lines.holds(span["file"], span["startLine"]))
            if here and row.table in ("-", operation["table"]):
                found.append(_operation(operation, path))
    found = sorted(set(found))
    found = [*found[:8], f"and {len(found) - 8} more operations"] if len(found) > 9 else found
    for one in snapshot.findings:
        if speaks_of(one, row, snapshot, snapshot):
            found.append(f"said: {in_words(one)}")
    for lost in snapshot.facts["notFollowed"]:
        if lines is not None and lines.holds(lost["file"], lost["span"]["startLine"]):
            found.append(f"not followed: {lost['reason']}, {lost['file']}:{lost['span']['startLine']}")
    return found


def _operation(operation: Mapping[str, Any], path: str) -> str:
    parts = [operation["op"], operation["table"] or "?", operation["index"] or "", operation["terminal"] or ""]
    parts += [f"eq {', '.join(operation['eq'])}"] if operation["eq"] else []
    parts += [f"bounds {', '.join(operation['bounds'])}"] if operation["bounds"] else []
    parts += [f"loop {operation['loopDepth']}"] if operation["loopDepth"] else []
    span = operation["span"]
    return f"seen: {' '.join(part for part in parts if part)} at {span['file']}:{span['startLine']} for {path}"


def in_words(finding: Mapping[str, Any]) -> str:
    place = f"{finding['file']}:{finding['span']['startLine']}"
    return f"{finding['rule']} ({finding['severity']}, {finding['confidence']}) at {place}: {finding['message']}"
