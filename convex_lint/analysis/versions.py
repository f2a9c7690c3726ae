"""What is known of a document before a write and after it: its keys in every index follow from that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from convex_lint.analysis.keyrange import KeyRange
from convex_lint.analysis.terms import Composed, Reads, Rows, Term, alternatives, chosen_by, fresh, resolve
from convex_lint.fact import fact
from convex_lint.model.operation import Op, Read, Write
from convex_lint.model.value import UNKNOWN, DocumentField, Inserted, Undefined, Value

_UNDEFINED = Undefined()
_NEW = Inserted(None, -1)


@fact
class Version:
    """One version of a written document. `closed`: it has the fields of `names` and no others. `newest`: it was created
    after every row that anyone has seen. `chosen` is the range in which the writer found it."""

    values: tuple[tuple[str, Term], ...]
    names: frozenset[str] = frozenset()
    closed: bool = False
    newest: bool = False
    chosen: KeyRange | None = None

    def at(self, field: str) -> Term | None:
        """The value of a field or of a path such as `a.b`; None when nothing is known of it."""
        for name, value in self.values:
            if name == field:
                return value
        top = field.partition(".")[0]
        if field.startswith("_") or not self.closed:
            return None
        return None if top in self.names else _UNDEFINED


@fact
class Written:
    """The versions of a document of which a write contributes keys, the old one and the new one, for each of the documents
    that its target may be. Equal values are equal writes."""

    component: str
    table: str | None
    op: Op
    documents: tuple[tuple[Version, ...], ...]

    @classmethod
    def of(cls, write: Write, reads: Reads | None = None) -> Written:
        """`reads` are those of the writing function, by ordinal: they tell how the document was found."""
        if not isinstance(reads, Rows):
            return cls._of(write, reads or {})
        known = reads.written.get(id(write))
        if known is None or known[0] is not write:
            known = reads.written[id(write)] = (write, cls._of(write, reads))
        return cast(Written, known[1])

    @classmethod
    def _of(cls, write: Write, reads: Reads) -> Written:
        documents = tuple(_documents(write, reads))
        different = documents if len(documents) == 1 else tuple(dict.fromkeys(documents))
        return cls(write.component, write.table, write.op, different)


def _documents(write: Write, reads: Reads) -> Iterator[tuple[Version, ...]]:
    new = tuple((field, resolve(value, reads)) for field, value in write.values if not field.startswith("_"))
    names = frozenset(write.fields or ())
    closed = write.fields is not None
    if write.op is Op.INSERT:
        yield (Version((("_id", _NEW), *new), names, closed, newest=True),)
        return
    for target in _targets(write.target):
        term = resolve(target, reads)
        if fresh(term):
            # Its old version never was outside of this transaction, and the insert speaks for the rest of the new one.
            after = Version((("_id", term), *_settled(new)), names, closed and write.op is Op.REPLACE, newest=True)
            yield () if write.op is Op.DELETE else (after,)
            continue
        source = _source(target, write, reads)
        old = {"_id": term, **(dict(chosen_by(source, reads)) if source is not None else {})}
        before = Version(tuple(old.items()), chosen=KeyRange.of(source, None, reads) if source is not None else None)
        if write.op is Op.DELETE:
            yield (before,)
        elif write.op is Op.REPLACE:
            yield before, Version((("_id", term), *new), names, closed)
        else:
            yield before, _patched(before, new, names, closed)


def _targets(target: Value) -> tuple[Value, ...]:
    return cast(tuple[Value, ...], alternatives(target))  # those of a value are values


def _source(target: Value, write: Write, reads: Reads) -> Read | None:
    """The read that gave the writer its document."""
    if not isinstance(target, DocumentField) or target.read is None or target.path != ("_id",):
        return None
    source = reads.get(target.read)
    return source if source is not None and source.table == write.table else None


def _patched(before: Version, new: tuple[tuple[str, Term], ...], names: frozenset[str], closed: bool) -> Version:
    """What a patch does not name stays as it was; what it names only in some branches may stay so."""
    kept = {
        field: value
        for field, value in before.values
        if field == "_id" or (closed and field.partition(".")[0] not in names)
    }
    for field, value in new:
        parts = alternatives(value)
        if len(parts) > 1 and _UNDEFINED in parts:
            value = Composed("either", (*parts, before.at(field) or UNKNOWN))
        kept[field] = value
    return Version(tuple(kept.items()))


def _settled(values: tuple[tuple[str, Term], ...]) -> Iterator[tuple[str, Term]]:
    for field, value in values:
        yield field, (UNKNOWN if _UNDEFINED in alternatives(value) else value)
