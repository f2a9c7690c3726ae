"""Auth libraries, not installed."""

from __future__ import annotations

from convex_lint.model.operation import Read
from convex_lint.model.value import Identity
from tests.interpret.programs import HEAD, done, functions, project, reasons, registered

AUTH = """
import { convexAuth } from "@convex-dev/auth/server";
import GitHub from "@auth/core/providers/github";
import { Password } from "@convex-dev/auth/providers/Password";
export const { auth, signIn, signOut, store, isAuthenticated } = convexAuth({
  providers: [GitHub, Password({ profile: async (params, ctx) => { await ctx.runQuery("m:check"); return {} } })],
  callbacks: { async afterUserCreatedOrUpdated(ctx, { userId }) { await ctx.db.insert("profiles", { userId }) } },
});
"""
SCHEMA = """
import { defineSchema, defineTable } from "convex/server"; import { v } from "convex/values";
import { authTables } from "@convex-dev/auth/server";
export default defineSchema({ ...authTables, profiles: defineTable({ userId: v.id("users") }).index("user", ["userId"]) });
"""


def test_convex_auth_registers_its_functions_and_tables() -> None:
    facts = project(
        {
            "schema.ts": SCHEMA,
            "auth.ts": AUTH,
            "http.ts": 'import { httpRouter } from "convex/server"; import { auth } from "./auth";'
            "const http = httpRouter(); auth.addHttpRoutes(http); export default http;",
            "m.ts": HEAD
            + 'import { getAuthUserId } from "@convex-dev/auth/server"; import { auth } from "./auth";'
            + """
export const me = query({ args: {}, handler: async (ctx) => {
  const id = await getAuthUserId(ctx);
  if (id === null) return null;
  const session = await auth.getSessionId(ctx);
  await ctx.db.get(session);
  await ctx.db.query("profiles").withIndex("user", q => q.eq("userId", id)).collect();
  return await ctx.db.get(id);
} });
""",
        }
    )
    assert {path: kind for path, kind in registered(facts).items() if path.startswith("auth:")} == {
        "auth:signIn": "public action",
        "auth:signOut": "public action",
        "auth:store": "internal mutation",
        "auth:isAuthenticated": "public query",
    }
    assert done(facts, "m:me") == [
        "auth getAuthUserId",
        "auth getAuthSessionId?",
        "get authSessions?",
        "query profiles user[userId] collect?",
        "get users?",
    ]
    found = functions(facts)["m:me"].operations[3]
    assert isinstance(found, Read)
    assert isinstance(found.eq[0].value, Identity)
    assert done(facts, "auth:signIn") == ["runQuery m:check?", "runMutation auth:store"]
    assert "insert profiles (userId)?" in done(facts, "auth:store")
    schema = facts.schemas[""]
    assert not schema.opaque
    accounts = schema.tables["authAccounts"]
    assert {index.name: index.fields for index in accounts.indexes} == {
        "userIdAndProvider": ("userId", "provider"),
        "providerAndAccountId": ("provider", "providerAccountId"),
    }
    assert accounts.fields[:3] == ("userId", "provider", "providerAccountId")
    assert [(route.method, route.path) for route in facts.routes] == [
        ("GET", "/.well-known/openid-configuration"),
        ("GET", "/.well-known/jwks.json"),
        ("GET", "/api/auth/signin/*"),
        ("GET", "/api/auth/callback/*"),
        ("POST", "/api/auth/callback/*"),
    ]
    assert reasons(facts) == []


def test_better_auth_asks_its_component() -> None:
    facts = project(
        {
            "schema.ts": "people: defineTable({ authId: v.string() }).index('auth', ['authId']),",
            "auth.ts": HEAD
            + """
import { createClient } from "@convex-dev/better-auth";
import { betterAuth } from "better-auth";
export const authComponent = createClient(components.betterAuth, {
  triggers: { user: { onCreate: async (ctx, doc) => { await ctx.db.insert("people", { authId: doc._id }) } } },
});
export const createAuth = (ctx) => betterAuth({ database: authComponent.adapter(ctx),
  sendEmail: async () => { await ctx.runMutation(internal.m.send) } });
export const { onCreate, onUpdate, onDelete } = authComponent.triggersApi();
export const me = query({ args: {}, handler: async (ctx) => {
  const user = await authComponent.safeGetAuthUser(ctx);
  return await ctx.db.query("people").withIndex("auth", q => q.eq("authId", user._id)).unique();
} });
""",
            "http.ts": 'import { httpRouter } from "convex/server"; import { authComponent, createAuth } from "./auth";'
            "const http = httpRouter(); authComponent.registerRoutes(http, createAuth); export default http;",
        }
    )
    assert registered(facts)["auth:onCreate"] == "internal mutation"
    assert done(facts, "auth:onCreate") == ["insert people (authId)?"]
    assert done(facts, "auth:onDelete") == []
    assert done(facts, "auth:me") == [
        "auth getAuthUser",
        "runQuery betterAuth/adapter:findOne",
        "query people auth[authId] unique",
    ]
    assert [(route.method, route.path) for route in facts.routes][1:] == [
        ("GET", "/api/auth/*"),
        ("POST", "/api/auth/*"),
    ]
    assert reasons(facts) == []


def test_the_class_of_better_auth_before_0_8() -> None:
    facts = project(
        {
            "schema.ts": "people: defineTable({ email: v.string() }).index('email', ['email']),"
            "notes: defineTable({ by: v.string() }).index('by', ['by']),",
            "auth.ts": HEAD
            + """
import { BetterAuth } from "@convex-dev/better-auth"; import { Id } from "./_generated/dataModel";
export const auth = new BetterAuth(components.betterAuth, { authFunctions: internal.auth });
export const { createUser, updateUser, deleteUser, createSession, isAuthenticated } = auth.createAuthFunctions({
  onCreateUser: async (ctx, user) => await ctx.db.insert("people", { email: user.email }),
  onDeleteUser: async (ctx, id) => { await ctx.db.delete(id as Id<"people">) },
});
export const me = query({ args: {}, handler: async (ctx) => {
  const user = await auth.getAuthUser(ctx);
  return await ctx.db.get(user.userId as Id<"people">);
} });
export const mine = query({ args: {}, handler: async (ctx) => {
  const by = await auth.getAuthUserId(ctx);
  return await ctx.db.query("notes").withIndex("by", q => q.eq("by", by)).collect();
} });
""",
        }
    )
    kinds = {path: kind for path, kind in registered(facts).items() if path.startswith("auth:")}
    assert kinds["auth:createUser"] == "internal mutation"
    assert kinds["auth:isAuthenticated"] == "public query"
    assert done(facts, "auth:createUser") == ["runMutation betterAuth/lib:create", "insert people (email)?"]
    assert done(facts, "auth:deleteUser") == ["runMutation betterAuth/lib:deleteOne", "delete people?"]
    assert done(facts, "auth:createSession") == ["runMutation betterAuth/lib:create"]
    assert done(facts, "auth:me") == ["auth getAuthUser", "runQuery betterAuth/lib:findOne", "get people"]
    found = functions(facts)["auth:mine"].operations[1]
    assert isinstance(found, Read)
    assert found.eq[0].value == Identity(("subject",))
    assert reasons(facts) == []
