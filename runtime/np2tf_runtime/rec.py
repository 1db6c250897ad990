"""`numpy.rec` is not available on tensors (NT502): every use of it raises UnsupportedFeatureError."""

from __future__ import annotations

from typing import Any

import numpy.rec as _host

from . import _status
from ._absent import absent

__all__: list[str] = []

_MEND = "use one tensor per field"


def __getattr__(name: str) -> Any:
    return absent("rec", name, "NT502", _MEND)


def __dir__() -> list[str]:
    return dir(_host)


for _name in _host.__all__:
    _status.record(f"numpy.rec.{_name}", "unsupported", _MEND, "NT502")
