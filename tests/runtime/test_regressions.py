"""What NumPy's own tests and the array API's found wrong in the runtime, as differential tests."""

from __future__ import annotations

import importlib
import operator
import pickle

import numpy as np
import pytest
import tensorflow as tf
from differential import check_all, compare

import np2tf_runtime as rt

FINITE = (0.0, -0.0, 1.0, -1.0, 0.5, 3.0, 1e200, -1e200, 1e-200, 1e-300, 2.0**0.5 / 2)
SPECIAL = (0.0, -0.0, 1.0, -2.0, np.inf, -np.inf, np.nan)


def grid(values: tuple[float, ...], dtype: str = "complex128") -> np.ndarray:
    return np.array([complex(a, b) for a in values for b in values], dtype)


NEAR_THE_UNIT_CIRCLE = np.array(
    [1 + 1e-12j, 1.000000000000001 + 3e-08j, 0.9999995000000417 + 0.0009999998333333417j, 0.99995000042 - 0.009999833j]
)

FEW = np.array([1.0, 1.7, 2.3, 2.9, 3.1])

QUESTIONS: list[tuple[str, dict]] = [
    # Complex logarithms lost |z| - 1 near the unit circle, and were NaN where |z|**2 overflows.
    ("np.log(x)", {"x": grid(FINITE)}),
    ("(np.log(x).real, np.log(x).imag)", {"x": grid(SPECIAL)}),
    ("(np.log(x).real, np.log(x).imag)", {"x": grid(SPECIAL, "complex64")}),
    ("np.log(x).real * 1e15", {"x": NEAR_THE_UNIT_CIRCLE}),
    ("np.log(x)", {"x": np.array([1.0 + 3e-6j, 0.9999999 + 1e-06j], "complex64")}),
    # Square roots lost the sign of a zero imaginary part, and overflowed.
    ("(np.sqrt(x).real, np.sqrt(x).imag)", {"x": grid(SPECIAL)}),
    ("(np.sqrt(x).real, np.sqrt(x).imag)", {"x": grid(SPECIAL, "complex64")}),
    ("np.copysign(1, np.sqrt(x).imag)", {"x": grid(SPECIAL[:-1])}),
    ("np.sqrt(x)", {"x": grid((0.0, 1.0, -2.0, 1e200, -1e200, 1e308))}),
    ("np.copysign(1, np.exp2(x).imag)", {"x": grid((0.0, -0.0, 1.0, -2.0))}),
    ("np.log2(x)", {"x": grid(FINITE)}),
    ("np.log10(x)", {"x": grid(FINITE)}),
    ("(np.log1p(x).real, np.log1p(x).imag)", {"x": grid(SPECIAL)}),
    ("np.log1p(x)", {"x": grid((0.25, -0.5, 3.0))}),
    ("np.expm1(x)", {"x": grid((0.0, 1e-8, -0.5, 3.0))}),
    ("np.expm1(x)", {"x": grid(SPECIAL)}),
    ("np.reciprocal(x)", {"x": grid(SPECIAL[2:])}),
    ("np.reciprocal(x)", {"x": grid(SPECIAL[2:], "complex64")}),
    ("np.reciprocal(x)", {"x": grid((1.0, 1e200, 1e-200, -3.0))}),
    ("np.sign(x)", {"x": grid(SPECIAL)}),
    ("np.sign(x)", {"x": grid(FINITE)}),
    # The lowest integer has no absolute value.
    *(
        (f"np.{name}(x[:, None], x)", {"x": np.array([np.iinfo(dtype).min, np.iinfo(dtype).max, 0, 1, 6, 12], dtype)})
        for name in ("gcd", "lcm")
        for dtype in ("int8", "int16", "int32", "int64", "uint8", "uint64")
    ),
    # Methods whose arguments aren't the function's.
    ("x.compress([True, False, True, False])", {"x": np.arange(4.0)}),
    ("x.compress([0, 1], axis=0)", {"x": np.arange(6).reshape(3, 2)}),
    ("x.choose(y, y + 10)", {"x": np.array([0, 1, 0]), "y": np.arange(3)}),
    ("x.choose([y, y + 10])", {"x": np.array([0, 1, 0]), "y": np.arange(3)}),
    ("x.clip(3)", {"x": np.arange(5)}),
    ("x.clip(max=3)", {"x": np.arange(5)}),
    ("x.clip()", {"x": np.arange(5)}),
    ("np.clip(x, 1, 3, casting='same_kind', order='K', subok=True)", {"x": np.arange(5)}),
    ("np.clip(x, 1, 3, nothing=1)", {"x": np.arange(5)}),
    # Interpolation beside values that aren't finite.
    *(
        (f"np.interp(0.5, {xp}, {fp})", {})
        for xp in ("[np.nan, 1]", "[0, np.nan]", "[-np.inf, 1]", "[0, np.inf]", "[-np.inf, np.inf]", "[0, 1]")
        for fp in ("[0, 10]", "[10, 10]", "[np.inf, 10]", "[10, -np.inf]", "[0, 10j]", "[complex(np.inf, 1), 10]")
    ),
    ("np.interp([0.5, 3, 9, -1], [0, 1, 5], [1, 2, 3j])", {}),
    # Indices that np.insert refuses.
    ("np.insert(x, 4, 0)", {"x": np.arange(3)}),
    ("np.insert(x, [-4], 0)", {"x": np.arange(3)}),
    ("np.insert(x, np.array([], float), [])", {"x": np.arange(3)}),
    ("np.insert(x, [], [])", {"x": np.arange(3)}),
    # Python numbers are weak, and must fit.
    ("np.choose(1, [np.float32(1), 1.0])", {}),
    ("np.r_[x, 255]", {"x": np.arange(5, dtype="int8")}),
    ("np.r_[x, 7]", {"x": np.arange(5, dtype="int8")}),
    ("np.arange(start=3, stop=9)", {}),
    ("np.arange(3, start=3)", {}),
    ("np.array([[1], [2]], ndmax=1, ndmin=2)", {}),
    ("np.ndindex([2, 3])", {}),
    ("list(np.ndindex((2, 2)))", {}),
    ("np.correlate(x, x, mode=-1)", {"x": np.arange(3.0)}),
    ("np.partition(x, 1, kind=1)", {"x": np.arange(3.0)}),
    ("np.hypot(1)", {}),
    ("np.add.reduceat(x, [], axis=1)", {"x": np.ones((5, 2))}),
    ("np.maximum.reduceat(x, np.array([], int))", {"x": np.arange(0.0)}),
    ("np.where([[0, 1], [1, 0]], np.add(x, 1, where=[[0, 1], [1, 0]]), 0)", {"x": np.ones((2, 2))}),
    ("np.add(x, 1, where=np.array([0, 1]))", {"x": np.ones(2)}),
    # Where Python numbers are not weak.
    *((f"np.{name}(x, 2)", {"x": np.arange(3, dtype="int8")}) for name in ("dot", "outer", "kron", "vdot", "inner")),
    ("np.tensordot(x, 2, 0)", {"x": np.arange(3, dtype="float32")}),
    # Where they are.
    ("np.linspace(x, 2, 3)", {"x": np.array([0.5, 1], "float32")}),
    ("np.logspace(x, 2, 3)", {"x": np.array([0.5, 1], "float32")}),
    ("np.linspace(x, 2, 3)", {"x": np.array([1, 2])}),
    ("np.roll(x, x)", {"x": np.arange(4)}),
    ("np.roll(x, 1.5)", {"x": np.arange(4)}),
    ("np.roll(x, x, axis=0)", {"x": np.array([True, False, True])}),
    ("np.roll(x, x)", {"x": np.ones((2, 2), int)}),
    ("np.partition(x, 2)", {"x": np.arange(0.0)}),
    ("np.var(x, dtype='float32')", {"x": np.array([1 + 2j, 3 - 1j], "complex64")}),
    ("np.std(x, axis=0, dtype='float64')", {"x": np.array([[1 + 2j, 3 - 1j]])}),
    # Signatures of ufuncs.
    *(
        (f"np.add(x, 2, sig={signature}, casting='unsafe')", {"x": np.arange(3.0)})
        for signature in ("'i'", "('i4',)", "np.int64", "'i4'", "'ii'", "'ii->i'", "('i4', 'i4', 'i4')", "[None]", "''")
    ),
    ("np.sin(x, sig=(None, 'f'))", {"x": np.arange(3, dtype="int8")}),
    ("np.array([[1], [2]], ndmax=-1)", {}),
    # More dimensions than TensorFlow has kernels for.
    ("np.pad(x, 1)", {"x": np.ones([1] * 10)}),
    ("np.pad(x, ((3,), (0,), (1,)), mode='linear_ramp')", {"x": np.ones((2, 0, 2))}),
    ("np.einsum('abcdefg,abcdefg->g', x, x)", {"x": np.arange(2.0**7).reshape([2] * 7)}),
    ("x.flags == x.copy().flags", {"x": np.ones((2, 3))}),
    # What NumPy refuses.
    *((f"x[{key}]", {"x": np.arange(5)}) for key in ("::0.0", "0.0:1:0", "::0", "(None,) * 70", "(None,) * 3")),
    ("x.flat[[True, False, True]]", {"x": np.arange(3)}),
    ("np.array(x, copy='always')", {"x": np.arange(3)}),
    ("np.array(x, copy=False, order='F')", {"x": np.ones((2, 3))}),
    ("np.array(x, copy=False, order='F')", {"x": np.ones((1, 3))}),
    *((f"np.arange({given})", {}) for given in ("start=4", "stop=4", "step=2", "")),
    ("np.add.outer(x, x)", {"x": np.ones([1] * 33)}),
    ("np.unravel_index([], (2, 3))", {}),
    ("np.ravel_multi_index(([], []), (2, 3))", {}),
    ("np.choose(x, [x] * 64)", {"x": np.arange(3)}),
    ("np.sum(x, axis=0.5)", {"x": np.arange(3)}),
    ("np.add(x, 1, out=...)", {"x": np.arange(3)}),
    ("np.add.reduce(x, out=...)", {"x": np.arange(3)}),
    ("np.sum(x, out=...)", {"x": np.arange(3)}),
    ("x.to_device('cpu', stream=1)", {"x": np.arange(3)}),
    *((f"np.pad(x, ((3,), (0,), (1,)), mode={mode!r})", {"x": np.ones((2, 0, 2))}) for mode in ("maximum", "minimum")),
    ("np.lcm.accumulate(x)", {"x": np.array([4, 6, 10])}),
    ("np.maximum.accumulate(x)", {"x": np.array([1.0, np.nan, 10])}),
    # A bool is neither a length nor an axis, to NumPy's C code.
    *(
        (f"np.{call}", {"x": np.arange(6.0).reshape(2, 3)})
        for call in (
            "zeros(True)", "zeros((True, 2))", "full(True, 1)", "eye(True)", "empty([2, True])", "indices((True,))",
            "reshape(x, (True, -1))", "broadcast_to(1, (True,))", "resize(x, (True, 2))", "sum(x, axis=(True,))",
            "sum(x, axis=True)", "take(x, [0], False)", "concatenate([x, x], axis=True)", "argsort(x, axis=True)",
            "squeeze(x, axis=True)", "add.reduce(x, axis=True)", "add.accumulate(x, axis=True)", "flip(x, True)",
            "stack([x], axis=True)", "count_nonzero(x, axis=True)", "expand_dims(x, True)", "moveaxis(x, True, 0)",
        )
    ),
    *(
        (f"np.einsum('i->i', x, {keywords})", {"x": np.arange(3)})
        for keywords in ("order='W'", "order=3", "casting='blah'", "out='test'", "order='F'")
    ),
    ("x.flat[None]", {"x": np.arange(3)}),
    ("x.flat[1, 2]", {"x": np.arange(3)}),
    ("np.astype(np.int64(3), float)", {}),
    # Reductions by ufuncs that TensorFlow has no op for.
    *(
        (f"np.{call}", {"x": np.array([[3, 5, 6], [7, 2, 3]], dtype)})
        for dtype in ("uint8", "int64")
        for call in (
            "bitwise_and.reduce(x[:0])", "bitwise_and.reduce(x, where=x > 2)", "lcm.reduce(x, axis=None)",
            "ldexp.reduce(x % 3)", "left_shift.accumulate(x, axis=1)", "floor_divide.reduceat(x, [0, 1, 0], axis=1)",
            "subtract.reduce(x, axis=1, keepdims=True)", "subtract.accumulate(x)", "gcd.reduceat(x, [1], axis=-1)",
            "power.reduce(x, dtype='f8')", "less.reduce(x)", "less.accumulate(x, axis=1)",
        )
    ),
    ("np.hypot.reduce(x, axis=None)", {"x": np.array([[3.0, 4], [5, 6]])}),
    ("np.logaddexp.reduce(x, axis=(0, 1))", {"x": np.array([[3.0, 4], [5, 6]])}),
    # Powers that were not the same in all lanes of a vector.
    ("np.logspace(x, x[::-1], num=5, base=y) == np.logspace(x, x[::-1], num=5, base=y)", {"x": FEW, "y": FEW + 1}),
    ("np.logspace(x, 7, num=5, base=3) - np.stack([np.logspace(v, 7, num=5, base=3) for v in x], -1)", {"x": FEW}),
    # A kernel with an infinity, beside which zeros were put.
    *(
        (f"np.{name}(x, y, {mode!r})", {"x": np.arange(300, dtype=dtype), "y": np.array([2, strange, 3, 1], dtype)})
        for name in ("convolve", "correlate")
        for mode in ("full", "same", "valid")
        for dtype in ("float32", "float64", "complex128")
        for strange in (np.nan, np.inf)
    ),
    # Without an initial value, which is not the same as with None for one.
    *(
        (f"{call}(x{rest}, initial=None)", {"x": np.array([3.0, np.nan, 1.5])})
        for call in ("np.sum", "np.prod", "np.max", "np.nanmin", "np.nansum", "np.add.reduce")
        for rest in ("", "[:0]", "[1:]", ", where=[True, False, True]")
    ),
    ("np.sum(x, initial=x)", {"x": np.arange(3)}),
    ("np.multiply.reduce(x, initial=x[:1])", {"x": np.arange(3)}),
    # A single element is combined with the identity.
    *((f"np.{name}.{how}", {"x": np.array([[-4], [6]])})
      for name in ("gcd", "hypot") for how in ("reduce(x, axis=1)", "accumulate(x, axis=1)", "reduce(x[:1])")),
    # NumPy's search for a loop ends the process.
    *((f"np.{name}(x, 1, casting='equiv')", {"x": np.arange(3, dtype=dtype)})
      for name in ("add", "less", "right_shift") for dtype in ("uint8", "int64")),
    *((f"np.histogram(x, bins={bins}, weights=x > 1)", {"x": np.arange(4.0)}) for bins in ("3", "[0, 1, 3]", "'auto'")),
    ("np.polyval([], x)", {"x": np.arange(3)}),
    # The shortcuts of powers forgot the dtype that was asked for.
    *((f"np.power(x, {exponent}, dtype={dtype!r})", {"x": np.array([-1.0, 4.0, 0.5], given)})
      for exponent in (0.5, 2, -1, 1) for dtype in ("complex128", "float64") for given in ("float16", "float64")),
    *((f"np.insert(x, {given})", {"x": np.arange(300, dtype="uint8").reshape(3, 100)})
      for given in ("1, -1", "1, 256", "1, 1.5", "1, 1j", "x > 3, 5", "x[0] > 3, 5, axis=1", "[1, 2], [1, 300]")),
    *((f"np.{name}((x, x.astype('f4')), casting={casting!r})", {"x": np.arange(3)})
      for name in ("concatenate", "hstack") for casting in ("no", "equiv", "safe")),
    ("np.indices(3)", {}),
    ("np.asarray(np.uint8(200), copy=False)", {}),
    ("np.meshgrid(x, x, sparse=True, copy=False)", {"x": np.arange(3)}),
    # Writes that NumPy refuses as well, by its own error.
    *(
        (write, {"x": np.arange(3.0), "y": np.zeros(2), "i": np.arange(3)})
        for write in (
            "x.__setitem__(7, 1)", "x.__setitem__([0, 9], 1)", "x.__setitem__(slice(0, 2), [1, 2, 3])",
            "x.__setitem__(x > 1, [1, 2])", "x.__setitem__((0, 0), 1)", "x.__setitem__('a', 1)",
            "x.flat.__setitem__(7, 1)", "np.add(x, x, out=y)", "np.add(x, x, y)", "np.add(x, 0.5, out=i)",
            "np.add.reduce(x, out=y)", "np.add.accumulate(x, out=y)", "np.sum(x, out=y)", "np.sum(x, axis=3, out=y)",
            "np.matmul(x, x[:, None], out=y)", "np.take(x, [9], out=y)", "np.put(x, [9], 1)", "np.copyto(x, y)",
            "np.add.at(x, [9], 1)", "np.add.at(x, [0], y)", "x.sort(axis=1)", "x.fill('a')", "x.put([9], 1)",
            "x.partition(9)", "x.resize('a')", "np.fill_diagonal(x, 1)", "np.clip(x, 0, 1, out=y)", "x.sum(out=3)",
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(("question", "names"), QUESTIONS, ids=[question for question, _ in QUESTIONS])
def test_agrees_with_numpy(question: str, names: dict) -> None:
    assert compare(question, **names) is None


def test_gradients_of_complex_logarithms() -> None:
    z = tf.constant([3 + 4j, 1e200 + 1e200j, 1 + 1e-12j, 1e-300], tf.complex128)
    with tf.GradientTape() as tape:
        tape.watch(z)
        y = tf.math.real(rt.log(z))
    assert np.allclose(tape.gradient(y, z), np.conj(1 / z.numpy()), rtol=1e-12)


def test_an_object_whose_array_is_a_tensor() -> None:
    """Converted classes give tensors in `__array__`."""

    class Counts:
        def __array__(self, dtype=None, copy=None):
            return rt.array([1, 2])

    assert np.array_equal(rt.bincount(Counts()), [0, 1, 1])
    assert np.array_equal(rt.asarray(Counts()), [1, 2])
    assert np.array_equal(rt.stack([Counts(), Counts()]), [[1, 2], [1, 2]])
    assert np.array_equal(rt.array([Counts(), Counts()], float), [[1, 2], [1, 2]])


def test_an_object_gives_the_tensor_that_it_holds() -> None:
    class Holder:
        def __init__(self, held):
            self.held, self.asked = held, 0

        def __array__(self, dtype=None, copy=None):
            self.asked += 1
            return self.held

    holder = Holder(rt.array([1.0, 2.0]))
    assert rt.asarray(holder) is holder.held
    assert rt.array(holder) is not holder.held
    assert rt.asarray(holder, "float32").dtype == "float32"
    with tf.GradientTape() as tape:
        tape.watch(holder.held)
        y = rt.sum(rt.asarray(holder) ** 2)
    assert np.array_equal(tape.gradient(y, holder.held), [2, 4])
    other = Holder(np.array([3.0]))
    assert np.array_equal(rt.asarray(other), [3])
    assert other.asked == 1


def test_quantiles_of_fractions_are_numpys() -> None:
    from fractions import Fraction

    x = [Fraction(1, 2), Fraction(3, 2), Fraction(5, 2)]
    assert rt.quantile(x, Fraction(1, 2)) == Fraction(3, 2)


@pytest.mark.cpu_only("NumPy takes no memory of a GPU")
def test_to_device_and_dlpack() -> None:
    x = rt.arange(3.0)
    assert x.to_device("cpu") is x
    assert np.array_equal(np.from_dlpack(x, copy=True), [0, 1, 2])
    assert rt.from_dlpack(x, copy=False) is x
    assert x.__dlpack__(dl_device=x.__dlpack_device__()) is not None
    with pytest.raises(BufferError, match="another device"):
        x.__dlpack__(dl_device=(99, 0))


def test_philox_takes_its_key() -> None:
    ours, theirs = rt.random.Philox(key=3, counter=1), np.random.Philox(key=3, counter=1)
    assert np.array_equal(ours.random_raw(3), theirs.random_raw(3))


def test_ufuncs_show_their_signature() -> None:
    import inspect

    assert inspect.signature(rt.add) == inspect.signature(np.add)
    assert inspect.signature(rt.matmul) == inspect.signature(np.matmul)
    for name in ("sum", "reshape", "sort", "astype", "argmin", "repeat", "searchsorted", "take"):
        assert inspect.signature(getattr(rt.ndarray, name)) == inspect.signature(getattr(np.ndarray, name))


@pytest.mark.parametrize("name", ["log", "sqrt", "log1p", "expm1", "exp2", "reciprocal"])
def test_gradients_of_complex_functions(name: str) -> None:
    """Against a central difference along both axes."""
    z = np.array([3 + 4j, -0.5 - 0.25j, -4 + 0.1j, 0.3 - 2j])
    x = tf.constant(z)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.math.real(getattr(rt, name)(x))
    step = 1e-6
    function = getattr(np, name)
    along = [(function(z + d).real - function(z - d).real) / (2 * step) for d in (step, 1j * step)]
    assert np.allclose(tape.gradient(y, x), along[0] + 1j * along[1], rtol=1e-6)


def test_no_kernel_under_a_tape_is_loud() -> None:
    """NumPy's answer on the host would be left out of the gradient."""
    x = tf.ones([1] * 10)
    with tf.GradientTape() as tape:
        tape.watch(x)
        with pytest.raises(tf.errors.UnimplementedError):
            rt.pad(x, 1)
    assert rt.pad(x, 1).shape == (3,) * 10


@pytest.mark.parametrize("name", ["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"])
def test_states_of_bit_generators_are_tensors(name: str) -> None:
    ours, theirs = getattr(rt.random, name)(5), getattr(np.random, name)(5)
    state = ours.state

    def kinds(value: object, arrays: type) -> object:
        if isinstance(value, dict):
            return {key: kinds(item, arrays) for key, item in value.items()}
        return (value.dtype, tuple(value.shape)) if isinstance(value, arrays) else value

    assert kinds(state, tf.Tensor) == kinds(theirs.state, np.ndarray)
    ours.random_raw(3)
    ours.state = state
    twin = pickle.loads(pickle.dumps(ours))
    assert np.array_equal(ours.random_raw(4), theirs.random_raw(4))
    assert type(twin) is type(ours)
    assert np.array_equal(twin.random_raw(8)[4:], ours.random_raw(4))
    if hasattr(ours, "jumped"):
        jumped = getattr(rt.random, name)(5).jumped()
        assert np.array_equal(jumped.random_raw(4), getattr(np.random, name)(5).jumped().random_raw(4))


def test_the_global_bit_generator_is_the_one_set() -> None:
    before, state = rt.random.get_bit_generator(), rt.random.get_state()
    try:
        mine = rt.random.PCG64(3)
        rt.random.set_bit_generator(mine)
        assert rt.random.get_bit_generator() is mine
        assert rt.random.mtrand._rand._bit_generator is mine
        assert np.array_equal(rt.random.rand(3), np.random.RandomState(np.random.PCG64(3)).rand(3))
    finally:
        rt.random.set_bit_generator(before)
        rt.random.set_state(state)
    assert isinstance(state[1], tf.Tensor)


@pytest.mark.cpu_only("tensors lie on the GPU")
def test_names_of_devices() -> None:
    x = rt.arange(3)
    assert x.device == "cpu"
    assert not operator.ne(x.device, "cpu")
    assert x.device != "gpu"
    assert x.device == str(x.device) == tf.constant(1).device
    assert hash(x.device) == hash(str(x.device))
    with pytest.raises(AttributeError, match="device"):
        x.device = "gpu"


def test_vectorize_caches_when_told_later() -> None:
    calls = []
    f = rt.vectorize(lambda v: calls.append(v) or v**2)
    f.cache = True
    assert f(rt.arange(5)).tolist() == [0, 1, 4, 9, 16]
    assert len(calls) == 5


@pytest.mark.parametrize("method", ["reduce", "accumulate"])
def test_integers_divided_by_zero_are_told(method: str) -> None:
    for module in (np, rt):
        call = getattr(module.floor_divide, method)
        with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
            call(module.array([5, 0, 3]))
        assert call(module.array([5, 2, 1])).tolist() == {"reduce": 2, "accumulate": [5, 2, 2]}[method]


@pytest.mark.parametrize(
    ("module", "name", "code"),
    [
        ("char", "upper", "NT510"),
        ("core", "zeros", "NT601"),
        ("ctypeslib", "load_library", "NT511"),
        ("lib.recfunctions", "append_fields", "NT502"),
        ("ma.extras", "masked_all", "NT508"),
        ("matlib", "eye", "NT507"),
        ("strings", "upper", "NT510"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*matlib.*:PendingDeprecationWarning")
def test_modules_without_a_counterpart_can_be_imported(module: str, name: str, code: str) -> None:
    found = importlib.import_module(f"np2tf_runtime.{module}")
    with pytest.raises(rt.UnsupportedFeatureError, match=code):
        getattr(found, name)("x")


@pytest.mark.parametrize("module", ["array_utils", "format", "introspect", "mixins", "npyio", "scimath"])
def test_modules_of_lib_can_be_imported(module: str) -> None:
    assert importlib.import_module(f"np2tf_runtime.lib.{module}") is getattr(rt.lib, module)


def test_what_numpy_refuses_or_takes_otherwise() -> None:
    x = np.arange(12.0).reshape(3, 4)
    check_all(
        (
            "np.split([1, 2], 2)", "np.hsplit([1, 2], [1])", "np.vsplit([[1], [2]], 2)", "np.split([1, 2], [1])",
            "np.array_split([[1, 2]], [1], axis=1)", "np.array_split([[1, 2], [3, 4], [5, 6]], 2, axis=1)",
            "np.fft.fftfreq(4, device=0)", "np.fft.rfftfreq(4, device='cpu')", "np.linalg.tensorinv(1.5)",
            "np.isreal(0)", "np.isreal(1j)", "np.isreal([1, 2j])", "np.size(x, (0, 0))", "np.size(x, (0, -1))",
            "np.unwrap(np.arange(5).astype('uint16'), period=3)", "np.unwrap(np.arange(5), period=3)",
            "np.unwrap(np.arange(5) * 2, 1.5, period=5)", "np.unwrap(x, np.float64(0.5), period=3)",
        ),
        x=x,
    )  # fmt: skip
