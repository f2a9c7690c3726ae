"""Calls for what another program tells of people: that one has signed up or in, has joined or left, once for each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from convex_lint.analysis.surroundings import Surroundings
from convex_lint.analysis.vocabulary import words_of
from convex_lint.model.operation import Call
from convex_lint.syntax import tree

_EVENT = re.compile(r"([A-Za-z_]+)\.([a-z_]+)")
"""`organizationMembership.created`, `user.updated`: the form in which providers name what has happened."""

_OF_PEOPLE = frozenset(
    ("user", "session", "organization", "membership", "member", "invitation", "role", "permission", "waitlist", "entry")
)
_HAPPENS = frozenset(("created", "updated", "deleted", "ended", "removed", "revoked", "accepted", "added", "pending"))


def is_of_people(call: Call, around: Surroundings) -> bool:
    """It is made only where a text is that of such an event: `if (event.type === "user.created")`, or its case."""
    return any(
        names and all(map(_is_event, names))
        for place in (call.span, *call.via)
        for names in _chosen_by(around.around(place))
    )


def _is_event(name: object) -> bool:
    found = _EVENT.fullmatch(name) if isinstance(name, str) else None
    return found is not None and words_of(found[1]) <= _OF_PEOPLE and found[2] in _HAPPENS


def _chosen_by(path: tuple[Any, ...]) -> Iterator[list[object]]:
    """The constants of which something is one, in each of the branches around a place."""
    for node, inner in pairwise(path):
        if type(node) is tree.Switch:
            yield _of_case(node, inner)
        elif type(node) is tree.If and inner is node.then:
            yield _of_test(node.test)


def _of_case(switch: tree.Switch, case: Any) -> list[object]:
    """Those of the case, and of the empty ones before it that fall through to it."""
    found: list[object] = []
    for one in switch.cases:
        found.append(one.test.value if isinstance(one.test, tree.Constant) else None)
        if one is case:
            return found
        if one.body:
            found = []
    return []


def _of_test(test: Any) -> list[object]:
    if not isinstance(test, tree.Binary):
        return []
    if test.operator == "||":
        left, right = _of_test(test.left), _of_test(test.right)
        return [*left, *right] if left and right else []
    if test.operator == "&&":
        return _of_test(test.left) or _of_test(test.right)
    if test.operator not in ("===", "==") or not isinstance(test.right, tree.Constant):
        return []
    return [test.right.value]
