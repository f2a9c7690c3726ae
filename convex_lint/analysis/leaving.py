"""Where does a function end before it gets to a place?"""

from __future__ import annotations

from collections.abc import Iterator

from convex_lint.analysis.surroundings import Surroundings, is_left_by, statements_of, within
from convex_lint.source import Span
from convex_lint.syntax import tree


def left_before(around: Surroundings, span: Span) -> Iterator[Span]:
    """The conditions on which the function is left before it gets to this place: `if (test) return`, in the lists of
    statements around the place."""
    for node in around.around(span):
        for statement in statements_of(node):
            if statement.end <= span.start and type(statement) is tree.If and is_left_by(statement.then):
                yield Span(span.file, statement.test.start, statement.test.end)


def throws_between(around: Surroundings, first: Span, second: Span) -> bool:
    """Something between the two, in statements of one list, ends the function with an error of its own, whatever the first
    one gave."""
    here, there = around.statement(first), around.statement(second)
    if here is None or there is None or here[0] is not there[0]:
        return False
    statements = statements_of(here[0])[here[1] : there[1]]
    declared = [one.target for one in within(statements[0]) if type(one) is tree.Declarator] if statements else []
    given = {node.name for target in declared for node in within(target) if type(node) is tree.Name}
    for statement in statements[1:]:
        inside = list(within(statement))
        if any(type(node) is tree.Throw for node in inside):
            asked = {node.name for node in inside if type(node) is tree.Name}
            if not asked & given:
                return True
    return False
