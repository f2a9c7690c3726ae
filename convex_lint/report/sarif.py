"""The report as SARIF 2.1.0, for GitHub code scanning, editors and everything else that reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from convex_lint import __version__
from convex_lint.engine.report import Failure, Report, Result
from convex_lint.model.function import qualified
from convex_lint.model.project import Notice
from convex_lint.report.sarif_fingerprints import LINE_HASH, OWN_KEY, LineHashes, own_key
from convex_lint.report.sarif_model import SCHEMA, om, to_json
from convex_lint.report.sarif_places import Places, related
from convex_lint.report.sarif_rules import descriptor, level
from convex_lint.rule import Confidence, Label, Severity

if TYPE_CHECKING:
    from convex_lint.excerpts import Excerpts

RESULTS = 25_000
"""GitHub rejects a file with more in a run."""
RELATED = 100
"""GitHub keeps this many locations of a result."""
NOTIFICATIONS = 1_000


def render_sarif(
    report: Report, *, exit_code: int | None = None, category: str | None = None, excerpts: Excerpts | None = None
) -> str:
    """One run, as JSON with a newline at the end; the same report gives the same bytes.

    `exit_code` is what the process will return; without it, that of `--fail-on error`. `category` keeps the uploads of
    several runs of one commit apart; without it, the folder of the project, where the run looked at one that is not the
    root. `excerpts` of the documentation go into the help of the rules."""
    index = {rule.id: i for i, rule in enumerate(report.rules)}
    results = _Results(report, index)
    notifications = list(_notifications(report, index, results.places))
    run = om.Run(
        tool=om.Tool(
            driver=om.ToolComponent(
                name="convex-lint",
                version=__version__,
                semantic_version=__version__,
                rules=[descriptor(r, excerpts.excerpts_for(r.id) if excerpts else ()) for r in report.rules],
            )
        ),
        results=[results.result(result) for result in report.results[:RESULTS]],
        invocations=[
            om.Invocation(
                execution_successful=not report.failures,
                exit_code=report.exit_code(Severity.ERROR) if exit_code is None else exit_code,
                tool_execution_notifications=notifications,
            )
        ],
        automation_details=om.RunAutomationDetails(id=_automation_id(report, category)),
        column_kind="utf16CodeUnits",
        newline_sequences=["\r\n", "\n", "\r"],
        properties={
            "files": report.summary.files,
            "functions": report.summary.functions,
            "notFollowed": report.summary.not_followed,
            "tables": report.summary.tables,
        },
    )
    return to_json(om.SarifLog(schema_uri=SCHEMA, version="2.1.0", runs=[run]))


class _Results:
    def __init__(self, report: Report, rules: dict[str, int]) -> None:
        self.sources = report.sources
        self.rules = rules
        self.places = Places(report.sources)
        self.hashes = LineHashes()

    def result(self, result: Result) -> om.Result:
        finding = result.finding
        function = qualified(finding.component, finding.function) if finding.function else ""
        labels = related(finding)
        flow = self.places.flow(finding)
        found = om.Result(
            rule_id=result.rule,
            level=level(result.severity),
            message=om.Message(text=_text(result, labels)),
            locations=[self.places.location(finding.span, function=function, context=True)],
            related_locations=[
                self.places.location(label.span, id=number, message=label.message)
                for number, label in enumerate(labels[:RELATED], 1)
            ],
            code_flows=[flow] if flow else None,
            partial_fingerprints=self._fingerprints(result),
            rank=result.rank,
            properties=_properties(result),
        )
        if result.rule in self.rules:
            found.rule_index = self.rules[result.rule]
        return found

    def _fingerprints(self, result: Result) -> dict[str, str]:
        prints = {OWN_KEY: own_key(result.key)}
        span = result.finding.span
        source = self.sources.get(span.file)
        if source is not None:
            prints[LINE_HASH] = self.hashes.at(source, source.position(span.start).line)
        return prints


def _text(result: Result, labels: list[Label]) -> str:
    """The message, whose first sentence GitHub takes as the title; then what to do, and links to the related places."""
    finding = result.finding
    parts = [_plain(finding.message)]
    if finding.help:
        parts.append(_plain(finding.help))
    if labels:
        links = [f"[{_link_text(label.message)}]({number})" for number, label in enumerate(labels[:RELATED], 1)]
        more = f", and {len(labels) - RELATED:,} more" if len(labels) > RELATED else ""
        parts.append(f"Related: {', '.join(links)}{more}.")
    if result.confidence is not Confidence.HIGH:
        parts.append(f"Confidence: {result.confidence.value}.")
    return " ".join(parts)


def _plain(text: str) -> str:
    """`](` would begin the target of a link."""
    return text.replace("](", "] (")


def _link_text(text: str) -> str:
    for char in "\\[]":
        text = text.replace(char, f"\\{char}")
    return text or "here"


def _properties(result: Result) -> dict[str, object]:
    finding = result.finding
    known = {
        "confidence": result.confidence.value,
        "component": finding.component,
        "table": finding.table,
        "index": finding.index,
        "key": result.key,
        "swallowed": list(result.swallowed),
    }
    return {name: value for name, value in known.items() if value}


def _automation_id(report: Report, category: str | None) -> str:
    if category is None:
        category = report.projects[0] if len(report.projects) == 1 else ""
    category = category.strip("/")
    return f"convex-lint/{category}/" if category else "convex-lint/"


def _notifications(report: Report, rules: dict[str, int], places: Places) -> Iterator[om.Notification]:
    for failure in report.failures:
        yield _failure(failure, rules)
    if len(report.results) > RESULTS:
        left = len(report.results) - RESULTS
        yield _notification(
            "results-capped",
            f"{left:,} of {len(report.results):,} results were left out: code scanning takes {RESULTS:,} in a run.",
            "warning",
        )
    for notice in report.notices[:NOTIFICATIONS]:
        yield _notice(notice, places)
    if len(report.notices) > NOTIFICATIONS:
        left = len(report.notices) - NOTIFICATIONS
        yield _notification("notices-capped", f"{left:,} more notices were left out.", "note")
    if report.summary.not_followed:
        count = report.summary.not_followed
        places_ = "1 place" if count == 1 else f"{count:,} places"
        yield _notification(
            "not-followed", f"The analysis could not follow {places_}; `convex-lint facts` lists them.", "note"
        )


def _notification(id: str, text: str, level: str) -> om.Notification:
    return om.Notification(
        descriptor=om.ReportingDescriptorReference(id=id), level=level, message=om.Message(text=_plain(text))
    )


def _failure(failure: Failure, rules: dict[str, int]) -> om.Notification:
    found = _notification("internal-error", failure.message, "error")
    found.exception = om.Exception(kind=failure.error)
    if failure.rule is not None:
        found.associated_rule = om.ReportingDescriptorReference(id=failure.rule)
        if failure.rule in rules:
            found.associated_rule.index = rules[failure.rule]
    return found


def _notice(notice: Notice, places: Places) -> om.Notification:
    message = notice.message if notice.message.endswith((".", "?", "!")) else f"{notice.message}."
    found = _notification("notice", f"{message} {notice.help}".strip(), "note")
    if notice.span is not None:
        found.locations = [places.location(notice.span)]
    elif notice.file is not None:
        found.locations = [places.file(notice.file)]
    return found
