"""TensorFlow is imported once, quietly, before any test of the runtime."""

import sys
import warnings
from pathlib import Path

import pytest

_HERE = Path(__file__).resolve().parent
for _folder in (_HERE, _HERE.parents[1] / "runtime"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import np2tf_runtime


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip on a GPU what holds on the processor alone: `@pytest.mark.cpu_only(reason)`."""
    mark = item.get_closest_marker("cpu_only")
    if mark and np2tf_runtime._base.has_gpu():
        pytest.skip(mark.args[0])
