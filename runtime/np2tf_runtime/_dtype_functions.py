"""NumPy's questions about dtypes, answered by NumPy, with tensors and `tf.DType`s accepted everywhere; and what only
NumPy has.
"""

from __future__ import annotations

import types
from typing import Any

import numpy as np
import tensorflow as tf

from . import _base, _status
from ._base import Tensor, host, np_dtype

_REASON = "decided from dtypes alone"


def _plain(x: Any) -> Any:
    """What NumPy understands: a `tf.DType` as `np.dtype`, a tensor as an (uncomputed) array of its dtype and rank."""
    if isinstance(x, tf.DType):
        return np_dtype(x)
    if isinstance(x, (Tensor, tf.Variable)):
        return np.empty((1,) * _base.rank(x) if isinstance(x, Tensor) else (1,), _base.dtype_of(x))
    return x


def issubdtype(arg1: Any, arg2: Any) -> bool:
    """Whether a dtype belongs to another, or to an abstract kind such as `np.floating`. TypeError for what is no
    dtype, UnsupportedFeatureError for the class of a tensor.
    """
    _base.refuse_class(arg1)
    return np.issubdtype(
        _plain(arg1) if isinstance(arg1, tf.DType) else arg1, _plain(arg2) if isinstance(arg2, tf.DType) else arg2
    )


def isdtype(dtype: Any, kind: Any) -> bool:
    """Whether a dtype is another, or of a kind such as "integral", or is or is of one of several."""
    kinds = tuple(map(_plain, kind)) if isinstance(kind, tuple) else _plain(kind)
    return np.isdtype(_plain(dtype) if isinstance(dtype, tf.DType) else dtype, kinds)


def can_cast(from_: Any, to: Any, casting: str = "safe") -> bool:
    """Whether a cast is allowed by the rule. As NumPy 2's, raises TypeError for Python numbers."""
    if isinstance(from_, (Tensor, tf.Variable)):
        from_ = _base.dtype_of(from_)
    return np.can_cast(_plain(from_), _plain(to), casting)


def promote_types(type1: Any, type2: Any) -> np.dtype:
    """The smallest dtype that both can be cast to safely."""
    return np.promote_types(_plain(type1), _plain(type2))


def result_type(*arrays_and_dtypes: Any) -> np.dtype:
    """The dtype that the arguments have in common, in the mode that `configure` has set. ValueError for none."""
    if not arrays_and_dtypes:
        raise ValueError("at least one array or dtype is required")
    if _base.config.promotion == "numpy" and not _base.config.prefer_float32:
        return np.result_type(*map(_plain, arrays_and_dtypes))
    return _base.result_dtype(*arrays_and_dtypes)


def min_scalar_type(a: Any) -> np.dtype:
    """The smallest dtype that holds a scalar; the dtype of an array."""
    return np.min_scalar_type(host(a) if isinstance(a, Tensor) and _base.rank(a) == 0 else _plain(a))


def common_type(*arrays: Any) -> type:
    """The floating (or complex) scalar type that arrays have in common. TypeError for arrays without one."""
    return np.common_type(*(_plain(_base.needs_array(a, "dtype")) for a in arrays))


def mintypecode(typechars: Any, typeset: str = "GDFgdf", default: str = "d") -> str:
    """The character of the smallest dtype that holds those given."""
    return np.mintypecode(typechars, typeset, default)


class finfo(np.finfo):  # noqa: N801 - NumPy's name
    """`numpy.finfo`, of tensors and `tf.DType`s too."""

    def __new__(cls, dtype: Any) -> Any:
        return np.finfo(_base.dtype_of(dtype) if isinstance(dtype, Tensor) else _plain(dtype))


class iinfo(np.iinfo):  # noqa: N801 - NumPy's name
    """`numpy.iinfo`, of tensors and `tf.DType`s too."""

    def __new__(cls, int_type: Any) -> Any:
        return np.iinfo(_base.dtype_of(int_type) if isinstance(int_type, Tensor) else _plain(int_type))


def from_dlpack(x: Any, /, *, device: Any = None, copy: bool | None = None) -> tf.Tensor:
    """A tensor of the memory of another library's array; a copy, since its owner may write to it.

    Raises ValueError for `copy=False`, which an immutable tensor can't promise; a tensor is then returned itself.
    """
    if copy is False and isinstance(x, Tensor):
        return x
    if copy is False:
        raise ValueError("unable to avoid a copy: tensors are immutable, and the owner of the memory may write to it")
    if isinstance(x, Tensor):
        return tf.identity(x)
    return tf.identity(_base.as_tensor(np.from_dlpack(x)))


for _name in (
    "can_cast",
    "common_type",
    "finfo",
    "iinfo",
    "isdtype",
    "issubdtype",
    "min_scalar_type",
    "mintypecode",
    "promote_types",
    "result_type",
):
    _status.record(f"numpy.{_name}", "host", _REASON)
_status.record("numpy.from_dlpack", "device")

ScalarType = np.ScalarType
info, show_config, show_runtime = np.info, np.show_config, np.show_runtime
for _name in ("ScalarType", "info", "show_config", "show_runtime"):
    _status.record(f"numpy.{_name}", "host", "NumPy's own object")


def test(*args: Any, **kwargs: Any) -> Any:
    """NumPy's own test suite, of NumPy itself."""
    return np.test(*args, **kwargs)


_status.record("numpy.test", "host", "NumPy's own")
for _name in ("fft", "lib", "linalg", "polynomial", "random"):
    _status.record(f"numpy.{_name}.test", "unsupported", "run NumPy's tests with NumPy", "NT601")
_status.record("numpy.lib.Arrayterator", "unsupported", "loop over slices of the array", "NT601")

emath = types.ModuleType(
    "np2tf_runtime.emath", "Functions whose domain is extended to complex results; on the host, by NumPy."
)
for _name in np.emath.__all__:
    setattr(
        emath,
        _name,
        _base.host_function(f"numpy.emath.{_name}", reason="the dtype of the result depends on the values"),
    )

# Classes that can be named in isinstance and not be made; functions that raise. Mends in one line each.
_CLASSES = {
    "busdaycalendar": ("NT509", "stay with NumPy for dates"),
    "chararray": ("NT510", "keep the strings in a list"),
    "matrix": ("NT507", "use two-dimensional arrays and @"),
    "memmap": ("NT511", "use NumPy's own memmap, and np.asarray of a part of it"),
    "recarray": ("NT502", "use one tensor per field"),
    "record": ("NT502", "use one tensor per field"),
}
_FUNCTIONS = {
    "asmatrix": ("NT507", "use two-dimensional arrays and @"),
    "bmat": ("NT507", "use np.block"),
    "busday_count": ("NT509", "stay with NumPy for dates"),
    "busday_offset": ("NT509", "stay with NumPy for dates"),
    "datetime_as_string": ("NT509", "stay with NumPy for dates"),
    "datetime_data": ("NT509", "stay with NumPy for dates"),
    "is_busday": ("NT509", "stay with NumPy for dates"),
}
for _name, (_code, _mend) in _CLASSES.items():
    globals()[_name] = _base.unsupported_class(f"numpy.{_name}", _code, _mend)
for _name, (_code, _mend) in _FUNCTIONS.items():
    globals()[_name] = _base.unsupported(f"numpy.{_name}", _code, _mend)

__all__ = [
    "ScalarType",
    "can_cast",
    "common_type",
    "emath",
    "finfo",
    "from_dlpack",
    "iinfo",
    "info",
    "isdtype",
    "issubdtype",
    "min_scalar_type",
    "mintypecode",
    "promote_types",
    "result_type",
    "show_config",
    "show_runtime",
    "test",
    *_CLASSES,
    *_FUNCTIONS,
]
