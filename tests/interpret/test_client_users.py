"""Hooks of the project's own: who calls them is the subscriber, and what nobody calls is not open."""

from __future__ import annotations

import pytest

from tests.interpret.client_app import API, REACT, app, subscribed

HOOK = REACT + "export function useNotes() { return useQuery(api.notes.list); }"
FACTORIES = {
    "an arrow of an arrow": "export const makeQuery = (query) => (args) => { const data = useQuery(query, args); return { data }; };",
    "a function that is returned": "export function makeQuery(query) { return function useMade(args) { return useQuery(query, args); }; }",
    "a function by its name": "export function makeQuery(query) { const useMade = (args) => useQuery(query, args); return useMade; }",
    "a factory by a factory": "const make = (query) => (args) => useQuery(query, args); export const makeQuery = (query) => make(query);",
}
MADE = 'import { makeQuery } from "./make";' + API + "export const useNotes = makeQuery(api.notes.list);"
ROW = 'import { useNotes } from "./notes"; export function Row({ by }) { useNotes(by ? { by } : "skip"); }'


def made(factory: str, files: dict[str, str]) -> dict[str, str]:
    return {"src/make.ts": REACT + FACTORIES[factory], "src/notes.ts": MADE, **files}


@pytest.mark.parametrize("factory", FACTORIES)
def test_who_calls_a_hook_that_a_factory_made_is_the_subscriber(factory: str) -> None:
    (found,) = app(made(factory, {"src/Row.tsx": ROW})).client_calls
    assert (found.hook, found.target, found.within, found.span.file) == ("useQuery", "notes:list", "Row", "src/Row.tsx")
    assert [name for name, _ in found.arguments or ()] == ["by"]
    assert found.skips
    assert found.subscribes


@pytest.mark.parametrize("factory", FACTORIES)
def test_a_made_hook_that_nobody_calls_is_no_subscription(factory: str) -> None:
    barrel = {"src/index.ts": 'export * from "./notes"; export { useNotes as useAll } from "./notes";'}
    assert subscribed(made(factory, barrel)) == []


def test_what_a_made_hook_wraps_up_is_not_looked_into() -> None:
    row = 'import { useNotes } from "./notes"; export function Row() { const { data } = useNotes({}); return data[0].title; }'
    (wrapped,) = app(made("an arrow of an arrow", {"src/Row.tsx": row})).client_calls
    assert wrapped.shown is None
    row = 'import { useNotes } from "./notes"; export function Row() { const note = useNotes({}); return <p>{note.title}</p>; }'
    (whole,) = app(made("a function that is returned", {"src/Row.tsx": row})).client_calls
    assert whole.shown == frozenset(("title",))


def test_hooks_around_a_made_hook_are_followed() -> None:
    files = {
        "src/useCount.ts": 'import { useNotes } from "./notes"; export const useCount = () => useNotes({}).length;',
        "src/Count.tsx": 'import { useCount } from "./useCount"; export function Count() { useCount(); }',
    }
    assert subscribed(made("an arrow of an arrow", files)) == [("useQuery", "notes:list", "Count")]
    del files["src/Count.tsx"]
    assert subscribed(made("an arrow of an arrow", files)) == []


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"src/useCount.ts": 'import { useNotes } from "./notes"; export const useCount = () => useNotes().length;'},
        {"src/index.ts": 'export { useNotes } from "./notes"; export * from "./notes";'},
        {"src/notes.test.tsx": 'import { useNotes } from "./notes"; test("all", () => { useNotes(); });'},
        {"src/other.tsx": 'import { useNotes } from "./local"; export function App() { useNotes(); }',
         "src/local.ts": "export function useNotes() { return []; }"},
    ],
    ids=["alone", "in a hook that nobody calls", "exported again", "in a test", "another one of its name"],
)  # fmt: skip
def test_a_hook_that_nobody_calls_keeps_nothing_open(files: dict[str, str]) -> None:
    assert subscribed({"src/notes.ts": HOOK, **files}) == []


@pytest.mark.parametrize(
    "user",
    [
        'import { useAll } from "./index"; export function App() { useAll(); }',
        'import useOther from "./notes"; export function App() { useOther(); }',
        'import { useByDefault } from "./index"; export function App() { useByDefault(); }',
    ],
)
def test_who_calls_it_by_another_name_is_found(user: str) -> None:
    files = {
        "src/notes.ts": HOOK.replace("export function", "export default function") + "export { useNotes };",
        "src/index.ts": 'export { useNotes as useAll, default as useByDefault } from "./notes";',
        "src/App.tsx": user,
    }
    assert subscribed(files) == [("useQuery", "notes:list", "App")]


@pytest.mark.parametrize(
    "user",
    [
        {"src/App.tsx": 'import * as hooks from "./notes"; export function App() { hooks.useNotes(); }'},
        {"src/App.tsx": 'import { useNotes } from "./notes"; export const hooks = { useNotes };'},
        {"src/App.tsx": 'import { useNotes } from "@acme/unseen"; export function App() { useNotes(); }'},
        {"src/App.vue": "<script setup>const notes = useNotes();</script>"},
    ],
    ids=["a member", "handed on", "by a package", "imported by a framework"],
)
def test_a_hook_that_is_handed_on_stands_for_itself(user: dict[str, str]) -> None:
    assert subscribed({"src/notes.ts": HOOK, **user}) == [("useQuery", "notes:list", "useNotes")]
