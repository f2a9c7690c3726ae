"""What one user or one team has: long where the rows are heavy, or come by themselves; a note where people make them one by one."""

from __future__ import annotations

from tests.quiet.pair import SCHEMA, Pair

_TABLES = """
  teams: defineTable({ name: v.string() }),
  TABLE: defineTable({ team: v.id("teams"), owner: v.id("users"), store: v.id("stores"), size: v.number(), kind: v.string(), name: v.string()MORE })
    .index("by_team", ["team"]).index("by_owner", ["owner"]),
  stores: defineTable({ title: v.string() }),
"""
_ADD = """
const fields = { team: v.id("teams"), owner: v.id("users"), store: v.id("stores"), size: v.number(), kind: v.string(), name: v.string() };
export const add = mutation({ args: fields, handler: async (ctx, args) => { await ctx.db.insert("TABLE", args); } });
export const addAll = KIND({ args: { rows: v.array(v.object(fields)) }, handler: async (ctx, args) => {
  for (const row of args.rows) await ctx.db.insert("TABLE", row);
} });"""
_PAGE = """export default function Page() { const add = useMutation(api.app.add); const all = useMutation(api.app.addAll);
  const app = useQuery(api.app.app, { by: "o", kind: "k" }); return <p onClick={() => { add({}); all({}); }}>{app}</p>; }"""
_ONE = _PAGE.replace("const all = useMutation(api.app.addAll);", "").replace(" all({});", "")


def _app(code: str, table: str = "assets", more: str = "", *, imported: bool = False) -> dict[str, str]:
    tables = _TABLES.replace("TABLE", table).replace("MORE", more)
    add = _ADD.replace("TABLE", table).replace("KIND", "mutation")
    if not imported:
        add = add[: add.index("export const addAll")]
    return {
        "convex/schema.ts": SCHEMA.replace("export default defineSchema({", f"export default defineSchema({{{tables}"),
        "convex/app.ts": add + code.replace("TABLE", table),
        "src/Page.tsx": _PAGE if imported else _ONE,
    }


_TEXT = ", content: v.string()"
_OF_KIND = """
export const app = query({ args: { by: v.id("teams"), kind: v.string() }, handler: async (ctx, args) =>
  await ctx.db.query("TABLE").withIndex("by_team", (q) => q.eq("team", args.by)).filter((q) => q.eq(q.field("kind"), args.kind)).collect() });"""
_NAMED = """
export const app = query({ args: { by: v.id("users"), kind: v.string() }, handler: async (ctx, args) =>
  await ctx.db.query("TABLE").withIndex("by_owner", (q) => q.eq("owner", args.by)).filter((q) => q.eq(q.field("%s"), args.kind)).collect() });"""
_SUM = """
export const app = query({ args: { by: v.id("users") }, handler: async (ctx, args) => {
  const rows = await ctx.db.query("TABLE").withIndex("by_owner", (q) => q.eq("owner", args.by)).collect();
  return rows.reduce((sum, row) => sum + row.size, 0);
} });"""
_STORES = """
export const app = query({ args: { by: v.id("users") }, handler: async (ctx, args) => {
  const rows = await ctx.db.query("TABLE").withIndex("by_owner", (q) => q.eq("owner", args.by))%s.collect();
  return await Promise.all(rows.map(async (row) => ({ ...row, store: await ctx.db.get(row.store) })));
} });"""
_KIND = '.filter((q) => q.eq(q.field("kind"), "big"))'
_CLEAR = """
export const clear = mutation({ args: { id: v.id("teams") }, handler: async (ctx, args) => {
  for (const row of await ctx.db.query("TABLE").withIndex("by_team", (q) => q.eq("team", args.id)).collect()) await ctx.db.delete(row._id);
  await ctx.db.delete(args.id);
} });"""


def _cleared(*, reported: bool) -> dict[str, str]:
    """The rows of a log come with a list that people send, or from another program."""
    files = _app(_CLEAR, "activities", imported=True)
    files["src/Page.tsx"] = files["src/Page.tsx"].replace('api.app.app, { by: "o", kind: "k" }', "api.app.none, {}")
    files["src/Page.tsx"] = files["src/Page.tsx"].replace("api.app.addAll", "api.app.clear")
    if reported:
        files["convex/http.ts"] = _ROUTES
    return files


_ROUTES = """import { httpRouter } from "convex/server";
import { httpAction } from "./_generated/server";
const http = httpRouter();
http.route({ path: "/report", method: "POST", handler: httpAction(async (ctx, request) => {
  const { rows } = await request.json();
  await ctx.runMutation(api.app.addAll, { rows });
  return new Response(null);
}) });
export default http;"""

PILED = (
    Pair(
        "missing-index",
        "people of a team make its rows one by one",
        _app(_OF_KIND, more=_TEXT),
        _app(_OF_KIND),
        as_note=True,
    ),
    Pair(
        "missing-index",
        "nothing imports rows by the dozen",
        _app(_OF_KIND, imported=True),
        _app(_OF_KIND),
        as_note=True,
    ),
    Pair(
        "missing-index",
        "views are kept under a name",
        _app(_OF_KIND, "pageViews").copy()
        | {
            "convex/schema.ts": _app(_OF_KIND, "pageViews")["convex/schema.ts"].replace(
                ", name: v.string()", ", path: v.string()"
            )
        },
        _app(_OF_KIND, "savedViews"),
        as_note=True,
    ),
    Pair(
        "missing-index",
        "nearly all rows of a person are of their team",
        _app(_NAMED % "store", "histories", _TEXT),
        _app(_NAMED % "team", "histories", _TEXT),
        as_note=True,
    ),
    Pair(
        "count-by-collect",
        "a user makes the rows one by one",
        _app(_SUM, "histories", _TEXT),
        _app(_SUM, "histories"),
        as_note=True,
    ),
    Pair(
        "read-per-row",
        "one user makes the rows",
        _app(_STORES % "", "histories", _TEXT),
        _app(_STORES % "", "histories"),
        as_note=True,
    ),
    Pair(
        "read-per-row",
        "nobody knows how many rows of one user pass",
        _app(_STORES % "", "histories", _TEXT),
        _app(_STORES % _KIND, "histories", _TEXT),
        as_note=True,
    ),
    Pair(
        "transaction-limit",
        "no other program writes on the log of one team",
        _cleared(reported=True),
        _cleared(reported=False),
        as_note=True,
    ),
)
