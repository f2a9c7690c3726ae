"""Small trees of files for tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

SERVER = 'import { query } from "./_generated/server";\nexport const list = query(async (ctx) => []);\n'
SCHEMA = 'import { defineSchema } from "convex/server";\nexport default defineSchema({});\n'
COMPONENT = 'import { defineComponent } from "convex/server";\nexport default defineComponent("pool");\n'
APP = 'import { defineApp } from "convex/server";\nexport default defineApp();\n'


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write `files`, text or bytes by path, under `root`, which is also returned."""
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root
