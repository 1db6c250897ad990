"""Compiled code computes what is written, not what is equal to it for real numbers: NaN, infinities, -0, rounding."""

from __future__ import annotations

import numpy
import pytest
import tensorflow as tf

import np2tf_runtime as np
from np2tf_runtime._jit import only

INF, NAN = numpy.inf, numpy.nan
VALUES = (1.0, NAN, -INF, 0.3, INF, -2.0, 2.5, -0.0, 0.0, 1000.0, 1e200, -1e200)
X, Y = (numpy.array(part) for part in zip(*((x, y) for x in VALUES for y in VALUES), strict=True))

EXPRESSIONS = (
    # A comparison times what may be NaN or infinite: 0 * NaN is NaN.
    "(x > y) * y", "y * (x > 0)", "(x > 0).astype(float) * y", "np.isfinite(x) * x", "~np.isnan(x) * x",
    "((x > 0) & (y > 0)) * y", "(x > 0) * (y > 0) * x", "np.sum((x > 0) * y)", "(x > y) * 1.0 * y",
    # NaN that comes second.
    "np.maximum(x, y)", "np.minimum(x, y)", "np.maximum(np.maximum(x, 1), y)", "np.clip(x, y, 2)", "np.hypot(x, y)",
    "np.clip(x, -1, 1)", "np.clip(x.astype(np.float32), -1, 1)", "np.maximum(np.minimum(x, 1), -1)",
    "np.fmax(x, y)", "np.maximum.accumulate(y)", "np.maximum.reduce(y)", "np.minimum.reduce(y.reshape(-1, 2), axis=1)",
    "np.abs(x + 1j * y)",
    # Constants that rounding tells apart.
    "(x + 1e16) - 1e16", "(x - 1e16) + 1e16", "1e16 - (1e16 - x)", "1 - (1 - x)", "x + 1e16 + 1",
    "(x + 1.5 * 2.0**52) - 1.5 * 2.0**52", "np.log(1 + x * 1e-17)", "np.exp(x * 1e-17) - 1",
    "x + 0", "0 - x", "-x + 0.0",
    # Overflow on the way.
    "x * 1e200 * 1e-200", "x * 1e200 / 1e200", "x / 1e200 * 1e200", "x / 1e-200 / 1e200", "x * 2e307 / 2e307",
    "np.exp(x) * np.exp(y)", "np.log(np.exp(x))", "np.sqrt(x ** 2)", "np.sqrt(x * x)", "(x ** 2) ** 0.5",
    "np.log2(2 ** x)", "np.exp(x) ** y", "x / (y / x)", "(x / y) / (y / x)",
    # The logarithm of a power of a negative number.
    "np.log(x ** y)", "np.sign(x)",
    "np.abs(x)", "1 / np.abs(x)", "np.abs(x.astype(np.float32))", "np.copysign(np.abs(y), x)",
    "np.copysign(1, np.frexp(x)[0])",
)  # fmt: skip


@pytest.mark.parametrize("rung", ["xla", "graph"])
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_is_computed_as_written(expression: str, rung: str, tmp_path) -> None:
    path = tmp_path / "computed.py"
    path.write_text(f"def computed(x, y):\n    return {expression}\n")
    plain, traced = {"np": numpy}, {"np": np}
    for namespace in (plain, traced):
        exec(compile(path.read_text(), str(path), "exec"), namespace)
    with numpy.errstate(all="ignore"):
        want = plain["computed"](X, Y)
    with only(rung):
        have = np.jit(traced["computed"])(np.asarray(X), np.asarray(Y)).numpy()
    numpy.testing.assert_allclose(have, want, rtol=1e-12, atol=0)
    if want.dtype.kind == "f" and expression.startswith(("x + 0", "0 - x", "-x", "np.sign", "np.abs(x")):
        numpy.testing.assert_array_equal(numpy.signbit(have[want == 0]), numpy.signbit(want[want == 0]))


def test_is_computed_as_written_in_a_small_loop(tmp_path) -> None:
    """XLA compiles such a loop by itself, in a way of its own."""
    path = tmp_path / "looped.py"
    every = "".join(f"        {expression},\n" for expression in EXPRESSIONS)
    path.write_text(
        f"def computed(x, y):\n    return [\n{every}    ]\n\n"
        "def looped(x, y, one, turns):\n    found = computed(x, y)\n    for turn in range(turns):\n"
        "        x, y = x * one, y * one\n        found = computed(x, y)\n    return found\n"
    )
    plain, traced = {"np": numpy}, {"np": np}
    for namespace in (plain, traced):
        exec(compile(path.read_text(), str(path), "exec"), namespace)
    with numpy.errstate(all="ignore"):
        want = plain["computed"](X, Y)
    with only("xla"):
        have = np.jit(traced["looped"])(np.asarray(X), np.asarray(Y), 1.0, 9)
    for expression, value, expected in zip(EXPRESSIONS, have, want, strict=True):
        numpy.testing.assert_allclose(value.numpy(), expected, rtol=1e-12, atol=0, err_msg=expression)


@pytest.mark.parametrize("rung", ["xla", "graph"])
@pytest.mark.parametrize("source", ["float16", "float32", "float64"])
@pytest.mark.parametrize("target", ["int8", "int16", "int32", "int64", "uint8", "uint16"])
def test_integers_of_what_they_do_not_hold(source: str, target: str, rung: str) -> None:
    limits = [2.0**e for e in (7, 8, 15, 16, 31, 32, 62, 63, 64)]
    with numpy.errstate(all="ignore"):
        x = numpy.array([NAN, INF, -INF, 300.7, -300.7, 1e10, -1e20, *limits, *(-v for v in limits)]).astype(source)
        want = x.astype(target)
    stored = np.zeros(x.shape, target)
    with only(rung):
        have = np.jit(lambda x: x.astype(target))(np.asarray(x))
        assigned = np.jit(lambda x, z: np.tensor_scatter_update(z, np.s_[:], x))(np.asarray(x), stored)
    numpy.testing.assert_array_equal(have.numpy(), want)
    numpy.testing.assert_array_equal(assigned.numpy(), want)


def test_nan_is_no_index() -> None:
    @np.jit
    def counted(x):
        bins = np.zeros(4)
        for i in range(len(x)):
            bins = np.tensor_scatter_update(bins, x[i].astype(int), bins[x[i].astype(int)] + 1)
        return bins

    assert counted(np.array([1.5, 3.0, 1.0])).tolist() == [0.0, 2.0, 0.0, 1.0]
    with pytest.raises(IndexError):
        counted(np.array([1.5, NAN, 1.0]))


@pytest.mark.parametrize("rung", ["xla", "graph"])
def test_the_gradient_of_an_absolute_value_at_zero_is_none(rung: str) -> None:
    z = tf.constant([0j, 3 + 4j, 3e100 - 4e100j, 1e-100j])
    with only(rung), tf.GradientTape() as tape:
        tape.watch(z)
        size = np.jit(lambda z: np.abs(z))(z)
    numpy.testing.assert_allclose(tape.gradient(size, z), [0, 0.6 + 0.8j, 0.6 - 0.8j, 1j], rtol=1e-12)


@pytest.mark.parametrize("rung", ["xla", "graph"])
@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_absolute_values_of_all_sizes(dtype: str, rung: str) -> None:
    limits = numpy.finfo(dtype)
    exponents = range(limits.minexp + 53, limits.maxexp - 1)
    rng = numpy.random.default_rng(0)
    pairs = [numpy.ldexp(rng.uniform(1, 2, 2), (e, e - shift)) for e in exponents for shift in (0, 20)]
    z = numpy.array([complex(*pair) for pair in pairs]).astype(dtype)
    with only(rung):
        have = np.jit(lambda z: np.abs(z))(np.asarray(z)).numpy()
    numpy.testing.assert_allclose(have, numpy.abs(z), rtol=2 * limits.eps, atol=0)


SIZES = (1.0, -2.0, 0.3, 0.0, 1e-20, 3e-20, 1e20, 1e-30, INF, -INF, NAN)
LIMITS = (2.5, 0.3, 0.0, -1.0, 2.0**0.5, 1e-20, 1e20, 1e30, 1e-30, 1e300, 1e-300, 1e-170, INF, -INF, NAN)


@pytest.mark.parametrize("traced", [True, False])
@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_absolute_values_beside_one_number(dtype: str, traced: bool) -> None:
    def compared(z, *limits):
        sizes = abs(z)
        return [answer for limit in limits or LIMITS for answer in orders(sizes, limit)]

    def orders(r, limit):
        return r < limit, r <= limit, r > limit, r >= limit, limit < r, limit <= r, limit > r, limit >= r

    far = SIZES if dtype == "complex64" else (*SIZES, 1e-300, 1e300, 1e-170, 1e170)
    z = numpy.array([complex(x, y) for x in far for y in far]).astype(dtype)
    with numpy.errstate(all="ignore"):
        want = compared(z)
    with only("xla"):
        have = np.jit(compared)(np.asarray(z), *(LIMITS if traced else ()))
    for one, other in zip(have, want, strict=True):
        numpy.testing.assert_array_equal(one.numpy(), other)


DIVISORS = (
    3, -0.7, 0.0, 4.0, 1e300, 1e-300, INF, NAN, 2j, -0.3j, 1.5 - 0.25j, 0.25 + 1.5j, complex(0, INF), 1e200 - 1e199j,
)  # fmt: skip


@pytest.mark.parametrize("rung", ["xla", "graph"])
@pytest.mark.parametrize("divisor", DIVISORS)
@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_complex_numbers_divided_by_one_that_is_known(dtype: str, divisor: complex, rung: str) -> None:
    with numpy.errstate(all="ignore"):
        z = numpy.array([complex(x, y) for x, y in zip(X, Y, strict=True)]).astype(dtype)
        known = z.dtype.type(divisor)
        want = z / known
    with only(rung):
        have = np.jit(lambda z: z / known)(np.asarray(z)).numpy()
    for one, other in ((have.real, want.real), (have.imag, want.imag)):
        numpy.testing.assert_allclose(one, other, rtol=8 * numpy.finfo(dtype).eps, atol=0)
