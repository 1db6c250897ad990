"""A graph around products and decompositions that are NumPy's, computed by NumPy altogether.

Each call of the host from within a graph costs TensorFlow a handover between threads, and what stands around it is
computed on memory that TensorFlow allocates page by page. Where all of a traced function is made of operations that
NumPy has, it is a `Plan` instead: the graph's operations in their order, as calls of NumPy's on the tensors' memory.
It takes less time than NumPy takes for the program as it was written:

- Elementwise operations on arrays of one shape are computed together, a piece after the other that stays in the cache:
  what only they need among each other is never a whole array.
- A result is written over an operand that nobody reads afterwards: the plan knows which arrays are its own.
- What a loop carries is changed in place, turn after turn.

A plan never decides what a value is: where NumPy raises, or an assertion of the graph fails, the call is made again
eagerly, as for any graph.
"""

from __future__ import annotations

import functools
import math
import threading
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from . import _rung
from ._base import from_host, host, np_dtype
from ._host_memory import aligned
from ._ufuncs import HOST_CALL, HOST_FUNCTION, _untransposed

__all__ = ["Failed", "Plan", "is_faster", "plan_of"]

Array = Any  # an array, or a scalar of NumPy's
Compute = Callable[..., Any]
Key = tuple[str, int]  # an operation's name and the number of its output

WORTHWHILE = 1 << 16  # multiplications of a product or a decomposition from which on a plan is made
LARGE = 1 << 11  # elements from which on an array is computed in pieces, together with others, and written over
PIECE = 1 << 20  # bytes of a piece
SWEPT = 1 << 23  # bytes from which on products of a matrix with vectors are computed together
_FEW = 16  # vectors
ROWS = 1 << 23  # bytes of the rows that stay in the cache meanwhile


class Failed(Exception):  # noqa: N818 - a signal
    """NumPy raised, or an assertion failed: only an eager call gives what NumPy gives."""


class _NotPlanned(Exception):  # noqa: N818 - a signal within this module
    """The graph has an operation that no plan has."""


# ------------------------------------------------------------------------------------------------------- operations


def _select(chosen: Array, x: Array, y: Array, out: Any = None) -> Array:
    if out is None:
        return np.where(chosen, x, y)  # never of numbers only, of which it makes an array
    np.copyto(out, y)
    np.copyto(out, x, where=chosen)
    return out


def _complex(real: Array, imaginary: Array, out: Any = None) -> Array:
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
_OF_NUMBERS = {
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
_ELEMENTWISE: dict[str, tuple[frozenset[str], Compute, bool]] = {
    "Abs": (_ORDERED, np.absolute, True),
    "AddV2": (frozenset("ifc"), np.add, True),
    "Complex": (frozenset("f"), _complex, False),
    "ComplexAbs": (frozenset("c"), np.absolute, False),
    "Conj": (frozenset("c"), np.conjugate, True),
    "Cos": (frozenset("f"), np.cos, True),
    "Equal": (_ANY, np.equal, False),
    "Exp": (frozenset("f"), np.exp, True),
    "Greater": (_ORDERED, np.greater, False),
    "GreaterEqual": (_ORDERED, np.greater_equal, False),
    "Imag": (frozenset("c"), _copied(np.imag), False),
    "IsFinite": (frozenset("f"), np.isfinite, False),
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
_DTYPES = frozenset(
    (tf.bool, tf.int32, tf.int64, tf.float32, tf.float64, tf.complex64, tf.complex128)
)  # those with which NumPy's functions give what TensorFlow's operations give
_DTYPE_OF = {dtype.name: np.dtype(dtype.as_numpy_dtype) for dtype in _DTYPES}
_RESHAPES = frozenset(("ExpandDims", "Reshape", "Squeeze"))
_ALIASES = _RESHAPES | {"Slice", "StridedSlice", "Transpose"}
_REDUCTIONS = frozenset(("All", "Any", "Max", "Min", "Sum"))
_DECOMPOSITIONS: dict[str, Compute] = {
    "Cholesky": np.linalg.cholesky, "MatrixInverse": np.linalg.inv, "MatrixSolve": np.linalg.solve,
}  # fmt: skip


def _dtype(tensor: Any) -> np.dtype[Any]:
    if tensor.dtype not in _DTYPES:
        raise _NotPlanned(tensor.dtype.name)
    return np_dtype(tensor.dtype)


def _shape(tensor: Any) -> tuple[int, ...]:
    shape = tensor.shape
    if not shape.is_fully_defined():
        raise _NotPlanned("a length that only the run knows")
    return tuple(shape.as_list())


def _cast(op: Any) -> Compute:
    source, target = _dtype(op.inputs[0]), _dtype(op.outputs[0])
    if op.get_attr("Truncate") or not np.can_cast(source, target, "same_kind"):
        raise _NotPlanned("Cast")  # of values that the target may not have
    return lambda x, out=None: x.astype(target) if out is None else _written(x, out)


def _written(x: Array, out: Any) -> Any:
    np.copyto(out, x, casting="same_kind")
    return out


def _fill(op: Any) -> Compute:
    shape, dtype = _shape(op.outputs[0]), _dtype(op.outputs[0])
    return lambda value, out=None: np.full(shape, value, dtype) if out is None else _written(value, out)


def _broadcast(op: Any) -> Compute:
    shape, _ = _shape(op.outputs[0]), _dtype(op.outputs[0])
    return lambda x, out=None: np.broadcast_to(x, shape) if out is None else _written(x, out)


def _elementwise(op: Any) -> tuple[Compute, list[Any], bool] | None:
    """What computes an elementwise operation, its operands, whether it may write over them; None for another one."""
    if op.type == "Cast":
        return _cast(op), list(op.inputs), False
    if op.type == "Fill":
        return _fill(op), [op.inputs[1]], False
    if op.type == "BroadcastTo":
        return _broadcast(op), [op.inputs[0]], False
    found = _ELEMENTWISE.get(op.type)
    if found is None:
        return None
    kinds, compute, in_place = found
    if any(_dtype(x).kind not in kinds for x in (op.inputs[1:] if op.type == "SelectV2" else op.inputs)):
        raise _NotPlanned(op.type)
    return compute, list(op.inputs), in_place


def _constant(tensor: Any) -> Any:
    value = tf.get_static_value(tensor)
    if value is None:
        raise _NotPlanned("an operand that only the run knows")
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
    lengths = _shape(op.inputs[0])
    limits = [(length - size, size) for length, size in zip(lengths, sizes, strict=True)]
    if min(sizes, default=0) < 0:
        raise _NotPlanned("a slice up to the end")

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
    dtype = _dtype(op.inputs[0])
    if 0 in _shape(op.inputs[0]):
        raise _NotPlanned("a reduction of nothing")
    return lambda x, _: ufunc.reduce(x, axis=axes, dtype=dtype, keepdims=keepdims)


def _product(op: Any) -> Compute:
    if _dtype(op.inputs[0]).kind not in _NUMBERS or 0 in _shape(op.inputs[0]) + _shape(op.inputs[1]):
        raise _NotPlanned(op.type)
    left, right = op.get_attr("transpose_a"), op.get_attr("transpose_b")
    shape, dtype = _shape(op.outputs[0]), _dtype(op.outputs[0])
    return lambda a, b: np.matmul(a.T if left else a, b.T if right else b, out=aligned(shape, dtype))


class _Call(NamedTuple):
    """What computes an operation that isn't elementwise."""

    compute: Compute
    fresh: bool  # whether its result is memory of its own
    aligned: bool = False  # such as TensorFlow takes over
    strict: bool = False  # whether floating-point errors are NumPy's to tell


def _call(op: Any) -> _Call:
    for output in op.outputs:
        _dtype(output)
    if op.type in ("PyFuncStateless", "PyFunc") and HOST_CALL in op.name and hasattr(op, HOST_FUNCTION):
        function = getattr(op, HOST_FUNCTION)
        return _Call(function, True, getattr(function, "gives_aligned", False), True)
    if op.type in _DECOMPOSITIONS:
        if 0 in _shape(op.outputs[0]) or (op.type != "Cholesky" and op.get_attr("adjoint")):
            raise _NotPlanned(op.type)
        return _Call(_DECOMPOSITIONS[op.type], True)
    if op.type == "MatMul":
        return _Call(_product(op), True, True, True)
    if op.type in _RESHAPES:
        shape = _shape(op.outputs[0])
        if not shape:
            return _Call(lambda x, *_: x.reshape(())[()], False)
        return _Call(lambda x, *_: x.reshape(shape), False)
    if op.type == "StridedSlice":
        compute = _strided(op)
        return _Call(lambda x, *_: compute(x), False)
    if op.type == "Slice":
        return _Call(_slice(op), False)
    if op.type == "Transpose":
        axes = _constant(op.inputs[1]).tolist()
        return _Call(lambda x, _: np.transpose(x, axes), False)
    if op.type == "Pack":
        axis, dtype = op.get_attr("axis"), _dtype(op.outputs[0])
        if not _shape(op.inputs[0]):
            returned = any(x is op.outputs[0] for x in op.graph.outputs)
            if not returned and all(user.type == "Slice" for user in op.outputs[0].consumers()):
                return _Call(lambda *parts: parts, False)  # nobody sees that it is no array
            return _Call(lambda *parts: np.array(parts, dtype), True)
        return _Call(lambda *parts: np.stack(parts, axis), True)
    if op.type == "ConcatV2":
        along = int(_constant(op.inputs[-1]))
        return _Call(lambda *parts: np.concatenate(parts[:-1], along), True)
    if op.type == "Range":
        arange: Any = np.arange
        return _Call(functools.partial(arange, dtype=_dtype(op.outputs[0])), True)
    if op.type == "Sum" and _dtype(op.outputs[0]).kind in "ifc":
        return _Call(_reduction(op, np.add), True)
    if op.type in ("Max", "Min") and _dtype(op.outputs[0]).kind in _ORDERED:
        return _Call(_reduction(op, np.maximum if op.type == "Max" else np.minimum), True)
    if op.type in ("All", "Any"):
        return _Call(_reduction(op, np.logical_and if op.type == "All" else np.logical_or), True)
    raise _NotPlanned(op.type)


# ------------------------------------------------------------------------------------- elementwise operations together


class _Member(NamedTuple):
    """An elementwise operation of a group."""

    compute: Compute
    operands: list[int]  # slots
    result: int
    in_place: bool
    dtype: np.dtype[Any]
    fills: bool


class _Group:
    """Elementwise operations whose results have one shape, in order."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.shape = shape
        self.members: list[_Member] = []

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


def _run_group(
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


# ------------------------------------------------------------------------------------ products of a matrix with vectors


class _Swept(NamedTuple):
    """A product of a large matrix with a vector: `matrix @ vector`, or `vector @ matrix` by columns."""

    matrix: int  # slots
    vector: int
    result: int
    by_columns: bool
    shape: tuple[int, ...]


class _Sweep(NamedTuple):
    """Products of one matrix, each with its vector. They take as long as the matrix takes to come from memory: where
    one product waits for rows, the others use them.
    """

    products: list[_Swept]

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


def _run_sweep(products: list[_Swept], places: list[int], matrix: Any, *vectors: Any) -> list[Any]:
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


def _sweeps(op: Any) -> tuple[Any, Any, bool] | None:
    """Matrix, vector, and whether it is by columns, if an operation is the product of a large matrix with a vector."""
    if op.type != "MatMul" or op.inputs[0].dtype not in _DTYPES or op.inputs[0].dtype.is_integer:
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


# ------------------------------------------------------------------------------------------------------------- blocks


class _Task:
    """A step of a block: what it reads and makes, by slots. Its line of code is written when it is known what dies."""

    def __init__(self, reads: list[int], makes: list[int], kind: Any, op: Any = None) -> None:
        self.reads, self.makes, self.kind, self.op = reads, makes, kind, op


class _Block:
    """A graph as a function of Python's, which takes the values of the graph's inputs and gives those of its outputs.

    `owned` are the numbers of the inputs that it may write over; the results of an `outermost` one become tensors.
    """

    def __init__(self, graph: Any, owned: Iterable[int] = (), outermost: bool = False) -> None:
        self.outermost = outermost
        self.slots: dict[Key, int] = {}
        self.tensors: list[Any] = []
        self.root: list[int] = []  # of each slot the one whose memory it may be
        self.fresh: set[int] = set()  # slots that are memory of the block's own
        self.aligned: set[int] = set()
        self.constants: dict[int, Any] = {}
        self.tasks: list[_Task] = []
        self.reshaped: dict[int, int] = {}  # slots that are nothing but others in another shape
        self.deferred: dict[int, tuple[_Member, tuple[int, ...]]] = {}
        self.inputs = [self._slot(x) for x in graph.inputs]
        self.fresh.update(self.inputs[n] for n in owned)
        needed = _needed(graph)
        for op in graph.get_operations():
            if op in needed and op.type != "Placeholder":
                self._take(op)
        self.outputs = [self._slot(x) for x in graph.outputs]
        self._flush(self.outputs)
        self._sweep_together()
        self.names: dict[str, Any] = {"Failed": Failed, "all_of": np.all, "complex_of": _complex}
        self.names.update(aligned=aligned, empty=np.empty, dtypes=_DTYPE_OF)
        self.names.update((f"v{slot}", value) for slot, value in self.constants.items())
        arguments = ", ".join(f"v{slot}" for slot in self.inputs)
        results = "".join(f"v{slot}, " for slot in self.outputs)
        source = "\n    ".join([f"def run({arguments}):", *self._lines(), f"return ({results})"])
        exec(compile(source, "<a plan of np2tf>", "exec"), self.names)
        self.run: Callable[..., tuple[Any, ...]] = self.names["run"]

    def _slot(self, tensor: Any) -> int:
        key = tensor.op.name, tensor.value_index
        if key not in self.slots:
            self.slots[key] = len(self.tensors)
            self.root.append(len(self.tensors))
            self.tensors.append(tensor)
        return self.slots[key]

    # ---------------------------------------------------------------------------------------------- tasks in order

    def _take(self, op: Any) -> None:
        if op.type == "Const":
            _dtype(op.outputs[0])
            self.constants[self._slot(op.outputs[0])] = _scalar(tf.make_ndarray(op.get_attr("value")))
            return
        if op.type == "Identity":
            self.slots[op.name, 0] = self._slot(op.inputs[0])
            return
        if op.type == "Assert":
            reads = [self._slot(op.inputs[0])]
            self._flush(reads)
            self.tasks.append(_Task(reads, [], "if not all_of({}): raise Failed('an assertion')"))
            return
        makes = [self._slot(x) for x in op.outputs]
        if op.type in _rung.LOOPS or op.type in ("If", "StatelessIf"):
            reads = [self._slot(x) for x in op.inputs]
            self._flush(reads)
            self.tasks.append(_Task(reads, makes, _loop if op.type in _rung.LOOPS else _branch, op))
            return
        found = _elementwise(op)
        if found is not None:
            self._take_elementwise(op, found, makes[0])
            return
        found_sweep = _sweeps(op)
        if found_sweep is not None:
            self._take_sweep(found_sweep, op.outputs[0])
            return
        call = _call(op)
        reads = [self._slot(x) for x in op.inputs]
        if self._folded(call.compute, reads, makes[0], op):
            return
        if op.type in _ALIASES:
            self.root[makes[0]] = self.root[reads[0]]
            if op.type in _RESHAPES:
                self.reshaped[makes[0]] = self.reshaped.get(reads[0], reads[0])
        elif call.fresh:
            self.fresh.add(makes[0])
            if call.aligned:
                self.aligned.add(makes[0])
        self._flush(reads)
        self.tasks.append(_Task(reads, makes, call))

    def _take_elementwise(self, op: Any, found: tuple[Compute, list[Any], bool], made: int) -> None:
        compute, operands, in_place = found
        reads = [self._slot(x) for x in operands]
        shape, dtype = _shape(op.outputs[0]), _dtype(op.outputs[0])
        if self._folded(compute, reads, made, op):
            return
        if math.prod(shape) < LARGE:
            self._flush(reads)
            text = None if shape else _OF_NUMBERS.get(op.type)
            self.tasks.append(_Task(reads, [made], _Call(compute, False) if text is None else f"v{made} = {text}"))
            return
        self.fresh.add(made)
        self.aligned.add(made)
        self.deferred[made] = _Member(compute, reads, made, in_place, dtype, op.type == "Fill"), shape

    def _take_sweep(self, found: tuple[Any, Any, bool], output: Any) -> None:
        matrix, vector = (self._slot(x) for x in found[:2])
        vector, made = self.reshaped.get(vector, vector), self._slot(output)
        sweep = _Sweep([_Swept(matrix, vector, made, found[2], _shape(output))])
        self._flush(sweep.reads())
        self.fresh.add(made)
        self.aligned.add(made)
        self.tasks.append(_Task(sweep.reads(), [made], sweep))

    def _sweep_together(self) -> None:
        """Compute products of a matrix when the first of them is, where their vectors are known, or are its results."""
        known = set(self.inputs) | set(self.constants)
        sweeps: dict[int, list[tuple[_Task, set[int]]]] = {}  # of each matrix, with what is known before each
        kept = []
        for task in self.tasks:
            if isinstance(task.kind, _Sweep):
                (product,) = task.kind.products
                before = sweeps.setdefault(product.matrix, [])
                if any(self._joins(product, *sweep) for sweep in before):
                    continue
                before.append((task, set(known)))
            known.update(task.makes)
            kept.append(task)
        self.tasks = kept

    @staticmethod
    def _joins(product: _Swept, task: _Task, known: set[int]) -> bool:
        rows = {p.result for p in task.kind.products if not p.by_columns}
        if product.vector not in known and not (product.by_columns and product.vector in rows):
            return False
        task.kind.products.append(product)
        task.reads, task.makes = task.kind.reads(), [p.result for p in task.kind.products]
        return True

    def _folded(self, compute: Compute, reads: list[int], made: int, op: Any) -> bool:
        if not all(slot in self.constants for slot in reads):
            return False
        if math.prod(_shape(op.outputs[0])) >= LARGE or HOST_CALL in op.name:
            return False
        with np.errstate(all="ignore"):
            self.constants[made] = _scalar(compute(*[self.constants[slot] for slot in reads]))
        return True

    def _flush(self, slots: Iterable[int]) -> None:
        """Enter what has been put off and is needed for the slots."""
        wanted: set[int] = set()
        stack = [slot for slot in slots if slot in self.deferred]
        while stack:
            slot = stack.pop()
            if slot not in wanted:
                wanted.add(slot)
                stack += [s for s in self.deferred[slot][0].operands if s in self.deferred]
        open_groups: dict[tuple[int, ...], _Group] = {}
        home: dict[int, tuple[int, ...]] = {}
        for slot in [slot for slot in self.deferred if slot in wanted]:
            member, shape = self.deferred.pop(slot)
            for operand in member.operands:
                other = home.get(operand)
                if other is not None and other != shape and other in open_groups:
                    self._enter(open_groups.pop(other))
            open_groups.setdefault(shape, _Group(shape)).members.append(member)
            home[slot] = shape
        for group in open_groups.values():
            self._enter(group)

    def _enter(self, group: _Group) -> None:
        self.tasks.append(_Task(group.operands(), [member.result for member in group.members], group))

    # --------------------------------------------------------------------------------------------------- steps of tasks

    def _lines(self) -> list[str]:
        """The lines of the function. Large arrays are let go of after the last line that reads them."""
        ending: dict[int, int] = {}
        self.escapes: dict[int, set[int]] = {}  # roots that loops and branches are handed: their results may be them
        for number, task in enumerate(self.tasks):
            for slot in [*task.reads, *task.makes]:
                ending[self.root[slot]] = number
                if task.op is not None:
                    self.escapes.setdefault(self.root[slot], set()).add(number)
        for slot in self.outputs:
            ending[self.root[slot]] = len(self.tasks)
        self.ending = ending
        self.maker = {slot: number for number, task in enumerate(self.tasks) for slot in task.makes}
        self.wanted = {slot for task in self.tasks for slot in task.reads} | set(self.outputs)
        roots: dict[int, list[int]] = {}
        for slot, tensor in enumerate(self.tensors):
            if slot not in self.constants and _is_large(tensor):
                roots.setdefault(self.root[slot], []).append(slot)
        lines = []
        for number, task in enumerate(self.tasks):
            lines.append(self._line(number, task))
            touched = {self.root[slot] for slot in [*task.reads, *task.makes]}
            dead = [f"v{slot} = " for root in touched if ending[root] == number for slot in roots.get(root, ())]
            if dead:
                lines.append(f"{''.join(dead)}None")
        return lines

    def _line(self, number: int, task: _Task) -> str:
        reads = [f"v{slot}" for slot in task.reads]
        if isinstance(task.kind, str):
            return task.kind.format(*reads)
        if isinstance(task.kind, _Group):
            return self._group_lines(number, task.kind)
        if isinstance(task.kind, _Sweep):
            compute = _strict(task.kind.compiled())
        elif isinstance(task.kind, _Call):
            compute = _strict(task.kind.compute) if task.kind.strict else task.kind.compute
        else:
            compute = task.kind(self, number, task)
        self.names[f"f{number}"] = compute
        several = "" if isinstance(task.kind, _Call) else ", "
        return f"{', '.join(f'v{slot}' for slot in task.makes)}{several} = f{number}({', '.join(reads)})"

    def _group_lines(self, number: int, group: _Group) -> str:
        results, over = self._results(number, group)
        operands = group.operands()
        program, temporary = group.program(results)
        dtypes = {member.result: member.dtype for member in group.members}
        if group.pieces() > 1:
            made = [operands.index(over[slot]) if slot in over else dtypes[slot] for slot in results]
            run = functools.partial(_run_group, group.shape, group.pieces(), made, program, temporary)
            self.names[f"f{number}"] = run
            given = ", ".join(f"v{slot}" for slot in operands)
            return f"{''.join(f'v{slot}, ' for slot in results)} = f{number}({given})"
        registers = [f"v{slot}" for slot in [*operands, *results]] + [f"t{n}" for n in range(len(temporary))]
        lines = []
        for slot in results:
            make = "aligned" if self.outermost and slot in self.outputs else "empty"
            new = f"{make}({group.shape}, dtypes['{dtypes[slot]}'])"
            lines.append(f"v{slot} = {f'v{over[slot]}' if slot in over else new}")
        lines += [f"t{n} = empty({group.shape}, dtypes['{dtype}'])" for n, dtype in enumerate(temporary)]
        for n, (compute, used, result) in enumerate(program):
            self.names[f"f{number}_{n}"] = compute
            given = "".join(f"{registers[one]}, " for one in used)
            lines.append(f"f{number}_{n}({given}out={registers[result]})")
        return "\n    ".join(lines)

    def _dies(self, slot: int, number: int) -> bool:
        """Whether a slot is memory of the block's own that nothing reads after a task."""
        if self.root[slot] != slot or slot not in self.fresh or self.ending[slot] != number:
            return False
        return not self.escapes.get(slot, set()) - {number, self.maker.get(slot, number)}

    def _results(self, number: int, group: _Group) -> tuple[list[int], dict[int, int]]:
        """Slots of a group that are read outside of it, and over which of its operands they are written."""
        results = [member.result for member in group.members if member.result in self.wanted]
        made = {member.result for member in group.members}
        operands = group.operands()
        last = {slot: n for n, member in enumerate(group.members) for slot in member.operands}
        over: dict[int, int] = {}
        for n, member in enumerate(group.members):
            if member.result not in results:
                continue
            for slot in operands:
                if slot in made or slot in over.values() or not self._dies(slot, number):
                    continue
                if _shape(self.tensors[slot]) != group.shape or _dtype(self.tensors[slot]) != member.dtype:
                    continue
                if last[slot] > n or (last[slot] == n and not member.in_place):
                    continue
                if any(other != slot and self.root[other] == slot for other in operands):
                    continue
                if self.outermost and member.result in self.outputs and slot not in self.aligned:
                    continue  # TensorFlow would copy it
                over[member.result] = slot
                if slot not in self.aligned:
                    self.aligned.discard(member.result)
                break
        return results, over

    def exclusive(self) -> list[bool]:
        """Of which outputs the memory belongs to nobody else."""
        roots = [self.root[slot] for slot in self.outputs]
        return [root in self.fresh and roots.count(root) == 1 for root in roots]


def _scalar(value: Any) -> Any:
    return value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value


def _needed(graph: Any) -> set[Any]:
    """Operations that the outputs depend on, and assertions."""
    found: set[Any] = set()
    stack = [x.op for x in graph.outputs] + [op for op in graph.get_operations() if op.type == "Assert"]
    while stack:
        op = stack.pop()
        if op not in found:
            found.add(op)
            stack += [x.op for x in (op.inputs[:1] if op.type == "Assert" else op.inputs)]
    return found


def _strict(compute: Compute) -> Compute:
    def call(*operands: Any) -> Any:
        with np.errstate(**_ambient.errors):
            return compute(*operands)

    return call


def _body(op: Any, name: str) -> Any:
    graph = getattr(op.graph._get_function(op.get_attr(name).name), "graph", None)
    if graph is None:
        raise _NotPlanned(op.type)
    return graph


def _handed_over(block: _Block, number: int, task: _Task) -> list[bool]:
    """Which operands of a loop or a branch are large, the block's own, and read by nobody else."""
    roots = [block.root[slot] for slot in task.reads]
    return [_is_large(block.tensors[slot]) and block._dies(slot, number) and roots.count(slot) == 1
            for slot in task.reads]  # fmt: skip


def _is_large(tensor: Any) -> bool:
    return bool(tensor.shape.is_fully_defined() and math.prod(tensor.shape.as_list()) >= LARGE)


def _copy(x: Any) -> Any:
    result = aligned(x.shape, x.dtype)
    np.copyto(result, x)
    return result


def _branch(block: _Block, number: int, task: _Task) -> Callable[..., Any]:
    op = task.op
    mine = _handed_over(block, number, task)
    owned = [n - 1 for n, is_mine in enumerate(mine) if is_mine and n]
    one, other = (_Block(_body(op, name), owned) for name in ("then_branch", "else_branch"))
    for slot, first, second in zip(task.makes, one.exclusive(), other.exclusive(), strict=True):
        if first and second:
            block.fresh.add(slot)
    first, second = one.run, other.run
    return lambda condition, *given: first(*given) if condition else second(*given)


def _loop(block: _Block, number: int, task: _Task) -> Callable[..., Any]:
    op = task.op
    test = _Block(_body(op, "cond"))
    graph = _body(op, "body")
    own = {n for n, x in enumerate(graph.inputs) if _is_large(x)}
    while True:
        turn = _Block(graph, own)
        # What a turn hands to the next one must be memory that only this name has.
        carried = {n for n, ok in enumerate(turn.exclusive()) if ok and turn.root[turn.outputs[n]] != turn.inputs[n]}
        if own <= carried:
            break
        own &= carried
    given = _handed_over(block, number, task)
    copied = {n for n in own if not given[n]}
    goes_on, one_turn = test.run, turn.run
    block.fresh.update(task.makes[n] for n in own)

    def loop(*state: Any) -> Any:
        if copied:
            state = tuple(_copy(x) if n in copied else x for n, x in enumerate(state))
        while goes_on(*state)[0]:
            state = one_turn(*state)
        return state

    return loop


# -------------------------------------------------------------------------------------------------------------- plans


class _Ambient(threading.local):
    """What the caller of a plan wants of floating-point errors: products and decompositions tell them as NumPy's do."""

    errors: Any = {}  # noqa: RUF012 - each thread assigns its own


_ambient = _Ambient()


class Plan:
    """A graph as calls of NumPy's. Raises _NotPlanned where it can't be one."""

    def __init__(self, graph: Any) -> None:
        self._block = _Block(graph, outermost=True)
        self._results = [
            (_shape(x), _dtype(x), own) for x, own in zip(graph.outputs, self._block.exclusive(), strict=True)
        ]

    def run(self, inputs: list[tf.Tensor]) -> list[tf.Tensor]:
        """The results for the inputs, all eager. Raises Failed where only an eager call gives what NumPy gives."""
        before, _ambient.errors = _ambient.errors, np.geterr()
        try:
            with np.errstate(all="ignore"):
                values = self._block.run(*[_scalar(host(x)) for x in inputs])
            return [self._tensor(value, *result) for value, result in zip(values, self._results, strict=True)]
        except Exception as error:  # NumPy's; where it comes from a plan's own mistake, an eager call is right, too
            raise Failed from error
        finally:
            _ambient.errors = before

    @staticmethod
    def _tensor(value: Any, shape: tuple[int, ...], dtype: np.dtype[Any], own: bool) -> tf.Tensor:
        if np.shape(value) != shape or value.dtype != dtype:
            raise Failed("a result that isn't as it was traced")
        return from_host(np.asarray(value) if own else np.array(value))


def plan_of(concrete: Any) -> Plan | None:
    """The plan of a traced function, where there can be one and it is worthwhile.

    Parameters
    ----------
    concrete : tensorflow.python.eager.polymorphic_function.concrete_function.ConcreteFunction
        Traced for a graph, on a machine without a GPU, and without a tape.
    """
    if concrete.captured_inputs or not any(_is_worthwhile(op) for op, _ in _rung.operations(concrete.graph)):
        return None
    try:
        return Plan(concrete.graph)
    except _NotPlanned:
        return None


def is_faster(concrete: Any) -> bool:
    """Whether a function that XLA could compile takes most of its time for products of large matrices with vectors, and
    can be a plan: NumPy's use all cores, and one pass over a matrix for several of them.

    Not where a matrix is computed, which XLA does within the product, nor with a loop that has no such product.
    """
    swept = other = 0
    for op, _ in _rung.operations(concrete.graph):
        found = _sweeps(op)
        if found is not None:
            if found[0].op.type != "Placeholder":
                return False
            swept += math.prod(found[0].shape.as_list())
        elif op.type in _rung.LOOPS:
            if not any(_sweeps(inner) for inner in _body(op, "body").get_operations()):
                return False
        elif op.type in _ELEMENTWISE or op.type in _REDUCTIONS:
            other += math.prod((op.inputs[0] if op.type in _REDUCTIONS else op.outputs[0]).shape.as_list())
    return other <= swept > 0 and plan_of(concrete) is not None


def _is_flat(op: Any) -> bool:
    """Whether a product of a large matrix with a few vectors takes as long as that comes from memory: NumPy's has all
    cores ask for it, TensorFlow's one.
    """
    if op.type != "MatMul" or not all(x.shape.is_fully_defined() for x in (*op.inputs, op.outputs[0])):
        return False
    size = max(math.prod(x.shape.as_list()) for x in op.inputs) * op.inputs[0].dtype.size
    return size >= SWEPT and min(op.outputs[0].shape.as_list()) <= _FEW


def _is_worthwhile(op: Any) -> bool:
    if hasattr(op, HOST_FUNCTION) or _sweeps(op) or _is_flat(op):
        return True
    if op.type not in _DECOMPOSITIONS:
        return False
    lengths = [*op.inputs[0].shape.as_list()[-2:], op.outputs[0].shape.as_list()[-1]]
    return None not in lengths and math.prod(lengths) >= WORTHWHILE
