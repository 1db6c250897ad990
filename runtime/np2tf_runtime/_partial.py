"""Arrays whose length is known only when the function runs, as XLA can have them: a tensor of known shape, of which a
part counts.

`BoundedSlice` is `x[:j]` with a traced `j`: along some axes only the elements in [low, high) count. `MaskedSelection`
is `x[mask]`: only the elements under the mask count. Both flow through elementwise functions as they are; what doesn't
count is replaced by the neutral element where they are reduced, and left alone where they are stored. Two slices are
aligned by a pad and one dynamic slice. Whatever else is done to them raises `PartialArrayError`, and the function is
compiled on another rung.

NumPy's checks of lengths are kept: lengths that can't be proved equal are compared when the function runs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
import tensorflow as tf
from tensorflow.python.eager import record as _record

import np2tf_runtime as _public

from . import _base, _index, _reductions, _symbolic
from ._base import NotCompilableError, PartialArrayError, Tensor, dtype_of, static_shape
from ._ufuncs import UFUNCS


def _refuse(what: str) -> Callable[..., NoReturn]:
    def method(self: Any, *args: Any, **kwargs: Any) -> NoReturn:
        raise PartialArrayError(f"{what} of an array whose length is known only when the function runs")

    return method


def _method(name: str) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return _base.partial_functions[f"numpy.{name}"](self, *args, **kwargs)

    method.__name__ = name
    return method


def _operator(ufunc: str, reflected: bool = False) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        return getattr(_public, ufunc)(*((other, self) if reflected else (self, other)))

    return method


def _in_place(ufunc: str) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        result = getattr(_public, ufunc)(self, other)
        have, want = dtype_of(result), dtype_of(self)
        if not np.can_cast(have, want, "same_kind"):
            raise TypeError(f"Cannot cast ufunc '{ufunc}' output from {have!r} to {want!r} by the rule 'same_kind'")
        if result.ndim != self.ndim:
            raise ValueError(f"non-broadcastable output operand of {ufunc}")
        return result.with_value(_base.cast(result.value, want))

    return method


class PartialArray:
    """What both kinds share: operators and methods, through the functions of the same name."""

    __slots__ = ()
    __array_ufunc__ = None
    __array_priority__ = 2000.0
    __hash__ = None  # type: ignore[assignment]
    value: tf.Tensor

    __tf_tensor__ = __array__ = _refuse("the whole")
    __len__ = _refuse("len()")
    __iter__ = _refuse("iteration")
    __bool__ = _refuse("the truth")
    __contains__ = _refuse("a search")

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        raise PartialArrayError(f"the attribute {name} of an array whose length is known only when the function runs")

    @property
    def dtype(self) -> Any:
        return self.value.dtype

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> Any:
        return math.prod(self.shape)

    @property
    def shape(self) -> tuple[Any, ...]:
        raise NotImplementedError

    def with_value(self, value: tf.Tensor) -> Any:
        """The same part of another tensor of the same shape."""
        raise NotImplementedError

    def filled(self, neutral: Any) -> tf.Tensor:
        """The tensor, with `neutral` where nothing counts."""
        return tf.where(self.mask(), self.value, tf.constant(neutral, self.value.dtype))

    def mask(self) -> tf.Tensor:
        """True where an element counts; broadcasts to the shape of `value`."""
        raise NotImplementedError

    def astype(self, dtype: Any, *args: Any, **kwargs: Any) -> Any:
        return self.with_value(self.value.astype(dtype, *args, **kwargs))

    def copy(self, order: str = "C") -> Any:
        return self


for _name, _ufunc in {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "floordiv": "floor_divide",
    "mod": "remainder", "pow": "power", "and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor",
    "lshift": "left_shift", "rshift": "right_shift", "matmul": "matmul",
}.items():  # fmt: skip
    setattr(PartialArray, f"__{_name}__", _operator(_ufunc))
    setattr(PartialArray, f"__r{_name}__", _operator(_ufunc, reflected=True))
    if _name != "matmul":
        setattr(PartialArray, f"__i{_name}__", _in_place(_ufunc))
for _name, _ufunc in {
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal", "ne": "not_equal",
}.items():  # fmt: skip
    setattr(PartialArray, f"__{_name}__", _operator(_ufunc))
for _name, _ufunc in {"neg": "negative", "pos": "positive", "abs": "absolute", "invert": "invert"}.items():
    setattr(PartialArray, f"__{_name}__", lambda self, ufunc=_ufunc: getattr(_public, ufunc)(self))
for _name in ("sum", "prod", "max", "min", "mean", "any", "all", "dot"):
    setattr(PartialArray, _name, _method(_name))


def is_partial(x: Any) -> bool:
    """Whether `x` is one of these: it can't be carried by a loop, returned, or handed to TensorFlow."""
    return isinstance(x, PartialArray)


# ------------------------------------------------------------------------------------------------------- bounded slices


class BoundedSlice(PartialArray):
    """A tensor of which only the elements in [low, high) count, along some axes.

    Parameters
    ----------
    value : tf.Tensor
        Of known shape.
    ranges : dict
        From the axis to (low, high), each an int or a symbolic integer inside the axis. Where high < low there are no
        elements.
    take : callable, optional
        Of a vector: from an integer tensor n and a size to so many of the elements that count, from number n on. They
        are read from where the vector came from, and must be there.
    """

    __slots__ = ("ranges", "take", "value")

    def __init__(
        self,
        value: tf.Tensor,
        ranges: dict[int, tuple[Any, Any]],
        take: Callable[[tf.Tensor, int], tf.Tensor] | None = None,
    ) -> None:
        self.value, self.ranges, self.take = value, ranges, take

    @property
    def shape(self) -> tuple[Any, ...]:
        return tuple(self.length(axis) for axis in range(len(static_shape(self.value))))

    def length(self, axis: int) -> Any:
        if axis not in self.ranges:
            return static_shape(self.value)[axis]
        low, high = self.ranges[axis]
        return _symbolic.maximum(high - low, 0)

    def with_value(self, value: tf.Tensor) -> BoundedSlice:
        return BoundedSlice(value, self.ranges)

    def mask(self, axes: Any = None) -> tf.Tensor:
        shape = static_shape(self.value)
        mask = None
        for axis, (low, high) in self.ranges.items():
            if axes is not None and axis not in axes:
                continue
            place = tf.reshape(tf.range(shape[axis]), [-1 if a == axis else 1 for a in range(len(shape))])
            for bound, inside in ((low, tf.math.greater_equal), (high, tf.math.less)):
                if (inside is tf.math.less and same_int(bound, shape[axis])) or (
                    inside is not tf.math.less and same_int(bound, 0)
                ):
                    continue
                part = inside(place, _symbolic.index_tensor(bound))
                mask = part if mask is None else tf.logical_and(mask, part)
        return tf.constant(True) if mask is None else mask

    def aligned(self, axis: int, low: Any, length: int) -> BoundedSlice:
        """The same elements, the first at `low` of an axis of `length`. They must fit."""
        have = static_shape(self.value)[axis]
        own_low, own_high = self.ranges[axis]
        shift = low - own_low
        if same_int(shift, 0) and have == length:
            return self
        least, most = _symbolic.bounds(shift)
        left = min(max(most, 0), length) if most is not None else length
        right = min(max(length - (least if least is not None else -have) - have, 0), length)
        ndim = len(static_shape(self.value))
        padded = self.value
        if left or right:
            padded = tf.pad(padded, [[left, right] if a == axis else [0, 0] for a in range(ndim)])
        # XLA clamps the start; a shift that needs it only happens where there are no elements.
        value = dynamic_slice(
            padded,
            [left - shift if a == axis else 0 for a in range(ndim)],
            [length if a == axis else n for a, n in enumerate(static_shape(self.value))],
        )
        return BoundedSlice(value, {**self.ranges, axis: (low, low + (own_high - own_low))}, self.take)

    def reversed(self, axis: int) -> BoundedSlice:
        """The elements in the other order."""
        value = tf.reverse(self.value, [axis])
        if axis not in self.ranges:
            return self.with_value(value)
        n = static_shape(self.value)[axis]
        low, high = self.ranges[axis]
        take = self.take
        if take is not None:
            count = _symbolic.index_tensor(self.length(axis))
            backwards = lambda n, size: tf.reverse(take(count - n - size, size), [0])  # noqa: E731
        return BoundedSlice(value, {**self.ranges, axis: (n - high, n - low)}, take and backwards)

    def expanded(self, axis: int) -> BoundedSlice:
        """With a new axis of length 1 at `axis`."""
        return BoundedSlice(
            tf.expand_dims(self.value, axis), {a + (a >= axis): bounds for a, bounds in self.ranges.items()}
        )

    def __getitem__(self, key: Any) -> Any:
        from . import _traced_index

        return _traced_index.getitem_bounded(self, key)

    @property
    def T(self) -> BoundedSlice:  # noqa: N802 - NumPy's name
        ndim = len(static_shape(self.value))
        return BoundedSlice(tf.transpose(self.value), {ndim - 1 - axis: bounds for axis, bounds in self.ranges.items()})


def same_int(x: Any, value: int) -> bool:
    """Whether an int or symbolic integer is that int, surely."""
    return isinstance(x, int) and x == value


def dynamic_slice(x: tf.Tensor, starts: list[Any], sizes: list[int]) -> tf.Tensor:
    """`sizes` elements from `starts` on, which must fit.

    XLA has a direct translation for `Slice`, where `XlaDynamicSlice` goes through MLIR, but it takes the starts for
    constants of the compiled program wherever it can: those from arguments and arrays it would compile anew for.
    """
    if sizes == list(static_shape(x)):
        return x
    if all(isinstance(start, int) for start in starts):
        return tf.slice(x, _base.ints(tuple(starts)), _base.ints(tuple(sizes)))
    where, size = tf.stack([_symbolic.index_tensor(start) for start in starts]), _base.constant(sizes, tf.int32)
    if _symbolic.compiled() and (_record.could_possibly_record() or not all(map(_symbolic.is_of_loops, starts))):
        return _xla().xla_dynamic_slice(x, where, size)
    return tf.slice(x, where, size)


def _xla() -> Any:
    from tensorflow.compiler.tf2xla.ops import gen_xla_ops

    return gen_xla_ops


# ----------------------------------------------------------------------------------------------------- mask selections


class MaskedSelection(PartialArray):
    """`x[mask]`, of one dimension and those that the mask leaves out; the elements stay at their places in `x`."""

    __slots__ = ("chosen", "value")

    def __init__(self, value: tf.Tensor, chosen: tf.Tensor) -> None:
        self.value, self.chosen = value, chosen

    @property
    def depth(self) -> int:
        """How many axes the mask merges into one."""
        return _base.rank(self.chosen)

    @property
    def shape(self) -> tuple[Any, ...]:
        count = _reductions.count_true(self.chosen)
        total = math.prod(static_shape(self.chosen))
        return (_symbolic.counter(count, 0, total + 1), *static_shape(self.value)[self.depth :])

    def with_value(self, value: tf.Tensor) -> MaskedSelection:
        return MaskedSelection(value, self.chosen)

    def mask(self) -> tf.Tensor:
        rest = _base.rank(self.value) - self.depth
        return tf.reshape(self.chosen, (*static_shape(self.chosen), *[1] * rest)) if rest else self.chosen

    def __getitem__(self, key: Any) -> MaskedSelection:
        if key is Ellipsis or _index._is_full(key):
            return self
        if not self.is_beside(key) or key.dtype is not tf.bool or _base.rank(key.value) != self.depth:
            raise PartialArrayError("an index of a selection by a mask")
        return MaskedSelection(self.value, tf.logical_and(self.chosen, key.value))

    def is_beside(self, other: Any) -> bool:
        """Whether another array is a selection by the same mask."""
        return isinstance(other, MaskedSelection) and _symbolic.same_tensor(self.chosen, other.chosen)


# ------------------------------------------------------------------------------------------------ elementwise functions


def _operand(x: Any) -> Any:
    """A partial array, a number (Python's stay weak), or a tensor."""
    if isinstance(x, (PartialArray, _base.Weak, bool, int, float, complex)) and not isinstance(x, np.generic):
        return x
    return _base.as_tensor(x)


def _ndim(x: Any) -> int:
    if isinstance(x, PartialArray):
        return _base.rank(x.value)
    return _base.rank(x) if isinstance(x, Tensor) else 0


def _in_chunks() -> Any:
    from . import _chunked

    return _chunked


def elementwise(function: Callable[..., Any], *args: Any) -> Any:
    """`function`, which works element by element and broadcasts, of partial arrays and others."""
    operands = [_operand(x) for x in args]
    in_chunks = _in_chunks().mapped(function, operands)
    if in_chunks is not None:
        return in_chunks
    selections = [x for x in operands if isinstance(x, MaskedSelection)]
    if selections:
        return _of_selections(function, operands, selections)
    ndim = max(_ndim(x) for x in operands)
    frames: dict[int, tuple[Any, Any, int]] = {}  # axis of the result: low, high, length of the tensor
    for x in operands:
        if isinstance(x, BoundedSlice):
            for axis, (low, high) in x.ranges.items():
                place = axis + ndim - _ndim(x)
                frames.setdefault(place, (low, high, static_shape(x.value)[axis]))
    values = [_in_frames(x, frames, ndim) for x in operands]
    ranges = {axis: (low, high) for axis, (low, high, _) in frames.items()}
    result = function(*values)
    if isinstance(result, tuple):
        return tuple(BoundedSlice(item, ranges) for item in result)
    return BoundedSlice(result, ranges)


def _in_frames(x: Any, frames: dict[int, tuple[Any, Any, int]], ndim: int) -> Any:
    """The tensor of an operand, moved to where the elements of the result are."""
    offset = ndim - _ndim(x)
    for place, (low, high, length) in frames.items():
        axis = place - offset
        if axis < 0:
            continue
        x = in_frame(x, axis, low, high, length)
    return x.value if isinstance(x, PartialArray) else x


def in_frame(x: Any, axis: int, low: Any, high: Any, length: int) -> Any:
    """`x` with its elements along `axis` at [low, high) of `length`: broadcast where there is one, else as many."""
    if isinstance(x, BoundedSlice) and axis in x.ranges:
        have = x.length(axis)
    else:
        have = static_shape(x.value if isinstance(x, PartialArray) else x)[axis]
        if have == 1:
            return x
        x = (
            BoundedSlice(x, {axis: (0, have)})
            if isinstance(x, Tensor)
            else BoundedSlice(x.value, {**x.ranges, axis: (0, have)})
        )
    wanted = _symbolic.maximum(high - low, 0)
    if _symbolic.same(x.ranges[axis][1] - x.ranges[axis][0], high - low) is not True:
        _symbolic.require_same(have, wanted, "operands could not be broadcast together")
    return x.aligned(axis, low, length)


def _of_selections(function: Callable[..., Any], operands: list[Any], selections: list[MaskedSelection]) -> Any:
    first = selections[0]
    rest = _base.rank(first.value) - first.depth
    for x in operands:
        if isinstance(x, BoundedSlice) or _ndim_of_other(x) > rest:
            raise NotCompilableError("an array together with a selection by a mask")
        if isinstance(x, MaskedSelection) and not (
            first.is_beside(x) and _base.rank(x.value) == _base.rank(first.value)
        ):
            raise NotCompilableError("selections by two masks")
    result = function(*(x.value if isinstance(x, MaskedSelection) else x for x in operands))
    return tuple(map(first.with_value, result)) if isinstance(result, tuple) else first.with_value(result)


def _ndim_of_other(x: Any) -> int:
    return 0 if isinstance(x, MaskedSelection) else _ndim(x)


def _apply_ufunc(ufunc: Any, args: tuple[Any, ...], keywords: Any) -> Any:
    return elementwise(lambda *values: ufunc._apply(values, keywords), *args)


def _clip(a: Any, a_min: Any = None, a_max: Any = None, **kwargs: Any) -> Any:
    if kwargs:
        raise PartialArrayError("keywords of np.clip")
    given = [x for x in (a_min, a_max) if x is not None]

    def function(x: Any, *limits: Any) -> Any:
        left = iter(limits)
        return _public.clip(x, *(None if x is None else next(left) for x in (a_min, a_max)))

    return elementwise(function, a, *given)


def _where(condition: Any, *choices: Any) -> Any:
    if len(choices) != 2:
        raise PartialArrayError("np.where with one argument")
    return elementwise(_public.where, condition, *choices)


# ----------------------------------------------------------------------------------------------------------- reductions


def _lowest(dtype: np.dtype) -> Any:
    if dtype.kind == "b":
        return False
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def _highest(dtype: np.dtype) -> Any:
    if dtype.kind == "b":
        return True
    return np.inf if dtype.kind == "f" else np.iinfo(dtype).max


def _neutral(name: str, dtype: np.dtype) -> Any:
    if name in ("max", "min"):
        if dtype.kind == "c":
            raise PartialArrayError(f"np.{name} of complex numbers")
        return _lowest(dtype) if name == "max" else _highest(dtype)
    return name in ("prod", "all")


def _reduced_axes(x: PartialArray, axis: Any) -> tuple[int, ...]:
    """The axes of the tensor to reduce."""
    if isinstance(x, BoundedSlice):
        return _base.normalize_axes(axis, x.ndim)
    ndim = 1 + _base.rank(x.value) - x.depth
    axes = _base.normalize_axes(axis, ndim)
    if 0 not in axes:
        raise PartialArrayError("a reduction along the rest of a selection by a mask")
    return (*range(x.depth), *(a + x.depth - 1 for a in axes if a))


def _count(x: PartialArray, axes: tuple[int, ...]) -> Any:
    """How many elements are reduced into one."""
    if isinstance(x, MaskedSelection):
        return x.shape[0] * math.prod(static_shape(x.value)[a] for a in axes if a >= x.depth)
    return math.prod(x.length(axis) for axis in axes)


def _reduction(name: str) -> Callable[..., Any]:
    def call(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False, **kwargs: Any) -> Any:
        _plain_keywords(name, out, kwargs)
        if not isinstance(a, PartialArray):
            raise PartialArrayError(f"np.{name}")
        keepdims = keepdims is not np._NoValue and bool(keepdims)
        if not keepdims and isinstance(a, _in_chunks().ChunkedSlice) and axis in (None, 0, -1):
            found = _reduced_in_chunks(name, a, dtype)
            if found is not None:
                return found
        axes = _reduced_axes(a, axis)
        if isinstance(a, MaskedSelection) and keepdims:
            raise PartialArrayError("keepdims of a selection by a mask")
        if name in ("max", "min"):
            _require_elements(name, _count(a, axes))
        filled = a.filled(_neutral(name, dtype_of(a.value)))
        more = {"dtype": dtype} if dtype is not None else {}
        result = getattr(_public, name)(filled, axis=axes, keepdims=keepdims, **more)
        return _rest(a, axes, keepdims, result)

    return call


_COMBINED = {
    "all": tf.logical_and, "any": tf.logical_or, "max": UFUNCS["maximum"], "min": UFUNCS["minimum"],
    "prod": tf.multiply, "sum": tf.add,
}  # fmt: skip


def _reduced_in_chunks(name: str, a: Any, dtype: Any) -> Any:
    if name in ("max", "min"):
        if a.dtype is tf.bool:
            return None
        _require_elements(name, a.count)
    more = {"dtype": dtype} if dtype is not None else {}
    return _in_chunks().reduced(
        a, _neutral(name, _base.np_dtype(a.dtype)), lambda x: getattr(_public, name)(x, **more), _COMBINED[name]
    )


def _require_elements(name: str, count: Any) -> None:
    _symbolic.require(count > 0, f"zero-size array to reduction operation {name}imum which has no identity")


def _plain_keywords(name: str, out: Any, kwargs: dict[str, Any]) -> None:
    _base.no_out(out, name)
    for keyword, value in kwargs.items():
        if value is not np._NoValue and not (keyword == "where" and value is True):
            raise PartialArrayError(f"the keyword {keyword} of np.{name}")


def _rest(x: PartialArray, axes: tuple[int, ...], keepdims: bool, result: tf.Tensor) -> Any:
    """The result, in which axes that weren't reduced are still bounded."""
    if isinstance(x, MaskedSelection):
        return result
    ranges = {
        axis if keepdims else axis - sum(a < axis for a in axes): bounds
        for axis, bounds in x.ranges.items()
        if axis not in axes
    }
    return BoundedSlice(result, ranges) if ranges else result


def _mean(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False, **kwargs: Any) -> Any:
    _plain_keywords("mean", out, kwargs)
    if not isinstance(a, PartialArray) or a.dtype is tf.float16:
        raise PartialArrayError("np.mean")
    source = _base.np_dtype(a.dtype)
    target = np.dtype(dtype) if dtype is not None else source if source.kind in "fc" else _base.default_float()
    total = _reduction("sum")(a, axis, target, None, keepdims)
    count = _count(a, _reduced_axes(a, axis))
    divisor = count.as_tensor(target) if isinstance(count, _base.Weak) else tf.constant(count, target)
    return _public.divide(total, divisor)


# ------------------------------------------------------------------------------------------------------------- products


def _matrix_axes(x: Any, last: bool) -> int:
    """The axis that a product sums over."""
    ndim = _ndim(x)
    return ndim - 1 if last or ndim == 1 else ndim - 2


def matmul(a: Any, b: Any) -> Any:
    """`a @ b` where one or both are bounded."""
    a, b = _operand(a), _operand(b)
    in_chunks = _in_chunks().product(a, b)
    if in_chunks is not None:
        return in_chunks
    if any(isinstance(x, MaskedSelection) or not isinstance(x, (PartialArray, Tensor)) for x in (a, b)):
        return _product_of_selections(a, b)
    if not (1 <= _ndim(a) <= 2 and 1 <= _ndim(b) <= 2):
        raise PartialArrayError("a product of stacks of matrices")
    over_a, over_b = _matrix_axes(a, True), _matrix_axes(b, False)
    a, b = _with_same_frame(a, over_a, b, over_b)
    if (in_parts := _product_in_parts(a, b)) is not None:
        return in_parts
    ranges = {}
    if _ndim(a) == 2 and isinstance(a, BoundedSlice) and 0 in a.ranges:
        ranges[0] = a.ranges[0]
    if _ndim(b) == 2 and isinstance(b, BoundedSlice) and 1 in b.ranges:
        ranges[_ndim(a) - 1] = b.ranges[1]
    a, b = _zero_outside(a, over_a), _zero_outside(b, over_b)
    result = _vector_product(a, b) if _base.rank(a) == 1 == _base.rank(b) else _public.matmul(a, b)
    return BoundedSlice(result, ranges) if ranges else result


def _with_same_frame(a: Any, over_a: int, b: Any, over_b: int) -> tuple[Any, Any]:
    bounded_a = isinstance(a, BoundedSlice) and over_a in a.ranges
    bounded_b = isinstance(b, BoundedSlice) and over_b in b.ranges
    if bounded_a:
        low, high = a.ranges[over_a]
        length = static_shape(a.value)[over_a]
        return a, _summed_over(b, over_b, low, high, length)
    if bounded_b:
        low, high = b.ranges[over_b]
        length = static_shape(b.value)[over_b]
        return _summed_over(a, over_a, low, high, length), b
    return a, b


def _summed_over(x: Any, axis: int, low: Any, high: Any, length: int) -> Any:
    value = x.value if isinstance(x, BoundedSlice) else x
    if static_shape(value)[axis] == 1 and not (isinstance(x, BoundedSlice) and axis in x.ranges):
        # Products don't broadcast over the axis they sum over.
        _symbolic.require_same(high - low, 1, "matmul: the lengths of the operands differ")
    return in_frame(x, axis, low, high, length)


def _zero_outside(x: Any, axis: int) -> tf.Tensor:
    """NaN times zero is NaN: both operands have to be zero where nothing counts."""
    if not isinstance(x, BoundedSlice):
        return x
    if axis not in x.ranges:
        return x.value
    return tf.where(x.mask((axis,)), x.value, tf.constant(0, x.value.dtype))


def _vector_product(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Multiply and reduce: in a loop cheaper than a matrix kernel."""
    a, b = _base.promote(a, b)
    if a.dtype is tf.bool:
        return tf.reduce_any(tf.logical_and(a, b))
    products = tf.multiply(a, b)
    long = static_shape(products)[0] >= _LONG and not _base.has_gpu()
    if _symbolic.compiled() and long and products.dtype.is_floating:
        products = _folded(products)
    return _reductions._reduce_sum(products, (0,), False)


_PART = 256  # elements of a long vector that are multiplied at once


def _product_in_parts(a: Any, b: Any) -> tf.Tensor | None:
    """The product of two long vectors, of which only the elements that count are gone over; None for others, and on a
    GPU, which multiplies all of them sooner than it begins another turn of a loop.
    """
    if _base.has_gpu():
        return None
    for x in (a, b):
        if not isinstance(x, BoundedSlice) or x.take is None or x.dtype not in (tf.float32, tf.float64):
            return None
    if a.dtype is not b.dtype or static_shape(a.value)[0] < _LONG or _record.could_possibly_record():
        return None
    count = _symbolic.index_tensor(a.length(0))

    def products(n: tf.Tensor, size: int) -> tf.Tensor:
        return tf.multiply(a.take(n, size), b.take(n, size))

    def part(n: tf.Tensor, total: tf.Tensor) -> list[tf.Tensor]:
        return [n + _PART, total + tf.reduce_sum(_folded(products(n, _PART)))]

    def one(n: tf.Tensor, total: tf.Tensor) -> list[tf.Tensor]:
        return [n + 1, total + products(n, 1)[0]]

    state = [tf.constant(0), tf.zeros((), a.dtype)]
    state = tf.while_loop(lambda n, _: n + _PART <= count, part, state, parallel_iterations=1)
    return tf.while_loop(lambda n, _: n < count, one, state, parallel_iterations=1)[1]


_LONG, _PARTS = 4096, 16


def _folded(x: tf.Tensor) -> tf.Tensor:
    """The sums of 16 equal parts of a vector. XLA computes what stands in a product with ones, as `_reductions` sums
    long vectors, one element after the other if it is made of slices and masks; these sums it computes several at a
    time.
    """
    rest = -static_shape(x)[0] % _PARTS
    parts = tf.split(tf.pad(x, [[0, rest]]) if rest else x, _PARTS)
    while len(parts) > 1:
        parts = [a + b for a, b in zip(parts[::2], parts[1::2], strict=True)]
    return parts[0]


def _product_of_selections(a: Any, b: Any) -> Any:
    if not (_ndim(a) and _ndim(b)):
        raise PartialArrayError("a product with a number")
    product = elementwise(_public.multiply, a, b)
    if not isinstance(product, MaskedSelection) or _base.rank(product.value) != product.depth:
        raise PartialArrayError("a product of a selection by a mask")
    filled = product.filled(0)
    return _reductions._reduce_sum(filled, tuple(range(_base.rank(filled))), False)


def _dot(a: Any, b: Any, out: Any = None) -> Any:
    _base.no_out(out, "dot")
    a, b = _operand(a), _operand(b)
    if not _ndim(a) or not _ndim(b):
        return elementwise(_public.multiply, a, b)
    return matmul(a, b)


def _inner(a: Any, b: Any) -> Any:
    a, b = _operand(a), _operand(b)
    if _ndim(a) > 1 or _ndim(b) > 1:
        raise PartialArrayError("np.inner of matrices")
    return _dot(a, b)


def _outer(a: Any, b: Any, out: Any = None) -> Any:
    _base.no_out(out, "outer")
    a, b = _operand(a), _operand(b)
    if _ndim(a) != 1 or _ndim(b) != 1 or any(isinstance(x, MaskedSelection) for x in (a, b)):
        raise PartialArrayError("np.outer")
    column = a.expanded(1) if isinstance(a, BoundedSlice) else tf.expand_dims(a, 1)
    row = b.expanded(0) if isinstance(b, BoundedSlice) else tf.expand_dims(b, 0)
    return elementwise(_public.multiply, column, row)


# --------------------------------------------------------------------------------------------------------- manipulation


def _flip(m: Any, axis: Any = None) -> Any:
    if not isinstance(m, BoundedSlice):
        raise PartialArrayError("np.flip of a selection by a mask")
    for a in _base.normalize_axes(axis, _base.rank(m.value)):
        m = m.reversed(a)
    return m


def _transpose(a: Any, axes: Any = None) -> Any:
    if not isinstance(a, BoundedSlice) or axes is not None:
        raise PartialArrayError("np.transpose")
    return a.T


def _size(a: Any, axis: Any = None) -> Any:
    return a.size if axis is None else a.shape[axis]


def _like(name: str) -> Callable[..., Any]:
    def call(a: Any, **kwargs: Any) -> Any:
        return a.with_value(getattr(_public, name)(a.value, **kwargs))

    return call


_base.partial_functions.update(
    {
        "ufunc": _apply_ufunc,
        "numpy.clip": _clip,
        "numpy.copy": lambda a, **kwargs: a,
        "numpy.dot": _dot,
        "numpy.flip": _flip,
        "numpy.flipud": lambda m: _flip(m, 0),
        "numpy.inner": _inner,
        "numpy.matmul": matmul,
        "numpy.mean": _mean,
        "numpy.ones_like": _like("ones_like"),
        "numpy.outer": _outer,
        "numpy.size": _size,
        "numpy.transpose": _transpose,
        "numpy.where": _where,
        "numpy.zeros_like": _like("zeros_like"),
        **{f"numpy.{name}": _reduction(name) for name in ("all", "any", "max", "min", "prod", "sum")},
    }
)
