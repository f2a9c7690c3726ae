"""Schema, Table, the three kinds of index, and validators. Source of the forms: convex `server/schema.ts`, `values/validators.ts`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from convex_lint.fact import fact
from convex_lint.source import Span


@fact
class Validator:
    """`kind` is Convex's own: id, float64, int64, commitTs, boolean, bytes, string, null, any, object, literal, array,
    record, union; `unknown` where the analysis could not follow. `table` belongs to id, `fields` to object, `members`
    to union, `element` to array and to a record's values, `value` to literal."""

    kind: str
    optional: bool = False
    table: str | None = None
    fields: Mapping[str, Validator] = field(default_factory=dict)
    members: tuple[Validator, ...] = ()
    element: Validator | None = None
    value: str | float | int | bool | None = None

    def at(self, path: tuple[str, ...]) -> tuple[Validator, ...]:
        """The validators that `path` can lead to; unions fan out; empty when the path cannot exist."""
        if not path:
            return self.members_flat()
        found: list[Validator] = []
        for member in self.members_flat():
            if member.kind in ("any", "unknown"):
                found.append(member)
            elif member.kind == "record" and member.element is not None:
                found.extend(member.element.at(path[1:]))
            elif path[0] in member.fields:
                found.extend(member.fields[path[0]].at(path[1:]))
        return tuple(found)

    def members_flat(self) -> tuple[Validator, ...]:
        """The members of a union of unions; a validator of another kind is its own only member."""
        if self.kind != "union":
            return (self,)
        for member in self.members:
            if member.kind == "union":
                break
        else:
            return self.members
        return tuple(inner for member in self.members for inner in member.members_flat())


@fact
class Index:
    """A database index. `fields` as declared, without the `_creationTime` that the server appends. A `staged` index
    cannot be queried."""

    name: str
    fields: tuple[str, ...]
    staged: bool
    span: Span


@fact
class SearchIndex:
    name: str
    search_field: str
    filter_fields: tuple[str, ...]
    staged: bool
    span: Span


@fact
class VectorIndex:
    name: str
    vector_field: str
    dimensions: int | None
    filter_fields: tuple[str, ...]
    staged: bool
    span: Span


@fact
class Table:
    """`validator` describes a document without `_id` and `_creationTime`; None when it could not be followed.
    `inferred` tables are known from their uses only (no schema, or not in it)."""

    component: str
    name: str
    span: Span
    validator: Validator | None
    indexes: tuple[Index, ...] = ()
    search_indexes: tuple[SearchIndex, ...] = ()
    vector_indexes: tuple[VectorIndex, ...] = ()
    inferred: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The top-level fields of all variants, in order of declaration, without system fields."""
        if self.validator is None:
            return ()
        return tuple(dict.fromkeys(name for v in self.validator.members_flat() for name in v.fields))

    def index(self, name: str) -> Index | None:
        return next((index for index in self.indexes if index.name == name), None)


@fact
class Schema:
    """`opaque`: some tables could not be followed (a spread of something unknown), so a table that is missing here
    may still exist."""

    component: str
    span: Span
    tables: Mapping[str, Table]
    validated: bool = True
    opaque: bool = False
