"""Notebooks: cells are one program; only the lines that change change, all else stays byte for byte."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from cli_helpers import Runner

import fixture
from np2tf.convert import convert
from np2tf.notebook import Notebook
from np2tf.objects import Objects
from np2tf.result import FileResult


def notebook(*sources: str, indent: int | None = 1, as_list: bool = True, ascii: bool = False, **more: object) -> str:
    """A notebook with these code cells, each with outputs and an id."""
    cells = [
        {
            "cell_type": "code",
            "execution_count": k,
            "id": f"cell-{k}",
            "metadata": {"tags": ["é", "\\/"]},
            "outputs": [{"name": "stdout", "output_type": "stream", "text": ["import numpy as np\n", "\u2713 é"]}],
            "source": re.findall(r"[^\n]*\n|[^\n]+", source) if as_list else source,
        }
        for k, source in enumerate(sources)
    ]
    text = {"cell_type": "markdown", "metadata": {}, "source": ["import numpy as np\n", "x[0] = 1"]}
    document = {"cells": [text, *cells], "metadata": more, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, indent=indent, ensure_ascii=ascii) + "\n"


def converted(text: str, **options: object) -> FileResult:
    (file,) = convert({"nb.ipynb": text.encode()}, **options).files  # type: ignore[arg-type]
    return file


def sources(data: bytes) -> list[str]:
    """The sources of the code cells."""
    return ["".join(cell["source"]) for cell in json.loads(data)["cells"] if cell["cell_type"] == "code"]


CELLS = ("import numpy as np", "x = np.zeros(3)  # é\ny = x\n", "x[0] = 1\nx[1] = 'é'[0] == 'é'", "print(y)")
WANTED = [
    "import np2tf_runtime as np",
    CELLS[1],
    "y = x = np.tensor_scatter_update(x, 0, 1)\ny = x = np.tensor_scatter_update(x, 1, 'é'[0] == 'é')",
    CELLS[3],
]


@pytest.mark.parametrize("indent", [None, 0, 1, 4])
@pytest.mark.parametrize("as_list", [True, False])
@pytest.mark.parametrize("ascii", [True, False])
def test_cells_are_one_program_and_only_their_lines_change(indent: int | None, as_list: bool, ascii: bool) -> None:
    before = notebook(*CELLS, indent=indent, as_list=as_list, ascii=ascii)
    file = converted(before)
    assert file.status == "converted"
    assert sources(file.output) == WANTED
    assert file.output.decode() == notebook(*WANTED, indent=indent, as_list=as_list, ascii=ascii)
    assert converted(file.output.decode()).output == file.output


def test_escapes_and_splits_that_nobody_would_choose_stay() -> None:
    before = notebook("import numpy as np\nx = np.ones(2)\ns = 'a/b'\n", "x[0] = 1\nprint(x, s)\n")
    before = before.replace("a/b", r"\u0061\/b").replace('"s = ', '"s", " = ').replace("print(x", r"p\u0072int(x")
    imports = before.replace('numpy as np\\n",\n    "x =', 'np2tf_runtime as np\\n",\n    "x =')
    wanted = imports.replace("x[0] = 1\\n", "x = np.tensor_scatter_update(x, 0, 1)\\n")
    assert converted(before).output.decode() == wanted


UPDATE = "np.tensor_scatter_update(x, "


def test_indented_cells_lose_their_margin_where_they_change() -> None:
    cells = (
        '\n    import numpy as np\n    text = """\n    a\n  b"""\n',
        "    x = np.zeros(3)\n    for i in range(2):\n        x[i] = 1\n    %time x[2] = 5\nfiles = !ls\n    print(x)",
        "%%time\n\n\tx[0] = 2\n\tx[1] = 3",
        "    y = x + 1\n    y",
    )
    wanted = [
        '\nimport np2tf_runtime as np\ntext = """\na\n  b"""\n',
        f"x = np.zeros(3)\nfor i in range(2):\n    x = {UPDATE}i, 1)\n%time x = {UPDATE}2, 5)\nfiles = !ls\nprint(x)",
        "%%time\n\nx = np.tensor_scatter_update(x, 0, 2)\nx = np.tensor_scatter_update(x, 1, 3)",
        cells[3],
    ]
    file = converted(notebook(*cells))
    assert [d for d in file.diagnostics if d.severity == "error"] == []
    assert sources(file.output) == wanted
    assert converted(file.output.decode()).output == file.output


def test_findings_in_indented_cells_are_on_their_lines() -> None:
    cell = "  x, kept = np.zeros(2), []\n  for i in range(3):\n      x[0] = i\n      kept.append(x)\n"
    text = notebook("import numpy as np", cell)
    (found,) = converted(text).diagnostics
    assert found.message.startswith("cell 3, line 3: `x`")
    assert text.splitlines()[found.line - 1][found.column :].startswith("x[0] = i")


def test_line_breaks_of_the_file_stay() -> None:
    before = notebook(*CELLS).replace("\n", "\r\n").rstrip()
    after = converted(before).output.decode()
    assert sources(after.encode()) == WANTED
    assert after == notebook(*WANTED).replace("\n", "\r\n").rstrip()


MAGICS = [
    ("%matplotlib inline\nimport numpy as np\n!pip install x[0]=1\nx = np.ones(3)\n?x\nnp.ones?\nfiles = !ls", None),
    ("%%time\nx[0] = 2\n", "%%time\nx = np.tensor_scatter_update(x, 0, 2)\n"),
    ("\n%%time\n\n%%capture out\nx[0] = 2\n", "\n%%time\n\n%%capture out\nx = np.tensor_scatter_update(x, 0, 2)\n"),
    ("%%bash\nx[0] = 3 numpy\n", None),
    ("%%time\n%%bash\nx[0] = 3\n", None),
    ("%%mystery\nx[0] = 4\n", "%%mystery\nx = np.tensor_scatter_update(x, 0, 4)\n"),
    ("%%mystery\nSELECT x\n", None),
    ("if len(x):\n    %cd ..\n", None),
    (
        "%time x[1] = 5\n%timeit -n 3 -r1 np.sum(x)\n",
        "%time x = np.tensor_scatter_update(x, 1, 5)\n%timeit -n 3 -r1 np.sum(x)\n",
    ),
    ("s = '''\n%time x[0] = 1\n!ls\n'''\nn = (7\n  % 4)", None),
    ("!ls \\\n  -l\nx[2] = 6", "!ls \\\n  -l\nx = np.tensor_scatter_update(x, 2, 6)"),
    ("print(x)", None),
]


def test_magics_stay_and_what_they_run_is_converted() -> None:
    wanted = [after or before for before, after in MAGICS]
    wanted[0] = wanted[0].replace("import numpy as np", "import np2tf_runtime as np")
    file = converted(notebook(*(before for before, _ in MAGICS)))
    assert [d.code for d in file.diagnostics] == []
    assert sources(file.output) == wanted


@pytest.mark.parametrize("line", ["%run other.py", "%pylab", "out = %mystery x", "%mystery f(x)"])
def test_magics_that_may_do_anything_are_diagnosed(line: str) -> None:
    file = converted(notebook("import numpy as np\nx = np.ones(2)", f"{line}\nx[0] = 1\nprint(x)"))
    codes = [d.code for d in file.diagnostics]
    assert codes == (["NT512"] if "=" not in line else [])
    assert line in sources(file.output)[1].splitlines()


TIMED = "import numpy as np\nx = np.ones(3)\ndef f(x):\n    x[0] = 2\n    return x.sum()"


@pytest.mark.parametrize(
    ("cell", "wanted", "codes"),
    [
        (
            "%timeit x[0] = 1",
            "# np2tf[NT403]: `x` belongs to the module and is changed here\n%timeit x[0] = 1",
            ["NT403"],
        ),
        ("if len(x):\n    %timeit -n 3 y = x + 1; y.sum()", None, []),
        ("%timeit f(x)", None, ["NT403"]),
        ("%timeit for i in range(3): x[i] = i", None, ["NT201", "NT512"]),  # it may call `f`, for all that is known
        ("t = %timeit -o f(x)", None, ["NT201", "NT512"]),
        ("%%timeit -n 3\ny = f(x.copy())\ny += 1", "%%timeit -n 3\ny, _ = f(x.copy())\ny += 1", []),
        ("%%timeit\nx[0] = 1", "%%timeit\nglobal x\nx = np.tensor_scatter_update(x, 0, 1)", []),
        ("%%capture\n%%timeit\nx[0] = 1", "%%capture\n%%timeit\nglobal x\nx = np.tensor_scatter_update(x, 0, 1)", []),
        ("%%timeit\n# twice\nf(x)", "%%timeit\n# twice\nglobal x\n_, x = f(x)", []),
        (
            "%%timeit\ny = x\ny[0] = 1",
            "%%timeit\nglobal x\ny = x\nx = y = np.tensor_scatter_update(y, 0, 1)",
            [],
        ),
        (
            "%%timeit -n 3\ny = np.ones(\n2)\nt = '''a\n  b'''\nif len(x):\n    # one\n    y[0] = 1",
            (
                "%%timeit -n 3\ny = np.ones(\n2)\nt = '''a\n  b'''\nif len(x):\n    # one\n"
                "    y = np.tensor_scatter_update(y, 0, 1)"
            ),
            [],
        ),
        (
            "%%timeit y = np.ones(2)\n# one\ny[0] = 1",
            (
                "%%timeit y = np.ones(2)\n# one\n"
                "# np2tf[NT512]: `exec(...)` reaches names or attributes that the text does not show\ny[0] = 1"
            ),
            ["NT201", "NT512"],
        ),
        ("%%timeit y = np.ones(2)", None, []),
        ("%%capture out\nx[0] = 1", "%%capture out\nx = np.tensor_scatter_update(x, 0, 1)", []),
    ],
)
def test_what_is_timed_in_a_function_binds_no_names_of_the_notebook(
    cell: str, wanted: str | None, codes: list[str]
) -> None:
    text = notebook(TIMED, cell, "print(x)")
    file = converted(text)
    assert [d.code for d in file.diagnostics if d.severity == "error"] == codes
    assert file.status == ("marked" if codes else "converted")
    assert sources(file.output)[1].endswith(wanted or cell)
    assert converted(file.output.decode()).output == file.output


@pytest.mark.parametrize("cell", ["%%timeit\nx = np.ones(3)\nx[0] = 4", "%timeit x = np.ones(3)"])
def test_what_is_timed_hides_no_names_of_the_notebook(cell: str) -> None:
    file = converted(notebook("import numpy as np\nx = np.zeros(3)\ny = x\ny[0] = 1", cell, "x[1] = 5\nprint(x, y)"))
    assert file.diagnostics == ()
    assert sources(file.output)[0].endswith("x = y = np.tensor_scatter_update(y, 0, 1)")
    assert sources(file.output)[2] == "y = x = np.tensor_scatter_update(x, 1, 5)\nprint(x, y)"


def test_findings_name_the_cell_and_stand_at_the_line_of_the_file() -> None:
    text = notebook(
        "import numpy as np\nx, h = np.zeros(2), []", "for i in range(2):\n    h.append(x)\n    x[0] = i\nprint(h)"
    )
    (found,) = converted(text).diagnostics
    assert found.message.startswith("cell 3, line 3: `x` is also held in `h`")
    line = text.splitlines()[found.line - 1]
    assert line[found.column :].startswith("x[0] = i")
    assert found.end_line == found.line
    marked = sources(converted(text).output)[1].splitlines()
    assert marked[2] == "    # np2tf[NT105]: `x` is also held in `h`"


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ('{"numpy": ', "NT001", "can't parse the notebook"),
        ('{"numpy": 1}', "NT001", "it has no cells; if it is of an old format, run `jupyter nbconvert --to notebook`"),
        ('{"cells": ["numpy"]}', "NT001", "cell 1 is no object"),
        (notebook("import numpy", "x = 1\ny = (\n"), "NT001", "cell 3, line 2: can't parse the cell"),
        (notebook("import numpy\nx = '\\ud800'").replace("\\\\ud800", "\\ud800"), "NT002", "half a character"),
    ],
)
def test_a_notebook_that_can_not_be_read_says_where(text: str, code: str, message: str) -> None:
    file = converted(text)
    assert (file.status, file.output) == ("failed", text.encode())
    (found,) = file.diagnostics
    assert found.code == code
    assert message in found.message


def test_notebooks_in_other_languages_stay() -> None:
    text = notebook("import numpy as np\nx[0] = 1", kernelspec={"language": "R"})
    assert converted(text).output == text.encode()


@pytest.mark.parametrize("metadata", [None, "python", {"kernelspec": "python3"}, {"language_info": ["python"]}])
def test_metadata_that_say_nothing(metadata: object) -> None:
    document = json.loads(notebook("import numpy as np\nx = np.zeros(2)\nx[0] = 1"))
    file = converted(json.dumps({**document, "metadata": metadata}))
    assert file.status == "converted"
    assert json.loads(file.output)["metadata"] == metadata


def test_a_notebook_and_a_module_are_one_project() -> None:
    files = {
        "tools.py": b"def fill(a, v):\n    a[:] = v\n",
        "nb.ipynb": notebook(
            "import numpy as np\nfrom tools import fill", "x = np.zeros(2)\n", "fill(x, 3)\nprint(x)"
        ).encode(),
    }
    made = {file.path: file for file in convert(files).files}
    assert sources(made["nb.ipynb"].output)[2] == "x = fill(x, 3)\nprint(x)"
    assert b"return a" in made["tools.py"].output


@pytest.mark.parametrize(
    "case",
    [c for c in fixture.load_all() if c.expected is not None and len(c.sources) == 1],
    ids=lambda case: case.name,
)
def test_a_program_in_cells_becomes_what_it_becomes_in_a_file(
    case: fixture.Fixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    ((path, source),) = case.sources.items()
    blocks = re.split(r"(?<=\n)(?=[a-z]\w* = )", source)  # cells begin with assignments at the margin
    text = notebook(*blocks)
    try:
        read = Notebook(text.encode())
        whole = read.program == source and not [*read.displayed()]  # what a cell shows at its end, a file does not
    except Exception:
        whole = False
    if not whole:
        pytest.skip("its text can't be cut into cells there")
    (file,) = convert({"nb.ipynb": text.encode()}, case.options).files
    # The next cell finds what a step had written until an exception: in cells no attribute is written later.
    monkeypatch.setattr(Objects, "attributes", lambda *method: None)
    (plain,) = convert({path: source.encode()}, case.options).files
    assert "".join(sources(file.output)) == _without_buffers_at_the_margin(plain.output.decode())
    assert [d.code for d in file.diagnostics] == [d.code for d in plain.diagnostics]


def _without_buffers_at_the_margin(text: str) -> str:
    """Cells have no buffers outside of functions: one may be interrupted, and the next one look at its array."""
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    inside = {line for node in functions for line in range(node.lineno, node.end_lineno + 1)}
    buffer = re.compile(r" *(\w+) = np\.functional\.(buffered|frozen)\(\1\)\n")
    lines = enumerate(text.splitlines(keepends=True), 1)
    return "".join(line for number, line in lines if number in inside or not buffer.fullmatch(line))


def test_the_commands_take_notebooks(run: Runner, here: Path) -> None:
    (here / "nb.ipynb").write_text(notebook(*CELLS))
    (here / "plain.ipynb").write_text(notebook("x = [1]\nx[0] = 2").replace("numpy", "np"))
    done = run("check", ".")
    assert done.status == 0
    assert "1 converted" in done.out
    done = run("convert", "nb.ipynb", "--diff")
    assert done.status == 1
    assert '-    "import numpy as np"\n+    "import np2tf_runtime as np"\n' in done.out
    done = run("convert", ".", "-o", "../out")
    assert done.status == 0
    assert sources((here / "../out/nb.ipynb").read_bytes()) == WANTED
    assert (here / "../out/plain.ipynb").read_bytes() == (here / "plain.ipynb").read_bytes()
    done = run("convert", "nb.ipynb", "--allow-no-vcs")
    assert done.status == 0
    assert (here / "nb.ipynb").read_text() == notebook(*WANTED)
