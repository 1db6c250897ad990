"""`numpy.random` on tensors: NumPy's own streams, drawn by NumPy on the host and handed out as tensors.

A seed gives the numbers that it gives under NumPy, bit for bit, for the legacy functions, `RandomState` and
`Generator`. The legacy functions draw from NumPy's own global state, so that a library which uses `numpy.random`
itself sees the stream it would see in the program that was converted.

- Arrays come back as tensors; scalars (no `size`) as the Python or NumPy scalars that NumPy returns; arrays no tensor
  can hold (`choice` of strings) as host arrays.
- Tensors are accepted in every argument, `size` and `dtype` included.
- `out=` is refused (NT604). `shuffle` changes lists and host arrays in place; for a tensor it raises and names
  `np.functional.shuffle`.
- In a traced function each call draws anew when the graph runs; arguments must be known while tracing, else use
  `device_rng`.
- `device_rng(seed)` draws on the device: other numbers, no transfer, usable in compiled functions.
"""

from __future__ import annotations

import copy
import functools
import types

import numpy as _numpy
import tensorflow as tf

from . import _status
from ._base import UnsupportedFeatureError, as_tensor, from_host, host, np_dtype

_TENSORS = (tf.Tensor, tf.Variable)
_host_random = _numpy.random

# Methods that draw. The number is the position of `out`, where the method has one.
_GENERATOR_DRAWS = {
    "beta": None,
    "binomial": None,
    "bytes": None,
    "chisquare": None,
    "choice": None,
    "dirichlet": None,
    "exponential": None,
    "f": None,
    "gamma": None,
    "geometric": None,
    "gumbel": None,
    "hypergeometric": None,
    "integers": None,
    "laplace": None,
    "logistic": None,
    "lognormal": None,
    "logseries": None,
    "multinomial": None,
    "multivariate_hypergeometric": None,
    "multivariate_normal": None,
    "negative_binomial": None,
    "noncentral_chisquare": None,
    "noncentral_f": None,
    "normal": None,
    "pareto": None,
    "permutation": None,
    "permuted": 2,
    "poisson": None,
    "power": None,
    "random": 2,
    "rayleigh": None,
    "standard_cauchy": None,
    "standard_exponential": 3,
    "standard_gamma": 3,
    "standard_normal": 2,
    "standard_t": None,
    "triangular": None,
    "uniform": None,
    "vonmises": None,
    "wald": None,
    "weibull": None,
    "zipf": None,
}

_LEGACY_DRAWS = (
    "beta",
    "binomial",
    "bytes",
    "chisquare",
    "choice",
    "dirichlet",
    "exponential",
    "f",
    "gamma",
    "geometric",
    "gumbel",
    "hypergeometric",
    "laplace",
    "logistic",
    "lognormal",
    "logseries",
    "multinomial",
    "multivariate_normal",
    "negative_binomial",
    "noncentral_chisquare",
    "noncentral_f",
    "normal",
    "pareto",
    "permutation",
    "poisson",
    "power",
    "rand",
    "randint",
    "randn",
    "random",
    "random_integers",
    "random_sample",
    "rayleigh",
    "standard_cauchy",
    "standard_exponential",
    "standard_gamma",
    "standard_normal",
    "standard_t",
    "tomaxint",
    "triangular",
    "uniform",
    "vonmises",
    "wald",
    "weibull",
    "zipf",
)


def _take(value):
    """The argument as NumPy understands it; the same object where nothing in it is TensorFlow's."""
    if isinstance(value, _TENSORS):
        if not tf.executing_eagerly() and tf.get_static_value(value) is None:
            raise UnsupportedFeatureError(
                "a random number of NumPy's stream that depends on a tensor of a traced function",
                "NT604",
                "draw it outside of the function, or use np.random.device_rng(seed)",
            )
        array = host(value)
        return array if array.ndim else array[()]
    if isinstance(value, tf.TensorShape):
        return tuple(value.as_list())
    if isinstance(value, tf.DType):
        return np_dtype(value)
    if type(value) in (list, tuple) and any(isinstance(item, (*_TENSORS, list, tuple)) for item in value):
        return type(value)(_take(item) for item in value)
    return value


def _give(value):
    """What NumPy drew, arrays as tensors."""
    if not isinstance(value, _numpy.ndarray) or value.dtype.kind not in "biufc":
        return value
    return from_host(value if value.base is None else _numpy.array(value))


def _draw(source, name, arguments, keywords):
    """Call `source.name` with host arguments; while a function is traced, make the call part of its graph."""
    arguments = [_take(value) for value in arguments]
    keywords = {key: _take(value) for key, value in keywords.items()}
    method = getattr(source, name)
    if tf.executing_eagerly():
        return _give(method(*arguments, **keywords))
    # Shape and dtype come from a trial on a copy: the stream itself is not touched until the graph runs.
    trial = getattr(copy.deepcopy(source), name)(*arguments, **keywords)
    example = _numpy.asarray(trial)
    if example.dtype.kind not in "biufc":
        raise UnsupportedFeatureError(
            f"np.random.{name} of values that no tensor can hold", "NT604", "call it outside of the traced function"
        )
    drawn = tf.numpy_function(
        lambda: _numpy.asarray(method(*arguments, **keywords)), [], tf.as_dtype(example.dtype), stateful=True, name=name
    )
    drawn.set_shape(example.shape)
    return drawn


def _refuse_out(name, position, arguments, keywords):
    out = keywords.pop("out", None)
    if position is not None and len(arguments) > position and arguments[position] is not None:
        out = arguments[position]
    if out is not None:
        raise UnsupportedFeatureError(f"the argument out of {name}", "NT604", f"write x = rng.{name}(...)")


def _drawing_method(host_class, name, out_position=None):
    def method(self, *args, **kwargs):
        _refuse_out(name, out_position, args, kwargs)
        return _draw(self._host, name, args, kwargs)

    host_method = getattr(host_class, name)
    functools.update_wrapper(method, host_method, assigned=("__name__",), updated=())
    del method.__wrapped__
    method.__qualname__ = f"{host_class.__name__}.{name}"
    signature = (host_method.__doc__ or name).strip().split("\n", 1)[0]
    method.__doc__ = (
        f"{signature}\n\nNumPy's own stream (see `numpy.random.{host_class.__name__}.{name}`), drawn on the host; "
        "an array comes back as a tensor.\n`out=` raises UnsupportedFeatureError (NT604)."
    )
    return method


def _with_drawing_methods(host_class, draws):
    def decorate(cls):
        for name, out_position in draws.items():
            setattr(cls, name, _drawing_method(host_class, name, out_position))
        return cls

    return decorate


def _holds_tensors(value):
    return isinstance(value, _TENSORS)


def _refuse_shuffle():
    raise UnsupportedFeatureError(
        "shuffle of a tensor, which is immutable", "NT604", "write x = np.functional.shuffle(rng, x)"
    )


class SeedSequence(_host_random.SeedSequence):
    """`numpy.random.SeedSequence`; tensors are accepted as entropy, states come back as tensors."""

    def __init__(self, entropy=None, *, spawn_key=(), pool_size=4, n_children_spawned=0):
        super().__init__(
            _take(entropy), spawn_key=_take(spawn_key), pool_size=pool_size, n_children_spawned=n_children_spawned
        )

    def spawn(self, n_children):
        """A list of `n_children` new SeedSequences, as NumPy's."""
        return [
            SeedSequence(child.entropy, spawn_key=child.spawn_key, pool_size=child.pool_size)
            for child in super().spawn(int(n_children))
        ]


def _of_state(state, convert):
    """The state of a generator with `convert` applied to what is in its dicts and tuples."""
    if type(state) is dict:
        return {key: _of_state(value, convert) for key, value in state.items()}
    return tuple(map(convert, state)) if type(state) is tuple else convert(state)


def _bit_generator_class(host_class):
    def __init__(self, seed=None, **keywords):  # noqa: N807
        host_class.__init__(self, _take(seed), **{key: _take(value) for key, value in keywords.items()})

    def random_raw(self, size=None, output=True):
        """Raw output of the bit generator: an int, or a uint64 tensor of shape `size`."""
        return _give(host_class.random_raw(self, _take(size), output))

    def spawn(self, n_children):
        """A list of `n_children` independent bit generators of the same class."""
        return [type(self)(seed) for seed in self.seed_seq.spawn(int(n_children))]

    name = host_class.__name__
    state = property(
        lambda self: _of_state(host_class.state.__get__(self), _give),
        lambda self, value: host_class.state.__set__(self, _of_state(value, _take)),
        doc="The state as a dict, its arrays as tensors; assigning one takes it up.",
    )
    methods = {"__init__": __init__, "random_raw": random_raw, "spawn": spawn, "state": state, "__module__": __name__}
    return type(name, (host_class,), {**methods, "__doc__": f"`numpy.random.{name}`; the seed may be a tensor."})


BitGenerator = _host_random.BitGenerator
MT19937 = _bit_generator_class(_host_random.MT19937)
PCG64 = _bit_generator_class(_host_random.PCG64)
PCG64DXSM = _bit_generator_class(_host_random.PCG64DXSM)
Philox = _bit_generator_class(_host_random.Philox)
SFC64 = _bit_generator_class(_host_random.SFC64)


@_with_drawing_methods(_host_random.Generator, _GENERATOR_DRAWS)
class Generator(_host_random.Generator):
    """`numpy.random.Generator` whose arrays are tensors: the same methods, the same streams, drawn on the host.

    It is a NumPy Generator too, so libraries that ask for one take it.
    """

    # NumPy's own methods call each other through `self` and expect arrays: they run on a plain twin that shares the
    # bit generator.
    def __init__(self, bit_generator):
        super().__init__(bit_generator)
        self._host = _host_random.Generator(bit_generator)

    def shuffle(self, x, axis=0):
        """Shuffle a list or a host array in place. A tensor raises: use `x = np.functional.shuffle(rng, x, axis)`."""
        if _holds_tensors(x):
            _refuse_shuffle()
        self._host.shuffle(x, axis=axis)

    def spawn(self, n_children):
        """A list of `n_children` independent Generators."""
        return [Generator(child) for child in self.bit_generator.spawn(int(n_children))]

    def __reduce__(self):
        return Generator, (self.bit_generator,)

    def __deepcopy__(self, memo):
        return Generator(copy.deepcopy(self.bit_generator, memo))


@_with_drawing_methods(_host_random.RandomState, dict.fromkeys(_LEGACY_DRAWS))
class RandomState(_host_random.RandomState):
    """`numpy.random.RandomState` whose arrays are tensors: the same methods, the same streams, drawn on the host."""

    def __init__(self, seed=None):
        twin = seed if type(seed) is _host_random.RandomState else _host_random.RandomState(_take(seed))
        super().__init__(twin._bit_generator)
        # The twin also holds the second of each pair of Gaussians, which is no part of the bit generator.
        self._host = twin

    def shuffle(self, x):
        """Shuffle a list or a host array in place. A tensor raises: use `x = np.functional.shuffle(rng, x)`."""
        if _holds_tensors(x):
            _refuse_shuffle()
        self._host.shuffle(x)

    def seed(self, seed=None):
        """Start the stream anew from `seed`: None, an int, a sequence or a tensor of ints."""
        self._host.seed(_take(seed))

    @property
    def _bit_generator(self):
        return self._host._bit_generator

    def get_state(self, legacy=True):
        """The state as NumPy gives it, its keys as a tensor: a tuple, or a dict where `legacy` is false."""
        return _of_state(self._host.get_state(legacy=legacy), _give)

    def set_state(self, state):
        """Take up a state that `get_state` returned."""
        self._host.set_state(_of_state(state, _take))

    def __getstate__(self):
        return self._host.get_state(legacy=False)

    def __setstate__(self, state):
        self._host.set_state(state)

    def __reduce__(self):
        return RandomState, (copy.deepcopy(self._host),)

    def __deepcopy__(self, memo):
        return RandomState(copy.deepcopy(self._host, memo))


def default_rng(seed=None):
    """A Generator on PCG64, as NumPy's: `seed` is None, ints, a tensor of ints, a SeedSequence, a bit generator,
    a Generator (returned as it is) or a RandomState.
    """
    if isinstance(seed, Generator):
        return seed
    if isinstance(seed, _host_random.Generator):
        return Generator(seed.bit_generator)
    if isinstance(seed, RandomState):
        return Generator(seed._host._bit_generator)
    if isinstance(seed, _host_random.RandomState):
        return Generator(seed._bit_generator)
    if isinstance(seed, _host_random.BitGenerator):
        return Generator(seed)
    return Generator(PCG64(seed))


# NumPy's own global state: numbers drawn here and numbers drawn by libraries through numpy.random are one stream.
_rand = RandomState(_host_random.mtrand._rand)

beta = _rand.beta
binomial = _rand.binomial
bytes = _rand.bytes
chisquare = _rand.chisquare
choice = _rand.choice
dirichlet = _rand.dirichlet
exponential = _rand.exponential
f = _rand.f
gamma = _rand.gamma
geometric = _rand.geometric
get_state = _rand.get_state
gumbel = _rand.gumbel
hypergeometric = _rand.hypergeometric
laplace = _rand.laplace
logistic = _rand.logistic
lognormal = _rand.lognormal
logseries = _rand.logseries
multinomial = _rand.multinomial
multivariate_normal = _rand.multivariate_normal
negative_binomial = _rand.negative_binomial
noncentral_chisquare = _rand.noncentral_chisquare
noncentral_f = _rand.noncentral_f
normal = _rand.normal
pareto = _rand.pareto
permutation = _rand.permutation
poisson = _rand.poisson
power = _rand.power
rand = _rand.rand
randint = _rand.randint
randn = _rand.randn
random = _rand.random
random_integers = _rand.random_integers
random_sample = _rand.random_sample
rayleigh = _rand.rayleigh
seed = _rand.seed
set_state = _rand.set_state
shuffle = _rand.shuffle
standard_cauchy = _rand.standard_cauchy
standard_exponential = _rand.standard_exponential
standard_gamma = _rand.standard_gamma
standard_normal = _rand.standard_normal
standard_t = _rand.standard_t
triangular = _rand.triangular
uniform = _rand.uniform
vonmises = _rand.vonmises
wald = _rand.wald
weibull = _rand.weibull
zipf = _rand.zipf


def ranf(*args, **kwargs):
    """Alias of `random_sample`."""
    return _rand.random_sample(*args, **kwargs)


def sample(*args, **kwargs):
    """Alias of `random_sample`."""
    return _rand.random_sample(*args, **kwargs)


def get_bit_generator():
    """The bit generator of the global state."""
    return _host_random.get_bit_generator()


def set_bit_generator(bitgen):
    """Make `bitgen` the bit generator of the global state."""
    _host_random.set_bit_generator(bitgen)


mtrand = types.SimpleNamespace(  # np.random.mtrand._rand is an idiom
    _rand=_rand, **{name: globals()[name] for name in _host_random.mtrand.__all__ if name in globals()}
)


class DeviceGenerator:
    """A random generator whose numbers are made on the device; `device_rng` gives one.

    Methods are named and parameterised as `numpy.random.Generator`'s; the numbers are other ones. Each draw takes a
    `size` that is an int, a tuple or None (then the parameters' broadcast shape), and gives a tensor, 0-d included.
    The state is a variable: it works in `tf.function`, where it must be created outside.
    """

    def __init__(self, seed=None):
        if seed is None:
            self._state = tf.random.Generator.from_non_deterministic_state(alg="philox")
        else:
            self._state = tf.random.Generator.from_seed(_take(seed), alg="philox")

    def _seed(self):
        return self._state.make_seeds(1)[:, 0]

    @staticmethod
    def _shape(size, *parameters):
        if size is not None:
            return _as_shape(size)
        shape = tf.TensorShape([])
        for parameter in parameters:
            shape = tf.broadcast_static_shape(shape, parameter.shape)
        return shape.as_list()

    @staticmethod
    def _parameters(*values, dtype=tf.float64):
        return [tf.cast(as_tensor(value), dtype) for value in values]

    def _unit(self, shape, dtype=tf.float64):
        return tf.random.stateless_uniform(shape, self._seed(), dtype=dtype)

    def _exponential(self, shape, dtype=tf.float64):
        return -tf.math.log1p(-self._unit(shape, dtype))

    def _gamma(self, shape, alpha):
        return tf.random.stateless_gamma(shape, self._seed(), alpha, dtype=alpha.dtype)

    def random(self, size=None, dtype=_numpy.float64, out=None):
        """Uniform on [0, 1)."""
        _refuse_out("random", None, (), {"out": out})
        return self._unit(self._shape(size), tf.as_dtype(dtype))

    def uniform(self, low=0.0, high=1.0, size=None):
        """Uniform on [low, high), float64."""
        low, high = self._parameters(low, high)
        return low + (high - low) * self._unit(self._shape(size, low, high))

    def integers(self, low, high=None, size=None, dtype=_numpy.int64, endpoint=False):
        """Integers from [low, high), or [low, high] with `endpoint`."""
        low, high = (0, low) if high is None else (low, high)
        low, high = self._parameters(low, high, dtype=tf.int64)
        shape = self._shape(size, low, high)
        width = high - low + (1 if endpoint else 0)
        tf.debugging.assert_positive(width, message="low >= high")
        # A 63-bit integer modulo the width: the bias is below width / 2**63.
        whole = tf.random.stateless_uniform(shape, self._seed(), minval=0, maxval=tf.int64.max, dtype=tf.int64)
        return tf.cast(low + whole % width, tf.as_dtype(dtype))

    def standard_normal(self, size=None, dtype=_numpy.float64, out=None):
        """Mean 0, variance 1."""
        _refuse_out("standard_normal", None, (), {"out": out})
        return tf.random.stateless_normal(self._shape(size), self._seed(), dtype=tf.as_dtype(dtype))

    def normal(self, loc=0.0, scale=1.0, size=None):
        """Gaussian with mean `loc` and standard deviation `scale`."""
        loc, scale = self._parameters(loc, scale)
        return loc + scale * self.standard_normal(self._shape(size, loc, scale))

    def lognormal(self, mean=0.0, sigma=1.0, size=None):
        """The exponential of a Gaussian."""
        return tf.exp(self.normal(mean, sigma, size))

    def multivariate_normal(self, mean, cov, size=None):
        """Gaussian vectors; `cov` has to be positive definite."""
        mean, cov = self._parameters(mean, cov)
        shape = [*_as_shape(size), *mean.shape.as_list()]
        return mean + tf.linalg.matvec(tf.linalg.cholesky(cov), self.standard_normal(shape))

    def standard_exponential(self, size=None, dtype=_numpy.float64):
        """Exponential with scale 1."""
        return self._exponential(self._shape(size), tf.as_dtype(dtype))

    def exponential(self, scale=1.0, size=None):
        """Exponential with mean `scale`."""
        (scale,) = self._parameters(scale)
        return scale * self._exponential(self._shape(size, scale))

    def standard_gamma(self, shape, size=None):
        """Gamma with scale 1."""
        return self.gamma(shape, 1.0, size)

    def gamma(self, shape, scale=1.0, size=None):
        """Gamma with the given shape and scale."""
        alpha, scale = self._parameters(shape, scale)
        return scale * self._gamma(self._shape(size, alpha, scale), alpha)

    def chisquare(self, df, size=None):
        """Chi-square with `df` degrees of freedom."""
        return self.gamma(self._parameters(df)[0] / 2, 2.0, size)

    def f(self, dfnum, dfden, size=None):
        """Fisher's F."""
        dfnum, dfden = self._parameters(dfnum, dfden)
        shape = self._shape(size, dfnum, dfden)
        return (self.chisquare(dfnum, shape) / dfnum) / (self.chisquare(dfden, shape) / dfden)

    def standard_t(self, df, size=None):
        """Student's t with `df` degrees of freedom."""
        (df,) = self._parameters(df)
        shape = self._shape(size, df)
        return self.standard_normal(shape) / tf.sqrt(self.chisquare(df, shape) / df)

    def beta(self, a, b, size=None):
        """Beta on [0, 1]."""
        a, b = self._parameters(a, b)
        shape = self._shape(size, a, b)
        left, right = self._gamma(shape, a), self._gamma(shape, b)
        return left / (left + right)

    def dirichlet(self, alpha, size=None):
        """Dirichlet: rows of shape `alpha.shape` that sum to 1."""
        (alpha,) = self._parameters(alpha)
        drawn = self._gamma([*_as_shape(size), *alpha.shape.as_list()], alpha)
        return drawn / tf.reduce_sum(drawn, -1, keepdims=True)

    def poisson(self, lam=1.0, size=None):
        """Poisson with mean `lam`, int64."""
        (lam,) = self._parameters(lam)
        return tf.random.stateless_poisson(self._shape(size, lam), self._seed(), lam, dtype=tf.int64)

    def binomial(self, n, p, size=None):
        """Successes in `n` trials, int64."""
        n, p = self._parameters(n, p)
        shape = self._shape(size, n, p)
        return tf.random.stateless_binomial(shape, self._seed(), n, p, output_dtype=tf.int64)

    def geometric(self, p, size=None):
        """Trials until the first success, int64."""
        (p,) = self._parameters(p)
        drawn = tf.math.ceil(-self._exponential(self._shape(size, p)) / tf.math.log1p(-p))
        return tf.cast(tf.maximum(drawn, 1.0), tf.int64)

    def laplace(self, loc=0.0, scale=1.0, size=None):
        """Laplace (double exponential)."""
        loc, scale = self._parameters(loc, scale)
        centred = self._unit(self._shape(size, loc, scale)) - 0.5
        return loc - scale * tf.sign(centred) * tf.math.log1p(-2 * tf.abs(centred))

    def logistic(self, loc=0.0, scale=1.0, size=None):
        """Logistic."""
        loc, scale = self._parameters(loc, scale)
        unit = 1.0 - self._unit(self._shape(size, loc, scale))
        return loc + scale * (tf.math.log(unit) - tf.math.log1p(-unit))

    def gumbel(self, loc=0.0, scale=1.0, size=None):
        """Gumbel (extreme value)."""
        loc, scale = self._parameters(loc, scale)
        return loc - scale * tf.math.log(self._exponential(self._shape(size, loc, scale)))

    def rayleigh(self, scale=1.0, size=None):
        """Rayleigh."""
        (scale,) = self._parameters(scale)
        return scale * tf.sqrt(2 * self._exponential(self._shape(size, scale)))

    def weibull(self, a, size=None):
        """Weibull with scale 1."""
        (a,) = self._parameters(a)
        return self._exponential(self._shape(size, a)) ** (1 / a)

    def pareto(self, a, size=None):
        """Pareto II (Lomax)."""
        (a,) = self._parameters(a)
        return tf.math.expm1(self._exponential(self._shape(size, a)) / a)

    def power(self, a, size=None):
        """Power distribution on [0, 1]."""
        (a,) = self._parameters(a)
        return self._unit(self._shape(size, a)) ** (1 / a)

    def standard_cauchy(self, size=None):
        """Cauchy."""
        return tf.tan(_numpy.pi * (self._unit(self._shape(size)) - 0.5))

    def triangular(self, left, mode, right, size=None):
        """Triangular on [left, right]."""
        left, mode, right = self._parameters(left, mode, right)
        unit = self._unit(self._shape(size, left, mode, right))
        width = right - left
        rising = left + tf.sqrt(unit * width * (mode - left))
        falling = right - tf.sqrt((1 - unit) * width * (right - mode))
        return tf.where(unit < (mode - left) / width, rising, falling)

    def choice(self, a, size=None, replace=True, p=None, axis=0):
        """Elements of `a` (or of range(a)), with or without replacement, with weights `p`."""
        items = as_tensor(a)
        items = tf.range(tf.cast(items, tf.int64), dtype=tf.int64) if items.shape.rank == 0 else items
        population = int(items.shape[axis])
        shape = _as_shape(size)
        count = int(_numpy.prod(shape))
        if not replace and count > population:
            raise ValueError("Cannot take a larger sample than population when replace is False")
        if p is not None:
            (p,) = self._parameters(p)
        if replace and p is None:
            index = self.integers(0, population, count)
        elif replace:
            cumulative = tf.cumsum(p)
            index = tf.searchsorted(cumulative / cumulative[-1], self._unit([count]), side="right", out_type=tf.int64)
            index = tf.minimum(index, population - 1)
        else:
            # The smallest of exponentials with rates p: sampling without replacement in one sort.
            keys = self._exponential([population])
            keys = keys if p is None else keys / p
            index = tf.argsort(keys)[:count]
        return tf.gather(items, tf.reshape(index, shape), axis=axis)

    def permutation(self, x, axis=0):
        """A shuffled copy of `x`, or of range(x)."""
        items = as_tensor(x)
        population = None if items.shape.rank == 0 else int(items.shape[axis])
        return self.choice(x, int(items) if population is None else population, replace=False, axis=axis)

    def shuffle(self, x, axis=0):
        """Raises: use `permutation`, or `x = np.functional.shuffle(rng, x)`."""
        _refuse_shuffle()

    def spawn(self, n_children):
        """A list of independent device generators."""
        children = []
        for state in self._state.split(int(n_children)):
            child = object.__new__(DeviceGenerator)
            child._state = state
            children.append(child)
        return children


def _as_shape(size):
    if size is None:
        return []
    size = _take(size)
    return [int(length) for length in (size if hasattr(size, "__len__") else (size,))]


def device_rng(seed=None):
    """A generator that draws on the device, with the method names of NumPy's Generator and other numbers.

    Parameters
    ----------
    seed : int or None
        None takes the seed from the operating system.

    Returns
    -------
    DeviceGenerator
    """
    return DeviceGenerator(seed)


__all__ = [*_host_random.__all__, "DeviceGenerator", "device_rng"]

for _name in _host_random.__all__:
    _status.record(
        f"numpy.random.{_name}",
        "host",
        "NumPy's own stream, drawn on the host; np.random.device_rng draws on the device",
    )
for _class, _draws in (("Generator", _GENERATOR_DRAWS), ("RandomState", _LEGACY_DRAWS)):
    for _name in _draws:
        _status.record(f"numpy.random.{_class}.{_name}", "host", "NumPy's own stream, drawn on the host")
