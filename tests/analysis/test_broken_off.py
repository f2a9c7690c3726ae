"""Lists that are walked only as far as the first row that is not wanted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.broken_off import breaks_off
from tests.analysis.facts import read
from tests.analysis.test_surroundings import around

COLLECT = 'const rows = await db.query("messages").collect(); '


@pytest.mark.parametrize(
    ("body", "off"),
    [
        (COLLECT + "for (const row of rows) { if (row.done) break; use(row); }", True),
        (COLLECT + "for (const row of rows) { if (row.done) { keep(row); } else { break; } }", True),
        (COLLECT + "for (const row of rows) { for (const part of row.parts) { if (part) break; } }", False),
        (COLLECT + "for (const row of rows) { switch (row.kind) { case 1: break; } }", False),
        (COLLECT + "for (const row of rows) { if (row.done) break; } return rows.length;", False),
        (COLLECT + "for (const row of rows) { use(row); }", False),
        (COLLECT.replace("collect()", "collect().then(sorted)") + "for (const row of rows) { break; }", False),
        (COLLECT + "for (const row of rows.reverse()) { if (row.done) break; }", False),
    ],
)
def test_a_walk_that_breaks_off(body: str, off: bool) -> None:
    surroundings, [place] = around(body, 'db.query("messages").collect()')
    assert breaks_off(replace(read("messages"), span=place), surroundings) is off
    assert not breaks_off(replace(read("messages", terminal="take"), span=place), surroundings)
