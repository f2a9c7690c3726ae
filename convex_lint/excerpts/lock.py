"""The lock file of documentation excerpts: read, checked, and asked by rule.

`convex-lint.docs.lock.json` holds `{"version": 1, "excerpts": [entry, ...]}`. An entry says for which rule it is, what was
asked of which library and when, the pages that the text comes from, the text, and the SHA-256 of it. Nothing here uses
the network: a lock file is made by whoever can reach the documentation, and read by everybody else.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from convex_lint.errors import ConfigError

LOCK_FILE = "convex-lint.docs.lock.json"
LOCK_BYTES = 4 * 1024 * 1024
EXCERPT_CHARACTERS = 8 * 1024
PER_RULE = 2
"""How many excerpts of a rule are shown."""

_HOSTS = ("docs.convex.dev", "stack.convex.dev", "labs.convex.dev")
_REPOSITORIES = "/get-convex/"
_AGAIN = "Retrieve the excerpt again, or take the entry out."


def _own_documentation(url: str) -> str:
    try:
        parts = urlsplit(url)
        plain = parts.scheme == "https" and parts.port is None and not parts.username
    except ValueError:
        raise ValueError(f"`{url}` is no URL") from None
    if not plain or not re.fullmatch(r"[\x21-\x7e]+", url) or re.search(r"[<>\"\\^`{|}]", url):
        raise ValueError(f"`{url}` is no plain https URL")
    if parts.hostname in _HOSTS or (parts.hostname == "github.com" and parts.path.startswith(_REPOSITORIES)):
        return url
    raise ValueError(
        f"`{url}` is no page of Convex's own documentation ({', '.join(_HOSTS)} or github.com{_REPOSITORIES}...)"
    )


def _moment(text: str) -> str:
    datetime.fromisoformat(text.replace("Z", "+00:00"))
    return text


Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Url = Annotated[str, StringConstraints(max_length=500), AfterValidator(_own_documentation)]
Moment = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$"), AfterValidator(_moment)
]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)


class DocSource(_Entry):
    """A page that an excerpt comes from; `sha256` is that of what was retrieved."""

    url: Url
    title: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    sha256: Sha256


class Excerpt(_Entry):
    """One entry of the lock file."""

    rule: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=100)]
    origin: Literal["context7", "convex-docs-repo"]
    library_id: Annotated[str, StringConstraints(pattern=r"^/[\w.-]+/[\w.-]+([/@][\w.-]+)?$", max_length=200)]
    query: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    api_version: Literal["v2"] = "v2"
    fast: bool = False
    retrieved_at: Moment
    sources: Annotated[tuple[DocSource, ...], Field(min_length=1, max_length=20)]
    excerpt: Annotated[str, StringConstraints(min_length=1, max_length=EXCERPT_CHARACTERS)]
    excerpt_sha256: Sha256
    comment: str = ""

    @property
    def intact(self) -> bool:
        return hashlib.sha256(self.excerpt.encode("utf-8", "surrogatepass")).hexdigest() == self.excerpt_sha256

    @property
    def provenance(self) -> Mapping[str, object]:
        """Where the text comes from, without the text."""
        return {
            "origin": self.origin,
            "libraryId": self.library_id,
            "query": self.query,
            "retrievedAt": self.retrieved_at,
            "sha256": self.excerpt_sha256,
            "sourceUrls": [source.url for source in self.sources],
        }


class _Lock(_Entry):
    version: Literal[1]
    excerpts: tuple[Excerpt, ...]
    comment: str = ""


class Excerpts:
    """The excerpts of a run, by rule, in the order of the lock file."""

    def __init__(self, excerpts: Iterable[Excerpt] = ()) -> None:
        self._by_rule: dict[str, list[Excerpt]] = {}
        for excerpt in excerpts:
            self._by_rule.setdefault(excerpt.rule, []).append(excerpt)

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(sorted(self._by_rule))

    def excerpts_for(self, rule_id: str) -> list[Excerpt]:
        """At most two."""
        return self._by_rule.get(rule_id, [])[:PER_RULE]


def find_excerpts(path: Path) -> Excerpts:
    """Those of the nearest lock file in `path` or above it, up to the root of the repository (a folder with `.git`)."""
    start = path.resolve()
    for folder in (start, *start.parents):
        if (folder / LOCK_FILE).is_file():
            return load_excerpts(folder)
        if (folder / ".git").exists():
            break
    return Excerpts()


def load_excerpts(folder: Path) -> Excerpts:
    """The lock file in `folder`; none where there is no such file. Raises ConfigError where it cannot be used."""
    path = folder / LOCK_FILE
    try:
        with path.open("rb") as file:
            data = file.read(LOCK_BYTES + 1)
    except FileNotFoundError:
        return Excerpts()
    except OSError as error:
        raise ConfigError(f"{LOCK_FILE} cannot be read: {error.strerror}.", help="Check its permissions.") from error
    return parse_lock(data)


def parse_lock(data: bytes) -> Excerpts:
    """Raises ConfigError with the entry, the field, and what is wrong with it."""
    if len(data) > LOCK_BYTES:
        raise ConfigError(
            f"{LOCK_FILE} is larger than {LOCK_BYTES // 1024 // 1024} MiB.", help="Take entries out of it."
        )
    try:
        content = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{LOCK_FILE} is not UTF-8 (byte {error.start}).", help="Save it as UTF-8.") from error
    except json.JSONDecodeError as error:
        raise ConfigError(
            f"{LOCK_FILE}:{error.lineno}:{error.colno}: this is not JSON: {error.msg}.", help="Restore the file."
        ) from error
    except RecursionError as error:
        raise ConfigError(f"{LOCK_FILE} is nested too deeply.", help="Restore the file.") from error
    try:
        lock = _Lock.model_validate(content)
    except ValidationError as error:
        first, *others = error.errors(include_url=False)
        more = f" ({len(others)} more)" if others else ""
        raise ConfigError(
            f"{LOCK_FILE}: {_where(first['loc'])}: {_why(first['type'], first['msg'])}.{more}", help=_AGAIN
        ) from error
    for number, excerpt in enumerate(lock.excerpts):
        if not excerpt.intact:
            raise ConfigError(
                f"{LOCK_FILE}: excerpts[{number}] (rule `{excerpt.rule}`): the text does not have the hash in "
                "`excerptSha256`; it was changed after it was retrieved.",
                help=_AGAIN,
            )
    return Excerpts(lock.excerpts)


def _where(location: tuple[int | str, ...]) -> str:
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return path.removeprefix(".") or "the file"


def _why(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "there is no such field"
    if kind == "missing":
        return "this field is missing"
    return message.removeprefix("Value error, ").rstrip(".")
