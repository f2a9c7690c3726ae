"""Project: all facts of one Convex project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from convex_lint.fact import fact
from convex_lint.model.function import Cron, Function, Route
from convex_lint.model.schema import Schema, Table
from convex_lint.model.subscription import ClientCall
from convex_lint.source import Source, Span


@fact
class Component:
    """`name` is "" for the root, else the instance names joined with `/`; `path` is its functions folder."""

    name: str
    path: str


@fact
class Unfollowed:
    """A place that the analysis could not follow, and why, in a few fixed words that can be counted."""

    span: Span
    reason: str


@fact
class Notice:
    """Something that the user should know of the run: a file with syntax errors, no schema, a file that was skipped."""

    message: str
    file: str | None = None
    span: Span | None = None
    help: str = ""


@fact
class Project:
    """`root` is the folder of the project relative to the root of the run ("" for itself). `clients_scanned`: source
    outside of the functions folders was looked at; `client_words` are all words in it: what is not among them, no client
    looks at."""

    root: str
    components: tuple[Component, ...]
    schemas: Mapping[str, Schema]
    functions: tuple[Function, ...]
    crons: tuple[Cron, ...]
    routes: tuple[Route, ...]
    client_calls: tuple[ClientCall, ...]
    unfollowed: tuple[Unfollowed, ...]
    notices: tuple[Notice, ...]
    sources: Mapping[str, Source] = field(repr=False, default_factory=dict)
    clients_scanned: bool = False
    client_words: frozenset[str] = field(repr=False, default=frozenset())

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(table for schema in self.schemas.values() for table in schema.tables.values())

    def table(self, component: str, name: str | None) -> Table | None:
        schema = self.schemas.get(component)
        return schema.tables.get(name) if schema is not None and name is not None else None
