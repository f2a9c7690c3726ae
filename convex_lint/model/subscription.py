"""Client call sites of functions: `useQuery` and its kin."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from convex_lint.model.value import Value
from convex_lint.source import Span


class Cue(StrEnum):
    """What makes a client call a function again and again, the busiest first. `frame`: an animation frame. `pointer`: a
    handler of mouse, touch, drag or scroll movement. `interval`: a timer. `keys`: a handler of keystrokes. `autosave`: an
    effect that follows what is being edited. `mount`: an effect that runs when the component appears."""

    FRAME = "frame"
    POINTER = "pointer"
    INTERVAL = "interval"
    KEYS = "keys"
    AUTOSAVE = "autosave"
    MOUNT = "mount"


@dataclass(frozen=True, slots=True)
class Beat:
    """One place in the client that calls a function in this way. `event` names the handler or the timer (`onMouseMove`,
    `setInterval`). `every` is the seconds between two calls where the code says so: the period of a timer, or the delay
    of a debounce or throttle around it. `follows` are the variables on whose change an effect runs, each with the call that
    gives it; empty for an effect that keeps in a ref what it has done."""

    cue: Cue
    event: str
    span: Span
    every: float | None = None
    follows: tuple[tuple[str, Span], ...] = ()


@dataclass(frozen=True, slots=True)
class Unstable:
    """An argument of a subscribing hook that changes by itself. `cause`: `clock`, `random`, `render` (an object of its
    own each time the component renders) or `keys` (the text of an input, undebounced). `name` is "" for all arguments."""

    name: str
    cause: str
    span: Span


@dataclass(frozen=True, slots=True)
class Hidden:
    """The hook runs although nobody sees its result. `by`: `closed` (its component is a dialog, a menu or a tab that is
    closed at first, and is rendered all the same) or `placeholder` (an argument is an empty string or a cast while its
    value is missing); `what` names the component's prop, or the argument."""

    by: str
    what: str
    span: Span


@dataclass(frozen=True, slots=True)
class Row:
    """The component is rendered once for each row of a list, at `span`, and passes a part of the row on to the function.
    `of` is the query whose rows they are, None when that cannot be told."""

    span: Span
    of: str | None


@dataclass(frozen=True, slots=True)
class ClientCall:
    """`hook` as the library names it (`useQuery`, `usePaginatedQuery`, `convexQuery`, `useMutation`, `fetchQuery`,
    `client.query` ...). `subscribes`: the client keeps it open. `within` is the component or function around it. `skips`:
    some path passes "skip". `target` is the id of a function, None when unknown. `arguments` are None when they cannot be
    told by name.

    For a call inside of a hook of the project's own there is one call for each place that uses that hook, and `via` leads from
    there to the library's hook; it stands for itself where the hook is handed on unseen. What nobody uses keeps no query open.
    A hook that the project makes by a factory of its own is one of the library's. `beats` are the ways in which the client calls
    it again and again. `shown` are the names of all fields that the
    client reads from the result, with a `*` behind those that are passed on; None when the whole result is."""

    hook: str
    subscribes: bool
    target: str | None
    span: Span
    within: str
    arguments: tuple[tuple[str, Value], ...] | None
    skips: bool
    via: tuple[Span, ...] = ()
    beats: tuple[Beat, ...] = ()
    unstable: tuple[Unstable, ...] = ()
    row: Row | None = None
    hidden: Hidden | None = None
    shown: frozenset[str] | None = None
