"""Sorting, as they are printed."""

import numpy as np

x = np.array([3.5, -1.0, 2.0, 7.25, 0.0])
print(np.sort(x), np.argsort(x), np.sort(x)[::-1], x.argmax(), x.argmin())
print(np.searchsorted(np.sort(x), [0, 3]), np.partition(x, 2)[2], np.lexsort(([1, 0, 1], [2, 2, 1])))
m = np.array([[3, 1], [2, 5], [0, 4]])
print(np.sort(m, axis=0), np.sort(m, axis=None), m[m[:, 1].argsort()], m[np.argsort(-m[:, 0])], sep="\n")
x.sort()
print(x, np.flip(m), np.roll(x, 2), np.diff(x), np.cumsum(x))
