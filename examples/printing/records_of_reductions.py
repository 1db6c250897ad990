"""Records of reductions, as they are printed."""

import numpy as np

x = np.array([[3, 1, 2], [9, 7, 8]])
for name in ("sum", "prod", "min", "max", "mean", "std", "var", "argmin", "argmax", "cumsum"):
    method = getattr(x, name)
    print(f"{name:7}", method(), method(axis=0), method(axis=1), repr(method()))
print(x.sum(axis=1, keepdims=True), x.mean(0, keepdims=True), np.ptp(x, axis=0))
print(np.average(x, axis=1, weights=[1, 2, 3]), np.median(x, axis=0), np.count_nonzero(x > 2))
print(np.add.reduce(x), np.multiply.accumulate(x, axis=1), np.subtract.outer([1, 2], [3, 4]))
