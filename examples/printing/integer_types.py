"""Integer types, as they are printed."""

import numpy as np

for dtype in (np.int8, np.uint8, np.int16, np.uint32, np.int64, np.uint64):
    info = np.iinfo(dtype)
    x = np.array([info.min, 0, 7, info.max], dtype=dtype)
    print(x, x.dtype, repr(x))
print(np.array([1, -20, 300]), np.array([[1, 1000], [-5, 0]]))
print(np.array([250], np.uint8) + np.array([10], np.uint8), np.array([7, -7]) // 2, np.array([7, -7]) % 3)
print(np.array([1, 2]) / 2, np.array([6, 4]) >> 1, 2 ** np.arange(10))
