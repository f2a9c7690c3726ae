"""Hooks and functions of client libraries that take a function reference."""

from __future__ import annotations

from typing import NamedTuple


class Hook(NamedTuple):
    """`reference` and `arguments` are argument positions."""

    name: str
    subscribes: bool
    reference: int = 0
    arguments: int = 1


def _hooks(subscribing: str, other: str = "") -> dict[str, Hook]:
    return {
        **{name: Hook(name, True) for name in subscribing.split()},
        **{name: Hook(name, False) for name in other.split()},
    }


_REACT = _hooks("useQuery usePaginatedQuery usePaginatedQuery_experimental", "useMutation useAction")

HOOKS: dict[str, dict[str, Hook]] = {
    "convex/react": _REACT,
    "convex/nextjs": _hooks("", "preloadQuery fetchQuery fetchMutation fetchAction"),
    "@convex-dev/react-query": _hooks(
        "convexQuery useConvexQuery useConvexPaginatedQuery", "convexAction useConvexMutation useConvexAction"
    ),
    "convex-helpers/react": _REACT,
    "convex-helpers/react/cache": _REACT,
    "convex-helpers/react/cache/hooks": _REACT,
    "convex-helpers/react/sessions": _hooks(
        "useSessionQuery useSessionPaginatedQuery", "useSessionMutation useSessionAction"
    ),
    "convex-svelte": _hooks("useQuery usePaginatedQuery", "useMutation useAction"),
    "convex-vue": _hooks("useConvexQuery", "useConvexMutation useConvexAction useConvexHttpQuery"),
}
