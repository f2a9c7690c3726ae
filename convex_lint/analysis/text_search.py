"""Texts that code looks for in the texts of all rows: a search index finds them, a page of the rows misses most of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from convex_lint.analysis.each_row import EachRow, each_row, field_of, mentions
from convex_lint.analysis.fields import kinds_of
from convex_lint.analysis.story import fields_in_words
from convex_lint.analysis.surroundings import Surroundings, method_of, within
from convex_lint.model.operation import Read
from convex_lint.model.schema import Table
from convex_lint.syntax import tree

_LOOKS = frozenset(("includes", "indexOf"))
_FOLDS = frozenset(("toLowerCase", "toUpperCase", "toLocaleLowerCase", "toLocaleUpperCase"))


class Searched(NamedTuple):
    """`fields` are those in whose texts is looked; `always`: the rows are read for nothing else."""

    fields: tuple[str, ...]
    table: Table
    always: bool

    @property
    def advice(self) -> str:
        if self.always:
            return f"{self._index} {_TAKE}: a page of the rows would miss most of what matches."
        return f"Where a text is looked for: {self._index[0].lower()}{self._index[1:]} {_TAKE}. Otherwise read one page at a time {_PAGED}."

    @property
    def _index(self) -> str:
        known = next(
            (one for one in self.table.search_indexes if not one.staged and one.search_field in self.fields), None
        )
        if known is not None and len(self.fields) == 1:
            return f'Ask the search index `{known.name}` (`.withSearchIndex("{known.name}", ...)`)'
        if len(self.fields) == 1:
            (field,) = self.fields
            return f'Declare `.searchIndex("search_{field}", {{ searchField: "{field}" }})` and ask it (`.withSearchIndex(...)`)'
        together = f" ({fields_in_words(self.fields)})" if self.fields else ""
        alone = f", as `{known.name}` looks in `{known.search_field}` alone," if known is not None else ","
        return f"Keep what is searched{together} together in one field, with a `.searchIndex` on it{alone} and ask that (`.withSearchIndex(...)`)"


_TAKE = "for as many rows as are shown, with `.take(n)`"
_PAGED = "with `.paginate(paginationOpts)`, as a page holds only some of the matches"


def searched_text(read: Read, table: Table, surroundings: Surroundings) -> Searched | None:
    """`rows.filter((row) => row.name.toLowerCase().includes(text))`, and the same in a loop, or by a function of the project."""
    for each in each_row(read, surroundings, ("filter", "find", "iterate")):
        tests = [test for test in _tests(each, table, surroundings) if each.use.kind != "iterate" or _drops(each, test)]
        tests.sort(key=lambda test: test.start)
        if tests:
            fields = tuple(dict.fromkeys(field for test in tests for field in _fields(test, each)))
            own = [use for use in read.uses if not use.part and use.kind in _SHOWING]
            always = not own and all(each.is_always(test, surroundings) for test in tests)
            always &= each.is_always(each.node, surroundings)
            always &= not any(_passes_all(test, each, surroundings) for test in tests)
            return Searched(tuple(field for field in fields if _is_text(field, table)), table, always)
    return None


_SHOWING = frozenset(("map", "reduce", "sort"))
"""What is done to all rows, whether or not they hold the text."""


def _tests(each: EachRow, table: Table, surroundings: Surroundings) -> Iterator[Any]:
    for node in within(each.body):
        if method_of(node) in _LOOKS and len(node.arguments) == 1:
            text, wanted = node.callee.object, node.arguments[0]
            if each.tells_of(text) and _is_given(wanted, each) and _holds_text(text, each, table):
                yield node
        elif type(node) is tree.Call and type(node.callee) is tree.Name:
            own = [given for given in node.arguments if each.tells_of(given)]
            if own and any(_is_given(given, each) for given in node.arguments):
                called = surroundings.called(each.use.span.file, node.callee.name)
                if called is not None and _compares_texts(called):
                    yield node


def _passes_all(test: Any, each: EachRow, surroundings: Surroundings) -> bool:
    """`if (!text) return true;`, in the function of the project that looks for the text: without one every row is wanted."""
    called = (
        surroundings.called(each.use.span.file, test.callee.name)
        if type(test) is tree.Call and type(test.callee) is tree.Name
        else None
    )
    return called is not None and any(
        type(node) is tree.If
        and type(node.test) is tree.Unary
        and node.test.operator == "!"
        and type(node.test.operand) is tree.Name
        and any(type(part) is tree.Return and _is_true(part.value) for part in within(node.then))
        for node in within(called.body)
    )


def _is_true(value: Any) -> bool:
    return type(value) is tree.Constant and value.value is True


def _is_given(wanted: Any, each: EachRow) -> bool:
    """It comes from elsewhere, and is no word that the code knows beforehand."""
    names = [part for part in within(wanted) if type(part) is tree.Name]
    return bool(names) and not each.tells_of(wanted)


def _holds_text(value: Any, each: EachRow, table: Table) -> bool:
    if any(method_of(part) in _FOLDS for part in _with_sources(value, each)):
        return True
    field = field_of(value, each.names)
    return field is not None and _is_text(field, table)


def _is_text(field: str, table: Table) -> bool:
    kinds = {kind.kind for kind in kinds_of(field, table)} - {"null"}
    return bool(kinds) and kinds <= {"string"}


def _with_sources(value: Any, each: EachRow) -> Iterator[Any]:
    """The parts of a value, and those of the variables of the loop's body that it names."""
    names = {part.name for part in within(value) if type(part) is tree.Name}
    yield from within(value)
    for node in within(each.body):
        if type(node) is tree.Declarator and type(node.target) is tree.Name and node.target.name in names:
            yield from within(node.value)


def _fields(test: Any, each: EachRow) -> Iterator[str]:
    held = [test.callee.object] if type(test.callee) is tree.Member else list(test.arguments)
    parts = [part for value in held for part in _with_sources(value, each)]
    for part in sorted(parts, key=lambda part: part.start):
        field = field_of(part, each.names) if type(part) is tree.Member else None
        if field is not None:
            yield field


def _drops(each: EachRow, test: Any) -> bool:
    """A loop goes on to the next row where the text is not found, or does nothing but what stands behind that condition."""
    body = each.body.body if type(each.body) is tree.Block else (each.body,)
    doing = [one for one in body if type(one) is not tree.Variables]
    asking = [one for one in doing if type(one) is tree.If and one.test.start <= test.start < one.test.end]
    return bool(asking) and (len(doing) == 1 or any(type(part) is tree.Continue for part in within(asking[0].then)))


def _compares_texts(function: tree.Function) -> bool:
    """A function that looks in one of its parameters for the other, whatever their case."""
    names = [part.name for part in within(function.parameters) if type(part) is tree.Name]
    values = {
        node.target.name: node.value
        for node in within(function.body)
        if type(node) is tree.Declarator and type(node.target) is tree.Name and mentions(node.value, names)
    }
    texts = {*names, *values}
    looks = [node for node in within(function.body) if method_of(node) in _LOOKS and len(node.arguments) == 1]
    folds = any(method_of(node) in _FOLDS for node in within(function.body))
    return folds and any(mentions(node.callee.object, texts) and mentions(node.arguments[0], texts) for node in looks)
