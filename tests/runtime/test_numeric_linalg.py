"""numpy.linalg against NumPy: values, signs, named results, errors."""

from __future__ import annotations

import numpy
import pytest
import tensorflow as tf
from numeric_samples import KINDS, arrays, check_all

import np2tf_runtime as np

SQUARE = [
    "inv",
    "det",
    "slogdet",
    "eigvalsh",
    "eigvals",
    "eig",
    "eigh",
    "cholesky",
    "pinv",
    "svd",
    "svdvals",
    "qr",
    "matrix_rank",
    "norm",
    "cond",
]
ANY = [
    "pinv",
    "svd",
    "svdvals",
    "qr",
    "matrix_rank",
    "norm",
    "inv",
    "vector_norm",
    "matrix_norm",
    "cholesky",
    "trace",
    "diagonal",
    "matrix_transpose",
]
ORDERS = ("None", "1", "2", "-1", "-2", "0", "3", ".5", "np.inf", "-np.inf", "'fro'", "'nuc'", "'none'")


def near(dtype):
    # Where single precision is solved, the rounding of the input is amplified by the condition number.
    if dtype == "float16":
        return {"rtol": 5e-3, "atol": 5e-3}
    return {"rtol": 1e-4, "atol": 1e-4} if dtype in ("float32", "complex64") else {"rtol": 1e-9, "atol": 1e-9}


@pytest.mark.parametrize("dtype", [dtype for dtype in KINDS if dtype != "bool"])
def test_decompositions_and_equations(dtype):
    questions = [f"np.linalg.{function}({name})" for function in SQUARE for name in "qpb"]
    questions += [
        f"np.linalg.{function}({name})" for function in ANY for name in "mntsvz" if (function, name) != ("pinv", "z")
    ]
    questions += [f"np.linalg.solve({a}, {b})" for a, b in ("qw", "qn", "qq", "bq", "bw", "bb", "mq", "qm", "qv")]
    questions += [f"np.linalg.lstsq({a}, {b})" for a, b in ("nv", "nn", "mw", "mq", "qw", "vv", "nw")]
    questions += [f"np.linalg.matrix_power(q, {n})" for n in (0, 1, 2, 3, 5, -1, -2)]
    questions += [
        f"np.linalg.qr({name}, {mode!r})" for name in "nm" for mode in ("complete", "r", "raw", "reduced", "none")
    ]
    questions += [
        "np.linalg.cholesky(p, upper=True)", "np.linalg.eigh(p, 'U')", "np.linalg.eigh(q, 'U')",
        "np.linalg.eigvalsh(q, UPLO='U')",
        "np.linalg.svd(m, full_matrices=False)", "np.linalg.svd(p, hermitian=True)[1]",
        "np.linalg.svd(n, compute_uv=False)",
        "np.linalg.multi_dot([m, n, m, v])", "np.linalg.multi_dot([v, n, m])", "np.linalg.multi_dot([v, n, q, w])",
        "np.linalg.cross(w, w)", "np.linalg.vecdot(m, m)", "np.linalg.vecdot(m, m, axis=0)", "np.linalg.outer(v, w)",
        "np.linalg.pinv(q, rcond=1e-3)", "np.linalg.pinv(q, rtol=1e-3)", "np.linalg.pinv(q, rtol=None)",
        "np.linalg.pinv(q, 1, rtol=1)",
        "np.linalg.matrix_rank(q, tol=3)", "np.linalg.matrix_rank(p, hermitian=True)",
        "np.linalg.matrix_rank(q, rtol=.5)",
        "np.linalg.matmul(m, n)", "np.linalg.tensordot(m, n, axes=1)", "np.linalg.trace(t, offset=1)",
    ]  # fmt: skip
    check_all(questions, **near(dtype), **arrays(dtype))


@pytest.mark.parametrize("dtype", ["int32", "float16", "float32", "float64", "complex128"])
def test_norms(dtype):
    questions = [
        f"np.linalg.{call}"
        for order in ORDERS
        for call in (
            f"norm(q, {order})", f"norm(v, {order})", f"norm(t, {order}, axis=1)", f"norm(t, {order}, axis=(0, 2))",
            f"norm(t, {order}, axis=(2, 0), keepdims=True)", f"norm(t, {order})", f"norm(q, {order}, keepdims=True)",
            f"vector_norm(t, ord={order})", f"vector_norm(t, ord={order}, axis=(0, 1), keepdims=True)",
            f"cond(q, {order})",
            f"matrix_norm(t, ord={order})",
        )
    ]  # fmt: skip
    check_all(questions, **near(dtype), **arrays(dtype))


def test_singular_empty_and_strange():
    given = {
        "singular": numpy.array([[1.0, 2], [2, 4]]),
        "nan": numpy.array([[numpy.nan, 1], [1, 2]]),
        "indefinite": numpy.array([[1, 2j], [-2j, 1]]),
        "n": arrays("float64")["n"],
        "q": arrays("float64")["q"],
    }
    functions = [
        "inv",
        "cholesky",
        "det",
        "slogdet",
        "eigvals",
        "eig",
        "eigvalsh",
        "svd",
        "svdvals",
        "pinv",
        "matrix_rank",
        "norm",
    ]
    questions = [f"np.linalg.{function}({name})" for function in functions for name in ("singular", "nan")
                 if (function, name) not in {("eigvalsh", "nan"), ("slogdet", "nan")}]  # fmt: skip
    questions += [
        f"np.linalg.{function}(np.zeros((0, 0)))"
        for function in ["inv", "det", "slogdet", "eigvalsh", "eigh", "cholesky", "cond"]
    ]
    questions += [
        "np.linalg.solve(singular, [1, 2])", "np.linalg.cholesky(indefinite)", "np.linalg.cond(singular, 1)",
        "np.linalg.cond(np.zeros((2, 2)), 1)", "np.linalg.cond(nan, 1)", "np.linalg.cond(nan)",
        "np.linalg.eigvals([[0, 1], [-1, 0]])",
        "np.linalg.matrix_rank([0, 0])", "np.linalg.matrix_rank([0, 1])", "np.linalg.matrix_rank(np.zeros((2, 3)))",
        "np.linalg.tensorsolve(np.eye(6).reshape(2, 3, 6), np.ones((2, 3)))",
        "np.linalg.tensorsolve(np.ones((2, 3)), np.ones(2))",
        "np.linalg.tensorinv(np.eye(24).reshape(4, 6, 8, 3), 2)", "np.linalg.tensorinv(np.eye(4), 0)",
        "np.linalg.lstsq(n, n, rcond=-1)", "np.linalg.lstsq([[1, 2], [2, 4], [3, 6]], [1, 2, 3])", "np.linalg.norm([])",
        "np.linalg.lstsq(np.zeros((0, 2)), np.zeros(0))", "np.linalg.norm([], np.inf)", "np.linalg.norm([], -np.inf)",
        "np.linalg.norm(5)", "np.linalg.norm(q, axis='a')", "np.linalg.diagonal(q, offset=9)",
        "np.linalg.solve(q, np.ones((3, 0)))",
        "np.linalg.svd(np.zeros((0, 3)))", "np.linalg.det(1.)", "np.linalg.multi_dot([q])",
        "np.linalg.matrix_power(q, 1.5)",
        "np.linalg.solve(q, 1.)", "np.linalg.inv(np.ones((2, 2), 'f2'))",
    ]  # fmt: skip
    check_all(questions, rtol=1e-9, atol=1e-9, **given)


def test_named_results():
    x = np.asarray([[2.0, 1.0], [1.0, 3.0]])
    assert np.linalg.svd(x)._fields == ("U", "S", "Vh")
    assert np.linalg.qr(x)._fields == ("Q", "R")
    assert np.linalg.slogdet(x)._fields == ("sign", "logabsdet")
    assert np.linalg.eigh(x)._fields == np.linalg.eig(x)._fields == ("eigenvalues", "eigenvectors")
    assert np.linalg.LinAlgError is numpy.linalg.LinAlgError


@pytest.mark.parametrize("function", ["eigh", "svd", "qr"])
def test_gradients_of_vectors_with_lapack_signs(function):
    x = tf.constant([[2.0, 0.5, 0.1], [0.5, 3.0, 0.7], [0.1, 0.7, 5.0]], tf.float64)
    weights = tf.constant(numpy.arange(9.0).reshape(3, 3))

    def value(y):
        results = getattr(np.linalg, function)(np.matmul(y, np.transpose(y)))
        return tf.add_n([tf.reduce_sum(part * (weights if len(part.shape) == 2 else weights[0])) for part in results])

    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = value(x)
    found = tape.gradient(loss, x).numpy()
    step = 1e-6
    for i, j in ((0, 0), (1, 2), (2, 0)):
        nudge = numpy.zeros((3, 3))
        nudge[i, j] = step
        expected = (value(x + nudge) - value(x - nudge)).numpy() / (2 * step)
        assert found[i, j] == pytest.approx(expected, rel=1e-5, abs=1e-6)
