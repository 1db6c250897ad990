"""Conversion, dtypes, promotion in the four modes, registration."""

import enum

import numpy as np
import pytest
import tensorflow as tf
from differential import DTYPES, compare

import np2tf_runtime as np_tf
from np2tf_runtime import _base


@pytest.fixture
def modes():
    yield
    np_tf.configure(promotion="numpy", prefer_float32=False)


def as_array(np, *args, **kwargs):
    return _base.as_tensor(*args, **kwargs) if np is np_tf else np.array(*args, **kwargs)


INPUTS = [
    1,
    1.5,
    True,
    1j,
    [],
    [1, 2.5],
    [True, 2],
    [[1], [2]],
    (1, 2),
    range(4),
    np.int8([1]),
    np.float32(2),
    np.ones((2, 2))[::-1],
    np.array(3, ">f8"),
    [np.float32(1), 2],
    2**63,
    -(2**63),
    [[1, 2], [3]],
    2**70,
    np.arange(6).reshape(2, 3).T,
]


def test_version():
    assert np_tf.version.version == np_tf.__version__ == np.version.version


def test_refusals_are_no_errors_that_programs_catch():
    assert np_tf.UnsupportedFeatureError.__base__ is Exception


@pytest.mark.parametrize("value", INPUTS, ids=repr)
def test_as_tensor(value):
    if isinstance(value, int) and value == 2**70:
        with pytest.raises(_base.HostValueError):  # NumPy makes an array of objects
            _base.as_tensor(value)
    elif getattr(value, "dtype", None) == np.dtype(">f8"):
        assert _base.as_tensor(value).dtype is tf.float64
    else:
        assert compare(as_array, value) is None
        assert compare(as_array, value, dtype="i2") is None
        assert compare(as_array, value, dtype=np.float32) is None


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (["a"], "NT510"),
        ([None], "NT504"),
        (np.array(1, "M8[s]"), "NT509"),
        (np.zeros(2, "f4,i4"), "NT502"),
        ({1: 2}, "NT504"),
        (b"a", "NT510"),
        (object(), "NT504"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,  # an object's repr is its address
)
def test_refused_values(value, code):
    with pytest.raises(np_tf.UnsupportedFeatureError) as caught:
        _base.as_tensor(value)
    assert caught.value.code == code
    assert f"[{code}]" in str(caught.value)


def test_tensors_in_lists_keep_their_gradient():
    x = tf.constant(2.0, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = _base.as_tensor([[x * x, 1], [3.0, x]])
    assert y.dtype is tf.float64
    assert y.tolist() == [[4, 1], [3, 2]]
    assert tape.gradient(y, x) == 5
    with pytest.raises(ValueError, match="inhomogeneous"):
        _base.as_tensor([x, [1.0, 2.0]])


def test_a_tensor_of_the_dtype_is_returned_itself():
    x = tf.constant([1.0])
    assert _base.as_tensor(x) is x
    assert _base.as_tensor(x, "f4") is x
    assert _base.cast(x, np.float32) is x
    assert _base.as_tensor(tf.Variable([1.0])).dtype is tf.float32


@pytest.mark.parametrize(
    "spelling",
    [
        float,
        int,
        bool,
        complex,
        "f4",
        "int8",
        np.float16,
        np.dtype("u2"),
        tf.uint32,
        "longlong",
        np.intp,
        "?",
        "l",
        "c16",
    ],
)
def test_dtypes(spelling):
    want = np.dtype(spelling.as_numpy_dtype if isinstance(spelling, tf.DType) else spelling)
    assert _base.np_dtype(spelling) == want
    assert _base.tf_dtype(spelling).as_numpy_dtype == want.type or want.itemsize == 8


@pytest.mark.parametrize("spelling", ["O", "U3", "M8[s]", "longdouble", ">f8", "f4,f4"])
def test_refused_dtypes(spelling):
    with pytest.raises(np_tf.UnsupportedFeatureError):
        _base.np_dtype(spelling)


@pytest.mark.parametrize("source", DTYPES)
def test_casts(source):
    values = np.array([0, 1, 2, 100, 3] if source != "bool" else [0, 1, 1, 0, 1]).astype(source)
    if np.dtype(source).kind == "f":
        values = np.append(values, np.array([-1.5, 2.7, -0.0], source))
    # What becomes of numbers beyond an integer's range is the device's affair.
    if np.dtype(source).kind == "f" and source != "float16" and not _base.has_gpu():
        values = np.append(values, np.array([np.nan, np.inf, -np.inf], source))
    if np.dtype(source).kind == "c":
        values = np.append(values, np.array([1j, 2 - 3j], source))
    for target in DTYPES:
        if np.dtype(source).kind == "f" and np.dtype(target).kind == "u":
            values = values[np.isfinite(values) & (values >= 0)]
        assert compare(lambda np, x, t=target: _base.cast(x, t) if np is np_tf else x.astype(t), values) is None, target


@pytest.mark.parametrize("left", DTYPES)
def test_promotion_table(left):
    for right in DTYPES:
        assert _base.result_dtype(tf.zeros(1, left), tf.zeros(1, right)) == np.result_type(left, right)
        assert _base.result_dtype(np.zeros(1, left), right) == np.result_type(left, right)
    for number in (True, 1, 1.0, 1j):
        assert _base.result_dtype(tf.zeros(1, left), number) == np.result_type(
            np.dtype(left), np.dtype(bool) if number is True else number
        )


def test_promotion_of_others():
    class Colour(enum.IntEnum):
        RED = 1

    assert _base.result_dtype(tf.zeros(1, "int8"), Colour.RED) == np.int8
    assert _base.result_dtype(1, 2.0) == np.float64
    assert _base.result_dtype(np.float32(1), 2.0) == np.float32
    with pytest.raises(OverflowError):
        _base.promote(tf.zeros(1, "uint8"), 300)


def test_modes(modes):
    i8, f4, f8 = tf.ones(1, "int64"), tf.ones(1, "float32"), tf.ones(1, "float64")
    assert (i8 + f4).dtype == np.float64
    np_tf.configure(promotion="all")
    assert (i8 + f4).dtype == np.float32
    assert (f4 + f8).dtype == np.float64
    assert (f4 + 1.0).dtype == np.float32
    np_tf.configure(promotion="safe")
    assert (f4 + f8).dtype == np.float64
    with pytest.raises(TypeError, match="safe"):
        i8 + f4
    np_tf.configure(promotion="off")
    assert (f4 + 1).dtype == np.float32
    with pytest.raises(TypeError, match="off"):
        f4 + f8
    with pytest.raises(ValueError, match="promotion"):
        np_tf.configure(promotion="none")


def test_prefer_float32(modes):
    np_tf.configure(prefer_float32=True)
    assert _base.as_tensor(1.5).dtype is tf.float32
    assert _base.default_float() == np.float32
    assert (tf.ones(1, "int64") / 2).dtype is tf.float32
    assert (tf.ones(1, "float64") + 1.0).dtype is tf.float64


def test_axes():
    assert _base.normalize_axis(-1, 3) == 2
    assert _base.normalize_axes((-1, 0), 3) == (0, 2)
    assert _base.normalize_axes(None, 2) == (0, 1)
    with pytest.raises(np.exceptions.AxisError):
        _base.normalize_axis(3, 3)
    with pytest.raises(ValueError, match="duplicate"):
        _base.normalize_axes((0, -2), 2)
    with pytest.raises(TypeError):
        _base.normalize_axis(1.5, 3)


def test_host_functions():
    poly = _base.host_function("numpy.poly", reason="a test")
    assert poly(tf.constant([1.0, 2.0])).tolist() == [1, -3, 2]
    with pytest.raises(np_tf.UnsupportedFeatureError, match="NT603"):
        tf.function(poly, autograph=False)(tf.constant([1.0]))
    assert np_tf.STATUS["numpy.poly"] == "host"


def test_unsupported():
    matrix = _base.unsupported_class("numpy.testing_only", "NT507", "use @")
    assert not isinstance(tf.constant(1), matrix)
    with pytest.raises(np_tf.UnsupportedFeatureError, match=r"numpy.testing_only \[NT507\]: use @"):
        matrix([1])
    with pytest.raises(np_tf.UnsupportedFeatureError, match="NT501"):
        _base.unsupported("numpy.testing_too", "NT501", "copy")()
    for name in ("numpy.testing_only", "numpy.testing_too"):
        np_tf.STATUS.pop(name)


def test_tensorflows_errors_become_numpys():
    @_base.device(name="numpy.testing_device")
    def broken():
        return tf.raw_ops.Reshape(tensor=[1, 2], shape=[3])

    with pytest.raises(ValueError, match="Input to reshape"):
        broken()
    np_tf.STATUS.pop("numpy.testing_device")
