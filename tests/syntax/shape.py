"""A tree as text without offsets, so that a test can say what shape it expects."""

from __future__ import annotations

from typing import Any

from convex_lint.source import Source
from convex_lint.syntax.parser import parse
from convex_lint.syntax.tree import ExpressionStatement, Module, TypeDeclaration


def module(text: str, path: str = "a.ts") -> Module:
    return parse(Source(path, text.encode()))


def show(node: Any) -> str:
    """`Call(f, [1])`: names are bare, constants are Python literals, empty and false parts at the end are left out."""
    if isinstance(node, tuple) and hasattr(node, "_fields"):
        kind = type(node).__name__
        if kind == "Name":
            return str(node.name)
        if kind == "Constant":
            return repr(node.value)
        parts = [getattr(node, field) for field in node._fields if field not in ("start", "end", "at")]
        if kind == "TypeName" and not node.arguments:
            return str(node.name)
        while parts and (parts[-1] is None or parts[-1] is False or parts[-1] == () or parts[-1] == ""):
            parts.pop()
        return f"{kind}({', '.join(show(part) for part in parts)})"
    if isinstance(node, tuple):
        return f"[{', '.join(show(part) for part in node)}]"
    if isinstance(node, str):
        return f"'{node}'"
    return "-" if node is None else repr(node)


def statements(text: str, path: str = "a.ts") -> list[str]:
    """The shapes of a file's statements; the file must parse."""
    parsed = module(text, path)
    assert parsed.issues == ()
    return [show(statement) for statement in parsed.body]


def expression(text: str, path: str = "a.ts") -> str:
    parsed = module(text, path)
    assert parsed.issues == ()
    (statement,) = parsed.body
    assert isinstance(statement, ExpressionStatement)
    return show(statement.value)


def type_(text: str) -> str:
    parsed = module(f"type X = {text};")
    assert parsed.issues == ()
    (statement,) = parsed.body
    assert isinstance(statement, TypeDeclaration)
    return show(statement.type)
