"""Valid TypeScript that the grammar does not know yet, overwritten with something of the same length that it does.

Only a file that would not parse is tried this way, and texts are always read from the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial

from convex_lint.syntax.grammar import Node

_NAME = rb"[A-Za-z_$][\w$]*"
_GAPS = (
    # import("x").Name<T>, import("x").Name[] as types
    (re.compile(rb"\bimport\(\s*(?:\"[^\"\n]*\"|'[^'\n]*')\s*\)(?=(?:\s*\.\s*" + _NAME + rb")+\s*[<\[])"), b"_"),
    # keyof import("x").Name, importOriginal<typeof import("x")>()
    (re.compile(rb"(?:(?<=\bkeyof )|(?<=\btypeof ))import\(\s*(?:\"[^\"\n]*\"|'[^'\n]*')\s*\)"), b"_"),
    # export type * from "x"
    (re.compile(rb"(?<=\bexport )type(?=\s*\*)"), b" "),
    # interface A<in T, out U, in out V>
    (re.compile(rb"(?:(?<=[<,])|(?<=\*/))\s*(?:in\s+out|in|out)(?=\s+" + _NAME + rb"\s*(?:[,>=]|extends\b))"), b" "),
    # import defer * as ns from "x"
    (re.compile(rb"(?<=\bimport )defer(?=\s*\*)"), b" "),
    # for (await using x of y)
    (re.compile(rb"(?<=\()\s*await(?=\s+using\s+" + _NAME + rb"\s+of\b)"), b" "),
)
# <p>Terms & Conditions</p>, <code>cd x && make</code>, src="/x?a=1&b=2": an ampersand that begins no entity is text
_AMPERSAND = re.compile(rb"(?<!&)&(?!&|=|#?\w+;)|\A&&(?=\s)")
_USING = re.compile(rb"(?<=[(\s])using(?=\s+" + _NAME + rb"\s+of\b)")


def masked(data: bytes) -> bytes | None:
    """None where nothing had to be overwritten."""
    text = data
    for gap, filler in _GAPS:
        text = gap.sub(partial(_filled, filler), text)
    text = _USING.sub(b"const", text)
    return None if text == data else text


def without_ampersands(data: bytes, broken: Iterable[Node]) -> bytes | None:
    """The text of JSX, for a grammar that has stumbled at these nodes; None where no ampersand is in them."""
    text = bytearray(data)
    for node in broken:
        text[node.start_byte : node.end_byte] = _AMPERSAND.sub(
            partial(_filled, b"_"), data[node.start_byte : node.end_byte]
        )
    return None if text == data else bytes(text)


def _filled(filler: bytes, match: re.Match[bytes]) -> bytes:
    return filler * len(match[0])
