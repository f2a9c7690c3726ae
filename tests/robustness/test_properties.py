"""What holds for every source: nothing raises, and neither the order of files, nor names, nor the run changes a fact."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convex_lint.engine.lint import lint_sources
from convex_lint.engine.memory import workspace_of
from convex_lint.interpret.interpret import interpret
from convex_lint.program.link import link
from convex_lint.report.facts_json import facts, render_facts
from convex_lint.syntax.parser import parse
from tests.command import convex_lint
from tests.interpret import programs
from tests.robustness.rename import renamed
from tests.robustness.seeds import seeds
from tests.robustness.small_app import app, query

FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def text_of_facts(files: Mapping[str, str]) -> str:
    return render_facts([interpret(link(workspace_of(files), parse))])


# ---------------------------------------------------------------- any bytes

SCRAPS = (
    b"", b"(", b")", b"{", b"}", b"[", b"]", b"...", b"=>", b"`", b"${", b'"', b"/*", b"//", b"\0", b"\xff", b"\xf0\x9f", b"\r",
    "\N{GRINNING FACE}".encode(), b"await ", b"async ", b"function ", b"class A extends A ", b"export default ", b"import ",
    b"ctx", b"ctx.db", b'.query("users")', b".withIndex", b".collect()", b"?.", b"??", b"<T>", b"as any", b"return ", b"yield* ",
    b"for (const x of ", b"if (", b"else ", b"switch (", b"case ", b"new ", b"super(", b"this", b"delete ", b"null", b"undefined",
    b"-1", b"1e999", b"__proto__", b"\\u{110000}", b"#x", b"@d ", b"enum E {", b"v.union(", b"defineTable(", b", ", b";", b"=", b"&&=",
)  # fmt: skip


@st.composite
def mutations(draw: st.DrawFn) -> dict[str, str]:
    """A project in which some bytes of a file are cut out, put elsewhere, doubled or replaced."""
    files = dict(seeds()[draw(st.sampled_from(sorted(seeds())))])
    path = draw(st.sampled_from(sorted(path for path in files if path.endswith(("ts", "tsx", "js", "jsx")))))
    data = files[path].encode()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from((0, 0, 1, 1, 2, 7, 40, 300))))
        piece = draw(st.sampled_from(SCRAPS) | st.binary(max_size=4) | st.just(data[start:end] * 2))
        data = data[:start] + piece + data[end:]
        if draw(st.booleans()):
            at = draw(st.integers(0, len(data)))
            data = data[:at] + data[start:end] + data[at:]
    files[path] = data.decode("utf-8", "replace")
    return files


@given(mutations())
@FEW
def test_no_mutation_raises(files: dict[str, str]) -> None:
    report = lint_sources(files)
    assert [failure.message for failure in report.failures] == []
    json.loads(text_of_facts(files), parse_constant=pytest.fail)


# ---------------------------------------------------------------- any program before

OVERWRITES = (
    "v.string = () => v.number();", "v[Math.random()] = v.number;", "Object.assign(v, { string: v.number });",
    "Object.assign(v, JSON.parse('{}'));", "delete v.string;", "for (const name of ['string', 'number']) v[name] = v.any;",
    "const { string } = v; string.x = 1;", "v.string().kind = 'number';", "NoOp.args.team = v.any(); NoOp.input = undefined;",
    "Array.from = Object.keys = () => []; Math.min = null;", "z.string = z.number;",
)  # fmt: skip


@pytest.mark.parametrize("overwrite", OVERWRITES)
def test_no_program_changes_what_the_next_one_means(overwrite: str) -> None:
    """Several projects are analysed in one process; what the knowledge says of packages serves them all."""
    usual = workspace_of(app("export const made = z.object({ a: z.string() }); Math.min(1, 2); Array.from([1]);"))
    expected = interpret(link(usual, parse))
    imports = 'import { NoOp } from "convex-helpers/server/customFunctions"; import { z } from "zod";\n'
    interpret(link(workspace_of(app(f"{imports}{overwrite}\n{query(overwrite)}")), parse))
    assert interpret(link(usual, parse)) == expected


# ---------------------------------------------------------------- any order


@pytest.mark.parametrize("name", seeds())
def test_the_order_of_files_changes_nothing(name: str) -> None:
    files = seeds()[name]
    expected = text_of_facts(files)
    for seed in range(3):
        paths = list(files)
        random.Random(seed).shuffle(paths)
        assert text_of_facts({path: files[path] for path in paths}) == expected


# ---------------------------------------------------------------- any names

HELPERS = {
    "convex/schema.ts": seeds()["mixed"]["convex/schema.ts"],
    "convex/a.ts": programs.HEAD
    + """
const wrap = (db) => ({ all: (table) => db.query(table).collect(), db });
export const a = query(async (context, { ids, kind }) => {
  const store = wrap(context.db), pick = { p: "people", t: "teams" }, found = [];
  const add = (x, i) => { found.push([x, i]); return x; };
  ids.forEach((id) => add(id)); for (let n = 0; n < 3; n++) { add(await store.db.get(ids[n]), n); }
  const { all: list, ...rest } = store; let table = pick[kind]; if (kind === "p") { table = "people"; }
  var { x: [deep = ids] = [], ["y"]: z } = rest; function inner(table, { db } = context) { return db.query(table).first(); }
  return [await list(table), await inner("teams"), deep, z, ...(await Promise.all(found.map(([x]) => x)))];
});
""",
}


def without_places(document: Any) -> Any:
    """The facts with how many call sites there are, but not where they or anything else lies."""
    if isinstance(document, dict):
        return {
            name: len(part) if name == "via" else without_places(part)
            for name, part in document.items()
            if name != "span"
        }
    return [without_places(part) for part in document] if isinstance(document, list) else document


@pytest.mark.parametrize("files", [*seeds().values(), HELPERS], ids=[*seeds(), "helpers"])
def test_the_names_of_local_variables_change_nothing(files: dict[str, str]) -> None:
    other = {path: renamed(path, text) if re.search(r"\.[cm]?[jt]sx?$", path) else text for path, text in files.items()}
    assert other != files
    expected, found = [facts([interpret(link(workspace_of(texts), parse))]) for texts in (files, other)]
    assert without_places(found) == without_places(expected)
    assert any(function["operations"] for function in expected["functions"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("function f(a, { b, c: d = a, ...e }) { return { b, a: d, e }; }", "function f(a_0, { b: b_1, c: d_2 = a_0, ...e_3 }) { return { b: b_1, a: d_2, e: e_3 }; }"),
        ("const a = (b) => b.b + a; import c from 'c'; const f = (c) => c;", "const a = (b_0) => b_0.b + a; import c from 'c'; const f = (c) => c;"),
        ("class A { constructor(private a, b) { this.a = b; } m() { for (const x of [1]) x; } }", "class A { constructor(private a, b_0) { this.a = b_0; } m() { for (const x_1 of [1]) x_1; } }"),
    ],
)  # fmt: skip
def test_renaming_renames_what_is_local(text: str, expected: str) -> None:
    assert renamed("a.ts", text) == expected


# ---------------------------------------------------------------- any run


@pytest.mark.parametrize(
    "command", [["facts"], ["check", "--format", "json", "--fail-on", "never"], ["graph"]], ids=" ".join
)
def test_two_runs_give_the_same_bytes(command: list[str]) -> None:
    first, second = [
        convex_lint(*command, "fixtures/chat", env={"PYTHONHASHSEED": seed}).stdout for seed in ("1", "4242")
    ]
    assert len(first) > 100
    assert first == second
