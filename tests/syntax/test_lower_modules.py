"""Imports, exports, CommonJS exports and the directive prologue."""

from __future__ import annotations

import pytest

from tests.syntax.shape import module, statements

CASES: dict[str, list[str]] = {
    'import "x"': ["Import('x')"],
    'import d, * as n from "x"': ["Import('x', [ImportName('default', 'd'), ImportName('*', 'n')])"],
    'import { a, b as c, type D as E, default as f, "g h" as i } from "x" with { type: "json" }': [
        "Import('x', [ImportName('a', 'a'), ImportName('b', 'c'), ImportName('D', 'E', True), "
        "ImportName('default', 'f'), ImportName('g h', 'i')])"
    ],
    'import type T, { type } from "x"': [
        "Import('x', [ImportName('default', 'T', True), ImportName('type', 'type', True)], True)"
    ],
    'import x = require("y"); import type z = require("w")': [
        "Import('y', [ImportName('*', 'x')])",
        "Import('w', [ImportName('*', 'z', True)], True)",
    ],
    'import defer * as n from "x"': ["Import('x', [ImportName('*', 'n')])"],
    "export {}": ["ExportNames()"],
    'export { a, b as c, type D, e as "f g" }': [
        "ExportNames([ExportName('a', 'a'), ExportName('b', 'c'), ExportName('D', 'D', True), ExportName('e', 'f g')])"
    ],
    'export { default } from "x"; export { a as default } from "y"; export type { T } from "z"': [
        "ExportNames([ExportName('default', 'default')], 'x')",
        "ExportNames([ExportName('a', 'default')], 'y')",
        "ExportNames([ExportName('T', 'T', True)], 'z', True)",
    ],
    'export * from "x"; export * as n from "y"': ["ExportAll('x')", "ExportAll('y', 'n')"],
    'export type * from "x"; export type * as n from "y"': ["ExportAll('x', -, True)", "ExportAll('y', 'n', True)"],
    "export const a = 1": ["ExportDeclaration(Variables('const', [Declarator(a, -, 1)]))"],
    "export async function f() {}": ["ExportDeclaration(FunctionDeclaration(Function('f', [], Block(), 'async')))"],
    "export @dec abstract class A {}": ["ExportDeclaration(ClassDeclaration(Class('A')))"],
    "export const enum A { B }": ["ExportDeclaration(Enum('A', [['B', -]]))"],
    "export type A = B": ["ExportDeclaration(TypeDeclaration('A', [], B))"],
    "export declare const a: B; export function f(): void; export namespace N {}; export as namespace G": [],
    "export default a": ["ExportDefault(a)"],
    "export default { a: 1 } satisfies B": ["ExportDefault(Cast(Object([Property('a', 1, 'init')]), B))"],
    "export default async () => 1": ["ExportDefault(Function(-, [], 1, 'async', True))"],
    "export default function () {}": ["ExportDefault(Function(-, [], Block()))"],
    "export default class extends A {}": ["ExportDefault(Class(-, A))"],
    "export default async function f() {}": [
        "FunctionDeclaration(Function('f', [], Block(), 'async'))",
        "ExportNames([ExportName('f', 'default')])",
    ],
    "export default class A {}": ["ClassDeclaration(Class('A'))", "ExportNames([ExportName('A', 'default')])"],
    "export default interface A {}": [
        "TypeDeclaration('A', [], TypeObject())",
        "ExportNames([ExportName('A', 'default', True)], -, True)",
    ],
    "export = a": ["ExportDefault(a)"],
    # CommonJS
    "module.exports = { a }": ["ExportDefault(Object([Property('a', a, 'init')]))"],
    "exports.a = 1; module.exports.b = 2": [
        "ExportDeclaration(Variables('const', [Declarator(a, -, 1)]))",
        "ExportDeclaration(Variables('const', [Declarator(b, -, 2)]))",
    ],
    "exports.default = a": ["ExportDefault(a)"],
    "const a = 1; exports.b = a": ["Variables('const', [Declarator(a, -, 1)])", "ExportNames([ExportName('a', 'b')])"],
    "exports.f = query(f); function f() {}": [
        "Variables('const', [Declarator(exports.f, -, Call(query, [f]))])",
        "ExportNames([ExportName('exports.f', 'f')])",
        "FunctionDeclaration(Function('f', [], Block()))",
    ],
    "exports.a = exports.b = void 0": [],
    "exports.a = exports.b = 1": [
        "ExportDeclaration(Variables('const', [Declarator(a, -, 1)]))",
        "ExportDeclaration(Variables('const', [Declarator(b, -, 1)]))",
    ],
    "exports[a] = 1": ["ExpressionStatement(Assign('=', Subscript(exports, a), 1))"],
    "f(() => { exports.a = 1 })": [
        "ExpressionStatement(Call(f, [Function(-, [], Block([ExpressionStatement("
        "Assign('=', Member(exports, 'a'), 1))]), '', True)]))"
    ],
}


@pytest.mark.parametrize(("text", "shapes"), CASES.items(), ids=CASES)
def test_module_statement(text: str, shapes: list[str]) -> None:
    assert statements(text) == shapes


def test_directives_are_the_leading_strings_only() -> None:
    parsed = module("#!/usr/bin/env node\n// hello\n'use node';\n\"use strict\"\nf();\n'not this'")
    assert parsed.directives == ("use node", "use strict")
    assert len(parsed.body) == 2


@pytest.mark.parametrize("text", ["`use node`", "('use node')", "'use' + ' node'", "f('use node')"])
def test_what_only_looks_like_a_directive(text: str) -> None:
    parsed = module(text)
    assert parsed.directives == ()
    assert len(parsed.body) == 1
