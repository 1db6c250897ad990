"""An immutable NumPy, in the place of `np2tf_runtime`: converted programs run in milliseconds, without TensorFlow.

>>> with install():
...     import np2tf_runtime as np
...     x = np.zeros(3)
...     y = np.tensor_scatter_update(x, 1, 5)
>>> x, y, np.asarray(x) is x
(array([0., 0., 0.]), array([0., 5., 0.]), True)
>>> x[1] = 5
Traceback (most recent call last):
TypeError: 'Array' object does not support item assignment
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from standin import functional
from standin.array import Array, UnsupportedFeatureError
from standin.namespace import Namespace

__all__ = ["Array", "UnsupportedFeatureError", "install", "runtime"]

_SUBMODULES = ("fft", "lib", "lib.stride_tricks", "linalg", "polynomial", "random", "testing")


def _modules() -> dict[str, object]:
    root = Namespace("np2tf_runtime", np)
    root.functional = functional
    modules: dict[str, object] = {"np2tf_runtime": root, "np2tf_runtime.functional": functional}
    for name in _SUBMODULES:
        module: object = root
        for part in name.split("."):
            module = getattr(module, part)
        modules[f"np2tf_runtime.{name}"] = module
    return modules


_MODULES = _modules()
runtime = _MODULES["np2tf_runtime"]


@contextmanager
def install() -> Iterator[None]:
    """Let `import np2tf_runtime` find the stand-in inside the block, and whatever was there before after it."""
    before = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "np2tf_runtime"}
    for name in before:
        del sys.modules[name]
    sys.modules.update(_MODULES)  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name.split(".")[0] == "np2tf_runtime"]:
            del sys.modules[name]
        sys.modules.update(before)
