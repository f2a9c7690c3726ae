"""The statements of a client file that stand on its first level, told from its text: what each declares, and what it hands on."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple


class Statement(NamedTuple):
    """`names` are what it declares, none for code that runs with the file; `kind` is `own`, `import`, `type`, `export` (a list
    or a star), `default` or `runs`. `code` is its text, comments left out."""

    start: int
    kind: str
    names: frozenset[bytes]
    exported: bool
    code: bytes


class Statements:
    """Those of one file that is laid out as formatters do: what goes on is indented, or begins with a bracket."""

    def __init__(self, text: bytes) -> None:
        starts = [found.start() for found in _START.finditer(text)]
        ends = [*starts[1:], len(text)][: len(starts)]
        read = tuple(_statement(start, text[start:end]) for start, end in zip(starts, ends, strict=True))
        laid_out = all(one.code.count(b"{") == one.code.count(b"}") for one in read)
        self.all = read if laid_out else tuple(one._replace(kind="runs") for one in read)
        self._starts = starts
        listed = {
            name for one in self.all if one.kind == "export" for name, _ in renamed(one.code) if not path_of(one.code)
        }
        self.exported = frozenset(
            number for number, one in enumerate(self.all) if one.exported or (one.kind == "own" and one.names & listed)
        )

    def at(self, offset: int) -> int | None:
        """The number of the one around a place."""
        number = bisect_right(self._starts, offset) - 1
        return number if number >= 0 else None


def renamed(code: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(name there, name here) of what the braces of an import or an export list."""
    for braces in _BRACES.finditer(code):
        for item in _ITEM.finditer(braces[1]):
            yield item[1], item[2] or item[1]


def path_of(code: bytes) -> bytes:
    """From where an import or an export takes what it names; empty for the file's own."""
    found = _FROM.search(code)
    return found[1] if found is not None else b""


def taken_whole(code: bytes) -> bytes | None:
    """The name that an import gives to what the other file exports by default, or to all of it."""
    found = _WHOLE.match(code)
    return (found[1] or found[2]) if found is not None else None


def _statement(start: int, text: bytes) -> Statement:
    code = _COMMENT.sub(b"", text)
    if _SEVERAL.search(code.partition(b"\n")[0]) is not None:
        return Statement(start, "runs", frozenset(), False, code)  # several on one line: who knows which
    if _IMPORT.match(code):
        return Statement(start, "import", frozenset(), False, code)
    if _TYPE.match(code) or _LABEL.match(code):
        return Statement(start, "type", frozenset(), False, b"")
    if _LIST.match(code):
        return Statement(start, "export", frozenset(), True, code)
    declared = _DECLARED.match(code)
    if declared is not None:
        names = frozenset(_WORD.findall(declared["name"] or declared["several"]))
        return Statement(start, "default" if declared["default"] else "own", names, bool(declared["export"]), code)
    if _DEFAULT.match(code):
        return Statement(start, "default", frozenset(), True, code)
    return Statement(start, "runs", frozenset(), False, code)


_START = re.compile(rb"^[^\s)}\]/*.,:?|&+<>=-]", re.MULTILINE)
_COMMENT = re.compile(rb"(?<![^\s{(,;])/\*.*?\*/|(?<!\S)//[^\n]*", re.DOTALL)
_IMPORT = re.compile(rb"import\b(?!\s*[(.])")
_TYPE = re.compile(rb"(?:export\s+)?(?:declare\s|type\s+\w|interface\s)")
_LIST = re.compile(rb"export\s*(?:type\s*)?[{*]")
_DECLARED = re.compile(
    rb"(?P<export>export\s+)?(?P<default>default\s+)?(?:async\s+)?"
    rb"(?:(?:function\b\s*\*?|(?:abstract\s+)?class\b|(?:const\s+)?enum\b)\s*(?P<name>[\w$]+)"
    rb"|(?:const|let|var)\s+(?P<several>[\w$]+(?=\s*[:=])|[{\[][^=;]*?[}\]](?=\s*[:=])))"
)
_DEFAULT = re.compile(rb"export\s+default\s+(?!\{)")
_SEVERAL = re.compile(rb"[;}]\s*(?:export|const|function|class|let|var|async|import)\b")
_LABEL = re.compile(rb"[\w$]+\.displayName\s*=|[\"']use \w+[\"']")
_BRACES = re.compile(rb"\{([^{}]*)\}")
_ITEM = re.compile(rb"(?:\btype\s+)?([\w$]+)(?:\s+as\s+([\w$]+))?")
_FROM = re.compile(rb"(?:\bfrom|^import)\s*[\"']([^\"'\n]+)[\"']")
_WHOLE = re.compile(rb"import\s+(?:type\s+)?(?:\*\s+as\s+([\w$]+)|([\w$]+)\s*(?:,|from\b))")
_WORD = re.compile(rb"[\w$]+")
