"""Portraits of functions and tables as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from convex_lint.report.cells import printable
from convex_lint.report.contract import FilePlace
from convex_lint.report.frame import hang
from convex_lint.report.portrait import FunctionPortrait, GuardFact, Step
from convex_lint.report.portrait_table import AccessFact, FieldFact, IndexUse, TablePortrait

Portrait = FunctionPortrait | TablePortrait


def render_portraits(portraits: Sequence[Portrait], *, width: int = 100) -> str:
    """The portraits one after the other, with a newline at the end."""
    return "\n".join("\n".join(_rows(portrait, max(width, 40))) + "\n" for portrait in portraits)


def _rows(portrait: Portrait, width: int) -> Iterator[str]:
    if portrait["subject"] == "function":
        head, sections = _function(portrait)
    else:
        head, sections = _table(portrait)
    yield printable(head)
    for title, items in sections:
        rows = [row for item in items for row in hang(printable(item), "  ", width)]
        if rows:
            yield from ("", title, *rows)


def _function(one: FunctionPortrait) -> tuple[str, list[tuple[str, Iterable[str]]]]:
    head = f"`{one['id']}`: {one['visibility']} {one['kind']}, {_at(one['place'])}"
    started = one["startedBy"] or ["nothing that was scanned: it is run by hand"]
    often = [f"often: {one['runsOften']}"] if one["runsOften"] else []
    sections: list[tuple[str, Iterable[str]]] = [
        ("Started by", [*started, *often]),
        ("Callers", [f"`{caller}`" for caller in one["callers"]]),
        ("Kept open by", one["subscribers"]),
        ("Run again by", [f"`{writer}`" for writer in one["invalidatedBy"]]),
        ("Guards", [_guard(guard) for guard in one["guards"]]),
        ("Reads", _steps(one["reads"])),
        ("Writes", _steps(one["writes"])),
        ("Calls", _steps(one["calls"])),
        ("Platform", _steps(one["platform"])),
        ("Runs again", [f"`{query}`, which clients keep open" for query in one["invalidates"]]),
        (
            "Conflicts",
            [f"with `{c['function']}` on `{c['table']}`: {_CERTAIN[c['certainty']]}" for c in one["conflicts"]],
        ),
    ]
    return head, sections


_CERTAIN = {
    "always": "always",
    "same-key": "when both are called for the same row or range",
    "maybe": "perhaps: the keys could not be compared",
}


def _guard(guard: GuardFact) -> str:
    ends = {"throw": "throws", "return": "returns"}.get(guard["otherwise"], guard["otherwise"])
    when = "unless" if guard["holds"] else "if"
    return f"{ends} {when} `{guard['condition']}` ({_at(guard['place'])})"


def _steps(steps: Sequence[Step]) -> Iterator[str]:
    for step in steps:
        marks = [*(["sometimes"] if step["conditional"] else []), *(["in a loop"] if step["loopDepth"] else [])]
        through = f", through {_at(step['via'][0])}" if step["via"] else ""
        yield f"{step['words']} ({', '.join((*marks, _at(step['place'])))}{through})"
        if step["why"]:
            yield f"  {step['why']}"


def _table(one: TablePortrait) -> tuple[str, list[tuple[str, Iterable[str]]]]:
    head = f"`{one['id']}`: table, {_at(one['place'])}" if one["declared"] else f"`{one['id']}`: table without a schema"
    sections: list[tuple[str, Iterable[str]]] = [
        ("Growth", [f"the table {one['growth']}"]),
        ("Fields", [_field(field) for field in one["fields"]]),
        ("Indexes", [_index(index) for index in one["indexes"]]),
        ("Reads", _accesses(one["readers"])),
        ("Writes", _accesses(one["writers"])),
        ("Refers to", [f"`{other}`" for other in one["refersTo"]]),
        ("Referred to by", [f"`{other}`" for other in one["referredToBy"]]),
    ]
    return head, sections


def _field(field: FieldFact) -> str:
    optional = ", optional" if field["optional"] else ""
    return f"`{field['name']}`: {field['type']}{optional}; {_by('set', field['setBy'])}"


def _index(index: IndexUse) -> str:
    kind = "" if index["kind"] == "database" else f", {index['kind']} index"
    staged = ", staged" if index["staged"] else ""
    return f"`{index['name']}` ({', '.join(index['fields'])}){kind}{staged}; {_by('used', index['usedBy'])}"


def _by(verb: str, functions: Sequence[str]) -> str:
    named = ", ".join(f"`{function}`" for function in functions)
    return f"{verb} by {named}" if named else f"{verb} by nothing that was scanned"


def _accesses(accesses: Sequence[AccessFact]) -> Iterator[str]:
    for access in accesses:
        functions = ", ".join(f"`{function}`" for function in access["functions"])
        yield f"{functions}: {access['words']} ({_at(access['place'])})"


def _at(place: FilePlace) -> str:
    return f"{place['file']}:{place['startLine']}:{place['startColumn']}"
