"""The project keeps its own promises."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

from convex_lint.page import HEADINGS, OPTIONAL, parse_page
from tests.command import ROOT, convex_lint

RULES = sorted(path.stem for path in (ROOT / "rules").glob("*.py") if path.stem != "__init__")
REPORTS = sorted((ROOT / "fixtures").glob("*/expected.json"))

ONE_A_CONSTRUCT = "one short function or class a construct: looked up, not read through"
LONG_FILES = {
    "convex_lint/analysis/backend.py": (405, "all that a rule may ask, one short method a question"),
    "convex_lint/interpret/arrays.py": (395, ONE_A_CONSTRUCT),
    "convex_lint/interpret/calls.py": (345, "a call from its arguments to its answer, budgets included"),
    "convex_lint/interpret/evaluate.py": (420, ONE_A_CONSTRUCT),
    "convex_lint/interpret/knowledge/convex_server.py": (350, ONE_A_CONSTRUCT),
    "convex_lint/interpret/machine.py": (405, "the state that all of the interpreter shares"),
    "convex_lint/interpret/members.py": (350, ONE_A_CONSTRUCT),
    "convex_lint/interpret/values.py": (465, ONE_A_CONSTRUCT),
    "convex_lint/syntax/tree.py": (650, ONE_A_CONSTRUCT),
    "tests/engine/test_discover_files.py": (350, "a table of cases"),
    "tests/program/test_imports.py": (350, "a table of cases"),
    "tests/report/test_sarif.py": (350, "a table of cases"),
}
"""Files that may have more than 300 lines: how many, and why."""


@cache
def tracked() -> tuple[Path, ...]:
    """The files of the repository, those that are new and not ignored included."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / name for name in sorted(set(listed.stdout.split("\0"))) if name)
    return tuple(path for path in paths if path.is_file())


def python_files() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py"]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def pyproject() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


# ---------------------------------------------------------------- rules and pages


def test_page_and_rule_are_one_to_one() -> None:
    assert RULES
    pages = sorted(path.stem for path in (ROOT / "rules").glob("*.md") if path.name != "README.md")
    assert pages == RULES


def headings_hold(file: Path) -> None:
    page = parse_page(file.read_text("utf-8"))
    wanted = [heading for heading in HEADINGS if heading in page.sections or heading not in OPTIONAL]
    assert list(page.sections) == wanted
    assert all(text.strip() for text in page.sections.values())
    assert page.summary.endswith(".")
    assert page.url.startswith("https://")


@pytest.mark.parametrize("rule", RULES)
def test_a_page_has_the_headings_in_order(rule: str) -> None:
    headings_hold(ROOT / "rules" / f"{rule}.md")


def test_what_the_scaffolder_writes_passes_too(tmp_path: Path) -> None:
    done = convex_lint("new-rule", "hot-document", "--folder", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"hot_document.md", "hot_document.py"}
    headings_hold(tmp_path / "hot_document.md")
    assert foreign_imports(tmp_path / "hot_document.py") == []
    assert ast.get_docstring(ast.parse((tmp_path / "hot_document.py").read_text("utf-8")))


@pytest.mark.parametrize("rule", RULES)
def test_every_setting_is_documented_and_nothing_else(rule: str) -> None:
    from convex_lint.engine.registry import installed

    entry = installed()[rule.replace("_", "-")]
    assert set(entry.page.settings) == {setting.name for setting in entry.settings}
    assert all(setting.description for setting in entry.settings)


def test_every_rule_fires_in_some_fixture() -> None:
    findings = [finding for path in REPORTS for finding in json.loads(path.read_text("utf-8"))["findings"]]
    fired = {rule for finding in findings for rule in (finding["rule"], *finding["swallowed"])}
    assert {rule.replace("_", "-") for rule in RULES} - fired == set()


PLANNED: frozenset[str] = frozenset()
"""Rules to which others may yield already; the ids go as the rules come."""


def test_a_rule_yields_to_rules_that_exist_and_to_those_to_which_they_yield() -> None:
    from convex_lint.engine.precedence import closure
    from convex_lint.engine.registry import installed

    yields = {id: rule.type.yields_to for id, rule in installed().items()}
    assert {id: set(others) - installed().keys() - PLANNED for id, others in yields.items()} == {
        id: set() for id in yields
    }
    assert closure(yields) == yields


def flaws_of(message: str, names: list[str]) -> list[str]:
    """What is wrong with a message: it is one sentence that ends with a full stop, and names stand in backticks."""
    prose = re.sub(r"`[^`]*`", "`", message)
    flaws = []
    if not message.endswith(".") or message.endswith("..."):
        flaws.append("no full stop")
    if re.search(r"[.!?]\s+\S", prose):
        flaws.append("more than one sentence")
    if message.count("`") % 2:
        flaws.append("an open backtick")
    bare = [name for name in names if re.search(rf"(?<![\w`]){re.escape(name)}(?![\w`])", prose)]
    return [*flaws, *(f"{name} without backticks" for name in bare)]


def test_messages_follow_the_grammar() -> None:
    wrong = []
    for path in REPORTS:
        for finding in json.loads(path.read_text("utf-8"))["findings"]:
            # a name that is also an English word cannot be told from prose
            names = [name for name in (finding["function"], finding["index"]) if name and not name.isalpha()]
            wrong += [(path.parent.name, finding["message"], flaw) for flaw in flaws_of(finding["message"], names)]
            if not finding["help"].strip().endswith((".", "`")):
                wrong.append((path.parent.name, finding["help"], "help without an end"))
    assert wrong == []


def test_the_grammar_sees_flaws() -> None:
    assert flaws_of("Scans `messages`.", ["by_author"]) == []
    assert flaws_of("Reads `a.b`. Then writes", ["a"]) == ["no full stop", "more than one sentence"]
    assert flaws_of("The index by_author is unused.", ["by_author"]) == ["by_author without backticks"]


# ---------------------------------------------------------------- the house


def test_the_packages_listed_are_those_in_the_tree() -> None:
    folders = {name_of(path.parent) for path in python_files() if path.name == "__init__.py"}
    wanted = {f.replace("/", ".") for f in folders if f.startswith("convex_lint")} | {"convex_lint_rules"}
    tool = pyproject()["tool"]
    assert isinstance(tool, dict)
    assert sorted(tool["setuptools"]["packages"]) == sorted(wanted)


def test_the_wheel_carries_every_file_of_the_packages() -> None:
    tool = pyproject()["tool"]
    assert isinstance(tool, dict)
    carried: set[str] = set()
    for package, patterns in tool["setuptools"]["package-data"].items():
        folder = ROOT / tool["setuptools"]["package-dir"].get(package, package.replace(".", "/"))
        carried |= {name_of(path) for pattern in patterns for path in folder.glob(pattern)}
    data = {name_of(path) for path in tracked() if path.suffix != ".py"}
    assert {name for name in data if name.split("/")[0] in ("convex_lint", "rules")} - carried == set()


def test_the_version_stands_in_one_way_everywhere() -> None:
    import convex_lint as package

    project = pyproject()["project"]
    assert isinstance(project, dict)
    assert package.__version__ == project["version"]
    assert convex_lint("--version").stdout.split()[-1] == package.__version__
    assert f"## [{package.__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_every_file_says_what_it_is_for() -> None:
    mute = []
    for path in python_files():
        text = path.read_text("utf-8")
        if text.strip() and not ast.get_docstring(ast.parse(text)):
            mute.append(name_of(path))
    assert mute == []


def test_files_are_short() -> None:
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in python_files()}
    assert {name: n for name, n in lengths.items() if n > LONG_FILES.get(name, (300, ""))[0]} == {}
    assert LONG_FILES.keys() <= lengths.keys()


def test_no_module_is_called_after_nothing() -> None:
    vague = {"utils", "util", "common", "helpers", "helper", "base", "manager", "misc"}
    assert [name_of(path) for path in python_files() if vague & set(path.relative_to(ROOT).with_suffix("").parts)] == []


MACHINE = re.compile(
    r"(?<![\w.})$>-])/(?:work|tmp|root|home/\w+|opt/wheels)/\w"
    r"|registry\.npmjs\.|files\.pythonhosted\.|\bpypi\.(?:org|python)|registry\.yarnpkg\."
)


def test_no_path_of_a_machine_and_no_registry_in_a_file() -> None:
    found = []
    for path in tracked():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name_of(path)}: {match[0]}" for match in MACHINE.finditer(text)]
    assert found == []


def test_the_machine_pattern_sees_paths() -> None:
    slash = "/"
    assert MACHINE.search(f"see {slash}home{slash}someone{slash}x")
    assert MACHINE.search(f'"{slash}tmp{slash}x"')
    assert not MACHINE.search("src/work/x and https://example.com/tmp/x")


def foreign_imports(rule: Path) -> list[str]:
    """What a rule imports that is neither public nor from the standard library."""
    public = re.compile(r"convex_lint(\.(rule|source|model(\.\w+)?|analysis(\.\w+)?))?")
    known = {*sys.stdlib_module_names, "pydantic"}
    names: list[str] = []
    for node in ast.walk(ast.parse(rule.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append("." if node.level else str(node.module))
    return [name for name in names if not public.fullmatch(name) and name.split(".")[0] not in known]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_imports_public_names_only(rule: str) -> None:
    assert foreign_imports(ROOT / "rules" / f"{rule}.py") == []
