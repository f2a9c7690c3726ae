"""What the hook's place says: rows, closed dialogs, arguments that move, fields that are shown."""

from __future__ import annotations

import pytest

from convex_lint.model.value import Clock
from tests.interpret.client_app import REACT, app, call, calls


def component(body: str) -> str:
    return REACT + "export function App({ id }) { " + body + " }"


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ("useQuery(api.notes.get, { at: Date.now() });", "clock"),
        ("const now = new Date().toISOString(); useQuery(api.notes.get, { at: now });", "clock"),
        ("useQuery(api.notes.get, { at: Date.now() - 60_000 });", "clock"),
        ("useQuery(api.notes.get, { seed: Math.random() });", "random"),
        ("const [text, setText] = useState(''); useQuery(api.notes.get, { text: text.trim() || undefined });"
         "return <input onChange={(e) => setText(e.target.value)} />;", "keys"),
    ],
)  # fmt: skip
def test_arguments_that_change_by_themselves(body: str, cause: str) -> None:
    (found,) = call(component(body)).unstable
    assert found.cause == cause


@pytest.mark.parametrize(
    "body",
    [
        "const now = useMemo(() => Date.now(), []); useQuery(api.notes.get, { at: now });",
        "const [now] = useState(() => Date.now()); useQuery(api.notes.get, { at: now });",
        "useQuery(api.notes.get, { at: Math.floor(Date.now() / 60_000) });",
        "useQuery(api.notes.get, { year: new Date().getFullYear() });",
        "const [text, setText] = useState(''); const calm = useDebounce(text, 300); useQuery(api.notes.get, { text: calm });"
        "return <input onChange={(e) => setText(e.target.value)} />;",
        "const [tab, setTab] = useState('a'); useQuery(api.notes.get, { tab }); return <Tabs onValueChange={setTab} />;",
    ],
)
def test_arguments_that_keep_still(body: str) -> None:
    assert call(component(body)).unstable == ()


@pytest.mark.parametrize(
    ("helper", "unstable"),
    [
        ("export function ymd(d) { return `${d.getFullYear()}-${d.getMonth()}-${d.getDate()}`; }", False),
        ("export const ymd = (d) => d.toISOString().split('T')[0];", False),
        ("export const ymd = (d) => d.getTime() + 1;", True),
        ('export { ymd } from "dates";', False),
    ],
)
def test_what_a_function_makes_of_the_clock(helper: str, unstable: bool) -> None:
    body = component("const until = ymd(new Date(Date.now() + 90)); useQuery(api.notes.get, { until });")
    found = calls({"src/dates.ts": helper, "src/App.tsx": 'import { ymd } from "./dates";' + body})
    assert bool(found[0].unstable) is unstable


def test_the_clock_is_an_argument() -> None:
    assert call(component("useQuery(api.notes.get, { at: Date.now() });")).arguments == (("at", Clock()),)


def test_a_query_that_is_prewarmed_is_not_kept_open() -> None:
    body = "const client = useConvex(); client.prewarmQuery({ query: api.notes.get, args: { id: 'x' } });"
    assert call(component(body)).subscribes is False


def rows(list_: str, row: str = "export function Row({ id }) { return useQuery(api.notes.get, { id }); }") -> object:
    found = app({
        "src/Row.tsx": REACT + row,
        "src/App.tsx": 'import { Row } from "./Row";' + component(
            f"const notes = useQuery(api.notes.list); return {list_};"),
    }).client_calls  # fmt: skip
    (get,) = [one for one in found if one.target == "notes:get"]
    return get.row.of if get.row is not None else None


def test_a_subscription_for_each_row() -> None:
    assert rows("notes.map((note) => <Row key={note._id} id={note._id} />)") == "notes:list"
    assert rows("notes?.filter((n) => n.title !== text).map((note) => <li><Row id={note._id} /></li>)") == "notes:list"


@pytest.mark.parametrize(
    "list_",
    [
        "notes.slice(0, 3).map((note) => <Row id={note._id} />)",
        "['a', 'b'].map((id) => <Row id={id} />)",
        "notes.map((note) => <Row id={id} />)",
        "<Row id={notes[0]._id} />",
        "notes.filter((note) => note.pinned).map((note) => <Row id={note._id} />)",
        "notes.filter((note) => note.state === 'open').map((note) => <Row id={note._id} />)",
    ],
)
def test_no_subscription_for_each_row(list_: str) -> None:
    assert rows(list_) is None


def test_a_row_that_asks_when_it_is_opened() -> None:
    body = "const [on, setOn] = useState(%s); return useQuery(api.notes.get, on ? { id } : 'skip');"
    list_ = "notes.map((note) => <Row key={note._id} id={note._id} />)"
    assert rows(list_, "export function Row({ id }) { " + body % "false" + " }") is None
    assert rows(list_, "export function Row({ id }) { " + body % "true" + " }") == "notes:list"


def test_a_dialog_that_is_closed_at_first() -> None:
    files = {
        "src/Settings.tsx": REACT
        + "export function Settings({ open, onClose }) { const all = useQuery(api.notes.list);"
        "return <Dialog open={open}>{all}</Dialog>; }",
        "src/App.tsx": 'import { Settings } from "./Settings"; export function App() {'
        "const [shown, setShown] = useState(false); return <Settings open={shown} />; }",
    }
    (found,) = calls(files)
    assert found.hidden is not None
    assert (found.hidden.by, found.hidden.what) == ("closed", "open")
    lazy = files["src/App.tsx"].replace("return <Settings open={shown} />", "return shown && <Settings open={shown} />")
    assert call({**files, "src/App.tsx": lazy}).hidden is None
    asked = files["src/Settings.tsx"].replace("api.notes.list)", 'api.notes.list, open ? {} : "skip")')
    assert call({**files, "src/Settings.tsx": asked}).hidden is None


def test_a_component_that_opens_itself() -> None:
    body = (
        "const [open, setOpen] = useState(false); const all = useQuery(api.notes.list{});"
        "if (!open) return <button onClick={() => setOpen(true)} />; return <dialog open>{all}</dialog>;"
    )
    hidden = call(component(body.replace("{});", ");", 1))).hidden
    assert hidden is not None
    assert (hidden.by, hidden.what) == ("closed", "open")
    asked = body.replace("{});", ', open ? {} : "skip");', 1)
    assert call(component(asked)).hidden is None
    counted = body.replace("{});", ");", 1).replace("<button onClick={() => setOpen(true)} />", "<b>{all.length}</b>")
    assert call(component(counted)).hidden is None


def test_placeholders() -> None:
    hidden = call(component('useQuery(api.notes.get, { id: id ?? ("" as Id<"notes">) });')).hidden
    assert hidden is not None
    assert (hidden.by, hidden.what) == ("placeholder", "id")
    assert call(component('useQuery(api.notes.get, id ? { id } : "skip");')).hidden is None
    asked = 'useQuery(api.notes.get, a || b ? { id: a || b || "" } : "skip");'
    assert call(component(asked)).hidden is None
    other = call(component('useQuery(api.notes.get, a ? { id: id || "" } : "skip");')).hidden
    assert other is not None


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("const note = useQuery(api.notes.get); if (!note) return null; return <p>{note.title}</p>;", {"title"}),
        ("const { title, by: { name } } = useQuery(api.notes.get); return <p>{title}{name}</p>;", {"title", "by", "name"}),
        ("const notes = useQuery(api.notes.list); return notes?.map((n) => <li key={n._id}>{n.title}</li>);", {"_id", "_id*", "title"}),
        ("const { results } = usePaginatedQuery(api.notes.list); return results.map((n) => <li>{n.title}</li>);",
         {"results", "title"}),
        ("const note = useQuery(api.notes.get); return <Title text={note?.title} />;", {"title*", "title"}),
        ("const note = useQuery(api.notes.get); return <Note note={note} />;", None),
        ("const notes = useQuery(api.notes.list); return notes.map((n) => <Note note={n} />);", None),
        ("const notes = useQuery(api.notes.list); return notes.map((n) => <Note {...n} />);", None),
        ("const note = useQuery(api.notes.get); console.log(note);", None),
        ("const notes = useQuery(api.notes.list); for (const n of notes ?? []) console.log(n.title);", {"title", "title*"}),
        ("const notes = useQuery(api.notes.list); for (const n of others) n.hide(); for (const n of notes ?? []) seen.add(n);", None),
        ("const notes = useQuery(api.notes.list); if (others) { const n = others[0]; } else { const n = notes[0]; seen.add(n); }", None),
        ("const notes = useQuery(api.notes.list); if (notes) { var n = notes[0]; } return <Note note={n} />;", None),
        ("return useQuery(api.notes.get);", None),
    ],
)  # fmt: skip
def test_fields_that_are_shown(body: str, shown: set[str] | None) -> None:
    assert call(component(body)).shown == (frozenset(shown) if shown is not None else None)


def test_the_hooks_of_versions_before_1_know_functions_by_name() -> None:
    source = 'import { useQuery } from "../convex/_generated/react";\nexport const App = ({ id }) => useQuery("notes:get", id);'
    found = call(source)
    assert (found.hook, found.target, found.subscribes) == ("useQuery", "notes:get", True)
    whole = call(source.replace("notes:get", "search"))
    assert whole.target == "search"
