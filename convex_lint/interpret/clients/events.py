"""Events of client code: which of them come in crowds."""

from __future__ import annotations

import re
from typing import Any

from convex_lint.interpret.clients.page import Binding, Page, bare, last_name, nodes_in
from convex_lint.model.subscription import Cue
from convex_lint.syntax import tree

Node = Any

_POINTER = re.compile(
    r"on(?:Mouse|Pointer|Touch|PanResponder|Viewport|Responder|Drag)(?:Move|Over|Change)(?:Capture)?|onDrag|onScroll|onWheel"
)
_POINTER_EVENTS = frozenset(("mousemove", "pointermove", "touchmove", "scroll", "wheel", "drag", "dragover"))
_KEYS = re.compile(r"onKey(?:Down|Up|Press)|onInput|onBeforeInput|onChangeText|onInputChange|onInputValueChange")
EDITED = re.compile(r"onUpdate|onEditorChange|onContentChange|onTextChange")
CHANGED = frozenset(("onChange", "onValueChange"))
_KEY_EVENTS = frozenset(("keydown", "keyup", "keypress", "input", "beforeinput"))
_WRITTEN_IN = re.compile(r"Input|Text[aA]rea|Editor|TextField|Search|CodeMirror|Monaco")
_CHOSEN_IN = re.compile(r"Select|Check|Switch|Radio|Toggle|File|Date|Upload|Picker|Combo|OTP")
_ASKS_KEY = frozenset(("key", "code", "keyCode", "which"))
_DRAGGED = frozenset(("range", "color"))
_PICKED = _DRAGGED | {"file", "checkbox", "radio", "date", "time", "datetime-local", "month", "week"}
_TYPED = frozenset(("text", "search", "email", "url", "tel", "password", "number"))


def cue_of_attribute(
    page: Page, element: tree.Jsx, key: str, handler: Node, own: tuple[Page, tree.Function] | None = None
) -> Cue | None:
    """How often a handler of an element runs; None for what people do now and then. `own` is the project's component that the
    element renders."""
    if _POINTER.fullmatch(key):
        return Cue.POINTER
    if _KEYS.fullmatch(key):
        return Cue.KEYS if not key.startswith("onKey") or not _asks_key(page, handler) else None
    if key not in CHANGED and not EDITED.fullmatch(key):
        return None
    if own is None:
        return None if _holds_a_record(page, element) else _of_change(element, key)
    return _of_change(element, key) if _has_input(*own) else None


def cue_of_event(event: str) -> Cue | None:
    """The same for an event by its DOM name."""
    return Cue.POINTER if event in _POINTER_EVENTS else Cue.KEYS if event in _KEY_EVENTS else None


def cue_of_listener(page: Page, call: tree.Call, handler: Node) -> tuple[Cue, str] | None:
    """`window.addEventListener("mousemove", move)`, `editor.on("update", save)`: the cue and the event."""
    event = call.arguments[0].value if call.arguments and type(call.arguments[0]) is tree.Constant else None
    if not isinstance(event, str):
        return None
    cue = cue_of_event(event)
    if cue is Cue.KEYS and _asks_key(page, handler):
        return None
    if cue is None and last_name(call.callee) == "on" and event in ("update", "text-change", "change"):
        cue = Cue.KEYS
    return (cue, event) if cue is not None else None


def _of_change(element: tree.Jsx, key: str) -> Cue | None:
    """What changes the value of an element: keys, the pointer, or a choice."""
    tag = element.host or last_name(element.tag)
    if element.host == "textarea":
        return Cue.KEYS
    if element.host and element.host != "input":
        return None
    for attribute in element.attributes:  # `<Input type="file">` passes it on
        if type(attribute) is tree.Property and attribute.key == "type":
            kind = attribute.value.value if type(attribute.value) is tree.Constant else None
            if element.host or kind in _PICKED:
                return Cue.POINTER if kind in _DRAGGED else Cue.KEYS if kind in _TYPED else None
    if element.host:
        return Cue.KEYS
    if "Slider" in tag:
        return Cue.POINTER
    if _CHOSEN_IN.search(tag) or not _WRITTEN_IN.search(tag):
        return None
    return Cue.KEYS if key != "onUpdate" or "Editor" in tag else None


def _holds_a_record(page: Page, element: tree.Jsx) -> bool:
    """`value={rules}`, of which the code makes an object with a field for each of several settings: no text."""
    for attribute in element.attributes:
        if type(attribute) is tree.Property and attribute.key == "value":
            value = bare(attribute.value)
            binding = page.binding(value) if type(value) is tree.Name else None
            if isinstance(binding, Binding) and not binding.path:
                value = bare(binding.value)
            return type(value) is tree.Object
    return False


def _has_input(page: Page, component: tree.Function) -> bool:
    """What a component of the project's own renders may have something to write in or to move in it; not so where one picks a
    star of five."""
    own = [element for element in page.elements if page.outermost(element) is component]
    return not own or any(element.host in _WRITTEN or any(map(_may_write, element.attributes)) for element in own)


def _may_write(attribute: Node) -> bool:
    """It hands on all that it is given, or hears of changes."""
    key = attribute.key if type(attribute) is tree.Property else None
    return not isinstance(key, str) or key in CHANGED or any(one.fullmatch(key) for one in (_KEYS, _POINTER, EDITED))


_WRITTEN = frozenset(("input", "textarea", "canvas", "svg"))


def _asks_key(page: Page, node: Node) -> bool:
    """The handler looks which key it was: it waits for one, such as Enter."""
    function = bare(node)
    if type(function) is tree.Name:
        binding = page.binding(function)
        function = binding.value if isinstance(binding, Binding) else None
    if function is None:
        return True
    return any(type(part) is tree.Member and part.property in _ASKS_KEY for part in nodes_in(function))


_PRESENT = re.compile(r"visib|hidden|online|focus|mount|active|enabled|ready|current", re.IGNORECASE)


def is_special(page: Page, node: Node) -> bool:
    """In the arm of an `if` that compares something, in a function that has a name: it does more than this, at times."""
    for inner, around in page.above(node):
        if type(around) is tree.Function:
            return False
        if type(around) in (tree.If, tree.Conditional) and around.test is not inner and _compares(around.test):
            return True
        if type(around) is tree.Case:
            return True
    return False


def _compares(test: Node) -> bool:
    for part in nodes_in(test):
        if type(part) is tree.Binary and part.operator not in ("&&", "||", "??"):
            sides = (bare(part.left), bare(part.right))
            if any(type(side) is tree.Constant and side.value is None for side in sides):
                continue
            if not any(_PRESENT.search(last_name(side)) for side in sides):
                return True
    return False
