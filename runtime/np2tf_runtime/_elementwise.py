"""Predicates, and the functions of elements that are no ufuncs: rounding, clipping, interpolation.

A 0-d tensor is a scalar for `isscalar`: sums and single elements are 0-d tensors where NumPy gives scalars.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import tensorflow as tf

from . import _status, _symbolic, _ufuncs
from ._base import (
    NotCompilableError,
    Tensor,
    UnsupportedFeatureError,
    as_tensor,
    cast,
    default_float,
    device,
    dtype_of,
    host,
    is_eager,
    is_weak,
    no_out,
    normalize_axis,
    np_dtype,
    promote,
    rank,
    result_dtype,
    static_shape,
)
from ._creation import gather, integer, known, lengths, new_object, shape_from
from ._manipulation import along
from ._sorting import argsort, searchsorted
from ._ufuncs import nearest

__all__ = [
    "allclose",
    "angle",
    "around",
    "array_equal",
    "array_equiv",
    "clip",
    "fix",
    "i0",
    "imag",
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
    "may_share_memory",
    "nan_to_num",
    "real",
    "real_if_close",
    "round",
    "shares_memory",
    "sinc",
    "unwrap",
]


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
def isreal(x: Any) -> tf.Tensor | bool:
    """True where the imaginary part is zero; of a Python number a bool."""
    if type(x) in (bool, int, float, complex):
        return bool(x.imag == 0)
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
    finite = _symbolic.is_finite(reach)
    near = _ufuncs.less_equal(distance, limit) if limit.dtype.is_complex else tf.less_equal(distance, limit)
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


# ----------------------------------------------------------------------------------- functions of elements


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
        return cast(tf.multiply(nearest(tf.divide(cast(x, tf.float64), factor)), factor), x.dtype)
    if x.dtype is tf.bool:
        if decimals:
            raise TypeError(
                "Cannot cast ufunc 'multiply' output from dtype('float64') to dtype('bool') "
                "with casting rule 'same_kind'"
            )
        x = cast(x, tf.float16)
    if decimals == 0:
        return nearest(x)
    factor = cast(as_tensor(10.0 ** abs(decimals)), x.dtype)
    if decimals > 0:
        return tf.divide(nearest(tf.multiply(x, factor)), factor)
    return tf.multiply(nearest(tf.divide(x, factor)), factor)


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
        (_symbolic.is_nan(x), nan),
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

    p = as_tensor(p)
    axis = normalize_axis(axis, rank(p))
    kind = result_dtype(p, period)
    difference = _ufuncs.logical_xor if p.dtype is tf.bool else _ufuncs.subtract
    raw = difference(along(p, 1, None, axis), along(p, 0, -1, axis))
    step = cast(raw, kind)
    period_t = cast(as_tensor(period), kind)
    if kind.kind in "iu":
        high, odd = divmod(int(period), 2)
        if kind.kind == "u" and high > 0:
            raise OverflowError(f"Python integer {-high} out of bounds for {kind}")
        half, ambiguous = cast(as_tensor(high), kind), odd == 0
        low = cast(as_tensor(-high), kind)
    else:
        half, ambiguous = tf.divide(period_t, cast(as_tensor(2), kind)), True
        low = tf.negative(half)
    step_in = tf.add(_ufuncs.mod(tf.subtract(step, low), period_t), low)
    if ambiguous:
        step_in = tf.where(
            tf.logical_and(tf.equal(step_in, low), tf.greater(step, tf.zeros((), step.dtype))), half, step_in
        )
    correction = tf.subtract(step_in, step)
    limit = _ufuncs.divide(period, 2) if discont is None and isinstance(period, Tensor) else discont
    limit = period / 2 if limit is None else limit
    size = raw if p.dtype is tf.bool else _ufuncs.absolute(raw)  # the lowest integer has none, and counts as small
    small = _ufuncs.less(size, limit)
    if not small.get_shape().is_compatible_with(correction.get_shape()):
        raise ValueError(f"could not broadcast where mask from shape {small.shape} into shape {correction.shape}")
    correction = tf.where(small, tf.zeros((), correction.dtype), correction)
    moved = tf.add(cast(along(p, 1, None, axis), kind), tf.cumsum(correction, axis))
    return tf.concat([cast(along(p, 0, 1, axis), kind), moved], axis)


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
    return tf.where(_symbolic.is_nan(x), nan, made)


def _between(
    x: tf.Tensor, x0: tf.Tensor, x1: tf.Tensor, y0: tf.Tensor, y1: tf.Tensor, scale: tf.Tensor, *, divide: bool = False
) -> tf.Tensor:
    """The line through two points. An infinite value at one end must not spoil the other end."""
    rise = tf.subtract(y1, y0)
    slope = tf.divide(rise, scale) if divide else tf.multiply(rise, scale)
    made = tf.add(tf.multiply(slope, tf.subtract(x, x0)), y0)
    other = tf.add(tf.multiply(slope, tf.subtract(x, x1)), y1)
    other = tf.where(_symbolic.is_nan(other) & tf.equal(y0, y1), y0, other)
    return tf.where(_symbolic.is_nan(made), other, made)
