"""Error messages, as they are printed."""

import numpy as np

x = np.arange(6).reshape(2, 3)
attempts = {
    "index": lambda: x[5],
    "axes": lambda: x[0, 0, 0],
    "shape": lambda: x + np.arange(2),
    "size": lambda: x.reshape(4, 2),
    "axis": lambda: x.sum(axis=3),
    "truth": lambda: bool(x),
    "product": lambda: x @ x,
    "empty": lambda: x[:0].max(),
    "mask": lambda: x[np.array([True, False, True])],
    "float index": lambda: x[0.5],
    "join": lambda: np.concatenate([x, x[0]]),
    "int": lambda: int(x),
}
for name, attempt in attempts.items():
    try:
        print(name, attempt())
    except Exception as error:
        print(f"{name}: {type(error).__name__}: {error}")
