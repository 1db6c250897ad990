"""Text functions, as they are printed."""

import numpy as np

x = np.array([[1.0, 22.5], [-333.25, 0.0]])
print(np.array_str(x), np.array_repr(x), sep="\n")
print(np.array2string(x, precision=1, separator=", ", prefix="x = "))
print("x =", np.array2string(x, separator=",", max_line_width=12))
print(np.array2string(np.arange(5), separator="-"), np.array2string(np.array([1.5]), suffix=";"))
print(np.array_repr(x[0], precision=1), np.array_str(np.array(3.0)), str(x[0])[1:5])
print(np.format_float_positional(1e-5), np.format_float_scientific(12345.678, precision=2))
print(np.base_repr(10, 3), np.binary_repr(5, 8), "".join(map(str, np.arange(5))))
