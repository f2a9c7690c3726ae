"""What imports lead to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from convex_lint.program.imports import Resolver, specifiers
from convex_lint.program.program import Resolution
from convex_lint.program.workspace import Workspace
from convex_lint.source import Source


def resolver(
    *files: str,
    manifests: dict[str, Any] | None = None,
    packages: dict[str, tuple[str, ...]] | None = None,
    links: dict[str, str] | None = None,
    folders: tuple[str, ...] = ("convex",),
    elsewhere: tuple[str, ...] = (),
) -> Resolver:
    workspace = Workspace(
        root="",
        folders=(),
        sources={file: Source(file, b"") for file in files},
        manifests={path: m if isinstance(m, str) else json.dumps(m) for path, m in (manifests or {}).items()},
        packages=packages or {},
        links=links or {},
    )
    return Resolver(workspace, folders, elsewhere)


def file(path: str) -> Resolution:
    return Resolution(file=path)


def package(name: str) -> Resolution:
    return Resolution(package=name)


NOWHERE = Resolution()
API = Resolution(generated=("convex", "api"))


@pytest.mark.parametrize(
    ("specifier", "found"),
    [
        ("./b", file("convex/b.ts")),
        ("./b.js", file("convex/b.ts")),
        ("./b.ts", file("convex/b.ts")),
        ("./view", file("convex/view.tsx")),
        ("./view.jsx", file("convex/view.tsx")),
        ("./m.mjs", file("convex/m.mts")),
        ("./c.cjs", file("convex/c.cts")),
        ("./both.js", file("convex/both.ts")),
        ("./old.js", file("convex/old.js")),
        ("./dir", file("convex/dir/index.ts")),
        ("./dir/", file("convex/dir/index.ts")),
        ("./dotted.name", file("convex/dotted.name.ts")),
        (".", file("convex/index.ts")),
        ("../out", file("out.ts")),
        ("..", file("index.tsx")),
        ("./typed", NOWHERE),
        ("./typed.d.ts", NOWHERE),
        ("./data.json", NOWHERE),
        ("./B", NOWHERE),
        ("../../up", NOWHERE),
        ("/abs", NOWHERE),
        ("", package("")),
    ],
)
def test_relative(specifier: str, found: Resolution) -> None:
    names = ["b.ts", "view.tsx", "m.mts", "c.cts", "both.ts", "both.js", "old.js", "dir/index.ts", "dotted.name.ts"]
    names += ["index.ts", "typed.d.ts"]
    resolve = resolver(*(f"convex/{name}" for name in names), "out.ts", "index.tsx")
    assert resolve("convex/a.ts", specifier) == found


@pytest.mark.parametrize("end", ["", ".js", ".ts", ".d.ts"])
@pytest.mark.parametrize("kind", ["api", "server", "dataModel"])
def test_generated_code_needs_not_exist(kind: str, end: str) -> None:
    resolve = resolver("convex/a.ts")
    assert resolve("convex/deep/a.ts", f"../_generated/{kind}{end}") == Resolution(generated=("convex", kind))


def test_generated_code_that_exists_is_no_source() -> None:
    assert resolver("convex/_generated/api.js")("src/a.ts", "../convex/_generated/api") == API


def test_other_generated_code_is_nothing_of_ours() -> None:
    resolve = resolver("convex/_generated/extra.ts")
    assert resolve("convex/a.ts", "./_generated/extra") == file("convex/_generated/extra.ts")
    assert resolve("convex/a.ts", "./_generated/component") == NOWHERE


@pytest.mark.parametrize("specifier", ["@be/_generated/api", "convex/_generated/api.js", "$convex/_generated/api"])
def test_generated_code_behind_an_unknown_alias_is_the_nearest(specifier: str) -> None:
    resolve = resolver(folders=("apps/a/convex", "apps/b/convex", "apps/b/convex/pool"))
    assert resolve("apps/b/src/x.ts", specifier).generated == ("apps/b/convex", "api")
    assert resolve("apps/b/convex/pool/x.ts", specifier).generated == ("apps/b/convex/pool", "api")
    assert resolve("web/x.ts", specifier).generated == ("apps/a/convex", "api")


def test_generated_code_of_another_project_leads_nowhere() -> None:
    resolve = resolver(elsewhere=("other/convex",))
    assert resolve("web/x.ts", "../other/convex/_generated/api") == NOWHERE
    assert resolve("web/x.ts", "../convex/_generated/api") == API


def test_generated_code_of_an_installed_package_is_not_ours() -> None:
    resolve = resolver(
        "node_modules/p/dist/a.js",
        "node_modules/p/dist/_generated/server.js",
        manifests={"node_modules/p/package.json": {"name": "p"}},
    )
    assert resolve("node_modules/p/dist/a.js", "./_generated/server") == file(
        "node_modules/p/dist/_generated/server.js"
    )
    assert resolve("node_modules/p/dist/a.js", "./_generated/api") == NOWHERE


def test_tsconfig_paths() -> None:
    paths = {"@/*": ["./src/*", "./lib/*"], "~api": ["./convex/_generated/api"], "@/deep/*": ["./deep/*"]}
    resolve = resolver(
        "src/a.ts", "lib/b.ts", "deep/a.ts", manifests={"tsconfig.json": {"compilerOptions": {"paths": paths}}}
    )
    assert resolve("convex/x.ts", "@/a") == file("src/a.ts")
    assert resolve("convex/x.ts", "@/b") == file("lib/b.ts")
    assert resolve("convex/x.ts", "@/deep/a") == file("deep/a.ts")
    assert resolve("src/a.ts", "~api") == API
    assert resolve("src/a.ts", "@/none") == package("@/none")


def test_tsconfig_base_url() -> None:
    config = '{ // comment\n "compilerOptions": { "baseUrl": "./src", "paths": { "#c/*": ["../convex/*"] }, }, }'
    resolve = resolver("src/lib/a.ts", "convex/b.ts", manifests={"tsconfig.json": config})
    assert resolve("src/x.ts", "lib/a") == file("src/lib/a.ts")
    assert resolve("src/x.ts", "#c/b") == file("convex/b.ts")
    assert resolve("src/x.ts", "#c/_generated/api") == API


def test_tsconfig_extends_and_references() -> None:
    resolve = resolver(
        "web/src/a.ts",
        "shared/b.ts",
        "app/c.ts",
        manifests={
            "web/tsconfig.json": {"extends": ["@me/config/base.json", "../tsconfig.paths"]},
            "tsconfig.paths.json": {"compilerOptions": {"paths": {"@shared/*": ["./shared/*"]}}},
            "config/package.json": {"name": "@me/config"},
            "config/base.json": {"compilerOptions": {"baseUrl": "../web/src"}},
            "app/tsconfig.json": {"files": [], "references": [{"path": "./tsconfig.app.json"}]},
            "app/tsconfig.app.json": {"compilerOptions": {"paths": {"%/*": ["./*"]}}},
        },
        packages={"@me/config": ("config",)},
    )
    assert resolve("web/x.ts", "@shared/b") == file("shared/b.ts")
    assert resolve("web/x.ts", "a") == file("web/src/a.ts")
    assert resolve("app/x.ts", "%/c") == file("app/c.ts")


def test_the_nearest_tsconfig_comes_first_and_those_above_still_count() -> None:
    resolve = resolver(
        "a.ts",
        "src/a.ts",
        "b.ts",
        manifests={
            "tsconfig.json": {"compilerOptions": {"paths": {"@/*": ["./*"]}}},
            "src/tsconfig.json": {"compilerOptions": {"paths": {"@/*": ["./*"]}}},
            "convex/tsconfig.json": {"compilerOptions": {"strict": True}},
        },
    )
    assert resolve("src/x.ts", "@/a") == file("src/a.ts")
    assert resolve("src/x.ts", "@/b") == file("b.ts")
    assert resolve("convex/x.ts", "@/a") == file("a.ts")


@pytest.mark.parametrize(
    "config",
    [
        "not json",
        "[]",
        '{"extends": "./tsconfig.json"}',
        '{"extends": 3, "compilerOptions": []}',
        '{"compilerOptions": {"paths": {"@/*": "x"}, "baseUrl": 7}, "references": 1}',
        '{"compilerOptions": {"paths": {"@/*": ["../../out/*"]}}, "references": [3, {"path": "../../.."}]}',
        "[" * 100_000,
    ],
)
def test_odd_tsconfig_files_do_no_harm(config: str) -> None:
    assert resolver("a.ts", manifests={"tsconfig.json": config})("x.ts", "@/nothing") == package("@/nothing")


def test_aliases_of_frameworks_whose_tsconfig_is_generated() -> None:
    resolve = resolver("web/src/lib/a.ts", "web/src/b.ts", "web/c.ts", manifests={"web/package.json": {}})
    assert resolve("web/src/x.ts", "$lib/a") == file("web/src/lib/a.ts")
    assert resolve("web/src/x.ts", "@/b") == file("web/src/b.ts")
    assert resolve("web/src/x.ts", "~/c") == file("web/c.ts")


def test_package_imports() -> None:
    table = {"#a": "./src/a.ts", "#lib/*": {"default": "./src/lib/*.js"}, "#api": "@be/pkg/api", "#none": None}
    resolve = resolver(
        "src/a.ts",
        "src/lib/b.ts",
        manifests={
            "package.json": {"imports": table},
            "be/package.json": {"name": "@be/pkg", "exports": {"./api": "./convex/_generated/api.js"}},
        },
        packages={"@be/pkg": ("be",)},
        folders=("be/convex",),
    )
    assert resolve("convex/x.ts", "#a") == file("src/a.ts")
    assert resolve("convex/x.ts", "#lib/b") == file("src/lib/b.ts")
    assert resolve("convex/x.ts", "#api").generated == ("be/convex", "api")
    assert resolve("convex/x.ts", "#none") == package("#none")


_LIBRARY = ("src/index.ts", "src/main.ts", "src/deep/a.ts", "src/built.ts", "dist/built.js")


@pytest.mark.parametrize(
    ("manifest", "specifier", "found"),
    [
        ({"main": "./src/main.ts"}, "@me/lib", "src/main.ts"),
        ({}, "@me/lib", "src/index.ts"),
        ({"main": "./dist/index.js"}, "@me/lib", "src/index.ts"),
        ({"types": "./dist/types/main.d.ts"}, "@me/lib", "src/main.ts"),
        ({"exports": "./src/main.ts"}, "@me/lib", "src/main.ts"),
        ({"exports": {"import": "./dist/esm/main.js", "require": "./dist/x.cjs"}}, "@me/lib", "src/main.ts"),
        ({"exports": {".": {"types": "./dist/main.d.ts", "default": "./dist/none.js"}}}, "@me/lib", "src/main.ts"),
        ({"exports": {"./*": "./src/*.ts"}}, "@me/lib/deep/a", "src/deep/a.ts"),
        ({"exports": {"./*": "./src/*", "./deep/*.js": "./dist/main.js"}}, "@me/lib/deep/a.js", "src/main.ts"),
        ({"exports": "./dist/built.js"}, "@me/lib", "src/built.ts"),
        ({"exports": {"./a": [None, {"node": {"import": "./src/deep/a.ts"}}]}}, "@me/lib/a", "src/deep/a.ts"),
        ({}, "@me/lib/src/deep/a", "src/deep/a.ts"),
        ({}, "@me/lib/deep/a", "src/deep/a.ts"),
    ],
)
def test_workspace_packages_lead_to_their_source(manifest: dict[str, Any], specifier: str, found: str) -> None:
    resolve = resolver(
        *(f"libs/lib/{name}" for name in _LIBRARY),
        manifests={"libs/lib/package.json": {"name": "@me/lib", **manifest}},
        packages={"@me/lib": ("libs/lib",)},
    )
    assert resolve("convex/x.ts", specifier) == file(f"libs/lib/{found}")
    assert resolve("libs/lib/test/x.ts", specifier) == file(f"libs/lib/{found}")


def test_of_packages_with_one_name_the_nearest_is_meant() -> None:
    manifests = {f"{at}/lib/package.json": {"name": "lib"} for at in ("a", "b")}
    resolve = resolver("a/lib/index.ts", "b/lib/index.ts", manifests=manifests, packages={"lib": ("a/lib", "b/lib")})
    assert resolve("b/convex/x.ts", "lib") == file("b/lib/index.ts")
    assert resolve("a/convex/x.ts", "lib") == file("a/lib/index.ts")


def test_installed_packages() -> None:
    source = "@convex-dev/component-source"
    exports = {
        ".": {source: "./src/index.ts", "types": "./dist/index.d.ts", "import": "./dist/index.js"},
        "./built": {"types": "./dist/built.d.ts", "import": "./dist/built.js"},
        "./lost": {"types": "./dist/lost.d.ts", "import": "./dist/lost.js"},
    }
    names = ("src/index.ts", "dist/index.js", "dist/built.js", "src/built.ts", "src/lost.ts", "dist/built.d.ts")
    resolve = resolver(
        *(f"node_modules/@x/lib/{name}" for name in names),
        manifests={"node_modules/@x/lib/package.json": {"exports": exports}},
    )

    def installed(name: str, specifier: str) -> Resolution:
        return Resolution(file=f"node_modules/@x/lib/{name}", library=specifier)

    assert resolve("convex/x.ts", "@x/lib") == installed("src/index.ts", "@x/lib")
    assert resolve("convex/x.ts", "@x/lib/built") == installed("dist/built.js", "@x/lib/built")
    assert resolve("convex/x.ts", "@x/lib/lost") == installed("src/lost.ts", "@x/lib/lost")
    assert resolve("convex/x.ts", "@x/lib/none") == package("@x/lib/none")


def test_the_nearest_node_modules_wins() -> None:
    manifests = {"node_modules/l/package.json": {}, "a/node_modules/l/package.json": {}}
    resolve = resolver("node_modules/l/index.js", "a/node_modules/l/index.js", manifests=manifests)
    assert resolve("a/x.ts", "l").file == "a/node_modules/l/index.js"
    assert resolve("b/x.ts", "l").file == "node_modules/l/index.js"


def test_symlinked_packages_are_what_they_lead_to() -> None:
    resolve = resolver(
        "packages/lib/index.ts",
        manifests={"node_modules/lib/package.json": {"name": "lib"}, "packages/lib/package.json": {"name": "lib"}},
        links={"node_modules/lib": "packages/lib"},
    )
    assert resolve("convex/x.ts", "lib") == file("packages/lib/index.ts")
    assert resolve("convex/x.ts", "../node_modules/lib/index") == file("packages/lib/index.ts")


def test_symlinked_functions_folder() -> None:
    resolve = resolver(folders=("be/convex",), links={"web/convex": "be/convex"})
    assert resolve("web/a.ts", "./convex/_generated/api").generated == ("be/convex", "api")


def test_component_of_a_package_by_its_conventional_name() -> None:
    resolve = resolver(
        "pool/src/component/convex.config.ts",
        manifests={"pool/package.json": {"name": "@me/pool"}},
        packages={"@me/pool": ("pool",)},
        folders=("convex", "pool/src/component"),
    )
    for specifier in ("@me/pool/convex.config", "@me/pool/convex.config.js"):
        assert resolve("convex/convex.config.ts", specifier) == file("pool/src/component/convex.config.ts")


@pytest.mark.parametrize("specifier", ["convex/server", "convex", "zod", "node:fs", "@x/y/z", "@", "a//b", "@/"])
def test_what_is_not_there_stays_a_package(specifier: str) -> None:
    manifests = {"node_modules/convex/package.json": {"exports": {"./server": "./server.js"}}}
    resolve = resolver("node_modules/convex/server.js", manifests=manifests)
    assert resolve("convex/x.ts", specifier) == package(specifier)


def test_without_folders_nothing_is_generated() -> None:
    assert resolver(folders=())("a.ts", "@/_generated/api") == package("@/_generated/api")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('import a from "a";', {"a"}),
        ("import 'b'", {"b"}),
        ('import {\n  a,\n  b,\n} from\n  "c";', {"c"}),
        ('export * from "d"; export { x } from "e";', {"d", "e"}),
        ('import type { T } from "f";', {"f"}),
        ('await import("g"); require( "h" ); import f = require("i")', {"g", "h", "i"}),
        ('import"j";export*from"k"', {"j", "k"}),
        ("const from_ = 1;", set()),
        ('import a from "über";', {"über"}),
        ('import a from "l";\r\nimport b from "m";\r\n', {"l", "m"}),
    ],
)
def test_specifiers(text: str, found: set[str]) -> None:
    assert specifiers(text.encode()) == found
