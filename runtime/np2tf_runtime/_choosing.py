"""Elements chosen by conditions and by indices.

The mutators (`put`, `place`, `putmask`, `copyto`, `fill_diagonal`, `put_along_axis`) raise and name what to write.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from . import _base, _symbolic
from ._base import (
    Tensor,
    as_tensor,
    call_numpy,
    cast,
    device,
    dtype_of,
    host,
    is_eager,
    is_weak,
    no_out,
    normalize_axis,
    plain_axis,
    promote,
    rank,
    refuse_as_numpy,
    result_dtype,
    static_shape,
    unsupported,
)
from ._creation import gather, graph_only, integer, known, lengths, new_object, shape_from
from ._manipulation import broadcast_arrays, sequence_parts, static_size

__all__ = [
    "choose",
    "compress",
    "copyto",
    "extract",
    "fill_diagonal",
    "place",
    "put",
    "put_along_axis",
    "putmask",
    "select",
    "take",
    "take_along_axis",
    "where",
]


@device
def where(condition: Any, x: Any = None, y: Any = None, /) -> Any:
    """`x` where the condition holds, else `y`, all broadcast; with one argument the indices where it holds, as
    `nonzero`.

    Python numbers are weak in the common dtype. Raises ValueError for one choice without the other.
    """
    if x is None and y is None:
        from ._sorting import nonzero  # which stands on this module

        return nonzero(condition)
    if x is None or y is None:
        raise ValueError("either both or neither of x and y should be given")
    x, y = unified(x, y)
    return tf.raw_ops.SelectV2(condition=cast(as_tensor(condition), tf.bool), t=x, e=y)


@device
def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> tf.Tensor:
    """The first choice whose condition holds, else `default`, all broadcast.

    Raises ValueError if the lists differ in length or are empty, TypeError if a condition isn't boolean.
    """
    if len(condlist) != len(choicelist):
        raise ValueError("list of cases must be same length as list of conditions")
    if len(condlist) == 0:
        raise ValueError("select with an empty condition list is not possible")
    choices = unified(*choicelist, default)
    conditions = [as_tensor(each) for each in condlist]
    for place, condition in enumerate(conditions):
        if condition.dtype is not tf.bool:
            raise TypeError(f"invalid entry {place} in condlist: should be boolean ndarray")
    result = choices[-1]
    for condition, choice in zip(conditions[::-1], choices[-2::-1], strict=True):
        result = tf.where(condition, choice, result)
    return result


def unified(*args: Any) -> tuple[tf.Tensor, ...]:
    """All arguments in their common dtype, Python numbers weak; unlike in a ufunc, a Python int out of range wraps
    around.
    """
    args = tuple(x if is_weak(x) else as_tensor(x) for x in args)
    dtype = result_dtype(*args)
    return tuple(cast(as_tensor(x), dtype) for x in args)


def _bounded(index: tf.Tensor, length: Any, mode: str, message: Callable[[int], Exception]) -> tf.Tensor:
    """Indices made non-negative, checked or brought into bounds by `mode`."""
    if mode == "wrap":
        return tf.math.floormod(index, tf.cast(length, index.dtype))
    if mode == "clip":
        return tf.clip_by_value(index, tf.zeros((), index.dtype), tf.cast(length, index.dtype) - 1)
    if mode != "raise":
        raise ValueError(f"clipmode must be one of 'clip', 'raise', or 'wrap' (got '{mode}')")
    values = known(index)
    if values is not None and isinstance(length, int):
        outside = (values < -length) | (values >= length)
        if outside.any():
            raise message(int(values[outside].flat[0]))
        if not (values < 0).any():
            return index
    elif values is None:
        inside = tf.reduce_all((index < tf.cast(length, index.dtype)) & (index >= -tf.cast(length, index.dtype)))
        if _symbolic.compiled():
            _symbolic.require(inside, "index is out of bounds")
        elif (check := tf.debugging.Assert(inside, ["index is out of bounds", index])) is not None:
            with tf.control_dependencies([check]):
                index = tf.identity(index)
    return tf.where(index < 0, index + tf.cast(length, index.dtype), index)


def index_tensor(indices: Any) -> tf.Tensor:
    """Integers as int64; TypeError for arrays of floats. Lists and numbers are truncated, as NumPy does."""
    index = as_tensor(indices)
    if dtype_of(index).kind not in "biu" and isinstance(indices, (Tensor, tf.Variable, np.ndarray)):
        raise TypeError(
            f"Cannot cast array data from {dtype_of(index)!r} to dtype('int64') according to the rule 'same_kind'"
        )
    return cast(index, tf.int64)


@device
def take(a: Any, indices: Any, axis: Any = None, out: Any = None, mode: str = "raise") -> tf.Tensor:
    """Elements, or slices along an axis, by their indices; from the flattened array if `axis` is None.

    Parameters
    ----------
    mode : {"raise", "wrap", "clip"}
        What to do with indices out of bounds: raise IndexError (negative ones count from the end), wrap around, or
        take the
        nearest (negative ones the first).

    Raises
    ------
    IndexError
        Out of bounds, or a take from an empty axis. TypeError for indices that are no integers.
    """
    no_out(out, "take")
    x = as_tensor(a)
    if axis is None:
        x, axis = _base.reshape(x, [-1]), 0
    x = x if rank(x) else _base.reshape(x, [1])
    axis = normalize_axis(integer(plain_axis(axis)), rank(x))
    length = lengths(x)[axis]
    index = index_tensor(indices)
    if isinstance(length, int) and length == 0 and static_size(index) != 0:
        raise IndexError("cannot do a non-empty take from an empty axes.")
    index = _bounded(
        index,
        length,
        mode,
        lambda value: IndexError(f"index {value} is out of bounds for axis {axis} with size {length}"),
    )
    return gather(x, index, axis)


@device
def take_along_axis(arr: Any, indices: Any, axis: Any = -1) -> tf.Tensor:
    """Elements by an index for each place: `result[i, j] = arr[i, indices[i, j]]` along the last axis.

    The other axes broadcast; flattened first if `axis` is None. Raises IndexError out of bounds or for indices that
    are no
    integers, ValueError if the numbers of dimensions differ.
    """
    x, index = _base.needs_array(arr), _base.needs_array(indices, "dtype" if axis is not None else "ndim")
    if dtype_of(index).kind not in "iu":
        raise IndexError("`indices` must be an integer array")
    if axis is None:
        if rank(index) != 1:
            raise ValueError("when axis=None, `indices` must have a single dimension.")
        x, axis = _base.reshape(x, [-1]), 0
    axis = normalize_axis(axis, rank(x))
    if rank(x) != rank(index):
        raise ValueError("`indices` and `arr` must have the same number of dimensions")
    length = lengths(x)[axis]
    index = _bounded(
        cast(index, tf.int64),
        length,
        "raise",
        lambda value: IndexError(f"index {value} is out of bounds for axis {axis} with size {length}"),
    )
    if rank(x) == 1:
        return gather(x, index)
    if axis != rank(x) - 1:
        order = [each for each in range(rank(x)) if each != axis] + [axis]
        back = list(np.argsort(order))
        return _base.transpose(_take_last(_base.transpose(x, order), _base.transpose(index, order)), back)
    return _take_last(x, index)


def _take_last(x: tf.Tensor, index: tf.Tensor) -> tf.Tensor:
    outer_x, outer_index = static_shape(x)[:-1], static_shape(index)[:-1]
    if outer_x != outer_index and None not in outer_x + outer_index:
        try:
            outer = np.broadcast_shapes(outer_x, outer_index)
        except ValueError:
            raise IndexError(
                f"shape mismatch: indexing arrays could not be broadcast together with shapes {outer_x} {outer_index}"
            ) from None
        x = tf.broadcast_to(x, shape_from([*outer, lengths(x)[-1]]))
        index = tf.broadcast_to(index, shape_from([*outer, lengths(index)[-1]]))
    return tf.gather(x, index, axis=-1, batch_dims=rank(x) - 1)


@device
def choose(a: Any, choices: Any, out: Any = None, mode: str = "raise") -> tf.Tensor:
    """At each place the element of the choice whose number stands in `a`, all broadcast.

    Raises ValueError for a number out of bounds, unless `mode` is "wrap" or "clip".
    """
    no_out(out, "choose")
    index = index_tensor(as_tensor(a))
    options = promote(*sequence_parts(choices, "choices must be a sequence"))
    if len(options) > 63:
        raise ValueError("Need at least 0 and at most 64 array objects.")
    if mode == "raise":
        if is_eager(index) and (host(index) < 0).any():
            raise ValueError("invalid entry in choice array")
        _symbolic.expect(index >= 0, "a negative entry in a choice array")
    index = _bounded(index, len(options), mode, lambda value: ValueError("invalid entry in choice array"))
    index, *options = broadcast_arrays(index, *options)
    if len(options) == 1:
        return new_object(options[0])
    return tf.gather(tf.stack(options, -1), index, axis=-1, batch_dims=rank(index))


@device
def extract(condition: Any, arr: Any) -> tf.Tensor:
    """The elements where the condition holds, as a vector; both are flattened. Raises IndexError where it is longer."""
    return compress(_base.reshape(as_tensor(condition), [-1]), arr)


@device
def compress(condition: Any, a: Any, axis: Any = None, out: Any = None) -> tf.Tensor:
    """The slices along an axis where the condition, a vector, holds; flattened first if `axis` is None.

    The condition may be shorter than the axis. Raises ValueError if it isn't 1-d, IndexError where it is longer.
    """
    no_out(out, "compress")
    mask = cast(as_tensor(condition), tf.bool)
    if rank(mask) != 1:
        raise ValueError("condition must be a 1-d array")
    return take(a, _base.reshape(tf.where(graph_only(mask)), [-1]), axis)


# ---------------------------------------------------------------------------------------------- mutators, under no name


def _mutator(name: str, call: str) -> Any:
    refuse = unsupported(f"numpy.{name}", "NT102", f"tensors are immutable; write {call}")

    @functools.wraps(refuse)
    def mutate(*args: Any, **kwargs: Any) -> Any:
        target = args[0] if args else next(iter(kwargs.values()), None)
        if isinstance(target, np.ndarray):
            return call_numpy(getattr(np, name), args, kwargs)
        refuse_as_numpy(getattr(np, name), args, kwargs, target)
        return refuse()

    mutate.__doc__ = f"Not available on tensors (NT102): write {call}. A host array is changed in place."
    return mutate


copyto = _mutator("copyto", "dst = np.functional.copyto(dst, src)")
fill_diagonal = _mutator("fill_diagonal", "a = np.functional.fill_diagonal(a, val)")
place = _mutator("place", "arr = np.functional.place(arr, mask, vals)")
put = _mutator("put", "a = np.functional.put(a, ind, v)")
put_along_axis = _mutator("put_along_axis", "arr = np.functional.put_along_axis(arr, indices, values, axis)")
putmask = _mutator("putmask", "a = np.functional.putmask(a, mask, values)")
