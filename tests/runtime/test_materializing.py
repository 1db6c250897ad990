"""What XLA would compute in many places is computed once, and arrays are put together where it copies whole rows."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
import tensorflow as tf

import np2tf_runtime as np
from np2tf_runtime import _base, _rung

RNG = numpy.random.default_rng(5)


def operations(function: Any) -> list[Any]:
    (signature,) = function._signatures.values()
    assert signature.rung == "xla", signature.reason
    return [op for op, _ in _rung.operations(signature.variants[0].concrete.graph)]


def joined(function: Any) -> int:
    return sum(op.type == "ConcatV2" for op in operations(function))


def held(function: Any) -> int:
    """How many arrays are computed once by order."""
    barriers = [op for op in operations(function) if op.type == "XlaOptimizationBarrier"]
    return sum(op.inputs[0].op.type == "ConcatV2" for op in barriers)


def limited(f: Any, size: float, xp: Any) -> Any:
    """A long chain of cheap operations, of the kind that simulations limit their slopes by."""
    slope = (xp.roll(f, -1, 0) - xp.roll(f, 1, 0)) / size
    for shift in (1, -1):
        ratio = (f - xp.roll(f, shift, 0)) / (slope + 1e-8 * (slope == 0))
        slope = xp.maximum(0.0, xp.minimum(1.0, ratio)) * slope
    return slope


def fluxes(f: Any, g: Any, size: float, xp: Any) -> Any:
    a, b = limited(f, size, xp), limited(g, size, xp)
    return [xp.roll(a * b + n * f, n, 1) * (a - n * b) / (g + n) for n in range(1, 6)]


def test_what_many_need_is_computed_once() -> None:
    f, g = RNG.random((2, 48, 40)) + 1
    compiled = np.jit(lambda f, g: fluxes(f, g, 0.5, np))
    numpy.testing.assert_allclose(compiled(f, g), fluxes(f, g, 0.5, numpy), rtol=1e-12)
    assert held(compiled) >= 2


def moved(function: Any, *arrays: Any) -> int:
    compiled = np.jit(function)
    given = [np.asarray(x) for x in arrays]
    for got, expected in zip(compiled(*given), function(*given), strict=True):
        numpy.testing.assert_allclose(got, expected, rtol=1e-12)
    return held(compiled)


def chain(x: Any) -> Any:
    x = np.maximum(x * x - 0.5, x - 0.25) * (x + 2.0) - x * x
    x = np.maximum(x * x - 0.5, x - 0.25) * (x + 2.0) - x * x
    return np.maximum(x * x - 0.5, x - 0.25) * (x + 2.0) - x * x


def apart(x: Any) -> list[Any]:
    """Six arrays that XLA computes apart from each other."""
    return [np.sort(x + n, axis=0) for n in range(6)]


def test_what_one_needs_or_is_short_or_small_is_left() -> None:
    large, small = RNG.random((64, 64)), RNG.random((8, 8))
    assert moved(lambda x: apart(chain(x)), large) == 1
    assert moved(lambda x: apart(chain(x)), small) == 0
    assert moved(lambda x: apart(x * x), large) == 0
    assert moved(lambda x: apart(chain(x))[:1], large) == 0
    assert moved(lambda x: apart(np.sqrt(chain(x))), large) == 0  # which XLA does not repeat


def test_what_many_need_in_a_turn_is_computed_once() -> None:
    def turns(x: Any) -> list[Any]:
        for _ in range(9):
            y = chain(x)
            x = x + 1e-4 * sum(np.roll(y * n, n, 1) for n in range(1, 7))
        return [x]

    assert moved(turns, RNG.random((64, 64))) == 1


def test_shifts_of_one_array_are_read_from_one() -> None:
    x = RNG.random((30, 40))
    compiled = np.jit(lambda x: (np.roll(x, 1, 0), np.roll(x, -1, 0), np.roll(x, 29, 0), np.roll(x, 31, 0)))
    for got, expected in zip(compiled(x), [numpy.roll(x, n, 0) for n in (1, -1, 29, 31)], strict=True):
        numpy.testing.assert_array_equal(got, expected)
    assert joined(compiled) == 1


@pytest.mark.parametrize("shape", [(512,), (2, 300), (24, 20), (4, 16, 9), (0, 300)], ids=str)
def test_rolled(shape: tuple[int, ...]) -> None:
    x = RNG.integers(0, 99, shape)
    for axis in range(-len(shape), len(shape)):
        count = shape[axis]
        shifts = [0, 1, -1, count // 2, count // 2 + 1, count - 1, count, 3 * count + 2, -5 * count - 3]
        got = np.jit(lambda x, shifts=shifts, axis=axis: [np.roll(x, shift, axis) for shift in shifts])(x)
        for shift, rolled in zip(shifts, got, strict=True):
            numpy.testing.assert_array_equal(rolled, numpy.roll(x, shift, axis), err_msg=f"{shift}, {axis}")


@pytest.mark.parametrize("axis", range(3))
def test_joined(axis: int) -> None:
    shapes = [[9, 10, 11] for _ in range(3)]
    for shape, length in zip(shapes, (1, 7, 0), strict=True):
        shape[axis] = length
    parts = [RNG.random(shape) for shape in shapes]
    got = np.jit(lambda *parts: np.concatenate(parts, axis) * 2)(*parts)
    numpy.testing.assert_array_equal(got, numpy.concatenate(parts, axis) * 2)


def test_gradients_are_those_of_eager_calls() -> None:
    f, g = (np.asarray(x) for x in RNG.random((2, 24, 40)) + 1)
    found = []

    def converted(f: Any, g: Any) -> Any:
        return fluxes(f, g, 0.5, np)

    for function in (np.jit(converted), converted):
        with tf.GradientTape() as tape:
            tape.watch([f, g])
            total = sum(np.sum(x) for x in function(f, g))
        found.append(tape.gradient(total, [f, g]))
    for compiled, eager in zip(*found, strict=True):
        numpy.testing.assert_allclose(compiled, eager, rtol=1e-9, atol=1e-12)


def test_gpus_have_groups_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_base, "has_gpu", lambda: True)
    f, g = RNG.random((2, 48, 40)) + 1
    compiled = np.jit(lambda f, g: fluxes(f, g, 0.5, np))
    numpy.testing.assert_allclose(compiled(f, g), fluxes(f, g, 0.5, numpy), rtol=1e-12)
    assert joined(compiled) == 0


def test_turns_that_end_in_an_array_from_outside() -> None:
    whole = np.ones((40, 40))

    @np.jit
    def function(x: Any, turns: int) -> Any:
        for _ in range(turns):
            found = whole
            x = x * 2
        return found, x

    found, x = function(np.ones(3), 5)
    assert function.rungs() == ["xla"]
    assert found.shape == (40, 40)
    assert x.tolist() == [32.0] * 3
