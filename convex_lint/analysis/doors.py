"""Doors for operators: does a handler turn away everyone who is not an administrator of the product?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from convex_lint.analysis.turned_away import COMMON, OPERATORS, turns_away
from convex_lint.analysis.vocabulary import TENANTS, words_of
from convex_lint.model.operation import Guard, Operation
from convex_lint.model.value import DocumentField, Environment, parts_of
from convex_lint.source import Span

_IF = re.compile(r"\bif\s*\(")
_BRACKET = re.compile(r"[()]")
_LEAVES = re.compile(r"\s*\{?\s*(?:throw|return)\b")
_NO_ADMIN = re.compile(
    r"!\s*(?:await\s+)?[\w$.?]*\bis_?(?:super)?_?admin(?:_?user)?\b(?:\s.*)?"
    r"|(?P<who>[\w$.?!]*?)role\s*!==?\s*[\"'](?:super_?)?(?:admin|moderator|staff)[\"']"
    r"|!\s*(?P<whose>[\w$.?!]*?)roles?(?:\?\.|!?\.)includes [\"'](?:super_?)?(?:admin|moderator|staff)[\"'] ?",
    re.IGNORECASE,
)
_OPERATORS = ("admin", "moderator", "staff", "superuser", "super_user")
"""What every door names. Most texts do not, and this is told sooner than which conditions they leave on."""


def for_admins_only(text: str) -> bool:
    """`if (!user.isAdmin) throw ...` and `if (user.role !== "admin") return`, in the text of a handler. The administrator
    of a team is a user of the product, so a role in a membership does not count, but for that of any team at all:
    `await requireAnyWorkspaceRole(ctx, "admin")`."""
    small = text.lower()
    if not any(word in small for word in _OPERATORS):
        return False
    if _OF_ANY.search(text) or any(map(_is_of_product, _DEMANDS.finditer(text))):
        return True
    named = {name: value for name, value in _NAMED.findall(text) if _only_admins(value)}
    return any(_turns_away(condition) or _lacks(condition, named) for condition in _exits(text))


_OF_ANY = re.compile(
    r"(?<![\w.])await\s+(?:require|assert|ensure)Any\w*Role\(\s*ctx\s*,\s*[\"'](?:super_?)?(?:admin|moderator|staff)[\"']\s*,?\s*\)",
    re.IGNORECASE,
)


_DEMANDS = re.compile(
    r"(?<![\w.])await\s+(?P<name>(?:require|assert|ensure|enforce)_?\w*?(?:super_?)?admin\w*)\s*\((?P<given>[^;(){}]*)\)",
    re.IGNORECASE,
)


def _is_of_product(demand: re.Match[str]) -> bool:
    """`await requireAdmin(ctx)`, whatever the helper does to let a developer through; not `requireAdmin(ctx, args.teamId)`."""
    return not (words_of(demand["name"]) | words_of(demand["given"])) & (TENANTS | _MEMBERS | _PLACES)


_PLACES = frozenset(("group", "project", "club", "server", "space", "community", "channel", "room", "school", "store"))
"""What else people run for themselves and are the administrators of."""


def demands_management(text: str) -> bool:
    """`await requirePermission(ctx, user, "outfits.manage")`, in the text of a handler: few of those who use the product may."""
    return "manage" in text.lower() and _MANAGING.search(text) is not None


_MANAGING = re.compile(
    r"(?<![\w.])(?:require|assert|ensure|enforce|check|verify|authorize)\w*\([^;{}]{0,160}?"
    r"(?:[\"'](?:[\w-]+[.:/_-])*manage(?:[.:/_-][\w-]+)*[\"']|\bmanage_\w+)",
    re.IGNORECASE,
)


def asked_by_admins(call: str) -> bool:
    """A client's hook that waits for anyone else: `useQuery(..., isAdmin ? {} : "skip")`."""
    return _SKIPS.search(call) is not None


_SKIPS = re.compile(
    r"(?<![|&])[,(]\s*(?:[\w$]+[?!]?\.)*(?:is_?)?(?:super_?)?admin\w*\s*(?:===\s*true\s*)?\?(?![.?])[^?]*:\s*[\"']skip"
    r"|[,(]\s*!\s*(?:[\w$]+[?!]?\.)*(?:is_?)?(?:super_?)?admin\w*\s*\?\s*[\"']skip",
    re.IGNORECASE,
)


def shown_to_admins(rest: str) -> bool:
    """What follows a hook in its component turns everyone away who is no administrator."""
    end = _COMPONENT_END.search(rest)
    return for_admins_only(rest if end is None else rest[: end.start()])


_COMPONENT_END = re.compile(r"^\}", re.MULTILINE)


def past_admins_only(operations: Sequence[Operation], text_of: Callable[[Span], str]) -> bool:
    """All that the function does, once it knows who calls, it does behind such a door, which may stand in a helper."""
    if not operations:
        return False
    doors = [guard for guard in operations[-1].guards if _is_door(guard, text_of(guard.span))]
    return any(all(_behind(door, operation) for operation in _after(operations, door)) for door in doors)


def behind_secret(operations: Sequence[Operation]) -> bool:
    """Whoever calls must know a secret of the environment: people do that from a shell, when no program is seen to."""
    return bool(operations) and any(
        isinstance(part, Environment) for guard in operations[-1].guards for part in parts_of(guard.condition)
    )


def for_admins_alone(operation: Operation, text_of: Callable[[Span], str]) -> bool:
    """What the function does for an administrator, and not for others: `if (caller.isAdmin) return everything`."""
    return any(
        _ADMIN_IS.fullmatch(text_of(guard.span).strip()) is not None
        if guard.holds
        else _turns_away(text_of(guard.span))
        for guard in operation.guards
    )


_ADMIN_IS = re.compile(
    r"(?:[\w$]+[?!]?\.)*(?:is_?)?(?:super_?user|(?:super_?)?admin)"
    r"|(?:[\w$]+[?!]?\.)*role\s*===?\s*[\"'](?:super_?)?(?:admin|moderator|staff)[\"']"
    r"|(?:[\w$]+[?!]?\.)*roles?[?!]?\.includes\([\"'](?:super_?)?(?:admin|moderator|staff)[\"']\)",
    re.IGNORECASE,
)


def _after(operations: Sequence[Operation], door: Guard) -> Sequence[Operation]:
    """The operations from the first behind the door on."""
    first = next(at for at, operation in enumerate(operations) if _behind(door, operation))
    return operations[first:]


def _behind(door: Guard, operation: Operation) -> bool:
    return any(guard.span == door.span for guard in operation.guards)


def _is_door(guard: Guard, text: str) -> bool:
    said = guard.otherwise in ("throw", "return") and not guard.holds and _turns_away(text)
    if not said and not turns_away(guard):
        return False
    tables = {part.table or "" for part in parts_of(guard.condition) if isinstance(part, DocumentField)}
    return not any(words_of(table) & (TENANTS | _MEMBERS) for table in tables)


_MEMBERS = frozenset(("member", "members", "membership", "memberships"))


def _exits(text: str) -> Iterator[str]:
    """The conditions on which the code leaves."""
    for start in _IF.finditer(text):
        depth = 1
        for bracket in _BRACKET.finditer(text, start.end(), start.end() + 400):
            depth += 1 if bracket[0] == "(" else -1
            if depth == 0:
                if _LEAVES.match(text, bracket.end()):
                    yield text[start.end() : bracket.start()]
                break


_NAMED = re.compile(r"\bconst\s+(\w+)\s*=\s*([^;{}]{1,300}?)(?:;|\n\s*\n|\n\s*(?:if|const|return)\b)", re.DOTALL)


def _only_admins(value: str) -> bool:
    """What a constant says holds for administrators alone: `user.role.includes("admin") || user.role.includes("staff")`."""
    if (asked := _WITH_ROLE.fullmatch(value.strip())) is not None:
        return _is_of_product(asked) and _few_have(re.findall(r"\w[\w-]*", asked["roles"]))
    parts = [re.sub(r"\s+", " ", part).strip() for part in value.split("||")]
    return all(_ADMIN_IS.fullmatch(part) is not None and "member" not in part.lower() for part in parts)


_WITH_ROLE = re.compile(
    r"await\s+(?P<name>\w*Role\w*)\(\s*(?P<given>ctx)\s*,\s*(?P<roles>[\"']\w+[\"']|\[[\"'\w\s,-]+\])\s*,?\s*\)"
)
"""The caller, if he has one of these roles: `await getUserWithAnyRole(ctx, ["hr", "admin"])`."""


def _few_have(roles: Sequence[str]) -> bool:
    """One of the roles is that of an operator, and nobody has any of the others who only signs up."""
    return any(role.lower() in OPERATORS for role in roles) and not any(words_of(role) & COMMON for role in roles)


def _lacks(condition: str, named: Iterable[str]) -> bool:
    """`!isAllowed`, alone or as an alternative, of a constant that only holds for administrators."""
    return any(part.strip(" ()\n!") in named and part.strip(" (\n").startswith("!") for part in condition.split("||"))


def _turns_away(condition: str) -> bool:
    """Some alternative holds for everyone who is no administrator, nor has another role that the product gives to few."""
    for alternative in condition.split("||"):
        parts = [re.sub(r"[()\s]+", " ", part).strip() for part in alternative.split("&&")]
        doors = [_no_admin(part) for part in parts]
        if any(doors) and all(door or _no_chosen(part) for door, part in zip(doors, parts, strict=True)):
            return True
    return False


_NO_CHOSEN = re.compile(r"(?P<who>[\w$.?!]*?)role\s*!==?\s*[\"'](?P<role>\w+)[\"']", re.IGNORECASE)


def _no_chosen(part: str) -> bool:
    """`role !== "founder"`, beside a test for administrators: no role that anybody has who signs up."""
    found = _NO_CHOSEN.fullmatch(part)
    return found is not None and "member" not in found["who"].lower() and not words_of(found["role"]) & COMMON


def _no_admin(part: str) -> bool:
    found = _NO_ADMIN.fullmatch(part)
    return found is not None and "member" not in (found["who"] or found["whose"] or "").lower()
