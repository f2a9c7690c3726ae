"""What decides, in code, which rows of a range are wanted: then a page of the rows, or the newest, may hold none of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from convex_lint.analysis.bound import Tier, tier_of_field
from convex_lint.analysis.cases import settled
from convex_lint.analysis.compared import conjuncts
from convex_lint.analysis.each_row import EachRow, each_row, field_of, mentions
from convex_lint.analysis.surroundings import Surroundings, method_of, within
from convex_lint.analysis.views import TextOf, asks_for_any
from convex_lint.model.operation import Predicate, Read
from convex_lint.model.schema import Table
from convex_lint.model.value import Literal, Unknown
from convex_lint.syntax import tree
from convex_lint.syntax.walk import bare, is_name, last_of

_ORDERS = frozenset(("<", "<=", ">", ">="))
_EQUALS = frozenset(("===", "!==", "==", "!="))

TWO_FIELDS = (
    "Keep in an indexed field of each row how `{}` and `{}` compare, which the writers of either bring up to date, and read the rows that "
    "pass: no index compares two fields, and a page of all rows may hold none that pass."
)
OTHER_ROW = (
    "Keep `{field}`, for which code gets another row for each of these, in an indexed field of these rows, and read those with the one that is "
    "asked for: a page of all rows may hold none that pass."
)
WITH_OTHERS = (
    "Keep in an indexed field of each row whether there are `{}` of it, which the writers of these bring up to date, and read the rows of which "
    "there are some: code looks for them for each row, and drops the rows without."
)
OF_ONE = "Read the rows of one `{}` {}, rather than those of all, and make of these what is shown."
FIRST = "Take the first with `.first()`: the others are read and not looked at."
EITHER = (
    "Read a range for each of {}, and put them together: one field or another tells which rows are wanted, and a page of all rows may hold "
    "few of them."
)
IN_CODE = (
    "{} of the rows are kept, so that a page of them, or the newest, may hold few that pass: keep what decides in an indexed field, in the form "
    "in which it is asked for (of a list, a row for each element in a table of their own), or begin with the rows that lead to those "
    "that are wanted, and get each by its id."
)


def decided(read: Read, table: Table, surroundings: Surroundings) -> str | None:
    """What to do about it in a sentence; None where an index can hold what decides, or every row is wanted."""
    if read.terminal not in ("collect", "iterate"):
        return None
    either = next((found for part in read.residual if (found := _either(part, table)) is not None), None)
    if either is not None:
        return EITHER.format(either)
    tests = [pair for pair in _tests(read, surroundings) if pair[0].tells_of(pair[1])]
    for each, test in tests:
        fields = _two_fields(each, test, table)
        if fields is not None:
            return TWO_FIELDS.format(*fields)
    for each in each_row(read, surroundings, ("map", "iterate")):
        field = _of_other_row(each, table)
        if field is not None:
            return OTHER_ROW.format(field=field)
        name = _without_others(each)
        if name is not None:
            return WITH_OTHERS.format(name)
    for each, test in tests:
        who = _who(each, test, table)
        if who is not None:
            return IN_CODE.format(who)
    return None


def of_one(read: Read, table: Table) -> str | None:
    """All rows are read, and those of one team or user are kept, whoever asks."""
    for part in settled(read.residual):
        given = part.operator == "eq" and not isinstance(part.value, (Literal, Unknown))
        if given and part.field is not None and tier_of_field(part.field, table) in (Tier.USER, Tier.TENANT):
            return OF_ONE.format(part.field, _by_index(part.field, table))
    return None


def takes_first(read: Read, text_of: TextOf) -> bool:
    """`rows[0]`, `rows.length === 0`, and nothing else is done with the rows."""
    kinds = {use.kind for use in read.uses}
    if read.terminal != "collect" or read.residual or not kinds <= {"first", "length"} or not kinds:
        return False
    return all(asks_for_any(use, text_of) for use in read.uses if use.kind == "length")


def scores_each(read: Read, surroundings: Surroundings) -> bool:
    """`scores.set(row._id, known + 1)` for each row, and the scores are put in order: they are of no use as figures of all rows."""
    for each in each_row(read, surroundings, ("iterate",)):
        own = {
            node.target.name
            for node in within(each.body)
            if type(node) is tree.Declarator and type(node.target) is tree.Name and _is_own_id(node.value, each)
        }
        for node in within(each.body):
            if method_of(node) != "set" or len(node.arguments) != 2 or type(node.callee.object) is not tree.Name:
                continue
            key, scores = node.arguments[0], node.callee.object.name
            named = type(key) is tree.Name and key.name in own
            if (named or _is_own_id(key, each)) and any(
                method_of(one) == "sort" and mentions(one.callee.object, (scores,)) for one in within(each.function)
            ):
                return True
    return False


def _is_own_id(value: Any, each: EachRow) -> bool:
    value = bare(value) if value is not None else None
    if method_of(value) == "toString":
        value = value.callee.object
    return field_of(value, each.names) == "_id" if value is not None else False


def _either(predicate: Predicate, table: Table) -> str | None:
    """The fields of which one or another must have a value that is given, each with the index that is declared on it."""
    if predicate.operator != "or" or len(predicate.parts) < 2:
        return None
    sides = [_asked(part) for part in predicate.parts]
    if not all(sides) or len({side[0] for side in sides if side}) < 2:
        return None
    fields = list(dict.fromkeys(side[0] for side in sides))
    named = [f"`{field}` ({_by_index(field, table)})" for field in fields]
    return f"{', '.join(named[:-1])} and {named[-1]}"


def _asked(predicate: Predicate) -> list[str]:
    """The fields that must be equal to something, those that are no mere state first."""
    parts = predicate.parts if predicate.operator == "and" else (predicate,)
    equal = [part for part in parts if part.operator == "eq" and part.field is not None]
    equal.sort(key=lambda part: isinstance(part.value, Literal))
    return [part.field for part in equal if part.field is not None]


def _by_index(field: str, table: Table) -> str:
    index = next((one for one in table.indexes if one.fields[:1] == (field,) and not one.staged), None)
    return f"by `{index.name}`" if index is not None else "by an index on it"


def _tests(read: Read, surroundings: Surroundings) -> Iterator[tuple[EachRow, Any]]:
    """The conditions of which each row that is kept meets every one, whatever the call asks for."""
    for each in each_row(read, surroundings, ("filter",)):
        body = each.body
        values: dict[str, Any] = {}
        if type(body) is tree.Block:
            given = [node.value for node in within(body) if type(node) is tree.Return and node.value is not None]
            declared = (node for node in within(body) if type(node) is tree.Declarator)
            values = {node.target.name: node.value for node in declared if type(node.target) is tree.Name}
            body = given[0] if len(given) == 1 else None
        for test in conjuncts(bare(body)) if body is not None else ():
            if each.is_always(test, surroundings):
                test = bare(test)
                yield each, values.get(test.name, test) if type(test) is tree.Name else test


def _two_fields(each: EachRow, test: Any, table: Table) -> tuple[str, str] | None:
    if type(test) is not tree.Binary or test.operator not in _ORDERS | _EQUALS:
        return None
    first, second = field_of(test.left, each.names), field_of(test.right, each.names)
    own = first in table.fields and second in table.fields
    return (first, second) if own and first is not None and second is not None else None


def _got(each: EachRow) -> frozenset[str]:
    """The names of what is got for each row."""
    statements = each.body.body if type(each.body) is tree.Block else ()
    return frozenset(
        one.target.name
        for statement in statements
        if type(statement) is tree.Variables
        for one in statement.declarators
        if type(one.target) is tree.Name and type(one.value) is tree.Await and each.tells_of(one.value)
    )


def _without_others(each: EachRow) -> str | None:
    """The name of what is got for each row, without any of which there is nothing of it: `posts.length ? { ...row, posts } : null`."""
    last = last_of(each.body)
    given = bare(last.value) if type(last) is tree.Return and last.value is not None else None
    if type(given) is not tree.Conditional or not _is_nothing(bare(given.other)):
        return None
    test = bare(given.test)
    if type(test) is tree.Binary and test.operator == ">" and _is_nothing(bare(test.right)):
        test = bare(test.left)
    name = next(iter(_got(each)), None)
    counted = (
        type(test) is tree.Member and test.property == "length" and name is not None and is_name(test.object, name)
    )
    return name if counted else None


def _is_nothing(value: Any) -> bool:
    return (type(value) is tree.Constant and not value.value) or is_name(value, "undefined")


def _of_other_row(each: EachRow, table: Table) -> str | None:
    """The field of another row, got for each of these, without the right value of which there is nothing of this one."""
    statements = each.body.body if type(each.body) is tree.Block else ()
    got = _got(each)
    for statement in statements:
        if type(statement) is not tree.If or statement.other is not None or not _leaves(each, statement.then):
            continue
        for node in within(statement.test):
            if type(node) is tree.Binary and node.operator in ("!==", "!="):
                for own, other in ((node.left, node.right), (node.right, node.left)):
                    field = field_of(own, got)
                    if field is not None and not each.tells_of(other) and type(bare(other)) is not tree.Constant:
                        return field
    return None


def _leaves(each: EachRow, then: Any) -> bool:
    last = last_of(then)
    if type(each.node) is tree.ForEach:
        return type(last) is tree.Continue
    value = bare(last.value) if type(last) is tree.Return and last.value is not None else None
    return type(last) is tree.Return and (value is None or _is_nothing(value))


def _who(each: EachRow, test: Any, table: Table) -> str | None:
    """The beginning of a sentence: a function that is given the row, or code that works it out of fields that no index can ask."""
    if type(test) is tree.Unary and test.operator == "!":
        test = bare(test.operand)
    for node in within(test):
        callee: Any = node.callee if type(node) is tree.Call else None
        given = [bare(one) for one in node.arguments] if type(callee) is tree.Name else []
        if any(is_name(one, name) for one in given for name in each.names):
            return f"`{callee.name}` says in code which"
    fields = dict.fromkeys(
        str(node.object.property)
        for node in sorted(within(test), key=lambda node: node.start)
        if _looks_into(node, each, table)
    )
    if not fields:
        return None
    named = [f"`{field}`" for field in fields]
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return f"Code works out of {listed} which"


def _looks_into(node: Any, each: EachRow, table: Table) -> bool:
    """`row.members.includes(...)`, `row.rounds.length`: a part of a list or a text of the row."""
    inner: Any = node.object if type(node) is tree.Member else None
    return (
        type(inner) is tree.Member
        and node.property in _PARTS
        and mentions(inner.object, each.names)
        and inner.property in table.fields
    )


_PARTS = frozenset(("includes", "some", "every", "find", "indexOf", "length", "startsWith", "endsWith"))
