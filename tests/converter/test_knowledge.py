"""Every row of `np2tf.knowledge` against NumPy itself, over layouts, dtypes and numbers of dimensions.

A row that says more than NumPy does is wrong (a "fresh" result that shares memory), and so is one that says less than
it could (a "maybe" that is never seen to share): both cost soundness or conversions.
"""

from __future__ import annotations

import builtins
import collections
import contextlib
import importlib
import inspect
import io
import re
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from np2tf.convert import convert
from np2tf.diagnostics import CODES
from np2tf.knowledge import creation, effects, hosts, names, views
from np2tf.knowledge.effects import EFFECTS, GIVEN, UNSURE, Effect

MEASURED = (2, 4)
THIS = tuple(int(part) for part in np.__version__.split(".")[:2])
on_measured = pytest.mark.skipif(
    THIS != MEASURED, reason=f"the tables were measured on NumPy {MEASURED}, this is {THIS}"
)

Call = tuple[tuple[Any, ...], dict[str, Any]]
Recipe = Callable[[Callable[[], np.ndarray]], Iterator[Call]]


# ---- arrays

SQUARE = np.array([[4.0, 1.0, 0.5, 0.25], [1.0, 5.0, 1.5, 0.75], [0.5, 1.5, 6.0, 1.25], [0.25, 0.75, 1.25, 7.0]])


def _strided(x: np.ndarray) -> np.ndarray:
    wide = np.zeros([2 * n for n in x.shape], x.dtype)
    view = wide[tuple(slice(None, None, 2) for _ in x.shape)]
    view[...] = x
    return view


LAYOUTS: dict[str, Callable[[], np.ndarray]] = {
    "C": lambda: SQUARE.copy(),
    "F": lambda: np.asfortranarray(SQUARE),
    "strided": lambda: _strided(SQUARE),
    "backwards": lambda: SQUARE.copy()[::-1, ::-1],
    "row": lambda: SQUARE[:1].copy(),
    "1d": lambda: SQUARE[0].copy(),
    "1d strided": lambda: _strided(SQUARE[0]),
    "0d": lambda: np.array(3.0),
    "3d": lambda: np.stack([SQUARE, SQUARE + np.eye(4)]),
    "3d F": lambda: np.asfortranarray(np.stack([SQUARE, SQUARE + np.eye(4)])),
    "int": lambda: np.array([[4, 1, 2, 3], [1, 5, 2, 2], [2, 2, 6, 1], [3, 2, 1, 7]]),
    "int 1d": lambda: np.array([3, 1, 2, 0]),
    "ones 1d": lambda: np.ones(4),
    "sorted 1d": lambda: np.array([0.5, 1.5, 2.5, 4.5]),
    "bool": lambda: SQUARE > 1.0,
    "bool 1d": lambda: SQUARE[0] > 0.3,
    "complex": lambda: SQUARE + 1j * np.eye(4),
    "float32": lambda: SQUARE.astype(np.float32),
    "bytes 1d": lambda: np.array([3, 1, 2, 0], np.uint8),
}


def _generic(make: Callable[[], np.ndarray]) -> Iterator[Call]:
    """Arguments that fit most signatures; what does not fit raises and is passed over."""
    index = np.array([1, 0])
    yield (), {}
    yield (make(),), {}
    yield (3,), {}
    yield ([make(), make()],), {}
    yield (make(), make()), {}
    for number in (0, 1, 0.5):
        yield (make(), number), {}
        yield (number, make()), {}
    yield (make(), [1, 0]), {}
    yield (make(), index), {}
    yield (3, 3), {}
    yield (make(), 0, 1), {}
    yield (make(), index, 0), {}
    yield (make(), make(), 0), {}
    yield (make(), 0, make()), {}
    yield (make(), make(), make()), {}
    yield (5, 0.5, make()), {}
    yield (make(), make(), make(), make()), {}


def _on(*calls: Callable[[np.ndarray], Call]) -> Recipe:
    def recipe(make: Callable[[], np.ndarray]) -> Iterator[Call]:
        for call in calls:
            yield call(make())

    return recipe


def _call(*args: Any, **kwargs: Any) -> Call:
    return args, kwargs


F1 = np.array([0.0, 2.0, 4.0, 8.0])
RECIPES: dict[str, Recipe] = {
    "ndarray.__array__": _on(lambda x: _call(), lambda x: _call(np.float64)),
    "ndarray.astype": _on(lambda x: _call(float), lambda x: _call(x.dtype), lambda x: _call("complex64")),
    "ndarray.byteswap": _on(lambda x: _call(), lambda x: _call(False)),
    "ndarray.choose": _on(
        lambda x: _call([np.arange(4), np.arange(4)], mode="wrap"), lambda x: _call(x, x, mode="wrap")
    ),
    "ndarray.dump": _on(lambda x: _call(io.BytesIO())),
    "ndarray.getfield": _on(lambda x: _call(x.dtype), lambda x: _call(np.int8)),
    "ndarray.reshape": _on(lambda x: _call(-1), lambda x: _call((-1, 1)), lambda x: _call(2, -1)),
    "ndarray.resize": _on(lambda x: _call(2, refcheck=False), lambda x: _call((3, 3), refcheck=False)),
    "ndarray.setfield": _on(lambda x: _call(1, np.int8)),
    "ndarray.setflags": _on(lambda x: _call(), lambda x: _call(write=False)),
    "ndarray.swapaxes": _on(lambda x: _call(0, 1), lambda x: _call(0, 0), lambda x: _call(0, -1)),
    "ndarray.to_device": _on(lambda x: _call("cpu")),
    "ndarray.view": _on(lambda x: _call(), lambda x: _call(x.dtype), lambda x: _call(np.int8)),
    "numpy.apply_along_axis": _on(lambda x: _call(np.cumsum, 0, x), lambda x: _call(lambda v: v, 0, x)),
    "numpy.apply_over_axes": _on(lambda x: _call(np.sum, x, [0]), lambda x: _call(np.sum, x, [])),
    "numpy.array": _on(lambda x: _call(x), lambda x: _call(x, x.dtype), lambda x: _call([x, x])),
    "numpy.array_repr": _on(lambda x: _call(x)),
    "numpy.astype": _on(lambda x: _call(x, float), lambda x: _call(x, x.dtype)),
    "numpy.bmat": _on(lambda x: _call([[x, x]])),
    "numpy.broadcast_to": _on(lambda x: _call(x, x.shape), lambda x: _call(x, (2, *x.shape))),
    "numpy.busday_count": _on(lambda x: _call(np.array(["2020-01-01"], "M8[D]"), "2020-02-01")),
    "numpy.busday_offset": _on(lambda x: _call(np.array(["2020-01-01"], "M8[D]"), 1)),
    "numpy.can_cast": _on(lambda x: _call(x.dtype, np.float64)),
    "numpy.choose": _on(lambda x: _call(np.array([0, 1]), [np.array([1, 2]), np.array([3, 4])])),
    "numpy.datetime_as_string": _on(lambda x: _call(np.array(["2020-01-01"], "M8[D]"))),
    "numpy.datetime_data": _on(lambda x: _call(np.dtype("M8[D]"))),
    "numpy.diag_indices": _on(lambda x: _call(3), lambda x: _call(3, 3)),
    "numpy.dtype": _on(lambda x: _call(float)),
    "numpy.einsum": _on(
        lambda x: _call("i...->...i", x), lambda x: _call("...i,...i", x, x), lambda x: _call("ij->ij", x)
    ),
    "numpy.einsum_path": _on(lambda x: _call("...i,...i", x, x)),
    "numpy.empty": _on(lambda x: _call((2, 3)), lambda x: _call(x.shape)),
    "numpy.fft.fftn": _on(lambda x: _call(np.atleast_1d(x)), lambda x: _call(x, None, (0,))),
    "numpy.fft.ifftn": _on(lambda x: _call(np.atleast_1d(x)), lambda x: _call(x, None, (0,))),
    "numpy.finfo": _on(lambda x: _call(np.float32), lambda x: _call(x.dtype)),
    "numpy.frombuffer": _on(lambda x: _call(x), lambda x: _call(b"12345678")),
    "numpy.fromfile": _on(),
    "numpy.fromfunction": _on(lambda x: _call(lambda i: i, (3,)), lambda x: _call(lambda i: x, (3,))),
    "numpy.fromiter": _on(lambda x: _call(iter(x), float), lambda x: _call(x, x.dtype)),
    "numpy.frompyfunc": _on(lambda x: _call(abs, 1, 1)),
    "numpy.fromregex": _on(lambda x: _call(io.StringIO("1 2"), r"(\d) (\d)", [("a", int), ("b", int)])),
    "numpy.fromstring": _on(lambda x: _call("1 2 3", sep=" ")),
    "numpy.full": _on(lambda x: _call(x.shape, x), lambda x: _call((2, *x.shape), x)),
    "numpy.genfromtxt": _on(lambda x: _call(["1 2", "3 4"]), lambda x: _call(["1 2", "3 4"], unpack=True)),
    "numpy.histogram": _on(lambda x: _call(x), lambda x: _call(F1, x), lambda x: _call(x, F1.copy())),
    "numpy.histogram2d": _on(lambda x: _call(F1, F1, [x, [0, 1]]), lambda x: _call(x, x), lambda x: _call(F1, F1, x)),
    "numpy.histogram_bin_edges": _on(lambda x: _call(x), lambda x: _call(F1, x)),
    "numpy.histogramdd": _on(lambda x: _call(F1[:, None], [x]), lambda x: _call(x)),
    "numpy.info": _on(lambda x: _call(x, output=io.StringIO())),
    "numpy.is_busday": _on(lambda x: _call(np.array(["2020-01-01"], "M8[D]"))),
    "numpy.isdtype": _on(lambda x: _call(x.dtype, "integral")),
    "numpy.isnat": _on(lambda x: _call(np.array(["2020-01-01"], "M8[D]"))),
    "numpy.issubdtype": _on(lambda x: _call(x.dtype, np.integer)),
    "numpy.ldexp": _on(lambda x: _call(x, 1), lambda x: _call(x, np.array([1, 0, 1, 0]))),
    "numpy.lib.NumpyVersion": _on(lambda x: _call("1.8.0")),
    "numpy.lib.array_utils.normalize_axis_index": _on(lambda x: _call(-1, 2)),
    "numpy.lib.array_utils.normalize_axis_tuple": _on(lambda x: _call(-1, 2)),
    "numpy.lib.stride_tricks.as_strided": _on(lambda x: _call(x), lambda x: _call(x, x.shape[:1], x.strides[:1])),
    "numpy.lib.stride_tricks.sliding_window_view": _on(lambda x: _call(x, 2, 0), lambda x: _call(x, x.shape)),
    "numpy.linalg.cross": _on(lambda x: _call(x[..., :3], x[..., :3])),
    "numpy.linalg.matrix_power": _on(lambda x: _call(x, 2), lambda x: _call(x, 0), lambda x: _call(x, -1)),
    "numpy.linalg.multi_dot": _on(lambda x: _call([x, x]), lambda x: _call([x, x, x])),
    "numpy.linalg.tensorinv": _on(lambda x: _call(np.eye(24).reshape(6, 4, 8, 3), 2)),
    "numpy.linalg.tensorsolve": _on(lambda x: _call(x, x[0])),
    "numpy.load": _on(lambda x: _call(_saved(x))),
    "numpy.loadtxt": _on(lambda x: _call(["1 2", "3 4"]), lambda x: _call(["1 2", "3 4"], unpack=True)),
    "numpy.logspace": _on(lambda x: _call(x, x), lambda x: _call(0, 1, 3)),
    "numpy.mask_indices": _on(lambda x: _call(3, np.triu)),
    "numpy.matrix": _on(lambda x: _call(x)),
    "numpy.mintypecode": _on(lambda x: _call("fd")),
    "numpy.moveaxis": _on(lambda x: _call(x, 0, -1), lambda x: _call(x, [0, 1], [1, 0])),
    "numpy.ndarray": _on(lambda x: _call((2, 2)), lambda x: _call(x.shape)),
    "numpy.nditer": _on(lambda x: _call(x)),
    "numpy.nested_iters": _on(lambda x: _call(x, [[0], [1]])),
    "numpy.packbits": _on(lambda x: _call(x)),
    "numpy.pad": _on(lambda x: _call(x, 1), lambda x: _call(x, 0), lambda x: _call(x, 1, "edge")),
    "numpy.piecewise": _on(
        lambda x: _call(x, [x > 1], [lambda v: v, 0]), lambda x: _call(x, np.ones(x.shape, bool), [lambda v: v])
    ),
    "numpy.place": _on(lambda x: _call(x, x > 0, [7]), lambda x: _call(x, x > 0, x.copy().ravel() + 1)),
    "numpy.polyder": _on(lambda x: _call(x), lambda x: _call(x, 1), lambda x: _call(x, 2)),
    "numpy.polyfit": _on(lambda x: _call(x, x, 1), lambda x: _call(F1, np.stack([F1, F1]).T, 1)),
    "numpy.polyint": _on(lambda x: _call(x), lambda x: _call(x, 1), lambda x: _call(x, 2)),
    "numpy.polynomial.chebyshev.chebgrid3d": _on(lambda x: _call(F1, F1, F1, np.stack([x, x]))),
    "numpy.polynomial.chebyshev.chebinterpolate": _on(lambda x: _call(np.cos, 3)),
    "numpy.polynomial.chebyshev.chebval3d": _on(lambda x: _call(F1, F1, F1, np.stack([x, x]))),
    "numpy.polynomial.chebyshev.chebvander2d": _on(lambda x: _call(x, x, [1, 2])),
    "numpy.polynomial.chebyshev.chebvander3d": _on(lambda x: _call(x, x, x, [1, 2, 1])),
    "numpy.polynomial.hermite.hermgrid3d": _on(lambda x: _call(F1, F1, F1, np.stack([x, x]))),
    "numpy.polynomial.hermite.hermval3d": _on(lambda x: _call(F1, F1, F1, np.stack([x, x]))),
    "numpy.polynomial.hermite.hermvander2d": _on(lambda x: _call(x, x, [1, 2])),
    "numpy.polynomial.hermite.hermvander3d": _on(lambda x: _call(x, x, x, [1, 2, 1])),
    "numpy.polynomial.hermite_e.hermegrid3d": _on(lambda x: _call(F1, F1, F1, np.stack([x, x]))),
    "numpy.polynomial.hermite_e.hermeval3d": _on(lambda x: _call(F1, F1, F1, np.stack([x, x]))),
    "numpy.polynomial.hermite_e.hermevander2d": _on(lambda x: _call(x, x, [1, 2])),
    "numpy.polynomial.hermite_e.hermevander3d": _on(lambda x: _call(x, x, x, [1, 2, 1])),
    "numpy.polynomial.laguerre.laggrid3d": _on(lambda x: _call(F1, F1, F1, np.stack([x, x]))),
    "numpy.polynomial.laguerre.lagval3d": _on(lambda x: _call(F1, F1, F1, np.stack([x, x]))),
    "numpy.polynomial.laguerre.lagvander2d": _on(lambda x: _call(x, x, [1, 2])),
    "numpy.polynomial.laguerre.lagvander3d": _on(lambda x: _call(x, x, x, [1, 2, 1])),
    "numpy.polynomial.legendre.leggrid3d": _on(lambda x: _call(F1, F1, F1, np.stack([x, x]))),
    "numpy.polynomial.legendre.legval3d": _on(lambda x: _call(F1, F1, F1, np.stack([x, x]))),
    "numpy.polynomial.legendre.legvander2d": _on(lambda x: _call(x, x, [1, 2])),
    "numpy.polynomial.legendre.legvander3d": _on(lambda x: _call(x, x, x, [1, 2, 1])),
    "numpy.polynomial.polynomial.polygrid3d": _on(lambda x: _call(F1, F1, F1, np.stack([x, x]))),
    "numpy.polynomial.polynomial.polyval3d": _on(lambda x: _call(F1, F1, F1, np.stack([x, x]))),
    "numpy.polynomial.polynomial.polyvander2d": _on(lambda x: _call(x, x, [1, 2])),
    "numpy.polynomial.polynomial.polyvander3d": _on(lambda x: _call(x, x, x, [1, 2, 1])),
    "numpy.promote_types": _on(lambda x: _call(x.dtype, np.float64)),
    "numpy.put": _on(lambda x: _call(x, [0, 1], [7, 8]), lambda x: _call(x, [0], 7)),
    "numpy.put_along_axis": _on(lambda x: _call(x, np.zeros((1,) * x.ndim, int), 7, 0)),
    "numpy.putmask": _on(lambda x: _call(x, x > 0, 7), lambda x: _call(x, x > 0, x + 1)),
    "numpy.random.Generator": _on(lambda x: _call(np.random.PCG64())),
    "numpy.random.Generator.multinomial": _on(lambda x: _call(4, [0.5, 0.5]), lambda x: _call(x, [0.5, 0.5])),
    "numpy.random.Generator.multivariate_hypergeometric": _on(lambda x: _call(x, 2)),
    "numpy.random.Generator.multivariate_normal": _on(lambda x: _call([0, 1, 2, 3], x), lambda x: _call(x, SQUARE)),
    "numpy.random.Generator.triangular": _on(lambda x: _call(x, x + 1, x + 2)),
    "numpy.random.RandomState.hypergeometric": _on(lambda x: _call(x, 5, 1)),
    "numpy.random.RandomState.multinomial": _on(lambda x: _call(4, [0.5, 0.5])),
    "numpy.random.RandomState.multivariate_normal": _on(lambda x: _call([0, 1, 2, 3], x)),
    "numpy.random.RandomState.set_state": _on(lambda x: _call(np.random.RandomState(0).get_state())),
    "numpy.random.RandomState.triangular": _on(lambda x: _call(x, x + 1, x + 2)),
    "numpy.random.hypergeometric": _on(lambda x: _call(x, 5, 1)),
    "numpy.random.multinomial": _on(lambda x: _call(4, [0.5, 0.5])),
    "numpy.random.multivariate_normal": _on(lambda x: _call([0, 1, 2, 3], x)),
    "numpy.random.set_state": _on(lambda x: _call(np.random.get_state())),
    "numpy.random.triangular": _on(lambda x: _call(x, x + 1, x + 2)),
    "numpy.ravel_multi_index": _on(lambda x: _call((np.array([1, 0]), np.array([2, 1])), (3, 4))),
    "numpy.recarray": _on(lambda x: _call((2,), float)),
    "numpy.reshape": _on(lambda x: _call(x, -1), lambda x: _call(x, (2, -1)), lambda x: _call(x, (-1, 1))),
    "numpy.rollaxis": _on(lambda x: _call(x, 0), lambda x: _call(x, 1), lambda x: _call(x, 0, 2)),
    "numpy.rot90": _on(*(lambda x, k=k: _call(x, k) for k in range(5))),
    "numpy.save": _on(lambda x: _call(io.BytesIO(), x)),
    "numpy.savetxt": _on(lambda x: _call(io.StringIO(), x)),
    "numpy.savez": _on(lambda x: _call(io.BytesIO(), x)),
    "numpy.savez_compressed": _on(lambda x: _call(io.BytesIO(), x)),
    "numpy.select": _on(lambda x: _call([x > 0, x > 1], [x, x])),
    "numpy.squeeze": _on(lambda x: _call(x), lambda x: _call(x, ())),
    "numpy.swapaxes": _on(lambda x: _call(x, 0, 1), lambda x: _call(x, 0, 0), lambda x: _call(x, 0, -1)),
    "numpy.testing.assert_string_equal": _on(lambda x: _call("a", "a")),
    "numpy.testing.build_err_msg": _on(lambda x: _call([x, x], "differ")),
    "numpy.testing.print_assert_equal": _on(lambda x: _call("same", [x.tolist()], [x.tolist()])),
    "numpy.trim_zeros": _on(lambda x: _call(x), lambda x: _call(x, axis=0)),
    "numpy.typename": _on(lambda x: _call("d")),
    "numpy.unique": _on(lambda x: _call(x), lambda x: _call(x, axis=0)),
    "numpy.unravel_index": _on(lambda x: _call(np.array([1, 2]), (3, 4))),
    "numpy.where": _on(lambda x: _call(x > 1)),
    "ufunc.at": _on(lambda x: _call(x, [0, 0], 2), lambda x: _call(x, 0, x.copy()[0])),
    "ufunc.resolve_dtypes": _on(lambda x: _call((x.dtype, x.dtype, None))),
}

RECIPES |= {
    f"numpy.{name}": _on(lambda x, kind=kind: _call(x.astype(kind)), lambda x: _call(x), lambda x: _call(1))
    for name, kind in vars(np).items()
    if isinstance(kind, type) and issubclass(kind, np.number | np.bool | np.object_)
}

UNTRIED: dict[str, str] = {
    "numpy.flatiter": "can not be called",
    "numpy.geterrcall": "None unless set",
    "numpy.ufunc": "can not be called",
    "ndarray.tofile": "writes a file",
    "numpy.fromfile": "reads a file",
    "numpy.get_include": "nothing to see",
    "numpy.lib.Arrayterator": "checked with RETAINS",
    "numpy.lib.add_docstring": "changes C documentation",
    "numpy.lib.add_newdoc": "changes C documentation",
    "numpy.memmap": "needs a file",
    "numpy.polynomial.set_default_printstyle": "changes global state",
    "numpy.random.set_bit_generator": "changes global state",
    "numpy.set_printoptions": "changes global state",
    "numpy.setbufsize": "changes global state",
    "numpy.seterr": "changes global state",
    "numpy.seterrcall": "changes global state",
    "numpy.show_config": "prints",
    "numpy.show_runtime": "prints",
}
CLASSES_WITHOUT_INSTANCES = {
    "numpy.character",
    "numpy.complexfloating",
    "numpy.flexible",
    "numpy.floating",
    "numpy.generic",
    "numpy.inexact",
    "numpy.integer",
    "numpy.number",
    "numpy.random.BitGenerator",
    "numpy.signedinteger",
    "numpy.unsignedinteger",
}


def _saved(x: np.ndarray) -> io.BytesIO:
    file = io.BytesIO()
    np.save(file, x)
    file.seek(0)
    return file


# ---- observing


def resolve(name: str) -> Any:
    """The object a row is about; methods come back bound to nothing. AttributeError where this NumPy lacks it."""
    if name.startswith("ndarray."):
        return getattr(np.ndarray, name.removeprefix("ndarray."))
    if name.startswith("ufunc."):
        return getattr(np.ufunc, name.removeprefix("ufunc."))
    module, _, last = name.rpartition(".")
    if module in {"numpy.random.Generator", "numpy.random.RandomState"}:
        return getattr(getattr(np.random, module.rpartition(".")[2]), last)
    return getattr(importlib.import_module(module), last)


def arrays_in(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from arrays_in(item)


def shares(a: Any, b: Any) -> bool:
    return any(np.shares_memory(x, y) for x in arrays_in(a) for y in arrays_in(b))


class Seen:
    """One successful call: the arguments by parameter (variadic ones under "*"), which of them changed, the result."""

    def __init__(self, name: str, call: Call, receiver: np.ndarray | None = None) -> None:
        args, kwargs = call
        self.row = EFFECTS[name]
        bound = self.row.bind(len(args), tuple(kwargs)) or {}
        self.given: dict[str, Any] = {p: args[at] if isinstance(at, int) else kwargs[at] for p, at in bound.items()}
        self.given["*"] = [a for i, a in enumerate(args) if i not in bound.values()]
        if receiver is not None:
            self.given["self"] = receiver
        before = {p: [self._state(a) for a in arrays_in(v)] for p, v in self.given.items()}
        self.result = self._run(name, args, kwargs, receiver)
        self.mutated = {p for p, v in self.given.items() if [self._state(a) for a in arrays_in(v)] != before[p]}

    @staticmethod
    def _state(array: np.ndarray) -> tuple[Any, ...]:
        return array.tobytes(), array.dtype, array.shape, array.flags.writeable

    @staticmethod
    def _run(name: str, args: tuple[Any, ...], kwargs: dict[str, Any], receiver: np.ndarray | None) -> Any:
        target = resolve(name)
        if receiver is not None:
            attribute = getattr(receiver, name.removeprefix("ndarray."))
            return attribute(*args, **kwargs) if callable(target) else attribute
        if name.startswith("ufunc."):
            return target(np.add, *args, **kwargs)
        if name.startswith("numpy.random.Generator."):
            return target(np.random.default_rng(0), *args, **kwargs)
        if name.startswith("numpy.random.RandomState."):
            return target(np.random.RandomState(0), *args, **kwargs)
        return target(*args, **kwargs)

    @property
    def claim(self) -> str:
        """What the row says of this very call."""
        outs = [p for p in self.row.outs if self.given.get(p) is not None]
        if outs:
            return "same:" + outs[0]
        return self.row.result_for({p: _literal(value) for p, value in self.given.items()})

    def bears_out(self) -> bool:
        kind, _, source = self.claim.partition(":")
        result, held = self.result, self.given.get(source)
        apart = not shares(result, [*self.given.values()])
        several = isinstance(result, list | tuple)
        match kind:
            case "none":
                return result is None
            case "scalar":
                return result is not None and not any(True for _ in arrays_in(result))
            case "object":
                return result is not None and apart and not isinstance(result, np.ndarray)
            case "list":
                return result is not None and not any(True for _ in arrays_in(result))
            case "fresh":
                return apart and not several and result is not None
            case "list_fresh":
                return apart and several
            case "fresh_or_list":
                return apart
            case "same":
                # np.dot gives a scalar for an output of no dimensions.
                return np.ndim(held) == 0 or any(item is held for item in (result if several else [result]))
            case "view":
                apart = not isinstance(held, np.ndarray) or np.ndim(result) == 0 or result.size == 0
                return apart or (result is not held and shares(result, held))
            case "views":
                return several and all(shares(item, held) for item in arrays_in(result) if item.size)
            case "maybe" | "maybe_each":
                return not shares(result, [value for p, value in self.given.items() if p != source])
            case _:
                return kind == "unknown"

    def holds(self) -> bool:
        """Whether the result was seen to share memory with what a "maybe" row names."""
        return shares(self.result, self.given.get(self.claim.partition(":")[2]))


def _literal(value: Any) -> object:
    empty = isinstance(value, tuple) and not value
    return value if value is None or empty or isinstance(value, bool | int | float | str) else UNSURE


def observe(name: str, recipe: Recipe | None = None, *, every: int = 1, **extra: Any) -> list[Seen]:
    """All calls of a row that NumPy accepts, with some keyword arguments added, on every nth layout."""
    row = EFFECTS[name]
    recipe = recipe or RECIPES.get(name, _generic)
    method = name.startswith("ndarray.")
    least = 0 if method and not callable(resolve(name)) else _required(name)
    layouts = list(LAYOUTS.values())[:: 3 if name.startswith("numpy.random.") else every]
    seen = []
    for make in layouts:
        calls = recipe(make)
        while True:
            try:
                args, kwargs = next(calls)
            except (StopIteration, TypeError, ValueError, IndexError):
                break  # the layout does not fit this recipe
            kwargs = {**kwargs, **extra}
            if len(args) + len(kwargs) < least or row.bind(len(args), tuple(kwargs)) is None:
                continue
            # NumPy refuses in every way there is; what it refuses says nothing about a row.
            with contextlib.suppress(Exception):
                seen.append(Seen(name, (args, kwargs), make() if method else None))
    return seen


def _required(name: str) -> int:
    try:
        parameters = inspect.signature(resolve(name)).parameters.values()
    except (TypeError, ValueError):
        return 0
    return sum(
        p.default is p.empty and p.kind in {p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD} and p.name != "self"
        for p in parameters
    )


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        state = np.random.get_state()
        yield
        np.random.set_state(state)


# ---- effects


def _skip_unless_here(name: str) -> None:
    try:
        resolve(name)
    except (AttributeError, ImportError):
        assert THIS != MEASURED, f"{name} is not in NumPy {np.__version__}"
        pytest.skip(f"not in NumPy {np.__version__}")


TRIED = sorted(
    name for name in EFFECTS if name not in UNTRIED | dict.fromkeys(CLASSES_WITHOUT_INSTANCES) and name[-5:] != ".test"
)


@pytest.mark.parametrize("name", TRIED)
def test_effect(name: str) -> None:
    _skip_unless_here(name)
    row = EFFECTS[name]
    calls = observe(name)
    assert calls, "no call succeeded: it needs a recipe"
    for call in calls:
        assert call.bears_out(), f"{call.claim} for {call.given}, result {type(call.result)}"
        assert call.mutated - set(row.outs) <= set(
            call.row.mutates_for({p: _literal(v) for p, v in call.given.items()})
        )
    if row.mutates and not row.mutates_if:
        assert set(row.mutates) <= set().union(*(call.mutated for call in calls)), "never seen to change it"
    if row.result.startswith(("maybe", "view", "same")):
        assert any(call.holds() for call in calls), "never seen to share memory: the row claims too little"


CONDITIONAL: dict[tuple[str, str], Recipe] = {
    ("numpy.average", "returned"): _on(lambda x: _call(x)),
    ("numpy.genfromtxt", "unpack"): _on(
        lambda x: _call(["1 2", "3 4"], unpack=True), lambda x: _call(["1 2", "3 4"], names="a,b", unpack=True)
    ),
    ("numpy.indices", "sparse"): _on(lambda x: _call((2, 3))),
    ("numpy.intersect1d", "return_indices"): _on(lambda x: _call(x, x)),
    ("numpy.linalg.matrix_power", "n"): _on(lambda x: _call(x)),
    ("numpy.linspace", "retstep"): _on(lambda x: _call(0, x)),
    ("numpy.loadtxt", "dtype"): _on(
        lambda x: _call(["1 2", "3 4"], x.dtype), lambda x: _call(["1 2", "3 4"], "f8,i4", unpack=True)
    ),
    ("numpy.ndarray", "buffer"): _on(lambda x: _call((2,), x.dtype, x)),
    ("numpy.polyder", "m"): _on(lambda x: _call(x)),
    ("numpy.polyfit", "full"): _on(lambda x: _call(x, x, 1)),
    ("numpy.polyfit", "cov"): _on(lambda x: _call(np.arange(8.0), np.arange(8.0) ** 2, 1)),
    ("numpy.polyint", "m"): _on(lambda x: _call(x)),
    ("numpy.recarray", "buf"): _on(lambda x: _call((2,), [("a", x.dtype)], buf=x)),
    ("numpy.where", "x"): _on(lambda x: _call(x > 1, x, x)),
}
FITS = _on(lambda x: _call(np.arange(8.0), np.arange(8.0) ** 2, 1))


@pytest.mark.parametrize(
    ("name", "parameter", "value", "result"),
    [(name, *condition) for name, row in EFFECTS.items() for condition in row.result_if],
)
def test_result_under_a_condition(name: str, parameter: str, value: Any, result: str) -> None:
    _skip_unless_here(name)
    recipe = FITS if name.endswith("fit") else CONDITIONAL.get((name, parameter))
    calls = observe(name, recipe, **({} if value == GIVEN else {parameter: value}))
    calls = [call for call in calls if call.claim == result]
    assert calls, "no call succeeded under this condition"
    for call in calls:
        assert call.bears_out(), f"{call.claim} for {call.given}, result {type(call.result)}"
    if result.startswith(("maybe", "view", "same")):
        assert any(call.holds() for call in calls), "never seen to share memory"


@pytest.mark.parametrize(
    ("name", "parameter", "value"), [(name, *c) for name, row in EFFECTS.items() for c in row.mutates_if]
)
def test_mutation_under_a_condition(name: str, parameter: str, value: bool) -> None:
    if name == "numpy.nan_to_num":
        calls = observe(name, _on(lambda x: _call(x * np.nan)), **{parameter: value})
    elif "q" in EFFECTS[name].params:
        calls = observe(name, _on(lambda x: _call(x, 50 if "percentile" in name else 0.5)), **{parameter: value})
    else:
        calls = observe(name, _on(lambda x: _call(x)) if name.startswith("numpy") else None, **{parameter: value})
    assert set().union(*(call.mutated for call in calls)) == set(EFFECTS[name].mutates)


OUT_RECIPES: dict[str, Call] = {
    "ndarray.choose": (([[1.0, 2.0], [3.0, 4.0]],), {}),
    "ndarray.compress": (([True, False],), {}),
    "ndarray.dot": ((np.eye(2),), {}),
    "ndarray.take": (([0, 1],), {}),
    "numpy.busday_count": ((np.array(["2020-01-01"], "M8[D]"), "2020-02-01"), {}),
    "numpy.busday_offset": ((np.array(["2020-01-01"], "M8[D]"), 1), {}),
    "numpy.choose": ((np.array([0, 1]), [[1.0, 2.0], [3.0, 4.0]]), {}),
    "numpy.clip": ((np.eye(2), 0, 1), {}),
    "numpy.compress": (([True, False], np.eye(2), 0), {}),
    "numpy.concat": (([np.eye(2)],), {}),
    "numpy.concatenate": (([np.eye(2)],), {}),
    "numpy.cumulative_prod": ((np.arange(3.0),), {}),
    "numpy.cumulative_sum": ((np.arange(3.0),), {}),
    "numpy.einsum": (("ij->ji", np.eye(2)), {}),
    "numpy.is_busday": ((np.array(["2020-01-01"], "M8[D]"),), {}),
    "numpy.isnat": ((np.array(["2020-01-01"], "M8[D]"),), {}),
    "numpy.ldexp": ((np.eye(2), np.array([1, 2])), {}),
    "numpy.linalg.multi_dot": (([np.eye(2), np.eye(2)],), {}),
    "numpy.random.Generator.permuted": ((np.eye(2),), {}),
    "numpy.random.Generator.random": (((2,),), {}),
    "numpy.random.Generator.standard_exponential": (((2,),), {}),
    "numpy.random.Generator.standard_gamma": ((1.0, (2,)), {}),
    "numpy.random.Generator.standard_normal": (((2,),), {}),
    "numpy.stack": (([np.eye(2)],), {}),
    "numpy.take": ((np.eye(2), [0, 1], 0), {}),
    "ufunc.outer": ((np.eye(2), np.eye(2)), {}),
    "ufunc.reduceat": ((np.eye(2), [0, 1]), {}),
}
OUT_NEEDS_AXIS = {
    "all",
    "any",
    "argmax",
    "argmin",
    "max",
    "min",
    "mean",
    "prod",
    "std",
    "sum",
    "var",
    "ptp",
    "amax",
    "amin",
}


@pytest.mark.parametrize("name", [name for name, row in EFFECTS.items() if row.out and "(" not in name])
def test_out(name: str) -> None:
    """The result is the output argument, given by keyword and, where the row says so, by position."""
    _skip_unless_here(name)
    row = EFFECTS[name]
    receiver = np.array([[1, 0], [0, 1]]) if name.endswith("choose") else np.eye(2)
    method = name.startswith("ndarray.")
    args, kwargs = OUT_RECIPES.get(name, ((), {}))
    if not args:
        whole = np.array([[1, 2], [3, 4]]) if _wants_ints(name) else np.array([[0.5, 0.25], [0.75, 0.125]])
        count = len(row.params[: row.params.index(row.outs[0])]) if _ufunc(name) else _required(name)
        args = (*[whole] * count,) if not method else ()
        if "q" in row.params:
            args = (whole, 0.5)
        short = name.rpartition(".")[2].removeprefix("nan")
        if short in OUT_NEEDS_AXIS | {"median"} or ("axis" in row.params[len(args) :][:2] and "quantile" in name):
            kwargs = {"axis": 0}

    def call(*args: Any, **kwargs: Any) -> Any:
        return Seen._run(name, args, kwargs, receiver.copy() if method else None)

    first = call(*args, **kwargs)
    several = isinstance(first, tuple)
    outs = tuple(np.empty_like(item) for item in first) if several else np.empty_like(first)
    again = call(*args, **kwargs, out=outs)
    assert all(a is b for a, b in zip(again, outs, strict=True)) if several else again is outs
    at = row.params.index(row.outs[0])
    if any(p.startswith("*") for p in row.params[:at]) or "busdaycal" in row.params:
        return  # by keyword only; np.busday_*: nothing that busdaycal accepts leaves it out
    filled = _defaults(name, row.params[len(args) : at], kwargs)
    again = call(*args, *filled, *(outs if several else [outs]))
    assert all(a is b for a, b in zip(again, outs, strict=True)) if several else again is outs


def _ufunc(name: str) -> bool:
    return isinstance(resolve(name), np.ufunc)


def _wants_ints(name: str) -> bool:
    return any(word in name for word in ("bitwise", "invert", "shift", "gcd", "lcm"))


def _defaults(name: str, parameters: tuple[str, ...], kwargs: dict[str, Any]) -> list[Any]:
    signature = inspect.signature(resolve(name)).parameters
    return [kwargs.get(p, signature[p].default if p in signature else None) for p in parameters]


def test_the_output_argument_that_numpy_ignores() -> None:
    for name in ("numpy.fft.hfft", "numpy.fft.ifft2", "numpy.fft.irfft2"):
        out = np.zeros_like(resolve(name)(np.eye(4)))
        assert (EFFECTS[name].out is None) == (resolve(name)(np.eye(4), out=out) is not out)


# What `inspect.signature` says otherwise, and why the row is right.
SIGNATURES_OFF = {
    "ndarray.all": "it forwards to _methods._all, which has dtype before out",
    "ndarray.any": "it forwards to _methods._any, which has dtype before out",
    "ndarray.choose": "several positional arguments are the choices",
    "ndarray.max": "it names what **kwargs takes",
    "ndarray.mean": "it names what **kwargs takes",
    "ndarray.min": "it names what **kwargs takes",
    "ndarray.prod": "it names what **kwargs takes",
    "ndarray.std": "it names what **kwargs takes",
    "ndarray.sum": "it names what **kwargs takes",
    "ndarray.var": "it names what **kwargs takes",
    "ndarray.view": "it names what **kwargs takes",
    "numpy.arange": "the first two change meaning with their number: arange(stop), arange(start, stop)",
    "numpy.divmod": "outputs by position are out1 and out2",
    "numpy.frexp": "outputs by position are out1 and out2",
    "numpy.modf": "outputs by position are out1 and out2",
    "numpy.random.ranf": "an alias of random_sample with *args",
    "numpy.random.sample": "an alias of random_sample with *args",
    "ufunc.outer": "it names what **kwargs takes",
    "ufunc.reduce": "it names what **kwargs takes",
}


def _signature(name: str) -> tuple[str, ...]:
    result: list[str] = []
    for i, p in enumerate(inspect.signature(resolve(name)).parameters.values()):
        if i == 0 and p.name == "self":
            continue
        if p.kind is p.KEYWORD_ONLY and not any(q.startswith("*") for q in result):
            result.append("*")
        result.append({p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "") + p.name)
    return tuple(result)


@on_measured
def test_parameters() -> None:
    off = set()
    for name, row in EFFECTS.items():
        # Attributes and some C functions have no signature.
        with contextlib.suppress(TypeError, ValueError):
            if not name.endswith(".test") and _signature(name) != row.params:
                off.add(name)
    assert off == set(SIGNATURES_OFF)


def test_positions_that_signatures_get_wrong() -> None:
    x, out = np.eye(2), np.empty(2, bool)
    assert x.all(0, None, out) is out
    with pytest.raises(TypeError):
        x.all(0, out)
    assert np.array([1, 0]).choose([1.0, 2.0], [3.0, 4.0]).tolist() == [3.0, 2.0]


def _public(module: str) -> Iterator[str]:
    namespace = importlib.import_module(module)
    for name in getattr(namespace, "__all__", dir(namespace)):
        if not name.startswith("_") and callable(getattr(namespace, name)):
            yield f"{module}.{name}"


COVERED = [
    "numpy",
    "numpy.fft",
    "numpy.lib.array_utils",
    "numpy.lib.scimath",
    "numpy.lib.stride_tricks",
    "numpy.linalg",
    "numpy.polynomial.chebyshev",
    "numpy.polynomial.hermite",
    "numpy.polynomial.hermite_e",
    "numpy.polynomial.laguerre",
    "numpy.polynomial.legendre",
    "numpy.polynomial.polynomial",
    "numpy.polynomial.polyutils",
    "numpy.random",
]


@on_measured
def test_every_public_callable_has_a_row() -> None:
    wanted = {name for module in COVERED for name in _public(module)}
    wanted |= {f"ndarray.{name}" for name in dir(np.ndarray) if not name.startswith("_")}
    for kind in (np.random.Generator, np.random.RandomState):
        wanted |= {
            f"numpy.random.{kind.__name__}.{name}"
            for name in dir(kind)
            if not name.startswith("_") and callable(getattr(kind, name))
        }
    assert wanted - set(EFFECTS) == set()
    assert [name for name in EFFECTS if not _is_there(name)] == []


def _is_there(name: str) -> bool:
    try:
        resolve(name)
    except (AttributeError, ImportError):
        return False
    return True


def test_unsure_arguments_weaken_the_result() -> None:
    astype, unique, where = (EFFECTS[name] for name in ("ndarray.astype", "numpy.unique", "numpy.where"))
    assert astype.result_for({"copy": UNSURE}) == "maybe:self"
    assert unique.result_for({"return_index": UNSURE}) == "fresh_or_list"
    assert where.result_for({"condition": UNSURE, "x": UNSURE, "y": UNSURE}) == "fresh"
    assert where.result_for({"condition": UNSURE}) == "list_fresh"
    assert EFFECTS["numpy.meshgrid"].result_for({"copy": UNSURE}) == "maybe_each:*"
    assert EFFECTS["ndarray.byteswap"].result_for({"inplace": UNSURE}) == "maybe:self"
    assert EFFECTS["numpy.median"].mutates_for({"overwrite_input": UNSURE}) == ("a",)
    assert EFFECTS["numpy.median"].mutates_for({"overwrite_input": False}) == ()
    assert Effect("none", ("a",), result_if=(("a", True, "fresh"),)).result_for({"a": UNSURE}) == "unknown"


def test_binding() -> None:
    assert EFFECTS["numpy.copyto"].bind(0, ("src", "dst")) == {"src": "src", "dst": "dst"}
    assert EFFECTS["numpy.exp"].bind(2) == {"x": 0, "out": 1}
    assert EFFECTS["numpy.exp"].bind(3) is None
    assert EFFECTS["numpy.exp"].bind(1, ("x",)) is None
    assert EFFECTS["numpy.exp"].bind(1, ("no",)) is None
    assert EFFECTS["numpy.divmod"].bind(4) == {"x1": 0, "x2": 1, "out1": 2, "out2": 3}
    assert EFFECTS["ndarray.transpose"].bind(2) == {}
    assert EFFECTS["numpy.pad"].bind(2, ("constant_values",)) == {
        "array": 0,
        "pad_width": 1,
        "constant_values": "constant_values",
    }


@pytest.mark.parametrize("name", sorted(effects.RETAINS))
def test_retaining_objects_see_later_writes(name: str) -> None:
    x = np.arange(1.0, 4.0)
    target = resolve(name)
    if name == "numpy.flatiter":
        held = x.flat
    elif name.startswith("ndarray."):
        held = getattr(x, name.removeprefix("ndarray."))
    elif name == "numpy.nested_iters":
        held = target([x[None]], [[0], [1]])[1]
    else:
        held = target(x)
    x[:] = 7.0
    match name:
        case "ndarray.ctypes":
            assert held.data == x.ctypes.data
        case "numpy.broadcast":
            assert next(held)[0] == 7.0
        case "numpy.poly1d":
            assert held.coeffs[0] == 7.0
        case "numpy.lib.Arrayterator" | "numpy.nditer" | "numpy.nested_iters":
            assert np.all(next(iter(held)) == 7.0)
        case "numpy.ndenumerate":
            assert next(held)[1] == 7.0
        case _:
            assert np.asarray(held)[0] == 7.0


def test_callables_that_call_back_are_known() -> None:
    assert set(EFFECTS) >= effects.CALLS_BACK | set(effects.RETAINS)


@pytest.mark.parametrize(("name", "result"), effects.SUBSCRIPTED.items())
def test_subscripted(name: str, result: str) -> None:
    x = np.arange(3.0)
    target = resolve(name)
    index: Any = (x, x) if result == "fresh" and "grid" not in name else (slice(0, 2), slice(0, 3))
    value = target[index]
    assert not shares(value, x)
    match result:
        case "fresh":
            assert isinstance(value, np.ndarray)
            assert not shares(target[x if "grid" not in name else slice(0, 2)], x)
        case "fresh_or_list":
            assert isinstance(value, tuple)
            assert isinstance(target[0:2], np.ndarray)
        case _:
            assert value == index


# ---- views


def _written_through(name: str, base: np.ndarray, args: tuple[Any, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The view of a copy of the base after a write, and that copy: what NumPy shows afterwards."""
    base = base.copy()
    view = Seen._run(name, args, {}, base) if name.startswith("ndarray.") else Seen._run(name, (base, *args), {}, None)
    if isinstance(view, np.flatiter):
        view[1] = 77
        return np.array(view), base
    assert np.shares_memory(view, base)
    view[...] = np.arange(view.size).reshape(view.shape) + 100
    return view.copy(), base


BASE = np.arange(24.0).reshape(2, 3, 4)
FLAT = np.arange(4.0)
WRITES: dict[str, list[tuple[np.ndarray, tuple[Any, ...]]]] = {
    "ndarray.T": [(BASE, ())],
    "ndarray.flat": [(BASE, ())],
    "ndarray.imag": [(BASE + 1j, ()), (BASE.astype(np.complex64), ())],
    "ndarray.mT": [(BASE, ())],
    "ndarray.ravel": [(BASE, ()), (FLAT, ())],
    "ndarray.real": [(BASE + 1j, ())],
    "ndarray.reshape": [(BASE, (6, 4)), (BASE, ((4, -1),)), (FLAT, (2, 2))],
    "ndarray.squeeze": [(BASE[:1], ()), (BASE[:, :1], (1,)), (BASE, ())],
    "ndarray.swapaxes": [(BASE, (0, 2)), (BASE, (-1, 1))],
    "ndarray.transpose": [(BASE, ()), (BASE, (1, 2, 0)), (BASE, ((2, 0, 1),)), (BASE, (-1, 0, 1))],
    "ndarray.view": [(BASE, ())],
    "numpy.atleast_1d": [(np.array(1.0), ()), (FLAT, ()), (BASE, ())],
    "numpy.atleast_2d": [(FLAT, ()), (BASE, ())],
    "numpy.atleast_3d": [(FLAT, ()), (BASE[0], ()), (BASE, ())],
    "numpy.expand_dims": [(BASE, (0,)), (BASE, ((0, -1),)), (FLAT, (1,))],
    "numpy.flip": [(BASE, ()), (BASE, (1,)), (BASE, ((0, 2),))],
    "numpy.fliplr": [(BASE, ())],
    "numpy.flipud": [(BASE, ()), (FLAT, ())],
    "numpy.imag": [(BASE + 1j, ())],
    "numpy.linalg.matrix_transpose": [(BASE, ())],
    "numpy.matrix_transpose": [(BASE, ())],
    "numpy.moveaxis": [(BASE, (0, 2)), (BASE, ([0, 1], [2, 0])), (BASE, (0, -1))],
    "numpy.permute_dims": [(BASE, ()), (BASE, ((1, 2, 0),))],
    "numpy.ravel": [(BASE, ())],
    "numpy.real": [(BASE + 1j, ())],
    "numpy.reshape": [(BASE, ((6, 4),)), (BASE, (-1,))],
    "numpy.rollaxis": [
        (BASE, (axis, *start)) for axis in range(-3, 3) for start in [(), *((i,) for i in range(-3, 4))]
    ],
    "numpy.rot90": [(BASE, ()), *((BASE, (k,)) for k in range(-4, 5)), (BASE, (1, (1, 2))), (BASE, (3, (2, 0)))],
    "numpy.squeeze": [(BASE[:1], ()), (BASE, ())],
    "numpy.swapaxes": [(BASE, (0, 2))],
    "numpy.transpose": [(BASE, ()), (BASE, ((1, 2, 0),))],
}


def _complex_with(base: np.ndarray, *, real: Any = None, imag: Any = None) -> np.ndarray:
    result = base.copy()
    if real is not None:
        result.real = real
    if imag is not None:
        result.imag = imag
    return result


@pytest.mark.parametrize("name", sorted(views.INVERSES))
def test_inverse(name: str) -> None:
    """The inverse's text, run on the view after a write, is the base after that write."""
    _skip_unless_here(name)
    params = EFFECTS[name].params
    names_of_arguments = params if name.startswith("ndarray.") else params[1:]
    for base, args in WRITES[name]:
        view, expected = _written_through(name, base, args)
        texts = dict(views.DEFAULTS.get(name, {}))
        texts |= {p: repr(a) for p, a in zip(names_of_arguments, args, strict=False)}
        template = views.INVERSES[name]
        if "{inverse_axes}" in template:
            axes = args[0] if len(args) == 1 else args
            if axes:
                texts["inverse_axes"] = repr(views.inverse_axes(tuple(axes)))
            else:
                template = views.INVERSES_BARE[name]
        if "{rolled_to}" in template:
            texts["rolled_to"] = str(views.rolled_to(args[0], args[1] if args[1:] else 0, base.ndim))
        text = template.format(view="view", base="base", **texts)
        functional = types.SimpleNamespace(complex_with=_complex_with, as_shape=np.reshape)
        space = {name: getattr(np, name) for name in dir(np) if not name.startswith("__")} | {"functional": functional}
        result = eval(text, {"np": types.SimpleNamespace(**space), "view": view, "base": base})
        np.testing.assert_array_equal(result, expected, err_msg=text)
        assert result.dtype == expected.dtype


def test_view_tables_cover_each_other() -> None:
    sharing = {name for name, row in EFFECTS.items() if re.match("view|views|maybe", row.result)}
    # What may hand back its argument, unchanged: no lens, only the same array or a new one.
    whole = {
        name for name in sharing if name.startswith(("numpy.as", "numpy.require", "numpy.real_if", "ndarray.conj"))
    }
    whole |= {name for name in sharing if isinstance(resolve(name), type)}
    whole |= {"ndarray.__array__", "ndarray.to_device", "numpy.polynomial.polyutils.trimseq"}
    whole |= {name for name in sharing if "histogram" in name}
    assert (
        sharing - whole == set(views.VIEWS) - {"ndarray.data", "ndarray.flat", "numpy.meshgrid", "numpy.nditer"} - whole
    )
    assert set(views.VIEWS.values()) == {
        *("cut", "diagonal", "flip", "newaxis", "opaque", "part", "reshape", "rot90", "split", "transpose", "whole"),
    }
    invertible = {name for name, kind in views.VIEWS.items() if kind not in {"cut", "diagonal", "opaque", "split"}}
    assert invertible == set(views.INVERSES) == set(WRITES)
    assert {name for name, kind in views.VIEWS.items() if kind == "split"} == set(views.SPLIT_AXIS)
    assert set(views.INVERSES_BARE) | set(views.DEFAULTS) <= set(views.INVERSES)
    assert set(views.VIEWS) >= views.READ_ONLY


@pytest.mark.parametrize("name", sorted(views.VIEWS))
def test_read_only(name: str) -> None:
    _skip_unless_here(name)
    seen = [
        call.result
        for call in observe(name)
        if isinstance(call.result, np.ndarray) and call.holds() and call.result.ndim
    ]
    assert all(result.flags.writeable != (name in views.READ_ONLY) for result in seen)


@pytest.mark.parametrize("name", sorted(views.MAY_BE_SAME))
def test_may_be_the_same(name: str) -> None:
    calls = observe(name)
    assert (
        any(call.result is call.given.get("self", next(iter(call.given.values()))) for call in calls)
        or "atleast" in name
    )


@pytest.mark.parametrize(("name", "axis"), sorted(views.SPLIT_AXIS.items()))
def test_splits_are_slices(name: str, axis: str) -> None:
    _skip_unless_here(name)
    x = np.arange(64).reshape(4, 4, 4)
    at = int(axis.format(axis=0))
    items = resolve(name)(x) if name.endswith("unstack") else resolve(name)(x, 2)
    for item, expected in zip(items, np.moveaxis(x, at, 0).reshape(len(items), -1), strict=True):
        np.testing.assert_array_equal(np.sort(item.ravel()), np.sort(expected))


def test_rows_are_sorted() -> None:
    for table in (EFFECTS, views.VIEWS, views.INVERSES, creation.CREATION, names.RENAMED, names.FEATURES, hosts.CALLS):
        assert list(table) == sorted(table)


# ---- creation


def _ndim_of_shape(shape: Any) -> int:
    return 1 if isinstance(shape, int) else len(shape)


def _reduced(ndim: int, given: dict[str, Any], whole: int = 0) -> int:
    axis = given.get("axis")
    if given.get("keepdims"):
        return ndim
    if axis is None or not ndim:
        return whole
    return ndim - (len(axis) if isinstance(axis, tuple) else 1)


def _ndim(rule: str, given: dict[str, Any]) -> Any:
    """What a rule of `creation` says for actual arguments: an int, a list for several results, None if unknown."""
    word, *operands = rule.split() or [""]
    named = [given.get(p) for p in operands]
    of = [np.ndim(value) for value in named if value is not None]
    rest = given["*"]
    match word:
        case "":
            return None
        case "fixed":
            return int(operands[0])
        case "like" | "literal":
            return of[0]
        case "plus":
            return max(of) + int(operands[-1])
        case "plus_axes":
            return of[0] + np.size(given["axis"])
        case "least":
            return max(np.ndim(rest[0] if operands[0] == "arys" else named[0]), int(operands[1]))
        case "shape":
            return _ndim_of_shape(named[0])
        case "dims":
            return len(rest[0]) if rest and isinstance(rest[0], tuple) else len(rest)
        case "choice":
            return max(np.ndim(given["a"]) - 1, 0) + (
                _ndim_of_shape(given["size"]) if given.get("size") is not None else 0
            )
        case "plus_size":
            size = given.get("size")
            return int(operands[-1]) + (max(of, default=0) if size is None else _ndim_of_shape(size))
        case "size" if given.get("size") is not None:
            return _ndim_of_shape(given["size"])
        case "size":
            return max((np.ndim(v) for p, v in given.items() if p not in {"*", "dtype", "method"}), default=0)
        case "broadcast":
            return max(of)
        case "reduction":
            return _reduced(of[0], given)
        case "reduction_last":
            return of[0] - 1
        case "scan" | "flat_unless_axis":
            return 1 if given.get("axis") is None else max(of[0], 1)
        case "quantile":
            return of[1] + _reduced(of[0], given)
        case "take":
            return of[1] if given.get("axis") is None else of[0] + of[1] - 1
        case "items":
            return 1 if "axis" in given and given["axis"] is None else np.ndim(named[0][0])
        case "plus_item":
            return np.ndim(named[0][0]) + int(operands[1])
        case "least_item":
            return max(np.ndim(named[0][0]), int(operands[1]))
        case "plus_items":
            return len(named[0]) + int(operands[1])
        case "swap_1_2":
            return {1: 2, 2: 1}[of[0]]
        case "matmul":
            return max(max(of) - (of[0] == 1) - (of[1] == 1), 0)
        case "dot" | "inner":
            return max(of) if 0 in of else sum(of) - 2
        case "vecdot":
            return max(of) - 1
        case "matvec":
            return max(of[0] - 1, of[1])
        case "vecmat":
            return max(of[0], of[1] - 1)
        case "each":
            return [int(k) for k in operands]
        case "each_like":
            return [of[0]]
        case "each_less":
            return [of[0] - 1]
        case "each_plus":
            return [of[0] + int(k) for k in operands[1:]]
        case "each_broadcast":
            return [max(of)]
        case "each_args":
            return [len(rest)]
    raise AssertionError(f"no such rule: {rule}")


def _weak(value: Any) -> Any:
    return value if isinstance(value, bool | int | float | complex) else np.asarray(value)


def _dtype(rule: str, given: dict[str, Any]) -> np.dtype | None:
    word, *operands = rule.split() or [""]
    values = [_weak(given[p]) for p in operands if given.get(p) is not None]
    if given.get("dtype") is not None:
        return np.dtype(given["dtype"])
    match word:
        case "" | "dtype":
            return None
        case "like" | "literal":
            return np.asarray(values[0]).dtype
        case "result":
            return np.result_type(*values)
        case "strong":
            return np.result_type(*map(np.asarray, values))
        case "complex":
            found = np.asarray(values[0]).dtype
            return np.result_type(found, "c8") if found.kind in "fc" or found.itemsize >= 4 else None
        case "number":
            found = np.result_type(*values)
            return None if found.kind == "b" else found
        case "float" | "real_float":
            found = np.result_type(*values)
            if found.kind in "biu":
                return np.dtype(float) if found.itemsize >= 4 else None
            return np.empty(0, found).real.dtype if word == "real_float" else found
        case "double":
            return np.dtype(complex if any(map(np.iscomplexobj, values)) else float)
        case "real":
            return np.asarray(values[0]).real.dtype
        case "sum":
            found = np.asarray(values[0]).dtype
            small = found.kind in "biu" and found.itemsize < 8
            return np.dtype("uint64" if found.kind == "u" else "int64") if small else found
        case "numbers":
            return np.result_type(*[type(v) for v in values])
        case _:
            return np.dtype(word)


CREATED: dict[str, Recipe] = {
    "ndarray.reshape": _on(lambda x: _call(x.size), lambda x: _call((x.size, 1)), lambda x: _call(x.size, 1)),
    "numpy.arange": _on(
        lambda x: _call(4), lambda x: _call(1, 4.0), lambda x: _call(1, 9, 2), lambda x: _call(0, 1, 0.5)
    ),
    "numpy.array": _on(
        lambda x: _call(x), lambda x: _call([x, x]), lambda x: _call([[1, 2]]), lambda x: _call([1, 2.0])
    ),
    "numpy.atleast_1d": _on(lambda x: _call(x)),
    "numpy.atleast_2d": _on(lambda x: _call(x)),
    "numpy.atleast_3d": _on(lambda x: _call(x)),
    "numpy.linalg.svd": _on(lambda x: _call(x)),
    "numpy.clip": _on(lambda x: _call(x, 0, 1), lambda x: _call(x, x, 1), lambda x: _call(x[0], x, max=2.5)),
    "numpy.fft.fftfreq": _on(lambda x: _call(4), lambda x: _call(4, 0.5)),
    "numpy.fft.rfftfreq": _on(lambda x: _call(4), lambda x: _call(4, 0.5)),
    "numpy.empty_like": _on(lambda x: _call(x), lambda x: _call(x, dtype=int)),
    "numpy.reshape": _on(lambda x: _call(x, x.size), lambda x: _call(x, (x.size, 1)), lambda x: _call(x, (1, x.size))),
    "numpy.resize": _on(lambda x: _call(x, 3), lambda x: _call(x, (2, 5))),
    "numpy.where": _on(lambda x: _call(x > 1, x, x), lambda x: _call(x > 1, 0.0, x), lambda x: _call(True, x, x)),
}
CREATED |= {
    name: _on(
        lambda x: _call(x),
        lambda x: _call(x, axis=0),
        lambda x: _call(x, axis=-1),
        lambda x: _call(x, axis=(0, 1)),
        lambda x: _call(x, axis=0, keepdims=True),
    )
    for name, row in creation.CREATION.items()
    if name.startswith("numpy.") and row.ndim.startswith("reduction")
}
CREATED |= {
    name: _on(
        lambda x: _call(),
        lambda x: _call(axis=0),
        lambda x: _call(axis=-1),
        lambda x: _call(axis=(0, 1)),
        lambda x: _call(axis=0, keepdims=True),
    )
    for name, row in creation.CREATION.items()
    if name.startswith("ndarray.") and row.ndim.startswith("reduction")
}


@pytest.mark.parametrize("name", sorted(set(creation.CREATION) - set(UNTRIED)))
def test_creation(name: str) -> None:
    _skip_unless_here(name)
    row = creation.CREATION[name]
    calls = [
        call
        for call in observe(name, CREATED.get(name), every=3)
        if not any(call.given.get(p) is not None for p in call.row.outs)
    ]
    assert calls
    for call in calls:
        ndim = _ndim(row.ndim, call.given)
        results = call.result if isinstance(ndim, list) else [call.result]
        expected = ndim if isinstance(ndim, list) else [ndim]
        expected = expected * len(results) if len(expected) == 1 else expected
        told = f"{name} of {[getattr(v, 'shape', v) for v in call.given.values()]}"
        if ndim is not None:
            assert [np.ndim(r) for r in results] == expected, told
        for result in results:
            dtype = _dtype(row.dtype, call.given)
            assert dtype is None or np.asarray(result).dtype == dtype, (
                f"{told}: {np.asarray(result).dtype}, not {dtype}"
            )
            numbers = not any(isinstance(v, np.ndarray) for v in call.given.values())
            if row.order in ({"C", "numbers"} if numbers else {"C"}) and call.given.get("order") in {None, "C"}:
                assert np.asarray(result).flags.c_contiguous, told


def test_every_rule_is_explained() -> None:
    for row in creation.CREATION.values():
        for rule in (row.ndim, row.dtype):
            word = rule.partition(" ")[0]
            known = re.search(rf"^``{word}\b", creation.__doc__ or "", re.M) or word in ("", *dir(np))
            assert known, rule
        assert row.order in {"", "C", "literal", "numbers"}


# ---- names


@on_measured
@pytest.mark.parametrize("module", sorted(names.PUBLIC))
def test_public_names(module: str) -> None:
    if module in {"numpy.core", "numpy.matlib"}:
        return  # the one warns, the other has all of NumPy
    namespace = importlib.import_module(module)
    told = names.PUBLIC[module]
    missing = [name for name in told if not hasattr(namespace, name)]
    assert missing == ([] if module != "numpy" else [name for name in missing if not _submodule(f"numpy.{name}")])
    assert set(getattr(namespace, "__all__", told)) - {"distutils"} <= told
    for name in told:
        kind = names.KINDS[f"{module}.{name}"]
        value = getattr(namespace, name)
        match kind:
            case "module":
                assert isinstance(value, types.ModuleType)
            case "ufunc":
                assert isinstance(value, np.ufunc)
            case "scalar_type":
                assert issubclass(value, np.generic)
            case "class":
                assert isinstance(value, type)
            case "function":
                assert callable(value)
            case "subscripted":
                assert hasattr(type(value), "__getitem__")
            case _:
                assert kind == "constant"
                assert not callable(value)


def _submodule(name: str) -> bool:
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True


def _exists(name: str) -> bool:
    if name.startswith("ndarray."):
        return hasattr(np.ndarray, name.removeprefix("ndarray."))
    module, _, last = name.rpartition(".")
    return last in names.PUBLIC.get(module, ()) or name in names.PUBLIC or (not module and hasattr(builtins, last))


def test_renamed() -> None:
    still = {"numpy.row_stack", "numpy.random.ranf", "numpy.random.sample"}
    for old, new in names.RENAMED.items():
        assert _exists(new), new
        assert THIS != MEASURED or not _exists(old) or old in still, old
        assert names.current(old) == new


@on_measured
def test_removed() -> None:
    assert [name for name in names.REMOVED if _exists(name) or name in EFFECTS or name in names.RENAMED] == []


def test_what_numpy_says_it_removed_is_known() -> None:
    from numpy import _expired_attrs_2_0

    gone = {f"numpy.{name}" for name in (*_expired_attrs_2_0.__expired_attributes__, *np.__former_attrs__)}
    assert gone <= set(names.RENAMED) | set(names.REMOVED)


def test_features_and_what_stays() -> None:
    for table in (names.FEATURES, names.DTYPE_FEATURES):
        assert all(code in CODES for code in table.values())
    unknown = {"ndarray.__array_interface__", "numpy.lib.recfunctions", "numpy.lib.format.open_memmap"}
    assert {name for name in names.FEATURES if not _exists(name)} <= unknown
    assert {name for name in names.STAYS if not _exists(name)} <= {"numpy.distutils"}
    assert names.feature("numpy.char.upper") == "NT510"
    assert names.feature("numpy.charisma") is None
    assert names.stays("numpy.typing") == names.stays("numpy.typing.NDArray")
    for alias, module in names.ALIASED_MODULES.items():
        assert module in names.PUBLIC, alias


# ---- hosts


def test_builtins_are_all_there() -> None:
    wanted = {
        name
        for name, value in vars(builtins).items()
        if callable(value)
        and not name.startswith("_")
        and not (isinstance(value, type) and issubclass(value, BaseException))
    }
    assert wanted - set(hosts.BUILTINS) <= {"copyright", "credits", "license"}
    assert set(hosts.BUILTINS) - wanted <= {"__import__", "aiter", "anext", "exit", "quit"}


@pytest.mark.parametrize("name", ["max", "min", "next", "sum", "abs", "divmod", "pow", "list", "sorted", "reversed"])
def test_builtins_on_arrays(name: str) -> None:
    x = np.arange(6.0).reshape(2, 3)
    function = getattr(builtins, name)
    held: Any = [x, np.ones(3)]
    match hosts.BUILTINS[name].result:
        case "fresh":
            result = function(x, 2) if name in {"pow", "divmod"} else function(x)
            assert not shares(list(result) if isinstance(result, tuple) else result, x)
        case "start":
            assert not shares(sum(held[1:]), held)
            assert sum([], x) is x  # type: ignore[arg-type]
        case "element":
            assert (
                (next(iter(held)) if name == "next" else function(held, key=np.size)) in [*held]
                if name == "next"
                else True
            )
        case "elements":
            assert shares(list(function([x], key=np.size) if name == "sorted" else function(x)), x)


CONTAINERS: dict[str, Callable[[], Any]] = {
    "deque": lambda: collections.deque([3, 1, 2]),
    "dict": lambda: {"a": 1, "b": 2},
    "frozenset": lambda: frozenset([3, 1, 2]),
    "list": lambda: [3, 1, 2],
    "set": lambda: {3, 1, 2},
    "str": lambda: "abc",
    "tuple": lambda: (3, 1, 2),
}


def test_container_methods_are_all_there() -> None:
    for kind, make in CONTAINERS.items():
        wanted = {name for name in dir(make()) if not name.startswith("_") and callable(getattr(make(), name))}
        assert {name for name in hosts.METHODS if name.startswith(f"{kind}.")} == {f"{kind}.{name}" for name in wanted}


@pytest.mark.parametrize("name", [name for name in hosts.METHODS if not name.startswith("str.")])
def test_container_method(name: str) -> None:
    """Which methods change the container, take the argument in, and hand elements out."""
    kind, _, method = name.partition(".")
    row = hosts.METHODS[name]
    one, two = ("one",), ("two",)
    tries: list[tuple[Any, ...]] = [
        (),
        (one,),
        (0, one),
        (one, two),
        (3,),
        (1,),
        ("a",),
        ([one],),
        ({3, one},),
        ({"c": one},),
    ]
    changed, took_in, took_in_elements, refused = False, set(), set(), 0
    for args in tries:
        container = CONTAINERS[kind]()
        before = repr(container)
        try:
            getattr(container, method)(*args)
        except (TypeError, ValueError, KeyError, IndexError, AttributeError):
            refused += 1
            continue
        changed |= repr(container) != before
        values = list(container.values()) if kind == "dict" else list(container)
        took_in |= {i for i, argument in enumerate(args) if argument in (one, two) and argument in values}
        took_in_elements |= {
            i for i, argument in enumerate(args) if isinstance(argument, list | set | dict) and one in values
        }
    assert refused < len(tries)
    assert changed == row.mutates
    assert took_in == set(row.adds)
    assert took_in_elements <= {0} if row.adds_elements else not took_in_elements - took_in


def test_host_calls_exist() -> None:
    newer = {"copy.replace", "itertools.batched", "itertools.pairwise"}
    wrong = []
    for name in hosts.CALLS:
        package, *parts = re.sub(r"\bspi?lu\.(?=\w)", "SuperLU.", name).split(".")  # what these functions make
        assert package in hosts.PACKAGES, name
        try:
            value = importlib.import_module(package)
        except ImportError:
            continue  # not installed
        path = package
        for part in parts:
            path = f"{path}.{part}"
            value = importlib.import_module(path) if _submodule(path) else getattr(value, part, None)
        if value is None and name not in newer:
            wrong.append(name)
    assert wrong == []


def test_interpolators_keep_nothing_that_they_are_called_with() -> None:
    code = (
        "import numpy as np\nfrom scipy.interpolate import interp1d\n\n\n"
        "def at(x, y, t):\n    t = t + 1\n    z = interp1d(x, y)(t)\n    z *= 2\n    t[0] = 1\n    return z, t\n"
    )
    (file,) = convert({"a.py": code.encode()}).files
    assert [found.code for found in file.diagnostics] == []
    assert {"scipy.interpolate.interp1d"} < hosts.EVALUATED <= hosts.CALLS.keys()
