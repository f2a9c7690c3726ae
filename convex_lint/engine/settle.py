"""What is left of the rules' findings once configuration and comments have spoken, put in order: the Report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from convex_lint.analysis.showcases import Showcases
from convex_lint.engine.precedence import give_way
from convex_lint.engine.registry import Ready
from convex_lint.engine.report import Failure, Report, Result, Summary
from convex_lint.engine.suppress import Suppression, suppressions
from convex_lint.model.project import Notice, Project, Unfollowed
from convex_lint.program.program import Program
from convex_lint.rule import Confidence, Finding, Severity
from convex_lint.source import Source, Span


@dataclass(frozen=True, slots=True)
class Examined:
    """One project after the rules have looked at it; `project` None when the analysis broke."""

    program: Program
    project: Project | None = None
    findings: Sequence[tuple[Ready, Finding]] = ()
    failures: Sequence[Failure] = ()


@dataclass(slots=True)
class _Tally:
    results: list[Result] = field(default_factory=list)
    suppressed: list[Result] = field(default_factory=list)
    hidden: int = 0
    aside: int = 0


def settle(
    examined: Sequence[Examined],
    rules: Sequence[Ready],
    failures: Sequence[Failure],
    known: Collection[str],
    min_confidence: Confidence,
    remarks: Iterable[Notice] = (),
    showcases: Showcases | None = None,
) -> Report:
    """The report on all projects of a run. `known` are the ids of all installed rules, `rules` those that ran, `remarks`
    what there is to say of the run as a whole. What `showcases` hold is set aside; by default, they are judged as for
    somebody who named the root of the run."""
    tally = _Tally()
    shows = showcases or Showcases.of([one.program for one in examined])
    notices: dict[Notice, None] = dict.fromkeys(remarks)
    for one in examined:
        _weigh(one, known, min_confidence, shows, tally, notices)
    results = tuple(_once(sorted(tally.results, key=_rank)))
    projects = [one.project for one in examined if one.project is not None]
    unfollowed = _unfollowed(projects)
    return Report(
        results=results,
        suppressed=tuple(sorted(tally.suppressed, key=_rank)),
        notices=tuple(sorted(notices, key=_notice_rank)),
        failures=(*failures, *(failure for one in examined for failure in one.failures)),
        unfollowed=unfollowed,
        summary=Summary(
            projects=len(examined),
            files=len({path for one in examined for path in one.program.modules.parsed}),
            functions=sum(len(project.functions) for project in projects),
            tables=sum(not table.inferred for project in projects for table in project.tables),
            by_severity=dict(Counter(result.severity.value for result in results)),
            by_rule=dict(sorted(Counter(result.rule for result in results).items())),
            suppressed=len(tally.suppressed),
            hidden=tally.hidden,
            aside=tally.aside,
            not_followed=len(unfollowed),
        ),
        rules=tuple(ready.info for ready in rules),
        sources={path: source for one in examined for path, source in one.program.modules.sources.items()},
        projects=tuple(one.program.root for one in examined),
        facts=tuple(projects),
    )


def _weigh(
    one: Examined,
    known: Collection[str],
    min_confidence: Confidence,
    shows: Showcases,
    tally: _Tally,
    notices: dict[Notice, None],
) -> None:
    """Sorts the findings of one project into those that are shown, suppressed and hidden, once those that say less
    exactly what others say have given way."""
    said, complaints = _comments(one.program, known)
    from_facts = one.project.notices if one.project is not None else ()
    notices.update(dict.fromkeys((*one.program.notices, *from_facts, *complaints)))
    results = []
    for result in _settled(one, min_confidence, shows, tally):
        reason = _reason(result, said.get(result.finding.span.file, ()), one.program.modules.sources)
        results.append(result if reason is None else replace(result, suppression=reason))
    ready = {rule.id: rule for rule, _ in one.findings}
    yields = {id: rule.rule.yields_to for id, rule in ready.items()}
    fixed = {id for id, rule in ready.items() if rule.rule.severity is not None}
    follows = {id: rule.rule.follows for id, rule in ready.items()}
    for result in give_way(results, yields, fixed, follows):
        (tally.results if result.suppression is None else tally.suppressed).append(result)


def _once(results: Iterable[Result]) -> Iterator[Result]:
    """What a rule says of a place in code that several projects use is said for one of them, the first: that in which it
    matters most."""
    homes: dict[tuple[str, Span], str] = {}
    for result in results:
        if homes.setdefault((result.rule, result.finding.span), result.project) == result.project:
            yield result


def _settled(one: Examined, min_confidence: Confidence, shows: Showcases, tally: _Tally) -> Iterator[Result]:
    """The findings of one project with their severities and keys, each once, without what is off, not sure enough, or in
    code that is no product."""
    seen: set[tuple[str, tuple[str, ...], Span]] = set()
    numbers: Counter[tuple[str, ...]] = Counter()
    for ready, finding in sorted(one.findings, key=lambda pair: (pair[0].id, finding_rank(pair[1]))):
        severity = _severity(ready, finding)
        identity = (ready.id, finding.key, finding.span)
        if identity in seen or severity is Severity.OFF:
            continue
        seen.add(identity)
        if finding.confidence.rank > min_confidence.rank:
            tally.hidden += 1
            continue
        if not ready.rule.everywhere and shows.holds(finding.span.file):
            tally.aside += 1
            continue
        names = (ready.id, *([one.program.root] if one.program.root else []), *finding.key)
        numbers[names] += 1
        number = (str(numbers[names]),) if numbers[names] > 1 else ()
        yield Result(
            ready.id, severity, finding, one.program.root, "|".join((*names, *number)), remedy=ready.rule.remedy
        )


def _severity(ready: Ready, finding: Finding) -> Severity:
    """The finding's own severity where it has one, else the rule's. A configured severity caps both: a finding that says
    that it matters less keeps saying so."""
    own = finding.severity or ready.severity
    return max(own, ready.severity, key=lambda severity: severity.rank) if ready.rule.severity is not None else own


def finding_rank(finding: Finding) -> tuple[object, ...]:
    """Orders findings by place; the rest only makes the order total."""
    span = finding.span
    return (span.file, span.start, span.end, finding.key, finding.message, finding.confidence.rank)


def _rank(result: Result) -> tuple[object, ...]:
    return (result.severity.rank, result.confidence.rank, *finding_rank(result.finding)[:3], result.rule, result.key)


def _notice_rank(notice: Notice) -> tuple[object, ...]:
    span = notice.span or Span(notice.file or "", 0, 0)
    return (span.file, span.start, span.end, notice.message)


def _comments(program: Program, known: Collection[str]) -> tuple[Mapping[str, list[Suppression]], list[Notice]]:
    """What the comments of all parsed files ignore, by file, and what is wrong with them."""
    said: dict[str, list[Suppression]] = {}
    complaints: list[Notice] = []
    for path, module in program.modules.parsed.items():
        for item in suppressions(module, program.modules.sources[path], known) if module.comments else ():
            if isinstance(item, Notice):
                complaints.append(item)
            else:
                said.setdefault(path, []).append(item)
    return said, complaints


def _reason(result: Result, said: Iterable[Suppression], sources: Mapping[str, Source]) -> str | None:
    """Why a comment ignores this result; None when none does."""
    span = result.finding.span
    for suppression in said:
        if suppression.rule != result.rule:
            continue
        if suppression.line is None or suppression.line == sources[span.file].position(span.start).line:
            return suppression.reason
    return None


def _unfollowed(projects: Iterable[Project]) -> tuple[Unfollowed, ...]:
    places = {place for project in projects for place in project.unfollowed}
    return tuple(sorted(places, key=lambda place: (place.span, place.reason)))
