"""The bundler's rules: which files are modules, under which path, in which environment."""

from __future__ import annotations

import pytest

from convex_lint.program.entrypoints import directives, entry_points, is_deployable, module_path
from convex_lint.source import Source

CODE = b"export const a = 1;\n"


def paths(texts: dict[str, bytes], folder: str = "convex", nested: tuple[str, ...] = ()) -> list[str]:
    sources = {path: Source(path, text) for path, text in texts.items()}
    return [entry.path for entry in entry_points(folder, sources, sources, nested)]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("a.ts", "a"),
        ("dir/mod.tsx", "dir/mod"),
        ("a.js", "a"),
        ("a.jsx", "a"),
        ("a.mts", "a"),
        ("a.cts", "a"),
        ("a.mjs", "a"),
        ("a.cjs", "a"),
        ("dir/index.ts", "dir/index"),
        ("a-b.ts", "a-b"),
        ("schema.tsx", "schema"),
        ("deep/_generated/a.ts", "deep/_generated/a"),
        ("_generated/api.ts", None),
        ("schema.ts", None),
        ("schema.js", None),
        ("deep/schema.ts", None),
        ("x.test.ts", None),
        ("auth.config.ts", None),
        ("convex.config.ts", None),
        ("x.d.ts", None),
        (".hidden.ts", None),
        (".a.ts", None),
        ("#a.ts", None),
        ("a b.ts", None),
        ("a dir/b.ts", None),
        ("a.json", None),
    ],
)
def test_names(name: str, path: str | None) -> None:
    assert module_path("convex", f"convex/{name}") == path


def test_a_functions_folder_that_is_the_root() -> None:
    assert module_path("", "dir/mod.ts") == "dir/mod"


@pytest.mark.parametrize("text", [b"", b"const a = 1;\n", b"// import nothing\n", b"/* export */ const a = 1;"])
def test_typescript_without_import_or_export_line_is_none(text: bytes) -> None:
    assert paths({"convex/a.ts": text, "convex/b.tsx": text, "convex/c.js": text, "convex/d.mts": text}) == ["c", "d"]


@pytest.mark.parametrize("text", [b"import 'x'", b"let a;\n\texport { a }", b"let a;\r\n\r\n  export default a;\r\n"])
def test_an_import_or_export_line_makes_a_module(text: bytes) -> None:
    assert paths({"convex/a.ts": text}) == ["a"]


def test_nested_components_are_left_out() -> None:
    files = {"convex/a.ts": CODE, "convex/pool/b.ts": CODE, "convex/pools/c.ts": CODE}
    assert paths(files, nested=("convex/pool",)) == ["a", "pools/c"]


def test_sorted_by_file() -> None:
    assert paths({"convex/b.ts": CODE, "convex/a.ts": CODE}) == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b'"use node";\nexport {}', ("use node",)),
        (b"'use node'\r\nexport {}", ("use node",)),
        (b'/* a */ // b\n\n"use strict"; "use node";', ("use strict", "use node")),
        (b'#!/usr/bin/env node\n"use node"\n', ("use node",)),
        (b'"use node" // why\nexport {}', ("use node",)),
        (b'"use node"', ("use node",)),
        (b'"use node" + 1;', ()),
        (b'"use node".length;', ()),
        (b'export {};\n"use node";', ()),
        (b'// "use node"\nexport {}', ()),
        (b"", ()),
        (b"/" * 50_000, ()),
        (b" " * 50_000 + b"x", ()),
        (b"/*" * 20_000, ()),
    ],
)
def test_directives(text: bytes, found: tuple[str, ...]) -> None:
    assert directives(text) == found


def test_use_node_reaches_the_entry_point() -> None:
    sources = {"convex/a.ts": Source("convex/a.ts", b'"use node";\nexport {}')}
    (entry,) = entry_points("convex", sources, sources)
    assert entry == ("convex/a.ts", "a", True)


@pytest.mark.parametrize(
    ("path", "good"),
    [
        ("a", True),
        ("a_b/C.d9", True),
        ("a-b", False),
        ("ü", False),
        ("x" * 64, True),
        ("x" * 65, False),
        ("a/b-c", False),
    ],
)
def test_paths_that_the_server_takes(path: str, good: bool) -> None:
    assert is_deployable(path) is good
