"""`np2tf run` and `verify` of notebooks: the cells run in order, as one program, and show what they end with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_helpers import Runner
from run_helpers import Place
from test_notebooks import converted, notebook, sources
from test_verify import WRONG

CHANGES = """\
def add(a):
    a[1:] += 2
    return a.sum()

def fill(a):
    a[0] = 7

def same(a):
    a[0] += 1
    return a
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def written(place: Place, *cells: str, name: str = "nb.ipynb") -> None:
    (place.work / name).write_text(notebook(*cells))


def test_cells_run_in_order_and_show_the_values_that_they_end_with(place: Place) -> None:
    written(
        place,
        "%matplotlib inline\nimport numpy as np\nx = np.zeros(3)\nx",
        "%%time\nx[0] = 1\nx.sum()",
        "%%bash\nexit 3",
        "y = x[1:]\ny += 2\nx  # with a comment",
        "x;",
        "x.tolist() ; # none",
        "print('printed')",
        "'text'",
        "if True:\n    x",
        "%timeit x\n",
        "import sys; sys.argv[1:]",
    )
    before = place.files()
    done = place.np2tf("run", "nb.ipynb", "a", "-b")
    assert done.err == ""
    assert done.status == 0
    shown = ["array([0., 0., 0.])", "np.float64(1.0)", "array([1., 2., 2.])", "printed", "'text'", "['a', '-b']"]
    assert done.out.splitlines() == shown
    assert place.files() == before


CALLS = [  # the last line of a cell, what it becomes, and what both show of x = [1, 2, 3]
    ("add(x)", "_, x = add(x)\n_", "np.float64(10.0)"),
    ("fill(x)", "x = fill(x)", ""),
    ("same(x)", "x = same(x)\nx", "array([2., 2., 3.])"),
    ("same(x[1:])", "_a = same(x[1:])\nx = np.tensor_scatter_update(x, np.s_[1:], _a)\n_a", "array([3., 3.])"),
    ("add(np.ones(2))", "add(np.ones(2))[0]", "np.float64(4.0)"),
    ("fill(np.ones(2))", "_ = fill(np.ones(2))", ""),
    ("add(x);", "_, x = add(x);", ""),
    ("np.add(x, 1, out=x)", "x = np.tensor_scatter_update(x, ..., np.add(x, 1))\nx", "array([2., 3., 4.])"),
    ("np.nan_to_num(x, copy=False)", "x = np.functional.nan_to_num(x)\nx", "array([1., 2., 3.])"),
    ("x.sort()", "x = np.sort(x)", ""),
    ("%time add(x)", "%time _, x = add(x)\n_", "np.float64(10.0)"),
]


@pytest.mark.parametrize(("line", "becomes"), [call[:2] for call in CALLS], ids=[call[0] for call in CALLS])
def test_a_cell_that_ends_with_a_changing_call_still_shows_its_value(line: str, becomes: str) -> None:
    file = converted(notebook("import numpy as np\n", CHANGES, f"x = np.array([1.0, 2, 3])\n{line}", "print(x)"))
    assert sources(file.output)[2] == f"x = np.array([1.0, 2, 3])\n{becomes}"


def test_what_such_cells_show_is_the_same_on_both_sides(place: Place) -> None:
    cells = [f"x = np.array([1.0, 2, 3])\n{line}" for line, _, _ in CALLS]
    written(place, "import numpy as np", CHANGES, *cells)
    done = place.np2tf("run", "nb.ipynb")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [shown for _, _, shown in CALLS if shown]
    done = place.np2tf("verify", "nb.ipynb")
    lines = sum(bool(shown) for _, _, shown in CALLS)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"the same: {lines} lines printed; exit status 0; ")


def test_a_notebook_imports_its_modules_as_conversions(place: Place) -> None:
    place.write(helper="def fill(a, v):\n    a[:] = v\n")
    written(place, "import numpy as np\nfrom helper import fill", "x = np.zeros(2)\nfill(x, 3)\nx")
    assert place.np2tf("run", "nb.ipynb").out == "array([3., 3.])\n"


def test_tracebacks_name_the_cell_and_show_its_line(place: Place) -> None:
    written(place, "import numpy as np", "%matplotlib inline\n\ndef f(x):\n    return x[5]\n", "x = np.zeros(2)\nf(x)")
    done = place.np2tf("run", "nb.ipynb")
    assert done.status == 1
    path = place.work / "nb.ipynb"
    lines = done.err.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1:3] == [f'  File "{path}, cell 4", line 2, in <module>', "    f(x)"]
    assert f'  File "{path}, cell 3", line 4, in f' in lines
    assert "    return x[5]" in lines
    assert lines[-1].startswith("IndexError: ")


def test_a_magic_that_may_run_anything_is_loud(place: Place) -> None:
    written(place, "import numpy as np\nx = np.zeros(2)", "print('here')\n%run other.py", "print('not here')")
    done = place.np2tf("run", "nb.ipynb")
    assert (done.status, done.out) == (1, "here\n")
    assert "1 place is not converted" in done.err
    assert "nb.ipynb, cell 3, line 2: this magic, or get_ipython(), needs Jupyter" in done.err
    written(place, "try:\n    get_ipython()\nexcept NameError:\n    print('plain')", "display(1, None, 'a')")
    assert place.np2tf("run", "nb.ipynb").out == "plain\n1\n'a'\n"


def test_future_imports_reach_the_cells_below(place: Place) -> None:
    written(place, "from __future__ import annotations", "def f(x: undefined): pass\nf.__annotations__")
    assert place.np2tf("run", "nb.ipynb").out == "{'x': 'undefined'}\n"


def test_verify_names_cell_and_line_of_the_first_difference(place: Place) -> None:
    written(place, WRONG, "\n", "x = np.zeros(3)\n\nx[1] = 1 + wrong()\nprint('x', x[2])", "x")
    done = place.np2tf("verify", "nb.ipynb")
    assert done.status == 1
    assert "nb.ipynb, cell 4:3: `x`: 1 of 3 elements differ, the first at [1]: 1.0 and 2.0" in done.out


def test_verify_names_the_cell_that_the_original_went_to(place: Place) -> None:
    written(place, WRONG, "x = np.zeros(3)\nif wrong():\n    x[1] = 2", "\nx[1] = 3", "x")
    done = place.np2tf("verify", "nb.ipynb")
    assert "nb.ipynb, cell 3:3: `x`: the original went elsewhere, to nb.ipynb, cell 4:2, `x`" in done.out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "nb.ipynb:1: can't parse the notebook"),
        (notebook("x = (\n"), "cell 2, line 1: can't parse the cell"),
    ],
)
def test_a_notebook_that_cannot_be_read_is_refused(
    run: Runner, here: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    monkeypatch.setattr("np2tf.commands.run.check_tensorflow", lambda: None)
    (here / "nb.ipynb").write_text(text)
    done = run("run", "nb.ipynb")
    assert done.status == 2
    assert message in done.err
    assert done.err.endswith("Mend the notebook.\n")


def test_the_profile_names_cells(place: Place) -> None:
    written(place, "import numpy as np", "x = np.zeros(3)\nfor i in range(3):\n    x[i] = i\n")
    done = place.np2tf("run", "--profile", "nb.ipynb")
    assert "nb.ipynb, cell 3:3: x[i] = i" in done.err


def test_the_cells_json_is_read_and_not_their_outputs(place: Place) -> None:
    document = json.loads(notebook("import numpy as np\nnp.ones(2)"))
    document["cells"][1]["outputs"][0]["text"] = ["x = (", "%run"]
    (place.work / "with space é.ipynb").write_text(json.dumps(document))
    done = place.np2tf("run", "with space é.ipynb")
    assert (done.status, done.out, done.err) == (0, "array([1., 1.])\n", "")
