"""`numpy.linalg` on tensors, with NumPy's named results and `LinAlgError`.

As in NumPy everything is computed in double precision; single precision input gives single precision results.
float16 is refused with TypeError. What runs where:

- `inv`, `solve`, `cholesky`: NumPy's LAPACK for tensors on the CPU, and for large matrices in a graph that `np.jit`
  runs there (it takes a half to nine tenths of the time); TensorFlow's kernels elsewhere, and where gradients are
  recorded. Where a kernel fails on a singular matrix NumPy decides whether that is an error.
- `det`, `slogdet`, `eigvalsh`, vector norms and the products: TensorFlow's kernels.
- `svd`, `qr`, `eigh`, and `pinv`, `lstsq`, `norm`, `cond`, `matrix_rank` that stand on them: the signs of the vectors
  are a convention, and NumPy's is LAPACK's; so are values that are zero up to rounding. For a tensor whose value is
  known NumPy's LAPACK runs on the tensor's own memory, or on a copy of another device's, and so it does in a graph that
  `np.jit` runs where there is no GPU. In other traced functions it is TensorFlow's kernel, whose vectors may have the
  other sign. Gradients are those of TensorFlow's kernels, for the vectors returned.
- `eig`, `eigvals`: on the host, since whether the result is real depends on the values.

While a function is traced a singular matrix can't raise: the error comes from TensorFlow when the graph runs, or NaN.
"""

from __future__ import annotations

import functools
import math
import operator
from typing import Any, NamedTuple

import numpy as _np
import tensorflow as tf
from numpy._globals import _NoValue
from tensorflow.python.eager import record as _record
from tensorflow.python.framework.func_graph import FuncGraph
from tensorflow.python.ops import array_ops as _array_ops

from . import _status, _symbolic
from ._base import (
    UnsupportedFeatureError,
    as_tensor,
    cast,
    device,
    dtype_of,
    from_host,
    host,
    host_function,
    is_eager,
    no_out,
    normalize_axis,
    on_cpu,
    promote,
    scalar,
    static_shape,
)
from ._linear_products import _matrix_product, dot
from ._linear_products import outer as _outer
from ._linear_products import tensordot as _tensordot
from ._reductions import _extreme, _reduce_sum
from ._ufuncs import LARGE_PRODUCT, _matmul, _vecdot_kernel, host_call, host_calls

__all__ = [
    "LinAlgError",
    "cholesky",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "inv",
    "lstsq",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "matrix_transpose",
    "multi_dot",
    "norm",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "tensordot",
    "tensorinv",
    "tensorsolve",
    "trace",
    "vecdot",
    "vector_norm",
]

LinAlgError = _np.linalg.LinAlgError
_status.record("numpy.linalg.LinAlgError", "device")


class EigResult(NamedTuple):
    eigenvalues: Any
    eigenvectors: Any


class EighResult(NamedTuple):
    eigenvalues: Any
    eigenvectors: Any


class QRResult(NamedTuple):
    Q: Any
    R: Any


class SlogdetResult(NamedTuple):
    sign: Any
    logabsdet: Any


class SVDResult(NamedTuple):
    U: Any
    S: Any
    Vh: Any


# -------------------------------------------------------------------------------------------------------------
# arguments


def _types(*arrays):
    """The dtype to compute in and the dtype of the result."""
    single = all(x.dtype in (tf.float32, tf.complex64) for x in arrays)
    for x in arrays:
        if x.dtype in (tf.float16, tf.bfloat16):
            raise TypeError(f"array type {dtype_of(x)} is unsupported in linalg")
    if any(x.dtype.is_complex for x in arrays):
        return tf.complex128, tf.complex64 if single else tf.complex128
    return tf.float64, tf.float32 if single else tf.float64


def _real_type(dtype):
    return {tf.complex64: tf.float32, tf.complex128: tf.float64}.get(dtype, dtype)


def _need_matrices(x):
    if len(static_shape(x)) < 2:
        raise LinAlgError(f"{len(static_shape(x))}-dimensional array given. Array must be at least two-dimensional")


def _need_square(x):
    _need_matrices(x)
    rows, columns = static_shape(x)[-2:]
    if rows != columns and None not in (rows, columns):
        raise LinAlgError("Last 2 dimensions of the array must be square")


def _need_finite(x):
    _symbolic.expect(tf.math.is_finite(tf.abs(x)), "infinities or NaNs in a matrix")
    if is_eager(x) and not _np.isfinite(host(x)).all():
        raise LinAlgError("Array must not contain infs or NaNs")


def _square_argument(a):
    """A stack of square matrices in the dtype of the computation, and the dtype of the result."""
    x = as_tensor(a)
    _need_square(x)
    inside, result_type = _types(x)
    return cast(x, inside), result_type


def _empty(x):
    return 0 in static_shape(x)


def _transposed(x):
    return tf.linalg.matrix_transpose(x)


def _adjoint(x):
    return tf.linalg.adjoint(x) if x.dtype.is_complex else tf.linalg.matrix_transpose(x)


def _abs(x):
    return x if x.dtype.is_bool else tf.abs(x)


def _is_large(*matrices):
    """Whether NumPy's LAPACK is worth a call of the host from within a graph."""
    lengths = [*static_shape(matrices[0])[-2:], static_shape(matrices[-1])[-1]]
    return None not in lengths and math.prod(lengths) >= LARGE_PRODUCT


def _or_numpy(kernel, numpy_function, *arrays):
    """What NumPy makes of matrices, of which the last has the result's shape: a value or an error. By the kernel where
    LAPACK isn't at hand or gradients are recorded; where the kernel refuses a matrix, NumPy decides.
    """
    if on_cpu(*arrays) and not _record.could_possibly_record():
        return from_host(numpy_function(*map(host, arrays)))
    try:
        on_host = _symbolic.trace.host_products and _is_large(*arrays)
        result = host_call(numpy_function, arrays, static_shape(arrays[-1])) if on_host else kernel(*arrays)
    except tf.errors.InvalidArgumentError:
        if not all(map(is_eager, arrays)):
            raise
        return from_host(numpy_function(*map(host, arrays)))
    _symbolic.demand(result)
    return result


# ---------------------------------------------------------------------------------------------- equations and inverses


@device
def inv(a):
    """Inverses of square matrices. LinAlgError for a singular one."""
    x, result_type = _square_argument(a)
    return cast(_or_numpy(lambda m: tf.raw_ops.MatrixInverse(input=m), _np.linalg.inv, x), result_type)


@device
def solve(a, b):
    """The solution of a @ x == b; `b` is one vector if it is 1-d, else matrices; stacks broadcast.

    LinAlgError for a singular matrix, ValueError for shapes that don't fit.
    """
    x, y = as_tensor(a), as_tensor(b)
    _need_square(x)
    inside, result_type = _types(x, y)
    x, y = cast(x, inside), cast(y, inside)
    is_vector = len(static_shape(y)) == 1
    if len(static_shape(y)) == 0:
        raise ValueError("solve: Input operand 1 does not have enough dimensions (has 0, needs 1)")
    if is_vector:
        y = tf.expand_dims(y, -1)
    if static_shape(x)[-1] != static_shape(y)[-2] and None not in static_shape(x) + static_shape(y):
        raise ValueError(
            f"solve: Input operand 1 has a mismatch in its core dimension 0: {static_shape(y)[-2]}, "
            f"not {static_shape(x)[-1]}"
        )
    x_batch, y_batch = static_shape(x)[:-2], static_shape(y)[:-2]
    if x_batch != y_batch:
        batch = _np.broadcast_shapes(x_batch, y_batch)
        x = tf.broadcast_to(x, [*batch, *static_shape(x)[-2:]])
        y = tf.broadcast_to(y, [*batch, *static_shape(y)[-2:]])
    if _empty(x) or _empty(y):
        result = tf.zeros(static_shape(y), inside)
    else:
        result = _or_numpy(lambda m, v: tf.raw_ops.MatrixSolve(matrix=m, rhs=v), _np.linalg.solve, x, y)
    return cast(tf.squeeze(result, -1) if is_vector else result, result_type)


@device
def tensorsolve(a, b, axes=None):
    """The solution of tensordot(a, x, x.ndim) == b. LinAlgError unless `a` is square when reshaped."""
    x, y = as_tensor(a), as_tensor(b)
    ndim, b_ndim = len(static_shape(x)), len(static_shape(y))
    if axes is not None:
        order = list(range(ndim))
        for axis in axes:
            order.remove(axis)
            order.insert(ndim, axis)
        x = tf.transpose(x, order)
    shape = static_shape(x)[-(ndim - b_ndim) :]
    size = math.prod(shape)
    if math.prod(static_shape(x)) != size**2:
        raise LinAlgError("Input arrays must satisfy the requirement prod(a.shape[b.ndim:]) == prod(a.shape[:b.ndim])")
    return tf.reshape(solve(tf.reshape(x, [size, size]), tf.reshape(y, [-1])), shape)


@device
def tensorinv(a, ind=2):
    """The inverse for tensordot over the first `ind` axes. ValueError for ind < 1."""
    x = as_tensor(a)
    if ind <= 0:
        raise ValueError("Invalid ind argument.")
    shape = static_shape(x)
    if not shape:
        raise TypeError("reshape() takes exactly 1 argument (0 given)")
    size = math.prod(shape[ind:])
    inverse = inv(tf.reshape(x, [size, -1]))
    return tf.reshape(inverse, [*shape[ind:], *shape[:ind]])


@device
def matrix_power(a, n):
    """Square matrices to an integer power; negative powers invert. The dtype of `a` for n >= 0."""
    x = as_tensor(a)
    _need_square(x)
    try:
        n = operator.index(n)
    except TypeError as error:
        raise TypeError("exponent must be an integer") from error
    if n == 0:
        unit = cast(tf.eye(static_shape(x)[-1], dtype=tf.float64), x.dtype)
        return tf.broadcast_to(unit, static_shape(x)) if len(static_shape(x)) > 2 else unit
    if n < 0:
        x, n = inv(x), -n
    result = None
    while n:
        n, odd = divmod(n, 2)
        if odd:
            result = x if result is None else _matrix_product(result, x)
        if n:
            x = _matrix_product(x, x)
    return result


@device
def cholesky(a, /, *, upper=False):
    """The lower (or upper) triangular L with L @ L^H == a. LinAlgError for a matrix that isn't positive definite."""
    x, result_type = _square_argument(a)
    x = _adjoint(x) if upper else x

    def kernel(m):
        result = tf.raw_ops.Cholesky(input=m)
        if m.dtype.is_complex:
            result = _checked_factor(result, m)
        # TensorFlow's CPU kernel says "not positive definite" by NaN.
        _symbolic.expect(tf.math.is_finite(tf.abs(tf.linalg.diag_part(result))), "a matrix that has no such factor")
        if is_eager(result) and _np.isnan(host(tf.linalg.diag_part(result))).any():
            raise tf.errors.InvalidArgumentError(None, None, "not positive definite")
        return result

    result = x if _empty(x) else _or_numpy(kernel, _np.linalg.cholesky, x)
    return cast(_adjoint(result) if upper else result, result_type)


def _checked_factor(factor, x):
    """NaN where the factor isn't one: for complex matrices TensorFlow's CPU kernel leaves whatever was in memory."""
    lower = tf.linalg.band_part(x, -1, 0)
    wrong = tf.abs(tf.linalg.band_part(_matmul(factor, _adjoint(factor)), -1, 0) - lower)
    allowed = 1e-8 * tf.reduce_max(tf.abs(lower), (-2, -1), keepdims=True)
    positive = tf.reduce_all(tf.math.real(tf.linalg.diag_part(factor)) > 0, -1)[..., tf.newaxis, tf.newaxis]
    right = tf.logical_and(positive, tf.reduce_all(wrong <= allowed, (-2, -1), keepdims=True))
    return tf.where(right, factor, scalar(complex(math.nan, math.nan), x.dtype))


@device
def slogdet(a):
    """Sign and logarithm of the absolute value of the determinant: SlogdetResult(sign, logabsdet); 0 and -inf if
    singular.
    """
    x, result_type = _square_argument(a)
    sign, logarithm = tf.raw_ops.LogMatrixDeterminant(input=x)
    sign = tf.where(tf.equal(tf.math.real(logarithm), -math.inf), scalar(0, sign.dtype), sign)
    return SlogdetResult(cast(sign, result_type), cast(tf.math.real(logarithm), _real_type(result_type)))


@device
def det(a):
    """Determinants of square matrices; 0 for a singular one."""
    x, result_type = _square_argument(a)
    sign, logarithm = slogdet(x)
    # As NumPy: sign * exp(log|det|), whose rounding shows in the last digits.
    return cast(sign * cast(tf.exp(logarithm), sign.dtype), result_type)


@device
def lstsq(a, b, rcond=None):
    """Least squares: (x, residuals, rank, singular values), as NumPy's, by singular value decomposition.

    Residuals are empty unless the rank is full and there are more equations than unknowns. LinAlgError for shapes
    that don't fit.
    """
    x, y = as_tensor(a), as_tensor(b)
    is_vector = len(static_shape(y)) == 1
    y = tf.expand_dims(y, 1) if is_vector else y
    for one in (x, y):
        if len(static_shape(one)) != 2:
            raise LinAlgError(f"{len(static_shape(one))}-dimensional array given. Array must be two-dimensional")
    (m, n), rows = static_shape(x), static_shape(y)[0]
    if None in (m, n, rows):
        raise UnsupportedFeatureError(
            "np.linalg.lstsq of a matrix of unknown shape", "NT604", "state the shape with tf.ensure_shape"
        )
    if m != rows:
        raise LinAlgError("Incompatible dimensions")
    inside, result_type = _types(x, y)
    x, y = cast(x, inside), cast(y, inside)
    if _empty(x) or _empty(y):
        solution, residuals, rank, values = map(from_host, map(_np.asarray, _np.linalg.lstsq(host(x), host(y), rcond)))
        solution = cast(tf.squeeze(solution, 1) if is_vector else solution, result_type)
        return solution, cast(residuals, _real_type(result_type)), rank, cast(values, _real_type(result_type))
    epsilon = _np.finfo(_np.float64).eps
    rcond = epsilon * max(m, n) if rcond is None else rcond
    u, values, vh = svd(x, full_matrices=False)
    rcond = cast(as_tensor(rcond), tf.float64)
    rcond = tf.where(rcond < 0, scalar(epsilon, tf.float64), rcond)
    large = values > rcond * values[0]
    if _is_differentiated(x):
        solution = _matmul(_pseudo_inverse(x, rcond), y)
    else:
        inverse = tf.where(large, 1 / tf.where(large, values, scalar(1, tf.float64)), scalar(0, tf.float64))
        coordinates = cast(tf.expand_dims(inverse, 1), inside) * _matmul(_adjoint(u), y)
        solution = _matmul(_adjoint(vh), coordinates)
    rank = tf.reduce_sum(tf.cast(large, tf.int32))
    error = y - _matmul(x, solution)
    residuals = tf.reduce_sum(tf.square(tf.abs(error)), 0)
    if m <= n:
        residuals = residuals[:0]
    else:
        residuals = tf.boolean_mask(residuals, tf.broadcast_to(tf.equal(rank, n), tf.shape(residuals)))
    solution = tf.squeeze(solution, 1) if is_vector else solution
    real_type = _real_type(result_type)
    return cast(solution, result_type), cast(residuals, real_type), rank, cast(values, real_type)


@device
def pinv(a, rcond=None, hermitian=False, *, rtol=_NoValue):
    """Pseudo-inverses: singular values up to `rcond` times the largest count as 0.

    ValueError if both tolerances are given.
    """
    x = as_tensor(a)
    _need_matrices(x)
    if rcond is None:
        if rtol is _NoValue:
            rcond = 1e-15
        elif rtol is None:
            rcond = max(static_shape(x)[-2:]) * _np.finfo(dtype_of(x)).eps
        else:
            rcond = rtol
    elif rtol is not _NoValue:
        raise ValueError("`rtol` and `rcond` can't be both set.")
    inside, result_type = _types(x)
    if _empty(x):
        return tf.zeros([*static_shape(x)[:-2], *static_shape(x)[:-3:-1]], x.dtype)
    return cast(_pseudo_inverse(cast(x, inside), cast(as_tensor(rcond), tf.float64)), result_type)


def _pseudo_inverse(x, rcond):
    """By singular values. Its gradient is not theirs, which is none where two of them are equal."""

    def inverse(m):
        u, values, vh = svd(m, full_matrices=False)
        cutoff = tf.expand_dims(rcond, -1) * tf.reduce_max(values, -1, keepdims=True)
        large = values > cutoff
        inverted = tf.where(large, 1 / tf.where(large, values, scalar(1, tf.float64)), scalar(0, tf.float64))
        return _matmul(_adjoint(vh) * cast(tf.expand_dims(inverted, -2), m.dtype), _adjoint(u))

    if not _is_differentiated(x):
        return inverse(x)

    @tf.custom_gradient
    def differentiable(m):
        found = inverse(m)

        def gradient(upstream):
            here = tf.identity(m)  # a tensor of the graph that this becomes part of
            p = _pseudo_inverse(here, tf.identity(rcond))
            p_adjoint, turned = _adjoint(p), _adjoint(upstream)
            unreached = turned - _matmul(here, _matmul(p, turned))
            unread = turned - _matmul(_matmul(turned, p), here)
            return (
                _matmul(unreached, _matmul(p, p_adjoint))
                + _matmul(_matmul(p_adjoint, p), unread)
                - _matmul(p_adjoint, _matmul(upstream, p_adjoint))
            )

        return found, gradient

    return differentiable(x)


def _is_differentiated(x):
    """Whether a gradient through `x` may be asked for."""
    return _record.should_record_backprop([x]) if is_eager(x) else not _symbolic.trace.host_products


# ---------------------------------------------------------------------------------------------------------
# decompositions


def _failed(values):
    _symbolic.expect(tf.math.is_finite(values), "a decomposition that did not converge")
    if is_eager(values) and _np.isnan(host(values)).any():
        raise LinAlgError("SVD did not converge")


def _checked_svd(x, full_matrices=False):
    """(s, u, v) by TensorFlow; LinAlgError where LAPACK would not converge."""
    values, u, v = tf.raw_ops.Svd(input=x, compute_uv=True, full_matrices=full_matrices)
    values = tf.math.real(values) if values.dtype.is_complex else values
    _failed(values)
    return values, u, v


def _phases(wanted, found):
    """Factors of modulus 1 that turn the columns of `found` to those of `wanted`, as constants."""
    overlap = tf.reduce_sum(tf.math.conj(found) * wanted, -2, keepdims=True)
    size = cast(tf.abs(overlap), overlap.dtype)
    unit = scalar(1, overlap.dtype)
    return tf.stop_gradient(
        tf.where(
            tf.equal(size, scalar(0, size.dtype)),
            unit,
            overlap / tf.where(tf.equal(size, scalar(0, size.dtype)), unit, size),
        )
    )


def _by_lapack(lapack, kernel, x):
    """What NumPy's LAPACK gives; its gradient is that of TensorFlow's kernel, turned to the same signs."""
    if is_eager(x):
        results = tuple(from_host(_np.ascontiguousarray(one)) for one in lapack(host(x)))
    elif _symbolic.trace.host_vectors:
        specs = _specs(kernel, x)
        results = tuple(host_calls(lapack if len(specs) > 1 else lambda m: lapack(m)[0], [x], specs))
        _symbolic.demand(results[0])
    else:
        return kernel(x)
    if not _is_differentiated(x):
        return results

    @tf.custom_gradient
    def differentiable(y):
        def gradient(*upstream):
            with tf.GradientTape() as tape:
                tape.watch(y)
                turned = _turn(kernel(y), results)
            return tape.gradient(turned, y, output_gradients=list(upstream))

        return tuple(map(tf.identity, results)), gradient

    return differentiable(x)


def _specs(kernel, x):
    """Dtypes and shapes of a kernel's results."""
    trial = FuncGraph("trial")
    with trial.as_default(), _symbolic.failures():
        return [tf.TensorSpec(one.shape, one.dtype) for one in kernel(_array_ops.placeholder(x.dtype, x.shape))]


def _turn(found, wanted):
    if len(found) == 1:
        return found
    if (
        len(found) == 2
        and static_shape(found[0]) == static_shape(wanted[0])
        and len(static_shape(found[0])) == len(static_shape(found[1]))
    ):
        q, r = found
        phases = _phases(wanted[0], q)
        rows = static_shape(r)[-2]
        return q * phases, r * _transposed(tf.math.conj(phases))[..., :rows, :]
    if len(found) == 2:
        values, vectors = found
        return values, vectors * _phases(wanted[1], vectors)
    u, values, v_adjoint = found
    columns = static_shape(values)[-1]
    phases = _phases(wanted[0][..., :columns], u[..., :columns])
    turned = u[..., :columns] * phases
    rows = v_adjoint[..., :columns, :] * _transposed(tf.math.conj(phases))
    return tf.concat([turned, u[..., columns:]], -1), values, tf.concat([rows, v_adjoint[..., columns:, :]], -2)


@device
def svd(a, full_matrices=True, compute_uv=True, hermitian=False):
    """Singular value decomposition: SVDResult(U, S, Vh), or S alone with `compute_uv=False`. LinAlgError for NaN.

    Signs of the vectors are LAPACK's, but in some traced functions (see the module).
    """
    x = as_tensor(a)
    if hermitian:
        return _hermitian_svd(x, compute_uv)
    _need_matrices(x)
    inside, result_type = _types(x)
    x = cast(x, inside)
    real_type = _real_type(result_type)
    if not compute_uv:

        def values_kernel(m):
            values = tf.raw_ops.Svd(input=m, compute_uv=False, full_matrices=False)[0]
            values = tf.math.real(values) if values.dtype.is_complex else values
            _failed(values)
            return (values,)

        return cast(_by_lapack(lambda m: (_np.linalg.svd(m, compute_uv=False),), values_kernel, x)[0], real_type)

    def kernel(m):
        values, u, v = _checked_svd(m, full_matrices)
        return u, values, _adjoint(v)

    u, values, vh = _by_lapack(lambda m: _np.linalg.svd(m, full_matrices=full_matrices), kernel, x)
    return SVDResult(cast(u, result_type), cast(values, real_type), cast(vh, result_type))


def _hermitian_svd(x, compute_uv):
    if not compute_uv:
        return tf.sort(tf.abs(eigvalsh(x)), direction="DESCENDING")
    values, u = eigh(x)
    order = tf.argsort(tf.abs(values))[..., ::-1]
    batch = len(static_shape(order)) - 1
    values = tf.gather(values, order, axis=-1, batch_dims=batch)
    u = tf.gather(u, order, axis=-1, batch_dims=batch)
    sign = cast(tf.where(values < 0, scalar(-1, values.dtype), scalar(1, values.dtype)), u.dtype)
    return SVDResult(u, tf.abs(values), _adjoint(u * tf.expand_dims(sign, -2)))


@device
def svdvals(x, /):
    """Singular values in descending order, real."""
    return svd(x, compute_uv=False)


_raw_qr = host_function(
    "numpy.linalg.qr", lambda a: _np.linalg.qr(a, "raw"), reason="mode='raw' is LAPACK's own format"
)


@device
def qr(a, mode="reduced"):
    """QR factorization: QRResult(Q, R); R alone for mode "r"; LAPACK's raw (h, tau), from the host, for mode "raw"."""
    if mode not in ("reduced", "complete", "r", "raw"):
        raise ValueError(f"Unrecognized mode '{mode}'")
    x = as_tensor(a)
    _need_matrices(x)
    inside, result_type = _types(x)
    if mode == "raw":
        return tuple(cast(one, result_type) for one in _raw_qr(cast(x, inside)))
    x = cast(x, inside)
    if _empty(x):
        found = _np.linalg.qr(host(x), mode)
        if mode == "r":
            return cast(from_host(_np.array(found)), result_type)
        return QRResult(*(cast(from_host(_np.array(one)), result_type) for one in found))
    complete = mode == "complete"
    q, r = _by_lapack(
        lambda m: _np.linalg.qr(m, "complete" if complete else "reduced"),
        lambda m: tuple(tf.raw_ops.Qr(input=m, full_matrices=complete)),
        x,
    )
    return cast(r, result_type) if mode == "r" else QRResult(cast(q, result_type), cast(r, result_type))


def _triangle(x, UPLO):  # noqa: N803 - NumPy\'s name
    """The matrix whose lower triangle is the one asked for, as TensorFlow's kernel reads it."""
    UPLO = UPLO.upper()  # noqa: N806
    if UPLO not in ("L", "U"):
        raise ValueError("UPLO argument must be 'L' or 'U'")
    return _adjoint(x) if UPLO == "U" else x


def _real_diagonal(x):
    """LAPACK takes the diagonal of a Hermitian matrix as real."""
    return tf.linalg.set_diag(x, cast(tf.math.real(tf.linalg.diag_part(x)), x.dtype)) if x.dtype.is_complex else x


@device
def eigvalsh(a, UPLO="L"):  # noqa: N803 - NumPy\'s name
    """Eigenvalues of Hermitian matrices in ascending order, real. Only one triangle is read."""
    x, result_type = _square_argument(a)
    x = _real_diagonal(_triangle(x, UPLO))
    values = tf.math.real(tf.raw_ops.SelfAdjointEigV2(input=x, compute_v=False)[0])
    return cast(values, _real_type(result_type))


@device
def eigh(a, UPLO="L"):  # noqa: N803 - NumPy\'s name
    """Eigenvalues, ascending, and eigenvectors of Hermitian matrices: EighResult(eigenvalues, eigenvectors).

    Signs of the vectors are LAPACK's, but in some traced functions (see the module).
    """
    x, result_type = _square_argument(a)
    _triangle(x, UPLO)

    def kernel(m):
        values, vectors = tf.raw_ops.SelfAdjointEigV2(input=_real_diagonal(_triangle(m, UPLO)), compute_v=True)
        return tf.math.real(values), vectors

    values, vectors = _by_lapack(lambda m: _np.linalg.eigh(m, UPLO), kernel, x)
    return EighResult(cast(values, _real_type(result_type)), cast(vectors, result_type))


_EIG_REASON = "whether the result is real depends on the values"


def _eig(a):
    return EigResult(*_np.linalg.eig(a))


eig = host_function("numpy.linalg.eig", _eig, reason=_EIG_REASON)
eig.__name__ = eig.__qualname__ = "eig"
eigvals = host_function("numpy.linalg.eigvals", reason=_EIG_REASON)


# -----------------------------------------------------------------------------------------------------------------
# norms


def _inexact(x):
    return x if x.dtype.is_floating or x.dtype.is_complex else cast(x, tf.float64)


def _sum_over(x, axes, keepdims=False):
    return _reduce_sum(x, tuple(sorted(axes)), keepdims)


def _magnitude(x):
    return tf.abs(x)


def _squared(x):
    if x.dtype.is_complex:
        return tf.square(tf.math.real(x)) + tf.square(tf.math.imag(x))
    return tf.square(x)


def _refuse_empty_extreme(x, axis, name):
    _symbolic.need_lengths("a norm by the extreme", x)
    if static_shape(x)[axis] == 0:
        raise ValueError(f"zero-size array to reduction operation {name} which has no identity")


def _max_along(x, axis, keepdims=False):
    _symbolic.need_lengths("a norm by the extreme", x)
    if static_shape(x)[axis] == 0:
        return _sum_over(x, (axis,), keepdims)
    return _extreme(x, (axis,), keepdims, True)


def _min_along(x, axis, keepdims=False):
    _refuse_empty_extreme(x, axis, "minimum")
    return _extreme(x, (axis,), keepdims, False)


def _vector_norm(x, order, axis, keepdims):
    if isinstance(order, str):
        raise ValueError(f"Invalid norm order '{order}' for vectors")
    if order is None or order == 2:
        return tf.sqrt(_sum_over(_squared(x), (axis,), keepdims))
    size = _magnitude(x)
    if order == math.inf:
        return _max_along(size, axis, keepdims)
    if order == -math.inf:
        return _min_along(size, axis, keepdims)
    if order == 0:
        return _sum_over(cast(tf.not_equal(x, scalar(0, x.dtype)), size.dtype), (axis,), keepdims)
    if order == 1:
        return _sum_over(size, (axis,), keepdims)
    exponent = cast(as_tensor(order), size.dtype)
    return tf.pow(_sum_over(tf.pow(size, exponent), (axis,), keepdims), 1 / exponent)


def _matrix_norm(x, order, rows, columns, keepdims):
    if rows == columns:
        raise ValueError("Duplicate axes given.")
    if order in (2, -2, "nuc"):
        ndim = len(static_shape(x))
        rest = [axis for axis in range(ndim) if axis not in (rows, columns)]
        values = svd(tf.transpose(x, [*rest, rows, columns]), compute_uv=False)
        last = len(rest)
        if order == "nuc":
            result = _sum_over(values, (last,))
        else:
            result = _max_along(values, last) if order == 2 else _min_along(values, last)
    elif order in (1, -1, math.inf, -math.inf):
        summed, other = (rows, columns) if order in (1, -1) else (columns, rows)
        sums = _sum_over(_magnitude(x), (summed,))
        other -= other > summed
        result = _max_along(sums, other) if order > 0 else _min_along(sums, other)
    elif order in (None, "fro", "f"):
        result = tf.sqrt(_sum_over(_squared(x), (rows, columns)))
    else:
        raise ValueError("Invalid norm order for matrices.")
    if keepdims:
        for axis in sorted((rows, columns)):
            result = tf.expand_dims(result, axis)
    return result


@device
def norm(x, ord=None, axis=None, keepdims=False):
    """Norms of vectors or matrices, all of NumPy's orders; float64 for integers, else the real dtype of `x`.

    ValueError for an order that doesn't fit, TypeError for an axis that is no integer.
    """
    x = _inexact(as_tensor(x))
    ndim = len(static_shape(x))
    if isinstance(ord, tf.Tensor):
        ord = host(ord).item()
    if axis is None:
        if ord is None or (ord in ("f", "fro") and ndim == 2) or (ord == 2 and ndim == 1):
            result = tf.sqrt(_sum_over(_squared(x), range(ndim)))
            return tf.reshape(result, [1] * ndim) if keepdims else result
        axis = tuple(range(ndim))
    elif not isinstance(axis, tuple):
        try:
            axis = (int(axis),)
        except Exception as error:
            raise TypeError("'axis' must be None, an integer or a tuple of integers") from error
    if len(axis) == 1:
        keepdims = keepdims if type(keepdims) is bool else bool(operator.index(keepdims))
        return _vector_norm(x, ord, normalize_axis(axis[0], ndim), keepdims)
    if len(axis) == 2:
        return _matrix_norm(x, ord, normalize_axis(axis[0], ndim), normalize_axis(axis[1], ndim), bool(keepdims))
    raise ValueError("Improper number of dimensions to norm.")


@device
def matrix_norm(x, /, *, keepdims=False, ord="fro"):
    """`norm` of matrices in the last two axes."""
    return norm(x, ord, (-2, -1), keepdims)


@device
def vector_norm(x, /, *, axis=None, keepdims=False, ord=2):
    """`norm` over any axes taken as one vector."""
    x = as_tensor(x)
    ndim = len(static_shape(x))
    if axis is None:
        result = norm(tf.reshape(x, [-1]), ord, 0)
        return tf.reshape(result, [1] * ndim) if keepdims else result
    axes = [normalize_axis(one, ndim) for one in (axis if isinstance(axis, tuple) else (axis,))]
    rest = [one for one in range(ndim) if one not in axes]
    merged = tf.transpose(x, axes + rest)
    shape = static_shape(x)
    merged = tf.reshape(merged, [math.prod(shape[one] for one in axes), *(shape[one] for one in rest)])
    result = norm(merged, ord, 0)
    return tf.reshape(result, [1 if one in axes else n for one, n in enumerate(shape)]) if keepdims else result


@device
def cond(x, p=None):
    """Condition numbers for the norms of `norm`; inf for singular matrices. LinAlgError for empty ones."""
    x = as_tensor(x)
    if len(static_shape(x)) >= 2 and 0 in static_shape(x)[-2:]:
        raise LinAlgError("cond is not defined on empty arrays")
    if p is None or p in (2, -2):
        values = svd(x, compute_uv=False)
        large, small = values[..., 0], values[..., -1]
        result = small / large if p == -2 else large / small
    else:
        _need_square(x)
        inside, result_type = _types(x)

        inverse = _or_numpy(lambda m: tf.raw_ops.MatrixInverse(input=m), _stacked_inverse, cast(x, inside))
        result = norm(cast(x, inside), p, (-2, -1)) * norm(inverse, p, (-2, -1))
        result = cast(result, _real_type(result_type))
    unknown = tf.reduce_any(tf.math.is_nan(tf.math.real(_inexact(x))), (-2, -1))
    return tf.where(
        tf.logical_and(tf.math.is_nan(result), tf.logical_not(unknown)), scalar(math.inf, result.dtype), result
    )


def _stacked_inverse(m):
    """Inverses of a stack, NaN for the singular ones."""
    flat = m.reshape(-1, *m.shape[-2:])
    result = _np.full_like(flat, math.nan)
    for place, one in enumerate(flat):
        try:
            result[place] = _np.linalg.inv(one)
        except LinAlgError:
            continue
    return result.reshape(m.shape)


@device
def matrix_rank(A, tol=None, hermitian=False, *, rtol=None):  # noqa: N803 - NumPy's name
    """The number of singular values above the tolerance, int64 (for vectors a Python int, as in NumPy).

    ValueError if both tolerances are given.
    """
    if rtol is not None and tol is not None:
        raise ValueError("`tol` and `rtol` can't be both set.")
    x = as_tensor(A)
    if len(static_shape(x)) < 2:
        nonzero = tf.reduce_any(cast(x, tf.bool))
        return int(nonzero) if is_eager(nonzero) else cast(nonzero, tf.int64)
    values = svd(x, compute_uv=False, hermitian=hermitian)
    if static_shape(values)[-1] == 0:
        return tf.zeros(static_shape(values)[:-1], tf.int64)
    if tol is not None:
        tolerance = tf.expand_dims(cast(as_tensor(tol), values.dtype), -1)
    else:
        if rtol is None:
            relative = scalar(max(static_shape(x)[-2:]) * _np.finfo(dtype_of(values)).eps, values.dtype)
        else:
            relative = tf.expand_dims(cast(as_tensor(rtol), values.dtype), -1)
        tolerance = tf.reduce_max(values, -1, keepdims=True) * relative
    return tf.math.count_nonzero(values > tolerance, -1)


# --------------------------------------------------------------------------------------------------------------
# products


@device
def matmul(x1, x2, /):
    """Matrix product of the last two axes."""
    from ._ufuncs import matmul as ufunc

    return ufunc(x1, x2)


@device
def matrix_transpose(x, /):
    """The last two axes exchanged. ValueError for fewer than two."""
    x = as_tensor(x)
    if len(static_shape(x)) < 2:
        raise ValueError(f"Input array must be at least 2-dimensional, but it is {len(static_shape(x))}")
    return _transposed(x)


@device
def multi_dot(arrays, *, out=None):
    """The product of two or more matrices in the cheapest order; the first and the last may be vectors."""
    no_out(out, "linalg.multi_dot")
    if len(arrays) < 2:
        raise ValueError("Expecting at least two arrays.")
    arrays = [as_tensor(one) for one in arrays]
    if len(arrays) == 2:
        return dot(*arrays)
    first, last = len(static_shape(arrays[0])), len(static_shape(arrays[-1]))
    if first == 1:
        arrays[0] = tf.expand_dims(arrays[0], 0)
    if last == 1:
        arrays[-1] = tf.expand_dims(arrays[-1], 1)
    for one in arrays:
        if len(static_shape(one)) != 2:
            raise LinAlgError(f"{len(static_shape(one))}-dimensional array given. Array must be two-dimensional")
    order = _chain_order(tuple(static_shape(one)[0] for one in arrays) + static_shape(arrays[-1])[1:])

    def product(i, j):
        return arrays[i] if i == j else dot(product(i, order[i, j]), product(order[i, j] + 1, j))

    result = product(0, len(arrays) - 1)
    dropped = ([0] if first == 1 else []) + ([1] if last == 1 else [])
    return tf.squeeze(result, dropped) if dropped else result


@functools.lru_cache
def _chain_order(lengths):
    """Where to split each product of a chain of matrices (Cormen et al.)."""
    count = len(lengths) - 1
    costs, split = {(i, i): 0 for i in range(count)}, {}
    for span in range(1, count):
        for i in range(count - span):
            j = i + span
            prices = {
                k: costs[i, k] + costs[k + 1, j] + lengths[i] * lengths[k + 1] * lengths[j + 1] for k in range(i, j)
            }
            split[i, j] = min(prices, key=prices.get)
            costs[i, j] = prices[split[i, j]]
    return split


@device
def diagonal(x, /, *, offset=0):
    """Diagonals of the matrices in the last two axes."""
    x = as_tensor(x)
    if len(static_shape(x)) < 2:
        raise ValueError("diag requires an array of at least two dimensions")
    rows, columns = static_shape(x)[-2:]
    offset = operator.index(offset)
    if not -rows < offset < columns:
        return tf.zeros([*static_shape(x)[:-2], 0], x.dtype)
    return tf.linalg.diag_part(x, k=offset)


@device
def trace(x, /, *, offset=0, dtype=None):
    """Sums of the diagonals of the matrices in the last two axes; dtypes as `numpy.sum`."""
    from ._reductions import sum as sum_over

    return sum_over(diagonal(x, offset=offset), -1, dtype)


@device
def outer(x1, x2, /):
    """All products of the elements of two vectors. ValueError for other ranks."""
    x, y = as_tensor(x1), as_tensor(x2)
    if len(static_shape(x)) != 1 or len(static_shape(y)) != 1:
        raise ValueError(
            f"Input arrays must be one-dimensional, but they are x1.ndim={len(static_shape(x))} and "
            f"x2.ndim={len(static_shape(y))}."
        )
    return _outer(x, y)


@device
def tensordot(x1, x2, /, *, axes=2):
    """As `numpy.tensordot`."""
    return _tensordot(x1, x2, axes)


@device
def cross(x1, x2, /, *, axis=-1):
    """Cross products of 3-vectors along an axis. ValueError for other lengths."""
    from ._statistics import cross as cross_product

    x, y = as_tensor(x1), as_tensor(x2)
    lengths = static_shape(x)[axis], static_shape(y)[axis]
    if lengths != (3, 3):
        raise ValueError(
            "Both input arrays must be (arrays of) 3-dimensional vectors, "
            f"but they are {lengths[0]} and {lengths[1]} dimensional instead."
        )
    return cross_product(x, y, axis=axis)


@device
def vecdot(x1, x2, /, *, axis=-1):
    """Dot products of vectors along an axis, the first conjugated."""
    x, y = promote(x1, x2)
    if axis != -1:
        x, y = (_moved_last(one, normalize_axis(axis, len(static_shape(one)))) for one in (x, y))
    return _vecdot_kernel(x, y)


def _moved_last(x, axis):
    return tf.transpose(x, [one for one in range(len(static_shape(x))) if one != axis] + [axis])
