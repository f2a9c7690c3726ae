"""Which programs run a query again: those that run in production, that someone calls, and that reach its rows."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, Pair

_APP = "convex/app.ts"
_VIEW = "src/App.tsx"


def _schema(tables: str) -> str:
    return SCHEMA.replace("export default defineSchema({", f"export default defineSchema({{\n  {tables}", 1)


def _view(body: str) -> str:
    return f"export function App({{ me }}) {{\n{body}\n}}"


_STORE = """
async function bypass(ctx) {
  %s
  const users = await ctx.db.query("users").collect();
  return users.find((user) => user.email === process.env.OWNER)?._id ?? null;
}
export const rooms = query({ args: {}, handler: async (ctx) => {
  const identity = await ctx.auth.getUserIdentity();
  if (!identity && !(await bypass(ctx))) throw new Error("signed out");
  return await ctx.db.query("rooms").take(20);
} });"""
_LOCAL = """
function isLocal() {
  if (process.env.BYPASS_SIGN_IN !== "1") return false;
  const url = process.env.SITE_URL;
  if (!url) return false;
  try {
    const { hostname } = new URL(url);
    return hostname === "localhost" || hostname === "127.0.0.1";
  } catch {
    return false;
  }
}"""
_JOINS = _view(
    "const rooms = useQuery(api.app.rooms, {}); const join = useMutation(api.writers.join);\n"
    'return <button onClick={() => join({ name: "a", email: "b" })}>{rooms?.length}</button>;'
)

_PLANTS = _schema(
    "plants: defineTable({ name: v.string(), picture: v.string(), gone: v.boolean(), updatedAt: v.number() }),"
)
_PLANT = """
export const plant = mutation({ args: { name: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("plants", { name: args.name, picture: "", gone: false, updatedAt: 0 });
} });
export const all = query({ args: {}, handler: async (ctx) => {
  const plants = await ctx.db.query("plants").collect();
  %s
} });"""
_PLANTED = _view(
    "const plants = useQuery(api.app.all, {}); const plant = useMutation(api.app.plant);\n"
    'return <button onClick={() => plant({ name: "a" })}>{plants?.length}</button>;'
)
_LOOKED = _view("const plants = useQuery(api.app.all, {}); return <b>{plants?.length}</b>;")
_SOME = "return plants.filter((plant) => plant.picture.includes(plant.name));"
_EACH = "return await Promise.all(plants.map(async (plant) => ({ ...plant, url: await ctx.storage.getUrl(plant.picture) })));"
_NAMED = "const rows = plants.map((plant) => ({ name: plant.name, url: plant.picture })); return { rows };"


def _plants(result: str, view: str = _PLANTED) -> dict[str, str]:
    return {"convex/schema.ts": _PLANTS, _APP: _PLANT % result, _VIEW: view}


_CHATS = _schema(
    "chats: defineTable({ one: v.string(), two: v.string(), read: v.number() }),\n"
    "  groups: defineTable({ name: v.string(), owner: v.string() }),"
)
_READ = """
function isChat(row: unknown): row is { one: string } { return typeof row === "object" && row !== null && "one" in row; }
export const start = mutation({ args: { name: v.string() }, handler: async (ctx, args) => {
  await ctx.db.insert("groups", { name: args.name, owner: args.name });
} });
export const names = query({ args: {}, handler: async (ctx) => {
  const groups = await ctx.db.query("groups").take(50);
  return groups.map((group) => ({ name: group.name, owner: group.owner }));
} });
export const mark = mutation({ args: { id: v.union(v.id("chats"), v.id("groups")), at: v.number() }, handler: async (ctx, args) => {
  const row = await ctx.db.get(args.id);
  if (!row) throw new Error("gone");
  %s
} });"""
_MARKS = _view(
    "const names = useQuery(api.app.names, {}); const mark = useMutation(api.app.mark); const start = useMutation(api.app.start);\n"
    "useEffect(() => { const timer = setInterval(() => mark({ id: me, at: Date.now() }), 3000); return () => clearInterval(timer); });\n"
    'return <b onClick={() => start({ name: "a" })}>{names?.map((one) => one.name + one.owner)}</b>;'
)


def _marks(write: str) -> dict[str, str]:
    return {"convex/schema.ts": _CHATS, _APP: _READ % write, _VIEW: _MARKS}


WINDOWS = (
    *(
        Pair(
            "churning-subscription",
            f"the document is of another table: {words}",
            _marks("await ctx.db.patch(row._id, { name: `${args.at}` });"),
            _marks(code),
        )
        for words, code in (
            (
                "a predicate",
                "if (isChat(row)) { await ctx.db.patch(row._id, { [row.one === row.two ? 'one' : 'read']: args.at }); }",
            ),
            ("`in`", 'if (!("two" in row)) return;\n  await ctx.db.patch(row._id, { [row.kind]: args.at });'),
            ("the field", "await ctx.db.patch(row._id, { read: args.at });"),
        )
    ),
    *(
        Pair(
            "broad-subscription",
            f"the range is only read in development: {words}",
            {_APP: _STORE % "", _VIEW: _JOINS},
            {_APP: code, _VIEW: _JOINS},
        )
        for words, code in (
            ("a helper asks for the host", _LOCAL + _STORE % "if (!isLocal()) return null;"),
            ("a variable", _STORE % 'if (process.env.DEV_SIGN_IN !== "true") return null;'),
            ("the stage", _STORE % 'if (process.env.NODE_ENV === "production") return null;'),
        )
    ),
    Pair(
        "broad-subscription",
        "nothing calls what writes there",
        _plants(_SOME),
        _plants(_SOME, _LOOKED),
    ),
    *(
        Pair("broad-subscription", f"each row gives one object: {words}", _plants(_SOME), _plants(code))
        for words, code in (("in Promise.all", _EACH), ("by a name", _NAMED))
    ),
)
