"""How many documents a range holds as the product is used, and why we think so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import IntEnum

from convex_lint.analysis.fields import kinds_of
from convex_lint.analysis.vocabulary import (
    BRIEF,
    CATALOGS,
    CHOSEN,
    LOGS,
    MAKERS,
    MEMBERSHIPS,
    OF_USER,
    SET_UP,
    STATE,
    STREAMS,
    TENANTS,
    UNIQUE,
    USERS,
    head_of,
    words_of,
)
from convex_lint.analysis.volume import rows_of_range
from convex_lint.fact import fact
from convex_lint.model.figures import NOTHING_KNOWN, TableSize
from convex_lint.model.limits import MANY_ROWS
from convex_lint.model.operation import Key, Op, Read
from convex_lint.model.schema import Table
from convex_lint.model.value import (
    Argument,
    Clock,
    Computed,
    DocumentField,
    Identity,
    IdOf,
    Inserted,
    Literal,
    Undefined,
    Value,
    parts_of,
)

Whose = Mapping[tuple[str, str], "Tier"]
_BY_NAME: Whose = {}


class Tier(IntEnum):
    """What the rows of a range have in common; each holds more than the one before."""

    FIXED = 0
    ENTITY = 1
    USER = 2
    TENANT = 3
    TABLE = 4

    def __str__(self) -> str:
        return self.name.lower()


@fact
class Extent:
    """`reason` completes "the range holds ...": `every row of `messages``, `the rows of one `channelId``. `rows` is how
    many these are by the configuration, None where it does not say."""

    tier: Tier
    reason: str
    rows: float | None = None

    @property
    def long(self) -> bool | None:
        """Whether the configured figures say that it holds many rows; None when they say nothing."""
        return self.rows >= MANY_ROWS if self.rows is not None else None


def extent(
    read: Read,
    table: Table,
    unique: frozenset[frozenset[str]] = frozenset(),
    size: TableSize = NOTHING_KNOWN,
    whose: Whose = _BY_NAME,
) -> Extent:
    """The extent of what a read scans, before it stops early. `unique` holds the field sets that pin one row, `size` the
    configured figures, `whose` the tiers of tables that their names do not tell."""
    if read.op is Op.GET or read.index == "by_id":
        return Extent(Tier.FIXED, "one document")
    found = extent_of_keys(read.eq, table, unique, whose)
    known = rows_of_range(read, size)
    if found.tier is Tier.FIXED or known is None:
        return found
    rows, at_most = known
    return found if at_most and rows >= MANY_ROWS else replace(found, rows=rows)  # more than it holds says nothing


def left_of(read: Read) -> Read:
    """The read as if its index told, too, what conditions on the rows tell afterwards: only the rows that are left."""
    late = [Key(part.field, part.value) for part in read.residual if part.operator == "eq" and part.field is not None]
    return replace(read, eq=(*read.eq, *late)) if late else read


def extent_of_keys(
    keys: Iterable[Key],
    table: Table,
    unique: frozenset[frozenset[str]] = frozenset(),
    whose: Whose = _BY_NAME,
) -> Extent:
    """The extent of the rows that share these equalities."""
    pinned = tuple(keys)
    fields = frozenset(key.field for key in pinned if not isinstance(key.value, Undefined))
    if any(known <= fields for known in unique if known):
        names = ", ".join(f"`{key.field}`" for key in pinned)
        return Extent(Tier.FIXED, f"the one row with a given {names}")
    best = Extent(Tier.ENTITY if is_catalog(table) else Tier.TABLE, f"every row of `{table.name}`")
    for key in pinned:
        tier = _tier(key.field, key.value, table, whose)
        if tier < best.tier:
            others = [other for other in pinned if other is not key and not isinstance(other.value, Undefined)]
            ones = f"one `{key.field}`" + "".join(f" and one `{other.field}`" for other in others)
            best = Extent(tier, f"the rows of `{table.name}` with {ones}")
    if best.tier is Tier.TABLE and pinned:
        names = ", ".join(f"`{key.field}`" for key in pinned)
        best = Extent(Tier.TABLE, f"every row of `{table.name}` with one value of {names}")
    return best


def selective(field: str, table: Table, value: Value | None = None) -> bool:
    """Does an equality on this field leave a small part of the table?"""
    return _tier(field, value, table) < Tier.TABLE


def is_own(read: Read, table: Table) -> bool:
    """The range belongs to one user: mostly it is the one who writes there that reads it."""
    return any(isinstance(key.value, Identity) or tier_of_field(key.field, table) is Tier.USER for key in read.eq)


def tier_of_field(field: str, table: Table) -> Tier:
    return _tier(field, None, table)


def is_catalog(table: Table) -> bool:
    """Describes the product itself: its categories, its plans. Nobody owns the rows."""
    return head_of(table.name) in CATALOGS and not is_owned(table)


def is_set_up(table: Table) -> bool:
    """What those who run the product for themselves set up: its channels, its agents, its budgets. Nobody owns the rows."""
    return head_of(table.name) in SET_UP and not is_owned(table)


def is_owned(table: Table) -> bool:
    """Some field says which user or team a row belongs to: an id, or a text that is called one or by which rows are looked up."""
    keys = {index.fields[0] for index in table.indexes if index.fields}
    return any(
        tier_of_field(field, table) in (Tier.USER, Tier.TENANT)
        and not words_of(field) & MAKERS
        and head_of(field) not in ("path", "url", "uri", "folder")
        and (field in keys or "id" in words_of(field) or all(kind.kind == "id" for kind in kinds_of(field, table)))
        and all(kind.kind in ("id", "string") for kind in kinds_of(field, table))
        for field in table.fields
    )


def window(read: Read) -> float | None:
    """The milliseconds before the call from which on a range holds rows: what comes in meanwhile bounds it."""
    for bound in read.bounds:
        if bound.operator in ("gt", "gte") and isinstance(bound.value, Computed) and bound.value.operator == "-":
            since, back = bound.value.parts[0], bound.value.parts[-1]
            if isinstance(since, Clock) and isinstance(back, Literal) and isinstance(back.value, (int, float)):
                return float(back.value)
    return None


_DAYS = frozenset(("date", "day"))
_OF_DAYS = _DAYS | {"key", "iso", "string", "str", "local", "utc"}


def is_daily(table: Table) -> bool:
    """Rows under one parent are looked up by their day: there are more of them every day."""
    return any(is_day(field) for index in table.indexes for field in index.fields[1:])


def is_day(field: str) -> bool:
    """`date`, `dateKey`: the day that a row is of, rather than one on which something is due."""
    return bool(words_of(field) & _DAYS) and words_of(field) <= _OF_DAYS


def of_one_day(read: Read, table: Table) -> bool:
    """The range holds what somebody, or something, has on one day."""
    days = [key.field for key in read.eq if words_of(key.field) & _DAYS and not isinstance(key.value, Literal)]
    return bool(days) and any(key.field not in days and selective(key.field, table, key.value) for key in read.eq)


def since(read: Read) -> bool:
    """The range begins at a time or another value that the call gives: what lies before is not read."""
    return any(bound.operator in ("gt", "gte") and not isinstance(bound.value, Literal) for bound in read.bounds)


def by_clock(read: Read) -> bool:
    """The range begins or ends at a time that follows from that of the call."""
    return any(isinstance(part, Clock) for bound in read.bounds for part in parts_of(bound.value))


def names_one(field: str) -> bool:
    """A field such as a token or a slug, with a value of its own in nearly every row."""
    return bool(words_of(field.rpartition(".")[2]) & UNIQUE)


def is_log(table: Table) -> bool:
    """A name that says that rows pile up under one parent: messages, events, history."""
    return head_of(table.name) in LOGS and not _called_up(table)


def is_stream(table: Table) -> bool:
    """Of whose rows a single parent gets many: a channel its messages."""
    return head_of(table.name) in STREAMS and not words_of(table.name) & BRIEF and not _called_up(table)


def _called_up(table: Table) -> bool:
    """Each row is looked up by a slug of its own: an event that people go to, not one that is recorded. Or it is a view that somebody
    has given a name, and keeps."""
    if head_of(table.name) in ("view", "views") and "name" in table.fields:
        return True
    return any(words_of(index.fields[0]) & {"slug", "handle"} for index in table.indexes if index.fields)


def is_long(extent: Extent, table: Table) -> bool:
    """Whether the rows of a range that grows become many: by the figures; or else those of a tenant, of a whole table,
    of a user's log, or of any log of which one parent gets many rows: a channel its messages, but not an order its events."""
    if extent.long is not None:
        return extent.long
    if extent.tier is Tier.ENTITY:
        return is_stream(table)
    return extent.tier >= Tier.TENANT or (extent.tier is Tier.USER and is_log(table))


def is_dialogue(table: Table) -> bool:
    """Rows of which a user says some and a model the others: as many as one person types."""
    roles = (member for kind in kinds_of("role", table) for member in kind.members_flat())
    return any(role.value == "assistant" for role in roles)


def has_few(table: Table) -> bool:
    """Of the people of a team and of what is set up by hand there are few rows under one parent."""
    return bool(words_of(table.name) & MEMBERSHIPS) or head_of(table.name) in SET_UP


def _tier(field: str, value: Value | None, table: Table, whose: Whose = _BY_NAME) -> Tier:
    tier = _tier_of_key(field, value, table, whose)
    few = tier is Tier.TENANT and has_few(table)  # a team's members and settings are few, its records are not
    return Tier.USER if few else tier


def _tier_of_key(field: str, value: Value | None, table: Table, whose: Whose) -> Tier:
    if field == "_id":
        return Tier.FIXED
    if field == "_creationTime":
        return Tier.ENTITY
    if isinstance(value, Undefined):
        return Tier.TABLE  # whatever has no such field: not deleted, not done
    if isinstance(value, Literal):
        named = names_one(field) and {kind.kind for kind in kinds_of(field, table)} == {"string"}
        return Tier.ENTITY if named or (value.value is True and words_of(field) & CHOSEN) else Tier.TABLE
    kinds = kinds_of(field, table)
    target = next((kind.table for kind in kinds if kind.kind == "id" and kind.table), None)
    if target is None and isinstance(value, (Argument, IdOf, Inserted)):
        target = value.table
    if target is None and isinstance(value, DocumentField) and value.path == ("_id",):
        target = value.table
    if target is not None:
        return whose.get((table.component, target)) or tier_of_table(target)
    words = words_of(field.rpartition(".")[2])
    if kinds and all(kind.kind in ("literal", "boolean", "null") for kind in kinds):
        return Tier.TABLE
    if isinstance(value, Identity):
        return Tier.TENANT if words & TENANTS else Tier.USER
    if words & TENANTS:
        return Tier.TENANT
    if "email" in words or (words & OF_USER and words & {"id", "ids", "subject", "identifier", "external"}):
        return Tier.USER
    if words & UNIQUE or "id" in words or "identifier" in words:
        return Tier.ENTITY
    if words & STATE or any(kind.kind in ("boolean", "literal") for kind in kinds):
        return Tier.TABLE
    if kinds and all(kind.kind in ("string", "float64", "int64", "null") for kind in kinds):
        return Tier.ENTITY
    return Tier.TABLE


def tier_of_table(name: str) -> Tier:
    """What a row of the table is: a tenant, a user, or some other thing."""
    words = words_of(name)
    if words & TENANTS and not words & {"member", "members", "user", "users"}:
        return Tier.TENANT
    return Tier.USER if words & USERS else Tier.ENTITY
