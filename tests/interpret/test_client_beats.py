"""What makes a client call a function again and again."""

from __future__ import annotations

import pytest

from tests.interpret.client_app import API, REACT, calls


def beats(files: dict[str, str] | str) -> list[tuple[str, str, float | None]]:
    return [(beat.cue.value, beat.event, beat.every) for one in calls(files) for beat in one.beats]


def component(body: str) -> str:
    return REACT + "export function App({ id }) { const save = useMutation(api.notes.save); " + body + " }"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("useEffect(() => { const t = setInterval(() => save({ id }), 10_000); return () => clearInterval(t); }, [id]);",
         ("interval", "setInterval", 10.0)),
        ("const beat = useCallback(async () => { await save({ id }); }, []); useEffect(() => { setInterval(beat, 5 * 1000); }, []);",
         ("interval", "setInterval", 5.0)),
        ("const last = useRef(0); const beat = async () => { const past = Date.now() - last.current; let due = false;"
         "if (past > 5 * 60_000) due = true; if (!due) return; await save({ id }); }; useEffect(() => { setInterval(beat, 30_000); }, []);",
         ("interval", "setInterval", 300.0)),
        ("const beat = () => { if (Date.now() - last.current < 90_000) return; save({ id }); };"
         "useEffect(() => { setInterval(() => { beat(); }, 10_000); }, []);",
         ("interval", "setInterval", 90.0)),
        ("const beat = () => { save({ id }); if (Date.now() - last.current < 90_000) return; };"
         "useEffect(() => { setInterval(beat, 10_000); }, []);",
         ("interval", "setInterval", 10.0)),
        ("return <div onMouseMove={(e) => save({ x: e.clientX })} />;", ("pointer", "onMouseMove", None)),
        ("const move = throttle((e) => { void save({ x: e.clientX }); }, 50); return <div onPointerMove={move} />;",
         ("pointer", "onPointerMove", 0.05)),
        ("useEffect(() => { window.addEventListener('mousemove', (e) => save({ x: e.x })); }, []);",
         ("pointer", "mousemove", None)),
        ("return <input onChange={(e) => save({ text: e.target.value })} />;", ("keys", "onChange", None)),
        ("const later = useDebouncedCallback(save, 500); return <textarea onChange={(e) => later({ text: e.target.value })} />;",
         ("keys", "onChange", 0.5)),
        ("const later = useMemo(() => debounce((text) => save({ text }), 300), []); return <RichEditor onChange={later} />;",
         ("keys", "onChange", 0.3)),
        ("const timer = useRef(null); function edit(e) { clearTimeout(timer.current);"
         "timer.current = setTimeout(() => save({ text: e.target.value }), 1000); } return <Textarea onChange={edit} />;",
         ("keys", "onChange", 1.0)),
        ("const [text, setText] = useState(''); useEffect(() => { const t = setTimeout(() => save({ text }), 800);"
         "return () => clearTimeout(t); }, [text]); return <textarea onChange={(e) => setText(e.target.value)} />;",
         ("autosave", "useEffect", 0.8)),
        ("useEffect(() => { save({ id }); }, [id, save]);", ("mount", "useEffect", None)),
        ("const loop = () => { save({ id }); requestAnimationFrame(loop); };", ("frame", "requestAnimationFrame", None)),
        ("const editor = useEditor({ onUpdate: ({ editor }) => save({ text: editor.getHTML() }) });", ("keys", "onUpdate", None)),
    ],
)  # fmt: skip
def test_signs(body: str, expected: tuple[str, str, float | None]) -> None:
    assert beats(component(body)) == [expected]


@pytest.mark.parametrize(
    "body",
    [
        "return <button onClick={() => save({ id })} />;",
        "return <form onSubmit={async () => { await save({ id }); }} />;",
        "const press = (e) => { if (e.key === 'Enter') save({ id }); }; return <input onKeyDown={press} />;",
        "return <input type='checkbox' onChange={() => save({ id })} />;",
        "return <select onChange={() => save({ id })} />;",
        "return <input type='file' onChange={() => save({ id })} />;",
        "return <Input type='file' onChange={() => save({ id })} />;",
        "return <input onBlur={() => save({ id })} />;",
        "const submit = () => setTimeout(() => save({ id }), 100); return <button onClick={submit} />;",
        "return <Card onSave={save} />;",
    ],
)
def test_what_people_do_now_and_then(body: str) -> None:
    assert beats(component(body)) == []


def test_a_timer_whose_period_is_imported() -> None:
    files = {
        "src/times.ts": "export const BEAT = 30 * 1000;",
        "src/App.tsx": 'import { BEAT } from "./times";'
        + component("useEffect(() => { setInterval(() => { save({ id }); }, BEAT); }, []);"),
    }
    assert beats(files) == [("interval", "setInterval", 30.0)]


def test_methods_of_clients() -> None:
    code = API + "export function start(client) { setInterval(() => client.mutation(api.notes.heartbeat, {}), 2000); }"
    assert beats(code) == [("interval", "setInterval", 2.0)]


def test_a_hook_that_gives_the_mutation_back() -> None:
    files = {
        "src/useSave.ts": REACT + "export const useSave = () => useMutation(api.notes.save);",
        "src/App.tsx": 'import { useSave } from "./useSave"; export function App() { const save = useSave();'
        "return <textarea onChange={(e) => save({ text: e.target.value })} />; }",
    }
    assert beats(files) == [("keys", "onChange", None)]


def test_the_presence_component() -> None:
    code = 'import usePresence from "@convex-dev/presence/react";' + API
    files = code + 'export function App() { return usePresence(api.notes, "room", "me", 3000); }'
    assert [(one.target, one.subscribes) for one in calls(files)] == [("notes:heartbeat", False), ("notes:list", True)]
    assert beats(files) == [("interval", "usePresence", 3.0)]


def test_handlers_in_templates() -> None:
    vue = (
        '<script setup>import { useConvexMutation } from "convex-vue";' + API
        + "const { mutate: save } = useConvexMutation(api.notes.save); const edit = (e) => save({ text: e.target.value });"
        '</script><template><textarea @input="edit" /><input @keydown.enter="edit" /></template>'
    )  # fmt: skip
    assert beats({"src/Edit.vue": vue}) == [("keys", "input", None)]
    svelte = (
        '<script>import { useMutation } from "convex-svelte";' + API
        + "const save = useMutation(api.notes.save); function move(e) { save({ x: e.x }); }</script>"
        "<div onmousemove={move}></div>"
    )  # fmt: skip
    assert beats({"src/Board.svelte": svelte}) == [("pointer", "mousemove", None)]


@pytest.mark.parametrize(
    ("effect", "follows"),
    [
        ("useEffect(() => { save({ id }); }, [id, notes]);", ["notes"]),
        ("useEffect(() => { if (ran.current) return; ran.current = true; save({ id }); }, [notes]);", []),
        ("useEffect(() => { save({ id }); }, [id]);", []),
    ],
)
def test_an_effect_that_follows_what_a_query_gives(effect: str, follows: list[str]) -> None:
    found = calls(component("const ran = useRef(false); const notes = useQuery(api.notes.list, { id }); " + effect))
    (query,) = (call for call in found if call.subscribes)
    (beat,) = (beat for call in found for beat in call.beats)
    assert [name for name, _ in beat.follows] == follows
    assert all(span == query.span for _, span in beat.follows)


_HOOK = (
    REACT
    + "export function useSave() { const save = useMutation(api.notes.save);"
    + "const run = useCallback(async (values) => { try { return await save(values); } finally { done(); } }, [save]); BACK }"
)
_TIMER = "useEffect(() => { const t = setInterval(() => run({ id }), 30_000); return () => clearInterval(t); }, [id]);"


@pytest.mark.parametrize(
    ("back", "taken"),
    [
        ("return { mutate: run, done };", "const { mutate: run } = useSave();"),
        ("return { run };", "const saving = useSave(); const run = saving.run;"),
        ("return { run };", "const { run } = useSave();"),
        ("return run;", "const run = useSave();"),
    ],
)
def test_what_a_hook_gives_back_is_called_by_its_users(back: str, taken: str) -> None:
    files = {
        "src/useSave.ts": _HOOK.replace("BACK", back),
        "src/App.tsx": 'import { useSave } from "./useSave"; export function App({ id }) { ' + taken + _TIMER + " }",
    }
    assert beats(files) == [("interval", "setInterval", 30.0)]


def test_another_of_what_a_hook_gives_back() -> None:
    files = {
        "src/useSave.ts": _HOOK.replace("BACK", "return { save: run, other: () => load() };"),
        "src/App.tsx": 'import { useSave } from "./useSave"; export function App({ id }) { const { other: run } = useSave();'
        + _TIMER
        + " }",
    }
    assert beats(files) == []


def test_calls_one_at_a_time() -> None:
    body = "const run = useSingleFlight(useMutation(api.notes.save)); useEffect(() => { setInterval(() => run({ id }), 4000); }, []);"
    assert beats(component(body)) == [("interval", "setInterval", 4.0)]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<b onClick={() => onChange(5)}>5</b>", []),
        ("<input value={value} onChange={(e) => onChange(e.target.value)} />", [("keys", "onChange", None)]),
        ("<Input value={value} onChange={(e) => onChange(e.target.value)} />", [("keys", "onChange", None)]),
        ("<Slot onChange={onChange} />", [("keys", "onChange", None)]),
    ],
)
def test_a_component_without_anything_to_write_in_is_not_typed_into(
    inside: str, expected: list[tuple[str, str, float | None]]
) -> None:
    files = {
        "src/RatingInput.tsx": f"export function RatingInput({{ value, onChange }}) {{ return <p>{inside}</p>; }}",
        "src/App.tsx": 'import { RatingInput } from "./RatingInput";'
        + component('return <RatingInput onChange={(rating) => save({ rating })} value="1" />;'),
    }
    assert beats(files) == expected
