"""Microsoft's SARIF validator from npm, and the OASIS schema that it carries; installed at test time, never committed."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from npm import cache_root

VERSION = "5.7.0"
SYSTEM = {"linux": "linux", "darwin": "darwin", "win32": "win32"}.get(sys.platform, "linux")
PACKAGE = f"@microsoft/sarif-multitool-{SYSTEM}"

# Disabled by default, and what code scanning cannot do without; SARIF2006 would ask the network for every address.
ENABLED = (
    "GH1001.ProvideRequiredLocationProperties",
    "GH1002.InlineThreadFlowLocations",
    "GH1003.ProvideRequiredRegionProperties",
    "GH1005.LocationsMustBeRelativeUrisOrFilePaths",
    "GH1006.ProvideCheckoutPath",
    "GH1007.ProvideFullyFormattedMessageStrings",
)
DISABLED = ("SARIF2006.UrisShouldBeReachable",)


class Complaint(NamedTuple):
    level: str
    rule: str
    arguments: tuple[str, ...]


def install() -> Path:
    """The folder of the installed package."""
    home = cache_root() / f"sarif-multitool-{VERSION}"
    home.mkdir(parents=True, exist_ok=True)
    package = home / "node_modules" / PACKAGE
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = home / ".installed"
        if not done.exists():
            (home / "package.json").write_text('{"private": true}\n')
            npm = subprocess.run(
                ["npm", "install", "--ignore-scripts", "--no-progress", f"{PACKAGE}@{VERSION}"],
                cwd=home,
                capture_output=True,
                text=True,
                timeout=600,
                check=False,
            )
            if npm.returncode:
                raise RuntimeError(f"npm install {PACKAGE} failed:\n{npm.stderr[-2000:]}")
            done.touch()
    return package


def schema(package: Path) -> Any:
    return json.loads((package / "sarif-2.1.0.json").read_text(encoding="utf-8-sig"))


def complaints(package: Path, log: Path, work: Path) -> list[Complaint]:
    """What the validator says. Its exit code is 0 whatever it finds, so its own report is read."""
    settings, out = work / "multitool.xml", work / "multitool.sarif"
    rows = [("Error", rule) for rule in ENABLED] + [("Disabled", rule) for rule in DISABLED]
    settings.write_text(
        "<Properties>\n"
        + "".join(
            f'  <Properties Key="{rule}.Options"><Property Key="RuleEnabled" Value="{value}" '
            'Type="Driver.RuleEnabledState" /></Properties>\n'
            for value, rule in rows
        )
        + "</Properties>\n"
    )
    binary = package / "Sarif.Multitool"
    binary.chmod(0o755)
    done = subprocess.run(
        [
            *(binary, "validate", log, "--rule-kind", "Sarif;Ghas", "--config", settings),
            *("--level", "Error;Warning;Note", "-q", "true", "-o", out, "--log", "ForceOverwrite"),
        ],
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert out.exists(), done.stdout + done.stderr
    (run,) = json.loads(out.read_text(encoding="utf-8-sig"))["runs"]
    assert "ERR" not in done.stdout + done.stderr, done.stdout + done.stderr
    return [
        Complaint(
            found.get("level", "warning"), found["ruleId"].split("/")[0], tuple(found["message"].get("arguments", ()))
        )
        for found in run.get("results", [])
    ]
