"""Operations of a graph as calls of NumPy's, for `_host_plan`: what NumPy computes as TensorFlow does."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from ._base import np_dtype
from ._host_memory import aligned
from ._ufuncs import HOST_CALL, HOST_FUNCTION

__all__ = [
    "ALIASES", "DECOMPOSITIONS", "DTYPES", "DTYPE_OF", "ELEMENTWISE", "OF_NUMBERS", "REDUCTIONS", "RESHAPES", "Call",
    "Compute", "Failed", "NotPlanned", "call_of", "complex_of", "dtype_of", "elementwise_of", "shape_of",
]  # fmt: skip

Array = Any  # an array, or a scalar of NumPy's
Compute = Callable[..., Any]


class Failed(Exception):  # noqa: N818 - a signal
    """NumPy raised, or an assertion failed: only an eager call gives what NumPy gives."""


class NotPlanned(Exception):  # noqa: N818 - a signal within this module
    """The graph has an operation that no plan has."""


def _select(chosen: Array, x: Array, y: Array, out: Any = None) -> Array:
    if out is None:
        return np.where(chosen, x, y)  # never of numbers only, of which it makes an array
    np.copyto(out, y)
    np.copyto(out, x, where=chosen)
    return out


def complex_of(real: Array, imaginary: Array, out: Any = None) -> Array:
    if isinstance(real, np.floating):
        return (np.complex128 if isinstance(real, np.float64) else np.complex64)(complex(real, imaginary))
    if out is None:
        out = np.empty(np.broadcast_shapes(np.shape(real), np.shape(imaginary)), np.result_type(real, np.complex64))
    out.real, out.imag = real, imaginary
    return out


def _negative(x: Array, out: Any = None) -> Array:
    if not isinstance(x, np.ndarray) or x.dtype.kind != "c" or not x.flags.c_contiguous:
        return np.negative(x, out=out)
    out = np.empty_like(x) if out is None else out
    real = x.real.dtype
    if out.flags.c_contiguous:  # both parts at once, which takes a fifth of the time
        np.negative(x.view(real), out=out.view(real))
        return out
    return np.negative(x, out=out)


def _copied(part: Callable[[Array], Array]) -> Compute:
    def compute(x: Array, out: Any = None) -> Array:
        value = part(x)
        if out is None:
            return value
        np.copyto(out, value)
        return out

    return compute


# Of numbers: the operators of NumPy's scalars take a tenth of the time of calls on arrays.
OF_NUMBERS = {
    "Abs": "abs({})",
    "AddV2": "{} + {}",
    "ComplexAbs": "abs({})",
    "Complex": "complex_of({}, {})",
    "Equal": "{} == {}",
    "Greater": "{} > {}",
    "GreaterEqual": "{} >= {}",
    "Imag": "{}.imag",
    "Less": "{} < {}",
    "LessEqual": "{} <= {}",
    "LogicalAnd": "{} & {}",
    "LogicalOr": "{} | {}",
    "Mul": "{} * {}",
    "Neg": "-{}",
    "NotEqual": "{} != {}",
    "Real": "{}.real",
    "RealDiv": "{} / {}",
    "SelectV2": "{1} if {0} else {2}",
    "Sub": "{} - {}",
}
_NUMBERS = frozenset("fc")
_ORDERED = frozenset("if")
_ANY = frozenset("bifc")
# Of which kinds the operands may be, what computes it, whether its result may be written over an operand.
ELEMENTWISE: dict[str, tuple[frozenset[str], Compute, bool]] = {
    "Abs": (_ORDERED, np.absolute, True),
    "AddV2": (frozenset("ifc"), np.add, True),
    "BitwiseAnd": (frozenset("i"), np.bitwise_and, True),
    "Complex": (frozenset("f"), complex_of, False),
    "ComplexAbs": (frozenset("c"), np.absolute, False),
    "Conj": (frozenset("c"), np.conjugate, True),
    "Cos": (frozenset("f"), np.cos, True),
    "Equal": (_ANY, np.equal, False),
    "Exp": (frozenset("f"), np.exp, True),
    "Greater": (_ORDERED, np.greater, False),
    "GreaterEqual": (_ORDERED, np.greater_equal, False),
    "Imag": (frozenset("c"), _copied(np.imag), False),
    "IsFinite": (frozenset("f"), np.isfinite, False),
    "IsInf": (frozenset("f"), np.isinf, False),
    "IsNan": (frozenset("f"), np.isnan, False),
    "Less": (_ORDERED, np.less, False),
    "LessEqual": (_ORDERED, np.less_equal, False),
    "Log": (frozenset("f"), np.log, True),
    "LogicalAnd": (frozenset("b"), np.logical_and, True),
    "LogicalNot": (frozenset("b"), np.logical_not, True),
    "LogicalOr": (frozenset("b"), np.logical_or, True),
    "Maximum": (_ORDERED, np.maximum, True),
    "Minimum": (_ORDERED, np.minimum, True),
    "Mul": (frozenset("ifc"), np.multiply, True),
    "Neg": (frozenset("ifc"), _negative, True),
    "NotEqual": (_ANY, np.not_equal, False),
    "Pow": (_NUMBERS, np.power, True),
    "Real": (frozenset("c"), _copied(np.real), False),
    "RealDiv": (_NUMBERS, np.true_divide, True),
    "SelectV2": (_ANY, _select, False),
    "Sin": (frozenset("f"), np.sin, True),
    "Sqrt": (frozenset("f"), np.sqrt, True),
    "Square": (_NUMBERS, np.square, True),
    "Sub": (frozenset("ifc"), np.subtract, True),
    "Tanh": (frozenset("f"), np.tanh, True),
}
DTYPES = frozenset(
    (tf.bool, tf.int32, tf.int64, tf.float32, tf.float64, tf.complex64, tf.complex128)
)  # those with which NumPy's functions give what TensorFlow's operations give
DTYPE_OF = {dtype.name: np.dtype(dtype.as_numpy_dtype) for dtype in DTYPES}
RESHAPES = frozenset(("ExpandDims", "Reshape", "Squeeze"))
ALIASES = RESHAPES | {"Slice", "StridedSlice", "Transpose"}
REDUCTIONS = frozenset(("All", "Any", "Max", "Min", "Sum"))
DECOMPOSITIONS: dict[str, Compute] = {
    "Cholesky": np.linalg.cholesky, "MatrixInverse": np.linalg.inv, "MatrixSolve": np.linalg.solve,
}  # fmt: skip


def dtype_of(tensor: Any) -> np.dtype[Any]:
    if tensor.dtype not in DTYPES:
        raise NotPlanned(tensor.dtype.name)
    return np_dtype(tensor.dtype)


def shape_of(tensor: Any) -> tuple[int, ...]:
    shape = tensor.shape
    if not shape.is_fully_defined():
        raise NotPlanned("a length that only the run knows")
    return tuple(shape.as_list())


def _cast(op: Any) -> Compute:
    source, target = dtype_of(op.inputs[0]), dtype_of(op.outputs[0])
    if source.kind == "c" and target == np.zeros((), source).real.dtype:
        return _copied(np.real)
    if op.get_attr("Truncate") or not np.can_cast(source, target, "same_kind"):
        raise NotPlanned("Cast")  # of values that the target may not have
    return lambda x, out=None: x.astype(target) if out is None else _written(x, out)


def _written(x: Array, out: Any) -> Any:
    np.copyto(out, x, casting="same_kind")
    return out


def _bitcast(op: Any) -> Compute:
    source, target = dtype_of(op.inputs[0]), dtype_of(op.outputs[0])
    if source.itemsize != target.itemsize:
        raise NotPlanned("Bitcast")
    return _copied(lambda x: x.view(target))


def _fill(op: Any) -> Compute:
    shape, dtype = shape_of(op.outputs[0]), dtype_of(op.outputs[0])
    return lambda value, out=None: np.full(shape, value, dtype) if out is None else _written(value, out)


def _broadcast(op: Any) -> Compute:
    shape, _ = shape_of(op.outputs[0]), dtype_of(op.outputs[0])
    return lambda x, out=None: np.broadcast_to(x, shape) if out is None else _written(x, out)


def elementwise_of(op: Any) -> tuple[Compute, list[Any], bool] | None:
    """What computes an elementwise operation, its operands, whether it may write over them; None for another one."""
    if op.type in ("Bitcast", "Cast"):
        return (_cast if op.type == "Cast" else _bitcast)(op), list(op.inputs), False
    if op.type == "Fill":
        return _fill(op), [op.inputs[1]], False
    if op.type == "BroadcastTo":
        return _broadcast(op), [op.inputs[0]], False
    found = ELEMENTWISE.get(op.type)
    if found is None:
        return None
    kinds, compute, in_place = found
    if any(dtype_of(x).kind not in kinds for x in (op.inputs[1:] if op.type == "SelectV2" else op.inputs)):
        raise NotPlanned(op.type)
    return compute, list(op.inputs), in_place


def _constant(tensor: Any) -> Any:
    value = tf.get_static_value(tensor)
    if value is None:
        raise NotPlanned("an operand that only the run knows")
    return value


def _strided(op: Any) -> Compute:
    begin, end, step = (_constant(x).tolist() for x in op.inputs[1:])
    masks = [op.get_attr(f"{name}_mask") for name in ("begin", "end", "ellipsis", "new_axis", "shrink_axis")]
    key: list[Any] = []
    for n in range(len(begin)):
        starts, ends, ellipsis, new_axis, shrinks = (bool(mask >> n & 1) for mask in masks)
        if ellipsis:
            key.append(...)
        elif new_axis:
            key.append(None)
        elif shrinks:
            key.append(begin[n])
        else:
            key.append(slice(None if starts else begin[n], None if ends else end[n], step[n]))
    return lambda x: x[tuple(key)]


def _slice(op: Any) -> Compute:
    sizes = _constant(op.inputs[2]).tolist()
    lengths = shape_of(op.inputs[0])
    limits = [(length - size, size) for length, size in zip(lengths, sizes, strict=True)]
    if min(sizes, default=0) < 0:
        raise NotPlanned("a slice up to the end")

    def of_one_axis(x: Any, begin: Any, _: Any) -> Any:
        ((start,), ((last, size),)) = begin, limits
        if not 0 <= start <= last:
            raise Failed("a slice that is not inside")
        return x[start : start + size]

    def compute(x: Any, begin: Any, _: Any) -> Any:
        key = []
        for start, (last, size) in zip(begin, limits, strict=True):
            if not 0 <= start <= last:
                raise Failed("a slice that is not inside")
            key.append(slice(start, start + size))
        return x[tuple(key)]

    return compute if len(limits) > 1 else of_one_axis


def _reduction(op: Any, ufunc: Any) -> Compute:
    axes = tuple(np.atleast_1d(_constant(op.inputs[1])).tolist())
    keepdims: Any = op.get_attr("keep_dims")
    dtype = dtype_of(op.inputs[0])
    if 0 in shape_of(op.inputs[0]):
        raise NotPlanned("a reduction of nothing")
    return lambda x, _: ufunc.reduce(x, axis=axes, dtype=dtype, keepdims=keepdims)


def _product(op: Any) -> Compute:
    if dtype_of(op.inputs[0]).kind not in _NUMBERS or 0 in shape_of(op.inputs[0]) + shape_of(op.inputs[1]):
        raise NotPlanned(op.type)
    left, right = op.get_attr("transpose_a"), op.get_attr("transpose_b")
    shape, dtype = shape_of(op.outputs[0]), dtype_of(op.outputs[0])
    return lambda a, b: np.matmul(a.T if left else a, b.T if right else b, out=aligned(shape, dtype))


class Call(NamedTuple):
    """What computes an operation that isn't elementwise."""

    compute: Compute
    fresh: bool  # whether its result is memory of its own
    aligned: bool = False  # such as TensorFlow takes over
    strict: bool = False  # whether floating-point errors are NumPy's to tell


def call_of(op: Any) -> Call:
    for output in op.outputs:
        dtype_of(output)
    if op.type in ("PyFuncStateless", "PyFunc") and HOST_CALL in op.name and hasattr(op, HOST_FUNCTION):
        function = getattr(op, HOST_FUNCTION)
        return Call(function, True, getattr(function, "gives_aligned", False), True)
    if op.type in DECOMPOSITIONS:
        if 0 in shape_of(op.outputs[0]) or (op.type != "Cholesky" and op.get_attr("adjoint")):
            raise NotPlanned(op.type)
        return Call(DECOMPOSITIONS[op.type], True)
    if op.type == "MatMul":
        return Call(_product(op), True, True, True)
    if op.type in RESHAPES:
        shape = shape_of(op.outputs[0])
        if not shape:
            return Call(lambda x, *_: x.reshape(())[()], False)
        return Call(lambda x, *_: x.reshape(shape), False)
    if op.type == "StridedSlice":
        compute = _strided(op)
        return Call(lambda x, *_: compute(x), False)
    if op.type == "Slice":
        return Call(_slice(op), False)
    if op.type == "Transpose":
        axes = _constant(op.inputs[1]).tolist()
        return Call(lambda x, _: np.transpose(x, axes), False)
    if op.type == "Pack":
        axis, dtype = op.get_attr("axis"), dtype_of(op.outputs[0])
        if not shape_of(op.inputs[0]):
            returned = any(x is op.outputs[0] for x in op.graph.outputs)
            if not returned and all(user.type == "Slice" for user in op.outputs[0].consumers()):
                return Call(lambda *parts: parts, False)  # nobody sees that it is no array
            return Call(lambda *parts: np.array(parts, dtype), True)
        return Call(lambda *parts: np.stack(parts, axis), True)
    if op.type == "ConcatV2":
        along = int(_constant(op.inputs[-1]))
        return Call(lambda *parts: np.concatenate(parts[:-1], along), True)
    if op.type == "Range":
        arange: Any = np.arange
        return Call(functools.partial(arange, dtype=dtype_of(op.outputs[0])), True)
    if op.type == "Sum" and dtype_of(op.outputs[0]).kind in "ifc":
        return Call(_reduction(op, np.add), True)
    if op.type in ("Max", "Min") and dtype_of(op.outputs[0]).kind in _ORDERED:
        return Call(_reduction(op, np.maximum if op.type == "Max" else np.minimum), True)
    if op.type in ("All", "Any"):
        return Call(_reduction(op, np.logical_and if op.type == "All" else np.logical_or), True)
    raise NotPlanned(op.type)
