"""Rules are found by entry point, the bundled pack as a stranger's would be; settings are the rule's to validate."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from convex_lint.engine.config import Config, load_config
from convex_lint.engine.registry import configured, installed, lookup
from convex_lint.errors import ConfigError, ConvexLintError, UsageError
from convex_lint.rule import Severity
from tests.trees import write

RULE = """\
from collections.abc import Iterator
from typing import ClassVar
from convex_lint.rule import Finding, Rule, Severity

class Noise(Rule):
    default_severity: ClassVar[Severity] = Severity.NOTE
    max_rows: int = 5
    def check(self, backend) -> Iterator[Finding]:
        yield from ()
"""
PAGE = "# Noise\n\nSays much.\n\n## Settings\n\n| setting | default | meaning |\n|---|---|---|\n| `max-rows` | 5 | rows |\n"


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A stranger's pack, installed: a package and its entry point."""
    write(
        tmp_path,
        {
            "stranger_rules/__init__.py": "",
            "stranger_rules/noise.py": RULE,
            "stranger_rules/noise.md": PAGE,
            "stranger_rules/README.md": "no rule",
            "stranger_rules/not_a_rule.py": "raise SystemExit",
            "stranger-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n",
            "stranger-1.0.dist-info/entry_points.txt": "[convex_lint.rules]\nstranger = stranger_rules\n",
        },
    )
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.syspath_prepend(str(tmp_path))
    installed.cache_clear()
    yield tmp_path
    installed.cache_clear()
    for name in [name for name in sys.modules if name.startswith("stranger_rules")]:
        del sys.modules[name]


def test_the_bundled_pack_is_found_by_its_entry_point() -> None:
    bundled = [rule for rule in installed().values() if rule.module.startswith("convex_lint_rules.")]
    assert "missing-index" in {rule.id for rule in bundled}
    assert {rule.pack for rule in bundled} == {"recommended"}
    assert list(installed()) == sorted(installed())


def test_a_strangers_pack_is_found_beside_it(pack: Path) -> None:
    rule = lookup("noise")
    assert (rule.pack, rule.module, rule.page.title) == ("stranger", "stranger_rules.noise", "Noise")
    assert "not-a-rule" not in installed()
    assert "README" not in installed()
    assert "missing-index" in installed()


def test_the_settings_of_a_rule(pack: Path) -> None:
    (setting,) = lookup("noise").settings
    assert (setting.name, setting.type, setting.default, setting.description) == ("max-rows", "integer", "5", "rows")


@pytest.mark.parametrize("name", ["max-rows", "max_rows"])
def test_a_setting_reaches_the_rule(pack: Path, name: str) -> None:
    config = Config(select=("noise",), rules={"noise": {name: 9, "severity": "error"}})
    (ready,) = configured(config)[0]
    assert ready.rule.model_dump() == {"severity": Severity.ERROR, "max_rows": 9}
    assert (ready.severity, ready.info.severity) == ("error", "error")


def ids(config: Config) -> list[str]:
    return [ready.id for ready in configured(config)[0]]


def test_a_rule_that_is_not_recommended_runs_when_it_is_asked_for(pack: Path) -> None:
    quiet = RULE.replace("    max_rows", "    recommended: ClassVar[bool] = False\n    max_rows")
    (pack / "stranger_rules" / "noise.py").write_text(quiet)
    assert not lookup("noise").recommended
    assert "noise" not in ids(Config())
    assert "noise" not in ids(Config(select=("recommended",)))
    assert "noise" not in ids(Config(rules={"noise": {"max-rows": 9}}))
    assert ids(Config(select=("noise",))) == ["noise"]
    assert ids(Config(select=("recommended", "noise"))) == sorted({*ids(Config()), "noise"})
    assert ids(Config(select=("all",))) == list(installed())
    assert ids(Config(select=("all",), ignore=("noise",))) == [id for id in installed() if id != "noise"]
    assert "noise" in ids(Config(rules={"noise": {"severity": "note"}}))
    assert "noise" not in ids(Config(select=("missing-index",), rules={"noise": {"severity": "note"}}))


def test_off_ignore_and_select(pack: Path) -> None:
    assert ids(Config(select=("noise",))) == ["noise"]
    assert ids(Config(select=("noise",), ignore=("noise",))) == []
    assert ids(Config(select=("noise",), rules={"noise": {"severity": "off"}})) == []
    assert "noise" in ids(Config())
    assert "noise" not in ids(Config(ignore=("noise",)))


@pytest.mark.parametrize(
    ("text", "line", "message", "help"),
    [
        ("[rules.noise]\nmax-row = 3\n", 2, "unknown key `rules.noise.max-row`", "Did you mean `max-rows`?"),
        ("[rules.noise]\nmax-rows = 'x'\n", 2, "`rules.noise.max", ""),
        ("[rules.noises]\n", 1, "unknown rule `noises`", "Did you mean `noise`?"),
        ("select = ['noize']\n", 1, "unknown rule `noize` in `select`", "Did you mean `noise`?"),
        ("\nignore = ['noize']\n", 2, "unknown rule `noize` in `ignore`", "Did you mean `noise`?"),
        ("ignore = ['noise']\n[rules.noise]\nmax-rows = 'x'\n", 3, "`rules.noise.max", ""),
    ],
)
def test_a_configuration_that_cannot_be_meant(pack: Path, text: str, line: int, message: str, help: str) -> None:
    file = pack / "convex-lint.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        configured(load_config(file))
    assert caught.value.message.startswith(f"{file}:{line}: ")
    assert message in caught.value.message
    assert help in caught.value.help


def test_an_unknown_rule_names_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        lookup("missing-indexes")
    assert "`missing-indexes`" in caught.value.message
    assert "`missing-index`" in caught.value.help


def test_a_rule_that_cannot_be_imported_leaves_the_others(pack: Path) -> None:
    (pack / "stranger_rules" / "noise.py").write_text("import no_such_module\n")
    ready, (failure,) = configured(Config())
    assert (failure.rule, failure.error) == ("noise", "ModuleNotFoundError")
    assert {"missing-index"} <= {rule.id for rule in ready}


@pytest.mark.parametrize("text", ["", RULE + "class Other(Noise): pass\n"], ids=["none", "two"])
def test_a_module_holds_one_rule(pack: Path, text: str) -> None:
    (pack / "stranger_rules" / "noise.py").write_text(text)
    assert [failure.rule for failure in configured(Config())[1]] == ["noise"]


def test_a_page_that_is_none(pack: Path) -> None:
    (pack / "stranger_rules" / "noise.md").write_text("no title\n")
    with pytest.raises(ConvexLintError, match=r"noise\.md of stranger: line 1"):
        assert lookup("noise").page
    assert [failure.rule for failure in configured(Config())[1]] == ["noise"]


def test_two_packs_with_one_rule(pack: Path) -> None:
    write(pack, {"stranger_rules/missing_index.py": RULE, "stranger_rules/missing_index.md": PAGE})
    with pytest.raises(ConvexLintError, match="two rule packs define `missing-index`: recommended and stranger"):
        installed()


def test_a_pack_that_cannot_be_loaded(pack: Path) -> None:
    (pack / "stranger_rules" / "__init__.py").write_text("raise ValueError('x')\n")
    with pytest.raises(ConvexLintError, match=r"`stranger` \(stranger_rules\) cannot be loaded: ValueError"):
        installed()
