"""Who gets to see what a component shows, told from the texts of the clients."""

from __future__ import annotations

import pytest

from convex_lint.analysis.audience import Audience
from convex_lint.model.subscription import ClientCall
from convex_lint.source import Source, Span


def _audience(files: dict[str, str]) -> Audience:
    return Audience({path: Source(path, text.encode()) for path, text in files.items()})


def _call(file: str, within: str) -> ClientCall:
    return ClientCall("useQuery", True, "a:b", Span(file, 0, 1), within, (), False)


ROUTES = """
import Index from "./pages/Index";
import { Home } from "./Home";
import { Shared } from "./Shared";
const Tables = lazy(() => import("./views/Tables"));
export function App() {
  return (
    <Routes>
      <Route path="/" element={<Home />} />
      <Route path="/dev" element={<ProtectedRoute requireAdmin={true} fallback="/"><Index /></ProtectedRoute>} />
      <Route path="/tables" element={<AdminRoute><Tables /><Shared /></AdminRoute>} />
    </Routes>
  );
}
"""
FILES = {
    "src/App.tsx": ROUTES,
    "src/pages/Index.tsx": "const Index = () => <><Figures /><Shared /></>; export default Index;",
    "src/Figures.tsx": "export const Figures = () => useQuery(api.a.b);",
    "src/Shared.tsx": "export function Shared() { return useQuery(api.a.b); }",
    "src/Home.tsx": "export function Home() { return <Shared />; }",
    "src/ui.ts": "export const plain = 1;",
}


def test_a_component_that_only_a_wrapper_for_administrators_renders_is_theirs() -> None:
    audience = _audience(FILES)
    assert audience.is_admins(_call("src/pages/Index.tsx", "Index"))
    assert audience.is_admins(_call("src/Figures.tsx", "Figures"))


def test_a_component_that_others_render_too_is_everyones() -> None:
    audience = _audience(FILES)
    assert not audience.is_admins(_call("src/Shared.tsx", "Shared"))
    assert not audience.is_admins(_call("src/Home.tsx", "Home"))


def test_a_wrapper_that_lets_everyone_pass_guards_nothing() -> None:
    open_to_all = {**FILES, "src/App.tsx": ROUTES.replace("requireAdmin={true}", "requireAdmin={false}")}
    assert not _audience(open_to_all).is_admins(_call("src/pages/Index.tsx", "Index"))


LEFT_BEHIND = {
    **FILES,
    "src/hooks/usePresence.ts": "export const isOnline = 1; export default usePresence; "
    "export const usePresence = () => useMutation(api.a.b);",
    "src/Facepile.tsx": 'import { isOnline } from "./hooks/usePresence"; export const Facepile = () => isOnline;',
    "src/Old.tsx": "export function Old() { return useQuery(api.a.b); }",
}


def test_what_no_file_names_nobody_sees() -> None:
    audience = _audience(LEFT_BEHIND)
    assert audience.is_nobody(_call("src/Old.tsx", "Old"))
    assert audience.is_nobody(_call("src/hooks/usePresence.ts", "usePresence"))


def test_what_some_file_names_or_takes_as_a_whole_is_seen() -> None:
    audience = _audience(LEFT_BEHIND)
    assert not audience.is_nobody(_call("src/Shared.tsx", "Shared"))
    assert not audience.is_nobody(_call("src/pages/Index.tsx", "Index"))
    used = {**LEFT_BEHIND, "src/Other.tsx": 'import presence from "./hooks/usePresence"; presence();'}
    assert not _audience(used).is_nobody(_call("src/hooks/usePresence.ts", "usePresence"))


def test_pages_that_a_router_mounts_are_seen() -> None:
    routed = {**LEFT_BEHIND, "src/routes/old.tsx": "export function Lost() { return useQuery(api.a.b); }"}
    assert not _audience(routed).is_nobody(_call("src/routes/old.tsx", "Lost"))


def test_where_not_all_files_are_known_nothing_is_said() -> None:
    partly = {"lib/src/Old.tsx": "convex; export function Old() { return useQuery(api.a.b); }"}
    assert not _audience(partly).is_nobody(_call("lib/src/Old.tsx", "Old"))
    astro = {**LEFT_BEHIND, "astro.config.mjs": "export default {};"}
    assert not _audience(astro).is_nobody(_call("src/Old.tsx", "Old"))


COPIED = {
    **LEFT_BEHIND,
    "src/main.tsx": 'import { App } from "@/App"; render(<App />);',
    "src/App.tsx": 'import { Home } from "./Home"; export function App() { return <Home />; }',
    "src/Home.tsx": 'import { Shared } from "./Shared"; export function Home() { return <Shared />; }',
    "src/components - Copy/index.ts": 'export * from "./Home"; export * from "./Shared";',
    "src/components - Copy/Home.tsx": 'import { Shared } from "./Shared"; export function Home() { return <Shared />; }',
    "src/components - Copy/Shared.tsx": "export function Shared() { return useQuery(api.a.b); }",
}


def test_what_no_page_leads_to_nobody_sees_though_other_files_name_it() -> None:
    audience = _audience(COPIED)
    assert audience.is_nobody(_call("src/components - Copy/Shared.tsx", "Shared"))
    assert not audience.is_nobody(_call("src/Shared.tsx", "Shared"))


def test_a_package_that_takes_files_by_a_pattern_may_take_any() -> None:
    globbed = {**COPIED, "src/views.ts": 'export const views = import.meta.glob("./**/*.tsx");'}
    assert not _audience(globbed).is_nobody(_call("src/components - Copy/Shared.tsx", "Shared"))


def test_what_only_pages_of_administrators_lead_to_is_theirs() -> None:
    pages = {
        "src/app/admin/page.tsx": 'import { Board } from "../../Board"; export default () => <Board />;',
        "src/app/page.tsx": 'import { List } from "@/List"; export default () => <List />;',
        "src/Board.tsx": 'import { List } from "./List"; export const Board = () => useQuery(api.a.b) && <List />;',
        "src/List.tsx": "export const List = () => useQuery(api.a.b);",
        "src/ui.ts": "export const plain = 1;",
    }
    assert _audience(pages).is_admins(_call("src/Board.tsx", "Board"))
    assert not _audience(pages).is_admins(_call("src/List.tsx", "List"))


WRITTEN_DOWN = {
    "src/main.tsx": 'import { App } from "./App"; render(<App />);',
    "src/App.tsx": 'import { Home } from "./pages/Home"; export const App = () => '
    '<Routes><Route path="/" element={<Home />} /></Routes>;',
    "src/pages/Home.tsx": "export function Home() { return useQuery(api.a.b); }",
    "src/pages/Music.tsx": "export function Music() { return useQuery(api.a.b); }",
    "src/ui.ts": "export const plain = 1;",
}


def test_a_page_that_no_written_route_leads_to_nobody_sees() -> None:
    audience = _audience(WRITTEN_DOWN)
    assert audience.is_nobody(_call("src/pages/Music.tsx", "Music"))
    assert not audience.is_nobody(_call("src/pages/Home.tsx", "Home"))


def test_where_a_framework_mounts_pages_by_their_place_all_are_seen() -> None:
    framework = {
        **WRITTEN_DOWN,
        "src/Go.tsx": 'import Link from "next/link"; export const Go = () => <Link href="/" />;',
    }
    assert not _audience(framework).is_nobody(_call("src/pages/Music.tsx", "Music"))


BY_ROLE = {
    "src/main.tsx": 'import { Start } from "./Start"; render(<Start />);',
    "src/Start.tsx": """
import { Figures } from "./Figures";
import { Lessons } from "./Lessons";
export function Start({ me }) {
  switch (me.role) {
    case "pupil":
      return <Lessons of={me} />;
    %s
      return <Figures of={me} />;
    default:
      return <Lessons of={me} />;
  }
}
""",
    "src/Figures.tsx": "export function Figures() { return useQuery(api.a.b); }",
    "src/Lessons.tsx": "export function Lessons() { return useQuery(api.a.b); }",
}


@pytest.mark.parametrize(
    ("cases", "admins"),
    [('case "admin":', True), ('case "tutor":', False), ('case "tutor":\n    case "admin":', False)],
)
def test_what_is_rendered_for_the_role_of_an_administrator_is_theirs(cases: str, admins: bool) -> None:
    audience = _audience({file: text.replace("%s", cases) for file, text in BY_ROLE.items()})
    assert audience.is_admins(_call("src/Figures.tsx", "Figures")) is admins
    assert not audience.is_admins(_call("src/Lessons.tsx", "Lessons"))
