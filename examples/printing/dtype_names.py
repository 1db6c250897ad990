"""Dtype names, as they are printed."""

import numpy as np

for name in ("bool", "int8", "uint16", "int64", "float32", "float64", "complex128"):
    x = np.zeros(2, dtype=name)
    print(name, x.dtype, repr(x.dtype), x.dtype.kind, x.dtype.itemsize, x.dtype.str, x)
print(np.result_type(np.int8, np.uint8), np.promote_types("f4", "i4"), np.dtype("f4").name)
print(np.array([1, 2.5]).dtype == float, np.array([1]).dtype == "int64", np.float32(2).dtype)
print(np.finfo(np.float32).eps, np.iinfo(np.int16).max)
