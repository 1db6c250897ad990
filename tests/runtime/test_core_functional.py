"""`np.functional`: each function gives what NumPy's mutation leaves, and raises what it raises."""

import copy
import operator

import numpy as np
import pytest
import tensorflow as tf
from differential import DTYPES, Outcome, _difference, _same_class, sample, to_tensors

import np2tf_runtime as np_tf

OPERATORS = {
    "iadd": operator.iadd,
    "isub": operator.isub,
    "imul": operator.imul,
    "itruediv": operator.itruediv,
    "ifloordiv": operator.ifloordiv,
    "imod": operator.imod,
    "ipow": operator.ipow,
    "ilshift": operator.ilshift,
    "irshift": operator.irshift,
    "iand": operator.iand,
    "ior": operator.ior,
    "ixor": operator.ixor,
    "imatmul": operator.imatmul,
}


def agree(mutate, function, x, *args, rtol=None):
    """NumPy's mutation of a copy of `x`, and the runtime's function of it."""

    def change():
        target = np.array(x)
        result = mutate(target, *args)
        return target if result is None else result

    want = Outcome(change)
    have = Outcome(lambda: function(to_tensors(x), *to_tensors(args)))
    if want.error is not None or have.error is not None:
        assert want.error is not None, f"raises {have}, NumPy gives {want}"
        assert have.error is not None, f"gives {have}, NumPy raises {want}"
        assert _same_class(want.error, have.error), f"raises {have}, NumPy raises {want}"
        return
    found = _difference(want.value, have.value, rtol, 0.0, strict=True)
    assert found is None, found


@pytest.mark.parametrize("name", OPERATORS)
def test_in_place_operators(name):
    function = getattr(np_tf.functional, name)
    for dtype in DTYPES:
        if name == "imatmul":
            agree(OPERATORS[name], function, sample(dtype), sample(dtype))
            continue
        for other in (
            True,
            2,
            2.5,
            1j,
            -1,
            300,
            sample("int64"),
            sample("float32"),
            np.float64(2),
            np.ones(1),
            np.ones((2, 7)),
            np.ones(3),
            [1] * 7,
        ):
            agree(OPERATORS[name], function, sample(dtype), other)


def test_matmul_in_place():
    agree(operator.imatmul, np_tf.functional.imatmul, sample("float64", (3, 3)), sample("float64", (3, 3), seed=1))


def test_targets_that_are_no_tensors():
    row = [1]
    assert np_tf.functional.iadd(row, [2]) is row
    assert row == [1, 2]
    array = np.zeros(3)
    assert np_tf.functional.iadd(array, tf.ones(3, tf.float64)) is array
    assert array.tolist() == [1, 1, 1]
    assert np_tf.functional.iadd(2, 3) == 5
    assert isinstance(np_tf.functional.iadd(2.0, tf.constant([1.0])), tf.Tensor)
    assert np_tf.functional.iadd("a", "b") == "ab"
    assert np_tf.functional.ior({1}, {2}) == {1, 2}


def test_scalars_are_replaced():
    x = tf.constant(3, tf.int64)
    assert np_tf.functional.iadd(x, 0.5).tolist() == 3.5
    assert np_tf.functional.imul(x, tf.constant([1, 2], tf.int64)).tolist() == [3, 6]


def test_refusal():
    with pytest.raises(np_tf.UnsupportedFeatureError, match="NT102"):
        np_tf.functional.refuse("+", tf.constant([1]), 1, "NT102")
    with pytest.raises(np_tf.UnsupportedFeatureError, match="NT101"):
        np_tf.functional.refuse_imul(tf.constant([1]), 1, "NT101")
    assert np_tf.functional.refuse("+=", 1, 2, "NT102") == 3
    assert np_tf.functional.refuse("iadd", tf.constant(1), 2, "NT102") == 3
    row = [1]
    assert np_tf.functional.refuse("+", row, [2], "NT102") is row


F = np_tf.functional
CASES = [
    (
        np.copyto,
        F.copyto,
        [(3,), (2.5,), (np.arange(4),), (np.arange(4.0),), (np.ones((3, 1)),), (np.ones(5),), (1j,), (300,)],
    ),
    (lambda x, v: x.fill(v), F.fill, [(3,), (2.5,), (np.array([1]),), (np.array([1, 2]),), (None,), (1j,)]),
    (
        np.put,
        F.put,
        [
            ([0, -1], [5, 6]),
            (2, 9),
            ([0, 1, 2], [7]),
            ([40], [1]),
            ([-40], 1),
            ([0, 0], [1, 2]),
            ([1.5], 1),
            ([], []),
            ([0], []),
        ],
    ),
    (lambda x, i, v: np.put(x, i, v, mode="wrap"), lambda x, i, v: F.put(x, i, v, mode="wrap"), [([13, -14], [5, 6])]),
    (lambda x, i, v: np.put(x, i, v, mode="clip"), lambda x, i, v: F.put(x, i, v, mode="clip"), [([13, -14], [5, 6])]),
    (
        np.place,
        F.place,
        [(np.arange(12).reshape(3, 4) % 2 == 0, [1, 2, 3]), (np.zeros((3, 4), bool), []), (np.ones((3, 4), bool), [])],
    ),
    (
        np.putmask,
        F.putmask,
        [(np.arange(12).reshape(3, 4) % 3 == 0, [1, 2, 3, 4, 5]), (np.ones((3, 4), bool), 7), (np.ones(3, bool), 7)],
    ),
    (np.fill_diagonal, F.fill_diagonal, [(5,), ([1, 2],), ([1, 2, 3, 4],)]),
    (
        np.put_along_axis,
        F.put_along_axis,
        [
            (np.array([[0], [1], [3]]), 9, 1),
            (np.array([[0, 1, 2, 0]]), [[1, 2, 3, 4]], 0),
            (np.array([0, 5]), 1, None),
            (np.array([0]), 1, 0),
            (np.array([[9], [0], [0]]), 1, 1),
        ],
    ),
    (lambda x, shape: x.resize(shape, refcheck=False), F.resize, [((2, 3),), ((5, 4),), (3,), ((0,),), ((-1, 2),)]),
]


@pytest.mark.parametrize("dtype", ["int64", "uint8", "float32", "bool", "complex128"])
@pytest.mark.parametrize(("mutate", "function", "arguments"), CASES)
def test_functions(mutate, function, arguments, dtype):
    for args in arguments:
        agree(mutate, function, sample(dtype, (3, 4)), *args)


def test_sorting():
    if not hasattr(np_tf, "sort"):
        pytest.skip("np.sort is not there yet")
    for dtype in DTYPES:
        agree(lambda x: x.sort(), F.sort, sample(dtype, (3, 4)))
        agree(lambda x: x.sort(0), lambda x: F.sort(x, 0), sample(dtype, (3, 4)))


def test_diagonal_of_more_axes():
    agree(np.fill_diagonal, F.fill_diagonal, sample("float64", (3, 3, 3)), 5)
    agree(np.fill_diagonal, F.fill_diagonal, sample("float64", (3, 3, 2)), 5)
    agree(np.fill_diagonal, F.fill_diagonal, sample("float64", (3,)), 5)
    for wrap in (False, True):
        agree(
            lambda x, w: np.fill_diagonal(x, 5, w),
            lambda x, w: F.fill_diagonal(x, 5, w),
            sample("float64", (7, 2)),
            wrap,
        )


@pytest.mark.parametrize(
    "name",
    [
        "add",
        "subtract",
        "multiply",
        "maximum",
        "minimum",
        "divide",
        "power",
        "bitwise_or",
        "logical_and",
        "fmax",
        "negative",
        "sqrt",
        "greater",
        "floor_divide",
        "copysign",
    ],
)
@pytest.mark.parametrize("dtype", ["int64", "int8", "float32", "float64", "bool", "complex128"])
def test_ufunc_at(name, dtype):
    function = getattr(F, f"{name}_at")
    values = (
        [()]
        if getattr(np, name).nin == 1
        else [(2,), (300,), (-1,), (np.arange(1, 5),), (np.arange(1.0, 5.0),), (2.5,), (np.ones(3),)]
    )

    def recorded(*args):
        with tf.GradientTape():
            return function(*args)

    for extra in values:
        for call in (function, recorded):
            agree(lambda x, *a: getattr(np, name).at(x, *a), call, sample(dtype, (6,)), np.array([0, 2, 0, -1]), *extra)


def test_ufunc_at_other_indices():
    x = sample("float64", (3, 4))
    for key in (
        (np.array([0, 0, 1]), np.array([1, 1, 2])),
        (slice(None), np.array([0, 0])),
        x > 0,
        1,
        (0, 1),
        (..., 0),
    ):
        agree(lambda a, k: np.add.at(a, k, 1.5), lambda a, k: F.add_at(a, k, 1.5), x, key)
    agree(lambda a: np.add.at(a, [9], 1), lambda a: F.add_at(a, [9], 1), x)


def test_ufunc_at_while_tracing():
    f = tf.function(lambda a, i: F.add_at(a, i, 1.0))
    assert f(tf.zeros(4, tf.float64), tf.constant([0, 0, 3])).tolist() == [2, 0, 0, 1]


def test_parts_of_complex_numbers():
    z = np.array([1 + 2j, 3 + 4j])
    assert F.complex_with(tf.constant(z), imag=0).tolist() == [1, 3]
    assert F.complex_with(tf.constant(z), real=[5, 6]).tolist() == [5 + 2j, 6 + 4j]
    with pytest.raises(TypeError):
        F.complex_with(tf.constant([1.0]), imag=1)


@pytest.mark.parametrize("generator", [lambda: np.random.default_rng(3), lambda: np.random.RandomState(3)])
def test_shuffle_is_numpys(generator):
    want = np.arange(20)
    generator().shuffle(want)
    assert F.shuffle(generator(), tf.range(20)).tolist() == want.tolist()
    row = list(range(20))
    assert F.shuffle(generator(), row) is row


def test_gradients_pass():
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = F.imul(x, x)
        y = F.put(y, [0], [5.0])
        y = F.add_at(y, [1, 1], x)
    assert tape.gradient(y, x).tolist() == [1, 5]


def test_mutators_handed_on_as_values_refuse_arrays():
    add = np_tf.functional.refusing(operator.iadd, "NT102")
    items, held = [1], np.zeros(2)
    assert add(2, 3) == 5
    assert add(items, [2]) is items
    assert items == [1, 2]
    assert add(held, np_tf.ones(2)) is held
    np.testing.assert_array_equal(held, [1, 1])
    assert add(np_tf.float64(1), 2) == 3
    with pytest.raises(np_tf.UnsupportedFeatureError, match="NT102"):
        add(np_tf.ones(2), 1)


class Plain:
    def __init__(self, x):
        self.x = x


class Slotted:
    __slots__ = ("x", "y")

    def __init__(self, x):
        self.x = x


@pytest.mark.parametrize("kind", [Plain, Slotted])
def test_copies_of_objects_refuse_to_share_arrays(kind):
    share = np_tf.functional.refuse_sharing
    for value in (None, 1.0, np_tf.float64(2), np_tf.ones(())):
        copied = copy.copy(kind(value))
        assert share(copied, "NT302", "x", "y") is copied
    copied = copy.copy(kind(np_tf.ones(2)))
    assert share(copied, "NT302", "y") is copied
    with pytest.raises(np_tf.UnsupportedFeatureError, match="NT302"):
        share(copied, "NT302", "y", "x")


def test_arrays_are_not_put_by_a_computed_name_where_they_change():
    put = np_tf.functional.refuse_put
    held = Plain(None)
    for name, value in (("x", 1.0), ("x", np_tf.ones(())), ("x", [1]), ("y", np_tf.ones(2))):
        put(held, name, value, "NT512", "x")
        assert getattr(held, name) is value
    for value in (np_tf.ones(2), [np_tf.ones(2)], {"a": np_tf.ones(2)}):
        with pytest.raises(np_tf.UnsupportedFeatureError, match="NT512"):
            put(held, "x", value, "NT512", "x")


def test_arrays_are_not_told_apart_where_numpy_goes_by_their_memory():
    asked = np_tf.functional.refuse_identity
    x = np_tf.ones(2)
    for a, b in ((x, None), (None, None), ([x], [x]), (x.sum(), x), (np.ones(2), x)):
        assert asked(a, b, "NT101") is (a is b)
    for y in (x, np_tf.ones(2)):
        with pytest.raises(np_tf.UnsupportedFeatureError, match="NT101"):
            asked(x, y, "NT101")


def test_the_class_of_an_array_is_numpys():
    of = np_tf.functional.type_of
    assert of(np_tf.ones((2, 3))) is of(tf.Variable([1.0])) is np.ndarray
    assert of(np_tf.ones(2)[0]) is np.float64
    assert of(np_tf.arange(3).sum()) is np.int64
    assert of([1]) is list
    assert of(np.float32(1)) is np.float32


def test_what_is_an_array():
    array = np_tf.functional.Array
    for x in (np_tf.ones(2), np_tf.zeros((0, 3)), np.ones(2), np.array(["text"]), tf.Variable([1.0]), tf.ones((1, 1))):
        assert isinstance(x, array)
        assert isinstance(x, (list, array))
    for x in (np_tf.ones(2).sum(), np_tf.float64(1), 2, 2.5, [1], "text", None, np.float64(1)):
        assert not isinstance(x, array)
    assert issubclass(np_tf.ndarray, array)
    assert issubclass(np.ndarray, array)
    assert not issubclass(list, array)

    @tf.function(input_signature=[tf.TensorSpec(None), tf.TensorSpec([None]), tf.TensorSpec([])])
    def traced(a, b, c):
        return isinstance(a, array), isinstance(b, array), isinstance(c, array)

    assert [bool(found) for found in traced(tf.ones(2), tf.ones(2), tf.ones(()))] == [True, True, False]


@pytest.mark.parametrize("dtype", ["bool", "int64", "float32", "float64", "complex64", "complex128"])
def test_what_is_a_python_number(dtype):
    for number, kind in ((float, np_tf.functional.Float), (complex, np_tf.functional.Complex)):
        host = np.ones(2, dtype)[0]
        assert isinstance(np_tf.ones(2, dtype)[0], kind) is isinstance(host, number)
        assert isinstance(host, kind) is isinstance(host, number)
        assert isinstance(1.5, kind) is isinstance(1.5, number)
        assert not isinstance(np_tf.ones(2, dtype), kind)
        assert issubclass(number, kind)
        assert not issubclass(int, kind)


def test_what_was_selected_before_an_assignment():
    refreshed = np_tf.functional.refreshed
    rows, numbers = np_tf.arange(6).reshape(3, 2), np_tf.arange(3)
    old = np_tf.zeros(2)
    for index in (1, np.int64(1), np_tf.arange(3).max() - 1, slice(1, 2), (1,), (1, ...), None):
        assert np.array_equal(refreshed(old, rows, index), np.arange(6).reshape(3, 2)[index if index != (1,) else 1])
    for index in ([0, 1], np_tf.array([0, 1]), np.array([0, 1]), True, range(2), ([0], 1)):
        assert refreshed(old, rows, index) is old
    number = numbers[2]
    assert refreshed(number, numbers, 1) is number
    assert refreshed(old, [old, 1], 1) is old
    assert refreshed(5, {"a": 1}, "a") == 5
