"""Loops, branches and calls of a function that is being traced: what `_rewriting` makes the source call.

Where a condition or a count is known, Python's own loop or branch runs (and so becomes part of the graph as it
stands). Where only the run knows, a loop becomes one `tf.while_loop` and a branch one `tf.cond`. What they hand on is
found by tracing: a loop is first built for the kinds of values that enter it; if a turn hands back other kinds, it is
built again for kinds that hold both (see `_values.join`), or its first turn is taken off.

A number that a check of the run found wanting (an index, a division by zero) can't be raised from compiled code: the
flags of `_symbolic.failures` are carried out of every loop and branch, and a loop stops where one is up.
"""

from __future__ import annotations

import builtins
import collections
import contextlib
import functools
import inspect
import math
import operator
import os
import sys
import sysconfig
import threading
import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.framework.func_graph import FuncGraph
from tensorflow.python.framework.ops import get_default_graph

from . import _base, _materializing, _partial, _rewriting, _rung, _small, _symbolic, _values
from ._base import EagerTensor, NeedsStaticError, NotCompilableError, Tensor, Weak
from ._mixed import MixedScalar
from ._partial import MaskedSelection
from ._rewriting import Effect
from ._symbolic import SymbolicInteger, WeakScalar
from ._values import Incompatible, Maybe, Unbound

_UNROLLED = 4  # turns of a short loop that stand one after the other in the graph
_UNROLLED_SIZE = 400  # nodes of syntax of all those turns together
_FORCED = 512  # turns unrolled where a loop can't be built
_FORCED_SIZE = 40_000
_RECURSION = 3  # calls of a function within each other, each in a branch of the one before


# --------------------------------------------------------------------------------------------------- what a trace knows


class Trace(threading.local):
    """What the function being traced on this thread depends on; `_jit` fills and reads it."""

    dependencies: Any = None
    guesses: dict[Any, Any]

    def __init__(self) -> None:
        self.guesses = {}
        self.branches = 0  # within how many of which only the run knows whether they are taken
        self.running: dict[types.CodeType, list[int]] = {}  # functions being traced, each call with its `branches`
        self.made: list[Any] = []  # objects that are being made
        self.lent: list[Any] = []  # lists and dicts that stand for others' in a turn


trace = Trace()


def glob(name: str, value: Any) -> Any:
    """A global name, or a builtin, that the function reads."""
    if trace.dependencies is not None:
        namespace = sys._getframe(1).f_globals
        if name in namespace:
            key = ("global", id(namespace), name)
            return trace.dependencies.note(key, lambda: namespace[name], value)
    return value


def free(name: str, getter: Callable[[], Any]) -> Any:
    """A name of a function around; the getter closes over its cell."""
    value = getter()
    if trace.dependencies is None:
        return value
    return trace.dependencies.note(("cell", id(getter.__closure__[0])), getter, value)  # type: ignore[index]


def attribute(owner: Any, name: str) -> Any:
    """`owner.name`."""
    owner = read(owner, "")
    if name in ("shape", "size") and _has_unknown_length(owner):
        return _symbolic.lengths(owner) if name == "shape" else math.prod(_symbolic.lengths(owner))
    if name == "__class__":
        return _type(owner)
    if isinstance(owner, (Tensor, Weak)) or _is_library_object(owner):
        return getattr(owner, name)
    stored = name in getattr(owner, "__dict__", ())
    descriptor = None if stored else inspect.getattr_static(type(owner), name, None)
    if isinstance(descriptor, property) and descriptor.fget is not None:
        return call(descriptor.fget, owner)
    if isinstance(descriptor, functools.cached_property):
        raise Effect(f"it computes the cached property {name}")
    value = getattr(owner, name)
    if trace.dependencies is None or isinstance(value, types.BuiltinMethodType):
        return value
    key = "attribute", id(owner), name
    if isinstance(value, types.MethodType):
        trace.dependencies.note(key, lambda: getattr(owner, name).__func__, value.__func__)
        return value
    if _is_traced(value) and not stored and not isinstance(descriptor, types.MemberDescriptorType):
        raise NotCompilableError(f"the attribute {name} is computed when it is read")
    return trace.dependencies.note(key, lambda: getattr(owner, name), value)


def _getattr(owner: Any, name: str, *default: Any) -> Any:
    if not default:
        return attribute(owner, name)
    return attribute(owner, name) if _hasattr(owner, name) else default[0]


def _hasattr(owner: Any, name: str) -> bool:
    owner = read(owner, "")
    if isinstance(owner, MixedScalar):
        owner = owner.settled()
    if isinstance(owner, Weak):
        return hasattr(owner.kind, name)
    try:
        attribute(owner, name)
    except AttributeError:
        found = False
    else:
        found = True
    if trace.dependencies is not None and not isinstance(owner, (Tensor, Weak)):
        trace.dependencies.note(("hasattr", id(owner), name), lambda: hasattr(owner, name), found)
    return found


def _has_unknown_length(x: Any) -> bool:
    return isinstance(x, Tensor) and not isinstance(x, EagerTensor) and None in _base.static_shape(x)


def _own_method(x: Any, name: str) -> Any:
    """A special method that the program defines for a class of its own; None for others."""
    kind = type(x)
    if kind.__module__ == "builtins" or isinstance(x, (Tensor, Weak, Turns, np.ndarray, np.generic)):
        return None
    method = inspect.getattr_static(kind, name, None)
    own = isinstance(method, types.FunctionType) and not _is_library_function(method)
    return method if own else None


class _Subscripted:
    """An object of the program's whose `__getitem__` is rewritten like any function."""

    def __init__(self, owner: Any, method: Any) -> None:
        self.owner, self.method = owner, method

    def __getitem__(self, key: Any) -> Any:
        return call(self.method, self.owner, key)


def subscripted(owner: Any) -> Any:
    """What `owner[...]` is read from."""
    owner = read(owner, "")
    method = _own_method(owner, "__getitem__")
    return owner if method is None else _Subscripted(owner, method)


_PLAIN_OWNERS = (list, dict, tuple, set, str, bytes, int, float, complex, np.ndarray, np.generic, slice, range)


def _is_library_object(owner: Any) -> bool:
    if isinstance(owner, _PLAIN_OWNERS):
        return True
    if isinstance(owner, type):
        owner = sys.modules.get(owner.__module__)
    if isinstance(owner, types.ModuleType):
        return _is_library_file(getattr(owner, "__file__", None)) and not _imports_the_runtime(owner.__name__)
    return False


def unbound(name: str) -> Unbound:
    """What a name holds before anything is assigned to it."""
    return Unbound(name)


def read(value: Any, name: str) -> Any:
    """The value of a name that may be unbound."""
    if isinstance(value, Maybe):
        _symbolic.require(value.bound, f"the name {name} may be unbound")
        return value.value
    if isinstance(value, Unbound):
        raise UnboundLocalError(
            f"cannot access local variable '{value.name or name}' where it is not associated with a value"
        )
    return value


def result(value: Any) -> Any:
    """What the function returns."""
    # Every way through the function assigns the result, so one that may be missing is never looked at.
    return value.value if isinstance(value, Maybe) else value


# ---------------------------------------------------------------------------------------------------------- conditions


def truth(x: Any) -> Any:
    """The truth of a value: True or False where it is known, else a condition of the run."""
    x = read(x, "")
    if isinstance(x, Weak):
        return x if isinstance(x, WeakScalar) and x.kind is bool else _symbolic._condition(x)
    if isinstance(x, Tensor) and not isinstance(x, EagerTensor):
        shape = _base.static_shape(x)
        if None in shape or math.prod(shape) != 1:
            raise ValueError(
                "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()"
            )
        if shape:
            x = tf.reshape(x, ())
        return _symbolic._condition(x)
    for name in ("__bool__", "__len__"):
        if (method := _own_method(x, name)) is not None:
            return truth(call(method, x))
    return bool(x)


def and_(*parts: Callable[[], Any]) -> Any:
    """`a and b and c`: each part is evaluated only where those before it hold."""
    value = parts[0]()
    for position, part in enumerate(parts[1:], 1):
        known = truth(value)
        if known is False:
            return value
        if known is not True:
            return _both(value, known, functools.partial(and_, *parts[position:]))
        value = part()
    return value


def _both(value: Any, condition: Any, rest: Callable[[], Any]) -> Any:
    if _is_boolean(value):
        with _symbolic.assuming(condition, True):
            other = _without_effects(rest)
        if other is not None and _is_boolean(other):
            if _same_kind(value, other):
                return _array_like(value, _symbolic.both(condition, truth_tensor(other)))
            return (
                _symbolic.both(condition, truth_tensor(other))
                if not _arrays(value, other)
                else _mixed_bool(condition, value, other, True)
            )
    return _if(condition, lambda: (rest(),), lambda: (value,), ())[0]


def _either(value: Any, condition: Any, rest: Callable[[], Any]) -> Any:
    if _is_boolean(value):
        with _symbolic.assuming(condition, False):
            other = _without_effects(rest)
        if other is not None and _is_boolean(other):
            if _same_kind(value, other):
                return _array_like(value, _symbolic.either(condition, truth_tensor(other)))
            return (
                _symbolic.either(condition, truth_tensor(other))
                if not _arrays(value, other)
                else _mixed_bool(condition, value, other, False)
            )
    return _if(condition, lambda: (value,), lambda: (rest(),), ())[0]


def _mixed_bool(condition: Any, value: Any, other: Any, conjunction: bool) -> Any:
    """A Python bool and a boolean of an array: which of them it is depends on the first."""
    first, second = (tf.constant(not isinstance(x, Tensor)) for x in (value, other))
    combined = (_symbolic.both if conjunction else _symbolic.either)(condition, truth_tensor(other))
    from_second = condition.tensor if conjunction else tf.logical_not(condition.tensor)
    return MixedScalar(combined.tensor, bool, tf.where(from_second, second, first))


def _without_effects(rest: Callable[[], Any]) -> Any:
    """The second operand, evaluated in any case, if that can neither fail nor be checked; else None."""
    trial = FuncGraph("trial")
    try:
        with trial.as_default(), _symbolic.failures() as failed:
            rest()
    except Exception:
        return None
    added = trial.get_operations()
    heavy = len(added) > 60 or any(op._is_stateful or op.type.endswith(("While", "If")) for op in added)
    return None if failed or heavy else rest()


def _is_boolean(x: Any) -> bool:
    if isinstance(x, MixedScalar):
        return False
    if isinstance(x, Weak):
        return x.kind is bool
    if isinstance(x, Tensor):
        return x.dtype is tf.bool and x.get_shape().rank == 0
    return isinstance(x, bool)


def _arrays(*values: Any) -> bool:
    return any(isinstance(x, Tensor) for x in values)


def _same_kind(a: Any, b: Any) -> bool:
    return isinstance(a, Tensor) == isinstance(b, Tensor)


def _array_like(value: Any, condition: Any) -> Any:
    """The condition, as the kind of boolean that `value` is; an array's truth is an array's."""
    return condition.tensor if isinstance(value, Tensor) else condition


def truth_tensor(x: Any) -> Any:
    """A truth as a condition, known or not."""
    found = truth(x)
    return WeakScalar(tf.constant(found), bool) if isinstance(found, bool) else found


def or_(*parts: Callable[[], Any]) -> Any:
    """`a or b or c`: each part is evaluated only where those before it don't hold."""
    value = parts[0]()
    for position, part in enumerate(parts[1:], 1):
        known = truth(value)
        if known is True:
            return value
        if known is not False:
            return _either(value, known, functools.partial(or_, *parts[position:]))
        value = part()
    return value


def not_(x: Any) -> Any:
    """`not x`."""
    known = truth(x)
    return (not known) if isinstance(known, bool) else _symbolic.negated(known)


def chain(operands: tuple[Callable[[], Any], ...], tests: tuple[Callable[[Any, Any], Any], ...]) -> Any:
    """`a < b < c`: `b` is evaluated once, `c` only where `a < b`."""

    def from_(position: int, left: Any) -> Any:
        right = operands[position + 1]()
        found = tests[position](left, right)
        if position + 1 == len(tests):
            return found
        return and_(lambda: found, lambda: from_(position + 1, right))

    return from_(0, operands[0]())


def is_(a: Any, b: Any) -> bool:
    """`a is b`: what stands in for an array, or for a number, doesn't tell which object it will be."""
    a, b = read(a, ""), read(b, "")
    unknown = (Tensor, Weak, int, float, complex, np.ndarray, np.generic)
    if (_is_traced(a) and isinstance(b, unknown)) or (_is_traced(b) and isinstance(a, unknown)):
        raise Effect("it asks which object an array or a number is")
    return a is b


def contains(container: Any, item: Any) -> Any:
    """`item in container`."""
    container, item = read(container, ""), read(item, "")
    if isinstance(container, Tensor):
        if isinstance(container, EagerTensor) and not _is_traced(item):
            return item in container
        return tf.reduce_any(tf.convert_to_tensor(container == item))
    if (method := _own_method(container, "__contains__")) is not None:
        return _bool(call(method, container, item))
    if isinstance(container, (Range, range)) and _is_traced(item):
        raise NotCompilableError("a traced number is looked up in a range")
    if _is_traced(item) and isinstance(container, (list, tuple)):
        if any(other is item for other in container):
            return True
        return or_(*(functools.partial(operator.eq, item, other) for other in container)) if container else False
    return item in container


def _is_traced(x: Any) -> bool:
    return isinstance(x, Weak) or (isinstance(x, Tensor) and not isinstance(x, EagerTensor))


def choose(test: Any, yes: Callable[[], Any], no: Callable[[], Any]) -> Any:
    """`yes if test else no`."""
    known = truth(test)
    if isinstance(known, bool):
        return (yes if known else no)()
    return _if(known, lambda: (yes(),), lambda: (no(),), ())[0]


def assert_(test: Any, message: Callable[[], Any]) -> None:
    """`assert test, message`."""
    known = truth(test)
    if isinstance(known, bool):
        assert known, message()
        return
    _symbolic.require(known, "an assertion")


def formatted(value: Any) -> Any:
    """A value within an f-string."""
    if _is_traced(read(value, "")):
        raise NeedsStaticError("a value that is known only when the function runs becomes text")
    if any(_own_method(value, name) is not None for name in ("__format__", "__repr__", "__str__")):
        raise NotCompilableError(f"an object of class {type(value).__name__} becomes text")
    return value


# ------------------------------------------------------------------------------------------------------------ branches


class _Changed(Exception):  # noqa: N818 - a signal between a loop or branch and its builder
    """The kinds that were built for don't hold what came out; of a loop's, `fixed` selections keep their values."""

    def __init__(self, kinds: list[Any], fixed: frozenset[int] = frozenset()) -> None:
        self.kinds, self.fixed = kinds, fixed


def _state_names(function: Any, count: int) -> frozenset[str]:
    """The names that a branch or a turn changes: those of its first parameters, after what it has been given."""
    given = 0
    while isinstance(function, functools.partial):
        given += len(function.args)
        function = function.func
    return frozenset(function.__code__.co_varnames[: function.__code__.co_argcount][given : given + count])


def _keep_apart(values: Sequence[Any], names: frozenset[str]) -> None:
    """Raises NotCompilableError where a branch or loop hands on a list or dict that goes by another name, too: what
    comes out of it is another object. `names` are those of the values.
    """
    if not _are_apart(values, names):
        raise NotCompilableError("a branch or loop decides which of several lists or dicts a name is")


def _are_apart(values: Sequence[Any], names: frozenset[str]) -> bool:
    found = [id(container) for value in values for container in _boxes(value)]
    if not found:
        return True
    held = {id(container) for value in _held(names) for container in _boxes(value)}
    return len(set(found)) == len(found) and held.isdisjoint(found)


def _boxes(value: Any) -> Iterator[Any]:
    """The lists and dicts in a value."""
    if isinstance(value, Maybe):
        value = value.value
    if isinstance(value, (list, tuple, dict)):
        if not isinstance(value, tuple):
            yield value
        for item in value.values() if isinstance(value, dict) else value:
            yield from _boxes(item)


def _held(names: frozenset[str]) -> Iterator[Any]:
    """What the functions that are being traced have at hand, but by these names of the innermost; and what they were
    handed or have read from outside.
    """
    yield from trace.lent
    if trace.dependencies is not None:
        yield from trace.dependencies.containers
        yield from trace.dependencies.arguments
    frame = sys._getframe(2)
    while frame is not None and frame.f_code.co_name != "_trace_once":
        if not _is_library_file(frame.f_code.co_filename):
            for name, value in frame.f_locals.items():
                if name not in names:
                    yield value
            if frame.f_code.co_name == "_np2tf_function":
                names = frozenset()
        frame = frame.f_back


def if_(test: Any, yes: Callable[..., Any], no: Callable[..., Any], state: tuple[Any, ...], mutates: bool) -> Any:
    """`if test: ... else: ...`; the branches take the names they change and return them."""
    known = truth(test)
    if isinstance(known, bool):
        return (yes if known else no)(*state)
    if mutates:
        raise NotCompilableError("a list or dict is changed where only the run decides whether")
    return _if(known, yes, no, state)


class _Failing:
    """A branch that raises: what it hands on is never looked at."""

    def __init__(self, error: Exception) -> None:
        self.error = error


def _traced_branch(condition: Any, side: bool, branch: Callable[..., Any], state: tuple[Any, ...]) -> Any:
    with _symbolic.assuming(condition, side):
        trace.branches += 1
        try:
            return list(branch(*state))
        except NeedsStaticError:
            raise
        except Effect:
            raise
        except _Changed:
            raise
        except Exception as error:  # it would be raised if the branch were taken: the run finds out
            return _Failing(error)
        finally:
            trace.branches -= 1


def _if(condition: Any, yes: Callable[..., Any], no: Callable[..., Any], state: tuple[Any, ...]) -> list[Any]:
    memory = (getattr(yes, "__code__", None), getattr(no, "__code__", None), _symbolic.compiled())
    guess = trace.guesses.get(memory)
    for _ in range(4):
        try:
            built, guess = _build_if(condition, yes, no, state, guess)
        except _Changed as changed:
            guess = changed.kinds
            continue
        except Incompatible:
            if guess is None:
                raise
            guess = None  # it was another call's
            continue
        trace.guesses[memory] = guess
        return built
    raise NotCompilableError("the branches of an if give different kinds of values")


def _build_if(
    condition: Any, yes: Callable[..., Any], no: Callable[..., Any], state: tuple[Any, ...], guess: Any
) -> tuple[list[Any], Any]:
    found: dict[bool, Any] = {}
    flagged: dict[bool, bool] = {}
    given: dict[bool, list[tf.Tensor]] = {}
    names = _state_names(yes, len(state)) | _state_names(no, len(state))

    def branch(side: bool, function: Callable[..., Any]) -> list[tf.Tensor]:
        with _symbolic.failures() as failed:
            values = _traced_branch(condition, side, function, state)
            if not isinstance(values, _Failing):
                _keep_apart(values, names)
            kinds = None if isinstance(values, _Failing) else _values.kinds_of(values)
            found[side] = values if kinds is None else kinds
            wanted = _wanted(side, kinds)
            if kinds is None:
                out = _values.all_zeros(wanted or ())
                _symbolic.require(tf.constant(False), str(values.error))
            else:
                out = _values.all_leaves(values, wanted)
            flag = _symbolic.any_failed(failed)
        given[side] = out
        flagged[side] = flag is not None
        return [*out, tf.constant(False) if flag is None else flag]

    def _wanted(side: bool, kinds: Any) -> Any:
        other = found.get(not side)
        if guess is not None:
            if kinds is not None and _values.join_all(kinds, guess) != guess:
                raise _Changed(_values.join_all(kinds, guess))
            return guess
        if side:
            return kinds
        if isinstance(other, _Failing):
            if kinds is not None:
                raise _Changed(kinds)
            raise other.error
        if kinds is None:
            return other
        joined = _values.join_all(other, kinds)
        if joined != other:
            raise _Changed(joined)
        return joined

    out = tf.cond(condition.tensor, lambda: branch(True, yes), lambda: branch(False, no))
    kinds = guess if guess is not None else found[True]
    if any(flagged.values()) and _symbolic.compiled():
        _symbolic.report(out[-1])
    # What both branches leave as it was need not come out of them, where XLA would copy it.
    kept = [a if a is b else found for found, a, b in zip(out, given[True], given[False], strict=False)]
    return _values.rebuild_all(kinds, kept), kinds


# --------------------------------------------------------------------------------------------------------------- loops


class Turns:
    """Something of which the run knows the items, and perhaps the number."""

    length: Any
    static = False  # whether the items are Python objects, one by one

    def item(self, position: Any) -> Any:
        raise NotImplementedError

    def __iter__(self) -> Iterator[Any]:
        if type(self.length) is not int:
            raise NeedsStaticError("the number of turns is known only when the function runs")
        return (self.item(position) for position in range(self.length))

    def __len__(self) -> int:
        if type(self.length) is not int:
            raise NeedsStaticError("a length is known only when the function runs")
        return self.length

    def __repr__(self) -> str:
        raise NotCompilableError("an iteration becomes text")


class Range(Turns):
    """`range` of integers of which some are known only when the function runs."""

    def __init__(self, start: Any, stop: Any, step: Any) -> None:
        self.start, self.stop = _integer(start), _integer(stop)
        self.step = step
        if type(step) is not int:
            raise NeedsStaticError("the step of a range is known only when the function runs")
        if step == 0:
            raise ValueError("range() arg 3 must not be zero")
        distance = self.stop - self.start if step > 0 else self.start - self.stop
        width = abs(step)
        turns = (distance + (width - 1)) // width if width > 1 else distance
        self.length = _symbolic.maximum(turns, 0)

    def item(self, position: Any) -> Any:
        return self.start + position * self.step


def _integer(x: Any) -> Any:
    if isinstance(x, MixedScalar):
        x = x.tensor
    if isinstance(x, (WeakScalar, Tensor)) and not isinstance(x, EagerTensor):
        found = _symbolic.as_integer(x)
        if found is None:
            raise TypeError("'float' object cannot be interpreted as an integer")
        return found
    return x if isinstance(x, SymbolicInteger) else operator.index(x)


class Rows(Turns):
    """The rows of a tensor, counted from its end where `backwards`."""

    def __init__(self, tensor: Any, backwards: bool = False) -> None:
        shape = _base.static_shape(tensor)
        if not shape:
            raise TypeError("iteration over a 0-d array")
        if shape[0] is None:
            raise NotCompilableError("iteration over an array of unknown length")
        self.tensor, self.length, self.backwards = tensor, shape[0], backwards

    def item(self, position: Any) -> Any:
        return self.tensor[self.length - 1 - position if self.backwards else position]


class Reversed(Turns):
    """`reversed(...)` of a sequence."""

    def __init__(self, inner: Turns) -> None:
        self.inner, self.length = inner, inner.length

    def item(self, position: Any) -> Any:
        return self.inner.item(self.length - 1 - position)


class Zip(Turns):
    """`zip(...)` of sequences."""

    def __init__(self, parts: Sequence[Any], strict: bool = False) -> None:
        self.parts = [sequence(part) for part in parts]
        lengths = [part.length for part in self.parts]
        if strict and any(_symbolic.same(lengths[0], other) is not True for other in lengths[1:]):
            raise NotCompilableError("zip(strict=True) of different lengths")
        self.length = functools.reduce(_symbolic.minimum, lengths) if lengths else 0
        self.static = any(part.static for part in self.parts)

    def item(self, position: Any) -> Any:
        return tuple(part.item(position) for part in self.parts)


class Enumerate(Turns):
    """`enumerate(...)` of a sequence."""

    def __init__(self, inner: Any, start: Any = 0) -> None:
        self.inner, self.start = sequence(inner), start
        self.length, self.static = self.inner.length, self.inner.static

    def item(self, position: Any) -> Any:
        return position + self.start, self.inner.item(position)


class Items(Turns):
    """The items of a Python iterable, known now."""

    static = True

    def __init__(self, items: Any) -> None:
        self.items = items if isinstance(items, (list, tuple)) else list(items)
        self.length = len(self.items)

    def item(self, position: Any) -> Any:
        return self.items[position]


def sequence(x: Any) -> Turns:
    """What a loop iterates over."""
    x = read(x, "")
    if isinstance(x, Turns):
        return x
    if isinstance(x, range):
        return Range(x.start, x.stop, x.step)
    if isinstance(x, Tensor):
        return Rows(x)
    if isinstance(x, np.ndarray) and x.dtype.kind in "biufc":
        return Rows(_base.as_tensor(x))
    if isinstance(x, Weak):
        raise TypeError(f"'{x.kind.__name__}' object is not iterable")
    _need_known_iteration(x)
    return Items(x)


def _need_known_iteration(x: Any) -> None:
    if any(_own_method(x, name) is not None for name in ("__iter__", "__next__", "__getitem__", "__reversed__")):
        raise NotCompilableError(f"a loop over an object of class {type(x).__name__}")


def iterable(x: Any) -> Any:
    """What a comprehension, or an assignment to several names, takes apart."""
    x = read(x, "")
    _need_known_iteration(x)
    return x


def for_(
    iterated: Any,
    body: Callable[..., Any],
    state: tuple[Any, ...],
    stop: Any,
    size: int,
    mutates: bool,
    moving: Moving = ((), ()),
) -> Sequence[Any]:
    """`for target in iterated: body`; the body takes an item and the names it changes, and returns them. `moving` are
    those that it computes from their own values, and those of which it makes array elements or results of functions.
    """
    items = sequence(iterated)
    turns = items.length
    known = type(turns) is int
    if known and turns == 0:
        return state
    short = known and turns <= (_UNROLLED if turns * size <= _UNROLLED_SIZE else 1)
    if short or items.static or mutates:
        _check_unrolling(turns, size, mutates)
        return _unroll(items, body, state, stop)
    try:
        return _looped(items, body, state, stop, moving)
    except Effect:
        raise
    except NotCompilableError:
        if not known or turns > _FORCED or turns * size > _FORCED_SIZE:
            raise
    return _unroll(items, body, state, stop)


def _check_unrolling(turns: Any, size: int, mutates: bool) -> None:
    if type(turns) is not int:
        what = "changes a list or dict" if mutates else "runs over Python objects"
        raise NotCompilableError(f"a loop whose number of turns only the run knows {what}")
    if turns * size > 10 * _FORCED_SIZE:
        raise NotCompilableError(f"a loop of {turns} turns would have to be unrolled")


def _unroll(items: Turns, body: Callable[..., Any], state: Sequence[Any], stop: Any) -> Sequence[Any]:
    for position in range(items.length):
        stopped = _stopped(stop, state)
        if stopped is True:
            return state
        turn = functools.partial(body, items.item(position))
        state = turn(*state) if stopped is False else _if(stopped, lambda *same: same, turn, tuple(state))
    return state


def _stopped(stop: Any, state: Sequence[Any]) -> Any:
    """Whether a jump left the loop: known, or a condition of the run."""
    if stop is None:
        return False
    return truth(or_(*(functools.partial(lambda flag: flag, flag) for flag in stop(*state))))


Moving = tuple[tuple[int, ...], tuple[int, ...]]
"""Places in the state of a loop: see `for_`."""


class _Plan:
    """What a loop carries: the kinds of its state, and in compiled code a flag for failed checks. Where no turn makes
    a check XLA drops the flag: to find that out first would be to trace the loop, and those around it, twice.

    `fixed` are the selections by masks of which turns change the mask only: `whole` are their arrays, from outside, so
    that what depends on these alone can be computed there. `varying` are those that turned out not to be.
    """

    def __init__(
        self,
        kinds: list[Any],
        fixed: frozenset[int] = frozenset(),
        varying: frozenset[int] = frozenset(),
        guessed: frozenset[int] = frozenset(),
    ) -> None:
        self.kinds, self.fixed, self.varying, self.guessed = kinds, fixed, varying, guessed
        self.flagged, self.checked = _symbolic.compiled(), False
        self.whole: dict[int, tf.Tensor] = {}

    def enter(self, state: Sequence[Any]) -> None:
        """The loop is built for a state that holds these values."""
        self.whole = {n: _values.whole(state[n]) for n in self.fixed}

    def given(self, values: list[Any]) -> list[Any]:
        """The values of a turn, from those that are carried."""
        return [x.with_value(self.whole[n]) if n in self.whole else x for n, x in enumerate(values)]

    def kept(self, values: list[Any], after: list[Any]) -> frozenset[int]:
        """The selections of which a turn that is given `values` changes the mask only."""
        found = []
        for n, (x, y) in enumerate(zip(values, after, strict=True)):
            whole = x.value if isinstance(x, MaskedSelection) else x  # an array that is first selected from here
            if isinstance(y, MaskedSelection) and y.value is whole and y.dtype.is_integer:  # others gain nothing
                found.append(n)
        return frozenset(found)

    def check_fixed(self, values: list[Any], after: list[Any]) -> None:
        """Raises _Fixed where a turn that is given `values` leaves others fixed than were thought to be."""
        kept = self.kept(values, after)
        wrong = self.fixed - kept
        if wrong or kept - self.fixed - self.varying:
            raise _Fixed(kept - self.varying, self.varying | wrong)

    def through(self, out: list[tf.Tensor], carried: Sequence[tf.Tensor]) -> list[tf.Tensor]:
        """The leaves that a turn hands on: what is fixed as it came."""
        places = _values.selection_places(self.kinds)
        through = {places[n] for n in self.fixed}
        return [carried[self.flagged + n] if n in through else x for n, x in enumerate(out)]

    def check_guessed(self, after: list[Any]) -> None:
        """Raises _WrongGuess where a turn gives other kinds than those that `_values.moving` guessed at."""
        if any(after[n] != _values.SCALAR for n in self.guessed):
            raise _WrongGuess

    def has_own_lengths(self, entering: list[Any]) -> bool:
        """Whether turns hand on arrays of other lengths than those that enter."""
        return _values.has_unknown_length(self.kinds) and not _values.has_unknown_length(entering)

    def shapes(self) -> Any:
        """The shapes of what the loop carries, the counter first; None where none of them changes."""
        if not _values.has_unknown_length(self.kinds):
            return None
        return [tf.TensorShape(())] * (1 + self.flagged) + _values.all_shapes(self.kinds)


def _planned(memory: Any, state: Sequence[Any], moving: Moving, build: Callable[[_Plan], Any]) -> Any:
    """Build a loop for ever wider kinds until they hold what a turn gives. To find out that a number isn't the same in
    all turns is to trace the loop for nothing: a `moving` one is taken not to be, unless nothing can be built so.
    """
    entering = _values.kinds_of(state)
    if memory in trace.guesses:
        return _planned_from(entering, memory, state, build)
    numbers, elements = moving
    failed: Exception | None = None
    for guesses in (elements, ()):
        wider = [_values.moving(kind, n in numbers, n in guesses) for n, kind in enumerate(entering)]
        if wider == entering:
            continue
        guessed = frozenset(n for n, kind in enumerate(wider) if kind != entering[n] and kind[0] == "mixed")
        try:
            return _planned_from(wider, memory, state, build, guessed)
        except _WrongGuess:
            continue
        except Effect:
            raise
        except Exception as error:
            failed = error
            break

    def expected(kinds: list[Any]) -> None:
        if failed is not None and _values.join_all(kinds, wider) == kinds:
            raise failed  # they move, indeed

    return _planned_from(entering, memory, state, build, expected=expected)


def _planned_from(
    kinds: list[Any],
    memory: Any,
    state: Sequence[Any],
    build: Callable[[_Plan], Any],
    guessed: frozenset[int] = frozenset(),
    expected: Callable[[list[Any]], None] = lambda kinds: None,
) -> Any:
    entering = _values.kinds_of(state)
    guess = trace.guesses.get(memory)
    plan = _Plan(kinds, guessed=guessed)
    if guess is not None:
        try:
            if _values.join_all(entering, guess.kinds) == guess.kinds:
                plan = guess
        except Incompatible:
            pass
    for _ in range(8):
        try:
            plan.enter(state)
            built = build(plan)
        except _Changed as changed:
            plan = _Plan(_values.join_all(plan.kinds, changed.kinds), changed.fixed, guessed=guessed)
            expected(plan.kinds)
            continue
        except _Fixed as found:
            plan = _Plan(plan.kinds, found.fixed, found.varying, guessed)
            continue
        except (Effect, NeedsStaticError, Incompatible, _WrongGuess):
            raise
        except Exception as error:
            if not plan.has_own_lengths(entering):
                raise
            # What takes arrays of any length in a graph may need to know it: a loop taken apart does.
            raise Incompatible(f"a loop changes the length of an array: {error}") from error
        plan.guessed = frozenset()
        trace.guesses[memory] = plan
        return built
    raise NotCompilableError("the values that a loop hands on keep changing their kind")


class _WrongGuess(Exception):  # noqa: N818 - a signal between a loop and its builder
    """A number turns into something else than was thought."""


class _Fixed(Exception):  # noqa: N818 - a signal between a loop and its builder
    """A turn changes only the masks of other selections than was thought."""

    def __init__(self, fixed: frozenset[int], varying: frozenset[int]) -> None:
        self.fixed, self.varying = fixed, varying


def _looped(items: Turns, body: Callable[..., Any], state: Sequence[Any], stop: Any, moving: Moving) -> Sequence[Any]:
    """A loop over a count as `tf.while_loop`; its first turns are taken off where they change the kinds of values."""
    memory = (body.__code__, _symbolic.compiled())
    first = 0
    while True:
        lent = not _are_apart(state, _state_names(functools.partial(body, None), len(state)))
        if lent and not _has_a_turn(items, first, state, stop):
            _keep_apart(state, frozenset())
        try:
            return _planned(
                (*memory, first),
                state,
                moving,
                lambda plan: _build_for(items, first, body, state, stop, plan, lent),  # noqa: B023
            )
        except Incompatible:
            if first == 2 or stop is not None:
                raise
        _symbolic.require(items.length > first, "a loop without a turn")
        state = body(items.item(first), *state)
        first += 1
        if type(items.length) is int and items.length == first:
            return state


def _has_a_turn(items: Turns, first: int, state: Sequence[Any], stop: Any) -> bool:
    return _symbolic.nonnegative(items.length - first - 1) is True and _stopped(stop, state) is False


def _build_for(
    items: Turns, first: int, body: Callable[..., Any], state: Sequence[Any], stop: Any, plan: _Plan, lent: bool
) -> list[Any]:
    """`lent` tells that others have lists or dicts that enter: none of them may go through a turn."""
    kinds = plan.kinds
    lower, upper, step, item = _counting(items, first)
    dtype = _counter_dtype(lower, upper)
    begin, end = (_symbolic.index_tensor(x, dtype) for x in (lower, upper))
    certain: list[bool] = []

    def condition(count: tf.Tensor, *carried: tf.Tensor) -> tf.Tensor:
        going = tf.less(count, end) if step > 0 else tf.greater(count, end)
        return _still_going(going, carried, plan, stop)

    def turn(count: tf.Tensor, *carried: tf.Tensor) -> list[tf.Tensor]:
        bounds = (lower, upper) if step > 0 else (upper + 1, lower + 1)
        position = _symbolic.counter(count, *bounds, of_loop=True)
        values = _values.rebuild_all(kinds, carried[plan.flagged :])
        one = functools.partial(body, item(position))

        def kept_apart(*given: Any) -> list[Any]:
            before = len(trace.lent)
            trace.lent += given if lent else ()
            try:
                after = list(one(*given))
                _keep_apart(after, _state_names(one, len(after)))
            finally:
                del trace.lent[before:]
            return after

        out = _turn(kept_apart, values, plan, carried, certain)
        never = tf.less(count, tf.constant(7 - 2**31, dtype))
        return _materializing.once([_held_apart(count + tf.constant(step, dtype), never), *out])

    start = [begin, *([tf.constant(False)] if plan.flagged else []), *_values.all_leaves(state, kinds)]
    out = tf.while_loop(
        condition,
        turn,
        start,
        plan.shapes(),
        parallel_iterations=1,
        maximum_iterations=_most_turns(items, first),
    )[1:]
    return _after_loop(plan, list(out), certain if _has_a_turn(items, first, state, stop) else None)


def _held_apart(result: tf.Tensor, never: tf.Tensor) -> tf.Tensor:
    """`result`, in a form that XLA can't put into the one kernel of a small loop, where the body that is being traced
    has a product for XLA's library: it depends on a Fourier transform in a branch that is `never` taken.
    """
    if not _symbolic.compiled() or not _rung.needs_library(get_default_graph()):
        return result

    def transformed() -> tf.Tensor:
        found = tf.raw_ops.FFT(input=tf.cast(tf.stack([never, never]), tf.complex64), name=_rung.APART)
        return tf.math.is_nan(tf.math.real(found[0]))  # False

    false = tf.cond(never, transformed, lambda: tf.constant(False))
    return tf.math.logical_or(result, false) if result.dtype is tf.bool else result + tf.cast(false, result.dtype)


def _counting(items: Turns, first: int) -> tuple[Any, Any, int, Callable[[Any], Any]]:
    """(first count, limit, step, item of a count): a range of step 1 or -1 counts itself. For a GPU all count up: of
    loops that count down XLA does not know how many turns they have, and the host is asked before each.
    """
    if isinstance(items, Range) and (items.step == 1 or (items.step == -1 and not _base.has_gpu())):
        return items.start + first * items.step, items.stop, items.step, lambda count: count
    return first, items.length, 1, items.item


def _counter_dtype(lower: Any, upper: Any) -> tf.DType:
    ends = [*_symbolic.bounds(lower), *_symbolic.bounds(upper)]
    small = all(bound is not None and abs(bound) < 2**31 - 1 for bound in ends)
    return tf.int32 if small else tf.int64


def _most_turns(items: Turns, first: int) -> int | None:
    """The number of turns, or a bound of it. Gradients through compiled loops need one; where none will be asked for,
    XLA finds it itself in the loop's one condition, and a GPU need not wait for the host before each turn.
    """
    if _symbolic.compiled() and trace.dependencies is not None and not _base.recording():
        return None
    _, most = _symbolic.bounds(items.length)
    return None if most is None else max(most - first, 0)


def _all_turns_are_made() -> bool:
    """Whether a loop over items goes on where a check has failed: a GPU makes the turns that are left sooner than the
    host asks before each of them.
    """
    return _symbolic.compiled() and _base.has_gpu()


def _still_going(going: tf.Tensor, carried: Sequence[tf.Tensor], plan: _Plan, stop: Any) -> tf.Tensor:
    if plan.flagged and not _all_turns_are_made():
        going = tf.logical_and(going, tf.logical_not(carried[0]))
    values = _values.rebuild_all(plan.kinds, carried[plan.flagged :])
    stopped = _stopped(stop, values)
    if isinstance(stopped, bool):
        return tf.constant(False) if stopped else going
    return tf.logical_and(going, tf.logical_not(stopped.tensor))


def _turn(
    body: Callable[..., Any], values: list[Any], plan: _Plan, carried: Sequence[tf.Tensor], certain: list[bool]
) -> list[tf.Tensor]:
    """One turn: the flag, and the leaves of what the body gives."""
    values = plan.given(values)
    earlier = carried[: plan.flagged] if _all_turns_are_made() else []
    with _symbolic.failures() as failed:
        failed += earlier
        after = list(body(*values))
        out = _carry(after, plan, certain, values)
        plan.check_fixed(values, after)
        out = plan.through(out, carried)
        flag = _symbolic.any_failed(failed[len(earlier) :])
    plan.checked = flag is not None
    if flag is None:
        return [*carried[: plan.flagged], *out]
    return [tf.logical_or(carried[0], flag), *out]


def _carry(after: list[Any], plan: _Plan, certain: list[bool], values: Sequence[Any]) -> list[tf.Tensor]:
    kinds = _values.kinds_of(after)
    certain[:] = [kind[0] not in ("maybe", "unbound") for kind in kinds]
    plan.check_guessed(kinds)
    wider = _values.join_all(plan.kinds, kinds)
    if wider != plan.kinds:
        raise _Changed(kinds, plan.kept(list(values), after))
    return _values.all_leaves(after, plan.kinds)


def _after_loop(plan: _Plan, out: list[tf.Tensor], certain: list[bool] | None) -> list[Any]:
    if plan.checked:
        _symbolic.report(out[0])
    values = _values.rebuild_all(plan.kinds, out[plan.flagged :])
    if certain is None:
        return values
    # The loop ran at least once, so that what a turn surely assigns is bound, and of the kind that a turn gives.
    return [
        value.value if sure and isinstance(value, Maybe) else value for value, sure in zip(values, certain, strict=True)
    ]


def while_(
    test: Callable[..., Any],
    body: Callable[..., Any],
    state: tuple[Any, ...],
    stop: Any,
    mutates: bool,
    moving: Moving = ((), ()),
) -> Sequence[Any]:
    """`while test: body`; both take the names that the body changes; see `for_`."""
    turns = 0
    values: Sequence[Any] = state
    while True:  # as long as the condition is known, and changing lists is no matter
        stopped = _stopped(stop, values)
        known = truth(test(*values)) if stopped is False else (False if stopped is True else None)
        if known is False:
            return values
        if known is not True:
            break
        if turns == 0 and not mutates and (built := _tried_while(test, body, values, stop, moving)) is not None:
            return built
        if turns > _FORCED:
            raise NotCompilableError("a while loop that would have to be unrolled")
        values = body(*values)
        turns += 1
    if mutates:
        raise NotCompilableError("a list or dict is changed in a loop whose end only the run knows")
    return _looped_while(test, body, values, stop, moving)


def _tried_while(
    test: Callable[..., Any], body: Callable[..., Any], state: Sequence[Any], stop: Any, moving: Moving
) -> Any:
    """The loop for values known only in the run, if it can be built; None where it has to be unrolled."""
    if not any(type(value) in (int, float) for value in state):
        return None
    try:
        return _looped_while(test, body, state, stop, moving)
    except Effect:
        raise
    except NotCompilableError:
        return None


def _looped_while(
    test: Callable[..., Any], body: Callable[..., Any], state: Sequence[Any], stop: Any, moving: Moving
) -> Sequence[Any]:
    memory = (body.__code__, _symbolic.compiled())
    for peeled in range(3):
        _keep_apart(state, _state_names(body, len(state)))
        try:
            return _planned(
                (*memory, peeled),
                state,
                moving,
                lambda plan: _build_while(test, body, state, stop, plan),  # noqa: B023
            )
        except Incompatible:
            if peeled == 2 or stop is not None:
                raise
        _symbolic.require(truth(test(*state)), "a loop without a turn")
        state = body(*state)
    raise NotCompilableError("the values that a loop hands on keep changing their kind")


def _build_while(
    test: Callable[..., Any], body: Callable[..., Any], state: Sequence[Any], stop: Any, plan: _Plan
) -> list[Any]:
    kinds = plan.kinds

    def going(values: Sequence[Any]) -> Any:
        stopped = _stopped(stop, values)
        if stopped is True:
            return tf.constant(False)
        found = truth_tensor(test(*values)).tensor
        return found if stopped is False else tf.logical_and(found, tf.logical_not(stopped.tensor))

    def condition(go: tf.Tensor, *carried: tf.Tensor) -> tf.Tensor:
        return tf.logical_and(go, tf.logical_not(carried[0])) if plan.flagged else go

    def turn(go: tf.Tensor, *carried: tf.Tensor) -> list[tf.Tensor]:
        values = _values.rebuild_all(kinds, carried[plan.flagged :])
        again: list[tf.Tensor] = []

        def one(*given: Any) -> Any:
            with _symbolic.failures():  # the test was made before this turn: here it only says what is known
                known = truth_tensor(test(*given))
            with _symbolic.assuming(known, True):
                after = list(body(*given))
                _keep_apart(after, _state_names(body, len(after)))
            # The test before the next turn may fail only if there is one.
            rounded = _values.rebuild_all(kinds, _carry(after, plan, [], given)) if _unchanged(after, plan) else after
            again.append(going(rounded))
            return after

        out = _turn(one, values, plan, carried, [])
        return _materializing.once([_held_apart(again[0], tf.logical_not(go)), *out])

    start_values = _values.all_leaves(state, kinds)
    entering = _values.rebuild_all(kinds, start_values)
    go = going(entering)
    # What failed checks leave behind may keep a loop going for ever.
    failed = _symbolic.any_failed([flag for found in _symbolic.trace.failures for flag in found])
    if failed is not None:
        go = tf.logical_and(go, tf.logical_not(failed))
    start = [go, *([tf.constant(False)] if plan.flagged else []), *start_values]
    out = tf.while_loop(condition, turn, start, plan.shapes(), parallel_iterations=1)[1:]
    return _after_loop(plan, list(out), None)


def _unchanged(after: list[Any], plan: _Plan) -> bool:
    try:
        return _values.join_all(plan.kinds, _values.kinds_of(after)) == plan.kinds
    except Incompatible:
        return False


# --------------------------------------------------------------------------------------------------------------- calls

_INSTALLED = tuple({os.path.realpath(sysconfig.get_path(name)) + os.sep for name in ("purelib", "platlib")})
_LIBRARIES = _INSTALLED + tuple(
    os.path.realpath(path) + os.sep
    for path in (sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"),
                 os.path.dirname(__file__), os.path.dirname(tf.__file__), os.path.dirname(np.__file__))
)  # fmt: skip
_EFFECTFUL_MODULES = frozenset(
    ("datetime", "io", "logging", "os", "pathlib", "pickle", "posix", "random", "secrets", "shutil", "socket",
     "subprocess", "sys", "threading", "time", "warnings", "_random", "_io", "_warnings")
)  # fmt: skip
_EFFECTFUL_BUILTINS = frozenset(
    ("print", "input", "open", "exec", "eval", "setattr", "delattr", "globals", "locals", "vars", "next", "id",
     "breakpoint", "__import__", "compile")
)  # fmt: skip
_codes: dict[types.CodeType, Any] = {}
_own: set[types.CodeType] = set()


_ours: set[str] = set()  # where packages of the program's lie that are installed


@functools.lru_cache(4096)
def _is_library_file(filename: str | None) -> bool:
    """Whether a file is a library's, whose functions are traced as they are: they change nothing of the program's, and
    read nothing that changes. The program's own packages may be installed beside the libraries."""
    if not filename or filename.startswith("<frozen "):
        return True
    root = _installed_root(filename)
    return root is not None and root not in _ours


def _installed_root(filename: str) -> str | None:
    """The package or module of a library that a file belongs to; None for other files."""
    path = os.path.realpath(filename)
    around = max((library for library in _LIBRARIES if path.startswith(library)), key=len, default=None)
    return None if around is None else around + path[len(around) :].partition(os.sep)[0]


def is_ours(filename: str) -> None:
    """Take the package that a file belongs to for the program's: it has functions that are to be compiled."""
    root = _installed_root(filename)
    if root is not None and os.path.dirname(root) + os.sep in _INSTALLED and root not in _ours:
        _ours.add(root)
        _is_library_file.cache_clear()


def _is_library_function(function: types.FunctionType) -> bool:
    """Whether a function is a library's. One whose module has imported this runtime is the program's."""
    filename = function.__code__.co_filename
    if not _is_library_file(filename):
        return False
    if _imports_the_runtime(function.__module__ or ""):
        is_ours(filename)
        return False
    return True


def _imports_the_runtime(module: str) -> bool:
    if module not in _importing:
        found = sys.modules.get(module)
        if found is None or _is_of_the_runtime(module):
            return False
        imports = any(
            _is_of_the_runtime(
                getattr(value, "__name__" if isinstance(value, types.ModuleType) else "__module__", None)
            )
            for value in list(vars(found).values())
        )
        if not imports and getattr(found.__spec__, "_initializing", False):
            return False  # not yet
        _importing[module] = imports
    return _importing[module]


_importing: dict[str, bool] = {}  # modules by name


def _is_of_the_runtime(name: Any) -> bool:
    return isinstance(name, str) and name.partition(".")[0] == __name__.partition(".")[0]


def rewritten(function: Any) -> Any:
    """A function that was defined within rewritten code, and so is rewritten already."""
    _own.add(function.__code__)
    return function


def converted(function: types.FunctionType) -> types.FunctionType:
    """A function of the program's, rewritten for tracing. Raises Effect or NotCompilableError."""
    code = function.__code__
    if code in _own:
        return function
    found = _codes.get(code)
    if found is None:
        try:
            found = _rewriting.rewritten_code(function)
        except NotCompilableError as error:
            found = error
        _codes[code] = found
        if isinstance(found, types.CodeType):
            _own.add(found)
    if isinstance(found, Exception):
        raise type(found)(*found.args)
    return _rewriting.rebuilt(function, found, _MODULE)


def call(function: Any, /, *args: Any, **kwargs: Any) -> Any:
    """`function(*args, **kwargs)`: the program's own functions are rewritten, builtins know traced values."""
    args = tuple(read(x, "") for x in args)
    function = read(function, "")
    if isinstance(function, (types.MethodType, types.BuiltinMethodType)):
        _check_owner(function)
    if isinstance(function, types.MethodType):
        return call(function.__func__, function.__self__, *args, **kwargs)
    inner = getattr(function, "__np2tf_function__", None)
    if inner is not None:
        return call(inner, *args, **kwargs)
    if isinstance(function, types.FunctionType):
        module = function.__module__ or ""
        if module.partition(".")[0] in _EFFECTFUL_MODULES or _is_effectful_here(function):
            raise Effect(f"it calls {module}.{function.__name__}")
        if _is_library_function(function):
            return _unseen(function, module, args, kwargs)
        if function.__name__ == "__init__" and not (args and any(args[0] is made for made in trace.made)):
            raise Effect("it calls __init__ of an object that exists already")
        with _running(function.__code__):
            return converted(function)(*args, **kwargs)
    if isinstance(function, type) and not _is_library_object(function):
        return _new(function, args, kwargs)
    if isinstance(function, (types.BuiltinFunctionType, type)):
        return _builtin(function, args, kwargs)
    if isinstance(function, functools.partial):
        return call(function.func, *function.args, *args, **{**function.keywords, **kwargs})
    method = getattr(type(function), "__call__", None)  # noqa: B004 - the function itself is wanted
    if isinstance(method, types.FunctionType) and not _is_library_function(method):
        return call(method, function, *args, **kwargs)
    if isinstance(function, _KEEPING):
        raise Effect(f"it calls {getattr(function, '__name__', 'a function')}, which keeps what it has returned")
    return _unseen(function, type(function).__module__, args, kwargs)


_KEEPING = type(functools.lru_cache(lambda: None))


def _new(cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """An object of a class of the program's. Its constructor is rewritten, too."""
    init, after = (inspect.getattr_static(cls, name, None) for name in ("__init__", "__post_init__"))
    made_by = [method for method in (init, after, cls.__new__, type(cls).__call__) if _is_the_programs(method)]
    if not made_by:
        return cls(*args, **kwargs)
    setters = [name for name in dir(cls) if getattr(inspect.getattr_static(cls, name), "fset", None) is not None]
    if made_by != [init] or setters or _is_the_programs(inspect.getattr_static(cls, "__setattr__")):
        raise Effect(f"it makes an object of class {cls.__name__}")
    made: Any = cls.__new__(cls)
    trace.made.append(made)
    try:
        call(init, made, *args, **kwargs)
    finally:
        trace.made.pop()
    return made


def _is_the_programs(method: Any) -> bool:
    """Whether a method is written in the program; those that `dataclass` writes only set attributes."""
    written = isinstance(method, types.FunctionType) and method.__code__.co_filename != "<string>"
    return written and not _is_library_function(method)


def _unseen(function: Any, module: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A call of a library's function, which is not rewritten: what it is handed to call is. It gets no objects whose
    attributes it could read; TensorFlow and this runtime read none of the program's.
    """
    package = module.partition(".")[0]
    args = tuple(map(_to_be_called, args))
    kwargs = {name: _to_be_called(value) for name, value in kwargs.items()}
    if package not in _TRUSTED:
        for value in (*args, *kwargs.values()):
            _need_known_contents(value, getattr(function, "__name__", package))
    return function(*args, **kwargs)


def _to_be_called(value: Any) -> Any:
    """A function of the program's as one that is rewritten when it is called."""
    if type(value) in (list, tuple) and any(map(callable, value)):
        return type(value)(map(_to_be_called, value))
    function = getattr(value, "__func__", value)
    if not isinstance(function, types.FunctionType) or function.__code__ in _own or _is_library_function(function):
        return value

    @functools.wraps(value)
    def called(*args: Any, **kwargs: Any) -> Any:
        return call(value, *args, **kwargs)

    return rewritten(called)


_KNOWN = (
    Tensor, Weak, np.ndarray, np.generic, np.dtype, tf.DType, bool, int, float, complex, str, bytes, type(None), range,
    slice, type, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType, functools.partial,
)  # fmt: skip


def _need_known_contents(value: Any, name: str) -> None:
    if isinstance(value, (list, tuple, set, frozenset, collections.deque)):
        for item in value:
            _need_known_contents(item, name)
    elif isinstance(value, dict):
        for item in value.values():
            _need_known_contents(item, name)
    elif not isinstance(value, _KNOWN) and not hasattr(type(value), "__next__"):
        raise Effect(f"it hands an object of class {type(value).__name__} to {name}")


@contextlib.contextmanager
def _running(code: types.CodeType) -> Iterator[None]:
    """A call of a function. One that calls itself in branches would be traced for ever: both ways are, each time."""
    calls = trace.running.setdefault(code, [])
    if len({*calls, trace.branches}) > _RECURSION:
        raise Effect(f"{code.co_name} calls itself, and only the run knows how often")
    calls.append(trace.branches)
    try:
        yield
    finally:
        calls.pop()


def _builtin(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    name = function.__name__
    module = _module_of(function)
    if module == "builtins":
        if name in _EFFECTFUL_BUILTINS and getattr(builtins, name, None) is function:
            raise Effect(f"it calls {name}")
        replacement = _BUILTINS.get(function)
        if replacement is None and function not in _OF_ANY_OBJECT:
            for value in args:
                _need_known_iteration(value)
        return _unseen(replacement or function, module, args, kwargs)
    if module in _EFFECTFUL_MODULES and not isinstance(function, type):
        raise Effect(f"it calls {module}.{name}")
    if module == "math" and any(map(_is_traced, args)):
        return _math(name, args, kwargs)
    return _unseen(function, module, args, kwargs)


_OF_ANY_OBJECT = (callable, isinstance, issubclass, super, type)  # they call nothing of an object's
_TRUSTED = frozenset(("builtins", "keras", "numpy", "tensorflow", __name__.partition(".")[0]))


def _check_owner(method: Any) -> None:
    """A method of a library's object may change it, or read what changes between calls."""
    owner = method.__self__
    if owner is None or isinstance(owner, (type, types.ModuleType, Tensor, Weak)):
        return
    cls = type(owner)
    trusted = cls.__module__.partition(".")[0] in _TRUSTED and not cls.__module__.startswith("numpy.random")
    if trusted or not _is_library_object(cls):
        return
    raise Effect(f"it calls {method.__name__} of an object of class {cls.__name__}")


def _module_of(function: Any) -> str:
    """The module of a builtin function or class; of a builtin method, that of its object's class."""
    owner = getattr(function, "__self__", None)
    if owner is not None and not isinstance(owner, types.ModuleType):
        function = owner if isinstance(owner, type) else type(owner)
    found = (getattr(function, "__module__", None) or "").partition(".")[0]
    # Methods of lists and strings are no builtin functions.
    return found if owner is None or isinstance(owner, types.ModuleType) or found != "builtins" else ""


_OF_THE_HOST = tuple(f"{__name__.partition('.')[0]}.{name}" for name in ("random", "_io"))
_SETTINGS = frozenset(
    ("configure", "set_printoptions", "printoptions", "seterr", "seterrcall", "setbufsize", "save", "savez", "savetxt",
     "savez_compressed")
)  # fmt: skip


def _is_effectful_here(function: types.FunctionType) -> bool:
    """Functions of the runtime that change what is outside of the program's arrays."""
    module = function.__module__ or ""
    if not module.startswith(__name__.partition(".")[0]):
        return False
    if function.__qualname__.startswith(("DeviceGenerator", "device_rng")):
        return False
    return module.startswith(_OF_THE_HOST) or function.__name__ in _SETTINGS


def context(manager: Any) -> Any:
    """What a with statement enters: that happens once, while tracing."""
    if isinstance(manager, np.errstate):
        asked = {getattr(manager, f"_{name}", None) for name in ("all", "divide", "invalid", "over", "under")}
        if not _small.TOLD.isdisjoint(asked):
            raise Effect("it asks for floating-point errors")
    module = type(manager).__module__.partition(".")[0]
    if module not in ("numpy", "tensorflow", "keras") and type(manager).__name__ != "nullcontext":
        raise Effect(f"it enters a context of class {type(manager).__name__}")
    return manager


def _math(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A function of `math` on traced numbers: a Python float; where it would raise, the call runs eagerly."""
    from ._ufuncs import UFUNCS

    if name in ("floor", "ceil", "trunc"):
        return _int(UFUNCS[name](_float(args[0]).tensor))
    if name in ("isnan", "isinf", "isfinite"):
        return WeakScalar(UFUNCS[name](_float(args[0]).tensor), bool)
    ufunc = UFUNCS.get(_MATH.get(name, name if name in _SAME_IN_MATH else ""))
    if ufunc is None or kwargs or len(args) != ufunc.nin:
        raise NeedsStaticError(f"math.{name} of a number that is known only when the function runs")
    tensors = [_symbolic._as(_float(x), float) for x in args]
    found = ufunc(*tensors)
    _symbolic.require(_symbolic.is_finite(found), f"math.{name} gives no finite number")
    return WeakScalar(found, float)


_SAME_IN_MATH = frozenset(
    ("sqrt", "exp", "expm1", "log1p", "log2", "log10", "sin", "cos", "tan", "sinh", "cosh", "tanh", "fabs", "hypot",
     "copysign", "degrees", "radians", "fmod")
)  # fmt: skip
_MATH = {
    "log": "log", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "atan2": "arctan2", "asinh": "arcsinh",
    "acosh": "arccosh", "atanh": "arctanh", "pow": "power",
}  # fmt: skip


# ------------------------------------------------------------------------------------------------------------ builtins


def _range(*args: Any) -> Any:
    if not any(map(_is_traced, args)):
        return range(*args)
    start, stop, step = (0, args[0], 1) if len(args) == 1 else (*args, 1)[:3]
    return Range(start, stop, step)


def _len(x: Any) -> Any:
    if (method := _own_method(x, "__len__")) is not None:
        return call(method, x)
    if _has_unknown_length(x):
        return _symbolic.lengths(x)[0]
    if _partial.is_partial(x):
        return x.shape[0]
    return x.length if isinstance(x, Turns) else len(x)


def _zip(*parts: Any, strict: bool = False) -> Any:
    return Zip(parts, strict) if _needs_sequence(*parts) else zip(*parts, strict=strict)


def _enumerate(items: Any, start: Any = 0) -> Any:
    return Enumerate(items, start) if _needs_sequence(items, start) else enumerate(items, start)


def _reversed(items: Any) -> Any:
    if isinstance(items, Tensor):
        return Rows(items, backwards=True)
    return Reversed(sequence(items)) if _needs_sequence(items) else reversed(items)


def _needs_sequence(*parts: Any) -> bool:
    for part in parts:
        _need_known_iteration(part)
    return any(isinstance(part, (Turns, Tensor, range, np.ndarray)) or _is_traced(part) for part in parts)


def _items(x: Any) -> Any:
    _need_known_iteration(x)
    return list(sequence(x)) if isinstance(x, Turns) else x


def _list(*args: Any) -> Any:
    return list(*map(_items, args))


def _tuple(*args: Any) -> Any:
    return tuple(*map(_items, args))


def _map(function: Any, *parts: Any) -> Any:
    return [call(function, *items) for items in zip(*map(_items, parts), strict=False)]


def _filter(function: Any, items: Any) -> Any:
    return [item for item in _items(items) if (call(function, item) if function is not None else item)]


def _scalar(x: Any) -> Any:
    """A 0-d tensor as a scalar, and one of a single element where NumPy takes it; None for other things."""
    if isinstance(x, Tensor) and not isinstance(x, EagerTensor):
        shape = _base.static_shape(x)
        if None in shape:
            raise TypeError("only 0-dimensional arrays can be converted to Python scalars")
        if shape:
            float(np.empty(shape))  # which raises, or warns, as this NumPy does
        return tf.reshape(x, ()) if shape else x
    return None


def _int(x: Any = 0, *args: Any, **kwargs: Any) -> Any:
    if isinstance(x, MixedScalar):
        x = x.tensor
    if isinstance(x, SymbolicInteger):
        return x
    tensor = x.tensor if isinstance(x, WeakScalar) else _scalar(x)
    if tensor is None:
        return int(x, *args, **kwargs)
    if tensor.dtype.is_complex:
        raise TypeError("int() argument must be a string, a bytes-like object or a real number, not 'complex'")
    if tensor.dtype.is_floating:
        wide = tf.cast(tensor, tf.float64)
        inside = tf.less(tf.abs(wide), tf.constant(2.0**62, tf.float64))
        _symbolic.require(inside, "int() of a number that is large, or none")
        return _symbolic.as_integer(tf.cast(wide, tf.int64))
    if tensor.dtype.size == 8:  # as for floats: so that adding a small number to it doesn't wrap
        low, high = (tf.constant(limit, tensor.dtype) for limit in (tensor.dtype.min // 2, 2**62))
        inside = tf.logical_and(tf.greater_equal(tensor, low), tf.less(tensor, high))
        _symbolic.require(inside, "int() of a number that is large")
    return _symbolic.as_integer(tf.cast(tensor, tf.int64))


def _float(x: Any = 0.0) -> Any:
    if isinstance(x, MixedScalar):
        x = x.tensor
    if isinstance(x, Weak):
        if x.kind is complex:
            raise TypeError("float() argument must be a string or a real number, not 'complex'")
        return WeakScalar(x.as_tensor(tf.float64), float)
    tensor = _scalar(x)
    if tensor is None:
        return float(x)
    if tensor.dtype.is_complex:
        raise NotCompilableError("float() of a complex number")
    return WeakScalar(tf.cast(tensor, tf.float64), float)


def _complex(*args: Any) -> Any:
    if not any(map(_is_traced, args)):
        return complex(*args)
    if len(args) == 2:
        return WeakScalar(tf.complex(*(_symbolic._as(_float(x), float) for x in args)), complex)
    x = args[0]
    return WeakScalar(tf.cast(x.as_tensor() if isinstance(x, Weak) else _scalar(x), tf.complex128), complex)


def _bool(x: Any = False) -> Any:
    known = truth(x)
    return known if isinstance(known, bool) else WeakScalar(known.tensor, bool, known.if_true, known.if_false)


def _abs(x: Any) -> Any:
    if isinstance(x, SymbolicInteger):
        sign = _symbolic.nonnegative(x)
        if sign is not None:
            return x if sign else -x
    return abs(x)


def _extreme(name: str, plain: Any, better: Any, symbolic: Any) -> Any:
    def pick(*args: Any, key: Any = None, default: Any = plain) -> Any:
        items = list(_items(args[0]) if len(args) == 1 else args)
        if not any(map(_is_traced, items)):
            more = {} if default is plain else {"default": default}
            return plain(*args, key=key, **more) if len(args) == 1 else plain(*args, key=key)
        if key is not None:
            raise NeedsStaticError(f"{name}() of traced values by a key")
        best = items[0]
        for item in items[1:]:
            best = _better(best, item, better, symbolic)
        return best

    pick.__name__ = name
    return pick


def _better(best: Any, item: Any, better: Any, symbolic: Any) -> Any:
    """Python's `min` and `max`: the first of equals, and of two that don't compare."""
    if all(isinstance(x, SymbolicInteger) or type(x) is int for x in (best, item)):
        return symbolic(best, item)
    return _select(better(item, best), item, best)


def _select(test: Any, yes: Any, no: Any) -> Any:
    """One of two scalars that exist anyway."""
    known = truth(test)
    if isinstance(known, bool):
        return yes if known else no
    try:
        kind = _values.join(_values.kind_of(yes), _values.kind_of(no))
    except Incompatible:
        yes, no = (x.settled() if isinstance(x, MixedScalar) else x for x in (yes, no))
        kind = _values.join(_values.kind_of(yes), _values.kind_of(no))
    pairs = zip(_values.leaves(yes, kind), _values.leaves(no, kind), strict=True)
    return _values.rebuild(kind, iter([tf.where(known.tensor, a, b) for a, b in pairs]))


def _sum(items: Any, /, start: Any = 0) -> Any:
    if isinstance(items, Tensor) and not isinstance(items, EagerTensor):
        shape = _base.static_shape(items)
        if shape and shape[0] is not None and shape[0] > _FORCED:
            raise NotCompilableError("sum() of a long array: use np.sum")
    return sum(_items(items), start)


def _quantified(name: str, plain: Any, combine: Any) -> Any:
    def test(items: Any) -> Any:
        values = list(_items(items)) if not isinstance(items, Tensor) else list(sequence(items))
        if not any(map(_is_traced, values)):
            return plain(values)
        return _bool(combine(*(functools.partial(_bool, value) for value in values)))

    test.__name__ = name
    return test


def _round(x: Any, ndigits: Any = None) -> Any:
    if not _is_traced(x):
        return round(x) if ndigits is None else round(x, ndigits)
    if isinstance(x, Weak) and x.kind in (bool, int) and ndigits is None:
        return x
    tensor = _float(x).tensor
    if ndigits is None:
        return _int(WeakScalar(tf.math.rint(tensor), float))
    raise NeedsStaticError("round() of a traced number to digits")


def _isinstance(x: Any, classes: Any) -> bool:
    if isinstance(x, MixedScalar):
        x = x.settled()
    if isinstance(x, Weak):
        flat = classes if isinstance(classes, tuple) else (classes,)
        return any(issubclass(x.kind, c) for c in flat)
    return isinstance(x, classes)


def _type(*args: Any) -> Any:
    x = args[0].settled() if len(args) == 1 and isinstance(args[0], MixedScalar) else args[0]
    if len(args) == 1 and isinstance(x, Weak):
        return x.kind
    if len(args) == 1 and isinstance(x, Tensor):
        return EagerTensor
    return type(*args)


def _text(plain: Any) -> Any:
    def text(*args: Any, **kwargs: Any) -> Any:
        for arg in args:
            formatted(arg)
        return plain(*args, **kwargs)

    return text


def _sorted(items: Any, **kwargs: Any) -> Any:
    values = list(_items(items)) if not isinstance(items, Tensor) else list(sequence(items))
    if any(map(_is_traced, values)):
        raise NeedsStaticError("sorted() of traced values")
    return sorted(values, **kwargs)


_BUILTINS: dict[Any, Callable[..., Any]] = {
    abs: _abs,
    all: _quantified("all", all, and_),
    any: _quantified("any", any, or_),
    bool: _bool,
    complex: _complex,
    enumerate: _enumerate,
    filter: _filter,
    float: _float,
    format: _text(format),
    getattr: _getattr,
    hasattr: _hasattr,
    int: _int,
    isinstance: _isinstance,
    len: _len,
    list: _list,
    map: _map,
    max: _extreme("max", max, operator.gt, _symbolic.maximum),
    min: _extreme("min", min, operator.lt, _symbolic.minimum),
    range: _range,
    repr: _text(repr),
    reversed: _reversed,
    round: _round,
    sorted: _sorted,
    str: _text(str),
    sum: _sum,
    tuple: _tuple,
    type: _type,
    zip: _zip,
}
_MODULE = sys.modules[__name__]
