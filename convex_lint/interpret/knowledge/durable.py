"""Components that run functions of the app: Workpool, Workflow, ActionRetrier, Crons, BatchWorker (npm `@convex-dev/*`)."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.knowledge.acting import Module, act, ask, native, quiet, run
from convex_lint.interpret.knowledge.components import client, enqueue, function, invoke
from convex_lint.interpret.knowledge.convex_server import handler_span
from convex_lint.interpret.knowledge.convex_values import returning
from convex_lint.interpret.values import UNDEFINED, UNKNOWN, Call, Ctx, Native, Obj, Prom, Registered, Value
from convex_lint.model.schema import Validator

_ANY = Validator("any", optional=True)


def _runs(path: str, target: int) -> Any:
    """A method that hands a function of the app (argument number `target`) to the component, and its `onComplete`."""

    def make(component: Value) -> Native:
        def answer(m: Any, call: Call) -> Value:
            result = invoke(m, call.arg(0), component, "M", path, call)
            _hand(m, call, target)
            return Prom(result)

        return native(path, answer)

    return make


def _hand(m: Any, call: Call, target: int) -> None:
    """The function of argument number `target` will be run with the next one, and `onComplete` after it."""
    ctx = call.arg(0)
    enqueue(m, ctx, call.arg(target), call.arg(target + 1), call)
    for options in call.args[target + 1 :]:
        complete = ask(m, options, "onComplete", call) if type(options) is Obj else UNDEFINED
        if complete is not UNDEFINED and complete is not UNKNOWN:
            enqueue(m, ctx, complete, UNKNOWN, call)


def _workpool(m: Any, made: Obj, call: Call) -> None:
    for name in ("enqueueAction", "enqueueMutation", "enqueueQuery"):
        made.props[name] = _runs("lib.enqueue", 1)(call.arg(0))
        made.props[f"{name}Batch"] = _runs("lib.enqueueBatch", 1)(call.arg(0))

    def on_complete(m: Any, inner: Call) -> Value:
        handler = ask(m, inner.arg(0), "handler", inner)

        def handle(m: Any, last: Call) -> Value:
            return run(m, handler, last, last.arg(0), last.arg(1))

        fields = {"workId": Validator("string"), "context": _ANY, "result": Validator("any")}
        return _with_span(function(m, "internalMutation", inner, handle, fields), handler)

    made.props["defineOnComplete"] = native("Workpool.defineOnComplete", on_complete)


def _with_span(made: Value, handler: Value) -> Value:
    from dataclasses import replace

    return replace(made, handler_span=handler_span(handler)) if type(made) is Registered else made


def _retrier(m: Any, made: Obj, call: Call) -> None:
    made.props["run"] = _runs("public.start", 1)(call.arg(0))
    made.props["runAfter"] = made.props["runAt"] = _runs("public.start", 2)(call.arg(0))


def _crons(m: Any, made: Obj, call: Call) -> None:
    made.props["register"] = _runs("public.register", 2)(call.arg(0))


# ---------------------------------------------------------------- workflows


def _step(m: Any, component: Value) -> Obj:
    """The context of a workflow's handler: it runs functions, one durable step each."""
    ctx = Ctx("step", m.component)

    def through(method: str) -> Native:
        return native(f"step.{method}", lambda m, call: Prom(act(m, ctx, method, call, call.arg(0), call.arg(1))))

    def workflow(m: Any, call: Call) -> Value:
        enqueue(m, ctx, call.arg(0), call.arg(1), call)
        return Prom(UNKNOWN)

    return Obj(
        {
            **{method: through(method) for method in ("runQuery", "runMutation", "runAction")},
            "runWorkflow": native("step.runWorkflow", workflow),
            "workflowId": UNKNOWN,
            "\0any": quiet("step method"),
        }
    )


def _workflow(m: Any, made: Obj, call: Call) -> None:
    component = call.arg(0)

    def define(m: Any, inner: Call) -> Value:
        config = inner.arg(0)
        handler = ask(m, config, "handler", inner)
        if handler is not UNDEFINED:
            return register(m, config, handler, inner)
        return Obj({"handler": native("workflow handler", lambda m, last: register(m, config, last.arg(0), last))})

    def register(m: Any, config: Value, handler: Value, inner: Call) -> Value:
        def handle(m: Any, last: Call) -> Value:
            return run(m, handler, last, _step(m, component), last.arg(1))

        args = returning(m, ask(m, config, "args", inner))
        native_handler = Native("workflow", handle, (("handler", handler),))
        span = m.span(inner.node)
        return Registered("mutation", "internal", native_handler, args, None, span, handler_span(handler))

    made.props["define"] = native("WorkflowManager.define", define)
    made.props["start"] = _runs("workflow.create", 1)(component)


_WORKFLOW = client(
    "WorkflowManager",
    "status:Q:workflow.getStatus cancel:M:workflow.cancel cleanup:M:workflow.cleanup list:Q:workflow.list "
    "listByName:Q:workflow.listByName listSteps:Q:workflow.listSteps restart:M:workflow.restart sendEvent:M:event.send "
    "createEvent:M:event.create",
    _workflow,
)


def _component_call(kind: str, path: str) -> Native:
    """`start(ctx, components.workflow, ...)`"""
    return native(path, lambda m, call: Prom(invoke(m, call.arg(0), call.arg(1), kind, path, call)))


def _start(m: Any, call: Call) -> Value:
    """`start(ctx, internal.module.workflow, args, options)`: a workflow knows the component that it was defined with."""
    _hand(m, call, 1)
    return Prom(UNKNOWN)


CLIENTS: dict[str, Module] = {
    "@convex-dev/workpool": {
        "Workpool": client(
            "Workpool",
            "cancel:M:lib.cancel cancelAll:M:lib.cancelAll status:Q:lib.status statusBatch:Q:lib.statusBatch",
            _workpool,
        ),
    },
    "@convex-dev/workflow": {
        "WorkflowManager": _WORKFLOW,
        "start": native("start", _start),
        "restart": _component_call("M", "workflow.restart"),
        "sendEvent": _component_call("M", "event.send"),
        "cancel": _component_call("M", "workflow.cancel"),
        "cleanup": _component_call("M", "workflow.cleanup"),
        "getStatus": _component_call("Q", "workflow.getStatus"),
    },
    "@convex-dev/action-retrier": {
        "ActionRetrier": client(
            "ActionRetrier", "status:Q:public.status cancel:M:public.cancel cleanup:M:public.cleanup", _retrier
        )
    },
    "@convex-dev/crons": {"Crons": client("Crons", "list:Q:public.list get:Q:public.get delete:M:public.del", _crons)},
}
