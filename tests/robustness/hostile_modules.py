"""Classes, types and modules in circles, and what else the language allows."""

from __future__ import annotations

from tests.robustness.small_app import READ, Files, app, query


def huge_class(count: int = 3_000) -> Files:
    members = "\n".join(
        f"f{i} = {i}; static s{i} = {{ at: {i} }}; get g{i}() {{ return this.g{(i + 1) % count}; }} async m{i}(x) {{ this.f{i} = x; return await this.m{max(i - 1, 0)}([x]); }}"
        for i in range(count)
    )
    return app(
        f"class Huge {{ db; constructor(ctx) {{ this.db = ctx.db; }}\n{members}\nasync read() {{ return {READ.replace('ctx.db', 'this.db')}; }} }}\n"
        + query(
            f"const h = new Huge(ctx); await h.m{count - 1}(h.g0); Object.assign(h, {{ ...h }}); return await h.read();"
        )
    )


def class_chain(count: int = 1_000) -> Files:
    classes = "\n".join(
        f"class C{i} extends C{i - 1} {{ constructor(c) {{ super(c); this.c{i} = c; }} async run() {{ return await super.run(); }} }}"
        for i in range(1, count)
    )
    return app(
        f"class C0 {{ constructor(c) {{ this.ctx = c; }} async run() {{ return {READ.replace('ctx', 'this.ctx')}; }} }}\n{classes}\n"
        + query(f"return await new C{count - 1}(ctx).run();")
    )


def class_extends_itself() -> Files:
    code = (
        "class A extends A { m() { return super.m(); } get g() { return this.g; } }\n"
        "class B extends C { run(ctx) { return super.run(ctx); } }\nclass C extends B { constructor(x) { super(x); new C(x); } }\n"
        "let D = class {}; D = class extends D { static s = new D(); child = new D(); };\n"
        "const E = class F extends F { x = new E(); };\nconst mixin = (Base) => class extends mixin(Base) {};\n"
        "function G() { return new G(); } G.prototype = new G();\n"
    )
    return app(
        code
        + query(
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
    return app(f"{chain}\n{code}{query(handler)}")


def wide_types(depth: int = 25) -> Files:
    """A type that doubles at each level, without a cycle."""
    types = "\n".join(
        f"interface D{i} {{ l: D{i + 1}; r: D{i + 1}; m: Array<D{i + 1} | {{ x: D{i + 1} }}> }}" for i in range(depth)
    )
    return app(
        f'{types}\ninterface D{depth} {{ id: Id<"users"> }}\n'
        + query("const d: D0 = args.d; await help(ctx, d); return { ...d, x: d.l.r.l.r };")
        + "\nasync function help(ctx: QueryCtx, d: D0): Promise<D1> { return d.l; }"
    )


def wide_validators(depth: int = 25) -> Files:
    """A validator that doubles at each level."""
    code = "const w0 = v.string();\n" + "\n".join(
        f"const w{i} = v.object({{ l: w{i - 1}, r: v.optional(w{i - 1}), m: v.union(v.array(w{i - 1}), w{i - 1}) }});"
        for i in range(1, depth)
    )
    query = f"export const all = query({{ args: {{ w: w{depth - 1} }}, returns: w{depth - 1}, handler: async (ctx, args) => {{ {READ}; return args.w; }} }});"
    return app(f"{code}\n{query}")


def cyclic_modules(count: int = 200) -> Files:
    modules = {
        f"m{i}": f'import {{ query }} from "./_generated/server";\nimport {{ f{(i + 1) % count} }} from "./m{(i + 1) % count}";\n'
        f'import * as all{i} from "./m{(i * 3 + 1) % count}";\nexport const c{i} = f{(i + 1) % count} ? all{i}.c{(i * 3 + 1) % count} : {i};\n'
        f"export async function f{i}(ctx, x) {{ {READ}; return await f{(i + 1) % count}(ctx, [x]); }}\n"
        f"export const q{i} = query(async (ctx) => await f{i}(ctx, c{i}));\n"
        for i in range(count)
    }
    return app("", **modules)


def cyclic_star_exports(count: int = 200) -> Files:
    """Every module passes on all of three others; nobody has the name that is looked for."""
    modules = {
        f"s{i}": "".join(f'export * from "./s{(i * k + k) % count}";\n' for k in (1, 2, 3))
        + f'export * from "./s{i}";\nexport const own{i} = {i};\n'
        for i in range(count)
    }
    imports = 'import { nobody, own7, own199 } from "./s0";\nimport * as all from "./s1";\n'
    return app(
        imports
        + query(
            "nobody(ctx); all.nobody(ctx); all[args.team](ctx); const { own3, ...rest } = all; const x: all.Nothing = own7; return [own199, { ...all }, rest, x];"
        ),
        **modules,
    )


def cyclic_reexports() -> Files:
    """Names and aliases that lead to one another and nowhere."""
    one = 'export { x, y as z, default } from "./two";\nexport * as self from "./one";\nimport { self } from "./one";\nexport const deep = self.self.self.self.deep;\n'
    two = 'export { x, z as y, default } from "./one";\nimport { x } from "./one";\nexport { x as again };\nimport mine from "./two";\nexport { mine };\n'
    return app(
        'import { x, z, deep, self } from "./one";\nimport { again, mine } from "./two";\n'
        + query("x(ctx); z(ctx); mine(ctx); again(ctx); return [deep, self.self.self.x];"),
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
    return app(
        code
        + query(
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
        **app(
            query(
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
    return app(code)


def deep_promises(count: int = 5_000) -> Files:
    body = "\n".join(
        f"if (args.n > {i}) {{ p = Promise.race([p, {i}, Promise.resolve([p])]); s = p.then(() => s); }}"
        for i in range(count)
    )
    return app(query(f"let p = args.n, s = p;\n{body}\nreturn [await p, await s];"))
