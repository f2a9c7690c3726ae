"""Whole tables that stay short: people put the rows in order, few may add one, a timer keeps them up to date by name."""

from __future__ import annotations

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources
from tests.test_made_by_many import APP, PAGE, SCHEMA

IN_ORDER = """
export const add = mutation({
  args: { title: v.string(), position: v.number() },
  handler: async (ctx, args) => {
    const updatedBy = (await ctx.auth.getUserIdentity())?.subject;
    await ctx.db.insert("plates", { ...args, updatedBy });
  },
});
"""


def _plates(fields: str, adds: str = IN_ORDER) -> str:
    """The severity for all rows of a table with these fields."""
    schema = SCHEMA.replace("dishes: ", f"plates: defineTable({{ title: v.string(), {fields} }}),\n  dishes: ")
    app = APP.replace("TABLE", "plates") + adds
    files = {"convex/schema.ts": schema, "convex/app.ts": app, "src/Page.tsx": PAGE.replace("GIVEN", "position")}
    (one,) = lint_sources(files, Config(select=("unbounded-read",))).results
    return str(one.severity.value)


def test_what_people_put_in_order_are_few() -> None:
    maker = "createdBy: v.optional(v.string())"
    by_all = IN_ORDER.replace("updatedBy", "createdBy")
    assert _plates(f"position: v.number(), {maker}", by_all) == "note"
    assert _plates(f"price: v.number(), {maker}", by_all.replace("position", "price")) == "warning"
    of_walls = by_all.replace("title: v.string()", 'title: v.string(), wallId: v.id("walls")')
    assert _plates(f'position: v.number(), wallId: v.id("walls"), {maker}', of_walls) == "warning"


def test_who_changed_a_row_last_does_not_own_it() -> None:
    assert (
        _plates("price: v.number(), updatedBy: v.optional(v.string())", IN_ORDER.replace("position", "price")) == "note"
    )


def test_those_who_manage_add_few() -> None:
    by_all = IN_ORDER.replace("updatedBy", "createdBy").replace("position", "price")
    demand = 'await requirePermission(ctx, "plates.manage"); await ctx.db.insert'
    managed = by_all.replace("await ctx.db.insert", demand) + "async function requirePermission(ctx, permission) {}"
    fields = "price: v.number(), createdBy: v.optional(v.string())"
    assert _plates(fields, by_all) == "warning"
    assert _plates(fields, managed) == "note"


REFRESH = """
import { internalAction } from "./_generated/server";
export const add = internalMutation({
  args: { title: v.string() },
  handler: async (ctx, args) => {
    LOOK
    await ctx.db.insert("dishes", args);
  },
});
export const refresh = internalAction({
  args: {},
  handler: async (ctx) => {
    const titles = await (await fetch("https://example.com/titles")).json();
    for (const title of titles) await ctx.runMutation(internal.app.add, { title });
  },
});
"""
CRONS = """
import { cronJobs } from "convex/server";
import { internal } from "./_generated/api";
const crons = cronJobs();
crons.interval("refresh", { minutes: 10 }, internal.app.refresh, {});
export default crons;
"""


def _refreshed(look: str) -> str:
    files = {
        "convex/schema.ts": SCHEMA.replace("}),\n  dishLocks", '}).index("by_title", ["title"]),\n  dishLocks'),
        "convex/app.ts": APP.replace("TABLE", "dishes") + REFRESH.replace("LOOK", look),
        "convex/crons.ts": CRONS,
        "src/Page.tsx": PAGE.replace("GIVEN", "other").replace("build({ title });", "").replace("add({", "drop({"),
    }
    (one,) = lint_sources(files, Config(select=("unbounded-read",))).results
    return str(one.severity.value)


def test_what_is_kept_up_to_date_by_name_is_a_catalogue() -> None:
    old = 'ctx.db.query("dishes").withIndex("by_title", (q) => q.eq("title", args.title)).unique()'
    assert _refreshed(f"if (await {old}) return;") == "note"
    assert _refreshed("") == "warning"


STAFF = """
export const add = mutation({
  args: { name: v.string(), FIELD: v.string() },
  handler: async (ctx, args) => await ctx.db.insert("profiles", args),
});
"""


def _people(rule: str, field: str, app: str = APP) -> list[str]:
    """The severities for all profiles, of which this field is known."""
    schema = SCHEMA.replace(
        "dishes: ", f"profiles: defineTable({{ name: v.string(), {field}: v.string() }}),\n  dishes: "
    )
    files = {
        "convex/schema.ts": schema,
        "convex/app.ts": app.replace("TABLE", "profiles") + STAFF.replace("FIELD", field),
        "src/Page.tsx": PAGE.replace("GIVEN", field).replace("useQuery(api.app.list, {})", "[]"),
        "src/List.tsx": PAGE[: PAGE.index("  const add")] + "  return <p>{rows}</p>;\n}\n",
    }
    return [str(one.severity.value) for one in lint_sources(files, Config(select=(rule,))).results]


def test_the_staff_of_a_company_are_few() -> None:
    assert _people("unbounded-read", "hobby") == ["warning"]
    assert _people("unbounded-read", "department") == ["note"]
    assert _people("broad-subscription", "hobby") == ["warning"]
    assert _people("broad-subscription", "department") == []


def test_none_of_the_staff_need_be_read_to_find_one_by_its_id() -> None:
    one = APP.replace(".collect()", '.filter((q) => q.eq(q.field("_id"), "me")).first()')
    assert _people("unbounded-read", "department", one) == ["warning"]
