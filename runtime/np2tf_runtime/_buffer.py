"""Arrays whose items are written one after the other in a loop, without a new tensor for each.

The converter puts a loop between `x = np.functional.buffered(x)` and `x = np.functional.frozen(x)` where the loop
reads and writes items of `x` and does nothing else with it: nobody but the loop then sees that `x` is no tensor, and
`np.tensor_scatter_update(x, i, v)` writes to the buffer's own memory and returns it. Only the first write copies.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import _base, _small, _status
from ._index import _plain, tensor_scatter_update


class Buffer:
    """A tensor's elements, on their way to another tensor. What is read of them are tensors of their own.

    Operations that a gradient is recorded of, or that are traced, need tensors: from the first of them on, writes make
    new ones.
    """

    __slots__ = ("_array", "_tensor")

    def __init__(self, x: Any) -> None:
        self._tensor: Any = x  # the value, unless there is an array
        self._array: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self._now)

    def __getitem__(self, key: Any) -> Any:
        array = self._array
        if array is None or not _small.allowed():
            return self.frozen()[key]
        found = array[key if type(key) is int else _plain(key)]
        return _small.tensor(np.array(found, order="C"))

    def __setitem__(self, key: Any, value: Any) -> None:
        if not _small.allowed():
            self._tensor = tensor_scatter_update(self.frozen(), key, value)
            return
        if self._array is None:
            self._array, self._tensor = np.array(self._tensor._numpy()), None
        self._array[key if type(key) is int else _plain(key)] = _base.to_host(value)

    @property
    def _now(self) -> Any:
        return self._tensor if self._array is None else self._array

    @property
    def dtype(self) -> Any:
        """The dtype, which stays."""
        return self[..., :0].dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._now.ndim

    @property
    def shape(self) -> Any:
        """The shape, which stays."""
        return self._now.shape

    @property
    def size(self) -> Any:
        """The number of elements."""
        return self._now.size

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """A copy of the elements there are now, for who looks on from outside the loop: `np2tf verify` does."""
        return np.array(self._now, dtype)

    def frozen(self) -> Any:
        """The tensor with the elements there are now, which takes over their memory."""
        if self._array is not None:
            self._tensor, self._array = _base.from_host(self._array), None
        return self._tensor


def buffered(x: Any) -> Any:
    """`x` as something that `np.tensor_scatter_update` writes to in place, until `frozen`.

    Parameters
    ----------
    x : any object
        What is no tensor of numbers, or is traced, or lies on another device than the CPU, comes back as it is, and
        so does a tensor without axes, or while a gradient is recorded: there each update makes a new tensor.

    Returns
    -------
    buffer
        It has items, `len`, `shape`, `ndim`, `size` and `dtype`; items that are read are tensors. `x` itself stays as
        it was, whoever holds it.

    Source: no function of NumPy's; the converter writes it around loops over items.
    """
    suitable = type(x) is _small.EagerTensor and x._datatype_enum() in _small.ENUMS and _small.setting.limit >= 0
    return Buffer(x) if suitable and x._rank() and _small.allowed() else x


def frozen(x: Any) -> Any:
    """The tensor that a buffer has become; what `buffered` left as it was, too.

    The tensor that `buffered` was given, if nothing was written.
    """
    return x.frozen() if type(x) is Buffer else x


_status.record("np2tf_runtime.functional.buffered", "device")
_status.record("np2tf_runtime.functional.frozen", "device")
