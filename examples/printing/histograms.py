"""Histograms, as they are printed."""

import numpy as np

values = np.array([0.1, 0.4, 0.45, 0.5, 0.9, 1.6, 1.7, 2.9])
counts, edges = np.histogram(values, bins=3)
print(counts, edges)
for low, high, count in zip(edges, edges[1:], counts):
    print(f"{low:5.2f} to {high:5.2f}: {'#' * count}")
print(np.bincount([0, 1, 1, 3]), np.digitize(values, edges))
print(np.percentile(values, [25, 50, 75]), np.median(values))
