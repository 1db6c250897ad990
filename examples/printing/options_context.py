"""Options context, as they are printed."""

import numpy as np

x = np.array([1 / 3, 1e-7, 12345.6789])
print(x)
with np.printoptions(precision=2):
    print(x)
with np.printoptions(suppress=True):
    print(x)
    with np.printoptions(precision=4, sign="+"):
        print(x)
print(x)
print(np.get_printoptions()["precision"], np.get_printoptions()["threshold"])
