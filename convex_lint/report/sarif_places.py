"""Where a finding stands, in SARIF's words: physical and logical locations, regions, snippets, and the steps of a story."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from convex_lint.analysis.story import Place
from convex_lint.model.function import Function, qualified
from convex_lint.model.operation import Operation
from convex_lint.model.schema import Index, Schema, SearchIndex, Table, VectorIndex
from convex_lint.model.subscription import ClientCall
from convex_lint.report.sarif_model import om
from convex_lint.rule import Finding, Label
from convex_lint.source import Located, Source, Span, utf16_length

SNIPPET = 4_000
"""Longer texts are not copied into the log."""
CONTEXT = 2
STEPS = 1_000
"""GitHub keeps this many steps of a flow."""

_DECLARATIONS = (Table, Index, SearchIndex, VectorIndex, Schema)


def uri(path: str) -> str:
    """A repository-relative path as a relative URI reference (RFC 3986); `:` is escaped too, as a first segment needs."""
    return quote(path.encode("utf-8", "replace"), safe="/!$&'()*+,;=@~")


class Places:
    def __init__(self, sources: Mapping[str, Source]) -> None:
        self.sources = sources

    def location(
        self, span: Span, *, id: int | None = None, message: str = "", function: str = "", context: bool = False
    ) -> om.Location:
        """`context` adds the lines around the place."""
        found = om.Location(physical_location=self.physical(span, context=context))
        if id is not None:
            found.id = id
        if message:
            found.message = om.Message(text=message)
        if function:
            found.logical_locations = [logical(function)]
        return found

    def physical(self, span: Span, *, context: bool = False) -> om.PhysicalLocation:
        found = om.PhysicalLocation(artifact_location=om.ArtifactLocation(uri=uri(span.file)))
        source = self.sources.get(span.file)
        if source is not None:
            found.region, around = _regions(source, span)
            found.context_region = around if context else None
        return found

    def file(self, path: str) -> om.Location:
        artifact = om.ArtifactLocation(uri=uri(path))
        return om.Location(physical_location=om.PhysicalLocation(artifact_location=artifact))

    def flow(self, finding: Finding) -> om.CodeFlow | None:
        """The story of a finding as steps: the place itself, then its labels in order. None when it stays inside of one
        function; where a table or an index is declared does not count."""
        home = qualified(finding.component, finding.function)
        if not any(_elsewhere(label.place, finding, home) for label in finding.related):
            return None
        steps = [self.location(finding.span, message=finding.message, function=home if finding.function else "")]
        steps += [
            self.location(label.span, message=label.message, function=function_of(label.place))
            for label in finding.related[: STEPS - 1]
        ]
        return om.CodeFlow(thread_flows=[om.ThreadFlow(locations=[om.ThreadFlowLocation(location=s) for s in steps])])


def logical(function: str) -> om.LogicalLocation:
    """`function` is `dir/mod:fn`, with `component/` in front for another component, or the name of a helper."""
    return om.LogicalLocation(name=function.rpartition(":")[2], fully_qualified_name=function, kind="function")


def function_of(place: Located) -> str:
    """The function in which a place stands, "" where that is not known."""
    if isinstance(place, Operation):
        return qualified(place.component, place.within) if place.within else ""
    if isinstance(place, Function):
        return place.id
    if isinstance(place, (ClientCall, Place)):
        return place.within
    return ""


def related(finding: Finding) -> list[Label]:
    """The labels of a finding, each place and message once."""
    return list({(label.span, label.message): label for label in reversed(finding.related)}.values())[::-1]


def _elsewhere(place: Located, finding: Finding, home: str) -> bool:
    if isinstance(place, _DECLARATIONS) or (isinstance(place, Place) and place.declares):
        return False
    function = function_of(place)
    return place.span.file != finding.span.file or bool(finding.function and function and function != home)


def _regions(source: Source, span: Span) -> tuple[om.Region, om.Region | None]:
    """The region of a span, and the lines around it where they are more than the region itself."""
    start, end = source.position(span.start), source.position(max(span.end, span.start))
    region = om.Region(start_line=start.line, start_column=start.column, end_line=end.line, end_column=end.column)
    text = source.data[span.start : span.end].decode("utf-8", "replace")
    if not text or len(text) > SNIPPET:
        return region, None
    region.snippet = om.ArtifactContent(text=text)
    first, last = max(start.line - CONTEXT, 1), min(end.line + CONTEXT, len(source.line_starts))
    if last > end.line and not source.line(last):
        last -= 1
    context = "\n".join(source.line(number) for number in range(first, last + 1))
    whole = start.column == 1 and end.column > utf16_length(source.line(end.line))
    if len(context) > SNIPPET or (whole and (first, last) == (start.line, end.line)):
        return region, None
    return region, om.Region(start_line=first, end_line=last, snippet=om.ArtifactContent(text=context))
