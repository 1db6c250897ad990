"""Functions of a project that SciPy calls: marked where they change what they are handed, else left in peace."""

from __future__ import annotations

import pytest

import soundness

pytest.importorskip("scipy", reason="SciPy is no dependency; what it calls is tested where it is installed")

READING = """
import numpy as np
from scipy import integrate, optimize

def rhs(t, y):
    return -y

def cost(x, target):
    return float(((x - target) ** 2).sum())

a, b = np.ones(2), np.arange(2.0)
solution = integrate.solve_ivp(rhs, (0, 1), a, t_eval=[0.0, 0.5])
best = optimize.minimize(cost, a, args=(b,))
root = optimize.brentq(lambda v: v * v - 2, 0, 2)
a[0] = 7
out = np.round(solution.y, 4), np.round(best.x, 3), round(root, 6), a, b
"""

CHANGING = """
import numpy as np
from scipy import integrate, optimize

def rhs(t, y):
    y *= 1.0
    return -y

def cost(x):
    x[0] += 0.0
    return float((x**2).sum())

solution = integrate.solve_ivp(rhs, (0, 1), np.ones(2), t_eval=[0.0, 0.5])
best = optimize.minimize(cost, np.ones(2))
out = np.round(solution.y, 4), np.round(best.x, 3)
"""

COUNTING = """
import numpy as np
from scipy import optimize

class Counter:
    def __init__(self):
        self.n = np.zeros(1)

    def cost(self, x):
        self.n[0] += 1
        return float((x**2).sum())

    def run(self):
        {before}
        optimize.minimize(self.cost, np.ones(2), options={{"maxiter": 1}})
        return {after}

out = Counter().run()
"""


def test_reading():
    outcome = soundness.assert_sound(READING)
    assert outcome.error_codes == ()


def test_changing():
    outcome = soundness.assert_sound(CHANGING)
    assert outcome.error_codes == ("NT201",)


def test_what_a_callback_changes_is_seen_after_it():
    outcome = soundness.assert_sound(COUNTING.format(before="pass", after="bool(self.n[0] > 0)"))
    assert outcome.error_codes == ()


def test_what_a_callback_changes_under_another_name():
    outcome = soundness.assert_sound(COUNTING.format(before="n = self.n", after="bool(n[0] > 0)"))
    assert outcome.error_codes == ()
