"""What is kept of compiled dataclasses changes nothing but the time that a start takes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
from np2tf import startup
compiled = []
original = compile
def counted(text, *rest, **more):
    compiled.append(text)
    return original(text, *rest, **more)
startup.compile = counted
startup.load_converter()
import dataclasses, gc, libcst
node = libcst.Name("x")
assert node.with_changes(value="y").value == "y" and node != libcst.Name("x") and "value='x'" in repr(node)
try:
    node.value = "y"
except dataclasses.FrozenInstanceError:
    pass
assert not hasattr(dataclasses, "exec") and gc.isenabled()
print(len(compiled))
"""


def compiled(place: Path, *flags: str) -> int:
    """How many texts a process compiles that keeps its compiled modules in a place."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(place)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, *flags, "-c", PROGRAM]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="what others keep is not known")
def test_methods_are_compiled_once(tmp_path: Path) -> None:
    assert compiled(tmp_path) > 100
    assert compiled(tmp_path) == 0
    (kept,) = tmp_path.rglob("*.methods")
    short = kept.read_bytes()[:-1]
    kept.write_bytes(short)
    assert compiled(tmp_path, "-B") > 100
    assert kept.read_bytes() == short
