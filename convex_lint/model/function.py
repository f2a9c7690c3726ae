"""Registered functions and what starts them."""

from __future__ import annotations

from enum import StrEnum

from convex_lint.fact import fact
from convex_lint.model.operation import Operation
from convex_lint.model.schema import Validator
from convex_lint.source import Span


class Kind(StrEnum):
    QUERY = "query"
    MUTATION = "mutation"
    ACTION = "action"
    HTTP = "http"


class Visibility(StrEnum):
    PUBLIC = "public"
    INTERNAL = "internal"


@fact
class Function:
    """`path` is Convex's: `dir/mod:fn`, `dir/mod` for a default export, `http:POST /path` for an http action that is
    written inside its route. `args` is None without validators. `span` is the registration, `handler` the function itself."""

    component: str
    path: str
    kind: Kind
    visibility: Visibility
    span: Span
    handler: Span | None
    args: Validator | None
    returns: Validator | None
    operations: tuple[Operation, ...] = ()
    node: bool = False

    @property
    def id(self) -> str:
        """The path with `component/` in front, unless it is the root's; how operations name their targets."""
        return f"{self.component}/{self.path}" if self.component else self.path


@fact
class Cron:
    """`every` is the interval in seconds, where the schedule is an interval or daily, hourly, weekly."""

    component: str
    name: str
    schedule: str
    every: float | None
    target: str | None
    span: Span


@fact
class Route:
    """`path` ends in `*` for a pathPrefix; `target` is the id of an http function."""

    component: str
    method: str
    path: str
    target: str | None
    span: Span


def qualified(component: str, path: str) -> str:
    return f"{component}/{path}" if component else path
