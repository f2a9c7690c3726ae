"""What can be done instead of reading every row of a long range, in sentences; `instead` says which of them fits."""

from __future__ import annotations

INDEXED = "Put the condition into an index range, or store what it computes in an indexed field."
NOT_HELD = (
    "Declare `{}` in the schema of `{}`, which has no such field, and put the condition into an index range: as the schema stands, "
    "no row matches, and all are read to find that out."
)
AS_MANY = "Take as many as are shown with `.take(n)`."
OFFSET = (
    "Let an index give the order and the condition, read one page at a time with `.paginate(paginationOpts)` in place of the offset, and "
    "keep the total, if it is shown, in the aggregate component (`@convex-dev/aggregate`)."
)
JOINED = (
    "Keep a table with a row for each element of `{}`, indexed by the element, and read the rows of one: no index reaches into "
    "a list."
)
REFERRED_TO = "Get the rows that are referred to, each by its id with `ctx.db.get(id)`, rather than all rows to look for these among them."
REFERRED_TO_BY_ALL = (
    " Begin with one page of `{}`, or with the one row that is asked for: as long as all of these are read, they refer to nearly "
    "all of the others."
)
FIRST_THAT_PASSES = (
    "Let an index range hold the rows that pass, in this order, and read the one that is wanted with `.first()`, after "
    '`.order("desc")` where it is the last.'
)
PLACE_AMONG_ALL = (
    "Ask the aggregate component (`@convex-dev/aggregate`) for the place of the one that is meant (`indexOf`), and for how many there "
    "are (`count`): it knows both without reading the rows."
)
PAGED_BY_HAND = (
    "Read one page at a time with `.paginate(paginationOpts)`, which begins where the last one ended, rather than look for the place of "
    "a cursor among all rows. Let an index give the order and the conditions; one that is left to code makes a page shorter."
)
COMPARED = (
    "Look up by an index, for each of the others, whether it has its counterpart, or keep that in a field of it that the writers "
    "bring up to date: of a page of the rows, the comparison would be false. What is listed of them can be read one page at a time."
)
COUNTERPART = (
    "Keep in each of the others, in a field that the writers bring up to date, whether it has its counterpart among these rows, or, for "
    "the few that are shown at once, look it up by an index: of a page of the rows, the comparison would be false."
)
ASKED_FOR = "Look up by an index{} only the rows that are asked for, rather than search for them among all."
COMPOSED = (
    "Keep in each of the others the id of the row that belongs to it, and get that with `ctx.db.get(id)`; or keep what they are looked "
    "for by, which several fields make here, in an indexed field, and look up only the rows that are asked for."
)
AT_RANDOM = (
    "Keep a random number in an indexed field of each row, and take the first few from a random place on (`q.gte(field, "
    "Math.random())`, `.take(n)`), or choose among the newest few dozen: an index has no other way to pick some of all."
)
FOR_CALLER = (
    "Let an index range leave no rows but those that can match at all, take a few hundred of them with `.take(n)`, and rank these: no "
    "index has an order that is worked out for each caller, and of a page the best would be those of the page."
)
APART = "Give each list a query of its own, which reads one page at a time with `.paginate(paginationOpts)`: a query can read one list by pages."
DAYS_SHOWN = (
    "Take the first and the last day that are shown as arguments, and read the rows between them by an index on the day, kept in a field of "
    "its own where it is inside of a list: a page, or the newest rows, would leave days of the calendar empty."
)
RANKED = (
    "Keep in each row of `{}` the number by which they are ranked, which the writers bring up to date, and take the first so many by an "
    'index on it (`.order("desc").take(n)`).'
)
RANKED_OF_LATE = (
    "Keep a row for each of `{outer}` and each day with the figures of that day, which the writers of `{inner}` bring up to date, and add "
    "up the days that are asked for: what is ranked is of the last days only, so that one stored number cannot hold it."
)
SUMS_OF_EACH = (
    "Keep what is added up of `{inner}` with each of `{outer}`, in a field of the row or in a row for each of them and each day, which the "
    "writers of `{inner}` bring up to date: the figures then take one short read, where now all of both tables is gone through."
)
FORM = (
    "Store what is compared in a field of the row, in the form in which it is compared, and read the rows that match by an index on it: "
    "a page of all rows may hold none of them."
)
NEEDED = (
    "Read only what is needed of them, by an index range that holds no others; what is made of all of them can be kept in a table of its "
    "own that the writers bring up to date."
)
FEW_OF_EACH = "Take as many as are shown with `.take(n)`: rows of several reads together cannot be read by pages."
OWN_TABLE = (
    "Let one range of a narrow table of its own, with just what is looked for and shown, give all of them: rows of several "
    "reads, put together, cannot be read by pages, and `.take(n)` of each would lose some that match."
)
ONE_RANGE = (
    "Let one range of the table give all of them, by a field that says whether a row is one of them, or by one search index over "
    "all that is searched for: rows of several reads, put together, cannot be read by pages, and `.take(n)` of each would lose "
    "some that match. What is shown all at once, as on a map, can be rows of a narrow table with just what is shown."
)
FACETS = (
    "Keep just the fields that the filters, the order and the list look at in short rows of a table of their own, which the writers bring up "
    "to date, and read the whole rows of the page alone: no index gives the rows that pass such filters, in the order that is asked "
    "for, and how many they are."
)
OF_GROUPS = (
    "Read what they are grouped by page by page, and the rows of each group by an index on its key: a page of the rows would cut "
    "groups in two."
)
AS_COMPARED = (
    " Store what is compared in the form in which it is compared (in lower case, say), and the values of a list as rows of a "
    "table of their own."
)
NARROW = (
    " Where all rows are wanted, a table of their own with just the fields that are used, which the writers bring up to date, "
    "is read for a fraction of the bytes."
)
FILTERED_SEARCH = (
    "Put the conditions into filter fields of the search index, then take the best of them with `.take(n)`."
)
BEST_FOUND = "Take the best of them with `.take(n)`, or read page by page with `.paginate(paginationOpts)`."
DROPPED_OF_FOUND = (
    " Code drops some of them afterwards, and what is left of the best may be too few: a field that must equal something for a row to be "
    "kept belongs into the `filterFields` of the search index, and into the search."
)
PAGES = "`.paginate(paginationOpts)`"
PAGE = f"Read one page at a time with {PAGES}."
PAGINATES = " One execution may paginate once, and the function does so already: these rows want a query of their own."
AMONG_ALL = (
    " Where a client looks for some of them by an id or a name, or offers them for choice, a page would lack most: a query for just "
    "those, by an index or a search index, has none too many."
)
KEPT = (
    "Keep what is computed of them in a table of its own that the writers bring up to date, or in the aggregate "
    "component (`@convex-dev/aggregate`)."
)
SUM_AND_LIST = (
    "Keep the figures that all of the rows make in a table of their own that the writers bring up to date, or in the aggregate "
    "component (`@convex-dev/aggregate`): of a page, they would be false. The list itself can then be read one page at a time "
    "with `.paginate(paginationOpts)`."
)
