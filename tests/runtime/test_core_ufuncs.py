"""Every ufunc over dtypes, special values, keywords and methods, against NumPy."""

import differential
import numpy as np
import pytest
import tensorflow as tf
from differential import DTYPES, check, check_all, compare, sample

import np2tf_runtime as np_tf

UFUNCS = [
    name for name, u in np_tf._ufuncs.UFUNCS.items() if u.signature is None and name == u.__name__ and name != "isnat"
]
UNARY = [name for name in UFUNCS if getattr(np, name).nin == 1]
BINARY = [name for name in UFUNCS if getattr(np, name).nin == 2]
# Every pair of dtypes for one ufunc of each family; the others on equal dtypes.
PAIRED = ("add", "divide", "less", "power", "floor_divide", "maximum", "bitwise_and", "left_shift", "equal", "arctan2")
SPECIAL = (np.nan, np.inf, -np.inf, 0.0, -0.0, 0.5, -0.5, 1.5, 2.5, 1000.0, 8.0, 64.0, 27.0, -27.0)


def all_agree(questions):
    """Collect the differences of many (question, names) pairs into one failure."""
    wrong = [(q, found) for q, names in questions if (found := compare(q, **names)) is not None]
    assert not wrong, "\n".join(f"{q}: {found}" for q, found in wrong[:20])


@pytest.mark.parametrize("name", UNARY)
def test_unary(name):
    questions = [(f"np.{name}(x)", {"x": sample(dtype)}) for dtype in DTYPES]
    if name != "reciprocal":
        questions += [(f"np.{name}(x)", {"x": np.array(SPECIAL, dtype)}) for dtype in ("float16", "float32", "float64")]
    all_agree(questions)


@pytest.mark.parametrize("name", BINARY)
def test_binary(name):
    pairs = [(a, b) for a in DTYPES for b in DTYPES if a == b or name in PAIRED]
    questions = [(f"np.{name}(x, y)", {"x": sample(a), "y": sample(b, seed=1)}) for a, b in pairs]
    x, y = (grid.ravel() for grid in np.meshgrid(np.array(SPECIAL[:9]), np.array(SPECIAL[:9])))
    questions += [(f"np.{name}(x, y)", {"x": x.astype(d), "y": y.astype(d)}) for d in ("float16", "float32", "float64")]
    all_agree(questions)


@pytest.mark.parametrize("name", BINARY)
def test_python_numbers_are_weak(name):
    all_agree(
        [
            (f"np.{name}(x, {number})", {"x": sample(dtype)})
            for dtype in DTYPES
            for number in (True, 2, 2.5, 1j, -1, 0, 300)
        ]
    )


@pytest.mark.parametrize(
    "symbol", ["+", "-", "*", "/", "//", "%", "**", "@", "<<", ">>", "&", "|", "^", "<", ">=", "==", "!="]
)
def test_operators(symbol):
    questions = [(f"x {symbol} y", {"x": sample(d), "y": sample(d, seed=1)}) for d in DTYPES]
    questions += [(f"2 {symbol} x", {"x": sample(d)}) for d in DTYPES]
    questions += [(f"x {symbol} [1, 2, 3, 4, 5, 6, 7]", {"x": sample(d)}) for d in ("int64", "float32")]
    questions += [(f"x {symbol} np.float32(2)", {"x": sample(d)}) for d in ("int8", "float16", "float64")]
    all_agree(questions)


def test_operators_of_one_argument():
    check_all([f"{symbol}np.asarray({value})" for symbol in "-+~" for value in ("[1, 2]", "[True]", "[1.5]")])
    check_all(["abs(np.asarray([-1, 2]))", "divmod(np.asarray([7, -7]), 3)", "divmod(7, np.asarray([2, -2]))"])


@pytest.mark.parametrize(
    "name",
    [
        "add",
        "multiply",
        "maximum",
        "minimum",
        "logical_and",
        "logical_or",
        "logical_xor",
        "subtract",
        "bitwise_or",
        "hypot",
        "fmax",
    ],
)
def test_reduce_and_accumulate(name):
    questions = []
    for dtype in ("bool", "int8", "uint16", "int64", "float16", "float32", "float64", "complex128"):
        x = {"x": sample(dtype, (3, 4))}
        questions += [(f"np.{name}.reduce(x)", x), (f"np.{name}.reduce(x, axis=1, keepdims=True)", x)]
        questions += [(f"np.{name}.accumulate(x, axis=1)", x)]
        questions += [(f"np.{name}.reduceat(x, [0, 2, 1])", x), (f"np.{name}.outer(x[0], x[1])", x)]
    all_agree(questions)


def test_reduce_keywords():
    x = sample("float64", (3, 4))
    check_all(
        [
            "np.add.reduce(x, axis=None)",
            "np.add.reduce(x, axis=(0, 1))",
            "np.add.reduce(x, axis=2)",
            "np.add.reduce(x, where=x > 0)",
            "np.add.reduce(x, initial=5)",
            "np.add.reduce(x, dtype='f4')",
            "np.maximum.reduce(x, where=x > 0, initial=-1)",
            "np.maximum.reduce(x, where=x > 0)",
            "np.maximum.reduce(x[:0])",
            "np.maximum.reduce(x[:0], initial=3)",
            "np.add.reduce(x[:0])",
            "np.subtract.reduce(x, axis=(0, 1))",
            "np.sin.reduce(x)",
            "np.divmod.reduce(x)",
            "np.add.reduce(3.0)",
        ],
        x=x,
    )


def test_keywords_of_a_call():
    x = np.arange(1, 5, dtype="int16")
    check_all(
        [
            "np.add(x, x, dtype='f4')",
            "np.add(x, 1.5, dtype='i4')",
            "np.add(x, 1.5, dtype='i4', casting='unsafe')",
            "np.add(x, x, casting='no')",
            "np.sqrt(x, dtype=float)",
            "np.add(x, x, where=[True, False, True, True])[::2]",
            "np.add(x)",
            "np.add(x, x, x, x)",
            "np.add(x, x, bogus=1)",
            "np.add(x, x, casting='bogus')",
            "np.add(x, x[:2])",
            "np.add('a', x)",
        ],
        x=x,
    )


@pytest.mark.parametrize(
    "call",
    ["np.add(x, x, x)", "np.add(x, x, out=x)", "np.exp(x, x)", "np.add.at(x, [0], 1)", "np.add.reduce(x, out=x[0])"],
)
def test_out_is_refused(call):
    x = np_tf._base.as_tensor([1.0, 2.0])
    with pytest.raises(np_tf.UnsupportedFeatureError, match="NT604"):
        eval(call, {"np": np_tf, "x": x})


@pytest.mark.cpu_only("a GPU is not asked whether something was divided by zero")
def test_division_by_zero_warns_as_numpy():
    x = np_tf._base.as_tensor([1, 2])
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert (x // 0).tolist() == [0, 0]
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        x // 0
    with np.errstate(divide="ignore"):
        assert (x % 0).tolist() == [0, 0]


def test_python_ints_out_of_range():
    check_all(
        ["x + 300", "x * -1", "x < 300", "x == -1", "300 > x", "x >= 2**70", "np.maximum(x, 256)"], x=sample("uint8")
    )


@pytest.mark.parametrize("a", [(3,), (2, 3), (2, 3, 3), (1, 3, 3), (0, 3)])
@pytest.mark.parametrize("b", [(3,), (3, 2), (2, 3, 3), (3, 0)])
def test_matmul(a, b):
    for dtype in ("float64", "int8", "uint64", "bool", "complex64", "float16"):
        check("np.matmul(x, y)", x=sample(dtype, a), y=sample(dtype, b, seed=1))


def test_generalized():
    x, y = sample("complex128", (2, 3)), sample("complex128", (3, 2), seed=1)
    check_all(
        [
            "np.vecdot(x, x)",
            "np.matvec(x, x[0])",
            "np.vecmat(x[0], y)",
            "np.vecdot(x, y)",
            "np.matmul(x, 3)",
            "x @ y",
            "np.vecdot(x, x, axis=0)",
        ],
        x=x,
        y=y,
    )


def test_gradients_are_right():
    points = tf.constant([0.3, 0.7, 0.9], tf.float64)
    for name in (
        "sin",
        "exp2",
        "log2",
        "log10",
        "cbrt",
        "tanh",
        "square",
        "reciprocal",
        "log1p",
        "arcsin",
        "sqrt",
        "absolute",
    ):
        with tf.GradientTape() as tape:
            tape.watch(points)
            value = getattr(np_tf, name)(points)
        step = 1e-6
        numeric = (getattr(np, name)(points.numpy() + step) - getattr(np, name)(points.numpy() - step)) / (2 * step)
        np.testing.assert_allclose(tape.gradient(value, points), numeric, rtol=1e-6, err_msg=name)


def test_gradient_at_an_exact_power():
    x = tf.constant([8.0], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = np_tf.log2(x)
    assert value[0] == 3
    np.testing.assert_allclose(tape.gradient(value, x), [1 / (8 * np.log(2))])


def test_traced_calls_agree_with_eager_ones():
    x, y = sample("float64"), sample("float64", seed=3)

    @tf.function
    def traced(a, b):
        return (
            np_tf.add(a, 1),
            np_tf.hypot(a, b),
            a // b,
            np_tf.divmod(a, b),
            np_tf.maximum(a, 0),
            a**2,
            np_tf.add.outer(a, b),
        )

    with np.errstate(all="ignore"):
        want = (x + 1, np.hypot(x, y), x // y, np.divmod(x, y), np.maximum(x, 0), x**2, np.add.outer(x, y))
    assert differential._difference(want, traced(tf.constant(x), tf.constant(y)), None, 0.0, False) is None


def test_integer_division_by_zero_in_a_graph():
    for jit in (False, True):
        divided = tf.function(lambda a, b: (a // b, a % b), jit_compile=jit)(tf.constant([7, -7]), tf.constant([0, 2]))
        assert [part.tolist() for part in divided] == [[0, -4], [0, 1]]


def test_attributes():
    for name in ("add", "sin", "divmod", "matmul"):
        ours, theirs = getattr(np_tf, name), getattr(np, name)
        for attribute in ("nin", "nout", "nargs", "identity", "ntypes", "types", "signature", "__name__"):
            assert getattr(ours, attribute) == getattr(theirs, attribute)
    assert repr(np_tf.add) == "<ufunc 'add'>"
    assert np_tf.abs is np_tf.absolute


@pytest.mark.parametrize("length", [7, 300])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64", "complex128"])
def test_which_powers_are_roots_and_products(dtype: str, length: int) -> None:
    x = np.resize(np.array([-np.inf, -0.0, 0.0, 4.0]), length).astype(dtype)
    for exponent in (2, 2.0, 0.5, -1, 1, np.float64(0.5), np.array(0.5), np.array([2.0]), np.float32(2)):
        for ask in ("np.power(x, y)", "x ** y"):
            with np.errstate(all="ignore"):
                want = eval(ask, {"np": np, "x": x, "y": exponent})
                have = eval(ask, {"np": np_tf, "x": np_tf.array(x), "y": exponent})
            assert have.dtype == want.dtype, (ask, exponent)
            assert np.array_equal(np.signbit(want.real), np.signbit(np.asarray(have.real))), (ask, exponent)
            np.testing.assert_allclose(np.asarray(have), want, rtol=2e-3, err_msg=f"{ask} {exponent}")
    for exponent in (2, 0.5):
        want = x.copy()
        with np.errstate(all="ignore"):
            want **= exponent
            have = np_tf.functional.ipow(np_tf.array(x), exponent)
        np.testing.assert_allclose(np.asarray(have), want, rtol=2e-3)


@pytest.mark.parametrize("length", [5, 300])
def test_who_tells_of_floating_point_errors(length: int) -> None:
    x = np.full(length, 1e200)
    for ask in (
        "np.nanprod(x)", "np.nancumprod(x)", "np.nancumsum(x * 1e108)", "np.cumulative_prod(x)", "np.sinc(x * np.nan)",
        "np.polyval(x, x)", "np.vander(x[:3])", "np.ptp(np.stack([x, -x]) * 1e108)", "np.nanmedian(x * 1e107)",
    ):  # fmt: skip
        answers = []
        for module in (np, np_tf):
            with np.errstate(all="raise"):
                try:
                    eval(ask, {"np": module, "x": module.array(x)})
                    answers.append("none")
                except FloatingPointError as error:
                    answers.append(str(error))
        assert answers[0] == answers[1], ask
