"""Open queries that something else runs again every few minutes: what time does to their answers does not last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convex_lint.analysis.again import writes_again
from convex_lint.analysis.bound import Tier, tier_of_table
from convex_lint.analysis.invalidation import OpenRead, Writer
from convex_lint.analysis.rates import Strength
from convex_lint.analysis.vocabulary import head_of
from convex_lint.model.function import Function
from convex_lint.model.operation import Op, Read
from convex_lint.model.value import Argument, Identity, parts_of

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend

_BY_ITSELF = frozenset((Strength.CLIENT, Strength.LOOP, Strength.CRON))


def is_refreshed(backend: Backend, query: Function, within: float) -> bool:
    """Timers of clients or crons rewrite what the query reads at least so often, in seconds: the row of the user who looks,
    or some row of a range that holds those of all."""
    return any(
        opened.query.id == query.id
        and _is_certain(backend, opened)
        and any(_comes_soon(backend, writer, within) for writer in backend.writers_into(opened.read, opened.table))
        for opened in backend.open_reads
    )


def _is_certain(backend: Backend, opened: OpenRead) -> bool:
    """What is written is surely in what was read, whoever looks."""
    read = opened.read
    if any(guard.otherwise == "skip" for guard in read.guards):
        return False
    if _of_one(read):
        return tier_of_table(head_of(opened.table.name)) is Tier.USER and _is_the_users(opened)
    whole = backend.extent(read, opened.table).tier is Tier.TABLE
    return whole and not read.bounds and read.op is Op.QUERY and not opened.touch.calls


def _of_one(read: Read) -> bool:
    return read.op is Op.GET or read.terminal in ("first", "unique")


def _is_the_users(opened: OpenRead) -> bool:
    """The row is found by the identity or by an argument of the query, not by what another row names."""
    keys = [opened.read.key] if opened.read.op is Op.GET else [key.value for key in opened.read.eq]
    leaves = [part for key in keys if key is not None for part in parts_of(key)]
    return any(isinstance(part, (Argument, Identity)) for part in leaves)


def _comes_soon(backend: Backend, writer: Writer, within: float) -> bool:
    rate = writer.rate
    if rate is None or writer.write.op not in (Op.PATCH, Op.REPLACE):
        return False
    if rate.strength not in _BY_ITSELF or not rate.per_minute or 60 / rate.per_minute > within:
        return False
    return writes_again(writer.function, writer.write, rate, backend.reads_in(writer.function))
