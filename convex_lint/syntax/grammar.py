"""The TypeScript and TSX grammars, their node kinds and fields as the integers that tree-sitter answers fastest."""

from __future__ import annotations

from functools import cache

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser, Tree

ERROR = 0xFFFF
"""The kind id of tree-sitter's ERROR nodes, outside of every grammar's own range."""


class Fields:
    """Field ids of one grammar; 0, which no child has, for a field that the grammar lacks."""

    __slots__ = (
        "alias", "alternative", "argument", "arguments", "body", "condition", "consequence", "constructor",
        "declaration", "finalizer", "function", "handler", "increment", "index", "index_type", "initializer", "key",
        "kind", "label", "left", "name", "object", "open_tag", "operator", "optional_chain", "parameter", "parameters",
        "pattern", "property", "return_type", "right", "source", "type", "type_arguments", "type_parameters", "value",
    )  # fmt: skip

    alias: int
    alternative: int
    argument: int
    arguments: int
    body: int
    condition: int
    consequence: int
    constructor: int
    declaration: int
    finalizer: int
    function: int
    handler: int
    increment: int
    index: int
    index_type: int
    initializer: int
    key: int
    kind: int
    label: int
    left: int
    name: int
    object: int
    open_tag: int
    operator: int
    optional_chain: int
    parameter: int
    parameters: int
    pattern: int
    property: int
    return_type: int
    right: int
    source: int
    type: int
    type_arguments: int
    type_parameters: int
    value: int

    def __init__(self, language: Language) -> None:
        for name in self.__slots__:
            setattr(self, name, language.field_id_for_name(name) or 0)


class Grammar:
    """`kinds` gives the name of every kind id; `named` holds the ids of nodes that are not punctuation or keywords."""

    __slots__ = ("fields", "kinds", "language", "name", "named")

    def __init__(self, name: str, language: Language) -> None:
        self.name = name
        self.language = language
        self.fields = Fields(language)
        ids = range(language.node_kind_count)
        self.kinds = {id: language.node_kind_for_id(id) or "" for id in ids}
        self.kinds[ERROR] = "ERROR"
        self.named = frozenset(id for id in ids if language.node_kind_is_named(id)) | {ERROR}

    def parse(self, data: bytes) -> Tree:
        return Parser(self.language).parse(data)


@cache
def typescript() -> Grammar:
    return Grammar("typescript", Language(tree_sitter_typescript.language_typescript()))


@cache
def tsx() -> Grammar:
    return Grammar("tsx", Language(tree_sitter_typescript.language_tsx()))


__all__ = ["ERROR", "Fields", "Grammar", "Node", "Tree", "tsx", "typescript"]
