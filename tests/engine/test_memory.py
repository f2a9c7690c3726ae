"""Which project a handful of texts make."""

from __future__ import annotations

from convex_lint.engine.memory import workspace_of
from convex_lint.program.workspace import FunctionsFolder
from tests.trees import APP, COMPONENT, SCHEMA, SERVER


def test_an_app_and_its_clients() -> None:
    workspace = workspace_of({"convex/a.ts": SERVER, "convex/schema.ts": SCHEMA, "src/A.tsx": "", "README.md": "x"})
    assert workspace.folders == (FunctionsFolder("convex", False, None, ("convex/a.ts", "convex/schema.ts")),)
    assert workspace.clients == ("src/A.tsx",)
    assert "README.md" not in workspace.sources


def test_convex_json_names_the_folder() -> None:
    workspace = workspace_of({"convex.json": '{"functions": "src/backend/"}', "src/backend/a.ts": SERVER})
    assert [folder.path for folder in workspace.folders] == ["src/backend"]
    assert workspace.manifest("convex.json") is not None
    broken = workspace_of({"convex.json": "{", "convex/a.ts": SERVER})
    assert [folder.path for folder in broken.folders] == ["convex"]


def test_components_inside_and_outside_of_the_app() -> None:
    workspace = workspace_of(
        {
            "convex/convex.config.ts": APP,
            "convex/a.ts": SERVER,
            "convex/pool/convex.config.ts": COMPONENT,
            "convex/pool/b.ts": SERVER,
            "components/other/convex.config.ts": COMPONENT,
        }
    )
    assert [(folder.path, folder.component) for folder in workspace.folders] == [
        ("convex", False),
        ("components/other", True),
        ("convex/pool", True),
    ]
    assert workspace.folders[0].files == ("convex/a.ts", "convex/convex.config.ts")


def test_a_component_alone() -> None:
    workspace = workspace_of({"src/component/convex.config.ts": COMPONENT, "src/component/a.ts": SERVER})
    assert [(folder.path, folder.component) for folder in workspace.folders] == [("src/component", True)]
