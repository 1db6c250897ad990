"""Small eager arrays, which NumPy computes on the tensors' memory: what it gives is what TensorFlow gives."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pytest
import questions
import tensorflow as tf
from test_known_differences import ENTRIES, GROUPS

import np2tf_runtime as runtime
from np2tf_runtime import _base, _small
from np2tf_runtime._ufuncs import UFUNCS


@pytest.fixture(autouse=True)
def _by_numpy() -> Iterator[None]:
    runtime.configure(host_limit=256)
    yield
    runtime.configure(host_limit=0)


@pytest.mark.cpu_only("with a GPU nothing is small")
@pytest.mark.parametrize("group", range(GROUPS))
def test_generated_questions(group: int) -> None:
    """No difference from NumPy that there isn't where TensorFlow computes."""
    new = [
        f"{question}: {text}"
        for name in questions.names()[group::GROUPS]
        for question in questions.questions(name)
        if (text := question.difference()) is not None and (name, questions.kind(text)) not in ENTRIES
    ]
    assert not new, "\n".join(new)


def _numpy_computes(function: object) -> bool:
    """NumPy warns of a division by zero; TensorFlow doesn't."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        function()
    return bool(told)


@pytest.mark.cpu_only("with a GPU nothing is small")
def test_the_limit_counts() -> None:
    zero, many = runtime.zeros(3), runtime.zeros(300)
    assert _numpy_computes(lambda: 1 / zero)
    assert not _numpy_computes(lambda: 1 / many)
    assert not _numpy_computes(lambda: zero[:1] / many)
    runtime.configure(host_limit=1000)
    assert _numpy_computes(lambda: 1 / many)
    runtime.configure(host_limit=0)
    assert not _numpy_computes(lambda: 1 / zero)


@pytest.mark.cpu_only("with a GPU nothing is small")
@pytest.mark.parametrize(
    "expression",
    [
        "x @ x", "x @ x[0]", "x[0] @ x[1]", "np.matmul(x, x.T)", "np.matvec(x, x[0])", "np.cov(x)", "np.corrcoef(x)",
        "np.convolve(x[0], x[1])", "np.correlate(x[0], x[1], 'full')", "np.linalg.eigvalsh(x @ x.T)", "np.i0(x)",
    ],
)  # fmt: skip
def test_last_bits(expression: str) -> None:
    """Sums of products are NumPy's to the last digit, which a printed number shows."""
    for seed in range(20):
        x = np.random.default_rng(seed).normal(size=(7, 7))
        expected = eval(expression, {"np": np, "x": x})
        found = eval(expression, {"np": runtime, "x": runtime.array(x)})
        assert np.array_equal(expected, np.asarray(found)), seed


@pytest.mark.cpu_only("with a GPU nothing is small")
def test_matrix_products_that_fail() -> None:
    x = runtime.ones((2, 3))
    with pytest.raises(ValueError, match="mismatch in its core dimension"):
        x @ x
    with pytest.raises(ValueError, match="does not have enough dimensions"):
        x @ runtime.array(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = (x @ runtime.ones(3)).sum()
    assert tape.gradient(y, x).shape == (2, 3)


@pytest.mark.cpu_only("with a GPU nothing is small")
def test_only_where_numpys_promotion_holds() -> None:
    zero = runtime.zeros(3)
    try:
        runtime.configure(promotion="all")
        assert not _numpy_computes(lambda: 1 / zero)
        runtime.configure(promotion="numpy", prefer_float32=True)
        assert not _numpy_computes(lambda: 1 / zero)
        assert (runtime.arange(3) / 2).dtype == np.float32
    finally:
        runtime.configure(promotion="numpy", prefer_float32=False)
    assert _numpy_computes(lambda: 1 / zero)


def test_not_while_a_gradient_is_recorded() -> None:
    x = runtime.array([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = runtime.sum(x[1:] * runtime.sqrt(x)[:-1]) + runtime.tensor_scatter_update(x, 0, 4.0).sum()
    assert tape.gradient(y, x) is not None
    with tf.autodiff.ForwardAccumulator(x, runtime.ones(3)) as forward:
        y = runtime.functional.iadd(x, x)
    np.testing.assert_array_equal(forward.jvp(y), [2.0, 2.0, 2.0])


def test_not_while_a_function_is_traced() -> None:
    known = runtime.array([1.0, 2.0])
    seen: list[bool] = []

    @tf.function
    def traced(x: tf.Tensor) -> tf.Tensor:
        seen.append(isinstance(known + 1, _small.EagerTensor) or isinstance(known[:1], _small.EagerTensor))
        return x + known

    np.testing.assert_array_equal(traced(known), [2.0, 4.0])
    assert seen == [False]


def test_views_of_numpys_are_tensors_of_their_own() -> None:
    x = runtime.arange(12.0)
    parts = [x.reshape(3, 4), x[2:5], x.reshape(3, 4).T, x[::-1], runtime.ravel(x), runtime.squeeze(x[None])]
    copies = [np.array(part) for part in parts]
    changed = runtime.tensor_scatter_update(x, slice(None), -1.0)
    assert all(part is not x for part in parts)
    for part, copy in zip(parts, copies, strict=True):
        np.testing.assert_array_equal(part, copy)
        with pytest.raises(ValueError, match="read-only"):
            np.asarray(part)[0] = 5.0
    np.testing.assert_array_equal(changed, np.full(12, -1.0))
    del x, changed
    for part, copy in zip(parts, copies, strict=True):
        np.testing.assert_array_equal(tf.identity(part) + 0, copy)


def test_a_function_that_returns_its_argument_returns_the_tensor() -> None:
    x = runtime.array([1.0, 2.0])
    assert runtime.real(x) is x
    assert runtime.atleast_1d(x) is x
    assert x.conj() is x


def test_host_arrays_and_numpy_scalars_as_the_other_operand() -> None:
    x = runtime.array([1.0, 2.0])
    for other in (np.float64(2), np.array([2.0, 2.0]), [2.0, 2.0], np.int8(2)):
        for result in (x * other, other * x) if not isinstance(other, list) else (x * other,):
            assert isinstance(result, tf.Tensor)
            np.testing.assert_array_equal(result, [2.0, 4.0])
    host = np.array([1.0, 2.0])
    y = runtime.array(host) + host
    host[0] = 9.0
    np.testing.assert_array_equal(y, [2.0, 4.0])


@pytest.mark.cpu_only("with a GPU nothing is small")
def test_warnings_are_numpys() -> None:
    with pytest.warns(RuntimeWarning, match="divide by zero encountered in divide"):
        runtime.array([1.0]) / 0


EVENTS = (
    "1 / x", "x / x", "np.log(x - 1)", "y * y", "np.exp(y)", "np.exp(-y)", "x.astype(int) // 0", "x % 0", "y.sum()",
    "np.sum(y * 1e8)", "np.mean(y)", "np.var(y)", "np.cumsum(y * 1e7)", "np.prod(y[:5])", "y @ y", "np.dot(y, x)",
    "y.astype(int)", "y.astype('f4')", "np.add.reduce(y * 1e7)", "np.multiply.accumulate(y)", "np.multiply.outer(y, y)",
    "np.divide(x, x, dtype='f4')", "np.divide(y, x, where=x > 0)", "np.sqrt(x - 1, where=x > 0)", "x + y",
    "np.linalg.norm(y)", "np.convolve(y, y[:3])", "np.functional.imul(y, y)", "np.functional.itruediv(y, x)",
    "np.jit(lambda x: 1 / x)(x)",
)  # fmt: skip


@pytest.mark.parametrize("length", [5, 1000])
def test_floating_point_errors_are_told_of(length: int) -> None:
    """`np.errstate` is followed, however many elements there are."""
    given = np.zeros(length), np.full(length, 1e300)
    wrong = []
    for question in EVENTS:
        found = []
        for module in (np, runtime):
            x, y = (module.asarray(each) for each in given)
            text = question
            if module is np:
                text = text.replace("np.functional.imul(y, y)", "y * y").replace("np.jit", "")
                text = text.replace("np.functional.itruediv(y, x)", "y / x").replace("x > 0)", "x > 0, out=None)")
            heard: list[str] = []
            with np.errstate(all="call", call=lambda kind, flag, heard=heard: heard.append(kind)):
                eval(text, {"np": module, "x": x, "y": y})
            with np.errstate(all="raise"):
                try:
                    eval(text, {"np": module, "x": x, "y": y})
                except FloatingPointError as error:
                    heard.append(str(error))
            found.append(heard)
        if found[0] != found[1]:
            wrong.append(f"{question}: {found[1]}, NumPy {found[0]}")
    assert not wrong, "\n".join(wrong)


def test_there_are_no_events_where_nothing_is_wanted() -> None:
    x = runtime.array([0.0, 2.0])
    assert runtime.divide(1, x, where=x != 0).tolist() == [0, 0.5]
    assert [part.tolist() for part in runtime.divmod(1.0, x, where=x != 0)] == [[0, 0], [0, 1]]


def test_errors_are_numpys() -> None:
    x = runtime.arange(3)
    with pytest.raises(IndexError, match="index 3 is out of bounds for axis 0 with size 3"):
        x[3]
    with pytest.raises(ValueError, match="could not be broadcast together"):
        x + runtime.arange(2)
    with pytest.raises(TypeError, match="Cannot cast ufunc"):
        runtime.functional.iadd(x, 0.5)
    with pytest.raises(IndexError):
        runtime.tensor_scatter_update(x, 5, 1)


def test_complex_numbers_on_the_left() -> None:
    """`1j * np.float64(2)` is a complex of Python's own."""
    for dtype in (np.float64, np.float32, np.complex128):
        x = runtime.array(2.0, dtype=dtype)
        for found, value in ((3j + x, 2 + 3j), (3j - x, -2 + 3j), (3j * x, 6j), (3j / x, 1.5j), ((1 + 1j) ** x, 2j)):
            assert isinstance(found, tf.Tensor)
            assert found.dtype == (tf.complex64 if dtype is np.float32 else tf.complex128)
            assert abs(found - value) < 1e-6


def _operands(kind: str, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(len(kind) + len(shape))
    if kind == "bool":
        return random.random(shape) < 0.5, random.random(shape) < 0.5
    if kind in ("int64", "uint8"):
        return tuple(random.integers(0, 9, shape).astype(kind) for _ in range(2))
    values = random.normal(size=(2, *shape)) * 3
    values[random.random(values.shape) < 0.01] = np.nan
    values[random.random(values.shape) < 0.01] = np.inf
    if kind.startswith("complex"):
        values = values + 1j * random.normal(size=values.shape)
    return tuple(values.astype(kind))


@pytest.mark.cpu_only("with a GPU nothing is small")
@pytest.mark.parametrize("kind", ["bool", "uint8", "int64", "float32", "float64", "complex128"])
def test_results_that_tensorflow_takes_over(kind: str) -> None:
    """What NumPy computes into memory of ours, and what it computes for arrays of any size, is what it computes."""
    runtime.configure(host_limit=_small.DEFAULT_LIMIT)
    compared = 0
    for shape in ((_small.FEW + 1,), (97, 103), (2, _small.DEFAULT_LIMIT)):
        given = _operands(kind, shape)
        tensors = tuple(map(runtime.asarray, given))
        for name, ours in UFUNCS.items():
            ufunc = getattr(np, name, None)
            if not isinstance(ufunc, np.ufunc) or ufunc.signature is not None or name.startswith("str"):
                continue
            for operands, host in (
                (tensors, given),
                ((tensors[0], 3), (given[0], 3)),
                ((0.5, tensors[1]), (0.5, given[1])),
            ):
                with np.errstate(all="ignore"):
                    try:
                        wanted = ufunc(*host[: ufunc.nin])
                    except TypeError:
                        continue
                    found = ours(*operands[: ours.nin])
                wanted, found = (x if isinstance(x, tuple) else (x,) for x in (wanted, found))
                for one, other in zip(wanted, found, strict=True):
                    assert one.dtype == other.dtype, name
                    if shape[0] != 2 or any(way.any_size for way in ours._by_numpy_too.values()):
                        compared += 1
                        tolerance = 0 if shape[0] != 2 else 1e-5
                        np.testing.assert_allclose(other, one, rtol=tolerance, atol=tolerance, err_msg=name)
    assert compared > 50


@pytest.mark.cpu_only("with a GPU nothing is small")
@pytest.mark.parametrize("operator", ["+", "-", "*", "/", "//", "%", "**", "<", "==", "divmod"])
def test_operators_on_larger_arrays(operator: str) -> None:
    runtime.configure(host_limit=_small.DEFAULT_LIMIT)
    text = "divmod(x, y)" if operator == "divmod" else f"x {operator} y"
    x = np.random.default_rng(1).random((120, 90)) + 1
    for left, right in (
        (x, x.T.copy().T + 1),
        (x, x[:1]),
        (x[:, :1], x),
        (x, 2),
        (2, x),
        (x, 2.5),
        (x.astype(int) * 3, 2),
    ):
        with np.errstate(all="ignore"):
            wanted = eval(text, {"x": left, "y": right})
            operands = [runtime.asarray(one) if isinstance(one, np.ndarray) else one for one in (left, right)]
            found = eval(text, dict(zip("xy", operands, strict=True)))
        for one, other in zip(*[x if isinstance(x, tuple) else (x,) for x in (wanted, found)], strict=True):
            assert one.dtype == other.dtype
            assert np.array_equal(one, np.asarray(other))
    rows, columns = runtime.ones((400, 1)), runtime.ones((1, 400))
    assert not _numpy_computes(lambda: rows / (columns - 1))  # makes a large array
    assert _numpy_computes(lambda: rows[:200] / (columns[:, :200] - 1))


@pytest.mark.cpu_only("with a GPU nothing is small")
def test_numpy_is_not_let_write_to_a_tensor() -> None:
    values = np.random.default_rng(0).random(101)
    x = runtime.asarray(values)
    assert runtime.median(x, overwrite_input=True) == np.median(values)
    assert runtime.percentile(x, 30, overwrite_input=True) == np.percentile(values, 30)
    np.testing.assert_array_equal(x, values)
    large = runtime.asarray(np.ones(20_000))
    changed = runtime.functional.iadd(large, 1)
    stored = runtime.tensor_scatter_update(large, slice(None, None, 2), 5.0)
    assert large.sum() == 20_000
    assert changed.sum() == 40_000
    assert stored.sum() == 60_000


@pytest.mark.cpu_only("with a GPU nothing is small")
def test_steps_that_numpy_computes_warn_of_nothing() -> None:
    runtime.configure(host_limit=_small.DEFAULT_LIMIT)
    x = runtime.zeros(3)
    stepping = _base.device(lambda x: (1 / x)[:0], name="numpy.nan_to_num")
    assert _numpy_computes(lambda: 1 / x)
    assert not _numpy_computes(lambda: stepping(x))
    assert _numpy_computes(lambda: runtime.apply_along_axis(lambda row: row / 0, 0, x))
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        stepping(x)
