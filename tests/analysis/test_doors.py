"""Which handlers are for administrators only."""

from __future__ import annotations

import pytest

from convex_lint.analysis.doors import for_admins_only


@pytest.mark.parametrize(
    "text",
    [
        "if (!user.isAdmin) throw new Error();",
        "if (!user || !user.isAdmin) { return null; }",
        'if (user?.role !== "admin") {\n  throw new Error();\n}',
        'if (user.role !== "admin" && user.role !== "moderator") throw new Error();',
        "if (!isAdmin(args.email)) throw new Error();",
        "if (!(await isAdmin(ctx))) return [];",
        'if (!me || me.role !== "super_admin") throw new Error();',
    ],
)
def test_everyone_else_is_turned_away(text: str) -> None:
    assert for_admins_only(f"async (ctx, args) => {{ const user = await me(ctx); {text} return 1; }}")


@pytest.mark.parametrize(
    "text",
    [
        'if (user.role === "admin") return rows;',
        "if (!user.isAdmin && row.userId !== user._id) throw new Error();",
        'if (membership.role !== "admin") throw new Error();',
        "if (!user.isAdmin) rows = rows.filter((row) => row.mine);",
        "if (user.isAdmin) throw new Error();",
        'if (user.role !== "viewer") throw new Error();',
    ],
)
def test_others_get_in(text: str) -> None:
    assert not for_admins_only(f"async (ctx, args) => {{ const user = await me(ctx); {text} return 1; }}")
