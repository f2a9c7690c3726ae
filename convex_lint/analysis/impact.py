"""What a flaw costs, as far as the code shows it: the signs by which findings are ranked."""

from __future__ import annotations

from math import log2
from typing import NamedTuple

from convex_lint.analysis.bound import Tier
from convex_lint.analysis.exposure import Exposure
from convex_lint.analysis.rates import Rate, Strength


class Impact(NamedTuple):
    """`rate` is the strongest sign that the code runs often, None without any; of a flaw between two functions, that
    of the one that runs more often; of an open query, that of what is written to all that it looks through.
    `exposure` says who waits. `tier` is how much the range holds, None where the flaw is not about a range. `callers`
    counts the functions that get there and the client sites that keep them open. `asked`: something that was scanned
    calls one of these functions, and not only anyone may. `repeated`: the code does it once for every row of
    something else. `heavy`: the range holds many rows with kilobytes each. `growing`: each call adds a row to what
    the next one reads. `again`: what makes an open query run again because of the few rows that it reads beside.
    `contended`: others write there all the time, so that a mutation starts over. `spread`: something else is read for
    each of the rows. `harm`: data is lost, or counted twice. `ranges` counts the reads that one repair is about."""

    rate: Rate | None = None
    exposure: Exposure = Exposure.MANUAL
    tier: Tier | None = None
    callers: int = 1
    asked: bool = True
    repeated: bool = False
    heavy: bool = False
    growing: bool = False
    again: Rate | None = None
    contended: bool = False
    spread: bool = False
    harm: bool = False
    ranges: int = 1

    @property
    def points(self) -> float:
        """0 to 36; the more, the sooner it should be fixed. The weights are a judgement: a sign of rate outweighs the
        size of the range, which outweighs who waits and how many get there."""
        nobody = self.exposure is Exposure.MANUAL
        often = max(pressure(self.rate), pressure(self.again) / 2)
        large = (1 if nobody else 2) * int(self.tier) if self.tier is not None else 0 if nobody else _NO_RANGE
        waits = _WAITS[self.exposure] if self.asked else 0
        many = min(_MOST_CALLERS, log2(max(self.callers, 1))) + min(_MOST_RANGES, log2(max(self.ranges, 1)))
        whole = self.tier is not None and self.tier >= Tier.TENANT
        more = (
            (_SQUARED if whole else _REPEATED) * self.repeated
            + _SPREAD * self.spread
            + _HEAVY * self.heavy
            + _GROWING * self.growing
        )
        worse = _CONTENDED * self.contended + _HARM * self.harm
        return min(MOST_POINTS, often + large + waits + many + more + worse)

    def joined(self, other: Impact) -> Impact:
        """That of two flaws that one repair mends, or of one that two rules speak of."""
        tiers = [tier for tier in (self.tier, other.tier) if tier is not None]
        return Impact(
            max(self.rate, other.rate, key=pressure),
            min(self.exposure, other.exposure, key=lambda exposure: exposure.rank),
            max(tiers, default=None),
            max(self.callers, other.callers),
            self.asked or other.asked,
            self.repeated or other.repeated,
            self.heavy or other.heavy,
            self.growing or other.growing,
            max(self.again, other.again, key=pressure),
            self.contended or other.contended,
            self.spread or other.spread,
            self.harm or other.harm,
            max(self.ranges, other.ranges),
        )


def pressure(rate: Rate | None) -> int:
    """How much a sign of rate weighs. What the clients of a page do, each of them does; a cron runs once for all of them."""
    if rate is None:
        return 0
    if rate.strength is Strength.CLIENT:
        return _EACH + sum((rate.per_minute or 0.0) >= often for often in (_EVERY_MINUTE, _EVERY_FEW_SECONDS))
    if rate.strength in (Strength.CRON, Strength.LOOP):
        often = rate.per_minute if rate.per_minute is not None else _EVERY_MINUTE
        return _ALONE * (1 + sum(often >= bound for bound in (_SELDOM, _EVERY_MINUTE)))
    return int(rate.strength)


MOST_POINTS = 36
_MOST_CALLERS = 8
"""Each time that their number doubles counts as much as a step of rate: what hundreds of places get to is what all others wait
for."""
_MOST_RANGES = 3
_WAITS = {Exposure.SUBSCRIBED: 8, Exposure.WAITED: 4, Exposure.BACKGROUND: 4, Exposure.MANUAL: 0}
"""What is kept open is read again at each write, by all who look at it. What runs by itself runs for ever: nobody sees that it
has grown slow until it fails each time."""

_NO_RANGE = 3
"""A flaw of a function that is not about a range may be as bad as any."""
_REPEATED, _SQUARED = 3, 5
"""A hundred scans are worse than one, whoever waits for them; those of a whole table are the first to fail."""
_SPREAD = 3
"""Each row costs as many reads as there are in the loop over them."""
_HEAVY = 2
"""A thousand embeddings are as many bytes as a hundred thousand flags."""
_GROWING = 2
"""Who calls it most pays most, and it never gets cheaper."""
_CONTENDED = 3
"""It is paid several times over, and fails in the end."""
_HARM = 12
"""What is slow can be made fast later; what was overwritten is gone."""
_EACH, _EVERY_MINUTE, _EVERY_FEW_SECONDS = 9, 1.0, 10.0
_ALONE, _SELDOM = 3, 1 / 45
"""An hourly cron runs often as people count, one of every few minutes as a table does."""
