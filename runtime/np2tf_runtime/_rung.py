"""Whether a traced function may be, and should be, compiled by XLA: read off its operations, never timed.

`check_static` refuses what XLA would compile and yet compute wrongly: lengths that depend on values (it pads or
crashes), and operations whose errors it drops. `prefers_graph` tells functions that TensorFlow's own kernels run
faster than XLA on the CPU: decompositions, and large matrix products outside loops.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import tensorflow as tf

from . import _base
from ._base import NotCompilableError

# XLA compiles these, and leaves their errors out: singular matrices give NaN, assertions nothing.
_ERRORS_LOST = frozenset(
    ("Assert", "CheckNumerics", "CheckNumericsV2", "Cholesky", "MatrixInverse", "MatrixSolve", "MatrixTriangularSolve")
)
_SHAPELESS = frozenset((tf.resource, tf.variant))
_DECOMPOSITIONS = frozenset(("Eig", "Lu", "MatrixDeterminant", "MatrixSolveLs", "Qr", "SelfAdjointEigV2", "Svd"))
_PRODUCTS = frozenset(("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Conv2D", "Einsum", "MatMul"))
LOOPS = frozenset(("StatelessWhile", "While"))
APART = "np2tf_apart"  # the name of the transforms of `_control_flow._held_apart`
# Multiplications from which on the matrix product, and not the functions around it, takes the time.
_LARGE = 1 << 21


def operations(graph: Any) -> Iterator[tuple[Any, bool]]:
    """Every operation of a function graph and of the bodies and branches in it, with whether it stands in a loop."""
    seen: set[str] = set()

    def walk(graph: Any, in_loop: bool) -> Iterator[tuple[Any, bool]]:
        for op in graph.get_operations():
            yield op, in_loop
            for attribute in op.op_def.attr:
                if attribute.type not in ("func", "list(func)"):
                    continue
                value = op.get_attr(attribute.name)
                for function in value if isinstance(value, (list, tuple)) else [value]:
                    if function.name in seen:
                        continue
                    seen.add(function.name)
                    inner = getattr(graph._get_function(function.name), "graph", None)
                    if inner is not None:
                        yield from walk(inner, in_loop or op.type in LOOPS)

    yield from walk(graph, False)


def check_static(graph: Any) -> None:
    """Raises NotCompilableError if XLA would drop an error, or a length depends on values.

    Parameters
    ----------
    graph : tensorflow.python.framework.func_graph.FuncGraph
        Of the traced function.
    """
    for op, _ in operations(graph):
        if op.type in _ERRORS_LOST:
            raise NotCompilableError(f"{op.type}, whose errors XLA drops")
        if op.type == "Placeholder" and not op.outputs[0].consumers():
            continue  # TensorFlow leaves placeholders behind, of captures that it merged
        for output in op.outputs:
            if output.dtype not in _SHAPELESS and not output.get_shape().is_fully_defined():
                raise NotCompilableError(f"a length that depends on values ({op.type})")


def prefers_graph(graph: Any) -> bool:
    """Whether TensorFlow's own kernels are faster than XLA's for this function; never where there is a GPU."""
    if _base.has_gpu():
        return False
    loops = products = False
    for op, in_loop in operations(graph):
        if op.type in _DECOMPOSITIONS and APART not in op.name:
            return True
        loops = loops or op.type in LOOPS
        products = products or (op.type in _PRODUCTS and not in_loop and _multiplications(op) >= _LARGE)
    return products and not loops


_NAIVE = 1 << 15  # multiplications up to which XLA's plain loops are as fast as its library


def needs_library(graph: Any) -> bool:
    """Whether XLA should call its library for a product in a graph. In a loop that it compiles as one kernel (see
    `_xla_options`) it can't, and a product of matrices takes ten times as long.
    """
    return any(op.type in _PRODUCTS and _multiplications(op) > _NAIVE for op, _ in operations(graph))


def _multiplications(op: Any) -> int:
    """About how many multiplications a product takes: all of the result, times what is summed over. None for a matrix
    with a vector, which both compute as fast as memory goes.
    """
    result = op.outputs[0].get_shape()
    operand = op.inputs[0].get_shape()
    if not result.is_fully_defined() or not operand.is_fully_defined():
        return 0
    if op.type == "Conv2D":
        kernel = op.inputs[1].get_shape().as_list()
        return math.prod(result.as_list()) * math.prod(kernel[:-1])
    if 1 in result.as_list()[-2:]:
        return 0
    summed = operand.as_list()[-2 if op.node_def.attr["transpose_a"].b or op.node_def.attr["adj_x"].b else -1]
    return math.prod(result.as_list()) * summed
