"""`module.exports = x` and `exports.name = x` at the top level, as the exports that they are."""

from __future__ import annotations

from convex_lint.syntax.tree import (
    Assign,
    Class,
    ClassDeclaration,
    Declarator,
    Enum,
    ExportDeclaration,
    ExportDefault,
    ExportName,
    ExportNames,
    Expression,
    ExpressionStatement,
    Function,
    FunctionDeclaration,
    Import,
    Member,
    Name,
    Pattern,
    Statement,
    Unary,
    Variables,
)


def commonjs_exports(body: list[Statement]) -> list[Statement]:
    bound: set[str] | None = None
    result: list[Statement] = []
    for statement in body:
        targets, value = _assignment(statement)
        if not targets:
            result.append(statement)
            continue
        if isinstance(value, Unary) and value.operator == "void":
            continue  # a compiler's `exports.a = exports.b = void 0`, before the real values
        if bound is None:
            bound = _bound(body)
        for target in targets:
            result.extend(_export(statement, target, value, bound))
    return result


def _assignment(statement: Statement) -> tuple[list[Pattern], Expression | None]:
    """The export targets and the value of `exports.a = exports.b = value`."""
    targets: list[Pattern] = []
    value: Expression | None = statement.value if isinstance(statement, ExpressionStatement) else None
    while isinstance(value, Assign) and value.operator == "=" and _is_export(value.target):
        targets.append(value.target)
        value = value.value
    return targets, value


def _is_export(target: Pattern | Expression) -> bool:
    """`module.exports`, `module.exports.name`, `exports.name`."""
    return isinstance(target, Member) and (_is_exports(target) or _is_exports(target.object))


def _is_exports(place: Expression | Pattern) -> bool:
    """`exports` or `module.exports`."""
    if isinstance(place, Member):
        return place.property == "exports" and isinstance(place.object, Name) and place.object.name == "module"
    return isinstance(place, Name) and place.name == "exports"


def _export(statement: Statement, target: Pattern, value: Expression | None, bound: set[str]) -> list[Statement]:
    start, end = statement.start, statement.end
    if value is None or not isinstance(target, Member):
        return []
    if _is_exports(target):
        return [ExportDefault(start, end, value)]
    name = target.property
    if name == "default":
        return [ExportDefault(start, end, value)]
    if isinstance(value, Name) and value.name in bound:
        return [ExportNames(start, end, (ExportName(value.name, name, False),), None, False)]
    # A local of the same name must stay what it is, so the exported value gets a name that no code can spell.
    local = f"exports.{name}" if name in bound else name
    declarator = Declarator(start, end, Name(target.at, target.end, local), None, value)
    variables = Variables(start, end, "const", (declarator,))
    if local == name:
        return [ExportDeclaration(start, end, variables)]
    return [variables, ExportNames(start, end, (ExportName(local, name, False),), None, False)]


def _bound(body: list[Statement]) -> set[str]:
    """The names that the top level binds, destructuring aside."""
    names: set[str] = set()
    for statement in body:
        declared = statement.declaration if isinstance(statement, ExportDeclaration) else statement
        if isinstance(declared, Variables):
            names.update(d.target.name for d in declared.declarators if isinstance(d.target, Name))
        elif isinstance(declared, FunctionDeclaration):
            names.add(_name(declared.function))
        elif isinstance(declared, ClassDeclaration):
            names.add(_name(declared.definition))
        elif isinstance(declared, Enum):
            names.add(declared.name)
        elif isinstance(declared, Import):
            names.update(name.local for name in declared.names)
    return names


def _name(definition: Function | Class) -> str:
    return definition.name or ""
