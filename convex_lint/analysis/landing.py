"""Do the rows that a mutation writes lie in a range that has been narrowed, too? Then the conflict stays."""

from __future__ import annotations

from convex_lint.analysis.narrowing import Narrowing
from convex_lint.analysis.versions import Written
from convex_lint.model.value import Literal, Undefined


def lands_within(narrowing: Narrowing, written: Written) -> bool:
    """The new rows have, for certain, the values by which the range is narrowed: `readAt: undefined`, `state: "open"`. So have those
    that a mutation has picked out by the same values, before it changes them."""
    service = narrowing.service
    if narrowing.by_get is not None:
        return False
    fields = service.pinned if service is not None else [each.field for each in narrowing.wish.equalities]
    before = {key.field for key in narrowing.site.operation.eq}
    more = [each for each in narrowing.wish.equalities if each.field in fields and each.field not in before]
    if not more or (service is not None and service.ranged is not None):
        return False
    if not all(len(each.values) == 1 and isinstance(each.values[0], (Literal, Undefined)) for each in more):
        return False
    return all(
        any(all(version.at(each.field) == each.values[0] for each in more) for version in document)
        for document in written.documents
    )
