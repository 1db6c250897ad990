"""Reading and writing at places that are known only when the function runs.

Under XLA every shape is fixed, so `x[i, j]` and `x[i - 1 : i + 2]` are one dynamic slice, a write there one
dynamic-update-slice, and `x[:j]` a `BoundedSlice`, whose write is a select over the whole axis. `x[mask]` is a
`MaskedSelection`. In a graph what has a known size is done the same way, the rest by strided slices of unknown size.

An index is checked as NumPy checks it (see `_symbolic.position`); bounds of slices are clipped.

While a function is traced for XLA, a read of the element that was just stored gives the stored value, and a store that
is overwritten at the same place is dropped.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.eager import record as _record
from tensorflow.python.framework import ops as _ops
from tensorflow.python.framework.ops import get_default_graph
from tensorflow.python.ops.control_flow_v2_func_graphs import WhileBodyFuncGraph

from . import _base, _chunked, _hoisting, _index, _partial, _symbolic
from ._base import EagerTensor, NotCompilableError, Tensor, Weak, as_tensor, cast, static_shape
from ._chunked import ChunkedSlice
from ._partial import BoundedSlice, MaskedSelection, PartialArray, dynamic_slice
from ._symbolic import SymbolicInteger, compiled

# What a key means for one axis.
_AT, _WINDOW, _BOUNDED, _STRIDED = "at", "window", "bounded", "strided"


class _Axis:
    """One axis of a key: an index (`low`), a window of known `size` from `low` on, the elements in [low, high), or a
    static slice with a step.
    """

    __slots__ = ("high", "kind", "low", "reversed", "size", "slice")

    def __init__(self, kind: str, low: Any, size: int, high: Any = None) -> None:
        self.kind, self.low, self.size, self.high = kind, low, size, high
        self.reversed = False
        self.slice: slice | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.kind, _key(self.low), self.size, _key(self.high), self.reversed, str(self.slice))


def _key(x: Any) -> Any:
    return x.key if isinstance(x, SymbolicInteger) else x


def _is_traced(entry: Any) -> bool:
    return isinstance(entry, Weak) or (isinstance(entry, Tensor) and not isinstance(entry, EagerTensor))


def _entries(key: Any) -> tuple[Any, ...]:
    return key if isinstance(key, tuple) else (key,)


def concerns(key: Any) -> bool:
    """Whether a read by this key is a matter of this module: something in it is known only when the function runs."""
    for entry in _entries(key):
        if isinstance(entry, slice):
            if any(map(_is_traced, (entry.start, entry.stop, entry.step))):
                return True
        elif _is_traced(entry) or isinstance(entry, PartialArray):
            return True
        elif isinstance(entry, (list, EagerTensor, np.ndarray)) and _is_mask(entry):
            return compiled()
    return False


def _is_mask(entry: Any) -> bool:
    return isinstance(entry, (Tensor, np.ndarray)) and entry.dtype in (tf.bool, np.bool_) and entry.ndim > 0


def _is_array(entry: Any) -> bool:
    """Whether an entry is an index array (or a mask), and not an integer."""
    if entry is None or entry is Ellipsis or isinstance(entry, slice):
        return False
    if isinstance(entry, PartialArray):
        return True
    if isinstance(entry, (bool, np.bool_)):
        return True
    return _symbolic.as_integer(entry) is None and _index._as_int(entry) is None


# -------------------------------------------------------------------------------------------------------------- parsing


def _parse(shape: tuple[int | None, ...], key: Any) -> list[_Axis | None]:
    """An entry for each axis of the array, and None for each new axis. Raises NumPy's errors, now."""
    given = _entries(key)
    consumed = sum(entry is not None and entry is not Ellipsis for entry in given)
    if sum(entry is Ellipsis for entry in given) > 1:
        raise IndexError("an index can only have a single ellipsis ('...')")
    if consumed > len(shape):
        raise IndexError(f"too many indices for array: array is {len(shape)}-dimensional, but {consumed} were indexed")
    if None in shape:
        raise NotCompilableError("an array of unknown length")
    if not any(entry is Ellipsis for entry in given):
        given = (*given, Ellipsis)
    axes: list[_Axis | None] = []
    axis = 0
    for entry in given:
        if entry is None:
            axes.append(None)
        elif entry is Ellipsis:
            axes.extend(_Axis(_WINDOW, 0, length) for length in shape[axis : axis + len(shape) - consumed])
            axis += len(shape) - consumed
        else:
            axes.append(_axis(entry, shape[axis], axis))
            axis += 1
    return axes


def _axis(entry: Any, length: int, axis: int) -> _Axis:
    if not isinstance(entry, slice):
        index = _symbolic.as_integer(entry)
        if index is None:
            index = _index._as_int(entry)
        if isinstance(index, int):
            return _Axis(_AT, _index._checked(index, length, axis), 1)
        return _Axis(_AT, _symbolic.position(index, length, axis), 1)
    start, stop, step = (_slice_bound(bound) for bound in (entry.start, entry.stop, entry.step))
    if isinstance(step, SymbolicInteger):
        raise NotCompilableError("a slice with a step known only when the function runs")
    if step == 0:
        raise ValueError("slice step cannot be zero")
    step = 1 if step is None else step
    if not isinstance(start, SymbolicInteger) and not isinstance(stop, SymbolicInteger):
        return _static_axis(slice(start, stop, step), length)
    if step == 1:
        low = 0 if start is None else _symbolic.clipped(start, length)
        high = length if stop is None else _symbolic.clipped(stop, length)
        return _bounded_axis(low, high, length)
    if step == -1:
        # Backwards from `start` to one above `stop`: the elements from stop + 1 to start, turned around.
        high = length if start is None else _descending_bound(start, length) + 1
        low = 0 if stop is None else _descending_bound(stop, length) + 1
        made = _bounded_axis(low, high, length)
        made.reversed = True
        return made
    raise NotCompilableError("a slice with a step whose bounds are known only when the function runs")


def _slice_bound(bound: Any) -> Any:
    if bound is None or type(bound) is int:
        return bound
    found = _symbolic.as_integer(bound)
    return found if found is not None else _index._bound(bound)


def _descending_bound(bound: Any, length: int) -> Any:
    """A bound of a slice with step -1, as NumPy clips it: to [-1, length - 1]."""
    return _symbolic.minimum(_symbolic.maximum(_symbolic.wrapped(bound, length), -1), length - 1)


def _static_axis(entry: slice, length: int) -> _Axis:
    start, stop, step = entry.indices(length)
    count = len(range(start, stop, step))
    if step == 1 or count == 0:
        return _Axis(_WINDOW, min(start, length), count)
    if step == -1:
        made = _Axis(_WINDOW, start - count + 1, count)
        made.reversed = True
        return made
    made = _Axis(_STRIDED, 0, length)
    made.slice = slice(start, stop if stop >= 0 else None, step)
    return made


def _bounded_axis(low: Any, high: Any, length: int) -> _Axis:
    size = high - low
    if isinstance(size, int):
        return _Axis(_WINDOW, low, max(size, 0)) if size > 0 else _Axis(_WINDOW, 0, 0)
    return _Axis(_BOUNDED, low, length, high)


def _lengths(axes: list[_Axis | None]) -> list[int]:
    """The lengths of what is read, integers left out; of bounded axes the whole axis."""
    return [1 if a is None else len(range(*a.slice.indices(a.size))) if a.slice else a.size for a in _kept(axes)]


def _kept(axes: list[_Axis | None]) -> list[_Axis | None]:
    return [a for a in axes if a is None or a.kind != _AT]


def _ranges(axes: list[_Axis | None]) -> dict[int, tuple[Any, Any]]:
    return {n: (a.low, a.high) for n, a in enumerate(_kept(axes)) if a is not None and a.kind == _BOUNDED}


def _block(axes: list[_Axis | None]) -> tuple[list[Any], list[int]]:
    """Where the dynamic slice of a key starts, and its size."""
    real = [a for a in axes if a is not None]
    return [0 if a.kind == _BOUNDED else a.low for a in real], [a.size for a in real]


def _plain(key: Any) -> Any:
    """The key with tensors for symbolic integers: for strided slices of unknown size."""
    if isinstance(key, tuple):
        return tuple(map(_plain, key))
    if isinstance(key, slice):
        return slice(*map(_plain, (key.start, key.stop, key.step)))
    return key.as_tensor(tf.int64) if isinstance(key, Weak) else key


# -------------------------------------------------------------------------------------------------------------- reading


def getitem(x: tf.Tensor, key: Any) -> Any:
    """`x[key]` where `concerns(key)`: a tensor or a partial array."""
    if any(map(_is_array, _entries(key))):
        return _get_by_arrays(x, key)
    axes = _parse(static_shape(x), key)
    if not compiled() and any(a is not None and a.kind == _BOUNDED for a in axes):
        return _index.getitem_plain(x, _plain(key))
    stored = _stored_at(x, axes)
    return stored if stored is not None else _read(x, axes)


def _read(x: tf.Tensor, axes: list[_Axis | None]) -> Any:
    lengths = _lengths(axes)
    if 0 in lengths:
        return tf.zeros(lengths, x.dtype)
    kept = _kept(axes)
    if len(kept) == 1 and kept[0] is not None and kept[0].kind == _BOUNDED and not kept[0].reversed:
        low, high = kept[0].low, kept[0].high
        if _chunked.wanted(low, high, lengths[0]):
            vector = _read(x, [_Axis(_WINDOW, 0, lengths[0]) if a is kept[0] else a for a in axes])
            return _chunked.of_vector(vector, low, high, lambda: BoundedSlice(vector, {0: (low, high)}))
    value = dynamic_slice(x, *_block(axes))
    _note_read(x, axes, value)
    if any(a is not None and a.slice for a in axes):
        value = _index.getitem_plain(value, tuple(a.slice or slice(None) for a in axes if a is not None))
    if list(static_shape(value)) != lengths:
        value = _base.reshape(value, tuple(lengths))
    ranges = _ranges(axes)
    if len(axes) == 2 and len(lengths) == 1 and not ranges:
        _note_line(value, x, axes)
    result = BoundedSlice(value, ranges, _taken(x, axes)) if ranges else value
    for axis, a in enumerate(_kept(axes)):
        if a is not None and a.reversed:
            result = result.reversed(axis) if ranges else tf.reverse(result, [axis])
    return result


def _taken(x: tf.Tensor, axes: list[_Axis | None]) -> Callable[[tf.Tensor, int], tf.Tensor] | None:
    """How elements of a vector of bounded length are read from `x`; None where a key leaves more axes."""
    if (
        not compiled()
        or None in axes
        or sorted(a.kind for a in axes if a is not None) != sorted([_BOUNDED, *[_AT] * (len(axes) - 1)])
    ):
        return None

    def take(n: tf.Tensor, size: int) -> tf.Tensor:
        starts = [_symbolic.index_tensor(a.low) + (n if a.kind == _BOUNDED else 0) for a in axes if a is not None]
        sizes = [size if a.kind == _BOUNDED else 1 for a in axes if a is not None]
        found = _partial._xla().xla_dynamic_slice(x, tf.stack(starts), _base.constant(sizes, tf.int32))
        return tf.reshape(found, [size])

    return take


def _note_line(value: tf.Tensor, x: tf.Tensor, axes: list[_Axis | None]) -> None:
    """Tell `_hoisting` of a row or a column of a matrix."""
    for axis, (at, along) in enumerate((axes, axes[::-1])):
        if at is None or along is None or (at.kind, along.kind) != (_AT, _WINDOW):
            continue
        if along.low == 0 and along.size == static_shape(x)[1 - axis]:
            _hoisting.note_line(value, x, axis, at.low)


def getitem_bounded(x: BoundedSlice, key: Any) -> Any:
    """`x[key]` of a bounded slice: integers, slices and new axes."""
    entries = _entries(key)
    ndim = len(static_shape(x.value))
    taken = sum(entry is not None and entry is not Ellipsis for entry in entries)
    if taken > ndim:
        raise IndexError(f"too many indices for array: array is {ndim}-dimensional, but {taken} were indexed")
    if any(map(_is_array, entries)):
        raise NotCompilableError("an index array for an array whose length is known only when the function runs")
    if not any(entry is Ellipsis for entry in entries):
        entries = (*entries, Ellipsis)
    axes: list[_Axis | None] = []
    axis = 0
    for entry in entries:
        if entry is None:
            axes.append(None)
        elif entry is Ellipsis:
            for _ in range(ndim - taken):
                axes.append(_axis_of_bounded(x, slice(None), axis))
                axis += 1
        else:
            axes.append(_axis_of_bounded(x, entry, axis))
            axis += 1
    return _read(x.value, axes)


def _axis_of_bounded(x: BoundedSlice, entry: Any, axis: int) -> _Axis:
    whole = static_shape(x.value)[axis]
    if axis not in x.ranges:
        return _axis(entry, whole, axis)
    low, high = x.ranges[axis]
    length = x.length(axis)
    if not isinstance(entry, slice):
        index = _symbolic.as_integer(entry)
        if index is None:
            index = _index._as_int(entry)
        index = _symbolic.wrapped(index, length)
        _symbolic.require(index >= 0, f"index out of bounds for axis {axis}")
        _symbolic.require(index < length, f"index out of bounds for axis {axis}")
        return _Axis(_AT, low + index, 1)
    start, stop, step = (_slice_bound(bound) for bound in (entry.start, entry.stop, entry.step))
    if step == -1 and start is None and stop is None:
        made = _Axis(_BOUNDED, low, whole, high)
        made.reversed = True
        return made
    if step not in (None, 1):
        raise NotCompilableError("a slice with a step of an array whose length is known only when the function runs")
    first = low if start is None else low + _symbolic.clipped(start, length)
    last = high if stop is None else low + _symbolic.clipped(stop, length)
    if start is None and stop is not None:
        # Where the array is empty, `low` may lie above `high`.
        last = _symbolic.minimum(last, high)
    return _Axis(_BOUNDED, first, whole, last)


def _get_by_arrays(x: tf.Tensor, key: Any) -> Any:
    entries = _entries(key)
    arrays = [entry for entry in entries if _is_array(entry)]
    if compiled() and any(map(_is_mask, arrays)):
        return _select(x, entries)
    if not any(isinstance(entry, PartialArray) for entry in arrays):
        return _index.getitem_plain(x, _plain(key))
    if any(isinstance(entry, MaskedSelection) for entry in arrays):
        places, first = _places(x, entries)
        flat = places.flat()
        return first.with_value(
            tf.gather(tf.reshape(x, [-1]), tf.where(first.chosen, flat, tf.constant(0, flat.dtype)))
        )
    if len(arrays) > 1 or not isinstance(arrays[0], BoundedSlice) or any(isinstance(e, (Weak, int)) for e in entries):
        raise NotCompilableError("several index arrays of which one has a length known only when the function runs")
    axis = next(n for n, entry in enumerate(entries) if isinstance(entry, BoundedSlice))
    if any(entry is None or entry is Ellipsis for entry in entries):
        raise NotCompilableError("new axes beside an index array whose length is known only when the function runs")
    indices = arrays[0]
    if isinstance(indices, ChunkedSlice) and _base.rank(x) == 1:
        found = _gathered_in_chunks(x, indices)
        if found is not None:
            return found
    length = static_shape(x)[axis]
    values = cast(indices.value, tf.int64)
    values = tf.where(values < 0, values + length, values)
    inside = tf.logical_and(values >= 0, values < length)
    _symbolic.require(tf.reduce_all(tf.logical_or(inside, tf.logical_not(indices.mask()))), "an index is out of bounds")
    # Where nothing counts any place will do.
    values = tf.clip_by_value(values, tf.constant(0, tf.int64), tf.constant(length - 1, tf.int64))
    rest = tuple(slice(None) if n == axis else entry for n, entry in enumerate(entries))
    source = x if all(map(_index._is_full, rest)) else _base_getitem(x, rest)
    if not isinstance(source, Tensor):
        raise NotCompilableError("an index array beside a slice whose length is known only when the function runs")
    result = tf.gather(source, values, axis=axis)
    return BoundedSlice(result, {a + axis: bounds for a, bounds in indices.ranges.items()})


def _places(x: tf.Tensor, entries: tuple[Any, ...]) -> tuple[_Places, MaskedSelection]:
    """The places that a key of selections by one mask names, one for each axis, checked where the mask is True; and one
    of the selections.
    """
    shape, first = static_shape(x), entries[0]
    if len(entries) != len(shape) or 0 in shape or not isinstance(first, MaskedSelection):
        raise NotCompilableError("a selection by a mask beside other indices")
    for entry in entries:
        if not first.is_beside(entry) or _base.rank(entry.value) != first.depth or not entry.dtype.is_integer:
            raise NotCompilableError("a selection by a mask beside other indices")
    places = _Places([entry.value for entry in entries], shape, first.chosen)
    _symbolic.require(places.all_chosen(places.inside, places.always_inside), "an index is out of bounds")
    return places, first


class _Places:
    """Places in the flat array of a shape, given by an index array for each axis, of which the `chosen` count.

    The index arrays of a loop that only makes them shorter are the same in all turns: whether every place is inside,
    and whether each is the element's own, is found out once, before the loop. Only where that isn't so does a turn look
    at those that are chosen then.
    """

    def __init__(self, indices: list[tf.Tensor], shape: tuple[Any, ...], chosen: tf.Tensor) -> None:
        self.indices, self.shape, self.chosen = indices, shape, chosen
        found = _hoisting.before_the_loop(("places", shape), indices, self._found_out)
        self.always_inside, self.always_in_place = (None, None) if found is None else found

    def _found_out(self) -> list[Any]:
        """True of what is sure now, as of places that are computed from nothing but constants; else tensors."""
        found = [tf.reduce_all(self.inside()), tf.reduce_all(self.in_place())]
        return [True if _symbolic.surely(x) else x for x in found]

    def _wrapped(self) -> list[tf.Tensor]:
        values = [cast(index, tf.int64) for index in self.indices]
        return [
            tf.where(value < 0, value + tf.constant(length, tf.int64), value)
            for value, length in zip(values, self.shape, strict=True)
        ]

    def inside(self) -> tf.Tensor:
        """Whether each place is one of the array."""
        found = [
            tf.logical_and(value >= 0, value < length)
            for value, length in zip(self._wrapped(), self.shape, strict=True)
        ]
        return functools.reduce(tf.logical_and, found)

    def flat(self) -> tf.Tensor:
        """The place of each element, in the fewest bits that do."""
        flat = tf.constant(0, tf.int64)
        for value, length in zip(self._wrapped(), self.shape, strict=True):
            flat = flat * length + value
        return cast(flat, tf.int32) if math.prod(self.shape) < 2**31 - 1 else flat

    def in_place(self) -> tf.Tensor:
        """Whether each element's place is where it stands itself."""
        flat = self.flat()
        return tf.equal(flat, tf.reshape(tf.range(math.prod(flat.shape), dtype=flat.dtype), flat.shape))

    def all_chosen(self, each: Callable[[], tf.Tensor], always: Any) -> Any:
        """Whether `each` holds of all places that are chosen; it does where it `always` does."""
        if always is True:
            return True

        def now() -> tf.Tensor:
            return tf.reduce_all(tf.logical_or(each(), tf.logical_not(self.chosen)))

        return tf.cond(always, lambda: tf.constant(True), now) if isinstance(always, Tensor) else now()


def _gathered_in_chunks(x: tf.Tensor, indices: ChunkedSlice) -> ChunkedSlice | None:
    length = static_shape(x)[0]

    def inside(values: tf.Tensor) -> tf.Tensor:
        values = cast(values, tf.int64)
        return tf.logical_and(values >= tf.constant(-length, values.dtype), values < tf.constant(length, values.dtype))

    def wrapped(values: tf.Tensor) -> tf.Tensor:
        values = cast(values, tf.int64)
        shifted = tf.where(values < tf.constant(0, values.dtype), values + tf.constant(length, values.dtype), values)
        return tf.clip_by_value(shifted, tf.constant(0, values.dtype), tf.constant(length - 1, values.dtype))

    if not length or not indices.dtype.is_integer:
        return None
    checks = _chunked.mapped(inside, (indices,))
    every = None if checks is None else _chunked.reduced(checks, True, tf.reduce_all, tf.logical_and)
    places = _chunked.mapped(wrapped, (indices,))
    if every is None or places is None:
        return None
    _symbolic.require(every, "an index is out of bounds")
    return _chunked.gathered(x, places, lambda: _base_gather(x, places.whole))


def _base_gather(x: tf.Tensor, places: BoundedSlice) -> BoundedSlice:
    return BoundedSlice(tf.gather(x, places.value), places.ranges)


def _base_getitem(x: tf.Tensor, key: Any) -> Any:
    return getitem(x, key) if concerns(key) else _index.getitem_plain(x, key)


def _select(x: tf.Tensor, entries: tuple[Any, ...]) -> MaskedSelection:
    if len(entries) != 1:
        raise NotCompilableError("a mask beside other indices")
    mask = as_tensor(entries[0])
    if static_shape(mask) != static_shape(x)[: _base.rank(mask)]:
        raise NotCompilableError("a mask of another shape")
    if _record.could_possibly_record() and (x.dtype.is_floating or x.dtype.is_complex):
        x = _one_instead(x, mask)
    return MaskedSelection(x, mask)


def _one_instead(x: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
    """`x` with one of the elements chosen in the place of all that aren't: where those are NaN, or become infinite,
    a gradient of 0 would become NaN.
    """
    shape, size = static_shape(x), math.prod(static_shape(mask))
    if not size:
        return x
    first = tf.argmax(tf.cast(tf.reshape(mask, [-1]), tf.int32))
    one = tf.stop_gradient(tf.gather(tf.reshape(x, [size, *shape[_base.rank(mask) :]]), first))
    return tf.where(tf.reshape(mask, [*static_shape(mask), *[1] * (len(shape) - _base.rank(mask))]), x, one)


# -------------------------------------------------------------------------------------------------------------- writing


def setitem(x: tf.Tensor, key: Any, value: Any) -> tf.Tensor | None:
    """What `x[key] = value` leaves, by the means of this module; None where `_index` should do it."""
    entries = _entries(key)
    if any(map(_is_array, entries)):
        return _set_by_arrays(x, entries, value)
    if not compiled() and not concerns(key):
        return None
    axes = _parse(static_shape(x), key)
    if not compiled() and any(a is not None and a.kind == _BOUNDED for a in axes):
        return _index.tensor_scatter_update_plain(x, _plain(key), value)
    if isinstance(value, MaskedSelection):
        raise NotCompilableError("a selection by a mask, stored in a slice")
    listed = isinstance(value, (list, tuple))
    value = value.with_value(cast(value.value, x.dtype)) if isinstance(value, BoundedSlice) else _assigned(value, x)
    if listed:
        _index._refuse_deep(value, tuple(_lengths(axes)))
    base = _base_of_overwritten(x, axes)
    result, stored = _write(base, axes, value)
    if result is not base and stored is not None:
        _remember(result, base, axes, stored)
    return result


def _assigned(value: Any, x: tf.Tensor) -> tf.Tensor:
    if isinstance(value, Weak):
        if value.kind is complex and not x.dtype.is_complex:
            raise NotCompilableError("a complex number assigned to real numbers")
        return value.as_tensor(x.dtype)
    return _index.assigned(value, x.dtype)


def _write(x: tf.Tensor, axes: list[_Axis | None], value: Any) -> tuple[tf.Tensor, tf.Tensor | None]:
    """The tensor after the write, and what a read at the same place would give (None if it isn't known)."""
    lengths = _lengths(axes)
    bounded = any(a is not None and a.kind == _BOUNDED for a in axes)
    if bounded or isinstance(value, BoundedSlice):
        return _write_bounded(x, axes, value, lengths), None
    if not lengths and _base.rank(value):
        raise ValueError("setting an array element with a sequence.")
    value = _index._fit(value, tuple(lengths))
    if 0 in lengths:
        return _base_identity(x), None
    turned = _turned(value, axes)
    starts, sizes = _block(axes)
    if any(a is not None and a.slice for a in axes):
        block = dynamic_slice(x, starts, sizes)
        inner = tuple(a.slice or slice(None) for a in axes if a is not None)
        lengths = [len(range(*a.slice.indices(a.size))) if a.slice else a.size for a in axes if a is not None]
        turned = _index.tensor_scatter_update_plain(block, inner, _base.reshape(turned, tuple(lengths)))
    return _update(x, turned, starts, sizes), value


def _base_identity(x: tf.Tensor) -> tf.Tensor:
    return tf.identity(x)


def _turned(value: tf.Tensor, axes: list[_Axis | None]) -> tf.Tensor:
    turned = [n for n, a in enumerate(_kept(axes)) if a is not None and a.reversed]
    return tf.reverse(value, turned) if turned else value


def _update(x: tf.Tensor, block: tf.Tensor, starts: list[Any], sizes: list[int]) -> tf.Tensor:
    if list(static_shape(block)) != sizes:
        block = _base.reshape(block, tuple(sizes))
    if sizes == list(static_shape(x)):
        return tf.identity(block)
    if compiled():
        where = tf.stack([_symbolic.index_tensor(start) for start in starts])

        def store(x: tf.Tensor) -> tf.Tensor:
            return _partial._xla().xla_dynamic_update_slice(x, block, where)

        if isinstance(x, EagerTensor) or isinstance(block, EagerTensor) or set(sizes) == {1}:
            return store(x)
        graph = get_default_graph()
        x, block = _within(x, graph), _within(block, graph)
        return _apart(x, store) if _is_made_of(block, _origin(x)) else store(x)
    begin = tf.stack([_symbolic.index_tensor(start, tf.int64) for start in starts])
    end = begin + tf.constant(sizes, tf.int64)
    return tf.raw_ops.TensorStridedSliceUpdate(input=x, begin=begin, end=end, strides=tf.ones_like(begin), value=block)


_AS_IT_IS = frozenset(("Const", "Fill", "XlaDynamicUpdateSlice", "XlaOptimizationBarrier"))
_FAR = 500  # operations


def _apart(x: tf.Tensor, store: Callable[[tf.Tensor], tf.Tensor]) -> tf.Tensor:
    """`store(x)` of what was computed from `x`, between barriers. So is what has read `x` so far.

    XLA moves a store over a change of shape beside it, and slices as well. Then it no longer sees that the store reads
    what it writes (`y = m[i]; y[1:] = y[:-1]`), and makes it in place, one element after the other.
    """
    origin = _origin(x)
    if origin.op.type not in _AS_IT_IS:
        users = origin.consumers()
        held = _barrier(origin)
        for user in users:
            for n, operand in enumerate(user.inputs):
                if operand is origin:
                    user._update_input(n, held)
        x = held if x is origin else x
    return _barrier(store(x))


def _origin(x: tf.Tensor) -> tf.Tensor:
    """What `x` is a copy of."""
    while x.op.type == "Identity":
        x = x.op.inputs[0]
    return x


def _barrier(x: tf.Tensor) -> tf.Tensor:
    held: tf.Tensor = _partial._xla().xla_optimization_barrier([x])[0]
    return held


def _is_made_of(block: tf.Tensor, x: tf.Tensor) -> bool:
    """Whether a tensor was, or may have been, computed from another one of its graph."""
    pending, seen = [block], {id(x.op)}
    while pending and len(seen) < _FAR:
        tensor = pending.pop()
        if tensor is x:
            return True
        if id(tensor.op) not in seen:
            seen.add(id(tensor.op))
            pending += tensor.op.inputs
    return bool(pending)


def _store_of(x: tf.Tensor) -> Any:
    """The store that made `x`, if it was one."""
    op = x.op.inputs[0].op if x.op.type == "XlaOptimizationBarrier" else x.op
    return op if op.type == "XlaDynamicUpdateSlice" else None


def _write_bounded(x: tf.Tensor, axes: list[_Axis | None], value: Any, lengths: list[int]) -> tf.Tensor:
    if any(a is not None and a.slice for a in axes):
        raise NotCompilableError("a step beside a slice whose length is known only when the function runs")
    if 0 in lengths:
        return tf.identity(x)
    starts, sizes = _block(axes)
    ranges = _ranges(axes)
    ndim = len(lengths)
    if isinstance(value, BoundedSlice):
        value = _without_leading_ones(value, ndim)
    offset = ndim - _partial._ndim(value)
    if offset < 0:
        value = _index._fit(value, tuple(static_shape(value)[-ndim:] if ndim else ()))
        offset = 0
    kept = _kept(axes)
    for axis, a in enumerate(kept):
        if axis < offset:
            continue
        low, high = ranges.get(axis, (0, lengths[axis]))
        if a is not None and a.reversed:
            value = _reversed_value(value, axis - offset)
        if axis in ranges or (isinstance(value, BoundedSlice) and axis - offset in value.ranges):
            value = _partial.in_frame(value, axis - offset, low, high, lengths[axis])
    plain = _index._fit(value.value if isinstance(value, BoundedSlice) else value, tuple(lengths))
    mask = BoundedSlice(plain, ranges).mask()

    def blended(x: tf.Tensor) -> tf.Tensor:
        old = dynamic_slice(x, starts, sizes)
        old = _base.reshape(old, tuple(lengths)) if list(static_shape(old)) != lengths else old
        return _update(x, tf.where(mask, plain, old), starts, sizes)

    return _apart_from_store(blended, x, ranges) if _is_fresh_store(x) and ranges else blended(x)


_LARGE = 1 << 14


def _is_fresh_store(x: tf.Tensor) -> bool:
    """Whether XLA would fuse the store that made `x` with a read of it, and make the next store to a copy. On a GPU a
    copy is cheaper than the loop that keeps them apart.
    """
    return (
        compiled()
        and not _base.has_gpu()
        and not isinstance(x, EagerTensor)
        and _store_of(x) is not None
        and isinstance(x.graph, WhileBodyFuncGraph)
        and math.prod(static_shape(x)) >= _LARGE
        and not _record.could_possibly_record()
    )


def _apart_from_store(store: Callable[[tf.Tensor], tf.Tensor], x: tf.Tensor, ranges: dict[int, Any]) -> tf.Tensor:
    """`store(x)` within a loop of one turn, beyond which XLA does not fuse: its count must not be known to XLA."""
    inside = next(b for pair in ranges.values() for b in pair if isinstance(b, SymbolicInteger))
    once = tf.minimum(_symbolic.index_tensor(inside) + 1, 1)  # a place in an axis is at least 0
    return tf.while_loop(
        lambda n, _: n < once,
        lambda n, x: (n + 1, store(x)),
        [tf.constant(0), x],
        parallel_iterations=1,
    )[1]


def _without_leading_ones(value: BoundedSlice, ndim: int) -> BoundedSlice:
    while len(static_shape(value.value)) > ndim:
        if static_shape(value.value)[0] != 1 or 0 in value.ranges:
            raise NotCompilableError("an assignment of more dimensions")
        value = BoundedSlice(tf.squeeze(value.value, 0), {axis - 1: bounds for axis, bounds in value.ranges.items()})
    return value


def _reversed_value(value: Any, axis: int) -> Any:
    if isinstance(value, BoundedSlice):
        return value.reversed(axis)
    return tf.reverse(value, [axis])


def _set_by_arrays(x: tf.Tensor, entries: tuple[Any, ...], value: Any) -> tf.Tensor | None:
    if isinstance(value, MaskedSelection) and not isinstance(entries[0], MaskedSelection):
        selection = _select(x, entries)
        if not _symbolic.same_tensor(selection.chosen, value.chosen) or _base.rank(value.value) != _base.rank(x):
            raise NotCompilableError("a selection by a mask, stored by another mask")
        return tf.where(selection.mask(), _cast_selection(value, x), x)
    if any(isinstance(entry, MaskedSelection) for entry in entries):
        return _set_at_selections(x, entries, value)
    if isinstance(value, BoundedSlice) or any(isinstance(entry, PartialArray) for entry in entries):
        raise NotCompilableError("a store by index arrays whose length is known only when the function runs")
    if compiled() and any(map(_is_mask, entries)):
        value = _assigned(value, x)
        mask_rank = _base.rank(as_tensor(entries[0]))
        if len(entries) > 1 or _base.rank(value) > _base.rank(x) - mask_rank:
            raise NotCompilableError("as many values as a mask chooses")
        return None
    if any(isinstance(entry, Weak) for entry in entries):
        return _index.tensor_scatter_update_plain(x, _plain(tuple(entries)), value)
    return None


def _set_at_selections(x: tf.Tensor, entries: tuple[Any, ...], value: Any) -> tf.Tensor:
    """`x[rows[mask], columns[mask]] = value`: what isn't selected is stored beyond the end: XLA drops it."""
    places, first = _places(x, entries)
    if isinstance(value, BoundedSlice) or (not isinstance(value, MaskedSelection) and _partial._ndim(value)):
        raise NotCompilableError("an array stored at a selection by a mask")
    stored = _selected_value(first, value, x)
    size, shape = math.prod(static_shape(x)), static_shape(x)
    chosen = tf.reshape(first.chosen, [-1])

    # Each way computes what it needs within its branch: what XLA computes before is computed whichever is taken.
    def scattered() -> tf.Tensor:
        # Where nothing is stored the gradient is none, too.
        values = tf.reshape(tf.where(first.chosen, stored, tf.zeros((), x.dtype)), [-1])
        flat = tf.reshape(places.flat(), [-1])
        flat = tf.where(chosen, flat, tf.constant(size, flat.dtype))
        return tf.reshape(_index.scatter(tf.reshape(x, [-1]), tf.expand_dims(flat, 1), values), shape)

    def chosen_from() -> tf.Tensor:
        values = tf.reshape(tf.broadcast_to(stored, static_shape(first.chosen)), shape)
        return tf.where(tf.reshape(chosen, shape), values, x)

    if static_shape(chosen) != (size,):
        return scattered()
    # Mostly the places are those that the elements had in an array of that size, and the store is a choice.
    in_place = places.all_chosen(places.in_place, places.always_in_place)
    return chosen_from() if in_place is True else tf.cond(in_place, chosen_from, scattered)


def _selected_value(target: MaskedSelection, value: Any, x: Any) -> tf.Tensor:
    """What is assigned to the elements of a selection, in the dtype of `x`: a tensor of the selection's shape, or one
    that broadcasts to it.
    """
    if not isinstance(value, MaskedSelection):
        return _assigned(value, x)
    if not target.is_beside(value) or _base.rank(value.value) != _base.rank(target.value):
        raise NotCompilableError("a selection by a mask, stored by another mask")
    return _cast_selection(value, x)


def _cast_selection(value: MaskedSelection, x: Any) -> tf.Tensor:
    if value.dtype.is_complex and not x.dtype.is_complex:
        raise NotCompilableError("complex numbers assigned to real numbers")
    return cast(value.value, x.dtype)


def renewed(x: MaskedSelection, key: Any, value: Any) -> MaskedSelection:
    """What `x[:] = value` leaves of a selection by a mask."""
    if not (key is Ellipsis or _index._is_full(key)):
        raise NotCompilableError("a store to a selection by a mask")
    if isinstance(value, BoundedSlice) or (not isinstance(value, MaskedSelection) and _partial._ndim(value)):
        raise NotCompilableError("an array stored to a selection by a mask")
    return x.with_value(tf.broadcast_to(_selected_value(x, value, x), static_shape(x.value)))


# ---------------------------------------------------------------------------------------- stores that a trace remembers


class _Store:
    """What was stored where. Holds the tensors, so that no other one takes their identity."""

    __slots__ = ("again", "axes", "base", "key", "reads", "tensor", "value")

    def __init__(self, tensor: tf.Tensor, base: tf.Tensor, axes: list[_Axis | None], value: tf.Tensor) -> None:
        self.tensor, self.base, self.axes, self.value = tensor, base, axes, value
        self.key = _place(axes)
        self.reads: list[tf.Operation] = []  # of other places than the one stored to
        self.again: list[tf.Operation] = []  # of that place


def _place(axes: list[_Axis | None]) -> tuple[Any, ...]:
    return tuple(None if a is None else a.key for a in axes)


def _remember(x: tf.Tensor, base: tf.Tensor, axes: list[_Axis | None], value: tf.Tensor) -> None:
    if compiled() and not isinstance(x, EagerTensor):
        _symbolic.trace.stores[id(x)] = _Store(x, base, axes, value)


def _stored_at(x: tf.Tensor, axes: list[_Axis | None]) -> tf.Tensor | None:
    store = _symbolic.trace.stores.get(id(x)) if compiled() else None
    # Only single elements: XLA computes a longer value once for the store and again for each read, and keeps copies of
    # what it is computed from.
    if store is None or math.prod(static_shape(store.value)) != 1:
        return None
    return store.value if store.key == _place(axes) else None


def stored_at(x: tf.Tensor, key: Any) -> tf.Tensor | None:
    """What was just stored at a static key, if anything."""
    if not _symbolic.trace.stores or id(x) not in _symbolic.trace.stores or any(map(_is_array, _entries(key))):
        return None
    return _stored_at(x, _parse(static_shape(x), key))


def _note_read(x: tf.Tensor, axes: list[_Axis | None], value: tf.Tensor) -> None:
    store = _symbolic.trace.stores.get(id(x)) if compiled() else None
    if store is None or value is x or value.op.type not in ("Slice", "XlaDynamicSlice"):
        return
    if store.key == _place(axes):
        store.again.append(value.op)
    elif _are_apart(store.axes, axes):
        store.reads.append(value.op)


def _are_apart(some: list[_Axis | None], others: list[_Axis | None]) -> bool:
    """Whether two keys of one array surely name different elements."""
    pairs = zip((a for a in some if a is not None), (a for a in others if a is not None), strict=True)
    return any(not a.slice and not b.slice and (_is_below(a, b) or _is_below(b, a)) for a, b in pairs)


def _is_below(a: _Axis, b: _Axis) -> bool:
    end = a.high if a.kind == _BOUNDED else a.low + a.size
    return _symbolic.nonnegative(b.low - end) is True


def _base_of_overwritten(x: tf.Tensor, axes: list[_Axis | None]) -> tf.Tensor:
    """What a store that overwrites the last one may start from. Were both stores kept, one of them would be to a copy:
    so what was read in between is the value that was stored, or read from before the store if it is of another place.
    If it is neither, both stay.
    """
    store = _symbolic.trace.stores.get(id(x)) if compiled() else None
    if store is None or store.key != _place(axes):
        return x
    if any(use not in store.reads and use not in store.again for use in x.consumers()):
        return x
    if store.reads or store.again:
        made = _store_of(x)
        if made is None:
            return x
        before, block = made.inputs[:2]
        for read in store.reads:
            read._update_input(0, _within(before, read.graph))
        for read in store.again:
            for use in read.outputs[0].consumers():
                for position, given in enumerate(use.inputs):
                    if given is read.outputs[0]:
                        use._update_input(position, _within(block, use.graph))
    return store.base


def _within(x: tf.Tensor, graph: Any) -> tf.Tensor:
    """A tensor as the graph of a branch in its graph knows it."""
    return x if x.graph is graph else graph.capture(x)


# ------------------------------------------------------------------------------------------------------------ gradients


def _register_gradients() -> None:
    """TensorFlow has these operations, and no gradients for them."""

    def of_slice(op: Any, grad: Any) -> Any:
        zeros = tf.zeros(static_shape(op.inputs[0]), grad.dtype)
        return _partial._xla().xla_dynamic_update_slice(zeros, grad, op.inputs[1]), None, None

    def of_update(op: Any, grad: Any) -> Any:
        _, update, where = op.inputs
        sizes = tf.constant(static_shape(update), where.dtype)
        outside = _partial._xla().xla_dynamic_update_slice(grad, tf.zeros_like(update), where)
        return outside, _partial._xla().xla_dynamic_slice(grad, where, sizes), None

    def of_barrier(op: Any, *grads: Any) -> Any:
        return list(grads)

    for name, gradient in (
        ("XlaDynamicSlice", of_slice),
        ("XlaDynamicUpdateSlice", of_update),
        ("XlaOptimizationBarrier", of_barrier),
    ):
        try:
            _ops.gradient_registry.lookup(name)
        except LookupError:
            tf.RegisterGradient(name)(gradient)


_register_gradients()
