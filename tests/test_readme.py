"""Every claim of the README that can be run is run."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.command import ROOT, convex_lint

README = ROOT / "README.md"
BLOCK = re.compile(r"(<!-- run: convex-lint (?P<command>[^\n]*) -->\n)(?:\n```text\n(?P<output>.*?)```\n)?", re.DOTALL)
SECONDS = re.compile(r"\b\d+(?:\.\d+)? ?(?:ms|s)\b")


def readme() -> str:
    return README.read_text("utf-8")


def code(language: str) -> Iterator[str]:
    for found in re.finditer(rf"^```{language}\n(.*?)^```$", readme(), re.MULTILINE | re.DOTALL):
        yield found[1]


def output_of(command: str) -> str:
    done = convex_lint(*shlex.split(command))
    assert done.returncode in (0, 1), done.stderr
    return "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines()) + "\n"


def regenerated(block: re.Match[str]) -> str:
    """The block as it should be; the same when only the time that the run took is another."""
    output = output_of(block["command"])
    if SECONDS.sub("_", block["output"] or "") == SECONDS.sub("_", output):
        return block[0]
    return f"{block[1]}\n```text\n{output}```\n"


def test_the_blocks_show_what_the_commands_print(regenerate: bool) -> None:
    if regenerate:
        README.write_text(BLOCK.sub(regenerated, readme()), "utf-8")
    blocks = list(BLOCK.finditer(readme()))
    assert blocks
    for block in blocks:
        assert SECONDS.sub("_", block["output"] or "") == SECONDS.sub("_", output_of(block["command"]))


@pytest.mark.parametrize("target", ["demo", "test", "check", "fmt", "regenerate"])
def test_make_knows_the_commands(target: str) -> None:
    text = readme() + (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert f"make {target}" in text
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_make_names_nothing_else() -> None:
    text = readme() + (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)\b", text, re.MULTILINE)) <= known


def test_make_test_says_that_node_is_missing() -> None:
    command = ["make", "node", "NODE=no-such-node"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "make test needs Node 20 or newer" in done.stderr


def test_make_says_that_python_is_missing() -> None:
    command = ["make", "python", "PYTHON=no-such-python"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "needs Python 3.11 or newer" in done.stderr


def test_the_configuration_is_one(tmp_path: Path) -> None:
    app = Path(shutil.copytree(ROOT / "fixtures" / "chat", tmp_path / "chat"))
    (config,) = code("toml")
    schema = json.loads((ROOT / "convex_lint" / "schemas" / "config.schema.json").read_text("utf-8"))
    jsonschema.validate(tomllib.loads(config), schema)
    (app / "convex-lint.toml").write_text(config, "utf-8")
    done = convex_lint("check", "--format", "json", cwd=app)
    assert done.returncode == 1, done.stderr
    findings = json.loads(done.stdout)["findings"]
    assert "redundant-index" not in {finding["rule"] for finding in findings}
    assert {f["severity"] for f in findings if f["rule"] == "missing-index"} == {"error"}


def test_an_unknown_key_names_the_nearest(tmp_path: Path) -> None:
    app = Path(shutil.copytree(ROOT / "fixtures" / "chat", tmp_path / "chat"))
    (app / "convex-lint.toml").write_text('[rules.unbounded-reads]\nseverity = "off"\n', "utf-8")
    done = convex_lint("check", cwd=app)
    assert done.returncode == 2
    assert "unbounded-read" in done.stderr
    assert done.stdout == ""


def test_the_comment_ignores_the_finding(tmp_path: Path) -> None:
    (example,) = code("ts")
    schema = (
        'import { defineSchema, defineTable } from "convex/server";\nimport { v } from "convex/values";\n'
        "export default defineSchema({ partners: defineTable({ name: v.string() }) });\n"
    )
    writer = (
        'import { v } from "convex/values";\nimport { mutation } from "./_generated/server";\n'
        "export const add = mutation({ args: { name: v.string() }, "
        'handler: async (ctx, args) => await ctx.db.insert("partners", args) });\n'
    )
    client = (
        'import { useQuery } from "convex/react";\nimport { api } from "../convex/_generated/api";\n'
        "export const Partners = () => <p>{useQuery(api.partners.all)?.length}</p>;\n"
    )
    (tmp_path / "convex").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "convex" / "schema.ts").write_text(schema, "utf-8")
    (tmp_path / "convex" / "add.ts").write_text(writer, "utf-8")
    (tmp_path / "src" / "Partners.tsx").write_text(client, "utf-8")
    file = tmp_path / "convex" / "partners.ts"

    def rules() -> set[str]:
        done = convex_lint("check", "--format", "json", "--fail-on", "never", cwd=tmp_path)
        return {finding["rule"] for finding in json.loads(done.stdout)["findings"]}

    file.write_text("\n".join(line for line in example.splitlines() if "convex-lint-ignore" not in line), "utf-8")
    named = set(re.findall(r"[a-z]+(?:-[a-z]+)+", example.split("convex-lint-ignore")[1].split(":")[0]))
    assert rules() == named
    file.write_text(example, "utf-8")
    assert rules() == set()


def test_the_commands_of_the_workflow_run(tmp_path: Path) -> None:
    app = Path(shutil.copytree(ROOT / "fixtures" / "chat", tmp_path / "chat"))
    workflow = next(block for block in code("yaml") if "upload-sarif" in block)
    (command,) = re.findall(r"- run: convex-lint (.*)", workflow)
    (file,) = re.findall(r"sarif_file: (.*)", workflow)
    done = convex_lint(*shlex.split(command), cwd=app)
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads((app / file).read_text("utf-8"))["runs"][0]["results"]


def test_the_sarif_file_is_what_code_scanning_wants(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for app in ("chat", "chat-repaired"):
        shutil.copytree(ROOT / "fixtures" / app, tmp_path / "apps" / app)

    def run(app: str) -> Any:
        done = convex_lint("check", "--format", "sarif", "--fail-on", "never", cwd=tmp_path / "apps" / app)
        return json.loads(done.stdout)["runs"][0]

    found = run("chat")
    assert found["columnKind"] == "utf16CodeUnits"
    assert all(rule["help"]["markdown"].startswith("# ") for rule in found["tool"]["driver"]["rules"])
    places = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in found["results"]]
    assert places
    assert all(place.startswith("apps/chat/convex/") for place in places)
    assert run("chat-repaired")["results"] == []


def test_explain_prints_the_page() -> None:
    page = (ROOT / "rules" / "missing_index.md").read_text("utf-8")
    assert convex_lint("explain", "missing-index").stdout.strip() == page.strip()


def test_the_hook_exists() -> None:
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    example = next(block for block in code("yaml") if "hooks:" in block)
    (hook,) = re.findall(r"- id: (\S+)", example)
    assert f"- id: {hook}\n" in hooks


def test_the_facts_keep_their_contract() -> None:
    facts = json.loads(convex_lint("facts", "fixtures/shop").stdout)
    schema = json.loads((ROOT / "convex_lint" / "schemas" / "facts.schema.json").read_text("utf-8"))
    jsonschema.validate(facts, schema)
    assert facts["version"] == 1
    for part in ("tables", "functions", "crons", "routes", "subscriptions"):
        assert facts[part], part
    assert any(function["operations"] for function in facts["functions"])


CLIENTS = {
    "convex/react": ("useQuery", "useQuery(api.tasks.all)"),
    "@convex-dev/react-query": ("convexQuery", "useQuery(convexQuery(api.tasks.all, {}))"),
    "convex-helpers/react": ("useQuery", "useQuery(api.tasks.all)"),
    "convex-svelte": ("useQuery", "useQuery(api.tasks.all, {})"),
    "convex-vue": ("useConvexQuery", "useConvexQuery(api.tasks.all, {})"),
}


@pytest.mark.parametrize("package", CLIENTS)
def test_the_client_is_read(package: str, tmp_path: Path) -> None:
    assert f"`{package}`" in readme()
    name, call = CLIENTS[package]
    (tmp_path / "convex").mkdir()
    (tmp_path / "convex" / "tasks.ts").write_text(
        'import { query } from "./_generated/server";\n'
        'export const all = query({ args: {}, handler: async (ctx) => await ctx.db.query("tasks").take(9) });\n',
        "utf-8",
    )
    client = (
        f'import {{ {name} }} from "{package}";\nimport {{ useQuery }} from "@tanstack/react-query";\n'
        if name == "convexQuery"
        else f'import {{ {name} }} from "{package}";\n'
    )
    client += f'import {{ api }} from "./convex/_generated/api";\nexport const use = () => {call};\n'
    (tmp_path / "client.ts").write_text(client, "utf-8")
    (tmp_path / "Page.vue").write_text(f"<script>\n{client}</script>\n", "utf-8")
    facts = json.loads(convex_lint("facts", cwd=tmp_path).stdout)
    assert [(s["file"], s["target"]) for s in facts["subscriptions"]] == [
        ("Page.vue", "tasks:all"),
        ("client.ts", "tasks:all"),
    ]


def test_the_findings_keep_their_contract() -> None:
    report = json.loads(convex_lint("check", "fixtures/shop", "--format", "json", "--fail-on", "never").stdout)
    schema = json.loads((ROOT / "convex_lint" / "schemas" / "findings.schema.json").read_text("utf-8"))
    jsonschema.validate(report, schema)
    assert report["version"] == 1
    assert report["findings"]


@pytest.mark.parametrize(
    ("format", "opening"), [("dot", "digraph"), ("mermaid", "flowchart"), ("graphml", "<?xml"), ("json", "{")]
)
def test_the_graph_prints(format: str, opening: str) -> None:
    done = convex_lint("graph", "fixtures/shop", "--format", format)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(opening)


def test_every_option_named_exists() -> None:
    helps = "".join(
        convex_lint(command, "--help").stdout for command in ("check", "rules", "explain", "facts", "indexes", "graph")
    )
    prose = BLOCK.sub("", readme())
    named = set(re.findall(r"(?:convex-lint [^\n`]*?|`)(--[a-z-]+)", prose))
    assert named
    assert {option for option in named if option not in helps} == set()


def test_links_lead_somewhere() -> None:
    for document in (README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "fixtures" / "README.md"):
        for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text("utf-8")):
            if not target.startswith(("http", "#")):
                assert (document.parent / target.split("#")[0]).exists(), (document.name, target)


def test_exit_codes_are_the_same_in_every_format(tmp_path: Path) -> None:
    for format in ("terminal", "json", "sarif"):
        for expected, arguments in (
            (1, ["fixtures/chat", "--fail-on", "warning"]),
            (0, ["fixtures/chat", "--fail-on", "never"]),
            (0, ["fixtures/chat-repaired", "--fail-on", "note"]),
            (2, ["fixtures/chat", "--select", "no-such-rule"]),
            (2, [str(tmp_path)]),
        ):
            done = convex_lint("check", "--format", format, *arguments)
            assert done.returncode == expected, (format, arguments, done.stderr)
            assert (done.stdout == "") == (expected == 2)


def test_the_network_is_not_needed() -> None:
    code = (
        "import socket\n"
        "def refuse(*_): raise AssertionError('a socket was opened')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from convex_lint.cli import main\n"
        "main()\n"
    )
    command = [sys.executable, "-c", code, "check", "fixtures/chat", "--fail-on", "never"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
