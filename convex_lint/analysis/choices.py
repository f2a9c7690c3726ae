"""Arguments that can only be one of a few constants: a range that they pin holds no row with another one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from convex_lint.analysis.fields import constants
from convex_lint.analysis.sites import Site
from convex_lint.graph.graph import Graph
from convex_lint.model.function import Function
from convex_lint.model.operation import Read
from convex_lint.model.value import Argument, Computed, Literal, Value

Choices = Mapping[str, frozenset[Literal]]
"""By field, the constants that the arguments which pin it may be."""


def choices_of(read: Read, sites: Iterable[Site[Read]], graph: Graph) -> Choices:
    """What the validators say of all functions that get to the place of a read, which `sites` are; or else what all clients pass
    to them, where nothing else calls them."""
    functions = [reach.function for site in sites for reach in site.reaches if site.table.name == read.table]
    found: dict[str, frozenset[Literal]] = {}
    for key in read.eq:
        if not isinstance(key.value, Argument):
            continue
        path = key.value.path
        several = [_validated(one, path) or _passed(one, path, graph) for one in functions]
        if several and all(several):
            found[key.field] = frozenset(value for values in several for value in values)
    return found


def _validated(function: Function, path: tuple[str, ...]) -> tuple[Literal, ...]:
    return constants(function.args.at(path)) if function.args is not None else ()


def _passed(function: Function, path: tuple[str, ...], graph: Graph) -> tuple[Literal, ...]:
    """The constants that clients give the argument, where each of them gives one."""
    found: list[Literal] = []
    for call in () if graph.callers(function) else graph.client_calls(function):
        given = _literals(dict(call.arguments or ()).get(path[0])) if len(path) == 1 else ()
        if not given:
            return ()
        found += given
    return tuple(found)


def _literals(value: Value | None) -> tuple[Literal, ...]:
    parts = value.parts if isinstance(value, Computed) and value.operator == "either" else (value,)
    literals = tuple(part for part in parts if isinstance(part, Literal))
    return literals if len(literals) == len(parts) else ()


def gives_another(read: Read, choices: Choices, written: Mapping[str, Value]) -> bool:
    """The write gives its row a constant that the range never holds: from the second time on the row is none of the range."""
    for key in read.eq:
        asked = choices.get(key.field, frozenset((key.value,)) if isinstance(key.value, Literal) else None)
        given = _literals(written.get(key.field))
        if asked and given and not asked & set(given):
            return True
    return False
