"""The machine: scopes, branches that can be undone and joined, the records of the running function, and its budgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from convex_lint.interpret import newborn
from convex_lint.interpret.guards import GuardNode
from convex_lint.interpret.record import LoopFrame, Record, as_they_are
from convex_lint.interpret.summary import Shapes
from convex_lint.interpret.values import (
    SHARED,
    UNDEFINED,
    Arr,
    Database,
    ImportBinding,
    ModuleState,
    Obj,
    Scope,
    TableDefinition,
    Value,
    births,
    join,
)
from convex_lint.model.operation import Op
from convex_lint.model.project import Unfollowed
from convex_lint.model.schema import Schema, Table
from convex_lint.program.program import Program
from convex_lint.source import Span

_ABSENT: Any = object()
FILLED = "\0filled"
"""What is known of an array, rather than what is in it: to forget it does no harm."""

Changes: TypeAlias = dict[tuple[int, str], tuple[Any, str, Value]]
Arm: TypeAlias = tuple[bool, Changes]
"""(did control leave?, what the branch wrote)"""


class Budget:
    """How much work one registered function may cost. Past it values are Unknown, and that is counted."""

    STEPS = 200_000
    DEPTH = 48
    RECURSION = 2
    UNROLL = 12
    MODULE_UNROLL = 256
    VISITS = 12
    """How often one helper is run for one function before runs that can reach nothing are skipped."""
    EFFORT = 2_000
    """How many steps such a helper may cost one function before they are."""
    CAPABLE_VISITS = 40
    EFFECTS = 200
    """How many operations one helper may give past `CAPABLE_VISITS` runs for one function, and how often it may be run."""
    TOGETHER = 10_000
    """Steps of one function in runs of helpers for many calls together."""
    RECORDS = 10_000
    """How many operations of helpers may be taken over from a call seen before: two calls of two calls of ... double."""


class Frame:
    """One call: where it is (`file`, `within`), what it returned, behind which guards (`exits`), and how it may have
    ended. `jumps` counts the breaks and continues that were seen; `around` are the loops of the callers."""

    __slots__ = ("around", "exited", "exits", "file", "jumps", "returns", "scope", "within", "yields")

    def __init__(self, file: str, within: str, scope: Scope, around: tuple[LoopFrame, ...] = ()) -> None:
        self.around = around
        self.file = file
        self.within = within
        self.scope = scope
        self.returns: list[Value] = []
        self.yields: list[Value] = []
        self.exits: list[GuardNode | None] = []
        self.jumps = 0
        self.exited = False


class Machine:
    """Runs code over symbolic values. One machine analyses one program; `begin` starts a function afresh."""

    def __init__(self, program: Program, linker: Any) -> None:
        self.program = program
        self.linker = linker
        self.born = next(births)
        self.component = ""
        self.frame: Frame = None  # type: ignore[assignment]
        self.entry = ("", "")  # file and path of the registered function that runs
        self.all_told = False  # does its validator name every argument that there can be?
        self.one_case = False  # is one of its tables looked at alone?
        self.scope: Scope = None  # type: ignore[assignment]
        self.journal: list[tuple[Any, str, Value]] = []
        self.records: list[Record] = []
        self.loops: list[LoopFrame] = []
        self.guard: GuardNode | None = None
        self.looks: list[Any] = []  # what was looked at in rows, in order (`looks.Look`)
        self.promises: list[Any] = []  # what the running function has begun and not yet awaited (`promises.Job`)
        self.branches = 0
        self.depth = 0
        self.steps = 0
        self.stack: list[tuple[object, Value]] = []
        self.memo: dict[Any, Any] = {}
        self.shapes = Shapes()
        self.unfollowed: dict[tuple[str, int, int, str], Unfollowed] = {}
        self.losses = 0
        self.newborn: dict[Record, newborn.Newborn] = {}
        self.schemas: dict[str, Schema] = {}
        self._databases: dict[tuple[str, bool], Database] = {}
        self.exhausted = False
        self.replayed = self.together = self.told = 0
        self.recording = True
        self.assigned: dict[int, tuple[str, ...]] = {}
        self.members: dict[tuple[int, str], tuple[Any, Any]] = {}
        self.last_ranges: Any = None
        self.looked_up: dict[int, Value] = {}  # names of indexes that code has got by looking at a schema
        self.visits: dict[int, int] = {}
        self.efforts: dict[int, int] = {}
        self.ways: dict[int, Any] = {}  # by function: `widened.Ways`
        self.asked: set[int] = set()  # maps of which a value was asked while they were empty
        self.mentioned: dict[int, tuple[str, ...]] = {}
        self.effective: dict[int, int] = {}
        self.types: dict[tuple[int, str], Value] = {}
        self.pushed: set[tuple[str, str | None, tuple[str, ...]]] = set()
        """Stored arrays (component, table, path) that some code of the program pushes onto."""

    # ------------------------------------------------------------ places

    def span(self, node: Any) -> Span:
        return Span(self.frame.file, node.start, node.end)

    def lost(self, node: Any, reason: str) -> None:
        """Counts a place that could not be followed."""
        self.losses += 1
        self.newborn.clear()
        key = (self.frame.file, node.start, node.end, reason)
        if key not in self.unfollowed:
            self.unfollowed[key] = Unfollowed(self.span(node), reason)

    # ------------------------------------------------------------ records

    def record(self, op: Op, node: Any, component: str | None = None, **details: Value) -> Record:
        conditional = self.branches > 0 or self.frame.exited
        record = Record(
            op, self.component if component is None else component, self.span(node), self.frame.within, conditional
        )
        record.loops = tuple(self.loops)
        record.guard = self.guard
        record.details = as_they_are(details)
        if self.recording:
            self.records.append(record)
            if op in newborn.WRITING:
                newborn.wrote(self, record)
        return record

    # ------------------------------------------------------------ variables

    def lookup(self, name: str) -> Value:
        """The variable's value, or `None` when there is no such variable."""
        scope: Scope | None = self.scope
        while scope is not None:
            value = scope.vars.get(name)
            if value is not None:
                if type(value) is ImportBinding:
                    return self.linker.imported(self, value)
                return value
            scope = scope.parent
        return None

    def declare(self, name: str, value: Value, scope: Scope | None = None) -> None:
        self.write(self.scope if scope is None else scope, name, value)

    def assign(self, name: str, value: Value) -> None:
        scope: Scope | None = self.scope
        while scope is not None:
            if name in scope.vars:
                self.write(scope, name, value)
                return
            scope = scope.parent

    # ------------------------------------------------------------ the heap, with undo

    def is_platform(self, target: Scope | Obj | Arr) -> bool:
        """Is it older than this run? `v` and its like serve every program of a process, so none may change them."""
        return SHARED < target.born < self.born

    def write(self, target: Scope | Obj, name: str, value: Value) -> None:
        if self.is_platform(target):
            return
        cells = target.props if isinstance(target, Obj) else target.vars
        self.journal.append((target, name, cells.get(name, _ABSENT)))
        cells[name] = value

    def write_rest(self, target: Obj, rest: Value, hidden: frozenset[str]) -> None:
        if self.is_platform(target):
            return
        self.journal.append((target, "\0rest", (target.rest, target.hidden)))
        target.rest, target.hidden = rest, hidden

    def write_items(self, target: Arr, items: list[Value], exact: bool) -> None:
        if self.is_platform(target):
            return
        self.journal.append((target, "\0items", (target.items, target.exact)))
        target.items, target.exact = items, exact
        self.fill(target, False)

    def fill(self, target: Arr, filled: bool) -> None:
        """Notes of an array that it is not empty, or may be so again."""
        if target.filled is not filled and not self.is_platform(target):
            self.journal.append((target, FILLED, target.filled))
            target.filled = filled

    def write_list(self, target: TableDefinition, name: str, item: Any) -> None:
        old = getattr(target, name)
        self.journal.append((target, name, old))
        setattr(target, name, [*old, item])

    def _cell(self, target: Any, name: str) -> Value:
        if name == "\0rest":
            return (target.rest, target.hidden)
        if name == "\0items":
            return (target.items, target.exact)
        if name == FILLED:
            return target.filled
        kind = type(target)
        if kind is TableDefinition:
            return getattr(target, name)
        return (target.vars if kind is Scope else target.props).get(name, _ABSENT)

    def _restore(self, target: Any, name: str, value: Value) -> None:
        if name == "\0rest":
            target.rest, target.hidden = value
        elif name == "\0items":
            target.items, target.exact = value
        elif name == FILLED:
            target.filled = value
        elif type(target) is TableDefinition:
            setattr(target, name, value)
        else:
            cells = target.vars if type(target) is Scope else target.props
            if value is _ABSENT:
                cells.pop(name, None)
            else:
                cells[name] = value

    def attempt(self, run: Callable[[], bool], conditional: bool = True) -> Arm:
        """Runs one branch, undoes its writes, and returns what it returned (did control leave the block?) and the
        writes, for `merge`. `conditional` False: the branch is always taken (a loop's body)."""
        mark = len(self.journal)
        guard = self.guard
        self.branches += conditional
        left = run()
        self.branches -= conditional
        self.guard = guard
        changes: Changes = {}
        if len(self.journal) == mark:
            return left, changes
        for target, name, _ in self.journal[mark:]:
            key = (id(target), name)
            if key not in changes:
                changes[key] = (target, name, self._cell(target, name))
        for target, name, old in reversed(self.journal[mark:]):
            self._restore(target, name, old)
        del self.journal[mark:]
        return left, changes

    def merge(self, arms: list[Arm]) -> None:
        """Joins the states after alternative branches. A branch that left keeps only its writes to the heap and to
        variables of outer functions: its own variables are seen by nobody any more."""
        if not any(changes for _, changes in arms):
            return
        keys: dict[tuple[int, str], tuple[Any, str]] = {}
        for _, changes in arms:
            for key, (target, name, _value) in changes.items():
                keys.setdefault(key, (target, name))
        staying = [changes for left, changes in arms if not left]
        leaving = [changes for left, changes in arms if left]
        for key, (target, name) in keys.items():
            base = self._cell(target, name)
            values = [changes[key][2] if key in changes else base for changes in staying]
            local = type(target) is Scope and target.born >= self.frame.scope.born
            if not local:
                values.extend(changes[key][2] for changes in leaving if key in changes)
                if not staying:
                    values.append(base)
            if not values:
                continue
            joined = _join_cells(name, target, values)
            if joined is not base:
                self.journal.append((target, name, base))
                self._restore(target, name, joined)

    def cell(self, target: Any, name: str) -> Value:
        """What a place holds now."""
        return self._cell(target, name)

    def rollback(self) -> None:
        """Undoes all writes of the running function, so that none sees another's."""
        for target, name, old in reversed(self.journal):
            self._restore(target, name, old)
        self.journal = []

    # ------------------------------------------------------------ the platform

    def table(self, component: str, name: str | None) -> Table | None:
        schema = self.schemas.get(component)
        return schema.tables.get(name) if schema is not None and name is not None else None

    def database(self, component: str, writable: bool) -> Database:
        key = (component, writable)
        found = self._databases.get(key)
        if found is None:
            found = self._databases[key] = Database(component, writable)
        return found

    def folder_of(self, file: str) -> str | None:
        """The functions folder that a file lies in, the innermost."""
        found: str | None = None
        for folder in self.program.folders:
            if (file.startswith(f"{folder.path}/") or not folder.path) and len(folder.path) >= len(found or ""):
                found = folder.path
        return found

    # ------------------------------------------------------------ budgets

    def spend(self, node: Any) -> bool:
        """One step; False when the budget of this function is gone."""
        self.steps += 1
        if self.steps > Budget.STEPS:
            self.exhaust(node)
            return False
        return True

    def exhaust(self, node: Any) -> None:
        if not self.exhausted:
            self.exhausted = True
            self.lost(node, "budget of this function used up")

    @property
    def unroll(self) -> int:
        """Up to how many known elements are walked one by one: a module's top level runs once and says what exists."""
        return Budget.UNROLL if self.recording else Budget.MODULE_UNROLL

    def run_root(self, run: Callable[[], Value]) -> None:
        """Runs a registered function or a module; code nested past Python's own stack is counted, not fatal."""
        try:
            run()
        except RecursionError:
            self.exhausted = True
            self.unfollowed.setdefault(
                (self.frame.file, 0, 0, "nested too deeply"),
                Unfollowed(Span(self.frame.file, 0, 0), "nested too deeply"),
            )

    def begin(self, module: ModuleState, within: str, component: str) -> None:
        """Starts a root frame in a module's scope, with no records."""
        self.component = component
        self.scope = module.scope
        self.frame = Frame(module.file, within, module.scope)
        self.journal, self.records, self.loops, self.stack = [], [], [], []
        self.guard, self.looks, self.promises = None, [], []
        self.branches = self.depth = self.steps = self.replayed = self.together = self.told = 0
        self.newborn = {}
        self.asked = set()
        self.exhausted = self.all_told = self.one_case = False
        self.afresh()

    def afresh(self) -> None:
        """No helper has been called yet. What was spent stays so: cases of a function share its budget."""
        self.visits, self.efforts, self.ways, self.effective = {}, {}, {}, {}


def _join_cells(name: str, target: Any, values: list[Value]) -> Value:
    if len(set(map(id, values))) == 1:
        return values[0]
    if name == "\0rest":
        rests = [rest for rest, _ in values if rest is not None]
        hidden = frozenset.intersection(*[hidden for _, hidden in values])
        return (join(*rests) if rests else None, hidden)
    if name == "\0items":
        return _join_items(values)
    if name == FILLED:
        return all(values)
    if type(target) is TableDefinition:
        return max(values, key=len)
    present = [value for value in values if value is not _ABSENT]
    if len(present) < len(values):
        if not present:
            return _ABSENT
        present.append(UNDEFINED)
    return join(*present)


def _join_items(values: list[tuple[list[Value], bool]]) -> tuple[list[Value], bool]:
    first = values[0]
    if all(items is first[0] or items == first[0] for items, _ in values):
        return first[0], all(exact for _, exact in values)
    seen: list[Value] = []
    for items, _ in values:
        for item in items:
            if not any(item is other for other in seen):
                seen.append(item)
    return seen[:64], False
