"""Does a walk over rows stop after so many?"""

from __future__ import annotations

import pytest

from convex_lint.analysis.early import stops_at_a_count
from tests.analysis.facts import read
from tests.analysis.test_surroundings import around


@pytest.mark.parametrize(
    ("body", "stops"),
    [
        ("{ found.push(row); if (found.length >= 20) break; }", True),
        ("{ seen += 1; if (seen > 1000 || row.x) { break; } }", True),
        ("{ if (out.length === args.limit) return out; out.push(row); }", True),
        ("{ if (count >= MAX_ROWS) break; count++; }", True),
        ("{ yield row; }", True),
        ("{ if (row.name === name) return row; }", False),
        ("{ if (row.done) break; }", False),
        ("{ note(() => { if (seen > 9) return 1; }); }", False),
        ("{ if (row.kind === true) break; }", False),
        ("{ found.push(row); } if (found.length >= 20) return null;", False),
        ("found.push(row);", False),
    ],
)
def test_what_ends_a_walk(body: str, stops: bool) -> None:
    surroundings, [place] = around(f"for await (const row of rows()) {body}", "rows()")
    walk = read("notes", terminal="iterate", span=place)
    assert stops_at_a_count(walk, surroundings) is stops
    assert not stops_at_a_count(read("notes", span=place), surroundings)
