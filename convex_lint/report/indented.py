"""JSON with an indent of two, as `json.dumps` writes it, for documents in which one place stands a hundred thousand times."""

from __future__ import annotations

import json
from typing import Any

_STEP = "  "


def indented(document: Any) -> str:
    """The same text as `json.dumps(document, indent=2)`; an object of plain values is written out once for each depth
    at which it stands, however often that is."""
    chunks: list[str] = []
    _write(document, "\n", chunks, {})
    return "".join(chunks)


def _write(value: Any, newline: str, chunks: list[str], known: dict[tuple[int, str], str]) -> None:
    inner = newline + _STEP
    if isinstance(value, dict) and value:
        if any(isinstance(part, (dict, list)) for part in value.values()):
            opening = "{"
            for name, part in value.items():
                chunks.append(f"{opening}{inner}{json.dumps(name)}: ")
                _write(part, inner, chunks, known)
                opening = ","
            chunks.append(newline + "}")
            return
        key = (id(value), newline)
        text = known.get(key)
        if text is None:
            parts = [f"{json.dumps(name)}: {json.dumps(part)}" for name, part in value.items()]
            text = known[key] = "{" + inner + f",{inner}".join(parts) + newline + "}"
        chunks.append(text)
    elif isinstance(value, list) and value:
        opening = "["
        for part in value:
            chunks.append(opening + inner)
            _write(part, inner, chunks, known)
            opening = ","
        chunks.append(newline + "]")
    else:
        chunks.append(json.dumps(value))
