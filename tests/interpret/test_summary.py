"""Keys of calls: equal exactly for arguments that a helper cannot tell apart."""

from __future__ import annotations

from convex_lint.interpret.summary import Shapes, key_of
from convex_lint.interpret.typed import ANY
from convex_lint.interpret.values import Arg, Obj, Typed


def test_what_is_gone_is_never_taken_for_what_came_to_its_place() -> None:
    shapes = Shapes()
    keys = []
    for _ in range(50):
        given = Obj({"row": Typed(ANY, None)})
        key, _origins = key_of((given,), shapes)
        given.props["row"] = Arg(())
        keys.append(key)
        del given
    assert len(set(keys)) == 50


def test_equal_arguments_give_equal_keys() -> None:
    row, shapes = Typed(ANY, None), Shapes()
    assert key_of((Obj({"row": row}),), shapes) == key_of((Obj({"row": row}),), shapes)
