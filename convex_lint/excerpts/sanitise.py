"""Text from outside made fit to be quoted in our own Markdown: read by people, rendered by GitHub, and read by agents.

What can act is taken away: HTML, images, links that are not https, characters that hide or reorder text, mentions.
Code keeps its text; prose keeps its words.
"""

from __future__ import annotations

import re
import unicodedata

CHARACTERS = 1_500
"""What is quoted of one excerpt."""

LANGUAGES = (
    "bash",
    "css",
    "diff",
    "html",
    "js",
    "json",
    "jsx",
    "sh",
    "sql",
    "svelte",
    "text",
    "toml",
    "ts",
    "tsx",
    "vue",
    "yaml",
    "javascript",
    "typescript",
)
"""What a code block may be called; others (mermaid, geojson) would be drawn."""

_FENCE = re.compile(r"^\s{0,3}(?:>\s?)*(`{3,}|~{3,})\s*([\w+#.-]*).*$")
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<[!?][^<>]*>")
_AUTOLINK = re.compile(r"<(https?://[^\s<>]+)>")
_IMAGE = re.compile(r"!\[([^\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\])?")
_LINK = re.compile(r"\[([^\[\]]*)\]\(\s*<?([^\s<>()]*(?:\([^\s()]*\)[^\s<>()]*)*)>?(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)")
_REFERENCE = re.compile(r"\[([^\[\]]*)\]\[[^\[\]]*\]")
_DEFINITION = re.compile(r"^\s{0,3}\[[^\]]+\]:\s*\S+")
_HEADING = re.compile(r"^\s{0,3}#{1,6}(?:\s+(.*?))??(?:\s+#+)?$")
_RULE_LINE = re.compile(r"^\s{0,3}(?:=+|-+|(?:\*\s*){3,}|_{3,})\s*$")
_ALERT = re.compile(r"\[!(\w+)\]")
_BARE = re.compile(r"(?<![\w`(/])(?:http://|www\.|ftp://|mailto:)[^\s<>`\0]+", re.IGNORECASE)
_MENTION = re.compile(r"(?<![`/])[\w.+-]*@[A-Za-z0-9][\w./-]*")


def sanitise(text: str, *, limit: int = CHARACTERS) -> str:
    """Markdown that says the same and does nothing: at most `limit` characters, every code block closed."""
    lines = _blocks(_visible(text))
    kept: list[str] = []
    size, fence = 0, ""
    for line in lines:
        size += len(line) + 1
        if size > limit:
            if not kept:
                kept.append(plain(line, limit))
            kept.append(f"{fence}\n…" if fence else "…")
            break
        kept.append(line)
        found = re.match(r"(`{3,})", line)
        if found and not fence:
            fence = found[1]
        elif fence and line == fence:
            fence = ""
    return "\n".join(kept).strip("\n")


def plain(text: str, limit: int = 200) -> str:
    """One line of plain words, fit to be the text of a link."""
    words = " ".join(_visible(text).split())
    return re.sub(r"[\\\[\]<>`*_@!&#]", "", words)[:limit].strip()


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
    return [fence + (language if language.lower() in LANGUAGES else ""), *(line.rstrip() for line in lines), fence]


def _prose(lines: list[str]) -> list[str]:
    text = "\n".join(lines)
    text = _COMMENT.sub("", text)
    done: list[str] = []
    for line in text.split("\n"):
        if _DEFINITION.match(line):
            continue
        line = _spans(line).rstrip()
        heading = _HEADING.match(line)
        if heading:
            words = (heading[1] or "").replace("**", "").strip()
            line = f"**{words}**" if words else ""
        if _RULE_LINE.match(line):
            continue
        if line or (done and done[-1]):
            done.append(line)
    return done


def _spans(line: str) -> str:
    """Code spans as they are, the words around them without anything that acts."""
    kept: list[str] = []

    def put_by(text: str) -> str:
        kept.append(text)
        return f"\0{len(kept) - 1}\0"

    def link(found: re.Match[str]) -> str:
        label, target = found[1], found[2]
        harmless = re.fullmatch(r"https://[\x21-\x7e]+", target) and "@" not in target
        return f"[{label}{put_by(f']({target})')}" if harmless else label

    text = _CODE_SPAN.sub(lambda span: put_by(span[0]), line)
    before = None
    while before != text:
        before = text
        text = _TAG.sub("", _ALERT.sub(r"\1", _IMAGE.sub(r"\1", _AUTOLINK.sub(r"\1", text))))
    text = _REFERENCE.sub(r"\1", _LINK.sub(link, text))
    text = text.replace("\\", "").replace("<", "&lt;").replace("`", "'").replace("~~~", "~~").replace("](", "] (")
    text = _BARE.sub(lambda bare: put_by(f"`{bare[0]}`"), text)
    text = _MENTION.sub(r"`\g<0>`", text).replace("![", "! [")
    while "\0" in text:
        text = re.sub(r"(`?)\0(\d+)\0(?=(`?))", lambda mark: _put_back(kept[int(mark[2])], mark[1], mark[3]), text)
    return text


def _put_back(text: str, before: str, after: str) -> str:
    """Runs of backticks that touch would be one."""
    space_before = " " if before and text.startswith("`") else ""
    space_after = " " if after and text.endswith("`") else ""
    return before + space_before + text + space_after
