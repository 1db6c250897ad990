"""Helpers for indices: slices as objects, grids, concatenation by subscript, iteration over indices, triangles,
raveling.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np
import tensorflow as tf

from . import _status, _symbolic
from ._base import (
    HostValueError,
    Tensor,
    UnsupportedFeatureError,
    as_operand,
    as_tensor,
    cast,
    device,
    dtype_of,
    executing_eagerly,
    from_host,
    host,
    is_eager,
    needs_array,
    rank,
    result_dtype,
    static_shape,
    to_host,
    unsupported_class,
)
from ._choosing import index_tensor
from ._creation import LARGE_CONSTANT, arange, integer, known, lengths, linspace, shape_argument, shape_from, tri
from ._manipulation import concatenate
from ._sorting import nonzero

__all__ = [
    "broadcast",
    "c_",
    "diag_indices",
    "diag_indices_from",
    "flatiter",
    "index_exp",
    "ix_",
    "mask_indices",
    "mgrid",
    "ndenumerate",
    "ndindex",
    "nditer",
    "nested_iters",
    "ogrid",
    "r_",
    "ravel_multi_index",
    "s_",
    "tril_indices",
    "tril_indices_from",
    "triu_indices",
    "triu_indices_from",
    "unravel_index",
]

# Slices as objects need nothing of the arrays they will index: NumPy's own serve.
s_ = np.s_
index_exp = np.index_exp
for _name in ("s_", "index_exp", "r_", "c_", "mgrid", "ogrid", "ndindex", "ndenumerate"):
    _status.record(f"numpy.{_name}", "device")


def _known_slice(part: slice) -> slice:
    """A slice of numbers; UnsupportedFeatureError for bounds that aren't known while tracing."""
    bounds = []
    for bound in (part.start, part.stop, part.step):
        value = known(bound)
        if value is None and bound is not None:
            raise UnsupportedFeatureError(
                "a grid whose bounds are symbolic tensors", "NT603", "use Python numbers, or np.arange and np.meshgrid"
            )
        bounds.append(value[()] if isinstance(value, np.ndarray) else value)
    return slice(*bounds)


class _Grid:
    """`np.mgrid` and `np.ogrid`: grids from slices; a step of `nj` means n points, the end included."""

    def __init__(self, grid: Any) -> None:
        self._grid = grid

    def __getitem__(self, key: Any) -> Any:
        known_key = tuple(map(_known_slice, key)) if isinstance(key, tuple) else _known_slice(key)
        made = self._grid[known_key]
        return (
            tuple(from_host(np.array(part)) for part in made) if isinstance(made, tuple) else from_host(np.array(made))
        )


mgrid = _Grid(np.mgrid)
ogrid = _Grid(np.ogrid)

_NUMBERS = (int, float, complex, bool, np.generic)


class _Concatenator:
    """`np.r_` and `np.c_`: slices become ranges, and all parts are joined along an axis. Gradients pass.

    A text in front chooses the axis, the least number of dimensions, and where vectors go: "0,2,-1". "r" and "c",
    which make an
    np.matrix, raise UnsupportedFeatureError (NT507).
    """

    def __init__(self, axis: int, ndmin: int, trans1d: int) -> None:
        self._axis, self._ndmin, self._trans1d = axis, ndmin, trans1d

    def __len__(self) -> int:
        return 0

    def __getitem__(self, key: Any) -> tf.Tensor:
        parts = key if isinstance(key, tuple) else (key,)
        if isinstance(key, str):
            raise UnsupportedFeatureError("a matrix built from a text", "NT507", "use np.block")
        axis, ndmin, trans1d = self._axis, self._ndmin, self._trans1d
        made: list[Any] = []
        for place, item in enumerate(parts):
            if isinstance(item, str):
                if place:
                    raise ValueError("special directives must be the first entry.")
                axis, ndmin, trans1d = self._directive(item)
            elif isinstance(item, slice):
                made.append(self._range(item, ndmin, trans1d))
            elif isinstance(item, _NUMBERS):
                made.append(item)
            else:
                made.append(self._array(item, ndmin, trans1d))
        if not made:
            raise ValueError("need at least one array to concatenate")
        common = result_dtype(*made)
        return concatenate([_at_least(as_operand(part, common), ndmin) for part in made], axis)

    def _directive(self, text: str) -> tuple[int, int, int]:
        if text in ("r", "c"):
            raise UnsupportedFeatureError(
                f"np.r_[{text!r}, ...]", "NT507", "leave the letter out: there is no np.matrix"
            )
        try:
            numbers = [int(number) for number in text.split(",")]
            return (numbers + [self._axis, self._ndmin, self._trans1d][len(numbers) :])[:3]  # type: ignore[return-value]
        except ValueError as error:
            raise ValueError(f"unknown special directive {text!r}") from error

    def _range(self, item: slice, ndmin: int, trans1d: int) -> tf.Tensor:
        start, step = 0 if item.start is None else item.start, 1 if item.step is None else item.step
        if isinstance(step, (complex, np.complexfloating)):
            made = linspace(start, item.stop, num=int(abs(step)))
        else:
            made = arange(start, item.stop, step)
        made = _at_least(made, ndmin)
        if ndmin > 1 and trans1d != -1:
            order = list(range(ndmin))
            order[-1], order[trans1d] = order[trans1d], order[-1]
            made = tf.transpose(made, order)
        return made

    def _array(self, item: Any, ndmin: int, trans1d: int) -> tf.Tensor:
        x = as_tensor(item)
        missing = ndmin - rank(x)
        made = _at_least(x, ndmin)
        if trans1d != -1 and missing > 0:
            first = trans1d + missing + 1 if trans1d < 0 else trans1d
            axes = list(range(ndmin))
            made = tf.transpose(made, axes[:first] + axes[missing:] + axes[first:missing])
        return made


def _at_least(x: tf.Tensor, ndmin: int) -> tf.Tensor:
    missing = ndmin - rank(x)
    return tf.reshape(x, shape_from([1] * missing + lengths(x))) if missing > 0 else x


r_ = _Concatenator(0, 1, -1)
c_ = _Concatenator(-1, 2, 0)


class ndindex:  # noqa: N801 - NumPy's name
    """Iterates over the indices of an array of a shape, given as one tuple or as numbers: tuples of ints."""

    def __init__(self, *shape: Any) -> None:
        if len(shape) == 1 and isinstance(shape[0], (tuple, tf.TensorShape)):
            shape = tuple(shape[0])
        lengths_ = tuple(map(integer, shape))
        if lengths_ and min(lengths_) < 0:
            raise ValueError("negative dimensions are not allowed")
        self._places = itertools.product(*map(range, lengths_))

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        return self

    def __next__(self) -> tuple[int, ...]:
        return next(self._places)


class ndenumerate:  # noqa: N801 - NumPy's name
    """Iterates over indices and elements: (tuple of ints, 0-d tensor), or the objects of a host array."""

    def __init__(self, arr: Any) -> None:
        try:
            self._x = as_tensor(arr)
        except HostValueError:
            found = np.asarray(to_host(arr))
            self._indices, self._elements = np.ndindex(*found.shape), iter(found.reshape(-1))
            return
        self._indices = np.ndindex(*static_shape(self._x))
        self._elements = iter(tf.unstack(tf.reshape(self._x, [-1]))) if 0 not in static_shape(self._x) else iter(())

    def __iter__(self) -> Iterator[tuple[tuple[int, ...], tf.Tensor]]:
        return self

    def __next__(self) -> tuple[tuple[int, ...], tf.Tensor]:
        return next(self._indices), next(self._elements)


flatiter = unsupported_class("numpy.flatiter", "NT503", "use np.ravel(x)")
nditer = unsupported_class(
    "numpy.nditer", "NT503", "iterate over np.ndindex(x.shape), or write the operation on whole arrays"
)
nested_iters = unsupported_class("numpy.nested_iters", "NT503", "iterate over np.ndindex(x.shape)")


class broadcast:  # noqa: N801 - NumPy's name
    """The common shape of arrays, and an iterator over the tuples of their elements, which come as host scalars."""

    def __init__(self, *args: Any) -> None:
        self._arrays = [to_host(as_tensor(each)) if not is_eager(each) else host(each) for each in args]
        self._host = np.broadcast(*self._arrays)
        self.shape, self.size, self.ndim, self.nd = self._host.shape, self._host.size, self._host.ndim, self._host.nd
        self.numiter = self._host.numiter

    @property
    def index(self) -> int:
        """How many elements were passed."""
        return self._host.index

    @property
    def iters(self) -> tuple[Any, ...]:
        """One iterator per array."""
        return self._host.iters

    def reset(self) -> None:
        """Start over."""
        self._host.reset()

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self._host)

    def __next__(self) -> tuple[Any, ...]:
        return next(self._host)


_status.record("numpy.broadcast", "host", "it iterates over elements")


# ----------------------------------------------------------------------------------------------------- tuples of
# indices


@device
def ix_(*args: Any) -> tuple[tf.Tensor, ...]:
    """Vectors of indices, each along an axis of its own, so that they select a grid: a tuple. Masks become indices.

    Raises ValueError for what isn't 1-d.
    """
    made = []
    for place, each in enumerate(args):
        if isinstance(each, range):
            each = np.arange(each.start, each.stop, each.step)
        x = as_tensor(each)
        if rank(x) != 1:
            raise ValueError("Cross index must be 1 dimensional")
        if static_shape(x)[0] == 0 and not isinstance(each, (Tensor, np.ndarray)):
            x = cast(x, tf.int64)
        if x.dtype is tf.bool:
            (x,) = nonzero(x)
        made.append(tf.reshape(x, [1] * place + [-1] + [1] * (len(args) - place - 1)))
    return tuple(made)


@device
def diag_indices(n: Any, ndim: int = 2) -> tuple[tf.Tensor, ...]:
    """The indices of the main diagonal of an array of `ndim` axes of length `n`: a tuple of the same tensor."""
    return (arange(n),) * ndim


@device
def diag_indices_from(arr: Any) -> tuple[tf.Tensor, ...]:
    """As `diag_indices`, for an array. Raises ValueError below two dimensions or for unequal lengths."""
    found = static_shape(arr if isinstance(arr, Tensor) else as_tensor(arr))
    if len(found) < 2:
        raise ValueError("input array must be at least 2-d")
    if len(set(found)) > 1:
        raise ValueError("All dimensions of input must be of equal length")
    return diag_indices(found[0], len(found))


def _triangle(n: Any, m: Any, k: Any, lower: bool) -> tuple[tf.Tensor, ...]:
    n, k = integer(n), integer(k)
    m = n if m is None else integer(m)
    if executing_eagerly() or n * m <= LARGE_CONSTANT:
        return tuple(
            from_host(np.array(part)) for part in (np.tril_indices(n, k, m) if lower else np.triu_indices(n, k, m))
        )
    mask = tri(n, m, k if lower else k - 1, dtype=bool)
    return nonzero(mask if lower else tf.logical_not(mask))


@device
def tril_indices(n: Any, k: int = 0, m: Any = None) -> tuple[tf.Tensor, ...]:
    """The row and column indices, int64, at and below the `k`-th diagonal of an `n` by `m` matrix."""
    return _triangle(n, m, k, lower=True)


@device
def triu_indices(n: Any, k: int = 0, m: Any = None) -> tuple[tf.Tensor, ...]:
    """The row and column indices, int64, at and above the `k`-th diagonal of an `n` by `m` matrix."""
    return _triangle(n, m, k, lower=False)


def _matrix_shape(arr: Any) -> tuple[int, ...]:
    found = static_shape(needs_array(arr))
    if len(found) != 2:
        raise ValueError("input array must be 2-d")
    return found


@device
def tril_indices_from(arr: Any, k: int = 0) -> tuple[tf.Tensor, ...]:
    """As `tril_indices`, for a matrix. Raises ValueError unless `arr` is 2-d."""
    n, m = _matrix_shape(arr)
    return tril_indices(n, k, m)


@device
def triu_indices_from(arr: Any, k: int = 0) -> tuple[tf.Tensor, ...]:
    """As `triu_indices`, for a matrix. Raises ValueError unless `arr` is 2-d."""
    n, m = _matrix_shape(arr)
    return triu_indices(n, k, m)


@device
def mask_indices(n: Any, mask_func: Callable[..., Any], k: Any = 0) -> tuple[tf.Tensor, ...]:
    """The indices where `mask_func(ones((n, n)), k)` isn't zero."""
    n = integer(n)
    return nonzero(mask_func(from_host(np.ones((n, n), int)), k))


def _refuse_indices(indices: Any) -> NoReturn:
    if isinstance(indices, (list, tuple)) and not indices:
        raise TypeError(
            "indices must be integral: the provided empty sequence was inferred as float. "
            "Wrap it with 'np.array(indices, dtype=np.intp)'"
        )
    raise TypeError("only int indices permitted")


@device
def unravel_index(indices: Any, shape: Any, order: str = "C") -> tuple[tf.Tensor, ...]:
    """Flat indices as a tuple of indices per axis, int64. Raises ValueError out of bounds, TypeError for what isn't
    whole.
    """
    dims = tuple(shape_argument(shape))
    if order not in ("C", "F"):
        raise ValueError("only 'C' or 'F' order is permitted")
    index = as_tensor(indices)
    if dtype_of(index).kind not in "iu":
        _refuse_indices(indices)
    index, total = cast(index, tf.int64), math.prod(dims)
    if total > np.iinfo(np.intp).max:
        raise ValueError(
            "dimensions are too large; arrays and shapes with a total size greater than 'intp' are not supported."
        )
    if is_eager(index):
        values = host(index)
        outside = (values < 0) | (values >= total)
        if outside.any():
            raise ValueError(f"index {values[outside].flat[0]} is out of bounds for array with size {total}")
    else:
        inside = tf.reduce_all(tf.logical_and(index >= 0, index < total))
        index = _once(inside, index, "index is out of bounds for an array of its size")
    if not dims and rank(index):
        raise ValueError("multiple indices are not supported for 0d arrays")
    made = []
    for length in dims[::-1] if order == "C" else dims:
        made.append(tf.math.floormod(index, tf.constant(max(length, 1), tf.int64)))
        index = tf.math.floordiv(index, tf.constant(max(length, 1), tf.int64))
    return tuple(made[::-1] if order == "C" else made)


@device
def ravel_multi_index(multi_index: Any, dims: Any, mode: Any = "raise", order: str = "C") -> tf.Tensor:
    """Indices per axis as flat indices, int64.

    Raises ValueError out of bounds, unless `mode` (one, or one per axis) is "wrap" or "clip"; TypeError for what
    isn't whole.
    """
    shape = tuple(shape_argument(dims))
    if order not in ("C", "F"):
        raise ValueError("only 'C' or 'F' order is permitted")
    parts = tf.unstack(multi_index) if isinstance(multi_index, Tensor) else list(multi_index)
    if len(parts) != len(shape):
        raise ValueError(f"parameter multi_index must be a sequence of length {len(shape)}")
    modes = [mode] * len(shape) if isinstance(mode, str) else list(mode)
    if len(modes) != len(shape):
        raise ValueError(f"parameter mode must be a sequence of length {len(shape)} or a string")
    if shape and math.prod(shape) > np.iinfo(np.intp).max:
        raise ValueError("invalid dims: array size defined by dims is larger than the maximum possible size.")
    flat: Any = tf.zeros([], tf.int64)
    pairs = list(zip(parts, shape, modes, strict=True))
    for part, length, how in pairs if order == "C" else pairs[::-1]:
        index = as_tensor(part)
        if dtype_of(index).kind not in "iu":
            _refuse_indices(part)
        flat = tf.add(tf.multiply(flat, tf.constant(length, tf.int64)), _in_axis(index_tensor(index), length, how))
    return flat


def _in_axis(index: tf.Tensor, length: int, mode: str) -> tf.Tensor:
    size = tf.constant(length, tf.int64)
    if length == 0 and 0 not in static_shape(index):
        raise ValueError("cannot unravel if shape has zero entries")
    if mode == "wrap":
        return tf.math.floormod(index, size)
    if mode == "clip":
        return tf.clip_by_value(index, tf.zeros((), tf.int64), tf.maximum(size - 1, 0))
    if mode != "raise":
        raise ValueError(f"clipmode must be one of 'clip', 'raise', or 'wrap' (got '{mode}')")
    inside = tf.reduce_all(tf.logical_and(index >= 0, index < size))
    if is_eager(inside):
        if not host(inside):
            raise ValueError("invalid entry in coordinates array")
        return index
    return _once(inside, index, "index is out of bounds in a coordinates array")


def _once(inside: tf.Tensor, index: tf.Tensor, what: str) -> tf.Tensor:
    """`index`, once the run has found it inside."""
    if _symbolic.trace.compiled:
        _symbolic.require(inside, what)
        return index
    with tf.control_dependencies([tf.debugging.Assert(inside, [what])]):
        return tf.identity(index)
