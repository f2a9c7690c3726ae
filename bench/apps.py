"""Runs `facts` and `check` over a folder of checked-out applications and prints what came of it: see README.md."""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from history import FAMILIES

LAUNCH = """
import os, re, sys
from convex_lint.cli import run
leave = os._exit
def say(code):
    with open("/proc/self/status") as status:
        print("peak", int(re.search(r"VmHWM:\\s+(\\d+)", status.read())[1]) / 1024, file=sys.stderr, flush=True)
    leave(code)
if sys.platform == "linux":  # there ru_maxrss would include what this process had before the exec
    os._exit = say
sys.argv[0] = "convex-lint"
run()
"""
READS = frozenset(("get", "query", "paginate", "search", "vectorSearch"))
WRITES = frozenset(("insert", "patch", "replace", "delete"))
HEADINGS = ("app", "files", "fns", "db ops", "table %", "range %", *FAMILIES, "shown", "s", "MiB", "lost")


@dataclass(frozen=True)
class Run:
    """One process: `code` is None when it had to be stopped."""

    code: int | None
    seconds: float
    mebibytes: float
    report: dict[str, Any] | None
    complaint: str


@dataclass
class Row:
    """What one application gave: `findings` by family and `W` or `N` (errors and warnings, notes), `shown` what the terminal
    shows of them, one a cause; `reasons` of what was not followed. `trouble` says why there is nothing to count."""

    app: str
    files: int = 0
    functions: int = 0
    operations: int = 0
    tables: int = 0
    reads: int = 0
    ranges: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    shown: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    mebibytes: float = 0.0
    trouble: str = ""


def run(command: Sequence[str], app: Path, timeout: float) -> Run:
    """The command in the application's folder, its JSON, its wall time and the peak of its memory."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-c", LAUNCH, *command], cwd=app, stdout=out, stderr=err)
        timer = threading.Timer(timeout, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        late = seconds >= timeout and process.returncode < 0
        peak = usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
        out.seek(0)
        err.seek(0)
        complaint = err.read().decode("utf-8", "replace").strip()
        said = re.search(r"^peak ([\d.]+)$", complaint, re.MULTILINE)
        peak = float(said[1]) if said else peak
        try:
            report = json.loads(out.read())
        except ValueError:
            report = None
    return Run(None if late else process.returncode, seconds, peak, report, complaint)


def measure(app: Path, timeout: float, keep: Path | None) -> Row:
    row = Row(app.name)
    facts = run(["facts"], app, timeout)
    check = run(["check", "-v", "--format", "json", "--fail-on", "never"], app, timeout)
    row.seconds, row.mebibytes = check.seconds, max(facts.mebibytes, check.mebibytes)
    for name, done in (("facts", facts), ("check", check)):
        if done.code != 0 or done.report is None:
            stopped = f"stopped after {timeout:g} s" if done.code is None else f"exit {done.code}"
            row.trouble = f"{name}: {stopped} {done.complaint[-200:]}".strip()
            return row
        if keep is not None:
            (keep / f"{app.name}.{name}.json").write_text(json.dumps(done.report), "utf-8")
    assert facts.report is not None
    assert check.report is not None
    operations = [op for function in facts.report["functions"] for op in function["operations"]]
    data = [op for op in operations if op["op"] in READS | WRITES]
    reads = [op for op in data if op["op"] in READS]
    row.files = check.report["summary"].get("files", 0)
    row.functions, row.operations, row.reads = len(facts.report["functions"]), len(data), len(reads)
    row.tables = sum(op["table"] is not None for op in data)
    lost = [note for note in facts.report["notFollowed"] if note["reason"] == "index range not followed"]
    row.ranges = sum(op["index"] is not None and not any(within(note, op) for note in lost) for op in reads)
    family = {rule: name for name, rules in FAMILIES.items() for rule in rules}
    loud = [found for found in check.report["findings"] if found["severity"] != "note"]
    row.findings = Counter(
        f"{family[found['rule']]} {'N' if found['severity'] == 'note' else 'W'}" for found in check.report["findings"]
    )
    row.shown = len({(found.get("project"), found["cause"]) for found in loud})
    row.reasons = Counter(note["reason"] for note in facts.report["notFollowed"])
    return row


def within(note: dict[str, Any], op: dict[str, Any]) -> bool:
    def ends(place: dict[str, Any]) -> list[tuple[int, int]]:
        span = place["span"]
        return [(span["startLine"], span["startColumn"]), (span["endLine"], span["endColumn"])]

    (start, end), (first, last) = ends(note), ends(op)
    return bool(note["file"] == op["span"]["file"]) and first <= start and end <= last


def total(rows: Iterable[Row]) -> Row:
    whole = Row("all")
    for row in rows:
        for name in ("files", "functions", "operations", "tables", "reads", "ranges", "shown", "seconds"):
            setattr(whole, name, getattr(whole, name) + getattr(row, name))
        whole.findings.update(row.findings)
        whole.reasons.update(row.reasons)
        whole.mebibytes = max(whole.mebibytes, row.mebibytes)
    return whole


def cells(row: Row) -> tuple[str, ...]:
    if row.trouble:
        blank = [""] * (len(HEADINGS) - 4)
        return (row.app, *blank, row.trouble.replace("\n", " "), f"{row.seconds:.1f}", f"{row.mebibytes:.0f}")
    return (
        row.app,
        str(row.files),
        str(row.functions),
        str(row.operations),
        share(row.tables, row.operations),
        share(row.ranges, row.reads),
        *(both(row.findings[f"{name} W"], row.findings[f"{name} N"]) for name in FAMILIES),
        str(row.shown or ""),
        f"{row.seconds:.1f}",
        f"{row.mebibytes:.0f}",
        str(row.reasons.total() or ""),
    )


def both(loud: int, notes: int) -> str:
    """Errors and warnings, then notes: `3+2`, empty for none."""
    return f"{loud}+{notes}" if notes else str(loud or "")


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else ""


def table(rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder with one application in each of its folders")
    parser.add_argument("apps", nargs="*", help="only applications whose folder name contains one of these")
    parser.add_argument("--timeout", type=float, default=120.0, help="seconds for each command (default 120)")
    parser.add_argument("--jobs", type=int, default=1, help="applications at a time (default 1)")
    parser.add_argument("--keep", type=Path, help="write the JSON of every run into this folder")
    options = parser.parse_args()
    apps = [
        path
        for path in sorted(options.folder.iterdir())
        if path.is_dir() and (not options.apps or any(part in path.name for part in options.apps))
    ]
    if not apps:
        parser.error(f"no application found in {options.folder}")
    if options.keep is not None:
        options.keep.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(options.jobs) as pool:
        rows = list(pool.map(lambda app: measure(app, options.timeout, options.keep), apps))
    good = [row for row in rows if not row.trouble]
    print(table([HEADINGS, ("---",) * len(HEADINGS), *map(cells, rows), cells(total(good))]))
    print("\nNot followed:", ", ".join(f"{name} {count}" for name, count in total(good).reasons.most_common()))
    a_function = [row.shown / row.functions for row in good if row.functions] or [0.0]
    print(
        f"Shown a function: median {statistics.median(a_function):.2f}, of all together "
        f"{sum(row.shown for row in good) / max(1, sum(row.functions for row in good)):.2f}."
    )
    times = [row.seconds for row in good] or [0.0]
    print(
        f"\n{len(good)} of {len(rows)} applications; check: median {statistics.median(times):.1f} s, longest {max(times):.1f} s."
    )
    return 0 if len(good) == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
