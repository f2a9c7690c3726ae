"""What all tests share: the `--regenerate` flag, and the law that CI skips nothing that is not on a list."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

ALLOWED_SKIPS: dict[str, str] = {}
"""In CI: node id prefix -> why it may be skipped there."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regenerate",
        action="store_true",
        help="rewrite generated files (golden reports, README blocks) instead of comparing with them",
    )


@pytest.fixture
def regenerate(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--regenerate"))


def forbidden_skips(node_ids: list[str]) -> Iterator[str]:
    for node_id in node_ids:
        if not any(node_id.startswith(prefix) for prefix in ALLOWED_SKIPS):
            yield node_id


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") != "true" or reporter is None or hasattr(session.config, "workerinput"):
        return
    skipped = list(forbidden_skips([report.nodeid for report in reporter.stats.get("skipped", [])]))
    if skipped:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.ensure_newline()
        reporter.section("skipped, though CI must run them", red=True)
        for node_id in skipped:
            reporter.line(node_id)
