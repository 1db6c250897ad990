"""Arrays whose items a loop writes: what a buffer shows is what NumPy's array shows, and nobody else sees a write."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

import np2tf_runtime as runtime
from np2tf_runtime import _jit
from np2tf_runtime._buffer import Buffer

pytestmark = pytest.mark.cpu_only("on other devices each update makes a new tensor")
buffered, frozen, update = runtime.functional.buffered, runtime.functional.frozen, runtime.tensor_scatter_update

DTYPES = ("bool", "int8", "uint8", "int64", "float16", "float32", "float64", "complex64", "complex128")
KEYS: tuple[Any, ...] = (
    0, -1, 4, 5, -6, np.int64(2), True, None, ..., slice(None), slice(1, 4), slice(None, None, -2), slice(5, 1),
    (0, 1), (2, -1), (2, 3), (slice(None), 1), (slice(1, 3), slice(0, 2)), (..., 0), (None, 1), [0, 3], [4, 4],
    np.array([1, 0]), np.array([[0], [2]]), ([0, 1], [2, 0]), np.array([True, False, True, False, True]),
    np.zeros((5, 3), bool), [True, False], "a", 1.0,
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    0, 1, -1, 300, True, 2.7, -0.0, float("nan"), float("inf"), 1 + 2j, np.float64(3.5), np.int64(200), np.uint8(7),
    np.float32(1.25), [1, 2, 3], [1.5, 2.5, 3.5], (1, 2), [[1, 2, 3]], np.arange(3), np.arange(3.0), np.arange(2),
    np.ones((2, 3)), np.ones((5, 1), np.float32), np.array(4.0), np.array([]), "b", None,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _on() -> Iterator[None]:
    runtime.configure(host_limit=256)
    yield
    runtime.configure(host_limit=0)


def _array(dtype: str) -> np.ndarray:
    return (np.arange(15) % 2 if dtype == "bool" else np.arange(15)).reshape(5, 3).astype(dtype)


def _tensors(value: Any) -> Any:
    """Index arrays and values as a converted program has them."""
    if isinstance(value, tuple):
        return tuple(map(_tensors, value))
    return runtime.asarray(value) if isinstance(value, (np.ndarray, np.generic)) else value


def _outcome(work: Callable[[], Any]) -> tuple[str, Any]:
    with np.errstate(all="ignore"):
        try:
            return "", work()
        except Exception as error:
            return next(cls.__name__ for cls in type(error).__mro__ if not cls.__name__.startswith("_")), None


def _assign(array: np.ndarray, key: Any, value: Any) -> np.ndarray:
    array[key] = value
    return array


@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("dtype", DTYPES)
def test_reads_and_writes_are_numpys(dtype: str) -> None:
    """After every write, and every one that is refused, the whole and the item read are what NumPy has."""
    writes = [(key, value) for key in KEYS for value in VALUES]
    random.Random(dtype).shuffle(writes)
    array = _array(dtype)
    x = buffered(runtime.asarray(array))
    assert type(x) is Buffer
    for key, value in writes:
        refused, _ = _outcome(lambda key=key, value=value: _assign(array, key, value))
        found, same = _outcome(lambda key=key, value=value: update(x, _tensors(key), _tensors(value)))
        assert found == refused, (key, value)
        assert refused or same is x
        expected, item = _outcome(lambda key=key: array[key])
        found, seen = _outcome(lambda key=key: x[_tensors(key)])
        assert found == expected, key
        if not expected:
            assert isinstance(seen, tf.Tensor)
            assert seen.dtype.as_numpy_dtype == array.dtype
            np.testing.assert_array_equal(seen.numpy(), item)
    result = frozen(x)
    assert isinstance(result, tf.Tensor)
    np.testing.assert_array_equal(result.numpy(), array)


@pytest.mark.parametrize("written", [False, True])
def test_nobody_else_sees_a_write(written: bool) -> None:
    """Neither the tensor from which a buffer was made, nor what was read before or after its first write, nor what it
    became."""
    base, expected = runtime.arange(4096.0), np.arange(4096.0)
    x = buffered(base)
    if written:
        x = update(x, 0, 5.0)
        expected[0] = 5.0
    # A tensor shares the memory of an array that begins at a multiple of 64 bytes: one of eight slices does.
    keys = [*(np.s_[k:] for k in range(8)), 0, np.s_[...], np.s_[None, :], [0, 1], np.s_[::-1], np.s_[::2]]
    read = [x[key] for key in keys]
    for k in range(0, 4096, 64):
        x = update(x, np.s_[k : k + 64], -1.0)
    result = frozen(x)
    np.testing.assert_array_equal(base.numpy(), np.arange(4096.0))
    for seen, key in zip(read, keys, strict=True):
        np.testing.assert_array_equal(seen.numpy(), expected[key])
    update(x, 0, 7.0)
    np.testing.assert_array_equal(result.numpy(), -np.ones(4096))
    assert x[0].numpy() == 7.0


def test_what_is_asked() -> None:
    """Shapes and dtypes, before the first write and after it."""
    like = runtime.zeros((4, 3), dtype="float32")
    x = buffered(like)
    for _ in range(2):
        assert (len(x), x.ndim, x.size, tuple(x.shape), x.dtype) == (4, 2, 12, (4, 3), like.dtype)
        seen = np.asarray(x)
        assert seen.dtype == "float32"
        before = seen.sum()
        x = update(x, (0, 0), 1)
        assert seen.sum() == before


def test_what_stays_as_it_is() -> None:
    """No arrays, arrays without axes or of text, and all of them while TensorFlow is to compute."""
    others = [[1, 2], {}, None, 3.0, np.zeros(3), runtime.asarray(2.0), tf.constant(["a"]), tf.Variable([1.0])]
    assert all(buffered(x) is x is frozen(x) for x in others)
    x = runtime.zeros(3)
    assert frozen(buffered(x)) is x
    runtime.configure(host_limit=0)
    assert buffered(x) is x


def test_gradients() -> None:
    """Under a tape updates are operations, whenever it is opened."""
    w = tf.Variable(2.0, dtype=tf.float64)
    with tf.GradientTape() as tape:
        x = buffered(runtime.zeros(3))
        for i in range(1, 3):
            x = update(x, i, x[i - 1] * w + i)
        x = frozen(x)
        total = x.sum()
    assert tape.gradient(total, w).numpy() == 1.0
    x = update(buffered(runtime.zeros(3)), 0, 5.0)
    with tf.GradientTape() as tape:
        x = update(x, 1, w * w)
        y = x[1] * x[0]
    x = update(x, 2, 1.0)
    assert tape.gradient(y, w).numpy() == 20.0
    np.testing.assert_array_equal(frozen(x).numpy(), [5.0, 4.0, 1.0])


def _recurrence(u: Any, n: int) -> Any:
    x = runtime.zeros(n)
    x = buffered(x)
    for i in range(1, n):
        x = update(x, i, x[i - 1] + u[i])
    return frozen(x)


def test_compiled() -> None:
    """Where a loop is traced there are only tensors."""
    u = runtime.arange(9.0)
    compiled = runtime.jit(_recurrence)
    np.testing.assert_array_equal(compiled(u, 9).numpy(), np.cumsum(np.arange(9.0)))
    assert compiled.rungs() == ["xla"]
    np.testing.assert_array_equal(tf.function(_recurrence)(u, 9).numpy(), np.cumsum(np.arange(9.0)))


def _prefix(u: Any, n: int) -> Any:
    x = runtime.zeros(n)
    x = runtime.functional.buffered(x)
    for i in range(1, n):
        x = runtime.tensor_scatter_update(x, i, x[i - 1] + u[i])
    return runtime.functional.frozen(x)


def test_functions_that_are_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is traced has no buffers; a call that runs eagerly has them, whatever it runs eagerly for."""
    made = []
    make = Buffer.__init__
    monkeypatch.setattr(Buffer, "__init__", lambda self, x: made.append(self) or make(self, x))
    function = runtime.jit(_prefix)
    values = np.arange(40.0)
    expected = [0.0, *np.cumsum(values[1:])]
    np.testing.assert_array_equal(function(values, 40), expected)
    assert function.rungs() == ["xla"]
    with _jit.only("graph"):
        np.testing.assert_array_equal(function(values, 40), expected)
    assert not made
    with pytest.raises(IndexError):
        function(values[:20], 40)
    with _jit.only("eager"):
        np.testing.assert_array_equal(function(values, 40), expected)
    with np.errstate(over="raise"):
        np.testing.assert_array_equal(function(values, 40), expected)
    assert len(made) == 3
