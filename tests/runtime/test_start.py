"""What importing the runtime does to the process, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

KERAS_COMES_LATER = """
import gc, sys
import np2tf_runtime as np
assert not any(name.partition(".")[0] in ("keras", "matplotlib") for name in sys.modules)
assert gc.isenabled()
import tensorflow as tf
from tensorflow.keras import layers
model = tf.keras.Sequential([layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
model.fit(np.ones((8, 2)), np.ones((8, 1)), verbose=0)
print(model.predict(np.ones((3, 2)), verbose=0).shape, tf.keras.optimizers.SGD.__module__)
"""
# Which functions TensorFlow's interface names, and what wraps them (in `tf.compat`, what its own import finds).
INTERFACE = """
import sys, types, zlib
import tensorflow as tf

def told(value):
    if isinstance(value, types.ModuleType):
        return value.__name__
    names = []
    while value is not None:
        code = getattr(value, "__code__", None)
        names += type(value).__name__, getattr(value, "__qualname__", None), code and code.co_firstlineno
        value = getattr(value, "__wrapped__", None)
    return names

PREFIX = "tensorflow._api.v2."
for name in [name for name in sys.modules if name.startswith(PREFIX)]:
    dir(sys.modules[name])  # executes it
parts = [name for name in sys.modules if name.startswith(PREFIX) and "compat" not in name]
found = {(name, key): told(value) for name in parts for key, value in vars(sys.modules[name]).items() if key[0] != "_"}
for name in parts:
    part = name.removeprefix(PREFIX)
    if "." not in part:
        found["tf", part] = sorted(dir(getattr(tf, part)))
print(len(found), zlib.crc32(repr(sorted((str(key), value) for key, value in found.items())).encode()))
"""
TENSORFLOW_CAME_FIRST = """
import sys
import tensorflow as tf
before = sys.modules.get("keras.src.optimizers")
import np2tf_runtime as np
assert before is not None and sys.modules["keras.src.optimizers"] is before
print(np.sum(tf.ones(3)).item())
"""


def printed(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_keras_is_imported_when_a_program_uses_it() -> None:
    assert printed(KERAS_COMES_LATER) == "(3, 1) keras.src.optimizers.sgd"


def test_a_tensorflow_that_was_imported_before_is_left_as_it_is() -> None:
    assert printed(TENSORFLOW_CAME_FIRST) == "3.0"


def test_parts_of_tensorflow_that_are_executed_later_are_what_they_would_be() -> None:
    later = """
import sys
import np2tf_runtime
modules = (sys.modules["tensorflow._api.v2." + name] for name in ("compat", "data", "nn", "train"))
assert all(type(module).__name__ == "_LazyModule" for module in modules)
assert "tensorflow.python.keras" not in sys.modules
"""
    assert printed(later + INTERFACE) == printed(INTERFACE)


IN_A_FORKED_PROCESS = """
import multiprocessing, sys, warnings
import numpy
import np2tf_runtime as np

@np.jit
def smooth(u, n):
    for _ in range(n):
        u = 0.5 * (np.roll(u, 1, 0) + np.roll(u, -1, 1))
    return u

def asked(np, u, jitted):
    a = np.asarray(u)
    v = jitted(a, 3) if jitted else 0.5 * (np.roll(a, 1, 0) + np.roll(a, -1, 1))
    for _ in range(0 if jitted else 2):
        v = 0.5 * (np.roll(v, 1, 0) + np.roll(v, -1, 1))
    yield from (v, np.fft.fft2(a), np.einsum("ij,kj->ik", a, v), a[a > 0.5], np.where(a > v, a, v), a[::2, ::-1])
    yield from (np.tile(a, (2, 1)), np.pad(a, 3), *np.meshgrid(a[0], a[:, 0]), np.zeros(a.shape, dtype=float))
    yield from (a.astype("f4"), a.T.copy(), np.full(a.shape, 2), np.add.reduce(a), np.multiply.outer(a[0], a[1]))
    yield from (np.linalg.solve(a[:, :400] @ a[:, :400].T + np.eye(400), a[:, 0]), np.cumsum(a, axis=1), np.unique(a))
    yield from (np.nanmedian(a, axis=0), np.sinc(a), np.sort(a), a ** 3, -a, np.concatenate([a, v]), a @ a.T)
    yield from (np.arange(200_000) * 2, np.linspace(0, 1, 200_000), np.convolve(a[0], a[1]), np.vectorize(abs)(-a[0]))
    yield from (np.apply_along_axis(np.sum, 0, a), np.random.default_rng(3).random(200_000), np.corrcoef(a), np.diff(a))

values = numpy.random.default_rng(0).random((400, 500))

def child(_):
    wrong = []
    for n, (one, other) in enumerate(zip(asked(np, values, smooth), asked(numpy, values, None), strict=True)):
        if one.dtype != other.dtype or not numpy.allclose(numpy.asarray(one), other, rtol=1e-6):
            wrong.append(n)
    x = np.asarray(values)
    assert np.asarray(x) is x and np.copy(x) is not x
    return wrong, np.ones(3) + 1

before = [numpy.asarray(x) for x in asked(np, values, smooth)]
warnings.simplefilter("ignore")  # of Python's: the process has threads
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(pool.map(child, range(2)))
"""


@pytest.mark.cpu_only("with a GPU nothing is NumPy's")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
def test_a_forked_process_does_not_wait_for_threads_that_are_gone() -> None:
    assert printed(IN_A_FORKED_PROCESS).count("([], array([2., 2., 2.]))") == 2
