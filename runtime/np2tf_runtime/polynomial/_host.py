"""NumPy's polynomial modules with tensors taken and given."""

from __future__ import annotations

import functools
import importlib
import inspect

import numpy as np

from np2tf_runtime import _status
from np2tf_runtime._base import host_function, to_device, to_host

_REASON = "polynomials are small, and NumPy's own code gives its own rounding"
_GIVE_TENSORS = ("__call__", "roots", "linspace")


def _taking_tensors(method, give):
    @functools.wraps(method)
    def call(self, *args, **kwargs):
        result = method(self, *map(to_host, args), **{key: to_host(item) for key, item in kwargs.items()})
        return to_device(result) if give else result

    return call


def _class(host_class):
    """A subclass of one of NumPy's series classes whose methods take tensors."""
    body = {"__doc__": host_class.__doc__, "__module__": __name__.rpartition(".")[0]}
    for name in ("__init__", "__add__", "__sub__", "__mul__", "__truediv__", "__floordiv__", "__mod__", "__divmod__",
    "__radd__",
                 "__rsub__", "__rmul__", "integ", "deriv", *_GIVE_TENSORS):  # fmt: skip
        body[name] = _taking_tensors(getattr(host_class, name), name in _GIVE_TENSORS)
    for name in ("fit", "fromroots", "interpolate"):
        method = inspect.getattr_static(host_class, name, None) or getattr(host_class, name, None)
        if isinstance(method, classmethod):
            body[name] = classmethod(_taking_tensors(method.__func__, True))
        elif any(isinstance(base.__dict__.get(name), classmethod) for base in host_class.__mro__):
            found = next(base.__dict__[name] for base in host_class.__mro__ if name in base.__dict__)
            body[name] = classmethod(_taking_tensors(found.__func__, True))
    _status.record(f"numpy.polynomial.{host_class.__name__}", "host", _REASON)
    return type(host_class.__name__, (host_class,), body)


def fill(namespace, module):
    """Put the public names of `numpy.polynomial.<module>` into a module's namespace; returns them."""
    source = importlib.import_module(f"numpy.polynomial.{module}")
    for name in source.__all__:
        value = getattr(source, name)
        if isinstance(value, np.ndarray):
            value = to_device(np.array(value))
        elif isinstance(value, type) and not issubclass(value, (Warning, Exception)):
            value = _class(value)
        elif callable(value) and not isinstance(value, type):
            value = host_function(f"numpy.polynomial.{module}.{name}", value, reason=_REASON)
        namespace[name] = value
    return list(source.__all__)
