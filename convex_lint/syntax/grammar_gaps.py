"""Valid TypeScript that the grammar does not know yet, overwritten with something of the same length that it does.

Only a file that would not parse is tried this way, and texts are always read from the original.
"""

from __future__ import annotations

import re

_NAME = rb"[A-Za-z_$][\w$]*"
_GAPS = (
    # import("x").Name<T> as a type
    (re.compile(rb"\bimport\(\s*(?:\"[^\"\n]*\"|'[^'\n]*')\s*\)(?=(?:\s*\.\s*" + _NAME + rb")+\s*<)"), b"_"),
    # export type * from "x"
    (re.compile(rb"(?<=\bexport )type(?=\s*\*)"), b" "),
    # interface A<in out T>
    (re.compile(rb"(?<=[<,\s])(?:in\s+out|in|out)(?=\s+" + _NAME + rb"\s*(?:[,>=]|extends\b))"), b" "),
    # import defer * as ns from "x"
    (re.compile(rb"(?<=\bimport )defer(?=\s*\*)"), b" "),
)
# for (using x of y), for (await using x of y)
_USING = re.compile(rb"(?<=\()(\s*)(await\s+)?using(?=\s+" + _NAME + rb"\s+of\b)")


def masked(data: bytes) -> bytes | None:
    """None where nothing had to be overwritten."""
    text = data
    for gap, filler in _GAPS:
        text = gap.sub(lambda match, filler=filler: filler * len(match[0]), text)  # type: ignore[misc]
    text = _USING.sub(lambda match: b" " * (len(match[0]) - 5) + b"const", text)
    return None if text == data else text
