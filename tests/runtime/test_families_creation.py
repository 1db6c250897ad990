"""Making arrays: every function beside NumPy, and which object comes back."""

from __future__ import annotations

import numpy
import pytest
import tensorflow as tf
from differential import check_all

import np2tf_runtime as np

FROM_VALUES = """
np.array([1, 2, 3])
np.array([1., 2, 3], dtype='f4')
np.array([[1, 2], [3, 4]], dtype=complex)
np.array(5)
np.array(5, ndmin=2)
np.array([1, 2], ndmin=3)
np.array([[1, 2], [3]])
np.array([1, 2], copy=False)
np.array([True, False])
np.array([])
np.array([[]])
np.array(range(4))
np.array([1, 2**40])
np.array([2**63])
np.array([300], dtype=np.uint8)
np.array([-1], dtype=np.uint8)
np.array([1.5, 2.7], dtype=int)
np.array(1j)
np.array([1, 2], order='F')
np.array([1, 2], order='X')
np.array([1, 2], order=3)
np.asarray([1, 2], dtype=float)
np.asarray(np.array([1, 2]), dtype=float, copy=False)
np.asarray([1, 2], copy=False)
np.asarray(np.array([1, 2]), copy=True)
np.asarray_chkfinite([1, 2, np.inf])
np.asarray_chkfinite([1, 2.])
np.asarray_chkfinite([1, 2.], dtype='c8')
np.ascontiguousarray(5)
np.asfortranarray([[1, 2], [3, 4]])
np.require([1, 2], requirements=['C', 'A'])
np.require([1, 2], requirements=['C', 'F'])
np.require([1, 2], requirements=['Q'])
np.copy([1, 2])
np.copy(np.array(3.))
np.astype(np.array([1.5, -2.5]), int)
np.astype([1, 2], int)
np.astype(np.array([1, 2]), bool)
np.frombuffer(b'\\x01\\x02\\x03\\x04', dtype=np.uint8)
np.frombuffer(b'\\x01\\x02\\x03\\x04', dtype='u1', count=2, offset=1)
np.frombuffer(b'\\x01\\x02\\x03\\x04', dtype='f8')
np.fromiter((i*i for i in range(5)), dtype=float)
np.fromiter((i*i for i in range(5)), int, count=3)
np.fromiter((i*i for i in range(5)), int, count=9)
np.fromstring('1 2 3', sep=' ')
np.fromstring('1,2,3', dtype=int, sep=',')
"""

FROM_A_SHAPE = """
np.zeros(3)
np.zeros((2, 3), int)
np.zeros((2, 3), 'f4', 'F')
np.zeros(())
np.zeros(-1)
np.zeros((2, -1))
np.zeros(2.5)
np.zeros((2, 2.5))
np.zeros(np.int64(3))
np.zeros(np.array(3))
np.zeros(np.array([3, 2]))
np.zeros([2, 2])
np.zeros(3, order='K')
np.zeros('a')
np.zeros(None)
np.ones(3, bool)
np.ones((2, 2), complex)
np.ones((0, 3))
np.empty((2, 0))
np.empty(3, dtype='i2')*0
np.full(3, 7)
np.full(3, 7.)
np.full((2, 3), [1, 2, 3])
np.full((2, 3), [1, 2, 3], dtype=float)
np.full((2, 3), [1, 2])
np.full((2, 3), np.array([1., 2, 3]))
np.full((2, 3), np.array([1., 2]))
np.full((), 3)
np.full(3, True)
np.full(3, 1j)
np.full(3, 300, dtype=np.uint8)
np.full(3, np.nan)
np.full(3, np.nan, dtype='f4')
np.full(2, np.float32(2))
np.zeros_like([1, 2])
np.zeros_like(np.array([1., 2], dtype='f4'))
np.zeros_like(np.array([1., 2]), shape=(3, ))
np.zeros_like(np.array([1., 2]), dtype=int)
np.zeros_like(3)
np.ones_like(np.array([[1, 2]]), order='F')
np.ones_like(np.array([[1, 2]]), bool)
np.empty_like(np.array([[1, 2]]))*0
np.full_like(np.array([[1, 2]]), 3.7)
np.full_like(np.array([[1, 2]]), 3.7, dtype=float)
np.full_like(np.array([[1., 2]]), np.array([1, 2]))
np.full_like(np.array([[1., 2]]), 2, shape=4)
np.full_like(np.array([1, 2], dtype='u1'), 300)
np.eye(3)
np.eye(2, 3, k=1)
np.eye(2, 3, k=-1, dtype=int)
np.eye(3, dtype=bool)
np.eye(3, dtype=None)
np.eye(0)
np.eye(np.array(2))
np.eye(2.)
np.eye(-1)
np.identity(2)
np.identity(2, dtype='c8')
np.fromfunction(lambda i, j:i+j, (2, 3))
np.fromfunction(lambda i, j:i*j, (2, 3), dtype=int)
np.fromfunction(lambda i:3., (2, ))
np.indices((2, 3))
np.indices((2, 3), dtype='f4')
np.indices((2, 3), sparse=True)
np.indices(())
"""

RANGES = """
np.arange(5)
np.arange(5.)
np.arange(2, 5)
np.arange(0, 1, 0.1)
np.arange(0, 0.7, 0.1)
np.arange(1, 0, -0.25)
np.arange(5, dtype='f4')
np.arange(3, dtype=complex)
np.arange(2, dtype=bool)
np.arange(3, dtype=bool)
np.arange(0, 10, 3)
np.arange(10, 0, -3)
np.arange(5, 0)
np.arange(0, 5, 0)
np.arange(1.5, 4)
np.arange(np.float32(0), 3)
np.arange(np.int32(3))
np.arange(np.float32(3), dtype=int)
np.arange(np.array(3))
np.arange(np.array(3.5))
np.arange(np.array(0), np.array(3))
np.arange(stop=3)
np.arange()
np.arange(1, 3, None)
np.arange(3, step=2)
np.arange(0, stop=3, step=2)
np.arange(1j)
np.arange(0, 3, 1j)
np.arange(True)
np.arange(5, dtype='i1')
np.arange(5, dtype='u8')
np.arange(0.5, dtype=int)
np.arange(100000)[-3:]
np.arange(0, 100000, 0.7)[-3:]
np.linspace(0, 1, 5)
np.linspace(0, 1)
np.linspace(0, 10, 5, dtype=int)
np.linspace(0, 1, 5, endpoint=False)
np.linspace(0, 1, 5, retstep=True)
np.linspace(0, 1, 1)
np.linspace(0, 1, 0)
np.linspace(0, 1, -1)
np.linspace(0, 1, 2.5)
np.linspace(0, 1j, 3)
np.linspace([0, 1], [2, 3], 3)
np.linspace([0, 1], [2, 3], 3, axis=1)
np.linspace([0, 1], [2, 3], 3, axis=-1)
np.linspace([0, 1], [2, 3], 3, axis=4)
np.linspace(np.array([0, 1]), np.array([2, 3]), 3)
np.linspace(np.array([0., 1]), np.array([2., 3]), 4, axis=1, endpoint=False)
np.linspace(np.array([0., 1]), 5, 4, axis=-1, retstep=True)
np.linspace(np.array(0), np.array(10), 7, dtype=int)
np.linspace(np.array(0, dtype='f4'), np.array(10, dtype='f4'), 7)
np.linspace(np.array(0.), np.array(0.), 3)
np.linspace(np.array(0.), np.array(1.), 1, retstep=True)
np.linspace(np.array(0.), np.array(1.), 1, endpoint=False, retstep=True)
np.linspace(np.array(0.), np.array(1.), 0)
np.linspace(np.array([0., 1]), np.array([0., 2]), 3)
np.linspace(0, np.float32(1), 3)
np.linspace(-2, 2, 5, dtype='i1')
np.linspace(np.array(-2.5), np.array(2.5), 4, dtype=int)
np.linspace(np.array(0.), np.array(1e-320), 4)
np.logspace(0, 2, 3)
np.logspace(0, 2, 3, base=2)
np.logspace(0, 2, 4, endpoint=False, dtype=int)
np.logspace(np.array([0., 1]), np.array([2., 3]), 3)
np.logspace(np.array([0., 1]), np.array([2., 3]), 3, axis=1)
np.logspace(np.array([0., 1]), np.array([2., 3]), 3, base=np.array([2., 3]))
np.logspace(0, 2, 3, base=[2, 3])
np.geomspace(1, 1000, 4)
np.geomspace(-1, -1000, 4)
np.geomspace(1, 256, 9, dtype=int)
np.geomspace(1j, 1000j, 4)
np.geomspace(0, 1, 4)
np.geomspace(np.array(0.), 1, 4)
np.geomspace(np.array([1., 2]), np.array([4., 32]), 3)
np.geomspace(np.array([1., 2]), np.array([4., 32]), 3, axis=1, endpoint=False)
np.geomspace(np.array(-1.), np.array(-100.), 3)
np.geomspace(np.array(1.), np.array(100.), 1)
np.geomspace(np.array(1.), np.array(100.), 0)
np.geomspace(-1, 1, 3, dtype=complex)
np.geomspace(1, 256, 5, dtype='f4')
np.geomspace(np.array(-1.), np.array(1.), 3, dtype=complex)
np.geomspace(np.array(1.), np.array(256.), 5, dtype=int)
"""

MATRICES = """
np.diag([1, 2, 3])
np.diag([1, 2, 3], k=1)
np.diag([1, 2, 3], k=-2)
np.diag(np.arange(12).reshape(3, 4))
np.diag(np.arange(12).reshape(3, 4), 1)
np.diag(np.arange(12).reshape(3, 4), -2)
np.diag(np.arange(12).reshape(3, 4), 7)
np.diag(np.arange(12).reshape(3, 4), -7)
np.diag(np.zeros((2, 2, 2)))
np.diag(3)
np.diag(np.zeros(0))
np.diag(np.zeros(0), 2)
np.diag(np.zeros((0, 2)))
np.diagflat([[1, 2], [3, 4]])
np.diagflat([[1, 2], [3, 4]], 1)
np.diagflat(3)
np.tri(3)
np.tri(3, 4, 1, dtype=int)
np.tri(3, 2, -1)
np.tril(np.arange(9).reshape(3, 3))
np.tril(np.arange(12.).reshape(3, 4), 1)
np.triu(np.arange(12).reshape(3, 4), -1)
np.triu(np.arange(24).reshape(2, 3, 4), 1)
np.triu([1, 2, 3])
np.tril([1, 2, 3], -1)
np.tril(np.array([[True, True], [True, True]]))
np.tril(np.array([[np.nan, np.inf], [1, 2]]))
np.triu(5)
np.vander([1, 2, 3])
np.vander([1, 2, 3], 2)
np.vander([1, 2, 3], 5, increasing=True)
np.vander([1., 2, 3], N=0)
np.vander(np.array([1, 2], dtype='u1'))
np.vander([[1, 2]])
np.vander([1j, 2])
np.meshgrid([1, 2], [3, 4, 5])
np.meshgrid([1, 2], [3, 4, 5], indexing='ij')
np.meshgrid([1, 2], [3, 4, 5], sparse=True)
np.meshgrid([1, 2], [3, 4, 5], [6.])
np.meshgrid([1, 2])
np.meshgrid()
np.meshgrid(1, [1, 2])
np.meshgrid([1, 2], indexing='a')
np.meshgrid([[1, 2]], [3])
np.meshgrid([1, 2], [3, 4, 5], [1, 2], sparse=True, indexing='ij')
"""


@pytest.mark.parametrize(
    "table", [FROM_VALUES, FROM_A_SHAPE, RANGES, MATRICES], ids=["from_values", "from_a_shape", "ranges", "matrices"]
)
def test_agrees_with_numpy(table: str) -> None:
    check_all(table.split("\n")[1:-1], atol=1e-15)


@pytest.mark.parametrize("step", [0.1, 0.3, -0.7, 1e-3])
def test_arange_has_numpys_length_and_bits(step: float) -> None:
    for count in range(60):
        stop = count * step
        want = numpy.arange(0, stop, step)
        have = np.asarray(np.arange(0, stop, step))
        assert have.shape == want.shape
        assert (numpy.asarray(have) == want).all()


def test_what_is_an_array_already_comes_back_itself() -> None:
    x = np.array([1.0, 2.0])
    assert np.asarray(x) is x
    assert np.asarray(x, dtype=float) is x
    assert np.asarray(x, copy=False) is x
    assert np.asanyarray(x) is x
    assert np.ascontiguousarray(x) is x
    assert np.asfortranarray(x) is x
    assert np.require(x) is x
    assert np.asarray_chkfinite(x) is x
    assert np.array(x, copy=None) is x
    assert np.array(x, copy=False) is x
    assert np.astype(x, float, copy=False) is x


def test_copies_are_new_objects() -> None:
    x = np.array([1.0, 2.0])
    for made in (
        np.array(x),
        np.copy(x),
        np.astype(x, float),
        np.asarray(x, copy=True),
        np.asarray(x, dtype="f4"),
        np.broadcast_to(x, (2,)),
        np.tile(x, 1),
        np.nan_to_num(x),
        np.clip(x, None, None),
        np.fix(np.array([1, 2])),
    ):
        assert made is not x


def test_nested_tensors_pass_gradients() -> None:
    x = tf.Variable(2.0, dtype=tf.float64)
    with tf.GradientTape() as tape:
        y = np.sum(np.array([[x, x * x], [1.0, x]]))
    assert float(tape.gradient(y, x)) == 6.0


def test_device_of_another_tensor() -> None:
    x = np.zeros(2)
    for made in (np.zeros(2, device=x.device), np.arange(3, device=None), np.eye(2, device=x.device)):
        assert made.device == x.device
    for made in (
        np.ones(2, device="cpu"),
        np.linspace(0, 1, 3, device="cpu"),
        np.asarray([1], device="cpu"),
        np.full(2, 1, device="cpu"),
    ):
        assert made.device == "cpu"
    with pytest.raises(ValueError, match="Device not understood"):
        np.zeros(2, device="abacus")


def test_host_arrays_are_copied() -> None:
    host = numpy.arange(3.0)
    x = np.asarray(host)
    host[0] = 7
    assert float(x[0]) == 0.0
