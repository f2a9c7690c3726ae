"""convex-helpers `server/triggers`: writes to registered tables read the document around them and run the triggers
(helpers:server/triggers.ts)."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.knowledge.acting import Module, act, ask, native, run
from convex_lint.interpret.knowledge.hooks import Event, Hook, with_database, wrapped
from convex_lint.interpret.knowledge.names import literal_names
from convex_lint.interpret.values import NULL, UNDEFINED, UNKNOWN, Call, Ctx, Database, Native, Obj, Value
from convex_lint.model.value import Literal


class _Triggers:
    """What was registered, by table; `running` are the handlers that are under way (a trigger's own writes trigger too)."""

    def __init__(self) -> None:
        self.registered: dict[str, list[Value]] = {}
        self.running: list[Value] = []
        self.wrapped: dict[tuple[Ctx, int], Value] = {}


def _make(m: Any, call: Call) -> Value:
    triggers = _Triggers()

    def register(m: Any, inner: Call) -> Value:
        for table in literal_names(inner.arg(0)):
            if table is None:
                m.lost(inner.node, "table name not known")
            else:
                triggers.registered.setdefault(table, []).append(inner.arg(1))
        return UNDEFINED

    def wrap(m: Any, inner: Call) -> Value:
        ctx = inner.arg(0)
        database = ask(m, ctx, "db", inner)
        return with_database(m, ctx, _watched(m, triggers, ctx, database, inner), inner)

    made = Obj({"register": native("Triggers.register", register), "wrapDB": native("Triggers.wrapDB", wrap)})
    made.props["\0triggers"] = Native(
        "triggers", lambda m, inner: _watched(m, triggers, inner.arg(0), inner.arg(1), inner)
    )
    return made


def _watched(m: Any, triggers: _Triggers, ctx: Value, database: Value, call: Call) -> Value:
    """The database whose writes run the triggers; the same one for the same context, so that helpers are recognised."""
    if type(ctx) is Ctx and type(database) is Database:
        key = (ctx, id(database))
        if key not in triggers.wrapped:
            triggers.wrapped[key] = wrapped(m, database, _hook(triggers, ctx, database), call)
        return triggers.wrapped[key]
    return wrapped(m, database, _hook(triggers, ctx, database), call)


def _hook(triggers: _Triggers, ctx: Value, inner: Value) -> Hook:
    old: list[Value] = []

    def hook(m: Any, event: Event) -> None:
        if event.action in ("get", "query") or event.table not in triggers.registered:
            return
        table = Literal(event.table)
        if event.before:
            old.append(NULL if event.action == "insert" else act(m, inner, "get", event.call, table, event.key))
            return
        before = old.pop() if old else UNKNOWN
        after = NULL if event.action == "delete" else act(m, inner, "get", event.call, table, event.key)
        operation = {"insert": "insert", "delete": "delete"}.get(event.action, "update")
        change = Obj({"operation": Literal(operation), "id": event.key, "oldDoc": before, "newDoc": after})
        outer = with_database(m, ctx, event.database, event.call, innerDb=inner)
        for handler in triggers.registered[event.table or ""]:
            if handler in triggers.running:
                continue
            triggers.running.append(handler)
            try:
                run(m, handler, event.call, outer, change)
            finally:
                triggers.running.pop()

    return hook


def _writer(m: Any, call: Call) -> Value:
    """`writerWithTriggers(ctx, innerDb, triggers)`."""
    watch = ask(m, call.arg(2), "\0triggers", call)
    return run(m, watch, call, call.arg(0), call.arg(1)) if type(watch) is Native else call.arg(1)


EXPORTS: Module = {
    "Triggers": native("Triggers", _make),
    "writerWithTriggers": native("writerWithTriggers", _writer),
    "DatabaseWriterWithTriggers": native("DatabaseWriterWithTriggers", _writer),
}
