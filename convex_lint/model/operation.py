"""What a function does to the database and the platform, where, and by which path."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from convex_lint.model.value import UNKNOWN, Value
from convex_lint.source import Span


class Op(StrEnum):
    GET = "get"
    QUERY = "query"
    PAGINATE = "paginate"
    SEARCH = "search"
    VECTOR_SEARCH = "vectorSearch"
    INSERT = "insert"
    PATCH = "patch"
    REPLACE = "replace"
    DELETE = "delete"
    RUN = "run"
    SCHEDULE = "schedule"
    AUTH = "auth"
    CLOCK = "clock"
    FETCH = "fetch"
    STORAGE = "storage"


@dataclass(frozen=True, slots=True)
class Loop:
    """One loop around an operation. `bound` is the greatest trip count when the program fixes it (a literal, an array
    literal, `take(5)`); else None, and `over` is the ordinal of the read whose rows it walks, if that is what it does."""

    span: Span
    bound: int | None = None
    over: int | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """`ordinal` numbers the operations of one function from 0, in order of execution. `via` holds the call sites that
    lead from the handler to `span`, outermost first. `within` is the path `dir/mod:fn` of the function in whose text the
    span stands, or the helper's name. `conditional`: some execution that ends normally skips it."""

    ordinal: int
    op: Op
    component: str
    span: Span
    via: tuple[Span, ...]
    within: str
    loops: tuple[Loop, ...]
    conditional: bool

    @property
    def loop_depth(self) -> int:
        return len(self.loops)


@dataclass(frozen=True, slots=True)
class Key:
    """One equality of an index range, or of a search or vector filter."""

    field: str
    value: Value


@dataclass(frozen=True, slots=True)
class Bound:
    """`operator` is gt, gte, lt or lte."""

    field: str
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class Predicate:
    """A condition that rows must meet after they were read; never narrows the read set.

    `operator`: eq, neq, lt, lte, gt, gte (with `field` and `value`), `or`, `and`, `not` (with `parts`), `in` (with
    `field` and the alternatives as `value`), or `computed` (whatever cannot be put so; `field` None). `source` is
    `filter` for `.filter(q => ...)`, `js` for code."""

    operator: str
    source: str
    span: Span
    field: str | None = None
    value: Value = UNKNOWN
    parts: tuple[Predicate, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """What happens to the rows in JavaScript: `length`, `sort`, `first` (only the first is taken), `take` (only the first
    few are), `slice`, `find`, `some`, `filter`, `reduce`, `map`, `iterate`, `returned`; `field` is the sort key where
    known."""

    kind: str
    span: Span
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Read(Operation):
    """get, query, paginate, search, vectorSearch.

    `table` None: unknown. `index` is `by_creation_time` without `withIndex`, `by_id` for a get, None when unknown;
    `range_known` is False when the range expression could not be followed. `terminal`: get, collect, take, first, unique,
    paginate, iterate, count. `limit` belongs to take (a value) and to vector search. `key` is the id of a get.
    `table_span` is where the query begins (`db.query("t")`)."""

    table: str | None
    index: str | None
    eq: tuple[Key, ...] = ()
    bounds: tuple[Bound, ...] = ()
    range_known: bool = True
    order: str = "asc"
    terminal: str = "collect"
    limit: Value | None = None
    key: Value | None = None
    residual: tuple[Predicate, ...] = ()
    uses: tuple[Use, ...] = ()
    system: bool = False


@dataclass(frozen=True, slots=True)
class Write(Operation):
    """insert, patch, replace, delete. `fields` are the fields that it sets, None when they cannot be told; `values`
    pairs those of them whose value is known symbolically. `target` is the id of the document (Unknown for insert)."""

    table: str | None
    fields: tuple[str, ...] | None = ()
    values: tuple[tuple[str, Value], ...] = ()
    target: Value = UNKNOWN


@dataclass(frozen=True, slots=True)
class Call(Operation):
    """run, schedule. `method`: runQuery, runMutation, runAction, runAfter, runAt. `target` is `dir/mod:fn`, with
    `component/` in front for another component, None when unknown. `through`: api, internal, components, handle, string or
    local. `delay` belongs to schedule."""

    method: str
    target: str | None
    through: str
    arguments: tuple[tuple[str, Value], ...] | None = None
    delay: Value | None = None


@dataclass(frozen=True, slots=True)
class Platform(Operation):
    """auth, clock, fetch, storage. `method` as written: `getUserIdentity`, `Date.now`, `getUrl`, `delete` ..."""

    method: str
    arguments: tuple[Value, ...] = ()
