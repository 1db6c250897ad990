"""np2tf never imports numpy or tensorflow, and imports libcst only when there is something to convert."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from cli_helpers import ROOT, python

RUN = "import sys; from np2tf.cli import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
HEAVY = {"libcst", "numpy", "tensorflow", "asyncio", "concurrent.futures", "multiprocessing"}


def imported(*arguments: str, cwd: Path) -> set[str]:
    """The modules that are loaded when a command has run."""
    done = python("-c", RUN, *arguments, cwd=cwd, input=b"x = 1\n")
    return set(done.stderr.decode().splitlines()[-1].split())


@pytest.fixture
def files(here: Path) -> Path:
    (here / "plain.py").write_bytes(b"x = [1]\nx[0] += 2\n")
    (here / "array.py").write_bytes(b"import numpy as np\n\nx = np.zeros(3)\nx[0] = 1\nprint(x)\n")
    return here


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["--version"],
        ["convert", "--help"],
        ["explain", "NT103"],
        ["explain", "--all"],
        ["rules"],
        ["check", "plain.py"],
        ["check", "plain.py", "--format", "json", "--statistics"],
        ["convert", "plain.py"],
        ["convert", "plain.py", "--diff"],
        ["convert", "plain.py", "-o", "out"],
        ["convert", "-"],
    ],
    ids=" ".join,
)
def test_what_does_not_compute_imports_nothing_heavy(files: Path, arguments: list[str]) -> None:
    assert not imported(*arguments, cwd=files) & HEAVY


def test_import_np2tf_imports_nothing_of_others(files: Path) -> None:
    done = python("-c", "import sys, np2tf; print(*sys.modules)", cwd=files)
    assert not set(done.stdout.decode().split()) & (HEAVY | {"click"})


def test_a_conversion_imports_libcst_but_not_what_it_does_not_need(files: Path) -> None:
    loaded = imported("convert", "array.py", "--diff", cwd=files)
    assert "libcst" in loaded
    assert not loaded & {"numpy", "tensorflow", "np2tf_runtime", "libcst.matchers", "libcst.codemod"}


@pytest.mark.parametrize("path", sorted((ROOT / "np2tf").rglob("*.py")), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_module_of_np2tf_names_numpy_or_tensorflow_in_an_import(path: Path) -> None:
    named = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            named |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            named.add((node.module or "").partition(".")[0])
    assert not named & {"numpy", "tensorflow", "np2tf_runtime"}


def test_the_launcher_and_the_module_run(files: Path) -> None:
    for start in ([str(ROOT / "cli.py")], ["-m", "np2tf"]):
        done = python(*start, "--version", cwd=files)
        assert done.stdout.startswith(b"np2tf "), done.stderr
