"""What client code looks at before it calls, and components of its own that hand a call on."""

from __future__ import annotations

import pytest

from tests.interpret.client_app import REACT
from tests.interpret.test_client_beats import beats, component

_LATER = "timer.current = setTimeout(() => { void keep(); }, 700); return () => clearTimeout(timer.current); }, [title, keep]);"
_FIRST = "const first = useRef(true); useEffect(() => { if (first.current) { first.current = false; return; } "
_KEEP = "const keep = useCallback(async () => { await save({ title }); }, [title]); "
_ROWS = "const notes = useQuery(api.notes.list, { id }); "


def test_a_form_that_waits_after_the_first_change_is_saved_as_someone_edits() -> None:
    assert beats(component(_KEEP + _FIRST + _LATER)) == [("autosave", "useEffect", 0.7)]


def test_what_does_not_happen_when_the_component_appears() -> None:
    assert beats(component(_FIRST + "save({ id }); }, [id]);")) == []
    there = "const ran = useRef(false); useEffect(() => { if (ran.current) return; ran.current = true; save({ id }); }, [id]);"
    assert beats(component(there)) == [("mount", "useEffect", None)]


@pytest.mark.parametrize(
    ("arm", "expected"),
    [
        ("if (made) { await change(made); } else { const at = await save({ title }); setMade(at); }", []),
        ("if (!made && title) { setMade(await save({ title })); }", []),
        ("if (made === null) { setMade(await save({ title })); }", []),
        ("if (made) { await change(made); } else { await save({ title }); }", [("autosave", "useEffect", 0.7)]),
        ("if (!made) { setMade(await save({ title })); } else { setMade(null); }", [("autosave", "useEffect", 0.7)]),
    ],
)
def test_what_fills_the_state_that_was_empty_happens_once(
    arm: str, expected: list[tuple[str, str, float | None]]
) -> None:
    keep = "const [made, setMade] = useState(null); const keep = useCallback(async () => { ARM }, [made, title]); "
    assert beats(component(keep.replace("ARM", arm) + _FIRST + _LATER)) == expected


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        ("const fresh = notes?.some((one) => !one.read); useEffect(() => { if (fresh) save({ id }); }, [fresh]);", []),
        ("const old = notes !== undefined && 'stale' in notes; useEffect(() => { if (!(old && notes)) return; save({ id }); }, [old]);", []),
        ("const fresh = notes?.filter((one) => one.kind === 'new') ?? []; useEffect(() => { if (fresh.length === 0) return;"
         "save({ id }); }, [notes]);", []),
        ("useEffect(() => { if (!notes) return; save({ id }); }, [notes]);", ["mount"]),
        ("useEffect(() => { if (id && notes === null) save({ id }); }, [notes]);", []),
        ("useEffect(() => { if (!id || notes !== null) return; save({ id }); }, [notes]);", []),
        ("useEffect(() => { if (notes === null) return; save({ id }); }, [notes]);", ["mount"]),
        ("useEffect(() => { if (id || notes === null) save({ id }); }, [notes]);", ["mount"]),
        ("useEffect(() => { if (notes === undefined) save({ id }); }, [notes]);", ["mount"]),
        ("useEffect(() => { if (id === null) save({ id }); }, [id]);", ["mount"]),
        ("useEffect(() => { if (notes === undefined || notes.length === 0) return; save({ id }); }, [notes]);", ["mount"]),
        ("const mine = notes?.some((one) => one.by === id); useEffect(() => { if (mine) save({ id }); }, [mine]);", ["mount"]),
        ("useEffect(() => { save({ id }); if (notes?.some((one) => !one.read)) return; }, [notes]);", ["mount"]),
    ],
)  # fmt: skip
def test_an_effect_that_asks_what_the_rows_say(effect: str, expected: list[str]) -> None:
    assert [cue for cue, _, _ in beats(component(_ROWS + effect))] == expected


_LIST = (
    "export function NoteEditor({ rows, onUpdate }) { const [draft, setDraft] = useState('');"
    "async function keep() { await onUpdate(draft); } BODY }"
)


@pytest.mark.parametrize(
    ("body", "cues"),
    [
        ("return <div><input onChange={(e) => setDraft(e.target.value)} /><button onClick={keep} /></div>;", []),
        ("return <textarea onChange={(e) => onUpdate(e.target.value)} />;", ["keys"]),
        ("const editor = useEditor({ onUpdate: ({ editor }) => onUpdate(editor.getHTML()) });", ["keys"]),
    ],
)
def test_a_component_of_its_own_says_when_it_calls(body: str, cues: list[str]) -> None:
    files = {
        "src/NoteEditor.tsx": _LIST.replace("BODY", body),
        "src/App.tsx": 'import { NoteEditor } from "./NoteEditor";'
        + component("return <NoteEditor onUpdate={(text) => save({ text })} />;"),
    }
    assert [cue for cue, _, _ in beats(files)] == cues


def test_a_component_that_hands_all_of_its_props_on_may_be_an_editor() -> None:
    files = {
        "src/NoteEditor.tsx": "export function NoteEditor(props) { return <Quill {...props} />; }",
        "src/App.tsx": 'import { NoteEditor } from "./NoteEditor";'
        + component("return <NoteEditor onTextChange={(text) => save({ text })} />;"),
    }
    assert [cue for cue, _, _ in beats(files)] == ["keys"]


def test_an_object_of_handlers_is_no_editor() -> None:
    body = (
        "const handlers = (kind) => ({ onUpdate: (text) => save({ kind, text }) }); return <List {...handlers('a')} />;"
    )
    assert beats(REACT + component(body).removeprefix(REACT)) == []


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        ("if (notes) return notes._id; return await save({ id });", []),
        ("if (notes) return notes._id; const made = (async () => await save({ id }))(); return await made;", ["keys"]),
        ("if (notes.title) return; await save({ id });", ["keys"]),
        ("if (!notes) return; await save({ id });", ["keys"]),
        ("const at = notes?._id ?? (await save({ id })); open(at);", []),
        ("const at = notes?.title ?? (await save({ id })); open(at);", ["keys"]),
    ],
)
def test_what_makes_up_for_a_document_that_is_not_there_happens_once(keep: str, expected: list[str]) -> None:
    field = "const keep = async () => { " + keep + " }; return <textarea onChange={() => keep()} />;"
    assert [cue for cue, _, _ in beats(component(_ROWS + field))] == expected


def test_an_editor_of_a_record_is_not_typed_into() -> None:
    field = "const rules = VALUE; return <RuleEditor value={rules} onChange={(next) => save({ next })} />;"
    assert beats(component(field.replace("VALUE", "{ sound: true, mail: false }"))) == []
    assert beats(component(field.replace("VALUE", "notes.text"))) == [("keys", "onChange", None)]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ("<button onClick={() => onChange([...rows, {}])} /><select onChange={(e) => put(e.target.value)} />", []),
        ("<textarea onChange={(e) => put(e.target.value)} />", ["keys"]),
    ],
)
def test_the_code_of_an_editor_of_ones_own_tells_when_it_changes_something(parts: str, expected: list[str]) -> None:
    editor = "function RowsEditor({ rows, onChange }) { const put = (one) => onChange([...rows, one]); return <div>PARTS</div>; }"
    page = "return <RowsEditor rows={[]} onChange={(next) => save({ next })} />;"
    assert [cue for cue, _, _ in beats(component(page) + editor.replace("PARTS", parts))] == expected
