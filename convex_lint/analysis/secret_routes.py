"""Routes that people ask by hand: they only read, want a secret of the environment, and no program of the product asks them."""

from __future__ import annotations

from convex_lint.analysis.doors import behind_secret
from convex_lint.analysis.vocabulary import MIGRATION, words_of
from convex_lint.graph.graph import EntryKind, Graph
from convex_lint.interpret.clients.usage import is_test
from convex_lint.model.function import Function, Kind
from convex_lint.model.project import Project


class SecretRoutes:
    """Answers for one project, each route worked out once."""

    def __init__(self, graph: Graph, project: Project) -> None:
        self._graph = graph
        self._project = project
        self._folders = tuple(f"{component.path}/" for component in project.components if component.path)
        self._asked: dict[str, bool] = {}

    def are_all(self, function: Function) -> bool:
        """Nothing but such routes starts the function."""
        entries = self._graph.entries(function)
        if not entries or any(entry.kind is not EntryKind.HTTP for entry in entries):
            return False
        routes = [function] if function.kind is Kind.HTTP else self._graph.callers(function)
        return all(map(self._reads_for_few, routes)) and not any(self._is_asked(entry.name) for entry in entries)

    def _reads_for_few(self, route: Function) -> bool:
        runs = self._graph.runs(route)
        only_reads = bool(runs) and all(one.kind is Kind.QUERY for one in runs)
        return route.kind is Kind.HTTP and only_reads and behind_secret(route.operations)

    def _is_asked(self, route: str) -> bool:
        """Some text outside of the backend names the path, other than what moves data once."""
        if route not in self._asked:
            path = route.rpartition(" ")[2].encode()
            self._asked[route] = any(
                path in source.data
                for file, source in self._project.sources.items()
                if not file.startswith(self._folders) and not is_test(file) and not words_of(file) & MIGRATION
            )
        return self._asked[route]
