"""Statements: what they do to the state, and whether control goes on behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convex_lint.interpret import annotation, looks, operators, promises
from convex_lint.interpret.classes import define_class
from convex_lint.interpret.evaluate import evaluate
from convex_lint.interpret.guards import ARM, RETURN, SKIP, THROW, GuardNode
from convex_lint.interpret.loops import landed, run_for, run_for_each, run_while
from convex_lint.interpret.machine import Arm, Machine
from convex_lint.interpret.narrow import narrow
from convex_lint.interpret.patterns import bind
from convex_lint.interpret.values import (
    FALSE,
    NULL,
    UNDEFINED,
    UNKNOWN,
    Either,
    Fn,
    Obj,
    Scope,
    Value,
)
from convex_lint.model.value import Computed, Literal
from convex_lint.syntax import tree

Node = Any
GOES_ON, LEAVES = False, True


def run(m: Machine, node: Node) -> bool:
    """True when control never reaches what follows in this block."""
    m.steps += 1
    handler = _RUN.get(type(node))
    return handler(m, node) if handler is not None else GOES_ON


def run_block(m: Machine, node: tree.Block, fresh: bool = True) -> bool:
    outer = m.scope
    if fresh:
        m.scope = Scope(outer, outer.module)
    hoist(m, node.body)
    left = run_body(m, node.body)
    m.scope = outer
    return left


def hoist(m: Machine, body: tuple[Node, ...]) -> None:
    for statement in body:
        if type(statement) is tree.FunctionDeclaration and statement.function.name:
            m.write(m.scope, statement.function.name, Fn(statement.function, m.scope))


def run_body(m: Machine, body: tuple[Node, ...]) -> bool:
    for statement in body:
        if m.exhausted or not m.spend(statement):
            return LEAVES
        handler = _RUN.get(type(statement))
        if handler is not None and handler(m, statement):
            return LEAVES
    return GOES_ON


# ---------------------------------------------------------------- declarations


def _variables(m: Machine, node: tree.Variables) -> bool:
    for declarator in node.declarators:
        if declarator.value is None:
            value: Value = UNDEFINED
        else:
            value = evaluate(m, declarator.value)
            if declarator.type is not None:
                value = annotation.refine(m, value, declarator.type, m.scope)
        if declarator.type is not None and type(declarator.target) is tree.Name and value in (UNDEFINED, NULL):
            m.scope.vars[f"\0declared {declarator.target.name}"] = declarator.type
        bind(m, declarator.target, value)
    return GOES_ON


def _class(m: Machine, node: tree.ClassDeclaration) -> bool:
    if node.definition.name:
        m.write(m.scope, node.definition.name, define_class(m, node.definition))
    return GOES_ON


def _enum(m: Machine, node: tree.Enum) -> bool:
    members: dict[str, Value] = {}
    for i, (name, value) in enumerate(node.members):
        members[name] = evaluate(m, value) if value is not None else Literal(i)
    m.write(m.scope, node.name, Obj(members))
    return GOES_ON


def _type(m: Machine, node: tree.TypeDeclaration) -> bool:
    module = m.scope.module
    if m.scope is not module.scope:
        module.inner_types[node.name] = node
    return GOES_ON


def _export(m: Machine, node: tree.ExportDeclaration) -> bool:
    return run(m, node.declaration)


def _export_default(m: Machine, node: tree.ExportDefault) -> bool:
    m.write(m.scope, "\0default", evaluate(m, node.value))
    return GOES_ON


def _expression(m: Machine, node: tree.ExpressionStatement) -> bool:
    promises.dropped(evaluate(m, node.value))
    return GOES_ON


# ---------------------------------------------------------------- leaving


def _return(m: Machine, node: tree.Return) -> bool:
    value = evaluate(m, node.value) if node.value is not None else UNDEFINED
    m.frame.returns.append(value)
    m.frame.exits.append(m.guard)
    if m.branches:
        m.frame.exited = True
    return LEAVES


def _throw(m: Machine, node: tree.Throw) -> bool:
    if node.value is not None:
        evaluate(m, node.value)
    return LEAVES


def _jump(m: Machine, node: Node) -> bool:
    m.frame.jumps += 1
    if m.branches:
        m.frame.exited = True
    return LEAVES


# ---------------------------------------------------------------- branches


def _if(m: Machine, node: tree.If) -> bool:
    # `else if` chains are deep on the right only: the arms are run one after the other.
    test = evaluate(m, node.test)
    known = operators.truth(test)
    if known is not None:
        branch = node.then if known else node.other
        return run(m, branch) if branch is not None else GOES_ON
    looks.decide(m, test, node.test)
    _row_condition(m, node, test)
    outer = m.guard
    taken, how_taken = _arm(m, node.test, test, True, node.then)
    passed, how_passed = _arm(m, node.test, test, False, node.other)
    m.merge([taken, passed])
    if taken[0] is not passed[0]:
        otherwise = how_taken if taken[0] else how_passed
        m.guard = GuardNode(test, passed[0], m.span(node.test), otherwise, outer)
    return taken[0] and passed[0]


def _arm(m: Machine, test: Node, value: Value, holds: bool, branch: Node | None) -> tuple[Arm, str]:
    """Runs one arm of an `if`, and tells how control leaves there, if it does."""
    if branch is None:
        return m.attempt(lambda: _narrowed(m, test, holds, None)), SKIP
    frame = m.frame
    returns, jumps, outer = len(frame.returns), frame.jumps, m.guard
    m.guard = GuardNode(value, holds, m.span(test), ARM, outer)
    arm = m.attempt(lambda: _narrowed(m, test, holds, branch))
    m.guard = outer
    return arm, SKIP if frame.jumps > jumps else RETURN if len(frame.returns) > returns else THROW


def _narrowed(m: Machine, test: Node, holds: bool, branch: Node | None) -> bool:
    narrow(m, test, holds)
    return run(m, branch) if branch is not None else GOES_ON


def _row_condition(m: Machine, node: tree.If, test: Value) -> None:
    """`if (row.x !== y) continue` inside a loop over rows drops rows, as a filter would, and so does an `if` around all that
    the loop does."""
    frame = m.loops[-1] if m.loops else None
    if frame is None or (frame.over is None and not frame.either):
        return
    only = node.then
    while type(only) is tree.Block and len(only.body) == 1:
        only = only.body[0]
    if type(only) is tree.Continue and node.other is None:
        test = Computed("!", (test,))
    elif frame.only is not node:
        return
    if frame.over is not None:
        looks.condition(m, frame.over, test, m.span(node.test))
    for record in frame.either if frame.over is None else ():
        looks.condition(m, record, looks.as_row_of(test, record, frame.either), m.span(node.test))


def _switch(m: Machine, node: tree.Switch) -> bool:
    subject = evaluate(m, node.subject)
    tests = [evaluate(m, case.test) if case.test is not None else None for case in node.cases]
    decided = [
        operators.binary("===", subject, test) if test is not None and type(test) is Literal else None for test in tests
    ]
    chosen = [i for i, result in enumerate(decided) if result is not None and operators.truth(result) is True]
    outer = m.scope
    m.scope = Scope(outer, outer.module)
    arms = []
    candidates = chosen[:1] or [i for i, result in enumerate(decided) if result != FALSE]
    for i in candidates:

        def arm(start: int = i) -> bool:
            if type(node.subject) is tree.Name and type(tests[start]) is Literal:
                current = m.lookup(node.subject.name)
                if type(current) is Either:
                    m.assign(node.subject.name, tests[start])
            for case in node.cases[start:]:
                for statement in case.body:
                    inner = statement.body if type(statement) is tree.Block else (statement,)
                    if any(type(part) is tree.Break for part in inner):
                        if type(statement) is tree.Block:
                            return run_body(m, tuple([part for part in inner if type(part) is not tree.Break]))
                        return GOES_ON
                    if run(m, statement):
                        return LEAVES
            return GOES_ON

        if chosen:
            left = arm()
            m.scope = outer
            return left
        arms.append(m.attempt(arm))
    if not any(case.test is None for case in node.cases):
        arms.append((False, {}))
    m.merge(arms)
    m.scope = outer
    return bool(arms) and all(left for left, _ in arms)


def _try(m: Machine, node: tree.Try) -> bool:
    outer_guard = m.guard
    left = run_block(m, node.body)
    handled = LEAVES
    if node.handler is not None:

        def handler() -> bool:
            outer = m.scope
            m.scope = Scope(outer, outer.module)
            if node.parameter is not None:
                bind(m, node.parameter, UNKNOWN)
            result = run_block(m, node.handler) if node.handler is not None else GOES_ON
            m.scope = outer
            return result

        arm = m.attempt(handler)
        m.merge([arm, (False, {})])
        handled = arm[0]
        if not handled:
            m.guard = outer_guard
    if node.finalizer is not None and run_block(m, node.finalizer):
        return LEAVES
    return left and (node.handler is None or handled)


def _labeled(m: Machine, node: tree.Labeled) -> bool:
    exited, returns = m.frame.exited, len(m.frame.returns)
    run(m, node.body)
    landed(m, exited, returns)
    return GOES_ON


_RUN: dict[type, Callable[[Machine, Any], bool]] = {
    tree.Variables: _variables,
    tree.ClassDeclaration: _class,
    tree.Enum: _enum,
    tree.TypeDeclaration: _type,
    tree.ExportDeclaration: _export,
    tree.ExportDefault: _export_default,
    tree.ExpressionStatement: _expression,
    tree.Return: _return,
    tree.Throw: _throw,
    tree.Break: _jump,
    tree.Continue: _jump,
    tree.If: _if,
    tree.Switch: _switch,
    tree.Try: _try,
    tree.Block: run_block,
    tree.ForEach: run_for_each,
    tree.For: run_for,
    tree.While: run_while,
    tree.Labeled: _labeled,
}
