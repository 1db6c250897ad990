"""A scalar that is a Python number or an element of an array, and only the run decides which.

`s = 0.0` before `for j in range(i): s = s + a[j]` is Python's float if the loop runs zero times, else a float64 of
NumPy's. Both have the same value, but only the first is weak in promotion. `MixedScalar` holds the value, and a flag
that says whether it is Python's. Operations that give the same dtype either way go on with both possibilities; where
the dtype would differ, the flag is required to be down, and the rare other case runs eagerly.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from . import _base, _symbolic
from ._base import NotCompilableError, Tensor, Weak, cast
from ._symbolic import WeakScalar

_LANES = {bool: ("b",), int: ("iu", "f", "c"), float: ("f", "c"), complex: ("c",)}


def can_hold(kind: type, dtype: Any) -> bool:
    """Whether a tensor of `dtype` can hold Python numbers of type `kind` beside its own."""
    return any(_base.np_dtype(dtype).kind in lane for lane in _LANES[kind])


class MixedScalar(_symbolic._Number):
    """The value of a Python number of type `kind`, or of a 0-d tensor.

    Parameters
    ----------
    tensor : tf.Tensor
        The value, 0-d, in the dtype that it has where it is an array's.
    kind : {bool, int, float, complex}
        The Python type that it has otherwise.
    weak : tf.Tensor
        A bool: True where it is Python's.
    """

    __slots__ = ("kind", "tensor", "weak")
    unsettled = True

    def __init__(self, tensor: tf.Tensor, kind: type, weak: tf.Tensor) -> None:
        self.tensor, self.kind, self.weak = tensor, kind, weak

    def __repr__(self) -> str:
        _symbolic.refuse_text(self)
        return f"<{self.kind.__name__} or {self.tensor.dtype.name}, known when the function runs>"

    def as_tensor(self, dtype: Any = None) -> tf.Tensor:
        if dtype is not None:
            return cast(self.tensor, dtype)
        if self.tensor.dtype is not _symbolic._TENSOR_OF[self.kind]:
            return self.settled()
        return self.tensor

    def settled(self) -> tf.Tensor:
        """The array's value, once it is required to be that."""
        _symbolic.require(tf.logical_not(self.weak), "a scalar that is Python's in this run")
        return self.tensor

    @property
    def dtype(self) -> Any:
        return self.settled().dtype

    @property
    def shape(self) -> Any:
        return self.settled().shape

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.settled(), name)

    def _combine(self, name: str, left: Any, right: Any) -> Any:
        return operate(name, left, right)


def _strong(x: Any) -> Any:
    return x.tensor if isinstance(x, MixedScalar) else x


def _as_weak(x: Any) -> Any:
    return WeakScalar(cast(x.tensor, _symbolic._TENSOR_OF[x.kind]), x.kind) if isinstance(x, MixedScalar) else x


def settle_for(ufunc: Any, args: tuple[Any, ...], keywords: Any) -> tuple[Any, ...]:
    """The arguments of a call where mixed scalars stay only if the dtypes come out the same either way."""
    weak = tuple(_base.promotion_key(x) for x in args)
    if all(isinstance(key, type) for key in weak):
        return tuple(x.settled() if isinstance(x, MixedScalar) else x for x in args)
    strong = tuple(_base.promotion_key(_strong(x)) for x in args)
    try:
        same = ufunc._resolve(weak, keywords) == ufunc._resolve(strong, keywords)
    except TypeError:
        same = False
    if same and sum(isinstance(x, MixedScalar) for x in args) == 1:
        return args
    return tuple(x.settled() if isinstance(x, MixedScalar) else x for x in args)


def operate(name: str, left: Any, right: Any) -> Any:
    """An operator of a mixed scalar and another number; with tensors it is the ufunc's matter."""
    ufunc_name = _symbolic._UFUNC_OF[name]
    if name == "divmod":
        return operate("floordiv", left, right), operate("mod", left, right)
    from ._ufuncs import UFUNCS

    ufunc = UFUNCS[ufunc_name]
    if any(not isinstance(x, Weak) and _symbolic._kind_of(x) is None for x in (left, right)):
        return ufunc(left, right)
    flags = [x.weak for x in (left, right) if isinstance(x, MixedScalar)]
    result = ufunc(_strong(left), _strong(right))
    kinds = [_symbolic._kind_of(x) for x in (left, right)]
    kind = _python_kind(name, *kinds)
    both = [isinstance(x, MixedScalar) for x in (left, right)]
    dtypes = {result.dtype}
    if all(both):  # each may be Python's while the other isn't
        for a, b in ((_as_weak(left), right.tensor), (left.tensor, _as_weak(right))):
            dtypes.add(_base.tf_dtype(ufunc._resolve((_base.promotion_key(a), _base.promotion_key(b)), None)[-1]))
    if kind is None or len(dtypes) > 1 or not can_hold(kind, result.dtype):
        for x in (left, right):
            if isinstance(x, MixedScalar):
                x.settled()
        return result
    weak = flags[0] if len(flags) == 1 else tf.logical_and(*flags)
    _agrees_with_python(name, right, result, weak)
    return MixedScalar(result, kind, weak)


def _python_kind(name: str, left: Any, right: Any) -> Any:
    if name in _symbolic._COMPARISONS:
        return bool
    kind = max((left, right), key=_symbolic._RANK.__getitem__)
    if name in ("pow", "lshift", "rshift"):
        return None
    if name in _symbolic._BITWISE:
        return kind if left is right else None
    if kind is bool:
        return None
    return float if name == "truediv" and kind is int else kind


def _agrees_with_python(name: str, right: Any, result: tf.Tensor, weak: tf.Tensor) -> None:
    """Where Python would raise or leave 64 bits, the number must be an array's."""
    strong = tf.logical_not(weak)
    if name in ("truediv", "floordiv", "mod"):
        divisor = right.as_tensor() if isinstance(right, WeakScalar) else _strong(right)
        divisor = divisor.as_tensor() if isinstance(divisor, Weak) else tf.convert_to_tensor(divisor)
        fine = tf.not_equal(divisor, tf.zeros((), divisor.dtype))
        _symbolic.require(tf.logical_or(strong, fine), "a division by zero")
    if name in ("add", "sub", "mul") and result.dtype.is_integer:
        limit = 2.0 ** (result.dtype.size * 8 - 3)
        fine = tf.less(tf.abs(tf.cast(result, tf.float64)), tf.constant(limit, tf.float64))
        if name == "mul" or result.dtype is not tf.int64:
            fine = tf.constant(False)
        _symbolic.require(tf.logical_or(strong, fine), "an integer beyond its dtype")


def mixed(value: Any, kind: type, dtype: Any) -> tuple[tf.Tensor, tf.Tensor]:
    """The tensor and the flag of a mixed scalar for a Python number, a tensor, or a mixed scalar.

    Raises NotCompilableError for a number that the dtype can't hold exactly.
    """
    if isinstance(value, MixedScalar):
        return value.tensor, value.weak
    if isinstance(value, Tensor):
        return value, tf.constant(False)
    target = _base.np_dtype(dtype)
    if isinstance(value, Weak):
        exact = value.as_tensor(_symbolic._TENSOR_OF[kind])
        held = cast(exact, dtype)
        if held.dtype is not exact.dtype:
            _symbolic.require(tf.equal(cast(held, exact.dtype), exact), f"a number that {target} can't hold")
        return held, tf.constant(True)
    with np.errstate(all="ignore"):
        try:
            array = np.array(value).astype(target) if not isinstance(value, int) else np.array(value, target)
        except OverflowError:
            raise NotCompilableError(f"{value!r} in {target}") from None
    if array != value and value == value:
        raise NotCompilableError(f"{value!r} in {target}")
    return tf.constant(array), tf.constant(True)
