"""`np.jit`: what a function reads and does where its own text doesn't show it is seen by the trace, or not compiled."""

# The programs are written as people write them.
# ruff: noqa: B905, RUF005

from __future__ import annotations

import copy
import dataclasses
import functools
import importlib
import itertools
import math as chosen
import operator
import os
import types
import warnings

import numpy
import pytest
import tensorflow as tf

import np2tf_runtime as np
from np2tf_runtime import _control_flow, _jit

X = numpy.array([1.0, 2.0, 4.0])
pytestmark = pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning")


# ------------------------------------------------------------------------------------------------- installed packages

PACKAGE = {
    "__init__.py": """
import np2tf_runtime as np
from . import numbers, shapes
K = 2.0
seen = []
class Gain:
    def __init__(self): self.k = 2.0
    @np.jit
    def times(self, x): return x * self.k
@np.jit
def times(x): return numbers.add(x * K)
@np.jit
def loud(x):
    seen.append(1)
    return x + 1
@np.jit
def turns(x, n):
    for _ in range(n): x = shapes.halved(x)
    return x
""",
    "numbers.py": "A = 1.0\ndef add(x): return x + A\n",
    "shapes.py": "def halved(x):\n    if x.sum() > 1: return x / 2\n    return x\n",
}
USER = """
import np2tf_runtime as np
import np2tf_tests_installed.numbers as numbers
@np.jit
def added(x): return numbers.add(x)
"""


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A package that lies where packages are installed."""
    folder = tmp_path / "np2tf_tests_installed"
    folder.mkdir()
    for name, text in PACKAGE.items():
        (folder / name).write_text(text)
    (tmp_path / "np2tf_tests_user.py").write_text(USER)
    place = os.path.realpath(tmp_path) + os.sep
    monkeypatch.setattr(_control_flow, "_INSTALLED", (place,))
    monkeypatch.setattr(_control_flow, "_LIBRARIES", (*_control_flow._LIBRARIES, place))
    monkeypatch.setattr(_control_flow, "_ours", set())
    monkeypatch.setattr(_control_flow, "_importing", {})
    monkeypatch.syspath_prepend(tmp_path)
    _control_flow._is_library_file.cache_clear()
    yield importlib.import_module("np2tf_tests_installed")
    _control_flow._is_library_file.cache_clear()


def test_an_installed_package_is_the_programs(installed):
    """What it reads changes, what it does happens, its branches and loops are compiled."""
    x, gain = np.array(X), installed.Gain()
    assert installed.times(x).numpy().tolist() == [3, 5, 9]
    installed.K, installed.numbers.A, gain.k = 3.0, 0.0, 2.0
    assert installed.times(x).numpy().tolist() == [3, 6, 12]
    assert gain.times(x).numpy().tolist() == [2, 4, 8]
    gain.k = 0.5
    assert gain.times(x).numpy().tolist() == [0.5, 1, 2]
    assert installed.times.rungs() == installed.Gain.times.rungs() == ["xla"]
    installed.loud(x)
    installed.loud(x)
    assert installed.seen == [1, 1]
    assert installed.turns(x, 40).numpy().sum() == 0.875
    assert installed.turns.rungs() == ["xla"]


def test_a_module_that_uses_the_runtime_is_the_programs(installed):
    """A package that was converted, too, is seen by one that calls it, compiled functions or none."""
    user = importlib.import_module("np2tf_tests_user")
    assert user.added(np.array(X)).numpy().tolist() == (X + installed.numbers.A).tolist()
    installed.numbers.A = 7.0
    assert user.added(np.array(X)).numpy().tolist() == (X + 7).tolist()
    assert not _control_flow._is_library_function(user.added.__np2tf_function__)
    assert _control_flow._is_library_function(numpy.linalg.norm.__wrapped__)
    assert _control_flow._is_library_function(functools.wraps)


# ------------------------------------------------------------------------------------- functions that others call

K = 2.0
CALLS = []


def scaled(a, b):
    return a * K + b


def counted(v):
    CALLS.append(1)
    return v * 2


def shifted(v):
    return v + K


class Scale:
    def __init__(self, k):
        self.k = k

    def add(self, a, b):
        return a * self.k + b

    def __call__(self, a, b):
        return a - self.k * b

    def __copy__(self):
        return Scale(self.k)


SCALE = Scale(2.0)
HANDED = [
    lambda x: functools.reduce(scaled, x),
    lambda x: functools.reduce(SCALE.add, x),
    lambda x: functools.reduce(SCALE, x),
    lambda x: list(itertools.accumulate(x, scaled)),
    lambda x: list(itertools.starmap(scaled, [(x, 1), (x, x)])),
    lambda x: np.apply_along_axis(shifted, 0, x),
    lambda x: np.apply_along_axis(counted, 0, x),
    lambda x: np.piecewise(x, [x < 2, x >= 2], [shifted, counted]),
    lambda x: max(x, key=lambda v: -K * v),
    lambda x: functools.partial(scaled, x)(2) + functools.partial(functools.partial(scaled, x), b=x)(),
    lambda x: x * operator.attrgetter("k")(SCALE),
    lambda x: operator.methodcaller("add", x, x)(SCALE),
    lambda x: x * copy.copy(SCALE).k,
    lambda x: x * vars(SCALE)["k"],
    lambda x: x * SCALE.__dict__["k"],
]


@pytest.mark.parametrize("function", HANDED, ids=range(len(HANDED)))
def test_what_is_called_and_read_by_others(function, monkeypatch):
    """As in NumPy after each change, however often it is called."""
    compiled = np.jit(function)
    for number in (2.0, 3.0, 5.0):
        monkeypatch.setitem(globals(), "K", number)
        monkeypatch.setattr(SCALE, "k", number)
        before = len(CALLS)
        want = function(np.array(X))
        made = len(CALLS) - before
        have = compiled(np.array(X))
        assert len(CALLS) - before == 2 * made
        assert numpy.array(have).tolist() == numpy.array(want).tolist()


@functools.lru_cache
def weights(n):
    CALLS.append(n)
    return np.ones(n)


def test_what_is_kept_by_a_cache_is_no_part_of_a_trace():
    weights.cache_clear()
    compiled = np.jit(lambda x: x * weights(len(x)))
    assert compiled(np.array(X)).numpy().tolist() == X.tolist()
    assert weights(3).numpy().tolist() == [1, 1, 1]
    assert "keeps what it has returned" in compiled.reasons()[0]


def test_warnings_are_given_by_every_call():
    def warned(x):
        warnings.warn("told", stacklevel=1)
        return x + 1

    compiled = np.jit(warned)
    for _ in range(2):
        with pytest.warns(UserWarning, match="told"):
            compiled(np.array(X))


# ------------------------------------------------------------------------------------------------------- constructors


class Point:
    unit = 1.0

    def __init__(self, x, s=1):
        self.x = x * K
        self.s, self.t = s, self.unit


class Named(Point):
    def __init__(self, x):
        super().__init__(x, 2)
        self.y: object = x


class Bent:
    def __init__(self, x):
        self.big = 0
        if x.sum() > 5:
            self.big = 1


class Early:
    def __init__(self, x):
        self.x = x
        if x.ndim == 1:
            return
        self.x = x.ravel()


class Slotted:
    __slots__ = ("x",)

    def __init__(self, x):
        self.x = x + K


class Set:
    def __init__(self, x):
        self.x = x

    @property
    def x(self):
        return self._x

    @x.setter
    def x(self, value):
        self._x = value * K


class Made:
    def __new__(cls, x):
        made = super().__new__(cls)
        made.x = x * K
        return made


@dataclasses.dataclass
class Record:
    x: object
    n: int = 2


@dataclasses.dataclass
class After(Record):
    def __post_init__(self):
        self.y = self.x * K


MADE = [
    (lambda x: (Point(x).x, Point(x, 3).s, Point(x).t), "xla"),
    (lambda x: (Named(x).x, Named(x).y, Named(x).s), "xla"),
    (lambda x: Slotted(x).x, "xla"),
    (lambda x: Record(x).x * Record(x).n, "xla"),
    (lambda x: (Bent(x).big, Bent(x + 9).big), "eager"),
    (lambda x: Early(x).x, "eager"),
    (lambda x: Set(x).x, "eager"),
    (lambda x: Made(x).x, "eager"),
    (lambda x: After(x).y, "eager"),
]


@pytest.mark.parametrize(("function", "rung"), MADE, ids=range(len(MADE)))
def test_constructors_are_seen(function, rung, monkeypatch):
    compiled = np.jit(function)
    for number in (2.0, 3.0):
        monkeypatch.setitem(globals(), "K", number)
        monkeypatch.setattr(Point, "unit", number)
        want, have = function(np.array(X)), compiled(np.array(X))
        both = zip(want, have) if isinstance(want, tuple) else [(want, have)]
        assert all(numpy.array(a).tolist() == numpy.array(b).tolist() for a, b in both)
        assert compiled.rungs() == [rung]


def test_objects_that_exist_are_not_made_again():
    point = Point(np.array(X))

    def again(x):
        point.__init__(x)
        return point.x * 1

    compiled = np.jit(again)
    for x in (X, X + 1):
        assert compiled(np.array(x)).numpy().tolist() == point.x.numpy().tolist() == (x * K).tolist()


# ---------------------------------------------------------------------------------------------------- other questions


class Sequence:
    def __init__(self, items):
        self.items = items

    def __iter__(self):
        return iter(self.items)


ITEMS = Sequence([1.0, 2.0])
ITERATED = [
    lambda x: [x * item for item in ITEMS],
    lambda x: sum(ITEMS) * x,
    lambda x: x * dict(zip("ab", ITEMS))["a"],
    lambda x: x * len(set(ITEMS)) + min(iter(ITEMS)),
    lambda x: [*map(float, ITEMS)] + list(ITEMS),
]


@pytest.mark.parametrize("function", ITERATED, ids=range(len(ITERATED)))
def test_iteration_over_the_programs_objects(function, monkeypatch):
    compiled = np.jit(function)
    for items in ([1.0, 2.0], [3.0, 7.0, 9.0]):
        monkeypatch.setattr(ITEMS, "items", items)
        assert numpy.array(compiled(np.array(X))).tolist() == numpy.array(function(np.array(X))).tolist()


NOTHING = object()


def one(x, y):
    if x is y:
        return x * 10
    return x + y


def unlike(x, y):
    return x is not y is not None


def given(x, y=NOTHING):
    return x if y is NOTHING else x + y


def test_which_object_an_array_is():
    x = np.array(X)
    for function in (one, unlike):
        compiled = np.jit(function)
        for pair in ((x, x), (x, np.array(X)), (1.5, 1.5), (x, 1.5)):
            assert numpy.array(compiled(*pair)).tolist() == numpy.array(function(*pair)).tolist()
    compiled = np.jit(given)
    assert (compiled(x) is x, compiled(x, x).numpy().tolist()) == (True, (2 * X).tolist())
    assert compiled.rungs() == ["xla", "xla"]


def test_a_number_is_in_a_list_that_holds_it():
    compiled = np.jit(lambda x: 1 if x[0] in (x[1], 3.0) else 2)
    assert [int(compiled(np.array(v))) for v in ([3.0, 1.0], [2.0, 2.0], [4.0, 1.0])] == [1, 1, 2]
    compiled = np.jit(lambda v: v in [v, 3.0])
    assert compiled(float("nan"))


def test_booleans_squared():
    compiled = np.jit(lambda x, n: x**n)
    x = numpy.array([True, False])
    for n in (2, 3, 0, 1, 2.0):
        have, want = compiled(np.array(x), n), x**n
        assert (have.numpy().tolist(), have.dtype.as_numpy_dtype) == (want.tolist(), want.dtype)
    _jit._said.clear()


# ---------------------------------------------------------------------------------------------- signs of decompositions

DECOMPOSED = [
    lambda x: tuple(np.linalg.svd(x)),
    lambda x: tuple(np.linalg.svd(x[:2], full_matrices=False)),
    lambda x: tuple(np.linalg.eigh(x + x.T)),
    lambda x: tuple(np.linalg.eigh(x @ x.T, "U")),
    lambda x: tuple(np.linalg.qr(x)),
    lambda x: np.linalg.svd(x, compute_uv=False),
    lambda x: tuple(np.linalg.svd(x * 1j + x.T)),
    lambda x: sum(np.linalg.svd(x + i)[0] for i in range(6)),
]


@pytest.mark.cpu_only("in compiled functions the signs are the GPU's")
@pytest.mark.parametrize("function", DECOMPOSED, ids=range(len(DECOMPOSED)))
def test_vectors_have_lapacks_signs(function):
    """Before, they were those of TensorFlow's kernels."""
    compiled, random = np.jit(function), numpy.random.default_rng(5)
    for _ in range(3):
        x = np.array(random.normal(size=(4, 4)))
        want, have = function(x), compiled(x)
        for a, b in zip(want, have) if isinstance(want, tuple) else [(want, have)]:
            assert (a.shape, a.dtype) == (b.shape, b.dtype)
            assert numpy.allclose(a, b)
    assert compiled.rungs() == ["graph"]


def test_what_lapack_refuses():
    compiled = np.jit(lambda x: np.linalg.svd(x)[1])
    x = numpy.ones((2, 2))
    assert compiled(np.array(x)).numpy()[0] == pytest.approx(2)
    with pytest.raises(numpy.linalg.LinAlgError):
        compiled(np.array(x * numpy.nan))


def takes_the_chosen(x):
    return x * chosen.sqrt(4.0)


def test_a_name_of_another_module(monkeypatch):
    """`from . import fast as chosen`, and another later."""
    compiled = np.jit(takes_the_chosen)
    assert compiled(np.array(X)).numpy().tolist() == (X * 2).tolist()
    monkeypatch.setitem(globals(), "chosen", types.SimpleNamespace(sqrt=lambda v: v))
    assert compiled(np.array(X)).numpy().tolist() == (X * 4).tolist()


# ------------------------------------------------------------------------------------------------------ what compiles


def arrayed(a, b, n):
    pairs = np.array([a, n]), np.array([[a, b], [n, 2]]), np.array([n * 2, 3]), np.array((b, np.ones(1)[0]))
    return *pairs, np.array([n, a], dtype=np.float32), np.array([a, 2.7], dtype=int), np.array([n, 5], dtype=np.int8)


def test_lists_of_numbers_are_arrays():
    """Before, such a function was compiled anew for each float, or ran eagerly where a list was handed in."""
    compiled = np.jit(arrayed)
    for numbers in ((1.5, 2.0, 3), (-0.5, 7.0, 100)):
        for want, have in zip(arrayed(*numbers), compiled(*numbers)):
            assert (want.dtype, want.numpy().tolist()) == (have.dtype, have.numpy().tolist())
    assert compiled.rungs() == ["xla", "xla"]
    with pytest.raises(OverflowError):
        compiled(1.0, 2.0, 300)
    compiled = np.jit(lambda a, b: np.array([[a], [b]], dtype=float))
    for numbers in ((1j, 2), (1, 2j), (1j, 2.0)):
        with pytest.raises(TypeError):
            compiled(*numbers)
    compiled = np.jit(lambda v: np.asarray(v, dtype=float) / 100)
    assert compiled([[1, 2.0], [3.0, 4.5]]).numpy().tolist() == [[0.01, 0.02], [0.03, 0.045]]
    assert compiled.rungs() == ["xla"]


def offset(x, point=None):
    moved = x * 2
    if point is None:
        return moved
    point = np.array(point[:2], dtype=float)
    for turn in range(2):
        if x.sum() > turn:
            scale = moved.sum()
            moved, scale = moved + scale, None
    return moved + point.sum()


def test_a_branch_reads_what_it_binds():
    """A name that is read before it is bound there, and by nobody later, counted as unbound."""
    compiled = np.jit(offset)
    for arguments in ((), (X,), ([1.0, 2.0, 3.0],)):
        given = [np.array(a) if isinstance(a, numpy.ndarray) else a for a in arguments]
        assert compiled(np.array(X), *given).numpy().tolist() == offset(np.array(X), *given).numpy().tolist()
    assert compiled.rungs() == ["xla"] * 3


@pytest.mark.parametrize("compile_", [lambda f: f, np.jit])
@pytest.mark.parametrize("complex_", [False, True])
def test_gradients_of_pseudo_inverses(compile_, complex_):
    """Singular values that are equal have no derivatives; the inverse has."""
    unit = numpy.eye(4)[:, :3]

    def total(x):
        m = np.outer(x, np.sin(x))[:, :3] + unit
        if complex_:
            m = m * (1 + 2j)
        found = np.linalg.pinv(m)
        return np.sum(np.abs(found) ** 2) + np.sum(np.abs(np.linalg.lstsq(m, x + 0 * m[:, 0], rcond=None)[0]) ** 2)

    compiled = compile_(total)
    x = numpy.array([0.5, -1.0, 2.0, 0.3])
    with tf.GradientTape() as outer:
        outer.watch(given_x := np.array(x))
        with tf.GradientTape() as tape:
            tape.watch(given_x)
            value = compiled(given_x)
        gradient = tape.gradient(value, given_x)
    second = outer.gradient(gradient, given_x)
    steps = 1e-6 * numpy.eye(4)
    want = [(float(total(np.array(x + s))) - float(total(np.array(x - s)))) / 2e-6 for s in steps]
    assert numpy.allclose(gradient, want, rtol=1e-5)
    assert numpy.isfinite(second).all()


def test_what_comes_once_only_is_not_compiled() -> None:
    """A number that shapes something, another one in every call."""

    @np.jit
    def head(x, n):
        return np.zeros(n) + x[:n] * 2

    x = np.arange(60.0)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", np.JitFallbackWarning)
        results = [head(x, n) for n in range(1, 51)]
    assert [result.tolist() for result in results] == [[2.0 * k for k in range(n)] for n in range(1, 51)]
    assert head.traces == 17
    assert "it runs eagerly until they come a second time" in str(said[0].message)
    assert len(said) == 1
    head(x, 50)
    assert head.traces == 18


def test_signatures_that_come_again_are_all_compiled() -> None:
    @np.jit
    def head(x, n):
        return np.zeros(n) + x[:n] * 2

    x = np.arange(60.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", np.JitFallbackWarning)
        for n in range(1, 31):
            head(x, n)
            head(x, n)
    assert head.traces == 30


def test_an_int_that_is_another_one_in_every_call_is_traced() -> None:
    """Not by its text, as it is compared and handed on: by what calls it comes with."""

    def scaled(x, factor):
        return x * factor

    @np.jit
    def step(x, count, limit):
        if limit > count * 0.5:
            x = scaled(x, count)
        return x + 1, count

    x = np.arange(3.0)
    results = [step(x, count, np.asarray(4.0)) for count in range(1, 12)]
    for count, (moved, same) in zip(range(1, 12), results, strict=True):
        assert moved.tolist() == [(k * count if count * 0.5 < 4.0 else k) + 1.0 for k in range(3)]
        assert type(same) is int
        assert same == count
    assert step.traces == 4
    assert set(step.rungs()) == {"xla"}
