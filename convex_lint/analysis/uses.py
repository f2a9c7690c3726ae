"""Does anything that runs name the code around a call of a client? Hooks, components and factories that are left behind do not run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from convex_lint.analysis.statements import Statement, Statements, renamed, taken_whole
from convex_lint.program.paths import VIEWS
from convex_lint.source import Span


class Unit(NamedTuple):
    """One statement of a file."""

    file: str
    number: int


class Uses:
    """Answers for the clients of one project, by the words of their texts: whatever may be a use is one. `is_open` tells the
    files of which others than the code that is seen may take what they export: pages, entries, packages that are not known."""

    def __init__(self, texts: Mapping[str, bytes], is_open: Callable[[str], bool]) -> None:
        self._texts = texts
        self._is_open = is_open
        self._laid_out: dict[str, Statements] = {}
        self._idle: dict[Unit, bool] = {}

    def is_idle(self, span: Span) -> bool:
        """No page, no entry and no code that runs with its file leads to the statement around the place; or the place is in a
        part of an object that is only taken in parts, and none takes this one."""
        if span.file not in self._texts or span.file.endswith(VIEWS):
            return False
        number = self._statements(span.file).at(span.start)
        if number is None:
            return False
        unit = Unit(span.file, number)
        return self._is_idle(unit) or self._is_left(unit, span.start)

    def _statements(self, file: str) -> Statements:
        known = self._laid_out.get(file)
        if known is None:
            known = self._laid_out[file] = Statements(self._texts[file])
        return known

    def _statement(self, unit: Unit) -> Statement:
        return self._statements(unit.file).all[unit.number]

    def _is_idle(self, unit: Unit) -> bool:
        """All that leads to it, step by step, has been looked at, and nothing of that runs by itself."""
        if unit in self._idle:
            return self._idle[unit]
        seen: dict[Unit, Unit | None] = {unit: None}
        queue = [unit]
        for one in queue:
            if self._idle.get(one) is False or self._runs(one):
                at: Unit | None = one
                while at is not None:
                    self._idle[at] = False
                    at = seen[at]
                return False
            for user in self._users(one) if one not in self._idle else ():
                if user not in seen:
                    seen[user] = one
                    queue.append(user)
        self._idle.update(dict.fromkeys(seen, True))
        return True

    def _runs(self, unit: Unit) -> bool:
        if unit.file.endswith(VIEWS):
            return True
        one = self._statement(unit)
        if one.kind == "runs":
            return True
        if one.kind == "default" and not _SHOWN.search(unit.file) and not _stem(unit.file).startswith(b"use"):
            return True  # a configuration, a worker, an agent: some program is given the file
        offered = one.kind == "default" or unit.number in self._statements(unit.file).exported
        return offered and self._is_open(unit.file)

    # ------------------------------------------------------------ who names it

    def _users(self, unit: Unit) -> Iterator[Unit]:
        one = self._statement(unit)
        for name in one.names:
            yield from self._naming(unit.file, name, unit)
        if one.kind == "default" or (one.kind == "export" and any(here == b"default" for _, here in renamed(one.code))):
            yield from self._taking(unit.file)
        if one.kind == "own" and unit.number in self._statements(unit.file).exported:
            for name in one.names:
                yield from self._elsewhere(unit.file, name)

    def _naming(self, file: str, name: bytes, but: Unit | None = None) -> Iterator[Unit]:
        """The statements of a file in which a name stands."""
        word = _word(name)
        for number, one in enumerate(self._statements(file).all):
            if (
                one.kind in ("own", "default", "runs")
                and (but is None or number != but.number or file != but.file)
                and word.search(one.code)
            ):
                yield Unit(file, number)

    def _elsewhere(self, home: str, name: bytes, hops: int = 3) -> Iterator[Unit]:
        """The statements of other files in which it stands by its name, or by another that an import or a barrel gives it."""
        word = _word(name)
        for file, text in self._texts.items():
            if name not in text or word.search(text) is None or file == home:
                continue
            if file.endswith(VIEWS):
                yield Unit(file, 0)
                continue
            yield from self._naming(file, name)
            for number, one in enumerate(self._statements(file).all):
                for there, here in renamed(one.code) if one.kind in ("import", "export") else ():
                    if there != name:
                        continue
                    if one.kind == "export" and (here == b"default" or self._is_open(file)):
                        yield Unit(file, number)
                    if here != name and one.kind == "import":
                        yield from self._naming(file, here)
                    elif here not in (name, b"default") and hops:
                        yield from self._elsewhere(file, here, hops - 1)

    def _taking(self, home: str) -> Iterator[Unit]:
        """The statements that take what a file exports by default: under a name of their own, or by its path."""
        stem = _stem(home)
        if not stem:
            return
        path = re.compile(rb"[\"'`/]" + re.escape(stem) + rb"(?:/index)?(?:\.[cm]?[jt]sx?)?[\"'`?]")
        for file, text in self._texts.items():
            if stem not in text or path.search(text) is None or file == home:
                continue
            if file.endswith(VIEWS):
                yield Unit(file, 0)
                continue
            for number, one in enumerate(self._statements(file).all):
                if one.kind in ("own", "default", "runs") and path.search(one.code):
                    yield Unit(file, number)
                if one.kind not in ("import", "export") or path.search(one.code) is None:
                    continue
                whole = taken_whole(one.code)
                if whole is not None:
                    yield from self._naming(file, whole)
                for there, here in renamed(one.code):
                    if there == b"default" and one.kind == "import":
                        yield from self._naming(file, here)
                    elif there == b"default":
                        yield Unit(file, number)
                        yield from self._elsewhere(file, here) if here != b"default" else ()

    # ------------------------------------------------------------ results

    def unread(self, span: Span) -> tuple[bytes, bytes] | None:
        """(hook, name) where the result of the call at a place is only handed on by a hook of the project's own, under a name that
        no other code has: `return { featured: rows ?? [] }`."""
        number = self._statements(span.file).at(span.start) if span.file in self._texts else None
        if number is None or span.file.endswith(VIEWS):
            return None
        one = self._statement(Unit(span.file, number))
        hook = next((name for name in one.names if _HOOK.fullmatch(name)), None)
        held = _HELD.search(self._texts[span.file][one.start : span.start])
        if hook is None or held is None:
            return None
        left = re.sub(_TESTED % held[1], b"", one.code)
        keys = [found[1] or held[1] for found in re.finditer(_HANDED_ON % (held[1], held[1]), left)]
        rest = re.sub(_HANDED_ON % (held[1], held[1]), b"", left)
        if len(keys) != 1 or len(_own_word(held[1]).findall(rest)) > 1 or _is_named_again(keys[0], held[1], one.code):
            return None
        named = any(
            next(self._naming(file, keys[0], Unit(span.file, number)), None) is not None
            or (file.endswith(VIEWS) and _word(keys[0]).search(text))
            for file, text in self._texts.items()
            if keys[0] in text
        )
        return None if named else (hook, keys[0])

    # ------------------------------------------------------------ parts of an object

    def _is_left(self, unit: Unit, offset: int) -> bool:
        """`export const queries = { list: () => ..., low: () => ... }` of which all code only takes `queries.list`."""
        one = self._statement(unit)
        part = _part_at(self._texts[unit.file][one.start : offset])
        if one.kind != "own" or len(one.names) != 1 or part is None:
            return False
        (name,) = one.names
        users = {*self._naming(unit.file, name, unit), *self._elsewhere(unit.file, name)}
        taken = re.compile(rb"(?<![\w$])" + re.escape(name) + rb"(?![\w$])(?:\s*[?!]?\.\s*([\w$]+))?")
        own = list(taken.finditer(re.sub(rb"\bthis\b", name, one.code)))[1:]
        if any(user.file.endswith(VIEWS) for user in users):
            return False
        if any(
            found[1] in (None, part)
            for several in (own, *(taken.finditer(self._statement(user).code) for user in users))
            for found in several
        ):
            return False
        return bool(users) and not self._is_taken_otherwise(name)

    def _is_taken_otherwise(self, name: bytes) -> bool:
        """Under another name."""
        return any(
            there == name and here != name
            for file, text in self._texts.items()
            if name in text and b" as " in text and not file.endswith(VIEWS)
            for one in self._statements(file).all
            if one.kind in ("import", "export")
            for there, here in renamed(one.code)
        )


def _is_named_again(key: bytes, held: bytes, code: bytes) -> bool:
    return key != held and len(_word(key).findall(code)) > 1


def _part_at(text: bytes) -> bytes | None:
    """The name of the part of an object in which the text ends, that begins with the declaration of the object."""
    if _OBJECT.match(text) is None:
        return None
    first = _INDENTED.search(text)
    if first is None:
        return None
    parts = list(re.finditer(rb"^" + re.escape(first[1]) + rb"(?:async\s+)?([\w$]+)\s*[:(]", text, re.MULTILINE))
    return parts[-1][1] if parts else None


def _word(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![\w$])" + re.escape(name) + rb"(?![\w$])")


def _own_word(name: bytes) -> re.Pattern[bytes]:
    """The variable, and no member of something else."""
    return re.compile(rb"(?<![^.]\.)" + _word(name).pattern)


def _stem(file: str) -> bytes:
    """What paths end with that mean the file: its name, or that of its folder for an index."""
    folder, _, last = file.rpartition("/")
    stem = last.partition(".")[0]
    return (folder.rpartition("/")[2] if stem == "index" else stem).encode()


_HOOK = re.compile(rb"use[A-Z]\w*")
_HELD = re.compile(rb"\bconst\s+([\w$]+)\s*=\s*$")
_TESTED = rb"(?<![\w$])%s\s*[!=]==?\s*(?:undefined|null)\b"
_HANDED_ON = rb"(?m)(?:([\w$]+)\s*:\s*|^\s*)(?<![\w$])(?:%s\s*\?\?\s*(?:\[\]|\{\}|null|0|undefined|false)|%s)\s*,\s*$"
_SHOWN = re.compile(r"\.[jt]sx$")
_OBJECT = re.compile(rb"(?:export\s+)?const\s+[\w$]+\s*(?::[^={]+)?=\s*\{[ \t]*\n")
_INDENTED = re.compile(rb"\n([ \t]+)\S")
