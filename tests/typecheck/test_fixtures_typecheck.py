"""The fixture apps are TypeScript that compiles: what the tool says of them is not about impossible code."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import npm
import pytest

from tests.command import ROOT
from tests.typecheck.generated import generate

APPS = sorted(p.name for p in (ROOT / "fixtures").iterdir() if p.is_dir() and p.name != "broken-syntax")
COMPILER = {
    "target": "ES2022",
    "lib": ["ES2023", "DOM", "DOM.Iterable"],
    "module": "ESNext",
    "moduleResolution": "Bundler",
    "jsx": "react-jsx",
    "strict": True,
    "noEmit": True,
    "allowJs": True,
    "skipLibCheck": True,
    "types": ["node"],
}

pytestmark = [pytest.mark.node, pytest.mark.xdist_group("typecheck")]


@pytest.fixture(scope="module")
def node_modules() -> Path:
    """Installed once, outside of the work tree; reused while the lock file is the same."""
    here = Path(__file__).parent
    manifests = [here / name for name in ("package.json", "package-lock.json", ".npmrc")]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in manifests)).hexdigest()[:16]
    home = npm.cache_root() / f"typecheck-{digest}"
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / ".installed").exists():
            for path in manifests:
                shutil.copy(path, home)
            command = ["npm", "ci", "--ignore-scripts", "--no-progress"]
            done = subprocess.run(command, cwd=home, capture_output=True, text=True, timeout=300, check=False)
            assert done.returncode == 0, done.stderr
            (home / ".installed").touch()
    return home / "node_modules"


@pytest.mark.parametrize("app", APPS)
def test_the_app_typechecks(app: str, node_modules: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(ROOT / "fixtures" / app, tmp_path / app))
    assert generate(copy)
    (copy / "node_modules").symlink_to(node_modules)
    paths = {"@/*": ["./src/*"], "@monorepo/dates": ["./packages/dates/src/index.ts"]}
    config = {"compilerOptions": {**COMPILER, "paths": paths}, "include": ["**/*"]}
    (copy / "tsconfig.json").write_text(json.dumps(config), "utf-8")
    tsc = node_modules / "typescript" / "bin" / "tsc"
    done = subprocess.run(["node", str(tsc), "-p", "."], cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
