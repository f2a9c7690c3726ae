"""The facts as JSON keep their contract."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from convex_lint.model.function import Cron, Function, Kind, Route, Visibility
from convex_lint.model.operation import Bound, Call, Guard, Key, Loop, Op, Platform, Read, Write
from convex_lint.model.project import Component, Project, Unfollowed
from convex_lint.model.schema import Index, Schema, SearchIndex, Table, Validator, VectorIndex
from convex_lint.model.subscription import ClientCall
from convex_lint.model.value import UNKNOWN, Argument, Computed, Literal, Value
from convex_lint.report.contract import Facts
from convex_lint.report.facts_json import render_facts
from convex_lint.report.json_schema import schema_of
from convex_lint.source import Source, Span

SOURCE = Source("convex/a.ts", "const 😀 = 1;\nawait f(ctx);\n".encode())
HELPER = Source("convex/lib.ts", b"\n  ctx.db;\n")
FIRST, CALL, INSIDE = Span("convex/a.ts", 0, 10), Span("convex/a.ts", 16, 28), Span("convex/lib.ts", 3, 9)
WHERE = {"component": "", "span": INSIDE, "via": (CALL,), "within": "f", "loops": (Loop(CALL),), "conditional": True}

READ = Read(
    ordinal=0,
    op=Op.QUERY,
    table="messages",
    index="by_channel",
    eq=(Key("channelId", Argument(("channelId",))),),
    bounds=(Bound("at", "gte", Literal(1)), Bound("at", "lt", Literal(2))),
    order="desc",
    terminal="take",
    limit=Literal(20.0),
    **WHERE,
)
PATCH = Write(ordinal=1, op=Op.PATCH, table="messages", fields=("body", "editedAt"), **WHERE)
REPLACE = Write(ordinal=2, op=Op.REPLACE, table=None, fields=None, **WHERE)
RUN = Call(ordinal=3, op=Op.RUN, method="runQuery", target="pool/lib:next", through="components", **WHERE)
CLOCK = Platform(ordinal=4, op=Op.CLOCK, method="Date.now", **WHERE)

TABLE = Table(
    "",
    "messages",
    FIRST,
    Validator("object", fields={"body": Validator("string"), "channelId": Validator("id", table="channels")}),
    (Index("by_channel", ("channelId", "at"), False, FIRST),),
    (SearchIndex("search_body", "body", ("channelId",), True, FIRST),),
    (VectorIndex("by_embedding", "embedding", 3, (), False, FIRST),),
)
INFERRED = Table("", "guessed", FIRST, None, inferred=True)
PROJECT = Project(
    root="apps/web",
    components=(Component("", "convex"), Component("pool", "node_modules/pool/src")),
    schemas={"": Schema("", FIRST, {"messages": TABLE, "guessed": INFERRED})},
    functions=(
        Function(
            "", "a:f", Kind.MUTATION, Visibility.INTERNAL, FIRST, None, None, None, (READ, PATCH, REPLACE, RUN, CLOCK)
        ),
    ),
    crons=(Cron("", "tidy", "interval", 60.0, "a:f", FIRST),),
    routes=(Route("", "POST", "/hook*", None, FIRST),),
    client_calls=(
        ClientCall("useQuery", True, "a:list", FIRST, "List", None, True),
        ClientCall("useMutation", False, "a:f", FIRST, "List", None, False),
    ),
    unfollowed=(Unfollowed(INSIDE, "dynamic table name"),),
    notices=(),
    sources={"convex/a.ts": SOURCE, "convex/lib.ts": HELPER},
)

FIRST_PLACE = {"file": "convex/a.ts", "startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 9}
CALL_PLACE = {"file": "convex/a.ts", "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 13}
INSIDE_PLACE = {"file": "convex/lib.ts", "startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 9}


def rendered(*projects: Project) -> dict[str, Any]:
    text = render_facts(projects)
    document: dict[str, Any] = json.loads(text)
    jsonschema.Draft202012Validator(schema_of(Facts)).validate(document)
    return document


def operations(*found: Any) -> list[dict[str, Any]]:
    (function,) = rendered(replace(PROJECT, functions=(replace(PROJECT.functions[0], operations=found),)))["functions"]
    result: list[dict[str, Any]] = function["operations"]
    return result


def test_the_whole_document() -> None:
    document = rendered(PROJECT)
    assert document["version"] == 1
    assert document["components"] == [
        {"name": "", "path": "convex"},
        {"name": "pool", "path": "node_modules/pool/src"},
    ]
    assert document["tables"] == [
        {
            "component": "",
            "name": "messages",
            "fields": ["body", "channelId"],
            "indexes": [
                {"name": "by_channel", "kind": "database", "fields": ["channelId", "at"], "staged": False},
                {"name": "search_body", "kind": "search", "fields": ["body", "channelId"], "staged": True},
                {"name": "by_embedding", "kind": "vector", "fields": ["embedding"], "staged": False},
            ],
        }
    ]
    (function,) = document["functions"]
    assert {name: value for name, value in function.items() if name != "operations"} == {
        "component": "",
        "path": "a:f",
        "kind": "mutation",
        "visibility": "internal",
        "file": "convex/a.ts",
        "span": FIRST_PLACE,
    }
    assert document["crons"] == [
        {
            "component": "",
            "name": "tidy",
            "schedule": "interval",
            "every": 60.0,
            "target": "a:f",
            "file": "convex/a.ts",
            "span": FIRST_PLACE,
        }
    ]
    assert document["routes"][0]["path"] == "/hook*"
    assert [call["hook"] for call in document["subscriptions"]] == ["useQuery"]
    assert document["notFollowed"] == [{"file": "convex/lib.ts", "span": INSIDE_PLACE, "reason": "dynamic table name"}]


def test_a_read() -> None:
    assert operations(READ) == [
        {
            "op": "query",
            "table": "messages",
            "index": "by_channel",
            "eq": ["channelId"],
            "bounds": ["at"],
            "order": "desc",
            "terminal": "take",
            "limit": 20,
            "fields": None,
            "target": None,
            "rangeKnown": True,
            "readFields": [],
            "loopDepth": 1,
            "conditional": True,
            "guards": [],
            "promise": "awaited",
            "span": INSIDE_PLACE,
            "via": [CALL_PLACE],
        }
    ]


@pytest.mark.parametrize(
    ("op", "order"), [(Op.PAGINATE, "desc"), (Op.SEARCH, None), (Op.VECTOR_SEARCH, None), (Op.GET, None)]
)
def test_only_the_rows_of_an_index_come_in_its_order(op: Op, order: str | None) -> None:
    assert [found["order"] for found in operations(replace(READ, op=op))] == [order]


def test_writes_calls_and_the_platform() -> None:
    patch, whole, run, clock = operations(PATCH, REPLACE, RUN, CLOCK)
    assert (patch["op"], patch["table"], patch["fields"]) == ("patch", "messages", ["body", "editedAt"])
    assert (whole["op"], whole["table"], whole["fields"]) == ("replace", None, "*")
    assert (run["op"], run["target"], run["fields"], run["table"]) == ("run", "pool/lib:next", None, None)
    assert (clock["op"], clock["eq"], clock["bounds"], clock["order"]) == ("clock", [], [], None)


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        (None, None),
        (Literal(20.0), 20),
        (Literal(0.5), 0.5),
        (Literal("20"), None),
        (Argument(("n",)), "argument"),
        (Computed("call:Math.min", (Argument(("n",)), Literal(100))), "argument"),
        (UNKNOWN, None),
        (Literal(float("inf")), None),
    ],
)
def test_the_limit(limit: Value | None, said: float | str | None) -> None:
    (read,) = operations(replace(READ, limit=limit))
    assert read["limit"] == said


def test_tables_that_only_code_names_are_shown_where_no_schema_declares_any() -> None:
    bare = replace(PROJECT, schemas={"": Schema("", FIRST, {"guessed": INFERRED})})
    assert [table["name"] for table in rendered(bare)["tables"]] == ["guessed"]


def test_several_projects_are_named() -> None:
    document = rendered(PROJECT, replace(PROJECT, root="apps/admin"))
    for name in ("components", "tables", "functions", "crons", "routes", "subscriptions", "notFollowed"):
        assert {entry["project"] for entry in document[name]} == {"apps/web", "apps/admin"}, name
    assert "project" not in rendered(PROJECT)["tables"][0]


def test_the_schema_sees_what_is_missing() -> None:
    document = rendered(PROJECT)
    del document["functions"][0]["operations"][0]["via"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema_of(Facts)).validate(document)


def test_guards_and_the_fate_of_a_promise() -> None:
    (fact,) = operations(replace(PATCH, guards=(Guard(UNKNOWN, False, INSIDE, "throw"),), promise="dropped"))
    assert fact["guards"] == [{"span": INSIDE_PLACE, "holds": False, "otherwise": "throw"}]
    assert fact["promise"] == "dropped"
    assert fact["readFields"] is None
