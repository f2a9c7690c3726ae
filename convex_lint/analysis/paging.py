"""May a function read by pages as an advice says?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from convex_lint.analysis import repairs
from convex_lint.analysis.branches import exclusive
from convex_lint.analysis.sites import Reach
from convex_lint.model.operation import Read


def fitting(advice: str, reaches: Sequence[Reach[Read]]) -> str:
    """Components cannot paginate (`crates/isolate/src/environment/udf/async_syscall.rs`), and an execution can do so once."""
    if any(reach.function.component for reach in reaches):
        return _PAGINATE.sub(_PAGINATOR, advice)
    if _PAGINATE.search(advice) and any(map(_paginates, reaches)):
        return advice + repairs.PAGINATES
    return advice


def _paginates(reach: Reach[Read]) -> bool:
    """Where it gets to the read, the function may have read a page, too."""
    return any(
        isinstance(one, Read) and one.terminal == "paginate" and not exclusive(one, reach.operation)
        for one in reach.function.operations
    )


_PAGINATE = re.compile(r"`\.paginate\([^`]*`")
_PAGINATOR = "the `paginator` of `convex-helpers/server/pagination` (`.paginate()` fails in a component)"
