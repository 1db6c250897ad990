"""Shapes, joining, splitting, padding, choosing elements, and the elementwise helpers that are no ufuncs.

- What NumPy returns as a view is a new object of the same values here; what NumPy returns itself, these return too.
- `order="F"` is honoured where it changes values (`reshape`, `ravel`); "K" and "A" mean "C", a tensor's only layout.
- A 0-d tensor is a scalar for `isscalar`: sums and single elements are 0-d tensors where NumPy gives scalars.
- The mutators (`put`, `place`, `putmask`, `copyto`, `fill_diagonal`, `put_along_axis`) raise and name what to write.
"""

from __future__ import annotations

import builtins
import functools
import itertools
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.lib.array_utils import normalize_axis_tuple
from tensorflow.python.eager import record as _record
from tensorflow.python.ops import gen_array_ops as _arrays

from . import _base, _status, _symbolic
from ._base import (
    HostValueError,
    NotCompilableError,
    Tensor,
    UnsupportedFeatureError,
    as_tensor,
    call_numpy,
    cast,
    default_float,
    device,
    dtype_of,
    host,
    host_function,
    is_eager,
    is_weak,
    no_out,
    normalize_axis,
    np_dtype,
    plain_axis,
    promote,
    rank,
    refuse_as_numpy,
    result_dtype,
    static_shape,
    to_device,
    to_host,
    unsupported,
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
    "allclose",
    "angle",
    "append",
    "apply_along_axis",
    "apply_over_axes",
    "around",
    "array_equal",
    "array_equiv",
    "array_split",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "block",
    "broadcast_arrays",
    "broadcast_shapes",
    "broadcast_to",
    "choose",
    "clip",
    "column_stack",
    "compress",
    "concat",
    "concatenate",
    "copyto",
    "delete",
    "diagonal",
    "dsplit",
    "dstack",
    "expand_dims",
    "extract",
    "fill_diagonal",
    "fix",
    "flip",
    "fliplr",
    "flipud",
    "frompyfunc",
    "hsplit",
    "hstack",
    "i0",
    "imag",
    "insert",
    "interp",
    "isclose",
    "iscomplex",
    "iscomplexobj",
    "isfortran",
    "isneginf",
    "isposinf",
    "isreal",
    "isrealobj",
    "isscalar",
    "iterable",
    "matrix_transpose",
    "may_share_memory",
    "moveaxis",
    "nan_to_num",
    "ndim",
    "pad",
    "permute_dims",
    "piecewise",
    "place",
    "put",
    "put_along_axis",
    "putmask",
    "ravel",
    "real",
    "real_if_close",
    "repeat",
    "reshape",
    "resize",
    "roll",
    "rollaxis",
    "rot90",
    "round",
    "row_stack",
    "select",
    "shape",
    "shares_memory",
    "sinc",
    "size",
    "split",
    "squeeze",
    "stack",
    "swapaxes",
    "take",
    "take_along_axis",
    "tile",
    "trace",
    "transpose",
    "trim_zeros",
    "unstack",
    "unwrap",
    "vectorize",
    "vsplit",
    "vstack",
    "where",
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
        found = tuple(found[each] for each in normalize_axis_tuple(axis, len(found), allow_duplicate=True))
    if None in found:
        return tf.size(a, out_type=tf.int64) if axis is None else tf.reduce_prod(tf.gather(tf.shape(a, tf.int64), axis))
    return math.prod(found)


def _total(x: tf.Tensor) -> int | None:
    found = static_shape(x)
    return None if None in found else math.prod(found)


@device
def reshape(a: Any, /, shape: Any, order: str = "C", *, copy: bool | None = None) -> tf.Tensor:
    """The same elements in another shape, as a new object; one length may be -1.

    Raises ValueError if the sizes differ. `order="F"` reads and writes columns first; `copy=False` refuses that.
    """
    check_order(order)
    if order in ("K", "k"):
        raise ValueError("order 'K' is not permitted for reshaping")
    x, dims = as_tensor(a), shape_argument(shape)
    if isinstance(dims, tuple):
        dims = tuple(max(length, -1) for length in dims)
        _check_reshape(_total(x), dims)
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


def _parts(arrays: Any, what: str) -> list[Any]:
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
    else:
        _check_casting([dtype_of(x) for x in tensors], kind, casting)
    if axis is None:
        return tf.concat([cast(_base.reshape(x, [-1]), kind) for x in tensors], 0)
    n = rank(tensors[0])
    if n == 0:
        raise ValueError("zero-dimensional arrays cannot be concatenated")
    axis = normalize_axis(integer(axis), n)
    _check_joined([static_shape(x) for x in tensors], axis)
    return _base.concat([cast(x, kind) for x in tensors], axis)


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
    parts = _parts(arrays, "The first input argument needs to be a sequence")
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
    parts = [as_tensor(part) for part in _parts(arrays, _NO_SEQUENCE)]
    if not parts:
        raise ValueError("need at least one array to stack")
    shapes = {static_shape(part) for part in parts}
    if len(shapes) > 1 and not builtins.any(None in each for each in shapes):
        raise ValueError("all input arrays must have the same shape")
    axis = normalize_axis(axis, rank(parts[0]) + 1)
    kind = np_dtype(dtype)
    if kind is None:
        kind = result_dtype(*parts)
    else:
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
    return _joined([_two_dimensions(as_tensor(part)) for part in _parts(tup, _NO_SEQUENCE)], 0, dtype, casting)


@device
def row_stack(tup: Any, *, dtype: Any = None, casting: str = "same_kind") -> tf.Tensor:
    """As `vstack`."""
    return vstack(tup, dtype=dtype, casting=casting)


@device
def hstack(tup: Any, *, dtype: Any = None, casting: str = "same_kind") -> tf.Tensor:
    """Arrays side by side: along the second axis, vectors along the first."""
    parts = [as_tensor(part) for part in _parts(tup, _NO_SEQUENCE)]
    parts = [part if rank(part) else _base.reshape(part, [1]) for part in parts]
    return _joined(parts, 0 if parts and rank(parts[0]) == 1 else 1, dtype, casting)


@device
def dstack(tup: Any) -> tf.Tensor:
    """Arrays along the third axis; see `atleast_3d`."""
    return _joined([_three_dimensions(as_tensor(part)) for part in _parts(tup, _NO_SEQUENCE)], 2, None, "same_kind")


@device
def column_stack(tup: Any) -> tf.Tensor:
    """Vectors as the columns of a matrix; matrices are taken as they are."""
    parts = [as_tensor(part) for part in _parts(tup, _NO_SEQUENCE)]
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
    total = static_shape(x)[axis]
    cuts = known(indices_or_sections)
    if np.ndim(cuts) and len(cuts):
        return _slices(x, [0, *(integer(cut) for cut in cuts), None], axis)
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
    return list(tf.split(x, [each + 1] * extra + [each] * (pieces - extra), axis))


@device
def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[tf.Tensor]:
    """As `array_split`, and ValueError if so many even pieces are impossible."""
    x = as_tensor(ary)
    if not np.ndim(known(indices_or_sections)):
        pieces = integer(indices_or_sections)
        total = static_shape(x)[normalize_axis(axis, rank(x))]
        if pieces <= 0 or (total is not None and total % pieces):
            if pieces == 0:
                raise ZeroDivisionError("integer modulo by zero")
            raise ValueError("array split does not result in an equal division")
        if total is None:
            return list(tf.split(x, pieces, axis))
    return array_split(x, indices_or_sections, axis)


@device
def hsplit(ary: Any, indices_or_sections: Any) -> list[tf.Tensor]:
    """Split along the second axis; vectors along the first. ValueError for 0-d input."""
    x = as_tensor(ary)
    if rank(x) == 0:
        raise ValueError("hsplit only works on arrays of 1 or more dimensions")
    return split(x, indices_or_sections, 1 if rank(x) > 1 else 0)


@device
def vsplit(ary: Any, indices_or_sections: Any) -> list[tf.Tensor]:
    """Split along the first axis. ValueError below two dimensions."""
    x = as_tensor(ary)
    if rank(x) < 2:
        raise ValueError("vsplit only works on arrays of 2 or more dimensions")
    return split(x, indices_or_sections, 0)


@device
def dsplit(ary: Any, indices_or_sections: Any) -> list[tf.Tensor]:
    """Split along the third axis. ValueError below three dimensions."""
    x = as_tensor(ary)
    if rank(x) < 3:
        raise ValueError("dsplit only works on arrays of 3 or more dimensions")
    return split(x, indices_or_sections, 2)


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
    if _total(x) == 0:
        return new_object(x)
    if builtins.all(isinstance(each, int) for each in pairs):
        found = static_shape(x)
        pairs = [each % found[at] if found[at] else each for each, at in zip(pairs, axes, strict=True)]
    return tf.roll(x, shape_from(list(pairs)), list(axes)) if pairs else new_object(x)


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


def _along(x: tf.Tensor, start: Any, stop: Any, axis: int) -> tf.Tensor:
    return x[tuple([builtins.slice(None)] * axis + [builtins.slice(start, stop)])]


def _pad_ramp(x: tf.Tensor, widths: list[tuple[int, int]], ends: Any) -> tf.Tensor:
    kind = dtype_of(x)
    for axis, (before, after) in enumerate(widths):
        if not (before or after):
            continue
        first = tf.squeeze(_along(x, 0, 1, axis), [axis])
        last = tf.squeeze(_along(x, -1, None, axis), [axis])
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
        if before == 0 == after:
            continue
        total = static_shape(x)[axis]
        sides = []
        for side, width in ((0, before), (1, after)):
            limit = limits[axis][side]
            if limit is not None and limit < 0:
                raise ValueError("index can't contain negative values")
            limit = total if limit is None else builtins.min(limit, total)
            if limit == 0 and mode in ("maximum", "minimum"):
                raise ValueError("stat_length of 0 yields no value for padding")
            chunk = _along(x, 0, limit, axis) if side == 0 else _along(x, total - limit, None, axis)
            found = getattr(_reductions, function)(chunk, axis=axis, keepdims=True)
            if kind.kind in "iu" and found.dtype.is_floating:
                found = tf.round(found)
            sides.append(tile(cast(found, kind), [width if each == axis else 1 for each in range(rank(x))]))
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
        total = tf.add(total, term(units[:, -1], _along(x, -1, None, axis)))
    return tf.add(total, term(units[:, 0], _along(x, 0, 1, axis)))


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
    new = cast(as_tensor(values), x.dtype)
    if not isinstance(places, slice):
        places = np.asarray(places)
        if places.dtype.kind == "b":
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


# ------------------------------------------------------------------------------------------------- applying functions


@device
def apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any) -> tf.Tensor:
    """`func1d` of every vector along an axis, which gives way to the axes of the results. Vectors are tensors.

    Raises ValueError if another axis is empty. While tracing, the calls are unrolled.
    """
    x = as_tensor(arr)
    axis = normalize_axis(axis, rank(x))
    moved = moveaxis(x, axis, -1)
    dims = static_shape(moved)
    outer = dims[:-1]
    if 0 in outer:
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    rows = tf.unstack(_base.reshape(moved, [math.prod(outer), -1])) if outer else [moved]
    made = [as_tensor(func1d(row, *args, **kwargs)) for row in rows]
    made = [cast(each, made[0].dtype) for each in made]
    result = _base.reshape(tf.stack(made), shape_from([*outer, *lengths(made[0])]))
    inner = rank(made[0])
    order = list(range(len(outer)))
    order[axis:axis] = range(len(outer), len(outer) + inner)
    return _base.transpose(result, order)


@device
def apply_over_axes(func: Callable[..., Any], a: Any, axes: Any) -> tf.Tensor:
    """`func(a, axis)` for one axis after the other, each kept with length 1.

    Raises ValueError if the function doesn't return an array of the right dimensions.
    """
    value = as_tensor(a)
    n = rank(value)
    for axis in axes if np.ndim(axes) else (axes,):
        axis = int(axis) + n if axis < 0 else int(axis)
        result = as_tensor(func(value, axis))
        if rank(result) != n:
            result = expand_dims(result, axis)
            if rank(result) != n:
                raise ValueError("function is not returning an array of the correct shape")
        value = result
    return value


def _needs_tensors(values: Sequence[Any]) -> bool:
    """True if a value isn't known yet, or a gradient is being recorded through one."""
    tensors = [value for value in values if isinstance(value, Tensor)]
    return builtins.any(not is_eager(value) for value in tensors) or (
        bool(tensors) and _record.should_record_backprop(tensors)
    )


class vectorize:  # noqa: N801 - NumPy's name
    """A function of numbers made one of arrays, called once for each element.

    Elements are handed over as Python numbers, and vectors (with `signature`) as tensors, so that plain Python runs
    at its own
    speed. Where a gradient is recorded, or while tracing, elements are 0-d tensors. Arguments as in NumPy; works as a
    decorator.

    Differs from NumPy: results are tensors, so the function must return numbers.
    """

    def __init__(
        self,
        pyfunc: Any = np._NoValue,
        otypes: Any = None,
        doc: str | None = None,
        excluded: Any = None,
        cache: bool = False,
        signature: str | None = None,
    ) -> None:
        self._options = {"otypes": otypes, "excluded": excluded, "cache": cache, "signature": signature}
        self._doc = doc
        self._host = np.vectorize(**self._options)  # checks the options
        self.otypes, self.excluded, self.cache, self.signature = (
            self._host.otypes,
            self._host.excluded,
            cache,
            signature,
        )
        self.pyfunc = pyfunc
        self.__doc__ = doc
        if pyfunc is not np._NoValue:
            self._set(pyfunc)

    def _set(self, pyfunc: Any) -> None:
        if not callable(pyfunc):
            raise TypeError("When used as a decorator, only accepts keyword arguments.")
        self.pyfunc = pyfunc
        self.__name__ = getattr(pyfunc, "__name__", "vectorize")
        self.__doc__ = self._doc if self._doc is not None else pyfunc.__doc__

        def on_host_values(*values: Any, **named: Any) -> Any:
            return to_host(
                pyfunc(*map(_vector_to_tensor, values), **{key: _vector_to_tensor(each) for key, each in named.items()})
            )

        self._host = np.vectorize(on_host_values, doc=self._doc, **self._options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function's values, broadcast over all arguments that aren't excluded."""
        if self.pyfunc is np._NoValue:
            self._set(*args, **kwargs)
            return self
        self._host.cache = self.cache
        if self.signature is None and not self.excluded and not kwargs and _needs_tensors(args):
            return self._on_tensors(args)
        return to_device(self._host(*map(to_host, args), **{key: to_host(each) for key, each in kwargs.items()}))

    def _on_tensors(self, args: tuple[Any, ...]) -> Any:
        tensors = broadcast_arrays(*args)
        dims = lengths(tensors[0])
        flat = [tf.unstack(_base.reshape(x, [math.prod(dims)])) for x in tensors]
        rows = [self.pyfunc(*values) for values in zip(*flat, strict=True)]
        several = isinstance(rows[0], tuple)
        made = []
        for place, column in enumerate(zip(*rows, strict=True) if several else [rows]):
            column = [as_tensor(each) for each in column]
            kind = np_dtype(self.otypes[place]) if self.otypes else dtype_of(column[0])
            made.append(_base.reshape(tf.stack([cast(each, kind) for each in column]), dims))
        return tuple(made) if several else made[0]


_status.record("numpy.vectorize", "host", "it calls a Python function for each element")


def _vector_to_tensor(value: Any) -> Any:
    return as_tensor(value) if isinstance(value, np.ndarray) and value.dtype.kind in "biufc" else value


class _PythonUfunc:
    """What `frompyfunc` returns: a function of arrays that calls a Python function for each element, on the host."""

    def __init__(self, func: Callable[..., Any], nin: int, nout: int, **kwargs: Any) -> None:
        self._ufunc = np.frompyfunc(lambda *values: to_host(func(*values)), nin, nout, **kwargs)
        self.nin, self.nout, self.nargs = nin, nout, nin + nout
        self.__name__ = getattr(func, "__name__", "frompyfunc")

    def __call__(self, *args: Any) -> Any:
        return self._numbers(self._ufunc(*map(to_host, args)))

    def _numbers(self, made: Any) -> Any:
        if isinstance(made, tuple):
            return tuple(map(self._numbers, made))
        if not isinstance(made, np.ndarray):
            return made
        try:
            return as_tensor(made.tolist())
        except (HostValueError, ValueError):  # other objects than numbers, or lists of several lengths
            return made

    def reduce(self, array: Any, axis: Any = 0, **kwargs: Any) -> Any:
        """As `np.ufunc.reduce`, on the host."""
        return self._numbers(self._ufunc.reduce(host(array), axis=axis, **kwargs))

    def accumulate(self, array: Any, axis: int = 0) -> Any:
        """As `np.ufunc.accumulate`, on the host."""
        return self._numbers(self._ufunc.accumulate(host(array).astype(object), axis=axis))

    def outer(self, a: Any, b: Any) -> Any:
        """As `np.ufunc.outer`, on the host."""
        return self._numbers(self._ufunc.outer(host(a), host(b)))


_status_frompyfunc = host_function("numpy.frompyfunc", reason="it calls a Python function for each element")


def frompyfunc(func: Callable[..., Any], /, nin: int, nout: int, **kwargs: Any) -> _PythonUfunc:
    """A Python function of numbers as a function of arrays. Runs on the host.

    Results are tensors of numbers, of the dtype that `array` finds, where NumPy has arrays of objects; objects that
    are no numbers come in a host array.
    """
    return _PythonUfunc(func, nin, nout, **kwargs)


@device
def piecewise(x: Any, condlist: Any, funclist: Sequence[Any], *args: Any, **kw: Any) -> tf.Tensor:
    """Values by conditions: where the i-th holds, the i-th of `funclist`: a number, or a function of the elements
    there.

    One more entry than conditions is for the rest. Later conditions win. The dtype is that of `x`.

    Raises ValueError if the numbers don't match.
    """
    x = as_tensor(x)
    given = [as_tensor(condlist)] if isinstance(condlist, Tensor) and rank(condlist) < 2 and rank(x) else condlist
    if isscalar(given) or (
        isinstance(given, (list, tuple)) and not isinstance(given[0], (list, Tensor, np.ndarray)) and rank(x)
    ):
        given = [given]
    conditions = [
        cast(as_tensor(each), tf.bool) for each in (tf.unstack(given) if isinstance(given, Tensor) else given)
    ]
    if len(conditions) == len(funclist) - 1:
        conditions.append(tf.logical_not(tf.reduce_any(tf.stack(conditions), 0)))
    elif len(conditions) != len(funclist):
        n = len(conditions)
        raise ValueError(f"with {n} condition(s), either {n} or {n + 1} functions are expected")
    result = tf.zeros_like(x)
    for condition, function in zip(conditions, funclist, strict=True):
        if not callable(function):
            result = tf.where(_full_mask(condition, x), cast(as_tensor(function), x.dtype), result)
            continue
        if rank(condition) == 0 and rank(x) == 0:
            if not is_eager(condition) or host(condition):
                made = cast(_base.reshape(as_tensor(function(_base.reshape(x, [1]), *args, **kw)), []), x.dtype)
                result = tf.where(condition, made, result)
            continue
        places = tf.where(graph_only(condition))
        if is_eager(places) and static_shape(places)[0] == 0:
            continue
        made = as_tensor(function(tf.gather_nd(_base.reshape(x, shape_from(lengths(x))), places), *args, **kw))
        inner = tf.shape(x)[rank(condition) :]
        made = tf.broadcast_to(cast(made, x.dtype), tf.concat([tf.shape(places)[:1], inner], 0))
        result = tf.tensor_scatter_nd_update(result, places, made)
    return result


def _full_mask(condition: tf.Tensor, x: tf.Tensor) -> tf.Tensor:
    missing = rank(x) - rank(condition)
    return _base.reshape(condition, shape_from(lengths(condition) + [1] * missing)) if missing > 0 else condition


# ------------------------------------------------------------------------------------------------------------ choosing


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
    if isinstance(length, int) and length == 0 and _total(index) != 0:
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
    options = promote(*_parts(choices, "choices must be a sequence"))
    if len(options) > 63:
        raise ValueError("Need at least 0 and at most 64 array objects.")
    if mode == "raise" and is_eager(index) and (host(index) < 0).any():
        raise ValueError("invalid entry in choice array")
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


# --------------------------------------------------------------------------------------------------------- predicates


@device
def isscalar(element: Any) -> bool:
    """True for Python and NumPy numbers, strings, and 0-d tensors, which stand for NumPy's scalars."""
    if isinstance(element, (Tensor, tf.Variable)):
        return len(element.shape) == 0
    return np.isscalar(element)


@device
def iterable(y: Any) -> bool:
    """Whether `iter(y)` works."""
    try:
        iter(y)
    except TypeError:
        return False
    return True


@device
def isfortran(a: Any) -> bool:
    """False: no tensor has Fortran order alone."""
    return False if isinstance(a, Tensor) else np.isfortran(a)


@device
def shares_memory(a: Any, b: Any, /, max_work: int = -1) -> bool:
    """Whether two arrays are the same object: tensors don't show shared memory otherwise."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return np.shares_memory(a, b, max_work)
    return a is b


@device
def may_share_memory(a: Any, b: Any, /, max_work: int = 0) -> bool:
    """As `shares_memory`."""
    return shares_memory(a, b)


@device
def iscomplexobj(x: Any) -> bool:
    """Whether the dtype is complex."""
    return dtype_of(x if isinstance(x, Tensor) else as_tensor(x)).kind == "c"


@device
def isrealobj(x: Any) -> bool:
    """Whether the dtype isn't complex."""
    return not iscomplexobj(x)


@device
def iscomplex(x: Any) -> tf.Tensor:
    """True where the imaginary part isn't zero."""
    x = as_tensor(x)
    if not x.dtype.is_complex:
        return tf.zeros(shape_from(lengths(x)), tf.bool)
    return tf.not_equal(tf.math.imag(x), tf.zeros((), x.dtype.real_dtype))


@device
def isreal(x: Any) -> tf.Tensor:
    """True where the imaginary part is zero."""
    return tf.logical_not(iscomplex(x))


def _is_infinity(x: Any, value: float, name: str, out: Any) -> tf.Tensor:
    no_out(out, name)
    x = as_tensor(x)
    if x.dtype.is_complex:
        raise TypeError(f"This operation is not supported for {dtype_of(x)} values because it would be ambiguous.")
    if not x.dtype.is_floating:
        return tf.zeros(shape_from(lengths(x)), tf.bool)
    return tf.equal(x, cast(as_tensor(value), x.dtype))


@device
def isposinf(x: Any, out: Any = None) -> tf.Tensor:
    """True where positive infinity. TypeError for complex numbers."""
    return _is_infinity(x, math.inf, "isposinf", out)


@device
def isneginf(x: Any, out: Any = None) -> tf.Tensor:
    """True where negative infinity. TypeError for complex numbers."""
    return _is_infinity(x, -math.inf, "isneginf", out)


@device
def isclose(a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False) -> tf.Tensor:
    """True where `|a - b| <= atol + rtol * |b|`, equal infinities included, and NaN equal to NaN if `equal_nan`."""
    x = a if is_weak(a) else as_tensor(a)
    y = float(b) if type(b) in (bool, int) else b if type(b) in (float, complex) else as_tensor(b)
    if isinstance(y, Tensor):
        y = cast(y, result_dtype(y, 1.0))
    x, y = promote(x, y)
    if not (x.dtype.is_floating or x.dtype.is_complex):
        x, y = cast(x, default_float()), cast(y, default_float())
    distance, reach = tf.abs(tf.subtract(x, y)), tf.abs(y)
    limit = tf.add(*promote(atol, tf.multiply(*promote(rtol, reach))))
    distance, limit = promote(distance, limit)
    finite = tf.math.is_finite(reach)
    if limit.dtype.is_complex:
        from . import _ufuncs  # which stands on this module's neighbours

        near = _ufuncs.less_equal(distance, limit)
    else:
        near = tf.less_equal(distance, limit)
    close = tf.logical_or(tf.logical_and(near, finite), tf.equal(x, y))
    if equal_nan:
        close = tf.logical_or(close, tf.logical_and(tf.not_equal(x, x), tf.not_equal(y, y)))
    return close


def _truth(x: tf.Tensor) -> Any:
    """A Python bool; within np.jit one that is known when the function runs, elsewhere in a trace the tensor."""
    if is_eager(x):
        return bool(host(x))
    return _symbolic.WeakScalar(x, bool) if _symbolic.trace.compiled else x


@device
def allclose(a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False) -> bool:
    """Whether `isclose` holds everywhere; a Python bool, while tracing a 0-d tensor."""
    return _truth(tf.reduce_all(isclose(a, b, rtol, atol, equal_nan)))


def _equal(a1: Any, a2: Any) -> tf.Tensor:
    return tf.equal(*promote(a1, a2))


@device
def array_equal(a1: Any, a2: Any, equal_nan: bool = False) -> bool:
    """Whether shapes and all elements are equal; a Python bool, while tracing a 0-d tensor."""
    try:
        a1, a2 = as_tensor(a1), as_tensor(a2)
    except (TypeError, ValueError):
        return False
    _need_lengths("np.array_equal", a1, a2)
    if static_shape(a1) != static_shape(a2):
        return False
    same = _equal(a1, a2)
    if equal_nan and a1 is a2:
        return True
    if equal_nan:
        same = tf.logical_or(same, tf.logical_and(tf.not_equal(a1, a1), tf.not_equal(a2, a2)))
    return _truth(tf.reduce_all(same))


@device
def array_equiv(a1: Any, a2: Any) -> bool:
    """Whether all elements are equal, broadcast; a Python bool, while tracing a 0-d tensor."""
    try:
        a1, a2 = as_tensor(a1), as_tensor(a2)
    except (TypeError, ValueError):
        return False
    _need_lengths("np.array_equiv", a1, a2)
    try:
        np.broadcast_shapes(static_shape(a1), static_shape(a2))
    except ValueError:
        return False
    return _truth(tf.reduce_all(_equal(a1, a2)))


def _need_lengths(name: str, *arrays: tf.Tensor) -> None:
    if any(None in static_shape(x) for x in arrays):
        raise NotCompilableError(f"{name} of an array whose length is known only when the function runs")


# --------------------------------------------------------------------------------------------------- elementwise
# helpers


@device
def real(val: Any) -> Any:
    """The real part; what is real comes back itself."""
    if isinstance(val, (bool, int, float, complex, np.generic)):
        return val.real
    x = as_tensor(val)
    return tf.math.real(x) if x.dtype.is_complex else x


@device
def imag(val: Any) -> Any:
    """The imaginary part; zeros of the same dtype for what is real."""
    if isinstance(val, (bool, int, float, complex, np.generic)):
        return val.imag
    x = as_tensor(val)
    return tf.math.imag(x) if x.dtype.is_complex else tf.zeros_like(x)


def _floating(x: Any) -> tf.Tensor:
    """As NumPy's float functions see it: integers become float64."""
    x = as_tensor(x)
    return x if x.dtype.is_floating or x.dtype.is_complex else cast(x, default_float())


@device
def angle(z: Any, deg: bool = False) -> tf.Tensor:
    """The angle of a complex number, in radians or degrees, from -pi to pi."""
    from . import _ufuncs

    z = as_tensor(z)
    found = _ufuncs.arctan2(tf.math.imag(z), tf.math.real(z)) if z.dtype.is_complex else _ufuncs.arctan2(0, z)
    return tf.multiply(found, cast(as_tensor(180 / np.pi), found.dtype)) if deg else found


@device
def real_if_close(a: Any, tol: float = 100) -> tf.Tensor:
    """The real part if all imaginary parts are within `tol` (times epsilon if above 1) of zero, else `a` itself.

    What is real comes back itself. The values must be known: not while tracing.
    """
    x = as_tensor(a)
    if not x.dtype.is_complex:
        return x
    if tol > 1:
        tol = np.finfo(dtype_of(x)).eps * tol
    return tf.math.real(x) if np.all(np.absolute(host(tf.math.imag(x))) < tol) else x


_status.refuse_argument(
    "numpy.clip", "where", "NT604", "write np.where(mask, np.clip(x, low, high), x): NumPy leaves the rest undefined"
)


@device
def clip(a: Any, a_min: Any = np._NoValue, a_max: Any = np._NoValue, out: Any = None, *, min: Any = np._NoValue,
         max: Any = np._NoValue, **kwargs: Any) -> tf.Tensor:  # fmt: skip
    """Values brought between two limits, either of which may be None. NaN stays, and a NaN limit gives NaN.

    Limits broadcast; the dtype is the common one, Python numbers weak. Raises ValueError if limits are given twice,
    OverflowError for a Python int that the dtype can't hold.
    """
    no_out(out, "clip")
    if a_min is np._NoValue and a_max is np._NoValue:
        a_min = None if min is np._NoValue else min
        a_max = None if max is np._NoValue else max
    elif a_min is np._NoValue:
        raise TypeError("clip() missing 1 required positional argument: 'a_min'")
    elif a_max is np._NoValue:
        raise TypeError("clip() missing 1 required positional argument: 'a_max'")
    elif min is not np._NoValue or max is not np._NoValue:
        raise ValueError("Passing `min` or `max` keyword argument when `a_min` and `a_max` are provided is forbidden.")
    kind = np_dtype(kwargs.pop("dtype", None))
    if kwargs.pop("where", True) is not True:
        raise UnsupportedFeatureError("the argument where of np.clip", *_status.ARGUMENTS["numpy.clip"]["where"])
    casting = kwargs.pop("casting", "same_kind")
    for name in ("order", "subok"):
        kwargs.pop(name, None)
    if kwargs:
        raise TypeError(f"clip() got an unexpected keyword argument {next(iter(kwargs))!r}")
    x = as_tensor(a)
    if x.dtype.is_integer:
        # A Python int beyond the dtype's range limits nothing.
        span = np.iinfo(dtype_of(x))
        a_min = None if type(a_min) is int and a_min <= span.min else a_min
        a_max = None if type(a_max) is int and a_max >= span.max else a_max
    limits = [limit for limit in (a_min, a_max) if limit is not None]
    from . import _ufuncs  # which stands on this module's neighbours

    if not limits:
        return _ufuncs.positive(x, dtype=kind, casting=casting)
    x, *limits = promote(x, *limits)
    if kind is not None:
        if not np.can_cast(dtype_of(x), kind, casting):
            raise TypeError(f"Cannot cast ufunc 'clip' input from {dtype_of(x)!r} to {kind!r} with rule {casting!r}")
        x, *limits = (cast(each, kind) for each in (x, *limits))
    low = limits[0] if a_min is not None else None
    high = limits[-1] if a_max is not None else None
    if low is not None:
        x = _ufuncs.maximum(x, low)
    return x if high is None else _ufuncs.minimum(x, high)


@device
def round(a: Any, decimals: int = 0, out: Any = None) -> tf.Tensor:
    """Rounded to so many decimals, halves to even. Integers come back themselves, unless `decimals` is negative."""
    no_out(out, "round")
    x, decimals = as_tensor(a), integer(decimals)
    if x.dtype.is_complex:
        return tf.complex(round(tf.math.real(x), decimals), round(tf.math.imag(x), decimals))
    if x.dtype.is_integer:
        if decimals >= 0:
            return x
        factor = 10.0**-decimals
        return cast(tf.multiply(tf.round(tf.divide(cast(x, tf.float64), factor)), factor), x.dtype)
    if x.dtype is tf.bool:
        if decimals:
            raise TypeError(
                "Cannot cast ufunc 'multiply' output from dtype('float64') to dtype('bool') "
                "with casting rule 'same_kind'"
            )
        x = cast(x, tf.float16)
    if decimals == 0:
        return tf.round(x)
    factor = cast(as_tensor(10.0 ** abs(decimals)), x.dtype)
    if decimals > 0:
        return tf.divide(tf.round(tf.multiply(x, factor)), factor)
    return tf.multiply(tf.round(tf.divide(x, factor)), factor)


@device
def around(a: Any, decimals: int = 0, out: Any = None) -> tf.Tensor:
    """As `round`."""
    return round(a, decimals, out)


@device
def fix(x: Any, out: Any = None) -> tf.Tensor:
    """Rounded towards zero; integers keep their dtype. TypeError for complex numbers."""
    no_out(out, "fix")
    x = as_tensor(x)
    if x.dtype.is_complex:
        raise TypeError("ufunc 'trunc' not supported for the input types")
    if not x.dtype.is_floating:
        return new_object(x)
    return tf.where(tf.greater_equal(x, tf.zeros((), x.dtype)), tf.floor(x), tf.math.ceil(x))


@device
def nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> tf.Tensor:
    """NaN replaced by `nan`, infinities by `posinf` and `neginf` or the dtype's largest numbers; a new object.

    `copy=False` would change a tensor in place and raises UnsupportedFeatureError.
    """
    if not copy and isinstance(x, (Tensor, tf.Variable)):
        raise UnsupportedFeatureError(
            "np.nan_to_num(copy=False)", "NT604", "tensors are immutable; write x = np.nan_to_num(x)"
        )
    given = x
    x = as_tensor(x)
    if x.dtype.is_complex:
        return tf.complex(*(nan_to_num(part(x), True, nan, posinf, neginf) for part in (tf.math.real, tf.math.imag)))
    if not x.dtype.is_floating:
        return new_object(x) if x is given else x
    limits = np.finfo(dtype_of(x))
    for mask, value in (
        (tf.math.is_nan(x), nan),
        (_is_infinity(x, math.inf, "", None), limits.max if posinf is None else posinf),
        (_is_infinity(x, -math.inf, "", None), limits.min if neginf is None else neginf),
    ):
        x = tf.where(mask, cast(as_tensor(value), x.dtype), x)
    return x


@device
def sinc(x: Any) -> tf.Tensor:
    """sin(pi x) / (pi x), and 1 at 0."""
    x = _floating(x)
    y = tf.multiply(x, cast(as_tensor(np.pi), x.dtype))
    tiny = cast(as_tensor(np.finfo(dtype_of(x)).eps), x.dtype)
    y = tf.where(tf.equal(x, tf.zeros((), x.dtype)), tiny, y)
    return tf.divide(tf.sin(y), y)


@device
def i0(x: Any) -> tf.Tensor:
    """The modified Bessel function of the first kind, order 0. TypeError for complex numbers."""
    x = as_tensor(x)
    if x.dtype.is_complex:
        raise TypeError("i0 not supported for complex values")
    x = cast(x, default_float()) if not x.dtype.is_floating else x
    if x.dtype is tf.float16:
        return cast(tf.math.bessel_i0(cast(x, tf.float32)), tf.float16)
    return tf.math.bessel_i0(x)


@device
def unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: Any = 2 * np.pi) -> tf.Tensor:
    """Jumps of more than half a period along an axis taken back by whole periods."""
    from . import _ufuncs

    p = as_tensor(p)
    axis = normalize_axis(axis, rank(p))
    kind = result_dtype(p, period)
    difference = _ufuncs.logical_xor if p.dtype is tf.bool else _ufuncs.subtract
    step = cast(difference(_along(p, 1, None, axis), _along(p, 0, -1, axis)), kind)
    period_t = cast(as_tensor(period), kind)
    if kind.kind in "iu":
        high, odd = divmod(int(period), 2)
        half, ambiguous = cast(as_tensor(high), kind), odd == 0
        low = cast(as_tensor(-high - odd), kind)
    else:
        half, ambiguous = tf.divide(period_t, cast(as_tensor(2), kind)), True
        low = tf.negative(half)
    step_in = tf.add(_ufuncs.mod(tf.subtract(step, low), period_t), low)
    if ambiguous:
        step_in = tf.where(
            tf.logical_and(tf.equal(step_in, low), tf.greater(step, tf.zeros((), step.dtype))), half, step_in
        )
    correction = tf.subtract(step_in, step)
    limit = half if discont is None else cast(as_tensor(discont), kind)
    small = tf.less(tf.abs(step), limit)
    if not small.get_shape().is_compatible_with(correction.get_shape()):
        raise ValueError(f"could not broadcast where mask from shape {small.shape} into shape {correction.shape}")
    correction = tf.where(small, tf.zeros((), correction.dtype), correction)
    moved = tf.add(cast(_along(p, 1, None, axis), kind), tf.cumsum(correction, axis))
    return tf.concat([cast(_along(p, 0, 1, axis), kind), moved], axis)


@device
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> tf.Tensor:
    """Linear interpolation between points, as float64 (complex128 if `fp` is complex). Gradients pass.

    Parameters
    ----------
    x : array_like
        Where to interpolate.
    xp, fp : 1-d array_like
        The points, `xp` increasing unless `period` is given.
    left, right : optional
        Values outside; by default the first and last of `fp`.
    period : optional
        `x` and `xp` are angles of this period; not 0.

    Raises
    ------
    ValueError
        No points, lengths that differ, points that aren't 1-d, or a period of 0.
    """
    from ._sorting import argsort, searchsorted

    fp = as_tensor(fp)
    kind = np.dtype(np.complex128 if fp.dtype.is_complex else np.float64)
    x, xp = as_tensor(x), as_tensor(xp)
    for each in (x, xp):
        if each.dtype.is_complex:
            raise TypeError(
                f"Cannot cast array data from {dtype_of(each)!r} to dtype('float64') according to the rule 'safe'"
            )
    x, xp, fp = cast(x, np.float64), cast(xp, np.float64), cast(fp, kind)
    if period is not None:
        period = abs(float(known(period)))
        if period == 0:
            raise ValueError("period must be a non-zero value")
        if rank(xp) != 1 or rank(fp) != 1:
            raise ValueError("Data points must be 1-D sequences")
        if static_shape(xp)[0] != static_shape(fp)[0]:
            raise ValueError("fp and xp are not of the same length")
        left = right = None
        x, xp = tf.math.floormod(x, period), tf.math.floormod(xp, period)
        order = argsort(xp)
        xp, fp = gather(xp, order), gather(fp, order)
        xp = tf.concat([xp[-1:] - period, xp, xp[:1] + period], 0)
        fp = tf.concat([fp[-1:], fp, fp[:1]], 0)
    if rank(xp) != 1 or rank(fp) != 1:
        raise ValueError(
            "object too deep for desired array"
            if rank(xp) > 1 or rank(fp) > 1
            else "object of too small depth for desired array"
        )
    count = static_shape(xp)[0]
    if count == 0:
        raise ValueError("array of sample points is empty")
    if count != static_shape(fp)[0]:
        raise ValueError("fp and xp are not of the same length.")
    below = fp[0] if left is None else cast(as_tensor(left), kind)
    above = fp[-1] if right is None else cast(as_tensor(right), kind)
    nan = cast(as_tensor(np.nan), kind)
    last = tf.shape(xp, tf.int64)[0] - 1
    place = cast(searchsorted(xp, x, side="right"), tf.int64) - 1
    here = tf.clip_by_value(place, tf.zeros((), tf.int64), tf.maximum(last - 1, 0))
    there = tf.minimum(here + 1, last)
    x0, x1, y0, y1 = gather(xp, here), gather(xp, there), gather(fp, here), gather(fp, there)
    run = tf.subtract(x1, x0)
    safe = tf.where(tf.equal(run, tf.zeros((), run.dtype)), tf.ones((), run.dtype), run)
    if kind.kind == "c":
        parts = [(tf.math.real(y0), tf.math.real(y1)), (tf.math.imag(y0), tf.math.imag(y1))]
        made = tf.complex(*(_between(x, x0, x1, *ends, tf.math.reciprocal(safe)) for ends in parts))
    else:
        made = _between(x, x0, x1, y0, y1, safe, divide=True)
    made = tf.where(tf.equal(x, x0), y0, made)
    made = tf.where(tf.greater_equal(place, last), fp[-1], made)
    made = tf.where(tf.less(x, xp[0]), below, made)
    made = tf.where(tf.greater(x, xp[-1]), above, made)
    return tf.where(tf.math.is_nan(x), nan, made)


def _between(
    x: tf.Tensor, x0: tf.Tensor, x1: tf.Tensor, y0: tf.Tensor, y1: tf.Tensor, scale: tf.Tensor, *, divide: bool = False
) -> tf.Tensor:
    """The line through two points. An infinite value at one end must not spoil the other end."""
    rise = tf.subtract(y1, y0)
    slope = tf.divide(rise, scale) if divide else tf.multiply(rise, scale)
    made = tf.add(tf.multiply(slope, tf.subtract(x, x0)), y0)
    other = tf.add(tf.multiply(slope, tf.subtract(x, x1)), y1)
    other = tf.where(tf.math.is_nan(other) & tf.equal(y0, y1), y0, other)
    return tf.where(tf.math.is_nan(made), other, made)
