"""`convex-lint graph`: who reads, writes, runs and subscribes to what."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from convex_lint.cli.options import config_option, output_option, paths_argument, split
from convex_lint.cli.projects import ask_projects
from convex_lint.cli.streams import write
from convex_lint.errors import UsageError

if TYPE_CHECKING:
    from convex_lint.graph.graph import EdgeKind, Graph


@click.command("graph")
@paths_argument
@click.option(
    "--format",
    "format_",
    type=click.Choice(["dot", "mermaid", "graphml", "json"]),
    default="dot",
    show_default=True,
)
@click.option(
    "--focus", metavar="NODE", help="Only this function, table, index or client (a name or an id) and its neighbours."
)
@click.option(
    "--edges",
    metavar="KIND",
    multiple=True,
    help="Only edges of these kinds: conflicts, invalidates, reads, writes ... (repeatable, or separated by commas).",
)
@output_option
@config_option
def command(
    paths: tuple[Path, ...],
    format_: str,
    focus: str | None,
    edges: tuple[str, ...],
    output: str | None,
    config_file: Path | None,
) -> None:
    """Print tables, indexes, functions, crons, routes and clients, and the edges between them.

    `invalidates` goes from a mutation to an open query that it runs again, `conflicts` between mutations that can fail one
    another.
    """
    from convex_lint.graph.graph import EdgeKind

    kinds = [_kind(name) for name in split(edges)]
    derived = not kinds or {EdgeKind.CONFLICTS, EdgeKind.INVALIDATES} & set(kinds)
    graphs = [
        (backend.project.root, backend.graph.with_edges(backend.derived_edges) if derived else backend.graph)
        for backend in ask_projects(paths, config_file)
    ]
    write(_render(_parts(graphs, kinds, focus), format_), output)


def _kind(name: str) -> EdgeKind:
    from convex_lint.engine.nearest import suggestion
    from convex_lint.graph.graph import EdgeKind

    known = [kind.value for kind in EdgeKind]
    if name not in known:
        raise UsageError(f"there is no kind of edge `{name}`.", help=suggestion(name, known))
    return EdgeKind(name)


def _parts(
    graphs: Sequence[tuple[str, Graph]], kinds: Sequence[EdgeKind], focus: str | None
) -> list[tuple[str, Graph]]:
    from convex_lint.engine.nearest import suggestion
    from convex_lint.graph.part import named, part

    if focus is None:
        return [(root, part(graph, kinds)) for root, graph in graphs]
    found = [(root, graph, node) for root, graph in graphs if (node := named(graph, focus)) is not None]
    if not found:
        names = {name for _, graph in graphs for node in graph.nodes() for name in (node.id, node.name)}
        raise UsageError(f"there is no node `{focus}`.", help=suggestion(focus, names))
    return [(root, part(graph, kinds, node)) for root, graph, node in found]


def _render(graphs: list[tuple[str, Graph]], format_: str) -> str:
    from convex_lint.graph.graphml import graphml
    from convex_lint.report.graph import render_dot, render_graph_json
    from convex_lint.report.mermaid import render_mermaid

    renders = {"dot": render_dot, "mermaid": render_mermaid, "graphml": graphml, "json": render_graph_json}
    return renders[format_](graphs)
