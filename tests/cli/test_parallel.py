"""Several processes change nothing of what comes out, and an error in one of them is an error."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from cli_helpers import Runner

import np2tf.parallel
from np2tf import progress
from np2tf.convert import convert
from np2tf.parallel import processes, spread
from np2tf.programs import programs
from np2tf.result import FileResult, Options

STORE = "import numpy as np\n\nx = np.zeros({0})\nx[0] = {0}\ny = x\ny[{0}] = 1\nprint(x)\n"
MARKED = "import numpy as np\n\n\ndef f(keep):\n    x = np.zeros(3)\n    keep(x)\n    x[0] = 1\n    return x\n"


@pytest.fixture
def files() -> dict[str, bytes]:
    """Programs of one file, and one of three files, of a kind that must not be taken apart."""
    made = {f"script_{k}.py": STORE.format(k).encode() for k in range(5)}
    made["plain.py"] = b"x = 1\n"
    made["marked.py"] = MARKED.encode()
    made["broken.py"] = b"import numpy as np\nx = = 1\n"
    made["pkg/__init__.py"] = b"from .kernel import step\n"
    made["pkg/kernel.py"] = b"import numpy as np\n\n\ndef step(a):\n    a[1:] = a[:-1]\n"
    made["runs.py"] = b"import numpy as np\nimport pkg\n\na = np.arange(4)\npkg.step(a)\nprint(a)\n"
    return made


def test_the_result_is_the_same(files: dict[str, bytes]) -> None:
    counted: list[int] = []
    serial = convert(files)
    assert convert(files, Options(jobs=3), counted.append) == serial
    assert sum(counted) == len(files)
    assert serial.count("converted") > 5
    assert serial.count("failed") == serial.count("marked") == 1
    assert b"pkg.step(a)" in next(file.output for file in serial.files if file.path == "runs.py")


def test_what_is_written_is_the_same(run: Runner, here: Path, files: dict[str, bytes]) -> None:
    for jobs in ("-j1", "-j2"):
        for name, data in files.items():
            (here / jobs / name).parent.mkdir(parents=True, exist_ok=True)
            (here / jobs / name).write_bytes(data)
        run("convert", jobs, jobs, "--allow-no-vcs")
    assert {name: (here / "-j1" / name).read_bytes() for name in files} == {
        name: (here / "-j2" / name).read_bytes() for name in files
    }


def test_how_many_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(np2tf.parallel, "_cores", lambda: 4)
    small, big = {"a.py": b"x"}, {"b.py": b"x" * 250_000}
    assert processes(3, [small] * 2) == 2
    assert processes(3, [small] * 9) == 3
    assert processes(0, [small] * 9) == 1, "starting another would take longer"
    assert processes(0, [small, big]) == 1
    assert processes(0, [big] * 2) == 2
    assert processes(0, [big] * 9) == 4


def test_an_error_in_a_process_is_the_callers(files: dict[str, bytes]) -> None:
    wrong = Options(functions=(None,))  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        spread(programs(files), wrong, 2, lambda made: None)


def test_a_process_that_ends_early(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(np2tf.parallel, "_START", "import sys; {!r}; sys.exit(3)")
    with pytest.raises(RuntimeError, match="early end; -j1 does without"):
        spread(programs(files), Options(), 2, lambda made: None)


def test_progress_counts_files(
    run: Runner, here: Path, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    stream.isatty = lambda: True  # type: ignore[method-assign]
    for name in ("_PATIENCE", "_EVERY"):
        monkeypatch.setattr(progress, name, 0)
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=stream))
    for name, data in files.items():
        (here / "src" / name).parent.mkdir(parents=True, exist_ok=True)
        (here / "src" / name).write_bytes(data)
    for _ in range(2):  # anew, and from the cache
        stream.truncate(0)
        run("check", "src", "-j2")
        shown = stream.getvalue().split("\r\x1b[K")
        assert "analysing 11/11" in shown
        assert not [text for text in shown if "/" in text and int(text.split()[1].split("/")[0]) > 11]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.py": b"x = b", "b.py": b"", "c.py": b""}, ["a.py b.py", "c.py"]),
        ({"a.py": b"# see 'lib.b'", "lib/b.py": b""}, ["a.py lib/b.py"]),
        ({"a.py": b"import p", "p/__init__.py": b"", "p/q/__init__.py": b"", "p/q/r.py": b""}, None),
        ({"t/conftest.py": b"", "t/one.py": b"", "t/u/two.py": b"", "v/three.py": b""},
         ["t/conftest.py t/one.py t/u/two.py", "v/three.py"]),
        ({"a.py": b"importlib.import_module(name)", "b.py": b"", "c.py": b""}, None),
        ({"x/util.py": b"", "y/util.py": b"", "z.py": b"import util"}, None),
        ({}, []),
    ],
)  # fmt: skip
def test_programs(files: dict[str, bytes], expected: list[str] | None) -> None:
    found = [" ".join(program) for program in programs(files)]
    assert found == ([" ".join(sorted(files))] if expected is None else expected)


def test_files_of_programs_are_those_given(files: dict[str, bytes]) -> None:
    found = programs(files)
    assert sorted(path for program in found for path in program) == sorted(files)
    assert {"pkg/__init__.py", "pkg/kernel.py", "runs.py"} in [set(program) for program in found]
    assert all(isinstance(file, FileResult) for file in convert(files).files)
