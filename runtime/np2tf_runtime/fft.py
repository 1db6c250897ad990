"""`numpy.fft` on tensors: all transforms by TensorFlow's kernels, with NumPy's norms, dtypes and errors.

Single precision is kept: float16 and float32 give complex64; integers and float64 give complex128. `out=` is refused
(NT604).
"""

from __future__ import annotations

import math
import operator
import warnings

import numpy as _np
import tensorflow as tf

from . import _symbolic
from ._base import (
    as_tensor,
    cast,
    device,
    from_host,
    no_out,
    normalize_axis,
    scalar,
    static_shape,
    to_host,
)
from ._creation import on_device

__all__ = [
    "fft",
    "fft2",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifft2",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfft2",
    "irfftn",
    "rfft",
    "rfft2",
    "rfftfreq",
    "rfftn",
]

_SINGLE = (tf.float16, tf.float32, tf.complex64)
_SWAPPED = {None: "forward", "backward": "forward", "ortho": "ortho", "forward": "backward"}


def _swap(norm):
    try:
        return _SWAPPED[norm]
    except (KeyError, TypeError):
        raise ValueError(f'Invalid norm value {norm}; should be "backward", "ortho" or "forward".') from None


def _factor(norm, n, inverse, dtype):
    """What the unscaled transform is multiplied with; NumPy rounds it to the precision of the input."""
    _swap(norm)
    if isinstance(n, tf.Tensor):
        n = cast(n, tf.float64)
        return 1 / tf.sqrt(n) if norm == "ortho" else (1 / n if (norm == "forward") != inverse else 1)
    divisor = n if (norm == "forward") != inverse else 1
    factor = 1 / (math.sqrt(n) if norm == "ortho" else divisor)
    return float(_np.float16(factor)) if dtype is tf.float16 else factor


def _as_factor(n):
    return cast(n, tf.float64) if isinstance(n, tf.Tensor) else n


def _points(n, default):
    if n is None and isinstance(default, tf.Tensor):
        return default
    n = default if n is None else operator.index(n)
    if n < 1:
        raise ValueError(f"Invalid number of FFT data points ({n}) specified.")
    return n


def _fit(x, axis, length):
    """Cut or pad with zeros to `length` along an axis."""
    have = static_shape(x)[axis]
    if have == length or isinstance(length, tf.Tensor):
        return x
    ndim = len(static_shape(x))
    if have > length:
        return tf.slice(x, [0] * ndim, [length if i == axis else -1 for i in range(ndim)])
    return tf.pad(x, [[0, length - have if i == axis else 0] for i in range(ndim)])


def _last_axis(transform, x, axis):
    """Apply a transform of the last axis to any axis."""
    last = len(static_shape(x)) - 1
    if axis == last:
        return transform(x)
    order = [*range(last + 1)]
    order[axis], order[last] = last, axis
    return tf.transpose(transform(tf.transpose(x, order)), order)


def _scaled(x, factor):
    if isinstance(factor, tf.Tensor):
        return tf.raw_ops.Mul(x=x, y=cast(factor, x.dtype))
    return x if factor == 1 else tf.raw_ops.Mul(x=x, y=scalar(factor, x.dtype))


def _complex(x):
    return cast(x, tf.complex64 if x.dtype in _SINGLE else tf.complex128)


def _real(x):
    if x.dtype.is_complex:
        raise TypeError("ufunc 'rfft_n_even' did not contain a loop with signature matching types: complex input")
    return cast(x, tf.float32 if x.dtype in _SINGLE else tf.float64)


def _length(a, n, axis):
    axis = normalize_axis(axis, len(static_shape(a)))
    length = static_shape(a)[axis]
    if n is None and length is None:
        _symbolic.expect(tf.shape(a)[axis] > 0, "a transform of no points")
    return _points(n, tf.shape(a)[axis] if length is None else length), axis


def _transform(a, n, axis, norm, inverse):
    x = as_tensor(a)
    n, axis = _length(x, n, axis)
    factor = _factor(norm, n, inverse, x.dtype)
    exact = norm in (None, "backward") and x.dtype is not tf.float16
    x = _fit(_complex(x), axis, n)
    if not inverse:
        return _scaled(_last_axis(lambda y: tf.raw_ops.FFT(input=y), x, axis), factor)
    # TensorFlow's inverse divides by n.
    return _scaled(_last_axis(lambda y: tf.raw_ops.IFFT(input=y), x, axis), 1 if exact else factor * _as_factor(n))


@device
def fft(a, n=None, axis=-1, norm=None, out=None):
    """Discrete Fourier transform along an axis, cut or padded to `n`: complex64 for single precision, else complex128.

    ValueError for n < 1 and for an unknown norm, AxisError for an axis out of bounds.
    """
    no_out(out, "fft.fft")
    return _transform(a, n, axis, norm, False)


@device
def ifft(a, n=None, axis=-1, norm=None, out=None):
    """Inverse of `fft`."""
    no_out(out, "fft.ifft")
    return _transform(a, n, axis, norm, True)


@device
def rfft(a, n=None, axis=-1, norm=None, out=None):
    """Transform of real input: n // 2 + 1 complex elements. TypeError for complex input."""
    no_out(out, "fft.rfft")
    x = as_tensor(a)
    n, axis = _length(x, n, axis)
    factor = _factor(norm, n, False, x.dtype)
    x = _real(x)
    kind = tf.complex64 if x.dtype is tf.float32 else tf.complex128

    def transform(y):
        return tf.raw_ops.RFFT(input=y, fft_length=[n], Tcomplex=kind)

    return _scaled(_last_axis(transform, _fit(x, axis, n), axis), factor)


@device
def irfft(a, n=None, axis=-1, norm=None, out=None):
    """Inverse of `rfft`: `n` real elements, by default 2 * (m - 1)."""
    no_out(out, "fft.irfft")
    x = as_tensor(a)
    axis = normalize_axis(axis, len(static_shape(x)))
    n = _points(n, (static_shape(x)[axis] - 1) * 2)
    half = x.dtype is tf.float16
    factor = _factor(norm, n, True, x.dtype) * _as_factor(n) if half or norm not in (None, "backward") else 1
    x = _complex(x)
    kind = tf.float32 if x.dtype is tf.complex64 else tf.float64

    def transform(y):
        return tf.raw_ops.IRFFT(input=y, fft_length=[n], Treal=kind)

    result = _scaled(_last_axis(transform, _fit(x, axis, n // 2 + 1), axis), factor)
    return cast(result, tf.float16) if half else result


@device
def hfft(a, n=None, axis=-1, norm=None, out=None):
    """Transform of a signal with Hermitian symmetry: `n` real elements, by default 2 * (m - 1)."""
    no_out(out, "fft.hfft")
    x = as_tensor(a)
    return irfft(tf.math.conj(x) if x.dtype.is_complex else x, n, axis, _swap(norm))


@device
def ihfft(a, n=None, axis=-1, norm=None, out=None):
    """Inverse of `hfft`."""
    no_out(out, "fft.ihfft")
    return tf.math.conj(rfft(a, n, axis, _swap(norm)))


def _shape_and_axes(x, s, axes, real_output=False):
    """Lengths and axes of a transform over several axes, by NumPy's rules and with its warnings."""
    shape = static_shape(x)
    given = s is not None
    if axes is not None:
        axes = [operator.index(axis) for axis in to_host(axes)]
        for axis in axes:
            normalize_axis(axis, len(shape))
    lengths = list(shape) if axes is None else [shape[axis] for axis in axes]
    if given:
        lengths = list(to_host(s))
    if axes is None:
        if given:
            warnings.warn(
                "`axes` should not be `None` if `s` is not `None` (Deprecated in NumPy 2.0). In a "
                "future version of NumPy, this "
                "will raise an error and `s[i]` will correspond to the size along the transformed "
                "axis specified by `axes[i]`.",
                DeprecationWarning,
                stacklevel=4,
            )
        axes = list(range(-len(lengths), 0))
    if len(lengths) != len(axes):
        raise ValueError("Shape and axes have different lengths.")
    if real_output and not given:
        lengths[-1] = (shape[axes[-1]] - 1) * 2
    if None in lengths:
        warnings.warn(
            "Passing an array containing `None` values to `s` is deprecated in NumPy 2.0 and will "
            "raise an error in a future "
            "version of NumPy.",
            DeprecationWarning,
            stacklevel=4,
        )
    return [shape[axis] if length == -1 else length for length, axis in zip(lengths, axes, strict=False)], axes


def _over_axes(transform, a, s, axes, norm):
    x = as_tensor(a)
    lengths, axes = _shape_and_axes(x, s, axes)
    if not axes:
        return tf.identity(x)
    for length, axis in reversed(list(zip(lengths, axes, strict=False))):
        x = transform(x, length, axis, norm)
    return x


@device
def fftn(a, s=None, axes=None, norm=None, out=None):
    """Transform over several axes (all by default), cut or padded to the lengths `s`."""
    no_out(out, "fft.fftn")
    return _over_axes(fft, a, s, axes, norm)


@device
def ifftn(a, s=None, axes=None, norm=None, out=None):
    """Inverse of `fftn`."""
    no_out(out, "fft.ifftn")
    return _over_axes(ifft, a, s, axes, norm)


@device
def fft2(a, s=None, axes=(-2, -1), norm=None, out=None):
    """`fftn` over the last two axes."""
    no_out(out, "fft.fft2")
    return _over_axes(fft, a, s, axes, norm)


@device
def ifft2(a, s=None, axes=(-2, -1), norm=None, out=None):
    """`ifftn` over the last two axes."""
    no_out(out, "fft.ifft2")
    return _over_axes(ifft, a, s, axes, norm)


@device
def rfftn(a, s=None, axes=None, norm=None, out=None):
    """`rfft` over the last of the axes, `fft` over the others."""
    no_out(out, "fft.rfftn")
    x = as_tensor(a)
    lengths, axes = _shape_and_axes(x, s, axes)
    x = rfft(x, lengths[-1], axes[-1], norm)
    for length, axis in reversed(list(zip(lengths[:-1], axes[:-1], strict=False))):
        x = fft(x, length, axis, norm)
    return x


@device
def rfft2(a, s=None, axes=(-2, -1), norm=None, out=None):
    """`rfftn` over the last two axes."""
    no_out(out, "fft.rfft2")
    return rfftn(a, s, axes, norm)


@device
def irfftn(a, s=None, axes=None, norm=None, out=None):
    """Inverse of `rfftn`."""
    no_out(out, "fft.irfftn")
    x = as_tensor(a)
    lengths, axes = _shape_and_axes(x, s, axes, real_output=True)
    for length, axis in zip(lengths[:-1], axes[:-1], strict=False):
        x = ifft(x, length, axis, norm)
    return irfft(x, lengths[-1], axes[-1], norm)


@device
def irfft2(a, s=None, axes=(-2, -1), norm=None, out=None):
    """`irfftn` over the last two axes."""
    no_out(out, "fft.irfft2")
    return irfftn(a, s, axes, norm)


def _rolled(x, axes, shift):
    x = as_tensor(x)
    shape = static_shape(x)
    if axes is None:
        axes = tuple(range(len(shape)))
    elif not isinstance(axes, (tuple, list)):
        axes = (axes,)
    axes = [normalize_axis(axis, len(shape)) for axis in axes]
    if not axes:
        raise ValueError("not enough values to unpack (expected 2, got 0)")  # NumPy's roll does
    return tf.roll(x, [shift(shape[axis]) for axis in axes], axes)


@device
def fftshift(x, axes=None):
    """Move the zero frequency to the middle of the axes."""
    return _rolled(x, axes, lambda n: n // 2)


@device
def ifftshift(x, axes=None):
    """Inverse of `fftshift`."""
    return _rolled(x, axes, lambda n: -(n // 2))


def _frequencies(n, d, where, make):
    try:
        n = operator.index(n)
    except TypeError:
        raise ValueError("n should be an integer") from None
    with on_device(where):
        if isinstance(d, tf.Tensor):
            return cast(from_host(make(n, 1.0)), tf.float64) / cast(d, tf.float64)
        return from_host(make(n, d))


@device
def fftfreq(n, d=1.0, device=None):
    """Sample frequencies of `fft` for `n` points with spacing `d`, float64."""
    return _frequencies(n, d, device, _np.fft.fftfreq)


@device
def rfftfreq(n, d=1.0, device=None):
    """Sample frequencies of `rfft` for `n` points with spacing `d`, float64."""
    return _frequencies(n, d, device, _np.fft.rfftfreq)
