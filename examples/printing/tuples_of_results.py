"""Tuples of results, as they are printed."""

import numpy as np

x = np.array([7.5, -2.25, 0.0])
print(np.divmod(x, 2))
print(np.modf(x))
print(np.frexp(x))
print(np.linalg.slogdet(np.array([[2.0, 0.0], [0.0, -3.0]])))
q, r = np.divmod(np.array([17, -17]), 5)
print(q, r, (q, r), [q, r])
print(np.unravel_index(7, (3, 4)), np.nonzero(x), np.histogram(x, 2))
