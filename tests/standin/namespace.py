"""NumPy's modules seen through `Array`: names are wrapped when they are first asked for."""

from __future__ import annotations

import functools
import types
from typing import Any

import numpy as np

from standin import functional
from standin.array import Array, UnsupportedFeatureError, call, unwrap, wrap

_MUTATORS = frozenset(["copyto", "put", "place", "putmask", "fill_diagonal", "put_along_axis", "shuffle"])
_HOST_MODULES = frozenset(["char", "core", "dtypes", "emath", "exceptions", "rec", "strings", "typing", "version"])
_WITHOUT_COUNTERPART = frozenset(
    [
        "as_strided",
        "asmatrix",
        "bmat",
        "frombuffer",
        "from_dlpack",
        "frompyfunc",
        "ma",
        "mat",
        "matrix",
        "memmap",
        "nditer",
        "nested_iters",
        "recarray",
        "record",
        "ctypeslib",
    ]
)


def _refusal(name: str) -> Any:
    def refused(*args: Any, **kwargs: Any) -> Any:
        raise UnsupportedFeatureError(f"np.{name} can't change a tensor: see np.functional")

    return refused


class Ufunc:
    """A ufunc that takes no `out` and has no `at`."""

    def __init__(self, ufunc: np.ufunc) -> None:
        self._ufunc = ufunc
        self.__name__ = ufunc.__name__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if any(arg is not None for arg in args[self._ufunc.nin :]):
            raise UnsupportedFeatureError("out can't be written to a tensor")
        return call(self._ufunc, *args[: self._ufunc.nin], **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name == "at":
            raise UnsupportedFeatureError(f"np.{self.__name__}.at: see np.functional")
        found = getattr(self._ufunc, name)
        return functools.partial(call, found) if callable(found) else found

    def __repr__(self) -> str:
        return repr(self._ufunc)


class _Indexable:
    """`np.r_`, `np.c_`, `np.mgrid`, `np.ogrid`."""

    def __init__(self, builder: Any) -> None:
        self._builder = builder

    def __getitem__(self, index: Any) -> Any:
        return wrap(self._builder[unwrap(index)])


class _HostRandom:
    """A generator that draws on the host and hands out tensors."""

    _kind: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._host = self._kind(*[getattr(arg, "_host", arg) for arg in args], **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        found = getattr(self._host, name)
        if name == "shuffle":
            return _shuffle(self._host)
        return functools.partial(call, found) if callable(found) else found

    def spawn(self, n: int) -> list[Any]:
        """As `Generator.spawn`."""
        return [type(self)(child.bit_generator) for child in self._host.spawn(n)]


class Generator(_HostRandom):
    """`np.random.Generator`."""

    _kind = np.random.Generator


class RandomState(_HostRandom):
    """`np.random.RandomState`."""

    _kind = np.random.RandomState


def default_rng(seed: Any = None) -> Generator:
    """`np.random.default_rng`: a generator is returned as it is."""
    return seed if isinstance(seed, Generator) else Generator(np.random.default_rng(unwrap(seed)).bit_generator)


def _shuffle(host: Any) -> Any:
    def shuffle(x: Any, *args: Any, **kwargs: Any) -> None:
        if isinstance(x, Array):
            raise UnsupportedFeatureError("shuffle can't change a tensor: see np.functional")
        host.shuffle(x, *args, **kwargs)

    return shuffle


def _vectorize(*args: Any, **kwargs: Any) -> Any:
    if not args:
        return functools.partial(_vectorize, **kwargs)
    return functools.partial(call, np.vectorize(*unwrap(args), **kwargs))


def _nan_to_num(x: Any, copy: bool = True, **kwargs: Any) -> Any:
    if not copy:
        raise UnsupportedFeatureError("np.nan_to_num(copy=False) can't change a tensor: see np.functional")
    return call(np.nan_to_num, x, **kwargs)


def _sliding_window_view(*args: Any, writeable: bool = False, **kwargs: Any) -> Any:
    if writeable:
        raise UnsupportedFeatureError("overlapping windows can't be written")
    return call(np.lib.stride_tricks.sliding_window_view, *args, **kwargs)


def _laid_out(function: Any) -> Any:
    """A function that asks for a layout in memory: tensors have one only, and are given back."""

    def of(a: Any, dtype: Any = None, requirements: Any = None) -> Any:
        return call(np.ascontiguousarray if np.ndim(unwrap(a)) else function, a, dtype)

    return of


_OWN: dict[str, Any] = {
    "np2tf_runtime.asfortranarray": _laid_out(np.asfortranarray),
    "np2tf_runtime.require": _laid_out(np.require),
    "np2tf_runtime.UnsupportedFeatureError": UnsupportedFeatureError,
    "np2tf_runtime.configure": lambda **kwargs: None,
    "np2tf_runtime.jit": lambda function=None, **kwargs: function or (lambda f: f),
    "np2tf_runtime.nan_to_num": _nan_to_num,
    "np2tf_runtime.ndarray": Array,
    "np2tf_runtime.tensor_scatter_update": functional.tensor_scatter_update,
    "np2tf_runtime.vectorize": _vectorize,
    "np2tf_runtime.lib.stride_tricks.sliding_window_view": _sliding_window_view,
    "np2tf_runtime.random.Generator": Generator,
    "np2tf_runtime.random.RandomState": RandomState,
    "np2tf_runtime.random.default_rng": default_rng,
    "np2tf_runtime.random.shuffle": _shuffle(np.random),
}


class Namespace(types.ModuleType):
    """One of NumPy's modules under the runtime's name."""

    def __init__(self, name: str, host: types.ModuleType) -> None:
        super().__init__(name, host.__doc__)
        self._host = host
        self.__path__: list[str] = []
        if hasattr(host, "__all__"):
            self.__all__ = [public for public in host.__all__ if public not in _WITHOUT_COUNTERPART]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in self.__dict__.get("__all__", ()):
            raise AttributeError(name)
        found = self._wrapped(name)
        setattr(self, name, found)
        return found

    def _wrapped(self, name: str) -> Any:
        own = _OWN.get(f"{self.__name__}.{name}")
        if own is not None:
            return own
        if name in _WITHOUT_COUNTERPART:
            raise UnsupportedFeatureError(f"np.{name} has no tensor counterpart")
        host = getattr(self._host, name)
        if isinstance(host, types.ModuleType):
            return host if name in _HOST_MODULES else Namespace(f"{self.__name__}.{name}", host)
        if name in _MUTATORS:
            return _refusal(name)
        if isinstance(host, np.ufunc):
            return Ufunc(host)
        if name in ("r_", "c_", "mgrid", "ogrid"):
            return _Indexable(host)
        if isinstance(host, type) or not callable(host):
            return wrap(host)
        return functools.update_wrapper(functools.partial(call, host), host)
