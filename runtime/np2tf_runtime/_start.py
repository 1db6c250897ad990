"""TensorFlow, imported without what a NumPy program has no use for: that is a third of the time it takes.

TensorFlow ends its own import with Keras's optimizers, and with them come all of Keras and whatever plotting library is
installed. It goes on without them where they can't be imported, and loads Keras when `tf.keras` is first used; so they
are not looked for here, and a program that wants Keras gets it then. Nothing is changed where TensorFlow or Keras has
been imported before. Python's garbage collector, which would go over hundreds of thousands of new objects that all
stay, rests in the meantime.
"""

from __future__ import annotations

import gc
import importlib
import sys
from types import ModuleType

from . import _compilation_cache

_LAST_OF_TENSORFLOW = "keras.src.optimizers"


def import_tensorflow() -> None:
    """Import TensorFlow, unless the process has it already."""
    if "tensorflow" in sys.modules or "keras" in sys.modules:
        return
    collecting = gc.isenabled()
    gc.disable()
    stand_in = sys.modules[_LAST_OF_TENSORFLOW] = ModuleType(_LAST_OF_TENSORFLOW)
    try:
        with _compilation_cache.announced():
            importlib.import_module("tensorflow")
    finally:
        if sys.modules.get(_LAST_OF_TENSORFLOW) is stand_in:
            del sys.modules[_LAST_OF_TENSORFLOW]
        if collecting:
            gc.enable()


import_tensorflow()
