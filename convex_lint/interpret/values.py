"""What an expression can be while a function is interpreted.

The symbolic leaves (`Literal`, `Identity`, `Clock` ...) are the model's own. `Doc`, `Arg` and `NewId` are their forms
before records are numbered. Everything here is immutable except `Obj`, `Arr`, `Scope` and `TableDefinition`, which change
only through the machine's `write`, so that branches can be undone and joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

from convex_lint.fact import fact
from convex_lint.model.schema import Validator
from convex_lint.model.value import (
    Clock,
    Computed,
    Environment,
    Identity,
    IdOf,
    Literal,
    Random,
    Undefined,
    Unknown,
)
from convex_lint.source import Span
from convex_lint.syntax import tree

if TYPE_CHECKING:
    from convex_lint.interpret.machine import Machine
    from convex_lint.interpret.record import Record

Value: TypeAlias = Any
"""One of the classes below or a symbolic leaf of the model; dispatch is by type."""

UNKNOWN = Unknown()
UNDEFINED = Undefined()
NULL = Literal(None)
TRUE = Literal(True)
FALSE = Literal(False)

births = count(1)
"""The order in which objects, arrays and scopes are made, over all runs of a process."""


class Scope:
    """Variables of a block, function or module."""

    __slots__ = ("born", "module", "parent", "vars")

    def __init__(self, parent: Scope | None, module: ModuleState) -> None:
        self.vars: dict[str, Value] = {}
        self.parent = parent
        self.module = module
        self.born = next(births)


class ModuleState:
    """A module while it is evaluated: `exports` maps a name to how it is found (see `modules.py`); `inner_types` are those
    that bodies of functions have declared, the last of a name."""

    __slots__ = ("exports", "file", "folder", "inner_types", "scope", "stage", "stars", "tree", "types")

    def __init__(self, file: str, module: tree.Module, folder: str) -> None:
        self.file = file
        self.tree = module
        self.folder = folder
        self.stage = "new"
        self.scope = Scope(None, self)
        self.exports: dict[str, Export] = {}
        self.stars: list[str] = []
        self.types: dict[str, tree.TypeDeclaration] = {}
        self.inner_types: dict[str, tree.TypeDeclaration] = {}


@fact
class Export:
    """`source` None: the local variable `name`; else the export `name` (`*` for the namespace) of that specifier."""

    name: str
    source: str | None = None


@fact
class ImportBinding:
    """A variable that stands for an export of another module; looked up when it is used."""

    importer: str
    specifier: str
    name: str


@fact
class Namespace:
    """`import * as ns`."""

    file: str


class Obj:
    """A JavaScript object. `rest` answers for names that are not in `props` (what was spread and is not known name by
    name) except those in `hidden`; None when the object has no more than `props`. `kind` is a class, or a word for
    objects that the knowledge treats specially (`map`, `set`, `error`)."""

    __slots__ = ("born", "getters", "hidden", "kind", "props", "rest")

    def __init__(
        self, props: dict[str, Value] | None = None, rest: Value = None, kind: Cls | str | None = None
    ) -> None:
        self.props: dict[str, Value] = {} if props is None else props
        self.rest = rest
        self.hidden: frozenset[str] = frozenset()
        self.kind = kind
        self.getters: dict[str, Fn] | None = None
        self.born = next(births)


class Arr:
    """A JavaScript array. `exact`: `items` are its elements in order; otherwise they are what an element can be.
    `rows` is the read whose documents these are; `bound` the greatest length when the program fixes it; `base` the stored
    array of which it holds all elements, and more; `part`: some of the rows were dropped; `per` is the read for each of
    whose rows it holds one element; `filled`: the code has asked, it is not empty."""

    __slots__ = ("base", "born", "bound", "exact", "filled", "items", "part", "per", "rows")

    def __init__(
        self,
        items: Iterable[Value] = (),
        *,
        exact: bool = True,
        rows: Record | None = None,
        bound: int | None = None,
        base: Doc | None = None,
        part: bool = False,
        per: Record | None = None,
    ) -> None:
        self.items = list(items)
        self.exact = exact
        self.rows = rows
        self.bound = bound
        self.base = base
        self.part = part
        self.per = rows or per
        self.filled = False
        self.born = next(births)


class Fn:
    """A closure. `this` is bound for arrows by the scope, for methods at the call."""

    __slots__ = ("home", "label", "node", "props", "scope", "this")

    def __init__(self, node: tree.Function, scope: Scope, this: Value = None, home: Cls | None = None) -> None:
        self.node = node
        self.scope = scope
        self.this = this
        self.home = home
        self.label = node.name or ""
        self.props: dict[str, Value] = {}


class Cls:
    """A class: `methods` and `getters` of instances, `fields` to run on construction, `statics`."""

    __slots__ = ("base", "fields", "getters", "methods", "name", "scope", "statics")

    def __init__(self, name: str, base: Value, scope: Scope) -> None:
        self.name = name
        self.base = base
        self.scope = scope
        self.methods: dict[str, Fn] = {}
        self.getters: dict[str, Fn] = {}
        self.fields: list[tree.ClassMember] = []
        self.statics: dict[str, Value] = {}


NativeCall: TypeAlias = Callable[["Machine", "Call"], Value]


@dataclass(frozen=True, slots=True, eq=False)
class Native:
    """A function that the knowledge answers for."""

    name: str
    run: NativeCall
    props: tuple[tuple[str, Value], ...] = ()


@fact
class Bound:
    """A method taken off its object: `const f = db.query`."""

    object: Value
    name: str


@dataclass(slots=True, eq=False)
class Call:
    """One call as the knowledge sees it. `node` gives the span; `args` are evaluated, spreads already opened where they
    could be (`open` is set when one could not)."""

    node: tree.Call | tree.New | tree.Expression
    args: list[Value]
    this: Value = UNDEFINED
    types: tuple[tree.Type, ...] = ()
    open: bool = False

    def arg(self, i: int) -> Value:
        if i < len(self.args):
            return self.args[i]
        return UNKNOWN if self.open else UNDEFINED


@fact
class Either:
    """One of `options`, two or more, none of them an `Either`."""

    options: tuple[Value, ...]

    @property
    def weight(self) -> int:
        return 1 + sum([getattr(option, "weight", 1) for option in self.options])


@fact
class Prom:
    """A promise. `work` is what it stands for, if that is known: the record of a platform call, or a `promises.Work`."""

    value: Value
    work: Any = None

    @property
    def weight(self) -> int:
        return 1 + getattr(self.value, "weight", 1)


@fact
class Doc:
    """A document (`path` empty) or a part of one; `[]` in a path is an element of an array. `origin` is the read that
    gave it. `validator` describes the part, None when nothing is known."""

    component: str
    table: str | None
    path: tuple[str, ...] = ()
    origin: Record | None = None
    validator: Validator | None = field(default=None, compare=False)


@fact
class Arg:
    """A part of the registered function's arguments."""

    path: tuple[str, ...] = ()
    validator: Validator | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Typed:
    """A value of which only the validator is known (`Infer<typeof x>`), or part `path` of what a run (`origin`) gave."""

    validator: Validator
    origin: Record | None = None
    path: tuple[str, ...] = ()


@fact
class NewId:
    """The id that an insert returned."""

    table: str | None
    origin: Record | None = None


@fact
class RowField:
    """`q.field("a.b")` in a filter."""

    path: str


@fact
class Ctx:
    """The context that Convex passes: kind is query, mutation, action or http; `step` is that of a workflow."""

    kind: str
    component: str


@fact
class Host:
    """An object of the platform, by its role: auth, scheduler, storage, meta, filter, search, vector, env ..."""

    role: str
    component: str = ""
    detail: Value = None


@dataclass(frozen=True, slots=True, eq=False)
class Database:
    """`ctx.db`. `system`: `ctx.db.system`. `table`: `ctx.db.table("t")`. `hooks` are the hidden reads and writes that
    wrappers add (triggers, row-level security), asked before each operation."""

    component: str
    writable: bool
    system: bool = False
    table: str | None = None
    hooks: tuple[Value, ...] = ()


RangeField: TypeAlias = "str | tuple[str, ...] | None"
"""The field that a range names: generic code may name one of several, or any."""


@fact
class Range:
    """An index range, or the filters of a search, under construction."""

    eq: tuple[tuple[RangeField, Value], ...] = ()
    bounds: tuple[tuple[RangeField, str, Value], ...] = ()


NO_RANGE = Range()


@dataclass(frozen=True, slots=True, eq=False)
class TableQuery:
    """`db.query("t")` and what was chained to it, before a terminal reads it. `unasked`: its index has
    more fields than its range, as for an order by them; none has been asked for yet."""

    database: Database
    table: str | None
    start: int
    index: str | None = "by_creation_time"
    kind: str = "query"
    range: Range = NO_RANGE
    known: bool = True
    order: str = "asc"
    filters: tuple[Value, ...] = ()
    filter_spans: tuple[Span, ...] = ()
    unasked: bool = False


@fact
class Reference:
    """`api.a.b`, `internal.a.b`, `components.c.a.b` and parts of them; `through` is api, internal, components, string
    or handle; `component` the one in whose code it is written."""

    through: str
    component: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ValidatorValue:
    validator: Validator


class TableDefinition:
    """What `defineTable` returns; `.index` and its kin add to it."""

    __slots__ = ("born", "indexes", "search", "span", "validator", "vector")

    def __init__(self, validator: Validator | None, span: Span) -> None:
        self.validator = validator
        self.span = span
        self.indexes: list[Any] = []
        self.search: list[Any] = []
        self.vector: list[Any] = []
        self.born = next(births)


@dataclass(frozen=True, slots=True, eq=False)
class SchemaDefinition:
    """What `defineSchema` returns; `tables` is the object given to it."""

    tables: Obj
    options: Value
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Registered:
    """A Convex function. `handler` is called with (ctx, args)."""

    kind: str
    visibility: str
    handler: Value
    args: Validator | None
    returns: Validator | None
    span: Span
    handler_span: Span | None


@dataclass(frozen=True, slots=True, eq=False)
class Router:
    """`httpRouter()`; `routes` collects (spec object, call) in order."""

    routes: list[tuple[Value, Span]]


@dataclass(frozen=True, slots=True, eq=False)
class CronTable:
    """`cronJobs()`; `jobs` collects (method, arguments, span) in order."""

    jobs: list[tuple[str, list[Value], Span]]


@dataclass(frozen=True, slots=True, eq=False)
class ComponentDefinition:
    """`defineApp()` and `defineComponent(name)`; `uses` collects (definition, name). `folder` is the functions folder
    that it defines, None for a package's component."""

    name: str
    folder: str | None
    uses: list[tuple[Value, str]]


def options_of(value: Value) -> tuple[Value, ...]:
    return value.options if type(value) is Either else (value,)


def join(*values: Value) -> Value:
    """Any of `values`; equal immutables and identical objects are one."""
    if len(set(map(id, values))) == 1:
        return values[0]
    seen: dict[Value, Value] = {}
    for value in values:
        for option in value.options if type(value) is Either else (value,):
            seen.setdefault(identity(option), option)
        if len(seen) > 2 * MAX_NAMES:
            seen[UNKNOWN] = UNKNOWN
            break
    if len(seen) <= 1:
        return next(iter(seen.values())) if seen else UNDEFINED
    if len(seen) > MAX_OPTIONS:
        from convex_lint.interpret.folding import few

        return Either(few(tuple(seen.values())))
    return Either(tuple(seen.values()))


MAX_OPTIONS = 12
MAX_NAMES = 24
"""How many different values are looked at one by one, and how many names or ranges (`folding`)."""

SHARED = 0
"""`born` of objects that stand for a type: the same one answers wherever the type is named, so it is never copied."""

_PLAIN = frozenset(
    (Literal, Undefined, Unknown, Clock, Random, Identity, IdOf, Environment, Computed, Doc, Arg, Typed, NewId, Ctx, Host,
     Reference, RowField, Prom, Namespace, Bound, Range)
)  # fmt: skip


def identity(value: Value) -> Value:
    """What makes two values the same: their contents where they are plain (`1` and `true` differ), else themselves."""
    kind = type(value)
    if kind is Literal:
        return (type(value.value), value.value)
    return value if kind in _PLAIN else id(value)
