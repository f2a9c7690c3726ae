"""`convex-lint check`: what goes where, and what the exit code says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from convex_lint.engine.registry import lookup
from tests.cli.app import RULE, app, run

FORMATS = ["terminal", "json", "sarif"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The app, as the working folder."""
    monkeypatch.chdir(app(tmp_path / "app"))
    return tmp_path / "app"


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A rule that raises; its name."""

    def check(self: Any, backend: Any) -> Any:
        raise KeyError("a secret of the source")

    monkeypatch.setattr(lookup("missing-index").type, "check", check)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return "missing-index"


def findings(*arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("check", "--format", "json", *arguments).stdout)["findings"]
    return found


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], 0),
        (["--fail-on", "error"], 0),
        (["--fail-on", "warning"], 1),
        (["--fail-on", "note"], 1),
        (["--fail-on", "never"], 0),
        (["--fail-on", "warning", "--ignore", RULE], 0),
        (["--select", "redundant-indx"], 2),
        (["--fail-on", "fatal"], 2),
        (["--nope"], 2),
        (["no/such/folder"], 2),
        (["--config", "no-such.toml"], 2),
        (["--output", "/dev/null/x"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_exit_codes_are_the_same_in_every_format(project: Path, format: str, arguments: list[str], code: int) -> None:
    done = run("check", "--format", format, *arguments)
    assert done.exit_code == code, done.output
    if code == 2:
        assert done.stdout == ""
        assert done.stderr
    else:
        assert done.stderr == ""
        assert done.stdout


@pytest.mark.parametrize("format", FORMATS)
def test_a_rule_that_breaks_is_named_and_the_others_run(project: Path, broken: str, format: str) -> None:
    done = run("check", "--format", format, "--fail-on", "never")
    assert done.exit_code == 3
    assert RULE in done.stdout
    told = done.stdout if format == "terminal" else done.stderr
    assert f"`{broken}`" in told
    assert "KeyError" in told
    (log,) = (Path(os.environ["XDG_CACHE_HOME"]) / "convex-lint").iterdir()
    assert log.name in "".join(told.split())
    written = log.read_text()
    assert "KeyError" in written
    assert "<locals>.check\n" in written
    assert "secret" not in written
    assert str(project) not in written


def test_other_rules_are_not_blamed(project: Path, broken: str) -> None:
    assert run("check", "--select", RULE).exit_code == 0


def test_an_error_of_our_own_is_exit_3(project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def discover(*arguments: object, **named: object) -> None:
        raise ZeroDivisionError("a secret of the source")

    monkeypatch.setattr("convex_lint.engine.lint.discover", discover)
    done = run("check")
    assert done.exit_code == 3
    assert done.stdout == ""
    assert "internal error (ZeroDivisionError)" in done.stderr
    assert "secret" not in done.stderr


def test_a_project_that_cannot_be_analysed_leaves_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from convex_lint.engine import lint

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    app(tmp_path / "one")
    app(tmp_path / "two")
    interpret = lint.interpret

    def sometimes(program: Any) -> Any:
        if program.root.endswith("one"):
            raise RecursionError
        return interpret(program)

    monkeypatch.setattr(lint, "interpret", sometimes)
    done = run("check", "--format", "json")
    assert done.exit_code == 3
    document = json.loads(done.stdout)
    assert {finding["project"] for finding in document["findings"]} == {"two"}
    assert "`one`" in document["notices"][0]["message"]


def test_no_project(tmp_path: Path) -> None:
    done = run("check", tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert str(tmp_path) in done.stderr
    assert "help:" in done.stderr


def test_the_hook_passes_where_there_is_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("check", "--hook")
    assert (done.exit_code, done.stdout) == (0, "")
    assert len(done.stderr.splitlines()) == 1


def test_the_hook_looks_at_the_whole_project_whatever_it_is_given(project: Path) -> None:
    done = run("check", "--hook", "--fail-on", "warning", "convex/messages.ts", "no-such-file.ts")
    assert done.exit_code == 1
    assert RULE in done.stdout


@pytest.mark.parametrize("option", ["--select", "--ignore"])
@pytest.mark.parametrize("value", [["missing-index,no-such-rule"], ["missing-index", "no-such-rule"]])
def test_rules_are_named_one_by_one_or_with_commas(project: Path, option: str, value: list[str]) -> None:
    done = run("check", *(part for one in value for part in (option, one)))
    assert done.exit_code == 2
    assert "`no-such-rule`" in done.stderr


def test_select_and_ignore(project: Path) -> None:
    assert [finding["rule"] for finding in findings()] == [RULE]
    assert findings("--select", "missing-index,unbounded-read") == []
    assert findings("--ignore", f"missing-index, {RULE}") == []
    assert len(findings("--select", RULE, "--select", "missing-index")) == 1


def test_configuration_is_found_and_the_command_line_goes_before_it(project: Path) -> None:
    file = project / "convex-lint.toml"
    file.write_text(f'fail-on = "warning"\n[rules.{RULE}]\nseverity = "error"\n')
    assert run("check").exit_code == 1
    assert findings()[0]["severity"] == "error"
    assert run("check", "--fail-on", "never").exit_code == 0
    assert run("check", project / "convex" / "messages.ts").exit_code == 1
    other = project / "other.toml"
    other.write_text(f'[rules.{RULE}]\nseverity = "off"\n')
    assert findings("--config", "other.toml") == []
    file.write_text("[rules.redundant-indexes]\n")
    done = run("check")
    assert done.exit_code == 2
    assert f"{file}:1: " in done.stderr
    assert "Did you mean `redundant-index`?" in done.stderr


@pytest.mark.parametrize("pattern", ["convex/**", "/convex/", "*.ts", "schema.ts", "convex/schema.ts"])
def test_excludes_are_relative_to_the_file_that_says_them(tmp_path: Path, pattern: str) -> None:
    (tmp_path / ".git").mkdir()
    app(tmp_path / "apps" / "web")
    app(tmp_path / "apps" / "admin")
    (tmp_path / "apps" / "web" / "convex-lint.toml").write_text(f'exclude = ["{pattern}"]\n')
    done = run("check", "--format", "json", tmp_path / "apps" / "web")
    assert done.exit_code == 2 or json.loads(done.stdout)["findings"] == []
    assert len(findings(str(tmp_path / "apps" / "admin"))) == 1


def test_a_comment_ignores_and_a_bad_one_is_told(project: Path) -> None:
    schema = project / "convex" / "schema.ts"
    text = schema.read_text()
    line = '    .index("by_author", ["author"])\n'
    assert line in text
    schema.write_text(text.replace(line, line[:-1] + f" // convex-lint-ignore {RULE}: clients see the order\n"))
    document = json.loads(run("check", "--format", "json").stdout)
    assert (document["findings"], document["summary"]["suppressed"]) == ([], 1)
    schema.write_text(text.replace(line, line[:-1] + f" // convex-lint-ignore {RULE}\n"))
    document = json.loads(run("check", "--format", "json").stdout)
    assert len(document["findings"]) == 1
    assert "no reason" in document["notices"][0]["message"]
    assert "no reason" in run("check").stdout
    assert "no reason" not in run("check", "-q").stdout


def test_paths_are_those_of_the_repository_and_the_terminal_shows_what_it_can_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(app(tmp_path / "apps" / "web"))
    assert findings()[0]["file"] == "apps/web/convex/schema.ts"
    assert "--> convex/schema.ts:" in run("check").stdout


def test_the_terminal_reaches_a_project_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web = app(tmp_path / "apps" / "web")
    monkeypatch.chdir(tmp_path)
    assert "--> apps/web/convex/schema.ts:" in run("check", "apps/web").stdout
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    assert f"--> {web.as_posix()}/convex/schema.ts:" in run("check", web).stdout
    assert f"--> {web.as_posix()}/convex/schema.ts:" in run("check", "../apps/web").stdout


@pytest.mark.parametrize(("fail_on", "code"), [("warning", 1), ("never", 0)])
def test_sarif_knows_the_exit_code(project: Path, fail_on: str, code: int) -> None:
    done = run("check", "--format", "sarif", "--fail-on", fail_on)
    assert json.loads(done.stdout)["runs"][0]["invocations"][0]["exitCode"] == done.exit_code == code


def test_output_is_made_whole_with_its_folders(project: Path) -> None:
    done = run("check", "--format", "json", "--output", "out/deep/report.json")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "out/deep/report.json" in done.stderr
    assert json.loads((project / "out" / "deep" / "report.json").read_text())["findings"]
    assert [path.name for path in (project / "out" / "deep").iterdir()] == ["report.json"]
    assert run("check", "-q", "--output", "out/deep/report.json").stderr == ""
    assert "warning" in (project / "out" / "deep" / "report.json").read_text()


def test_output_to_a_dash_is_stdout(project: Path) -> None:
    assert json.loads(run("check", "--format", "json", "-o", "-").stdout)["findings"]
    assert not (project / "-").exists()


def test_quiet_says_nothing_when_there_is_nothing_to_say(project: Path) -> None:
    done = run("check", "-q", "--ignore", RULE)
    assert (done.exit_code, done.output) == (0, "")
    assert json.loads(run("check", "-q", "--ignore", RULE, "--format", "json").stdout)["findings"] == []


@pytest.mark.parametrize(
    ("arguments", "env", "colored"),
    [
        ([], {}, False),
        (["--color", "always"], {"NO_COLOR": "1", "TERM": "dumb"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True),
        ([], {"CLICOLOR_FORCE": "1", "TERM": "dumb"}, True),
        ([], {"FORCE_COLOR": "0"}, False),
        ([], {"FORCE_COLOR": ""}, False),
    ],
)
def test_color(project: Path, arguments: list[str], env: dict[str, str], colored: bool) -> None:
    plain: dict[str, str | None] = dict.fromkeys(("FORCE_COLOR", "CLICOLOR_FORCE", "NO_COLOR", "TERM"))
    assert ("\x1b[" in run("check", *arguments, env={**plain, **env}).stdout) is colored


def test_a_reader_who_leaves_early_is_no_error(project: Path) -> None:
    code = "import sys\nfrom convex_lint.cli import main\nmain()"
    command = [sys.executable, "-c", code, "facts"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait() == 0


def test_ctrl_c_is_130(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def discover(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("convex_lint.engine.lint.discover", discover)
    done = run("check")
    assert (done.exit_code, done.stdout) == (130, "")
