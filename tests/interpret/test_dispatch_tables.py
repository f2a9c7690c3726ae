"""Tables of functions: one entry for each kind of thing, found by a name that only the caller knows."""

from __future__ import annotations

import pytest

from convex_lint.interpret.values import MAX_OPTIONS
from tests.interpret.programs import HEAD, done, project, reasons

MANY = range(3 * MAX_OPTIONS)
SCHEMA = "".join(f't{i}: defineTable({{ owner: v.string() }}).index("by_owner", ["owner"]),' for i in MANY)
LOST = "context given to a function that could not be followed"


def _read(i: int) -> str:
    return (
        f'async (ctx, owner) => await ctx.db.query("t{i}").withIndex("by_owner", (q) => q.eq("owner", owner)).collect()'
    )


def _found(head: str, body: str, kind: str = "v.string()") -> tuple[list[str], list[str]]:
    args = f"{{ kind: {kind}, owner: v.string() }}"
    code = f"{HEAD}{head}\nexport const run = query({{ args: {args}, handler: async (ctx, args) => {{ {body} }} }});"
    facts = project({"schema.ts": SCHEMA, "steps.ts": code})
    return done(facts, "steps:run"), reasons(facts)


ALL = [f"query t{i} by_owner[owner] collect?" for i in MANY]


@pytest.mark.parametrize("kind", ["v.string()", "v.union(" + ", ".join(f'v.literal("k{i}")' for i in MANY) + ")"])
def test_every_entry_of_a_long_table(kind: str) -> None:
    steps = ", ".join(f'k{i}: {{ label: "{i}", run: {_read(i)} }}' for i in MANY)
    found = _found(f"const STEPS = {{ {steps} }};", "return await STEPS[args.kind].run(ctx, args.owner);", kind)
    assert (sorted(found[0]), found[1]) == (sorted(ALL), [])


def test_every_function_of_a_map() -> None:
    steps = ", ".join(f'{{ name: "k{i}", run: {_read(i)} }}' for i in MANY)
    head = f"const STEPS = [{steps}]; const byName = new Map(STEPS.map((step) => [step.name, step.run]));"
    found = _found(
        head, "const step = byName.get(args.kind); if (!step) return []; return await step(ctx, args.owner);"
    )
    assert (sorted(found[0]), found[1]) == (sorted(ALL), [])


@pytest.mark.parametrize("count", [3, len(MANY)])
@pytest.mark.parametrize(
    "call",
    ["if (step.run) await step.run(ctx, args.owner);", "if (!step.run) return; await step.run(ctx, args.owner);"],
)
def test_entries_without_the_function_are_not_called(count: int, call: str) -> None:
    steps = ", ".join(f'k{i}: {{ label: "{i}"' + (f", run: {_read(i)} }}" if i % 2 else " }") for i in range(count))
    found = _found(f"const STEPS = {{ {steps} }};", f"const step = STEPS[args.kind]; {call}")
    assert (sorted(found[0]), found[1]) == (sorted(ALL[i] for i in range(count) if i % 2), [])


def test_a_table_of_which_nothing_is_known_is_lost() -> None:
    assert _found('import { STEPS } from "elsewhere";', "await STEPS[args.kind].run(ctx, args.owner);") == ([], [LOST])


def test_what_a_part_says_of_the_whole() -> None:
    head = (
        "const asked = (kind) => kind ? { done: true, of: 't0' } : { done: false, of: 't1' };"
        "const named = (kind) => kind ? { kind: 'a', of: 't2' } : { kind: 'b', of: 't3' };"
    )
    body = """const one = asked(args.kind), two = named(args.kind);
    if (one.done) await ctx.db.query(one.of).first(); else await ctx.db.query(one.of).collect();
    if (two.kind === "a") await ctx.db.query(two.of).first();
    if (two.kind !== "a") await ctx.db.query(two.of).collect();"""
    assert _found(head, body)[0] == [
        "query t0 by_creation_time[] first?",
        "query t1 by_creation_time[] collect?",
        "query t2 by_creation_time[] first?",
        "query t3 by_creation_time[] collect?",
    ]
