"""Every ufunc's keywords and methods over dtypes and shapes, beside NumPy's: `where`, `casting`, `dtype`, `out`,
`reduce`, `accumulate`, `reduceat`, `outer`. Sampled with a fixed seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from differential import DTYPES, Outcome, check_all, compare, to_tensors

import np2tf_runtime as runtime
from np2tf_runtime._ufuncs import UFUNCS, _generalized

# A name per ufunc; those of the last axes are tested with the products, dates have no tensor.
NAMES = sorted({u.__name__ for u in UFUNCS.values() if not isinstance(u, _generalized)} - {"isnat"})
BINARY = [name for name in NAMES if getattr(np, name).nin == 2 and getattr(np, name).nout == 1]
CASTINGS = ("no", "equiv", "safe", "same_kind", "unsafe")
GROUPS = 4


def _array(rng: random.Random, dtype: str, shape: tuple[int, ...]) -> np.ndarray:
    """Small values, none of which overflows or is a division by zero in one library only."""
    kind = np.dtype(dtype).kind
    size = int(np.prod(shape))
    numbers: list[Any] = [rng.choice((1, 2, 3, 4)) for _ in range(size)]
    if kind == "f":
        numbers = [n / 4 for n in numbers]
    if kind == "c":
        numbers = [complex(n / 4, rng.choice((-1, 0.5))) for n in numbers]
    if kind == "b":
        numbers = [n > 2 for n in numbers]
    return np.array(numbers, dtype).reshape(shape)


def _operands(rng: random.Random, nin: int, dtypes: tuple[str, ...] = DTYPES) -> dict[str, np.ndarray]:
    shapes = rng.choice((((3,), (3,)), ((2, 3), (3,)), ((2, 3), (2, 1)), ((), (3,)), ((0,), (1,)), ((2, 3), ())))
    return {name: _array(rng, rng.choice(dtypes), shape) for name, shape in zip("xy"[:nin], shapes, strict=False)}


def _asked(rng: random.Random, name: str) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
    """Calls of one ufunc with keywords."""
    nin = getattr(np, name).nin
    arguments = "x" if nin == 1 else "x, y"
    for _ in range(3):
        given = _operands(rng, nin)
        yield f"np.{name}({arguments}, dtype={rng.choice(DTYPES)!r}, casting={rng.choice(CASTINGS)!r})", given
        yield f"np.{name}({arguments}, dtype={rng.choice(DTYPES)!r})", _operands(rng, nin)
        yield f"np.{name}({arguments}, casting={rng.choice(CASTINGS)!r})", _operands(rng, nin)
        char = rng.choice("?bhlBLefdFD")
        yield f"np.{name}({arguments}, signature={char * nin + '->' + char * getattr(np, name).nout!r})", given


@pytest.mark.parametrize("group", range(GROUPS))
def test_dtype_and_casting(group: int) -> None:
    rng = random.Random(group)
    check = [question for name in NAMES[group::GROUPS] for question in _asked(rng, name)]
    _all(check)


def _all(questions: list[tuple[str, dict[str, Any]]]) -> None:
    found = [(text, given, compare(text, **given)) for text, given in questions]
    wrong = [
        f"{text} of {[(v.dtype.name, v.shape) if isinstance(v, np.ndarray) else v for v in given.values()]}\n    {how}"
        for text, given, how in found
        if how is not None
    ]
    assert not wrong, f"{len(wrong)} of {len(found)} differ:\n  " + "\n  ".join(wrong)


@pytest.mark.parametrize("group", range(GROUPS))
def test_where(group: int) -> None:
    """What a mask leaves out has no value; the rest, the dtype and the shape are NumPy's."""
    rng = random.Random(group)
    wrong = []
    for name in NAMES[group::GROUPS]:
        for _ in range(4):
            given = list(_operands(rng, getattr(np, name).nin).values())
            shape = rng.choice((np.broadcast_shapes(*(x.shape for x in given)), (3,), (2, 1), ()))
            mask = np.array([rng.random() < 0.6 for _ in range(int(np.prod(shape)))], bool).reshape(shape)
            want = Outcome(lambda n=name, g=given, m=mask: getattr(np, n)(*g, where=m))
            have = Outcome(lambda n=name, g=given, m=mask: getattr(runtime, n)(*to_tensors(g), where=to_tensors(m)))
            if want.error is not None or have.error is not None:
                if type(want.error) is not type(have.error):
                    wrong.append(f"{name}: {have}, NumPy {want}")
                continue
            several = isinstance(want.value, tuple)
            for left, right in zip(*((v.value if several else (v.value,)) for v in (want, have)), strict=True):
                if left.dtype != right.dtype or left.shape != tuple(right.shape):
                    wrong.append(f"{name} of {given}: {right!r}, NumPy {left!r}")
                    continue
                there = np.broadcast_to(mask, left.shape)
                how = compare(lambda m, a, b: a if m is np else b, left[there], np.asarray(right)[there])
                if how is not None:
                    wrong.append(f"{name} of {given}: {how}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["add", "maximum", "less", "sqrt", "modf", "frexp"])
def test_out(name: str) -> None:
    """A host array is filled and comes back; a tensor is refused, with what to write instead."""
    function = getattr(np, name)
    arrays = [np.array([0.5, 1.5, 4.0]), np.array([2.0, 1.5, 0.25])][: function.nin]
    want = function(*arrays)
    first = want[0] if function.nout > 1 else want
    more = [np.zeros_like(part) for part in want[1:]] if function.nout > 1 else []
    for mask in (True, np.array([True, False, True])):
        for out in ((np.zeros_like(first), *more), np.zeros_like(first))[: 1 if more else 2]:
            made = getattr(runtime, name)(*to_tensors(arrays), out=out, where=mask)
            target, made = (out[0], made[0] if more else made) if isinstance(out, tuple) else (out, made)
            assert made is target
            assert np.array_equal(target, np.where(mask, first, 0).astype(first.dtype))
    tensor = to_tensors(np.zeros_like(first))
    with pytest.raises(runtime._base.UnsupportedFeatureError, match=r"tensor_scatter_update.*np\." + name):
        getattr(runtime, name)(*to_tensors(arrays), out=(tensor, *[None] * len(more)) if more else tensor)
    with pytest.raises(type(Outcome(lambda: function(*arrays, out=np.zeros(7))).error)):
        getattr(runtime, name)(*to_tensors(arrays), out=to_tensors(np.zeros(7)))


_REDUCTIONS = (
    "np.{n}.reduce({x})",
    "np.{n}.reduce({x}, axis={a})",
    "np.{n}.reduce({x}, axis={a}, keepdims=True)",
    "np.{n}.reduce({x}, axis={a}, dtype={d})",
    "np.{n}.reduce({x}, axis={a}, initial={i})",
    "np.{n}.reduce({x}, axis={a}, where={m})",
    "np.{n}.reduce({x}, axis={a}, where={m}, initial={i}, keepdims=True)",
    "np.{n}.reduce({x}, axis=None, where={m}, initial={i})",
    "np.{n}.accumulate({x})",
    "np.{n}.accumulate({x}, axis={b})",
    "np.{n}.accumulate({x}, axis={b}, dtype={d})",
    "np.{n}.reduceat({x}, [0, 1])",
    "np.{n}.reduceat({x}, [0, 1, 0], axis={b})",
    "np.{n}.reduceat({x}, [1, 0], axis={b}, dtype={d})",
    "np.{n}.outer({x}, {x})",
    "np.{n}.outer({x}, y, dtype={d})",
    "np.{n}.outer(y, 2)",
)


@pytest.mark.parametrize("group", range(GROUPS))
def test_methods(group: int) -> None:
    rng = random.Random(100 + group)
    questions: list[tuple[str, dict[str, Any]]] = []
    for name in BINARY[group::GROUPS]:
        for form in _REDUCTIONS:
            dtype = rng.choice(DTYPES)
            x = _array(rng, dtype, (2, 3))
            text = form.format(
                n=name,
                x=rng.choice(("x", "x", "x", "x[0]", "x[:0]", "x[0, 0]", "x[:, :0]")),
                a=rng.choice(("0", "1", "-1", "None", "(0, 1)", "()", "2", "(0, 0)")),
                b=rng.choice(("0", "1", "-1", "2")),
                d=repr(rng.choice(DTYPES)),
                i=rng.choice(("1", "2", "None", "x[0, 0]", "np.inf")),
                m=rng.choice(("m", "m[0]", "False", "True", "[True, False, True]")),
            )
            mask = np.array([[True, False, True], [False, False, True]])
            questions.append((text, {"x": x, "y": _array(rng, rng.choice(DTYPES), (2,)), "m": mask}))
    _all(questions)


def test_methods_under_a_trace() -> None:
    """The same where the values aren't known: whatever is not refused there is NumPy's."""
    x = np.array([[3, 1, 2], [2, 4, 1]])
    mask = np.array([[True, False, True], [True, True, False]])
    texts = [
        text
        for name in ("add", "multiply", "maximum", "minimum", "logical_and", "logical_or", "bitwise_xor", "gcd")
        for text in (
            f"np.{name}.reduce(x, 1)",
            f"np.{name}.reduce(x, (0, 1), keepdims=True)",
            f"np.{name}.reduce(x, 0, where=m, initial=1)",
            f"np.{name}.accumulate(x, 1)",
            f"np.{name}.outer(x, x[0])",
        )
    ]

    def asked(module: Any, x: Any, m: Any) -> list[Any]:
        return [eval(text, {"np": module, "x": x, "m": m}) for text in texts]

    made = tf.function(lambda x, m: asked(runtime, x, m))(*to_tensors((x, mask)))
    for text, want, have in zip(texts, asked(np, x, mask), made, strict=True):
        assert want.dtype == have.dtype, text
        assert np.array_equal(want, have), text


def test_keywords_that_numpy_knows_and_others() -> None:
    check_all(
        (
            "np.add(x, x, order='F')",
            "np.add(x, x, subok=False)",
            "np.add(x, x, sig='dd->d')",
            "np.add(x, x, signature=(None, None, 'float32'), casting='unsafe')",
            "np.add(x, x, signature=('float32', None, None))",
            "np.add(x, x, signature='dd->f')",
            "np.add(x, x, signature='d')",
            "np.add(x, x, signature=5)",
            "np.add(x, x, dtype='d', signature='dd->d')",
            "np.add(x, x, casting=3)",
            "np.add(x, x, where=x)",
            "np.add(x, x, where=[1, 0, 1])",
            "np.add(x, x, nonsense=1)",
            "np.add(x)",
            "np.add(x, x, None)",
            "np.add(x, x, None, None)",
            "np.add(x, x, axis=0)",
            "np.add.reduce(x, nonsense=1)",
            "np.add.reduce()",
            "np.sqrt.reduce(x)",
            "np.modf.reduce(x)",
            "np.divmod.reduce(x)",
            "np.sqrt.outer(x, x)",
            "np.add.accumulate(x[0])",
            "np.add.reduceat(x, 1)",
            "np.add.reduceat(x, [])",
            "np.add.reduceat(x, [0.5])",
            "np.add.reduceat(x, [-1])",
            "np.matmul.reduce(x)",
        ),
        x=np.array([0.5, 1.5, 4.0]),
        strict=False,
    )


def test_what_a_reduction_begins_with() -> None:
    """A Python number is assigned to the dtype of the result: none that doesn't fit is taken for another."""
    for dtype in ("bool", "int8", "uint16", "int64", "float16", "float64", "complex64"):
        check_all(
            [
                f"np.{name}(x, initial={value}{more})"
                for name in ("sum", "prod", "min", "max", "nansum", "nanmax", "subtract.reduce", "power.reduce")
                for value in ("2", "-1", "300", "2.7", "np.inf", "-np.inf", "np.nan", "2j", "True", "np.float32(1.5)")
                for more in ("", ", axis=0", ", where=x > 1")
                if not (name == "prod" and "inf" in value and dtype == "complex64")  # NaN by the order of factors
            ],
            x=_array(random.Random(1), dtype, (2, 3)),
        )
