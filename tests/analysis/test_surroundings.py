"""What stands around a call: what catches its failure, what becomes of its result, what is awaited until the next."""

from __future__ import annotations

import pytest

from convex_lint.analysis.surroundings import Surroundings
from convex_lint.analysis.tally import tally
from convex_lint.source import Source, Span
from convex_lint.syntax.parser import parse


def around(body: str, *calls: str) -> tuple[Surroundings, list[Span]]:
    """The surroundings of a handler, and the places of calls in it."""
    text = f"export const f = async (ctx, id) => {{ {body} }};"
    spans = [Span("f.ts", text.index(call), text.index(call) + len(call)) for call in calls]
    source = Source("f.ts", text.encode())
    return Surroundings({"f.ts": source}, {"f.ts": parse(source)}), spans


@pytest.mark.parametrize(
    ("body", "ignored"),
    [
        ("await get(id);", True),
        ("const doc = await get(id); return 1;", True),
        ("const doc = await get(id); return doc;", False),
        ("const doc = await get(id); if (!doc) throw 1;", False),
        ("return await get(id);", False),
        ("const { name } = await get(id);", False),
        ("use(await get(id));", False),
        ("const [doc, other] = await Promise.all([get(id), 1]); return other;", True),
        ("const [other, doc] = await Promise.all([1, get(id)]); return other;", True),
        ("const [doc, other] = await Promise.all([get(id), 1]); return doc;", False),
        ("const [, other] = await Promise.all([get(id), 1]); return other;", True),
    ],
)
def test_a_result_that_is_ignored(body: str, ignored: bool) -> None:
    surroundings, (span,) = around(body, "get(id)")
    assert surroundings.ignores(span) is ignored


@pytest.mark.parametrize(
    ("body", "fails"),
    [
        ("const doc = await get(id); if (doc === null) throw new Error();", True),
        ("const doc = await get(id); if (!doc || doc.gone) throw new Error();", True),
        ("const doc = await get(id); if (!doc) return null;", False),
        ("const doc = await get(id); return doc!.name;", True),
        ("return (await get(id))!.name;", True),
        ("const doc = await get(id); return doc?.name;", False),
        ("const doc = await get(id); return doc !== 1;", False),
        ("return await get(id);", False),
    ],
)
def test_code_that_cannot_do_without(body: str, fails: bool) -> None:
    surroundings, (span,) = around(body, "get(id)")
    assert surroundings.fails_without(span) is fails


@pytest.mark.parametrize(
    ("body", "row"),
    [
        ("await a(); await b();", True),
        ("const x = await a(); check(x); await b();", True),
        ("await a(); await mail(); await b();", False),
        ("await a(); if (id) { await b(); }", False),
        ("await a(); for await (const x of id) { x(); } await b();", False),
        ("await Promise.all([a(), b()]);", True),
    ],
)
def test_calls_with_nothing_between_them(body: str, row: bool) -> None:
    surroundings, (first, second) = around(body, "a()", "b()")
    assert surroundings.in_a_row(first, second) is row


def test_a_file_that_is_not_known() -> None:
    nowhere = Span("g.ts", 0, 1)
    surroundings, _ = around("")
    assert surroundings.around(nowhere) == ()
    assert not surroundings.ignores(nowhere)
    assert not surroundings.fails_without(nowhere)
    assert not surroundings.in_a_row(nowhere, nowhere)
    assert surroundings.options(nowhere, 2) == frozenset()


@pytest.mark.parametrize(
    ("body", "gathered"),
    [
        ("for (const row of rows) { get(row); }", False),
        ("const best = rows.filter((row) => row.ok); for (const row of best) { get(row); }", False),
        ("for (const one of new Set(rows)) { get(one); }", True),
        ("const ids = [...new Set(rows.map((row) => row.by))]; for (const one of ids) { get(one); }", True),
        ("const by = new Map(); for (const [one] of by) { get(one); }", True),
        ("for (const one of Object.keys(by)) { get(one); }", True),
        ("for (const one of rows.slice(0, 3)) { get(one); }", True),
    ],
)
def test_a_loop_over_distinct_values_or_groups_is_none_over_the_rows(body: str, gathered: bool) -> None:
    known, [call] = around(body, body[body.rindex("for (") : body.rindex("}") + 1])
    assert known.gathered(call) is gathered


def test_a_map_over_distinct_values_is_none_over_the_rows() -> None:
    body = "const ids = [...new Set(rows)]; await Promise.all(ids.map((one) => get(one))); rows.map((row) => get(row));"
    known, [distinct, rows] = around(body, "ids.map((one) => get(one))", "rows.map((row) => get(row))")
    assert (known.gathered(distinct), known.gathered(rows)) == (True, False)


@pytest.mark.parametrize(
    ("loop", "found"),
    [
        ("for (const row of rows) { if (row.ok && !row.gone) n += 1; }", "number"),
        ("for (const row of rows) { if (!row.ok) continue; n++; }", "number"),
        ("for (const row of rows) { if (row.ok) { a++; } else { b += row.size; } }", "sum"),
        ("for (const row of rows) { n += 1; out.push(row); }", None),
        ("for (const row of rows) { n += await size(row); }", None),
        ("for (const row of rows) { if (row.ok) break; n += 1; }", None),
        ("for (const row of rows) { }", None),
        ("for await (const row of rows) { n += 1; }", None),
    ],
)
def test_a_loop_that_only_counts_is_a_tally(loop: str, found: str | None) -> None:
    known, [place] = around(loop, loop)
    assert tally(known, place) == found


@pytest.mark.parametrize(
    ("body", "remembered"),
    [
        (
            "const known = cache.get(id); if (known) return known; const p = db.get(id); cache.set(id, p); return p;",
            True,
        ),
        ("if (!cache.has(id)) cache.set(id, await db.get(id)); return cache.get(id);", True),
        ("const known = other.get(id); const p = db.get(id); cache.set(id, p); return p;", False),
        ("return await db.get(id);", False),
    ],
)
def test_what_a_map_keeps_is_read_once_for_each_key(body: str, remembered: bool) -> None:
    surroundings, [place] = around(body, "db.get(id)")
    assert surroundings.remembers(place) is remembered
