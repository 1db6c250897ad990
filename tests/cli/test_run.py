"""`np2tf run`: a converted program starts, speaks of its lines, and ends as under `python`."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cli_helpers import ROOT, Runner
from run_helpers import Place

MODEL = """\
import sys

import numpy as np


def fill(x, value):
    x[:] = value


a = np.zeros(3)
b = a
fill(a, 2)
print(b, [type(x) for x in [a]][0].__name__)
"""
CRASH = """\
'''A program whose conversion has more lines.'''
import numpy as np


def half(x):
    v = x[1:]
    w = x[:2]
    x[0] = 1
    v[0] = (
        2
    )
    print(x, v, w)
    raise ValueError("on line 13")


class Model:
    def step(self, n):
        grid = np.ones((2, 3))
        for row in grid:
            row += n
        return half(np.arange(3.0) + grid[0, 0])


Model().step(1)
"""
ABOUT = "import sys, numpy\nm = sys.modules['__main__']\n" + "\n".join(
    f"print({text})"
    for text in (
        "sys.argv",
        "sys.path[0]",
        "__file__",
        "__name__",
        "__package__",
        "__spec__ and __spec__.name",
        "__doc__",
        "__cached__ if __spec__ is None else None",
        "sorted(globals())",
        "m.__dict__ is globals()",
        "sys.stdin.read()",
        "type(__loader__).__name__",
        "sys.stdout.errors, sys.stderr.errors",
    )
)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_script_runs_as_its_conversion_and_nothing_is_written(place: Place) -> None:
    place.write(model=MODEL)
    before = place.files()
    done = place.np2tf("run", "model.py")
    assert done == (0, "[2. 2. 2.] Array\n", "")
    assert place.files() == before


@pytest.mark.parametrize("start", [["model.py"], ["-m", "model"], ["-m", "pkg.model"], ["-m", "pkg"], ["pkg/model.py"]])
def test_what_a_program_sees_of_itself_is_what_python_shows(place: Place, start: list[str]) -> None:
    place.write(model=ABOUT, pkg____init__="", pkg__model=ABOUT, pkg____main__=ABOUT)
    arguments = [*start, "-x", "--package", "a b", "--"]
    assert place.np2tf("run", *arguments, stdin="typed") == place.python(*arguments, stdin="typed")


@pytest.mark.parametrize(
    "ending",
    [
        "sys.exit()",
        "sys.exit(3)",
        "sys.exit('words')",
        "raise SystemExit(True)",
        "1 / 0",
        "raise KeyboardInterrupt",
        "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
        "import atexit; atexit.register(print, 'late'); raise RuntimeError",
        "sys.excepthook = lambda *e: print(e[0], e[2].tb_lineno); 1 / 0",
        "import threading; threading.Thread(target=lambda: 1 / 0).start()",
        "compile('(', 'x', 'exec')",
    ],
)
def test_a_program_ends_as_under_python(place: Place, ending: str) -> None:
    place.write(model=f"import sys\nimport numpy\nprint('begun')\n{ending}\n")
    plain = place.python("model.py")
    ours = place.np2tf("run", "model.py")
    assert (ours.status, ours.out) == (plain.status, plain.out)
    assert ours.err == plain.err


def test_a_traceback_is_that_of_the_source(place: Place) -> None:
    place.write(crash=CRASH)
    plain, ours = place.python("crash.py"), place.np2tf("run", "crash.py")
    assert "line 13, in half" in ours.err
    assert ours == plain


def test_an_error_in_an_imported_module_has_no_frames_of_np2tf(place: Place) -> None:
    place.write(model="import numpy\nimport other\n", other="import numpy\nx = numpy.ones(2)\nx[0] = 2\nx.nothing\n")
    ours = place.np2tf("run", "model.py")
    assert 'other.py", line 4, in <module>\n    x.nothing\n' in ours.err
    assert "np2tf/" not in ours.err.partition("other.py")[0]


def test_a_file_that_python_can_not_parse_is_reported_as_python_does(place: Place) -> None:
    place.write(model="import numpy\nx = (\n")
    assert place.np2tf("run", "model.py") == place.python("model.py")


def test_the_cache_spares_the_conversion(place: Place) -> None:
    place.write(model=MODEL + "print('libcst' in sys.modules)\n")
    first, second = place.np2tf("run", "model.py"), place.np2tf("run", "model.py")
    assert (first.out.splitlines()[-1], second.out.splitlines()[-1]) == ("True", "False")
    place.write(model=MODEL + "print('libcst' in sys.modules, 2)\n")
    assert place.np2tf("run", "model.py").out.endswith("True 2\n")
    assert place.np2tf("run", "--jit", "model.py").out.endswith("True 2\n")


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-3], lambda data: data[:20] + b"?" + data[21:], lambda data: b""]
)
def test_a_damaged_cache_is_not_used(place: Place, damage) -> None:  # type: ignore[no-untyped-def]
    place.write(model=MODEL)
    good = place.np2tf("run", "model.py")
    (entry,) = place.cache.glob("*.np2tf-cache")
    whole = entry.read_bytes()
    entry.write_bytes(damage(whole))
    assert place.np2tf("run", "model.py") == good
    assert entry.read_bytes() == whole


def test_without_a_cache_nothing_is_kept(place: Place) -> None:
    place.write(model=MODEL)
    assert place.np2tf("run", "--no-cache", "model.py").status == 0
    assert not place.cache.exists()


def test_a_cache_that_can_not_be_written_does_no_harm(place: Place) -> None:
    place.write(model=MODEL)
    place.cache.write_text("a file")
    assert place.np2tf("run", "model.py").out == "[2. 2. 2.] Array\n"


MARKED = """\
import numpy as np

x, history = np.zeros(2), []
for i in range(2):
    history.append(x)
    x[0] = i
print(history)
"""


def test_what_is_not_converted_is_said_before_and_raises(place: Place) -> None:
    place.write(marked=MARKED)
    done = place.np2tf("run", "marked.py")
    assert done.status == 1
    assert done.out == ""
    first, *rest = done.err.splitlines()
    assert first == (
        "np2tf: 1 place is not converted, and will raise rather than go wrong; to see: np2tf check marked.py"
    )
    assert "    x[0] = i" in rest
    assert place.np2tf("run", "-q", "marked.py").err.splitlines() == rest


def test_a_program_without_numpy_runs_and_says_so(place: Place) -> None:
    place.write(plain="print(1)\n")
    done = place.np2tf("run", "plain.py")
    assert (done.status, done.out) == (0, "1\n")
    assert "nothing is converted" in done.err


def test_files_that_import_each_other_are_one_program(place: Place) -> None:
    place.write(
        app="from lib import tools\nfrom lib.deep.more import grow\nimport numpy as np\n"
        "x = np.zeros(2)\ny = x\ntools.fill(x)\ngrow(x)\nprint(y)\n",
        lib____init__="",
        lib__tools="def fill(v):\n    v[0] = 7\n",
        lib__deep____init__="",
        lib__deep__more="from ..tools import fill\n\ndef grow(v):\n    v += 1\n",
    )
    assert place.np2tf("run", "app.py") == (0, "[8. 1.]\n", "")


def test_a_file_that_nothing_announced_does_not_run(place: Place) -> None:
    place.write(
        app="import numpy as np\nname = 'plug' + 'in'\ntry:\n    __import__(name)\nexcept ImportError:\n    pass\n",
        plugin="print('ran')\n",
    )
    done = place.np2tf("run", "app.py")
    assert done.status == 1
    assert "ran" not in done.out
    assert "NotConvertedError: plugin.py is imported in a way" in done.err
    assert place.np2tf("run", "--package", "plugin", "app.py") == (0, "ran\n", "")


def test_a_module_loaded_from_its_path_is_converted_too(place: Place) -> None:
    place.write(
        app="import importlib.util\nimport numpy as np\nimport part\n"
        "spec = importlib.util.spec_from_file_location('again', part.__file__)\n"
        "again = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(again)\nprint(again.x)\n",
        part="import numpy as np\nx = np.zeros(2)\nx[0] = 1\nprint([type(v) for v in [x]][0].__name__)\n",
    )
    assert place.np2tf("run", "app.py").out == "Array\nArray\n[1. 0.]\n"


def test_run_path_is_refused(place: Place) -> None:
    place.write(app="import runpy\nimport numpy\nimport part\nrunpy.run_path('part.py')\n", part="import numpy\n")
    done = place.np2tf("run", "app.py")
    assert "NotConvertedError: part.py: under np2tf a script can't be run by runpy.run_path" in done.err


def test_a_package_elsewhere_stays_numpy_unless_it_is_named(place: Place) -> None:
    place.write(
        scripts__app="import numpy as np\nimport tools\nprint([type(x) for x in [tools.make()]][0].__name__)\n",
        lib__tools="import numpy as np\n\ndef make():\n    x = np.zeros(2)\n    x[0] = 1\n    return x\n",
    )
    place.environment["PYTHONPATH"] += f":{place.work / 'lib'}"
    kept = place.np2tf("run", "scripts/app.py")
    assert (kept.status, kept.out) == (0, "ndarray\n")
    assert kept.err == "np2tf: lib/tools.py stays NumPy; --package converts its package too\n"
    assert place.np2tf("run", "--package", "tools", "scripts/app.py") == (0, "Array\n", "")


def test_a_file_that_the_configuration_excludes_stays_numpy(place: Place) -> None:
    place.write(
        app="import numpy as np\nimport kept\nprint([type(x) for x in [kept.x]][0].__name__)\n",
        kept="import numpy\nx = numpy.ones(1)\n",
    )
    (place.work / "pyproject.toml").write_text('[tool.np2tf]\nexclude = ["kept.py"]\n')
    assert place.np2tf("run", "app.py").out == "ndarray\n"


def test_processes_that_would_load_the_program_anew_are_refused(place: Place) -> None:
    text = (
        "import multiprocessing as mp\nimport numpy as np\n\n"
        "def f(n):\n    x = np.zeros(2)\n    x[0] = n\n    return x.sum()\n\n"
        "if __name__ == '__main__':\n    import sys\n    with mp.get_context(sys.argv[1]).Pool(1) as pool:\n"
        "        print([float(v) for v in pool.map(f, [1, 2])])\n"
    )
    place.write(app=text)
    assert place.np2tf("run", "app.py", "fork").out == "[1.0, 2.0]\n"
    assert "processes have to start by fork" in place.np2tf("run", "app.py", "spawn").err


TESTED = """\
import numpy as np
import pytest

from pk import fill


@pytest.fixture
def grid():
    x = np.zeros(3)
    v = x[1:]
    x[0] = 4
    return x


def test_good(grid):
    same = grid
    fill(grid, 2)
    assert (same == 2).all()
    assert [type(x) for x in [grid]][0].__name__ == "Array"


def test_bad(grid):
    fill(grid, 2)
    total = float(grid.sum())
    assert total == 9
"""
FILL = "import numpy as np\n\n\ndef fill(a, v):\n    a[:] = v\n"


@pytest.mark.parametrize("options", [[], ["--import-mode=importlib"]])
def test_a_projects_own_tests_run_against_its_conversion(place: Place, options: list[str]) -> None:
    place.write(pk____init__=FILL, tests__test_fill=TESTED)
    before = place.files()
    del place.environment["PYTHONDONTWRITEBYTECODE"]
    done = place.np2tf("run", "-m", "pytest", "-q", "-p", "no:cacheprovider", *options)
    assert done.status == 1, done.err
    assert "1 failed, 1 passed in" in done.out  # no warning of what the conversion adds
    assert "    assert total == 9\nE       assert 6.0 == 9\n\ntests/test_fill.py:25: AssertionError" in done.out
    assert "    fill(grid, 2)\n" in done.out
    assert place.files() == before
    plain = place.python("-m", "pytest", "-q", "-p", "no:cacheprovider", *options)
    assert "assert 'ndarray' == 'Array'" in plain.out  # nothing converted is left behind
    assert "1 failed, 1 passed" in place.np2tf("run", "-m", "pytest", "-q", "-p", "no:cacheprovider", *options).out


def test_pytest_in_several_processes_is_refused(place: Place) -> None:
    pytest.importorskip("xdist")
    place.write(pk____init__=FILL, test_fill="import pk\n\n\ndef test():\n    pass\n")
    done = place.np2tf("run", "-m", "pytest", "-q", "-n", "2")
    assert done.status != 0
    assert "pytest has to run without -n" in done.out + done.err


def test_unittest_runs_too(place: Place) -> None:
    place.write(
        pk____init__=FILL,
        test_fill="import unittest\nimport numpy as np\nfrom pk import fill\n\n\nclass T(unittest.TestCase):\n"
        "    def test(self):\n        x = np.zeros(2)\n        fill(x, 3)\n"
        "        self.assertEqual([type(v) for v in [x]][0].__name__, 'Array')\n        self.assertEqual(x[0], 3)\n",
    )
    done = place.np2tf("run", "-m", "unittest", "-q")
    assert done.status == 0, done.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.py"], "can't open missing.py: no such file. Mend the path."),
        (["."], ". is a directory. Name a script in it, or run a package with -m."),
        (["-m", "no.such"], "no module named no.such. Mend the name, or install it."),
        (["-m", "pkg"], "pkg is a package without a __main__ module. Name a module of it."),
        (["--package", "nowhere", "model.py"], "no package named nowhere. Mend --package nowhere, or install it."),
        (["--package", "math", "model.py"], "math has no Python source to convert. Leave out --package math."),
    ],
)
def test_what_can_not_start_says_why(
    run: Runner, here: Path, arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("np2tf.commands.run.check_tensorflow", lambda: None)
    monkeypatch.setenv("NP2TF_CACHE_DIR", str(here / "cache"))
    (here / "pkg").mkdir()
    (here / "pkg" / "__init__.py").touch()
    (here / "model.py").write_text("import numpy\n")
    done = run("run", *arguments)
    assert (done.status, done.err) == (2, f"np2tf: {message}\n")


def test_without_tensorflow_the_way_to_get_it_is_named(
    run: Runner, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "model.py").write_text("import numpy\n")
    monkeypatch.delitem(sys.modules, "np2tf_runtime", raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    done = run("run", "model.py")
    assert done.status == 2
    assert "pip install 'np2tf[tensorflow]'" in done.err


def test_an_interrupt_reaches_the_program(place: Place) -> None:
    place.write(
        app="import time\nimport numpy\ntry:\n    print('ready', flush=True)\n    time.sleep(60)\n"
        "except KeyboardInterrupt:\n    print('caught')\n    raise SystemExit(5)\n"
    )
    command = [sys.executable, "-m", "np2tf", "run", "app.py"]
    ignored = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it in the background
    process = subprocess.Popen(command, cwd=place.work, env=place.environment, stdout=subprocess.PIPE, text=True)
    signal.signal(signal.SIGINT, ignored)
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == "caught\n"
    assert process.returncode == 5


def test_on_the_real_runtime(place: Place) -> None:
    place.environment["PYTHONPATH"] = str(ROOT)
    place.environment["TF_CPP_MIN_LOG_LEVEL"] = "3"
    place.write(crash=CRASH.replace("    raise", "    print([type(v) for v in [x]][0].__name__)\n    raise"))
    plain, ours = place.python("crash.py"), place.np2tf("run", "crash.py")
    assert ours.out == plain.out.replace("ndarray", "EagerTensor")
    assert ours.err.endswith(plain.err)
    assert ours.status == 1


PROFILED = """\
import time

import numpy as np


def slow(x):
    time.sleep(0.2)
    return x


x = np.zeros(3)
for i in range(4):
    x[0] = x[0] + i
    x = slow(x)
print(float(x[0]))
"""


def test_a_profile_names_the_lines_that_took_the_time(place: Place) -> None:
    place.write(model=PROFILED)
    plain, done = place.np2tf("run", "model.py"), place.np2tf("run", "--profile", "model.py")
    assert (done.status, done.out) == (plain.status, plain.out) == (0, "6.0\n")
    head, titles, first, *rest = done.err.splitlines()
    assert head.startswith("np2tf: ")
    assert titles.split() == ["seconds", "share", "times", "eager", "traced", "reads", "line"]
    assert first.endswith("model.py:7: time.sleep(0.2)")
    assert first.split()[2] == "4"
    assert any(line.endswith("model.py:13: x[0] = x[0] + i") and line.split()[2] == "4" for line in rest)


def test_a_profile_is_given_whatever_the_end(place: Place) -> None:
    place.write(model=PROFILED + "1 / 0\n")
    done = place.np2tf("run", "--profile", "model.py")
    assert done.status == 1
    assert 'model.py", line 16, in <module>\n    1 / 0\n' in done.err
    assert "model.py:7: time.sleep(0.2)" in done.err


LEFT = """\
import numpy as np


def lower(m):
    return np.tril(m, 0.5)


m = np.ones((400, 400))
for _ in range(3):
    m = lower(m)
print(float(np.tril(m, 1.5).sum()))
"""


def test_a_profile_tells_what_tensorflow_left_to_numpy(place: Place) -> None:
    place.environment["PYTHONPATH"] = str(ROOT)
    place.environment["TF_CPP_MIN_LOG_LEVEL"] = "3"
    place.write(model=LEFT)
    plain, done = place.python("model.py"), place.np2tf("run", "--profile", "model.py")
    assert (done.status, done.out) == (0, plain.out)
    told = [line for line in done.err.splitlines() if line.startswith("left to NumPy: ")]
    assert told == ["left to NumPy: numpy.tril, 4 times, most of them at model.py:5: it failed on tensors"]


JITTED = """\
import numpy as np
import tensorflow as tf


def smooth(n, steps):
    u = np.zeros(n)
    u[0] = 1.0
    for _ in range(steps):
        u[1:-1] = (u[:-2] + u[2:]) / 2
    return u


@tf.function
def graph(n):
    u = np.zeros(3)
    u[0] = n
    if u[0] > 1:
        u[1] = 5.0
    return u


print(smooth(9, 5)[:3], type(smooth).__name__)
print(graph(tf.constant(3.0, tf.float64)))
print(float(np.ones(3).sum()))
"""


def test_compilers_see_the_conversion_and_a_profile_counts_operations(place: Place) -> None:
    place.environment["PYTHONPATH"] = str(ROOT)
    place.environment["TF_CPP_MIN_LOG_LEVEL"] = "3"
    place.write(model=JITTED)
    done = place.np2tf("run", "--jit", "--profile", "model.py")
    assert done.out == "[1.     0.6875 0.375 ] Jitted\n[3. 5. 0.]\n3.0\n", done.err
    assert "reads: " in done.err
    assert "eager: " in done.err
