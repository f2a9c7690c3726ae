"""Runs the tests that components ship, under the recorder, once for each state of the pinned packages and the recorder."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
from pathlib import Path

from npm import Component

HERE = Path(__file__).parent
HARNESS = ("record.mjs", "vitest.config.mjs")

SUITES = (
    "@convex-dev/action-cache",
    "@convex-dev/agent",
    "@convex-dev/aggregate",
    "@convex-dev/batch-worker",
    "@convex-dev/better-auth",
    "@convex-dev/migrations",
    "@convex-dev/polar",
    "@convex-dev/prosemirror-sync",
    "@convex-dev/rag",
    "@convex-dev/rate-limiter",
    "@convex-dev/resend",
    "@convex-dev/sharded-counter",
    "@convex-dev/stripe",
    "@convex-dev/workflow",
    "@convex-dev/workpool",
)
"""The components whose suites reach their own functions."""

NO_SUITE = {
    "@convex-dev/action-retrier": "ships no tests",
    "@convex-dev/crons": "ships no tests",
    "@convex-dev/expo-push-notifications": "ships no tests",
    "@convex-dev/geospatial": "its glob of modules finds none of them under the pinned vite",
    "@convex-dev/persistent-text-streaming": "its one test calls nothing",
    "@convex-dev/presence": "ships no tests",
    "@convex-dev/r2": "its tests do not run its functions",
    "@convex-dev/twilio": "ships no tests",
}

OLDER_CONVEX_TEST = {"@convex-dev/agent": "convex-test-0.0.53"}
"""Suites that rely on what a later convex-test forbids (`setTimeout` in a mutation); the newest wherever possible."""


def record(home: Path, component: Component) -> Path:
    """The directory of the traces, a JSONL file for each test file. Failing tests are no matter: what ran was recorded."""
    harness = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in HARNESS)).hexdigest()[:16]
    traces = home / "traces" / harness / component.name.replace("/", "-")
    traces.mkdir(parents=True, exist_ok=True)
    with (traces / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (traces / ".recorded").exists():
            _run(home, component, traces)
            if any(trace.stat().st_size for trace in traces.glob("*.jsonl")):
                (traces / ".recorded").touch()
    return traces


def _run(home: Path, component: Component, traces: Path) -> None:
    environment = {
        **os.environ,
        "CONVEX_TRACE": str(traces),
        "CONVEX_TEST": OLDER_CONVEX_TEST.get(component.name, "convex-test"),
        "NODE_PATH": "",
    }
    harness = home / "harness"
    harness.mkdir(exist_ok=True)
    for name in HARNESS:
        (harness / name).write_bytes((HERE / name).read_bytes())
    done = subprocess.run(
        [
            "node",
            str(home / "node_modules" / "vitest" / "vitest.mjs"),
            "run",
            "--root",
            str(component.directory),
            "--config",
            str(harness / "vitest.config.mjs"),
        ],
        cwd=component.directory,
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=600,
        check=False,
    )
    (traces / "vitest.log").write_text(done.stdout + done.stderr)
