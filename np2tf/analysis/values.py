"""The abstract values: what kind of thing an expression gives, as far as the program's text tells.

`unknown` is a value like the others: it never stands for a guess.
"""

from __future__ import annotations

from operator import is_
from typing import NamedTuple

#: Kinds that can't be an array, whatever else they are.
CONTAINERS = frozenset({"list", "tuple", "dict", "set", "iterator"})
HOST_KINDS = CONTAINERS | {"number", "object", "function", "class", "module", "slice"}


class Value(NamedTuple):
    """One abstract value.

    kind
        `number` (any immutable scalar, None and strings included), `array`, `maybe` (a number or an array),
        `list`, `tuple`, `dict`, `set`, `iterator`, `object`, `function`, `class`, `module`, `slice`, `unknown`,
        `bottom`. An iterator gives its elements once, and in no place to be put back to.
    ndim, order, dtype
        of arrays, where known; `order` says that the array is C-contiguous. The dtype of a number may be `int`, or
        `int or none`; that of a class is `below` where it may as well be one that inherits from it.
    name
        the qualified name of a module, function or class, or the class of an object.
    elem, items
        what a container holds; `items` one by one for tuples.
    distinct
        no two elements of the container are the same array.
    """

    kind: str
    ndim: int | None = None
    order: bool = False
    dtype: str | None = None
    name: str | None = None
    elem: Value | None = None
    items: tuple[Value, ...] | None = None
    distinct: bool = False

    @property
    def may_be_array(self) -> bool:
        """Whether it can be an array."""
        return self.kind in {"array", "maybe", "unknown"}

    @property
    def is_array(self) -> bool:
        """Whether it is certainly an array."""
        return self.kind == "array"

    @property
    def is_int(self) -> bool:
        """Whether it is certainly an integer that is no array."""
        return self.kind == "number" and self.dtype == "int"


BOTTOM = Value("bottom")
UNKNOWN = Value("unknown")
NUMBER = Value("number")
INT = Value("number", dtype="int")
FLOAT = Value("number", dtype="float")
COMPLEX = Value("number", dtype="complex")
STRING = Value("number", dtype="str")
NONE = Value("number", dtype="none")
MAYBE = Value("maybe")
ARRAY = Value("array")
SLICE = Value("slice")


def array(ndim: int | None = None, *, order: bool = False, dtype: str | None = None) -> Value:
    """An array, or a number where `ndim` is 0.

    >>> array(0).kind, array(2).kind
    ('number', 'array')
    """
    return Value("number", dtype=dtype) if ndim == 0 else Value("array", ndim, order, dtype)


def join(a: Value, b: Value) -> Value:
    """The least value that covers both.

    >>> join(INT, FLOAT) == NUMBER
    True
    >>> join(INT, NONE).dtype, join(join(INT, NONE), INT).dtype
    ('int or none', 'int or none')
    >>> join(NUMBER, array(2)).kind, join(array(2), array(1)).ndim, join(array(2), UNKNOWN).kind
    ('maybe', None, 'unknown')
    """
    if a is b or b.kind == "bottom" or a == b:
        return a
    if a.kind == "bottom":
        return b
    numeric = {"number", "array", "maybe"}
    if a.kind == b.kind:
        return (
            Value(
                a.kind,
                a.ndim if a.ndim == b.ndim else None,
                a.order and b.order,
                a.dtype if a.dtype == b.dtype else _either_dtype(a, b),
                a.name if a.name == b.name else _either_class(a, b),
                None if a.elem is None or b.elem is None else join(a.elem, b.elem),
                _join_items(a.items, b.items),
                a.distinct and b.distinct,
            )
            if a.kind not in {"function", "class", "module"} or a.name == b.name
            else _either_function(a, b)
        )
    if {a.kind, b.kind} <= numeric:
        return Value("maybe", dtype=a.dtype if a.dtype == b.dtype else None)
    made, other = (a, b) if a.kind == "object" else (b, a)
    if other == NONE and made.name is not None and made.name.startswith("host:scipy.sparse.linalg."):
        return made  # what is called or asked of it is there by then
    return UNKNOWN


def _either_class(a: Value, b: Value) -> str | None:
    """Objects of one of several classes: `A|B`."""
    if a.kind != "object" or a.name is None or b.name is None:
        return None
    names = sorted({*a.name.split("|"), *b.name.split("|")})
    return "|".join(names) if len(names) <= 8 else None


def functions(value: Value) -> list[str]:
    """The names of the functions that a value may be.

    >>> functions(join(Value("function", name="f"), join(Value("function", name="g"), Value("function", name="f"))))
    ['f', 'g']
    """
    return [name for name in (value.name or "").split("|") if name] if value.kind == "function" else []


def method_named(name: str) -> tuple[str, str] | None:
    """The class and the method that a function's name stands for: one of a class, or bound to an object.

    >>> method_named("bound:m:A:f"), method_named("method:m:A:f"), method_named("m:f")
    (('m:A', 'f'), ('m:A', 'f'), None)
    """
    kind, _, rest = name.partition(":")
    cls, _, attr = rest.rpartition(":")
    return (cls, attr) if kind in {"bound", "method"} else None


def _either_function(a: Value, b: Value) -> Value:
    """One of several functions: `|f|g`, which is the name of none."""
    names = sorted({*functions(a), *functions(b)})
    known = a.kind == "function" and None not in (a.name, b.name) and len(names) <= 8
    return Value("function", name="|" + "|".join(names)) if known else UNKNOWN


def _join_items(a: tuple[Value, ...] | None, b: tuple[Value, ...] | None) -> tuple[Value, ...] | None:
    if a is None or b is None or len(a) != len(b):
        return None
    return tuple(join(x, y) for x, y in zip(a, b, strict=True))


def capped(value: Value, depth: int = 3) -> Value:
    """The value with what is nested deeper than `depth` forgotten, so that tables can't grow for ever.

    >>> nested = Value("list", elem=Value("list", elem=Value("list", elem=Value("list", elem=INT))))
    >>> capped(nested).elem.elem.elem == UNKNOWN
    True
    """
    if value.elem is None and value.items is None:
        return value
    if depth == 0:
        return UNKNOWN
    elem = None if value.elem is None else capped(value.elem, depth - 1)
    items = None if value.items is None else tuple(capped(item, depth - 1) for item in value.items)
    if elem is value.elem and all(map(is_, items or (), value.items or ())):
        return value
    return value._replace(elem=elem, items=items)


def contiguous(ndim: int | None, operands: tuple[Value, ...]) -> bool:
    """Whether what a ufunc makes of these is C-contiguous: new arrays take their operands' order, in one dimension
    there is but one."""
    return ndim == 1 or all(v.order if v.kind == "array" else v.kind == "number" for v in operands)


def _either_dtype(a: Value, b: Value) -> str | None:
    """That of one of two values which differ in it: an index that a parameter defaults to None for keeps being one."""
    return "int or none" if a.kind == "number" and {a.dtype, b.dtype} <= {"int", "none", "int or none"} else None


def arithmetic(left: Value, right: Value) -> Value:
    """What an arithmetic operator gives: always something new, unless an operand is of a class of the user's.

    >>> arithmetic(INT, INT) == INT, arithmetic(array(2), FLOAT).ndim, arithmetic(UNKNOWN, array(1)).kind
    (True, 2, 'array')
    >>> arithmetic(array(1, dtype="float64"), arithmetic(INT, COMPLEX)).dtype
    'complex'
    """
    if "bottom" in (left.kind, right.kind):
        return BOTTOM
    is_complex = any((v.dtype or "").startswith("complex") for v in (left, right))
    if left.kind == "number" and right.kind == "number":
        if left.dtype == "str" or right.dtype == "str":
            return STRING
        if is_complex:
            return COMPLEX
        return INT if left.is_int and right.is_int else NUMBER
    if left.kind == "array" or right.kind == "array":
        ndims = [v.ndim if v.kind == "array" else 0 if v.kind == "number" else None for v in (left, right)]
        ndim = None if None in ndims else max(n for n in ndims if n is not None)
        if ndim == 0:
            return NUMBER
        return Value("array", ndim, contiguous(ndim, (left, right)), dtype="complex" if is_complex else None)
    if left.kind in {"list", "tuple"} or right.kind in {"list", "tuple"}:
        # `[0] * n` and `a + b` of lists; with an unknown other side it may be an array's arithmetic as well
        sequence = left if left.kind in {"list", "tuple"} else right
        other = right if sequence is left else left
        if other.kind == "number":
            return sequence._replace(items=None, distinct=False)
        return join(sequence, other)._replace(items=None, distinct=False) if other.kind == sequence.kind else UNKNOWN
    if left.kind == right.kind and left.kind in {"dict", "set"}:
        return join(left, right)._replace(distinct=False)
    return MAYBE if "maybe" in (left.kind, right.kind) else UNKNOWN
