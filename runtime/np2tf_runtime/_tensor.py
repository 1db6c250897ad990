"""What `tf.Tensor` lacks as an `ndarray`: methods, attributes, operators, conversions, printing. Importing this
module adds them.

The changes are global, and of two kinds:

* Names that TensorFlow doesn't have, or has in NumPy's sense: simply added.
* `shape`, `data`: TensorFlow and Keras keep seeing what they always saw (a TensorShape), everyone else sees NumPy's
(a tuple).
  The caller's module decides; the look-up costs a tenth of a microsecond.

Nothing here computes: methods call the public function of the same name, operators the ufunc.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import math
import operator
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np
import tensorflow as tf
from tensorflow.python.framework import dtypes as _tf_dtypes
from tensorflow.python.framework import ops as _ops
from tensorflow.python.framework import tensor_shape as _tensor_shape

import np2tf_runtime as _public

from . import _base, _index, _printing, _small, _status, _symbolic
from ._base import EagerTensor, Tensor, UnsupportedFeatureError, cast, host, is_eager, static_shape
from ._ufuncs import UFUNCS, power_by_operator

EagerBase: type = _ops._EagerTensorBase
_NUMERIC = frozenset(_base._NP_OF)
_NoLoopError: type[TypeError] = np._core._exceptions._UFuncNoLoopError


def _from_tensorflow(frame: Any) -> bool:
    """Whether the code of this frame belongs to TensorFlow's family, which wants TensorFlow's own attributes."""
    name = frame.f_globals.get("__name__", "")
    return name.startswith(("tensorflow", "keras", "tf_keras"))


# --------------------------------------------------------------------------------------------------------------- shape


class Shape(tuple):
    """A tensor's shape: a tuple, with what is useful of `tf.TensorShape`. Lengths unknown while tracing are None. As a
    tuple it equals no list."""

    def as_list(self) -> list[int | None]:
        return list(self)

    def as_proto(self) -> Any:
        return _tensor_shape.TensorShape(tuple(self)).as_proto()

    def is_fully_defined(self) -> bool:
        return None not in self

    def num_elements(self) -> int | None:
        return None if None in self else math.prod(self)

    def is_compatible_with(self, other: Any) -> bool:
        return _tensor_shape.TensorShape(tuple(self)).is_compatible_with(_tensor_shape.TensorShape(other))

    def merge_with(self, other: Any) -> Any:
        return _tensor_shape.TensorShape(tuple(self)).merge_with(other)

    def with_rank(self, rank: int) -> Any:
        return _tensor_shape.TensorShape(tuple(self)).with_rank(rank)

    def assert_has_rank(self, rank: int) -> None:
        _tensor_shape.TensorShape(tuple(self)).assert_has_rank(rank)

    def assert_is_compatible_with(self, other: Any) -> None:
        _tensor_shape.TensorShape(tuple(self)).assert_is_compatible_with(_tensor_shape.TensorShape(other))

    def concatenate(self, other: Any) -> Any:
        return _tensor_shape.TensorShape(tuple(self)).concatenate(_tensor_shape.TensorShape(other))

    @property
    def rank(self) -> int:
        return len(self)

    ndims = rank

    @property
    def dims(self) -> Any:
        return _tensor_shape.TensorShape(tuple(self)).dims

    def __eq__(self, other: object) -> bool:
        return tuple.__eq__(self, tuple(other) if isinstance(other, _tensor_shape.TensorShape) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = tuple.__hash__

    def __getitem__(self, key: Any) -> Any:
        found = tuple.__getitem__(self, key)
        return Shape(found) if type(key) is slice else found

    def __add__(self, other: Any) -> Any:
        return Shape(tuple.__add__(self, tuple(other)))

    def __radd__(self, other: Any) -> Any:
        return Shape((*other, *self))

    def __reduce__(self) -> Any:
        return tuple, (tuple(self),)


_eager_shape = EagerBase.shape.fget
_symbolic_shape = Tensor.shape.fget


def _refuse_write(attribute: str, code: str, mend: str) -> Callable[[Any, Any], NoReturn]:
    def setter(self: Any, value: Any) -> NoReturn:
        raise UnsupportedFeatureError(f"assigning to x.{attribute}", code, mend)

    return setter


_SET_SHAPE = _refuse_write("shape", "NT503", "write x = x.reshape(...)")


def _shape_of_eager(self: Any) -> Any:
    """The shape: a tuple of ints (TensorFlow's own code gets the TensorShape)."""
    if sys._getframe(1).f_globals.get("__name__", "").startswith(("tensorflow", "keras", "tf_keras")):
        return _eager_shape(self)
    return Shape(self._shape_tuple())


def _shape_of_symbolic(self: Any) -> Any:
    """The shape: a tuple with None for what isn't known; a TensorShape where not even the rank is."""
    shape = _symbolic_shape(self)
    if (
        sys._getframe(1).f_globals.get("__name__", "").startswith(("tensorflow", "keras", "tf_keras"))
        or shape.rank is None
    ):
        return shape
    return Shape(shape.as_list())


# ----------------------------------------------------------------------------------------------------------- operators

_ORIGINAL = {name: Tensor.__dict__[name] for name in Tensor.OVERLOADABLE_OPERATORS if name in Tensor.__dict__}


_COMMON = frozenset((bool, int, float, complex, np.ndarray, np.bool_, np.int64, np.float32, np.float64, list, tuple))
_OPERANDS = (bool, int, float, complex, np.ndarray, np.generic, Tensor, tf.Variable, list, tuple, range, _base.Weak)


def _is_tensorflows(other: Any) -> bool:
    """What TensorFlow's operators know and NumPy's don't: composite tensors, Keras objects, ..."""
    kind = type(other)
    return (
        hasattr(kind, "__tf_tensor__")
        or isinstance(other, tf.__internal__.CompositeTensor)
        or kind.__module__.startswith(("tensorflow", "keras", "tf_keras"))
    )


def _is_operand(self: Any, other: Any) -> bool:
    """Whether NumPy's operators take `other`: numbers, arrays, and Python objects, for which NumPy computes."""
    if isinstance(other, Tensor):
        return other.dtype._type_enum in _NUMERIC
    return isinstance(other, _OPERANDS) or (isinstance(self, EagerTensor) and not _is_tensorflows(other))


def _leaves_it(other: Any) -> bool:
    """Whether NumPy's operators leave it to the other operand's reflected method (or raise TypeError)."""
    if isinstance(other, (Tensor, *_OPERANDS)):
        return False
    if isinstance(other, (str, bytes, type(None))) or hasattr(type(other), "__array_ufunc__"):
        return True
    priority = getattr(other, "__array_priority__", 0)
    return isinstance(priority, (int, float)) and priority > 0


def _binary(name: str, ufunc: Any, reflected: bool) -> Callable[[Any, Any], Any]:
    original = _ORIGINAL.get(name)
    plain = type(ufunc).__name__ == "ufunc"
    apply = ufunc._apply if plain else lambda args: ufunc(*args)
    for_numpy = ufunc._by_numpy_too if plain else {}
    symbol = f"__{name.strip('_')[1 if reflected else 0 :]}__"
    compute = divmod if ufunc.__name__ == "divmod" else getattr(operator, symbol)
    at_once = _small.reflected if reflected else _small.binary

    def method(self: Any, other: Any) -> Any:
        if type(self) is EagerTensor and (found := at_once(self, other, for_numpy, compute)) is not NotImplemented:
            return found
        if (self._datatype_enum() if type(self) is EagerTensor else self.dtype._type_enum) in _NUMERIC:
            kind = type(other)
            if kind in _COMMON or (kind is EagerTensor and other._datatype_enum() in _NUMERIC):
                return apply((other, self) if reflected else (self, other))
            pair = (other, self) if reflected else (self, other)
            if _base.is_of_its_own(kind):
                return _base.call_numpy(compute, pair, {})
            if _is_operand(self, other):
                return NotImplemented if _leaves_it(other) else apply(pair)
        return NotImplemented if original is None else original(self, other)

    method.__name__ = name
    method.__doc__ = f"`numpy.{ufunc.__name__}` as an operator."
    return method


def _multiplication(name: str, ufunc: Any, reflected: bool) -> Callable[[Any, Any], Any]:
    """A 0-d tensor stands for a NumPy scalar, and an integer times a list repeats the list."""
    plain = _binary(name, ufunc, reflected)

    def method(self: Any, other: Any) -> Any:
        if (
            isinstance(other, (list, tuple, str, bytes))
            and self.shape.rank == 0
            and (isinstance(self, EagerTensor) or _symbolic.trace.compiled)
            and not _from_tensorflow(sys._getframe(1))
        ):
            if not isinstance(self, EagerTensor):
                raise _base.NotCompilableError("a list is repeated as often as only the run knows")
            return self._numpy() * other
        return plain(self, other)

    method.__name__ = name
    method.__doc__ = plain.__doc__
    return method


def _comparison(name: str, ufunc: Any) -> Callable[[Any, Any], Any]:
    original = _ORIGINAL[name]
    unequal = name == "__ne__"
    apply = ufunc._apply
    for_numpy = ufunc._by_numpy_too
    compare = getattr(operator, name)

    def method(self: Any, other: Any) -> Any:
        eager = type(self) is EagerTensor
        if eager and (found := _small.binary(self, other, for_numpy, compare)) is not NotImplemented:
            return found
        if self.dtype._type_enum in _NUMERIC:
            # What TensorFlow traces for itself keeps its own answer to `x == None`.
            if (other is None or isinstance(other, (str, bytes))) and (eager or _symbolic.trace.compiled):
                if name in ("__eq__", "__ne__"):
                    return tf.fill(self._shape_tuple() if eager else tf.shape(self), unequal)
                return NotImplemented
            if _base.is_of_its_own(type(other)):
                return _base.call_numpy(compare, (self, other), {})
            if (
                type(other) in _COMMON
                or (type(other) is EagerTensor and other.dtype._type_enum in _NUMERIC)
                or _is_operand(self, other)
            ):
                if not (EagerTensor is type(self) or tf.executing_eagerly() or self.graph.building_function):
                    return original(self, other)  # a TF1 graph compares by identity
                if not isinstance(other, _OPERANDS) and _leaves_it(other):
                    return NotImplemented
                try:
                    return apply((self, other))
                except _NoLoopError:
                    # Numbers and strings are never equal; which of NumPy's comparisons say so is its own matter.
                    return _base.call_numpy(compare, (self, other), {})
        elif name in ("__eq__", "__ne__") and self.dtype is tf.string and isinstance(self, EagerTensor):
            # TensorFlow's own comparison takes a bytes object for the name of a dtype once NumPy behaviour is on.
            return (tf.not_equal if unequal else tf.equal)(self, tf.convert_to_tensor(other, tf.string))
        return original(self, other)

    method.__name__ = name
    method.__doc__ = f"`numpy.{ufunc.__name__}` as an operator."
    return method


# Python's operator -> the ufunc. In-place operators are left out on purpose: they would only rebind the name.
_OPERATORS = {
    "add": "add",
    "and": "bitwise_and",
    "divmod": "divmod",
    "floordiv": "floor_divide",
    "lshift": "left_shift",
    "matmul": "matmul",
    "mod": "remainder",
    "mul": "multiply",
    "or": "bitwise_or",
    "pow": "power",
    "rshift": "right_shift",
    "sub": "subtract",
    "truediv": "divide",
    "xor": "bitwise_xor",
}
_COMPARISONS = {
    "__eq__": "equal",
    "__ge__": "greater_equal",
    "__gt__": "greater",
    "__le__": "less_equal",
    "__lt__": "less",
    "__ne__": "not_equal",
}
_UNARY = {"__abs__": "absolute", "__invert__": "invert", "__neg__": "negative", "__pos__": "positive"}


def _unary(name: str, ufunc: Any) -> Callable[[Any], Any]:
    original = _ORIGINAL.get(name)

    def method(self: Any) -> Any:
        if original is not None and self.dtype._type_enum not in _NUMERIC:
            return original(self)
        return ufunc._apply((self,))

    method.__name__ = name
    method.__doc__ = f"`numpy.{ufunc.__name__}` as an operator."
    return method


_original_getitem = Tensor.__getitem__


def _getitem(self: Any, key: Any) -> Any:
    """`x[key]`, by NumPy's rules; see `_index.getitem`."""
    if type(self) is EagerTensor:
        if self._datatype_enum() not in _NUMERIC:
            return _original_getitem(self, key)
    elif self.dtype._type_enum not in _NUMERIC or self._shape_tuple() is None:
        return _original_getitem(self, key)
    try:
        return _index.getitem(self, key)
    except tf.errors.InvalidArgumentError as error:
        failed: Exception = IndexError(error.message).with_traceback(error.__traceback__)
    except _base.FAILURES as error:
        failed = error
    return _base.answer_of_numpy("x[...]", operator.getitem, (self, key), {}, failed)


def _setitem(self: Any, key: Any, value: Any) -> NoReturn:
    """Refused: a tensor can't be written to. By NumPy's error where NumPy refuses it too."""
    if isinstance(self, EagerTensor) and self.dtype._type_enum in _NUMERIC:
        # All elements are one: the index and the value are checked as NumPy does, and no memory is needed.
        trial = np.lib.stride_tricks.as_strided(np.zeros(1, _np(self.dtype)), self._shape_tuple(), [0] * self._rank())
        _base.refuse_as_numpy(operator.setitem, (trial, key, value), {}, ())
    # It is no TypeError: programs catch that one, where it may be a tuple that they write to.
    raise UnsupportedFeatureError(
        f"'{type(self).__name__}' object does not support item assignment",
        "NT604",
        "write x = np.tensor_scatter_update(x, index, value); of a line that was left so, `np2tf check` says why",
    )


def _delitem(self: Any, key: Any) -> NoReturn:
    raise ValueError("cannot delete array elements")


# --------------------------------------------------------------------------------------------------------- conversions


def _array(self: Any, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
    """The value for NumPy: read-only and without a copy where the device allows; writable where `copy` is True."""
    array = host(self)
    if array.ndim == 0:
        array = np.array(array)
        return array if dtype is None else array.astype(dtype)
    if dtype is not None and np.dtype(dtype) != array.dtype:
        if copy is False:
            raise ValueError("Unable to avoid copy while creating an array as requested.")
        return array.astype(dtype)
    return array.copy() if copy else array


def _truth(self: Any) -> bool:
    """The truth of the one element; ValueError for none or several."""
    value = self._numpy()
    return bool(value)


def _hash(self: Any) -> int:
    """Of a 0-d tensor, the hash of its value, so that it can be a key; TypeError for arrays."""
    if isinstance(self, EagerTensor) and self._rank() == 0 and self.dtype._type_enum in _NUMERIC:
        return hash(self._numpy())
    raise TypeError(f"unhashable type: 'numpy.ndarray' (a tensor of shape {self.get_shape()})")


_symbolic_hash = Tensor.__hash__


def _to_int(self: Any) -> int:
    return int(self._numpy())


def _to_float(self: Any) -> float:
    return float(self._numpy())


def _to_complex(self: Any) -> complex:
    return complex(self._numpy())


def _to_index(self: Any) -> int:
    if self.dtype.is_integer and self._rank() == 0:
        return int(self._numpy())
    raise TypeError("only integer scalar arrays can be converted to a scalar index")


def _round_method(self: Any, ndigits: int | None = None) -> Any:
    """Python's `round` of a number: an int without `ndigits`. Arrays refuse it."""
    if isinstance(self, EagerTensor) and self._rank() == 0:
        result = round(self._numpy()) if ndigits is None else round(self._numpy(), ndigits)
        return _base.from_host(result) if isinstance(result, np.generic) else result
    if ndigits is None or self.shape.rank != 0:
        raise TypeError("type numpy.ndarray doesn't define __round__ method")
    return _public.round(self, ndigits)


def _length(self: Any) -> int:
    shape = static_shape(self)
    if not shape:
        raise TypeError("len() of unsized object")
    if shape[0] is None:
        raise TypeError(f"the length of {self.name} is not known while tracing: use tf.shape(x)[0]")
    return shape[0]


_UNSTACKED = 4096  # rows taken apart by one op; more would cost memory for a loop that may stop early


def _iterate(self: Any) -> Iterator[Any]:
    shape = static_shape(self)
    if not shape:
        raise TypeError("iteration over a 0-d array")
    if shape[0] is None:
        self._disallow_iteration()
    if _small.is_small(self) and _small.allowed():
        return map(_small.tensor, self._numpy())
    if isinstance(self, EagerTensor) and 0 < shape[0] <= _UNSTACKED:
        return iter(tf.unstack(self))
    return (_index.getitem(self, i) for i in range(shape[0]))


def _contains(self: Any, item: Any) -> bool:
    return bool(_public.any(self == item))


def _pickled(array: Any) -> Any:
    """What unpickling a tensor calls."""
    return _base.from_host(np.array(array))


def _reduce_method(self: Any) -> Any:
    return _pickled, (np.array(host(self)),)


def _deepcopy(self: Any, memo: dict[int, Any]) -> Any:
    return tf.identity(self)


_NOTHING = np.empty(0)


def _copy_method(self: Any, order: str = "C") -> Any:
    """A new tensor of the same value."""
    if not isinstance(order, str) or order != "C":
        _NOTHING.copy(order)  # NumPy looks whether it is an order
    return _small.copy(self) if _small.is_small(self) and _small.allowed() else tf.identity(self)


# ------------------------------------------------------------------------------------------------------------- methods

# Methods that are the function of the same name with the array as its first argument.
_METHODS = (
    "all",
    "any",
    "argmax",
    "argmin",
    "argpartition",
    "argsort",
    "cumprod",
    "cumsum",
    "diagonal",
    "dot",
    "max",
    "mean",
    "min",
    "nonzero",
    "prod",
    "ravel",
    "repeat",
    "round",
    "searchsorted",
    "squeeze",
    "std",
    "sum",
    "swapaxes",
    "take",
    "trace",
    "var",
)

_MUTATORS = {
    "byteswap": ("NT503", "write x = np.functional.byteswap(x)"),
    "fill": ("NT604", "write x = np.functional.fill(x, value)"),
    "itemset": ("NT604", "write x = np.tensor_scatter_update(x, index, value)"),
    "partition": ("NT604", "write x = np.partition(x, kth)"),
    "put": ("NT604", "write x = np.functional.put(x, indices, values)"),
    "resize": ("NT604", "write x = np.functional.resize(x, shape)"),
    "setfield": ("NT503", "write the elements with np.tensor_scatter_update"),
    "setflags": ("NT505", "tensors are never writeable"),
    "sort": ("NT604", "write x = np.sort(x)"),
}
_CHECKED = ("fill", "partition", "put", "resize", "sort")  # whose arguments NumPy may refuse as well
_REFUSED = {
    "ctypes": ("NT511", "hand out np.asarray(x)"),
    "getfield": ("NT503", "use x.astype"),
    "newbyteorder": ("NT503", "tensors have the native byte order"),
    "ptp": ("NT602", "write np.ptp(x)"),
}


def _delegating(name: str) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(_public, name)(self, *args, **kwargs)

    method.__name__ = name
    method.__doc__ = f"`np.{name}(x, ...)`."
    return method


def _compress(self: Any, condition: Any, axis: Any = None, out: Any = None) -> Any:
    """`np.compress(condition, x, ...)`."""
    return _public.compress(condition, self, axis, out)


def _choose(self: Any, *choices: Any, out: Any = None, mode: str = "raise") -> Any:
    """`np.choose(x, ...)`; the choices may be given one by one."""
    if not choices:
        raise TypeError("choose() takes exactly 1 argument (0 given)")
    return _public.choose(self, choices[0] if len(choices) == 1 else choices, out, mode)


def _clip(self: Any, min: Any = None, max: Any = None, out: Any = None, **kwargs: Any) -> Any:
    """`np.clip(x, ...)`; either limit may be left out."""
    return _public.clip(self, min, max, out, **kwargs)


def _refusing(name: str, code: str, mend: str) -> Callable[..., NoReturn]:
    def method(self: Any, *args: Any, **kwargs: Any) -> NoReturn:
        if name in _CHECKED:
            kwargs = {"refcheck": False, **kwargs} if name == "resize" else kwargs
            _base.refuse_as_numpy(getattr(np.ndarray, name), (self, *args), kwargs, self)
        raise UnsupportedFeatureError(f"x.{name}", code, mend)

    method.__name__ = name
    method.__doc__ = f"Not available on tensors ({code}): {mend}."
    return method


def _missing_ctypes(self: Any) -> NoReturn:
    raise _base.MissingNameError("x.ctypes", *_REFUSED["ctypes"])


def _reshape(self: Any, *shape: Any, order: str = "C", copy: bool | None = None) -> Any:
    """`np.reshape`; the lengths may be given one by one."""
    if not shape:
        raise TypeError("reshape() takes exactly 1 argument (0 given)")
    target = shape[0] if len(shape) == 1 else shape
    return (
        _public.reshape(self, target, order=order)
        if copy is None
        else _public.reshape(self, target, order=order, copy=copy)
    )


def _transpose(self: Any, *axes: Any) -> Any:
    """`np.transpose`; the axes may be given one by one."""
    if not axes or axes == (None,):
        return _public.transpose(self)
    if len(axes) == 1 and not isinstance(axes[0], (int, np.integer)):
        return _public.transpose(self, axes[0])
    return _public.transpose(self, axes)


def _flatten(self: Any, order: str = "C") -> Any:
    return _public.ravel(self, order)


def _astype(
    self: Any, dtype: Any, order: str = "K", casting: str = "unsafe", subok: bool = True, copy: bool = True
) -> Any:
    """The elements as another dtype. With `copy=False` the tensor itself where it has the dtype.

    Raises TypeError for a step that `casting` doesn't allow; warns where an imaginary part is lost.
    """
    try:
        target = _base.np_dtype(dtype if dtype is not None else float)
    except _base.HostValueError:
        return host(self).astype(dtype, casting=casting)
    source = _base.dtype_of(self)
    if source == target:
        return _copy_method(self) if copy else self
    if casting != "unsafe" and not np.can_cast(source, target, casting):
        raise TypeError(
            f"Cannot cast array data from dtype('{source}') to dtype('{target}') according to the rule '{casting}'"
        )
    if source.kind == "c" and target.kind not in "cb":
        warnings.warn(
            "Casting complex values to real discards the imaginary part", np.exceptions.ComplexWarning, stacklevel=2
        )
    elif _small.is_small(self) and target in _small.ENUM_OF and _small.allowed():
        return _small.tensor(self._numpy().astype(target))
    elif _small.told() and _base.tells((self,)):
        return _base.from_host(host(self).astype(target))
    return cast(self, target)


def _item(self: Any, *args: Any) -> Any:
    return host(self).item(*map(_base.to_host, args))


def _tolist(self: Any) -> Any:
    return host(self).tolist()


# Methods of NumPy's scalars and Python's numbers that arrays don't have.
_OF_SCALARS = ("__trunc__", "as_integer_ratio", "bit_count", "denominator", "hex", "is_integer", "numerator")


def _of_scalar(name: str) -> property:
    def get(self: Any) -> Any:
        if self._rank():
            raise AttributeError(f"'numpy.ndarray' object has no attribute '{name}'")
        return getattr(self._numpy()[()], name)

    return property(get, doc=f"`{name}` of NumPy's scalar; a tensor with axes has no such method.")


def _dump(self: Any, file: Any) -> None:
    """A pickle of the host array, written to a file: `np.load(file, allow_pickle=True)` reads it."""
    np.array(host(self)).dump(file)


def _dumps(self: Any) -> bytes:
    return np.array(host(self)).dumps()


def _tobytes(self: Any, order: str = "C") -> bytes:
    _base.check_known_order(self, order)
    return host(self).tobytes(order)


def _tofile(self: Any, *args: Any, **kwargs: Any) -> None:
    host(self).tofile(*args, **kwargs)


def _view(self: Any, dtype: Any = None, type: Any = None) -> Any:
    """A new tensor of the same value. Another dtype would read the memory differently: use `tf.bitcast`."""
    if isinstance(dtype, __builtins_type) and issubclass(dtype, (np.ndarray, Tensor)):
        dtype, type = None, dtype
    if dtype is not None and _base.np_dtype(dtype) != _base.dtype_of(self):
        raise UnsupportedFeatureError(f"x.view({dtype!r})", "NT503", "use x.astype for values, tf.bitcast for bits")
    if type is not None and type is not Tensor and type is not np.ndarray:
        raise UnsupportedFeatureError(f"x.view({type!r})", "NT513", "tensors have no subclasses")
    return tf.identity(self)


__builtins_type = type


def _conjugate(self: Any, out: Any = None) -> Any:
    """The complex conjugate; a real tensor itself."""
    _base.no_out(out, "conjugate")
    return tf.math.conj(self) if self.dtype.is_complex else self


def _real(self: Any) -> Any:
    return tf.math.real(self) if self.dtype.is_complex else self


def _imag(self: Any) -> Any:
    return tf.math.imag(self) if self.dtype.is_complex else tf.zeros_like(self)


def _size(self: Any) -> Any:
    shape = static_shape(self)
    return tf.size(self, out_type=tf.int64) if None in shape else math.prod(shape)


def _ndim(self: Any) -> int | None:
    return self._rank() if isinstance(self, EagerTensor) else self.get_shape().rank


def _mT(self: Any) -> Any:  # noqa: N802 - NumPy's name
    if _base.rank(self) < 2:
        raise ValueError("matrix transpose with ndim < 2 is undefined")
    return tf.linalg.matrix_transpose(self)


def _itemsize(self: Any) -> int:
    return self.dtype.size


def _nbytes(self: Any) -> int:
    return _size(self) * self.dtype.size


def _strides(self: Any) -> tuple[int, ...]:
    """The steps in bytes of the C-contiguous memory tensors have."""
    steps: list[int] = []
    step = self.dtype.size
    for length in reversed(static_shape(self)):
        steps.append(step)
        step *= max(length or 0, 1)
    return tuple(reversed(steps))


_original_data = Tensor.__dict__.get("data")


def _data(self: Any) -> Any:
    if _from_tensorflow(sys._getframe(1)):
        return self
    return memoryview(host(self))


class Flags:
    """`x.flags`: C-contiguous, aligned, never writeable. Read-only."""

    c_contiguous = contiguous = aligned = carray = True
    writeable = owndata = writebackifcopy = False

    def __init__(self, ndim: int) -> None:
        self.__dict__["f_contiguous"] = self.__dict__["fortran"] = ndim <= 1
        self.__dict__["forc"] = True
        self.__dict__["fnc"] = False

    _BY_KEY = {  # noqa: RUF012 - a constant
        "C": "c_contiguous", "C_CONTIGUOUS": "c_contiguous", "CONTIGUOUS": "c_contiguous",
        "F": "f_contiguous", "F_CONTIGUOUS": "f_contiguous", "FORTRAN": "f_contiguous",
        "O": "owndata", "OWNDATA": "owndata", "W": "writeable", "WRITEABLE": "writeable",
        "A": "aligned", "ALIGNED": "aligned", "X": "writebackifcopy", "WRITEBACKIFCOPY": "writebackifcopy",
        "FNC": "fnc", "FORC": "forc",
    }  # fmt: skip

    def __eq__(self, other: object) -> bool:
        return self.__dict__ == other.__dict__ if isinstance(other, Flags) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as NumPy's

    def __getitem__(self, key: str) -> bool:
        try:
            return getattr(self, self._BY_KEY[key])
        except (KeyError, TypeError):
            raise KeyError("Unknown flag") from None

    def _refuse(self, *args: Any) -> NoReturn:
        raise UnsupportedFeatureError("setting an array flag", "NT505", "tensors are never writeable")

    __setitem__ = __setattr__ = _refuse

    def __repr__(self) -> str:
        rows = ("C_CONTIGUOUS", "F_CONTIGUOUS", "OWNDATA", "WRITEABLE", "ALIGNED", "WRITEBACKIFCOPY")
        return "\n".join(f"  {row} : {self[row]}" for row in rows) + "\n"


class Flat:
    """`x.flat`: the elements in C order, to iterate over and to index. Assigning raises."""

    __slots__ = ("_next", "_tensor", "base")

    def __init__(self, tensor: Any) -> None:
        self.base = tensor
        self._tensor = tf.reshape(tensor, (-1,))
        self._next = 0

    def __len__(self) -> int:
        return _length(self._tensor)

    def __iter__(self) -> Flat:
        return self

    def __next__(self) -> Any:
        if self._next >= len(self):
            raise StopIteration
        self._next += 1
        return _index.getitem(self._tensor, self._next - 1)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, tuple) and len(key) > 1:
            raise IndexError(
                f"too many indices for flat iterator: flat iterator is 1-dimensional, but {len(key)} were indexed"
            )
        if key is None:
            raise IndexError(
                "only integers, slices (`:`), ellipsis (`...`) and integer or boolean arrays are valid indices"
            )
        if isinstance(key, list) and key and all(isinstance(each, bool) for each in key):
            raise IndexError("boolean indices for iterators are not supported because of their ambiguous meaning")
        return _index.getitem(self._tensor, key)

    def __delitem__(self, key: Any) -> NoReturn:
        raise TypeError("Cannot delete iterator elements")

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        if is_eager(self._tensor):
            _base.refuse_as_numpy(operator.setitem, (np.array(host(self._tensor)).flat, key, value), {}, ())
        raise UnsupportedFeatureError("assigning to x.flat", "NT604", "write x = np.functional.put(x, indices, values)")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return _array(self._tensor, dtype, copy)

    def __eq__(self, other: object) -> Any:
        return self._tensor == (other._tensor if isinstance(other, Flat) else other)

    def __ne__(self, other: object) -> Any:
        return self._tensor != (other._tensor if isinstance(other, Flat) else other)

    __hash__ = None  # type: ignore[assignment]

    @property
    def index(self) -> int:
        return self._next

    @property
    def coords(self) -> tuple[int, ...]:
        return tuple(int(i) for i in np.unravel_index(self._next, static_shape(self.base)))

    def copy(self) -> Any:
        return tf.identity(self._tensor)


class DeviceName(str):
    """TensorFlow's name of a device, which is also equal to the array API's: "cpu" is the processor, "gpu" the first
    accelerator.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other) or (isinstance(other, str) and other in _SHORT and self.endswith(_SHORT[other]))

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


def _refuse_device(self: Any, value: Any) -> NoReturn:
    raise AttributeError("attribute 'device' of 'numpy.ndarray' objects is not writable: use x.to_device(...)")


_SHORT = {"cpu": "device:CPU:0", "gpu": "device:GPU:0"}
_original_device = EagerTensor.device


def _to_device(self: Any, device: Any, /, *, stream: Any = None) -> Any:
    """The tensor on another device ("cpu", "gpu", or TensorFlow's name for one); itself where it lies there."""
    if stream is not None:
        raise ValueError("The stream argument in to_device() is not supported")
    name = {"cpu": "/CPU:0", "gpu": "/GPU:0", "cuda": "/GPU:0"}.get(str(device).lower(), device)
    with tf.device(name):
        moved = tf.identity(self)
    return self if isinstance(self, EagerBase) and moved.device == self.device else moved


_dlpack_of_tensorflow = EagerBase.__dlpack__


def _dlpack(
    self: Any, *, stream: Any = None, max_version: Any = None, dl_device: Any = None, copy: bool | None = None
) -> Any:
    """The memory for another library, which must not write to it; a copy of it with `copy=True`.

    Raises BufferError for a device where the tensor doesn't lie.
    """
    if dl_device is not None and tuple(map(int, dl_device)) != tuple(map(int, self.__dlpack_device__())):
        raise BufferError("the tensor lies on another device: move it there with x.to_device(...)")
    return _dlpack_of_tensorflow(tf.raw_ops.DeepCopy(x=self) if copy else self, stream=stream)


def _array_namespace(self: Any, api_version: str | None = None) -> Any:
    """The array API standard: the namespace of functions for tensors."""
    return _public


def _array_function(self: Any, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
    """NumPy's own functions, which SciPy calls, read tensors as arrays; one that asks for dtypes has to see arrays."""
    if not all(issubclass(other, (Tensor, np.ndarray)) for other in types):
        return NotImplemented
    if function is np.result_type:
        args = [np.asarray(x)[()] if isinstance(x, Tensor) else x for x in args]
    return function._implementation(*args, **kwargs)


# Attributes: getter, and what to do instead of assigning.
_ATTRIBUTES: dict[str, tuple[Callable[[Any], Any], str, str]] = {
    "T": (lambda self: _public.transpose(self), "NT604", "tensors can't be written to"),
    "base": (lambda self: None, "NT604", "tensors own their memory"),
    "data": (_data, "NT511", "tensors can't be written to"),
    "flags": (lambda self: Flags(_base.rank(self)), "NT505", "tensors are never writeable"),
    "flat": (Flat, "NT604", "write x = np.tensor_scatter_update(x.ravel(), ..., values).reshape(x.shape)"),
    "imag": (_imag, "NT604", "write x = np.functional.complex_with(x, imag=value)"),
    "itemsize": (_itemsize, "NT503", "use x.astype"),
    "mT": (_mT, "NT604", "tensors can't be written to"),
    "nbytes": (_nbytes, "NT503", "use x.reshape or x.astype"),
    "ndim": (_ndim, "NT503", "use x.reshape"),
    "real": (_real, "NT604", "write x = np.functional.complex_with(x, real=value)"),
    "size": (_size, "NT503", "use x.reshape"),
    "strides": (_strides, "NT501", "use x.reshape or np.transpose"),
}


# --------------------------------------------------------------------------------------------------------------- dtype


def _np(dtype: Any) -> np.dtype:
    return _base._NP_OF.get(dtype._type_enum) or np.dtype(dtype.as_numpy_dtype)


def _dtype_attribute(name: str) -> property:
    return property(lambda self: getattr(_np(self), name), doc=f"As `numpy.dtype.{name}`.")


_original_dtype_eq = _tf_dtypes.DType.__eq__


def _dtype_eq(self: Any, other: Any) -> bool:
    """Equal to whatever names the same dtype: `float`, "f8", `np.float64`, `np.dtype("f8")`, `tf.float64`."""
    if self is other:
        return True
    if isinstance(other, _tf_dtypes.DType):
        return self._type_enum == other._type_enum
    if other is None:
        return False
    if isinstance(other, (type, np.dtype, str)) and self._type_enum in _NUMERIC:
        try:
            return _np(self) == np.dtype(other)
        except TypeError:
            return _original_dtype_eq(self, other)
    return _original_dtype_eq(self, other)


def _dtype_str(self: Any) -> str:
    return self.name


def _dtype_repr(self: Any) -> str:
    return f"dtype('{self.name}')"


_DTYPE_ATTRIBUTES = (
    "alignment", "base", "byteorder", "char", "descr", "fields", "flags", "hasobject", "isalignedstruct", "isbuiltin",
    "isnative",
    "itemsize", "kind", "metadata", "names", "num", "str", "subdtype", "type",
)  # fmt: skip


# ------------------------------------------------------------------------------------------------------------- install


def _install_operators() -> None:
    for name, ufunc_name in _OPERATORS.items():
        ufunc = UFUNCS[ufunc_name]
        make = _multiplication if name == "mul" else _binary
        setattr(Tensor, f"__{name}__", _power(ufunc) if name == "pow" else make(f"__{name}__", ufunc, reflected=False))
        setattr(Tensor, f"__r{name}__", make(f"__r{name}__", ufunc, reflected=True))
    for name, ufunc_name in _COMPARISONS.items():
        setattr(Tensor, name, _comparison(name, UFUNCS[ufunc_name]))
    for name, ufunc_name in _UNARY.items():
        setattr(Tensor, name, _unary(name, UFUNCS[ufunc_name]))
    Tensor.__getitem__ = _getitem
    Tensor.__setitem__ = _setitem
    Tensor.__delitem__ = _delitem


def _power(ufunc: Any) -> Callable[..., Any]:
    plain = _binary("__pow__", ufunc, reflected=False)

    def method(self: Any, other: Any, modulo: Any = None) -> Any:
        if self.dtype is tf.bool and modulo is None and _base.rank(self):
            if isinstance(other, _base.Weak) and other.kind is int:
                raise _base.NeedsStaticError("booleans to the power of a number that is known only in the run")
            if type(other) is int and other == 2:
                return UFUNCS["square"](self)  # int8, where np.power(x, 2) and NumPy's scalars give int64
        if modulo is None and (made := power_by_operator(self, other)) is not None:
            return made
        if type(self) is EagerTensor and type(other) in _base._SCALARS:
            # NumPy's operator takes other ways than np.power; the first call must find its loop as later ones do.
            ufunc.learn((self._datatype_enum(), type(other)))
        return plain(self, other) if modulo is None else NotImplemented

    method.__name__ = "__pow__"
    method.__doc__ = plain.__doc__
    return method


def _install_methods() -> None:
    own: dict[str, Callable[..., Any]] = {
        "__array_function__": _array_function,
        "__array_namespace__": _array_namespace,
        "__contains__": _contains,
        "__iter__": _iterate,
        "__len__": _length,
        "__round__": _round_method,
        "astype": _astype,
        "choose": _choose,
        "clip": _clip,
        "compress": _compress,
        "conj": _conjugate,
        "conjugate": _conjugate,
        "copy": _copy_method,
        "dump": _dump,
        "dumps": _dumps,
        "flatten": _flatten,
        "item": _item,
        "reshape": _reshape,
        "to_device": _to_device,
        "tobytes": _tobytes,
        "tofile": _tofile,
        "tolist": _tolist,
        "transpose": _transpose,
        "view": _view,
    }
    for name in _METHODS:
        own[name] = _delegating(name)
    for name, (code, mend) in {**_MUTATORS, **_REFUSED}.items():
        own[name] = _refusing(name, code, mend)
        _status.record(f"numpy.ndarray.{name}", "unsupported", mend, code)
    for name, function in own.items():
        with contextlib.suppress(AttributeError, TypeError, ValueError):  # not every method has one
            function.__signature__ = inspect.signature(getattr(np.ndarray, name))  # type: ignore[attr-defined]
        setattr(Tensor, name, function)
        if name not in _MUTATORS and name not in _REFUSED:
            on_host = name in ("dump", "dumps", "item", "tobytes", "tofile", "tolist")
            _status.record(
                f"numpy.ndarray.{name}", "host" if on_host else "device", "gives Python objects" if on_host else ""
            )
    for name, (getter, code, mend) in _ATTRIBUTES.items():
        setattr(Tensor, name, property(getter, _refuse_write(name, code, mend)))
        _status.record(f"numpy.ndarray.{name}", "device")
    Tensor.ctypes = property(_missing_ctypes)
    Tensor.__array_priority__ = 1000.0
    Tensor.__class_getitem__ = classmethod(types.GenericAlias)  # `np.ndarray[tuple[int, int], np.dtype[np.float64]]`


def _install_on_eager() -> None:
    own = {
        "__array__": _array,
        "__bool__": _truth,
        "__complex__": _to_complex,
        "__copy__": _copy_method,
        "__deepcopy__": _deepcopy,
        "__dlpack__": _dlpack,
        "__float__": _to_float,
        "__format__": lambda self, spec: (
            _printing.tensor_format(self, spec) if _prints(self) else _original_format(self, spec)
        ),
        "__hash__": _hash,
        "__index__": _to_index,
        "__int__": _to_int,
        "__len__": _length,
        "__nonzero__": _truth,
        "__reduce__": _reduce_method,
        "__repr__": lambda self: _printing.tensor_repr(self) if _prints(self) else _original_repr(self),
        "__str__": lambda self: _printing.tensor_str(self) if _prints(self) else _original_str(self),
    }
    for name, function in own.items():
        setattr(EagerBase, name, function)
    for name in ("__format__", "__repr__", "__str__"):
        setattr(Tensor, name, _of_known(getattr(Tensor, name)))
    for name in _OF_SCALARS:
        setattr(EagerBase, name, _of_scalar(name))
    EagerBase.shape = property(_shape_of_eager, _SET_SHAPE)
    Tensor.shape = property(_shape_of_symbolic, _SET_SHAPE)
    EagerTensor.device = property(
        lambda self: DeviceName(_original_device.__get__(self)),
        _refuse_device,
    )
    EagerBase.dtype = property(
        EagerBase.dtype.fget, _refuse_write("dtype", "NT503", "use x.astype for values, tf.bitcast for bits")
    )
    for name in ("shape", "dtype"):
        _status.record(f"numpy.ndarray.{name}", "device")
    _status.record(
        "numpy.ndarray.device", "device", "TensorFlow's name of the device, equal to 'cpu' where NumPy says so"
    )


def _of_known(plain: Callable[..., str]) -> Callable[..., str]:
    """A method that makes text of a tensor: `np.jit` must not take what it says of one that is traced. TensorFlow says
    it in errors that it catches itself.
    """

    def method(self: Any, *args: Any) -> str:
        if not _from_tensorflow(sys._getframe(1)):
            _symbolic.refuse_text(self)
        return plain(self, *args)

    method.__name__ = plain.__name__
    method.__doc__ = plain.__doc__
    return method


_original_format, _original_repr, _original_str = EagerBase.__format__, EagerBase.__repr__, EagerBase.__str__


def _prints(x: Any) -> bool:
    return x.dtype._type_enum in _NUMERIC and not x._prefer_custom_summarizer()


def _install_dtype() -> None:
    kind = _tf_dtypes.DType
    for name in _DTYPE_ATTRIBUTES:
        if not hasattr(kind, name):
            setattr(kind, name, _dtype_attribute(name))
    kind.newbyteorder = lambda self, new_order="S": _np(self).newbyteorder(new_order)
    kind.dtype = property(_np, doc="The `numpy.dtype`: lets `np.dtype(x.dtype)` work.")
    kind.__eq__ = _dtype_eq
    kind.__ne__ = lambda self, other: not _dtype_eq(self, other)
    kind.__str__ = _dtype_str
    kind.__repr__ = _dtype_repr
    # Order by safe casting, as np.dtype's; nothing in TensorFlow orders DTypes.
    kind.__le__ = lambda self, other: _np(self) <= np.dtype(other)
    kind.__lt__ = lambda self, other: _np(self) < np.dtype(other)
    kind.__ge__ = lambda self, other: _np(self) >= np.dtype(other)
    kind.__gt__ = lambda self, other: _np(self) > np.dtype(other)


def _install_autograph() -> None:
    """AutoGraph must not rewrite the runtime: its branches are on static values only."""
    from tensorflow.python.autograph.core import config as autograph_config

    rule = autograph_config.DoNotConvert("np2tf_runtime")
    if not any(getattr(known, "_prefix", None) == "np2tf_runtime" for known in autograph_config.CONVERSION_RULES):
        autograph_config.CONVERSION_RULES = (rule, *autograph_config.CONVERSION_RULES)


def _refuse_instances(cls: Any, **arguments: Any) -> None:
    """A class of a program may name tensors as its base; an object of it can't be made."""
    super(Tensor, cls).__init_subclass__(**arguments)
    if cls.__module__.startswith(("tensorflow", "keras", "tf_")):
        return
    made = cls.__dict__.get("__new__", cls.__new__)
    if isinstance(made, staticmethod):
        made = made.__func__

    def new(kind: Any, *args: Any, **kwargs: Any) -> Any:
        refused = UnsupportedFeatureError(f"{kind.__name__}(...)", "NT513", "tensors have no subclasses")
        if made is object.__new__:
            raise refused
        try:
            result = made(kind, *args, **kwargs)
        except TypeError as error:
            if "object.__new__()" in str(error) or "takes no arguments" in str(error):
                raise refused from error
            raise
        if type(result) is kind:
            raise refused
        return result

    cls.__new__ = functools.update_wrapper(new, made) if made is not object.__new__ else new


def _install_subclasses() -> None:
    Tensor.__init_subclass__ = classmethod(_refuse_instances)


def install() -> None:
    """Make `tf.Tensor` an ndarray. Called once, when the runtime is imported."""
    tf.experimental.numpy.experimental_enable_numpy_behavior()
    _install_operators()
    _install_methods()
    _install_on_eager()
    _install_dtype()
    _install_autograph()
    _install_subclasses()
