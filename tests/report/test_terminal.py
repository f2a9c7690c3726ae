"""The report for people, compared whole."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from convex_lint.analysis.bound import Tier
from convex_lint.analysis.exposure import Exposure
from convex_lint.analysis.impact import Impact
from convex_lint.analysis.rates import Rate, Strength
from convex_lint.engine.report import Report, Summary
from convex_lint.report.causes import Order
from convex_lint.report.cells import display_width
from convex_lint.report.terminal import render_terminal
from convex_lint.rule import Confidence, Finding, Label, Severity
from convex_lint.source import Span
from tests.report.example import BROKEN, MESSAGES, MISSING_INDEX, RESULTS, SCHEMA, At, at, numbered, report, result

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def test_findings_with_their_source_and_a_summary() -> None:
    assert render_terminal(report(), width=90) == (
        """\
error[unbounded-read]: `messages:everything` reads all of `messages`.
  --> convex/messages.ts:11:24
   |
11 |     const rows = await ctx.db
   |                        ^^^^^^
12 |       .query("messages")
   |       ^^^^^^^^^^^^^^^^^^
13 |       .order("desc")
   |       ^^^^^^^^^^^^^^
14 |       .collect();
   |       ^^^^^^^^^^
   |
  ::: convex/messages.ts:9:14
 9 | export const everything = query({
   |              ---------- clients keep this [open]
   |
  ::: convex/messages.ts:5:18
 5 |     return await ctx.db.query("messages").filter((q) => q.eq(q.field("author"), args…
   |                  ------------------------ read here too
   |
   = help: Paginate it.
   = confidence: medium

warning[missing-index]: `messages:list` scans `messages` for one `author`.
  --> convex/messages.ts:5:18
   |
 5 |     return await ctx.db.query("messages").filter((q) => q.eq(q.field("author"), args…
   |                  ^^^^^^^^^^^^^^^^^^^^^^^^
   |
  ::: convex/schema.ts:2:3
 2 |   messages: defineTable({ author: v.string() }),
   |   --------------------- declare it here
   |
   = help: Declare `.index("by_author", ["author"])` on `messages` and read it with
           `.withIndex("by_author", (q) => q.eq("author", args.author))`.

Found 1 error and 1 warning.
Checked 3 files, 2 functions and 1 table in 0.12 s; 1 note not shown (-v shows them).
"""
    )


def test_everything_else_that_a_run_can_say() -> None:
    text = render_terminal(BROKEN, width=100, verbose=True)
    assert text[text.index("note[small-remark]") :] == (
        """\
note[small-remark]: A remark on `t`.
  --> convex/wide (é)/a:b.ts:1:30
   |
 1 | const é漢😀 = 1; await ctx.db.query("t");
   |                               ^^^^^^^^^^
   |
   = help: Look at it.

failure: An internal error (KeyError) stopped the rule `hot-document`; the rest of the run went on.
   = help: Please report it and attach `convex-lint-crash.log`; it holds no source text.

notice: convex/schema.ts:2:35: This file has syntax errors.
        Repair it.
notice: There is no schema in `convex`.

Not followed:
    2  unknown callee
         convex/messages.ts:5:81
         convex/messages.ts:4:24
    1  dynamic table name
         convex/messages.ts:15:12

Found 1 error, 1 warning and 1 note.
Checked 1,234 files, 1 function and 0 tables of 2 projects in 2.50 s; 2 findings below the minimum
confidence; 1 finding ignored by comments; 3 places not followed.
"""
    )


def test_a_clean_run_is_one_line() -> None:
    clean = report(results=())
    assert render_terminal(clean) == "No findings: checked 3 files, 2 functions and 1 table in 0.12 s.\n"


def test_notes_that_are_not_shown_are_told() -> None:
    notes = report(results=RESULTS[2:])
    assert render_terminal(notes) == (
        "No errors or warnings: checked 3 files, 2 functions and 1 table in 0.12 s; 1 note not shown (-v shows them).\n"
    )


def test_a_run_that_broke_does_not_call_itself_clean() -> None:
    text = render_terminal(report(results=(), failures=BROKEN.failures))
    assert "No findings" not in text
    assert text.splitlines()[-1] == "Not completed: checked 3 files, 2 functions and 1 table in 0.12 s."


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("width", [40, 72, 100, 200])
def test_colour_adds_nothing_but_colour(verbose: bool, width: int) -> None:
    colored = render_terminal(BROKEN, color=True, width=width, verbose=verbose)
    plain = render_terminal(BROKEN, color=False, width=width, verbose=verbose)
    assert "\x1b[" not in plain
    assert "\x1b[1;31merror[unbounded-read]\x1b[0m" in colored
    assert ANSI.sub("", colored) == plain
    for line in colored.split("\n"):
        assert line.count("\x1b[0m") * 2 == line.count("\x1b["), "colour must not run over a line end"


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_frames_keep_to_the_width(width: int) -> None:
    frames = [line for line in render_terminal(BROKEN, width=width).splitlines() if re.match(r" *\d* \|", line)]
    assert frames
    assert max(map(display_width, frames)) <= width


def test_paths_are_those_that_the_terminal_can_open() -> None:
    text = render_terminal(report(base="convex"))
    assert "--> messages.ts:5:18" in text
    assert "::: schema.ts:2:3" in text
    assert "--> ../convex/messages.ts:5:18" in render_terminal(report(base="web"))


def test_a_related_place_on_the_same_line_shares_the_frame() -> None:
    finding = Finding(
        at(MESSAGES, 'ctx.db.query("messages")'),
        "A scan.",
        "",
        key=["a"],
        related=[Label(at(MESSAGES, '.filter((q) => q.eq(q.field("author"), args.author))'), "narrowed here")],
    )
    text = render_terminal(report(results=(result("missing-index", Severity.WARNING, finding),)), width=120)
    assert text.split("\n\n")[0] == (
        """\
warning[missing-index]: A scan.
  --> convex/messages.ts:5:18
   |
 5 |     return await ctx.db.query("messages").filter((q) => q.eq(q.field("author"), args.author)).collect();
   |                  ^^^^^^^^^^^^^^^^^^^^^^^^
   |                                          ---------------------------------------------------- narrowed here"""
    )


def test_many_related_places_are_shortened_unless_verbose() -> None:
    labels = [Label(At(Span(SCHEMA.path, 0, 6)), f"place {number}") for number in range(20)]
    finding = Finding(at(MESSAGES, "ctx.db"), "A hub.", "", key=["a"], related=labels)
    hub = report(results=(result("hub", Severity.WARNING, finding),))
    text = render_terminal(hub)
    assert "   | ------ place 3\n" in text
    assert "  ::: convex/schema.ts:1:1: place 4\n" in text
    assert "place 12" not in text
    assert "  ::: and 8 more places (-v shows all)\n" in text
    verbose = render_terminal(hub, verbose=True)
    assert all(f"------ place {number}\n" in verbose for number in range(20))


def test_many_findings_are_counted_by_rule() -> None:
    text = render_terminal(report(results=(*RESULTS[:1] * 9, *RESULTS[1:2] * 2)))
    assert "\n    9  unbounded-read\n    2  missing-index\n\nFound 9 errors and 2 warnings of 2 causes.\n" in text


def test_a_place_in_a_file_that_is_gone_is_still_named() -> None:
    finding = Finding(At(Span("convex/gone.ts", 5, 9)), "Gone.", "Look.", key=["g"])
    text = render_terminal(Report(results=(result("gone", Severity.ERROR, finding),), summary=Summary()))
    assert text.startswith("error[gone]: Gone.\n  --> convex/gone.ts\n   |\n   = help: Look.\n\n")


def test_nothing_from_the_source_acts_on_the_terminal() -> None:
    finding = Finding(
        MISSING_INDEX.place,
        "Table `a\x1b[31m\u202eb\nc`.",
        "Do\x07 it.",
        key=["a"],
        related=[Label(at(SCHEMA, "v"), "\x1b]0;x\x07")],
    )
    text = render_terminal(report(results=(result("x", Severity.ERROR, finding),)))
    assert not set(text) & set("\x1b\x07\u202e")
    assert text.splitlines()[0] == "error[x]: Table `a\ufffd[31m\ufffdb c`."


def test_findings_that_one_repair_mends_are_one_block() -> None:
    text = render_terminal(report(results=numbered(3)))
    assert text.count("warning[r]") == 1
    assert (
        """\
   = help: Mend it.
   = also: the same repair mends 2 more findings
   ::: convex/schema.ts:2:3: A scan.
   ::: convex/schema.ts:2:35: A scan.

Found 3 warnings of 1 cause.
"""
        in text
    )


def test_of_many_that_one_repair_mends_the_first_are_named() -> None:
    assert "   ::: and 2 more places (-v shows all)\n" in render_terminal(report(results=numbered(8)))
    assert "(-v" not in render_terminal(report(results=numbered(8)), verbose=True)


def test_what_costs_more_comes_first_or_what_stands_first() -> None:
    (slight,) = numbered(1, "slight")
    often = Impact(Rate(Strength.CRON, "", 1.0, slight.finding.span), Exposure.SUBSCRIBED, Tier.TABLE)
    (heavy,) = numbered(1, "heavy", impact=often)
    heavy = replace(heavy, finding=replace(heavy.finding, place=at(SCHEMA, "messages"), message="Heavy."))
    both = report(results=(slight, heavy))
    assert heavy.rank > slight.rank
    assert re.findall(r"\[r\]: (\w+)", render_terminal(both)) == ["Heavy", "A"]
    assert re.findall(r"\[r\]: (\w+)", render_terminal(both, order=Order.FILE)) == ["A", "Heavy"]


def test_severity_outweighs_every_impact() -> None:
    (warning,) = numbered(1)
    heavy = Impact(Rate(Strength.CRON, "", 1.0, warning.finding.span), Exposure.SUBSCRIBED, Tier.TABLE, 1000)
    (note,) = numbered(1, impact=heavy)
    (doubtful,) = numbered(1, confidence=Confidence.LOW)
    note = replace(note, severity=Severity.NOTE)
    assert 0 < note.rank < doubtful.rank < warning.rank < replace(doubtful, severity=Severity.ERROR).rank
