"""What each sign weighs in the rank of a finding."""

from __future__ import annotations

import pytest

from convex_lint.analysis.bound import Tier
from convex_lint.analysis.exposure import Exposure
from convex_lint.analysis.impact import Impact, pressure
from convex_lint.analysis.rates import Rate, Strength
from convex_lint.source import Span

HERE = Span("", 0, 0)


def rate(strength: Strength, per_minute: float | None = None) -> Rate:
    return Rate(strength, "", per_minute, HERE)


def test_what_each_client_does_weighs_more_than_what_one_cron_does() -> None:
    client, beat, minutely, often, hourly = (
        pressure(rate(strength, per_minute))
        for strength, per_minute in (
            (Strength.CLIENT, 20.0),
            (Strength.CLIENT, 0.2),
            (Strength.CRON, 1.0),
            (Strength.CRON, 1 / 15),
            (Strength.CRON, 1 / 60),
        )
    )
    assert client > beat >= minutely > often > hourly > pressure(None) == 0
    assert pressure(rate(Strength.LOOP)) == minutely
    assert pressure(rate(Strength.MOUNT)) > pressure(rate(Strength.HTTP)) > hourly


@pytest.mark.parametrize("sign", ["repeated", "spread", "heavy", "growing", "contended", "harm"])
def test_each_sign_makes_it_more_urgent(sign: str) -> None:
    plain = Impact(None, Exposure.WAITED, Tier.ENTITY)
    assert plain._replace(**{sign: True}).points > plain.points


def test_a_scan_of_a_table_for_each_row_is_worse_than_a_look_up_for_each() -> None:
    whole, part = (Impact(None, Exposure.WAITED, tier) for tier in (Tier.TABLE, Tier.ENTITY))
    assert whole._replace(repeated=True).points - whole.points > part._replace(repeated=True).points - part.points


def test_of_two_flaws_with_one_repair_each_sign_stays() -> None:
    slow = Impact(rate(Strength.CRON, 1.0), Exposure.BACKGROUND, Tier.TABLE, 2, asked=False, heavy=True)
    shown = Impact(rate(Strength.MOUNT), Exposure.SUBSCRIBED, Tier.USER, 7, spread=True)
    both = slow.joined(shown)
    assert both == shown.joined(slow)
    assert both == Impact(slow.rate, Exposure.SUBSCRIBED, Tier.TABLE, 7, heavy=True, spread=True)
    assert both.points > max(slow.points, shown.points)
    assert both._replace(ranges=8).points > both._replace(ranges=2).points


def test_money_that_is_lost_comes_before_what_is_slow() -> None:
    lost, slow = Impact(rate(Strength.HTTP), Exposure.WAITED, harm=True), Impact(None, Exposure.SUBSCRIBED, Tier.TABLE)
    assert lost.points > slow.points
