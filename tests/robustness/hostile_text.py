"""Files that are hardly programs."""

from __future__ import annotations

from tests.robustness.small_app import HEAD, READ, SCHEMA, Files, app, query


def one_line_of_many_functions(count: int = 2_000) -> Files:
    """With characters of two UTF-16 units, so that columns must be counted."""
    functions = "".join(
        f'export const q{i}=query(async(ctx)=>await ctx.db.query("users").filter((q)=>q.eq(q.field("name"),"\N{GRINNING FACE}{i}")).collect());'
        for i in range(count)
    )
    return {"convex/schema.ts": SCHEMA, "convex/a.ts": HEAD.replace("\n", "") + functions}


def many_modules(count: int = 1_000) -> Files:
    modules = {
        f"m{i}": f'import {{ query }} from "./_generated/server";\nimport {{ f{i // 2} }} from "./m{i // 2}";\n'
        f"export const f{i} = async (ctx) => {{ {READ}; {f'await f{i // 2}(ctx);' if i else ''} }};\nexport const q = query(async (ctx) => await f{i}(ctx));\n"
        for i in range(count)
    }
    return app("", **modules)


def many_comments(count: int = 10_000) -> Files:
    spread = "\n".join(
        f"// convex-lint-ignore missing-index, nothing-{i}: because\nconst c{i} = 1; // convex-lint-ignore"
        for i in range(count)
    )
    stacked = "// convex-lint-ignore missing-index: because\n" * count
    return app(f"{spread}\n{stacked}const d = 1;\n// convex-lint-ignore missing-index: {' *' * 100_000} x\n")


def many_holes(count: int = 60) -> Files:
    """A table's name of which only a letter here and there is known."""
    name = "a${args.team}" * count
    schema = SCHEMA.replace("users:", f"{'a' * 60}b: defineTable({{}}), users:")
    return {**app(query(f"return await ctx.db.query(`{name}`).collect();")), "convex/schema.ts": schema}


def broken_manifests(count: int = 100_000) -> Files:
    return app("") | {
        "tsconfig.json": "/*" * count,
        "convex.json": '{"functions": ' + "[" * count,
        "package.json": "9" * count,
        "convex/tsconfig.json": '{"extends": "./tsconfig.json", "a": [' + ", /* */ " * count,
    }


def unclosed_brackets(count: int = 20_000) -> Files:
    return app(
        "",
        broken="{" * count,
        paren="(" * count,
        array="x = [" * count,
        template="`${" * count,
        jsx="<a>" * count,
        type="type X = A<" * count,
        arrow="(a) => {" * count,
        closers="})]" * count,
    )


def unclosed_words(count: int = 20_000) -> Files:
    """What regular expressions over imports and calls might stumble on."""
    return app(
        "",
        imports="import {" * count, from_="import x from " * count, star="export * as " * count, api="api." * count, spaces="import " + " " * count * 20 + "x",
        slashes="/" * count, stars="/*" * count, quotes="\"'`" * count, lines="\n" * count * 10, ifs="if " * count, equals="=>" * count, require="require(" * count,
        words="query " * count, numbers="9" * count * 10, escapes="\\" * count, comment="// convex-lint-ignore " * count, generated='from "_generated/' * count,
    )  # fmt: skip


def binary() -> Files:
    return app(
        "",
        nul="\0" * 100_000,
        low="".join(map(chr, range(32))) * 1_000,
        high="\uffff\ufffe\u2028\u2029\ufeff" * 5_000,
        planes="\U0010ffff\U0001f600" * 20_000,
    )
