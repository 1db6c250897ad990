"""Ask NumPy and the runtime the same question, and say how the answers differ.

    check("np.sum(x, axis=0)", x=host_array)
    check(lambda np, x: np.sum(x, axis=0), host_array)

Arguments are host arrays (or anything NumPy takes); for the runtime every array in them becomes a tensor. The answers
must have equal values (to rounding), dtypes and shapes, or both be errors of one class. `compare` returns the
difference as text, or None.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

import np2tf_runtime as runtime

# Relative tolerance by dtype: a few units in the last place. TensorFlow's kernels are within 6 of them, NumPy's
# within 2.
TOLERANCE = {
    "float16": 2e-3,
    "float32": 3e-6,
    "float64": 1e-12,
    "complex64": 1e-5,
    "complex128": 1e-11,
}
DTYPES = (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "float32", "float64", "complex64", "complex128",
)  # fmt: skip


def to_tensors(value: Any) -> Any:
    """`value` with every host array in it (in lists, tuples, dicts, slices too) as a tensor."""
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biufc":
        return runtime._base.as_tensor(value)
    if type(value) in (list, tuple):
        return type(value)(map(to_tensors, value))
    if type(value) is dict:
        return {key: to_tensors(item) for key, item in value.items()}
    return value


class LeftToNumPyError(Exception):
    """The runtime's function failed, and NumPy answered in its place."""


class Outcome:
    """What a call gave: a value or an error. A failed call that the runtime left to NumPy counts as failed."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self.error: Exception | None = None
        self.value: Any = None
        runtime._base.left_to_numpy.clear()
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                self.value = function()
            except Exception as error:  # the point is to compare it
                self.error = error
        if runtime._base.left_to_numpy:
            self.value, self.error = None, LeftToNumPyError(*runtime._base.left_to_numpy)

    def __str__(self) -> str:
        if self.error is not None:
            return f"{type(self.error).__name__}: {self.error}"
        value = self.value
        if isinstance(value, (tf.Tensor, np.ndarray, np.generic)):
            return f"{np.asarray(value)!r} ({value.dtype}, {tuple(value.shape)})"
        return repr(value)


def _is_array(value: Any) -> bool:
    return isinstance(value, (tf.Tensor, np.ndarray, np.generic))


def _difference(want: Any, have: Any, rtol: float | None, atol: float, strict: bool) -> str | None:
    if isinstance(want, (tuple, list)):
        if not isinstance(have, (tuple, list)):
            return f"container: {type(have).__name__}, NumPy {type(want).__name__}"
        if strict and isinstance(want, tuple) != isinstance(have, tuple):
            return f"container: {type(have).__name__}, NumPy {type(want).__name__}"
        if len(want) != len(have):
            return f"length: {len(have)}, NumPy {len(want)}"
        for position, (left, right) in enumerate(zip(want, have, strict=True)):
            found = _difference(left, right, rtol, atol, strict)
            if found:
                return f"item {position}: {found}"
        return None
    if isinstance(want, dict):
        if set(want) != set(have):
            return f"keys: {sorted(have)}, NumPy {sorted(want)}"
        return next((f for f in (_difference(want[k], have[k], rtol, atol, strict) for k in want) if f), None)
    if not _is_array(want):
        if isinstance(want, np.dtype):
            return None if have == want else f"dtype: {have}, NumPy {want}"
        if _is_array(have) and isinstance(want, (bool, int, float, complex)) and not strict:
            return _difference(np.asarray(want), have, rtol, atol, strict)
        if isinstance(want, float) and isinstance(have, float):
            return (
                None
                if np.isclose(have, want, rtol or 1e-12, atol, equal_nan=True)
                else f"value: {have!r}, NumPy {want!r}"
            )
        if callable(want) and not isinstance(want, type):
            return None
        return None if type(have) is type(want) and have == want else f"value: {have!r}, NumPy {want!r}"
    if not _is_array(have):
        return f"kind: {type(have).__name__} {have!r}, NumPy {type(want).__name__}"
    if strict and not isinstance(have, tf.Tensor):
        return f"kind: {type(have).__name__}, not a tensor"
    if tuple(have.shape) != want.shape:
        return f"shape: {tuple(have.shape)}, NumPy {want.shape}"
    left, right = np.asarray(want), np.asarray(have)
    if right.dtype != left.dtype:
        return f"dtype: {right.dtype}, NumPy {left.dtype}"
    if left.dtype.kind in "fc":
        allowed = TOLERANCE.get(left.dtype.name, 0.0) if rtol is None else rtol
        with np.errstate(all="ignore"):
            equal = np.isclose(right, left, allowed, atol, equal_nan=True) | (np.isnan(left) & np.isnan(right))
    else:
        equal = np.asarray(left == right)
    if equal.all():
        return None
    return f"value: {right!r}, NumPy {left!r}"


def _same_class(want: Exception, have: Exception) -> bool:
    return isinstance(have, type(want)) or isinstance(want, type(have))


def compare(
    question: str | Callable[..., Any],
    *args: Any,
    rtol: float | None = None,
    atol: float = 0.0,
    strict: bool = True,
    **names: Any,
) -> str | None:
    """How the runtime's answer differs from NumPy's, or None. `strict`: containers and kinds must agree too."""
    if isinstance(question, str):
        code = compile(question, "<question>", "eval")

        def ask(module: Any, given: dict[str, Any]) -> Any:
            return eval(code, {"np": module, **given})

        want = Outcome(lambda: ask(np, names))
        have = Outcome(lambda: ask(runtime, to_tensors(names)))
    else:
        want = Outcome(lambda: question(np, *args, **names))
        have = Outcome(lambda: question(runtime, *to_tensors(args), **to_tensors(names)))
    if want.error is not None or have.error is not None:
        if want.error is None:
            return f"raises {have}, NumPy gives {want}"
        if have.error is None:
            return f"gives {have}, NumPy raises {want}"
        return None if _same_class(want.error, have.error) else f"raises {have}, NumPy raises {want}"
    return _difference(want.value, have.value, rtol, atol, strict)


def check(question: str | Callable[..., Any], *args: Any, **names: Any) -> None:
    """Fail, with both answers, where the runtime and NumPy differ. Keywords as in `compare`."""
    found = compare(question, *args, **names)
    if found is not None:
        asked = question if isinstance(question, str) else getattr(question, "__name__", repr(question))
        given = {key: value for key, value in names.items() if key not in ("rtol", "atol", "strict")}
        raise AssertionError(f"{asked}\n  with {args or ''} {given or ''}\n  {found}")


def check_all(questions: Any, **names: Any) -> None:
    """`check` every question, and fail once with all the differences: one test for a whole table of expressions."""
    found = [(question, compare(question, **names)) for question in questions]
    wrong = [f"{question}\n    {text}" for question, text in found if text is not None]
    if wrong:
        raise AssertionError(f"{len(wrong)} of {len(found)} differ:\n  " + "\n  ".join(wrong))


def sample(dtype: str, shape: tuple[int, ...] = (7,), seed: int = 0) -> np.ndarray:
    """An array with the values that matter for its dtype: zeros, signs, limits, and for floats no NaN or infinity."""
    rng = np.random.default_rng(seed)
    kind = np.dtype(dtype)
    size = int(np.prod(shape))
    if kind.kind == "b":
        return rng.integers(0, 2, size).astype(bool).reshape(shape)
    if kind.kind in "iu":
        low = 0 if kind.kind == "u" else -9
        values = rng.integers(low, 10, size).astype(kind)
    elif kind.kind == "f":
        values = (rng.standard_normal(size) * 3).astype(kind)
    else:
        values = (rng.standard_normal(size) + 1j * rng.standard_normal(size)).astype(kind)
    if size > 2:
        values[0], values[1] = 0, 1
    return values.reshape(shape)
