"""Values that no tensor can hold: calls with them are NumPy's, on the host, and such results stay host arrays."""

import datetime
import operator
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import tensorflow as tf

import np2tf_runtime as np_tf
from np2tf_runtime import _base

INTS, FLOATS = [1, 2, 3], [1.0, 2.0, 3.5]


def names(module):
    """What the expressions below may use; `i`, `x`, `n` are arrays of the module, the others host arrays."""
    return {
        "D": Decimal,
        "F": Fraction,
        "np": module,
        "d": np.array(["2020-01-01", "2020-01-03", "2020-01-02"], "M8[D]"),
        "f": np.array([1.0, 2.0, 3.5], object),
        "i": module.array(INTS),
        "l": [Decimal("1"), Decimal("2.5"), Decimal("3")],
        "n": module.array([3])[0],
        "o": np.array([Decimal("1"), Decimal("2.5"), Decimal("3")]),
        "o2": np.array([[Decimal("1"), Decimal("2")], [Decimal("3"), Decimal("4")]]),
        "r": np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")]),
        "s": np.array(["a", "b", "a"]),
        "x": module.array(FLOATS),
    }


def plain(value):
    """Text that is equal for equal values, dtypes and kinds."""
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [plain(item) for item in value]
    value = _base.to_host(value)
    return (str(value.dtype), value.shape, repr(value)) if isinstance(value, (np.ndarray, np.generic)) else repr(value)


EXPRESSIONS = """
np.array(o); np.asarray(l); np.array(D('1')); np.array(None); np.array([None, 1]); np.array(o, dtype=float)
np.array(['a', 'bb']); np.array(r)['a']; np.array(2**70); np.add(np.array(2**70), 1); np.array([1, 'a'])
np.array([n, None])
np.asarray(d); np.full(3, D('1')); np.full_like(x, D('2')); np.zeros_like(o); np.ones_like(o); np.copy(s)
np.linspace(D('0'), D('1'), 3); np.arange(D('0'), D('3')); np.atleast_2d(o); np.array(o, ndmin=2); np.add(o, i)
np.multiply(i, o); np.negative(o); np.power(o, 2); np.less(o, 2); np.equal(s, 'a'); np.maximum(o, 1)
np.add.reduce(o); np.add.accumulate(o); np.multiply.outer(i, o); np.subtract(d, d[0]); np.isnan(f.astype(float))
i + o; o + i; i * D('2'); D('2') * i; i / D('2'); i ** D('2'); D('1') - i; i < D('2'); D('2') > i; i == l; i != o
x == [None] * 3; i * F(1, 2); F(1, 2) * i; n * D('2'); D('2') * n; i @ o; o @ i; i == s; s == i
i == None; i == {}; np.dot(i, o); np.matmul(o, o2) if False else np.outer(o, i); np.vdot(o, o); np.linalg.norm(f)
np.sum(l); np.sum(o2, axis=0); np.mean(o); np.cumsum(o); np.max(o); np.argmin(o); np.median(o); np.var(o); np.diff(d)
np.average(o); np.any(o); np.count_nonzero(o); np.sum(i, initial=D('1')); np.max(d); np.sort(s); np.argsort(d)
np.searchsorted(s, 'b'); np.unique(s); np.unique(s, return_counts=True); np.isin(s, ['a']); np.union1d(s, ['z'])
np.reshape(o, (3, 1)); np.transpose(o2); np.concatenate([o, i]); np.concatenate([s, ['z']]); np.stack([o, o])
np.vstack([o, i]); np.append(i, D('1')); np.append([], 'a'); np.insert(s, 1, 'zz'); np.delete(o, 0); np.repeat('a', 2)
np.broadcast_arrays(o, 1); np.broadcast_to(D('1'), (2,)); np.split(o, 3); np.meshgrid(o, i); np.roll(o, 1)
np.where(i > 1, o, 0); np.where(i > 1, 'hi', 'lo'); np.where(s == 'a', 1.0, 0.0); np.nonzero(o)
np.take(['a', 'b'], n - 2); np.extract(i > 1, o); np.select([i > 1], ['x'], 'y')
np.choose([0, 1, 0], [o, i]); np.clip(o, 1, 2)
np.array_equal(s, i); np.array_equal(o, o); np.polyval([1, 2], o); np.interp(D('0.5'), [0, 1], [0, 1]); np.ndim(o)
np.shape(s); np.size(o); np.result_type(o, 1); np.apply_along_axis(sum, 0, o2); np.vectorize(str)(i)
np.vectorize(lambda v: D(int(v)))(i); np.frompyfunc(lambda v: v + 1, 1, 1)(o); list(np.ndenumerate(o)); i.dot(o)
i.clip(D('1'), 2); i * np.timedelta64(1, 'D'); d + i * np.timedelta64(1, 'D'); i[s == 'a']; o[i > 1]; s[i - 1]
np.piecewise(f, [f > 1], [1, 0]); np.ptp(o); np.cumprod(l); np.tile(['a'], 2); np.nan_to_num(f)
"""
CALLS = [call.strip() for line in EXPRESSIONS.strip().splitlines() for call in line.split(";")]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.filterwarnings("ignore")
def test_calls_with_objects_are_numpys(call):
    expected, found = eval(call, names(np)), eval(call, names(np_tf))
    assert plain(found) == plain(expected)


@pytest.mark.parametrize(
    "call",
    [
        "i + None",
        "i + 'a'",
        "np.sqrt(None)",
        "np.sin(D('1'))",
        "np.add(s, 1)",
        "i[o]",
        "x * D('2')",
        "np.isnan('a')",
        "i - {1}",
        "np.add(s, i)",
    ],
)
def test_errors_are_numpys(call):
    with pytest.raises(Exception) as expected:  # noqa: PT011 - whatever NumPy raises
        eval(call, names(np))
    with pytest.raises(Exception) as found:  # noqa: PT011
        eval(call, names(np_tf))
    assert issubclass(found.type, expected.type) or issubclass(expected.type, found.type)


def test_kinds_of_results():
    o = np_tf.array([Decimal("1"), Decimal("2")])
    assert type(o) is np.ndarray
    assert np_tf.asarray(o) is o
    assert np_tf.array(o) is not o
    assert type(np_tf.array(["a", "b"])) is np.ndarray
    assert type(np_tf.array([datetime.date(2020, 1, 1)])) is np.ndarray
    assert isinstance(o > 1, np.ndarray)  # an operator of host arrays alone is theirs
    assert isinstance(np_tf.greater(o, 1), tf.Tensor)
    assert isinstance(np_tf.asarray(o, dtype=float), tf.Tensor)
    assert isinstance(np_tf.argsort(o), tf.Tensor)
    assert all(isinstance(part, tf.Tensor) for part in np_tf.nonzero(o))
    first, second = np_tf.broadcast_arrays(o, 1)
    assert type(first) is np.ndarray
    assert isinstance(second, tf.Tensor)
    assert type(np_tf.sum(o)) is Decimal


ASKED_FOR = (
    """
np.array([1, 2], dtype=object); np.zeros(3, dtype=object); np.empty((2, 2), object); i.astype(object); i.astype('U3')
np.add(i, 1, dtype=object); np.add.reduce(i, dtype=object); np.sum(i, dtype=object); i.sum(dtype=object)
i.astype('M8[s]'); np.array(['a'], dtype=str); np.full(2, 'a', dtype='U3'); np.array(['2020'], dtype='M8[D]')
np.ones(3, 'S2'); np.zeros(3, dtype=[('a', float), ('b', int)]); np.zeros(3, np.longdouble)
np.arange(3, dtype=np.longdouble); np.linspace(0, 1, 3, dtype=np.clongdouble); np.asarray(x, np.longdouble) + x
np.sqrt(x, dtype=np.longdouble); np.concatenate([i, i], dtype=object); np.stack([i, x], dtype=object)
np.full_like(i, None, dtype=object); np.eye(2, dtype=object); np.array([[1, 2, 3], [4]], dtype=object)
np.mean(x, dtype=np.longdouble); np.cumsum(i, dtype=object); np.can_cast(i.dtype, object); np.astype(i, object)
np.fromiter(iter('ab'), dtype='U1'); np.zeros(2, 'M8[D]'); np.multiply.outer(i, i, dtype=object)
""".replace("\n", "; ")
    .strip("; ")
    .split("; ")
)


@pytest.mark.parametrize("call", ASKED_FOR)
def test_asking_for_such_a_dtype_gives_numpys_array(call):
    expected, found = eval(call, names(np)), eval(call, names(np_tf))
    assert plain(found) == plain(expected)
    if isinstance(found, np.ndarray):
        assert not _base._fits_tensor(found.dtype)
        assert np_tf.tensor_scatter_update(found, 0, found[-1]) is found


OUTS = (
    """
np.add(i, 1, out=h); np.add(i, 1, h); np.add(i, 1, out=(h,)); np.sqrt(x, out=h, where=i > 1)
np.sum([i, i], axis=0, out=h); np.cumsum(x, out=h); np.dot(x, np.eye(3), out=h); np.clip(x, 1, 2, out=h)
x.cumprod(out=h); np.matmul(np.eye(3), x, out=h); np.add.accumulate(x, out=h); np.multiply.outer(x, x, out=g)
np.take(x, i - 1, out=h); np.around(x, out=h); np.add.reduceat(x, [0, 1, 2], out=h)
np.concatenate([x[:1], x[1:]], out=h); np.add(i, 1, out=c); np.add(x, 1, out=b); np.nanmax([x, x], axis=0, out=h)
np.median([x, x], axis=0, out=h); np.mean([x, x], axis=0, out=h); np.add(1, 1, out=h[:2]); np.modf(x, out=(h, g[0]))
np.modf(x, out=(h, None)); np.maximum(x, 2, h, where=[True, False, True])
""".replace("\n", "; ")
    .strip("; ")
    .split("; ")
)


@pytest.mark.parametrize("call", OUTS)
def test_host_arrays_are_filled_as_out(call):
    answers = []
    for module in (np, np_tf):
        given = {"h": np.full(3, 7.0), "g": np.full((3, 3), 8.0), "b": np.full(3, False), "c": np.full(3, 1j)}
        try:
            result = plain(eval(call, {**names(module), **given}))
        except Exception as error:
            result = type(error)
        answers.append((result, [repr(array) for array in given.values()]))
    assert answers[0] == answers[1]


CHANGES = (
    """
np.copyto(h, i); np.copyto(h, x, where=i > 1); np.fill_diagonal(g, x); np.place(h, h > 1, x); np.put(h, i - 1, x)
np.put_along_axis(h, i - 1, x, 0); np.putmask(h, i > 1, x); np.add.at(h, i - 1, x); np.negative.at(h, i[:1])
np.copyto(b, x); np.put(h, [9], 1); np.add.at(h, 5, 1)
""".replace("\n", "; ")
    .strip("; ")
    .split("; ")
)


@pytest.mark.parametrize("call", CHANGES)
def test_mutators_change_host_arrays(call):
    answers = []
    for module in (np, np_tf):
        given = {"h": np.full(3, 7.0), "g": np.full((3, 3), 8.0), "b": np.full(3, False)}
        try:
            result = eval(call, {**names(module), **given})
        except Exception as error:
            result = type(error)
        answers.append((result, [repr(array) for array in given.values()]))
    assert answers[0] == answers[1]


def test_out_is_returned_itself():
    out, other = np.zeros(2), np.zeros(2)
    x = np_tf.array([1.5, 2.5])
    assert np_tf.add(x, 1, out=out) is out
    assert np_tf.sum([x, x], axis=0, out=out) is out
    first, second = np_tf.modf(x, out=(out, None))
    assert first is out
    assert isinstance(second, tf.Tensor)
    with pytest.raises(np_tf.UnsupportedFeatureError, match="NT604"):
        np_tf.add(x, 1, out=x)
    with pytest.raises(np_tf.UnsupportedFeatureError, match="NT604"):
        np_tf.modf(x, out=(x, other))


def test_as_tensor_itself_refuses():
    for value in (Decimal("1"), None, "a", [None], np.array([Decimal(1)]), np.datetime64("2020"), object()):
        with pytest.raises(_base.HostValueError):
            _base.as_tensor(value)


def test_no_symbolic_tensor():
    @tf.function
    def traced(x):
        return x * Decimal("2")

    with pytest.raises(TypeError):
        traced(tf.constant([1.0]))
    with pytest.raises(np_tf.UnsupportedFeatureError, match="NT603") as found:
        tf.function(lambda x: np_tf.add(x, np.array([Decimal(1)])))(tf.constant([1.0]))
    assert found.value.code == "NT603"


# ------------------------------------------------------------------------------------------------------------- mutation


def test_host_arrays_change_in_place():
    o = np_tf.array([Decimal(1), Decimal(2), Decimal(3)])
    view = o[1:]
    assert np_tf.tensor_scatter_update(o, 1, Decimal(9)) is o
    assert np_tf.functional.iadd(o, 1) is o
    assert np_tf.functional.iadd(o, tf.constant([1, 2, 3])) is o
    assert np_tf.functional.fill(view, Decimal(0)) is view
    assert o.tolist() == [Decimal(3), Decimal(0), Decimal(0)]
    assert np_tf.functional.put(o, tf.constant([1]), [Decimal(7)]) is o
    assert np_tf.functional.add_at(o, tf.constant([0, 0]), 1) is o
    assert o.tolist() == [Decimal(5), Decimal(7), Decimal(0)]


MUTATIONS = [
    ("fill", lambda x: x.fill(Decimal(2)), (Decimal(2),)),
    ("copyto", lambda x: np.copyto(x, OBJECTS, casting="unsafe"), lambda: (OBJECTS, "unsafe")),
    ("put", lambda x: np.put(x, [0, 2], OBJECTS), lambda: ([0, 2], OBJECTS)),
    ("put_along_axis", lambda x: np.put_along_axis(x, np.array([0]), Decimal(5), 0), (np.array([0]), Decimal(5), 0)),
]
OBJECTS = np.array([Decimal(7), Decimal("8.5"), Decimal(9)])


@pytest.mark.parametrize(("name", "change", "arguments"), MUTATIONS, ids=[row[0] for row in MUTATIONS])
def test_objects_written_into_tensors(name, change, arguments):
    expected = np.array(FLOATS)
    change(expected)
    found = getattr(np_tf.functional, name)(
        tf.constant(FLOATS, tf.float64), *(arguments() if callable(arguments) else arguments)
    )
    assert isinstance(found, tf.Tensor)
    assert plain(found) == plain(expected)


@pytest.mark.parametrize("name", ["place", "putmask"])
def test_objects_by_mask_are_refused(name):
    for module, x in ((np, np.array(FLOATS)), (np_tf.functional, np_tf.array(FLOATS))):
        with pytest.raises(TypeError, match="Cannot cast array data"):
            getattr(module, name)(x, x > 1, OBJECTS)


@pytest.mark.parametrize("value", [Decimal("1.5"), OBJECTS, list(OBJECTS), "2.5", ["1", "2", "3"], None], ids=repr)
def test_assignment_converts(value):
    expected = np.array(FLOATS)
    expected[...] = value
    assert plain(np_tf.tensor_scatter_update(tf.constant(FLOATS, tf.float64), ..., value)) == plain(expected)


@pytest.mark.parametrize("name", ["iadd", "imul", "isub", "itruediv"])
@pytest.mark.parametrize("value", [Decimal("1.5"), OBJECTS, "a", np.array(["a"])], ids=repr)
def test_in_place_with_objects(name, value):
    for values in (INTS, FLOATS):
        with pytest.raises(TypeError):
            getattr(operator, name)(np.array(values), value)
        with pytest.raises(TypeError):
            getattr(np_tf.functional, name)(np_tf.array(values), value)


def test_where_skips_elements():
    o = np.array([Decimal(1), None])
    assert np_tf.add(o, 1, where=np_tf.array([True, False]))[0] == Decimal(2)


# ---------------------------------------------------------------------------------------------------- foreign operands


class Vector:
    """Has its own idea of arithmetic, as NumPy lets it."""

    __array_ufunc__ = None

    def __rmul__(self, other):
        return "mine"


class Prior:
    __array_priority__ = 10

    def __radd__(self, other):
        return "mine"


class Scaled:
    def __rmul__(self, other):
        return float(other) * 10


def test_operands_with_methods_of_their_own():
    x = np_tf.array(FLOATS)
    assert x * Vector() == "mine"
    assert x + Prior() == "mine"
    assert (x * Scaled()).tolist() == (np.array(FLOATS) * Scaled()).tolist() == [10.0, 20.0, 35.0]
    assert x[1] * Scaled() == 20.0


def test_tensorflows_objects_stay_tensorflows():
    x = np_tf.array([[1.0, 2.0]])
    ragged = tf.ragged.constant([[1.0, 2.0]], dtype=tf.float64)
    assert isinstance(ragged + x, tf.RaggedTensor)


# --------------------------------------------------------------------------------------------------------- np.testing


def test_assertions_take_tensors():
    x = np_tf.array(FLOATS)
    np_tf.testing.assert_equal(x[0], 1.0)
    np_tf.testing.assert_equal([x[0], {"a": x}], [1.0, {"a": np.array(FLOATS)}])
    np_tf.testing.assert_almost_equal(x, FLOATS)
    np_tf.testing.assert_almost_equal(x, x)
    np_tf.testing.assert_array_equal(x, actual_or_not := FLOATS)
    assert actual_or_not == FLOATS
    with pytest.raises(AssertionError):
        np_tf.testing.assert_almost_equal(x, x + 1)
    with np_tf.testing.assert_raises(TypeError):
        np_tf.testing.assert_raises(ValueError, len, x[0])
    seen = []
    np_tf.testing.assert_raises(IndexError, lambda given: seen.append(given) or given[9], x)
    assert seen[0] is x


# ------------------------------------------------------------------------------------- arrays that are more than values


class Counts(np.ndarray):
    """An array that computes in its own way, as those with units do."""

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return getattr(ufunc, method)(*map(np.asarray, inputs), **kwargs) + 1000


def of_their_own(module):
    """`ma` and `mi` are masked, `mx` is a matrix, `q` a `Counts`; `t` and `t2` are arrays of the module."""
    return {
        "np": module,
        "ma": np.ma.masked_array([1.0, 2.0, 3.0], [0, 1, 0]),
        "masked": np.ma.masked,
        "mi": np.ma.masked_array([[1, 2], [3, 4]], [[0, 1], [0, 0]]),
        "mx": np.matrix([[1.5, 2.0], [3.0, 5.0]]),
        "q": np.arange(3.0).view(Counts),
        "t": module.arange(3.0),
        "t2": module.arange(4).reshape(2, 2),
    }


MORE_THAN_VALUES = """
np.sum(ma); np.mean(ma); np.std(ma); np.max(ma); np.median(ma); np.average(ma); np.count_nonzero(ma); np.sum(mi, axis=0)
np.sqrt(ma); np.add(ma, t); np.add(t, masked); np.add(masked, t); np.maximum(t, ma); t + ma; ma - t; t * masked; ma / t
t ** ma; ma > t; t == ma; t2 | mi; mi @ t2; t2 @ mi; np.where(ma > 1, ma, t); np.concatenate([ma, t]); np.sort(ma)
np.cumsum(ma); np.diff(ma); np.clip(ma, 1, 2); np.unique(ma); np.reshape(mi, 4); np.take(ma, [0, 1]); np.dot(mi, t2)
np.asarray(ma); np.array(ma); np.array(ma, dtype=np.float32); np.asanyarray(ma); np.zeros_like(ma); np.stack([ma, t])
np.linalg.norm(ma); np.nansum(ma); np.corrcoef(ma, t); np.apply_along_axis(np.sum, 0, mi)
t[ma > 1]; t[mi[0]]; np.sum(t, where=ma > 1); str(np.sum(ma)); ma.sum() + t; ma.filled(0) + t
mx * t2; t2 * mx; mx + t2; t2 - mx; t2 @ mx; mx == t2; mx * 2; np.sum(mx, axis=0); np.mean(mx, axis=1); np.max(mx, 0)
np.sqrt(mx); np.multiply(mx, t2); np.dot(mx, t2); np.matmul(mx, np.arange(2)); np.ravel(mx); np.transpose(mx)
np.asarray(mx) * t2; np.array(mx); np.concatenate([mx, t2]); np.linalg.inv(mx); np.linalg.solve(mx, t2); np.diff(mx)
t2[mx > 1.5]; mx.T * t2; mx.sum(axis=0) + t2; np.linalg.svd(mx); np.outer(mx, mx)
np.sqrt(q); np.add(q, t); t + q; q + t; t < q; np.asarray(q) + t
"""


def shown(value):
    """Text that is equal for equal values, masks included, and classes."""
    if isinstance(value, (list, tuple)):
        return [shown(item) for item in value]
    value = _base.to_host(value)
    if isinstance(value, np.ndarray):
        return type(value).__name__, repr(np.asarray(value)), repr(np.ma.getmaskarray(value))
    return repr(value)


@pytest.mark.parametrize("call", [c.strip() for line in MORE_THAN_VALUES.strip().splitlines() for c in line.split(";")])
@pytest.mark.filterwarnings("ignore")
def test_masked_arrays_and_matrices_are_numpys(call):
    assert shown(eval(call, of_their_own(np_tf))) == shown(eval(call, of_their_own(np)))


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_an_assignment_takes_the_values_of_a_masked_array():
    ma = of_their_own(np)["ma"]
    x = np_tf.zeros(3)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = np_tf.tensor_scatter_update(x * 2, np.s_[:2], ma[:2])
        y = np_tf.tensor_scatter_update(y, ma > 2, 5 * y[ma > 2])
        total = np_tf.sum(y)
    assert y.tolist() == [1.0, 2.0, 0.0]
    assert tape.gradient(total, x).tolist() == [0.0, 0.0, 10.0]
    expected = np.zeros(3)
    expected += ma
    assert np_tf.functional.iadd(x, ma).tolist() == expected.tolist()


def test_masked_arrays_in_functions_of_jit():
    held = [np.ma.masked_array([1.0, 2.0, 3.0], [0, 1, 0])]

    @np_tf.jit
    def total(x):
        return x.sum() + np_tf.sum(held[0])

    with pytest.warns(np_tf.JitFallbackWarning, match="an array of class MaskedArray"):
        assert total(np_tf.ones(2)) == 6.0
    held[0].mask = False
    assert total(np_tf.ones(2)) == 8.0
    assert total(np.ma.masked_array([1.0, 2.0], [1, 0])) == 8.0
