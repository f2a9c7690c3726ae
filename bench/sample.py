"""Draws findings at random to be judged by hand, and makes the table of the verdicts: see README.md."""

from __future__ import annotations

import argparse
import csv
import json
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from apps import run
from history import FAMILIES

VERDICTS = ("right", "debatable", "wrong")


@dataclass(frozen=True)
class App:
    repo: str
    commit: str
    folder: Path


@dataclass
class Drawn:
    """A finding to judge. `verdict` is right, debatable or wrong, and `why` one line, once somebody has read the code."""

    repo: str
    commit: str
    file: str
    line: int
    family: str
    rule: str
    severity: str
    confidence: str
    message: str
    help: str
    related: list[str]
    code: str
    key: str
    verdict: str = ""
    why: str = ""


def apps_in(folder: Path, index: Path | None) -> list[App]:
    """The applications, with the commits that git or the index (tab-separated: repo, path, commit) says of them."""
    if index is not None:
        with index.open(encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file, delimiter="\t"))
        return [App(line["repo"], line["commit"], folder / Path(line["path"]).name) for line in lines]
    found = []
    for path in sorted(path for path in folder.iterdir() if path.is_dir()):
        said = subprocess.run(["git", "-C", path, "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
        found.append(App(path.name.replace("__", "/", 1), said.stdout.strip(), path))
    return found


def findings_of(app: App, timeout: float) -> list[dict[str, Any]]:
    """At default settings, notes included."""
    done = run(["check", "-v", "--format", "json", "--fail-on", "never"], app.folder, timeout)
    if done.report is None:
        print(f"{app.repo}: exit {done.code} {done.complaint[-200:]}", file=sys.stderr)
        return []
    findings: list[dict[str, Any]] = done.report["findings"]
    print(f"{app.repo}: {len(findings)} findings, {done.seconds:.1f} s", file=sys.stderr)
    return findings


def draw(
    found: Mapping[str, tuple[App, Sequence[dict[str, Any]]]], per_family: int, per_app: int, seed: int, shown: bool
) -> Iterator[Drawn]:
    """At most `per_family` findings of each family, at most `per_app` of them in one application. A finding that says
    the same of a copy of the code in the same repository is drawn once. `shown` leaves the notes out."""
    for family, rules in FAMILIES.items():
        pool = [
            (app, one)
            for app, findings in found.values()
            for one in _without_copies(findings)
            if one["rule"] in rules and not (shown and one["severity"] == "note")
        ]
        pool.sort(key=lambda pair: (pair[0].repo, pair[1]["file"], pair[1]["span"]["startLine"], pair[1]["key"]))
        random.Random(f"{seed} {family}").shuffle(pool)
        taken: Counter[str] = Counter()
        count = 0
        for app, one in pool:
            if count == per_family:
                break
            if taken[app.repo] < per_app:
                taken[app.repo] += 1
                count += 1
                yield drawn(app, family, one)


def _without_copies(findings: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({(one["rule"], one["message"], Path(one["file"]).name): one for one in reversed(findings)}.values())


def drawn(app: App, family: str, one: Mapping[str, Any]) -> Drawn:
    span = one["span"]
    related = [f"{label['file']}:{label['span']['startLine']} {label['message']}" for label in one["related"]]
    code = excerpt(app.folder / one["file"], span["startLine"], span["endLine"])
    said = (one["rule"], one["severity"], one["confidence"], one["message"], one["help"])
    return Drawn(app.repo, app.commit, one["file"], span["startLine"], family, *said, related, code, one["key"])


def excerpt(path: Path, first: int, last: int, before: int = 12, after: int = 16) -> str:
    lines = path.read_text("utf-8", "replace").split("\n")
    last = min(last, first + 30)
    shown = range(max(1, first - before), min(len(lines), last + after) + 1)
    return "\n".join(f"{at:5}{'>' if first <= at <= last else ' '} {lines[at - 1][:160]}" for at in shown)


def sheet(sample: Sequence[Drawn]) -> str:
    """The sample as Markdown, to be read and judged."""
    parts = []
    for number, one in enumerate(sample, 1):
        parts += [
            f"### {number}. {one.rule} ({one.severity}, {one.confidence})",
            f"{one.repo}@{one.commit[:10]} {one.file}:{one.line}",
            f"\n{one.message}\n\n{one.help}\n",
            *(f"- {label}" for label in one.related),
            f"\n```ts\n{one.code}\n```\n",
        ]
    return "\n".join(parts)


def verdicts(judged: Sequence[Drawn]) -> str:
    """Totals by family and by rule, then every verdict, as Markdown."""
    lines = ["| family | rule | right | debatable | wrong |", "| --- | --- | ---: | ---: | ---: |"]
    by_family: dict[str, Counter[str]] = defaultdict(Counter)
    by_rule: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for one in judged:
        by_family[one.family][one.verdict] += 1
        by_rule[one.family, one.rule][one.verdict] += 1
    for family, rules in FAMILIES.items():
        if not by_family[family]:
            continue
        counts = by_family[family]
        lines.append(f"| **{family}** | | " + " | ".join(f"**{counts[name]}**" for name in VERDICTS) + " |")
        lines += [
            f"| | {rule} | " + " | ".join(str(by_rule[family, rule][name]) for name in VERDICTS) + " |"
            for rule in rules
            if by_rule[family, rule]
        ]
    lines += ["", "| finding | rule | severity | verdict | reason |", "| --- | --- | --- | --- | --- |"]
    for one in judged:
        place = f"{one.repo}@{one.commit[:10]} `{one.file}:{one.line}`"
        lines.append(f"| {place} | {one.rule} | {one.severity} | {one.verdict} | {one.why.replace('|', '/')} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folder", type=Path, help="a folder with one application in each of its folders; with --table a judged sample"
    )
    parser.add_argument("--index", type=Path, help="a table of repo, path and commit, for applications without .git")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per-family", type=int, default=50, help="findings of each family (default 50)")
    parser.add_argument(
        "--per-app", type=int, default=4, help="at most so many of a family in one application (default 4)"
    )
    parser.add_argument("--shown", action="store_true", help="only errors and warnings")
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds for each application (default 300)")
    parser.add_argument("--jobs", type=int, default=1, help="applications at a time (default 1)")
    parser.add_argument(
        "--json", type=Path, help="write the sample into this file, with `verdict` and `why` to be filled in"
    )
    parser.add_argument("--table", action="store_true", help="print the table of a judged sample")
    options = parser.parse_args()
    if options.table:
        judged = [Drawn(**one) for one in json.loads(options.folder.read_text("utf-8"))]
        open_ones = [number for number, one in enumerate(judged, 1) if one.verdict not in VERDICTS or not one.why]
        if open_ones:
            parser.error(f"not judged yet: {', '.join(map(str, open_ones))}")
        print(verdicts(judged))
        return 0
    apps = apps_in(options.folder, options.index)
    if not apps:
        parser.error(f"no application found in {options.folder}")
    with ThreadPoolExecutor(options.jobs) as pool:
        found = list(pool.map(lambda app: findings_of(app, options.timeout), apps))
    pairs = {app.repo: (app, findings) for app, findings in zip(apps, found, strict=True)}
    sample = list(draw(pairs, options.per_family, options.per_app, options.seed, options.shown))
    if options.json is not None:
        options.json.write_text(json.dumps([asdict(one) for one in sample], indent=1) + "\n")
    print(sheet(sample))
    return 0


if __name__ == "__main__":
    sys.exit(main())
