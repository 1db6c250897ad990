"""Mutation, as they are printed."""

import numpy as np

x = np.zeros((3, 4), dtype=int)
x[1] = 7
print(x)
x[:, 2] += np.arange(3)
print(x)
x[x == 7] = -1
print(x)
row = x[0]
row[:] = 9
print(x, row)
x[[0, 2], [0, 3]] = 100
x[-1, ::2] *= 2
print(x, x.sum())
y = x.copy()
y[0, 0] = 5
print(x[0, 0], y[0, 0])
