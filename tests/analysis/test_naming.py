"""Names of new indexes: in the habit of the table, free, and such as Convex allows."""

from __future__ import annotations

import pytest

from convex_lint.analysis.naming import index_name
from tests.analysis.facts import STRING, enum, reference, table

FIELDS = {"channelId": reference("channels"), "authorId": reference("users"), "state": enum("open"), "slug": STRING}


def test_names_are_free_and_valid() -> None:
    long = table("messages", {"by_x": ["x"]}, **{f"f{n}" * 20: STRING for n in range(3)})
    name = index_name(long, list(long.fields))
    assert len(name) == 64
    assert index_name(long, list(long.fields), (), [name]) == name[:62] + "_2"
    assert index_name(long, ["a-b", "c d"]) == "by_a_b_and_c_d"
    assert index_name(table("t", {"_x": ["x"]}), ["1st"]) == "by_1st"


@pytest.mark.parametrize(
    ("existing", "name"),
    [
        ({}, "by_channelId_and_state"),
        ({"by_author_and_slug": ["authorId", "slug"]}, "by_channel_and_state"),
        ({"by_author_slug": ["authorId", "slug"]}, "by_channel_state"),
        ({"by_author_id_slug": ["authorId", "slug"]}, "by_channel_id_state"),
        ({"byAuthorIdAndSlug": ["authorId", "slug"]}, "byChannelIdAndState"),
        ({"authorId_slug": ["authorId", "slug"]}, "channelId_state"),
        ({"strange": ["authorId"]}, "by_channelId_and_state"),
        ({"by_channelId_and_state": ["slug"]}, "by_channelId_and_state_2"),
    ],
)
def test_new_names_follow_the_habit_of_the_table(existing: dict[str, list[str]], name: str) -> None:
    assert index_name(table("messages", existing, **FIELDS), ["channelId", "state"]) == name
