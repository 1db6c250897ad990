"""Index arrays, as they are printed."""

import numpy as np

x = np.arange(20).reshape(4, 5)
print(x[[0, 2]], x[[0, 2], [1, 3]], x[:, [4, 0]], sep="\n")
print(x[x % 3 == 0], np.nonzero(x % 7 == 0), np.argwhere(x > 16))
print(x[np.ix_([1, 3], [0, 2])], x[..., -1], x[::2, ::-2], sep="\n")
print(np.where(x > 10, x, -1), np.flatnonzero(x == 7))
print(np.take(x, [1, -1]), x.T[0], x[1][2], x[-1, -1])
