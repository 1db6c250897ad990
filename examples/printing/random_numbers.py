"""Random numbers, as they are printed."""

import numpy as np

rng = np.random.default_rng(42)
print(rng.random(3), rng.integers(0, 10, 5), rng.standard_normal((2, 2)))
print(rng.choice(["a", "b", "c"], 4), rng.permutation(6), rng.uniform(-1, 1))
np.random.seed(0)
print(np.random.rand(3), np.random.randint(0, 100, 4), np.random.randn())
print(np.random.normal(10, 2, (2, 3)).round(3), np.random.choice(5, 3, replace=False))
