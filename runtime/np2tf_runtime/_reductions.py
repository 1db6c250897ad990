"""Reductions and what is counted among them: sums, means, extremes, accumulations, medians and quantiles, NaN-aware
forms.

Dtypes are NumPy's: sums and products of bool and small integers are int64 or uint64, means of integers float64,
float16 is summed in float32. Extremes return NaN where there is one (`argmax` the first); complex numbers are
ordered by real part, then imaginary part. `out=` is refused (NT604).
"""

from __future__ import annotations

import builtins
import functools
import math
import operator
import warnings

import numpy as _np
import tensorflow as tf
from numpy._globals import _NoValue

from . import _base, _exact, _symbolic
from ._base import (
    HostValueError,
    as_tensor,
    assigned_scalar,
    cast,
    default_float,
    device,
    dtype_of,
    executing_eagerly,
    from_host,
    holds_tensor,
    host,
    host_function,
    inferred_dtype,
    is_eager,
    no_out,
    normalize_axes,
    normalize_axis,
    np_dtype,
    on_cpu,
    plain_axis,
    result_dtype,
    scalar,
    shape_tensor,
    static_shape,
    tf_dtype,
)
from ._ufuncs import product_in_order

__all__ = [
    "all",
    "amax",
    "amin",
    "any",
    "argmax",
    "argmin",
    "average",
    "cumprod",
    "cumsum",
    "cumulative_prod",
    "cumulative_sum",
    "max",
    "mean",
    "median",
    "min",
    "nanargmax",
    "nanargmin",
    "nancumprod",
    "nancumsum",
    "nanmax",
    "nanmean",
    "nanmedian",
    "nanmin",
    "nanpercentile",
    "nanprod",
    "nanquantile",
    "nanstd",
    "nansum",
    "nanvar",
    "percentile",
    "prod",
    "ptp",
    "quantile",
    "std",
    "sum",
    "var",
]

_raw = tf.raw_ops
_WIDE = {
    tf.bool: tf.int64,
    tf.int8: tf.int64,
    tf.int16: tf.int64,
    tf.int32: tf.int64,
    tf.uint8: tf.uint64,
    tf.uint16: tf.uint64,
    tf.uint32: tf.uint64,
}


# -------------------------------------------------------------------------------------------------------------
# arguments


def _axes(axis, ndim, strict=False):
    """The axes to reduce. NumPy lets axis 0 and -1 of a 0-d array pass, but not where it counts elements (`strict`)."""
    if axis is None:
        return tuple(range(ndim))
    plain_axis(axis)
    if ndim == 0 and not strict and not isinstance(axis, tuple) and axis in (0, -1):
        return ()
    return normalize_axes(axis, ndim)


def _one_axis(axis, ndim):
    return normalize_axis(plain_axis(axis), ndim)


@functools.cache
def _eager_axes(axes):
    with tf.init_scope(), tf.device("CPU:0"):
        return tf.constant(axes, tf.int32, shape=[len(axes)])


def _axes_tensor(axes):
    # Making the little tensor costs more than a reduction of a thousand elements; in a graph it has to be a constant.
    return _eager_axes(axes) if executing_eagerly() else _base.constant(axes, tf.int32)


def _flag(keepdims):
    if type(keepdims) is bool or keepdims is _NoValue:
        return keepdims is True
    return bool(operator.index(keepdims))


def _truth(keepdims):
    """The flag of functions that NumPy has written in Python: anything counts."""
    return keepdims is not _NoValue and bool(keepdims)


def _mask(x, where):
    """`where` as a bool tensor that broadcasts to the shape of `x`; None where all elements take part."""
    if where is True or where is _NoValue:
        return None
    given, where = where, as_tensor(where)
    if where.dtype is not tf.bool and not hasattr(given, "dtype"):
        where = cast(where, tf.bool)
    if where.dtype is not tf.bool:
        raise TypeError(
            f"Cannot cast array data from dtype('{dtype_of(where)}') to dtype('bool') according to the rule 'safe'"
        )
    shape = static_shape(x)
    if None not in shape and _np.broadcast_shapes(static_shape(where), shape) != shape:
        raise ValueError(f"non-broadcastable where with shape {static_shape(where)} doesn't match the shape {shape}")
    return where


def _select(mask, x, fill):
    return tf.where(mask, x, scalar(fill, x.dtype))


def _count(x, axes, mask=None, keepdims=False):
    """How many elements are reduced: an int where the shape is known; an int64 tensor with a mask or an unknown
    shape.
    """
    if mask is not None:
        ones = tf.broadcast_to(tf.cast(mask, tf.int64), shape_tensor(x))
        return _raw.Sum(input=ones, axis=_axes_tensor(axes), keep_dims=keepdims)
    lengths = [static_shape(x)[axis] for axis in axes]
    if None in lengths:
        return tf.reduce_prod(tf.gather(tf.shape(x, out_type=tf.int64), list(axes)))
    return math.prod(lengths)


def _divide(x, count):
    """x / count in the dtype of `x`; 0 / 0 is NaN."""
    divisor = scalar(count, x.dtype) if isinstance(count, int) else cast(count, x.dtype)
    return _raw.RealDiv(x=x, y=_exact.divisor(divisor))


def _warn(message):
    warnings.warn(message, RuntimeWarning, stacklevel=4)


def _some(condition):
    """Whether an eager bool tensor, or a Python bool, holds anywhere; False while tracing."""
    if isinstance(condition, bool):
        return condition
    return is_eager(condition) and bool(host(condition).any())


def _last(x, axes):
    """`x` with the reduced axes moved to the end and merged into one."""
    shape = static_shape(x)
    kept = [axis for axis in range(len(shape)) if axis not in axes]
    order = [*kept, *axes]
    if order != list(range(len(shape))):
        x = _base.transpose(x, order)
    if len(axes) == 1:
        return x
    if None in shape:
        dynamic = tf.shape(x, out_type=tf.int64)
        return _base.reshape(x, tf.concat([dynamic[: len(kept)], [tf.reduce_prod(dynamic[len(kept) :])]], 0))
    return _base.reshape(x, [*(shape[axis] for axis in kept), math.prod(shape[axis] for axis in axes)])


def _keep(result, axes, keepdims, offset=0):
    """Put axes of length 1 back where `keepdims` asks for them; the first `offset` axes are not the array's."""
    if keepdims:
        for axis in axes:
            result = tf.expand_dims(result, axis + offset)
    return result


# ------------------------------------------------------------------------------------------------------ sums and
# products


def _accumulator(x, dtype):
    """The dtype in which `x` is summed: that asked for, else NumPy's choice."""
    return _WIDE.get(x.dtype, x.dtype) if dtype is None else tf_dtype(dtype)


# XLA's reductions on the CPU add one element after the other; its product with a vector adds many at a time, three
# times as fast from some thousand elements on. It is compiled sooner, too: a reduction of more than 32 elements is a
# chain of reductions of 32, each of which XLA compiles as a function of its own.
_WORTH_A_PRODUCT = 4096
_ROW = 256
_LONG = 1024  # sums that XLA adds one after the other


def _is_worth_a_product(x):
    """Whether XLA on the CPU computes a sum of all elements sooner as a product."""
    shape = static_shape(x)
    size = 0 if None in shape else math.prod(shape)
    return size >= _WORTH_A_PRODUCT and _symbolic.compiled() and not _base.has_gpu()


def _sum_as_product(x, axes, keepdims):
    """A sum over the last axes under XLA on the CPU, as a product with ones; None for others."""
    if x.dtype not in (tf.float32, tf.float64) or not _is_worth_a_product(x):
        return None
    shape = static_shape(x)
    axes = tuple(range(len(shape))) if axes is None else tuple(sorted(axes))
    if not axes or axes != tuple(range(len(shape) - len(axes), len(shape))):
        return None
    kept, summed = shape[: len(shape) - len(axes)], math.prod(shape[len(shape) - len(axes) :])
    if math.prod(kept) == 1:
        result = _added(_row_sums(tf.reshape(x, [-1])))
    elif summed >= _ROW // 2:
        result = _raw.MatMul(a=tf.reshape(x, [-1, summed]), b=tf.ones([summed, 1], x.dtype))
    else:
        return None
    return tf.reshape(result, [*kept, *[1] * len(axes)] if keepdims else kept)


def _row_sums(flat):
    """Sums of some elements each of a vector, as a column; the last one of what is left."""
    size = static_shape(flat)[0]
    row = _ROW if size < _LONG * _ROW else 4 * _ROW
    flat = tf.pad(flat, [[0, -size % row]]) if size % row else flat
    return _raw.MatMul(a=tf.reshape(flat, [-1, row]), b=tf.ones([row, 1], flat.dtype))


def _added(column):
    """The sum of a column, 0-d."""
    while static_shape(column)[0] > _LONG:  # or rounding would add up
        column = _row_sums(tf.reshape(column, [-1]))
    total = _raw.MatMul(a=column, b=tf.ones(static_shape(column), column.dtype), transpose_a=True)
    return tf.reshape(total, [])


def count_true(mask):
    """How many elements of a boolean tensor are True: int64, 0-d."""
    if not _is_worth_a_product(mask):
        return tf.reduce_sum(tf.cast(mask, tf.int64))
    rows = _row_sums(tf.cast(tf.reshape(mask, [-1]), tf.float32))
    return tf.cast(_added(tf.cast(rows, tf.float64)), tf.int64)  # both are exact


def _any_true(mask, axes, keepdims):
    """Whether any element of a boolean tensor is True, over `axes`."""
    if _is_worth_a_product(mask):
        # However many there are: a sum of what isn't negative doesn't come back to zero.
        count = _sum_as_product(tf.cast(mask, tf.float32), axes, keepdims)
        if count is not None:
            return tf.not_equal(count, tf.zeros([], tf.float32))
    return _raw.Any(input=mask, axis=_axes_tensor(axes), keep_dims=keepdims)


def _all_true(mask, axes, keepdims):
    """Whether all elements of a boolean tensor are True, over `axes`."""
    if _is_worth_a_product(mask):
        return tf.logical_not(_any_true(tf.logical_not(mask), axes, keepdims))
    return _raw.All(input=mask, axis=_axes_tensor(axes), keep_dims=keepdims)


def _reduce_sum(x, axes, keepdims):
    by_product = _sum_as_product(x, axes, keepdims)
    if by_product is not None:
        return by_product
    if x.dtype is tf.float16:
        return cast(_raw.Sum(input=cast(x, tf.float32), axis=_axes_tensor(axes), keep_dims=keepdims), tf.float16)
    if x.dtype is tf.bool:
        return _any_true(x, axes, keepdims)
    return _raw.Sum(input=x, axis=_axes_tensor(axes), keep_dims=keepdims)


def _reduce_prod(x, axes, keepdims):
    if x.dtype is tf.bool:
        return _all_true(x, axes, keepdims)
    return product_in_order(_raw.Prod(input=x, axis=_axes_tensor(axes), keep_dims=keepdims), x, axes, keepdims)


@device
def sum(a, axis=None, dtype=None, out=None, keepdims=False, initial=_NoValue, where=True):
    """Sum over axes.

    Parameters
    ----------
    a : array_like
    axis : None, int or tuple of ints
    dtype : dtype, optional
        Default: int64 for bool and signed, uint64 for unsigned integers, else that of `a`. float16 is summed in
        float32.
    out : refused (NT604)
    keepdims : bool
    initial : scalar
    where : bool array_like

    Returns
    -------
    tensor of the dtype above
    """
    no_out(out, "sum")
    x = as_tensor(a)
    x = cast(x, _accumulator(x, dtype))
    mask = _mask(x, where)
    axes = _axes(axis, len(static_shape(x)))
    if initial is None:
        _needs_elements(x, axes, mask, "add")
    if mask is not None:
        x = _select(mask, x, 0)
    result = _reduce_sum(x, axes, _flag(keepdims))
    if initial is not _NoValue and initial is not None:
        start = assigned_scalar(initial, result.dtype)
        result = tf.logical_or(result, start) if result.dtype is tf.bool else _raw.AddV2(x=result, y=start)
    return result


@device
def prod(a, axis=None, dtype=None, out=None, keepdims=False, initial=_NoValue, where=True):
    """Product over axes; arguments and dtypes as `sum`."""
    no_out(out, "prod")
    x = as_tensor(a)
    x = cast(x, _accumulator(x, dtype))
    mask = _mask(x, where)
    axes = _axes(axis, len(static_shape(x)))
    if initial is None:
        _needs_elements(x, axes, mask, "multiply")
    if mask is not None:
        x = _select(mask, x, 1)
    result = _reduce_prod(x, axes, _flag(keepdims))
    if initial is not _NoValue and initial is not None:
        start = assigned_scalar(initial, result.dtype)
        result = tf.logical_and(result, start) if result.dtype is tf.bool else _raw.Mul(x=result, y=start)
    return result


@device
def mean(a, axis=None, dtype=None, out=None, keepdims=False, *, where=True):
    """Arithmetic mean over axes: float64 for integers and bool, else the dtype of `a`; float16 is summed in float32.

    An empty slice gives NaN and a RuntimeWarning.
    """
    no_out(out, "mean")
    x = as_tensor(a)
    axes = _axes(axis, len(static_shape(x)), strict=True)
    keepdims = _flag(keepdims)
    if dtype is not None:
        result_type = summed = tf_dtype(dtype)
    elif x.dtype.is_integer or x.dtype is tf.bool:
        result_type = summed = tf_dtype(default_float())
    else:
        result_type, summed = x.dtype, tf.float32 if x.dtype is tf.float16 else x.dtype
    x = cast(x, summed)
    mask = _mask(x, where)
    count = _count(x, axes, mask, keepdims)
    if _some(count == 0 if isinstance(count, int) else tf.equal(count, 0)):
        _warn("Mean of empty slice")
    total = _reduce_sum(x if mask is None else _select(mask, x, 0), axes, keepdims)
    if result_type.is_integer or result_type is tf.bool:
        return cast(_divide(cast(total, tf.float64), count), result_type)
    return cast(_divide(total, count), result_type)


def _correction(ddof, correction):
    if correction is _NoValue:
        return ddof
    if ddof != 0:
        raise ValueError("ddof and correction can't be provided simultaneously.")
    return correction


def _square(x):
    """|x|**2, real."""
    if x.dtype.is_complex:
        real, imag = tf.math.real(x), tf.math.imag(x)
        return tf.square(real) + tf.square(imag)
    return tf.square(x)


def _degrees(count, ddof, dtype):
    """max(count - ddof, 0) as a divisor."""
    if isinstance(count, int) and not holds_tensor(ddof):
        return scalar(builtins.max(count - ddof, 0), dtype)
    return cast(tf.maximum(cast(as_tensor(count), tf.float64) - cast(as_tensor(ddof), tf.float64), 0.0), dtype)


def _few(count, ddof):
    """Whether a slice has no degrees of freedom left."""
    if isinstance(count, int) and not holds_tensor(ddof):
        return bool(ddof >= count)
    return tf.greater_equal(cast(as_tensor(ddof), tf.float64), cast(as_tensor(count), tf.float64))


def _deviations(x, axes, mask, given):
    """x minus its mean over `axes` (or minus the mean given)."""
    if given is not _NoValue:
        return _raw.Sub(x=x, y=cast(as_tensor(given), x.dtype))
    total = _reduce_sum(x if mask is None else _select(mask, x, 0), axes, True)
    return _raw.Sub(x=x, y=_divide(total, _count(x, axes, mask, True)))


_mean_of = mean  # `var` has a parameter of that name


@device
def var(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, mean=_NoValue, correction=_NoValue):
    """Variance over axes: float64 for integers, real for complex numbers.

    The divisor is the number of elements less `ddof` (or `correction`); where that is not positive, a RuntimeWarning
    and NaN or inf. `mean` spares the computation of the mean; it needs the reduced axes as axes of length 1.
    """
    no_out(out, "var")
    ddof = _correction(ddof, correction)
    x = as_tensor(a)
    axes = _axes(axis, len(static_shape(x)), strict=True)
    keepdims = _flag(keepdims)
    target = np_dtype(dtype)
    if target is not None and target.kind in "biu":
        raise HostValueError("a variance in integers", "NT604", "leave dtype out")  # NumPy rounds between its steps
    if target is not None and x.dtype.is_complex and target.kind != "c":
        if mean is _NoValue:  # NumPy leaves out the imaginary part of the mean, and of nothing else
            mean = cast(_mean_of(tf.math.real(x), axes, target, keepdims=True, where=where), x.dtype)
    elif dtype is not None:
        x = cast(x, dtype)
    if x.dtype.is_integer or x.dtype is tf.bool:
        x = cast(x, default_float())
    mask = _mask(x, where)
    count = _count(x, axes, mask, keepdims)
    if _some(_few(count, ddof)):
        _warn("Degrees of freedom <= 0 for slice")
    squares = _square(_deviations(x, axes, mask, mean))
    total = _reduce_sum(squares if mask is None else _select(mask, squares, 0), axes, keepdims)
    result = _raw.RealDiv(x=total, y=_degrees(count, ddof, total.dtype))
    return result if dtype is None else cast(result, dtype)


@device
def std(a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, mean=_NoValue, correction=_NoValue):
    """Standard deviation over axes: the square root of `var`, with its arguments."""
    no_out(out, "std")
    return _root(var(a, axis, dtype, None, ddof, keepdims, where=where, mean=mean, correction=correction))


def _root(variance):
    if variance.dtype.is_integer:
        return cast(tf.sqrt(cast(variance, tf.float64)), variance.dtype)
    return tf.sqrt(variance)


# ---------------------------------------------------------------------------------------------------------------
# extremes


def _not_a_number(x):
    if x.dtype.is_complex:
        return tf.logical_or(_symbolic.is_nan(tf.math.real(x)), _symbolic.is_nan(tf.math.imag(x)))
    return _symbolic.is_nan(x)


def _extreme(x, axes, keepdims, largest):
    """The largest or smallest element over `axes`."""
    if x.dtype is tf.bool:
        return (_any_true if largest else _all_true)(x, axes, keepdims)
    if x.dtype.is_complex:
        merged = _last(x, axes) if axes else tf.expand_dims(x, -1)
        place = _arg_extreme(merged, -1, largest)
        picked = tf.gather(merged, tf.expand_dims(place, -1), axis=-1, batch_dims=len(static_shape(place)))
        return _keep(tf.squeeze(picked, -1), axes, keepdims)
    kernel = _raw.Max if largest else _raw.Min
    result = kernel(input=x, axis=_axes_tensor(axes), keep_dims=keepdims)
    if x.dtype.is_floating and not on_cpu(x):
        # TensorFlow's CPU kernels propagate NaN; XLA's and those of other devices lose one now and then.
        lost = _any_true(_symbolic.is_nan(x), axes, keepdims)
        result = _select(tf.logical_not(lost), result, math.nan)
    return result


def _refuse_empty(x, axes, name):
    shape = static_shape(x)
    if (
        0 in shape
        and 0 in [shape[axis] for axis in axes]
        and 0 not in [n for i, n in enumerate(shape) if i not in axes]
    ):
        raise ValueError(f"zero-size array to reduction operation {name} which has no identity")
    if None in [shape[axis] for axis in axes]:
        lengths = tf.shape(x)
        reduced = tf.gather(lengths, tf.constant(axes, tf.int32))
        kept = tf.gather(lengths, tf.constant([axis for axis in range(len(shape)) if axis not in axes], tf.int32))
        _symbolic.require(
            tf.logical_or(tf.reduce_all(reduced > 0), tf.reduce_any(tf.equal(kept, 0))),
            f"zero-size array to reduction operation {name} which has no identity",
        )


def _needs_elements(x, axes, mask, name):
    """Refuse what only an identity could answer."""
    if mask is not None:
        raise ValueError(
            f"reduction operation '{name}' does not have an identity, so to use a where mask one "
            f"has to specify 'initial'"
        )
    _refuse_empty(x, axes, name)


def _lowest(dtype, largest):
    """What never wins a comparison for the largest (smallest) element."""
    if dtype is tf.bool:
        return not largest
    if dtype.is_integer:
        return int(dtype.min if largest else dtype.max)
    return -math.inf if largest else math.inf


def _extreme_function(a, axis, out, keepdims, initial, where, largest, name):
    no_out(out, name)
    ufunc = "maximum" if largest else "minimum"
    x = as_tensor(a)
    axes = _axes(axis, len(static_shape(x)))
    keepdims = _flag(keepdims)
    mask = _mask(x, where)
    if initial is _NoValue or initial is None:
        _needs_elements(x, axes, mask, ufunc)
        return _extreme(x, axes, keepdims, largest)
    start = assigned_scalar(initial, x.dtype)
    if mask is not None:
        x = tf.where(mask, x, start)
    if 0 in [static_shape(x)[axis] for axis in axes]:
        shape = [1 if i in axes else n for i, n in enumerate(static_shape(x))]
        filled = tf.fill(shape, start)
        return filled if keepdims else tf.squeeze(filled, list(axes))
    found = _extreme(x, axes, keepdims, largest)
    return _extreme(tf.stack([tf.broadcast_to(start, shape_tensor(found)), found]), (0,), False, largest)


@device
def max(a, axis=None, out=None, keepdims=False, initial=_NoValue, where=True):
    """Largest element over axes, in the dtype of `a`; NaN where there is one; complex numbers by real, then
    imaginary part.

    ValueError for an empty array without `initial`.
    """
    return _extreme_function(a, axis, out, keepdims, initial, where, True, "max")


@device
def min(a, axis=None, out=None, keepdims=False, initial=_NoValue, where=True):
    """Smallest element over axes; as `max`."""
    return _extreme_function(a, axis, out, keepdims, initial, where, False, "min")


@device
def amax(a, axis=None, out=None, keepdims=False, initial=_NoValue, where=True):
    """Alias of `max`."""
    return _extreme_function(a, axis, out, keepdims, initial, where, True, "amax")


@device
def amin(a, axis=None, out=None, keepdims=False, initial=_NoValue, where=True):
    """Alias of `min`."""
    return _extreme_function(a, axis, out, keepdims, initial, where, False, "amin")


@device
def ptp(a, axis=None, out=None, keepdims=False):
    """Largest less smallest element over axes, in the dtype of `a` (TypeError for bool, as in NumPy)."""
    no_out(out, "ptp")
    x = as_tensor(a)
    if x.dtype is tf.bool:
        raise TypeError("numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor instead.")
    return _raw.Sub(x=max(x, axis, None, keepdims), y=min(x, axis, None, keepdims))


@device
def any(a, axis=None, out=None, keepdims=False, *, where=True):
    """Whether any element over axes is true: a bool tensor."""
    no_out(out, "any")
    x = cast(as_tensor(a), tf.bool)
    mask = _mask(x, where)
    if mask is not None:
        x = tf.logical_and(x, mask)
    return _any_true(x, _axes(axis, len(static_shape(x))), _flag(keepdims))


@device
def all(a, axis=None, out=None, keepdims=False, *, where=True):
    """Whether all elements over axes are true: a bool tensor."""
    no_out(out, "all")
    x = cast(as_tensor(a), tf.bool)
    mask = _mask(x, where)
    if mask is not None:
        x = tf.logical_or(x, tf.logical_not(mask))
    return _all_true(x, _axes(axis, len(static_shape(x))), _flag(keepdims))


def _arg_extreme(x, axis, largest):
    """The first index of the extreme along one axis, int64; the first NaN wins."""
    if on_cpu(x) and x.dtype is not tf.bfloat16:
        # Nothing to differentiate, and the memory is at hand: NumPy's one pass instead of five kernels.
        return from_host((_np.argmax if largest else _np.argmin)(host(x), axis))
    find = _raw.ArgMax if largest else _raw.ArgMin

    def first(truth):
        return _raw.ArgMax(input=tf.cast(truth, tf.uint8), dimension=axis, output_type=tf.int64)

    if x.dtype is tf.bool:
        return first(x if largest else tf.logical_not(x))
    if x.dtype.is_integer:
        return find(input=x, dimension=axis, output_type=tf.int64)
    strange = _not_a_number(x)
    if x.dtype.is_complex:
        real, imag = tf.math.real(x), tf.math.imag(x)
        extreme = tf.reduce_max if largest else tf.reduce_min
        clean = _select(tf.logical_not(strange), real, _lowest(real.dtype, largest))
        candidate = tf.logical_and(tf.equal(clean, extreme(clean, axis, keepdims=True)), tf.logical_not(strange))
        clean = _select(candidate, imag, _lowest(imag.dtype, largest))
        found = first(tf.logical_and(candidate, tf.equal(clean, extreme(clean, axis, keepdims=True))))
    else:
        found = find(input=x, dimension=axis, output_type=tf.int64)
    return tf.where(tf.reduce_any(strange, axis), first(strange), found)


def _arg_function(x, axis, keepdims, largest):
    shape = static_shape(x)
    if axis is None and 0 not in shape and keepdims is _NoValue and on_cpu(x) and x.dtype is not tf.bfloat16:
        return from_host((_np.argmax if largest else _np.argmin)(host(x)))
    if axis is None:
        merged, axes = _base.reshape(x, [-1]), tuple(range(len(shape)))
    elif not shape:
        merged, axes = _base.reshape(x, [1]), _axes(axis, 0)
    else:
        axes = (_one_axis(axis, len(shape)),)
        merged = x
    place = 0 if axis is None or not shape else axes[0]
    if static_shape(merged)[place] == 0 or (axis is None and 0 in shape):
        raise ValueError(f"attempt to get {'argmax' if largest else 'argmin'} of an empty sequence")
    return _keep(_arg_extreme(merged, place, largest), axes, _truth(keepdims))


@device
def argmax(a, axis=None, out=None, *, keepdims=False):
    """Index of the first largest element along an axis (of the flat array if None), int64; the first NaN wins.

    ValueError for an empty sequence.
    """
    no_out(out, "argmax")
    return _arg_function(as_tensor(a), axis, keepdims, True)


@device
def argmin(a, axis=None, out=None, *, keepdims=False):
    """Index of the first smallest element; as `argmax`."""
    no_out(out, "argmin")
    return _arg_function(as_tensor(a), axis, keepdims, False)


# ----------------------------------------------------------------------------------------------------------
# accumulations


def _scan(kernel, x, axis):
    if _base.without_gradient(x):
        # TensorFlow's begins with 0 + x or 1 * x: that is another number than -0.0 or a complex infinity.
        with _np.errstate(all="ignore"):
            return from_host(_ACCUMULATED[kernel].accumulate(host(x), axis, dtype_of(x)))
    if x.dtype is tf.bool:
        return cast(_scan(kernel, cast(x, tf.int64), axis), tf.bool)
    if x.dtype is tf.complex128 and kernel is _raw.Cumsum and not executing_eagerly():
        # XLA lacks the complex kernel.
        return tf.complex(_scan(kernel, tf.math.real(x), axis), _scan(kernel, tf.math.imag(x), axis))
    result = kernel(x=x, axis=_base.axis_tensor(axis) if executing_eagerly() else axis)
    if kernel is _raw.Cumprod and x.dtype.is_complex:
        before = (slice(None),) * axis
        return tf.concat([x[(*before, slice(1))], result[(*before, slice(1, None))]], axis)
    return result


_ACCUMULATED = {_raw.Cumsum: _np.add, _raw.Cumprod: _np.multiply}


def _accumulate(kernel, a, axis, dtype):
    x = as_tensor(a)
    x = cast(x, _accumulator(x, dtype))
    ndim = len(static_shape(x))
    if axis is None or ndim == 0:
        if axis is not None:
            _axes(axis, 0)
        return _scan(kernel, x if ndim == 1 else _base.reshape(x, [-1]), 0)
    return _scan(kernel, x, _one_axis(axis, ndim))


@device
def cumsum(a, axis=None, dtype=None, out=None):
    """Cumulative sum along an axis (of the flat array if None); dtypes as `sum`."""
    no_out(out, "cumsum")
    return _accumulate(_raw.Cumsum, a, axis, dtype)


@device
def cumprod(a, axis=None, dtype=None, out=None):
    """Cumulative product along an axis (of the flat array if None); dtypes as `sum`."""
    no_out(out, "cumprod")
    return _accumulate(_raw.Cumprod, a, axis, dtype)


def _cumulative(kernel, x, axis, dtype, include_initial, first):
    x = as_tensor(x)
    if len(static_shape(x)) == 0:
        x = _base.reshape(x, [1])
    ndim = len(static_shape(x))
    if axis is None:
        if ndim > 1:
            raise ValueError("For arrays which have more than one dimension ``axis`` argument is required.")
        axis = 0
    if isinstance(axis, tuple):
        if len(axis) != 1:
            raise ValueError("accumulate does not allow multiple axes")
        (axis,) = axis
    axis = _one_axis(axis, ndim)
    result = _accumulate(kernel, x, axis, dtype)
    if include_initial:
        pads = [[1 if i == axis else 0, 0] for i in range(ndim)]
        result = _raw.PadV2(input=result, paddings=pads, constant_values=scalar(first, result.dtype))
    return result


@device
def cumulative_sum(x, /, *, axis=None, dtype=None, out=None, include_initial=False):
    """Cumulative sum along an axis, which only a 1-d array may omit; `include_initial` puts a 0 in front."""
    no_out(out, "cumulative_sum")
    return _cumulative(_raw.Cumsum, x, axis, dtype, include_initial, 0)


@device
def cumulative_prod(x, /, *, axis=None, dtype=None, out=None, include_initial=False):
    """Cumulative product along an axis, which only a 1-d array may omit; `include_initial` puts a 1 in front."""
    no_out(out, "cumulative_prod")
    return _cumulative(_raw.Cumprod, x, axis, dtype, include_initial, 1)


# ----------------------------------------------------------------------------------------------------------------
# average


def _weights(weights, x, axis, axes):
    """Weights shaped to broadcast with `x`."""
    weights = as_tensor(weights)
    shape = static_shape(x)
    if static_shape(weights) == shape:
        return weights
    if axis is None:
        raise TypeError("Axis must be specified when shapes of a and weights differ.")
    given = axis if isinstance(axis, (tuple, list)) else (axis,)
    given = [normalize_axis(one, len(shape)) for one in given]
    if static_shape(weights) != tuple(shape[one] for one in given):
        raise ValueError("Shape of weights must be consistent with shape of a along specified axis.")
    weights = _base.transpose(weights, _np.argsort(given))
    return _base.reshape(weights, [n if i in axes else 1 for i, n in enumerate(shape)])


@device
def average(a, axis=None, weights=None, returned=False, *, keepdims=False):
    """Weighted mean over axes; with `returned` also the sum of the weights.

    float64 for integers. ZeroDivisionError where the weights sum to zero; TypeError and ValueError for weights that
    don't fit.
    """
    x = as_tensor(a)
    axes = _axes(axis, len(static_shape(x)), strict=True)
    keepdims = _flag(keepdims)
    if weights is None:
        result = mean(x, axis, keepdims=keepdims)
        if 0 in static_shape(result):
            raise ZeroDivisionError("division by zero")
        total = cast(as_tensor(_count(x, axes)), result.dtype)
    else:
        weights = _weights(weights, x, axis, axes)
        dtypes = [dtype_of(x), dtype_of(weights)]
        if x.dtype.is_integer or x.dtype is tf.bool:
            dtypes.append(default_float())
        dtype = result_dtype(*dtypes)
        total = _reduce_sum(tf.broadcast_to(cast(weights, dtype), shape_tensor(x)), axes, keepdims)
        if _some(tf.equal(total, scalar(0, dtype))):
            raise ZeroDivisionError("Weights sum to zero, can't be normalized")
        _symbolic.expect(tf.not_equal(total, scalar(0, dtype)), "weights that sum to zero")
        result = _reduce_sum(cast(x, dtype) * cast(weights, dtype), axes, keepdims) / total
    if not returned:
        return result
    return result, tf.identity(tf.broadcast_to(total, shape_tensor(result)))


# ------------------------------------------------------------------------------------------------- medians and
# quantiles


def _sorted(x):
    """`x` sorted along its last axis with NaN at the end, and where there is a NaN (None for dtypes without)."""
    if x.dtype is tf.bool:
        return cast(tf.sort(cast(x, tf.uint8)), tf.bool), None
    if not x.dtype.is_floating:
        return tf.sort(x), None
    strange = _symbolic.is_nan(x)
    # TensorFlow's sort loses its way among NaN.
    return tf.sort(_select(tf.logical_not(strange), x, math.inf)), strange


def _middle_mean(low, high, odd):
    """The mean of two order statistics, as NumPy's mean of the two; of an odd number it is one, which isn't doubled."""
    if low.dtype is tf.float16:
        return cast(_middle_mean(cast(low, tf.float32), cast(high, tf.float32), odd), tf.float16)
    if not (low.dtype.is_floating or low.dtype.is_complex):
        low, high = cast(low, default_float()), cast(high, default_float())
    mean_of_two = _divide(low + high, 2)
    return tf.where(odd, low, mean_of_two) if isinstance(odd, tf.Tensor) else (low if odd else mean_of_two)


_complex_nanmedian = host_function("numpy.nanmedian", _np.nanmedian, reason="complex numbers are sorted by NumPy")
_complex_median = host_function("numpy.median", _np.median, reason="complex numbers are sorted by NumPy")


def median(a, axis=None, out=None, overwrite_input=False, keepdims=False):
    """Median over axes: float64 for integers; NaN where there is one. Complex numbers are done on the host.

    An empty slice gives NaN and a RuntimeWarning.
    """
    no_out(out, "median")
    x = as_tensor(a)
    axes = _axes(axis, len(static_shape(x)), strict=True)
    if x.dtype.is_complex:
        return _complex_median(x, axis=axis, keepdims=_truth(keepdims))
    merged = _last(x, axes) if axes else tf.expand_dims(x, -1)
    count = static_shape(merged)[-1]
    if count == 0:
        return mean(x, axis, keepdims=keepdims)
    ordered, strange = _sorted(merged)
    if count is None:
        count = tf.shape(merged)[-1]
    middle = (tf.gather(ordered, index, axis=-1) for index in ((count - 1) // 2, count // 2))
    result = _middle_mean(*middle, count % 2 == 1)
    if strange is not None:
        result = _select(tf.logical_not(tf.reduce_any(strange, -1)), result, math.nan)
    return _keep(result, axes, _truth(keepdims))


median = device(median)


def _from_boundaries(index, towards_previous):
    previous = _np.floor(index)
    gamma = index - previous
    return _np.maximum(_np.where(towards_previous(gamma, previous), previous, previous + 1), 0).astype(_np.intp)


def _virtual(alpha, beta):
    return lambda n, q: n * q + (alpha + q * (1 - alpha - beta)) - 1


# Where in the sorted sample a quantile lies (Hyndman and Fan 1996).
_PLACES = {
    "inverted_cdf": lambda n, q: _from_boundaries(n * q - 1, lambda gamma, previous: gamma == 0),
    "averaged_inverted_cdf": lambda n, q: n * q - 1,
    "closest_observation": lambda n, q: _from_boundaries(
        n * q - 1 - 0.5, lambda gamma, previous: (gamma == 0) & (previous % 2 == 1)
    ),
    "interpolated_inverted_cdf": _virtual(0, 1),
    "hazen": _virtual(0.5, 0.5),
    "weibull": _virtual(0, 0),
    "linear": lambda n, q: (n - 1) * q,
    "median_unbiased": _virtual(1 / 3, 1 / 3),
    "normal_unbiased": _virtual(3 / 8, 3 / 8),
    "lower": lambda n, q: _np.floor((n - 1) * q).astype(_np.intp),
    "higher": lambda n, q: _np.ceil((n - 1) * q).astype(_np.intp),
    "midpoint": lambda n, q: 0.5 * (_np.floor((n - 1) * q) + _np.ceil((n - 1) * q)),
    "nearest": lambda n, q: _np.around((n - 1) * q).astype(_np.intp),
}
# Methods for which an integer place is an element, and nothing is interpolated.
_ELEMENTS = frozenset({"inverted_cdf", "closest_observation", "linear", "lower", "higher", "nearest"})
_GAMMAS = {
    "averaged_inverted_cdf": lambda gamma, place: _np.where(gamma == 0, 0.5, 1.0),
    "midpoint": lambda gamma, place: _np.where(place % 1 == 0, 0.0, 0.5),
}


def _lerp(low, high, gamma):
    """Between two order statistics; from the nearer end, as NumPy, so that the ends are met exactly."""
    step = cast(_raw.Sub(x=high, y=low), gamma.dtype)
    low, high = cast(low, gamma.dtype), cast(high, gamma.dtype)
    return tf.where(gamma >= 0.5, high - step * (1 - gamma), low + step * gamma)


def _interpolate(ordered, q, method, weak):
    """Quantiles `q` (host) of an array sorted along its last axis: the axes of `q` come last."""
    count = static_shape(ordered)[-1]
    place = _np.asanyarray(_PLACES[method](count, q))
    if place.dtype.kind in "iu" and method in _ELEMENTS:
        return tf.gather(ordered, place, axis=-1)
    low = _np.floor(place)
    high = low + 1
    above, below = (place >= count - 1) | _np.isnan(place), place < 0
    # As NumPy: beyond the ends both neighbours are the end; gamma is still taken from there.
    gamma = place - _np.where(above, -1, _np.where(below, 0, low))
    gamma = _GAMMAS.get(method, lambda gamma, place: gamma)(gamma, place).astype(place.dtype)
    low = _np.where(above, count - 1, _np.where(below, 0, low)).astype(_np.int64)
    high = _np.where(above, count - 1, _np.where(below, 0, high)).astype(_np.int64)
    if ordered.dtype is tf.bool:
        raise TypeError("numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor instead.")
    dtype = result_dtype(dtype_of(ordered), 0.0 if weak else gamma)
    at_low, at_high = (tf.gather(ordered, index, axis=-1) for index in (low, high))
    return _lerp(at_low, at_high, from_host(gamma.astype(dtype)))


def _interpolate_traced(ordered, q, dtype):
    """`linear` for quantiles that are known only when the graph runs."""
    last = tf.shape(ordered, out_type=tf.int64)[-1] - 1
    q = q if q.dtype.is_floating else cast(q, tf.float64)
    place = q * cast(last, q.dtype)  # in the dtype of the quantiles, as NumPy
    low = tf.clip_by_value(tf.floor(place), scalar(0, q.dtype), cast(tf.maximum(last - 1, 0), q.dtype))
    index = cast(low, tf.int64)
    at_low = tf.gather(ordered, index, axis=-1)
    at_high = tf.gather(ordered, tf.minimum(index + 1, last), axis=-1)
    return _lerp(at_low, at_high, cast(place - low, dtype))


_host_quantile = host_function("numpy.quantile", _np.quantile, reason="weights, and a few methods, are NumPy's")
_host_nanquantile = host_function(
    "numpy.nanquantile", _np.nanquantile, reason="weights, and all methods but linear, are NumPy's"
)


def _quantile_argument(q, scale, message):
    """`q` on the host divided by `scale`, or the traced tensor; and whether it is a weak Python number."""
    if isinstance(q, tf.Tensor) and not is_eager(q):
        _symbolic.expect((q >= scalar(0, q.dtype)) & (q <= scalar(scale, q.dtype)), message)
        return q / scale if scale != 1 else q, False
    weak = type(q) in (int, float)
    q = _np.asanyarray(host(q))
    inferred_dtype(q.dtype)  # of fractions: NumPy's
    q = _np.true_divide(q, scale, out=...) if scale != 1 else q
    if q.size and not (q.min() >= 0 and q.max() <= 1):
        raise ValueError(message)
    return q, weak


def _quantile(a, q, weak, axis, method, keepdims, weights):
    x = as_tensor(a)
    keepdims = _truth(keepdims)
    if x.dtype.is_complex:
        raise TypeError("a must be an array of real numbers")
    if weights is not None:
        return _host_quantile(x, q.item() if weak else q, axis=axis, method=method, keepdims=keepdims, weights=weights)
    if method not in _PLACES:
        raise ValueError(f"{method!r} is not a valid method. Use one of: {_PLACES.keys()}")
    axes = _axes(axis, len(static_shape(x)), strict=True)
    merged = _last(x, axes) if axes else tf.expand_dims(x, -1)
    if static_shape(merged)[-1] is None and not isinstance(q, tf.Tensor):
        kind = result_dtype(dtype_of(x), 0.0 if weak else q)
        q = tf.constant(q, kind if kind.kind == "f" else default_float())
    if static_shape(merged)[-1] == 0:
        return _host_quantile(x, q.item() if weak else q, axis=axis, method=method, keepdims=keepdims)
    if q.ndim > 2:
        raise ValueError("q must be a scalar or 1d")
    ordered, strange = _sorted(merged)
    if isinstance(q, tf.Tensor):
        if method != "linear":
            raise NotImplementedError(
                f"np.quantile with method={method!r} and quantiles known only when the graph runs"
            )
        result = _interpolate_traced(ordered, q, result_dtype(dtype_of(x), dtype_of(q)))
        ndim = len(static_shape(q))
    else:
        result, ndim = _interpolate(ordered, q, method, weak), q.ndim
    if strange is not None:
        lost = tf.reduce_any(strange, -1)
        for _ in range(ndim):
            lost = tf.expand_dims(lost, -1)
        result = _select(tf.logical_not(lost), result, math.nan)
    return _quantiles_first(result, ndim, axes, keepdims)


def _quantiles_first(result, ndim, axes, keepdims):
    total = len(static_shape(result))
    if ndim and total > ndim:
        result = _base.transpose(result, [*range(total - ndim, total), *range(total - ndim)])
    return _keep(result, axes, keepdims, offset=ndim)


@device
def quantile(a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=False, *, weights=None):
    """Quantiles over axes by any of NumPy's 13 methods; the axes of `q` come first. NaN where there is one.

    With `weights` on the host. ValueError for quantiles outside of [0, 1].
    """
    no_out(out, "quantile")
    q, weak = _quantile_argument(q, 1, "Quantiles must be in the range [0, 1]")
    return _quantile(a, q, weak, axis, method, keepdims, weights)


@device
def percentile(a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=False, *, weights=None):
    """Percentiles over axes: `quantile` of q / 100."""
    no_out(out, "percentile")
    q, weak = _quantile_argument(q, 100, "Percentiles must be in the range [0, 100]")
    return _quantile(a, q, weak, axis, method, keepdims, weights)


# -------------------------------------------------------------------------------------------------------------
# NaN-aware


def _without_nan(a, fill):
    """The array with `fill` for each NaN, and where they were (None for dtypes without)."""
    x = as_tensor(a)
    if not (x.dtype.is_floating or x.dtype.is_complex):
        return x, None
    strange = _not_a_number(x)
    return _select(tf.logical_not(strange), x, fill), strange


@device
def nansum(a, axis=None, dtype=None, out=None, keepdims=False, initial=_NoValue, where=True):
    """`sum` that counts NaN as 0."""
    return sum(_without_nan(a, 0)[0], axis, dtype, out, keepdims, initial, where)


@device
def nanprod(a, axis=None, dtype=None, out=None, keepdims=False, initial=_NoValue, where=True):
    """`prod` that counts NaN as 1."""
    return prod(_without_nan(a, 1)[0], axis, dtype, out, keepdims, initial, where)


@device
def nancumsum(a, axis=None, dtype=None, out=None):
    """`cumsum` that counts NaN as 0."""
    return cumsum(_without_nan(a, 0)[0], axis, dtype, out)


@device
def nancumprod(a, axis=None, dtype=None, out=None):
    """`cumprod` that counts NaN as 1."""
    return cumprod(_without_nan(a, 1)[0], axis, dtype, out)


def _nan_mask(x, strange, where):
    """The elements that take part."""
    present = tf.logical_not(strange)
    mask = _mask(x, where)
    return present if mask is None else tf.logical_and(present, mask)


def _inexact(dtype):
    if dtype is not None and not (tf_dtype(dtype).is_floating or tf_dtype(dtype).is_complex):
        raise TypeError("If a is inexact, then dtype must be inexact")


@device
def nanmean(a, axis=None, dtype=None, out=None, keepdims=False, *, where=True):
    """`mean` of the elements that aren't NaN; a slice without any gives NaN and a RuntimeWarning."""
    x, strange = _without_nan(a, 0)
    if strange is None:
        return mean(x, axis, dtype, out, keepdims, where=where)
    no_out(out, "nanmean")
    _inexact(dtype)
    axes = _axes(axis, len(static_shape(x)))
    mask = _nan_mask(x, strange, where)
    count = _count(x, axes, mask, _flag(keepdims))
    total = sum(x, axis, dtype, None, keepdims, where=where)
    if _some(tf.equal(count, 0)):
        _warn("Mean of empty slice")
    return _divide(total, count)


@device
def nanvar(
    a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, mean=_NoValue, correction=_NoValue
):
    """`var` of the elements that aren't NaN; NaN and a RuntimeWarning where too few are left."""
    x, strange = _without_nan(a, 0)
    if strange is None:
        return var(x, axis, dtype, out, ddof, keepdims, where=where, mean=mean, correction=correction)
    no_out(out, "nanvar")
    _inexact(dtype)
    ddof = _correction(ddof, correction)
    axes = _axes(axis, len(static_shape(x)))
    mask = _nan_mask(x, strange, where)
    if dtype is not None and x.dtype.is_complex and not tf_dtype(dtype).is_complex:
        if mean is _NoValue:  # NumPy leaves out the imaginary part of the mean, and of nothing else
            total = _reduce_sum(_select(mask, tf.math.real(x), 0), axes, True)
            mean = _divide(cast(total, dtype), _count(x, axes, mask, True))
    elif dtype is not None:
        x = cast(x, dtype)
    count = _count(x, axes, mask, _flag(keepdims))
    squares = _square(_deviations(x, axes, mask, mean))
    total = _reduce_sum(_select(mask, squares, 0), axes, _flag(keepdims))
    few = _few(count, ddof)
    if _some(few):
        _warn("Degrees of freedom <= 0 for slice.")
    result = _raw.RealDiv(x=total, y=_degrees(count, ddof, total.dtype))
    return cast(_select(tf.logical_not(few), result, math.nan), result.dtype if dtype is None else dtype)


@device
def nanstd(
    a, axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, mean=_NoValue, correction=_NoValue
):
    """Square root of `nanvar`."""
    no_out(out, "nanstd")
    return _root(nanvar(a, axis, dtype, None, ddof, keepdims, where=where, mean=mean, correction=correction))


def _nan_extreme(a, axis, out, keepdims, initial, where, largest, name):
    no_out(out, name)
    x = as_tensor(a)
    if not (x.dtype.is_floating or x.dtype.is_complex):
        return _extreme_function(x, axis, out, keepdims, initial, where, largest, name)
    axes = _axes(axis, len(static_shape(x)))
    strange = _not_a_number(x)
    fill = _lowest(x.dtype, largest)
    fill = complex(fill, fill) if x.dtype.is_complex else fill
    initial = _NoValue if initial is None else initial
    clean = _select(tf.logical_not(strange), x, fill)
    if initial is not _NoValue and is_eager(initial) and _np.isnan(host(initial)):
        given, initial = _NoValue, fill  # a NaN to begin with is passed over as well
        if (mask := _mask(x, where)) is not None:
            strange = tf.logical_or(strange, tf.logical_not(mask))
    else:
        given = initial
    try:
        result = _extreme_function(clean, axis, None, keepdims, initial, where, largest, name)
    except ValueError as error:
        raise ValueError(str(error).replace("maximum", "fmax").replace("minimum", "fmin")) from None
    if given is not _NoValue:
        return result
    empty = _raw.All(input=strange, axis=_axes_tensor(axes), keep_dims=_flag(keepdims))
    if _some(empty):
        _warn("All-NaN slice encountered")
    return _select(tf.logical_not(empty), result, math.nan)


@device
def nanmax(a, axis=None, out=None, keepdims=False, initial=_NoValue, where=True):
    """`max` of the elements that aren't NaN; a slice of NaN gives NaN and a RuntimeWarning."""
    return _nan_extreme(a, axis, out, keepdims, initial, where, True, "nanmax")


@device
def nanmin(a, axis=None, out=None, keepdims=False, initial=_NoValue, where=True):
    """`min` of the elements that aren't NaN; a slice of NaN gives NaN and a RuntimeWarning."""
    return _nan_extreme(a, axis, out, keepdims, initial, where, False, "nanmin")


def _nan_arg(a, axis, out, keepdims, largest, name):
    no_out(out, name)
    x = as_tensor(a)
    fill = _lowest(x.dtype, largest)
    x, strange = _without_nan(x, complex(fill, 0) if x.dtype.is_complex else fill)
    if strange is not None and 0 not in static_shape(x):
        nothing = tf.reduce_all(strange, _axes(axis, len(static_shape(x))))
        if _some(nothing):
            raise ValueError("All-NaN slice encountered")
        _symbolic.expect(tf.logical_not(nothing), "a slice with a number in it")
    return _arg_function(x, axis, keepdims, largest)


@device
def nanargmax(a, axis=None, out=None, *, keepdims=False):
    """`argmax` that passes over NaN; ValueError for a slice of nothing else."""
    return _nan_arg(a, axis, out, keepdims, True, "nanargmax")


@device
def nanargmin(a, axis=None, out=None, *, keepdims=False):
    """`argmin` that passes over NaN; ValueError for a slice of nothing else."""
    return _nan_arg(a, axis, out, keepdims, False, "nanargmin")


def _at(ordered, index):
    """The element of each row at its own index."""
    index = tf.maximum(index, 0)
    picked = tf.gather(ordered, tf.expand_dims(index, -1), axis=-1, batch_dims=len(static_shape(index)))
    return tf.squeeze(picked, -1)


def _present(x, axes):
    """The slices sorted with NaN at the end, and how many elements of each are not NaN."""
    merged = _last(x, axes) if axes else tf.expand_dims(x, -1)
    ordered, strange = _sorted(merged)
    count = tf.reduce_sum(tf.cast(tf.logical_not(strange), tf.int64), -1)
    if _some(tf.equal(count, 0)):
        _warn("All-NaN slice encountered")
    return ordered, count


@device
def nanmedian(a, axis=None, out=None, overwrite_input=False, keepdims=False):
    """`median` of the elements that aren't NaN; a slice of NaN gives NaN and a RuntimeWarning.

    Complex numbers as `median`.
    """
    no_out(out, "nanmedian")
    x = as_tensor(a)
    if 0 in static_shape(x):
        return nanmean(x, axis, keepdims=keepdims)
    if x.dtype.is_complex:
        return _complex_nanmedian(x, axis=axis, keepdims=_truth(keepdims))
    if not x.dtype.is_floating:
        return median(x, axis, keepdims=keepdims)
    axes = _axes(axis, len(static_shape(x)), strict=True)
    ordered, count = _present(x, axes)
    result = _middle_mean(_at(ordered, (count - 1) // 2), _at(ordered, count // 2), count % 2 == 1)
    return _keep(_select(count > 0, result, math.nan), axes, _truth(keepdims))


def _nanquantile(a, q, weak, axis, method, keepdims, weights):
    x = as_tensor(a)
    if x.dtype.is_complex:
        raise TypeError("a must be an array of real numbers")
    if 0 in static_shape(x):
        return nanmean(x, axis, keepdims=keepdims)
    if not x.dtype.is_floating:
        return _quantile(x, q, weak, axis, method, keepdims, weights)
    if weights is not None or method != "linear" or isinstance(q, tf.Tensor) or q.dtype.kind == "c":
        return _host_nanquantile(
            x, q.item() if weak else q, axis=axis, method=method, keepdims=_truth(keepdims), weights=weights
        )
    axes = _axes(axis, len(static_shape(x)), strict=True)
    # Between whole quantiles nothing is interpolated, and the dtype stays.
    dtype = dtype_of(x) if q.dtype.kind in "iu" else result_dtype(dtype_of(x), 0.0 if weak else q)
    kind = tf_dtype(q.dtype if q.dtype.kind == "f" else _np.float64)
    ordered, count = _present(x, axes)
    results = []
    for one in q.ravel():
        place = cast(count - 1, kind) * scalar(float(one), kind)
        low = tf.floor(place)
        index = cast(low, tf.int64)
        at_high = _at(ordered, tf.minimum(index + 1, tf.maximum(count - 1, 0)))
        value = _lerp(_at(ordered, index), at_high, cast(place - low, dtype))
        results.append(_select(count > 0, value, math.nan))
    shape = static_shape(count)
    made = [*q.shape, *shape]
    result = _base.reshape(tf.stack(results), made) if results else tf.zeros(made, tf_dtype(dtype))
    return _keep(result, axes, _truth(keepdims), offset=q.ndim)


@device
def nanquantile(a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=False, *, weights=None):
    """`quantile` of the elements that aren't NaN. Methods other than linear, and weights, on the host."""
    no_out(out, "nanquantile")
    q, weak = _quantile_argument(q, 1, "Quantiles must be in the range [0, 1]")
    return _nanquantile(a, q, weak, axis, method, keepdims, weights)


@device
def nanpercentile(a, q, axis=None, out=None, overwrite_input=False, method="linear", keepdims=False, *, weights=None):
    """`percentile` of the elements that aren't NaN. Methods other than linear, and weights, on the host."""
    no_out(out, "nanpercentile")
    q, weak = _quantile_argument(q, 100, "Percentiles must be in the range [0, 100]")
    return _nanquantile(a, q, weak, axis, method, keepdims, weights)
