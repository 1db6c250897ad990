"""0-d tensors where NumPy has scalars: the abstract types they belong to, and the methods of Python's numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
import tensorflow as tf

import np2tf_runtime as rt

ABSTRACT = [
    "generic", "number", "integer", "signedinteger", "unsignedinteger", "inexact", "floating", "complexfloating",
]  # fmt: skip
DTYPES = ["bool", "int8", "uint16", "int64", "float16", "float32", "float64", "complex64", "complex128"]


@pytest.mark.parametrize("name", ABSTRACT)
@pytest.mark.parametrize("dtype", DTYPES)
def test_elements_are_instances_as_numpys_are(name: str, dtype: str) -> None:
    element = rt.ones(3, dtype)[0]
    assert isinstance(element, getattr(rt, name)) == isinstance(np.ones(3, dtype)[0], getattr(np, name))
    assert not isinstance(rt.ones(3, dtype), getattr(rt, name))
    assert isinstance(np.dtype(dtype).type(1), getattr(rt, name)) == isinstance(
        np.dtype(dtype).type(1), getattr(np, name)
    )


@pytest.mark.parametrize("name", ABSTRACT)
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_types_order_dtypes_as_numpys_do(name: str, dtype: str) -> None:
    ours, theirs = getattr(rt, name), getattr(np, name)
    x = rt.ones(3, dtype)
    assert rt.issubdtype(x.dtype, ours) == np.issubdtype(dtype, theirs)
    assert np.issubdtype(dtype, ours) == np.issubdtype(dtype, theirs)
    assert issubclass(x.dtype.type, ours) == issubclass(np.dtype(dtype).type, theirs)
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("dtype", DTYPES)
def test_kinds_of_a_tensors_dtype(dtype: str) -> None:
    x, theirs = rt.ones(3, dtype), np.dtype(dtype)
    for kind in ("integral", "signed integer", "bool", "numeric", ("real floating", "bool"), np.int64, (np.uint16,)):
        assert rt.isdtype(x.dtype, kind) is np.isdtype(theirs, kind) is rt.isdtype(theirs, kind)
    assert rt.isdtype(x.dtype, x.dtype) is True
    with pytest.raises(ValueError, match="kind"):
        rt.isdtype(x.dtype, "whole")
    with pytest.raises(TypeError):
        rt.isdtype(dtype, "integral")


def test_python_numbers_are_no_instances() -> None:
    assert not isinstance(3, rt.integer)
    assert not isinstance(True, rt.generic)
    assert isinstance(np.float64(1.0), float)
    assert isinstance(np.float64(1.0), rt.floating)


def test_a_symbolic_scalar_is_an_instance() -> None:
    seen = []

    @tf.function
    def f(x):
        seen.append((isinstance(x, rt.floating), isinstance(x[0], rt.floating)))
        return x

    f(rt.ones(3))
    assert seen == [(False, True)]


def test_methods_of_numbers() -> None:
    x = rt.array([0.5, 3.0])
    assert (x[0].is_integer(), x[1].is_integer()) == (False, True)
    assert x[0].as_integer_ratio() == (1, 2)
    assert x[0].hex() == (0.5).hex()
    assert rt.array([7])[0].bit_count() == 3
    assert (rt.array([7])[0].numerator, rt.array([7])[0].denominator, math.trunc(rt.array([7.5])[0])) == (7, 1, 7)
    assert rt.array([7])[0].is_integer()
    for name in ("is_integer", "as_integer_ratio", "hex", "bit_count"):
        assert not hasattr(x, name)
    assert not hasattr(x[0], "bit_count")
