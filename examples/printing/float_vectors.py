"""Float vectors, as they are printed."""

import numpy as np

print(np.array([1.0, 2.0, 3.0]))
print(np.array([1.5, 2.25, 3.125]))
print(np.array([0.1, 22.22, 333.333]))
print(np.linspace(0, 1, 7))
print(np.arange(0, 2, 0.25))
print(np.array([1.0, -1.0]), np.array([-0.5, 100.0]))
print(repr(np.array([1.0, 2.5])), repr(np.linspace(0, 1, 3)))
print(np.sqrt(np.arange(6)), np.exp(-np.arange(4.0)))
