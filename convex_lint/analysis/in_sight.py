"""Are the clients that were scanned those that use the backend? Else others do, and what nothing calls here may be called there."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from convex_lint.model.function import Function, Kind, Visibility
from convex_lint.model.project import Project

_OFFERED = (Kind.QUERY, Kind.MUTATION, Kind.ACTION)


def is_in_sight(project: Project, is_asked: Callable[[Iterable[Function]], bool]) -> bool:
    """Most call sites of clients tell which function they call, and some part of what the backend offers is called: a quarter,
    since much of it is nobody's."""
    calls = project.client_calls
    unknown = sum(call.target is None for call in calls)
    if not calls or 5 * unknown > len(calls):
        return False
    offered = [
        function
        for function in project.functions
        if not function.component and function.visibility is Visibility.PUBLIC and function.kind in _OFFERED
    ]
    return 4 * sum(is_asked([function]) for function in offered) >= len(offered)
