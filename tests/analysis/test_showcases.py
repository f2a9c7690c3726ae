"""Which files of a run are no product, and when that is no matter."""

from __future__ import annotations

import json

import pytest

from convex_lint.analysis.showcases import Showcases
from convex_lint.program.workspace import FunctionsFolder, Workspace

APP = "apps/web/convex"


def holds(file: str, folder: str, *named: str, beside: str = APP, root: str = "") -> bool:
    return Showcases([folder, beside], [root] if root else (), named).holds(file)


@pytest.mark.parametrize(
    "project",
    [
        "example",
        "examples/next",
        "demo",
        "packages/x/private-demos/actions",
        "chat-demo",
        "docs/tutorial",
        "packages/quickstart-react",
        "playground",
        "test",
        "packages/integration-tests",
        "e2e",
        "fixtures/basic",
        "scenario-fixtures/bare",
        "benchmark",
        "tools/load-generator",
        "simulation",
        "scenario-runner",
        "vendor/chat",
        "third_party/chat",
        "packages/convex-backend-main/npm-packages/version",
        ".agents/skills/app",
    ],
)
def test_what_folders_say(project: str) -> None:
    assert holds(f"{project}/convex/a.ts", f"{project}/convex")
    assert holds(f"{project}/src/App.tsx", f"{project}/convex")
    assert not holds("apps/web/convex/a.ts", f"{project}/convex")


@pytest.mark.parametrize(
    "project", ["", "apps/web", "packages/backend", "apps/test-prep", "apps/scenario-planner", "template", "main"]
)
def test_products(project: str) -> None:
    folder = f"{project}/convex".lstrip("/")
    assert not holds(f"{folder}/a.ts", folder)


def test_names_inside_of_a_product_speak_of_the_product() -> None:
    for file in ("apps/web/convex/demo/a.ts", "apps/web/app/examples/page.tsx", "apps/web/src/test/App.tsx"):
        assert not holds(file, "example/convex")


def test_a_component_is_the_product_beside_its_example() -> None:
    shows = Showcases(["example/convex", "src/component"], ["example"])
    assert shows.holds("example/convex/a.ts")
    assert shows.holds("example/app/page.tsx")
    assert not shows.holds("src/component/lib.ts")
    assert not shows.holds("src/react/index.ts")


@pytest.mark.parametrize(
    "named", ["examples/next", "examples", "examples/next/convex", "examples/next/convex/a.ts", "examples/next/src"]
)
def test_what_is_named_is_wanted(named: str) -> None:
    file, folder = "examples/next/convex/a.ts", "examples/next/convex"
    assert not holds(file, folder, named, root="examples/next")
    assert not holds(file, folder, "apps", named, root="examples/next")
    assert holds(file, folder, "apps", "", root="examples/next")


def test_only_what_is_below_counts() -> None:
    assert holds(
        "examples/next/e2e/convex/a.ts", "examples/next/e2e/convex", "examples/next", beside="examples/next/convex"
    )


def test_where_all_is_to_be_shown_nothing_is_set_aside() -> None:
    assert not Showcases(["demo/convex", "examples/next/convex"]).holds("demo/convex/a.ts")
    assert not Showcases(()).holds("demo/convex/a.ts")


_LIBRARY = {"name": "convex-hooks", "files": ["dist", "!dist/**/*.test.*"], "peerDependencies": {"convex": "^1.25.0"}}


def _published(*named: str, **other: object) -> bool:
    folder = FunctionsFolder("src/convex", False, None, ("src/convex/tasks.ts",))
    manifests = {"package.json": json.dumps({**_LIBRARY, **other})}
    return Showcases.of([Workspace("", (folder,), {}, manifests=manifests)], named or ("",)).holds(folder.files[0])


def test_a_library_keeps_the_functions_that_try_it_out() -> None:
    assert _published()
    assert not _published(private=True)
    assert not _published(files=["dist", "src/**/*.ts"])
    assert not _published(peerDependencies={"svelte": "^5.0.0"}, dependencies={"convex": "^1.25.0"})
    assert not _published("src/convex")


def test_a_manifest_that_cannot_be_read_publishes_nothing() -> None:
    folder = FunctionsFolder("convex", False, None, ("convex/a.ts",))
    for text in ("", "{", "[]", '{"files": 3, "peerDependencies": {"convex": "*"}}'):
        assert not Showcases.of([Workspace("", (folder,), {}, manifests={"package.json": text})]).holds("convex/a.ts")
