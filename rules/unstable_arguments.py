"""Subscribing hooks whose arguments change by themselves. See unstable_arguments.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.clamp import ceiling
from convex_lint.analysis.exposure import Exposure, Weight
from convex_lint.analysis.impact import Impact
from convex_lint.analysis.story import fields_in_words
from convex_lint.analysis.terminal import covers_range
from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Read
from convex_lint.model.subscription import ClientCall, Unstable
from convex_lint.rule import Finding, Label, Rule, Severity


class UnstableArguments(Rule):
    default_severity: ClassVar[Severity] = Severity.ERROR
    tags: ClassVar[tuple[str, ...]] = ("subscriptions", "performance")

    def check(self, backend: Backend) -> Iterator[Finding]:
        seen: set[Unstable] = set()
        for call in backend.client_calls:
            fresh = [argument for argument in call.unstable if argument not in seen]
            if call.subscribes and fresh and not _completes(backend, call, fresh):
                seen.update(fresh)
                yield _finding(backend, call, fresh)


def _completes(backend: Backend, call: ClientCall, arguments: list[Unstable]) -> bool:
    """A menu of the few names that begin with what is typed, asked for while someone types one: to wait would spoil it."""
    function = backend.function(call.target)
    if function is None or not call.skips or any(argument.cause != "keys" for argument in arguments):
        return False
    lists = [read for _, read in backend.footprint(function).reads if read.terminal not in ("first", "unique", "get")]
    lists = [read for read in lists if read.op is not Op.GET]
    return any(map(_is_prefix, lists)) and all(_is_few(read) for read in lists)


def _is_prefix(read: Read) -> bool:
    """`.gte("name", text).lt("name", text + "\\uffff")`."""
    return {"gte", "lt"} <= {bound.operator for bound in read.bounds} or {"gte", "lte"} <= {
        bound.operator for bound in read.bounds
    }


def _is_few(read: Read) -> bool:
    limit = ceiling(read.limit) if read.terminal == "take" else None
    return limit is not None and limit <= _FEW


_FEW = 50

_HELD = {"clock": "the clock", "random": "a random value"}


def _finding(backend: Backend, call: ClientCall, arguments: list[Unstable]) -> Finding:
    """One for each hook: the clock among its arguments is worse than the keys of an input."""
    arguments = sorted(arguments, key=lambda argument: argument.cause == "keys")
    first = arguments[0]
    typed = first.cause == "keys"
    names = fields_in_words([argument.name for argument in arguments if (argument.cause == "keys") == typed])
    several = "`, `" in names or " and " in names
    query = f"`{call.target}`" if call.target is not None else "the query"
    if typed:
        number = _is_number(backend.function(call.target), first.name)
        what = "change of an input" if number else "keystroke"
        message = f"{names} of `{call.hook}` follow{'' if several else 's'} every {what}: each is a new subscription of {query}."
        help = (
            f"Pass a debounced copy of the {'number' if number else 'text'} (`useDebounce({'value' if number else 'text'}, 300)`), so that "
            f"the query runs when {'the input rests' if number else 'someone stops typing'}; keep showing the last result meanwhile."
        )
    else:
        message = (
            f"{names} of `{call.hook}` {'hold' if several else 'is'} {_HELD[first.cause]}, so that each time `{call.within}` "
            f"renders is a new subscription of {query}."
        )
        help = (
            "Compute the value once (`useState(() => ...)`, `useMemo` with stable dependencies), or round it so coarsely that "
            "it stays the same while the page is open."
        )
    function = backend.function(call.target)
    if function is not None and all(_is_refused(function, argument.name) for argument in arguments):
        help = f"Leave {names} out: {query} declares no such argument{'s' if several else ''}, and refuses the call."
    return Finding(
        first,
        message,
        help,
        key=(call.span.file, call.within, call.target, *(argument.name for argument in arguments)),
        related=[Label(function, f"{query} is registered here")] if function is not None else [],
        severity=_of_keys(backend, function, first) if typed else None,
        function=function.path if function is not None else "",
        component=function.component if function is not None else "",
        sites=(first.span,),
        impact=_impact(backend, function),
    )


def _is_refused(function: Function, name: str) -> bool:
    """Convex lets no call through with an argument that the validator does not name."""
    declared = function.args
    return declared is not None and declared.kind == "object" and name.partition(".")[0] not in declared.fields


def _impact(backend: Backend, query: Function | None) -> Impact:
    """The query is asked for once more each time, for all that it reads."""
    found = Impact(exposure=Exposure.SUBSCRIBED) if query is None else backend.impacts.of_queries([query], None)
    return found._replace(exposure=Exposure.SUBSCRIBED)


def _is_number(query: Function | None, name: str) -> bool:
    """What the query takes is a number: a slider moves, and nobody types."""
    kinds = query.args.at((name,)) if query is not None and query.args is not None else ()
    return bool(kinds) and all(kind.kind == "float64" for kind in kinds)


_SLIDER = re.compile(rb"<\w*(?:Slider|Range)\b|\btype=\{?[\"']range[\"']")


def _slides(backend: Backend, argument: Unstable) -> bool:
    """The page has an input that gives one number after another as it is drawn along."""
    source = backend.project.sources.get(argument.span.file)
    return source is not None and _SLIDER.search(source.data) is not None


def _of_keys(backend: Backend, query: Function | None, first: Unstable) -> Severity:
    """A search that gives the first few is made to be asked again and again; a scan of many rows is not, on a page that others
    than administrators open. A number is typed in a few keys, unless a slider gives it."""
    if query is not None and backend.exposures.weight([query]) is not Weight.FULL:
        return Severity.NOTE
    if _is_number(query, first.name) and not _slides(backend, first):
        return Severity.NOTE
    for _, read in backend.footprint(query).reads if query is not None else ():
        table = backend.table_of(read) if not read.system and covers_range(read) else None
        if table is not None and backend.is_long(read, table):
            return Severity.WARNING
    return Severity.NOTE
