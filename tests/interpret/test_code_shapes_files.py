"""The code shapes on which other Convex checkers are blind or wrong: schemas, folders and files."""

from __future__ import annotations

from tests.interpret.chat import SCHEMA
from tests.interpret.programs import HEAD, done, functions, project, registered
from tests.interpret.test_code_shapes import ALL_USERS, USERS, schema_of, texts


def test_tables_of_any_validator() -> None:
    facts = texts(
        {
            "convex/schema.ts": schema_of(
                "a: defineTable(fields), b: defineTable(v.object({ x: v.string() })),"
                'c: defineTable(v.union(v.object({ k: v.literal("p"), p: v.string() }), v.object({ k: v.literal("q"), q: v.string() })))'
            ).replace("export default", "const fields = { y: v.string() }; export default")
        }
    )
    assert {table.name: table.fields for table in facts.tables} == {"a": ("y",), "b": ("x",), "c": ("k", "p", "q")}


def test_table_built_up_over_statements() -> None:
    facts = texts(
        {
            "convex/schema.ts": 'import { defineSchema, defineTable } from "convex/server"; import { v } from "convex/values";'
            'const t = defineTable({ x: v.string() }); t.index("by_x", ["x"]); export default defineSchema({ t });'
        }
    )
    [table] = facts.tables
    assert [index.name for index in table.indexes] == ["by_x"]


def test_index_as_an_object() -> None:
    facts = texts(
        {
            "convex/schema.ts": schema_of(
                't: defineTable({ x: v.string() }).index("by_x", { fields: ["x"], staged: true }).index("x2", { fields: ["x"] })'
            )
        }
    )
    [table] = facts.tables
    assert [(i.name, i.fields, i.staged) for i in table.indexes] == [("by_x", ("x",), True), ("x2", ("x",), False)]


def test_path_aliases_and_another_functions_folder() -> None:
    facts = texts(
        {
            "convex.json": '{ "functions": "server/fns/" }',
            "tsconfig.json": '{ "compilerOptions": { "paths": { "@/*": ["./server/*"] } } }',
            "server/lib/users.ts": "export const all = async (ctx) => " + USERS + ";",
            "server/fns/schema.ts": schema_of(SCHEMA),
            "server/fns/m.ts": 'import { query } from "@/fns/_generated/server"; import { all } from "@/lib/users";'
            "export const f = query({ args: {}, handler: async (ctx) => all(ctx) });",
        }
    )
    assert registered(facts) == {"m:f": "public query"}
    assert done(facts, "m:f") == [ALL_USERS]


def test_files_of_every_extension() -> None:
    body = HEAD + f"export const f = query({{ args: {{}}, handler: async (ctx) => {USERS} }});"
    facts = project({f"{name}.{name}": body for name in ("tsx", "js", "jsx", "mts", "mjs", "cts")})
    assert set(functions(facts)) == {f"{name}:f" for name in ("tsx", "js", "jsx", "mts", "mjs", "cts")}


def test_files_outside_of_the_functions_folder() -> None:
    facts = texts(
        {
            "convex/m.ts": HEAD + f"export const f = query({{ args: {{}}, handler: async (ctx) => {USERS} }});",
            "src/App.tsx": 'import { useQuery } from "convex/react"; import { api } from "../convex/_generated/api";'
            "export function App() { const users = useQuery(api.m.f, {}); return <p>{users}</p>; }",
        }
    )
    assert [(call.hook, call.target, call.within) for call in facts.client_calls] == [("useQuery", "m:f", "App")]
