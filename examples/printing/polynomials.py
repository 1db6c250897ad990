"""Polynomials, as they are printed."""

import numpy as np

p = np.array([2.0, -3.0, 1.0])
x = np.linspace(-1, 2, 4)
print(np.polyval(p, x))
print(np.polyadd(p, [1, 1]), np.polymul(p, [1, -1]), np.polyder(p), np.polyint(p))
print(np.round(np.roots(p), 6), np.poly([1, 2]))
print(np.round(np.polyfit([0, 1, 2, 3], [1, 3, 7, 13], 2), 6) + 0.0)
print(np.vander([1, 2, 3]), np.convolve([1, 2, 3], [0, 1, 0.5]))
