"""The functions of libraries that client code gives its own to, by when they call it."""

from __future__ import annotations

INTERVALS = frozenset(("setInterval", "useInterval", "useIntervalWhen", "useIntervalFn", "useHarmonicIntervalFn"))
FRAMES = frozenset(("requestAnimationFrame", "useFrame", "useAnimationFrame", "useRafFn", "useRafLoop", "useTick"))
EFFECTS = frozenset(("useEffect", "useLayoutEffect", "useInsertionEffect", "$effect", "watchEffect"))
MOUNTS = frozenset(("onMount", "onMounted", "useMount", "useEffectOnce", "useMountEffect"))
WATCHES = frozenset(("watch", "watchDebounced", "watchThrottled"))
LISTENERS = frozenset(("addEventListener", "useEventListener", "useWindowEvent", "on"))
KEEPERS = frozenset(
    ("useCallback", "useMemo", "useEvent", "useEffectEvent", "useRef", "memo", "useLatest", "useMemoizedFn",
     "useStableCallback", "forwardRef", "useEffectEventCallback", "useSingleFlight")
)  # fmt: skip
RUNNERS = frozenset(
    ("then", "catch", "finally", "forEach", "map", "startTransition", "queueMicrotask", "setState", "all", "allSettled")
)
STATES = frozenset(("useState", "useLocalStorage", "useStateWithCallback", "useQueryState"))
