"""TensorFlow, imported without what a NumPy program has no use for: that is much of the time it takes.

TensorFlow ends its own import with Keras's optimizers, and with them come all of Keras and whatever plotting library is
installed. It goes on without them where they can't be imported, and loads Keras when `tf.keras` is first used; so they
are not looked for here, and a program that wants Keras gets it then. Parts of TensorFlow's interface that few programs
use and that bring much with them (`tf.compat`, `tf.data`, `tf.nn`) are executed when something is first looked up in
them. Nothing is changed where TensorFlow or Keras has been imported before. Python's garbage collector, which would go
over hundreds of thousands of new objects that all stay, rests in the meantime.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.abc
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from . import _compilation_cache

_LAST_OF_TENSORFLOW = "keras.src.optimizers"
_INTERFACE = "tensorflow._api.v2."
# None of them has the name of a package in TensorFlow's own folder (`lite`, `distribute`), which would take its place.
_LATER = frozenset(
    (
        "__internal__.distribute", "__internal__.feature_column", "compat", "data", "feature_column", "mlir", "nn",
        "profiler", "quantization", "saved_model", "summary", "test", "tpu", "train",
    )
)  # fmt: skip
# With `tf.compat` comes what puts functions into the place of others, before the rest of the interface is put together.
_WITH_COMPAT = "tensorflow.python.ops.weak_tensor_ops"


class _Later(importlib.abc.MetaPathFinder):
    """Finds the parts of TensorFlow's interface that are executed when they are first used."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        part = fullname.removeprefix(_INTERFACE)
        if part not in _LATER:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is None:
            return None
        if part == "compat":
            with contextlib.suppress(ImportError):
                importlib.import_module(_WITH_COMPAT)
        spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


@contextlib.contextmanager
def _without_the_rest() -> Iterator[None]:
    stand_in = sys.modules[_LAST_OF_TENSORFLOW] = ModuleType(_LAST_OF_TENSORFLOW)
    later = _Later()
    sys.meta_path.insert(0, later)
    try:
        yield
    finally:
        sys.meta_path.remove(later)
        if sys.modules.get(_LAST_OF_TENSORFLOW) is stand_in:
            del sys.modules[_LAST_OF_TENSORFLOW]


def import_tensorflow() -> None:
    """Import TensorFlow, unless the process has it already."""
    if "tensorflow" in sys.modules or "keras" in sys.modules:
        return
    collecting = gc.isenabled()
    gc.disable()
    try:
        with _compilation_cache.announced(), _without_the_rest():
            importlib.import_module("tensorflow")
    finally:
        if collecting:
            gc.enable()


import_tensorflow()
