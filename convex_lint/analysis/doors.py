"""Doors for operators: does a handler turn away everyone who is not an administrator of the product?"""

from __future__ import annotations

import re
from collections.abc import Iterator

_LEAVES = re.compile(r"\s*\{?\s*(?:throw|return)\b")
_NO_ADMIN = re.compile(
    r"!\s*(?:await\s+)?[\w$.?]*\bis_?(?:super)?_?admin\b(?:\s.*)?"
    r"|(?P<who>[\w$.?!]*?)role\s*!==?\s*[\"'](?:super_?)?(?:admin|moderator|staff)[\"']",
    re.IGNORECASE,
)


def for_admins_only(text: str) -> bool:
    """`if (!user.isAdmin) throw ...` and `if (user.role !== "admin") return`, in the text of a handler. The administrator
    of a team is a user of the product, so a role in a membership does not count."""
    return any(_turns_away(condition) for condition in _exits(text))


def _exits(text: str) -> Iterator[str]:
    """The conditions on which the code leaves."""
    for start in re.finditer(r"\bif\s*\(", text):
        depth = 1
        for place in range(start.end(), min(len(text), start.end() + 400)):
            depth += (text[place] == "(") - (text[place] == ")")
            if depth == 0:
                if _LEAVES.match(text, place + 1):
                    yield text[start.end() : place]
                break


def _turns_away(condition: str) -> bool:
    """Some alternative holds for everyone who is no administrator."""
    return any(
        all(_no_admin(re.sub(r"[()\s]+", " ", part).strip()) for part in alternative.split("&&"))
        for alternative in condition.split("||")
    )


def _no_admin(part: str) -> bool:
    found = _NO_ADMIN.fullmatch(part)
    return found is not None and "member" not in (found["who"] or "").lower()
