"""What a newcomer may do: each time the program says what is wrong, where, and what to do, and how it ends is as documented."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.app import FILES, RULE, app, run
from tests.command import PROGRAM, convex_lint
from tests.robustness.hostile import many_functions
from tests.trees import write

Done = subprocess.CompletedProcess[str]
COMMANDS = ["check", "facts", "graph"]


def ran(*arguments: str | Path, cwd: Path, env: dict[str, str] | None = None) -> Done:
    done = convex_lint(*map(str, arguments), cwd=cwd, env=env)
    assert "Traceback" not in done.stdout + done.stderr
    assert "internal error" not in done.stdout + done.stderr
    return done


def report(*arguments: str | Path, cwd: Path) -> dict[str, Any]:
    done = ran("check", "--format", "json", *arguments, cwd=cwd)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def refused(done: Done, *said: str, code: int = 2) -> None:
    """It ended with `code`, printed nothing else, and said all of `said` with a help."""
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("convex-lint: error: ")
    assert "\n  help: " in done.stderr
    for words in said:
        assert words in done.stderr


def places(document: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        (f["rule"], f["file"], f["span"]["startLine"], f["span"]["startColumn"], f["span"]["endColumn"])
        for f in document["findings"]
    ]


EXPECTED = [(RULE, "convex/schema.ts", 6, 6, 36)]


# ---------------------------------------------------------------- which paths


@pytest.mark.parametrize("command", COMMANDS)
def test_an_empty_folder(command: str, tmp_path: Path) -> None:
    refused(ran(command, cwd=tmp_path), str(tmp_path), "No Convex project", "convex/")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("path", ["nowhere", "convex/schema.ts/x", "a\nb", "é\N{GRINNING FACE}"])
def test_a_path_that_does_not_exist(command: str, path: str, tmp_path: Path) -> None:
    refused(ran(command, path, cwd=app(tmp_path)), path, "does not exist", "Name a folder")


@pytest.mark.parametrize("path", ["convex/schema.ts", "convex/messages.ts", "package.json", "convex", ".", "../app"])
def test_a_file_or_a_folder_of_the_project_is_the_project(path: str, tmp_path: Path) -> None:
    assert places(report(path, cwd=app(tmp_path / "app"))) == EXPECTED


@pytest.mark.parametrize("here", ["app/convex", "app/node_modules", "elsewhere", "/"])
def test_where_it_is_run_from(here: str, tmp_path: Path) -> None:
    project = app(tmp_path / "app")
    folder = tmp_path / here
    folder.mkdir(exist_ok=True)
    assert places(report(os.path.relpath(project, folder), cwd=folder)) == EXPECTED
    shown = ran("check", os.path.relpath(project, folder), cwd=folder).stdout
    path = next(line for line in shown.splitlines() if "-->" in line).split("--> ")[1].rpartition(":6:6")[0]
    assert (folder / path).resolve() == (project / "convex/schema.ts").resolve()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_working_folder_that_is_gone(command: str, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    code = "import os, sys; os.rmdir(os.getcwd()); from convex_lint.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code, command], cwd=gone, capture_output=True, text=True, check=False)
    refused(done, "working folder is gone", "Change to a folder")


# ---------------------------------------------------------------- configuration and options


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('fail_on = "error"\n', ["convex-lint.toml:1", "`fail_on`", "Did you mean `fail-on`?"]),
        ('\nignore = ["x"\nselect = 1', ["convex-lint.toml", "line 3"]),
        ("fail-on = 3", ["convex-lint.toml:1", "`fail-on`"]),
        ("\ufeff\0", ["convex-lint.toml", "line 1"]),
    ],
)
def test_a_configuration_that_cannot_be_meant(command: str, text: str, said: list[str], tmp_path: Path) -> None:
    project = write(app(tmp_path), {"convex-lint.toml": text})
    refused(ran(command, cwd=project), *said)


def test_an_exclude_that_leaves_nothing(tmp_path: Path) -> None:
    project = write(app(tmp_path), {"convex-lint.toml": 'exclude = ["**/*.ts"]\n'})
    refused(ran("check", cwd=project), "No Convex project", "`exclude`", "`**/*.ts`")


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_a_rule_that_is_misspelt(option: str, tmp_path: Path) -> None:
    refused(ran("check", option, "redundant-indx", cwd=app(tmp_path)), "`redundant-indx`", f"Did you mean `{RULE}`?")


@pytest.mark.parametrize(
    ("output", "said"),
    [("convex", "directory"), ("package.json/report.txt", "package.json"), ("", "directory"), ("x" * 300, "too long")],
)
@pytest.mark.parametrize("command", COMMANDS)
def test_an_output_that_cannot_be_written(command: str, output: str, said: str, tmp_path: Path) -> None:
    refused(ran(command, "--output", output, cwd=app(tmp_path)), "cannot be written", said, "--output")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["convex", "package.json"]


def test_an_output_folder_that_is_read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, data: bytes) -> int:
        raise PermissionError(13, "Permission denied", str(self))

    app(tmp_path)
    monkeypatch.setattr(Path, "write_bytes", refuse)
    done = run("check", tmp_path, "--output", tmp_path / "a.txt")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "a.txt` cannot be written: Permission denied." in done.stderr


# ---------------------------------------------------------------- streams and signals


def redirected(command: str, redirection: str, cwd: Path) -> Done:
    return subprocess.run(
        ["bash", "-c", f'"{PROGRAM}" {command} {redirection}'], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("redirection", [">&-", "> /dev/full"])
def test_a_stdout_that_takes_nothing(command: str, redirection: str, tmp_path: Path) -> None:
    refused(redirected(command, redirection, app(tmp_path)), "cannot be printed", "--output", code=3)


@pytest.mark.parametrize("redirection", ["2>&-", "2> /dev/full"])
def test_a_stderr_that_takes_nothing_keeps_the_exit_code(redirection: str, tmp_path: Path) -> None:
    assert redirected("check nowhere", redirection, tmp_path).returncode == 2


def test_a_reader_who_wants_one_line(tmp_path: Path) -> None:
    done = redirected("facts", "| head -1; exit ${PIPESTATUS[0]}", write(tmp_path, many_functions(300)))
    assert (done.returncode, done.stdout, done.stderr) == (0, "{\n", "")


def test_ctrl_c(tmp_path: Path) -> None:
    write(tmp_path, many_functions())
    process = subprocess.Popen(
        [str(PROGRAM), "check"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output, errors.splitlines()) == (130, "", ["convex-lint: error: interrupted."])


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"NO_COLOR": "", "TERM": "dumb"}, {"LC_ALL": "C"}])
def test_plain_terminals(env: dict[str, str], tmp_path: Path) -> None:
    project = app(tmp_path / "ü")
    done = ran("check", "ü", cwd=tmp_path, env={"PYTHONIOENCODING": "", **env})
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "--> ü/convex/schema.ts:6:6" in done.stdout
    assert "--> ü" in ran("check", project, cwd=tmp_path, env=env).stdout


# ---------------------------------------------------------------- what files hold


def notices(document: dict[str, Any]) -> dict[str, str]:
    return {notice["file"]: notice["message"] + " " + notice["help"] for notice in document["notices"]}


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
    write(tmp_path, {"package.json": "{}", "convex/schema.ts": schema + line})
    ((rule, _, row, start, end),) = places(report(cwd=tmp_path))
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
