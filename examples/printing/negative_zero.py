"""Negative zero, as they are printed."""

import numpy as np

x = np.array([0.0, -0.0, 1.0, -1.0])
print(x, repr(x), x * 0, -x)
print(x[1], repr(x[1]), np.signbit(x), np.copysign(1, x))
print(np.round(np.array([-0.4, 0.4, -1.5, 2.5])), np.trunc(np.array([-0.7, 0.7])))
print(np.array([-0.0]) + 0.0, np.array([complex(0, -0.0)]))
print(f"{x[1]:.1f} {x[1]:+} {abs(x[1])}")
