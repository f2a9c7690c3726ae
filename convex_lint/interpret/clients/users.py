"""Who calls a hook of the project's own: the components behind it, or nobody."""

from __future__ import annotations

import re
from typing import NamedTuple

from convex_lint.interpret.clients.definitions import Place
from convex_lint.interpret.clients.page import Page, bare
from convex_lint.interpret.clients.usage import Usage
from convex_lint.interpret.clients.ways import span_of
from convex_lint.source import Span
from convex_lint.syntax import tree

_HOOK = re.compile(r"use[A-Z]\w*")
_DEPTH = 4


class Use(NamedTuple):
    """A call by a component; `via` leads from there to the library's hook."""

    page: Page
    call: tree.Call
    via: tuple[Span, ...]


class Users:
    """Answers for the pages of one program."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage

    def of(self, page: Page, call: tree.Call, depth: int = _DEPTH) -> tuple[Use, ...] | None:
        """The calls, by components, of the hook that a call stands in. None: it stands in a hook that nobody calls. Empty: in
        none, or in one that is handed on where it cannot be followed, so that the call stands for itself."""
        function = page.outermost(call)
        name = page.name_of(function) if function is not None else ""
        if not depth or not _HOOK.fullmatch(name) or page.declared(name) is None:
            return ()
        place = Place(page.file, name)
        found: list[Use] = []
        for user, use in self._usage.calls(place):
            if user.file == page.file and user.outermost(use) is function:
                continue
            further = self.of(user, use, depth - 1)
            if further == ():
                found.append(Use(user, use, (span_of(page, call),)))
            for inner, other, via in further or ():
                found.append(Use(inner, other, (*via, span_of(page, call))))
        if not found and not self._usage.is_handed_on(place):
            return None
        return tuple(found)

    def of_made(self, page: Page, call: tree.Call) -> tuple[tuple[Page, tree.Call], ...] | None:
        """The calls of the hook that a factory's call makes, `const useNotes = createQueryHook(api.notes.list)`; None and
        empty as above."""
        around = page.parent(call)
        while type(around) is tree.Cast:
            around = page.parent(around)
        target = around.target if type(around) is tree.Declarator else None
        if type(target) is not tree.Name or not _HOOK.fullmatch(target.name):
            return ()
        declared = page.declared(target.name)
        if declared is None or bare(declared.value) is not call:
            return ()
        place = Place(page.file, target.name)
        found = tuple(self._usage.calls(place))
        return found if found or self._usage.is_handed_on(place) else None
