"""Narrowing: what a condition says of the variables in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convex_lint.interpret import operators
from convex_lint.interpret.machine import Machine
from convex_lint.interpret.values import NULL, UNDEFINED, UNKNOWN, Either, Obj, Value, join
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
    elif _names(test):
        _keep(m, test, lambda value: operators.truth(value) is not (not holds))
    elif kind is tree.Binary and test.operator in ("===", "==", "!==", "!=") and _names(test.left):
        equal = holds is (not test.operator.startswith("!"))
        right = test.right
        if type(right) is tree.Constant:
            expected: Any = Literal(right.value)
        elif type(right) is tree.Name and right.name == "undefined":
            expected = UNDEFINED
        else:
            return
        loose = len(test.operator) == 2 and expected in (NULL, UNDEFINED)

        def fits(value: Value) -> bool:
            if type(value) is not Literal and value is not UNDEFINED:
                return True
            same = value in (NULL, UNDEFINED) if loose else value == expected
            return same is equal

        _keep(m, test.left, fits)
        if equal and type(expected) is Literal and not loose and type(test.left) is tree.Name:
            current = m.lookup(test.left.name)
            if type(current) is not Either and type(current).__name__ in ("Unknown",):
                m.assign(test.left.name, expected)


def _names(test: Node) -> bool:
    """A variable, or a part of one: `if (step.run)`, `if (result.kind === "done")`."""
    return type(test.object if type(test) is tree.Member else test) is tree.Name


def _part(option: Value, name: str) -> Value:
    """A part of an object of which all parts are known; of any other, looking would be a read."""
    whole = type(option) is Obj and option.kind is None and option.getters is None and option.rest is None
    if not whole or any(slot.startswith("\0") for slot in option.props):
        return UNKNOWN
    return option.props.get(name, UNDEFINED)


def _keep(m: Machine, named: Node, fits: Callable[[Value], bool]) -> None:
    """Drops what the variable cannot be."""
    part = named.property if type(named) is tree.Member else None
    name = named.name if part is None else named.object.name
    value = m.lookup(name)
    if type(value) is Either:
        kept = [option for option in value.options if fits(option if part is None else _part(option, part))]
        if kept and len(kept) < len(value.options):
            m.assign(name, join(*kept))
