"""The places that every finding about a read tells of, in words: the table, who fills it, who gets there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from convex_lint.analysis.growth import Growth
from convex_lint.analysis.hops import Hop
from convex_lint.analysis.library import written_here
from convex_lint.analysis.narrowing import Narrowing
from convex_lint.analysis.runs import RunSite
from convex_lint.analysis.sites import Site
from convex_lint.analysis.vocabulary import SEED, words_of
from convex_lint.analysis.wish import Wish
from convex_lint.model.function import Function, Visibility, qualified
from convex_lint.model.operation import Read, Write
from convex_lint.model.schema import Table
from convex_lint.source import Span


class Place(NamedTuple):
    """Somewhere in the source, and what happens there. `within` is the function or helper in whose text it stands, ""
    where that is the one of the finding itself; `declares` marks a table or an index, which is no step of a story."""

    span: Span
    words: str
    within: str = ""
    declares: bool = False


def fields_in_words(fields: Sequence[str]) -> str:
    """`a`, `a` and `b`, `a`, `b` and `c`."""
    quoted = [f"`{field}`" for field in fields]
    return " and ".join(part for part in (", ".join(quoted[:-1]), quoted[-1]) if part) if quoted else ""


def range_in_words(read: Read) -> str:
    """What a read does before anything is dropped: "scanned", "read by `channelId` alone"."""
    fields = [key.field for key in read.eq] + list(dict.fromkeys(bound.field for bound in read.bounds))
    return f"read by {fields_in_words(fields)} alone" if fields else "scanned"


def callers_in_words(site: Site[Read] | Site[Write] | RunSite, most: int = 9) -> str:
    """A sentence that names the functions that share this place; empty when it stands in the only one."""
    if len(site.functions) == 1 and site.functions[0].path == site.within:
        return ""
    functions = sorted(site.functions, key=_last_of_all)
    names = [f"`{function.id}`" for function in functions[:most]]
    rest = len(functions) - len(names)
    listed = ", ".join(names) + (f" and {rest} more" if rest else "")
    return f" Reached from {listed}."


def _last_of_all(function: Function) -> tuple[bool, bool]:
    """What clients call comes first, what fills a database for development and tests last."""
    return bool(words_of(function.path) & SEED), function.visibility is not Visibility.PUBLIC


def callers(site: Site[Read] | Site[Write] | RunSite, most: int = 3) -> Iterator[Place]:
    """Where functions call the helper in which the site stands."""
    shown: set[str] = set()
    for reach in site.reaches:
        if reach.operation.via and reach.function.id not in shown and len(shown) < most:
            shown.add(reach.function.id)
            yield Place(reach.operation.via[0], f"`{reach.function.id}` gets there from here", reach.function.id)


def runners_in_words(hop: Hop) -> str:
    """Who runs a callee: "`a` runs", "`a` and `b` run", "`a` and 3 others run"."""
    names = list(dict.fromkeys(_runner(site) for site in hop.sites))
    if len(names) == 1:
        return f"`{names[0]}` runs"
    return f"`{names[0]}` and {f'`{names[1]}`' if len(names) == 2 else f'{len(names) - 1} others'} run"


def other_runners(hop: Hop, most: int = 9) -> Iterator[Place]:
    """Where the callee is run besides the first place."""
    for site in hop.sites[1 : most + 1]:
        yield Place(site.span, f"`{_runner(site)}` runs it here", site.within)


def _runner(site: RunSite) -> str:
    """Callbacks that a package calls all have the name that it wants."""
    return site.functions[0].id if site.within in ("handler", "execute") else stands_in(site)


def filler(growth: Growth) -> Iterator[Place]:
    """Where the table gains its rows."""
    for reach in growth.sources[:1]:
        insert = reach.operation
        yield Place(insert.span, f"`{reach.function.id}` inserts rows here", qualified(insert.component, insert.within))


def declaration(table: Table) -> Iterator[Place]:
    if not table.inferred and written_here(table):
        yield Place(table.span, f"`{table.name}` is declared here", declares=True)


def held_in_words(narrowing: Narrowing) -> str:
    """What the range holds: `every row of `t` beyond a bound of `at``."""
    reason = narrowing.extent.reason
    fields = list(dict.fromkeys(bound.field for bound in narrowing.site.operation.bounds))
    return f"{reason} within bounds of {fields_in_words(fields)}" if fields else reason


def late_conditions(narrowing: Narrowing) -> Iterator[Place]:
    """Where the rows are dropped, when that is not inside of the read itself."""
    site = narrowing.site.span
    for span in narrowing.wish.spans:
        if span.file != site.file or span.start >= site.end or span.end <= site.start:
            yield Place(span, "its rows are dropped here")


def late_in_words(wish: Wish) -> str:
    """`and then filtered by `a``: what happens too late."""
    filtered = [equality.field for equality in wish.equalities]
    filtered += [wish.stamp or wish.ranged] if wish.ranged is not None and wish.ranged not in filtered else []
    parts = []
    if filtered:
        parts.append(f"filtered by {fields_in_words(filtered)}")
    if wish.extreme:
        parts.append(f"reduced to the greatest or smallest `{wish.stamp or wish.sorted}`")
    elif wish.sorted is not None:
        parts.append(f"sorted by `{wish.stamp or wish.sorted}` for its first rows")
    return "and then " + " and ".join(parts)


def stands_in(site: Site[Read] | Site[Write] | RunSite) -> str:
    """The name of the function or helper in whose text the site stands; of the first that gets there when it has none."""
    return site.within if " " not in site.within and site.within else site.functions[0].id


def late_ways_in_words(narrowing: Narrowing) -> str:
    """`and then filtered by `a` or by `b``, for rows that must meet one condition or another."""
    ways = [way.wish.fields for way in narrowing.either]
    if len({frozenset(fields) for fields in ways}) == 1:
        return f"and then filtered by {fields_in_words(ways[0])} in {len(ways)} ways"
    return f"and then filtered by {' or by '.join(fields_in_words(fields) for fields in ways)}"
