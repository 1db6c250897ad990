"""What two runs of a program printed, compared line by line: numbers may differ by rounding, all else may not."""

from __future__ import annotations

import math
import re
from itertools import zip_longest
from typing import NamedTuple

_NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|nan|inf)(?![\w])")
#: What counts as rounding in printed numbers, which NumPy shows with eight digits.
PRINTED = (1e-6, 1e-9)


class Printed(NamedTuple):
    """The first line that differs, or how many lines are equal only up to rounding."""

    line: int | None
    left: str
    right: str
    rounded: int


def printed(left: str, right: str, tolerance: tuple[float, float] = PRINTED) -> Printed:
    r"""Compare two outputs.

    >>> printed("a 1.0\nb\n", "a 1.0000000001\nc\n")
    Printed(line=2, left='b', right='c', rounded=1)
    """
    rounded = 0
    for number, (one, other) in enumerate(zip_longest(left.splitlines(), right.splitlines()), 1):
        if one == other:
            continue
        if one is None or other is None or not _close(one, other, tolerance):
            ended = "(nothing more is printed)"
            return Printed(number, ended if one is None else one, ended if other is None else other, rounded)
        rounded += 1
    return Printed(None, "", "", rounded)


def _close(left: str, right: str, tolerance: tuple[float, float]) -> bool:
    """Whether two lines differ in nothing but the rounding of numbers, and the space that this takes."""
    if [part.split() for part in _NUMBER.split(left)] != [part.split() for part in _NUMBER.split(right)]:
        return False
    pairs = zip(_NUMBER.findall(left), _NUMBER.findall(right), strict=True)
    return all(_near(one, other, tolerance) for one, other in pairs)


def _near(one: str, other: str, tolerance: tuple[float, float]) -> bool:
    """Whether two numbers are close; integers have to be equal.

    >>> _near("0.1", "0.1000000001", PRINTED), _near("3", "4", (1.0, 1.0)), _near("nan", "nan", PRINTED)
    (True, False, True)
    """
    if one == other:
        return True
    if one.lstrip("+-").isdigit() and other.lstrip("+-").isdigit():
        return False
    left, right = float(one), float(other)
    return math.isclose(left, right, rel_tol=tolerance[0], abs_tol=tolerance[1])
