"""Loops whose counters are symbolic integers, as `np.jit` traces them, for tests of what stands in their bodies."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from np2tf_runtime import _base, _rung, _symbolic


class OutOfBoundsError(IndexError):
    """A check at run time failed: `np.jit` would run the call again, eagerly."""


def loop(low: Any, high: Any, body: Any, state: tuple[Any, ...], step: int = 1) -> tuple[Any, ...]:
    """`for i in range(low, high, step): state = body(i, *state)` as one tf.while_loop."""
    state = tuple(map(_base.as_tensor, state))
    first, last = _symbolic.index_tensor(low), _symbolic.index_tensor(high)
    lower, upper = (low, high) if step > 0 else (high + 1, low + 1)

    def traced(i: tf.Tensor, failed: tf.Tensor, *state: tf.Tensor) -> tuple[Any, ...]:
        with _symbolic.failures() as found:
            results = body(_symbolic.counter(i, lower, upper, of_loop=True), *state)
        flag = _symbolic.any_failed([failed, *found])
        kept = [_base.cast(_base.as_tensor(r), s.dtype) for r, s in zip(results, state, strict=True)]
        return i + step, flag, *kept

    def goes_on(i: tf.Tensor, failed: tf.Tensor, *state: tf.Tensor) -> tf.Tensor:
        return (i < last) if step > 0 else (i > last)

    most = len(range(low, high, step)) if isinstance(low, int) and isinstance(high, int) else None
    _, failed, *results = tf.while_loop(
        goes_on, traced, [first, tf.constant(False), *state], parallel_iterations=1, maximum_iterations=most
    )
    if _symbolic.compiled():
        _symbolic.report(failed)
    return tuple(results)


def run(function: Any, *args: Any, xla: bool) -> tuple[Any, ...]:
    """What a traced function gives, as host arrays.

    Raises OutOfBoundsError (or an error of TensorFlow) for a failed check, NotCompilableError where it can't be traced.
    """

    @tf.function(jit_compile=xla, autograph=False)
    def traced(*args: tf.Tensor) -> Any:
        with _symbolic.tracing(xla), _symbolic.failures() as found:
            results = function(*args)
            results = results if isinstance(results, tuple) else (results,)
            flag = _symbolic.any_failed(found)
            return tuple(map(_base.as_tensor, results)), tf.constant(False) if flag is None else flag

    tensors = [tf.constant(x) for x in args]
    if xla:
        _rung.check_static(traced.get_concrete_function(*tensors).graph)
    results, failed = traced(*tensors)
    if bool(failed):
        raise OutOfBoundsError
    return tuple(x.numpy() for x in results)
