"""A lock file for tests. It is a fixture: no documentation was retrieved for it, and its words are ours."""

from __future__ import annotations

import hashlib
import json
from typing import Any

TEXT = """\
# An excerpt of a fixture

Use an index, says `withIndex`, and [read on](https://docs.convex.dev/database/).

```ts
const rows = await ctx.db.query("messages").withIndex("by_author").take(10);
```
"""


def entry(excerpt: str = TEXT, **changes: Any) -> dict[str, Any]:
    return {
        "rule": "missing-index",
        "origin": "context7",
        "libraryId": "/fixture/not_retrieved",
        "query": "fixture of convex-lint's tests",
        "apiVersion": "v2",
        "fast": False,
        "retrievedAt": "2026-11-01T12:00:00Z",
        "sources": [
            {"url": "https://docs.convex.dev/database/reading-data/indexes/", "title": "A fixture", "sha256": "0" * 64}
        ],
        "excerpt": excerpt,
        "excerptSha256": hashlib.sha256(excerpt.encode()).hexdigest(),
        "comment": "FIXTURE: not retrieved from anywhere",
        **changes,
    }


def lock(*entries: dict[str, Any]) -> bytes:
    content = {"version": 1, "comment": "FIXTURE of convex-lint's tests", "excerpts": list(entries or (entry(),))}
    return json.dumps(content, sort_keys=True).encode()
