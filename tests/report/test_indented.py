"""Our indented JSON is that of the standard library."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from convex_lint.report.indented import indented

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20))
@settings(max_examples=60, deadline=None)
def test_it_is_what_json_writes(document: Any) -> None:
    assert indented(document) == json.dumps(document, indent=2)


def test_one_object_in_many_places() -> None:
    place = {"file": "a.ts", "startLine": 1}
    document = {"at": place, "via": [place, place, [place]], "none": [[], {}]}
    assert indented(document) == json.dumps(document, indent=2)
