"""Times `convex-lint check` on applications of growing size: is the time linear in the number of functions? See README.md."""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps import LAUNCH

EMPTY = {
    "package.json": '{"dependencies": {"convex": "1"}}',
    "convex/schema.ts": "export default defineSchema({});",
}


@dataclass(frozen=True)
class Size:
    """An application: what there is to do, and the processor time (median of the runs, all processes) and memory it takes."""

    app: str
    files: int
    functions: int
    operations: int
    seconds: float
    mebibytes: float


def command(app: Path, *arguments: str) -> tuple[dict[str, Any], float, float]:
    """The JSON of a command run in a folder, its processor seconds, its peak in MiB."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen([sys.executable, "-c", LAUNCH, *arguments], cwd=app, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        said = err.read()
        if process.returncode != 0:
            raise SystemExit(f"{app.name}: `{' '.join(arguments)}` ended with {process.returncode}\n{said[-500:]}")
        report = json.load(out)
    told = re.search(r"^peak ([\d.]+)$", said, re.MULTILINE)
    peak = float(told[1]) if told else usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return report, usage.ru_utime + usage.ru_stime, peak


def measure(app: Path, runs: int) -> Size:
    facts, _, _ = command(app, "facts")
    done = [command(app, "check", "--format", "json", "--fail-on", "never") for _ in range(runs)]
    operations = sum(len(function["operations"]) for function in facts["functions"])
    summary = done[0][0]["summary"]
    seconds = statistics.median(run[1] for run in done)
    return Size(app.name, summary["files"], summary["functions"], operations, seconds, max(run[2] for run in done))


def start_up(runs: int) -> float:
    """What a project without functions takes."""
    with tempfile.TemporaryDirectory() as directory:
        for name, text in EMPTY.items():
            path = Path(directory) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        return measure(Path(directory), runs).seconds


def exponent(sizes: Sequence[tuple[float, float]]) -> float:
    """The slope of log seconds over log size, by least squares: 1 is linear, 2 quadratic."""
    points = [(math.log(size), math.log(seconds)) for size, seconds in sizes]
    x, y = (statistics.fmean(point[at] for point in points) for at in (0, 1))
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


def render(sizes: Sequence[Size], floor: float) -> str:
    lines = [
        "| app | files | functions | operations | s | MiB | ms a function | ms an operation |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for size in sizes:
        own = 1000 * (size.seconds - floor)
        each = f"{own / max(size.functions, 1):.1f} | {own / max(size.operations, 1):.2f}"
        figures = f"{size.files} | {size.functions} | {size.operations} | {size.seconds:.2f} | {size.mebibytes:.0f}"
        lines.append(f"| {size.app} | {figures} | {each} |")
    above = [size for size in sizes if size.seconds > floor and size.operations]
    words = [f"start-up {floor:.2f} s"]
    if len(above) > 1:
        by_functions = exponent([(size.functions, size.seconds - floor) for size in above])
        by_operations = exponent([(size.operations, size.seconds - floor) for size in above])
        words.append(f"time above it grows with functions to the power {by_functions:.2f}")
        words.append(f"with operations to the power {by_operations:.2f}")
    return "\n".join(lines) + "\n\n" + ", ".join(words) + ".\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("apps", nargs="+", type=Path, help="the folders of applications")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    floor = start_up(options.runs)
    sizes = sorted((measure(app, options.runs) for app in options.apps), key=lambda size: size.functions)
    print(render(sizes, floor), end="")


if __name__ == "__main__":
    main()
