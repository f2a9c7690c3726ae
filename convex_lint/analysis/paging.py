"""May a function read by pages as an advice says?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from convex_lint.analysis import repairs
from convex_lint.model.function import Function
from convex_lint.model.operation import Read


def fitting(advice: str, functions: Sequence[Function]) -> str:
    """Components cannot paginate (`crates/isolate/src/environment/udf/async_syscall.rs`), and a function can do so once."""
    if any(function.component for function in functions):
        return _PAGINATE.sub(_PAGINATOR, advice)
    if _PAGINATE.search(advice) and any(map(_paginates, functions)):
        return advice + repairs.PAGINATES
    return advice


def _paginates(function: Function) -> bool:
    return any(isinstance(one, Read) and one.terminal == "paginate" for one in function.operations)


_PAGINATE = re.compile(r"`\.paginate\([^`]*`")
_PAGINATOR = "the `paginator` of `convex-helpers/server/pagination` (`.paginate()` fails in a component)"
