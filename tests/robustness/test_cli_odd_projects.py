"""What a newcomer may do: each time the program says what is wrong, where, and what to do, and how it ends is as documented."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.app import RULE, app, run
from tests.command import PROGRAM
from tests.robustness.hostile import many_functions
from tests.robustness.odd import COMMANDS, EXPECTED, Done, places, ran, refused, report
from tests.trees import write

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
