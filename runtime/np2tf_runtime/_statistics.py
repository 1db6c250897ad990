"""Statistics and signals: covariance, histograms, counts, convolution, differences, integrals, windows."""

from __future__ import annotations

import functools
import operator
import warnings

import numpy as _np
import tensorflow as tf
from numpy._globals import _NoValue
from tensorflow.python.ops import nn_ops as _nn_ops

from . import _base, _exact, _symbolic
from ._base import (
    HostValueError,
    UnsupportedFeatureError,
    as_tensor,
    cast,
    device,
    dtype_of,
    holds_tensor,
    host,
    host_function,
    is_eager,
    is_weak,
    normalize_axes,
    normalize_axis,
    promote,
    result_dtype,
    scalar,
    static_shape,
)
from ._linear_products import _matrix_product
from ._reductions import _reduce_sum, _select, _some
from ._ufuncs import _untransposed

__all__ = [
    "bartlett",
    "bincount",
    "blackman",
    "convolve",
    "corrcoef",
    "correlate",
    "cov",
    "cross",
    "diff",
    "gradient",
    "hamming",
    "hanning",
    "histogram",
    "histogram2d",
    "histogram_bin_edges",
    "histogramdd",
    "kaiser",
    "trapezoid",
]

_raw = tf.raw_ops
_BOOLEAN_SUBTRACT = (
    "numpy boolean subtract, the `-` operator, is not supported, use the bitwise_xor, the `^` "
    "operator, or the logical_xor function "
    "instead."
)


# ------------------------------------------------------------------------------------------------------------
# covariance


def _rows(a, dtype, rowvar):
    """Variables in rows, at least 2-d."""
    x = cast(as_tensor(a), dtype)
    ndim = len(static_shape(x))
    if ndim < 2:
        return _base.reshape(x, [1, -1])
    return x if rowvar else _base.transpose(x)


def _sample_weights(weights, count, name):
    weights = cast(as_tensor(weights), tf.float64)
    if len(static_shape(weights)) > 1:
        raise RuntimeError(f"cannot handle multidimensional {name}")
    if static_shape(weights) != (count,):
        raise RuntimeError(f"incompatible numbers of samples and {name}")
    negative = tf.less(weights, scalar(0, tf.float64))
    if _some(negative):
        raise ValueError(f"{name} cannot be negative")
    _symbolic.expect(tf.logical_not(negative), f"{name} that are negative")
    return weights


@device
def cov(m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None, *, dtype=None):
    """Covariance matrix of variables in rows (or columns), at least float64; 0-d for one variable.

    RuntimeWarning where no degrees of freedom are left.
    """
    if ddof is not None and ddof != int(ddof):
        raise ValueError("ddof must be integer")
    m = as_tensor(m)
    if len(static_shape(m)) > 2:
        raise ValueError("m has more than 2 dimensions")
    y = None if y is None else as_tensor(y)
    _symbolic.need_lengths("np.cov", m, *([] if y is None else [y]))
    if y is not None and len(static_shape(y)) > 2:
        raise ValueError("y has more than 2 dimensions")
    if dtype is None:
        dtype = _np.result_type(dtype_of(m), _np.float64, *([] if y is None else [dtype_of(y)]))
    x = _rows(m, dtype, rowvar)
    if static_shape(x)[0] == 0:
        return tf.zeros([0, 0], tf.float64)
    if y is not None:
        other = _rows(y, dtype, True)
        x = tf.concat([x, other if rowvar or static_shape(other)[0] == 1 else _base.transpose(other)], 0)
    ddof = (0 if bias else 1) if ddof is None else ddof
    count = static_shape(x)[1]
    if count is None:
        count = tf.shape(x, out_type=tf.int64)[1]
    weights, in_columns = None, False
    if fweights is not None:
        weights = _sample_weights(fweights, count, "fweights")
        broken = tf.not_equal(weights, tf.round(weights))
        if _some(broken):
            raise TypeError("fweights must be integer")
        _symbolic.expect(tf.logical_not(broken), "fweights that are no integers")
    if aweights is not None:
        analytic = _sample_weights(aweights, count, "aweights")
        weights = analytic if weights is None else weights * analytic
    if weights is None:
        divisor = scalar(count, x.dtype) if isinstance(count, int) else cast(count, x.dtype)
        if _symbolic.trace.host_products:  # the library takes columns as well, and the turned matrix is not made
            x, in_columns = _untransposed(x)
        mean = _reduce_sum(x, (0 if in_columns else 1,), True) / divisor
        factor = count - ddof
    else:
        total = tf.reduce_sum(weights)
        nothing = tf.equal(total, scalar(0, tf.float64))
        if _some(nothing):
            raise ZeroDivisionError("Weights sum to zero, can't be normalized")
        _symbolic.expect(tf.logical_not(nothing), "weights that sum to zero")
        mean = _reduce_sum(x * cast(weights, x.dtype), (1,), True) / cast(total, x.dtype)
        factor = total
        if ddof != 0:
            lost = scalar(ddof, tf.float64)
            factor = total - (lost if aweights is None else lost * tf.reduce_sum(weights * analytic) / total)
    if _some(factor <= 0):
        warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=3)
        factor = 0
    elif not isinstance(factor, int):
        _symbolic.expect(tf.greater(factor, scalar(0, factor.dtype)), "no degrees of freedom")
    x = _raw.Sub(x=x, y=mean)
    right = x if weights is None else x * cast(weights, x.dtype)
    right = tf.math.conj(right) if x.dtype.is_complex else right
    product = _matrix_product(*((_base.transpose(x), right) if in_columns else (x, _base.transpose(right))))
    divisor = scalar(factor, x.dtype) if isinstance(factor, int) else cast(factor, x.dtype)
    result = product * (scalar(1, x.dtype) / divisor)
    return tf.squeeze(result)


@device
def corrcoef(x, y=None, rowvar=True, *, dtype=None):
    """Correlation coefficients: the covariance matrix scaled to a diagonal of 1, clipped to [-1, 1]."""
    c = cov(x, y, rowvar, dtype=dtype)
    if len(static_shape(c)) == 0:
        return c / c
    deviation = tf.sqrt(tf.math.real(tf.linalg.diag_part(c)))
    c = c / cast(tf.expand_dims(deviation, 1), c.dtype) / cast(tf.expand_dims(deviation, 0), c.dtype)
    one = scalar(1, deviation.dtype)
    if c.dtype.is_complex:
        return tf.complex(tf.clip_by_value(tf.math.real(c), -one, one), tf.clip_by_value(tf.math.imag(c), -one, one))
    return tf.clip_by_value(c, -one, one)


# ------------------------------------------------------------------------------------------------------------
# histograms


def _counts(indices, weights, length):
    """Weights (or ones) summed by index."""
    if weights is None:
        ones = tf.ones_like(indices, tf.int64)
        return tf.math.unsorted_segment_sum(ones, indices, length)
    return tf.math.unsorted_segment_sum(weights, indices, length)


@device
def bincount(x, /, weights=None, minlength=0):
    """How often each non-negative integer occurs, int64; or the sums of `weights`, float64.

    ValueError for negative elements and for other ranks than 1, TypeError for elements that aren't integers.
    """
    values = as_tensor(x)
    if len(static_shape(values)) != 1:
        depth = "small" if len(static_shape(values)) == 0 else "deep"
        raise ValueError(f"object too {'of small depth' if depth == 'small' else 'deep'} for desired array")
    minlength = operator.index(minlength)
    if minlength < 0:
        raise ValueError("'minlength' must not be negative")
    empty = static_shape(values)[0] == 0
    if hasattr(x, "dtype") and not (values.dtype.is_integer or values.dtype is tf.bool):
        raise TypeError(
            f"Cannot cast array data from dtype('{dtype_of(values)}') to dtype('int64') according to the rule 'safe'"
        )
    values = cast(values, tf.int64)
    if weights is not None:
        weights = as_tensor(weights)
        if not _np.can_cast(dtype_of(weights), _np.float64, "safe"):
            raise TypeError(
                f"Cannot cast array data from dtype('{dtype_of(weights)}') to dtype('float64') "
                f"according to the rule 'safe'"
            )
        if static_shape(weights) != static_shape(values):
            raise ValueError("The weights and list don't have the same length.")
        weights = cast(weights, tf.float64)
    if empty:
        return tf.zeros([minlength], tf.int64 if weights is None else tf.float64)
    if is_eager(values):
        array = host(values)
        if array.min() < 0:
            raise ValueError("'list' argument must have no negative elements")
        length = max(int(array.max()) + 1, minlength)
    else:
        _symbolic.expect(values >= 0, "a negative element")
        length = tf.maximum(tf.reduce_max(values) + 1, minlength)
    return _counts(values, weights, length)


_bin_edges = host_function(
    "numpy.histogram_bin_edges", reason="edges are small, and estimators of their number read all the data"
)


_host_histogram = host_function("numpy.histogram", reason="complex numbers are compared by NumPy")


@device
def histogram_bin_edges(a, bins=10, range=None, weights=None):
    """Edges of the bins that `histogram` would use."""
    return _edges(as_tensor(a), bins, range, weights)


def _edges(x, bins, limits, weights):
    ordinary = not isinstance(bins, str) and not holds_tensor(bins) and _np.ndim(bins) == 0 and not x.dtype.is_complex
    if not ordinary or (limits is None and is_eager(x) and 0 in static_shape(x)):
        return _bin_edges(x, bins=bins, range=limits, weights=weights)
    if x.dtype is tf.bool:
        warnings.warn("Converting input from bool to uint8 for compatibility.", RuntimeWarning, stacklevel=4)
        x = cast(x, tf.uint8)
    if limits is not None and not holds_tensor(limits):
        return _bin_edges(_np.empty(0, dtype_of(x)), bins=bins, range=limits)
    if limits is None:
        first, last = tf.reduce_min(x), tf.reduce_max(x)
    else:
        first, last = promote(*limits)
    if is_eager(x) and is_eager(first):
        # Two numbers decide the edges.
        if limits is not None:
            given = tuple(host(limit)[()] if isinstance(limit, tf.Tensor) else limit for limit in limits)
            return _bin_edges(_np.empty(0, dtype_of(x)), bins=bins, range=given)
        return _bin_edges(_np.array([host(first)[()], host(last)[()]]), bins=bins)
    kind = result_dtype(x, *(limits or ()))
    dtype = tf.float64 if first.dtype.is_integer else first.dtype
    first, last = cast(first, dtype), cast(last, dtype)
    _symbolic.expect(_symbolic.is_finite(last - first) & (first <= last), "a range of a histogram that isn't one")
    flat = tf.equal(first, last)
    half = scalar(0.5, dtype)
    first, last = tf.where(flat, first - half, first), tf.where(flat, last + half, last)
    bins = operator.index(bins)
    step = (last - first) / _exact.divisor(scalar(bins, dtype))
    inner = tf.cast(tf.range(bins), dtype) * step + first
    return cast(tf.concat([inner, tf.reshape(last, [1])], 0), kind if kind.kind == "f" else _np.float64)


def _index_in_bins(ends, data):
    return tf.searchsorted(ends, data, side="right", out_type=tf.int64) - 1


def _index_in_equal_bins(ends, data):
    """The bin of each element, for bins of one width: computed, and then put right by the edges, as NumPy does."""
    count = static_shape(ends)[0] - 1
    last = scalar(count - 1, tf.int32)
    first, width = tf.gather(ends, 0), tf.gather(ends, count) - tf.gather(ends, 0)
    place = (data - first) / width * scalar(count, data.dtype)
    place = tf.where(_symbolic.is_finite(place), place, tf.zeros_like(place))  # these are outside of all bins
    limit = scalar(count - 1, data.dtype)
    index = tf.cast(tf.clip_by_value(place, tf.zeros_like(limit), limit), tf.int32)
    index = tf.where(data < tf.gather(ends, index), tf.maximum(index - 1, 0), index)
    index = tf.where(data >= tf.gather(ends, index + 1), tf.minimum(index + 1, last), index)
    return tf.cast(index, tf.int64)


@device
def histogram(a, bins=10, range=None, density=None, weights=None):
    """Counts (int64; with `weights` their sums) and edges of bins, the last one closed.

    `bins` is an int, edges, or the name of one of NumPy's estimators. ValueError for edges that don't increase and
    for ranges that aren't finite.
    """
    x = as_tensor(a)
    if x.dtype.is_complex:
        return _host_histogram(x, bins=bins, range=range, density=density, weights=weights)
    if weights is not None:
        weights = as_tensor(weights)
        if static_shape(weights) != static_shape(x):
            raise ValueError("weights should have the same shape as a.")
        weights = _base.reshape(weights, [-1])
    x = _base.reshape(x, [-1])
    edges = _edges(x, bins, range, weights)
    count = static_shape(edges)[0] - 1
    data, ends = promote(cast(x, tf.uint8) if x.dtype is tf.bool else x, edges)
    uniform = isinstance(bins, int) and not isinstance(bins, bool) and data.dtype in (tf.float32, tf.float64)
    index = (_index_in_equal_bins if uniform and count else _index_in_bins)(ends, data)
    inside = tf.logical_and(data >= ends[0], data <= ends[-1]) if count >= 0 else tf.zeros_like(data, tf.bool)
    # Beyond the last bin there is one more, for what lies outside.
    index = tf.where(inside, tf.minimum(index, count - 1), count)
    of_bool = weights is not None and weights.dtype is tf.bool
    if of_bool and not isinstance(bins, str) and _base.rank(as_tensor(bins)):
        raise HostValueError("bools summed", "NT604", "use weights of numbers")
    counts = _counts(index, cast(weights, tf.int64) if of_bool else weights, count + 1)[:count]
    if of_bool:
        counts = cast(counts, tf.bool)
    if density:
        widths = cast(ends[1:] - ends[:-1], tf.float64)
        counts = cast(counts, result_dtype(dtype_of(counts), _np.float64))
        counts = counts / cast(widths, counts.dtype) / tf.reduce_sum(counts)
    return counts, edges


_SEVERAL = "samples of several dimensions are binned by NumPy"
histogram2d = host_function("numpy.histogram2d", reason=_SEVERAL)
histogramdd = host_function("numpy.histogramdd", reason=_SEVERAL)


# -------------------------------------------------------------------------------------------------- sliding products

_MODES = {"valid": 0, "same": 1, "full": 2}
_LARGEST_FRAME = 1 << 22


def _mode(mode):
    if isinstance(mode, str):
        if mode not in _MODES:
            raise ValueError(f"mode must be one of 'valid', 'same', or 'full' (got '{mode}')")
        return mode
    names = {number: name for name, number in _MODES.items()}
    if operator.index(mode) not in names:
        raise ValueError(f"integer mode must be 0 (valid), 1 (same) or 2 (full), not {mode}")
    return names[operator.index(mode)]


def _all_finite(x):
    """Whether there is no infinity and no NaN. np.jit requires it; what TensorFlow traces itself goes unchecked."""
    parts = (tf.math.real(x), tf.math.imag(x)) if x.dtype.is_complex else (x,)
    finite = functools.reduce(tf.logical_and, [tf.reduce_all(_symbolic.is_finite(part)) for part in parts])
    if is_eager(finite):
        return bool(finite)
    _symbolic.expect(finite, "an infinity or NaN in the shorter of two vectors")
    return True


def _slide(x, kernel, mode):
    """sum_k x[i + k] * kernel[k] for the shifts of the mode; `x` is not the shorter one."""
    n, m = static_shape(x)[0], static_shape(kernel)[0]
    left = {"valid": 0, "same": m // 2, "full": m - 1}[mode]
    right = {"valid": 0, "same": m - m // 2 - 1, "full": m - 1}[mode]
    if x.dtype is tf.bool:
        return cast(_slide(cast(x, tf.int64), cast(kernel, tf.int64), mode), tf.bool)
    padded = tf.pad(x, [[left, right]])
    length = n + left + right - m + 1
    beside = (left or right) and not x.dtype.is_integer and not _all_finite(kernel)  # 0 times infinity is NaN
    if x.dtype in (tf.float32, tf.float64) and not beside:
        found = _nn_ops.conv1d_v2(_base.reshape(padded, [1, -1, 1]), _base.reshape(kernel, [-1, 1, 1]), 1, "VALID")
        return _base.reshape(found, [length])
    # TensorFlow convolves floats only: rows of windows, as many at a time as fit.
    rows = max(_LARGEST_FRAME // m, 1)
    parts = []
    for start in range(0, length, rows):
        shifts = _np.arange(start, min(start + rows, length))[:, None] + _np.arange(m)
        windows = tf.gather(padded, shifts)
        if beside:
            inside = (left <= shifts) & (shifts < left + n)
            parts.append(_reduce_sum(_select(inside, windows * kernel, 0), (1,), False))
            continue
        parts.append(_base.reshape(_matrix_product(windows, tf.expand_dims(kernel, 1)), [-1]))
    return parts[0] if len(parts) == 1 else tf.concat(parts, 0)


def _vectors(a, v, ndmin):
    x, y = as_tensor(a), as_tensor(v)
    if min(len(static_shape(x)), len(static_shape(y))) < ndmin:
        raise ValueError("object of too small depth for desired array")
    x, y = promote(x, y)
    for one, name in ((x, "a"), (y, "v")):
        if len(static_shape(one)) > 1:
            raise ValueError("object too deep for desired array")
        if static_shape(one) == (0,):
            raise ValueError(f"{name} cannot be empty")
        if static_shape(one) == (None,):
            raise UnsupportedFeatureError(
                f"a convolution with a vector `{name}` of unknown length",
                "NT604",
                "state the length with tf.ensure_shape",
            )
    return _base.reshape(x, [-1]), _base.reshape(y, [-1])


@device
def correlate(a, v, mode="valid"):
    """Cross-correlation of two vectors: sum_k a[n + k] * conj(v[k]), in the common dtype.

    Modes "valid", "same", "full". ValueError for empty vectors.
    """
    mode = _mode(mode)
    x, y = _vectors(a, v, 1)
    y = tf.math.conj(y) if y.dtype.is_complex else y
    if static_shape(x)[0] >= static_shape(y)[0]:
        return _slide(x, y, mode)
    return tf.reverse(_slide(y, x, mode), [0])


@device
def convolve(a, v, mode="full"):
    """Convolution of two vectors, in the common dtype; modes "full", "same", "valid". ValueError for empty vectors."""
    mode = _mode(mode)
    x, y = _vectors(a, v, 0)
    if static_shape(y)[0] > static_shape(x)[0]:
        x, y = y, x
    return _slide(x, tf.reverse(y, [0]), mode)


# ---------------------------------------------------------------------------------------------- differences and
# integrals


def _part(x, axis, start, stop):
    """x[start:stop] along one axis."""
    return x[tuple(slice(start, stop) if i == axis else slice(None) for i in range(axis + 1))]


def _subtract(x, y):
    return tf.not_equal(x, y) if x.dtype is tf.bool else _raw.Sub(x=x, y=y)


def _attached(value, x, axis):
    value = as_tensor(value)
    if len(static_shape(value)) == 0:
        shape = list(static_shape(x))
        shape[axis] = 1
        value = tf.broadcast_to(value, shape)
    return value


@device
def diff(a, n=1, axis=-1, prepend=_NoValue, append=_NoValue):
    """n-th differences along an axis, in the dtype of `a` (unsigned ones wrap, bool gives "differs").

    n=0 returns `a`. ValueError for a negative n and for 0-d arrays.
    """
    if n == 0:
        return a
    if n < 0:
        raise ValueError("order must be non-negative but got " + repr(n))
    x = as_tensor(a)
    ndim = len(static_shape(x))
    if ndim == 0:
        raise ValueError("diff requires input that is at least one dimensional")
    axis = normalize_axis(axis, ndim)
    parts = [x]
    if prepend is not _NoValue:
        parts.insert(0, _attached(prepend, x, axis))
    if append is not _NoValue:
        parts.append(_attached(append, x, axis))
    if len(parts) > 1:
        x = tf.concat(promote(*parts), axis)
    for _ in range(n):
        x = _subtract(_part(x, axis, 1, None), _part(x, axis, None, -1))
    return x


@device
def trapezoid(y, x=None, dx=1.0, axis=-1):
    """Integral along an axis by the trapezoidal rule, over the points `x` or in steps of `dx`."""
    y = as_tensor(y)
    ndim = len(static_shape(y))
    axis = normalize_axis(axis, ndim)
    if x is None:
        step = dx if is_weak(dx) else as_tensor(dx)
    else:
        x = as_tensor(x)
        if len(static_shape(x)) == 1:
            step = diff(x)
            step = _base.reshape(step, [-1 if i == axis else 1 for i in range(ndim)])
        else:
            step = diff(x, axis=axis)
    right, left = _part(y, axis, 1, None), _part(y, axis, None, -1)
    both = tf.logical_or(right, left) if y.dtype is tf.bool else _raw.AddV2(x=right, y=left)
    step, both = promote(step, both)
    product = _raw.Mul(x=step, y=both) if both.dtype is not tf.bool else tf.logical_and(step, both)
    product = cast(product, result_dtype(dtype_of(product), 1.0))
    product = product / scalar(2, product.dtype)
    return _reduce_sum(product, (len(static_shape(product)) - ndim + axis,), False)


def _spacings(varargs, shape, axes):
    """One spacing per axis: a 0-d tensor or number, or the 1-d differences of coordinates."""
    if not varargs:
        return [1.0] * len(axes)
    if len(varargs) == 1 and _np.ndim(varargs[0]) == 0:
        return list(varargs) * len(axes)
    if len(varargs) != len(axes):
        raise TypeError("invalid number of arguments")
    found = []
    for given, axis in zip(varargs, axes, strict=False):
        if is_weak(given):
            found.append(given)
            continue
        given = as_tensor(given)
        ndim = len(static_shape(given))
        if ndim > 1:
            raise ValueError("distances must be either scalars or 1d")
        if ndim == 1:
            if static_shape(given)[0] != shape[axis]:
                raise ValueError("when 1d, distances must match the length of the corresponding dimension")
            if given.dtype.is_integer:
                given = cast(given, tf.float64)
            given = diff(given)
            if is_eager(given) and static_shape(given)[0] and bool((host(given) == host(given)[0]).all()):
                given = given[0]
        found.append(given)
    return found


def _along(values, axis, ndim):
    return _base.reshape(values, [-1 if i == axis else 1 for i in range(ndim)])


def _weighted(parts, factors):
    total = None
    for part, factor in zip(parts, factors, strict=False):
        term = part * factor
        total = term if total is None else total + term
    return total


def _gradient_along(x, step, axis, edge_order):
    ndim = len(static_shape(x))
    uniform = is_weak(step) or len(static_shape(as_tensor(step))) == 0
    if type(step) in (int, float):
        step = scalar(float(step), x.dtype)
    step, x = promote(step, x)

    def at(index):
        return _part(x, axis, index, index + 1 or None)

    before, here, after = _part(x, axis, None, -2), _part(x, axis, 1, -1), _part(x, axis, 2, None)
    two = scalar(2, step.dtype)
    if uniform:
        inside = (after - before) / (two * step)
        first = last = step
    else:
        left, right = step[:-1], step[1:]
        factors = (-right / (left * (left + right)), (right - left) / (left * right), left / (right * (left + right)))
        inside = _weighted((before, here, after), [_along(factor, axis, ndim) for factor in factors])
        first, last = step[0], step[-1]
    if edge_order == 1:
        start = (at(1) - at(0)) / first
        end = (at(-1) - at(-2)) / last
        return tf.concat([start, inside, end], axis)
    if uniform:
        half = scalar(0.5, step.dtype)
        start_factors = (-(half + half + half) / step, two / step, -half / step)
        end_factors = (half / step, -two / step, (half + half + half) / step)
    else:
        d1, d2 = step[0], step[1]
        start_factors = (-(two * d1 + d2) / (d1 * (d1 + d2)), (d1 + d2) / (d1 * d2), -d1 / (d2 * (d1 + d2)))
        d1, d2 = step[-2], step[-1]
        end_factors = (d2 / (d1 * (d1 + d2)), -(d2 + d1) / (d1 * d2), (two * d2 + d1) / (d2 * (d1 + d2)))
    start = _weighted((at(0), at(1), at(2)), start_factors)
    end = _weighted((at(-3), at(-2), at(-1)), end_factors)
    return tf.concat([start, inside, end], axis)


@device
def gradient(f, *varargs, axis=None, edge_order=1):
    """Second-order central differences, one-sided at the ends: a tensor for one axis, else a tuple of tensors.

    Spacings are numbers or coordinates per axis. float64 for integers. ValueError for axes that are too short.
    """
    x = as_tensor(f)
    _symbolic.need_lengths("np.gradient", x)
    shape = static_shape(x)
    axes = normalize_axes(None, len(shape)) if axis is None else _axis_tuple(axis, len(shape))
    spacings = _spacings(varargs, shape, axes)
    if edge_order > 2:
        raise ValueError("'edge_order' greater than 2 not supported")
    result_type = x.dtype if x.dtype.is_floating or x.dtype.is_complex else tf.float64
    if x.dtype is tf.bool:
        raise TypeError(_BOOLEAN_SUBTRACT)
    x = cast(x, result_type)
    found = []
    for one, step in zip(axes, spacings, strict=False):
        if shape[one] is not None and shape[one] < edge_order + 1:
            raise ValueError(
                "Shape of array too small to calculate a numerical gradient, at least (edge_order + "
                "1) elements are required."
            )
        found.append(cast(_gradient_along(x, step, one, edge_order), result_type))
    return found[0] if len(found) == 1 else tuple(found)


def _axis_tuple(axis, ndim):
    """Axes in the order given."""
    axes = tuple(normalize_axis(one, ndim) for one in (axis if isinstance(axis, (tuple, list)) else (axis,)))
    if len(set(axes)) != len(axes):
        raise ValueError("repeated axis")
    return axes


@device
def cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """Cross products of vectors of length 3 (or 2, deprecated by NumPy) along an axis, in the common dtype.

    ValueError for other lengths.
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    x, y = promote(a, b)
    if x.dtype is tf.bool:
        raise TypeError(_BOOLEAN_SUBTRACT)
    if len(static_shape(x)) < 1 or len(static_shape(y)) < 1:
        raise ValueError("At least one array has zero dimension")
    axisa, axisb = normalize_axis(axisa, len(static_shape(x))), normalize_axis(axisb, len(static_shape(y)))
    lengths = static_shape(x)[axisa], static_shape(y)[axisb]
    if lengths[0] not in (2, 3) or lengths[1] not in (2, 3):
        raise ValueError(
            f"Both input arrays must be (arrays of) 3-dimensional vectors, but they are {lengths[0]} and {lengths[1]} "
            "dimensional instead."
        )
    if 2 in lengths:
        warnings.warn(
            "Arrays of 2-dimensional vectors are deprecated. Use arrays of 3-dimensional vectors "
            "instead. (deprecated in NumPy 2.0)",
            DeprecationWarning,
            stacklevel=3,
        )
    x, y = tf.unstack(x, axis=axisa), tf.unstack(y, axis=axisb)

    def minus(i, j, k, m):
        return _subtract(x[i] * y[j], x[k] * y[m])

    if lengths == (2, 2):
        return minus(0, 1, 1, 0)
    if 2 in lengths:
        # The missing third component is 0.
        zero = tf.zeros_like(x[0] if lengths[0] == 2 else y[0])
        (x if lengths[0] == 2 else y).append(zero)
    parts = [minus(1, 2, 2, 1), minus(2, 0, 0, 2), minus(0, 1, 1, 0)]
    return tf.stack(parts, axis=normalize_axis(axisc, len(static_shape(parts[0])) + 1))


# ---------------------------------------------------------------------------------------------------------------
# windows

_WINDOW = "a table of M numbers"
bartlett = host_function("numpy.bartlett", reason=_WINDOW)
blackman = host_function("numpy.blackman", reason=_WINDOW)
hamming = host_function("numpy.hamming", reason=_WINDOW)
hanning = host_function("numpy.hanning", reason=_WINDOW)
kaiser = host_function("numpy.kaiser", reason=_WINDOW)
