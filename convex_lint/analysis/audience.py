"""Who gets to see what a component shows: everyone, only administrators, or nobody at all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import pairwise

from convex_lint.analysis.reached import Imports
from convex_lint.analysis.uses import Uses
from convex_lint.analysis.vocabulary import ADMIN, words_of
from convex_lint.interpret.clients.usage import is_test
from convex_lint.model.subscription import ClientCall
from convex_lint.program.paths import parent
from convex_lint.source import Source


class Audience:
    """Answers for the clients of one project, from the texts of all its files."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._texts = {file: source.data for file, source in sources.items() if not is_test(file)}

    def is_admins(self, call: ClientCall) -> bool:
        """Every place that renders the component stands inside of a wrapper that lets only administrators pass, or every
        page that leads to it is one of theirs."""
        return call.span.file in self._guarded or call.span.file in self._staff

    def seen(self, calls: Iterable[ClientCall]) -> tuple[ClientCall, ...]:
        """Those that somebody gets to. Where most stand in code that nothing runs, it waits for the pages that will: it is
        taken for what they do."""
        found = [call for call in calls if not self.is_nobody(call)]
        used = tuple(call for call in found if not self._uses.is_idle(call.span))
        return used if 2 * len(used) >= len(found) else tuple(found)

    def unread(self, call: ClientCall) -> tuple[str, str] | None:
        """The hook around a call that hands its result on, and the name by which no client asks for it."""
        found = self._uses.unread(call.via[-1] if call.via else call.span)
        return (found[0].decode(), found[1].decode()) if found is not None else None

    def is_nobody(self, call: ClientCall) -> bool:
        """No page leads to the file by its imports; or no file names the component or the hook around the call, none takes
        its file as a whole, and by its place the file is no page."""
        file, name = call.span.file, call.within
        if file in self._texts and file not in self._led_to:
            return True
        if not _NAME.fullmatch(name) or self._is_page(file) or _package(file) not in self._whole:
            return False
        word = name.encode()
        if self._named.get(word, frozenset()) - {file} or self._taken.get(_stem(file).encode(), frozenset()) - {file}:
            return False
        own = re.compile(rb"<" + word + rb"\b|(?<!function )\b" + word + rb"\(|[(,{:=]\s*" + word + rb"\s*[),}]")
        declared = re.compile(rb"\b(?:function|const|let|class)\s+" + word + rb"\b")
        text = self._texts[file]
        return declared.search(text) is not None and own.search(_EXPORTS.sub(b"", text)) is None

    # ------------------------------------------------------------ behind a wrapper

    @cached_property
    def _guarded(self) -> frozenset[str]:
        """The files of which every component is rendered for administrators alone."""
        inside = {file: list(_wrapped(text)) for file, text in self._texts.items() if b"admin" in text.lower()}
        if not any(inside.values()):
            return frozenset()
        opened: dict[bytes, list[tuple[str, bool]]] = defaultdict(list)
        homes: dict[bytes, set[str]] = defaultdict(set)
        for file, text in self._texts.items():
            for element in _ELEMENT.finditer(text):
                within = any(start <= element.start() < end for start, end in inside.get(file, ()))
                opened[element[1]].append((file, within))
            for component in _DECLARED.findall(text):
                homes[component].add(file)
        declares: dict[str, list[bytes]] = defaultdict(list)
        for name, files in homes.items():
            for file in files:
                declares[file].append(name)
        guarded: set[str] = set()
        grown = True
        while grown:
            found = {
                file
                for file, names in declares.items()
                if file not in guarded and _only_there([opened.get(name, []) for name in names], file, guarded)
            }
            grown = bool(found)
            guarded |= found
        return frozenset(guarded)

    # ------------------------------------------------------------ by imports

    @cached_property
    def _imports(self) -> Imports:
        return Imports(self._texts)

    @cached_property
    def _starts(self) -> frozenset[str]:
        """The files that run without being imported: pages and entries, whatever is no component, and all of a package of
        which not all is known, or that takes files by a pattern."""
        open_ = {_package(file) for file, text in self._texts.items() if _PATTERNS.search(text)}
        return frozenset(
            file
            for file in self._texts
            if self._starts_by_place(file) or _package(file) not in self._whole or _package(file) in open_
        )

    def _starts_by_place(self, file: str) -> bool:
        return self._is_mounted(file) or (_stem(file) != "index" and not _SHOWN.search(file))

    def _is_mounted(self, file: str) -> bool:
        """A page, an entry, or a program of its own."""
        stem = _stem(file)
        if stem == "index":  # elsewhere it gathers what others import
            folder = parent(file)
            return (
                self._is_routed(f"{folder}/index")
                or folder.rpartition("/")[2] in _HOMES
                or f"/{folder}" == _package(file)
            )
        return self._is_page(file) or _STARTED.fullmatch(stem) is not None

    def _is_page(self, file: str) -> bool:
        """Routers mount files by their place, and programs start with files of these names."""
        return self._is_routed(file) or _ENTRY.fullmatch(_stem(file)) is not None

    def _is_routed(self, file: str) -> bool:
        """Where the code names its routes one by one, a folder of pages mounts none."""
        folder = f"/{parent(file)}/"
        if _ROUTED.search(folder):
            return True
        return _PAGES.search(folder) is not None and _package(file) not in self._names_routes

    @cached_property
    def _names_routes(self) -> frozenset[str]:
        """The packages that write their routes down (`<Route path="/music" element={<Music />} />`) and have no framework that
        mounts files by their place."""
        written = {_package(file) for file, text in self._texts.items() if _ROUTES.search(text)}
        placed = {_package(file) for file, text in self._texts.items() if _FRAMEWORKS.search(text)}
        return frozenset(written - placed)

    @cached_property
    def _led_to(self) -> frozenset[str]:
        return self._imports.reached(self._starts)

    @cached_property
    def _staff(self) -> frozenset[str]:
        """The files that pages for the operators lead to, and no others."""
        pages = {file for file in self._starts if words_of(file) & ADMIN}
        return self._imports.reached(pages) - self._imports.reached(self._starts - pages) if pages else frozenset()

    # ------------------------------------------------------------ by names

    @cached_property
    def _uses(self) -> Uses:
        return Uses(self._texts, self._offered.__contains__)

    @cached_property
    def _offered(self) -> frozenset[str]:
        """The files whose exports others than the code that is seen may take: routers and runners by their place, those who
        install the package, anyone in a package of which not all is known."""
        open_ = {_package(file) for file, text in self._texts.items() if _PATTERNS.search(text)}
        return self._imports.given_out(
            file
            for file in self._texts
            if (self._is_mounted(file) and not _is_beside_pages(file))
            or _RUN.search(f"/{file}") is not None
            or _package(file) not in self._whole
            or _package(file) in open_
        )

    # ------------------------------------------------------------ nowhere

    @cached_property
    def _whole(self) -> frozenset[str]:
        """The packages of which all files are known: some have nothing to do with Convex. Pages of Astro are not read."""
        plain = {_package(file) for file, text in self._texts.items() if b"convex" not in text}
        return frozenset(plain - {_package(file) for file in self._texts if _stem(file) == "astro"})

    @cached_property
    def _named(self) -> Mapping[bytes, frozenset[str]]:
        """The files in which each name stands that can be that of a component or a hook, but for the paths of imports."""
        found: dict[bytes, set[str]] = defaultdict(set)
        for file, text in self._texts.items():
            for word in set(_WORD.findall(_PATH.sub(b"", text))):
                found[word].add(file)
        return {word: frozenset(files) for word, files in found.items()}

    @cached_property
    def _taken(self) -> Mapping[bytes, frozenset[str]]:
        """By the last name of their path, the files that others take by default, later, or all of."""
        found: dict[bytes, set[str]] = defaultdict(set)
        for file, text in self._texts.items():
            for path in _WHOLE.findall(text):
                found[path.rpartition(b"/")[2].partition(b".")[0]].add(file)
        return {word: frozenset(files) for word, files in found.items()}


def _is_beside_pages(file: str) -> bool:
    """Code without markup in the folder of an app: it is no page there, as it would be in one of routes."""
    folder = f"/{parent(file)}/"
    placed = "/app/" in folder and not _HELD.search(folder) and not _SHOWN.search(file)
    return placed and _BESIDE.fullmatch(file.rpartition("/")[2]) is not None


def _only_there(opened: list[list[tuple[str, bool]]], file: str, guarded: set[str]) -> bool:
    """Other files render some of the components, and none of them elsewhere than where only administrators get."""
    places = [place for several in opened for place in several if place[0] != file]
    return bool(places) and all(within or at in guarded for at, within in places)


def _wrapped(text: bytes) -> Iterator[tuple[int, int]]:
    """What stands between the tags of `<ProtectedRoute requireAdmin>` and `<AdminRoute>`, or in `case "admin":` of a role."""
    for wrapper in _WRAPPER.finditer(text):
        tag, attributes = wrapper[1], wrapper[2]
        if _ADMINS_TAG.fullmatch(tag) or _ADMINS_ONLY.search(attributes):
            end = text.find(b"</" + tag + b">", wrapper.end())
            if end > 0:
                yield wrapper.end(), end
    for chosen in _BY_ROLE.finditer(text):
        cases = list(_CASE.finditer(text, chosen.end()))
        for case, after in pairwise(cases):
            if case["of"] is None:
                break
            if case["of"].lower() in _OPERATORS and not text[: case.start()].rstrip().endswith(b":"):
                yield case.end(), after.start()


def _package(file: str) -> str:
    return _FOLDERS.split(f"/{file}", maxsplit=1)[0] if _FOLDERS.search(f"/{file}") else f"/{parent(file)}"


def _stem(file: str) -> str:
    return file.rpartition("/")[2].partition(".")[0]


_NAME = re.compile(r"[A-Z]\w*|use[A-Z]\w*")
_WORD = re.compile(rb"(?<![\w$])(?:[A-Z]|use[A-Z])[\w$]*")
_PATH = re.compile(rb"[\"'][^\"'\n]*/[^\"'\n]*[\"']")
_WHOLE = re.compile(
    rb"(?:import\s+(?:type\s+)?[\w$]+\s*(?:,[^;\"']*)?from|import\(|export\s+\*[^\"';]*from|require\()\s*[\"']([^\"'\n]+)[\"']"
)
_EXPORTS = re.compile(rb"\bexport\s*(?:default\s+[\w$]+\s*;?$|\{[^}]*\})", re.MULTILINE)
_FOLDERS = re.compile(r"/(?:src|app|components|hooks|lib|providers|features|pages|astro\.config\.)(?:/|(?<=\.))")
_ROUTED = re.compile(r"/(?:app|routes|entrypoints|islands)/")
_HELD = re.compile(r"/(?:routes|entrypoints|islands)/")
_BESIDE = re.compile(r"(?!(?:route|routes|root|sitemap|robots|manifest|entry|app|config)\b)[\w-]+\.[jt]s")
_RUN = re.compile(
    r"/(?:api|server|functions|trigger|jobs|tasks|workers?|commands|plugins|middleware|lambdas?|cli|bin)/"
    r"|/(?:instrumentation|proxy|hooks\.(?:server|client))\.[^/]*$"
)
_PAGES = re.compile(r"/(?:pages|screens|views)/")
_ROUTES = re.compile(rb"<Route\s[^>]*\b(?:element|component|Component)=|\bcreate(?:Browser|Hash|Memory)Router\(")
_FRAMEWORKS = re.compile(
    rb"""["'](?:next|nuxt|gatsby|expo-router|vike|waku|@remix-run|@redwoodjs|@generouted|~react-pages)(?:/|["'])"""
)
_ENTRY = re.compile(r"(?:index|main|app|_app|root|layout|client|entry.*|\+.*)", re.IGNORECASE)
_HOMES = frozenset(("", "src", "app", "lib"))
_STARTED = re.compile(
    r"router|routes|start|server|popup|options|background|content|sidepanel|newtab|preload|middleware|worker|.*config",
    re.IGNORECASE,
)
_SHOWN = re.compile(r"\.(?:[jt]sx|svelte|vue)$")
_PATTERNS = re.compile(rb"import\.meta\.glob|require\.context|unplugin-|defineNuxtConfig")
_ELEMENT = re.compile(rb"<([A-Z]\w*)\b")
_DECLARED = re.compile(rb"\b(?:function|const|class)\s+([A-Z]\w*)\b")
_WRAPPER = re.compile(rb"<([A-Z][\w.]*)((?:\s[^<>]*)?)>")
_ADMINS_TAG = re.compile(
    rb"(?:Require|Protected|Guarded|Only)?(?:Super)?Admins?(?:Only|Route|Routes|Guard|Gate|Protected|Required|Layout)|RequireAdmins?|OnlyAdmins?"
)
_BY_ROLE = re.compile(rb"\bswitch\s*\((?![^(){}]*member)[\w$.?!\s]*(?:role|user_?type)\s*\)\s*\{", re.IGNORECASE)
_CASE = re.compile(rb"\bcase\s+[\"'](?P<of>[\w-]+)[\"']\s*:|\bdefault\s*:|^\s*\}|\Z", re.MULTILINE)
_OPERATORS = frozenset((b"admin", b"superadmin", b"super_admin", b"super-admin", b"moderator", b"staff"))
_ADMINS_ONLY = re.compile(
    rb"\b(?:requires?_?(?:super)?admin|admins?_?only|only_?admins?)\b(?!\s*=\s*\{\s*false)"
    rb"|\b(?:required?|allowed)_?roles?\s*=\s*\{?\s*\[?\s*[\"']admin[\"']\s*\]?\s*\}?(?!\s*,)",
    re.IGNORECASE,
)
