"""NumPy's indexing on tensors: `getitem(x, key)` reads, `tensor_scatter_update(x, key, value)` gives the tensor a
write would leave.

A key is taken apart once (`_parse`) into one entry per element: an int, a slice, a new axis, or an index array (masks
become index arrays). Keys without arrays are one strided slice with cached bounds. Keys with arrays are a strided
slice for the basic part and one gather over the axes indexed, merged into one; the axes of the arrays come first
unless they stood side by side, as NumPy has it.

Bounds of values known now are checked here, so the error is IndexError on every device. Bounds of symbolic index
arrays are checked by TensorFlow's CPU kernels when the graph runs, and by an assertion where a GPU is present (its
gather would give zeros).
"""

from __future__ import annotations

import functools
import math
import operator
import warnings
from typing import Any, NoReturn

import numpy as np
import tensorflow as tf
from tensorflow.python.eager import record as _record
from tensorflow.python.ops import gen_array_ops as _arrays
from tensorflow.python.ops import gen_math_ops as _math

from . import _base, _small, _status, _symbolic
from ._base import EagerTensor, Tensor, as_tensor, cast, executing_eagerly, from_host, host, ints, static_shape

_ONLY = (
    "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays "
    "are valid indices"
)
_FULL = slice(None)


# -------------------------------------------------------------------------------------------------------------- parsing


def _is_full(entry: Any) -> bool:
    """Whether an entry of a key is `:`. Two slices are not compared: a traced bound may be an array, compared with None
    element by element.
    """
    return isinstance(entry, slice) and entry.start is None and entry.stop is None and entry.step is None


def _as_int(entry: Any) -> int | None:
    """The value of an index that counts as an integer, None for others. Booleans are masks, not integers."""
    if type(entry) is int:
        return entry
    if isinstance(entry, (bool, np.bool_)):
        return None
    if isinstance(entry, Tensor):
        if isinstance(entry, EagerTensor) and entry._rank() == 0 and entry.dtype.is_integer:
            return int(entry._numpy())
        return None
    if isinstance(entry, np.ndarray):
        return int(entry) if entry.ndim == 0 and entry.dtype.kind in "iu" else None
    if isinstance(entry, (list, tuple, str, float)):
        return None
    try:
        return operator.index(entry)
    except TypeError:
        return None


def _checked(index: int, length: int | None, axis: int) -> int:
    if length is None:
        return index
    if not -length <= index < length:
        raise IndexError(f"index {index} is out of bounds for axis {axis} with size {length}")
    return index + length if index < 0 else index


def _bound(value: Any) -> Any:
    """A slice bound: None, an int, or a symbolic scalar."""
    if value is None or type(value) is int:
        return value
    if isinstance(value, Tensor) and not isinstance(value, EagerTensor):
        return value
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError("slice indices must be integers or None or have an __index__ method") from None


def _is_symbolic_scalar(entry: Any) -> bool:
    return (
        isinstance(entry, Tensor)
        and not isinstance(entry, EagerTensor)
        and entry.dtype.is_integer
        and _base.rank(entry) == 0
    )


def _as_index_array(entry: Any) -> Any:
    """A host array or a tensor of dtype bool or int; raises NumPy's errors for anything else."""
    if isinstance(entry, Tensor):
        if isinstance(entry, EagerTensor):
            entry = host(entry)
        else:
            if not (entry.dtype.is_integer or entry.dtype is tf.bool):
                raise IndexError("arrays used as indices must be of integer (or boolean) type")
            return entry
    elif isinstance(entry, tf.Variable):
        entry = host(entry)
    elif isinstance(entry, (list, tuple)):
        if _base.holds_tensor(entry) and not all(map(_base.is_eager, entry)):
            return _as_index_array(as_tensor(entry))
        entry = np.asarray(_base.to_host(entry))
        if entry.size == 0 and entry.dtype.kind == "f":
            entry = entry.astype(np.intp)
    elif isinstance(entry, (np.ndarray, np.generic, bool)):
        was_scalar = isinstance(entry, np.generic)
        entry = np.asarray(entry)
        if was_scalar and entry.dtype.kind not in "iub":
            raise IndexError(_ONLY)
    elif hasattr(entry, "__array__") or (hasattr(entry, "__iter__") and not isinstance(entry, (str, bytes, dict, set))):
        entry = np.asarray(entry)
    else:
        raise IndexError(_ONLY)
    if entry.dtype.kind not in "iub":
        raise IndexError("arrays used as indices must be of integer (or boolean) type")
    return entry


class _Key:
    """A key taken apart. `entries` are ints, slices, None (a new axis) and ("array", array); `advanced` if there are
    arrays; `apart` if an Ellipsis that stands for no axis lies between them.
    """

    __slots__ = ("advanced", "apart", "entries")

    def __init__(self, entries: list[Any], advanced: bool, apart: bool = False) -> None:
        self.entries, self.advanced, self.apart = entries, advanced, apart


class _Array:
    """One index array for one axis (`axis` counts the tensor's axes; -1 for the new axis a scalar mask makes)."""

    __slots__ = ("axis", "values")

    def __init__(self, values: Any, axis: int) -> None:
        self.values, self.axis = values, axis


def _consumed(entry: Any) -> int:
    if entry is None or entry is Ellipsis or isinstance(entry, (bool, np.bool_)):
        return 0
    if isinstance(entry, (np.ndarray, Tensor)) and entry.dtype in (np.bool_, tf.bool):
        return _base.rank(entry) if isinstance(entry, Tensor) else entry.ndim
    return 1


def _parse(shape: tuple[int | None, ...], key: Any, x: Any = None) -> _Key:
    given = key if isinstance(key, tuple) else (key,)
    prepared: list[Any] = []
    for entry in given:
        if entry is None or entry is Ellipsis or isinstance(entry, slice):
            prepared.append(entry)
        elif (number := _as_int(entry)) is not None:
            prepared.append(number)
        elif _is_symbolic_scalar(entry):
            prepared.append(entry)
        else:
            prepared.append(_as_index_array(entry))
    ndim = len(shape)
    taken = sum(map(_consumed, prepared))
    if sum(entry is Ellipsis for entry in prepared) > 1:
        raise IndexError("an index can only have a single ellipsis ('...')")
    if taken > ndim:
        raise IndexError(f"too many indices for array: array is {ndim}-dimensional, but {taken} were indexed")
    if not any(entry is Ellipsis for entry in prepared):
        prepared.append(Ellipsis)
    dimensions = ndim - taken + sum(entry is None or isinstance(entry, slice) for entry in prepared)
    if dimensions > _base.MAXIMUM_DIMENSIONS:
        limits = f"[0, {_base.MAXIMUM_DIMENSIONS}]"
        raise IndexError(f"number of dimensions must be within {limits}, indexing result would have {dimensions}")
    entries: list[Any] = []
    advanced = False
    axis = 0
    for entry in prepared:
        if entry is Ellipsis:
            entries.extend([_FULL] * (ndim - taken))
            axis += ndim - taken
        elif entry is None:
            entries.append(None)
        elif type(entry) is int:
            entries.append(_checked(entry, shape[axis], axis))
            axis += 1
        elif isinstance(entry, slice):
            if entry.step is not None and not isinstance(entry.step, Tensor) and entry.step == 0:
                _bound(entry.step)
                raise ValueError("slice step cannot be zero")
            entries.append(entry)
            axis += 1
        elif _is_symbolic_scalar(entry):
            entries.append(entry)
            axis += 1
        elif (isinstance(entry, np.ndarray) and entry.dtype == np.bool_) or (
            isinstance(entry, Tensor) and entry.dtype is tf.bool
        ):
            advanced = True
            entries.extend(_mask_arrays(entry, shape, axis, x))
            axis += _consumed(entry)
        else:
            advanced = True
            entries.append(_Array(_checked_array(entry, shape[axis], axis), axis))
            axis += 1
    return _Key(entries, advanced, advanced and taken == ndim and _parts_arrays(prepared))


def _parts_arrays(prepared: list[Any]) -> bool:
    """Whether arrays, or the ints that count as such, stand on both sides of the Ellipsis."""
    place = next(i for i, entry in enumerate(prepared) if entry is Ellipsis)
    sides = (prepared[:place], prepared[place + 1 :])
    return all(any(not (e is None or isinstance(e, slice)) for e in side) for side in sides)


def _mask_arrays(mask: Any, shape: tuple[int | None, ...], axis: int, x: Any = None) -> list[_Array]:
    """The index arrays that a mask stands for; lengths known only in the run are compared with those of `x` there."""
    mask_shape = static_shape(mask) if isinstance(mask, Tensor) else mask.shape
    if not mask_shape:
        if isinstance(mask, Tensor):
            return [_Array(tf.zeros(tf.cast(mask, tf.int64)[None], tf.int64), -1)]
        return [_Array(np.zeros(int(mask), np.int64), -1)]
    for offset, (have, want) in enumerate(zip(mask_shape, shape[axis:], strict=False)):
        if have is not None and want is not None and have != want:
            raise IndexError(
                f"boolean index did not match indexed array along axis {axis + offset}; size of axis is {want} "
                f"but size of corresponding boolean axis is {have}"
            )
        if x is not None and None in (have, want):
            lengths = tf.shape(mask)[offset], tf.shape(x)[axis + offset]
            _symbolic.expect(tf.equal(*lengths), "a boolean index did not match the indexed array")
    if isinstance(mask, Tensor):
        columns = tf.unstack(tf.where(mask), num=len(mask_shape), axis=1)
    else:
        columns = list(np.nonzero(mask))
    return [_Array(column, axis + offset) for offset, column in enumerate(columns)]


def _checked_array(indices: Any, length: int | None, axis: int) -> Any:
    """Indices counted from the front, in int64, checked where their values are known."""
    if isinstance(indices, Tensor) or length is None:
        indices = cast(as_tensor(indices), tf.int64)
        limit = tf.constant(length, tf.int64) if length is not None else None
        if limit is None:
            return indices
        counted = _math.select_v2(_math.less(indices, tf.constant(0, tf.int64)), indices + limit, indices)
        if _symbolic.compiled():
            inside = (counted >= 0) & (counted < limit)
            _symbolic.expect(inside, f"index out of bounds for axis {axis} with size {length}")
        elif _base.has_gpu():
            inside = tf.reduce_all((counted >= 0) & (counted < limit))
            with tf.control_dependencies(
                [tf.debugging.Assert(inside, ["index out of bounds for axis", axis, "with size", length])]
            ):
                counted = tf.identity(counted)
        return counted
    if indices.size:
        low, high = int(indices.min()), int(indices.max())
        if low < -length or high >= length:
            raise IndexError(
                f"index {low if low < -length else high} is out of bounds for axis {axis} with size {length}"
            )
        if low < 0:
            indices = np.where(indices < 0, indices + length, indices)
    return indices


# ------------------------------------------------------------------------------------------------------- strided slices


def _slice_spec(entries: list[Any], shape: tuple[int | None, ...]) -> tuple[Any, ...]:
    """(begin, end, strides, masks) of StridedSlice for entries without arrays."""
    begin: list[Any] = []
    end: list[Any] = []
    strides: list[Any] = []
    begin_mask = end_mask = new_mask = shrink_mask = 0
    axis = 0
    for position, entry in enumerate(entries):
        bit = 1 << position
        if entry is None:
            new_mask |= bit
            begin.append(0), end.append(1), strides.append(1)
            continue
        length = shape[axis]
        axis += 1
        if not isinstance(entry, slice):
            shrink_mask |= bit
            begin.append(entry), strides.append(1)
            end.append(entry + 1 if not (type(entry) is int and entry == -1) else 0)
            if type(entry) is int and entry == -1:
                end_mask |= bit
            continue
        if entry.start is None and entry.stop is None and entry.step is None:
            begin_mask |= bit
            end_mask |= bit
            begin.append(0), end.append(0), strides.append(1)
            continue
        start, stop, step = _bound(entry.start), _bound(entry.stop), _bound(entry.step)
        if length is not None and not any(isinstance(item, Tensor) for item in (start, stop, step)):
            start, stop, step = slice(start, stop, step).indices(length)
            if len(range(start, stop, step)) == 0:
                start, stop, step = 0, 0, 1
            elif stop < 0:
                end_mask |= bit
                stop = 0
            begin.append(start), end.append(stop), strides.append(step)
            continue
        if start is None:
            begin_mask |= bit
        if stop is None:
            end_mask |= bit
        begin.append(0 if start is None else start)
        end.append(0 if stop is None else stop)
        strides.append(1 if step is None else step)
    return begin, end, strides, begin_mask, end_mask, new_mask, shrink_mask


def _pack(values: list[Any]) -> tf.Tensor:
    if any(isinstance(value, Tensor) for value in values):
        return tf.stack([tf.cast(value, tf.int64) for value in values])
    return ints(tuple(values))


def _strided(x: tf.Tensor, entries: list[Any]) -> tf.Tensor:
    begin, end, strides, begin_mask, end_mask, new_mask, shrink_mask = _slice_spec(entries, static_shape(x))
    return _arrays.strided_slice(
        x, _pack(begin), _pack(end), _pack(strides), begin_mask, end_mask, 0, new_mask, shrink_mask
    )


class _Spec:
    """What a key of ints, slices, None and Ellipsis means for one shape: the arguments of a strided slice, cached."""

    __slots__ = ("bounds", "entries", "masks", "reshaped", "rows", "size", "target")

    def __init__(self, shape: tuple[int, ...], entries: list[Any]) -> None:
        begin, end, strides, begin_mask, end_mask, new_mask, shrink_mask = _slice_spec(entries, shape)
        self.entries = entries
        self.bounds = tuple(_base._eager_ints(tuple(part)) for part in (begin, end, strides))
        self.masks = (begin_mask, end_mask, 0, new_mask, shrink_mask)
        self.target = _selected_shape(entries, shape)
        self.size = math.prod(self.target)
        whole = all(entry is None or _is_full(entry) for entry in entries)
        self.reshaped = _base._eager_ints(self.target) if whole else None
        count = _count_ints(entries)
        whole = all(_is_full(entry) for entry in entries[count:])
        # The leading ints, if the other axes are whole: a scatter of one row.
        self.rows = tuple(entries[:count]) if whole else None


_specs: dict[tuple[Any, ...], _Spec] = {}
_BOUND_TYPES = frozenset((int, type(None)))


def _spec_key(entry: Any) -> Any:
    """A hashable stand-in for an int, a slice, None or Ellipsis; NotImplemented for anything else."""
    if type(entry) is int or entry is None or entry is Ellipsis:
        return entry
    if type(entry) is slice:
        start, stop, step = entry.start, entry.stop, entry.step
        if type(start) in _BOUND_TYPES and type(stop) in _BOUND_TYPES and type(step) in _BOUND_TYPES:
            return start, stop, step
    return NotImplemented


def _basic_spec(shape: tuple[int, ...], key: Any) -> _Spec | None:
    """The cached spec of a key without arrays or tensors, None for other keys. Errors as `_parse`."""
    name = tuple([_spec_key(entry) for entry in key]) if type(key) is tuple else (_spec_key(key),)
    if NotImplemented in name:
        return None
    found = _specs.get((shape, name))
    if found is None:
        parsed = _parse(shape, key)
        if len(_specs) > 8192:
            _specs.clear()
        found = _specs[shape, name] = _Spec(shape, parsed.entries)
    return found


# -------------------------------------------------------------------------------------------------------------- reading


def getitem(x: tf.Tensor, key: Any) -> tf.Tensor:
    """`x[key]` by NumPy's rules, always a new tensor.

    Raises IndexError for an index out of bounds, too many indices, masks of the wrong shape and what can't be an index.
    """
    if isinstance(x, EagerTensor):
        if (found := _small.getitem(x, key)) is not NotImplemented:
            return found
        spec = _basic_spec(x._shape_tuple(), key)
        if spec is not None:
            if spec.size <= _small.setting.limit and x._datatype_enum() in _small.ENUMS and _small.allowed():
                return _small.tensor(x._numpy()[key])
            if spec.reshaped is not None:
                return _arrays.reshape(x, spec.reshaped)
            return _arrays.strided_slice(x, *spec.bounds, *spec.masks)
        if isinstance(key, EagerTensor) and key.dtype in (tf.int64, tf.int32) and key._rank() and x._rank():
            values = host(key)
            if values.size and values.min() >= 0 and values.max() < x._shape_tuple()[0]:
                return _arrays.gather_v2(_dense(x), key, _base.axis_tensor(0))
    if _symbolic.trace.compiled:
        if _traced().concerns(key):
            return _traced().getitem(x, key)
        if (stored := _traced().stored_at(x, key)) is not None:
            return _arrays.identity(stored)
    return getitem_plain(x, key)


def _traced() -> Any:
    from . import _traced_index

    return _traced_index


def getitem_plain(x: tf.Tensor, key: Any) -> tf.Tensor:
    """`getitem` by strided slices and gathers."""
    if isinstance(key, (EagerTensor, np.ndarray)) and key.dtype in (tf.bool, np.bool_) and key.ndim:
        return _masked(x, key)
    shape = static_shape(x)
    parsed = _parse(shape, key, x)
    if not parsed.advanced:
        if not parsed.entries:
            return _arrays.identity(x)
        return _strided(x, parsed.entries)
    return _advanced(x, parsed)


def _dense(x: tf.Tensor) -> tf.Tensor:
    """`x`, so that the gradient of a gather from it is a tensor: TensorFlow's own is an IndexedSlices, which has no
    arithmetic. A reshape makes it dense; only done where a gradient may be asked for."""
    if isinstance(x, EagerTensor) and not _record.could_possibly_record():
        return x
    return _arrays.reshape(x, tf.shape(x))


def _masked(x: tf.Tensor, mask: Any) -> tf.Tensor:
    mask_shape = static_shape(mask)
    shape = static_shape(x)
    if len(mask_shape) > len(shape):
        raise IndexError(
            f"too many indices for array: array is {len(shape)}-dimensional, but {len(mask_shape)} were indexed"
        )
    if None in shape[: len(mask_shape)] or mask_shape != shape[: len(mask_shape)]:
        _mask_arrays(np.zeros(mask_shape, bool), shape, 0, x)
    if 0 in shape:  # GatherNd refuses empty tensors
        return _advanced(x, _parse(shape, host(mask)))
    return _arrays.gather_nd(_dense(x), tf.raw_ops.Where(condition=as_tensor(_base.values_alone(mask))))


def _advanced(x: tf.Tensor, key: _Key) -> tf.Tensor:
    """Slices first, then one gather over the merged axes of the arrays. An int beside arrays counts as an array."""
    shape = static_shape(x)
    basic: list[Any] = []
    arrays: list[Any] = []
    places: list[int] = []  # the axis of each array in the sliced tensor
    axis = 0
    for entry in key.entries:
        if isinstance(entry, _Array):
            arrays.append(entry.values)
            places.append(len(basic))
            basic.append(None if entry.axis < 0 else _FULL)
            axis += entry.axis >= 0
        elif entry is None or isinstance(entry, slice):
            basic.append(entry)
            axis += entry is not None
        else:
            index = entry
            if isinstance(entry, Tensor) and shape[axis] is not None:
                index = _checked_array(entry, shape[axis], axis)
            arrays.append(np.asarray(index) if type(index) is int else index)
            places.append(len(basic))
            basic.append(_FULL)
            axis += 1
    if any(not _is_full(entry) for entry in basic):
        x = _strided(x, basic)
    arrays = _broadcast_indices(arrays)
    if len(arrays) == 1:
        return _arrays.gather_v2(_dense(x), _index_tensor(arrays[0]), _axis_tensor(places[0]))
    together = not key.apart and places == list(range(places[0], places[0] + len(places)))
    if not together:
        rest = [a for a in range(_base.rank(x)) if a not in places]
        x = tf.transpose(x, places + rest)
        places = list(range(len(places)))
    first = places[0]
    lengths = static_shape(x)[first : first + len(places)]
    flat = _ravel(arrays, lengths, x, first)
    merged = _merge(x, first, len(places))
    return _arrays.gather_v2(merged, flat, _axis_tensor(first))


def _axis_tensor(axis: int) -> Any:
    return _base.axis_tensor(axis) if executing_eagerly() else axis


def _index_tensor(indices: Any) -> tf.Tensor:
    if isinstance(indices, Tensor):
        return indices
    return from_host(np.array(indices, np.int64))  # a copy: the caller may still change the array


def _broadcast_indices(arrays: list[Any]) -> list[Any]:
    if len(arrays) == 1:
        return arrays
    try:
        if not any(isinstance(array, Tensor) for array in arrays):
            return list(np.broadcast_arrays(*arrays))
        if not any(None in static_shape(array) for array in arrays):
            shape = np.broadcast_shapes(*(static_shape(array) for array in arrays))
            return [tf.broadcast_to(_index_tensor(array), shape) for array in arrays]
    except ValueError:
        listed = " ".join(str(tuple(static_shape(array))).replace(" ", "") for array in arrays)
        raise IndexError(
            f"shape mismatch: indexing arrays could not be broadcast together with shapes {listed} "
        ) from None
    tensors = [_index_tensor(array) for array in arrays]
    shape = functools.reduce(tf.broadcast_dynamic_shape, [tf.shape(t) for t in tensors])
    return [tf.broadcast_to(t, shape) for t in tensors]


def _ravel(arrays: list[Any], lengths: tuple[int | None, ...], x: tf.Tensor, first: int) -> tf.Tensor:
    """One index into the merged axes."""
    if not any(isinstance(array, Tensor) for array in arrays) and None not in lengths:
        flat = np.zeros((), np.int64)
        for array, length in zip(arrays, lengths, strict=True):
            flat = flat * length + array
        return _index_tensor(flat)
    dynamic = tf.shape(x, out_type=tf.int64)
    result = tf.constant(0, tf.int64)
    for offset, (array, length) in enumerate(zip(arrays, lengths, strict=True)):
        size = dynamic[first + offset] if length is None else tf.constant(length, tf.int64)
        result = _math.add_v2(_math.mul(result, size), cast(_index_tensor(array), tf.int64))
    return result


def _merge(x: tf.Tensor, first: int, count: int) -> tf.Tensor:
    shape = static_shape(x)
    if None not in shape:
        merged = int(np.prod(shape[first : first + count]))
        return _base.reshape(x, (*shape[:first], merged, *shape[first + count :]))
    dynamic = tf.shape(x, out_type=tf.int64)
    merged = tf.reduce_prod(dynamic[first : first + count])
    return tf.reshape(x, tf.concat([dynamic[:first], [merged], dynamic[first + count :]], 0))


# -------------------------------------------------------------------------------------------------------------- writing


def assigned(value: Any, dtype: Any) -> tf.Tensor:
    """`value` as NumPy's assignment casts it: unsafely, with the warning where an imaginary part is lost.

    Raises OverflowError for a Python int that the dtype can't hold.
    """
    target = _base.tf_dtype(dtype)
    if isinstance(value, _base.Weak):
        return value.as_tensor(target)
    if type(value) in _base._SCALARS and (type(value) is not complex or target.is_complex or target is tf.bool):
        if type(value) is float and (target.is_integer):
            return as_tensor(value, target)
        return _base.scalar(value, target)
    if not isinstance(value, Tensor):
        value = _base.values_alone(value)
        if isinstance(value, (np.ndarray, np.generic, tf.Variable)) or _base.holds_tensor(value):
            value = as_tensor(value)
        elif type(value) is complex:
            raise TypeError(f"float() argument must be a string or a real number, not '{type(value).__name__}'")
        else:
            return as_tensor(value, target)
    if value.dtype.is_complex and not target.is_complex and target is not tf.bool:
        warnings.warn(
            "Casting complex values to real discards the imaginary part", np.exceptions.ComplexWarning, stacklevel=4
        )
    return cast(value, target)


def _is_basic(index: Any) -> bool:
    """Whether an index has no arrays."""
    entries = index if type(index) is tuple else (index,)
    return not any(
        isinstance(entry, (list, bool, np.bool_))
        or (isinstance(entry, (Tensor, np.ndarray)) and (_base.rank(entry) or entry.dtype in (tf.bool, np.bool_)))
        for entry in entries
    )


def _refuse_unfit(value: Any, dtype: tf.DType) -> None:
    """A scalar of NumPy's is assigned to integers by its value, which they must be able to hold."""
    if not isinstance(value, Tensor) and value.dtype.kind not in "iuf":
        return
    source = value.dtype if isinstance(value, Tensor) else _base.tf_dtype(value.dtype)
    if source == dtype or _base.rank(value) or not (source.is_floating or source.is_integer):
        return
    low, high = dtype.min, dtype.max
    if source.is_integer and low <= source.min and source.max <= high:
        return
    if not isinstance(value, Tensor) or isinstance(value, EagerTensor):
        np.zeros((), _base.np_dtype(dtype))[()] = host(value)[()]  # with NumPy's error
        return
    if source.is_integer:
        wide = tf.uint64 if source.is_unsigned else tf.int64
        low, high = (low if wide.min < low else wide.min), (high if high < wide.max else wide.max)
        number = tf.cast(value, wide)
        inside = (number >= tf.constant(low, wide)) & (number <= tf.constant(high, wide))
    else:
        below, above = (np.array(bound, _base.np_dtype(source)) for bound in (low - 1, high + 1))
        exact = int(below) == low - 1  # what is above that is cut off to what can be held
        inside = (value > below if exact else value >= below) & (value < above)
    _symbolic.expect(inside, f"a number is out of bounds for {dtype.name}")


def _fit(value: tf.Tensor, shape: tuple[int | None, ...], dynamic: Any = None) -> tf.Tensor:
    """`value` broadcast to `shape` as an assignment broadcasts it: leading axes of length 1 may be too many."""
    have = static_shape(value)
    if have == shape and None not in shape:
        return value
    extra = len(have) - len(shape)
    if extra > 0 and all(n in (1, None) for n in have[:extra]):
        value = tf.squeeze(value, tuple(range(extra)))
        have = have[extra:]
    if None not in have and None not in shape:
        try:
            fits = np.broadcast_shapes(have, shape) == shape
        except ValueError:
            fits = False
        if not fits:
            given, wanted = (str(tuple(s)).replace(" ", "") for s in (static_shape(value), shape))
            raise ValueError(f"could not broadcast input array from shape {given} into shape {wanted}")
        return value if have == shape else _base.broadcast_to(value, shape)
    wanted = tf.convert_to_tensor(shape if None not in shape else dynamic())
    given, beside = tf.shape(value, out_type=wanted.dtype), wanted[-len(have) :] if have else wanted[:0]
    _symbolic.expect((given == beside) | (given == 1), "an array could not be broadcast into another shape")
    # Not by BroadcastTo: TensorFlow concludes from one that the shape asked for fits, and folds the check to that.
    return _math.select_v2(tf.fill(wanted, True), value, tf.zeros((), value.dtype))


def tensor_scatter_update(x: Any, index: Any, value: Any) -> Any:
    """The tensor that `x[index] = value` would leave: a new one, of the shape and dtype of `x`.

    Parameters
    ----------
    x : tensor, or any object with `__setitem__`
        A list, a dict or a host array is assigned to in place and returned.
    index : any NumPy index
        Build slices with `np.s_[1:-1, 0]`. Where an element is named twice, the last value stays.
    value : array-like
        Cast to the dtype of `x` as an assignment casts (floats to ints too), and broadcast to the shape of `x[index]`.

    Raises
    ------
    IndexError
        An index is out of bounds, or is none.
    ValueError
        `value` doesn't broadcast.
    OverflowError
        A number is out of the range of the dtype. (Arrays of numbers are cast, and what masks and index arrays get.)
    """
    if not isinstance(x, Tensor):
        if _symbolic.trace.compiled and isinstance(x, _traced().MaskedSelection):
            return _traced().renewed(x, index, value)
        return _assign_in_place(x, index, value)
    if x.dtype.is_integer and isinstance(value, (Tensor, np.generic)) and _is_basic(index):
        _refuse_unfit(value, x.dtype)
    if _symbolic.trace.compiled and (written := _traced().setitem(x, index, value)) is not None:
        return written
    try:
        return tensor_scatter_update_plain(x, index, value)
    except tf.errors.InvalidArgumentError as error:
        failed = _base.translate(error).with_traceback(error.__traceback__)
    except _base.FAILURES as error:
        failed = error
    return _base.answer_of_numpy("x[...] = value", _assigned_copy, (x, index, value), {}, failed)


def _assigned_copy(x: np.ndarray, index: Any, value: Any) -> np.ndarray:
    made = np.array(x)
    made[index] = value
    return made


def tensor_scatter_update_plain(x: tf.Tensor, index: Any, value: Any) -> tf.Tensor:
    """`tensor_scatter_update` of a tensor by strided slices and scatters."""
    if (written := _small.setitem(x, index, value)) is not NotImplemented:
        return written
    shape = static_shape(x)
    listed = isinstance(value, (list, tuple))
    try:
        value = assigned(value, x.dtype)
    except _base.HostValueError:
        # Python objects, strings: NumPy converts them one by one, or refuses.
        return from_host(_assign_in_place(np.array(host(x)), index, value))
    if _base.rank(value) and _names_element(index, len(shape)):
        if x.dtype is not tf.bool or math.prod(n or 0 for n in static_shape(value)) != 1:
            raise ValueError("setting an array element with a sequence.")
        value = _base.reshape(value, ())
    if not shape and _base.rank(value) > 1 and _is_scalar_mask(index):
        _refuse_for_mask(_base.rank(value))
    if 0 in shape and None not in (*shape, *static_shape(value)) and _is_known(index):
        _assigned_copy(np.zeros(shape, bool), _plain(index), np.zeros(static_shape(value), bool))  # its errors
        return _renewed(x)
    if isinstance(x, EagerTensor) and (spec := _basic_spec(shape, index)) is not None:
        if listed:
            _refuse_deep(value, spec.target)
        return _write_spec(x, spec, shape, value)
    if type(index) is tuple and len(index) == 1 and isinstance(index[0], (Tensor, np.ndarray)):
        index = index[0]
    if isinstance(index, (Tensor, np.ndarray)) and index.dtype in (tf.bool, np.bool_) and index.ndim:
        return _write_mask(x, index, value)
    parsed = _parse(shape, index, x)
    entries = parsed.entries
    if not parsed.advanced:
        if listed:
            _refuse_deep(value, _selected_shape(entries, shape))
        return _write_basic(x, entries, shape, value)
    kinds = [isinstance(entry, _Array) and entry.axis >= 0 for entry in entries]
    leading = sum(kinds)
    whole = all(_is_full(entry) for entry in entries[leading:])
    if all(kinds[:leading]) and whole:
        return _write_leading(x, [entry.values for entry in entries[:leading]], shape, value)
    return _write_anywhere(x, index, shape, value)


def _refuse_deep(value: tf.Tensor, target: tuple[int | None, ...]) -> None:
    """A list may not be nested deeper than what it is assigned to; an array may, by axes of length 1."""
    if _base.rank(value) > len(target):
        raise ValueError(
            "setting an array element with a sequence. The requested array would exceed the maximum number of "
            f"dimension of {len(target)}."
        )


def _names_element(index: Any, ndim: int) -> bool:
    """Whether an index is an int for every axis. With an Ellipsis beside them NumPy writes to a 0-d view instead."""
    entries = index if type(index) is tuple else (index,)
    return len(entries) == ndim and all(_as_int(entry) is not None for entry in entries)


def _write_spec(x: tf.Tensor, spec: _Spec, shape: tuple[int, ...], value: tf.Tensor) -> tf.Tensor:
    """An eager write by a key of ints and slices."""
    if spec.rows is not None:
        return _write_at_ints(x, spec.rows, shape, value) if spec.rows else _renewed(_fit(value, shape))
    value = _fit(value, spec.target)
    if 0 in spec.target:
        return _renewed(x)
    return _arrays.tensor_strided_slice_update(x, *spec.bounds, value, *spec.masks)


def _renewed(value: tf.Tensor) -> tf.Tensor:
    """A new object, so that the result is never the object that was assigned."""
    return _arrays.identity(value)


def _assign_in_place(x: Any, index: Any, value: Any) -> Any:
    if isinstance(x, tf.Variable):
        x.assign(tensor_scatter_update(x.read_value(), index, value))
    elif isinstance(x, np.ndarray):
        x[_base.to_host(index)] = _base.to_host(value)
    else:
        x[index] = value
    return x


def _write_basic(x: tf.Tensor, entries: list[Any], shape: tuple[int | None, ...], value: tf.Tensor) -> tf.Tensor:
    if all(type(entry) is int for entry in entries[: _count_ints(entries)]) and _count_ints(entries):
        count = _count_ints(entries)
        if all(_is_full(entry) for entry in entries[count:]) and None not in shape:
            return _write_at_ints(x, tuple(entries[:count]), shape, value)
    if all(_is_full(entry) for entry in entries):
        return _renewed(_fit(value, shape, lambda: tf.shape(x)))
    begin, end, strides, begin_mask, end_mask, new_mask, shrink_mask = _slice_spec(entries, shape)
    target = _selected_shape(entries, shape)
    if 0 in target:
        _fit(value, target) if None not in target else None
        return _renewed(x)
    value = _fit(value, target, lambda: tf.shape(_strided(x, entries)))
    # XLA updates slices of step 1 and -1 only: turn others around where that is free, scatter the rest.
    if any(isinstance(step, Tensor) for step in strides) or (
        not executing_eagerly()
        and any(abs(step) != 1 for step in strides)
        and None not in shape
        and _all_static(begin, end)
    ):
        return _write_anywhere(x, tuple(entries), shape, value)
    return _arrays.tensor_strided_slice_update(
        x, _pack(begin), _pack(end), _pack(strides), value, begin_mask, end_mask, 0, new_mask, shrink_mask
    )


def _all_static(*lists: list[Any]) -> bool:
    return not any(isinstance(value, Tensor) for values in lists for value in values)


def _count_ints(entries: list[Any]) -> int:
    count = 0
    for entry in entries:
        if type(entry) is not int:
            break
        count += 1
    return count


def _selected_shape(entries: list[Any], shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
    result: list[int | None] = []
    axis = 0
    for entry in entries:
        if entry is None:
            result.append(1)
            continue
        if isinstance(entry, slice):
            length = shape[axis]
            bounds = [_bound(b) for b in (entry.start, entry.stop, entry.step)]
            if length is None or any(isinstance(b, Tensor) for b in bounds):
                result.append(length if _is_full(entry) else None)
            else:
                result.append(len(range(*slice(*bounds).indices(length))))
        axis += 1
    return tuple(result)


def _write_at_ints(x: tf.Tensor, where: tuple[int, ...], shape: tuple[int | None, ...], value: tf.Tensor) -> tf.Tensor:
    rest = shape[len(where) :]
    value = _fit(value, rest, lambda: tf.shape(x)[len(where) :])
    position = _eager_position(where) if executing_eagerly() else tf.constant([where], tf.int64)
    value = tf.expand_dims(value, 0) if None in rest else _base.reshape(value, (1, *rest))
    return _arrays.tensor_scatter_update(x, position, value)


@functools.lru_cache(4096)
def _eager_position(where: tuple[int, ...]) -> tf.Tensor:
    return from_host(np.array([where], np.int64))


def _is_scalar_mask(index: Any) -> bool:
    return isinstance(index, (bool, np.bool_)) or (
        isinstance(index, (Tensor, np.ndarray)) and index.dtype in (tf.bool, np.bool_) and not index.ndim
    )


def _refuse_for_mask(ndim: int) -> NoReturn:
    raise TypeError(
        f"NumPy boolean array indexing assignment requires a 0 or 1-dimensional input, input has {ndim} dimensions"
    )


def _write_mask(x: tf.Tensor, mask: Any, value: tf.Tensor) -> tf.Tensor:
    shape = static_shape(x)
    mask_shape = static_shape(mask)
    depth = len(mask_shape)
    if depth > len(shape):
        raise IndexError(f"too many indices for array: array is {len(shape)}-dimensional, but {depth} were indexed")
    if mask_shape != shape[:depth] or None in mask_shape:
        _mask_arrays(mask if None in mask_shape else np.zeros(mask_shape, bool), shape, 0, x)
    rest = shape[depth:]
    mask = as_tensor(_base.values_alone(mask))
    have = static_shape(value)
    if not rest and len(have) > 1:
        _refuse_for_mask(len(have))
    while len(have) > len(rest) and have[0] == 1:
        value = tf.squeeze(value, 0)
        have = have[1:]
    if len(have) <= len(rest):
        if None not in rest and None not in have:
            _fit(value, rest)
        # Every element selected gets the same value: no positions are needed.
        wide = mask if not rest else tf.reshape(mask, tf.concat([tf.shape(mask), [1] * len(rest)], 0))
        if None not in shape and None not in have:
            return _math.select_v2(wide, tf.broadcast_to(value, shape) if rest == () and have else value, x)
        return _math.select_v2(wide, value, x)
    where = tf.raw_ops.Where(condition=mask)
    if isinstance(where, EagerTensor):
        count = where._shape_tuple()[0]
        if count != have[0]:
            if len(have) == 1 + len(rest) == 1:
                raise ValueError(
                    f"NumPy boolean array indexing assignment cannot assign {have[0]} input values to the "
                    f"{count} output values where the mask is true"
                )
            given = str(tuple(have)).replace(" ", "")
            raise ValueError(
                f"shape mismatch: value array of shape {given} could not be broadcast to indexing result of shape "
                f"{str((count, *rest)).replace(' ', '')}"
            )
        value = _fit(value, (count, *rest))
    elif None in rest or have[1:] != rest:
        value = tf.broadcast_to(value, tf.concat([tf.shape(where)[:1], tf.shape(x)[depth:]], 0))
    return _arrays.tensor_scatter_update(x, where, value)


def _mismatch(value: tf.Tensor, target: tuple[int | None, ...], error: ValueError) -> ValueError:
    given, wanted = (str(tuple(s)).replace(" ", "") for s in (static_shape(value), target))
    return ValueError(
        f"shape mismatch: value array of shape {given}  could not be broadcast to indexing result of shape {wanted}"
    )


def _write_leading(x: tf.Tensor, arrays: list[Any], shape: tuple[int | None, ...], value: tf.Tensor) -> tf.Tensor:
    """Index arrays on the first axes, the others whole: a scatter of rows."""
    arrays = _broadcast_indices(arrays)
    count = len(arrays)
    if any(isinstance(array, Tensor) for array in arrays):
        indices = tf.stack([cast(_index_tensor(array), tf.int64) for array in arrays], -1)
    else:
        indices = from_host(np.stack([np.asarray(array, np.int64) for array in arrays], -1))
    outer = static_shape(indices)[:-1]
    target = (*outer, *shape[count:])
    try:
        value = _fit(value, target, lambda: tf.concat([tf.shape(indices)[:-1], tf.shape(x)[count:]], 0))
    except ValueError as error:
        raise _mismatch(value, target, error) from None
    if 0 in shape[count:]:  # TensorFlow refuses to write nothing
        for array, length in zip(arrays, shape, strict=False):
            if isinstance(array, Tensor) and length is not None:
                _symbolic.expect((array >= 0) & (array < length), "an index is out of bounds")
        return _renewed(x)
    return scatter(x, indices, value)


def scatter(x: tf.Tensor, indices: Any, value: tf.Tensor) -> tf.Tensor:
    """`x` with the rows at `indices` written, from first to last: of two for one row the last one stays.

    The CPU writes in that order. A GPU writes in any order, so that there the last one has to be found first. So it has
    where gradients are taken: the others have none.
    """
    in_order = not _base.has_gpu()
    is_taped = _record.could_possibly_record() and (x.dtype.is_floating or x.dtype.is_complex)
    *outer, depth = static_shape(indices)
    if outer in ([], [0], [1]) or (in_order and not is_taped):
        return _arrays.tensor_scatter_update(x, indices, value)
    length = tf.shape(x, tf.int64)
    rows = tf.reshape(indices, (-1, depth))
    updates = tf.reshape(value, tf.concat([tf.shape(rows, tf.int64)[:1], length[depth:]], 0))
    known = tf.get_static_value(rows)
    if known is not None:
        _, from_last = np.unique(known[::-1], axis=0, return_index=True)
        if len(from_last) < len(known):
            keep = np.sort(len(known) - 1 - from_last)
            rows, updates = from_host(known[keep]), tf.gather(updates, keep)
        return _arrays.tensor_scatter_update(x, rows, updates)
    strides = tf.math.cumprod(length[:depth], exclusive=True, reverse=True)
    places, size = tf.reduce_sum(cast(rows, tf.int64) * strides, -1), tf.reduce_prod(length[:depth])
    places = tf.where((places >= 0) & (places < size), places, size)  # what is out of bounds is none of them
    order = tf.range(tf.size(places))
    last = tf.gather(tf.math.unsorted_segment_max(order, places, size + 1), places)
    if not in_order:
        updates = tf.gather(updates, last)  # all updates of a row become its last one: then the order doesn't matter
    if is_taped:
        is_last = tf.reshape(tf.equal(last, order), (-1, *[1] * (len(static_shape(updates)) - 1)))
        updates = tf.where(is_last, updates, tf.stop_gradient(updates))
    return _arrays.tensor_scatter_update(x, rows, updates)


@functools.lru_cache(8)
def _positions(shape: tuple[int, ...]) -> np.ndarray:
    positions = np.arange(int(np.prod(shape)), dtype=np.int64).reshape(shape)
    positions.setflags(write=False)
    return positions


def _is_known(entry: Any) -> bool:
    if isinstance(entry, _Array):
        entry = entry.values
    if isinstance(entry, slice):
        return all(_is_known(bound) for bound in (entry.start, entry.stop, entry.step))
    if isinstance(entry, (tuple, list)):
        return all(map(_is_known, entry))
    return not isinstance(entry, Tensor) or isinstance(entry, EagerTensor)


def _write_anywhere(x: tf.Tensor, index: Any, shape: tuple[int | None, ...], value: tf.Tensor) -> tf.Tensor:
    """Any index: NumPy itself (or `getitem`, while tracing) says which elements are meant; a flat scatter writes."""
    if None not in shape and _is_known(index):
        chosen = _positions(shape)[_plain(index)]
        try:
            value = _fit(value, chosen.shape)
        except ValueError as error:
            raise _mismatch(value, chosen.shape, error) from None
        flat = chosen.reshape(-1, 1)
        updates = _base.reshape(value, (-1,)) if chosen.size else tf.zeros((0,), x.dtype)
        written = scatter(_base.reshape(x, (-1,)), from_host(np.array(flat)), updates)
        return _base.reshape(written, shape)
    dynamic = tf.shape(x, out_type=tf.int64)
    grid = tf.reshape(tf.range(tf.reduce_prod(dynamic)), dynamic)
    grid.set_shape(shape)
    positions = getitem(grid, index)
    value = _fit(value, static_shape(positions), lambda: tf.shape(positions))
    written = scatter(tf.reshape(x, (-1,)), tf.reshape(positions, (-1, 1)), tf.reshape(value, (-1,)))
    result = tf.reshape(written, dynamic)
    result.set_shape(shape)
    return result


def _plain(index: Any) -> Any:
    """The index for a host array."""
    if isinstance(index, tuple):
        return tuple(map(_plain, index))
    if isinstance(index, (Tensor, tf.Variable)):
        return host(index)
    return _base.to_host(index)


_status.record("np2tf_runtime.tensor_scatter_update", "device")

__all__ = ["tensor_scatter_update"]
