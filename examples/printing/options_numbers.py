"""Options numbers, as they are printed."""

import numpy as np

x = np.array([[1 / 3, -2.0], [1e-9, 12345.678901]])
for options in (
    {"precision": 3},
    {"suppress": True},
    {"floatmode": "fixed", "precision": 5, "suppress": True},
    {"floatmode": "unique"},
    {"floatmode": "maxprec_equal", "precision": 2},
    {"sign": "+"},
    {"sign": " "},
    {"nanstr": "NA", "infstr": "oo"},
):
    with np.printoptions(**options):
        print(options, x, np.array([np.nan, np.inf]), x[0, 0], sep="\n")
