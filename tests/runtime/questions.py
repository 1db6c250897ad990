"""Questions about every function and method, over dtypes, shapes and keywords, to be asked of NumPy and the runtime.

Arguments are made, not chosen for the function: what NumPy refuses the runtime has to refuse as well, by an error of
the same class.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from differential import DTYPES, Outcome, compare

from np2tf.knowledge.api import API
from np2tf.knowledge.names import KINDS

_OWNERS = ("numpy", "numpy.linalg", "numpy.fft")
# Files, texts and questions to NumPy about itself; what has undefined values or is made of functions; polynomials
# and random streams, which are NumPy's own code.
_LEFT_OUT = frozenset(
    [
        "apply_along_axis",
        "apply_over_axes",
        "array2string",
        "array_repr",
        "array_str",
        "base_repr",
        "binary_repr",
        "bool",
        "broadcast",
        "can_cast",
        "copyto",
        "dtype",
        "einsum",
        "einsum_path",
        "empty",
        "empty_like",
        "errstate",
        "fill_diagonal",
        "finfo",
        "flatiter",
        "format_float_positional",
        "format_float_scientific",
        "from_dlpack",
        "frombuffer",
        "fromfile",
        "fromfunction",
        "fromiter",
        "frompyfunc",
        "fromregex",
        "fromstring",
        "genfromtxt",
        "get_include",
        "get_printoptions",
        "getbufsize",
        "geterr",
        "geterrcall",
        "iinfo",
        "info",
        "isdtype",
        "issubdtype",
        "iterable",
        "load",
        "loadtxt",
        "min_scalar_type",
        "mintypecode",
        "ndarray",
        "ndenumerate",
        "ndindex",
        "nditer",
        "nested_iters",
        "piecewise",
        "place",
        "poly",
        "poly1d",
        "polyadd",
        "polyder",
        "polydiv",
        "polyfit",
        "polyint",
        "polymul",
        "polysub",
        "polyval",
        "printoptions",
        "promote_types",
        "put",
        "put_along_axis",
        "putmask",
        "result_type",
        "roots",
        "save",
        "savetxt",
        "savez",
        "savez_compressed",
        "set_printoptions",
        "setbufsize",
        "seterr",
        "seterrcall",
        "show_config",
        "show_runtime",
        "test",
        "typename",
        "ufunc",
        "vectorize",
        "may_share_memory",
        "shares_memory",
        "__array_namespace_info__",
        "astype",
    ]
)
_METHODS_LEFT_OUT = frozenset(
    ["data", "device", "dump", "dumps", "tofile", "to_device", "view", "astype", "item", "tobytes", "tolist"]
)

# The first form of each is asked of all dtypes, the others of these.
_FEW = ("bool", "int8", "int64", "float32", "float64", "complex128")
FUNCTION_FORMS = (
    "{f}(x)", "{f}(x, x)", "{f}(x, y)", "{f}(x, 2)", "{f}(2, x)", "{f}(x, axis=0)", "{f}(x, axis=-1, keepdims=True)",
    "{f}(x, 1, 0)", "{f}([x, y])", "{f}((x, y), axis=-1)", "{f}(x, x, x)", "{f}(x, [0, 1])", "{f}(x, dtype='float32')",
    "{f}(x.tolist())", "{f}(x, 0.5)", "{f}(x, axis=(0, 1))",
)  # fmt: skip
METHOD_FORMS = (
    "{f}()", "{f}(0)", "{f}(axis=-1)", "{f}([1, 0])", "{f}(2, 1)", "{f}(x)", "{f}(dtype='float32')", "{f}(1, 0, 1)",
)  # fmt: skip
_ASKED_OF_ALL = ("{f}()", "{f}(x)", "{f}(x, 2)", "{f}(x, x)")
_VALUES = {
    "b": ([True, False, True, True], [[True, False, True], [False, False, True]]),
    "u": ([0, 1, 3, 2], [[2, 0, 1], [3, 1, 2]]),
    "i": ([0, 1, 3, -2], [[2, 0, -1], [3, 1, 2]]),
    "f": ([0.5, -1.5, 2.0, 0.25], [[0.5, -1.5, 2.0], [3.0, 0.75, 0.25]]),
    "c": ([0.5 + 1j, -1.5, 2 - 2j, 0.25j], [[0.5 + 1j, -1.5, 2.0], [3.0, 0.75j, 0.25]]),
}
SHAPES = ("vector", "matrix", "scalar", "empty", "square")


class Question(NamedTuple):
    """One expression in `x` and `y`, with the dtype and the shape of `x`."""

    name: str
    form: str
    dtype: str
    shape: str

    @property
    def text(self) -> str:
        """The expression."""
        short = f"x.{self.name.removeprefix('ndarray.')}" if self.name.startswith("ndarray.") else self.name
        return self.form.format(f=short.replace("numpy.", "np.", 1))

    @property
    def arguments(self) -> dict[str, np.ndarray]:
        """`x`, and `y`: the same elements in another order."""
        vector, matrix = _VALUES[np.dtype(self.dtype).kind]
        x = {
            "vector": np.array(vector),
            "matrix": np.array(matrix),
            "scalar": np.array(vector[2]),
            "empty": np.array(vector)[:0],
            "square": np.array(matrix)[:, :2],
        }[self.shape].astype(self.dtype)
        return {"x": x, "y": np.flip(x).copy()}

    def difference(self) -> str | None:
        """How the answers differ, or None. That `out` is refused is said elsewhere."""
        found = compare(self.text, strict=False, **self.arguments)
        return None if found is None or "np2tf: the argument out of" in found else found

    def __str__(self) -> str:
        return f"{self.text} of {self.dtype}, {self.shape}"


def kind(difference: str) -> str:
    """What sort of difference a text of `compare` tells: "value", "dtype", "shape", "container", "refuses", ...

    >>> kind("raises TypeError: no, NumPy gives 3"), kind("item 0: dtype: int8, NumPy int64")
    ('refuses', 'dtype')
    """
    if difference.startswith("raises "):
        return "error class" if "NumPy raises " in difference else "refuses"
    if difference.startswith("gives "):
        return "accepts"
    return next(part for part in difference.split(": ") if not part.startswith("item "))


def names() -> list[str]:
    """The functions and methods that are asked for."""
    found = []
    for name, row in API.items():
        owner, _, last = name.rpartition(".")
        if row.where not in ("device", "host"):
            continue
        if (owner in _OWNERS and KINDS.get(name) in ("function", "ufunc") and last not in _LEFT_OUT) or (
            owner == "ndarray" and last not in _METHODS_LEFT_OUT and callable(getattr(np.ndarray, last, None))
        ):
            found.append(name)
    return found


def _fits(name: str, form: str) -> bool:
    """Whether NumPy takes arguments of that form for some array."""
    tried = [Question(name, form, d, s) for d, s in (("int64", "vector"), ("float64", "matrix"), ("float64", "square"))]
    return any(Outcome(lambda q=q: eval(q.text, {"np": np, **q.arguments})).error is None for q in tried)


def questions(name: str) -> Iterator[Question]:
    """All questions about one function or method."""
    for form in METHOD_FORMS if name.startswith("ndarray.") else FUNCTION_FORMS:
        if not _fits(name, form):
            yield Question(name, form, "int64", "vector")
            continue
        for dtype in DTYPES if form in _ASKED_OF_ALL else _FEW:
            yield Question(name, form, dtype, "vector")
        for shape in SHAPES[1:]:
            for dtype in ("int64", "float64"):
                yield Question(name, form, dtype, shape)
