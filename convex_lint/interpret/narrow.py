"""Narrowing: what a condition says of the variables in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convex_lint.interpret import operators
from convex_lint.interpret.machine import Machine
from convex_lint.interpret.values import NULL, UNDEFINED, UNKNOWN, Arr, Either, Obj, Value, join
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
    elif kind is tree.Binary and test.operator in ("&&", "||"):
        # One of the sides is so: where it is not the one, it is the other.
        if known(m, test.left) is not holds and known(m, test.left) is not None:
            narrow(m, test.right, holds)
        elif known(m, test.right) is not holds and known(m, test.right) is not None:
            narrow(m, test.left, holds)
    elif kind is tree.Binary and test.operator == ">" and type(test.right) is tree.Constant and test.right.value == 0:
        if holds and _names(test.left):
            _fill(m, test.left)
    elif _names(test):
        if holds:
            _fill(m, test)
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
        if expected == Literal(0) and not equal:
            _fill(m, test.left)
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


def known(m: Machine, test: Node) -> bool | None:
    """Whether a condition on variables holds, as far as that can be told without running anything."""
    kind = type(test)
    if kind is tree.Unary and test.operator == "!":
        inner = known(m, test.operand)
        return None if inner is None else not inner
    if kind is tree.Binary and test.operator in ("&&", "||"):
        sides = (known(m, test.left), known(m, test.right))
        decisive = test.operator == "||"
        return decisive if decisive in sides else None if None in sides else not decisive
    if kind is tree.Name:
        return operators.truth(m.lookup(test.name))
    if kind is not tree.Member or type(test.object) is not tree.Name:
        return None
    value = m.lookup(test.object.name)
    if type(value) is Arr and test.property == "length":
        return bool(value.items) if value.exact else True if value.filled else None
    if value is UNDEFINED:
        return False if test.optional else None
    return operators.truth(_part(value, test.property))


def _fill(m: Machine, length: Node) -> None:
    """A list whose length is not zero is not empty."""
    if type(length) is tree.Member and length.property == "length":
        array: Node = length.object
        value = m.lookup(array.name)
        if type(value) is Arr and not value.exact:
            m.fill(value, True)


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
