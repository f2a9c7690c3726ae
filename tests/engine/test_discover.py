"""Which projects are found, and which folders belong to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from convex_lint.engine.discover import discover, run_root
from convex_lint.errors import NoProjectError, UsageError
from convex_lint.program.workspace import Workspace
from tests.trees import APP, COMPONENT, SCHEMA, SERVER, write


def found(*paths: Path, root: Path) -> list[list[str]]:
    """The functions folders of each workspace."""
    return [[folder.path for folder in w.folders] for w in discover(paths, root=root)]


def only(workspaces: list[Workspace]) -> Workspace:
    assert len(workspaces) == 1
    return workspaces[0]


def test_default_folder_with_a_schema(tmp_path: Path) -> None:
    write(tmp_path, {"package.json": "{}", "convex/schema.ts": SCHEMA, "convex/a.ts": SERVER})
    workspace = only(discover([tmp_path], root=tmp_path))
    assert workspace.root == ""
    assert workspace.folders[0].path == "convex"
    assert workspace.folders[0].component is False
    assert workspace.folders[0].files == ("convex/a.ts", "convex/schema.ts")
    assert set(workspace.sources) == {"convex/a.ts", "convex/schema.ts"}


@pytest.mark.parametrize(
    "evidence",
    [
        {"convex/_generated/api.d.ts": "export {}"},
        {"convex/convex.config.ts": APP},
        {"convex/tsconfig.json": "{ /* This TypeScript project config describes Convex functions */ }"},
        {"convex/b.ts": 'import { v } from "convex/values";'},
        {"convex/deep/er/b.js": "import { query } from '../../_generated/server.js';"},
    ],
)
def test_what_tells_a_functions_folder(tmp_path: Path, evidence: dict[str, str]) -> None:
    write(tmp_path, {"convex/plain.ts": "export const a = 1;", **evidence})
    assert found(tmp_path, root=tmp_path) == [["convex"]]


def test_a_folder_that_is_only_called_convex_is_none(tmp_path: Path) -> None:
    write(tmp_path, {"src/convex/hull.ts": "export const hull = 1;"})
    with pytest.raises(NoProjectError):
        discover([tmp_path], root=tmp_path)


def test_a_library_folder_called_convex_gives_way_to_the_functions_folder(tmp_path: Path) -> None:
    files = {"package.json": "{}", "convex/schema.ts": SCHEMA, "src/file/convex/a.ts": 'import "convex/server";'}
    write(tmp_path, files)
    assert found(tmp_path, root=tmp_path) == [["convex"]]


def test_a_package_called_convex_is_not_the_functions_folder_by_its_name(tmp_path: Path) -> None:
    write(tmp_path, {"convex/package.json": "{}", "convex/src/client.ts": 'import "convex/server";'})
    with pytest.raises(NoProjectError):
        discover([tmp_path], root=tmp_path)
    write(tmp_path, {"convex/a.ts": SERVER})
    assert found(tmp_path, root=tmp_path) == [["convex"]]


def test_a_copy_of_the_generated_code_is_no_project(tmp_path: Path) -> None:
    generated = {"convex/_generated/api.d.ts": "export {}", "package.json": "{}"}
    other = {f"service/{name}": text for name, text in generated.items()}
    client = 'import { ConvexHttpClient } from "convex/browser";'
    write(tmp_path, {**generated, **other, "convex/schema.ts": SCHEMA, "service/src/main.ts": client})
    workspace = only(discover([tmp_path], root=tmp_path))
    assert [folder.path for folder in workspace.folders] == ["convex"]
    assert "service/src/main.ts" in workspace.clients


def test_generated_code_alone_is_a_project_all_the_same(tmp_path: Path) -> None:
    write(tmp_path, {"package.json": "{}", "convex/_generated/api.d.ts": "export {}"})
    assert found(tmp_path, root=tmp_path) == [["convex"]]


def test_a_folder_in_a_functions_folder_is_no_project(tmp_path: Path) -> None:
    write(tmp_path, {"convex/schema.ts": SCHEMA, "convex/package.json": "{}", "convex/convex/schema.ts": SCHEMA})
    assert found(tmp_path, root=tmp_path) == [["convex"]]


def test_convex_json_with_comments(tmp_path: Path) -> None:
    settings = '{\n  // where it is\n  "functions": "server/functions/", /* , */\n}'
    write(tmp_path, {"convex.json": settings, "server/functions/a.ts": SERVER, "server/other.ts": SERVER})
    workspace = only(discover([tmp_path], root=tmp_path))
    assert workspace.folders[0].path == "server/functions"
    assert workspace.folders[0].files == ("server/functions/a.ts",)
    assert workspace.manifests["convex.json"] == settings


def test_convex_json_wins_over_another_folder_of_the_same_project(tmp_path: Path) -> None:
    files = {
        "convex.json": '{"functions": "example/convex"}',
        "example/convex/a.ts": SERVER,
        "convex/schema.ts": SCHEMA,
    }
    write(tmp_path, {"package.json": "{}", **files})
    assert found(tmp_path, root=tmp_path) == [["example/convex"]]


def test_broken_convex_json_is_a_notice(tmp_path: Path) -> None:
    write(tmp_path, {"convex.json": "{ nope", "convex/a.ts": SERVER})
    workspace = only(discover([tmp_path], root=tmp_path))
    assert workspace.folders[0].path == "convex"
    (notice,) = workspace.notices
    assert notice.file == "convex.json"
    assert "not valid JSON" in notice.message


def test_convex_json_that_names_no_folder_is_a_notice(tmp_path: Path) -> None:
    write(tmp_path, {"convex.json": '{"functions": "gone/"}', "convex/a.ts": SERVER})
    (notice,) = only(discover([tmp_path], root=tmp_path)).notices
    assert "'gone/'" in notice.message


def test_convex_json_may_not_lead_outside(tmp_path: Path) -> None:
    write(tmp_path, {"outside/a.ts": SERVER, "in/convex.json": '{"functions": "../outside"}'})
    with pytest.raises(NoProjectError) as error:
        discover([tmp_path / "in"], root=tmp_path / "in")
    assert "convex.json" in error.value.help


def test_create_react_app(tmp_path: Path) -> None:
    write(tmp_path, {"package.json": "{}", "src/convex/schema.js": SCHEMA, "src/App.jsx": "export default 1"})
    workspace = only(discover([tmp_path], root=tmp_path))
    assert (workspace.root, workspace.folders[0].path) == ("", "src/convex")


def test_monorepo_with_several_projects(tmp_path: Path) -> None:
    files = {}
    for project in ("apps/a", "apps/b", "packages/backend"):
        files[f"{project}/package.json"] = "{}"
        files[f"{project}/convex/schema.ts"] = SCHEMA
    write(tmp_path, {"package.json": '{"workspaces": ["apps/*"]}', **files})
    assert found(tmp_path, root=tmp_path) == [["apps/a/convex"], ["apps/b/convex"], ["packages/backend/convex"]]
    assert [w.root for w in discover([tmp_path], root=tmp_path)] == ["apps/a", "apps/b", "packages/backend"]
    assert found(tmp_path / "apps", root=tmp_path) == [["apps/a/convex"], ["apps/b/convex"]]
    assert found(tmp_path / "apps/b", tmp_path / "packages", root=tmp_path) == [
        ["apps/b/convex"],
        ["packages/backend/convex"],
    ]
    one = only(discover([tmp_path / "apps/b"], root=tmp_path))
    assert one.elsewhere == ("apps/a/convex", "packages/backend/convex")


def test_a_path_between_projects_means_the_innermost_around_it(tmp_path: Path) -> None:
    files = {"package.json": "{}", "convex/schema.ts": SCHEMA, "a/package.json": "{}", "a/convex/schema.ts": SCHEMA}
    write(tmp_path, {**files, "a/src/x.ts": "", "b/x.ts": ""})
    assert found(tmp_path / "a/src", root=tmp_path) == [["a/convex"]]
    assert found(tmp_path / "b", root=tmp_path) == [["convex"]]


@pytest.mark.parametrize("named", ["convex", "convex/deep", "convex/deep/a.ts", "src", "src/App.tsx"])
def test_a_path_inside_of_the_project(tmp_path: Path, named: str) -> None:
    files = {"package.json": "{}", "convex/schema.ts": SCHEMA, "convex/deep/a.ts": SERVER, "src/App.tsx": "export {}"}
    write(tmp_path, files)
    workspace = only(discover([tmp_path / named], root=tmp_path))
    assert workspace.folders[0].files == ("convex/deep/a.ts", "convex/schema.ts")


def test_a_functions_folder_without_any_mark_when_it_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"backend/fns/a.ts": SERVER})
    with pytest.raises(NoProjectError):
        discover([tmp_path], root=tmp_path)
    assert found(tmp_path / "backend/fns", root=tmp_path) == [["backend/fns"]]


def test_component_next_to_its_example(tmp_path: Path) -> None:
    config = 'import pool from "@me/pool/convex.config.js";\n' + APP
    exports = '{"./convex.config": {"types": "./dist/component/convex.config.d.ts"}, "./convex.config.js": {'
    exports += '"default": "./dist/component/convex.config.js"}}'
    write(
        tmp_path,
        {
            "package.json": f'{{"name": "@me/pool", "exports": {exports}}}',
            "convex.json": '{"functions": "example/convex"}',
            "example/convex/convex.config.ts": config,
            "example/convex/a.ts": SERVER,
            "src/component/convex.config.ts": COMPONENT,
            "src/component/lib.ts": SERVER,
        },
    )
    workspace = only(discover([tmp_path], root=tmp_path))
    assert [(f.path, f.component, f.config) for f in workspace.folders] == [
        ("example/convex", False, "example/convex/convex.config.ts"),
        ("src/component", True, "src/component/convex.config.ts"),
    ]


def test_component_nested_in_the_app(tmp_path: Path) -> None:
    files = {"convex/schema.ts": SCHEMA, "convex/pool/convex.config.js": COMPONENT, "convex/pool/a.ts": SERVER}
    write(tmp_path, files)
    app, component = only(discover([tmp_path], root=tmp_path)).folders
    assert app.files == ("convex/schema.ts",)
    assert component == ("convex/pool", True, "convex/pool/convex.config.js", tuple(sorted(files)[:2]))


def test_component_of_a_workspace_package_and_what_it_uses_itself(tmp_path: Path) -> None:
    inner = 'import leaf from "../leaf/convex.config";\n' + COMPONENT
    write(
        tmp_path,
        {
            "package.json": '{"workspaces": ["packages/*"]}',
            "packages/app/package.json": "{}",
            "packages/app/convex/convex.config.ts": 'import p from "pool/convex.config";\n' + APP,
            "packages/pool/package.json": '{"name": "pool"}',
            "packages/pool/src/convex.config.ts": inner,
            "packages/pool/leaf/convex.config.ts": COMPONENT,
            "packages/lone/src/convex.config.ts": COMPONENT,
        },
    )
    assert found(tmp_path, root=tmp_path) == [
        ["packages/app/convex", "packages/pool/src", "packages/pool/leaf"],
        ["packages/lone/src"],
    ]


def test_a_component_that_another_uses_is_no_workspace_of_its_own(tmp_path: Path) -> None:
    inner = {"a/convex.config.ts": COMPONENT, "b/convex.config.ts": 'import a from "../a/convex.config";\n' + COMPONENT}
    write(tmp_path, inner)
    assert found(tmp_path, root=tmp_path) == [["b", "a"]]


def test_component_package_without_an_app(tmp_path: Path) -> None:
    write(tmp_path, {"package.json": "{}", "src/component/convex.config.mts": COMPONENT, "src/component/a.ts": SERVER})
    (folder,) = only(discover([tmp_path], root=tmp_path)).folders
    assert folder.component is True
    assert folder.config == "src/component/convex.config.mts"


def test_what_a_component_was_compiled_to_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, {"src/component/convex.config.ts": COMPONENT, "dist/component/convex.config.js": COMPONENT})
    assert found(tmp_path, root=tmp_path) == [["src/component"]]


def test_a_project_inside_of_node_modules_when_it_is_named(tmp_path: Path) -> None:
    package = tmp_path / "node_modules/pool"
    write(package, {"package.json": '{"name": "pool"}', "src/component/convex.config.ts": COMPONENT})
    write(tmp_path, {"package.json": "{}", "src/app.ts": 'import "convex/react";'})
    workspace = only(discover([package], root=tmp_path))
    assert [folder.path for folder in workspace.folders] == ["node_modules/pool/src/component"]
    assert workspace.clients == ()
    with pytest.raises(NoProjectError):
        discover([tmp_path], root=tmp_path)


def test_javascript_only(tmp_path: Path) -> None:
    names = ["a.js", "b.mjs", "c.cjs", "d.jsx", "schema.js"]
    write(tmp_path, {f"convex/{name}": SERVER for name in names})
    assert only(discover([tmp_path], root=tmp_path)).folders[0].files == tuple(f"convex/{name}" for name in names)


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="gone"):
        discover([tmp_path / "gone"], root=tmp_path)


def test_a_path_outside_of_the_root(tmp_path: Path) -> None:
    write(tmp_path, {"a/x.ts": "", "b/convex/schema.ts": SCHEMA})
    with pytest.raises(UsageError, match="outside"):
        discover([tmp_path / "b"], root=tmp_path / "a")


def test_the_root_is_the_top_of_the_repository(tmp_path: Path) -> None:
    write(tmp_path, {".git/HEAD": "", "apps/a/package.json": "{}", "apps/a/convex/schema.ts": SCHEMA})
    assert run_root([tmp_path / "apps/a/convex/schema.ts"]) == tmp_path
    assert only(discover([tmp_path / "apps/a/convex"])).folders[0].path == "apps/a/convex"


def test_without_a_repository_the_root_is_the_package_around_the_paths(tmp_path: Path) -> None:
    write(tmp_path, {"p/package.json": "{}", "p/convex/deep/a.ts": SERVER, "q/convex/a.ts": SERVER})
    assert run_root([tmp_path / "p/convex/deep/a.ts"]) == tmp_path / "p"
    assert run_root([tmp_path / "q/convex/a.ts"]) == tmp_path / "q"
    assert run_root([tmp_path / "p/convex", tmp_path / "q"]) == tmp_path


def test_a_functions_folder_that_is_the_root_itself(tmp_path: Path) -> None:
    write(tmp_path, {"convex.config.ts": COMPONENT, "a.ts": SERVER, "deep/b.ts": SERVER})
    (folder,) = only(discover([tmp_path], root=tmp_path)).folders
    assert folder == ("", True, "convex.config.ts", ("a.ts", "convex.config.ts", "deep/b.ts"))


def test_a_package_json_in_the_home_folder_is_a_stray_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    write(tmp_path, {"package.json": "{}", "p/convex/schema.ts": SCHEMA})
    assert run_root([tmp_path / "p/convex"]) == tmp_path / "p"
