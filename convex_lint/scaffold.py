"""The two files of a new rule: a page and a question that already pass their tests, to be made into the real ones."""

from __future__ import annotations

import re
from pathlib import Path

from convex_lint.errors import UsageError

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

_RULE = '''\
"""Say in one line what this rule finds. See {stem}.md."""

from __future__ import annotations

from collections.abc import Iterator

from convex_lint.analysis.backend import Backend
from convex_lint.rule import Finding, Rule


class {type}(Rule):
    tags = ("performance",)

    def check(self, backend: Backend) -> Iterator[Finding]:
        for site in backend.reads:
            if site.operation.terminal != "collect":
                continue
            yield Finding(
                site.operation,
                f"`{{site.table.name}}` is collected.",
                "Say what to do, as exactly as the analysis allows.",
                key=(site.within, site.table.name),
                table=site.table.name,
            )
'''

_PAGE = """\
# {title}

Say in one sentence what this rule finds.

## Why

Say what the platform does, and what it costs.

## Bad

```ts
// convex/schema.ts
import {{ defineSchema, defineTable }} from "convex/server";
import {{ v }} from "convex/values";

export default defineSchema({{ messages: defineTable({{ body: v.string() }}) }});
```

```ts
// convex/messages.ts
import {{ query }} from "./_generated/server";

export const list = query({{
  args: {{}},
  handler: async (ctx) => {{
    return await ctx.db.query("messages").collect();
//               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `messages` is collected.
  }},
}});
```

## Good

```ts
// convex/schema.ts
import {{ defineSchema, defineTable }} from "convex/server";
import {{ v }} from "convex/values";

export default defineSchema({{ messages: defineTable({{ body: v.string() }}) }});
```

```ts
// convex/messages.ts
import {{ query }} from "./_generated/server";

export const list = query({{
  args: {{}},
  handler: async (ctx) => {{
    return await ctx.db.query("messages").take(20);
  }},
}});
```

## When to ignore

Say when this is not a flaw.

## References

- [Reading data](https://docs.convex.dev/database/reading-data/)
- Context7: `reading data`
"""


def new_rule(name: str, folder: Path) -> tuple[Path, Path]:
    """Writes the two files of the rule `name` into `folder`, a rule pack's package, and returns their paths. Raises
    UsageError when the name is none or a file is there already."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"`{name}` cannot be the name of a rule.", help="Use small letters, digits and `-`: `hot-document`."
        )
    if not folder.is_dir():
        raise UsageError(f"there is no folder `{folder}`.", help="Name the package of your rule pack.")
    words = name.split("-")
    stem = "_".join(words)
    files = folder / f"{stem}.py", folder / f"{stem}.md"
    for file in files:
        if file.exists():
            raise UsageError(f"`{file}` exists already.", help="Choose another name.")
    type_ = "".join(word.capitalize() for word in words)
    files[0].write_text(_RULE.format(stem=stem, type=type_), encoding="utf-8")
    files[1].write_text(_PAGE.format(title=" ".join(words).capitalize()), encoding="utf-8")
    return files
