"""Hooks in components that are rendered once for each row of a list. See subscription_per_row.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.exposure import Weight
from convex_lint.analysis.subscribers import names_in_words
from convex_lint.analysis.vocabulary import ADMIN, words_of
from convex_lint.model.function import Function
from convex_lint.model.operation import Read
from convex_lint.model.subscription import ClientCall
from convex_lint.rule import Confidence, Finding, Label, Rule, Severity


class SubscriptionPerRow(Rule):
    default_severity: ClassVar[Severity] = Severity.NOTE
    tags: ClassVar[tuple[str, ...]] = ("subscriptions", "performance")

    def check(self, backend: Backend) -> Iterator[Finding]:
        found: dict[tuple[str, str, str], list[ClientCall]] = {}
        for call in backend.client_calls:
            if call.row is not None and call.row.of is not None and call.subscribes and _is_product(backend, call):
                found.setdefault((call.span.file, call.within, call.row.of), []).append(call)
        for (file, within, of), calls in found.items():
            listing = backend.function(of)
            own = [
                call for call in calls if listing is not None and not _shares(backend.function(call.target), listing)
            ]
            if listing is not None and own and _grows(backend, listing):
                yield _finding(backend, (file, within), own, listing)


def _is_product(backend: Backend, call: ClientCall) -> bool:
    query = backend.function(call.target)
    return (
        query is not None and not words_of(call.span.file) & ADMIN and backend.exposures.weight([query]) is Weight.FULL
    )


def _shares(query: Function | None, listing: Function) -> bool:
    """It asks for what the list was asked for, the chat of all these messages: every row has the same subscription."""
    if query is None or query.args is None or listing.args is None:
        return False
    names = set(query.args.fields) - {"id"}
    return bool(names) and names <= set(listing.args.fields)


def _grows(backend: Backend, listing: Function) -> bool:
    """The list has as many rows as users make, and not those of one of them."""
    for _, read in backend.footprint(listing).reads:
        table = None if read.system else backend.table_of(read)
        if table is not None and _many(read) and backend.growth(table).grows and backend.is_long(read, table):
            return True
    return False


def _many(read: Read) -> bool:
    return read.terminal in ("collect", "iterate", "paginate")


def _finding(backend: Backend, key: tuple[str, str], calls: list[ClientCall], listing: Function) -> Finding:
    first = calls[0]
    queries = {call.target: query for call in calls if (query := backend.function(call.target)) is not None}
    names = names_in_words(query.id for query in queries.values())
    rendered = [] if first.row is None else [Label(first.row, f"the rows of `{listing.id}` are rendered here")]
    return Finding(
        first,
        f"`{first.within}` is rendered once for each row of `{listing.id}` and subscribes to {names} in every one.",
        f"Let `{listing.id}` return what the row shows: it has the row at hand and can read the rest in the same query. One "
        f"subscription then takes the place of one for each row.",
        key=(*key, *queries),
        related=[*rendered, *(Label(query, f"`{query.id}` runs for each") for query in queries.values())],
        confidence=Confidence.MEDIUM,
        function=listing.path,
        component=listing.component,
    )
