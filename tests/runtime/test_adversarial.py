"""What questions at the limits of dtypes and shapes found wrong in the runtime, as differential tests: eagerly by
TensorFlow, with NumPy on small arrays, in a graph and under XLA.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import tensorflow as tf
from differential import Outcome, compare, to_tensors

import np2tf_runtime as runtime
from np2tf_runtime import _base

FLOATS = np.array([-2.5, -0.5, 300.7, -1.0, 255.9, 70000.0, -129.0, 3.0, -200.25, 65536.0, 1e9, -1e9] * 3)
PARTS = (0.0, -0.0, 1.0, -2.5, np.inf, np.nan)
COMPLEX = np.array([complex(a, b) for a in PARTS for b in PARTS])
BRANCH = np.array([complex(-4, -0.0), 0j, -4 + 0j])
SMALL = np.array([250, 3, 255], "uint8")
LIMITS = np.array([-128, 127, -1], "int8")
SINGLE = np.finfo(np.float32)

# Asked of every rung.
QUESTIONS: list[tuple[str, dict]] = [
    # What a narrow integer can't hold wraps around: TensorFlow's casts and XLA's do so for some lengths and dtypes.
    *(
        (f"x.astype({target!r})", {"x": FLOATS.astype(source)})
        for source in ("float32", "float64")
        for target in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")
    ),
    # The cube of the root of the largest numbers overflows.
    ("np.cbrt(x)", {"x": np.array([SINGLE.max, -SINGLE.max, SINGLE.tiny, 27.0, 0.0, -np.inf], "float32")}),
    ("np.cbrt(x)", {"x": np.array([1.7e308, 3e-308, 64.0, -1e300])}),
    # Equal halves: NumPy gives the first, C the second, which may be the other zero.
    ("np.copysign(1, np.nextafter(x, -x))", {"x": np.array([0.0, -0.0], "float16")}),
    ("x**2", {"x": np.array([True, False])}),
    ("x**2.0", {"x": np.array([True, False])}),
    ("np.power(x, 2)", {"x": np.array([True, False])}),
    # The absolute value of the lowest integer is negative, and so it counts as a small jump.
    ("np.unwrap(x)", {"x": LIMITS}),
    ("np.unwrap(x)", {"x": np.array([0.0, 4.0, -3.0, 9.0])}),
    ("np.unwrap(x, period=4)", {"x": np.array([0, 3, 1, 9])}),
]  # fmt: skip


def parts(expression: str) -> str:
    """Both parts of complex numbers: `compare` takes numbers with a NaN in either part for equal."""
    return f"np.stack([np.real({expression}), np.imag({expression})])"


# Asked eagerly: NumPy computes these where it can.
EAGER: list[tuple[str, dict]] = [
    *((parts("x**y"), {"x": COMPLEX[:, None], "y": np.array(y)}) for y in ([0.0, 1, 2, -1, 0.5], [0, 1, 2, 3])),
    *((parts(f"x**{exponent}"), {"x": COMPLEX}) for exponent in ("0", "1", "2", "3", "-1", "-2", "0.5", "1j", "2.0")),
    *((parts(f"x**{exponent}"), {"x": BRANCH}) for exponent in ("0.5", "-1", "2", "-2")),
    (parts("x * x[:, None]"), {"x": COMPLEX}),
    (parts("np.square(x) + np.multiply(x, 2)"), {"x": COMPLEX}),
    (parts("np.stack([np.square(x), x * x, x**2])"), {"x": COMPLEX.astype("complex64")}),
    ("x**True", {"x": COMPLEX}),
    ("np.power(x, y)", {"x": np.array([np.inf, -np.inf, np.nan, 0.0]), "y": np.array([0j, 0j, 0j, 0j])}),
    *(
        (f"np.{name}(x, dtype={dtype!r})", {"x": np.array([[1, -5, 3], [2, 2, -4]], source)})
        for name in ("var", "std", "mean")
        for dtype in ("uint8", "int8", "int32", "bool")
        for source in ("int8", "int64", "float64", "complex128")
    ),
    ("np.piecewise(x, [x < 0, x >= 1], [-1, 1])", {"x": SMALL}),
    ("np.piecewise(x, [x < 5, x >= 5], [1.5, 2])", {"x": SMALL}),
    *(
        (f"np.sort(x{more})", {"x": np.array([3, np.nan, 1, -0.0, 0.0, np.nan, -np.inf, 2])})
        for more in ("", ", kind='stable'", ", axis=None", ", stable=True", ", axis=1", ", kind='x'")
    ),
    ("np.argsort(x)", {"x": np.array([3, 1, 2, 1, 3, 0, 1, 1] * 9)}),
    ("np.argsort(x, axis=None, kind='stable')", {"x": np.array([[3, 1, 2], [1, 3, 0]])}),
    ("np.argsort(x, axis=True)", {"x": np.array([[3, 1, 2], [1, 3, 0]])}),
    ("np.argsort(x, kind='stable')", {"x": COMPLEX[:6]}),
    *((f"np.pad(x, {w}, mode={m!r}, stat_length={s})", {"x": np.arange(4.0)})
      for m in ("maximum", "mean") for w, s in ((0, 0), (1, 0), (1, 2), ((1, 0), (1, 0)), (0, None))),
    ("np.dot(x, y)", {"x": np.full(400, 100, "int8"), "y": np.full(400, 3, "int8")}),
    ("np.dot(x, y)", {"x": np.full(400, 100, "float16"), "y": np.full(400, 0.25, "float16")}),
    ("np.dot(x, x)", {"x": np.array([True, False])}),
    ("np.vdot(x, x)", {"x": np.array([1 + 2j, 3 - 1j])}),
    ("np.arange(3, 1)", {}),
    ("np.arange(2**63 - 2, 2**63 - 1)", {}),
    ("np.arange(5, 0, -2)", {}),
    ("np.arange(5, 0, 0)", {}),
    ("np.linspace(0, 1, 4, retstep=True)", {}),
    ("np.linspace(3, 1, 0)", {}),
    ("np.linspace(0, 10, 5, endpoint=False)", {}),
    ("np.linspace(0, 10, -1)", {}),
    ("np.linspace(0, 10, 3, axis=1)", {}),
    ("x.reshape(-1), x.reshape(2, -1), x.reshape((3, 2)), x.reshape(6)", {"x": np.arange(6).reshape(2, 3)}),
    ("x.reshape(4, -1)", {"x": np.arange(6)}),
    ("x.reshape(-1, -1)", {"x": np.arange(6)}),
    ("x.reshape(-2, 3)", {"x": np.arange(6)}),
    ("x.reshape(0, -1)", {"x": np.zeros((0, 3))}),
    ("x[:, None], x[None, ..., None], x[...], x[:]", {"x": np.arange(6).reshape(2, 3)}),
    ("np.stack((x, y))", {"x": np.arange(3), "y": np.ones(3, "float32")}),
    ("np.vstack((x, y))", {"x": np.arange(3), "y": np.ones(3, "float32")}),
    ("np.vstack((x, y))", {"x": np.arange(3), "y": np.ones((2, 3))}),
    ("np.vstack((x, y))", {"x": np.arange(3), "y": np.ones(2)}),
    ("np.vstack((x, y), dtype='int8', casting='unsafe')", {"x": np.arange(3), "y": np.ones(3)}),
    ("np.vstack((x, 1))", {"x": np.arange(1)}),
    *((f"np.vecdot(x, x + 1, axes={axes}, keepdims=True)", {"x": np.arange(27.0).reshape(3, 3, 3)})
      for axes in ("[0, 2]", "[0, 2, 1]", "[(-1,), (0,), (0,)]", "[-1, -1, -1]")),
    ("np.vecdot(x, y, axes=[0, 1])", {"x": np.arange(6.0).reshape(3, 2), "y": np.ones((2, 3))}),
    ("np.argmax(x), np.argmin(x)", {"x": np.array([[3, np.nan], [7, -1.0]])}),
    ("np.argmax(x, keepdims=True)", {"x": np.array([[3, 4], [7, -1.0]])}),
    ("np.argmax(x)", {"x": np.zeros((0, 3))}),
    ("np.cumsum(x), np.cumprod(x)", {"x": np.array([1, 2, 3], "int8")}),
]  # fmt: skip
# Writes: the statement for NumPy, and the expression for the runtime.
WRITES: list[tuple[str, str]] = [
    *((f"x[{key}] = {value}", f"np.tensor_scatter_update(x, np.s_[{key}], {value})")
      for key in ("0", ":, 1", "..., 0", "1:", "[0]", "x > 3", "0, 1")
      for value in ("[[9]]", "[[[9]]]", "[9]", "np.array([[9]])", "[[9] * 4]", "9", "((7,),)")
      if key != "0, 1" or "* 4" not in value),  # which NumPy takes for the truth of a list, in an array of bools
    *((f"np.{name}(x, x > 3, {value})", f"np.functional.{name}(x, x > 3, {value})")
      for name in ("place", "putmask")
      for value in ("[1, 2]", "[1.5]", "2.5", "300",
                    "np.array([1.5, 2])", "np.array([1, 2], 'int8')", "np.array([1j])")),
]  # fmt: skip


@pytest.fixture(params=[0, 256], ids=["TensorFlow", "NumPy on small arrays"])
def _limit(request: pytest.FixtureRequest) -> Iterator[None]:
    runtime.configure(host_limit=request.param)
    yield
    runtime.configure(host_limit=0)


def _check(found: list[tuple[str, str | None]]) -> None:
    wrong = [f"{question}\n    {how}" for question, how in found if how is not None]
    assert not wrong, f"{len(wrong)} of {len(found)} differ:\n  " + "\n  ".join(wrong)


@pytest.mark.usefixtures("_limit")
def test_eagerly() -> None:
    _check([(f"{question} {names}", compare(question, **names)) for question, names in QUESTIONS + EAGER])


@pytest.mark.parametrize("xla", [False, True], ids=["graph", "XLA"])
def test_traced(xla: bool) -> None:
    """All at once in one function."""
    codes = [compile(question, "<question>", "eval") for question, _ in QUESTIONS]

    def every(given: list[dict]) -> list:
        return [eval(code, {"np": runtime, **names}) for code, names in zip(codes, given, strict=True)]

    made = tf.function(every, autograph=False, jit_compile=xla)(to_tensors([names for _, names in QUESTIONS]))
    found = []
    for code, (question, names), have in zip(codes, QUESTIONS, made, strict=True):
        want = Outcome(lambda code=code, names=names: eval(code, {"np": np, **names})).value
        how = compare(lambda m, a, b: a if m is np else b, np.asarray(want), np.asarray(have))
        found.append((f"{question} of {names}", how))
    _check(found)


def test_powers_of_complex_numbers_in_a_graph() -> None:
    """To the power of 0 everything is 1, and to the power of 1 itself."""
    power = tf.function(lambda x, y: x**y, autograph=False)
    x = _base.as_tensor(COMPLEX)
    assert np.array_equal(power(x, tf.zeros_like(x)), np.ones_like(COMPLEX))
    assert np.array_equal(power(x, tf.ones_like(x)), COMPLEX, equal_nan=True)


@pytest.mark.usefixtures("_limit")
@pytest.mark.parametrize("dtype", ["int8", "float64", "bool", "complex64"])
def test_writes(dtype: str) -> None:
    found = []
    for statement, expression in WRITES:

        def ask(module: object, x: object, statement: str = statement, expression: str = expression) -> object:
            if module is not np:
                return eval(expression, {"np": runtime, "x": x})
            names = {"np": np, "x": x.copy()}
            exec(statement, names)
            return names["x"]

        found.append((statement, compare(ask, np.arange(12).reshape(3, 4).astype(dtype))))
    _check(found)


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_the_first_power_of_small_arrays_is_as_later_ones(dtype: str) -> None:
    """NumPy's operator takes other ways than `np.power`, to the last bit."""
    power = runtime.power
    x = np.array([2, 3, 5, 7, 11.5, 0.3], dtype)
    runtime.configure(host_limit=256)
    try:
        for exponent in (0.5, 2, -1, 3):
            power._loops.clear(), power._by_numpy_too.clear()
            made = [np.asarray(_base.as_tensor(x) ** exponent).tobytes() for _ in range(2)]
            assert made == [(x**exponent).tobytes()] * 2
    finally:
        runtime.configure(host_limit=0)
