"""Pages: what is read of them, and what is said of those that cannot be read."""

from __future__ import annotations

import pytest

from convex_lint.page import Mark, PageError, parse_page

PAGE = """\
# Missing index

A read scans a table
where an index would do.

## Why

```sh
## no heading
```

## Bad

```ts
// convex/messages.ts
export const list = query(async (ctx) => ctx.db.query("messages").collect());
//                                       ^^^^^^^^^^^^^^^^^^^^^^^^ scans `messages`
const 漢😀 = f();
//      ^^^ wide
```

```tsx
// src/App.tsx
<p>
  {f()}
  {/* --- seen here */}
</p>;
g();
^^^ from column 1
```

## Good

### One

```ts
// convex/a.ts
let i = 1;
i--;
```

Words.

```json
{}
```

### Two

```ts
// convex/a.ts
```

## Settings

| setting | default | meaning |
|---|---|---|
| `max-rows` | 5 | how many |

## References

- [Indexes](https://docs.convex.dev/database/indexes)
- Context7: `indexes and query performance`
"""


def test_what_a_page_holds() -> None:
    page = parse_page(PAGE)
    assert page.title == "Missing index"
    assert page.summary == "A read scans a table where an index would do."
    assert list(page.sections) == ["Why", "Bad", "Good", "Settings", "References"]
    assert "## no heading" in page.sections["Why"]
    assert page.settings == {"max-rows": ("5", "how many")}
    assert page.url == "https://docs.convex.dev/database/indexes"
    assert page.topic == "indexes and query performance"
    assert page.text == PAGE


def test_the_blocks_of_a_section_are_one_backend() -> None:
    bad, one, two = parse_page(PAGE).examples
    assert list(bad.files) == ["convex/messages.ts", "src/App.tsx"]
    assert (one.name, list(one.files)) == ("Good: One", ["convex/a.ts"])
    assert (two.name, two.marks) == ("Good: Two", ())
    assert one.marks == ()


def test_marks_count_utf16_and_are_blanked_out() -> None:
    bad = parse_page(PAGE).examples[0]
    assert bad.marks == (
        Mark("convex/messages.ts", 2, 42, 66, "scans `messages`", False, 17),
        Mark("convex/messages.ts", 4, 9, 12, "wide", False, 19),
        Mark("src/App.tsx", 3, 7, 10, "seen here", True, 26),
        Mark("src/App.tsx", 6, 1, 4, "from column 1", False, 29),
    )
    assert bad.files["convex/messages.ts"].splitlines()[2] == ""
    assert "^^^" not in "".join(bad.files.values())
    assert len(bad.files["src/App.tsx"].splitlines()) == 7


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Words\n", "line 1: a page begins with `# Title`"),
        ("# T\n\n## Bad\n\n```ts\nf();\n```\n", "line 6: the first line of an example names its file"),
        ("# T\n\n## Bad\n\n```ts\n```\n", "line 6: the first line"),
        (
            "# T\n\n## Bad\n\n```ts\n// a.ts\n```\n\n```ts\n// a.ts\n```\n",
            "line 9: `a.ts` stands in this example twice",
        ),
        ("# T\n\n```ts\n", "line 3: this code block is never closed"),
    ],
)
def test_what_is_no_page(text: str, message: str) -> None:
    with pytest.raises(PageError) as caught:
        parse_page(text)
    assert message in str(caught.value)
