"""What `np.jit` does for the speed of loops: products taken out of them, slices in chunks, stores without copies.

Values and errors are NumPy's; that the fast form was taken is read off the graph or the compiled program, never timed.
"""

import itertools
import os
import re

import numpy
import pytest
import tensorflow as tf

import np2tf_runtime as np
from np2tf_runtime import _control_flow, _host_memory, _rung, _symbolic, _ufuncs, _xla_options

put = np.tensor_scatter_update


def rng(seed=7):
    return numpy.random.default_rng(seed)


def compiled(function, *args):
    """The jitted function after a call that XLA compiled, and its result as host arrays."""
    jitted = np.jit(function)
    result = tf.nest.map_structure(lambda x: x.numpy(), jitted(*map(np.asarray, args)))
    assert jitted.rungs() == ["xla"], jitted.reasons()
    assert [found.late for found in jitted._signatures.values()] == [0]  # its result was not thrown away
    return jitted, result


def operations(jitted):
    """The names of what the trace is made of, with whether each stands in a loop."""
    (signature,) = jitted._signatures.values()
    return [(op.type, in_loop) for op, in_loop in _rung.operations(signature.variants[0].concrete.graph)]


def program(function, *args):
    """The program that XLA compiles, as text."""

    @tf.function(jit_compile=True, autograph=False)
    def traced(*args):
        with _symbolic.tracing(True), _symbolic.failures():
            return _control_flow.call(function, *args)

    return traced.experimental_get_compiler_ir(*map(tf.constant, args))(stage="optimized_hlo")


def copies_in_loops(function, *args):
    """The arrays of two dimensions and more that the bodies of the compiled program's loops copy."""
    copies, in_body, loops = [], False, 0
    for line in program(function, *args).splitlines():
        if line and not line[0].isspace():
            in_body = "while" in line and not line.startswith("ENTRY")
            loops += in_body
        elif in_body and re.search(r"= \w+\[\d+,[\d,]+\]\S* copy\(", line):
            copies.append(line.strip())
    assert loops
    return copies


# ------------------------------------------------------------------------------------------------------------- products


def covariance(data):
    n = data.shape[1]
    out = np.zeros((n, n))
    for i in range(n):
        row = data[:, i] @ data[:, i:n] / 3.0
        out = put(out, np.s_[i:n, i], row)
        out = put(out, np.s_[i, i:n], row)
    return out


def every_pair(a, b):
    out = np.zeros((a.shape[0], b.shape[1]))
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            out = put(out, (i, j), np.dot(a[i], b[:, j]))
    return out


def backwards(a, b):
    out = np.zeros((a.shape[0], b.shape[1]))
    for i in range(a.shape[0]):
        out = put(out, i, a[a.shape[0] - 1 - i] @ b)
    return out


def columns(a, b):
    out = np.zeros((a.shape[0], b.shape[1]))
    for i in range(b.shape[1]):
        out = put(out, np.s_[:, i], np.dot(a, b[:, i]))
    return out


def changing(a, b):
    out = np.zeros((a.shape[0], b.shape[1]))
    for i in range(a.shape[0]):
        b = b + 1.0
        out = put(out, i, a[i] @ b)
    return out


def diagonal(a, b):
    total = 0.0
    for i in range(a.shape[0]):
        total = total + a[i] @ b[:, i]
    return np.asarray(total)


def few(a, b):
    out = np.zeros((a.shape[0], b.shape[1]))
    for i in range(a.shape[0] // 4):
        out = put(out, i, a[i] @ b)
    return out


def under_a_condition(a, b):
    out = np.zeros((a.shape[0], b.shape[1]))
    for i in range(a.shape[0]):
        if a[i, 0] > 0.5:
            out = put(out, i, a[i] @ b)
    return out


WANTED = {
    every_pair: lambda a, b: a @ b,
    backwards: lambda a, b: (a @ b)[::-1],
    columns: lambda a, b: a @ b,
    changing: lambda a, b: numpy.stack([a[i] @ (b + i + 1) for i in range(len(a))]),
    diagonal: lambda a, b: (a @ b).trace(),
    few: lambda a, b: (a @ b) * (numpy.arange(len(a)) < len(a) // 4)[:, None],
    under_a_condition: lambda a, b: (a @ b) * (a[:, :1] > 0.5),
}


@pytest.mark.parametrize(
    ("function", "hoisted"),
    [(every_pair, True), (backwards, True), (columns, True), (changing, False), (diagonal, False), (few, False),
     (under_a_condition, False)],
    ids=lambda x: getattr(x, "__name__", ""),
)  # fmt: skip
def test_products_of_rows_are_taken_out_of_loops(function, hoisted):
    a, b = rng().random((24, 9)), rng(8).random((9, 24))
    jitted, result = compiled(function, a, b)
    numpy.testing.assert_allclose(result, WANTED[function](a, b), rtol=1e-12)
    products = [in_loop for name, in_loop in operations(jitted) if name == "MatMul"]
    assert products == [False] if hoisted else False not in products


def test_a_triangle_of_products():
    data = rng().random((20, 130))  # large enough for the second store to be kept apart from the first
    jitted, result = compiled(covariance, data)
    numpy.testing.assert_allclose(result, data.T @ data / 3.0, rtol=1e-12)
    assert [in_loop for name, in_loop in operations(jitted) if name == "MatMul"] == [False]


@pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning")  # gradients of nested loops run as graphs
def test_a_hoisted_product_has_a_gradient():
    a, b = (tf.constant(rng(seed).random(shape)) for seed, shape in ((1, (6, 5)), (2, (5, 6))))
    with tf.GradientTape() as tape:
        tape.watch((a, b))
        loss = tf.reduce_sum(tf.square(np.jit(every_pair)(a, b)))
    found = tape.gradient(loss, (a, b))
    product = a.numpy() @ b.numpy()
    numpy.testing.assert_allclose(found[0], 2 * product @ b.numpy().T)
    numpy.testing.assert_allclose(found[1], 2 * a.numpy().T @ product)


# ----------------------------------------------------------------------------------------------------- slices in chunks


def rows_dot(starts, columns, values, x):
    y = np.empty(starts.size - 1, values.dtype)
    for i in range(starts.size - 1):
        inside = columns[starts[i] : starts[i + 1]]
        y = put(y, i, values[starts[i] : starts[i + 1]] @ x[inside])
    return y


def rows_sum(starts, columns, values, x):
    y = np.zeros(starts.size - 1)
    for i in range(starts.size - 1):
        y = put(y, i, np.sum(2.0 * values[starts[i] : starts[i + 1]] + 1.0))
    return y


def rows_mean_of_gathered(starts, columns, values, x):
    y = np.zeros(starts.size - 1)
    for i in range(starts.size - 1):
        if starts[i + 1] > starts[i]:
            y = put(y, i, x[columns[starts[i] : starts[i + 1]]].mean())
    return y


def rows_extremes(starts, columns, values, x):
    y = np.zeros((starts.size - 1, 3))
    for i in range(starts.size - 1):
        row = values[starts[i] : starts[i + 1]] - 0.5
        if starts[i + 1] > starts[i]:
            y = put(y, (i, 0), row.max())
            y = put(y, (i, 1), np.min(-row))
        y = put(y, (i, 2), np.any(row > 0.4))
    return y


def rows_stored(starts, columns, values, x):
    y = np.zeros(values.shape[0])
    for i in range(starts.size - 1):
        row = values[starts[i] : starts[i + 1]]
        y = put(y, np.s_[starts[i] : starts[i + 1]], row * i)
    return y


def sparse(rows, most, index=numpy.int32, seed=3):
    """Starts, columns, values of rows with 0 to `most` elements, and a vector."""
    random = rng(seed)
    starts = numpy.concatenate([[0], numpy.cumsum(random.integers(0, most + 1, rows))]).astype(index)
    return starts, random.integers(0, rows, starts[-1]).astype(index), random.random(starts[-1]), random.random(rows)


def with_numpy(function, args):
    source = {**function.__globals__, "np": numpy, "put": lambda x, key, value: (x.__setitem__(key, value), x)[1]}
    return type(function)(function.__code__, source)(*args)


@pytest.mark.parametrize("function", [rows_dot, rows_sum, rows_mean_of_gathered, rows_extremes, rows_stored])
@pytest.mark.parametrize(("most", "index"), [(5, numpy.int32), (40, numpy.int64), (600, numpy.uint32)])
def test_rows_of_a_sparse_matrix(function, most, index):
    args = sparse(30, most, index)
    _, result = compiled(function, *args)
    numpy.testing.assert_allclose(result, with_numpy(function, args), rtol=1e-12)


def test_the_whole_array_is_not_gone_over_for_each_row():
    args = sparse(30, 40)
    jitted, _ = compiled(rows_dot, *args)
    (signature,) = jitted._signatures.values()
    sizes = [op.outputs[0].shape.num_elements() for op, inside in _rung.operations(signature.variants[0].concrete.graph)
             if inside and op.type in ("Mul", "SelectV2", "GatherV2")]  # fmt: skip
    assert sizes
    assert max(sizes) <= 128 < len(args[2])


@pytest.mark.parametrize("wrong", [30, -31])
def test_an_index_out_of_bounds_in_a_chunk_is_an_index_error(wrong):
    starts, columns, values, x = sparse(30, 40)
    columns[len(columns) // 2] = wrong
    with pytest.raises(IndexError):
        np.jit(rows_dot)(*map(np.asarray, (starts, columns, values, x)))
    columns[len(columns) // 2] = -30
    args = starts, columns, values, x
    numpy.testing.assert_allclose(compiled(rows_dot, *args)[1], with_numpy(rows_dot, args))


def test_slices_between_numbers_out_of_order_are_empty():
    values = rng().random(100)
    starts = numpy.array([5, 90, 20, -30, 200])
    args = starts, numpy.zeros(100, numpy.int64), values, numpy.ones(3)
    numpy.testing.assert_allclose(compiled(rows_sum, *args)[1], with_numpy(rows_sum, args))


# --------------------------------------------------------------------------------------------------------------- stores


def cholesky(m):
    m = put(m, (0, 0), np.sqrt(m[0, 0]))
    for i in range(1, m.shape[0]):
        for j in range(i):
            m = put(m, (i, j), m[i, j] - np.dot(m[i, :j], m[j, :j]))
            m = put(m, (i, j), m[i, j] / m[j, j])
        m = put(m, (i, i), m[i, i] - np.dot(m[i, :i], m[i, :i]))
        m = put(m, (i, i), np.sqrt(m[i, i]))
    return m


def lu(m):
    for i in range(m.shape[0]):
        for j in range(i):
            m = put(m, (i, j), m[i, j] - m[i, :j] @ m[:j, j])
            m = put(m, (i, j), m[i, j] / m[j, j])
        for j in range(i, m.shape[0]):
            m = put(m, (i, j), m[i, j] - m[i, :i] @ m[:i, j])
    return m


def forward(c, d, a):
    for k in range(1, c.shape[1]):
        c = put(c, np.s_[:, k], a[:, k] * 0.5)
        d = put(d, np.s_[:, k], a[:, k] + d[:, k])
        divided = 1.0 / (3.0 + c[:, k] - c[:, k - 1] * a[:, k])
        c = put(c, np.s_[:, k], c[:, k] * divided)
        d = put(d, np.s_[:, k], (d[:, k] - d[:, k - 1] * a[:, k]) * divided)
    return c, d


def stored_twice(m):
    """What is read in between overlaps the first store: both must be kept."""
    total = 0.0
    for i in range(1, m.shape[0] - 1):
        m = put(m, (i, 1), 7.0 * i)
        total = total + m[i, i] + m[i - 1 : i + 2, 1].sum()
        m = put(m, (i, 1), m[i, 1] + m[1, 1])
    return m, np.asarray(total)


def in_branches(m):
    """What a turn stores is read and overwritten in a branch."""
    for i in range(1, m.shape[0]):
        for j in range(i):
            m = put(m, (i, j), m[i, j] + m[i, j - 1])
            if m[i - 1, j] > 1.0:
                m = put(m, (i, j), np.maximum(m[i, j], m[i - 1, j]))
            else:
                m = put(m, (i, j), m[i - 1, j] - m[i, j])
    return m


@pytest.mark.parametrize("function", [cholesky, lu, forward, stored_twice, in_branches])
def test_what_is_stored_twice_and_read_in_between(function):
    n = 9
    first = rng().random((n, n))
    first = first @ first.T + n * numpy.eye(n)
    args = [first, rng(1).random((n, n)), rng(2).random((n, n))][: function.__code__.co_argcount]
    want = with_numpy(function, [x.copy() for x in args])
    tf.nest.map_structure(
        lambda have, expected: numpy.testing.assert_allclose(have, expected, rtol=1e-11),
        compiled(function, *args)[1],
        want,
    )


@pytest.mark.parametrize("function", [cholesky, lu, forward, covariance])
def test_loops_update_in_place(function):
    args = [numpy.eye(130) for _ in range(function.__code__.co_argcount)]
    assert copies_in_loops(function, *args) == []


# ----------------------------------------------------------------------------------------------------------------- sums


@pytest.mark.parametrize("dtype", [numpy.float32, numpy.float64])
@pytest.mark.parametrize(("shape", "axis"), [((4096,), None), ((5000,), 0), ((70, 80), None), ((40, 300), 1),
                                             ((40, 300), 0), ((3, 40, 50), (1, 2)), ((1 << 20,), None)])  # fmt: skip
def test_long_sums(dtype, shape, axis):
    x = rng().standard_normal(shape).astype(dtype)
    for keepdims in (False, True):
        for name in ("sum", "mean"):
            _, result = compiled(lambda x: getattr(np, name)(x * 2, axis=axis, keepdims=keepdims), x)  # noqa: B023
            want = getattr(numpy, name)(x.astype(numpy.float64) * 2, axis=axis, keepdims=keepdims)
            assert result.dtype == dtype
            assert result.shape == want.shape
            error = 1e-3 if dtype is numpy.float32 else 1e-10
            numpy.testing.assert_allclose(result, want, rtol=error, atol=error)


@pytest.mark.parametrize("special", [numpy.nan, numpy.inf, -numpy.inf])
def test_long_sums_with_numbers_that_are_none(special):
    x = numpy.ones(5000)
    x[1234] = special
    numpy.testing.assert_array_equal(compiled(lambda x: np.sum(x + 1.0), x)[1], x.sum())


@pytest.mark.cpu_only("a GPU adds many at a time")
@pytest.mark.parametrize("shape", [(5000,), (70, 80), (300_000,)])
def test_long_sums_are_products(shape):
    """A reduction of more than 32 elements is a chain of functions for XLA, each of which it compiles."""
    x = rng().random(shape)
    for function in (np.sum, np.max, np.any, np.count_nonzero):
        kinds = {kind for kind, _ in operations(compiled(lambda x: function(x), x)[0])}  # noqa: B023
        assert not kinds & {"Sum", "Any"}


@pytest.mark.parametrize(("shape", "axis"), [((5000,), None), ((40, 300), 1), ((40, 300), 0), ((3, 40, 50), (1, 2)),
                                             ((300_000,), None), ((1 << 21,), None)])  # fmt: skip
def test_extremes_and_truth_of_many(shape, axis):
    x = rng().standard_normal(shape)
    for dtype, places in itertools.product((numpy.float32, numpy.float64), ([], [0], [-1], [17, 4321])):
        y = x.astype(dtype)
        y.flat[places] = numpy.nan

        def function(x, np=np):
            strange = np.isnan(x)
            found = [x.max(axis), x.min(axis), np.max(strange, axis), np.min(~strange, axis)]
            return *found, np.any(strange, axis), np.all(~strange, axis, keepdims=True), np.prod(~strange, axis)

        for got, want in zip(compiled(function, y)[1], function(y, numpy), strict=True):
            assert got.dtype == want.dtype
            numpy.testing.assert_array_equal(got, want)


def bins(x, y, count):
    found = np.zeros(count)
    for i in range(count):
        low, high = x.max() * i / count, x.max() * (i + 1) / count
        found = put(found, i, y[np.logical_and(low <= x, x < high)].mean())
    return found


def test_means_under_masks():
    x, y = rng().random(5000), rng(1).random(5000)
    jitted = np.jit(bins)
    result = jitted(np.asarray(x), np.asarray(y), 7)
    assert jitted.rungs() == ["xla"]
    numpy.testing.assert_allclose(result.numpy(), with_numpy(bins, (x, y, 7)), rtol=1e-12)


def test_counts_of_true():
    x = rng().random(10_000)
    assert compiled(lambda x: np.count_nonzero(x > 0.3), x)[1] == numpy.count_nonzero(x > 0.3)
    many = numpy.ones((1 << 24) + 3)
    assert compiled(lambda x: np.count_nonzero(x > 0.3), many)[1] == len(many)


@pytest.mark.parametrize("by", [3, 7.0, 50, 0.1, 8])
def test_a_quotient_by_a_constant_is_exact(by):
    x = rng().random(1000)
    numpy.testing.assert_array_equal(compiled(lambda x: x / by, x)[1], x / by)


def test_a_mean_is_an_exact_quotient():
    x = numpy.arange(1, 1001.0).reshape(100, 10)
    numpy.testing.assert_array_equal(compiled(lambda x: np.mean(x, axis=1), x)[1], x.mean(1))


# ------------------------------------------------------------------------------------------------- histograms, products


@pytest.mark.parametrize("count", [1, 7, 100])
@pytest.mark.parametrize("decimals", [1, 2, 16])
@pytest.mark.parametrize("dtype", [numpy.float32, numpy.float64])
def test_histograms_put_numbers_on_the_edges_where_numpy_does(count, decimals, dtype):
    x = numpy.round(rng().random(3000), decimals).astype(dtype)
    weights = rng(1).random(3000)
    counts, edges = numpy.histogram(x, count)
    _, (have, found) = compiled(lambda x: np.histogram(x, count), x)
    numpy.testing.assert_allclose(found, edges, rtol=1e-6 if dtype is numpy.float32 else 1e-14)
    # The edges may differ in their last bit, and with them what lies on one: then by the edges that are returned.
    numpy.testing.assert_array_equal(have, counts if (found == edges).all() else numpy.histogram(x, found)[0])
    eager = np.histogram(np.asarray(x), count, weights=np.asarray(weights))[0]
    numpy.testing.assert_allclose(eager, numpy.histogram(x, count, weights=weights)[0], rtol=1e-12)


def test_histograms_leave_out_what_is_outside():
    x = numpy.array([-numpy.inf, -1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, numpy.inf, numpy.nan])
    want = numpy.histogram(x, 4, range=(0.0, 2.0))[0]
    numpy.testing.assert_array_equal(np.histogram(np.asarray(x), 4, range=(0.0, 2.0))[0], want)
    numpy.testing.assert_array_equal(compiled(lambda x: np.histogram(x, 4, range=(0.0, 2.0))[0], x)[1], want)


def with_itself(a):
    return a @ a


def with_its_transpose(a):
    return a @ a.T


def of_its_transpose(a):
    return np.dot(a.T, a)


def of_two_transposes(a):
    return (2.0 * a).T @ (a + 1.0).T


def of_parts(a):
    return a[:140].T @ a[:140, :120]


def of_columns(a):
    return np.cov(a[:130].T)


def of_rows(a):
    return np.cov(a[:, :130]) + np.cov(a[:, :130].T, rowvar=False)


def of_complex_columns(a):
    return abs(np.cov(a[:130].T + 1j * a[20:].T ** 2, bias=True))


PRODUCTS = [
    with_itself, with_its_transpose, of_its_transpose, of_two_transposes, of_parts, of_columns, of_rows,
    of_complex_columns,
]  # fmt: skip


@pytest.mark.cpu_only("NumPy computes on the processor; for a GPU XLA compiles")
@pytest.mark.parametrize("function", PRODUCTS)
def test_large_products_in_a_graph(function):
    a = rng().random((150, 150))
    jitted = np.jit(function)
    numpy.testing.assert_allclose(jitted(np.asarray(a)), with_numpy(function, (a,)), rtol=1e-12, atol=1e-14)
    assert jitted.rungs() == ["graph"]
    assert "PyFuncStateless" in dict(operations(jitted))
    with tf.GradientTape() as tape:
        x = tf.constant(a)
        tape.watch(x)
        loss = tf.reduce_sum(jitted(x))
    assert tape.gradient(loss, x) is not None


def test_memory_that_tensorflow_takes_over():
    for shape, dtype in (((3, 5), numpy.float64), ((0, 2), numpy.complex128), ((300, 7), numpy.float64)):
        memory = _host_memory.aligned(shape, numpy.dtype(dtype))
        assert (memory.shape, memory.dtype, memory.flags.c_contiguous) == (shape, dtype, True)
        assert memory.size == 0 or memory.ctypes.data % 64 == 0


@pytest.mark.cpu_only("the memory of the processor")
def test_a_product_is_not_copied():
    made = []

    def product(a, b):
        made.append(numpy.matmul(a, b, out=_host_memory.aligned((len(a), b.shape[1]), a.dtype)))
        return made[-1]

    traced = tf.function(lambda a: _ufuncs.host_call(product, [a, a], (40, 40)), autograph=False)
    result = traced(tf.ones((40, 40), tf.float64))
    assert numpy.shares_memory(made[0], result._numpy())


def solved(a, b):
    return np.linalg.solve(a, b) + np.linalg.inv(a) @ b


def factored(a, b):
    return np.linalg.cholesky(a @ np.conj(a.T), upper=True) @ b


@pytest.mark.cpu_only("NumPy computes on the processor; for a GPU XLA compiles")
@pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning")
@pytest.mark.parametrize("length", [7, 150])
@pytest.mark.parametrize("unit", [1.0, 1.0 + 1j])
@pytest.mark.parametrize(("function", "stack"), [(solved, ()), (solved, (2,)), (factored, ())])
def test_equations_in_a_graph(function, stack, unit, length):
    a, b = rng().random((*stack, length, length)) + numpy.eye(length), rng().random((length, 3))
    jitted = np.jit(function)
    got, want = jitted(np.array(a * unit), np.array(b)), with_numpy(function, (a * unit, b))
    numpy.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-12)
    assert got.dtype == want.dtype
    assert jitted.rungs() == ["graph"]
    assert ("PyFuncStateless" in dict(operations(jitted))) == (length == 150)  # large matrices are NumPy's


@pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning")
@pytest.mark.parametrize("length", [3, 150])
def test_equations_without_a_solution(length):
    singular, negative, right = numpy.ones((length, length)), -numpy.eye(length), numpy.ones((length, 2))
    for function, arguments in ((np.linalg.inv, [singular]), (np.linalg.solve, [singular, right]),
                                (np.linalg.cholesky, [negative])):  # fmt: skip
        compiled = np.jit(lambda *given, function=function: function(*given))
        for call in (compiled, function):
            with pytest.raises(np.linalg.LinAlgError):
                call(*map(np.array, arguments))
    compiled = np.jit(lambda a, b: np.linalg.solve(a, b))
    assert numpy.isfinite(compiled(np.array(singular + numpy.eye(length)), np.array(right))).all()
    with pytest.raises(np.linalg.LinAlgError):  # after a call that went well
        compiled(np.array(singular), np.array(right))


@pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning")
def test_gradients_of_large_equations():
    a, b = rng().random((150, 150)) + 30 * numpy.eye(150), rng().random((150, 2))

    def total(a, b):
        return np.sum(np.linalg.solve(a, b)) + np.sum(np.linalg.cholesky(a @ a.T)) + np.sum(np.linalg.inv(a))

    found = []
    for function in (total, np.jit(total)):
        x = np.array(a)
        with tf.GradientTape() as tape:
            tape.watch(x)
            result = function(x, np.array(b))
        found.append(tape.gradient(result, x))
    numpy.testing.assert_allclose(found[0], found[1], rtol=1e-8)


def of_long_prefixes(a, b):
    total = np.zeros(6)
    for i in range(6):
        total = put(total, i, a[: i * 1000] @ b[: i * 1000] + np.dot(a[i:5003], b[i:5003]))
    return total


def of_turned_prefixes(a, b):
    total = np.zeros(12)
    for i in range(12):
        total = put(total, i, np.dot(np.flip(a[: i * 400]), b[: i * 400]) + a[i * 400 : 5003] @ b[: 5003 - i * 400])
        total = put(total, i, total[i] + np.dot(np.flip(a[i:5003]), np.flip(b[i:5003])) + a[i : i + 1] @ b[i : i + 1])
    return total


def of_shifted_slices(a, b):
    total = np.zeros(12)
    for i in range(12):
        total = put(total, i, a[3 * i : 300 * i] @ b[5003 - 297 * i : 5003] + a[:i] @ b[5003 - i : 5003])
    return total


def of_rows_and_columns(a, b):
    square = np.outer(a[:5000:50], b[:5000])
    tall = square.T
    total = np.zeros(12)
    for i in range(12):
        total = put(
            total, i, square[i, : 400 * i] @ tall[: 400 * i, 2 * i] + square[i, 4990 - i :] @ tall[4990 - i :, i]
        )
    return total


def of_what_the_loop_stores(a, b):
    x = np.zeros(5003)
    for i in range(5003):
        x = put(x, i, (b[i] - a[:i] @ x[:i]) / 4.0)
        x = put(x, i, x[i] - np.dot(np.flip(x[:i]), b[:i]) * 0.001)
    return x


PREFIXES = [of_long_prefixes, of_turned_prefixes, of_shifted_slices, of_rows_and_columns, of_what_the_loop_stores]


@pytest.mark.parametrize("function", PREFIXES)
@pytest.mark.parametrize("dtype", [numpy.float64, numpy.float32])
def test_products_of_long_prefixes(function, dtype):
    a, b = (rng(seed).random(5010).astype(dtype) for seed in (1, 2))
    a[5003:] = numpy.nan  # beyond what counts
    if function is of_what_the_loop_stores:
        a, b = a.astype(float) / 5000, b.astype(float) / 5000
    jitted, result = compiled(function, a, b)
    numpy.testing.assert_allclose(
        result, with_numpy(function, (a, b)), rtol=1e-5 if dtype is numpy.float32 else 1e-12, atol=1e-14
    )
    assert sum(name in ("While", "StatelessWhile") for name, _ in operations(jitted)) >= 3  # the loop, and those in it


def test_the_gradient_of_a_product_of_long_prefixes():
    a, b = (tf.constant(rng(seed).random(5010)) for seed in (1, 2))
    found = []
    for call in (of_long_prefixes, np.jit(of_long_prefixes)):
        with tf.GradientTape() as tape:
            tape.watch((a, b))
            loss = tf.reduce_sum(tf.square(call(a, b)))
        found.append(tape.gradient(loss, (a, b)))
    for want, have in zip(*found, strict=True):
        numpy.testing.assert_allclose(have, want, rtol=1e-10)


# ------------------------------------------------------------------------------------------------ one kernel for a loop


def moved(x, turns):
    for i in range(turns):
        x = put(x, i % 8, x[(i + 3) % 8] * 0.5 + i)
    return x


def powers_of(a, turns):
    x = a
    for _ in range(turns):
        x = (x @ a) * 0.1
    return x


def powers_while(a, turns):
    x, total = a, 0.0
    while total < turns:
        x = (x @ a) * 0.1
        total = total + 1
    return x


@pytest.mark.skipif("XLA_FLAGS" in os.environ and "1048576" not in os.environ["XLA_FLAGS"], reason="other options")
@pytest.mark.parametrize(("function", "shape", "together"), [
    (moved, (8,), True), (powers_of, (8, 8), True), (powers_while, (8, 8), True),
    (powers_of, (64, 64), False), (powers_while, (64, 64), False),
])  # fmt: skip
def test_a_small_loop_is_one_kernel_unless_it_multiplies_matrices(function, shape, together):
    x = rng().random(shape) / shape[0]
    _, result = compiled(lambda x: function(x, 40), x)
    numpy.testing.assert_allclose(result, with_numpy(function, (x, 40)), rtol=1e-12)
    assert ("xla_cpu_small_call" in program(lambda x: function(x, 40), x)) == together


def test_the_option_of_the_environment_stays(monkeypatch):
    option = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1048576"
    for given, wanted in [
        (None, option),
        ("--xla_dump_to=here", f"--xla_dump_to=here {option}"),
        ("--xla_backend_extra_options=other", "--xla_backend_extra_options=other"),
    ]:
        monkeypatch.delenv("XLA_FLAGS", raising=False)
        if given is not None:
            monkeypatch.setenv("XLA_FLAGS", given)
        _xla_options.set_options()
        assert os.environ["XLA_FLAGS"] == wanted


# --------------------------------------------------------------------------------------- loops that begin with a break


def until_large(x, turns):
    for _ in range(turns):
        if x.sum() > 10.0:
            break
        x = x * 2
    return x


def until_large_with_else(x, turns):
    """Whether the last turn was left by the break is asked after the loop."""
    for _ in range(turns):
        if x.sum() > 10.0:
            break
        x = x * 2
    else:
        x = x - 1
    return x


def until_large_with_counter(x, turns):
    """How far the loop came is asked after it."""
    turn = -1
    for turn in range(turns):  # noqa: B007
        if x.max() > 10.0:
            break
        x = x * 2
    return x, turn


def until_large_with_binding(x, turns):
    for turn in range(turns):
        if x.max() > 10.0:
            break
        found = x.sum() + turn
        x = x * 2
    return found


def until_large_in_a_loop(x, turns):
    total = 0
    for limit in range(3):
        for turn in range(turns):
            if x.sum() > 10.0 * limit:
                break
            x = x * 2
            total = total + turn
    return x, total


def until_none(x, turns):
    for _ in range(turns):
        if not x.any():
            break
        for _ in range(4):
            if x.sum() < 1:
                break
            x = x - 0.25
        x = x // 1
    return x


def until_small(x, turns):
    left = turns
    for turn in range(turns):
        if left < 3:
            break
        left = left - 1
        if left == 7:
            continue
        x = x + left * turn
    return x, left


def until_ambiguous(x, turns):
    for _ in range(turns):
        if x > 3:
            break
        x = x + 1
    return x


def until_large_with_closures(x, turns):
    """How far the loop came is asked by a function that it made."""
    seen = lambda: -1  # noqa: E731
    for turn in range(turns):
        if x.max() > 10.0:
            break
        seen = lambda: turn  # noqa: B023, E731
        x = x * 2
    return x, seen()


BREAKS = [
    until_large, until_large_with_else, until_large_with_counter, until_large_with_binding, until_large_in_a_loop,
    until_none, until_small, until_ambiguous, until_large_with_closures,
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::np2tf_runtime.JitFallbackWarning")
@pytest.mark.parametrize("function", BREAKS)
def test_a_break_that_a_loop_begins_with(function):
    jitted = np.jit(function)
    for x in (numpy.array([1.0, 0.5, 2.0]), numpy.array([20.0, 1.0]), numpy.array([5.0])):
        for turns in (0, 1, 9):
            try:
                want = function(x, turns)
            except (UnboundLocalError, ValueError) as error:
                with pytest.raises(type(error)):
                    jitted(np.array(x), turns)
                continue
            found = jitted(np.array(x), turns)
            for one, other in zip(*((y if isinstance(y, tuple) else (y,)) for y in (found, want)), strict=True):
                numpy.testing.assert_allclose(numpy.asarray(one), other)


def test_a_turn_after_such_a_break_is_no_branch():
    def branches(function):
        jitted = np.jit(function)
        jitted(np.array([1.0, 0.5]), 9)
        assert jitted.rungs() == ["xla"]
        return sum(operation in ("If", "StatelessIf") for operation, _ in operations(jitted))

    assert branches(until_large) == 0
    assert branches(until_large_with_counter) > 0


# -------------------------------------------------------------------------------------------- how often a loop is built


def checksum(data):
    crc = 65535
    for byte in data:
        rest = 255 & byte
        for _ in range(8):
            crc = (crc >> 1) ^ 33800 if (crc & 1) ^ (rest & 1) else crc >> 1
            rest = rest >> 1
    return crc


def counted(x):
    count, total = 0, 0
    for _ in x:
        count += 1
        while total < count * 3:
            total = total + 2
    return count, total


def halves(x):
    width, y = 4, x * 0
    for i in range(len(x)):
        width = max(width, 4)  # which is another in no turn: a length needs to be known
        y = put(y, i, np.zeros(width).sum() + width * x[i])
    return y, width


def grows(x):
    size, found = 1, x * 0
    for i in range(5):
        found = put(found, i, np.ones(size).sum())
        size = size + 1
    return found


def summed(x):
    total, square = 0.0, 0.0
    for i in range(len(x)):
        total += x[i]
        square = square + 2 * np.tanh(x[i])
    return total, square


def converges(x):
    error, turns = 1, 0
    while error > 1e-3 and turns < 100:
        y = x * 0.5
        error = np.abs(y - x).max()
        x = y
        turns += 1
    return x, error, turns


def not_summed(x):
    total, factors = 1.0, (0.5, 0.25, 2.0)
    for i in range(len(x)):
        total = total * factors[1]
        x = put(x, i, total)
    return total, x


def summed_at_times(x):
    total = 0.0
    for i in range(len(x)):
        if x[i] > 3:
            total += x[i]
    return total


def reflected(x):
    """Numbers that become elements of arrays by way of each other."""
    factor, scale, y = -x[0], 1.0, x * 0
    for i in range(1, len(x)):
        scale = scale * (1.0 - factor * factor)
        factor = -(x[i] + y[i - 1]) / (scale + 2)
        y = put(y, i, factor)
    return y, factor, scale


@pytest.mark.parametrize(("function", "loops"), [(checksum, 2), (counted, 2), (summed, 1), (converges, 1),
                                                 (reflected, 1), (not_summed, 2), (summed_at_times, 2), (halves, None),
                                                 (grows, None)])  # fmt: skip
def test_moving_numbers(function, loops, monkeypatch):
    built = []
    for name in ("_build_for", "_build_while"):
        inner = getattr(_control_flow, name)
        monkeypatch.setattr(_control_flow, name, lambda *args, inner=inner: built.append(0) or inner(*args))
    x = numpy.arange(1, 9, dtype=numpy.uint8 if function is checksum else numpy.float64)
    want = with_numpy(function, [x])
    jitted = np.jit(function)
    got = jitted(np.asarray(x))
    for a, b in zip(tf.nest.flatten(got), tf.nest.flatten(want), strict=True):
        numpy.testing.assert_allclose(a, b, rtol=1e-14)
        assert (type(a) in (int, float)) == (type(b) in (int, float))
    if loops is not None:
        assert jitted.rungs() == ["xla"]
        assert len(built) == loops  # none for nothing
