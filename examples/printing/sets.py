"""Sets, as they are printed."""

import numpy as np

x = np.array([3, 1, 2, 3, 1, 1])
values, counts = np.unique(x, return_counts=True)
print(values, counts, dict(zip(values.tolist(), counts.tolist())))
for v, c in zip(values, counts):
    print(v, c, sep=": ")
print(np.unique(x, return_index=True, return_inverse=True))
print(np.intersect1d(x, [1, 5, 3]), np.union1d(x, [9]), np.setdiff1d(x, [1]), np.isin(x, [1, 2]))
print(np.unique(np.array([[1, 0], [0, 1], [1, 0]]), axis=0))
