"""One commit of a repository, out of its clone and through convex-lint: what is found there, and where."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from apps import run

from convex_lint.source import Source
from convex_lint.syntax.parser import parse

READ = frozenset(
    (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json", ".jsonc", ".svelte", ".vue", ".yaml")
)


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
        (folder / "convex-lint.toml").write_text("")  # neither a file above nor one of theirs decides
        check = run(["check", "-v", "--select", "all", "--format", "json", "--fail-on", "never"], folder, timeout)
        facts = run(["facts"], folder, timeout)
        for done in (check, facts):
            if done.code != 0 or done.report is None:
                return Snapshot(trouble=f"exit {done.code}: {done.complaint[-300:]}", seconds=check.seconds)
        texts = {
            file: (folder / file).read_text("utf-8", "replace") for file in set(files) if (folder / file).is_file()
        }
    assert check.report is not None
    assert facts.report is not None
    broken = [notice["message"] for notice in check.report["notices"] if notice["level"] == "error"]
    return Snapshot(check.report["findings"], facts.report, "; ".join(broken), check.seconds, texts)


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
