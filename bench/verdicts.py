"""What counts as finding a defect, and as no longer finding it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from history import BETWEEN_FUNCTIONS, Acceptance, Commit, Row, accepted_for
from snapshots import Snapshot


@dataclass(frozen=True)
class Verdict:
    """`found` is the finding at the commit before, `said` the rule by which it meets the row, `way` by what right. `gone`: yes, no, or - where it was not
    found or the fix did not remove it. `diagnosis` says of a miss what is seen there."""

    row: Row
    rule: str
    found: Mapping[str, Any] | None
    said: str
    way: str
    gone: str
    diagnosis: tuple[str, ...]

    @property
    def found_in_words(self) -> str:
        if self.found is None:
            return "no"
        said = self.found["rule"]
        return f"{self.found['severity']}" + ("" if said == self.rule else f", as {said} ({self.way})")


def judge(rows: Sequence[Row], acceptances: Sequence[Acceptance], before: Mapping[Commit, Snapshot]) -> list[Verdict]:
    """One verdict a row, in order, on whether it is found. Of rows that say the same of one function and table,
    each needs a finding of its own."""
    used: set[tuple[str, ...]] = set()
    verdicts = []
    for row in rows:
        at = before[row.repo, row.before]
        ways = accepted_for(row, acceptances)
        order = list(ways)
        candidates = [
            (order.index(said), abs(found["span"]["startLine"] - row.line), number)
            for number, found in enumerate(at.findings)
            if (said := rule_said(found, order)) is not None and speaks_of(found, row, at, at)
            if said in BETWEEN_FUNCTIONS or meets_line(found, row, at)
        ]
        subject = (row.repo, row.before, row.function, row.table, row.rule)
        free = [candidate for candidate in sorted(candidates) if (*subject, str(candidate[2])) not in used]
        if not free:
            verdicts.append(Verdict(row, order[0], None, "", "", "-", tuple(diagnose(row, at))))
            continue
        used.add((*subject, str(free[0][2])))
        found = at.findings[free[0][2]]
        said = order[free[0][0]]
        way = ways[said] if said == found["rule"] else "the help of a more exact rule"
        verdicts.append(Verdict(row, order[0], found, said, way, "-", ()))
    return verdicts


def settle(verdict: Verdict, before: Snapshot, after: Snapshot) -> Verdict:
    """The verdict with what became of a finding that the fix removes."""
    row, found = verdict.row, verdict.found
    assert found is not None
    same = [one for one in before.findings if says(one, verdict.said) and speaks_of(one, row, before, before)]
    left = [one for one in after.findings if says(one, verdict.said) and speaks_of(one, row, after, before)]
    gone = not left or (len(left) < len(same) and found["key"] not in {one["key"] for one in left})
    lines = [f"no analysis: {after.trouble}"] if after.trouble else [f"at the fix: {in_words(one)}" for one in left]
    return replace(verdict, gone="yes" if gone and not after.trouble else "no", diagnosis=tuple(lines))


def says(finding: Mapping[str, Any], rule: str) -> bool:
    """Whether it is a finding of the rule, or of a more exact one that tells that the rule's holds too."""
    return finding["rule"] == rule or rule in finding["swallowed"]


def rule_said(finding: Mapping[str, Any], wanted: Sequence[str]) -> str | None:
    """The first of the wanted rules that the finding says."""
    return next((rule for rule in wanted if says(finding, rule)), None)


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


def meets_line(finding: Mapping[str, Any], row: Row, at: Snapshot) -> bool:
    """Whether the finding, or a place that it tells of, is an operation on the table that the row's line performs or
    calls for; true where none is seen there."""
    lines = at.extent(row.function, row.file)
    meant = []
    for path, entry in at.functions.items():
        for operation in entry["operations"]:
            span = operation["span"]
            ours = path == row.function or (lines is not None and lines.holds(span["file"], span["startLine"]))
            if (
                ours
                and row.table in ("-", operation["table"])
                and any(
                    place["file"] == row.file and place["startLine"] - 1 <= row.line <= place["endLine"] + 1
                    for place in (span, *operation["via"])
                )
            ):
                meant.append(span)
    told = [(finding["file"], finding["span"]), *((label["file"], label["span"]) for label in finding["related"])]
    return not meant or any(
        file == span["file"] and place["startLine"] <= span["endLine"] and span["startLine"] <= place["endLine"]
        for span in meant
        for file, place in told
    )


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
