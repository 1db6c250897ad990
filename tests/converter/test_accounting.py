"""Every construct ends in one bucket; marks and suppressions do what they say; the rest stays byte for byte."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

import fixture
from np2tf import gate
from np2tf.convert import convert
from np2tf.result import BUCKETS, Options

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.py"))
HEAD = "import numpy as np\n"
COPY = "x = np.arange(4)\nx[[0]][0] = 5\n"  # NT107
MARK = "# np2tf[NT107]: `x[[0]]` is a copy: NumPy drops what is written to it\n"


def one(text, **options):
    """The result of a file."""
    data = text if isinstance(text, bytes) else text.encode()
    (result,) = convert({"main.py": data}, Options(**options)).files
    return result


def output(text, **options):
    return one(text, **options).output.decode()


def body(text, **options):
    """What becomes of a program below the import of NumPy."""
    first, _, rest = output(HEAD + text, **options).partition("\n")
    assert first == "import np2tf_runtime as np"
    return rest


def codes(text, **options):
    return [d.code for d in one(text, **options).diagnostics]


# ---- buckets -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", fixture.load_all(), ids=lambda case: case.name)
def test_the_buckets_of_a_fixture_add_up(case):
    for file in case.convert().files:
        assert set(file.buckets) <= set(BUCKETS)
        assert file.constructs == sum(file.buckets.values())
        assert all(n >= 0 for n in file.buckets.values())
        if file.status == "unchanged":
            assert not file.rewrites
        assert any(d.severity == "error" for d in file.diagnostics) == (file.buckets.get("marked", 0) > 0)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_nothing_in_an_example_is_left(path):
    result = one(path.read_bytes())
    assert result.buckets["marked"] == result.buckets["suppressed"] == 0


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("x = np.zeros(2)\nx[0] = 1\n", {"converted": 3}),
        ("x = [0]\nx[0] = np.pi\n", {"converted": 2, "no_array": 1}),
        ("n = 1\nn += np.pi\n", {"converted": 2, "no_array": 1}),
        (COPY, {"converted": 2, "marked": 1}),
        ("class A(np.ndarray):\n    pass\n", {"converted": 1, "marked": 1}),
        ("x = np.zeros(2).view(int)\n", {"converted": 2, "marked": 1}),
        ("x = np.zeros(2).view(int)  # np2tf: ignore[NT503]\n", {"converted": 2, "suppressed": 1}),
        ("# np2tf: off\nclass A(np.ndarray):\n    pass\n# np2tf: on\n", {"converted": 1, "suppressed": 1}),
        (COPY.replace("5\n", "5  # np2tf: ignore[NT107]\n"), {"converted": 2, "suppressed": 1}),
        ("# np2tf: off\nx = np.zeros(2)\nx[0] = 1\n# np2tf: on\n", {"converted": 1, "suppressed": 2}),
        ("a, b = np.zeros(2), np.ones(2)\na[0], b[0] = 1, 2\n", {"converted": 5}),
    ],
)
def test_what_goes_into_which_bucket(program, expected):
    buckets = one(HEAD + program).buckets
    assert {name: n for name, n in buckets.items() if n} == expected


def test_what_a_converted_file_has_left_is_counted():
    marked = output(HEAD + COPY)
    assert one(marked).buckets["marked"] == 1


def test_an_assumption_has_a_bucket_and_strict_makes_it_an_error():
    program = (
        HEAD + "class A:\n    def __init__(self, x):\n        self.x = x\n    def f(self):\n        self.x[0] = 1\n"
        "def make(n):\n    return A(np.zeros(n))\n"
    )
    loose, strict = one(program), one(program, strict=True)
    assert loose.buckets["assumed"] == strict.buckets["marked"] == 1
    assert [(d.code, d.severity) for d in loose.diagnostics] == [("NT902", "note")]
    assert [(d.code, d.severity) for d in strict.diagnostics] == [("NT902", "error")]
    assert "# np2tf[NT902]: " in strict.output.decode()
    assert "self.x[0] = 1" in strict.output.decode()


# ---- marks ---------------------------------------------------------------------------------------------------------


def test_what_a_package_of_that_name_imports_from_itself_is_not_numpys():
    helper = "import numpy as np\nfrom . import other\nfrom .core import f\n\nx = np.zeros(3)\nx[0] = f(2)\n"
    files = {"numpy/__init__.py": "from .core import *\n", "numpy/core.py": "def f(x):\n    return 1\n"}
    files |= {"numpy/other.py": helper, "numpy/third.py": "from . import gone\nfrom .gone import zeros\n"}
    outputs = {f.path: f.output.decode() for f in convert({path: text.encode() for path, text in files.items()}).files}
    files["numpy/other.py"] = (
        "import np2tf_runtime as np\nfrom . import other\nfrom .core import f\n\nx = np.zeros(3)\n"
    )
    files["numpy/other.py"] += "x = np.tensor_scatter_update(x, 0, f(2))\n"
    assert outputs == files


def test_a_mark_stands_above_its_line():
    assert body(COPY) == "x = np.arange(4)\n" + MARK + "x[[0]][0] = 5\n"


def test_a_mark_that_holds_is_left_and_one_that_does_not_is_removed():
    marked = body(COPY)
    assert body(marked) == marked
    mended = marked.replace("x[[0]][0] = 5", "x = x + 1")
    assert body(mended) == "x = np.arange(4)\nx = x + 1\n"


def test_the_words_of_a_mark_are_the_readers():
    program = "x = np.arange(4)\n# np2tf[NT107]: Bob will look into this\nx[[0]][0] = 5\n"
    assert body(program) == program


def test_a_mark_gives_way_to_another():
    program = "x = np.arange(4)\n# np2tf[NT101]: what was said before\nx[[0]][0] = 5\n"
    assert body(program) == "x = np.arange(4)\n" + MARK + "x[[0]][0] = 5\n"


def test_doubled_marks_become_one():
    program = "x = np.arange(4)\n" + MARK + MARK + "x[[0]][0] = 5\n"
    assert body(program) == body(COPY)


def test_a_mark_stands_above_the_statement_around():
    head, tail = "def f(n):\n    x = np.arange(n)\n    ", "if x.any(): x[[0]][0] = 5\n    return x\n"
    assert body(head + tail) == head + MARK + "    " + tail


def test_marks_without_numpy_are_gone():
    assert one("# np2tf[NT101]: of a file that was mended\nx = 1\n").output == b"x = 1\n"


# ---- suppression ---------------------------------------------------------------------------------------------------


def test_ignore_silences_its_code_on_its_line():
    program = COPY.replace("5\n", "5  # np2tf: ignore[NT107]\n")
    assert body(program) == program
    assert codes(HEAD + program) == []


def test_ignore_knows_several_codes_and_several_lines():
    program = "x = np.array(\n    [None],\n    dtype=object,  # np2tf: ignore[NT504, NT502]\n)\n"
    assert codes(HEAD + program) == ["NT004"]
    (found,) = one(HEAD + program).diagnostics
    assert found.line == 4
    assert "NT502" in found.message
    assert found.severity == "warning"


def test_ignore_of_another_code_silences_nothing():
    program = COPY.replace("5\n", "5  # np2tf: ignore[NT101]\n")
    assert sorted(codes(HEAD + program)) == ["NT004", "NT107"]


def test_a_silenced_augmented_assignment_is_not_refused():
    program = "def f(x, k):\n    x = np.array(x)\n    v = x[k]\n    x += 1  # np2tf: ignore[NT101]\n    return v\n"
    assert codes(HEAD + program) == []


def test_nothing_between_off_and_on_is_touched():
    fenced = "# np2tf: off\nx = np.zeros(2)\nx[0] = 1\n# np2tf[NT101]: kept\nx[[0]][0] = 1\n# np2tf: on\n"
    rest = "y = np.zeros(2)\ny[0] = 1\n"
    assert body(fenced + rest) == fenced + "y = np.zeros(2)\ny = np.tensor_scatter_update(y, 0, 1)\n"
    assert codes(HEAD + fenced + rest) == []


def test_off_without_on_reaches_to_the_end():
    text = HEAD + "x = np.zeros(2)\n# np2tf: off\nx[0] = 1\n"
    assert output(text) == text.replace("numpy", "np2tf_runtime")


def test_a_fenced_import_stays_numpy():
    text = "# np2tf: off\nimport numpy as np\n# np2tf: on\nx = np.zeros(2)\n"
    assert output(text) == text


def test_comments_in_strings_say_nothing():
    text = HEAD + 'x = np.zeros(2)\ns = """\n# np2tf: off\n# np2tf[NT101]: x\n"""\nx[0] = 1  # np2tf is great\n'
    assert "x = np.tensor_scatter_update(x, 0, 1)  # np2tf is great\n" in output(text)
    assert "# np2tf[NT101]: x\n" in output(text)


# ---- bytes ---------------------------------------------------------------------------------------------------------

BEFORE = "import numpy as np\r\nx = np.zeros(2)  # \u00e9\r\nx[0] = 1\r\nx[[1]][0] = 2\r\n"
AFTER = (
    "import np2tf_runtime as np\r\nx = np.zeros(2)  # \u00e9\r\nx = np.tensor_scatter_update(x, 0, 1)\r\n"
    "# np2tf[NT107]: `x[[1]]` is a copy: NumPy drops what is written to it\r\nx[[1]][0] = 2\r\n"
)


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_newlines_stay(newline):
    before, after = (text.replace("\r\n", newline).encode() for text in (BEFORE, AFTER))
    assert one(before).output == after


def test_mixed_newlines_stay():
    text = b"import numpy as np\nx = np.zeros(2)\r\nx[0] = x[1] = 1\r\nn = 1\nx[1] = 2\n"
    assert one(text).output == (
        b"import np2tf_runtime as np\nx = np.zeros(2)\r\nx = np.tensor_scatter_update(x, 0, 1)\r\n"
        b"x = np.tensor_scatter_update(x, 1, 1)\r\nn = 1\nx = np.tensor_scatter_update(x, 1, 2)\n"
    )


def test_a_byte_order_mark_stays():
    assert one(codecs.BOM_UTF8 + BEFORE.encode()).output == codecs.BOM_UTF8 + AFTER.encode()


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "cp1252", "iso-8859-15"])
def test_the_encoding_stays(encoding):
    head = f"# -*- coding: {encoding} -*-\r\n"
    assert one((head + BEFORE).encode(encoding)).output == (head + AFTER).encode(encoding)


def test_what_latin_1_can_not_say_is_no_failure():
    before = "# coding: latin-1\nimport numpy as np\nx = np.arange(3)\nx[[0]]['\u00e4'] = 1\n"
    result = one(before.encode("latin-1"))
    assert [d.code for d in result.diagnostics if d.severity == "error"] != ["NT009"]
    assert result.output.decode("latin-1").endswith("x[[0]]['\u00e4'] = 1\n")


def test_form_feeds_and_odd_space_stay():
    text = "\x0cimport numpy as np\n\x0c\nx  =  np . zeros( 2 )\n\x0c\nx [0]=1 ;  y=2\n\n\n"
    assert output(text) == (
        "\x0cimport np2tf_runtime as np\n\x0c\nx  =  np . zeros( 2 )\n\x0c\n"
        "x = np.tensor_scatter_update(x, 0, 1) ;  y=2\n\n\n"
    )


@pytest.mark.parametrize("end", ["", "  ", "  # the end", "\n", "\n\n    \n"])
def test_the_end_of_the_file_stays(end):
    assert body("x = np.zeros(2)\nx[0] = 1" + end) == "x = np.zeros(2)\nx = np.tensor_scatter_update(x, 0, 1)" + end


def test_a_file_without_numpy_is_not_looked_at():
    data = b"\xff\xfe not python at all ("
    assert one(data).output is data
    assert one(data).status == "unchanged"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"import numpy as np\nx = (\n", "NT001"),
        (b"import numpy as np\nx = '\0'\n", "NT001"),
        (b"import numpy as np\nx = '\xff'\n", "NT002"),
        (b"# coding: nothing\nimport numpy\n", "NT002"),
    ],
)
def test_a_file_that_can_not_be_read_stays(data, code):
    result = one(data)
    assert result.output == data
    assert result.status == "failed"
    assert [d.code for d in result.diagnostics] == [code]


def fails(message):
    raise RuntimeError(message)


@pytest.mark.parametrize("trouble", [str, fails])
def test_a_file_that_is_withheld_is_out_of_the_project(trouble, monkeypatch):
    real = gate.check

    def check(module, text, outcome):
        return trouble("for the test") if module.source.path == "kernel.py" else real(module, text, outcome)

    monkeypatch.setattr(gate, "check", check)
    kernel = b"import numpy as np\n\n\ndef fill(a):\n    a[:] = np.pi\n"
    main = b"import numpy as np\n\nfrom kernel import fill\n\nx = np.zeros(2)\nfill(x)\n"
    files = {file.path: file for file in convert({"kernel.py": kernel, "main.py": main}).files}
    assert files["kernel.py"].output == kernel
    assert [d.code for d in files["kernel.py"].diagnostics][:1] == ["NT009"]
    assert "for the test" in files["kernel.py"].diagnostics[0].message
    assert files["main.py"].output == main.replace(b"import numpy as np", b"import np2tf_runtime as np")
