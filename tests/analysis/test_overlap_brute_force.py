"""`overlap` against a brute-force model of the platform: what it says of symbolic ranges and writes holds for every pair of
executions that was tried."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convex_lint.analysis.keyrange import KeyRange
from convex_lint.analysis.overlap import Meeting, Overlap, meet
from convex_lint.analysis.versions import Written
from convex_lint.model.operation import Bound, Key, Op, Read, Write
from convex_lint.model.value import (
    UNKNOWN,
    Argument,
    Clock,
    Computed,
    DocumentField,
    Environment,
    Identity,
    Literal,
    Undefined,
    Value,
)
from tests.analysis.brute_force import DOMAIN, INDEXES, UNDEFINED, Execution, Pointless, same
from tests.analysis.facts import STRING, delete, insert, patch, read, table

ROWS = table("rows", {"by_a": ["a"], "by_a_b": ["a", "b"], "by_b": ["b"]}, a=STRING, b=STRING)
P, Q, ID = Argument(("p",)), Argument(("q",)), Argument(("id",), "rows")


def some_value(random: Random, prior: bool) -> Value:
    plain = [Undefined() if value is UNDEFINED else Literal(value) for value in DOMAIN]
    kinds: list[Value] = [P, P, Q, Identity(("subject",)), Environment("E"), Clock(), UNKNOWN]
    if prior:
        kinds += [DocumentField("rows", (name,), 0) for name in ("a", "a", "b")]
    found = random.choice([*kinds, *plain])
    other = random.choice([*kinds, *plain])
    return Computed(random.choice(("either", "??")), (found, other)) if random.random() < 0.15 else found


def some_read(random: Random, prior: bool = False) -> Read:
    if random.random() < 0.15:
        key: Value = DocumentField("rows", ("_id",), 0) if prior and random.random() < 0.5 else ID
        return replace(read("rows", terminal="get"), key=key, eq=(Key("_id", key),))
    index = random.choice(["by_a", "by_a_b", "by_b", "by_creation_time"])
    fields = INDEXES[index]
    pinned = random.randint(0, len(fields) - 1)
    eq = tuple(Key(name, some_value(random, prior)) for name in fields[:pinned])
    bounds: list[Bound] = []
    if random.random() < 0.35:
        operators = random.choice([("gt",), ("gte",), ("lt",), ("lte",), ("gte", "lt")])
        bounds = [Bound(fields[pinned], operator, some_bound(random, fields[pinned], prior)) for operator in operators]
    residual = ()
    if random.random() < 0.2:
        residual = tuple(read("rows", residual=[_filter(random, prior)]).residual)
    terminal = random.choice(["collect", "collect", "first", "first", "take", "unique", "iterate", "paginate"])
    found = read("rows", index, terminal=terminal, residual=residual, order=random.choice(["asc", "desc"]))
    limit = random.choice([Literal(0), Literal(1), Literal(2), Argument(("n",))]) if terminal == "take" else None
    return replace(found, eq=eq, bounds=tuple(bounds), limit=limit)


def _filter(random: Random, prior: bool) -> Any:
    from tests.analysis.facts import eq

    return eq(random.choice(["a", "b"]), some_value(random, prior))


def some_bound(random: Random, field: str, prior: bool) -> Value:
    if field != "_creationTime":
        return some_value(random, prior)
    times: list[Value] = [Clock(), Computed("-", (Clock(), Literal(2))), Argument(("t",)), Literal(3)]
    return random.choice([*times, *([DocumentField("rows", ("_creationTime",), 0)] if prior else [])])


def some_write(random: Random, prior: bool) -> Write:
    values = {name: some_value(random, prior) for name in ("a", "b") if random.random() < 0.6}
    shape = random.choice(["insert", "patch", "patch", "patch", "replace", "delete"])
    row = DocumentField("rows", ("_id",), 0)
    target = random.choice([row, row, row, Computed("either", (row, ID)), ID]) if prior else ID
    if shape == "delete":
        return delete("rows", target)
    write = insert("rows", **values) if shape == "insert" else patch("rows", target, **values)
    if shape == "replace":
        write = replace(write, op=Op.REPLACE)
    more = random.random()
    return replace(write, fields=None) if more < 0.1 else replace(write, fields=("a", "b")) if more < 0.2 else write


def execution(random: Random, rows: list[dict[str, Any]], environment: Any, prior: Read | None) -> Execution:
    names = ("p", "q")
    made = Execution(random, rows, environment, {(name,): random.choice(DOMAIN) for name in names})
    made.arguments |= {
        ("id",): f"r{random.randint(0, 5)}",
        ("n",): random.randint(1, 3),
        ("t",): random.randint(0, 150),
    }
    made.identity = random.choice(DOMAIN)
    if prior is not None:
        taken, _ = made.scan(prior)
        if not taken:
            raise Pointless
        made.chosen[0] = random.choice(taken)
    return made


def trial(random: Random) -> tuple[Meeting, bool, bool]:
    """The verdict on a random pair, whether the values that must be equal were, and whether the write landed."""
    rows: list[dict[str, Any]] = []
    for number in range(random.randint(0, 5)):
        row = {"_id": f"r{number}", "_creationTime": number + 1, "a": random.choice(DOMAIN), "b": random.choice(DOMAIN)}
        rows.append({name: value for name, value in row.items() if value is not UNDEFINED})
    before_read = some_read(random) if random.random() < 0.3 else None
    before_write = some_read(random) if random.random() < 0.7 else None
    reading = replace(some_read(random, before_read is not None), ordinal=1)
    if before_write is not None and random.random() < 0.3:
        before_write = replace(reading, ordinal=0) if before_read is None else before_write
    writing = some_write(random, before_write is not None)
    environment = random.choice(DOMAIN)
    reader = execution(random, rows, environment, before_read)
    writer = execution(random, rows, environment, before_write)
    if random.random() < 0.5:
        writer.arguments |= {("p",): reader.arguments["p",], ("id",): reader.arguments["id",]}
        if before_write is not None:
            taken, _ = writer.scan(before_write)
            if writer.chosen[0] not in taken:
                raise Pointless
    _, interval = reader.scan(reading)
    versions = writer.versions(writing)
    own = {0: before_read} if before_read is not None else {}
    theirs = {0: before_write} if before_write is not None else {}
    meeting = meet(KeyRange.of(reading, ROWS, own), Written.of(writing, theirs))
    equal = all(same(reader.value(pair.left), writer.value(pair.right)) for pair in meeting.when)
    empty = reading.terminal == "take" and reading.limit is not None and reader.value(reading.limit) == 0
    return meeting, equal, not empty and any(interval.holds(row) for row in versions)


@given(st.randoms(use_true_random=False))
@settings(max_examples=800, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_verdict_is_wrong(random: Random) -> None:
    try:
        meeting, equal, landed = trial(random)
    except Pointless:
        return
    if meeting.verdict is Overlap.NEVER:
        assert not landed
    elif meeting.verdict is Overlap.ALWAYS or (meeting.verdict is Overlap.SAME_KEY and equal):
        assert landed


def test_every_verdict_was_put_to_the_test() -> None:
    """The trials above would prove little if nearly all of them ended in `maybe`, or if equal values never came up."""
    seen: Counter[tuple[Overlap, bool, bool]] = Counter()
    for seed in range(20000):
        try:
            meeting, equal, landed = trial(Random(seed))
        except Pointless:
            continue
        seen[meeting.verdict, equal, landed] += 1
        wrong = {Overlap.NEVER: landed, Overlap.ALWAYS: not landed, Overlap.SAME_KEY: equal and not landed}
        assert not wrong.get(meeting.verdict, False), seed
    total = Counter[Overlap]()
    for (verdict, _, _), times in seen.items():
        total[verdict] += times
    assert all(total[verdict] > 150 for verdict in Overlap), total
    assert seen[Overlap.SAME_KEY, True, True] > 100, seen
    assert seen[Overlap.SAME_KEY, False, False] > 100, "unequal values do keep them apart"
    assert seen[Overlap.MAYBE, True, True] > 100, seen
