"""A whole table is warned of where the program shows that many make its rows; what one team enters for itself is noted."""

from __future__ import annotations

import pytest

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources

SCHEMA = """
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  users: defineTable({ key: v.string(), role: v.optional(v.string()) }).index("by_key", ["key"]),
  owners: defineTable({ dishId: v.id("dishes"), userId: v.id("users") }),
  shelves: defineTable({ userId: v.id("users") }),
  walls: defineTable({ title: v.string() }),
  dishes: defineTable({
    title: v.string(), userId: v.optional(v.id("users")), shelfId: v.optional(v.id("shelves")),
    wallId: v.optional(v.id("walls")), cooks: v.optional(v.array(v.id("users"))),
  }),
  dishLocks: defineTable({ title: v.string(), userId: v.optional(v.id("users")) }),
});
"""

APP = """
import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalMutation, mutation, query } from "./_generated/server";
export const shelve = mutation({
  args: { userId: v.id("users") },
  handler: async (ctx, args) => { await ctx.db.insert("shelves", args); },
});
export const build = mutation({
  args: { title: v.string() },
  handler: async (ctx, args) => { await ctx.db.insert("walls", args); },
});
export const drop = mutation({
  args: { id: v.id("TABLE") },
  handler: async (ctx, args) => { await ctx.db.delete(args.id); },
});
export const list = query({ args: {}, handler: async (ctx) => await ctx.db.query("TABLE").collect() });
"""

PAGE = """
import { useMutation, useQuery } from "convex/react";
import { api } from "../convex/_generated/api";
export function Page({ GIVEN }) {
  const rows = useQuery(api.app.list, {});
  const add = useMutation(api.app.add);
  const drop = useMutation(api.app.drop);
  const shelve = useMutation(api.app.shelve);
  const build = useMutation(api.app.build);
  return <button onClick={() => { add({ title: "a", GIVEN }); drop({ id }); shelve({ by }); build({ title }); }}>{rows}</button>;
}
"""


def _adds(body: str, args: str = "") -> str:
    return f"""
export const add = mutation({{
  args: {{ title: v.string(), {args} }},
  handler: async (ctx, args) => {{ {body} }},
}});
"""


INSERT = 'await ctx.db.insert("dishes", args);'
OPTIONAL = 'userId: v.optional(v.id("users"))'
HANDED_ON = """
export const put = internalMutation({
  args: { title: v.string(), userId: v.optional(v.id("users")) },
  handler: async (ctx, args) => { await ctx.db.insert("dishes", args); },
});
"""


def _severity(adds: str, given: str = "other", table: str = "dishes", file: str = "src/Page.tsx") -> str:
    files = {
        "convex/schema.ts": SCHEMA,
        "convex/app.ts": APP.replace("TABLE", table) + adds,
        file: PAGE.replace("GIVEN", given),
    }
    report = lint_sources(files, Config(select=("unbounded-read",)))
    assert not report.failures
    (one,) = report.results
    return str(one.severity.value)


@pytest.mark.parametrize(
    ("adds", "given", "severity"),
    [
        (_adds(INSERT), "other", "note"),
        (_adds(INSERT, OPTIONAL), "other", "note"),
        (_adds(INSERT, OPTIONAL), "userId", "warning"),
        (_adds(INSERT, 'userId: v.id("users")'), "userId", "warning"),
        (_adds(INSERT, 'cooks: v.array(v.id("users"))'), "cooks", "warning"),
        (_adds(INSERT, 'shelfId: v.id("shelves")'), "shelfId", "warning"),
        (_adds(INSERT, 'wallId: v.id("walls")'), "wallId", "note"),
        (_adds("await ctx.runMutation(internal.app.put, args);", OPTIONAL) + HANDED_ON, "other", "note"),
        (_adds("await ctx.runMutation(internal.app.put, args);", OPTIONAL) + HANDED_ON, "userId", "warning"),
        (_adds("await ctx.scheduler.runAfter(0, internal.app.put, { ...args });") + HANDED_ON, "other", "note"),
        (
            _adds(
                "const user = (await ctx.auth.getUserIdentity())?.subject;"
                'await ctx.db.insert("dishes", { ...args, title: user });'
            ),
            "other",
            "warning",
        ),
        (
            _adds(
                'const dishId = await ctx.db.insert("dishes", { title: args.title });'
                'await ctx.db.insert("owners", { dishId, userId: args.userId });',
                'userId: v.id("users")',
            ),
            "userId",
            "warning",
        ),
        (
            _adds(
                'const old = await ctx.db.query("dishes").filter((q) => q.eq(q.field("title"), args.title)).first();'
                'if (!old) await ctx.db.insert("dishes", args);'
                'await ctx.db.insert("walls", args);'
            ),
            "other",
            "warning",
        ),
        (
            _adds(
                "for (const title of args.titles) await ctx.db.insert('dishes', { title });",
                "titles: v.array(v.string())",
            ),
            "titles",
            "warning",
        ),
    ],
)
def test_whose_rows_are_many(adds: str, given: str, severity: str) -> None:
    assert _severity(adds, given) == severity


def test_a_default_row_for_each_user_is_no_import() -> None:
    default = """
export const migrate = internalMutation({
  args: {},
  handler: async (ctx) => {
    for (const user of await ctx.db.query("users").collect())
      await ctx.db.insert("dishes", { title: "Default", userId: user._id });
  },
});
"""
    assert _severity(_adds(INSERT) + default) == "note"
    assert _severity(_adds(INSERT) + default.replace('"Default"', "user.key")) == "warning"


def test_what_is_given_back_stays_short() -> None:
    claim = _adds(INSERT.replace("dishes", "dishLocks"), 'userId: v.id("users")')
    assert _severity(claim, "userId", "dishLocks") == "note"


def test_a_route_that_another_program_calls_brings_many() -> None:
    assert _severity(_adds(INSERT), file="app/api/webhooks/route.tsx") == "warning"


PEOPLE = """
export const add = mutation({
  args: { title: v.string(), key: v.string() },
  handler: async (ctx, args) => {
    const by = await ctx.db.query("users").withIndex("by_key", (q) => q.eq("key", args.title)).first();
    CHECK
    await ctx.db.insert("users", { key: args.key });
  },
});
"""


def test_people_whom_others_let_in_are_few() -> None:
    let_in = PEOPLE.replace("CHECK", 'if (by?.role !== "boss") throw new Error();')
    assert _severity(let_in, "key", "users") == "note"
    assert _severity(PEOPLE.replace("CHECK", "if (by) throw new Error();"), "key", "users") == "warning"


def _told(rule: str, body: str, args: str = "") -> str:
    """The rows are those of users, which sign up."""
    files = {
        "convex/schema.ts": SCHEMA,
        "convex/app.ts": APP.replace("TABLE", "users")
        .replace('async (ctx) => await ctx.db.query("users").collect()', body)
        .replace("list = query({ args: {}", f"list = query({{ args: {{ {args} }}")
        + PEOPLE.replace("CHECK", "if (by) throw new Error();"),
        "src/Page.tsx": PAGE.replace("GIVEN", "key").replace("api.app.list, {}", "api.app.list, { limit: id }"),
    }
    report = lint_sources(files, Config(select=(rule,)))
    assert not report.failures
    (one,) = report.results
    return str(one.severity.value)


def test_a_cap_where_all_rows_are_given_anyway_gains_little() -> None:
    limit = "limit: v.optional(v.number())"
    some = 'async (ctx, args) => { if (args.limit) return await ctx.db.query("users").take(args.limit); return REST; }'
    assert _told("client-sized-read", some.replace("REST", 'await ctx.db.query("users").collect()'), limit) == "note"
    assert _told("client-sized-read", some.replace("REST", 'await ctx.db.query("users").take(10)'), limit) == "warning"


def test_the_accounts_with_which_one_begins_are_asked_for_once() -> None:
    none = 'async (ctx) => (await ctx.db.query("users").collect()).length === 0'
    assert _told("count-by-collect", none) == "warning"
    begin = """
export const begin = mutation({
  args: {},
  handler: async (ctx) => {
    const all = await ctx.db.query("users").collect();
    if (all.length === 0) await ctx.db.insert("users", { key: KEY, role: "admin" });
  },
});
"""
    page = PAGE.replace("GIVEN", "key").replace("useQuery(api.app.list, {})", "useMutation(api.app.begin)")
    for key, severity in (('"first"', "note"), ("(await ctx.auth.getUserIdentity()).subject", "warning")):
        app = APP.replace("TABLE", "users").replace('await ctx.db.query("users").collect()', "null")
        people = PEOPLE.replace("CHECK", "if (by) throw new Error();")
        files = {
            "convex/schema.ts": SCHEMA,
            "convex/app.ts": app + people + begin.replace("KEY", key),
            "src/Page.tsx": page,
        }
        (one,) = lint_sources(files, Config(select=("count-by-collect",))).results
        assert str(one.severity.value) == severity


def test_what_the_app_leaves_alone_of_a_component_is_noted() -> None:
    each = 'export const NAME = query({ args: {}, handler: async (ctx) => await ctx.db.query("messages").collect() });'
    head = 'import { v } from "convex/values";\nimport { mutation, query } from "./_generated/server";\n'
    files = {
        "convex/chat/convex.config.ts": 'import { defineComponent } from "convex/server";\nexport default defineComponent("chat");',
        "convex/convex.config.ts": 'import { defineApp } from "convex/server";\nimport chat from "./chat/convex.config";\n'
        "const app = defineApp();\napp.use(chat);\nexport default app;",
        "convex/chat/schema.ts": 'import { defineSchema, defineTable } from "convex/server";\nimport { v } from "convex/values";\n'
        "export default defineSchema({ messages: defineTable({ userId: v.string(), body: v.string() }) });",
        "convex/chat/lib.ts": head
        + each.replace("NAME", "all")
        + each.replace("NAME", "spare")
        + "export const say = mutation({ args: { userId: v.string(), body: v.string() }, "
        + 'handler: async (ctx, args) => { await ctx.db.insert("messages", args); } });',
        "convex/app.ts": head.replace("mutation,", "components, mutation,")
        + 'import { components } from "./_generated/api";\n'
        + "export const list = query({ args: {}, handler: async (ctx) => await ctx.runQuery(components.chat.lib.all, {}) });\n"
        + "export const add = mutation({ args: { userId: v.string(), body: v.string() }, "
        + "handler: async (ctx, args) => await ctx.runMutation(components.chat.lib.say, args) });",
        "src/Page.tsx": PAGE.replace("GIVEN", "userId"),
    }
    results = lint_sources(files, Config(select=("unbounded-read",))).results
    found = {str(one.finding.key[0]).rpartition(":")[2]: str(one.severity.value) for one in results}
    assert found == {"all": "warning", "spare": "note"}
