"""JSON with comments."""

from __future__ import annotations

import pytest

from convex_lint.program.jsonc import parse_object


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        ('{"a": 1} // end', {"a": 1}),
        ('/* a */ {"a": [1, 2, /* , */ ], // b\n}', {"a": [1, 2]}),
        ('{"url": "http://x/*y*/", "b": "a\\"//c", }', {"url": "http://x/*y*/", "b": 'a"//c'}),
        ('{"a": "x,}"}', {"a": "x,}"}),
        ('{\r\n"a": 1,\r\n// c\r\n}', {"a": 1}),
    ],
)
def test_accepts(text: str, value: object) -> None:
    assert parse_object(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "[]", "3", "{", "{'a': 1}", "{a: 1}", '{"a": 1,, }', "[" * 100_000, "//\n" + "[" * 100_000, '"' * 99_999],
)
def test_rejects_with_a_reason(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_object(text)


def test_the_place_in_the_reason_is_that_of_the_file() -> None:
    with pytest.raises(ValueError, match="line 3 column 3"):
        parse_object('{ // one\n"a": /* two\n*/')


def test_places_survive_comments() -> None:
    with pytest.raises(ValueError, match="line 2"):
        parse_object("{ // one\n nope }")
