"""Reads that are narrowed or ordered after the fact, although an index could have done it. See ignored_index.md."""

from __future__ import annotations

import json
from collections.abc import Iterator

from convex_lint.analysis.anyway import reads_all_anyway
from convex_lint.analysis.backend import Backend
from convex_lint.analysis.bound import Tier, has_few, is_catalog, is_daily, is_day, names_one
from convex_lint.analysis.chain_cover import CREATION
from convex_lint.analysis.compared import asks_whether_listed
from convex_lint.analysis.development import in_development_alone
from convex_lint.analysis.exposure import Weight
from convex_lint.analysis.fields import is_reference
from convex_lint.analysis.indexes import Service
from convex_lint.analysis.narrowing import Narrowing
from convex_lint.analysis.offered import is_offered, offered_in_words
from convex_lint.analysis.order import following, keeps_order
from convex_lint.analysis.repairs import JOINED
from convex_lint.analysis.rewrite import TextOf, first_rows, narrow_text, unset_text, value_text, ways_text
from convex_lint.analysis.scant import drops_few, orders_few
from convex_lint.analysis.sites import Site
from convex_lint.analysis.story import (
    Place,
    callers,
    callers_in_words,
    fields_in_words,
    filler,
    held_in_words,
    late_conditions,
    late_in_words,
    late_ways_in_words,
    range_in_words,
    stands_in,
)
from convex_lint.analysis.vocabulary import words_of
from convex_lint.model.function import Visibility
from convex_lint.model.operation import Key, Read
from convex_lint.model.schema import Table
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


class IgnoredIndex(Rule):
    tags = ("performance", "indexes")
    yields_to = ("wide-read-before-write",)

    def check(self, backend: Backend) -> Iterator[Finding]:
        for narrowing in (*backend.narrowings.values(), *backend.case_narrowings.values()):
            site, service = narrowing.site, narrowing.service
            weight = backend.weight(site)
            if not narrowing.declared or weight is Weight.NONE or is_catalog(site.table):
                continue
            if all(in_development_alone(reach.operation) for reach in site.reaches):
                continue
            asked = backend.is_asked(site.functions)
            if not asked and (narrowing.wish.stamp or narrowing.in_case or not _may_run(site, backend)):
                continue  # what people start by hand may be slow for no reason
            late = narrowing.wish.stamp or (service is not None and service.unsorted)
            own = narrowing.in_case and narrowing.extent.tier is Tier.USER
            if (late or own) and narrowing.growth.grows and not narrowing.long:
                continue  # the few rows of one thing or user are put in order, or dropped in one case, at once
            of_one = bool(site.operation.eq) and not narrowing.long
            other = service is not None and service.index.name != site.operation.index
            if of_one and (
                (other and has_few(site.table)) or any(_names_few(key, site.table) for key in site.operation.eq)
            ):
                continue
            implicit = service is None or service.index.name == "by_creation_time"
            places = [
                *late_conditions(narrowing),
                *(
                    Place(way.service.index.span, "this index serves it", declares=True)
                    for way in narrowing.either or (narrowing,)
                    if way.service is not None and not implicit
                ),
                *callers(site),
                *filler(narrowing.growth),
            ]
            index = "by_id" if service is None else service.index.name
            yield Finding(
                site.operation,
                _message(narrowing),
                _help(narrowing, backend.text_of)
                + _of_elements(narrowing, backend)
                + backend.figures_in_words(site)
                + callers_in_words(site)
                + offered_in_words(backend, site.functions),
                key=(stands_in(site), site.table.name, index, *_fields(narrowing)),
                related=[Label(place, place.words) for place in places],
                confidence=Confidence.HIGH if narrowing.growth.grows else Confidence.MEDIUM,
                severity=None
                if weight is Weight.FULL
                and asked
                and not _stays_empty(narrowing, backend)
                and (narrowing.long or _gains_days(narrowing, backend))
                and not (narrowing.past or narrowing.in_case or _keeps_first(narrowing))
                and not (orders_few(narrowing) or drops_few(narrowing))
                and not (backend.is_worked_off(site) or reads_all_anyway(backend, site))
                else Severity.NOTE,
                table=site.table.name,
                index=index,
                cause=(site.table.component, site.table.name, index, *_fields(narrowing)),
                sites=[place.span for place in late_conditions(narrowing)] if narrowing.in_case else (),
                impact=backend.impact(site, narrowing.extent),
            )


def _of_elements(narrowing: Narrowing, backend: Backend) -> str:
    """A sentence, where the index takes over a state, and what tells rows apart is an element of their lists."""
    site = narrowing.site
    listed = asks_whether_listed(site.operation, site.table, backend.surroundings)
    if narrowing.selective or listed is None:
        return ""
    return f" Where most rows have that, it is `{listed}` that tells them apart. {JOINED.format(listed)}"


def _may_run(site: Site[Read], backend: Backend) -> bool:
    """Of what nothing is seen to call, internal functions are run by hand now and then; the public ones of the product may be
    called by programs that were not scanned."""
    public = any(function.visibility is Visibility.PUBLIC for function in site.functions)
    return not public or is_offered(backend, site.functions)


def _stays_empty(narrowing: Narrowing, backend: Backend) -> bool:
    """Nothing inserts rows but public functions that nothing is seen to call."""
    sources = [reach.function for reach in narrowing.growth.sources]
    public = all(source.visibility is Visibility.PUBLIC for source in sources)
    return bool(sources) and public and not backend.is_asked(sources)


def _keeps_first(narrowing: Narrowing) -> bool:
    """A few rows are wanted in the order of the index, with one of several values: it may come to its end early."""
    several = any(len(equality.values) > 1 for equality in narrowing.wish.equalities)
    return several and narrowing.site.operation.terminal in ("take", "first") and keeps_order(narrowing.site.operation)


def _gains_days(narrowing: Narrowing, backend: Backend) -> bool:
    """The rows of some days are wanted of all that there ever were under one parent, and there are several each day."""
    service, table = narrowing.service, narrowing.site.table
    if service is None or service.ranged is None or not is_daily(table) or not narrowing.growth.grows:
        return False
    days = [part for part in narrowing.wish.comparisons if part.operator in ("gt", "gte")]
    if any(known <= {*service.pinned, service.ranged} for known in backend.unique_of(table)):
        return False
    return bool(days) and is_day(service.ranged) and bool(narrowing.site.operation.eq)


def _names_few(key: Key, table: Table) -> bool:
    """Few rows share a name, or what is given to one row only."""
    named = names_one(key.field) or bool(words_of(key.field) & {"name", "title"})
    return named and not is_reference(key.field, table)


def _message(narrowing: Narrowing) -> str:
    site, service = narrowing.site, narrowing.service
    read, table = site.operation, f"`{site.table.name}`"
    begin = f"{table} is {range_in_words(read)}"
    if narrowing.wish.bounded is not None and narrowing.wish.fields == (narrowing.wish.bounded,):
        return f"{begin} and then filtered by the other bound of `{narrowing.wish.bounded}`, which the same range can hold."
    if service is None:
        return f"{begin} for the row with one `_id`, which `db.get` reads directly."
    late = late_in_words(narrowing.wish)
    if narrowing.in_case:
        late = late.replace("and then ", "and then, in one case, ", 1)
    if narrowing.either:
        return f"{begin} {late_ways_in_words(narrowing)}, although {_servers(narrowing)}."
    if narrowing.wish.stamp is not None and CREATION in (service.ranged, service.ordered):
        return f"{begin} {late}, although `_creationTime`, in which every index ends, is the same time."
    if service.index.name == "by_creation_time":
        return f"{begin} {late}, although every table is indexed by `_creationTime`."
    if service.index.name == read.index:
        following = _served(narrowing, service)
        if not read.eq and not read.bounds:
            return f"{begin} {late}, although its index `{read.index}` begins with {fields_in_words(following)}."
        verb = "is the next field" if len(following) == 1 else "are the next fields"
        if following == ["_creationTime"]:
            return f"{begin} {late}, although its index `{read.index}` ends in `_creationTime`."
        return f"{begin} {late}, although {fields_in_words(following)} {verb} of its index `{read.index}`."
    what = (
        "that"
        if set(narrowing.wish.fields) <= set(_served(narrowing, service))
        else fields_in_words(_served(narrowing, service))
    )
    return f"{begin} {late}, although the index `{service.index.name}` serves {what}."


def _servers(narrowing: Narrowing) -> str:
    names = list(dict.fromkeys(way.service.index.name for way in narrowing.either if way.service is not None))
    if any(way.by_get is not None for way in narrowing.either):
        return f"`db.get` and the index {fields_in_words(names)} serve these"
    left = any(way.service.left for way in narrowing.either if way.service is not None)
    gained = [field for way in narrowing.either if way.service is not None for field in _served(way, way.service)]
    what = fields_in_words(list(dict.fromkeys(gained))) if left else "these"
    return (
        f"the indexes {fields_in_words(names)} serve {what}"
        if len(names) > 1
        else f"the index {fields_in_words(names)} serves {what}"
    )


def _fields(narrowing: Narrowing) -> tuple[str, ...]:
    return tuple(dict.fromkeys(field for way in narrowing.either or (narrowing,) for field in way.wish.fields))


def _served(narrowing: Narrowing, service: Service) -> list[str]:
    """The fields that the index takes over, in its order."""
    gained = [field for field in service.pinned if field not in narrowing.wish.pinned]
    return list(dict.fromkeys((*gained, *(field for field in (service.ranged, service.ordered) if field is not None))))


def _help(narrowing: Narrowing, text_of: TextOf) -> str:
    wish, service = narrowing.wish, narrowing.service
    if narrowing.either:
        left = any(way.wish.rest or (way.service is not None and way.service.left) for way in narrowing.either)
        stay = " The other conditions stay, on fewer rows." if left else ""
        return f"{ways_text(narrowing, text_of)}{stay} The range holds {held_in_words(narrowing)}, and the table {narrowing.growth.reason}."
    if narrowing.by_get is not None:
        checks = [key.field for key in narrowing.site.operation.eq]
        checks += [equality.field for equality in wish.equalities if equality.field != "_id"]
        check = f" and check its {fields_in_words(list(dict.fromkeys(checks)))} afterwards" if checks else ""
        stay = " The other conditions stay, on that row." if wish.rest or wish.ranged is not None else ""
        call = narrow_text(narrowing, text_of)
        if narrowing.as_text:
            return f"Read it with `db.get` and the id that `{call}` gives (null for a text that is no id){check}.{stay}"
        return f"Read it with `{call}`{check}.{stay}"
    assert service is not None
    begin = "In that case, read" if narrowing.in_case else "Read"
    read = narrowing.site.operation
    advice = f"{begin} with `{narrow_text(narrowing, text_of)}`"
    if service.ordered is not None:
        rows = first_rows(read, text_of)
        as_it_is = service.index.name == read.index and not _served(narrowing, service)[:-1] and service.ranged is None
        advice = f"{rows[:1].upper()}{rows[1:]}" if as_it_is else f"{advice} and {rows}"
    advice += "."
    if wish.stamp is not None:
        advice += f" Each insert sets `{wish.stamp}` to the time of the call, and nothing changes it."
    if service.tested:
        tests = "".join(
            f".filter((q) => q.eq(q.field({json.dumps(key.field)}), {value_text(key.field, key.value)}))"
            for key in read.eq
            if key.field in service.tested
        )
        advice += f" Test {fields_in_words(service.tested)} after it with `{tests}`, on fewer rows."
    several = [e.field for e in wish.equalities if len(e.values) > 1 and e.field in service.pinned]
    if several:
        together = (
            f"take as many rows from each, and keep the first of all in the order of `{following(read, narrowing.site.table, several)}`"
            if _keeps_first(narrowing)
            else "put the results together"
        )
        advice += f" Read each value of {fields_in_words(several)} with its own range and {together}."
    stays = [
        *service.left,
        *([wish.stamp or wish.ranged] if wish.ranged is not None and service.ranged is None else []),
    ]
    if stays and not wish.rest:
        verb = "test" if len(stays) == 1 else "tests"
        advice += f" The {verb} of {fields_in_words(stays)} stay{'s' if len(stays) == 1 else ''}, on fewer rows."
    elif stays or wish.rest:
        advice += " The other conditions stay, on fewer rows."
    if service.unsorted:
        order = service.index.fields[len(service.pinned) :][:1] or ["_creationTime"]
        advice += f" They come in the order of {fields_in_words(order)}: sort them where the order is seen."
    if wish.until is not None and service.ranged is not None and read.terminal == "first" and read.order == "asc":
        advice += (
            f" All that begin earlier are in the range: where no two overlap, the last of them is the one, "
            f'`.order("desc").first()`, if its `{wish.until}` fits.'
        )
    advice += unset_text(narrowing)
    return f"{advice} The range holds {held_in_words(narrowing)}, and the table {narrowing.growth.reason}."
