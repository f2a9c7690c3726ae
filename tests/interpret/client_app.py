"""A small backend, and client files that use it."""

from __future__ import annotations

from convex_lint.model.project import Project
from convex_lint.model.subscription import ClientCall
from tests.interpret.programs import HEAD
from tests.interpret.test_code_shapes import schema_of, texts

BACKEND = {
    "convex/schema.ts": schema_of('notes: defineTable({ title: v.string(), body: v.string(), by: v.id("users") })'),
    "convex/notes.ts": HEAD
    + "".join(
        f"export const {name} = {kind}({{ args: {{}}, handler: async (ctx) => null }});"
        for name, kind in (
            ("list", "query"),
            ("get", "query"),
            ("heartbeat", "mutation"),
            ("save", "mutation"),
            ("sync", "action"),
        )
    ),
}
API = 'import { api } from "../convex/_generated/api";'
REACT = 'import { useQuery, useQueries, usePaginatedQuery, useMutation, usePreloadedQuery } from "convex/react";' + API


def app(files: dict[str, str]) -> Project:
    return texts({**BACKEND, **files})


def calls(files: dict[str, str] | str) -> tuple[ClientCall, ...]:
    """The client calls of one file `src/App.tsx`, or of several."""
    return app({"src/App.tsx": files} if isinstance(files, str) else files).client_calls


def call(files: dict[str, str] | str) -> ClientCall:
    """The only one."""
    (found,) = calls(files)
    return found


def subscribed(files: dict[str, str] | str) -> list[tuple[str, str | None, str]]:
    """(hook, function, component) of those that subscribe."""
    return [(found.hook, found.target, found.within) for found in calls(files) if found.subscribes]
