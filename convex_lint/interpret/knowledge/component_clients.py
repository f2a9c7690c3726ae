"""Which components' clients are known: rate limits, aggregates, counters, caches, files, presence, mail, payments, editors."""

from __future__ import annotations

from typing import Any

from convex_lint.interpret.knowledge import component_apis
from convex_lint.interpret.knowledge.acting import Module, ask, native
from convex_lint.interpret.knowledge.components import callbacks_of, client, function, invoke, through
from convex_lint.interpret.knowledge.names import literal_names
from convex_lint.interpret.values import UNDEFINED, Call, Obj, Prom, Value

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
            component_apis.r2,
        )
    },
    "@convex-dev/prosemirror-sync": {
        "ProsemirrorSync": client(
            "ProsemirrorSync",
            "create:M:lib.submitSnapshot getDoc:Q:lib.getSnapshot+Q:lib.getSteps "
            "transform:Q:lib.getSnapshot+Q:lib.getSteps+M:lib.submitSteps",
            component_apis.prosemirror,
        )
    },
    "@convex-dev/persistent-text-streaming": {
        "PersistentTextStreaming": client(
            "PersistentTextStreaming",
            "createStream:M:lib.createStream getStreamBody:Q:lib.getStreamText deleteStream:M:lib.deleteStream",
            component_apis.text_streaming,
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
            component_apis.resend,
        )
    },
    "@convex-dev/polar": {
        "Polar": client(
            "Polar",
            "getCustomerByUserId:Q:lib.getCustomerByUserId syncProducts:A:lib.syncProducts listProducts:Q:lib.listProducts "
            "getCurrentSubscription:Q:lib.getCurrentSubscription listAllUserSubscriptions:Q:lib.listAllUserSubscriptions "
            "getProduct:Q:lib.getProduct cancelSubscription:Q:lib.getCurrentSubscription "
            "changeSubscription:Q:lib.getCurrentSubscription",
            component_apis.polar,
        )
    },
    "@convex-dev/stripe": {
        "StripeSubscriptions": client("StripeSubscriptions", ""),
        "registerRoutes": native("registerRoutes", component_apis.stripe_routes),
    },
    "@convex-dev/rag": {
        "RAG": client(
            "RAG",
            "add:M:entries.add+M:chunks.insert addAsync:M:entries.addAsync search:A:search.search generateText:A:search.search "
            "list:Q:entries.list getEntry:Q:entries.get findEntryByContentHash:Q:entries.findByContentHash "
            "getOrCreateNamespace:M:namespaces.getOrCreate getNamespace:Q:namespaces.get listChunks:Q:chunks.list "
            "deleteAsync:M:entries.deleteAsync delete:A:entries.deleteSync deleteByKeyAsync:M:entries.deleteByKeyAsync "
            "deleteByKey:A:entries.deleteByKeySync",
            component_apis.rag,
        )
    },
    "@useautumn/convex": {"Autumn": client("Autumn", "", component_apis.autumn)},
}
