"""What is registered: functions by path, http routes, crons. Every export of every entry point that is a Convex function
counts, however it was made (the platform's `analyze.rs` looks at marks, not at names)."""

from __future__ import annotations

from dataclasses import dataclass

from convex_lint.interpret.knowledge.context import target_of
from convex_lint.interpret.machine import Machine
from convex_lint.interpret.members import get
from convex_lint.interpret.values import UNKNOWN, CronTable, Either, Registered, Router, Value
from convex_lint.model.function import Cron, Route, qualified
from convex_lint.model.value import Literal
from convex_lint.program.program import EntryPoint
from convex_lint.syntax import tree


@dataclass(frozen=True, slots=True)
class Entry:
    """A registered function before it is analysed."""

    component: str
    path: str
    file: str
    node: bool
    registered: Registered

    @property
    def id(self) -> str:
        return qualified(self.component, self.path)


@dataclass(frozen=True, slots=True)
class Inventory:
    functions: tuple[Entry, ...]
    crons: tuple[Cron, ...]
    routes: tuple[Route, ...]


def collect(m: Machine) -> Inventory:
    entries: list[Entry] = []
    specials: list[tuple[str, EntryPoint]] = []
    for folder in m.program.folders:
        component = m.linker.components[folder.path]
        for point in folder.entry_points:
            if point.path in ("http", "crons"):
                specials.append((component, point))
            for name in m.linker.export_names(m, point.file):
                registered = _registered(m.linker.export(m, point.file, name))
                if registered is not None:
                    path = point.path if name == "default" else f"{point.path}:{name}"
                    entries.append(Entry(component, path, point.file, point.node, registered))
    for entry in entries:
        m.linker.register(entry.id, entry.registered)
    crons: list[Cron] = []
    routes: list[Route] = []
    for component, point in specials:
        value = m.linker.export(m, point.file, "default")
        if point.path == "crons" and type(value) is CronTable:
            crons.extend(_crons(m, component, value))
        elif point.path == "http":
            found, inline = _routes(m, component, point, value)
            routes.extend(found)
            entries.extend(inline)
    return Inventory(tuple(entries), tuple(crons), tuple(routes))


def _registered(value: Value) -> Registered | None:
    if type(value) is Registered:
        return value
    if type(value) is Either:
        return next((option for option in value.options if type(option) is Registered), None)
    return None


_NOWHERE = tree.Opaque(0, 0, "registration")


def _routes(m: Machine, component: str, point: EntryPoint, value: Value) -> tuple[list[Route], list[Entry]]:
    routes: list[Route] = []
    inline: list[Entry] = []
    for spec, span in value.routes if type(value) is Router else ():
        method = _text(get(m, spec, "method", _NOWHERE)) or "GET"
        path = _text(get(m, spec, "path", _NOWHERE))
        if path is None:
            prefix = _text(get(m, spec, "pathPrefix", _NOWHERE))
            path = f"{prefix}*" if prefix is not None else "?"
        handler = _registered(get(m, spec, "handler", _NOWHERE))
        target = None
        if handler is not None:
            target = m.linker.path_of(handler)
            if target is None:
                entry = Entry(component, f"{point.path}:{method} {path}", point.file, False, handler)
                inline.append(entry)
                m.linker.register(entry.id, handler)
                target = entry.id
        routes.append(Route(component, method, path, target, span))
    return routes, inline


def _text(value: Value) -> str | None:
    return value.value if type(value) is Literal and isinstance(value.value, str) else None


_PERIODS = {"hourly": 3600.0, "daily": 86400.0, "weekly": 604800.0, "monthly": 2592000.0}


def _crons(m: Machine, component: str, table: CronTable) -> list[Cron]:
    crons = []
    for method, args, span in table.jobs:
        padded = [*args, UNKNOWN, UNKNOWN, UNKNOWN][:4]
        name, schedule, reference, _ = padded
        target, _through = target_of(m, reference)
        every = _PERIODS.get(method)
        if method == "interval":
            every = _interval(m, schedule)
        crons.append(Cron(component, _text(name) or "?", _schedule(m, method, schedule), every, target, span))
    return crons


def _interval(m: Machine, schedule: Value) -> float | None:
    total = 0.0
    for unit, seconds in (("seconds", 1.0), ("minutes", 60.0), ("hours", 3600.0)):
        part = get(m, schedule, unit, _NOWHERE)
        if type(part) is Literal and isinstance(part.value, (int, float)):
            total += part.value * seconds
    return total or None


def _schedule(m: Machine, method: str, schedule: Value) -> str:
    """The schedule in words: `interval 300 s`, `daily`, `cron 0 3 * * *`."""
    if method == "interval":
        every = _interval(m, schedule)
        return f"interval {every:g} s" if every is not None else "interval"
    text = _text(schedule)
    return f"cron {text}" if method == "cron" and text is not None else method
