"""Workspaces become programs."""

from __future__ import annotations

from pathlib import Path

from convex_lint.engine.discover import discover
from convex_lint.program.link import link
from convex_lint.program.program import Program, Resolution
from convex_lint.source import Source
from convex_lint.syntax.tree import Module
from tests.trees import APP, COMPONENT, SCHEMA, SERVER, write


class Parser:
    """Counts what it is asked to parse."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, source: Source) -> Module:
        self.asked.append(source.path)
        return Module(source.path, (), (), (), ())


def linked(root: Path, parser: Parser | None = None) -> Program:
    (workspace,) = discover([root], root=root)
    return link(workspace, parser or Parser())


def test_folders_with_config_schema_and_entry_points(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "package.json": "{}",
            "convex/convex.config.ts": 'import pool from "./pool/convex.config";\n' + APP,
            "convex/schema.ts": SCHEMA,
            "convex/auth.config.ts": "export default {};",
            "convex/messages.ts": SERVER,
            "convex/node.ts": '"use node";\n' + SERVER,
            "convex/messages.test.ts": SERVER,
            "convex/pool/convex.config.ts": COMPONENT,
            "convex/pool/schema.js": SCHEMA,
            "convex/pool/lib.ts": SERVER,
            "src/App.tsx": 'import { api } from "../convex/_generated/api";',
        },
    )
    program = linked(tmp_path)
    app, pool = program.folders
    assert (app.path, app.component, app.config, app.schema) == (
        "convex",
        False,
        "convex/convex.config.ts",
        "convex/schema.ts",
    )
    assert app.entry_points == (("convex/messages.ts", "messages", False), ("convex/node.ts", "node", True))
    assert (pool.path, pool.component, pool.config, pool.schema) == (
        "convex/pool",
        True,
        "convex/pool/convex.config.ts",
        "convex/pool/schema.js",
    )
    assert pool.entry_points == (("convex/pool/lib.ts", "lib", False),)
    assert program.clients == ("src/App.tsx",)
    assert program.resolve("src/App.tsx", "../convex/_generated/api") == Resolution(generated=("convex", "api"))
    assert program.resolve("convex/pool/lib.ts", "./_generated/server").generated == ("convex/pool", "server")
    assert program.resolve("convex/convex.config.ts", "./pool/convex.config").file == "convex/pool/convex.config.ts"


def test_modules_are_parsed_when_asked_for_and_once(tmp_path: Path) -> None:
    write(tmp_path, {"convex/schema.ts": SCHEMA, "convex/a.ts": SERVER})
    parser = Parser()
    program = linked(tmp_path, parser)
    assert parser.asked == []
    assert program.modules["convex/a.ts"] is program.modules["convex/a.ts"]
    assert parser.asked == ["convex/a.ts"]
    assert "convex/none.ts" not in program.modules


def test_a_module_that_convex_cannot_deploy_is_a_notice(tmp_path: Path) -> None:
    write(tmp_path, {"convex/schema.ts": SCHEMA, "convex/my-file.ts": SERVER})
    program = linked(tmp_path)
    assert [entry.path for entry in program.folders[0].entry_points] == ["my-file"]
    (notice,) = program.notices
    assert notice.file == "convex/my-file.ts"
    assert "`my-file`" in notice.message


def test_a_project_without_schema_and_config(tmp_path: Path) -> None:
    write(tmp_path, {"convex/a.js": SERVER})
    (folder,) = linked(tmp_path).folders
    assert (folder.config, folder.schema) == (None, None)
    assert folder.entry_points == (("convex/a.js", "a", False),)


def test_an_imported_file_that_is_excluded_is_no_entry_point(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "made.ts", "convex/a.ts": SERVER + 'import "./made";', "convex/made.ts": SERVER})
    program = linked(tmp_path)
    assert [entry.path for entry in program.folders[0].entry_points] == ["a"]
    assert "convex/made.ts" in program.modules


def test_resolution_needs_no_disk(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "package.json": '{"workspaces": ["*"]}',
            "web/package.json": "{}",
            "web/tsconfig.json": '{"extends": "tsbase/web.json"}',
            "web/node_modules/tsbase/package.json": '{"name": "tsbase"}',
            "web/node_modules/tsbase/web.json": '{"compilerOptions": {"paths": {"@be/*": ["../../../be/convex/*"]}}}',
            "web/app.tsx": 'import { api } from "@be/_generated/api"; import { Role } from "@be/schema";',
            "be/package.json": '{"name": "be"}',
            "be/convex/schema.ts": 'import { x } from "lib/x";\n' + SCHEMA,
            "lib/package.json": '{"name": "lib"}',
            "lib/src/x.ts": "export const x = 1;",
            "be/node_modules/helper/package.json": '{"name": "helper", "dependencies": {"convex": "1"}}',
            "be/node_modules/helper/index.js": "export {};",
            "be/convex/a.ts": 'import "helper";',
        },
    )
    program = linked(tmp_path)
    tmp_path.rename(tmp_path.with_name("gone"))
    assert program.resolve("web/app.tsx", "@be/_generated/api").generated == ("be/convex", "api")
    assert program.resolve("web/app.tsx", "@be/schema").file == "be/convex/schema.ts"
    assert program.resolve("be/convex/schema.ts", "lib/x").file == "lib/src/x.ts"
    assert program.resolve("be/convex/a.ts", "helper") == Resolution(
        file="be/node_modules/helper/index.js", library="helper"
    )
