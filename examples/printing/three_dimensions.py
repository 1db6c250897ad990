"""Three dimensions, as they are printed."""

import numpy as np

x = np.arange(24).reshape(2, 3, 4)
print(x)
print(repr(x))
print(x / 4)
print(x[:, ::2], x[1].T, sep="\n\n")
print(x.sum(axis=0), x.sum(axis=(0, 2)), x.max(axis=-1), sep="\n")
print(np.zeros((2, 1, 2, 2), dtype=bool))
