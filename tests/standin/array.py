"""`Array`: a NumPy array as TensorFlow would have it, a value that nobody can change.

Every operation gives a new object on memory of its own, in C order. Functions that return their argument under NumPy
return the very same `Array`. There are no in-place operators, so `x += e` only rebinds the name: the mistake that a
missed rewrite makes with tensors is made here too, and the soundness tests see it.
"""

from __future__ import annotations

import operator
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np


class UnsupportedFeatureError(Exception):
    """What can't be done to an immutable array; the stand-in is loud where the runtime is."""


def _freeze(raw: np.ndarray) -> np.ndarray:
    if type(raw) is not np.ndarray:
        raise UnsupportedFeatureError(f"{type(raw).__name__} has no tensor counterpart")
    copy = np.array(raw, order="C", copy=True)
    copy.flags.writeable = False
    return copy


Seen = dict[int, "Array"]


def unwrap(value: Any, seen: Seen | None = None) -> Any:
    """`value` with every `Array` replaced by its memory; `seen` remembers which memory belongs to which."""
    if isinstance(value, Array):
        if seen is not None:
            seen[id(value._a)] = value
        return value._a
    if isinstance(value, Flat):
        return unwrap(value._of, seen).ravel()
    kind = type(value)
    if kind is list or kind is tuple:
        return kind([unwrap(item, seen) for item in value])
    if kind is dict:
        return {key: unwrap(item, seen) for key, item in value.items()}
    if kind is slice:
        return slice(unwrap(value.start), unwrap(value.stop), unwrap(value.step))
    if kind in (types.FunctionType, types.MethodType):
        return lambda *args, **kwargs: unwrap(value(*wrap(args), **wrap(kwargs)))
    if isinstance(value, np.ndarray) and seen is not None:
        return value.view()  # a host array is an argument like any other: what comes back is a tensor, not it
    return value


def wrap(raw: Any, seen: Seen | None = None) -> Any:
    """`raw` with every ndarray replaced by an `Array`: the one it came from, or a new one."""
    if isinstance(raw, np.ndarray):
        return seen[id(raw)] if seen and id(raw) in seen else Array._from(raw)
    kind = type(raw)
    if kind is list or kind is tuple:
        return kind([wrap(item, seen) for item in raw])
    if isinstance(raw, tuple) and hasattr(raw, "_make"):
        return raw._make([wrap(item, seen) for item in raw])
    if kind is dict:
        return {key: wrap(item, seen) for key, item in raw.items()}
    return raw


def call(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Call a NumPy function on the memory of its arguments."""
    seen: Seen = {}
    if kwargs.get("out") is not None:
        raise UnsupportedFeatureError("out= can't be written to a tensor")
    if kwargs.get("overwrite_input"):
        raise UnsupportedFeatureError("overwrite_input= would change a tensor")
    orders = {x for x in (*args[1:], kwargs.get("order")) if isinstance(x, str)}
    if orders & {"A", "K", "a", "k"} and function.__name__ in _IN_ORDER and np.ndim(unwrap(args[0])) > 1:
        raise UnsupportedFeatureError("tensors have one order in memory")
    kwargs = {key: unwrap(value, seen) for key, value in kwargs.items()}
    return wrap(function(*[unwrap(arg, seen) for arg in args], **kwargs), seen)


_IN_ORDER = ("flatten", "ravel", "reshape", "tobytes")
_REFUSED_METHODS = frozenset(
    [
        "byteswap",
        "fill",
        "itemset",
        "partition",
        "put",
        "resize",
        "setfield",
        "setflags",
        "sort",
        "getfield",
        "ctypes",
        "data",
        "flags",
        "strides",
    ]
)


class Array:
    """An immutable array. As a constructor it takes what `numpy.ndarray` takes: a shape and a dtype."""

    __slots__ = ("__weakref__", "_a")
    __array_priority__ = 100

    def __init__(self, shape: Any, dtype: Any = float) -> None:
        object.__setattr__(self, "_a", _freeze(np.zeros(unwrap(shape), dtype)))

    @classmethod
    def _from(cls, raw: np.ndarray) -> Array:
        new = object.__new__(cls)
        object.__setattr__(new, "_a", _freeze(raw))
        return new

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"attribute {name!r} of a tensor can't be assigned")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in _REFUSED_METHODS:
            raise UnsupportedFeatureError(f"a tensor has no {name!r}")
        if name == "base":
            return None
        if name == "flat":
            return Flat(self)
        found = getattr(self._a, name)
        if not callable(found):
            return wrap(found, {id(self._a): self})
        if name == "view":
            return self._view

        def method(*args: Any, **kwargs: Any) -> Any:
            return call(getattr(np.ndarray, name), self, *args, **kwargs)

        method.__name__ = name
        return method

    def _view(self, *dtype: Any) -> Array:
        if dtype:
            raise UnsupportedFeatureError("memory can't be reinterpreted")
        return Array._from(self._a)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if copy or (dtype is not None and np.dtype(dtype) != self._a.dtype):
            return np.array(self._a, dtype)
        return self._a

    def __getitem__(self, index: Any) -> Any:
        return wrap(self._a[unwrap(index)])

    def __iter__(self) -> Iterator[Any]:
        return map(wrap, iter(self._a))

    def __len__(self) -> int:
        return len(self._a)

    def __contains__(self, item: Any) -> bool:
        return unwrap(item) in self._a

    def __bool__(self) -> bool:
        return bool(self._a)

    def __int__(self) -> int:
        return int(self._a)

    def __float__(self) -> float:
        return float(self._a)

    def __complex__(self) -> complex:
        return complex(self._a)

    def __index__(self) -> int:
        return operator.index(self._a)

    def __hash__(self) -> int:
        if self._a.ndim:
            raise TypeError("unhashable type: 'Array'")
        return hash(self._a[()])

    def __repr__(self) -> str:
        return repr(self._a)

    def __str__(self) -> str:
        return str(self._a)

    def __format__(self, spec: str) -> str:
        return format(self._a, spec)

    def __copy__(self) -> Array:
        return Array._from(self._a)

    def __deepcopy__(self, memo: Any) -> Array:
        return Array._from(self._a)

    def __reduce__(self) -> tuple[Any, ...]:
        return (Array._from, (self._a.copy(),))


def _unary(op: Callable[[Any], Any]) -> Callable[[Array], Any]:
    return lambda self: wrap(op(self._a))


def _binary(op: Callable[[Any, Any], Any]) -> Callable[[Array, Any], Any]:
    return lambda self, other: wrap(op(self._a, unwrap(other)))


def _reflected(op: Callable[[Any, Any], Any]) -> Callable[[Array, Any], Any]:
    return lambda self, other: wrap(op(unwrap(other), self._a))


BINARY = {
    "add": operator.add,
    "and": operator.and_,
    "divmod": divmod,
    "floordiv": operator.floordiv,
    "lshift": operator.lshift,
    "matmul": operator.matmul,
    "mod": operator.mod,
    "mul": operator.mul,
    "or": operator.or_,
    "pow": operator.pow,
    "rshift": operator.rshift,
    "sub": operator.sub,
    "truediv": operator.truediv,
    "xor": operator.xor,
}
for _name, _op in BINARY.items():
    setattr(Array, f"__{_name}__", _binary(_op))
    setattr(Array, f"__r{_name}__", _reflected(_op))
for _name in ("eq", "ne", "lt", "le", "gt", "ge"):
    setattr(Array, f"__{_name}__", _binary(getattr(operator, _name)))
for _name in ("neg", "pos", "invert", "abs"):
    setattr(Array, f"__{_name}__", _unary(getattr(operator, _name)))


class Flat:
    """`x.flat`, for reading."""

    __slots__ = ("_of",)

    def __init__(self, of: Array) -> None:
        self._of = of

    def __getitem__(self, index: Any) -> Any:
        return wrap(self._of._a.flat[unwrap(index)])

    def __iter__(self) -> Iterator[Any]:
        return iter(self._of._a.flat)

    def __len__(self) -> int:
        return self._of._a.size

    def copy(self) -> Array:
        """A flat copy, as `x.flat.copy()`."""
        return Array._from(self._of._a.ravel())
