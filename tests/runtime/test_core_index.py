"""Reading and writing by every kind of NumPy index, eager and traced, with the errors."""

import contextlib
import itertools

import numpy as np
import pytest
import tensorflow as tf
from differential import compare, sample
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import np2tf_runtime as np_tf
from np2tf_runtime._base import has_gpu
from np2tf_runtime._jit import only

X3 = np.arange(24.0).reshape(2, 3, 4)
array = np.array
ONE = [
    0,
    -1,
    1,
    slice(None),
    slice(1, None),
    slice(None, None, -1),
    slice(None, None, 2),
    slice(5, 1, -2),
    slice(3, 1),
    None,
    ...,
    array([0, 1]),
    array([1, -1, 0]),
    array([[0, 1], [1, 0]]),
    [0, 1],
    [],
    array([True, False]),
    True,
    False,
    array(1),
    np.int64(1),
]
ERRORS = [
    2,
    -3,
    1.0,
    "a",
    array([0.5]),
    array([5]),
    array([-9]),
    [5],
    (0, 0, 9),
    (0, 0, 0, 0),
    (..., ...),
    array([True]),
    np.ones((2, 2), bool),
    (array([0, 1]), array([0, 1, 2])),
    slice(None, None, 0),
    (slice(None), slice(None), 4),
    np.float64(1),
    {1},
    1j,
    (0, 1.5),
]


def read(np, x, key):
    return x[key]


@pytest.mark.parametrize("key", ONE, ids=repr)
def test_read_with_one_or_two(key):
    found = [compare(read, X3, key)] + [compare(read, X3, (key, other)) for other in ONE]
    assert not any(found), [f for f in found if f]


def test_read_with_three():
    some = [
        0,
        -1,
        slice(None),
        slice(None, None, -1),
        None,
        ...,
        array([0, 1]),
        [1, 0],
        array([[0], [1]]),
        array([True, True]),
    ]
    found = [(key, f) for key in itertools.product(some, repeat=3) if (f := compare(read, X3, key)) is not None]
    assert not found, found[:5]


@pytest.mark.parametrize("shape", [(), (0,), (1,), (5,), (0, 3), (2, 0)])
def test_read_small(shape):
    x = np.zeros(shape)
    found = [(key, f) for key in [(), *ONE, (..., None)] if (f := compare(read, x, key)) is not None]
    assert not found, found[:5]


@pytest.mark.parametrize("key", ERRORS, ids=repr)
def test_errors(key):
    assert compare(read, X3, key) is None
    assert compare(write, X3, key, 1.0) is None


def test_masks_of_every_rank():
    for rank in range(4):
        mask = X3.reshape(X3.shape)[(..., *[0] * (3 - rank))] % 2 == 0
        assert compare(read, X3, mask) is None
        assert compare(read, X3, X3 > 7) is None
        assert compare(read, X3, (slice(None), X3[0] > 5)) is None
        assert compare(read, X3, (X3[:, :, 0] > 3, [0, 0, 0, 1])) is None
        assert compare(read, X3, (X3[:, :, 0] > 3, 1)) is None


def test_the_result_is_new():
    x = tf.constant(X3)
    for key in (..., slice(None), (slice(None), slice(None)), ()):
        assert x[key] is not x


def write(np, x, key, value):
    if hasattr(np, "tensor_scatter_update"):
        return np.tensor_scatter_update(x, key, value)
    x = x.copy()
    x[key] = value
    return x


@pytest.mark.parametrize("key", ONE, ids=repr)
def test_write_with_one_or_two(key):
    keys = [key] + [(key, other) for other in ONE]
    found = []
    for k in keys:
        try:
            shape = X3[k].shape
        except IndexError:
            shape = ()
        values = [7, -X3[:1, :1, :1], 100 + np.arange(int(np.prod(shape))).reshape(shape)]
        found += [(k, f) for value in values if (f := compare(write, X3, k, value)) is not None]
    assert not found, found[:5]


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int64", "float16", "float32", "complex64"])
@pytest.mark.parametrize(
    "value",
    [
        1,
        True,
        2.7,
        -1.5,
        3 + 2j,
        300,
        [1, 2, 3],
        [1.9, 2.9, 3.9],
        array([1.5, 2.5, 3.5]),
        array([1j, 2, 3]),
        None,
        "1",
        "a",
        [1, 2],
        array([300, 1, 2]),
    ],
    ids=repr,
)
def test_what_is_assigned(dtype, value):
    x = sample(dtype, (4, 3))
    for key in (0, slice(1, 3), slice(None, None, -1), ..., [0, 2], x[:, 0] != 0):
        found = compare(write, x, key, value)
        assert found is None, (key, found)


def test_values_are_broadcast_as_an_assignment_does():
    for key, shape in itertools.product(
        [0, slice(1), ..., [0, 1], (0, 0, 0), X3 > 5], [(1,), (4,), (3, 1), (1, 1, 1, 4), (1, 1, 3, 4), (5,), (2, 4)]
    ):
        assert compare(write, X3, key, np.ones(shape)) is None


def test_the_last_value_stays():
    assert compare(write, np.zeros(5), [0, 0, 1, 0], array([1.0, 2.0, 3.0, 4.0])) is None
    assert compare(write, np.zeros((5, 2)), ([0, 0, -5], slice(None)), array([[1.0], [2.0], [3.0]])) is None


def test_other_targets_are_assigned_in_place():
    row = [1, 2, 3]
    assert np_tf.tensor_scatter_update(row, tf.constant(1), 9) is row
    assert row == [1, 9, 3]
    table = {}
    assert np_tf.tensor_scatter_update(table, "a", 9) is table
    assert table == {"a": 9}
    target = np.zeros(3)
    assert np_tf.tensor_scatter_update(target, tf.constant([0, 1]), tf.constant([5.0, 6.0])) is target
    assert target.tolist() == [5, 6, 0]


def test_a_full_write_is_never_the_value_itself():
    value = tf.constant(X3)
    for key in (..., slice(None), (slice(None), ...)):
        result = np_tf.tensor_scatter_update(tf.zeros_like(value), key, value)
        assert result is not value
        assert (result.numpy() == X3).all()


def test_item_assignment_names_the_mend():
    with pytest.raises(np_tf.UnsupportedFeatureError, match=r"NT604.*tensor_scatter_update"):
        tf.constant([1])[0] = 2


KEYS = [
    0,
    -1,
    slice(1, None),
    slice(None, None, -1),
    slice(None, None, 2),
    (slice(None), 1),
    (0, 1, 2),
    [0, 1],
    ([0, 1], [1, 0]),
    (slice(None), [2, 0]),
    (0, slice(None), [1, 0]),
    X3 > 5,
    X3[:, :, 0] > 3,
    (..., None),
    np.s_[..., 1:3],
]


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_traced(key, jit):
    if jit and isinstance(key, np.ndarray):
        pytest.skip("XLA has no shape for a mask's elements")
    x = tf.constant(X3)
    want = X3.copy()
    want[key] = -1.0
    got = tf.function(lambda t: np_tf.tensor_scatter_update(t, key, -1.0), jit_compile=jit)(x)
    np.testing.assert_array_equal(got, want)
    np.testing.assert_array_equal(tf.function(lambda t: t[key], jit_compile=jit)(x), X3[key])


def test_traced_with_symbolic_indices():
    @tf.function
    def f(x, i, rows, mask):
        a = np_tf.tensor_scatter_update(x, i, 0.0)
        b = np_tf.tensor_scatter_update(x, (slice(None), rows), 1.0)
        c = np_tf.tensor_scatter_update(x, mask, 2.0)
        d = np_tf.tensor_scatter_update(x, slice(i, None), 3.0)
        return x[i], x[-i], x[:, rows], x[mask], x[:i], a, b, c, d

    rows, mask = np.array([0, -1]), X3 > 4
    got = f(tf.constant(X3), tf.constant(1), tf.constant(rows), tf.constant(mask))
    want = [X3[1], X3[-1], X3[:, rows], X3[mask], X3[:1]]
    for key, value in ((1, 0.0), ((slice(None), rows), 1.0), (mask, 2.0), (slice(1, None), 3.0)):
        changed = X3.copy()
        changed[key] = value
        want.append(changed)
    for left, right in zip(got, want, strict=True):
        np.testing.assert_array_equal(left, right)


def test_traced_with_unknown_lengths():
    @tf.function(input_signature=[tf.TensorSpec((None, 3), tf.float64)])
    def f(x):
        y = np_tf.tensor_scatter_update(x, 0, 5.0)
        y = np_tf.tensor_scatter_update(y, (slice(1, None), 1), 6.0)
        y = np_tf.tensor_scatter_update(y, y > 5.5, 7.0)
        return y, x[-1], x[::-1], x[[0, 1]], x[x > 2], x[:, None, 1]

    x = np.arange(12.0).reshape(4, 3)
    want = x.copy()
    want[0] = 5
    want[1:, 1] = 6
    want[want > 5.5] = 7
    for left, right in zip(f(tf.constant(x)), (want, x[-1], x[::-1], x[[0, 1]], x[x > 2], x[:, None, 1]), strict=True):
        np.testing.assert_array_equal(left, right)


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_gradients(key):
    x, value = tf.constant(X3), tf.constant(2.0, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch([x, value])
        loss = tf.reduce_sum(np_tf.tensor_scatter_update(x, key, value * 3) ** 2) + tf.reduce_sum(x[key])
    by_x, by_value = tape.gradient(loss, [x, value])
    written = np.zeros(X3.shape)
    np.add.at(written, key, 1)
    np.testing.assert_allclose(by_x, np.where(written > 0, 0, 2 * X3) + written)
    np.testing.assert_allclose(by_value, (written > 0).sum() * 2 * 6 * 3)


@pytest.mark.parametrize(
    "key", [[0, 1], array([0, 0, 4]), array([True, False, True, False, True]), (slice(None), None)]
)
def test_gradients_are_tensors(key):
    x = tf.constant(np.arange(5.0))
    for key_now in (key, tf.constant(key) if isinstance(key, np.ndarray) else key):
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = tf.reduce_sum(x[key_now] ** 2)
        assert isinstance(tape.gradient(loss, x), tf.Tensor)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_index(data):
    shape = data.draw(hnp.array_shapes(max_dims=3, max_side=4))
    x = np.arange(np.prod(shape)).reshape(shape)
    basic = hnp.basic_indices(shape, allow_newaxis=True)
    arrays = hnp.integer_array_indices(shape, result_shape=hnp.array_shapes(max_dims=2, max_side=3))
    key = data.draw(st.one_of(basic, arrays, hnp.arrays(bool, shape)))
    assert compare(read, x, key) is None
    assert compare(write, x, key, -5) is None


SCALARS = (
    np.float64("nan"), np.float64("inf"), np.float32("nan"), np.float64(300.7), np.float64(127.9), np.float64(-128.9),
    np.float64(-129.0), np.float64(2.0**31), np.float64(2.0**63), np.float64(-(2.0**63)), np.float32(2.0**31),
    np.int64(300), np.int64(-1), np.int64(127), np.uint64(2**64 - 1), np.int8(-7), np.bool_(True),
)  # fmt: skip


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "uint32", "int64", "uint64"])
@pytest.mark.parametrize("key", [0, (0,), slice(0, 2), ..., [0, 1], np.array([True, False, True])], ids=str)
@pytest.mark.filterwarnings("ignore")
def test_scalars_that_integers_cannot_hold(dtype, key):
    for value in SCALARS:
        if isinstance(key, (list, np.ndarray)) and value != np.int8(-7):
            continue  # what is no integer of the dtype is cast, as the machine does it
        if has_gpu() and dtype.startswith("u") and np.asarray(value).dtype.kind == "f":
            continue  # a GPU casts in another way
        if has_gpu() and dtype == "uint32" and isinstance(key, slice):
            continue  # for which TensorFlow has no kernel: NumPy writes
        found = compare(write, np.zeros(3, dtype), key, value)
        assert found is None, (value, found)


def test_text_is_assigned_to_integers_as_its_number():
    assert compare(write, np.zeros(3, "int8"), 0, np.str_("5")) is None


@pytest.mark.parametrize("rung", [None, "xla", "graph"])
@pytest.mark.filterwarnings("ignore")
def test_scalars_that_integers_cannot_hold_within_a_loop(rung):
    def stored(integers, values):
        for k in range(len(values)):
            integers = np_tf.tensor_scatter_update(integers, k, values[k])
        return integers

    compiled = np_tf.jit(stored)
    for dtype, source in itertools.product(["int8", "uint8", "int32", "int64"], ["float32", "float64", "int64"]):
        for value in SCALARS:
            values = np.array([1, value if value == value or source[0] == "f" else 2]).astype(source)
            expected = np.zeros(2, dtype)
            try:
                for k in range(2):
                    expected[k] = values[k]
            except (OverflowError, ValueError) as error:
                expected = type(error)
            with only(rung) if rung else contextlib.nullcontext():
                try:
                    result = compiled(np_tf.zeros(2, dtype), np_tf.asarray(values)).numpy()
                except (OverflowError, ValueError) as error:
                    result = type(error)
            np.testing.assert_equal(result, expected, f"{dtype} of {source} {value}")


@pytest.mark.parametrize("rung", ["xla", "graph"])
def test_integers_are_stored_at_numbers_of_the_run(rung):
    def table(values):
        count = values.shape[0]
        found = np_tf.zeros((count, count), np.int32)
        for i in range(count - 1, -1, -1):
            for j in range(i + 1, count):
                if j - 1 >= 0:
                    found = np_tf.tensor_scatter_update(found, (i, j), max(found[i, j], found[i, j - 1]))
                if i + 1 < count:
                    more = found[i + 1, j - 1] + (values[i] + values[j] == 3)
                    found = np_tf.tensor_scatter_update(found, (i, j), max(found[i, j], more))
        return found

    values = np.random.default_rng(0).integers(0, 4, 200)  # more turns than are taken apart
    expected = np.zeros((200, 200), np.int32)
    for i, j in ((row, column) for row in range(199, -1, -1) for column in range(row + 1, 200)):
        expected[i, j] = max(expected[i, j], expected[i, j - 1])
        if i + 1 < 200:
            expected[i, j] = max(expected[i, j], expected[i + 1, j - 1] + (values[i] + values[j] == 3))
    compiled = np_tf.jit(table)
    with only(rung):
        np.testing.assert_array_equal(compiled(np_tf.asarray(values)), expected)
    assert compiled.rungs() == [rung]
