"""`np.jit`: a function compiled by XLA, with a safety net.

A call is traced once for every signature: the dtypes and shapes of arrays, the values of what is static, and what else
the function read (globals, attributes, names of functions around). `_rewriting` and `_control_flow` turn its loops and
branches into parts of the graph. What XLA can't compile runs as a graph, what can't be traced runs eagerly; each fall
is remembered for its signature, and said once.

Tensors are immutable, and a function with effects is never traced: so a call can be made again. That is how every
rung gives the same: a compiled call that finds out in the run that NumPy would have raised, or that it was compiled
for other kinds of values, is thrown away, and the function runs eagerly.
"""

from __future__ import annotations

import array
import ast
import functools
import gc
import inspect
import threading
import types
import warnings
from collections import ChainMap, UserDict, UserList, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.eager import context as _context
from tensorflow.python.eager import record as _record
from tensorflow.python.framework.ops import get_default_graph

from . import (
    _base,
    _compilation_cache,
    _control_flow,
    _exact,
    _host_plan,
    _materializing,
    _operations,
    _rewriting,
    _rung,
    _small,
    _status,
    _symbolic,
)
from ._base import EagerTensor, NeedsStaticError, NotCompilableError, Tensor, Weak, as_tensor
from ._mixed import MixedScalar
from ._rewriting import Effect
from ._ufuncs import HOST_CALL, UFUNCS

__all__ = ["JitFallbackWarning", "jit"]

RUNGS = ("xla", "graph", "eager")
_VARYING = 2  # signatures that differ in one int only, after which it is traced
_STORM = 16  # signatures that differ in one static number only
_OBJECTS = 8  # signatures that differ in objects only, which are told apart by identity
_VARIANTS = 8  # traces of one signature that differ in what was read from outside
_SIGNATURES = 256  # kept per function
_LATE = 3  # calls of a signature that had to be repeated eagerly and succeeded
_NUMBERS = (int, float, complex)
_SAYS = {"graph": "runs as a graph, not compiled", "eager": "runs eagerly"}


class JitFallbackWarning(UserWarning):
    """A function of `np.jit` runs as a graph or eagerly, or is traced again for every value of an argument."""


class _GraphPreferred(NotCompilableError):  # noqa: N818 - a signal within this module
    """XLA could compile the function, and a graph is faster."""


class _CheckFailed(Exception):  # noqa: N818 - a signal within this module
    """The run found that its result is not what NumPy gives."""


# -------------------------------------------------------------------------------------------------------- dependencies


class _Same:
    """Compares by identity."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.value is self.value

    __hash__ = None  # type: ignore[assignment]


_MEMORY = (array.array, bytearray, memoryview)
_SEQUENCES = (list, tuple, deque, UserList)
_MAPPINGS = (dict, ChainMap, UserDict, types.MappingProxyType)
_CHANGING = (np.ndarray, set, *_MEMORY, *_SEQUENCES, *_MAPPINGS)  # without becoming another object
_DEPTH = 8  # of containers within containers, the outermost being 0


def _fingerprint(value: Any, depth: int = 0) -> Any:
    """Something equal as long as tracing again would find the same: numbers and text by value, containers by their
    items, the rest by identity."""
    if isinstance(value, (types.ModuleType, types.FunctionType)):
        return _Same(value)
    if isinstance(value, (bool, int, float, complex, str, bytes, type(None))):
        return type(value), repr(value)
    if isinstance(value, np.ndarray):
        if _base.is_of_its_own(type(value)):
            raise Effect(f"it reads an array of class {type(value).__name__}, which NumPy computes with")
        return "array", id(value), value.shape, value.dtype.str, value.tobytes()
    if isinstance(value, np.generic):
        return "scalar", value.dtype.str, value.tobytes()
    if isinstance(value, _MEMORY):
        return type(value), memoryview(value).format, bytes(value)
    if isinstance(value, (*_SEQUENCES, *_MAPPINGS)):
        if depth == _DEPTH:
            raise NotCompilableError(f"it reads containers that are nested more than {_DEPTH} deep")
        inner = functools.partial(_fingerprint, depth=depth + 1)
        if isinstance(value, _MAPPINGS):
            return type(value), [(inner(key), inner(item)) for key, item in value.items()]
        return type(value), [inner(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return type(value), frozenset((type(item), item) for item in value)
    if hasattr(type(value), "__next__"):
        raise Effect(f"it takes items out of an iterator of class {type(value).__name__}")
    if _operators_of(type(value)):
        raise NotCompilableError(f"the operators of class {type(value).__name__} are the program's own")
    return _Same(value)


_OPERATORS = (
    "add", "and", "divmod", "eq", "floordiv", "ge", "gt", "invert", "le", "lshift", "lt", "matmul", "mod", "mul", "ne",
    "neg", "or", "pos", "pow", "rshift", "sub", "truediv", "xor", "iadd", "imul", "isub", "itruediv", "abs", "array",
    "complex", "float", "index", "int", "round", "trunc",
)  # fmt: skip


@functools.cache
def _operators_of(cls: type) -> bool:
    """Whether a class of the program's has operators written in Python: what those read is not seen by a trace."""
    for name in _OPERATORS:
        for spelling in (f"__{name}__", f"__r{name}__"):
            method = inspect.getattr_static(cls, spelling, None)
            if isinstance(method, types.FunctionType):
                filename = method.__code__.co_filename
                # What dataclasses write compares fields.
                if filename != "<string>" and not _control_flow._is_library_function(method):
                    return True
    return False


def _is_traced(value: Any) -> bool:
    return isinstance(value, Weak) or (isinstance(value, Tensor) and not isinstance(value, EagerTensor))


class _Dependencies:
    """What a trace read from outside of the function. Tensors become arguments of the compiled function; everything
    else must be as it was, or the function is traced again.
    """

    def __init__(self, captured: dict[Any, Callable[[], Any]]) -> None:
        self.captured = captured
        self.placeholders: dict[Any, tf.Tensor] = {}
        self.read: dict[Any, tuple[Callable[[], Any], Any]] = {}
        self.containers: list[Any] = []
        self.arguments: list[Any] = []  # lists and dicts that were handed in
        self.missing = False

    def note(self, key: Any, getter: Callable[[], Any], value: Any) -> Any:
        """`value` was read by `getter`; what the trace goes on with."""
        if key in self.placeholders:
            return self.placeholders[key]
        if isinstance(value, EagerTensor):
            if value.dtype._type_enum in _base._NP_OF:
                self.captured[key] = getter
                self.missing = True
            else:
                self.read[key] = getter, _Same(value)
        elif key not in self.read and not _is_traced(value):
            self.read[key] = getter, _fingerprint(value)
            self.containers += _containers(value)
        return value

    def look_at(self, value: Any) -> None:
        """A part of the arguments that is known by identity: what it holds must stay."""
        found = _fingerprint(value)
        if isinstance(value, _CHANGING):
            self.read["argument", id(value)] = lambda: value, found

    def hold(self) -> bool:
        """Whether everything read is as it was."""
        try:
            return all(_fingerprint(getter()) == found for getter, found in self.read.values())
        except Exception:  # a name or an attribute that is gone
            return False


# ----------------------------------------------------------------------------------------------- arguments and results


class _Arguments:
    """One call's arguments taken apart: `key` tells calls apart that need a trace of their own."""

    __slots__ = ("given", "key", "numbers", "objects", "templates", "tensors")

    def __init__(self, names: Iterable[str], values: list[Any], static: Callable[[str, Any], bool]) -> None:
        self.given = values
        self.tensors: list[tf.Tensor] = []
        self.objects: list[Any] = []  # what is known by identity, wherever it stands
        self.numbers: dict[str, Any] = {}  # static numbers by parameter
        parts = [self._take(name, value, static, True) for name, value in zip(names, values, strict=True)]
        self.key = tuple(part[0] for part in parts)
        self.templates = [part[1] for part in parts]

    def _take(self, name: str, value: Any, static: Callable[[str, Any], bool], direct: bool) -> tuple[Any, Any]:
        """(part of the key, template to rebuild the argument from tensors)."""
        if isinstance(value, EagerTensor):
            if value._datatype_enum() in _base._NP_OF:
                return self._tensor(value)
        elif isinstance(value, np.ndarray) or (isinstance(value, np.generic) and value.dtype.kind in "biufc"):
            if _base._fits_tensor(value.dtype) and not _base.is_of_its_own(type(value)):
                return self._tensor(as_tensor(value))
        elif type(value) in _NUMBERS:
            if static(name, value) or (not direct and type(value) is int) or _is_huge(value):
                if direct:
                    self.numbers[name] = value
                return (type(value), repr(value)), ("static", value)
            self.tensors.append(_weak_tensor(value))
            return ("weak", type(value)), ("weak", type(value), len(self.tensors) - 1)
        elif type(value) in (list, tuple) or (isinstance(value, tuple) and hasattr(value, "_fields")):
            parts = [self._take(name, item, static, False) for item in value]
            return (type(value), *(p[0] for p in parts)), ("sequence", type(value), [p[1] for p in parts])
        elif type(value) is dict:
            keys = tuple(value)
            parts = [self._take(name, item, static, False) for item in value.values()]
            return (dict, _typed(keys), *(p[0] for p in parts)), ("dict", keys, [p[1] for p in parts])
        elif type(value) is slice and not all(isinstance(part, (int, type(None))) for part in _bounds(value)):
            parts = [self._take(name, part, static, False) for part in _bounds(value)]
            return (slice, *(p[0] for p in parts)), ("sequence", slice, [p[1] for p in parts])
        key = _static_key(value)
        if type(key) is _ById or type(value) is types.MethodType:
            self.objects.append(value)
        return key, ("static", value)

    def _tensor(self, value: tf.Tensor) -> tuple[Any, Any]:
        self.tensors.append(value)
        return (value._datatype_enum(), value._shape_tuple()), ("tensor", len(self.tensors) - 1)

    def values(self) -> list[Any]:
        """The arguments as the eager function takes them: host arrays as tensors, lists and dicts themselves."""
        return [self.tensors[t[1]] if t[0] == "tensor" else x for t, x in zip(self.templates, self.given, strict=True)]

    def traced(self, placeholders: list[tf.Tensor]) -> list[Any]:
        """The arguments as the trace takes them."""
        return [_rebuilt(t, placeholders, _traced_number) for t in self.templates]


_weak_tensors: dict[int, tuple[Any, tf.Tensor]] = {}
_WEAK_TENSORS = 256  # kept; no function has more arguments that stay the same


def _weak_tensor(value: int | float | complex) -> tf.Tensor:
    """The tensor of a Python number. What a loop hands over in every turn (`dt`, `gamma`) is one object, and its tensor
    is kept.
    """
    kept = _weak_tensors.get(id(value))
    if kept is not None and kept[0] is value:
        return kept[1]
    tensor = _base.from_host(np.array(value, _base.np_dtype(type(value))))
    if _small.only_cpu():  # elsewhere a tensor belongs to the device for which it was made
        if len(_weak_tensors) >= _WEAK_TENSORS:
            _weak_tensors.clear()
        _weak_tensors[id(value)] = value, tensor
    return tensor


def _is_of_floats(value: Any) -> bool:
    if isinstance(value, EagerTensor):
        return value.dtype.is_floating
    return type(value) is float or (isinstance(value, (np.ndarray, np.floating)) and value.dtype.kind == "f")


def _bounds(x: slice) -> tuple[Any, Any, Any]:
    return x.start, x.stop, x.step


def _is_huge(value: Any) -> bool:
    """Whether adding a small number to a Python int may leave what a tensor holds, which nothing in the run checks."""
    return type(value) is int and not -(2**62) <= value < 2**62


def _typed(key: Any) -> Any:
    """A key of a dict, and what it is: 1, True and 1.0 are equal, and compute differently."""
    if isinstance(key, tuple):
        return type(key), *map(_typed, key)
    return type(key), repr(key) if type(key) in _NUMBERS else key


class _ById:
    """An object that is a key by identity, and is kept alive by being one."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)


def _without_objects(key: Any) -> Any:
    """A part of a signature's key, whichever objects are in it."""
    if isinstance(key, _ById):
        return _ById, type(key.value)
    return tuple(map(_without_objects, key)) if isinstance(key, tuple) else key


def _static_key(value: Any) -> Any:
    if isinstance(value, (str, bytes, bool, type(None), np.dtype, type)):
        return type(value), value
    if isinstance(value, (range, slice)):
        return type(value), *_bounds(value)
    if isinstance(value, types.MethodType):  # a new object whenever it is read
        return types.MethodType, _ById(value.__func__), _ById(value.__self__)
    return _ById(value)


def _rebuilt(template: Any, tensors: list[tf.Tensor], number: Callable[[type, tf.Tensor], Any]) -> Any:
    name = template[0]
    if name == "tensor":
        return tensors[template[1]]
    if name == "weak":
        return number(template[1], tensors[template[2]])
    if name == "static":
        return template[1]
    items = [_rebuilt(item, tensors, number) for item in template[2]]
    if name == "dict":
        return dict(zip(template[1], items, strict=True))
    return template[1](items) if template[1] in (list, tuple) else template[1](*items)


def _traced_number(kind: type, tensor: tf.Tensor) -> Any:
    return _symbolic.as_integer(tensor) if kind is int else _symbolic.WeakScalar(tensor, kind)


def _containers(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, tuple, dict)):
        if not isinstance(value, tuple):
            yield value
        for item in value.values() if isinstance(value, dict) else value:
            yield from _containers(item)


def _snapshot(values: list[Any]) -> list[Any]:
    return [(box, list(box.items()) if isinstance(box, dict) else list(box)) for box in _containers(values)]


def _was_changed(snapshot: list[Any]) -> bool:
    for box, items in snapshot:
        now = list(box.items()) if isinstance(box, dict) else list(box)
        if len(now) != len(items):
            return True
        for a, b in zip(now, items, strict=True):
            pair = zip(a, b, strict=True) if isinstance(box, dict) else ((a, b),)
            if any(x is not y for x, y in pair):
                return True
    return False


_IMMUTABLE = (
    bool, int, float, complex, str, bytes, type(None), type(Ellipsis), type, np.dtype, np.generic, tf.DType, range,
    slice, types.BuiltinFunctionType, types.ModuleType, type(UFUNCS["add"]),
)  # fmt: skip


class _Results:
    """What a trace returns: tensors, and a template that puts the results together again."""

    def __init__(self, arguments: dict[int, int], objects: list[Any], held: list[Any]) -> None:
        self.arguments, self.objects = arguments, objects
        self.held = {id(container) for container in held}  # by others, or by what is returned
        self.tensors: list[tf.Tensor] = []
        self.positions: dict[int, int] = {}

    def template(self, value: Any) -> Any:
        """How to put `value` together. Raises NotCompilableError for what only an eager call can make."""
        value = _control_flow.result(value)
        if isinstance(value, MixedScalar):
            value = value.settled()
        if isinstance(value, EagerTensor):
            return "static", value
        if isinstance(value, Tensor):
            if id(value) in self.arguments:  # the object that was handed in
                return "argument", self.arguments[id(value)]
            return "tensor", self._position(value)
        if isinstance(value, Weak):
            tensor = value.as_tensor(_symbolic._TENSOR_OF[value.kind])
            return "number", self._position(tensor)
        if type(value) in (list, dict):
            if id(value) in self.held:
                raise NotCompilableError("it returns a list or dict that others hold, or twice the same")
            self.held.add(id(value))
        if type(value) in (list, tuple) or (isinstance(value, tuple) and hasattr(value, "_fields")):
            return "sequence", type(value), [self.template(item) for item in value]
        if type(value) is dict:
            return "dict", tuple(value), [self.template(item) for item in value.values()]
        if isinstance(value, np.ndarray):
            return "host", value
        plain_function = isinstance(value, types.FunctionType) and value.__closure__ is None
        if isinstance(value, _IMMUTABLE) or plain_function or any(value is known for known in self.objects):
            return "static", value
        raise NotCompilableError(f"it returns an object of class {type(value).__name__}")

    def _position(self, tensor: tf.Tensor) -> int:
        if id(tensor) not in self.positions:
            self.positions[id(tensor)] = len(self.tensors)
            self.tensors.append(tensor)
        return self.positions[id(tensor)]


def _given(template: Any, results: list[tf.Tensor], inputs: list[tf.Tensor]) -> Any:
    """The value that a template and the tensors of a run make."""
    name = template[0]
    if name == "tensor":
        return results[template[1]]
    if name == "argument":
        return inputs[template[1]]
    if name == "number":
        return results[template[1]].numpy().item()
    if name == "static":
        return template[1]
    if name == "host":
        return template[1].copy()
    items = [_given(item, results, inputs) for item in template[2]]
    if name == "dict":
        return dict(zip(template[1], items, strict=True))
    return template[1](items) if template[1] in (list, tuple) else template[1](*items)


# -------------------------------------------------------------------------------------------------------------- traces


class _Variant:
    """One trace: the function that TensorFlow compiled, what it depends on, how its results are put together."""

    def __init__(
        self, function: types.FunctionType, spread: Callable[[list[Any]], Any], arguments: _Arguments, rung: str
    ) -> None:
        self.rung, self.spread, self.function = rung, spread, function
        self.backward: Any = None  # the gradient as a compiled program, where TensorFlow's own would not compile
        captured: dict[Any, Callable[[], Any]] = {}
        for _ in range(4):
            self.dependencies = _Dependencies(captured)
            self.captured = list(captured.items())
            self._trace(function, arguments)
            if not self.dependencies.missing:
                break
        else:
            raise NotCompilableError("what it reads changes while it is traced")

    def _trace(self, function: types.FunctionType, arguments: _Arguments) -> None:
        self._trace_once(function, arguments, ordered=self.rung != "xla")
        if self.moves_state and self.rung == "xla":
            self._trace_once(function, arguments, ordered=True)

    def _trace_once(self, function: types.FunctionType, arguments: _Arguments, ordered: bool) -> None:
        """Trace the function. What moves state within loops and branches keeps its order only where it is `ordered`:
        TensorFlow looks at each operation for that.
        """
        count = len(arguments.tensors)

        def traced(*inputs: tf.Tensor) -> list[tf.Tensor]:
            if not ordered:
                get_default_graph()._add_control_dependencies = False
            placeholders = list(inputs)
            for (key, _), tensor in zip(self.captured, placeholders[count:], strict=True):
                self.dependencies.placeholders[key] = tensor
            with _tracing(self.rung, self.dependencies), _symbolic.failures() as failed:
                values = arguments.traced(placeholders)
                self.dependencies.arguments = [*_containers(values)]
                for value in arguments.objects:
                    self.dependencies.look_at(value)
                before = _snapshot(values)
                args, kwargs = self.spread(values)
                value = _control_flow.call(function, *args, **kwargs)
                if _was_changed(before):
                    raise Effect("it changes a list or dict that it was handed")
                held = [*_containers(values), *self.dependencies.containers]
                results = _Results({id(x): n for n, x in enumerate(placeholders)}, values, held)
                self.template = results.template(value)
                flag = _symbolic.any_failed(failed) if self.rung == "xla" else None
                self.flagged = flag is not None
                return _materializing.once([*results.tensors, *([flag] if self.flagged else [])])

        specs = [tf.TensorSpec(x._shape_tuple(), x.dtype) for x in self._inputs(arguments)]
        self.specs = [(spec.dtype._type_enum, tuple(spec.shape)) for spec in specs]
        compiled = tf.function(traced, jit_compile=self.rung == "xla", autograph=False)
        with _uncollected():
            self.concrete = compiled.get_concrete_function(*specs)
        self._name, self._results = self.concrete._inference_function.name, len(self.concrete.outputs)
        self.moves_state = _moves_state(self.concrete.graph, self.flagged)
        host = not _record.could_possibly_record() and not _base.has_gpu()
        self.plan = _host_plan.plan_of(self.concrete) if host and self.rung == "graph" else None
        if self.rung == "xla":
            _rung.check_static(self.concrete.graph)
            if _Forced.rung is None and _rung.prefers_graph(self.concrete.graph):
                raise _GraphPreferred("TensorFlow's own kernels are faster for this")
            if _Forced.rung is None and host and _host_plan.is_faster(self.concrete):
                raise _GraphPreferred("NumPy's products of matrices with vectors are faster")
            _compilation_cache.start()

    def _inputs(self, arguments: _Arguments) -> list[tf.Tensor]:
        return [*arguments.tensors, *(getter() for _, getter in self.captured)]

    def inputs(self, arguments: _Arguments) -> list[tf.Tensor] | None:
        """What to run with; None where something outside is no longer as it was traced."""
        if not self.dependencies.hold():
            return None
        try:
            inputs = self._inputs(arguments)
        except Exception:  # a name or an attribute that is gone
            return None
        count = len(arguments.tensors)  # whose dtypes and shapes are those of the signature
        for x, (dtype, shape) in zip(inputs[count:], self.specs[count:], strict=True):
            if not isinstance(x, EagerTensor) or x._datatype_enum() != dtype or x._shape_tuple() != shape:
                return None
        return inputs

    def run(self, inputs: list[tf.Tensor], arguments: _Arguments) -> Any:
        """Raises _CheckFailed where the result must be thrown away."""
        if self.plan is not None:
            try:
                return _given(self.template, self.plan.run(inputs), inputs)
            except _host_plan.Failed as error:
                raise _CheckFailed from error
        if not _record.could_possibly_record():
            with _exact.plain_graphs() if self.rung == "graph" else nullcontext():
                results = self._executed(inputs)
        elif self.backward is None:
            with _exact.plain_graphs() if self.rung == "graph" else nullcontext():
                results = self.concrete._call_flat(inputs, self.concrete.captured_inputs)
        else:
            with _record.stop_recording():
                results = self._executed(inputs)
            gradient = functools.partial(self._gradient, inputs, arguments)
            _record.record_operation("np2tf_jit", _differentiable(results), _differentiable(inputs), gradient)
        if self.flagged and results[-1].numpy():
            raise _CheckFailed
        return _given(self.template, results, inputs)

    def _executed(self, inputs: list[tf.Tensor]) -> list[tf.Tensor]:
        """What the concrete function's own __call__ does where nothing is recorded, without looking at each argument's
        type again, and without what a call within a graph needs.
        """
        found = _context.context().call_function(self._name, [*inputs, *self.concrete.captured_inputs], self._results)
        return found or []

    def try_gradient(self, arguments: _Arguments) -> None:
        """Differentiate once: what has no gradient here must be known before a user's tape asks for it."""
        inputs = self._inputs(arguments)
        if self.rung == "xla" and any(op.type in _rung.LOOPS for op, _ in _rung.operations(self.concrete.graph)):
            if any(x.dtype is tf.resource or _differentiable([x]) for x in self.concrete.captured_inputs):
                raise NotCompilableError("a gradient of a loop that reads variables, or tensors out of containers")
            results = _differentiable(self.concrete.outputs)
            backward = tf.function(self._pulled_back, jit_compile=True, autograph=False)
            specs = [[tf.TensorSpec(x.shape, x.dtype) for x in tensors] for tensors in (inputs, results)]
            self.backward = backward.get_concrete_function(*specs)
            with _record.stop_recording():
                self._gradient(inputs, arguments, *(tf.zeros(x.shape, x.dtype) for x in results))
            return
        with tf.GradientTape() as tape:
            tape.watch(_differentiable(inputs))
            results = _differentiable(self.concrete(*inputs))
        if results and inputs:
            tape.gradient(results, _differentiable(inputs))

    def _pulled_back(self, inputs: list[tf.Tensor], gradients: Any) -> list[tf.Tensor]:
        """The gradients of the inputs for those of the results. The function is computed anew: what a loop leaves for
        its gradient can't be handed from one compiled program to another.
        """
        watched = _differentiable(inputs)
        with tf.GradientTape() as tape:
            assert _record.could_possibly_record()  # or all would be unconnected
            tape.watch(watched)
            results = _differentiable(self.concrete(*inputs))
        return tape.gradient(results, watched, gradients, tf.UnconnectedGradients.ZERO)

    def _gradient(self, inputs: list[tf.Tensor], arguments: _Arguments, *gradients: tf.Tensor) -> list[tf.Tensor]:
        if not _record.could_possibly_record():
            dense = map(tf.convert_to_tensor, gradients)  # of indexed slices, too
            return self.backward._call_flat([*inputs, *dense], self.backward.captured_inputs)
        # A gradient of the gradient will be asked for: the graph has both.
        graph = _Variant(self.function, self.spread, arguments, "graph")
        if [key for key, _ in graph.captured] != [key for key, _ in self.captured]:
            raise NotCompilableError("what it reads from outside changed before its gradient was asked for")
        return graph._pulled_back(inputs, gradients)


def _differentiable(tensors: Iterable[tf.Tensor]) -> list[tf.Tensor]:
    return [x for x in tensors if x.dtype.is_floating or x.dtype.is_complex]


@contextmanager
def _tracing(rung: str, dependencies: Any) -> Iterator[None]:
    here = _control_flow.trace
    kept = here.dependencies, here.guesses
    here.dependencies, here.guesses = dependencies, {}
    asked = _symbolic.trace
    kept_hosts = asked.host_products, asked.host_vectors
    try:
        with _symbolic.tracing(rung == "xla"):
            # What NumPy computes can't be exported with a function of TensorFlow's, and its products have no gradient.
            asked.host_vectors = rung == "graph" and dependencies is not None and not _base.has_gpu()
            asked.host_products = asked.host_vectors and not _record.could_possibly_record()
            yield
    finally:
        here.dependencies, here.guesses = kept
        asked.host_products, asked.host_vectors = kept_hosts


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without Python's garbage collector, which goes through all of TensorFlow's objects now and then: a trace makes
    many objects, and keeps nearly all of them.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


_HOST_OPS = frozenset(("PyFunc", "EagerPyFunc", "PyFuncStateless"))
_STATE_OPS = ("Assign", "ResourceScatter", "RngReadAndSkip", "RngSkip", "RandomUniform", "RandomStandard", "Stateful")


def _moves_state(graph: Any, flagged: bool) -> bool:
    """Whether a run changes a variable, or the state of a device's random numbers.

    Raises Effect where the call may have to be made again, so that it would happen twice, and for calls of the host,
    which a compiled function can't make.
    """
    operations = {op.type for op, _ in _rung.operations(graph) if HOST_CALL not in op.name}
    if operations & _HOST_OPS:
        raise Effect("it draws random numbers, or calls Python, on the host")
    moves = any(operation.startswith(_STATE_OPS) for operation in operations)
    if moves and (flagged or "Assert" in operations):
        raise Effect("it changes a variable or draws random numbers, and may have to be run a second time")
    return moves


class _Signature:
    """What became of the calls with one signature."""

    def __init__(self, rung: str, once: bool = False) -> None:
        self.rung, self.once = rung, once
        self.reason: str | None = None
        self.said: str | None = None if rung != "eager" else rung  # the rung that a warning named
        self.late = 0
        self.variants: list[_Variant] = []


# ------------------------------------------------------------------------------------------------------ static by use

_ELEMENTWISE = frozenset(UFUNCS) | {"float", "abs", "complex"}
_NOT_OF_FLOATS = (ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.MatMult, ast.RShift)


def _arithmetic_only(function: types.FunctionType, floats: Iterable[str]) -> set[str]:
    """The parameters that are used in arithmetic only, so that an int needs no trace per value. What becomes of a float
    is all the same: arithmetic with one of `floats`, the parameters that are or hold such in this call, is one.
    """
    try:
        tree = _rewriting.function_tree(function)
    except NotCompilableError:
        return set()
    parents = {child: node for node in _rewriting._walk(tree) for child in _rewriting._children(node)}
    parameters = _rewriting._parameters(tree.args)
    holders: dict[str, set[str]] = {name: {name} for name in parameters}
    assignments = [n for n in _rewriting._walk(tree) if isinstance(n, (ast.Assign, ast.AugAssign, ast.AnnAssign))]
    known = _float_names(tree, assignments, set(floats))
    for _ in range(len(assignments) + 1):
        before = {name: len(found) for name, found in holders.items()}
        for node in assignments:
            if node.value is not None and _is_float(node.value, known):
                continue
            read = _rewriting._loads(node.value)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            bound = {t.id for t in targets if isinstance(t, ast.Name)}
            for found in holders.values():
                if found & read:
                    found |= bound
        if before == {name: len(found) for name, found in holders.items()}:
            break
    fine: dict[str, bool] = {}
    for node in _rewriting._walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            fine[node.id] = fine.get(node.id, True) and _in_arithmetic(node, parents, known)
    return {name for name in parameters if all(fine.get(held, True) for held in holders[name])}


def _sums(function: types.FunctionType) -> set[str]:
    """The parameters that a function without loops adds something to and returns (`t += dt`): what is an int in one
    call is likely to be none in the next, unless it is counted up by a number.
    """
    try:
        tree = _rewriting.function_tree(function)
    except NotCompilableError:
        return set()
    if _has_loops(tree, function.__globals__):
        return set()
    nodes = list(_rewriting._walk(tree))
    added = set()
    for node in nodes:
        target, sides = None, []
        if isinstance(node, ast.AugAssign):
            target, sides = node.target, [node.value]
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):
            target, sides = node.targets[0], [node.value.left, node.value.right]
            sides = [side for side in sides if getattr(side, "id", None) != getattr(target, "id", "")]
            if len(sides) != 1:
                continue
        counted = any(isinstance(side, ast.Constant) and type(side.value) is int for side in sides)
        if isinstance(target, ast.Name) and not counted:
            added.add(target.id)
    returned = [_rewriting._loads(node) for node in nodes if isinstance(node, ast.Return)]
    return added.intersection(_rewriting._parameters(tree.args), *returned)


def _has_loops(tree: ast.AST, names: dict[str, Any], depth: int = 3) -> bool:
    """Whether a function, or one of those that it calls by their names, goes through anything."""
    for node in _rewriting._walk(tree):
        if isinstance(node, (ast.For, ast.While, ast.comprehension)):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            called = names.get(node.func.id)
            called = called.__np2tf_function__ if isinstance(called, Jitted) else called
            if isinstance(called, types.FunctionType):
                try:
                    inner = _rewriting.function_tree(called)
                except NotCompilableError:
                    return True
                if not depth or _has_loops(inner, called.__globals__, depth - 1):
                    return True
    return False


def _float_names(tree: ast.AST, assignments: list[Any], floats: set[str]) -> set[str]:
    """`floats` that are always floats, and what is only ever assigned such."""
    values: dict[str, list[Any]] = {}
    simple: set[ast.AST] = set()
    for node in assignments:
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name) and node.value is not None:
                simple.add(target)
                values.setdefault(target.id, []).append(node.value)
    bound = [
        n.id
        for n in _rewriting._walk(tree)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n not in simple
    ]
    inner = [n.arg for n in _rewriting._walk(tree) if isinstance(n, ast.arg)]
    parameters = set(_rewriting._parameters(tree.args))
    others = {*bound, *(name for name in set(inner) if inner.count(name) > (name in parameters))}
    known = floats - others
    for _ in range(2 * len(values) + 2):
        wrong = {name for name in known if not all(_is_float(value, known) for value in values.get(name, []))}
        new = {
            name
            for name, found in values.items()
            if name not in others | parameters and all(_is_float(value, known - wrong) for value in found)
        }
        if not wrong and new <= known:
            return known
        known = (known - wrong) | new
    return set()


def _is_float(node: ast.AST, floats: set[str]) -> bool:
    """Whether an expression is a float, or an array of floats, as far as it tells."""
    if isinstance(node, ast.Name):
        return node.id in floats
    if isinstance(node, ast.Constant):
        return type(node.value) is float
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, (ast.USub, ast.UAdd)) and _is_float(node.operand, floats)
    if isinstance(node, ast.BinOp):
        return not isinstance(node.op, _NOT_OF_FLOATS) and (
            _is_float(node.left, floats) or _is_float(node.right, floats)
        )
    return False


def _in_arithmetic(node: ast.AST, parents: dict[ast.AST, ast.AST], floats: set[str]) -> bool:
    above = parents[node]
    while True:
        if _is_float(above, floats):
            return True
        if isinstance(above, (ast.BinOp, ast.UnaryOp)) and not isinstance(getattr(above, "op", None), ast.Not):
            node, above = above, parents[above]
        elif isinstance(above, ast.Call) and node in above.args:
            name = above.func.attr if isinstance(above.func, ast.Attribute) else getattr(above.func, "id", "")
            if name == "tensor_scatter_update":
                return above.args.index(node) == 2
            if name not in _ELEMENTWISE and not name.startswith(("iadd", "isub", "imul", "itruediv")):
                return False
            node, above = above, parents[above]
        elif isinstance(above, ast.Tuple) and isinstance(parents[above], ast.Return):
            return True
        else:
            return isinstance(above, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Expr))


# ----------------------------------------------------------------------------------------------------------- np.jit


class _Forced:
    rung: str | None = None


@contextmanager
def only(rung: str) -> Iterator[None]:
    """For tests: calls made within start on this rung, and raise what keeps them from it."""
    kept = _Forced.rung
    _Forced.rung = rung
    try:
        yield
    finally:
        _Forced.rung = kept


class _Once(threading.local):
    """Whether what runs eagerly is run so once: what it calls will be compiled as a part of it, and not by itself."""

    now = False


_once = _Once()


class Jitted:
    """A function of `np.jit`. `rungs()` tells what became of its calls, `reasons()` why."""

    def __init__(self, function: types.FunctionType, static: Iterable[str]) -> None:
        self.__np2tf_function__ = function
        functools.update_wrapper(self, function)
        _control_flow.is_ours(function.__code__.co_filename)
        self._signature = inspect.signature(function)
        self._names = tuple(self._signature.parameters)
        unknown = sorted(set(static) - set(self._names))
        if unknown:
            raise ValueError(f"np.jit: {function.__qualname__} has no parameter {', '.join(unknown)}")
        self._static = set(static)
        self._weak_ints: dict[frozenset[str], set[str]] = {}  # by the parameters that are floats
        self._static_kinds: set[type] = set()
        self._signatures: dict[Any, _Signature] = {}
        self._storms: dict[str, int] = {}
        self._last: tuple[Any, dict[str, Any]] | None = None
        self._varying: set[str] = set()  # ints that are traced as they are other ones in every call
        self._settled: set[str] = set()  # those that can't be
        self._began = False
        self._reused = 0  # calls whose signature was known
        self._passing: set[int] = set()  # signatures, by their hash, that were seen once and not compiled

    def __repr__(self) -> str:
        counts = {rung: sum(s.rung == rung for s in self._signatures.values()) for rung in RUNGS}
        told = ", ".join(f"{count} {rung}" for rung, count in counts.items() if count)
        return f"<np.jit of {self.__module__}.{self.__qualname__}{f': {told}' if told else ''}>"

    def __reduce__(self) -> str:
        return self.__qualname__  # functions, too, are copied and pickled by their names

    def __getattr__(self, name: str) -> Any:
        if name in ("__code__", "__defaults__", "__globals__", "__kwdefaults__"):
            return getattr(self.__np2tf_function__, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    def rungs(self) -> list[str]:
        """The rung ("xla", "graph", "eager") of every signature so far."""
        return [found.rung for found in self._signatures.values()]

    def reasons(self) -> list[str | None]:
        """Why each signature is not on a higher rung; None where it is on the highest."""
        return [found.reason for found in self._signatures.values()]

    @property
    def traces(self) -> int:
        """How often the function was traced."""
        return sum(len(found.variants) for found in self._signatures.values())

    # -------------------------------------------------------------------------------------------------------- calling

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not tf.executing_eagerly():
            return self._inlined(args, kwargs)
        bound = self._bound(args, kwargs)
        is_static = self._static_among(bound)
        if _small.told() or _small.setting.forked or (_once.now and not self._goes_through_anything):
            return self._eagerly(_Arguments(self._names, bound, is_static))
        for _ in range(4):
            arguments = _Arguments(self._names, bound, is_static)
            signature = self._found(arguments)
            try:
                result = self._called(signature, arguments)
            except NeedsStaticError:
                kinds = {t[1] for t in arguments.templates if t[0] == "weak"}
                if not kinds:
                    raise
                self._signatures = {k: s for k, s in self._signatures.items() if s is not signature}
                if self._varying:
                    self._settle()
                    continue
                # The value of a number is needed: from now on such numbers are static.
                self._static_kinds |= {int} if int in kinds and len(kinds) > 1 else kinds
            else:
                if self._varying and signature.rung != "xla":
                    self._settle()  # a program for each of its values is better
                return result
        raise AssertionError("a static number was still traced")

    def _bound(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        if not kwargs and len(args) == len(self._names) and self._plain_parameters:
            return list(args)
        found = self._signature.bind(*args, **kwargs)
        found.apply_defaults()
        return list(found.arguments.values())

    @functools.cached_property
    def _plain_parameters(self) -> bool:
        kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        return all(p.kind in kinds for p in self._signature.parameters.values())

    @functools.cached_property
    def _goes_through_anything(self) -> bool:
        try:
            tree = _rewriting.function_tree(self.__np2tf_function__)
        except NotCompilableError:
            return True
        return _has_loops(tree, self.__np2tf_function__.__globals__)

    def _spread(self, values: list[Any]) -> tuple[list[Any], dict[str, Any]]:
        """Bound values as positional and keyword arguments again."""
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        for (name, parameter), value in zip(self._signature.parameters.items(), values, strict=True):
            if parameter.kind is parameter.VAR_POSITIONAL:
                args.extend(value)
            elif parameter.kind is parameter.VAR_KEYWORD:
                kwargs.update(value)
            elif parameter.kind is parameter.KEYWORD_ONLY:
                kwargs[name] = value
            else:
                args.append(value)
        return args, kwargs

    def _static_among(self, given: list[Any]) -> Callable[[str, Any], bool]:
        """Of a call's arguments: whether a number's value is part of the signature."""
        weak: set[str] | None = None

        def is_static(name: str, value: Any) -> bool:
            nonlocal weak
            if name in self._static or type(value) in self._static_kinds:
                return True
            if type(value) is not int or name in self._varying:
                return False
            if weak is None:
                weak = self._weak_among(given)
            return name not in weak

        return is_static

    def _weak_among(self, given: list[Any]) -> set[str]:
        """The parameters that are only computed with, given which of them are floats."""
        floats = frozenset(each for each, x in zip(self._names, given, strict=True) if _is_of_floats(x))
        if floats not in self._weak_ints:
            self._weak_ints[floats] = _arithmetic_only(self.__np2tf_function__, floats)
        return self._weak_ints[floats]

    def _inlined(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Called while something else is traced: it becomes part of that."""
        function = self.__np2tf_function__
        if _symbolic.trace.compiled:
            return _control_flow.call(function, *args, **kwargs)
        try:
            with _tracing("graph", None), _symbolic.failures():
                found = _control_flow.call(function, *args, **kwargs)
                return tf.nest.map_structure(lambda x: x.as_tensor() if isinstance(x, Weak) else x, found)
        except NotCompilableError:
            return function(*args, **kwargs)

    def _found(self, arguments: _Arguments) -> _Signature:
        key = (arguments.key, _record.could_possibly_record(), _base.config.promotion, _base.config.prefer_float32)
        if _Forced.rung is not None:
            key = (*key, _Forced.rung)
        found = self._signatures.get(key)
        if found is not None:
            self._reused += 1
        else:
            if self._has_too_many_objects(key) or self._may_not_come_again(key):
                return _Signature("eager")  # which isn't kept: it would keep the object alive
            if self._only_begins(arguments):
                return _Signature("eager", once=True)
            if len(self._signatures) >= _SIGNATURES:
                self._signatures.pop(next(iter(self._signatures)))
            self._watch_for_storms(arguments)
            found = self._signatures[key] = _Signature(_Forced.rung or "xla")
        return found

    def _has_too_many_objects(self, key: Any) -> bool:
        """Whether enough objects have got a compiled function of their own: others run eagerly."""
        kind = _without_objects(key)
        if kind == key or _Forced.rung is not None:
            return False
        before = [found for other, found in self._signatures.items() if _without_objects(other) == kind]
        if len(before) < _OBJECTS:
            return False
        if any(found.rung != "eager" for found in before):
            self._warn(
                f"is compiled anew for every object that it is handed, {_OBJECTS} so far; for others it runs eagerly: "
                "hand it arrays and numbers"
            )
        return True

    def _may_not_come_again(self, key: Any) -> bool:
        """Whether a signature is to be compiled only when it comes again: after enough of them of which few did."""
        if len(self._signatures) <= max(_STORM, self._reused) or _Forced.rung is not None or hash(key) in self._passing:
            return False
        if not self._passing:
            self._warn(
                f"has been compiled {len(self._signatures)} times, hardly ever for the same shapes and numbers: for "
                "new ones it runs eagerly until they come a second time"
            )
        elif len(self._passing) >= _SIGNATURES:
            self._passing = {0}
        self._passing.add(hash(key))
        return True

    def _only_begins(self, arguments: _Arguments) -> bool:
        """Whether this is the first call of a step that is handed `t = 0` and gives back a float: the next call's
        signature is another one, which is worth compiling.
        """
        if self._signatures or self._began or _Forced.rung is not None:
            return False
        self._began = True
        ints = {name for name, value in zip(self._names, arguments.given, strict=True) if type(value) is int}
        return bool(ints) and not ints.isdisjoint(_sums(self.__np2tf_function__))

    def _watch_for_storms(self, arguments: _Arguments) -> None:
        numbers = arguments.numbers
        rest = tuple(part for name, part in zip(self._names, arguments.key, strict=True) if name not in numbers)
        if self._last is not None and self._last[0] == rest and self._last[1].keys() == numbers.keys():
            differing = [name for name in numbers if numbers[name] != self._last[1][name]]
            if len(differing) == 1:
                name = differing[0]
                self._storms[name] = self._storms.get(name, 0) + 1
                if self._storms[name] == _VARYING and type(numbers[name]) is int and name not in self._settled:
                    self._varying.add(name)
                if self._storms[name] == _STORM:
                    self._warn(
                        f"is compiled anew for every value of {name}, {_STORM + 1} so far: hand it over as an array "
                        "(np.asarray), or leave the function without np.jit"
                    )
        self._last = rest, dict(numbers)

    def _settle(self) -> None:
        """From now on the values of ints that vary are part of the signature again."""
        self._settled |= self._varying
        self._varying = set()

    # ------------------------------------------------------------------------------------------------------ the ladder

    def _called(self, signature: _Signature, arguments: _Arguments) -> Any:
        while signature.rung != "eager":
            try:
                variant, inputs = self._variant(signature, arguments)
                value = variant.run(inputs, arguments)
            except _CheckFailed:
                return self._repeated(signature, arguments)
            except NeedsStaticError as error:
                if any(t[0] == "weak" for t in arguments.templates):
                    raise
                self._fall(signature, error)
            except tf.errors.OpError as error:
                if signature.variants and signature.rung == "graph":
                    return self._repeated(signature, arguments)  # an assertion of the graph
                self._fall(signature, error)
            except Exception as error:
                self._fall(signature, error)
            else:
                self._say(signature)
                return value
        kept, _once.now = _once.now, _once.now or signature.once
        try:
            value = self._eagerly(arguments)
        finally:
            _once.now = kept
        self._say(signature)
        return value

    def _variant(self, signature: _Signature, arguments: _Arguments) -> tuple[_Variant, list[tf.Tensor]]:
        """The trace to run, and its inputs."""
        for variant in signature.variants:
            inputs = variant.inputs(arguments)
            if inputs is not None:
                return variant, inputs
        if len(signature.variants) >= _VARIANTS:
            raise Effect("what it reads from outside is another with every call")
        variant = _Variant(self.__np2tf_function__, self._spread, arguments, signature.rung)
        if _record.could_possibly_record() and not variant.moves_state:
            variant.try_gradient(arguments)
        inputs = variant.inputs(arguments)
        if inputs is None:
            raise Effect("what it reads from outside changes while it is read")
        signature.variants.append(variant)
        return variant, inputs

    def _eagerly(self, arguments: _Arguments) -> Any:
        args, kwargs = self._spread(arguments.values())
        return self.__np2tf_function__(*args, **kwargs)

    def _repeated(self, signature: _Signature, arguments: _Arguments) -> Any:
        """The run found that only an eager call gives what NumPy gives, or raises what NumPy raises."""
        value = self._eagerly(arguments)
        signature.late += 1
        if signature.late >= _LATE:
            signature.rung = "eager"
            signature.reason = "its values need what only an eager call can do (an empty loop, a branch that raises)"
            signature.variants = []
            self._say(signature)
        return value

    def _fall(self, signature: _Signature, error: Exception) -> None:
        if _Forced.rung is not None:
            raise error
        signature.variants = []
        signature.rung = "graph" if signature.rung == "xla" and not isinstance(error, Effect) else "eager"
        if signature.reason is None or isinstance(error, Effect):
            signature.reason = _reason(error)
        if isinstance(error, _GraphPreferred):
            signature.said = "graph"  # nothing to mend

    def _say(self, signature: _Signature) -> None:
        if signature.rung != "xla" and signature.said != signature.rung and _Forced.rung is None:
            signature.said = signature.rung
            self._warn(f"{_SAYS[signature.rung]}: {signature.reason}")

    def _warn(self, text: str) -> None:
        code = self.__np2tf_function__.__code__
        where = f"{code.co_filename}:{code.co_firstlineno}"
        if (where, text) in _said:
            return
        _said.add((where, text))
        message = f"np.jit: {self.__qualname__} ({where}) {text}"
        warnings.warn(message, JitFallbackWarning, stacklevel=_base.depth_of_caller())


_said: set[tuple[str, str]] = set()


def _reason(error: Exception) -> str:
    text = str(getattr(error, "message", error)).strip().partition("\n")[0]
    if not isinstance(error, NotCompilableError):
        text = f"{type(error).__name__}: {text}"
    return text if len(text) <= 240 else text[:239] + "…"


def jit(function: Any = None, *, static: Iterable[str] = ()) -> Any:
    """Compile a function with XLA: `@np.jit`, or `@np.jit(static=("n",))`. Its results stay those of the plain call.

    The function is traced once for every signature. Loops over counts, arrays and conditions become loops of the
    compiled program, branches on arrays its branches; functions of the same program that it calls become part of it.

    Parameters
    ----------
    function : callable
        A function, a method or a lambda of which the source can be read.
    static : iterable of str
        Parameters whose values are part of the signature.

    Returns
    -------
    callable
        Takes what `function` takes and gives what it gives. `rungs()` tells what became of its calls, `reasons()` why.

    Raises
    ------
    ValueError
        `static` names no parameter.

    Warns
    -----
    JitFallbackWarning
        Once, where calls of a signature run as a graph or eagerly, with the reason; and where every new value of a
        static number makes a new compiled function.

    Notes
    -----
    *Traced*: tensors, host arrays (by value, as tensors), NumPy scalars; Python floats and complex numbers, and ints
    that are used in arithmetic only. Traced Python numbers stay weak in promotion (NEP 50).

    *Static*: other ints, bools, strings, None, ints within lists, tuples and dicts, dtypes, functions, and all other
    objects by identity, `self` among them: the first eight get compiled functions of their own, for others the call
    is eager. What the function reads from globals, closures and attributes is looked at in every call: tensors may
    change freely, anything else that changes makes a new trace.

    *The ladder*: what XLA can't compile runs as a graph of TensorFlow's; what can't be traced runs eagerly. A function
    that prints, draws random numbers on the host, writes attributes or globals, or changes a list that others may hold
    is never traced, since these would happen once and not with every call; nor is one in which a branch or loop decides
    which of several lists or dicts a name is. Errors are those of the eager call: an
    index out of bounds found by the compiled function makes the call run again, eagerly.

    Inside of another function that is being traced, the function becomes part of that. Gradients flow.

    Examples
    --------
    >>> @np.jit
    ... def smooth(x, turns):
    ...     for _ in range(turns):
    ...         x = np.tensor_scatter_update(x, np.s_[1:-1], (x[:-2] + x[1:-1] + x[2:]) / 3)
    ...     return x
    """
    if function is None:
        return functools.partial(jit, static=static)
    static = (static,) if isinstance(static, str) else tuple(static)
    if isinstance(function, Jitted):
        return function
    if isinstance(function, (staticmethod, classmethod)):
        return type(function)(jit(function.__func__, static=static))
    if isinstance(function, types.MethodType):
        return types.MethodType(jit(function.__func__, static=static), function.__self__)
    if not isinstance(function, types.FunctionType):
        raise TypeError(f"np.jit takes a function, not {type(function).__name__}")
    return Jitted(function, static)


_operations.install()
_status.record("np2tf_runtime.jit", "device")
_status.record("np2tf_runtime.JitFallbackWarning", "host", "a class of warnings")
_status.record("np2tf_runtime.HostFallbackWarning", "host", "a class of warnings")
