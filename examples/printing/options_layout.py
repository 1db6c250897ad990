"""Options layout, as they are printed."""

import numpy as np

x = np.arange(60).reshape(3, 20)
np.set_printoptions(linewidth=50)
print(x)
np.set_printoptions(threshold=20, edgeitems=2)
print(x)
print(np.arange(100), repr(np.arange(100)))
np.set_printoptions(threshold=1000, edgeitems=3, linewidth=75)
print(x)
print(np.linspace(0, 1, 30))
