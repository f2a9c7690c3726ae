"""Comments that ignore findings: `// convex-lint-ignore rule[, rule]: reason`, and `convex-lint-ignore-file` at the top.

A comment behind code speaks of its own line, a comment on a line of its own speaks of the next line of code; what counts
is the line on which a finding begins.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from convex_lint.engine.nearest import nearest
from convex_lint.model.project import Notice
from convex_lint.source import Source, Span
from convex_lint.syntax.tree import Comment, Constant, ExpressionStatement, Module

_IGNORE = re.compile(
    r"^(?://|/\*)[\s*]*convex-lint-ignore(?P<file>-file)?(?P<other>[\w-]*)(?P<rules>[^:]*)(?P<colon>:?)(?P<reason>.*)$",
    re.DOTALL,
)
_COMMENT_LINE = re.compile(r"^\s*\{?\s*(?://|/\*|\*)")
_USAGE = "Write `// convex-lint-ignore rule: reason`."


@dataclass(frozen=True, slots=True)
class Suppression:
    """One rule ignored on one line, or in the whole file (`line` None), and why."""

    rule: str
    line: int | None
    reason: str


def suppressions(module: Module, source: Source, known: Collection[str]) -> Iterator[Suppression | Notice]:
    """What the comments of a file ignore, and what is wrong with those that ignore nothing. `known` are all rules."""
    targets: dict[int, int] = {}
    for comment in module.comments:
        found = _IGNORE.match(comment.text)
        if found is None or found["other"]:
            continue
        span = Span(source.path, comment.start, comment.end)
        reason = " ".join(found["reason"].removesuffix("*/").rstrip("* \t\r\n").split())
        rules = [name for name in re.split(r"[\s,]+", found["rules"]) if name]
        if not rules:
            yield Notice("This comment names no rule, so it ignores nothing.", source.path, span, _USAGE)
            continue
        if not reason:
            yield Notice("This comment gives no reason, so it ignores nothing.", source.path, span, _USAGE)
            continue
        if found["file"] and not _at_top(comment, module):
            where = "Move it above the first statement, or ignore a line with `convex-lint-ignore`."
            yield Notice("`convex-lint-ignore-file` below the top ignores nothing.", source.path, span, where)
            continue
        line = None if found["file"] else _target(comment, source, targets)
        for rule in rules:
            if rule in known:
                yield Suppression(rule, line, reason)
            else:
                near = nearest(rule, known)
                help = f"Did you mean `{near}`?" if near else "`convex-lint rules` lists the rules."
                yield Notice(f"This comment ignores `{rule}`, and there is no such rule.", source.path, span, help)


def _at_top(comment: Comment, module: Module) -> bool:
    """Whether nothing but directives stands before it."""
    statements = (
        statement
        for statement in module.body
        if not (isinstance(statement, ExpressionStatement) and isinstance(statement.value, Constant))
    )
    first = next(statements, None)
    return first is None or comment.start < first.start


def _target(comment: Comment, source: Source, targets: dict[int, int]) -> int:
    """The line of which the comment speaks. `targets`: the first line of code at or below those asked for before."""
    line = source.position(comment.start).line
    before = source.data[source.line_starts[line - 1] : comment.start].strip(b" \t{")
    if before:
        return line
    last = source.position(comment.end).line
    after = source.line(last).encode()
    rest = source.data[comment.end : source.line_starts[last - 1] + len(after)].strip(b" \t}")
    if rest:
        return last
    line = last + 1
    passed = []
    while line not in targets and line <= len(source.line_starts) and _COMMENT_LINE.match(source.line(line)):
        passed.append(line)
        line += 1
    line = targets.get(line, line)
    targets.update(dict.fromkeys(passed, line))
    return line
