"""Which files of a project are read, which are not, and what is said of those."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from convex_lint.engine.discover import discover
from convex_lint.engine.ignore_files import IgnoreFile, is_ignored
from convex_lint.program.workspace import Workspace
from tests.trees import COMPONENT, SCHEMA, SERVER, write


def project(root: Path, *named: str, excludes: tuple[str, ...] = ()) -> Workspace:
    (workspace,) = discover([root / name for name in named] or [root], root=root, excludes=excludes)
    return workspace


def functions(workspace: Workspace) -> list[str]:
    return [path.removeprefix("convex/") for path in workspace.folders[0].files if not path.endswith("schema.ts")]


def test_extensions(tmp_path: Path) -> None:
    good = ["a.ts", "b.tsx", "c.js", "d.jsx", "e.mts", "f.cts", "g.mjs", "h.cjs"]
    bad = ["a.d.ts", "e.d.mts", "f.d.cts", "i.json", "j.ts.bak", "k.vue"]
    write(tmp_path, {"convex/schema.ts": SCHEMA} | {f"convex/{name}": SERVER for name in good + bad})
    assert functions(project(tmp_path)) == good


def test_generated_hidden_and_installed_are_left_out(tmp_path: Path) -> None:
    names = ["_generated/api.js", "node_modules/x/a.ts", ".hidden/a.ts", ".eslintrc.js", "kept.ts"]
    write(tmp_path, {"convex/schema.ts": SCHEMA} | {f"convex/{name}": SERVER for name in names})
    assert functions(project(tmp_path)) == ["kept.ts"]


def test_names_with_hyphens_spaces_and_dots_are_sources(tmp_path: Path) -> None:
    names = ["a b.ts", "a-b.ts", "a.test.ts", "über.ts"]
    write(tmp_path, {"convex/schema.ts": SCHEMA} | {f"convex/{name}": SERVER for name in names})
    assert functions(project(tmp_path)) == names


def test_gitignore_with_negation_and_nesting(tmp_path: Path) -> None:
    names = ["gen/a.ts", "gen/keep.ts", "b.gen.ts", "deep/b.gen.ts", "deep/only.ts", "only.ts", "build/x.ts"]
    write(tmp_path, {"convex/schema.ts": SCHEMA} | {f"convex/{name}": SERVER for name in names})
    ignored = "# comment\n*.gen.ts\r\nconvex/gen/*\n!convex/gen/keep.ts\nbuild/\n"
    write(tmp_path, {".gitignore": ignored, "convex/deep/.gitignore": "!b.gen.ts\n/only.ts\n"})
    assert functions(project(tmp_path)) == ["deep/b.gen.ts", "gen/keep.ts", "only.ts"]


def test_a_folder_may_be_called_like_a_file(tmp_path: Path) -> None:
    write(tmp_path, {"convex/schema.ts": SCHEMA, "convex/lib.js/a.ts": SERVER, "convex/package.json/b.ts": SERVER})
    assert functions(project(tmp_path)) == ["lib.js/a.ts", "package.json/b.ts"]


def test_gitignore_above_the_walked_package_counts(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "secret.ts\n", "p/package.json": "{}", "p/convex/schema.ts": SCHEMA})
    write(tmp_path, {"p/convex/secret.ts": SERVER})
    assert "p/convex/secret.ts" not in project(tmp_path, "p").sources


@pytest.mark.parametrize("pattern", ["drafts/", "drafts/*", "drafts/**"])
@pytest.mark.parametrize("named", ["drafts/convex", "drafts/convex/a.ts"])
def test_what_is_ignored_is_analysed_when_it_is_named(tmp_path: Path, named: str, pattern: str) -> None:
    write(tmp_path, {".gitignore": pattern, "drafts/convex/schema.ts": SCHEMA, "drafts/convex/a.ts": SERVER})
    workspace = project(tmp_path, named)
    assert workspace.folders[0].files == ("drafts/convex/a.ts", "drafts/convex/schema.ts")


def test_excludes(tmp_path: Path) -> None:
    names = ["old/a.ts", "old/z.ts", "b.ts"]
    write(tmp_path, {"convex/schema.ts": SCHEMA} | {f"convex/{name}": SERVER for name in names})
    assert functions(project(tmp_path, excludes=("convex/old/", "*.tsx"))) == ["b.ts"]
    assert functions(project(tmp_path, excludes=("convex/old/*", "!a.ts"))) == ["b.ts", "old/a.ts"]


def test_an_excluded_file_that_is_imported_is_known_but_no_function_of_the_project(tmp_path: Path) -> None:
    write(tmp_path, {"convex/schema.ts": SCHEMA, "convex/old.ts": SERVER, "convex/b.ts": 'import "./old";'})
    workspace = project(tmp_path, excludes=("old.ts",))
    assert functions(workspace) == ["b.ts"]
    assert "convex/old.ts" in workspace.sources


@pytest.mark.parametrize(
    ("lines", "path", "folder", "expected"),
    [
        (["dist"], "a/dist", True, True),
        (["dist/"], "dist", False, False),
        (["/dist"], "a/dist", True, False),
        (["a/*.ts"], "a/b.ts", False, True),
        (["a/*.ts"], "b/a/b.ts", False, False),
        (["**/x/*"], "b/x/c.ts", False, True),
        (["*", "!keep.ts"], "keep.ts", False, False),
        (["!keep.ts", "*"], "keep.ts", False, True),
        (["\\!odd.ts"], "!odd.ts", False, True),
        (["[ab].ts"], "b.ts", False, True),
        (["app/[[...slug]]"], "app/x", True, False),
        (["!", "x.ts"], "x.ts", False, True),
        (["a/*", "!a/keep"], "a/keep", True, False),
        (["a/*", "!a/keep"], "a/keep/x.ts", False, False),
        (["*/*", "!a/keep"], "a/keep/x.ts", False, False),
        (["*/*", "!a/keep"], "a/lost/x.ts", False, True),
    ],
)
def test_ignore_patterns(lines: list[str], path: str, folder: bool, expected: bool) -> None:
    assert is_ignored(path, folder=folder, ignore_files=[IgnoreFile("", lines)]) is expected


@pytest.mark.filterwarnings("error")
def test_brackets_of_route_folders_warn_of_nothing() -> None:
    assert IgnoreFile("", ["app/[[...slug]]/x.ts", "[[...slug]]"]).verdict("app/[[...slug]]/x.ts", folder=False) is None


def test_symlink_loop(tmp_path: Path) -> None:
    write(tmp_path, {"convex/schema.ts": SCHEMA, "convex/a.ts": SERVER})
    (tmp_path / "convex/loop").symlink_to(tmp_path / "convex", target_is_directory=True)
    (tmp_path / "convex/up").symlink_to(tmp_path, target_is_directory=True)
    assert functions(project(tmp_path)) == ["a.ts"]


def test_symlinks_out_of_the_root_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, {"outside/a.ts": SERVER, "root/convex/schema.ts": SCHEMA})
    (tmp_path / "root/convex/linked").symlink_to(tmp_path / "outside", target_is_directory=True)
    (tmp_path / "root/convex/file.ts").symlink_to(tmp_path / "outside/a.ts")
    (tmp_path / "root/convex/broken.ts").symlink_to(tmp_path / "nowhere.ts")
    assert functions(project(tmp_path / "root")) == []


def test_a_symlinked_functions_folder_is_known_by_its_real_name(tmp_path: Path) -> None:
    write(tmp_path, {"be/package.json": "{}", "be/convex/schema.ts": SCHEMA, "web/package.json": "{}"})
    write(tmp_path, {"web/app.ts": 'import { api } from "./convex/_generated/api";'})
    (tmp_path / "web/convex").symlink_to(tmp_path / "be/convex", target_is_directory=True)
    workspace = project(tmp_path)
    assert workspace.folders[0].path == "be/convex"
    assert workspace.links == {"web/convex": "be/convex"}


def test_byte_order_mark_is_stripped_and_line_ends_stay(tmp_path: Path) -> None:
    write(tmp_path, {"convex/schema.ts": SCHEMA, "convex/a.ts": b"\xef\xbb\xbfexport const a = 1;\r\n"})
    assert project(tmp_path).sources["convex/a.ts"].data == b"export const a = 1;\r\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"export const a = '\xe9';", "not UTF-8 (byte 18)"),
        ("export const a = 1;".encode("utf-16"), "UTF-16"),
        (b"//" + b"x" * (2 * 1024 * 1024), "2.0 MiB"),
    ],
)
def test_files_that_cannot_be_used_are_skipped_with_a_notice(tmp_path: Path, data: bytes, said: str) -> None:
    write(tmp_path, {"convex/schema.ts": SCHEMA, "convex/a.ts": SERVER, "convex/bad.ts": data})
    workspace = project(tmp_path)
    (notice,) = workspace.notices
    assert notice.file == "convex/bad.ts"
    assert said in notice.message
    assert notice.help
    assert sorted(workspace.sources) == ["convex/a.ts", "convex/schema.ts"]


def test_a_file_of_exactly_two_mebibytes_is_read(tmp_path: Path) -> None:
    write(tmp_path, {"convex/schema.ts": SCHEMA, "convex/a.ts": b"//".ljust(2 * 1024 * 1024, b"x")})
    assert "convex/a.ts" in project(tmp_path).sources


def test_an_unreadable_file_is_skipped_with_a_notice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"convex/schema.ts": SCHEMA, "convex/locked.ts": SERVER})
    real_open = os.open

    def refuse(path: str, flags: int) -> int:
        if path.endswith("locked.ts"):
            raise PermissionError(13, "Permission denied", path)
        return real_open(path, flags)

    monkeypatch.setattr(os, "open", refuse)
    (notice,) = project(tmp_path).notices
    assert notice.file == "convex/locked.ts"
    assert "Permission denied" in notice.message


def test_an_unreadable_folder_is_skipped_with_a_notice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"convex/schema.ts": SCHEMA, "convex/locked/a.ts": SERVER})
    real_scandir = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return real_scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    (notice,) = project(tmp_path).notices
    assert notice.file == "convex/locked"


def test_a_pipe_with_the_name_of_a_source_does_not_block(tmp_path: Path) -> None:
    write(tmp_path, {"convex/schema.ts": SCHEMA})
    os.mkfifo(tmp_path / "convex/pipe.ts")
    assert functions(project(tmp_path)) == []


def test_clients_are_the_files_outside_that_mention_convex(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "package.json": "{}",
            "convex/schema.ts": SCHEMA,
            "src/a.tsx": 'import { useQuery } from "convex/react";',
            "src/b.tsx": "useThing(api.messages.list);",
            "src/c.tsx": 'fetch("api.example"); const z = api.get;',
            "src/d.ts": 'export { api } from "@be/_generated/api";',
            "src/binary.ts": b"convex \xff\xff",
            "dist/a.js": 'import { useQuery } from "convex/react";',
        },
    )
    workspace = project(tmp_path)
    assert workspace.clients == ("src/a.tsx", "src/b.tsx", "src/d.ts")
    assert [notice.file for notice in workspace.notices] == ["src/binary.ts"]


def test_clients_of_a_monorepo_go_to_the_project_that_they_use(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "package.json": "{}",
            "be/package.json": '{"name": "@my/be", "exports": {"./api": "./convex/_generated/api.js"}}',
            "be/convex/schema.ts": SCHEMA,
            "own/package.json": "{}",
            "own/convex/schema.ts": SCHEMA,
            "own/page.tsx": 'import { useQuery } from "convex/react";',
            "own/far.tsx": 'import { api } from "@my/be/api"; // convex',
            "web/page.tsx": 'import { api } from "../be/convex/_generated/api";',
            "web/hook.tsx": 'import { useQuery } from "convex/react";',
        },
    )
    be, own = discover([tmp_path], root=tmp_path)
    assert be.clients == ("own/far.tsx", "web/hook.tsx", "web/page.tsx")
    assert own.clients == ("own/page.tsx", "web/hook.tsx")


def test_what_functions_import_from_elsewhere_is_read_and_what_that_imports(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "package.json": "{}",
            "tsconfig.json": '{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}',
            "convex/schema.ts": SCHEMA,
            "convex/a.ts": 'import { b } from "@/b";\nexport * from "../shared/c.js";\n',
            "src/b.ts": 'const d = await import("./d");',
            "src/d.tsx": "export {};",
            "src/unused.ts": "export {};",
            "shared/c.ts": 'const e = require("./e");',
            "shared/e/index.ts": "export {};",
        },
    )
    outside = {path for path in project(tmp_path).sources if not path.startswith("convex/")}
    assert outside == {"src/b.ts", "src/d.tsx", "shared/c.ts", "shared/e/index.ts"}


def test_an_imported_file_counts_though_it_is_ignored(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "made.ts", "convex/schema.ts": 'import "../made";', "made.ts": "export {};"})
    assert "made.ts" in project(tmp_path).sources


def test_installed_packages_are_read_only_when_they_build_on_convex(tmp_path: Path) -> None:
    helper = '{"name": "helper", "peerDependencies": {"convex": "*"}, "exports": {"./server": "./server.js"}}'
    write(
        tmp_path,
        {
            "package.json": "{}",
            "convex/schema.ts": 'import "helper/server"; import "zod"; import "convex/server";',
            "node_modules/helper/package.json": helper,
            "node_modules/helper/server.js": 'export * from "./inner.js";',
            "node_modules/helper/inner.js": 'import "./esm/deep";',
            "node_modules/helper/esm/package.json": '{"type": "module"}',
            "node_modules/helper/esm/deep.js": "export {};",
            "node_modules/helper/other.js": "export {};",
            "node_modules/zod/package.json": '{"name": "zod", "main": "index.js"}',
            "node_modules/zod/index.js": "export {};",
            "node_modules/convex/package.json": '{"name": "convex", "exports": {"./server": "./server.js"}}',
            "node_modules/convex/server.js": "export {};",
        },
    )
    installed = {path for path in project(tmp_path).sources if path.startswith("node_modules")}
    assert {path.removeprefix("node_modules/helper/") for path in installed} == {"server.js", "inner.js", "esm/deep.js"}


def test_installed_source_is_capped_with_a_notice(tmp_path: Path) -> None:
    imports = "\n".join(f'import "./m{at}";' for at in range(300))
    write(tmp_path, {"convex/schema.ts": 'import "helper";'})
    write(
        tmp_path / "node_modules/helper",
        {"package.json": '{"name": "helper", "dependencies": {"convex": "1"}, "main": "index.js"}', "index.js": imports}
        | {f"m{at}.js": "export {};" for at in range(300)},
    )
    workspace = project(tmp_path)
    assert sum(path.startswith("node_modules") for path in workspace.sources) == 200
    assert "more source than is read" in workspace.notices[0].message


def test_order_of_paths_does_not_matter(tmp_path: Path) -> None:
    write(tmp_path, {"a/convex/schema.ts": SCHEMA, "b/convex/schema.ts": SCHEMA, "b/c/convex.config.ts": COMPONENT})
    one = discover([tmp_path / "a", tmp_path / "b"], root=tmp_path)
    other = discover([tmp_path / "b", tmp_path / "a", tmp_path / "b"], root=tmp_path)
    assert [w.folders for w in one] == [w.folders for w in other]
    assert len(one) == 3


def test_three_thousand_files_are_quick(tmp_path: Path) -> None:
    text = "import { a } from './a';\n" + "export const b = a.map((x) => x + 1);\n" * 60
    files = {"package.json": "{}", ".gitignore": "*.log\ndist/\n/build\n.env*\ncoverage\n!keep.log\nout/**/*.js\n"}
    files |= {f"src/d{at % 60}/f{at}.ts": text for at in range(2800)}
    files |= {f"convex/d{at % 10}/f{at}.ts": SERVER + text for at in range(200)}
    write(tmp_path, files)
    discover([tmp_path], root=tmp_path)
    took = []
    for _ in range(3):
        start = time.perf_counter()
        (workspace,) = discover([tmp_path], root=tmp_path)
        took.append(time.perf_counter() - start)
    assert len(workspace.sources) == 200
    assert min(took) < 1.0  # 0.1 s on an idle machine; the bound only catches a change of order
