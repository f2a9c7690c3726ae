"""Every rule says what its page shows, and says it nowhere else."""

from __future__ import annotations

import pytest

from convex_lint.testing import check_page, rules_of


@pytest.mark.parametrize("rule", rules_of())
def test_the_page(rule: str) -> None:
    check_page(rule)
