"""The modes of promotion over all pairs of dtypes and Python numbers, beside NumPy's and TensorFlow's own tables."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
import tensorflow as tf
from differential import DTYPES, Outcome
from tensorflow.python.framework import flexible_dtypes

import np2tf_runtime as runtime

NUMBERS = (True, 2, 0.5, 1j)
flexible_dtypes._initialize()
_TABLE = flexible_dtypes._BINARY_DTYPE_RES_FULL  # (dtype, weak) -> (dtype, weak) -> (dtype, weak), the mode it needs
# Among Python numbers and bools TensorFlow takes 32 bits, the runtime NumPy's 64.
_ALONE = {"i": np.dtype("int64"), "f": np.dtype("float64"), "c": np.dtype("complex128")}
_WEAK = {int: (tf.int32, True), float: (tf.float32, True), complex: (tf.complex128, True), bool: (tf.bool, False)}


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    yield
    runtime.configure(promotion="numpy", prefer_float32=False)


def _sums(x: object, y: object) -> tuple[Outcome, Outcome, Outcome]:
    """Three ways of promoting: an operator, a ufunc, a function that joins."""
    return (
        Outcome(lambda: (x + y).dtype),
        Outcome(lambda: runtime.add(x, y).dtype),
        Outcome(lambda: runtime.result_type(x, y)),
    )


def _operands() -> Iterator[tuple[object, object, object, object]]:
    """Pairs of tensors, and of a tensor and a number in either order, with what TensorFlow's tables call them."""
    for left, right in itertools.product(DTYPES, DTYPES):
        x, y = runtime.ones(2, left), runtime.ones(2, right)
        yield x, y, (x.dtype, False), (y.dtype, False)
    for dtype, number in itertools.product(DTYPES, NUMBERS):
        x = runtime.ones(2, dtype)
        yield x, number, (x.dtype, False), _WEAK[type(number)]
        yield number, x, _WEAK[type(number)], (x.dtype, False)


def _holds(dtype: np.dtype, other: np.dtype) -> bool:
    """Whether every value of `other` has an equal in `dtype`."""
    if other.kind in "iu":
        limits = np.iinfo(other)
        if dtype.kind in "iu":
            return np.iinfo(dtype).min <= limits.min and limits.max <= np.iinfo(dtype).max
        return limits.max.bit_length() <= np.finfo(dtype).nmant + 1
    if other.kind == "b":
        return True
    return dtype.kind in ("c" if other.kind == "c" else "fc") and np.finfo(dtype).nmant >= np.finfo(other).nmant


@pytest.mark.parametrize("mode", ["all", "safe"])
def test_tensorflows_lattice(mode: str) -> None:
    runtime.configure(promotion=mode)
    wrong = []
    for x, y, left, right in _operands():
        (found, weak), needs = _TABLE[left][right]
        want = np.dtype(found.as_numpy_dtype)
        want = _ALONE[want.kind] if weak else want
        # TensorFlow refuses some more pairs, of which nothing is lost.
        strong = [dtype for dtype, weak_too in (left, right) if not weak_too]
        refused = mode == "safe" and not all(_holds(want, np.dtype(dtype.as_numpy_dtype)) for dtype in strong)
        assert not refused or needs == flexible_dtypes.PromoMode.ALL
        answer = "refuses" if refused else str(want)
        wrong += [
            f"{left} + {right}: {made}, TensorFlow {answer}"
            for made in _sums(x, y)
            if ("refuses" if isinstance(made.error, TypeError) else str(made.value)) != answer
        ]
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong)


def test_numpys_table() -> None:
    for x, y, *_ in _operands():
        host = [np.ones(2, z.dtype.as_numpy_dtype) if isinstance(z, tf.Tensor) else z for z in (x, y)]
        for made in _sums(x, y):
            assert made.value == np.result_type(*host), (x, y, str(made))


def test_off_takes_equal_dtypes_only() -> None:
    runtime.configure(promotion="off")
    for x, y, left, right in _operands():
        number = next((z for z in (x, y) if not isinstance(z, tf.Tensor)), None)
        dtype = next(z.dtype for z in (x, y) if isinstance(z, tf.Tensor)).as_numpy_dtype
        equal = left[0] == right[0] if number is None else np.result_type(dtype, number) == dtype
        for made in _sums(x, y):
            assert isinstance(made.error, TypeError) != equal, (x, y, str(made))
            assert not equal or made.value == dtype


def test_prefer_float32() -> None:
    """What was float64 for want of another reason is float32, and complex128 complex64; arrays keep their dtypes."""
    runtime.configure(prefer_float32=True)
    smaller = {np.dtype("float64"): np.dtype("float32"), np.dtype("complex128"): np.dtype("complex64")}
    for x, y, *_ in _operands():
        host = [np.ones(2, z.dtype.as_numpy_dtype) if isinstance(z, tf.Tensor) else z for z in (x, y)]
        want = np.result_type(*host)
        strong = [z.dtype for z in host if isinstance(z, np.ndarray)]
        for made in _sums(x, y):
            assert made.value == (want if want in strong else smaller.get(want, want)), (x, y, str(made))
    for text in ("np.ones(2)", "np.zeros(2)", "np.linspace(0, 1, 3)", "np.sqrt(np.arange(3))", "np.arange(3) / 2"):
        assert eval(text, {"np": runtime}).dtype == np.float32, text
    assert runtime.ones(2, "float64").dtype == np.float64
