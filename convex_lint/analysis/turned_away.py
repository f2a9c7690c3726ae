"""Whom does a condition turn away? Everyone but those who got a role, a flag or a place on a list from the people who run the product."""

from __future__ import annotations

from convex_lint.analysis.vocabulary import ADMIN, words_of
from convex_lint.model.operation import Guard
from convex_lint.model.value import (
    Argument,
    Computed,
    DocumentField,
    Environment,
    Identity,
    Literal,
    Result,
    Value,
    parts_of,
)

OPERATORS = frozenset(("admin", "superadmin", "super_admin", "super-admin", "moderator", "staff", "sysadmin", "root"))
COMMON = frozenset(
    ("user", "member", "guest", "customer", "client", "student", "viewer", "patient", "driver", "teacher", "basic",
     "seller", "vendor", "merchant", "supplier", "buyer", "agent", "employee", "worker", "author", "writer",
     "creator", "instructor", "coach", "trainer", "tutor", "host", "organizer", "organiser", "artist", "doctor",
     "nurse", "lawyer", "therapist", "caregiver", "courier", "technician", "editor", "contributor", "manager",
     "player", "parent", "candidate")
)  # fmt: skip
"""Roles of those for whom a product is made, some of which are given out, but to many."""


def turns_away(guard: Guard) -> bool:
    """Somebody who has only signed up does not get past it."""
    if guard.otherwise not in ("throw", "return"):
        return False
    beside = any(isinstance(part, Literal) and _is_operators(part) for part in parts_of(guard.condition))
    found = _holds(guard.condition, beside)
    return found is not None and found is not guard.holds


def _holds(condition: Value, beside: bool) -> bool | None:
    """Whether the condition holds for such a person, None where that cannot be told. `beside`: it names the role of an operator."""
    if isinstance(condition, DocumentField):
        return False if condition.path and _is_flag(condition.path[-1]) else None
    if not isinstance(condition, Computed):
        return bool(condition.value) if isinstance(condition, Literal) else None
    parts = condition.parts
    match condition.operator:
        case "!":
            inner = _holds(parts[0], beside)
            return None if inner is None else not inner
        case "&&" | "||":
            each = [_holds(part, beside) for part in parts]
            decides = condition.operator == "||"
            return decides if decides in each else (None if None in each else not decides)
        case "either":
            each = [_holds(part, beside) for part in parts]
            return each[0] if len(set(each)) == 1 else None
        case "===" | "==" | "in":
            return False if _is_given(parts[0], parts[1:], beside) else None
        case "!==" | "!=":
            return True if _is_given(parts[0], parts[1:], beside) else None
        case "call:includes" | "call:has" if len(parts) == 2:
            given = _is_role(parts[0], parts[1:], beside) or _is_role(parts[1], parts[:1], beside)
            return False if given or _is_listed(parts[1], parts[0]) else None
    return None


def _is_given(one: Value, others: tuple[Value, ...], beside: bool) -> bool:
    """Only those have one of these values to whom it was given."""
    if isinstance(one, DocumentField) and one.path and _is_flag(one.path[-1]):
        return others == (Literal(True),)
    return _is_role(one, others, beside) or (_is_address(one) and all(map(_is_written_down, others)))


def _is_role(one: Value, others: tuple[Value, ...], beside: bool) -> bool:
    """Operators have such a role, or others of whom there are few. What type of user somebody is may be a role, too."""
    words = _words(one)
    if not words & {"role", "roles"} and not words >= {"user", "type"}:
        return False
    roles = [other for other in others if isinstance(other, Literal)]
    common = any(words_of(str(role.value)) & COMMON for role in roles)
    return len(roles) == len(others) and not common and (beside or any(map(_is_operators, roles)))


def names_operators(field: str, value: Value) -> bool:
    """`role: "admin"`: those who run the product."""
    return bool(words_of(field) & {"role", "roles"}) and isinstance(value, Literal) and _is_operators(value)


def _is_operators(role: Literal) -> bool:
    return str(role.value).lower() in OPERATORS


def _is_listed(one: Value, known: Value) -> bool:
    """The address is looked up in a list that was made of a text: one of the environment."""
    made = isinstance(known, Computed) and not any(isinstance(part, _OF_CALLS) for part in parts_of(known))
    return _is_address(one) and (made or isinstance(known, Environment))


_OF_CALLS = (Argument, DocumentField, Identity, Result)


def _is_address(value: Value) -> bool:
    words = _words(value)
    return bool(words & {"email", "mail"}) and words <= {"email", "mail", "e", "address", "primary"}


def _is_written_down(value: Value) -> bool:
    """In the code, or in its environment. No address is empty."""
    if isinstance(value, Literal):
        return isinstance(value.value, str) and (not value.value or "@" in value.value)
    return isinstance(value, Environment)


def _words(value: Value) -> frozenset[str]:
    """Of the fields that a value is made of."""
    named = [part for part in parts_of(value) if isinstance(part, (DocumentField, Identity))]
    return frozenset(word for part in named for field in part.path[-1:] for word in words_of(field))


def _is_flag(field: str) -> bool:
    words = words_of(field)
    return bool(words & ADMIN) and words <= ADMIN | {"is", "super", "platform", "site", "system", "app"}
