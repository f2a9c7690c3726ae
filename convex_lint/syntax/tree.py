"""Our own small tree: immutable named tuples, one a construct, each beginning with its byte offsets `start` and `end`.

What types say is kept only where the analysis uses it (annotations, casts, type arguments); parentheses and
non-null assertions are gone. A construct that we have no use for, or one nested too deeply, is `Opaque`.

Nodes compare by value like all tuples, which is slow and rarely meant: use `is`, or key by offsets.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias, Union

# ---------------------------------------------------------------- expressions


class Name(NamedTuple):
    start: int
    end: int
    name: str


class Constant(NamedTuple):
    """A string, number, boolean or null literal (`None`); a template without holes is a string."""

    start: int
    end: int
    value: str | float | int | bool | None


class Regex(NamedTuple):
    start: int
    end: int


class Template(NamedTuple):
    """`parts` alternates freely between cooked text and expressions."""

    start: int
    end: int
    parts: tuple[Union[str, Expression], ...]


class Array(NamedTuple):
    """`None` stands for a hole."""

    start: int
    end: int
    items: tuple[Union[Expression, Spread, None], ...]


class Spread(NamedTuple):
    start: int
    end: int
    value: Expression


class Property(NamedTuple):
    """`key` is a string where it is known from the syntax, else the computed expression. Methods, getters and
    shorthands are properties too; `kind` is `init`, `method`, `get` or `set`."""

    start: int
    end: int
    key: Union[str, Expression]
    value: Expression
    kind: str


class Object(NamedTuple):
    start: int
    end: int
    members: tuple[Union[Property, Spread], ...]


class Parameter(NamedTuple):
    """`default` is already outside of `target`. `field` marks a constructor's parameter property."""

    start: int
    end: int
    target: Pattern
    type: Union[Type, None]
    default: Union[Expression, None]
    rest: bool
    field: bool


class Function(NamedTuple):
    """Every callable: declarations, expressions, arrows (`body` may be an expression), methods. Overload signatures
    and `declare function` are left out of the tree. `flow` is "" | "async" | "generator" | "async generator"."""

    start: int
    end: int
    name: str | None
    parameters: tuple[Parameter, ...]
    body: Union[Block, Expression]
    flow: str
    arrow: bool
    returns: Union[Type, None]


class ClassMember(NamedTuple):
    """`kind` is `field`, `method`, `get`, `set`, `constructor` or `block` (a static block, a `Function` without
    parameters)."""

    start: int
    end: int
    key: Union[str, Expression]
    value: Union[Expression, None]
    kind: str
    static: bool
    type: Union[Type, None]


class Class(NamedTuple):
    start: int
    end: int
    name: str | None
    base: Union[Expression, None]
    members: tuple[ClassMember, ...]


class Member(NamedTuple):
    """`object.property`; private names keep their `#`. `at` is where the property's name begins."""

    start: int
    end: int
    object: Expression
    property: str
    optional: bool
    at: int


class Subscript(NamedTuple):
    start: int
    end: int
    object: Expression
    key: Expression
    optional: bool


class Call(NamedTuple):
    start: int
    end: int
    callee: Expression
    arguments: tuple[Union[Expression, Spread], ...]
    types: tuple[Type, ...]
    optional: bool


class New(NamedTuple):
    start: int
    end: int
    callee: Expression
    arguments: tuple[Union[Expression, Spread], ...]
    types: tuple[Type, ...]


class Unary(NamedTuple):
    """`!`, `-`, `+`, `~`, `typeof`, `void`, `delete`."""

    start: int
    end: int
    operator: str
    operand: Expression


class Binary(NamedTuple):
    """Arithmetic, comparison, `in`, `instanceof`, and the short-circuiting `&&`, `||`, `??`."""

    start: int
    end: int
    operator: str
    left: Expression
    right: Expression


class Conditional(NamedTuple):
    start: int
    end: int
    test: Expression
    then: Expression
    other: Expression


class Assign(NamedTuple):
    """`operator` is `=`, `+=`, `??=` ..."""

    start: int
    end: int
    operator: str
    target: Pattern
    value: Expression


class Update(NamedTuple):
    """`++` and `--`."""

    start: int
    end: int
    operator: str
    target: Expression


class Sequence(NamedTuple):
    start: int
    end: int
    items: tuple[Expression, ...]


class Await(NamedTuple):
    start: int
    end: int
    value: Expression


class Yield(NamedTuple):
    start: int
    end: int
    value: Union[Expression, None]
    delegate: bool


class Cast(NamedTuple):
    """`x as T`, `x satisfies T`, `<T>x`. `type` is None for `as const`."""

    start: int
    end: int
    value: Expression
    type: Union[Type, None]


class ImportCall(NamedTuple):
    """`import(source)`, which gives a promise, and `require(source)`, which is `immediate`."""

    start: int
    end: int
    source: Expression
    immediate: bool = False


class Jsx(NamedTuple):
    """An element or fragment. `tag` is None for fragments and lower-case host elements (their name is in `host`);
    attributes without a value are `Constant(True)`; children are the expressions and elements, text is dropped."""

    start: int
    end: int
    tag: Union[Expression, None]
    host: str
    attributes: tuple[Union[Property, Spread], ...]
    children: tuple[Expression, ...]


class Opaque(NamedTuple):
    """A construct that is not lowered; `why` is for people (`too deep`, `syntax error`, a node type)."""

    start: int
    end: int
    why: str


Expression: TypeAlias = Union[
    Name, Constant, Regex, Template, Array, Object, Function, Class, Member, Subscript, Call, New, Unary, Binary,
    Conditional, Assign, Update, Sequence, Await, Yield, Cast, ImportCall, Jsx, Opaque,
]  # fmt: skip
"""`this` is Name("this"), `super` is Name("super"), `undefined` is Name("undefined"), `import.meta` is Name("import.meta")."""

# ---------------------------------------------------------------- patterns


class PatternProperty(NamedTuple):
    start: int
    end: int
    key: Union[str, Expression]
    target: Pattern
    default: Union[Expression, None]


class ObjectPattern(NamedTuple):
    start: int
    end: int
    properties: tuple[PatternProperty, ...]
    rest: Union[Pattern, None]


class PatternItem(NamedTuple):
    start: int
    end: int
    target: Pattern
    default: Union[Expression, None]


class ArrayPattern(NamedTuple):
    start: int
    end: int
    items: tuple[PatternItem | None, ...]
    rest: Union[Pattern, None]


Pattern: TypeAlias = Union[Name, ObjectPattern, ArrayPattern, Member, Subscript, Opaque]

# ---------------------------------------------------------------- statements


class Declarator(NamedTuple):
    start: int
    end: int
    target: Pattern
    type: Union[Type, None]
    value: Expression | None


class Variables(NamedTuple):
    """`kind` is const, let, var or using. Ambient declarations (`declare const`) are left out."""

    start: int
    end: int
    kind: str
    declarators: tuple[Declarator, ...]


class FunctionDeclaration(NamedTuple):
    start: int
    end: int
    function: Function


class ClassDeclaration(NamedTuple):
    start: int
    end: int
    definition: Class


class Enum(NamedTuple):
    """A member without a value has None."""

    start: int
    end: int
    name: str
    members: tuple[tuple[str, Expression | None], ...]


class Block(NamedTuple):
    start: int
    end: int
    body: tuple[Statement, ...]


class ExpressionStatement(NamedTuple):
    start: int
    end: int
    value: Expression


class Return(NamedTuple):
    start: int
    end: int
    value: Expression | None


class Throw(NamedTuple):
    start: int
    end: int
    value: Expression | None


class If(NamedTuple):
    start: int
    end: int
    test: Expression
    then: Statement
    other: Union[Statement, None]


class For(NamedTuple):
    start: int
    end: int
    init: Union[Variables, Expression, None]
    test: Expression | None
    update: Expression | None
    body: Statement


class ForEach(NamedTuple):
    """`for (declaration target of|in iterable)`; `kind` is `of`, `in` or `await`. `declares` is const, let, var or ""."""

    start: int
    end: int
    kind: str
    declares: str
    target: Pattern
    iterable: Expression
    body: Statement


class While(NamedTuple):
    """`after` marks `do ... while`."""

    start: int
    end: int
    test: Expression
    body: Statement
    after: bool


class Try(NamedTuple):
    start: int
    end: int
    body: Block
    parameter: Pattern | None
    handler: Block | None
    finalizer: Block | None


class Case(NamedTuple):
    """`test` is None for `default`."""

    start: int
    end: int
    test: Expression | None
    body: tuple[Statement, ...]


class Switch(NamedTuple):
    start: int
    end: int
    subject: Expression
    cases: tuple[Case, ...]


class Break(NamedTuple):
    start: int
    end: int
    label: str | None


class Continue(NamedTuple):
    start: int
    end: int
    label: str | None


class Labeled(NamedTuple):
    start: int
    end: int
    label: str
    body: Statement


class ImportName(NamedTuple):
    """`imported` is a name, `default` or `*`."""

    imported: str
    local: str
    type_only: bool


class Import(NamedTuple):
    start: int
    end: int
    source: str
    names: tuple[ImportName, ...]
    type_only: bool


class ExportName(NamedTuple):
    local: str
    exported: str
    type_only: bool


class ExportNames(NamedTuple):
    """`export { a, b as c }`, with `source` when re-exported from there."""

    start: int
    end: int
    names: tuple[ExportName, ...]
    source: str | None
    type_only: bool


class ExportAll(NamedTuple):
    """`export * from source`, `export * as alias from source`."""

    start: int
    end: int
    source: str
    alias: str | None
    type_only: bool


class ExportDefault(NamedTuple):
    """Also `export = value` and `module.exports = value`."""

    start: int
    end: int
    value: Expression


class ExportDeclaration(NamedTuple):
    """`declaration` is None where only a type is exported that we do not keep."""

    start: int
    end: int
    declaration: Union[Variables, FunctionDeclaration, ClassDeclaration, Enum, TypeDeclaration]


class TypeDeclaration(NamedTuple):
    """`type Name<parameters> = type`, and interfaces (an object type; `extends` becomes an intersection)."""

    start: int
    end: int
    name: str
    parameters: tuple[str, ...]
    type: Type


Statement: TypeAlias = Union[
    Variables, FunctionDeclaration, ClassDeclaration, Enum, Block, ExpressionStatement, Return, Throw, If, For, ForEach,
    While, Try, Switch, Break, Continue, Labeled, Import, ExportNames, ExportAll, ExportDefault, ExportDeclaration,
    TypeDeclaration,
]  # fmt: skip

# ---------------------------------------------------------------- types


class TypeName(NamedTuple):
    """`Id<"users">`, `Promise<T>`, `ns.Name` (dotted); keywords such as string and any are names too."""

    start: int
    end: int
    name: str
    arguments: tuple[Type, ...]


class TypeLiteral(NamedTuple):
    start: int
    end: int
    value: str | float | int | bool | None


class TypeUnion(NamedTuple):
    start: int
    end: int
    items: tuple[Type, ...]


class TypeIntersection(NamedTuple):
    start: int
    end: int
    items: tuple[Type, ...]


class TypeArray(NamedTuple):
    """`T[]` and `readonly T[]`."""

    start: int
    end: int
    element: Type


class TypeTuple(NamedTuple):
    start: int
    end: int
    items: tuple[Type, ...]


class TypeMember(NamedTuple):
    name: str
    type: Type
    optional: bool


class TypeObject(NamedTuple):
    start: int
    end: int
    members: tuple[TypeMember, ...]


class TypeIndexed(NamedTuple):
    """`Doc<"users">["_id"]`."""

    start: int
    end: int
    object: Type
    key: Type


class TypeFunction(NamedTuple):
    start: int
    end: int
    returns: Union[Type, None]


class TypeQuery(NamedTuple):
    """`typeof a.b`."""

    start: int
    end: int
    name: str


class TypeOpaque(NamedTuple):
    start: int
    end: int


Type: TypeAlias = Union[
    TypeName, TypeLiteral, TypeUnion, TypeIntersection, TypeArray, TypeTuple, TypeObject, TypeIndexed, TypeFunction,
    TypeQuery, TypeOpaque,
]  # fmt: skip

# ---------------------------------------------------------------- the module


class SyntaxIssue(NamedTuple):
    start: int
    end: int
    message: str


class Comment(NamedTuple):
    start: int
    end: int
    text: str


class Module(NamedTuple):
    """One parsed file. `directives` holds the prologue (`use node`, `use client`); `comments` only those that speak
    to us (they contain `convex-lint`). `cuts` are the first places (start, end) nested too deeply to be kept."""

    path: str
    body: tuple[Statement, ...]
    directives: tuple[str, ...]
    comments: tuple[Comment, ...]
    issues: tuple[SyntaxIssue, ...]
    cuts: tuple[tuple[int, int], ...] = ()
