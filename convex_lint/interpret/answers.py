"""What a function that answers yes or no by several `return`s says of its reasons, as one condition."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.guards import ARM, GuardNode, chain
from convex_lint.interpret.operators import truth
from convex_lint.interpret.values import FALSE, TRUE, UNDEFINED, Value, join
from convex_lint.model.value import Computed, Literal
from convex_lint.syntax import tree

_PLAIN = frozenset(
    (tree.Return, tree.Throw, tree.Variables, tree.ExpressionStatement, tree.FunctionDeclaration, tree.TypeDeclaration)
)
_MOST = 12
"""Answers to put together: a longer list of cases is no filter."""


def answer(m: Any, body: tree.Block) -> Value:
    """What the function that has just run gives: one of what it returned, or, where it says yes or no without doing
    anything, its reasons."""
    returns, exits = m.frame.returns, m.frame.exits
    told = _reasons(body, returns, exits, len(exits) > len(returns)) if not m.records else None
    return told if told is not None else join(*returns) if returns else UNDEFINED


def either(condition: Value, value: Value, other: Value) -> Value:
    """`args.mine ? row.owner === me : row.open`: what holds in either case, where both sides say yes or no."""
    asked = any(type(side) is Computed for side in (value, other)) and _decides(value) and _decides(other)
    return _chosen(condition, value, other) if asked else join(value, other)


def _reasons(body: tree.Block, returns: list[Value], exits: list[GuardNode | None], ended: bool) -> Value | None:
    """`if (row.gone) return false; return row.at >= since` answers `!row.gone && row.at >= since`. None for what is no such
    function. `exits` are the guards of each of `returns`, and of the end of the body, if it comes there (`ended`).

    The condition may be negated by whoever asks, so it has to be exact: jumps, loops and `switch` tell nothing of where they
    lead, and are left alone."""
    if not 1 < len(returns) + ended <= _MOST or len(exits) != len(returns) + ended:
        return None
    if not all(map(_decides, returns)) or not _is_plain(body):
        return None
    last = FALSE if ended else returns[-1]
    earlier = list(zip(returns, exits, strict=False))[: None if ended else -1]
    for value, exit_ in reversed(earlier):
        last = _chosen(_case(exit_), value, last)
    return last


def _decides(value: Value) -> bool:
    """What is not known may be anything: no boolean."""
    return type(value) is Literal or (type(value) is Computed and value.operator in _BOOLEAN)


_BOOLEAN = frozenset(("===", "!==", "==", "!=", "<", "<=", ">", ">=", "!", "&&", "||", "in", "call:includes"))


def _is_plain(node: Any) -> bool:
    kind = type(node)
    if kind is tree.Block:
        return all(map(_is_plain, node.body))
    if kind is tree.If:
        return _is_plain(node.then) and (node.other is None or _is_plain(node.other))
    return kind in _PLAIN


def _case(node: GuardNode | None) -> Value:
    """The arms in which a `return` stands. That no earlier one was taken goes without saying."""
    arms = [guard for guard in chain(node) if guard.otherwise == ARM]
    parts = [guard.condition if guard.holds else _not(guard.condition) for guard in arms]
    return TRUE if not parts else parts[0] if len(parts) == 1 else Computed("&&", tuple(parts))


def _chosen(case: Value, value: Value, other: Value) -> Value:
    """`case ? value : other`, as what holds in either case."""
    if case is TRUE:
        return value
    if truth(value) is False:
        return _both(_not(case), other)
    if truth(other) is False:
        return _both(case, value)
    return _both(_either(_not(case), value), _either(case, other))


def _not(value: Value) -> Value:
    known = truth(value)
    return Literal(not known) if known is not None else Computed("!", (value,))


def _either(one: Value, other: Value) -> Value:
    if truth(one) is not None:
        return one if truth(one) else other
    if truth(other) is not None:
        return TRUE if truth(other) else one
    return Computed("||", (one, other))


def _both(one: Value, other: Value) -> Value:
    if truth(one) is not None:
        return other if truth(one) else FALSE
    if truth(other) is not None:
        return one if truth(other) else FALSE
    return Computed("&&", (one, other))
