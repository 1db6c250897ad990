"""What XLA would compute again wherever it is needed, computed once.

XLA computes elementwise operations in groups, and what several groups need is computed in each of them, with all that
it takes: the limited gradients of a simulation's fields in every flux. A program written by hand has the same fate.
The alternative is that the array goes to memory and comes back. So it is estimated how often an array would be
computed, and what that takes; where it is too much, the array goes through a concatenation along the last axis, at
which groups for a processor end. It is moved, and nothing else is done to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import tensorflow as tf
from tensorflow.python.eager import record as _record
from tensorflow.python.ops import gen_array_ops as _arrays

from . import _base, _symbolic
from ._base import EagerTensor

# Nanoseconds for an element, where the processor computes several at a time: what XLA repeats, and what it does not.
_CHEAP = {
    "Abs": 0.1, "Add": 0.1, "AddV2": 0.1, "BitwiseAnd": 0.1, "BitwiseOr": 0.1, "BitwiseXor": 0.1, "Ceil": 0.2,
    "ClipByValue": 0.2, "Complex": 0.1, "Conj": 0.1, "Cos": 4.0, "Equal": 0.1, "Floor": 0.2, "Greater": 0.1,
    "GreaterEqual": 0.1, "Imag": 0.1, "Invert": 0.1, "IsFinite": 0.1, "IsInf": 0.1, "IsNan": 0.1, "LeftShift": 0.1,
    "Less": 0.1, "LessEqual": 0.1, "LogicalAnd": 0.1, "LogicalNot": 0.1, "LogicalOr": 0.1, "Maximum": 0.1,
    "Minimum": 0.1, "Mul": 0.1, "Neg": 0.1, "NotEqual": 0.1, "Real": 0.1, "Relu": 0.1, "RightShift": 0.1, "Rint": 0.2,
    "Round": 0.5, "Select": 0.1, "SelectV2": 0.1, "Sign": 0.3, "Sin": 4.0, "Square": 0.1, "SquaredDifference": 0.2,
    "Sub": 0.1, "Tan": 8.0,
}  # fmt: skip
_DEAR = {
    "Acos": 8.0, "Acosh": 8.0, "Angle": 8.0, "Asin": 8.0, "Asinh": 8.0, "Atan": 8.0, "Atan2": 8.0, "Atanh": 8.0,
    "ComplexAbs": 2.0, "Cosh": 4.0, "Div": 0.8, "Erf": 4.0, "Exp": 3.0, "Expm1": 4.0, "FloorDiv": 2.0, "FloorMod": 2.0,
    "Log": 3.0, "Log1p": 4.0, "Mod": 2.0, "Pow": 10.0, "RealDiv": 0.8, "Reciprocal": 0.8, "Rsqrt": 1.5, "Sigmoid": 4.0,
    "Sinh": 4.0, "Sqrt": 1.0, "Tanh": 4.0, "TruncateDiv": 2.0, "TruncateMod": 2.0,
}  # fmt: skip
_IN_PLACE = frozenset(("Bitcast", "Cast", "ExpandDims", "Identity", "Reshape", "Squeeze", "XlaOptimizationBarrier"))
_ELSEWHERE = frozenset(
    ("BroadcastTo", "ConcatV2", "Pack", "Pad", "PadV2", "ReverseV2", "Slice", "StridedSlice", "Transpose")
)
_TIMES = {**_CHEAP, **_DEAR}
_ROUND_TRIP, _LAUNCH = 10.0, 4000.0  # nanoseconds, for an element to memory and back, and for each array
_LARGE = 1 << 18  # bytes, from which on memory takes twice as long
_SMALLEST = 512  # elements
_OFTEN = 4  # times: more of what reads an array elsewhere are not told apart
_MOST = 5000  # operations: what is estimated grows with their square
_MINOR = 2048  # bytes, from which on a concatenation along the last axis is no part of a group


def leaves_apart(*parts: tf.Tensor) -> bool:
    """Whether XLA compiles here for a processor, and leaves a concatenation of `parts` along the last of two axes apart
    from its groups. Not where gradients are taken: that of a slice is an array of zeros around it.
    """
    if not _is_for_processor() or not all(x.shape.is_fully_defined() for x in parts):
        return False
    return sum(x.shape.num_elements() * x.dtype.size for x in parts) >= _MINOR


def _is_for_processor() -> bool:
    return _symbolic.compiled() and not _base.has_gpu() and not _record.could_possibly_record()


def once(results: list[tf.Tensor]) -> list[tf.Tensor]:
    """`results` of the graph that is being made, which computes once what XLA would compute too often for them."""
    if not _is_for_processor():
        return results
    for op in _Estimates(results).chosen():
        x = op.outputs[0]
        users = [user for user in x.consumers() if _is_grouped(user)]
        moved = _moved(x)
        for user in users:
            for n, operand in enumerate(user.inputs):
                if operand is x:
                    user._update_input(n, moved)
    return results


def _moved(x: tf.Tensor) -> tf.Tensor:
    """`x`, that it takes an array in memory to compute."""
    from tensorflow.compiler.tf2xla.ops import gen_xla_ops

    count = x.shape.num_elements()
    row = _arrays.reshape(x, [1, count])
    longer = _arrays.concat_v2([row, _arrays._slice(row, [0, 0], [1, 8])], 1)
    (held,) = gen_xla_ops.xla_optimization_barrier([longer])  # or XLA would see that it is `row`
    return _arrays.reshape(_arrays._slice(held, [0, 0], [1, count]), x.shape)


class _Estimates:
    """How often XLA would compute the operations of a graph, and what that takes. They are known by number."""

    def __init__(self, results: Iterable[tf.Tensor]) -> None:
        last = {id(x.op): x.op for x in results if not isinstance(x, EagerTensor)}
        read = {id(op): op for op in _in_order(last.values())}  # what nobody reads isn't computed
        self.operations = [op for op in read.values() if _is_grouped(op)]
        number = {id(op): n for n, op in enumerate(self.operations)}
        self.users: list[list[int | None]] = [
            [
                *(
                    number.get(id(user))
                    for user in op.outputs[0].consumers()
                    if id(user) in read and not _takes_little(user)
                ),
                *([None] if id(op) in last else []),
            ]
            for op in self.operations
        ]
        self.inputs = [[number[id(x.op)] for x in op.inputs if id(x.op) in number] for op in self.operations]
        self.apart: set[int] = set()
        by_time: dict[float, int] = {}
        for n, op in enumerate(self.operations):
            shape = op.outputs[0].shape
            is_small = shape.is_fully_defined() and shape.num_elements() < _SMALLEST
            time = 0.0 if is_small else _TIMES.get(op.type, 0.0)
            by_time[time] = by_time.get(time, 0) | 1 << n
        self.by_time = {time: members for time, members in by_time.items() if time}

    def chosen(self) -> list[Any]:
        """The operations that should be computed once."""
        candidates = [n for n in range(len(self.operations)) if self._may_be_moved(n)]
        if not candidates or len(self.operations) > _MOST:
            return []
        self._count()
        self._choose(candidates)
        self._count()  # with fewer groups, now that those are apart
        self._choose(sorted(self.apart))
        return [self.operations[n] for n in sorted(self.apart)]

    def _may_be_moved(self, n: int) -> bool:
        x = self.operations[n].outputs[0]
        many = len(self.users[n]) > 1 and x.shape.is_fully_defined() and x.shape.num_elements() >= _SMALLEST
        return many and self.operations[n].type != "BroadcastTo"

    def _count(self) -> None:
        """Find the groups that need each operation, and the times that it is computed, both as bits: once in a group
        for what reads it at its own places, and again for what reads it elsewhere. A group has its last operation's
        number.
        """
        count = len(self.operations)
        self.groups, self.times, self.is_last = [0] * count, [0] * count, [False] * count
        for n in reversed(range(count)):
            for user in self.users[n]:
                if user is None or self.is_last[user]:
                    groups = times = 1 << (n if user is None else user)
                else:
                    groups, times = self.groups[user], self.times[user]
                if user is not None and self.operations[user].type in _ELSEWHERE:
                    times = (1 << min(times.bit_count(), _OFTEN)) - 1 << count + _OFTEN * user
                self.groups[n] |= groups
                self.times[n] |= times
            self.is_last[n] = n in self.apart or self._is_never_repeated(n)

    def _is_never_repeated(self, n: int) -> bool:
        """By a rule of XLA's own."""
        return self.operations[n].type in _DEAR and self.groups[n].bit_count() > 1

    def _choose(self, candidates: list[int]) -> None:
        """Keep those apart that are worth it, from the first operation to the last."""
        pending = set(candidates)
        self.apart = set()
        chains: list[int] = []
        for n, op in enumerate(self.operations):
            chain = 1 << n
            for operand in self.inputs[n]:
                chain |= chains[operand]
            if self._is_never_repeated(n):
                chain = 0
            elif n in pending and self._gain(op.outputs[0], self.times[n].bit_count(), chain) > 0:
                self.apart.add(n)
                chain = 0
            chains.append(chain)

    def _gain(self, x: tf.Tensor, times: int, chain: int) -> float:
        """Nanoseconds."""
        again = (times - 1) * sum(time * (chain & members).bit_count() for time, members in self.by_time.items())
        count, size = x.shape.num_elements(), x.dtype.size
        trip = _ROUND_TRIP * size / 8 * (2 if count * size > _LARGE else 1)
        return count * (again * size / 8 - trip) - _LAUNCH


def _in_order(last: Iterable[Any]) -> list[Any]:
    """The operations that some operations need, and those, each after what it reads: some read what was made later."""
    done: dict[int, Any] = {}
    pending = [(op, False) for op in last]
    while pending:
        op, is_ready = pending.pop()
        if is_ready:
            done.setdefault(id(op), op)
        elif id(op) not in done:
            pending.append((op, True))
            pending += [(x.op, False) for x in op.inputs if id(x.op) not in done]
    return list(done.values())


def _takes_little(op: Any) -> bool:
    """Whether an operation reads but a small part of its operand."""
    if op.type not in ("Slice", "StridedSlice"):
        return False
    part, whole = (x.shape.num_elements() for x in (op.outputs[0], op.inputs[0]))
    return part is not None and whole is not None and part * 8 <= whole


def _is_grouped(op: Any) -> bool:
    """Whether XLA puts an operation into groups of others."""
    if op.type == "ConcatV2":
        axis = tf.get_static_value(op.inputs[-1])
        shape = op.outputs[0].shape
        return axis is None or len(shape) < 2 or int(axis) % len(shape) != len(shape) - 1
    return op.type in _TIMES or op.type in _IN_PLACE or op.type in _ELSEWHERE
