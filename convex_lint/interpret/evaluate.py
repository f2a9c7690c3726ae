"""Expressions to values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convex_lint.interpret import annotation, answers, looks, operators, promises
from convex_lint.interpret.arrays import item_at
from convex_lint.interpret.calls import awaited, call_value
from convex_lint.interpret.classes import define_class
from convex_lint.interpret.construction import construct
from convex_lint.interpret.guards import ARM, GuardNode
from convex_lint.interpret.has import is_in
from convex_lint.interpret.iterables import as_array, chained, stored_array
from convex_lint.interpret.knowledge.javascript import GLOBALS
from convex_lint.interpret.looks import use
from convex_lint.interpret.machine import Machine
from convex_lint.interpret.members import get, invoke
from convex_lint.interpret.narrow import known
from convex_lint.interpret.objects import object_literal
from convex_lint.interpret.patterns import assign_pattern, literal_name
from convex_lint.interpret.typed import any_part_of, element_of
from convex_lint.interpret.values import (
    UNDEFINED,
    UNKNOWN,
    Arg,
    Arr,
    Call,
    Cls,
    Doc,
    Either,
    Fn,
    Obj,
    Prom,
    Value,
    join,
)
from convex_lint.model.value import Computed, Literal
from convex_lint.syntax import tree

Node = Any


def evaluate(m: Machine, node: Node) -> Value:
    """The value of an expression; never raises on odd code."""
    m.steps += 1
    handler = _EVALUATE.get(type(node))
    return handler(m, node) if handler is not None else UNKNOWN


def _name(m: Machine, node: tree.Name) -> Value:
    name = node.name
    value = m.lookup(name)
    if value is not None:
        return value
    if name == "undefined":
        return UNDEFINED
    return GLOBALS.get(name, UNKNOWN)


def _constant(m: Machine, node: tree.Constant) -> Value:
    return Literal(node.value)


def _template(m: Machine, node: tree.Template) -> Value:
    parts = [part if isinstance(part, str) else evaluate(m, part) for part in node.parts]
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
        elif type(part) is Literal and not isinstance(part.value, bool) and part.value is not None:
            text += str(part.value)
        else:
            return Computed("template", tuple([Literal(p) if isinstance(p, str) else p for p in parts]))
    return operators.joined(text)


def _array(m: Machine, node: tree.Array) -> Value:
    if len(node.items) == 1 and type(node.items[0]) is tree.Spread:
        whole = as_array(m, _opened(evaluate(m, node.items[0].value)))
        return Arr(whole.items, exact=whole.exact, rows=whole.rows, bound=whole.bound, part=whole.part, per=whole.per)
    if node.items and all(type(item) is tree.Spread for item in node.items):
        given = [evaluate(m, item.value) for item in node.items if type(item) is tree.Spread]
        spread = [_opened(value) for value in given]
        m.steps += sum(len(value.items) for value in spread if type(value) is Arr)
        whole = chained(m, spread)
        if type(whole) is Arr and whole.rows is None:
            whole.base = next((base for base in map(stored_array, given) if base is not None), None)
        return whole
    items: list[Value] = []
    exact = True
    base: Doc | None = None
    if m.newborn and len(node.items) > 1 and any(type(item) is tree.Call for item in node.items):
        m.newborn.clear()  # what several calls begin, they do in any order
    for item in node.items:
        if item is None:
            items.append(UNDEFINED)
        elif type(item) is tree.Spread:
            source = evaluate(m, item.value)
            base = base or stored_array(source)
            inner = as_array(m, _opened(source))
            m.steps += len(inner.items)
            items.extend(inner.items)
            exact = exact and inner.exact
        else:
            items.append(evaluate(m, item))
    return Arr(items, exact=exact, base=base)


def _opened(value: Value) -> Value:
    """A map or set as the array that spreading it gives."""
    from convex_lint.interpret.knowledge.collections import contents

    if type(value) is Obj:
        return contents(value) or Arr([UNKNOWN], exact=False)
    return value


def evaluate_function(m: Machine, node: tree.Function) -> Fn:
    return Fn(node, m.scope)


def _class(m: Machine, node: tree.Class) -> Value:
    return define_class(m, node)


def _member(m: Machine, node: tree.Member) -> Value:
    owner = evaluate(m, node.object)
    return UNDEFINED if node.optional and owner is UNDEFINED else get(m, owner, node.property, node)


def _subscript(m: Machine, node: tree.Subscript) -> Value:
    owner = evaluate(m, node.object)
    key = evaluate(m, node.key)
    return subscript(m, owner, key, node)


def subscript(m: Machine, owner: Value, key: Value, node: Node) -> Value:
    if type(owner) is Either:
        return join(*[subscript(m, option, key, node) for option in owner.options])
    if type(key) is Either:
        return join(*[subscript(m, owner, option, node) for option in key.options])
    place = key.value if type(key) is Literal else None
    if isinstance(place, int) and not isinstance(place, bool) and type(owner) in (Arr, Doc, Arg):
        return item_at(m, owner, place, node)
    name = literal_name(key)
    if name is not None:
        return get(m, owner, name, node)
    if type(owner) is Obj:
        found = [part for slot, part in owner.props.items() if not slot.startswith("\0") or slot == "\0any"]
        if owner.rest is not None:
            found.append(UNKNOWN)
        return join(*found) if found else UNKNOWN
    if type(owner) in (Arr, Doc, Arg):
        if type(owner) is Arr and type(key) is Computed:
            use(m, owner.rows, "first", node)
        return element_of(m, owner) if type(owner) is Arr else any_part_of(m, owner)
    return UNKNOWN


def arguments(m: Machine, given: tuple[Any, ...]) -> tuple[list[Value], bool]:
    """Evaluated arguments, and whether some of them could not be counted."""
    args: list[Value] = []
    for argument in given:
        if type(argument) is tree.Spread:
            inner = _opened(evaluate(m, argument.value))
            array = as_array(m, inner)
            args.extend(array.items)
            if not array.exact:
                return args, True
        else:
            args.append(evaluate(m, argument))
    return args, False


def _given(m: Machine, node: tree.Call) -> tuple[list[Value], bool]:
    """The arguments of a call; of a tagged template its texts and its values."""
    given = node.arguments
    if len(given) == 1 and type(given[0]) is tree.Template and given[0].end == node.end:
        parts = given[0].parts
        texts = [Literal(part) for part in parts if isinstance(part, str)]
        return [Arr(texts), *[evaluate(m, part) for part in parts if not isinstance(part, str)]], False
    return arguments(m, given)


def _call(m: Machine, node: tree.Call) -> Value:
    result = _called(m, node)
    if type(result) is Prom or type(result) is Either:
        promises.begun(m, result)
    return result


def _called(m: Machine, node: tree.Call) -> Value:
    callee: Any = node.callee
    kind = type(callee)
    if kind is tree.Member:
        if type(callee.object) is tree.Name and callee.object.name == "super":
            return _super_method(m, node, callee)
        owner = evaluate(m, callee.object)
        args, open_ = _given(m, node)
        return invoke(m, owner, callee.property, Call(node, args, owner, node.types, open_))
    if kind is tree.Name and callee.name == "super":
        return _super_call(m, node)
    if kind is tree.Subscript:
        owner = evaluate(m, callee.object)
        key = evaluate(m, callee.key)
        args, open_ = arguments(m, node.arguments)
        name = literal_name(key)
        call = Call(node, args, owner, node.types, open_)
        if name is not None:
            return invoke(m, owner, name, call)
        return call_value(m, subscript(m, owner, key, node), call)
    function = evaluate(m, callee)
    args, open_ = _given(m, node)
    return call_value(m, function, Call(node, args, UNDEFINED, node.types, open_))


def _super_call(m: Machine, node: tree.Call) -> Value:
    from convex_lint.interpret.construction import build_base

    args, open_ = arguments(m, node.arguments)
    this, home = m.lookup("this"), m.lookup("\0home")
    if type(home) is Cls and home.base is not None and type(this) is Obj:
        build_base(m, home.base, this, Call(node, args, open=open_))
    return UNDEFINED


def _super_method(m: Machine, node: tree.Call, callee: tree.Member) -> Value:
    from convex_lint.interpret.calls import call_function
    from convex_lint.interpret.members import method_of

    args, open_ = arguments(m, node.arguments)
    this, home = m.lookup("this"), m.lookup("\0home")
    method = method_of(home.base, callee.property) if type(home) is Cls else None
    call = Call(node, args, open=open_)
    if method is not None:
        return call_function(m, method, call, this)
    return call_value(m, UNKNOWN, call)


def _new(m: Machine, node: tree.New) -> Value:
    callee = evaluate(m, node.callee)
    args, open_ = arguments(m, node.arguments)
    return construct(m, callee, Call(node, args, UNDEFINED, node.types, open_))


def _conditional(m: Machine, node: tree.Conditional) -> Value:
    condition = evaluate(m, node.test)
    test = operators.truth(condition)
    if test is None:
        test = known(m, node.test)
    if test is not None:
        return evaluate(m, node.then if test else node.other)
    looks.decide(m, condition, node.test)
    results: list[Value] = []

    def arm(branch: Node, holds: bool) -> Callable[[], bool]:
        def run() -> bool:
            m.guard = GuardNode(condition, holds, m.span(node.test), ARM, m.guard)
            results.append(evaluate(m, branch))
            return False

        return run

    m.merge([m.attempt(arm(node.then, True)), m.attempt(arm(node.other, False))])
    return answers.either(condition, *results) if len(results) == 2 else join(*results)


def _short_circuit(m: Machine, node: tree.Binary) -> Value:
    left = evaluate(m, node.left)
    operator = node.operator
    decided = operators.decides(operator, left)
    if decided is True:
        return left
    if decided is False:
        return evaluate(m, node.right)
    looks.decide(m, left, node.left)
    results: list[Value] = []

    def run() -> bool:
        m.guard = GuardNode(left, operator == "&&", m.span(node.left), ARM, m.guard)
        results.append(evaluate(m, node.right))
        return False

    m.merge([m.attempt(run), (False, {})])
    return operators.either_of(operator, left, results[0])


def _binary(m: Machine, node: tree.Binary) -> Value:
    operator = node.operator
    if operator in ("&&", "||", "??"):
        return _short_circuit(m, node)
    # A long chain `a + b + c ...` is deep on the left only: walk it without recursion.
    chain = []
    inner: Node = node
    while type(inner) is tree.Binary and inner.operator not in ("&&", "||", "??"):
        chain.append(inner)
        inner = inner.left
    value = evaluate(m, inner)
    for part in reversed(chain):
        right = evaluate(m, part.right)
        value = is_in(value, right) if part.operator == "in" else operators.binary(part.operator, value, right)
    return value


def _unary(m: Machine, node: tree.Unary) -> Value:
    if node.operator == "delete" and type(node.operand) is tree.Member:
        owner = evaluate(m, node.operand.object)
        if type(owner) is Obj:
            m.write(owner, node.operand.property, UNDEFINED)
        return UNKNOWN
    value = evaluate(m, node.operand)
    if node.operator == "void":
        promises.dropped(value)
    return operators.unary(node.operator, value)


def _assign(m: Machine, node: tree.Assign) -> Value:
    operator = node.operator
    if operator == "=":
        value = evaluate(m, node.value)
        assign_pattern(m, node.target, value, declare=False)
        return value
    current = evaluate(m, node.target)
    binary = operator[:-1]
    if binary in ("&&", "||", "??"):
        decided = operators.decides(binary, current)
        if decided is True:
            return current
        value = evaluate(m, node.value)
        if decided is None:
            value = join(current, value)
    else:
        value = operators.binary(binary, current, evaluate(m, node.value))
    assign_pattern(m, node.target, value, declare=False)
    return value


def _update(m: Machine, node: tree.Update) -> Value:
    current = evaluate(m, node.target)
    value = operators.binary(node.operator[0], current, Literal(1))
    if type(node.target) in (tree.Name, tree.Member, tree.Subscript):
        assign_pattern(m, node.target, value if not m.loops else UNKNOWN, declare=False)
    return current


def _await(m: Machine, node: tree.Await) -> Value:
    value = evaluate(m, node.value)
    promises.settled(value)
    return awaited(value)


def _yield(m: Machine, node: tree.Yield) -> Value:
    if node.value is None:
        return UNKNOWN
    value = awaited(evaluate(m, node.value))
    if node.delegate:
        from convex_lint.interpret.loops import iteration

        m.frame.yields.extend(iteration(m, value, node).items)
    else:
        m.frame.yields.append(value)
    return UNKNOWN


def _cast(m: Machine, node: tree.Cast) -> Value:
    return annotation.refine(m, evaluate(m, node.value), node.type, m.scope)


def _sequence(m: Machine, node: tree.Sequence) -> Value:
    value: Value = UNDEFINED
    for item in node.items:
        value = evaluate(m, item)
    return value


def _import(m: Machine, node: tree.ImportCall) -> Value:
    source = evaluate(m, node.source)
    if type(source) is Literal and isinstance(source.value, str):
        module = m.linker.namespace(m, m.frame.file, source.value)
        return module if node.immediate else Prom(module)
    m.lost(node, "dynamic import")
    return UNKNOWN


def _jsx(m: Machine, node: tree.Jsx) -> Value:
    for attribute in node.attributes:
        evaluate(m, attribute.value)
    for child in node.children:
        evaluate(m, child)
    return UNKNOWN


_EVALUATE: dict[type, Callable[[Machine, Any], Value]] = {
    tree.Name: _name,
    tree.Constant: _constant,
    tree.Template: _template,
    tree.Array: _array,
    tree.Object: object_literal,
    tree.Function: evaluate_function,
    tree.Class: _class,
    tree.Member: _member,
    tree.Subscript: _subscript,
    tree.Call: _call,
    tree.New: _new,
    tree.Conditional: _conditional,
    tree.Binary: _binary,
    tree.Unary: _unary,
    tree.Assign: _assign,
    tree.Update: _update,
    tree.Await: _await,
    tree.Yield: _yield,
    tree.Cast: _cast,
    tree.Sequence: _sequence,
    tree.ImportCall: _import,
    tree.Jsx: _jsx,
}
