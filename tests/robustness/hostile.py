"""Projects that no person wrote: generated, huge, deep, cyclic, exponential when helpers are inlined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

Files: TypeAlias = Mapping[str, str]

SCHEMA = """\
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  users: defineTable({ name: v.string(), team: v.string(), score: v.number() }).index("by_team", ["team"]),
});
"""
HEAD = 'import { query, mutation } from "./_generated/server";\nimport { v } from "convex/values";\n'
LAST = """\
export const last = query({
  args: { team: v.string() },
  handler: async (ctx, { team }) =>
    await ctx.db.query("users").withIndex("by_team", (q) => q.eq("team", team)).take(5),
});
"""
"""Stands behind the hostile code: what is still to be understood there."""

READ = 'await ctx.db.query("users").withIndex("by_team", (q) => q.eq("team", "a")).first()'


def _app(code: str, tail: str = LAST, name: str = "a.ts", **more: str) -> dict[str, str]:
    files = {"convex/schema.ts": SCHEMA, f"convex/{name}": f"{HEAD}{code}\n{tail}"}
    return files | {f"convex/{path}.ts": text for path, text in more.items()}


def _query(body: str) -> str:
    return f"export const all = query({{ args: {{ team: v.string(), n: v.number() }}, handler: async (ctx, args) => {{\n{body}\n}} }});"


# ---------------------------------------------------------------- helpers


def recursive_helpers(count: int = 5_000) -> Files:
    """Each calls its two neighbours, with a context and arguments that differ."""
    helpers = "\n".join(
        f"async function h{i}(ctx, x) {{ if (x > {i}) return {READ}; "
        f"await h{(i + 1) % count}(ctx, x + {i}); return await h{(i * 7 + 3) % count}(ctx, [x, {i}]); }}"
        for i in range(count)
    )
    return _app(helpers + "\n" + _query("return await h0(ctx, args.n);"))


def recursive_methods(count: int = 500) -> Files:
    methods = "\n".join(
        f"async m{i}(x) {{ await this.m{(i + 1) % count}({{ x, at: {i} }}); await this.m{(i * 3 + 1) % count}(x); {READ.replace('ctx', 'this.ctx')}; }}"
        for i in range(count)
    )
    return _app(
        f"class Big {{ constructor(private ctx: any) {{}}\n{methods}\n}}\n" + _query("return await new Big(ctx).m0(1);")
    )


def exponential_helpers(depth: int = 30, argument: str = "[x, {at}]", context: str = "ctx, ") -> Files:
    """f1 calls f2 twice with different arguments, and so on: 2 ** depth calls when inlined."""
    helpers = "\n".join(
        f"async function f{i}({context}x) {{ const a = await f{i + 1}({context}{argument.format(at=2 * i)}); "
        f"const b = await f{i + 1}({context}{argument.format(at=2 * i + 1)}); return [a, b]; }}"
        for i in range(depth)
    )
    last = f"async function f{depth}({context}x) {{ {READ if context else ''}; return x; }}"
    return _app(f"{helpers}\n{last}\n" + _query(f"return await f0({context}args.n);"))


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
    return _app(f"{helpers}\n{last}\n" + _query(f"await g0(async (ctx) => {READ})(ctx);"))


def exponential_callbacks(depth: int = 30) -> Files:
    body = READ
    for i in range(depth):
        body = f"await twice(ctx, async (ctx, x{i}) => {{ {body}; }}, {i})"
    return _app(f"async function twice(ctx, f, n) {{ await f(ctx, n); await f(ctx, [n]); }}\n{_query(body + ';')}")


def wide_helpers(count: int = 1_500) -> Files:
    """One query that calls thousands of helpers, each of which reads."""
    helpers = "\n".join(f"async function w{i}(ctx) {{ return {READ}; }}" for i in range(count))
    calls = "\n".join(f"await w{i}(ctx);" for i in range(count))
    return _app(f"{helpers}\n{_query(calls)}")


def one_helper_in_many_ways(count: int = 3_000) -> Files:
    calls = "\n".join(f'await get(ctx, {{ key: "{i}", n: {i} }});' for i in range(count))
    return _app(f"async function get(ctx, o) {{ if (o.n) {{ return {READ}; }} }}\n{_query(calls)}")


def recursive_closures() -> Files:
    return _app(
        _query(
            "const y = (f) => ((x) => x(x))((x) => f((n) => x(x)(n)));\n"
            "const walk = y((self) => async (n) => { " + READ + "; await self({ n }); await self([n, self]); });\n"
            "await walk(args.n);\n"
            "const omega = (x) => x(x, () => x); omega(omega);\n"
            "function grow(f) { return grow(() => f(f)); } return grow(grow);"
        )
    )


def many_functions(count: int = 3_000) -> Files:
    return _app(
        "\n".join(
            f"export const q{i} = query({{ args: {{ team: v.string() }}, handler: async (ctx, args) => "
            f'await ctx.db.query("users").filter((q) => q.eq(q.field("name"), "{i}")).collect() }});'
            for i in range(count)
        )
    )


# ---------------------------------------------------------------- big data


def big_object(bytes_: int = 1_000_000) -> Files:
    entries, size, i = [], 0, 0
    while size < bytes_:
        entries.append(f'  key{i}: {{ id: {i}, label: "label {i}", tags: ["a{i}", "b{i}"], on: {i} % 2 === 0 }},')
        size += len(entries[-1]) + 1
        i += 1
    table = "export const BIG = {\n" + "\n".join(entries) + "\n};"
    body = (
        "const o = { ...BIG, mine: args.n };\nconst [first, ...rest] = Object.entries(o);\n"
        'for (const key of Object.keys(o)) { await ctx.db.query("users").withIndex("by_team", (q) => q.eq("team", key)).first(); }\n'
        "for (const part of Object.values({ ...o, ...BIG })) { help(ctx, part, o); }\n"
        "return { ...o, ...rest, again: BIG[args.team], o };"
    )
    return _app(f"{table}\nfunction help(ctx, part, o) {{ return {{ ...o, part }}; }}\n{_query(body)}")


def big_object_in_a_handler(bytes_: int = 1_000_000) -> Files:
    entries = ",".join(f"k{i}: args.n + {i}" for i in range(bytes_ // 20))
    return _app(
        _query(f"const o = {{ {entries} }};\nconst p = {{ ...o, ...o }};\nawait ctx.db.patch(args.id, p);\nreturn p;")
    )


def big_array(count: int = 100_000) -> Files:
    items = ",".join(str(i) for i in range(count))
    names = ",".join(f'"n{i}"' for i in range(count // 4))
    body = (
        "for (const n of [...NUMBERS, ...NAMES]) { if (NAMES.includes(n)) { " + READ + "; } }\n"
        "const all = NAMES.map((n) => ({ n, all: NUMBERS })); all.push(...all, ...NUMBERS);\n"
        "return await Promise.all(all.filter((x) => x.n !== args.team).flatMap(async (x) => " + READ + "));"
    )
    return _app(f"const NUMBERS = [{items}];\nconst NAMES = [{names}];\n{_query(body)}")


def many_validators(count: int = 3_000) -> Files:
    """A schema of hundreds of tables, and a union of thousands of literals."""
    literals = ", ".join(f'v.literal("l{i}")' for i in range(count))
    fields = ", ".join(f"f{i}: v.optional(v.string())" for i in range(count))
    tables = "\n".join(
        f't{i}: defineTable({{ kind: kinds, other: v.id("t{(i + 1) % 300}") }}).index("by_kind", ["kind"]),'
        for i in range(300)
    )
    schema = (
        'import { defineSchema, defineTable } from "convex/server";\nimport { v } from "convex/values";\n'
        f"export const kinds = v.union({literals});\nexport const wide = v.object({{ {fields} }});\n"
        f"export default defineSchema({{ users: defineTable(wide),\n{tables}\n}});"
    )
    body = 'const d = await ctx.db.query("t1").withIndex("by_kind", (q) => q.eq("kind", args.kind)).first();\nreturn { ...args.w, ...d };'
    query = f'import {{ kinds, wide }} from "./schema";\nexport const all = query({{ args: {{ kind: kinds, w: wide }}, handler: async (ctx, args) => {{ {body} }} }});'
    return {"convex/schema.ts": schema, "convex/a.ts": f"{HEAD}{query}\n"}


def minified(bytes_: int = 2_000_000) -> Files:
    """One line, as a bundler writes it."""
    parts, size, i = [], 0, 0
    while size < bytes_ - 4_000:
        part = (
            f'function a{i}(t,e){{var n,r=t&&t.x{i}||{{}};return n=e?a{max(i - 1, 0)}(r,!1):[r,{i},"s{i}"],'
            f"(n.length>2?n.push(r):n=n.concat([e])),r.y=function(o){{return o?n[o]:r.z}},t?{{k:n,v:r}}:void 0}}"
        )
        parts.append(part)
        size += len(part)
        i += 1
    tail = f'export const all=query({{args:{{}},handler:async(t,e)=>(a{i - 1}(e,1),await t.db.query("users").collect())}});'
    return {"convex/schema.ts": SCHEMA, "convex/a.js": HEAD.replace("\n", "") + "".join(parts) + tail}


# ---------------------------------------------------------------- deep nesting

DEEP = 3_000


def deep_arrays() -> Files:
    return _app(_query(f"const x = {'[' * DEEP}args.n{']' * DEEP}; return x;"))


def deep_objects() -> Files:
    return _app(_query(f"const x = {'{a:' * DEEP}args.n{'}' * DEEP}; return x;"))


def deep_calls() -> Files:
    return _app("const f = (x) => [x];\n" + _query(f"return {'f(' * DEEP}args.n{')' * DEEP};"))


def deep_parentheses() -> Files:
    return _app(_query(f"return {'(' * DEEP}args.n{')' * DEEP};"))


def deep_ifs() -> Files:
    return _app(_query("let x = 1;\n" + "if (args.n) {" * DEEP + READ + ";" + "} else { x = args.n; }" * DEEP))


def deep_else_ifs() -> Files:
    return _app(
        _query(
            "let x = 1;\n"
            + "".join(f"if (args.n > {i}) {{ x = {i}; }} else " for i in range(DEEP))
            + f"{{ {READ}; }} return x;"
        )
    )


def deep_conditionals() -> Files:
    return _app(_query("return " + "".join(f"args.n === {i} ? [{i}] : " for i in range(DEEP)) + "null;"))


def deep_templates() -> Files:
    return _app(_query(f"return {'`${' * DEEP}args.n{'}`' * DEEP};"))


def deep_jsx() -> Files:
    component = f"export const Deep = () => {'<div>' * DEEP}{{useQuery(api.a.last, {{ team: 'x' }})}}{'</div>' * DEEP};"
    client = (
        f'import {{ useQuery }} from "convex/react";\nimport {{ api }} from "../convex/_generated/api";\n{component}\n'
    )
    return _app("") | {"src/deep.tsx": client}


def deep_chains() -> Files:
    return _app(_query(f"const x = args{'.a' * DEEP}; const y = args{'.b().c' * DEEP}; return x{' + args.n' * DEEP};"))


def deep_operators() -> Files:
    """Both ends of long chains of `&&`, `||`, `??`, `!` and `**`."""
    chains = [f"args.a{' ' + op + ' args.b' * 1} {op} ".join(["x"] * (DEEP // 3)) for op in ("&&", "||", "**")]
    nullish = " ?? ".join(["args.c"] * DEEP)
    return _app(
        _query(
            f"const x = args.n;\nif ({'!' * DEEP}x) {{ {READ}; }}\n"
            + "\n".join(f"if ({c}) {{ {READ}; }}" for c in chains)
            + f"\nreturn {nullish};"
        )
    )


def deep_functions() -> Files:
    return _app(_query(f"const f = {'() => ' * DEEP}{{ {READ} }}; return f{'()' * DEEP};"))


def deep_blocks() -> Files:
    return _app(_query("{" * DEEP + READ + ";" + "}" * DEEP))


def deep_loops() -> Files:
    loops = "".join(f"for (const x{i} of xs) {{ " for i in range(300))
    return _app(
        _query(f"let xs = args.n; let s = 0;\n{loops} s = [s, xs]; xs = [...xs, s]; {READ}; {'}' * 300}\nreturn s;")
    )


def deep_types() -> Files:
    deep = "Array<" * DEEP + "string" + ">" * DEEP
    union = " | ".join(f'"{i}"' for i in range(DEEP))
    objects = "{ a: " * DEEP + "1" + " }" * DEEP
    return _app(
        f"type Deep = {deep};\ntype Union = {union};\ntype Objects = {objects};\n"
        + _query("const x: Deep = args.x; const u: Union = args.u; const o: Objects = args.o; return o.a.a.a;")
    )


def deep_validators() -> Files:
    return _app(
        f"const deep = {'v.array(' * DEEP}v.string(){')' * DEEP};\n"
        + _query("return args;").replace("v.number()", "deep")
    )


def deep_patterns() -> Files:
    return _app(
        _query(f"const {'{a:' * DEEP}x{'}' * DEEP} = args; const {'[' * DEEP}y{']' * DEEP} = args.n; return [x, y];")
    )


# ---------------------------------------------------------------- branches and loops


def big_switch(arms: int = 500) -> Files:
    cases = "\n".join(f'case "k{i}": x = [{i}, x]; o.k{i} = x; {READ}; break;' for i in range(arms))
    falling = "\n".join(f"case {i}: x = {{ x, at: {i} }};" for i in range(arms))
    return _app(
        _query(
            f"let x = args.n; const o = {{}};\nswitch (args.team) {{\n{cases}\n}}\nswitch (args.n) {{\n{falling}\n}}\nreturn [x, o];"
        )
    )


def many_ifs(count: int = 400) -> Files:
    """Each may change the same variables: 2 ** count states, if they were not joined."""
    body = "\n".join(
        f"if (args.n > {i}) {{ x = x + {i}; s = `${{s}},{i}`; o = {{ ...o, k{i}: x }}; list.push({{ x, o }}); p = {{ p, o }}; t = [t, x]; }}"
        for i in range(count)
    )
    return _app(
        _query(
            f"let x = args.n, s = args.team, o = {{}}, p = {{}}, t = []; const list = [];\n{body}\nawait ctx.db.insert('users', o); return {{ x, s, o, list, p, t }};"
        )
    )


def many_ifs_of_different_variables(count: int = 400) -> Files:
    lets = "\n".join(f"let v{i} = args.n;" for i in range(count))
    body = "\n".join(f"if (v{i} > {i}) {{ v{(i + 1) % count} = v{i} + v{(i + 7) % count}; }}" for i in range(count))
    return _app(_query(f"{lets}\n{body}\nreturn v0 + v1;"))


def doubling_values(count: int = 200) -> Files:
    """`x = x + x`: a tree of 2 ** count parts, a graph of `count`."""
    sums = "\n".join(f"x = x + x * {i}; y = [y, y]; z = {{ a: z, b: z }}; w = `${{w}}${{w}}`;" for i in range(count))
    return _app(
        "const same = (a, b) => a === b;\n"
        + _query(
            f"let x = args.n, y = args.n, z = args.n, w = args.team;\n{sums}\n"
            "if (x === y) { x = z; } let u = args.n ? x : y; if (same(u, x)) { u = args.n ? { ...z } : x; }\n"
            'await ctx.db.query("users").withIndex("by_team", (q) => q.eq("team", x)).filter((q) => q.eq(q.field("name"), w)).collect();\n'
            'await ctx.db.insert("users", { name: w, team: x, score: y, z });\nreturn { u, x, y, z, w };'
        )
    )


def doubling_twice(count: int = 60) -> Files:
    """Two equal trees that share nothing with one another: comparing them part by part never ends."""
    one = "\n".join(
        "x = x + x; y = y + y; a = [a, a]; b = [b, b]; o = { l: o, r: o }; p = { l: p, r: p };" for _ in range(count)
    )
    return _app(
        "const pick = (f, a, b) => (f ? a : b);\n"
        + _query(
            f"let x = args.n, y = args.n, a = args.n, b = args.n, o = args.n, p = args.n;\n{one}\n"
            "const all = []; all.push(x); all.push(y); all.push(a); all.push(b); all.push(o, p);\n"
            "let z = pick(args.n > 1, x, y); if (args.n > 2) { z = pick(args.n, a, b); } const s = new Set([x, y, a, b]);\n"
            'if (all.includes(y)) { await ctx.db.query("users").filter((q) => q.or(q.eq(q.field("name"), x), q.eq(q.field("name"), y))).collect(); }\n'
            "await ctx.db.patch(args.id, { a: x, b: y }); await ctx.db.patch(args.id, pick(args.n, o, p));\nreturn [z, all, s];"
        )
    )


def doubling_strings(count: int = 60) -> Files:
    """Literals that would be of 2 ** count characters, and numbers of as many digits."""
    text = "\n".join(
        "s = s + s; t = `${t}${t}`; n = n * n; c = c.concat(c); l = [...l, ...l]; o = { ...o, [s]: o };"
        for _ in range(count)
    )
    return _app(
        _query(
            f'let s = "ab", t = "cd", n = 3, c = [1, 2], l = [1, 2], o = {{}};\n{text}\nreturn [s, t, n, c, l, o, "x".repeat(1e9), "x".padStart(1e9), Array(1e9), new Array(1e9).fill(s), 2 ** 9999, 1 << 9999, 10n ** 9999n, Array.from({{ length: 1e9 }})];'
        )
    )


def growing_in_loops() -> Files:
    body = (
        'let s = args.team, fs = [], o = {}, t = null, q = ctx.db.query("users");\n'
        "for (const a of args.xs) { for (const b of a.ys) { for (const c of b.zs) { for (let i = 0; i < c; i++) {\n"
        "  s = s + a + b; s += `${s}${c}`; fs.push(() => [s, fs, o]); fs = [...fs, async () => { "
        + READ
        + "; return fs; }];\n"
        "  o = { ...o, [s]: o, fs }; o[s] = { o, s }; t = { next: t, fs, o }; q = q.filter((r) => r.eq(r.field('name'), s));\n"
        "  fs = fs.map((f) => () => f()); fs.forEach(async (f) => await f());\n"
        "} } } }\nwhile (t) { t = t.next; fs.push(t); if (t === s) break; }\n"
        "do { const g = fs.pop(); await g(); fs.push(g, () => g()); } while (fs.length);\n"
        "for (const f of fs) await f(); return [s, o, t, await q.collect()];"
    )
    return _app(_query(body))


def mutual_containers(count: int = 300) -> Files:
    """Objects that hold one another, and each is spread into the next."""
    body = "\n".join(
        f"const o{i} = {{ ...o{i - 1}, a{i}: o{i - 1}, b: [o{i - 1}, ...list] }}; o{i}.me = o{i}; list.push(o{i}); o0.k{i} = o{i};"
        for i in range(1, count)
    )
    return _app(
        "const see = async (ctx, o) => { "
        + READ
        + "; return o; };\n"
        + _query(
            f"const o0 = {{}}; const list = [];\n{body}\nawait see(ctx, o{count - 1}); return JSON.parse(JSON.stringify(await see(ctx, list)));"
        )
    )


def many_trys(count: int = 400) -> Files:
    body = "\n".join(
        f"try {{ x = [x, {i}]; {READ}; }} catch (e{i}) {{ x = e{i}; }} finally {{ y = x; }}" for i in range(count)
    )
    nested = "try { " * 150 + READ + " } catch { x = y; y = [x]; }" * 150
    return _app(_query(f"let x = args.n, y;\n{body}\n{nested}\nreturn [x, y];"))


def many_options(count: int = 12) -> Files:
    """Unions as callee, owner, key and argument at once."""
    options = ", ".join(f"k{i}: {{ f: (x, y) => [{i}, x, y], n: '{i}' }}" for i in range(count))
    pick = "o[args.team]"
    body = (
        "const o = { "
        + options
        + " };\n"
        + "\n".join(
            f"const x{i} = {pick}.f({pick}, x{i - 1}); const y{i} = o[{pick}.n]?.[x{i}][{pick}]({pick}.f);"
            for i in range(1, 30)
        )
    )
    return _app(_query(f"const x0 = args.n;\n{body}\nreturn [x29, y29];"))


# ---------------------------------------------------------------- classes, cycles, odd things


def huge_class(count: int = 3_000) -> Files:
    members = "\n".join(
        f"f{i} = {i}; static s{i} = {{ at: {i} }}; get g{i}() {{ return this.g{(i + 1) % count}; }} async m{i}(x) {{ this.f{i} = x; return await this.m{max(i - 1, 0)}([x]); }}"
        for i in range(count)
    )
    return _app(
        f"class Huge {{ db; constructor(ctx) {{ this.db = ctx.db; }}\n{members}\nasync read() {{ return {READ.replace('ctx.db', 'this.db')}; }} }}\n"
        + _query(
            f"const h = new Huge(ctx); await h.m{count - 1}(h.g0); Object.assign(h, {{ ...h }}); return await h.read();"
        )
    )


def class_chain(count: int = 1_000) -> Files:
    classes = "\n".join(
        f"class C{i} extends C{i - 1} {{ constructor(c) {{ super(c); this.c{i} = c; }} async run() {{ return await super.run(); }} }}"
        for i in range(1, count)
    )
    return _app(
        f"class C0 {{ constructor(c) {{ this.ctx = c; }} async run() {{ return {READ.replace('ctx', 'this.ctx')}; }} }}\n{classes}\n"
        + _query(f"return await new C{count - 1}(ctx).run();")
    )


def class_extends_itself() -> Files:
    code = (
        "class A extends A { m() { return super.m(); } get g() { return this.g; } }\n"
        "class B extends C { run(ctx) { return super.run(ctx); } }\nclass C extends B { constructor(x) { super(x); new C(x); } }\n"
        "let D = class {}; D = class extends D { static s = new D(); child = new D(); };\n"
        "const E = class F extends F { x = new E(); };\nconst mixin = (Base) => class extends mixin(Base) {};\n"
        "function G() { return new G(); } G.prototype = new G();\n"
    )
    return _app(
        code
        + _query(
            "new A().m(); new A().g; new B().run(ctx); new C(1); new D().child; new E(); new (mixin(A))().m(); new G(); return "
            + READ
            + ";"
        )
    )


def cyclic_types() -> Files:
    chain = "\n".join(
        f"type T{i} = T{(i + 1) % 2_000} | {{ a: T{(i * 3) % 2_000}; b: T{(i * 7) % 2_000}[] }};" for i in range(2_000)
    )
    code = (
        "type Self = Self; type Json = { [k: string]: Json } | Json[] | Json; type Loop<T> = Loop<Loop<T>>;\n"
        "interface N extends N { next: N } interface P extends Q { q: Q } interface Q extends P { p: P }\n"
        "type Fat<T> = { l: Fat<[T, T]>; r: Fat<{ a: T; b: T }> };\ntype Deep = Partial<Omit<Required<Deep>, keyof Deep>> & Deep;\n"
        "const self: typeof self = self; type O = typeof o; const o: O = { o } as O;\ntype W = ReturnType<typeof w>; const w = (): W => w();\n"
    )
    handler = "const s: Self = args.s; const j: Json = args.j; const l: Loop<string> = args.l; const n: N = args.n; const p: P = n as any; const f: Fat<string> = args.f; const d: Deep = args.d; const t: T0 = args.t; return [s, j.a.b.c, l, n.next.next, p.q.p.q, f.l.r.l.r.l.r.l.r, d, t.a.b[0].a.b, self, w(), o];"
    return _app(f"{chain}\n{code}{_query(handler)}")


def wide_types(depth: int = 25) -> Files:
    """A type that doubles at each level, without a cycle."""
    types = "\n".join(
        f"interface D{i} {{ l: D{i + 1}; r: D{i + 1}; m: Array<D{i + 1} | {{ x: D{i + 1} }}> }}" for i in range(depth)
    )
    return _app(
        f'{types}\ninterface D{depth} {{ id: Id<"users"> }}\n'
        + _query("const d: D0 = args.d; await help(ctx, d); return { ...d, x: d.l.r.l.r };")
        + "\nasync function help(ctx: QueryCtx, d: D0): Promise<D1> { return d.l; }"
    )


def wide_validators(depth: int = 25) -> Files:
    """A validator that doubles at each level."""
    code = "const w0 = v.string();\n" + "\n".join(
        f"const w{i} = v.object({{ l: w{i - 1}, r: v.optional(w{i - 1}), m: v.union(v.array(w{i - 1}), w{i - 1}) }});"
        for i in range(1, depth)
    )
    query = f"export const all = query({{ args: {{ w: w{depth - 1} }}, returns: w{depth - 1}, handler: async (ctx, args) => {{ {READ}; return args.w; }} }});"
    return _app(f"{code}\n{query}")


def cyclic_modules(count: int = 200) -> Files:
    modules = {
        f"m{i}": f'import {{ query }} from "./_generated/server";\nimport {{ f{(i + 1) % count} }} from "./m{(i + 1) % count}";\n'
        f'import * as all{i} from "./m{(i * 3 + 1) % count}";\nexport const c{i} = f{(i + 1) % count} ? all{i}.c{(i * 3 + 1) % count} : {i};\n'
        f"export async function f{i}(ctx, x) {{ {READ}; return await f{(i + 1) % count}(ctx, [x]); }}\n"
        f"export const q{i} = query(async (ctx) => await f{i}(ctx, c{i}));\n"
        for i in range(count)
    }
    return _app("", **modules)


def cyclic_star_exports(count: int = 200) -> Files:
    """Every module passes on all of three others; nobody has the name that is looked for."""
    modules = {
        f"s{i}": "".join(f'export * from "./s{(i * k + k) % count}";\n' for k in (1, 2, 3))
        + f'export * from "./s{i}";\nexport const own{i} = {i};\n'
        for i in range(count)
    }
    imports = 'import { nobody, own7, own199 } from "./s0";\nimport * as all from "./s1";\n'
    return _app(
        imports
        + _query(
            "nobody(ctx); all.nobody(ctx); all[args.team](ctx); const { own3, ...rest } = all; const x: all.Nothing = own7; return [own199, { ...all }, rest, x];"
        ),
        **modules,
    )


def cyclic_reexports() -> Files:
    """Names and aliases that lead to one another and nowhere."""
    one = 'export { x, y as z, default } from "./two";\nexport * as self from "./one";\nimport { self } from "./one";\nexport const deep = self.self.self.self.deep;\n'
    two = 'export { x, z as y, default } from "./one";\nimport { x } from "./one";\nexport { x as again };\nimport mine from "./two";\nexport { mine };\n'
    return _app(
        'import { x, z, deep, self } from "./one";\nimport { again, mine } from "./two";\n'
        + _query("x(ctx); z(ctx); mine(ctx); again(ctx); return [deep, self.self.self.x];"),
        one=one,
        two=two,
    )


def odd_things() -> Files:
    """Proxies, getters that recurse, generators that yield themselves, objects that are their own prototype."""
    code = """
function* self() { const me = self(); yield me; yield* me; yield* self(); for (const x of me) yield [x, me]; }
async function* later(ctx) { yield* later(ctx); for await (const x of later(ctx)) { yield later(ctx); } READ; }
const proxy = new Proxy({}, { get: (t, k, r) => r[k], apply: () => proxy(), has: () => proxy.x in proxy });
const odd = { get a() { return odd.b; }, get b() { return this.a; }, set a(x) { this.a = x; }, toString() { return `${this}`; },
  [Symbol.iterator]: function* () { yield* this; }, then(f) { return f(this.then(f)); }, ...odd, valueOf: () => odd + odd };
odd.__proto__ = odd; odd.self = odd; odd[odd] = odd; const { self: { self: { self: again } } } = odd;
const thenable = { then: (f) => f(thenable) };
Object.defineProperty(odd, "z", { get() { return odd.z; } }); Object.assign(odd, odd, { odd }); Object.setPrototypeOf(odd, proxy);
const arr = []; arr.push(arr); arr[0][0] = arr; const weird = arr.map(() => arr.map).reduce; [arr, ...arr].flat(Infinity).sort(arr).concat(arr);
const bound = bound.bind(bound).call(bound, ...arguments); eval("x"); with_ = new Function("x"); var undefined = 1, NaN, ctx = ctx;
label: for (;;) { label2: while (true) { continue label; } } let lazy = () => lazy; lazy = lazy()()();
const map = new Map([[1, map]]); map.set(map, map); map.get(map).get(map); const set = new Set([set]); set.add(set);
const p = new Promise((r) => r(p)); p.then(() => p).then(p); const r = { ...r, ...[r], r }; delete r.r.r; new.target; import.meta.url;
function noargs() { return noargs.apply(null, arguments)(...arguments); } async () => { await (await (await p)); };
const tagged = tag`a${tag}b`; function tag(s, ...v) { return tag`${s}${v}`; } const re = /(a+)+$/; x = y = z = x; [a, b] = [b, a]; ({ a, b } = { b, a });
""".replace("READ", READ)
    return _app(
        code
        + _query(
            "for (const x of self()) { for (const y of x) { self(y); } } for await (const z of later(ctx)) { await z; } await thenable; await p; await odd; proxy.a.b.c(ctx); proxy(ctx); odd.a; odd.b = odd; again.self; `${odd}`; noargs(ctx); tagged(ctx); lazy()(ctx); for (const k in odd) { odd[k](ctx); } for (const x of odd) { x(ctx); } return { ...odd, ...proxy, arr, map, set, r };"
        )
    )


def odd_schema() -> Files:
    schema = """
import { defineSchema, defineTable } from "convex/server"; import { v } from "convex/values";
const self = v.object({ self, again: v.union(self, self) }); const rec = () => v.object({ x: rec() });
const t = defineTable({ a: self, r: rec() }); t.index("x", ["a", "a", "", 1, null, ...t]).index().index("x").index(t, t);
const tables = { ...tables, t, [t]: t, users: t.index("by_team", ["team"]), "": t, "a b": defineTable(), n: defineTable(v.any()), u: defineTable(v.union()), w: defineTable(42), i: v.id(v.id("x")) };
tables.users.searchIndex("s", tables).vectorIndex("v", { dimensions: tables, vectorField: null, filterFields: [[]] });
export default defineSchema({ ...tables, ...defineSchema(tables), users: tables.users }, { schemaValidation: tables });
"""
    return {
        **_app(
            _query(
                f'{READ}; await ctx.db.query("").collect(); await ctx.db.query("a b").withIndex("", (q) => q).first(); return args.n;'
            )
        ),
        "convex/schema.ts": schema,
    }


def odd_builders() -> Files:
    """Functions registered from themselves, in loops, a thousand times."""
    code = (
        'import { customQuery, customCtx } from "convex-helpers/server/customFunctions";\n'
        "const b0 = customQuery(query, customCtx(async (ctx) => ({ ctx })));\n"
        + "\n".join(
            f"const b{i} = customQuery(b{i - 1}, customCtx(async (ctx) => ({{ ...ctx, at{i}: {READ} }})));"
            for i in range(1, 60)
        )
        + "\nconst loop = customQuery(loop, { args: {}, input: async (ctx) => loop({ handler: loop })(ctx) });\n"
        "export const viaLoop = loop({ args: {}, handler: async (ctx) => await viaLoop(ctx) });\n"
        "export const viaAll = b59({ args: {}, handler: async (ctx) => await viaAll(ctx, {}) });\n"
        "export const self = query({ args: self, returns: self, handler: self.handler });\nexport const q = query(query(query(async (ctx) => "
        + READ
        + ")));\n"
        "export { self as a, self as b, q as default };\n"
    )
    return _app(code)


def deep_promises(count: int = 5_000) -> Files:
    body = "\n".join(
        f"if (args.n > {i}) {{ p = Promise.race([p, {i}, Promise.resolve([p])]); s = p.then(() => s); }}"
        for i in range(count)
    )
    return _app(_query(f"let p = args.n, s = p;\n{body}\nreturn [await p, await s];"))


# ---------------------------------------------------------------- text that is no program


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
    return _app("", **modules)


def many_comments(count: int = 10_000) -> Files:
    spread = "\n".join(
        f"// convex-lint-ignore missing-index, nothing-{i}: because\nconst c{i} = 1; // convex-lint-ignore"
        for i in range(count)
    )
    stacked = "// convex-lint-ignore missing-index: because\n" * count
    return _app(f"{spread}\n{stacked}const d = 1;\n// convex-lint-ignore missing-index: {' *' * 100_000} x\n")


def many_holes(count: int = 60) -> Files:
    """A table's name of which only a letter here and there is known."""
    name = "a${args.team}" * count
    schema = SCHEMA.replace("users:", f"{'a' * 60}b: defineTable({{}}), users:")
    return {**_app(_query(f"return await ctx.db.query(`{name}`).collect();")), "convex/schema.ts": schema}


def broken_manifests(count: int = 100_000) -> Files:
    return _app("") | {
        "tsconfig.json": "/*" * count,
        "convex.json": '{"functions": ' + "[" * count,
        "package.json": "9" * count,
        "convex/tsconfig.json": '{"extends": "./tsconfig.json", "a": [' + ", /* */ " * count,
    }


def unclosed_brackets(count: int = 20_000) -> Files:
    return _app(
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
    return _app(
        "",
        imports="import {" * count, from_="import x from " * count, star="export * as " * count, api="api." * count, spaces="import " + " " * count * 20 + "x",
        slashes="/" * count, stars="/*" * count, quotes="\"'`" * count, lines="\n" * count * 10, ifs="if " * count, equals="=>" * count, require="require(" * count,
        words="query " * count, numbers="9" * count * 10, escapes="\\" * count, comment="// convex-lint-ignore " * count, generated='from "_generated/' * count,
    )  # fmt: skip


def binary() -> Files:
    return _app(
        "",
        nul="\0" * 100_000,
        low="".join(map(chr, range(32))) * 1_000,
        high="\uffff\ufffe\u2028\u2029\ufeff" * 5_000,
        planes="\U0010ffff\U0001f600" * 20_000,
    )


PROJECTS: dict[str, Callable[[], Files]] = {
    made.__name__: made
    for made in (
        recursive_helpers, recursive_methods, exponential_helpers, exponential_pure_helpers, exponential_computed,
        exponential_closures, exponential_callbacks, wide_helpers, one_helper_in_many_ways, recursive_closures,
        many_functions, big_object, big_object_in_a_handler, big_array, many_validators, minified, deep_arrays,
        deep_objects, deep_calls, deep_parentheses, deep_ifs, deep_else_ifs, deep_conditionals, deep_templates, deep_jsx,
        deep_chains, deep_operators, deep_functions, deep_blocks, deep_loops, deep_types, deep_validators, deep_patterns,
        big_switch, many_ifs, many_ifs_of_different_variables, doubling_values, doubling_twice, doubling_strings,
        growing_in_loops, mutual_containers, many_trys, many_options, huge_class, class_chain, class_extends_itself,
        cyclic_types, wide_types, wide_validators, cyclic_modules, cyclic_star_exports, cyclic_reexports, odd_things,
        odd_schema, odd_builders, deep_promises, one_line_of_many_functions, many_modules, many_comments, many_holes, broken_manifests, unclosed_brackets,
        unclosed_words, binary,
    )
}  # fmt: skip
