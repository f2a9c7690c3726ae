"""Every expression, by the shape that it is lowered to."""

from __future__ import annotations

import pytest

from tests.syntax.shape import expression

CASES = {
    # literals
    "('it\\'s\\n\\x41\\u{1F600}\\u0042')": '"it\'s\\nA😀B"',
    '("\\ud83d\\ude00")': "'😀'",
    '("\\ud83d")': "'\ufffd'",
    '("a\\\nb\\0c")': "'ab\\x00c'",
    "0x1F_FF": "8191",
    "0b101": "5",
    "0o17": "15",
    "1_000": "1000",
    "10n": "10",
    ".5": "0.5",
    "1e3": "1000.0",
    "017": "15",
    "true": "True",
    "null": "None",
    "/a[/]b/gi": "Regex()",
    "`plain\\t`": "'plain\\t'",
    "`a${b}${c}\\n\\\nd`": "Template(['a', b, c, '\nd'])",
    "tag`a${b}`": "Call(tag, [Template(['a', b])])",
    # names
    "this": "this",
    "undefined": "undefined",
    "import.meta.env": "Member(import.meta, 'env')",
    "new.target": "new.target",
    # chains
    "a.b.c": "Member(Member(a, 'b'), 'c')",
    "a?.b?.[c]?.(d)": "Call(Subscript(Member(a, 'b', True), c, True), [d], [], True)",
    "a?.()": "Call(a, [], [], True)",
    "a!.b!": "Member(a, 'b')",
    "(a).b": "Member(a, 'b')",
    "a.#p": "Member(a, '#p')",
    "a /* x */ . /* y */ b /* z */ (c)": "Call(Member(a, 'b'), [c])",
    "a[0]": "Subscript(a, 0)",
    "f(a, ...b,)": "Call(f, [a, Spread(b)])",
    'f<T, "u">(a)': "Call(f, [a], [T, TypeLiteral('u')])",
    'f?.<"u">(a)': "Call(f, [a], [TypeLiteral('u')], True)",
    "f<T>": "f",
    "await f<T>(a)": "Await(Call(f, [a], [T]))",
    "await f<T>(a).b[0]!.c()": "Await(Call(Member(Subscript(Member(Call(f, [a], [T]), 'b'), 0), 'c')))",
    "await a.f<T>(b)": "Await(Call(Member(a, 'f'), [b], [T]))",
    "(await f<T>(a)).b": "Member(Await(Call(f, [a], [T])), 'b')",
    "await (await f<T>(a)).g<U>(b)": "Await(Call(Member(Await(Call(f, [a], [T])), 'g'), [b], [U]))",
    "await (await a).f<T>(b)": "Await(Call(Member(Await(a), 'f'), [b], [T]))",
    "(await f)<T>(a)": "Call(Await(f), [a], [T])",
    "!await f<T>(a)": "Unary('!', Await(Call(f, [a], [T])))",
    "typeof f<T>(a) === b": "Binary('===', Unary('typeof', Call(f, [a], [T])), b)",
    'a as import("x").B<C>': "Cast(a, TypeName('import(\"x\").B', [C]))",
    "new A": "New(A)",
    "new a.B<C>(d, ...e)": "New(Member(a, 'B'), [d, Spread(e)], [C])",
    'import("x")': "ImportCall('x')",
    'require("x").y': "Member(ImportCall('x', True), 'y')",
    "require(x)": "Call(require, [x])",
    "import(`./${x}`)": "ImportCall(Template(['./', x]))",
    # operators
    "a + b * c - d": "Binary('-', Binary('+', a, Binary('*', b, c)), d)",
    "a || b && c": "Binary('||', a, Binary('&&', b, c))",
    "a ?? b ?? c": "Binary('??', Binary('??', a, b), c)",
    "a /* x */ && // y\n b": "Binary('&&', a, b)",
    "#p in o": "Binary('in', #p, o)",
    "a instanceof B": "Binary('instanceof', a, B)",
    "!a": "Unary('!', a)",
    "typeof a.b": "Unary('typeof', Member(a, 'b'))",
    "void 0": "Unary('void', 0)",
    "a ? b : c": "Conditional(a, b, c)",
    "i++": "Update('++', i)",
    "--i": "Update('--', i)",
    "a = b = c": "Assign('=', a, Assign('=', b, c))",
    "a.b ??= c": "Assign('??=', Member(a, 'b'), c)",
    "(a as any).b = c": "Assign('=', Member(Cast(a, any), 'b'), c)",
    "(a!) = b": "Assign('=', a, b)",
    "(a, b, c)": "Sequence([a, b, c])",
    "await a": "Await(a)",
    "(await a).b": "Member(Await(a), 'b')",
    "a as B": "Cast(a, B)",
    "a as const": "Cast(a)",
    "<B>a": "Cast(a, B)",
    "<const>a": "Cast(a)",
    "a satisfies B": "Cast(a, B)",
    "a as unknown as B": "Cast(Cast(a, unknown), B)",
    # arrays and objects
    "[a, , ...b,]": "Array([a, -, Spread(b)])",
    "[,]": "Array([-])",
    "({})": "Object()",
    "({ a, b: 1, 'c': 2, [d]: 3, ['e']: 4, 0x10: 5, async: 6, ...f })": (
        "Object([Property('a', a, 'init'), Property('b', 1, 'init'), Property('c', 2, 'init'), Property(d, 3, 'init'), "
        "Property('e', 4, 'init'), Property('16', 5, 'init'), Property('async', 6, 'init'), Spread(f)])"
    ),
    "({ get a() { return 1 }, set a(v) {}, async b() {}, *c() {}, async *[d]() {} })": (
        "Object([Property('a', Function('a', [], Block([Return(1)])), 'get'), "
        "Property('a', Function('a', [Parameter(v)], Block()), 'set'), "
        "Property('b', Function('b', [], Block(), 'async'), 'method'), "
        "Property('c', Function('c', [], Block(), 'generator'), 'method'), "
        "Property(d, Function(-, [], Block(), 'async generator'), 'method')])"
    ),
    # functions
    "async x => x": "Function(-, [Parameter(x)], x, 'async', True)",
    "() => ({})": "Function(-, [], Object(), '', True)",
    "<T,>(a: T): R => {}": "Function(-, [Parameter(a, T)], Block(), '', True, R)",
    "(a?: A, { b, c: d = 2, ...e }: B = {}, [f, , g = 3, ...h] = [], ...i: C[]) => 1": (
        "Function(-, [Parameter(a, A), "
        "Parameter(ObjectPattern([PatternProperty('b', b), PatternProperty('c', d, 2)], e), B, Object()), "
        "Parameter(ArrayPattern([PatternItem(f), -, PatternItem(g, 3)], h), -, Array()), "
        "Parameter(i, TypeArray(C), -, True)], 1, '', True)"
    ),
    "(function (this: X, a) {})": "Function(-, [Parameter(a)], Block())",
    "(function* g() { yield; yield* a; yield b })": (
        "Function('g', [], Block([ExpressionStatement(Yield()), ExpressionStatement(Yield(a, True)), "
        "ExpressionStatement(Yield(b))]), 'generator')"
    ),
    "(async function* () {})": "Function(-, [], Block(), 'async generator')",
    "(class extends B<C> {})": "Class(-, B)",
    # assignment patterns
    "({ a, b: c = 1, [d]: e.f, g = 2, ...h } = x)": (
        "Assign('=', ObjectPattern([PatternProperty('a', a), PatternProperty('b', c, 1), "
        "PatternProperty(d, Member(e, 'f')), PatternProperty('g', g, 2)], h), x)"
    ),
    "[a.b, c[0] = 1, [d]] = x": (
        "Assign('=', ArrayPattern([PatternItem(Member(a, 'b')), PatternItem(Subscript(c, 0), 1), "
        "PatternItem(ArrayPattern([PatternItem(d)]))]), x)"
    ),
}


@pytest.mark.parametrize(("text", "shape"), CASES.items(), ids=CASES)
def test_expression(text: str, shape: str) -> None:
    assert expression(text) == shape
    if not text.startswith("<"):
        assert expression(text, "a.tsx") == shape


JSX_CASES = {
    "<></>": "Jsx()",
    "<div />": "Jsx(-, 'div')",
    "<a:b />": "Jsx(-, 'a:b')",
    "<my-tag />": "Jsx(-, 'my-tag')",
    "<Foo.bar<T> />": "Jsx(Member(Foo, 'bar'))",
    "<Foo a='x&amp;\\n' b={c} d e=<i/> {...f} g:h={1} />": (
        "Jsx(Foo, '', [Property('a', 'x&\\\\n', 'init'), Property('b', c, 'init'), Property('d', True, 'init'), "
        "Property('e', Jsx(-, 'i'), 'init'), Spread(f), Property('g:h', 1, 'init')])"
    ),
    "<A>text {b} {/* c */}{...d}<E>{f()}</E></A>": "Jsx(A, '', [], [b, d, Jsx(E, '', [], [Call(f)])])",
}


@pytest.mark.parametrize(("text", "shape"), JSX_CASES.items(), ids=JSX_CASES)
@pytest.mark.parametrize("path", ["a.tsx", "a.jsx", "a.js"])
def test_jsx(text: str, shape: str, path: str) -> None:
    assert expression(text, path) == shape


def test_angle_bracket_casts_in_javascript_fall_back_to_the_other_grammar() -> None:
    assert expression("f(<any>x)", "a.js") == "Call(f, [Cast(x, any)])"
