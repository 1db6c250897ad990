"""What programs ask of a value before they use it: its class, and which attributes it has."""

from __future__ import annotations

import collections.abc
import json
import numbers
import typing
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import np2tf_runtime as tnp
from np2tf.knowledge.names import ARRAYS_DIFFER, SCALARS_DIFFER

DTYPES = ("float64", "float32", "int64", "uint8", "bool", "complex128")
CLASSES: list[Any] = [
    float, int, bool, complex, str, object, (int, float), int | float, (str, (int, complex)), list | None,
    collections.abc.Collection, collections.abc.Container, collections.abc.Hashable, collections.abc.Iterable,
    collections.abc.Reversible, collections.abc.Sequence, collections.abc.Sized, typing.Iterable, typing.Sized,
    typing.Union[int, float],  # noqa: UP007 - it is another object
    numbers.Number, numbers.Real, numbers.Integral, np.float64, np.int64, np.bool_, (bool, np.bool_),
]  # fmt: skip


def _pairs(dtype: str) -> list[tuple[Any, Any]]:
    scalar = np.ones((), dtype)[()]
    return [(scalar, tnp.ones((), dtype)), (np.ones(2, dtype), tnp.ones(2, dtype)), (np.ones(2), np.ones(2)), (2, 2)]


@pytest.mark.parametrize("dtype", DTYPES)
def test_class(dtype: str) -> None:
    for there, here in _pairs(dtype):
        for classes in CLASSES:
            assert tnp.functional.is_instance(here, classes) == isinstance(there, classes), (there, classes)
        for name in ("ndarray", "floating", "integer", "number", "generic"):
            asked = tnp.functional.is_instance(here, (str, getattr(tnp, name)))
            assert asked == isinstance(there, getattr(np, name)), (there, name)


@pytest.mark.parametrize("dtype", DTYPES)
def test_exact_class(dtype: str) -> None:
    for there, here in _pairs(dtype):
        for names in (("ndarray",), ("float64", "int64"), ("ndarray", "bool_", "float32")):
            theirs, ours = ([list, int, *(getattr(m, name) for name in names)] for m in (np, tnp))
            for kind in (list, tuple, frozenset, dict.fromkeys):
                assert tnp.functional.has_type(here, kind(ours)) == (type(there) in theirs), (there, names)
            table = {kind: n for n, kind in enumerate(ours)}
            key = tnp.functional.class_in(here, table)
            assert table.get(key) == {kind: n for n, kind in enumerate(theirs)}.get(type(there)), (there, names)
    assert tnp.functional.has_type(tnp.ones(2).shape, [tuple])


def _answer(has: Callable[[Any, str], bool], value: Any, name: str) -> bool | None:
    """What `has` says; None where it raises, as NumPy does for `.mT` of a vector."""
    try:
        return has(value, name)
    except ValueError:
        return None


@pytest.mark.parametrize("dtype", DTYPES)
def test_attributes(dtype: str) -> None:
    for there, here in _pairs(dtype)[:2]:
        differ = SCALARS_DIFFER if np.ndim(there) == 0 else ARRAYS_DIFFER
        for name in {*dir(there), *dir(type(here)), "fit"}:
            if name.startswith("_") and not name.startswith("__"):
                continue
            expected = _answer(hasattr, there, name)
            assert _answer(tnp.functional.has_attribute, here, name) == expected, (there, name)
            if name not in differ:
                assert _answer(hasattr, here, name) == expected, (there, name)


def test_class_as_dtype() -> None:
    """In NumPy the class of a scalar names its dtype; the class of a tensor must not pass for `object`."""
    kind = type(tnp.ones(2).sum())
    with pytest.raises(tnp.UnsupportedFeatureError, match="NT513"):
        tnp.issubdtype(kind, np.floating)
    with pytest.raises(tnp.UnsupportedFeatureError, match="NT513"):
        tnp.zeros(2, dtype=kind)
    with pytest.raises(tnp.UnsupportedFeatureError, match="NT513"):
        tnp.ones(2).astype(kind)


class _Sized(tnp.ndarray):
    pass


class _Kept(tnp.ndarray):
    def __init__(self, shape: int) -> None:
        self.kept = shape


class _Made(tnp.ndarray):
    def __new__(cls, shape: int) -> Any:
        return super().__new__(cls, shape)


class _Plain(tnp.ndarray):
    def __new__(cls, shape: int) -> Any:
        return tnp.zeros(shape)


class _Wrong(tnp.ndarray):
    def __new__(cls) -> Any:
        raise TypeError("no")


class _Below(_Made):
    pass


def test_subclasses() -> None:
    """A class may name the array as its base; an object of it is refused, and what is none of it passes."""
    for kind in (_Sized, _Kept, _Made, _Below):
        with pytest.raises(tnp.UnsupportedFeatureError, match=rf"{kind.__name__}\(\.\.\.\) \[NT513\]"):
            kind(3)
    assert _Plain(3).shape == (3,)
    with pytest.raises(TypeError, match="no"):
        _Wrong()


def test_to_host() -> None:
    """What functions of others get, who don't take a tensor for a number."""
    x = tnp.arange(3.0)
    given = {"sum": x.sum(), "all": [x, (x.max(), 2)]}
    got = tnp.functional.to_host(given)
    assert type(got["sum"]) is type(got["all"][1][0]) is np.float64
    assert type(got["all"][0]) is np.ndarray
    assert got["all"][1] == (2.0, 2)
    assert json.dumps(tnp.functional.to_host((x.mean(), [x.sum()]))) == "[1.0, [3.0]]"


@pytest.mark.parametrize("dtype", DTYPES)
def test_dtype_of(dtype: str) -> None:
    """A dtype that is NumPy's own object: by identity, class and hash."""
    for there, here in _pairs(dtype)[:3]:
        assert tnp.functional.dtype_of(here) is tnp.dtype(here.dtype) is there.dtype
        assert {there.dtype: "found"}[tnp.functional.dtype_of(here)] == "found"
    assert tnp.functional.dtype_of(np.array(["text"])) == np.dtype("U4")
