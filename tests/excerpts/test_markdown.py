"""The section of a rule's help that quotes the documentation."""

from __future__ import annotations

import json

from convex_lint.excerpts import markdown_of, parse_lock
from convex_lint.report.sarif import render_sarif
from tests.excerpts.fixture import entry, lock
from tests.report.example import report

SECTION = """\
## From the Convex docs

> **An excerpt of a fixture**
>
> Use an index, says `withIndex`, and [read on](https://docs.convex.dev/database/).
>
> ```ts
> const rows = await ctx.db.query("messages").withIndex("by_author").take(10);
> ```

Source: [A fixture](https://docs.convex.dev/database/reading-data/indexes/) \
(Context7 library `/fixture/not_retrieved`, retrieved 2026-11-01).
"""


def test_excerpts_are_quoted_with_where_they_come_from() -> None:
    excerpts = parse_lock(lock())
    assert markdown_of(excerpts.excerpts_for("missing-index")) == SECTION
    assert markdown_of([]) == ""


def test_they_stand_in_the_help_of_their_rule_and_nowhere_else() -> None:
    rules = json.loads(render_sarif(report(), excerpts=parse_lock(lock())))["runs"][0]["tool"]["driver"]["rules"]
    page = report().rules[0].page
    assert rules[0]["help"]["markdown"] == f"{page}\n{SECTION}"
    assert "fixture" not in rules[0]["help"]["text"]
    assert rules[0]["properties"]["context7"][0]["libraryId"] == "/fixture/not_retrieved"
    assert all("From the Convex docs" not in json.dumps(rule) for rule in rules[1:])
    assert "context7" not in rules[1]["properties"]


def test_two_excerpts_are_two_quotes() -> None:
    two = parse_lock(lock(entry("One."), entry("Two."))).excerpts_for("missing-index")
    assert [line for line in markdown_of(two).splitlines() if line.startswith(">")] == ["> One.", "> Two."]
