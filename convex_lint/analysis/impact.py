"""What a flaw costs, as far as the code shows it: the signs by which findings are ranked."""

from __future__ import annotations

from typing import NamedTuple

from convex_lint.analysis.bound import Tier
from convex_lint.analysis.exposure import Exposure
from convex_lint.analysis.rates import Rate


class Impact(NamedTuple):
    """`rate` is the strongest sign that the code runs often, None without any; of a flaw between two functions, that of
    the one that runs more often. `exposure` says who waits. `tier` is how much the range holds, None where the flaw is
    not about a range. `callers` counts the functions that get there and the client sites that keep them open. `asked`:
    something that was scanned calls one of these functions, and not only anyone may. `repeated`: the code does it once
    for every row of something else. `heavy`: the range holds many rows with kilobytes each."""

    rate: Rate | None = None
    exposure: Exposure = Exposure.MANUAL
    tier: Tier | None = None
    callers: int = 1
    asked: bool = True
    repeated: bool = False
    heavy: bool = False

    @property
    def points(self) -> int:
        """0 to 34; the more, the sooner it should be fixed. The weights are a judgement: a sign of rate outweighs the
        size of the range, which outweighs who waits and how many get there."""
        often = 0 if self.rate is None else int(self.rate.strength)
        if self.rate is not None and self.rate.per_minute is not None and self.rate.per_minute < _SELDOM:
            often = min(often, _HOURLY)
        large = (
            2 * int(self.tier) if self.tier is not None else _NO_RANGE if self.exposure is not Exposure.MANUAL else 0
        )
        waits = _WAITS[self.exposure] if self.asked else _WAITS[Exposure.MANUAL]
        many = min(_MOST_CALLERS, max(self.callers, 1).bit_length() - 1)
        more = (_REPEATED if self.repeated else 0) + (_HEAVY if self.heavy else 0)
        return min(_MOST, often + large + waits + many + more)


_MOST = 34
_MOST_CALLERS = 8
"""Each time that their number doubles counts as much as a step of rate: what hundreds of places get to is what all others wait
for."""
_WAITS = {Exposure.SUBSCRIBED: 6, Exposure.WAITED: 4, Exposure.BACKGROUND: 4, Exposure.MANUAL: 0}
"""What runs by itself runs for ever: nobody sees that it has grown slow until it fails each time."""

_NO_RANGE = 3
"""A flaw of a function that is not about a range may be as bad as any."""
_REPEATED = 3
"""A hundred scans are worse than one, whoever waits for them."""
_HEAVY = 2
"""A thousand embeddings are as many bytes as a hundred thousand flags."""
_SELDOM, _HOURLY = 1 / 15, 6
"""What runs every hour, and not every minute, runs often as people count, and not as heartbeats do."""
