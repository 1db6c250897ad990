"""Numbers that are known only as tensors while a function is traced, and yet count as Python's.

`SymbolicInteger` is an affine expression of loop counters: what `i`, `i + 1`, `2 * i - j` are while a loop is traced.
Its bounds are known where those of the counters are (also in terms of outer counters, as in `for j in range(i)`), so
that most comparisons and most checks of indices are decided while tracing, and the length of `x[i - 1 : i + 2]` is 3.
`WeakScalar` is any other Python number: a traced argument, `i / 2`, `i * j % 7`, a number carried by a loop. Both are
weak in promotion (NEP 50) and follow Python's rules among themselves.

What can't be decided is checked when the function runs. XLA can't raise, so a check becomes a flag there, collected by
the `failures` of the function, loop body or branch that is being traced; whoever traces it carries the flag outward.
In a graph it is an assertion.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import operator
import threading
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np
import tensorflow as tf
from tensorflow.python.framework import tensor_util as _tensor_util
from tensorflow.python.framework.ops import get_default_graph

from . import _base
from ._base import EagerTensor, NotCompilableError, Tensor, Weak, cast

_INT32_LOWEST, _INT32_HIGHEST = -(2**31), 2**31 - 1
# Sums with a constant below this can't leave int64 in a loop that a machine finishes.
_SMALL = 2**31
_TENSOR_OF = {bool: tf.bool, int: tf.int64, float: tf.float64, complex: tf.complex128}
_RANK = {bool: 0, int: 1, float: 2, complex: 3}

Limits = tuple[int | None, int | None]
"""The lowest and the highest value that a number may have, both inclusive; None where not known."""


# -------------------------------------------------------------------------------------------------------------- tracing


class _Trace(threading.local):
    """What is being traced on this thread."""

    def __init__(self) -> None:
        self.compiled: list[bool] = []  # one per function being traced: for XLA or not
        self.failures: list[list[tf.Tensor]] = []
        self.facts: list[SymbolicInteger] = []  # known to be >= 0 here
        self.stores: dict[int, Any] = {}  # see `_traced_index`
        self.atoms: list[Counter] = []  # made of tensors: equal tensors are one counter
        self.lines: dict[int, Any] = {}  # see `_hoisting`
        self.products: dict[Any, Any] = {}
        self.operators: dict[Any, Any] = {}  # see `python_operator`
        self.host_products = False  # whether NumPy may compute products of matrices, and solve equations: see `_ufuncs`
        self.host_vectors = False  # whether NumPy is to decompose matrices: see `linalg`


trace = _Trace()
_OF_ONE_TRACE = ("failures", "facts", "stores", "atoms", "lines", "products", "operators")


@contextlib.contextmanager
def tracing(xla: bool) -> Iterator[None]:
    """The trace of one function for one rung: `xla` for the compiled one, False for the graph."""
    here = vars(trace)
    kept = {name: here[name] for name in _OF_ONE_TRACE}
    here.update((name, type(value)()) for name, value in kept.items())
    trace.compiled.append(xla)
    try:
        yield
    finally:
        trace.compiled.pop()
        here.update(kept)


def refuse_text(x: Any) -> None:
    """While `np.jit` traces, the value of what is traced can't become text: raises NotCompilableError, and
    NeedsStaticError for a number, which may be an argument's.
    """
    if trace.compiled:
        refused = _base.NeedsStaticError if isinstance(x, Weak) else NotCompilableError
        raise refused("a value that is known only when the function runs becomes text")


def compiled() -> bool:
    """Whether what is being traced now is meant for XLA."""
    return bool(trace.compiled) and trace.compiled[-1]


@contextlib.contextmanager
def failures() -> Iterator[list[tf.Tensor]]:
    """Collects the flags of failed checks (scalars, True for a failure) of one graph being traced."""
    found: list[tf.Tensor] = []
    trace.failures.append(found)
    try:
        yield found
    finally:
        trace.failures.pop()


def any_failed(found: list[tf.Tensor]) -> tf.Tensor | None:
    """One flag for all that were collected; None if there are none."""
    if not found:
        return None
    flag = found[0]
    for other in found[1:]:
        flag = tf.logical_or(flag, other)
    return flag


def report(flag: tf.Tensor) -> None:
    """Hand the flag of an inner loop or branch to the graph around it."""
    if not trace.failures:
        raise NotCompilableError("a check at run time, where nobody takes its flag")
    trace.failures[-1].append(flag)


def require(condition: Any, what: str) -> None:
    """`condition` must hold when the function runs; `what` says what is wrong where it doesn't."""
    if isinstance(condition, WeakScalar):
        condition = condition.tensor
    if isinstance(condition, Tensor):
        if compiled():
            report(tf.logical_not(condition))
        else:
            tf.debugging.Assert(condition, [what])
    elif not condition:
        # It may stand in a branch that is never taken: only running the code can tell.
        raise NotCompilableError(what)


def expect(condition: tf.Tensor, what: str) -> None:
    """All of `condition` must hold, or NumPy raises: required within np.jit. What TensorFlow traces for itself goes
    unchecked.
    """
    if trace.compiled and not surely(whole := tf.reduce_all(condition)):
        require(whole, what)


def demand(x: tf.Tensor) -> None:
    """A graph computes `x` even where nobody reads it: to compute it may raise."""
    if not trace.compiled or compiled() or isinstance(x, EagerTensor):  # what may raise is not left to XLA
        return
    shape = _base.static_shape(x)
    some = tf.reshape(x, [-1]) if None in shape or 0 in shape else x[(0,) * len(shape)]
    real = tf.math.real(some) if x.dtype.is_complex else some
    # True of NaN, too, and of nothing; a constant would be left out.
    require(tf.reduce_all(tf.logical_not(tf.less(real, real))), "a result")


def surely(condition: tf.Tensor) -> bool:
    """Whether TensorFlow can tell now that a condition holds, since it depends on nothing but constants. XLA would
    find it out while it compiles, element by element.
    """
    return not isinstance(condition, EagerTensor) and bool(_tensor_util.try_evaluate_constant(condition))


def is_nan(x: tf.Tensor) -> tf.Tensor:
    """Where a float is NaN. TensorFlow translates its own operation for XLA by way of MLIR, which takes as long as
    compiling a small function; comparisons it has a direct translation for.
    """
    return tf.not_equal(x, x) if compiled() else tf.math.is_nan(x)


def is_finite(x: tf.Tensor) -> tf.Tensor:
    """Where a float is neither NaN nor infinite; see `is_nan`."""
    if not compiled():
        return tf.math.is_finite(x)
    below, above = (_base.constant(limit, x.dtype) for limit in (np.inf, -np.inf))
    return tf.logical_and(tf.less(x, below), tf.greater(x, above))


@contextlib.contextmanager
def assuming(condition: Any, truth: bool) -> Iterator[None]:
    """While a branch is traced: what its condition says about symbolic integers is known."""
    facts = (condition.if_true if truth else condition.if_false) if isinstance(condition, WeakScalar) else ()
    kept = trace.facts
    trace.facts = [*kept, *facts]
    try:
        yield
    finally:
        trace.facts = kept


def both(left: Any, right: Any) -> WeakScalar:
    """`left and right` of two conditions."""
    left, right = _condition(left), _condition(right)
    return WeakScalar(tf.logical_and(left.tensor, right.tensor), bool, left.if_true + right.if_true)


def either(left: Any, right: Any) -> WeakScalar:
    """`left or right` of two conditions."""
    left, right = _condition(left), _condition(right)
    return WeakScalar(tf.logical_or(left.tensor, right.tensor), bool, (), left.if_false + right.if_false)


def negated(condition: Any) -> WeakScalar:
    """`not condition`."""
    given = _condition(condition)
    return WeakScalar(tf.logical_not(given.tensor), bool, given.if_false, given.if_true)


def _condition(value: Any) -> WeakScalar:
    if isinstance(value, WeakScalar) and value.kind is bool:
        return value
    if isinstance(value, Weak):
        return WeakScalar(cast(value.as_tensor(), tf.bool), bool)
    return WeakScalar(cast(_base.as_tensor(value), tf.bool), bool)


# ------------------------------------------------------------------------------------------------------- Python numbers


def _refuse(what: str) -> Any:
    def method(self: Any, *args: Any) -> NoReturn:
        raise _base.NeedsStaticError(f"{what} of a number that is known only when the function runs")

    return method


def _kind_of(x: Any) -> type | None:
    """The Python type that a number counts as; None for what is no Python number."""
    if isinstance(x, Weak):
        return x.kind
    if isinstance(x, (bool, int, float, complex)) and not isinstance(x, np.generic):
        return next(kind for kind in (bool, int, float, complex) if isinstance(x, kind))
    return None


def _as(x: Any, kind: type) -> tf.Tensor:
    if isinstance(x, Weak):
        return x.as_tensor(_TENSOR_OF[kind])
    if type(x) is int and not -(2**63) <= x < 2**63 and kind is int:
        raise NotCompilableError("an integer beyond 64 bits")
    return _base.constant(kind(x), _TENSOR_OF[kind])


def _narrowed(number: Any, tensor: tf.Tensor, target: tf.DType) -> tf.Tensor:
    """A Python number in another dtype. An integer dtype that doesn't hold it is an error of NumPy's."""
    if tensor.dtype.is_complex and not (target.is_complex or target is tf.bool):
        raise NotCompilableError("a Python complex number becomes a real one")
    if not target.is_integer or tensor.dtype is target or tensor.dtype is tf.bool:
        return cast(tensor, target)
    low, high = bounds(number) if number.kind is int else (None, None)
    if low is not None and high is not None and target.min <= low and high <= target.max:
        return cast(tensor, target)
    if tensor.dtype.is_floating:  # an assignment truncates
        inside = tf.logical_and(tensor > float(target.min) - 1.0, tensor < float(target.max))
    else:
        lowest, highest = max(target.min, tf.int64.min), min(target.max, tf.int64.max)
        inside = tf.logical_and(tensor >= tf.constant(lowest, tf.int64), tensor <= tf.constant(highest, tf.int64))
    require(inside, f"a Python number beyond the range of {target.name}")
    return cast(tensor, target)


def _is_within(x: tf.Tensor, limit: tf.Tensor) -> tf.Tensor:
    """Whether a number is at most `limit` away from 0; see `is_nan` for why not by its absolute value."""
    return tf.logical_and(tf.less_equal(x, limit), tf.greater_equal(x, -limit))


def _stays_exact(number: SymbolicInteger, target: tf.DType) -> None:
    """The sum must not wrap: decided by the bounds; else it is checked, unless only a small constant is added."""
    low, high = bounds(number)
    if low is not None and high is not None and target.min <= low and high <= target.max:
        return
    ((counter, k), *others) = number.terms.items()
    if not others and k in (1, -1) and abs(number.constant) <= _SMALL:
        if target is tf.int64:
            return
        tensor = cast(counter.tensor, tf.int64)
        limit = tf.constant(2**31 - 1 - min(abs(number.constant), 2**31 - 1), tf.int64)
        require(_is_within(tensor, limit), f"an integer beyond the range of {target.name}")
        return
    wide = sum(cast(c.tensor, tf.float64) * float(k) for c, k in number.terms.items()) + float(number.constant)
    limit = _base.constant(2.0 ** (target.size * 8 - 2), tf.float64)
    require(_is_within(wide, limit), f"an integer beyond the range of {target.name}")


def _with_array(name: str, left: Any, right: Any) -> Any:
    from ._ufuncs import UFUNCS

    return UFUNCS[name](left, right)


_UFUNC_OF = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "floordiv": "floor_divide",
    "mod": "remainder", "pow": "power", "and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor",
    "lshift": "left_shift", "rshift": "right_shift", "lt": "less", "le": "less_equal", "gt": "greater",
    "ge": "greater_equal", "eq": "equal", "ne": "not_equal", "divmod": "divmod",
}  # fmt: skip
_COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")
_BITWISE = ("and", "or", "xor")


def _is_small(x: Any) -> bool:
    low, high = bounds(x)
    return low is not None and high is not None and low >= -_SMALL and high <= _SMALL


def _integer_fits(name: str, left: Any, right: Any, limits: Limits) -> None:
    """Python's integers don't wrap: where the tensor's may, it is checked."""
    if name in ("add", "sub") and (_is_small(left) or _is_small(right)):
        return
    low, high = limits
    if low is not None and high is not None and low >= -(2**63) and high < 2**63:
        return
    a, b = _as(left, float), _as(right, float)
    wide = {"add": a + b, "sub": a - b, "mul": a * b, "pow": tf.pow(a, b), "lshift": a * tf.pow(2.0 + 0 * b, b)}[name]
    require(_is_within(wide, _base.constant(2.0**62, tf.float64)), "an integer beyond 64 bits")


def _limits(name: str, left: Any, right: Any) -> Limits:
    """The lowest and the highest value of what an operator gives, as far as those of its operands tell."""
    (a, b), (c, d) = bounds(left), bounds(right)
    if name == "and":  # as many bits as the shorter of what isn't negative
        positive = [high for low, high in ((a, b), (c, d)) if low is not None and low >= 0]
        return (0 if positive else None), min((high for high in positive if high is not None), default=None)
    if name == "mod" and c is not None and c > 0:
        return 0, None if d is None else d - 1
    if a is None or b is None or c is None or d is None:
        return None, None
    if name in ("or", "xor") and min(a, c) >= 0:
        return 0, (1 << max(b, d).bit_length()) - 1
    if name == "add":
        return a + c, b + d
    if name == "sub":
        return a - d, b - c
    if name == "mul":
        corners = [a * c, a * d, b * c, b * d]
    elif name == "lshift" and c >= 0 and d < 64:
        corners = [a << c, a << d, b << c, b << d]
    elif name == "rshift" and c >= 0:
        corners = [a >> c, a >> d, b >> c, b >> d]
    elif name == "floordiv" and c > 0:
        corners = [a // c, a // d, b // c, b // d]
    else:
        return None, None
    return min(corners), max(corners)


def _integers(name: str, left: Any, right: Any) -> Any:
    """An operator of two Python integers (or booleans)."""
    if name == "truediv":
        from . import _exact

        _nonzero(right)
        return WeakScalar(_exact.quotient(_as(left, float), _as(right, float)), float)
    a, b = _as(left, int), _as(right, int)
    limits = _limits(name, left, right)
    if name in ("floordiv", "mod"):
        _nonzero(right)
        divided = (tf.math.floordiv if name == "floordiv" else tf.math.floormod)(a, b)
        return WeakScalar(divided, int, limits=limits)
    if name in ("pow", "lshift", "rshift"):
        low, _ = bounds(right)
        if low is None or low < 0:
            if name == "pow":
                raise NotCompilableError("a power of integers whose exponent may be negative")
            require(b >= tf.constant(0, tf.int64), "a shift by a negative count")
    if name == "pow":
        # XLA looks at the exponent's lowest six bits. Of the bases that have larger ones, -1, 0 and 1, all that counts
        # is whether they are odd, or 0.
        most = tf.constant(62, tf.int64)
        b = tf.minimum(b, most + tf.bitwise.bitwise_and(b, tf.constant(1, tf.int64)))
    if name == "rshift":
        return WeakScalar(tf.bitwise.right_shift(a, tf.minimum(b, tf.constant(63, tf.int64))), int, limits=limits)
    tensors = {
        "add": tf.math.add,
        "sub": tf.math.subtract,
        "mul": tf.math.multiply,
        "pow": tf.math.pow,
        "lshift": tf.bitwise.left_shift,
        "and": tf.bitwise.bitwise_and,
        "or": tf.bitwise.bitwise_or,
        "xor": tf.bitwise.bitwise_xor,
    }
    result = tensors[name](a, b)
    if name not in _BITWISE:
        _integer_fits(name, left, right, limits)
    return WeakScalar(result, int, limits=limits)


def _nonzero(divisor: Any) -> None:
    if isinstance(divisor, Weak):
        low, high = bounds(divisor) if divisor.kind is int else (None, None)
        if (low is not None and low > 0) or (high is not None and high < 0):
            return
        tensor = divisor.as_tensor()
        require(tf.not_equal(tensor, _base.constant(0, tensor.dtype)), "division by zero")
    elif divisor == 0:
        raise NotCompilableError("division by zero")


def _floats(name: str, left: Any, right: Any, kind: type) -> Any:
    a, b = _as(left, kind), _as(right, kind)
    if name == "pow":
        # Of a negative base Python's result may be complex; of zero it may raise.
        if kind is float and not (isinstance(right, (int, float)) and float(right).is_integer() and right >= 0):
            require(a > tf.constant(0.0, tf.float64), "a power of a number that may be negative or zero")
        elif kind is complex:
            raise NotCompilableError("a power of Python's complex numbers")
        result = tf.math.square(a) if isinstance(right, (int, float)) and right == 2 else tf.math.pow(a, b)
        out_of_range = tf.math.logical_not(is_finite(result))
        for operand, tensor in ((left, a), (right, b)):
            if isinstance(operand, Weak):
                out_of_range = tf.math.logical_and(out_of_range, is_finite(tensor))
            elif not math.isfinite(operand):
                break
        else:
            require(tf.math.logical_not(out_of_range), "a power out of range, for which Python raises OverflowError")
        return WeakScalar(result, kind)
    if name in ("truediv", "floordiv", "mod"):
        _nonzero(right)
        if kind is complex and name != "truediv":
            raise NotCompilableError("floor division of complex numbers")
        if name != "truediv":
            return WeakScalar(_with_array(_UFUNC_OF[name], a, b), kind)
        return WeakScalar(_with_array("divide", a, b), kind)
    tensors = {"add": tf.math.add, "sub": tf.math.subtract, "mul": tf.math.multiply}
    if name not in tensors:
        raise NotCompilableError(f"the operator {name} of {kind.__name__} numbers")
    return WeakScalar(tensors[name](a, b), kind)


def _compared(name: str, left: Any, right: Any, kind: type) -> WeakScalar:
    if kind is bool:
        kind = int
    a, b = _as(left, kind), _as(right, kind)
    tensors = {
        "lt": tf.math.less, "le": tf.math.less_equal, "gt": tf.math.greater, "ge": tf.math.greater_equal,
        "eq": tf.math.equal, "ne": tf.math.not_equal,
    }  # fmt: skip
    return WeakScalar(tensors[name](a, b), bool)


def python_operator(name: str, left: Any, right: Any) -> Any:
    """What Python's operator gives for two of its numbers, of which one is known only as a tensor."""
    for x in (left, right):
        if isinstance(x, Weak) and x.unsettled:
            return x._combine(name, left, right)
    kinds = _kind_of(left), _kind_of(right)
    if None in kinds:
        return _with_array(_UFUNC_OF[name], left, right)
    if name == "divmod":
        return python_operator("floordiv", left, right), python_operator("mod", left, right)
    # What was computed in this graph, and checked for whom the flags are collected now, is not computed again.
    home = get_default_graph(), trace.failures[-1] if trace.failures else None
    key = (name, _name_of(left), _name_of(right), *map(id, home))
    if key not in trace.operators:
        made = _of_numbers(name, left, right, max(kinds, key=_RANK.__getitem__))
        if not isinstance(made, WeakScalar):
            return made
        trace.operators[key] = made, left, right, home  # kept, so that no others take their identities
    found = trace.operators[key][0]
    return WeakScalar(found.tensor, found.kind, found.if_true, found.if_false, found.limits)


def _name_of(x: Any) -> Any:
    """Equal for numbers that are surely the same."""
    if isinstance(x, SymbolicInteger):
        return x.key
    if isinstance(x, WeakScalar):
        return id(x.tensor), x.kind
    return id(x) if isinstance(x, Weak) else (type(x), repr(x))


def _of_numbers(name: str, left: Any, right: Any, kind: type) -> Any:
    if name in _COMPARISONS:
        return _compared(name, left, right, kind)
    if kind is bool and name in _BITWISE:
        if name == "xor":
            return WeakScalar(tf.math.logical_xor(_as(left, bool), _as(right, bool)), bool)
        return (both if name == "and" else either)(left, right)
    if kind in (bool, int):
        return _integers(name, left, right)
    return _floats(name, left, right, kind)


def _operator(name: str, reflected: bool = False) -> Any:
    def method(self: Any, other: Any) -> Any:
        if not _is_number(other):
            return NotImplemented
        pair = (other, self) if reflected else (self, other)
        return self._combine(name, *pair)

    method.__name__ = f"__{'r' if reflected else ''}{name}__"
    return method


def _is_number(x: Any) -> bool:
    """What the operators here take; tensors and lists do the rest by their own operators."""
    return isinstance(x, (Weak, bool, int, float, complex, np.generic, np.ndarray, EagerTensor)) or (
        isinstance(x, Tensor) and x.dtype._type_enum in _base._NP_OF
    )


class _Number(Weak):
    """The operators and refusals that all symbolic numbers share."""

    __slots__ = ()
    __array_ufunc__ = None  # NumPy's scalars leave the operators to this class
    __hash__ = None  # type: ignore[assignment]
    __index__ = _refuse("the value as an index of the host")
    __int__ = _refuse("int()")
    __float__ = _refuse("float()")
    __complex__ = _refuse("complex()")
    __bool__ = _refuse("the truth")
    __array__ = _refuse("a host array")
    __round__ = _refuse("round()")
    __iter__ = None

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> tf.Tensor:
        return self.as_tensor(dtype)

    def _combine(self, name: str, left: Any, right: Any) -> Any:
        return python_operator(name, left, right)

    def __neg__(self) -> Any:
        if self.kind is complex:
            return WeakScalar(tf.negative(self.as_tensor()), complex)  # 0 - x loses the sign of a zero
        return 0 - self if self.kind is not float else -1.0 * self

    def __pos__(self) -> Any:
        return self + 0 if self.kind is bool else self

    def __abs__(self) -> Any:
        if self.kind is complex:
            return WeakScalar(tf.abs(self.as_tensor()), float)
        kind = int if self.kind is bool else self.kind
        return WeakScalar(tf.abs(_as(self, kind)), kind)

    def __invert__(self) -> Any:
        if self.kind not in (bool, int):
            raise NotCompilableError(f"the operator ~ of {self.kind.__name__} numbers")
        return -self - 1

    def __repr__(self) -> str:
        refuse_text(self)
        return f"<{self.kind.__name__}, known when the function runs>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    @property
    def dtype(self) -> NoReturn:
        raise AttributeError(f"'{self.kind.__name__}' object has no attribute 'dtype'")


for _name in _UFUNC_OF:
    setattr(_Number, f"__{_name}__", _operator(_name))
    if _name not in _COMPARISONS:
        setattr(_Number, f"__r{_name}__", _operator(_name, reflected=True))


class WeakScalar(_Number):
    """A 0-d tensor that stands for a Python number of type `kind`.

    Parameters
    ----------
    tensor : tf.Tensor
        The value, 0-d; cast to bool, int64, float64 or complex128 by `kind`.
    kind : {bool, int, float, complex}
    if_true, if_false : tuple of SymbolicInteger
        Of a condition: what is known to be >= 0 where it holds, and where it doesn't.
    limits : (int or None, int or None)
        Of an integer: the lowest and the highest value; None where not known.
    """

    __slots__ = ("if_false", "if_true", "kind", "limits", "tensor")

    def __init__(
        self, tensor: tf.Tensor, kind: type, if_true: tuple = (), if_false: tuple = (), limits: Limits = (None, None)
    ) -> None:
        self.tensor, self.kind = cast(tensor, _TENSOR_OF[kind]), kind
        self.if_true, self.if_false = if_true, if_false
        self.limits: Limits = (0, 1) if kind is bool else limits

    def as_tensor(self, dtype: Any = None) -> tf.Tensor:
        return self.tensor if dtype is None else _narrowed(self, self.tensor, _base.tf_dtype(dtype))

    @property
    def real(self) -> Any:
        return self if self.kind is not complex else WeakScalar(tf.math.real(self.tensor), float)

    @property
    def imag(self) -> Any:
        return self.kind(0) if self.kind is not complex else WeakScalar(tf.math.imag(self.tensor), float)


# ------------------------------------------------------------------------------------------------------ affine integers


class Counter:
    """An integer tensor with what is known of its bounds: a loop's counter, or a number read from an array."""

    __slots__ = ("lower", "of_loop", "serial", "tensor", "upper")
    _serials = itertools.count()

    def __init__(self, tensor: tf.Tensor, lower: Any, upper: Any, of_loop: bool = False) -> None:
        self.tensor, self.lower, self.upper, self.of_loop = tensor, lower, upper, of_loop
        self.serial = next(Counter._serials)


class SymbolicInteger(_Number):
    """`constant + sum(coefficient * counter)`: an integer of Python's, known when the function runs."""

    __slots__ = ("_tensors", "constant", "terms")
    kind = int

    def __init__(self, terms: dict[Counter, int], constant: int) -> None:
        self.terms, self.constant = terms, constant
        self._tensors: dict[Any, tf.Tensor] = {}

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal for equal expressions."""
        return (*sorted((counter.serial, k) for counter, k in self.terms.items()), self.constant)

    def as_tensor(self, dtype: Any = None) -> tf.Tensor:
        """The value as a 0-d tensor, int64 unless said otherwise."""
        target = tf.int64 if dtype is None else _base.tf_dtype(dtype)
        if target is not tf.int64 and target is not tf.int32:
            return _narrowed(self, self.as_tensor(), target)
        _stays_exact(self, target)
        name = (target, get_default_graph())
        if name not in self._tensors:
            total = None
            for counter, k in self.terms.items():
                term = cast(counter.tensor, target)
                term = term if k == 1 else term * _base.constant(k, target)
                total = term if total is None else total + term
            self._tensors[name] = total + _base.constant(self.constant, target) if self.constant else total
        return self._tensors[name]

    def index_tensor(self) -> tf.Tensor:
        """The value in the narrowest dtype that surely holds it: XLA's index arithmetic is faster in int32."""
        low, high = bounds(self)
        parts = [bounds(SymbolicInteger({counter: k}, 0)) for counter, k in self.terms.items()]
        fits = all(
            a is not None and b is not None and a >= _INT32_LOWEST and b <= _INT32_HIGHEST
            for a, b in [*parts, (low, high)]
        )
        return self.as_tensor(tf.int32 if fits else tf.int64)

    def _combine(self, name: str, left: Any, right: Any) -> Any:
        left_int, right_int = _affine(left), _affine(right)
        if left_int is None or right_int is None:
            return python_operator(name, left, right)
        if name == "add":
            return _sum(left_int, right_int, 1)
        if name == "sub":
            return _sum(left_int, right_int, -1)
        if name == "mul" and (isinstance(left_int, int) or isinstance(right_int, int)):
            return _scaled(left_int, right_int) if isinstance(right_int, int) else _scaled(right_int, left_int)
        if name in ("floordiv", "mod") and isinstance(right_int, int) and right_int > 0:
            return _divided(name, left_int, right_int)
        if name in _COMPARISONS:
            return _decided(name, left_int, right_int)
        return python_operator(name, left, right)


def _affine(x: Any) -> Any:
    """An int or a SymbolicInteger; None for other things."""
    if isinstance(x, SymbolicInteger):
        return x
    return int(x) if isinstance(x, int) else None


def _made(terms: dict[Counter, int], constant: int) -> Any:
    kept = {counter: k for counter, k in terms.items() if k}
    return SymbolicInteger(kept, constant) if kept else constant


def _parts(x: Any) -> tuple[dict[Counter, int], int]:
    return (x.terms, x.constant) if isinstance(x, SymbolicInteger) else ({}, x)


def _sum(left: Any, right: Any, sign: int) -> Any:
    (terms, constant), (more, other) = _parts(left), _parts(right)
    terms = dict(terms)
    for counter, k in more.items():
        terms[counter] = terms.get(counter, 0) + sign * k
    return _made(terms, constant + sign * other)


def _scaled(x: Any, factor: int) -> Any:
    terms, constant = _parts(x)
    return _made({counter: k * factor for counter, k in terms.items()}, constant * factor)


def _divided(name: str, x: SymbolicInteger, divisor: int) -> Any:
    if all(k % divisor == 0 for k in x.terms.values()):
        quotient = _made({c: k // divisor for c, k in x.terms.items()}, x.constant // divisor)
        return quotient if name == "floordiv" else x.constant % divisor
    low, high = bounds(x)
    tensor = x.index_tensor()
    divisor_tensor = tf.constant(divisor, tensor.dtype)
    if name == "floordiv":
        limits = [None if bound is None else bound // divisor for bound in (low, high)]
        return _atom(tf.math.floordiv(tensor, divisor_tensor), *limits)
    return _atom(tf.math.floormod(tensor, divisor_tensor), 0, divisor - 1)


def counter(tensor: tf.Tensor, lower: Any = None, upper: Any = None, of_loop: bool = False) -> SymbolicInteger:
    """The symbolic integer of a loop's counter, or of any 0-d integer tensor.

    Parameters
    ----------
    tensor : tf.Tensor
        The value where the loop's body is traced; int32 where the bounds fit.
    lower, upper : int, SymbolicInteger or None
        The lowest value, and one more than the highest, that it has in the body.
    of_loop : bool
        Whether it is another in each turn of a loop.
    """
    return SymbolicInteger({Counter(tensor, _affine(lower), _affine(upper), of_loop): 1}, 0)


def is_of_loops(x: Any) -> bool:
    """Whether an integer is known, or computed from counters of loops alone."""
    return not isinstance(x, SymbolicInteger) or all(counter.of_loop for counter in x.terms)


def _atom(tensor: tf.Tensor, lowest: int | None, highest: int | None) -> SymbolicInteger:
    """The symbolic integer of a tensor, one for all tensors that are surely equal."""
    for known in trace.atoms:
        if same_tensor(known.tensor, tensor):
            return SymbolicInteger({known: 1}, 0)
    made = Counter(tensor, lowest, None if highest is None else highest + 1)
    if trace.compiled:
        trace.atoms.append(made)
    return SymbolicInteger({made: 1}, 0)


def same_tensor(left: Any, right: Any, depth: int = 12) -> bool:
    """Whether two tensors are surely equal: the same, or made by the same operations of the same inputs."""
    if left is right:
        return True
    if not depth or isinstance(left, EagerTensor) or isinstance(right, EagerTensor):
        return False
    one, other = left.op, right.op
    if left.graph is not right.graph or left.value_index != right.value_index or one.type != other.type:
        return False
    if one is other:
        return True
    if one.type == "Placeholder" or one.op_def.is_stateful or len(one.inputs) != len(other.inputs):
        return False
    return all(same_tensor(a, b, depth - 1) for a, b in zip(one.inputs, other.inputs, strict=True)) and (
        one.node_def.attr == other.node_def.attr
    )


_READS = frozenset(("Gather", "GatherNd", "GatherV2", "Slice", "StridedSlice", "XlaDynamicSlice"))


def is_read(x: Any) -> bool:
    """Whether `x` is a number read from an array, or computed from such, and not from a loop's counter alone."""
    if not isinstance(x, SymbolicInteger):
        return False
    pending = [counter.tensor for counter in x.terms]
    for _ in range(64):
        if not pending:
            return False
        tensor = pending.pop()
        if isinstance(tensor, EagerTensor):
            continue
        if tensor.op.type in _READS:
            return True
        pending += tensor.op.inputs
    return False


def as_integer(x: Any) -> Any:
    """`x` as an int or SymbolicInteger if it is an integer of the host, a weak one, or a 0-d integer tensor; else
    None.
    """
    found = _affine(x) if not isinstance(x, bool) else None
    if found is not None:
        return found
    if isinstance(x, WeakScalar) and x.kind is int:
        return _atom(x.tensor, *x.limits)
    if not isinstance(x, Tensor) or isinstance(x, EagerTensor):
        return None
    if not x.dtype.is_integer or x.get_shape().rank != 0:
        return None
    return _atom(x, *_limits_of(x.dtype))


def lengths(x: tf.Tensor) -> tuple[Any, ...]:
    """The shape of a tensor: lengths that only the run knows are numbers of the run within `np.jit`, else None."""
    shape = _base.static_shape(x)
    if None not in shape or not trace.compiled:
        return shape
    known_in_the_run = tf.unstack(tf.shape(x, out_type=tf.int64))
    return tuple(_atom(n, 0, None) if m is None else m for m, n in zip(shape, known_in_the_run, strict=True))


def need_lengths(what: str, *arrays: tf.Tensor) -> None:
    """While `np.jit` traces: refuse arrays of lengths that only the run knows, where `what` must see them."""
    if trace.compiled and any(None in _base.static_shape(x) for x in arrays):
        raise NotCompilableError(f"{what} of an array whose length is known only when the function runs")


def _limits_of(dtype: tf.DType) -> tuple[int | None, int | None]:
    return (dtype.min, dtype.max) if dtype.size < 8 else (0 if dtype.is_unsigned else None, None)


def _extreme(x: Any, lowest: bool) -> int | None:
    """The lowest or highest value, inner counters replaced by their bounds first: those may name outer ones."""
    terms, constant = _parts(x)
    while terms:
        inner = max(terms, key=lambda c: c.serial)
        k = terms[inner]
        bound = inner.lower if (k > 0) == lowest else inner.upper
        if bound is None:
            return None
        if bound is inner.upper:
            constant -= k
        terms = {c: factor for c, factor in terms.items() if c is not inner}
        rest = _sum(SymbolicInteger(terms, constant), _scaled(bound, k), 1)
        terms, constant = _parts(rest)
    return constant


def bounds(x: Any) -> tuple[int | None, int | None]:
    """The lowest and the highest value, both inclusive; None where not known."""
    if isinstance(x, SymbolicInteger):
        return _extreme(x, True), _extreme(x, False)
    if isinstance(x, WeakScalar):
        return x.limits
    return (int(x), int(x)) if isinstance(x, int) else (None, None)


def nonnegative(x: Any) -> bool | None:
    """Whether `x >= 0`; None where that isn't known."""
    if isinstance(x, int):
        return x >= 0
    low, high = bounds(x)
    if low is not None and low >= 0:
        return True
    if high is not None and high < 0:
        return False
    for fact in trace.facts:
        low, high = _extreme(x - fact, True), _extreme(x + fact, False)
        if low is not None and low >= 0:
            return True
        if high is not None and high < 0:
            return False
    return None


def _is_at_least_zero(x: SymbolicInteger) -> tf.Tensor:
    tensor = x.index_tensor()
    return tf.math.greater_equal(tensor, _base.constant(0, tensor.dtype))


def _decided(name: str, left: Any, right: Any) -> Any:
    """A comparison: a bool where the bounds decide it."""
    if name in ("gt", "le"):
        left, right = right, left
    if name in ("eq", "ne"):
        return _equal(left, right, name == "eq")
    # left < right is right - left - 1 >= 0; left >= right is left - right >= 0
    known_when_true = right - left - 1 if name in ("lt", "gt") else left - right
    answer = nonnegative(known_when_true)
    if answer is not None:
        return answer
    return WeakScalar(_is_at_least_zero(known_when_true), bool, (known_when_true,), (-1 - known_when_true,))


def _equal(left: Any, right: Any, wanted: bool) -> Any:
    difference = left - right
    if isinstance(difference, int):
        return (difference == 0) == wanted
    above, below = nonnegative(difference), nonnegative(0 - difference)
    if above is False or below is False:
        return not wanted
    if above and below:
        return wanted
    tensor = difference.index_tensor()
    zero = _base.constant(0, tensor.dtype)
    # Not equal, and never below: strictly above.
    unequal = ((difference - 1,) if above else ()) + ((-1 - difference,) if below else ())
    facts = (difference, 0 - difference)
    if wanted:
        return WeakScalar(tf.math.equal(tensor, zero), bool, facts, unequal)
    return WeakScalar(tf.math.not_equal(tensor, zero), bool, unequal, facts)


def _choice(pick: Any, left: Any, right: Any) -> Any:
    tensors = [x.index_tensor() if isinstance(x, SymbolicInteger) else None for x in (left, right)]
    wide = any(t is not None and t.dtype is tf.int64 for t in tensors)
    target = tf.int64 if wide else tf.int32
    fixed = [
        cast(t, target) if t is not None else _base.constant(x, target)
        for t, x in zip(tensors, (left, right), strict=True)
    ]
    return pick(*fixed)


def minimum(left: Any, right: Any) -> Any:
    """The smaller of two ints or symbolic integers."""
    order = nonnegative(right - left)
    if order is not None:
        return left if order else right
    lows, highs = zip(bounds(left), bounds(right), strict=True)
    lower = min(lows) if None not in lows else None
    # Of the two, the one with a known bound bounds the result from above.
    known = [b for b in highs if b is not None]
    return _atom(_choice(tf.math.minimum, left, right), lower, min(known) if known else None)


def maximum(left: Any, right: Any) -> Any:
    """The larger of two ints or symbolic integers."""
    order = nonnegative(left - right)
    if order is not None:
        return left if order else right
    lows, highs = zip(bounds(left), bounds(right), strict=True)
    known = [b for b in lows if b is not None]
    upper = max(highs) if None not in highs else None
    return _atom(_choice(tf.math.maximum, left, right), max(known) if known else None, upper)


def wrapped(x: Any, length: Any) -> Any:
    """`x`, counted from the end where it is negative."""
    sign = nonnegative(x)
    if sign is not None:
        return x if sign else x + length
    shifted = x + length
    lows, highs = zip(bounds(x), bounds(shifted), strict=True)
    tensor = _choice(lambda a, b: tf.where(a < _base.constant(0, a.dtype), b, a), x, shifted)
    high = None if None in highs else max(highs[0], highs[1])
    # Negative ones are raised by the length, the others are at least 0.
    low = None if lows[1] is None else min(0, lows[1])
    return _atom(tensor, low, high)


def position(x: Any, length: int, axis: int) -> Any:
    """An index for one axis, counted from the front; checked now where that can be, else when the function runs."""
    index = wrapped(x, length)
    for inside in (nonnegative(index), nonnegative(length - 1 - index)):
        if inside is False:
            raise NotCompilableError(f"an index is out of bounds for axis {axis} with size {length}")
    if nonnegative(index) and nonnegative(length - 1 - index):
        return index
    tensor = index.index_tensor()
    inside = tf.logical_and(tensor >= _base.constant(0, tensor.dtype), tensor < _base.constant(length, tensor.dtype))
    require(inside, f"index out of bounds for axis {axis} with size {length}")
    # From here on it is inside: a run in which it isn't is thrown away.
    return index


def clipped(x: Any, length: Any) -> Any:
    """A bound of a slice, as NumPy counts it: from the front, and not outside of the axis."""
    return minimum(maximum(wrapped(x, length), 0), length)


def same(left: Any, right: Any) -> bool | None:
    """Whether two lengths are equal; None where that isn't known."""
    difference = left - right
    if isinstance(difference, int):
        return difference == 0
    above, below = nonnegative(difference), nonnegative(0 - difference)
    if above is False or below is False:
        return False
    return True if above and below else None


def require_same(left: Any, right: Any, what: str) -> None:
    """Two lengths must be equal."""
    answer = same(left, right)
    require(answer if answer is not None else left == right, what)


def index_tensor(x: Any, dtype: Any = tf.int32) -> tf.Tensor:
    """An int or symbolic integer that is inside an axis, as a tensor of `dtype`."""
    if isinstance(x, SymbolicInteger):
        return cast(x.index_tensor(), dtype)
    return _base.constant(operator.index(x), dtype)
