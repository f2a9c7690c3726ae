"""Text from outside made fit to be quoted in our own Markdown: read by people, rendered by GitHub, and read by agents.

What can act is taken away: HTML, images, links that are not https, characters that hide or reorder text, mentions.
Code keeps its text; prose keeps its words.
"""

from __future__ import annotations

import re
import unicodedata

CHARACTERS = 1_500
"""What is quoted of one excerpt."""

_FENCE = re.compile(r"^\s{0,3}(?:>\s?)*(`{3,}|~{3,})\s*([\w+#.-]*).*$")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<[!?][^<>]*>")
_AUTOLINK = re.compile(r"<(https?://[^\s<>]+)>")
_IMAGE = re.compile(r"!\[([^\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\])?")
_LINK = re.compile(r"\[([^\[\]]*)\]\(\s*<?([^\s<>()]*(?:\([^\s()]*\)[^\s<>()]*)*)>?(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)")
_REFERENCE = re.compile(r"\[([^\[\]]*)\]\[[^\[\]]*\]")
_DEFINITION = re.compile(r"^\s{0,3}\[[^\]]+\]:\s*\S+")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_RULE_LINE = re.compile(r"^\s{0,3}(?:=+|-{3,}|(?:\*\s*){3,}|_{3,})\s*$")
_BARE = re.compile(r"(?<![\w`(/])(?:http://|www\.|ftp://|mailto:)[^\s<>`]+", re.IGNORECASE)
_MENTION = re.compile(r"(?<![`/])[\w.+-]*@[A-Za-z0-9][\w./-]*")


def sanitise(text: str, *, limit: int = CHARACTERS) -> str:
    """Markdown that says the same and does nothing: at most `limit` characters, every code block closed."""
    lines = _blocks(_visible(text))
    kept: list[str] = []
    size, fence = 0, ""
    for line in lines:
        size += len(line) + 1
        if size > limit:
            kept.append(f"{fence}\n…" if fence else "…")
            break
        kept.append(line)
        found = re.match(r"(`{3,})", line)
        if found and not fence:
            fence = found[1]
        elif fence and line == fence:
            fence = ""
    return "\n".join(kept).strip("\n")


def plain(text: str) -> str:
    """One line of plain words, fit to be the text of a link."""
    words = " ".join(_visible(text).split())
    return re.sub(r"([\\\[\]<>`*_@!&#])", "", words)[:200].strip()


def _visible(text: str) -> str:
    """Without characters that show nothing or change the order in which others show. Variation selectors and tag
    characters can carry hidden text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(char for char in text if char in "\n\t" or not _hidden(char))


def _hidden(char: str) -> bool:
    if "\ufe00" <= char <= "\ufe0f" or "\U000e0000" <= char <= "\U000e0fff" or char in "\u034f\u115f\u1160\u3164\uffa0":
        return True
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn")


def _blocks(text: str) -> list[str]:
    """The lines of a text: code blocks in fences longer than any run of backticks in them, prose made harmless."""
    done: list[str] = []
    prose: list[str] = []
    code: list[str] = []
    fence, language = "", ""
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if fence:
            if found and found[1].startswith(fence) and not found[2]:
                done += _code(code, language)
                fence, code = "", []
            else:
                code.append(line)
        elif found:
            done += _prose(prose)
            prose, fence, language = [], found[1], found[2]
        else:
            prose.append(line)
    return done + (_code(code, language) if fence else _prose(prose))


def _code(lines: list[str], language: str) -> list[str]:
    longest = max((len(run) for line in lines for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}{language[:20]}", *(line.rstrip() for line in lines), fence]


def _prose(lines: list[str]) -> list[str]:
    text = "\n".join(lines)
    text = _COMMENT.sub("", text)
    done: list[str] = []
    for line in text.split("\n"):
        if _DEFINITION.match(line) or _RULE_LINE.match(line):
            continue
        heading = _HEADING.match(line)
        if heading:
            line = f"**{heading[1]}**" if heading[1] else ""
        line = _spans(line).rstrip()
        if line or (done and done[-1]):
            done.append(line)
    return done


def _spans(line: str) -> str:
    """Code spans as they are, the words between them without anything that acts."""
    parts: list[str] = []
    at = 0
    for span in _CODE_SPAN.finditer(line):
        parts += [_words(line[at : span.start()]), span[0]]
        at = span.end()
    return "".join([*parts, _words(line[at:])])


def _words(text: str) -> str:
    text = _IMAGE.sub(r"\1", text)
    text = _AUTOLINK.sub(r"\1", text)
    before = None
    while before != text:
        before = text
        text = _TAG.sub("", text)
    links: list[str] = []

    def keep(link: re.Match[str]) -> str:
        label, target = link[1], link[2]
        if not re.fullmatch(r"https://[\x21-\x7e]+", target) or "@" in target:
            return label
        links.append(f"]({target})")
        return f"[{label}\0{len(links) - 1}\0"

    text = _LINK.sub(keep, text)
    text = _REFERENCE.sub(r"\1", text)
    text = text.replace("<", "&lt;").replace("`", "'")
    text = _BARE.sub(lambda bare: f"`{bare[0]}`", text)
    text = _MENTION.sub(lambda name: f"`{name[0]}`", text)
    return re.sub(r"\0(\d+)\0", lambda mark: links[int(mark[1])], text)
