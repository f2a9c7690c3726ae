"""Fields that are set again and again: when to move them elsewhere would spare nothing, or nobody."""

from __future__ import annotations

from tests.quiet.pair import Pair

_CRON = 'import { cronJobs } from "convex/server";\nconst crons = cronJobs();\ncrons.interval("refresh", { seconds: 30 }, internal.app.refresh, {});\nexport default crons;'
_NAMES = """
export const names = query({ args: {}, handler: async (ctx) => {
  const users = await ctx.db.query("users").take(50);
  return users.map((user) => ({ name: user.name }));
} });"""
_LIST = "const users = useQuery(api.app.names); return <ul>{users?.map((user) => <li>{user.name}</li>)}</ul>;"
_REFRESH = (
    _NAMES
    + """
const planFor = (user) => { if (user.score > 10) return { kind: "skip" }; return { kind: "note" }; };
export const refresh = internalMutation({ args: {}, handler: async (ctx) => {
  const hour = Math.floor(Math.random() * 3);
  for (const user of await ctx.db.query("users").take(100)) {
    %s
  }
} });"""
)
_NOTE = "await ctx.db.patch(user._id, { seen: Date.now() });"


def _swept(body: str) -> dict[str, str]:
    return {
        "convex/crons.ts": _CRON,
        "convex/app.ts": _REFRESH % body,
        "src/App.tsx": f"export function App() {{\n{_LIST}\n}}",
    }


_EDIT = """
export const titles = query({ args: { id: v.id("rooms") }, handler: async (ctx, args) => {
  %s
} });
export const save = mutation({ args: { id: v.id("rooms"), history: v.array(v.string()) }, handler: async (ctx, args) => {
  await ctx.db.patch(args.id, { history: args.history });
} });"""
_EDITOR = """import { useEffect } from "react";
export function Editor({ id }) {
  const [draft, setDraft] = useState("");
  const save = useMutation(api.app.save);
  const shown = useQuery(api.app.titles, { id });
  useEffect(() => { const timer = setTimeout(() => save({ id, history: [draft] }), 500); return () => clearTimeout(timer); }, [draft]);
  return <textarea value={draft} title={JSON.stringify(shown)} onChange={(event) => setDraft(event.target.value)} />;
}"""


def _edited(body: str) -> dict[str, str]:
    return {"convex/app.ts": _EDIT % body, "src/Editor.tsx": _EDITOR}


HOT = (
    *(
        Pair("hot-field", words, _swept(_NOTE), _swept(code))
        for words, code in (
            ("a round changes more", f"{_NOTE} await ctx.db.patch(user._id, {{ score: user.score + 1 }});"),
            (
                "a round sets one of several",
                f'{_NOTE} await ctx.db.patch(user._id, {{ email: ["a@x", "b@x", "c@x"][hour] }});',
            ),
            ("a round settles it", f'{_NOTE} await ctx.db.patch(user._id, {{ name: "gone" }});'),
            ("what fits the row is worked out", f'const plan = planFor(user); if (plan.kind === "note") {{ {_NOTE} }}'),
        )
    ),
    Pair(
        "hot-field",
        "what someone edits is looked up by its id",
        _edited('const rooms = await ctx.db.query("rooms").take(50); return rooms.map((room) => room.title);'),
        _edited("const room = await ctx.db.get(args.id); return room ? room.title : null;"),
        as_note=True,
    ),
)
