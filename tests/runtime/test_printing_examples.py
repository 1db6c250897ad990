"""The programs of `examples/printing`: converted, they print byte for byte what they print under NumPy."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import numpy as np
import pytest

import np2tf_runtime as runtime
from np2tf.convert import convert
from np2tf.result import Options

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "printing").glob("*.py"))


def _printed(text: str) -> str:
    """What a program prints, from NumPy's first options on."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), np.printoptions(), np.errstate(all="ignore"):
        exec(compile(text, "<example>", "exec"), {"__name__": "__main__"})
    return out.getvalue()


def test_there_are_forty() -> None:
    assert len(EXAMPLES) >= 40


@pytest.mark.parametrize("limit", [0, 256], ids=["tensorflow", "numpy"])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_same_text(path: Path, limit: int) -> None:
    source = path.read_text(encoding="utf-8")
    (file,) = convert({"example.py": source.encode()}, Options()).files
    assert not [d for d in file.diagnostics if d.severity == "error"]
    assert b"import np2tf_runtime as np" in file.output
    runtime.configure(host_limit=limit)
    try:
        assert _printed(file.output.decode()) == _printed(source)
    finally:
        runtime.configure(host_limit=0)
