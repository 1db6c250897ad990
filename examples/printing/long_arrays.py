"""Long arrays, as they are printed."""

import numpy as np

x = np.arange(2000)
print(x)
print(repr(x))
print(x.reshape(40, 50))
print(np.zeros((1001, 2)))
print(np.linspace(0, 1, 1500))
print(repr(np.ones((60, 30))))
