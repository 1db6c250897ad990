"""`numpy.lib`: what of it has a meaning for tensors; the rest is NumPy's own."""

from __future__ import annotations

from numpy.lib import (
    NumpyVersion,
    add_docstring,
    add_newdoc,
    array_utils,
    format,
    introspect,
    mixins,
    npyio,
    tracemalloc_domain,
)

from . import stride_tricks

__all__ = [
    "NumpyVersion",
    "add_docstring",
    "add_newdoc",
    "array_utils",
    "format",
    "introspect",
    "mixins",
    "npyio",
    "stride_tricks",
    "tracemalloc_domain",
]
