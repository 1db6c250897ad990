"""What keeps XLA from computing with floats as if they were real numbers.

XLA rewrites expressions by rules that hold for real numbers: `(x + 1e16) - 1e16` becomes `x`, `mask * x` a choice that
loses NaN, `exp(x) * exp(y)` the exponential of a sum that doesn't overflow. NumPy computes what is written. So XLA must
not see what its rules ask for: that a number is a constant, or what made an operand. (Graphs without XLA are computed
as written, too: see `plain_graphs`.)
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import config_pb2, rewriter_config_pb2
from tensorflow.python.eager import context as _context
from tensorflow.python.framework.ops import get_default_graph
from tensorflow.python.ops import gen_math_ops as _math

from . import _symbolic
from ._base import EagerTensor, has_gpu, scalar

_PASSED_ON = frozenset(("BroadcastTo", "Cast", "ExpandDims", "Fill", "Identity", "Reshape"))
_QUOTIENTS = frozenset(("Mul", "RealDiv"))


def _origin(x: tf.Tensor) -> tf.Tensor:
    """What `x` was before it got another shape or dtype."""
    while not isinstance(x, EagerTensor) and x.op.type in _PASSED_ON:
        x = x.op.inputs[1 if x.op.type == "Fill" else 0]
    return x


def _is_constant(x: tf.Tensor) -> bool:
    origin = _origin(x)
    return not isinstance(origin, EagerTensor) and origin.op.type == "Const"


def _is_known(x: tf.Tensor, steps: int = 5) -> bool:
    """Whether a few operations make `x` of constants alone."""
    if isinstance(x, EagerTensor) or not steps:
        return False
    return _is_constant(x) or (bool(x.op.inputs) and all(_is_known(operand, steps - 1) for operand in x.op.inputs))


def known_scalar(x: tf.Tensor) -> Any:
    """The number of NumPy's that `x` is wherever XLA compiles, if it is a constant; None otherwise."""
    if not _symbolic.compiled() or not _is_constant(x):
        return None
    value = tf.get_static_value(_origin(x))
    if value is None or np.size(value) != 1:
        return None
    return np.asarray(value, x.dtype.as_numpy_dtype).reshape(-1)[0]


def _is_made_by(x: tf.Tensor, operations: frozenset[str]) -> bool:
    origin = _origin(x)
    return not isinstance(origin, EagerTensor) and origin.op.type in operations


def _unseen(x: tf.Tensor) -> tf.Tensor:
    """`x`, of which XLA doesn't see that it is a constant."""
    from tensorflow.compiler.tf2xla.ops import gen_xla_ops

    if x.op.type == "Fill":
        return tf.fill(x.op.inputs[0], _unseen(x.op.inputs[1]))
    operators, graph = _symbolic.trace.operators, get_default_graph()
    key = "barrier", id(x), id(graph)
    if key not in operators:
        operators[key] = gen_xla_ops.xla_optimization_barrier([x])[0], x, graph
    return operators[key][0]


def unseen(x: tf.Tensor) -> tf.Tensor:
    """`x`, of which XLA doesn't see that it is a constant if it is one."""
    return _unseen(x) if _symbolic.compiled() and _is_known(x) else x


def apart(x: tf.Tensor, *operations: str) -> tf.Tensor:
    """`x`, of which XLA doesn't see that one of `operations` made it."""
    if not _symbolic.compiled() or not _is_made_by(x, frozenset(operations)):
        return x
    if _is_known(x):
        return _unseen(x)  # a zero that XLA works out would become the -0.0 that is added
    return _math.add_v2(x, _unseen(scalar(complex(-0.0, -0.0) if x.dtype.is_complex else -0.0, x.dtype)))


def _is_scaled(x: tf.Tensor) -> bool:
    """Whether `x` is a product with a constant, or a quotient."""
    origin = _origin(x)
    if isinstance(origin, EagerTensor) or origin.op.type not in _QUOTIENTS:
        return False
    return any(_is_constant(operand) for operand in origin.op.inputs)


def divisor(y: tf.Tensor, x: tf.Tensor | None = None) -> tf.Tensor:
    """What to divide `x` by. XLA replaces a division by a constant by a multiplication, whose last bit may differ:
    enough to put a number on the other side of a limit.
    """
    if not _symbolic.compiled() or not _is_constant(y):
        return y
    value = tf.get_static_value(_origin(y))
    halving = value is not None and np.all(np.frexp(np.abs(np.asarray(value, np.float64)))[0] == 0.5)
    if halving and (x is None or not _is_scaled(x)):
        return y  # powers of two, of which the reciprocal is exact
    return _unseen(y)


def quotient(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    """x / y. XLA makes one quotient of several, in which a product may overflow, and one exponential of two."""
    if _is_made_by(x, frozenset(("Exp",))):
        y = apart(y, "Exp")
    return _math.real_div(apart(x, "RealDiv"), divisor(apart(y, "RealDiv"), x))


def terms(x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """What to add, or to subtract: constants are not added to each other, and zero is (-0.0 + 0 is 0)."""
    if not _symbolic.compiled() or not (x.dtype.is_floating or x.dtype.is_complex):
        return x, y
    return unseen(x), unseen(y)


def factors(x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """What to multiply: constants aren't by each other, nor are the exponents of exponentials added."""
    if not _symbolic.compiled() or not (x.dtype.is_floating or x.dtype.is_complex):
        return x, y
    if _is_made_by(x, frozenset(("Exp",))):
        y = apart(y, "Exp")
    if _is_constant(y) and _is_scaled(x):
        x = apart(x, *_QUOTIENTS)
    elif _is_constant(x) and _is_scaled(y):
        y = apart(y, *_QUOTIENTS)
    return x, y


def limit(y: tf.Tensor) -> tf.Tensor:
    """What is to be the lower limit of numbers: of zero and what is never negative XLA knows the answer, and forgets
    NaN.
    """
    return _unseen(y) if _symbolic.compiled() and y.dtype.is_floating and _is_zero(y) else y


def _is_zero(x: tf.Tensor) -> bool:
    if not _is_constant(x):
        return False
    value = tf.get_static_value(_origin(x))
    return value is not None and not np.any(value)


def numbers(mask: tf.Tensor, dtype: tf.DType) -> tf.Tensor:
    """Booleans as numbers. XLA, which sees where the numbers come from, chooses 0 where 0 times NaN is NaN."""
    if not _symbolic.compiled():
        return tf.raw_ops.Cast(x=mask, DstT=dtype)
    return _math.select_v2(mask, _unseen(scalar(1, dtype)), scalar(0, dtype))


def whole(x: tf.Tensor, target: tf.DType) -> tf.Tensor:
    """Floats as int32 or int64. NaN, and what is too large, becomes what it becomes in NumPy: on most processors the
    lowest number, which no index may be. XLA and GPUs make 0 of NaN, and the nearest number of the rest.
    """
    made = tf.raw_ops.Cast(x=x, DstT=target)
    if not (_symbolic.compiled() or has_gpu()):
        return made
    if x.dtype.size < 4:
        x = tf.raw_ops.Cast(x=x, DstT=tf.float32)
    kind = x.dtype.as_numpy_dtype
    low, high = (scalar(kind(sign * 2.0 ** (8 * target.size - 1)), x.dtype) for sign in (-1, 1))
    with np.errstate(invalid="ignore"):
        of_nan, below, above = np.array([np.nan, -np.inf, np.inf], kind).astype(target.as_numpy_dtype)
    fits = _math.logical_and(_math.greater_equal(x, low), _math.less(x, high))
    strange = scalar(int(of_nan), target)
    if not of_nan == below == above:
        outside = _math.select_v2(_math.less(x, low), scalar(int(below), target), scalar(int(above), target))
        strange = _math.select_v2(_symbolic.is_nan(x), strange, outside)
    return _math.select_v2(fits, made, strange)


_PLAIN = config_pb2.ConfigProto()
for _name in ("constant_folding", "arithmetic_optimization"):
    setattr(_PLAIN.graph_options.rewrite_options, _name, rewriter_config_pb2.RewriterConfig.OFF)


@contextlib.contextmanager
def plain_graphs() -> Iterator[None]:
    """Graphs that are run within are computed as they are written: TensorFlow, too, adds constants to each other."""
    context = _context.context()
    kept = context.function_call_options
    context.function_call_options = _context.FunctionCallOptions(config_proto=_PLAIN)
    try:
        yield
    finally:
        context.function_call_options = kept
