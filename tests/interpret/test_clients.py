"""Client call sites: every library, re-exports, wrappers, single-file components."""

from __future__ import annotations

import pytest

from convex_lint.model.value import UNKNOWN, Literal
from tests.interpret.client_app import API, REACT, app, call, calls, subscribed


@pytest.mark.parametrize(
    ("code", "hook"),
    [
        (REACT + "export function App() { return useQuery(api.notes.list); }", "useQuery"),
        (REACT + 'export function App() { return useQuery(api.notes.list, true ? {} : "skip"); }', "useQuery"),
        (REACT + "export const App = () => { usePaginatedQuery(api.notes.list, {}, {}); };", "usePaginatedQuery"),
        (REACT + "export const App = memo(() => { useQueries({ a: { query: api.notes.list, args: {} } }); });", "useQueries"),
        (
            REACT + "export const App = (props) => { const q = useMemo(() => Object.fromEntries(props.ids.map((id) =>"
            "[id, { query: api.notes.list, args: { id } }])), []); useQueries(q); };",
            "useQueries",
        ),
        (
            REACT + "export function App({ all }: { all: Preloaded<typeof api.notes.list> }) { usePreloadedQuery(all); }",
            "usePreloadedQuery",
        ),
        (
            'import { useQuery_experimental } from "convex/react";' + API
            + "export function App() { useQuery_experimental({ query: api.notes.list, args: {} }); }",
            "useQuery_experimental",
        ),
        (
            'import * as convex from "convex/react";' + API + "export function App() { convex.useQuery(api.notes.list); }",
            "useQuery",
        ),
        (
            'import { useQuery } from "@tanstack/react-query"; import { convexQuery } from "@convex-dev/react-query";' + API
            + "export function App() { useQuery({ ...convexQuery(api.notes.list, {}), gcTime: 0 }); }",
            "convexQuery",
        ),
        (
            'import { useQuery } from "convex-helpers/react/cache";' + API + "export function App() { useQuery(api.notes.list); }",
            "useQuery",
        ),
        (
            'import { makeUseQueryWithStatus } from "convex-helpers/react"; import { useQueries } from "convex/react";' + API
            + "const useStatus = makeUseQueryWithStatus(useQueries); export function App() { useStatus(api.notes.list); }",
            "useQuery",
        ),
        (
            'import { useSessionQuery } from "convex-helpers/react/sessions";' + API
            + "export function App() { useSessionQuery(api.notes.list); }",
            "useSessionQuery",
        ),
        (API + "export function App({ client }) { client.onUpdate(api.notes.list, {}, show); }", "client.onUpdate"),
        (API + "export function App({ client }) { client.watchQuery(api.notes.list, {}); }", "client.watchQuery"),
        (REACT + "const { list } = api.notes; export function App() { useQuery(list); }", "useQuery"),
        (REACT + 'export function App() { useQuery((api as any)["notes"].list); }', "useQuery"),
        (REACT + 'export function App() { useQuery("notes:list"); }', "useQuery"),
    ],
)  # fmt: skip
def test_subscriptions_of_every_library(code: str, hook: str) -> None:
    assert subscribed(code) == [(hook, "notes:list", "App")]


@pytest.mark.parametrize(
    "code",
    [
        API + "export async function App({ client }) { await client.query(api.notes.list, {}); }",
        'import { fetchQuery } from "convex/nextjs";' + API + "export async function App() { await fetchQuery(api.notes.list); }",
        'import { preloadQuery } from "convex/nextjs";' + API + "export async function App() { await preloadQuery(api.notes.list); }",
    ],
)  # fmt: skip
def test_questions_that_are_asked_once(code: str) -> None:
    found = call(code)
    assert (found.target, found.subscribes) == ("notes:list", False)


def test_an_optimistic_update_is_no_client_call() -> None:
    found = calls(
        REACT + "export function App() { const save = useMutation(api.notes.save).withOptimisticUpdate((store) => {"
        "store.setQuery(api.notes.list, {}, store.getQuery(api.notes.list, {})); }); }"
    )
    assert [(one.hook, one.target) for one in found] == [("useMutation", "notes:save")]


def test_skip_and_arguments_by_name() -> None:
    found = call(
        REACT + "export function App({ id }) {"
        'const args = id ? { id, kind: "open", most: 5 } : "skip"; return useQuery(api.notes.get, args); }'
    )
    assert found.skips
    assert found.arguments == (("id", UNKNOWN), ("kind", Literal("open")), ("most", Literal(5)))
    assert not call(REACT + "export function App(p) { return useQuery(api.notes.get, p.args); }").skips
    assert call(REACT + "export function App(p) { return useQuery(api.notes.get, p.args); }").arguments is None


def test_re_exported_hooks_and_wrappers_that_pass_the_reference_on() -> None:
    hooks = (
        'export { useQuery as useLive } from "convex/react"; import { useQuery } from "convex/react";'
        "export function useKept(query, ...args) { const value = useQuery(query, ...args); return value; }"
        "export const useAlias = useQuery;"
    )
    barrel = 'export * from "./hooks";'
    for name in ("useLive", "useKept", "useAlias"):
        code = f'import {{ {name} }} from "./lib";' + API + f"export function App() {{ {name}(api.notes.list, {{}}); }}"
        found = subscribed({"src/hooks.ts": hooks, "src/lib.ts": barrel, "src/App.tsx": code})
        assert found == [("useQuery", "notes:list", "App")], name


def test_a_hook_of_the_project_stands_for_the_components_that_use_it() -> None:
    files = {
        "src/useNotes.ts": REACT + "export function useNotes() { return useQuery(api.notes.list); }",
        "src/useCount.ts": 'import { useNotes } from "./useNotes"; export const useCount = () => useNotes()?.length;',
        "src/List.tsx": 'import { useNotes as useAll } from "./useNotes"; export function List() { useAll(); }',
        "src/Count.tsx": 'import { useCount } from "./useCount"; export default function Count() { useCount(); }',
        "src/Count.test.tsx": 'import { useCount } from "./useCount"; test("counts", () => { useCount(); });',
    }
    found = app(files).client_calls
    assert sorted((one.span.file, one.within, len(one.via)) for one in found) == [
        ("src/Count.tsx", "Count", 2),
        ("src/List.tsx", "List", 1),
    ]


def test_hooks_that_cannot_be_looked_into_go_by_their_names() -> None:
    code = 'import { useAuthQuery, useAuthMutation } from "unknown-package";' + API
    found = calls(code + "export function App() { useAuthQuery(api.notes.list); useAuthMutation(api.notes.save); }")
    assert [(one.target, one.subscribes) for one in found] == [("notes:list", True), ("notes:save", False)]


def test_preloaded_results_go_by_the_name_of_what_was_preloaded() -> None:
    files = {
        "src/page.tsx": 'import { preloadQuery } from "convex/nextjs";' + API
        + "export default async function Page() { const notes = await preloadQuery(api.notes.list);"
        "return <Notes preloaded={notes} />; }",
        "src/Notes.tsx": 'import { usePreloadedQuery } from "convex/react";'
        "export function Notes({ preloaded }) { return usePreloadedQuery(preloaded); }",
    }  # fmt: skip
    assert subscribed(files) == [("usePreloadedQuery", "notes:list", "Notes")]


def test_vue_and_svelte_scripts_keep_their_places() -> None:
    vue = (
        "<template><p>{{ useQuery('no') }} é</p></template>\n"
        '<script setup lang="ts">\nimport { useConvexQuery } from "convex-vue";\n' + API
        + "\nconst notes = useConvexQuery(api.notes.list, {});\n</script>\n<style>p { color: red }</style>\n"
    )  # fmt: skip
    found = call({"src/Notes.vue": vue})
    assert (found.target, found.within) == ("notes:list", "Notes")
    assert vue.encode()[found.span.start : found.span.end] == b"useConvexQuery(api.notes.list, {})"
    nuxt = vue.replace('import { useConvexQuery } from "convex-vue";', "")
    assert subscribed({"pages/index.vue": nuxt}) == [("useConvexQuery", "notes:list", "index")]
    svelte = (
        '<script lang="ts">import { useQuery } from "convex-svelte";' + API.replace("../", "../../")
        + 'let { id } = $props(); const note = useQuery(api.notes.get, () => id ? { id } : "skip");</script>\n<h1>x</h1>'
    )  # fmt: skip
    found = call({"src/routes/Note.svelte": svelte})
    assert (found.hook, found.target, found.skips) == ("useQuery", "notes:get", True)
    assert found.arguments == (("id", UNKNOWN),)


def test_tests_and_stories_are_no_clients() -> None:
    code = REACT + "export function App() { useQuery(api.notes.list); }"
    assert calls({"src/App.test.tsx": code, "src/App.stories.tsx": code, "src/__tests__/App.tsx": code}) == ()


def test_words_of_the_clients() -> None:
    project = app({"src/App.tsx": REACT + "export function App() { useQuery(api.notes.list).title; }"})
    assert "title" in project.client_words
    assert "body" not in project.client_words
