"""Config: what a project asks of convex-lint, and where its convex-lint.toml is found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from convex_lint.model.figures import Figures, FunctionRate, TableSize

FILE_NAME = "convex-lint.toml"


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration of a run; the defaults are those of a project without convex-lint.toml. `select` empty means
    the rules that are recommended. `examples`: examples, tests and copies count as product. `fail_on` is a severity or `never`, `min_confidence` a confidence. `rules` holds the settings of each
    rule as written; the rule itself validates them. `file` is where all this was read, None for defaults."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    examples: bool = False
    fail_on: str = "error"
    min_confidence: str = "low"
    rules: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    tables: Mapping[str, TableSize] = field(default_factory=dict)
    functions: Mapping[str, FunctionRate] = field(default_factory=dict)
    file: Path | None = None

    @property
    def figures(self) -> Figures:
        return Figures(self.tables, self.functions)

    def amended(
        self,
        *,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        fail_on: str | None = None,
        min_confidence: str | None = None,
    ) -> Config:
        """This configuration with what the command line says on top: its `select` replaces, its `ignore` adds."""
        return replace(
            self,
            select=tuple(select) or self.select,
            ignore=(*self.ignore, *ignore),
            fail_on=fail_on or self.fail_on,
            min_confidence=min_confidence or self.min_confidence,
        )


def find_config(path: Path) -> Path | None:
    """The nearest convex-lint.toml in `path` or above it, up to the root of the repository (a folder with `.git`)."""
    start = path.resolve()
    for folder in (start, *start.parents):
        file = folder / FILE_NAME
        if file.is_file():
            return file
        if (folder / ".git").exists():
            return None
    return None


def load_config(file: Path | None) -> Config:
    """The configuration in `file`, or the defaults. Raises ConfigError when it says something that cannot be meant."""
    if file is None:
        return Config()
    # pydantic costs more start-up time than all else here, and most projects have no configuration file
    from convex_lint.engine.config_file import read

    return read(file)
