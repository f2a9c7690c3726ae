"""`convex-lint subscriptions`: who keeps what open, and what runs it again."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from convex_lint.report.contract_subscriptions import Subscriptions
from convex_lint.report.json_schema import schema_of
from tests.cli.app import run

FILES = {
    "convex/schema.ts": 'import { defineSchema, defineTable } from "convex/server"; import { v } from "convex/values";'
    "export default defineSchema({ players: defineTable({ name: v.string(), at: v.number() }) });",
    "convex/players.ts": 'import { v } from "convex/values"; import { mutation, query } from "./_generated/server";'
    "export const all = query({ args: {}, handler: async (ctx) => await ctx.db.query('players').collect() });\n"
    "export const count = query({ args: {}, handler: async () => 0 });\n"
    "export const once = query({ args: {}, handler: async (ctx) => await ctx.db.query('players').first() });\n"
    "export const move = mutation({ args: { id: v.id('players') },"
    "handler: async (ctx, args) => await ctx.db.patch(args.id, { at: Date.now() }) });\n"
    "export const join = mutation({ args: {}, handler: async (ctx) => await ctx.db.insert('players', { name: '', at: 0 }) });",
    "src/useAll.ts": 'import { useQuery } from "convex/react"; import { api } from "../convex/_generated/api";'
    "export const useAll = () => useQuery(api.players.all);",
    "src/App.tsx": 'import { useMutation, useQuery } from "convex/react"; import { api } from "../convex/_generated/api";'
    'import { useAll } from "./useAll";\nexport function App() { const all = useAll(); useQuery(api.players.count);'
    "const move = useMutation(api.players.move); useEffect(() => { setInterval(() => move({}), 5000); }, []); return all; }",
}  # fmt: skip


@pytest.fixture
def app(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    return tmp_path


def test_for_people(app: Path) -> None:
    assert run("subscriptions", app).stdout == (
        "players:all  (convex/players.ts:1)\n"
        "  open in  useQuery in App through a hook of the project's own  (src/App.tsx:2)\n"
        "  reads    players: every row of players, by no index, collect\n"
        "  run by   players:move: patch at of players; App calls it every 5 seconds\n"
        "  run by   players:join: no sign of how often they write players\n"
        "\n"
        "players:count  (convex/players.ts:2)\n"
        "  open in  useQuery in App  (src/App.tsx:2)\n"
        "  reads    no table that is known\n"
        "\n"
        "2 queries are kept open by clients.\n"
    )


def test_as_json(app: Path) -> None:
    document = json.loads(run("subscriptions", app, "--format", "json").stdout)
    jsonschema.validate(document, schema_of(Subscriptions))
    first, second = document["queries"]
    assert (first["query"], second["query"]) == ("players:all", "players:count")
    assert [(one["hook"], one["within"], len(one["via"])) for one in first["subscribers"]] == [("useQuery", "App", 1)]
    (part,) = first["ranges"]
    assert (part["table"], part["tier"]) == ("players", "table")
    assert [(one["function"], one["op"], one["fields"], one["perMinute"]) for one in part["writers"]] == [
        ("players:move", "patch", ["at"], 12.0),
        ("players:join", "insert", ["name", "at"], None),
    ]


def test_without_clients(tmp_path: Path) -> None:
    (tmp_path / "convex").mkdir()
    (tmp_path / "convex" / "schema.ts").write_text(FILES["convex/schema.ts"], "utf-8")
    assert run("subscriptions", tmp_path).stdout == "0 queries are kept open by clients.\n"


def test_no_project(tmp_path: Path) -> None:
    done = run("subscriptions", tmp_path)
    assert done.exit_code == 2
    assert "No Convex project found" in done.stderr
