"""Components whose clients register functions and routes in the app, and call it back (npm `@convex-dev/*` `src/client`)."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.knowledge.acting import ask, native, run
from convex_lint.interpret.knowledge.components import callbacks_of, function, invoke, route, through
from convex_lint.interpret.knowledge.names import literal_names
from convex_lint.interpret.values import UNDEFINED, UNKNOWN, Call, Obj, Prom, Value
from convex_lint.model.schema import Validator

_TEXT = Validator("string")
_NUMBER = Validator("float64")

# ---------------------------------------------------------------- files, editors, streams


def r2(m: Any, made: Obj, call: Call) -> None:
    component = call.arg(0)

    def api(m: Any, inner: Call) -> Value:
        def asked(*names: str) -> list[Value]:
            return callbacks_of(m, inner.arg(0), inner, *names)

        key = {"key": _TEXT}
        return Obj(
            {
                "generateUploadUrl": function(m, "mutation", inner, through(component, "", "", *asked("checkUpload"))),
                "syncMetadata": function(
                    m, "mutation", inner, through(component, "", "", *asked("checkUpload", "onUpload")), key
                ),
                "onSyncMetadata": function(
                    m, "internalMutation", inner, through(component, "", "", *asked("onSyncMetadata")),
                    {**key, "bucket": _TEXT, "isNew": Validator("boolean")},
                ),
                "getMetadata": function(
                    m, "query", inner, through(component, "Q", "lib.getMetadata", *asked("checkReadKey")), key
                ),
                "listMetadata": function(
                    m, "query", inner, through(component, "Q", "lib.listMetadata", *asked("checkReadBucket")),
                    {"paginationOpts": Validator("any")},
                ),
                "deleteObject": function(
                    m, "mutation", inner, through(component, "M", "lib.deleteObject", *asked("checkDelete", "onDelete")), key
                ),
            }
        )  # fmt: skip

    made.props["clientApi"] = native("R2.clientApi", api)


def prosemirror(m: Any, made: Obj, call: Call) -> None:
    component = call.arg(0)

    def api(m: Any, inner: Call) -> Value:
        reading = callbacks_of(m, inner.arg(0), inner, "checkRead")
        writing = callbacks_of(m, inner.arg(0), inner, "checkWrite")
        kept = callbacks_of(m, inner.arg(0), inner, "onSnapshot")
        one, version = {"id": _TEXT}, {"version": _NUMBER}
        snapshot = through(component, "M", "lib.submitSnapshot", *writing, *kept)
        steps = through(component, "M", "lib.submitSteps", *writing)
        return Obj(
            {
                "getSnapshot": function(m, "query", inner, through(component, "Q", "lib.getSnapshot", *reading), one),
                "submitSnapshot": function(m, "mutation", inner, snapshot, {**one, **version, "content": _TEXT}),
                "latestVersion": function(
                    m, "query", inner, through(component, "Q", "lib.latestVersion", *reading), one
                ),
                "getSteps": function(
                    m, "query", inner, through(component, "Q", "lib.getSteps", *reading), {**one, **version}
                ),
                "submitSteps": function(
                    m,
                    "mutation",
                    inner,
                    steps,
                    {**one, **version, "clientId": Validator("any"), "steps": Validator("any")},
                ),
            }
        )

    made.props["syncApi"] = native("ProsemirrorSync.syncApi", api)


def text_streaming(m: Any, made: Obj, call: Call) -> None:
    def stream(m: Any, inner: Call) -> Value:
        ctx = inner.arg(0)
        invoke(m, ctx, call.arg(0), "Q", "lib.getStreamStatus", inner)
        run(m, inner.arg(3), inner, ctx, inner.arg(1), inner.arg(2), native("append", lambda m, last: Prom(UNDEFINED)))
        invoke(m, ctx, call.arg(0), "M", "lib.addChunk", inner)
        invoke(m, ctx, call.arg(0), "M", "lib.setStreamStatus", inner)
        return Prom(UNKNOWN)

    made.props["stream"] = native("PersistentTextStreaming.stream", stream)


# ---------------------------------------------------------------- mail and payments


def resend(m: Any, made: Obj, call: Call) -> None:
    def on_event(m: Any, inner: Call) -> Value:
        def handle(m: Any, last: Call) -> Value:
            return run(m, inner.arg(0), last, last.arg(0), last.arg(1))

        return function(m, "internalMutation", inner, handle, {"id": _TEXT, "event": Validator("any")})

    made.props["defineOnEmailEvent"] = native("Resend.defineOnEmailEvent", on_event)


_POLAR = {
    "changeCurrentSubscription": "action", "cancelCurrentSubscription": "action", "getConfiguredProducts": "query",
    "listAllProducts": "query", "listAllSubscriptions": "query", "generateCheckoutLink": "action",
    "generateCustomerPortalUrl": "action",
}  # fmt: skip


def polar(m: Any, made: Obj, call: Call) -> None:
    component = call.arg(0)

    def api(m: Any, inner: Call) -> Value:
        who = callbacks_of(m, call.arg(1), inner, "getUserInfo")
        asking = {"getConfiguredProducts": "lib.listProducts", "listAllProducts": "lib.listProducts"}
        return Obj(
            {
                name: function(
                    m,
                    kind,
                    inner,
                    through(
                        component, "Q", asking.get(name, "lib.getCustomerByUserId"), *([] if name in asking else who)
                    ),
                )
                for name, kind in _POLAR.items()
            }
        )

    def routes(m: Any, inner: Call) -> Value:
        path = literal_names(ask(m, inner.arg(1), "path", inner))[0] or "/polar/events"
        told = callbacks_of(
            m,
            inner.arg(1),
            inner,
            "onSubscriptionCreated",
            "onSubscriptionUpdated",
            "onProductCreated",
            "onProductUpdated",
        )
        route(m, inner.arg(0), "POST", path, inner, through(component, "M", "lib.updateSubscription", *told))
        return UNDEFINED

    made.props["api"] = made.props["checkoutApi"] = native("Polar.api", api)
    made.props["registerRoutes"] = native("Polar.registerRoutes", routes)


_AUTUMN = (
    "track cancel query attach check checkout usage setupPayment createCustomer listProducts billingPortal "
    "createReferralCode redeemReferralCode createEntity getEntity"
)


def autumn(m: Any, made: Obj, call: Call) -> None:
    who = callbacks_of(m, call.arg(1), call, "identify")

    def ask_who(m: Any, inner: Call) -> Value:
        for callback in who:
            run(m, callback, inner, inner.arg(0))
        return Prom(UNKNOWN)

    def api(m: Any, inner: Call) -> Value:
        return Obj({name: function(m, "action", inner, ask_who) for name in _AUTUMN.split()})

    made.props.update({name: native(f"Autumn.{name}", ask_who) for name in _AUTUMN.split()})
    made.props["api"] = native("Autumn.api", api)


def stripe_routes(m: Any, call: Call) -> Value:
    """`registerRoutes(http, components.stripe, { webhookPath, events })`"""
    path = literal_names(ask(m, call.arg(2), "webhookPath", call))[0] or "/stripe/webhook"
    events = ask(m, call.arg(2), "events", call)
    told = [part for name, part in events.props.items() if not name.startswith("\0")] if type(events) is Obj else []
    told += callbacks_of(m, call.arg(2), call, "onEvent")

    def handle(m: Any, inner: Call) -> Value:
        for callback in told:
            run(m, callback, inner, inner.arg(0), UNKNOWN, UNKNOWN)
        return UNKNOWN

    route(m, call.arg(0), "POST", path, call, handle)
    return UNDEFINED


# ---------------------------------------------------------------- retrieval


def rag(m: Any, made: Obj, call: Call) -> None:
    """`rag.defineOnComplete(handler)`, `rag.defineChunkerAction(handler)`: functions around a handler of the app."""

    def around(builder: str) -> Any:
        def make(m: Any, inner: Call) -> Value:
            def handle(m: Any, last: Call) -> Value:
                return run(m, inner.arg(0), last, last.arg(0), last.arg(1))

            return function(m, builder, inner, handle, {"namespace": Validator("any"), "entry": Validator("any")})

        return native(builder, make)

    made.props["defineOnComplete"] = around("internalMutation")
    made.props["defineChunkerAction"] = around("internalAction")
