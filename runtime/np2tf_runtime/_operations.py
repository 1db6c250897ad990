"""Adding operations to the graph that `np.jit` traces, in a third of the time that TensorFlow takes.

TensorFlow's `op_def_library` goes through the definition of an operation whenever one is made: what kinds of operands
it has, what can be made an operand, what its attributes may be. For operands that are tensors, of the dtypes that the
definition has, all of this is known from the definition alone, and is looked up here. Everything else (lists of Python
numbers, functions, operands that TensorFlow would refuse) is left to TensorFlow, errors included.
"""

from __future__ import annotations

import contextlib
import functools
from typing import Any, NamedTuple

import tensorflow as tf
from tensorflow.core.framework import attr_value_pb2
from tensorflow.python.eager import record as _record
from tensorflow.python.framework import dtypes, op_callbacks, op_def_library, op_def_registry, ops
from tensorflow.python.ops import gen_math_ops as _math

from . import _symbolic
from ._base import EagerTensor, Tensor

_Attribute = attr_value_pb2.AttrValue
_theirs = op_def_library._apply_op_helper
# Operations whose gradients XLA computes otherwise than TensorFlow's kernels do, and the gradients that are as theirs.
_GRADIENTS = {"Sqrt": _Attribute(s=b"Np2tfSqrt")}


class _Operand(NamedTuple):
    """An operand of an operation: one tensor, or a list of at least `fewest`, whose length is the attribute `count`."""

    name: str
    type: int  # of its elements; 0 where the attribute `type_of` names it
    type_of: str
    count: str
    fewest: int


class _Definition(NamedTuple):
    """What there is to know of an operation."""

    operands: list[_Operand]
    allowed: dict[str, frozenset[int] | None]  # the types that attributes may name, None for all
    given: dict[str, tuple[str, Any]]  # kind and default of the attributes that no operand tells
    results: list[None]
    stateful: bool
    proto: Any


@functools.cache
def _definition(kind: str) -> _Definition | None:
    """The definition of an operation; None for one that is left to TensorFlow."""
    proto = op_def_registry.get(kind)
    if proto is None or proto.deprecation.version:
        return None
    if any(x.number_attr or x.type_list_attr for x in proto.output_arg):
        return None
    if any(x.type_list_attr or x.is_ref for x in proto.input_arg):
        return None
    fewest = {attribute.name: attribute.minimum for attribute in proto.attr if attribute.has_minimum}
    operands = [
        _Operand(x.name, x.type, x.type_attr, x.number_attr, max(fewest.get(x.number_attr, 1), 1))
        for x in proto.input_arg
    ]
    told = {name for x in operands for name in (x.type_of, x.count)}
    allowed: dict[str, frozenset[int] | None] = {}
    given: dict[str, tuple[str, Any]] = {}
    for attribute in proto.attr:
        limited = attribute.HasField("allowed_values")
        if attribute.type == "type":
            allowed[attribute.name] = frozenset(attribute.allowed_values.list.type) if limited else None
        if attribute.name in told:
            continue
        if attribute.type not in ("bool", "int", "type") or attribute.has_minimum:
            return None
        default = attribute.default_value if attribute.HasField("default_value") else None
        given[attribute.name] = attribute.type, default
    return _Definition(operands, allowed, given, [None] * len(proto.output_arg), proto.is_stateful, proto)


def _is_plain(x: Any) -> bool:
    return isinstance(x, Tensor) and x.dtype._type_enum < 100  # no reference to a variable


def _taken(definition: _Definition, values: dict[str, Any]) -> tuple[list[Any], dict[str, Any]] | None:
    """Operands and attributes; None where TensorFlow has to look at them."""
    inputs: list[Any] = []
    types: dict[str, int] = {}
    attributes: dict[str, Any] = {}
    for operand in definition.operands:
        value = values.get(operand.name)
        tensors = [value]
        if operand.count:
            if type(value) not in (list, tuple) or len(value) < operand.fewest or operand.count in attributes:
                return None
            tensors = list(value)
            attributes[operand.count] = _Attribute(i=len(tensors))
        for x in tensors:
            if not _is_plain(x):
                return None
            found = x.dtype._type_enum
            if found != (operand.type or types.setdefault(operand.type_of, found)):
                return None
            inputs.append(x)
    for name, (kind, default) in definition.given.items():
        value = values.get(name)
        if value is None and name in values and default is not None:
            attributes[name] = default
        elif kind == "bool" and type(value) is bool:
            attributes[name] = _Attribute(b=value)
        elif kind == "int" and type(value) is int:
            attributes[name] = _Attribute(i=value)
        elif kind == "type" and isinstance(value, dtypes.DType):
            types[name] = value._type_enum
        else:
            return None
    for name, found in types.items():
        allowed = definition.allowed[name]
        if allowed is not None and found not in allowed:
            return None
        attributes[name] = _Attribute(type=found)
    return None if len(values) != len(definition.operands) + len(definition.given) else (inputs, attributes)


def _apply(kind: str, name: str | None = None, **values: Any) -> Any:
    """What TensorFlow's `_apply_op_helper` gives."""
    definition = _definition(kind) if _symbolic.trace.compiled else None
    graph = ops.get_default_graph() if definition is not None else None
    if graph is None or not graph.building_function or op_callbacks.should_invoke_op_callbacks():
        return _theirs(kind, name, **values)
    found = _taken(definition, values)
    if found is None:
        return _theirs(kind, name, **values)
    inputs, attributes = found
    if kind in _GRADIENTS and _symbolic.compiled() and _record.could_possibly_record():
        attributes["_gradient_op_type"] = _GRADIENTS[kind]
    inputs = [graph.capture(x) if isinstance(x, EagerTensor) else x for x in inputs]
    op = graph._create_op_internal(kind, inputs, name=name or kind, attrs=attributes, op_def=definition.proto)
    return definition.results, definition.stateful, op, op.outputs


@tf.custom_gradient
def _zero_for_zero(slope: tf.Tensor, upstream: tf.Tensor) -> Any:
    """`slope`, and 0 where `upstream` is, as TensorFlow's kernel for the gradient of a square root has it."""
    found = tf.where(tf.equal(upstream, 0), tf.zeros_like(slope), slope)
    return found, lambda gradient: (gradient, None)


def _of_sqrt(op: Any, upstream: tf.Tensor) -> tf.Tensor:
    return _zero_for_zero(_math.sqrt_grad(op.outputs[0], upstream), upstream)


def install() -> None:
    """Add operations so while `np.jit` traces. All of TensorFlow's functions ask this one of its library's."""
    op_def_library._apply_op_helper = _apply
    with contextlib.suppress(KeyError):  # the module was imported before
        tf.RegisterGradient("Np2tfSqrt")(_of_sqrt)
