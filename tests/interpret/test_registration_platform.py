"""Http routes, crons and components."""

from __future__ import annotations

import pytest

from convex_lint.engine.memory import workspace_of
from convex_lint.interpret.interpret import interpret
from convex_lint.model.project import Project
from convex_lint.program.link import link
from convex_lint.syntax.parser import parse
from tests.interpret.chat import run
from tests.interpret.programs import HEAD, done, reasons, registered

ROUTER = 'import { httpRouter } from "convex/server"; const http = httpRouter();'
RUN = "async (ctx, request) => { await ctx.runQuery(internal.m.q, {}) }"


def routes(text: str, **modules: str) -> list[tuple[str, str, str | None]]:
    facts = run("", http=f"{ROUTER} {text} export default http;", **modules)
    assert reasons(facts) == []
    return [(route.method, route.path, route.target) for route in facts.routes]


def test_inline_route() -> None:
    assert routes(f'http.route({{ path: "/a", method: "POST", handler: httpAction({RUN}) }});') == [
        ("POST", "/a", "http:POST /a")
    ]


def test_prefix_route() -> None:
    assert routes(f'http.route({{ pathPrefix: "/files/", method: "GET", handler: httpAction({RUN}) }});') == [
        ("GET", "/files/*", "http:GET /files/*")
    ]


def test_route_to_a_registered_function() -> None:
    found = routes(
        'import { hook } from "./hooks"; http.route({ path: "/a", method: "POST", handler: hook });',
        hooks=f"export const hook = httpAction({RUN});",
    )
    assert found == [("POST", "/a", "hooks:hook")]


def test_route_to_a_local_action() -> None:
    facts = run(
        "",
        http=f'{ROUTER} const serve = httpAction({RUN}); http.route({{ path: "/a", method: "GET", handler: serve }});'
        'http.route({ path: "/b", method: "GET", handler: serve }); export default http;',
    )
    assert done(facts, "http:GET /a") == ["runQuery m:q"]
    assert [(route.path, route.target) for route in facts.routes] == [("/a", "http:GET /a"), ("/b", "http:GET /a")]


def test_routes_in_a_loop_and_a_helper() -> None:
    found = routes(
        "const add = (path, method) => http.route({ path, method, handler: serve }); const serve = httpAction("
        + RUN
        + ");"
        'add("/x", "GET"); for (const name of ["a", "b"]) http.route({ path: `/${name}`, method: "POST", handler: serve });'
    )
    assert [(method, path) for method, path, _ in found] == [("GET", "/x"), ("POST", "/a"), ("POST", "/b")]


def test_routes_added_by_another_module() -> None:
    found = routes(
        'import { addRoutes } from "./more"; addRoutes(http);',
        more=f'export function addRoutes(router) {{ router.route({{ path: "/m", method: "PUT", handler: httpAction({RUN}) }}) }}',
    )
    assert [(method, path) for method, path, _ in found] == [("PUT", "/m")]


def test_a_router_elsewhere_is_none() -> None:
    facts = run(
        "",
        other=f'{ROUTER} http.route({{ path: "/a", method: "POST", handler: httpAction({RUN}) }}); export default http;',
    )
    assert facts.routes == ()
    assert registered(facts) == {}


CRONS = """
import { cronJobs } from "convex/server";
const crons = cronJobs();
crons.interval("a", { minutes: 2, seconds: 5 }, internal.jobs.a, {});
crons.hourly("b", { minuteUTC: 5 }, internal.jobs.b);
crons.daily("c", { hourUTC: 3, minuteUTC: 0 }, internal.jobs.c);
crons.weekly("d", { dayOfWeek: "monday", hourUTC: 3, minuteUTC: 0 }, api.jobs.d);
crons.monthly("e", { day: 1, hourUTC: 3, minuteUTC: 0 }, internal.jobs.e);
crons.cron("f", "0 3 * * *", internal.deep.jobs.f, {});
const every = { hours: 1 };
crons.interval("g", every, jobs.g);
export default crons;
"""


def test_crons() -> None:
    facts = run("", crons="const jobs = internal.jobs;" + CRONS)
    assert [(cron.name, cron.schedule, cron.every, cron.target) for cron in facts.crons] == [
        ("a", "interval 125 s", 125, "jobs:a"),
        ("b", "hourly", 3600, "jobs:b"),
        ("c", "daily", 86400, "jobs:c"),
        ("d", "weekly", 604800, "jobs:d"),
        ("e", "monthly", 2592000, "jobs:e"),
        ("f", "cron 0 3 * * *", None, "deep/jobs:f"),
        ("g", "interval 3600 s", 3600, "jobs:g"),
    ]


def test_crons_elsewhere_are_none() -> None:
    assert run("", jobs="const jobs = internal.jobs;" + CRONS).crons == ()


def test_crons_of_the_environment_and_of_a_list() -> None:
    facts = run(
        "",
        crons='import { cronJobs } from "convex/server"; const crons = cronJobs();'
        'if (process.env.PROD) { crons.daily("p", { hourUTC: 1, minuteUTC: 1 }, internal.jobs.p) }'
        'for (const [name, fn] of [["x", internal.jobs.x], ["y", internal.jobs.y]]) crons.hourly(name, {}, fn);'
        "export default crons;",
    )
    assert [(cron.name, cron.target) for cron in facts.crons] == [("p", "jobs:p"), ("x", "jobs:x"), ("y", "jobs:y")]


def app(files: dict[str, str]) -> Project:
    return interpret(link(workspace_of(files), parse))


def defined(name: str, uses: str = "", imports: str = "") -> str:
    return (
        f'import {{ defineComponent }} from "convex/server"; {imports}'
        f'const component = defineComponent("{name}"); {uses} export default component;'
    )


def root(uses: str, imports: str) -> str:
    return f'import {{ defineApp }} from "convex/server"; {imports} const app = defineApp(); {uses} export default app;'


FUNCTION = HEAD + 'export const f = mutation({ args: {}, handler: async (ctx) => { await ctx.db.insert("t", {}) } });'


def test_component_under_its_own_name_and_another() -> None:
    files = {
        "convex/m.ts": HEAD + "export const f = query({ args: {}, handler: async () => {} });",
        "convex/one/convex.config.ts": defined("one"),
        "convex/one/m.ts": FUNCTION,
        "convex/two/convex.config.ts": defined("two"),
        "convex/two/m.ts": FUNCTION,
        "convex/convex.config.ts": root(
            'app.use(one); app.use(two, { name: "second" });',
            'import one from "./one/convex.config"; import two from "./two/convex.config.js";',
        ),
    }
    facts = app(files)
    assert [(component.name, component.path) for component in facts.components] == [
        ("", "convex"),
        ("one", "convex/one"),
        ("second", "convex/two"),
    ]
    assert {function.id for function in facts.functions} == {"m:f", "one/m:f", "second/m:f"}
    assert {operation.component for function in facts.functions for operation in function.operations} == {
        "one",
        "second",
    }


NESTED = {
    "convex/convex.config.ts": root("app.use(outer);", 'import outer from "./outer/convex.config";'),
    "convex/outer/convex.config.ts": defined(
        "outer", "component.use(inner);", 'import inner from "../inner/convex.config";'
    ),
    "convex/inner/convex.config.ts": defined("inner"),
    "convex/inner/lib.ts": FUNCTION,
    "convex/outer/lib.ts": HEAD
    + "export const g = mutation({ args: {}, handler: async (ctx) => { await ctx.runMutation(components.inner.lib.f, {});"
    " await ctx.runMutation(internal.lib.h, {}); await ctx.scheduler.runAfter(0, api.lib.g, {}); } });",
    "convex/m.ts": HEAD
    + "export const f = mutation({ args: {}, handler: async (ctx) => { await ctx.runMutation(components.outer.lib.g, {}) } });",
}


def test_nested_components() -> None:
    facts = app(NESTED)
    assert [component.name for component in facts.components] == ["", "outer/inner", "outer"]
    called = {f.id: [operation.target for operation in f.operations] for f in facts.functions if f.path != "lib:f"}  # type: ignore[union-attr]
    assert called == {"m:f": ["outer/lib:g"], "outer/lib:g": ["outer/inner/lib:f", "outer/lib:h", "outer/lib:g"]}


def test_component_that_no_app_uses_keeps_its_own_name() -> None:
    facts = app({"src/component/convex.config.ts": defined("mine"), "src/component/lib.ts": FUNCTION})
    assert [component.name for component in facts.components] == ["mine"]
    assert {function.id for function in facts.functions} == {"mine/lib:f"}


def test_two_instances_of_one_component() -> None:
    files = {
        "convex/convex.config.ts": root(
            'app.use(pool, { name: "fast" }); app.use(pool, { name: "slow" });',
            'import pool from "./pool/convex.config";',
        ),
        "convex/pool/convex.config.ts": defined("pool"),
        "convex/pool/lib.ts": FUNCTION,
        "convex/m.ts": HEAD
        + "export const f = mutation({ args: {}, handler: async (ctx) => { await ctx.runMutation(components.fast.lib.f, {});"
        " await ctx.runMutation(components.slow.lib.f, {}); } });",
    }
    facts = app(files)
    targets = [operation.target for f in facts.functions if f.id == "m:f" for operation in f.operations]  # type: ignore[union-attr]
    assert targets == ["fast/lib:f", "slow/lib:f"]
    assert {function.id for function in facts.functions} == {"m:f", "fast/lib:f", "slow/lib:f"}


@pytest.mark.parametrize(
    "use", ["app.use(pool)", "app.use(pool, { httpPrefix: '/p' })", "defineApp().use(pool); app.use(pool)"]
)
def test_component_schema_is_its_own(use: str) -> None:
    facts = app(
        {
            "convex/convex.config.ts": root(use + ";", 'import pool from "./pool/convex.config";'),
            "convex/schema.ts": 'import { defineSchema } from "convex/server"; export default defineSchema({});',
            "convex/pool/convex.config.ts": defined("pool"),
            "convex/pool/schema.ts": 'import { defineSchema, defineTable } from "convex/server";'
            "export default defineSchema({ t: defineTable({}) });",
            "convex/pool/lib.ts": FUNCTION,
        }
    )
    assert {(table.component, table.name) for table in facts.tables} == {("pool", "t")}
