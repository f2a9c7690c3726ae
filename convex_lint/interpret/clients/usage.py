"""Who uses a hook or a component of the project's own: every file outside of the functions folders is looked at."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from convex_lint.interpret.clients.definitions import Definitions, Place
from convex_lint.interpret.clients.page import Page
from convex_lint.interpret.machine import Machine
from convex_lint.interpret.values import ImportBinding
from convex_lint.syntax import tree

_WORD = re.compile(rb"[A-Za-z_$][\w$]*")
_TEST = re.compile(
    r"\.(?:test|spec|stories|bench|cy|e2e)\.[cm]?[jt]sx?$|(?:^|/)(?:__tests__|__mocks__|e2e|cypress|tests?)/"
)


def is_test(file: str) -> bool:
    """Whether a file by its name holds tests or stories: what it calls, no user does."""
    return _TEST.search(file) is not None


class Usage:
    """The uses of names, in all files of one program."""

    def __init__(self, m: Machine, definitions: Definitions) -> None:
        self._m = m
        self._definitions = definitions

    @cached_property
    def _files(self) -> dict[bytes, list[str]]:
        """The files in which each word appears that can be the name of a hook or of a component."""
        found: dict[bytes, list[str]] = defaultdict(list)
        for file, words in self._words.items():
            for word in words:
                if word[:1].isupper() or word[:3] == b"use":
                    found[word].append(file)
        return found

    @cached_property
    def _words(self) -> dict[str, set[bytes]]:
        sources = self._m.program.modules.sources
        files = sorted({*self._m.program.clients, *self._m.program.views})
        return {file: set(_WORD.findall(sources[file].data)) for file in files if not is_test(file)}

    def words(self) -> frozenset[str]:
        """Every word of the clients: what is not among them, no client looks at."""
        return frozenset(word.decode("utf-8", "replace") for words in self._words.values() for word in words)

    def calls(self, place: Place) -> Iterator[tuple[Page, tree.Call]]:
        """Where a hook is called."""
        for page, name in self._uses(place):
            around = page.parent(name)
            if type(around) is tree.Call and around.callee is name:
                yield page, around

    def elements(self, place: Place) -> Iterator[tuple[Page, tree.Jsx]]:
        """Where a component is rendered."""
        for page, name in self._uses(place):
            around = page.parent(name)
            if type(around) is tree.Jsx and around.tag is name:
                yield page, around

    def _uses(self, place: Place) -> Iterator[tuple[Page, tree.Name]]:
        for file in self._files.get(place.name.encode(), ()):
            page = self._definitions.page(file)
            for local in self._local_names(page, place):
                for name in page.named(local):
                    if self._definitions.place(page, name) == place:
                        yield page, name

    def _local_names(self, page: Page, place: Place) -> list[str]:
        """What the file calls it: its own name, or that of the import."""
        if page.file == place.file:
            return [place.name]
        return [
            local
            for local, binding in page.state.scope.vars.items()
            if type(binding) is ImportBinding and self._definitions.follow(binding) == place
        ]
