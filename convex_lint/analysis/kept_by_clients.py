"""Of all rows that a query gives, those that a client keeps: it looks for the rows of one user among all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from convex_lint.analysis.compared import conjuncts
from convex_lint.analysis.each_row import field_of, mentions
from convex_lint.analysis.surroundings import Surroundings, method_of, within
from convex_lint.model.operation import Read
from convex_lint.model.schema import Index
from convex_lint.model.subscription import ClientCall
from convex_lint.syntax import tree
from convex_lint.syntax.walk import is_name

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend
    from convex_lint.analysis.sites import Site


class Kept(NamedTuple):
    """`call` is that of the client which keeps the rows of one `field`, `by` a declared index that begins with it."""

    call: ClientCall
    field: str
    by: Index

    @property
    def in_words(self) -> str:
        return (
            f" `{self.call.within}` keeps only the rows of one `{self.field}`: read these for it by the declared `{self.by.name}`, as a page "
            "of all rows, or the newest of them, would lack most."
        )


def kept_by_clients(backend: Backend, site: Site[Read]) -> Kept | None:
    if site.operation.eq or site.operation.bounds:
        return None
    leading = {one.fields[0]: one for one in reversed(site.table.indexes) if one.fields and not one.staged}
    for function in site.functions:
        for call in backend.graph.client_calls(function):
            for field in _fields(call, backend.surroundings):
                if field in leading:
                    return Kept(call, field, leading[field])
    return None


def _fields(call: ClientCall, surroundings: Surroundings) -> list[str]:
    """`const rows = useQuery(...)`, and then `rows.filter((row) => row.userId === me._id)`."""
    path = surroundings.around(call.span)
    named: Any = next((node.target for node in reversed(path) if type(node) is tree.Declarator), None)
    around = surroundings.functions(call.span)[-1:]
    if type(named) is not tree.Name or not around:
        return []
    asked = [
        node
        for node in within(around[0])
        if method_of(node) in ("filter", "find") and is_name(node.callee.object, named.name) and node.arguments
    ]
    return [field for node in sorted(asked, key=lambda node: node.start) for field in _equal(node.arguments[0])]


def _equal(test: Any) -> list[str]:
    """The fields of the row that must equal a value which is not in the text."""
    target: Any = test.parameters[0].target if type(test) is tree.Function and test.parameters else None
    if type(target) is not tree.Name:
        return []
    found = []
    for part in conjuncts(test.body):
        if type(part) is tree.Binary and part.operator in ("===", "=="):
            for side, other in ((part.left, part.right), (part.right, part.left)):
                field = field_of(side, (target.name,))
                given = any(type(inner) is tree.Name for inner in within(other)) and not mentions(other, (target.name,))
                if field is not None and given and not is_name(other, "undefined"):
                    found.append(field)
    return found
