"""Public functions that nothing is seen to call: what they cost is worth knowing, and no more."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from convex_lint.analysis.exposure import Weight
from convex_lint.graph.graph import EntryKind
from convex_lint.model.function import Function, Visibility

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend


def is_offered(backend: Backend, functions: Collection[Function]) -> bool:
    """Nothing is seen to start them, but one is of the product, and programs which were not scanned may call it."""
    return not backend.is_asked(functions) and next(_public(backend, functions), None) is not None


def is_spare(backend: Backend, functions: Collection[Function]) -> bool:
    """Only the app that mounts their component could call them, and it is seen to call others of that component."""
    if not all(entry.kind is EntryKind.COMPONENT for one in functions for entry in backend.graph.entries(one)):
        return False
    components = {function.component for function in functions}
    return "" not in components and any(
        other.component in components and any(one.component != other.component for one in backend.graph.callers(other))
        for other in backend.functions
    )


def offered_in_words(backend: Backend, functions: Collection[Function]) -> str:
    """A sentence that says so; empty where something is seen to start one of them."""
    function = None if backend.is_asked(functions) else next(_public(backend, functions), None)
    return f" Nothing that was scanned calls `{function.id}`: delete it if nothing else does." if function else ""


def _public(backend: Backend, functions: Collection[Function]) -> Iterator[Function]:
    for function in functions:
        public = function.visibility is Visibility.PUBLIC and not function.component
        if public and backend.exposures.weight([function]) is Weight.FULL:
            yield function
