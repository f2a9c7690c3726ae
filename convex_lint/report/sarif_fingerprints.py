"""What keeps a SARIF result recognisable from one run to the next: GitHub's line hash, and our own key."""

from __future__ import annotations

import hashlib
import struct

from convex_lint.source import Source

LINE_HASH = "primaryLocationLineHash"
OWN_KEY = "convexLint/v1"

_BLOCK = 100
_FACTOR = 37
_MASK = (1 << 64) - 1
_DROP = pow(_FACTOR, _BLOCK, 1 << 64)
_LF = 10
_END_OF_FILE = 0xFFFF


def line_hashes(text: str) -> list[str]:
    """GitHub's `primaryLocationLineHash` of every line, the line after a last line end included.

    Blanks and tabs do not count, and every line end is one LF. The hash of a line is that of the 100 UTF-16 code units
    from its start on, as a polynomial in 37 modulo 2^64; an end mark and zeros stand after the text. `:n` tells equal
    hashes of one file apart. Source: github/codeql-action `src/fingerprints.ts`.
    """
    kept = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    encoded = kept.encode("utf-16-le", "surrogatepass")
    units = [*struct.unpack(f"<{len(encoded) // 2}H", encoded), _END_OF_FILE, *[0] * _BLOCK]

    prefix, total = [0], 0
    for unit in units:
        total = (total * _FACTOR + unit) & _MASK
        prefix.append(total)

    seen: dict[int, int] = {}
    hashes: list[str] = []
    start, last = 0, len(units) - _BLOCK
    while start < last:
        value = (prefix[start + _BLOCK] - prefix[start] * _DROP) & _MASK
        seen[value] = seen.get(value, 0) + 1
        hashes.append(f"{value:x}:{seen[value]}")
        try:
            start = units.index(_LF, start, last) + 1
        except ValueError:
            break
    return hashes


class LineHashes:
    """The line hashes of files, each computed when it is first asked for."""

    def __init__(self) -> None:
        self._of: dict[str, list[str]] = {}

    def at(self, source: Source, line: int) -> str:
        hashes = self._of.get(source.path)
        if hashes is None:
            hashes = self._of[source.path] = line_hashes(source.text)
        return hashes[min(line, len(hashes)) - 1]


def own_key(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
