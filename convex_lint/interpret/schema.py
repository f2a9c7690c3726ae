"""Schema files to the model's schemas, and tables known from their uses alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from convex_lint.interpret.machine import Machine
from convex_lint.interpret.values import FALSE, Either, Obj, SchemaDefinition, TableDefinition, Value
from convex_lint.model.function import Function
from convex_lint.model.operation import Read, Write
from convex_lint.model.project import Notice, Unfollowed
from convex_lint.model.schema import Schema, Table
from convex_lint.source import Span
from convex_lint.syntax import tree


def schemas(m: Machine, notices: list[Notice]) -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for folder in m.program.folders:
        component = m.linker.components[folder.path]
        if folder.schema is None:
            if folder.entry_points and not folder.component:
                notices.append(
                    Notice(
                        f"There is no schema in `{folder.path}`: tables are known from their uses only, without fields or "
                        "indexes, and rules that judge by these stay silent.",
                        folder.path,
                        help=f"Declare the tables with `defineSchema` in `{folder.path}/schema.ts`.",
                    )
                )
            continue
        value = m.linker.export(m, folder.schema, "default")
        if type(value) is SchemaDefinition:
            found[component] = _schema(m, value, component)
        else:
            span = Span(folder.schema, 0, 0)
            notices.append(
                Notice(
                    f"the default export of `{folder.schema}` could not be followed to a `defineSchema` call",
                    folder.schema,
                    span,
                    "Export the result of `defineSchema` as default.",
                )
            )
            found[component] = Schema(component, span, {}, opaque=True)
    return found


def _schema(m: Machine, value: SchemaDefinition, component: str) -> Schema:
    from convex_lint.interpret.members import get

    tables: dict[str, Table] = {}
    opaque = value.tables.rest is not None or "\0any" in value.tables.props
    for name, definition in value.tables.props.items():
        made = _definition(definition)
        if made is not None and not name.startswith("\0"):
            tables[name] = _table(component, name, made)
        elif not name.startswith("\0"):
            tables[name] = Table(component, name, value.span, None)
    if opaque:
        reason = "spread of unknown tables into the schema"
        m.unfollowed.setdefault((*value.span, reason), Unfollowed(value.span, reason))
    validated = get(m, value.options, "schemaValidation", tree.Opaque(0, 0, "")) != FALSE
    return Schema(component, value.span, tables, validated, opaque)


def _definition(value: Value) -> TableDefinition | None:
    if type(value) is TableDefinition:
        return value
    if type(value) is Either:
        return next((option for option in value.options if type(option) is TableDefinition), None)
    if type(value) is Obj and type(value.props.get("\0table")) is TableDefinition:
        table: TableDefinition = value.props["\0table"]
        return table
    return None


def _table(component: str, name: str, made: TableDefinition) -> Table:
    return Table(
        component,
        name,
        made.span,
        made.validator,
        tuple(made.indexes),
        tuple(made.search),
        tuple(made.vector),
    )


def with_inferred(known: Mapping[str, Schema], functions: Iterable[Function]) -> dict[str, Schema]:
    """The schemas, with a table for every name that functions use although no schema declares it."""
    result = dict(known)
    used: dict[tuple[str, str], Span] = {}
    for function in functions:
        for operation in function.operations:
            if isinstance(operation, (Read, Write)) and operation.table and not operation.table.startswith("_"):
                used.setdefault((operation.component, operation.table), operation.span)
    for (component, name), span in sorted(used.items()):
        schema = result.get(component)
        if schema is None:
            schema = result[component] = Schema(component, Span(span.file, 0, 0), {}, opaque=True)
        if name not in schema.tables:
            tables = {**schema.tables, name: Table(component, name, span, None, inferred=True)}
            result[component] = Schema(component, schema.span, tables, schema.validated, schema.opaque)
    return result
