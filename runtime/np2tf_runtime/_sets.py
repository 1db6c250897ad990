"""Sets: unique values, membership and the operations on them. The number of results depends on values.

Unlike NumPy's hash table, `unique(sorted=False)` gives the values in order too, and so does `unique_values` in a trace.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from ._base import (
    as_tensor,
    cast,
    device,
    dtype_of,
    from_host,
    host,
    normalize_axis,
    on_cpu,
    rank,
    recording,
    result_dtype,
    static_shape,
)
from ._creation import gather, graph_only, lengths, masked, shape_from
from ._manipulation import concatenate
from ._sorting import _keys, _order, argsort, order_key, sort

__all__ = [
    "ediff1d",
    "intersect1d",
    "isin",
    "setdiff1d",
    "setxor1d",
    "union1d",
    "unique",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
]


class UniqueAllResult(NamedTuple):
    """What `unique_all` returns."""

    values: tf.Tensor
    indices: tf.Tensor
    inverse_indices: tf.Tensor
    counts: tf.Tensor


class UniqueCountsResult(NamedTuple):
    """What `unique_counts` returns."""

    values: tf.Tensor
    counts: tf.Tensor


class UniqueInverseResult(NamedTuple):
    """What `unique_inverse` returns."""

    values: tf.Tensor
    inverse_indices: tf.Tensor


def _first_of_each(keys: list[tf.Tensor], order: tf.Tensor, distinct: tf.Tensor | None = None) -> tf.Tensor:
    """A mask over the sorted elements: True for the first of equal ones, and for all in `distinct`."""
    changed = tf.zeros([tf.maximum(tf.shape(order)[0] - 1, 0)], tf.bool)
    for key in keys:
        ordered = tf.gather(key, order)
        changed = tf.logical_or(changed, tf.not_equal(ordered[1:], ordered[:-1]))
    first = tf.concat([tf.ones([tf.minimum(tf.shape(order)[0], 1)], tf.bool), changed], 0)
    return graph_only(first if distinct is None else tf.logical_or(first, tf.gather(distinct, order)))


def _nan(x: tf.Tensor) -> tf.Tensor | None:
    return tf.not_equal(x, x) if x.dtype.is_floating or x.dtype.is_complex else None


def _unique_keys(x: tf.Tensor, equal_nan: bool) -> list[tf.Tensor]:
    keys = _keys(x)
    if len(keys) > 1 and equal_nan:
        # Complex numbers with a NaN in either part count as one value.
        missing = tf.greater(keys[0], 0)
        keys = [tf.cast(missing, tf.int32), *(tf.where(missing, tf.zeros((), key.dtype), key) for key in keys[1:])]
    return keys


def _results(
    found: tf.Tensor, keys: list[tf.Tensor], distinct: Any, index: bool, inverse: bool, counts: bool
) -> list[Any]:
    """The unique rows of `found`, which `keys` compare; then what was asked for."""
    order = _order(keys)
    first = _first_of_each(keys, order, distinct)
    starts = tf.reshape(tf.where(first), [-1])
    chosen = tf.gather(order, starts)
    made: list[Any] = [gather(found, chosen)]
    if index:
        made.append(tf.cast(chosen, tf.int64))
    if inverse:
        label = tf.cumsum(tf.cast(first, tf.int64)) - 1
        made.append(tf.scatter_nd(order[:, None], label, tf.shape(label)))
    if counts:
        total = tf.cast(tf.shape(order)[0], tf.int64)
        made.append(tf.concat([starts[1:], total[None]], 0)[: tf.shape(starts)[0]] - starts)
    return made


@device
def unique(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: Any = None,
    *,
    equal_nan: bool = True,
    sorted: bool = True,
) -> Any:
    """The values, or the slices along an axis, each once and in order.

    Parameters
    ----------
    return_index, return_inverse, return_counts : bool
        Also the index of each first occurrence; the indices that rebuild the input (of its shape if `axis` is None);
        how often
        each occurs. All int64; the result is then a tuple.
    axis : int, optional
        By default the array is flattened.
    equal_nan : bool
        Whether NaN counts as one value.
    """
    x = as_tensor(ar)
    if axis is None or (rank(x) == 1 and normalize_axis(axis, 1) == 0):
        dims = lengths(x)
        flat = tf.reshape(x, [-1])
        if not (return_index or return_inverse or return_counts):
            ordered = sort(flat)
            keys = _unique_keys(ordered, equal_nan)
            count = tf.range(tf.shape(ordered)[0])
            return masked(ordered, _first_of_each(keys, count, None if equal_nan else _nan(ordered)))
        distinct = None if equal_nan else _nan(flat)
        made = _results(flat, _unique_keys(flat, equal_nan), distinct, return_index, return_inverse, return_counts)
        if return_inverse:
            place = 1 + bool(return_index)
            made[place] = tf.reshape(made[place], shape_from(dims))
        return tuple(made)
    axis = normalize_axis(axis, rank(x))
    order = [axis, *(each for each in range(rank(x)) if each != axis)]
    moved = tf.transpose(x, order)
    width = static_shape(moved)[1:]
    rows = tf.reshape(moved, [static_shape(moved)[0] or 0 if 0 in static_shape(moved) else -1, int(np.prod(width))])
    columns = tf.unstack(rows, axis=1)
    keys = [key for column in columns for key in _keys(column)]
    if not keys:
        keys = [tf.zeros([tf.shape(rows)[0]], tf.int32)]
    distinct = None
    if not equal_nan or x.dtype.is_floating or x.dtype.is_complex:
        # NumPy compares rows as records, in which NaN differs from NaN, whatever `equal_nan` says.
        nan = _nan(rows)
        distinct = None if nan is None else tf.reduce_any(nan, 1)
    made = _results(moved, keys, distinct, return_index, return_inverse, return_counts)
    back = [order.index(each) for each in range(rank(x))]
    made[0] = tf.transpose(made[0], back)
    return tuple(made) if len(made) > 1 else made[0]


@device
def unique_all(x: Any) -> UniqueAllResult:
    """The values, their first indices, the indices that rebuild the input, and the counts; NaNs differ from each
    other.
    """
    return UniqueAllResult(*unique(x, True, True, True, equal_nan=False))


@device
def unique_counts(x: Any) -> UniqueCountsResult:
    """The values and how often each occurs; NaNs differ from each other."""
    return UniqueCountsResult(*unique(x, return_counts=True, equal_nan=False))


@device
def unique_inverse(x: Any) -> UniqueInverseResult:
    """The values and the indices that rebuild the input; NaNs differ from each other."""
    return UniqueInverseResult(*unique(x, return_inverse=True, equal_nan=False))


@device
def unique_values(x: Any) -> tf.Tensor:
    """The values; NaNs differ from each other. In NumPy's order, that of a hash table, where NumPy can compute."""
    x = as_tensor(x)
    if on_cpu(x) and not recording():
        return from_host(np.unique_values(host(x)))
    return unique(x, equal_nan=False)


@device
def isin(
    element: Any, test_elements: Any, assume_unique: bool = False, invert: bool = False, *, kind: str | None = None
) -> tf.Tensor:
    """For each element whether it is among the others: bool, the shape of `element`. NaN is in nothing.

    `kind` ("sort", "table") has no effect; ValueError for others, or for a table of what isn't whole.
    """
    if kind not in (None, "sort", "table"):
        raise ValueError(f"Invalid kind: '{kind}'. Please use None, 'sort' or 'table'.")
    x, among = as_tensor(element), tf.reshape(as_tensor(test_elements), [-1])
    if kind == "table" and (dtype_of(x).kind not in "biu" or dtype_of(among).kind not in "biu"):
        raise ValueError(
            "The 'table' method is only supported for boolean or integer arrays. Please select 'sort' or None for kind."
        )
    common = result_dtype(x, among)
    x, among = cast(x, common), cast(among, common)
    found = _member(x, among)
    return tf.logical_not(found) if invert else found


def _member(x: tf.Tensor, among: tf.Tensor) -> tf.Tensor:
    size = static_shape(among)[0]
    if size == 0:
        return tf.zeros(shape_from(lengths(x)), tf.bool)
    if x.dtype.is_complex or (size is not None and size < 8):
        return tf.reduce_any(tf.equal(x[..., None], among), -1)
    ordered = sort(among)
    keys = order_key(ordered)
    place = tf.searchsorted(keys, tf.reshape(order_key(x), [-1]))
    nearest = tf.gather(keys, tf.minimum(place, tf.shape(keys)[0] - 1))
    found = tf.reshape(tf.equal(nearest, tf.reshape(order_key(x), [-1])), tf.shape(x))
    nan = _nan(x)
    return found if nan is None else tf.logical_and(found, tf.logical_not(nan))


def _flat(x: Any) -> tf.Tensor:
    return tf.reshape(as_tensor(x), [-1])


@device
def union1d(ar1: Any, ar2: Any) -> tf.Tensor:
    """The values of either array, each once and in order."""
    return unique(concatenate([ar1, ar2], axis=None))


@device
def intersect1d(ar1: Any, ar2: Any, assume_unique: bool = False, return_indices: bool = False) -> Any:
    """The values of both arrays, each once and in order; with `return_indices` also their first indices in each."""
    first, second = _flat(ar1), _flat(ar2)
    index1 = index2 = None
    if not assume_unique:
        if return_indices:
            first, index1 = unique(first, return_index=True)
            second, index2 = unique(second, return_index=True)
        else:
            first, second = unique(first), unique(second)
    joined = concatenate([first, second])
    order = argsort(joined, kind="stable")  # the first array's in front
    ordered = gather(joined, order)
    twice = tf.equal(ordered[1:], ordered[:-1])
    values = masked(ordered[:-1], twice)
    if not return_indices:
        return values
    place1 = masked(order[:-1], twice)
    place2 = masked(order[1:], twice) - tf.shape(first, tf.int64)[0]
    if index1 is not None:
        place1, place2 = tf.gather(index1, place1), tf.gather(index2, place2)
    return values, place1, place2


@device
def setdiff1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> tf.Tensor:
    """The values of the first array that aren't in the second, each once and in order; as they stand if
    `assume_unique`.
    """
    first = _flat(ar1) if assume_unique else unique(ar1)
    second = as_tensor(ar2) if assume_unique else unique(ar2)
    return masked(first, isin(first, second, invert=True))


@device
def setxor1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> tf.Tensor:
    """The values that are in one array only, in order."""
    first, second = (_flat(ar1), _flat(ar2)) if assume_unique else (unique(ar1), unique(ar2))
    ordered = sort(concatenate([first, second]))
    changed = tf.not_equal(ordered[1:], ordered[:-1])
    end = tf.ones([tf.minimum(tf.shape(ordered)[0], 1)], tf.bool)
    return masked(ordered, tf.logical_and(tf.concat([end, changed], 0), tf.concat([changed, end], 0)))


@device
def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> tf.Tensor:
    """The differences of neighbours in the flattened array, with values put in front and behind.

    Raises TypeError if those can't be cast to the dtype by the rule "same_kind".
    """
    from . import _ufuncs

    x = _flat(ary)
    kind = dtype_of(x)
    parts = []
    for name, given in (("to_begin", to_begin), ("to_end", to_end)):
        if given is None:
            continue
        part = _flat(given)
        if not np.can_cast(dtype_of(part), kind, "same_kind"):
            raise TypeError(f"dtype of `{name}` must be compatible with input `ary` under the `same_kind` rule.")
        parts.append((name, cast(part, kind)))
    middle = _ufuncs.subtract(x[1:], x[:-1])
    before = [part for name, part in parts if name == "to_begin"]
    after = [part for name, part in parts if name == "to_end"]
    return tf.concat([*before, middle, *after], 0) if parts else middle
