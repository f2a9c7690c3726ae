"""Literals and property keys: the values that the text spells, with JavaScript's escapes and number forms."""

from __future__ import annotations

import re
from collections.abc import Mapping

from convex_lint.syntax.grammar import Node
from convex_lint.syntax.lowering import BROKEN, LowerExpression, Lowering
from convex_lint.syntax.tree import Constant, Expression, Name, Opaque, Regex, Template

_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F_]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([0-3]?[0-7]{1,2})|\r\n|([\s\S]))")
_SINGLE = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "\n": "",
    "\r": "",
    "\u2028": "",
    "\u2029": "",
}
_SURROGATES = re.compile("[\ud800-\udfff]")


def cook(text: str) -> str:
    """Text between quotes or backquotes, its escapes replaced; a lone surrogate becomes U+FFFD."""
    if "\\" not in text:
        return text
    cooked = _ESCAPE.sub(_unescape, text)
    if _SURROGATES.search(cooked):
        cooked = cooked.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return cooked


def _unescape(match: re.Match[str]) -> str:
    braced, four, two, octal, single = match.groups()
    if single is not None:
        return _SINGLE.get(single, single)
    if octal is not None:
        return chr(int(octal, 8))
    digits = braced or four or two
    if digits is None:
        return ""
    code = int(digits, 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def string_value(cx: Lowering, node: Node) -> str:
    data = cx.data[node.start_byte + 1 : node.end_byte - 1]
    return cook(data.decode("utf-8", "replace"))


def string(cx: Lowering, node: Node) -> Constant:
    return Constant(node.start_byte, node.end_byte, string_value(cx, node))


def template(cx: Lowering, node: Node) -> Expression:
    start, end = node.start_byte, node.end_byte
    parts: list[str | Expression] = []
    at = start + 1
    for child in node.named_children:
        if cx.kinds[child.kind_id] == "template_substitution":
            if child.start_byte > at:
                parts.append(_template_text(cx.data[at : child.start_byte]))
            parts.append(cx.only(child))
            at = child.end_byte
    if not parts:
        return Constant(start, end, _template_text(cx.data[at : end - 1]))
    if end - 1 > at:
        parts.append(_template_text(cx.data[at : end - 1]))
    return Template(start, end, tuple(parts))


def _template_text(data: bytes) -> str:
    text = data.decode("utf-8", "replace")
    return cook(text.replace("\r\n", "\n") if "\r" in text else text)


def number_value(text: str) -> int | float | None:
    """None for what only looks like a number."""
    text = text.replace("_", "").lower()
    try:
        if text[:2] in ("0x", "0o", "0b"):
            return int(text.removesuffix("n"), 0)
        if text.endswith("n"):
            return int(text[:-1])
        if text.isdigit():
            legacy_octal = len(text) > 1 and text[0] == "0" and not set(text) & {"8", "9"}
            return int(text, 8) if legacy_octal else int(text)
        return float(text)
    except ValueError:
        return None


def number(cx: Lowering, node: Node) -> Expression:
    start, end = node.start_byte, node.end_byte
    value = number_value(cx.data[start:end].decode())
    return Opaque(start, end, BROKEN) if value is None else Constant(start, end, value)


def number_key(text: str) -> str:
    """A number as the property name that JavaScript makes of it."""
    value = number_value(text)
    if value is None:
        return text
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        value = int(value)
    try:
        return str(value)
    except ValueError:  # Python refuses to print integers of thousands of digits
        return text


def property_key(cx: Lowering, node: Node) -> str | Expression:
    kind = cx.kinds[node.kind_id]
    if kind == "string":
        return string_value(cx, node)
    if kind == "number":
        return number_key(cx.text(node))
    if kind == "computed_property_name":
        key = cx.only(node)
        return key.value if isinstance(key, Constant) and isinstance(key.value, str) else key
    return cx.text(node)


def _name(cx: Lowering, node: Node) -> Expression:
    start, end = node.start_byte, node.end_byte
    return Name(start, end, cx.text(node)) if end > start else Opaque(start, end, BROKEN)


def _meta(cx: Lowering, node: Node) -> Name:
    return Name(node.start_byte, node.end_byte, "".join(cx.text(node).split()))


LITERALS: Mapping[str, LowerExpression] = {
    "identifier": _name,
    "private_property_identifier": _name,
    "this": _name,
    "super": _name,
    "undefined": _name,
    "meta_property": _meta,
    "string": string,
    "template_string": template,
    "number": number,
    "regex": lambda cx, node: Regex(node.start_byte, node.end_byte),
    "true": lambda cx, node: Constant(node.start_byte, node.end_byte, True),
    "false": lambda cx, node: Constant(node.start_byte, node.end_byte, False),
    "null": lambda cx, node: Constant(node.start_byte, node.end_byte, None),
}
