"""The other commands: rules, explain, facts, graph."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from convex_lint.engine.registry import installed
from convex_lint.report.contract import Facts
from convex_lint.report.json_schema import schema_of
from tests.cli.app import RULE, app, run


def test_rules() -> None:
    lines = run("rules").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(installed())
    document = json.loads(run("rules", "--format", "json").stdout)
    assert [rule["id"] for rule in document["rules"]] == list(installed())
    assert document["rules"][0]["severity"] in ("error", "warning", "note")
    assert {rule["id"] for rule in document["rules"] if rule["recommended"]} <= set(installed())


def test_explain() -> None:
    assert run("explain", RULE).stdout == installed()[RULE].page.text.rstrip() + "\n"
    done = run("explain", "redundantindex")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Did you mean `redundant-index`?" in done.stderr


def test_facts(tmp_path: Path) -> None:
    done = run("facts", app(tmp_path))
    assert (done.exit_code, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    jsonschema.Draft202012Validator(schema_of(Facts)).validate(document)
    assert [table["name"] for table in document["tables"]] == ["messages"]
    assert [function["path"] for function in document["functions"]] == ["messages:of", "messages:send"]
    read, write = (function["operations"][0] for function in document["functions"])
    assert (read["index"], read["eq"], read["limit"]) == ("by_author_and_body", ["author"], 10)
    assert (write["op"], write["table"], sorted(write["fields"])) == ("insert", "messages", ["author", "body"])
    assert run("facts", tmp_path, "-o", tmp_path / "f.json").stdout == ""
    assert json.loads((tmp_path / "f.json").read_text()) == document


def test_graph(tmp_path: Path) -> None:
    document = json.loads(run("graph", app(tmp_path), "--format", "json").stdout)
    assert {"table:messages", "function:messages:of", "function:messages:send"} <= {n["id"] for n in document["nodes"]}
    ids = {node["id"] for node in document["nodes"]}
    assert all(edge["source"] in ids and edge["target"] in ids for edge in document["edges"])
    edges = {(edge["source"], edge["target"], edge["kind"]) for edge in document["edges"]}
    assert ("function:messages:of", "table:messages", "reads") in edges
    assert ("function:messages:send", "table:messages", "writes") in edges
    dot = run("graph", tmp_path).stdout
    assert dot.startswith("digraph convex {")
    assert '"function:messages:send" -> "table:messages"' in dot


def test_a_graph_of_several_projects(tmp_path: Path) -> None:
    app(tmp_path / "one")
    app(tmp_path / "two")
    document = json.loads(run("graph", tmp_path, "--format", "json").stdout)
    ids = [node["id"] for node in document["nodes"]]
    assert len(ids) == len(set(ids))
    assert {node["project"] for node in document["nodes"]} == {"one", "two"}
    assert run("graph", tmp_path).stdout.count("subgraph cluster_") == 2


@pytest.mark.parametrize("command", ["facts", "graph"])
def test_no_project(tmp_path: Path, command: str) -> None:
    done = run(command, tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert str(tmp_path) in done.stderr


def test_version_and_help() -> None:
    assert run("--version").stdout.startswith("convex-lint ")
    for command in ("check", "rules", "explain", "facts", "graph"):
        assert command in run("--help").stdout
        assert "Usage:" in run(command, "--help").stdout


def test_an_unknown_command() -> None:
    done = run("chek")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "chek" in done.stderr


@pytest.mark.parametrize("question", ["indexes", "conflicts", "subscriptions", "graph", "explain messages"])
def test_a_question_says_what_it_could_not_read(tmp_path: Path, question: str) -> None:
    folder = app(tmp_path)
    (folder / "convex" / "broken.ts").write_text("export const f = query({ handler: async (ctx) => (", "utf-8")
    (folder / "convex-lint.toml").write_text("[tables.massages]\nrows = 5\n", "utf-8")
    done = run(*question.split(), folder)
    assert done.exit_code == 0
    assert "convex/broken.ts:1:" in done.stderr
    assert "no project has a table `massages`" in done.stderr
