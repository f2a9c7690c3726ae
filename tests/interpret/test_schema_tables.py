"""Schemas: where tables come from, and their indexes."""

from __future__ import annotations

import pytest

from convex_lint.engine.memory import workspace_of
from convex_lint.interpret.interpret import interpret
from convex_lint.program.link import link
from convex_lint.syntax.parser import parse
from tests.interpret.programs import HEAD, project, reasons
from tests.interpret.test_schema import IMPORTS, schema, tables


def indexes(table: str, before: str = "") -> dict[str, tuple[str, ...]]:
    made = tables(f"{before}\nexport default defineSchema({{ t: {table} }});")["t"]
    return {index.name: index.fields for index in made.indexes}


FIELDS = "defineTable({ a: v.string(), b: v.number(), e: v.array(v.float64()) })"


def test_index_forms() -> None:
    assert indexes(FIELDS + ".index('by_a', ['a']).index('by_b', { fields: ['b', 'a'] })") == {
        "by_a": ("a",),
        "by_b": ("b", "a"),
    }


def test_staged_indexes_of_every_kind() -> None:
    table = tables(
        f"export default defineSchema({{ t: {FIELDS}.index('i', {{ fields: ['a'], staged: true }})"
        ".searchIndex('s', { searchField: 'a', staged: true })"
        ".vectorIndex('v', { vectorField: 'e', dimensions: 3, staged: true }).index('j', { fields: ['b'], staged: false }) });"
    )["t"]
    assert [(index.name, index.staged) for index in table.indexes] == [("i", True), ("j", False)]
    assert [index.staged for index in table.search_indexes] == [True]
    assert [index.staged for index in table.vector_indexes] == [True]


def test_search_and_vector_indexes() -> None:
    table = tables(
        f"const DIM = 1536; export default defineSchema({{ t: {FIELDS}"
        ".searchIndex('s', { searchField: 'a', filterFields: ['b'] }).searchIndex('s2', { searchField: 'a' })"
        ".vectorIndex('v', { vectorField: 'e', dimensions: DIM, filterFields: ['a', 'b'] }) });"
    )["t"]
    assert [(i.name, i.search_field, i.filter_fields) for i in table.search_indexes] == [
        ("s", "a", ("b",)),
        ("s2", "a", ()),
    ]
    [vector] = table.vector_indexes
    assert (vector.vector_field, vector.dimensions, vector.filter_fields) == ("e", 1536, ("a", "b"))


def test_indexes_in_a_conditional_and_a_loop() -> None:
    assert indexes("t", f"const t = {FIELDS}; for (const f of ['a', 'b']) t.index(`by_${{f}}`, [f]);") == {
        "by_a": ("a",),
        "by_b": ("b",),
    }
    assert indexes("t", f"const t = {FIELDS}; if (process.env.X) {{ t.index('by_a', ['a']) }}") == {"by_a": ("a",)}


def test_indexes_over_statements() -> None:
    assert indexes("t", f"const t = {FIELDS}; t.index('by_a', ['a']); t.index('by_b', ['b']);") == {
        "by_a": ("a",),
        "by_b": ("b",),
    }
    assert indexes("u", f"let u = {FIELDS}; u = u.index('by_a', ['a']);") == {"by_a": ("a",)}


def test_an_index_is_added_where_the_table_is_used() -> None:
    found = tables(
        'import { users } from "./tables"; export default defineSchema({ users: users.index("by_b", ["b"]) });',
        tables=f"export const users = {FIELDS}.index('by_a', ['a']);",
    )
    assert [index.name for index in found["users"].indexes] == ["by_a", "by_b"]


def test_names_in_constants() -> None:
    before = "const NAME = 'by_a'; const COLUMNS = ['a', 'b'] as const; enum I { B = 'by_b' }"
    assert indexes(FIELDS + ".index(NAME, [...COLUMNS]).index(I.B, COLUMNS)", before) == {
        "by_a": ("a", "b"),
        "by_b": ("a", "b"),
    }


def test_an_index_whose_fields_nobody_knows_is_told() -> None:
    facts = schema(
        'import { columns } from "somewhere";'
        f"export default defineSchema({{ t: {FIELDS}.index('by_x', columns) }});"
    )
    assert reasons(facts) == ["fields of an index not known"]


def test_span_of_an_index_is_its_own_call() -> None:
    facts = schema(f"export default defineSchema({{ t: {FIELDS}.index('by_a', ['a']).index('by_b', ['b']) }});")
    index = facts.schemas[""].tables["t"].indexes[1]
    source = facts.sources["convex/schema.ts"]
    assert source.data[index.span.start : index.span.end].decode().lstrip(".") == "index('by_b', ['b'])"


def test_tables_of_another_file() -> None:
    found = tables(
        'import { users } from "./a"; import * as more from "./b"; import third from "./c"; import { four } from "./d";'
        "export default defineSchema({ users, teams: more.teams, third, ...more.rest, ...four });",
        a="export const users = defineTable({ a: v.string() });",
        b="export const teams = defineTable({ b: v.string() }); export const rest = { r: defineTable({ c: v.any() }) };",
        c="export default defineTable({ d: v.string() });",
        d='export * from "./e";',
        e="export const four = { f4: defineTable({ e: v.string() }) };",
    )
    assert {name: table.fields for name, table in found.items()} == {
        "users": ("a",),
        "teams": ("b",),
        "third": ("d",),
        "r": ("c",),
        "f4": ("e",),
    }


def test_tables_made_by_a_function() -> None:
    found = tables(
        "const dated = (fields) => defineTable({ ...fields, at: v.number() }).index('by_at', ['at']);"
        "function both(name) { return { [name]: dated({}), [`${name}_log`]: dated({ what: v.string() }) } }"
        "export default defineSchema({ a: dated({ x: v.string() }), ...both('b') });"
    )
    assert {name: table.fields for name, table in found.items()} == {
        "a": ("x", "at"),
        "b": ("at",),
        "b_log": ("what", "at"),
    }
    assert all([index.name for index in table.indexes] == ["by_at"] for table in found.values())


def test_table_names_in_constants() -> None:
    found = tables(
        "const T = { users: 'people' } as const; enum N { X = 'exes' }"
        f"export default defineSchema({{ [T.users]: {FIELDS}, [N.X]: {FIELDS}, 'quoted': {FIELDS} }});"
    )
    assert set(found) == {"people", "exes", "quoted"}


def test_tables_in_a_variable() -> None:
    found = tables(
        f"const all = {{ a: {FIELDS} }}; const s = defineSchema({{ ...all, b: {FIELDS} }}); export default s;"
    )
    assert list(found) == ["a", "b"]
    assert list(tables(f"const all = {{ a: {FIELDS} }}; export default defineSchema(all);")) == ["a"]


def test_schema_reexported() -> None:
    assert list(
        tables(
            'export { default } from "./real"; // no export default',
            real=f"export default defineSchema({{ a: {FIELDS} }});",
        )
    ) == ["a"]


def test_schema_made_of_another_schema() -> None:
    found = tables(
        'import base from "./base"; export default defineSchema({ ...base.tables, b: defineTable({ y: v.null() }) });',
        base=f"export default defineSchema({{ a: {FIELDS} }});",
    )
    assert list(found) == ["a", "b"]


def test_options() -> None:
    facts = schema(
        f"export default defineSchema({{ a: {FIELDS} }}, {{ schemaValidation: false, strictTableNameTypes: false }});"
    )
    assert facts.schemas[""].validated is False
    facts = schema(f"export default defineSchema({{ a: {FIELDS} }}, {{ strictTableNameTypes: false }});")
    assert facts.schemas[""].validated is True


def test_tables_of_an_installed_package() -> None:
    files = {
        "convex/schema.ts": IMPORTS
        + f'import {{ things }} from "a-package/tables"; export default defineSchema({{ ...things, a: {FIELDS} }});',
        "node_modules/a-package/package.json": '{ "exports": { "./tables": { "import": "./src/tables.ts" } } }',
        "node_modules/a-package/src/tables.ts": IMPORTS
        + "export const things = { x: defineTable({ n: v.number() }).index('by_n', ['n']) };",
    }
    facts = interpret(link(workspace_of(files), parse))
    assert {table.name: table.fields for table in facts.tables} == {"x": ("n",), "a": ("a", "b", "e")}
    assert [index.name for index in facts.schemas[""].tables["x"].indexes] == ["by_n"]
    assert not facts.schemas[""].opaque


def test_tables_of_a_package_that_is_not_installed_are_a_note() -> None:
    facts = schema(
        'import { things } from "a-package"; export default defineSchema({ ...things, a: defineTable({}) });'
    )
    assert facts.schemas[""].opaque
    assert reasons(facts) == ["spread of unknown tables into the schema"]
    assert list(facts.schemas[""].tables) == ["a"]


def test_auth_tables_are_known() -> None:
    facts = schema(
        'import { authTables } from "@convex-dev/auth/server"; export default defineSchema({ ...authTables });'
    )
    found = facts.schemas[""].tables
    assert "users" in found
    assert "authSessions" in found


def test_no_schema_is_a_note_and_tables_are_inferred() -> None:
    facts = project(
        {
            "m.ts": HEAD
            + "export const f = query({ args: {}, handler: async (ctx) => ctx.db.query('users').collect() });"
        }
    )
    assert [notice.message for notice in facts.notices] == [
        "There is no schema in `convex`: tables are known from their uses only, without fields or "
        "indexes, and rules that judge by these stay silent."
    ]
    assert [(table.name, table.inferred) for table in facts.tables] == [("users", True)]


def test_a_schema_that_cannot_be_followed_is_a_note() -> None:
    facts = schema('import { make } from "somewhere"; export default make();')
    assert "could not be followed" in facts.notices[0].message
    assert facts.schemas[""].opaque


@pytest.mark.parametrize("extension", ["ts", "js"])
def test_extensions(extension: str) -> None:
    facts = project({f"schema.{extension}": IMPORTS + f"export default defineSchema({{ a: {FIELDS} }});", "m.ts": HEAD})
    assert list(facts.schemas[""].tables) == ["a"]


def test_modules_that_import_each_other() -> None:
    found = tables(
        'import { users } from "./users"; export const role = v.string(); export default defineSchema({ users });',
        users='import schema from "./schema"; export const users = defineTable({ a: v.string() });'
        "export const later = () => schema;",
    )
    assert found["users"].fields == ("a",)
