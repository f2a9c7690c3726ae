"""Who brings rows in under one parent: people, one at a time, or programs? By hand some tens or hundreds come together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from convex_lint.analysis.bound import Tier, is_log, is_stream, tier_of_table
from convex_lint.analysis.dispatched import dispatches, is_dispatched
from convex_lint.analysis.drained import is_own
from convex_lint.analysis.fields import kinds_of
from convex_lint.analysis.growth import Growth
from convex_lint.analysis.sites import Reach
from convex_lint.analysis.vocabulary import PAYMENTS, head_of, words_of
from convex_lint.graph.graph import EntryKind, Graph
from convex_lint.model.function import Function, Kind
from convex_lint.model.operation import Call, Op, Read, Write
from convex_lint.model.schema import Table
from convex_lint.model.subscription import ClientCall
from convex_lint.model.value import Argument, Inserted, parts_of

if TYPE_CHECKING:
    from convex_lint.analysis.backend import Backend

_BILLS = frozenset(["invoice", "invoices", "subscription", "subscriptions", "bill", "bills", "receipt", "receipts"])
_FILED = frozenset(
    ("record", "records", "entry", "entries", "submission", "submissions", "step", "steps", "transaction",
     "transactions", "operation", "operations", "usage", "notification", "notifications", "event", "events",
     "activity", "activities")
)  # fmt: skip
"""Of the tables whose rows pile up, those of which people may also write each row themselves."""

_PIECES = frozenset(["message", "messages", "chunk", "chunks"])

_PERIODS = frozenset(
    [
        "week",
        "weeks",
        "month",
        "year",
        "season",
        "quarter",
        "period",
        "gameweek",
        "matchday",
        "semester",
        "term",
        "day",
        "date",
    ]
)
"""Of these one follows another, so that a parent gets a row now and then."""

_HOOKS = frozenset(("webhook", "webhooks"))
_IMPORTS = frozenset(["ingest", "import", "importer", "sync"])
"""In the names of a client's files: it brings in what others have."""

_PROGRAMS = _HOOKS | frozenset(["cron", "crons", "worker", "workers", "bot", "bots"])
"""In the names of a client's files that are no pages: other programs call what is in it. On a page, a worker works somewhere."""

_SEVERAL = 3
"""So many functions that each note what they do beside it keep a log, whatever it is called."""


def few_come(backend: Backend, read: Read, table: Table) -> bool:
    """The range of the read belongs to one parent, and the program shows nothing that makes its rows many."""
    extent = backend.extent(read, table)
    if extent.tier not in (Tier.ENTITY, Tier.USER, Tier.TENANT) or extent.long:
        return False
    if gathers_few(table, backend.growth_into(read, table), backend.graph, extent.tier):
        return True
    apart = list(_told_apart(read, backend.unique_of(table)))
    if any(all(map(_is_period, fields)) for fields in apart):
        return True
    return any(_bounds_few(backend, next(iter(fields)), table) for fields in apart if len(fields) == 1)


def _told_apart(read: Read, unique: Iterable[frozenset[str]]) -> Iterator[frozenset[str]]:
    """The further fields by which each row of the range is looked up before it is inserted, alone or with the range."""
    pinned = {key.field for key in read.eq}
    for fields in unique:
        rest = fields - pinned
        if rest and (len(fields) == 1 or pinned & fields):
            yield rest


def _is_period(field: str) -> bool:
    return bool(words_of(field) & _PERIODS)


def _bounds_few(backend: Backend, field: str, table: Table) -> bool:
    """There is one row for each of what people make by hand under the same parent."""
    if is_log(table) or is_stream(table):
        return False  # what one sort of its rows is looked up by says little of the others
    names = {kind.table for kind in kinds_of(field, table) if kind.kind == "id"}
    found = [backend.project.table(table.component, name) for name in names if name is not None]
    return any(
        one is not None
        and tier_of_table(one.name) is Tier.ENTITY
        and gathers_few(one, backend.growth(one), backend.graph, Tier.TENANT)
        for one in found
    )


def few_to_write(backend: Backend, read: Read, table: Table) -> bool:
    """Of the one parent to which the range belongs there are seldom more rows than one transaction may write: those of one person,
    those that people make by hand, those that do not come by the dozen, and of all that a team has, what belongs to one thing."""
    tier, growth = backend.extent(read, table).tier, backend.growth_into(read, table)
    if tier is Tier.TABLE:
        return False
    if tier is Tier.USER or by_hand(growth, backend.graph) or few_come(backend, read, table):
        return True
    if tier is Tier.ENTITY and (is_of_one(table) or not gets_several(growth, backend.graph)):
        return True
    return backend.rows_left(read, table).tier is Tier.ENTITY and not is_stream(table)


def by_hand(growth: Growth, graph: Graph) -> bool:
    """Somebody asks for every row: no import, no timer and no other program brings any. What a signed-in person starts through
    a route, or has done in a job of its own, is asked for; so is a list that takes the place of the one before."""
    return bool(growth.sources) and not any(_brings_several(reach, graph) for reach in growth.sources)


def gathers_few(table: Table, growth: Growth, graph: Graph, tier: Tier) -> bool:
    """What people make one at a time under one parent, and do not merely leave behind as they do something else; sets of which
    each takes the place of the one before; and the bills of a team, of which one comes each month."""
    if tier is Tier.TENANT and head_of(table.name) in _BILLS and _is_billed(growth, graph):
        return True
    if growth.sources and all(_is_replaced(reach.operation, reach.function) for reach in growth.sources):
        return True
    if not by_hand(growth, graph):
        return False
    if is_log(table) or is_stream(table):
        return head_of(table.name) in _FILED and len(_beginnings(growth, graph)) < _SEVERAL
    return tier is Tier.TENANT


def is_of_one(table: Table) -> bool:
    """Messages of one conversation, pieces of one document: seldom so many that one transaction cannot write them."""
    return head_of(table.name) in _PIECES


def gets_several(growth: Growth, graph: Graph) -> bool:
    """Something brings rows in by the dozen: an import, a synchronization. What a timer or another program brings one by one may
    be for another parent each time."""
    return any(
        (_is_listed(reach.operation) and not _is_replaced(reach.operation, reach.function))
        or any(
            _in_rounds(caller, callee)
            for callee in _that_lead_to(reach.function, graph)
            for caller in graph.callers(callee)
        )
        for reach in growth.sources
    )


def replaces(read: Read, function: Function) -> bool:
    """A set takes the place of the one before: the function deletes the rows that it has read of one parent, and inserts others,
    of a list that it has itself or is given."""
    if not read.eq:
        return False
    own = [one for one in function.operations if isinstance(one, Write) and one.table == read.table]
    inserts = [write for write in own if write.op is Op.INSERT]
    if not inserts or not any(write.op is Op.DELETE and is_own(write, read) for write in own):
        return False
    rows = {
        one.ordinal for one in function.operations if isinstance(one, Read) and one.terminal in ("collect", "iterate")
    }
    return not any(loop.over in rows for one in inserts for loop in one.loops)


def _is_replaced(insert: Write, function: Function) -> bool:
    return any(
        isinstance(one, Read) and one.table == insert.table and replaces(one, function) for one in function.operations
    )


def _brings_several(reach: Reach[Write], graph: Graph) -> bool:
    insert, function = reach.operation, reach.function
    if _is_listed(insert) and not _is_replaced(insert, function):
        return True
    if comes_by_itself(reach, graph):
        return True
    calls = (call for callee in _that_lead_to(function, graph) for call in graph.client_calls(callee))
    return any(words_of(call.span.file) & (_IMPORTS if _is_of_page(call) else _IMPORTS | _PROGRAMS) for call in calls)


def _is_of_page(call: ClientCall) -> bool:
    """Only what is rendered has hooks."""
    return call.hook.startswith("use")


def comes_by_itself(reach: Reach[Write], graph: Graph) -> bool:
    """A timer, another program or a loop leads to the insert, and not only somebody who asks for one row."""
    return any(
        _is_outside(callee)
        or any(entry.kind is EntryKind.CRON and not entry.through for entry in graph.entries(callee))
        or any(_in_rounds(caller, callee) for caller in graph.callers(callee))
        for callee in _that_lead_to(reach.function, graph)
    )


def comes_from_outside(reach: Reach[Write], graph: Graph) -> bool:
    """Another program leads to the insert: it says that something has happened."""
    return any(map(_is_outside, _that_lead_to(reach.function, graph)))


def _is_outside(callee: Function) -> bool:
    """A route that does not ask who is signed in, and is no door for an assistant that does what somebody asks it to."""
    return callee.kind is Kind.HTTP and not asks_who(callee) and not dispatches(callee)


def is_notified(reach: Reach[Write], graph: Graph) -> bool:
    """A route of the clients' own server that other programs call leads to the insert."""
    callees = _that_lead_to(reach.function, graph)
    return any(words_of(call.span.file) & _HOOKS for callee in callees for call in graph.client_calls(callee))


def _that_lead_to(function: Function, graph: Graph) -> list[Function]:
    """The function, and those that run it or have it run, and so on."""
    found = {function.id: function}
    pending = [function]
    for callee in pending:
        for caller in graph.callers(callee):
            if caller.id not in found:
                found[caller.id] = caller
                pending.append(caller)
    return pending


def _beginnings(growth: Growth, graph: Graph) -> set[str]:
    """The functions with which it begins that a row comes in."""
    reached = (one for reach in growth.sources for one in _that_lead_to(reach.function, graph))
    return {one.id for one in reached if not graph.callers(one)}


def _is_listed(insert: Write) -> bool:
    """It is done for each row of another read, or each element of a list that the call is given."""
    if not any(loop.bound is None for loop in insert.loops):
        return False
    if any(isinstance(value, Inserted) and _is_parent(value.table) for _, value in insert.values):
        return False  # with a team that is made in the same call
    given = any(
        isinstance(part, Argument) and "[]" in part.path for _, value in insert.values for part in parts_of(value)
    )
    return given or insert.fields is None or any(loop.over is not None for loop in insert.loops)


def _is_parent(name: str | None) -> bool:
    return name is not None and tier_of_table(name) in (Tier.USER, Tier.TENANT)


def asks_who(function: Function) -> bool:
    """It looks who is signed in."""
    return any(operation.op is Op.AUTH for operation in function.operations)


def _in_rounds(caller: Function, callee: Function) -> bool:
    """The caller runs it, or has it run, once for each of something; or it starts itself again. What an assistant is asked for
    is one thing in one round, and another in the next."""
    calls = [
        one
        for one in caller.operations
        if isinstance(one, Call) and one.target == callee.id and not is_dispatched(one, caller)
    ]
    return caller.id == callee.id or any(loop.bound is None for call in calls for loop in call.loops)


def _is_billed(growth: Growth, graph: Graph) -> bool:
    """Nothing brings the rows but what a payment provider calls."""
    return bool(growth.sources) and all(
        any(words_of(name) & PAYMENTS for name in _names(reach.function, graph)) for reach in growth.sources
    )


def _names(function: Function, graph: Graph) -> Iterator[str]:
    yield function.path
    yield from (entry.name for entry in graph.entries(function) if entry.kind is EntryKind.HTTP)
