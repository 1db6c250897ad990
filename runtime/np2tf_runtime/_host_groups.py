"""What a plan of NumPy's calls (`_host_plan`) computes together: elementwise operations, products with one matrix."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ._host_memory import aligned
from ._host_operations import DTYPES, Compute
from ._ufuncs import _untransposed

__all__ = ["Group", "Member", "Sweep", "Swept", "is_flat", "run_group", "sweep_of"]

PIECE = 1 << 20  # bytes of a piece
SWEPT = 1 << 23  # bytes from which on products of a matrix with vectors are computed together
ROWS = 1 << 23  # bytes of the rows that stay in the cache meanwhile
_FEW = 16  # vectors


class Member(NamedTuple):
    """An elementwise operation of a group."""

    compute: Compute
    operands: list[int]  # slots
    result: int
    in_place: bool
    dtype: np.dtype[Any]
    fills: bool


class Group:
    """Elementwise operations whose results have one shape, in order."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self.members: list[Member] = []

    def operands(self) -> list[int]:
        """Slots of what comes from outside."""
        made = {member.result for member in self.members}
        return list(dict.fromkeys(s for member in self.members for s in member.operands if s not in made))

    def program(self, results: list[int]) -> tuple[list[tuple[Compute, list[int], int]], list[np.dtype[Any]]]:
        """What to compute of which registers, into which; these are the operands, the results, and temporary ones, of
        which the dtypes are told.
        """
        operands = self.operands()
        registers = {slot: n for n, slot in enumerate([*operands, *results])}
        program: list[tuple[Compute, list[int], int]] = []
        temporary: list[np.dtype[Any]] = []
        last = {slot: n for n, member in enumerate(self.members) for slot in member.operands}
        free: list[int] = []
        base = len(registers)
        for n, member in enumerate(self.members):
            inputs = [registers[slot] for slot in member.operands]
            if member.fills and member.result not in registers:
                registers[member.result] = inputs[0]
                continue
            if member.result not in registers:
                fitting = [t for t in free if temporary[t - base] == member.dtype]
                if fitting:
                    free.remove(fitting[-1])
                    registers[member.result] = fitting[-1]
                else:
                    temporary.append(member.dtype)
                    registers[member.result] = base + len(temporary) - 1
            program.append((member.compute, inputs, registers[member.result]))
            held = {registers[slot] for slot, at in last.items() if at > n and slot in registers}
            for slot in set(member.operands):
                register = registers[slot]
                if register >= base and register not in held and register not in free:
                    free.append(register)
        return program, temporary

    def pieces(self) -> int:
        """How many pieces the arrays are computed in."""
        return -(-math.prod(self.shape) * max(member.dtype.itemsize for member in self.members) // PIECE)


def run_group(
    shape: tuple[int, ...],
    pieces: int,
    made: list[Any],
    program: list[tuple[Compute, list[int], int]],
    temporary: list[np.dtype[Any]],
    *operands: Any,
) -> list[Any]:
    outputs = [operands[one] if type(one) is int else aligned(shape, one) for one in made]
    arrays = [*operands, *outputs]
    whole = [np.ndim(x) > 0 for x in arrays]
    if all(not w or (x.shape == shape and x.flags.c_contiguous) for x, w in zip(arrays, whole, strict=True)):
        views = [x.reshape(-1) if w else x for x, w in zip(arrays, whole, strict=True)]
        length, rest = math.prod(shape), shape[:0]
    else:
        views = [np.broadcast_to(x, shape) if w else x for x, w in zip(operands, whole, strict=False)] + outputs
        length, rest = shape[0], shape[1:]
    step = -(-length // pieces)
    parts = [np.empty((step, *rest), dtype) for dtype in temporary]
    for low in range(0, length, step):
        high = min(low + step, length)
        registers = [x[low:high] if w else x for x, w in zip(views, whole, strict=True)]
        registers += parts if high - low == step else [part[: high - low] for part in parts]
        for compute, used, result in program:
            compute(*[registers[n] for n in used], out=registers[result])
    return outputs


class Swept(NamedTuple):
    """A product of a large matrix with a vector: `matrix @ vector`, or `vector @ matrix` by columns."""

    matrix: int  # slots
    vector: int
    result: int
    by_columns: bool
    shape: tuple[int, ...]


class Sweep(NamedTuple):
    """Products of one matrix, each with its vector. They take as long as the matrix takes to come from memory: where
    one product waits for rows, the others use them.
    """

    products: list[Swept]

    def compiled(self) -> Callable[..., list[Any]]:
        made = {product.result: n for n, product in enumerate(self.products)}
        vectors = list(dict.fromkeys(product.vector for product in self.products if product.vector not in made))
        places = [(-1 - made[p.vector]) if p.vector in made else vectors.index(p.vector) for p in self.products]
        return functools.partial(_run_sweep, self.products, places)

    def reads(self) -> list[int]:
        """Slots: the matrix, and the vectors that are no results of the sweep."""
        made = {product.result for product in self.products}
        vectors = dict.fromkeys(product.vector for product in self.products)
        return [self.products[0].matrix, *(slot for slot in vectors if slot not in made)]


def _run_sweep(products: list[Swept], places: list[int], matrix: Any, *vectors: Any) -> list[Any]:
    rows, columns = matrix.shape
    given = [vector.reshape(-1) for vector in vectors]
    results = [aligned((columns if product.by_columns else rows,), matrix.dtype) for product in products]
    step = rows if len(products) == 1 else max(1, min(rows, ROWS // (columns * matrix.itemsize)))
    part = np.empty(columns, matrix.dtype)
    for low in range(0, rows, step):
        lines = matrix[low : low + step]
        for product, place, result in zip(products, places, results, strict=True):
            vector = given[place] if place >= 0 else results[-1 - place]
            if not product.by_columns:
                np.dot(lines, vector, out=result[low : low + step])
            elif low == 0:
                np.dot(vector[:step], lines, out=result)
            else:
                result += np.dot(vector[low : low + step], lines, out=part)
    return [result.reshape(product.shape) for product, result in zip(products, results, strict=True)]


def sweep_of(op: Any) -> tuple[Any, Any, bool] | None:
    """Matrix, vector, and whether it is by columns, if an operation is the product of a large matrix with a vector."""
    if op.type != "MatMul" or op.inputs[0].dtype not in DTYPES or op.inputs[0].dtype.is_integer:
        return None
    shapes = [x.shape.as_list() for x in (*op.inputs, op.outputs[0])]
    if any(None in shape or 0 in shape for shape in shapes) or shapes[2].count(1) != 1:
        return None
    number = 1 if shapes[2][0] == 1 else 0  # of the operand that is the matrix
    if math.prod(shapes[number]) * op.inputs[0].dtype.size < SWEPT:
        return None
    matrix, turned = _untransposed(op.inputs[number])
    turned ^= op.get_attr("transpose_b" if number else "transpose_a")
    return matrix, op.inputs[1 - number], bool(number) != turned


def is_flat(op: Any) -> bool:
    """Whether a product of a large matrix with a few vectors takes as long as that comes from memory: NumPy's has all
    cores ask for it, TensorFlow's one.
    """
    if op.type != "MatMul" or not all(x.shape.is_fully_defined() for x in (*op.inputs, op.outputs[0])):
        return False
    size = max(math.prod(x.shape.as_list()) for x in op.inputs) * op.inputs[0].dtype.size
    return size >= SWEPT and min(op.outputs[0].shape.as_list()) <= _FEW
