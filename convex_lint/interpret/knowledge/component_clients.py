"""Which components' clients are known: rate limits, aggregates, counters, caches, files, presence, mail, payments, editors."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.knowledge.acting import Module, ask, native, run
from convex_lint.interpret.knowledge.components import callbacks_of, client, function, invoke, route, through
from convex_lint.interpret.knowledge.database import literal_names
from convex_lint.interpret.values import UNDEFINED, UNKNOWN, Call, Obj, Prom, Value
from convex_lint.model.schema import Validator

_TEXT = Validator("string")
_NUMBER = Validator("float64")

# ---------------------------------------------------------------- limits, counts, caches


def _rate_limiter(m: Any, made: Obj, call: Call) -> None:
    component = call.arg(0)

    def hooks(m: Any, inner: Call) -> Value:
        keys = callbacks_of(m, inner.arg(1), inner, "key")
        return Obj(
            {
                "getRateLimit": function(m, "query", inner, through(component, "Q", "lib.getValue", *keys)),
                "getServerTime": function(m, "mutation", inner),
            }
        )

    made.props["hookAPI"] = native("hookAPI", hooks)


def _trigger(*steps: str) -> Any:
    """`aggregate.trigger()`: a trigger that keeps the component up to date."""

    def more(m: Any, made: Obj, call: Call) -> None:
        def make(m: Any, inner: Call) -> Value:
            def trigger(m: Any, last: Call) -> Value:
                operation = literal_names(ask(m, last.arg(1), "operation", last))
                for step in steps:
                    when, path = step.split(":")
                    if operation == [None] or when in (*operation, "any"):
                        invoke(m, last.arg(0), call.arg(0), "M", path, last)
                return Prom(UNDEFINED)

            return native("trigger", trigger)

        made.props["trigger"] = made.props["idempotentTrigger"] = native("trigger", make)

    return more


_AGGREGATE = (
    "count:Q:btree.aggregateBetween countBatch:Q:btree.aggregateBetweenBatch sum:Q:btree.aggregateBetween "
    "sumBatch:Q:btree.aggregateBetweenBatch at:Q:btree.atOffset atBatch:Q:btree.atOffsetBatch indexOf:Q:btree.offset "
    "indexOfDoc:Q:btree.offset offsetOf:Q:btree.offset offsetUntil:Q:btree.offsetUntil min:Q:btree.paginate "
    "max:Q:btree.paginate random:Q:btree.aggregateBetween+Q:btree.atOffset paginate:Q:btree.paginate insert:M:public.insert "
    "delete:M:public.delete_ replace:M:public.replace insertIfDoesNotExist:M:public.replaceOrInsert "
    "deleteIfExists:M:public.deleteIfExists replaceOrInsert:M:public.replaceOrInsert clear:M:public.clear "
    "clearAll:M:public.clear makeRootLazy:M:public.makeRootLazy paginateNamespaces:Q:btree.paginateNamespaces"
)
_KEPT = _trigger("insert:public.insert", "update:public.replace", "delete:public.delete_")
_COUNTER = (
    "add:M:public.add subtract:M:public.add inc:M:public.add dec:M:public.add count:Q:public.count "
    "rebalance:M:public.rebalance reset:M:public.reset estimateCount:Q:public.estimateCount"
)


def _counter(m: Any, made: Obj, call: Call) -> None:
    _trigger("any:public.add")(m, made, call)

    def one(m: Any, inner: Call) -> Value:
        return COUNTER.run(m, call)

    made.props["for"] = native("ShardedCounter.for", one)


COUNTER = client("ShardedCounter", _COUNTER, _counter)


def _action_cache(m: Any, made: Obj, call: Call) -> None:
    action = ask(m, call.arg(1), "action", call)

    def fetch(m: Any, inner: Call) -> Value:
        from convex_lint.interpret.knowledge.acting import act, perhaps

        ctx, component = inner.arg(0), call.arg(0)
        invoke(m, ctx, component, "Q", "lib.get", inner)
        with perhaps(m):
            result = act(m, ctx, "runAction", inner, action, inner.arg(1))
            invoke(m, ctx, component, "M", "lib.put", inner)
        return Prom(result)

    made.props["fetch"] = native("ActionCache.fetch", fetch)


# ---------------------------------------------------------------- files, editors, streams


def _r2(m: Any, made: Obj, call: Call) -> None:
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


def _prosemirror(m: Any, made: Obj, call: Call) -> None:
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


def _text_streaming(m: Any, made: Obj, call: Call) -> None:
    def stream(m: Any, inner: Call) -> Value:
        ctx = inner.arg(0)
        invoke(m, ctx, call.arg(0), "Q", "lib.getStreamStatus", inner)
        run(m, inner.arg(3), inner, ctx, inner.arg(1), inner.arg(2), native("append", lambda m, last: Prom(UNDEFINED)))
        invoke(m, ctx, call.arg(0), "M", "lib.addChunk", inner)
        invoke(m, ctx, call.arg(0), "M", "lib.setStreamStatus", inner)
        return Prom(UNKNOWN)

    made.props["stream"] = native("PersistentTextStreaming.stream", stream)


# ---------------------------------------------------------------- mail and payments


def _resend(m: Any, made: Obj, call: Call) -> None:
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


def _polar(m: Any, made: Obj, call: Call) -> None:
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


def _autumn(m: Any, made: Obj, call: Call) -> None:
    who = callbacks_of(m, call.arg(1), call, "identify")

    def ask_who(m: Any, inner: Call) -> Value:
        for callback in who:
            run(m, callback, inner, inner.arg(0))
        return Prom(UNKNOWN)

    def api(m: Any, inner: Call) -> Value:
        return Obj({name: function(m, "action", inner, ask_who) for name in _AUTUMN.split()})

    made.props.update({name: native(f"Autumn.{name}", ask_who) for name in _AUTUMN.split()})
    made.props["api"] = native("Autumn.api", api)


def _stripe_routes(m: Any, call: Call) -> Value:
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


CLIENTS: dict[str, Module] = {
    "@convex-dev/rate-limiter": {
        "RateLimiter": client(
            "RateLimiter",
            "limit:M:lib.rateLimit check:Q:lib.checkRateLimit reset:M:lib.resetRateLimit getValue:Q:lib.getValue",
            _rate_limiter,
        )
    },
    "@convex-dev/aggregate": {
        "Aggregate": client("Aggregate", _AGGREGATE, _KEPT),
        "DirectAggregate": client("DirectAggregate", _AGGREGATE, _KEPT),
        "TableAggregate": client("TableAggregate", _AGGREGATE, _KEPT),
    },
    "@convex-dev/sharded-counter": {"ShardedCounter": COUNTER},
    "@convex-dev/action-cache": {
        "ActionCache": client(
            "ActionCache",
            "remove:M:lib.remove removeAllForName:M:lib.removeAll removeAll:M:lib.removeAll",
            _action_cache,
        )
    },
    "@convex-dev/r2": {
        "R2": client(
            "R2",
            "store:A:lib.syncMetadata syncMetadata:A:lib.syncMetadata getMetadata:Q:lib.getMetadata "
            "listMetadata:Q:lib.listMetadata deleteObject:M:lib.deleteObject",
            _r2,
        )
    },
    "@convex-dev/prosemirror-sync": {
        "ProsemirrorSync": client(
            "ProsemirrorSync",
            "create:M:lib.submitSnapshot getDoc:Q:lib.getSnapshot+Q:lib.getSteps "
            "transform:Q:lib.getSnapshot+Q:lib.getSteps+M:lib.submitSteps",
            _prosemirror,
        )
    },
    "@convex-dev/persistent-text-streaming": {
        "PersistentTextStreaming": client(
            "PersistentTextStreaming",
            "createStream:M:lib.createStream getStreamBody:Q:lib.getStreamText deleteStream:M:lib.deleteStream",
            _text_streaming,
        )
    },
    "@convex-dev/presence": {
        "Presence": client(
            "Presence",
            "heartbeat:M:public.heartbeat list:Q:public.list updateRoomUser:M:public.updateRoomUser "
            "disconnect:M:public.disconnect listRoom:Q:public.listRoom listUser:Q:public.listUser "
            "removeRoomUser:M:public.removeRoomUser removeRoom:M:public.removeRoom",
        )
    },
    "@convex-dev/geospatial": {
        "GeospatialIndex": client(
            "GeospatialIndex",
            "insert:M:document.insert get:Q:document.get remove:M:document.remove query:Q:query.execute "
            "nearest:Q:query.nearestPoints queryNearest:Q:query.nearestPoints",
        )
    },
    "@convex-dev/resend": {
        "Resend": client(
            "Resend",
            "sendEmail:M:lib.sendEmail sendEmailManually:M:lib.createManualEmail cancelEmail:M:lib.cancelEmail "
            "status:Q:lib.getStatus get:Q:lib.get handleResendEventWebhook:M:lib.handleEmailEvent",
            _resend,
        )
    },
    "@convex-dev/polar": {
        "Polar": client(
            "Polar",
            "getCustomerByUserId:Q:lib.getCustomerByUserId syncProducts:A:lib.syncProducts listProducts:Q:lib.listProducts "
            "getCurrentSubscription:Q:lib.getCurrentSubscription listAllUserSubscriptions:Q:lib.listAllUserSubscriptions "
            "getProduct:Q:lib.getProduct cancelSubscription:Q:lib.getCurrentSubscription "
            "changeSubscription:Q:lib.getCurrentSubscription",
            _polar,
        )
    },
    "@convex-dev/stripe": {
        "StripeSubscriptions": client("StripeSubscriptions", ""),
        "registerRoutes": native("registerRoutes", _stripe_routes),
    },
    "@useautumn/convex": {"Autumn": client("Autumn", "", _autumn)},
}
