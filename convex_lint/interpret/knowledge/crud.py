"""convex-helpers `crud`: five functions over one table (helpers:server/crud.ts; the older form takes a `Table`)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from convex_lint.interpret.knowledge.acting import act, ask, native
from convex_lint.interpret.knowledge.convex_server import BUILDERS, EXPORTS
from convex_lint.interpret.knowledge.convex_values import object_validator
from convex_lint.interpret.knowledge.helper_validators import add_fields, system_fields
from convex_lint.interpret.knowledge.names import literal_names
from convex_lint.interpret.patterns import without
from convex_lint.interpret.values import UNDEFINED, Call, Native, Obj, SchemaDefinition, ValidatorValue, Value
from convex_lint.model.schema import Validator
from convex_lint.model.value import Literal


def _crud(m: Any, call: Call) -> Value:
    """`crud(schema, "users", query?, mutation?)`"""
    table = literal_names(call.arg(1))[0]
    schema = call.arg(0)
    validator = Validator("unknown")
    if type(schema) is SchemaDefinition and table is not None:
        definition = schema.tables.props.get(table, UNDEFINED)
        validator = object_validator(m, ask(m, definition, "validator", call))
    query = call.arg(2) if call.arg(2) is not UNDEFINED else BUILDERS["internalQuery"]
    mutation = call.arg(3) if call.arg(3) is not UNDEFINED else BUILDERS["internalMutation"]
    return _functions(m, call, table, validator, query, mutation)


def _old_crud(m: Any, call: Call) -> Value:
    """`crud(Users, query, mutation)`"""
    table = literal_names(ask(m, call.arg(0), "name", call))[0]
    validator = object_validator(m, ask(m, call.arg(0), "withoutSystemFields", call))
    return _functions(m, call, table, validator, call.arg(1), call.arg(2))


def _functions(m: Any, call: Call, table: str | None, whole: Validator, query: Value, mutation: Value) -> Value:
    from convex_lint.interpret.calls import call_value

    name = Literal(table)
    optional = {field: replace(part, optional=True) for field, part in system_fields(table).items()}
    by_id = {"id": ValidatorValue(Validator("id", table=table))}

    def made(builder: Value, args: Value, handler: Any) -> Value:
        config = Obj({"args": args, "handler": Native("crud handler", handler)})
        return call_value(m, builder, Call(call.node, [config]))

    def db(m: Any, inner: Call) -> Value:
        return ask(m, inner.arg(0), "db", inner)

    def given_id(m: Any, inner: Call) -> Value:
        return ask(m, inner.arg(1), "id", inner)

    def create(m: Any, inner: Call) -> Value:
        document = without(inner.arg(1), frozenset(("_id", "_creationTime")))
        made = act(m, db(m, inner), "insert", inner, name, document)
        return act(m, db(m, inner), "get", inner, name, made)

    def read(m: Any, inner: Call) -> Value:
        return act(m, db(m, inner), "get", inner, name, given_id(m, inner))

    def paginate(m: Any, inner: Call) -> Value:
        started = act(m, db(m, inner), "query", inner, name)
        return act(m, started, "paginate", inner, ask(m, inner.arg(1), "paginationOpts", inner))

    def update(m: Any, inner: Call) -> Value:
        return act(m, db(m, inner), "patch", inner, name, given_id(m, inner), ask(m, inner.arg(1), "patch", inner))

    def destroy(m: Any, inner: Call) -> Value:
        old = read(m, inner)
        m.branches += 1
        act(m, db(m, inner), "delete", inner, name, given_id(m, inner))
        m.branches -= 1
        return old

    fields = add_fields(whole, optional)
    changes = replace(fields, fields={n: replace(part, optional=True) for n, part in fields.fields.items()})
    page = Obj({"paginationOpts": EXPORTS["paginationOptsValidator"]})
    return Obj(
        {
            "create": made(mutation, ValidatorValue(fields), create),
            "read": made(query, Obj(dict(by_id)), read),
            "paginate": made(query, page, paginate),
            "update": made(mutation, Obj({**by_id, "patch": ValidatorValue(changes)}), update),
            "destroy": made(mutation, Obj(dict(by_id)), destroy),
        }
    )


CRUD = native("crud", _crud)
OLD_CRUD = native("crud", _old_crud)
