"""What may come of a function in client code: calls that come again and again, or that a hook gives it back to its users."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from convex_lint.interpret.clients.events import CHANGED, EDITED
from convex_lint.interpret.clients.page import Page, bare, last_name, nodes_in
from convex_lint.model.subscription import Beat, Cue
from convex_lint.source import Span
from convex_lint.syntax import tree

Node = Any


class Delay(NamedTuple):
    """What stands between the event and the call: `seconds` of a debounce or throttle (None: not told, or none);
    `apart`: the seconds that the code lets pass since it last did it. `once`: it is done once for as long as the component
    lives; `asked`: only where the rows that are shown say so."""

    late: bool = False
    seconds: float | None = None
    apart: float = 0.0
    once: bool = False
    asked: bool = False


class Exit(NamedTuple):
    """A hook gives the function back to whoever uses it: under a name in an object, or ("") as it is."""

    name: str
    delay: Delay


Way = Beat | Exit
"""What a function may come to."""


def is_result(page: Page, node: tree.Object) -> bool:
    """The outermost function around gives the object back."""
    inner: Node = node
    while type(page.parent(inner)) is tree.Cast:
        inner = page.parent(inner)
    around = page.parent(inner)
    given = type(around) is tree.Return or (type(around) is tree.Function and around.body is inner)
    return given and page.function_around(inner) is page.outermost(inner)


def is_of_editor(element: tree.Jsx, key: str) -> bool:
    """A component that is made of several parts calls it, some as someone types, others as something is chosen or added: where it
    is the project's own, its code tells when."""
    return EDITED.fullmatch(key) is not None or (
        key in CHANGED and not element.host and "Editor" in last_name(element.tag)
    )


def prop_uses(page: Page, component: tree.Function, name: str) -> tuple[Node, ...] | None:
    """Where a component uses one of its props; None where it is not seen to take it: props that are handed on as a whole."""
    for binding in page.variables(component.parameters[0]) if component.parameters else ():
        if binding.path == (name,):
            return tuple(page.uses(binding))
        if not binding.path:
            around = [page.parent(use) for use in page.uses(binding)]
            found = [member for member in around if type(member) is tree.Member and member.property == name]
            return tuple(found) or None
    return None


def remembers(effect: Node) -> bool:
    """It looks into a ref, `ran.current`, before it does anything."""
    return any(type(part) is tree.Member and part.property == "current" for part in nodes_in(effect))


def with_none(ways: Iterable[Way]) -> Iterator[Way]:
    """What is left of the ways where the call is made only while there is no document: keys and timers come after, and find it."""
    return (way for way in ways if type(way) is Exit or (type(way) is Beat and way.cue is Cue.MOUNT))


def is_fixed(call: tree.Call) -> bool:
    """The call is given nothing but constants."""
    return all(type(bare(given)) is tree.Constant for given in call.arguments)


def beat_of(page: Page, cue: Cue, event: str, node: Node, delay: Delay) -> Beat:
    return Beat(cue, event, span_of(page, node), delay.seconds)


def span_of(page: Page, node: Node) -> Span:
    return Span(page.file, node.start, node.end)


def distinct(ways: Iterable[Way]) -> tuple[Beat, ...]:
    order = list(Cue)
    beats = dict.fromkeys(way for way in ways if isinstance(way, Beat))
    return tuple(sorted(beats, key=lambda beat: (order.index(beat.cue), beat.span)))
