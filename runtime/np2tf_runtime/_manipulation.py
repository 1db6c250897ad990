"""Shapes, broadcasting, joining, splitting, repeating, padding, adding and removing, diagonals.

- What NumPy returns as a view is a new object of the same values here; what NumPy returns itself, these return too.
- `order="F"` is honoured where it changes values (`reshape`, `ravel`); "K" and "A", the order of memory, raise there
  for arrays of two dimensions and more, and mean "C", a tensor's only layout, elsewhere.
"""

from __future__ import annotations

import builtins
import itertools
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.lib.array_utils import normalize_axis_tuple
from tensorflow.python.framework.ops import get_default_graph
from tensorflow.python.ops import gen_array_ops as _arrays

from . import _base, _materializing, _symbolic
from ._base import (
    EagerTensor,
    Tensor,
    UnsupportedFeatureError,
    as_tensor,
    cast,
    device,
    dtype_of,
    host,
    is_weak,
    needs_array,
    no_out,
    normalize_axis,
    np_dtype,
    plain_axis,
    promote,
    rank,
    result_dtype,
    static_shape,
    to_device,
    to_host,
)
from ._creation import (
    check_order,
    gather,
    graph_only,
    integer,
    known,
    lengths,
    linspace,
    matrix_diagonal,
    new_object,
    on_host,
    shape_argument,
    shape_from,
)

__all__ = [
    "append",
    "array_split",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "block",
    "broadcast_arrays",
    "broadcast_shapes",
    "broadcast_to",
    "column_stack",
    "concat",
    "concatenate",
    "delete",
    "diagonal",
    "dsplit",
    "dstack",
    "expand_dims",
    "flip",
    "fliplr",
    "flipud",
    "hsplit",
    "hstack",
    "insert",
    "matrix_transpose",
    "moveaxis",
    "ndim",
    "pad",
    "permute_dims",
    "ravel",
    "repeat",
    "reshape",
    "resize",
    "roll",
    "rollaxis",
    "rot90",
    "row_stack",
    "shape",
    "size",
    "split",
    "squeeze",
    "stack",
    "swapaxes",
    "tile",
    "trace",
    "transpose",
    "trim_zeros",
    "unstack",
    "vsplit",
    "vstack",
]


# -------------------------------------------------------------------------------------------------------------- shape


@device
def shape(a: Any) -> tuple[int, ...]:
    """The shape as a tuple; lengths that aren't known while TensorFlow traces are None."""
    return _symbolic.lengths(a) if isinstance(a, Tensor) else static_shape(_arraylike(a))


def _arraylike(a: Any) -> Any:
    return a if isinstance(a, (Tensor, np.ndarray, np.generic)) else as_tensor(a)


@device
def ndim(a: Any) -> int:
    """The number of dimensions."""
    return len(static_shape(_arraylike(a)))


@device
def size(a: Any, axis: Any = None) -> int:
    """The number of elements, or of those along an axis or axes, as an int. Raises AxisError or IndexError out of
    bounds.
    """
    found = _symbolic.lengths(a) if isinstance(a, Tensor) else static_shape(_arraylike(a))
    if axis is not None:
        found = tuple(found[each] for each in normalize_axis_tuple(axis, len(found)))
    if None in found:
        return tf.size(a, out_type=tf.int64) if axis is None else tf.reduce_prod(tf.gather(tf.shape(a, tf.int64), axis))
    return math.prod(found)


def static_size(x: tf.Tensor) -> int | None:
    found = static_shape(x)
    return None if None in found else math.prod(found)


@device
def reshape(a: Any, /, shape: Any, order: str = "C", *, copy: bool | None = None) -> tf.Tensor:
    """The same elements in another shape, as a new object; one length may be -1.

    Raises ValueError if the sizes differ. `order="F"` reads and writes columns first; `copy=False` refuses that.
    """
    if type(a) is EagerTensor and order == "C":
        plain = (shape,) if type(shape) is int else shape
        if type(plain) is tuple and all(type(length) is int and length >= -1 for length in plain):
            _check_reshape(a._num_elements(), plain)
            return _base.reshape(a, plain)
    check_order(order)
    if order in ("K", "k"):
        raise ValueError("order 'K' is not permitted for reshaping")
    x, dims = as_tensor(a), shape_argument(shape)
    _base.check_known_order(x, order)
    if isinstance(dims, tuple):
        dims = tuple(max(length, -1) for length in dims)
        _check_reshape(static_size(x), dims)
        if -1 not in dims:  # which TensorFlow may leave out, concluding that the array has that shape
            _symbolic.need_lengths("a reshape", x)
    if order in ("F", "f") and rank(x) + (len(dims) if isinstance(dims, tuple) else 2) > 2:
        if copy is False:
            raise ValueError("Unable to avoid creating a copy while reshaping.")
        return _base.transpose(_base.reshape(_base.transpose(x), dims[::-1]))
    return _base.reshape(x, dims)


def _check_reshape(total: int | None, dims: tuple[int, ...]) -> None:
    if dims.count(-1) > 1:
        raise ValueError("can only specify one unknown dimension")
    if total is None:
        return
    wanted = math.prod(length for length in dims if length != -1)
    fits = total == wanted if -1 not in dims else wanted and total % wanted == 0
    if not fits:
        raise ValueError(f"cannot reshape array of size {total} into shape {str(dims).replace(' ', '')}")


@device
def ravel(a: Any, order: str = "C") -> tf.Tensor:
    """The elements as a vector, as a new object; `order="F"` columns first."""
    check_order(order)
    x = as_tensor(a)
    _base.check_known_order(x, order)
    if order in ("F", "f") and rank(x) > 1:
        x = _base.transpose(x)
    return _base.reshape(x, [-1])


@device
def transpose(a: Any, axes: Any = None) -> tf.Tensor:
    """The axes in another order, reversed by default. Raises ValueError unless `axes` is a permutation."""
    x = as_tensor(a)
    if axes is None:
        return _base.transpose(x)
    axes = shape_argument(axes)
    if len(axes) != rank(x):
        raise ValueError("axes don't match array")
    order = [normalize_axis(axis, rank(x)) for axis in axes]
    if len(set(order)) != len(order):
        raise ValueError("repeated axis in transpose")
    return _base.transpose(x, order)


@device
def permute_dims(a: Any, axes: Any = None) -> tf.Tensor:
    """As `transpose`."""
    return transpose(a, axes)


@device
def matrix_transpose(x: Any, /) -> tf.Tensor:
    """The last two axes exchanged. Raises ValueError below two dimensions."""
    x = as_tensor(x)
    if rank(x) < 2:
        raise ValueError(f"Input array must be at least 2-dimensional, but it is {rank(x)}")
    return swapaxes(x, -1, -2)


@device
def swapaxes(a: Any, axis1: int, axis2: int) -> tf.Tensor:
    """Two axes exchanged. Raises AxisError out of bounds."""
    x = as_tensor(a)
    axis1, axis2 = normalize_axis(axis1, rank(x)), normalize_axis(axis2, rank(x))
    order = list(range(rank(x)))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return _base.transpose(x, order)


@device
def moveaxis(a: Any, source: Any, destination: Any) -> tf.Tensor:
    """Axes moved to other places; the others keep their order. Raises AxisError; ValueError for repeated axes."""
    x = as_tensor(a)
    source = normalize_axis_tuple(source, rank(x), "source")
    destination = normalize_axis_tuple(destination, rank(x), "destination")
    if len(source) != len(destination):
        raise ValueError("`source` and `destination` arguments must have the same number of elements")
    order = [axis for axis in range(rank(x)) if axis not in source]
    for to, axis in sorted(zip(destination, source, strict=True)):
        order.insert(to, axis)
    return _base.transpose(x, order)


@device
def rollaxis(a: Any, axis: int, start: int = 0) -> tf.Tensor:
    """One axis moved in front of `start`. Raises AxisError out of bounds."""
    x = _base.needs_array(a)
    n = rank(x)
    axis = normalize_axis(axis, n)
    if start < 0:
        start += n
    if not 0 <= start < n + 1:
        raise np.exceptions.AxisError(f"'start' arg requires {-n} <= start < {n + 1}, but {start} was passed in")
    order = [each for each in range(n) if each != axis]
    order.insert(start - 1 if axis < start else start, axis)
    return _base.transpose(x, order)


@device
def squeeze(a: Any, axis: Any = None) -> tf.Tensor:
    """Without the axes of length 1, or without those given; the argument itself if none is there and none is given.

    Raises ValueError if an axis given has another length, AxisError out of bounds.
    """
    x = as_tensor(a)
    found = static_shape(x)
    if axis is None:
        if None in found:
            return tf.squeeze(x)
        kept = [length for length in found if length != 1]
        return x if len(kept) == len(found) else _base.reshape(x, kept)
    axes = normalize_axis_tuple(plain_axis(axis), len(found))
    if builtins.any(found[each] not in (1, None) for each in axes):
        raise ValueError("cannot select an axis to squeeze out which has size not equal to one")
    return tf.squeeze(x, list(axes)) if axes else new_object(x)


@device
def expand_dims(a: Any, axis: Any) -> tf.Tensor:
    """With new axes of length 1 at the places given in the result. Raises AxisError; ValueError for repeated axes."""
    x = as_tensor(a)
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    total = rank(x) + len(axes)
    axes = normalize_axis_tuple(axes, total)
    rest = iter(lengths(x))
    return _base.reshape(x, shape_from([1 if each in axes else next(rest) for each in range(total)]))


def _at_least(arys: tuple[Any, ...], function: Callable[[tf.Tensor], tf.Tensor]) -> Any:
    made = tuple(function(as_tensor(each)) for each in arys)
    return made[0] if len(made) == 1 else made


@device
def atleast_1d(*arys: Any) -> Any:
    """At least one dimension; tensors that have it come back themselves. A tuple if several are given."""
    return _at_least(arys, lambda x: x if rank(x) else _base.reshape(x, [1]))


def _two_dimensions(x: tf.Tensor) -> tf.Tensor:
    return x if rank(x) > 1 else _base.reshape(x, [1, -1])


@device
def atleast_2d(*arys: Any) -> Any:
    """At least two dimensions, new ones in front; tensors that have them come back themselves. A tuple if several are
    given.
    """
    return _at_least(arys, _two_dimensions)


def _three_dimensions(x: tf.Tensor) -> tf.Tensor:
    if rank(x) >= 3:
        return x
    return x[..., None] if rank(x) == 2 else _base.reshape(x, [1, -1, 1])


@device
def atleast_3d(*arys: Any) -> Any:
    """At least three dimensions: a vector gives (1, n, 1), a matrix (m, n, 1). A tuple if several are given."""
    return _at_least(arys, _three_dimensions)


# ------------------------------------------------------------------------------------------------------- broadcasting


@device
def broadcast_shapes(*args: Any) -> tuple[int, ...]:
    """The shape that shapes broadcast to. Raises ValueError if there is none."""
    return np.broadcast_shapes(*map(shape_argument, args))


@device
def broadcast_to(array: Any, shape: Any, subok: bool = False) -> tf.Tensor:
    """The array repeated to a shape, as a new object. Raises ValueError if it doesn't broadcast to it."""
    x, dims = as_tensor(array), shape_argument(shape)
    if isinstance(dims, tuple):
        if dims and min(dims) < 0:
            raise ValueError("all elements of broadcast shape must be non-negative")
        found = static_shape(x)
        if found == dims:
            return new_object(x)
        if not dims and found:
            raise ValueError("cannot broadcast a non-scalar to a scalar array")
        fits = len(found) <= len(dims) and builtins.all(
            length in (1, None, wanted) for length, wanted in zip(found[::-1], dims[::-1], strict=False)
        )
        if not fits:
            raise ValueError(
                "operands could not be broadcast together with remapped shapes [original->remapped]: "
                f"{found}  and requested shape {dims}"
            )
    return tf.broadcast_to(x, dims)


@device
def broadcast_arrays(*args: Any, subok: bool = False) -> tuple[tf.Tensor, ...]:
    """The arrays repeated to their common shape, as a tuple; the arguments themselves if their shapes are equal."""
    tensors = tuple(map(as_tensor, args))
    shapes = [static_shape(x) for x in tensors]
    if builtins.any(None in each for each in shapes):
        dims: Any = ()
        for x in tensors:
            dims = tf.broadcast_dynamic_shape(tf.cast(dims, tf.int32), tf.shape(x))
        return tuple(tf.broadcast_to(x, dims) for x in tensors)
    dims = np.broadcast_shapes(*shapes)
    if builtins.all(each == dims for each in shapes):
        return tensors
    return tuple(broadcast_to(x, dims) for x in tensors)


# ------------------------------------------------------------------------------------------------------------- joining


def sequence_parts(arrays: Any, what: str) -> list[Any]:
    """The arrays of a sequence; a tensor is one along its first axis."""
    if isinstance(arrays, (Tensor, tf.Variable)):
        x = as_tensor(arrays)
        if rank(x) == 0:
            raise TypeError(what)
        return tf.unstack(x)
    if not hasattr(arrays, "__getitem__"):
        raise TypeError(what)
    return list(arrays)


_CASTINGS = ("no", "equiv", "safe", "same_kind", "unsafe")


def _check_casting(kinds: list[Any], dtype: Any, casting: str) -> None:
    for kind in kinds:
        if not np.can_cast(kind, dtype, casting):
            raise TypeError(f"Cannot cast array data from {kind!r} to {dtype!r} according to the rule '{casting}'")


def _joined(parts: list[Any], axis: Any, dtype: Any, casting: str) -> tf.Tensor:
    if not parts:
        raise ValueError("need at least one array to concatenate")
    kind = np_dtype(dtype)
    if casting not in _CASTINGS:
        raise ValueError(f"casting must be one of {', '.join(map(repr, _CASTINGS))} (got {casting!r})")
    weak = [part if is_weak(part) else as_tensor(part) for part in parts]
    found = result_dtype(*weak)
    tensors = [as_tensor(part) for part in weak]
    if kind is None:
        kind = found
    if dtype is not None or casting in ("no", "equiv"):
        _check_casting([dtype_of(x) for x in tensors], kind, casting)
    if axis is None:
        return tf.concat([cast(_base.reshape(x, [-1]), kind) for x in tensors], 0)
    n = rank(tensors[0])
    if n == 0:
        raise ValueError("zero-dimensional arrays cannot be concatenated")
    axis = normalize_axis(integer(axis), n)
    _check_joined([static_shape(x) for x in tensors], axis)
    tensors = [cast(x, kind) for x in tensors]
    if len(tensors) > 1 and axis < n - 1 and _materializing.leaves_apart(*tensors):
        shapes = [static_shape(x) for x in tensors]  # as the last of two axes: XLA copies whole rows
        before, length, after = shapes[0][:axis], builtins.sum(shape[axis] for shape in shapes), shapes[0][axis + 1 :]
        rows = [_arrays.reshape(x, [math.prod(before), -1]) for x in tensors]
        return _base.reshape(_base.concat(rows, 1), (*before, length, *after))
    return _base.concat(tensors, axis)


def _check_joined(shapes: list[tuple[int | None, ...]], axis: int) -> None:
    first = shapes[0]
    for index, other in enumerate(shapes[1:], 1):
        if len(other) != len(first):
            raise ValueError(
                "all the input arrays must have same number of dimensions, "
                f"but the array at index 0 has {len(first)} dimension(s) "
                f"and the array at index {index} has {len(other)} dimension(s)"
            )
        for place, (a, b) in enumerate(zip(first, other, strict=True)):
            if place != axis and a != b and a is not None and b is not None:
                raise ValueError(
                    "all the input array dimensions except for the concatenation axis must match exactly, "
                    f"but along dimension {place}, the array at index 0 has size {a} "
                    f"and the array at index {index} has size {b}"
                )


@device
def concatenate(
    arrays: Any, /, axis: Any = 0, out: Any = None, *, dtype: Any = None, casting: str = "same_kind"
) -> tf.Tensor:
    """Arrays joined along an axis; flattened first if `axis` is None. The dtype is the common one.

    Raises ValueError if the other lengths differ or there is no array, TypeError if `casting` forbids `dtype`.
    """
    no_out(out, "concatenate")
    parts = sequence_parts(arrays, "The first input argument needs to be a sequence")
    return _joined(parts, plain_axis(axis), dtype, casting)


@device
def concat(
    arrays: Any, /, axis: Any = 0, out: Any = None, *, dtype: Any = None, casting: str = "same_kind"
) -> tf.Tensor:
    """As `concatenate`."""
    return concatenate(arrays, axis, out, dtype=dtype, casting=casting)


_NO_SEQUENCE = 'arrays to stack must be passed as a "sequence" type such as list or tuple.'


@device
def stack(arrays: Any, axis: int = 0, out: Any = None, *, dtype: Any = None, casting: str = "same_kind") -> tf.Tensor:
    """Arrays of one shape joined along a new axis. Raises ValueError if shapes differ, AxisError out of bounds."""
    no_out(out, "stack")
    parts = [as_tensor(part) for part in sequence_parts(arrays, _NO_SEQUENCE)]
    if not parts:
        raise ValueError("need at least one array to stack")
    shapes = {static_shape(part) for part in parts}
    if len(shapes) > 1 and not builtins.any(None in each for each in shapes):
        raise ValueError("all input arrays must have the same shape")
    axis = normalize_axis(axis, rank(parts[0]) + 1)
    if dtype is None:
        return _arrays.pack(list(promote(*parts)), axis)
    kind = np_dtype(dtype)
    _check_casting([dtype_of(part) for part in parts], kind, casting)
    return _arrays.pack([cast(part, kind) for part in parts], axis)


@device
def unstack(x: Any, /, *, axis: int = 0) -> tuple[tf.Tensor, ...]:
    """The slices along an axis, as a tuple. Raises ValueError for 0-d input, AxisError out of bounds."""
    x = _base.needs_array(x)
    if rank(x) == 0:
        raise ValueError("Input array must be at least 1-d.")
    return tuple(tf.unstack(x, axis=normalize_axis(axis, rank(x))))


@device
def vstack(tup: Any, *, dtype: Any = None, casting: str = "same_kind") -> tf.Tensor:
    """Arrays one below the other; vectors are rows."""
    parts = [as_tensor(part) for part in sequence_parts(tup, _NO_SEQUENCE)]
    if dtype is None and len({static_shape(x) for x in parts}) == 1 and rank(parts[0]) == 1:
        return _arrays.pack(list(promote(*parts)), 0)
    return _joined([_two_dimensions(x) for x in parts], 0, dtype, casting)


@device
def row_stack(tup: Any, *, dtype: Any = None, casting: str = "same_kind") -> tf.Tensor:
    """As `vstack`."""
    return vstack(tup, dtype=dtype, casting=casting)


@device
def hstack(tup: Any, *, dtype: Any = None, casting: str = "same_kind") -> tf.Tensor:
    """Arrays side by side: along the second axis, vectors along the first."""
    parts = [as_tensor(part) for part in sequence_parts(tup, _NO_SEQUENCE)]
    parts = [part if rank(part) else _base.reshape(part, [1]) for part in parts]
    return _joined(parts, 0 if parts and rank(parts[0]) == 1 else 1, dtype, casting)


@device
def dstack(tup: Any) -> tf.Tensor:
    """Arrays along the third axis; see `atleast_3d`."""
    return _joined(
        [_three_dimensions(as_tensor(part)) for part in sequence_parts(tup, _NO_SEQUENCE)], 2, None, "same_kind"
    )


@device
def column_stack(tup: Any) -> tf.Tensor:
    """Vectors as the columns of a matrix; matrices are taken as they are."""
    parts = [as_tensor(part) for part in sequence_parts(tup, _NO_SEQUENCE)]
    return _joined([part if rank(part) > 1 else _base.reshape(part, [-1, 1]) for part in parts], 1, None, "same_kind")


@device
def block(arrays: Any) -> tf.Tensor:
    """An array put together from nested lists of blocks: the innermost lists along the last axis, and so on.

    Raises ValueError for lists of different depths or empty ones, TypeError for tuples.
    """
    depths: set[int] = set()
    most = _block_depth(arrays, 0, depths)
    if len(depths) != 1:
        raise ValueError(f"List depths are mismatched. {sorted(depths)} were found.")
    if most < 0:
        raise ValueError("List at arrays cannot be empty")
    depth = depths.pop()
    total = max(depth, most)

    def join(part: Any, level: int) -> tf.Tensor:
        if level == depth:
            x = as_tensor(part)
            missing = total - rank(x)
            return _base.reshape(x, shape_from([1] * missing + lengths(x))) if missing > 0 else x
        return _joined([join(each, level + 1) for each in part], -(depth - level), None, "same_kind")

    result = join(arrays, 0)
    return new_object(result) if result is arrays else result


def _block_depth(arrays: Any, level: int, depths: set[int]) -> int:
    """The most dimensions of a block, -1 if a list is empty; collects the depths at which blocks stand."""
    if type(arrays) is tuple:
        raise TypeError(
            "arrays is a tuple. Only lists can be used to arrange blocks, and np.block does not allow implicit "
            "conversion from tuple to ndarray."
        )
    if type(arrays) is not list:
        depths.add(level)
        return ndim(arrays)
    if not arrays:
        depths.add(level + 1)
        return -1
    found = [_block_depth(each, level + 1, depths) for each in arrays]
    return -1 if -1 in found else max(found)


# ----------------------------------------------------------------------------------------------------------- splitting


def _slices(x: tf.Tensor, points: list[Any], axis: int) -> list[tf.Tensor]:
    """`x[points[i]:points[i + 1]]` along an axis; None is an end."""
    made = []
    for start, stop in itertools.pairwise(points):
        where: list[Any] = [builtins.slice(None)] * axis + [builtins.slice(start, stop)]
        made.append(x[tuple(where)])
    return made


@device
def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[tf.Tensor]:
    """The array in pieces along an axis: so many, as even as possible; or cut at the indices given. A list.

    Raises ValueError for a number of pieces below 1, IndexError for an axis out of bounds.
    """
    x = as_tensor(ary)
    axis = normalize_axis(axis, rank(x))
    listed = isinstance(ary, (list, tuple))
    total = len(ary) if listed else static_shape(x)[axis]
    cuts = known(indices_or_sections)
    if np.ndim(cuts) and len(cuts):
        return _slices(x, [0, *(integer(cut) for cut in cuts), total if listed else None], axis)
    if np.ndim(cuts):
        return [new_object(x)]
    pieces = int(cuts)
    if pieces <= 0:
        raise ValueError("number sections must be larger than 0.")
    if total is None:
        raise UnsupportedFeatureError(
            "np.array_split along an axis of unknown length", "NT603", "give the axis a static length"
        )
    each, extra = divmod(total, pieces)
    if total != static_shape(x)[axis]:  # NumPy counts the elements of a list, whatever the axis
        ends = itertools.accumulate([each + 1] * extra + [each] * (pieces - extra))
        return _slices(x, [0, *ends], axis)
    return list(tf.split(x, [each + 1] * extra + [each] * (pieces - extra), axis))


@device
def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[tf.Tensor]:
    """As `array_split`, and ValueError if so many even pieces are impossible."""
    x = needs_array(ary, "shape") if not np.ndim(known(indices_or_sections)) else as_tensor(ary)
    if not np.ndim(known(indices_or_sections)):
        pieces = integer(indices_or_sections)
        total = static_shape(x)[normalize_axis(axis, rank(x))]
        if pieces <= 0 or (total is not None and total % pieces):
            if pieces == 0:
                raise ZeroDivisionError("integer modulo by zero")
            raise ValueError("array split does not result in an equal division")
        if total is None:
            return list(tf.split(x, pieces, axis))
    return array_split(ary, indices_or_sections, axis)


@device
def hsplit(ary: Any, indices_or_sections: Any) -> list[tf.Tensor]:
    """Split along the second axis; vectors along the first. ValueError for 0-d input."""
    x = as_tensor(ary)
    if rank(x) == 0:
        raise ValueError("hsplit only works on arrays of 1 or more dimensions")
    return split(needs_array(ary), indices_or_sections, 1 if rank(x) > 1 else 0)


@device
def vsplit(ary: Any, indices_or_sections: Any) -> list[tf.Tensor]:
    """Split along the first axis. ValueError below two dimensions."""
    x = as_tensor(ary)
    if rank(x) < 2:
        raise ValueError("vsplit only works on arrays of 2 or more dimensions")
    return split(ary, indices_or_sections, 0)


@device
def dsplit(ary: Any, indices_or_sections: Any) -> list[tf.Tensor]:
    """Split along the third axis. ValueError below three dimensions."""
    x = as_tensor(ary)
    if rank(x) < 3:
        raise ValueError("dsplit only works on arrays of 3 or more dimensions")
    return split(ary, indices_or_sections, 2)


# ---------------------------------------------------------------------------------------------- repeating and turning


@device
def tile(A: Any, reps: Any) -> tf.Tensor:  # noqa: N803 - NumPy's name
    """The array repeated `reps` times along each axis, as a new object; the shorter of shape and `reps` is filled
    with ones.
    """
    x, times = as_tensor(A), shape_argument(reps)
    if not isinstance(times, tuple):
        times = tuple(tf.unstack(times))
    missing = len(times) - rank(x)
    if missing > 0:
        x = _base.reshape(x, shape_from([1] * missing + lengths(x)))
    times = (1,) * -missing + times
    if builtins.all(isinstance(each, int) for each in times):
        if times and min(times) < 0:
            raise ValueError("negative dimensions are not allowed")
        if builtins.all(each == 1 for each in times):
            return new_object(x)
    if x.dtype is tf.uint16:  # TensorFlow's Tile lacks it
        return tf.bitcast(tf.tile(tf.bitcast(x, tf.int16), shape_from(list(times))), tf.uint16)
    return tf.tile(x, shape_from(list(times)))


@device
def repeat(a: Any, repeats: Any, axis: Any = None) -> tf.Tensor:
    """Each element, or each slice along an axis, `repeats` times; flattened first if `axis` is None.

    Raises ValueError if `repeats` is negative or doesn't broadcast to the axis, TypeError if it holds no integers.
    """
    x = as_tensor(a)
    if axis is None:
        x, axis = _base.reshape(x, [-1]), 0
    x = x if rank(x) else _base.reshape(x, [1])
    axis = normalize_axis(axis, rank(x))
    times, length = known(repeats), static_shape(x)[axis]
    if times is None or length is None:
        counts = as_tensor(repeats)
        _symbolic.expect(counts >= 0, "a negative number of repeats")
        return tf.repeat(x, cast(counts, tf.int32), axis=axis)
    return gather(x, np.repeat(np.arange(length), times), axis=axis)


@device
def roll(a: Any, shift: Any, axis: Any = None) -> tf.Tensor:
    """Elements shifted along axes, those that fall off put in at the other end; flattened meanwhile if `axis` is
    None.
    """
    x = as_tensor(a)
    if axis is None:
        return _base.reshape(roll(_base.reshape(x, [-1]), _sum_of(shift), 0), shape_from(lengths(x)))
    axes = normalize_axis_tuple(axis, rank(x), allow_duplicate=True)
    shifts = known(shift)
    if shifts is None:
        pairs = [as_tensor(shift)] * len(axes) if rank(shift) == 0 else tf.unstack(shift)
    else:
        if builtins.max(np.ndim(shifts), np.ndim(axis)) > 1:
            raise ValueError("'shift' and 'axis' should be scalars or 1D sequences")
        pairs, axes = np.broadcast_arrays(shifts, axes)
        pairs, axes = [int(each) for each in pairs.ravel()], [int(each) for each in axes.ravel()]
    if static_size(x) == 0:
        return new_object(x)
    if builtins.all(isinstance(each, int) for each in pairs):
        found = static_shape(x)
        pairs = [each % found[at] if found[at] else each for each, at in zip(pairs, axes, strict=True)]
        if len(pairs) == 1 and pairs[0] and _materializing.leaves_apart(x):
            return _rolled(x, pairs[0], axes[0])
    return tf.roll(x, shape_from(list(pairs)), list(axes)) if pairs else new_object(x)


def _rolled(x: tf.Tensor, shift: int, axis: int) -> tf.Tensor:
    """Rolled for XLA: part of a longer array with both ends added, which serves the opposite shift, too. It would put
    the whole array twice in a row. With the axis made the last of two, the array is no part of a group (see
    `_materializing`), in which each element would be looked for in either part.
    """
    shape = static_shape(x)
    inner = math.prod(shape[axis + 1 :])
    count = shape[axis] * inner
    size = builtins.min(shift, shape[axis] - shift) * inner
    made = _symbolic.trace.operators
    key = "rolled", id(x), id(get_default_graph()), axis, size
    if key not in made:
        rows = _arrays.reshape(x, [math.prod(shape[:axis]), count])
        ends = [_arrays._slice(rows, [0, start], [-1, size]) for start in (count - size, 0)]
        made[key] = _arrays.concat_v2([ends[0], rows, ends[1]], 1), x  # kept, so that no other takes its identity
    start = 0 if shift * inner == size else 2 * size
    return _arrays.reshape(_arrays._slice(made[key][0], [0, start], [-1, count]), x.shape)


def _sum_of(shift: Any) -> Any:
    """Several shifts along one axis add up, each a whole number."""
    shifts = known(shift)
    if shifts is None:
        return tf.reduce_sum(cast(as_tensor(shift), np.int64))
    if np.ndim(shifts) > 1:
        raise ValueError("'shift' and 'axis' should be scalars or 1D sequences")
    return builtins.sum(int(each) for each in np.ravel(shifts))


@device
def flip(m: Any, axis: Any = None) -> tf.Tensor:
    """The elements in reverse along an axis or axes, by default all. Raises AxisError out of bounds."""
    x = as_tensor(m)
    axes = tuple(range(rank(x))) if axis is None else normalize_axis_tuple(axis, rank(x))
    return tf.reverse(x, list(axes)) if axes else new_object(x)


@device
def flipud(m: Any) -> tf.Tensor:
    """Reversed along the first axis. ValueError for 0-d input."""
    x = as_tensor(m)
    if rank(x) < 1:
        raise ValueError("Input must be >= 1-d.")
    return tf.reverse(x, [0])


@device
def fliplr(m: Any) -> tf.Tensor:
    """Reversed along the second axis. ValueError below two dimensions."""
    x = as_tensor(m)
    if rank(x) < 2:
        raise ValueError("Input must be >= 2-d.")
    return tf.reverse(x, [1])


@device
def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> tf.Tensor:
    """Turned by `k` right angles in the plane of two axes, from the first to the second.

    Raises ValueError unless `axes` are two different axes of the array.
    """
    x = as_tensor(m)
    axes = tuple(map(operator.index, axes))
    if len(axes) != 2:
        raise ValueError("len(axes) must be 2.")
    n = rank(x)
    if axes[0] == axes[1] or abs(axes[0] - axes[1]) == n:
        raise ValueError("Axes must be different.")
    if builtins.any(not -n <= each < n for each in axes):
        raise ValueError(f"Axes={axes} out of range for array of ndim={n}.")
    first, second = (each % n for each in axes)
    turns = (k if isinstance(k, (float, np.floating)) else integer(k)) % 4
    if turns == 0:
        return new_object(x)
    if turns == 2:
        return tf.reverse(x, [first, second])
    order = list(range(n))
    order[first], order[second] = second, first
    if turns == 1:
        return _base.transpose(tf.reverse(x, [second]), order)
    return tf.reverse(_base.transpose(x, order), [second])


# ------------------------------------------------------------------------------------------------------------- padding

_PAD_KEYWORDS = {
    "constant": "constant_values",
    "edge": None,
    "empty": None,
    "linear_ramp": "end_values",
    "maximum": "stat_length",
    "mean": "stat_length",
    "median": "stat_length",
    "minimum": "stat_length",
    "reflect": "reflect_type",
    "symmetric": "reflect_type",
    "wrap": None,
}


def _pad_widths(pad_width: Any, n: int) -> list[tuple[int, int]]:
    if isinstance(pad_width, dict):
        pairs: list[Any] = [(0, 0)] * n
        for axis, width in pad_width.items():
            pairs[axis] = width if isinstance(width, tuple) else (width, width)
        pad_width = pairs
    widths = host(pad_width)
    if widths.dtype.kind not in "iu" and (widths.size or n):
        raise TypeError("`pad_width` must be of integral type.")
    if widths.size and widths.min() < 0:
        raise ValueError("index can't contain negative values")
    return [tuple(pair) for pair in np.broadcast_to(widths, (n, 2)).tolist()]


def _value_pairs(values: Any, n: int) -> Any:
    """Values for each side of each axis, as something to index with `[axis][side]`."""
    if on_host(values):
        return np.broadcast_to(values, (n, 2))
    return [tf.unstack(pair) for pair in tf.unstack(tf.broadcast_to(as_tensor(values), (n, 2)))]


@device
def pad(array: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> tf.Tensor:
    """The array with margins around it.

    Parameters
    ----------
    array : array_like
    pad_width : int, pairs of ints, or dict of axis to these
        How many elements before and after, for each axis. Must be known while tracing.
    mode : str or function
        "constant", "edge", "linear_ramp", "maximum", "mean", "median", "minimum", "reflect", "symmetric", "wrap" or
        "empty"
        (zeros). A function runs on the host and gets host vectors to change in place.
    constant_values, end_values, stat_length, reflect_type
        As in NumPy, each for its modes.

    Raises
    ------
    ValueError
        Unknown mode or keyword, negative widths, or an empty axis to be extended by other modes than constant.
    TypeError
        Widths that aren't integers.
    """
    x = as_tensor(array)
    widths = _pad_widths(pad_width, rank(x))
    if callable(mode):
        return to_device(np.pad(host(x), widths, mode, **kwargs))
    if mode not in _PAD_KEYWORDS:
        raise ValueError(f"mode '{mode}' is not supported")
    extra = set(kwargs) - {_PAD_KEYWORDS[mode]}
    if extra:
        raise ValueError(f"unsupported keyword arguments for mode '{mode}': {extra}")
    if mode in ("constant", "empty"):
        return _pad_constant(x, widths, kwargs.get("constant_values", 0))
    for axis, (width, length) in enumerate(zip(widths, static_shape(x), strict=True)):
        if length == 0 and builtins.any(width):
            raise ValueError(f"can't extend empty axis {axis} using modes other than 'constant' or 'empty'")
    if mode == "linear_ramp":
        return _pad_ramp(x, widths, _value_pairs(kwargs.get("end_values", 0), rank(x)))
    if mode in ("maximum", "mean", "median", "minimum"):
        return _pad_statistic(x, widths, mode, kwargs.get("stat_length"))
    return _pad_by_index(x, widths, mode, kwargs.get("reflect_type", "even"))


def _pad_constant(x: tf.Tensor, widths: list[tuple[int, int]], values: Any) -> tf.Tensor:
    if np.ndim(values) == 0 and on_host(values):
        value = np.asarray(values).astype(dtype_of(x))
        return tf.pad(x, widths, constant_values=value[()]) if widths else new_object(x)
    pairs = _value_pairs(values, rank(x))
    for axis, width in enumerate(widths):
        sides = []
        for side in (0, 1):
            dims = lengths(x)
            dims[axis] = width[side]
            sides.append(tf.fill(shape_from(dims), cast(as_tensor(pairs[axis][side]), x.dtype)))
        x = tf.concat([sides[0], x, sides[1]], axis)
    return x


def along(x: tf.Tensor, start: Any, stop: Any, axis: int) -> tf.Tensor:
    return x[tuple([builtins.slice(None)] * axis + [builtins.slice(start, stop)])]


def _pad_ramp(x: tf.Tensor, widths: list[tuple[int, int]], ends: Any) -> tf.Tensor:
    kind = dtype_of(x)
    for axis, (before, after) in enumerate(widths):
        if not (before or after):
            continue
        first = tf.squeeze(along(x, 0, 1, axis), [axis])
        last = tf.squeeze(along(x, -1, None, axis), [axis])
        left = linspace(ends[axis][0], first, before, endpoint=False, dtype=kind, axis=axis)
        right = linspace(ends[axis][1], last, after, endpoint=False, dtype=kind, axis=axis)
        x = tf.concat([left, x, tf.reverse(right, [axis])], axis)
    return x


def _pad_statistic(x: tf.Tensor, widths: list[tuple[int, int]], mode: str, stat_length: Any) -> tf.Tensor:
    from . import _reductions  # the reductions stand on this module

    function = {"maximum": "max", "minimum": "min", "mean": "mean", "median": "median"}[mode]
    kind = dtype_of(x)
    limits = np.broadcast_to(np.asarray(stat_length, dtype=object), (rank(x), 2))
    for axis, (before, after) in enumerate(widths):
        total = static_shape(x)[axis]
        sides = []
        for side, width in ((0, before), (1, after)):
            limit = limits[axis][side]
            if limit is not None and limit < 0:
                raise ValueError("index can't contain negative values")
            if before == 0 == after and (limit is None or total == 0):
                continue
            limit = total if limit is None else builtins.min(limit, total)
            if limit == 0 and mode in ("maximum", "minimum"):
                raise ValueError("stat_length of 0 yields no value for padding")
            if before == 0 == after:
                continue
            chunk = along(x, 0, limit, axis) if side == 0 else along(x, total - limit, None, axis)
            found = getattr(_reductions, function)(chunk, axis=axis, keepdims=True)
            if kind.kind in "iu" and found.dtype.is_floating:
                found = tf.round(found)
            sides.append(tile(cast(found, kind), [width if each == axis else 1 for each in range(rank(x))]))
        if sides:
            x = tf.concat([sides[0], x, sides[1]], axis)
    return x


def _pad_by_index(x: tf.Tensor, widths: list[tuple[int, int]], mode: str, reflect_type: str) -> tf.Tensor:
    """Margins made of the array's own elements: NumPy pads the indices, TensorFlow gathers."""
    if reflect_type not in ("even", "odd"):
        raise ValueError(f"reflect_type should be 'even' or 'odd', not {reflect_type!r}")
    odd = reflect_type == "odd" and mode in ("reflect", "symmetric")
    if odd and x.dtype is tf.bool:
        return to_device(np.pad(host(x), widths, mode, reflect_type=reflect_type))
    result = x
    for axis, width in enumerate(widths):
        if not builtins.any(width):
            continue
        length = static_shape(x)[axis]
        if length is None:
            raise UnsupportedFeatureError(
                f"np.pad(mode={mode!r}) of an axis of unknown length", "NT603", "give the axis a static length"
            )
        index = np.pad(np.arange(length), width, mode)
        padded = gather(result, index, axis=axis)
        if odd and length > 1:
            padded = _pad_odd(result, padded, index, width, mode, axis)
        result = padded
    return new_object(result) if result is x else result


def _pad_odd(
    x: tf.Tensor, padded: tf.Tensor, index: np.ndarray, width: tuple[int, int], mode: str, axis: int
) -> tf.Tensor:
    """Reflection through the edges: each element is `s * x[index] + a * x[0] + b * x[-1]`.

    The factors are read off what NumPy makes of the unit vectors. Terms with factor 0 are left out, lest infinity
    times 0 be NaN.
    """
    length = static_shape(x)[axis]
    units = np.pad(np.eye(length, dtype=np.int64), (width, (0, 0)), mode, reflect_type="odd")
    inner = (index > 0) & (index < length - 1)
    own = np.where(inner, units[np.arange(len(index)), index], 0)
    column = [-1 if each == axis else 1 for each in range(rank(x))]
    zero = tf.zeros((), x.dtype)

    def term(factors: np.ndarray, values: tf.Tensor) -> tf.Tensor:
        factors = factors.reshape(column)
        product = tf.multiply(cast(as_tensor(factors), x.dtype), values)
        return tf.where(factors != 0, product, zero)

    total = term(own, padded)
    if length > 1:
        total = tf.add(total, term(units[:, -1], along(x, -1, None, axis)))
    return tf.add(total, term(units[:, 0], along(x, 0, 1, axis)))


# ------------------------------------------------------------------------------------------------- adding and removing


@device
def append(arr: Any, values: Any, axis: Any = None) -> tf.Tensor:
    """A new array with `values` at the end of an axis; both flattened if `axis` is None."""
    x = as_tensor(arr)
    if axis is None:
        x, values = _base.reshape(x, [-1]), _base.reshape(as_tensor(values), [-1])
        axis = 0
    return _joined([x, as_tensor(values)], axis, None, "same_kind")


def _flat_axis(arr: Any, axis: Any) -> tuple[tf.Tensor, int]:
    x = as_tensor(arr)
    if axis is None:
        return (x if rank(x) == 1 else _base.reshape(x, [-1])), 0
    return x, normalize_axis(axis, rank(x))


def _length_known(x: tf.Tensor, axis: int, name: str) -> int:
    length = static_shape(x)[axis]
    if length is None:
        raise UnsupportedFeatureError(
            f"np.{name} along an axis of unknown length", "NT603", "give the axis a static length"
        )
    return length


@device
def delete(arr: Any, obj: Any, axis: Any = None) -> tf.Tensor:
    """A new array without some slices along an axis; flattened first if `axis` is None.

    `obj` is an int, a slice, a mask or integers. Raises IndexError out of bounds, ValueError for a mask of another
    length.
    """
    x, axis = _flat_axis(arr, axis)
    length = _length_known(x, axis, "delete")
    where = to_host(obj) if isinstance(obj, slice) else known(obj)
    if where is None:
        mask = as_tensor(obj)
        if mask.dtype is not tf.bool:
            _symbolic.expect((mask >= -length) & (mask < length), f"an index out of bounds for size {length}")
            places = _base.reshape(mask % length, [-1, 1])
            mask = tf.scatter_nd(places, tf.ones([tf.size(mask)], tf.int32), [length]) > 0
        return gather(x, _base.reshape(tf.where(graph_only(tf.logical_not(mask))), [-1]), axis)
    return gather(x, np.delete(np.arange(length), to_host(where)), axis=axis)


@device
def insert(arr: Any, obj: Any, values: Any, axis: Any = None) -> tf.Tensor:
    """A new array with `values` put in before the places given along an axis; flattened first if `axis` is None.

    `values` are cast to the array's dtype and broadcast. Raises IndexError out of bounds.
    """
    x, axis = _flat_axis(arr, axis)
    length = _length_known(x, axis, "insert")
    places = to_host(obj)
    new = as_tensor(values) if isinstance(values, Tensor) else as_tensor(values, x.dtype)
    new = cast(new, x.dtype)
    if not isinstance(places, slice):
        places = np.asarray(places)
        if places.dtype.kind == "b":
            if places.ndim != 1:
                raise ValueError("boolean array argument obj to insert must be one dimensional")
            places = np.flatnonzero(places)
        elif not places.size and not isinstance(obj, (Tensor, np.ndarray)):
            places = places.astype(int)
    if not isinstance(places, slice) and places.size == 1:
        if not -length <= (place := places.item()) <= length:
            raise IndexError(f"index {place} is out of bounds for axis {axis} with size {length}")
        if rank(new) < rank(x):
            new = _base.reshape(new, shape_from([1] * (rank(x) - rank(new)) + lengths(new)))
        if places.ndim == 0:
            # As NumPy: at a single place, the first axis of the values runs along the axis of insertion.
            new = moveaxis(new, 0, axis)
        count = static_shape(new)[axis]
        places = np.repeat(places.ravel(), count)
    else:
        count = np.insert(np.zeros(length, bool), places, True).size - length
    if rank(new) > rank(x):
        new = tf.squeeze(new, list(range(rank(new) - rank(x))))
    dims = lengths(x)
    dims[axis] = count
    new = broadcast_to(new, tuple(dims))
    order = np.insert(np.arange(length), places, length + np.arange(count))
    return gather(tf.concat([x, new], axis), order, axis=axis)


@device
def resize(a: Any, new_shape: Any) -> tf.Tensor:
    """A new array of another shape, filled with repetitions of the elements. ValueError for negative lengths."""
    x, dims = _base.reshape(as_tensor(a), [-1]), shape_argument(new_shape)
    if dims and min(dims) < 0:
        raise ValueError("all elements of `new_shape` must be non-negative")
    have, wanted = _length_known(x, 0, "resize"), math.prod(dims)
    if not have:
        return tf.zeros(dims, x.dtype)
    return _base.reshape(x[:wanted] if wanted <= have else gather(x, np.arange(wanted) % have), dims)


@device
def trim_zeros(filt: Any, trim: str = "fb", axis: Any = None) -> Any:
    """Without the zeros at the front ("f") and back ("b"), along the axes given or all. A list or tuple stays one.

    The result's shape depends on values, which must be known. Raises ValueError for other letters in `trim`.
    """
    letters = trim.lower()
    if letters not in {"fb", "bf", "f", "b"}:
        raise ValueError(f"unexpected character(s) in `trim`: {letters!r}")
    values = host(filt)
    axes = tuple(range(values.ndim)) if axis is None else normalize_axis_tuple(axis, values.ndim, argname="axis")
    if not axes:
        return filt
    places = np.argwhere(values)
    if len(places):
        low, high = places.min(axis=0).tolist(), (places.max(axis=0) + 1).tolist()
    else:
        low = high = [0] * values.ndim
    if len(places):
        low = low if "f" in letters else [None] * values.ndim
        high = high if "b" in letters else [None] * values.ndim
    where = tuple(slice(low[each], high[each]) if each in axes else slice(None) for each in range(values.ndim))
    if isinstance(filt, (list, tuple)):
        return filt[where[0]] if len(where) == 1 else filt[where]
    return as_tensor(filt)[where]


# ------------------------------------------------------------------------------------------------------------ diagonals


def _diagonal_last(a: Any, offset: int, axis1: int, axis2: int) -> tf.Tensor:
    x = as_tensor(a)
    if rank(x) < 2:
        raise ValueError("diag requires an array of at least two dimensions")
    axis1, axis2 = normalize_axis(axis1, rank(x)), normalize_axis(axis2, rank(x))
    if axis1 == axis2:
        raise ValueError("axis1 and axis2 cannot be the same")
    order = [each for each in range(rank(x)) if each not in (axis1, axis2)] + [axis1, axis2]
    if order != list(range(rank(x))):
        x = _base.transpose(x, order)
    return matrix_diagonal(x, integer(offset))


@device
def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> tf.Tensor:
    """The diagonal of the plane of two axes, as the last axis. Raises ValueError below two dimensions or for equal
    axes.
    """
    return _diagonal_last(a, offset, axis1, axis2)


@device
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None) -> tf.Tensor:
    """The sum of the diagonal. Small integers add up in int64 (uint64), as in `sum`."""
    no_out(out, "trace")
    x = _diagonal_last(a, offset, axis1, axis2)
    kind = np_dtype(dtype)
    if kind is None:
        kind = dtype_of(x)
        if kind.kind in "bi":
            kind = np.promote_types(kind, np.int64)
        elif kind.kind == "u":
            kind = np.promote_types(kind, np.uint64)
    return tf.reduce_sum(cast(x, kind), -1)
