"""Small backends in memory, interpreted."""

from __future__ import annotations

from collections.abc import Mapping

from convex_lint.engine.memory import workspace_of
from convex_lint.interpret.interpret import interpret
from convex_lint.model.function import Function
from convex_lint.model.operation import Call, Operation, Platform, Read, Write
from convex_lint.model.project import Project
from convex_lint.program.link import link
from convex_lint.syntax.parser import parse

SERVER = 'import { query, mutation, action, internalQuery, internalMutation, internalAction, httpAction } from "./_generated/server";\n'
HEAD = SERVER + 'import { v } from "convex/values";\nimport { api, internal, components } from "./_generated/api";\n'


def project(files: Mapping[str, str]) -> Project:
    """The facts of a backend: text by path under `convex/`; `schema.ts` may be the body of `defineSchema({ ... })` only."""
    texts = {}
    for path, text in files.items():
        if path == "schema.ts" and "export default" not in text:
            text = (
                'import { defineSchema, defineTable } from "convex/server";\nimport { v } from "convex/values";\n'
                f"export default defineSchema({{ {text} }});\n"
            )
        texts[f"convex/{path}"] = text
    return interpret(link(workspace_of(texts), parse))


def functions(facts: Project) -> dict[str, Function]:
    return {function.path: function for function in facts.functions}


def registered(facts: Project) -> dict[str, str]:
    """`public query` and so on, by path."""
    return {f.path: f"{f.visibility} {f.kind}" for f in facts.functions}


def done(facts: Project, path: str) -> list[str]:
    """What a function does, one word group an operation: see `said`."""
    return [said(operation) for operation in functions(facts)[path].operations]


def said(operation: Operation) -> str:
    """`query users by_email[email] unique`, `patch users (name)`, `runQuery dir/mod:fn`, `auth getUserIdentity`; with
    `?` behind what is conditional and `*` behind what runs in a loop."""
    if isinstance(operation, Read):
        fields = [key.field for key in operation.eq] + [f"{b.operator} {b.field}" for b in operation.bounds]
        text = f"{operation.op} {operation.table} {operation.index}[{', '.join(fields)}] {operation.terminal}"
        if operation.op == "get":
            text = f"get {operation.table}"
    elif isinstance(operation, Write):
        fields = list(operation.fields) if operation.fields is not None else ["?"]
        text = f"{operation.op} {operation.table}" + (f" ({', '.join(fields)})" if operation.op != "delete" else "")
    elif isinstance(operation, Call):
        text = f"{operation.method} {operation.target}"
    else:
        assert isinstance(operation, Platform)
        text = f"{operation.op} {operation.method}"
    return text + ("*" if operation.loops else "") + ("?" if operation.conditional else "")


def reasons(facts: Project) -> list[str]:
    return [lost.reason for lost in facts.unfollowed]
