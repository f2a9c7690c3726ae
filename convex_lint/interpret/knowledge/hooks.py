"""What wrappers of the database add to each operation: hidden reads and writes (triggers, row-level security, filters)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias

from convex_lint.interpret.record import Record
from convex_lint.interpret.values import UNKNOWN, Call, Database, Obj, Value


class Event(NamedTuple):
    """One operation, `before` it (`record` None) or after. `action` is get, query, insert, patch, replace or delete."""

    action: str
    database: Database
    table: str | None
    key: Value
    document: Value
    call: Call
    record: Record | None

    @property
    def before(self) -> bool:
        return self.record is None


Hook: TypeAlias = Callable[[Any, Event], None]


def tell(m: Any, event: Event) -> None:
    """Runs the hooks of the event's database, those of the outermost wrapper first before the operation, last after it."""
    hooks = event.database.hooks
    for hook in reversed(hooks) if event.before else hooks:
        hook(m, event)


def wrapped(m: Any, value: Value, hook: Hook, call: Call) -> Value:
    """The database with one more hook; anything else is given back as it is."""
    from convex_lint.interpret.knowledge.acting import options
    from convex_lint.interpret.values import join

    return join(*[replace(o, hooks=(*o.hooks, hook)) if type(o) is Database else o for o in options(value)])


def with_database(m: Any, ctx: Value, database: Value, call: Call, **more: Value) -> Obj:
    """`{ ...ctx, db }`."""
    from convex_lint.interpret.objects import spread_into

    made = Obj()
    spread_into(m, made, ctx, call.node)
    made.props["db"] = database
    made.props.update(more)
    return made


def row_filter(predicate: Callable[[Any, Event, Value], Value]) -> Hook:
    """A hook that drops rows by a condition in JavaScript, after they were read."""
    from convex_lint.interpret.knowledge.acting import walking
    from convex_lint.interpret.values import Doc

    def hook(m: Any, event: Event) -> None:
        if event.before or event.action not in ("get", "query"):
            return
        record = event.record
        row = Doc(event.database.component, event.table, (), record)
        if event.action == "get":
            predicate(m, event, row)
            return
        with walking(m, event.call, record):
            kept = predicate(m, event, row)
        if kept is not UNKNOWN and record is not None:
            record.residual.append((kept, "js", m.span(event.call.node)))

    return hook
