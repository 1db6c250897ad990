"""Index helpers, windows, bits and text: every function beside NumPy; files written and read back."""

from __future__ import annotations

import numpy
import numpy.typing
import pytest
import tensorflow as tf
from differential import check_all

import np2tf_runtime as np

HELPERS = """
np.s_[1:2, ...]
np.index_exp[1]
np.r_[1, 2, 3]
np.r_[1:4, 0, [5., 6]]
np.r_[0:1:5j]
np.r_[np.array([1, 2]), 0, np.array([3, 4])]
np.r_['0,2', [1, 2], [3, 4]]
np.r_['1,2,0', [1, 2], [3, 4]]
np.r_['-1', [[1, 2]], [[3, 4]]]
np.r_['0,2,0', [1, 2, 3], [4, 5, 6]]
np.r_['0,3,-1', [1, 2, 3], [4, 5, 6]]
np.r_['a', 1]
np.r_[1, '0']
np.r_[np.array([1], dtype='f4'), 2.]
np.r_[5]
np.r_[()]
np.c_[[1, 2, 3], [4, 5, 6]]
np.c_[np.array([[1, 2, 3]]), 0, 0, np.array([[4, 5, 6]])]
np.c_[0:3]
np.c_[[[1], [2]], [3, 4]]
len(np.r_)
np.mgrid[0:3, 0:2]
np.mgrid[0:1:3j]
np.mgrid[0:1:0.3, 0:2]
np.mgrid[:4]
np.ogrid[0:3, 0:2]
np.ogrid[0:1:3j, -1:1:5j]
np.ogrid[:3]
list(np.ndindex(2, 2))
list(np.ndindex((2, 2)))
list(np.ndindex())
list(np.ndenumerate([[1, 2], [3, 4]]))
list(np.ndenumerate(3))
np.ix_([0, 1], [2, 3])
np.ix_([True, False, True], [2])
np.ix_([[1]])
np.ix_([], [1])
np.ix_(range(2), [1])
np.arange(12).reshape(3, 4)[np.ix_([0, 2], [1, 3])]
np.diag_indices(3)
np.diag_indices(2, 3)
np.diag_indices_from(np.eye(3))
np.diag_indices_from(np.zeros((2, 3)))
np.tril_indices(3)
np.tril_indices(3, -1)
np.tril_indices(3, 1, 4)
np.triu_indices(3)
np.triu_indices(3, k=1)
np.triu_indices(3, m=2)
np.tril_indices_from(np.zeros((2, 3)))
np.triu_indices_from(np.zeros((2, 3)), 1)
np.mask_indices(3, np.triu)
np.mask_indices(3, np.triu, 1)
np.unravel_index([22, 41, 37], (7, 6))
np.unravel_index(5, (2, 3))
np.unravel_index(5, (2, 3), order='F')
np.unravel_index(6, (2, 3))
np.unravel_index(-1, (2, 3))
np.unravel_index(1.5, (2, 3))
np.unravel_index([], (2, 3))
np.unravel_index(np.array([], dtype=int), (2, 3))
np.unravel_index(3, 4)
np.unravel_index([0], ())
np.ravel_multi_index([[3, 6, 6], [4, 5, 1]], (7, 6))
np.ravel_multi_index([[3, 6, 6], [4, 5, 1]], (7, 6), order='F')
np.ravel_multi_index([[3, 6, 6], [4, 5, 1]], (4, 6))
np.ravel_multi_index([[3, 6, 6], [4, 5, 1]], (4, 6), mode='clip')
np.ravel_multi_index([[3, 6, 6], [4, 5, 1]], (4, 4), mode=('clip', 'wrap'))
np.ravel_multi_index((3, 1, 4, 1), (6, 7, 8, 9))
np.ravel_multi_index((3, 1), (6, ))
np.ravel_multi_index(np.array([[1, 2], [0, 1]]), (3, 2))
np.ravel_multi_index((1.5, 1), (6, 3))
np.packbits([1, 0, 1])
np.unpackbits(np.array([5], dtype='u1'))
np.binary_repr(5)
np.binary_repr(-3, width=5)
np.base_repr(255, 16)
np.broadcast([1, 2], [[1], [2]]).shape
np.lib.stride_tricks.sliding_window_view(np.arange(6), 3)
np.lib.stride_tricks.sliding_window_view(np.arange(6).reshape(2, 3), (2, 2))
np.lib.stride_tricks.sliding_window_view(np.arange(6).reshape(2, 3), 2, axis=1)
np.lib.stride_tricks.sliding_window_view(np.arange(12).reshape(3, 4), (2, 2), axis=(0, 0))
np.lib.stride_tricks.sliding_window_view(np.arange(6), 7)
np.lib.stride_tricks.sliding_window_view(np.arange(6), -1)
np.lib.stride_tricks.sliding_window_view(np.arange(6).reshape(2, 3), 2)
np.loadtxt(__import__('io').StringIO('1 2\\n3 4'))
np.loadtxt(__import__('io').StringIO('1,2\\n3,4'), delimiter=',', dtype=int, unpack=True)
np.genfromtxt(__import__('io').StringIO('1,2\\n3,'), delimiter=',')
np.unravel_index(1, (2**32-1, 2**31+1))
np.ravel_multi_index(([0], [0]), (0, 2), mode='clip')
np.unravel_index(0, ())
list(np.ndindex((0, 2)))
list(np.ndindex(3))
"""


@pytest.mark.parametrize("table", [HELPERS], ids=["helpers"])
def test_agrees_with_numpy(table: str) -> None:
    check_all(table.split("\n")[1:-1], atol=1e-15)


def test_concatenation_by_subscript_passes_gradients() -> None:
    x = tf.constant([1.0, 2.0], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = np.sum(np.r_[x, 0, x] * np.arange(5.0)) + np.sum(np.c_[x, x])
    assert tape.gradient(y, x).numpy().tolist() == [5.0, 7.0]


def test_grids_of_tensors() -> None:
    n = np.array(3)
    assert np.array_equal(np.mgrid[0:n], np.arange(3))
    assert np.array_equal(np.r_[0:n], np.arange(3))


def test_broadcast_is_an_iterator() -> None:
    pairs = np.broadcast(np.array([1, 2]), np.array([[3], [4]]))
    assert (pairs.shape, pairs.size, pairs.ndim) == ((2, 2), 4, 2)
    assert list(pairs) == [(1, 3), (2, 3), (1, 4), (2, 4)]


def test_save_and_load(tmp_path) -> None:
    x, y = np.arange(6.0).reshape(2, 3), np.array([1, 2], dtype="i2")
    np.save(tmp_path / "x.npy", x)
    assert np.array_equal(np.load(tmp_path / "x.npy"), x)
    np.savez(tmp_path / "both.npz", x, y=y)
    with np.load(tmp_path / "both.npz") as found:
        assert sorted(found) == ["arr_0", "y"]
        assert isinstance(found["y"], np.ndarray)
        assert found["y"].dtype == np.int16
        assert np.array_equal(found.f.y, y)
    np.savez_compressed(tmp_path / "small.npz", x=x)
    with np.load(tmp_path / "small.npz") as found:
        assert np.array_equal(found["x"], x)
    np.savetxt(tmp_path / "x.txt", x, fmt="%.3f", delimiter=",")
    assert np.array_equal(np.loadtxt(tmp_path / "x.txt", delimiter=","), x)
    assert np.array_equal(np.genfromtxt(tmp_path / "x.txt", delimiter=",", dtype=np.float32), x)
    # An array that takes a name for an index stays on the host: the converter takes what it gives for its own.
    numpy.save(tmp_path / "records.npy", numpy.zeros(2, [("x", float), ("y", int)]))
    fields = np.load(tmp_path / "records.npy")
    field = np.functional.iadd(fields["y"], 3)
    assert type(fields) is numpy.ndarray
    assert np.functional.sort(field) is field
    assert fields["y"].tolist() == [3, 3]
    (tmp_path / "records.txt").write_text("x name\n1 a\n2 b\n")
    records = np.genfromtxt(tmp_path / "records.txt", names=True, dtype=None, encoding=None)
    assert type(records) is numpy.ndarray
    assert isinstance(np.array([records["x"]]), np.ndarray)
    x, name = np.loadtxt(tmp_path / "records.txt", skiprows=1, dtype="f4,U1", unpack=True)
    assert (type(x).__name__, x.dtype, type(name)) == ("EagerTensor", "float32", numpy.ndarray)
    numpy.arange(4.0).tofile(tmp_path / "raw")
    assert np.array_equal(np.fromfile(tmp_path / "raw"), np.arange(4.0))
    with pytest.raises(np.UnsupportedFeatureError, match="NT511"):
        np.load(tmp_path / "x.npy", mmap_mode="r")


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("np.lib.stride_tricks.as_strided(np.zeros(3))", "NT501"),
        ("np.ma.array([1])", "NT508"),
        ("np.ma.masked", "NT508"),
        ("np.ma.MaskedArray([1])", "NT508"),
        ("np.rec.array([1])", "NT502"),
        ("np.rec.fromarrays([[1]])", "NT502"),
        ("np.memmap('x')", "NT511"),
        ("np.nditer(np.zeros(3))", "NT503"),
        ("np.nested_iters(np.zeros(3), [])", "NT503"),
        ("np.r_['r', [1]]", "NT507"),
        ("np.r_['a = 1']", "NT507"),
        ("np.sort(np.zeros(3), order='a')", "NT502"),
        ("np.require(np.zeros(3), requirements='W')", "NT505"),
    ],
)
def test_what_tensors_can_not_have(call: str, code: str) -> None:
    with pytest.raises(np.UnsupportedFeatureError, match=code):
        eval(call, {"np": np})


def test_modules_passed_through() -> None:
    np.testing.assert_allclose(np.array([1.0, 2.0]), [1.0, 2.0])
    with pytest.raises(AssertionError):
        np.testing.assert_array_equal(np.array([1]), np.array([2]))
    assert np.exceptions.AxisError is numpy.exceptions.AxisError
    assert isinstance(np.dtype(float), np.dtypes.Float64DType)
    assert np.typing.ArrayLike is numpy.typing.ArrayLike
    assert not isinstance(np.zeros(3), np.ma.MaskedArray)


def test_objects_of_other_classes_get_what_they_are_given():
    class Other:
        def __init__(self):
            self.calls = []

        def resize(self, *args):
            self.calls.append(args)

        sort = partition = put = fill = resize

    other = Other()
    for x in (
        np.functional.resize(other, 3, 4),
        np.functional.sort(other),
        np.functional.partition(other, 2),
        np.functional.put(other, "key", 5),
        np.functional.fill(other, 1),
    ):
        assert x is other
    assert other.calls == [(3, 4), (), (2,), ("key", 5), (1,)]
