"""Does a walk over rows stop after so many?"""

from __future__ import annotations

import pytest

from convex_lint.analysis.early import stops_at_a_count
from convex_lint.source import Span
from tests.analysis.facts import read


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
        ("{ found.push(row); } if (found.length >= 20) return null;", False),
        ("found.push(row);", False),
    ],
)
def test_what_ends_a_walk(body: str, stops: bool) -> None:
    text = f"for await (const row of ROWS) {body}"
    place = Span("a.ts", 24, 28)
    walk = read("notes", terminal="iterate", span=place)
    assert stops_at_a_count(walk, lambda span: text[span.start : span.end]) is stops
    assert not stops_at_a_count(read("notes", span=place), lambda span: text[span.start : span.end])
