"""One commit of a repository, out of its clone and through convex-lint: what is found there, and where."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from time import perf_counter
from typing import Any

from convex_lint.source import Source
from convex_lint.syntax.parser import parse

READ = frozenset(
    (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json", ".jsonc", ".svelte", ".vue", ".yaml")
)

ASK = """
import json
from pathlib import Path
from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint
from convex_lint.report.facts_json import facts
from convex_lint.report.findings_json import findings
report = lint([Path()], Config(select=("all",)))
print(json.dumps([findings(report), facts(report.facts)]))
"""
"""One analysis for both: what is found, and the facts that it rests on."""


@dataclass(frozen=True)
class Lines:
    """A stretch of a file, in lines from 1, both ends inclusive."""

    file: str
    first: int
    last: int

    def holds(self, file: str, line: int) -> bool:
        return file == self.file and self.first <= line <= self.last


@dataclass
class Snapshot:
    """`findings` and `facts` are the JSON of `check` and `facts`; `trouble` says why there is none. `texts` are the files
    that rows speak of, as they are at the commit."""

    findings: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    trouble: str = ""
    seconds: float = 0.0
    texts: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def functions(self) -> dict[str, dict[str, Any]]:
        """Registered functions by the path that Convex gives them."""
        return {entry["path"]: entry for entry in self.facts.get("functions", ())}

    @cached_property
    def _reached(self) -> dict[tuple[str, int, int], set[str]]:
        """Who performs the operation that starts at a place."""
        found: dict[tuple[str, int, int], set[str]] = {}
        for path, entry in self.functions.items():
            for operation in entry["operations"]:
                span = operation["span"]
                found.setdefault((span["file"], span["startLine"], span["startColumn"]), set()).add(path)
        return found

    def reached_by(self, finding: Mapping[str, Any]) -> set[str]:
        """The registered functions that perform the operation at which the finding stands."""
        span = finding["span"]
        return self._reached.get((finding["file"], span["startLine"], span["startColumn"]), set())

    def extent(self, function: str, file: str) -> Lines | None:
        """Where the text of a registered function, or of the helper of that name in `file`, stands."""
        entry = self.functions.get(function)
        if entry is not None:
            return Lines(entry["span"]["file"], entry["span"]["startLine"], entry["span"]["endLine"])
        text = self.texts.get(file)
        return _declared(function.rpartition(":")[2], file, text) if text is not None else None


def _declared(name: str, file: str, text: str) -> Lines | None:
    """The statement of the module that declares `name`."""
    source = Source(file, text.encode())
    pattern = re.compile(rb"\b(?:function\*?|const|let|var|class)\s+" + re.escape(name.encode()) + rb"\b")
    for statement in parse(source).body:
        if pattern.search(source.data, statement.start, min(statement.end, statement.start + 200)):
            return Lines(file, source.position(statement.start).line, source.position(statement.end).line)
    return None


def snapshot(clone: Path, commit: str, files: Iterable[str], timeout: float) -> Snapshot:
    """Extracts what convex-lint reads of a commit into a temporary folder and asks there."""
    with tempfile.TemporaryDirectory(prefix="convex-lint-fixes-") as name:
        folder = Path(name)
        complaint = extract(clone, commit, folder)
        if complaint:
            return Snapshot(trouble=complaint)
        started = perf_counter()
        try:
            done = subprocess.run(
                [sys.executable, "-c", ASK], cwd=folder, capture_output=True, timeout=timeout, text=True, check=False
            )
        except subprocess.TimeoutExpired:
            return Snapshot(trouble=f"stopped after {timeout:g} s", seconds=timeout)
        seconds = perf_counter() - started
        if done.returncode != 0:
            return Snapshot(trouble=f"exit {done.returncode}: {done.stderr[-300:]}", seconds=seconds)
        findings, facts = json.loads(done.stdout)
        texts = {
            file: (folder / file).read_text("utf-8", "replace") for file in set(files) if (folder / file).is_file()
        }
    broken = [notice["message"] for notice in findings["notices"] if notice["level"] == "error"]
    return Snapshot(findings["findings"], facts, "; ".join(broken), seconds, texts)


def extract(clone: Path, commit: str, folder: Path) -> str:
    """Writes the files of a commit that convex-lint may read; what went wrong, "" when all is well. A blob that a partial
    clone does not hold is left out."""
    git = ["git", "-c", "safe.directory=*", "--git-dir", str(clone.resolve())]
    listed = subprocess.run([*git, "ls-tree", "-r", "-z", commit], capture_output=True, check=False)
    if listed.returncode != 0:
        return f"{commit}: {listed.stderr.decode('utf-8', 'replace').strip()}"
    wanted = []
    for line in filter(None, listed.stdout.decode("utf-8", "surrogateescape").split("\0")):
        (mode, kind, blob), path = line.partition("\t")[0].split(), PurePosixPath(line.partition("\t")[2])
        if kind == "blob" and mode != "120000" and path.suffix in READ and ".." not in path.parts:
            wanted.append((blob, path))
    asked = "".join(f"{blob}\n" for blob, _ in wanted).encode()
    given = subprocess.run([*git, "cat-file", "--batch"], input=asked, capture_output=True, check=False).stdout
    at = 0
    for _, path in wanted:
        end = given.index(b"\n", at)
        said = given[at:end].split()
        at = end + 1
        if len(said) == 3:
            size = int(said[2])
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(given[at : at + size])
            at += size + 1
    return ""
