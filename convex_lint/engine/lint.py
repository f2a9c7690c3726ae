"""The pipeline: discover, parse, link, interpret, connect, ask, check, settle. Every client enters here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from convex_lint.engine.config import Config
from convex_lint.engine.discover import discover, run_root
from convex_lint.engine.failure import failure
from convex_lint.engine.figures import strangers
from convex_lint.engine.memory import workspace_of
from convex_lint.interpret.interpret import interpret
from convex_lint.program.link import link
from convex_lint.syntax.parser import parse

# Rules stand on pydantic, the graph on networkx: `facts` needs neither, so they are imported where rules run.
if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend
    from convex_lint.engine.registry import Ready
    from convex_lint.engine.report import Failure, Report
    from convex_lint.engine.settle import Examined
    from convex_lint.model.figures import Figures
    from convex_lint.model.project import Project
    from convex_lint.program.program import Program
    from convex_lint.program.workspace import Workspace
    from convex_lint.rule import Finding


def lint(paths: Sequence[Path], config: Config | None = None, *, root: Path | None = None) -> Report:
    """Everything that the rules have to say of the Convex projects under `paths`.

    `root` is the folder to which the paths of the report are relative: by default the root of the repository, or else
    the working folder. Raises NoProjectError where there is no project, ConfigError where a setting cannot be meant."""
    config = config or Config()
    root = root or root_of(paths, config)
    found = partial(discover, paths, root=root, excludes=excludes_of(config, root))
    return _lint(found, config, _from_here(root), _named(paths, root))


def lint_sources(texts: Mapping[str, str], config: Config | None = None) -> Report:
    """The same for one project in memory: the text of its files by path, such as `convex/schema.ts`."""
    return _lint(lambda: [workspace_of(texts)], config or Config(), ("", ""))


def survey(paths: Sequence[Path], config: Config | None = None, *, root: Path | None = None) -> tuple[Project, ...]:
    """The facts of the Convex projects under `paths`, and no opinion on them. Raises as `lint` does."""
    return tuple(interpret(program) for program in _programs(paths, config or Config(), root))


def ask(paths: Sequence[Path], config: Config | None = None, *, root: Path | None = None) -> tuple[Backend, ...]:
    """The Convex projects under `paths`, each with everything that can be asked of it. Raises as `lint` does."""
    from convex_lint.analysis.backend import Backend

    config = config or Config()
    return tuple(
        Backend(interpret(program), figures=config.figures, modules=program.modules.parsed)
        for program in _programs(paths, config, root)
    )


def _programs(paths: Sequence[Path], config: Config, root: Path | None) -> Iterator[Program]:
    root = root or root_of(paths, config)
    for workspace in discover(paths, root=root, excludes=excludes_of(config, root)):
        yield link(workspace, parse)


def _lint(
    discovered: Callable[[], Sequence[Workspace]], config: Config, here: tuple[str, str], named: Sequence[str] = ("",)
) -> Report:
    from convex_lint.analysis.showcases import Showcases
    from convex_lint.engine.registry import configured, installed
    from convex_lint.engine.settle import settle
    from convex_lint.rule import Confidence

    started = perf_counter()
    rules, broken = configured(config)
    workspaces = discovered()
    shows = Showcases.of(() if config.examples else workspaces, named)
    examined = [_examine(workspace, rules, config.figures) for workspace in workspaces]
    strange = strangers(config, [one.project for one in examined if one.project is not None])
    report = settle(examined, rules, broken, installed(), Confidence(config.min_confidence), tuple(strange), shows)
    summary = replace(report.summary, seconds=perf_counter() - started)
    return replace(report, summary=summary, base=here[0], prefix=here[1])


def _examine(workspace: Workspace, rules: Sequence[Ready], figures: Figures) -> Examined:
    from convex_lint.analysis.backend import Backend
    from convex_lint.engine.settle import Examined

    program = link(workspace, parse)
    try:
        project = interpret(program)
        backend = Backend(project, figures=figures, modules=program.modules.parsed)
    except Exception as error:  # our own fault, and other projects of the run can still be looked at
        return Examined(program, failures=[failure(None, workspace.root, error)])
    findings, failures = _check(backend, rules, workspace.root)
    return Examined(program, project, findings, failures)


def _check(backend: Backend, rules: Sequence[Ready], root: str) -> tuple[list[tuple[Ready, Finding]], list[Failure]]:
    """Asks each rule. What a rule said before it broke does not count."""
    findings: list[tuple[Ready, Finding]] = []
    failures: list[Failure] = []
    for ready in rules:
        try:
            findings += [(ready, finding) for finding in ready.rule.check(backend)]
        except Exception as error:  # a rule may break in any way, and the others still run
            failures.append(failure(ready.id, root, error))
    return findings, failures


def root_of(paths: Sequence[Path], config: Config) -> Path:
    """The folder to which a run's paths are relative: that of the repository, or else of the convex-lint.toml above, or
    of the package."""
    root = run_root([path.resolve() for path in paths])
    above = config.file.resolve().parent if config.file is not None else root
    return above if root.is_relative_to(above) and not (root / ".git").exists() else root


def excludes_of(config: Config, root: Path) -> tuple[str, ...]:
    """The excludes as patterns of a .gitignore file at `root`; written, they are those of one next to convex-lint.toml."""
    folder = config.file.resolve().parent if config.file is not None else root
    base = folder.relative_to(root).as_posix() if folder.is_relative_to(root) else "."
    if base == ".":
        return config.exclude
    patterns = []
    for pattern in config.exclude:
        sign, bare = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
        anchored = "/" in bare.rstrip("/")
        patterns.append(f"{sign}/{base}/{bare.lstrip('/')}" if anchored else f"{sign}/{base}/**/{bare}")
    return tuple(patterns)


def _named(paths: Sequence[Path], root: Path) -> list[str]:
    """The paths as seen from the root of the run; "" stands for all of it."""
    here, resolved = root.resolve(), [path.resolve() for path in paths or [Path()]]
    inner = [path.relative_to(here).as_posix() if path.is_relative_to(here) else "." for path in resolved]
    return ["" if path == "." else path for path in inner]


def _from_here(root: Path) -> tuple[str, str]:
    """`base` and `prefix` of a report: where the working folder and the root of the run lie to one another."""
    here, root = Path.cwd().resolve(), root.resolve()
    if here.is_relative_to(root):
        return here.relative_to(root).as_posix().removeprefix("."), ""
    return "", root.relative_to(here).as_posix() if root.is_relative_to(here) else root.as_posix()
