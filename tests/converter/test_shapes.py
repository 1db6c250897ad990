"""Whatever `created` says of a call's result holds in NumPy, however much or little is known of the arguments.

Calls are texts: some written out below, the others drawn for every row of the tables, with a seed of their own. Those
that NumPy refuses are passed over.
"""

from __future__ import annotations

import functools
import importlib
import itertools
import random
import warnings

import libcst as cst
import numpy as np
import pytest

from np2tf.analysis.shapes import Argument, created
from np2tf.analysis.values import ARRAY, BOTTOM, FLOAT, INT, MAYBE, NONE, NUMBER, STRING, UNKNOWN, Value, array, join
from np2tf.knowledge.creation import CREATION
from np2tf.knowledge.effects import EFFECTS
from np2tf.tree import dotted


def environment() -> dict[str, object]:
    """Operands that fit one another: lengths of 4, integers that are valid indices, positive definite matrices."""
    f2 = np.array([[4.0, 1, 0, 0], [1, 5, 1, 0], [0, 1, 6, 1], [0, 0, 1, 7]])
    return {
        "np": np,
        "f1": np.array([0.5, 0.25, 0.75, 0.125]),
        "f2": f2,
        "f3": np.stack([f2] * 4),
        "t2": np.asfortranarray(f2 + 1),
        "s1": np.arange(8.0)[::2],
        "h1": np.array([1, 2, 3, 0.5], "float16"),
        "g1": np.array([1, 2, 3, 0.5], "float32"),
        "g2": f2.astype("float32"),
        "i1": np.array([0, 1, 2, 3]),
        "i2": np.array([[0, 1, 2, 3]] * 4),
        "j1": np.array([0, 1, 2, 3], "int8"),
        "u1": np.array([0, 1, 2, 3], "uint8"),
        "v1": np.array([0, 1, 2, 3], "uint64"),
        "m1": np.array([True, False, True, True]),
        "m2": np.eye(4, dtype=bool),
        "c1": np.array([1j, 2, 3, 4]),
        "c2": f2 * (1 + 0j),
        "d1": np.array([1j, 2, 3, 4], "complex64"),
        "p1": np.array([0.125, 0.25, 0.5, 0.125]),
        "z": np.array(2.5),
        "zi": np.array(2),
        "n": 2,
        "r": 0.5,
        "w": np.float32(0.5),
        "k": np.int8(2),
        "b": True,
        "l1": [1, 2, 3, 0],
        "l2": [[1.0, 2.0], [3.0, 4.0]],
        "la": [np.ones(4), np.zeros(4)],
        "s": (2, 2),
        "ax": (0, 1),
        "none": None,
        "path": __file__,
        "rng": np.random.default_rng(0),
        "rs": np.random.RandomState(0),
    }


RECEIVERS = {"np": "numpy", "rng": "numpy.random.Generator", "rs": "numpy.random.RandomState"}
LEVELS = ("exact", "vague", "maybe", "unknown")


def abstract(value: object, level: str) -> Value:
    """What the analysis may know of an operand, at four levels."""
    if level == "unknown" or (level == "maybe" and not isinstance(value, (int, float, np.ndarray, np.generic))):
        return UNKNOWN
    if level == "maybe":
        return MAYBE
    if isinstance(value, np.ndarray) and value.ndim:
        return ARRAY if level == "vague" else array(value.ndim, order=value.flags.c_contiguous, dtype=value.dtype.name)
    if isinstance(value, (list, tuple)):
        kind = type(value).__name__
        if level == "vague":
            return Value(kind)
        items = tuple(abstract(item, level) for item in value)
        elem = BOTTOM
        for item in items:
            elem = join(elem, item)
        return Value(kind, elem=elem, items=items if kind == "tuple" else None)
    if isinstance(value, range):
        return Value("object", name="builtins.range")
    if isinstance(value, type):
        return Value("class", name=f"{value.__module__}.{value.__name__}")
    if value is None:
        return NONE
    if level == "vague" or isinstance(value, (bool, np.ndarray)):
        return NUMBER
    return {int: INT, float: FLOAT, str: STRING, np.float64: FLOAT, np.int64: INT}.get(type(value), NUMBER)


parsed = functools.lru_cache(cst.parse_expression)


def claimed(text: str, names: dict[str, object], level: str) -> Value | None:
    """The value that `created` gives for a call; None if the call does not fit the table."""
    call = parsed(text)
    assert isinstance(call, cst.Call)
    path = dotted(call.func)
    head, _, rest = path.partition(".")
    method = head not in RECEIVERS
    name = f"ndarray.{rest}" if method else f"{RECEIVERS[head]}.{rest}"
    effect = EFFECTS[name]
    positional = [arg for arg in call.args if arg.keyword is None]
    if any(arg.star for arg in positional) and not any(p.startswith("*") and len(p) > 1 for p in effect.params):
        return None
    keywords = {arg.keyword.value: arg for arg in call.args if arg.keyword is not None}
    bound = effect.bind(len(positional), tuple(keywords))
    if bound is None:
        return None

    def argument(node: cst.BaseExpression) -> Argument:
        value = eval(cst.Module([]).code_for_node(node), names)
        # A shape whose value nobody knows stands for one dimension at least; literals are seen at every level.
        plain = isinstance(node, (cst.Name, cst.Attribute)) and not isinstance(value, (type, type(None), bool))
        return Argument(node, abstract(value, level if plain else "unknown" if level == "unknown" else "exact"))

    given = {
        parameter: argument(positional[where].value if isinstance(where, int) else keywords[where].value)
        for parameter, where in bound.items()
    }
    variadic = [
        Argument(cst.StarredElement(a.value), UNKNOWN) if a.star else argument(a.value)
        for i, a in enumerate(positional)
        if i not in bound.values()
    ]
    if method:
        given["self"] = argument(cst.Name(head))
    return created(name, given, variadic)


def assert_holds(value: Value, real: object) -> None:
    """Every fact of an abstract value holds of the real one."""
    is_array = isinstance(real, np.ndarray) and real.ndim > 0
    if value.kind == "array":
        assert isinstance(real, np.ndarray) if value.ndim == 0 else is_array
        assert value.ndim in {None, real.ndim}
        assert value.dtype in {None, real.dtype.name}
        assert real.flags.c_contiguous or not value.order
    elif value.kind == "number":
        assert not is_array
        assert not isinstance(real, (list, tuple, dict))
        assert (real is None) == (value.dtype == "none") or value.dtype is None
        kinds = {"int": (int, np.int64, np.longlong), "str": (str,)}
        if value.dtype in kinds:
            assert isinstance(real, kinds[value.dtype])
            assert not isinstance(real, bool)
        elif value.dtype in {"float", "complex", "bool"}:
            assert np.asarray(real).dtype == np.dtype(value.dtype)
    elif value.kind == "maybe":
        assert isinstance(real, (np.ndarray, np.generic, int, float, complex))
        assert value.dtype in {None, np.asarray(real).dtype.name}
    elif value.kind in {"tuple", "list"}:
        assert isinstance(real, {"tuple": tuple, "list": list}[value.kind])
        items = itertools.repeat(value.elem) if value.items is None else value.items
        assert value.items is None or len(value.items) == len(real)
        for item, each in zip(items, real, strict=False):
            if item is not None:
                assert_holds(item, each)
        arrays = [id(each) for each in real if isinstance(each, np.ndarray)]
        assert len(set(arrays)) == len(arrays) or not value.distinct
    elif value.kind == "object":
        assert not is_array
        if value.name is not None and "." in value.name:
            module, _, name = value.name.rpartition(".")
            assert isinstance(real, getattr(importlib.import_module(module), name))
    else:
        assert value.kind == "unknown"


def evaluate(text: str) -> tuple[object, dict[str, object]]:
    names = environment()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        np.random.seed(0)
        return eval(text, names), names


def check(text: str, real: object, names: dict[str, object]) -> None:
    """Hold a call's claims, at each level, against its result."""
    for level in LEVELS:
        value = claimed(text, names, level)
        if value is None:
            continue
        try:
            assert_holds(value, real)
        except AssertionError as error:
            raise AssertionError(f"{text} with {level} operands is {real!r:.200}, not {value}: {error}") from error


OPERANDS = [name for name in environment() if name not in {"np", "rng", "rs", "none", "ax", "path"}]
OPERANDS += ["3", "-1", "2.5", "1j", "True", "[1, 2]", "[[1.0, 2.0], [3.0, 4.0]]", "[1, 2.5]", "(2, 2)", "[f1, f1]"]
OPERANDS += ["[f2, t2]", "(f1, i1)", "[f1, n]", "[]", "[[], []]", "[[n, r], [1, 2]]", "[g1, g1]", "[l1, l1]", "['a']"]
OPERANDS += ["[x for x in l1]", "range(4)"]
KEYWORDS = {
    "axis": ["0", "-1", "None", "(0, 1)", "ax", "n", "none", "1", "(0,)"],
    "keepdims": ["True", "False", "b"],
    "dtype": ["np.float32", "'f4'", "'i8'", "int", "float", "None", "f1.dtype", "object", "complex", "bool"],
    "size": ["3", "(2, 3)", "s", "n", "None", "none", "()", "[2, 2]"],
    "shape": ["3", "(2, 2)", "s", "(2, *s)", "[4]"],
    "order": ["'F'", "'C'", "'K'", "None"],
    "out": ["f1", "f2", "None", "none", "g1", "m1", "i1", "(f1,)"],
    "where": ["m1", "True", "m2"],
    "copy": ["True", "False", "None"],
    "ndmin": ["2", "n", "0"],
    "mode": ["'r'", "'raw'", "'complete'", "'same'"],
    "compute_uv": ["False", "b"],
    "return_index": ["True", "b"],
    "return_inverse": ["True"],
    "return_counts": ["True"],
    "returned": ["True", "b"],
    "retstep": ["True", "False", "b"],
    "sparse": ["True", "False"],
    "ndim": ["3", "n"],
    "k": ["1", "-1"],
    "n": ["0", "2"],
    "prepend": ["0.5"],
    "weights": ["f1", "None"],
    "y": ["f1", "None", "f2"],
    "bins": ["3", "f1"],
    "N": ["3", "None"],
    "min": ["0", "r"],
    "max": ["3.5", "None"],
    "num": ["5", "n"],
    "ord": ["1", "None"],
    "replace": ["False"],
    "shuffle": ["False"],
    "method": ["'svd'", "'count'", "'nearest'"],
    "offset": ["0", "1"],
    "ddof": ["1"],
    "initial": ["0"],
    "device": ["'cpu'"],
    "endpoint": ["False"],
    "rowvar": ["False"],
}  # fmt: skip
#: Arguments that chance would not find.
LIKELY = {
    "frombuffer": ["b'12345678'"],
    "fromfile": ["path"],
    "fromiter": ["l1, float", "l1, dtype=int"],
    "fromstring": ["'1 2 3', sep=' '"],
    "dirichlet": ["f1", "l1[:3]", "(1, 2), size=3"],
    "einsum": ["'ij,jk->ik', f2, f2", "'ij,jk', f2, f2", "'ii', f2", "'...i,i', f2, f1", "'ii->i', f2"],
    "hypergeometric": ["3, 4, 2", "i1, 4, 2", "3, 4, 2, size=3", "3, 4, n, (2, 2)"],
    "multinomial": ["3, [0.5, 0.5]", "n, p1, size=3", "n, p1", "l1, p1", "3, p1, s"],
    "multivariate_hypergeometric": ["l1, 3", "i1, n, size=3", "i1, 3, s"],
    "multivariate_normal": ["f1, f2", "l1[:2], l2, 3", "f1, f2, s"],
    "noncentral_f": ["1.0, 2.0, 3.0", "f1, 2.0, r"],
    "triangular": ["0, 0.5, 1", "0, 0.5, f1 + 1", "0, r, 1, size=(2, 2)"],
    "logseries": ["r", "p1", "0.5, size=3"],
    "zipf": ["2.5", "f1 + 1", "2.5, size=n"],
    "choice": ["5", "l1", "['a', 'b']", "l1, 2", "n, (2, 2)", "[None, 1]", "f2", "f2, 2", "i1, p=p1", "f1, s", "la"],
    "geometric": ["r", "p1", "0.5, 3"],
    "negative_binomial": ["2, 0.5", "2, p1", "2, r, 3"],
    "integers": ["5", "0, 5, size=3", "5, dtype=np.uint8", "5, dtype=bool, size=3", "i1 + 1"],
    "randint": ["5", "0, 5, size=3", "5, dtype=np.uint8", "5, dtype=bool", "i1 + 1", "0, 3, s"],
    "random_integers": ["5", "1, 5, 3"],
    "where": ["m1", "m2", "m1, f1, 0.0", "m1, g1, 0.0", "b, 1, 2", "m2, None, f2", "m1, j1, 2", "m1, 1, 2.5"],
    "choose": ["i1, [f1, f1, f1, f1]", "0, [f1, f2]", "n, la, mode='clip'"],
    "as_strided": ["f1, (2, 2), (8, 8)"],
    "apply_along_axis": ["np.sum, 0, f2"],
    "piecewise": ["f1, [m1], [1, 2]"],
    "array": [
        *["[(1, 2), (3, 4)], dtype=[('a', int), ('b', int)]", "[[1, 2], [3]], dtype=object", "(1, 2), dtype='i4,i4'"],
        *["[f1, f1[:2]], dtype=object", "[[f1, f1], [f1, f1]]", "f2, ndmin=3", "t2", "t2, order='C'", "[t2]"],
        *["(x for x in l1)", "None", "[None, 1]", "{}", "'abc'", "[[x, 1] for x in l1]", "l2", "la, dtype='f4'", "n"],
    ],
    "zeros": ["3, dtype='3f4'", "(2, 2), dtype=(float, 3)", "()", "s + s", "(n, *s)", "np.int64(3)", "f2.shape"],
    "histogram": ["f1", "f1, 3", "f1, bins=f1.cumsum()", "f1, weights=f1"],
    "gradient": ["f1", "f2", "f2, axis=0", "f2, axis=(0, 1)", "f3"],
    "unravel_index": ["3, (2, 2)", "i1, (2, 2)"],
    "interp": ["0.5, f1, f1", "f1, i1, f1", "r, i1, c1", "f2, i1, l1"],
    "linspace": [
        *["0, 1", "0, 1, 5", "f1, 2", "t2, 2.0", "0, w", "0, 1, dtype=int", "0, 1j", "n, r, retstep=True"],
        *["f1, 1, retstep=True", "0, 1, retstep=b", "0, t2, axis=1", "l1, 2", "z, 1", "0, g1"],
    ],
    "meshgrid": ["f1", "f1, i1", "f1, f1, sparse=True", "*la", "f1, f1, copy=False"],
    "ix_": ["l1, l1", "i1"],
    "atleast_1d": ["f2, 3", "*la", "n", "t2", "l1", "f1, f1"],
    "broadcast_arrays": ["f2, f1", "*la", "f1, f1"],
    "tensordot": ["f2, f2", "f2, f2, 1"],
    "unique": ["i2", "i2, axis=0", "i2, True, True, True", "l1, return_counts=True", "n", "i2, return_inverse=b"],
    "poly": ["[]", "l1", "[1, 2]", "f2", "()"],
    "tile": ["f1, 2", "f1, (2, 2)", "f1, s", "n, s", "n, 2"],
    "solve": ["f2, f1", "f2, f2", "f3, f2", "f3, f1", "g2, g1", "f3, f3"],
    "matrix_power": ["f2, 2", "i2, 2", "f2, -1", "f2, n", "m2, 2"],
    "searchsorted": ["f1, 0.5", "f1, f2", "l1, n"],
    "ediff1d": ["f2"],
    "indices": ["(2, 2)", "s", "(2, 2), sparse=True", "(3,), dtype=float"],
    "ndarray": ["(2, 2)", "3, int", "4, float, f1", "s, order='F'"],
    "clip": ["f1, 0, 1", "3, 0, f1", "i1, 0.5, 2", "j1, 0, 2", "g1, 0, r", "i1, None, 2", "f1, min=0", "m1, 0, 1"],
    "require": ["f1, None, 'C'", "l1", "f2, 'f4'"],
    "diag_indices": ["3", "3, 3", "3, n"],
    "linalg.norm": ["f2", "f2, axis=0", "f2, 2, (0, 1)", "c1", "d1", "g1", "f2, axis=ax, keepdims=True"],
    "argpartition": ["1", "1, axis=None", "i2, 1", "f2, 1, None", "f2, 1, axis=none"],
    "argsort": ["axis=None", "axis=none"],
    "dsplit": ["f3, 2", "f3, [1]"],
    "isnat": ["np.datetime64('2020-01-01')"],
    "moveaxis": ["f2, 0, 1"],
    "repeat": ["2", "f2, 2, axis=0"],
    "take_along_axis": ["f2, i2, 0", "f2, i1, None", "f2, i1, none"],
    "swapaxes": ["0, 0", "0, -1", "f2, 0, 1"],
    "vectorize": ["np.sum"],
    "RandomState": ["0"],
    "default_rng": ["0"],
    "Legendre": ["[1, 2]"],
    "trim_zeros": ["f1"],
    "item": ["0"],
    "expand_dims": ["f1, 0", "f1, (0, 1)", "f1, ax", "n, 0", "f1, n - 2"],
    "reshape": ["(2, 2)", "f2, -1", "f2, (2, 8)", "t2, (2, 8)", "f2, (2, 8), order='F'", "n, (1, 1)", "n, ()"],
    "full": ["3, 0", "(2, 2), 0.5", "s, w", "s, f1[:2]", "3, None", "3, [1, 2, 3]", "s, b", "3, 'a'", "3, 1j"],
    "arange": ["3", "n", "0, 1, 0.1", "k", "0, r", "3, dtype=float", "w", "zi"],
    "random.permutation": ["5", "f2", "n", "l1", "t2"],
}  # fmt: skip
#: What goes against the rules and never happens in a program: windows of complex length, quantiles of nothing.
QUIRKS = {
    "numpy.bartlett": "1j",
    "numpy.blackman": "1j",
    "numpy.fft.fft2": "[]",
    "numpy.fft.fftfreq": "d1",
    "numpy.fft.fftn": "[]",
    "numpy.fft.ifft2": "[]",
    "numpy.fft.ifftn": "[]",
    "numpy.fft.rfftfreq": "d1",
    "numpy.hamming": "1j",
    "numpy.hanning": "1j",
    "numpy.inner": "[]",
    "numpy.nanpercentile": "[]",
    "numpy.nanquantile": "[]",
    "numpy.trapezoid": "[[], []]",
}
#: Those that print, read or write files, or change settings; `mintypecode` gives back what it is given for a letter.
SKIPPED_WORDS = ("test", "info", "mintypecode", "memmap", "show_", "set_", "seterr", "setbufsize", "save", "load")
SKIPPED_WORDS += ("genfromtxt", "fromregex")


def spelled(name: str, source: str | None) -> str:
    for receiver, prefix in {"rng": "numpy.random.Generator", "rs": "numpy.random.RandomState", "np": "numpy"}.items():
        if name.startswith(prefix + "."):
            return receiver + name.removeprefix(prefix)
    return f"{source}.{name.removeprefix('ndarray.')}"


def likely(name: str) -> list[str]:
    """The arguments written out above."""
    keys = [key for key in LIKELY if name == f"numpy.{key}" or name.endswith(f".{key}")]
    return [arguments for key in keys for arguments in LIKELY[key]]


def drawn(name: str, count: int) -> list[str]:
    """Texts of calls of one callable: those written out, and as many again as asked, by chance."""
    chance = random.Random(name)
    params = [p for p in EFFECTS[name].params if not p.startswith(("*", "out"))]
    sources = [p for p in OPERANDS if p.isidentifier() and p[0] != "l" and p not in {"n", "r", "b", "s", "True"}]
    texts = [f"{spelled(name, source)}({arguments})" for arguments in likely(name) for source in ("f1", "f2")]
    while len(texts) < count:
        arguments = chance.choices(OPERANDS, k=chance.randint(0 if "ndarray" in name else 1, 3))
        if likely(name) and chance.random() < 0.5:
            arguments = [chance.choice(likely(name))]
        if "size" in params and not likely(name) and chance.random() < 0.4:
            arguments = [chance.choice(["r", "p1", "n", "2.5", "f1"]) for _ in range(params.index("size"))]
        keys = [key for key in KEYWORDS if key in EFFECTS[name].params and chance.random() < 0.3]
        arguments += [f"{key}={chance.choice(KEYWORDS[key])}" for key in keys]
        if name in QUIRKS and QUIRKS[name] in arguments:
            continue
        texts.append(f"{spelled(name, chance.choice(sources))}({', '.join(arguments)})")
    return texts


CALLABLES = sorted(
    name
    for name in EFFECTS
    if not name.startswith(("ufunc.", "numpy.polynomial.", "numpy.lib."))
    and not any(word in name for word in SKIPPED_WORDS)
)
METHODS = [name.removeprefix("ndarray.") for name in CALLABLES if name.startswith("ndarray.")]
ATTRIBUTES = frozenset(f"ndarray.{name}" for name in METHODS if not callable(getattr(np.ndarray, name, None)))


def held(name: str, count: int) -> int:
    """How many of the calls drawn for a callable NumPy accepts; each keeps what was claimed."""
    accepted = 0
    for drawings, text in enumerate(drawn(name, 250)):
        if accepted >= count and drawings >= 2 * len(likely(name)):
            break
        try:
            real, names = evaluate(text)
        except Exception:  # NumPy refuses this call: there is nothing to compare
            continue
        check(text, real, names)
        accepted += 1
    return accepted


@pytest.mark.parametrize("name", [name for name in CALLABLES if name not in ATTRIBUTES])
def test_claims_hold(name):
    accepted = held(name, 12)
    assert accepted or name not in CREATION, f"no call of {name} was accepted"


@pytest.mark.parametrize("name", sorted(ATTRIBUTES))
def test_attributes_hold(name):
    for source in ("f1", "f2", "t2", "c1", "d1", "g1", "z", "i2"):
        names = environment()
        try:
            real = getattr(names[source], name.removeprefix("ndarray."))
        except ValueError:  # no such attribute without two dimensions
            continue
        for level in LEVELS:
            value = created(name, {"self": Argument(cst.Name(source), abstract(names[source], level))})
            assert_holds(value, real)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("np.zeros((3, n))", array(2, order=True, dtype="float64")),
        ("np.zeros(s, np.float32)", array(2, order=True, dtype="float32")),
        ("np.array([[1.0, 2.0], [3.0, n]])", array(2, order=True)),
        ("np.array([[1.0, r], [r, 4.0]])", array(2, order=True, dtype="float64")),
        ("np.arange(10)", array(1, order=True, dtype="int64")),
        ("np.linspace(0, 1, n)", array(1, order=True, dtype="float64")),
        ("np.zeros_like(f2)", array(2, order=True, dtype="float64")),
        ("np.sum(f2)", FLOAT),
        ("f2.sum(axis=0)", array(1, order=True, dtype="float64")),
        ("f1.argmax()", INT),
        ("np.count_nonzero(f1)", INT),
        ("np.random.rand()", FLOAT),
        ("rng.normal(size=(2, 2))", array(2, order=True, dtype="float64")),
        ("rng.integers(5)", INT),
        ("np.maximum(g1, 0)", array(1, order=True, dtype="float32")),
        ("np.size(f1)", INT),
        ("np.shape(f2)", Value("tuple", elem=INT, items=(INT, INT))),
        ("f1.copy()", array(1, order=True, dtype="float64")),
        ("f1.fill(0)", NONE),
        ("np.random.default_rng(0)", Value("object", name="numpy.random.Generator")),
        ("np.vstack([f1, f1])", array(2)),
        ("np.where(m1, f1, 0.0)", array(1, order=True, dtype="float64")),
        ("np.add(f1, 1, out=f1)", array(1, order=True, dtype="float64")),
        ("f2.tolist()", Value("list", elem=Value("list", elem=FLOAT, distinct=True), distinct=True)),
    ],
)
def test_says(text, value):
    check(text, *evaluate(text))
    assert claimed(text, environment(), "exact") == value


def test_unknown_callable():
    assert created("numpy.nothing", {}) == UNKNOWN
