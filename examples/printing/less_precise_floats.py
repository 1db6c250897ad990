"""Less precise floats, as they are printed."""

import numpy as np

x = np.array([1 / 3, 2.0, 1e-3, 12345.678])
print(x.astype(np.float32), repr(x.astype(np.float32)))
print(x.astype(np.float16), repr(x.astype(np.float16)))
print(x.astype(np.float32)[0], repr(x.astype(np.float16)[0]), np.float32(0.1))
print((x.astype(np.float32) + np.float32(1)).dtype, (x.astype(np.float32) * 2).dtype)
print(np.array([1 + 1 / 3 * 1j], dtype=np.complex64))
