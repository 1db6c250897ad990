"""NumPy's mutations as functions of a value: each returns what the array would be afterwards.

The converter writes `x = np.functional.iadd(x, e)` for `x += e`, `x = np.functional.put(x, i, v)` for `np.put(x, i,
v)`, and so on. A target that isn't a tensor (a list, a dict, a host array) is changed in place and returned, so a
target whose kind is unknown can be rewritten too.

In-place operators keep the dtype and the shape of an array and refuse what NumPy refuses; a 0-d tensor stands for a
NumPy scalar, which is replaced, not changed, and so follows the plain rules of promotion.

Values that no tensor can hold (Python objects, strings) are NumPy's matter: it changes a host copy of the tensor, or
refuses.
"""

from __future__ import annotations

import functools
import inspect
import operator
import types
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, Union, get_args, get_origin

import numpy as np
import tensorflow as tf

import np2tf_runtime as _public

from . import _base, _index, _small, _status, _tensor
from ._base import HostValueError, Tensor, UnsupportedFeatureError, as_tensor, cast, host, static_shape
from ._buffer import buffered, frozen  # noqa: F401 - the converter calls them here
from ._index import assigned, tensor_scatter_update
from ._mixed import MixedScalar
from ._ufuncs import UFUNCS, power_by_operator

_CastingError: type[TypeError] = np._core._exceptions._UFuncOutputCastingError


F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def _through_numpy(function: F) -> F:
    """A mutation of a tensor that is done to a host copy where a value has no tensor dtype."""

    @functools.wraps(function)
    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return function(x, *args, **kwargs)
        except HostValueError:
            if not isinstance(x, Tensor):
                raise
        return _base.from_host(function(np.array(host(x)), *args, **kwargs))

    return call  # type: ignore[return-value]


@_through_numpy
def _in_place(x: Any, e: Any, ufunc: Any, python_operator: Callable[[Any, Any], Any]) -> Any:
    if not isinstance(x, Tensor):
        if isinstance(x, np.ndarray):
            return python_operator(x, _base.to_host(e))
        return python_operator(x, e)
    if _base.rank(x) == 0:
        return ufunc(x, e)
    if (changed := _small.changed(x, e, python_operator)) is not NotImplemented:
        return changed
    if not isinstance(e, (Tensor, _base.Weak)) and type(e) not in _base._SCALARS:
        e = as_tensor(e)
    # The order of NumPy's checks: dtypes, then shapes, then values.
    have, want = ufunc._resolve((_base.promotion_key(x), _base.promotion_key(e)), None)[-1], _base.dtype_of(x)
    if not np.can_cast(have, want, "same_kind"):
        raise _CastingError(ufunc._numpy, "same_kind", have, want, 0)
    by_operator = power_by_operator(x, e) if ufunc.__name__ == "power" else None
    result = ufunc(x, e) if by_operator is None else by_operator
    grown, kept = static_shape(result), static_shape(x)
    if grown != kept and None not in (*kept, *grown):
        wanted, broadcast = (str(tuple(shape)).replace(" ", "") for shape in (kept, grown))
        raise ValueError(
            f"non-broadcastable output operand with shape {wanted} doesn't match the broadcast shape {broadcast}"
        )
    return cast(result, want)


def _in_place_function(name: str, ufunc_name: str, symbol: str) -> Callable[[Any, Any], Any]:
    ufunc = UFUNCS[ufunc_name]
    python_operator = getattr(operator, name)

    def call(x: Any, e: Any) -> Any:
        return _in_place(x, e, ufunc, python_operator)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"""What `x {symbol}= e` leaves in `x`: the dtype and shape of `x` stay.

    Raises TypeError where NumPy refuses the cast (an int array and a float), ValueError where `x` would have to grow.
    A 0-d tensor and numbers are replaced by `x {symbol} e`; lists and host arrays are changed in place and returned.
    """
    _status.record(f"np2tf_runtime.functional.{name}", "device")
    return call


_IN_PLACE = {
    "iadd": ("add", "+"),
    "iand": ("bitwise_and", "&"),
    "ifloordiv": ("floor_divide", "//"),
    "ilshift": ("left_shift", "<<"),
    "imod": ("remainder", "%"),
    "imul": ("multiply", "*"),
    "ior": ("bitwise_or", "|"),
    "ipow": ("power", "**"),
    "irshift": ("right_shift", ">>"),
    "isub": ("subtract", "-"),
    "itruediv": ("divide", "/"),
    "ixor": ("bitwise_xor", "^"),
}
for _name, (_ufunc, _symbol) in _IN_PLACE.items():
    globals()[_name] = _in_place_function(_name, _ufunc, _symbol)


def imatmul(x: Any, e: Any) -> Any:
    """What `x @= e` leaves in `x`. Raises ValueError where the product has another shape, TypeError where the cast is
    refused.
    """
    return _in_place(x, e, UFUNCS["matmul"], operator.imatmul)


_BY_OPERATOR: dict[str, str] = {symbol: name for name, (_, symbol) in _IN_PLACE.items()} | {"@": "imatmul"}


def updated(x: T, new: Any) -> T:
    """What a caller has in `x` after a function changed its parameter in place into `new`.

    That is `new` where `x` is an array. A number can't be changed: the function gave its own name another one. Lists
    and other objects changed themselves, or were replaced there too.

    Raises UnsupportedFeatureError (NT102) for an array without dimensions that would change: NumPy's scalars, which
    don't, are such tensors too.
    """
    if new is x or not isinstance(x, (Tensor, np.ndarray)):
        return x
    if isinstance(x, Tensor) and x.shape.rank == 0:
        raise UnsupportedFeatureError(
            "a function changes what may be an array without dimensions or a number, which is the same here",
            "NT102",
            "hand in float(x) for a number, or x.reshape(1) for an array",
        )
    return new


def _selects_a_part(entry: Any) -> bool:
    """Whether a part of an index is none that copies: a slice, an integer, None or dots, and no array or list."""
    if isinstance(entry, (Tensor, np.ndarray)):
        return _base.rank(entry) == 0 and dtype_of(entry).kind in "iu"
    if entry is None or entry is Ellipsis or isinstance(entry, slice):
        return True
    return hasattr(entry, "__index__") and not isinstance(entry, (bool, np.bool_))


def refreshed(item: T, x: Any, index: Any) -> T:
    """What `x[index]` gave, `item`, after an assignment to another item of `x`.

    A row of an array is a view, and shows what has changed. A number does not, nor does a copy that was selected by an
    array, or an item of a list.
    """
    row = isinstance(item, Tensor) and item.shape.rank != 0 and isinstance(x, Tensor)
    parts = index if isinstance(index, tuple) else (index,)
    return x[index] if row and all(map(_selects_a_part, parts)) else item


def refuse(op: str, x: Any, e: Any, code: str, *, array: bool = False) -> Any:
    """`x op= e` where it isn't known who else holds `x`: raises UnsupportedFeatureError for an array, else does it.

    `op` is the operator, with or without the equals sign, or the name of the function here ("iadd"). `array` says that
    `x` stands for an array even if it has no dimensions, and not for a scalar.
    """
    name = _BY_OPERATOR.get(op.rstrip("="), op)
    if (isinstance(x, Tensor) and (array or _base.rank(x) > 0)) or isinstance(x, tf.Variable):
        raise UnsupportedFeatureError(
            f"x {op.rstrip('=') if name != op else op}= e on an array that others may hold",
            code,
            "write the result to every holder, or make a new array with x = x + e",
        )
    if isinstance(x, np.ndarray) and x.ndim and isinstance(e, Tensor):
        e = host(e)
    return globals()[name](x, e)


def refuse_identity(x: Any, y: Any, code: str) -> bool:
    """`x is y` where NumPy's answer hangs on how an array lies in memory: raises UnsupportedFeatureError (`code`) for
    two arrays, else says it."""
    if isinstance(x, Tensor) and isinstance(y, Tensor) and _base.rank(x) > 0 and _base.rank(y) > 0:
        raise UnsupportedFeatureError(
            "`x is y` of arrays, of which NumPy makes one if the memory is contiguous",
            code,
            "make a copy, or do not ask",
        )
    return x is y


def _holds_arrays(value: Any) -> bool:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else (value,)
    return any((isinstance(x, Tensor) and _base.rank(x) > 0) or isinstance(x, tf.Variable) for x in inside)


def refuse_shared(value: Any, code: str, *methods: str) -> Any:
    """`value`, got by a name that the converter could not see: raises UnsupportedFeatureError (`code`) for an array, or
    a list, tuple or dict of arrays, which would not follow later changes, and for a method with one of these names,
    whose changed argument the caller would not take back."""
    if _holds_arrays(value):
        raise UnsupportedFeatureError(
            "an array got by a computed name, which would not follow later changes", code, "name the attribute"
        )
    if callable(value) and getattr(value, "__name__", None) in methods:
        raise UnsupportedFeatureError(
            f"the method {value.__name__}, which changes its argument, got by a computed name", code, "call it by name"
        )
    return value


def refuse_put(owner: object, name: str, value: Any, code: str, *attributes: str) -> None:
    """`setattr(owner, name, value)`: raises UnsupportedFeatureError (`code`) for an array, or a list, tuple or dict of
    arrays, under one of these names, whose array is changed elsewhere: who else holds it would not follow that."""
    if name in attributes and _holds_arrays(value):
        raise UnsupportedFeatureError(
            f"an array put into {name}, which is changed elsewhere, by a computed name",
            code,
            "name the attribute, or put in a copy",
        )
    setattr(owner, name, value)


def refuse_sharing(value: T, code: str, *attributes: str) -> T:
    """`value`, a copy of an object: raises UnsupportedFeatureError (`code`) if one of these attributes holds an array,
    which the object that was copied holds too."""
    for name in attributes:
        held = inspect.getattr_static(value, name, None)
        if isinstance(held, types.MemberDescriptorType):  # a slot
            held = getattr(value, name, None)
        if (isinstance(held, Tensor) and _base.rank(held) > 0) or isinstance(held, tf.Variable):
            raise UnsupportedFeatureError(
                f"a copy of an object that shares the array in {name}, which is changed elsewhere",
                code,
                "copy the array too, or give both a new one where it changes",
            )
    return value


def refusing(function: Callable[..., Any], code: str) -> Callable[..., Any]:
    """`function`, which changes its first argument in place, for everything but arrays.

    The result calls `function` with the same arguments, and raises UnsupportedFeatureError (`code`) where the first is
    a tensor with dimensions or a variable. Host arrays are changed in place.
    """

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if args and ((isinstance(args[0], Tensor) and _base.rank(args[0]) > 0) or isinstance(args[0], tf.Variable)):
            raise UnsupportedFeatureError(
                f"{function.__name__} of an array that others may hold",
                code,
                "call it by its name where the array has one, or make a new array",
            )
        if args and isinstance(args[0], np.ndarray):
            args = (args[0], *(host(arg) if isinstance(arg, Tensor) else arg for arg in args[1:]))
        return function(*args, **kwargs)

    return call


class _Asked(type):
    """The type of classes that exist to be asked for: `isinstance` and `issubclass` answer as they would in NumPy."""

    def __instancecheck__(cls, x: Any) -> bool:
        return cls.holds(x) if isinstance(x, (Tensor, tf.Variable)) else isinstance(x, cls.host)  # type: ignore[attr-defined]

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, cls.host)  # type: ignore[attr-defined]


class Array(metaclass=_Asked):
    """What a program that was written for NumPy means by `isinstance(x, np.ndarray)`: a tensor with dimensions, or an
    array on the host, as SciPy makes them. A 0-d tensor is what NumPy calls a scalar, and no instance.
    """

    host = (np.ndarray, Tensor, tf.Variable)

    @staticmethod
    def holds(x: Any) -> bool:
        return isinstance(x, tf.Variable) or x.get_shape().rank != 0


def _of_scalars(kind: type, dtype: np.dtype) -> Any:
    def holds(x: Any) -> bool:
        return x.shape == () and _base.dtype_of(x) == dtype

    doc = f"What `isinstance(x, {kind.__name__})` means where NumPy's {dtype} scalars are 0-d tensors, which count."
    return _Asked(kind.__name__.title(), (), {"host": kind, "holds": staticmethod(holds), "__doc__": doc})


Complex, Float = _of_scalars(complex, np.dtype(complex)), _of_scalars(float, np.dtype(float))


def is_instance(x: Any, classes: Any) -> bool:
    """What `isinstance(x, classes)` says in NumPy, whatever class, tuple or union of classes that is.

    A 0-d tensor is what NumPy calls a scalar of its dtype, any other tensor an array; `np.ndarray` among the classes
    means arrays with dimensions, those on the host too.
    """
    if isinstance(classes, tuple):
        return any(is_instance(x, part) for part in classes)
    if get_origin(classes) in {Union, types.UnionType}:
        return is_instance(x, get_args(classes))
    if classes is Tensor:
        return isinstance(x, Array)
    asked = getattr(classes, "__origin__", classes)  # of typing.Iterable
    if not isinstance(asked, type) or asked.__module__.startswith("tensorflow"):
        return isinstance(x, classes)
    return isinstance(_likeness(x), asked)


def has_attribute(x: Any, name: str) -> bool:
    """What `hasattr(x, name)` says in NumPy: a 0-d tensor is what NumPy calls a scalar, and has no length."""
    return hasattr(_likeness(x), name)


def type_of(x: Any) -> type:
    """What `type(x)` is in NumPy: `numpy.ndarray` for a tensor with dimensions, for one without the class of NumPy's
    scalars of its dtype, `tuple` for a shape, and for anything else its own class."""
    return tuple if type(x) is _tensor.Shape else type(_likeness(x))


def has_type(x: Any, classes: Any) -> bool:
    """What `type(x) in classes` says in NumPy: `np.ndarray` among the classes means NumPy's arrays, with dimensions."""
    own = type_of(x)
    if isinstance(classes, (list, tuple, set, frozenset, dict)):
        return own in [np.ndarray if one is Tensor else one for one in classes]
    return own in classes


def class_in(x: Any, table: Any) -> type:
    """What `type(x)` is in NumPy, as a key of a dict, in which `np.ndarray` means NumPy's arrays, with dimensions."""
    own = type_of(x)
    keys = (own, Tensor, type(x)) if own is np.ndarray else (own, type(x))
    return next((key for key in keys if isinstance(table, Mapping) and key in table), own)


def dtype_of(x: Any) -> Any:
    """What `x.dtype` is in NumPy: a `np.dtype` where it is a tensor's, which has a class and a hash of its own."""
    dtype = x.dtype
    return _base.np_dtype(dtype) if isinstance(dtype, tf.DType) else dtype


def to_host(x: Any) -> Any:
    """`x` with NumPy's arrays in the place of tensors, in lists, tuples and dicts too, and its scalars in the place of
    those without dimensions: for functions of others that know numbers by their class."""
    return _base.to_host(x)


def _likeness(x: Any) -> Any:
    """An object of the class that NumPy has where `x` is a tensor, and Python where it is a number that is traced;
    anything else is its own."""
    if isinstance(x, MixedScalar):
        x = x.settled()
    if isinstance(x, _base.Weak):
        return x.kind()
    if not isinstance(x, (Tensor, tf.Variable)):
        return x
    rank = 1 if isinstance(x, tf.Variable) or x.get_shape().rank is None else x.get_shape().rank
    return np.empty((0,) * rank, _base.dtype_of(x)) if rank else np.zeros((), _base.dtype_of(x))[()]


def _refusing(name: str) -> Callable[[Any, Any, str], Any]:
    def call(x: Any, e: Any, code: str) -> Any:
        return refuse(name, x, e, code)

    call.__name__ = call.__qualname__ = f"refuse_{name}"
    call.__doc__ = f"`{name}` for numbers and lists; raises UnsupportedFeatureError (`code`) for arrays."
    return call


for _name in (*_IN_PLACE, "imatmul"):
    globals()[f"refuse_{_name}"] = _refusing(_name)


def _on_host(x: Any, change: Callable[[np.ndarray], Any]) -> Any:
    """Apply a change to a host array (in place), or to a list through an array."""
    if isinstance(x, np.ndarray):
        change(x)
        return x
    raise TypeError(f"argument 1 must be numpy.ndarray, not {type(x).__name__}")


# ---------------------------------------------------------------------------------------------------- NumPy's functions


@_through_numpy
def copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> Any:
    """What `np.copyto(dst, src)` leaves in `dst`: `src` broadcast to its shape and cast to its dtype.

    Raises TypeError for a cast that `casting` doesn't allow, ValueError where `src` doesn't broadcast.
    """
    if not isinstance(dst, Tensor):
        return _on_host(dst, lambda x: np.copyto(x, _base.to_host(src), casting=casting, where=_base.to_host(where)))
    target = _base.dtype_of(dst)
    source = src if type(src) in _base._SCALARS else as_tensor(src)
    if isinstance(source, Tensor):
        if not np.can_cast(_base.dtype_of(source), target, casting):
            raise TypeError(
                f"Cannot cast array data from dtype('{_base.dtype_of(source)}') to dtype('{target}') according to the "
                f"rule '{casting}'"
            )
    elif (
        casting != "unsafe"
        and np.result_type(target, source) != target
        and not np.can_cast(np.min_scalar_type(source), target, casting)
    ):
        raise TypeError(
            f"Cannot cast scalar from dtype('{np.asarray(source).dtype}') to dtype('{target}') according to the rule "
            f"'{casting}'"
        )
    full = tensor_scatter_update(dst, ..., source)
    if where is True:
        return full
    mask = as_tensor(where, None if isinstance(where, (Tensor, np.ndarray)) else bool)
    if mask.dtype is not tf.bool:
        raise TypeError(
            f"Cannot cast array data from dtype('{_base.dtype_of(mask)}') to dtype('bool') according to the rule 'safe'"
        )
    mask = _index._fit(mask, static_shape(dst), lambda: tf.shape(dst))
    return tf.where(mask, full, dst)


@_through_numpy
def fill(x: Any, value: Any) -> Any:
    """What `x.fill(value)` leaves in `x`: every element is `value`, cast to its dtype."""
    if not isinstance(x, Tensor):
        x.fill(_base.to_host(value))
        return x
    value = as_tensor(value) if isinstance(value, (np.ndarray, list, tuple)) else value
    if isinstance(value, Tensor) and _base.rank(value):
        if x.dtype.is_complex:
            raise TypeError("only 0-dimensional arrays can be converted to Python scalars")
        if x.dtype is not tf.bool:
            raise ValueError("setting an array element with a sequence.")
        value = bool(value)
    return tensor_scatter_update(x, ..., value)


def _flat_positions(ind: Any, size: int, mode: str) -> np.ndarray:
    positions = np.asarray(host(ind)).reshape(-1)
    positions = positions.astype(np.intp)
    if mode == "raise":
        outside = (positions < -size) | (positions >= size)
        if outside.any():
            raise IndexError(f"index {positions[outside][0]} is out of bounds for axis 0 with size {size}")
        return np.where(positions < 0, positions + size, positions)
    if mode == "wrap":
        return positions % size
    if mode == "clip":
        return np.clip(positions, 0, size - 1)
    raise ValueError(f"clipmode must be one of 'clip', 'raise', or 'wrap' (got {mode!r})")


@_through_numpy
def put(a: Any, ind: Any, v: Any, mode: str = "raise") -> Any:
    """What `np.put(a, ind, v)` leaves in `a`: `a.flat[ind] = v`, with `v` repeated as needed.

    Raises IndexError for an index out of bounds (`mode="raise"`).
    """
    if hasattr(a, "put") and not isinstance(a, (Tensor, np.ndarray)):
        a.put(ind, v)
        return a
    if not isinstance(a, Tensor):
        return _on_host(a, lambda x: np.put(x, _base.to_host(ind), _base.to_host(v), mode=mode))
    shape = static_shape(a)
    positions = _flat_positions(ind, int(np.prod(shape)), mode)
    values = tf.reshape(assigned(v, a.dtype), (-1,))
    if positions.size == 0 or values.shape[0] == 0:
        return tf.identity(a)
    repeated = _index.getitem(values, np.arange(positions.size) % values.shape[0])
    return tf.reshape(tensor_scatter_update(tf.reshape(a, (-1,)), positions, repeated), shape)


def _mask_like(a: Any, mask: Any, name: str) -> np.ndarray:
    chosen = host(mask).astype(bool)
    if chosen.size != int(np.prod(static_shape(a))):
        raise ValueError(f"{name}: mask and data must be the same size")
    return chosen.reshape(static_shape(a))


def _refuse_unsafe(values: Any, x: tf.Tensor) -> None:
    """NumPy writes arrays by `place` and `putmask` only where no value can change; numbers and lists it casts."""
    if isinstance(values, (Tensor, np.ndarray)) and _base.rank(values):
        source = values.dtype if isinstance(values, np.ndarray) else _base.dtype_of(values)
        if not np.can_cast(source, _base.dtype_of(x), "safe"):
            raise TypeError(
                f"Cannot cast array data from {source!r} to {_base.dtype_of(x)!r} according to the rule 'safe'"
            )


@_through_numpy
def place(arr: Any, mask: Any, vals: Any) -> Any:
    """What `np.place(arr, mask, vals)` leaves in `arr`: the first N values of `vals` where `mask` holds, repeated as
    needed.
    """
    if not isinstance(arr, Tensor):
        return _on_host(arr, lambda x: np.place(x, _base.to_host(mask), _base.to_host(vals)))
    chosen = host(mask).astype(bool)
    if chosen.size != int(np.prod(static_shape(arr))):
        raise ValueError("place: mask and data must be the same size")
    _refuse_unsafe(vals, arr)
    positions = np.flatnonzero(chosen)
    values = assigned(vals, arr.dtype)
    if positions.size == 0:
        return tf.identity(arr)
    if 0 in static_shape(values):
        raise ValueError("Cannot insert from an empty array!")
    return put(arr, positions, values)


@_through_numpy
def putmask(a: Any, mask: Any, values: Any) -> Any:
    """What `np.putmask(a, mask, values)` leaves in `a`: `values.flat[n]` at the flat positions n where `mask` holds."""
    if not isinstance(a, Tensor):
        return _on_host(a, lambda x: np.putmask(x, _base.to_host(mask), _base.to_host(values)))
    _refuse_unsafe(values, a)
    values = assigned(values, a.dtype)
    if _base.rank(values) == 0:
        mask_tensor = as_tensor(mask, bool)
        if None not in static_shape(a) and int(np.prod(static_shape(mask_tensor))) != int(np.prod(static_shape(a))):
            raise ValueError("putmask: mask and data must be the same size")
        return tf.where(tf.reshape(mask_tensor, tf.shape(a)), values, a)
    chosen = _mask_like(a, mask, "putmask")
    values = tf.reshape(values, (-1,))
    count = static_shape(values)[0]
    if count == 0:
        return tf.identity(a)
    size = int(np.prod(static_shape(a)))
    repeated = _index.getitem(values, np.arange(size) % count) if count != size else values
    return tf.where(as_tensor(chosen), tf.reshape(repeated, static_shape(a)), a)


@_through_numpy
def fill_diagonal(a: Any, val: Any, wrap: bool = False) -> Any:
    """What `np.fill_diagonal(a, val)` leaves in `a`."""
    if not isinstance(a, Tensor):
        return _on_host(a, lambda x: np.fill_diagonal(x, _base.to_host(val), wrap))
    shape = static_shape(a)
    if len(shape) < 2:
        raise ValueError("array must be at least 2-d")
    size = int(np.prod(shape))
    if len(shape) == 2:
        step = shape[1] + 1
        end = size if wrap else shape[1] * shape[1]
    else:
        if len(set(shape)) != 1:
            raise ValueError("All dimensions of input must be of equal length")
        step = 1 + int(np.cumprod(shape[:-1]).sum())
        end = size
    positions = np.arange(size)[:end:step]
    return put(a, positions, val) if positions.size else tf.identity(a)


@_through_numpy
def put_along_axis(arr: Any, indices: Any, values: Any, axis: int | None) -> Any:
    """What `np.put_along_axis(arr, indices, values, axis)` leaves in `arr`."""
    if not isinstance(arr, Tensor):
        return _on_host(arr, lambda x: np.put_along_axis(x, _base.to_host(indices), _base.to_host(values), axis))
    shape = static_shape(arr)
    chosen = host(indices)
    if chosen.dtype.kind not in "iu":
        raise IndexError("`indices` must be an integer array")
    if axis is None:
        if chosen.ndim != 1:
            raise ValueError("when axis=None, `indices` must have a single dimension.")
        return tf.reshape(tensor_scatter_update(tf.reshape(arr, (-1,)), chosen, values), shape)
    axis = _base.normalize_axis(axis, len(shape))
    if chosen.ndim != len(shape):
        raise ValueError("`indices` and `arr` must have the same number of dimensions")
    key: list[Any] = []
    for position, length in enumerate(shape):
        if position == axis:
            key.append(chosen)
        else:
            along = [1] * len(shape)
            along[position] = -1
            key.append(np.arange(length).reshape(along))
    return tensor_scatter_update(arr, tuple(key), values)


def sort(x: Any, axis: int = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    """What `x.sort(axis)` leaves in `x`. Lists are sorted as lists (`axis` left alone)."""
    if isinstance(x, list):
        x.sort()
        return x
    if not isinstance(x, Tensor):
        named = {"kind": kind, "order": order, "stable": stable}
        x.sort(*([] if axis == -1 else [axis]), **{name: value for name, value in named.items() if value is not None})
        return x
    return _public.sort(x, axis=axis)


def partition(x: Any, kth: Any, axis: int = -1, kind: str = "introselect", order: Any = None) -> Any:
    """What `x.partition(kth)` leaves in `x`."""
    if not isinstance(x, (Tensor, np.ndarray)):
        x.partition(kth)
        return x
    if not isinstance(x, Tensor):
        x.partition(_base.to_host(kth), axis=axis, kind=kind, order=order)
        return x
    return _public.partition(x, kth, axis=axis)


def resize(x: Any, *new_shape: Any, refcheck: bool = True) -> Any:
    """What `x.resize(new_shape)` leaves in `x`: elements dropped at the end, or zeros added (`np.resize` repeats
    instead).
    """
    if not isinstance(x, Tensor):
        x.resize(*new_shape, **({"refcheck": refcheck} if isinstance(x, np.ndarray) else {}))
        return x
    target = new_shape[0] if len(new_shape) == 1 else new_shape
    if target is None or new_shape == ():
        return tf.identity(x)
    target = tuple(operator.index(n) for n in target) if np.iterable(target) else (operator.index(target),)
    if any(n < 0 for n in target):
        raise ValueError("negative dimensions not allowed")
    size = int(np.prod(target))
    flat = tf.reshape(x, (-1,))[:size]
    missing = size - int(static_shape(flat)[0])
    return tf.reshape(tf.concat([flat, tf.zeros((missing,), x.dtype)], 0) if missing else flat, target)


def itemset(x: Any, *args: Any) -> Any:
    """What NumPy 1's `x.itemset(index, value)` left in `x`; a lone int counts in C order."""
    *where, value = args
    if not where:
        if isinstance(x, Tensor) and int(np.prod(static_shape(x))) != 1:
            raise ValueError("can only convert an array of size 1 to a Python scalar")
        return fill(x, value) if isinstance(x, Tensor) else tensor_scatter_update(x, ..., value)
    index = where[0] if len(where) == 1 else tuple(where)
    if isinstance(index, tuple):
        return tensor_scatter_update(x, index, value)
    if isinstance(x, Tensor):
        return put(x, [operator.index(index)], value)
    x.flat[index] = _base.to_host(value)
    return x


def nan_to_num(x: Any, copy: bool = False, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    """What `np.nan_to_num(x, copy=False)` leaves in `x`."""
    if isinstance(x, np.ndarray):
        return np.nan_to_num(x, copy=False, nan=nan, posinf=posinf, neginf=neginf)
    return _public.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


def byteswap(x: Any) -> Any:
    """What `x.byteswap(inplace=True)` leaves in `x`."""
    if isinstance(x, np.ndarray):
        return x.byteswap(inplace=True)
    return _base.from_host(host(x).byteswap())


def as_shape(x: Any, shape: Any) -> Any:
    """`x` itself if it has this shape, otherwise `x.reshape(shape)`: the way back from `np.squeeze` and
    `np.atleast_2d`, which hand out their argument where there is nothing to do.
    """
    return x if tuple(x.shape) == tuple(shape) else x.reshape(shape)


@_through_numpy
def complex_with(b: Any, real: Any = None, imag: Any = None) -> Any:
    """What `b.real = real` and `b.imag = imag` leave in `b`. A real array has no imaginary part to set (TypeError)."""
    if isinstance(b, np.ndarray):
        if real is not None:
            b.real = _base.to_host(real)
        if imag is not None:
            b.imag = _base.to_host(imag)
        return b
    if not isinstance(b, Tensor):
        raise AttributeError(f"attribute 'real' of '{type(b).__name__}' objects is not writable")
    if not b.dtype.is_complex:
        if imag is not None:
            raise TypeError("array does not have imaginary part to set")
        return b if real is None else tensor_scatter_update(b, ..., real)
    part_dtype = b.dtype.real_dtype
    parts = []
    for given, have in ((real, tf.math.real(b)), (imag, tf.math.imag(b))):
        parts.append(
            have if given is None else _index._fit(assigned(given, part_dtype), static_shape(b), lambda: tf.shape(b))
        )
    return tf.complex(*parts)


def shuffle(rng: Any, x: Any, axis: int = 0) -> Any:
    """What `rng.shuffle(x)` leaves in `x`, in NumPy's own order for the same state of `rng` (which moves on as
    NumPy's does).

    `rng` is a Generator, a RandomState, `np.random` itself, or Python's `random`. Lists are shuffled in place and
    returned.
    """
    keywords = {} if axis == 0 else {"axis": axis}
    if not isinstance(x, Tensor):
        target = getattr(rng, "_numpy", None) or getattr(rng, "_host", None) or rng
        shuffler = getattr(target, "shuffle", None) or rng.shuffle
        shuffler(x, **keywords)
        return x
    shuffled = np.array(host(x))
    _host_generator(rng).shuffle(shuffled, **keywords)
    return _base.from_host(shuffled)


def _host_generator(rng: Any) -> Any:
    """The NumPy generator behind a runtime one."""
    for attribute in ("_np", "_numpy", "_host", "_generator", "_state"):
        found = getattr(rng, attribute, None)
        if found is not None and hasattr(found, "shuffle"):
            return found
    if isinstance(rng, (np.random.Generator, np.random.RandomState)) or not hasattr(rng, "__name__"):
        return rng
    return np.random if rng.__name__.endswith("random") and rng.__name__ != "random" else rng


def permuted_into(rng: Any, x: Any, axis: Any = None) -> Any:
    """What `rng.permuted(x, axis=axis, out=x)` leaves in `x`."""
    generator = _host_generator(rng)
    if not isinstance(x, Tensor):
        return generator.permuted(x, axis=axis, out=x)
    return _base.from_host(generator.permuted(np.array(host(x)), axis=axis))


# ------------------------------------------------------------------------------------------------------------ ufunc.at

# Where TensorFlow accumulates over repeated indices itself.
_SCATTERS = {
    "add": tf.tensor_scatter_nd_add,
    "subtract": tf.tensor_scatter_nd_sub,
    "maximum": tf.tensor_scatter_nd_max,
    "minimum": tf.tensor_scatter_nd_min,
}
_SCATTER_DTYPES = (tf.float64, tf.float32, tf.int64, tf.int32)


@_through_numpy
def _at(a: Any, ufunc: Any, indices: Any, b: Any = None) -> Any:
    name = ufunc.__name__
    if not isinstance(a, Tensor):
        plain = (_base.to_host(indices),) if ufunc.nin == 1 else (_base.to_host(indices), _base.to_host(b))
        return _on_host(a, lambda x: ufunc._numpy.at(x, *plain))
    if ufunc.nout != 1 or ufunc.nin > 2:
        raise ValueError("Only single output ufuncs supported at this time")
    if ufunc.nin == 2 and b is None:
        raise ValueError("second operand needed for ufunc")
    if _base.executing_eagerly() and _base.on_cpu(a) and not _base.recording():
        found = np.array(host(a))
        ufunc._numpy.at(found, *map(_base.to_host, (indices,) if ufunc.nin == 1 else (indices, b)))
        return _base.from_host(found)
    shape = static_shape(a)
    if type(b) is int and a.dtype.is_integer and not a.dtype.min <= b <= a.dtype.max:
        b = as_tensor(b)  # Python numbers are no longer weak here
    if None in shape or not _index._is_known(indices):
        if name == "add":
            return a + _scattered_sum(a, indices, b)
        raise UnsupportedFeatureError(
            f"np.{name}.at while tracing", "NT604", "use tf.tensor_scatter_nd_add and its relatives"
        )
    chosen = _index._positions(shape)[_index._plain(indices)]
    flat = chosen.reshape(-1)
    data = tf.reshape(a, (-1,))
    if ufunc.nin == 1:
        return tf.reshape(_at_by_rounds(ufunc, data, flat, None), shape)
    *operands, result = ufunc._resolve((_base.promotion_key(a), _base.promotion_key(b)), None)
    values = _base.as_operand(b, operands[1])
    values = tf.reshape(_index._fit(values, chosen.shape), (-1,))
    if flat.size == 0:
        return tf.identity(a)
    if name in _SCATTERS and a.dtype in _SCATTER_DTYPES and result == _base.dtype_of(a):
        scattered = _SCATTERS[name](data, as_tensor(np.ascontiguousarray(flat[:, None])), cast(values, a.dtype))
        if not (name in ("maximum", "minimum") and a.dtype.is_floating):
            return tf.reshape(scattered, shape)
    return tf.reshape(_at_by_rounds(ufunc, data, flat, values), shape)


def _scattered_sum(a: Any, indices: Any, b: Any) -> Any:
    """The sum of `b` over repeated indices, as the gradient of reading: works for every index while tracing."""
    zero = tf.zeros(tf.shape(a), tf.float64 if not a.dtype.is_floating else a.dtype)
    with tf.GradientTape() as tape:
        tape.watch(zero)
        read = _index.getitem(zero, indices)
    weights = tf.broadcast_to(_base.as_operand(b, a.dtype), tf.shape(read))
    gradient = tape.gradient(read, zero, output_gradients=cast(weights, read.dtype))
    return cast(tf.convert_to_tensor(gradient), a.dtype)


def _at_by_rounds(ufunc: Any, data: Any, flat: np.ndarray, values: Any) -> Any:
    """Repeated indices one after the other: the k-th occurrence of each index belongs to round k."""
    order = np.argsort(flat, kind="stable")
    ordered = flat[order]
    starts = np.r_[True, ordered[1:] != ordered[:-1]] if flat.size else np.zeros(0, bool)
    occurrence = np.empty(flat.size, np.int64)
    position = np.arange(flat.size)
    occurrence[order] = position - np.maximum.accumulate(np.where(starts, position, 0)) if flat.size else 0
    for turn in range(int(occurrence.max()) + 1 if flat.size else 0):
        members = np.flatnonzero(occurrence == turn)
        where = flat[members]
        have = _index.getitem(data, where)
        new = ufunc(have) if values is None else ufunc(have, _index.getitem(values, members))
        data = tensor_scatter_update(data, where, new)
    return tf.identity(data)


def _at_function(public: str, ufunc: Any) -> Callable[..., Any]:
    def call(a: Any, indices: Any, b: Any = None) -> Any:
        return _at(a, ufunc, indices, b)

    call.__name__ = call.__qualname__ = f"{public}_at"
    call.__doc__ = f"""What `np.{public}.at(a, indices{", b" if ufunc.nin == 2 else ""})` leaves in `a`.

    Repeated indices count each time.

    Results are cast to the dtype of `a`, as NumPy does here without a check. Raises IndexError out of bounds.
    """
    return call


for _name, _ufunc in UFUNCS.items():
    if _ufunc.nout == 1 and _ufunc.signature is None:
        globals()[f"{_name}_at"] = _at_function(_name, _ufunc)

_FUNCTIONS = (
    "as_shape",
    "byteswap", "complex_with", "copyto", "fill", "fill_diagonal", "itemset", "nan_to_num", "partition",
    "permuted_into",
    "place",
    "put", "put_along_axis", "putmask", "refuse", "resize", "shuffle", "sort",
)  # fmt: skip
for _name in _FUNCTIONS:
    _status.record(f"np2tf_runtime.functional.{_name}", "device")

__all__ = sorted(
    [
        *_IN_PLACE,
        "imatmul",
        "Array",
        "Complex",
        "Float",
        "buffered",
        "class_in",
        "dtype_of",
        "frozen",
        "has_attribute",
        "has_type",
        "is_instance",
        "refreshed",
        "to_host",
        "updated",
        *_FUNCTIONS,
    ]
    + [name for name in globals() if name.endswith("_at") and not name.startswith("_")]
    + [name for name in globals() if name.startswith("refuse_")]
)
