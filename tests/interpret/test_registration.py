"""Which functions a module registers, however they are written."""

from __future__ import annotations

import pytest

from tests.interpret.chat import run
from tests.interpret.programs import done, functions, project, reasons, registered

EMPTY = "{ args: {}, handler: async (ctx) => {} }"
LIST = '{ args: {}, handler: async (ctx) => ctx.db.query("users").collect() }'
ALL_USERS = ["query users by_creation_time[] collect"]


@pytest.mark.parametrize(
    ("builder", "registration"),
    [
        ("query", "public query"),
        ("internalQuery", "internal query"),
        ("mutation", "public mutation"),
        ("internalMutation", "internal mutation"),
        ("action", "public action"),
        ("internalAction", "internal action"),
        ("httpAction", "public http"),
    ],
)
def test_builders(builder: str, registration: str) -> None:
    given = EMPTY if builder != "httpAction" else "async (ctx, request) => new Response()"
    assert registered(run(f"export const f = {builder}({given});")) == {"m:f": registration}
    generic = f'import {{ {builder}Generic }} from "convex/server"; export const f = {builder}Generic({given});'
    assert registered(run(generic)) == {"m:f": registration}
    whole = f'import * as server from "convex/server"; export const f = server.{builder}Generic({given});'
    assert registered(run(whole)) == {"m:f": registration}
    named = f'import * as server from "./_generated/server"; export const f = server.{builder}({given});'
    assert registered(run(named)) == {"m:f": registration}


def test_a_function_instead_of_a_config() -> None:
    facts = run('export const f = query(async (ctx, { id }) => ctx.db.get(id as Id<"users">));')
    assert registered(facts) == {"m:f": "public query"}
    assert done(facts, "m:f") == ["get users"]
    assert functions(facts)["m:f"].args is None


def test_exports_of_every_form() -> None:
    facts = run(
        f"const a = query({EMPTY}); const b = query({EMPTY}); export {{ a, b as renamed }};"
        f"export let c = mutation({EMPTY}); export var d = action({EMPTY});"
        f"export const {{ e, ...others }} = {{ e: query({EMPTY}), x: 1 }}; export const [g] = [query({EMPTY})];"
        f"const local = query({EMPTY}); export default local;"
    )
    assert registered(facts) == {
        "m:a": "public query",
        "m:renamed": "public query",
        "m:c": "public mutation",
        "m:d": "public action",
        "m:e": "public query",
        "m:g": "public query",
        "m": "public query",
    }


def test_exported_as_default() -> None:
    assert registered(run(f"const a = query({EMPTY}); export {{ a as default }};")) == {"m": "public query"}


def test_what_is_not_exported_is_no_function() -> None:
    assert registered(run(f"const a = query({EMPTY}); export const b = {{ a }}; export type F = typeof a;")) == {}


def test_builders_of_require() -> None:
    facts = project({"m.js": f'const {{ query }} = require("./_generated/server"); export const f = query({LIST});'})
    assert registered(facts) == {"m:f": "public query"}
    assert done(facts, "m:f") == ALL_USERS


def test_paths_of_folders() -> None:
    facts = run("", **{"a/b/index": f"export const f = query({EMPTY});", "a/b": f"export const f = query({EMPTY});"})
    assert registered(facts) == {"a/b:f": "public query", "a/b/index:f": "public query"}


def test_barrels() -> None:
    facts = run(
        'export { default as x, f as g } from "./inner"; export * from "./star"; export * as space from "./star";'
        'import { h } from "./star"; export { h as again }; export default h;',
        inner=f"export default query({EMPTY}); export const f = mutation({EMPTY});",
        star=f'export const h = action({EMPTY}); export * from "./far"; export default query({EMPTY});',
        far=f"export const z = internalQuery({EMPTY});",
    )
    found = {path: kind for path, kind in registered(facts).items() if path == "m" or path.startswith("m:")}
    assert found == {
        "m:x": "public query",
        "m:g": "public mutation",
        "m:h": "public action",
        "m:z": "internal query",
        "m:again": "public action",
        "m": "public action",
    }


def test_stars_in_a_circle_end() -> None:
    facts = run(
        f'export * from "./other"; export const f = query({EMPTY});',
        other=f'export * from "./m"; export const g = query({EMPTY});',
    )
    assert set(registered(facts)) == {"m:f", "m:g", "other:f", "other:g"}


@pytest.mark.parametrize(
    "text",
    [
        'function list(ctx) { return ctx.db.query("users").collect() } export const f = query({ args: {}, handler: list });',
        'export const f = query({ args: {}, handler: list }); async function list(ctx) { return ctx.db.query("users").collect() }',
        'const list = async (ctx) => ctx.db.query("users").collect(); export const f = query(list);',
        'export const f = query({ args: {}, handler: function named(ctx) { return ctx.db.query("users").collect() } });',
        'export const f = query({ args: {}, async handler(ctx) { return ctx.db.query("users").collect() } });',
        'import { list } from "./inner"; export const f = query({ args: {}, handler: list });',
        'import * as inner from "./inner"; export const f = query({ args: {}, handler: inner.list });',
        'import { list as handler } from "./inner"; export const f = query({ args: {}, handler });',
        f"const config = {LIST}; export const f = query(config);",
        f"const config = {LIST}; export const f = query({{ ...config, returns: v.any() }});",
        f"const make = () => ({LIST}); export const f = query(make());",
        f"export const f = query({LIST} as any);",
        f"export const f = query({LIST}) satisfies unknown;",
        'const H = { list: async (ctx) => ctx.db.query("users").collect() }; export const f = query({ args: {}, handler: H.list });',
        'export const f = query({ args: {}, "handler": async (ctx) => ctx.db.query("users").collect() });',
        'class S { static list = async (ctx) => ctx.db.query("users").collect() } export const f = query({ handler: S.list });',
        "const wrap = (fn) => async (ctx, args) => fn(ctx, args);"
        'export const f = query({ args: {}, handler: wrap(async (ctx) => ctx.db.query("users").collect()) });',
    ],
)
def test_handlers(text: str) -> None:
    facts = run(text, inner='export const list = async (ctx) => ctx.db.query("users").collect();')
    assert registered(facts) == {"m:f": "public query"}
    assert done(facts, "m:f") == ALL_USERS
    assert reasons(facts) == []


def test_a_handler_that_nobody_knows_is_told() -> None:
    facts = run('import { list } from "somewhere"; export const f = query({ args: {}, handler: list });')
    assert registered(facts) == {"m:f": "public query"}
    assert "handler not followed" in reasons(facts)


def test_arguments_and_results() -> None:
    facts = run(
        'const paging = { n: v.number() }; export const f = query({ args: { ...paging, id: v.id("users") },'
        " returns: v.array(v.string()), handler: async () => [] });"
        "export const g = query({ args: v.object({ a: v.string() }), handler: async () => {} });"
        "export const h = query({ args: v.union(v.object({ a: v.string() }), v.object({ b: v.null() })), handler: async () => {} });"
        "const shared = { args: { s: v.string() } }; export const i = query({ ...shared, handler: async () => {} });"
    )
    found = functions(facts)
    assert [sorted(found[f"m:{name}"].args.fields) for name in "fgi"] == [["id", "n"], ["a"], ["s"]]  # type: ignore[union-attr]
    args, returns = found["m:h"].args, found["m:f"].returns
    assert args is not None
    assert [list(member.fields) for member in args.members] == [["a"], ["b"]]
    assert returns is not None
    assert returns.kind == "array"


def test_spans() -> None:
    text = f"export const f = query({LIST});"
    facts = run(text)
    function = functions(facts)["m:f"]
    source = facts.sources["convex/m.ts"].data.decode()
    assert source[function.span.start : function.span.end] == f"query({LIST})"
    assert function.handler is not None
    assert source[function.handler.start : function.handler.end].startswith("async (ctx) =>")


def test_use_node() -> None:
    facts = project(
        {
            "m.ts": f'"use node";\nimport {{ action }} from "./_generated/server";\nexport const f = action({EMPTY});',
            "n.ts": f'import {{ action }} from "./_generated/server"; // "use node"\nexport const f = action({EMPTY});',
        }
    )
    assert {path: function.node for path, function in functions(facts).items()} == {"m:f": True, "n:f": False}


def test_a_function_chosen_by_the_environment() -> None:
    facts = run(f"export const f = process.env.TEST ? query({LIST}) : internalQuery({LIST});")
    assert registered(facts) == {"m:f": "public query"}


def test_files_that_are_no_entry_points() -> None:
    body = f"export const f = query({EMPTY});"
    facts = run("", **{"m.test": body, "_generated/server": body, ".hidden": body, "has space": body, "x.d": body})
    assert registered(facts) == {}
