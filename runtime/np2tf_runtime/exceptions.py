"""`numpy.exceptions`: the runtime raises NumPy's own classes."""

from __future__ import annotations

from typing import Any

import numpy.exceptions as _host

__all__ = list(_host.__all__)


def __getattr__(name: str) -> Any:
    return getattr(_host, name)


def __dir__() -> list[str]:
    return dir(_host)
