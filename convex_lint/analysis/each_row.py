"""Where code looks at the rows of a read one by one, and what it calls such a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from convex_lint.analysis.surroundings import Surroundings, method_of, within
from convex_lint.model.operation import Read, Use
from convex_lint.source import Span
from convex_lint.syntax import tree
from convex_lint.syntax.walk import bare, last_of


class EachRow(NamedTuple):
    """`rows.filter((row) => body)`, `for (const row of rows) body`: `names` are `row` and all variables that `body` makes of it,
    `node` is the call or the loop, in the text of `function`."""

    use: Use
    names: frozenset[str]
    body: Any
    node: Any
    function: tree.Function

    def tells_of(self, node: Any) -> bool:
        """The row, or something that was made of it, is mentioned."""
        return mentions(node, self.names)

    def is_always(self, place: Any, surroundings: Surroundings) -> bool:
        """No condition that has nothing to do with the row decides whether code gets to a place in its body: neither `if
        (args.search) rows = rows.filter(...)` nor `!args.search || row.name.includes(...)`."""
        path = surroundings.around(Span(self.use.span.file, place.start, place.end))
        for outer, inner in pairwise(path):
            if outer.start < self.function.start or type(outer) in (tree.Block, tree.ForEach):
                continue
            if type(outer) in (tree.If, tree.Conditional) and inner is not outer.test and not self.tells_of(outer.test):
                return False
            if type(outer) is tree.Binary and outer.operator in ("&&", "||"):
                other = outer.right if inner is outer.left else outer.left
                if not self.tells_of(other):
                    return False
        return True


def each_row(read: Read, surroundings: Surroundings, kinds: Iterable[str]) -> Iterator[EachRow]:
    """In order of the uses of these kinds."""
    for use in read.uses:
        path = surroundings.around(use.span) if use.kind in kinds else ()
        functions = surroundings.functions(use.span)
        found = _row(path[-1]) if path and functions else None
        if found is not None:
            row, body = found
            # what is called here is no function around the call
            around = functions[-1] if functions[-1] is not path[-1] else functions[-2]
            yield EachRow(use, _made_of({row}, body), body, path[-1], around)


def mentions(node: Any, names: Iterable[str]) -> bool:
    known = frozenset(names)
    return any(type(part) is tree.Name and part.name in known for part in within(node))


def field_of(value: Any, names: Iterable[str]) -> str | None:
    """`name` of `row.name`, `row.name ?? ""`, `row.name!`, `String(row.name)`."""
    value = bare(value)
    if (
        type(value) is tree.Call
        and type(value.callee) is tree.Name
        and value.callee.name == "String"
        and value.arguments
    ):
        return field_of(value.arguments[0], names)
    if type(value) is tree.Binary and value.operator in ("??", "||"):
        return field_of(value.left, names)
    if type(value) is tree.Member and type(value.object) is tree.Name and value.object.name in names:
        return str(value.property)
    return None


def kept_by(body: Any) -> Iterator[Any]:
    """What a row must meet in a loop: it goes on to the next one without it, or does nothing else than what stands behind it."""
    statements = body.body if type(body) is tree.Block else (body,)
    doing = [one for one in statements if type(one) is not tree.Variables]
    for one in doing:
        if type(one) is not tree.If or one.other is not None:
            return
        if len(doing) == 1:
            yield one.test
        goes_on = type(last_of(one.then)) is tree.Continue
        if goes_on and type(one.test) is tree.Unary and one.test.operator == "!":
            yield one.test.operand


def _row(node: Any) -> tuple[str, Any] | None:
    if type(node) is tree.ForEach:
        return (node.target.name, node.body) if type(node.target) is tree.Name else None
    given = node.arguments[0] if method_of(node) and node.arguments else None
    parameters = given.parameters if type(given) is tree.Function else ()
    place = 1 if method_of(node) == "reduce" else 0  # before the row comes what was made so far
    target: Any = parameters[place].target if len(parameters) > place else None
    return (target.name, given.body) if type(given) is tree.Function and type(target) is tree.Name else None


def _made_of(names: set[str], body: Any) -> frozenset[str]:
    declared = [node for node in within(body) if type(node) is tree.Declarator and node.value is not None]
    grown = -1
    while grown != len(names):
        grown = len(names)
        for node in declared:
            if type(node.target) is tree.Name and mentions(node.value, names):
                names.add(node.target.name)
    return frozenset(names)
