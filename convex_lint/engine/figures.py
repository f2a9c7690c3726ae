"""What is configured for tables and functions that the run did not find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from convex_lint.engine.config import FILE_NAME, Config
from convex_lint.engine.nearest import suggestion
from convex_lint.model.function import qualified
from convex_lint.model.project import Notice, Project


def strangers(config: Config, projects: Sequence[Project]) -> Iterator[Notice]:
    """A notice for each table, field and function that `config` has figures for and that no project of the run has: its
    figures say nothing. A notice and no error, since a run may look at one project of many that share the file."""
    if not projects or not (config.tables or config.functions):
        return
    tables = {qualified(table.component, table.name): table for project in projects for table in project.tables}
    for name, size in config.tables.items():
        table = tables.get(name)
        if table is None:
            yield _notice(config, f"no project has a table `{name}`", ("tables", name), name, tables)
            continue
        if table.validator is None or table.inferred:
            continue
        for field in size.fanout:
            if not table.validator.at(tuple(field.split("."))):
                path = ("tables", name, "fanout", field)
                yield _notice(config, f"the table `{name}` has no field `{field}`", path, field, table.fields)
    functions = {function.id for project in projects for function in project.functions}
    for id in config.functions:
        if id not in functions:
            yield _notice(config, f"no project has a function `{id}`", ("functions", id), id, functions)


def _notice(config: Config, what: str, path: tuple[str, ...], name: str, known: Iterable[str]) -> Notice:
    where = ""
    if config.file is not None:
        from convex_lint.engine.config_file import line_of

        line = line_of(config.file, path)
        where = f":{line}" if line is not None else ""
    known = list(known)
    help = suggestion(name, known) if len(known) <= 20 else suggestion(name, known).partition("Known names")[0]
    return Notice(
        f"{FILE_NAME}{where} has figures for what does not exist: {what}.",
        help=help or "Name it as `convex-lint facts` does.",
    )
