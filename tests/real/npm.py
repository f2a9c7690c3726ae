"""Pinned npm packages as test data: installed once into a cache outside of the work tree, never committed."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
MANIFESTS = ("package.json", "package-lock.json", ".npmrc")


@dataclass(frozen=True)
class Component:
    """A package that ships a Convex component. `directory` is a copy outside of any node_modules."""

    name: str
    version: str
    directory: Path
    functions: Path


def cache_root() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("CONVEX_LINT_TEST_CACHE") or Path(base) / "convex-lint-tests")


def install(manifests: Path = HERE) -> Path:
    """The directory whose `node_modules` holds what the lock file in `manifests` pins; reused while the lock is the same."""
    pinned = [Path(__file__), *(manifests / name for name in MANIFESTS)]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in pinned)).hexdigest()[:16]
    home = cache_root() / digest
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = home / ".installed"
        if not done.exists():
            for name in MANIFESTS:
                shutil.copyfile(manifests / name, home / name)
            npm = subprocess.run(
                ["npm", "ci", "--ignore-scripts", "--no-progress"],
                cwd=home,
                capture_output=True,
                text=True,
                timeout=600,
                check=False,
            )
            if npm.returncode:
                raise RuntimeError(f"npm ci failed in {home}:\n{npm.stderr[-2000:]}")
            copy_packages(home)
            done.touch()
    return home


def copy_packages(home: Path) -> None:
    """Copies of the packages that ship sources: tools skip node_modules, and so do test runners."""
    for name in (*shipped(home), "convex-helpers", "@convex-dev/auth"):
        if (installed := home / "node_modules" / name).is_dir():
            copy_package(home, installed, home / "packages" / name)
    for nested in sorted((home / "node_modules" / "@convex-dev").glob("*/node_modules/@convex-dev/*")):
        copy_package(home, nested, home / "packages" / "nested" / nested.parents[2].name / nested.name)


def copy_package(home: Path, installed: Path, copy: Path) -> None:
    """A copy finds the packages that the original finds, in a `node_modules` of its own."""
    shutil.copytree(installed, copy, ignore=shutil.ignore_patterns("node_modules", "dist"), dirs_exist_ok=True)
    for modules in (home / "node_modules", installed / "node_modules"):
        for package in (*modules.glob("[!.@]*"), *modules.glob("@*/*")):
            link = copy / "node_modules" / package.relative_to(modules)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(package)


def shipped(home: Path) -> list[str]:
    """Names of the installed packages with a component in `src/component`."""
    scope = home / "node_modules" / "@convex-dev"
    return sorted(f"{scope.name}/{entry.name}" for entry in scope.iterdir() if (entry / "src" / "component").is_dir())


def components(home: Path) -> list[Component]:
    found = []
    for name in shipped(home):
        directory = home / "packages" / name
        version = json.loads((directory / "package.json").read_text())["version"]
        found.append(Component(name, version, directory, directory / "src" / "component"))
    return found


def instance_folder(home: Path, component: Component, path: str) -> Path | None:
    """The functions folder behind an instance path (`""`, `workpool/batchWorker`) in the tests of `component`."""
    folder = component.functions
    for name in filter(None, path.split("/")):
        short = folder.parents[1].name
        candidates = [
            *(home / "packages" / "nested" / short).glob("*/src/component"),
            *(home / "packages" / "@convex-dev").glob("*/src/component"),
        ]
        found = next((candidate for candidate in candidates if component_name(candidate) == name), None)
        if found is None:
            return None
        folder = found
    return folder


def component_name(folder: Path) -> str | None:
    definition = re.search(r"defineComponent\(\s*[\"'](\w+)", (folder / "convex.config.ts").read_text())
    return definition.group(1) if definition else None
