"""The numeric functions inside tf.function, with and without XLA, and their gradients against finite differences."""

from __future__ import annotations

import numpy
import pytest
import tensorflow as tf

import np2tf_runtime as np

RNG = numpy.random.default_rng(0)
M = RNG.standard_normal((4, 4)) + 4 * numpy.eye(4)
V = RNG.standard_normal(4)
INDICES = RNG.integers(0, 5, 6)

COMPILED = {
    "sum": lambda: np.sum(M_, axis=0), "prod": lambda: np.prod(M_), "mean": lambda: np.mean(M_, axis=1, keepdims=True),
    "std": lambda: np.std(M_, axis=0, ddof=1), "var": lambda: np.var(M_), "max": lambda: np.max(M_, axis=0),
    "min": lambda: np.min(M_),
    "any": lambda: np.any(M_ > 0), "all": lambda: np.all(M_ > 0, axis=0), "argmax": lambda: np.argmax(M_, axis=1),
    "argmin": lambda: np.argmin(M_), "cumsum": lambda: np.cumsum(M_, axis=0), "cumprod": lambda: np.cumprod(V_),
    "median": lambda: np.median(M_, axis=0), "percentile": lambda: np.percentile(M_, [10, 50], axis=1),
    "ptp": lambda: np.ptp(M_),
    "quantile": lambda: np.quantile(M_, 0.3), "nanmean": lambda: np.nanmean(M_, axis=0),
    "nanmax": lambda: np.nanmax(M_),
    "nanmedian": lambda: np.nanmedian(M_, axis=0), "average": lambda: np.average(M_, axis=0, weights=V_),
    "dot": lambda: np.dot(M_, V_), "dot1": lambda: np.dot(V_, V_), "inner": lambda: np.inner(M_, M_),
    "outer": lambda: np.outer(V_, V_),
    "tensordot": lambda: np.tensordot(M_, M_, 1), "einsum": lambda: np.einsum("ij,jk,k->i", M_, M_, V_),
    "einsum_trace": lambda: np.einsum("ii", M_), "kron": lambda: np.kron(M_, V_), "vdot": lambda: np.vdot(M_, M_),
    "norm": lambda: np.linalg.norm(M_), "inv": lambda: np.linalg.inv(M_), "solve": lambda: np.linalg.solve(M_, V_),
    "cholesky": lambda: np.linalg.cholesky(M_ @ np.transpose(M_)), "matrix_power": lambda: np.linalg.matrix_power(M_,
    3),
    "multi_dot": lambda: np.linalg.multi_dot([M_, M_, V_]), "diff": lambda: np.diff(M_, axis=0),
    "gradient": lambda: np.gradient(V_),
    "trapezoid": lambda: np.trapezoid(M_), "cross": lambda: np.cross(V_[:3], V_[1:]), "cov": lambda: np.cov(M_),
    "corrcoef": lambda: np.corrcoef(M_), "convolve": lambda: np.convolve(V_, V_), "correlate": lambda: np.correlate(V_,
    V_[:2]),
    "fft": lambda: np.fft.fft(V_), "rfft": lambda: np.fft.rfft(M_), "irfft": lambda: np.fft.irfft(np.fft.rfft(V_)),
    "fft2": lambda: np.fft.fft2(M_), "fftshift": lambda: np.fft.fftshift(M_), "polyval": lambda: np.polyval(V_, M_),
    "histogram": lambda: np.histogram(M_, bins=4, range=(-4.0, 8.0))[0], "sum_where": lambda: np.sum(M_, where=M_ > 0),
}  # fmt: skip
TRACED_ONLY = {
    "det": lambda: np.linalg.det(M_), "slogdet": lambda: np.linalg.slogdet(M_), "pinv": lambda: np.linalg.pinv(M_),
    "lstsq": lambda: np.linalg.lstsq(M_, V_)[0], "svdvals": lambda: np.linalg.svdvals(M_),
    "eigvalsh": lambda: np.linalg.eigvalsh(M_),
    "rank": lambda: np.linalg.matrix_rank(M_), "norm2": lambda: np.linalg.norm(M_, 2),
    "bincount": lambda: np.bincount(I_),
    "histogram_auto": lambda: np.histogram(M_, bins=4), "r": lambda: np.linalg.qr(M_).R,
}  # fmt: skip
M_ = V_ = I_ = None


def run(call, m, v, i):
    global M_, V_, I_
    M_, V_, I_ = m, v, i
    return call()


def assert_near(want, have):
    for left, right in zip(tf.nest.flatten(want), tf.nest.flatten(have), strict=True):
        left, right = numpy.asarray(left), numpy.asarray(right)
        assert left.dtype == right.dtype
        assert left.shape == right.shape
        assert numpy.allclose(left, right, rtol=1e-9, atol=1e-9)


ARGUMENTS = (tf.constant(M), tf.constant(V), tf.constant(INDICES))


def in_one_graph(calls, jit):
    """One trace for all: compiling is what costs."""
    return tf.function(
        lambda m, v, i: {name: run(call, m, v, i) for name, call in calls.items()}, jit_compile=jit, autograph=False
    )


def test_compiled_as_eager():
    compiled = in_one_graph(COMPILED, True)(*ARGUMENTS)
    for name, call in COMPILED.items():
        assert_near(run(call, *ARGUMENTS), compiled[name])


def test_traced_as_eager():
    calls = {**COMPILED, **TRACED_ONLY}
    traced = in_one_graph(calls, False)(*ARGUMENTS)
    for name, call in calls.items():
        assert_near(run(call, *ARGUMENTS), traced[name])


def test_traced_vectors_are_decompositions():
    svd = tf.function(lambda m: tuple(np.linalg.svd(m)))
    u, s, vh = (part.numpy() for part in svd(tf.constant(M)))
    assert numpy.allclose(u * s @ vh, M)


DIFFERENTIABLE = (
    "sum", "prod", "mean", "std", "var", "max", "min", "cumsum", "cumprod", "median", "percentile", "ptp", "quantile",
    "nanmean",
    "nanmax", "average", "dot", "dot1", "inner", "outer", "tensordot", "einsum", "einsum_trace", "kron", "vdot",
    "norm", "inv", "solve",
    "cholesky", "matrix_power", "multi_dot", "diff", "gradient", "trapezoid", "cross", "cov", "corrcoef", "convolve",
    "correlate",
    "irfft", "polyval", "det", "pinv", "lstsq", "svdvals", "norm2", "eigvalsh",
)  # fmt: skip


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_gradients(name):
    call = {**COMPILED, **TRACED_ONLY}[name]

    def value(m, v):
        result = run(call, m, v, ARGUMENTS[2])
        return tf.reduce_sum(tf.sin(result))

    m, v = ARGUMENTS[:2]
    if name == "eigvalsh":
        m = (m + tf.transpose(m)) / 2
    with tf.GradientTape() as tape:
        tape.watch([m, v])
        loss = value(m, v)
    gradients = tape.gradient(loss, [m, v], unconnected_gradients="zero")
    direction = RNG.standard_normal((4, 4)), RNG.standard_normal(4)
    if name == "eigvalsh":
        direction = direction[0] + direction[0].T, direction[1]
    step = 1e-6
    ahead, behind = (value(m + sign * step * direction[0], v + sign * step * direction[1]) for sign in (1, -1))
    expected = float(ahead - behind) / (2 * step)
    found = sum(float(tf.reduce_sum(gradient * along)) for gradient, along in zip(gradients, direction, strict=True))
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-6)


UNKNOWN_LENGTH = (
    "sum", "mean", "std", "max", "argmax", "cumsum", "median", "percentile", "diff",
    "dot1", "outer", "einsum_trace", "norm", "nanmean", "average_rows", "trapezoid", "cov", "gradient",
    "rfft", "fft", "ptp", "kron",
)  # fmt: skip


def test_unknown_lengths():
    calls = {**COMPILED, "average_rows": lambda: np.average(V_, weights=V_)}

    def all_of(m, v):
        return {name: run(calls[name], m, v, ARGUMENTS[2]) for name in UNKNOWN_LENGTH}

    specs = [tf.TensorSpec([None, None], tf.float64), tf.TensorSpec([None], tf.float64)]
    traced = tf.function(all_of, input_signature=specs, autograph=False)(M, V)
    for name, have in traced.items():
        assert_near(run(calls[name], *ARGUMENTS), have)
    for name in ("convolve", "lstsq", "polyval"):
        call = {**COMPILED, **TRACED_ONLY}[name]
        with pytest.raises(np.UnsupportedFeatureError, match="ensure_shape"):
            tf.function(lambda m, v, call=call: run(call, m, v, None), input_signature=specs, autograph=False)(M, V)
