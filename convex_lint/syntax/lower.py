"""All the ways down, put together: a parsed file becomes a module's statements."""

from __future__ import annotations

from functools import cache

from convex_lint.syntax.commonjs import commonjs_exports
from convex_lint.syntax.grammar import Grammar, Node
from convex_lint.syntax.lower_expressions import EXPRESSIONS
from convex_lint.syntax.lower_jsx import JSX
from convex_lint.syntax.lower_modules import MODULE_STATEMENTS, module_body
from convex_lint.syntax.lower_patterns import PATTERNS
from convex_lint.syntax.lower_statements import STATEMENTS
from convex_lint.syntax.lower_types import TYPES
from convex_lint.syntax.lowering import Lowering, Rules
from convex_lint.syntax.tree import Statement


@cache
def _rules() -> Rules:
    return Rules({**EXPRESSIONS, **JSX}, PATTERNS, {**STATEMENTS, **MODULE_STATEMENTS}, TYPES)


def lower(root: Node, data: bytes, grammar: Grammar) -> tuple[tuple[Statement, ...], tuple[str, ...]]:
    """The statements and the directive prologue of a file. `data` is valid UTF-8, as long as what was parsed."""
    body, directives = module_body(Lowering(data, grammar, _rules), root)
    if b"exports" in data:
        body = commonjs_exports(body)
    return tuple(body), directives
