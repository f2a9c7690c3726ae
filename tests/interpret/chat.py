"""The small chat backend that the tests of operations share."""

from __future__ import annotations

from convex_lint.model.operation import Call, Operation, Read, Write
from convex_lint.model.project import Project
from tests.interpret.programs import HEAD, done, functions, project, reasons

SCHEMA = """
users: defineTable({ name: v.string(), email: v.string(), team: v.id("teams"), best: v.optional(v.id("users")),
  tags: v.optional(v.array(v.string())) }).index("by_email", ["email"]).index("by_team", ["team", "name"]),
teams: defineTable({ title: v.string(), open: v.boolean() }),
messages: defineTable({ channel: v.string(), author: v.id("users"), body: v.string(), sent: v.number(),
  meta: v.object({ read: v.boolean(), score: v.number() }) })
  .index("by_channel", ["channel", "sent"]).index("by_author", ["author"])
  .searchIndex("body", { searchField: "body", filterFields: ["channel"] })
  .vectorIndex("vec", { vectorField: "v", dimensions: 3, filterFields: ["channel"] }),
"""
TYPES = (
    'import type { QueryCtx, MutationCtx, ActionCtx, DatabaseReader, DatabaseWriter } from "./_generated/server";\n'
    'import type { Id, Doc, TableNames } from "./_generated/dataModel";\n'
)


def run(body: str, **modules: str) -> Project:
    """The facts of `m.ts` with this body, and of further modules; every one has the usual imports."""
    texts = {"schema.ts": SCHEMA, "m.ts": HEAD + TYPES + body}
    texts.update({f"{name}.ts": HEAD + TYPES + text for name, text in modules.items()})
    return project(texts)


def does(body: str, **modules: str) -> list[str]:
    """What `f` of `m.ts` does; nothing of it may be lost."""
    facts = run(body, **modules)
    assert reasons(facts) == []
    return done(facts, "m:f")


def handles(statements: str, before: str = "", args: str = "{}", kind: str = "mutation", **modules: str) -> list[str]:
    """What a handler of these statements does, with `ctx` and `args` in scope."""
    return does(before + handler(statements, args, kind), **modules)


def operations(statements: str, before: str = "", args: str = "{}", kind: str = "mutation") -> tuple[Operation, ...]:
    return functions(run(before + handler(statements, args, kind)))["m:f"].operations


def handler(statements: str, args: str = "{}", kind: str = "mutation") -> str:
    return f"\nexport const f = {kind}({{ args: {args}, handler: async (ctx, args) => {{ {statements} }} }});\n"


def reads(operations: tuple[Operation, ...]) -> list[Read]:
    return [operation for operation in operations if isinstance(operation, Read)]


def writes(operations: tuple[Operation, ...]) -> list[Write]:
    return [operation for operation in operations if isinstance(operation, Write)]


def calls(operations: tuple[Operation, ...]) -> list[Call]:
    return [operation for operation in operations if isinstance(operation, Call)]
