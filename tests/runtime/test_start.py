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
