"""A loop starts from what the last look at its scope found for it: that only saves turns."""

from __future__ import annotations

import re

import pytest

import fixture
from np2tf.analysis.expressions import Expressions
from np2tf.analysis.walk import Walk
from np2tf.convert import convert

CASES = [case for case in fixture.load_all() if re.search(r"^\s+(for|while) ", "".join(case.sources.values()), re.M)]
CALLED = """import numpy as np


def first(x):
    for k in range(3):
        y = x[k:]
        y[0] = second(x)
    return x


def second(x):
    return third(x)[0]


def third(x):
    x[1] = 2
    return x


print(first(np.zeros(5)))
"""


@pytest.fixture
def forgetful(monkeypatch):
    """Nothing that a look at a scope finds of its loops is there in the next."""
    start = Walk.__init__

    def started(self, tables, module, scope):
        module.heads.pop(scope, None)
        start(self, tables, module, scope)

    return lambda: monkeypatch.setattr(Walk, "__init__", started)


def test_fixtures_become_the_same(forgetful):
    known = [case.convert() for case in CASES]
    forgetful()
    for case, result in zip(CASES, known, strict=True):
        assert case.convert() == result, case.name


def test_what_is_known_is_not_found_again(forgetful, monkeypatch):
    counted = []
    evaluate = Expressions.ev
    monkeypatch.setattr(Expressions, "ev", lambda self, node: counted.append(node) or evaluate(self, node))
    convert({"a.py": CALLED.encode()})
    known = len(counted)
    forgetful()
    convert({"a.py": CALLED.encode()})
    assert len(counted) - known > known
