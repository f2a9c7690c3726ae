"""The project keeps its own promises."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
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

LONG_FILES: dict[str, str] = {}
"""Files that may have more than 300 lines, and why. None may have more than 500."""


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


@pytest.mark.parametrize("rule", RULES)
def test_a_page_has_the_headings_in_order(rule: str) -> None:
    page = parse_page((ROOT / "rules" / f"{rule}.md").read_text("utf-8"))
    wanted = [heading for heading in HEADINGS if heading in page.sections or heading not in OPTIONAL]
    assert list(page.sections) == wanted
    assert all(text.strip() for text in page.sections.values())
    assert page.summary.endswith(".")
    assert page.url.startswith("https://")


@pytest.mark.parametrize("rule", RULES)
def test_every_setting_is_documented_and_nothing_else(rule: str) -> None:
    from convex_lint.engine.registry import installed

    entry = installed()[rule.replace("_", "-")]
    assert set(entry.page.settings) == {setting.name for setting in entry.settings}
    assert all(setting.description for setting in entry.settings)


def test_every_rule_fires_in_some_fixture() -> None:
    fired = {finding["rule"] for path in REPORTS for finding in json.loads(path.read_text("utf-8"))["findings"]}
    assert {rule.replace("_", "-") for rule in RULES} - fired == set()


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
    assert {name: n for name, n in lengths.items() if n > 300 and name not in LONG_FILES} == {}
    assert {name: n for name, n in lengths.items() if n > 500} == {}
    assert [name for name in LONG_FILES if lengths.get(name, 0) <= 300] == []


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


def test_rules_import_public_names_only() -> None:
    public = re.compile(r"convex_lint(\.(rule|source|model(\.\w+)?|analysis(\.\w+)?))?")
    foreign = []
    for path in (ROOT / "rules").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = ["." if node.level else str(node.module)]
            known = {*sys.stdlib_module_names, "pydantic"}
            strange = [name for name in names if not public.fullmatch(name) and name.split(".")[0] not in known]
            foreign += [(path.name, name) for name in strange]
    assert foreign == []


# ---------------------------------------------------------------- import contracts


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    # not the `lint-imports` script: run from the folder, so that its packages are found before the installed ones
    code = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the packages and the contracts, to be spoilt."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "convex_lint", tmp_path / "convex_lint", ignore=ignored)
    shutil.copytree(ROOT / "rules", tmp_path / "convex_lint_rules", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_import_contracts_hold(house: Path) -> None:
    done = contracts(house)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("convex_lint/newcomer.py", "", "layers only look down"),
        ("convex_lint/model/newcomer.py", "import convex_lint.engine.report", "layers only look down"),
        ("convex_lint/interpret/newcomer.py", "import tree_sitter", "one door to tree-sitter"),
        ("convex_lint/analysis/newcomer.py", "import networkx", "one door to networkx"),
        ("convex_lint/report/newcomer.py", "import sarif_om", "one door to sarif-om"),
        ("convex_lint/engine/newcomer.py", "import click", "one door to click"),
        ("convex_lint_rules/newcomer.py", "import convex_lint.syntax.tree", "rules import public names only"),
    ],
)
def test_the_import_contracts_can_break(house: Path, file: str, line: str, contract: str) -> None:
    (house / file).write_text(f'"""A newcomer."""\n\n{line}\n', "utf-8")
    done = contracts(house)
    assert done.returncode != 0
    assert re.search(rf"^{contract}.* BROKEN$", done.stdout, re.MULTILINE), done.stdout


# ---------------------------------------------------------------- start-up


HEAVY = ("networkx", "sarif_om", "pydantic", "tree_sitter")


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--version"], HEAVY),
        (["--help"], HEAVY),
        (["check", "--help"], HEAVY),
        (["rules", "--help"], HEAVY),
        (["explain", "missing-index"], HEAVY),
        (["rules"], ("networkx", "sarif_om", "tree_sitter")),
        (["facts", "fixtures/no-schema"], ("networkx", "sarif_om", "pydantic")),
        (["check", "fixtures/no-schema", "--fail-on", "never"], ("sarif_om",)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_loads_only_what_it_needs(arguments: list[str], unwanted: tuple[str, ...]) -> None:
    code = (
        "import sys\n"
        "from convex_lint.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        f"print(*[m for m in {unwanted!r} if m in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr.strip().splitlines()[-1:] in ([], [""]) or not (
        set(done.stderr.strip().splitlines()[-1].split()) & set(unwanted)
    )
    assert done.stdout


# ---------------------------------------------------------------- the same bytes


@pytest.mark.parametrize("format", ["json", "sarif"])
def test_linting_twice_gives_the_same_bytes(format: str) -> None:
    runs = [
        convex_lint("check", "fixtures/shop", "--format", format, "--fail-on", "never", env={"PYTHONHASHSEED": seed})
        for seed in ("1", "2")
    ]
    assert runs[0].stdout
    assert runs[0].stdout == runs[1].stdout


def test_a_shuffled_order_of_files_gives_the_same_bytes(tmp_path: Path) -> None:
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
