"""Sorting and searching. Everything is stable, NaN comes last, and bool and complex numbers sort too.

TensorFlow's sort puts NaN anywhere, so values are first mapped to integers of the same order (`order_key`); ties keep
their
places. `kind` is accepted and without effect; `order` is for structured dtypes and refused (NT502).
Gradients pass through sorted values, not through indices.
"""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np
import tensorflow as tf

from . import _symbolic
from ._base import (
    Tensor,
    UnsupportedFeatureError,
    as_tensor,
    cast,
    device,
    dtype_of,
    from_host,
    host,
    is_eager,
    normalize_axes,
    normalize_axis,
    on_cpu,
    plain_axis,
    promote,
    rank,
    static_shape,
    without_gradient,
)
from ._choosing import take
from ._creation import gather, graph_only, known, new_object
from ._reductions import count_true

__all__ = [
    "argpartition",
    "argsort",
    "argwhere",
    "count_nonzero",
    "digitize",
    "flatnonzero",
    "lexsort",
    "nonzero",
    "partition",
    "searchsorted",
    "sort",
    "sort_complex",
]

_BITS = {tf.float16: tf.int16, tf.float32: tf.int32, tf.float64: tf.int64, tf.bfloat16: tf.int16}


def order_key(x: tf.Tensor) -> tf.Tensor:
    """Integers, int32 or int64, of the same order as real values; all NaNs equal and above the rest, -0.0 equal to 0.0.

    Works on the bits: arithmetic would flush denormal numbers to zero.
    """
    dtype = x.dtype
    if dtype in _BITS:
        whole = _BITS[dtype]
        bits = tf.bitcast(x, whole)
        if whole is tf.int16:
            bits, whole = tf.cast(bits, tf.int32), tf.int32
            low, high = -0x8000, 0x7FFF
        else:
            low, high = whole.min, whole.max
        infinity = {tf.float16: 0x7C00, tf.bfloat16: 0x7F80, tf.float32: 0x7F800000, tf.float64: 0x7FF0000000000000}[
            dtype
        ]
        # Negative numbers have the sign bit and grow downwards.
        key = tf.where(bits < 0, tf.subtract(tf.constant(low, whole), bits) if whole is tf.int32 and low == -0x8000
                       else tf.bitwise.bitwise_xor(bits, tf.constant(high, whole)), bits)  # fmt: skip
        key = tf.where(tf.equal(bits, tf.constant(low, whole)), tf.constant(0, whole), key)
        magnitude = tf.bitwise.bitwise_and(bits, tf.constant(high, whole))
        return tf.where(magnitude > infinity, tf.constant(whole.max, whole), key)
    if dtype is tf.uint64:
        return tf.bitwise.bitwise_xor(tf.bitcast(x, tf.int64), tf.constant(tf.int64.min, tf.int64))
    if dtype in (tf.int64, tf.uint32):
        return tf.cast(x, tf.int64)
    return tf.cast(x, tf.int32)


def _keys(x: tf.Tensor) -> list[tf.Tensor]:
    """The keys to sort by, the most significant first: complex numbers by real part, then imaginary, NaN of either
    last.
    """
    if not x.dtype.is_complex:
        return [order_key(x)]
    real, imag = tf.math.real(x), tf.math.imag(x)
    no_real, no_imag = _symbolic.is_nan(real), _symbolic.is_nan(imag)
    zero = tf.zeros((), real.dtype)
    group = tf.cast(no_real, tf.int32) * 2 + tf.cast(no_imag, tf.int32)
    return [group, order_key(tf.where(no_real, zero, real)), order_key(tf.where(no_imag, zero, imag))]


def _argsort_last(key: tf.Tensor) -> tf.Tensor:
    """A stable order of integers along the last axis, as int32."""
    # top_k takes the largest first and, of equals, the one in front; `invert` reverses the order without overflow.
    return tf.math.top_k(tf.bitwise.invert(key), tf.shape(key)[-1]).indices


def _order(keys: list[tf.Tensor]) -> tf.Tensor:
    """The stable order by several keys, the most significant first, along the last axis."""
    order = None
    for key in reversed(keys):
        if order is None:
            order = _argsort_last(key)
        else:
            again = _argsort_last(_along_last(key, order))
            order = _along_last(order, again)
    return order


def _along_last(x: tf.Tensor, index: tf.Tensor) -> tf.Tensor:
    return gather(x, index) if rank(x) == 1 else tf.gather(x, index, axis=-1, batch_dims=rank(x) - 1)


def _with_axis_last(a: Any, axis: Any) -> tuple[tf.Tensor, list[int] | None]:
    """The array with an axis moved to the end, and the order of axes that moves it back, if any."""
    x = as_tensor(a)
    if axis is None:
        return tf.reshape(x, [-1]), None
    axis = normalize_axis(axis, rank(x))
    if axis == rank(x) - 1:
        return x, None
    order = list(range(rank(x)))
    order[axis], order[-1] = order[-1], order[axis]
    return tf.transpose(x, order), order


def _check(kind: Any, order: Any, stable: Any = None) -> None:
    if kind is not None and stable is not None:
        raise ValueError("`kind` and `stable` parameters can't be provided at the same time. Use only one of them.")
    if kind is not None and (not isinstance(kind, str) or kind[:1].lower() not in ("q", "h", "m", "s")):
        raise (ValueError if isinstance(kind, str) else TypeError)(
            f"sort kind must be one of 'quick', 'heap', or 'stable' (got {kind!r})"
        )
    if order is not None:
        raise UnsupportedFeatureError("sorting by fields (order=)", "NT502", "use one tensor per field and np.lexsort")


def _sorted_last(x: tf.Tensor) -> tf.Tensor:
    if x.dtype.is_integer and x.dtype is not tf.uint16:
        return tf.sort(x)
    return _along_last(x, _order(_keys(x)))


@device
def sort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> tf.Tensor:
    """The values in increasing order along an axis, or flattened if `axis` is None. Raises AxisError out of bounds."""
    _check(kind, order, stable)
    x = as_tensor(a)
    if without_gradient(x):
        return from_host(np.sort(host(x), axis, kind, stable=stable))
    x, back = _with_axis_last(x, axis)
    made = _sorted_last(x)
    made = tf.transpose(made, back) if back else made
    return new_object(made) if made is a else made


@device
def argsort(a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> tf.Tensor:
    """The indices, int64, that sort the array along an axis, or flattened if `axis` is None; ties keep their order."""
    _check(kind, order, stable)
    x = as_tensor(a)
    if rank(x) == 0:
        normalize_axis(-1 if axis is None else axis, 1)
        return tf.zeros([1], tf.int64)
    if without_gradient(x):  # equal elements are then in the order in which NumPy leaves them
        return from_host(np.argsort(host(x), plain_axis(axis), kind, stable=stable))
    x, back = _with_axis_last(x, plain_axis(axis))
    made = tf.cast(_order(_keys(x)), tf.int64)
    return tf.transpose(made, back) if back else made


def _check_kth(kth: Any, length: int | None) -> None:
    values = np.asarray(known(kth))
    if values.dtype.kind == "b" or values.dtype.kind not in "iu":
        raise TypeError("Partition index must be integer")
    if not length:
        return
    for each in values.ravel():
        if not -length <= each < length:
            raise ValueError(f"kth(={each + length if each < 0 else each}) out of bounds ({length})")


def _length(a: Any, axis: Any) -> int | None:
    found = static_shape(as_tensor(a))
    if axis is None:
        return None if None in found else math.prod(found)
    return found[normalize_axis(axis, len(found))]


def _check_partition(kind: Any) -> None:
    if kind is not None and not isinstance(kind, str):
        raise TypeError(f"select kind must be str, not {type(kind).__name__}")
    if kind not in (None, "introselect"):
        raise ValueError(f"select kind must be 'introselect' (got {kind!r})")


@device
def partition(a: Any, kth: Any, axis: Any = -1, kind: str = "introselect", order: Any = None) -> tf.Tensor:
    """The `kth` smallest where sorting puts it, the smaller ones in front. Raises ValueError for a `kth` out of bounds.

    The order within the parts is NumPy's where NumPy can compute; elsewhere the whole array is sorted.
    """
    _check_partition(kind)
    _check(None, order)
    x = as_tensor(a)
    if without_gradient(x):
        return from_host(np.partition(host(x), known(kth), axis))
    _symbolic.need_lengths("a partition", x)
    _check_kth(kth, _length(x, axis))
    return sort(x, axis)


@device
def argpartition(a: Any, kth: Any, axis: Any = -1, kind: str = "introselect", order: Any = None) -> tf.Tensor:
    """The indices that `partition`, as `argsort`. Raises ValueError for a `kth` out of bounds."""
    _check_partition(kind)
    _check(None, order)
    x = as_tensor(a)
    if on_cpu(x):
        return from_host(np.argpartition(host(x), known(kth), axis))
    _symbolic.need_lengths("a partition", x)
    _check_kth(kth, _length(x, axis))
    return argsort(x, axis)


@device
def lexsort(keys: Any, axis: Any = -1) -> tf.Tensor:
    """The stable order, int64, by several keys of one shape; the last key counts most.

    Raises TypeError if there is none, ValueError if shapes differ.
    """
    parts = tf.unstack(keys) if isinstance(keys, Tensor) else [as_tensor(key) for key in keys]
    if not parts:
        raise TypeError("need sequence of keys with len > 0 in lexsort")
    if len({static_shape(part) for part in parts}) > 1:
        raise ValueError("all keys need to be the same shape")
    if rank(parts[0]) == 0:
        normalize_axis(axis, 1)
        return tf.zeros([], tf.int64)
    moved = [_with_axis_last(part, axis) for part in parts]
    made = tf.cast(_order([key for part, _ in reversed(moved) for key in _keys(part)]), tf.int64)
    back = moved[0][1]
    return tf.transpose(made, back) if back else made


@device
def sort_complex(a: Any) -> tf.Tensor:
    """Sorted, as complex numbers: complex64 for 8- and 16-bit integers, else complex128 (complex64 stays)."""
    x = sort(a)
    if x.dtype.is_complex:
        return x
    return cast(x, np.complex64 if dtype_of(x).char in "bhBH" else np.complex128)


# ------------------------------------------------------------------------------------------------------------ searching


@device
def searchsorted(a: Any, v: Any, side: str = "left", sorter: Any = None) -> tf.Tensor:
    """Where to insert values in a sorted vector so that it stays sorted: int64, the shape of `v`.

    Parameters
    ----------
    a : 1-d array_like
        In increasing order, or in the order that `sorter` gives.
    side : {"left", "right"}
        Before or after equal elements.
    """
    if side not in ("left", "right", "l", "r", "L", "R"):
        raise ValueError(f"search side must be one of 'left' or 'right' (got '{side}')")
    x, v = promote(as_tensor(a), as_tensor(v))
    if rank(x) != 1:
        raise ValueError(
            "object too deep for desired array" if rank(x) > 1 else "object of too small depth for desired array"
        )
    if sorter is not None:
        index = as_tensor(sorter)
        if dtype_of(index).kind not in "iu":
            raise TypeError("sorter must only contain integers")
        if rank(index) != 1:
            raise TypeError("object too deep for desired array")
        if static_shape(index) != static_shape(x):
            raise ValueError("sorter.size must equal a.size")
        try:
            x = take(x, index)
        except IndexError as error:
            raise ValueError("Sorter index out of range.") from error
    right = side[0] in "rR"
    if on_cpu(x, v):
        # Of an array that isn't sorted, each search finds another place.
        return from_host(np.asarray(np.searchsorted(host(x), host(v), "right" if right else "left")))
    if x.dtype.is_complex:
        return _search_complex(x, v, right)
    found = tf.searchsorted(
        order_key(x), tf.reshape(order_key(v), [-1]), side="right" if right else "left", out_type=tf.int64
    )
    return tf.reshape(found, tf.shape(v))


def _search_complex(x: tf.Tensor, v: tf.Tensor, right: bool) -> tf.Tensor:
    """By ranks: complex numbers have no single integer key."""
    flat = tf.reshape(v, [-1])
    # Sorted together with the values in front (or behind) of their equals, a value's place counts the elements before
    # it.
    joined = tf.concat([x, flat] if right else [flat, x], 0)
    order = _order(_keys(joined))
    count = tf.shape(x)[0]
    is_element = (order < count) if right else (order >= tf.shape(flat)[0])
    before = tf.cumsum(tf.cast(is_element, tf.int64))
    position = tf.scatter_nd(order[:, None], before, tf.shape(order))
    found = position[count:] if right else position[: tf.shape(flat)[0]]
    return tf.reshape(found, tf.shape(v))


@device
def digitize(x: Any, bins: Any, right: bool = False) -> tf.Tensor:
    """The number of the bin that each value falls into: int64. `right` puts a value on an edge into the bin below.

    Raises ValueError if the bins are neither increasing nor decreasing (where they are known), TypeError for complex
    values.
    """
    x, bins = as_tensor(x), as_tensor(bins)
    if x.dtype.is_complex:
        raise TypeError("x may not be complex")
    if bins.dtype.is_complex:
        raise TypeError(
            f"Cannot cast array data from {dtype_of(bins)!r} to dtype('float64') according to the rule 'safe'"
        )
    if rank(bins) != 1:
        raise ValueError(
            "object too deep for desired array" if rank(bins) > 1 else "object of too small depth for desired array"
        )
    side = "left" if right else "right"
    count = tf.cast(tf.shape(bins)[0], tf.int64)
    if is_eager(bins):
        steps = _signs(bins)
        if (steps > 0).any() and (steps < 0).any():
            raise ValueError("bins must be monotonically increasing or decreasing")
        if not (steps < 0).any():
            return searchsorted(bins, x, side)
        return count - searchsorted(tf.reverse(bins, [0]), x, side)
    rises = order_key(bins)[1:] >= order_key(bins)[:-1]
    falls = order_key(bins)[1:] <= order_key(bins)[:-1]
    _symbolic.expect(tf.reduce_all(rises) | tf.reduce_all(falls), "bins that don't rise or fall")
    falling = tf.greater(order_key(bins[:1]), order_key(bins[-1:]))
    up = searchsorted(bins, x, side)
    down = count - searchsorted(tf.reverse(bins, [0]), x, side)
    return tf.where(tf.reduce_any(falling), down, up)


def _signs(bins: tf.Tensor) -> np.ndarray:
    keys = host(order_key(bins))
    return (keys[1:] > keys[:-1]).astype(int) - (keys[1:] < keys[:-1]).astype(int)


# -------------------------------------------------------------------------------------------------------------- nonzero


def _truth(a: Any) -> tf.Tensor:
    return cast(as_tensor(a), tf.bool)


@device
def nonzero(a: Any) -> tuple[tf.Tensor, ...]:
    """The indices of what isn't zero: one int64 vector per axis, as a tuple. Raises ValueError for 0-d input."""
    mask = _truth(a)
    if rank(mask) == 0:
        raise ValueError("Calling nonzero on 0d arrays is not allowed. Use np.atleast_1d(scalar).nonzero() instead.")
    return tuple(tf.unstack(tf.where(graph_only(mask)), num=rank(mask), axis=1))


@device
def flatnonzero(a: Any) -> tf.Tensor:
    """The indices, int64, of what isn't zero in the flattened array."""
    return tf.reshape(tf.where(graph_only(tf.reshape(_truth(a), [-1]))), [-1])


@device
def argwhere(a: Any) -> tf.Tensor:
    """The indices of what isn't zero, one per row: int64, shape (n, ndim)."""
    mask = _truth(a)
    if rank(mask) == 0:
        return tf.where(tf.reshape(mask, [1]))[:, :0]
    return tf.where(graph_only(mask))


@device
def count_nonzero(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """How many elements aren't zero, in all or along axes: int64."""
    mask = _truth(a)
    if type(keepdims) is not bool and (axis is not None or keepdims):
        keepdims = bool(operator.index(keepdims))
    if axis is None and not keepdims:
        return count_true(mask)
    if not rank(mask) and axis in (0, -1):
        axis = None  # as nowhere else
    axes = None if axis is None else list(normalize_axes(plain_axis(axis), rank(mask)))
    return tf.reduce_sum(tf.cast(mask, tf.int64), axes, keepdims=keepdims)
