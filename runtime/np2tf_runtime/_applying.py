"""Python functions applied to arrays: along axes, to each element, and where conditions hold."""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.eager import record as _record

from . import _base, _status
from ._base import (
    HostValueError,
    Tensor,
    as_tensor,
    assigned_scalar,
    cast,
    device,
    dtype_of,
    host,
    host_function,
    is_eager,
    is_weak,
    normalize_axis,
    np_dtype,
    rank,
    static_shape,
    to_device,
    to_host,
)
from ._creation import graph_only, lengths, shape_from
from ._elementwise import isscalar
from ._manipulation import broadcast_arrays, expand_dims, moveaxis

__all__ = [
    "apply_along_axis",
    "apply_over_axes",
    "frompyfunc",
    "piecewise",
    "vectorize",
]


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
            value = assigned_scalar(function, x.dtype) if is_weak(function) else cast(as_tensor(function), x.dtype)
            result = tf.where(_full_mask(condition, x), value, result)
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
