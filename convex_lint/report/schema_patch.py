"""Index plans -> a unified diff that `git apply` accepts: of the schema, and of the reads whose index gets another name."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from difflib import unified_diff
from typing import NamedTuple

from convex_lint.analysis.index_plan import TablePlan
from convex_lint.analysis.library import written_here
from convex_lint.analysis.proposals import Proposal
from convex_lint.analysis.sites import Site
from convex_lint.model.operation import Read
from convex_lint.model.project import Project
from convex_lint.model.schema import Index, Table
from convex_lint.source import Source, Span

_LATIN = "latin-1"  # one character a byte, so that places in the text are places in the file


class Edit(NamedTuple):
    """The bytes from `start` to `end` of a file become `text`."""

    start: int
    end: int
    text: bytes


def render_patch(planned: Iterable[tuple[Project, Sequence[TablePlan]]], prefix: str = "") -> str:
    """The diff of all files that change, paths relative to the root of the run with `prefix` in front; empty when nothing
    changes. An index keeps its name where some read that names it could not be rewritten."""
    edits: dict[str, set[Edit]] = defaultdict(set)
    sources: dict[str, Source] = {}
    for project, plans in planned:
        sources.update(project.sources)
        for plan in plans:
            _edit_table(plan, project, edits)
    return "".join(_diff(path, sources[path], sorted(found), prefix) for path, found in sorted(edits.items()))


def _edit_table(plan: TablePlan, project: Project, edits: dict[str, set[Edit]]) -> None:
    table = plan.table
    if not written_here(table) or table.span.file not in project.sources:
        return
    readers: dict[str, list[Site[Read]]] = defaultdict(list)
    for served in plan.reads:
        if served.site.operation.index is not None:
            readers[served.site.operation.index].append(served.site)
    names: dict[str, str] = {}
    for change in plan.changes:
        old = change.extends
        if old is None:
            edits[table.span.file].add(_insertion(table, change, project))
            continue
        renames = _renames(readers[old.name], old.name, change.name, project)
        if renames is not None:
            names[old.name] = change.name
        edits[old.span.file].add(
            Edit(old.span.start, old.span.end, _declaration(change, names.get(old.name, old.name), project, old))
        )
        for path, edit in renames or ():
            edits[path].add(edit)
    for drop in plan.drops:
        if drop.longer is not None:
            moved = _renames(
                readers[drop.index.name], drop.index.name, names.get(drop.longer.name, drop.longer.name), project
            )
            if moved is None:
                continue
            for path, edit in moved:
                edits[path].add(edit)
        edits[drop.index.span.file].add(_removal(drop.index.span, project))


def _insertion(table: Table, change: Proposal, project: Project) -> Edit:
    """After the last index of the table, on a line of its own where those stand so."""
    own = [index.span for index in table.indexes] + [index.span for index in table.search_indexes]
    own += [index.span for index in table.vector_indexes]
    ends = [span.end for span in own if span.file == table.span.file and span.start > table.span.start]
    place = max([table.span.end, *ends])
    text = project.sources[table.span.file].data.decode(_LATIN)
    line = text[text.rfind("\n", 0, place) + 1 : place]
    indent = re.match(r"[ \t]*", line)
    assert indent is not None
    chained = line.lstrip().startswith(".")
    first = text[text.rfind("\n", 0, table.span.start) + 1 : table.span.start]
    step = re.match(r"[ \t]*", first)
    assert step is not None
    pad = indent[0] if chained else step[0] + ("\t" if step[0].startswith("\t") else "  ")
    newline = "\r\n" if "\r\n" in text else "\n"
    return Edit(place, place, f"{newline}{pad}.{_call(change.name, change.fields, text)}".encode(_LATIN, "replace"))


def _declaration(change: Proposal, name: str, project: Project, old: Index) -> bytes:
    return _call(name, change.fields, project.sources[old.span.file].data.decode(_LATIN)).encode(_LATIN, "replace")


def _call(name: str, fields: Sequence[str], around: str) -> str:
    """In the quotes that the file prefers."""
    call = f"index({json.dumps(name)}, {json.dumps(list(fields))})"
    return call.replace('"', "'") if around.count("'") > around.count('"') and "'" not in call else call


def _removal(span: Span, project: Project) -> Edit:
    """The call with the dot and the white space in front of it and a comment on the rest of its line. A comment in front
    stays on its line."""
    text = project.sources[span.file].data.decode(_LATIN)
    trailing = re.compile(r"[ \t]*//[^\r\n]*").match(text, span.end)
    end = trailing.end() if trailing else span.end
    dot = text[: span.start].rstrip()
    if not dot.endswith("."):
        return Edit(span.start, span.end, b"")
    before = dot[:-1].rstrip()
    commented = "//" in before.rpartition("\n")[2]
    return Edit(len(dot) - 1 if commented else len(before), end, b"")


def _renames(sites: Iterable[Site[Read]], old: str, new: str, project: Project) -> list[tuple[str, Edit]] | None:
    """Where the reads name the index; None when one of them does not do so in its own text."""
    found: list[tuple[str, Edit]] = []
    for site in sites:
        source = project.sources.get(site.span.file)
        if source is None:
            return None
        text = source.data[site.span.start : site.span.end].decode(_LATIN)
        names = [*re.finditer(rf"(?<=[\"'`]){re.escape(old)}(?=[\"'`])", text)]
        calls = [name for name in names if re.search(r"withIndex\(\s*[\"'`]$", text[: name.start()])]
        if len(calls) != 1:
            return None
        start = site.span.start + calls[0].start()
        found.append((site.span.file, Edit(start, start + len(old), new.encode("ascii"))))
    return found


def _diff(path: str, source: Source, edits: Sequence[Edit], prefix: str) -> str:
    data = source.data
    for edit in reversed(edits):
        data = data[: edit.start] + edit.text + data[edit.end :]
    before, after = (text.decode("utf-8", "surrogateescape") for text in (source.data, data))
    name = f"{prefix}{path}" + ("\t" if " " in path else "")
    lines = unified_diff(_lines(before), _lines(after), f"a/{name}", f"b/{name}")
    return "".join(_ended(lines))


def _lines(text: str) -> list[str]:
    return [line + "\n" for line in text.split("\n")[:-1]] + ([text.rpartition("\n")[2]] if text[-1:] != "\n" else [])


def _ended(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
