"""Recall against real runs, component by component, with every miss. As a script it prints the report:
`python tests/ground_truth/report.py [COMPONENT ...]`."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1] / "real")]

import npm
from effects import Effect, Score, by_folder, compare, condense, predictions
from installed import Cli
from recording import SUITES, record


def recorded(home: Path, suites: tuple[str, ...] = SUITES) -> tuple[dict[Path, set[Effect]], int, Counter[str]]:
    """The distinct effects of each functions folder over all suites, the calls recorded, and what was left out."""
    effects: dict[Path, set[Effect]] = {}
    operations, left_out = 0, Counter[str]()
    for component in npm.components(home):
        if component.name not in suites:
            continue
        condensed = condense(record(home, component))
        folders = by_folder(condensed, lambda path, suite=component: npm.instance_folder(home, suite, path))
        for folder, found in folders.items():
            effects.setdefault(folder, set()).update(found)
        operations += condensed.operations
        left_out += condensed.left_out
    return effects, operations, left_out


def facts_of(cli: Cli, folder: Path) -> tuple[dict[str, Any], str]:
    """The facts of the package around a functions folder, and the name that they give to its component."""
    facts = cli.json("facts", folder.parents[1])
    name = next(entry["name"] for entry in facts["components"] if entry["path"].rstrip("/").endswith("src/component"))
    return facts, name


def measure(home: Path, cli: Cli, suites: tuple[str, ...] = SUITES) -> dict[str, Score]:
    scores: dict[str, Score] = {}
    for folder, found in sorted(recorded(home, suites)[0].items()):
        label = str(folder.parents[1].relative_to(home / "packages"))
        try:
            facts, name = facts_of(cli, folder)
        except AssertionError as failure:
            print(f"no facts of {label}: {failure}", file=sys.stderr)
            facts, name = {"functions": []}, ""
        scores[label] = compare(found, predictions(facts, name))
    return scores


def total(scores: dict[str, Score]) -> Score:
    together = Score()
    for score in scores.values():
        together.add(score)
    return together


def render(scores: dict[str, Score], *, unseen: bool = False) -> str:
    lines = [f"{'component':36} {'effects':>7} {'recall':>7} {'pages':>6} {'writes':>7} {'fields':>7} {'unseen':>7}"]
    for label, score in [*scores.items(), ("all", total(scores))]:
        lines.append(
            f"{label:36} {score.effects:7} {score.recall:7.1%} {score.pages:6} {score.writes:7} {score.field_recall:7.1%} "
            f"{score.over_prediction:7.1%}"
        )
    for label, score in scores.items():
        lines += [f"missed  {label} {effect}" for effect in score.missed]
        lines += [f"fields  {label} {effect}" for effect in score.wrong_fields if effect not in score.missed]
        if unseen:
            lines += [f"unseen  {label} {function}: {operation}" for function, operation in score.unseen]
    return "\n".join(lines)


if __name__ == "__main__":
    wanted = tuple(name for name in sys.argv[1:] if not name.startswith("-")) or SUITES
    print(render(measure(npm.install(), Cli(), wanted), unseen="--unseen" in sys.argv))
