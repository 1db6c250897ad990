"""TensorFlow is imported once, quietly, before any test of the runtime."""

import os
import sys
import warnings
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
# What is tested is what TensorFlow computes; test_small.py tests what NumPy does for it.
os.environ.setdefault("NP2TF_HOST_LIMIT", "0")
_HERE = Path(__file__).resolve().parent
for _folder in (_HERE, _HERE.parents[1] / "runtime"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import np2tf_runtime  # noqa: F401
