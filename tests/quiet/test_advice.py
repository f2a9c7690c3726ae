"""Advice that follows what the code around a flaw can do."""

from __future__ import annotations

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources
from tests.quiet.pair import HEAD, SCHEMA, WRITERS, files_of


def help_of(rule: str, files: dict[str, str]) -> str:
    (result,) = lint_sources(files, Config(select=(rule,))).results
    return result.finding.help


def test_an_offset_is_replaced_by_pages() -> None:
    code = """export const app = query({ args: { offset: v.number(), limit: v.number() }, handler: async (ctx, args) => {
      const rows = await ctx.db.query("messages").take(args.offset + args.limit);
      return rows.slice(args.offset);
    } });"""
    said = help_of("client-sized-read", files_of(code))
    assert ".paginate(paginationOpts)" in said
    assert "Math.min" not in said


def test_a_component_is_told_how_to_paginate() -> None:
    everything = 'query({ args: {}, handler: async (ctx) => await ctx.db.query("messages").collect() });'
    inside = {
        "convex/chat/convex.config.ts": 'import { defineComponent } from "convex/server";\nexport default defineComponent("chat");',
        "convex/convex.config.ts": 'import { defineApp } from "convex/server";\nimport chat from "./chat/convex.config";\n'
        "const app = defineApp();\napp.use(chat);\nexport default app;",
        "convex/chat/schema.ts": SCHEMA,
        "convex/chat/lib.ts": f"{HEAD}{WRITERS}\nexport const all = {everything}",
        "convex/app.ts": HEAD
        + "export const all = query({ args: {}, handler: async (ctx) => await ctx.runQuery(components.chat.lib.all, {}) });\n"
        + "export const say = mutation({ args: { room: v.string(), author: v.string(), body: v.string() }, "
        + "handler: async (ctx, args) => await ctx.runMutation(components.chat.lib.say, args) });",
    }
    assert "`paginator` of `convex-helpers/server/pagination`" in help_of("unbounded-read", inside)
    assert "`paginator`" not in help_of("unbounded-read", files_of(f"export const app = {everything}"))


def test_tables_of_ents_take_the_index_themselves() -> None:
    ents = {
        "convex/schema.ts": """import { defineEnt, defineEntSchema } from "convex-ents";
import { v } from "convex/values";
export default defineEntSchema({ messages: defineEnt({ room: v.string(), body: v.string() }) });""",
        "convex/functions.ts": """import { entsTableFactory, getEntDefinitions } from "convex-ents";
import { customCtx, customMutation, customQuery } from "convex-helpers/server/customFunctions";
import { mutation as plainMutation, query as plainQuery } from "./_generated/server";
import schema from "./schema";
const definitions = getEntDefinitions(schema);
const within = customCtx(async (ctx) => ({ table: entsTableFactory(ctx, definitions) }));
export const query = customQuery(plainQuery, within);
export const mutation = customMutation(plainMutation, within);""",
        "convex/app.ts": """import { v } from "convex/values";
import { mutation, query } from "./functions";
export const say = mutation({ args: { room: v.string(), body: v.string() }, handler: async (ctx, args) => {
  await ctx.table("messages").insert(args);
} });
export const of = query({ args: { room: v.string() }, handler: async (ctx, args) =>
  await ctx.table("messages").filter((q) => q.eq(q.field("room"), args.room)).take(10),
});""",
    }
    assert '`ctx.table("messages", "by_room", (q) => q.eq("room", args.room))`' in help_of("missing-index", ents)


def test_the_inserts_that_are_named_come_into_the_range() -> None:
    code = """
export const warn = mutation({ args: { room: v.id("rooms"), author: v.id("users") }, handler: async (ctx, args) => {
  await ctx.db.insert("messages", { ...args, body: "", kind: "warning", until: 0 });
} });
export const list = query({ args: { author: v.id("users") }, handler: async (ctx, args) =>
  await ctx.db.query("messages").withIndex("by_kind", (q) => q.eq("kind", "warning"))
    .filter((q) => q.eq(q.field("author"), args.author)).collect() });"""
    schema = SCHEMA.replace('.index("by_room", ["room"])', '.index("by_kind", ["kind"])')
    said = help_of("missing-index", {**files_of(code), "convex/schema.ts": schema})
    assert "gains rows from the public mutation `app:warn`." in said


def test_a_state_is_tested_after_the_range_of_one_user() -> None:
    code = """
export const list = query({ args: { author: v.id("users") }, handler: async (ctx, args) =>
  await ctx.db.query("messages").withIndex("by_kind", (q) => q.eq("kind", "text"))
    .filter((q) => q.eq(q.field("author"), args.author)).collect() });"""
    schema = SCHEMA.replace('.index("by_room", ["room"])', '.index("by_kind", ["kind"]).index("by_author", ["author"])')
    said = help_of("ignored-index", {**files_of(code), "convex/schema.ts": schema})
    assert said.startswith(
        'Read with `.withIndex("by_author", (q) => q.eq("author", args.author))`. Test `kind` after it '
    )
    assert 'with `.filter((q) => q.eq(q.field("kind"), "text"))`' in said
    assert not lint_sources({**files_of(code), "convex/schema.ts": schema}, Config(select=("missing-index",))).results


def test_a_longer_index_takes_the_place_of_the_one_it_begins_with() -> None:
    code = """
export const list = query({ args: { kind: v.string(), author: v.id("users") }, handler: async (ctx, args) =>
  await ctx.db.query("messages").withIndex("by_kind", (q) => q.eq("kind", args.kind))
    .filter((q) => q.eq(q.field("author"), args.author)).collect() });
export const all = query({ args: { kind: v.string() }, handler: async (ctx, args) =>
  await ctx.db.query("messages").withIndex("by_kind", (q) => q.eq("kind", args.kind))%s.take(9) });"""
    schema = SCHEMA.replace('.index("by_room", ["room"])', '.index("by_kind", ["kind"])')
    told = "Then `by_kind`, with which it begins, can go, unless a reader needs its rows in order of creation."
    assert told in help_of("missing-index", {**files_of(code % ""), "convex/schema.ts": schema})
    assert told not in help_of("missing-index", {**files_of(code % '.order("desc")'), "convex/schema.ts": schema})


def test_a_generated_schema_is_changed_at_its_source() -> None:
    code = """
export const list = query({ args: { author: v.id("users") }, handler: async (ctx, args) =>
  await ctx.db.query("messages").filter((q) => q.eq(q.field("author"), args.author)).collect() });"""
    made = {**files_of(code), "convex/schema.ts": "// GENERATED by the projection. DO NOT EDIT.\n" + SCHEMA}
    told = "`convex/schema.ts` is generated, as it says: make the change in what it is generated from."
    assert told in help_of("missing-index", made)
    assert told not in help_of("missing-index", files_of(code))


_AUTH = """import { authTables } from "@convex-dev/auth/server";
import { defineSchema } from "convex/server";
export default defineSchema({ ...authTables });"""
_ACCOUNT = """
export const %s = internalQuery({ args: { token: v.string() }, handler: async (ctx, args) =>
  await ctx.db.query("authAccounts").filter((q) => q.eq(q.field("providerAccountId"), args.token)).first() });
export const of = action({ args: { token: v.string() }, handler: async (ctx, args) => {
  const identity = await ctx.auth.getUserIdentity();
  return await ctx.runQuery(internal.app.%s, { token: %s });
} });"""


def _account(token: str) -> dict[str, str]:
    auth = """import { convexAuth } from "@convex-dev/auth/server";
export const { auth, signIn, signOut, store } = convexAuth({ providers: [] });"""
    return {
        "convex/schema.ts": _AUTH,
        "convex/auth.ts": auth,
        "convex/app.ts": HEAD + _ACCOUNT % ("account", "account", token),
    }


def test_a_table_of_a_library_is_declared_again() -> None:
    said = help_of("missing-index", _account("args.token"))
    assert said.startswith("`authTables` declares `authAccounts`: after `...authTables`, declare `authAccounts: define")
    assert 'Id"])`, and read with' in said


def test_nobody_is_told_to_look_for_a_token_that_no_row_has() -> None:
    files = _account("identity!.tokenIdentifier")
    assert not lint_sources(files, Config(select=("missing-index",))).results


def test_the_first_rows_of_several_ranges_keep_their_order() -> None:
    code = """export const show = mutation({ args: { room: v.id("rooms"), author: v.id("users"), kind: v.string() },
  handler: async (ctx, args) => { await ctx.db.insert("messages", { ...args, body: "", until: 0 }); } });
export const list = query({ args: {}, handler: async (ctx) =>
  await ctx.db.query("messages").order("desc")
    .filter((q) => q.or(q.eq(q.field("kind"), "text"), q.eq(q.field("kind"), "image"))).take(10) });"""
    schema = SCHEMA.replace('.index("by_room", ["room"])', '.index("by_kind", ["kind"])')
    said = help_of("ignored-index", {**files_of(code), "convex/schema.ts": schema})
    assert "keep the first of all in the order of `_creationTime`" in said


def test_a_read_in_a_loop_is_not_read_by_pages() -> None:
    code = """export const list = query({ args: { kinds: v.array(v.string()) }, handler: async (ctx, args) =>
  (await Promise.all(args.kinds.map((kind) => ctx.db.query("messages").withIndex("by_kind", (q) => q.eq("kind", kind)).collect()))).flat() });"""
    schema = SCHEMA.replace('.index("by_room", ["room"])', '.index("by_kind", ["kind"])')
    said = help_of("unbounded-read", {**files_of(code), "convex/schema.ts": schema})
    assert ".paginate" not in said
    assert "cannot be read by pages" in said


_ALL_MESSAGES = """
export const app = query({ args: {}, handler: async (ctx) => {
  %s
  const rows = await ctx.db.query("messages").collect();
  %s
} });"""


def test_rows_that_are_put_in_groups_are_read_group_by_group() -> None:
    by_room = """const rooms = new Map();
      for (const row of rows) {
        if (!rooms.has(row.room)) rooms.set(row.room, { room: row.room, said: [] });
        rooms.get(row.room).said.push(row.body);
      }
      return %s;"""
    listed = files_of(_ALL_MESSAGES % ("", by_room % "Array.from(rooms.values())"))
    assert "cut groups in two" in help_of("unbounded-read", listed)
    looked_up = files_of(_ALL_MESSAGES % ("", by_room % 'rooms.get("a")'))
    assert "cut groups in two" not in help_of("unbounded-read", looked_up)


def test_one_row_that_code_picks_out_is_read_alone() -> None:
    first = "with `.first()`"

    def active(code: str) -> dict[str, str]:
        """Most rows are active, so that no index on that is asked for."""
        schema = SCHEMA.replace("kind: v.string()", "kind: v.string(), active: v.optional(v.boolean())")
        return {**files_of(_ALL_MESSAGES % ("", code)), "convex/schema.ts": schema}

    for picked in ("rows.find((row) => row.active)", "rows.filter((row) => row.active)[0]"):
        assert first in help_of("unbounded-read", active(f"const one = {picked}; return one ?? null;"))
    assert first not in help_of(
        "unbounded-read", active("return rows.filter((row) => row.active).map((row) => row.body);")
    )


def test_rows_that_are_walked_are_not_counted_beforehand() -> None:
    """That there are none is asked first, and then they are walked."""
    walk = """const own = rows.filter((row) => row.kind === "a" || !row.kind);
      if (own.length === 0) return [];
      const found = [];
      for (const one of own) found.push(await ctx.db.get(one.room));
      return found;"""
    assert "aggregate" not in help_of("unbounded-read", files_of(_ALL_MESSAGES % ("", walk)))


def test_what_a_check_reads_elsewhere_is_not_joined() -> None:
    """`messages` is listed alone, whatever a helper looks through."""
    check = "const check = async (ctx: any) => { for (const user of await ctx.db.query('users').collect()) console.log(user); };"
    apart = _ALL_MESSAGES % ("await check(ctx);", "return rows;")
    users = "const users = await ctx.db.query('users').collect();"
    together = "return rows.map((row) => ({ body: row.body, author: users.find((user) => user._id === row.author) }));"
    leading = "Read one page of the rows that lead"
    assert leading not in _of_messages(check + apart)
    assert leading in _of_messages(_ALL_MESSAGES % (users, together))
    for beside in ("return { rows, users };", "return { rows, names: users.map((user) => user.name) };"):
        assert _of_messages(_ALL_MESSAGES % (users, beside)).startswith("Give each list a query of its own")


def test_what_is_filled_of_one_table_is_matched_with_the_other() -> None:
    users = "const users = await ctx.db.query('users').collect();"
    known = """const known = new Set();
      for (const user of users) known.add(user._id);
      return rows.filter((row) => row.body !== "" && known.has(row.author) && row.until > args).map((row) => row.body);"""
    assert "a query of its own" not in _of_messages(_ALL_MESSAGES % (users, known))


def _of_messages(code: str) -> str:
    results = lint_sources(files_of(code), Config(select=("unbounded-read",))).results
    assert any("`messages`" in one.finding.message or one.finding.table is None for one in results)
    return " ".join(one.finding.help for one in results)


def test_rows_of_some_keys_have_a_range_for_each() -> None:
    kept = (
        "const mine = (await ctx.db.query('rooms').take(5)).map((room) => room._id); return rows.filter((row) => %s);"
    )
    each = "Read the rows of each of `mine` with `by_room`, a range for each"
    app = _ALL_MESSAGES % ("", kept)
    assert help_of("unbounded-read", files_of(app % "mine.includes(row.room)")).startswith(each)
    assert help_of("unbounded-read", files_of(app % 'row.body !== "" && mine.includes(row.room)')).startswith(each)
    for other in ("!mine.includes(row.room)", "mine.includes(row.kind)", "row.tags.includes(mine)"):
        assert not help_of("unbounded-read", files_of(app % other)).startswith(each)
    late = (
        app.replace(".collect()", '.filter((q) => q.eq(q.field("body"), "x")).collect()', 1) % "mine.includes(row.room)"
    )
    said = help_of("missing-index", files_of(late))
    assert said.startswith(each)
    assert "Otherwise declare" in said
    page = {
        "src/Page.tsx": "export default function Page() { const say = useMutation(api.writers.say); const rows = useQuery(api.app.app, {}); "
        "return <button onClick={() => say({})}>{rows?.length}</button>; }"
    }
    said = help_of("broad-subscription", files_of({"convex/app.ts": app % "mine.includes(row.room)", **page}))
    assert said.startswith(each)


def test_the_next_number_follows_from_the_last_row() -> None:
    plates = 'plates: defineTable({ title: v.string(), place: v.number() }).index("by_place", ["place"]),'
    files = {
        "convex/schema.ts": SCHEMA.replace("export default defineSchema({", f"export default defineSchema({{ {plates}"),
        "convex/app.ts": """export const app = mutation({ args: { title: v.string() }, handler: async (ctx, args) => {
          const all = await ctx.db.query("plates").collect();
          await ctx.db.insert("plates", { title: args.title, place: all.length });
        } });""",
    }
    said = help_of("scan-before-write", files_of(files))
    assert '`.withIndex("by_place")`, `.order("desc").first()`' in said, said


_REVIEWS = """import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({ reviews: defineTable({ film: v.string(), author: v.string(), text: v.string() })
  .index("by_film", ["film"]).index("by_film_author", ["film", "author"]) });"""
_REVIEWED = """export const add = mutation({ args: { film: v.string(), author: v.string(), text: v.string() },
  handler: async (ctx, args) => await ctx.db.insert("reviews", args) });
export const latest = query({ args: { film: v.string() }, handler: async (ctx, args) =>
  await ctx.db.query("reviews")%s.take(5) });"""


def test_of_two_indexes_that_nobody_uses_both_can_go() -> None:
    def said(read: str) -> str:
        return help_of("redundant-index", {"convex/schema.ts": _REVIEWS, "convex/reviews.ts": HEAD + _REVIEWED % read})

    assert "and `by_film_author` as well" in said('.order("desc")')
    assert "as well" not in said('.withIndex("by_film_author", (q) => q.eq("film", args.film))')
