"""Tables, indexes and functions of published components equal what the components themselves register when imported."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import npm
import pytest

pytestmark = pytest.mark.node

ORACLE = Path(__file__).with_name("oracle.mjs")
DEPENDENCIES = json.loads(Path(__file__).with_name("package.json").read_text())["dependencies"]

NO_COMPONENT = {"@convex-dev/auth": "a library without a convex folder: its tables and functions exist only in an app"}
"""Packages without an inventory of their own, and why; `test_library_in_an_app` covers them."""

COMPONENTS = sorted(name for name in DEPENDENCIES if name.startswith("@convex-dev/") and name not in NO_COMPONENT)

LIBRARY_APPS = {
    "convex-helpers": {
        "schema.ts": """
            import { defineSchema, defineTable } from "convex/server";
            import { v } from "convex/values";
            import { rateLimitTables } from "convex-helpers/server/rateLimit";
            import { migrationsTable } from "convex-helpers/server/migrations";
            export default defineSchema({
              ...rateLimitTables,
              migrations: migrationsTable,
              notes: defineTable({ text: v.string(), owner: v.optional(v.string()) }).index("owner", ["owner"]),
            });
        """,
        "notes.ts": """
            import { query, mutation, internalMutation, internalQuery } from "./_generated/server";
            import { customQuery, customMutation, customCtx, NoOp } from "convex-helpers/server/customFunctions";
            import { zCustomQuery } from "convex-helpers/server/zod4";
            import { crud } from "convex-helpers/server/crud";
            import { paginator } from "convex-helpers/server/pagination";
            import { z } from "zod";
            import { v } from "convex/values";
            import schema from "./schema";
            const asked = customQuery(query, customCtx(async () => ({ asked: true })));
            const told = customMutation(mutation, NoOp);
            const checked = zCustomQuery(query, NoOp);
            export const { create, read } = crud(schema, "notes");
            export const { update: rename, destroy } = crud(schema, "notes", query, mutation);
            export const list = asked({
              args: {},
              handler: async (ctx) => await paginator(ctx.db, schema).query("notes").paginate({ cursor: null, numItems: 9 }),
            });
            export const add = told({ args: { text: v.string() }, handler: (ctx, args) => ctx.db.insert("notes", args) });
            export const find = checked({ args: { owner: z.string() }, handler: async () => null });
            export const plain = internalQuery(async () => null);
            const hidden = internalMutation({ args: {}, handler: async () => null });
            export { hidden, hidden as seen };
            export const notRegistered = async () => null;
        """,
    },
    "@convex-dev/auth": {
        "schema.ts": """
            import { defineSchema } from "convex/server";
            import { authTables } from "@convex-dev/auth/server";
            export default defineSchema({ ...authTables });
        """,
        "auth.ts": """
            import GitHub from "@auth/core/providers/github";
            import { Password } from "@convex-dev/auth/providers/Password";
            import { convexAuth } from "@convex-dev/auth/server";
            export const { auth, signIn, signOut, store, isAuthenticated } = convexAuth({ providers: [Password, GitHub] });
        """,
        "http.ts": """
            import { httpRouter } from "convex/server";
            import { auth } from "./auth";
            const http = httpRouter();
            auth.addHttpRoutes(http);
            export default http;
        """,
    },
}


def truth_of(functions: Path) -> dict[str, Any]:
    done = subprocess.run(
        ["node", str(ORACLE), str(functions)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    truth: dict[str, Any] = json.loads(done.stdout)
    assert not truth["failed"], f"could not be imported: {truth['failed']}"
    return truth


def tables(inventory: dict[str, Any]) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table["name"]: sorted(
            (index["name"], index["kind"], tuple(index["fields"]), index["staged"]) for index in table["indexes"]
        )
        for table in inventory["tables"]
    }


def functions(inventory: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Inline http actions have a path only of our own making, and http actions have no visibility at run time."""
    return {
        (function["path"], function["kind"], "" if function["kind"] == "http" else function["visibility"])
        for function in inventory["functions"]
        if not function["path"].startswith("http:")
    }


def assert_equal(truth: dict[str, Any], facts: dict[str, Any]) -> None:
    assert truth["tables"] or truth["functions"], "the oracle found nothing: it is broken"
    assert tables(facts) == tables(truth)
    missing, invented = functions(truth) - functions(facts), functions(facts) - functions(truth)
    assert not missing, f"not found: {sorted(missing)}"
    assert not invented, f"not there: {sorted(invented)}"
    assert {cron["name"] for cron in facts["crons"]} == set(truth["crons"])
    routes = {(route["method"], route["path"]) for route in facts["routes"]}
    assert routes == {(route["method"], route["path"]) for route in truth["routes"]}


def test_every_component_is_compared(components: dict[str, npm.Component]) -> None:
    assert sorted(components) == COMPONENTS
    assert len(COMPONENTS) >= 15


@pytest.mark.parametrize("name", COMPONENTS)
def test_component(name: str, components: dict[str, npm.Component], cli: Any) -> None:
    component = components[name]
    assert_equal(truth_of(component.functions), cli.json("facts", component.directory))


@pytest.mark.parametrize("name", sorted(LIBRARY_APPS))
def test_library_in_an_app(name: str, installation: Path, cli: Any) -> None:
    app = installation / "apps" / name.replace("/", "-")
    folder = app / "convex"
    folder.mkdir(parents=True, exist_ok=True)
    (app / "package.json").write_text(json.dumps({"name": "app", "type": "module", "dependencies": {"convex": "*"}}))
    modules = app / "node_modules"
    if not modules.is_symlink():
        modules.symlink_to(installation / "node_modules")
    for file, text in LIBRARY_APPS[name].items():
        (folder / file).write_text(text)
    assert_equal(truth_of(folder), cli.json("facts", app))


def test_a_lost_function_is_noticed(components: dict[str, npm.Component]) -> None:
    truth = truth_of(components[COMPONENTS[0]].functions)
    lost = {**truth, "functions": truth["functions"][1:]}
    with pytest.raises(AssertionError, match="not found"):
        assert_equal(truth, lost)
