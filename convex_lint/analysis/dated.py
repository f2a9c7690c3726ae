"""Rows of a day: by which day are they wanted?"""

from __future__ import annotations

import re

from convex_lint.analysis.backend import Backend
from convex_lint.analysis.sites import Site
from convex_lint.analysis.vocabulary import USERS, words_of
from convex_lint.model.operation import Read
from convex_lint.model.value import Argument


def planned_by(backend: Backend, site: Site[Read]) -> str | None:
    """The day of each row, which people enter, and which the pages that show the rows compare with today's: the newest rows are not
    those whose day is next."""
    files = {call.span.file for function in site.functions for call in backend.graph.client_calls(function)}
    texts = [backend.project.sources[file].data for file in files if file in backend.project.sources]
    for field in (field for field in site.table.fields if words_of(field) & _DAYS):
        values = list(backend.values_of(site.table, field))
        compared = any(re.search(_TODAY % re.escape(field.encode()), text) for text in texts)
        if compared and values and all(isinstance(value, Argument) for value in values):
            return field
    return None


_TODAY = rb"\.%s\s*[<>]=?\s*(?:Date\.now\(|new Date\(\))"


def fills_a_calendar(backend: Backend, site: Site[Read]) -> bool:
    """Rows with a day, of which the name of the function, or that of a component which asks for it, says that they are shown in a
    calendar."""
    calls = (call.within for function in site.functions for call in backend.graph.client_calls(function))
    names = [function.path.rpartition(":")[2] for function in site.functions] + list(calls)
    dated = any(words_of(field) & _DAYS for field in site.table.fields)
    people = words_of(site.table.name) & USERS
    return dated and not people and any("calendar" in words_of(name) for name in names)


_DAYS = frozenset(("date", "dates", "day", "start", "starts", "due", "until"))
