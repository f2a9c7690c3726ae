"""What makes client code call something again and again: timers, handlers of keys and movement, effects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from convex_lint.interpret.clients.asked_first import asks_the_rows, makes_up, only_once, skips_first
from convex_lint.interpret.clients.definitions import Definitions
from convex_lint.interpret.clients.events import EDITED, cue_of_attribute, cue_of_event, cue_of_listener, is_special
from convex_lint.interpret.clients.numbers import Numbers
from convex_lint.interpret.clients.page import Binding, Page, bare, last_name, nodes_in
from convex_lint.interpret.clients.spacing import spacing
from convex_lint.interpret.clients.takers import (
    EFFECTS,
    FRAMES,
    INTERVALS,
    KEEPERS,
    LISTENERS,
    MOUNTS,
    RUNNERS,
    STATES,
    WATCHES,
)
from convex_lint.interpret.clients.templates import handlers_in_template, is_typed_into
from convex_lint.interpret.clients.ways import (
    Delay,
    Exit,
    Way,
    beat_of,
    distinct,
    is_fixed,
    is_of_editor,
    is_result,
    prop_uses,
    remembers,
    span_of,
    with_none,
)
from convex_lint.model.subscription import Beat, Cue
from convex_lint.source import Span
from convex_lint.syntax import tree

Node = Any


_AT_ONCE = Delay()
_DEPTH = 12
_LONG = 4_000
"""A named function of more bytes does many things, and which of them it does each time is not told."""

_LATE = re.compile(r"debounce|throttle", re.IGNORECASE)


class Beats:
    """Answers for the pages of one program."""

    def __init__(self, numbers: Numbers, definitions: Definitions) -> None:
        self._numbers = numbers
        self._definitions = definitions

    def of_call(self, page: Page, call: tree.Call) -> tuple[Beat, ...]:
        """The ways in which this call is made again and again."""
        return distinct(self._executed(page, call, _AT_ONCE, _DEPTH))

    def of_value(self, page: Page, node: Node) -> tuple[Beat, ...]:
        """The same for all calls of the function that an expression holds: `useMutation(api.a.b)`."""
        return distinct(self._flows(page, node, _AT_ONCE, _DEPTH))

    def through_hook(self, page: Page, call: tree.Call, user: Page, use: tree.Call) -> tuple[Beat, ...]:
        """The same for what is left to the users of the hook around `call`, at one of its uses."""
        ways = [way for way in self._flows(page, call, _AT_ONCE, _DEPTH) if type(way) is Exit]
        return distinct(way for exit in dict.fromkeys(ways) for way in self._given_back(user, use, exit))

    def _given_back(self, user: Page, use: tree.Call, exit: Exit) -> Iterator[Way]:
        if not exit.name:
            yield from self._flows(user, use, exit.delay, _DEPTH)
            return
        around = user.parent(use)
        if type(around) is tree.Member and around.property == exit.name:
            yield from self._flows(user, around, exit.delay, _DEPTH)
        for binding in user.variables(around) if type(around) is tree.Declarator else ():
            if binding.path == (exit.name,):
                yield from self._named(user, binding, exit.delay, _DEPTH)
            elif not binding.path:
                for name in user.uses(binding):
                    member = user.parent(name)
                    if type(member) is tree.Member and member.object is name and member.property == exit.name:
                        yield from self._flows(user, member, exit.delay, _DEPTH)

    # ------------------------------------------------------------ where a function goes

    def _named(self, page: Page, binding: Binding, delay: Delay, depth: int) -> Iterator[Way]:
        for use in page.uses(binding):
            yield from self._flows(page, use, delay, depth - 1)
        for event, span in handlers_in_template(page, binding.name):
            cue = cue_of_event(event)
            if cue is not None:
                yield Beat(cue, event, span, delay.seconds)

    def _flows(self, page: Page, node: Node, delay: Delay, depth: int) -> Iterator[Way]:
        """`node` holds a function: what becomes of it?"""
        around = page.parent(node)
        if around is None or depth <= 0:
            return
        kind = type(around)
        if kind is tree.Call:
            if around.callee is node:
                ways = self._executed(page, around, delay, depth)
                yield from with_none(ways) if makes_up(page, around) else ways
            else:
                yield from self._passed(page, around, node, delay, depth)
        elif kind is tree.Member and around.object is node:
            if around.property in (
                "mutate",
                "mutateAsync",
                "current",
                "trigger",
                "execute",
                "run",
                "withOptimisticUpdate",
            ):
                yield from self._flows(page, around, delay, depth)
        elif kind is tree.Property:
            holder = page.parent(around)
            if type(holder) is tree.Jsx:
                yield from self._handled(page, holder, around, node, delay, depth)
            elif type(holder) is tree.Object and isinstance(around.key, str):
                if around.key == "mutationFn":
                    yield from self._flows(page, holder, delay, depth - 1)
                elif EDITED.fullmatch(around.key) and type(page.parent(holder)) in (tree.Call, tree.New):
                    yield beat_of(page, Cue.KEYS, around.key, around, delay)
                if is_result(page, holder):
                    yield Exit(around.key, delay)
        elif kind is tree.Declarator and around.value is node:
            for binding in page.variables(around):
                if not binding.path or binding.path[-1] in ("mutate", "mutateAsync", "trigger", "execute", "run", "0"):
                    yield from self._named(page, binding, delay, depth)
        elif kind in (tree.Cast, tree.Await, tree.Conditional, tree.Binary) or (
            kind is tree.Object and type(page.parent(around)) is tree.Call
        ):
            yield from self._flows(page, around, delay, depth)
        elif kind is tree.Return or (kind is tree.Function and around.body is node):
            made = page.function_around(node)
            factory = page.parent(made) if made is not None else None
            if type(factory) is tree.Call and last_name(factory.callee) in ("useMemo", "useState"):
                yield from self._flows(page, factory, delay, depth)
            elif made is not None and made is page.outermost(node):
                yield Exit("", delay)

    def _executed(self, page: Page, node: Node, delay: Delay, depth: int) -> Iterator[Way]:
        """`node` is a call that is made where it stands: when does the function around it run?"""
        function = page.function_around(node)
        if function is None or depth <= 0:
            return
        if page.name_of(function) and (function.end - function.start > _LONG or is_special(page, node)):
            return
        delay = delay._replace(
            apart=max(delay.apart, spacing(page, function, node, self._numbers) or 0.0),
            once=delay.once or only_once(page, node),
            asked=delay.asked or asks_the_rows(page, node),
        )
        around = page.parent(function)
        if type(around) is tree.FunctionDeclaration:
            for binding in page.variables(function):
                yield from self._named(page, binding, delay, depth)
        elif type(around) is tree.Call and around.callee is function:  # (async () => { ... })()
            yield from self._executed(page, around, delay, depth)
        else:
            yield from self._flows(page, function, delay, depth)

    def _passed(self, page: Page, call: tree.Call, node: Node, delay: Delay, depth: int) -> Iterator[Way]:
        """The function is an argument of a call."""
        name = last_name(call.callee)
        if name in INTERVALS:
            every = self._numbers.argument(page, call, 1)
            often = max(every / 1000, delay.apart) if every is not None else None
            yield Beat(Cue.INTERVAL, name, span_of(page, call), often)
        elif name in FRAMES:
            yield beat_of(page, Cue.FRAME, name, call, delay)
        elif name == "setTimeout":
            yield from self._executed(page, call, self._later(page, call, delay), depth - 1)
        elif _LATE.search(name):
            yield from self._flows(page, call, self._later(page, call, delay), depth - 1)
        elif name in MOUNTS:
            yield beat_of(page, Cue.MOUNT, name, call, delay)
        elif name in EFFECTS:
            yield from self._effect(page, call, name, delay, depth)
        elif name in WATCHES:
            yield from self._watched(page, call, name, delay)
        elif name in LISTENERS:
            heard = cue_of_listener(page, call, node)
            if heard is not None:
                yield beat_of(page, *heard, call, delay)
        elif name in KEEPERS:
            yield from self._flows(page, call, delay, depth - 1)
        elif name in RUNNERS:
            yield from self._executed(page, call, delay, depth - 1)

    def milliseconds(self, page: Page, call: tree.Call, position: int) -> float | None:
        """The number that an argument is."""
        return self._numbers.argument(page, call, position)

    def _later(self, page: Page, call: tree.Call, delay: Delay) -> Delay:
        milliseconds = self._numbers.argument(page, call, 1)
        seconds = milliseconds / 1000 if milliseconds is not None else None
        known = [one for one in (seconds, delay.seconds) if one is not None]
        return delay._replace(late=True, seconds=max(known, default=None))

    # ------------------------------------------------------------ effects

    def _effect(self, page: Page, call: tree.Call, name: str, delay: Delay, depth: int) -> Iterator[Beat]:
        """An effect follows what is edited when it depends on a state that is set as keys are pressed, or when it lets the first
        time pass and waits then until nothing more changes."""
        dependencies = bare(call.arguments[1]) if len(call.arguments) > 1 else None
        watched = dependencies if type(dependencies) is tree.Array else call.arguments[0]
        typed = self._typed_in(page, watched, depth)
        later = skips_first(call.arguments[0]) if call.arguments else False
        if typed is not None or (later and delay.late):
            every = delay.seconds or (typed.every if typed is not None else None)
            yield from () if delay.once else (Beat(Cue.AUTOSAVE, name, span_of(page, call), every),)
        elif type(dependencies) is tree.Array and not later and not delay.asked:
            follows = tuple(self._given(page, dependencies)) if not remembers(call.arguments[0]) else ()
            yield Beat(Cue.MOUNT, name, span_of(page, call), delay.seconds, follows)

    def _given(self, page: Page, dependencies: tree.Array) -> Iterator[tuple[str, Span]]:
        """The dependencies of an effect that are results of calls: `const rows = useQuery(...)`."""
        for part in dependencies.items:
            binding = page.binding(part) if type(part) is tree.Name else None
            value = bare(binding.value) if isinstance(binding, Binding) and not binding.path else None
            if type(part) is tree.Name and type(value) is tree.Call:
                yield part.name, span_of(page, value)

    def _typed_in(self, page: Page, node: Node, depth: int) -> Beat | None:
        """The handler of keystrokes that sets one of the states which an expression names."""
        for part in nodes_in(node):
            if type(part) is tree.Name:
                beat = self.typed(page, page.binding(part), depth - 1)
                if beat is not None:
                    return beat
        return None

    def typed(self, page: Page, binding: Any, depth: int = _DEPTH) -> Beat | None:
        """The handler that sets a state as someone types or moves; None when the variable is no such state."""
        if not isinstance(binding, Binding) or depth <= 0 or binding.path != ("0",):
            return None
        if type(bare(binding.value)) is not tree.Call or last_name(bare(binding.value).callee) not in STATES:
            return None
        for setter in page.variables(binding.holder):
            if setter.path != ("1",):
                continue
            for use in page.uses(setter):
                call = page.parent(use)
                if type(call) is tree.Call and call.callee is use and is_fixed(call):
                    continue  # `setPage(1)` beside `setText(...)`
                for beat in self._flows(page, use, _AT_ONCE, depth - 1):
                    if type(beat) is Beat and beat.cue in (Cue.KEYS, Cue.POINTER):
                        return beat
        return None

    def _watched(self, page: Page, call: tree.Call, name: str, delay: Delay) -> Iterator[Beat]:
        """Vue's `watch(text, save)`, where the template binds `v-model="text"`."""
        for part in nodes_in(call.arguments[0]):
            if type(part) is tree.Name and is_typed_into(page, part.name):
                yield beat_of(page, Cue.AUTOSAVE, name, call, delay)
                return

    # ------------------------------------------------------------ handlers

    def _handled(
        self, page: Page, element: tree.Jsx, attribute: tree.Property, node: Node, delay: Delay, depth: int
    ) -> Iterator[Way]:
        key = attribute.key if isinstance(attribute.key, str) else ""
        own = self._definitions.own(page, element)
        uses = prop_uses(*own, key) if own is not None and is_of_editor(element, key) else None
        if own is not None and uses is not None:
            for use in uses:
                yield from (way for way in self._flows(own[0], use, delay, depth - 1) if type(way) is Beat)
            return
        cue = cue_of_attribute(page, element, key, node, own)
        if cue is not None:
            yield beat_of(page, cue, key, attribute, self._inside(page, element, delay))

    def _inside(self, page: Page, element: tree.Jsx, delay: Delay) -> Delay:
        """The component at hand calls its handler late: it keeps the text itself, and gives it on when typing stops."""
        place = self._definitions.place(page, element.tag) if type(element.tag) is tree.Name else None
        if place is None or place.package or not place.file:
            return delay
        own = self._definitions.page(place.file)
        for call in own.calls:
            component = own.outermost(call) if _LATE.search(last_name(call.callee)) else None
            if component is not None and own.name_of(component) == place.name:
                later = self._later(own, call, delay)
                return later if later.seconds else later._replace(seconds=_SOON)
        return delay


_SOON = 0.3
"""The seconds of a debounce that does not tell."""
