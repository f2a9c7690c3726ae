"""explain: rules, functions and tables, as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from convex_lint.engine.registry import installed
from tests.cli.app import RULE, app, run
from tests.command import ROOT

NOTEBOOK = ROOT / "fixtures" / "notebook"


def subject(*arguments: str | Path) -> dict[str, Any]:
    done = run("explain", *arguments, "--format", "json")
    assert (done.exit_code, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    schema = json.loads((ROOT / "convex_lint" / "schemas" / "explain.schema.json").read_text("utf-8"))
    jsonschema.validate(document, schema)
    (found,) = document["subjects"]
    return dict(found)


def test_a_rule(tmp_path: Path) -> None:
    page = installed()[RULE].page.text.rstrip() + "\n"
    assert run("explain", RULE, tmp_path).stdout == page
    assert subject(RULE) == {"subject": "rule", "id": RULE, "page": page}


def test_a_function_in_words() -> None:
    text = run("explain", "presence:move", NOTEBOOK).stdout
    assert text.startswith("`presence:move`: public mutation, ")
    flat = " ".join(text.split())
    for words in (
        "Started by the client `Editor` anyone on the internet: it is public often: `Editor` calls it as the pointer",
        "`cursors` by `by_document` where `documentId` = `args.documentId`: all of it; rows are dropped afterwards",
        "holds the rows of `cursors` with one `documentId`; the table gains rows from the public mutation `presence:move`",
        "inserts into `cursors`: `documentId`, `userId`, `position`, `seenAt` (sometimes, ",
        "schedules `presence:leave`",
        "Runs again `presence:count`, which clients keep open `presence:here`, which clients keep open",
        "with `users:heartbeat` on `users`: when both are called for the same row or range",
    ):
        assert words in flat, words


def test_a_query_says_who_keeps_it_open_and_who_runs_it_again() -> None:
    found = subject("steps:since", NOTEBOOK)
    assert found["subscribers"] == ["`useQuery` in `Editor` (fixtures/notebook/src/Editor.tsx)"]
    assert "steps:submit" in found["invalidatedBy"]
    assert found["conflicts"] == found["writes"] == found["calls"] == []
    users, _document, _shared, steps = found["reads"]
    assert (users["table"], steps["table"]) == ("users", "steps")
    assert users["via"][0]["file"].endswith("convex/steps.ts")
    assert users["place"]["file"].endswith("convex/access.ts")


def test_a_table_says_who_uses_its_indexes_and_sets_its_fields() -> None:
    found = subject("documents", NOTEBOOK)
    indexes = {index["name"]: index for index in found["indexes"]}
    assert indexes["by_updated"]["usedBy"] == ["documents:archiveOld"]
    assert (indexes["search_title"]["kind"], indexes["search_title"]["fields"]) == ("search", ["title"])
    fields = {field["name"]: field for field in found["fields"]}
    assert fields["views"] == {
        "name": "views",
        "type": "float64",
        "optional": False,
        "setBy": ["documents:create", "documents:recordView"],
    }
    assert fields["ownerId"]["type"] == "id<users>"
    growth = "gains rows from the public mutation `documents:create`, which nothing is seen to call"
    assert (found["grows"], found["growth"]) == (True, growth)
    assert found["refersTo"] == ["users (ownerId)"]
    assert "steps.documentId" in found["referredToBy"]
    assert "`by_updated` (updatedAt); used by `documents:archiveOld`" in run("explain", "documents", NOTEBOOK).stdout


def test_a_table_that_nothing_uses(tmp_path: Path) -> None:
    folder = app(tmp_path)
    schema = folder / "convex" / "schema.ts"
    text = schema.read_text("utf-8").replace("messages:", "idle: defineTable({ at: v.number() }),\n  messages:")
    schema.write_text(text, "utf-8")
    text = run("explain", "idle", folder).stdout
    assert "`at`: float64; set by nothing that was scanned" in text
    assert "Writes" not in text


@pytest.mark.parametrize(
    ("name", "near"), [("messages:snd", "messages:send"), ("message", "messages"), ("redundantindex", RULE)]
)
def test_an_unknown_name_names_the_nearest(name: str, near: str, tmp_path: Path) -> None:
    done = run("explain", name, app(tmp_path))
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"Did you mean `{near}`?" in done.stderr


def test_without_a_project_only_rules_are_known(tmp_path: Path) -> None:
    done = run("explain", "redundantindex", tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "no Convex project" in done.stderr
    assert f"Did you mean `{RULE}`?" in done.stderr
