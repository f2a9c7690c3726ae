"""The markup of single-file components, as far as it says what runs when: it is not parsed, only searched."""

from __future__ import annotations

import re
from collections.abc import Iterator

from convex_lint.interpret.clients.page import Page
from convex_lint.program.paths import VIEWS
from convex_lint.source import Span

_HANDLER = re.compile(
    rb"""(?:@|\bv-on:|\bon:?)(?P<event>[a-z]+)(?P<only>(?:\.[\w-]+)*)\s*=\s*(?P<code>"[^"]*"|'[^']*'|\{[^{}]*\})"""
)
_ONE_KEY = re.compile(rb"\.(?:enter|esc|escape|tab|space|delete|up|down|left|right)\b")
_ASKS_KEY = re.compile(rb"\.(?:key|code|keyCode)\b")


def handlers_in_template(page: Page, name: str) -> Iterator[tuple[str, Span]]:
    """(event, place) of the handlers that use a variable: `@input="save"`, `oninput={save}`."""
    if not page.file.endswith(VIEWS):
        return
    wanted = re.compile(rb"(?<![\w.])" + re.escape(name.encode()) + rb"\b")
    for found in _HANDLER.finditer(page.source.data):
        if wanted.search(found["code"]) and not _ONE_KEY.search(found["only"]) and not _ASKS_KEY.search(found["code"]):
            yield found["event"].decode(), Span(page.file, found.start(), found.end())


def is_typed_into(page: Page, name: str) -> bool:
    """Whether an input of the template is bound to a variable: `v-model="text"`, `bind:value={text}`."""
    if not page.file.endswith(VIEWS):
        return False
    bound = rb"(?:v-model(?![\w.:-]*lazy)[\w.:-]*|bind:value)\s*=\s*[\"'{]\s*" + re.escape(name.encode()) + rb"\b"
    return re.search(bound, page.source.data) is not None
