"""Stacking, as they are printed."""

import numpy as np

a, b = np.array([1, 2, 3]), np.array([4.5, 5.5, 6.5])
print(np.concatenate([a, b]), np.stack([a, b]), np.vstack([a, b]), np.hstack([a, b]), sep="\n")
print(np.column_stack([a, b]), np.dstack([a, b]), np.c_[a, b], np.r_[a, 0, b], sep="\n")
print(np.split(np.arange(9), 3), np.array_split(np.arange(7), 3))
print(np.tile(a, 2), np.repeat(a, 2), np.tile(a, (2, 1)), np.append(a, 9), np.insert(a, 1, 8), np.delete(a, 0))
print(np.block([[np.eye(2), np.zeros((2, 1))], [np.ones((1, 3))]]), np.pad(a, 1))
