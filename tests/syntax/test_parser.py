"""Any bytes parse; offsets are exact; what is broken is said, and what is not is kept."""

from __future__ import annotations

import pickle
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convex_lint.source import Source
from convex_lint.syntax.issues import MAX_ISSUES
from convex_lint.syntax.lowering import MAX_DEPTH
from convex_lint.syntax.parser import parse
from convex_lint.syntax.tree import Call, ExportDeclaration, ExpressionStatement, Member, Name, Variables
from tests.syntax.shape import expression, module, show

SAMPLE = """// convex-lint-ignore missing-index: it is small — naïvely so
"use node";
import { query, type Ctx } from "./_generated/server";
export const list = query({
  args: { id: v.id("users"), note: v.optional(v.string()) },
  handler: async (ctx: Ctx, { id, note = `é${1}` }): Promise<Doc<"users">[]> => {
    for await (const doc of ctx.db.query("users").withIndex("by_ünï", (q) => q.eq("id", id))) {
      if (doc.a?.[0]!.b !== undefined && !note) { yield* f(...doc); } else { await ctx.db.patch(id, { a: 1, ...doc }); }
    }
    return <T,>(x: T) => [1, , /r/g, 0x1f, -1n, { get y() { return this.#z } }] as const;
  },
});
class A<T> extends B { static { x++; } constructor(private a: string) { super(); } }
type U = { a?: string; [k: string]: import("x").Y<Z> } | readonly ("😀" | 1)[];
export default function f() {} export * from "q"; exports.a = 1; enum E { A = 1 }
"""


def test_offsets_are_bytes_and_a_member_knows_its_name() -> None:
    text = 'ä("é").ñandú(x);'
    data = text.encode()
    (statement,) = module(text).body
    assert isinstance(statement, ExpressionStatement)
    call = statement.value
    assert isinstance(call, Call)
    member, argument = call.callee, call.arguments[0]
    assert isinstance(member, Member)
    assert isinstance(argument, Name)
    assert data[member.at : member.end].decode() == "ñandú" == member.property
    assert data[member.start : member.end].decode() == 'ä("é").ñandú'
    assert data[argument.start : argument.end] == b"x"
    assert data[statement.start : statement.end].decode() == text


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends(newline: str) -> None:
    parsed = module(newline.join(["'use node'", "const a = `x", "y`", "b()", ""]))
    assert parsed.issues == ()
    assert parsed.directives == ("use node",)
    assert [show(s) for s in parsed.body] == [
        "Variables('const', [Declarator(a, -, 'x\\ny')])",
        "ExpressionStatement(Call(b))",
    ]


@pytest.mark.parametrize("text", ["", "\n", "// nothing", "/* @flow */", "#!/usr/bin/env node", ";"])
@pytest.mark.parametrize("path", ["a.ts", "a.tsx", "a.js", "a.mjs", "a.cts"])
def test_files_with_nothing_in_them(text: str, path: str) -> None:
    parsed = module(text, path)
    assert parsed == (path, (), (), (), (), ())


def test_comments_that_speak_to_us() -> None:
    text = "é; // convex-lint-ignore a\n/* b */ /* convex-lint\n convex-lint */ f('// convex-lint')\n"
    parsed = module(text)
    assert [c.text for c in parsed.comments] == ["// convex-lint-ignore a", "/* convex-lint\n convex-lint */"]
    data = text.encode()
    assert [data[c.start : c.end].decode() for c in parsed.comments] == [c.text for c in parsed.comments]


ISSUES = {
    "let x = ;": [("=", "unexpected `=`")],
    "const a = { b: };": [(":", "missing identifier")],
    "f(a, b;\ng();": [("(", "`(` is never closed")],
    "x = [1, 2;": [("[", "`[` is never closed")],
    "if (a) { b();\n": [("{", "`{` is never closed")],
    'x = "abc\ny()': [('"', '`"` is never closed')],
    "a }": [("}", "unexpected `}`")],
    "é = `ü${": [("${", "`${` is never closed")],
    "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> c\n": [("<<<<<<<", "unresolved merge conflict")],
}


@pytest.mark.parametrize(("text", "expected"), ISSUES.items(), ids=ISSUES)
def test_issue(text: str, expected: list[tuple[str, str]]) -> None:
    data = text.encode()
    assert [(data[i.start : i.end].decode(), i.message) for i in module(text).issues] == expected


def test_issues_are_few_and_in_order() -> None:
    issues = module("let x = ;\n" * 100).issues
    assert len(issues) == MAX_ISSUES
    assert list(issues) == sorted(issues)
    assert len(module("@" * 5_000).issues[0].message) < 80


def test_what_surrounds_an_error_is_kept() -> None:
    parsed = module("export const a = 1;\nexport const b = f(1 2);\nlet = = ;\nexport const c = 3;\n")
    assert parsed.issues
    names = [
        show(statement.declaration.declarators[0].target)
        for statement in parsed.body
        if isinstance(statement, ExportDeclaration) and isinstance(statement.declaration, Variables)
    ]
    assert names == ["a", "b", "c"]


def test_exports_after_an_unclosed_brace_are_kept() -> None:
    parsed = module("export function f() { if (x) {\nexport const a = 1;\nimport b from 'c';\n")
    assert [i.message for i in parsed.issues] == ["`{` is never closed"] * len(parsed.issues) != []
    shapes = [show(statement) for statement in parsed.body]
    assert "ExportDeclaration(Variables('const', [Declarator(a, -, 1)]))" in shapes
    assert "Import('c', [ImportName('default', 'b')])" in shapes


DEEP = {
    "arrays": ("[", "1", "]"),
    "objects": ("x={a:", "1", "}"),
    "calls": ("f(", "1", ")"),
    "blocks": ("{", "", "}"),
    "ifs": ("if(a){", "", "}"),
    "else ifs": ("if(a){}else ", "{}", ""),
    "functions": ("function f(){", "", "}"),
    "classes": ("x=class{a=", "1", "}"),
    "arrows": ("x=>", "1", ""),
    "templates": ("`${", "1", "}`"),
    "conditionals": ("a?b:", "c", ""),
    "prefixes": ("!", "a", ""),
    "assignments": ("a=", "b", ""),
    "methods": ("x={a(){return ", "1", "}}"),
    "switches": ("switch(a){default:", "", "}"),
    "additions": ("", "a", "+a"),
    "links": ("", "a", ".b()"),
    "subscripts": ("", "a", "[0]"),
    "casts": ("", "a", " as b"),
    "exports": ("exports.a=", "1", ""),
    "patterns": ("", "let " + "[" * 3_000 + "a" + "]" * 3_000 + "=b", ""),
    "types": ("", "type A=" + "B<" * 3_000 + "C" + ">" * 3_000, ""),
    "object types": ("", "type A=" + "{a:" * 3_000 + "C" + "}" * 3_000, ""),
    "never closed": ("f([{a:(", "", ""),
}


@pytest.mark.parametrize(("before", "middle", "after"), DEEP.values(), ids=DEEP)
def test_depth_is_bounded(before: str, middle: str, after: str) -> None:
    times = 3_000 if before or after else 0
    parsed = module(before * times + middle + after * (10_000 if not before and after else times))
    assert 0 < _depth(parsed) <= 4 * MAX_DEPTH or parsed.issues
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 20_000))
    assert pickle.loads(pickle.dumps(parsed)) == parsed


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("(" * 3_000 + "a" + ")" * 3_000, "a"),
        ("a" + "!" * 5_000, "a"),
        ("a" + "+a" * 5_000, "Binary('+', Binary('+', "),
        ("a" + ".b()" * 10_000, "Call(Member(Call(Member("),
    ],
)
def test_long_chains_keep_their_outer_end(text: str, start: str) -> None:
    shape = expression(text)
    assert shape.startswith(start)
    assert len(text) < 10_100 or "too deep" in shape


def _depth(parsed: tuple[object, ...]) -> int:
    deepest = 0
    pending: list[tuple[tuple[object, ...], int]] = [(parsed, 0)]
    while pending:
        node, depth = pending.pop()
        deepest = max(deepest, depth)
        pending.extend((part, depth + hasattr(part, "_fields")) for part in node if isinstance(part, tuple))
    return deepest


PATHS = st.sampled_from(["a.ts", "a.tsx", "a.js"])


# Hypothesis lowers the recursion limit for its own ends, and parse() raises it again.
quietly = pytest.mark.filterwarnings("ignore:The recursion limit will not be reset")


@quietly
@given(st.binary(max_size=200), PATHS)
@settings(max_examples=200, deadline=None)
def test_any_bytes_parse(data: bytes, path: str) -> None:
    check(data, path)


@quietly
@given(st.data(), PATHS)
@settings(max_examples=300, deadline=None)
def test_any_mutation_of_a_real_file_parses(draw: st.DataObject, path: str) -> None:
    data = bytearray(SAMPLE.encode())
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, len(data)))
        cut = draw.draw(st.integers(0, 12))
        data[at : at + cut] = draw.draw(st.one_of(st.binary(max_size=3), st.sampled_from(TOKENS)))
    check(bytes(data), path)


TOKENS = [b"", *b"( ) [ ] { } < > ` ' \" ${ => ; : , . ?. ... = + # @ \\ /* // async await class export import".split()]


def check(data: bytes, path: str) -> None:
    """It parses, and every span lies within the file and within the span of its parent's file."""
    parsed = parse(Source(path, data))
    pending: list[object] = [parsed.body, parsed.issues, parsed.comments]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            if hasattr(node, "start") and hasattr(node, "end"):
                assert 0 <= node.start <= node.end <= len(data)
            pending.extend(node)
        elif isinstance(node, str):
            node.encode()


def test_bytes_that_are_not_utf8_do_not_move_offsets() -> None:
    data = b'f("\xff\xfe\xc3", ab)'
    parsed = parse(Source("a.ts", data))
    assert parsed.issues == ()
    assert [show(s) for s in parsed.body] == ["ExpressionStatement(Call(f, ['???', ab]))"]
    (statement,) = parsed.body
    assert isinstance(statement, ExpressionStatement)
    assert isinstance(statement.value, Call)
    name = statement.value.arguments[1]
    assert data[name.start : name.end] == b"ab"
