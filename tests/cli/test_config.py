"""`[tool.np2tf]`, and which diagnostics are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from np2tf import config
from np2tf.config import Config, ConfigError, Selection


def load(here: Path, text: str) -> Config:
    (here / "pyproject.toml").write_text(text)
    return config.load(str(here))


def test_without_a_table_the_defaults_hold(here: Path) -> None:
    assert load(here, "[project]\nname = 'x'\n") == Config()


@pytest.mark.parametrize("text", ["tool = 'np2tf'\n", "[[tool]]\nnp2tf = 1\n"])
def test_a_tool_that_is_no_table_says_nothing_to_np2tf(here: Path, text: str) -> None:
    assert load(here, text) == Config()


def test_all_keys(here: Path) -> None:
    found = load(
        here,
        """
        [tool.np2tf]
        exclude = ["docs"]
        select = ["nt1", "NT5"]
        ignore = ["NT103"]
        strict = true
        jit = true
        [tool.np2tf.per-file-ignores]
        "tests/*" = ["NT605"]
        """,
    )
    assert found == Config(
        str(here / "pyproject.toml"), ("docs",), ("NT1", "NT5"), ("NT103",), (("tests/*", ("NT605",)),), True, True
    )
    assert found.directory == str(here)


def test_the_nearest_file_with_a_table_counts(here: Path) -> None:
    load(here, "[tool.np2tf]\nstrict = true\n")
    inner = here / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "pyproject.toml").write_text("# np2tf is not configured here\n")
    assert config.load(str(inner)).strict
    (inner / "pyproject.toml").write_text("[tool.np2tf]\n")
    assert not config.load(str(inner)).strict


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tool.np2tf]\n\nexcludes = []\n", r"pyproject.toml:3: \[tool.np2tf\] excludes .* Did you mean exclude\?"),
        ("[tool.np2tf]\nper_file_ignores = {}\n", "Did you mean per-file-ignores"),
        (
            "[tool.np2tf]\ncolour = 1\n",
            "The keys are: exclude, functions, ignore, jit, jobs, per-file-ignores, select, strict",
        ),
        ("[tool.np2tf]\nexclude = 'docs'\n", r"pyproject.toml:2: .* Write it like this: exclude = \["),
        ("[tool.np2tf]\nexclude = [1]\n", "Write it like this"),
        ("[tool.np2tf]\nstrict = 1\n", "Write it like this: strict = true"),
        ("[tool.np2tf]\nper-file-ignores = ['x']\n", "Write it like this: per-file-ignores"),
        ("[tool.np2tf]\nper-file-ignores = {a = 'NT1'}\n", "Write it like this: per-file-ignores"),
        ("[tool.np2tf]\n\nselect = ['NT999']\n", r"toml:3: \[tool.np2tf\] select: no code is or begins with 'NT999'"),
        ("[tool.np2tf]\nignore = ['']\n", r"toml:2: \[tool.np2tf\] ignore: no code is or begins with ''"),
        (
            "[tool.np2tf.per-file-ignores]\n'a/*' = ['NT1']\n'b/*' = ['NT6o5']\n",
            r"toml:3: \[tool.np2tf.per-file-ignores\] b/\*: no code is or begins with 'NT6o5'",
        ),
        ("[tool.np2tf]\nper-file-ignores = { '!a' = ['NT1'] }\n", r"toml:2: .* !a: ! takes nothing back here"),
        ("[tool]\nnp2tf = 3\n", r"pyproject.toml:\d: tool.np2tf has to be a table"),
        ("[tool.np2tf]\nstrict = \n", r"pyproject.toml:2: not valid TOML"),
        ("[tool.np2tf]\nexclude = [\n", r"pyproject.toml:\d: not valid TOML"),
    ],
)
def test_mistakes_name_the_file_the_line_and_the_mend(here: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        load(here, text)


def test_bytes_that_are_not_utf_8(here: Path) -> None:
    (here / "pyproject.toml").write_bytes(b"[tool.np2tf]\n# \xff\n")
    with pytest.raises(ConfigError, match=r"pyproject.toml:2: not UTF-8"):
        config.load(str(here))


def test_a_file_that_cannot_be_read(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(here, "")

    def deny(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", deny)
    with pytest.raises(ConfigError, match=r"pyproject.toml: can't be read: Permission denied"):
        config.load(str(here))


@pytest.mark.parametrize(
    ("select", "ignore", "shown"),
    [
        ((), (), {"NT101", "NT103", "NT501"}),
        (("NT1",), (), {"NT101", "NT103"}),
        ((), ("NT1",), {"NT501"}),
        (("NT1",), ("NT103",), {"NT101"}),
        (("NT103",), ("NT1",), {"NT103"}),
        (("NT1",), ("NT1",), set()),
        (("NT",), ("NT5",), {"NT101", "NT103"}),
    ],
)
def test_the_longer_prefix_wins(here: Path, select: tuple[str, ...], ignore: tuple[str, ...], shown: set[str]) -> None:
    selection = Selection(Config(), select, ignore)
    assert {code for code in ("NT101", "NT103", "NT501") if selection.shows(code, "/x.py")} == shown


def test_options_replace_the_configured_selection_and_add_to_what_is_ignored(here: Path) -> None:
    configured = Config(select=("NT1",), ignore=("NT103",))
    selection = Selection(configured, ["NT5", "NT103"], ["NT502"])
    assert [selection.shows(code, "/x.py") for code in ("NT101", "NT501", "NT502", "NT103")] == [
        False,
        True,
        False,
        False,
    ]


def test_per_file_ignores_are_relative_to_the_configuration(here: Path) -> None:
    configured = load(here, "[tool.np2tf.per-file-ignores]\n'tests/*.py' = ['NT6']\n")
    selection = Selection(configured)
    assert not selection.shows("NT605", str(here / "tests/a.py"))
    assert selection.shows("NT605", str(here / "src/a.py"))
    assert selection.shows("NT103", str(here / "tests/a.py"))
