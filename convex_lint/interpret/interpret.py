"""PROGRAM -> FACTS: the order in which a project is made to tell what it does."""

from __future__ import annotations

import gc
import sys

from convex_lint.interpret import clients, components, instances, inventory, looks, schema, stored, table_cases
from convex_lint.interpret.calls import awaited, call_value, each
from convex_lint.interpret.finish import operations
from convex_lint.interpret.machine import Machine
from convex_lint.interpret.modules import Linker
from convex_lint.interpret.values import Arg, Call, Ctx, Fn, Registered, Value
from convex_lint.model.function import Function, Kind, Visibility
from convex_lint.model.operation import Op
from convex_lint.model.project import Notice, Project, Unfollowed
from convex_lint.program.program import Program
from convex_lint.source import Span
from convex_lint.syntax import tree

_RECURSION = 12_000


def interpret(program: Program) -> Project:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _RECURSION))
    # Nearly everything that is allocated here lives until the end: collecting cycles meanwhile only costs time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _interpret(program)
    finally:
        sys.setrecursionlimit(limit)
        if collecting:
            gc.enable()


def _interpret(program: Program) -> Project:
    linker = Linker(program)
    m = Machine(program, linker)
    named = components.resolve(m)
    notices: list[Notice] = []
    m.schemas = schema.schemas(m, notices)
    found = inventory.collect(m)
    for entry in found.functions:
        linker.register(entry.id, entry.registered)
        handler = entry.registered.handler
        if type(handler) is Fn and not handler.label:
            handler.label = entry.path  # so that it has a name where others call it as a plain function
    functions = stored.with_tables(m, [_analysed(m, entry) for entry in found.functions])
    tables = schema.with_inferred(m.schemas, functions)
    looked = clients.look(m)
    notices.extend(_syntax_notices(program))
    _note_cuts(m)
    return Project(
        root=program.root,
        components=named,
        schemas=instances.schemas_of_all(named, tables),
        functions=instances.functions_of_all(named, functions),
        crons=instances.crons_of_all(named, found.crons),
        routes=found.routes,
        client_calls=looked.calls,
        unfollowed=tuple(sorted(m.unfollowed.values(), key=lambda lost: (lost.span, lost.reason))),
        notices=(*program.notices, *notices),
        sources=program.modules.sources,
        clients_scanned=bool(program.clients),
        client_words=looked.words,
    )


def _analysed(m: Machine, entry: inventory.Entry) -> Function:
    """Runs one registered function over its symbolic arguments."""
    registered: Registered = entry.registered
    module = m.linker.scanned(m, registered.handler_span.file if registered.handler_span is not None else entry.file)
    m.begin(module, entry.path, entry.component)
    m.entry = (entry.file, entry.path)
    m.all_told = type(registered.handler) is Fn  # what a library registers, it may call with more
    place = tree.Opaque(registered.span.start, registered.span.end, "entry")
    possible = table_cases.cases(m, entry.component, registered.args)
    m.one_case = len(possible) > 1

    def run(args: Value) -> Value:
        m.afresh()
        return awaited(call_value(m, registered.handler, Call(place, [Ctx(registered.kind, entry.component), args])))

    def handle() -> None:
        several = tuple([Arg((), validator) for validator in possible])
        _answer(m, each(m, several, run) if len(several) > 1 else run(Arg((), registered.args)), place)

    m.run_root(handle)
    records = m.records
    for record in records:
        record.via = record.via[1:]
    found = operations(m, records)
    m.rollback()
    return Function(
        component=entry.component,
        path=entry.path,
        kind=Kind(registered.kind),
        visibility=Visibility(registered.visibility),
        span=registered.span,
        handler=registered.handler_span,
        args=registered.args,
        returns=registered.returns,
        operations=found,
        node=entry.node,
    )


def _answer(m: Machine, result: Value, place: tree.Opaque) -> None:
    """What the caller gets to see: whole rows, the time."""
    looks.whole(m, result, "returned", place)
    if looks.tells_time(result):
        m.record(Op.CLOCK, place, method="result", arguments=looks.times(result))


def _note_cuts(m: Machine) -> None:
    for path, module in m.program.modules.parsed.items():
        for start, end in module.cuts:
            m.unfollowed.setdefault(
                (path, start, end, "nested too deeply"), Unfollowed(Span(path, start, end), "nested too deeply")
            )


def _syntax_notices(program: Program) -> list[Notice]:
    notices = []
    for path, module in sorted(program.modules.parsed.items()):
        if module.issues and "node_modules/" not in path:
            issue = module.issues[0]
            more = f" (and {len(module.issues) - 1} more)" if len(module.issues) > 1 else ""
            span = Span(path, issue.start, issue.end)
            notices.append(
                Notice(
                    f"syntax error: {issue.message}{more}",
                    path,
                    span,
                    "The rest of the file is analysed as far as it goes.",
                )
            )
    return notices
