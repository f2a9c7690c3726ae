"""Do the clients that keep a query open get all rows of a range from it, as they ask for it? Then it has to read them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from convex_lint.analysis.entered import passes
from convex_lint.analysis.invalidation import OpenRead
from convex_lint.analysis.surroundings import Surroundings
from convex_lint.analysis.vocabulary import ALIVE, GONE, words_of
from convex_lint.model.operation import Guard, Predicate, Read, Use
from convex_lint.model.subscription import ClientCall
from convex_lint.model.value import Literal, Undefined
from convex_lint.syntax import tree


def as_asked(opened: OpenRead, around: Surroundings) -> Read:
    """The read without what drops no row for these clients: a filter for an argument that none of them passes, one that only
    leaves out what is out of use; and without the count of rows that only goes to the log."""
    read = opened.read
    drops = tuple(part for part in read.residual if not _drops_nothing(part, opened.subscribers))
    idle = {part.span for part in read.residual} - {part.span for part in drops}
    uses = [
        use
        for use in read.uses
        if not (use.kind == "length" and _is_logged(use, around))
        and not (use.kind == "filter" and use.span in idle)
        and not (use.kind == "picked" and idle and not drops)
    ]
    return replace(read, residual=drops, uses=tuple(uses))


def gives_all(opened: OpenRead, read: Read) -> bool:
    """The query gives every row of the range, or a part of each whoever asks, and does nothing else with them. `read` is what
    is left of the read as its clients ask for it."""
    kinds = {use.kind for use in read.uses}
    return not read.residual and ("returned" in kinds or _is_all_of(opened)) and kinds <= ALL


ALL = frozenset(("returned", "map", "sort"))
"""What may be done with rows that are all given on."""


def _is_all_of(opened: OpenRead) -> bool:
    asks = opened.query.args is not None and bool(opened.query.args.fields)
    return not asks and all(operation.span == opened.read.span for operation in opened.query.operations)


def holds_mostly(part: Predicate) -> bool:
    """Most rows meet it: they are not of one certain kind, not deleted, or in use."""
    if part.operator == "and" and part.parts:
        return all(map(holds_mostly, part.parts))
    return part.operator == "neq" or _is_in_use(part)


def _is_in_use(part: Predicate) -> bool:
    if part.operator in ("and", "given") and part.parts:
        return all(map(_is_in_use, part.parts))
    words = words_of(part.field or "")
    if isinstance(part.value, Undefined) or (isinstance(part.value, Literal) and part.value.value in (None, False)):
        return part.operator == "eq" and bool(words & GONE)
    if isinstance(part.value, Literal) and part.value.value is True:
        return (part.operator == "eq" and bool(words & ALIVE)) or (part.operator == "neq" and bool(words & GONE))
    return False


def _drops_nothing(part: Predicate, clients: Iterable[ClientCall]) -> bool:
    return _is_in_use(part) or (part.operator == "given" and not any(_may_apply(part, call) for call in clients))


def _may_apply(part: Predicate, call: ClientCall) -> bool:
    case = Guard(part.value, True, part.span, "skip")
    return call.arguments is None or passes(dict(call.arguments), (case,))


def _is_logged(use: Use, around: Surroundings) -> bool:
    """`console.log(`${rows.length} rows`)`."""
    return any(
        type(node) is tree.Call
        and type(node.callee) is tree.Member
        and type(node.callee.object) is tree.Name
        and node.callee.object.name == "console"
        for node in around.around(use.span)
    )
