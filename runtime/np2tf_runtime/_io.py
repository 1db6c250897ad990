"""Files, text and bits: NumPy reads and writes on the host; tensors are accepted and returned.

`load` gives tensors, or a lazy `NpzFile` whose items are tensors. `mmap_mode` is refused (NT511): a tensor is in
memory.
What no tensor can hold (records, as by `names=` in `genfromtxt`, strings, pickled objects) comes as NumPy's own array.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from . import _status
from ._base import (
    UnsupportedFeatureError,
    from_host,
    host,
    host_function,
    np_dtype,
    to_host,
    unsupported_class,
)

__all__ = [
    "base_repr",
    "binary_repr",
    "fromfile",
    "fromregex",
    "genfromtxt",
    "load",
    "loadtxt",
    "memmap",
    "packbits",
    "save",
    "savetxt",
    "savez",
    "savez_compressed",
    "unpackbits",
]

_FILE = "it reads or writes a file"

memmap = unsupported_class("numpy.memmap", "NT511", "use np.load or np.fromfile: a tensor is in memory")


class NpzFile(Mapping[str, Any]):
    """The arrays of an .npz file by name, each read when asked for and returned as a tensor. Closes with the `with`
    block.
    """

    def __init__(self, archive: Any) -> None:
        self._archive = archive
        self.files, self.fid, self.zip = archive.files, archive.fid, archive.zip

    def __getitem__(self, name: str) -> Any:
        return _as_loaded(self._archive[name])

    def __getattr__(self, name: str) -> Any:
        if name == "f":
            return _Fields(self)
        raise AttributeError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)

    def __contains__(self, name: object) -> bool:
        return name in self._archive

    def __enter__(self) -> NpzFile:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()

    def __repr__(self) -> str:
        return repr(self._archive)

    def close(self) -> None:
        """Close the file."""
        self._archive.close()


class _Fields:
    """The names of an `NpzFile` as attributes."""

    def __init__(self, archive: NpzFile) -> None:
        self._archive = archive

    def __getattr__(self, name: str) -> Any:
        try:
            return self._archive[name]
        except KeyError:
            raise AttributeError(name) from None


def _as_loaded(value: Any) -> Any:
    # What no tensor can hold (records, strings, pickled objects) was stored on purpose: it stays a host array.
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        return from_host(np.array(value))
    return value


_status.record("numpy.load", "host", _FILE)
_status.refuse_argument("numpy.load", "mmap_mode", "NT511", "leave it out: a tensor is in memory")


def load(
    file: Any,
    mmap_mode: Any = None,
    allow_pickle: bool = False,
    fix_imports: bool = True,
    encoding: str = "ASCII",
    *,
    max_header_size: int = 10000,
) -> Any:
    """The tensor of an .npy file, or the tensors of an .npz file by name. Runs on the host. Errors as NumPy's.

    Arrays of strings and objects come as host arrays.
    """
    if mmap_mode is not None:
        raise UnsupportedFeatureError("np.load(mmap_mode=...)", *_status.ARGUMENTS["numpy.load"]["mmap_mode"])
    made = np.load(
        file, allow_pickle=allow_pickle, fix_imports=fix_imports, encoding=encoding, max_header_size=max_header_size
    )
    return NpzFile(made) if isinstance(made, np.lib.npyio.NpzFile) else _as_loaded(made)


save = host_function("numpy.save", reason=_FILE)
savez = host_function("numpy.savez", reason=_FILE)
savez_compressed = host_function("numpy.savez_compressed", reason=_FILE)
savetxt = host_function("numpy.savetxt", reason=_FILE)


def _reader(name: str) -> Any:
    function = getattr(np, name)
    _status.record(f"numpy.{name}", "host", _FILE)

    @functools.wraps(function)
    def read(*args: Any, **kwargs: Any) -> Any:
        if isinstance(kwargs.get("dtype"), tf.DType):
            kwargs["dtype"] = np_dtype(kwargs["dtype"])
        kwargs.pop("like", None)
        if kwargs.get("usemask"):
            refusal = _status.ARGUMENTS["numpy.genfromtxt"]["usemask"]
            raise UnsupportedFeatureError(f"np.{name}(usemask=True)", *refusal)
        made = function(*map(to_host, args), **{key: to_host(value) for key, value in kwargs.items()})
        if isinstance(made, (tuple, list)):
            return type(made)(map(_as_loaded, made))
        return _as_loaded(made)

    read.__doc__ = f"Runs on the host, by NumPy: {_FILE}. Returns tensors.\n\n{function.__doc__ or ''}"
    read.__module__ = "np2tf_runtime"
    return read


loadtxt = _reader("loadtxt")
genfromtxt = _reader("genfromtxt")
_status.refuse_argument("numpy.genfromtxt", "usemask", "NT508", "use filling_values=np.nan")
fromfile = _reader("fromfile")
fromregex = _reader("fromregex")

packbits = host_function("numpy.packbits", reason="it handles bits")
unpackbits = host_function("numpy.unpackbits", reason="it handles bits")


def binary_repr(num: Any, width: int | None = None) -> str:
    """The binary digits of an int, as text; two's complement if negative and `width` is given."""
    return np.binary_repr(host(num)[()], width)


def base_repr(number: Any, base: int = 2, padding: int = 0) -> str:
    """The digits of an int in a base from 2 to 36, as text. Raises ValueError for another base."""
    return np.base_repr(host(number)[()], base, padding)


for _name in ("binary_repr", "base_repr"):
    _status.record(f"numpy.{_name}", "host", "it makes text")
