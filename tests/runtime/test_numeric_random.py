"""numpy.random: the streams are NumPy's own, bit for bit; the wrappers are Generators and RandomStates."""

from __future__ import annotations

import copy
import pickle

import numpy
import pytest
import tensorflow as tf

import np2tf_runtime as np

DISTRIBUTIONS = {
    "beta": "2, 3", "binomial": "10, .3", "chisquare": "3", "dirichlet": "[1, 2, 3]", "exponential": "2", "f": "3, 4",
    "gamma": "2, 3", "geometric": ".3", "gumbel": "", "hypergeometric": "5, 6, 4", "laplace": "", "logistic": "",
    "lognormal": "",
    "logseries": ".3", "multinomial": "10, [.2, .8]", "multivariate_normal": "[0, 1], [[1, .5], [.5, 2]]",
    "normal": "1, 2",
    "negative_binomial": "3, .4", "noncentral_chisquare": "3, 1", "noncentral_f": "3, 4, 1", "pareto": "3",
    "poisson": "4",
    "power": "3", "rayleigh": "2", "standard_cauchy": "", "standard_exponential": "", "standard_gamma": "3",
    "standard_normal": "",
    "standard_t": "4", "triangular": "0, 1, 3", "uniform": "1, 5", "vonmises": "0, 2", "wald": "1, 2", "weibull": "3",
    "zipf": "3",
}  # fmt: skip
GENERATOR = (
    "integers(10, size=5)", "integers(10)", "integers(0, [5, 6, 7])", "random(3)", "random()", "random(3, dtype='f4')",
    "choice(5, 3)",
    "choice([1, 2, 3], 2, replace=False)", "choice([1.5, 2])", "choice(['a', 'b'])", "choice(X, 2)",
    "choice(X, 2, axis=1)",
    "permutation(5)", "permutation(X)", "permuted(X, axis=1)", "permutation([1, 2, 3])", "bytes(4)", "random((0, 3))",
    "multivariate_hypergeometric([5, 6], 3)", "integers(2, size=3, dtype='u1')", "integers(2, size=3, dtype=bool)",
    "choice(4, 3, p=[.1, .2, .3, .4])", "standard_normal((2, 2), 'f4')", "normal(X)",
)  # fmt: skip
LEGACY = (
    "randint(10, size=5)", "randint(10)", "rand()", "rand(2, 3)", "randn(3)", "randn()", "random_sample(3)",
    "random(2)", "bytes(3)",
    "choice(5, 3)", "choice(X[0], 2, replace=False)", "permutation(X)", "permutation(4)", "randint(0, [3, 4])",
    "randint(5, dtype='i4')",
    "randint(5, size=2, dtype='u1')",
)  # fmt: skip
X = numpy.arange(12.0).reshape(3, 4)


def assert_same(want, have, what):
    if isinstance(want, numpy.ndarray):
        assert isinstance(have, tf.Tensor), what
        assert have.numpy().dtype == want.dtype, what
        assert numpy.array_equal(have.numpy(), want), what
    else:
        assert type(have) is type(want), what
        assert have == want, what


def ask(source, call, **names):
    return eval(f"source.{call}", {"source": source, **names})


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_distributions(name):
    for size in ("", "size=3", "size=(2, 3)", "size=()", "size=n"):
        call = f"{name}({', '.join(filter(None, (DISTRIBUTIONS[name], size)))})"
        for make in ("default_rng", "RandomState"):
            want = ask(getattr(numpy.random, make)(5), call, n=4)
            assert_same(want, ask(getattr(np.random, make)(5), call, n=tf.constant(4)), (make, call))
        numpy.random.seed(7)
        want = ask(numpy.random, call, n=4)
        np.random.seed(7)
        assert_same(want, ask(np.random, call, n=tf.constant(4)), call)


@pytest.mark.parametrize("call", GENERATOR)
def test_generator(call):
    assert_same(
        ask(numpy.random.default_rng(9), call, X=X), ask(np.random.default_rng(9), call, X=tf.constant(X)), call
    )


@pytest.mark.parametrize("call", LEGACY)
def test_random_state(call):
    assert_same(
        ask(numpy.random.RandomState(9), call, X=X), ask(np.random.RandomState(9), call, X=tf.constant(X)), call
    )
    numpy.random.seed(3)
    want = ask(numpy.random, call, X=X)
    np.random.seed(3)
    assert_same(want, ask(np.random, call, X=tf.constant(X)), call)


def test_one_global_stream():
    np.random.seed(1)
    mixed = [np.random.rand(), numpy.random.rand(), np.random.rand()]
    numpy.random.seed(1)
    assert mixed == list(numpy.random.rand(3))


def test_state_round_trip():
    state = np.random.get_state()
    first = np.random.randn(3)
    np.random.set_state(state)
    assert numpy.array_equal(first, np.random.randn(3))


@pytest.mark.parametrize("make", [np.random.default_rng, np.random.RandomState])
def test_pickle_and_copy(make):
    source = make(3)
    source.standard_normal()  # RandomState now holds half a pair
    others = [pickle.loads(pickle.dumps(source)), copy.deepcopy(source), copy.copy(source)]
    want = source.standard_normal(3).numpy()
    for other in others[:2]:
        assert type(other) is type(source)
        assert numpy.array_equal(other.standard_normal(3), want)


def test_classes():
    rng = np.random.default_rng(1)
    assert isinstance(rng, np.random.Generator)
    assert isinstance(rng, numpy.random.Generator)
    assert isinstance(np.random.mtrand._rand, np.random.RandomState)
    assert np.random.default_rng(rng) is rng
    assert isinstance(rng.bit_generator, np.random.PCG64)
    assert str(rng) == "Generator(PCG64)"
    assert [child.random() for child in rng.spawn(2)] == [
        child.random() for child in numpy.random.default_rng(1).spawn(2)
    ]
    for name in ("PCG64", "MT19937", "Philox", "SFC64", "PCG64DXSM"):
        ours, theirs = getattr(np.random, name), getattr(numpy.random, name)
        assert np.random.Generator(ours(4)).random() == numpy.random.Generator(theirs(4)).random()
        assert numpy.array_equal(ours(tf.constant([1, 2])).random_raw(2), theirs([1, 2]).random_raw(2))
        assert type(pickle.loads(pickle.dumps(ours(4)))) is ours


def test_seed_sequences():
    ours, theirs = np.random.SeedSequence(tf.constant([1, 2])), numpy.random.SeedSequence([1, 2])
    assert numpy.array_equal(ours.generate_state(3), theirs.generate_state(3))
    assert isinstance(ours.spawn(1)[0], np.random.SeedSequence)
    assert np.random.default_rng(ours).random() == numpy.random.default_rng(theirs).random()


def test_shuffle():
    ours, theirs = [1, 2, 3, 4], [1, 2, 3, 4]
    np.random.default_rng(1).shuffle(ours)
    numpy.random.default_rng(1).shuffle(theirs)
    assert ours == theirs
    for shuffle in (np.random.default_rng().shuffle, np.random.shuffle, np.random.RandomState().shuffle):
        with pytest.raises(np.UnsupportedFeatureError, match=r"np\.functional\.shuffle"):
            shuffle(np.arange(3))


def test_out_is_refused():
    rng = np.random.default_rng()
    for call in (
        lambda: rng.random(3, out=X),
        lambda: rng.standard_normal(3, "f8", X),
        lambda: rng.permuted(X, None, X),
    ):
        with pytest.raises(np.UnsupportedFeatureError, match="NT604"):
            call()


def test_a_traced_function_draws_each_time():
    rng = np.random.default_rng(0)
    draw = tf.function(lambda: rng.normal(size=3) + rng.normal(size=3))
    first, second = draw().numpy(), draw().numpy()
    reference = numpy.random.default_rng(0)
    for have in (first, second):
        assert numpy.array_equal(have, reference.normal(size=3) + reference.normal(size=3))
    assert draw.get_concrete_function().output_shapes.as_list() == [3]
    with pytest.raises(np.UnsupportedFeatureError, match="device_rng"):
        tf.function(lambda x: rng.normal(x), autograph=False).get_concrete_function(tf.TensorSpec([], tf.float64))


MEANS = {
    "normal(1, 2, 20000)": 1, "exponential(2, 20000)": 2, "gamma(2., 3., 20000)": 6, "poisson(3., 20000)": 3,
    "binomial(10, .3, 20000)": 3, "geometric(.3, 20000)": 1 / 0.3, "triangular(0, 1, 3, 20000)": 4 / 3,
    "beta(1., 2., 20000)": 1 / 3,
    "integers(5, size=20000)": 2, "laplace(1, 2, 20000)": 1, "gumbel(0, 1, 20000)": 0.5772,
    "rayleigh(2., 20000)": 2.5066,
    "power(2., 20000)": 2 / 3, "weibull(2., 20000)": 0.8862, "logistic(1, 1, 20000)": 1, "uniform(1, 5, 20000)": 3,
    "chisquare(3, 20000)": 3, "standard_t(9, 20000)": 0, "lognormal(0, .5, 20000)": 1.1331, "f(3, 40, 20000)": 40 / 38,
    "pareto(5., 20000)": 0.25, "random(20000)": 0.5, "choice(5, 20000)": 2, "choice(3, 20000, p=[.5, .25, .25])": 0.75,
    "standard_gamma(2., 20000)": 2, "standard_exponential(20000)": 1, "dirichlet([1., 1.], 20000)": 0.5,
    "integers(1, 6, 20000, endpoint=True)": 3.5, "multivariate_normal([0, 1.], [[1, .5], [.5, 2]], 20000)": 0.5,
}  # fmt: skip


def test_device_generator():
    rng = np.random.device_rng(1)
    for call, mean in MEANS.items():
        assert float(np.mean(ask(rng, call))) == pytest.approx(mean, abs=0.1), call
    assert sorted(rng.permutation(5).numpy()) == [0, 1, 2, 3, 4]
    assert len(set(rng.choice(9, 4, replace=False).numpy())) == 4
    assert numpy.array_equal(np.random.device_rng(7).normal(size=3), np.random.device_rng(7).normal(size=3))
    draw = tf.function(lambda: rng.normal(size=3), jit_compile=True)
    assert not numpy.array_equal(draw(), draw())
    with pytest.raises(np.UnsupportedFeatureError, match=r"functional\.shuffle"):
        rng.shuffle(np.arange(3))
