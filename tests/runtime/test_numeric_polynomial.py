"""numpy.polynomial: NumPy's functions and classes, tensors in and out."""

from __future__ import annotations

import numpy
import pytest
import tensorflow as tf

import np2tf_runtime as np

MODULES = ("polynomial", "chebyshev", "legendre", "hermite", "hermite_e", "laguerre")
PREFIX = {
    "polynomial": "poly",
    "chebyshev": "cheb",
    "legendre": "leg",
    "hermite": "herm",
    "hermite_e": "herme",
    "laguerre": "lag",
}
COEFFICIENTS, POINTS = numpy.array([1.0, 2.0, 3.0]), numpy.array([0.1, 0.5])


@pytest.mark.parametrize("module", MODULES)
def test_functions(module):
    ours, theirs = getattr(np.polynomial, module), getattr(numpy.polynomial, module)
    assert set(theirs.__all__) <= set(dir(ours))
    p = PREFIX[module]
    for name, *given in (
        (f"{p}val", POINTS, COEFFICIENTS), (f"{p}add", COEFFICIENTS, POINTS), (f"{p}mul", COEFFICIENTS, POINTS),
        (f"{p}div", COEFFICIENTS, POINTS),
        (f"{p}der", COEFFICIENTS), (f"{p}int", COEFFICIENTS), (f"{p}roots", COEFFICIENTS), (f"{p}vander", POINTS, 2),
        (f"{p}fromroots", POINTS),
    ):  # fmt: skip
        want = getattr(theirs, name)(*given)
        have = getattr(ours, name)(*(tf.constant(x) if isinstance(x, numpy.ndarray) else x for x in given))
        for left, right in zip(
            want if isinstance(want, tuple) else [want], have if isinstance(have, tuple) else [have], strict=True
        ):
            assert isinstance(right, tf.Tensor)
            assert numpy.array_equal(right, left)


@pytest.mark.parametrize("name", ["Polynomial", "Chebyshev", "Legendre", "Hermite", "HermiteE", "Laguerre"])
def test_classes(name):
    ours, theirs = getattr(np.polynomial, name), getattr(numpy.polynomial, name)
    p, q = ours(tf.constant(COEFFICIENTS)), theirs(COEFFICIENTS)
    assert isinstance(p, theirs)
    assert str(p) == str(q)
    assert isinstance(p(tf.constant(POINTS)), tf.Tensor)
    assert numpy.array_equal(p(tf.constant(POINTS)), q(POINTS))
    assert numpy.array_equal(p.roots(), q.roots())
    for have, want in (
        (p + p, q + q),
        (p * 2, q * 2),
        (2 - p, 2 - q),
        (p.deriv(), q.deriv()),
        (p.integ(), q.integ()),
        (p**2, q**2),
    ):
        assert type(have) is ours
        assert numpy.array_equal(have.coef, want.coef)
    fitted = ours.fit(tf.constant(numpy.arange(4.0)), tf.constant(numpy.arange(4.0) ** 2), 2)
    assert type(fitted) is ours
    assert numpy.allclose(fitted.coef, theirs.fit(numpy.arange(4.0), numpy.arange(4.0) ** 2, 2).coef)
    assert type(ours.fromroots(tf.constant(POINTS))) is ours
