"""Figures of production that no code shows: how large tables are and how often functions run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from convex_lint.fact import fact
from convex_lint.model.function import Function, qualified
from convex_lint.model.schema import Table


@fact
class TableSize:
    """What `[tables.<name>]` says: `rows` in the table, `bytes` a row, and `fanout`, rows for one value of a field."""

    rows: int | None = None
    bytes: int | None = None
    fanout: Mapping[str, float] = field(default_factory=dict)


@fact
class FunctionRate:
    """What `[functions."dir/mod:fn"]` says: how often the function runs."""

    per_minute: float | None = None


@fact
class Figures:
    """All that is configured; tables and functions of a component have its name in front: `billing/invoices`."""

    tables: Mapping[str, TableSize] = field(default_factory=dict)
    functions: Mapping[str, FunctionRate] = field(default_factory=dict)

    def size(self, table: Table) -> TableSize:
        return self.tables.get(qualified(table.component, table.name), NOTHING_KNOWN)

    def per_minute(self, function: Function) -> float | None:
        rate = self.functions.get(function.id)
        return rate.per_minute if rate is not None else None


NOTHING_KNOWN = TableSize()
NO_FIGURES = Figures()
