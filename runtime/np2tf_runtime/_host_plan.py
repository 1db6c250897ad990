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
from typing import Any

import numpy as np
import tensorflow as tf

from . import _rung
from ._base import from_host, host
from ._host_groups import Group, Member, Sweep, Swept, is_flat, run_group, sweep_of
from ._host_memory import aligned
from ._host_operations import (
    ALIASES,
    DECOMPOSITIONS,
    DTYPE_OF,
    ELEMENTWISE,
    OF_NUMBERS,
    REDUCTIONS,
    RESHAPES,
    Call,
    Compute,
    Failed,
    NotPlanned,
    call_of,
    complex_of,
    dtype_of,
    elementwise_of,
    shape_of,
)
from ._ufuncs import HOST_CALL, HOST_FUNCTION

__all__ = ["Failed", "Plan", "is_faster", "plan_of"]

Key = tuple[str, int]  # an operation's name and the number of its output

WORTHWHILE = 1 << 16  # multiplications of a product or a decomposition from which on a plan is made
LARGE = 1 << 11  # elements from which on an array is computed in pieces, together with others, and written over


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
        self.deferred: dict[int, tuple[Member, tuple[int, ...]]] = {}
        self.inputs = [self._slot(x) for x in graph.inputs]
        self.fresh.update(self.inputs[n] for n in owned)
        needed = _needed(graph)
        for op in graph.get_operations():
            if op in needed and op.type != "Placeholder":
                self._take(op)
        self.outputs = [self._slot(x) for x in graph.outputs]
        self._flush(self.outputs)
        self._sweep_together()
        self.names: dict[str, Any] = {"Failed": Failed, "all_of": np.all, "complex_of": complex_of}
        self.names.update(aligned=aligned, empty=np.empty, dtypes=DTYPE_OF)
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
            dtype_of(op.outputs[0])
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
        found = elementwise_of(op)
        if found is not None:
            self._take_elementwise(op, found, makes[0])
            return
        found_sweep = sweep_of(op)
        if found_sweep is not None:
            self._take_sweep(found_sweep, op.outputs[0])
            return
        call = call_of(op)
        reads = [self._slot(x) for x in op.inputs]
        if self._folded(call.compute, reads, makes[0], op):
            return
        if op.type in ALIASES:
            self.root[makes[0]] = self.root[reads[0]]
            if op.type in RESHAPES:
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
        shape, dtype = shape_of(op.outputs[0]), dtype_of(op.outputs[0])
        if self._folded(compute, reads, made, op):
            return
        if math.prod(shape) < LARGE:
            self._flush(reads)
            text = None if shape else OF_NUMBERS.get(op.type)
            self.tasks.append(_Task(reads, [made], Call(compute, False) if text is None else f"v{made} = {text}"))
            return
        self.fresh.add(made)
        self.aligned.add(made)
        self.deferred[made] = Member(compute, reads, made, in_place, dtype, op.type == "Fill"), shape

    def _take_sweep(self, found: tuple[Any, Any, bool], output: Any) -> None:
        matrix, vector = (self._slot(x) for x in found[:2])
        vector, made = self.reshaped.get(vector, vector), self._slot(output)
        sweep = Sweep([Swept(matrix, vector, made, found[2], shape_of(output))])
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
            if isinstance(task.kind, Sweep):
                (product,) = task.kind.products
                before = sweeps.setdefault(product.matrix, [])
                if any(self._joins(product, *sweep) for sweep in before):
                    continue
                before.append((task, set(known)))
            known.update(task.makes)
            kept.append(task)
        self.tasks = kept

    @staticmethod
    def _joins(product: Swept, task: _Task, known: set[int]) -> bool:
        rows = {p.result for p in task.kind.products if not p.by_columns}
        if product.vector not in known and not (product.by_columns and product.vector in rows):
            return False
        task.kind.products.append(product)
        task.reads, task.makes = task.kind.reads(), [p.result for p in task.kind.products]
        return True

    def _folded(self, compute: Compute, reads: list[int], made: int, op: Any) -> bool:
        if not all(slot in self.constants for slot in reads):
            return False
        if math.prod(shape_of(op.outputs[0])) >= LARGE or HOST_CALL in op.name:
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
        open_groups: dict[tuple[int, ...], Group] = {}
        home: dict[int, tuple[int, ...]] = {}
        for slot in [slot for slot in self.deferred if slot in wanted]:
            member, shape = self.deferred.pop(slot)
            for operand in member.operands:
                other = home.get(operand)
                if other is not None and other != shape and other in open_groups:
                    self._enter(open_groups.pop(other))
            open_groups.setdefault(shape, Group(shape)).members.append(member)
            home[slot] = shape
        for group in open_groups.values():
            self._enter(group)

    def _enter(self, group: Group) -> None:
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
        if isinstance(task.kind, Group):
            return self._group_lines(number, task.kind)
        if isinstance(task.kind, Sweep):
            compute = _strict(task.kind.compiled())
        elif isinstance(task.kind, Call):
            compute = _strict(task.kind.compute) if task.kind.strict else task.kind.compute
        else:
            compute = task.kind(self, number, task)
        self.names[f"f{number}"] = compute
        several = "" if isinstance(task.kind, Call) else ", "
        return f"{', '.join(f'v{slot}' for slot in task.makes)}{several} = f{number}({', '.join(reads)})"

    def _group_lines(self, number: int, group: Group) -> str:
        results, over = self._results(number, group)
        operands = group.operands()
        program, temporary = group.program(results)
        dtypes = {member.result: member.dtype for member in group.members}
        if group.pieces() > 1:
            made = [operands.index(over[slot]) if slot in over else dtypes[slot] for slot in results]
            run = functools.partial(run_group, group.shape, group.pieces(), made, program, temporary)
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

    def _results(self, number: int, group: Group) -> tuple[list[int], dict[int, int]]:
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
                if shape_of(self.tensors[slot]) != group.shape or dtype_of(self.tensors[slot]) != member.dtype:
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
    """Operations that the outputs depend on, assertions, and the loops and branches that assertions are in."""
    found: set[Any] = set()
    stack = [x.op for x in graph.outputs]
    stack += [op for op in graph.get_operations() if op.type in ("Assert", "If", "While")]
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
        raise NotPlanned(op.type)
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
    """A graph as calls of NumPy's. Raises NotPlanned where it can't be one."""

    def __init__(self, graph: Any) -> None:
        self._block = _Block(graph, outermost=True)
        self._results = [
            (shape_of(x), dtype_of(x), own) for x, own in zip(graph.outputs, self._block.exclusive(), strict=True)
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
    except NotPlanned:
        return None


def is_faster(concrete: Any) -> bool:
    """Whether a function that XLA could compile takes most of its time for products of large matrices with vectors, and
    can be a plan: NumPy's use all cores, and one pass over a matrix for several of them.

    Not where a matrix is computed, which XLA does within the product, nor with a loop that has no such product.
    """
    swept = other = 0
    for op, _ in _rung.operations(concrete.graph):
        found = sweep_of(op)
        if found is not None:
            if found[0].op.type != "Placeholder":
                return False
            swept += math.prod(found[0].shape.as_list())
        elif op.type in _rung.LOOPS:
            if not any(sweep_of(inner) for inner in _body(op, "body").get_operations()):
                return False
        elif op.type in ELEMENTWISE or op.type in REDUCTIONS:
            other += math.prod((op.inputs[0] if op.type in REDUCTIONS else op.outputs[0]).shape.as_list())
    return other <= swept > 0 and plan_of(concrete) is not None


def _is_worthwhile(op: Any) -> bool:
    if hasattr(op, HOST_FUNCTION) or sweep_of(op) or is_flat(op):
        return True
    if op.type not in DECOMPOSITIONS:
        return False
    lengths = [*op.inputs[0].shape.as_list()[-2:], op.outputs[0].shape.as_list()[-1]]
    return None not in lengths and math.prod(lengths) >= WORTHWHILE
