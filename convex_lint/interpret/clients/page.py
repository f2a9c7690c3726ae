"""A client file laid out for questions: what encloses a node, what a name stands for, where a variable is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from convex_lint.interpret.values import ImportBinding, ModuleState
from convex_lint.source import Source
from convex_lint.syntax import tree
from convex_lint.syntax.walk import bare as bare

Node = Any

_TYPES = frozenset(
    (tree.TypeName, tree.TypeLiteral, tree.TypeUnion, tree.TypeIntersection, tree.TypeArray, tree.TypeTuple,
     tree.TypeMember, tree.TypeObject, tree.TypeIndexed, tree.TypeFunction, tree.TypeQuery, tree.TypeOpaque,
     tree.TypeDeclaration)
)  # fmt: skip
_PATTERNS = frozenset((tree.ObjectPattern, tree.ArrayPattern))
_BLOCKS = frozenset((tree.Block, tree.For, tree.Switch))


class Binding(NamedTuple):
    """A variable: `holder` declares it (a Declarator, a Parameter, a Function, a loop), `value` is what the holder is
    given, and `path` leads from there to the variable (`("0",)` for the first of `const [a, b]`). `scope` is the id of
    the block, loop or function in which it is known, 0 for the module."""

    name: str
    holder: Node
    value: Node
    path: tuple[str, ...]
    scope: int


class Page:
    """One client file."""

    def __init__(self, state: ModuleState, source: Source) -> None:
        self.file = state.file
        self.source = source
        self.state = state
        self.calls: list[tree.Call] = []
        self.elements: list[tree.Jsx] = []
        self._parents: dict[int, Node] = {}
        self._names: dict[str, list[tree.Name]] = defaultdict(list)
        self._bindings: dict[int, dict[str, Binding]] = defaultdict(dict)
        self._declared_by: dict[int, list[Binding]] = defaultdict(list)
        self._lay_out(state.tree.body)

    def _lay_out(self, body: tuple[tree.Statement, ...]) -> None:
        pending: list[tuple[Node, Node, int, int]] = [(part, None, 0, 0) for part in reversed(body)]
        while pending:
            node, above, scope, function = pending.pop()
            kind = type(node)
            if kind is tuple:
                pending.extend([(part, above, scope, function) for part in reversed(node) if isinstance(part, tuple)])
                continue
            if kind in _TYPES:
                continue
            self._parents[id(node)] = above
            if kind is tree.Name:
                self._names[node.name].append(node)
                continue
            if kind is tree.Call:
                self.calls.append(node)
            elif kind is tree.Jsx:
                self.elements.append(node)
            elif kind is tree.Declarator:
                hoisted = type(above) is tree.Variables and above.kind == "var"
                self._bind(node.target, node, node.value, (), function if hoisted else scope)
            elif kind is tree.FunctionDeclaration and node.function.name:
                name = node.function.name
                declared = self._bindings[scope][name] = Binding(name, node.function, node.function, (), scope)
                self._declared_by[id(node.function)].append(declared)
            elif kind is tree.ForEach:
                scope = function if node.declares == "var" else id(node)
                self._bind(node.target, node, None, (), scope)
            elif kind is tree.Try and node.parameter is not None:
                self._bind(node.parameter, node, None, (), id(node))
            elif kind is tree.Function:
                scope = function = id(node)
            elif kind in _BLOCKS:
                scope = id(node)
            elif kind is tree.Parameter:
                self._bind(node.target, node, node.default, (), scope)
            elif kind in _PATTERNS:
                # Only what is computed in a pattern is an expression; its names declare.
                pending.extend([(part, node, scope, function) for part in _computed_in(node)])
                continue
            parts = list(node)
            if kind in (tree.Declarator, tree.Parameter, tree.ForEach) and type(node.target) is tree.Name:
                parts.remove(node.target)
            pending.extend([(part, node, scope, function) for part in reversed(parts) if isinstance(part, tuple)])

    def _bind(self, pattern: Node, holder: Node, value: Node, path: tuple[str, ...], scope: int) -> None:
        kind = type(pattern)
        if kind is tree.Name:
            binding = Binding(pattern.name, holder, value, path, scope)
            self._bindings[scope].setdefault(pattern.name, binding)
            self._declared_by[id(holder)].append(binding)
        elif kind is tree.ObjectPattern:
            for part in pattern.properties:
                key = part.key if isinstance(part.key, str) else "?"
                self._bind(part.target, holder, value, (*path, key), scope)
            if pattern.rest is not None:
                self._bind(pattern.rest, holder, value, (*path, "..."), scope)
        elif kind is tree.ArrayPattern:
            for number, item in enumerate(pattern.items):
                if item is not None:
                    self._bind(item.target, holder, value, (*path, str(number)), scope)
            if pattern.rest is not None:
                self._bind(pattern.rest, holder, value, (*path, "..."), scope)

    # ------------------------------------------------------------ around a node

    def parent(self, node: Node) -> Node:
        """The node around; None for a statement of the module."""
        return self._parents.get(id(node))

    def above(self, node: Node) -> Iterator[tuple[Node, Node]]:
        """(node, the node around it), from the inside outwards."""
        around = self._parents.get(id(node))
        while around is not None:
            yield node, around
            node, around = around, self._parents.get(id(around))

    def function_around(self, node: Node) -> tree.Function | None:
        """The innermost function that a node stands in."""
        return next((around for _, around in self.above(node) if type(around) is tree.Function), None)

    def name_of(self, function: tree.Function) -> str:
        """The name by which a function is called: its own, or that of the variable that it is given to, as it is or
        wrapped (`memo`, `useCallback`). "" without any."""
        if function.name:
            return function.name
        around = self.parent(function)
        while type(around) in (tree.Call, tree.Cast):
            around = self.parent(around)
        if type(around) is tree.Declarator and type(around.target) is tree.Name:
            return around.target.name
        if type(around) is tree.Assign and type(around.target) is tree.Name:
            return around.target.name
        return ""

    def outermost(self, node: Node) -> tree.Function | None:
        """The outermost function that a node stands in: the component, the hook."""
        found = None
        for _, around in self.above(node):
            if type(around) is tree.Function:
                found = around
        return found

    def within(self, node: Node) -> str:
        """What people call the place: the outermost named component, function or variable around it, else the file."""
        found = ""
        for _, around in self.above(node):
            kind = type(around)
            if kind is tree.Function:
                found = self.name_of(around) or found
            elif kind is tree.Declarator and type(around.target) is tree.Name and found:
                found = around.target.name
            elif kind is tree.Class and around.name:
                found = around.name
        return found or self.file.rpartition("/")[2].partition(".")[0]

    # ------------------------------------------------------------ names

    def binding(self, name: tree.Name) -> Binding | ImportBinding | None:
        """What a name stands for where it is written; None for globals."""
        for _, around in self.above(name):
            found = self._bindings[id(around)].get(name.name) if id(around) in self._bindings else None
            if found is not None:
                return found
        found = self._bindings.get(0, {}).get(name.name)
        if found is not None:
            return found
        imported = self.state.scope.vars.get(name.name)
        return imported if type(imported) is ImportBinding else None

    def declared(self, name: str) -> Binding | None:
        """The module's own variable of that name."""
        return self._bindings.get(0, {}).get(name)

    def variables(self, holder: Node) -> list[Binding]:
        """The variables that a declarator, a parameter or a declared function makes."""
        return self._declared_by.get(id(holder), [])

    def uses(self, binding: Binding) -> Iterator[tree.Name]:
        """Where a variable is used, its declaration left out."""
        for name in self._names.get(binding.name, ()):
            if self.binding(name) is binding:
                yield name

    def named(self, name: str) -> list[tree.Name]:
        return self._names.get(name, [])


def _computed_in(pattern: Node) -> Iterator[Node]:
    """The expressions inside of a pattern: defaults and computed keys."""
    kind = type(pattern)
    if kind is tree.ObjectPattern:
        for part in pattern.properties:
            if part.default is not None:
                yield part.default
            yield from _computed_in(part.target)
    elif kind is tree.ArrayPattern:
        for item in pattern.items:
            if item is not None:
                if item.default is not None:
                    yield item.default
                yield from _computed_in(item.target)


def last_name(callee: Node) -> str:
    """`useEffect` of `React.useEffect`; "" for other expressions."""
    if type(callee) is tree.Name:
        return str(callee.name)
    return str(callee.property) if type(callee) is tree.Member else ""


def nodes_in(node: Node) -> Iterator[Node]:
    """A node and everything in it, types left out."""
    pending = [node]
    while pending:
        part = pending.pop()
        if type(part) is not tuple:
            if type(part) in _TYPES:
                continue
            yield part
        pending.extend([inner for inner in reversed(part) if isinstance(inner, tuple)])
