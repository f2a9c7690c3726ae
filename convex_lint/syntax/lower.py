"""All the ways down, put together: a parsed file becomes a module's statements."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

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


class Lowered(NamedTuple):
    """A file's statements, its directive prologue, and the first places that are nested too deeply to be kept."""

    body: tuple[Statement, ...]
    directives: tuple[str, ...]
    cuts: tuple[tuple[int, int], ...]


def lower(root: Node, data: bytes, grammar: Grammar) -> Lowered:
    """`data` is valid UTF-8, as long as what was parsed."""
    cx = Lowering(data, grammar, _rules)
    body, directives = module_body(cx, root)
    if b"exports" in data:
        body = commonjs_exports(body)
    return Lowered(tuple(body), directives, tuple(cx.cuts))
