"""What the parser could not make sense of, in words and with the smallest span that shows it."""

from __future__ import annotations

import re

from convex_lint.syntax.grammar import Node
from convex_lint.syntax.tree import SyntaxIssue

MAX_ISSUES = 20

_CLOSERS = {"}": "{", ")": "(", "]": "["}
_OPENERS = {"{", "(", "[", "${"}
_QUOTES = ('"', "'", "`")
_CONFLICT = re.compile(rb"^(?:<{7} |={7}\r?$|>{7} )", re.MULTILINE)
_SHOWN = 40


def broken(root: Node) -> list[Node]:
    """Missing nodes, and erroneous ones: the innermost, unless an outer one shows what was left open."""
    found: list[Node] = []
    pending = [root]
    while pending:
        node = pending.pop()
        if node.is_missing:
            found.append(node)
        elif node.is_error or node.has_error:
            inside = [child for child in node.children if child.has_error or child.is_missing or child.is_error]
            if node.is_error and (not inside or _left_open(node) is not None):
                found.append(node)
            else:
                pending.extend(reversed(inside))
    return found


def issues(root: Node, data: bytes) -> tuple[SyntaxIssue, ...]:
    """At most MAX_ISSUES of them, in source order; the first alone where the file is an unresolved merge."""
    conflict = _CONFLICT.search(data)
    if conflict is not None:
        return (SyntaxIssue(conflict.start(), conflict.start() + 7, "unresolved merge conflict"),)
    found: dict[tuple[int, int], SyntaxIssue] = {}
    for node in broken(root):
        issue = _missing(node, data) if node.is_missing else _unexpected(node, data)
        found.setdefault((issue.start, issue.end), issue)
    return tuple(sorted(found.values())[:MAX_ISSUES])


def _left_open(error: Node) -> Node | None:
    """The innermost bracket or quote that nothing closes."""
    opened: list[Node] = []
    for child in error.children:
        kind = child.type
        if child.is_named:
            continue
        if kind in _OPENERS:
            opened.append(child)
        elif kind in _QUOTES:
            if opened and opened[-1].type == kind:
                opened.pop()
            else:
                opened.append(child)
        elif kind in _CLOSERS and opened and _closes(kind, opened[-1].type):
            opened.pop()
    return opened[-1] if opened else None


def _closes(closer: str, opener: str) -> bool:
    return _CLOSERS[closer] == opener or (closer == "}" and opener == "${")


def _missing(node: Node, data: bytes) -> SyntaxIssue:
    """Where a closing bracket is missing, the opening one tells more than the end of the file does."""
    kind = node.type
    if kind in _CLOSERS and node.parent is not None:
        opener = node.parent.children[0]
        if opener.end_byte > opener.start_byte and _closes(kind, opener.type):
            return SyntaxIssue(opener.start_byte, opener.end_byte, f"`{opener.type}` is never closed")
    what = kind.replace("_", " ") if node.is_named else f"`{kind}`"
    start, end = _visible(node.start_byte, data)
    return SyntaxIssue(start, end, f"missing {what}")


def _unexpected(node: Node, data: bytes) -> SyntaxIssue:
    opener = _left_open(node)
    if opener is not None:
        return SyntaxIssue(opener.start_byte, opener.end_byte, f"`{opener.type}` is never closed")
    start, end = node.start_byte, node.end_byte
    if end <= start:
        start, end = _visible(start, data)
    text = data[start:end].decode("utf-8", "replace").splitlines()[0].rstrip() if end > start else ""
    if not text:
        return SyntaxIssue(start, end, "syntax error")
    end = start + len(text.encode())
    shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return SyntaxIssue(start, end, f"unexpected `{shown}`")


def _visible(at: int, data: bytes) -> tuple[int, int]:
    """The last character before `at` that is not white space: an empty span shows nothing."""
    end = len(data[:at].rstrip())
    if end == 0:
        return at, at
    start = end - 1
    while start > 0 and data[start] & 0xC0 == 0x80:
        start -= 1
    return start, end
