"""Other names for the local variables and parameters of a source, and nothing else changed."""

from __future__ import annotations

from collections.abc import Iterator

from convex_lint.syntax.grammar import Node, tsx, typescript

_FUNCTIONS = frozenset(
    ("function_declaration", "function_expression", "arrow_function", "method_definition", "generator_function",
     "generator_function_declaration")
)  # fmt: skip
_TOP = frozenset(("program", "export_statement"))
_GLOBAL = frozenset(("undefined", "arguments", "console", "fetch", "exports", "module", "require"))


def renamed(path: str, text: str) -> str:
    """`text` with each local name `x` as `x_3`, a number for each. Names that also stand for something that is not local,
    anywhere in the file, keep theirs."""
    data = text.encode()
    root = (tsx() if path.endswith("x") else typescript()).parse(data).root_node
    nodes = list(_walk(root))
    local: dict[str, None] = {}
    fixed = set(_GLOBAL)
    for node in nodes:
        for name, inside in _bound(node):
            word = _word(name, data)
            if inside:
                local.setdefault(word)
            else:
                fixed.add(word)
        if node.type.startswith("jsx_") and node.type.endswith(
            ("opening_element", "closing_element", "closing_element")
        ):
            fixed.update(_word(part, data) for part in _walk(node) if part.type == "identifier" and part.parent == node)
        if node.type in ("import_specifier", "namespace_import", "import_clause", "export_specifier"):
            fixed.update(_word(part, data) for part in node.named_children if part.type == "identifier")
    numbers = {word: i for i, word in enumerate(local) if word not in fixed}
    pieces = []
    at = 0
    for node in nodes:
        word = _word(node, data)
        if word in numbers and node.type in (
            "identifier",
            "shorthand_property_identifier",
            "shorthand_property_identifier_pattern",
        ):
            pieces.append(data[at : node.start_byte].decode())
            pieces.append(f"{word}_{numbers[word]}" if node.type == "identifier" else f"{word}: {word}_{numbers[word]}")
            at = node.end_byte
    return "".join(pieces) + data[at:].decode()


def _walk(root: Node) -> Iterator[Node]:
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(node.children))


def _word(node: Node, data: bytes) -> str:
    return data[node.start_byte : node.end_byte].decode()


def _bound(node: Node) -> Iterator[tuple[Node, bool]]:
    """The names that a node binds, and whether they are local to a function."""
    inside = _in_function(node)
    if node.type == "variable_declarator":
        yield from ((name, inside) for name in _names(node.child_by_field_name("name")))
    elif node.type in ("required_parameter", "optional_parameter"):
        field = any(
            child.type in ("accessibility_modifier", "readonly", "override_modifier") for child in node.children
        )
        yield from ((name, not field) for name in _names(node.child_by_field_name("pattern")))
    elif node.type == "arrow_function":
        yield from ((name, True) for name in _names(node.child_by_field_name("parameter")))
    elif node.type == "catch_clause":
        yield from ((name, inside) for name in _names(node.child_by_field_name("parameter")))
    elif node.type == "for_in_statement":
        yield from ((name, inside) for name in _names(node.child_by_field_name("left")))
    elif node.type in (
        "function_declaration",
        "generator_function_declaration",
        "class_declaration",
        "enum_declaration",
    ):
        yield from ((name, inside) for name in _names(node.child_by_field_name("name")))


def _in_function(node: Node) -> bool:
    above = node.parent
    while above is not None and above.type not in _FUNCTIONS:
        above = above.parent
    return above is not None


def _names(pattern: Node | None) -> Iterator[Node]:
    """The identifiers that a pattern binds."""
    if pattern is None:
        return
    if pattern.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield pattern
    elif pattern.type == "pair_pattern":
        yield from _names(pattern.child_by_field_name("value"))
    elif pattern.type in ("assignment_pattern", "object_assignment_pattern"):
        yield from _names(pattern.child_by_field_name("left"))
    elif pattern.type in ("object_pattern", "array_pattern", "rest_pattern"):
        for child in pattern.named_children:
            yield from _names(child)
