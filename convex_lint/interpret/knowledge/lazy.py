"""Promises of libraries that do their work when they are awaited (convex-ents)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convex_lint.interpret.knowledge.acting import native, run
from convex_lint.interpret.machine import Frame
from convex_lint.interpret.values import Call, Obj, Prom, Value


def lazy(m: Any, settle: Callable[[], Value]) -> Obj:
    """An object that works when it is awaited, once, as if where it was made."""
    frame, loops = m.frame, list(m.loops)
    settled: list[Value] = []

    def answer() -> Value:
        if settled:
            return settled[0]
        outer, around = m.frame, m.loops
        if outer is frame:
            m.loops = loops if len(loops) > len(around) else around
        else:
            m.frame = Frame(frame.file, frame.within, outer.scope, outer.around)
            m.frame.exited = outer.exited
            m.loops = [*around, *loops]
        try:
            settled.append(settle())
        finally:
            m.frame, m.loops = outer, around
        return settled[0]

    def then(m: Any, call: Call) -> Value:
        return Prom(run(m, call.arg(0), call, answer()))

    return Obj({"\0await": answer, "then": native("then", then)})
