"""`np.jit`: every construct on every rung, beside NumPy itself; what is traced again, what falls, what raises."""

# The programs are written as people write them.
# ruff: noqa: B007, B905, C419, PERF401, RET504, RUF021, SIM108

from __future__ import annotations

import array
import collections
import contextlib
import copy
import functools
import gc
import math
import pickle
import traceback
import warnings
import weakref

import numpy
import pytest
import tensorflow as tf

import np2tf_runtime as np
from np2tf_runtime import _base, _jit, _rung
from np2tf_runtime._jit import only

RNG = numpy.random.default_rng(3)
X = numpy.arange(6, dtype=numpy.float32)
V = RNG.standard_normal(6)
A = RNG.standard_normal((5, 5))
I = numpy.array([3, 1, 4, 1, 5])  # noqa: E741
COMPILED = ("xla", "graph")


def given(value):
    """An argument for the runtime."""
    if isinstance(value, numpy.ndarray):
        return np.array(value)
    if isinstance(value, (list, tuple)):
        return type(value)(map(given, value))
    return value


def assert_same(want, have):
    """Equal values (to rounding), dtypes, shapes and Python types. NumPy's scalars are 0-d tensors."""
    if isinstance(want, (tuple, list)):
        assert type(have) is type(want)
        assert len(have) == len(want)
        for left, right in zip(want, have, strict=True):
            assert_same(left, right)
    elif isinstance(want, dict):
        assert list(want) == list(have)
        assert_same(list(want.values()), list(have.values()))
    elif isinstance(want, (numpy.ndarray, numpy.generic)):
        assert isinstance(have, tf.Tensor), have
        assert tuple(have.shape) == want.shape
        assert numpy.dtype(have.dtype) == want.dtype
        assert numpy.allclose(have.numpy(), want, rtol=1e-5 if want.dtype.itemsize < 8 else 1e-11, equal_nan=True)
    else:
        assert type(have) is type(want), have
        assert have == want or (have != have and want != want) or math.isclose(have, want, rel_tol=1e-12)


def with_numpy(function, *args):
    """What the function gives with NumPy for `np`."""
    namespace = {**function.__globals__, "np": PLAIN}
    plain = type(function)(function.__code__, namespace, function.__name__, function.__defaults__, function.__closure__)
    plain.__kwdefaults__ = function.__kwdefaults__
    with numpy.errstate(all="ignore"):
        return plain(*args)


class _Plain:
    """NumPy, with what the converter adds to it."""

    def __getattr__(self, name):
        return getattr(numpy, name)

    @staticmethod
    def tensor_scatter_update(x, index, value):
        x = x.copy() if isinstance(x, numpy.ndarray) else x
        x[index] = value
        return x


PLAIN = _Plain()

# ------------------------------------------------------------------------------------------------------------ programs


def loop_over_count(x, n):
    s = 0.0
    for i in range(n):
        s = s + x[i] * 2
    return s


def loop_backwards(x):
    y = np.zeros_like(x)
    for i in range(x.shape[0] - 1, -1, -1):
        y = np.tensor_scatter_update(y, i, x[i] + i)
    return y


def loop_by_steps(x):
    s = 0
    for i in range(1, x.shape[0], 2):
        s += i
    return s, x[s % 3]


def loop_of_no_turns(x):
    s = 1
    for i in range(3, 3):
        s = s * x[i]
    return s


def triangle(a):
    for i in range(a.shape[0]):
        for j in range(i):
            a = np.tensor_scatter_update(a, (i, j), a[i, j] - a[j, i] * 0.5)
    return a


def sum_that_may_stay_pythons(a):
    sums = np.zeros(a.shape[0])
    for i in range(a.shape[0]):
        s = 0.0
        for j in range(i):
            s += a[i, j]
        sums = np.tensor_scatter_update(sums, i, s)
    return sums


def rows(a):
    total = np.zeros(a.shape[1])
    for row in a:
        total = total + row * row
    return total


def rows_together(a, b):
    total = 0.0
    for left, right in zip(a, b):
        total = total + left * right
    return total


def rows_counted(a):
    total = 0.0
    for i, row in enumerate(a):
        total = total + row.sum() * i
    return total


def rows_reversed(a):
    last = a[0]
    for row in reversed(a):
        last = last * 0.5 + row
    return last


def nested_targets(a, b):
    total = 0.0
    for i, (left, right) in enumerate(zip(a, b), 1):
        total = total + left[0] * right[1] / i
    return total


def python_list(x):
    for factor in [1.0, 2.0, 3.0]:
        x = x * factor + 1
    return x


def appended(a):
    found = []
    for row in a:
        found.append(row.max())
    return np.array(found)


def comprehension(x, n):
    return np.array([x[i] * i for i in range(n)])


def while_with_condition(x):
    k = 0
    while x.sum() > 1:
        x = x / 2
        k += 1
    return x, k


def while_counting(x):
    i, s = 0, 0.0
    while i < 10:
        s = s + x[i % 6]
        i += 2
    return s, i


def while_with_two_conditions(x):
    i = 0
    while i < x.shape[0] and x[i] < 3:
        i += 1
    return i


def newton(a):
    x = a
    step = 1.0
    while abs(step) > 1e-12:
        step = (x * x - a) / (2 * x)
        x = x - step
    return x


def leaves_by_break(x, limit):
    s = 0.0
    for i in range(x.shape[0]):
        if x[i] > limit:
            break
        s += x[i]
    else:
        s = s + 100
    return s, i


def leaves_by_continue(x):
    s = 0.0
    for i in range(x.shape[0]):
        if x[i] < 2:
            continue
        s += x[i]
        if s > 5:
            continue
        s += 1
    return s


def leaves_by_return(x, limit):
    for i in range(x.shape[0]):
        if x[i] > limit:
            return i, x[i] * 2
    return -1, x[0]


def returns_from_two_loops(a, limit):
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            if a[i, j] > limit:
                return i * 10 + j
    return -1


def breaks_inner_loop(a):
    found = np.zeros(a.shape[0], dtype=np.int64)
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            if a[i, j] > 0:
                found = np.tensor_scatter_update(found, i, j + 1)
                break
    return found


def continue_deep_inside(a):
    s = 0.0
    for i in range(a.shape[0]):
        if a[i, 0] > 0:
            if a[i, 1] > 0:
                continue
            s += 1.5
        s += a[i, 2]
    return s


def while_with_else(x):
    while x[0] < 10:
        x = x + 3
        if x[1] > 100:
            break
    else:
        x = x * 2
    return x


def bound_in_the_loop(x):
    for i in range(x.shape[0]):
        last = x[i] * i
    return last, i


def branch(x):
    if x[0] > x[1]:
        y = x + 1
    elif x[2] > 0:
        y = x - 1
    else:
        y = x * 2
    return y


def early_return(x):
    if x.sum() > 1e6:
        return x * 2
    y = x + 1
    if y.sum() > 3:
        return y
    return y - 1


def branch_without_else(x):
    y = x
    if x.mean() > 0:
        y = np.where(x > 0, x, 0)
    return y


def number_from_branch(x):
    k = 1 if x[0] > 100 else 2
    return x * k, k


def number_or_element(x):
    m = 0.0
    if x[1] > 0:
        m = x[1]
    return x + m


def conditions(x):
    if (x[0] < x[1] and x[1] < x[2]) or not x[3] > 2:
        return 1
    return 0


def chained(x):
    return 0 < x[1] < x[2], -1 < x[0] <= 5 < x[5]


def ternaries(x):
    return x[0] if x[0] > x[1] else x[1], (x if x.sum() > 0 else -x)


def builtins_of_scalars(x, i):
    return (max(x[0], x[1], x[2]), min(x[3], 2.5), abs(-x[2]), int(x[3]), float(x[4]), len(x), round(float(x[1])),
            max(i[0], i[1]), bool(x[1] > 0), sum([x[0], x[1]]), any([x[0] > 0, x[1] > 0]), divmod(7, 2))  # fmt: skip


def mathematics(x):
    return math.sqrt(x[4]) + math.sin(float(x[1])), math.floor(x[3] + 0.5)


def asserted(x):
    assert x.sum() > 0, "never"
    return x * 2


def carried_containers(x):
    pair = (x[0], 1)
    state = [x, 0.0]
    for i in range(x.shape[0]):
        pair = (pair[0] + x[i], pair[1] + 1)
        state = [state[0] * 0.5, state[1] + 1.5]
    return pair, state


def none_before(x):
    best = None
    for i in range(x.shape[0]):
        if best is None or x[i] > best:
            best = x[i]
    return best


def int_becomes_float(x):
    s = 0
    for i in range(x.shape[0]):
        s = s + 0.5 * i
    return s, x * s


def shape_changes_once(a):
    s = 0.0
    for i in range(a.shape[0]):
        s = s + a[i]
    return s


def fibonacci(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def crc(data):
    crc = 0xFFFF
    for b in data:
        crc = crc ^ int(b)
        for _ in range(8):
            if crc & 1:
                crc = (crc >> 1) ^ 0x8408
            else:
                crc >>= 1
    return ~crc & 0xFFFF


def element_loops(a):
    n = a.shape[0]
    out = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            out = np.tensor_scatter_update(out, (i, j), a[i, j] * i + j)
    return out


def weak_numbers(x, a, k):
    y = x * a + k
    return y / k, a * k, x**a


def dictionary(x):
    out = {"sum": x.sum(), "n": x.shape[0]}
    out["half"] = x / 2
    return out


def nothing(x):
    x = x + 1
    if x[0] > 0:
        return
    x = x + 2


def mixed_arguments(x, mode="add", scale=2, *, shift=0.5):
    if mode == "add":
        return x * scale + shift
    return x - shift


def scatter(i):
    counts = np.zeros(6, dtype=np.int32)
    for k in i:
        counts = np.tensor_scatter_update(counts, k, counts[k] + 1)
    return counts


def matched(x, kind):
    match kind:
        case "double":
            y = x * 2
        case _:
            y = x
    for i in range(5):
        y = y + i
    return y


def with_local_function(x, f):
    def scaled(v, by=2):
        if v > 0:
            return v * by
        return v - by

    s = scaled(x[0]) + scaled(x[1], 3)
    return s + (lambda q: q + f if q > 1 else q)(x[2])


def deleted(x):
    y = x + 1
    if x[0] > 5:
        z = y
    else:
        z = -y
    del y
    return z


PROGRAMS = [
    (loop_over_count, X, 6), (loop_over_count, V, 5), (loop_backwards, V), (loop_by_steps, V), (loop_of_no_turns, V),
    (triangle, A), (sum_that_may_stay_pythons, A), (rows, A), (rows_together, V, V + 1), (rows_counted, A),
    (rows_reversed, A), (nested_targets, A, A.T.copy()), (python_list, X), (appended, A), (comprehension, V, 4),
    (while_with_condition, X), (while_counting, V), (while_with_two_conditions, X), (newton, numpy.float64(7.0)),
    (leaves_by_break, X, 2.5), (leaves_by_break, X, 99.0), (leaves_by_continue, X), (leaves_by_return, X, 2.5),
    (leaves_by_return, X, 99.0), (returns_from_two_loops, A, 1.0), (returns_from_two_loops, A, 99.0),
    (breaks_inner_loop, A), (continue_deep_inside, A), (while_with_else, X), (bound_in_the_loop, V), (branch, V),
    (branch, -V), (early_return, X), (early_return, -X), (branch_without_else, V), (number_from_branch, X),
    (number_or_element, V), (conditions, X), (conditions, -V), (chained, X), (ternaries, V),
    (builtins_of_scalars, X, I),
    (mathematics, V**2), (asserted, X), (carried_containers, V), (none_before, V), (int_becomes_float, X),
    (shape_changes_once, A), (fibonacci, 20), (crc, I), (element_loops, A), (weak_numbers, X, 0.1, 3),
    (dictionary, V), (nothing, X), (mixed_arguments, X), (mixed_arguments, X, "sub"), (scatter, I),
    (matched, X, "double"), (with_local_function, V, 2.5), (deleted, V),
]  # fmt: skip
NAMES = [f"{function.__name__}-{number}" for number, (function, *_) in enumerate(PROGRAMS)]


@pytest.mark.parametrize("rung", COMPILED)
@pytest.mark.parametrize("program", PROGRAMS, ids=NAMES)
def test_programs(program, rung):
    function, *args = program
    want = with_numpy(function, *args)
    with only(rung):
        have = np.jit(function)(*map(given, args))
    assert_same(want, have)


# ------------------------------------------------------------------------------- programs that choose their rung


def halves_until_small(x):
    while True:
        x = x * 0.5
        if x.max() < 1e-3:
            break
    return x


def index_of_the_last(x):
    best = -1
    for i in range(x.shape[0]):
        if x[i] > 0.5:
            best = i
    return best, x[best]


def or_of_loop(x):
    found = False
    for i in range(x.shape[0]):
        found = found or x[i] > 0
    return found


def generators(x):
    return sum(x[i] for i in range(4)), any(x[i] > 1 for i in range(4)), all([x[i] > -9 for i in range(3)])


def integer_operators(i):
    a, b = int(i[0]), int(i[1])
    return (
        (-a) // (b + 1),
        (-a) % 3,
        a // -2,
        divmod(a, 3),
        a**2,
        2.0**b,
        (a << 2) >> 1,
        a & 3 | 8,
        a ^ b,
        ~a,
        -a,
        a / b,
        a == b,
        a != b,
    )


def ranges(x):
    s = 0.0
    for i in range(5, -1, -2):
        s = s * 2 + x[i]
    for i in reversed(range(4)):
        s = s * 2 + x[i]
    for i, j in zip(range(3), range(2, 9)):
        s = s + x[i] * j
    for i in range(2, 2):
        s = None
    return s


def range_of_the_runs(x, n):
    s = 0.0
    for i in range(int(n[0]), int(n[1]), -1):
        s = s * 2 + x[i]
    return s


def recursive(x):
    if x.shape[0] <= 1:
        return x.sum()
    h = x.shape[0] // 2
    return recursive(x[:h]) + 2 * recursive(x[h:])


def appends_where_the_run_decides(x):
    out = []
    for i in range(x.shape[0]):
        if x[i] > 0:
            out.append(x[i])
    return np.array(out)


def list_with_two_names(x):
    a = [1.0, 2.0]
    b = a
    for i in range(6):
        a[0] = a[0] + x[i]
    return b


def mean_of_positive(x):
    s, c = 0.0, 0
    for v in x:
        if v > 0:
            s += v
            c += 1
    return s / c if c > 0 else 0.0


def binary_search(x):
    lo, hi = 0, x.shape[0]
    while lo < hi:
        mid = (lo + hi) // 2
        if x[mid] < 2.5:
            lo = mid + 1
        else:
            hi = mid
    return lo


def loop_that_may_converge(a):
    b = a
    for k in range(10):
        b = b @ a
        b = b / np.abs(b).max()
        if np.abs(b).sum() < 1e-9:
            break
    return b, k


def nested_while(x):
    i = 0
    out = np.zeros(6)
    while i < 6:
        j = i
        while j < 6 and x[j] >= x[i]:
            j += 1
        out = np.tensor_scatter_update(out, i, j - i)
        i = j
    return out


def tuple_that_is_replaced(x):
    t = (0, 0.0)
    for i in range(x.shape[0]):
        if x[i] > t[1]:
            t = (i, x[i])
    return t


def exchanged(x):
    a, b = 0, 1
    for i in range(6):
        if x[i] > 0:
            a, b = b, a
    return a, b


def extremes(x):
    m = x[0]
    for i in range(1, 6):
        m = max(m, x[i])
    n = min([x[i] for i in range(6)])
    z = max(0, x[1])
    w = min(x[2], 0.5, 3)
    return m, n, z + x, w * x


def and_or_in_loops(x):
    c = 0
    for i in range(6):
        for j in range(6):
            if i == j:
                continue
            if x[i] == x[j] + 1 and i < j or x[i] < -1:
                c += i * j
    return c


def fixed_point(x, tol):
    r = 1.0
    n = 0
    while r > tol and n < 50:
        new = np.cos(x)
        r = np.max(np.abs(new - x))
        x = new
        n += 1
    return x, n, r


def negative_indices(x):
    for i in range(6):
        x = np.tensor_scatter_update(x, i, i / 2)
        x = np.tensor_scatter_update(x, -1 - i, x[-1 - i] + i)
    return x


def booleans_of_arrays(x):
    p = x.sum() > 0
    q = x.max() > 100
    return p and q, p or q, not p, p and not q or p, p & q


def count_of_bools(x):
    n = 0
    for i in range(x.shape[0]):
        n += x[i] > 0
    return n


def float32_sum(x):
    y = x.astype(np.float32)
    s = 0.0
    for i in range(6):
        s = s + y[i]
        if s > 3:
            s = 1.0
    return s, y * s


def int_beside_array(x):
    s = 0
    for i in range(6):
        s -= i
        x = x + s
    return x, s


def none_or_array(x):
    if x[0] > 1e5:
        return None
    return x


def catches(x):
    try:
        y = x[int(x[1]) + 20]
    except IndexError:
        y = -1.0
    return y


def dictionary_items(x):
    d = {"a": 1.0, "b": 2.0}
    s = 0.0
    for k, v in d.items():
        s += x[0] * v + len(k)
    return s


def within_errstate(x):
    with np.errstate(all="ignore"):
        y = np.sqrt(x)
    return y


LADDER = [
    (halves_until_small, X),
    (dictionary_items, V),
    (index_of_the_last, V),
    (index_of_the_last, -abs(V)),
    (or_of_loop, V),
    (generators, V),
    (none_or_array, X),
    (integer_operators, I),
    (ranges, V),
    (range_of_the_runs, V, numpy.array([5, 1])),
    (range_of_the_runs, V, numpy.array([1, 5])),
    (recursive, V),
    (catches, X),
    (appends_where_the_run_decides, V),
    (within_errstate, X),
    (list_with_two_names, V),
    (count_of_bools, V),
    (mean_of_positive, V),
    (mean_of_positive, -abs(V)),
    (binary_search, X),
    (float32_sum, X),
    (loop_that_may_converge, A),
    (nested_while, V),
    (tuple_that_is_replaced, V),
    (exchanged, V),
    (extremes, V),
    (and_or_in_loops, X),
    (int_beside_array, V),
    (int_beside_array, X),
    (fixed_point, V, 1e-3),
    (negative_indices, V),
    (booleans_of_arrays, X),
    (range_of_the_runs, V, numpy.array([9, 1])),
]
EAGER = {appends_where_the_run_decides, none_or_array, catches}


@pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning")
@pytest.mark.parametrize(
    "program", LADDER, ids=[f"{function.__name__}-{number}" for number, (function, *_) in enumerate(LADDER)]
)
def test_ladder(program):
    function, *args = program
    try:
        want = with_numpy(function, *args)
    except Exception as error:
        want = error
    jitted = np.jit(function)
    for _ in range(2):
        if isinstance(want, Exception):
            with pytest.raises(type(want)):
                jitted(*map(given, args))
        else:
            assert_same(want, jitted(*map(given, args)))
    assert jitted.rungs() == ["eager" if function in EAGER else "xla"]


# --------------------------------------------------------------------------------------------------------- the ladder


def test_an_error_of_numpys_is_the_users():
    @np.jit
    def f(x, i):
        return x[i]

    assert f(np.array(V), np.array(2)) == V[2]
    with pytest.raises(IndexError, match="out of bounds"):
        f(np.array(V), np.array(17))
    assert f(np.array(V), np.array(-1)) == V[-1]
    assert f.rungs() == ["xla"]


@np.jit
def reads_beyond(x, n):
    s = 0.0
    for i in range(n):
        s = s + x[i]
    return s


def test_a_loop_that_leaves_the_array():
    with pytest.raises(IndexError):
        reads_beyond(np.array(V), 9)


@np.jit
def raises_where_negative(x):
    for i in range(x.shape[0]):
        if x[i] < 0:
            raise ValueError(f"negative at {i}")
    return np.sqrt(x)


def test_raise_on_a_traced_condition():
    x = numpy.abs(V)
    assert numpy.allclose(raises_where_negative(np.array(x)), numpy.sqrt(x))
    x[3] = -1
    with pytest.raises(ValueError, match="negative at 3") as caught:
        raises_where_negative(np.array(x))
    lines = [frame.line for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert any("raise ValueError" in line for line in lines)
    assert raises_where_negative.rungs() == ["xla"]


@np.jit
def asserts(x):
    assert x.sum() > 0, "too small"
    return x


def test_assert_on_a_traced_condition():
    asserts(np.array(X))
    with pytest.raises(AssertionError, match="too small"):
        asserts(-np.array(X))


@np.jit
def may_be_unbound(x):
    if x[0] > 0:
        y = x * 2
    return y


def test_unbound_names():
    assert_same(X[1:] * 2, may_be_unbound(np.array(X[1:])))
    with pytest.raises(UnboundLocalError):
        may_be_unbound(np.array(X)[:5])


def divides_strictly(x):
    with np.errstate(divide="raise"):
        return 1 / x


def test_floating_point_errors_that_are_asked_for():
    """What becomes of them is for eager calls to say."""
    x = np.array([1.0, 0.0])
    jitted = np.jit(lambda x: 1 / x)
    with numpy.errstate(divide="raise"), contextlib.suppress(FloatingPointError):
        jitted(x)
    assert jitted.rungs() == []
    assert_same(numpy.array([1.0, numpy.inf]), jitted(x))
    assert jitted.rungs() == ["xla"]
    _jit._said.clear()
    strict = np.jit(divides_strictly)
    with contextlib.suppress(FloatingPointError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        strict(x)
    assert strict.rungs() == ["eager"]
    assert "floating-point errors" in strict.reasons()[0]


@pytest.mark.parametrize("x", [numpy.ones((3, 4)), numpy.ones(4)])
def test_wrong_shapes(x):
    @np.jit
    def f(x, y):
        for i in range(6):
            x = x + y
        return x

    with pytest.raises(ValueError, match="broadcast"):
        f(np.array(x), np.array(numpy.ones(3)))
    with warnings.catch_warnings():  # whose fault it is isn't np.jit's to say
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match="broadcast"):
            f(np.array(x), np.array(numpy.ones(3)))


def test_division_of_python_numbers():
    @np.jit
    def f(x, a, b):
        return x * (a / b)

    assert_same(X * numpy.float32(0.5), f(np.array(X), 1.0, 2.0))
    with pytest.raises(ZeroDivisionError):
        f(np.array(X), 1.0, 0.0)


def test_powers_of_python_numbers_out_of_range():
    ones = numpy.ones(2, numpy.float32)

    @np.jit
    def f(x, a, b):
        return x * a**2, x * a**b

    for value, power in ((3.0, 0.5), (float("inf"), 2.5), (0.5, 3000.0)):
        expected = ones * numpy.float32(value**2), ones * numpy.float32(value**power)
        for one, other in zip(expected, f(np.array(ones), value, power), strict=True):
            assert_same(one, other)
    with pytest.raises(OverflowError):
        f(np.array(ones), 1e200, 0.5)
    with pytest.raises(OverflowError):
        f(np.array(ones), 10.0, 400.0)


@pytest.mark.parametrize("function", ["allclose", "array_equal", "array_equiv"])
def test_comparisons_of_whole_arrays_are_python_s_bools(function):
    compare = getattr(np, function)

    @np.jit
    def f(x, y):
        return compare(x, y), 1.0 if not compare(x, y) else 2.0

    x = np.array(X)
    for other, same in ((x, True), (x + 1, False)):
        found, branch = f(x, other)
        assert found is same
        assert branch == (2.0 if same else 1.0)


def test_integers_beyond_64_bits():
    @np.jit
    def f(n):
        p = 1
        for _ in range(n):
            p = p * 7
        return p

    assert f(20) == 7**20
    assert f(40) == 7**40


@pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning")
@pytest.mark.parametrize("n", [2**63 - 1, -(2**63), 2**62])
def test_numbers_next_to_the_last_of_64_bits(n):
    def f(x, n):
        return n + 1, n - 1, -n, x + 2.0 * n

    def g(x):
        return int(x) + 1, int(x) - 1

    assert_same(with_numpy(f, X, n), np.jit(f)(np.array(X), n))
    assert_same(with_numpy(g, numpy.int64(n)), np.jit(g)(np.array(n)))


@pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning")
@pytest.mark.parametrize("place", [0, slice(0, 2), numpy.array([0, 1]), numpy.array([True, False, True])])
def test_a_complex_number_is_not_assigned_to_real_ones(place):
    @np.jit
    def f(x, place, z):
        return np.tensor_scatter_update(x, place, z)

    with pytest.raises(TypeError):
        f(np.array([1.0, 2.0, 3.0]), given(place), 1j)
    assert_same(numpy.array([1j, 2, 3]), f(np.array([1.0 + 0j, 2.0, 3.0]), 0, 1j))


def masked_in_place(x, v):
    return np.tensor_scatter_update(x, x > 1, np.functional.imul(x[x > 1], v))


def sliced_in_place(x, v):
    total = 0
    for i in range(len(x)):
        part = np.functional.isub(x[:i], v)
        total = total + np.sum(part)
    return total


@pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning")
@pytest.mark.parametrize("function", [masked_in_place, sliced_in_place])
@pytest.mark.parametrize("dtype", [numpy.int64, numpy.int8, numpy.float32, numpy.float64])
@pytest.mark.parametrize("v", [2, 2.5, numpy.float64(0.5), numpy.int64(3), 1j])
def test_operators_in_place_keep_the_dtype_of_a_part(function, dtype, v):
    x = numpy.arange(6).astype(dtype)
    try:
        want = function(np.array(x), given(v)).numpy()  # eagerly
    except TypeError as error:
        with pytest.raises(type(error)):
            np.jit(function)(np.array(x), given(v))
    else:
        jitted = np.jit(function)
        assert_same(want, jitted(np.array(x), given(v)))
        assert jitted.rungs() == ["xla"]


def test_overflow_of_a_python_int():
    @np.jit(static=())
    def f(x, k):
        return x + k

    small = np.array([1, 2], dtype=np.int8)
    assert_same(numpy.array([4, 5], numpy.int8), f(small, 3))
    with pytest.raises(OverflowError):
        f(small, 300)


# ------------------------------------------------------------------------------------------------------------ falling


def falls(function, *args, to):
    """The warning of a call that falls."""
    _jit._said.clear()
    jitted = np.jit(function)
    with pytest.warns(np.JitFallbackWarning) as caught:
        first = jitted(*args)
    with warnings.catch_warnings():  # it is said once
        warnings.simplefilter("error")
        second = jitted(*args)
    assert jitted.rungs() == [to]
    assert_same(tf.nest.map_structure(lambda x: x.numpy() if isinstance(x, tf.Tensor) else x, first), second)
    assert caught[0].filename == __file__
    return str(caught[0].message)


def prints(x):
    print("here")
    return x + 1


counter = 0
store = {"n": 0}
log = []


def writes_a_global(x):
    global counter
    counter += 1
    return x + counter * 0


def writes_an_item(x):
    store["n"] = x.shape[0]
    return x + 1


def appends(x):
    log.append(1)
    return x + 1


def draws(x):
    return x + np.random.default_rng(1).normal() * 0 + draws_in_python(x) * 0


def draws_in_python(x):
    import random

    return random.random()


def generator(x):
    yield x


def calls_what_prints(x):
    for _ in range(9):
        x = prints(x)
    return x


@pytest.mark.parametrize(
    ("function", "why"),
    [(prints, "calls print"), (writes_a_global, "outer scope"), (writes_an_item, "assigns to an item of store"),
     (appends, "calls append of log"), (draws, "random"), (calls_what_prints, "calls print")],
)  # fmt: skip
def test_effects(function, why, capsys):
    before = counter, len(log)
    message = falls(function, np.array(X), to="eager")
    assert why in message
    assert "runs eagerly" in message
    assert f"{__file__}:{function.__code__.co_firstlineno}" in message
    if function is prints:
        assert capsys.readouterr().out == "here\n" * 2
    if function is writes_a_global:
        assert counter == before[0] + 2
    if function is appends:
        assert len(log) == before[1] + 2


def test_effects_on_what_is_handed_in():
    @np.jit
    def f(box, x):
        box = np.tensor_scatter_update(box, 0, x)
        return x + 1

    box = [None]
    with pytest.warns(np.JitFallbackWarning, match="list or dict that it was handed"):
        f(box, np.array(X))
    assert_same(X, box[0])


def times_its_keys(x, factors):
    for key in factors:
        x = x * (key[0] if isinstance(key, tuple) else key)
    return x


def test_keys_that_are_equal_are_told_apart_by_their_kind():
    jitted = np.jit(times_its_keys)
    for keys in ((1,), (1.0,), (True,), ((1, 2),), ((1.0, 2),)):
        factors = dict.fromkeys(keys, 0)
        assert_same(with_numpy(times_its_keys, I, factors), jitted(np.array(I), factors))


def test_generators_stay_generators():
    with pytest.warns(np.JitFallbackWarning, match="generator"):
        made = np.jit(generator)(np.array(X))
    assert_same(X, next(made))


def fallen(f, *args):
    """What a call says of falling."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        f(*args)
    return [str(w.message) for w in found if issubclass(w.category, np.JitFallbackWarning)]


def test_each_signature_falls_once_and_it_is_said_once():
    tried = []

    def f(x, n):
        tried.append(n)  # an effect: the function falls
        return x * n

    _jit._said.clear()
    compiled = np.jit(f)
    (message,) = fallen(compiled, np.array(X), 2)
    assert "runs eagerly" in message
    for _ in range(3):
        assert fallen(compiled, np.array(X), 2) == []
    assert tried == [2] * 4  # every call ran once
    assert fallen(compiled, np.array(V), 2) == []  # the same line and reason: said before
    assert compiled.rungs() == ["eager", "eager"]
    assert compiled.traces == 0


def test_a_signature_falls_alone():
    @np.jit
    def f(x, loud):
        if loud:
            print("loud")
        return x + 1

    _jit._said.clear()
    assert fallen(f, np.array(X), False) == []
    assert len(fallen(f, np.array(X), True)) == 1
    assert fallen(f, np.array(X), False) == []
    assert f.rungs() == ["xla", "eager"]
    assert f.reasons()[0] is None
    assert "calls print" in f.reasons()[1]


def no_kernel_in_xla(x):
    return np.linalg.eigvals(x).real.sum() * 0 + x


def test_what_xla_lacks_runs_as_a_graph_or_eagerly():
    _jit._said.clear()
    f = np.jit(no_kernel_in_xla)
    with pytest.warns(np.JitFallbackWarning):
        assert_same(A, f(np.array(A)))
    assert f.rungs()[0] in ("graph", "eager")
    assert f.reasons()[0]


def grows(x):
    while x.sum() < 100:
        x = np.concatenate([x, x])
    return x


def test_what_grows_falls():
    assert "becomes" in falls(grows, np.array(X), to="graph")


def test_text_of_traced_values():
    def f(x):
        name = f"{x.sum():.2f}"
        return x * len(name)

    assert "text" in falls(f, np.array(X), to="eager")


def test_results_that_only_python_can_make():
    class Box:
        def __init__(self, x):
            self.x = x

    def f(x):
        return Box(x * 2)

    _jit._said.clear()
    with pytest.warns(np.JitFallbackWarning, match="object of class Box"):
        assert_same(X * 2, np.jit(f)(np.array(X)).x)


# ---------------------------------------------------------------------------------------------------------- retracing


def test_floats_and_arithmetic_ints_are_traced_once():
    @np.jit
    def f(x, a, k):
        return x * a + k

    for number in range(4):
        assert_same(X * numpy.float32(number + 0.5) + numpy.float32(number), f(np.array(X), number + 0.5, number))
    assert f.traces == 1


def test_ints_that_only_meet_floats_are_traced_once():
    def step(x, t, size, count, every):
        dt = size * np.min(x)
        if t + dt > count * every:
            dt = count * every - t
        t += dt
        rest = np.abs(x - dt)
        return rest, t

    compiled = np.jit(step)
    for count in range(1, 5):
        given = X, 0.25, 0.5, count, 0.125
        for expected, got in zip(step(np.array(X), *given[1:]), compiled(np.array(X), *given[1:]), strict=True):
            numpy.testing.assert_allclose(got, expected, rtol=1e-6)
    assert compiled.traces == 1

    @np.jit
    def both(x, scale, n):
        scaled = n * scale
        return x[:n] * scaled

    for n in (2, 3, 4):
        assert_same(X[:n] * (n * numpy.float32(0.5)), both(np.array(X), 0.5, n))
    assert both.traces > 1

    @np.jit
    def rebound(x, scale, n):
        scale = 3
        return x[: n * scale - 3]

    for n in (2, 3):
        assert rebound(np.array(X), 0.5, n).shape == (min(3 * n - 3, len(X)),)


def slope(x):
    return np.roll(x, 1) - x


def test_a_step_that_begins_at_an_int_is_compiled_for_what_follows():
    def step(x, t, dt):
        x = x + dt * slope(x)
        t += dt * np.max(x)
        return x, t

    compiled = np.jit(step)
    x, t = np.array(X), 0
    y, u = x, 0
    for _ in range(3):
        x, t = compiled(x, t, 0.125)
        y, u = step(y, u, 0.125)
        numpy.testing.assert_allclose(x, y, rtol=1e-5)
        assert t.dtype == u.dtype
    assert compiled.traces == 1

    @np.jit
    def counted(x, n):
        n += 1
        return x * n, n

    @np.jit
    def in_turns(x, t):
        for _ in range(3):
            t += np.max(x)
        return t

    assert counted(np.array(X), 0)[1] == 1
    in_turns(np.array(X), 0)
    assert counted.traces == in_turns.traces == 1


@np.jit
def twice(x):
    return x * 2


@np.jit
def halved(x):
    for _ in range(3):
        x = x / 2
    return x


def test_what_a_step_that_runs_eagerly_once_calls_is_compiled_with_it():
    @np.jit
    def step(x, t):
        t += np.max(x)
        return twice(x), t

    x, t = np.array(X), 0
    for _ in range(2):
        x, t = step(x, t)
    assert (step.traces, twice.traces) == (1, 0)

    @np.jit
    def other(x, t):
        t += np.max(x)
        return HALVED[0](x), t

    other(np.array(X), 0)
    assert halved.traces == 1  # it goes through something: to compile it is quicker
    assert_same(X * 2, twice(X))
    assert twice.traces == 1


HALVED = [halved]


def test_what_shapes_is_static():
    @np.jit
    def f(x, n):
        return np.zeros(n, dtype=x.dtype) + x[:n]

    for n in (2, 3, 3, 2):
        assert f(np.array(X), n).shape == (n,)
    assert f.traces == 2


def test_a_float_whose_value_is_needed_becomes_static():
    @np.jit
    def f(x, a):
        return x * len(f"{a}")

    assert_same(X * 3, f(np.array(X), 1.5))
    assert_same(X * 4, f(np.array(X), 2.75))
    assert f.traces == 2
    assert f.rungs() == ["xla", "xla"]

    @np.jit
    def g(x, a):
        return np.linspace(0.0, a, 3) + x[:3]

    assert_same(numpy.linspace(0.0, 0.7, 3) + X[:3], g(np.array(X), 0.7))
    assert g.rungs() == ["xla"]


def with_many_values(f):
    for n in range(1, 19):
        with only("graph"):
            f(np.array(numpy.arange(30.0)), n)


@pytest.mark.parametrize(
    ("dtype", "number"),
    [("int8", 3), ("uint16", 3), ("float16", 2), ("float32", 2.5), ("int32", 2.5), ("float32", 2 - 1j), ("bool", 2)],
)
def test_python_numbers_stay_weak(dtype, number):
    def f(x, a):
        return x * a + a, a - x, a * a

    x = numpy.array([1, 0, 1, 1], dtype)
    if dtype == "bool":
        f = lambda x, a: (x * a + a, a * a)  # noqa: E731 - booleans can't be subtracted
    compiled = np.jit(f)
    for factor in (1, 2, 3):
        assert_same(f(x, number * factor), compiled(np.array(x), number * factor))
    assert compiled.traces == 1
    assert compiled.rungs() == ["xla"]


def storm_warnings(f):
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        with_many_values(f)
    return [str(w.message) for w in found if issubclass(w.category, np.JitFallbackWarning)]


def test_storms_are_reported_once():
    @np.jit
    def f(x, n):
        return x[:n]

    _jit._said.clear()
    (message,) = storm_warnings(f)
    assert "every value of n, 17 so far" in message
    assert storm_warnings(f) == []
    assert f.traces == 18

    @np.jit
    def computes(x, n):
        return x * n

    assert storm_warnings(computes) == []
    assert computes.traces == 1


def has_loop(f):
    (signature,) = f._signatures.values()
    (variant,) = signature.variants
    return any("While" in op.type for op, _ in _rung.operations(variant.concrete.graph))


@pytest.mark.parametrize(("turns", "looped"), [(0, False), (1, False), (4, False), (5, True), (300, True)])
def test_short_loops_are_unrolled(turns, looped):
    def f(x):
        for i in range(turns):
            x = x * 0.5 + i
        return x

    compiled = np.jit(f)
    assert_same(f(V), compiled(np.array(V)))
    assert has_loop(compiled) is looped


def test_shapes_dtypes_and_modes():
    @np.jit
    def f(x, flag=True):
        return x + 1 if flag else x

    for x in (X, V, A):
        f(np.array(x))
        f(np.array(x), False)
        f(x, False)
    assert f.traces == 6


def test_static_arguments_by_name():
    @np.jit(static=("a",))
    def f(x, a):
        return x * a

    f(np.array(X), 1.0)
    f(np.array(X), 2.0)
    assert f.traces == 2
    with pytest.raises(ValueError, match="no parameter b"):
        np.jit(static=("b",))(loop_over_count)


# ------------------------------------------------------------------------------------------------- what is around it

SCALE = 2.0
WEIGHTS = None


@np.jit
def reads_globals(x):
    return x * SCALE + (0 if WEIGHTS is None else WEIGHTS)


def test_globals_are_live():
    global SCALE, WEIGHTS
    SCALE, WEIGHTS = 2.0, None
    assert_same(X * 2, reads_globals(np.array(X)))
    SCALE = 3.0
    assert_same(X * 3, reads_globals(np.array(X)))
    traces = None
    for number in range(3):
        WEIGHTS = np.array(X) * number
        assert_same(X * 3 + X * number, reads_globals(np.array(X)))
        traces = traces or reads_globals.traces
        assert reads_globals.traces == traces
    SCALE = 2.0


def test_closures_are_live():
    factor = 2.0
    offset = np.array(X)

    @np.jit
    def f(x):
        return x * factor + offset

    assert_same(X * 2 + X, f(np.array(X)))
    factor = 5.0
    offset = np.array(X) + 1
    assert_same(X * 5 + X + 1, f(np.array(X)))


class Model:
    bias = 1.0

    def __init__(self, w):
        self.w = np.array(w)
        self.layers = [2.0, 3.0]

    @np.jit
    def apply(self, x):
        for factor in self.layers:
            x = x * factor
        return self.__shifted(x) @ self.w

    def __shifted(self, x):
        return x + self.bias if x.shape[0] else x

    @staticmethod
    @np.jit
    def plain(x):
        return x + 1

    @classmethod
    @np.jit
    def of_class(cls, x):
        return x + cls.bias


class Derived(Model):
    @np.jit
    def apply(self, x):
        return super().apply(x) * 2


def test_methods():
    model = Model(A)
    x = V[:5]
    for number in range(3):  # the weights move on: no new trace
        model.w = np.array(A) * number
        assert_same((x * 6 + 1) @ (A * number), model.apply(np.array(x)))
    assert Model.apply.traces == 1
    model.layers.append(0.5)
    assert_same((x * 3 + 1) @ (A * 2), model.apply(np.array(x)))
    other = Model(A)
    other.bias = 0.0
    assert_same((x * 6) @ A, other.apply(np.array(x)))
    assert_same(x + 1, Model.plain(np.array(x)))
    assert_same(x + 1, model.of_class(np.array(x)))
    assert_same((x * 6 + 1) @ A * 2, Derived(A).apply(np.array(x)))
    assert set(Model.apply.rungs()) == {"xla"}


class Slots:
    __slots__ = ("rate", "w")

    def __init__(self, w, rate=2.0):
        self.w = np.array(w)
        self.rate = rate

    @np.jit
    def __call__(self, x):
        return x * self.w * self.rate

    @np.jit
    def twice(self, x):
        return self(self(x))

    def compose(self, x):
        return applied(self.__call__, x)


@np.jit
def applied(function, x):
    return function(x) + 1


def test_methods_of_every_kind():
    model = Slots(V)
    for rate in (2.0, 3.0):
        model.rate = rate
        model.w = np.array(V) + rate
        w = V + rate
        assert_same(V * w * rate, model(np.array(V)))
        assert_same(V * w * rate * w * rate, model.twice(np.array(V)))
        before = applied.traces
        for _ in range(12):  # `self.__call__` is a new object whenever it is read
            assert_same(V * w * rate + 1, model.compose(np.array(V)))
        assert applied.traces == before + 1
    assert set(Slots.__call__.rungs() + Slots.twice.rungs() + applied.rungs()) == {"xla"}


def test_gradients_through_the_attributes_of_an_object():
    model, before = Slots(V), Slots.twice.traces
    for w in (V, V + 1):
        model.w = np.array(w)
        with tf.GradientTape() as tape:
            tape.watch(model.w)
            loss = model.twice(np.array(X.astype(float))).sum()
        assert_same(X * 2 * w * 4, tape.gradient(loss, model.w))
    assert Slots.twice.traces == before + 1


class Scaled:
    def __init__(self, factor):
        self.factor = factor

    @np.jit
    def apply(self, x):
        return x * self.factor + 1


def test_objects_by_the_dozen_are_not_compiled_by_the_dozen():
    _jit._said.clear()
    x = np.array(X)
    first = [Scaled(float(n)) for n in range(8)]
    assert [fallen(made.apply, x) for made in first] == [[]] * 8
    (message,) = fallen(Scaled(0.5).apply, x)
    assert "anew for every object" in message
    late = Scaled(4.5)
    assert fallen(late.apply, x) == []
    assert_same(X * numpy.float32(4.5) + 1, late.apply(x))
    assert_same(X * 3 + 1, first[3].apply(x))
    assert Scaled.apply.traces == 8
    kept = weakref.ref(late)
    del late
    gc.collect()
    assert kept() is None  # what isn't compiled isn't kept alive


def helper(x, n):
    for i in range(n):
        if x[i] > 2:
            return x[i]
    return x[0]


@np.jit
def jitted_helper(x):
    return helper(x, 6) * 2


def calls_others(x):
    return jitted_helper(x) + helper(x, 3) + functools.partial(helper, x)(2)


def test_calls_are_inlined():
    for rung in COMPILED:
        with only(rung):
            assert_same(numpy.float32(6), np.jit(calls_others)(np.array(X)))


@pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning")  # a loop with a gradient runs as a graph
def test_what_is_nested_has_no_signatures_of_its_own():
    @np.jit
    def inner(x, n):
        for _ in range(n):
            x = x * 0.5 + 1
        return x

    @np.jit
    def outer(x, n):
        for _ in range(n):
            x = inner(x, 6) + inner(x, 2)
        return x

    want = V
    for _ in range(7):
        want = inner.__wrapped__(want, 6) + inner.__wrapped__(want, 2)
    assert_same(want, outer(np.array(V), 7))
    assert outer.rungs() == ["xla"]
    assert inner.rungs() == []
    x = np.array(V)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = outer(x, 7).sum()
    assert_same(numpy.full(6, (0.5**6 + 0.5**2) ** 7), tape.gradient(y, x))


def powers(x, n):
    y = x * 0 + 1
    for i in range(n):
        y = y * x / 3.0
        y = np.tensor_scatter_update(y, i % 4, y[i % 3] + x[1])
    return y


def triangle(a):
    total = a[0, 0]
    for i in range(a.shape[0]):
        for j in range(i):
            total = total + a[i, j] * a[j, i]
        total = total * 0.5 + a[i, :i] @ a[:i, i]
    return total


@pytest.mark.parametrize(("function", "args"), [(powers, (V, 9)), (triangle, (numpy.outer(V, V)[:5, :5] + 1,))])
def test_gradients_of_loops_are_compiled(function, args):
    x, *rest = (np.array(x) if isinstance(x, numpy.ndarray) else x for x in args)
    jitted = np.jit(function)
    found = []
    for call in (function, jitted, jitted):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as tape:
                tape.watch(x)
                value = call(x, *rest)
            first = tape.gradient(value, x)
            slope = tf.reduce_sum(first * tf.cos(x))
        found.append((value, first, outer.gradient(slope, x)))
    for other in found[1:]:
        for want, have in zip(found[0], other, strict=True):
            numpy.testing.assert_allclose(have, want, rtol=1e-10, atol=1e-12)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        value = jitted(x, *rest)
    numpy.testing.assert_allclose(tape.gradient(value, x), found[0][1], rtol=1e-10, atol=1e-12)
    numpy.testing.assert_allclose(tape.gradient(value, x), found[0][1], rtol=1e-10, atol=1e-12)
    assert jitted.rungs() == ["xla"], jitted.reasons()


OUTER_FACTOR, OUTSIDE = tf.Variable(2.0, dtype=tf.float64), [tf.constant(numpy.arange(400.0))]


def test_gradients_of_loops_reach_what_is_read_from_outside():
    def scaled(x, n):
        for _ in range(n):
            x = x * OUTER_FACTOR + OUTSIDE[0][:6]
        return x

    x = np.array(V)
    found = []
    for call in (scaled, np.jit(scaled)):
        with warnings.catch_warnings(), tf.GradientTape() as tape:
            warnings.simplefilter("ignore", np.JitFallbackWarning)
            tape.watch((x, OUTSIDE[0]))
            value = call(x, 6)
        found.append(tape.gradient(value, (x, OUTER_FACTOR, OUTSIDE[0])))
    for want, have in zip(*found, strict=True):
        numpy.testing.assert_allclose(have, want)


def test_within_tensorflows_own_function():
    found = tf.function(lambda x: jitted_helper(x) + 1, autograph=False)(np.array(X))
    assert float(found) == 7.0


def test_gradients():
    def f(x, n):
        s = 0.0
        for i in range(n):
            if x[i] > 0:
                s = s + x[i] ** 3
        y = np.zeros_like(x)
        for i in range(1, 6):
            y = np.tensor_scatter_update(y, i, y[i - 1] * x[i] + s)
        return y.sum()

    x = np.array(V)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = f(x, 6)
    want = tape.gradient(value, x)
    compiled = np.jit(f)
    with warnings.catch_warnings(), tf.GradientTape() as tape:
        warnings.simplefilter("ignore", np.JitFallbackWarning)
        tape.watch(x)
        value = compiled(x, 6)
    assert numpy.allclose(tape.gradient(value, x), want)
    assert compiled.rungs()[0] in COMPILED


@pytest.mark.parametrize(
    "function",
    [
        lambda x, w: np.sum(w * np.log(x[x > 0])),
        lambda x, w: np.sum(np.sqrt(x[x > 0]) + w),
        lambda x, w: np.sum(w * x[x > 0] ** 2),
    ],
)
def test_gradients_of_what_a_mask_chooses(function):
    given = np.array([numpy.nan, 0.0, 2.0, -1.0, 4.0, numpy.inf]), np.array(3.0)
    found = []
    for one in (function, np.jit(function)):
        with tf.GradientTape() as tape:
            tape.watch(given)
            result = one(*given)
        found.append(tape.gradient(result, given))
    assert numpy.isfinite(found[0][0].numpy()[:5]).all()
    for want, have in zip(*found, strict=True):
        assert_same(want.numpy(), have)


def test_the_argument_itself_is_returned():
    @np.jit
    def f(x, y):
        if y.shape[0] > 3:
            return x, y + 1
        return y, x

    x = np.array(X)
    assert f(x, np.array(V))[0] is x


def test_bool_of_an_array():
    @np.jit
    def f(x):
        return 1 if x else 2

    with pytest.raises(ValueError, match="ambiguous"):
        f(np.array(X))


@np.jit
def tripled(x):
    return 3 * x


def test_copies_are_made_by_name_as_of_functions():
    tripled(np.array(X))
    assert copy.deepcopy([tripled])[0] is tripled
    assert pickle.loads(pickle.dumps(tripled)) is tripled
    assert (tripled.__code__.co_argcount, tripled.__defaults__) == (1, None)


def test_description():
    f = np.jit(loop_over_count)
    assert repr(f) == f"<np.jit of {__name__}.loop_over_count>"
    with only("graph"):
        f(np.array(X), 3)
    assert repr(f) == f"<np.jit of {__name__}.loop_over_count: 1 graph>"
    assert f.__name__ == "loop_over_count"
    assert f.__wrapped__ is loop_over_count
    assert np.jit(f) is f
    with pytest.raises(TypeError, match="takes a function"):
        np.jit(3)


def test_host_arrays_count_as_tensors():
    @np.jit
    def f(x, y):
        return x + y

    assert_same(X + V, f(X, V))
    assert_same(X + numpy.float64(2), f(X, numpy.float64(2)))


def test_what_has_no_source():
    namespace = {"np": np}
    exec("def f(x):\n    return x + 1", namespace)
    with pytest.warns(np.JitFallbackWarning, match="source"):
        assert_same(X + 1, np.jit(namespace["f"])(np.array(X)))


def factorial(n):
    return n if n < 2 else n * factorial(n - 1)


def test_a_function_that_calls_itself():
    assert np.jit(factorial)(5) == 120
    _jit._said.clear()
    with pytest.warns(np.JitFallbackWarning, match="only the run knows how often"):
        assert_same(numpy.int64(120), np.jit(factorial)(np.array(5)))


def test_lambdas():
    f = np.jit(lambda x, a: x * a if a > 1 else x)
    assert_same(X * 2, f(np.array(X), 2))
    assert f.rungs() == ["xla"]


def test_scalars_of_two_kinds():
    """0.0 where the loop has no turn, an array's element otherwise: what follows has another dtype."""

    @np.jit
    def f(x, n):
        s = 0.0
        for i in range(n[0]):
            s = s + x[i]
        return X_ * s

    X_ = np.array(X)  # noqa: N806
    x = np.array(V)
    assert_same(X * numpy.float64(V[0] + V[1]), f(x, np.array([2])))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_same(X * 0.0, f(x, np.array([0])))


def test_two_results_that_are_one():
    @np.jit
    def f(x):
        y = x * 2
        return y, y

    a, b = f(np.array(X))
    assert a is b


class Table:
    """Reads itself in every way that Python has for that."""

    def __init__(self):
        self.data = np.array(V)
        self.sizes = {"n": 2}

    def __getitem__(self, i):
        return self.data[i]

    def __len__(self):
        return self.sizes["n"]

    def __contains__(self, x):
        return x > self.data[0]

    @property
    def doubled(self):
        return self.data * self.sizes["n"]


TABLE = Table()
QUEUE = collections.deque([1, 2])
CHOSEN = {1, 2}
HOST = numpy.ones(6)


def reads_objects(x, chosen):
    y = x * TABLE[0] + len(TABLE) + TABLE.doubled + len(QUEUE) + HOST
    if x[0] in TABLE:
        y = y + 1
    return y * (2 if 3 in chosen else 1)


def test_objects_are_live():
    compiled = np.jit(reads_objects)

    def check():
        assert_same(reads_objects(np.array(V), CHOSEN).numpy(), compiled(np.array(V), CHOSEN))
        assert compiled.rungs() == ["xla"]

    check()
    TABLE.data = np.array(V) - 1
    check()
    TABLE.sizes["n"] = 5
    check()
    QUEUE.append(1)
    check()
    CHOSEN.add(3)
    check()
    HOST[2] = 7.0
    check()


class Gains:
    def __init__(self):
        self.gain = 2.0
        self.places = array.array("l", [0, 1])
        self.named = collections.UserDict(a=1.0)
        self.deep = [[[[[1.0]]]]]
        self.chosen = {1}


def reads_by_name(x, gains):
    y = x * getattr(gains, "gain") + getattr(gains, "offset", 1.0)  # noqa: B009
    if hasattr(gains, "scale"):
        y = y * gains.scale
    y = y + x[gains.places[1]] + gains.named["a"] + gains.deep[0][0][0][0][0]
    return y, [item for item in gains.chosen]  # noqa: C416


def test_attributes_are_live_however_they_are_read():
    gains, compiled = Gains(), np.jit(reads_by_name)

    def check():
        (want, items), (have, more) = reads_by_name(np.array(V), gains), compiled(np.array(V), gains)
        assert_same((want.numpy(), items), (have, more))
        assert compiled.rungs() == ["xla"]

    check()
    gains.gain = 3.0
    check()
    gains.offset = np.array(V)
    check()
    gains.scale = 5.0
    check()
    del gains.offset
    check()
    gains.places[1] = 2
    gains.named["a"] = 7.0
    check()
    gains.deep[0][0][0][0][0] = 9.0
    check()
    gains.chosen.clear()
    gains.chosen.add(1.0)  # which is equal to 1
    check()


def takes_from(x, items):
    for item in items:
        x = x * 2 + item
    return np.sort(x)


@pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning")
@pytest.mark.parametrize("make", [iter, lambda items: (2 * item for item in items), lambda items: map(float, items)])
def test_an_iterator_is_used_up_by_the_call(make):
    jitted, items, others = np.jit(takes_from), make([1.0, 2.0]), make([1.0, 2.0])
    for _ in range(2):
        assert_same(takes_from(np.array(V), others).numpy(), jitted(np.array(V), items))
    assert jitted.rungs() == ["eager"]


class Listed(list):
    """Lists that are told apart by which object they are."""


def counts(x, items):
    return x + sum(len(part) if hasattr(part, "__len__") else part for part in items)


@pytest.mark.parametrize(
    ("items", "change"),
    [(Listed([1.0]), lambda items: items.append(2.0)), (collections.deque([1.0]), lambda items: items.append(2.0)),
     ([{1}, 2.0], lambda items: items[0].add(5)), (collections.UserList([1.0]), lambda items: items.append(2.0)),
     (numpy.array([1, "a"], object), lambda items: items.__setitem__(1, "abc"))],
    ids=lambda x: type(x).__name__,
)  # fmt: skip
def test_arguments_that_change_between_calls(items, change):
    compiled = np.jit(counts)
    assert_same(with_numpy(counts, V, items), compiled(np.array(V), items))
    change(items)
    assert_same(with_numpy(counts, V, items), compiled(np.array(V), items))
    assert compiled.rungs() == ["xla"]


def test_slices_of_numpys_numbers():
    compiled = np.jit(lambda x, part: np.sum(x[part]))
    for start, stop in ((1, 4), (0, 2), (None, -1)):
        ends = [None if end is None else np.array(end) for end in (start, stop)]
        assert_same(V[start:stop].sum(), compiled(np.array(V), slice(*ends)))
    assert (compiled.rungs(), compiled.traces) == (["xla", "xla"], 2)


@pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning")
def test_lists_that_others_hold_are_returned_themselves():
    rows = [np.array(V)]

    def twice(x):
        made = [x]
        return made, made

    def outer(x):
        return x + 1, rows

    given = {"rows": rows}
    assert np.jit(lambda x, given: (x + 1, [given]))(np.array(V), given)[1][0] is given
    assert np.jit(outer)(np.array(V))[1] is rows
    one, other = np.jit(twice)(np.array(V))
    assert one is other


class Vector:
    def __init__(self, x):
        self.x = x

    def __add__(self, other):
        return self.x + other


class Number(Gains):
    def __index__(self):
        return int(self.gain)


class Named(Gains):
    def __str__(self):
        return f"{self.gain}"


@pytest.mark.parametrize(
    ("function", "argument", "why"),
    [(lambda x, v: v + x, Vector(3.0), "operators of class Vector"),
     (lambda x, n: x[n], Number(), "operators of class Number"),
     (lambda x, named: x + len(str(named)), Named(), "an object of class Named becomes text"),
     (lambda x, rng: x + rng.normal(), numpy.random.default_rng(0), "calls normal of an object of class Generator")],
)  # fmt: skip
def test_what_a_trace_does_not_see(function, argument, why):
    _jit._said.clear()
    compiled = np.jit(function)
    with pytest.warns(np.JitFallbackWarning, match=why):
        compiled(np.array(V), argument)
    assert compiled.rungs() == ["eager"]


S = numpy.zeros((3, 3))
REFUSED = [
    (lambda x: np.linalg.inv(x), S),
    (lambda x: np.linalg.cholesky(x), -numpy.eye(3)),
    (lambda x: np.linalg.solve(x, x), S),
    (lambda x: np.bincount(x), numpy.array([0, -9])),
    (lambda x: np.repeat(np.array([1.0, 2.0]), x), numpy.array([0, -9])),
    (lambda x: np.unravel_index(x, (2, 3)), numpy.array([0, 9])),
    (lambda x: np.ravel_multi_index((x, x), (2, 3)), numpy.array([0, 9])),
    (lambda x: np.delete(np.array([1.0, 2.0]), x), numpy.array(9)),
    (lambda x: np.digitize(x, x), numpy.array([0.0, 3.0, 1.0])),
    (lambda x: np.take(np.array([1.0, 2.0]), x), numpy.array([0, -9])),
    (lambda x: np.tensor_scatter_update(np.array([1.0, 2.0]), x, 1.0), numpy.array([0, 9])),
    (lambda x: np.asarray_chkfinite(x), numpy.array([0.0, numpy.inf])),
    (lambda x: np.histogram(x, bins=3, range=(x[1], x[0])), numpy.array([0.0, 3.0, 1.0])),
    (lambda x: np.nanargmax(x, axis=1), numpy.array([[1.0, 2.0], [numpy.nan, numpy.nan]])),
    (lambda x: np.quantile(np.array([1.0, 2.0]), x), numpy.array([0.5, 1.5])),
    (lambda x: np.percentile(np.array([1.0, 2.0]), x), numpy.array(-0.5)),
    (lambda x: np.geomspace(x[0], x[1], 5), numpy.array([0.0, 3.0])),
    (lambda x: np.choose(x, [x, 2 * x]), numpy.array([0, -1])),
    (lambda x: np.cov(np.array([1.0, 2.0]), fweights=x), numpy.array([1, -1])),
    (lambda x: np.cov(np.array([1.0, 2.0]), fweights=x), numpy.array([1.0, 0.5])),
    (lambda x: np.cov(np.array([1.0, 2.0]), aweights=x), numpy.array([0.0, 0.0])),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning")
@pytest.mark.parametrize("question", REFUSED, ids=range(len(REFUSED)))
def test_values_that_numpy_refuses(question):
    """XLA has no errors: it would give NaN, or clamp."""
    function, x = question
    with pytest.raises(Exception) as want:  # noqa: PT011 - which one is the question
        with_numpy(function, x)
    jitted = np.jit(function)
    with pytest.raises(want.type):
        jitted(np.array(x))
    assert jitted.rungs()[0] in COMPILED


def inverts(x):
    np.linalg.inv(x)
    return True


def solves(x):
    np.linalg.solve(x, np.ones(len(x)))
    return x + 1


def inverts_again_and_again(x):
    y = x
    for i in range(4):
        y = np.linalg.inv(y - i)
    return x


def inverts_in_a_branch(x):
    if x[0, 0] < 2:
        np.linalg.inv(x)
    return x


@pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning")
@pytest.mark.parametrize("function", [inverts, solves, inverts_again_and_again, inverts_in_a_branch])
@pytest.mark.parametrize("size", [3, 150])  # of the second NumPy computes the inverse
def test_what_is_asked_for_its_error_only(function, size):
    jitted, x = np.jit(function), numpy.eye(size)
    for factor in (5.5, 0.0, 5.5):
        with pytest.raises(np.linalg.LinAlgError) if factor == 0.0 else contextlib.nullcontext():
            assert_same(with_numpy(function, factor * x), jitted(np.array(factor * x)))
    assert jitted.rungs() == ["graph"]


# ------------------------------------------------------------------------------------- what is computed once, or never


def _operations(jitted):
    (found,) = jitted._signatures.values()
    return [op.type for op, _ in _rung.operations(found.variants[0].concrete.graph)]


def test_what_python_numbers_give_is_computed_once():
    @np.jit
    def function(x, dx):
        return x / dx**2, 2 * x / dx**2 + dx * 2, x - dx * 2

    args = given(V), 0.3
    assert_same(with_numpy(function.__np2tf_function__, V, 0.3), function(*args))
    found = _operations(function)
    assert found.count("Square") == 1
    assert found.count("Mul") == 2  # of `2 * x` and of `dx * 2`


def test_numbers_that_are_equal_and_not_the_same_stay_apart():
    @np.jit
    def function(x):
        return x * 0.0, x * -0.0, x + 1, x + True, x * 1, (x * math.nan, x * -math.nan)

    for rung in COMPILED:
        with only(rung):
            found = function(given(V))
        want = with_numpy(function.__np2tf_function__, V)
        assert_same(want, found)
        assert [numpy.signbit(a).tolist() for a in want[:2]] == [numpy.signbit(a).tolist() for a in found[:2]]


@pytest.mark.parametrize("rung", COMPILED)
def test_a_check_is_made_for_everyone_who_needs_it(rung):
    """What a branch or a short circuit computes first is checked anew where it is computed again."""

    @np.jit
    def function(x, scale):
        total = 0.0
        for i in range(4):
            if scale > 1.0 and scale**400 > 2.0:
                total = total + scale**400
            else:
                total = total - 1.0
        return x * total

    with only(rung):
        assert_same(with_numpy(function.__np2tf_function__, V, 1.5), function(given(V), 1.5))
        assert_same(with_numpy(function.__np2tf_function__, V, 0.5), function(given(V), 0.5))
        with pytest.raises(OverflowError):
            function(given(V), 1e10)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64", "complex128"])
@pytest.mark.parametrize("rung", COMPILED)
def test_what_is_finite_or_no_number(rung, dtype):
    @np.jit
    def function(x):
        return np.isfinite(x), np.isnan(x), np.isinf(x), np.nan_to_num(x), np.max(x), np.nanmax(x)

    parts = numpy.array([0.0, -0.0, 1.5, -2.0, numpy.inf, -numpy.inf, numpy.nan, 6e4, 6e-8])
    with numpy.errstate(all="ignore"):
        values = parts if dtype.startswith("f") else (parts[:, None] + 1j * parts[None, :]).ravel()
        values = values.astype(dtype)
    with only(rung):
        for x in (values, values[:4]):
            found, want = function(given(x)), with_numpy(function.__np2tf_function__, x)
            assert_same(want[:3], found[:3])
            if dtype.startswith("f"):
                assert_same(want[3:], found[3:])


def test_indices_that_are_surely_inside_are_not_looked_at_in_the_run():
    @np.jit
    def inside(x):
        rows, columns = np.mgrid[0:5, 0:5]
        return x[rows, columns] + x[rows[::-1] - 5, columns]

    @np.jit
    def outside(x):
        return x[np.arange(7) - 1, 0]

    assert_same(with_numpy(inside.__np2tf_function__, A), inside(given(A)))
    assert inside.rungs() == ["xla"]
    (found,) = inside._signatures.values()
    assert not found.variants[0].flagged
    with pytest.raises(IndexError):
        outside(given(A))


def test_the_garbage_collector_runs_again_after_a_trace():
    @np.jit
    def function(x):
        if x.ndim > 5:
            raise ValueError
        return x + 1

    function(given(V))
    assert gc.isenabled()
    gc.disable()
    try:
        function(given(A))
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_places_from_arguments_are_no_constants_of_the_program():
    """XLA would compile anew for each value."""

    @np.jit
    def function(x, i, rows):
        total = x[i]
        for k in range(5):
            total = total + x[i + k - 4 :][0] * x[rows[k]] * x[k]
            for j in range(k, 5):
                total = total - x[j] * x[i]
        return total

    for i in (4, 5, 4):
        for rows in (I - 1, I[::-1] - 1):
            assert_same(
                with_numpy(function.__np2tf_function__, V, numpy.array(i), rows),
                function(given(V), np.array(i), given(rows)),
            )
    assert function.rungs() == ["xla"]
    found = _operations(function)
    assert "XlaDynamicSlice" in found
    (signature,) = function._signatures.values()
    for op, _ in _rung.operations(signature.variants[0].concrete.graph):
        if op.type in ("Slice", "StridedSlice"):
            pending, seen = list(op.inputs)[1:], []
            while pending:
                tensor = pending.pop()
                seen.append(tensor.op.type)
                pending += tensor.op.inputs
            assert not set(seen) & {"GatherV2", "XlaDynamicSlice", "Slice"}


# ------------------------------------------------------------------------------------------- what stands for a number


def compared_with_none(x):
    return x == None, x != None, x != "a"  # noqa: E711 - element by element


def told_of_a_number(x):
    n = int(x[0])
    half = n * 0.5
    asked = np.functional
    return (
        asked.type_of(n).__name__, asked.type_of(half) is float, asked.is_instance(n, (str, int)),
        hasattr(n, "bit_length"), hasattr(half, "hex"), hasattr(n, "tensor"), hasattr(n, "shape"),
        asked.has_attribute(n, "real"), asked.has_attribute(n, "shape"), getattr(n, "terms", None), half,
    )  # fmt: skip


def negated(z):
    w = -z
    return w, np.sqrt(w), np.sqrt(-w)


@pytest.mark.parametrize("rung", COMPILED)
@pytest.mark.parametrize(
    ("function", "argument"),
    [
        (compared_with_none, numpy.arange(3)),
        (compared_with_none, numpy.array(1.5)),
        (told_of_a_number, numpy.array([5, 6])),
        (negated, 1 + 0j),
        (negated, complex(-4.0, -0.0)),
    ],
)
def test_answers_about_what_is_traced(function, argument, rung):
    with only(rung):
        have = np.jit(function)(given(argument))
    assert_same(_plain(function(given(argument))), have)


def _plain(value):
    """What an eager call gave, with NumPy's arrays."""
    return tuple(v.numpy() if isinstance(v, tf.Tensor) else v for v in value)


def test_one_element_is_a_number_where_numpy_takes_it():
    def number(x):
        return float(x) + int(x)

    assert np.jit(number)(np.array(2.0)) == 4.0
    x = numpy.array([2.0])
    try:
        want = number(x)
    except TypeError as error:
        with pytest.raises(TypeError, match=str(error)):
            np.jit(number)(np.array(x))
    else:
        assert np.jit(number)(np.array(x)) == want


def test_a_rung_that_is_forced_says_what_keeps_a_call_from_it():
    def described(x):
        return f"{x.sum()}"

    with only("xla"), pytest.raises(_base.NotCompilableError):
        np.jit(described)(np.array(V))

    def steps(x, n):
        return np.zeros(n) + x

    outer = np.jit(lambda x: np.jit(steps)(x, 3) + np.zeros(int(x[0])))
    with only("xla"), pytest.raises(_base.NotCompilableError):
        outer(np.array([3.0]))


# ------------------------------------------------------------------------------------------------ text, lists, classes


TEXTS = [
    lambda x, n: "%s" % x,  # noqa: UP031
    lambda x, n: "%s of %s" % (n, [x]),  # noqa: UP031
    lambda x, n: "%(n)s" % {"n": n},  # noqa: UP031
    lambda x, n: "{} {x}".format(n, x=x),  # noqa: UP032
    lambda x, n: f"{[x, n]} {(x[0],)!r}",
    lambda x, n: str([x]) + repr((n, x.sum())) + ascii(x),
    lambda x, n: x.__str__() + format(n + 1) + n.__format__("") + str(slice(x[0], None)),
    lambda x, n: repr(range(x[0])),
    lambda x, n: [1, 2] * x[0] + [3],
    lambda x, n: x[0] * (n, 2),
]


@pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning")
@pytest.mark.parametrize("function", TEXTS, ids=range(len(TEXTS)))
@pytest.mark.parametrize("n", [3, 2.5, 1j, numpy.float64(0.5)])
def test_what_is_traced_is_no_text_and_repeats_no_list(function, n):
    x = numpy.array([2, 0, 1])
    want, have = function(x, n), np.jit(function)(np.array(x), n)
    assert type(want) is type(have)
    assert want == have


@pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning")
def test_a_list_is_not_repeated_by_a_float():
    with pytest.raises(TypeError):
        np.jit(lambda x: [1, 2] * x[0])(np.array([2.0, 1.0]))


def test_the_class_of_what_is_traced():
    def classes(x, n):
        return type(x).__name__, x.__class__.__name__, type(x[0]) is type(x), type(n).__name__, n.__class__ is float

    x = np.array(X)
    assert np.jit(classes)(x, 2.5) == classes(x, 2.5)


@pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning")
@pytest.mark.parametrize("n", [2.5, 1j])
def test_bits_of_what_is_no_integer(n):
    with pytest.raises(TypeError):
        np.jit(lambda n: ~n)(n)


@pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning")
@pytest.mark.parametrize("make", [lambda n: np.zeros(n), lambda n: np.ones((n, 2)), lambda n: np.eye(n)])
def test_a_length_that_is_no_integer(make):
    with pytest.raises(TypeError, match="integer"):
        np.jit(make)(np.array(2.5))


# ------------------------------------------------------------------------------------------------------ integer powers


@pytest.mark.parametrize("rung", COMPILED)
@pytest.mark.parametrize("exponent", ["uint8", "int32", "int64", "uint64"])
@pytest.mark.parametrize("base", ["int8", "int32", "int64", "uint64"])
def test_integer_powers_with_large_exponents(base, exponent, rung):
    """XLA looks at six bits of an exponent."""
    if numpy.result_type(base, exponent).kind == "f":
        return
    powers = [0, 1, 5, 63, 64, 65, 100, 128, 255, 2**31 - 1, 2**40 + 3, 2**63 - 1, 2**64 - 1]
    e = numpy.array([p for p in powers if p <= numpy.iinfo(exponent).max], exponent)
    x = numpy.array([[0], [1], [2], [3], [7], *([[-1], [-3]] if base != "uint64" else [])], base)
    with only(rung):
        have = np.jit(lambda x, e: (x**e, np.power(x, e), x**100))(given(x), given(e))
    assert_same((x**e, numpy.power(x, e), x**100), have)


def powers_in_a_loop(x, n):
    signs, zeros, ones = 0, 0, 0
    for i in range(n):
        x = x + (x % 3) ** i
        signs = signs * 3 % 1001 + (-1) ** i
        zeros = zeros * 3 % 1001 + 0**i
        ones = ones + (i - i) ** i + 1**i
    return x, signs, zeros, ones


@pytest.mark.parametrize("rung", COMPILED)
def test_powers_of_python_integers(rung):
    x = numpy.array([0, 1, 2, -1])
    with only(rung):
        assert_same(with_numpy(powers_in_a_loop, x, 140), np.jit(powers_in_a_loop)(given(x), 140))


def test_the_sign_of_a_remainder_that_is_zero() -> None:
    z = numpy.array([0.0, -0.0, 1.0, -1.0, 3.5, -3.5, numpy.inf])
    with numpy.errstate(invalid="ignore"):
        want = numpy.fmod(z[:, None], z)
    found = numpy.asarray(np.jit(lambda x: np.fmod(x[:, None], x))(np.asarray(z)))
    known = ~numpy.isnan(want)
    assert numpy.array_equal(found, want, equal_nan=True)
    assert numpy.array_equal(numpy.signbit(found[known]), numpy.signbit(want[known]))


# ------------------------------------------------------------------------------------- lists and dicts by several names


def one_of_two(x, a, b):
    if x.sum() > 2:
        a = b
    return a, x + 1


def exchanged(x, a, b):
    kept = a = [0.0, x]
    if x.sum() > 2:
        a, b = b, a
    return a, b, kept


def chosen(x, a, b):
    return (a if x.sum() > 2 else b), x + 1


def returned_early(x, a, b):
    if x.sum() > 2:
        return a
    return b if x.sum() < 1 else a


def in_a_tuple(x, a, b):
    pair = (b, 1)
    if x.sum() > 2:
        pair = (a, 2)
    return pair


def two_names_in_a_loop(x, a, b):
    for i in range(20):
        x = x * 0.5 + i
        a = [i * 1.0, x]
        b = a
    return a, b


def exchanged_in_a_loop(x, a, b):
    for _ in range(21):
        x = x * 0.5 + a[0]
        a, b = b, a
    return a, b


def exchanged_while(x, a, b):
    while x.sum() < 40:
        x = x * 1.5 + a[0]
        a, b = b, a
    return a, b


def never_changed(x, a, b):
    for _ in range(20):
        if x.sum() > 1e9:
            a = [a[0] + 1.0]
        x = x * 0.5
    return a, x


def _containers_of(value):
    if isinstance(value, (list, tuple, dict)):
        if not isinstance(value, tuple):
            yield value
        for item in value.values() if isinstance(value, dict) else value:
            yield from _containers_of(item)


@pytest.mark.parametrize(
    "function",
    [
        one_of_two, exchanged, chosen, returned_early, in_a_tuple, two_names_in_a_loop, exchanged_in_a_loop,
        exchanged_while, never_changed,
    ],
)  # fmt: skip
def test_lists_that_go_by_several_names_stay_one_object(function):
    jitted = np.jit(function)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", np.JitFallbackWarning)
        for x in (numpy.zeros(3), numpy.ones(3)):
            known = []
            for run, array in ((function, numpy.array), (jitted, np.array)):
                handed = [1.0], [2.0]
                known.append([])
                found = [*handed, *_containers_of(run(array(x), *handed))]
                known[-1] = [[one is other for other in found] for one in found]
            assert known[0] == known[1]


def list_of_parameters(x, values):
    for _ in range(20):
        h = x * values[0] + values[1]
        values = [v - 0.1 * g for v, g in zip(values, [(h * x).mean(), h.mean()])]
    return values


def dict_of_parameters(x, values):
    found = {"w": values[0], "b": values[1]}
    for _ in range(20):
        e = (x * found["w"] + found["b"]).mean()
        if e > 0.1:
            found = {"w": found["w"] - 0.1 * e, "b": found["b"] - 0.1 * e}
    return found


@pytest.mark.parametrize("function", [list_of_parameters, dict_of_parameters])
def test_lists_that_are_new_in_every_turn_are_compiled(function):
    jitted = np.jit(function)
    assert_same(with_numpy(function, V, [1.0, 0.5]), jitted(np.array(V), [1.0, 0.5]))
    assert jitted.rungs() == ["xla"]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_what_xla_folds_of_a_constant_nan(dtype) -> None:
    def function(np, x):
        nan = np.full(x.shape, np.nan, x.dtype)
        return (
            np.maximum(nan, x), np.minimum(np.nan, x), np.clip(np.zeros_like(x) * np.inf, x, x + 1),
            np.exp(x * np.nan), np.expm1(x * np.nan), np.logaddexp(x, np.nan), np.logaddexp2(np.nan, x),
        )  # fmt: skip

    x = numpy.arange(300).astype(dtype)
    compiled = np.jit(lambda x: function(np, x))(given(x))
    assert all(numpy.isnan(part).all() for part in compiled)


def test_known_exponents_of_two_are_not_put_together() -> None:
    x = numpy.array([1e-300, -2.0, 0.0, numpy.inf])

    def function(np, x):
        return np.ldexp(x, 1500), np.ldexp(x, -1060), np.ldexp(x, 2000)

    with numpy.errstate(all="ignore"):
        assert_same(function(numpy, x), np.jit(lambda x: function(np, x))(given(x)))


def test_remainders_of_quotients_that_are_no_longer_exact() -> None:
    x = numpy.array([1e20, -1e17, 2.0**60, 7.5, -0.0, numpy.inf])

    def function(np, x):
        return np.fmod(x, 3.0), np.fmod(x, 0.1), x % 3.0

    with numpy.errstate(all="ignore"):
        want = function(numpy, x)
    have = np.jit(lambda x: function(np, x))(given(x))
    assert_same(want, have)
    assert numpy.array_equal(numpy.signbit(want[0][:5]), numpy.signbit(have[0].numpy()[:5]))


def test_logarithms_of_complex_numbers_with_nan() -> None:
    z = numpy.array([complex(0, numpy.nan), complex(numpy.nan, 1), complex(numpy.inf, numpy.nan)])
    assert_same(numpy.log(z).real, np.jit(lambda z: np.log(z).real)(given(z)))


def test_on_which_side_of_a_cut_complex_numbers_lie() -> None:
    z = numpy.array([complex(x, y) for x in (-2, -0.0, 0.0, 2) for y in (-2, -0.0, 0.0, 2)])
    names = "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "sqrt", "log"
    with numpy.errstate(all="ignore"):
        want = [getattr(numpy, name)(z) for name in names]
    assert_same(want, np.jit(lambda z: [getattr(np, name)(z) for name in names])(given(z)))


def test_one_to_the_power_of_a_complex_nan() -> None:
    y = numpy.array([complex(numpy.nan, 1), 0j, complex(2, numpy.nan)])
    with numpy.errstate(all="ignore"):
        assert_same(numpy.power(1 + 0j, y), np.jit(lambda y: np.power(1 + 0j, y))(given(y)))


def test_what_is_never_negative_may_be_nan() -> None:
    x = numpy.array([numpy.nan, -1.0, 0.0, numpy.inf])

    def function(np, x):
        return (
            x * x >= 0, np.less_equal(0, abs(x)), np.exp(x) >= np.zeros(4), np.where(x**2 >= 0, 1, 2),
            ~(np.maximum(x, 0) >= 0),
        )  # fmt: skip

    assert_same(function(numpy, x), np.jit(lambda x: function(np, x))(given(x)))


def test_quotients_of_exponentials_and_sums_with_zeros() -> None:
    x = numpy.array([800.0, -0.0, 0.0, 1.0])

    def function(np, x):
        return np.exp(x) / np.exp(x - 1), np.signbit(np.zeros(4) + x), np.signbit(x + np.zeros(4))

    with numpy.errstate(all="ignore"):
        assert_same(function(numpy, x), np.jit(lambda x: function(np, x))(given(x)))


def test_a_complex_number_divided_by_a_constant_array() -> None:
    z = numpy.array(1 + 1j)
    for divisor in (numpy.array([2 + 1j]), numpy.broadcast_to(2 + 1j, (3,))):
        assert_same(z / divisor, np.jit(lambda z, d=divisor: z / d)(given(z)))


def test_the_root_of_a_constant_zero() -> None:
    x = numpy.arange(1.0, 4.0)

    def function(np, x):
        return x / np.sqrt(np.square(np.zeros(3))), np.signbit(np.sqrt(np.square(np.where(np.zeros(2) > 1, 1, 0))))

    with numpy.errstate(all="ignore"):
        assert_same(function(numpy, x), np.jit(lambda x: function(np, x))(given(x)))


def test_the_size_of_known_numbers() -> None:
    large, x = numpy.float32(1e30), numpy.arange(3.0)
    assert_same((large, x + 1), np.jit(lambda x: (np.hypot(numpy.float32(0), large), x + 1))(given(x)))
