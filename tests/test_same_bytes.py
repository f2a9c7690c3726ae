"""Two runs over the same files say the same, byte by byte."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.command import ROOT, convex_lint


@pytest.mark.parametrize("format", ["json", "sarif"])
def test_linting_twice_gives_the_same_bytes(format: str) -> None:
    runs = [
        convex_lint("check", "fixtures/shop", "--format", format, "--fail-on", "never", env={"PYTHONHASHSEED": seed})
        for seed in ("1", "2")
    ]
    assert runs[0].stdout
    assert runs[0].stdout == runs[1].stdout


def test_a_shuffled_order_of_files_gives_the_same_bytes() -> None:
    code = (
        "import os, random, sys\n"
        "seed = random.Random(int(sys.argv.pop(1)))\n"
        "scandir, listdir = os.scandir, os.listdir\n"
        "class Shuffled(list):\n"
        "    def __enter__(self): return self\n"
        "    def __exit__(self, *_): pass\n"
        "    def close(self): pass\n"
        "def shuffled(entries):\n"
        "    entries = Shuffled(entries); seed.shuffle(entries); return entries\n"
        "os.scandir = lambda *a: shuffled(scandir(*a))\n"
        "os.listdir = lambda *a: shuffled(listdir(*a))\n"
        "from convex_lint.cli import main\n"
        "main()\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code, seed, "check", "fixtures/shop", "--format", "json", "--fail-on", "never"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1
    assert json.loads(outputs.pop())["findings"]
