"""What a misspelt name was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like `name`, None when none is. `_` and `-` count as the same."""
    names = {candidate.replace("_", "-"): candidate for candidate in sorted(known)}
    found = get_close_matches(name.replace("_", "-").lower(), names, n=1)
    return names[found[0]] if found else None


def suggestion(name: str, known: Iterable[str]) -> str:
    """What to do about an unknown `name`, in a sentence."""
    names = sorted(known)
    near = nearest(name, names)
    if near is not None:
        return f"Did you mean `{near}`?"
    return "Known names: " + ", ".join(f"`{other}`" for other in names) + "." if names else ""
