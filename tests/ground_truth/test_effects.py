"""Condensing and comparing, on calls and facts that are written out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from effects import Effect, by_folder, compare, condense, effect_of, predictions

RANGE = [
    {"type": "Eq", "fieldPath": "channel", "value": "a"},
    {"type": "Gt", "fieldPath": "at", "value": 1},
    {"type": "Lte", "fieldPath": "at", "value": 2},
]


def facts(*operations: dict[str, Any]) -> dict[str, Any]:
    blank = {"table": None, "index": None, "eq": [], "bounds": [], "fields": None, "target": None}
    return {"functions": [{"component": "", "path": "m:f", "operations": [{**blank, **one} for one in operations]}]}


@pytest.mark.parametrize(
    ("op", "arguments", "expected"),
    [
        (
            "queryStream",
            {"query": {"source": {"type": "IndexRange", "indexName": "messages.by_at", "range": RANGE}}},
            Effect("m:f", "query", "messages", "by_at", ("channel",), ("at",)),
        ),
        (
            "queryPage",
            {"query": {"source": {"type": "FullTableScan", "tableName": "messages"}}},
            Effect("m:f", "paginate", "messages", "by_creation_time"),
        ),
        ("get", {"id": "0000010002work"}, Effect("m:f", "get", "work", "by_id", ("_id",))),
        ("get", {"id": "10002;work"}, Effect("m:f", "get", "work", "by_id", ("_id",))),
        (
            "shallowMerge",
            {"id": "10002;work", "value": {"_id": "1;t", "b": 1, "a": {"$undefined": None}}},
            Effect("m:f", "patch", "work", fields=("a", "b")),
        ),
        ("runUdf", {"name": "lib:put"}, Effect("m:f", "run", None, target="lib:put")),
        (
            "runUdf",
            {"reference": "_reference/childComponent/pool/dir/lib/put"},
            Effect("m:f", "run", None, target="pool/dir/lib:put"),
        ),
        ("schedule", {"functionHandle": "function://;lib:put"}, Effect("m:f", "schedule", None, target="*")),
        ("cancel_job", {"id": "10002;_scheduled_functions"}, None),
    ],
)
def test_effect_of(op: str, arguments: dict[str, Any], expected: Effect | None) -> None:
    assert effect_of("m:f", op, arguments) == expected


@pytest.mark.parametrize(
    ("operation", "predicted"),
    [
        ({"op": "query", "table": "t", "index": "i", "eq": ["a"], "bounds": ["b"]}, True),
        ({"op": "paginate", "table": "t", "index": "i", "eq": ["a"], "bounds": ["b"]}, True),
        ({"op": "query", "table": None, "index": "i", "eq": ["a"], "bounds": ["b"]}, False),
        ({"op": "query", "table": "t", "index": None, "eq": ["a"], "bounds": ["b"]}, False),
        ({"op": "query", "table": "t", "index": "i", "eq": ["a", "b"]}, False),
        ({"op": "query", "table": "t", "index": "i", "eq": ["a"]}, False),
        ({"op": "get", "table": "t", "index": "by_id"}, False),
    ],
)
def test_only_the_same_range_counts(operation: dict[str, Any], predicted: bool) -> None:
    effect = Effect("m:f", "query", "t", "i", ("a",), ("b",))
    score = compare([effect], predictions(facts(operation), ""))
    assert (score.missed == []) is predicted
    assert score.recall == (1.0 if predicted else 0.0)


@pytest.mark.parametrize(
    ("eq", "bounds", "predicted"),
    [(("a", "b"), ("_creationTime",), True), (("a",), ("b",), True), ((), ("a",), False)],
)
def test_a_page_reads_on_inside_the_predicted_range(
    eq: tuple[str, ...], bounds: tuple[str, ...], predicted: bool
) -> None:
    pages = predictions(facts({"op": "paginate", "table": "t", "index": "i", "eq": ["a"]}), "")
    query = predictions(facts({"op": "query", "table": "t", "index": "i", "eq": ["a"]}), "")
    effect = Effect("m:f", "query", "t", "i", eq, bounds)
    assert compare([effect], pages).pages == (1 if predicted else 0)
    assert (compare([effect], pages).missed == []) is predicted
    assert compare([effect], query).missed == [effect]
    assert compare([effect._replace(op="paginate")], pages).missed == [effect._replace(op="paginate")]


def test_a_page_without_a_range_is_read_on_from_where_it_was_read() -> None:
    pages = predictions(facts({"op": "paginate", "table": "t", "index": "i"}), "")
    whole, rest = (Effect("m:f", "query", "t", "i", (), bounds) for bounds in ((), ("a",)))
    assert compare([rest], pages).missed == [rest]
    assert [operation.op for _, operation in compare([rest], pages).unseen] == ["paginate"]
    assert compare([whole, rest], pages).missed == []
    assert compare([whole, rest], pages).pages == 2


def test_a_range_that_is_not_known_predicts_none() -> None:
    unknown = predictions(facts({"op": "query", "table": "t", "index": "i", "rangeKnown": False}), "")
    for effect in (Effect("m:f", "query", "t", "i"), Effect("m:f", "query", "t", "i", ("a",))):
        score = compare([effect], unknown)
        assert score.missed == [effect]
        assert score.unseen == []
    assert len(compare([Effect("m:f", "query", "t", "j")], unknown).unseen) == 1


@pytest.mark.parametrize(
    ("fields", "predicted"), [(["a", "b", "c"], True), (["a", "b"], True), (["a"], False), ("*", False)]
)
def test_written_fields_must_be_among_the_predicted(fields: Any, predicted: bool) -> None:
    effect = Effect("m:f", "patch", "t", fields=("a", "b"))
    score = compare([effect], predictions(facts({"op": "patch", "table": "t", "fields": fields}), ""))
    assert score.missed == []
    assert (score.wrong_fields == []) is predicted


def test_a_target_that_is_not_data_must_be_named() -> None:
    named, handle = (Effect("m:f", "run", None, target=target) for target in ("lib:put", "*"))
    unknown = predictions(facts({"op": "run"}), "")
    assert compare([named, handle], unknown).missed == [named]


def test_a_function_that_is_not_in_the_facts_is_missed_whole() -> None:
    effect = Effect("m:other", "insert", "t", fields=("a",))
    score = compare([effect], predictions(facts({"op": "insert", "table": "t", "fields": ["a"]}), ""))
    assert score.missed == score.wrong_fields == [effect]


def test_what_was_predicted_and_never_seen() -> None:
    seen = {"op": "insert", "table": "t", "fields": ["a"]}
    score = compare(
        [Effect("m:f", "insert", "t", fields=("a",))], predictions(facts(seen, {"op": "delete", "table": "u"}), "")
    )
    assert [operation.op for _, operation in score.unseen] == ["delete"]
    assert score.over_prediction == 0.5


def test_code_of_the_tests_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions" / "lib.ts").touch()
    names = ["lib:put", "custom", "inline", None, "index.test:put", "mock:put"]
    calls = [
        {"suite": "s", "component": "", "function": name, "op": "insert", "arguments": {"table": "t", "value": {}}}
        for name in names
    ]
    (tmp_path / "s.jsonl").write_text("".join(json.dumps(call) + "\n" for call in calls))
    condensed = condense(tmp_path)
    folders = by_folder(condensed, lambda path: tmp_path / "functions" if path == "" else None)
    assert folders == {tmp_path / "functions": {Effect("lib:put", "insert", "t")}}
    assert condensed.operations == 6
    assert condensed.left_out["defined by the tests: mock"] == 1
