"""A tensor behaves as an ndarray: attributes, methods, conversions, Python's protocols, printing."""

import copy
import json
import math
import pickle
import typing

import numpy as np
import pytest
import tensorflow as tf
from differential import DTYPES, check, check_all, compare, sample, to_tensors

import np2tf_runtime as np_tf

X = np.arange(6.0).reshape(2, 3)

ATTRIBUTES = [
    "shape",
    "ndim",
    "size",
    "itemsize",
    "nbytes",
    "T",
    "mT",
    "strides",
    "real",
    "imag",
    "dtype.kind",
    "dtype.itemsize",
    "dtype.char",
    "dtype.str",
    "dtype.type",
    "dtype.num",
    "dtype.names",
    "dtype.fields",
    "dtype.byteorder",
    "dtype.alignment",
    "dtype.name",
    "flat[2]",
    "flat[::2]",
    "flags.writeable is False or True",
    "flags.c_contiguous",
    "base is None or True",
]


@pytest.mark.parametrize("dtype", DTYPES)
def test_attributes(dtype):
    check_all([f"x.{attribute}" for attribute in ATTRIBUTES if attribute != "shape"], x=sample(dtype, (2, 3)))
    check_all(
        ["tuple(x.shape)", "np.dtype(x.dtype)", "list(x.flat)", "len(x.flat)", "x.conj()", "x.astype(complex)"],
        x=sample(dtype, (2, 3)),
    )


def test_shape_is_a_tuple():
    x = tf.constant(X)
    assert isinstance(x.shape, tuple)
    assert "%d x %d" % x.shape == "2 x 3"  # noqa: UP031
    assert repr(x.shape) == "(2, 3)"
    assert x.shape == (2, 3) == x.shape
    assert x.shape != [2, 3]
    assert np_tf.functional.type_of(x.shape) is tuple
    assert hash(x.shape) == hash((2, 3))
    assert (*x.shape, 1) == (2, 3, 1)
    assert (1, *x.shape) == (1, 2, 3)
    rows, columns = x.shape
    assert type(rows) is int
    assert columns == 3
    assert x.shape.as_list() == [2, 3]
    assert x.shape.rank == 2
    assert x.shape.num_elements() == 6
    assert isinstance(x.get_shape(), tf.TensorShape)
    assert pickle.loads(pickle.dumps(x.shape)) == (2, 3)
    assert tf.zeros(x.shape).shape == (2, 3)
    assert tf.reshape(tf.range(6), x.shape).shape == x.shape
    assert np.zeros(x.shape).shape == (2, 3)
    assert tf.TensorShape(x.shape).as_list() == [2, 3]


@pytest.mark.parametrize(
    "name", ["float", "'f8'", "'float64'", "np.float64", "np.dtype('f8')", "int", "'f4'", "np.float32", "'d'"]
)
def test_dtype_equality(name):
    assert compare(f"x.dtype == {name}", x=X) is None
    assert compare(f"x.dtype != {name}", x=X) is None


def test_dtype_text_and_use():
    x = tf.constant(X)
    assert str(x.dtype) == "float64"
    assert repr(x.dtype) == "dtype('float64')"
    assert f"{x.dtype}" == "float64"
    assert np.dtype(x.dtype) == np.float64
    assert np.zeros(2, x.dtype).dtype == np.float64
    assert {x.dtype: 1}[tf.float64] == 1
    assert np.issubdtype(np.dtype(x.dtype), np.floating)
    assert x.dtype is tf.float64


@pytest.mark.parametrize(
    "setter",
    [
        "x.shape = (6,)",
        "x.dtype = 'f4'",
        "x.real = 0",
        "x.imag = 0",
        "x.flat = 0",
        "x.flat[0] = 1",
        "x.T = x",
        "x.flags.writeable = False",
        "x.flags['W'] = True",
        "x.strides = (1,)",
        "x.data = 0",
    ],
)
def test_attributes_can_not_be_set(setter):
    with pytest.raises(np_tf.UnsupportedFeatureError, match="NT"):
        exec(setter, {"x": tf.constant(X)})


@pytest.mark.parametrize(
    "call",
    [
        "sort()",
        "fill(0)",
        "put(0, 1)",
        "partition(1)",
        "resize(3)",
        "itemset(0, 1)",
        "setflags(write=True)",
        "byteswap(True)",
        "view('i8')",
        "getfield('f4')",
    ],
)
def test_mutators_raise(call):
    with pytest.raises(np_tf.UnsupportedFeatureError, match="NT"):
        eval(f"x.{call}", {"x": tf.constant(X)})


def test_no_operator_works_in_place():
    assert not [
        name
        for name in dir(tf.Tensor)
        if name.startswith("__i")
        and name[3:]
        in (
            "add__",
            "sub__",
            "mul__",
            "truediv__",
            "pow__",
            "and__",
            "or__",
            "xor__",
            "matmul__",
            "mod__",
            "floordiv__",
            "lshift__",
            "rshift__",
        )
    ]


METHODS = [
    "astype(int)",
    "astype('f4')",
    "astype(bool)",
    "astype('i1', casting='safe')",
    "astype('U')",
    "copy()",
    "flatten()",
    "item(1)",
    "item((1, 2))",
    "item()",
    "tolist()",
    "tobytes()",
    "reshape(3, 2)",
    "reshape((3, 2))",
    "reshape(-1)",
    "reshape(4)",
    "transpose()",
    "transpose(1, 0)",
    "transpose((1, 0))",
    "transpose(None)",
    "view()",
    "conj()",
    "conjugate()",
    "__contains__(3)",
    "__len__()",
]


@pytest.mark.parametrize("method", METHODS)
def test_methods_of_this_module(method):
    check(f"x.{method}", x=X, strict="'U'" not in method)  # strings stay on the host


DELEGATED = [
    "sum()",
    "sum(0)",
    "sum(axis=1, keepdims=True)",
    "mean()",
    "mean(0)",
    "max()",
    "min(1)",
    "std()",
    "var(0, ddof=1)",
    "prod()",
    "any()",
    "all(0)",
    "argmax()",
    "argmin(1)",
    "cumsum()",
    "cumsum(1)",
    "cumprod(0)",
    "dot(x.T)",
    "ravel()",
    "squeeze()",
    "swapaxes(0, 1)",
    "repeat(2)",
    "take([0, 2])",
    "nonzero()",
    "argsort()",
    "clip(1, 3)",
    "round(1)",
    "trace()",
    "diagonal()",
    "searchsorted(1)",
]


@pytest.mark.parametrize("method", DELEGATED)
def test_methods_that_call_the_function(method):
    name = method.partition("(")[0]
    if not hasattr(np_tf, name):
        pytest.skip(f"np.{name} is not there yet")
    check(f"x.{method}", x=X)


def test_identity():
    x = tf.constant(X)
    assert x.copy() is not x
    assert copy.copy(x) is not x
    assert copy.deepcopy(x) is not x
    assert x.astype(float) is not x
    assert +x is not x
    assert x.astype(float, copy=False) is x
    assert x.conj() is x
    assert x.real is x
    assert copy.deepcopy([x])[0] is not x


def test_scalars_behave():
    check_all(
        [
            "int(x[1, 2])",
            "float(x[1, 2])",
            "complex(x[1, 2])",
            "bool(x[1, 2])",
            "bool(x[0, 0])",
            "round(x[1, 2])",
            "round(x, 1)",
            "math.sqrt(x[1, 1])",
            "'%d' % x[1, 2]",
            "'%.2f' % x[1, 2]",
            "f'{x[1, 2]:.3f}'",
            "f'{x[1, 2]}'",
            "str(x[1, 2])",
            "repr(x[1, 2])",
            "hash(x[1, 2]) == hash(5.0)",
            "{x[0, 1]: 'one'}[1.0]",
            "len({x[0, 0], x[0, 1], x[0, 0] + 1})",
            "x[0, 1] in [1.0]",
            "list(range(k))",
            "[10, 20, 30][k]",
            "0 <= x[0, 1] < 2",
            "int(x)",
            "float(x[:1, :1])",
            "bool(x)",
            "bool(x[:0])",
            "hash(x)",
            "len(x)",
            "len(x[0, 0])",
            "iter(x[0, 0])",
            "operator.index(x[0, 0])",
            "list(range(3))[k:]",
            "2.0 in x",
            "7 in x",
            "min(x[0])",
            "max(x[1])",
            "sum(x[0])",
            "sorted(x[0])",
            "[float(v) for v in x[0]]",
            "[list(map(float, row)) for row in x]",
            "dict(zip('ab', x))['b']",
            "divmod(x, 2)",
            "pow(x, 2)",
            "x[0, 1].item()",
            "[1, 2] * k",
            "k * [1, 2]",
            "'ab' * k",
            "(1,) * k",
            "[1, 2] * x[0, 0]",
            "[1, 2] + k",
            "bin(k)",
            "'abc'[k]",
            "b'ab' * k",
            "math.floor(x[1, 2] / 2)",
        ],
        x=X,
        k=np.int64(2),
        math=math,
        operator=__import__("operator"),
        strict=False,
    )
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps(tf.constant(1.0))


def test_unpacking():
    (a, b, c), (d, *rest) = tf.constant(X)
    assert (float(a), float(c), float(d), len(rest), float(b)) == (0, 2, 3, 2, 1)


def test_comparison_with_anything():
    check_all(
        [
            "x == None",
            "x != None",
            "x == 'a'",
            "x < None",
            "x + None",
            "x + 'a'",
            "x == [0, 1, 2]",
            "x == np.ones(4)",
            "x @ 2",
            "x == (1,)",
        ],
        x=X,
    )


def test_host_arrays_mix_and_the_tensor_wins():
    x, h = tf.constant(X), X
    for result in (x + h, h + x, h - x, h @ x.T, np.float64(2) * x, x * np.float32(2), h == x, h < x, np.int64(3) // x):
        assert isinstance(result, tf.Tensor)
    assert (h - x).tolist() == np.zeros((2, 3)).tolist()


@pytest.mark.cpu_only("NumPy takes no memory of a GPU")
def test_numpy_takes_tensors():
    x = tf.constant(X)
    view = np.asarray(x)
    assert not view.flags.writeable
    assert np.shares_memory(view, np.asarray(x))
    assert np.array(x).flags.writeable
    assert np.asarray(x, "f4").dtype == np.float32
    assert np.array(x, copy=True).flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        view[0] = 1
    assert np.asarray(tf.constant(2.5)).shape == ()
    assert float(np.sin(x)[0, 1]) == math.sin(1)
    assert np.from_dlpack(x).shape == (2, 3)


def test_changing_the_host_array_leaves_the_tensor_alone():
    host = np.zeros(1000)
    made = [np_tf._base.as_tensor(host), host + tf.zeros(1000, tf.float64)]
    host[:] = 1
    assert not any((t.numpy() != 0).any() for t in made)


def test_pickle():
    for x in to_tensors([X, np.int8([1]), np.float32(2), X > 2]):
        back = pickle.loads(pickle.dumps(x))
        assert back.dtype is x.dtype
        assert (back == x).numpy().all()
        assert back is not x


TEXTS = [
    "np.asarray(v)",
    "np.asarray(v)[None]",
    "np.asarray(v) * 1.5",
    "np.asarray(v) > 2",
    "np.asarray(v) * 1j",
    "np.add(v, 0)[0]",
    "np.asarray([v] * 3)",
    "np.add(v, [[1e10], [1e-10]])",
    "np.asarray(v, dtype='i2')",
    "np.asarray([[]])",
]


@pytest.mark.parametrize("expression", TEXTS)
def test_text(expression):
    if not hasattr(np_tf, "asarray"):
        pytest.skip("np.asarray is not there yet")
    check_all([f"{how}({expression})" for how in ("str", "repr", "'{}'.format")], v=[1, 2, 3, 4])


def test_print_options():
    x = tf.constant(np.arange(2000.0) / 7)
    with np_tf.printoptions(precision=2, threshold=5):
        assert str(x) == np.array_str(x.numpy())
        assert "..." in str(x)
    check_all(
        [
            "np.array2string(x, precision=2)",
            "np.array_repr(x)",
            "np.array_str(x)",
            "np.format_float_positional(x[0, 1])",
            "np.binary_repr(5)",
            "np.base_repr(5, 3)",
        ],
        x=X,
    )


def test_format_of_an_array_refuses_a_specification():
    check_all(["f'{x:.2f}'", "f'{x}'", "'%s' % x[0]"], x=X)


def test_symbolic_tensors_keep_tensorflows_text():
    texts = []
    tf.function(lambda x: texts.append(str(x)) or x)(tf.constant(X))
    assert texts[0].startswith("Tensor(")


@pytest.mark.parametrize("name", ["frobnicate", "matrix", "memmap", "chararray"])
def test_missing_names(name):
    if name != "frobnicate":
        with pytest.raises(np_tf.UnsupportedFeatureError, match="NT5"):
            getattr(np_tf, name)([1])
    if name == "frobnicate":
        with pytest.raises(np_tf.UnsupportedFeatureError, match="NT601"):
            np_tf.frobnicate  # noqa: B018
        with pytest.raises(AttributeError):
            np_tf.frobnicate  # noqa: B018
    assert getattr(np_tf, "frobnicate", 3) == 3


def test_the_class_takes_type_arguments():
    assert typing.get_origin(np_tf.ndarray[float]) is np_tf.ndarray
    assert typing.get_args(np_tf.ndarray[tuple[int, int], np_tf.dtype]) == (tuple[int, int], np_tf.dtype)


@pytest.mark.parametrize("order", ["=", "S", "<", ">"])
def test_byte_orders_are_asked_for_by_others(order):
    assert np_tf.ones(2).dtype.newbyteorder(order) == np.dtype(float).newbyteorder(order)
