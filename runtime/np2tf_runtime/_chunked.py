"""Slices between places that are read from arrays, `data[starts[i]:starts[i + 1]]`: reduced in chunks.

Such a slice is mostly far shorter than the array it is taken from: a row of a sparse matrix, the members of a group. As
a `BoundedSlice` each of them would cost a pass over the whole array. A `ChunkedSlice` is known by how a chunk of it is
computed; elementwise functions and index arrays make another one of it, and a reduction goes over as many chunks as
there are elements, in a loop of the compiled program. For everything else it is the `BoundedSlice` that it stands for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from . import _base, _symbolic
from ._base import NotCompilableError, Tensor, static_shape
from ._partial import BoundedSlice, PartialArray

_FIRST, _NEXT = 8, 128  # elements: most slices are short, and a long one needs few turns
_SHORTEST = 64  # of arrays: shorter ones are gone over whole
_SHORTEST_ON_GPU = 1 << 21  # a pass over as many takes about as long as one turn of a loop


def _sizes() -> tuple[int, int]:
    """How many elements the first chunk has, and how many the others."""
    return (4096, 1 << 18) if _base.has_gpu() else (_FIRST, _NEXT)


class ChunkedSlice(BoundedSlice):
    """The elements [low, high) of a vector.

    Parameters
    ----------
    low, high : int or symbolic integer
        Inside the vector. Where high < low there are no elements.
    chunk : callable
        From an integer tensor n and a size to so many elements from number n on, counted from `low`; those beyond the
        last are anything.
    whole : callable
        Makes the bounded slice.
    """

    __slots__ = ("_whole", "chunk", "high", "low", "make_whole", "sample")

    def __init__(
        self, low: Any, high: Any, chunk: Callable[[Any, int], tf.Tensor], make_whole: Callable[[], BoundedSlice]
    ) -> None:
        self.low, self.high, self.chunk, self.make_whole = low, high, chunk, make_whole
        first, _ = _sizes()
        self.sample = chunk(tf.constant(0), first)
        if static_shape(self.sample) != (first,):
            raise NotCompilableError("a slice that is not a vector")
        self._whole: BoundedSlice | None = None

    @property
    def whole(self) -> BoundedSlice:
        if self._whole is None:
            self._whole = self.make_whole()
        return self._whole

    @property
    def value(self) -> tf.Tensor:  # type: ignore[override]
        return self.whole.value

    @property
    def ranges(self) -> dict[int, tuple[Any, Any]]:  # type: ignore[override]
        return self.whole.ranges

    @property
    def dtype(self) -> Any:
        return self.sample.dtype

    @property
    def count(self) -> Any:
        return _symbolic.maximum(self.high - self.low, 0)

    @property
    def shape(self) -> tuple[Any, ...]:
        return (self.count,)

    def length(self, axis: int) -> Any:
        return self.count

    def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> Any:
        return mapped(lambda x: x.astype(dtype, *args, **kwargs), (self,))


def wanted(low: Any, high: Any, length: int) -> bool:
    """Whether the elements [low, high) of a vector should be gone over in chunks: the bounds come from arrays."""
    shortest = _SHORTEST_ON_GPU if _base.has_gpu() else _SHORTEST
    return length >= shortest and any(_symbolic.is_read(bound) for bound in (low, high))


def of_vector(vector: tf.Tensor, low: Any, high: Any, make_whole: Callable[[], BoundedSlice]) -> ChunkedSlice:
    """The elements [low, high) of a tensor."""
    last = tf.constant(static_shape(vector)[0] - 1)
    begin = _symbolic.index_tensor(low)

    def chunk(first: tf.Tensor, size: int) -> tf.Tensor:
        return tf.gather(vector, tf.minimum(begin + first + tf.range(size), last))

    return ChunkedSlice(low, high, chunk, make_whole)


def _counts(x: Any) -> bool:
    """Whether `x` is a scalar, that broadcasts to any chunk."""
    if isinstance(x, (PartialArray, Tensor, np.ndarray)):
        return not isinstance(x, PartialArray) and len(x.shape) == 0
    return True


def mapped(function: Callable[..., Any], operands: Any) -> Any:
    """`function`, which works element by element, of chunked slices and scalars; None for other operands."""
    first = next((x for x in operands if isinstance(x, ChunkedSlice)), None)
    if first is None or not all(isinstance(x, ChunkedSlice) or _counts(x) for x in operands):
        return None
    for x in operands:
        if isinstance(x, ChunkedSlice) and x is not first and _symbolic.same(x.count, first.count) is not True:
            return None
    return _derived(first, lambda values: function(*values), operands)


def gathered(source: tf.Tensor, indices: ChunkedSlice, make_whole: Callable[[], BoundedSlice]) -> ChunkedSlice | None:
    """`source[indices]`, of which the indices are known to be inside."""

    def chunk(first: tf.Tensor, size: int) -> tf.Tensor:
        return tf.gather(source, indices.chunk(first, size))

    try:
        return ChunkedSlice(indices.low, indices.high, chunk, make_whole)
    except NotCompilableError:
        return None


def _derived(first: ChunkedSlice, function: Callable[[list[Any]], Any], operands: Any) -> ChunkedSlice | None:
    def chunk(n: tf.Tensor, size: int) -> tf.Tensor:
        return function([x.chunk(n, size) if isinstance(x, ChunkedSlice) else x for x in operands])

    def make_whole() -> BoundedSlice:
        from ._partial import elementwise

        return elementwise(
            lambda *values: function(list(values)), *(x.whole if isinstance(x, ChunkedSlice) else x for x in operands)
        )

    with _symbolic.failures() as failed:
        made = None
        try:
            made = ChunkedSlice(first.low, first.high, chunk, make_whole)
        except (AttributeError, NotCompilableError):  # several results, say
            return None
    # What has to be checked is checked once, on the whole.
    return None if failed else made


def reduced(
    x: ChunkedSlice, neutral: Any, reduce: Callable[[tf.Tensor], tf.Tensor], combine: Callable[..., tf.Tensor]
) -> tf.Tensor | None:
    """All elements of `x` made one; None where a chunk can't be computed within a loop.

    Parameters
    ----------
    x : ChunkedSlice
    neutral : scalar
        What counts as nothing.
    reduce : callable
        Makes one element of a chunk.
    combine : callable
        Makes one of two.
    """
    count = x.count
    few, more = _sizes()
    total = _symbolic.index_tensor(count)
    _, most = _symbolic.bounds(count)

    def part(first: tf.Tensor, size: int) -> tf.Tensor:
        return reduce(tf.where(tf.range(size) < total - first, x.chunk(first, size), tf.constant(neutral, x.dtype)))

    def turn(first: tf.Tensor, found: tf.Tensor) -> list[tf.Tensor]:
        with _symbolic.failures() as failed:
            after = combine(found, part(first, more))
        if failed:
            raise _Checked
        return [first + more, after]

    try:
        # Most are short: the first chunk needs no loop.
        start = [tf.constant(few), part(tf.constant(0), few)]
        turns = None if most is None else max(-(-(most - few) // more), 0)
        going = lambda first, found: first < total  # noqa: E731
        return tf.while_loop(going, turn, start, parallel_iterations=1, maximum_iterations=turns)[1]
    except _Checked:
        return None


class _Checked(Exception):  # noqa: N818 - a signal within this module
    """A chunk has something to check in the run."""


def product(a: Any, b: Any) -> Any:
    """The sum of products of two chunked slices; None for other operands."""
    if not (isinstance(a, ChunkedSlice) and isinstance(b, ChunkedSlice)):
        return None
    import np2tf_runtime as public

    pairs = mapped(public.multiply, (a, b))
    if pairs is None:
        return None
    if pairs.dtype is tf.bool:
        return reduced(pairs, False, tf.reduce_any, tf.logical_or)
    return reduced(pairs, 0, tf.reduce_sum, tf.add)
