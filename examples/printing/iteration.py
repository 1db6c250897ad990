"""Iteration, as they are printed."""

import numpy as np

x = np.array([[1, 2], [3, 4], [5, 6]])
for row in x:
    print(row, row.sum())
for i, (a, b) in enumerate(x):
    print(i, a, b, a * b, repr(b))
for index, value in np.ndenumerate(x):
    print(index, value, end="; ")
print()
print(list(x.flat), list(zip(x[:, 0], x[:, 1])), max(x[0]), 3 in x)
for v in np.linspace(0, 1, 3):
    print(v, type(v).__name__ != "list", end=" ")
print()
