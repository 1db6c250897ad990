"""Calls that fail: the error is NumPy's own, text and class, and nothing is asked twice that may not be."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from differential import Outcome, check_all, to_tensors

import np2tf_runtime as runtime
from np2tf_runtime import _base

FAILING = (
    "x.sum(3)",
    "x.reshape(5, 5)",
    "x @ m",
    "x + np.ones(3)",
    "x[7]",
    "x[1.5]",
    "x['a']",
    "x[1, 2]",
    "x[np.array([9])]",
    "x[np.array([True, False])]",
    "x[::0]",
    "np.add(x, x, casting='never')",
    "np.add(x, x, dtype='int8')",
    "np.add.reduce(x, 4)",
    "np.subtract.reduce(m, (0, 1))",
    "np.maximum.reduce(x[:0])",
    "np.add.reduceat(x, [9])",
    "np.bitwise_and(x, x)",
    "np.concatenate([x, m])",
    "np.linalg.inv(m)",
    "np.linalg.inv(np.zeros((2, 2)))",
    "np.linalg.solve(np.eye(2), np.ones(3))",
    "np.linalg.cholesky(-np.eye(2))",
    "np.linalg.norm(x, 'fro')",
    "np.partition(x, 9)",
    "np.take(x, 9)",
    "np.stack([x, m])",
    "np.interp(x, x, m)",
    "np.argmax(x[:0])",
    "np.split(x, 3)",
    "np.einsum('ij,j', x, x)",
    "np.moveaxis(m, 0, 5)",
    "np.transpose(m, (0, 0))",
    "np.full((2, -1), 0.0)",
    "np.arange(0, 1, 0)",
    "np.zeros(3, 'nonsense')",
    "np.unstack([x, x])",
    "np.common_type([1.0])",
    "np.clip(x)",
    "np.clip(np.array([True]), None, None)",
    "np.clip(x + 1j, None, None, dtype='float32')",
    "np.quantile(x, 2)",
    "np.bincount([-1])",
    "np.uint8(3) + 300 + np.zeros(1, np.uint8)",
    "np.int64(2) ** np.array(-1)",
)


@pytest.fixture(params=[0, 256], ids=["TensorFlow", "NumPy on small arrays"], autouse=True)
def _limit(request: pytest.FixtureRequest) -> Iterator[None]:
    runtime.configure(host_limit=request.param)
    yield
    runtime.configure(host_limit=0)


def _arrays() -> dict[str, np.ndarray]:
    return {"x": np.array([0.5, 1.5, 2.0, 3.0]), "m": np.arange(6.0).reshape(2, 3)}


@pytest.mark.parametrize("text", FAILING)
def test_class_and_text_are_numpys(text: str) -> None:
    code = compile(text, "<call>", "eval")
    want = Outcome(lambda: eval(code, {"np": np, **_arrays()})).error
    have = Outcome(lambda: eval(code, {"np": runtime, **to_tensors(_arrays())})).error
    assert (type(have), str(have)) == (type(want), str(want))


@pytest.mark.parametrize(("index", "value"), [(7, 0), ((0, 0), 1), (slice(2), [1, 2, 3]), ("a", 1), (0, "a")])
def test_writes_too(index: Any, value: Any) -> None:
    array = np.array([0.5, 1.5, 2.0, 3.0])
    tensor = to_tensors(array.copy())
    want = Outcome(lambda: array.__setitem__(index, value)).error
    have = Outcome(lambda: runtime.tensor_scatter_update(tensor, index, value)).error
    assert (type(have), str(have)) == (type(want), str(want))


def test_what_could_be_used_up_is_not_asked_twice() -> None:
    asked = []

    def values() -> Iterator[float]:
        asked.append(1)
        yield from (1.0, 2.0)

    def function(x: Any) -> Any:
        asked.append(2)
        raise ValueError("mine")

    with pytest.raises(TypeError):
        runtime.stack(values())
    with pytest.raises(ValueError, match="mine"):
        runtime.apply_along_axis(function, 0, runtime.ones((1, 3)))
    assert asked.count(1) <= 1
    assert asked.count(2) == 1


def test_numpy_answers_where_the_runtime_fails() -> None:
    m = runtime.ones((3, 3))
    _base.left_to_numpy.clear()
    assert np.array_equal(runtime.tril(m, 0.5), np.tril(np.ones((3, 3)), 0.5))
    assert _base.left_to_numpy == {"numpy.tril": 1} or runtime._small.setting.limit > 0
    _base.left_to_numpy.clear()


def test_and_says_once_where_that_slows_a_loop() -> None:
    m = runtime.ones((20, 20))
    _base.left_to_numpy.clear()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for _ in range(250):
            runtime.tril(m, 0.5)
    assert [each.category for each in said] == [runtime.HostFallbackWarning]
    assert "numpy.tril failed on tensors 100 times" in str(said[0].message)
    assert said[0].filename == __file__
    _base.left_to_numpy.clear()


def test_but_not_where_a_gradient_would_lack_it() -> None:
    m = runtime.ones((3, 3))
    with tf.GradientTape() as tape:
        tape.watch(m)
        with pytest.raises(TypeError, match="integer"):
            runtime.tril(m, 0.5)


def test_nor_in_a_trace_nor_in_other_modes() -> None:
    with pytest.raises(TypeError, match="integer"):
        tf.function(lambda m: runtime.tril(m, 0.5))(runtime.ones((3, 3)))
    runtime.configure(promotion="off")
    try:
        with pytest.raises(TypeError, match="promotion is off"):
            runtime.add(runtime.ones(3), runtime.ones(3, "float32"))
    finally:
        runtime.configure(promotion="numpy")


@pytest.mark.cpu_only("NumPy leaves the order open; other devices sort")
def test_the_order_that_numpy_leaves_open() -> None:
    rng = np.random.default_rng(0)
    array = rng.integers(0, 50, (7, 30)).astype(float)
    check_all(
        (
            "np.partition(x, 5)",
            "np.partition(x, 3, axis=0)",
            "np.argpartition(x, (4, 20))",
            "x.argpartition(-3, axis=None)",
            "np.unique_values(x)",
            "np.searchsorted(x[0], x)",
            "np.searchsorted(x[0], x, 'right')",
        ),
        x=array,
    )
    traced = tf.function(lambda x: (runtime.partition(x, 5), runtime.argpartition(x, 5), runtime.unique_values(x)))
    values, places, unique = (np.asarray(part) for part in traced(to_tensors(array)))
    for made in (values, np.take_along_axis(array, places, -1)):
        assert np.array_equal(np.sort(made), np.sort(array))
        assert (made[:, :5].max(-1) <= made[:, 5]).all()
        assert (made[:, 6:].min(-1) >= made[:, 5]).all()
    assert np.array_equal(np.sort(unique), np.unique(array))
    found = tf.function(lambda s, x: runtime.searchsorted(s, x))(*to_tensors((np.sort(array[0]), array)))
    assert np.array_equal(found, np.searchsorted(np.sort(array[0]), array))
