"""Walks over rows that stop after so many."""

from __future__ import annotations

import re
from collections.abc import Callable

from convex_lint.model.operation import Read
from convex_lint.source import Span

_STOPS = re.compile(r"\bif\s*\(([^{};]*?)\)\s*\{?\s*(?:break|return)\b")
_COUNTS = re.compile(
    r"\blength\s*(?:>=?|===?)|\b\w+\s*(?:>=?|===?)\s*(?:\d+\b|[A-Z][A-Z0-9_]+\b|[\w.]*(?:[lL]imit|[mM]ax)\w*)"
)

_YIELDS = re.compile(r"\byield\b")


def stops_at_a_count(read: Read, text_of: Callable[[Span], str]) -> bool:
    """`for await (const row of rows) { if (found.length >= 20) break; }`: reads no more rows than it counts, whether those
    that it has seen or those that it keeps. A generator that yields them reads as many as it is asked for. The interpreter does not tell how a loop ends, so this looks at the text."""
    if read.terminal != "iterate":
        return False
    after = text_of(Span(read.span.file, read.span.end, read.span.end + 3000))
    body = _first_block(after)
    return _YIELDS.search(body) is not None or any(_COUNTS.search(stop[1]) for stop in _STOPS.finditer(body))


def _first_block(text: str) -> str:
    """What stands in the first pair of braces."""
    start = text.find("{")
    depth = 0
    for place in range(start, len(text)) if start >= 0 else ():
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return text[start : place + 1]
    return ""
