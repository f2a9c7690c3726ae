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
from convex_lint.program.paths import VIEWS
from convex_lint.syntax import tree

_WORD = re.compile(rb"[A-Za-z_$][\w$]*")
_TEST = re.compile(
    r"\.(?:test|spec|stories|bench|cy|e2e)\.[cm]?[jt]sx?$|(?:^|/)(?:__tests__|__mocks__|e2e|cypress|tests?)/"
)

_STEM = re.compile(r"(?:/index)?\.\w+$")


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

    def is_handed_on(self, place: Place) -> bool:
        """Whether a hook's name stands anywhere but where it is declared, imported, exported and called: what is done with it
        there cannot be followed, such as by frameworks that import by themselves. In a repository of several backends the files
        that call it may have been counted to another one."""
        if not self._m.program.alone:
            return True
        word = place.name.encode()
        member = re.compile(rb"\.\s*" + re.escape(word) + rb"\b")
        for file in self._files.get(word, ()):
            page = self._definitions.page(file)
            if file != place.file and (file.endswith(VIEWS) or member.search(page.source.data)):
                return True
            if any(self._may_be(page, name, place) for name in page.named(place.name)):
                return True
        return any(self._may_be(page, name, place) for page, name in self._uses(place))

    def _may_be(self, page: Page, name: tree.Name, place: Place) -> bool:
        """The name may be that of the hook, and something is done with it that is no call of it by itself."""
        around = page.parent(name)
        if around is None or type(around) is tree.ExportDefault:
            return False
        found = self._definitions.place(page, name)
        if found == place:
            return type(around) is not tree.Call or around.callee is not name
        if found is None or found.package:
            return True
        declared = self._definitions.page(found.file).declared(found.name)
        return declared is None or bool(declared.path)

    def elements(self, place: Place) -> Iterator[tuple[Page, tree.Jsx]]:
        """Where a component is rendered."""
        for page, name in self._uses(place):
            around = page.parent(name)
            if type(around) is tree.Jsx and around.tag is name:
                yield page, around

    def _uses(self, place: Place) -> Iterator[tuple[Page, tree.Name]]:
        for file in self._files_of(place):
            page = self._definitions.page(file)
            for local in self._local_names(page, place):
                for name in page.named(local):
                    if self._definitions.place(page, name) == place:
                        yield page, name

    def _files_of(self, place: Place) -> list[str]:
        """The files that may name it: by its own name, by one under which a file exports it (`export { useA as useB }`), or,
        where it is its module's default export, by any."""
        found = dict.fromkeys(self._files.get(place.name.encode(), ()))
        exported = {place.name}
        if self._definitions.exported(place.file, "default") == place:
            exported.add("default")
            path = set(_WORD.findall(_STEM.sub("", place.file).rpartition("/")[2].encode()))
            found.update(dict.fromkeys(file for file, words in self._words.items() if path <= words))
        for file in list(found):
            for name, export in self._definitions.page(file).state.exports.items():
                if export.name in exported and name not in exported:
                    found.update(dict.fromkeys(self._files.get(name.encode(), ())))
        return list(found)

    def _local_names(self, page: Page, place: Place) -> list[str]:
        """What the file calls it: its own name, or that of the import."""
        if page.file == place.file:
            return [place.name]
        return [
            local
            for local, binding in page.state.scope.vars.items()
            if type(binding) is ImportBinding and self._definitions.follow(binding) == place
        ]
