"""Reads of an index that has more fields than are asked of it, in code that looks its indexes up and asks for no order."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.record import Record


def meant(records: list[Record]) -> dict[Record, Record]:
    """For each such read the one that the code means instead: in a range of the same index, or in the same range of an
    index that has no more fields."""
    loose = [record for record in records if "unasked" in record.details]
    if not loose:
        return {}
    told: dict[Any, Record] = {}
    for record in records:
        if "unasked" not in record.details and (record.details.get("eq") or record.details.get("bounds")):
            told.setdefault((_place(record), record.details["index"]), record)
            told.setdefault((_place(record), _range(record)), record)
    keys = [(record, (_place(record), _range(record) or record.details["index"])) for record in loose]
    return {record: told[key] for record, key in keys if key in told}


def _place(record: Record) -> Any:
    return (record.op, record.component, record.span, record.via, record.details["table"])


def _range(record: Record) -> Any:
    names = [tuple([key[0] for key in record.details.get(part, ())]) for part in ("eq", "bounds")]
    return tuple(names) if any(names) else None
