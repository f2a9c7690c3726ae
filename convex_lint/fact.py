"""`@fact`: the decorator of the small immutable classes that one run makes by the hundred thousand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

_C = TypeVar("_C")

if TYPE_CHECKING:
    from typing import dataclass_transform

    @dataclass_transform(frozen_default=True, field_specifiers=(field,))
    def fact(cls: type[_C], /) -> type[_C]:
        """A frozen dataclass with slots. That nobody assigns to its fields is proved by mypy and not checked again at run
        time: a class that `dataclass(frozen=True)` makes takes four times as long to build, and building them was an
        eighth of a run."""
        raise NotImplementedError
else:

    def fact(cls):
        return dataclass(slots=True, unsafe_hash="__hash__" not in cls.__dict__)(cls)
