"""Code of clients to which nothing that runs leads."""

from __future__ import annotations

import pytest

from convex_lint.analysis.audience import Audience
from convex_lint.model.subscription import ClientCall
from convex_lint.source import Source, Span

APP = {
    "src/main.tsx": 'import { App } from "./App";\nrender(<App />);\n',
    "src/App.tsx": 'import { Home } from "./Home";\nexport function App() {\n  return <Home />;\n}\n',
    "src/Home.tsx": "export function Home() {\n  return <p />;\n}\n",
    "src/plain.ts": "export const plain = 1;\n",
}
HOOK = "export function useNotes() {\n  return useQuery(api.notes.list);\n}\n"
PANEL = 'import { useNotes } from "./notes";\nexport function Panel() {\n  return useNotes();\n}\n'
BARREL = (
    'export { useNotes } from "./notes";\nexport { Panel } from "./panel";\nexport { default as Side } from "./Side";\n'
)
SIDE = "export default function Side() {\n  return useQuery(api.notes.list);\n}\n"
LEFT = {
    "src/parts/notes.ts": HOOK,
    "src/parts/panel.tsx": PANEL,
    "src/parts/Side.tsx": SIDE,
    "src/parts/index.ts": BARREL,
    "src/Home.tsx": 'import { plain } from "./parts";\nexport function Home() {\n  return plain;\n}\n',
}


def _is_nobody(files: dict[str, str], file: str, hook: str = "useQuery") -> bool:
    every = {**APP, **LEFT, **files}
    call = _call(every, file, hook)
    shown = ClientCall("useQuery", True, "a:b", Span("src/main.tsx", 40, 41), "", (), False)
    return _audience(every).seen([call, shown]) == (shown,)


def _call(files: dict[str, str], file: str, hook: str = "useQuery") -> ClientCall:
    start = files[file].index(hook)
    return ClientCall("useQuery", True, "a:b", Span(file, start, start + 1), "", (), False)


def _audience(files: dict[str, str]) -> Audience:
    return Audience({path: Source(path, text.encode()) for path, text in files.items()})


def _home(imported: str, code: str) -> dict[str, str]:
    return {"src/Home.tsx": f"{imported}\nexport function Home() {{\n  return {code};\n}}\n"}


@pytest.mark.parametrize("file", ["src/parts/notes.ts", "src/parts/Side.tsx"])
def test_what_only_left_components_and_barrels_name_is_idle(file: str) -> None:
    assert _is_nobody({}, file)


@pytest.mark.parametrize(
    ("imported", "code"),
    [
        ('import { Panel } from "./parts";', "<Panel />"),
        ('import { Panel as Own } from "./parts";', "<Own />"),
        ('import * as parts from "./parts";', "<parts.Panel />"),
        ("", 'lazy(() => import("./parts").then((all) => ({ default: all.Panel })))'),
    ],
)
def test_what_a_page_names_runs_with_all_that_it_uses(imported: str, code: str) -> None:
    assert not _is_nobody(_home(imported, code), "src/parts/notes.ts")


@pytest.mark.parametrize(
    ("imported", "code"),
    [
        ('import { Side } from "./parts";', "<Side />"),
        ('import Any from "./parts/Side";', "<Any />"),
        ("", 'lazy(() => import("./parts/Side"))'),
        ('import { default as Any } from "./parts/Side";', "<Any />"),
    ],
)
def test_a_default_export_is_taken_by_its_path(imported: str, code: str) -> None:
    assert not _is_nobody(_home(imported, code), "src/parts/Side.tsx")


def test_an_import_alone_is_no_use() -> None:
    assert _is_nobody(_home('import { Panel } from "./parts";', "<p />"), "src/parts/notes.ts")
    assert _is_nobody(_home('import Side from "./parts/Side";', "<p />"), "src/parts/Side.tsx")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (
            "src/parts/routes.tsx",
            'import { Panel } from "./panel";\nexport const Route = make({ component: Panel });\n',
        ),
        ("src/parts/start.ts", 'import { Panel } from "./panel";\nregister(Panel);\n'),
        ("src/server/work.ts", 'import { useNotes } from "../parts/notes";\nexport const run = () => useNotes();\n'),
        ("src/proxy.ts", 'import { useNotes } from "./parts/notes";\nexport const proxy = () => useNotes();\n'),
        ("src/parts/agent.ts", 'import { useNotes } from "./notes";\nexport default make(() => useNotes());\n'),
        ("src/View.vue", "<template><Panel /></template>"),
    ],
    ids=[
        "a route",
        "what runs with the file",
        "a folder of a server",
        "what a framework asks for",
        "what a program is given",
        "a view",
    ],
)
def test_what_starts_by_itself_runs(file: str, text: str) -> None:
    files = {file: text, **_home('import "./parts";', "<p />")}
    assert not _is_nobody(files, "src/parts/notes.ts")


def test_what_a_package_offers_others_may_take() -> None:
    assert not _is_nobody({"src/index.ts": 'export * from "./parts";\n'}, "src/parts/notes.ts")
    assert not _is_nobody({"src/index.ts": 'export { useNotes } from "./parts";\n'}, "src/parts/notes.ts")


def test_hooks_beside_the_pages_of_an_app_are_no_pages() -> None:
    files = {"app/hooks/useOld.ts": HOOK.replace("useNotes", "useOld"), "app/layout.tsx": 'import "./hooks/useOld";\n'}
    assert _is_nobody(files, "app/hooks/useOld.ts")
    files["app/page.tsx"] = files.pop("app/hooks/useOld.ts")
    assert not _is_nobody(files, "app/page.tsx")


def test_code_that_is_not_indented_is_not_told_apart() -> None:
    assert not _is_nobody({"src/parts/notes.ts": HOOK.replace("  return", "const all =")}, "src/parts/notes.ts")


QUERIES = "export const queries = {\n  list: () => convexQuery(api.notes.list),\n  low: () => convexQuery(api.notes.low),\n};\n"


@pytest.mark.parametrize(
    ("code", "idle"),
    [
        ("use(queries.list())", True),
        ("use(queries.list(), queries.low())", False),
        ("use(queries)", False),
        ("use(queries[kind]())", False),
    ],
)
def test_a_part_of_an_object_that_nobody_takes(code: str, idle: bool) -> None:
    files = {"src/queries.ts": QUERIES, **_home('import { queries } from "./queries";', code)}
    assert _is_nobody(files, "src/queries.ts", "convexQuery(api.notes.low") is idle
    assert not _is_nobody(files, "src/queries.ts", "convexQuery(api.notes.list")


def test_a_part_that_another_part_takes() -> None:
    for taken in ("queries.low()", "this.low()"):
        inside = QUERIES.replace("convexQuery(api.notes.list)", f"convexQuery(api.notes.list, {taken})")
        files = {"src/queries.ts": inside, **_home('import { queries } from "./queries";', "use(queries.list())")}
        assert not _is_nobody(files, "src/queries.ts", "convexQuery(api.notes.low")


def test_a_file_of_nothing_but_comments_has_no_statements() -> None:
    assert _is_nobody({"src/empty.ts": "/* useNotes */\n"}, "src/parts/notes.ts")


def test_where_most_code_waits_for_its_pages_it_counts() -> None:
    every = {**APP, **LEFT}
    calls = [_call(every, "src/parts/notes.ts"), _call(every, "src/parts/Side.tsx")]
    shown = ClientCall("useQuery", True, "a:b", Span("src/main.tsx", 40, 41), "", (), False)
    assert _audience(every).seen([*calls, shown]) == (*calls, shown)
    assert _audience(every).seen([*calls, shown, shown]) == (shown, shown)


HANDS_ON = """
export function useBoard() {
  const featured = useQuery(api.notes.featured);
  const all = useQuery(api.notes.all);
  return {
    featured: featured ?? [],
    all,
    isLoading: featured === undefined,
  };
}
"""


@pytest.mark.parametrize(
    ("code", "text", "found"),
    [
        ("useBoard().all", HANDS_ON, ("useBoard", "featured")),
        ("useBoard().featured", HANDS_ON, None),
        ("useBoard().all", HANDS_ON.replace("isLoading: featured", "isLoading: read(featured)"), None),
        ("useBoard().all", HANDS_ON.replace("useBoard", "Board"), None),
        ("useBoard().all", HANDS_ON.replace("featured: featured ?? []", "featured"), ("useBoard", "featured")),
        ("useBoard().all", HANDS_ON.replace("featured: featured ?? []", "first: featured[0]"), None),
    ],
)
def test_a_result_that_a_hook_hands_on_to_nobody(code: str, text: str, found: tuple[str, str] | None) -> None:
    every = {**APP, **_home('import { useBoard } from "./board";', code), "src/board.ts": text}
    assert _audience(every).unread(_call(every, "src/board.ts", "useQuery(api.notes.featured")) == found
