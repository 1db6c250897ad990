"""What every module of the runtime stands on: conversion, dtypes, promotion, axes, and the registration of public
names.

Other modules need, in this order of frequency:

* `as_tensor(x, dtype=None)`, `host(x)`, `cast(x, dtype)`, `promote(*args)`, `result_dtype(*args)`
* `np_dtype(d)`, `tf_dtype(d)`, `default_float()`, `default_complex()`
* `normalize_axis(axis, ndim)`, `normalize_axes(axis, ndim)`, `static_shape(x)`, `is_eager(x)`
* `@device`, `host_function(name, reason)`, `unsupported(name, code, mend)`, `unsupported_class(name, code, mend)`
* `from_host(array)`: a tensor of a host array that nobody else holds (no copy)
* `HostValueError`: what `as_tensor` and `from_host` raise for a value that has no tensor dtype; `@device` then hands
  the call to NumPy, so a family needs to do nothing about it
* `no_out(out, name)`: refuses `out=` with the mend

What has no tensor dtype stays a host array: an argument of Python objects (`decimal.Decimal`, None, ...), strings,
dates, records or extended precision, and asking for such a dtype (`dtype=object`), makes the call NumPy's own, on the
host; results that a tensor can hold are tensors, the others stay host arrays, which change in place as NumPy's do. So
does a host array given as `out`: it is filled by NumPy.

A tensor's `shape` is a tuple here as it is for users (see `_tensor.py`); use `static_shape` where speed matters.
"""

from __future__ import annotations

import contextlib
import functools
import operator
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn, TypeVar

import numpy as np
import tensorflow as tf
from numpy.lib.array_utils import normalize_axis_index
from tensorflow.python.eager import context as _context
from tensorflow.python.eager import record as _record
from tensorflow.python.framework import dtypes as _tf_dtypes
from tensorflow.python.framework.func_graph import FuncGraph
from tensorflow.python.framework.ops import get_default_graph
from tensorflow.python.ops import gen_array_ops as _arrays

from . import _small, _status

Tensor = tf.Tensor
ndarray = tf.Tensor
EagerTensor = _small.EagerTensor
F = TypeVar("F", bound=Callable[..., Any])
MAXIMUM_DIMENSIONS = 64  # NumPy's
executing_eagerly = _context.executing_eagerly


class UnsupportedFeatureError(Exception):
    """Raised for what NumPy has and tensors can't offer.

    It is no NotImplementedError: programs catch that one, where a class of theirs leaves a method out.

    Parameters
    ----------
    what : str
        What was asked for, as the author of the program would name it.
    code : str
        The diagnostic's code, "NT501" to "NT604"; `np2tf explain CODE` tells more.
    mend : str
        What to write instead.
    """

    # AutoGraph keeps the class of an error that has no __init__ of its own: it makes another one of the text.
    __init__ = Exception.__init__

    def __new__(cls, what: str, code: str = "", mend: str = "") -> UnsupportedFeatureError:
        self = super().__new__(cls)
        quoted = re.search(r"np2tf: .*\[(NT\d+)\]", what)
        self.what, self.code, self.mend = what, code or (quoted[1] if quoted else "NT601"), mend
        self._text = what if quoted else f"np2tf: {what} [{self.code}]" + (f": {mend}" if mend else "")
        return self

    def __str__(self) -> str:
        return self._text

    def __reduce__(self) -> Any:
        return type(self), (self.what, self.code, self.mend)


class HostValueError(UnsupportedFeatureError):
    """A value that no tensor can hold, where a tensor is needed: the call is NumPy's, on the host. Users see it only
    where NumPy has no such function.
    """


class OutRefusedError(UnsupportedFeatureError):
    """`out=` was given a tensor (kept in `out`), which can't be written to. Where NumPy would refuse the call too, its
    own error is raised instead; see `refuse_as_numpy`."""

    out: Any = None


class HostFallbackWarning(UserWarning):
    """A function fails on tensors again and again, and NumPy computes it each time, on the host."""


class NotCompilableError(Exception):
    """Raised while a function is traced, for what can't be expressed on that rung (XLA, or a graph): whoever traces
    goes one rung down. Never seen by users.
    """


class NeedsStaticError(NotCompilableError):
    """The value of a number is needed while tracing. Whoever traces may unroll the loop it comes from, or trace again
    for this one value.
    """


class PartialArrayError(NotCompilableError):
    """An array of which only a part counts was handed to a function that takes whole ones; see `_partial`."""


class Weak:
    """A Python number that is known only as a tensor while a function is traced: weak in promotion. See `_symbolic`."""

    __slots__ = ()
    kind: type
    unsettled = False  # whether only the run decides that it is Python's; see `_mixed`

    def as_tensor(self, dtype: Any = None) -> tf.Tensor:
        raise NotImplementedError

    def settled(self) -> Any:
        return self


class MissingNameError(UnsupportedFeatureError, AttributeError):
    """A name of NumPy that the runtime lacks. Also an AttributeError, so that `hasattr` and `getattr(..., default)`
    work.
    """


# -------------------------------------------------------------------------------------------------------------- dtypes

_SUPPORTED = (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "float32", "float64", "complex64", "complex128",
)  # fmt: skip
_TF_OF: dict[tuple[str, int], tf.DType] = {}  # (kind, itemsize) -> tf.DType: `q` and `l` are one type
_NP_OF: dict[int, np.dtype] = {}  # enum of the tf.DType -> np.dtype
for _name in _SUPPORTED:
    _dtype = np.dtype(_name)
    _TF_OF[_dtype.kind, _dtype.itemsize] = getattr(tf, _name)
    _NP_OF[getattr(tf, _name).as_datatype_enum] = _dtype
for _extra in (tf.bfloat16,):
    _NP_OF[_extra.as_datatype_enum] = np.dtype(_extra.as_numpy_dtype)
_TF_BY_NP: dict[Any, tf.DType] = {np.dtype(t.as_numpy_dtype): t for t in (*_TF_OF.values(), tf.bfloat16)}
_TF_BY_NP.update({np.dtype(t.as_numpy_dtype).type: t for t in _TF_OF.values()})
_TF_BY_NP.update({bool: tf.bool, int: tf.int64, float: tf.float64, complex: tf.complex128})
INTERN: dict[int, tf.DType] = _tf_dtypes._INTERN_TABLE

_REFUSED_KINDS = {
    "O": ("arrays of Python objects", "NT504", "use a list, or a numeric dtype"),
    "S": ("arrays of bytes", "NT510", "keep the strings in a list"),
    "U": ("arrays of strings", "NT510", "keep the strings in a list"),
    "T": ("arrays of strings", "NT510", "keep the strings in a list"),
    "M": ("arrays of dates", "NT509", "use numbers of seconds or days"),
    "m": ("arrays of time differences", "NT509", "use numbers of seconds or days"),
    "V": ("structured arrays", "NT502", "use one tensor per field"),
}


def _refuse_dtype(dtype: np.dtype) -> NoReturn:
    if dtype.kind in _REFUSED_KINDS:
        raise HostValueError(*_REFUSED_KINDS[dtype.kind])
    if dtype.kind in "fc":
        raise HostValueError(f"the dtype {dtype}", "NT604", "use float64 or complex128")
    raise HostValueError(f"the dtype {dtype}", "NT604", "use a dtype of " + ", ".join(_SUPPORTED))


def _dtype_of_value(array: Any) -> tf.DType:
    """The `tf.DType` for a host array or NumPy scalar; HostValueError where there is none."""
    kind = array.dtype
    found = _TF_BY_NP.get(kind) or _TF_OF.get((kind.kind, kind.itemsize))
    if found is None:
        _refuse_dtype(kind)
    return found


def refuse_class(dtype: Any) -> None:
    """Raise UnsupportedFeatureError for the class of a tensor; in NumPy, that of a scalar names a dtype."""
    if isinstance(dtype, type) and issubclass(dtype, (Tensor, tf.Variable)):
        raise UnsupportedFeatureError("the class of a tensor as a dtype", "NT513", "use x.dtype")


def np_dtype(dtype: Any) -> np.dtype | None:
    """The `np.dtype` of anything that names one (`float`, "f4", `np.int8`, `tf.float32`, ...); None stays None.

    Raises HostValueError for dtypes that tensors can't have, UnsupportedFeatureError for another byte order and for the
    class of tensors, TypeError for what is no dtype.
    """
    if dtype is None:
        return None
    if isinstance(dtype, tf.DType):
        try:
            return _NP_OF[dtype.as_datatype_enum]
        except KeyError:
            return np.dtype(dtype.as_numpy_dtype)
    refuse_class(dtype)
    found = np.dtype(dtype)
    if (found.kind, found.itemsize) not in _TF_OF or not found.isnative:
        if found in _TF_BY_NP:
            return found
        if (found.kind, found.itemsize) in _TF_OF:
            raise UnsupportedFeatureError(f"the byte order of {found.str}", "NT503", "use the native dtype")
        _refuse_dtype(found)
    return found


def tf_dtype(dtype: Any) -> tf.DType | None:
    """The `tf.DType` of anything that names a dtype; None stays None. Errors as `np_dtype`."""
    if dtype is None or isinstance(dtype, tf.DType):
        return dtype
    try:
        return _TF_BY_NP[dtype]
    except (KeyError, TypeError):
        found = np_dtype(dtype)
        known = _TF_OF.get((found.kind, found.itemsize))
        return known if known is not None else _TF_BY_NP[found]


def dtype_of(x: Any) -> np.dtype:
    """The `np.dtype` of a tensor."""
    return _NP_OF.get(x.dtype._type_enum) or np.dtype(x.dtype.as_numpy_dtype)


# -------------------------------------------------------------------------------------------------------- configuration


class _Config:
    """How dtypes are combined; changed by `configure` only."""

    promotion = "numpy"
    prefer_float32 = False


config = _Config()
_clear_on_configure: list[Callable[[], None]] = []


def configure(
    *, promotion: str | None = None, prefer_float32: bool | None = None, host_limit: int | None = None
) -> None:
    """Choose how dtypes are combined, and where small arrays are computed. What isn't given stays as it is.

    Parameters
    ----------
    promotion : {"numpy", "all", "safe", "off"}
        "numpy" (the default): NumPy 2's rules (NEP 50). "all": JAX's lattice, in which integers with float32 give
        float32. "safe": the same lattice, and TypeError where a step may lose information (integers of 64 bits as
        float64, too). "off": TypeError unless dtypes are equal;
        Python numbers still take the tensor's dtype.
    prefer_float32 : bool
        True: Python floats, and integers where a function needs floats, give float32 and not float64; complex numbers
        complex64.
    host_limit : int
        Calls on eager tensors of at most so many elements are computed by NumPy, on the tensors' memory: that is faster
        than to launch an operation. 0: never. At first 131,072, or what the environment variable NP2TF_HOST_LIMIT says.
        Only where the CPU is the one device, no gradient is recorded and nothing is traced.

    Raises
    ------
    ValueError
        `promotion` is none of the four.
    """
    if promotion is not None:
        if promotion not in ("numpy", "all", "safe", "off"):
            raise ValueError(f"promotion must be 'numpy', 'all', 'safe' or 'off', not {promotion!r}")
        config.promotion = promotion
    if prefer_float32 is not None:
        config.prefer_float32 = bool(prefer_float32)
    _small.enable(config.promotion == "numpy" and not config.prefer_float32, host_limit)
    for clear in _clear_on_configure:
        clear()


_small.enable(True)


def default_float() -> np.dtype:
    """float64, or float32 under `configure(prefer_float32=True)`."""
    return np.dtype(np.float32 if config.prefer_float32 else np.float64)


def default_complex() -> np.dtype:
    """complex128, or complex64 under `configure(prefer_float32=True)`."""
    return np.dtype(np.complex64 if config.prefer_float32 else np.complex128)


# ----------------------------------------------------------------------------------------------------------- conversion

_SCALARS = frozenset((bool, int, float, complex))
_PLAIN = frozenset(
    (bool, int, float, complex, str, bytes, type(None), np.float64, np.float32, np.int64, np.int32, np.bool_)
)
_DEMOTED = {"float64": np.dtype(np.float32), "complex128": np.dtype(np.complex64)}


def is_tensor(x: Any) -> bool:
    return isinstance(x, Tensor)


def is_eager(x: Any) -> bool:
    """True for a tensor that has a value now, and for everything that isn't a tensor."""
    return isinstance(x, EagerTensor) or not isinstance(x, Tensor)


def on_cpu(*tensors: Any) -> bool:
    """Whether NumPy can compute with the memory of these tensors: their values are known, and it is the host's."""
    if _small.only_cpu():
        return all(isinstance(x, EagerTensor) for x in tensors)
    return all(isinstance(x, EagerTensor) and "CPU" in x.device for x in tensors)


def without_gradient(x: Any) -> bool:
    """Whether NumPy can compute with the memory of a tensor: it is the host's, and nobody records a gradient."""
    return on_cpu(x) and not recording()


def from_host(array: Any, dtype: Any = None) -> tf.Tensor:
    """The tensor of a host array *that nobody else holds*: its memory may be taken over. Use `as_tensor` for others'
    arrays.
    """
    if type(array) is not np.ndarray or dtype is not None:
        array = np.asarray(array, dtype=None if dtype is None else np_dtype(dtype))
    kind = array.dtype
    target = _TF_BY_NP.get(kind)
    if target is None or not kind.isnative:
        target = _dtype_of_value(array)
        array = array.astype(target.as_numpy_dtype)
    if executing_eagerly():
        return EagerTensor(array, _device_name(), target._type_enum)
    return tf.constant(array)


def _device_name() -> str | None:
    """Where a new tensor belongs; None for the only device there is, which TensorFlow needn't look up."""
    if _small.only_cpu():
        return None
    context = _context.context()
    context.ensure_initialized()
    return context.device_name


@functools.cache
def has_gpu() -> bool:
    """Whether TensorFlow sees a GPU."""
    return bool(tf.config.list_physical_devices("GPU"))


CPU = "/job:localhost/replica:0/task:0/device:CPU:0"
_INT64 = tf.int64.as_datatype_enum


@functools.lru_cache(8192)
def _eager_ints(values: tuple[int, ...]) -> tf.Tensor:
    return EagerTensor(np.array(values, np.int64), CPU, _INT64)


def ints(values: tuple[int, ...]) -> tf.Tensor:
    """Bounds, shapes, axes for a TensorFlow op: a vector of int64 in host memory, cached, since converting a Python
    list costs
    more than most ops."""
    return _eager_ints(values) if executing_eagerly() else constant(values, tf.int64)


def constant(values: Any, dtype: tf.DType) -> tf.Tensor:
    """A small constant, one for all that are equal in the graph being traced: to make one costs as much as an
    operation. Never hand it to a user, to whom two arrays would be one object.

    Parameters
    ----------
    values : number, sequence of int or numpy.ndarray
        Which the dtype holds.
    dtype : tf.DType
    """
    array = np.array(values, _NP_OF[dtype._type_enum])
    graph = get_default_graph()
    if not isinstance(graph, FuncGraph) or graph._get_control_flow_context() is not None:
        return tf.constant(array)
    known = getattr(graph, "_np2tf_constants", None)
    if known is None:
        known = graph._np2tf_constants = {}
    key = dtype._type_enum, array.shape, array.tobytes()  # 0.0 and -0.0 are equal, and not the same
    if key not in known:
        known[key] = tf.constant(array)
    return known[key]


def reshape(x: tf.Tensor, shape: Any) -> tf.Tensor:
    """`tf.reshape`, without converting a known shape anew."""
    if type(shape) in (tuple, list) and all(type(length) is int for length in shape):
        return _arrays.reshape(x, ints(tuple(shape)))
    return tf.reshape(x, shape)


def transpose(x: tf.Tensor, order: Sequence[int] | None = None) -> tf.Tensor:
    """`tf.transpose`, the axes reversed by default, without converting the order anew."""
    if not isinstance(x, EagerTensor):
        return tf.transpose(x, order)
    return _arrays.transpose(x, _eager_ints(tuple(range(x._rank() - 1, -1, -1) if order is None else order)))


def concat(parts: list[tf.Tensor], axis: int) -> tf.Tensor:
    """`tf.concat`; of one part a new object."""
    if len(parts) == 1 or not executing_eagerly():
        return tf.concat(parts, axis)
    return _arrays.concat_v2(parts, axis_tensor(axis))


@functools.lru_cache(256)
def axis_tensor(axis: int) -> tf.Tensor:
    """An axis for an eager operation, in host memory."""
    return EagerTensor(axis, CPU, tf.int32.as_datatype_enum)


def broadcast_to(x: tf.Tensor, shape: tuple[int, ...]) -> tf.Tensor:
    """`tf.broadcast_to` to a known shape, without converting it anew."""
    return _arrays.broadcast_to(x, ints(shape))


@functools.cache
def is_of_its_own(kind: type) -> bool:
    """Whether arrays of a class hold more than their values, or compute otherwise than NumPy's own: masked arrays,
    matrices, those with units. They stay host arrays, and what is computed with them is left to NumPy, which leaves it
    to their class.
    """
    if kind is np.ndarray or not issubclass(kind, np.ndarray):
        return False
    if issubclass(kind, (np.ma.MaskedArray, np.matrix)):
        return True
    protocols = "__array_function__", "__array_ufunc__"
    return any(getattr(kind, name) is not getattr(np.ndarray, name) for name in protocols)


def values_alone(x: Any) -> Any:
    """`x`, and a plain array of an array that `is_of_its_own`: what NumPy takes of an index, or of what is assigned."""
    return np.asarray(x) if is_of_its_own(type(x)) else x


def _from_array(array: np.ndarray, dtype: np.dtype | None) -> tf.Tensor:
    if is_of_its_own(type(array)):
        code = "NT507" if isinstance(array, np.matrix) else "NT508"
        raise HostValueError(f"an array of class {type(array).__name__}", code, "np.asarray(x) gives its values alone")
    # TensorFlow may share the memory of an aligned array: a later write by its owner would show in the
    # "immutable" tensor.
    if array.dtype in _TF_BY_NP and dtype in (None, array.dtype):
        return from_host(_small.own(array))
    return from_host(np.array(array, dtype=dtype, order="C"))


def holds_tensor(x: Any) -> bool:
    """True if a tensor, or a nested list or tuple with a tensor, a tf.Variable or a number of the run in it."""
    if isinstance(x, (list, tuple)):
        kinds = set(map(type, x))
        return not kinds <= _PLAIN and any(isinstance(part, Weak) or holds_tensor(part) for part in x)
    return isinstance(x, (Tensor, tf.Variable))


def _from_sequence(x: Any, dtype: np.dtype | None) -> tf.Tensor:
    """A nested sequence with tensors in it, stacked by TensorFlow so that gradients pass."""
    if isinstance(x, (Tensor, tf.Variable)):
        return as_tensor(x)
    if not isinstance(x, (list, tuple)) or not x:
        return as_tensor(x, dtype)
    parts = [_from_sequence(part, dtype) for part in x]
    if len({static_shape(part) for part in parts}) > 1 and all(map(is_eager, parts)):
        raise ValueError(
            "setting an array element with a sequence. The requested array has an inhomogeneous shape after 1 "
            f"dimensions. The detected shape was ({len(parts)},) + inhomogeneous part."
        )
    if dtype is None:
        dtype = functools.reduce(np.promote_types, [dtype_of(part) for part in parts])
    return tf.stack([cast(part, dtype) for part in parts])


def gives_array(x: Any) -> bool:
    """Whether an object has an `__array__` of its own, which gives an array: in converted code a tensor."""
    kind = type(x)
    plain = kind in _PLAIN or kind in (list, tuple) or isinstance(x, (np.ndarray, np.generic, Tensor))
    return not plain and hasattr(kind, "__array__")


def _of_protocol(x: Any) -> Any:
    """What an object's `__array__` gives, or a list of what those of its elements give, as host arrays."""
    if isinstance(x, (list, tuple)) and x and gives_array(x[0]):
        return [host(_of_protocol(part)) for part in x]
    if not gives_array(x):
        return x
    made = x.__array__()
    return host(made) if isinstance(made, Tensor) else made if isinstance(made, np.ndarray) else x


_COMPOSITES = (tf.IndexedSlices, tf.RaggedTensor, tf.SparseTensor)


def _dense(x: Any) -> tf.Tensor:
    """The gradient of a gather as the tensor that it stands for; of ragged and sparse ones it has to be said what fills
    the gaps."""
    if isinstance(x, tf.IndexedSlices):
        return tf.convert_to_tensor(x)
    mend = "x.to_tensor()" if isinstance(x, tf.RaggedTensor) else "tf.sparse.to_dense(x)"
    raise TypeError(f"np2tf: a {type(x).__name__} is no array: make one of it with {mend}")


def as_tensor(x: Any, dtype: Any = None) -> tf.Tensor:
    """`np.asarray` for tensors: `x` as a tensor, with NumPy's choice of dtype.

    A tensor of the dtype asked for is returned itself; a host array is copied; nested lists may contain tensors, and
    gradients pass. Works while a tf.function is traced. Python ints give int64, floats float64.

    Raises HostValueError for objects, strings, dates and structured arrays, or where `dtype` asks for such (public
    functions then leave the call to NumPy); ValueError for ragged lists; OverflowError for a Python int that the dtype
    can't hold.
    """
    if isinstance(x, Tensor):
        return x if dtype is None else cast(x, dtype)
    want = None if dtype is None else np_dtype(dtype)
    if isinstance(x, np.ndarray):
        return _from_array(x, want)
    if isinstance(x, tf.Variable):
        x = x.read_value() if not isinstance(x, Tensor) else x
        return x if want is None else cast(x, want)
    if isinstance(x, (list, tuple)) and holds_tensor(x):
        if (found := _small.sequence(x, want)) is not NotImplemented:
            return found
        result = _from_sequence(x, want)
        return result if want is None else cast(result, want)
    if not isinstance(x, (*_SCALARS, np.generic, list, tuple)) and isinstance(x, _COMPOSITES):
        return as_tensor(_dense(x), want)
    if isinstance(x, Weak) and want is not None and x.kind is complex and want.kind != "c":
        raise NeedsStaticError("a complex number is to become a real one")
    if isinstance(x, Weak) and not config.prefer_float32:
        if want is not None and (x.kind is not int or want.kind not in "iu"):
            return cast(x.as_tensor(), want)
        return x.as_tensor(want)
    if not isinstance(x, (*_SCALARS, np.generic, list, tuple)) and hasattr(x, "__tf_tensor__"):
        return as_tensor(tf.convert_to_tensor(x), want)
    if gives_array(x):
        made = x.__array__()
        if isinstance(made, Tensor):
            return made if want is None else cast(made, want)
        x = made if isinstance(made, np.ndarray) else x
    array = np.array(_of_protocol(x), dtype=want, order="C")
    if config.prefer_float32 and want is None and not isinstance(x, np.generic):
        array = array.astype(_DEMOTED.get(array.dtype.name, array.dtype))
    return from_host(array)


def host(x: Any) -> np.ndarray:
    """The value as a host array; of an eager tensor a read-only view where the device allows.

    Raises UnsupportedFeatureError for a symbolic tensor: its value isn't known while a function is traced.
    """
    if isinstance(x, EagerTensor):
        array = np.asarray(x._numpy())
        if array.ndim:
            array.setflags(write=False)
        return array
    if isinstance(x, Tensor):
        raise UnsupportedFeatureError(
            f"the value of a symbolic tensor ({getattr(x, 'name', '?')}) is needed on the host",
            "NT603",
            "call this outside of the traced function",
        )
    if isinstance(x, tf.Variable):
        return x.numpy()
    if isinstance(x, (list, tuple)) and holds_tensor(x):
        return np.asarray(to_host(x))
    return np.asarray(x)


def to_host(value: Any) -> Any:
    """`value` with every tensor in it (in lists, tuples, dicts too) as a host array; 0-d ones as NumPy scalars."""
    if isinstance(value, Tensor):
        array = host(value)
        return array if array.ndim else array[()]
    if isinstance(value, tf.Variable):
        return value.numpy()
    if isinstance(value, tf.DType):
        return np_dtype(value)
    if isinstance(value, tuple) and type(value) is not tuple and hasattr(value, "_fields"):
        return type(value)(*map(to_host, value))
    if type(value) in (list, tuple):
        return type(value)(map(to_host, value))
    if type(value) is dict:
        return {key: to_host(item) for key, item in value.items()}
    if isinstance(value, slice):
        return slice(to_host(value.start), to_host(value.stop), to_host(value.step))
    return value


def _fits_tensor(dtype: np.dtype) -> bool:
    return dtype in _TF_BY_NP or (dtype.kind, dtype.itemsize) in _TF_OF


def inferred_dtype(dtype: np.dtype) -> np.dtype:
    """The dtype that values turned out to have. Raises HostValueError where no tensor can have it."""
    if not _fits_tensor(dtype):
        _refuse_dtype(dtype)
    return np_dtype(dtype if dtype.isnative else dtype.newbyteorder("="))


def to_device(value: Any) -> Any:
    """`value` with every host array and NumPy scalar in it (in lists, tuples too) as a tensor. The arrays must be
    ours. What has no tensor dtype stays as it is.
    """
    if isinstance(value, np.ndarray):
        if not _fits_tensor(value.dtype) or is_of_its_own(type(value)):
            return value
        # A view into another array (np.diagonal, np.real, ...) must not be taken over with its owner's memory.
        return from_host(value if value.base is None else np.array(value))
    if isinstance(value, np.generic) and _fits_tensor(value.dtype):
        return from_host(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(to_device, value))
    if type(value) in (list, tuple):
        return type(value)(map(to_device, value))
    return value


_scalars: dict[tuple[Any, ...], tf.Tensor] = {}


def scalar(value: Any, dtype: Any) -> tf.Tensor:
    """A Python number as a 0-d tensor of `dtype`, with NumPy's range check (OverflowError) for ints. Never hand it to
    a user:
    eager scalars are shared."""
    target = dtype if type(dtype) is tf.DType else tf_dtype(dtype)
    if not executing_eagerly():
        return constant(_scalar_array(value, target), target)
    if value == 0 and type(value) is not int:  # 0.0 and -0.0 are equal keys; so are 0 and False, with another check
        return from_host(_scalar_array(value, target))
    key = (value, type(value), target._type_enum, _device_name())
    try:
        return _scalars[key]
    except KeyError:
        if len(_scalars) > 4096:
            _scalars.clear()
        made = _scalars[key] = from_host(_scalar_array(value, target))
        return made


def _scalar_array(value: Any, target: tf.DType) -> np.ndarray:
    kind = _NP_OF[target._type_enum]
    if type(value) is int and kind.kind in "iu":
        return np.array(kind.type(value))
    if kind.kind == "b":
        return np.array(bool(value))
    with np.errstate(over="ignore"):
        return np.asarray(value).astype(kind)


def cast(x: Any, dtype: Any) -> tf.Tensor:
    """`x` with another dtype, as NumPy's unsafe casting gives it: floats truncate towards zero, complex numbers lose
    their imaginary part (without the warning), anything nonzero is True. Returns `x` itself if the dtype is the same.
    """
    if not isinstance(x, Tensor):
        return as_tensor(x, dtype)
    target = tf_dtype(dtype)
    source = x.dtype
    if source is target or source._type_enum == target._type_enum:
        return x
    if source.is_complex:
        if target.is_complex:
            return tf.raw_ops.Cast(x=x, DstT=target)
        if target is tf.bool:
            return tf.raw_ops.NotEqual(x=x, y=tf.zeros((), source))
        return cast(tf.math.real(x), target)
    if target is tf.bool:
        return tf.raw_ops.NotEqual(x=x, y=tf.zeros((), source))
    if source.is_floating and target.is_integer:
        return _whole(x, target)
    if source is tf.bool and not target.is_integer and not executing_eagerly():
        from . import _exact

        return _exact.numbers(x, target)
    return tf.raw_ops.Cast(x=x, DstT=target)


def _whole(x: tf.Tensor, target: tf.DType) -> tf.Tensor:
    """Floats as integers: what a narrow dtype can't hold wraps around, as in NumPy; TensorFlow's casts and XLA's wrap
    or saturate, by the length of the array."""
    if on_cpu(x) and x._datatype_enum() in _small.ENUMS:
        with np.errstate(invalid="ignore"):
            return from_host(host(x).astype(_NP_OF[target._type_enum]))
    if target in (tf.int8, tf.int16, tf.uint8, tf.uint16, tf.int32, tf.int64):
        from . import _exact

        x = _exact.whole(x, tf.int64 if target is tf.int64 else tf.int32)
        if x.dtype is target:
            return x
    elif target is tf.uint32:
        x = tf.raw_ops.Cast(x=x, DstT=tf.int64)
    elif target is tf.uint64:
        zero = tf.zeros((), x.dtype)
        below = x < zero
        wrapped = _arrays.bitcast(tf.raw_ops.Cast(x=tf.where(below, x, zero), DstT=tf.int64), tf.uint64)
        return tf.where(below, wrapped, tf.raw_ops.Cast(x=tf.where(below, zero, x), DstT=target))
    return tf.raw_ops.Cast(x=x, DstT=target)


# ------------------------------------------------------------------------------------------------------------ promotion

# JAX's lattice: from a dtype, where one step up leads. A common type is the lowest one that both reach.
_LATTICE = {
    "bool": ("int*",),
    "int*": ("uint8", "int8"),
    "uint8": ("int16", "uint16"),
    "uint16": ("int32", "uint32"),
    "uint32": ("int64", "uint64"),
    "int8": ("int16",),
    "int16": ("int32",),
    "int32": ("int64",),
    "uint64": ("float*",),
    "int64": ("float*",),
    "float*": ("float16", "complex*"),
    "float16": ("float32",),
    "float32": ("float64", "complex64"),
    "float64": ("complex128",),
    "complex*": ("complex64",),
    "complex64": ("complex128",),
    "complex128": (),
}
_WEAK = {bool: "bool", int: "int*", float: "float*", complex: "complex*"}
_SAMPLE: dict[type, Any] = {bool: np.dtype(bool), int: 0, float: 0.0, complex: 0j}
_promotions: dict[tuple[Any, ...], np.dtype] = {}
_clear_on_configure.append(_promotions.clear)


@functools.cache
def _above(node: str) -> frozenset[str]:
    return frozenset({node}).union(*(_above(up) for up in _LATTICE[node]))


def _lattice_join(nodes: Iterable[str]) -> str:
    common = frozenset.intersection(*map(_above, nodes))
    return next(node for node in common if common <= _above(node))


def _weak_default(node: str) -> str:
    return {"int*": "int64", "float*": default_float().name, "complex*": default_complex().name}.get(node, node)


def promotion_key(x: Any) -> Any:
    """What of `x` decides promotion: the dtype's enum, or the type of a Python number (weak)."""
    if isinstance(x, EagerTensor):
        return x._datatype_enum()
    kind = type(x)
    if kind in _SCALARS:
        return kind
    if isinstance(x, (Tensor, tf.Variable)):
        return x.dtype.base_dtype._type_enum
    if isinstance(x, (np.ndarray, np.generic)):
        return _dtype_of_value(x)._type_enum
    if isinstance(x, (np.dtype, tf.DType, type, str)):
        return tf_dtype(x).as_datatype_enum
    if isinstance(x, Weak):
        return x.kind
    if isinstance(x, (bool, int, float, complex)):  # subclasses, such as IntEnum, are weak too
        return next(base for base in (bool, int, float, complex) if isinstance(x, base))
    return as_tensor(x).dtype._type_enum


def _combine(keys: tuple[Any, ...]) -> np.dtype:
    strong = [_NP_OF[key] for key in keys if not isinstance(key, type)]
    mode = config.promotion
    if mode == "numpy":
        result = np.result_type(*strong, *(_SAMPLE[key] for key in keys if isinstance(key, type)))
        if config.prefer_float32 and result.name in _DEMOTED and result not in strong:
            return _DEMOTED[result.name]
        return result
    if mode == "off":
        if len(set(strong)) > 1:
            raise TypeError(f"promotion is off, and the dtypes differ: {', '.join(map(str, strong))}")
        if strong:
            weak = [_SAMPLE[key] for key in keys if isinstance(key, type)]
            if weak and np.result_type(strong[0], *weak) != strong[0]:
                raise TypeError(f"promotion is off, and {strong[0]} can't hold the Python numbers given with it")
            return strong[0]
    nodes = [str(dtype) for dtype in strong] + [_WEAK[key] for key in keys if isinstance(key, type)]
    result = np.dtype(_weak_default(_lattice_join(nodes)))
    if mode == "safe" and any(_may_lose(dtype, result) for dtype in strong):
        raise TypeError(f"promotion is 'safe', and {', '.join(map(str, strong))} to {result} may lose information")
    return result


def _may_lose(dtype: np.dtype, target: np.dtype) -> bool:
    """Whether some value of a dtype has no equal in another; NumPy counts integers of 64 bits as safe in float64."""
    return not np.can_cast(dtype, target, "safe") or (
        dtype.kind in "iu" and dtype.itemsize == 8 and target.kind in "fc"
    )


def is_weak(x: Any) -> bool:
    """Whether `x` counts as a Python number in promotion: one, or what stands for one while a function is traced."""
    return type(x) in _SCALARS or isinstance(x, Weak)


def result_dtype(*args: Any) -> np.dtype:
    """The common dtype of tensors, host arrays, NumPy scalars, Python numbers (weak) and dtypes, in the mode
    configured.
    """
    keys = tuple(map(promotion_key, args))
    try:
        return _promotions[keys]
    except KeyError:
        result = _promotions[keys] = _combine(keys)
        return result


def as_operand(x: Any, dtype: Any) -> tf.Tensor:
    """`x` as a tensor of `dtype`; a Python int out of the dtype's range raises OverflowError."""
    if isinstance(x, Tensor):
        return cast(x, dtype)
    if type(x) in _SCALARS:
        return scalar(x, dtype)
    if isinstance(x, Weak):
        return x.as_tensor(dtype)
    return cast(as_tensor(x), dtype)


def assigned_scalar(x: Any, dtype: Any) -> tf.Tensor:
    """`x` as a tensor of `dtype`; a Python number as an assignment casts it: no infinity becomes an integer."""
    if isinstance(x, (Tensor, Weak)):
        if isinstance(x, Tensor) and static_shape(x):
            raise ValueError("setting an array element with a sequence.")
        return as_operand(x, dtype)
    made = np.zeros((), np_dtype(dtype))
    made[()] = x
    return from_host(made)


def promote(*args: Any) -> tuple[tf.Tensor, ...]:
    """All arguments as tensors of their common dtype. A Python int out of its range raises OverflowError."""
    first = args[0]
    if isinstance(first, Tensor):
        enum = first.dtype._type_enum
        if all(isinstance(x, Tensor) and x.dtype._type_enum == enum for x in args):
            return args
    args = tuple(
        x.settled() if isinstance(x, Weak) else x if isinstance(x, Tensor) or type(x) in _SCALARS else as_tensor(x)
        for x in args
    )
    dtype = result_dtype(*args)
    return tuple(as_operand(x, dtype) for x in args)


# ----------------------------------------------------------------------------------------------------- shapes and axes


def static_shape(x: Any) -> tuple[int | None, ...]:
    """The shape as a plain tuple; None for lengths unknown while tracing. Raises ValueError for an unknown rank."""
    if isinstance(x, EagerTensor):
        return x._shape_tuple()
    if isinstance(x, Tensor):
        shape = x._shape_tuple()
        if shape is None:
            raise ValueError(
                f"the rank of {x.name} is unknown: NumPy's functions need to know it (use tf.ensure_shape)"
            )
        return shape
    return tuple(np.shape(x))


def rank(x: Any) -> int:
    """The number of dimensions of a tensor."""
    return x._rank() if isinstance(x, EagerTensor) else len(static_shape(x))


def check_known_order(x: tf.Tensor, order: str) -> None:
    """Raises UnsupportedFeatureError for the order of memory, "A" or "K": an array that NumPy keeps transposed has
    another one than a tensor.
    """
    if order in tuple("AKak") and rank(x) > 1:
        what = f"the elements in the order of memory (order={order!r})"
        raise UnsupportedFeatureError(what, "NT604", 'write order="C", or transpose first')


def shape_tensor(x: tf.Tensor) -> Any:
    """The shape to hand to a TensorFlow op: a tuple where it is known, else a tensor."""
    shape = static_shape(x)
    return tf.shape(x, out_type=tf.int64) if None in shape else shape


def needs_array(x: Any, attribute: str = "ndim") -> tf.Tensor:
    """`x` as a tensor where NumPy asks an array for its attributes; AttributeError for numbers and sequences."""
    if isinstance(x, (list, tuple)) or type(x) in _SCALARS:
        raise AttributeError(f"'{type(x).__name__}' object has no attribute '{attribute}'")
    return as_tensor(x)


def normalize_axis(axis: Any, ndim: int) -> int:
    """A non-negative axis; raises `np.exceptions.AxisError` out of bounds, TypeError for what is no integer."""
    if isinstance(axis, float):
        raise TypeError("integer argument expected, got float")
    return normalize_axis_index(operator.index(axis), ndim)


def plain_axis(axis: Any) -> Any:
    """The axis as it is; TypeError for a bool, which NumPy's C code refuses (and its Python code takes)."""
    if isinstance(axis, (bool, np.bool_)):
        raise TypeError("an integer is required for the axis")
    return axis


def normalize_axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """Axes as a sorted tuple; None means all. Raises AxisError out of bounds, ValueError for duplicates."""
    if axis is None:
        return tuple(range(ndim))
    if isinstance(axis, Tensor) and axis.shape.ndims:
        axis = tuple(host(axis).tolist())
    if not isinstance(axis, (tuple, list)):
        return (normalize_axis(axis, ndim),)
    if any(isinstance(a, (bool, np.bool_)) for a in axis):
        raise TypeError("an integer is required")
    axes = tuple(sorted(normalize_axis(a, ndim) for a in axis))
    if len(set(axes)) != len(axes):
        raise ValueError("duplicate value in 'axis'")
    return axes


def broadcast_shape(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The common shape; raises ValueError where there is none."""
    return np.broadcast_shapes(*shapes)


# ----------------------------------------------------------------------------------------------------- public functions


def qualified_name(function: Any, name: str | None = None) -> str:
    """The NumPy name of a runtime function: private modules belong to the package around them."""
    parts = [part for part in function.__module__.split(".")[1:] if not part.startswith("_")]
    return ".".join(["numpy", *parts, name or function.__name__])


def translate(error: Exception) -> Exception:
    """NumPy's class of error for TensorFlow's."""
    text = str(error)
    message = getattr(error, "message", text)
    if "out of bounds" in text or "is not in [0" in text or "does not index" in text:
        return IndexError(message)
    if isinstance(error, tf.errors.ResourceExhaustedError):
        return MemoryError(message)
    return ValueError(message)


# TensorFlow has no kernel for the dtypes or for so many dimensions: an eager call is then NumPy's, on the host. Not
# under a gradient tape, which would leave out what the call contributes.
NO_KERNEL = (tf.errors.UnimplementedError,)
recording = _record.could_possibly_record
_TF_ERRORS = (tf.errors.InvalidArgumentError, tf.errors.OutOfRangeError, tf.errors.ResourceExhaustedError)


def call_numpy(function: Callable[..., Any], args: Iterable[Any], kwargs: dict[str, Any]) -> Any:
    """A function of NumPy on the host, for values that no tensor can hold: tensors go in as arrays; what comes out and
    fits into a tensor is one, the rest stays a host array (or the Python object it is). A host array that was given
    and comes back (`out`) is that array, and a tensor is that tensor (`np.asarray(x) is x`).
    """
    args = tuple(args)
    hosts = tuple(map(to_host, args))
    result = function(*hosts, **{key: to_host(item) for key, item in kwargs.items()})
    for one, array in zip(args, hosts, strict=True):
        if result is array and isinstance(one, Tensor):
            return one
    given = {id(x) for x in (*args, *kwargs.values(), *_parts_of(kwargs.get("out"))) if isinstance(x, np.ndarray)}
    if type(result) is tuple:
        return tuple(part if id(part) in given else to_device(part) for part in result)
    return result if id(result) in given else to_device(result)


def refuse_as_numpy(function: Callable[..., Any] | None, args: Iterable[Any], kwargs: dict[str, Any], out: Any) -> None:
    """NumPy's error for a call that is refused anyway since it writes to the tensors in `out`, where NumPy has one:
    an index out of bounds, a shape or a dtype that doesn't fit. Tried on copies.
    """
    written = {id(part): part for part in (out if isinstance(out, (tuple, list)) else (out,))}
    if function is None or not all(map(is_eager, written.values())):
        return
    copies = {key: np.array(host(part)) for key, part in written.items() if isinstance(part, Tensor)}

    def plain(value: Any) -> Any:
        if type(value) is tuple:
            return tuple(map(plain, value))
        return copies[id(value)] if id(value) in copies else to_host(value)

    with contextlib.suppress(UnsupportedFeatureError), np.errstate(all="ignore"):
        function(*map(plain, args), **{key: plain(value) for key, value in kwargs.items()})


# How many calls failed where NumPy has an answer, by NumPy name. The tests look that there are none but those they
# know.
left_to_numpy: Counter[str] = Counter()
_OFTEN = 100  # such calls of one function are worth a warning
FAILURES = (ValueError, TypeError, IndexError, KeyError, AttributeError, ArithmeticError)
_DELIBERATE = (UnsupportedFeatureError, NotCompilableError, FloatingPointError)


def answer_of_numpy(name: str, function: Callable[..., Any] | None, args: Any, kwargs: Any, failed: Exception) -> Any:
    """What NumPy makes of an eager call that failed: its own error is raised, so that class and text are NumPy's, or
    its answer returned. `failed` is raised where NumPy can't be asked: while a function is traced, in another mode of
    promotion, of arguments that a second call may find changed (iterators, functions, objects). NumPy's answer isn't
    taken where a gradient is recorded, which would leave the call out.
    """
    if (
        function is None
        or isinstance(failed, _DELIBERATE)
        or not executing_eagerly()
        or config.promotion != "numpy"
        or config.prefer_float32
        or not all(map(_repeatable, (*args, *kwargs.values())))
    ):
        raise failed
    try:
        answer = call_numpy(function, args, kwargs)
    except UnsupportedFeatureError:
        raise failed from None
    except Exception as error:
        raise error.with_traceback(None) from None
    if recording():
        raise failed
    left_to_numpy[name] += 1
    if left_to_numpy[name] == _OFTEN:
        warnings.warn(
            f"{name} failed on tensors {_OFTEN} times and was computed by NumPy each time, which is slow: "
            f"{type(failed).__name__}: {str(failed)[:200]}",
            HostFallbackWarning,
            stacklevel=depth_of_caller(),
        )
    return answer


def depth_of_caller() -> int:
    """How many frames up the first one outside of the runtime is, for a warning's line."""
    frame, depth = sys._getframe(1), 1
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE:
        frame, depth = frame.f_back, depth + 1
    return depth


def _repeatable(x: Any) -> bool:
    if isinstance(x, (list, tuple)):
        return all(map(_repeatable, x))
    if isinstance(x, slice):
        return all(map(_repeatable, (x.start, x.stop, x.step)))
    if isinstance(x, np.ndarray):
        return x.dtype != object
    kinds = (EagerTensor, tf.Variable, bool, int, float, complex, str, bytes, np.generic, np.dtype, tf.DType, type)
    return x is None or x is Ellipsis or x is np._NoValue or isinstance(x, kinds)


def _parts_of(out: Any) -> tuple[Any, ...]:
    return out if isinstance(out, tuple) else ()


# Functions that give the same of small tensors as NumPy does, dtypes, shapes and errors included.
SMALL_BY_NUMPY = frozenset(
    f"numpy.{name}"
    for name in (
        "all", "allclose", "amax", "amin", "angle", "any", "append", "argmax", "argmin", "argsort", "argwhere",
        "array_equal", "average", "bincount", "clip", "column_stack", "compress", "concat", "concatenate", "convolve",
        "corrcoef", "correlate", "count_nonzero", "cov", "cross", "cumprod", "cumsum", "cumulative_sum", "delete",
        "diag", "diagonal", "diff", "digitize", "dot", "dstack", "einsum", "expand_dims", "flatnonzero", "flip",
        "fliplr", "flipud", "gradient", "histogram", "hstack", "i0", "inner", "insert", "interp", "isclose", "isin",
        "kron", "linalg.cholesky", "linalg.cond", "linalg.det", "linalg.eigvalsh", "linalg.inv", "linalg.lstsq",
        "linalg.matrix_norm", "linalg.matrix_power", "linalg.matrix_rank", "linalg.norm", "linalg.pinv",
        "linalg.slogdet", "linalg.solve", "linalg.vector_norm", "max", "mean", "median", "min", "moveaxis", "nanmax",
        "nanmean", "nanmin", "nanstd", "nansum", "nanvar", "nonzero", "outer", "percentile", "prod", "ptp", "quantile",
        "ravel", "repeat", "reshape", "roll", "rollaxis", "rot90", "round", "searchsorted", "select", "sort", "split",
        "squeeze", "stack", "std", "sum", "swapaxes", "take", "take_along_axis", "tensordot", "tile", "trace",
        "transpose", "trapezoid", "tril", "triu", "unique", "var", "vdot", "vstack", "where",
    )
)  # fmt: skip
# Up to how many elements they are NumPy's, where the general limit is not for them: functions that would take
# TensorFlow many operations, and one that takes NumPy loops where TensorFlow has products.
_BOUNDS = {"numpy.einsum": 256} | {
    f"numpy.{name}": sys.maxsize
    for name in ("bincount", "convolve", "correlate", "histogram", "median", "percentile", "quantile")
}
_WITH_EVENTS = frozenset(
    f"numpy.{name}"
    for name in (
        "average", "convolve", "corrcoef", "correlate", "cov", "cross", "cumprod", "cumsum", "cumulative_prod",
        "cumulative_sum", "diff", "dot", "einsum", "gradient", "i0", "inner", "interp", "kron", "linalg.cond",
        "linalg.det", "linalg.inv", "linalg.matrix_norm", "linalg.matrix_power", "linalg.norm", "linalg.slogdet",
        "linalg.solve", "linalg.vector_norm", "mean", "median", "nancumprod", "nancumsum", "nanmean", "nanmedian",
        "nanpercentile", "nanprod", "nanquantile", "nanstd", "nansum", "nanvar", "outer", "percentile", "polyval",
        "prod", "ptp", "quantile", "round", "sinc", "std", "sum", "tensordot", "trace", "trapezoid", "vander", "var",
        "vdot",
    )
)  # fmt: skip
_WRITING = frozenset(("copy", "out", "overwrite_input"))  # by which NumPy is let write to arrays that it is handed
_CALLING = frozenset(  # which call functions of the program's
    f"numpy.{name}"
    for name in ("apply_along_axis", "apply_over_axes", "fromfunction", "mask_indices", "pad", "piecewise")
)
partial_functions: dict[str, Callable[..., Any]] = {}  # by NumPy name, for arrays of which a part counts
_handing_over: set[Any] = set()  # the code of wrappers that leave a call to NumPy
_PACKAGE = __name__.partition(".")[0]


def _is_function(x: Any) -> bool:
    return callable(x) and not isinstance(x, type)


def _within_another(frame: Any) -> bool:
    """Whether the runtime made this call, on behalf of a public function that leaves the whole of it to NumPy."""
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE:
        if frame.f_code in _handing_over:
            return True
        frame = frame.f_back
    return False


def _asked(name: str, caller: Any, args: Any, kwargs: Any, failed: Exception) -> Any:
    if isinstance(failed, _DELIBERATE) or _within_another(caller):
        raise failed
    return answer_of_numpy(name, _named(name, None), args, kwargs, failed)


def device(function: Any = None, *, name: str | None = None) -> Any:
    """Mark a public function as computed by TensorFlow; its errors become NumPy's (`answer_of_numpy`).

    A call with values that no tensor can hold, or that TensorFlow has no kernel for, is NumPy's own, on the host.
    `name` is the NumPy name if it can't be derived from the module and the function ("numpy.linalg.inv"). Works as
    `@device`, `@device("numpy.x")`, `@device(name=...)`.
    """
    if isinstance(function, str) or function is None:
        given = function or name
        return lambda decorated: device(decorated, name=given)
    known_as = name or qualified_name(function)
    _status.record(known_as, "device")
    quiet = known_as not in _CALLING

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            if _small.left_alone() and _WRITING.isdisjoint(kwargs):
                target = _named(known_as, None)
                writes = len(args) > _small.most_positional(function)
                if target is not None and not writes and not any(map(_is_function, (*args, *kwargs.values()))):
                    return call_numpy(target, args, kwargs)
            if quiet and not _small.told():
                # NumPy may compute the steps: what these warn of is not what the function warns of.
                with np.errstate(all="ignore"):
                    return function(*args, **kwargs)
            return function(*args, **kwargs)
        except PartialArrayError:
            if known_as not in partial_functions:
                raise
            return partial_functions[known_as](*args, **kwargs)
        except OutRefusedError as error:
            refuse_as_numpy(_named(known_as, None), args, kwargs, error.out)
            raise
        except (HostValueError, *NO_KERNEL) as error:
            target = _named(known_as, None)
            if target is None or _within_another(sys._getframe(1)):
                raise
            if isinstance(error, NO_KERNEL) and recording():
                raise
        except _TF_ERRORS as error:
            failed = translate(error).with_traceback(error.__traceback__)
            return _asked(known_as, sys._getframe(1), args, kwargs, failed)
        except FAILURES as error:
            return _asked(known_as, sys._getframe(1), args, kwargs, error)
        return call_numpy(target, args, kwargs)

    _handing_over.add(call.__code__)
    made = _telling(_named(known_as), call) if known_as in _WITH_EVENTS else call
    if known_as not in SMALL_BY_NUMPY:
        return made
    return _small.by_numpy(_named(known_as), made, _BOUNDS.get(known_as))


def _telling(numpy_function: Callable[..., Any], function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, left to NumPy where the program is told of floating-point errors."""
    most = _small.most_positional(function)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if _small.told() and len(args) <= most and kwargs.get("out") is None and tells(args, kwargs):
            return call_numpy(numpy_function, args, kwargs)
        return function(*args, **kwargs)

    return call


def tells(args: Iterable[Any], kwargs: dict[str, Any] | None = None) -> bool:
    """Whether NumPy can be asked in TensorFlow's place, so that it tells of floating-point errors."""
    values = (*args, *(kwargs or {}).values())
    return executing_eagerly() and _small.setting.suitable and not recording() and all(map(_repeatable, values))


def on_host_too(numpy_function: Callable[..., Any]) -> Callable[[F], F]:
    """A function that leaves a call with values no tensor can hold to `numpy_function`, of the same arguments."""

    def decorate(function: F) -> F:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            except HostValueError:
                if _within_another(sys._getframe(1)):
                    raise
            return call_numpy(numpy_function, args, kwargs)

        _handing_over.add(call.__code__)
        return call  # type: ignore[return-value]

    return decorate


def _named(name: str, *default: Any) -> Any:
    found: Any = np
    for part in name.split(".")[1:]:
        found = getattr(found, part, *default)
    return found


def host_function(name: str, function: Any = None, *, reason: str) -> Any:
    """A public function that NumPy computes on the host: tensors go in as arrays, arrays come out as tensors.

    `name` is the NumPy name ("numpy.poly"); `function` what to call if not that. Symbolic tensors raise
    UnsupportedFeatureError.
    """
    target = function if function is not None else _named(name)
    _status.record(name, "host", reason)

    def call(*args: Any, **kwargs: Any) -> Any:
        if kwargs.get("out") is not None and not on_host_only(kwargs["out"]):
            no_out(kwargs["out"], name.partition(".")[2])
        try:
            return call_numpy(target, args, kwargs)
        except UnsupportedFeatureError as error:
            if error.code == "NT603":
                raise UnsupportedFeatureError(
                    f"{name} runs on the host, and a symbolic tensor has no value there",
                    "NT603",
                    "call it outside of the traced function",
                ) from None
            raise

    try:
        functools.update_wrapper(call, target)
    except (AttributeError, TypeError):
        call.__name__ = name.rpartition(".")[2]
    summary = (getattr(target, "__doc__", None) or "").strip()
    call.__doc__ = f"Runs on the host, by NumPy: {reason}. Takes and returns tensors.\n\n{summary}"
    call.__module__ = "np2tf_runtime" + name.rpartition(".")[0].removeprefix("numpy")
    return call


def unsupported(name: str, code: str, mend: str) -> Any:
    """A function that raises UnsupportedFeatureError with the code and what to write instead."""
    _status.record(name, "unsupported", mend, code)

    def call(*args: Any, **kwargs: Any) -> NoReturn:
        raise UnsupportedFeatureError(name, code, mend)

    call.__name__ = call.__qualname__ = name.rpartition(".")[2]
    call.__doc__ = f"Not available on tensors ({code}): {mend}."
    return call


class _RefusingType(type):
    """The type of classes that can be named in `isinstance` and not be made."""

    def __call__(cls, *args: Any, **kwargs: Any) -> NoReturn:
        raise UnsupportedFeatureError(*cls._refusal)

    def __getattr__(cls, attribute: str) -> NoReturn:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        name, code, mend = cls._refusal
        raise MissingNameError(f"{name}.{attribute}", code, mend)


def unsupported_class(name: str, code: str, mend: str) -> Any:
    """A class that raises when it is called; `isinstance(x, cls)` is False."""
    _status.record(name, "unsupported", mend, code)
    body = {"_refusal": (name, code, mend), "__doc__": f"Not available on tensors ({code}): {mend}."}
    return _RefusingType(name.rpartition(".")[2], (), body)


def on_host_only(out: Any) -> bool:
    """Whether the `out` given is a host array, or a tuple of such: NumPy can write to it."""
    parts = [part for part in (out if isinstance(out, tuple) else (out,)) if part is not None]
    return bool(parts) and all(isinstance(part, np.ndarray) for part in parts)


def no_out(out: Any, name: str) -> None:
    """Refuse an `out` argument: tensors can't be written to. With a host array the call is NumPy's (HostValueError)."""
    if out is None or (isinstance(out, tuple) and all(item is None for item in out)):
        return
    error = HostValueError if on_host_only(out) else OutRefusedError
    mend = f"write c = np.tensor_scatter_update(c, ..., np.{name}(...))"
    refused = error(f"the argument out of np.{name}", "NT604", mend)
    refused.out = out  # type: ignore[attr-defined]
    raise refused


def export(namespace: dict[str, Any], *modules: Any) -> list[str]:
    """Put the public names (`__all__`) of family modules into `namespace`; returns them."""
    taken: list[str] = []
    for module in modules:
        for public in module.__all__:
            namespace[public] = getattr(module, public)
            taken.append(public)
    return taken
