"""Functions that need the rows of several reads at once: no page of one read is a page of what they answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import combinations

from convex_lint.analysis.branches import never_both
from convex_lint.analysis.surroundings import Surroundings
from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Read
from convex_lint.source import Span

_DECLARED = re.compile(r"\b(?:const|let|var)\s+(\w+)\s*(?::[^=;]*)?=[^=;{}]*$")
_SPREAD = re.compile(r"\[\s*\.\.\.[^\]]*,\s*\.\.\.")
_TOP = re.compile(r"^(?:export|const|async function|function)\b", re.MULTILINE)
_NARROWS = re.compile(r"\.(?:filter|sort|toSorted|length|slice)\b")
_BEFORE = 300
_AFTER = 12_000


def joined(read: Read, text_of: Callable[[Span], str]) -> str | None:
    """The code from where the rows are spread into a list with others, to the end of the function; None where they are not."""
    for use in read.uses:
        if _SPREAD.match(text_of(use.span)):
            return text_of(use.span) + _rest(use.span, text_of)
    declared = _DECLARED.search(text_of(Span(read.span.file, max(0, read.span.start - _BEFORE), read.span.start)))
    if declared is None:
        return None
    rest = _rest(read.span, text_of)
    spread = r"\.\.\." + re.escape(declared[1]) + r"\b"
    found = re.search(rf"\[(?:\s*\.\.\.[^\]]*,\s*{spread}|\s*{spread}\s*,[^\]]*\.\.\.)", rest)
    return rest[found.start() :] if found is not None else None


def is_narrowed(code: str) -> bool:
    """Some are dropped, or all are counted or put in order, before anybody sees them: each of them is needed."""
    return bool(_NARROWS.search(code))


def collects_several(function: Function, surroundings: Surroundings) -> bool:
    """It reads several tables whole, of which a query can read one by pages."""
    whole = {
        operation.table: operation
        for operation in function.operations
        if isinstance(operation, Read)
        and operation.op is Op.QUERY
        and operation.terminal == "collect"
        and not operation.eq
    }
    return any(not never_both(first, second, surroundings) for first, second in combinations(whole.values(), 2))


def _rest(span: Span, text_of: Callable[[Span], str]) -> str:
    after = text_of(Span(span.file, span.end, span.end + _AFTER))
    end = _TOP.search(after)
    return after[: end.start()] if end is not None else after
