"""Valid TypeScript that the grammar does not know yet, overwritten with something of the same length that it does.

Only a file that would not parse is tried this way, and texts are always read from the original.
"""

from __future__ import annotations

import re
from functools import partial

_NAME = rb"[A-Za-z_$][\w$]*"
_GAPS = (
    # import("x").Name<T>, import("x").Name[] as types
    (re.compile(rb"\bimport\(\s*(?:\"[^\"\n]*\"|'[^'\n]*')\s*\)(?=(?:\s*\.\s*" + _NAME + rb")+\s*[<\[])"), b"_"),
    # export type * from "x"
    (re.compile(rb"(?<=\bexport )type(?=\s*\*)"), b" "),
    # interface A<in T, out U, in out V>
    (re.compile(rb"(?:(?<=[<,])|(?<=\*/))\s*(?:in\s+out|in|out)(?=\s+" + _NAME + rb"\s*(?:[,>=]|extends\b))"), b" "),
    # import defer * as ns from "x"
    (re.compile(rb"(?<=\bimport )defer(?=\s*\*)"), b" "),
    # for (await using x of y)
    (re.compile(rb"(?<=\()\s*await(?=\s+using\s+" + _NAME + rb"\s+of\b)"), b" "),
)
_USING = re.compile(rb"(?<=[(\s])using(?=\s+" + _NAME + rb"\s+of\b)")


def masked(data: bytes) -> bytes | None:
    """None where nothing had to be overwritten."""
    text = data
    for gap, filler in _GAPS:
        text = gap.sub(partial(_filled, filler), text)
    text = _USING.sub(b"const", text)
    return None if text == data else text


def _filled(filler: bytes, match: re.Match[bytes]) -> bytes:
    return filler * len(match[0])
