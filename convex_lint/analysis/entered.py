"""Which branches of a function do the arguments of its callers lead into?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cached_property

from convex_lint.analysis.by_address import ByAddress
from convex_lint.analysis.development import in_development_alone
from convex_lint.analysis.runs import RunSite
from convex_lint.analysis.sites import Site
from convex_lint.graph.graph import Graph
from convex_lint.model.function import Function, Kind, Visibility
from convex_lint.model.operation import Call, Guard, Operation, Read, Write
from convex_lint.model.project import Project
from convex_lint.model.subscription import ClientCall
from convex_lint.model.value import UNKNOWN, Argument, Computed, IdOf, Literal, Undefined, Value, parts_of
from convex_lint.source import Span

Arguments = Mapping[str, Value]
Known = Literal | Undefined | IdOf


class Entered:
    """All calls that were seen of every function, by their arguments."""

    def __init__(self, project: Project, graph: Graph, text_of: Callable[[Span], str] = lambda span: "") -> None:
        self._given: dict[str, list[Arguments | None]] = defaultdict(list)
        for function in project.functions:
            named = function.kind is Kind.QUERY  # a hook for another kind is no call yet
            clients = graph.client_calls(function)
            self._given[function.id] += [_given_by(call, text_of(call.span)) if named else None for call in clients]
            for call in function.operations:
                if isinstance(call, Call) and call.target is not None:
                    self._given[call.target].append(_given_by(call))
        for cron in project.crons:
            if cron.target is not None:
                self._given[cron.target].append(None)

    @cached_property
    def gets_to(self) -> Callable[[Function, Operation], bool]:
        """Some call that was seen leads to it. Also where there is none, or where one may pass anything. In production, none
        leads to what only happens in development."""
        return ByAddress(self._is_led_to)

    def _is_led_to(self, function: Function, operation: Operation) -> bool:
        if in_development_alone(operation):
            return False
        given = self._given.get(function.id)
        return not given or not operation.guards or any(one is None or passes(one, operation.guards) for one in given)

    def into(self, site: Site[Read] | Site[Write] | RunSite) -> list[Function] | None:
        """The functions that get to a place by some call that was seen; None where one might, and none is seen to."""
        found = [reach.function for reach in site.reaches if self.gets_to(reach.function, reach.operation)]
        slight = not found and any(self.may_get_to(reach.function, reach.operation) for reach in site.reaches)
        return None if slight else found

    def passed(self, function: Function, name: str) -> Literal | None:
        """The constant that every call of an internal function passes for an argument; None where they differ, or may."""
        given = self._given.get(function.id)
        if not given or function.visibility is not Visibility.INTERNAL:
            return None
        values = {one.get(name, Undefined()) if one is not None else UNKNOWN for one in given}
        found = values.pop()
        return found if not values and isinstance(found, Literal) else None

    def may_get_to(self, function: Function, operation: Operation) -> bool:
        """The same, if what clients wait for could be missing after all."""
        given = self._given.get(function.id) or ()
        loose = (
            {name: _OR_NOTHING if value == _THERE else value for name, value in one.items()} for one in given if one
        )
        return not in_development_alone(operation) and any(passes(one, operation.guards) for one in loose)


def _given_by(call: Call | ClientCall, text: str = "") -> Arguments | None:
    """What is not written out may lack, an id too: an argument that is passed on may be optional, a choice not made. Where
    the `text` of the call says that it is an id, it is there."""
    if call.arguments is None:
        return None
    sure = (Literal, Undefined)
    return {
        name: value
        if isinstance(value, sure)
        else IdOf("")
        if _is_id(name, text)
        else _THERE
        if _is_waited_for(name, text)
        else _OR_NOTHING
        for name, value in call.arguments
    }


def _is_id(name: str, text: str) -> bool:
    """`room: id as Id<"rooms">`, `room: id!`."""
    return re.search(rf"(?<![\w$.]){name}\s*:\s*[\w$.?]+(?:!|\s+as\s+Id<[^<>|]*>)\s*[,}}]", text) is not None


def _is_waited_for(name: str, text: str) -> bool:
    """`user ? { owner: user.key } : "skip"`: the query is not asked before there is something to ask for."""
    given = re.search(rf"(?<![\w$.]){name}\s*:\s*([\w$]+)(?:\.[\w$]+)*\s*[,}}]", text)
    asked = given is not None and re.search(rf"(?<![\w$.!]){given[1]}(?:\s*&&[^?{{}}]*)?\s*\?(?![.?])", text)
    return bool(asked) and re.search(r"[\"']skip[\"']", text) is not None


_THERE = Computed("given", ())
_OR_NOTHING = Computed("either", (UNKNOWN, Undefined()))


def passes(given: Arguments, guards: tuple[Guard, ...]) -> bool:
    """Whether arguments that are known by name may pass: `if (args.slug)` is passed by none that leaves the slug out."""
    return all(_truth(guard.condition, given) is not (not guard.holds) for guard in guards)


def passes_surely(given: Arguments, guards: tuple[Guard, ...]) -> bool:
    """The same, and no condition on an argument is left of which nobody can tell whether it holds."""
    asked = (
        guard.condition for guard in guards if any(isinstance(part, Argument) for part in parts_of(guard.condition))
    )
    return passes(given, guards) and all(_truth(condition, given) is not None for condition in asked)


def _truth(condition: Value, given: Arguments) -> bool | None:
    """Whether the condition holds for these arguments; None when it may or may not."""
    if isinstance(condition, Argument) and len(condition.path) == 1:
        return _holds(given.get(condition.path[0], Undefined()), condition)
    if not isinstance(condition, Computed):
        return None
    if condition.operator in ("!", "&&", "||"):
        truths = [_truth(part, given) for part in condition.parts]
        if condition.operator == "!":
            return None if truths[0] is None else not truths[0]
        decides = condition.operator == "||"
        return decides if decides in truths else None if None in truths else not decides
    if condition.operator in ("===", "!==", "==", "!="):
        left, right = (_known(part, given) for part in condition.parts)
        if left is None or right is None:
            return None
        equal = _equal(left, right, loosely=len(condition.operator) == 2)
        return None if equal is None else equal is (condition.operator[0] == "=")
    return None


def _equal(left: Known, right: Known, *, loosely: bool) -> bool | None:
    """An id that is there equals nothing that is not; which other id it equals cannot be told."""
    nothing = (Undefined(), Literal(None))
    if isinstance(left, IdOf) or isinstance(right, IdOf):
        return False if left in nothing or right in nothing else None
    return left == right or (loosely and left in nothing and right in nothing)


def _known(value: Value, given: Arguments) -> Known | None:
    """The value of an argument that is told, or the default of one that is left out."""
    if isinstance(value, Computed) and value.operator in ("either", "??") and isinstance(value.parts[0], Argument):
        first = _known(value.parts[0], given)
        return _known(value.parts[-1], given) if isinstance(first, Undefined) and len(value.parts) == 2 else first
    if isinstance(value, Argument) and len(value.path) == 1:
        value = given.get(value.path[0], Undefined())
    return value if isinstance(value, (Literal, Undefined, IdOf)) else None


def _holds(value: Value, argument: Argument) -> bool | None:
    """A text that is given may be empty, and what is passed on may lack; an id is one."""
    if isinstance(value, Undefined):
        return False
    if isinstance(value, Literal):
        return bool(value.value)
    if isinstance(value, Computed) and value.operator in ("either", "??", "||", "&&"):
        return None
    if value == _THERE:
        return True
    return True if argument.table is not None and not isinstance(value, Argument) else None
