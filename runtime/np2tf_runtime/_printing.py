"""Tensors as text: NumPy's own formatting, on the host. `set_printoptions` is NumPy's and holds for tensors too.

A 0-d tensor prints as the NumPy scalar it stands for: `np.float64(1.5)` as repr, `1.5` as str. Symbolic tensors keep
TensorFlow's text.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from . import _base, _status
from ._base import host

_REASON = "text is made on the host"


def _value(x: Any) -> Any:
    array = host(x)
    return array if array.ndim else array[()]


def tensor_repr(x: Any) -> str:
    """`array([...])` for arrays, `np.float64(1.5)` for 0-d tensors."""
    return repr(_value(x))


def tensor_str(x: Any) -> str:
    """What NumPy's `print` shows."""
    return str(_value(x))


def tensor_format(x: Any, spec: str) -> str:
    """What an f-string shows. TypeError for a format given to an array, as NumPy's."""
    return format(_value(x), spec)


def _text_function(name: str, function: Any = None) -> Any:
    """NumPy's function with tensors taken as host arrays; text comes back as it is."""
    return _base.host_function(f"numpy.{name}", function, reason=_REASON)


def _text_of_array(name: str) -> Any:
    """The same for functions that refuse NumPy's scalars: a 0-d tensor is an array to them."""
    function = getattr(np, name)

    @functools.wraps(function)
    def call(a: Any, *args: Any, **kwargs: Any) -> str:
        return function(np.asarray(a), *args, **kwargs)

    return _text_function(name, call)


array_repr = _text_of_array("array_repr")
array_str = _text_of_array("array_str")
array2string = _text_of_array("array2string")
format_float_positional = _text_function("format_float_positional")
format_float_scientific = _text_function("format_float_scientific")
base_repr = _text_function("base_repr")
binary_repr = _text_function("binary_repr")

set_printoptions = np.set_printoptions
get_printoptions = np.get_printoptions
printoptions = np.printoptions
for _name in ("set_printoptions", "get_printoptions", "printoptions"):
    _status.record(f"numpy.{_name}", "host", "NumPy's own: the options hold for tensors too")

__all__ = [
    "array2string",
    "array_repr",
    "array_str",
    "base_repr",
    "binary_repr",
    "format_float_positional",
    "format_float_scientific",
    "get_printoptions",
    "printoptions",
    "set_printoptions",
]
