"""`numpy.testing`, with tensors for arrays: assertions see host arrays, and NumPy scalars for 0-d tensors."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy.testing as _host

from ._base import to_host

__all__ = list(_host.__all__)

# They call a function: its arguments are its own matter.
_CALLERS = ("assert_no_gc_cycles", "assert_no_warnings", "assert_raises", "assert_raises_regex", "assert_warns")


def _on_values(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True  # pytest then shows the caller's line
        return function(*map(to_host, args), **{key: to_host(item) for key, item in kwargs.items()})

    return call


for _name in __all__:
    if _name.startswith("assert_") and _name not in _CALLERS:
        globals()[_name] = _on_values(getattr(_host, _name))


def __getattr__(name: str) -> Any:
    return getattr(_host, name)


def __dir__() -> list[str]:
    return dir(_host)
