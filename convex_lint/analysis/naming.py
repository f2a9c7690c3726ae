"""Names for new indexes, in the way in which a schema already names its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from convex_lint.model.schema import Index, Table

Style = Callable[[Sequence[str]], str]
_LONGEST = 64


def index_name(table: Table, fields: Sequence[str], others: Iterable[Index] = (), proposed: Iterable[str] = ()) -> str:
    """A free name such as `by_channel_and_author`, after the habit of the table, else of `others`, else Convex's own;
    `proposed` are names that are no longer free. It is an identifier of at most 64 characters that does not begin with
    `_` (`crates/convex/sync_types/src/identifier.rs`)."""
    style = _habit(table.indexes) or _habit(tuple(others)) or _STYLES[0]
    name = re.sub(r"\W", "_", style(fields), flags=re.ASCII)[:_LONGEST].rstrip("_")
    if not name[:1].isalpha():
        name = f"by_{name}"[:_LONGEST]
    taken = {index.name for index in table.indexes} | {index.name for index in table.search_indexes}
    taken |= {index.name for index in table.vector_indexes} | {"by_id", "by_creation_time", *proposed}
    number = 2
    free = name
    while free in taken:
        free = f"{name[: _LONGEST - len(str(number)) - 1]}_{number}"
        number += 1
    return free


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
