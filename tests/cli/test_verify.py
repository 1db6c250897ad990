"""`np2tf verify`: says the same of what is the same, and where it first differs of what isn't."""

from __future__ import annotations

import ast
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from cli_helpers import ROOT, Runner
from run_helpers import Place

import fixture
from np2tf.running import record
from np2tf.running.points import NAMES, RESULT, instrument
from np2tf.running.units import Unit

PROGRAM = """\
import sys
import numpy as np


def half(x, n):
    v = x[1:]
    v += n
    if n > 3:
        return
    return x.sum(), v * 2


def twice(x):
    return x * 2


a = np.arange(4.0)
b = a
s, w = half(a, 2)
for i in range(3):
    a[i] += twice(a)[i]
half(a, 5)
print(a, b, s, sys.argv[1:], sys.stdin.read())
sys.exit(3)
"""
#: Programs can tell the stand-in from NumPy: that is how these conversions are made to go wrong.
WRONG = "import numpy as np\nwrong = lambda: [type(x) for x in [np.zeros(1)]][0].__name__ != 'ndarray'\n"


@pytest.fixture
def place(tmp_path) -> Place:  # type: ignore[no-untyped-def]
    return Place(tmp_path)


def test_memory_that_nobody_has_written_to(place: Place) -> None:
    """Both runs find other numbers in it."""
    text = """\
    import os
    import numpy as np

    np.full(1000, os.getpid())
    x = np.empty(1000, int)
    y = np.empty_like(x)
    x[0] = 1
    names = np.empty(2, dtype=object)
    print(x[0], names)
    """
    place.write(model=textwrap.dedent(text))
    assert place.np2tf("verify", "-q", "model.py").out == ""


def test_a_buffer_is_looked_at_as_what_it_holds(place: Place) -> None:
    """Names are compared behind each statement of a loop, too."""
    text = """\
    import numpy as np

    nx = 41
    u = np.ones(nx)
    for n in range(2):
        un = u.copy()
        for i in range(1, nx - 1):
            u[i] = un[i] + un[i - 1]
    """
    place.write(model=textwrap.dedent(text))
    assert "buffered" in place.np2tf("convert", "--allow-no-vcs", "--diff", "model.py").out
    said = "the same: 0 lines printed; exit status 0; 88 values compared\n"
    assert place.np2tf("verify", "model.py") == (0, said, "")


def test_what_is_the_same(place: Place) -> None:
    place.write(model=PROGRAM)
    before = place.files()
    done = place.np2tf("verify", "model.py", "-q", "x", stdin="typed")
    assert done == (0, "the same: 1 line printed; exit status 3; 17 values compared\n", "")
    assert place.files() == before
    assert place.np2tf("verify", "-q", "model.py").out == ""


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (
            "x = np.zeros(3)\nif wrong():\n    x[1] = 2\nelse:\n    x[1] = 3\n",
            ["model.py:5: `x`: the original went elsewhere, to model.py:7, `x`"],
        ),
        (
            "x = np.zeros(3)\nx[1] = 2.0 if wrong() else 3.0\nprint(x)\n",
            [
                "model.py:4: `x`: 1 of 3 elements differ, the first at [1]: 3.0 and 2.0",
                "    NumPy       float64 3: [0., 3., 0.]",
                "    TensorFlow  float64 3: [0., 2., 0.]",
                "line 1 of the output differs",
                "    NumPy       [0. 3. 0.]",
                "    TensorFlow  [0. 2. 0.]",
            ],
        ),
        (
            "def f(x):\n    return np.ones(2) if wrong() and x > 1 else np.zeros(2)\nfor i in range(4):\n    f(i)\n",
            ["model.py:4: `f()`, time 3: 2 of 2 elements differ, the first at [0]: 0.0 and 1.0"],
        ),
        (
            "class A:\n  def f(s, x):\n    x[0] = 1\n    return {'k': [x, wrong() * 1.0]}\nq = np.ones(2)\nA().f(q)\n",
            ["model.py:6: `A.f()['k'][1]`: 1 of 1 elements differ", "    NumPy       float64 number: 0."],
        ),
        (
            "x = np.zeros(2, 'f4' if wrong() else 'f8')\n",
            ["model.py:3: `x`: the dtypes differ"],
        ),
        ("x = np.zeros(2 + wrong())\n", ["model.py:3: `x`: the shapes differ"]),
        ("x = 'word' if wrong() else np.zeros(2)\n", ["model.py:3: `x`: one is an array, the other is not"]),
        ("print(1 if wrong() else 2)\n", ["line 1 of the output differs", "    NumPy       2", "    TensorFlow  1"]),
        ("print(1)\nif wrong():\n    print(5)\n", ["    NumPy       (nothing more is printed)", "    TensorFlow  5"]),
        (
            "if wrong():\n    raise ValueError('broken')\n",
            ["different exit status: 0 under NumPy, 1 under TensorFlow", "    ValueError: broken"],
        ),
        (
            "y = 1\nif not wrong():\n    x = np.zeros(2)\n",
            ["model.py:5: `wrong (at the end of the module)`: the original went elsewhere, to model.py:5, `x`"],
        ),
        (
            "x = np.ones(400000)\nx[7000] = 1.5 if wrong() else 1.25\n",
            ["model.py:4: `x`: elements differ, the first of them among those from 6912 to 7167"],
        ),
        ("x = np.ones(400000, int)\nx[7000] = 5 if wrong() else 6\n", ["model.py:4: `x`: elements differ"]),
        (
            "x = np.ones(400000)\nx[70] = np.inf if wrong() else np.nan\n",
            ["model.py:4: `x`: what is infinite or not a number differs"],
        ),
    ],
)
def test_the_first_difference_is_named(place: Place, program: str, said: list[str]) -> None:
    place.write(model=WRONG + program)
    done = place.np2tf("verify", "model.py")
    assert done.status == 1, done
    for line in said:
        assert line in done.out, done.out


def test_rounding_is_judged_by_the_dtype_and_by_what_is_asked(place: Place) -> None:
    place.write(model=WRONG + "x = np.ones(3) + wrong() * 1e-7\ny = np.ones(3, 'f4') + np.float32(wrong() * 1e-6)\n")
    assert "`x`: 3 of 3 elements differ" in place.np2tf("verify", "model.py").out
    assert place.np2tf("verify", "--rtol", "1e-5", "model.py").status == 0
    assert place.np2tf("verify", "--rtol", "float64=1e-6", "model.py").status == 0
    assert (
        "`y`"
        in place.np2tf("verify", "--rtol", "float64=1e-6", "--rtol", "float32=1e-8", "--atol", "0", "model.py").out
    )


def test_no_more_is_compared_than_asked(place: Place) -> None:
    place.write(model=WRONG + "for i in range(50):\n    x = np.ones(2)\nx = np.ones(2) + wrong()\n")
    assert place.np2tf("verify", "model.py").status == 1
    done = place.np2tf("verify", "--max-records", "40", "model.py")
    assert done.status == 0
    assert "no more than 40 values were compared: --max-records" in done.out


def test_both_read_the_same_standard_input(place: Place) -> None:
    place.write(model=WRONG + "import sys\nx = np.array([float(line) for line in sys.stdin])\nprint(x.sum())\n")
    done = place.np2tf("verify", "model.py", stdin="1\n2\n" * 50_000)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("the same: 1 line printed; exit status 0; ")


def test_a_pipe_that_nobody_closes_is_not_waited_for(place: Place) -> None:
    place.write(model=WRONG + "print(np.zeros(1))\n")
    command = [sys.executable, "-m", "np2tf", "verify", "model.py"]
    options = {"cwd": place.work, "env": place.environment, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, stdin=subprocess.PIPE, **options) as process:  # type: ignore[call-overload]
        assert process.stdout is not None
        assert process.stdout.read().startswith(b"the same: 1 line printed")
        assert process.wait() == 0


def test_modules_and_packages(place: Place) -> None:
    place.write(
        pkg____init__="",
        pkg____main__="from .tools import make\nx = make(3)\n",
        pkg__tools=WRONG + ("def make(n):\n    x = np.zeros(n)\n    x[0] = 1 + wrong()\n    return x\n"),
    )
    assert "pkg/tools.py:6: `make()`" in place.np2tf("verify", "-m", "pkg").out


def test_what_is_marked_is_said_and_differs(place: Place) -> None:
    place.write(model="import numpy as np\nx, h = np.zeros(2), []\nfor i in range(2):\n    h.append(x)\n    x[0] = i\n")
    done = place.np2tf("verify", "model.py")
    assert done.status == 1
    assert "1 place is not converted" in done.err
    assert "different exit status: 0 under NumPy, 1 under TensorFlow" in done.out


@pytest.mark.parametrize("option", ["float63=1", "x", "-1", "nan"])
def test_a_tolerance_that_is_none_is_refused(run: Runner, option: str) -> None:
    done = run("verify", f"--rtol={option}", "model.py")
    assert done.status == 2
    assert "write a number, such as --rtol 1e-6" in " ".join(done.err.split())


@pytest.mark.parametrize("case", [c for c in fixture.load_all() if c.expected is not None], ids=lambda case: case.name)
def test_both_sides_record_at_the_same_places(case: fixture.Fixture) -> None:
    for file in case.convert().files:
        unit = Unit(file.path, case.sources[file.path].encode(), file.output, file.origins)
        made = instrument(unit)
        compile(made.original, "a", "exec", dont_inherit=True)
        compile(made.converted, "b", "exec", dont_inherit=True)
        points = [sorted(_points(tree)) for tree in (made.original, made.converted)]
        assert points[0] == points[1]


def _points(tree: ast.Module):  # type: ignore[no-untyped-def]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in (RESULT, NAMES):
            yield node.func.id, node.args[0].value[1:]


def judged(before: object, after: object, rtol: float = 1e-9, atol: float = 1e-12) -> str:
    """What is said of two arrays."""
    header, data = record.packed(np.asarray(before))
    entry = {**header, "shape": list(header["shape"])}
    return record.difference(entry, record.unpacked(entry, data), np.asarray(after), (rtol, atol))


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "c8", "c16", "i1", "u8", "?"])
@pytest.mark.parametrize("size", [0, 1, 5, 300_000])
def test_equal_arrays_are_equal(dtype: str, size: int) -> None:
    x = (np.arange(size) % 7).astype(dtype)
    assert judged(x, x.copy()) == ""


@pytest.mark.parametrize("size", [5, 300_000])
@pytest.mark.parametrize("place", [0, 3, -1])
def test_one_wrong_element_is_seen(size: int, place: int) -> None:
    x = np.random.default_rng(1).normal(size=size)
    for wrong in (x[place] + 0.01, np.nan, np.inf, -x[place]):
        y = x.copy()
        y[place] = wrong
        assert judged(x, y)
        assert judged(y, x)
    swapped = x.copy()
    swapped[[1, 2]] = swapped[[2, 1]]
    assert judged(x, swapped)
    assert judged(x, x * (1 + 1e-13)) == ""


def test_not_a_number_and_infinity_equal_themselves() -> None:
    x = np.array([np.nan, np.inf, -np.inf, 1.0])
    assert judged(x, x * 1.0) == ""
    assert judged(np.resize(x, 300_000), np.resize(x, 300_000)[::-1][::-1] + 1e-14) == ""


def test_on_the_real_runtime(place: Place) -> None:
    place.environment["PYTHONPATH"] = str(ROOT)
    place.environment["TF_CPP_MIN_LOG_LEVEL"] = "3"
    place.write(model=PROGRAM)
    done = place.np2tf("verify", "model.py", stdin="typed")
    assert done == (0, "the same: 1 line printed; exit status 3; 17 values compared\n", "")
    place.write(model=PROGRAM.replace("b = a\n", "b = a + ['nsor' in x.__name__ for x in map(type, [a])][0]\n"))
    done = place.np2tf("verify", "model.py")
    assert done.status == 1
    assert done.out.startswith("model.py:18: `b`: 4 of 4 elements differ, the first at [0]: 0.0 and 1.0\n")
