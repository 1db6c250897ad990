"""Float formats, as they are printed."""

import numpy as np

x = np.array([3.14159265, -2.5, 0.001, 1234.5])
for value in x:
    print(f"{value:8.3f}|{value:.2e}|{value:+.1f}|{value:10.4g}|{value!r}|{value!s}")
print("%5.2f and %d and %s" % (x[0], x[3], x[1]))
print(f"{x[0]:>12.5f}{x[1]:<8}")
print(f"{x.sum():,.2f} {x.max():_.1f} {x.min():010.3f} {len(x):03d} {x.mean():%}")
