"""Names for new indexes, in the way in which a schema already names its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from convex_lint.model.schema import Index, Table

Style = Callable[[Sequence[str]], str]


def index_name(table: Table, fields: Sequence[str], others: Iterable[Index] = ()) -> str:
    """A free name such as `by_channel_and_author`, after the habit of the table, else of `others`, else Convex's own."""
    style = _habit(table.indexes) or _habit(tuple(others)) or _STYLES[0]
    name = style(fields)
    taken = {index.name for index in table.indexes} | {index.name for index in table.search_indexes}
    taken |= {index.name for index in table.vector_indexes} | {"by_id", "by_creation_time"}
    number = 2
    free = name
    while free in taken:
        free = f"{name}_{number}"
        number += 1
    return free[:64]


@lru_cache(maxsize=256)
def _habit(indexes: tuple[Index, ...]) -> Style | None:
    """The style that explains most of the names; earlier styles win ties."""
    scored = [(sum(style(index.fields) == index.name for index in indexes), style) for style in _STYLES]
    # A name of one field does not tell how names of two are joined, so those of several count more.
    scored = [
        (score + sum(2 for index in indexes if len(index.fields) > 1 and style(index.fields) == index.name), style)
        for score, style in scored
    ]
    best = max(scored, key=lambda entry: entry[0], default=(0, _STYLES[0]))
    return best[1] if best[0] > 0 else None


def _raw(field: str) -> str:
    """A nested field goes by its last name."""
    return field.rpartition(".")[2].strip("_")


def _without_id(field: str) -> str:
    return re.sub(r"(?<=[a-z])(_id|Id)$", "", _raw(field))


def _snake(field: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", field).lower()


def _camel(field: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in field.split("_") if part)


def _style(prefix: str, shape: Callable[[str], str], joint: str) -> Style:
    return lambda fields: prefix + joint.join(shape(field) for field in fields)


_STYLES: tuple[Style, ...] = (
    _style("by_", _raw, "_and_"),
    _style("by_", _without_id, "_and_"),
    _style("by_", _raw, "_"),
    _style("by_", _without_id, "_"),
    _style("by_", lambda field: _snake(_raw(field)), "_"),
    _style("by_", lambda field: _snake(_without_id(field)), "_"),
    _style("by_", lambda field: _snake(_raw(field)), "_and_"),
    _style("by_", lambda field: _snake(_without_id(field)), "_and_"),
    _style("by", lambda field: _camel(_raw(field)), "And"),
    _style("by", lambda field: _camel(_without_id(field)), "And"),
    _style("by", lambda field: _camel(_raw(field)), ""),
    _style("by", lambda field: _camel(_without_id(field)), ""),
    _style("", _raw, "_"),
    _style("", _without_id, "_"),
    _style("", _raw, "_and_"),
    _style("idx_", _raw, "_"),
)
