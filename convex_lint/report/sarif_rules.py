"""Rules as SARIF describes them: the page as help, the documentation that it rests on, and what GitHub sorts by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from convex_lint.engine.report import RuleInfo
from convex_lint.report.sarif_model import om
from convex_lint.rule import Severity

if TYPE_CHECKING:
    from convex_lint.excerpts import Excerpt

DESCRIPTION = 1_024
"""GitHub's limit for the descriptions of a rule, in characters."""
TAGS = 10

_PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}


def level(severity: Severity) -> str:
    return "none" if severity is Severity.OFF else severity.value


def descriptor(rule: RuleInfo, excerpts: Sequence[Excerpt] = ()) -> om.ReportingDescriptor:
    title, summary = rule.title or rule.id, rule.summary or rule.title or rule.id
    page = rule.page or f"# {title}\n\n{summary}\n"
    markdown, properties = page, _properties(rule)
    if excerpts:
        from convex_lint.excerpts import markdown_of

        markdown = f"{page.rstrip()}\n\n{markdown_of(excerpts)}"
        properties["context7"] = [excerpt.provenance for excerpt in excerpts]
    found = om.ReportingDescriptor(
        id=rule.id,
        short_description=om.MultiformatMessageString(text=_sentence(title)),
        full_description=om.MultiformatMessageString(text=_sentence(summary)),
        help=om.MultiformatMessageString(text=_words(rule, summary), markdown=markdown),
        default_configuration=om.ReportingConfiguration(level=level(rule.severity)),
        properties=properties,
    )
    name = pascal(rule.id)
    if name.lower() != rule.id:  # SARIF 3.49.7: a name says something that the id does not
        found.name = name
    if rule.url:
        found.help_uri = rule.url
    return found


def pascal(id: str) -> str:
    return "".join(part[:1].upper() + part[1:].lower() for part in id.split("-"))


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    if len(text) > DESCRIPTION:
        return text[: DESCRIPTION - 1] + "…"
    return text if text.endswith((".", "!", "?")) or len(text) == DESCRIPTION else text + "."


def _words(rule: RuleInfo, summary: str) -> str:
    """What a viewer shows that knows no Markdown: the summary, the page's Why, and where to read on."""
    why = re.search(r"^## Why\n(.*?)(?=^## |\Z)", rule.page, re.DOTALL | re.MULTILINE)
    parts = [_sentence(summary), why[1].strip() if why else "", f"See {rule.url}." if rule.url else ""]
    return "\n\n".join(part for part in parts if part)


def _properties(rule: RuleInfo) -> dict[str, object]:
    return {
        "precision": "high",
        "problem.severity": _PROBLEM.get(rule.severity, "recommendation"),
        "tags": list(dict.fromkeys((*rule.tags, "convex")))[:TAGS],
    }
