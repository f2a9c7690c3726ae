"""convex-helpers `server/rowLevelSecurity`: rules run on each document that is read, and before each write, which reads
its document first (helpers:server/rowLevelSecurity.ts)."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.calls import awaited, call_value
from convex_lint.interpret.knowledge.acting import Module, act, ask, native, run
from convex_lint.interpret.knowledge.hooks import Event, Hook, row_filter, with_database, wrapped
from convex_lint.interpret.values import UNDEFINED, UNKNOWN, Call, Native, Obj, Value
from convex_lint.model.value import Literal


def _rule(m: Any, rules: Value, table: str | None, name: str, call: Call) -> Value:
    if table is None:
        return UNDEFINED
    found = ask(m, awaited(rules), table, call)
    return ask(m, found, name, call) if found is not UNDEFINED else UNDEFINED


def _hook(ctx: Value, inner: Value, rules: Value) -> Hook:
    """The rules of one context. Rules see the context as it was given, usually with the unwrapped database."""

    def readable(m: Any, event: Event, row: Value) -> Value:
        rule = _rule(m, rules, event.table, "read", event.call)
        return run(m, rule, event.call, ctx, row) if rule is not UNDEFINED else UNKNOWN

    reading = row_filter(readable)

    def hook(m: Any, event: Event) -> None:
        reading(m, event)
        if not event.before or event.action in ("get", "query"):
            return
        if event.action == "insert":
            run(m, _rule(m, rules, event.table, "insert", event.call), event.call, ctx, event.document)
            return
        table = (Literal(event.table),) if event.table is not None else ()
        row = act(m, inner, "get", event.call, *table, event.key)
        rule = _rule(m, rules, event.table, "read", event.call)
        if rule is not UNDEFINED:
            run(m, rule, event.call, ctx, row)
        run(m, _rule(m, rules, event.table, "modify", event.call), event.call, ctx, row)

    return hook


def _wrap(m: Any, call: Call) -> Value:
    """`wrapDatabaseReader(ctx, db, rules)` and `wrapDatabaseWriter`."""
    ctx, database, rules = call.arg(0), call.arg(1), call.arg(2)
    return wrapped(m, database, _hook(ctx, database, rules), call)


def _row_level_security(m: Any, call: Call) -> Value:
    """`RowLevelSecurity(rules)`: the older form, which wraps handlers."""
    rules = call.arg(0)

    def wrap_handler(m: Any, inner: Call) -> Value:
        handler = inner.arg(0)

        def handle(m: Any, last: Call) -> Value:
            ctx = last.arg(0)
            database = ask(m, ctx, "db", last)
            guarded = wrapped(m, database, _hook(ctx, database, rules), last)
            return call_value(m, handler, Call(last.node, [with_database(m, ctx, guarded, last), *last.args[1:]]))

        return Native("handler with row-level security", handle, (("handler", handler),))

    made = native("with row-level security", wrap_handler)
    return Obj({"withQueryRLS": made, "withMutationRLS": made})


EXPORTS: Module = {
    "wrapDatabaseReader": native("wrapDatabaseReader", _wrap),
    "wrapDatabaseWriter": native("wrapDatabaseWriter", _wrap),
    "RowLevelSecurity": native("RowLevelSecurity", _row_level_security),
}
