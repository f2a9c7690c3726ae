"""What the parser could not make sense of, in words and with the smallest span that shows it."""

from __future__ import annotations

from convex_lint.syntax.grammar import Grammar, Node
from convex_lint.syntax.tree import SyntaxIssue

MAX_ISSUES = 20


def broken(root: Node) -> list[Node]:
    """The innermost erroneous and missing nodes, in source order."""
    found: list[Node] = []
    pending = [root]
    while pending:
        node = pending.pop()
        if node.is_missing:
            found.append(node)
        elif node.has_error:
            inside = [child for child in node.children if child.has_error or child.is_missing or child.is_error]
            if node.is_error and not inside:
                found.append(node)
            pending.extend(reversed(inside))
        elif node.is_error:
            found.append(node)
    return found


def issues(root: Node, data: bytes, grammar: Grammar) -> tuple[SyntaxIssue, ...]:
    return tuple([_issue(node, data, grammar) for node in broken(root)[:MAX_ISSUES]])


def _issue(node: Node, data: bytes, grammar: Grammar) -> SyntaxIssue:
    return SyntaxIssue(node.start_byte, node.end_byte, "x")
