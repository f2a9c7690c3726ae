"""Narrowing: what a condition says of the variables in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convex_lint.interpret import operators
from convex_lint.interpret.machine import Machine
from convex_lint.interpret.values import NULL, UNDEFINED, Either, Value, join
from convex_lint.model.value import Literal
from convex_lint.syntax import tree

Node = Any


def narrow(m: Machine, test: Node, holds: bool) -> None:
    """What a test says of the variables in it: an option that cannot be is dropped."""
    kind = type(test)
    if kind is tree.Unary and test.operator == "!":
        narrow(m, test.operand, not holds)
    elif kind is tree.Binary and test.operator == ("&&" if holds else "||"):
        narrow(m, test.left, holds)
        narrow(m, test.right, holds)
    elif kind is tree.Name:
        _keep(m, test, lambda option: operators.truth(option) is not (not holds))
    elif kind is tree.Binary and test.operator in ("===", "==", "!==", "!=") and type(test.left) is tree.Name:
        equal = holds is (not test.operator.startswith("!"))
        right = test.right
        if type(right) is tree.Constant:
            expected: Any = Literal(right.value)
        elif type(right) is tree.Name and right.name == "undefined":
            expected = UNDEFINED
        else:
            return
        loose = len(test.operator) == 2 and expected in (NULL, UNDEFINED)

        def fits(option: Value) -> bool:
            if type(option) is not Literal and option is not UNDEFINED:
                return True
            same = option in (NULL, UNDEFINED) if loose else option == expected
            return same is equal

        _keep(m, test.left, fits)
        if equal and type(expected) is Literal and not loose:
            current = m.lookup(test.left.name)
            if type(current) is not Either and type(current).__name__ in ("Unknown",):
                m.assign(test.left.name, expected)


def _keep(m: Machine, name: tree.Name, fits: Callable[[Value], bool]) -> None:
    value = m.lookup(name.name)
    if type(value) is Either:
        kept = [option for option in value.options if fits(option)]
        if kept and len(kept) < len(value.options):
            m.assign(name.name, join(*kept))
