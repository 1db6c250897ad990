"""The arrays that the numeric differential tests ask about, and how a table of questions is checked."""

from __future__ import annotations

import numpy as np
from differential import DTYPES, check_all

__all__ = ["DTYPES", "KINDS", "arrays", "check_all"]

# One dtype of each kind of computation: bool, wrapping integers, the widest unsigned, and every float.
KINDS = ("bool", "int8", "int64", "uint64", "float16", "float32", "float64", "complex64", "complex128")

SHAPES = {
    "s": (),
    "v": (4,),
    "w": (3,),
    "m": (3, 4),
    "n": (4, 3),
    "q": (3, 3),
    "t": (2, 3, 4),
    "u": (2, 4, 3),
    "b": (5, 3, 3),
    "z": (0, 3),
}


def arrays(dtype: str, largest: int = 9, seed: int = 1) -> dict[str, np.ndarray]:
    """One array of each shape, named by a letter; `p` is positive definite, `vn` and `mn` hold a NaN where the
    dtype has one.
    """
    rng = np.random.default_rng(seed)
    found = {}
    for name, shape in SHAPES.items():
        values = rng.integers(0, largest, size=shape)
        if dtype[0] in "fc":
            values = values + rng.random(shape)
        if dtype[0] == "c":
            values = values + 1j * rng.integers(0, 3, size=shape)
        found[name] = np.asarray(values).astype(dtype)
    square = found["q"].astype(complex if dtype[0] == "c" else float)
    found["p"] = (square @ square.conj().T + 9 * np.eye(3)).astype(dtype)
    for name, source in (("vn", "v"), ("mn", "m"), ("tn", "t")):
        found[name] = found[source].copy()
        if dtype[0] in "fc":
            found[name].flat[1] = np.nan
    return found
