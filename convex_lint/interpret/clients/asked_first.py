"""What client code looks at before it calls: whether it has done so before, and what the rows say that it was given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from convex_lint.interpret.clients.page import Binding, Page, bare, last_name, nodes_in
from convex_lint.syntax import tree
from convex_lint.syntax.walk import last_of

Node = Any

_QUERIES = re.compile(r"use\w*Query\w*")
_TESTS = frozenset(("some", "every", "filter", "find"))
_NONE = ("==", "===")


def skips_first(effect: Node) -> bool:
    """`if (first.current) { first.current = false; return; }`: nothing happens when the component appears, only afterwards, as
    what the effect follows changes."""
    statements = effect.body.body if type(effect) is tree.Function and type(effect.body) is tree.Block else ()
    for statement in statements:
        if type(statement) is tree.If and statement.other is None and _leaves(statement.then):
            marks = {_ref(target) for part in nodes_in(statement.then) for target in _assigned(part)} - {""}
            if any(_ref(part) in marks for part in nodes_in(statement.test)):
                return True
    return False


def only_once(page: Page, node: Node) -> bool:
    """In the arm of an `if` that is taken while a state or a ref is empty, and that fills it: `if (id) await update(id); else
    setId(await create())`. What is emptied again elsewhere may be filled again."""
    for inner, around in page.above(node):
        if type(around) is tree.Function:
            return False
        if type(around) is tree.If and inner is not around.test:
            empty = _empty(around.test, holds=inner is around.then)
            if any(_is_filled_in(page, one, inner) for one in empty):
                return True
    return False


def asks_the_rows(page: Page, node: Node) -> bool:
    """Before it gets to `node`, the function around asks whether some row of an open query is in a certain state
    (`messages.some((one) => !one.read)`, `"stale" in job`), or whether the query found nothing (`user === null`): it has
    something to do only then."""
    return any(
        any(_is_state(page, part, 3) for part in _parts(test))
        or any(_is_queried(page, one) for one in _found_nothing(test, holds))
        for test, holds in _conditions(page, node)
    )


def makes_up(page: Page, node: Node) -> bool:
    """Only where an open query found no document: `if (draft) return draft._id`, `draft?._id ?? (await start())`. Whoever starts
    it has it from then on."""
    for inner, around in page.above(node):
        if type(around) is tree.Function:
            break
        if type(around) is tree.Binary and around.operator in ("??", "||") and around.right is inner:
            found = bare(around.left)
            own = type(found) is tree.Member and found.property == "_id"
            if _is_found(page, bare(found.object) if own else found):
                return True
    return any(
        not true and _is_found(page, part)
        for test, holds in _conditions(page, node)
        for part, true in _sure(test, holds)
    )


def _is_found(page: Page, node: Node) -> bool:
    """The whole result of an open query, not a part of it."""
    binding = page.binding(node) if type(node) is tree.Name else None
    return isinstance(binding, Binding) and not binding.path and _is_queried(page, node)


def _conditions(page: Page, node: Node) -> Iterator[tuple[Node, bool]]:
    """The tests on the way to a node within its function, of the arms that it stands in and of those that return before it, and
    whether they are true then."""
    for inner, around in page.above(node):
        if type(around) is tree.Function:
            return
        if type(around) is tree.If and inner is not around.test:
            yield around.test, inner is around.then
        for statement in around.body if type(around) is tree.Block else ():
            if statement is inner:
                break
            if type(statement) is tree.If and statement.other is None and _leaves(statement.then):
                yield statement.test, False


def _found_nothing(test: Node, holds: bool) -> Iterator[Node]:
    """What is certainly null where the test is true, or (`holds` False) is not: a query that is still loading is undefined."""
    for part, true in _sure(test, holds):
        if type(part) is tree.Binary and part.operator == ("===" if true else "!=="):
            other = bare(part.right)
            if type(other) is tree.Constant and other.value is None:
                yield bare(part.left)


def _sure(test: Node, holds: bool) -> Iterator[tuple[Node, bool]]:
    """The parts of a test that are certainly true, or certainly not, where it holds or does not."""
    test = bare(test)
    if type(test) is tree.Unary and test.operator == "!":
        yield from _sure(test.operand, not holds)
    elif type(test) is tree.Binary and test.operator == ("&&" if holds else "||"):
        yield from _sure(test.left, holds)
        yield from _sure(test.right, holds)
    else:
        yield test, holds


def _parts(test: Node) -> Iterator[Node]:
    """What `&&`, `||`, `??` and `!` put together."""
    test = bare(test)
    if type(test) is tree.Binary and test.operator in ("&&", "||", "??"):
        yield from _parts(test.left)
        yield from _parts(test.right)
    elif type(test) is tree.Unary and test.operator == "!":
        yield from _parts(test.operand)
    else:
        yield test


def _is_state(page: Page, test: Node, depth: int) -> bool:
    if type(test) is tree.Name and depth:
        binding = page.binding(test)
        value = binding.value if isinstance(binding, Binding) and type(binding.holder) is tree.Declarator else None
        if value is None or not isinstance(binding, Binding) or binding.path:
            return False
        return any(_is_state(page, part, depth - 1) for part in _parts(value))
    if type(test) is tree.Binary and test.operator == "in":
        return type(bare(test.left)) is tree.Constant and _is_queried(page, test.right)
    if type(test) is tree.Binary:
        return any(_is_state(page, _counted(side), depth) for side in (test.left, test.right))
    if type(test) is not tree.Call or type(test.callee) is not tree.Member or test.callee.property not in _TESTS:
        return False
    chosen = bare(test.arguments[0]) if test.arguments else None
    return type(chosen) is tree.Function and _looks_only_at_rows(page, chosen) and _is_queried(page, test.callee.object)


def _counted(side: Node) -> Node:
    """`unread` of `unread.length > 0`."""
    side = bare(side)
    return bare(side.object) if type(side) is tree.Member and side.property == "length" else None


def _looks_only_at_rows(page: Page, chosen: tree.Function) -> bool:
    """A condition on a row alone, not on whose it is or which one is shown."""
    own = {id(binding) for parameter in chosen.parameters for binding in page.variables(parameter)}
    names = [part for part in nodes_in(chosen.body) if type(part) is tree.Name]
    return bool(names) and all(id(page.binding(name)) in own for name in names)


def _is_queried(page: Page, node: Node) -> bool:
    """The result of a hook that subscribes, or a part of it."""
    node = bare(node)
    while type(node) in (tree.Member, tree.Binary):
        node = bare(node.object if type(node) is tree.Member else node.left)
    binding = page.binding(node) if type(node) is tree.Name else None
    value = bare(binding.value) if isinstance(binding, Binding) else None
    return type(value) is tree.Call and _QUERIES.fullmatch(last_name(value.callee)) is not None


def _empty(test: Node, holds: bool) -> Iterator[Node]:
    """What is certainly empty where the test is true, or (`holds` False) is not: states and refs."""
    for part, true in _sure(test, holds):
        if type(part) is tree.Binary and true and part.operator in _NONE and _is_nothing(part.right):
            yield bare(part.left)
        elif not true and (type(part) is tree.Name or _ref(part)):
            yield part


def _is_filled_in(page: Page, empty: Node, arm: Node) -> bool:
    filled = [fill for fill in _fills(page, empty) if arm.start <= fill.start < arm.end]
    return any(not _is_nothing(_value(fill)) for fill in filled) and not any(
        _is_nothing(_value(fill)) for fill in _fills(page, empty)
    )


def _fills(page: Page, empty: Node) -> Iterator[Node]:
    """Where a state is set (`setId(...)` of `const [id, setId] = useState()`), or a ref."""
    name = empty.object if _ref(empty) else empty
    binding = page.binding(name) if type(name) is tree.Name else None
    if not isinstance(binding, Binding):
        return
    if _ref(empty):
        for use in page.uses(binding):
            member = page.parent(use)
            around = page.parent(member) if type(member) is tree.Member else None
            if type(around) is tree.Assign and _ref(around.target):
                yield around
        return
    for setter in page.variables(binding.holder) if binding.path == ("0",) else ():
        for use in page.uses(setter) if setter.path == ("1",) else ():
            call = page.parent(use)
            if type(call) is tree.Call and call.callee is use:
                yield call


def _value(fill: Node) -> Node:
    return fill.value if type(fill) is tree.Assign else fill.arguments[0] if fill.arguments else None


def _is_nothing(node: Node) -> bool:
    node = bare(node)
    return (
        node is None
        or (type(node) is tree.Constant and not node.value)
        or (type(node) is tree.Name and node.name == "undefined")
    )


def _leaves(then: Node) -> bool:
    return type(last_of(then)) is tree.Return


def _assigned(node: Node) -> Iterator[Node]:
    if type(node) is tree.Assign:
        yield node.target


def _ref(node: Node) -> str:
    """`first` of `first.current`; "" for anything else."""
    if type(node) is tree.Member and node.property == "current" and type(node.object) is tree.Name:
        return str(node.object.name)
    return ""
