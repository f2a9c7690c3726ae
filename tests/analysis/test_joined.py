"""Rows that are put together with those of other reads: are they dropped or put in order afterwards?"""

from __future__ import annotations

import pytest

from convex_lint.analysis.joined import is_narrowed, joined
from tests.analysis.facts import read
from tests.analysis.test_surroundings import around


@pytest.mark.parametrize(
    ("body", "narrowed"),
    [
        ("const a = await own(id); const b = await other(id); return [...a, ...b];", False),
        ("const a = await own(id); const b = await other(id); return [...a, ...b].sort(byTime);", True),
        ("const a = await own(id); const all = [...more, ...a.map(short)]; return all.filter(ok);", True),
        ("const a = await own(id); return Object.values([...a, ...b]).slice(0, 5);", True),
        ("const a = await own(id); return [...a];", None),
        ("const a = await own(id); return [...b, ...c];", None),
        ("const a = (await own(id)).filter(ok); return [...a, ...b];", False),
        ("return own(id);", None),
    ],
)
def test_what_becomes_of_a_list_of_several_reads(body: str, narrowed: bool | None) -> None:
    surroundings, [place] = around(body, "own(id)")
    asked = joined(read("notes", span=place), surroundings)
    assert (asked if asked is None else is_narrowed(asked)) is narrowed
