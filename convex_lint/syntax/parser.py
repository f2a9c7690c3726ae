"""Text to tree: picks the grammar, parses, lowers, and turns what could not be parsed into issues."""

from __future__ import annotations

import re

from convex_lint.source import Source
from convex_lint.syntax.embedded import VIEWS, scripts_of
from convex_lint.syntax.grammar import Grammar, Node, Tree, tsx, typescript
from convex_lint.syntax.grammar_gaps import masked, without_ampersands
from convex_lint.syntax.issues import broken, issues
from convex_lint.syntax.lower import lower
from convex_lint.syntax.tree import Comment, Module

_TYPESCRIPT = (".ts", ".mts", ".cts")
_LONE_CR = re.compile(rb"\r(?!\n)")
_MARK = b"convex-lint"
_STUMBLES = 8


def parse(source: Source) -> Module:
    """Lower a file; never raises on its contents.

    What cannot be parsed is in `issues`, and the statements around it are still there; where code is nested too deeply
    to be kept is in `cuts`. Bytes that are not UTF-8 are
    read as `?`. `.ts`, `.mts` and `.cts` are TypeScript, all else is TSX; JavaScript is read as TypeScript where that
    leaves fewer errors. Of `.vue` and `.svelte` files only the `<script>` blocks are read, as one module.
    """
    data = _valid(source.data)
    path = source.path
    if path.endswith(VIEWS):
        data, jsx = scripts_of(data)
        path += ".tsx" if jsx else ".ts"
    tree, grammar = _parse(path, data)
    root = tree.root_node
    body, directives, cuts = lower(root, data, grammar)
    found = issues(root, data) if root.has_error else ()
    return Module(source.path, body, directives, _comments(root, data), found, cuts)


def _valid(data: bytes) -> bytes:
    """The same length in valid UTF-8, so that offsets hold and every slice decodes; a lone CR ends lines as LF does."""
    if data.count(b"\r") != data.count(b"\r\n"):
        data = _LONE_CR.sub(b"\n", data)
    try:
        data.decode()
    except UnicodeDecodeError:
        return data.decode("utf-8", "surrogateescape").encode("utf-8", "replace")
    return data


def _parse(path: str, data: bytes) -> tuple[Tree, Grammar]:
    """The reading with the fewest errors; the first, nearly always, has none."""
    strict = path.endswith(_TYPESCRIPT)
    grammar = typescript() if strict else tsx()
    best, fewest = _read(grammar, data, jsx=not strict)
    if not fewest:
        return best, grammar
    grammars = [grammar] if strict or path.endswith(".tsx") else [grammar, typescript()]
    texts = [data] if (mended := masked(data)) is None else [data, mended]
    for other in grammars:
        for text in texts:
            if other is grammar and text is data:
                continue
            tree, count = _read(other, text, jsx=other is grammar and not strict)
            if count < fewest:
                best, grammar, fewest = tree, other, count
    return best, grammar


def _read(grammar: Grammar, text: bytes, *, jsx: bool) -> tuple[Tree, int]:
    """One reading and how many places of it could not be parsed. Each time, it gets past the ampersands at which it stumbled,
    and may come to others."""
    tree = grammar.parse(text)
    found = broken(tree.root_node)
    for _ in range(_STUMBLES if jsx else 0):
        if not found or (mended := without_ampersands(text, found)) is None:
            break
        again = grammar.parse(mended)
        left = broken(again.root_node)
        if len(left) > len(found):
            break
        text, tree, found = mended, again, left
    return tree, len(found)


def _comments(root: Node, data: bytes) -> tuple[Comment, ...]:
    comments: list[Comment] = []
    at = data.find(_MARK)
    while at != -1:
        node = root.descendant_for_byte_range(at, at + len(_MARK))
        if node is not None and node.type == "comment":
            start, end = node.start_byte, node.end_byte
            comments.append(Comment(start, end, data[start:end].decode("utf-8", "replace")))
            at = end
        else:
            at += len(_MARK)
        at = data.find(_MARK, at)
    return tuple(comments)
