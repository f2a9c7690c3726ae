"""Which handlers are for administrators only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convex_lint.analysis.development import for_development
from convex_lint.analysis.doors import demands_management, for_admins_alone, for_admins_only, past_admins_only
from convex_lint.model.operation import Guard
from convex_lint.model.value import Computed, DocumentField, Environment, Identity, Literal, Unknown, Value
from tests.analysis.facts import read, span


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
        'if (!user || !user.role?.includes("admin")) return null;',
        'await requireAnyWorkspaceRole(ctx, "admin");',
        'if (!(await isAdminUser(ctx))) throw new Error("Unauthorized");',
        'if (user.role !== "admin" && user.role !== "founder") throw new Error();',
        'if (!user || (user.role !== "founder" && user.role !== "superadmin")) throw new Error();',
        "await requireAdmin(ctx);",
        "const admin = await assertSuperAdmin(ctx, user);",
        'const one = await callerWithRole(ctx, ["payroll", "admin"]); if (!one) return [];',
    ],
)
def test_everyone_else_is_turned_away(text: str) -> None:
    assert for_admins_only(f"async (ctx, args) => {{ const user = await me(ctx); {text} return 1; }}")


@pytest.mark.parametrize(
    "text",
    [
        'if (user.role === "admin") return rows;',
        'if (!membership.roles.includes("admin")) return null;',
        "if (!user.isAdmin && row.userId !== user._id) throw new Error();",
        'if (membership.role !== "admin") throw new Error();',
        "if (!user.isAdmin) rows = rows.filter((row) => row.mine);",
        "if (user.isAdmin) throw new Error();",
        'if (user.role !== "viewer") throw new Error();',
        'await requireWorkspaceRole(ctx, args.workspaceId, "admin");',
        'await requireAnyWorkspaceRole(ctx, "member");',
        'if (user.role !== "founder") throw new Error();',
        'if (user.role !== "admin" && user.role !== "teacher") throw new Error();',
        'if (user.role !== "admin" && membership.role !== "owner") throw new Error();',
        "await requireAdmin(ctx, args.teamId);",
        "await requireWorkspaceAdmin(ctx);",
        "requireAdmin(ctx);",
        'const one = await callerWithRole(ctx, ["admin", "teacher"]); if (!one) return [];',
        'const one = await callerWithRole(ctx, ["payroll"]); if (!one) return [];',
        'const one = await callerWithRole(ctx, ["admin"]); if (one) return [];',
        'const one = await memberWithRole(ctx, ["admin"]); if (!one) return [];',
    ],
)
def test_others_get_in(text: str) -> None:
    assert not for_admins_only(f"async (ctx, args) => {{ const user = await me(ctx); {text} return 1; }}")


@pytest.mark.parametrize(
    ("text", "managers"),
    [
        ('await requirePermission(ctx, user, "dishes.manage");', True),
        ("await requirePermission(ctx, args.orgId, PERMISSIONS.MANAGE_DISHES);", True),
        ('await checkPermission({ ctx, permission: "manage_dishes" });', False),
        ('await requirePermission(ctx, user, "dishes.order");', False),
        ('await notify(ctx, "dishes.manage");', False),
    ],
)
def test_few_may_manage(text: str, managers: bool) -> None:
    assert demands_management(text) is managers


def door(condition: Value, otherwise: str = "throw") -> Guard:
    return Guard(condition, False, span("convex/doors.ts"), otherwise)


ROLE = DocumentField("users", ("role",), 0)


@pytest.mark.parametrize(
    ("guard", "admins"),
    [
        (door(Computed("!", (Computed("in", (ROLE, Literal("admin"), Literal("moderator"))),))), True),
        (door(Computed("||", (Computed("!", (ROLE,)), Computed("!==", (ROLE, Literal("admin"))))), "return"), True),
        (door(Computed("!", (Computed("in", (ROLE, Literal("admin"), Literal("artist"))),))), False),
        (door(Computed("!==", (ROLE, Literal("admin"))), "skip"), False),
        (door(Computed("!==", (DocumentField("teamMembers", ("role",), 0), Literal("admin")))), False),
    ],
)
def test_a_door_in_a_helper(guard: Guard, admins: bool) -> None:
    me, rows = read("users"), replace(read("docs"), guards=(guard,))
    assert past_admins_only((me, rows), lambda span: "") is admins
    assert not past_admins_only((rows, me), lambda span: "")


@pytest.mark.parametrize(
    ("text", "holds", "alone"),
    [
        ("caller.superuser", True, True),
        ('me?.role === "admin"', True, True),
        ('user?.role.includes("admin")', True, True),
        ('user?.role.includes("artist")', True, False),
        ("!isAdmin", False, True),
        ("isAdmin", False, False),
        ("args.admin && args.all", True, False),
    ],
)
def test_what_is_done_for_administrators_alone(text: str, holds: bool, alone: bool) -> None:
    branch = replace(read("docs"), guards=(Guard(ROLE, holds, span("convex/doors.ts"), "skip"),))
    assert for_admins_alone(branch, lambda span: text) is alone


def check(operator: str, *parts: Value) -> Computed:
    return Computed(operator, parts)


EMAIL = DocumentField("users", ("email",), 0)
FOLDED = check("call:toLowerCase", EMAIL)
LISTED = check("call:map", check("call:split", Unknown(), Unknown()), Unknown())
TYPE = DocumentField("users", ("userType",), 0)
FLAG = DocumentField("users", ("isAdmin",), 0)
IS_ADMIN = check("===", ROLE, Literal("admin"))


@pytest.mark.parametrize(
    ("condition", "admins"),
    [
        (check("!", check("in", Identity(("email",)), Literal("a@b.c"))), True),
        (check("!", check("call:includes", LISTED, FOLDED)), True),
        (check("!", check("call:has", Environment("ADMINS"), EMAIL)), True),
        (check("!==", EMAIL, Environment("ADMIN_EMAIL")), True),
        (check("!", check("either", check("call:includes", LISTED, FOLDED), check("in", FOLDED, Literal("")))), True),
        (check("!", check("||", IS_ADMIN, check("===", ROLE, Literal("seller")))), False),
        (check("!", check("||", IS_ADMIN, check("===", ROLE, Literal("maker")))), True),
        (check("!", check("||", IS_ADMIN, check("in", EMAIL, Literal("a@b.c")))), True),
        (check("!", check("&&", FLAG, Unknown())), True),
        (check("!", check("||", FLAG, Unknown())), False),
        (check("!", check("in", ROLE, Literal("admin"), Literal("maker"))), True),
        (check("!", check("in", ROLE, Literal("maker"))), False),
        (check("!", check("call:includes", DocumentField("users", ("roles",), 0), Literal("staff"))), True),
        (check("!", check("call:includes", EMAIL, Literal("@"))), False),
        (check("!", check("call:includes", Literal("super-admin"), ROLE)), True),
        (check("!", check("call:includes", Literal("teacher"), ROLE)), False),
        (check("!==", TYPE, Literal("admin")), True),
        (check("!==", TYPE, Literal("student")), False),
        (check("===", EMAIL, Literal("a@b.c")), False),
        (check("!==", EMAIL, Literal(True)), False),
        (check("!==", DocumentField("users", ("emailVerified",), 0), Literal("a@b.c")), False),
        (check("!==", EMAIL, DocumentField("invites", ("email",), 1)), False),
        (check("!", check("call:includes", check("call:map", DocumentField("lists", ("names",), 1)), EMAIL)), False),
        (check("!==", DocumentField("users", ("administrator",), 0), Literal("admin")), False),
    ],
)
def test_what_nobody_has_who_has_only_signed_up(condition: Computed, admins: bool) -> None:
    me, rows = read("users"), replace(read("docs"), guards=(door(condition),))
    assert past_admins_only((me, rows), lambda span: "") is admins


STAGE = Environment("STAGE")
LOCAL = Computed("call:startsWith", (STAGE, Literal("dev:")))
UNSET = Computed("!", (STAGE,))


@pytest.mark.parametrize(
    ("condition", "holds", "development"),
    [
        (Computed("!==", (STAGE, Literal("development"))), False, True),
        (Computed("===", (STAGE, Literal("production"))), False, True),
        (Computed("===", (STAGE, Literal("production"))), True, False),
        (LOCAL, True, True),
        (Computed("!", (Computed("||", (UNSET, LOCAL)),)), False, True),
        (Computed("||", (UNSET, LOCAL)), False, False),
        (Computed("&&", (STAGE, LOCAL)), True, True),
        (Computed("||", (LOCAL, Literal(True))), True, False),
        (UNSET, True, False),
    ],
)
def test_a_door_that_is_open_in_development(condition: Value, holds: bool, development: bool) -> None:
    guard = Guard(condition, holds, span(), "throw")
    assert for_development([replace(read("users"), guards=(guard,))]) is development
