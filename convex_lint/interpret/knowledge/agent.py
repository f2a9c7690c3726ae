"""`@convex-dev/agent`: threads and messages live in its component; what counts for the app are its tools, which run with the
app's context, and the functions that an agent registers (agent:src/client)."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.knowledge.acting import Module, ask, native, perhaps, quiet, run
from convex_lint.interpret.knowledge.components import client, function, invoke
from convex_lint.interpret.objects import spread_into
from convex_lint.interpret.values import UNDEFINED, UNKNOWN, Call, Obj, Prom, ValidatorValue, Value
from convex_lint.model.schema import Validator

_GENERATE = ("generateText", "streamText", "generateObject", "streamObject")
_THREAD = "threads.createThread"


def _create_tool(m: Any, call: Call) -> Value:
    """`createTool({ args, handler: async (ctx, args) => ... })`"""
    config = call.arg(0)
    made = Obj()
    spread_into(m, made, config, call.node)
    handler = ask(m, config, "handler", call)
    made.props["\0tool"] = handler if handler is not UNDEFINED else ask(m, config, "execute", call)
    return made


def _use_tools(m: Any, tools: Value, ctx: Value, call: Call) -> None:
    """The model may call any of the tools, with the context that the agent was given."""
    if type(tools) is not Obj:
        return
    with perhaps(m):
        for name, tool in tools.props.items():
            handler = tool.props.get("\0tool") if type(tool) is Obj else None
            if handler is None or name.startswith("\0"):
                continue
            inside = Obj()
            spread_into(m, inside, ctx, call.node)
            inside.props.update({"agent": UNKNOWN, "userId": UNKNOWN, "threadId": UNKNOWN, "messageId": UNKNOWN})
            schema = ask(m, tool, "args", call)
            args = ask(m, schema, "type", call) if type(schema) is ValidatorValue else UNKNOWN
            run(m, handler, call, inside, args, UNKNOWN)


def _thread(m: Any, generate: Any, ctx: Value) -> Obj:
    return Obj(
        {
            **{name: native(name, lambda m, call: generate(m, ctx, call)) for name in _GENERATE},
            "threadId": UNKNOWN,
            "\0any": quiet("thread method"),
        }
    )


def _agent(m: Any, made: Obj, call: Call) -> None:
    component, config = call.arg(0), call.arg(1)
    tools = ask(m, config, "tools", call)

    def generate(m: Any, ctx: Value, inner: Call) -> Value:
        invoke(m, ctx, component, "M", "messages.addMessages", inner)
        _use_tools(m, tools, ctx, inner)
        for given in inner.args:
            if type(given) is Obj:
                _use_tools(m, ask(m, given, "tools", inner), ctx, inner)
        return Prom(Obj(rest=UNKNOWN))

    def create(m: Any, inner: Call) -> Value:
        made = invoke(m, inner.arg(0), component, "M", _THREAD, inner)
        return Prom(Obj({"threadId": made, "thread": _thread(m, generate, inner.arg(0))}))

    def resume(m: Any, inner: Call) -> Value:
        return Prom(Obj({"thread": _thread(m, generate, inner.arg(0))}))

    def acting(m: Any, inner: Call) -> Value:
        return function(m, "internalAction", inner, lambda m, last: generate(m, last.arg(0), last))

    def register(builder: str, kind: str, path: str) -> Any:
        def make(m: Any, inner: Call) -> Value:
            return function(m, builder, inner, lambda m, last: invoke(m, last.arg(0), component, kind, path, last))

        return native(path, make)

    made.props.update(
        {
            **{name: native(name, lambda m, inner: generate(m, inner.arg(0), inner)) for name in _GENERATE},
            "createThread": native("Agent.createThread", create),
            "continueThread": native("Agent.continueThread", resume),
            "asTextAction": native("Agent.asTextAction", acting),
            "asObjectAction": native("Agent.asObjectAction", acting),
            "createThreadMutation": register("internalMutation", "M", _THREAD),
            "asSaveMessagesMutation": register("internalMutation", "M", "messages.addMessages"),
        }
    )


def _free(kind: str, path: str) -> Any:
    """`saveMessage(ctx, components.agent, ...)`"""
    return native(path, lambda m, call: Prom(invoke(m, call.arg(0), call.arg(1), kind, path, call)))


_PLAYGROUND = {
    "isApiKeyValid": "query", "listAgents": "query", "listUsers": "query", "listThreads": "query", "listMessages": "query",
    "createThread": "mutation", "generateText": "action", "fetchPromptContext": "action",
}  # fmt: skip


def _playground(m: Any, call: Call) -> Value:
    """`definePlaygroundAPI(components.agent, { agents })`"""
    return Obj(
        {name: function(m, kind, call, None, {"apiKey": Validator("string")}) for name, kind in _PLAYGROUND.items()}
    )


PLAYGROUND = native("definePlaygroundAPI", _playground)
_ANY = ValidatorValue(Validator("any"))
EXPORTS: Module = {
    "Agent": client(
        "Agent",
        "saveMessage:M:messages.addMessages saveMessages:M:messages.addMessages listMessages:Q:messages.listMessagesByThreadId "
        "syncStreams:Q:streams.list fetchContextMessages:Q:messages.listMessagesByThreadId "
        "getThreadMetadata:Q:threads.getThread updateThreadMetadata:M:threads.updateThread "
        "deleteMessage:M:messages.deleteByIds deleteMessages:M:messages.deleteByIds "
        "deleteThreadAsync:M:threads.deleteAllForThreadIdAsync deleteThreadSync:A:threads.deleteAllForThreadIdSync",
        _agent,
    ),
    "createTool": native("createTool", _create_tool),
    "createThread": _free("M", _THREAD),
    "saveMessage": _free("M", "messages.addMessages"),
    "saveMessages": _free("M", "messages.addMessages"),
    "listMessages": _free("Q", "messages.listMessagesByThreadId"),
    "listUIMessages": _free("Q", "messages.listMessagesByThreadId"),
    "fetchContextMessages": _free("Q", "messages.listMessagesByThreadId"),
    "syncStreams": _free("Q", "streams.list"),
    "listStreams": _free("Q", "streams.list"),
    "abortStream": _free("M", "streams.abortByOrder"),
    "getThreadMetadata": _free("Q", "threads.getThread"),
    "updateThreadMetadata": _free("M", "threads.updateThread"),
    "searchThreadTitles": _free("Q", "threads.searchThreadTitles"),
    "getFile": _free("Q", "files.get"),
    "storeFile": _free("M", "files.addFile"),
    "definePlaygroundAPI": PLAYGROUND,
    **dict.fromkeys(("vStreamArgs", "vMessage", "vUsage", "vProviderMetadata", "vMessageDoc", "vThreadDoc"), _ANY),
}
