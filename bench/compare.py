"""Times `convex-lint check` against ESLint and Oxlint, both with `@convex-dev/eslint-plugin`: see README.md."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "real"))

import npm

BENCH = Path(__file__).resolve().parent
EXTENSIONS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
IMPORT = re.compile(r"""(?:from|import|import\()\s*["'](\.{1,2}/[^"']+)["']""")
LAUNCH = "import sys; from convex_lint.cli import run; sys.argv[0] = 'convex-lint'; run()"


@dataclass(frozen=True)
class Project:
    name: str
    directory: Path
    files: int
    size: int


@dataclass
class Tool:
    """A command to run in a project; `lints` are the exit codes of a run that worked."""

    name: str
    command: Callable[[Project], list[str]]
    environment: dict[str, str] = field(default_factory=dict)
    lints: tuple[int, ...] = (0, 1)


class Failed(Exception):
    """A tool did not lint a project; what it printed is in the message."""


@dataclass(frozen=True)
class Run:
    wall: float
    cpu: float
    megabytes: float

    def seconds(self, clock: str) -> float:
        return self.cpu if clock == "cpu" else self.wall


def sources(folder: Path, root: Path) -> Iterator[Path]:
    """The non-test modules of a functions folder and the modules of `root` that they import, directly or not."""
    waiting = [path for path in sorted(folder.rglob("*")) if path.suffix in EXTENSIONS and not is_test(path)]
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path in seen or "node_modules" in path.parts:
            continue
        seen.add(path)
        yield path
        for wanted in IMPORT.findall(path.read_text(encoding="utf-8", errors="replace")):
            target = (path.parent / wanted).resolve()
            if (found := on_disk(target)) and found.is_relative_to(root):
                waiting.append(found)


def is_test(path: Path) -> bool:
    return ".test." in path.name or ".spec." in path.name or path.name.endswith(".d.ts")


def on_disk(target: Path) -> Path | None:
    stem = target.with_suffix("") if target.suffix in (".js", ".jsx", ".mjs") else target
    candidates = [target, *(Path(f"{stem}{extension}") for extension in EXTENSIONS), target / "index.ts"]
    return next((path for path in candidates if path.is_file() and path.suffix in EXTENSIONS), None)


def copy_project(name: str, root: Path, folders: list[Path], destination: Path) -> Project:
    """Only what all three tools read goes into the copy, so that none of them lints more than another."""
    files = size = 0
    root = root.resolve()
    for path in sorted({path for folder in folders for path in sources(folder.resolve(), root)}):
        copy = destination / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        if "_generated" not in path.parts:
            files, size = files + 1, size + copy.stat().st_size
    for manifest in ("package.json", "convex.json", "tsconfig.json"):
        if (root / manifest).is_file():
            shutil.copyfile(root / manifest, destination / manifest)
    if not (destination / "tsconfig.json").exists():
        options = {
            "strict": True,
            "target": "esnext",
            "module": "esnext",
            "moduleResolution": "bundler",
            "skipLibCheck": True,
        }
        (destination / "tsconfig.json").write_text(json.dumps({"compilerOptions": options}))
    return Project(name, destination, files, size)


def measure(tool: Tool, project: Project) -> Run:
    """One cold run: a fresh cache directory, output to a file, wall time and peak memory of the process tree."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "XDG_CACHE_HOME": cache, "NO_COLOR": "1", **tool.environment}
        output = Path(cache) / "output"
        with output.open("wb") as sink:
            started = time.perf_counter()
            process = subprocess.Popen(
                tool.command(project), cwd=project.directory, env=environment, stdout=sink, stderr=subprocess.STDOUT
            )
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in tool.lints:
            text = output.read_text(errors="replace")
            raise Failed(f"{tool.name} failed on {project.name} (exit {process.returncode}):\n{text[-2000:]}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def tools(home: Path, *, typed: bool) -> list[Tool]:
    shutil.copyfile(BENCH / "eslint.config.mjs", home / "eslint.config.mjs")
    shutil.copyfile(BENCH / "oxlint.mjs", home / "oxlint.mjs")
    config = subprocess.run(["node", "oxlint.mjs"], cwd=home, capture_output=True, text=True, check=True).stdout
    (home / "oxlintrc.json").write_text(config)
    eslint = [str(home / "node_modules/.bin/eslint"), "--config", str(home / "eslint.config.mjs"), "."]
    oxlint = [str(home / "node_modules/.bin/oxlint"), "--config", str(home / "oxlintrc.json"), "."]
    # An installed package has its bytecode: pip compiles it. A work tree is not to be littered with it.
    installed = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(home / "bytecode")}
    found = [
        Tool("convex-lint", lambda _: [sys.executable, "-c", LAUNCH, "check", "."], installed),
        Tool("eslint", lambda _: eslint),
        Tool("oxlint", lambda _: oxlint),
    ]
    if typed:
        found.append(Tool("eslint typed", lambda _: eslint, {"CONVEX_TYPED": "1"}))
    return found


def npm_projects(scratch: Path, only: list[str]) -> Iterator[Project]:
    home = npm.install()
    (scratch / "node_modules").symlink_to(home / "node_modules")
    for component in npm.components(home):
        short = component.name.rpartition("/")[2]
        if not only or short in only:
            yield copy_project(short, component.directory, [component.functions], scratch / short)


def render(projects: list[Project], names: list[str], results: dict[tuple[str, str], list[Run]], clock: str) -> str:
    """Medians in seconds, the peak memory of convex-lint, and its time as a multiple of each other tool's."""
    others = names[1:]
    header = ["project", "files", "KiB", *(f"{name} s" for name in names), "MiB", *(f"x {name}" for name in others)]
    rows = []
    totals = dict.fromkeys(names, 0.0)
    peak = 0.0
    for project in projects:
        medians = {name: statistics.median(run.seconds(clock) for run in results[project.name, name]) for name in names}
        memory = max(run.megabytes for run in results[project.name, names[0]])
        rows.append(row(project.name, project.files, project.size, medians, memory))
        totals = {name: totals[name] + medians[name] for name in names}
        peak = max(peak, memory)
    files, size = sum(project.files for project in projects), sum(project.size for project in projects)
    rows.append(row("all", files, size, totals, peak))
    widths = [max(len(line[at]) for line in [header, *rows]) for at in range(len(header))]
    lines = [
        [
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        for line in [header, *rows]
    ]
    return "\n".join(
        "| " + " | ".join(line) + " |" for line in [lines[0], ["-" * width for width in widths], *lines[1:]]
    )


def row(name: str, files: int, size: int, medians: dict[str, float], memory: float) -> list[str]:
    ours, *others = medians.values()
    times = [f"{seconds:.2f}" for seconds in medians.values()]
    return [name, str(files), str(size // 1024), *times, f"{memory:.0f}", *(f"{ours / other:.2f}" for other in others)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", nargs="*", help="short names of pinned components; all by default")
    parser.add_argument(
        "--app",
        action="append",
        default=[],
        metavar="ROOT[:FUNCTIONS,...]",
        help="an application: its root and its functions folders, relative to the root (default: convex)",
    )
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--typed", action="store_true", help="also ESLint with type information")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        scratch = Path(directory).resolve()
        projects = [] if arguments.app and not arguments.packages else list(npm_projects(scratch, arguments.packages))
        for text in arguments.app:
            root, _, folders = text.partition(":")
            path = Path(root)
            chosen = [path / folder for folder in (folders or "convex").split(",")]
            projects.append(copy_project(path.name, path, chosen, scratch / f"app-{len(projects)}"))
        measured = tools(npm.install(BENCH), typed=arguments.typed)
        results: dict[tuple[str, str], list[Run]] = {}
        failures: dict[str, str] = {}
        for tool in measured if projects else ():
            with contextlib.suppress(Failed):
                measure(tool, projects[0])  # so that no tool is the one that finds the disk's caches empty
        for turn in range(arguments.runs):
            order = measured if turn % 2 == 0 else measured[::-1]
            for project in projects:
                try:
                    for tool in order:
                        results.setdefault((project.name, tool.name), []).append(measure(tool, project))
                except Failed as failure:
                    failures[project.name] = str(failure)
        projects = [project for project in projects if project.name not in failures]
        for clock in ("wall", "cpu"):
            print(f"{clock} seconds, median of {arguments.runs}:\n")
            print(render(projects, [tool.name for tool in measured], results, clock) + "\n")
        if failures:
            raise SystemExit("Left out of the tables:\n" + "\n".join(failures.values()))


if __name__ == "__main__":
    main()
