"""What importing the runtime does to the process, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys

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
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
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
