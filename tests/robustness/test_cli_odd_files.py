"""What a newcomer's files may hold, be called, and lie in: each is read, or it is told why not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.app import FILES, RULE, app, run
from tests.robustness.odd import EXPECTED, notices, places, ran, refused, report
from tests.trees import write

# ---------------------------------------------------------------- what files hold


@pytest.mark.parametrize(
    "change",
    [lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text, lambda text: "\ufeff" + text.replace("\n", "\r")],
    ids=["CRLF", "BOM", "CR and BOM"],
)  # fmt: skip
def test_line_ends_and_byte_order_marks(change: Callable[[str], str], tmp_path: Path) -> None:
    write(tmp_path, {path: change(text) for path, text in FILES.items()})
    document = report(cwd=tmp_path)
    assert places(document) == EXPECTED
    assert document["notices"] == []
    assert document["summary"]["functions"] == 2


def test_columns_are_utf16_units(tmp_path: Path) -> None:
    before = 'const 名前 = "\N{GRINNING FACE}"; /* é */ '
    schema = "import { defineSchema, defineTable } from 'convex/server';\n" + before
    line = 'const t = defineTable({}).index("a", ["x"]).index("b", ["x", "y"]); export default defineSchema({ t });\n'
    used = "import { mutation } from './_generated/server'; export const f = mutation(async (ctx) => ctx.db.insert('t', {}));"
    write(tmp_path, {"package.json": "{}", "convex/schema.ts": schema + line, "convex/f.ts": used})
    ((rule, _, row, start, end),) = places(report("--select", RULE, cwd=tmp_path))
    units = len((before + line[: line.index("index(")]).encode("utf-16-le")) // 2
    assert (rule, row, start, end) == (RULE, 2, units + 1, units + 1 + len('index("a", ["x"])'))


@pytest.mark.parametrize("name", ["é\N{GRINNING FACE} x", "a%20b#c", "x\ny", 'it\'s "quoted"', "-v"])
@pytest.mark.parametrize("format", ["terminal", "json", "sarif"])
def test_names_of_folders_and_files(name: str, format: str, tmp_path: Path) -> None:
    folder = app(tmp_path / name)
    write(folder, {f"convex/{name}.ts": FILES["convex/messages.ts"]})
    done = ran("check", "--format", format, "--", name, cwd=tmp_path)
    assert done.returncode == 0
    assert RULE in done.stdout
    assert json.loads(ran("facts", "--", name, cwd=tmp_path).stdout)["functions"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
@pytest.mark.parametrize("command", [["check"], ["check", "--format", "json"], ["check", "--format", "sarif"], ["facts"], ["graph"]])  # fmt: skip
def test_a_name_that_is_no_text(command: list[str], tmp_path: Path) -> None:
    app(tmp_path)
    shutil.copy(tmp_path / "convex/messages.ts", os.fsencode(tmp_path / "convex") + b"/x\xff.ts")
    assert ran(*command, cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("export const a = 1;".encode("utf-16"), "UTF-16"),
        (b"const a = '\xe9';", "not UTF-8"),
        (b"a".ljust(3_000_000), "2.9 MiB"),
    ],
)
def test_files_that_are_not_read(data: bytes, said: str, tmp_path: Path) -> None:
    document = report(cwd=write(app(tmp_path), {"convex/odd.ts": data}))
    assert places(document) == EXPECTED
    assert said in notices(document)["convex/odd.ts"]
    assert "skipped" in notices(document)["convex/odd.ts"]


def test_links_that_lead_nowhere(tmp_path: Path) -> None:
    app(tmp_path)
    (tmp_path / "convex/broken.ts").symlink_to("nowhere.ts")
    (tmp_path / "convex/loop.ts").symlink_to("loop.ts")
    (tmp_path / "convex/around").symlink_to("../convex")
    document = report(cwd=tmp_path)
    assert places(document) == EXPECTED
    assert set(notices(document)) == {"convex/broken.ts", "convex/loop.ts"}
    assert "leads nowhere" in notices(document)["convex/broken.ts"]


@pytest.mark.parametrize(("call", "path"), [("open", "convex/messages.ts"), ("scandir", "convex/lib")])
def test_what_may_not_be_read(call: str, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so the system's refusal is played."""
    write(app(tmp_path), {"convex/lib/a.ts": ""})
    real = getattr(os, call)

    def refuse(name: Any, *arguments: Any) -> Any:
        if str(name).endswith(path):
            raise PermissionError(13, "Permission denied", str(name))
        return real(name, *arguments)

    monkeypatch.setattr(os, call, refuse)
    done = run("check", tmp_path, "--format", "json")
    assert done.exit_code == 0
    told = notices(json.loads(done.stdout))[path]
    assert "Permission denied" in told
    assert "Give yourself the right" in told


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ("export default defineSchema({ messages: ", ["syntax error", "`defineSchema`"]),
        ("export const schema = 1;", ["default export"]),
        ("", ["default export"]),
    ],
)
def test_a_schema_that_is_none(schema: str, said: list[str], tmp_path: Path) -> None:
    document = report(cwd=write(app(tmp_path), {"convex/schema.ts": schema}))
    told = " ".join(notice["message"] + notice["help"] for notice in document["notices"])
    assert {notice["file"] for notice in document["notices"]} == {"convex/schema.ts"}
    assert document["summary"]["functions"] == 2
    assert document["summary"]["complete"]
    for words in said:
        assert words in told


@pytest.mark.parametrize(
    ("text", "said"),
    [('{"functions": "src/nothing/"}', "src/nothing/"), ('{"functions": "../x"}', "../x"), ("[", "not valid JSON"), ('{"functions": 3}', "3")],
)  # fmt: skip
def test_a_convex_json_that_leads_nowhere(text: str, said: str, tmp_path: Path) -> None:
    project = write(app(tmp_path), {"convex.json": text})
    assert said in notices(report(cwd=project))["convex.json"]
    shutil.rmtree(project / "convex")
    refused(ran("check", cwd=project), "No Convex project", "convex.json", said)


# ---------------------------------------------------------------- git


def git(*arguments: str, cwd: Path) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.invalid", "-c", "protocol.file.allow=always"]
    subprocess.run(["git", *identity, *arguments], cwd=cwd, check=True, capture_output=True)


def test_a_repository_without_commits_its_worktrees_and_submodules(tmp_path: Path) -> None:
    project = app(tmp_path / "one")
    git("init", "--quiet", cwd=project)
    assert places(report(cwd=project)) == EXPECTED
    git("add", ".", cwd=project)
    git("commit", "--quiet", "--message", "x", cwd=project)
    git("worktree", "add", "--quiet", "../tree", cwd=project)
    assert places(report(cwd=tmp_path / "tree")) == EXPECTED
    assert places(report("tree/convex", cwd=tmp_path)) == EXPECTED
    outer = tmp_path / "outer"
    outer.mkdir()
    git("init", "--quiet", cwd=outer)
    git("submodule", "--quiet", "add", str(project), "sub", cwd=outer)
    assert places(report("sub", cwd=outer)) == EXPECTED
    assert places(report(cwd=outer / "sub" / "convex")) == EXPECTED
