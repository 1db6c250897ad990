"""Loops with traced counters: every index, slice and mask gives NumPy's values, or fails where NumPy fails.

Programs are generated, run by NumPy with Python's integers, and traced with symbolic ones, for XLA and as a graph.
"""

import operator
import random

import numpy as np
import pytest
import tensorflow as tf
from traced_loops import OutOfBoundsError, loop, run

import np2tf_runtime as np_tf
from np2tf_runtime import _base, _partial, _rung, _symbolic
from np2tf_runtime._base import NotCompilableError

put = np_tf.tensor_scatter_update
N = 5
STATE = "A, x, y, s"
INITIAL = (
    np.random.default_rng(1).uniform(0.5, 1.5, (N, N)),
    np.random.default_rng(2).uniform(0.5, 1.5, N),
    np.random.default_rng(3).uniform(0.5, 1.5, N),
    np.float64(0.0),
)
ERRORS = (OutOfBoundsError, IndexError, ValueError, tf.errors.InvalidArgumentError, tf.errors.OutOfRangeError)


class Program:
    """One random program, as NumPy's source and as the source with loops and stores made explicit."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.reference: list[str] = []
        self.traced: list[str] = []
        self._block([], 0)
        self.reference = [f"def f({STATE}):", *self.reference, f"    return {STATE}"]
        self.traced = [f"def f({STATE}):", *self.traced, f"    return {STATE}"]

    def _line(self, depth: int, reference: str, traced: str | None = None) -> None:
        indent = "    " * (depth + 1)
        self.reference.append(indent + reference)
        self.traced.append(indent + (reference if traced is None else traced))

    def _block(self, counters: list[str], depth: int) -> None:
        pick = self.random
        if depth:
            for _ in range(pick.choice((1, 1, 2))):
                self._statement(counters, depth)
        if depth < 2 and (not depth or pick.random() < 0.6):
            name = "ij"[depth]
            low, high = pick.choice(["0", "1"]), pick.choice([str(N), str(N - 1)])
            if counters:
                low, high = pick.choice([(low, high), ("0", "i"), ("i", str(N)), ("i + 1", str(N)), ("0", "i + 1")])
            step = 1
            if pick.random() < 0.3:
                low, high, step = f"{high} - 1", f"{low} - 1", -1
            indent = "    " * (depth + 1)
            self.reference.append(f"{indent}for {name} in range({low}, {high}, {step}):")
            self.traced.append(f"{indent}def body_{name}({name}, {STATE}):")
            self._block([*counters, name], depth + 1)
            self.traced.append(f"{indent}    return {STATE}")
            self.traced.append(f"{indent}{STATE} = loop({low}, {high}, body_{name}, ({STATE}), {step})")

    def _affine(self, counters: list[str]) -> str:
        pick = self.random
        terms = [pick.choice(counters)] if pick.random() < 0.85 else list(counters)
        text = " + ".join(terms)
        if pick.random() < 0.1:
            text = f"{pick.choice((N - 1, N, 2))} - {terms[0]}"
        if pick.random() < 0.1:
            text = f"({text}) {pick.choice(['// 2', '// 3', '% 3', '* 2'])}"
        offset = pick.choice((0, 0, 0, 0, 0, 0, 0, 0, -1, 1, 1, -2, 2))
        return f"{text} + {offset}" if offset > 0 else f"{text} - {-offset}" if offset else text

    def _slice(self, counters: list[str]) -> str:
        pick = self.random
        a = self._affine(counters)
        return pick.choice([f":{a}", f"{a}:", f":{a}", f"{a}:", f"{a}:{a} + 1", f"{a}::-1", f":{a}:-1", f"-1:{a}"])

    def _vector(self, counters: list[str], part: str) -> str:
        pick = self.random
        row = self._affine(counters)
        return pick.choice([f"x[{part}]", f"y[{part}]", f"A[{row}, {part}]", f"A[{part}, {row}]"])

    def _statement(self, counters: list[str], depth: int) -> None:
        pick = self.random
        a, part = self._affine(counters), self._slice(counters)
        other = part if pick.random() < 0.85 else self._slice(counters)
        left, right = self._vector(counters, part), self._vector(counters, other)
        kind = pick.randrange(7)
        if kind == 0:
            self._store(depth, "x", a, f"0.5 * x[{a}] + y[{self._affine(counters)}] / ({counters[-1]} + 7)")
        elif kind == 1:
            key = f"{a}, {self._affine(counters)}"
            self._store(depth, "A", key, f"A[{self._affine(counters)}, {self._affine(counters)}] * 0.5 + 1.0")
        elif kind == 2:
            reduction = pick.choice(["{l} @ {r}", "np.sum({l} * {r})", "np.dot({l}, np.flip({r}))", "np.max({l})",
                                     "np.sum(np.sqrt(np.abs({l})))", "np.min({l} - {r})", "np.prod({l})"])  # fmt: skip
            self._line(depth, f"s = s * 0.5 + {reduction.format(l=left, r=right)}")
        elif kind == 3:
            self._store(depth, pick.choice("xy"), part, f"{left} * 0.5 + {right}")
        elif kind == 4:
            self._store(depth, "A", f"{a}, {part}", f"{left} * 0.25")
        elif kind == 5:
            self._store(depth, "A", f"{part}, {a}", pick.choice(["0.5", f"{right}[::-1]", f"s * 0.1 + {right}"]))
        else:
            self._store(depth, "y", a, f"np.sum(A[{part}, {self._affine(counters)}]) * 0.1")

    def _store(self, depth: int, name: str, key: str, value: str) -> None:
        self._line(depth, f"{name}[{key}] = {value}", f"{name} = put({name}, np.s_[{key}], {value})")


def _by_numpy(program: Program):
    space = {"np": np}
    exec("\n".join(program.reference), space)
    try:
        with np.errstate(all="ignore"):
            return space["f"](*(np.array(part) for part in INITIAL))
    except (IndexError, ValueError) as error:
        return error


def _traced(program: Program, xla: bool):
    space = {"np": np_tf, "put": put, "loop": loop}
    exec("\n".join(program.traced), space)
    try:
        return run(space["f"], *INITIAL, xla=xla)
    except (NotCompilableError, *ERRORS) as error:
        return error


def _compare(seed: int, xla: bool) -> str:
    """ "same", or "refused"; fails where the programs differ."""
    program = Program(seed)
    want, got = _by_numpy(program), _traced(program, xla)
    shown = "\n".join(program.reference)
    if isinstance(want, Exception):
        assert isinstance(got, Exception), f"seed {seed}: NumPy raises {want!r}\n{shown}"
        return "same"
    if isinstance(got, (NotCompilableError, OutOfBoundsError)):
        return "refused"  # np.jit goes one rung down; a flag without need is slow, not wrong
    assert not isinstance(got, Exception), f"seed {seed}: {got!r}\n{shown}"
    for name, one, other in zip("Axys", want, got, strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-9, atol=1e-9, err_msg=f"seed {seed}: {name}\n{shown}")
    return "same"


@pytest.mark.parametrize("xla", [True, False], ids=["xla", "graph"])
@pytest.mark.parametrize("batch", range(6))
def test_generated_programs(batch: int, xla: bool):
    count = 10
    outcomes = [_compare(batch * count + k, xla) for k in range(count)]
    assert outcomes.count("same") >= 0.7 * count


# ----------------------------------------------------------------------------------------------------------- arithmetic


def _traced_scalars(function, *values, xla=True):
    """`function` of Python numbers, traced as weak scalars."""

    def call(*tensors):
        weak = [_symbolic.WeakScalar(t, type(v)) for t, v in zip(tensors, values, strict=True)]
        return function(*weak)

    return run(call, *(np.asarray(v) for v in values), xla=xla)


OPERATORS = ["a + b", "a - b", "a * b", "a / b", "a // b", "a % b", "-a", "abs(a)", "+a", "a < b", "a == b", "a != b",
             "(a < b) + (a <= b)", "(a > b) & (a >= b)", "2 * a - b / 3", "divmod(a, b)", "a ** 2"]  # fmt: skip


@pytest.mark.parametrize("xla", [True, False], ids=["xla", "graph"])
@pytest.mark.parametrize("numbers", [(7, 3), (-7, 3), (7, -2), (7.5, -2.0), (2, 0.5), (-3.0, 4)])
def test_weak_numbers_follow_python(numbers, xla):
    def every(a, b):
        results = [eval(text, {}, {"a": a, "b": b, "abs": abs, "divmod": divmod}) for text in OPERATORS]
        return tuple(part for result in results for part in (result if isinstance(result, tuple) else (result,)))

    for want, got in zip(every(*numbers), _traced_scalars(every, *numbers, xla=xla), strict=True):
        assert got.dtype == np.asarray(want).dtype
        np.testing.assert_allclose(got, want, rtol=1e-15)


@pytest.mark.parametrize(
    "text", ["a & b", "a | b", "a ^ b", "a << 3", "a >> 1", "~a", "a >> 70", "a ** 3", "a * b - a // b % 5"]
)
def test_weak_integers_have_bits(text):
    function = eval(f"lambda a, b: {text}")
    for pair in [(6, 3), (-6, 5), (1, 1)]:
        assert _traced_scalars(function, *pair)[0] == function(*pair)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a * b", (2**40, 2**40)),
        ("a + b", (2**62, 2**62)),
        ("a << b", (1, 64)),
        ("a ** 4", (2**20, 0)),
        ("a // b", (1, 0)),
        ("a % b", (1, 0)),
        ("a / b", (1.0, 0.0)),
        ("a << b", (1, -1)),
        ("a ** 0.5", (-4.0, 0)),
    ],
)
def test_what_python_does_otherwise_is_noticed(text, values):
    function = eval(f"lambda a, b: {text}")
    with pytest.raises(OutOfBoundsError):
        _traced_scalars(function, *values)
    with pytest.raises(tf.errors.InvalidArgumentError):
        _traced_scalars(function, *values, xla=False)


def test_limits_of_what_operators_give():
    operators = {name: getattr(operator, name) for name in ("add", "sub", "mul", "lshift", "rshift", "mod", "xor")}
    operators |= {"and": operator.and_, "or": operator.or_, "floordiv": operator.floordiv}
    rng, any_number, known = random.Random(0), tf.constant(0, tf.int64), 0
    for name in [*operators] * 1000:
        low, high = [], []
        for _ in range(2):
            low.append(rng.choice([rng.randint(-20, 20), rng.randint(-(2**40), 2**40)]))
            high.append(low[-1] + rng.choice([0, 1, 3, 7, 200]))
        if "shift" in name and (low[1] < 0 or high[1] > 80):
            continue
        told = [[rng.choice([bound, bound, bound, None]) for bound in pair] for pair in zip(low, high, strict=True)]
        operands = [_symbolic.WeakScalar(any_number, int, limits=(a, b)) for a, b in told]
        least, most = _symbolic._limits(name, *operands)
        known += least is not None
        for a in {low[0], high[0], rng.randint(low[0], high[0])}:
            for b in {low[1], high[1], rng.randint(low[1], high[1])} - ({0} if name in ("mod", "floordiv") else set()):
                found = operators[name](a, b)
                assert least is None or found >= least, (name, told, a, b)
                assert most is None or found <= most, (name, told, a, b)
    assert known > 2000


def test_what_the_limits_of_numbers_show_is_not_checked():
    def checks(text):
        def function(a, b):
            with _symbolic.failures() as found:
                eval(text, {}, {"a": a, "b": b, "x": np_tf.arange(256, dtype="uint8")})
            count.append(len(found))
            return a

        count = []
        _traced_scalars(function, 5, 7)
        return count[0]

    unchecked = ["((a & 65535) << 8 | b & 255) * 2", "x[(a ^ b) & 255]", "x + (a & 255)", "a + (b & 1)", "a + (a < b)",
                 "x[1] ^ (a & 1)", "(a & 7) * (b % 5)", "1 << (b & 31)", "x[a % 256 // 2]"]  # fmt: skip
    assert [checks(text) for text in unchecked] == [0] * len(unchecked)
    for text in (
        "(a & 65535) << 48",
        "x[a & 511]",
        "x + (a & 256)",
        "a + b",
        "(a & b) * b",
        "a << (b & 63)",
        "x[a % b]",
    ):
        assert checks(text), text


def test_weak_numbers_leave_the_dtype_of_arrays():
    x = np.ones(3, np.float32)

    def body(i, total):
        assert (x_tf[0] * i).dtype == (x_tf * (i / 2)).dtype == (i + x_tf).dtype == np.float32
        assert (np_tf.functional.iadd(x_tf, i)).dtype == np.float32
        assert (np_tf.arange(3, dtype=np.int8) + i).dtype == np.int8
        assert np_tf.where(x_tf > 0, x_tf, i).dtype == np_tf.clip(x_tf, 0, i / 2).dtype == np.float32
        assert np_tf.full_like(x_tf, i).dtype == np.float32
        assert np_tf.add.outer(x_tf, i).dtype == np.add.outer(x, 2).dtype == np.float64  # an array of it comes first
        return (total + np_tf.sum(x_tf * i + 2 * i / 4) - (i - x_tf[0]) // 2 + x_tf[0] ** i,)

    def reference():
        total = np.float32(0)
        for i in range(5):
            total = total + np.sum(x * i + 2 * i / 4) - (i - x[0]) // 2 + x[0] ** i
        return total

    x_tf = tf.constant(x)
    for xla in (True, False):
        (got,) = run(lambda: loop(0, 5, body, (tf.constant(0, tf.float32),)), xla=xla)
        assert got == reference()


def test_symbolic_integers_decide_what_their_bounds_decide():
    n = 10

    def body(i, total):
        assert (i >= 0) is True
        assert (i < n) is True
        assert (i == n) is False
        assert (i != -1) is True
        assert (i + 1 > i) is True
        assert (2 * i - i - i) == 0
        assert isinstance(i - i, int)
        assert isinstance(i < 3, _symbolic.WeakScalar)
        assert _symbolic.bounds(3 * i - 2) == (-2, 25)
        assert _symbolic.bounds(i // 4) == (0, 2)
        assert (4 * i + 1) % 2 == 1
        assert ((4 * i + 2) // 2 - 2 * i) == 1

        def inner(j, total):
            assert (j < i) is True
            assert (i - 1 - j >= 0) is True
            assert (j <= n - 2) is True
            with _symbolic.assuming(j > 3, True):
                assert (j >= 4) is True
                assert (i > 4) is True
            with _symbolic.assuming(j > 3, False):
                assert (j < 4) is True
            return (total + i * j,)

        return loop(0, i, inner, (total,))

    (got,) = run(lambda: loop(0, n, body, (tf.constant(0, tf.int64),)), xla=True)
    assert got == sum(i * j for i in range(n) for j in range(i))


def test_symbolic_integers_refuse_what_needs_their_value():
    def body(i, total):
        for use in (int, float, bool, range, hash, [1, 2].__getitem__, lambda i: np.zeros(i), lambda i: np.int64(2)[i]):
            with pytest.raises((NotCompilableError, TypeError, IndexError)):
                use(i)
        with pytest.raises((NotCompilableError, TypeError)):
            np_tf.zeros(i)
        return (total,)

    run(lambda: loop(0, 3, body, (tf.constant(0),)), xla=True)


# ------------------------------------------------------------------------------------------------ slices, masks, stores

X = np.random.default_rng(5).normal(size=12)
M = np.random.default_rng(6).normal(size=(4, 12))


def _both_rungs(traced, reference, *args):
    """The traced function against NumPy, on both rungs."""
    want = reference(*(np.array(a) for a in args))
    want = want if isinstance(want, tuple) else (want,)
    for xla in (True, False):
        for one, other in zip(want, run(traced, *args, xla=xla), strict=True):
            assert np.asarray(one).dtype == other.dtype
            np.testing.assert_allclose(other, one, rtol=1e-12, atol=1e-12)


SLICED = [
    "np.sum(x[:k])",
    "np.mean(x[k:])",
    "np.max(x[:k + 1])",
    "np.min(x[k:], axis=0)",
    "np.prod(x[1:k + 2])",
    "np.any(x[:k] > 0.5)",
    "np.all(x[k:] < 2.0)",
    "x[:k] @ x[12 - k:]",
    "np.dot(m[:, :k], x[:k])",
    "np.dot(x[:k], m.T[:k])",
    "np.sum(m[:, k:], axis=1)",
    "np.sum(m[1:3, :k] * x[:k])",
    "np.sum(np.where(x[k:] > 0, x[k:], 0.0))",
    "np.sum(np.exp(-x[:k][::-1]) * np.arange(12.0)[:k])",
    "x[k:][0] + x[:k + 1][-1]",
    "np.sum(x[:k][1:])",
    "np.sum(x[k:][:-1])",
    "np.sum(np.clip(x[:k], -1, 1))",
    "np.sum(np.outer(x[:k], x[k:]))",
    "np.sum(m[:, :k].T @ m[:, 0])",
    "np.sum(x[:k].astype(np.float32) > 0.5)",
    "(x[:k] > 0).sum()",
    "x[:k].mean()",
    "np.sum(x[::2][:k])",
    "np.sum(m[k % 4, ::3])",
    "np.sum(m[None, k % 4, :, None], axis=(0, 1, 2))",
    "np.sum(x[..., k])",
    "np.sum(m[[0, 2], k])",
    "np.sum(x[np.array([0, 1]) + k])",
]


@pytest.mark.parametrize("batch", range(4))
def test_reads_of_traced_length(batch):
    texts = SLICED[batch::4]
    functions = [eval(f"lambda np, x, m, k: np.sum({text})") for text in texts]

    def traced(x, m):
        def body(k, *totals):
            return tuple(t + f(np_tf, x, m, k) for t, f in zip(totals, functions, strict=True))

        return loop(1, 11, body, tuple(tf.constant(0.0, tf.float64) for _ in texts))

    def reference(x, m):
        totals = [np.float64(0)] * len(texts)
        for k in range(1, 11):
            totals = [t + f(np, x, m, k) for t, f in zip(totals, functions, strict=True)]
        return tuple(totals)

    _both_rungs(traced, reference, X, M)


STORED = [
    ("x", ":k", "x[:k] * 0.5"), ("x", "k:", "2.0"), ("m", ":, :k", "x[:k]"), ("m", "k % 4, k:", "x[:12 - k]"),
    ("m", "1:3, k:", "m[0:2, :12 - k][:, ::-1]"), ("x", "k::-1", "m[0, :k + 1]"), ("m", "k % 4, ::2", "0.25"),
    ("m", "::-1, k", "m[:, 0]"), ("x", "k - 1:k + 2", "1.0 / (k + 1)"), ("m", "[0, 2], k", "1.5"), ("x", "k:k", "7.0"),
    ("x", "-k", "m[1, -k - 1]"),
]  # fmt: skip


@pytest.mark.parametrize("batch", range(3))
def test_writes_of_traced_length(batch):
    chosen = STORED[batch::3]

    def traced(x, m):
        def body(k, x, m):
            space = {"x": x, "m": m, "k": k, "put": put, "np": np_tf}
            for name, key, value in chosen:
                space[name] = eval(f"put({name}, np.s_[{key}], {value})", space)
            return space["x"], space["m"]

        return loop(1, 11, body, (x, m))

    def reference(x, m):
        for k in range(1, 11):
            for name, key, value in chosen:
                exec(f"{name}[{key}] = {value}", {"x": x, "m": m, "k": k})
        return x, m

    _both_rungs(traced, reference, X, M)


def test_masks_that_are_reduced_and_stored():
    def traced(x, m):
        low = x < 0
        x = put(x, low, np_tf.functional.imul(x[low], 2))
        x = put(x, x > 1.5, 1.5)
        x = put(x, x > 0.5, np_tf.sqrt(x[x > 0.5]) - 0.1)
        picked = m[m > 0]
        rows = m[np_tf.any(m > 2, axis=1)]
        return x, picked.sum(), np_tf.mean(x[x < 0] ** 2), np_tf.max(picked), x[low] @ m[0][low], np_tf.sum(rows)

    def reference(x, m):
        low = x < 0
        x[low] *= 2
        x[x > 1.5] = 1.5
        x[x > 0.5] = np.sqrt(x[x > 0.5]) - 0.1
        picked = m[m > 0]
        rows = m[np.any(m > 2, axis=1)]
        return x, picked.sum(), np.mean(x[x < 0] ** 2), np.max(picked), x[low] @ m[0][low], np.sum(rows)

    _both_rungs(traced, reference, X, M)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x[x > 0],
        lambda x: np_tf.cumsum(x[x > 0]),
        lambda x: x[x > 0] + x[x > 1],
        lambda x: put(x, x > 0, x[x < 0]),
        lambda x: put(x, x > 0, np_tf.arange(3.0)),
        lambda x: np_tf.nonzero(x),
        lambda x: np_tf.where(x > 0)[0],
        lambda x: np_tf.unique(x),
        lambda x: np_tf.flatnonzero(x),
        lambda x: np_tf.linalg.inv(np_tf.outer(x, x)),
        lambda x: np_tf.concatenate([x[x > 0], x]),
    ],
)
def test_lengths_that_depend_on_values_are_refused(function):
    with pytest.raises((NotCompilableError, tf.errors.OpError)):
        run(function, X, xla=True)


def test_nothing_outside_of_the_range_counts():
    """NaN and infinity beyond the slice, made by the array or by the function, leave no trace."""
    x = np.array([1.0, 2.0, np.nan, np.inf, 0.0])

    def traced(x):
        def body(k, total):
            return (total + x[:k] @ x[:k] + np_tf.sum(1 / x[:k]) + np_tf.max(np_tf.log(x[:k])),)

        return loop(1, 3, body, (tf.constant(0.0, tf.float64),))

    want = sum(x[:k] @ x[:k] + np.sum(1 / x[:k]) + np.max(np.log(x[:k])) for k in (1, 2))
    np.testing.assert_allclose(run(traced, x, xla=True)[0], want)


@pytest.mark.parametrize("xla", [True, False], ids=["xla", "graph"])
@pytest.mark.parametrize(
    "use",
    [
        lambda x, k: x[k],
        lambda x, k: x[-k - 1],
        lambda x, k: x[k + 4],
        lambda x, k: np_tf.sum(put(x, k, 1.0)),
        lambda x, k: np_tf.max(x[k + 1 : 5]),
        lambda x, k: np_tf.sum(x[np_tf.array([0, 1]) + k]),
        lambda x, k: np_tf.take(x, k + 0 * np_tf.arange(2))[0],
        lambda x, k: np_tf.sum(x[:k] + x[:3]),
        lambda x, k: x[:k] @ x[1 : k + 1],
    ],
)
def test_what_numpy_refuses_is_noticed(use, xla):
    """`k` goes up to 6 for an array of 5."""

    def traced(x):
        return loop(0, 7, lambda k, total: (total + use(x, k),), (tf.constant(0.0, tf.float64),))

    with pytest.raises((NotCompilableError, *ERRORS)):
        run(traced, np.arange(5.0), xla=xla)


def test_gradients_pass_through_traced_positions():
    def function(x):
        def body(k, x, total):
            x = put(x, k, x[k - 1] * x[k])
            return x, total + x[:k] @ x[1 : k + 1] + np_tf.sum(x[k:] ** 2)

        (x, total) = loop(1, 5, body, (x, tf.constant(0.0, tf.float64)))
        return total

    @tf.function(jit_compile=True, autograph=False)
    def traced(x):
        with tf.GradientTape() as tape, _symbolic.tracing(True), _symbolic.failures():
            tape.watch(x)
            value = function(x)
        return value, tape.gradient(value, x)

    def reference(x):
        total = 0.0
        for k in range(1, 5):
            x[k] = x[k - 1] * x[k]
            total += x[:k] @ x[1 : k + 1] + np.sum(x[k:] ** 2)
        return total

    start = np.linspace(0.5, 1.5, 6)
    value, gradient = traced(tf.constant(start))
    np.testing.assert_allclose(value, reference(start.copy()))
    steps = 1e-6 * np.eye(6)
    want = [(reference(start + step) - reference(start - step)) / 2e-6 for step in steps]
    np.testing.assert_allclose(gradient, want, rtol=1e-6)


def _operations(function, *args):
    @tf.function(autograph=False)
    def traced(*args):
        with _symbolic.tracing(True), _symbolic.failures():
            return function(*args)

    graph = traced.get_concrete_function(*map(tf.constant, args)).graph
    return [op.type for op, _ in _rung.operations(graph)]


def test_what_was_just_stored_is_not_read_again():
    def function(a):
        def body(i, a):
            a = put(a, (i, 0), a[i, 0] + 1.0)
            return (put(a, (i, 0), a[i, 0] * 2.0),)

        return loop(0, 3, body, (a,))

    found = _operations(function, np.ones((3, 3)))
    assert found.count("Slice") == 1
    # The first store is dropped: nothing reads it, so TensorFlow prunes it before XLA sees it.
    (got,) = run(function, np.ones((3, 3)), xla=True)
    np.testing.assert_array_equal(got[:, 0], 4.0)


def test_windows_are_single_slices():
    found = _operations(
        lambda x: loop(1, 4, lambda i, x: (put(x, i, np_tf.sum(x[i - 1 : i + 2])),), (x,)), np.arange(5.0)
    )
    assert found.count("Slice") == 1
    assert found.count("XlaDynamicUpdateSlice") == 1
    assert "SelectV2" not in found
    assert "Pad" not in found


@pytest.mark.cpu_only("NumPy computes on the processor; for a GPU XLA compiles")
def test_large_products_are_left_to_tensorflow():
    def graph(function, *args):
        return tf.function(function, autograph=False).get_concrete_function(*map(tf.constant, args)).graph

    large, small = np.ones((200, 200)), np.ones((4, 4))
    assert _rung.prefers_graph(graph(lambda x: x @ x, large))
    assert not _rung.prefers_graph(graph(lambda x: x @ x, small))
    assert not _rung.prefers_graph(graph(lambda x: np_tf.sin(x), large))
    assert _rung.prefers_graph(graph(lambda x: np_tf.linalg.svd(x)[1], small))


def test_a_partial_array_does_not_leak():
    def body(k, total):
        part = x[:k]
        assert _partial.is_partial(part)
        assert part.dtype == np.float64
        assert part.ndim == 1
        assert isinstance(part.shape[0], _symbolic.SymbolicInteger)
        for use in (len, list, bool, np.asarray, tf.convert_to_tensor, _base.as_tensor, np_tf.cumsum, np_tf.sort):
            with pytest.raises(NotCompilableError):
                use(part)
        return (total,)

    x = tf.constant(X)
    run(lambda: loop(1, 3, body, (tf.constant(0),)), xla=True)
