"""Scalars, as they are printed."""

import numpy as np

x = np.array([[1.5, 2.0], [3, 4]])
s = x[0, 0]
print(s, repr(s), str(s), [s], (s,), s + 1, repr(s * 2), -s)
print(np.float64(3), repr(np.float32(0.1)), np.int64(5), repr(np.int8(-3)), repr(np.bool_(True)))
print(np.array(5), np.array(2.5), np.array(2.5).shape, np.array(True))
print(x.sum(), repr(x.max()), x.mean() == 2.625, repr(x.argmax()), repr((x > 1).all()))
print(x.item(0), repr(x.item(0)), x[1, 1].item(), type(x.tolist()[0][0]).__name__)
print(divmod(x[1, 0], 2), x[0, 0] ** 2, 7 // x[0, 1], s < 2, s == 1.5)
