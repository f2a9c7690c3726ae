"""Every type that can be a witness, by the shape that it is lowered to."""

from __future__ import annotations

import pytest

from tests.syntax.shape import type_

CASES = {
    "string": "string",
    "unique symbol": "symbol",
    "undefined": "undefined",
    "this": "this",
    'Id<"users">': "TypeName('Id', [TypeLiteral('users')])",
    "a.b.C<D>": "TypeName('a.b.C', [D])",
    "a . b": "a.b",
    "1": "TypeLiteral(1)",
    "-1": "TypeLiteral(-1)",
    "true": "TypeLiteral(True)",
    "null": "TypeLiteral()",
    "`a`": "TypeLiteral('a')",
    "`a${B}`": "TypeOpaque()",
    "A | B | C": "TypeUnion([A, B, C])",
    "| A | (B | C)": "TypeUnion([A, B, C])",
    "| A": "A",
    "A & B & C": "TypeIntersection([A, B, C])",
    "A | B & C": "TypeUnion([A, TypeIntersection([B, C])])",
    "A[]": "TypeArray(A)",
    "readonly A[]": "TypeArray(A)",
    "(A | B)[]": "TypeArray(TypeUnion([A, B]))",
    "[A, b?: B, ...c: C[], D?]": "TypeTuple([A, B, TypeArray(C), D])",
    "{}": "TypeObject()",
    "{ a: A, 'b-c'?: B; readonly d: D; e(): E; get f(): F; set f(v); [g]: G; (): H }": (
        "TypeObject([TypeMember('a', A), TypeMember('b-c', B, True), TypeMember('d', D), "
        "TypeMember('e', TypeFunction(E)), TypeMember('f', F)])"
    ),
    "{ [key: string]: A }": "TypeName('Record', [string, A])",
    "{ [K in A]?: B }": "TypeOpaque()",
    'Doc<"users">["_id"]': "TypeIndexed(TypeName('Doc', [TypeLiteral('users')]), TypeLiteral('_id'))",
    "(a: A) => B": "TypeFunction(B)",
    "(a) => a is B": "TypeFunction(boolean)",
    "new () => A": "TypeOpaque()",
    "typeof a.b": "TypeQuery('a.b')",
    "typeof a<B>": "TypeQuery('a')",
    "typeof a['b']": "TypeIndexed(TypeQuery('a'), TypeLiteral('b'))",
    "keyof A": "TypeOpaque()",
    "A extends infer B ? C : D": "TypeOpaque()",
    'import("x")': 'import("x")',
    'import("x").A.B': 'import("x").A.B',
    'import("x").A<B>': "TypeName('import(\"x\").A', [B])",
    'import("x").A[]': 'TypeArray(import("x").A)',
}


@pytest.mark.parametrize(("text", "shape"), CASES.items(), ids=CASES)
def test_type(text: str, shape: str) -> None:
    assert type_(text) == shape
