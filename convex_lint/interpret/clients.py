"""Client call sites: hooks of convex/react and its kin, wherever the repository's other code uses them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from convex_lint.interpret.knowledge.clients import HOOKS, Hook
from convex_lint.interpret.knowledge.context import target_of
from convex_lint.interpret.machine import Frame, Machine
from convex_lint.interpret.values import UNKNOWN, ImportBinding, ModuleState, Reference, Scope, Value
from convex_lint.model.subscription import ClientCall
from convex_lint.model.value import Literal
from convex_lint.source import Span
from convex_lint.syntax import tree


def client_calls(m: Machine) -> tuple[ClientCall, ...]:
    calls: list[ClientCall] = []
    for file in m.program.clients:
        source = m.program.modules.sources[file]
        if any(hook in source.data for hook in _MARKS):
            calls.extend(_calls_in(m, file))
    return tuple(sorted(calls, key=lambda call: call.span))


_MARKS = tuple(sorted({hook.encode() for names in HOOKS.values() for hook in names}))


def _calls_in(m: Machine, file: str) -> Iterator[ClientCall]:
    state = m.linker.scanned(m, file)
    hooks = _hooks_of(m, state)
    if not hooks:
        return
    m.begin(state, "", "")
    m.scope = Scope(state.scope, state)
    for call, within in _calls(state.tree.body, ""):
        hook = _hook(call, hooks)
        if hook is not None:
            m.frame = Frame(file, within, m.scope)
            yield _site(m, call, within, hook)


def _hooks_of(m: Machine, state: ModuleState) -> dict[str, Hook | dict[str, Hook]]:
    """Local names that stand for hooks; namespaces stand for all of a package's."""
    found: dict[str, Hook | dict[str, Hook]] = {}
    for local, binding in state.scope.vars.items():
        if type(binding) is ImportBinding:
            package, name = _origin(m, binding)
            known = HOOKS.get(package)
            if known is not None:
                if name == "*":
                    found[local] = known
                elif name in known:
                    found[local] = known[name]
    return found


def _origin(m: Machine, binding: ImportBinding) -> tuple[str, str]:
    """(package, name) that an import leads to, through the project's own re-exports."""
    for _ in range(8):
        if binding.specifier in HOOKS:
            break
        found = m.program.resolve(binding.importer, binding.specifier)
        if found.file is None or found.file not in m.program.modules:
            return found.package or "", binding.name
        state = m.linker.scanned(m, found.file)
        export = state.exports.get(binding.name)
        if export is None:
            return "", binding.name
        if export.source is not None:
            binding = ImportBinding(found.file, export.source, export.name)
            continue
        inner = state.scope.vars.get(export.name)
        if type(inner) is not ImportBinding:
            return "", binding.name
        binding = inner
    return binding.specifier, binding.name


def _hook(call: tree.Call, hooks: dict[str, Hook | dict[str, Hook]]) -> Hook | None:
    callee = call.callee
    if type(callee) is tree.Name:
        found = hooks.get(callee.name)
        return found if isinstance(found, Hook) else None
    if type(callee) is tree.Member and type(callee.object) is tree.Name:
        known = hooks.get(callee.object.name)
        return known.get(callee.property) if isinstance(known, dict) else None
    return None


def _calls(node: Any, within: str) -> Iterator[tuple[tree.Call, str]]:
    """Every call, with the name of the outermost function around it."""
    pending: list[tuple[Any, str]] = [(node, within)]
    while pending:
        part, name = pending.pop()
        kind = type(part)
        if kind is tree.Call:
            yield part, name
        if kind is tree.Declarator and not name and type(part.target) is tree.Name:
            name = part.target.name
        elif (kind is tree.Function and not name and part.name) or (kind is tree.Class and not name and part.name):
            name = part.name
        pending.extend([(inner, name) for inner in part if isinstance(inner, tuple)])


def _site(m: Machine, call: tree.Call, within: str, hook: Hook) -> ClientCall:
    first = call.arguments[hook.reference] if len(call.arguments) > hook.reference else None
    reference = _constant(m, first)
    target = target_of(m, reference)[0] if reference is not UNKNOWN else None
    given = call.arguments[hook.arguments] if len(call.arguments) > hook.arguments else None
    return ClientCall(
        hook=hook.name,
        subscribes=hook.subscribes,
        target=target,
        span=Span(m.frame.file, call.start, call.end),
        within=within,
        arguments=None,
        skips=_may_skip(given),
    )


def _constant(m: Machine, node: Any) -> Value:
    """The function reference that an expression is: `api.a.b`, or a constant of the module that holds one."""
    parts: list[str] = []
    while type(node) is tree.Member:
        parts.append(node.property)
        node = node.object
    if type(node) is tree.Constant and isinstance(node.value, str) and not parts:
        return Literal(node.value)
    if type(node) is not tree.Name:
        return UNKNOWN
    binding = m.frame.scope.module.scope.vars.get(node.name)
    if type(binding) is not ImportBinding:
        return UNKNOWN
    value = m.linker.imported(m, binding)
    if type(value) is not Reference:
        return UNKNOWN
    return Reference(value.through, value.component, (*value.parts, *reversed(parts)))


def _may_skip(node: Any) -> bool:
    pending = [node]
    while pending:
        part = pending.pop()
        if type(part) is tree.Constant and part.value == "skip":
            return True
        if type(part) in (tree.Conditional, tree.Binary, tree.Cast):
            pending.extend([inner for inner in part if isinstance(inner, tuple)])
    return False
