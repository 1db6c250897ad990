"""Functions around NumPy's products and decompositions, computed by NumPy altogether: `_host_plan`.

Each program is run under NumPy, too. That there is a plan, and that it gave the result, is read off the trace.
"""

import contextlib
import gc
import threading
import types

import numpy
import pytest
import tensorflow as tf

import np2tf_runtime as np
from np2tf_runtime import _base, _host_groups, _host_memory, _host_operations

pytestmark = [
    pytest.mark.cpu_only("NumPy computes on the processor"),
    pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning"),
]
N = 150  # its product is large, and so is a matrix


def matrices(count, seed=3, unit=1.0):
    rng = numpy.random.default_rng(seed)
    return [(rng.random((N, N)) - 0.5) * unit for _ in range(count)]


def under_numpy(function, arguments):
    return types.FunctionType(function.__code__, {**function.__globals__, "np": numpy})(*arguments)


def plans(jitted):
    return [variant.plan for found in jitted._signatures.values() for variant in found.variants]


def check(function, *arguments, planned=True):
    """Two calls give what NumPy gives, and leave their arguments alone."""
    jitted, kept = np.jit(function), [numpy.copy(x) for x in arguments]
    given = [np.array(x) if isinstance(x, numpy.ndarray) else x for x in arguments]
    want = under_numpy(function, arguments)
    for _ in range(2):
        got = jitted(*given)
        for value, wanted in zip(tf.nest.flatten(got), tf.nest.flatten(want), strict=True):
            numpy.testing.assert_allclose(value, wanted, rtol=1e-9, atol=1e-11)
            assert numpy.asarray(value).dtype == numpy.asarray(wanted).dtype
    for x, before in zip(given, kept, strict=True):
        numpy.testing.assert_array_equal(x, before)
    assert jitted.rungs() == ["graph"], jitted.reasons()
    assert [found.late for found in jitted._signatures.values()] == [0]
    assert [plan is not None for plan in plans(jitted)] == [planned]
    return jitted


# --------------------------------------------------------------------------------------------- what may be written over


def scaled(a, b, c):
    return 1.5 * a @ b + 0.5 * c


def used_again(a, b, c):
    y = a @ b
    z = y + 1.0
    w = z * y
    return y, z, w


def with_its_reverse(a, b, c):
    y = a @ b
    return y + y[::-1] * 2.0


def with_its_transpose(a, b, c):
    y = a @ b
    return (y - y.T) * y


def twice_the_same(a, b, c):
    y = a @ b
    return y * y + y


def a_row_and_a_column(a, b, c):
    y = a @ b
    return y * c[0] + c[:, :1] - y[0, 0]


def a_view_returned(a, b, c):
    y = a @ b
    return y[1:, ::2], y.T, y.reshape(-1) + 1.0, y


def an_argument_returned(a, b, c):
    return a @ b, c, c[1:], c.T


def chosen(a, b, c):
    y = a @ b
    return np.where(y > 0.1, y, np.where(c < 0, -c, 2.0 * c)), (y <= c) | (y != y)


def of_two_shapes(a, b, c):
    y = a @ b
    rows = np.exp(y[0]) + np.zeros(y.shape[1])
    return np.sqrt(np.abs(y)) + rows, np.sum(y * y, axis=0), np.max(y, axis=1, keepdims=True) - y


def filled(a, b, c):
    y = np.full(a.shape, 2.0) + a @ b
    return y, np.zeros(a.shape), np.triu(c, 1) + np.tril(y)


def of_other_dtypes(a, b, c):
    y = a @ b
    return y.astype(np.float32) * np.float32(2), y + (c > 0), (y + 1j * c).real, np.abs(y * 1j - c)


def chained(a, b, c):
    return np.tanh(a @ b @ c) / (1.0 + np.minimum(c, 0.5) ** 2)


def put_together(a, b, c):
    y = a @ b
    z = np.concatenate([y, c[:5], y[::-1]], axis=0)
    wide = np.broadcast_to(y[0], y.shape)
    return z, np.hstack([c, y]) * 2.0, wide, np.broadcast_to(y[:, :1], y.shape) + wide * y, z - 1.0


ARRAYS = [
    put_together,
    scaled, used_again, with_its_reverse, with_its_transpose, twice_the_same, a_row_and_a_column, a_view_returned,
    an_argument_returned, chosen, of_two_shapes, filled, of_other_dtypes, chained,
]  # fmt: skip


@pytest.mark.parametrize("function", ARRAYS)
def test_arrays(function):
    check(function, *matrices(3))


@pytest.mark.parametrize("piece", [1 << 10, 1 << 14])
@pytest.mark.parametrize(
    "function", [scaled, a_row_and_a_column, chosen, of_two_shapes, filled, of_other_dtypes, put_together]
)
def test_in_pieces(function, piece, monkeypatch):
    monkeypatch.setattr(_host_groups, "PIECE", piece)
    check(function, *matrices(3))


def test_what_nobody_reads_is_written_over():
    jitted = check(scaled, *matrices(3))
    first, product, last = plans(jitted)[0]._block.tasks
    assert (len(first.kind.members), len(last.kind.members)) == (1, 2)
    assert isinstance(product.kind, _host_operations.Call)
    assert plans(jitted)[0]._block._results(2, last.kind) == ([last.makes[1]], {last.makes[1]: product.makes[0]})


def unlike(a, b):
    return -(a @ b), a / b, a * b, np.conj(a) @ b.T


@pytest.mark.parametrize("unit", [1.0, 1.0 - 2.0j])
def test_special_values(unit):
    a, b = matrices(2, unit=unit)
    a[0, :5] = [numpy.nan, numpy.inf, -numpy.inf, 0.0, -0.0]
    b[:5, 0] = [0.0, -0.0, numpy.nan, numpy.inf, 1.0]
    jitted = np.jit(unlike)
    with numpy.errstate(all="ignore"):
        got, want = jitted(np.array(a), np.array(b)), under_numpy(unlike, (a, b))
        for value, wanted in zip(got, want, strict=True):
            numpy.testing.assert_array_equal(numpy.isnan(value), numpy.isnan(wanted))
            numpy.testing.assert_allclose(numpy.nan_to_num(value), numpy.nan_to_num(wanted), rtol=1e-9, atol=1e-11)
        numpy.testing.assert_array_equal(numpy.signbit(got[0].numpy().real), numpy.signbit(want[0].real))
    assert plans(jitted) != [None]


# ------------------------------------------------------------------------------------------------ loops and branches


def summed(a, b, count):
    total, other = np.zeros(a.shape), np.ones(a.shape)
    for i in range(count):
        x = a @ b + i
        total = total + x
        other = other + total * x
    return total, other


def exchanged(a, b, count):
    for _ in range(count):
        a, b = b, a @ b / 4.0
    return a, b


def twice_one_array(a, b, count):
    p = np.zeros(a.shape)
    q = p
    for i in range(count):
        p = p + a @ b
        q = q - p * i
    return p, q


def used_after(a, b, count):
    start = a @ b
    x = start * 2.0
    y = x
    for _ in range(count):
        x = x @ b + y
    return x, y, start


def handed_through(a, b, count):
    c = a @ b
    d = c + 1.0
    for i in range(count):
        if i > 1:
            d = d * 0.5
        a = a @ b + c
    return a, c, d


def negated(a, b, count):
    total, last = np.zeros(a.shape), a
    for i in range(count):
        x = np.linalg.solve(b + 4.0 * np.eye(len(b)), a)
        y = x
        if x[0, 0] * (i - 1) > 0:
            x = -x
        total = total + x
        last = y
    return total, last


def until(a, b, count):
    x, n = a, 0
    while np.max(np.abs(x)) < 50.0:
        x = x @ b * 3.0 + x
        n = n + 1
        if n > count:
            break
    return x, n


def within(a, b, count):
    out = np.zeros(a.shape)
    for i in range(count):
        x = a + i
        for _ in range(2):
            x = x @ b * 0.1
        out = out + x
    return out


@pytest.mark.parametrize("count", [0, 1, 4])
@pytest.mark.parametrize(
    "function", [summed, exchanged, twice_one_array, used_after, handed_through, negated, until, within]
)
def test_loops(function, count):
    a, b = matrices(2)
    jitted, given = np.jit(function, static=["count"]), [np.array(a), np.array(b)]
    want = tf.nest.flatten(under_numpy(function, (a, b, count)))
    for _ in range(2):
        for value, wanted in zip(tf.nest.flatten(jitted(*given, count)), want, strict=True):
            numpy.testing.assert_allclose(value, wanted, rtol=1e-9, atol=1e-9)
    for x, before in zip(given, (a, b), strict=True):
        numpy.testing.assert_array_equal(x, before)
    assert [found.late for found in jitted._signatures.values()] == [0]
    if jitted.rungs() == ["graph"] and count:
        assert plans(jitted) != [None]


def test_most_loops_have_a_plan():
    a, b = map(np.array, matrices(2))
    for function in (summed, exchanged, negated, used_after):
        jitted = np.jit(function, static=["count"])
        jitted(a, b, 3)
        assert None not in plans(jitted), function.__name__


def contour(blocks, points, right):
    first = np.zeros(right.shape, dtype=np.complex128)
    second = np.zeros(right.shape, dtype=np.complex128)
    for z in points:
        matrix = np.zeros(blocks.shape[1:], dtype=np.complex128)
        for n in range(3):
            matrix = matrix + np.power(z, 1.0 - n) * blocks[n]
        x = np.linalg.solve(matrix, right)
        if abs(z) < 1.0:
            x = -x
        first = first + x
        second = second + z * x
    return first, second


@pytest.mark.parametrize(("rows", "columns"), [(50, 150), (100, 40), (100, 100)])
def test_equations_at_many_points(rows, columns):
    rng = numpy.random.default_rng(1)
    blocks = rng.random((3, rows, rows)) + 1j * rng.random((3, rows, rows))
    right = rng.random((rows, columns)) + 1j * rng.random((rows, columns))
    check(contour, blocks, rng.random(7) * 2 * numpy.exp(6j * rng.random(7)), right)


# ---------------------------------------------------------------------------------------------------- errors, gradients


def corrected(a, b):
    return np.linalg.inv(a @ b) + b, np.linalg.cholesky(np.eye(len(a)) + b @ b.T)


def test_equations_without_a_solution():
    (a,) = matrices(1)
    jitted = np.jit(corrected)
    for _ in range(2):
        jitted(np.array(a), np.array(a))
        with pytest.raises(np.linalg.LinAlgError):
            jitted(np.array(a), np.zeros((N, N)))
    assert None not in plans(jitted)


def picked(a, b, rows):
    total = np.zeros(a.shape[1])
    for i in range(len(rows)):
        total = total + (a @ b)[rows[i]]
    return total


def test_an_index_out_of_bounds():
    a, b = matrices(2)
    jitted = np.jit(picked)
    for rows in ([0, 2], [1, N - 1]):
        numpy.testing.assert_allclose(jitted(np.array(a), np.array(b), np.array(rows)), (a @ b)[rows].sum(0))
    with pytest.raises(IndexError):
        jitted(np.array(a), np.array(b), np.array([0, N]))


def checked_in_a_branch(a, b, rows):
    c = a @ b
    if a[0, 0] > 0:
        for i in range(len(rows)):
            a[rows[i]]
    return c


def test_an_index_out_of_bounds_of_which_nothing_comes():
    a, b = matrices(2)
    jitted = np.jit(checked_in_a_branch)
    for sign in (-1, 1, -1):
        given = np.array(sign * numpy.sign(a[0, 0]) * a), np.array(b), np.array([0, N])
        with pytest.raises(IndexError) if sign > 0 else contextlib.nullcontext():
            jitted(*given)
    assert None not in plans(jitted)


def test_gradients_are_tensorflows():
    a, b, c = map(np.array, matrices(3))
    jitted = np.jit(scaled)
    before = jitted(a, b, c)
    with tf.GradientTape() as tape:
        tape.watch([a, c])
        loss = np.sum(jitted(a, b, c))
    numpy.testing.assert_allclose(loss, np.sum(before))
    gradients = tape.gradient(loss, [a, c])
    numpy.testing.assert_allclose(gradients[0], 1.5 * np.ones((N, N)) @ b.T, rtol=1e-9)
    numpy.testing.assert_allclose(gradients[1], numpy.full((N, N), 0.5))
    assert sorted(plan is None for plan in plans(jitted)) == [False, True]


def without_a_plan(a, b, c):
    return np.sort(a @ b, axis=0) + c


def test_other_operations_are_tensorflows():
    check(without_a_plan, *matrices(3), planned=False)


# ------------------------------------------------------------------------------------ products of a matrix with vectors


def both(a, x, y):
    return y @ a, a @ x


def one_after_the_other(a, x, y):
    return (a @ x) @ a, a.T @ y


def of_a_product(a, x, y):
    u = a @ x + y
    return u @ a, np.dot(a, x), a.T @ (a @ x), np.dot(y * 2.0, a) - x


def of_parts(a, x, y):
    return a @ x, y[::-1] @ a, (a @ x)[::-1] @ a


def of_a_row(a, x, y):
    return a @ x.reshape(-1, 1), y.reshape(1, -1) @ a, (a @ x).reshape(1, -1) @ a


def of_one(a, x, y):
    return a @ x - y


def conjugate_gradients(a, x, y):
    r = y - a @ x
    p = r
    before = r @ r
    for _ in range(4):
        q = a @ p
        step = before / (p @ q)
        x = x + step * p
        r = r - step * q
        after = r @ r
        p = r + (after / before) * p
        before = after
    return x, r


SWEPT = [both, one_after_the_other, of_a_product, of_parts, of_a_row, of_one]


def vectors_and_matrix(rows, columns, dtype):
    rng = numpy.random.default_rng(4)
    values = [rng.random(shape) - 0.3 for shape in ((rows, columns), columns, rows)]
    return [(x * (1 - 0.5j) if dtype is complex else x).astype(dtype) for x in values]


@pytest.fixture
def _small(monkeypatch):
    """As if matrices of some kilobytes were large, and a cache held few rows."""
    monkeypatch.setattr(_host_groups, "SWEPT", 1 << 12)
    monkeypatch.setattr(_host_groups, "ROWS", 1 << 13)


@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize("dtype", [float, complex, numpy.float32])
@pytest.mark.parametrize("function", SWEPT)
def test_products_of_a_matrix_with_vectors(function, dtype):
    a, x, y = vectors_and_matrix(61, 47, dtype)
    jitted, want = np.jit(function), under_numpy(function, (a, x, y))
    for _ in range(2):
        got = jitted(np.array(a), np.array(x), np.array(y))
        for value, wanted in zip(tf.nest.flatten(got), tf.nest.flatten(want), strict=True):
            numpy.testing.assert_allclose(value, wanted, rtol=1e-4 if dtype is numpy.float32 else 1e-11)
            assert value.numpy().dtype == wanted.dtype
    assert (jitted.rungs(), None in plans(jitted)) == (["graph"], False)
    assert "NumPy's products" in jitted.reasons()[0]


@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize("dtype", [float, complex, numpy.float32])
def test_sizes_beside_products_with_vectors(dtype):
    """Absolute values, and parts of complex numbers, which are made otherwise for XLA, leave products NumPy's."""
    matrix, right, left = vectors_and_matrix(70, 60, dtype)
    left[0] = -0.0

    def sizes(a, x, y):
        product = abs(a @ y) / 2
        return product, (a @ y) / (2 + 1j), abs(x), -abs(y)

    with numpy.errstate(all="ignore"):
        want = sizes(matrix, left, right)
    jitted = np.jit(sizes)
    have = jitted(*map(np.array, (matrix, left, right)))
    assert jitted.rungs() == ["graph"], jitted.reasons()
    assert None not in plans(jitted)
    for one, other in zip(have, want, strict=True):
        numpy.testing.assert_allclose(one.numpy(), other, rtol=1e-4 if dtype is numpy.float32 else 1e-12)


@pytest.mark.usefixtures("_small")
def test_one_pass_over_a_matrix():
    given = vectors_and_matrix(61, 47, float)
    for function, counts in ((both, [2]), (one_after_the_other, [3]), (of_a_product, [4, 1, 1]), (of_parts, [2, 1, 1])):
        jitted = np.jit(function)
        jitted(*map(np.array, given))
        sweeps = [task.kind for task in plans(jitted)[0]._block.tasks if isinstance(task.kind, _host_groups.Sweep)]
        assert sorted(len(sweep.products) for sweep in sweeps) == sorted(counts), function.__name__


@pytest.mark.usefixtures("_small")
def test_products_with_vectors_in_a_loop():
    a, x, y = vectors_and_matrix(64, 64, float)
    a = a @ a.T + 10 * numpy.eye(64)
    jitted = np.jit(conjugate_gradients)
    for value, wanted in zip(
        jitted(*map(np.array, (a, x, y))), under_numpy(conjugate_gradients, (a, x, y)), strict=True
    ):
        numpy.testing.assert_allclose(value, wanted, rtol=1e-6, atol=1e-9)
    assert (jitted.rungs(), None in plans(jitted)) == (["graph"], False)


def of_a_computed_matrix(a, x, y):
    return (2.0 * a) @ x + y


def beside_a_loop(a, x, y):
    total = 0.0
    for i in range(len(y)):
        total = total + y[i] * i
    return a @ x + total


def beside_more_work(a, x, y):
    return a @ x, np.exp(a) * a + y[:, None]


def sorted_too(a, x, y):
    return np.sort(a @ x)


@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize("function", [of_a_computed_matrix, beside_a_loop, beside_more_work, sorted_too])
def test_what_xla_does_better(function):
    a, x, y = vectors_and_matrix(61, 47, float)
    jitted = np.jit(function)
    got = jitted(*map(np.array, (a, x, y)))
    for value, wanted in zip(tf.nest.flatten(got), tf.nest.flatten(under_numpy(function, (a, x, y))), strict=True):
        numpy.testing.assert_allclose(value, wanted, rtol=1e-10)
    assert jitted.rungs() == ["xla"]


def test_small_products_with_vectors_are_compiled():
    jitted = np.jit(both)
    jitted(*map(np.array, vectors_and_matrix(61, 47, float)))
    assert jitted.rungs() == ["xla"]


def layers(x, w, v):
    y = np.maximum(x @ w, 0)
    z = y @ v
    z = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return z / np.sum(z, axis=-1, keepdims=True)


@pytest.mark.parametrize("dtype", [float, numpy.float32])
def test_products_of_a_large_matrix_with_few_vectors(dtype, monkeypatch):
    monkeypatch.setattr(_host_groups, "SWEPT", 1 << 14)
    rng = numpy.random.default_rng(4)
    given = [rng.random(shape).astype(dtype) - dtype(0.5) for shape in ((8, 900), (900, 400), (400, 300))]
    jitted = np.jit(layers)
    numpy.testing.assert_allclose(jitted(*map(np.array, given)), under_numpy(layers, given), rtol=1e-4)
    assert None not in plans(jitted)


# ------------------------------------------------------------------------------------------------------------- memory


def test_tensors_of_arrays_are_copies():
    for values in (numpy.arange(300_000.0), numpy.ones((600, 500))[::2, ::-1], numpy.asfortranarray(numpy.eye(500))):
        x = np.array(values)
        kept = values.copy()
        values[...] = 7.0
        numpy.testing.assert_array_equal(x, kept)
        assert not numpy.shares_memory(x.numpy(), values)


def test_memory_is_used_again_when_nobody_holds_it():
    shape, dtype = (400, 500), numpy.dtype(float)
    array = _host_memory.aligned(shape, dtype)
    where = array.ctypes.data
    view = array.reshape(-1)[5:]
    tensor = _base.from_host(array)
    del array
    gc.collect()
    others = [_host_memory.aligned(shape, dtype) for _ in range(3)]
    assert where not in [x.ctypes.data for x in others]
    del view
    assert _host_memory.aligned(shape, dtype).ctypes.data != where
    tensor = tensor + 1.0  # and lets go of what it took over
    del others
    again = [_host_memory.aligned(shape, dtype) for _ in range(8)]
    assert len({x.ctypes.data for x in again}) == 8


def test_no_more_is_kept_than_allowed(monkeypatch):
    monkeypatch.setattr(_host_memory, "KEPT", 1 << 22)
    arrays = [_host_memory.aligned((1 << 20,), numpy.dtype(numpy.uint8)) for _ in range(9)]
    del arrays
    assert sum(x.size for x in _host_memory._kept.free) <= 1 << 22


def test_results_stay():
    rng = numpy.random.default_rng(5)
    jitted, kept = np.jit(scaled), []
    for _ in range(6):
        given = [rng.random((400, 400)) for _ in range(3)]
        kept.append((given, jitted(*map(np.array, given))))
        if len(kept) % 2:
            jitted(*map(np.array, given))  # whose result nobody holds
    for given, got in kept:
        numpy.testing.assert_allclose(got, under_numpy(scaled, given), rtol=1e-9)


def test_calls_in_threads():
    rng = numpy.random.default_rng(6)
    jitted = np.jit(used_again)
    given = [[rng.random((N, N)) for _ in range(3)] for _ in range(4)]
    jitted(*map(np.array, given[0]))
    wrong = []

    def work(arguments):
        want = under_numpy(used_again, arguments)
        for _ in range(10):
            for value, wanted in zip(jitted(*map(np.array, arguments)), want, strict=True):
                if not numpy.allclose(value, wanted):
                    wrong.append(arguments)

    threads = [threading.Thread(target=work, args=(arguments,)) for arguments in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
