"""Hooks and methods of client libraries that take a function reference (npm `convex`, `convex-helpers`,
`@convex-dev/react-query`, `convex-svelte`, `convex-vue`, `convex-nuxt`, and the React parts of components)."""

from __future__ import annotations

from typing import NamedTuple


class Hook(NamedTuple):
    """`reference` and `arguments` are argument positions. `form` says how the function is given: `reference` as an
    argument; `options` in `{ query, args }`; `queries` in an object of such; `preloaded` as the result of
    `preloadQuery`. `also` are functions of the same module that the hook calls by itself, every `every` seconds. `makes`: the
    call gives a hook for the function, and `arguments` is a position in the calls of that one. `whole`: what the client gets
    is the function's result as it is."""

    name: str
    subscribes: bool
    reference: int = 0
    arguments: int = 1
    form: str = "reference"
    also: tuple[str, ...] = ()
    every: float | None = None
    makes: bool = False
    whole: bool = True


def _hooks(subscribing: str, other: str = "") -> dict[str, Hook]:
    return {
        **{name: Hook(name, True) for name in subscribing.split()},
        **{name: Hook(name, False) for name in other.split()},
    }


_FORMS = {
    "useQueries": Hook("useQueries", True, form="queries"),
    "useQuery_experimental": Hook("useQuery_experimental", True, form="options"),
    "usePreloadedQuery": Hook("usePreloadedQuery", True, form="preloaded"),
}
_REACT = {**_hooks("useQuery usePaginatedQuery usePaginatedQuery_experimental", "useMutation useAction"), **_FORMS}
_CACHED = {**_REACT, **_hooks("useStableQuery useStablePaginatedQuery")}

HOOKS: dict[str, dict[str, Hook]] = {
    "convex/react": _REACT,
    "convex/nextjs": _hooks("", "preloadQuery fetchQuery fetchMutation fetchAction"),
    "@convex-dev/react-query": {
        **_hooks(
            "convexQuery useConvexQuery useConvexPaginatedQuery", "convexAction useConvexMutation useConvexAction"
        ),
        "useConvexQueries": Hook("useConvexQueries", True, form="queries"),
    },
    "convex-helpers/react": _CACHED,
    "convex-helpers/react/cache": _CACHED,
    "convex-helpers/react/cache/hooks": _CACHED,
    "convex-helpers/react/sessions": _hooks(
        "useSessionQuery useSessionPaginatedQuery", "useSessionMutation useSessionAction"
    ),
    "convex-svelte": _hooks("useQuery usePaginatedQuery convexLoad convexLoadPaginated", "useMutation useAction"),
    "convex-svelte/sveltekit": _hooks("convexLoad convexLoadPaginated"),
    "convex-vue": _hooks(
        "useConvexQuery useConvexPaginatedQuery", "useConvexMutation useConvexAction useConvexHttpQuery"
    ),
    "@convex-dev/agent/react": _hooks("useThreadMessages useUIMessages"),
    "@convex-dev/presence/react": {
        "default": Hook("usePresence", True, arguments=9, form="presence", also=("heartbeat",), every=10.0)
    },
    "@convex-dev/presence/react-native": {
        "default": Hook("usePresence", True, arguments=9, form="presence", also=("heartbeat",), every=10.0)
    },
}

AUTOMATIC: dict[str, Hook] = HOOKS["convex-vue"]
"""What convex-nuxt imports by itself into every Vue file (its `src/module.ts`)."""

METHODS: dict[str, Hook] = {
    "query": Hook("client.query", False),
    "consistentQuery": Hook("client.consistentQuery", False),
    "mutation": Hook("client.mutation", False),
    "action": Hook("client.action", False),
    "onUpdate": Hook("client.onUpdate", True),
    "onPaginatedUpdate_experimental": Hook("client.onPaginatedUpdate_experimental", True),
    "watchQuery": Hook("client.watchQuery", True),
    "watchPaginatedQuery": Hook("client.watchPaginatedQuery", True),
    "prewarmQuery": Hook("client.prewarmQuery", False, form="options"),
}
"""Methods of `ConvexReactClient`, `ConvexClient` and `ConvexHttpClient`: known by the reference that they are given."""

MAKERS: dict[str, Hook] = {
    "makeUseQueryWithStatus": Hook("useQuery", True),
}
"""Functions of convex-helpers that make a hook."""
