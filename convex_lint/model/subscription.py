"""Client call sites of functions: `useQuery` and its kin."""

from __future__ import annotations

from dataclasses import dataclass

from convex_lint.model.value import Value
from convex_lint.source import Span


@dataclass(frozen=True, slots=True)
class ClientCall:
    """`hook` as the library names it (`useQuery`, `usePaginatedQuery`, `convexQuery`, `useMutation`, `fetchQuery` ...).
    `subscribes`: the client keeps it open. `within` is the component or function around it. `skips`: some path passes
    "skip". `target` is the id of a function, None when unknown."""

    hook: str
    subscribes: bool
    target: str | None
    span: Span
    within: str
    arguments: tuple[tuple[str, Value], ...] | None
    skips: bool
