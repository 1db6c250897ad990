"""Wide rows, as they are printed."""

import numpy as np

x = np.arange(30) * 1.0
print(x)
print(np.arange(40))
print(np.arange(20) / 7)
print(repr(np.arange(20) / 7))
print(np.arange(50).reshape(2, 25) * 1000)
print(np.arange(12) * (1 + 0.5j))
print(np.arange(40) % 2 == 0)
