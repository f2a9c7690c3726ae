"""A rule's page: what it teaches people, and the examples by which it tests the rule.

A page is Markdown with fixed headings: `# Title`, one sentence, `## Why`, `## Bad`, `## Good`, `## When to ignore`,
`## Settings` (where there are any), `## References`. The TypeScript blocks of Bad and Good are whole small backends: the
first line of a block, `// convex/messages.ts`, names its file, and all blocks of a section are one backend. A section
with `### ` subsections holds one backend in each of them. Under a line of code,

    const all = await ctx.db.query("messages").collect();
    //                       ^^^^^^^^^^^^^^^^^ scans `messages`

says that a finding must cover exactly these columns and that its message must contain these words; `---` in place of `^^^`
says the same of a related label. Where a finding runs over several lines, the carets cover its part of the first.
A mark may also stand without `//` (for columns 1 to 3) and, in JSX, inside of `{/* */}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from convex_lint.source import utf16_length

HEADINGS = ("Why", "Bad", "Good", "When to ignore", "Settings", "References")
OPTIONAL = ("Settings",)

_FENCE = re.compile(r"^(`{3,}|~{3,})\s*([\w+-]*)\s*$")
_FILE = re.compile(r"^//\s*([\w.@/\[\]()-]+\.[cm]?[jt]sx?)\s*$")
_MARK = re.compile(r"^\s*(?://|\{?/\*)?\s*(?P<sign>\^+|-{3,})(?:\s+(?P<message>.*?))?\s*(?:\*/\}?)?\s*$")
_LANGUAGES = ("ts", "tsx", "typescript", "js", "jsx", "javascript")
_ROW = re.compile(r"^\|\s*`([\w-]+)`\s*\|(.*)\|\s*$")


class PageError(ValueError):
    """A page that cannot be read as one; says the line and what to write there."""


class Mark(NamedTuple):
    """What the page expects: columns are 1-based UTF-16, `end` exclusive. `page_line` is where the mark stands."""

    file: str
    line: int
    start: int
    end: int
    message: str
    related: bool
    page_line: int


@dataclass(frozen=True, slots=True)
class Example:
    """One small backend: `files` by path, their marks blanked out so that lines count as they do in the block."""

    section: str
    title: str
    files: Mapping[str, str]
    marks: tuple[Mark, ...]
    page_line: int

    @property
    def name(self) -> str:
        return f"{self.section}: {self.title}" if self.title else self.section


@dataclass(frozen=True, slots=True)
class Page:
    """`sections` are the texts under the `## ` headings, in order. `settings` are the rows of the Settings table: the name
    and what the other cells say."""

    title: str
    summary: str
    sections: Mapping[str, str]
    examples: tuple[Example, ...]
    text: str

    @property
    def url(self) -> str:
        """The first link to Convex's own documentation, else the first link of the References."""
        links = re.findall(r"https://[^\s)>\]]+", self.sections.get("References", ""))
        return next((link for link in links if "convex.dev" in link), links[0] if links else "")

    @property
    def topic(self) -> str:
        """What to ask Context7 for."""
        found = re.search(r"^[-*\s]*Context7[^:]*:\s*(.+?)\s*$", self.sections.get("References", ""), re.MULTILINE)
        return found.group(1).strip("`\"'. ") if found else ""

    @property
    def settings(self) -> Mapping[str, tuple[str, ...]]:
        rows = (_ROW.match(line) for line in self.sections.get("Settings", "").splitlines())
        return {row[1]: tuple(cell.strip() for cell in row[2].split("|")) for row in rows if row}


class _Block(NamedTuple):
    """A code block: `line` is that of its opening fence."""

    line: int
    language: str
    code: tuple[str, ...]


def parse_page(text: str) -> Page:
    """The page written in `text`. Raises PageError when it has no title or an example cannot be read."""
    title, section = "", ""
    head: list[str] = []
    sections: dict[str, list[str | _Block]] = {}
    for item in _items(text):
        if isinstance(item, str) and item.startswith("# "):
            title = title or item[2:].strip()
        elif isinstance(item, str) and item.startswith("## "):
            section = item[3:].strip()
            sections[section] = []
        elif section:
            sections[section].append(item)
        elif isinstance(item, str):
            head.append(item)
    if not title:
        raise PageError("line 1: a page begins with `# Title`.")
    return Page(
        title=title,
        summary=" ".join("\n".join(head).strip().split("\n\n")[0].split()),
        sections={name: _prose(body) for name, body in sections.items()},
        examples=tuple(example for name in ("Bad", "Good") for example in _examples(name, sections.get(name, []))),
        text=text,
    )


def _items(text: str) -> Iterator[str | _Block]:
    """The lines of a page, its code blocks taken together."""
    fence, opened, language = "", 0, ""
    code: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        found = _FENCE.match(line.strip())
        if fence and found and found[1].startswith(fence) and not found[2]:
            yield _Block(opened, language, tuple(code))
            fence, code = "", []
        elif fence:
            code.append(line)
        elif found:
            fence, opened, language = found[1], number, found[2]
        else:
            yield line
    if fence:
        raise PageError(f"line {opened}: this code block is never closed.")


def _prose(items: list[str | _Block]) -> str:
    written = (i if isinstance(i, str) else "\n".join((f"```{i.language}", *i.code, "```")) for i in items)
    return "\n".join(written).strip()


def _examples(section: str, items: list[str | _Block]) -> Iterator[Example]:
    """One example for each stretch between `### ` headings that holds TypeScript."""
    title, start = "", 0
    files: dict[str, str] = {}
    marks: list[Mark] = []
    for item in [*items, "### "]:
        if isinstance(item, _Block):
            if item.language in _LANGUAGES:
                path = _file_of(item)
                if path in files:
                    raise PageError(f"line {item.line}: `{path}` stands in this example twice.")
                files[path], found = _read(path, item)
                marks += found
                start = start or item.line
        elif item.startswith("### "):
            if files:
                yield Example(section, title, files, tuple(marks), start)
            title, start, files, marks = item[4:].strip(), 0, {}, []


def _file_of(block: _Block) -> str:
    named = _FILE.match(block.code[0].strip()) if block.code else None
    if named is None:
        raise PageError(f"line {block.line + 1}: the first line of an example names its file: `// convex/messages.ts`.")
    return named[1]


def _read(path: str, block: _Block) -> tuple[str, list[Mark]]:
    """The code of a block with its marks blanked out, and the marks."""
    code: list[str] = []
    marks: list[Mark] = []
    target = 0
    for number, line in enumerate(block.code, block.line + 1):
        mark = _MARK.match(line)
        if mark is None:
            code.append(line)
            target = len(code)
            continue
        code.append("")
        start = utf16_length(line[: mark.start("sign")]) + 1
        end = start + len(mark["sign"])
        marks.append(Mark(path, target, start, end, mark["message"] or "", mark["sign"][0] == "-", number))
    return "\n".join(code) + "\n", marks
