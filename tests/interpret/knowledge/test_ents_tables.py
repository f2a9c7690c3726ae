"""Tables that convex-ents makes for edges between many and many."""

from __future__ import annotations

from convex_lint.analysis.library import written_here
from tests.interpret.programs import project

SCHEMA = """
import { defineEnt, defineEntSchema } from "convex-ents";
import { v } from "convex/values";
export default defineEntSchema({
  users: defineEnt({ name: v.string() }).edges("teams"),
  teams: defineEnt({ title: v.string() }).index("title", ["title"]).edges("users"),
});
"""


def test_the_library_declares_the_table_between_and_its_indexes() -> None:
    tables = {table.name: table for table in project({"schema.ts": SCHEMA}).tables}
    (between,) = tables.keys() - {"users", "teams"}
    assert len(tables[between].indexes) > 2
    assert not any(written_here(index) for index in tables[between].indexes)
    assert not written_here(tables[between])
    assert all(written_here(index) for index in tables["teams"].indexes)
