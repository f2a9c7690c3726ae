"""What a function does to the database and the platform, where, and by which path."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum

from convex_lint.fact import fact
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


@fact
class Loop:
    """One loop around an operation. `bound` is the greatest trip count when the program fixes it (a literal, an array
    literal, `take(5)`); else None, and `over` is the ordinal of the read whose rows it walks, or what was made of each
    of them (`rows.map((row) => row.authorId)`), if that is what it does."""

    span: Span
    bound: int | None = None
    over: int | None = None


@fact
class Guard:
    """A condition that decides whether control gets to an operation: it does when `condition` is truthy, or, with `holds`
    False, when it is not. `otherwise` is what happens in the other case: `throw` (the whole function fails), `return` (the
    function around ends), `skip` (only the operations behind this guard are passed over, as in the arm of an `if`).
    `span` is the condition's."""

    condition: Value
    holds: bool
    span: Span
    otherwise: str


@fact
class Operation:
    """`ordinal` numbers the operations of one function from 0, in order of execution. `via` holds the call sites that
    lead from the handler to `span`, outermost first. `within` is the path `dir/mod:fn` of the function in whose text the
    span stands, or the helper's name. `conditional`: some execution that ends normally skips it.

    `guards` are the conditions on every way to it, outermost first, those of helpers that throw included. `promise` says
    what becomes of the promise that the operation, or the async helper around it, gives: `awaited`, `returned` (to the
    platform), `collected` (into an array that nobody was seen to await) or `dropped`."""

    ordinal: int
    op: Op
    component: str
    span: Span
    via: tuple[Span, ...]
    within: str
    loops: tuple[Loop, ...]
    conditional: bool
    guards: tuple[Guard, ...] = field(default=(), kw_only=True)
    promise: str = field(default="awaited", kw_only=True)

    @property
    def loop_depth(self) -> int:
        return len(self.loops)


@fact
class Key:
    """One equality of an index range, or of a search or vector filter."""

    field: str
    value: Value


@fact
class Bound:
    """`operator` is gt, gte, lt or lte."""

    field: str
    operator: str
    value: Value


@fact
class Predicate:
    """A condition that rows must meet after they were read; never narrows the read set.

    `operator`: eq, neq, lt, lte, gt, gte (with `field` and `value`), `or`, `and`, `not` (with `parts`), `in` (with
    `field` and the alternatives as `value`), `given` (`parts` that rows must meet in the case that `value`, which is not
    of the row, is true), or `computed` (whatever cannot be put so; `field` None). `source` is
    `filter` for `.filter(q => ...)`, `js` for code."""

    operator: str
    source: str
    span: Span
    field: str | None = None
    value: Value = UNKNOWN
    parts: tuple[Predicate, ...] = ()


@fact
class Use:
    """What happens to the rows in JavaScript: `length`, `sort`, `first` (only the first is taken), `last`, `take` (only the first
    few are), `slice`, `find`, `some`, `filter`, `reduce`, `map`, `iterate`, `exists` (only whether there is one is asked),
    `returned` (whole rows are part of the function's result), `picked` (only some of those that were read are), `passed`
    (whole rows go where they cannot be followed, or into a write, a call or an answer); `field` is the sort key where
    known, and that whose greatest or smallest value a `reduce` keeps. `part`: it is done to those of the rows that an
    earlier `filter` left."""

    kind: str
    span: Span
    field: str | None = None
    part: bool = False


@fact
class Read(Operation):
    """get, query, paginate, search, vectorSearch.

    `table` None: unknown. `index` is `by_creation_time` without `withIndex`, `by_id` for a get, None when unknown;
    `range_known` is False when the range expression could not be followed. `terminal`: get, collect, take, first, unique,
    paginate, iterate, count. `limit` belongs to take, to paginate (its `numItems`) and to vector search.
    `key` is the id of a get.
    `fields` are the fields of its rows that the code looks at, one by one (the first name of a path); whole rows that go
    elsewhere show as the uses `returned` and `passed`."""

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
    fields: tuple[str, ...] = ()
    system: bool = False


@fact
class Write(Operation):
    """insert, patch, replace, delete. `fields` are the fields that it sets, None when they cannot be told; `values`
    pairs those of them whose value is known symbolically (`Computed("append", (xs, item))` is `[...xs, item]` and a push;
    `Computed("object", ...)` an object; `Computed("+", (DocumentField(t, ("n",), read), Literal(1)))` an increment). `target` is the id of the document (Unknown for insert)."""

    table: str | None
    fields: tuple[str, ...] | None = ()
    values: tuple[tuple[str, Value], ...] = ()
    target: Value = UNKNOWN


@fact
class Call(Operation):
    """run, schedule. `method`: runQuery, runMutation, runAction, runAfter, runAt. `target` is `dir/mod:fn`, with
    `component/` in front for another component, None when unknown. `through`: api, internal, components, handle, string or
    local. `delay` belongs to schedule. `durable`: a step of a workflow, a transaction of its own that is retried until it is
    done, although the function around it counts as a mutation."""

    method: str
    target: str | None
    through: str
    arguments: tuple[tuple[str, Value], ...] | None = None
    delay: Value | None = None
    durable: bool = False


@fact
class Platform(Operation):
    """auth, clock, fetch, storage. `method` as written: `getUserIdentity`, `Date.now`, `getUrl`, `delete` ... For a
    clock, two more say where its value got to: `branch` (a condition depends on it) and `result` (the function returns
    it), each with the expressions that do as its `arguments`; ranges and filters show it in their values."""

    method: str
    arguments: tuple[Value, ...] = ()
