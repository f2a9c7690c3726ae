"""What is asked of the same facts again."""

from convex_lint.analysis.by_address import ByAddress


def test_the_same_facts_are_worked_out_once() -> None:
    asked = []

    def joined(one: list[int], other: list[int]) -> int:
        asked.append((one, other))
        return len(one) + len(other)

    answers, short, long = ByAddress(joined), [1], [1, 2, 3]
    assert [answers(short, long), answers(short, long), answers(long, short)] == [4, 4, 4]
    assert asked == [(short, long), (long, short)]


def test_no_fact_is_taken_for_another_that_lay_at_its_address() -> None:
    answers = ByAddress(lambda fact: tuple(fact))
    assert [answers([number]) for number in range(100)] == [(number,) for number in range(100)]
