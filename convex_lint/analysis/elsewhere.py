"""Writers that rewrite other rows than those of which an open query knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convex_lint.analysis.asked import is_left_out
from convex_lint.analysis.choices import choices_of, gives_another
from convex_lint.model.value import Argument, DocumentField

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend
    from convex_lint.analysis.invalidation import OpenRead, Writer


def lands_elsewhere(backend: Backend, opened: OpenRead, writer: Writer) -> bool:
    """Its rows are told apart by an argument that may be missing, and no client that calls it has a word of that; or it gives them
    a constant that nobody who keeps the query open asks for, so that they are none of the range from the second time on."""
    choices = choices_of(opened.read, backend.reads_at(opened.read.span), backend.graph)
    if gives_another(opened.read, choices, dict(writer.write.values)):
        return True
    target = writer.write.target
    read = (
        backend.reads_in(writer.function).get(target.read if target.read is not None else -1)
        if isinstance(target, DocumentField)
        else None
    )
    given = {key.field: key.value for key in read.eq} if read is not None else {}
    return any(
        isinstance(value := given.get(key.field), Argument)
        and is_left_out(value, writer.function, backend.graph, backend.project.sources)
        for key in opened.read.eq
    )
