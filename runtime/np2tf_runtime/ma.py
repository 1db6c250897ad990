"""`numpy.ma` is not available on tensors (NT508): every use of it raises UnsupportedFeatureError."""

from __future__ import annotations

from typing import Any

import numpy.ma as _host

from . import _status
from ._absent import absent

__all__: list[str] = []

_MEND = "carry a mask beside the values, or use NaN and np.nansum, np.nanmean, ..."


def __getattr__(name: str) -> Any:
    return absent("ma", name, "NT508", _MEND)


def __dir__() -> list[str]:
    return dir(_host)


for _name in _host.__all__:
    _status.record(f"numpy.ma.{_name}", "unsupported", _MEND, "NT508")
