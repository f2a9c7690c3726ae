"""Schemas: how a table and its fields may be written."""

from __future__ import annotations

from collections.abc import Mapping

from convex_lint.model.project import Project
from convex_lint.model.schema import Table, Validator
from tests.interpret.programs import project, reasons

IMPORTS = 'import { defineSchema, defineTable } from "convex/server";\nimport { v } from "convex/values";\n'


def schema(text: str, **modules: str) -> Project:
    return project(
        {"schema.ts": IMPORTS + text, **{f"{name}.ts": IMPORTS + module for name, module in modules.items()}}
    )


def tables(text: str, **modules: str) -> Mapping[str, Table]:
    facts = schema(text, **modules)
    assert reasons(facts) == []
    assert facts.notices == ()
    assert not facts.schemas[""].opaque
    return facts.schemas[""].tables


def fields(text: str, before: str = "", **modules: str) -> Mapping[str, Validator]:
    """The fields of a table that is written as `text`."""
    made = tables(f"{before}\nexport default defineSchema({{ t: {text} }});", **modules)["t"].validator
    assert made is not None
    assert made.kind == "object"
    return made.fields


def kinds(of: Mapping[str, Validator]) -> dict[str, str]:
    return {name: made.kind + ("?" if made.optional else "") for name, made in of.items()}


def test_object() -> None:
    assert kinds(fields("defineTable({ a: v.string(), b: v.number() })")) == {"a": "string", "b": "float64"}


def test_object_validator() -> None:
    assert kinds(fields("defineTable(v.object({ a: v.string() }))")) == {"a": "string"}


def test_union_of_objects() -> None:
    table = tables(
        "export default defineSchema({ t: defineTable(v.union(v.object({ k: v.literal('a'), x: v.string() }), "
        "v.object({ k: v.literal('b'), y: v.int64() }))) });"
    )["t"]
    assert table.validator is not None
    assert table.validator.kind == "union"
    assert table.fields == ("k", "x", "y")


def test_any() -> None:
    table = tables("export default defineSchema({ t: defineTable(v.any()) });")["t"]
    assert table.validator is not None
    assert table.validator.kind == "any"


def test_every_kind_of_validator() -> None:
    text = (
        "defineTable({ id: v.id('users'), nul: v.null(), num: v.number(), f: v.float64(), i: v.int64(), big: v.bigint(),"
        " ts: v.commitTs(), bool: v.boolean(), s: v.string(), by: v.bytes(), lit: v.literal(1), arr: v.array(v.string()),"
        " obj: v.object({ x: v.string() }), rec: v.record(v.string(), v.number()), un: v.union(v.string(), v.null()),"
        " any: v.any(), opt: v.optional(v.string()), nb: v.nullable(v.string()) })"
    )
    made = fields(text)
    assert list(kinds(made).values()) == [
        *("id", "null", "float64", "float64", "int64", "int64", "commitTs", "boolean", "string", "bytes", "literal"),
        *("array", "object", "record", "union", "any", "string?", "union"),
    ]
    assert made["id"].table == "users"
    assert made["lit"].value == 1
    assert made["arr"].element == Validator("string")
    assert made["rec"].element == Validator("float64")
    assert [member.kind for member in made["nb"].members] == ["string", "null"]


def test_variable() -> None:
    assert kinds(fields("defineTable(shape)", "const shape = { a: v.string() };")) == {"a": "string"}
    assert kinds(fields("defineTable(shape)", "const shape = v.object({ a: v.string() });")) == {"a": "string"}


def test_imported_fields() -> None:
    before = 'import { common, status as state } from "./fields";'
    made = fields(
        "defineTable({ ...common, state })",
        before,
        fields="export const common = { a: v.string(), b: v.optional(v.string()) };"
        "export const status = v.union(v.literal('on'), v.literal('off'));",
    )
    assert kinds(made) == {"a": "string", "b": "string?", "state": "union"}
    assert [member.value for member in made["state"].members] == ["on", "off"]


def test_later_spreads_win() -> None:
    made = fields("defineTable({ a: v.string(), ...late, c: v.null() })", "const late = { a: v.number(), c: v.any() };")
    assert kinds(made) == {"a": "float64", "c": "null"}


def test_pick_omit_extend_partial() -> None:
    before = "const base = v.object({ a: v.string(), b: v.number(), c: v.boolean() });"
    assert kinds(fields("defineTable(base.pick('a', 'c'))", before)) == {"a": "string", "c": "boolean"}
    assert kinds(fields("defineTable(base.omit('a'))", before)) == {"b": "float64", "c": "boolean"}
    assert list(kinds(fields("defineTable(base.extend({ d: v.null() }))", before))) == ["a", "b", "c", "d"]
    assert kinds(fields("defineTable(base.partial())", before)) == {"a": "string?", "b": "float64?", "c": "boolean?"}
    assert kinds(fields("defineTable(base.omit('b').partial().extend({ e: v.any() }))", before)) == {
        "a": "string?",
        "c": "boolean?",
        "e": "any",
    }


def test_fields_of_a_validator() -> None:
    before = "const base = v.object({ a: v.string(), inner: v.object({ n: v.number() }) });"
    assert kinds(fields("defineTable({ ...base.fields, z: v.null() })", before)) == {
        "a": "string",
        "inner": "object",
        "z": "null",
    }
    assert kinds(fields("defineTable(base.fields.inner)", before)) == {"n": "float64"}


def test_fields_of_another_table() -> None:
    before = "const users = defineTable({ a: v.string(), b: v.number() });"
    made = fields("defineTable({ ...users.validator.fields, old: v.boolean() })", before)
    assert kinds(made) == {"a": "string", "b": "float64", "old": "boolean"}


def test_arguments_take_the_fields_of_a_table() -> None:
    facts = schema(
        "const s = defineSchema({ users: defineTable({ name: v.string(), team: v.id('teams') }) }); export default s;",
        m='import schema from "./schema"; import { query } from "./_generated/server";'
        "const { name, ...others } = schema.tables.users.validator.fields;"
        "export const f = query({ args: { ...others, whole: schema.tables.users.validator, id: schema.id('users'),"
        " doc: schema.doc('users') }, handler: async () => {} });",
    )
    [function] = facts.functions
    assert function.args is not None
    assert kinds(function.args.fields) == {"team": "id", "whole": "object", "id": "id", "doc": "object"}
    assert list(function.args.fields["doc"].fields) == ["name", "team", "_id", "_creationTime"]


def test_nested_paths() -> None:
    table = tables(
        "export default defineSchema({ t: defineTable({ a: v.object({ b: v.union(v.object({ c: v.id('t') }), v.null()) }),"
        " list: v.array(v.object({ x: v.string() })) }).index('by_c', ['a.b.c', '_creationTime']) });"
    )["t"]
    assert table.validator is not None
    assert [made.table for made in table.validator.at(("a", "b", "c"))] == ["t"]
    assert table.validator.at(("a", "nothing")) == ()
    assert table.indexes[0].fields == ("a.b.c", "_creationTime")


def test_computed_keys() -> None:
    before = "const KEY = 'a'; const NAMES = { other: 'b' } as const; enum Field { Third = 'c' }"
    made = fields(
        "defineTable({ [KEY]: v.string(), [NAMES.other]: v.number(), [Field.Third]: v.null(), [`d${1}`]: v.any() })",
        before,
    )
    assert kinds(made) == {"a": "string", "b": "float64", "c": "null", "d1": "any"}


def test_literals_of_a_list() -> None:
    before = "const ROLES = ['admin', 'guest'] as const;"
    made = fields("defineTable({ role: v.union(...ROLES.map((r) => v.literal(r))) })", before)
    assert [member.value for member in made["role"].members] == ["admin", "guest"]


def test_literals_of_an_enum() -> None:
    before = "enum Role { Admin = 'admin', Guest = 'guest' }"
    made = fields(
        "defineTable({ role: v.union(v.literal(Role.Admin), v.literal(Role.Guest)), n: v.literal(Role.Admin) })", before
    )
    assert [member.value for member in made["role"].members] == ["admin", "guest"]
    made = fields("defineTable({ role: v.union(...Object.values(Role).map((r) => v.literal(r))) })", before)
    assert [member.value for member in made["role"].members] == ["admin", "guest"]


def test_fields_from_entries() -> None:
    made = fields(
        "defineTable(Object.fromEntries(['a', 'b'].map((name) => [name, v.string()])))",
    )
    assert kinds(made) == {"a": "string", "b": "string"}


def test_fields_made_by_a_function() -> None:
    before = "const maybe = (x) => v.optional(x); function dated(more) { return { ...more, at: v.number() } }"
    assert kinds(fields("defineTable(dated({ a: maybe(v.string()) }))", before)) == {"a": "string?", "at": "float64"}


def test_helper_validators() -> None:
    before = 'import { literals, nullable, partial, deprecated, brandedString } from "convex-helpers/validators";'
    made = fields(
        "defineTable({ k: literals('a', 'b'), n: nullable(v.string()), old: deprecated, b: brandedString('x'),"
        " ...partial({ p: v.string() }) })",
        before,
    )
    assert kinds(made)["p"] == "string?"
    assert [member.value for member in made["k"].members] == ["a", "b"]
    assert kinds(made)["b"] == "string"


def test_a_field_that_nobody_knows_is_unknown() -> None:
    made = fields("defineTable({ a: v.string(), b: mystery() })", 'import { mystery } from "somewhere";')
    assert kinds(made) == {"a": "string", "b": "unknown"}


def test_casts_and_satisfies() -> None:
    before = "const shape = { a: v.string() } satisfies Record<string, unknown>; const more = { b: v.any() } as const;"
    assert kinds(fields("defineTable({ ...shape, ...(more as any) })", before)) == {"a": "string", "b": "any"}
