"""Statistics, as they are printed."""

import numpy as np

data = np.array([[2.0, 8.0, 0.5], [4.0, 6.0, 1.5], [9.0, 1.0, 2.0], [1.0, 3.0, 2.5]])
print("mean", data.mean(axis=0), "std", np.round(data.std(axis=0), 4), "var", data.var(axis=0, ddof=1))
print(np.round(np.cov(data, rowvar=False), 4))
print(np.round(np.corrcoef(data[:, 0], data[:, 1]), 6))
print(np.quantile(data, 0.3, axis=0), np.percentile(data, 90), np.ptp(data))
standard = (data - data.mean(axis=0)) / data.std(axis=0)
print(np.round(standard, 3))
print(f"{data.mean():.4f} +- {data.std() / np.sqrt(data.size):.4f}")
