"""Memory for arrays that NumPy computes and TensorFlow takes over.

A large array is new to the process wherever it is made: the system clears it, page by page, which for a sum of two
arrays takes longer than the sum. So what large arrays leave is kept for the next ones of about their size, up to
`KEPT` bytes in all.
"""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np

__all__ = ["LARGE", "aligned"]

_ALIGNMENT = 64  # bytes: memory that begins elsewhere TensorFlow copies
LARGE = 1 << 20  # bytes from which on memory is kept
KEPT = 1 << 27


class _Kept:
    """What arrays have left. Nobody waits for the lock: who gives may be the collector, at any moment."""

    def __init__(self) -> None:
        self.free: list[np.ndarray] = []
        self.lock = threading.Lock()

    def take(self, size: int) -> np.ndarray:
        """Memory of at least that size, and not much more."""
        if self.lock.acquire(blocking=False):
            try:
                fitting = [n for n, memory in enumerate(self.free) if size <= memory.size <= size + size // 4]
                if fitting:
                    return self.free.pop(min(fitting, key=lambda n: self.free[n].size))
            finally:
                self.lock.release()
        return np.empty(size, np.uint8)

    def give(self, memory: np.ndarray) -> None:
        """Keep it, and of what has been kept for longest no more than `KEPT` allows."""
        if self.lock.acquire(blocking=False):
            try:
                self.free.append(memory)
                total = sum(one.size for one in self.free)
                while total > KEPT:
                    total -= self.free.pop(0).size
            finally:
                self.lock.release()


_kept = _Kept()


class _Lease(np.ndarray):
    """Memory that is kept when nobody holds an array in it any more."""

    memory: np.ndarray | None = None  # its views have none: they hold what they are views of

    def __del__(self, give: Any = _kept.give) -> None:  # the name is gone when the interpreter ends
        if self.memory is not None:
            give(self.memory)


def aligned(shape: tuple[int, ...], dtype: np.dtype[Any]) -> np.ndarray:
    """An array without values that TensorFlow takes over as it is, where it would copy most of NumPy's."""
    size = math.prod(shape) * dtype.itemsize
    if size < LARGE:
        memory = np.empty(size + _ALIGNMENT, np.uint8)
    else:
        raw = _kept.take(size + _ALIGNMENT)
        memory = raw.view(_Lease)
        memory.memory = raw
    start = -memory.ctypes.data % _ALIGNMENT
    return memory[start : start + size].view(np.ndarray).view(dtype).reshape(shape)
