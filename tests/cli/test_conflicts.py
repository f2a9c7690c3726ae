"""`convex-lint conflicts`, run as a user does."""

from __future__ import annotations

import json

import jsonschema

from tests.command import ROOT, convex_lint


def test_the_worst_come_first_with_both_places_and_what_helps() -> None:
    done = convex_lint("conflicts", "fixtures/arcade", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    text = done.stdout
    assert text.splitlines()[0] == "9 conflicts between mutations"
    assert "split     keep what each caller changes in a row of its own" in text
    assert "lobby:enter and itself, on lobby" in text
    assert "matches:take and itself, on matches" in text
    assert "convex/matches.ts:15" in text
    assert "(@convex-dev/workpool)" in text


def test_json_has_all_of_them() -> None:
    done = convex_lint("conflicts", "fixtures/arcade", "--format", "json", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    schema = json.loads((ROOT / "convex_lint" / "schemas" / "conflicts.schema.json").read_text("utf-8"))
    jsonschema.validate(document, schema)
    points = [entry["points"] for entry in document["conflicts"]]
    assert points == sorted(points, reverse=True)
    claim = next(entry for entry in document["conflicts"] if entry["self"] and entry["table"] == "matches")
    assert claim["reader"]["span"]["file"] == "fixtures/arcade/convex/matches.ts"
    assert claim["verdict"] == "always"
    assert "queue" in [strategy["name"] for strategy in claim["strategies"]]


def test_a_limit_shortens_the_text() -> None:
    done = convex_lint("conflicts", "fixtures/arcade", "--limit", "1", cwd=ROOT)
    assert "the worst 1:" in done.stdout
    assert "\n2. " not in done.stdout


def test_no_conflicts_is_said() -> None:
    done = convex_lint("conflicts", "fixtures/no-schema", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "conflict" in done.stdout
