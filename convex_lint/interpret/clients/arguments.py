"""What a client passes to a function: by name, and whether it changes by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from convex_lint.interpret.clients.beats import Beats
from convex_lint.interpret.clients.definitions import Definitions
from convex_lint.interpret.clients.page import Binding, Page, bare, last_name, nodes_in
from convex_lint.model.subscription import Hidden, Unstable
from convex_lint.model.value import UNKNOWN, Clock, Literal, Random, Undefined, Value
from convex_lint.program.paths import VIEWS
from convex_lint.source import Span
from convex_lint.syntax import tree

Node = Any

_RANDOM = frozenset(("random", "randomUUID", "nanoid", "uuid", "uuidv4", "v4", "ulid", "cuid", "createId"))
_ROUNDED = re.compile(
    r"floor|ceil|round|trunc|startOf|endOf|setHours|setUTCHours|setMinutes|setSeconds|setMilliseconds|setDate|split|slice|substring|format|"
    r"toDateString|toLocaleDateString|getFullYear|getMonth|getDate|getDay|getHours|getTimezoneOffset|getUTC\w+|"
    r"useMemo|useState|useRef|useCallback|ref|computed|debounce|useDebounce\w*|useDeferredValue"
)
"""Calls that make a value keep still for a while, or that run once."""

_OPERATORS = frozenset(("??", "||"))
_ROUTE = frozenset(("useParams", "useLocalSearchParams", "useGlobalSearchParams", "useRoute", "use"))
_STEPS = 4


_KEEPING = frozenset(("Number", "String", "BigInt", "Date"))


def _is_rounded(part: Node) -> bool:
    return type(part) in (tree.Call, tree.New) and bool(_ROUNDED.fullmatch(last_name(part.callee)))


def _source(part: Node) -> str | None:
    """`clock` or `random` where that is what a call gives."""
    if type(part) not in (tree.Call, tree.New):
        return None
    name = last_name(part.callee)
    owner = last_name(part.callee.object) if type(part.callee) is tree.Member else ""
    if (name == "now" and owner in ("Date", "performance")) or (name == "Date" and not part.arguments):
        return "clock"
    is_random = name in _RANDOM and (owner in ("Math", "crypto", "") or type(part) is tree.Call)
    return "random" if is_random else None


class Arguments:
    """Answers for the pages of one program."""

    def __init__(self, beats: Beats, definitions: Definitions) -> None:
        self._beats = beats
        self._definitions = definitions

    def named(self, page: Page, node: Node) -> tuple[tuple[str, Node], ...] | None:
        """The arguments by name; None when they are not written as an object."""
        found = self._object(page, node)
        if found is None:
            return () if node is None else None
        return tuple(
            (member.key, member.value)
            for member in found.members
            if type(member) is tree.Property and isinstance(member.key, str)
        )

    def _object(self, page: Page, node: Node, steps: int = _STEPS) -> tree.Object | None:
        """The object literal that an expression gives, "skip" and placeholders left out."""
        node = bare(node)
        kind = type(node)
        if kind is tree.Object:
            return node if isinstance(node, tree.Object) else None
        if node is None or steps <= 0:
            return None
        if kind is tree.Conditional:
            return self._object(page, node.then, steps - 1) or self._object(page, node.other, steps - 1)
        if kind is tree.Binary:
            return self._object(page, node.right, steps - 1) or self._object(page, node.left, steps - 1)
        if kind is tree.Function:  # Svelte: () => args
            return self._object(page, node.body, steps - 1) if type(node.body) is not tree.Block else None
        if (
            kind is tree.Call
            and last_name(node.callee) in ("computed", "useMemo", "reactive", "ref")
            and node.arguments
        ):
            return self._object(page, node.arguments[0], steps - 1)
        if kind is tree.Name:
            binding = page.binding(node)
            if isinstance(binding, Binding) and not binding.path and binding.value is not None:
                return self._object(page, binding.value, steps - 1)
        return None

    def value(self, page: Page, node: Node) -> Value:
        """A literal, the clock or randomness; all else is unknown."""
        node = bare(node)
        if type(node) is tree.Constant:
            return Literal(node.value)
        if type(node) is tree.Name and node.name == "undefined":
            return Undefined()
        cause = self._moving(page, node, _STEPS)
        return Clock() if cause == "clock" else Random() if cause == "random" else UNKNOWN

    def unstable(self, page: Page, call: tree.Call, node: Node) -> Iterator[Unstable]:
        """The arguments that make each render, or each keystroke, a new subscription."""
        component = page.outermost(call)
        if component is None or page.file.endswith(VIEWS) or not _renders(page, component):
            return
        whole = _waits_for_all(page, node)
        for name, given in self.named(page, node) or ():
            cause = self._moving(page, given, _STEPS)
            if cause is None and not whole and self._follows_keys(page, given):
                cause = "keys"
            if cause is not None:
                yield Unstable(name, cause, Span(page.file, given.start, given.end))

    def _moving(self, page: Page, node: Node, steps: int) -> str | None:
        """`clock` or `random` when an expression has another value each time that it is computed."""
        if steps <= 0:
            return None
        found = None
        for part in nodes_in(node):
            kind = type(part)
            if kind is tree.Function:
                return None  # computed when it is called, not while rendering
            if kind in (tree.Call, tree.New):
                if _is_rounded(part) or self._may_round(page, part):
                    return None
                found = _source(part) or found
        if found is None and type(bare(node)) in (tree.Name, tree.Binary, tree.Conditional, tree.Template):
            for part in nodes_in(node):
                if type(part) is tree.Name:
                    binding = page.binding(part)
                    if isinstance(binding, Binding) and binding.scope and not binding.path and _is_const(binding):
                        found = found or self._moving(page, binding.value, steps - 1)
        return found

    def _may_round(self, page: Page, call: tree.Call | tree.New) -> bool:
        """A function that is given the clock, and makes a day of it, or cannot be looked into."""
        if type(call.callee) is not tree.Name or call.callee.name in _KEEPING or _source(call) is not None:
            return False
        if not any(_source(part) == "clock" for given in call.arguments for part in nodes_in(given)):
            return False
        known = self._definitions.function(page, call.callee)
        return known is None or any(_is_rounded(part) for part in nodes_in(known[1].body))

    def _follows_keys(self, page: Page, node: Node) -> bool:
        """The text of an input as it is being typed: `search`, `search.trim()`, `search || undefined`."""
        node = bare(node)
        while True:
            if type(node) is tree.Call and type(node.callee) is tree.Member and not node.arguments:
                node = node.callee.object
            elif type(node) is tree.Binary and node.operator in _OPERATORS:
                node = bare(node.left)
            elif type(node) is tree.Conditional:
                node = bare(node.then)
            else:
                break
        if type(node) is not tree.Name:
            return False
        binding = page.binding(node)
        if isinstance(binding, Binding) and not binding.path and binding.scope and _is_const(binding):
            value = bare(binding.value)
            return type(value) in (tree.Name, tree.Call) and value is not node and self._follows_keys(page, value)
        beat = self._beats.typed(page, binding)
        return beat is not None and not beat.every

    def _is_of_route(self, page: Page, node: Node) -> bool:
        """`useParams().id || ""`: the route gives it always, only its type does not say so."""
        for part in nodes_in(node):
            if type(part) is tree.Name:
                if part.name == "params":
                    return True
                binding = page.binding(part)
                value = bare(binding.value) if isinstance(binding, Binding) else None
                if type(value) is tree.Call and last_name(value.callee) in _ROUTE:
                    return True
        return False

    def placeholder(self, page: Page, node: Node) -> Hidden | None:
        """`id ?? ""`, `"" as Id<"notes">`: an argument that stands for a missing one."""
        for name, given in self.named(page, node) or ():
            value = bare(given)
            options = [value]
            if type(value) is tree.Binary and value.operator in _OPERATORS:
                options = [bare(value.right)]
            elif type(value) is tree.Conditional:
                options = [bare(value.then), bare(value.other)]
            empty = any(type(option) is tree.Constant and option.value == "" for option in options)
            if empty and not self._is_of_route(page, value) and not _asked(node, value):
                return Hidden("placeholder", name, Span(page.file, given.start, given.end))
        return None


def _asked(arguments: Node, value: Node) -> bool:
    """`id ? { id: id ?? "" } : "skip"`: the empty text is for the compiler, it is never sent."""
    arguments = bare(arguments)
    if type(arguments) is not tree.Conditional or not _skips_in_an_arm(arguments):
        return False
    asked = {part.name for part in nodes_in(arguments.test) if type(part) is tree.Name}
    return any(part.name in asked for part in nodes_in(value) if type(part) is tree.Name)


def waits_for_a_click(page: Page, arguments: Node) -> bool:
    """`expanded ? { id } : "skip"`, where `expanded` is a state of the component: most never ask."""
    arguments = bare(arguments)
    if type(arguments) is not tree.Conditional or not _skips_in_an_arm(arguments):
        return False
    for part in nodes_in(arguments.test):
        binding = page.binding(part) if type(part) is tree.Name else None
        value = bare(binding.value) if isinstance(binding, Binding) else None
        if type(value) is tree.Call and last_name(value.callee) == "useState" and value.arguments:
            first = bare(value.arguments[0])
            return type(first) is tree.Constant and first.value is False
    return False


_PASTED = 8
"""Nobody types a text of so many letters but to the end."""


def _waits_for_all(page: Page, arguments: Node) -> bool:
    """`address.length >= 32 ? { address } : "skip"`: it asks once, when the text is there."""
    arguments = bare(arguments)
    if type(arguments) is not tree.Conditional or not _skips_in_an_arm(arguments):
        return False
    tests = [arguments.test]
    if type(arguments.test) is tree.Name:
        binding = page.binding(arguments.test)
        tests += [binding.value] if isinstance(binding, Binding) and _is_const(binding) else []
    return any(
        type(part) is tree.Binary
        and part.operator in (">", ">=", "===", "==")
        and last_name(bare(part.left)) == "length"
        and type(bare(part.right)) is tree.Constant
        and isinstance(bare(part.right).value, (int, float))
        and bare(part.right).value >= _PASTED
        for test in tests
        for part in nodes_in(test)
    )


def _skips_in_an_arm(choice: tree.Conditional) -> bool:
    """One of the arms is "skip"."""
    return any(type(arm) is tree.Constant and arm.value == "skip" for arm in (bare(choice.then), bare(choice.other)))


def _is_const(binding: Binding) -> bool:
    return type(binding.holder) is tree.Declarator and binding.value is not None


def _renders(page: Page, function: tree.Function) -> bool:
    """A component or a hook: it runs again and again."""
    name = page.name_of(function)
    return name[:1].isupper() or (name.startswith("use") and name[3:4].isupper()) or not name


def may_skip(page: Page, node: Node) -> bool:
    """Some path gives "skip"."""
    pending = [node]
    while pending:
        part = pending.pop()
        if type(part) is tree.Constant and part.value == "skip":
            return True
        if type(part) in (tree.Conditional, tree.Binary, tree.Cast):
            pending.extend([inner for inner in part if isinstance(inner, tuple)])
        elif type(part) is tree.Function and type(part.body) is not tree.Block:
            pending.append(part.body)
        elif type(part) is tree.Name and part is node:
            binding = page.binding(part)
            if isinstance(binding, Binding) and not binding.path and binding.value is not None:
                pending.append(bare(binding.value))
    return False
