"""convex-ents: edges imply fields, indexes and tables; what is chained reads when it is awaited."""

from __future__ import annotations

from convex_lint.model.project import Project
from tests.interpret.programs import HEAD, done, functions, project, reasons, registered

SCHEMA = """
import { defineEnt, defineEntSchema, getEntDefinitions } from "convex-ents";
import { v } from "convex/values";
const schema = defineEntSchema({
  users: defineEnt({ name: v.string() })
    .field("email", v.string(), { unique: true })
    .field("height", v.optional(v.number()), { index: true })
    .edge("profile", { ref: true })
    .edges("messages", { ref: true })
    .edges("followers", { to: "users", inverse: "followees" })
    .edges("tags"),
  profiles: defineEnt({ bio: v.string() }).edge("user").edge("file", { to: "_storage", deletion: "hard", optional: true }),
  messages: defineEnt({ text: v.string() }).edge("user", { field: "author", to: "users" }).deletion("soft"),
  tags: defineEnt({ label: v.string() }).edges("users"),
});
export const entDefinitions = getEntDefinitions(schema);
export default schema;
"""
BUILDERS = """
import { entsTableFactory } from "convex-ents";
import { customQuery, customMutation, customCtx } from "convex-helpers/server/customFunctions";
import { entDefinitions } from "./schema";
const own = (ctx) => ({ ...ctx, db: undefined, table: entsTableFactory(ctx, entDefinitions) });
const q = customQuery(query, customCtx(async (ctx) => own(ctx)));
const m = customMutation(mutation, customCtx(async (ctx) => own(ctx)));
"""


def run(body: str) -> Project:
    return project({"schema.ts": SCHEMA, "m.ts": HEAD + BUILDERS + body})


def test_edges_imply_fields_indexes_and_tables() -> None:
    tables = run("").schemas[""].tables
    indexes = {name: {index.name: index.fields for index in table.indexes} for name, table in tables.items()}
    assert (
        indexes
        == {
            "users": {"email": ("email",), "height": ("height",)},
            "profiles": {"userId": ("userId",), "fileId": ("fileId",)},
            "messages": {"author": ("author",)},
            "tags": {},
            "users_followees_to_followers": {
                "followeesId": ("followeesId",),
                "followersId": ("followersId",),
                "followeesId_followersId": ("followeesId", "followersId"),
                "followersId_followeesId": ("followersId", "followeesId"),
            },
            "tags_to_users": {
                "tagsId": ("tagsId",),
                "usersId": ("usersId",),
                "tagsId_usersId": ("tagsId", "usersId"),
                "usersId_tagsId": ("usersId", "tagsId"),
            },
        }
        or "users_to_tags" in indexes
    )
    assert tables["messages"].fields == ("text", "author", "deletionTime")
    assert tables["profiles"].validator is not None
    assert tables["profiles"].validator.fields["userId"].table == "users"


def test_reading() -> None:
    facts = run(
        """
export const f = q({ args: { id: v.id("users"), other: v.id("users") }, handler: async (ctx, { id, other }) => {
  const user = await ctx.table("users").getX(id);
  const named = await ctx.table("users").get("email", user.name);
  const all = await ctx.table("users", "height", (q) => q.gt("height", 3)).order("desc").take(5);
  await ctx.table("users").first();
  await user.edge("messages").order("desc").paginate({ numItems: 3, cursor: null });
  const profile = await ctx.table("users").getX(id).edge("profile");
  await ctx.table("profiles").getX(profile._id).edge("user");
  await user.edge("followers").has(other);
} });
export const mapped = q({ args: {}, handler: (ctx) => ctx.table("messages").map(async (message) => ({
  text: message.text, author: await message.edge("user") })) });
export const kept = q({ args: {}, handler: async (ctx) => {
  const rows = await ctx.table("users").getX(id).edge("messages").map(async (message) => ({ text: message.text }))
    .filter((row) => row.text !== "");
  await ctx.table("tags").first();
  return rows;
} });
export const unread = q({ args: { id: v.id("users") }, handler: async (ctx, { id }) => { ctx.table("users").get(id); } });
export const many = q({ args: { id: v.id("users") }, handler: async (ctx, { id }) =>
  await ctx.table("users").getX(id).edge("followers") });
"""
    )
    assert done(facts, "m:f") == [
        "get users",
        "query users email[email] unique",
        "query users height[gt height] take",
        "query users by_creation_time[] first",
        "paginate messages author[author] paginate",
        "query profiles userId[userId] unique",
        "get profiles",
        "get users",
        "query users_followees_to_followers followeesId_followersId[followeesId, followersId] first",
    ]
    assert done(facts, "m:mapped") == ["query messages by_creation_time[] collect", "get users*"]
    assert done(facts, "m:kept") == [
        "query messages author[author] collect",
        "query tags by_creation_time[] first",
    ]
    assert done(facts, "m:unread") == []
    assert done(facts, "m:many") == [
        "query users_followees_to_followers followeesId[followeesId] collect",
        "get users*",
    ]
    assert reasons(facts) == []


def test_writing_checks_uniqueness_and_cascades() -> None:
    facts = run(
        """
export const add = m({ args: {}, handler: async (ctx) => {
  const id = await ctx.table("users").insert({ name: "n", email: "e" });
  await ctx.table("profiles").insert({ bio: "b", userId: id });
} });
export const rename = m({ args: { id: v.id("tags") }, handler: async (ctx, { id }) => {
  await ctx.table("tags").getX(id).patch({ label: "x" }); } });
export const drop = m({ args: { id: v.id("tags") }, handler: async (ctx, { id }) => { await ctx.table("tags").getX(id).delete(); } });
export const soft = m({ args: { id: v.id("messages") }, handler: async (ctx, { id }) => { await ctx.table("messages").getX(id).delete(); } });
export const hard = m({ args: { id: v.id("profiles") }, handler: async (ctx, { id }) => {
  const profile = await ctx.table("profiles").getX(id); await profile.delete(); } });
"""
    )
    assert done(facts, "m:add") == [
        "query users email[email] unique",
        "insert users (name, email)",
        "query profiles userId[userId] unique",
        "insert profiles (bio, userId)",
    ]
    assert done(facts, "m:rename") == ["patch tags (label)"]
    assert done(facts, "m:drop") == [
        "query users_to_tags tagsId[tagsId] collect",
        "delete users_to_tags*",
        "delete tags",
    ]
    assert done(facts, "m:soft") == ["patch messages (deletionTime)"]
    assert done(facts, "m:hard") == ["get profiles", "storage delete", "delete profiles"]


def test_rules_run_when_documents_are_read_and_written() -> None:
    facts = run(
        """
import { addEntRules } from "convex-ents";
const ruled = customMutation(mutation, customCtx(async (ctx) => {
  const withRules = addEntRules(entDefinitions, { tags: {
    read: async (tag) => (await table("users").first()) !== null,
    write: async ({ operation, ent }) => operation === "create" || (await ent.edge("users").first()) !== null } });
  const table = entsTableFactory(ctx, withRules);
  return { table };
}));
export const f = ruled({ args: { id: v.id("tags") }, handler: async (ctx, { id }) => {
  await ctx.table("tags").getX(id).patch({ label: "x" }); } });
"""
    )
    assert done(facts, "m:f") == [
        "get tags",
        "query users by_creation_time[] first",
        "query users_to_tags tagsId[tagsId] first",
        "get users",
        "patch tags (label)",
    ]


def test_scheduled_deletion_is_registered() -> None:
    facts = project(
        {
            "schema.ts": SCHEMA.replace('.deletion("soft")', '.deletion("scheduled")'),
            "functions.ts": HEAD
            + BUILDERS
            + """
import { scheduledDeleteFactory } from "convex-ents";
export const scheduledDelete = scheduledDeleteFactory(entDefinitions);
export const drop = m({ args: { id: v.id("messages") }, handler: async (ctx, { id }) => { await ctx.table("messages").getX(id).delete(); } });
""",
        }
    )
    assert registered(facts)["functions:scheduledDelete"] == "internal mutation"
    assert done(facts, "functions:drop") == ["patch messages (deletionTime)", "runAfter functions:scheduledDelete"]
    assert functions(facts)["functions:scheduledDelete"].operations[0].op == "get"
