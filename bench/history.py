"""The rows of a history of defects, and which rules answer for them."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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
# A finding that swallowed another says so itself.
PRECEDENCE = ("ignored-index", "missing-index", "unbounded-read", "sort-in-memory")
# Findings whose story goes through several functions stand at one of them and name the others.
BETWEEN_FUNCTIONS = frozenset((*FAMILIES["Subscriptions"], *FAMILIES["Conflicts"]))


Commit = tuple[str, str]
"""Repository and hash."""


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

    @property
    def lines(self) -> set[int]:
        """Those of the code: its own, and where the reason says `also line 295`."""
        also = re.search(r"\balso lines? ((?:\d+|, | and )+)", self.reason)
        return {self.line, *map(int, re.findall(r"\d+", also[1] if also else ""))}


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
