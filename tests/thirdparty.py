"""A package that is not converted: what fixtures declare by `# function: ...`."""

from __future__ import annotations

import numpy as np

kept: list[object] = []


def scale(a, factor=2):
    """Changes its argument and gives it back."""
    a[...] = a * factor
    return a


def same(a):
    """Gives back its argument."""
    return a


def window(a):
    """Gives back a view, or of a tensor a copy."""
    return a[1:]


def doubled(a):
    """Gives back a new array."""
    return np.asarray(a) * 2


def keep(a):
    """Holds on to its argument."""
    kept.append(a)


def total(a):
    """Gives back a number."""
    return float(np.sum(np.asarray(a)))


class Sparse:
    """What has its own way of keeping an array, and makes a new one of it."""

    def __init__(self, a):
        self.a = np.asarray(a)

    def toarray(self):
        """Gives back a new array."""
        return self.a.copy()
