"""Of several declared indexes, which leaves fewer rows: that of one user, or of one thing?"""

from __future__ import annotations

import pytest

from convex_lint.analysis.backend import Backend
from convex_lint.model.value import Argument, Literal, Value
from tests.analysis.facts import STRING, eq, insert, mutation, project, query, read, reference, table

LEASES = table("leases", {"by_user": ["userId"]}, userId=reference("users"))
COURSES = table("courses", title=STRING)
FIELDS = {
    "name": STRING,
    "userId": reference("users"),
    "leaseId": reference("leases"),
    "courseId": reference("courses"),
}
FILES = table("files", {f"by_{field.removesuffix('Id')}": [field] for field in FIELDS}, **FIELDS)


def served(*late: tuple[str, Value]) -> str | None:
    found = read("files", residual=[eq(field, value) for field, value in late])
    add = mutation("files:add", insert("files", **{field: Argument((field,)) for field in FIELDS}))
    backend = Backend(project(LEASES, COURSES, FILES, add, query("files:of", found)))
    narrowing = backend.narrowings[found.span]
    return narrowing.service.index.name if narrowing.service is not None else None


@pytest.mark.parametrize(
    ("fields", "index"),
    [
        (("userId", "leaseId"), "by_lease"),
        (("leaseId", "userId"), "by_lease"),
        (("userId", "courseId"), "by_user"),
        (("courseId", "leaseId"), "by_lease"),
    ],
)
def test_one_thing_of_a_user_is_less_than_all_that_he_has(fields: tuple[str, ...], index: str) -> None:
    assert served(*((field, Argument((field,))) for field in fields)) == index


def test_a_constant_tells_little_of_a_text() -> None:
    assert served(("name", Literal("admin")), ("courseId", Argument(("courseId",)))) == "by_course"
