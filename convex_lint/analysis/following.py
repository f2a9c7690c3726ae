"""Effects of clients that run again whenever what a query gives changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from convex_lint.model.subscription import Beat, ClientCall, Cue
from convex_lint.source import Span

_DEPENDENCIES = re.compile(r"\[([^\[\]]*)\]\s*,?\s*\)\s*$")
_NAMED = re.compile(r"(?:\bconst|\blet)\s+(?:(\w+)|\{([^{}]*)\})(?:\s*:[^=]*)?\s*=\s*(?:await\s+)?$")
_ONCE = re.compile(r"\.current\b")


def followed(beat: Beat, calls: Iterable[ClientCall], text_of: Callable[[Span], str]) -> str | None:
    """The name among the dependencies of an effect that holds what a query of the same file gives: whenever this changes,
    the effect runs. None for an effect that keeps in a ref that it has run."""
    text = text_of(beat.span)
    listed = _DEPENDENCIES.search(text) if beat.cue is Cue.MOUNT else None
    if listed is None or _ONCE.search(text):
        return None
    names = {name.strip() for name in listed[1].split(",")}
    for call in calls:
        if call.subscribes and call.span.file == beat.span.file:
            start = max(0, call.span.start - 200)
            given = _NAMED.search(text_of(Span(call.span.file, start, call.span.start)))
            if given is not None and given[1] in names:
                return given[1]
    return None
