"""Valid code that the grammar stumbles over."""

import pytest

from convex_lint.source import Source
from convex_lint.syntax.parser import parse
from convex_lint.syntax.tree import Call
from convex_lint.syntax.walk import within

TEXTS = {
    "a word": "<p>Terms & Conditions</p>",
    "no spaces": "<p>P&L and R&D</p>",
    "beside entities": "<p>P&L &nbsp; &amp; a&b=c</p>",
    "an address": '<a href="/x?a=1&b=2&c=3">x</a>',
    "an attribute": "<a title='R&D'>{a & b}</a>",
    "around elements": "<p>Terms &<b>x</b>& more</p>",
    "at the end of a line": "<p>\n  Save &\n  Go\n</p>",
    "a command": "<code>cd app && make</code>",
    "beside code": "<p>{shown && <b>A & B {x & y} & C</b>}</p>",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_an_ampersand_in_the_text_of_jsx_is_no_error(text: str) -> None:
    module = parse(
        Source("src/View.tsx", f"const rows = useQuery(api.rows.list);\nconst view = {text};\nafter();\n".encode())
    )
    assert module.issues == ()
    assert max(node.start for node in within(module.body) if isinstance(node, Call)) > len(text)


def test_the_text_around_many_ampersands_is_read() -> None:
    lines = "".join(f"<p>{i} & {{use{i}(a & b)}} & P&L</p>\n" for i in range(200))
    module = parse(Source("src/View.tsx", f"const view = <div>\n{lines}</div>;\n".encode()))
    assert module.issues == ()
    assert len([node for node in within(module.body) if isinstance(node, Call)]) == 200


def test_an_operator_that_lacks_a_side_stays_an_error() -> None:
    (issue,) = parse(Source("src/a.tsx", b"const a = b &;\nconst c = 1;\n")).issues
    assert issue.message == "unexpected `&`"


IMPORTED = {
    "keyof": 'type F = (f: keyof import("./x").Props) => void;',
    "typeof, as an argument": 'const a = await original<typeof import("../x")>();',
}


@pytest.mark.parametrize("text", IMPORTED.values(), ids=IMPORTED)
def test_an_imported_type_is_no_error(text: str) -> None:
    assert parse(Source("src/a.tsx", text.encode())).issues == ()
