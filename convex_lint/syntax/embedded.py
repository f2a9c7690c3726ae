"""Single-file components: the code in their `<script>` blocks, where it stands."""

from __future__ import annotations

import re

VIEWS = (".vue", ".svelte")

_SCRIPT = re.compile(
    rb"""<!--.*?-->|<script\b((?:[^>"']|"[^"]*"|'[^']*')*)>(.*?)</script\s*>""", re.DOTALL | re.IGNORECASE
)
_TSX = re.compile(rb"""\blang\s*=\s*["']?[jt]sx\b""")
_TEXT = re.compile(rb"[^\r\n]+")


def scripts_of(data: bytes) -> tuple[bytes, bool]:
    """The file with everything outside of its scripts blanked out, so that offsets and lines hold; whether the scripts
    have JSX in them."""
    kept: list[bytes] = []
    end = 0
    jsx = False
    for block in _SCRIPT.finditer(data):
        if block[2] is None:
            continue
        kept.append(_blank(data[end : block.start(2)]))
        kept.append(block[2])
        end = block.end(2)
        jsx = jsx or _TSX.search(block[1]) is not None
    kept.append(_blank(data[end:]))
    return b"".join(kept), jsx


def _blank(data: bytes) -> bytes:
    return _TEXT.sub(lambda text: b" " * len(text[0]), data)
