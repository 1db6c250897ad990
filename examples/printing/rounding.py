"""Rounding, as they are printed."""

import numpy as np

x = np.array([0.5, 1.5, 2.5, -0.5, 2.675, 1234.5678])
print(np.round(x), np.round(x, 2), np.round(x, -2), np.rint(x))
print(np.floor(x), np.ceil(x), np.trunc(x), np.fix(x))
print(round(x[4], 2), round(x[5]), x.round(1), np.around(12345, -2))
print(x.astype(int), np.array([1.9, -1.9]).astype(np.int8), int(x[5]), np.floor_divide(x, 1))
