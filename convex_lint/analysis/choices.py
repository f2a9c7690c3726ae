"""Arguments that can only be one of a few constants: a range that they pin holds no row with another one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from convex_lint.analysis.fields import constants
from convex_lint.analysis.sites import Site
from convex_lint.model.operation import Read
from convex_lint.model.value import Argument, Literal

Choices = Mapping[str, frozenset[Literal]]
"""By field, the constants that the arguments which pin it may be."""


def choices_of(read: Read, sites: Iterable[Site[Read]]) -> Choices:
    """What the validators say of all functions that get to the place of a read, which `sites` are."""
    functions = [reach.function for site in sites for reach in site.reaches if site.table.name == read.table]
    found: dict[str, frozenset[Literal]] = {}
    for key in read.eq:
        if not isinstance(key.value, Argument):
            continue
        path = key.value.path
        several = [constants(one.args.at(path)) if one.args is not None else () for one in functions]
        if several and all(several):
            found[key.field] = frozenset(value for values in several for value in values)
    return found
