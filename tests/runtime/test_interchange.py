"""Tensors in the hands of others: NumPy, DLPack, Python itself, and the packages around NumPy where they are installed.

scipy, pandas and scikit-learn aren't among the packages that the tests need; without one its tests are skipped, and say
so.
"""

from __future__ import annotations

import copy
import io
import json
import math
import operator
import pickle
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

import np2tf_runtime as runtime

X = np.array([[0.5, -1.25, 3.0], [2.0, 0.125, -4.0]])


@pytest.fixture(params=[0, 256], ids=["tensorflow", "numpy"], autouse=True)
def _limit(request: pytest.FixtureRequest) -> Any:
    """Everything twice: small arrays computed by TensorFlow, and by NumPy."""
    runtime.configure(host_limit=request.param)
    yield
    runtime.configure(host_limit=0)


def _needed(name: str) -> Any:
    return pytest.importorskip(name, reason=f"{name} isn't installed")


# --------------------------------------------------------------------------------------------------------------- NumPy


def test_the_memory_is_shared_and_read_only() -> None:
    x = runtime.array(X)
    first, second = np.asarray(x), np.asarray(x)
    assert first.ctypes.data == second.ctypes.data
    assert not first.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        first[0, 0] = 1.0
    own = np.array(x)
    own[0, 0] = 99.0
    np.testing.assert_array_equal(x, X)
    with pytest.raises(ValueError, match="Unable to avoid copy"):
        np.array(x, dtype=np.float32, copy=False)
    assert np.asarray(x, dtype=np.float32).dtype == np.float32


def test_the_array_outlives_the_tensor() -> None:
    array = np.asarray(runtime.array(X) * 1.0)
    junk = [runtime.array(X) * i for i in range(50)]
    np.testing.assert_array_equal(array, X)
    assert len(junk) == 50


# -------------------------------------------------------------------------------------------------------------- DLPack


@pytest.mark.cpu_only("NumPy takes no memory of a GPU")
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int8", "int64", "uint8", "complex128"])
def test_dlpack_both_ways(dtype: str) -> None:
    host = X.astype(dtype) if not dtype.startswith("u") else abs(X).astype(dtype)
    x = runtime.array(host)
    np.testing.assert_array_equal(np.from_dlpack(x), host)
    back = runtime.from_dlpack(host)
    assert isinstance(back, tf.Tensor)
    assert back.dtype == host.dtype
    np.testing.assert_array_equal(back, host)
    again = runtime.from_dlpack(x)
    np.testing.assert_array_equal(again, host)


def test_an_array_taken_by_dlpack_is_not_followed() -> None:
    host = X.copy()
    x = runtime.from_dlpack(host)
    host[0, 0] = 99.0
    np.testing.assert_array_equal(x, X)


# -------------------------------------------------------------------------------------------------------------- Python


@pytest.mark.parametrize("dtype", ["bool", "int16", "float32", "complex128"])
def test_pickle_and_copies(dtype: str) -> None:
    host = X.astype(dtype)
    x = runtime.array(host)
    kept = {"x": x, "again": [x]}
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        loaded = pickle.loads(pickle.dumps(kept, protocol))
        assert loaded["x"] is loaded["again"][0]
        assert loaded["x"].dtype == x.dtype
        np.testing.assert_array_equal(loaded["x"], host)
    for made in (copy.deepcopy(kept), copy.deepcopy(kept)):
        assert made["x"] is made["again"][0]
        assert made["x"] is not x
        np.testing.assert_array_equal(made["x"], host)


def test_scalars_are_keys() -> None:
    one, half = runtime.array([1, 2])[0], runtime.array([0.5])[0]
    assert {one: "one", half: "half"}[1] == "one"
    assert half in {0.5, 3.0}
    assert 1 in {one}
    assert hash(half) == hash(0.5)
    assert [10, 20, 30][one] == 20
    with pytest.raises(TypeError, match="unhashable"):
        hash(runtime.array(X))


def test_scalars_are_numbers() -> None:
    three, half = runtime.array([3])[0], runtime.array([0.5])[0]
    assert list(range(three)) == [0, 1, 2]
    assert "abc"[three - 1] == "c"
    assert math.sqrt(half * 0.5) == 0.5
    assert operator.index(three) == 3
    assert f"{half:.3f} {half:8.2e} {three:03d}" == "0.500 5.00e-01 003"
    assert "%d %5.2f %s" % (three, half, half) == "3  0.50 0.5"  # noqa: UP031 - the point
    assert round(runtime.array([2.567])[0], 1) == 2.6
    assert divmod(7, three) == (2, 1)
    assert bool(half)
    assert 0 < half < 1 <= three
    assert complex(half) == 0.5 + 0j
    assert [0] * three == [0, 0, 0]
    assert max(runtime.array([1.0, 7.0, 3.0])) == 7
    assert sum(runtime.array([1, 2, 3])) == 6
    with pytest.raises(TypeError, match="only integer scalar arrays"):
        [1, 2][half]
    with pytest.raises(ValueError, match="truth value"):
        bool(runtime.array(X))


def test_json_has_a_clear_error_and_a_way() -> None:
    x = runtime.array(X)
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps({"x": x})
    assert json.loads(json.dumps({"x": x.tolist(), "y": x[0, 0].item()})) == {"x": X.tolist(), "y": 0.5}


def test_files() -> None:
    file = io.BytesIO()
    runtime.save(file, runtime.array(X))
    file.seek(0)
    np.testing.assert_array_equal(np.load(file), X)
    file.seek(0)
    assert isinstance(runtime.load(file), tf.Tensor)
    assert bytes(runtime.array(X).tobytes()) == X.tobytes()


# --------------------------------------------------------------------------------------------------------- the packages


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_scipy() -> None:
    optimize = _needed("scipy.optimize")
    linalg, sparse, stats = _needed("scipy.linalg"), _needed("scipy.sparse"), _needed("scipy.stats")
    x, square = runtime.array(X), runtime.array([[2.0, 0.5], [0.5, 1.0]])
    np.testing.assert_allclose(linalg.expm(square), linalg.expm(np.asarray(square)))
    np.testing.assert_allclose(linalg.solve(square, x), np.linalg.solve(np.asarray(square), X))
    np.testing.assert_allclose(sparse.csr_matrix(x).toarray(), X)
    np.testing.assert_allclose(sparse.csr_matrix(X) @ runtime.ones(3), X.sum(1))
    np.testing.assert_allclose(stats.zscore(x, axis=1), stats.zscore(X, axis=1))
    found = optimize.minimize(lambda v: runtime.sum((runtime.array(v) - 3.0) ** 2), runtime.zeros(2))
    np.testing.assert_allclose(found.x, [3.0, 3.0], atol=1e-4)
    integrate = _needed("scipy.integrate")
    solved = integrate.solve_ivp(lambda t, y: -runtime.array(y), (0, 1), runtime.array([1.0, 2.0]), rtol=1e-8)
    np.testing.assert_allclose(solved.y[:, -1], np.exp(-1) * np.array([1.0, 2.0]), rtol=1e-5)


def test_numpys_own_functions_see_the_dtypes_of_tensors() -> None:
    single, whole = runtime.arange(3, dtype="float32"), runtime.arange(3)
    first, second = np.float32(0), np.int64(1)
    calls = [((single[0],), (first,)), ((single[0], 1.0), (first, 1.0)), ((whole[1], 1), (second, 1))]
    calls += [((single, whole), ("float32", "int64")), (("int8", whole), ("int8", "int64"))]
    for args, plain in calls:
        assert np.result_type(*args) == np.result_type(*plain)
    assert type(np.concatenate([whole, np.ones(1)])) is np.ndarray


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_pandas() -> None:
    pandas = _needed("pandas")
    frame = pandas.DataFrame({"a": runtime.arange(3), "b": runtime.array([0.5, 1.5, 2.5])})
    assert list(frame["a"]) == [0, 1, 2]
    assert frame["b"].dtype == np.float64
    np.testing.assert_array_equal(pandas.DataFrame(runtime.array(X)).to_numpy(), X)
    series = pandas.Series(runtime.array([1.0, 2.0, 3.0]))
    np.testing.assert_array_equal(runtime.array(series), [1.0, 2.0, 3.0])
    assert runtime.mean(frame["b"]) == 1.5
    np.testing.assert_array_equal(frame.loc[np.asarray(runtime.array([True, False, True])), "a"], [0, 2])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_matplotlib() -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    x = runtime.linspace(0, 1, 20)
    figure, axes = pyplot.subplots()
    (line,) = axes.plot(x, runtime.sin(x))
    np.testing.assert_allclose(line.get_ydata(), np.sin(np.linspace(0, 1, 20)))
    axes.imshow(runtime.array(X))
    axes.scatter(x, x, c=x, s=runtime.full(20, 3.0))
    axes.hist(x, bins=4)
    axes.fill_between(x, x, 2 * x)
    axes.set_xlim(x[0], x[-1])
    figure.savefig(io.BytesIO())
    pyplot.close(figure)


@pytest.mark.filterwarnings("ignore")
def test_scikit_learn() -> None:
    _needed("sklearn")
    from sklearn.cluster import KMeans
    from sklearn.linear_model import LinearRegression
    from sklearn.model_selection import train_test_split

    x = runtime.array(np.random.default_rng(0).standard_normal((40, 3)))
    y = x @ runtime.array([1.0, -2.0, 0.5]) + 3.0
    model = LinearRegression().fit(x, y)
    np.testing.assert_allclose(model.coef_, [1.0, -2.0, 0.5])
    np.testing.assert_allclose(model.predict(x), y)
    assert len(train_test_split(x, y, random_state=0)) == 4
    assert KMeans(2, n_init=1, random_state=0).fit(x).labels_.shape == (40,)
