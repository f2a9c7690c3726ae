"""Pages and scripts for those who build the product, not for those who use it."""

from __future__ import annotations

from convex_lint.analysis.vocabulary import EXHIBITS, words_of
from convex_lint.model.subscription import ClientCall

MOVING = frozenset(("migration", "migrations", "migrate", "migrating", "backfill", "backfills"))


def moves(call: ClientCall) -> bool:
    """A page, a route or a script that is there to rewrite data once."""
    return bool((words_of(call.span.file) | words_of(call.within)) & MOVING)


def tries_out(call: ClientCall) -> bool:
    """A page or a script for those who build the product: to debug it, to migrate its data, to show how something is used,
    to run once."""
    folders, _, name = call.span.file.rpartition("/")
    if (
        words_of(call.span.file) & {"debug", "debugging", "deprecated", "e2e", "migration", "migrations"}
        or (words_of(name) | words_of(call.within)) & EXHIBITS
    ):
        return True
    return not call.subscribes and "scripts" in folders.split("/") and not set(folders.split("/")) & {"src", "app"}
