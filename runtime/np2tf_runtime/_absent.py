"""Modules of NumPy's without a counterpart: they can be imported, and what is in them raises where it is used."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

from ._base import MissingNameError, unsupported, unsupported_class


def absent(module: str, name: str, code: str, mend: str) -> Any:
    """What stands for a name of such a module: a function or class that raises when it is called.

    Raises
    ------
    MissingNameError
        For a name that is neither, or that NumPy's module doesn't have.
    """
    if name.startswith("__"):
        raise AttributeError(name)
    found = None if code == "NT601" else getattr(importlib.import_module(f"numpy.{module}"), name, None)
    if isinstance(found, type):
        return unsupported_class(f"numpy.{module}.{name}", code, mend)
    if callable(found):
        return unsupported(f"numpy.{module}.{name}", code, mend)
    raise MissingNameError(f"np.{module}.{name}", code, mend)


class _Absent(ModuleType):
    """A module without a counterpart."""

    def __init__(self, package: str, module: str, code: str, mend: str) -> None:
        super().__init__(f"{package}.{module}", f"`numpy.{module}` is not available on tensors ({code}).")
        self._told = module, code, mend

    def __getattr__(self, name: str) -> Any:
        module, code, mend = self._told
        return absent(module, name, code, mend)


def enter(package: str, module: str, code: str, mend: str) -> None:
    """Let `import package.module` find a module in which everything raises."""
    sys.modules[f"{package}.{module}"] = _Absent(package, module, code, mend)
