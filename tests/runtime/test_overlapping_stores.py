"""Stores of what is read beside the place that is written, in compiled functions: XLA may not make them in place, one
element after the other, whatever changes of shape stand before and behind them."""

from __future__ import annotations

import numpy
import pytest
import tensorflow as tf

import np2tf_runtime as np

Y = numpy.array([-0.4, -3.0, 0.2, 1.0, 2.0, 0.5])
M = numpy.arange(36.0).reshape(6, 6) % 7 + 1
I = numpy.array([2, 0, 5, 1, 4, 3])  # noqa: E741


def row(y, m, k):
    return m[k] * 1.5


def column(y, m, k):
    return m[:, k] + y


def taken(y, m, k):
    return y[I] * k


def ordered(y, m, k):
    return np.sort(y)


def summed(y, m, k):
    return np.cumsum(y)


def copied(y, m, k):
    return m[k].copy()


def product(y, m, k):
    return (m @ y[:, None])[:, 0]


def shifted(y):
    return np.tensor_scatter_update(y, np.s_[1:], y[:-1] * 0.1)


def averaged(y):
    return np.tensor_scatter_update(y, np.s_[1:-1], y[:-2] + y[2:])


def there_and_back(y):
    before = y.copy()
    y = np.tensor_scatter_update(y, np.s_[2:], before[:-2])
    return np.tensor_scatter_update(y, np.s_[:-1], y[1:] + before[1:])


def reversed_(y):
    y = np.tensor_scatter_update(y, np.s_[:0:-1], y[:-1] * 0.5)
    return np.tensor_scatter_update(y, np.s_[-2::-1], y[1:])


def used(y):
    return [y, y[:, None] * 1.0, y.reshape(2, 3), np.cumsum(y)]


@pytest.mark.parametrize("made", [row, column, taken, ordered, summed, copied, product])
def test_what_is_written_is_what_was_there(made):
    def straight(y, m, k):
        return [used(store(made(y, m, k))) for store in (shifted, averaged, there_and_back, reversed_)]

    def in_turns(y, m, k, n):
        once, again = y, y
        for _ in range(n):
            once = shifted(made(once, m, k))
        for _ in range(n):
            again = averaged(np.cumsum(shifted(made(again, m, k))))
        return once, again

    y, m = np.array(Y), np.array(M)
    for function, args in ((straight, (y, m, 3)), (in_turns, (y, m, 3, 1)), (in_turns, (y, m, 3, 3))):
        compiled = np.jit(function)
        for have, want in zip(tf.nest.flatten(compiled(*args)), tf.nest.flatten(function(*args)), strict=True):
            numpy.testing.assert_allclose(numpy.asarray(have), numpy.asarray(want), rtol=1e-9)
        assert compiled.rungs() == ["xla"]
