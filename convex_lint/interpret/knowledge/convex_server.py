"""`convex/server`: schema, registration, http, crons, components, references (npm convex `server/`)."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.knowledge.convex_values import UNKNOWN_VALIDATOR, object_validator, returning
from convex_lint.interpret.knowledge.names import literal_names
from convex_lint.interpret.values import (
    TRUE,
    UNDEFINED,
    UNKNOWN,
    Arr,
    Bound,
    Call,
    ComponentDefinition,
    CronTable,
    Fn,
    Native,
    Obj,
    Prom,
    Reference,
    Registered,
    Router,
    SchemaDefinition,
    TableDefinition,
    ValidatorValue,
    Value,
)
from convex_lint.model.schema import Index, SearchIndex, Validator, VectorIndex
from convex_lint.model.value import Literal
from convex_lint.source import Span

# ---------------------------------------------------------------- schema


def _define_schema(m: Any, call: Call) -> Value:
    tables = call.arg(0)
    if type(tables) is not Obj:
        tables = Obj(rest=tables)
    return SchemaDefinition(tables, call.arg(1), m.span(call.node))


def _define_table(m: Any, call: Call) -> Value:
    given = call.arg(0)
    validator = object_validator(m, given)
    return TableDefinition(validator if validator.kind != "unknown" else None, m.span(call.node))


def get_table(m: Any, value: TableDefinition, name: str, node: Any) -> Value:
    if name == "validator":
        return ValidatorValue(value.validator or UNKNOWN_VALIDATOR)
    return Bound(value, name)


def invoke_table(m: Any, value: TableDefinition, name: str, call: Call) -> Value:
    if name == " indexes":
        return _described(m, value)
    names = literal_names(call.arg(0))
    options = call.arg(1)
    span = _method_span(m, call)
    for index in names:
        if index is None:
            m.lost(call.node, "index name not known")
        elif name == "index":
            fields, staged = _index_fields(m, options, call)
            m.write_list(value, "indexes", Index(index, fields, staged, span))
        elif name == "searchIndex":
            field = _text(m, options, "searchField", call)
            made = SearchIndex(
                index, field or "", _texts(m, options, "filterFields", call), _flag(m, options, call), span
            )
            m.write_list(value, "search", made)
        elif name == "vectorIndex":
            from convex_lint.interpret.members import get

            size = get(m, options, "dimensions", call.node)
            dimensions = size.value if type(size) is Literal and isinstance(size.value, int) else None
            field = _text(m, options, "vectorField", call)
            filters = _texts(m, options, "filterFields", call)
            m.write_list(
                value, "vector", VectorIndex(index, field or "", dimensions, filters, _flag(m, options, call), span)
            )
    return value


def _described(m: Any, value: TableDefinition) -> Value:
    """`table[" indexes"]()`: the experimental accessor to the database indexes."""
    described = []
    for index in value.indexes:
        name = Literal(index.name)
        m.looked_up[id(name)] = name
        described.append(Obj({"indexDescriptor": name, "fields": Arr([Literal(field) for field in index.fields])}))
    return Arr(described)


def _method_span(m: Any, call: Call) -> Span:
    """`.index("by_x", ["x"])` without the chain before it."""
    whole = m.span(call.node)
    at = getattr(getattr(call.node, "callee", None), "at", None)
    return Span(whole.file, at, whole.end) if at is not None else whole


def _index_fields(m: Any, options: Value, call: Call) -> tuple[tuple[str, ...], bool]:
    if type(options) is Obj:
        return _texts(m, options, "fields", call), _flag(m, options, call)
    return _strings(m, options, call), False


def _strings(m: Any, value: Value, call: Call) -> tuple[str, ...]:
    if type(value) is Arr and value.exact:
        names = [literal_names(item)[0] for item in value.items]
        if None not in names:
            return tuple([name for name in names if name is not None])
    if value is not UNDEFINED:
        m.lost(call.node, "fields of an index not known")
    return ()


def _texts(m: Any, options: Value, name: str, call: Call) -> tuple[str, ...]:
    from convex_lint.interpret.members import get

    return _strings(m, get(m, options, name, call.node), call)


def _text(m: Any, options: Value, name: str, call: Call) -> str | None:
    from convex_lint.interpret.members import get

    return literal_names(get(m, options, name, call.node))[0]


def _flag(m: Any, options: Value, call: Call) -> bool:
    from convex_lint.interpret.members import get

    return bool(get(m, options, "staged", call.node) == TRUE)


def get_schema(m: Any, value: SchemaDefinition, name: str, node: Any) -> Value:
    return value.tables if name == "tables" else Bound(value, name)


def invoke_schema(m: Any, value: SchemaDefinition, name: str, call: Call) -> Value:
    if name == "id":
        table = literal_names(call.arg(0))[0]
        return ValidatorValue(Validator("id", table=table))
    if name == "doc":
        return _doc(m, value.tables.props.get(literal_names(call.arg(0))[0] or ""), literal_names(call.arg(0))[0])
    return UNKNOWN


def _doc(m: Any, table: Value, name: str | None) -> Value:
    """A table's document with its system fields."""
    if type(table) is not TableDefinition or table.validator is None:
        return ValidatorValue(UNKNOWN_VALIDATOR)
    system = {"_id": Validator("id", table=name), "_creationTime": Validator("float64")}
    variants = [
        Validator("object", fields={**variant.fields, **system}) if variant.kind == "object" else variant
        for variant in table.validator.members_flat()
    ]
    return ValidatorValue(variants[0] if len(variants) == 1 else Validator("union", members=tuple(variants)))


def doc_validator(m: Any, call: Call) -> Value:
    return _doc(m, call.arg(1), literal_names(call.arg(0))[0])


# ---------------------------------------------------------------- registration

_BUILDERS = {
    "query": ("query", "public"), "internalQuery": ("query", "internal"),
    "mutation": ("mutation", "public"), "internalMutation": ("mutation", "internal"),
    "action": ("action", "public"), "internalAction": ("action", "internal"),
    "httpAction": ("http", "public"),
}  # fmt: skip


def register(m: Any, kind: str, visibility: str, call: Call) -> Value:
    """`query(f)`, `query({ args, returns, handler })`."""
    from convex_lint.interpret.members import get

    given = call.arg(0)
    if type(given) in (Fn, Native):
        return Registered(kind, visibility, given, None, None, m.span(call.node), handler_span(given))
    handler = get(m, given, "handler", call.node)
    if handler is UNDEFINED or handler is UNKNOWN:
        m.lost(call.node, "handler not followed")
    args = returning(m, get(m, given, "args", call.node))
    returns = returning(m, get(m, given, "returns", call.node))
    return Registered(kind, visibility, handler, args, returns, m.span(call.node), handler_span(handler))


def handler_span(handler: Value) -> Span | None:
    if type(handler) is Fn:
        if handler.label == "handler":
            handler.label = ""
        return Span(handler.scope.module.file, handler.node.start, handler.node.end)
    for name, part in handler.props if type(handler) is Native else ():
        if name == "handler":
            return handler_span(part)
    return None


def builder(kind: str, visibility: str) -> Native:
    return Native(
        f"{visibility} {kind}",
        lambda m, call: register(m, kind, visibility, call),
        (("\0kind", Literal(kind)), ("\0visibility", Literal(visibility))),
    )


BUILDERS = {name: builder(kind, visibility) for name, (kind, visibility) in _BUILDERS.items()}

# ---------------------------------------------------------------- http and crons


def invoke_router(m: Any, value: Router, name: str, call: Call) -> Value:
    if name == "route":
        value.routes.append((call.arg(0), m.span(call.node)))
    elif name == "getRoutes":
        return Arr([UNKNOWN], exact=False)
    return UNDEFINED


def invoke_crons(m: Any, value: CronTable, name: str, call: Call) -> Value:
    if name in ("interval", "hourly", "daily", "weekly", "monthly", "cron"):
        value.jobs.append((name, list(call.args), m.span(call.node)))
    return UNDEFINED


# ---------------------------------------------------------------- components


def _define_app(m: Any, call: Call) -> Value:
    return ComponentDefinition("", m.folder_of(m.frame.file), [])


def _define_component(m: Any, call: Call) -> Value:
    return ComponentDefinition(literal_names(call.arg(0))[0] or "component", m.folder_of(m.frame.file), [])


def invoke_component(m: Any, value: ComponentDefinition, name: str, call: Call) -> Value:
    from convex_lint.interpret.members import get

    if name == "use":
        used = call.arg(0)
        given = literal_names(get(m, call.arg(1), "name", call.node))[0]
        if type(used) is ComponentDefinition:
            value.uses.append((used, given or used.name))
        return used
    return UNKNOWN


# ---------------------------------------------------------------- references


def _make_reference(m: Any, call: Call) -> Value:
    from convex_lint.interpret.knowledge.context import string_path

    name = literal_names(call.arg(0))[0]
    if name is None:
        return UNKNOWN
    module, _, function = string_path(name, "").partition(":")
    return Reference("string", m.component, (*module.split("/"), function or "default"))


def _handle(m: Any, call: Call) -> Value:
    target = call.arg(0)
    return Prom(Reference("handle", target.component, target.parts) if type(target) is Reference else target)


EXPORTS: dict[str, Value] = {
    "defineSchema": Native("defineSchema", _define_schema),
    "defineTable": Native("defineTable", _define_table),
    "docValidator": Native("docValidator", doc_validator),
    **{f"{name}Generic": made for name, made in BUILDERS.items()},
    "httpRouter": Native("httpRouter", lambda m, call: Router([])),
    "cronJobs": Native("cronJobs", lambda m, call: CronTable([])),
    "defineApp": Native("defineApp", _define_app),
    "defineComponent": Native("defineComponent", _define_component),
    "makeFunctionReference": Native("makeFunctionReference", _make_reference),
    "createFunctionHandle": Native("createFunctionHandle", _handle),
    "getFunctionName": Native("getFunctionName", lambda m, call: call.arg(0)),
    "getFunctionAddress": Native("getFunctionAddress", lambda m, call: UNKNOWN),
    "paginationOptsValidator": ValidatorValue(
        Validator(
            "object",
            fields={
                "numItems": Validator("float64"),
                "cursor": Validator("union", members=(Validator("string"), Validator("null"))),
                "endCursor": Validator("string", optional=True),
                "id": Validator("float64", optional=True),
                "maximumRowsRead": Validator("float64", optional=True),
                "maximumBytesRead": Validator("float64", optional=True),
            },
        )
    ),
    "paginationResultValidator": Native("paginationResultValidator", lambda m, call: ValidatorValue(UNKNOWN_VALIDATOR)),
}


def export(m: Any, name: str) -> Value:
    if name in ("anyApi", "componentsGeneric"):
        through = "api" if name == "anyApi" else "components"
        made = Reference(through, m.component)
        return made if name == "anyApi" else Native(name, lambda m, call: Reference("components", m.component))
    return EXPORTS.get(name, UNKNOWN)


def generated(m: Any, kind: str, name: str, component: str) -> Value:
    """An export of `_generated/server` or `_generated/api`."""
    if kind == "server":
        return BUILDERS.get(name, UNKNOWN)
    if kind == "api" and name in ("api", "internal", "components"):
        return Reference(name, component)
    return UNKNOWN
