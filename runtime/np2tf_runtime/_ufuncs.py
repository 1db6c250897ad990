"""NumPy's universal functions on tensors, as objects of class `ufunc`.

What NumPy decides, NumPy decides here too: the loop (which dtypes go in and come out) is asked of NumPy's own ufunc
once per combination of dtypes and kept in a table. What is computed is in `_KERNELS`: for each ufunc and kind of
dtype, one function of tensors that already have the loop's dtypes. A call whose dtypes are known costs one look-up
above the TensorFlow op.

Differences from NumPy: `out` is refused (tensors can't be written to), floating-point warnings are not raised,
subnormal numbers count as zero (TensorFlow flushes them), and results may differ in the last bits.

An operand that no tensor can hold (a Python object, a string, a date, an array of them) makes the call NumPy's own, on
the host; results of such a dtype stay host arrays or Python objects.
"""

from __future__ import annotations

import contextlib
import functools
import math
import operator
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.eager import record as _record
from tensorflow.python.ops import gen_array_ops as _arrays
from tensorflow.python.ops import gen_bitwise_ops as _bits
from tensorflow.python.ops import gen_math_ops as _math

from . import _base, _exact, _hoisting, _mixed, _small, _status, _symbolic
from ._base import (
    EagerTensor,
    HostValueError,
    Tensor,
    UnsupportedFeatureError,
    as_tensor,
    cast,
    dtype_of,
    executing_eagerly,
    host,
    static_shape,
)
from ._host_memory import aligned

Kernel = Callable[..., Any]


def _constant(value: Any, like: tf.Tensor) -> tf.Tensor:
    return _base.scalar(value, like.dtype)


def _in(dtype: tf.DType, kernel: Kernel) -> Kernel:
    """The kernel computed in another dtype; results that aren't bool go back to the dtype of the first argument."""

    def call(*args: tf.Tensor) -> Any:
        results = kernel(*(_math.cast(x, dtype) for x in args))
        back = args[0].dtype
        if isinstance(results, tuple):
            return tuple(_math.cast(r, back) if r.dtype is dtype else r for r in results)
        return _math.cast(results, back) if results.dtype is dtype else results

    return call


def _or_numpy(function: Callable[..., Any], kernel: Kernel) -> Kernel:
    """What NumPy makes of values that are at hand where nobody records a gradient: for infinite complex numbers, of
    which products follow other rules in C, and powers go through a logarithm in TensorFlow.
    """

    def call(*args: tf.Tensor) -> tf.Tensor:
        if not _base.on_cpu(*args) or _base.recording():
            return kernel(*args)
        with np.errstate(all="ignore"):
            return _base.from_host(np.asarray(function(*map(host, args))))

    return call


def _parts(kernel: Kernel) -> Kernel:
    """The kernel applied to the real and the imaginary part."""
    return lambda z: tf.complex(kernel(tf.math.real(z)), kernel(tf.math.imag(z)))


def _select(condition: tf.Tensor, yes: tf.Tensor, no: tf.Tensor) -> tf.Tensor:
    return _math.select_v2(condition, yes, no)


def _identity(x: tf.Tensor) -> tf.Tensor:
    return _arrays.identity(x)


def _true(x: tf.Tensor) -> tf.Tensor:
    return tf.ones(_base.shape_tensor(x), tf.bool)


def _false(x: tf.Tensor) -> tf.Tensor:
    return tf.zeros(_base.shape_tensor(x), tf.bool)


# --------------------------------------------------------------------------------------------------------- arithmetic


def _float_warning(kind: str, what: str, stacklevel: int = 6) -> None:
    """What NumPy does on a floating-point event, by `np.errstate`."""
    mode = np.geterr()[kind]
    if mode == "raise":
        raise FloatingPointError(what)
    if mode == "warn":
        warnings.warn(what, RuntimeWarning, stacklevel=stacklevel)


def _guarded(name: str, kernel: Kernel) -> Kernel:
    """Integer division with NumPy's zero for a division by zero, on every device and under XLA."""

    def safe(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        zero = _constant(0, y)
        by_zero = _math.equal(y, zero)
        return _select(by_zero, _constant(0, x), kernel(x, _select(by_zero, _constant(1, y), y)))

    def call(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        if not _base.on_cpu(y):
            # To look costs a device more than to divide: only where the program may go another way.
            if np.geterr()["divide"] == "raise" and _base.is_eager(y) and (host(y) == 0).any():
                _float_warning("divide", f"divide by zero encountered in {name}")
            return safe(x, y)
        try:
            return kernel(x, y)
        except (tf.errors.InvalidArgumentError, tf.errors.InternalError):  # TruncateMod calls it an internal error
            if (host(y) != 0).all():
                raise
            _float_warning("divide", f"divide by zero encountered in {name}")
            return safe(x, y)

    return call


def _truncated_remainder(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """C's %: the sign of the dividend. TensorFlow has it for int32, int64, float32, float64 only."""
    if x.dtype in (tf.int32, tf.int64):
        return _math.truncate_mod(x, y)
    if x.dtype.is_unsigned:
        return _math.floor_mod(x, y)
    return _math.cast(_math.truncate_mod(_math.cast(x, tf.int64), _math.cast(y, tf.int64)), x.dtype)


def _float_fmod(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """C's fmod, with the gradient that TensorFlow's lacks."""
    if executing_eagerly() and not _base.recording():
        return _math.mod(x, y)
    sign = tf.stop_gradient(_copysign(_constant(1, x), x))  # of the remainder, too, where it is zero: XLA's has none
    x = _math.mul(sign, x)
    whole = _math.mul(y, tf.stop_gradient(_trunc(_math.real_div(x, y))))
    value = _math.sub(x, _select(_symbolic.is_finite(whole), whole, _constant(0, x)))
    # What is left of a quotient that is no longer exact is far from the value, of which only the gradient counts.
    return _math.mul(sign, _math.add_v2(_math.sub(value, tf.stop_gradient(value)), tf.stop_gradient(_math.mod(x, y))))


def _float_remainder(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    zero = _constant(0, x)
    mod = _math.floor_mod(x, y)
    # A zero has the sign of the divisor.
    return _select(_math.equal(mod, zero), _select(_math.less(y, zero), _constant(-0.0, x), zero), mod)


def _divide(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    return _exact.quotient(x, y)


def _add(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    return _math.add_v2(*_exact.terms(x, y))


def _subtract(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    return _math.sub(*_exact.terms(x, y))


def _multiply(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    return _math.mul(*_exact.factors(x, y))


def _log(x: tf.Tensor) -> tf.Tensor:
    return _math.log(_exact.apart(x, "Exp", "Pow"))


def _sqrt(x: tf.Tensor) -> tf.Tensor:
    return _math.sqrt(_exact.apart(x, "Mul", "Pow", "Square"))


def _power(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    return _math._pow(_exact.apart(x, "Exp", "Pow"), y)


def _float_floor_divide(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """NumPy's `npy_divmod`: built on fmod, since floor(x / y) rounds up where the quotient is just below an integer."""
    if _base.on_cpu(x, y):
        # Without a gradient anyway; NumPy does on the same memory what would take fifteen ops.
        with np.errstate(all="ignore"):
            return _base.from_host(np.floor_divide(host(x), host(y)))
    zero, one = _constant(0, x), _constant(1, x)
    mod = _math.mod(x, y)
    quotient = _math.real_div(_math.sub(x, mod), y)
    other_sign = _math.logical_and(
        _math.not_equal(mod, zero), _math.not_equal(_math.less(y, zero), _math.less(mod, zero))
    )
    quotient = _select(other_sign, _math.sub(quotient, one), quotient)
    floor = _math.floor(quotient)
    floor = _select(_math.greater(_math.sub(quotient, floor), _constant(0.5, x)), _math.add_v2(floor, one), floor)
    plain = _math.real_div(x, y)
    floor = _select(_math.equal(quotient, zero), _copysign(zero, plain), floor)
    return _select(_math.equal(y, zero), plain, floor)


def _float_divmod(x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    return _float_floor_divide(x, y), _float_remainder(x, y)


def _int_divmod(x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    return _INT_FLOOR(x, y), _INT_MOD(x, y)


_INT_FLOOR = _guarded("floor_divide", _math.floor_div)
_INT_MOD = _guarded("remainder", _math.floor_mod)


def _int_power(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    if not y.dtype.is_unsigned and isinstance(y, EagerTensor) and (host(y) < 0).any():
        raise ValueError("Integers to negative integer powers are not allowed.")
    if _symbolic.compiled() and not y.dtype.is_unsigned:
        _symbolic.require(tf.reduce_all(y >= _constant(0, y)), "Integers to negative integer powers are not allowed.")
    # Products wrap modulo a power of two, so the low bits of the int64 result are the result of any narrower type.
    wide = _wrapping_power(_as_int64(x), _as_int64(y), y.dtype.size * 8)
    return _arrays.bitcast(wide, tf.uint64) if x.dtype is tf.uint64 else cast(wide, x.dtype)


def _wrapping_power(x: tf.Tensor, y: tf.Tensor, bits: int) -> tf.Tensor:
    """x ** y in int64 for exponents of so many bits. XLA, and a GPU's kernel, look at six bits of them only."""
    known = host(y) if isinstance(y, EagerTensor) else tf.get_static_value(y)
    compiled = _symbolic.compiled()
    if not (compiled or _base.has_gpu()) or (known is not None and (known < 64).all()):
        return _math._pow(x, y)
    mask, rest = tf.constant(63, tf.int64), tf.constant(2**58 - 1, tf.int64)

    def more(x: tf.Tensor, y: tf.Tensor, result: tf.Tensor) -> tuple[tf.Tensor, ...]:
        x, y = _math._pow(x, tf.constant(32, tf.int64)), tf.bitwise.right_shift(y, tf.constant(6, tf.int64)) & rest
        x = x * x
        return x, y, result * _math._pow(x, y & mask)

    state = x, y, _math._pow(x, y & mask)
    if not compiled:
        for _ in range(6, bits, 6):
            state = more(*state)
        return state[-1]
    # Most exponents are below 64, and then it takes no turn.
    return tf.while_loop(lambda x, y, result: tf.reduce_any(y != y & mask), more, state, parallel_iterations=1)[-1]


def _as_int64(x: tf.Tensor) -> tf.Tensor:
    return _arrays.bitcast(x, tf.int64) if x.dtype is tf.uint64 else _math.cast(x, tf.int64)


def _complex_power(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    zero = _constant(0, x)
    result = _math._pow(x, y)
    if _symbolic.compiled():  # 1 to the power of NaN
        result = _select(_complex_is(_symbolic.is_nan)(y), _constant(complex(np.nan, np.nan), x), result)
    result = _select(_math.equal(y, zero), _constant(1, x), _select(_math.equal(y, _constant(1, x)), x, result))
    # 0 ** y: 1 for y == 0, 0 for a positive real part; TensorFlow's goes through log(0).
    at_zero = _select(
        _math.equal(y, zero), _constant(1, x), _select(tf.math.real(y) > 0, zero, _constant(complex(np.nan, np.nan), x))
    )
    return _select(_math.equal(x, zero), at_zero, result)


def _for_xla() -> bool:
    """Whether XLA compiles what is made now, and nobody asks for its gradient. Parts of complex numbers and absolute
    values TensorFlow translates by way of MLIR: each takes as long to compile as fifty operations that it translates
    directly.
    """
    return _symbolic.compiled() and not _record.could_possibly_record()


def _real(z: tf.Tensor) -> tf.Tensor:
    """The real part."""
    part = tf.float32 if z.dtype is tf.complex64 else tf.float64
    return _math.cast(z, part) if _for_xla() else _math.real(z, part)


def _size(x: tf.Tensor) -> tf.Tensor:
    """|x| of floats: for XLA by their bits, without that of the sign."""
    whole = {tf.float32: tf.int32, tf.float64: tf.int64}.get(x.dtype)
    if whole is None or not _for_xla():
        return _math._abs(x)
    return _arrays.bitcast(_bits.bitwise_and(_arrays.bitcast(x, whole), _base.scalar(whole.max, whole)), x.dtype)


def _complex_divide(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """Smith's method, as NumPy has it: squares of the parts would overflow, and a division by zero give NaN."""
    a, b = _real(x), tf.math.imag(x)
    known = None if static_shape(y) else _exact.known_scalar(y)  # the shape of an array counts, too
    if known:
        return _divided_by(a, b, known)
    c, d = _real(y), tf.math.imag(y)
    size = _size(c)
    first = _math.greater_equal(size, _size(d))
    large, small = _select(first, c, d), _select(first, d, c)
    ratio = _math.real_div(small, large)
    scale = _math.real_div(_constant(1, a), _math.add_v2(large, _math.mul(small, ratio)))
    p, q = _select(first, a, b), _select(first, b, a)
    real = _math.mul(_math.add_v2(p, _math.mul(q, ratio)), scale)
    imag = _math.mul(_select(first, b - a * ratio, b * ratio - a), scale)
    by_zero = _math.equal(y, _constant(0, y))
    real = _select(by_zero, _math.real_div(a, size), real)
    imag = _select(by_zero, _math.real_div(b, size), imag)
    return tf.complex(real, imag)


def _divided_by(a: tf.Tensor, b: tf.Tensor, y: Any) -> tf.Tensor:
    """(a + b * 1j) / y for a number that is known, and not zero: of Smith's method what depends on that number."""
    first = np.abs(y.real) >= np.abs(y.imag)
    large, small = (y.real, y.imag) if first else (y.imag, y.real)
    with np.errstate(all="ignore"):
        ratio = small / large
        scale = _constant(1 / (large + small * ratio), a)
    ratio = _constant(ratio, a)
    p, q = (a, b) if first else (b, a)
    imag = _math.sub(b, _math.mul(a, ratio)) if first else _math.sub(_math.mul(b, ratio), a)
    return tf.complex(_math.mul(_math.add_v2(p, _math.mul(q, ratio)), scale), _math.mul(imag, scale))


def _unsigned_negative(x: tf.Tensor) -> tf.Tensor:
    return _math.sub(_constant(0, x), x)


def _reciprocal(x: tf.Tensor) -> tf.Tensor:
    return _math.real_div(_constant(1, x), x)


def _complex_reciprocal(z: tf.Tensor) -> tf.Tensor:
    """Smith's method, with NumPy's infinities."""
    x, y = tf.math.real(z), tf.math.imag(z)
    flat = _math.less_equal(_math._abs(y), _math._abs(x))
    large, small = _select(flat, x, y), _select(flat, y, x)
    ratio = _math.real_div(small, large)
    scale = _math.real_div(_constant(1, x), large + small * ratio)
    one = _constant(1, ratio)
    return tf.complex(_select(flat, one, ratio) * scale, _math.neg(_select(flat, ratio, one) * scale))


def _int_reciprocal(x: tf.Tensor) -> tf.Tensor:
    lowest = np.iinfo(dtype_of(x)).min if dtype_of(x) in (np.int32, np.int64) else 0
    one = _constant(1, x)
    zero = _constant(0, x)
    unit = _math.equal(x, one)
    if not x.dtype.is_unsigned:
        unit = _math.logical_or(unit, _math.equal(x, _constant(-1, x)))
    return _select(unit, x, _select(_math.equal(x, zero), _constant(lowest, x), zero))


def _unsigned_sign(x: tf.Tensor) -> tf.Tensor:
    return _math.minimum(x, _constant(1, x))


def _complex_abs(z: tf.Tensor) -> tf.Tensor:
    size = _math.complex_abs(z, tf.float32 if z.dtype is tf.complex64 else tf.float64)
    by_kernels = executing_eagerly() or (_symbolic.trace.compiled and not _symbolic.compiled())
    if by_kernels and not _base.has_gpu():
        return size
    parts = _real(z), tf.math.imag(z)
    # XLA's loses NaN, and divides; a GPU's has NaN beside an infinity.
    if _symbolic.compiled() and not _base.has_gpu() and not _record.could_possibly_record():
        parts = _exact.unseen(parts[0]), _exact.unseen(parts[1])
        size = _select(_is_endless(*parts), _constant(np.inf, size), _size_of_squares(*parts))
        _symbolic.trace.operators["absolute", id(size)] = size, parts  # kept, so that no other takes its identity
        return size
    endless = _math.logical_or(*map(_math.is_inf, parts))
    strange = _select(endless, _constant(np.inf, size), _constant(np.nan, size))
    return _select(_math.logical_and(*map(_symbolic.is_finite, parts)), size, strange)


def _is_endless(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    return _math.logical_or(*(_math.equal(_size(part), _constant(np.inf, x)) for part in (x, y)))


def _size_of_squares(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """sqrt(x * x + y * y), where the squares are scaled by a power of two so that they neither overflow nor vanish. Its
    gradient at zero is none.
    """
    scale, back = _scales(_math.maximum(_size(x), _size(y)))
    return _math.mul(_math.sqrt(_sum_of_squares(x, y, scale)), back)


def _scales(size: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """A power of two to multiply numbers by that are about `size` at most, and one for their result after that, so that
    their squares are finite, and those that count not zero.
    """
    exponent, limit = (600, 400) if size.dtype is tf.float64 else (75, 40)
    one, up, down = (_constant(2.0**power, size) for power in (0, exponent, -exponent))
    many, few = _math.greater(size, _constant(2.0**limit, size)), _math.less(size, _constant(2.0**-limit, size))
    return _select(many, down, _select(few, up, one)), _select(many, up, _select(few, down, one))


def _sum_of_squares(x: tf.Tensor, y: tf.Tensor, scale: tf.Tensor) -> tf.Tensor:
    x, y = _math.mul(x, scale), _math.mul(y, scale)
    return _math.add_v2(_math.mul(x, x), _math.mul(y, y))


def _float_order(kernel: Kernel, mirrored: Kernel) -> Kernel:
    """A comparison of floats. Beside one number, |z| need not be computed with the care that numbers of every size
    take: it is scaled by what suits that number, and what overflows then is above it, and what vanishes below.
    """

    def call(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        sizes = _symbolic.trace.operators
        if ("absolute", id(x)) in sizes and static_shape(y) == ():
            return _compared_size(kernel, sizes["absolute", id(x)][1], y)
        if ("absolute", id(y)) in sizes and static_shape(x) == ():
            return _compared_size(mirrored, sizes["absolute", id(y)][1], x)
        if kernel is _math.greater_equal:
            return kernel(x, _exact.limit(y))
        return kernel(_exact.limit(x), y) if kernel is _math.less_equal else kernel(x, y)

    return call


def _compared_size(kernel: Kernel, parts: tuple[tf.Tensor, tf.Tensor], limit: tf.Tensor) -> tf.Tensor:
    scale, _ = _scales(limit)
    squares = _sum_of_squares(*parts, scale)
    if kernel is not _math.less:  # where it is all the same
        squares = _select(_is_endless(*parts), _constant(np.inf, limit), squares)  # NaN may stand beside the infinity
    return kernel(_math.sqrt(squares), _math.mul(limit, scale))


def _real_sign(x: tf.Tensor) -> tf.Tensor:
    sign = _math.sign(x)
    inexact = x.dtype.is_floating and (_base.has_gpu() or not executing_eagerly())
    return _add(sign, _constant(0, sign)) if inexact else sign  # not -0


def _with_sign(kernel: Kernel) -> Kernel:
    """`kernel` with the sign of its argument, which a GPU's kernel loses where the result is zero."""
    return lambda x: _copysign(kernel(x), x) if _base.has_gpu() else kernel(x)


nearest = _with_sign(_math.round)
"""Floats rounded to whole numbers, halves to even."""


def _hypot(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    result = _complex_abs(tf.complex(*_broadcast(x, y)))
    infinite = _math.logical_or(_math.is_inf(x), _math.is_inf(y))
    return _select(infinite, _constant(np.inf, x), result)


def _broadcast(x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    if static_shape(x) == static_shape(y) and None not in static_shape(x):
        return x, y
    shape = tf.broadcast_dynamic_shape(tf.shape(x), tf.shape(y))
    return tf.broadcast_to(x, shape), tf.broadcast_to(y, shape)


def _corrected(value: tf.Tensor, exact: tf.Tensor) -> tf.Tensor:
    """`exact` as the value, with the gradient of `value`."""
    return value + tf.stop_gradient(exact - value)


def _logarithm(base: float) -> Kernel:
    """log(x) / log(base), exact where x is a power of the base, as the C library's is."""

    def call(x: tf.Tensor) -> tf.Tensor:
        value = _math.real_div(_log(x), _constant(math.log(base), x))
        near = _math.rint(value)
        exact = _math.equal(_math._pow(_constant(base, x), near), x)
        finite = _math.logical_and(exact, _symbolic.is_finite(value))
        return _select(
            finite, _corrected(_select(finite, value, _constant(1, x)), _select(finite, near, _constant(1, x))), value
        )

    return call


def _square_in_two(x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """x * x exactly: the product and what rounding took from it (Dekker's way, which needs no fused operation)."""
    product = x * x
    scaled = x * _constant(2.0**27 + 1, x)
    high = scaled - (scaled - x)
    low = x - high
    return product, ((high * high - product) + high * low * _constant(2, x)) + low * low


def _add_in_two(x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """x + y exactly: the sum and what rounding took from it."""
    total = x + y
    part = total - x
    return total, (x - (total - part)) + (y - part)


def _complex_log(z: tf.Tensor) -> tf.Tensor:
    """The logarithm; near the unit circle, where |z| - 1 would be lost, from x**2 + y**2 - 1 in twice the precision.

    TensorFlow's own is NaN where |z|**2 overflows or underflows.
    """
    parts = tf.math.real(z), tf.math.imag(z)
    scale = _math.maximum(*map(_math._abs, parts))
    regular = _math.logical_and(_symbolic.is_finite(scale), _math.greater(scale, _constant(0, scale)))
    scale = tf.stop_gradient(_select(regular, scale, _constant(1, scale)))
    scaled = [_math.real_div(part, scale) for part in parts]
    value = _math.log(tf.complex(*scaled))
    real = tf.math.real(value) + _math.log(scale)
    x, y = (cast(part, tf.float64) for part in parts)
    (xx, x_rest), (yy, y_rest) = _square_in_two(x), _square_in_two(y)
    size = xx + yy
    near = _math.logical_and(_math.greater(size, _constant(0.5, size)), _math.less(size, _constant(2, size)))
    excess, first_rest = _add_in_two(_math.maximum(xx, yy), _constant(-1, size))
    total, second_rest = _add_in_two(excess, _math.minimum(xx, yy))
    beyond = _select(near, total + (first_rest + second_rest + x_rest + y_rest), _constant(0, size))
    exact = cast(_math.log1p(beyond) * _constant(0.5, size), real.dtype)
    real = _select(near, _corrected(_select(near, real, _constant(1, real)), exact), real)
    strange = _math.logical_or(*map(_symbolic.is_nan, parts))  # of which XLA's maxima and sizes lose one
    real = _select(strange, _constant(np.nan, real), real)
    endless = _math.logical_or(*map(_math.is_inf, parts))
    return tf.complex(_select(endless, _constant(np.inf, real), real), _math.atan2(scaled[1], scaled[0]))


@tf.custom_gradient
def _complex_sqrt(z: tf.Tensor) -> Any:
    """The square root, with the sign of a zero imaginary part and without overflow: TensorFlow's has neither."""
    x, y = tf.math.real(z), tf.math.imag(z)
    size = _math.maximum(_math._abs(x), _math._abs(y))
    regular = _math.logical_and(_symbolic.is_finite(size), _math.greater(size, _constant(0, size)))
    scale = _select(regular, size, _constant(1, size))
    a, b = _math.real_div(x, scale), _math.real_div(y, scale)
    half = _math.sqrt((_math._abs(a) + _math.sqrt(a * a + b * b)) * _constant(0.5, a))
    other = _math.real_div(_math._abs(b), half * _constant(2, half))
    right = _math.greater_equal(a, _constant(0, a))
    root = _math.sqrt(scale)
    real = _select(right, half, other) * root
    imag = _copysign(_select(right, other, half) * root, y)
    result = _select(regular, tf.complex(real, imag), _sqrt_of_extremes(x, y))
    return result, lambda upstream: upstream * tf.math.conj(_constant(0.5, z) / _complex_sqrt(z))


def _sqrt_of_extremes(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """Square roots where a part is infinite or NaN, or both are zero, as the C standard has them."""
    zero, inf, nan = (_constant(value, x) for value in (0, np.inf, np.nan))
    wide, tall = _math.is_inf(x), _math.is_inf(y)
    ahead = _math.greater(x, zero)
    known = _math.logical_not(_symbolic.is_nan(y))
    real = _select(ahead, inf, _select(known, zero, nan))  # of x infinite
    imag = _select(ahead, _select(known, _copysign(zero, y), nan), _copysign(inf, y))
    nothing = _math.logical_and(_math.equal(x, zero), _math.equal(y, zero))
    real = _select(tall, inf, _select(wide, real, _select(nothing, zero, nan)))
    return tf.complex(real, _select(tall, y, _select(wide, imag, _select(nothing, y, nan))))


def _complex_log1p(z: tf.Tensor) -> tf.Tensor:
    x = tf.math.real(z)
    return _complex_log(tf.complex(x + _constant(1, x), tf.math.imag(z)))


def _complex_expm1(z: tf.Tensor) -> tf.Tensor:
    """exp(z) - 1 without cancellation, as NumPy has it: expm1(x) cos(y) - 2 sin(y/2)**2, exp(x) sin(y)."""
    x, y = tf.math.real(z), tf.math.imag(z)
    half = _math.sin(y * _constant(0.5, y))
    real = _math.expm1(x) * _math.cos(y) - _constant(2, y) * half * half
    return tf.complex(real, _math.exp(x) * _math.sin(y))


def _beside_cut(kernel: Kernel, on_imaginary_axis: bool = False) -> Kernel:
    """A complex kernel that has a cut along the real axis, or the imaginary one: on which side of it a number lies says
    the sign of its other part, though it be zero, which XLA forgets.
    """

    def call(z: tf.Tensor) -> tf.Tensor:
        if not _symbolic.compiled():
            return kernel(z)
        x, y = tf.math.real(z), tf.math.imag(z)
        across = x if on_imaginary_axis else y
        sign = tf.stop_gradient(_copysign(_constant(1, x), across))
        across = _math.mul(across, sign)
        value = kernel(tf.complex(across, y) if on_imaginary_axis else tf.complex(x, across))
        real, imag = tf.math.real(value), tf.math.imag(value)
        if not on_imaginary_axis:
            return tf.complex(real, _math.mul(imag, sign))
        real = _select(_symbolic.is_nan(x), x, real)
        return tf.complex(_math.mul(real, sign), imag)

    return call


def _complex_logarithm(base: float) -> Kernel:
    scale = _scale(1 / math.log(base))
    return lambda z: _parts(scale)(_complex_log(z))


def _exp2(x: tf.Tensor) -> tf.Tensor:
    return _math._pow(_constant(2, x), x)


def _complex_exp2(z: tf.Tensor) -> tf.Tensor:
    value = _math.exp(_parts(_scale(math.log(2)))(z))
    if not _base.has_gpu():
        return value
    y, turned = tf.math.imag(z), tf.math.imag(value)
    return tf.complex(tf.math.real(value), _select(_math.equal(y, _constant(0, y)), y, turned))  # -0 stays


def _cbrt(x: tf.Tensor) -> tf.Tensor:
    size = _math._abs(x)
    regular = _math.logical_and(_math.not_equal(x, _constant(0, x)), _symbolic.is_finite(x))
    safe = _select(regular, size, _constant(1, x))
    root = _math._pow(safe, _constant(1 / 3, x))
    # One step of Newton's method: pow(64, 1/3) is below 4. The cube of the root might overflow.
    step = (root - safe / (root * root)) / _constant(3, x)
    root = _corrected(root, root - step)
    return _select(regular, _copysign(root, x), x)


def _bit_sign(x: tf.Tensor) -> tf.Tensor:
    ints = {2: tf.int16, 4: tf.int32, 8: tf.int64}[x.dtype.size]
    bits = _arrays.bitcast(x, ints)
    return _math.less(bits, _constant(0, bits))


def _copysign(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    return _select(_math.equal(_bit_sign(x), _bit_sign(y)), x, _math.neg(x))


def _trunc(x: tf.Tensor) -> tf.Tensor:
    return _select(_math.less(x, _constant(0, x)), _math.ceil(x), _math.floor(x))


def _modf(x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    whole = _trunc(x)
    part = _select(_math.is_inf(x), _constant(0, x), _math.sub(x, whole))
    return _copysign(part, x), whole


def _frexp(x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    bits = _arrays.bitcast(x, tf.int64)
    exponent = (bits >> 52) & 0x7FF
    special = _math.logical_or(_math.equal(x, _constant(0, x)), _math.logical_not(_symbolic.is_finite(x)))
    mantissa = _arrays.bitcast((bits & ~(0x7FF << 52)) | (1022 << 52), tf.float64)
    exponent = _select(special, _constant(0, exponent), exponent - 1022)
    # Bits have no gradient; the mantissa is x over a power of two.
    scale = _select(special, _constant(1, x), _math.real_div(mantissa, _select(special, _constant(1, x), x)))
    mantissa = _corrected(_math.mul(x, tf.stop_gradient(scale)), _select(special, x, mantissa))
    return _select(special, x, mantissa), _math.cast(exponent, tf.int32)


def _wide_frexp(x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    mantissa, exponent = _frexp(_math.cast(x, tf.float64))
    return _math.cast(mantissa, x.dtype), exponent


def _ldexp(x: tf.Tensor, exponent: tf.Tensor) -> tf.Tensor:
    result = _math.cast(x, tf.float64)
    left = tf.clip_by_value(_exact.unseen(_math.cast(exponent, tf.float64)), -2200, 2200)
    # 2 ** 1074 is out of range in one factor: three steps reach every finite result.
    for _ in range(3):
        step = tf.clip_by_value(left, -1000, 1000)
        result, left = result * _exp2(step), left - step
    return _math.cast(result, x.dtype)


def _half_nextafter(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    x, y = _broadcast(x, y)
    bits = _math.cast(_arrays.bitcast(x, tf.int16), tf.int32)
    up = _math.equal(_math.greater(y, x), _math.greater(x, _constant(0, x)))
    moved = _math.cast(bits + _select(up, tf.constant(1), tf.constant(-1)), tf.int16)
    smallest = _math.cast(_select(_bit_sign(y), tf.constant(-32767), tf.constant(1)), tf.int16)
    result = _arrays.bitcast(_select(_math.equal(bits & 0x7FFF, 0), smallest, moved), tf.float16)
    result = _select(_math.equal(x, y), x, result)  # C gives y, which may be the other zero; NumPy's halves don't
    return _select(_math.logical_or(_symbolic.is_nan(x), _symbolic.is_nan(y)), _constant(np.nan, x), result)


def _spacing_with(nextafter: Kernel, outward: bool = True) -> Kernel:
    """The distance to the next number away from zero; upwards for float16, as NumPy has it."""

    def call(x: tf.Tensor) -> tf.Tensor:
        zero, infinite = _constant(0, x), _constant(np.inf, x)
        following = nextafter(x, _copysign(infinite, x) if outward else infinite)
        result = _select(_math.is_inf(x), _constant(np.nan, x), _math.sub(following, x))
        # At zero the distance is subnormal, and a subtraction would flush it.
        return _select(_math.equal(x, zero), nextafter(zero, infinite), result)

    return call


def _nan_kept(kernel: Kernel) -> Kernel:
    """Of a NaN that XLA finds to be constant its exponentials in single and half precision make any number."""

    def call(x: tf.Tensor) -> tf.Tensor:
        made = kernel(x)
        guarded = x.dtype in (tf.float32, tf.float16) and _symbolic.compiled()
        return _select(_symbolic.is_nan(x), x, made) if guarded else made

    return call


_exp, _expm1 = _nan_kept(_math.exp), _nan_kept(_math.expm1)


def _logaddexp(base: float) -> Kernel:
    scale = math.log(base)

    def call(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        factor = _constant(scale, x)
        same = _math.equal(x, y)
        larger = _extreme(_math.maximum, _math.less)(x, y)
        # Equal infinities have no difference; elsewhere the value comes from the other branch.
        gap = _select(same, _constant(0, x), _math._abs(_math.sub(x, y)))
        return _math.add_v2(larger, _math.real_div(_math.log1p(_exp(_math.neg(_math.mul(gap, factor)))), factor))

    return call


def _extreme(kernel: Kernel, beyond: Kernel) -> Kernel:
    """The larger or the smaller one; NaN where either is: XLA's loses a NaN that comes second, puts second what it
    finds to be constant, and makes one operation of both with constants, which loses NaN in small loops.
    """

    def call(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        if _symbolic.compiled() and _is_number(y):
            return _select(beyond(x, y), y, x)
        found = kernel(x, y)
        if executing_eagerly() or _is_number(y):
            return found
        found = _select(_symbolic.is_nan(y), y, found)
        return found if _is_number(x) else _select(_symbolic.is_nan(x), x, found)

    return call


def _is_number(x: tf.Tensor) -> bool:
    value = tf.get_static_value(x)
    return value is not None and not np.isnan(value).any()


def _fextreme(extreme: Kernel) -> Kernel:
    def call(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        return _select(_symbolic.is_nan(x), y, _select(_symbolic.is_nan(y), x, extreme(x, y)))

    return call


def _complex_extreme(order: Kernel, skip_nan: bool = False) -> Kernel:
    def call(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        if skip_nan:
            take = _math.logical_or(order(x, y), _complex_is(_symbolic.is_nan)(y))
            return _select(_complex_is(_symbolic.is_nan)(x), y, _select(take, x, y))
        return _select(_math.logical_or(order(x, y), _complex_is(_symbolic.is_nan)(x)), x, y)

    return call


def _complex_is(test: Kernel, combine: Kernel = _math.logical_or) -> Kernel:
    return lambda z: combine(test(tf.math.real(z)), test(tf.math.imag(z)))


def _lexicographic(strict: Kernel, last: Kernel) -> Kernel:
    """Order of complex numbers: by the real parts, then by the imaginary parts; false where a NaN decides."""

    def call(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        xr, xi, yr, yi = tf.math.real(x), tf.math.imag(x), tf.math.real(y), tf.math.imag(y)
        known = _math.logical_not(_math.logical_or(_symbolic.is_nan(xi), _symbolic.is_nan(yi)))
        return _math.logical_or(
            _math.logical_and(strict(xr, yr), known), _math.logical_and(_math.equal(xr, yr), last(xi, yi))
        )

    return call


_LT = _lexicographic(_math.less, _math.less)
_LE = _lexicographic(_math.less, _math.less_equal)
_GT = _lexicographic(_math.greater, _math.greater)
_GE = _lexicographic(_math.greater, _math.greater_equal)


def _mixed_comparison(kernel: Kernel, of_negative: bool, swapped: bool) -> Kernel:
    """int64 against uint64, exactly: a negative number is below every unsigned one."""

    def call(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        signed, unsigned = (y, x) if swapped else (x, y)
        plain = _math.cast(signed, tf.uint64)
        result = kernel(unsigned, plain) if swapped else kernel(plain, unsigned)
        return _select(_math.less(signed, _constant(0, signed)), _base.scalar(of_negative, bool), result)

    return call


def _bool_order(kernel: Kernel) -> Kernel:
    return lambda x, y: kernel(_math.cast(x, tf.uint8), _math.cast(y, tf.uint8))


def _shift(kernel: Kernel, signed_fill: bool) -> Kernel:
    """TensorFlow clamps the count; NumPy shifts everything out where the count isn't in [0, width)."""

    def call(x: tf.Tensor, count: tf.Tensor) -> tf.Tensor:
        width = x.dtype.size * 8
        inside = _math.less(count, _constant(width, count)) if not count.dtype.is_unsigned or width < 256 else None
        if not count.dtype.is_unsigned:
            inside = _math.logical_and(inside, _math.greater_equal(count, _constant(0, count)))
        out = _constant(0, x)
        if signed_fill and not x.dtype.is_unsigned:
            out = _select(_math.less(x, out), _constant(-1, x), out)
        return _select(inside, kernel(x, _select(inside, count, _constant(0, count))), out)

    return call


def _xor(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    return _math.not_equal(x, y)


def _popcount(x: tf.Tensor) -> tf.Tensor:
    return _bits.population_count(x if x.dtype.is_unsigned else _math._abs(x))


def _gcd(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    if _base.on_cpu(x, y):  # integers have no gradient, and a loop of ops is slow
        return _base.from_host(np.asarray(np.gcd(host(x), host(y))))
    x, y = _broadcast(x, y)
    signed = not x.dtype.is_unsigned
    if signed:  # the lowest number has no absolute value, so both are made negative
        x, y = (_math.neg(_math._abs(each)) for each in (x, y))
    zero = _constant(0, x)

    def step(a: tf.Tensor, b: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        done = _math.equal(b, zero)
        rest = _math.floor_mod(a, _select(done, _constant(1, b), b))
        return _select(done, a, b), _select(done, zero, rest)

    result = tf.while_loop(lambda a, b: tf.reduce_any(_math.not_equal(b, zero)), step, (x, y))[0]
    return _math._abs(result) if signed else result


def _lcm(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    if _base.on_cpu(x, y):
        return _base.from_host(np.asarray(np.lcm(host(x), host(y))))
    divisor, dtype = _gcd(x, y), x.dtype
    if not dtype.is_unsigned:  # NumPy computes with the absolute values, as unsigned numbers
        unsigned = {1: tf.uint8, 2: tf.uint16, 4: tf.uint32, 8: tf.uint64}[dtype.size]
        x, y, divisor = (_arrays.bitcast(_math._abs(each), unsigned) for each in (x, y, divisor))
    safe = _select(_math.equal(divisor, _constant(0, divisor)), _constant(1, divisor), divisor)
    return _arrays.bitcast(_math.mul(_math.floor_div(x, safe), y), dtype)


def _heaviside(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    zero = _constant(0, x)
    step = _select(_math.less(x, zero), zero, _constant(1, x))
    return _select(_symbolic.is_nan(x), x, _select(_math.equal(x, zero), y, step))


def _scale(factor: float) -> Kernel:
    return lambda x: _math.mul(x, _constant(factor, x))


def _both(function: Kernel) -> Kernel:
    return lambda x, y: function(cast(x, bool), cast(y, bool))


def _complex_sign(z: tf.Tensor) -> tf.Tensor:
    """z / abs(z); zero for zero, and a unit for an infinity along an axis."""
    size = _complex_abs(z)
    regular = _math.logical_and(_symbolic.is_finite(size), _math.not_equal(size, _constant(0, size)))
    safe = _select(regular, size, _constant(1, size))
    x, y = tf.math.real(z), tf.math.imag(z)
    endless = _math.not_equal(_math.is_inf(x), _math.is_inf(y))
    nowhere = _math.logical_or(_symbolic.is_nan(size), _math.logical_and(_math.is_inf(x), _math.is_inf(y)))

    def part(value: tf.Tensor) -> tf.Tensor:
        unit = _select(_math.is_inf(value), _math.sign(value), _constant(0, value))
        value = _select(endless, unit, _select(regular, _math.real_div(value, safe), _constant(0, value)))
        return _select(nowhere, _constant(np.nan, value), value)

    return tf.complex(part(x), part(y))


# ------------------------------------------------------------------------------------------------------ linear algebra


def _matmul(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """The last two axes of two tensors of at least two dimensions; batches broadcast."""
    if x.dtype in _MATMUL_DTYPES:
        if _base.rank(x) == 2 == _base.rank(y):
            return _host_product(x, y) if _symbolic.trace.host_products and _is_large(x, y) else _math.mat_mul(x, y)
        return _math.batch_mat_mul_v2(x, y)
    if x.dtype is tf.bool:
        return cast(_matmul(_math.cast(x, tf.int32), _math.cast(y, tf.int32)), bool)
    # Sums wrap modulo a power of two: the low bits of the int64 product are right for every narrower type.
    wide = _matmul(_as_int64(x), _as_int64(y))
    return _arrays.bitcast(wide, tf.uint64) if x.dtype is tf.uint64 else _math.cast(wide, x.dtype)


HOST_CALL = "np2tf_host_call"  # the name of the operations below
HOST_FUNCTION = "_np2tf_function"  # their attribute that holds the function
LARGE_PRODUCT = 1 << 21  # multiplications


def host_call(function: Kernel, operands: Any, shape: tuple[int | None, ...]) -> tf.Tensor:
    """What a function of NumPy's gives for the operands when the graph runs: of their dtype, and of that shape."""
    (result,) = host_calls(function, operands, [tf.TensorSpec(shape, operands[0].dtype)])
    return result


def host_calls(function: Kernel, operands: Any, specs: list[tf.TensorSpec]) -> list[tf.Tensor]:
    """What a function of NumPy's gives when the graph runs: several results, or one."""
    results: list[tf.Tensor] = tf.numpy_function(
        function, operands, [spec.dtype for spec in specs], stateful=False, name=HOST_CALL
    )
    for result, spec in zip(results, specs, strict=True):
        result.set_shape(spec.shape)
    if not isinstance(results[0], EagerTensor):
        setattr(results[0].op, HOST_FUNCTION, function)
    return results


def _is_large(x: tf.Tensor, y: tf.Tensor) -> bool:
    """Whether a product is one of two large matrices in double precision: TensorFlow's wheels compute those with
    narrower instructions than the library that NumPy comes with, and take up to three times as long.
    """
    shape = (*static_shape(x), static_shape(y)[-1])
    if x.dtype not in (tf.float64, tf.complex128) or None in shape:
        return False
    return min(shape[0], shape[2]) > 1 and math.prod(shape) >= LARGE_PRODUCT


def _host_product(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    (left, left_turned), (right, right_turned) = _untransposed(x), _untransposed(y)

    def product(left: np.ndarray, right: np.ndarray | None = None) -> np.ndarray:
        # Of a matrix with itself NumPy computes one half.
        right = left if right is None else right
        out = aligned((left.shape[left_turned], right.shape[not right_turned]), left.dtype)
        return np.matmul(left.T if left_turned else left, right.T if right_turned else right, out=out)

    product.gives_aligned = True  # type: ignore[attr-defined] - for `_host_plan`
    operands = [left] if left is right else [left, right]
    return host_call(product, operands, (static_shape(x)[0], static_shape(y)[1]))


def _untransposed(x: tf.Tensor) -> tuple[tf.Tensor, bool]:
    """A matrix, or the one that it is the transpose of, and whether it is that: BLAS needs no copy of it."""
    if isinstance(x, EagerTensor) or x.op.type != "Transpose":
        return x, False
    order = tf.get_static_value(x.op.inputs[1])
    return (x.op.inputs[0], True) if order is not None and list(order) == [1, 0] else (x, False)


_OF_BLAS = frozenset((tf.float32, tf.float64, tf.complex64, tf.complex128))  # products that NumPy leaves to a library
_MATMUL_DTYPES = (tf.float64, tf.float32, tf.int64, tf.int32, tf.complex128, tf.complex64, tf.float16, tf.bfloat16)


# --------------------------------------------------------------------------------------------------------------- table

_F32 = tf.float32


def _floats(kernel: Kernel, complex_kernel: Kernel | None = None) -> dict[str, Kernel]:
    """A kernel for floats; float16 is computed in float32 and rounded once, as NumPy does."""
    return {"float16": _in(_F32, kernel), "f": kernel, "c": complex_kernel or kernel}


def _order(kernel: Kernel, mirrored: Kernel, of_negative: bool, complex_kernel: Kernel) -> dict[str, Kernel]:
    return {
        "b": _bool_order(kernel),
        "f": _float_order(kernel, mirrored),
        "*": kernel,
        "c": complex_kernel,
        "int64,uint64": _mixed_comparison(kernel, of_negative, swapped=False),
        "uint64,int64": _mixed_comparison(kernel, not of_negative, swapped=True),
    }


def _equality(kernel: Kernel, of_negative: bool) -> dict[str, Kernel]:
    return {
        "*": kernel,
        "int64,uint64": _mixed_comparison(kernel, of_negative, swapped=False),
        "uint64,int64": _mixed_comparison(kernel, of_negative, swapped=True),
    }


# Keys, tried in this order: the input dtypes joined by commas, the first dtype's name, its kind, "*".
_KERNELS: dict[str, dict[str, Kernel]] = {
    "absolute": {"b": _identity, "u": _identity, "f": _size, "c": _complex_abs, "*": _math._abs},
    "add": {"b": _math.logical_or, "*": _add},
    "arccos": _floats(_math.acos, _beside_cut(_math.acos)),
    "arccosh": _floats(_math.acosh, _beside_cut(_math.acosh)),
    "arcsin": _floats(_math.asin, _beside_cut(_math.asin)),
    "arcsinh": _floats(_math.asinh, _beside_cut(_math.asinh, on_imaginary_axis=True)),
    "arctan": _floats(_math.atan, _beside_cut(_math.atan, on_imaginary_axis=True)),
    "arctan2": _floats(_math.atan2),
    "arctanh": _floats(_math.atanh, _beside_cut(_math.atanh)),
    "bitwise_and": {"b": _math.logical_and, "*": _bits.bitwise_and},
    "bitwise_count": {"*": _popcount},
    "bitwise_or": {"b": _math.logical_or, "*": _bits.bitwise_or},
    "bitwise_xor": {"b": _xor, "*": _bits.bitwise_xor},
    "cbrt": _floats(_cbrt),
    "ceil": {"float16": _in(_F32, _math.ceil), "f": _math.ceil, "*": _identity},
    "conjugate": {"c": _math.conj, "*": _identity},
    "copysign": {"f": _copysign},
    "cos": _floats(_math.cos),
    "cosh": _floats(_math.cosh),
    "deg2rad": _floats(_scale(math.pi / 180)),
    "degrees": _floats(_scale(180 / math.pi)),
    "divide": {"c": _complex_divide, "*": _divide},
    "divmod": {"float16": _in(_F32, _float_divmod), "f": _float_divmod, "*": _int_divmod},
    "equal": _equality(_math.equal, of_negative=False),
    "exp": _floats(_exp),
    "exp2": _floats(_exp2, _complex_exp2),
    "expm1": _floats(_expm1, _complex_expm1),
    "fabs": {"f": _math._abs},
    "float_power": {"f": _power, "c": _or_numpy(np.float_power, _complex_power)},
    "floor": {"float16": _in(_F32, _math.floor), "f": _math.floor, "*": _identity},
    "floor_divide": {"float16": _in(_F32, _float_floor_divide), "f": _float_floor_divide, "*": _INT_FLOOR},
    "fmax": {
        "b": _math.logical_or,
        "f": _fextreme(_math.maximum),
        "c": _complex_extreme(_GE, True),
        "*": _math.maximum,
    },
    "fmin": {
        "b": _math.logical_and,
        "f": _fextreme(_math.minimum),
        "c": _complex_extreme(_LE, True),
        "*": _math.minimum,
    },
    "fmod": {"float16": _in(_F32, _float_fmod), "f": _float_fmod, "*": _guarded("fmod", _truncated_remainder)},
    "frexp": {"float64": _frexp, "*": _wide_frexp},
    "gcd": {"*": _gcd},
    "greater": _order(_math.greater, _math.less, False, _GT),
    "greater_equal": _order(_math.greater_equal, _math.less_equal, False, _GE),
    "heaviside": {"f": _heaviside},
    "hypot": _floats(_hypot),
    "invert": {"b": _math.logical_not, "*": _bits.invert},
    "isfinite": {"f": _symbolic.is_finite, "c": _complex_is(_symbolic.is_finite, _math.logical_and), "*": _true},
    "isinf": {"f": _math.is_inf, "c": _complex_is(_math.is_inf), "*": _false},
    "isnan": {"f": _symbolic.is_nan, "c": _complex_is(_symbolic.is_nan), "*": _false},
    "lcm": {"*": _lcm},
    "ldexp": {"*": _ldexp},
    "left_shift": {"*": _shift(_bits.left_shift, signed_fill=False)},
    "less": _order(_math.less, _math.greater, True, _LT),
    "less_equal": _order(_math.less_equal, _math.greater_equal, True, _LE),
    "log": _floats(_log, _complex_log),
    "log10": _floats(_logarithm(10), _complex_logarithm(10)),
    "log1p": _floats(_math.log1p, _complex_log1p),
    "log2": _floats(_logarithm(2), _complex_logarithm(2)),
    "logaddexp": _floats(_logaddexp(math.e)),
    "logaddexp2": _floats(_logaddexp(2)),
    "logical_and": {"*": _both(_math.logical_and)},
    "logical_not": {"*": lambda x: _math.logical_not(cast(x, bool))},
    "logical_or": {"*": _both(_math.logical_or)},
    "logical_xor": {"*": _both(_xor)},
    "maximum": {
        "b": _math.logical_or,
        "f": _extreme(_math.maximum, _math.less),
        "c": _complex_extreme(_GE),
        "*": _math.maximum,
    },
    "minimum": {
        "b": _math.logical_and,
        "f": _extreme(_math.minimum, _math.greater),
        "c": _complex_extreme(_LE),
        "*": _math.minimum,
    },
    "modf": {"float16": _in(_F32, _modf), "f": _modf},
    "multiply": {"b": _math.logical_and, "c": _or_numpy(np.multiply, _multiply), "*": _multiply},
    "negative": {"u": _unsigned_negative, "*": _math.neg},
    "nextafter": {"float16": _half_nextafter, "f": _math.next_after},
    "not_equal": _equality(_math.not_equal, of_negative=True),
    "positive": {"*": _identity},
    "power": {
        "float16": _in(_F32, _power),
        "f": _power,
        "c": _or_numpy(np.power, _complex_power),
        "*": _int_power,
    },
    "rad2deg": _floats(_scale(180 / math.pi)),
    "radians": _floats(_scale(math.pi / 180)),
    "reciprocal": {"f": _reciprocal, "c": _or_numpy(np.reciprocal, _complex_reciprocal), "*": _int_reciprocal},
    "remainder": {"float16": _in(_F32, _float_remainder), "f": _float_remainder, "*": _INT_MOD},
    "right_shift": {"*": _shift(_bits.right_shift, signed_fill=True)},
    "rint": _floats(_with_sign(_math.rint), _parts(_with_sign(_math.rint))),
    "sign": {"u": _unsigned_sign, "c": _complex_sign, "*": _real_sign},
    "signbit": {"f": _bit_sign},
    "sin": _floats(_math.sin),
    "sinh": _floats(_math.sinh),
    "spacing": {"float16": _spacing_with(_half_nextafter, outward=False), "f": _spacing_with(_math.next_after)},
    "sqrt": _floats(_sqrt, _complex_sqrt),
    "square": {"c": _or_numpy(np.square, _math.square), "*": _math.square},
    "subtract": {"*": _subtract},
    "tan": _floats(_math.tan),
    "tanh": _floats(_math.tanh),
    "trunc": {"float16": _in(_F32, _trunc), "f": _trunc, "*": _identity},
}

# Python ints that no element can equal are compared by value: how `x op huge` and `x op -huge` come out.
_BEYOND = {
    "equal": (False, False),
    "not_equal": (True, True),
    "less": (True, False),
    "less_equal": (True, False),
    "greater": (False, True),
    "greater_equal": (False, True),
}
_MIRRORED = {"less": "greater", "less_equal": "greater_equal", "greater": "less", "greater_equal": "less_equal"}
_SCALAR_DTYPES = {bool: np.dtype(bool), int: np.dtype(np.int64), float: np.dtype(float), complex: np.dtype(complex)}


def _with_nan(kernel: Kernel, x: tf.Tensor, axes: Any, keep: bool) -> tf.Tensor:
    """The largest or smallest elements; TensorFlow's kernels for the CPU propagate NaN, XLA's lose one now and then."""
    found = kernel(input=x, axis=axes, keep_dims=keep)
    if not x.dtype.is_floating or _base.on_cpu(x):
        return found
    lost = tf.raw_ops.Any(input=_symbolic.is_nan(x), axis=axes, keep_dims=keep)
    return _select(lost, _constant(math.nan, found), found)


def product_in_order(result: tf.Tensor, x: tf.Tensor, axes: Any, keep: bool) -> tf.Tensor:
    """The product of floats in NumPy's order where it matters: what overflows or vanishes on the way depends on it."""
    if not (x.dtype.is_floating or x.dtype.is_complex) or not _base.without_gradient(x):
        return result
    made = host(result)
    if (np.isfinite(made) & (made != 0)).all():
        return result
    with np.errstate(all="ignore"):
        return _base.from_host(np.asarray(np.multiply.reduce(host(x), axes, keepdims=keep)))


# Reductions that TensorFlow has as one op; the rest are folded.
_REDUCERS: dict[str, Kernel] = {
    "add": lambda x, axes, keep: tf.raw_ops.Sum(input=x, axis=axes, keep_dims=keep),
    "multiply": lambda x, axes, keep: product_in_order(
        tf.raw_ops.Prod(input=x, axis=axes, keep_dims=keep), x, axes, keep
    ),
    "maximum": lambda x, axes, keep: _with_nan(tf.raw_ops.Max, x, axes, keep),
    "minimum": lambda x, axes, keep: _with_nan(tf.raw_ops.Min, x, axes, keep),
    "logical_and": lambda x, axes, keep: tf.raw_ops.All(input=x, axis=axes, keep_dims=keep),
    "logical_or": lambda x, axes, keep: tf.raw_ops.Any(input=x, axis=axes, keep_dims=keep),
}
_SCANS: dict[str, Kernel] = {
    "add": lambda x, axis: tf.raw_ops.Cumsum(x=x, axis=axis),
    "multiply": lambda x, axis: tf.raw_ops.Cumprod(x=x, axis=axis),
}
_ASSOCIATIVE = frozenset(
    ("maximum", "minimum", "fmax", "fmin", "logical_and", "logical_or", "logical_xor", "bitwise_and", "bitwise_or",
     "bitwise_xor", "gcd", "lcm", "add", "multiply")
)  # fmt: skip
_REORDERABLE = _ASSOCIATIVE - {"lcm"} | {"hypot", "logaddexp", "logaddexp2"}  # by NumPy: over several axes
_GROUPED = _REORDERABLE | {"lcm"}  # the elements can be grouped in any way, and one more of those left out does nothing
_NO_VALUE = np._NoValue


def _or_on_host(method: Any) -> Any:
    """A method of `ufunc` that leaves values no tensor can hold to NumPy's ufunc."""

    @functools.wraps(method)
    def call(self: ufunc, *args: Any, **kwargs: Any) -> Any:
        instead = _small.told() or _small.left_alone()
        if instead and len(args) <= 3 and kwargs.get("out") is None and _base.tells(args, kwargs):
            return _base.call_numpy(getattr(self._numpy, method.__name__), args, kwargs)
        try:
            return method(self, *args, **kwargs)
        except _base.OutRefusedError as error:
            _base.refuse_as_numpy(getattr(self._numpy, method.__name__), args, kwargs, error.out)
            raise
        except (HostValueError, *_base.NO_KERNEL) as error:
            if isinstance(error, _base.NO_KERNEL) and _base.recording():
                raise
            return _base.call_numpy(getattr(self._numpy, method.__name__), args, kwargs)
        except (*_base.FAILURES, tf.errors.InvalidArgumentError) as error:
            name = f"numpy.{self.__name__}.{method.__name__}"
            return _base.answer_of_numpy(name, getattr(self._numpy, method.__name__), args, kwargs, error)

    return call


# Ufuncs that take TensorFlow so many operations, for operands of these kinds, that NumPy is several times faster
# however large the arrays are.
_OF_MANY_OPERATIONS = {
    "absolute": "c", "arcsinh": "f", "bitwise_count": "iu", "cbrt": "f", "divide": "c", "exp2": "f", "float_power": "f",
    "fmax": "fc", "fmin": "fc", "frexp": "f", "isfinite": "iuc", "isinf": "iuc", "isnan": "iuc", "ldexp": "f",
    "left_shift": "iu", "log": "c", "log10": "fc", "log1p": "c", "log2": "fc", "maximum": "c", "minimum": "c",
    "power": "f", "right_shift": "iu", "rint": "c", "sinh": "f", "spacing": "f", "sqrt": "c", "tan": "f",
}  # fmt: skip


class ufunc:  # noqa: N801 - NumPy's name
    """A function applied element by element, with NumPy's broadcasting, promotion and dtypes.

    Call it with `nin` array-likes; keywords are `where`, `dtype`, `casting`, `order`, `subok`, `signature`. `out`
    raises UnsupportedFeatureError (NT604). Without `out`, elements where `where` is False are zero (NumPy leaves them
    undefined).
    """

    def __init__(self, numpy_ufunc: np.ufunc, kernels: dict[str, Kernel]) -> None:
        self._numpy = numpy_ufunc
        self._kernels = kernels
        self._loops: dict[Any, Kernel] = {}
        self._by_numpy_too: dict[Any, _small.Way] = {}  # by the keys for which NumPy may compute; see `_small`
        self.__name__ = self.__qualname__ = numpy_ufunc.__name__
        self.nin, self.nout, self.nargs = numpy_ufunc.nin, numpy_ufunc.nout, numpy_ufunc.nargs
        self.identity, self.ntypes, self.types = numpy_ufunc.identity, numpy_ufunc.ntypes, numpy_ufunc.types
        self.signature = numpy_ufunc.signature
        if hasattr(numpy_ufunc, "__signature__"):  # since NumPy 2.4
            self.__signature__ = numpy_ufunc.__signature__
        self.__doc__ = (
            f"`numpy.{self.__name__}` on tensors: shapes broadcast, dtypes and errors as NumPy's; `out` is refused.\n\n"
            + (numpy_ufunc.__doc__ or "")
        )
        _base._clear_on_configure += (self._loops.clear, self._by_numpy_too.clear)

    def __repr__(self) -> str:
        return f"<ufunc '{self.__name__}'>"

    def __reduce__(self) -> str:
        return self.__name__

    def resolve_dtypes(self, dtypes: Any, **kwargs: Any) -> Any:
        """NumPy's own answer: which dtypes a loop takes and gives."""
        fixed = tuple(_base.np_dtype(d) if isinstance(d, tf.DType) else d for d in dtypes)
        return self._numpy.resolve_dtypes(fixed, **kwargs)

    # ----------------------------------------------------------------------------------------------------- the call

    def __call__(self, *args: Any, out: Any = None, where: Any = True, dtype: Any = None, **kwargs: Any) -> Any:
        if len(args) == self.nin and out is None and where is True and dtype is None and not kwargs:
            return self._apply(args)
        try:
            if not self.nin <= len(args) <= self.nargs:
                raise self._arity_error(len(args))
            if len(args) > self.nin and out is not None:
                raise TypeError("cannot specify 'out' as both a positional and keyword argument")
            if out is not Ellipsis:  # which asks for an array and not a scalar: a tensor is one
                _base.no_out(args[self.nin :] if out is None else out, self.__name__)
            keywords = self._keywords(dtype, **kwargs)
            inputs = args[: self.nin]
            if where is True:
                return self._apply(inputs, keywords)
            inputs, mask = _operands(inputs), _mask(where)
            if mask.dtype is tf.bool and self._without_events(inputs, mask):
                where_set = {"where": mask, "out": (None,) * self.nout}
                return self._masked(self._by_numpy(inputs, keywords, **where_set), mask)
            return self._masked(self._apply(inputs, keywords), mask)
        except HostValueError:
            given = _given(out, where, dtype, kwargs)
            if where is not True and len(args) <= self.nin:
                given.setdefault("out", None)
            return _base.call_numpy(self._numpy, args, given)
        except _base.OutRefusedError as error:
            given = _given(out, where, dtype, kwargs)
            _base.refuse_as_numpy(self._numpy, args, given, error.out)
            raise
        except tf.errors.InvalidArgumentError as error:
            failed = self._broadcast_error((*inputs, mask), error)
        except _base.FAILURES as error:
            failed = error
        return self._answer_of_numpy(args, _given(out, where, dtype, kwargs), failed)

    def _arity_error(self, given: int) -> TypeError:
        expected = f"from {self.nin} to {self.nargs} positional arguments"
        return TypeError(f"{self.__name__}() takes {expected} but {given} {'was' if given == 1 else 'were'} given")

    def _keywords(
        self,
        dtype: Any,
        casting: str = "same_kind",
        order: str = "K",
        subok: bool = True,
        signature: Any = None,
        sig: Any = None,
    ) -> tuple[Any, ...] | None:
        """(signature, casting) for NumPy's resolution, or None where both are left alone."""
        signature = signature if signature is not None else sig
        if isinstance(signature, str):
            before, arrow, after = signature.partition("->")
            if len(signature) > 1 and (not arrow or (len(before), len(after)) != (self.nin, self.nout)):
                counts = f"{self.nin} typecode(s) before and {self.nout} after the -> sign"
                raise ValueError(f"a type-string for {self.__name__}, {counts}")
            signature = (*before, *after)
        elif signature is not None and not isinstance(signature, tuple):
            raise TypeError("the signature object to ufunc must be a string or a tuple.")
        if signature is not None and len(signature) == 1:
            raise TypeError("Use `dtype` or  fill the tuple with more than one 'None'.")
        if dtype is not None:
            if signature is not None:
                raise TypeError("cannot specify both 'signature' and 'dtype'")
            kind = _base.np_dtype(dtype)
            signature = (*[None] * self.nin, *[kind] * self.nout)
        if casting not in ("no", "equiv", "safe", "same_kind", "unsafe"):
            raise ValueError(
                "casting must be one of 'no', 'equiv', 'safe', 'same_kind', or 'unsafe'" + f" (got {casting!r})"
            )
        if signature is None and casting == "same_kind":
            return None
        return (
            None if signature is None else tuple(None if s is None else _base.np_dtype(s) for s in signature),
            casting,
        )

    def _without_events(self, inputs: tuple[Any, ...], mask: Any) -> bool:
        """Whether NumPy computes, which must not be asked for elements that nobody wants: it tells of errors there."""
        small = all(_small.is_small(x) or type(x) in _base._SCALARS for x in (*inputs, mask)) and _small.allowed()
        return small or (_small.told() and _base.tells((*inputs, mask)))

    def _masked(self, result: Any, where: Any) -> Any:
        mask = _mask(where)
        if mask.dtype is not tf.bool:
            raise TypeError(
                f"Cannot cast array data from dtype('{dtype_of(mask)}') to dtype('bool') according to the rule 'safe'"
            )
        if isinstance(result, tuple):
            return tuple(self._masked(item, mask) for item in result)
        return _select(mask, result, _constant(0, result))

    def _apply(self, args: tuple[Any, ...], keywords: Any = None) -> Any:
        if keywords is not None:
            return self._slow(args, keywords)
        keys = tuple([x._datatype_enum() if type(x) is EagerTensor else type(x) for x in args])
        # The type of anything but a tensor or a Python number is in no key.
        loop = self._loops.get(keys)
        if loop is None:
            return self._slow(args, None)
        way = self._by_numpy_too.get(keys)
        if way is not None:
            limit = _small.setting.limit
            for x in args:
                if type(x) is EagerTensor and x._num_elements() > limit and not way.any_size:
                    break
            else:
                if limit > 0 and _small.allowed():
                    values = [x._numpy() if type(x) is EagerTensor else x for x in args]
                    two = len(args) == 2 and type(args[0]) is type(args[1]) is EagerTensor and not way.any_size
                    if not (two and _small.grows(*values, limit)):
                        return _small.computed(way, self._numpy, values)
        return self._run(loop, args, None)

    def _by_numpy(self, args: tuple[Any, ...], keywords: Any, **more: Any) -> Any:
        """The call with values that no tensor can hold."""
        return _base.call_numpy(self._numpy, args, {**_resolution(keywords), **more})

    def _answer_of_numpy(self, args: Any, kwargs: dict[str, Any], failed: Exception) -> Any:
        return _base.answer_of_numpy(f"numpy.{self.__name__}", self._numpy, args, kwargs, failed)

    def _slow(self, args: tuple[Any, ...], keywords: Any) -> Any:
        try:
            args = _operands(args)
        except HostValueError:
            return self._by_numpy(args, keywords)
        except _base.PartialArrayError:
            return _base.partial_functions["ufunc"](self, args, keywords)
        if any(isinstance(x, _base.Weak) and x.unsettled for x in args):
            args = _mixed.settle_for(self, args, keywords)
        keys = tuple([_base.promotion_key(x) for x in args])
        try:
            loop = self._loops[keys, keywords] if keywords is not None else self._loops[keys]
        except KeyError:
            try:
                loop = self._build(keys, keywords)
            except TypeError as error:
                return self._answer_of_numpy(args, _resolution(keywords), error)
            self._loops[keys if keywords is None else (keys, keywords)] = loop
        if keywords is None and all(type(x) is EagerTensor or type(x) in _base._SCALARS for x in args):
            return self._apply(args)  # now that all are of the types that it knows
        return self._run(loop, args, keywords)

    def learn(self, keys: tuple[Any, ...]) -> None:
        """Have the loop for operands of these dtypes in the table, if there is one."""
        if keys not in self._loops:
            with contextlib.suppress(TypeError):
                self._loops[keys] = self._build(keys, None)

    def _run(self, loop: Kernel, args: tuple[Any, ...], keywords: Any) -> Any:
        if (_small.told() or _small.left_alone()) and _base.tells(args):
            return self._by_numpy(args, keywords)
        try:
            return loop(*args)
        except tf.errors.InvalidArgumentError as error:
            failed = self._broadcast_error(args, error)
        except _base.NO_KERNEL:
            if _base.recording():
                raise
            return self._by_numpy(args, keywords)
        except OverflowError:
            return self._compare_beyond(args)
        except ValueError as error:
            shapes = "Dimensions must be equal" in str(error) or "ncompatible shapes" in str(error)
            failed = self._broadcast_error(args, error) if shapes else error
        return self._answer_of_numpy(args, _resolution(keywords), failed)

    def _broadcast_error(self, args: tuple[Any, ...], error: Exception) -> Exception:
        shapes = [static_shape(x) for x in args]
        try:
            if not any(None in shape for shape in shapes):
                np.broadcast_shapes(*shapes)
        except ValueError:
            listed = " ".join(str(shape).replace(" ", "") for shape in shapes)
            return ValueError(f"operands could not be broadcast together with shapes {listed} ")
        return _base.translate(error)

    def _compare_beyond(self, args: tuple[Any, ...]) -> tf.Tensor:
        """A comparison with a Python int that the array's dtype can't hold."""
        if not any(isinstance(x, Tensor) for x in args):
            return self._by_numpy(args, None)
        if self.__name__ not in _BEYOND:
            raise
        left, right = args
        name = self.__name__
        if not isinstance(left, Tensor):
            left, right, name = right, left, _MIRRORED.get(name, name)
        answer = _BEYOND[name][0 if right > 0 else 1]
        return tf.fill(_base.shape_tensor(left), answer)

    # ------------------------------------------------------------------------------------------------- choosing a loop

    def _resolve(self, keys: tuple[Any, ...], keywords: Any) -> tuple[np.dtype, ...]:
        known = [_base._NP_OF[key] if not isinstance(key, type) else key for key in keys]
        mode = _base.config.promotion
        if mode != "numpy" and len(known) == 2 and self.__name__ not in ("ldexp", "left_shift", "right_shift"):
            known = [_base._combine(keys)] * 2
        if all(isinstance(d, type) for d in known):
            known = [_SCALAR_DTYPES[d] for d in known]
            if _base.config.prefer_float32:
                known = [_base._DEMOTED.get(d.name, d) for d in known]
        known = [np.dtype(bool) if d is bool else d for d in known]
        signature, casting = keywords or (None, "same_kind")
        if signature is None and len(set(known)) == 1 and known[0].kind == "V":  # bfloat16 and such: their own loop
            return (known[0],) * self.nargs
        inputs = (*known, *[None] * self.nout)
        more = {} if signature is None else {"signature": signature}
        if casting == "equiv" and any(
            isinstance(d, type) for d in known
        ):  # NumPy 2.4's resolve_dtypes ends the process
            self._numpy(*[d(1) if isinstance(d, type) else np.empty(0, d) for d in known], casting=casting, **more)
        loop = self._numpy.resolve_dtypes(inputs, casting=casting, **more)
        if _base.config.prefer_float32 and signature is None:
            wide = {d.name for d in known if isinstance(d, np.dtype)}
            loop = tuple(_base._DEMOTED[d.name] if d.name in _base._DEMOTED and d.name not in wide else d for d in loop)
        return tuple(loop)

    def _kernel(self, inputs: tuple[np.dtype, ...]) -> Kernel:
        table = self._kernels
        for key in (",".join(d.name for d in inputs), inputs[0].name, inputs[0].kind, "*"):
            if key in table:
                return table[key]
        if inputs[0].kind == "V" and "f" in table:
            return table["f"]
        raise TypeError(f"ufunc '{self.__name__}' not supported for the input type {inputs[0]}")

    def _build(self, keys: tuple[Any, ...], keywords: Any) -> Kernel:
        dtypes = self._resolve(keys, keywords)
        inputs, outputs = dtypes[: self.nin], dtypes[self.nin : self.nargs]
        kernel = self._kernel(inputs)
        targets = tuple(_base.tf_dtype(d) for d in inputs)
        wanted = tuple(_base.tf_dtype(d) for d in outputs)
        if keywords is None and {*inputs, *outputs} <= _small.ENUM_OF.keys() and _base.config.promotion == "numpy":
            simple = self.nout == 1 and self.__name__ != "power"  # of which the operator is another function
            any_size = inputs[0].kind in _OF_MANY_OPERATIONS.get(self.__name__, "")
            self._by_numpy_too[keys] = _small.Way(self._numpy, outputs[0] if simple else None, any_size)
        same = all(key == target.as_datatype_enum for key, target in zip(keys, targets, strict=True))

        def converting(*args: Any) -> Any:
            return kernel(*[_base.as_operand(x, target) for x, target in zip(args, targets, strict=True)])

        loop = kernel if same else converting
        if not self._gives(loop, targets, wanted):
            plain = loop

            def loop(*args: Any) -> Any:
                result = plain(*args)
                if isinstance(result, tuple):
                    return tuple(cast(item, want) for item, want in zip(result, wanted, strict=True))
                return cast(result, wanted[0])

        if self.__name__ == "power" and inputs[0] in (np.float32, np.float64):
            return _power_by_one(loop, targets[0])
        return loop

    def _gives(self, loop: Kernel, targets: tuple[tf.DType, ...], wanted: tuple[tf.DType, ...]) -> bool:
        """Whether the kernel's results have the loop's output dtypes by themselves."""
        if self.nout > 1:
            return False
        return (
            wanted[0] == targets[0]
            or self.__name__ in _BEYOND
            or self.__name__.startswith(("logical_", "is", "signbit"))
        )

    # ------------------------------------------------------------------------------------------------------- methods

    def at(self, a: Any, indices: Any, b: Any = None, /) -> None:
        """Refused: tensors can't be written to. `x = np.functional.add_at(x, indices, b)` gives what `np.add.at` would
        leave. A host array is changed in place.
        """
        name = self.__name__
        if isinstance(a, np.ndarray):
            self._numpy.at(*map(_base.to_host, (a, indices) if self.nin == 1 else (a, indices, b)))
            return
        _base.refuse_as_numpy(self._numpy.at, (a, indices) if b is None else (a, indices, b), {}, a)
        raise UnsupportedFeatureError(
            f"np.{name}.at",
            "NT604",
            f"write x = np.functional.{name}_at(x, indices{'' if self.nin == 1 else ', values'})",
        )

    @_or_on_host
    def outer(self, A: Any, B: Any, /, **kwargs: Any) -> Any:  # noqa: N803 - NumPy's names
        """The ufunc of every pair: the shape is `A.shape + B.shape`."""
        if self.nin != 2:
            raise ValueError("outer product only supported for binary functions")
        # Python numbers are arrays here, and no longer weak.
        a, b = (x.as_tensor() if isinstance(x, _base.Weak) else as_tensor(x) for x in (A, B))
        b_rank = _base.rank(b)
        if _base.rank(a) + b_rank > _base.MAXIMUM_DIMENSIONS:
            found = _base.rank(a) + b_rank
            raise ValueError(f"maximum supported dimension for an ndarray is {_base.MAXIMUM_DIMENSIONS}, found {found}")
        if b_rank:
            a = tf.reshape(a, tf.concat([tf.shape(a), [1] * b_rank], 0))
        return self(a, b, **kwargs)

    def _reduction_dtype(self, source: np.dtype, dtype: Any) -> np.dtype:
        if self.nin != 2:
            raise ValueError("reduce only supported for binary functions")
        if self.nout != 1:
            raise ValueError("reduce only supported for functions returning a single value")
        want = None if dtype is None else _base.np_dtype(dtype)
        name = self.__name__
        if name == "ldexp":
            raise HostValueError("a reduction by np.ldexp, whose arguments differ in kind", "NT604", "use a product")
        if want is None and name in ("add", "multiply") and source.kind in "biu" and source.itemsize < 8:
            want = np.dtype(np.uint64 if source.kind == "u" else np.int64)
        more = {} if want is None else {"signature": (want, None, None)}
        resolved = self._numpy.resolve_dtypes((None, source, None), casting="unsafe", reduction=True, **more)
        return resolved[1]

    def _result_dtype(self, operand: np.dtype) -> np.dtype:
        return self._numpy.resolve_dtypes((operand, operand, None))[2]

    @_or_on_host
    def reduce(
        self,
        array: Any,
        axis: Any = 0,
        dtype: Any = None,
        out: Any = None,
        keepdims: bool = False,
        initial: Any = _NO_VALUE,
        where: Any = True,
    ) -> tf.Tensor:
        """Combine the elements along `axis` (an int, a tuple, None for all). Dtypes, identities and errors as NumPy's.

        Raises ValueError for an empty axis of a ufunc without an identity, AxisError for an axis out of bounds.
        """
        _base.no_out(None if out is Ellipsis else out, f"{self.__name__}.reduce")
        x = as_tensor(array)
        keepdims = keepdims if type(keepdims) is bool else bool(operator.index(keepdims))
        operand = self._reduction_dtype(dtype_of(x), dtype)
        ndim = _base.rank(x)
        _base.plain_axis(axis)
        axes = _base.normalize_axes(axis if ndim or axis not in (0, -1) else None, ndim)
        name = self.__name__
        identity = self.identity
        if initial is None:
            identity = None
        x = cast(x, operand)
        if len(axes) > 1 and name not in _REORDERABLE:
            raise ValueError(f"reduction operation '{name}' is not reorderable, so at most one axis may be specified")
        given = initial is not _NO_VALUE and initial is not None
        if given:
            initial = _base.assigned_scalar(initial, self._result_dtype(operand))
        mask = None
        if where is not True:
            start = identity if initial is _NO_VALUE else initial
            if start is None:
                raise ValueError(
                    f"reduction operation '{name}' does not have an identity, so to use a where mask one has to "
                    "specify 'initial'"
                )
            mask = as_tensor(where, bool)
            if _base.rank(mask) > ndim:
                raise ValueError("input operand has more dimensions than allowed by the axis remapping")
        if name not in _GROUPED and (mask is not None or given):
            return self._one_by_one(x, axes, initial if given else None, mask, keepdims)
        if mask is not None:
            fill = identity if identity is not None else initial
            x = _select(mask, x, cast(as_tensor(fill), operand))  # the -1 of bitwise_and is all bits
        if identity is None:
            _symbolic.need_lengths(f"{name}.reduce", x)
        shape = static_shape(x)
        empty = any(shape[a] == 0 for a in axes)
        if (
            empty
            and identity is None
            and initial in (_NO_VALUE, None)
            and not any(n == 0 for a, n in enumerate(shape) if a not in axes)
        ):
            raise ValueError(f"zero-size array to reduction operation {name} which has no identity")
        if empty and given and identity is None:
            kept = tuple(1 if a in axes else n for a, n in enumerate(shape) if keepdims or a not in axes)
            return tf.broadcast_to(initial, kept)
        result = self._reduce_over(x, axes, keepdims, operand)
        if name in ("gcd", "hypot") and not given and identity is not None:
            result = abs(result)  # what has been combined with 0, where there is a single element
        return self(cast(initial, result.dtype), result) if given else result

    def _one_by_one(self, x: tf.Tensor, axes: tuple[int, ...], initial: Any, mask: Any, keepdims: bool) -> tf.Tensor:
        """From left to right, beginning with `initial`, without the elements where `mask` is False: for what can't be
        grouped in another way. Over one axis at most.
        """
        if _base.without_gradient(x) and (mask is None or _base.is_eager(mask)):
            more = {} if initial is None else {"initial": host(initial)[()]}
            kept = {} if mask is None else {"where": host(mask)}
            with _float_events(x):
                made = self._numpy.reduce(host(x), axes, dtype_of(x), keepdims=keepdims, **more, **kept)
            return _base.from_host(np.asarray(made))
        masks = None if mask is None else tf.broadcast_to(mask, tf.shape(x))
        parts, there = ([x], [masks]) if not axes else (tf.unstack(x, axis=axes[0]), [None] * static_shape(x)[axes[0]])
        if axes and masks is not None:
            there = tf.unstack(masks, axis=axes[0])
        made = initial
        if made is None:
            made, parts, there = parts[0], parts[1:], there[1:]
        for part, known in zip(parts, there, strict=True):
            moved = cast(self(made, part), x.dtype)
            made = moved if known is None else _select(known, moved, tf.broadcast_to(cast(made, x.dtype), moved.shape))
        made = cast(made, self._result_dtype(dtype_of(x)))
        if axes and static_shape(x)[axes[0]] == 0:
            kept = [axis for axis in range(_base.rank(x)) if axis != axes[0]]
            made = tf.broadcast_to(made, tf.gather(tf.shape(x), kept))
        return tf.expand_dims(made, axes[0]) if keepdims and axes else made

    def _reduce_over(self, x: tf.Tensor, axes: tuple[int, ...], keepdims: bool, operand: np.dtype) -> tf.Tensor:
        name = self.__name__
        if name in ("add", "multiply") and operand.kind == "b":
            name = "logical_or" if name == "add" else "logical_and"
        if name in ("maximum", "minimum") and operand.kind == "b":
            name = "logical_or" if name == "maximum" else "logical_and"
        if name in _REDUCERS and not (name in ("maximum", "minimum") and operand.kind == "c"):
            if name.startswith("logical"):
                x = cast(x, bool)
            if operand == np.float16 and name in ("add", "multiply"):
                return cast(_REDUCERS[name](cast(x, tf.float32), axes, keepdims), tf.float16)
            return _REDUCERS[name](x, axes, keepdims)
        for axis in reversed(axes):
            x = self._fold(x, axis)
        return tf.expand_dims(x, axes[0]) if keepdims and len(axes) == 1 else self._keep(x, axes, keepdims)

    def _keep(self, x: tf.Tensor, axes: tuple[int, ...], keepdims: bool) -> tf.Tensor:
        if keepdims:
            for axis in axes:
                x = tf.expand_dims(x, axis)
        return x

    def _fold(self, x: tf.Tensor, axis: int) -> tf.Tensor:
        """From left to right; pairwise, in log(n) steps, where the grouping doesn't matter."""
        length = static_shape(x)[axis]
        if length is None:
            raise UnsupportedFeatureError(
                f"np.{self.__name__}.reduce over an axis of unknown length", "NT604", "use tf.ensure_shape"
            )
        if length == 0:
            kept = [n for a, n in enumerate(static_shape(x)) if a != axis]
            return tf.broadcast_to(cast(as_tensor(self.identity if self.identity is not None else 0), x.dtype), kept)
        if self.__name__ in _ASSOCIATIVE:
            x = tf.experimental.numpy.moveaxis(x, axis, 0) if axis else x
            while length > 1:
                half = length // 2
                left, right, rest = x[:half], x[half : 2 * half], x[2 * half :]
                x = tf.concat([self(left, right), rest], 0)
                length = length - half
            return x[0]
        if _base.without_gradient(x):
            with _float_events(x):
                return _base.from_host(np.asarray(self._numpy.reduce(host(x), axis, dtype_of(x))))
        parts = tf.unstack(x, axis=axis)
        return functools.reduce(self, parts)

    @_or_on_host
    def accumulate(self, array: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> tf.Tensor:
        """The running results along one axis; the shape stays."""
        _base.no_out(None if out is Ellipsis else out, f"{self.__name__}.accumulate")
        x = as_tensor(array)
        if self.nin != 2:
            raise ValueError("accumulate only supported for binary functions")
        if _base.rank(x) == 0:
            raise TypeError("cannot accumulate on a scalar")
        axis = _base.normalize_axis(_base.plain_axis(axis), _base.rank(x))
        operand = self._reduction_dtype(dtype_of(x), dtype)
        x = cast(x, operand)
        if self.__name__ in _SCANS and operand.kind != "b" and not _base.without_gradient(x):
            if operand == np.float16:
                return cast(_SCANS[self.__name__](cast(x, tf.float32), axis), tf.float16)
            return _SCANS[self.__name__](x, axis)
        length = static_shape(x)[axis]
        if length is None:
            raise UnsupportedFeatureError(
                f"np.{self.__name__}.accumulate over an axis of unknown length", "NT604", "use tf.ensure_shape"
            )
        if _base.without_gradient(x):
            with _float_events(x):
                return _base.from_host(self._numpy.accumulate(host(x), axis, operand))
        if self.__name__ in _ASSOCIATIVE and self._result_dtype(operand) == operand:
            return self._scan(x, axis, length)
        parts = tf.unstack(x, axis=axis)
        running = parts[:1]
        for part in parts[1:]:
            running.append(self(running[-1], part))
        if not running:
            return x
        return tf.stack([cast(part, self._result_dtype(operand)) for part in running], axis)

    def _scan(self, x: tf.Tensor, axis: int, length: int) -> tf.Tensor:
        """Doubling: after step k every element holds the result of the last 2**k ones."""
        before = (slice(None),) * axis
        reach = 1
        while reach < length:
            moved = self(x[(*before, slice(None, length - reach))], x[(*before, slice(reach, None))])
            x = tf.concat([x[(*before, slice(None, reach))], moved], axis)
            reach *= 2
        return _identity(x)

    @_or_on_host
    def reduceat(self, array: Any, indices: Any, axis: int = 0, dtype: Any = None, out: Any = None) -> tf.Tensor:
        """Reduce the slices from each of `indices` to the next one; one element where that isn't further on."""
        _base.no_out(None if out is Ellipsis else out, f"{self.__name__}.reduceat")
        x = as_tensor(array)
        axis = _base.normalize_axis(axis, _base.rank(x))
        length = static_shape(x)[axis]
        if _base.without_gradient(x) and _base.is_eager(indices):
            with _float_events(x):
                return _base.call_numpy(self._numpy.reduceat, (x, indices, axis, dtype), {})
        starts = host(indices)
        if starts.size == 0:
            starts = starts.astype(np.intp)
        self._numpy.reduceat(np.ones(1, dtype_of(x)), [0], 0, dtype)  # which refuses dtypes
        before = (slice(None),) * axis
        pieces = []
        for position, start in enumerate(starts.tolist()):
            if not 0 <= start < length:
                raise IndexError(f"index {start} out-of-bounds in {self.__name__}.reduceat [0, {length})")
            stop = starts[position + 1] if position + 1 < len(starts) else length
            stop = int(stop) if stop > start else start + 1
            pieces.append(self.reduce(x[(*before, slice(start, stop))], axis, dtype))
        if not pieces:
            return cast(x[(*before, slice(0, 0))], self._reduction_dtype(dtype_of(x), dtype))
        return tf.stack(pieces, axis)


def _given(out: Any, where: Any, dtype: Any, more: dict[str, Any]) -> dict[str, Any]:
    """The keywords of a ufunc that were given."""
    found = {"out": out, "dtype": dtype}
    return {**{name: value for name, value in found.items() if value is not None}, **_where(where), **more}


def _resolution(keywords: Any) -> dict[str, Any]:
    """For NumPy's ufunc what `_keywords` made of the call."""
    signature, casting = keywords or (None, "same_kind")
    return {"casting": casting} if signature is None else {"casting": casting, "signature": signature}


def _where(where: Any) -> dict[str, Any]:
    return {} if where is True else {"where": where}


def _float_events(x: tf.Tensor) -> Any:
    """The context in which NumPy computes: what integers raise or warn of is told, what floats do isn't."""
    return np.errstate(all="ignore") if x.dtype.is_floating or x.dtype.is_complex else contextlib.nullcontext()


_WRITEABLE = 0x400  # NPY_ARRAY_WRITEABLE


def _operands(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Tensors and plain Python numbers. Raises HostValueError for what can be neither."""
    return tuple(x if type(x) in _base._SCALARS or isinstance(x, (Tensor, _base.Weak)) else _operand(x) for x in args)


def _mask(where: Any) -> tf.Tensor:
    """What `where` says: a list may hold ones and zeros, an array must be of bools."""
    return as_tensor(where, None if isinstance(where, (Tensor, np.ndarray)) else bool)


def _operand(x: Any) -> Any:
    if isinstance(x, np.generic) and x.dtype in _base._TF_BY_NP:
        return _base.from_host(np.asarray(x))
    if isinstance(x, np.ndarray):
        # Not `flags.writeable`, which warns for what np.broadcast_arrays returns.
        own = _base.is_of_its_own(type(x))
        return as_tensor(x) if own or x.flags.num & _WRITEABLE else _base.from_host(x)
    if isinstance(x, (int, float, complex)) and not isinstance(x, np.generic):
        # Subclasses: an IntEnum counts as its number.
        return next(base for base in (bool, int, float, complex) if isinstance(x, base))(x)
    return as_tensor(x)


def _power_by_one(loop: Kernel, target: tf.DType) -> Kernel:
    """What NumPy's loops for floats do where all elements have one exponent: x ** 2 is a product, x ** 0.5 a square
    root; both are more exact than pow.
    """
    shortcuts = {2.0: _math.square, 0.5: _sqrt, 1.0: _identity, -1.0: _reciprocal}

    def call(x: Any, exponent: Any) -> tf.Tensor:
        if not isinstance(x, Tensor) or isinstance(exponent, _base.Weak):
            return loop(x, exponent)
        if isinstance(exponent, Tensor):
            if static_shape(exponent) != () or not static_shape(x):
                return loop(x, exponent)
            known = tf.get_static_value(exponent) if _base.on_cpu(exponent) or not _base.is_eager(exponent) else None
            exponent = exponent if known is None else known.item()
        shortcut = None if isinstance(exponent, Tensor) else shortcuts.get(exponent)
        return loop(x, exponent) if shortcut is None else shortcut(cast(x, target))

    return call


def power_by_operator(x: tf.Tensor, exponent: Any) -> Any:
    """`x ** exponent` where NumPy's operator takes another ufunc than `np.power`, which gives another result then;
    None elsewhere.
    """
    if not (x.dtype.is_complex or x.dtype is tf.float16) or not _base.rank(x):
        return None
    name = _OF_POWERS.get((type(exponent), exponent)) if type(exponent) in (int, float) else None
    return None if name is None else UFUNCS[name](x)


_OF_POWERS = {(int, 2): "square", (int, -1): "reciprocal", (float, 0.5): "sqrt"}


class _generalized(ufunc):  # noqa: N801 - a ufunc like the others
    """matmul and its relatives: ufuncs on the last axes. `axes` and `axis` are supported for vectors only as the last
    axis.
    """

    def __call__(
        self, x1: Any, x2: Any, /, out: Any = None, dtype: Any = None, casting: str = "same_kind", **kwargs: Any
    ) -> Any:
        if (
            type(x1) is EagerTensor is type(x2)
            and out is None
            and dtype is None
            and not kwargs
            and casting == "same_kind"
        ):
            of_blas = x1.dtype is x2.dtype and x1.dtype in _OF_BLAS and _small.setting.limit > 0
            if (of_blas or (_small.is_small(x1) and _small.is_small(x2))) and _small.allowed():
                return _small.result(self._numpy(x1._numpy(), x2._numpy()))
            if (_small.told() or _small.left_alone()) and _base.tells((x1, x2)):
                return self._by_numpy((x1, x2), None)
            shapes = x1._shape_tuple(), x2._shape_tuple()
            alike = x1.dtype is x2.dtype and x1.dtype in _MATMUL_DTYPES and len(shapes[0]) == 2 == len(shapes[1])
            if alike and self.__name__ == "matmul" and shapes[0][1] == shapes[1][0]:
                return _math.mat_mul(x1, x2)
        try:
            _base.no_out(None if out is Ellipsis else out, self.__name__)
            _base.np_dtype(dtype)
            a, b = as_tensor(x1), as_tensor(x2)
        except _base.PartialArrayError:
            if self.__name__ != "matmul" or dtype is not None or kwargs:
                raise
            return _base.partial_functions["numpy.matmul"](x1, x2)
        except HostValueError:
            given = _given(out, True, dtype, {"casting": casting, **kwargs})
            return _base.call_numpy(self._numpy, (x1, x2), given)
        except _base.OutRefusedError as error:
            given = _given(out, True, dtype, {"casting": casting, **kwargs})
            _base.refuse_as_numpy(self._numpy, (x1, x2), given, error.out)
            raise
        axis = kwargs.pop("axis", None)
        keepdims = kwargs.pop("keepdims", False)
        axes = kwargs.pop("axes", None)
        signature = kwargs.pop("signature", kwargs.pop("sig", None))
        kwargs.pop("order", None), kwargs.pop("subok", None)
        if kwargs:
            raise TypeError(f"{self.__name__}() got an unexpected keyword argument '{next(iter(kwargs))}'")
        if axes is not None:
            a, b, finish = _with_axes(a, b, axes, self.signature)
        elif axis is not None:
            if self.__name__ != "vecdot":
                raise TypeError(
                    f"{self.__name__}: axis can only be used with a single shared core dimension, not with the 2 "
                    f"distinct ones implied by signature {self.signature}."
                )
            a, b = (tf.experimental.numpy.moveaxis(t, _base.normalize_axis(axis, _base.rank(t)), -1) for t in (a, b))
        keys = (a.dtype._type_enum, b.dtype._type_enum)
        loop = self._resolve(keys, self._keywords(dtype, casting, signature=signature))
        a, b = cast(a, loop[0]), cast(b, loop[1])
        try:
            result = cast(self._kernels["*"](a, b), loop[2])
        except tf.errors.InvalidArgumentError as error:
            raise ValueError(
                f"{self.__name__}: operands could not be broadcast together with shapes {a.shape} {b.shape}"
            ) from error
        if axes is not None and keepdims and self.__name__ == "vecdot":
            place = axes[-1]  # the result's, or else the second operand's
            return tf.expand_dims(result, place[0] if isinstance(place, tuple) else place)
        if axes is not None:
            return finish(result)
        return (
            tf.expand_dims(result, -1 if axis is None else axis) if keepdims and self.__name__ == "vecdot" else result
        )

    def _no_method(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("Reduction not defined on ufunc with signature")

    reduce = accumulate = reduceat = outer = _no_method


def _with_axes(a: tf.Tensor, b: tf.Tensor, axes: Any, signature: str) -> Any:
    """Move the axes named to the end, as the signature has them, and the result's back."""
    move = tf.experimental.numpy.moveaxis
    specs = [entry if isinstance(entry, tuple) else (entry,) for entry in axes]
    a = move(a, specs[0], tuple(range(-len(specs[0]), 0)))
    b = move(b, specs[1], tuple(range(-len(specs[1]), 0)))
    core = len(signature.split("->")[1].strip("()").split(",")) if signature.split("->")[1] != "()" else 0
    target = specs[2] if len(specs) > 2 else tuple(range(-core, 0))
    return a, b, lambda result: move(result, tuple(range(-len(target), 0)), target) if target else result


def _core_error(name: str, signature: str, left: int | None, right: int | None) -> ValueError:
    return ValueError(
        f"{name}: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature {signature} "
        f"(size {right} is different from {left})"
    )


def _check_core(name: str, signature: str, left: int | None, right: int | None) -> None:
    if left is not None and right is not None and left != right:
        raise _core_error(name, signature, left, right)


def _matmul_kernel(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    a_rank, b_rank = _base.rank(a), _base.rank(b)
    if a_rank == 0 or b_rank == 0:
        which = 0 if a_rank == 0 else 1
        raise ValueError(
            f"matmul: Input operand {which} does not have enough dimensions (has 0, gufunc core with signature "
            "(n?,k),(k,m?)->(n?,m?) requires 1)"
        )
    _check_core("matmul", "(n?,k),(k,m?)->(n?,m?)", static_shape(a)[-1], static_shape(b)[-2 if b_rank > 1 else -1])
    if a_rank == 2 == b_rank:
        return _matmul(a, b)
    hoisted = _hoisting.product(a, b) if _symbolic.trace.lines else None
    if hoisted is not None:
        return hoisted
    left = tf.expand_dims(a, 0) if a_rank == 1 else a
    right = tf.expand_dims(b, 1) if b_rank == 1 else b
    result = _matmul(left, right)
    if b_rank == 1:
        result = tf.squeeze(result, -1)
    return tf.squeeze(result, -1 if b_rank == 1 else -2) if a_rank == 1 else result


def _needs(name: str, signature: str, *checks: tuple[int, tf.Tensor, int]) -> None:
    for operand, x, required in checks:
        if _base.rank(x) < required:
            raise ValueError(
                f"{name}: Input operand {operand} does not have enough dimensions (has {_base.rank(x)}, gufunc core "
                f"with signature {signature} requires {required})"
            )


def _vecdot_kernel(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    _needs("vecdot", "(n),(n)->()", (0, a, 1), (1, b, 1))
    _check_core("vecdot", "(n),(n)->()", static_shape(a)[-1], static_shape(b)[-1])
    left = tf.math.conj(a) if a.dtype.is_complex else a
    return tf.squeeze(_matmul(tf.expand_dims(left, -2), tf.expand_dims(b, -1)), (-2, -1))


def _matvec_kernel(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    _needs("matvec", "(m,n),(n)->(m)", (0, a, 2), (1, b, 1))
    _check_core("matvec", "(m,n),(n)->(m)", static_shape(a)[-1], static_shape(b)[-1])
    return tf.squeeze(_matmul(a, tf.expand_dims(b, -1)), -1)


def _vecmat_kernel(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    _needs("vecmat", "(n),(n,m)->(m)", (0, a, 1), (1, b, 2))
    _check_core("vecmat", "(n),(n,m)->(m)", static_shape(a)[-1], static_shape(b)[-2])
    left = tf.math.conj(a) if a.dtype.is_complex else a
    return tf.squeeze(_matmul(tf.expand_dims(left, -2), b), -2)


_GENERALIZED = {"matmul": _matmul_kernel, "matvec": _matvec_kernel, "vecdot": _vecdot_kernel, "vecmat": _vecmat_kernel}


def _refusing(*args: Any) -> Any:
    raise UnsupportedFeatureError("np.isnat", "NT509", "use np.isnan on numbers")


def _make_all() -> dict[str, ufunc]:
    """One object per NumPy ufunc; NumPy's second names (`acos`, `pow`, `abs`) are the same objects."""
    made: dict[str, ufunc] = {}
    found: dict[str, ufunc] = {}
    for public in sorted(dir(np)):
        numpy_ufunc = getattr(np, public, None)
        if not isinstance(numpy_ufunc, np.ufunc):
            continue
        name = numpy_ufunc.__name__
        if name not in made:
            if name in _GENERALIZED:
                made[name] = _generalized(numpy_ufunc, {"*": _GENERALIZED[name]})
            elif name in _KERNELS:
                made[name] = ufunc(numpy_ufunc, _KERNELS[name])
            elif name == "isnat":
                made[name] = ufunc(numpy_ufunc, {"*": _refusing})
            else:
                continue
        found[public] = made[name]
        _status.record(f"numpy.{public}", "device")
    if "isnat" in found:
        _status.record("numpy.isnat", "unsupported", "use np.isnan on numbers", "NT509")
    return found


UFUNCS: dict[str, ufunc] = _make_all()
globals().update(UFUNCS)
__all__ = ["ufunc", *UFUNCS]
