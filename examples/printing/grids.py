"""Grids, as they are printed."""

import numpy as np

x, y = np.meshgrid(np.arange(3), np.arange(2))
print(x, y, sep="\n")
print(np.mgrid[0:2, 0:3])
print(np.ogrid[0:3, 0:2])
print(np.indices((2, 2)))
print(np.stack([x, y], axis=-1))
print(np.eye(3), np.diag([1, 2, 3]), np.tri(3, dtype=int), sep="\n")
