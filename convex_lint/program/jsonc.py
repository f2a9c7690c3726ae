"""JSON as people write it in tsconfig.json and convex.json: comments and trailing commas allowed."""

from __future__ import annotations

import json
import re
from typing import Any

_TOKEN = re.compile(
    r'"(?:[^"\\\n]|\\.)*+"|//[^\n\r]*|/\*[\s\S]*?(?:\*/|\Z)|,(?=(?:\s|//[^\n\r]*|/\*[\s\S]*?\*/)*+[}\]])'
)


def parse_object(text: str) -> dict[str, Any]:
    """The object in `text`. Raises ValueError with the place when it is not JSON, or not an object."""
    try:
        try:
            value = json.loads(text)
        except ValueError:
            value = json.loads(_TOKEN.sub(_keep_strings, text))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("it is not a JSON object")
    return value


def _keep_strings(match: re.Match[str]) -> str:
    token = match.group()
    # Line ends stay so that the places in error messages are those of the file.
    return token if token[0] == '"' else re.sub(r"[^\n]", " ", token)
