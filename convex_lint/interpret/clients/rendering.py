"""How a component is rendered: once for each row of a list, or closed at first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convex_lint.interpret.clients.definitions import Place
from convex_lint.interpret.clients.page import Binding, Page, bare, last_name, nodes_in
from convex_lint.interpret.clients.usage import Usage
from convex_lint.model.subscription import Hidden, Row
from convex_lint.source import Span
from convex_lint.syntax import tree

Node = Any
TargetOf = Callable[[Page, tree.Call], str | None]

_OPEN = frozenset(("open", "isOpen", "visible", "isVisible", "show", "opened", "isModalOpen", "modalOpen"))
_OVERLAYS = (
    "Dialog", "Modal", "Sheet", "Drawer", "Popover", "AlertDialog", "Dropdown", "DropdownMenu", "Popup", "Overlay",
)  # fmt: skip
_FEW = frozenset(("slice", "splice"))
_SAME = frozenset(("filter", "sort", "toSorted", "reverse", "toReversed", "concat"))
_STEPS = 6


class Rendering:
    """Answers for the components of one program. `target_of` tells the query that a call subscribes to."""

    def __init__(self, usage: Usage, target_of: TargetOf) -> None:
        self._usage = usage
        self._target_of = target_of

    def row(self, page: Page, call: tree.Call, given: Node) -> Row | None:
        """The list from which the component around a hook is rendered, when the hook's arguments come from its rows."""
        component, props = self._props_in(page, call, given)
        if component is None or not props:
            return None
        for user, element in self._usage.elements(Place(page.file, page.name_of(component))):
            found = self._mapped(user, element, props)
            if found is not None:
                return found
        return None

    def _props_in(self, page: Page, call: tree.Call, given: Node) -> tuple[tree.Function | None, set[str]]:
        """The component around a call, and those of its props that an expression names."""
        component = page.outermost(call)
        if component is None or not component.parameters or not page.name_of(component)[:1].isupper():
            return None, set()
        variables = {id(binding): binding for binding in page.variables(component.parameters[0])}
        props: set[str] = set()
        for part in nodes_in(given) if given is not None else ():
            if type(part) is not tree.Name:
                continue
            binding = page.binding(part)
            if isinstance(binding, Binding) and id(binding) in variables:
                around = page.parent(part)
                if binding.path:
                    props.add(binding.path[0])
                elif type(around) is tree.Member:
                    props.add(around.property)
        return component, props

    def _mapped(self, page: Page, element: tree.Jsx, props: set[str]) -> Row | None:
        for node, around in page.above(element):
            if type(around) is tree.Conditional or (type(around) is tree.Binary and around.right is node):
                return None  # for some of the rows
            if type(around) is not tree.Function:
                continue
            call = page.parent(around)
            if (
                type(call) is tree.Call
                and type(call.callee) is tree.Member
                and call.callee.property in ("map", "flatMap")
            ):
                if not self._comes_from(page, element, around, props) or self._is_short(
                    page, call.callee.object, _STEPS
                ):
                    return None
                return Row(Span(page.file, call.start, element.end), self._query_of(page, call.callee.object, _STEPS))
            if type(call) is tree.Property and call.key == "renderItem":
                return Row(Span(page.file, call.start, call.end), None)
            if page.name_of(around):
                return None
        return None

    def _comes_from(self, page: Page, element: tree.Jsx, function: tree.Function, props: set[str]) -> bool:
        """The attributes in question hold parts of the callback's row."""
        rows = {id(binding) for parameter in function.parameters[:1] for binding in page.variables(parameter)}
        for attribute in element.attributes:
            if type(attribute) is tree.Property and attribute.key not in props:
                continue
            for part in nodes_in(attribute.value):
                if type(part) is tree.Name and id(page.binding(part)) in rows:
                    return True
        return False

    def _is_short(self, page: Page, node: Node, steps: int) -> bool:
        """A list of a few: written out, cut, or those in a state out of many."""
        node = bare(node)
        if type(node) is tree.Array:
            return not any(type(item) is tree.Spread for item in node.items)
        if type(node) is tree.Call and type(node.callee) is tree.Member:
            if node.callee.property in _FEW or last_name(node.callee.object) in ("Array", "Object"):
                return True
            if node.callee.property == "filter" and _keeps_a_state(node):
                return True
            return self._is_short(page, node.callee.object, steps - 1) if steps else False
        if type(node) is tree.Name and steps:
            binding = page.binding(node)
            if isinstance(binding, Binding) and not binding.path and binding.value is not None:
                return self._is_short(page, binding.value, steps - 1)
            return not isinstance(binding, Binding)  # an imported list is a constant
        return False

    def _query_of(self, page: Page, node: Node, steps: int) -> str | None:
        """The query whose result a list is, through filters and names."""
        node = bare(node)
        if steps <= 0:
            return None
        if type(node) is tree.Call:
            found = self._target_of(page, node)
            if found is None and type(node.callee) is tree.Member and node.callee.property in _SAME:
                return self._query_of(page, node.callee.object, steps - 1)
            return found
        if type(node) is tree.Binary and node.operator in ("??", "||"):
            return self._query_of(page, node.left, steps - 1)
        if type(node) is tree.Member:
            return self._query_of(page, node.object, steps - 1)
        if type(node) is tree.Name:
            binding = page.binding(node)
            if isinstance(binding, Binding) and type(binding.holder) is tree.Declarator and binding.value is not None:
                return self._query_of(page, binding.value, steps - 1)
        return None

    # ------------------------------------------------------------ never asked

    def never(self, page: Page, call: tree.Call, given: Node) -> bool:
        """The hook waits for a prop, and nobody who renders the component passes it."""
        component = page.outermost(call)
        if component is None or not component.parameters or not page.name_of(component)[:1].isupper():
            return False
        asked = _awaited_props(page, component, given)
        if not asked:
            return False
        uses = [element for _, element in self._usage.elements(Place(page.file, page.name_of(component)))]
        return bool(uses) and any(all(_leaves_out(element, prop) for element in uses) for prop in asked)

    # ------------------------------------------------------------ closed at first

    def closed(self, page: Page, call: tree.Call, given: Node) -> Hidden | None:
        """The hook's component is a dialog that every page renders while it is closed, and the hook does not ask."""
        component = page.outermost(call)
        if component is None:
            return None
        if _awaited_props(page, component, given):
            return None  # whoever renders it says when it asks
        state = _left_closed(page, component, call)
        if state is not None and not _names(page, given, state):
            return Hidden("closed", state.name, Span(page.file, component.start, component.start + 1))
        for binding in page.variables(component.parameters[0]) if component.parameters else ():
            if len(binding.path) != 1 or binding.path[0] not in _OPEN:
                continue
            if _names(page, given, binding):
                return None
            if self._is_overlay(page, component, binding) and self._always_rendered(page, component, binding.path[0]):
                return Hidden("closed", binding.path[0], Span(page.file, component.start, component.start + 1))
        return None

    def _is_overlay(self, page: Page, component: tree.Function, opened: Binding) -> bool:
        """`<Dialog open={open}>` is what the component renders."""
        for element in page.elements:
            tag = last_name(element.tag)
            if not tag.endswith(_OVERLAYS) or page.outermost(element) is not component:
                continue
            for attribute in element.attributes:
                if type(attribute) is tree.Property and attribute.key in _OPEN:
                    value = bare(attribute.value)
                    if type(value) is tree.Name and page.binding(value) is opened:
                        return True
        return False

    def _always_rendered(self, page: Page, component: tree.Function, prop: str) -> bool:
        """Every use stands there unconditionally, with a state that is closed at first."""
        uses = list(self._usage.elements(Place(page.file, page.name_of(component))))
        return bool(uses) and all(_is_closed_at_first(user, element, prop) for user, element in uses)


def _awaited_props(page: Page, component: tree.Function, given: Node) -> set[str]:
    """The props without which the hook is given "skip": `id && user ? { id } : "skip"`."""
    choice = bare(given)
    if type(choice) is not tree.Conditional or type(bare(choice.other)) is not tree.Constant:
        return set()
    if bare(choice.other).value != "skip" or not component.parameters:
        return set()
    variables = {id(binding) for binding in page.variables(component.parameters[0])}
    tests = [bare(choice.test)]
    props: set[str] = set()
    for test in tests:
        if type(test) is tree.Binary and test.operator == "&&":
            tests += [bare(test.left), bare(test.right)]
        elif type(test) is tree.Name:
            binding = page.binding(test)
            if isinstance(binding, Binding) and id(binding) in variables and binding.path and binding.value is None:
                props.add(binding.path[0])
    return props


def _leaves_out(element: tree.Jsx, prop: str) -> bool:
    """The element has no such attribute, and spreads none."""
    return all(type(attribute) is tree.Property and attribute.key != prop for attribute in element.attributes)


def _names(page: Page, node: Node, binding: Binding) -> bool:
    """An expression names a variable."""
    return any(type(part) is tree.Name and page.binding(part) is binding for part in nodes_in(node or ()))


def _left_closed(page: Page, component: tree.Function, call: tree.Call) -> Binding | None:
    """`const [open, setOpen] = useState(false)` of a component that returns early while it is not set, without a look at
    what the hook gives."""
    holder = page.parent(call)
    if type(component.body) is not tree.Block or type(holder) is not tree.Declarator:
        return None
    for statement in component.body.body:
        test = statement.test if type(statement) is tree.If else None
        if type(statement) is not tree.If or statement.start < call.end or type(test) is not tree.Unary:
            continue
        state = page.binding(test.operand) if test.operator == "!" and type(test.operand) is tree.Name else None
        leaves = any(type(part) is tree.Return for part in nodes_in(statement.then))
        if leaves and isinstance(state, Binding) and state.path == ("0",) and _stays_false(page, state):
            used = [use for binding in page.variables(holder) for use in page.uses(binding)]
            return state if all(use.start > statement.end for use in used) else None
    return None


def _stays_false(page: Page, state: Binding) -> bool:
    """Until someone acts: `useEffect(() => setMounted(true), [])` makes it true at once."""
    effects = (
        around
        for setter in page.variables(state.holder)
        if setter.path == ("1",)
        for use in page.uses(setter)
        for _, around in page.above(use)
        if type(around) is tree.Call and last_name(around.callee) in ("useEffect", "useLayoutEffect")
    )
    return _starts_false(state) and not any(
        len(effect.arguments) > 1 and type(effect.arguments[1]) is tree.Array and not effect.arguments[1].items
        for effect in effects
    )


def _starts_false(state: Binding) -> bool:
    made = bare(state.value)
    if type(made) is not tree.Call or not made.arguments:
        return False
    return type(made.arguments[0]) is tree.Constant and made.arguments[0].value is False


def _is_closed_at_first(page: Page, element: tree.Jsx, prop: str) -> bool:
    for node, around in page.above(element):
        if type(around) in (tree.Conditional, tree.If) or (type(around) is tree.Binary and around.right is node):
            return False
        if type(around) is tree.Function and type(page.parent(around)) is tree.Call:
            return False  # in a list, or rendered by someone else
    for attribute in element.attributes:
        if type(attribute) is tree.Property and attribute.key == prop:
            value = bare(attribute.value)
            binding = page.binding(value) if type(value) is tree.Name else None
            return isinstance(binding, Binding) and binding.path == ("0",) and _starts_false(binding)
    return False


def _keeps_a_state(call: tree.Call) -> bool:
    """`.filter((row) => row.active)`, `.filter((row) => row.status === "open")`: the rows that have a flag or a state."""
    function = call.arguments[0] if call.arguments else None
    if type(function) is not tree.Function or not function.parameters:
        return False
    target = function.parameters[0].target
    body: Node = function.body
    if type(body) is tree.Block and len(body.body) == 1 and type(body.body[0]) is tree.Return:
        body = body.body[0].value
    if type(body) is tree.Binary and body.operator in ("===", "=="):
        if type(body.right) is not tree.Constant or body.right.value in (None, False):
            return False
        body = body.left
    return (
        type(target) is tree.Name
        and type(body) is tree.Member
        and type(body.object) is tree.Name
        and body.object.name == target.name
    )
