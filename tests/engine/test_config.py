"""convex-lint.toml: where it is found, what it may say, and what is said of one that says something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from convex_lint.engine.config import Config, find_config, load_config
from convex_lint.engine.config_file import line_of
from convex_lint.errors import ConfigError
from convex_lint.model.figures import FunctionRate, TableSize

WHOLE = """\
select = ["missing-index", "unbounded-read"]
ignore = ["unbounded-read"]
exclude = ["convex/seeds/**"]
fail-on = "warning"
min-confidence = "medium"

[rules.missing-index]
severity = "note"

[tables.messages]
rows = 2_000_000
bytes = 900

[tables.messages.fanout]
channelId = 400

[functions."presence:heartbeat"]
per_minute = 600
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "convex-lint.toml"
    file.write_text(text, "utf-8")
    return file


def test_everything_that_a_file_may_say(tmp_path: Path) -> None:
    file = write(tmp_path, WHOLE)
    assert load_config(file) == Config(
        select=("missing-index", "unbounded-read"),
        ignore=("unbounded-read",),
        exclude=("convex/seeds/**",),
        fail_on="warning",
        min_confidence="medium",
        rules={"missing-index": {"severity": "note"}},
        tables={"messages": TableSize(2_000_000, 900, {"channelId": 400.0})},
        functions={"presence:heartbeat": FunctionRate(600.0)},
        file=file,
    )


def test_no_file_is_the_defaults() -> None:
    assert load_config(None) == Config()


def test_a_byte_order_mark_and_crlf_are_no_matter(tmp_path: Path) -> None:
    file = tmp_path / "convex-lint.toml"
    file.write_bytes(b'\xef\xbb\xbffail-on = "note"\r\n')
    assert load_config(file).fail_on == "note"


@pytest.mark.parametrize(
    ("text", "line", "message", "help"),
    [
        ('\nfail_on = "error"\n', 2, "unknown key `fail_on`", "`fail-on`"),
        ("fail-on = 'fatal'\n", 1, "`fail-on`: input should be 'error', 'warning', 'note' or 'never'", ""),
        ("exclude = 'a'\n", 1, "`exclude`", ""),
        ("[tables.messages]\n\nrow = 3\n", 3, "unknown key `tables.messages.row`", "`rows`"),
        ("[tables]\nmessages = { rows = 'x' }\n", 2, "`tables.messages.rows`", ""),
        ("[tables.messages]\nrows = -1\n", 2, "`tables.messages.rows`", ""),
        ("[tables.a.fanout]\nb = true\n", 2, "`tables.a.fanout.b`", ""),
        ('[functions."a:b"]\nper-minute = 3\n', 2, "unknown key `functions.a:b.per-minute`", "`per_minute`"),
        ("[rules]\nmissing-index = 1\n", 2, "`rules.missing-index` must be a table", "[rules.missing-index]"),
        ('[rules.missing-index]\nseverity = "fatal"\n', 2, "`rules.missing-index.severity`", ""),
        ("[rule.x]\n", 1, "unknown key `rule`", "`rules`"),
    ],
)
def test_what_cannot_be_meant(tmp_path: Path, text: str, line: int, message: str, help: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    assert caught.value.message.startswith(f"{file}:{line}: ")
    assert message in caught.value.message
    assert help in caught.value.help
    assert caught.value.help
    assert caught.value.exit_code == 2


def test_a_syntax_error_says_where(tmp_path: Path) -> None:
    file = write(tmp_path, 'fail-on = "error"\n[rules\n')
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    assert str(file) in caught.value.message
    assert "line 2" in caught.value.message


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "absent.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path)
    file = tmp_path / "convex-lint.toml"
    file.write_bytes(b"a = '\xff'")
    with pytest.raises(ConfigError, match="UTF-8"):
        load_config(file)


def test_the_nearest_file_is_found_up_to_the_root_of_the_repository(tmp_path: Path) -> None:
    app = tmp_path / "repository" / "apps" / "web"
    app.mkdir(parents=True)
    (tmp_path / "repository" / ".git").mkdir()
    write(tmp_path, "")
    assert find_config(app) is None
    above = write(tmp_path / "repository", "")
    assert find_config(app) == above.resolve()
    near = write(app, "")
    assert find_config(app) == near.resolve()
    (app / "convex").mkdir()
    file = app / "convex" / "a.ts"
    file.write_text("")
    assert find_config(file) == near.resolve()


def test_the_line_of_a_key_in_every_form(tmp_path: Path) -> None:
    file = write(tmp_path, 'a.b = 1\n[c."d=e"]\nf = { g = 1 }\n[[h]]\ni = 2\n')
    lines = {("a", "b"): 1, ("c", "d=e"): 2, ("c", "d=e", "f", "g"): 3, ("h", "i"): 5, ("z",): None}
    assert {path: line_of(file, path) for path in lines} == lines


def test_the_command_line_on_top() -> None:
    config = Config(select=("a",), ignore=("b",), fail_on="note", min_confidence="high")
    assert config.amended() == config
    amended = config.amended(select=["c"], ignore=["d"], fail_on="never", min_confidence="low")
    assert amended == Config(select=("c",), ignore=("b", "d"), fail_on="never", min_confidence="low")


def test_the_schema_for_editors_accepts_and_refuses_as_we_do() -> None:
    import tomllib

    import jsonschema

    from convex_lint.engine.config_file import json_schema

    validator = jsonschema.Draft202012Validator(json_schema())
    assert validator.is_valid(tomllib.loads(WHOLE))
    assert json_schema()["properties"]["fail-on"]["description"]
    for text in ("fail_on = 'error'", "fail-on = 'fatal'", "[tables.a]\nrow = 1", "[rules.a]\nseverity = 'fatal'"):
        assert not validator.is_valid(tomllib.loads(text)), text
