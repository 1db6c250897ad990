"""Extreme numbers, as they are printed."""

import numpy as np

print(np.array([1e-300, 1.0, 1e300]))
print(np.array([123456789.0, 0.000123]))
print(np.array([1e16, 1.0]), np.array([1e15, 1.0]), np.array([1e-5, 1.0]), np.array([0.0001, 1.0]))
print(np.array([0.1 + 0.2, 1 / 3, 2 / 3]))
print(repr(np.array([1e-300, 1e300])), np.array([2.0**53, 2.0**53 + 2]))
print(np.finfo(float).max, np.finfo(float).tiny, np.array([np.finfo(float).eps]))
