"""Containers of arrays, as they are printed."""

import numpy as np

x = np.array([0.5, 1.5])
print([x[0], x[1]], (x.sum(), x.mean()))
print({"x": x, "max": x.max(), "count": len(x)})
print([x, x * 2])
print({float(v) for v in x}, {x[0]: "half"})
print(list(x), tuple(x), x.tolist())
print(dict(zip("ab", x)), sorted(x, reverse=True))
