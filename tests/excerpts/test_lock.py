"""The lock file: what is read of it, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from convex_lint.errors import ConfigError
from convex_lint.excerpts import Excerpts, find_excerpts, load_excerpts, parse_lock
from convex_lint.excerpts.lock import LOCK_BYTES, LOCK_FILE
from tests.excerpts.fixture import TEXT, entry, lock

FIRST = f"{LOCK_FILE}: excerpts[0]"


def test_excerpts_are_found_by_rule() -> None:
    excerpts = parse_lock(lock(entry(), entry(rule="unbounded-read"), entry("Second."), entry("Third.")))
    assert excerpts.rules == ("missing-index", "unbounded-read")
    assert [found.excerpt for found in excerpts.excerpts_for("missing-index")] == [TEXT, "Second."]
    assert excerpts.excerpts_for("ignored-index") == []


def test_no_lock_file_means_no_excerpts(tmp_path: Path) -> None:
    assert load_excerpts(tmp_path).rules == ()
    (tmp_path / LOCK_FILE).write_bytes(lock())
    assert load_excerpts(tmp_path).rules == ("missing-index",)


def test_the_nearest_lock_file_of_the_repository_is_found(tmp_path: Path) -> None:
    (tmp_path / LOCK_FILE).write_bytes(lock(entry(rule="outside")))
    inner = tmp_path / "repository" / "apps" / "web"
    inner.mkdir(parents=True)
    assert find_excerpts(inner).rules == ("outside",)
    (tmp_path / "repository" / ".git").mkdir()
    assert find_excerpts(inner).rules == ()
    (tmp_path / "repository" / LOCK_FILE).write_bytes(lock())
    assert find_excerpts(inner).rules == ("missing-index",)


def test_provenance_says_where_without_the_text() -> None:
    (found,) = parse_lock(lock()).excerpts_for("missing-index")
    assert found.provenance == {
        "origin": "context7",
        "libraryId": "/fixture/not_retrieved",
        "query": "fixture of convex-lint's tests",
        "retrievedAt": "2026-11-01T12:00:00Z",
        "sha256": found.excerpt_sha256,
        "sourceUrls": ["https://docs.convex.dev/database/reading-data/indexes/"],
    }


def source(url: str) -> dict[str, Any]:
    return {"sources": [{"url": url, "title": "T", "sha256": "0" * 64}]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"excerpt": "changed"}, f"{FIRST} (rule `missing-index`): the text does not have the hash in `excerptSha256`"),
        ({"excerptSha256": "xyz"}, f"{FIRST}.excerptSha256: String should match pattern"),
        ({"rule": "Missing Index"}, f"{FIRST}.rule: "),
        ({"origin": "hearsay"}, f"{FIRST}.origin: Input should be 'context7' or 'convex-docs-repo'."),
        ({"libraryId": "convex"}, f"{FIRST}.libraryId: "),
        ({"retrievedAt": "yesterday"}, f"{FIRST}.retrievedAt: "),
        ({"retrievedAt": "2026-13-45"}, f"{FIRST}.retrievedAt: month must be in 1..12."),
        ({"sources": []}, f"{FIRST}.sources: "),
        ({"apiVersion": "v9"}, f"{FIRST}.apiVersion: "),
        ({"tokens": 5}, f"{FIRST}.tokens: there is no such field."),
        (source("http://docs.convex.dev/"), f"{FIRST}.sources[0].url: `http://docs.convex.dev/` is no plain https URL"),
        (source("https://evil.example/docs.convex.dev"), f"{FIRST}.sources[0].url: `https://evil.example/"),
        (source("https://docs.convex.dev@evil.example/"), f"{FIRST}.sources[0].url: "),
        (source("https://docs.convex.dev.evil.example/"), f"{FIRST}.sources[0].url: "),
        (source("https://github.com/get-convex-evil/x"), f"{FIRST}.sources[0].url: "),
        (source("https://docs.convex.dev/a)[b"), ""),
        (source("https://docs.convex.dev/a b"), f"{FIRST}.sources[0].url: "),
        (source("https://[docs"), f"{FIRST}.sources[0].url: `https://[docs` is no URL."),
    ],
)
def test_what_cannot_be_meant_is_refused(changes: dict[str, Any], message: str) -> None:
    data = lock({**entry(), **changes})
    if not message:
        assert parse_lock(data).rules
        return
    with pytest.raises(ConfigError) as caught:
        parse_lock(data)
    assert caught.value.message.startswith(message), caught.value.message
    assert caught.value.help == "Retrieve the excerpt again, or take the entry out."
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{,}", f"{LOCK_FILE}:1:2: this is not JSON: "),
        (b"\xff{}", f"{LOCK_FILE} is not UTF-8 (byte 0)."),
        (b"[]", f"{LOCK_FILE}: the file: Input should be"),
        (b'{"version": 2, "excerpts": []}', f"{LOCK_FILE}: version: Input should be 1."),
        (b'{"version": 1}', f"{LOCK_FILE}: excerpts: this field is missing."),
        (b"[" * 200_000, f"{LOCK_FILE} is nested too deeply."),
        (b" " * (LOCK_BYTES + 1), f"{LOCK_FILE} is larger than 4 MiB."),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_broken_file_is_named_with_its_place(data: bytes, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_lock(data)
    assert caught.value.message.startswith(message), caught.value.message
    assert caught.value.help


def test_a_missing_field_is_named() -> None:
    broken = json.loads(lock())
    del broken["excerpts"][0]["query"], broken["excerpts"][0]["rule"]
    with pytest.raises(ConfigError) as caught:
        parse_lock(json.dumps(broken).encode())
    assert caught.value.message == f"{FIRST}.rule: this field is missing. (1 more)"


def test_the_empty_lock_is_fine() -> None:
    assert parse_lock(b'{"version": 1, "excerpts": []}').excerpts_for("missing-index") == []
    assert Excerpts().rules == ()
