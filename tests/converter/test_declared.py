"""`[tool.np2tf.functions]`: rows, what they may say, and which arguments of a call they mean."""

from __future__ import annotations

import pytest

from np2tf.config import ConfigError, load
from np2tf.convert import convert
from np2tf.knowledge.declared import Declared, bound, find, parsed
from np2tf.result import Options

PROGRAM = "import numpy as np\n{imports}\nx = np.zeros(3)\n{call}\nx[0] = 1\nprint(x)\n"


def codes(
    row: dict[str, object], call: str, imports: str = "import mylib.fast", name: str = "mylib.fast.scale"
) -> list[str]:
    text = PROGRAM.format(imports=imports, call=call).encode()
    found = convert({"src/pkg/main.py": text}, Options(functions=(parsed(name, row),)))
    return [d.code for d in found.files[0].diagnostics if d.severity == "error"]


PURE = {"returns": "fresh", "pure": True}


@pytest.mark.parametrize(
    ("imports", "call"),
    [
        ("import mylib.fast", "y = mylib.fast.scale(x)"),
        ("import mylib.fast as f", "y = f.scale(x)"),
        ("from mylib import fast", "y = fast.scale(x)"),
        ("from mylib.fast import scale", "y = scale(x)"),
        ("from mylib.fast import scale as s", "y = s(x, *x, **{})"),
    ],
)
def test_a_row_holds_however_the_function_is_imported(imports: str, call: str) -> None:
    assert codes(PURE, call, imports) == []
    assert codes(PURE, call, imports, "mylib.fast.other") == ["NT105"]


def test_a_row_holds_for_modules_of_the_project_that_are_not_python() -> None:
    assert codes(PURE, "y = scale(x)", "from .fast import scale", "pkg.fast.scale") == []


def test_what_can_be_looked_into_is_looked_into() -> None:
    files = {
        "helper.py": b"def change(a):\n    a[0] = 5\n",
        "main.py": b"import numpy as np\nfrom helper import change\nx = np.zeros(3)\nchange(x)\nprint(x)\n",
    }
    found = convert(files, Options(functions=(parsed("helper.change", {"pure": True}),)))
    assert b"x = change(x)" in found.files[1].output


@pytest.mark.parametrize(
    ("row", "call", "expected"),
    [
        ({}, "mylib.fast.scale(x)", ["NT105"]),
        ({"pure": True}, "mylib.fast.scale(x)", []),
        ({"pure": True}, "y = mylib.fast.scale(x); x[1] = 2; print(y)", ["NT101", "NT101"]),
        ({"mutates": [0], "pure": True}, "mylib.fast.scale(x)", ["NT102"]),
        ({"mutates": [1], "pure": True}, "mylib.fast.scale(x, 3)", []),
        ({"mutates": [1], "pure": True}, "mylib.fast.scale(3, a=x)", ["NT102"]),
        ({"mutates": [1, "out"], "pure": True}, "mylib.fast.scale(x, out=3)", []),
        ({"mutates": ["out"], "pure": True}, "mylib.fast.scale(1, out=x)", ["NT102"]),
        ({"mutates": ["out"], "pure": True}, "mylib.fast.scale(x, **{})", ["NT102"]),
        ({"mutates": [0], "pure": True}, "mylib.fast.scale(*[x])", ["NT102"]),
        ({"returns": "view of 0", "pure": True}, "y = mylib.fast.scale(x); x[1] = 2; print(y)", ["NT101", "NT101"]),
        ({"returns": "view of 1", "pure": True}, "y = mylib.fast.scale(x, 3); x[1] = 2; print(y)", []),
        ({"returns": "argument 1", "pure": True}, "y = mylib.fast.scale(3, a=x); x[1] = 2; print(y)", ["NT101"] * 2),
        ({"returns": "none", "pure": True}, "y = mylib.fast.scale(x); x[1] = 2; print(y)", []),
        ({"returns": "number", "pure": True}, "y = mylib.fast.scale(x); x[1] = 2; y += 1; print(y)", []),
        ({"returns": "host", "pure": True}, "y = mylib.fast.scale(x); x[1] = 2; print(y)", []),
    ],
)
def test_what_rows_say(row: dict[str, object], call: str, expected: list[str]) -> None:
    found = codes(row, call)
    assert sorted({*found}) == sorted({*expected})


def test_rows_are_found_below_directories() -> None:
    row = Declared("pkg.fast.scale")
    assert find({row.name: row}, "src.pkg.fast.scale") == row
    assert find({row.name: row}, "fast.scale") is None
    assert find({row.name: row}, "pkg.fast.scaled") is None


def test_which_arguments_a_key_means() -> None:
    arguments = [(None, ""), (None, "*"), ("a", ""), ("out", ""), (None, "**")]
    assert bound(0, arguments, frozenset()) == ([0], True)
    assert bound(1, arguments, frozenset({"out"})) == ([1, 2, 4], False)
    assert bound("out", arguments, frozenset({"out"})) == ([3], True)
    assert bound("b", arguments, frozenset({"b"})) == ([4], False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"scale" = {}', r"toml:3: \[tool.np2tf.functions\] scale: name the function with its module, in quotes"),
        ("mylib.fast.scale = { pure = true }", "name the function with its module, in quotes"),
        ('"numpy.copy" = {}', "what NumPy's own functions do is known"),
        ('"a.b" = 1', "write a table"),
        ('\n"a.b" = { mutate = [0] }', r"toml:4: .* a.b: mutate is not one of mutates, returns and pure"),
        ('"a.b".c = { pure = true }', "names with dots have to be in quotes"),
        ('"a.b" = { mutates = 0 }', "mutates lists positions"),
        ('"a.b" = { mutates = [-1] }', "mutates lists positions"),
        ('"a.b" = { mutates = [true] }', "mutates lists positions"),
        ('"a.b" = { mutates = ["a b"] }', "mutates lists positions"),
        ('"a.b" = { pure = "yes" }', "pure is true or false"),
        ('"a.b" = { returns = "array" }', 'returns is one of "argument N", "view of N", fresh, host, number, none'),
        ('"a.b" = { returns = ["fresh"] }', "returns is one of"),
    ],
)
def test_mistakes_name_the_line_and_the_mend(tmp_path, text: str, words: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.np2tf]\n[tool.np2tf.functions]\n{text}\n")
    with pytest.raises(ConfigError, match=words):
        load(str(tmp_path))


def test_functions_have_to_be_a_table(tmp_path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.np2tf]\nfunctions = []\n")
    with pytest.raises(ConfigError, match=r"pyproject.toml:2: .* holds the wrong kind of value"):
        load(str(tmp_path))


def test_rows_are_read_from_the_configuration(tmp_path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.np2tf.functions]\n"a.b" = { mutates = [0, "out"], returns = "view of 1", pure = true }\n"a.c" = {}\n'
    )
    rows = (Declared("a.b", (0, "out"), "view of", 1, True), Declared("a.c"))
    assert load(str(tmp_path)).functions == rows
