"""The only door to sarif-om, and from its objects to JSON.

sarif-om has one mistake (`Suppression.state`, which the standard calls `status`), and the serializer that is usually
taken with it drops `level: "warning"`, which then means the rule's own level. Hence our own.
"""

from __future__ import annotations

import json
from typing import Any

import attr
import sarif_om as om

__all__ = ["SCHEMA", "om", "to_dict", "to_json"]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_SPOKEN = {("Result", "level"), ("ReportingConfiguration", "level"), ("Notification", "level")}
"""Said also when it is the default: absent, it would mean something else."""
_KEPT_EMPTY = {("Run", "results"), ("ToolComponent", "rules")}
_RENAMED = {("Suppression", "state"): "status"}
_ORDER = (
    "$schema", "version", "tool", "driver", "id", "ruleId", "ruleIndex", "level", "message", "locations",
    "startLine", "startColumn", "endLine", "endColumn",
)  # fmt: skip
"""What a reader looks for first; the rest follows by name."""

_Plan = list[tuple[str, str, Any, bool]]
_plans: dict[type, _Plan] = {}


def to_json(log: om.SarifLog) -> str:
    """One line of JSON and a newline; the same log gives the same bytes."""
    text = json.dumps(to_dict(log), ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def to_dict(value: Any, path: str = "$") -> Any:
    """Plain JSON values for an object of sarif-om, without what is absent, empty or a default of the schema.
    Raises TypeError, with the place, on anything that is not JSON."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, (list, tuple)):
        return [to_dict(item, f"{path}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"{path}: the key {key!r} is no string")
        return {key: to_dict(item, f"{path}.{key}") for key, item in value.items()}
    if not attr.has(type(value)):
        raise TypeError(f"{path}: {type(value).__name__} has no form in SARIF")
    done: dict[str, Any] = {}
    for name, key, default, kept in _plan(type(value)):
        item = getattr(value, name)
        if item is None or (item == default and default is not None and not kept):
            continue
        if not kept and isinstance(item, (list, tuple, dict)) and not item:
            continue
        done[key] = to_dict(item, f"{path}.{key}")
    return done


def _plan(cls: type) -> _Plan:
    """(attribute, JSON key, default, said always), in the order in which they are written."""
    plan = _plans.get(cls)
    if plan is None:
        found: _Plan = []
        for field in attr.fields(cls):
            at = (cls.__name__, field.name)
            key = _RENAMED.get(at) or field.metadata["schema_property_name"]
            default = None if field.default is attr.NOTHING else field.default
            found.append((field.name, key, default, at in _SPOKEN or at in _KEPT_EMPTY))
        plan = _plans[cls] = sorted(found, key=_place)
    return plan


def _place(entry: tuple[str, str, Any, bool]) -> tuple[int, str]:
    key = entry[1]
    return (_ORDER.index(key) if key in _ORDER else len(_ORDER), key)
