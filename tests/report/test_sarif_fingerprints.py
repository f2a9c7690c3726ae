"""GitHub's line hash, by known answers, and by the definition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convex_lint.report.sarif_fingerprints import LineHashes, line_hashes, own_key
from convex_lint.source import Source

END = "c129715d7a2bc9a3:1"
GREETINGS = [
    "e9496ae3ebfced30:1",
    "fb7c023a8b9ccb3f:1",
    "ce8ba1a563dcdaca:1",
    "e20e36e16fcb0cc8:1",
    "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1",
    END,
]


# What github/codeql-action's own test expects of these texts (src/fingerprints.test.ts).
@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        ("", [END]),
        (" a\nb\n  \t\tc\n d", ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]),
        (
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
            [
                "8b7cf3e952e7aeb2:1",
                "b1ae1287ec4718d9:1",
                "bff680108adb0fcc:1",
                "c6805c5e1288b612:1",
                "b86d3392aea1be30:1",
                "e6ceba753e1a442:1",
            ],
        ),
        (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", GREETINGS),
        (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", GREETINGS),
        (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", GREETINGS),
        (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", GREETINGS),
        (
            "Lorem ipsum dolor sit amet.\n" * 10,
            [
                *(f"a7f2ff13bc495cf2:{number}" for number in range(1, 7)),
                "a7f2ff1481e87703:1",
                "a9cf91f7bbf1862b:1",
                "55ec222b86bcae53:1",
                "cc97dc7b1d7d8f7b:1",
                END,
            ],
        ),
        (
            "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n",
            [
                "e54938cc54b302f1:1",
                "bb609acbe9138d60:1",
                "1131fd5871777f34:1",
                "5c482a0f8b35ea28:1",
                "54517377da7028d2:1",
                "2c644846cb18d53e:1",
                "f1b89f20de0d133:1",
                END,
            ],
        ),
    ],
)
def test_known_answers(text: str, hashes: list[str]) -> None:
    assert line_hashes(text) == hashes


@given(st.text(alphabet="ab \t\r\n漢😀", max_size=400))
def test_one_hash_a_line_as_it_is_defined(text: str) -> None:
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = kept.split("\n")
    expected: list[str] = []
    for number in range(len(lines)):
        rest = "\n".join(lines[number:]).replace(" ", "").replace("\t", "").encode("utf-16-be")
        units = [int.from_bytes(rest[i : i + 2], "big") for i in range(0, len(rest), 2)]
        value = 0
        for unit in [*units, 0xFFFF, *[0] * 100][:100]:
            value = (value * 37 + unit) % 2**64
        expected.append(f"{value:x}")
    assert [found.split(":")[0] for found in line_hashes(text)] == expected
    assert len(set(line_hashes(text))) == len(lines)


def test_a_line_is_found_by_its_number() -> None:
    hashes = LineHashes()
    source = Source("a.ts", b" a\nb\n  \t\tc\n d")
    assert hashes.at(source, 2) == "54703d4cd895b18:1"
    assert hashes.at(source, 99) == "a23a3dc5e078b07b:1"


def test_our_own_key_is_a_hash_of_names() -> None:
    assert own_key("a") == own_key("a") != own_key("b")
    assert len(own_key("missing-index:messages:list")) == 64
