"""Which conditions every row of a read must meet, where code looks at its rows in several ways."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from convex_lint.analysis.cases import settled
from convex_lint.model.operation import Predicate, Read, Use
from convex_lint.model.value import Value
from convex_lint.source import Span

TextOf = Callable[[Span], str]

_CONSUME = ("map", "iterate", "reduce", "returned", "length")
_PICK = ("first", "last", "take", "slice", "find")
_OPPOSITE = {"lt": ("gte", "gt"), "lte": ("gt",)}


def late_predicates(read: Read, text_of: TextOf | None = None) -> tuple[Predicate, ...]:
    """The conditions that every row must meet to be of any use. Code that looks at the same rows in several ways (this
    week's, last week's, their number) needs them all, and so does code that has used them before it drops some."""
    conditions = settled(read.residual)
    server = tuple(predicate for predicate in conditions if predicate.source != "js")
    code = [predicate for predicate in conditions if predicate.source == "js"]
    if read.terminal not in ("collect", "iterate") or not code:
        return server
    views: list[tuple[Span, list[Predicate]]] = []
    further: list[Predicate] = []
    for predicate in sorted(code, key=lambda predicate: (predicate.span.start, -predicate.span.end)):
        around, part = _loop_around(read, predicate.span)
        within = bool(views) and views[-1][0].start <= around.start and around.end <= views[-1][0].end
        if within:
            views[-1][1].append(predicate)
        elif part and len(views) == 1:  # a loop over what the one filter left asks for less, not for others
            further.append(predicate)
        else:
            views.append((around, [predicate]))
    first = min(span.start for span, _ in views)
    consumed = any(
        use.kind in _CONSUME
        and use.span.end <= first
        and not (text_of is not None and use.kind == "length" and asks_for_any(use, text_of))
        for use in read.uses
    )
    if consumed:
        return server
    every = [*views[0][1], *further]
    if not _tells_apart(read, code, text_of):
        return (*server, *_shared(every, views))
    if further and not _tells_apart(read, [predicate for _, own in views for predicate in own], text_of):
        return (*server, *_shared(views[0][1], views))  # what several loops pick of it, the one filter left for all
    return server


def _tells_apart(read: Read, code: Sequence[Predicate], text_of: TextOf | None) -> bool:
    """There are rows that are wanted although they do not meet all of the conditions."""
    return _contradict(code) or (text_of is not None and _seen_whole(read, code, text_of))


def _shared(asked: Sequence[Predicate], views: Sequence[tuple[Span, list[Predicate]]]) -> list[Predicate]:
    """What is asked in each of several views; `asked` is so in the first."""
    return [
        predicate
        for predicate in asked
        if all(any(_alike(predicate, other) for other in predicates) for _, predicates in views[1:])
    ]


_WITH_NONE = re.compile(r"\s*(?:[=!]==?\s*0|>\s*0|<\s*1|>=\s*1)\b")
_LIST = re.compile(
    r"(?:for\s*\(\s*(?:const|let|var)\s+[^()]*?\s+of\s+)?([A-Za-z_$][\w$]*)\s*(?:\)|\[|\??\.\s*(?:length\b|\w+\())"
)


def _seen_whole(read: Read, code: Sequence[Predicate], text_of: TextOf) -> bool:
    """The variable of which one expression drops rows is looked at as a whole by another: all of it, or its first row
    where none meets the condition."""
    dropped = [_loop_around(read, predicate.span) for predicate in code]
    lists = {(_list_of(text_of(span)), part) for span, part in dropped if not _put_back(span, text_of)}
    names = {name for name, _ in lists} - {None}

    def same_list(use: Use) -> bool:
        name = _list_of(text_of(use.span))
        return name in names and (use.kind in _CONSUME or (name, use.part) in lists)

    return any(
        use.kind in (*_CONSUME, *_PICK)
        and not (use.kind == "length" and asks_for_any(use, text_of))
        and not any(
            span.start <= use.span.start < span.end or use.span.start <= span.start < use.span.end
            for span, _ in dropped
        )
        and same_list(use)
        for use in read.uses
    )


def _put_back(span: Span, text_of: TextOf) -> bool:
    """`rows = rows.filter(...)`: whatever looks at the variable later sees what is left."""
    name = _list_of(text_of(span))
    before = text_of(Span(span.file, max(0, span.start - len(name or "") - 4), span.start))
    return name is not None and re.search(rf"(?<![\w$.]){re.escape(name)}\s*=\s*$", before) is not None


def _list_of(text: str) -> str | None:
    found = _LIST.match(text)
    return found[1] if found else None


def _loop_around(read: Read, span: Span) -> tuple[Span, bool]:
    """The widest loop or chain of calls in which a condition stands, and whether its own walks a part of the rows."""
    loops = [
        use
        for use in read.uses
        if use.span.file == span.file and use.kind not in ("exists", "returned", "picked", "passed")
    ]
    around = [use for use in loops if use.span.start <= span.start and span.end <= use.span.end]
    if not around:
        return span, False
    around.sort(key=lambda use: use.span.end - use.span.start)
    return around[-1].span, around[0].part


def _contradict(predicates: Sequence[Predicate]) -> bool:
    """One line of code that runs with different values, or two conditions that no row meets together."""
    seen: dict[tuple[str, str | None], Value] = {}
    for predicate in predicates:
        if predicate.operator in ("eq", "lt", "lte", "gt", "gte"):
            known = seen.setdefault((predicate.operator, predicate.field), predicate.value)
            if known != predicate.value:
                return True
    return any(
        (opposite, field) in seen and seen[operator, field] == seen[opposite, field]
        for operator, field in seen
        for opposite in _OPPOSITE.get(operator, ())
    )


def _alike(one: Predicate, other: Predicate) -> bool:
    return (one.operator, one.field, one.value) == (other.operator, other.field, other.value)


def asks_for_any(use: Use, text_of: TextOf | None) -> bool:
    """`rows.length === 0` asks whether there is a row, and not for their number."""
    if text_of is None:
        return False
    after = text_of(Span(use.span.file, use.span.end, use.span.end + 12))
    before = text_of(Span(use.span.file, max(0, use.span.start - 1), use.span.start))
    return before == "!" or _WITH_NONE.match(after) is not None
