"""Reads and writes by generated indices beside NumPy's: ints, slices of any step, None, Ellipsis, masks of every rank,
integer arrays in any place, 0-d ones, empty ones, what is out of bounds and what is no index. With a fixed seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from differential import Outcome, compare, to_tensors

import np2tf_runtime as runtime
from np2tf_runtime import _base, _jit, _symbolic

SHAPES = ((5,), (3, 4), (2, 3, 4), (1, 3), (0, 3), (3, 0), (), (2, 2, 2, 2))
GROUPS = 6
EACH = 300


def _entry(rng: random.Random, length: int) -> Any:
    """An index for one axis."""
    kind = rng.random()
    reach = length + (1 if rng.random() < 0.06 else 0)
    one = lambda: rng.randint(-reach, max(reach - 1, 0)) if reach else 0  # noqa: E731
    if kind < 0.25:
        return rng.choice((int, np.int64, np.int32, np.array))(one())
    if kind < 0.6:
        bound = lambda: rng.choice((None, None, *range(-length - 2, length + 3)))  # noqa: E731
        return slice(bound(), bound(), rng.choice((None, None, 1, 2, -1, -2, 3, -7)))
    if kind < 0.85:
        shape = rng.choice(((2,), (3,), (1,), (2, 1), (1, 3), (2, 3), (0,)))
        dtype = rng.choice(("int64", "int64", "int32", "uint8", "int8"))
        low = 0 if dtype == "uint8" else -reach
        values = [rng.randint(low, max(reach - 1, 0)) if reach else 0 for _ in range(int(np.prod(shape)))]
        array = np.array(values, dtype).reshape(shape)
        return array.tolist() if rng.random() < 0.3 and array.size else array
    if kind < 0.95:
        return np.array([rng.random() < 0.5 for _ in range(length)], bool)
    return rng.choice((True, False, 1.0, "a", np.array([0.5]), [], np.array(True)))


def _index(rng: random.Random, shape: tuple[int, ...]) -> Any:
    if rng.random() < 0.08:
        rank = rng.randint(0, len(shape))
        mask = np.array([rng.random() < 0.5 for _ in range(int(np.prod(shape[:rank])))], bool).reshape(shape[:rank])
        return (mask, *(_entry(rng, n) for n in shape[rank : rank + rng.randint(0, 1)])) if rng.random() < 0.4 else mask
    count = rng.randint(0, len(shape))
    gap = rng.randint(0, count) if rng.random() < 0.3 else None
    entries: list[Any] = []
    axes = list(range(count)) if gap is None else [*range(gap), *range(len(shape) - count + gap, len(shape))]
    for place, axis in enumerate(axes):
        if gap == place:
            entries.append(Ellipsis)
        while rng.random() < 0.12:
            entries.append(None)
        entries.append(_entry(rng, shape[axis]))
    if gap is not None and Ellipsis not in [e for e in entries if e is Ellipsis]:
        entries.append(Ellipsis)
    if rng.random() < 0.05:
        entries.append(rng.choice((0, None, Ellipsis, slice(None))))
    if len(entries) == 1 and rng.random() < 0.7:
        return entries[0]
    return tuple(entries)


def _cases(group: int, count: int = EACH) -> Iterator[tuple[np.ndarray, Any, random.Random]]:
    rng = random.Random(group)
    for _ in range(count):
        shape = rng.choice(SHAPES)
        x = (np.arange(np.prod(shape)) + 1).reshape(shape).astype(rng.choice(("float64", "int64", "float32", "bool")))
        index = _index(rng, shape)
        if not _leaves_open(x, index):
            yield x, index, rng


def _leaves_open(x: np.ndarray, index: Any) -> bool:
    """What NumPy doesn't look at: the bounds of indices, and lengths of masks, beside an empty array of them."""
    entries = index if isinstance(index, tuple) else (index,)
    arrays = [entry for entry in entries if entry is False or isinstance(entry, (list, np.ndarray))]
    return len(arrays) > 1 and any(entry is False or np.size(entry) == 0 for entry in arrays)


def _shown(x: np.ndarray, index: Any) -> str:
    return f"{x.dtype}{x.shape}[{index!r}]"


@pytest.fixture(params=[0, 256], ids=["TensorFlow", "NumPy on small arrays"])
def _limit(request: pytest.FixtureRequest) -> Iterator[None]:
    runtime.configure(host_limit=request.param)
    yield
    runtime.configure(host_limit=0)


@pytest.mark.parametrize("group", range(GROUPS))
@pytest.mark.usefixtures("_limit")
def test_reads(group: int) -> None:
    wrong = []
    for x, index, rng in _cases(group):
        with_tensors = to_tensors(index) if rng.random() < 0.5 else index
        how = compare(lambda m, x, i, t=with_tensors: x[i if m is np else t], x, index)
        if how is not None:
            wrong.append(f"{_shown(x, index)}\n    {how}")
    assert not wrong, f"{len(wrong)} differ:\n  " + "\n  ".join(wrong)


def _value(rng: random.Random, x: np.ndarray, index: Any) -> Any:
    """What to assign: of the shape that is there, or one that broadcasts, or one that doesn't."""
    try:
        shape = np.shape(x[index])
    except (IndexError, ValueError, TypeError):
        shape = ()
    kind = rng.random()
    if kind < 0.3:
        return rng.choice((7, -1.5, True))
    if kind < 0.6:
        return (np.arange(np.prod(shape)) * 10.5).reshape(shape)
    if kind < 0.75:
        return np.full(shape[1:], 9)
    if kind < 0.85:
        return np.full((1, *shape), 9.0, "float32")
    if kind < 0.95:
        return np.full([1 if rng.random() < 0.5 else n for n in shape], 4)
    return np.zeros((2, 7))


def _assign(module: Any, x: Any, index: Any, value: Any) -> Any:
    if module is not np:
        return runtime.tensor_scatter_update(x, index, value)
    made = x.copy()
    made[index] = value
    return made


@pytest.mark.parametrize("group", range(GROUPS))
@pytest.mark.usefixtures("_limit")
def test_writes(group: int) -> None:
    wrong = []
    for x, index, rng in _cases(100 + group):
        value = _value(rng, x, index)
        with_tensors = to_tensors(index) if rng.random() < 0.5 else index
        how = compare(lambda m, x, i, v, t=with_tensors: _assign(m, x, i if m is np else t, v), x, index, value)
        if how is not None:
            wrong.append(f"{_shown(x, index)} = {value!r}\n    {how}")
    assert not wrong, f"{len(wrong)} differ:\n  " + "\n  ".join(wrong)


@pytest.mark.parametrize("group", range(2))
def test_under_a_trace(group: int) -> None:
    """All indices at once in one traced function: the array's values aren't known, those of the index are."""
    cases = []
    for x, index, rng in _cases(200 + group, EACH // 3):
        value = _value(rng, x, index)
        read = Outcome(lambda x=x, i=index: x[i])
        written = Outcome(lambda x=x, i=index, v=value: _assign(np, x, i, v))
        if read.error is None and written.error is None:
            cases.append((x, index, value, read.value, written.value))

    def every(arrays: list[Any]) -> list[Any]:
        return [
            (x[index], runtime.tensor_scatter_update(x, index, value))
            for x, (_, index, value, *_) in zip(arrays, cases, strict=True)
        ]

    made = tf.function(every, autograph=False)(to_tensors([x for x, *_ in cases]))
    wrong = []
    for (x, index, value, *want), have in zip(cases, made, strict=True):
        for left, right in zip(want, have, strict=True):
            how = compare(lambda m, a, b: a if m is np else b, np.asarray(left), np.asarray(right))
            if how is not None or np.asarray(left).dtype != np.asarray(right).dtype:
                wrong.append(f"{_shown(x, index)} = {value!r}\n    {how}")
    assert len(cases) > EACH / 10
    assert not wrong, f"{len(wrong)} differ:\n  " + "\n  ".join(wrong)


def _is_number(entry: Any) -> bool:
    return isinstance(entry, (int, np.integer, np.ndarray)) and not isinstance(entry, bool) and np.ndim(entry) == 0


def _traced(index: Any, parts: list[np.ndarray]) -> Any:
    """The index with its integers and arrays of integers taken out into `parts`; what makes it of tensors again."""
    if isinstance(index, tuple):
        entries = [_traced(entry, parts) for entry in index]
        return lambda tensors: tuple(entry(tensors) for entry in entries)
    array = np.asarray(index) if _is_number(index) or isinstance(index, (list, np.ndarray)) else np.array(None)
    if array.dtype.kind not in "iu":
        return lambda tensors: index
    parts.append(array)
    place = len(parts) - 1
    if type(index) is int:
        return lambda tensors: _jit._traced_number(int, tensors[place])
    return lambda tensors: tensors[place]


def _asked_of_a_trace(x: Any, index: Any, value: Any) -> Any:
    """What is read and written, or None where the trace would be given up."""
    try:
        return x[index] + 0, runtime.tensor_scatter_update(x, index, value) + 0
    except _base.NotCompilableError:
        return None


@pytest.mark.parametrize("xla", [False, True], ids=["graph", "XLA"])
@pytest.mark.parametrize("group", range(2))
def test_by_indices_that_only_the_run_knows(group: int, xla: bool) -> None:
    """As in `np.jit`: the integers and integer arrays of the index are arguments of the traced function."""
    cases: list[Any] = []
    parts: list[np.ndarray] = []
    for x, index, rng in _cases(300 + group, EACH // 3):
        if x.dtype == bool:
            continue
        value = _value(rng, x, index)
        want = Outcome(lambda x=x, i=index, v=value: (x[i] + 0, _assign(np, x, i, v) + 0))
        if want.error is None:
            cases.append((x, index, value, _traced(index, parts), want.value))

    def every(arrays: list[Any], tensors: list[Any]) -> Any:
        with _symbolic.tracing(xla), _symbolic.failures() as failed:
            made = [
                _asked_of_a_trace(x, again(tensors), value)
                for x, (_, _, value, again, _) in zip(arrays, cases, strict=True)
            ]
            flag = _symbolic.any_failed(failed)
        return [None if m is None or not all(isinstance(part, tf.Tensor) for part in m) else m for m in made], flag

    function = tf.function(every, autograph=False, jit_compile=xla)
    made, flag = function(to_tensors([x for x, *_ in cases]), to_tensors(parts))
    assert flag is None or not flag.numpy()
    wrong = []
    for (x, index, value, _, want), have in zip(cases, made, strict=True):
        for left, right in zip(want, have or want, strict=True):
            how = compare(lambda m, a, b: a if m is np else b, np.asarray(left), np.asarray(right))
            if how is not None:
                wrong.append(f"{_shown(x, index)} = {value!r}\n    {how}")
    assert sum(have is not None for have in made) > EACH / 10
    assert not wrong, f"{len(wrong)} differ:\n  " + "\n  ".join(wrong)
