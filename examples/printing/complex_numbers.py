"""Complex numbers, as they are printed."""

import numpy as np

z = np.array([1 + 2j, -0.5j, 3.25, 1e-8 + 1e8j])
print(z)
print(repr(z))
print(z.real, z.imag, np.abs(z), np.angle(z, deg=True))
print(z[0], repr(z[0]), z.conj()[0], z.sum())
print(np.array([[1j, 2], [3, -4j]]))
print(np.array([complex(np.nan, 1), complex(2, -np.inf)]))
print(np.fft.fft([1.0, 0.0, 0.0, 2.0]))
