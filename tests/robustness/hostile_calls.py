"""Helpers, methods and closures by the thousand, recursive, or exponential when they are inlined."""

from __future__ import annotations

from tests.robustness.small_app import READ, Files, app, query


def recursive_helpers(count: int = 5_000) -> Files:
    """Each calls its two neighbours, with a context and arguments that differ."""
    helpers = "\n".join(
        f"async function h{i}(ctx, x) {{ if (x > {i}) return {READ}; "
        f"await h{(i + 1) % count}(ctx, x + {i}); return await h{(i * 7 + 3) % count}(ctx, [x, {i}]); }}"
        for i in range(count)
    )
    return app(helpers + "\n" + query("return await h0(ctx, args.n);"))


def recursive_methods(count: int = 500) -> Files:
    methods = "\n".join(
        f"async m{i}(x) {{ await this.m{(i + 1) % count}({{ x, at: {i} }}); await this.m{(i * 3 + 1) % count}(x); {READ.replace('ctx', 'this.ctx')}; }}"
        for i in range(count)
    )
    return app(
        f"class Big {{ constructor(private ctx: any) {{}}\n{methods}\n}}\n" + query("return await new Big(ctx).m0(1);")
    )


def exponential_helpers(depth: int = 30, argument: str = "[x, {at}]", context: str = "ctx, ") -> Files:
    """f1 calls f2 twice with different arguments, and so on: 2 ** depth calls when inlined."""
    helpers = "\n".join(
        f"async function f{i}({context}x) {{ const a = await f{i + 1}({context}{argument.format(at=2 * i)}); "
        f"const b = await f{i + 1}({context}{argument.format(at=2 * i + 1)}); return [a, b]; }}"
        for i in range(depth)
    )
    last = f"async function f{depth}({context}x) {{ {READ if context else ''}; return x; }}"
    return app(f"{helpers}\n{last}\n" + query(f"return await f0({context}args.n);"))


def exponential_pure_helpers() -> Files:
    return exponential_helpers(context="")


def exponential_computed() -> Files:
    """The arguments are sums that double in size at each level."""
    return exponential_helpers(argument="x + x * {at}")


def exponential_closures(depth: int = 30) -> Files:
    helpers = "\n".join(
        f"const g{i} = (f) => async (ctx) => {{ await g{i + 1}(async (c) => await f(c))(ctx); await g{i + 1}(f)(ctx); }};"
        for i in range(depth)
    )
    last = f"const g{depth} = (f) => async (ctx) => await f(ctx);"
    return app(f"{helpers}\n{last}\n" + query(f"await g0(async (ctx) => {READ})(ctx);"))


def exponential_callbacks(depth: int = 30) -> Files:
    body = READ
    for i in range(depth):
        body = f"await twice(ctx, async (ctx, x{i}) => {{ {body}; }}, {i})"
    return app(f"async function twice(ctx, f, n) {{ await f(ctx, n); await f(ctx, [n]); }}\n{query(body + ';')}")


def wide_helpers(count: int = 1_500) -> Files:
    """One query that calls thousands of helpers, each of which reads."""
    helpers = "\n".join(f"async function w{i}(ctx) {{ return {READ}; }}" for i in range(count))
    calls = "\n".join(f"await w{i}(ctx);" for i in range(count))
    return app(f"{helpers}\n{query(calls)}")


def one_helper_in_many_ways(count: int = 3_000) -> Files:
    calls = "\n".join(f'await get(ctx, {{ key: "{i}", n: {i} }});' for i in range(count))
    return app(f"async function get(ctx, o) {{ if (o.n) {{ return {READ}; }} }}\n{query(calls)}")


def recursive_closures() -> Files:
    return app(
        query(
            "const y = (f) => ((x) => x(x))((x) => f((n) => x(x)(n)));\n"
            "const walk = y((self) => async (n) => { " + READ + "; await self({ n }); await self([n, self]); });\n"
            "await walk(args.n);\n"
            "const omega = (x) => x(x, () => x); omega(omega);\n"
            "function grow(f) { return grow(() => f(f)); } return grow(grow);"
        )
    )


def many_functions(count: int = 3_000) -> Files:
    return app(
        "\n".join(
            f"export const q{i} = query({{ args: {{ team: v.string() }}, handler: async (ctx, args) => "
            f'await ctx.db.query("users").filter((q) => q.eq(q.field("name"), "{i}")).collect() }});'
            for i in range(count)
        )
    )
