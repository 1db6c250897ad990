"""Empty arrays, as they are printed."""

import numpy as np

print(np.array([]), repr(np.array([])))
print(np.zeros((0, 3)), repr(np.zeros((0, 3))))
print(np.zeros((2, 0), dtype=int), repr(np.zeros((2, 0), dtype=int)))
x = np.arange(5.0)
print(x[x > 10], x[5:], x[2:2].shape, x[:0].sum(), x[:0].prod())
print(np.concatenate([x[:0], x[:2]]), np.array([[]]).shape)
