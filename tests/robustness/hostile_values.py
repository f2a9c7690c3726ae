"""Data, strings, unions and branches that grow without an end."""

from __future__ import annotations

from tests.robustness.small_app import HEAD, READ, SCHEMA, Files, app, query


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
    return app(f"{table}\nfunction help(ctx, part, o) {{ return {{ ...o, part }}; }}\n{query(body)}")


def big_object_in_a_handler(bytes_: int = 1_000_000) -> Files:
    entries = ",".join(f"k{i}: args.n + {i}" for i in range(bytes_ // 20))
    return app(
        query(f"const o = {{ {entries} }};\nconst p = {{ ...o, ...o }};\nawait ctx.db.patch(args.id, p);\nreturn p;")
    )


def big_array(count: int = 100_000) -> Files:
    items = ",".join(str(i) for i in range(count))
    names = ",".join(f'"n{i}"' for i in range(count // 4))
    body = (
        "for (const n of [...NUMBERS, ...NAMES]) { if (NAMES.includes(n)) { " + READ + "; } }\n"
        "const all = NAMES.map((n) => ({ n, all: NUMBERS })); all.push(...all, ...NUMBERS);\n"
        "return await Promise.all(all.filter((x) => x.n !== args.team).flatMap(async (x) => " + READ + "));"
    )
    return app(f"const NUMBERS = [{items}];\nconst NAMES = [{names}];\n{query(body)}")


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


def big_switch(arms: int = 500) -> Files:
    cases = "\n".join(f'case "k{i}": x = [{i}, x]; o.k{i} = x; {READ}; break;' for i in range(arms))
    falling = "\n".join(f"case {i}: x = {{ x, at: {i} }};" for i in range(arms))
    return app(
        query(
            f"let x = args.n; const o = {{}};\nswitch (args.team) {{\n{cases}\n}}\nswitch (args.n) {{\n{falling}\n}}\nreturn [x, o];"
        )
    )


def many_ifs(count: int = 400) -> Files:
    """Each may change the same variables: 2 ** count states, if they were not joined."""
    body = "\n".join(
        f"if (args.n > {i}) {{ x = x + {i}; s = `${{s}},{i}`; o = {{ ...o, k{i}: x }}; list.push({{ x, o }}); p = {{ p, o }}; t = [t, x]; }}"
        for i in range(count)
    )
    return app(
        query(
            f"let x = args.n, s = args.team, o = {{}}, p = {{}}, t = []; const list = [];\n{body}\nawait ctx.db.insert('users', o); return {{ x, s, o, list, p, t }};"
        )
    )


def many_ifs_of_different_variables(count: int = 400) -> Files:
    lets = "\n".join(f"let v{i} = args.n;" for i in range(count))
    body = "\n".join(f"if (v{i} > {i}) {{ v{(i + 1) % count} = v{i} + v{(i + 7) % count}; }}" for i in range(count))
    return app(query(f"{lets}\n{body}\nreturn v0 + v1;"))


def doubling_values(count: int = 200) -> Files:
    """`x = x + x`: a tree of 2 ** count parts, a graph of `count`."""
    sums = "\n".join(f"x = x + x * {i}; y = [y, y]; z = {{ a: z, b: z }}; w = `${{w}}${{w}}`;" for i in range(count))
    return app(
        "const same = (a, b) => a === b;\n"
        + query(
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
    return app(
        "const pick = (f, a, b) => (f ? a : b);\n"
        + query(
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
    return app(
        query(
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
    return app(query(body))


def mutual_containers(count: int = 300) -> Files:
    """Objects that hold one another, and each is spread into the next."""
    body = "\n".join(
        f"const o{i} = {{ ...o{i - 1}, a{i}: o{i - 1}, b: [o{i - 1}, ...list] }}; o{i}.me = o{i}; list.push(o{i}); o0.k{i} = o{i};"
        for i in range(1, count)
    )
    return app(
        "const see = async (ctx, o) => { "
        + READ
        + "; return o; };\n"
        + query(
            f"const o0 = {{}}; const list = [];\n{body}\nawait see(ctx, o{count - 1}); return JSON.parse(JSON.stringify(await see(ctx, list)));"
        )
    )


def many_trys(count: int = 400) -> Files:
    body = "\n".join(
        f"try {{ x = [x, {i}]; {READ}; }} catch (e{i}) {{ x = e{i}; }} finally {{ y = x; }}" for i in range(count)
    )
    nested = "try { " * 150 + READ + " } catch { x = y; y = [x]; }" * 150
    return app(query(f"let x = args.n, y;\n{body}\n{nested}\nreturn [x, y];"))


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
    return app(query(f"const x0 = args.n;\n{body}\nreturn [x29, y29];"))
