"""TensorFlow is imported once, quietly, before any test of the runtime."""

import sys
import warnings
from pathlib import Path

_HERE = Path(__file__).resolve().parent
for _folder in (_HERE, _HERE.parents[1] / "runtime"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import np2tf_runtime  # noqa: F401
