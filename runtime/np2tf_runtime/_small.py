"""Small arrays are computed by NumPy, on the memory that the tensors have anyway.

To launch a TensorFlow operation costs more than all of NumPy's work on a few thousand numbers, and most functions take
several operations. So a call on eager tensors of at most `setting.limit` elements is NumPy's own, its result a tensor
again, where nobody could tell by anything but the time (and the last bits, which are then NumPy's): the CPU is the only
device, no gradient is recorded, nothing is traced, and promotion is NumPy's. Elsewhere, and for larger arrays,
TensorFlow computes, but for functions that would take it many operations.

Floating-point warnings of such calls are NumPy's, and follow `np.errstate`.
"""

from __future__ import annotations

import functools
import inspect
import math
import operator
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from tensorflow.python import pywrap_tfe as _tfe
from tensorflow.python.eager import context as _context

from ._host_memory import aligned

EagerTensor: type = type(tf.constant(0))
DEFAULT_LIMIT = 1 << 17
FEW = 1 << 13  # elements, up to which a result is copied faster than it is put where TensorFlow takes it over
_FIXED = 1 << 8  # elements, up to which nobody asks how large a result of two arrays will be
_SUPPORTED = (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "float32", "float64", "complex64", "complex128",
)  # fmt: skip
ENUM_OF: dict[np.dtype, int] = {np.dtype(name): getattr(tf, name).as_datatype_enum for name in _SUPPORTED}
ENUMS = frozenset(ENUM_OF.values())
# Values that NumPy takes as the runtime does.
_PLAIN = frozenset(
    (bool, int, float, complex, str, type(None), type, type(Ellipsis), np.dtype, type(np._NoValue), np.float64,
     np.float32, np.int64, np.int32, np.bool_)
)  # fmt: skip
_NUMBERS = frozenset((bool, int, float, complex, np.float64, np.float32, np.int64, np.int32, np.bool_))


class _Setting:
    """The number of elements up to which NumPy computes; -1 while that is off."""

    wanted = int(os.environ.get("NP2TF_HOST_LIMIT", DEFAULT_LIMIT))
    limit = -1
    suitable = False  # whether promotion is NumPy's
    forked = False


setting = _Setting()


def _after_fork() -> None:
    """In a forked process TensorFlow's threads are gone, and what it hands to them waits forever. So all that NumPy can
    compute is NumPy's there.
    """
    setting.forked = True
    enable(setting.suitable)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def enable(suitable: bool, wanted: int | None = None) -> None:
    """Set the limit; `suitable` says whether promotion is such that NumPy gives the right dtypes."""
    if wanted is not None:
        setting.wanted = wanted
    setting.suitable = suitable
    wanted = sys.maxsize if setting.forked else setting.wanted
    setting.limit = wanted if suitable and wanted > 0 else -1


# What may be done with floating-point errors, besides warning of them. TensorFlow knows nothing of them.
TOLD = frozenset(("call", "log", "print", "raise"))
_errors_of_numpy: Any = np._core.umath._extobj_contextvar


class _Told:
    """The state of `np.errstate` that was asked last, and the answer: to ask NumPy takes microseconds."""

    last: tuple[Any, bool] = (setting, False)


def told() -> bool:
    """Whether the program wants to be told of floating-point errors (`np.errstate(all="raise")`), of which TensorFlow
    knows nothing.
    """
    state = _errors_of_numpy.get(None)
    last = _Told.last
    if state is not last[0]:
        last = _Told.last = state, not TOLD.isdisjoint(np.geterr().values())
    return last[1]


@functools.cache
def only_cpu() -> bool:
    """Whether there is one device, and the host's memory is its memory."""
    _context.context().ensure_initialized()
    devices = tf.config.list_logical_devices()
    return len(devices) == 1 and devices[0].device_type == "CPU"


_no_tape = _tfe.TFE_Py_TapeSetIsEmpty  # also False under a ForwardAccumulator


class _NeverEager:
    is_eager = False


@functools.cache
def _modes() -> Any:
    """What tells, for the current thread, whether operations run at once; never where there are several devices."""
    return _context.context()._thread_local_data if only_cpu() else _NeverEager


def allowed() -> bool:
    """Whether NumPy may stand in for TensorFlow: nothing is recorded or traced, and there is only the CPU."""
    return _no_tape() and _modes().is_eager


def left_alone() -> bool:
    """Whether this is a forked process, in which NumPy can stand in for TensorFlow."""
    return setting.forked and setting.suitable and allowed()


def is_small(x: Any) -> bool:
    """Whether `x` is an eager tensor of numbers with at most as many elements as the limit says."""
    return type(x) is EagerTensor and x._num_elements() <= setting.limit and x._datatype_enum() in ENUMS


def tensor(array: Any) -> Any:
    """The tensor of an array or a scalar of NumPy's with a dtype that tensors have. The array must be ours, or nobody
    must be able to write to it.

    Scalars go in as 0-d arrays: TensorFlow keeps every Python float that it has seen (which np.float64 is) for good,
    and takes -0.0 for the 0.0 that it knows.
    """
    return EagerTensor(array if type(array) is np.ndarray else np.asarray(array), None, ENUM_OF[array.dtype])


class Way(NamedTuple):
    """How NumPy computes a ufunc for operands of certain dtypes."""

    ufunc: np.ufunc
    dtype: np.dtype[Any] | None  # of the result, where it can be put into memory that TensorFlow takes over
    any_size: bool  # whether it is NumPy's however large the arrays are


def computed(way: Way, compute: Callable[..., Any], values: Any) -> Any:
    """The tensors that `compute` gives for host arrays and Python numbers."""
    if way.dtype is not None:
        large = [x.shape for x in values if type(x) is np.ndarray and x.size > FEW]
        if large and all(x.shape == large[0] for x in values if isinstance(x, (np.ndarray, np.generic))):
            return tensor(way.ufunc(*values, out=aligned(large[0], way.dtype)))
    elif compute is operator.pow and type(values[1]) in (int, float) and values[1] == 2:
        array = values[0]
        if array.size > FEW and array.dtype.kind == "f":
            return tensor(np.square(array, out=aligned(array.shape, array.dtype)))  # which NumPy's operator does
    return result(compute(*values))


def grows(left: Any, right: Any, limit: int) -> bool:
    """Whether two host arrays that are small make a large one, of rows and columns."""
    if left.size <= _FIXED or right.size <= _FIXED or left.shape == right.shape:
        return False
    try:
        return math.prod(np.broadcast_shapes(left.shape, right.shape)) > limit
    except ValueError:
        return False


def own(array: np.ndarray) -> np.ndarray:
    """A copy to write to, in memory that TensorFlow takes over if it is large."""
    if array.size <= FEW:
        return np.array(array, order="C")
    own = aligned(array.shape, array.dtype)
    np.copyto(own, array)
    return own


def copy(x: Any) -> Any:
    """A small tensor's value as a new tensor."""
    return tensor(x._numpy())


class _NotSmall(Exception):  # noqa: N818 - says where a call goes on
    """An argument for which the call is TensorFlow's."""


def _value(x: Any, limit: int) -> Any:
    kind = type(x)
    if kind is EagerTensor:
        if x._num_elements() > limit or x._datatype_enum() not in ENUMS:
            raise _NotSmall
        return x._numpy() if x._rank() else np.asarray(x._numpy())
    if kind in _PLAIN:
        return x
    if kind in (tuple, list) and len(x) <= limit:
        return kind([_value(item, limit) for item in x])
    raise _NotSmall


def _holds_tensor(x: Any) -> bool:
    return type(x) is EagerTensor or (type(x) in (tuple, list) and any(map(_holds_tensor, x)))


def _is_of_large(x: Any, limit: int) -> bool:
    """Whether a sequence begins with a large tensor."""
    return type(x) in (tuple, list) and x and type(x[0]) is EagerTensor and x[0]._num_elements() > limit


def result(value: Any) -> Any:
    """What NumPy gave, as tensors."""
    kind = type(value)
    if (kind is np.ndarray or isinstance(value, np.generic)) and value.dtype in ENUM_OF:
        return tensor(value)
    if isinstance(value, tuple):
        made = [result(item) for item in value]
        return kind(*made) if hasattr(value, "_fields") else tuple(made)
    if kind is list:
        return [result(item) for item in value]
    return value


def most_positional(function: Callable[..., Any]) -> int:
    """How many positional arguments there may be without an `out` among them, which is for the function to refuse:
    NumPy would write to the tensor's memory.
    """
    parameters = inspect.signature(function).parameters
    out = parameters.get("out")
    named = out is None or out.kind is out.KEYWORD_ONLY
    return len(parameters) + 64 if named else list(parameters).index("out")


def by_numpy(
    numpy_function: Callable[..., Any], function: Callable[..., Any], bound: int | None = None
) -> Callable[..., Any]:
    """`function`, with calls on small tensors left to `numpy_function`, or on those of at most `bound` elements."""
    most = most_positional(function)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        limit = setting.limit
        if limit < 0 or not 0 < len(args) <= most:
            return function(*args, **kwargs)
        if bound is not None and not setting.forked:
            limit = bound
        first = args[0]
        if type(first) is EagerTensor:
            if first._num_elements() > limit:
                return function(*args, **kwargs)
        elif not _holds_tensor(args) or _is_of_large(first, limit):
            return function(*args, **kwargs)
        try:
            values = [_value(x, limit) for x in args]
            named = {name: _value(x, limit) for name, x in kwargs.items() if name != "overwrite_input"}
        except _NotSmall:
            return function(*args, **kwargs)
        if not allowed() or (kwargs and kwargs.get("out") is not None):
            return function(*args, **kwargs)
        found = numpy_function(*values, **named)
        return first if found is values[0] else result(found)

    return call


# ------------------------------------------------------------------------------------------------------------ operators

_WEAK = frozenset((bool, int, float, complex))


def binary(x: Any, other: Any, for_numpy: Mapping[Any, Way], compute: Callable[[Any, Any], Any]) -> Any:
    """`compute(x, other)` of a small eager tensor and such a tensor or a Python number; NotImplemented for others.

    `for_numpy` has the dtypes of operands for which NumPy may compute; see `_ufuncs`. Python's operators are faster on
    NumPy's scalars than ufuncs are.
    """
    limit, kind = setting.limit, type(other)
    if kind is EagerTensor:
        way = for_numpy.get((x._datatype_enum(), other._datatype_enum()))
        if way is None or not (_no_tape() and _modes().is_eager):
            return NotImplemented
        left, right = x._numpy_internal(), other._numpy_internal()
        largest = max(left.size, right.size)
        if largest > limit and (limit < 0 or not way.any_size):
            return NotImplemented
        if left.shape != right.shape and not way.any_size and grows(left, right, limit):
            return NotImplemented
        if largest > FEW:
            return computed(way, compute, (left, right))
        found = compute(left, right)
    elif kind in _WEAK:
        way = for_numpy.get((x._datatype_enum(), kind))
        if way is None or not (_no_tape() and _modes().is_eager):
            return NotImplemented
        if x._num_elements() > FEW:
            if x._num_elements() > limit and (limit < 0 or not way.any_size):
                return NotImplemented
            return computed(way, compute, (x._numpy_internal(), other))
        if x._num_elements() > limit:
            return NotImplemented
        found = compute(x._numpy_internal(), other)
    else:
        return NotImplemented
    return tensor(found) if type(found) is not tuple else result(found)


def reflected(x: Any, other: Any, for_numpy: Mapping[Any, Way], compute: Callable[[Any, Any], Any]) -> Any:
    """`compute(other, x)` of a Python number and a small eager tensor; NotImplemented for others."""
    way = for_numpy.get((type(other), x._datatype_enum()))
    if way is None or not (_no_tape() and _modes().is_eager):
        return NotImplemented
    limit = setting.limit
    if x._num_elements() > limit and (limit < 0 or not way.any_size):
        return NotImplemented
    if x._num_elements() > FEW:
        return computed(way, compute, (other, x._numpy_internal()))
    found = compute(other, x._numpy_internal())
    if type(found) is complex:  # `1j * np.float64(2)`: np.float64 is a float, and complex takes it for one
        found = np.complex128(found)
    return tensor(found) if type(found) is not tuple else result(found)


def sequence(x: Any, dtype: Any) -> Any:
    """The tensor of a list with small tensors in it, NotImplemented if there is anything else but numbers."""
    if not allowed():
        return NotImplemented
    try:
        values = _value(x, setting.limit)
    except _NotSmall:
        return NotImplemented
    array = np.array(values, dtype=dtype, order="C")
    return tensor(array) if array.dtype in ENUM_OF else NotImplemented


# ------------------------------------------------------------------------------------------------------------- indexing


_SIMPLE = frozenset((int, type(None), type(Ellipsis)))


def _index(key: Any) -> Any:
    """A key for a host array; raises _NotSmall for what may be something else to NumPy."""
    kind = type(key)
    if kind is int or kind is slice or key is None or key is Ellipsis:
        return _slice(key) if kind is slice else key
    if kind is EagerTensor:
        return key._numpy()
    if kind is tuple:
        return key if _SIMPLE.issuperset(map(type, key)) else tuple([_index(entry) for entry in key])
    if kind is np.int64 or kind is np.ndarray:
        return key
    raise _NotSmall


_BOUNDS = frozenset((int, type(None)))


def _slice(key: slice) -> slice:
    if type(key.start) in _BOUNDS and type(key.stop) in _BOUNDS and type(key.step) in _BOUNDS:
        return key
    return slice(*[x if type(x) in _BOUNDS else _bound(x) for x in (key.start, key.stop, key.step)])


def _bound(x: Any) -> Any:
    if type(x) is EagerTensor or type(x) is np.int64:
        return x.__index__()
    raise _NotSmall


def getitem(x: Any, key: Any) -> Any:
    """`x[key]` of a small tensor, NotImplemented where it isn't one, or the key isn't for NumPy."""
    if x._num_elements() > setting.limit or not x._rank() or x._datatype_enum() not in ENUMS or not allowed():
        return NotImplemented
    if type(key) is not int:
        try:
            key = _index(key)
        except _NotSmall:
            return NotImplemented
    return tensor(x._numpy_internal()[key])


def setitem(x: Any, key: Any, value: Any) -> Any:
    """What `x[key] = value` leaves of a small tensor, or NotImplemented."""
    if not is_small(x) or not allowed():
        return NotImplemented
    kind = type(value)
    try:
        if kind is EagerTensor:
            value = _value(value, setting.limit)
        elif kind not in _NUMBERS:
            return NotImplemented
        key = _index(key)
    except _NotSmall:
        return NotImplemented
    array = own(x._numpy())
    array[key] = value
    return tensor(array)


def changed(x: Any, value: Any, compute: Callable[[Any, Any], Any]) -> Any:
    """What an in-place operator with `value` leaves of a small tensor, or NotImplemented."""
    if not is_small(x) or not allowed():
        return NotImplemented
    if type(value) not in _NUMBERS:
        if not is_small(value):
            return NotImplemented
        value = value._numpy()
    return tensor(compute(own(x._numpy()), value))
