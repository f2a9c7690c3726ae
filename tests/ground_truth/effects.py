"""What functions did when they ran, what convex-lint says they do, and the difference."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

READS = {"query", "paginate"}
OPS = {
    "get": "get",
    "insert": "insert",
    "shallowMerge": "patch",
    "replace": "replace",
    "remove": "delete",
    "runUdf": "run",
    "actions/query": "run",
    "actions/mutation": "run",
    "actions/action": "run",
    "schedule": "schedule",
    "actions/schedule": "schedule",
    "queryStream": "query",
    "queryPage": "paginate",
    "count": "query",
    "actions/vectorSearch": "vectorSearch",
}
"""The platform's calls that are effects; handles, cancellations and metrics are not."""

SYSTEM_FIELDS = {"_id", "_creationTime"}
"""A written document may repeat them; nobody can set them."""

WRITES = {"insert", "patch", "replace", "delete"}
BY_DATA = "*"
"""The target of a call through a function handle: whatever the caller passed."""


class Effect(NamedTuple):
    """`eq`, `bounds` and `fields` are sorted names; `target` is `dir/mod:fn`, `component/` in front for a child."""

    function: str
    op: str
    table: str | None
    index: str | None = None
    eq: tuple[str, ...] = ()
    bounds: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    target: str | None = None

    def __str__(self) -> str:
        place = f"{self.table}.{self.index}" if self.index else self.table or ""
        range_ = " ".join([*(f"{name}=" for name in self.eq), *(f"{name}<>" for name in self.bounds)])
        parts = (self.op, place, range_, ",".join(self.fields), self.target or "")
        return f"{self.function}: " + " ".join(part for part in parts if part)


class Instance(NamedTuple):
    """Where a call was made: the suite's package, and the path of the component instance in its test."""

    suite: str
    component: str


@dataclass
class Condensed:
    """Distinct effects of one recording, by instance, with how often each was seen."""

    effects: dict[Instance, Counter[Effect]] = field(default_factory=dict)
    operations: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


def condense(traces: Path) -> Condensed:
    """Reads a recording. Code of the tests themselves runs as `custom`, `inline` or in a module `*.test`."""
    result = Condensed()
    for trace in sorted(traces.glob("*.jsonl")):
        for line in trace.read_text().splitlines():
            call = json.loads(line)
            result.operations += 1
            function = call["function"]
            if function in (None, "custom", "inline", "http") or ".test:" in function:
                result.left_out[str(function).split(":")[0]] += 1
                continue
            effect = effect_of(function.removesuffix(":default"), call["op"], call["arguments"])
            if effect is not None:
                instance = Instance(call["suite"], call["component"])
                result.effects.setdefault(instance, Counter())[effect] += 1
    return result


def effect_of(function: str, op: str, arguments: dict[str, Any]) -> Effect | None:
    kind = OPS.get(op)
    if kind is None:
        return None
    if kind in ("run", "schedule"):
        return Effect(function, kind, None, target=_target(arguments))
    if kind == "vectorSearch":
        table, index = arguments["query"]["indexName"].split(".")
        return Effect(function, kind, table, index)
    if op in ("queryStream", "queryPage"):
        return _read(function, kind, arguments["query"]["source"])
    if op == "count":
        return Effect(function, kind, arguments["table"], "by_creation_time")
    table = arguments.get("table") or _table_of_id(arguments["id"])
    if kind == "get":
        return Effect(function, kind, table, "by_id", ("_id",))
    fields = set(arguments.get("value") or ()) - SYSTEM_FIELDS
    return Effect(function, kind, table, fields=tuple(sorted(fields)))


def _read(function: str, kind: str, source: dict[str, Any]) -> Effect:
    if source["type"] == "FullTableScan":
        return Effect(function, kind, source["tableName"], "by_creation_time")
    table, index = source["indexName"].split(".")
    if source["type"] == "Search":
        names = {part["fieldPath"] for part in source["filters"] if part["type"] == "Eq"}
        return Effect(function, "search", table, index, tuple(sorted(names)))
    eq = {part["fieldPath"] for part in source["range"] if part["type"] == "Eq"}
    bounds = {part["fieldPath"] for part in source["range"] if part["type"] != "Eq"}
    return Effect(function, kind, table, index, tuple(sorted(eq)), tuple(sorted(bounds)))


def _target(arguments: dict[str, Any]) -> str:
    if arguments.get("functionHandle") or str(arguments.get("name", "")).startswith("function://"):
        return BY_DATA
    if arguments.get("name"):
        return str(arguments["name"]).removesuffix(":default")
    child, *module, function = arguments["reference"].split("/")[2:]
    return f"{child}/{'/'.join(module)}:{function}"


def _table_of_id(text: str) -> str | None:
    if ";" in text:
        return text.partition(";")[2]
    found = re.fullmatch(r"[0-9]+(\D.*)", text)
    return found.group(1) if found else None


class Prediction(NamedTuple):
    """One operation of the facts, in the terms of an effect; None are `fields` that are `*` and a range that is not known."""

    op: str
    table: str | None
    index: str | None
    eq: tuple[str, ...] | None
    bounds: tuple[str, ...] | None
    fields: tuple[str, ...] | None
    target: str | None


def predictions(facts: dict[str, Any], component: str) -> dict[str, list[Prediction]]:
    """The operations of each function of one component of the facts, by the function's path."""
    found: dict[str, list[Prediction]] = {}
    for function in facts["functions"]:
        if function["component"] == component:
            found[function["path"]] = [_prediction(operation, component) for operation in function["operations"]]
    return found


def _prediction(operation: dict[str, Any], component: str) -> Prediction:
    fields, known = operation["fields"], operation.get("rangeKnown") is not False
    target = operation["target"]
    if target is not None and component:
        target = target.removeprefix(f"{component}/")
    return Prediction(
        operation["op"],
        operation["table"],
        operation["index"],
        tuple(sorted(operation["eq"] or ())) if known else None,
        tuple(sorted(operation["bounds"] or ())) if known else None,
        None if fields == "*" else tuple(sorted(fields or ())),
        target,
    )


def predicts(prediction: Prediction, effect: Effect, ran: Collection[Effect]) -> bool:
    """Same table, index and range fields, or same target; an unknown predicts nothing, save a target that is data. `ran` is
    all that the effect's function did."""
    if prediction.op != effect.op and not {prediction.op, effect.op} <= READS:
        return False
    if effect.op in ("run", "schedule"):
        return effect.target == BY_DATA or prediction.target == effect.target
    if effect.table is None or prediction.table != effect.table:
        return False
    if effect.op in WRITES:
        return True
    if prediction.index != effect.index:
        return False
    if effect.op == "vectorSearch" or (prediction.eq, prediction.bounds) == (effect.eq, effect.bounds):
        return True
    return is_page(prediction, effect, ran)


def is_page(prediction: Prediction, effect: Effect, ran: Collection[Effect]) -> bool:
    """Libraries that paginate by themselves (`paginator`, `stream` of convex-helpers) read on from a cursor: more fields of
    the same index, inside the predicted range. convex's own `paginate` carries its cursor outside of the range.

    Any range is inside of none at all, so that a page without a range is read on from only where it was read itself."""
    if prediction.op != "paginate" or effect.op != "query" or prediction.eq is None or prediction.bounds is None:
        return False
    if not prediction.eq and not prediction.bounds and effect._replace(eq=(), bounds=()) not in ran:
        return False
    return set(prediction.eq) <= set(effect.eq) and set(prediction.bounds) <= {*effect.eq, *effect.bounds}


def somehow(prediction: Prediction, effect: Effect) -> bool:
    """The index is read in a range that the prediction leaves open."""
    return prediction[1:3] == effect[2:4] and prediction.eq is None and {prediction.op, effect.op} <= READS | {"search"}


def sets_fields(prediction: Prediction, effect: Effect) -> bool:
    """The written fields are among the predicted ones; `*` predicts none."""
    return (
        predicts(prediction, effect, ())
        and prediction.fields is not None
        and set(effect.fields) <= set(prediction.fields)
    )


@dataclass
class Score:
    """Recall over distinct effects, and written fields over distinct inserts, patches and replaces. `pages` of the effects
    are matched only as pages of a predicted pagination."""

    effects: int = 0
    missed: list[Effect] = field(default_factory=list)
    pages: int = 0
    writes: int = 0
    wrong_fields: list[Effect] = field(default_factory=list)
    predicted: int = 0
    unseen: list[tuple[str, Prediction]] = field(default_factory=list)

    def add(self, other: Score) -> None:
        self.effects += other.effects
        self.missed += other.missed
        self.pages += other.pages
        self.writes += other.writes
        self.wrong_fields += other.wrong_fields
        self.predicted += other.predicted
        self.unseen += other.unseen

    @property
    def recall(self) -> float:
        return 1 - len(self.missed) / self.effects if self.effects else 1.0

    @property
    def field_recall(self) -> float:
        return 1 - len(self.wrong_fields) / self.writes if self.writes else 1.0

    @property
    def over_prediction(self) -> float:
        return len(self.unseen) / self.predicted if self.predicted else 0.0


def compare(effects: Iterable[Effect], predicted: dict[str, list[Prediction]]) -> Score:
    """`unseen` are predicted database operations of functions that ran, which no run did."""
    score = Score()
    distinct = set(effects)
    by_function: dict[str, set[Effect]] = {}
    for effect in distinct:
        by_function.setdefault(effect.function, set()).add(effect)
    for effect in sorted(distinct, key=str):
        operations = predicted.get(effect.function, [])
        ran = by_function[effect.function]
        score.effects += 1
        matching = [operation for operation in operations if predicts(operation, effect, ran)]
        if not matching:
            score.missed.append(effect)
        elif effect.op not in WRITES and all(is_page(operation, effect, ran) for operation in matching):
            score.pages += 1
        if effect.op in ("insert", "patch", "replace"):
            score.writes += 1
            if not any(sets_fields(operation, effect) for operation in operations):
                score.wrong_fields.append(effect)
    for function, ran in sorted(by_function.items()):
        for operation in sorted(set(predicted.get(function, [])), key=str):
            if operation.op in WRITES | READS | {"get", "search"}:
                score.predicted += 1
                if not any(predicts(operation, effect, ran) or somehow(operation, effect) for effect in ran):
                    score.unseen.append((function, operation))
    return score


def by_folder(condensed: Condensed, folder_of: Callable[[str], Path | None]) -> dict[Path, set[Effect]]:
    """Effects by the folder of the functions that had them. Functions whose module is not there are the tests' own."""
    grouped: dict[Path, set[Effect]] = {}
    for instance, counted in condensed.effects.items():
        folder = folder_of(instance.component)
        for effect, times in counted.items():
            module = effect.function.partition(":")[0]
            if folder is None:
                condensed.left_out[f"unknown component {instance.component}"] += times
            elif any((folder / f"{module}{extension}").exists() for extension in (".ts", ".tsx", ".js")):
                grouped.setdefault(folder, set()).add(effect)
            else:
                condensed.left_out[f"defined by the tests: {module}"] += times
    return grouped
