"""Report: everything that one run has to say, before anyone decides how to say it."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from convex_lint.analysis.impact import MOST_POINTS
from convex_lint.model.project import Notice, Project, Unfollowed
from convex_lint.source import Source

if TYPE_CHECKING:
    from convex_lint.rule import Confidence, Finding, Severity


@dataclass(frozen=True, slots=True)
class Result:
    """A finding as the configuration settles it. `severity` is never `off`. `key` is unique in a report and made of
    names: the rule, the project's folder where there is one, the finding's own key, and a number from the second
    finding with the same key on. `suppression` is the reason that a comment gives for ignoring it, `swallowed` the rules
    that say the same less exactly, or of what the same repair mends, and that the help tells of. `remedy` is the rule's."""

    rule: str
    severity: Severity
    finding: Finding
    project: str
    key: str
    suppression: str | None = None
    swallowed: tuple[str, ...] = ()
    remedy: str = ""

    @property
    def confidence(self) -> Confidence:
        return self.finding.confidence

    @property
    def rank(self) -> float:
        """0 to 100: how soon it should be fixed, from severity (a third of the scale each), confidence and impact. What
        may be wrong comes later than what is sure and costs as much."""
        third = {"error": 2, "warning": 1}.get(self.severity.value, 0)
        points = self.finding.impact.points + 8 - 3 * self.confidence.rank
        return round(100 / 3 * (third + points / (MOST_POINTS + 8)), 1)

    @property
    def cause(self) -> tuple[str, ...]:
        """What one repair mends: the same for all results that it would make go away."""
        return (self.remedy or self.rule, *([self.project] if self.project else []), *self.finding.cause)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a rule: `type` and `default` as they are written in convex-lint.toml."""

    name: str
    type: str
    default: str
    description: str


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """A rule that ran. `page` is its whole Markdown page, `url` the page of the Convex documentation that it rests on,
    `topic` its Context7 topic; both empty where the page names none. `severity` is the configured one."""

    id: str
    title: str
    summary: str
    severity: Severity
    tags: tuple[str, ...]
    page: str
    url: str = ""
    topic: str = ""
    settings: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A part of the run that broke: one rule, or the analysis of one project (`rule` None). `error` is the name of the
    exception, `log` the file to attach to a bug report (empty where none could be written)."""

    rule: str | None
    project: str
    error: str
    log: str = ""

    @property
    def message(self) -> str:
        what = f"the rule `{self.rule}`" if self.rule else "the analysis"
        where = f" on `{self.project}`" if self.project else ""
        return f"An internal error ({self.error}) stopped {what}{where}; the rest of the run went on."

    @property
    def help(self) -> str:
        return (
            f"Please report it and attach `{self.log}`; it holds no source text." if self.log else "Please report it."
        )


@dataclass(frozen=True, slots=True)
class Summary:
    """`files` are those that were parsed. `seconds` is the wall-clock time of the run; it stays out of every format
    that promises the same bytes twice. `hidden` counts what `min-confidence` holds back,
    `aside` what stands in examples, tests and copies of other projects."""

    projects: int = 0
    files: int = 0
    functions: int = 0
    tables: int = 0
    seconds: float = 0.0
    by_severity: Mapping[str, int] = field(default_factory=dict)
    by_rule: Mapping[str, int] = field(default_factory=dict)
    suppressed: int = 0
    hidden: int = 0
    aside: int = 0
    not_followed: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """`results` are shown, in order of severity, confidence, file and place; `suppressed` are not. Paths are relative to
    the root of the run with `/`: the repository's root, or the folder that was linted. `base` is the working folder
    relative to that root ("" when they are the same), for those who print paths that a terminal can open. `projects`
    are their folders, `facts` what was found out of each, `rules` all that ran, by id."""

    results: tuple[Result, ...] = ()
    suppressed: tuple[Result, ...] = ()
    notices: tuple[Notice, ...] = ()
    failures: tuple[Failure, ...] = ()
    unfollowed: tuple[Unfollowed, ...] = ()
    summary: Summary = field(default_factory=Summary)
    rules: tuple[RuleInfo, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict, repr=False)
    projects: tuple[str, ...] = ()
    facts: tuple[Project, ...] = field(default=(), repr=False)
    base: str = ""
    prefix: str = ""

    def path_from_here(self, file: str) -> str:
        """The path by which the working folder reaches a file of the report."""
        return posixpath.relpath(file, self.base) if self.base else posixpath.join(self.prefix, file)

    def rule(self, id: str) -> RuleInfo:
        return next(rule for rule in self.rules if rule.id == id)

    def exit_code(self, fail_on: Severity | None) -> int:
        """0 clean, 1 with a result at or above `fail_on` (None: never), 3 when a part of the run broke."""
        if self.failures:
            return 3
        return int(fail_on is not None and any(r.severity.rank <= fail_on.rank for r in self.results))
