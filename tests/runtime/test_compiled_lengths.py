"""Arrays whose length only the run knows, where `np.jit` runs a function as a graph: lengths, checks of lengths, and
loops that shorten or lengthen an array. Values, dtypes and errors are NumPy's.
"""

import types

import numpy
import pytest
import tensorflow as tf

import np2tf_runtime as np
from np2tf_runtime import _control_flow, _rung

pytestmark = pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning", "ignore::RuntimeWarning")


def put(x, key, value):
    """What `np.tensor_scatter_update` leaves, by NumPy."""
    x = x.copy()
    x[key] = value
    return x


HOST = types.SimpleNamespace(**{**vars(numpy), "tensor_scatter_update": put})


def on_host(function, *args):
    """What the function gives with NumPy in the place of the runtime."""
    copy = types.FunctionType(function.__code__, {**function.__globals__, "np": HOST}, closure=function.__closure__)
    return copy(*args)


def agree(got, want):
    if isinstance(want, tuple):
        assert len(got) == len(want)
        for one, other in zip(got, want, strict=True):
            agree(one, other)
        return
    numpy.testing.assert_allclose(numpy.asarray(got), want, rtol=1e-12)
    assert isinstance(got, type(want)) or got.dtype == want.dtype


def operations(jitted):
    """The names of what the last trace is made of."""
    signature = list(jitted._signatures.values())[-1]
    return [op.type for op, _ in _rung.operations(signature.variants[0].concrete.graph)]


X = numpy.array([1.0, 3.0, 2.0])
QUESTIONS = [
    lambda y, x: y.shape[0] == 3,
    lambda y, x: not y.shape[0],
    lambda y, x: 1 if y.shape == x.shape else 2,
    lambda y, x: 1 if np.shape(y)[0] == 1 else 2,
    lambda y, x: 1 if np.size(y) == 1 else 2,
    lambda y, x: (len(y), y.size, y.shape[0] / 2, np.ones(3, np.float32) * y.size),
    lambda y, x: np.full(y.shape, 2.0),
    lambda y, x: np.array_equal(y, x),
    lambda y, x: np.array_equiv(y, x),
    lambda y, x: np.maximum.reduce(y),
    lambda y, x: np.linalg.norm(y, numpy.inf),
    lambda y, x: np.cov(y),
    lambda y, x: np.gradient(y),
    lambda y, x: np.partition(y, 1),
    lambda y, x: np.inner(y, x),
    lambda y, x: np.einsum("i,i", y, x),
    lambda y, x: np.fft.fft(y),
    lambda y, x: np.tensor_scatter_update(y, slice(None), x),
    lambda y, x: np.tensor_scatter_update(y, ..., x[:1]),
    lambda y, x: np.tensor_scatter_update(y, ..., 7),
    lambda y, x: np.tensor_scatter_update(y, slice(None, 1), x),
    lambda y, x: np.tensor_scatter_update(x, slice(None), y),
    lambda y, x: np.tensor_scatter_update(np.outer(y, x), 0, x),
    lambda y, x: np.tensor_scatter_update(np.outer(x, y), 0, y),
    lambda y, x: np.tensor_scatter_update(x, np.append(y, 1.0) > 0, 1.0),
    lambda y, x: np.average(y, weights=y),
    lambda y, x: x[np.append(y, 1.0) > 0],
    lambda y, x: np.reshape(y, 3),
    lambda y, x: y.reshape(1),
    lambda y, x: y.reshape(-1, 1),
    lambda y, x: y[x > 2],
    lambda y, x: y[y > 2],
]


@pytest.mark.parametrize("question", QUESTIONS, ids=range(len(QUESTIONS)))
def test_lengths_that_only_the_run_knows(question):
    def asked(x, least):
        return question(np.compress(x > least, x), x)

    jitted = np.jit(asked)
    for least in (9.0, 2.5, 0.0):  # none, one and all of them
        try:
            want = question_on_host(question, least)
        except (ValueError, IndexError, ZeroDivisionError) as error:
            with pytest.raises(type(error)):
                jitted(np.asarray(X), least)
        else:
            agree(jitted(np.asarray(X), least), want)


def question_on_host(question, least):
    return on_host(question, numpy.compress(numpy.greater(X, least), X), X)


def shrinking(z, c, turns):
    """Points leave as soon as they are far; what is left goes on."""
    place, steps, last = np.arange(len(z)), np.zeros(len(z), int), np.zeros(len(z), z.dtype)
    for turn in range(turns):
        if not len(z):
            break
        z = np.tensor_scatter_update(z, ..., z * z + c)
        far = abs(z) > 2.0
        steps = np.tensor_scatter_update(steps, place[far], turn + 1)
        last = np.tensor_scatter_update(last, place[far], z[far])
        near = np.logical_not(far)
        z, c, place = z[near], c[near], place[near]
    return steps, last, z


def growing(x, turns):
    for turn in range(turns):
        x = np.append(x, x[-1] + turn)
    return x


def growing_rows(x, turns):
    rows = x[:1]
    for turn in range(turns):
        rows = np.concatenate([rows, x[turn : turn + 1] * rows.shape[0]])
    return rows


def sieve(x):
    """While something is left: the number of turns is known only in the run, too."""
    found = 0.0
    while len(x):
        found += x.max()
        x = x[x < x.max()]
    return found


def within(x, turns):
    total = 0
    for turn in range(turns):
        rest = x
        for _ in range(turn + 5):
            rest = rest[rest > turn]
        total += len(rest)
    return total


def points(count, seed=3):
    rng = numpy.random.default_rng(seed)
    c = rng.uniform(-2, 1, count) + 1j * rng.uniform(-1, 1, count)
    return numpy.zeros(count, complex), c


LOOPS = [
    (shrinking, (*points(50), 12)),
    (shrinking, (*points(1), 12)),
    (shrinking, (numpy.zeros(4, complex), numpy.full(4, 3.0 + 0j), 12)),  # none are left after one turn
    (shrinking, (numpy.zeros(0, complex), numpy.zeros(0, complex), 12)),
    (growing, (numpy.array([1.0, 2.0]), 9)),
    (growing, (numpy.array([1, 2], numpy.int16), 9)),
    (growing_rows, (numpy.arange(24.0).reshape(12, 2), 11)),
    (sieve, (numpy.array([1.0, 5.0, 5.0, 2.0, 7.0]),)),
    (within, (numpy.array([1.0, 5.0, 5.0, 2.0, 7.0, 0.0]), 6)),
]


@pytest.mark.parametrize(("function", "args"), LOOPS, ids=range(len(LOOPS)))
def test_loops_that_change_the_length_of_an_array(function, args):
    jitted = np.jit(function)
    want = on_host(function, *args)
    given = [np.array(x) if isinstance(x, numpy.ndarray) else x for x in args]
    agree(jitted(*given), want)
    agree(jitted(*given), want)
    agree(function(*given), want)


# A loop of more turns than are taken apart for XLA.
@pytest.mark.parametrize(
    ("function", "args"), [LOOPS[0], (growing, (numpy.ones(2), 600))], ids=["shrinking", "growing"]
)
def test_such_a_loop_is_one_of_the_graph(function, args):
    jitted = np.jit(function)
    jitted(*(np.array(x) if isinstance(x, numpy.ndarray) else x for x in args))
    assert jitted.rungs() == ["graph"]
    found = operations(jitted)
    assert "StatelessWhile" in found or "While" in found
    assert len(found) < 800  # and not its turns one after the other


def test_an_error_in_such_a_loop():
    def first_of_each(x, turns):
        total = 0.0
        for _ in range(turns):
            total += x[0]
            x = x[x > 1.0]
        return total

    jitted = np.jit(first_of_each)
    with pytest.raises(IndexError):
        jitted(np.array([1.0, 0.5]), 7)
    assert jitted(np.array([1.0, 2.0]), 7) == 13.0


def escape(xs, ys, turns):
    """The points that are left, and where they came from, in arrays that get shorter together."""
    rows, columns = np.mgrid[0 : len(xs), 0 : len(ys)]
    c = xs[rows] + ys[columns] * 1j
    steps, last = np.zeros(c.shape, int), np.zeros(c.shape, complex)
    rows, columns, c = rows.reshape(c.size), columns.reshape(c.size), c.reshape(c.size)
    z = np.zeros(c.shape, complex)
    for turn in range(turns):
        if not len(z):
            break
        z = np.tensor_scatter_update(z, ..., z * z + c)
        far = abs(z) > 2.0
        steps = np.tensor_scatter_update(steps, (rows[far], columns[far] - len(ys)), turn + 1)
        last = np.tensor_scatter_update(last, (rows[far], columns[far]), z[far])
        far = np.tensor_scatter_update(far, ..., np.logical_not(far))
        z, c = z[far], c[far]
        rows, columns = rows[far], columns[far]
    return steps, last


def at_one_place(x, place, turns):
    """Where a place is named more than once the last value stays."""
    out = np.zeros(3)
    for turn in range(turns):
        keep = x > turn
        out = np.tensor_scatter_update(out, place[keep], x[keep])
        x, place = x[keep], place[keep]
    return out


def of_two_masks(x, y, turns):
    for turn in range(turns):
        x = x[x > turn]
        y = y[y > 2 * turn]
    return x.sum(), y.sum(), len(x), len(y)


def together_and_apart(x, y, turns):
    """Whether the two are of one length only the turns tell."""
    total = 0.0
    for turn in range(turns):
        keep = x > turn
        x, y = x[keep], y[keep]
        total = total + (x * y).sum() + turn
        if total > 5.0:
            break
    return total, len(x)


def looked_up(x, table, turns):
    total = 0
    for turn in range(turns):
        x = x[x != turn]
        total = total + table[x].sum()
    return total


def at_moving_places(x, place, turns):
    """The index array changes in a turn, so that nothing is known of it before."""
    out = np.zeros(6)
    for turn in range(turns):
        keep = x > turn
        x, place = x[keep], place[keep] - 1
        out = np.tensor_scatter_update(out, place, x)
    return out, place.sum()


def at_exchanged_places(x, here, there, turns):
    """Each index array is handed on whole, under the other's name."""
    one, other = np.zeros(6), np.zeros(6)
    for turn in range(turns):
        keep = x > turn
        x, here, there = x[keep], there[keep], here[keep]
        one = np.tensor_scatter_update(one, here, x)
        other = np.tensor_scatter_update(other, there, x + 0.5)
    return one, other, here.sum(), there.sum()


def at_their_own_places(x, place, turns):
    """Elements store where they stand, in the order of the array, until one doesn't."""
    out = np.zeros(x.shape)
    for limit in range(turns, 0, -1):
        keep = x > limit
        out = np.tensor_scatter_update(out, place[keep], x[keep] * limit)
        x, place = x[~keep], place[~keep]
    return out


def in_two_loops(x, place, turns):
    out = np.zeros(6)
    for turn in range(turns):
        y, there = x + turn, place
        for inner in range(turns):
            keep = y > 2 * inner
            y, there = y[keep], there[keep]
            out = np.tensor_scatter_update(out, there, y)
        out = out * 2
    return out


XS, YS = numpy.linspace(-2, 0.5, 23), numpy.linspace(-1.25, 1.25, 17)
SELECTIONS = [
    (escape, (XS, YS, 30)),
    (escape, (XS[:1], YS, 30)),
    (escape, (numpy.array([3.0]), numpy.array([3.0]), 30)),  # none are left after one turn
    (at_one_place, (numpy.array([5.0, 9.0, 4.0, 7.0, 8.0]), numpy.array([1, 0, 1, -2, 0]), 9)),
    (of_two_masks, (numpy.arange(20.0), numpy.arange(30.0)[::-1].copy(), 12)),
    (together_and_apart, (numpy.arange(20.0), numpy.linspace(0, 1, 20), 12)),
    (at_moving_places, (numpy.array([5.0, 0.0, 4.0, 7.0, 8.0]), numpy.array([1, 0, 1, -1, 5]), 4)),
    (at_exchanged_places, (numpy.arange(6.0), numpy.arange(6), numpy.array([5, 3, 4, 0, 1, 2]), 5)),
    (at_their_own_places, (numpy.arange(6.0), numpy.arange(6), 5)),
    (at_their_own_places, (numpy.arange(6.0), numpy.arange(6) - 6, 5)),
    (at_their_own_places, (numpy.arange(6.0), numpy.array([0, 1, 2, 3, 5, 4]), 5)),
    (at_their_own_places, (numpy.arange(6.0), numpy.array([9, 1, 2, 3, 4, 5]), 5)),  # 0.0 is never stored
    (in_two_loops, (numpy.arange(6.0), numpy.array([5, 3, 4, 0, 1, 2]), 4)),
    (looked_up, (numpy.array([1, 5, 2, 3, -1, 2]), numpy.arange(7) ** 2, 8)),
    (sieve, (numpy.array([1.0, 5.0, 5.0, 2.0, 7.0]),)),
]


@pytest.mark.parametrize(("function", "args"), SELECTIONS, ids=range(len(SELECTIONS)))
def test_arrays_that_get_shorter_are_compiled_with_a_mask(function, args):
    jitted = np.jit(function)
    given = [np.array(x) if isinstance(x, numpy.ndarray) else x for x in args]
    agree(jitted(*given), on_host(function, *args))
    assert jitted.rungs() == ["xla"], jitted.reasons()
    assert [found.late for found in jitted._signatures.values()] == [0]


def test_which_selections_keep_their_values_is_found_at_once(monkeypatch):
    built, inner = [], _control_flow._build_for
    monkeypatch.setattr(_control_flow, "_build_for", lambda *args: built.append(0) or inner(*args))
    args = numpy.linspace(-2, 0.5, 9), numpy.linspace(-1, 1, 7), 20
    jitted = np.jit(escape)
    agree(jitted(*map(np.array, args[:2]), 20), on_host(escape, *args))
    assert len(built) == 2  # that the arrays get shorter is found by the first


def test_a_place_out_of_bounds_counts_where_it_is_selected():
    def stored(x, place, turns):
        out = np.zeros(3)
        for turn in range(turns):
            keep = x > turn
            x, place = x[keep], place[keep]
            out = np.tensor_scatter_update(out, place, 1.0)
        return out

    jitted = np.jit(stored)
    given = np.array([5.0, 0.0, 4.0]), np.array([1, 7, 2])  # 7 leaves before it is stored at
    agree(jitted(*given, 6), numpy.array([0.0, 1.0, 1.0]))
    with pytest.raises(IndexError):
        jitted(np.array([5.0, 1.0, 4.0]), np.array([1, 7, 2]), 6)
    assert jitted.rungs() == ["xla"]


def looks_before_loops(jitted):
    """How many tests of all elements there are outside of loops in the last trace."""
    signature = list(jitted._signatures.values())[-1]
    return sum(
        op.type == "All" and not in_loop for op, in_loop in _rung.operations(signature.variants[0].concrete.graph)
    )


def test_index_arrays_that_only_get_shorter_are_looked_at_once():
    x = np.arange(6.0)
    for function, places, fixed in (
        (at_one_place, (np.array([0, 1, 2, 2, 1, 0]),), True),
        (at_moving_places, (np.arange(6),), False),
        (at_exchanged_places, (np.arange(6), np.arange(6)), False),
    ):
        jitted = np.jit(function)
        jitted(x, *places, 5)
        assert jitted.rungs() == ["xla"]
        assert (looks_before_loops(jitted) > 0) is fixed


def test_an_own_place_that_is_out_of_bounds():
    jitted = np.jit(at_their_own_places)
    with pytest.raises(IndexError):
        jitted(np.arange(6.0), np.array([0, 1, 2, 3, 9, 5]), 5)
    agree(jitted(np.arange(6.0), np.array([0, 1, 2, 3, 4, 5]), 5), at_their_own_places_of_six())
    assert jitted.rungs() == ["xla"]


def at_their_own_places_of_six():
    return on_host(at_their_own_places, numpy.arange(6.0), numpy.arange(6), 5)


def test_gradients_of_stores_at_places_that_are_looked_at_once():
    def stored(x, place, turns):
        out = np.zeros(x.shape)
        for turn in range(turns):
            keep = x > turn
            out = np.tensor_scatter_update(out, place[keep], x[keep] ** 2)
            x, place = x[keep] * 0.5, place[keep]
        return out

    for place in (np.arange(4), np.array([3, 1, 0, 2])):
        x, found = np.array([1.0, 2.0, 3.5, 0.5]), []
        for function in (stored, np.jit(stored)):
            with tf.GradientTape() as tape:
                tape.watch(x)
                value = function(x, place, 3)
                loss = (value * np.arange(4.0)).sum()
            found.append((value.numpy(), tape.gradient(loss, x).numpy()))
        for one, other in zip(*found, strict=True):
            numpy.testing.assert_allclose(one, other)
