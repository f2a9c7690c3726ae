"""The report for people: findings with their source, then what the run looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from convex_lint.engine.report import Failure, Report, Result
from convex_lint.model.project import Notice
from convex_lint.report.causes import Cause, Order, causes
from convex_lint.report.cells import printable
from convex_lint.report.frame import Canvas, Mark, draw, fits_beside, hang, last_shown, related_mark
from convex_lint.report.palette import BOLD, DIM, ERROR, FRAME, GOOD, HELP, NOTE, OF_SEVERITY, Palette
from convex_lint.rule import Confidence, Severity
from convex_lint.source import Span

RELATED_FRAMES = 4
"""Related places beyond this many are one line each, unless the report is verbose."""
RELATED_PLACES = 12
SAME_CAUSE = 5
"""Findings that one repair mends beyond the first: how many are named, unless the report is verbose."""
NOTICES = 10
TALLY_FROM = 10
"""From this many findings on, the summary counts them by rule."""


def render_terminal(
    report: Report, *, color: bool = False, width: int = 100, verbose: bool = False, order: Order = Order.IMPACT
) -> str:
    """The whole report as text that ends in a newline. `width` is that of the terminal, in columns. Notes are shown only
    when `verbose`. Findings that one repair mends are shown as one."""
    writer = _Writer(report, Palette(color), max(width, 40), verbose)
    shown = [result for result in report.results if verbose or result.severity is not Severity.NOTE]
    mended = causes(shown, order)
    blocks = [writer.cause(cause) for cause in mended]
    blocks += [writer.failure(failure) for failure in report.failures]
    blocks += [block for block in (writer.notices(), writer.unfollowed() if verbose else []) if block]
    blocks.append([*writer.tally(shown), *writer.summary(len(mended) if len(mended) < len(shown) else None)])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


class _Writer:
    def __init__(self, report: Report, palette: Palette, width: int, verbose: bool) -> None:
        self.report = report
        self.paint = palette.paint
        self.palette = palette
        self.width = width
        self.verbose = verbose

    def path(self, file: str) -> str:
        return printable(self.report.path_from_here(file))

    def place(self, span: Span) -> str:
        source = self.report.sources.get(span.file)
        if source is None:
            return self.path(span.file)
        line, column = source.position(span.start)
        return f"{self.path(span.file)}:{line}:{column}"

    def cause(self, cause: Cause) -> list[str]:
        result = cause.first
        finding, style = result.finding, OF_SEVERITY[result.severity]
        rows = [
            self.paint(style, f"{result.severity.value}[{result.rule}]")
            + self.paint(BOLD, f": {printable(finding.message)}")
        ]
        related = list(dict.fromkeys((label.span, label.message) for label in finding.related))
        labels = [(span, printable(message)) for span, message in related]
        framed = labels if self.verbose else labels[:RELATED_FRAMES]
        mark = Mark(finding.span, "^", style)
        canvas = Canvas(self.palette, self._gutter([mark, *(related_mark(*label) for label in framed)]), self.width)
        bar = self.paint(FRAME, " " * canvas.gutter + " |")
        rows.append(f"{' ' * canvas.gutter}{self.paint(FRAME, '-->')} {self.place(finding.span)}")
        source = self.report.sources.get(finding.span.file)
        if source is not None:
            beside = [m for m in (related_mark(*label) for label in framed) if fits_beside(source, mark, m, canvas)]
            rows += [bar, *draw(source, mark, canvas, beside=beside)]
            near = {(m.span, m.message) for m in beside}
            framed = [label for label in framed if label not in near]
        for span, message in framed:
            rows += [bar, *self._related(span, message, canvas)]
        rows += [bar, *self._further(labels, canvas)]
        head = " " * canvas.gutter + " = "
        if finding.help:
            rows += self._note(head, "help: ", finding.help)
        if result.confidence is not Confidence.HIGH:
            rows += self._note(head, "confidence: ", result.confidence.value)
        if cause.others:
            rows += self._note(head, "also: ", f"the same repair mends {_count(len(cause.others), 'more finding')}")
            rows += self._same_cause(cause.others, canvas)
        if rows[-1] == bar:
            rows.pop()
        return rows

    def _related(self, span: Span, message: str, canvas: Canvas) -> list[str]:
        head = f"{' ' * canvas.gutter}{self.paint(FRAME, ':::')} {self.place(span)}"
        source = self.report.sources.get(span.file)
        if source is None:
            return [f"{head}: {message}"]
        return [head, *draw(source, related_mark(span, message), canvas)]

    def _further(self, labels: list[tuple[Span, str]], canvas: Canvas) -> Iterator[str]:
        if self.verbose or len(labels) <= RELATED_FRAMES:
            return
        head = " " * canvas.gutter + self.paint(FRAME, ":::") + " "
        for span, message in labels[RELATED_FRAMES:RELATED_PLACES]:
            yield f"{head}{self.place(span)}: {message}"
        if len(labels) > RELATED_PLACES:
            yield f"{head}and {_count(len(labels) - RELATED_PLACES, 'more place')} (-v shows all)"

    def _same_cause(self, others: Sequence[Result], canvas: Canvas) -> Iterator[str]:
        head = " " * canvas.gutter + " ::: "
        shown = others if self.verbose else others[:SAME_CAUSE]
        for other in shown:
            told = f"{self.place(other.finding.span)}: {printable(other.finding.message)}"
            first, *rest = hang(told, head, self.width)
            yield self.paint(FRAME, head) + first[len(head) :]
            yield from rest
        if len(shown) < len(others):
            yield f"{self.paint(FRAME, head)}and {_count(len(others) - len(shown), 'more place')} (-v shows all)"

    def _note(self, head: str, title: str, text: str) -> list[str]:
        clean = "\n".join(printable(line) for line in text.splitlines())
        rows = hang(clean, head + title, self.width)
        painted = self.paint(FRAME, head) + self.paint(HELP, title)
        return [painted + rows[0][len(head + title) :], *rows[1:]]

    def _gutter(self, marks: Iterable[Mark]) -> int:
        sources = self.report.sources
        numbers = [last_shown(sources[mark.span.file], mark) for mark in marks if mark.span.file in sources]
        return max(len(str(max(numbers, default=0))), 2)

    def failure(self, failure: Failure) -> list[str]:
        rows = [self.paint(ERROR, "failure") + self.paint(BOLD, f": {printable(failure.message)}")]
        return rows + self._note("   = ", "help: ", failure.help)

    def notices(self) -> list[str]:
        notices = self.report.notices if self.verbose else self.report.notices[:NOTICES]
        rows = [row for notice in notices for row in self._notice(notice)]
        if len(notices) < len(self.report.notices):
            rows.append(f"and {_count(len(self.report.notices) - len(notices), 'more notice')} (-v shows all)")
        return rows

    def _notice(self, notice: Notice) -> list[str]:
        where = self.place(notice.span) if notice.span else self.path(notice.file) if notice.file else ""
        text = f"{where}: {printable(notice.message)}" if where else printable(notice.message)
        head = "notice: "
        first, *rest = hang(text, head, self.width)
        rows = [self.paint(NOTE, head) + first[len(head) :], *rest]
        return rows + (hang(printable(notice.help), " " * len(head), self.width) if notice.help else [])

    def unfollowed(self) -> list[str]:
        """Verbose only: the places that the analysis could not follow, by reason, the commonest first."""
        reasons: dict[str, list[Span]] = {}
        for place in self.report.unfollowed:
            reasons.setdefault(place.reason, []).append(place.span)
        rows = [self.paint(BOLD, "Not followed:")] if reasons else []
        for reason, spans in sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0])):
            rows.append(f"{len(spans):>5}  {printable(reason)}")
            rows += [self.paint(DIM, f"         {self.place(span)}") for span in spans]
        return rows

    def tally(self, shown: list[Result]) -> list[str]:
        counts: dict[str, int] = {}
        for result in shown:
            counts[result.rule] = counts.get(result.rule, 0) + 1
        if len(shown) < TALLY_FROM or len(counts) < 2:
            return []
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return [*(f"{count:>5}  {rule}" for rule, count in ordered), ""]

    def summary(self, causes: int | None = None) -> list[str]:
        summary = self.report.summary
        counts = dict.fromkeys((Severity.ERROR, Severity.WARNING, Severity.NOTE), 0)
        for result in self.report.results:
            counts[result.severity] += 1
        notes = 0 if self.verbose else counts[Severity.NOTE]
        told = [
            self.paint(OF_SEVERITY[severity], _count(number, severity.value))
            for severity, number in counts.items()
            if number and not (severity is Severity.NOTE and notes)
        ]
        seen = _series(
            [_count(summary.files, "file"), _count(summary.functions, "function"), _count(summary.tables, "table")]
        )
        if summary.projects > 1:
            seen += f" of {summary.projects} projects"
        seen += f" in {summary.seconds:.2f} s"
        rest = [
            f"{_count(notes, 'note')} not shown (-v shows them)" if notes else "",
            f"{_count(summary.hidden, 'finding')} below the minimum confidence" if summary.hidden else "",
            f"{_count(summary.aside, 'finding')} in examples, tests and copies" if summary.aside else "",
            f"{_count(summary.suppressed, 'finding')} ignored by comments" if summary.suppressed else "",
            f"{_count(summary.not_followed, 'place')} not followed" if summary.not_followed else "",
        ]
        tail = "".join(f"; {part}" for part in rest if part) + "."
        if told:
            of = f" of {_count(causes, 'cause')}" if causes is not None else ""
            return [f"Found {_series(told)}{of}.", *hang(f"Checked {seen}{tail}", "", self.width)]
        if self.report.failures:
            return [f"{self.paint(ERROR, 'Not completed')}: checked {seen}{tail}"]
        nothing = "No errors or warnings" if notes else "No findings"
        return [f"{self.paint(GOOD, nothing)}: checked {seen}{tail}"]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _series(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
