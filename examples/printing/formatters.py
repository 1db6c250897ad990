"""Formatters, as they are printed."""

import numpy as np

x = np.array([[1.25, -3.5], [100.0, 0.0625]])
np.set_printoptions(formatter={"float_kind": lambda v: f"<{v:.1f}>"})
print(x)
print(repr(x), x[0])
np.set_printoptions(formatter=None)
print(x)
print(np.array2string(x, formatter={"float_kind": lambda v: "%06.2f" % v}))
print(np.array2string(np.array([1, 10, 100]), formatter={"int": lambda v: hex(v)}))
print(np.array2string(np.array([True, False]), formatter={"bool": lambda v: "yes" if v else "no"}))
