"""Sources that nest deeper than Python's own recursion limit: LibCST and the analysis recurse as deep as they."""

from __future__ import annotations

import pytest

from np2tf.convert import convert

HEAD = "import numpy as np\nx = np.zeros(3)\n"
SOURCES = {
    "sum": "y = " + " + ".join(["x"] * 1500) + "\n",
    "elif": "def f(k):\n    if k == 0:\n        return 0\n"
    + "".join(f"    elif k == {i}:\n        return {i}\n" for i in range(1, 400)),
    "chain": "y = x" + ".copy()" * 100 + "\n",
    "strings": "y = (" + " ".join(["'a'"] * 400) + ")\n",
}


@pytest.mark.parametrize("name", SOURCES)
def test_deep_sources_convert(name):
    source = HEAD + SOURCES[name] + "x[0] = 1\n"
    (result,) = convert({"a.py": source.encode()}).files
    assert result.status == "converted"
    assert result.output.decode().endswith("x = np.tensor_scatter_update(x, 0, 1)\n")
