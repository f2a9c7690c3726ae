"""What makes a rule keep quiet: a program of which it speaks, and the same without the flaw."""

from __future__ import annotations

import pytest

from convex_lint.engine.config import Config
from convex_lint.engine.lint import lint_sources
from convex_lint.engine.report import Report
from convex_lint.rule import Severity
from tests.quiet.acting import ACTING
from tests.quiet.asked import ASKED
from tests.quiet.conflicts import CONFLICTS
from tests.quiet.counters import COUNTERS
from tests.quiet.fallbacks import FALLBACKS
from tests.quiet.handed_on import HANDED_ON
from tests.quiet.hands import HANDS
from tests.quiet.hot import HOT
from tests.quiet.indexes import INDEXES
from tests.quiet.keys import KEYS
from tests.quiet.members import MEMBERS
from tests.quiet.paces import PACES
from tests.quiet.pair import Pair, files_of
from tests.quiet.piled import PILED
from tests.quiet.reads import READS
from tests.quiet.savings import SAVINGS
from tests.quiet.seldom import SELDOM
from tests.quiet.services import SERVICES
from tests.quiet.states import STATES
from tests.quiet.subscriptions import SUBSCRIPTIONS
from tests.quiet.tenants import TENANTS
from tests.quiet.times import TIMES
from tests.quiet.windows import WINDOWS
from tests.quiet.writers import WRITERS

PAIRS = (*INDEXES, *READS, *SUBSCRIPTIONS, *CONFLICTS, *SELDOM, *PACES, *STATES, *WINDOWS, *SAVINGS, *ACTING, *KEYS)
PAIRS += (
    *ASKED,
    *COUNTERS,
    *FALLBACKS,
    *HANDED_ON,
    *HANDS,
    *HOT,
    *MEMBERS,
    *PILED,
    *SERVICES,
    *TENANTS,
    *TIMES,
    *WRITERS,
)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.rule}: {pair.quiet_when}")
def test_the_rule_keeps_quiet(pair: Pair) -> None:
    config = Config(select=(pair.rule,))
    loud, quiet = lint_sources(files_of(pair.loud), config), lint_sources(files_of(pair.quiet), config)
    for report in (loud, quiet):
        assert not report.failures
        assert not [notice for notice in report.notices if "syntax" in notice.message]
    assert _said(loud, pair), "the first program is to be reported"
    assert not _said(quiet, pair)


def _said(report: Report, pair: Pair) -> list[str]:
    return [
        result.finding.message for result in report.results if not pair.as_note or result.severity is not Severity.NOTE
    ]
