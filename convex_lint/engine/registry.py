"""The rules that are installed: every pack registers a package under the entry point group `convex_lint.rules`.

In such a package, each module with a page of the same stem next to it is a rule: `missing_index.py` and
`missing_index.md` are `missing-index`. The bundled pack is loaded exactly as a stranger's would be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from importlib.metadata import entry_points
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from convex_lint.engine.config import Config
from convex_lint.engine.failure import failure
from convex_lint.engine.nearest import suggestion
from convex_lint.engine.report import Failure, RuleInfo, Setting
from convex_lint.errors import ConfigError, ConvexLintError, UsageError
from convex_lint.page import Page, PageError, parse_page

if TYPE_CHECKING:
    from convex_lint.rule import Rule, Severity

GROUP = "convex_lint.rules"
RECOMMENDED = "recommended"
ALL = "all"
PRESETS = (RECOMMENDED, ALL)
"""Names that `select` takes besides those of rules: the rules that run by default, and every installed rule."""


@dataclass(frozen=True)
class Installed:
    """A rule in an installed pack; neither its module nor its page is read before it is asked for."""

    id: str
    pack: str
    module: str
    page_name: str

    @cached_property
    def type(self) -> type[Rule]:
        """The rule's class. Raises ConvexLintError when the module holds none, or more than one."""
        from convex_lint.rule import Rule

        found = [
            value
            for value in vars(import_module(self.module)).values()
            if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == self.module
        ]
        if len(found) != 1:
            raise ConvexLintError(
                f"{self.module}: holds {len(found)} rules.", help="A rule's module defines one `Rule`."
            )
        return found[0]

    @cached_property
    def page(self) -> Page:
        """The rule's page. Raises ConvexLintError when it is not one."""
        text = files(self.module.rpartition(".")[0]).joinpath(self.page_name).read_text(encoding="utf-8")
        try:
            return parse_page(text)
        except PageError as error:
            raise ConvexLintError(f"{self.page_name} of {self.pack}: {error}") from error

    def severity(self) -> Severity:
        """The rule's own severity, before any configuration."""
        return self.type.default_severity

    @property
    def recommended(self) -> bool:
        """It runs without being asked for."""
        return self.type.recommended

    @property
    def settings(self) -> tuple[Setting, ...]:
        """The rule's own settings: names and types from its fields, words from its page."""
        described = self.page.settings
        properties: dict[str, Any] = self.type.model_json_schema().get("properties", {})
        return tuple(
            Setting(
                name=name.replace("_", "-"),
                type=str(properties.get(name, {}).get("type", "")),
                default=str(field.default),
                description=(described.get(name.replace("_", "-")) or described.get(name) or ("",))[-1],
            )
            for name, field in self.type.model_fields.items()
            if name != "severity"
        )


@cache
def installed() -> Mapping[str, Installed]:
    """Every installed rule, by id. Raises ConvexLintError when a pack cannot be loaded or two packs clash."""
    found: dict[str, Installed] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        try:
            names = sorted(item.name for item in files(entry.value).iterdir())
        except Exception as error:  # a stranger's package may fail in any way
            raise ConvexLintError(
                f"the rule pack `{entry.name}` ({entry.value}) cannot be loaded: {type(error).__name__}: {error}",
                help="Reinstall or remove it.",
            ) from error
        for name in names:
            stem = name.removesuffix(".md")
            if stem == name or f"{stem}.py" not in names:
                continue
            rule = Installed(stem.replace("_", "-"), entry.name, f"{entry.value}.{stem}", name)
            other = found.setdefault(rule.id, rule)
            if other.module != rule.module:
                raise ConvexLintError(
                    f"two rule packs define `{rule.id}`: {other.pack} and {entry.name}.", help="Remove one of them."
                )
    return dict(sorted(found.items()))


def lookup(id: str) -> Installed:
    """The installed rule of that name. Raises UsageError with the nearest name."""
    rule = installed().get(id)
    if rule is None:
        raise UsageError(f"there is no rule `{id}`.", help=suggestion(id, installed()))
    return rule


@dataclass(frozen=True)
class Ready:
    """A rule with its settings, ready to be asked."""

    installed: Installed
    rule: Rule

    @property
    def id(self) -> str:
        return self.installed.id

    @property
    def severity(self) -> Severity:
        return self.rule.severity or self.rule.default_severity

    @property
    def info(self) -> RuleInfo:
        page = self.installed.page
        return RuleInfo(
            id=self.id,
            title=page.title,
            summary=page.summary,
            severity=self.severity,
            tags=self.rule.tags,
            page=page.text,
            url=page.url,
            topic=page.topic,
            settings=self.installed.settings,
        )


def configured(config: Config) -> tuple[list[Ready], list[Failure]]:
    """The rules that `config` selects and does not silence, by id, and those that broke while they were loaded.

    Every rule that the configuration names must exist and every setting must be meant: raises ConfigError, with the
    nearest known name."""
    rules = installed()
    for key, named in (("select", config.select), ("ignore", config.ignore), ("rules", tuple(config.rules))):
        known = (*rules, *PRESETS) if key == "select" else rules
        _must_exist(key, named, known, config)
    ready: list[Ready] = []
    failures: list[Failure] = []
    for id, rule in rules.items():
        try:
            chosen = id not in config.ignore and _selected(rule, config)
            if not chosen and id not in config.rules:
                continue
            made = Ready(rule, _settled(rule, config))
            if chosen and made.severity != "off":
                made.installed.page  # noqa: B018  a page that cannot be read is found here, not while rendering
                ready.append(made)
        except ConfigError:
            raise
        except Exception as error:  # a rule may break in any way, and the others still run
            failures.append(failure(id, "", error))
    return ready, failures


def _selected(rule: Installed, config: Config) -> bool:
    """Asked for by name or by a preset; a severity of its own counts as asking where `select` says nothing."""
    if rule.id in config.select or ALL in config.select:
        return True
    if config.select:
        return RECOMMENDED in config.select and rule.recommended
    return rule.recommended or "severity" in config.rules.get(rule.id, {})


def _must_exist(key: str, named: Iterable[str], rules: Iterable[str], config: Config) -> None:
    for id in named:
        if id not in rules:
            from convex_lint.engine.config_file import complaint

            path = ("rules", id) if key == "rules" else (key,)
            raise complaint(f"unknown rule `{id}` in `{key}`.", config.file, path, help=suggestion(id, rules))


def _settled(rule: Installed, config: Config) -> Rule:
    """The rule with the settings of `[rules.<id>]`, whose names may be written with `-` or `_`."""
    written = config.rules.get(rule.id, {})
    if not written:
        return rule.type()
    from pydantic import ValidationError

    from convex_lint.engine.config_file import explain

    names = {name.replace("-", "_"): name for name in written}
    try:
        return rule.type.model_validate({name: written[as_written] for name, as_written in names.items()})
    except ValidationError as error:
        known = ["severity", *(setting.name for setting in rule.settings)]
        raise explain(error, config.file, ("rules", rule.id), known, names) from error
