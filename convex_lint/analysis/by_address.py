"""What was worked out of facts, by their addresses: to compare facts costs more than most of what is asked of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


class ByAddress(Generic[Asked, Answer]):
    """Answers each question about the same facts once. Facts never change, and those that were asked about are held, so that
    no other comes to lie at their address. All that is asked has to be given by its position."""

    def __init__(self, work: Callable[Asked, Answer]) -> None:
        self._work = work
        self._known: dict[tuple[int, ...], tuple[Answer, tuple[object, ...]]] = {}

    def __call__(self, *asked: Asked.args, **named: Asked.kwargs) -> Answer:
        key = tuple(map(id, asked))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._work(*asked, **named), asked
        return known[0]
