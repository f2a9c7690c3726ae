"""Guards: the conditions under which control gets to a place, as a chain that grows inwards."""

from __future__ import annotations

from convex_lint.interpret.values import Value
from convex_lint.source import Span

THROW, RETURN, SKIP = "throw", "return", "skip"
ARM = "arm"
"""The place is in the arm itself: in the other case control passes it over, and goes on behind it."""


class GuardNode:
    """One condition; `outer` are those before it. Shared by all records behind it, so never changed. Relative to the call
    frame that made it, as records are."""

    __slots__ = ("condition", "holds", "otherwise", "outer", "span")

    def __init__(self, condition: Value, holds: bool, span: Span, otherwise: str, outer: GuardNode | None) -> None:
        self.condition = condition
        self.holds = holds
        self.span = span
        self.otherwise = otherwise
        self.outer = outer


def chain(node: GuardNode | None) -> list[GuardNode]:
    """The guards of a place, outermost first."""
    found = []
    while node is not None:
        found.append(node)
        node = node.outer
    return found[::-1]


def past(node: GuardNode | None, earlier: GuardNode | None) -> list[GuardNode]:
    """The guards of a place that an earlier one is not behind."""
    known = {id(guard) for guard in chain(earlier)}
    return [guard for guard in chain(node) if id(guard) not in known]


def rooted(node: GuardNode | None, base: GuardNode | None, known: dict[GuardNode, GuardNode]) -> GuardNode | None:
    """The chain of `node` behind `base`; `known` holds what was made so already."""
    if node is None or base is None:
        return node or base
    made = known.get(node)
    if made is None:
        outer = rooted(node.outer, base, known)
        made = known[node] = GuardNode(node.condition, node.holds, node.span, node.otherwise, outer)
    return made


def required(exits: list[GuardNode | None]) -> GuardNode | None:
    """The guards behind which a function ends normally, whichever way: for its caller, to fail one of them is to throw."""
    if not exits:
        return None
    common = chain(exits[0])
    for other in exits[1:]:
        nodes = chain(other)
        same = 0
        while same < min(len(common), len(nodes)) and common[same] is nodes[same]:
            same += 1
        del common[same:]
    node: GuardNode | None = None
    for guard in common:
        node = GuardNode(guard.condition, guard.holds, guard.span, THROW, node)
    return node


def shared(first: GuardNode | None, again: GuardNode | None) -> GuardNode | None:
    """The guards that two ways to one operation have in common."""
    if first is None or again is None or first is again:
        return first if first is again else None
    others = {(guard.span, guard.holds) for guard in chain(again)}
    node: GuardNode | None = None
    for guard in chain(first):
        if (guard.span, guard.holds) in others:
            node = GuardNode(guard.condition, guard.holds, guard.span, guard.otherwise, node)
    return node
