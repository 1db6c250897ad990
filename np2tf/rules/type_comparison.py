"""Questions for an object's class. Tensors are instances of `np.ndarray`, though their class is another one. So is what
NumPy calls a scalar, a tensor without dimensions; and arrays on the host, which SciPy and others make, are not.

    type(x) is np.ndarray         isinstance(x, np.functional.Array)
    type(x) != np.ndarray         not isinstance(x, np.functional.Array)
    isinstance(x, np.ndarray)     isinstance(x, np.functional.Array)     (x is not known to be the program's own array)
    isinstance(s, float)          isinstance(s, np.functional.Float)     (s may be a number of NumPy's)
    isinstance(s, numbers.Real)   isinstance(s, (numbers.Real, np.floating, np.integer))
    isinstance(s, Iterable)       np.functional.is_instance(s, Iterable)      (and the others that ask for methods)
    isinstance(s, KINDS)          np.functional.is_instance(s, KINDS)         (classes that a variable holds)
    isinstance(s, np.float64)     np.functional.is_instance(s, np.float64)
    type(s) is np.float64         np.functional.is_instance(s, np.float64)
    issubclass(type(s), float)    np.functional.is_instance(s, float)
    hasattr(s, "__len__")         np.functional.has_attribute(s, "__len__")   (and what else tensors answer otherwise)
    type(s).__name__              np.functional.type_of(s).__name__
    type(a) == type(b)            np.functional.type_of(a) == np.functional.type_of(b)
    print(type(s))                print(np.functional.type_of(s))
    type(x.shape) is tuple        np.functional.type_of(x.shape) is tuple
    type(x) in (list, np.ndarray)     np.functional.has_type(x, (list, np.ndarray))      (and in what a variable holds)
    type(x) is kind               np.functional.has_type(x, [kind])
    assertIs(type(x), kind)       assertTrue(np.functional.has_type(x, [kind]))    (and `assertEqual`)
    NAMES.get(type(x), "other")   NAMES.get(np.functional.class_in(x, NAMES), "other")    (and `NAMES[type(x)]`)
    case float():                 case np.functional.Float():

Sound since converted programs have no subclasses of ndarray (NT513). Other comparisons of `type(x)` with classes of
NumPy's are diagnosed, NT513, and so is a function of `functools.singledispatch` that has its own form for arrays or
numbers, for it looks at the class alone. An array without dimensions counts as a scalar.
Files that don't name NumPy are asked, too, where the program does: they may be handed what others computed.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator

import libcst as cst

from np2tf.analysis.expressions import is_numpy
from np2tf.analysis.values import UNKNOWN, Value
from np2tf.diagnostics import Diagnostic
from np2tf.edits import Edit, Template, Transaction
from np2tf.facts import RUNTIME, Problem
from np2tf.knowledge.names import ARRAYS_DIFFER, KINDS, SCALARS_DIFFER
from np2tf.rules.inplace_method import joined
from np2tf.source import Span
from np2tf.tree import class_parts, constant_int, dotted, index_parts, literal, walk
from np2tf.writing import Context

NAME = "type_comparison"

_SAME, _OTHER = (cst.Is, cst.Equal), (cst.IsNot, cst.NotEqual)


def find(context: Context) -> Iterator[Transaction | Diagnostic]:
    """All such comparisons in a file."""
    for node in context.module.every(cst.Comparison):
        if len(node.comparisons) == 1:
            found = _rewrite(node, context)
            if found is not None:
                yield found
    if not context.module.converted_before:
        for call, (value, names) in context.facts.instances.items():
            found = _instance(call, value, names, context)
            if found is not None:
                yield found
        for call, value in context.facts.attributes_asked.items():
            if _attribute_differs(call.args[1].value, value, context):
                yield _replaced(call, "has_attribute", context)
        yield from _classes(context)
        yield from _looked_up(context)
        yield from _asserted(context)
    for pattern, (value, name) in context.facts.patterns.items():
        if name and _may_be_numpys(value, context):
            found = _pattern(pattern, name, context)
            if isinstance(found, Diagnostic) or (found is not None and not context.module.converted_before):
                yield found
    yield from _dispatched(context)


_ASKED = {"builtins.complex": "Complex", "builtins.float": "Float", "numpy.ndarray": "Array"}
"""Classes whose instances NumPy's scalars are, or are not, and those of the runtime that tell."""

_SCALARS = {
    "numbers.Complex": ("number",),
    "numbers.Integral": ("integer",),
    "numbers.Number": ("number",),
    "numbers.Rational": ("integer",),
    "numbers.Real": ("floating", "integer"),
}
"""Classes of numbers that NumPy's scalars are instances of, and those that tensors without dimensions answer to."""

_ABSTRACT = {"character", "complexfloating", "flexible", "floating", "generic", "inexact", "integer", "number"}
_ABSTRACT |= {"signedinteger", "unsignedinteger"}


_METHODS = {"Collection", "Container", "Hashable", "Iterable", "Reversible", "Sized"}
"""Classes of `collections.abc` that ask for methods: tensors have them all, NumPy's scalars and arrays don't."""


def _may_be_scalar(value: Value) -> bool:
    return value.kind == "maybe" or (value.kind == "number" and value.dtype not in {"str", "none"})


def _may_be_numpys(value: Value, context: Context) -> bool:
    return _may_be_scalar(value) or (value.kind == "unknown" and context.tables.names_numpy)


def _is_exact(name: str) -> bool:
    """Whether this is the class of NumPy's scalars of one dtype."""
    return KINDS.get(name) == "scalar_type" and name.rpartition(".")[2] not in _ABSTRACT


def _asks_for_methods(name: str | None) -> bool:
    module, _, last = (name or "").rpartition(".")
    return module in {"collections.abc", "typing"} and last in _METHODS


def _attribute_differs(name: cst.BaseExpression, value: Value, context: Context) -> bool:
    """Whether a tensor may have an attribute that NumPy's object lacks, or the other way round."""
    assert isinstance(name, cst.SimpleString)
    if literal(name) in ARRAYS_DIFFER and (value.kind == "array" or _may_be_numpys(value, context)):
        return True
    return literal(name) in SCALARS_DIFFER and _may_be_numpys(value, context)


def _replaced(call: cst.Call, name: str, context: Context) -> Transaction:
    """The same question, put to the runtime."""
    span, asked = context.source.span(call.func), call.args[0].value
    edits = [Edit(span, (f"{RUNTIME}.functional.{name}",))]
    if dotted(call.func) == "issubclass":
        assert isinstance(asked, cst.Call)
        edits.append(Edit(context.source.span(asked), (context.source.span(asked.args[0].value),)))
    return Transaction(NAME, span.start, tuple(edits))


def _looked_up(context: Context) -> Iterator[Transaction]:
    """`type(x)` that a dict is asked for, in files that have classes of NumPy's as keys."""
    asked = context.facts.types_asked
    if not asked or not any(_names_exactly(key, context) for _, key in _keys(context)):
        return
    for table, key in _keys(context):
        if key in asked and dotted(table) is not None and _of_numpys(asked[key], context):
            span = context.source.span(key)
            x = context.source.span(key.args[0].value if isinstance(key, cst.Call) else key.value)  # type: ignore[attr-defined]
            new = (f"{RUNTIME}.functional.class_in(", x, ", ", context.source.span(table), ")")
            yield Transaction(NAME, span.start, (Edit(span, new),))


_ASSERTED = {"assertEqual": "True", "assertIs": "True", "assertNotEqual": "False", "assertIsNot": "False"}


def _asserted(context: Context) -> Iterator[Transaction]:
    """`self.assertEqual(type(x), np.ndarray)`, and where a variable holds the class."""
    asked = context.facts.types_asked
    for node in context.module.every(cst.Call) if asked else ():
        if not (isinstance(node.func, cst.Attribute) and node.func.attr.value in _ASSERTED and len(node.args) > 1):
            continue
        left, right = (arg.value for arg in node.args[:2])
        if left not in asked or right in asked or any(arg.star or arg.keyword for arg in node.args[:2]):
            continue
        if _names_exactly(right, context) or (_of_numpys(asked[left], context) and _may_name_numpys(right, context)):
            x = left.args[0].value if isinstance(left, cst.Call) else left.value  # type: ignore[attr-defined]
            first, last = context.source.span(left), context.source.span(right)
            new = (f"{RUNTIME}.functional.has_type(", context.source.span(x), ", [", last, "])")
            word = f"assert{_ASSERTED[node.func.attr.value]}"
            edits = Edit(context.source.span(node.func.attr), (word,)), Edit(Span(first.start, last.end), new)
            yield Transaction(NAME, first.start, edits)


def _keys(context: Context) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression]]:
    """What may be a dict, with what may be a key of it."""
    for node in context.module.every(cst.Dict, cst.Subscript, cst.Call):
        if isinstance(node, cst.Dict):
            yield from ((node, element.key) for element in node.elements if isinstance(element, cst.DictElement))
        elif isinstance(node, cst.Subscript) and isinstance(part := index_parts(node)[0], cst.BaseExpression):
            yield node.value, part
        elif isinstance(node, cst.Call) and isinstance(func := node.func, cst.Attribute) and node.args:
            yield from [(func.value, node.args[0].value)] if func.attr.value in {"get", "pop", "setdefault"} else []


def _names_exactly(node: cst.BaseExpression, context: Context) -> bool:
    name = context.facts.references.get(node, "")
    return name == "numpy.ndarray" or _is_exact(name)


_SHOWING = {"builtins.format", "builtins.print", "builtins.repr", "builtins.str"}


def _classes(context: Context) -> Iterator[Transaction]:
    """`type(x)` and `x.__class__` where the class is shown, or compared with another one's."""
    asked = context.facts.types_asked
    for node in dict.fromkeys((*_compared(context), *_shown(context))):
        if node in asked and (_of_numpys(asked[node], context) or _may_be_shape(asked[node], context)):
            span = context.source.span(node)
            x = context.source.span(node.args[0].value if isinstance(node, cst.Call) else node.value)  # type: ignore[attr-defined]
            yield Transaction(NAME, span.start, (Edit(span, (f"{RUNTIME}.functional.type_of(", x, ")")),))


def _compared(context: Context) -> Iterator[cst.BaseExpression]:
    asked = context.facts.types_asked
    for node in context.module.every(cst.Comparison):
        sides = (node.left, *(target.comparator for target in node.comparisons))
        if _among(node, context) is not None:
            continue
        if all(side in asked and _of_numpys(asked[side], context) for side in sides):
            yield from sides
        elif _names_tuple(sides, context):  # shapes are tuples that can do more
            yield from (side for side in sides if side in asked and _may_be_shape(asked[side], context))


def _shown(context: Context) -> Iterator[cst.BaseExpression]:
    for node in context.module.every(cst.Attribute, cst.Call, cst.FormattedStringExpression, cst.BinaryOperation):
        if isinstance(node, cst.Attribute) and node.attr.value in {"__module__", "__name__", "__qualname__"}:
            yield node.value
        elif isinstance(node, cst.Call):
            formats = isinstance(node.func, cst.Attribute) and node.func.attr.value == "format"
            if formats or not _SHOWING.isdisjoint(context.facts.reached.get(node, ())):
                yield from (arg.value for arg in node.args)
        elif isinstance(node, cst.FormattedStringExpression):
            yield node.expression
        elif isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.Modulo):
            yield from class_parts(node.right)


def _of_numpys(value: Value, context: Context) -> bool:
    """Whether a class may be one of NumPy's; of what is unknown that is asked where the file knows of NumPy."""
    unknown = value.kind == "unknown" and bool(context.facts.references)
    return unknown or _may_be_scalar(value) or value.kind == "array"


def _names_tuple(sides: tuple[cst.BaseExpression, ...], context: Context) -> bool:
    shown = [side for side in sides if isinstance(side, (cst.List, cst.Set))]
    names = (*(e.value for side in shown for e in side.elements), *(p for side in sides for p in class_parts(side)))
    named = any(isinstance(part, cst.Name) and part.value == "tuple" for part in names)
    return named and context.module.scope.owner("tuple") is None


def _may_be_shape(value: Value, context: Context) -> bool:
    if value.kind != "tuple":
        return value.kind == "unknown" and bool(context.facts.references)
    return all(item.kind in {"number", "unknown"} for item in (*(value.items or ()), value.elem or UNKNOWN))


def _pattern(node: cst.MatchClass, name: str, context: Context) -> Transaction | Diagnostic | None:
    """`case float():`, also with a name for what is matched."""
    if name not in _ASKED and name not in _SCALARS and not _asks_for_methods(name):
        return None
    span = context.source.span(node)
    if name in _ASKED and not node.kwds:
        new = f"{RUNTIME}.functional.{_ASKED[name]}()"
        parts = [element.value for element in node.patterns]
        if name == "builtins.float" and len(parts) == 1 and isinstance(part := parts[0], cst.MatchAs):
            if part.pattern is None and part.name is not None:  # `float(x)`: Python's own classes take one pattern
                return Transaction(NAME, span.start, (Edit(span, (f"({new} as {part.name.value})",)),))
        elif not parts:
            return Transaction(NAME, span.start, (Edit(span, (new,)),))
    message = f"`case {context.code(node)}`: what NumPy calls a scalar is a tensor without dimensions"
    return context.diagnostic(Problem("NT513", message, "ask by `if isinstance(...)`"), node)


def _dispatched(context: Context) -> Iterator[Diagnostic]:
    """Functions that `functools.singledispatch` chooses by the class alone."""
    if not context.tables.names_numpy:
        return
    for function in context.module.every(cst.FunctionDef):
        for decorator in function.decorators:
            inner = decorator.decorator
            called = isinstance(inner, cst.Call)
            register = inner.func if isinstance(inner, cst.Call) else inner
            if not (isinstance(register, cst.Attribute) and register.attr.value == "register"):
                continue
            asked = [arg.value for arg in inner.args[:1]] if isinstance(inner, cst.Call) else []
            params = [*function.params.posonly_params, *function.params.params]
            if not called:
                asked = [p.annotation.annotation for p in params if p.annotation is not None][:1]
            if any(_names_numbers(part, context) for node in asked for part in class_parts(node)):
                message = f"`@{context.code(inner)}`: what NumPy calls a scalar is a tensor, and so is an array"
                yield context.diagnostic(Problem("NT513", message, "decide by `if isinstance(...)`"), inner)


def _names_numbers(node: cst.BaseExpression, context: Context) -> bool:
    if isinstance(node, cst.Name) and node.value in {"float", "complex"}:
        return context.module.scope.owner(node.value) is None
    name = context.facts.references.get(node)
    if name is not None:
        return name == "numpy.ndarray" or KINDS.get(name) == "scalar_type"
    return isinstance(node, cst.Attribute) and f"numbers.{node.attr.value}" in _SCALARS


def _instance(node: cst.Call, value: Value, names: tuple[str | None, ...], context: Context) -> Transaction | None:
    """`isinstance(v, C)` where v may be a scalar of NumPy's."""
    if value.kind == "array" and any(_asks_for_methods(name) and name.endswith("Hashable") for name in names if name):
        return _replaced(node, "is_instance", context)
    if not _may_be_numpys(value, context):
        return None
    if any(name is None or _is_exact(name) or _asks_for_methods(name) for name in names):
        return _replaced(node, "is_instance", context)
    asked, classes = (context.source.span(arg.value) for arg in node.args)
    present = {name.rpartition(".")[2] for name in names if name and is_numpy(name)}
    answering = dict.fromkeys(extra for name in names for extra in _SCALARS.get(name or "", ()))
    more = [extra for extra in answering if not present & {extra, "number", "generic"}]
    if not more and not any(name in _ASKED for name in names):
        return None
    if dotted(node.func) == "issubclass":
        return _replaced(node, "is_instance", context)
    given = node.args[1].value
    parts = class_parts(given)
    new: list[Template] = [
        (f"{RUNTIME}.functional.{_ASKED[name]}",) if name in _ASKED else (context.source.span(part),)
        for part, name in zip(parts, names, strict=True)
    ]
    new += [(f"{RUNTIME}.{extra}",) for extra in more]
    template = new[0] if len(new) == 1 else ("(", *joined(new), ")")
    return Transaction(NAME, asked.start, (Edit(classes, template),))


def _among(node: cst.Comparison, context: Context) -> cst.BaseExpression | None:
    """What is asked for its class in `type(x) in CLASSES` or `type(x) is kind`, where NumPy's may be among them."""
    left, target = node.left, node.comparisons[0]
    if len(node.comparisons) > 1 or left not in context.facts.types_asked or context.module.converted_before:
        return None
    value, right = context.facts.types_asked[left], target.comparator
    if isinstance(target.operator, (cst.In, cst.NotIn)):
        parts = [e.value for e in right.elements] if isinstance(right, (cst.Tuple, cst.List, cst.Set)) else [right]
        shown = parts != [right]
    elif isinstance(target.operator, (*_SAME, *_OTHER)) and right not in context.facts.types_asked:
        shown, parts = True, [right]
        if right in context.facts.references:
            return None
    else:
        return None
    named = [context.facts.references.get(part, "") for part in parts]
    certain = "numpy.ndarray" in named or any(map(_is_exact, named))
    if not certain and not _of_numpys(value, context) and not _may_be_shape(value, context):
        return None
    if not certain and shown and not any(_may_name_numpys(part, context) for part in parts):
        return None
    return left.args[0].value if isinstance(left, cst.Call) else left.value  # type: ignore[attr-defined]


def _may_name_numpys(node: cst.BaseExpression, context: Context) -> bool:
    """Whether an expression may stand for a class of NumPy's: what is built in, defined or imported here does not."""
    if node in context.facts.references:
        return _names_exactly(node, context)
    first = node
    while isinstance(first, cst.Attribute):
        first = first.value
    if not isinstance(first, cst.Name):
        return not isinstance(node, (cst.Call, cst.SimpleString)) and constant_int(node) is None
    ways = context.module.scope.bound.get(first.value)
    if ways is None:
        return not hasattr(builtins, first.value)
    last = node.attr.value if isinstance(node, cst.Attribute) else first.value
    known = all(isinstance(way, cst.ClassDef) for way in ways)
    imported = all(isinstance(way, (cst.Import, cst.ImportFrom)) for way in ways)
    return not known and not (imported and last[:1].isupper() and not last.isupper())


def _rewrite(node: cst.Comparison, context: Context) -> Transaction | Diagnostic | None:
    left, (target,) = node.left, node.comparisons
    if (asked_of := _among(node, context)) is not None:
        span, x = context.source.bare(node), context.source.span(asked_of)
        classes: Template = (context.source.span(target.comparator),)
        if not isinstance(target.operator, (cst.In, cst.NotIn)):
            classes = ("[", *classes, "]")
        no = "not " if isinstance(target.operator, (cst.NotIn, *_OTHER)) else ""
        edit = Edit(span, (f"{no}{RUNTIME}.functional.has_type(", x, ", ", *classes, ")"))
        return Transaction(NAME, span.start, (edit,))
    if not (isinstance(left, cst.Call) and isinstance(left.func, cst.Name) and left.func.value == "type"):
        return None
    if len(left.args) != 1 or context.module.scope.owner("type") is not None:
        return None
    named = {context.facts.references.get(part, "") for part in walk(target.comparator)}
    if "numpy.ndarray" not in named and not any(map(_is_exact, named)):
        return None
    same = isinstance(target.operator, _SAME)
    asked = context.facts.references.get(target.comparator, "")
    if (asked != "numpy.ndarray" and not _is_exact(asked)) or not (same or isinstance(target.operator, _OTHER)):
        message = f"`{context.code(node)}`: the class of a tensor is not np.ndarray, though it is an instance"
        return context.diagnostic(Problem("NT513", message, "use isinstance(x, np.ndarray)"), node)
    span = context.source.bare(node)
    value = context.source.span(left.args[0].value)
    if _is_exact(asked):
        right = context.source.span(target.comparator)
        edit = Edit(span, ("" if same else "not ", f"{RUNTIME}.functional.is_instance(", value, ", ", right, ")"))
    else:
        edit = Edit(span, ("" if same else "not ", "isinstance(", value, f", {RUNTIME}.functional.Array)"))
    return Transaction(NAME, span.start, (edit,))
