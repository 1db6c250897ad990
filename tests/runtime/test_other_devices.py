"""What the runtime does where there is a GPU, computed on the processor: the values stay NumPy's."""

from __future__ import annotations

import itertools
from typing import Any

import numpy
import pytest
import tensorflow as tf
from differential import compare

import np2tf_runtime as np
from np2tf_runtime import _base, _host_plan, _rung


@pytest.fixture(autouse=True)
def gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_base, "has_gpu", lambda: True)
    monkeypatch.setattr(_base, "on_cpu", lambda *tensors: False)


@pytest.fixture
def backwards(monkeypatch: pytest.MonkeyPatch) -> None:
    """A GPU scatters in any order: here from last to first."""
    scatter = np._index._arrays.tensor_scatter_update

    def turned(x: Any, rows: Any, updates: Any) -> Any:
        return scatter(x, tf.reverse(rows, [0]) if rows.shape.rank == 2 else rows, tf.reverse(updates, [0]))

    monkeypatch.setattr(np._index._arrays, "tensor_scatter_update", turned)


def test_float32_is_multiplied_in_full() -> None:
    """Not in TensorFloat-32, which keeps 11 bits."""
    assert not tf.config.experimental.tensor_float_32_execution_enabled()
    x = numpy.random.default_rng(0).random((300, 300)).astype("float32")
    numpy.testing.assert_allclose(np.matmul(x, x), x @ x, rtol=2e-6)


ROWS = numpy.array([1, 0, 3, 1, 1, 0])
INDICES: list[Any] = [
    ROWS,
    (ROWS, ROWS[::-1].copy()),
    (slice(None), numpy.array([2, 0, 2])),
    (slice(1, 3), numpy.array([2, 0, 2])),
    (ROWS.reshape(3, 2), slice(None, None, 2)),
    (numpy.array([[0], [0]]), numpy.array([1, 1, 2])),
]


@pytest.mark.parametrize("index", INDICES, ids=str)
@pytest.mark.parametrize("mode", ["eager", "host indices", "traced", "compiled"])
@pytest.mark.usefixtures("backwards")
def test_the_last_of_several_writes_stays(index: Any, mode: str) -> None:
    expected = numpy.zeros((4, 4))
    value = numpy.arange(1.0, 1 + expected[index].size).reshape(expected[index].shape)
    expected[index] = value
    entries = index if isinstance(index, tuple) else (index,)
    arrays = [entry for entry in entries if isinstance(entry, numpy.ndarray)]

    def write(x: Any, value: Any, *arrays: Any) -> Any:
        left = iter(arrays)
        key = tuple(next(left) if isinstance(entry, numpy.ndarray) else entry for entry in entries)
        return np.tensor_scatter_update(x, key, value)

    x = np.zeros((4, 4))
    if mode == "host indices":
        got = tf.function(lambda x, value: write(x, value, *arrays))(x, np.asarray(value))
    else:
        run = write if mode == "eager" else tf.function(write, jit_compile=mode == "compiled")
        got = run(x, np.asarray(value), *map(np.asarray, arrays))
    numpy.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int32", "uint32", "int64", "uint64"])
def test_powers_wrap(dtype: str) -> None:
    """TensorFlow's kernel for a GPU looks at six bits of the exponent."""
    x = numpy.array([0, 1, 2, 3, 5, 7, 11, 100], dtype)
    y = numpy.array([300, 64, 63, 65, 4097, 1000, 0, 2] if dtype not in ("int8", "uint8") else [127, 64, 63, 65] * 2)
    y = y.astype(dtype)
    for run in (lambda f: f, tf.function):
        assert compare(lambda xp, x, y, run=run: (run if xp is np else lambda f: f)(xp.power)(x, y), x, y) is None
    assert np._ufuncs._wrapping_power(*map(np.asarray, (x.astype("int64"), y.astype("int64"))), 63).dtype is tf.int64


@pytest.mark.parametrize("call", ["floor_divide", "remainder", "floor_divide.reduce", "fmod"])
def test_division_of_integers_by_zero_raises_where_it_is_to(call: str) -> None:
    function = np
    for name in call.split("."):
        function = getattr(function, name)
    arguments = [np.array([1, 0])] if "." in call else [np.array([1, 2]), np.array([1, 0])]
    with numpy.errstate(divide="raise"), pytest.raises(FloatingPointError):
        function(*arguments)
    assert numpy.asarray(function(*arguments)).tolist() == (0 if "." in call else [*function(1, 1).reshape(1), 0])


@pytest.mark.parametrize("call", [
    "np.arctan2.reduce(x[:, :0], axis=-1, initial=2)",
    "np.float_power.reduce(x[:0], axis=0, where=False, initial=1, keepdims=True)",
    "np.subtract.reduce(x[:0], initial=3.0)",
    "np.linalg.svd(x)[0]",
    "np.linalg.eigh(x @ x.T)[1]",
    "np.round(-x / 9)",
    "np.rint(-x / 9)",
])  # fmt: skip
def test_other_ways_give_the_same(call: str) -> None:
    assert compare(call, x=numpy.arange(1.0, 7.0).reshape(2, 3), strict=False) is None


def test_zeros_keep_their_sign() -> None:
    x = numpy.array([-0.4, 0.4, -0.0, 0.0, -1.5, 2.5])
    for call in ("np.round(x)", "np.rint(x)", "np.round(x, 1)", "np.sign(x)", "np.exp2(x * 0 - 0j).imag", "np.abs(x)"):
        assert compare(f"np.copysign(1, {call})", x=x, strict=False) is None, call


def test_an_infinite_part_makes_a_complex_number_infinite() -> None:
    parts = [0.0, -1.0, numpy.inf, -numpy.inf, numpy.nan]
    z = numpy.array([complex(a, b) for a in parts for b in parts])
    assert compare("np.abs(z)", z=z, strict=False) is None
    assert compare("np.sign(z)", z=z, strict=False) is None


@np.jit
def kept_and_stored(x: Any, rows: Any, keep: Any) -> Any:
    return np.tensor_scatter_update(x, rows[keep], np.arange(1.0, 7.0)[keep])


@pytest.mark.usefixtures("backwards")
def test_the_last_of_several_writes_to_a_selection_stays() -> None:
    rows, keep = numpy.array([1, 0, 3, 1, 1, 0]), numpy.array([True, True, False, True, False, True])
    expected = numpy.zeros(4)
    expected[rows[keep]] = numpy.arange(1.0, 7.0)[keep]
    numpy.testing.assert_array_equal(kept_and_stored(np.zeros(4), np.asarray(rows), np.asarray(keep)), expected)
    assert kept_and_stored.rungs() == ["xla"]


# ------------------------------------------------------------------- loops: the host is asked before turns of some


def conditions(jitted: Any) -> list[list[str]]:
    """What is computed before each turn, for every loop of the compiled function."""
    (signature,) = jitted._signatures.values()
    assert signature.rung == "xla", signature.reason
    assert signature.late == 0
    loops = [op for op, _ in _rung.operations(signature.variants[0].concrete.graph) if op.type in _rung.LOOPS]
    left_out = {"Const", "Identity", "Placeholder"}
    return [[x.type for x in _host_plan._body(op, "cond").get_operations() if x.type not in left_out] for op in loops]


def recursion(r: Any, xp: Any = np) -> Any:
    """Products of slices that grow, beginning at turn 1."""
    y, alpha = xp.zeros_like(r), -r[0]
    for k in range(1, r.shape[0]):
        alpha = -(r[k] + xp.dot(xp.flip(r[:k]), y[:k])) / 9.0
        y = np.tensor_scatter_update(y, k, alpha) if xp is np else numpy.where(numpy.arange(len(y)) == k, alpha, y)
    return y


def backwards_sums(x: Any, xp: Any = np) -> Any:
    total, seen = 0.0, 0.0
    for i in range(x.shape[0] - 1, -1, -1):
        total = total * 0.5 + x[i]
        seen = seen + total * i
    return seen


def last_of_each(x: Any, rows: Any, xp: Any = np) -> Any:
    """With something to check in each turn."""
    found = 0.0
    for i in range(rows.shape[0]):
        found = found * 0.5 + x[rows[i]]
    return found


LOOPS: list[tuple[Any, list[Any]]] = [
    (recursion, [numpy.random.default_rng(1).random(4200) / 4200]),
    (backwards_sums, [numpy.arange(100.0)]),
    (last_of_each, [numpy.arange(50.0), numpy.array([3, 1, -4, 1, 49, 0] * 20)]),
]


@pytest.mark.parametrize(("function", "arguments"), LOOPS, ids=lambda x: getattr(x, "__name__", ""))
def test_how_many_turns_a_loop_has_is_known_to_xla(function: Any, arguments: list[Any]) -> None:
    jitted = np.jit(function)
    numpy.testing.assert_allclose(jitted(*map(np.asarray, arguments)), function(*arguments, numpy), rtol=1e-12)
    assert all(found in (["Less"], ["Greater"]) for found in conditions(jitted)), conditions(jitted)
    assert len(conditions(jitted)) == 1


def sums_of_rows(data: Any, starts: Any) -> Any:
    sums = np.zeros(starts.shape[0] - 1)
    for i in range(starts.shape[0] - 1):
        sums = np.tensor_scatter_update(sums, i, np.sum(data[starts[i] : starts[i + 1]] ** 2))
    return sums


@pytest.mark.parametrize("shortest", [1 << 21, 64])
def test_slices_between_places_that_are_read(shortest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole arrays that are not long are gone over at once; of others the first chunk is long."""
    monkeypatch.setattr(np._chunked, "_SHORTEST_ON_GPU", shortest)
    data = numpy.random.default_rng(2).random(9000)
    starts = numpy.array([0, 3, 3, 40, 8000, 9000])
    jitted = np.jit(sums_of_rows)
    got = jitted(np.asarray(data), np.asarray(starts))
    expected = [(data[a:b] ** 2).sum() for a, b in itertools.pairwise(starts)]
    numpy.testing.assert_allclose(got, expected, rtol=1e-12)
    assert len(conditions(jitted)) == (1 if shortest > 9000 else 2)


def followed(following: Any, starts: Any) -> Any:
    """How far it is from each start to place 0. What a failed check leaves behind goes round in a circle for ever."""
    total = 0
    for i in range(starts.shape[0]):
        place = following[starts[i]]
        while place != 0:
            place = following[place]
            total = total + 1
    return total


@pytest.mark.parametrize("on_gpu", [False, True])
def test_a_loop_after_a_failed_check_ends(on_gpu: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_base, "has_gpu", lambda: on_gpu)
    jitted = np.jit(followed)
    following = np.array([0, 0, 1, 2, 5, 4])
    assert int(jitted(following, np.array([3, 2, 1]))) == 3
    with pytest.raises(IndexError):
        jitted(following, np.array([3, 6, 1]))
    with pytest.raises(IndexError):
        jitted(following, np.array([6, 4, 4]))
    assert jitted.rungs() == ["xla"]
