"""`Math.max` and `Math.min`: whose greatest or smallest value is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convex_lint.interpret.values import Call, Doc, Either, Value
from convex_lint.model.value import Computed


def extreme(name: str) -> Callable[[Any, Call], Value]:
    """`Math.max(...rows.map((row) => row.n))` asks of all rows for one."""

    from convex_lint.interpret.looks import use

    def native(m: Any, call: Call) -> Value:
        for arg in call.args if call.open else ():
            for option in arg.options if type(arg) is Either else (arg,):
                if type(option) is Doc and option.path and "[]" not in option.path:
                    use(m, option.origin, "reduce", call.node, ".".join(option.path))
        return Computed(f"call:{name}", tuple(call.args))

    return native
