"""What may stand in a convex-lint.toml, and what to say of a file that says something else."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from convex_lint.engine.config import Config
from convex_lint.engine.nearest import suggestion
from convex_lint.errors import ConfigError
from convex_lint.model.figures import FunctionRate, TableSize

Positive = Annotated[float, Field(gt=0)]
Names = tuple[str, ...]


def _kebab(name: str) -> str:
    return name.replace("_", "-")


class Section(BaseModel):
    """A table of the file: no other keys, no value of another type."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)


class TableSection(Section):
    rows: Annotated[int, Field(ge=0)] | None = None
    """How many documents the table holds in production."""
    bytes: Annotated[int, Field(gt=0)] | None = None
    """How many bytes one document takes."""
    fanout: dict[str, Positive] = {}
    """For a field: how many documents share one value of it."""


class FunctionSection(Section):
    per_minute: Annotated[float, Field(ge=0)] | None = None
    """How often the function runs in a minute."""


class RuleSection(BaseModel):
    """`severity`, and whatever settings the rule has; the rule validates those."""

    model_config = ConfigDict(frozen=True, extra="allow")

    severity: Literal["error", "warning", "note", "off"] | None = None


class ConfigFile(Section):
    """convex-lint.toml: what a project asks of convex-lint."""

    model_config = ConfigDict(alias_generator=_kebab, title="convex-lint.toml")

    select: Annotated[Names, Field(strict=False)] = ()
    """The rules to run; `recommended` and `all` stand for many. When empty: those that are recommended, and those whose
    severity is set."""
    ignore: Annotated[Names, Field(strict=False)] = ()
    """Rules that are not run."""
    exclude: Annotated[Names, Field(strict=False)] = ()
    """Files and folders that are not read, as patterns of .gitignore."""
    examples: bool = False
    """Whether examples, demos, tests, benchmarks and copies of other projects are looked at like a product."""
    fail_on: Literal["error", "warning", "note", "never"] = "error"
    """The least severity that makes the exit code 1."""
    min_confidence: Literal["high", "medium", "low"] = "low"
    """The least confidence that is shown."""
    rules: dict[str, RuleSection] = {}
    tables: dict[str, TableSection] = {}
    """Sizes of tables in production, by name; `component/table` for one of a component."""
    functions: dict[str, FunctionSection] = {}
    """Rates of functions in production, by path: `dir/module:function`."""


def read(file: Path) -> Config:
    """The configuration in `file`. Raises ConfigError with file, line and, for a misspelt name, the nearest known one."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(
            f"{file}: cannot be read: {error.strerror}", help="Check the path given to --config."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: is not UTF-8 text.", help="Save the file as UTF-8.") from error
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: not valid TOML: {error}.", help="Mend the file at that place.") from error
    try:
        parsed = ConfigFile.model_validate(written)
    except ValidationError as error:
        raise explain(error, file) from error
    return Config(
        select=parsed.select,
        ignore=parsed.ignore,
        exclude=parsed.exclude,
        examples=parsed.examples,
        fail_on=parsed.fail_on,
        min_confidence=parsed.min_confidence,
        rules=written.get("rules", {}),
        tables={name: TableSize(t.rows, t.bytes, t.fanout) for name, t in parsed.tables.items()},
        functions={path: FunctionRate(f.per_minute) for path, f in parsed.functions.items()},
        file=file,
    )


def explain(
    error: ValidationError,
    file: Path | None,
    section: tuple[str, ...] = (),
    known: Iterable[str] = (),
    written: Mapping[str, str] | None = None,
) -> ConfigError:
    """A validation error in words: the file, the line and the key, and for an unknown key the nearest of `known`.
    `section` is where the validated values stand in the file, `written` says how the file spells a field's name."""
    first = error.errors()[0]
    path = (*section, *((written or {}).get(str(part), str(part)) for part in first["loc"]))
    key = ".".join(path)
    if first["type"] == "extra_forbidden":
        names = list(known) or _keys_of(path)
        return complaint(f"unknown key `{key}`.", file, path, help=suggestion(path[-1], names))
    if first["type"] == "model_type":
        return complaint(f"`{key}` must be a table.", file, path, help=f"Write `[{key}]` and its settings below.")
    return complaint(f"`{key}`: {first['msg'][:1].lower()}{first['msg'][1:]}.", file, path, help="Mend the value.")


def complaint(message: str, file: Path | None, path: Sequence[str], *, help: str) -> ConfigError:
    """A ConfigError about what stands at `path` in `file`, with its line where it can be told."""
    line = line_of(file, path) if file is not None else None
    where = f"{file}:{line}: " if line is not None else f"{file}: " if file is not None else ""
    return ConfigError(where + message, help=help)


def line_of(file: Path, path: Sequence[str]) -> int | None:
    """The 1-based line on which the key at `path` is set, or its table opened. tomllib does not tell, so lines are read
    one by one; a key inside of an inline table is found at its table."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    table: tuple[str, ...] = ()
    best: tuple[int, int] | None = None
    for number, line in enumerate(lines, 1):
        opened = _key_path(line.strip()) if line.lstrip().startswith("[") else None
        if opened is not None:
            here = table = opened
        else:
            assigned = _key_path(line.partition("=")[0].strip() + " = 0") if "=" in line else None
            if assigned is None:
                continue
            here = (*table, *assigned)
        depth = min(len(here), len(path))
        if here[:depth] == tuple(path[:depth]) and (best is None or depth > best[0]):
            best = (depth, number)
    return best[1] if best is not None else None


def json_schema() -> dict[str, Any]:
    """The JSON Schema of convex-lint.toml, for editors."""
    schema = ConfigFile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _key_path(line: str) -> tuple[str, ...] | None:
    """`[rules."a"]` and `rules.a = 0` -> ("rules", "a")."""
    try:
        value: object = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return None
    path: list[str] = []
    while isinstance(value, (dict, list)) and value:
        if isinstance(value, list):
            value = value[0]
            continue
        name, value = next(iter(value.items()))
        path.append(name)
    return tuple(path)


def _keys_of(path: Sequence[str]) -> list[str]:
    nested: dict[str, type[BaseModel]] = {"tables": TableSection, "functions": FunctionSection}
    model = nested.get(path[0], ConfigFile) if len(path) > 2 else ConfigFile
    return [field.alias or name for name, field in model.model_fields.items()]
