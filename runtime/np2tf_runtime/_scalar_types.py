"""NumPy's abstract scalar types, with 0-d tensors among their instances: `isinstance(x.sum(), np.floating)`.

NumPy gives scalars where this package gives 0-d tensors (single elements, sums), and programs ask what kind of number
they have. The concrete types (`np.float64`) are NumPy's own, since they make scalars and name dtypes: no tensor is an
instance of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import _status
from ._base import Tensor, dtype_of

__all__ = [
    "complexfloating",
    "floating",
    "generic",
    "inexact",
    "integer",
    "number",
    "signedinteger",
    "unsignedinteger",
]


class _Kind(type):
    """The type of those classes: they are told apart by what NumPy's class of the same name says."""

    _host: type

    def __instancecheck__(cls, instance: Any) -> bool:
        if isinstance(instance, Tensor):
            return instance.shape == () and issubclass(dtype_of(instance).type, cls._host)
        return isinstance(instance, cls._host)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, cls._host)


def _kind(host: type) -> Any:
    _status.record(f"numpy.{host.__name__}", "host", "NumPy's class, with 0-d tensors among its instances")
    body = {"_host": host, "__module__": "numpy", "__doc__": host.__doc__, "__slots__": ()}
    return _Kind(host.__name__, (host,), body)


complexfloating = _kind(np.complexfloating)
floating = _kind(np.floating)
generic = _kind(np.generic)
inexact = _kind(np.inexact)
integer = _kind(np.integer)
number = _kind(np.number)
signedinteger = _kind(np.signedinteger)
unsignedinteger = _kind(np.unsignedinteger)
