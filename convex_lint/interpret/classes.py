"""Class definitions."""

from __future__ import annotations

from convex_lint.interpret.machine import Machine
from convex_lint.interpret.values import UNDEFINED, Call, Cls, Fn, Scope, Value
from convex_lint.syntax import tree


def define_class(m: Machine, node: tree.Class) -> Value:
    from convex_lint.interpret.calls import call_function
    from convex_lint.interpret.evaluate import evaluate

    base = evaluate(m, node.base) if node.base is not None else None
    cls = Cls(node.name or "", base, Scope(m.scope, m.scope.module))
    cls.scope.vars["this"] = cls
    if node.name:
        cls.scope.vars[node.name] = cls
    outer = m.scope
    m.scope = cls.scope
    for member in node.members:
        key = member.key if type(member.key) is str else _computed_key(m, member)
        if key is None:
            continue
        if member.kind == "field":
            if member.static:
                cls.statics[key] = evaluate(m, member.value) if member.value is not None else UNDEFINED
            else:
                cls.fields.append(member)
        elif type(member.value) is tree.Function:
            fn = Fn(member.value, cls.scope, home=cls)
            fn.label = fn.label or key
            if member.kind == "block":
                call_function(m, fn, Call(member, []), cls)  # type: ignore[arg-type]
            elif member.kind == "get":
                (cls.statics if member.static else cls.getters)[key] = fn
            elif member.kind == "set":
                continue
            else:
                (cls.statics if member.static else cls.methods)[key] = fn
    m.scope = outer
    return cls


def _computed_key(m: Machine, member: tree.ClassMember) -> str | None:
    from convex_lint.interpret.evaluate import evaluate
    from convex_lint.interpret.patterns import literal_name

    return "" if member.kind == "block" else literal_name(evaluate(m, member.key))
