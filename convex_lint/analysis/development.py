"""What only happens where a program is developed or tested: behind `NODE_ENV`, a host that is this machine, a bypass."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from convex_lint.analysis.vocabulary import words_of
from convex_lint.model.operation import Guard, Operation
from convex_lint.model.value import Argument, Computed, DocumentField, Environment, Literal, Undefined, Value, parts_of


def for_development(operations: Sequence[Operation]) -> bool:
    """`if (process.env.NODE_ENV !== "development") throw ...` stands before all that the function does."""
    return bool(operations) and any(
        all(guard in operation.guards for operation in operations)
        for guard in operations[-1].guards
        if guard.otherwise in ("throw", "return") and _asks_for_development(guard)
    )


def in_development_alone(operation: Operation) -> bool:
    """Control gets to the operation only in development, whatever the function around it does elsewhere:
    `if (!isDevBypassEnabled()) return null`, where that helper asks for a variable or for `localhost`."""
    return any(_asks_for_development(guard) for guard in operation.guards)


def _asks_for_development(guard: Guard) -> bool:
    return _says_development(guard.condition, guard.holds) is True


@lru_cache(maxsize=1 << 16)  # one condition stands before many operations
def _says_development(condition: Value, holds: bool) -> bool | None:
    """Whether the program runs in development, by a condition that holds or does not; None where it only says that nothing is
    known of it, as no variable is set."""
    if isinstance(condition, Environment):
        return _is_switch(condition) if holds else None
    if not isinstance(condition, Computed):
        return False
    if condition.operator == "!":
        return _says_development(condition.parts[0], not holds)
    if condition.operator == "either":  # what a helper returns, one way or the other
        possible = [part for part in condition.parts if _may_be(part, holds)]
        return bool(possible) and all(_says_development(part, holds) is True for part in possible)
    if condition.operator in ("||", "&&"):
        told = [_says_development(part, holds) for part in condition.parts]
        each = holds is (condition.operator == "||")  # any one of them may be the reason, so that all must say so
        return True if True in told and (not each or False not in told) else False if False in told else None
    equal = _EQUAL.get(condition.operator)
    if len(condition.parts) != 2 or equal is None:
        return False
    named = next((part.value for part in condition.parts if isinstance(part, Literal)), None)
    if named in _HERE and not _is_given(condition):
        return equal is holds
    switch = next((part for part in condition.parts if isinstance(part, Environment)), None)
    if switch is None:
        return False
    if _is_switch(switch) and named in _ON:
        return equal is holds
    if not isinstance(named, str):
        return False
    words = words_of(named)
    return bool(words & _DEVELOPMENT) if equal is holds else bool(words & _PRODUCTION)


def _may_be(value: Value, holds: bool) -> bool:
    if isinstance(value, Undefined):
        return not holds
    return not isinstance(value, Literal) or bool(value.value) is holds


def _is_given(condition: Value) -> bool:
    """Callers or rows give what is compared, and not the place where the program runs."""
    return any(isinstance(part, (Argument, DocumentField)) for part in parts_of(condition))


def _is_switch(variable: Environment) -> bool:
    """`DEV_AUTH_BYPASS` and `TEST_MODE` say what they are for; what tells `production` apart has no such name."""
    return bool(words_of(variable.name) & _SWITCHES)


_EQUAL = {"===": True, "==": True, "!==": False, "!=": False, "call:startsWith": True, "call:includes": True}
_DEVELOPMENT = frozenset(("development", "dev", "test", "localhost"))
_PRODUCTION = frozenset(("production", "prod"))
_HERE = ("localhost", "127.0.0.1", "::1")
_SWITCHES = frozenset(("dev", "development", "bypass", "demo", "e2e"))
_ON = ("1", "true", "yes", "on")
