"""Making arrays: from values, from a shape, from ranges; and the helpers for arguments that the other families share.

What is known while the program runs or is traced (shapes, Python numbers) is computed by NumPy itself, so lengths and
values
are NumPy's to the last bit; what depends on tensors is computed by TensorFlow and passes gradients.

- `order` is checked and otherwise without effect: a tensor has one memory layout. `subok` and `like` have no effect.
- `device` is None, "cpu", or what `tf.device` takes (as in `x.device`).
- `empty` gives zeros.
"""

from __future__ import annotations

import contextlib
import operator
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.eager import record as _record

from . import _symbolic
from ._base import (
    Tensor,
    UnsupportedFeatureError,
    Weak,
    as_tensor,
    cast,
    config,
    default_float,
    device,
    dtype_of,
    executing_eagerly,
    from_host,
    gives_array,
    holds_tensor,
    host,
    host_function,
    inferred_dtype,
    is_eager,
    normalize_axis,
    np_dtype,
    promote,
    result_dtype,
    scalar,
    shape_tensor,
    static_shape,
    tf_dtype,
    to_host,
)

__all__ = [
    "arange",
    "array",
    "asanyarray",
    "asarray",
    "asarray_chkfinite",
    "ascontiguousarray",
    "asfortranarray",
    "astype",
    "copy",
    "diag",
    "diagflat",
    "empty",
    "empty_like",
    "eye",
    "frombuffer",
    "fromfunction",
    "fromiter",
    "fromstring",
    "full",
    "full_like",
    "geomspace",
    "identity",
    "indices",
    "linspace",
    "logspace",
    "meshgrid",
    "ones",
    "ones_like",
    "require",
    "tri",
    "tril",
    "triu",
    "vander",
    "zeros",
    "zeros_like",
]

# Above this many elements a constant in a graph weighs more than the op that computes it.
LARGE_CONSTANT = 1 << 14


# ----------------------------------------------------------------------------------------------------------- arguments


def known(value: Any) -> Any:
    """The value on the host, or None for a tensor whose value isn't known while tracing."""
    if isinstance(value, tf.Variable):
        return value.numpy() if executing_eagerly() else None
    if isinstance(value, Tensor):
        return host(value) if is_eager(value) else tf.get_static_value(value)
    return value


def on_host(value: Any) -> bool:
    """True if `value` holds no tensor: NumPy can compute with it, and no gradient is lost."""
    return not isinstance(value, (Tensor, tf.Variable)) and not holds_tensor(value)


def integer(value: Any) -> int:
    """A Python int from any integer, 0-d integer tensors included; TypeError for others, as `operator.index`."""
    if isinstance(value, (Tensor, tf.Variable)):
        found = known(value)
        if found is None:
            raise UnsupportedFeatureError(
                "an integer argument that is a symbolic tensor",
                "NT603",
                "pass a Python int, or call it outside the traced function",
            )
        value = found
    return operator.index(value)


def _as_length(x: Any) -> tf.Tensor:
    """A length, or several, of which the value isn't known while tracing; TypeError for what is no integer."""
    given = as_tensor(x)
    if dtype_of(given).kind not in "iu":
        raise TypeError(f"'{dtype_of(given).type.__name__}' object cannot be interpreted as an integer")
    return tf.cast(given, tf.int32)


def shape_argument(shape: Any) -> tuple[int, ...] | tf.Tensor:
    """A shape argument as a tuple of ints, or as an int32 vector where it isn't known while tracing.

    Negative lengths pass: what they mean is the caller's matter.
    """
    if isinstance(shape, tf.TensorShape):
        return tuple(map(operator.index, shape.as_list()))
    if isinstance(shape, (Tensor, tf.Variable, np.ndarray)):
        found = known(shape)
        if found is None:
            return tf.reshape(_as_length(shape), [-1])
        if found.dtype.kind not in "iu" and found.size:
            raise TypeError(f"'{found.dtype.type.__name__}' object cannot be interpreted as an integer")
        shape = tuple(found.tolist()) if found.ndim else found
    if isinstance(shape, (bool, np.bool_)):
        raise TypeError(f"expected a sequence of integers or a single integer, got '{shape}'")
    if isinstance(shape, (tuple, list)) and any(isinstance(length, (bool, np.bool_)) for length in shape):
        raise TypeError("an integer is required")
    if not isinstance(shape, (tuple, list)):
        try:
            shape = (operator.index(shape),)
        except TypeError:
            if not isinstance(shape, Iterable):
                raise
            shape = tuple(shape)
    lengths = [known(length) for length in shape]
    if any(length is None and isinstance(given, Tensor) for length, given in zip(lengths, shape, strict=True)):
        return tf.stack([_as_length(length) for length in shape])
    return tuple(map(operator.index, lengths))


def check_order(order: Any, allowed: str = "KACF") -> None:
    """ValueError or TypeError for an `order` that NumPy refuses."""
    if order is None:
        return
    if not isinstance(order, str):
        raise TypeError(f"order must be str, not {type(order).__name__}")
    if len(order) != 1 or order.upper() not in "KACF":
        raise ValueError(f"order must be one of 'C', 'F', 'A', or 'K' (got '{order}')")
    if order.upper() not in allowed:
        raise ValueError("only 'C' or 'F' order is permitted")


def check_like(like: Any) -> None:
    """TypeError for a `like` that is no array."""
    if like is not None and not isinstance(like, (Tensor, tf.Variable, np.ndarray)):
        raise TypeError("The `like` argument must be an array-like that implements the `__array_function__` protocol.")


def on_device(where: Any) -> Any:
    """The context that places new tensors on the device named."""
    if where is None:
        return contextlib.nullcontext()
    try:
        tf.DeviceSpec.from_string(where if ":" in where or where.lower() not in ("cpu", "gpu") else f"{where}:0")
    except (AttributeError, ValueError, TypeError) as error:
        raise ValueError(f'Device not understood. Only "cpu" is allowed, but received: {where}') from error
    return tf.device(where)


def new_object(x: tf.Tensor) -> tf.Tensor:
    """The same value as another Python object: what a function that copies returns."""
    return tf.identity(x)


def lengths(x: tf.Tensor) -> list[Any]:
    """The shape as a list: ints where known, else 0-d int32 tensors."""
    shape = static_shape(x)
    if None not in shape:
        return list(shape)
    dynamic = tf.shape(x)
    return [dynamic[axis] if length is None else length for axis, length in enumerate(shape)]


def shape_from(parts: list[Any]) -> Any:
    """A shape for TensorFlow's ops from what `lengths` gives."""
    return (
        parts if all(isinstance(part, int) for part in parts) else tf.stack([tf.cast(part, tf.int32) for part in parts])
    )


def gather(x: tf.Tensor, index: Any, axis: int = 0) -> tf.Tensor:
    """Elements along an axis by an index that is known to be in bounds. The gradient is a tensor, not IndexedSlices."""
    if axis == 0 and (not is_eager(x) or _record.could_possibly_record()):
        x = tf.reshape(x, shape_tensor(x))  # its gradient is dense
    return tf.gather(x, index, axis=axis)


def masked(x: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
    """The slices along the first axis where a vector of bools holds."""
    return gather(x, tf.reshape(tf.where(graph_only(mask)), [-1]))


def graph_only(x: tf.Tensor) -> tf.Tensor:
    """`x`, in a graph through an op that XLA has no kernel for.

    Wherever the number of results depends on values: of arrays whose length it can't know, XLA computes wrong values,
    or crashes
    the process. With this in the way it refuses to compile, and the caller can run the graph without it.
    """
    if is_eager(x):
        return x
    made = tf.raw_ops.DeepCopy(x=x)
    made.set_shape(x.shape)
    return made


# ---------------------------------------------------------------------------------------------------------- from values


@device
def array(
    object: Any,
    dtype: Any = None,
    *,
    copy: bool | None = True,
    order: str | None = "K",
    subok: bool = False,
    ndmin: int = 0,
    ndmax: int = 0,
    like: Any = None,
) -> tf.Tensor:
    """A new tensor of the values given.

    Parameters
    ----------
    object : array_like
        Numbers, nested lists (tensors in them pass gradients), host arrays, tensors, Variables.
    dtype : dtype, optional
        Default: the common dtype; int64 for Python ints, float64 for floats.
    copy : bool or None
        True: a new object. None or False: a tensor of this dtype comes back itself; False raises where that is
        impossible.
    ndmin : int
        Axes of length 1 are put in front up to this many dimensions.

    Raises
    ------
    ValueError
        Ragged lists; `copy=False` of what is no array or has another dtype.
    UnsupportedFeatureError
        `dtype` asks for objects, strings, dates, records (NT502, NT504, NT509, NT510).

    Notes
    -----
    Values that no tensor can hold (Python objects such as `decimal.Decimal`, strings, dates, host arrays of them) give
    NumPy's own array, on the host. It changes in place, and functions of it are NumPy's.
    """
    check_order(order)
    check_like(like)
    if isinstance(copy, str):
        raise ValueError("strings are not allowed for 'copy' keyword. Use True/False/None instead.")
    if copy is False and not (_is_itself(object, dtype) and _has_order(object, order)):
        raise ValueError(
            "Unable to avoid copy while creating an array as requested.\n"
            "If using `np.array(obj, copy=False)` replace it with `np.asarray(obj)` to allow a copy when needed "
            "(no behavior change in NumPy 1.x)."
        )
    if 0 < ndmax < ndmin:
        raise ValueError("ndmin must be <= ndmax")
    if ndmax and on_host(object):
        result = as_tensor(np.array(object, dtype=np_dtype(dtype), ndmax=ndmax))
    else:
        result = as_tensor(object, dtype)
    if copy and (result is object or gives_array(object)):  # which may give a tensor that it holds
        result = new_object(result)
    missing = operator.index(ndmin) - len(static_shape(result))
    if missing > 0:
        result = tf.reshape(result, shape_from([1] * missing + lengths(result)))
    return result


def _has_order(x: Any, order: str | None) -> bool:
    """Whether an array lies in memory as asked."""
    if order not in ("F", "f") or not isinstance(x, Tensor):
        return True
    return sum(length != 1 for length in static_shape(x)) < 2 or 0 in static_shape(x)


def _is_itself(x: Any, dtype: Any) -> bool:
    if not isinstance(x, (Tensor, tf.Variable, np.ndarray)):
        return hasattr(x, "__array_interface__") and not isinstance(x, np.generic)
    return dtype is None or np_dtype(dtype) == (x.dtype if isinstance(x, np.ndarray) else dtype_of(x))


@device
def asarray(
    a: Any,
    dtype: Any = None,
    order: str | None = None,
    *,
    device: Any = None,
    copy: bool | None = None,
    like: Any = None,
) -> tf.Tensor:
    """The values as a tensor; a tensor of this dtype is returned itself, unless `copy=True`.

    Raises ValueError for `copy=False` where a copy is needed. See `array`.
    """
    if device is None and copy is None and order is None and like is None:
        return as_tensor(a, dtype)
    with on_device(device):
        return array(a, dtype, copy=copy, order=order, like=like)


@device
def asanyarray(
    a: Any,
    dtype: Any = None,
    order: str | None = None,
    *,
    device: Any = None,
    copy: bool | None = None,
    like: Any = None,
) -> tf.Tensor:
    """As `asarray`: there are no subclasses of tensors."""
    return asarray(a, dtype, order, device=device, copy=copy, like=like)


@device
def asarray_chkfinite(a: Any, dtype: Any = None, order: str | None = None) -> tf.Tensor:
    """As `asarray`; raises ValueError if there is an infinity or NaN. While tracing, the check runs with the graph."""
    result = asarray(a, dtype, order)
    if result.dtype.is_floating or result.dtype.is_complex:
        parts = (tf.math.real(result), tf.math.imag(result)) if result.dtype.is_complex else (result,)
        finite = tf.reduce_all([tf.reduce_all(tf.math.is_finite(part)) for part in parts])
        if _symbolic.trace.compiled and not is_eager(finite):
            _symbolic.expect(finite, "infinities or NaNs in an array")
            return new_object(result)
        if not is_eager(finite):
            with tf.control_dependencies([tf.debugging.Assert(finite, ["array must not contain infs or NaNs"])]):
                return new_object(result)
        if not host(finite):
            raise ValueError("array must not contain infs or NaNs")
    return result


def _at_least_1d(a: Any, dtype: Any) -> tf.Tensor:
    result = as_tensor(a, dtype)
    return result if static_shape(result) else tf.reshape(result, [1])


@device
def ascontiguousarray(a: Any, dtype: Any = None, *, like: Any = None) -> tf.Tensor:
    """As `asarray`, with at least one dimension."""
    check_like(like)
    return _at_least_1d(a, dtype)


@device
def asfortranarray(a: Any, dtype: Any = None, *, like: Any = None) -> tf.Tensor:
    """As `asarray`, with at least one dimension: a tensor has no other memory layout."""
    check_like(like)
    return _at_least_1d(a, dtype)


_REQUIREMENTS = {
    "C": "C", "C_CONTIGUOUS": "C", "CONTIGUOUS": "C", "F": "F", "F_CONTIGUOUS": "F", "FORTRAN": "F", "A": "A",
    "ALIGNED": "A",
    "W": "W", "WRITEABLE": "W", "O": "O", "OWNDATA": "O", "E": "E", "ENSUREARRAY": "E",
}  # fmt: skip


@device
def require(a: Any, dtype: Any = None, requirements: Any = None, *, like: Any = None) -> tf.Tensor:
    """As `asarray`. Every tensor is contiguous and aligned and owns its data, so these requirements hold.

    Raises KeyError for an unknown requirement, ValueError for "C" with "F", UnsupportedFeatureError (NT505) for "W".
    """
    check_like(like)
    wanted = {_REQUIREMENTS[each.upper()] for each in requirements or ()}
    if {"C", "F"} <= wanted:
        raise ValueError("Cannot specify both 'C' and 'F' order")
    if "W" in wanted:
        raise UnsupportedFeatureError(
            "np.require(..., 'WRITEABLE')", "NT505", "tensors are immutable; leave the requirement out"
        )
    return as_tensor(a, dtype)


@device
def copy(a: Any, order: str = "K", subok: bool = False) -> tf.Tensor:
    """The values as a new object."""
    check_order(order)
    result = as_tensor(a)
    return new_object(result) if result is a else result


@device
def astype(x: Any, dtype: Any, /, *, copy: bool = True, device: Any = None) -> tf.Tensor:
    """A tensor with another dtype, as NumPy's unsafe casting gives it; with `copy=False` itself if the dtype is the
    same.

    Raises TypeError if `x` is no array.
    """
    if not isinstance(x, (Tensor, tf.Variable, np.ndarray, np.generic)):
        raise TypeError(f"Input should be a NumPy array. It is of type {type(x)}.")
    with on_device(device):
        result = as_tensor(x, np_dtype(dtype) if dtype is not None else default_float())
        return new_object(result) if result is x and copy else result


def _from_memory(name: str) -> Any:
    return host_function(name, reason="it reads memory, text or an iterator")


def frombuffer(buffer: Any, dtype: Any = None, count: int = -1, offset: int = 0, *, like: Any = None) -> tf.Tensor:
    """A tensor of the numbers in a buffer; a copy, where NumPy's array shares the buffer's memory. Runs on the host."""
    check_like(like)
    # The array shares the buffer, which its owner may change.
    return _frombuffer(buffer, default_float() if dtype is None else np.dtype(to_host(dtype)), count, offset)


def _copied(name: str) -> Callable[..., tf.Tensor]:
    function = getattr(np, name.partition(".")[2])
    return host_function(name, lambda *args: np.array(function(*args)), reason="it reads memory, text or an iterator")


_frombuffer = _copied("numpy.frombuffer")
_fromiter = _from_memory("numpy.fromiter")
_fromstring = _from_memory("numpy.fromstring")


def fromiter(iter: Any, dtype: Any, count: int = -1, *, like: Any = None) -> tf.Tensor:
    """A 1-d tensor of the numbers an iterator gives, of the dtype given. Runs on the host.

    Raises ValueError if the iterator gives fewer than `count`.
    """
    check_like(like)
    wanted = np.dtype(to_host(dtype))  # what no tensor can hold stays on the host
    return _fromiter((host(each)[()] if isinstance(each, Tensor) else each for each in iter), wanted, count)


def fromstring(string: str, dtype: Any = float, count: int = -1, *, sep: str, like: Any = None) -> tf.Tensor:
    """A 1-d tensor of the numbers in a text, with `sep` between them. Runs on the host."""
    check_like(like)
    return _fromstring(string, np.dtype(to_host(dtype)), count, sep=sep)


# ------------------------------------------------------------------------------------------------------- from a shape


def _filled(shape: Any, value: Any, dtype: Any, where: Any) -> tf.Tensor:
    """A tensor of one Python number."""
    dims = shape_argument(shape)
    kind = np_dtype(dtype)
    if kind is None:
        kind = default_float()
    with on_device(where):
        if isinstance(dims, tuple):
            if dims and min(dims) < 0:
                raise ValueError("negative dimensions are not allowed")
            if executing_eagerly():
                return from_host(np.full(dims, value, kind) if value else np.zeros(dims, kind))
        return tf.fill(dims, tf.constant(value, tf_dtype(kind)))


@device
def zeros(shape: Any, dtype: Any = None, order: str = "C", *, device: Any = None, like: Any = None) -> tf.Tensor:
    """Zeros of a shape, float64 by default. Raises ValueError for negative lengths."""
    check_order(order, "CF")
    return _filled(shape, 0, dtype, device)


@device
def ones(shape: Any, dtype: Any = None, order: str = "C", *, device: Any = None, like: Any = None) -> tf.Tensor:
    """Ones of a shape, float64 by default. Raises ValueError for negative lengths."""
    check_order(order, "CF")
    return _filled(shape, 1, dtype, device)


@device
def empty(shape: Any, dtype: Any = None, order: str = "C", *, device: Any = None, like: Any = None) -> tf.Tensor:
    """Zeros of a shape: a tensor's contents are always defined. Raises ValueError for negative lengths."""
    check_order(order, "CF")
    return _filled(shape, 0, dtype, device)


@device
def full(
    shape: Any, fill_value: Any, dtype: Any = None, order: str = "C", *, device: Any = None, like: Any = None
) -> tf.Tensor:
    """A tensor of a shape that repeats `fill_value`, which is broadcast to it; of its dtype by default."""
    check_order(order, "CF")
    dims = shape_argument(shape)
    with on_device(device):
        if isinstance(dims, tuple) and on_host(fill_value) and not isinstance(fill_value, Weak):
            kind = np_dtype(dtype)
            if kind is None:
                kind = dtype_of(as_tensor(fill_value))
            if executing_eagerly() or np.ndim(fill_value):
                return from_host(np.full(dims, fill_value, kind))
            return tf.fill(dims, scalar(np.full((), fill_value, kind)[()], kind))
        value = as_tensor(fill_value)
        if isinstance(dims, tuple) and dims and min(dims) < 0:
            raise ValueError("negative dimensions are not allowed")
        return _spread(value if dtype is None else cast(value, dtype), dims)


def _spread(value: tf.Tensor, dims: Any) -> tf.Tensor:
    """`value` broadcast to a shape, as a new object."""
    if isinstance(dims, tuple) and None not in static_shape(value):
        try:
            np.broadcast_to(np.empty(static_shape(value), bool), dims)
        except ValueError:
            raise ValueError(
                f"could not broadcast input array from shape {static_shape(value)} into shape {dims}"
            ) from None
    return tf.broadcast_to(value, dims)


def _like_shape(a: Any, shape: Any) -> Any:
    if shape is not None:
        return shape
    return shape_tensor(a) if isinstance(a, Tensor) else np.shape(host(a))


def _like_dtype(a: Any, dtype: Any) -> Any:
    if dtype is not None:
        return dtype
    return dtype_of(a if isinstance(a, Tensor) else as_tensor(a))


@device
def zeros_like(
    a: Any,
    dtype: Any = None,
    order: str = "K",
    subok: bool = True,
    shape: Any = None,
    *,
    device: Any = None,
) -> tf.Tensor:
    """Zeros of the shape and dtype of `a`, unless others are given."""
    check_order(order)
    return _filled(_like_shape(a, shape), 0, _like_dtype(a, dtype), device)


@device
def ones_like(
    a: Any,
    dtype: Any = None,
    order: str = "K",
    subok: bool = True,
    shape: Any = None,
    *,
    device: Any = None,
) -> tf.Tensor:
    """Ones of the shape and dtype of `a`, unless others are given."""
    check_order(order)
    return _filled(_like_shape(a, shape), 1, _like_dtype(a, dtype), device)


@device
def empty_like(
    prototype: Any,
    /,
    dtype: Any = None,
    order: str = "K",
    subok: bool = True,
    shape: Any = None,
    *,
    device: Any = None,
) -> tf.Tensor:
    """Zeros of the shape and dtype of `prototype`, unless others are given."""
    check_order(order)
    return _filled(_like_shape(prototype, shape), 0, _like_dtype(prototype, dtype), device)


@device
def full_like(
    a: Any,
    fill_value: Any,
    dtype: Any = None,
    order: str = "K",
    subok: bool = True,
    shape: Any = None,
    *,
    device: Any = None,
) -> tf.Tensor:
    """`fill_value` repeated in the shape and dtype of `a`, unless others are given."""
    check_order(order)
    return full(_like_shape(a, shape), fill_value, _like_dtype(a, dtype), device=device)


@device
def eye(
    N: Any,  # noqa: N803 - NumPy's names
    M: Any = None,  # noqa: N803
    k: Any = 0,
    dtype: Any = float,
    order: str = "C",
    *,
    device: Any = None,
    like: Any = None,
) -> tf.Tensor:
    """Ones on the `k`-th diagonal of an `N` by `M` matrix of zeros, float64 by default."""
    check_order(order, "CF")
    rows = known(N)
    columns = rows if M is None else known(M)
    with on_device(device):
        if rows is None or columns is None:
            made = tf.range(_as_length(N))[:, None] + k == tf.range(_as_length(N if M is None else M))
            return cast(made, _float_dtype(dtype))
        (rows, columns), k = shape_argument((rows, columns)), integer(k)
        if executing_eagerly() or rows * columns <= LARGE_CONSTANT:
            return from_host(np.eye(rows, columns, k, _float_dtype(dtype)))
        return cast(tf.equal(tf.range(rows)[:, None] + k, tf.range(columns)), _float_dtype(dtype))


def _float_dtype(dtype: Any) -> np.dtype:
    return default_float() if dtype is None or dtype is float else np_dtype(dtype)


@device
def identity(n: Any, dtype: Any = None, *, like: Any = None) -> tf.Tensor:
    """The identity matrix of size `n`, float64 by default."""
    check_like(like)
    return eye(n, dtype=_float_dtype(dtype))


@device
def fromfunction(
    function: Callable[..., Any], shape: Any, *, dtype: Any = float, like: Any = None, **kwargs: Any
) -> Any:
    """What `function` gives when called with the coordinates: one tensor per axis, each of the shape given."""
    return function(*indices(shape, dtype=_float_dtype(dtype)), **kwargs)


@device
def indices(dimensions: Any, dtype: Any = int, sparse: bool = False) -> Any:
    """The coordinates of a grid: a tensor of shape `(len(dimensions), *dimensions)`, int64; a tuple of tensors if
    `sparse`.
    """
    if type(dimensions) is int:
        raise TypeError("'int' object is not iterable")
    dims = shape_argument(dimensions)
    if not isinstance(dims, tuple):
        dims = tuple(tf.unstack(dims))
        return tf.stack(tf.meshgrid(*[cast(tf.range(length), np_dtype(dtype)) for length in dims], indexing="ij"))
    made = np.indices(dims, np_dtype(dtype), sparse)
    return tuple(map(from_host, made)) if sparse else from_host(made)


# ------------------------------------------------------------------------------------------------------------- ranges


def _default_kind(dtype: np.dtype) -> np.dtype:
    """A dtype chosen by NumPy, narrowed if the configuration prefers float32."""
    if config.prefer_float32:
        return {"float64": np.dtype(np.float32), "complex128": np.dtype(np.complex64)}.get(dtype.name, dtype)
    return dtype


@device
def arange(
    start_or_stop: Any = None,
    /,
    stop: Any = None,
    step: Any = 1,
    *,
    start: Any = None,
    dtype: Any = None,
    device: Any = None,
    like: Any = None,
) -> tf.Tensor:
    """Numbers from `start` (0) up to, not with, `stop`, in steps: `ceil((stop - start) / step)` of them.

    The dtype is the common one of the arguments (int64 for Python ints). Values are `start + i*step`, as NumPy
    computes them.

    Raises ValueError for a dtype without ranges, ZeroDivisionError for a step of 0.
    """
    ints = type(start_or_stop) is int is type(step) and (stop is None or type(stop) is int)
    if ints and start is dtype is device is like is None and executing_eagerly():
        return from_host(np.arange(start_or_stop, stop, step))
    check_like(like)
    if start is not None:
        if start_or_stop is not None:
            raise TypeError("argument for arange() given by name ('start') and position (1)")
        if stop is None:
            raise TypeError("arange() requires stop to be specified.")
        start_or_stop = start
    if start_or_stop is None:
        start_or_stop, stop = stop, None
    if start_or_stop is None:
        raise TypeError("arange() requires stop to be specified.")
    given = [start_or_stop, *([] if stop is None else [stop]), 1 if step is None else step]
    kind = np_dtype(dtype)
    values = [known(each) for each in given]
    with on_device(device):
        if all(value is not None for value in values):
            if kind is None:
                kind = _default_kind(result_dtype(*map(_weakened, given)))
            made = np.arange(*_range_arguments(values, stop is None), dtype=kind)
            if executing_eagerly() or made.size <= LARGE_CONSTANT or kind.kind not in "iuf":
                return from_host(made)
            first, second = made[:2]
            return _steps(cast(as_tensor(first), kind), cast(as_tensor(second - first), kind), made.size)
        if kind is None:
            kind = result_dtype(*map(_weakened, given))
        return _traced_range(*_range_arguments(given, stop is None), kind)


def _weakened(value: Any) -> Any:
    # Unlike in a ufunc, Python numbers decide with the others: np.arange(np.float32(0), 3) is float64.
    return as_tensor(value).dtype if isinstance(value, (bool, int, float, complex)) else value


def _range_arguments(values: list[Any], only_stop: bool) -> tuple[Any, Any, Any]:
    values = [value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value for value in values]
    if only_stop:
        return 0, values[0], values[1]
    return values[0], values[1], values[2]


def _steps(start: tf.Tensor, delta: tf.Tensor, count: Any) -> tf.Tensor:
    if start.dtype in (tf.int32, tf.int64) and isinstance(count, int):
        return tf.range(start, start + delta * count, delta)
    return start + cast(tf.range(count), start.dtype) * delta


def _traced_range(start: Any, stop: Any, step: Any, kind: np.dtype) -> tf.Tensor:
    if kind in (np.int32, np.int64):
        dtype = tf_dtype(kind)
        return tf.range(*(cast(as_tensor(each), dtype) for each in (start, stop, step)))
    exact = [cast(as_tensor(each), tf.float64) for each in (start, stop, step)]
    count = tf.cast(tf.math.ceil((exact[1] - exact[0]) / exact[2]), tf.int64)
    first = cast(exact[0], kind)
    return _steps(first, cast(exact[0] + exact[2], kind) - first, tf.maximum(count, 0))


@device
def linspace(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    *,
    device: Any = None,
) -> Any:
    """`num` numbers from `start` to `stop`, evenly spaced, along a new axis; float64 unless the arguments say
    otherwise.

    Parameters
    ----------
    start, stop : array_like
        Broadcast against each other. Gradients pass.
    num : int
        Not negative, else ValueError.
    endpoint : bool
        Whether `stop` is the last of the numbers.
    retstep : bool
        Return `(samples, step)`.
    """
    if {type(start), type(stop)} <= _REALS and type(num) is int and dtype is device is None and executing_eagerly():
        made = np.linspace(start, stop, num, endpoint, retstep, default_float(), axis)
        return (from_host(made[0]), as_tensor(made[1])) if retstep else from_host(made)
    num = integer(num)
    if num < 0:
        raise ValueError(f"Number of samples, {num}, must be non-negative.")
    with on_device(device):
        if on_host(start) and on_host(stop):
            ends = (end if type(end) in (int, float, complex) else np.asarray(end) for end in (start, stop))
            found = np.result_type(*ends, float(num))
            kind = _like_default(found, dtype)
            made, step = np.linspace(start, stop, num, endpoint, True, kind, axis)
            return (from_host(made), as_tensor(step)) if retstep else from_host(made)
        return _traced_linspace(start, stop, num, endpoint, retstep, dtype, axis)


_REALS = frozenset((int, float))


def _like_default(found: np.dtype, dtype: Any) -> np.dtype:
    return inferred_dtype(_default_kind(found)) if dtype is None else np_dtype(dtype)


def _traced_linspace(start: Any, stop: Any, num: int, endpoint: bool, retstep: bool, dtype: Any, axis: int) -> Any:
    work = result_dtype(*(end if type(end) in (int, float, complex) else as_tensor(end) for end in (start, stop)), 1.0)
    start, stop = as_tensor(start), as_tensor(stop)
    start, stop = cast(start, work), cast(stop, work)
    delta = stop - start
    start = tf.broadcast_to(start, tf.shape(delta)) if static_shape(start) != static_shape(delta) else start
    column = [num] + [1] * len(static_shape(delta))
    ramp = tf.reshape(cast(as_tensor(np.arange(num)), work), column)
    intervals = num - 1 if endpoint else num
    if intervals > 0:
        step = delta / cast(as_tensor(intervals), work)
        vanished = tf.reduce_any(tf.equal(step, tf.zeros((), step.dtype)))
        by_share = ramp / cast(as_tensor(intervals), work) * delta
        samples = tf.where(vanished, by_share, ramp * step)
    else:
        step = np.nan
        samples = ramp * delta
    samples = samples + start
    if endpoint and num > 1:
        samples = tf.concat([samples[:-1], tf.broadcast_to(stop, tf.shape(delta))[None]], 0)
    kind = work if dtype is None else np_dtype(dtype)
    if axis != 0:
        samples = _move_first(samples, axis)
    if kind.kind in "iu":
        samples = tf.floor(samples)
    samples = cast(samples, kind)
    return (samples, step) if retstep else samples


def _move_first(x: tf.Tensor, axis: int) -> tf.Tensor:
    """The first axis moved to `axis`."""
    ndim = len(static_shape(x))
    order = list(range(1, ndim))
    order.insert(normalize_axis(axis, ndim), 0)
    return tf.transpose(x, order)


@device
def logspace(
    start: Any, stop: Any, num: Any = 50, endpoint: bool = True, base: Any = 10.0, dtype: Any = None, axis: int = 0
) -> tf.Tensor:
    """`base` to the powers of `linspace(start, stop, ...)`."""
    if _whole(dtype, start, stop, base) or _without_gradient(start, stop, base):
        start, stop, base = known(start), known(stop), known(base)
    if on_host(start) and on_host(stop) and on_host(base):
        made = np.logspace(start, stop, integer(num), endpoint, base, None, axis)
        return from_host(np.ascontiguousarray(made), _like_default(made.dtype, dtype))
    if type(base) not in (int, float, complex):
        start, stop, base = as_tensor(start), as_tensor(stop), as_tensor(base)
        ndim = max(len(static_shape(each)) for each in (start, stop, base))
        start, stop, base = (
            tf.reshape(each, shape_from([1] * (ndim - len(static_shape(each))) + lengths(each)))
            for each in (start, stop, base)
        )
        base = tf.expand_dims(base, axis) if ndim else base
    powers = linspace(start, stop, num, endpoint, axis=axis)
    base, powers = promote(base, powers)
    return cast(tf.pow(base, powers), result_dtype(powers) if dtype is None else dtype)


def _without_gradient(*values: Any) -> bool:
    """True if all values are known and nobody asks for their gradient: NumPy's powers are the same in all lanes."""
    return not _record.could_possibly_record() and not any(known(value) is None for value in values)


def _whole(dtype: Any, *values: Any) -> bool:
    """True if whole numbers are asked for, of known values: by NumPy then: the last place decides what truncates."""
    return dtype is not None and np_dtype(dtype).kind in "iu" and not any(known(value) is None for value in values)


@device
def geomspace(
    start: Any, stop: Any, num: Any = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> tf.Tensor:
    """`num` numbers from `start` to `stop` with a constant ratio, along a new axis. Raises ValueError for a 0 at an
    end.
    """
    if _whole(dtype, start, stop) or _without_gradient(start, stop):
        start, stop = known(start), known(stop)
    if on_host(start) and on_host(stop):
        made = np.geomspace(start, stop, integer(num), endpoint, np_dtype(dtype), axis)
        return from_host(np.ascontiguousarray(made), _like_default(made.dtype, dtype))
    from . import _ufuncs  # which stands on this module's neighbours

    num = integer(num)
    start, stop = as_tensor(start), as_tensor(stop)
    for end in (start, stop):
        if known(end) is None:
            _symbolic.expect(tf.not_equal(end, tf.zeros((), end.dtype)), "an end that is 0")
        elif np.any(known(end) == 0):
            raise ValueError("Geometric sequence cannot include zero")
    work = result_dtype(start, stop, default_float(), *([] if dtype is None else [np_dtype(dtype)]))
    start, stop = cast(start, work), cast(stop, work)
    sign = start / cast(tf.abs(start), work) if work.kind == "c" else tf.sign(start)
    start, stop = start / sign, stop / sign
    powers = linspace(_ufuncs.log10(start), _ufuncs.log10(stop), num, endpoint)
    samples = tf.pow(cast(as_tensor(10.0), powers.dtype), powers)
    # The ends exactly, whatever the rounding between.
    parts = [tf.broadcast_to(start, tf.shape(samples)[1:])[None]] if num > 0 else []
    if num > 1:
        parts = [*parts, samples[1:-1] if endpoint else samples[1:]]
        if endpoint:
            parts.append(tf.broadcast_to(stop, tf.shape(samples)[1:])[None])
    samples = (tf.concat(parts, 0) if parts else samples) * sign
    if axis != 0:
        samples = _move_first(samples, axis)
    return cast(samples, work if dtype is None else dtype)


# ----------------------------------------------------------------------------------------------------------- matrices


@device
def diag(v: Any, k: int = 0) -> tf.Tensor:
    """The `k`-th diagonal of a matrix, or the matrix with the vector `v` on it.

    Raises ValueError if `v` is neither 1-d nor 2-d.
    """
    v, k = as_tensor(v), integer(k)
    ndim = len(static_shape(v))
    if ndim == 1:
        return _matrix_with_diagonal(v, k)
    if ndim != 2:
        raise ValueError("Input must be 1- or 2-d.")
    return matrix_diagonal(v, k)


def matrix_diagonal(x: tf.Tensor, k: int) -> tf.Tensor:
    """The `k`-th diagonal of the last two axes; empty if it lies outside."""
    rows, columns = static_shape(x)[-2:]
    if rows is not None and columns is not None and not (-rows < k < columns):
        return tf.zeros(shape_from([*lengths(x)[:-2], 0]), x.dtype)
    return tf.linalg.diag_part(x, k=k)


def _matrix_with_diagonal(v: tf.Tensor, k: int) -> tf.Tensor:
    if static_shape(v)[0] == 0:
        return tf.zeros([abs(k), abs(k)], v.dtype)
    return tf.linalg.diag(v, k=k)


@device
def diagflat(v: Any, k: int = 0) -> tf.Tensor:
    """The matrix with the elements of `v` on the `k`-th diagonal."""
    return _matrix_with_diagonal(tf.reshape(as_tensor(v), [-1]), integer(k))


@device
def tri(
    N: Any,  # noqa: N803 - NumPy's names
    M: Any = None,  # noqa: N803
    k: Any = 0,
    dtype: Any = float,
    *,
    like: Any = None,
) -> tf.Tensor:
    """Ones at and below the `k`-th diagonal of an `N` by `M` matrix of zeros, float64 by default."""
    check_like(like)
    rows, columns, k = integer(N), integer(N if M is None else M), integer(k)
    if executing_eagerly() or rows * columns <= LARGE_CONSTANT:
        return from_host(np.tri(rows, columns, k, _float_dtype(dtype)))
    return cast(_lower(rows, columns, k), _float_dtype(dtype))


def _lower(rows: Any, columns: Any, k: int) -> tf.Tensor:
    """A mask, True at and below the `k`-th diagonal."""
    if isinstance(rows, int) and isinstance(columns, int) and rows * columns <= LARGE_CONSTANT:
        return from_host(np.tri(rows, columns, k, bool))
    return tf.greater_equal(tf.range(rows)[:, None] + k, tf.range(columns))


def _triangle(m: Any, k: int, lower: bool) -> tf.Tensor:
    m, k = as_tensor(m), integer(k)
    if not static_shape(m):
        raise TypeError("tri() of a 0-d array")
    if len(static_shape(m)) == 1:
        size = lengths(m)[0]
        mask = _lower(size, size, k if lower else k - 1)
    else:
        mask = _lower(*lengths(m)[-2:], k if lower else k - 1)
    zero = tf.zeros((), m.dtype)
    return tf.where(mask, m, zero) if lower else tf.where(mask, zero, m)


@device
def tril(m: Any, k: int = 0) -> tf.Tensor:
    """The last two axes with zeros above the `k`-th diagonal."""
    return _triangle(m, k, lower=True)


@device
def triu(m: Any, k: int = 0) -> tf.Tensor:
    """The last two axes with zeros below the `k`-th diagonal."""
    return _triangle(m, k, lower=False)


@device
def vander(x: Any, N: Any = None, increasing: bool = False) -> tf.Tensor:  # noqa: N803 - NumPy's name
    """The powers of a vector as columns, decreasing unless said otherwise: shape `(len(x), N)`. ValueError if `x`
    isn't 1-d.
    """
    x = as_tensor(x)
    if len(static_shape(x)) != 1:
        raise ValueError("x must be a one-dimensional array or sequence.")
    size = lengths(x)[0]
    count = size if N is None else integer(N)
    x = cast(x, np.promote_types(dtype_of(x), np.int64))
    return tf.math.cumprod(tf.tile(x[:, None], [1, count]), axis=1, exclusive=True, reverse=not increasing)


@device
def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> Any:
    """The coordinates of a grid, one tensor per vector given, as a tuple (a list if `sparse` and not `copy`).

    Parameters
    ----------
    xi : array_like
        Vectors, or numbers.
    sparse : bool
        Leave the other axes at length 1.
    indexing : {"xy", "ij"}
        "xy": the first two axes change places.
    """
    if indexing not in ("xy", "ij"):
        raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")
    ndim = len(xi)
    tensors = [as_tensor(x) for x in xi]
    axes = list(range(ndim))
    if indexing == "xy" and ndim > 1:
        axes[:2] = [1, 0]
    parts = []
    for x, axis in zip(tensors, axes, strict=True):
        parts.append(tf.reshape(x, [1] * axis + [-1] + [1] * (ndim - axis - 1)))
    if sparse:
        return tuple(parts) if copy else parts
    sizes: list[Any] = [1] * ndim
    for part, axis in zip(parts, axes, strict=True):
        sizes[axis] = lengths(part)[axis]
    return tuple(tf.broadcast_to(part, shape_from(sizes)) for part in parts)
