"""`check_page` fails when page and rule part ways, and says how."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from convex_lint.engine.registry import Installed, installed
from convex_lint.page import parse_page
from convex_lint.testing import check_page, rules_of

Page = Callable[..., None]

SCHEMA = """\
```ts
// convex/schema.ts
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  messages: defineTable({ body: v.string() }).index("a", ["body"]).index("b", ["body", "body2"]),
});
```

```ts
// convex/messages.ts
import { mutation } from "./_generated/server";
export const send = mutation({ args: {}, handler: async (ctx) => await ctx.db.insert("messages", { body: "" }) });
```
"""
BAD_LINE = '  messages: defineTable({ body: v.string() }).index("a", ["body"]).index("b", ["body", "body2"]),\n'


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Page:
    """Gives `redundant-index` another page."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    rule = installed()["redundant-index"]

    def replace(bad: str, good: str = "```ts\n// convex/a.ts\n```\n") -> None:
        other = Installed(rule.id, rule.pack, rule.module, rule.page_name)
        other.__dict__["page"] = parse_page(f"# T\n\nS.\n\n## Bad\n\n{bad}\n## Good\n\n{good}")
        monkeypatch.setitem(cast("dict[str, Installed]", installed()), rule.id, other)

    return replace


def marked(mark: str) -> str:
    return SCHEMA.replace(BAD_LINE, BAD_LINE + mark + "\n")


def complaint() -> str:
    with pytest.raises(AssertionError) as caught:
        check_page("redundant-index")
    return str(caught.value)


def drawn(text: str) -> str:
    """The mark that the complaint offers."""
    return next(line for line in text.splitlines() if line.startswith("//") and "^" in line)


def test_the_complaint_offers_the_mark_that_would_do(page: Page) -> None:
    page(SCHEMA)
    text = complaint()
    assert "a bad example marks at least one place" in text
    assert "not expected: convex/schema.ts, line 5:" in text
    page(marked(drawn(text)))
    check_page("redundant-index")


def test_a_mark_in_another_column_is_not_met(page: Page) -> None:
    page(SCHEMA)
    mark = drawn(complaint())
    page(marked(mark.replace("^", " ", 1)))
    text = complaint()
    assert "expected in page line" in text
    assert "not expected" in text


def test_a_mark_with_other_words_is_not_met(page: Page) -> None:
    page(SCHEMA)
    mark = drawn(complaint())
    page(marked(mark + " and more"))
    assert "and more" in complaint()


def test_a_related_mark_that_nothing_meets(page: Page) -> None:
    page(SCHEMA)
    mark = drawn(complaint())
    page(marked(mark + "\n//          --- nothing here"))
    assert "no related label" in complaint()


def test_a_good_example_that_is_not(page: Page) -> None:
    page(SCHEMA)
    mark = drawn(complaint())
    page(marked(mark), SCHEMA)
    assert "Good (line" in complaint()


def test_code_that_does_not_parse(page: Page) -> None:
    page(SCHEMA)
    mark = drawn(complaint())
    page(marked(mark), "```ts\n// convex/a.ts\nconst = ;\n```\n")
    assert "convex/a.ts: syntax error: " in complaint()


def test_no_example(page: Page) -> None:
    page("Words.\n")
    assert "no example under `## Bad`" in complaint()


def test_the_rules_of_a_pack() -> None:
    assert "redundant-index" in rules_of("convex_lint_rules")
    assert rules_of("no_such_pack") == []
