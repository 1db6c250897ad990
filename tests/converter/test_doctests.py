"""The examples in the converter's docstrings."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import np2tf

MODULES = sorted(m.name for m in pkgutil.walk_packages(np2tf.__path__, "np2tf.") if not m.name.endswith("__main__"))


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_some():
    finder = doctest.DocTestFinder()
    assert sum(len(t.examples) for name in MODULES for t in finder.find(importlib.import_module(name))) > 50
