"""Whatever a file holds, facts and findings come in seconds and a few hundred MiB, and what was given up is told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.command import ROOT
from tests.robustness.hostile import PROJECTS
from tests.trees import write

SECONDS = 10
MEBIBYTES = 500

# CPU time and not time on the clock: other tests run meanwhile. VmHWM, unlike ru_maxrss, begins anew with the process.
RUN = """
import json, resource, sys, time
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from convex_lint.cli import main
folder = sys.argv[1]
for options in (["facts"], ["check", "--format", "json", "--fail-on", "never"]):
    started = time.process_time()
    try:
        main([*options, folder, "--output", f"{folder}/{options[0]}.json"])
    except SystemExit as end:
        assert not end.code, end.code
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    print(json.dumps([options[0], time.process_time() - started, peak / 1024]))
"""

BUDGET = "budget of this function used up"
CALLS = "calls nested too deeply"
NESTED = "nested too deeply"
WAYS = "helper called in too many ways"
GIVEN_UP = {
    "recursive_helpers": BUDGET,
    "recursive_methods": BUDGET,
    "exponential_helpers": WAYS,
    "exponential_computed": BUDGET,
    "exponential_closures": CALLS,
    "big_object_in_a_handler": BUDGET,
    "big_switch": BUDGET,
    "many_ifs": BUDGET,
    "huge_class": CALLS,
    "class_chain": CALLS,
    "class_extends_itself": CALLS,
    "cyclic_modules": CALLS,
    **{name: NESTED for name in PROJECTS if name.startswith("deep_") and name not in ("deep_parentheses", "deep_promises")},
}  # fmt: skip
"""What must be among the places that were not followed."""


def run(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What `facts` and `check` write for the project in `folder`; neither was slow or large."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    for line in done.stdout.splitlines():
        command, seconds, mebibytes = json.loads(line)
        assert seconds < SECONDS, command
        assert mebibytes < MEBIBYTES, command
    return json.loads((folder / "facts.json").read_text()), json.loads((folder / "check.json").read_text())


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
@pytest.mark.parametrize("name", PROJECTS)
def test_hostile(name: str, tmp_path: Path) -> None:
    files = PROJECTS[name]()
    write(tmp_path, files)
    facts, report = run(tmp_path)
    operations = {function["path"]: function["operations"] for function in facts["functions"]}
    assert operations
    if any("export const last" in text for text in files.values()):
        (read,) = operations["a:last"]
        assert (read["table"], read["index"], read["limit"]) == ("users", "by_team", 5)
    assert name not in GIVEN_UP or GIVEN_UP[name] in {place["reason"] for place in facts["notFollowed"]}
    assert report["summary"]["complete"]
    assert not [notice for notice in report["notices"] if notice["level"] == "error"]


def test_what_is_told_is_of_projects_that_exist() -> None:
    assert set(GIVEN_UP) <= set(PROJECTS)
