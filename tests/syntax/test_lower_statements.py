"""Every statement, class member and declaration, by the shape that it is lowered to."""

from __future__ import annotations

import pytest

from tests.syntax.shape import statements

CASES: dict[str, list[str]] = {
    "const a = 1, { b }: T = c; let d: E; var f!: G": [
        "Variables('const', [Declarator(a, -, 1), Declarator(ObjectPattern([PatternProperty('b', b)]), T, c)])",
        "Variables('let', [Declarator(d, E)])",
        "Variables('var', [Declarator(f, G)])",
    ],
    "using a = b; await using c = d;": [
        "Variables('using', [Declarator(a, -, b)])",
        "Variables('using', [Declarator(c, -, d)])",
    ],
    "{ a; ; debugger }": ["Block([ExpressionStatement(a)])"],
    "if (a) b; else if (c) { d } else e": [
        "If(a, ExpressionStatement(b), If(c, Block([ExpressionStatement(d)]), ExpressionStatement(e)))"
    ],
    "if (a) ; else /* x */ ;": ["If(a, Block(), Block())"],
    "for (let i = 0, n = 2; i < n; i++) f(i)": [
        "For(Variables('let', [Declarator(i, -, 0), Declarator(n, -, 2)]), Binary('<', i, n), Update('++', i), "
        "ExpressionStatement(Call(f, [i])))"
    ],
    "for (;;) {}": ["For(-, -, -, Block())"],
    "for (i = 0;;) {}": ["For(Assign('=', i, 0), -, -, Block())"],
    "for (const [k, v] of m) {}": [
        "ForEach('of', 'const', ArrayPattern([PatternItem(k), PatternItem(v)]), m, Block())"
    ],
    "for (var k in o) ;": ["ForEach('in', 'var', k, o, Block())"],
    "for (a.b of c) {}": ["ForEach('of', '', Member(a, 'b'), c, Block())"],
    "for await (const x of y) {}": ["ForEach('await', 'const', x, y, Block())"],
    "for (using x of y) {}": ["ForEach('of', 'using', x, y, Block())"],
    "for (await using x of y) {}": ["ForEach('of', 'using', x, y, Block())"],
    "while (a) b; do c; while (d)": [
        "While(a, ExpressionStatement(b))",
        "While(d, ExpressionStatement(c), True)",
    ],
    "try { a } catch ({ b }) { c } finally { d }": [
        "Try(Block([ExpressionStatement(a)]), ObjectPattern([PatternProperty('b', b)]), "
        "Block([ExpressionStatement(c)]), Block([ExpressionStatement(d)]))"
    ],
    "try {} catch {}": ["Try(Block(), -, Block())"],
    "switch (a) { case 1: case b: c; break; /* x */ default: d }": [
        "Switch(a, [Case(1), Case(b, [ExpressionStatement(c), Break()]), Case(-, [ExpressionStatement(d)])])"
    ],
    "l: while (1) { continue l; break l }": ["Labeled('l', While(1, Block([Continue('l'), Break('l')])))"],
    "function f() { return } function g() { return a }": [
        "FunctionDeclaration(Function('f', [], Block([Return()])))",
        "FunctionDeclaration(Function('g', [], Block([Return(a)])))",
    ],
    "throw a": ["Throw(a)"],
    "with (a) b": ["ExpressionStatement(Opaque('with_statement'))"],
    "async function* f<T>(a: A): Promise<void> {}": [
        "FunctionDeclaration(Function('f', [Parameter(a, A)], Block(), 'async generator', False, "
        "TypeName('Promise', [void])))"
    ],
    "function f(a: string): void; function f(a) {}": ["FunctionDeclaration(Function('f', [Parameter(a)], Block()))"],
    "declare const a: B; declare function f(): void; declare class C {} declare enum D {} declare global {}": [],
    'declare module "x" { const a: 1 } namespace A.B { export const a = 1 } module M {} namespace N { type T = 1 }': [],
    "namespace N { export const a = 1; f() }": [
        "Variables('const', [Declarator(N, -, Call(Function(-, [], Block([Variables('const', [Declarator(a, -, 1)]), "
        "ExpressionStatement(Call(f)), Return(Object([Property('a', a, 'init')]))]), '', True)))])"
    ],
    "declare type A = B": ["TypeDeclaration('A', [], B)"],
    'enum A { B, C = 1 << 2, "d-e" = "f" } const enum G {}': [
        "Enum('A', [['B', -], ['C', Binary('<<', 1, 2)], ['d-e', 'f']])",
        "Enum('G')",
    ],
    "type A<T, in out U extends V = W> = T": ["TypeDeclaration('A', ['T', 'U'], T)"],
    "interface A<T> extends B<T>, c.D { e: F; g?(): H }": [
        "TypeDeclaration('A', ['T'], TypeIntersection([TypeName('B', [T]), c.D, "
        "TypeObject([TypeMember('e', F), TypeMember('g', TypeFunction(H), True)])]))"
    ],
    "import y = A.B.C": ["Variables('const', [Declarator(y, -, Member(Member(A, 'B'), 'C'))])"],
}


@pytest.mark.parametrize(("text", "shapes"), CASES.items(), ids=CASES)
def test_statement(text: str, shapes: list[str]) -> None:
    assert statements(text) == shapes


MEMBERS = {
    "a = 1": "ClassMember('a', 1, 'field')",
    "@dec() private static readonly a?: B = c": "ClassMember('a', c, 'field', True, B)",
    "declare a: B": "ClassMember('a', -, 'field', False, B)",
    "#a = 1": "ClassMember('#a', 1, 'field')",
    "accessor a = 1": "ClassMember('a', 1, 'field')",
    "static static = 1": "ClassMember('static', 1, 'field', True)",
    "[a] = 1": "ClassMember(a, 1, 'field')",
    "static { a }": "ClassMember('', Function(-, [], Block([ExpressionStatement(a)])), 'block', True)",
    "get a(): B { }": "ClassMember('a', Function('a', [], Block(), '', False, B), 'get')",
    "static set a(b) { }": "ClassMember('a', Function('a', [Parameter(b)], Block()), 'set', True)",
    "override async *a() { }": "ClassMember('a', Function('a', [], Block(), 'async generator'), 'method')",
    "static async 'a b'() { }": "ClassMember('a b', Function('a b', [], Block(), 'async'), 'method', True)",
    "constructor(private a: A, readonly b = 1, c) { }": (
        "ClassMember('constructor', Function('constructor', [Parameter(a, A, -, False, True), "
        "Parameter(b, -, 1, False, True), Parameter(c)], Block()), 'constructor')"
    ),
    "static constructor() { }": "ClassMember('constructor', Function('constructor', [], Block()), 'method', True)",
}


@pytest.mark.parametrize(("text", "shape"), MEMBERS.items(), ids=MEMBERS)
def test_class_member(text: str, shape: str) -> None:
    assert statements(f"class A {{ {text} }}") == [f"ClassDeclaration(Class('A', -, [{shape}]))"]


def test_class_leaves_out_what_only_types_see() -> None:
    text = "@dec abstract class A<T> extends b(C).D<E> implements F { abstract g(): void; h(): void; [k: string]: any }"
    assert statements(text) == ["ClassDeclaration(Class('A', Member(Call(b, [C]), 'D')))"]


def test_overloaded_method_is_its_implementation() -> None:
    (shape,) = statements("class A { f(a: string): void; f(a) {} }")
    assert (
        shape == "ClassDeclaration(Class('A', -, [ClassMember('f', Function('f', [Parameter(a)], Block()), 'method')]))"
    )
