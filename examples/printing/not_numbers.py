"""Not numbers, as they are printed."""

import numpy as np

x = np.array([1.0, np.nan, np.inf, -np.inf, 2.5])
print(x)
print(repr(x), x[1], x[2], repr(x[3]))
print(np.isnan(x), np.isfinite(x), np.nan_to_num(x, posinf=9, neginf=-9))
print(np.nansum(x[:2]), np.nanmax(x), np.nanmin(x), x.max(), np.sort(x))
print(np.array([np.nan, 1000.5]), np.array([[np.inf, 1], [2, 3]]), np.array([np.nan]) == np.nan)
print(np.nanmean(np.array([[1.0, np.nan], [3.0, 4.0]]), axis=0))
