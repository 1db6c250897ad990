"""Bool arrays, as they are printed."""

import numpy as np

a = np.array([True, False, True])
print(a, ~a, a & np.array([True, True, False]))
print(repr(a), a.sum(), a.any(), a.all(), a.mean())
grid = np.arange(12).reshape(3, 4) % 3 == 0
print(grid)
print(repr(grid), grid[0, 0], repr(grid[0, 1]))
print(np.logical_xor(grid, True))
