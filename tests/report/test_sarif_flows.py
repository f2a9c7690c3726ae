"""Code flows of the SARIF report: a story that crosses functions, told in order."""

from __future__ import annotations

import json
from typing import Any

from convex_lint.analysis.story import Place
from convex_lint.rule import Finding, Label
from tests.command import convex_lint
from tests.report.example import MESSAGES, SCHEMA, at, read, report
from tests.report.sarif_log import one, results_of


def test_a_story_between_functions_is_a_code_flow_and_a_declaration_is_none() -> None:
    unbounded, missing, _ = results_of(report())
    assert "codeFlows" not in missing
    (flow,) = unbounded["codeFlows"]
    (thread,) = flow["threadFlows"]
    steps = [step["location"] for step in thread["locations"]]
    assert [step["message"]["text"] for step in steps] == [
        "`messages:everything` reads all of `messages`.",
        "clients keep this [open]",
        "read here too",
    ]
    assert [step["logicalLocations"][0]["fullyQualifiedName"] for step in steps] == [
        "messages:everything",
        "messages:everything",
        "messages:list",
    ]
    assert [step["physicalLocation"]["region"]["startLine"] for step in steps] == [11, 9, 5]


def test_places_of_a_rule_tell_where_a_story_leaves_its_function() -> None:
    """Another function of the same file is a step, wherever a helper of it stands; a declaration in another file is none."""
    where = read(at(MESSAGES, 'ctx.db.query("messages")'), within="messages:list")
    insert = at(MESSAGES, "ctx.db\n").span

    def flows(*places: Place) -> list[Any]:
        labels = [Label(place, place.words) for place in places]
        found = one(Finding(where, "Read.", "Mend it.", key=["k"], related=labels))
        return list(found.get("codeFlows", []))

    assert flows(Place(at(SCHEMA, "messages").span, "declared", declares=True)) == []
    assert flows(Place(insert, "inserts", "messages:list")) == []
    assert flows(Place(insert, "dropped")) == []
    ((step, other),) = [
        f["threadFlows"][0]["locations"] for f in flows(Place(insert, "inserts", "messages:everything"))
    ]
    assert step["location"]["logicalLocations"][0]["fullyQualifiedName"] == "messages:list"
    assert other["location"]["logicalLocations"][0]["fullyQualifiedName"] == "messages:everything"


def test_the_findings_of_an_app_have_code_flows_where_they_leave_their_function() -> None:
    log = json.loads(convex_lint("check", "fixtures/chat", "--format", "sarif").stdout)
    flows = {}
    for found in log["runs"][0]["results"]:
        place = found["locations"][0]
        steps = found["codeFlows"][0]["threadFlows"][0]["locations"] if "codeFlows" in found else []
        names = {name["name"] for step in steps for name in step["location"].get("logicalLocations", [])}
        line = place["physicalLocation"]["region"]["startLine"]
        flows[found["ruleId"], place["physicalLocation"]["artifactLocation"]["uri"].rpartition("/")[2], line] = names
    assert flows["missing-index", "invites.ts", 17] == {"accept", "create"}
    assert flows["ignored-index", "channels.ts", 31] == set()  # read and filtered in one function
    assert flows["missing-index", "channels.ts", 19] == {"mine", "addMember"}
