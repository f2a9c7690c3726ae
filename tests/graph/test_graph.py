"""The graph answers in the domain's words, and leaves networkx alone until it has to walk."""

from __future__ import annotations

import subprocess
import sys

from convex_lint.graph import EdgeKind, EntryKind, NodeKind, connect
from convex_lint.model.value import Argument
from tests.analysis.facts import (
    STRING,
    cron,
    function,
    insert,
    mutation,
    project,
    query,
    read,
    reference,
    route,
    run,
    schedule,
    subscription,
    table,
)

MESSAGES = table("messages", {"by_channel": ["channelId"]}, channelId=reference("channels"), body=STRING)
CHANNELS = table("channels", name=STRING)


def test_importing_the_graph_does_not_import_networkx() -> None:
    code = "import sys, convex_lint.graph, convex_lint.analysis.backend; sys.exit('networkx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_readers_writers_and_subscribers() -> None:
    lister = query("messages:list", read("messages", "by_channel", {"channelId": None}))
    sender = mutation("messages:send", insert("messages", body=Argument(("body",))))
    graph = connect(project(MESSAGES, CHANNELS, lister, sender, subscription("messages:list", "Chat")))
    assert graph.readers_of(MESSAGES) == (lister,)
    assert graph.writers_of(MESSAGES) == (sender,)
    assert graph.readers_of(CHANNELS) == ()
    assert [call.within for call in graph.subscribers(lister)] == ["Chat"]
    assert graph.subscribers(sender) == ()


def test_nodes_and_edges_are_plain_data() -> None:
    lister = query(
        "messages:list", read("messages", "by_channel", {"channelId": None}, bounds=[("_creationTime", "gt")])
    )
    graph = connect(project(MESSAGES, CHANNELS, lister, subscription("messages:list", "Chat")))
    kinds = {node.id: node.kind for node in graph.nodes()}
    assert kinds["table:messages"] is NodeKind.TABLE
    assert kinds["index:messages.by_channel"] is NodeKind.INDEX
    assert kinds["client:src/page.tsx#Chat"] is NodeKind.CLIENT
    edges = {(edge.source, edge.target, edge.kind): edge.label for edge in graph.edges()}
    reads = edges["function:messages:list", "table:messages", EdgeKind.READS]
    assert reads == "by_channel(channelId, _creationTime>) collect"
    assert edges["table:messages", "table:channels", EdgeKind.REFERENCES] == "channelId"
    assert ("client:src/page.tsx#Chat", "function:messages:list", EdgeKind.SUBSCRIBES) in edges


def test_no_edge_leads_to_something_that_is_not_there() -> None:
    graph = connect(project(query("a:a", read("ghosts"), run("b:missing")), subscription("c:missing")))
    names = {node.id for node in graph.nodes()}
    assert {edge.target for edge in graph.edges()} <= names


def test_entries_follow_calls_and_schedules_to_what_starts_them() -> None:
    worker = mutation("jobs:work", internal=True)
    tick = function("jobs:tick", "action", run("jobs:work"), internal=True)
    later = mutation("jobs:later", internal=True)
    public = mutation("jobs:start", schedule("jobs:later"))
    hook = function("hooks:stripe", "http", run("jobs:work"))
    lonely = mutation("jobs:lonely", internal=True)
    graph = connect(
        project(
            worker, tick, later, public, hook, lonely, cron("tick", "jobs:tick", 300.0), route("/x", "hooks:stripe")
        )
    )
    assert [(entry.kind, entry.name, entry.through) for entry in graph.entries(worker)] == [
        (EntryKind.HTTP, "POST /x", ("hooks:stripe",)),
        (EntryKind.CRON, "tick", ("jobs:tick",)),
    ]
    assert [(entry.kind, entry.name) for entry in graph.entries(later)] == [(EntryKind.SCHEDULED, "jobs:start")]
    assert [entry.kind for entry in graph.entries(public)] == [EntryKind.PUBLIC]
    assert graph.entries(lonely) == ()
    assert graph.callers(worker) == (hook, tick)


def test_rings_of_functions_are_found_and_lines_are_not() -> None:
    first = mutation("a:first", schedule("a:second"), internal=True)
    second = mutation("a:second", run("a:first"), internal=True)
    loop = mutation("b:loop", schedule("b:loop"), internal=True)
    line = mutation("c:line", run("a:first"))
    graph = connect(project(first, second, loop, line))
    assert graph.cycles() == ((first, second), (loop,))
    assert graph.reachable_from(line) == (first, second)
    assert graph.reachable_from(loop) == ()


def test_derived_edges_are_added_to_a_copy() -> None:
    graph = connect(project(MESSAGES, CHANNELS))
    wider = graph.with_edges([graph.edges()[0]])
    assert len(wider.edges()) == len(graph.edges()) + 1
