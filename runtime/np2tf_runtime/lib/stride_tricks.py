"""The safe part of `numpy.lib.stride_tricks`: windows and broadcasting. `as_strided` raises (NT501): tensors have no
strides.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.lib.array_utils import normalize_axis_tuple

from np2tf_runtime import _status
from np2tf_runtime._base import UnsupportedFeatureError, as_tensor, device, rank, static_shape, unsupported
from np2tf_runtime._creation import gather, shape_argument
from np2tf_runtime._manipulation import broadcast_arrays, broadcast_shapes, broadcast_to

__all__ = ["as_strided", "broadcast_arrays", "broadcast_shapes", "broadcast_to", "sliding_window_view"]

as_strided = unsupported(
    "numpy.lib.stride_tricks.as_strided", "NT501", "use sliding_window_view, broadcast_to or reshape"
)
for _name in ("broadcast_arrays", "broadcast_shapes", "broadcast_to"):
    _status.record(f"numpy.lib.stride_tricks.{_name}", "device")


@device
def sliding_window_view(
    x: Any, window_shape: Any, axis: Any = None, *, subok: bool = False, writeable: bool = False
) -> tf.Tensor:
    """All windows of a shape, as new axes at the end: a copy, where NumPy gives a view.

    Like every tensor it can't be written to, whatever `writeable` says.

    Parameters
    ----------
    x : array_like
    window_shape : int or tuple of int
        One length per axis in `axis`.
    axis : int or tuple of int, optional
        Where the window slides; by default along every axis.

    Raises
    ------
    ValueError
        The window is larger than an axis or negative, or numbers don't match.
    """
    x = as_tensor(x)
    window = shape_argument(window_shape)
    if any(length < 0 for length in window):
        raise ValueError("`window_shape` cannot contain negative values")
    if axis is None:
        axes = tuple(range(rank(x)))
        if len(window) != len(axes):
            raise ValueError(
                "Since axis is None, must provide window_shape for all dimensions of `x`; "
                f"got {len(window)} window_shape elements and `x.ndim` is {rank(x)}."
            )
    else:
        axes = normalize_axis_tuple(axis, rank(x), allow_duplicate=True)
        if len(window) != len(axes):
            raise ValueError(
                "Must provide matching length window_shape and axis; "
                f"got {len(window)} window_shape elements and {len(axes)} axes elements."
            )
    outer = list(static_shape(x))
    for each, length in zip(axes, window, strict=True):
        if outer[each] is None:
            raise UnsupportedFeatureError(
                "sliding_window_view along an axis of unknown length", "NT603", "give the axis a static length"
            )
        if outer[each] < length:
            raise ValueError("window shape cannot be larger than input array shape")
        outer[each] -= length - 1
    # The place of each element of the result in the flattened array: what NumPy's view shows of the indices.
    places = np.lib.stride_tricks.sliding_window_view(
        np.arange(math.prod(static_shape(x))).reshape(static_shape(x)), window, axis
    )
    return gather(tf.reshape(x, [-1]), places)
