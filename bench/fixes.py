"""Asks convex-lint about defects that real commits removed: are they found before, and gone after? See README.md."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from history import FAMILIES, Commit, Row, accepted_for, counted, read_acceptances, read_rows
from snapshots import Snapshot, snapshot
from verdicts import Verdict, judge, settle


def take(clones: Path, wanted: Iterable[tuple[Row, str]], jobs: int, timeout: float) -> dict[Commit, Snapshot]:
    """The commits that rows ask for, each analysed once."""
    files: dict[Commit, set[str]] = {}
    for row, commit in wanted:
        files.setdefault((row.repo, commit), set()).add(row.file)

    def one(key: Commit) -> Snapshot:
        repo, commit = key
        done = snapshot(clones / repo.replace("/", "__"), commit, files[key], timeout)
        said = done.trouble or f"{len(done.findings)} findings, {done.seconds:.1f} s"
        print(f"{repo} {commit[:8]}: {said}", file=sys.stderr)
        return done

    with ThreadPoolExecutor(jobs) as pool:
        return dict(zip(files, pool.map(one, files), strict=True))


def table(verdicts: Iterable[Verdict]) -> str:
    lines = [
        "| row | repository | before | function or table | rule | found | gone |",
        "| ---: | --- | --- | --- | --- | --- | --- |",
    ]
    for verdict in verdicts:
        row = verdict.row
        name = row.table if row.function == "-" else row.function
        cells = (
            str(row.number),
            row.repo,
            row.before[:8],
            f"`{name}`",
            verdict.rule,
            verdict.found_in_words,
            verdict.gone,
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def totals(verdicts: Sequence[Verdict]) -> str:
    found = [verdict for verdict in verdicts if verdict.found]
    asked = [verdict for verdict in found if verdict.row.gone == "yes"]
    gone = [verdict for verdict in asked if verdict.gone == "yes"]
    ways = Counter(verdict.way for verdict in found)
    lines = [
        f"Found {share(len(found), len(verdicts))}: {', '.join(f'{count} by {way}' for way, count in sorted(ways.items()))}.",
        f"Gone afterwards {share(len(gone), len(asked))} of those found that the fix removes.",
        "",
        "| rule | rows | found | to be gone | gone |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    order = {rule: at for at, rule in enumerate(rule for rules in FAMILIES.values() for rule in rules)}
    for rule in sorted({verdict.rule for verdict in verdicts}, key=order.__getitem__):
        mine = [verdict for verdict in verdicts if verdict.rule == rule]
        lines.append(
            f"| {rule} | {len(mine)} | {sum(one.found is not None for one in mine)} "
            f"| {sum(one in asked for one in mine)} | {sum(one in gone for one in mine)} |"
        )
    return "\n".join(lines)


def misses(verdicts: Iterable[Verdict]) -> str:
    lines = []
    for verdict in verdicts:
        if verdict.found is not None and verdict.gone in ("yes", "-"):
            continue
        row = verdict.row
        what = "not found" if verdict.found is None else "found, and still said at the fix"
        lines += [
            f"### {verdict.rule}: {what} ({row.repo}, row {row.number})",
            f"`{row.function}`, {row.file}:{row.line}, table `{row.table}`, {row.before[:8]} -> {row.fix[:8]}",
            "",
            row.reason,
            "",
            *(f"- {line}" for line in verdict.diagnosis),
            "",
        ]
    return "\n".join(lines)


def share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.1f} %)" if whole else "0 of 0"


def entry(verdict: Verdict) -> dict[str, object]:
    row = verdict.row
    return {
        "row": row.number,
        "repository": row.repo,
        "before": row.before,
        "fix": row.fix,
        "file": row.file,
        "line": row.line,
        "function": row.function,
        "table": row.table,
        "rule": verdict.rule,
        "found": verdict.found,
        "way": verdict.way,
        "gone": verdict.gone,
        "reason": row.reason,
        "diagnosis": list(verdict.diagnosis),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "clones", type=Path, help="a folder with a clone (or a link to one) <owner>__<name> of each repository"
    )
    parser.add_argument("--rows", type=Path, required=True, help="the table of defects, tab-separated")
    parser.add_argument(
        "--only", action="append", default=[], help="only rows whose repository, function or rule contains this"
    )
    parser.add_argument("--jobs", type=int, default=1, help="commits at a time (default 1)")
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds for each command (default 300)")
    parser.add_argument("--json", type=Path, help="write all verdicts into this file")
    options = parser.parse_args()
    everything = read_rows(options.rows)
    try:
        acceptances = read_acceptances(Path(__file__).with_name("acceptances.toml"), everything)
    except ValueError as error:
        parser.error(str(error))
    rows = [row for row in everything if counted(row, acceptances)]
    if options.only:
        rows = [row for row in rows if any(part in f"{row.repo} {row.function} {row.rule}" for part in options.only)]
    if not rows:
        parser.error("no row is left to ask about")
    missing = sorted({row.repo for row in rows if not (options.clones / row.repo.replace("/", "__")).is_dir()})
    if missing:
        parser.error(f"no clone in {options.clones} of {', '.join(missing)}")
    before = take(options.clones, [(row, row.before) for row in rows], options.jobs, options.timeout)
    verdicts = judge(rows, acceptances, before)
    open_ones = [one.row for one in verdicts if one.found is not None and one.row.gone == "yes"]
    after = take(options.clones, [(row, row.fix) for row in open_ones], options.jobs, options.timeout)
    verdicts = [
        settle(one, before[one.row.repo, one.row.before], after[one.row.repo, one.row.fix])
        if one.row in open_ones
        else one
        for one in verdicts
    ]
    print(table(verdicts), totals(verdicts), misses(verdicts), sep="\n\n")
    left = [
        row for row in everything if row.decidable == "yes" and row.rule == "-" and not accepted_for(row, acceptances)
    ]
    print(
        "Rows that propose a rule which nobody took up, not counted: "
        + ", ".join(str(row.number) for row in left)
        + "."
    )
    for key, done in (before | after).items():
        if done.trouble:
            print(f"{key[0]} {key[1][:8]}: {done.trouble}")
    if options.json is not None:
        options.json.write_text(json.dumps([entry(verdict) for verdict in verdicts], indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
