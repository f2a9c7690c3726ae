"""From the calls on the clients' pages to facts: who subscribes to what, with which arguments, and how often it is called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from convex_lint.interpret.clients.arguments import Arguments, may_skip, waits_for_a_click
from convex_lint.interpret.clients.beats import Beats
from convex_lint.interpret.clients.definitions import Definitions
from convex_lint.interpret.clients.hooks import Hooks, property_of
from convex_lint.interpret.clients.numbers import Numbers
from convex_lint.interpret.clients.page import Binding, Page, bare, nodes_in
from convex_lint.interpret.clients.preloads import Preloads
from convex_lint.interpret.clients.references import References
from convex_lint.interpret.clients.rendering import Rendering
from convex_lint.interpret.clients.shown import shown_fields
from convex_lint.interpret.clients.usage import Usage, is_test
from convex_lint.interpret.clients.users import Users
from convex_lint.interpret.clients.ways import span_of
from convex_lint.interpret.knowledge.clients import HOOKS, Hook
from convex_lint.interpret.knowledge.context import reference_path
from convex_lint.interpret.machine import Machine
from convex_lint.interpret.values import Reference
from convex_lint.model.subscription import Beat, ClientCall, Cue, Unstable
from convex_lint.source import Span
from convex_lint.syntax import tree

Node = Any

_MARKS = re.compile(
    rb"\bapi\b|_generated|"
    + b"|".join(
        sorted({name.encode() for names in HOOKS.values() for name in names if name != "default"} | {b"usePresence"})
    )
)


class Clients(NamedTuple):
    """`words` are those of all files outside of the functions folders."""

    calls: tuple[ClientCall, ...]
    words: frozenset[str]


class Site(NamedTuple):
    """One function that one call on a page names. `given` are its arguments as they are written."""

    page: Page
    call: tree.Call
    hook: Hook
    target: str | None
    given: Node
    beats: tuple[Beat, ...] = ()


def look(m: Machine) -> Clients:
    """The calls of the program's clients, in order of place."""
    looker = _Looker(m)
    calls: list[ClientCall] = []
    for file in m.program.clients:
        if not is_test(file) and _MARKS.search(m.program.modules.sources[file].data):
            calls.extend(looker.on(file))
    words = looker.usage.words() if m.program.clients else frozenset()
    return Clients(tuple(sorted(dict.fromkeys(calls), key=lambda call: (call.span, call.target or ""))), words)


class _Looker:
    def __init__(self, m: Machine) -> None:
        definitions = Definitions(m)
        self._pages = definitions.page
        self._references = References(m)
        self._hooks = Hooks(definitions, self._references)
        self._beats = Beats(Numbers(definitions), definitions)
        self._arguments = Arguments(self._beats, definitions)
        self.usage = Usage(m, definitions)
        self._preloads = Preloads(m, definitions, self._references)
        self._users = Users(self.usage)
        self._rendering = Rendering(self.usage, self._subscribed_by)

    def on(self, file: str) -> Iterator[ClientCall]:
        page = self._pages(file)
        for call in page.calls:
            hook = self._hooks.of(page, call) or self._hooks.unknown(page, call)
            if hook is not None:
                for site in self._sites(page, call, hook):
                    yield from self._made(site) if hook.makes else self._facts(site)

    # ------------------------------------------------------------ what a call names

    def _sites(self, page: Page, call: tree.Call, hook: Hook) -> Iterator[Site]:
        first = _argument(call, hook.reference)
        if hook.form == "options":
            query = property_of(bare(first), "query")
            yield Site(page, call, hook, self._references.target(page, query), property_of(bare(first), "args"))
        elif hook.form == "queries":
            yield from self._of_queries(page, call, hook, first)
        elif hook.form == "preloaded":
            yield Site(page, call, hook, self._preloads.target(page, first), None)
        elif hook.form == "presence":
            yield from self._of_presence(page, call, hook, first)
        elif not self._is_parameter(page, first):
            target = self._references.target(page, first, strings=True)
            yield Site(page, call, hook, target, None if hook.makes else _argument(call, hook.arguments))

    def _of_queries(self, page: Page, call: tree.Call, hook: Hook, given: Node) -> Iterator[Site]:
        """`useQueries({ a: { query: api.x.y, args } })`, the object built anywhere in the component."""
        if type(given) is tree.Name:
            binding = page.binding(given)
            given = binding.value if isinstance(binding, Binding) else None
        for node in nodes_in(given) if given is not None else ():
            query = property_of(node, "query")
            target = self._references.target(page, query) if query is not None else None
            if target is not None:
                yield Site(page, call, hook, target, property_of(node, "args"))

    def _of_presence(self, page: Page, call: tree.Call, hook: Hook, given: Node) -> Iterator[Site]:
        """The presence component's hook subscribes to the list of a module and calls its heartbeat (npm
        `@convex-dev/presence`, `src/react/index.ts`: every 10 s unless its fourth argument says otherwise)."""
        module = self._references.module(page, given)
        if module is None:
            return
        yield Site(page, call, hook, _in_module(module, "list"), None)
        every = self._beats.milliseconds(page, call, 3)
        beat = Beat(Cue.INTERVAL, "usePresence", span_of(page, call), every / 1000 if every else hook.every)
        for name in hook.also:
            yield Site(page, call, hook._replace(subscribes=False), _in_module(module, name), None, (beat,))

    def _is_parameter(self, page: Page, node: Node) -> bool:
        """A wrapper's own parameter: those who call the wrapper name the function."""
        node = bare(node.value if type(node) is tree.Spread else node)
        while type(node) is tree.Member:
            node = node.object
        binding = page.binding(node) if type(node) is tree.Name else None
        return isinstance(binding, Binding) and type(binding.holder) is tree.Parameter

    def _subscribed_by(self, page: Page, call: tree.Call) -> str | None:
        hook = self._hooks.of(page, call)
        if hook is None or not hook.subscribes or hook.form != "reference":
            return None
        return self._references.target(page, _argument(call, hook.reference))

    # ------------------------------------------------------------ who uses it

    def _made(self, site: Site) -> Iterator[ClientCall]:
        """`export const useNotes = createQueryHook(api.notes.list)`: each call of `useNotes` is one of a hook that knows its
        function already."""
        uses = self._users.of_made(site.page, site.call)
        if uses is None and site.hook.subscribes:
            return
        if not uses:
            yield self._fact(site, site.page, site.call, ())
        for page, call in uses or ():
            given = _argument(call, site.hook.arguments)
            yield from self._facts(site._replace(page=page, call=call, given=given))

    def _facts(self, site: Site) -> Iterator[ClientCall]:
        users = self._users.of(site.page, site.call)
        if users is None and site.hook.subscribes:
            return  # nobody calls the hook around it: it is never open
        if not users:
            yield self._fact(site, site.page, site.call, ())
        for page, call, via in users or ():
            yield self._fact(site, page, call, via)

    def _fact(self, site: Site, user: Page, use: tree.Call, via: tuple[Span, ...]) -> ClientCall:
        page, call, hook = site.page, site.call, site.hook
        named = self._arguments.named(page, site.given)
        beats, shown, row, hidden = site.beats, None, None, None
        unstable: tuple[Unstable, ...] = ()
        subscribes = hook.subscribes and (bool(via) or not self._rendering.never(page, call, site.given))
        if subscribes:
            if not via:
                shown = shown_fields(page, call) if hook.whole else None
            elif hook.whole and _is_returned(page, call):
                shown = shown_fields(user, use)
            if not via:
                if not waits_for_a_click(page, site.given):
                    row = self._rendering.row(page, call, site.given)
                hidden = self._rendering.closed(page, call, site.given)
            hidden = hidden or self._arguments.placeholder(page, site.given)
            unstable = tuple(self._arguments.unstable(page, call, site.given))
        elif not hook.subscribes and not beats:
            beats = self._beats_of(page, call, hook)
            if not beats and len(via) == 1:
                beats = self._beats.through_hook(page, call, user, use)
            elif not beats and via and _is_returned(page, call):
                beats = self._beats.of_value(user, use)
        return ClientCall(
            hook=hook.name,
            subscribes=subscribes,
            target=site.target,
            span=span_of(user, use),
            within=user.within(use),
            arguments=tuple((name, self._arguments.value(page, node)) for name, node in named)
            if named is not None
            else None,
            skips=may_skip(page, site.given),
            via=via,
            beats=beats,
            unstable=unstable,
            row=row,
            hidden=hidden,
            shown=shown,
        )

    def _beats_of(self, page: Page, call: tree.Call, hook: Hook) -> tuple[Beat, ...]:
        """A hook gives a function that is called elsewhere; a client's method is the call itself."""
        if hook.name.startswith(("client.", "fetch")):
            return self._beats.of_call(page, call)
        return self._beats.of_value(page, call)


def _argument(call: tree.Call, position: int) -> Node:
    return call.arguments[position] if position < len(call.arguments) else None


def _in_module(module: Reference, name: str) -> str | None:
    return reference_path(Reference(module.through, module.component, (*module.parts, name)))


def _is_returned(page: Page, call: tree.Call) -> bool:
    """The hook around the call gives its result back as it is."""
    around = page.parent(call)
    if type(around) is tree.Return or (type(around) is tree.Function and around.body is call):
        return True
    if type(around) is tree.Declarator and type(around.target) is tree.Name:
        return any(
            type(page.parent(use)) is tree.Return for binding in page.variables(around) for use in page.uses(binding)
        )
    return False
