"""What a call into NumPy gives: an array or a number, of how many dimensions, of which dtype, in which memory order.

`np2tf.knowledge.creation` has one row of rules per callable; `created` applies the rules to the arguments' values.
Dimensions are kept as bounds (`Dims`), so that "certainly an array, of unknown dimensions" is no special case.

Three conventions, since the text of a program can't tell more:

- A shape that is an unknown name stands for one dimension at least: `np.zeros(shape)` is an array.
- A list built at run time is taken to hold something: `np.array([[i, i] for i in x])` has two dimensions.
- The dtype ``int`` of a number stands for a Python int or an int64 scalar, never for an array without dimensions;
  ``float``, ``complex`` and ``bool`` likewise stand for both, and may stand for such an array too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import libcst as cst

from np2tf.analysis.values import INT, MAYBE, NONE, NUMBER, STRING, UNKNOWN, Value, array, contiguous
from np2tf.knowledge.creation import CREATION, Creation
from np2tf.knowledge.effects import EFFECTS, UNSURE, Effect
from np2tf.tree import constant_int, literal


class Argument(NamedTuple):
    """An argument as written, and what the analysis knows of it."""

    node: cst.BaseExpression
    value: Value


class Dims(NamedTuple):
    """At least `low` dimensions, and at most `high` where there is such a bound."""

    low: int
    high: int | None

    @property
    def known(self) -> int | None:
        """The number of dimensions, where it is certain.

        >>> Dims(2, 2).known, Dims(1, None).known
        (2, None)
        """
        return self.low if self.low == self.high else None

    def plus(self, count: int) -> Dims:
        """So many more, or fewer.

        >>> Dims(1, 3).plus(-2)
        Dims(low=0, high=1)
        """
        return Dims(max(self.low + count, 0), None if self.high is None else max(self.high + count, 0))

    def both(self, other: Dims) -> Dims:
        """The dimensions of the two together."""
        return Dims(self.low + other.low, None if None in (self.high, other.high) else self.high + other.high)  # type: ignore[operator]

    def least(self, count: int) -> Dims:
        """The same, but not fewer than `count`."""
        return Dims(max(self.low, count), None if self.high is None else max(self.high, count))

    def either(self, other: Dims) -> Dims:
        """One or the other.

        >>> Dims(0, 0).either(Dims(2, 2)), Dims(1, 1).either(Dims(1, None))
        (Dims(low=0, high=2), Dims(low=1, high=None))
        """
        highs = (self.high, other.high)
        return Dims(min(self.low, other.low), None if None in highs else max(h for h in highs if h is not None))

    def agreed(self, other: Dims) -> Dims | None:
        """Both at once: what is left if anything else would raise; None if the two can't agree."""
        high = min((h for h in (self.high, other.high) if h is not None), default=None)
        low = max(self.low, other.low)
        return None if high is not None and low > high else Dims(low, high)


_ANY: Final = Dims(0, None)
_SOME: Final = Dims(1, None)
_ZERO: Final = Dims(0, 0)
_ONE: Final = Dims(1, 1)


def _largest(dims: Iterable[Dims]) -> Dims:
    found = _ZERO
    for each in dims:
        high = None if None in (found.high, each.high) else max(found.high, each.high)  # type: ignore[type-var]
        found = Dims(max(found.low, each.low), high)
    return found


def created(name: str, given: Mapping[str, Argument], variadic: Sequence[Argument] = ()) -> Value:
    """The value of a call's result.

    Parameters
    ----------
    name : str
        The callable, named as in `EFFECTS`.
    given : mapping of str to Argument
        The arguments by parameter name, those left out absent; ``"self"`` for methods.
    variadic : sequence of Argument
        Those bound to ``*args``. One whose node is a `StarredElement` stands for any number.

    >>> def argument(text):
    ...     return Argument(cst.parse_expression(text), VALUES.get(text, INT if text.isdigit() else UNKNOWN))
    >>> def call(name, *variadic, **given):
    ...     value = created(name, {key: argument(text) for key, text in given.items()}, [*map(argument, variadic)])
    ...     return value.kind, value.ndim, value.dtype
    >>> VALUES = {"x": array(2, dtype="float64"), "n": INT, "k": array(1, dtype="int64")}
    >>> VALUES["xs"] = Value("list", elem=VALUES["x"])

    >>> call("numpy.zeros", shape="(n, n)"), call("numpy.zeros", shape="s", dtype="np.float32")
    (('array', 2, 'float64'), ('array', None, 'float32'))
    >>> call("numpy.array", object="[[1, 2.5], [q, 3]]"), call("numpy.array", object="xs", dtype="'f4'")
    (('array', 2, None), ('array', 3, 'float32'))
    >>> call("ndarray.sum", self="x"), call("ndarray.sum", self="x", axis="0"), call("ndarray.sum", self="x", axis="q")
    (('number', None, 'float'), ('array', 1, 'float64'), ('maybe', None, 'float64'))
    >>> call("ndarray.argmax", self="x"), call("numpy.sqrt", x="n"), call("numpy.sqrt", x="q")
    (('number', None, 'int'), ('number', None, 'float'), ('maybe', None, None))
    >>> call("ndarray.reshape", "n", "-1", self="k"), call("numpy.take", a="x", indices="k", axis="0")
    (('array', 2, 'int64'), ('array', 2, 'float64'))
    >>> call("numpy.where", condition="q", x="x", y="0.0"), call("numpy.maximum", x1="k", x2="0.5")
    (('array', None, 'float64'), ('array', 1, 'float64'))
    >>> [len(created(f, {p: Argument(cst.Name("x"), VALUES["x"])}).items or ())
    ...  for f, p in [("numpy.where", "condition"), ("numpy.linalg.svd", "a"), ("numpy.shape", "a")]]
    [2, 3, 2]
    """
    effect = EFFECTS.get(name)
    if effect is None:
        return UNKNOWN
    return _with_out(_Call(name, given, tuple(variadic), effect))


# -- arguments ---------------------------------------------------------------------------------------------------------

_RANGES = frozenset({"range", "builtins.range"})
_HOST_SCALARS = frozenset({"dict", "set", "function", "class", "module", "slice"})


def _is_none(arg: Argument) -> bool:
    return arg.value.dtype == "none" or (isinstance(arg.node, cst.Name) and arg.node.value == "None")


def _constant(arg: Argument) -> object:
    """A literal's value, or `UNSURE`."""
    node = arg.node
    if _is_none(arg):
        return None
    if isinstance(node, cst.Name) and node.value in {"True", "False"}:
        return node.value == "True"
    if isinstance(node, cst.SimpleString):
        return literal(node)
    number = constant_int(node)
    return UNSURE if number is None else number


def _number(node: cst.BaseExpression) -> str | None:
    """Of a literal of Python's, bool excepted: its type, which NumPy calls weak."""
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, (cst.Minus, cst.Plus)):
        return _number(node.expression)
    if isinstance(node, cst.Integer):
        return "int" if literal(node) < 2**63 else None
    return "float" if isinstance(node, cst.Float) else "complex" if isinstance(node, cst.Imaginary) else None


def _is_foreign(arg: Argument) -> bool:
    """Whether it is an object that may answer NumPy's functions in its own way, as a pandas series does."""
    generator = isinstance(arg.node, cst.GeneratorExp)
    return generator or (arg.value.kind == "object" and arg.value.name not in _RANGES)


def _dims_of_value(value: Value) -> Dims:
    """The dimensions that `np.asarray` finds.

    >>> _dims_of_value(Value("list", elem=array(2))), _dims_of_value(UNKNOWN)
    (Dims(low=3, high=3), Dims(low=0, high=None))
    """
    if value.kind == "array":
        return _SOME if value.ndim is None else Dims(value.ndim, value.ndim)
    if value.kind == "number" or value.kind in _HOST_SCALARS:
        return _ZERO
    if value.kind in {"list", "tuple"}:
        items = value.items if value.items is not None else () if value.elem is None else (value.elem,)
        if not items and value.items is None:
            return _SOME
        return _nested([_dims_of_value(item) for item in items])
    if value.kind == "object" and value.name in _RANGES:
        return _ONE
    return _ANY


def _nested(items: list[Dims]) -> Dims:
    """One more than the items have, which all have the same: anything else raises.

    >>> _nested([Dims(0, None), Dims(1, 1)]), _nested([])
    (Dims(low=2, high=2), Dims(low=1, high=1))
    """
    if not items:
        return _ONE
    found: Dims | None = _ANY
    for item in items:
        found = None if found is None else found.agreed(item)
    return _SOME if found is None else found.plus(1)


def _dims(arg: Argument) -> Dims:
    return _dims_of_node(arg.node, arg.value)


def _dims_of_node(node: cst.BaseExpression, value: Value) -> Dims:
    if not isinstance(node, (cst.List, cst.Tuple)):
        # A bare literal says more than a value that nobody filled in.
        literal = _number(node) or isinstance(node, (cst.SimpleString, cst.ConcatenatedString, cst.FormattedString))
        if isinstance(node, cst.ListComp) and value.elem is None:
            return _nested([_dims_of_node(node.elt, UNKNOWN)])
        return _ZERO if literal else _dims_of_value(value)
    return _nested([Dims(*_dims_of_node(e, v)) for e, v in _elements(node, value)] or [*_starred(node)])


def _starred(node: cst.List | cst.Tuple) -> list[Dims]:
    return [_ANY] if node.elements else []


def _elements(node: cst.List | cst.Tuple, value: Value) -> list[tuple[cst.BaseExpression, Value]]:
    """The elements of a display with their values, starred ones left out."""
    starred = any(isinstance(element, cst.StarredElement) for element in node.elements)
    items = value.items
    if items is None or starred or len(items) != len(node.elements):
        items = (value.elem or UNKNOWN,) * len(node.elements)
    return [(e.value, v) for e, v in zip(node.elements, items, strict=True) if not isinstance(e, cst.StarredElement)]


def _items(arg: Argument) -> Dims:
    """The dimensions that the items of a sequence of arrays have in common."""
    return _dims(arg).plus(-1) if _dims(arg).low else _ANY


def _count(arg: Argument) -> Dims:
    """The number of items of a shape; 1 for an int.

    >>> _count(Argument(cst.parse_expression("(n, *s)"), UNKNOWN)), _count(Argument(cst.Name("n"), INT))
    (Dims(low=1, high=None), Dims(low=1, high=1))
    """
    node, value = arg
    if isinstance(node, (cst.Tuple, cst.List)):
        starred = sum(isinstance(element, cst.StarredElement) for element in node.elements)
        count = len(node.elements)
        return Dims(max(count - starred, 1), None) if starred else Dims(count, count)
    if value.kind == "tuple" and value.items is not None:
        return Dims(len(value.items), len(value.items))
    if value.kind == "number" or constant_int(node) is not None:
        return _ONE
    return _SOME


# -- dtypes ------------------------------------------------------------------------------------------------------------

_SIZED = re.compile(r"(int|uint|float|complex)(\d+)")
_DTYPES: Final = {
    **{f"{k}{b}": f"{k}{b}" for k in ("int", "uint") for b in (8, 16, 32, 64)},
    **{n: n for n in ("float16", "float32", "float64", "complex64", "complex128", "bool")},
    "bool_": "bool",
    "byte": "int8",
    "cdouble": "complex128",
    "csingle": "complex64",
    "double": "float64",
    "half": "float16",
    "int_": "int64",
    "intc": "int32",
    "intp": "int64",
    "longlong": "int64",
    "object_": "object",
    "short": "int16",
    "single": "float32",
    "ubyte": "uint8",
    "uint": "uint64",
    "uintc": "uint32",
    "uintp": "uint64",
    "ulonglong": "uint64",
    "ushort": "uint16",
}
_BUILTINS: Final = {"bool": "bool", "complex": "complex128", "float": "float64", "int": "int64", "object": "object"}
_CODES: Final = {
    "?": "bool", "B": "uint8", "D": "complex128", "F": "complex64", "H": "uint16", "I": "uint32", "O": "object",
    "b": "int8", "b1": "bool", "c16": "complex128", "c8": "complex64", "d": "float64", "e": "float16", "f": "float32",
    "f2": "float16", "f4": "float32", "f8": "float64", "h": "int16", "i": "int32", "i1": "int8", "i2": "int16",
    "i4": "int32", "i8": "int64", "u1": "uint8", "u2": "uint16", "u4": "uint32", "u8": "uint64",
}  # fmt: skip
_NUMBER_DTYPES: Final = {"bool": "bool", "complex": "complex128", "float": "float64", "int": "int64"}
_PYTHON: Final = {dtype: kind for kind, dtype in _NUMBER_DTYPES.items()}
_RANK: Final = {"bool": 0, "int": 1, "uint": 1, "float": 2, "complex": 3}


def named_dtype(arg: Argument) -> str | None:
    """The dtype that a ``dtype`` argument names.

    >>> [named_dtype(Argument(cst.parse_expression(text), UNKNOWN))
    ...  for text in ["np.float32", "int", "'<f4'", "np.dtype('u1')", "x.dtype", "'>f4'"]]
    ['float32', 'int64', 'float32', 'uint8', None, None]
    """
    node, value = arg
    if value.kind in {"class", "function"} and value.name is not None:
        module, _, last = value.name.rpartition(".")
        return {"numpy": _DTYPES, "builtins": _BUILTINS, "": _BUILTINS}.get(module, {}).get(last)
    if isinstance(node, cst.SimpleString):
        text = literal(node)
        code = text.lstrip("<=|") if isinstance(text, str) else ""
        return _CODES.get(code) or _BUILTINS.get(code) or (_DTYPES.get(code) if not code.endswith("_") else None)
    if isinstance(node, cst.Call) and len(node.args) == 1 and isinstance(node.func, cst.Attribute):
        inner = Argument(node.args[0].value, UNKNOWN)
        return named_dtype(inner) if node.func.attr.value == "dtype" else None
    if isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name):
        return None if node.value.value in {"self", "cls"} else _DTYPES.get(node.attr.value)
    return _BUILTINS.get(node.value) if isinstance(node, cst.Name) and value.kind == "unknown" else None


def _parts(dtype: str) -> tuple[str, int] | None:
    match = _SIZED.fullmatch(dtype)
    return (match[1], int(match[2])) if match else ("bool", 0) if dtype == "bool" else None


def _promoted(a: str | None, b: str | None) -> str | None:
    """NumPy's promotion of two dtypes.

    >>> _promoted("int64", "float32"), _promoted("uint8", "int8"), _promoted("uint64", "int64")
    ('float64', 'int16', 'float64')
    >>> _promoted("complex64", "float64"), _promoted("bool", "uint8"), _promoted("object", "int64")
    ('complex128', 'uint8', None)
    """
    if a is None or b is None or a == b:
        return a if a == b else None
    left, right = sorted((_parts(a) or ("", 0), _parts(b) or ("", 0)), key=lambda part: _RANK.get(part[0], -1))
    if not left[0]:
        return None
    if left[0] == "bool":
        return right[0] + str(right[1])
    if left[0] == right[0]:
        return left[0] + str(max(left[1], right[1]))
    if right[0] in {"int", "uint"}:
        signed, unsigned = (left, right) if left[0] == "int" else (right, left)
        bits = max(signed[1], 2 * unsigned[1])
        return "float64" if bits > 64 else f"int{bits}"
    bits = min(2 * left[1], 64) if left[0] in {"int", "uint"} else left[1]
    return f"float{max(bits, right[1])}" if right[0] == "float" else f"complex{max(2 * bits, right[1], 64)}"


def _weakly(strong: str | None, kind: str) -> str | None:
    """The promotion of a dtype with a Python number, which gives way.

    >>> _weakly("float32", "int"), _weakly("int8", "float"), _weakly("float32", "complex")
    ('float32', 'float64', 'complex64')
    """
    parts = None if strong is None else _parts(strong)
    if parts is None or strong is None:
        return None
    if _RANK[parts[0]] >= _RANK[kind]:
        return strong
    return f"complex{max(2 * parts[1], 64)}" if parts[0] == "float" else _NUMBER_DTYPES[kind]


def _real(dtype: str | None) -> str | None:
    return {"complex64": "float32", "complex128": "float64"}.get(dtype or "", None if dtype == "complex" else dtype)


def _strong(arg: Argument) -> str | None:
    """The dtype that `np.asarray` finds.

    >>> [_strong(Argument(cst.parse_expression(text), UNKNOWN)) for text in ["[1, [2.5]]", "[[]]", "[1, x]", "1j"]]
    ['float64', 'float64', None, 'complex128']
    """
    node, value = arg
    literal = _number(node)
    if literal is not None:
        return _NUMBER_DTYPES[literal]
    if isinstance(node, (cst.List, cst.Tuple)):
        elements = _elements(node, value)
        if len(elements) != len(node.elements):
            return None
        found = [_strong(Argument(e, v)) for e, v in elements] or ["float64"]
        # An empty list among others gives float64 and fits no other dtype.
        return _promoted_all(found)
    if isinstance(node, cst.Name) and node.value in {"True", "False"}:
        return "bool"
    return _strong_value(value)


def _strong_value(value: Value) -> str | None:
    if value.kind == "number":
        return _NUMBER_DTYPES.get(value.dtype or "")
    if value.kind in {"array", "maybe"}:
        return value.dtype
    if value.kind in {"list", "tuple"}:
        items = value.items if value.items else () if value.elem is None else (value.elem,)
        found = _promoted_all([_strong_value(item) for item in items]) if items else None
        # The list may be empty when the program runs, which gives float64.
        return found if value.items or found == "float64" else None
    return None


def _promoted_all(dtypes: Sequence[str | None]) -> str | None:
    found = dtypes[0]
    for dtype in dtypes[1:]:
        found = _promoted(found, dtype)
    return found


def _result_type(args: Sequence[Argument]) -> str | None:
    """The promotion of arguments, where it is the same whether their numbers are Python's or NumPy's.

    >>> x = Argument(cst.Name("x"), array(1, dtype="float32"))
    >>> _result_type([x, Argument(cst.Float("0.5"), UNKNOWN)]), _result_type([x, Argument(cst.Name("n"), INT)])
    ('float32', None)
    """
    literal = [kind for kind in (_number(arg.node) for arg in args) if kind is not None]
    rest = [arg for arg in args if _number(arg.node) is None]
    unsure = [arg for arg in rest if arg.value.kind == "number" and arg.value.dtype in {"int", "float", "complex"}]
    strong = [_strong(arg) for arg in rest if arg not in unsure]
    if not all(strong):
        return None
    answers = set()
    for weak, firm in (
        (literal + [str(arg.value.dtype) for arg in unsure], strong),
        (literal, strong + [_strong(arg) for arg in unsure]),
    ):
        found = _promoted_all(firm) if firm else _NUMBER_DTYPES[weak[0]] if weak else None
        for kind in weak:
            found = _weakly(found, kind)
        answers.add(found)
    return answers.pop() if len(answers) == 1 else None


# -- one call ----------------------------------------------------------------------------------------------------------


class _Call:
    """A call's arguments under the words of the rules."""

    def __init__(self, name: str, given: Mapping[str, Argument], variadic: Sequence[Argument], effect: Effect) -> None:
        self.name = name
        self.given = given
        self.variadic = variadic
        self.params = effect.params
        self.outs = effect.outs
        self.is_ufunc = "signature" in effect.params
        self.rule = _RULES.get(name)
        self.result = effect.result_for({key: _constant(arg) for key, arg in given.items()})
        if name == "numpy.where":  # `x` decides by being there, whatever it is
            self.result = "fresh" if "x" in given else "list_fresh"

    def has(self, name: str) -> bool | None:
        """Whether a parameter is given and not None; None if that can't be told."""
        arg = self.given.get(name)
        if arg is None or _is_none(arg):
            return False
        unclear = arg.value.kind in {"unknown", "maybe"} or (arg.value.kind == "number" and arg.value.dtype is None)
        kinds = (cst.Name, cst.Attribute, cst.Subscript, cst.Call, cst.IfExp, cst.BooleanOperation)
        plain = isinstance(arg.node, kinds)
        return None if unclear and plain and _constant(arg) is UNSURE and named_dtype(arg) is None else True

    def constant(self, name: str, default: object) -> object:
        return _constant(self.given[name]) if name in self.given else default

    def args(self, names: Iterable[str]) -> list[Argument]:
        """Those of the parameters that are given and not None; all variadic ones for the variadic parameter."""
        found: list[Argument] = []
        for name in names:
            if f"*{name}" in self.params:
                found.extend(self.variadic)
            elif name in self.given and not _is_none(self.given[name]):
                found.append(self.given[name])
        return found

    def dims(self, name: str) -> Dims:
        return _dims(self.given[name]) if name in self.given else _ANY

    def operands(self) -> list[Argument]:
        """The arguments that the result's kind hangs on."""
        if self.rule is None:
            return [*self.given.values(), *self.variadic]
        words = [*self.rule.ndim.split()[1:], *self.rule.dtype.split()[1:]]
        return self.args(dict.fromkeys(words))


def _with_out(call: _Call) -> Value:
    """The result, which is the output argument where there is one."""
    result = _result(call)
    for name in call.outs:
        if call.has(name) is False:
            continue
        arg = call.given[name]
        if result.kind == "tuple" or isinstance(arg.node, cst.Tuple):
            return Value("tuple") if result.kind == "tuple" else MAYBE if result.kind != "array" else Value("array")
        if arg.value.kind == "array" and not _may_transform_nothing(call):
            return arg.value
        return Value("array") if result.kind == "array" else MAYBE
    return result


def _result(call: _Call) -> Value:
    kind, _, source = call.result.partition(":")
    if kind == "none":
        return NONE
    if kind == "scalar":
        return _scalar(call)
    if kind == "object":
        return _object(call.name)
    if kind == "same":
        return call.given[source].value if source in call.given else UNKNOWN
    if call.has("like") is not False and not call.given["like"].value.is_array:
        return UNKNOWN
    if call.name not in _CONVERSIONS and any(_is_foreign(arg) for arg in call.operands()):
        return UNKNOWN
    special = _SPECIAL.get(call.name)
    if special is not None:
        found = special(call)
        if found is not None:
            return found
    if call.rule is None:
        return {"fresh": MAYBE, "view": MAYBE, "maybe": MAYBE, "list_fresh": Value("tuple")}.get(kind, UNKNOWN)
    several = call.rule.ndim.startswith("each")
    if several != (kind in {"list_fresh", "views", "maybe_each"}):
        return UNKNOWN
    return _several(call, call.rule) if several else _value(call, _ndim(call, call.rule), _dtype(call, call.rule))


def _value(call: _Call, dims: Dims, dtype: str | None) -> Value:
    if not dims.low and (dtype == "object" or any(arg.value.dtype == "object" for arg in call.operands())):
        return UNKNOWN  # what an array of objects holds
    if dims.known == 0:
        if call.name in _ARRAYS_ALWAYS:
            return Value("array", 0, order=True, dtype=dtype)
        return array(0, dtype=_number_dtype(call, dtype))
    order = _order(call, dims)
    if dims.low:
        return array(dims.known, order=order, dtype=dtype)
    # A number that is drawn is Python's, of any width.
    return MAYBE._replace(dtype=dtype if "size" not in call.params or dtype in _PYTHON else None)


#: What makes an array even without dimensions, which `+=` changes in place.
_ARRAYS_ALWAYS = frozenset({
    "numpy.array", "numpy.asanyarray", "numpy.asarray", "numpy.copy", "numpy.empty", "numpy.empty_like", "numpy.full",
    "numpy.full_like", "numpy.ones", "numpy.ones_like", "numpy.reshape", "numpy.squeeze", "numpy.zeros",
    "numpy.zeros_like", "ndarray.reshape", "ndarray.squeeze",
})  # fmt: skip

#: Rules whose results without dimensions are scalars, never arrays.
_SCALAR_RULES = frozenset({
    "broadcast", "choice", "dot", "inner", "matmul", "matvec", "quantile", "reduction", "reduction_last", "size",
    "take", "vecdot", "vecmat",
})  # fmt: skip
_SCALARS = frozenset({"ndarray.searchsorted", "ndarray.trace", "numpy.digitize", "numpy.searchsorted", "numpy.trace"})
_ZERO_D = frozenset({"numpy.kron", "numpy.where"})


def _number_dtype(call: _Call, dtype: str | None) -> str | None:
    """A number's dtype; none for an integer that may be an array without dimensions, which is no int to an index."""
    kind = _PYTHON.get(dtype or "")
    if kind != "int":
        return kind
    rule = call.rule.ndim.split()[0] if call.rule else ""
    shaped = call.has("keepdims") is not False or call.has("size") is not False
    scalar = call.name in _SCALARS or (rule in _SCALAR_RULES and call.name not in _ZERO_D)
    return kind if scalar and not shaped else None


# -- dimensions --------------------------------------------------------------------------------------------------------


def _ndim(call: _Call, rule: Creation) -> Dims:
    word, *rest = rule.ndim.split() or [""]
    names = [name for name in rest if not _is_int(name)]
    numbers = [int(name) for name in rest if _is_int(name)]
    return _NDIM[word](call, names, numbers)


def _is_int(word: str) -> bool:
    return word.lstrip("-").isdigit()


def _broadcast(call: _Call, names: Sequence[str]) -> Dims:
    extra = ["where"] if call.is_ufunc else []
    return _largest(_dims(arg) for arg in call.args([*names, *extra]))


def _axis(call: _Call, dims: Dims, name: str = "axis", default: object = None) -> Dims:
    """What is left of `dims` without the axes that an argument names; nothing without it."""
    if name not in call.given and default is not None:
        return dims.plus(-1)
    has = call.has(name)
    if has is False:
        return _ZERO
    arg = call.given[name]
    if has and (arg.value.is_int or constant_int(arg.node) is not None):
        return dims.plus(-1)
    count = _count(arg).known if isinstance(arg.node, cst.Tuple) or arg.value.kind == "tuple" else None
    return Dims(0, dims.high) if count is None else dims.plus(-count)


def _reduction(call: _Call, names: Sequence[str], default: object = None) -> Dims:
    dims = call.dims(names[0])
    reduced = _axis(call, dims, default=default)
    keep = call.constant("keepdims", False)
    return dims if keep is True else reduced if keep is False else reduced.either(dims)


def _flat_unless_axis(call: _Call, dims: Dims) -> Dims:
    has = call.has("axis")
    return _ONE if has is False else dims.least(1) if has else dims.least(1).either(_ONE)


def _take(call: _Call, names: Sequence[str]) -> Dims:
    indices, has = call.dims(names[1]), call.has("axis")
    along = call.dims(names[0]).least(1).plus(-1).both(indices)
    return indices if has is False else along if has else along.either(indices)


def _item(call: _Call, name: str) -> Dims:
    return _items(call.given[name]) if name in call.given else _ANY


def _concatenated(call: _Call, name: str) -> Dims:
    if "axis" in call.given and call.has("axis") is not True:
        return _ONE if call.has("axis") is False else _item(call, name).least(1).either(_ONE)
    return _item(call, name).least(1)


def _plus_axes(call: _Call, name: str) -> Dims:
    dims, axis = call.dims(name), call.given.get("axis")
    if axis is None or axis.value.is_int or constant_int(axis.node) is not None:
        return dims.plus(1)
    listed = isinstance(axis.node, cst.Tuple) or axis.value.kind == "tuple"
    return dims.both(_count(axis)) if listed else Dims(dims.low, None)


def _diag(dims: Dims) -> Dims:
    return {1: Dims(2, 2), 2: _ONE}.get(dims.known or 0, Dims(1, 2))


def _matmul(call: _Call, names: Sequence[str]) -> Dims:
    """
    >>> x, v, u = array(2), array(1), UNKNOWN
    >>> def dims(a, b):
    ...     return created("numpy.matmul", {"x1": Argument(cst.Name("a"), a), "x2": Argument(cst.Name("b"), b)})
    >>> dims(x, v).ndim, dims(v, v).kind, dims(x, u) == array(None), dims(v, u).kind
    (1, 'number', True, 'maybe')
    """
    left, right = (call.dims(name).least(1) for name in names)
    ones = [int(side == _ONE) for side in (left, right)]
    maybe = [int(side.low == 1) for side in (left, right)]
    larger = _largest((left, right)).least(2)
    if maybe == ones:
        return larger.plus(-sum(ones))
    return Dims(max(larger.low - sum(maybe), 0), None if larger.high is None else larger.high - sum(ones))


def _dot(call: _Call, names: Sequence[str]) -> Dims:
    left, right = (call.dims(name) for name in names)
    if _ZERO in (left, right):
        return right if left == _ZERO else left
    both = left.both(right).plus(-2)
    if left.low and right.low:
        return both
    return both.either(left).either(right)


def _core(call: _Call, dims: Dims) -> Dims:
    return dims if "keepdims" not in call.given else Dims(dims.low, None)


def _variadic_shape(call: _Call) -> Dims:
    args = call.variadic
    starred = sum(isinstance(arg.node, cst.StarredElement) for arg in args)
    if starred:
        return Dims(max(len(args) - starred, 1), None)
    return _count(args[0]) if len(args) == 1 else Dims(len(args), len(args))


_NO_SHAPE = frozenset({"size", "dtype", "out", "method", "endpoint", "*"})


def _size(call: _Call, without: Dims | None = None) -> Dims:
    """The dimensions of what a generator draws."""
    if without is None:
        without = _largest(_dims(arg) for arg in call.args(p for p in call.params if p not in _NO_SHAPE))
    has = call.has("size")
    if has is False:
        return without
    sized = _count(call.given["size"])
    return sized if has else sized.either(without)


def _choice(call: _Call) -> Dims:
    population = call.dims("a")
    return _size(call, _ZERO).both(population if population == _ZERO else population.plus(-1))


def _shape(call: _Call, name: str) -> Dims:
    dtype = call.given.get("dtype")
    dims = _count(call.given[name]) if name in call.given else _SOME
    return Dims(dims.low, None) if dtype is not None and _is_subarray(dtype.node) else dims


def _is_subarray(node: cst.BaseExpression) -> bool:
    """Whether a dtype brings dimensions of its own: `"3f4"`, `(float, 3)`."""
    text = literal(node) if isinstance(node, cst.SimpleString) else ""
    own = isinstance(text, str) and re.match(r"[<>=|]?[\d(]|.*,", text)
    return isinstance(node, (cst.Tuple, cst.List)) or bool(own)


def _literal(call: _Call, name: str) -> Dims:
    """The depth of what is made into an array.

    An object or structured dtype may end an array above the innermost lists or tuples.
    """
    arg = call.given.get(name)
    if arg is None or isinstance(arg.node, cst.GeneratorExp):
        return _ANY if arg is None else _ZERO
    dims = _dims(arg)
    dtype = call.given.get("dtype")
    if dtype is not None and not _is_none(dtype) and named_dtype(dtype) in {None, "object"} and dims.high != 0:
        is_list = isinstance(arg.node, (cst.List, cst.ListComp)) or arg.value.kind in {"list", "array"}
        plain = arg.value.kind == "array" or (is_list and dims.known == 1)
        dims = dims if plain else Dims(int(is_list), None)
    if "ndmax" in call.given:
        return Dims(0, dims.high)
    ndmin = call.constant("ndmin", 0)
    if isinstance(ndmin, int):
        return dims.least(ndmin)
    return Dims(dims.low, None)


_NdimRule = Callable[["_Call", "list[str]", "list[int]"], Dims]

_NDIM: Final[Mapping[str, _NdimRule]] = {
    "": lambda call, p, k: _ANY,
    "broadcast": lambda call, p, k: _broadcast(call, p),
    "choice": lambda call, p, k: _choice(call),
    "dims": lambda call, p, k: _variadic_shape(call),
    "dot": lambda call, p, k: _dot(call, p),
    "fixed": lambda call, p, k: Dims(k[0], k[0]),
    "flat_unless_axis": lambda call, p, k: _flat_unless_axis(call, call.dims(p[0])),
    "inner": lambda call, p, k: _dot(call, p),
    "items": lambda call, p, k: _concatenated(call, p[0]),
    "least": lambda call, p, k: call.dims(p[0]).least(k[0]),
    "least_item": lambda call, p, k: _item(call, p[0]).least(k[0]),
    "like": lambda call, p, k: call.dims(p[0]),
    "literal": lambda call, p, k: _literal(call, p[0]),
    "matmul": lambda call, p, k: _matmul(call, p),
    "matvec": lambda call, p, k: _core(call, _largest((call.dims(p[0]).plus(-1), call.dims(p[1])))),
    "plus": lambda call, p, k: _largest(_dims(arg) for arg in call.args(p)).plus(k[0]),
    "plus_axes": lambda call, p, k: _plus_axes(call, p[0]),
    "plus_item": lambda call, p, k: _item(call, p[0]).plus(k[0]),
    "plus_items": lambda call, p, k: _shape(call, p[0]).plus(k[0]),
    "plus_size": lambda call, p, k: _size(call, call.dims(p[0]) if p else _ZERO).plus(k[0]),
    "quantile": lambda call, p, k: _reduction(call, p).both(call.dims(p[1])),
    "reduction": lambda call, p, k: _reduction(call, p),
    "reduction_last": lambda call, p, k: call.dims(p[0]).plus(-1),
    "scan": lambda call, p, k: _flat_unless_axis(call, call.dims(p[0])),
    "shape": lambda call, p, k: _shape(call, p[0]),
    "size": lambda call, p, k: _size(call),
    "swap_1_2": lambda call, p, k: _diag(call.dims(p[0])),
    "take": lambda call, p, k: _take(call, p),
    "vecdot": lambda call, p, k: _core(call, _largest(call.dims(name) for name in p).plus(-1)),
    "vecmat": lambda call, p, k: _core(call, _largest((call.dims(p[0]), call.dims(p[1]).plus(-1)))),
}


# -- dtype and order ---------------------------------------------------------------------------------------------------

_SMALL = frozenset({"bool", "int8", "uint8", "int16", "uint16"})
#: Integers became integers in NumPy 2.1 and floats before.
_ROUNDS = frozenset({"numpy.ceil", "numpy.fix", "numpy.floor", "numpy.trunc"})


def _dtype(call: _Call, rule: Creation) -> str | None:
    word, *names = rule.dtype.split() or [""]
    if "dtype" in call.params and "dtype" in call.given and not _is_none(call.given["dtype"]):
        named = named_dtype(call.given["dtype"])
        if call.is_ufunc and (word in {"bool", "real"} or word in _DTYPES):
            return "bool" if word == "bool" and named not in {None, "object"} else None
        return named
    if call.name == "ndarray.view" and "dtype" in call.given:
        return None  # `view(None)` reads the buffer as float64
    args = call.args(names)
    if word not in _DTYPE_RULES:
        # No dtype is float64 even where integers are the default.
        unclear = "dtype" in call.given and word == "int64"
        return word if word in _DTYPES and not unclear else None
    if not args or (word == "literal" and len(args) > 1):
        return None
    if word == "numbers":
        kinds = {_number(arg.node) or (arg.value.dtype if arg.value.kind == "number" else None) for arg in args}
        return "int64" if kinds == {"int"} else "float64" if kinds <= {"int", "float"} and "float" in kinds else None
    if word in {"like", "real", "sum", "literal"}:
        found = _strong(args[0])
    else:
        found = _promoted_all([_strong(arg) for arg in args]) if word in {"strong", "double"} else _result_type(args)
    return None if found is None else _adjusted(call, word, found, args)


_DTYPE_RULES = frozenset({
    "complex", "double", "float", "like", "literal", "number", "numbers", "real", "real_float", "result", "strong",
    "sum",
})  # fmt: skip


def _adjusted(call: _Call, word: str, found: str, args: Sequence[Argument]) -> str | None:
    if found == "object":
        return found if word in {"like", "literal"} else None
    if found == "complex":  # of either size
        return found if word in {"complex", "float", "like", "literal", "number", "result", "sum"} else None
    integer = found == "bool" or found.startswith(("int", "uint"))
    match word:
        case "float" | "real_float" | "complex":
            small = _SMALL if call.is_ufunc or call.name.startswith("numpy.fft.") else _SMALL - {"bool"}
            if found in small or any(_strong(arg) in small for arg in args):
                return None
            if call.name == "numpy.ldexp" and not args[0].value.is_array:
                return None  # whatever the other operand makes of a Python number
            found = "float64" if integer else found
            if word == "complex":
                return {"float16": "complex64", "float32": "complex64", "float64": "complex128"}.get(found, found)
            return _real(found) if word == "real_float" else found
        case "double":
            return "complex128" if found.startswith("complex") else "float64"
        case "sum":
            return "uint64" if found.startswith("uint") else "int64" if integer else found
        case "real":
            return _real(found) if found != "bool" else None
        case "number" if found == "bool":
            return None
        case _:
            return None if call.name in _ROUNDS and integer else found


#: Results that are C-contiguous if the argument is.
_KEEPS_ORDER = frozenset({
    "ndarray.astype", "ndarray.conj", "ndarray.conjugate", "ndarray.reshape", "ndarray.squeeze", "ndarray.view",
    "numpy.array", "numpy.asanyarray", "numpy.asarray", "numpy.atleast_1d", "numpy.atleast_2d", "numpy.copy",
    "numpy.empty_like", "numpy.expand_dims", "numpy.full_like", "numpy.ones_like", "numpy.reshape", "numpy.squeeze",
    "numpy.zeros_like",
})  # fmt: skip


#: Results that are C-contiguous if they are new and have one dimension, whatever the arguments' strides.
_CONTIGUOUS_IN_ONE = _KEEPS_ORDER | {
    "ndarray.clip", "ndarray.cumsum", "ndarray.max", "ndarray.mean", "ndarray.min", "ndarray.repeat", "ndarray.round",
    "ndarray.sum", "numpy.clip", "numpy.concatenate", "numpy.cumsum", "numpy.diff", "numpy.max", "numpy.mean",
    "numpy.min", "numpy.repeat", "numpy.roll", "numpy.round", "numpy.sort", "numpy.sum", "numpy.take", "numpy.tile",
    "numpy.where",
}  # fmt: skip


def _order(call: _Call, dims: Dims) -> bool:
    """Whether the result is C-contiguous whatever happens."""
    order = call.rule.order if call.rule else ""
    if call.name in {"ndarray.ravel", "numpy.ravel"}:
        order = "C"
    wish = call.constant("order", "C") if "order" in call.params else "C"
    operands = call.operands()
    source = operands[0] if operands else None
    kept = call.given.get("self", call.given.get(call.params[0] if call.params else "", source))
    if kept is not None and call.name in _KEEPS_ORDER and kept.value.is_array and kept.value.order:
        return wish in {"C", "K", "A", None} if "order" in call.given else True
    if dims.known == 1 and call.result == "fresh" and call.name in _CONTIGUOUS_IN_ONE:
        return True
    elementwise = call.is_ufunc and call.rule is not None and call.rule.ndim.startswith(("like", "broadcast"))
    if elementwise and wish in {"C", "K", "A"} and "where" not in call.given:
        return contiguous(dims.known, tuple(arg.value for arg in operands))
    if wish != "C" or call.has("buffer") is not False:
        return False
    if order == "literal":
        return source is not None and (
            isinstance(source.node, (cst.List, cst.Tuple, cst.ListComp)) or source.value.kind in {"list", "tuple"}
        )
    return order == "C" or (order == "numbers" and all(_dims(arg) == _ZERO for arg in call.operands()))


# -- several arrays ----------------------------------------------------------------------------------------------------


def _several(call: _Call, rule: Creation) -> Value:
    """A tuple or list of arrays.

    >>> x = {"ary": Argument(cst.Name("x"), array(2, dtype="int64"))}
    >>> created("numpy.split", x).kind, created("numpy.split", x).elem.ndim
    ('list', 2)
    """
    word, *rest = rule.ndim.split()
    names = [name for name in rest if not _is_int(name)]
    numbers = [int(name) for name in rest if _is_int(name)]
    dtype = _dtype(call, rule)
    if word == "each" and len(numbers) > 1:
        return _tuple(array(number, dtype=dtype) for number in numbers)
    if word == "each":
        if call.name == "numpy.diag_indices" and _result_type(call.args(["n"])) != "int64":
            dtype = None
        found = _indices(array(numbers[0], dtype=dtype), _index_count(call))
        # On the diagonal all indices are one array.
        return found._replace(distinct="diag" not in call.name)
    if word == "each_like":
        return Value("list", elem=_each(call.dims(names[0]), dtype), distinct=True)
    if word == "each_less":
        return Value("tuple", elem=_each(call.dims(names[0]).plus(-1), dtype), distinct=True)
    if word == "each_plus":
        return _tuple(_each(call.dims(names[0]).plus(number), dtype) for number in numbers)
    if word == "each_broadcast":
        return _tuple([_each(_broadcast(call, names), dtype)] * 2)
    return _grids(call, dtype)


def _each(dims: Dims, dtype: str | None) -> Value:
    if dims.known == 0:
        return Value("number", dtype=_PYTHON.get(dtype or "") if dtype != "int64" else None)
    return array(dims.known, dtype=dtype) if dims.low else MAYBE._replace(dtype=dtype)


def _tuple(items: Iterable[Value]) -> Value:
    return Value("tuple", items=tuple(items), distinct=True)


def _indices(item: Value, count: int | None) -> Value:
    return Value("tuple", elem=item, distinct=True) if count is None else _tuple([item] * count)


def _index_count(call: _Call) -> int | None:
    if "tri" in call.name:
        return 2
    if call.name == "numpy.diag_indices":
        count = call.constant("ndim", 2)
        return count if isinstance(count, int) else None
    return next((call.dims(name).known for name in ("self", "a", "arr", "condition") if name in call.given), None)


def _grids(call: _Call, dtype: str | None) -> Value:
    if any(isinstance(arg.node, cst.StarredElement) for arg in call.variadic):
        return UNKNOWN if {"copy", "sparse"} & call.given.keys() else Value("tuple", elem=Value("array"), distinct=True)
    count = len(call.variadic)
    copies = call.constant("copy", True) is True
    # The list that is built when nothing is copied or broadcast is given as it is.
    listed = not copies and call.constant("sparse", False) is not False
    return UNKNOWN if listed else _tuple([array(count, dtype=dtype)] * count)._replace(distinct=copies)


# -- results that are no arrays ----------------------------------------------------------------------------------------

_INTS = frozenset({
    "ndarray.itemsize", "ndarray.nbytes", "ndarray.ndim", "ndarray.size", "numpy.getbufsize", "numpy.ndim",
    "numpy.setbufsize", "numpy.size",
})  # fmt: skip
_STRINGS = frozenset({
    "ndarray.device", "numpy.array2string", "numpy.array_repr", "numpy.array_str", "numpy.base_repr",
    "numpy.binary_repr", "numpy.format_float_positional", "numpy.format_float_scientific", "numpy.get_include",
    "numpy.polynomial.polyutils.format_float", "numpy.typename",
})  # fmt: skip
_BOOLS = frozenset({
    "numpy.allclose", "numpy.array_equal", "numpy.array_equiv", "numpy.can_cast", "numpy.iscomplexobj", "numpy.isdtype",
    "numpy.isfortran", "numpy.isrealobj", "numpy.isscalar", "numpy.issubdtype", "numpy.iterable",
    "numpy.may_share_memory", "numpy.shares_memory",
})  # fmt: skip
_TUPLES = frozenset({
    "ndarray.shape", "ndarray.strides", "numpy.broadcast_shapes", "numpy.lib.array_utils.normalize_axis_tuple",
    "numpy.shape",
})  # fmt: skip
_OTHER_TUPLES = frozenset({"numpy.datetime_data", "numpy.lib.array_utils.byte_bounds", "ufunc.resolve_dtypes"})
_CLASSES: Final = {
    "ndarray.data": "memoryview",
    "ndarray.flat": "numpy.flatiter",
    "numpy.frompyfunc": "numpy.ufunc",
    "numpy.random.default_rng": "numpy.random.Generator",
}
#: Rows of class `object` that give dicts, tuples, lists, or nobody knows what.
_UNTOLD = frozenset({
    "numpy.einsum_path", "numpy.get_printoptions", "numpy.geterr", "numpy.geterrcall", "numpy.nested_iters",
    "numpy.random.Generator.spawn", "numpy.random.RandomState.get_state", "numpy.random.get_state", "numpy.seterr",
    "numpy.seterrcall",
})  # fmt: skip
_FACTORIES = frozenset({"ndarray.ctypes", "ndarray.flags", "numpy.printoptions", "numpy.random.get_bit_generator"})


def _scalar(call: _Call) -> Value:
    """
    >>> x = Argument(cst.Name("x"), array(2))
    >>> created("ndarray.shape", {"self": x}).items == (INT, INT), created("numpy.isscalar", {"element": x}).dtype
    (True, 'bool')
    """
    if call.name in _INTS:
        return INT
    if call.name in _STRINGS:
        return STRING
    if call.name in _BOOLS:
        return Value("number", dtype="bool")
    if call.name in _TUPLES:
        source = next((call.given[name] for name in ("self", "a") if name in call.given), None)
        count = None if source is None or "axis" in call.name else _dims(source).known
        return Value("tuple", elem=INT) if count is None else Value("tuple", elem=INT, items=(INT,) * count)
    if call.name in _OTHER_TUPLES:
        return Value("tuple")
    if call.name == "ndarray.item":
        dtype = call.given["self"].value.dtype if "self" in call.given else None
        return UNKNOWN if dtype == "object" else Value("number", dtype=_PYTHON.get(dtype or ""))
    return NUMBER


def _object(name: str) -> Value:
    """
    >>> created("numpy.random.default_rng", {}).name, created("numpy.polynomial.legendre.Legendre", {}).name
    ('numpy.random.Generator', 'numpy.polynomial.Legendre')
    """
    if name in _UNTOLD or name.endswith(".test"):
        return UNKNOWN
    if name in _FACTORIES:
        return Value("object")
    public = re.sub(r"^(numpy\.polynomial\.)[a-z_]+\.(?=[A-Z])", r"\1", name)
    return Value("object", name=_CLASSES.get(name, public))


# -- callables whose rules need more than a row ------------------------------------------------------------------------

_SCALAR_TYPES = {f"numpy.{name}": Creation("broadcast value", dtype) for name, dtype in _DTYPES.items()}
_RULES: Final[Mapping[str, Creation]] = {
    **CREATION,
    **{name: rule for name, rule in _SCALAR_TYPES.items() if "value" in EFFECTS[name].params},
}
_CONVERSIONS = frozenset(f"numpy.{name}" for name in ("array", "asanyarray", "asarray", "asarray_chkfinite"))


def _made(call: _Call, dims: Dims, dtype: str | None = None) -> Value:
    return _value(call, dims, dtype)


def _row(call: _Call) -> tuple[Dims, str | None]:
    assert call.rule is not None
    return _ndim(call, call.rule), _dtype(call, call.rule)


def _like_with_shape(call: _Call) -> Value | None:
    """`zeros_like(x, shape=s)`."""
    has = call.has("shape")
    if has is False:
        return None
    dims, dtype = _row(call)
    sized = _shape(call, "shape")
    return _made(call, sized if has else sized.either(dims), dtype)._replace(order=False)


def _flattened_by_none(call: _Call) -> Value | None:
    """`sort(x, axis=None)`."""
    if "axis" not in call.given or call.has("axis") is True:
        return None
    dims, dtype = _row(call)
    return _made(call, _ONE if call.has("axis") is False else dims.least(1).either(_ONE), dtype)


def _flattened(call: _Call) -> Value | None:
    """`average(x, returned=True)`, and `unique` with more results than one."""
    if call.result == "fresh":
        return None
    dims, dtype = _row(call)
    if call.result != "list_fresh":
        return UNKNOWN
    if call.name == "numpy.average":
        return _tuple([_made(call, dims, dtype), _made(call, dims)])
    flags = [call.constant(name, False) for name in ("return_index", "return_inverse", "return_counts")]
    if not all(isinstance(flag, bool) for flag in flags):
        return Value("tuple")
    inverse = Value("array" if call.dims("ar").low else "maybe", dtype="int64")
    extra = (array(1, dtype="int64"), inverse, array(1, dtype="int64"))
    return _tuple([_made(call, dims, dtype), *(item for item, flag in zip(extra, flags, strict=True) if flag)])


def _where(call: _Call) -> Value | None:
    if call.result == "fresh":
        # None is an operand here, and makes objects.
        objects = any(_is_none(call.given[name]) for name in ("x", "y") if name in call.given)
        return _made(call, _row(call)[0]) if objects else None
    return _indices(array(1, dtype="int64"), call.dims("condition").known)


def _spaced(call: _Call) -> Value | None:
    """`linspace(a, b, retstep=True)`."""
    dims, dtype = _row(call)
    if call.result == "list_fresh":
        return _tuple([_made(call, dims, dtype), _each(dims.plus(-1), None)])
    return None if call.result == "fresh" else UNKNOWN


def _covariance(call: _Call) -> Value | None:
    """One variable gives a number, and the shape decides how many there are."""
    source = call.given.get("m") or call.given.get("x")
    dtype = named_dtype(call.given["dtype"]) if "dtype" in call.given else None
    if source is not None and "dtype" not in call.given:
        found = _promoted(_strong(source), "float64")
        dtype = found if call.has("y") is False else None
    return _made(call, Dims(2, 2) if call.has("y") else Dims(0, 2), dtype)


def _diff(call: _Call) -> Value | None:
    if call.constant("n", 1) in {0, UNSURE} and not call.given["a"].value.is_array:
        return UNKNOWN
    dims, _ = _row(call)
    return None if not {"prepend", "append"} & call.given.keys() else _made(call, dims)


def _itself(call: _Call) -> Value | None:
    """What gives back a list for a list."""
    return MAYBE if any(arg.value.is_array for arg in call.given.values()) else UNKNOWN


def _may_transform_nothing(call: _Call) -> bool:
    """Whether a transform may be along no axis at all, which gives the argument back, out or not."""
    several = call.name.startswith("numpy.fft.") and "axes" in call.params
    return several and (call.result.startswith("maybe") or (call.name.endswith("n") and not call.dims("a").low))


def _fft(call: _Call) -> Value | None:
    return _made(call, _row(call)[0]) if _may_transform_nothing(call) else None


def _trapezoid(call: _Call) -> Value | None:
    """The points that the samples belong to may have dimensions, and a dtype, of their own."""
    has = call.has("x")
    dims, others = call.dims("y"), call.args(["x"] if has else ["dx"] if has is False else ["x", "dx"])
    if any(_dims(arg).high not in {0, 1} for arg in others):
        dims = _largest([dims, *(_dims(arg) for arg in others)])
    return _made(call, dims.plus(-1), _dtype(call, Creation("", "float y x" if has else "float y x dx")))


def _decomposed(call: _Call) -> Value | None:
    """`qr` and `svd`, by mode."""
    dims, dtype = call.dims("a"), _result_type(call.args(["a"]))
    dtype = "float64" if dtype in {"int64", "float64"} else dtype if dtype in {"float32", "complex128"} else None
    if call.name == "numpy.linalg.qr":
        mode = call.constant("mode", "reduced")
        if mode in {"r", "raw"}:
            return _made(call, dims, dtype) if mode == "r" else _tuple([_each(dims, None), _each(dims.plus(-1), None)])
        return _tuple([_each(dims, dtype)] * 2) if mode in {"reduced", "complete"} else UNKNOWN
    vectors = call.constant("compute_uv", True)
    if vectors is False:
        return _made(call, dims.plus(-1), _real(dtype))
    each = (_each(dims, dtype), _each(dims.plus(-1), _real(dtype)), _each(dims, dtype))
    return _tuple(each) if vectors is True else UNKNOWN


def _solve(call: _Call) -> Value | None:
    """The second operand is a vector only if it has exactly one dimension."""
    matrix, right = call.dims("a").least(2), call.dims("b").least(1)
    _, dtype = _row(call)
    if right == _ONE:
        return _made(call, matrix.plus(-1), dtype)
    if right.low == 1:
        return _made(call, _SOME, dtype)
    return _made(call, _largest((matrix, right)), dtype)


def _choose(call: _Call) -> Value | None:
    return _made(call, Dims(call.dims("a").low, None))


def _poly(call: _Call) -> Value | None:
    """The coefficients are the number 1.0 where there are no roots."""
    roots = call.given.get("seq_of_zeros")
    display = roots is not None and isinstance(roots.node, (cst.List, cst.Tuple)) and _elements(roots.node, UNKNOWN)
    return array(1) if display else MAYBE


def _choice_of(call: _Call) -> Value | None:
    """Without `size` one item of what may be a list of anything."""
    population = call.given.get("a")
    if population is None:
        return UNKNOWN
    dtype = _strong(population) if _strong(population) != "bool" else None
    value = population.value
    integer = value.is_int or constant_int(population.node) is not None
    if dtype is None and call.has("size") is not True and not value.is_array:
        strings = isinstance(population.node, (cst.List, cst.Tuple)) and all(
            isinstance(element, cst.SimpleString) for element, _ in _elements(population.node, UNKNOWN)
        )
        return NUMBER if strings and call.has("size") is False else UNKNOWN
    dims = _choice(call) if "Generator" in call.name else _size(call, _ZERO)
    value = _made(call, dims, "int64" if integer else dtype)
    # Fancy indexing of an array of several dimensions; legacy generators take one dimension only.
    return value._replace(order=dims.known == 1)


def _permutation(call: _Call) -> Value | None:
    dims, dtype = _row(call)
    return _made(call, dims, dtype if dtype != "bool" else None)._replace(order=False)


def _multinomial(call: _Call) -> Value | None:
    """The modern one broadcasts its counts."""
    dims, dtype = _row(call)
    others = call.args(["n", "pvals", "colors", "nsample"])
    plain = all(_dims(arg).high in {0, 1} for arg in others) and min(_dims(arg).high or 0 for arg in others) == 0
    return _made(call, dims if plain else Dims(1, None), dtype)


def _indices_of(call: _Call) -> Value | None:
    """`indices(s, sparse=True)`."""
    if call.result == "fresh":
        return None
    count = _shape(call, "dimensions").known
    item = Value("array", count, dtype=_dtype(call, call.rule) if call.rule else None)
    return _indices(item, count) if call.result == "list_fresh" else UNKNOWN


def _atleast(call: _Call) -> Value | None:
    assert call.rule is not None
    least = int(call.rule.ndim.split()[-1])
    if any(isinstance(arg.node, cst.StarredElement) for arg in call.variadic):
        return UNKNOWN
    found = [_each(_dims(arg).least(least), _strong(arg)) for arg in call.variadic]
    return found[0] if len(found) == 1 else _tuple(found)._replace(distinct=False)


def _broadcast_arrays(call: _Call) -> Value | None:
    if any(isinstance(arg.node, cst.StarredElement) for arg in call.variadic):
        return Value("tuple", elem=MAYBE)
    dims = _largest(_dims(arg) for arg in call.variadic)
    return _tuple(_each(dims, _strong(arg)) for arg in call.variadic)._replace(distinct=False)


def _ix(call: _Call) -> Value | None:
    if any(isinstance(arg.node, cst.StarredElement) for arg in call.variadic):
        return Value("tuple", elem=Value("array"), distinct=True)
    count = len(call.variadic)
    return _tuple([array(count)] * count)


def _einsum(call: _Call) -> Value | None:
    """The output's letters are written out, or are those that stand once.

    >>> def call(text):
    ...     return created("numpy.einsum", {}, [Argument(cst.SimpleString(repr(text)), STRING)])
    >>> call("ij,jk->ik").ndim, call("ij,jk").ndim, call("ii").kind, call("...i,i").kind
    (2, 2, 'number', 'maybe')
    """
    text = _constant(call.variadic[0]) if call.variadic else UNSURE
    if not isinstance(text, str) or text == UNSURE:
        return MAYBE
    inputs, arrow, output = text.replace(" ", "").partition("->")
    letters = len(output) if arrow else sum(inputs.count(letter) == 1 for letter in set(inputs) - {","})
    low = len(output.replace(".", "")) if arrow else 0
    return Value("array" if low else "maybe") if "." in text else array(letters)


def _tile(call: _Call) -> Value | None:
    has = {"A", "reps"} <= call.given.keys()
    dims = _largest((call.dims("A"), _count(call.given["reps"]))) if has else _ANY
    return _made(call, dims, _strong(call.given["A"]) if has else None)


def _gradient(call: _Call) -> Value | None:
    dims = call.dims("f")
    axis = call.given.get("axis")
    single = axis is not None and (axis.value.is_int or constant_int(axis.node) is not None)
    if dims.known is None or (axis is not None and not single):
        return array(None) if single and dims.low else UNKNOWN
    return array(dims.known) if single or dims.known == 1 else _tuple([array(dims.known)] * dims.known)


def _tolist(call: _Call) -> Value | None:
    value = call.given["self"].value if "self" in call.given else UNKNOWN
    dims = _dims_of_value(value)
    if not dims.low or value.dtype == "object":
        return UNKNOWN
    if dims.known is None:
        return Value("list")
    found = Value("number", dtype=_PYTHON.get(value.dtype or ""))
    for _ in range(dims.known):
        found = Value("list", elem=found, distinct=True)
    return found


def _untold(call: _Call) -> Value | None:
    return UNKNOWN


def _sequence(call: _Call) -> Value | None:
    return Value("list", elem=array(1))


def _reduced(call: _Call) -> Value | None:
    """`np.add.reduce`: along the first axis, unless told otherwise."""
    return _made(call, _reduction(call, ["array"], default=0))


def _loaded(call: _Call) -> Value | None:
    """A file's content: one array, unless its columns are unpacked."""
    return MAYBE if call.name == "numpy.loadtxt" and call.constant("unpack", False) in {False, None} else None


_Special = Callable[[_Call], "Value | None"]


def _each_name(names: str, special: _Special) -> dict[str, _Special]:
    return dict.fromkeys((name if name.startswith("ndarray.") else f"numpy.{name}" for name in names.split()), special)


_SPECIAL: Final[Mapping[str, _Special]] = {
    **_each_name("empty_like full_like ones_like zeros_like", _like_with_shape),
    **_each_name("sort argsort partition argpartition take_along_axis", _flattened_by_none),
    **_each_name("ndarray.argsort ndarray.argpartition", _flattened_by_none),
    **_each_name("average unique", _flattened),
    **_each_name("linspace", _spaced),
    **_each_name("cov corrcoef", _covariance),
    **_each_name("linalg.qr linalg.svd", _decomposed),
    **_each_name("atleast_1d atleast_2d atleast_3d", _atleast),
    **_each_name("random.choice random.Generator.choice random.RandomState.choice", _choice_of),
    **_each_name("random.permutation random.Generator.permutation random.RandomState.permutation", _permutation),
    **_each_name("random.Generator.multinomial random.Generator.multivariate_hypergeometric", _multinomial),
    **_each_name("loadtxt genfromtxt load", _loaded),
    "numpy.broadcast_arrays": _broadcast_arrays,
    "numpy.choose": _choose,
    "numpy.asmatrix": _untold,
    "numpy.bmat": _untold,
    "numpy.diff": _diff,
    **_each_name("fft.fft2 fft.fftn fft.ifft2 fft.ifftn", _fft),
    "numpy.matrix": _untold,
    "numpy.polynomial.polyutils.trimseq": _itself,
    "numpy.trapezoid": _trapezoid,
    "numpy.trim_zeros": _itself,
    "numpy.einsum": _einsum,
    "numpy.gradient": _gradient,
    "numpy.indices": _indices_of,
    "numpy.ix_": _ix,
    "numpy.linalg.solve": _solve,
    "numpy.poly": _poly,
    "numpy.polynomial.polyutils.as_series": _sequence,
    "numpy.tile": _tile,
    "numpy.where": _where,
    "ndarray.tolist": _tolist,
    "ufunc.reduce": _reduced,
}
