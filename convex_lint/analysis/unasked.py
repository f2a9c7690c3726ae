"""Arguments that a function asks for and never uses, although they say whose rows are meant."""

from __future__ import annotations

from typing import Any, NamedTuple

from convex_lint.analysis.sites import Site
from convex_lint.analysis.surroundings import Surroundings, within
from convex_lint.model.function import Function
from convex_lint.model.operation import Read
from convex_lint.model.schema import Index
from convex_lint.syntax import tree
from convex_lint.syntax.walk import is_name


class Unasked(NamedTuple):
    """`field` is the argument and the field of the rows, `function` the one that takes it."""

    field: str
    by: Index
    function: Function

    @property
    def advice(self) -> str:
        return (
            f"`{self.function.id}` takes `{self.field}` and does nothing with it, so that all other rows are read, too: read those that are meant, "
            f'with `.withIndex("{self.by.name}", (q) => q.eq("{self.field}", args.{self.field}))`.'
        )


def unasked(site: Site[Read], surroundings: Surroundings) -> Unasked | None:
    """An argument with the name of a field with which an index begins, of which the handler has no word."""
    keys = {key.field for key in site.operation.eq}
    for function in site.functions:
        taken = function.args.fields if function.args is not None else {}
        for name in taken:
            index = next((one for one in site.table.indexes if one.fields[:1] == (name,) and not one.staged), None)
            if index is not None and name not in keys and _is_forgotten(name, function, surroundings):
                return Unasked(name, index, function)
    return None


def _is_forgotten(name: str, function: Function, surroundings: Surroundings) -> bool:
    path = surroundings.around(function.handler) if function.handler is not None else ()
    handler: Any = path[-1] if path else None
    if type(handler) is not tree.Function or any(one.rest for one in handler.parameters):
        return False
    if len(handler.parameters) < 2:
        return True
    given: Any = handler.parameters[1].target
    if type(given) is tree.ObjectPattern:
        return given.rest is None and all(one.key != name for one in given.properties)
    if type(given) is not tree.Name:
        return False
    members = [node for node in within(handler.body) if type(node) is tree.Member and is_name(node.object, given.name)]
    mentioned = sum(1 for node in within(handler.body) if is_name(node, given.name))
    return mentioned == len(members) and all(node.property != name for node in members)
