"""Who keeps a query open, in words, and what they look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from convex_lint.model.subscription import ClientCall


def names_in_words(names: Iterable[str], last: str = "and") -> str:
    """`a`, `a` and `b`, `a`, `b` and 3 more; each name once."""
    known = [f"`{name}`" for name in dict.fromkeys(names)]
    rest = len(known) - 2
    if rest > 0:
        return f"{known[0]}, {known[1]} {last} {rest} more"
    return f" {last} ".join(known)


def clients_in_words(subscribers: Sequence[ClientCall]) -> str:
    """`Chat` keeps, `Chat` and `Inbox` keep."""
    names = [call.within for call in subscribers]
    return f"{names_in_words(names)} {'keeps' if len(set(names)) == 1 else 'keep'}"


def hooks_in_words(subscribers: Sequence[ClientCall], most: int = 4) -> str:
    """The hooks and where they stand: `useQuery` in `Chat`, `useQuery` in `Inbox` and 2 more."""
    hooks = [f"`{call.hook}` in `{call.within}`" for call in subscribers]
    hooks = list(dict.fromkeys(hooks))
    more = f" and {len(hooks) - most} more" if len(hooks) > most else ""
    return ", ".join(hooks[:most]) + more
