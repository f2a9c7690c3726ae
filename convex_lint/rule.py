"""What a rule is, and what it says."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel, ConfigDict

from convex_lint.analysis.impact import Impact
from convex_lint.model.operation import Operation
from convex_lint.source import Located, Span

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


class Severity(StrEnum):
    """How much it matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    OFF = "off"

    @property
    def rank(self) -> int:
        """0 for error, growing as it matters less."""
        return list(Severity).index(self)


class Confidence(StrEnum):
    """How sure we are; never mixed with severity."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        return list(Confidence).index(self)


@dataclass(frozen=True, slots=True)
class Label:
    """A related place; labels tell the story in order."""

    place: Located
    message: str

    @property
    def span(self) -> Span:
        return self.place.span


@dataclass(frozen=True, slots=True, init=False)
class Finding:
    """One statement about one place. `key` is made of names, never of lines: fingerprints, baselines and deduplication
    hang on it. `severity` None means the rule's own.

    `sites` are the places in which the flaw lies, by default `place`: the read, or the read and the write that
    conflict. Of two findings whose sites are the same, or those of one among those of the other, the rule that
    `yields_to` the other's is told in the other's help. `cause` names what one repair would mend, by default `key`:
    findings of a rule, or of rules with one `remedy`, with one cause (an index that is missing for five reads) are shown
    together, and those of one function are one finding (without a `table` where they are of several). `follows` are the
    places from which the flaw follows (the rows that a loop walks): where a rule that this one `follows` speaks of them,
    its repair is this one's too. `impact` ranks the finding among those of its severity."""

    place: Located
    message: str
    help: str
    key: tuple[str, ...]
    related: tuple[Label, ...]
    confidence: Confidence
    severity: Severity | None
    function: str
    component: str
    table: str | None
    index: str | None
    sites: frozenset[Span]
    cause: tuple[str, ...]
    follows: frozenset[Span]
    impact: Impact

    def __init__(
        self,
        place: Located,
        message: str,
        help: str,
        *,
        key: Iterable[str | None],
        related: Iterable[Label] = (),
        confidence: Confidence = Confidence.HIGH,
        severity: Severity | None = None,
        table: str | None = None,
        index: str | None = None,
        function: str | None = None,
        component: str | None = None,
        sites: Iterable[Span] = (),
        cause: Iterable[str | None] = (),
        follows: Iterable[Span] = (),
        impact: Impact | None = None,
    ) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        operation = place if isinstance(place, Operation) else None
        put("place", place)
        put("message", message)
        put("help", help)
        put("key", tuple(str(part) for part in key))
        put("related", tuple(related))
        put("confidence", confidence)
        put("severity", severity)
        put("table", table)
        put("index", index)
        put("function", function if function is not None else (operation.within if operation else ""))
        put("component", component if component is not None else (operation.component if operation else ""))
        put("sites", frozenset(sites) or frozenset((place.span,)))
        put("cause", tuple(str(part) for part in cause) or self.key)
        put("follows", frozenset(follows))
        put("impact", impact or Impact())

    @property
    def span(self) -> Span:
        return self.place.span


class Rule(BaseModel, ABC):
    """A question to a backend. Its fields are its settings, read from `[rules.<id>]` of the configuration."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    default_severity: ClassVar[Severity] = Severity.WARNING
    tags: ClassVar[tuple[str, ...]] = ()
    recommended: ClassVar[bool] = True
    """False: it runs only where it is asked for, by its name or with `all` in `select`, or by a severity of its own."""
    yields_to: ClassVar[tuple[str, ...]] = ()
    """The ids of the rules that say the same of a site more exactly, the most exact first; those to which they yield
    themselves included."""
    follows: ClassVar[tuple[str, ...]] = ()
    """The ids of the rules to which a finding gives way when they speak of one of the places that it `follows`."""
    remedy: ClassVar[str] = ""
    """What mends it, in a word, where several rules have findings that one repair of a function answers; see `cause`."""

    everywhere: ClassVar[bool] = False
    """True: what it says breaks code, so it is said of examples, tests and copies of other projects too."""

    severity: Severity | None = None
    """Overrides the rule's own severity; `off` silences it."""

    @abstractmethod
    def check(self, backend: Backend) -> Iterator[Finding]:
        """Pure: the same backend gives the same findings, in any order."""


def rule_id(module: str) -> str:
    """`convex_lint_rules.missing_index` -> `missing-index`."""
    return re.sub(r"^.*\.", "", module).replace("_", "-")
