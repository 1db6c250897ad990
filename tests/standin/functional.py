"""`np.functional`: what changes an array under NumPy, as functions that return the changed array.

Given a list, a dict or a host `np.ndarray` they assign in place and return it, as the runtime does.
"""

from __future__ import annotations

import operator
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from standin.array import BINARY, UnsupportedFeatureError, unwrap, wrap
from standin.array import Array as Tensor


def tensor_scatter_update(x: Any, index: Any, value: Any) -> Any:
    """`x` after `x[index] = value`. What NumPy calls a scalar is a 0-d tensor to the runtime, and can be updated."""
    if isinstance(x, np.generic):
        return tensor_scatter_update(Tensor._from(np.asarray(x)), index, value)[()]
    if not isinstance(x, Tensor):
        x[unwrap(index) if isinstance(x, np.ndarray) else index] = unwrap(value) if isinstance(x, np.ndarray) else value
        return x
    return _changed(x, lambda raw: operator.setitem(raw, unwrap(index), unwrap(value)))


class Buffer:
    """What `buffered` gives: items, and what the runtime's has beside them."""

    def __init__(self, x: Tensor) -> None:
        self._x = x

    def __getitem__(self, index: Any) -> Any:
        return self._x[index]

    def __setitem__(self, index: Any, value: Any) -> None:
        self._x = tensor_scatter_update(self._x, index, value)

    def __len__(self) -> int:
        return len(self._x)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self._x, dtype)

    def __getattr__(self, name: str) -> Any:
        if name not in ("dtype", "ndim", "shape", "size"):
            raise AttributeError(name)
        return getattr(self._x, name)


def buffered(x: Any) -> Any:
    """An array whose items are written in place until `frozen`; what is no array stays."""
    return Buffer(x) if isinstance(x, Tensor) and x.ndim else x


def frozen(x: Any) -> Any:
    """The array that a buffer has become."""
    return x._x if isinstance(x, Buffer) else x


def _changed(x: Any, change: Callable[[Any], Any]) -> Any:
    """`x` as `change` leaves it: a new array, or the same host object changed in place."""
    if not isinstance(x, Tensor):
        change(x)
        return x
    raw = x._a.copy()
    change(raw)
    return Tensor._from(raw)


def _in_place(name: str) -> Callable[[Any, Any], Any]:
    in_place = getattr(operator, f"i{name}")

    def apply(x: Any, e: Any) -> Any:
        if not isinstance(x, Tensor):
            return in_place(x, unwrap(e) if isinstance(x, np.ndarray) else e)
        # To the runtime a 0-d array is a number: what it becomes is what the operator gives.
        return wrap(in_place(x._a.copy(), unwrap(e)) if x._a.ndim else BINARY[name](x._a, unwrap(e)))

    return apply


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {f"i{name}": _in_place(name) for name in BINARY if name != "divmod"}
_SYMBOLS = {
    "+": "iadd",
    "-": "isub",
    "*": "imul",
    "/": "itruediv",
    "//": "ifloordiv",
    "%": "imod",
    "**": "ipow",
    "@": "imatmul",
    "&": "iand",
    "|": "ior",
    "^": "ixor",
    "<<": "ilshift",
    ">>": "irshift",
}


def updated(x: Any, new: Any) -> Any:
    """What a caller has after a function changed `x`: `new` for an array, `x` for a number and what changes itself."""
    if new is x or not isinstance(x, (Tensor, np.ndarray, np.generic)):
        return x
    if not np.ndim(unwrap(x)):
        raise UnsupportedFeatureError("NT102: an array without dimensions or a number")
    return new


def refreshed(item: Any, x: Any, index: Any) -> Any:
    """What `x[index]` gave, `item`, after an assignment to `x`: a row of an array shows that."""
    if not isinstance(x, Tensor) or not isinstance(item, Tensor):
        return item
    return x[index] if np.shares_memory(x._a[unwrap(index)], x._a) else item


def refuse(op: str, x: Any, e: Any, code: str = "NT102", *, array: bool = False) -> Any:
    """`x op= e` of something that is not an array; an array raises: who else holds it could not be told."""
    if array or (isinstance(x, Tensor) and x._a.ndim):
        raise UnsupportedFeatureError(f"{code}: {op} would have to change an array that others may hold")
    name = _SYMBOLS.get(op.removesuffix("="), op)
    return getattr(operator, name)(x, e)


def type_of(x: Any) -> type:
    """NumPy's class of an array."""
    return type(unwrap(x))


def has_type(x: Any, classes: Any) -> bool:
    """`type(x) in classes` as NumPy's array answers it."""
    return type(unwrap(x)) in [np.ndarray if one in (Tensor, Array) else one for one in classes]


def class_in(x: Any, table: Any) -> type:
    """`type(x)` as NumPy's array answers it, as a key of a dict."""
    own = type(unwrap(x))
    return next((one for one in (Tensor, Array) if own is np.ndarray and one in table), own)


def refuse_identity(x: Any, y: Any, code: str) -> bool:
    """`x is y`; two arrays raise."""
    if isinstance(x, Tensor) and isinstance(y, Tensor) and x._a.ndim and y._a.ndim:
        raise UnsupportedFeatureError(f"{code}: are two arrays one")
    return x is y


def refuse_shared(value: Any, code: str, *methods: str) -> Any:
    """`value`; an array, or one in a container, and a method of these names, raises."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else (value,)
    if any(isinstance(x, Tensor) and x._a.ndim for x in inside) or getattr(value, "__name__", None) in methods:
        raise UnsupportedFeatureError(f"{code}: got by a computed name")
    return value


def refuse_put(owner: object, name: str, value: Any, code: str, *attributes: str) -> None:
    """Binds an attribute; an array, or one in a container, raises under these names."""
    if name in attributes:
        refuse_shared(value, code)
    setattr(owner, name, value)


def refuse_sharing(value: Any, code: str, *attributes: str) -> Any:
    """`value`; an object with an array in one of these attributes raises."""
    if any(isinstance(held := getattr(value, name, None), Tensor) and held._a.ndim for name in attributes):
        raise UnsupportedFeatureError(f"{code}: a copy that shares an array")
    return value


def refusing(function: Callable[..., Any], code: str) -> Callable[..., Any]:
    """`function` for everything but arrays, which raise."""

    def call(*args: Any) -> Any:
        if isinstance(args[0], Tensor) and args[0]._a.ndim:
            raise UnsupportedFeatureError(f"{code}: {function.__name__} of an array that others may hold")
        return function(*args)

    return call


class _ArrayClass(type):
    def __instancecheck__(cls, x: Any) -> bool:
        return bool(x._a.ndim) if isinstance(x, Tensor) else isinstance(x, np.ndarray)


class Array(metaclass=_ArrayClass):
    """Arrays with dimensions, and host arrays."""


Complex, Float = complex, float  # the stand-in's scalars are NumPy's own


def is_instance(x: Any, classes: Any) -> bool:
    """`isinstance` as NumPy's array answers it."""
    if isinstance(classes, (tuple, types.UnionType)):
        return any(is_instance(x, part) for part in (classes if isinstance(classes, tuple) else classes.__args__))
    if classes in (Tensor, np.ndarray, Array):
        return isinstance(x, Array)
    return isinstance(unwrap(x), classes)


def has_attribute(x: Any, name: str) -> bool:
    """`hasattr` as NumPy's array answers it."""
    return hasattr(unwrap(x), name)


def dtype_of(x: Any) -> Any:
    """`x.dtype`: the stand-in's is NumPy's own."""
    return x.dtype


def to_host(x: Any) -> Any:
    """What others get, who want NumPy's."""
    return unwrap(x)


def copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> Any:
    """`dst` after `np.copyto(dst, src)`."""
    return _changed(dst, lambda raw: np.copyto(raw, unwrap(src), casting=casting, where=unwrap(where)))


def put(a: Any, ind: Any, v: Any, mode: str = "raise") -> Any:
    """`a` after `np.put(a, ind, v)`."""
    return _changed(a, lambda raw: np.put(raw, unwrap(ind), unwrap(v), mode))


def place(arr: Any, mask: Any, vals: Any) -> Any:
    """`arr` after `np.place(arr, mask, vals)`."""
    return _changed(arr, lambda raw: np.place(raw, unwrap(mask), unwrap(vals)))


def putmask(a: Any, mask: Any, values: Any) -> Any:
    """`a` after `np.putmask(a, mask, values)`."""
    return _changed(a, lambda raw: np.putmask(raw, unwrap(mask), unwrap(values)))


def fill_diagonal(a: Any, val: Any, wrap: bool = False) -> Any:
    """`a` after `np.fill_diagonal(a, val)`."""
    return _changed(a, lambda raw: np.fill_diagonal(raw, unwrap(val), wrap))


def put_along_axis(arr: Any, indices: Any, values: Any, axis: int | None) -> Any:
    """`arr` after `np.put_along_axis(arr, indices, values, axis)`."""
    return _changed(arr, lambda raw: np.put_along_axis(raw, unwrap(indices), unwrap(values), axis))


def shuffle(rng: Any, x: Any, axis: int = 0) -> Any:
    """`x` after `rng.shuffle(x)`; `rng` is a generator, a `RandomState`, or the module `np.random` or `random`."""
    source = getattr(rng, "_host", rng)
    return _changed(x, lambda raw: source.shuffle(raw, axis=axis) if axis else source.shuffle(raw))


def permuted_into(rng: Any, x: Any, axis: int | None = None) -> Any:
    """`x` after `rng.permuted(x, axis=axis, out=x)`."""
    source = getattr(rng, "_host", rng)
    return _changed(x, lambda raw: source.permuted(raw, axis=axis, out=raw))


def sort(x: Any, *args: Any, **kwargs: Any) -> Any:
    """`x` after `x.sort()`."""
    return _changed(x, lambda raw: raw.sort(*args, **kwargs))


def partition(x: Any, kth: Any, *args: Any, **kwargs: Any) -> Any:
    """`x` after `x.partition(kth)`."""
    return _changed(x, lambda raw: raw.partition(unwrap(kth), *args, **kwargs))


def fill(x: Any, value: Any) -> Any:
    """`x` after `x.fill(value)`."""
    return _changed(x, lambda raw: raw.fill(unwrap(value)))


def resize(x: Any, *shape: Any, refcheck: bool = True) -> Any:
    """`x` after `x.resize(shape)`: cut, or filled up with zeros."""
    return _changed(x, lambda raw: raw.resize(*unwrap(shape), refcheck=False))


def byteswap(x: Any) -> Any:
    """`x` after `x.byteswap(inplace=True)`."""
    return _changed(x, lambda raw: raw.byteswap(inplace=True))


def nan_to_num(x: Any, copy: bool = False, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    """`x` after `np.nan_to_num(x, copy=False)`."""
    return _changed(x, lambda raw: np.nan_to_num(raw, copy=False, nan=nan, posinf=posinf, neginf=neginf))


def as_shape(x: Any, shape: Any) -> Any:
    """`x` itself if it has this shape, otherwise reshaped."""
    return x if x.shape == tuple(shape) else x.reshape(shape)


def complex_with(b: Any, real: Any = None, imag: Any = None) -> Any:
    """`b` with another real or imaginary part."""

    def change(raw: Any) -> None:
        if real is not None:
            raw.real = unwrap(real)
        if imag is not None:
            raw.imag = unwrap(imag)

    return _changed(b, change)


def _at(ufunc: np.ufunc) -> Callable[..., Any]:
    return lambda x, *operands: _changed(x, lambda raw: ufunc.at(raw, *[unwrap(e) for e in operands]))


globals().update(OPERATORS)
globals().update({f"{name}_at": _at(ufunc) for name, ufunc in sorted(vars(np).items()) if isinstance(ufunc, np.ufunc)})
