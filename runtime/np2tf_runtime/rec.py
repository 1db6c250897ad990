"""`numpy.rec` is not available on tensors (NT502): every use of it raises UnsupportedFeatureError."""

from __future__ import annotations

from typing import Any

import numpy.rec as _host

from . import _status
from ._base import MissingNameError, unsupported, unsupported_class

__all__: list[str] = []

_MEND = "use one tensor per field"


def __getattr__(name: str) -> Any:
    found = getattr(_host, name, None)
    if name.startswith("__") or found is None:
        if name.startswith("__"):
            raise AttributeError(name)
        raise MissingNameError(f"np.rec.{name}", "NT502", _MEND)
    if isinstance(found, type):
        return unsupported_class(f"numpy.rec.{name}", "NT502", _MEND)
    if callable(found):
        return unsupported(f"numpy.rec.{name}", "NT502", _MEND)
    raise MissingNameError(f"np.rec.{name}", "NT502", _MEND)


def __dir__() -> list[str]:
    return dir(_host)


for _name in _host.__all__:
    _status.record(f"numpy.rec.{_name}", "unsupported", _MEND, "NT502")
