"""Features of NumPy that tensors do not have, found by arguments, attributes and classes.

Found are: dtype arguments that ask for objects, records, strings or dates (NT504, NT502, NT510, NT509), or for another
byte order (NT503); Fortran order and identity in memory (NT506); arguments that the runtime refuses (NT604, or the code
of what they ask for); attributes of arrays that expose memory (`.flags`, `.strides`, `.ctypes`, `.view(dtype)`: NT501,
NT503, NT505, NT511); subclasses of ndarray and the array protocols (NT513); names and attributes reached by computed
strings (NT512).
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from np2tf.diagnostics import Diagnostic
from np2tf.facts import Problem
from np2tf.knowledge.api import API, ARGUMENTS
from np2tf.knowledge.effects import EFFECTS
from np2tf.knowledge.names import DTYPE_FEATURES, FEATURES, MEMORY, feature
from np2tf.rules.numpy_name import feature_diagnostic
from np2tf.tree import literal, shorten, walk
from np2tf.writing import Context

NAME = "unsupported_feature"

_PROTOCOLS = {"__array_ufunc__", "__array_function__", "__array_finalize__", "__array_wrap__", "__array_prepare__"}
_DEFAULTS = {"None", "False", "np._NoValue"}  # given, and asking for nothing
_DYNAMIC = {"exec", "eval", "globals", "locals", "vars", "setattr", "delattr"}


def find(context: Context) -> Iterator[Diagnostic]:
    """All such places in a file."""
    for call, name in context.facts.calls.items():
        yield from _arguments(call, name, context)
        if name in MEMORY:
            yield _memory(call, context)
    for node, name in context.facts.features.items():
        yield _memory(node, context) if name in MEMORY else feature_diagnostic(FEATURES[name], name, node, context)
    for node in context.module.every(cst.ClassDef):
        yield from _class(node, context)
    yield from _dynamic(context)


def _memory(node: cst.CSTNode, context: Context) -> Diagnostic:
    what = f"`{shorten(context.code(node))}` asks for memory: every change of an array makes another tensor"
    mend = "compare with `is` where both are at hand; drop the question where nothing but speed hangs on it"
    return context.diagnostic(Problem("NT506", what, mend), node)


def _arguments(call: cst.Call, name: str, context: Context) -> Iterator[Diagnostic]:
    if name == "ndarray.view" and call.args:
        first = call.args[0].value
        value = context.facts.references.get(first, "")
        if not value.endswith(".ndarray"):
            problem = Problem(
                "NT503", "`.view(...)` reads the same memory in another way", "convert with `.astype(...)`"
            )
            yield context.diagnostic(problem, call)
        return
    effect = EFFECTS.get(name)
    for refused in ARGUMENTS.get(name, ()):
        given = _argument(call, refused.name, effect.params if effect is not None else ())
        if given is not None and context.code(given) not in _DEFAULTS:
            message = f"the runtime's `{name.replace('numpy.', 'np.', 1)}` takes no `{refused.name}`"
            yield Diagnostic.at(refused.code, context.source.place(given), message, refused.mend)
    dtype = _argument(call, "dtype", effect.params if effect is not None else ())
    if dtype is not None and (code := dtype_feature(dtype)) is not None:
        yield feature_diagnostic(code, f"dtype={context.code(dtype)}", dtype, context)
    if dtype is not None and _is_swapped(dtype) and name in API and API[name].where == "device":
        what = f"`{context.code(dtype)}` asks for another byte order than the machine's, which tensors do not have"
        mend = "leave the `>` out, and swap where the bytes are written: `numpy.asarray(x).astype(...).tobytes()`"
        yield context.diagnostic(Problem("NT503", what, mend), dtype)
    goes_over = name.rpartition(".")[2] in {"reshape", "ravel", "flatten", "tobytes"}
    order = _argument(call, "order", effect.params if effect is not None and goes_over else ())
    asked = str(literal(order)).upper() if isinstance(order, cst.SimpleString) else ""
    if order is not None and asked == "F" and not goes_over:
        yield feature_diagnostic("NT506", 'order="F"', order, context)
    if order is not None and asked in {"A", "K"} and goes_over:
        what = f"`{context.code(call)}` gives the elements in the order of memory, which tensors do not have"
        mend = 'write `order="C"`; or transpose first, where the array is a transposed one'
        yield context.diagnostic(Problem("NT604", what, mend), order)
    if name == "numpy.dtype" and call.args and (code := dtype_feature(call.args[0].value)) is not None:
        yield feature_diagnostic(code, context.code(call), call, context)


def _argument(call: cst.Call, name: str, params: tuple[str, ...]) -> cst.BaseExpression | None:
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == name:
            return arg.value
    positional = [a for a in call.args if a.keyword is None]
    if name in params and "*" not in params[: params.index(name)] and not any(a.star for a in positional):
        k = params.index(name)
        if k < len(positional) and not any(p.startswith("*") for p in params[:k]):
            return positional[k].value
    return None


def dtype_feature(node: cst.BaseExpression) -> str | None:
    """The code of a dtype that tensors do not have.

    >>> dtype_feature(cst.parse_expression("object")), dtype_feature(cst.parse_expression("[('a', int)]"))
    ('NT504', 'NT502')
    >>> dtype_feature(cst.parse_expression("'f8'")) is None
    True
    """
    if isinstance(node, cst.Name):
        return DTYPE_FEATURES.get(node.value) if node.value in {"object", "str", "bytes"} else None
    if isinstance(node, (cst.List, cst.Dict)):
        return "NT502"
    if isinstance(node, cst.SimpleString):
        text = str(literal(node))
        if "," in text:
            return "NT502"
        text = text.lstrip("<>=|")
        if text in {"bool", "b", "B", "?"}:
            return None
        for prefix, code in DTYPE_FEATURES.items():
            rest = text.removeprefix(prefix)
            if rest != text and (not rest or rest[0].isdigit() or rest[0] == "["):
                return code
    return None


def _is_swapped(dtype: cst.BaseExpression) -> bool:
    """Whether a dtype names the big-endian order, which is that of files and not of machines.

    >>> _is_swapped(cst.parse_expression("'>i2'")), _is_swapped(cst.parse_expression("'>u1'"))
    (True, False)
    """
    if not isinstance(dtype, cst.SimpleString):
        return False
    text = str(literal(dtype))
    return text[:1] == ">" and text[1:] not in {"b", "B", "?", "b1", "i1", "u1"} and dtype_feature(dtype) is None


def _class(node: cst.ClassDef, context: Context) -> Iterator[Diagnostic]:
    for arg in node.bases:
        name = context.facts.references.get(arg.value, "")
        if name in {"numpy.ndarray", "numpy.generic"} or (name and feature(name) == "NT513"):
            yield feature_diagnostic("NT513", f"class {node.name.value}({context.code(arg.value)})", arg, context)
    for child in walk(node.body):
        if isinstance(child, cst.FunctionDef) and child.name.value in _PROTOCOLS:
            yield feature_diagnostic("NT513", f"def {child.name.value}", child.name, context)


def _dynamic(context: Context) -> Iterator[Diagnostic]:
    """One diagnostic per file: where names or attributes are reached by strings, the analysis can't follow."""
    marked = "NT512" in context.module.comments.marks.values()  # by an earlier conversion, which left no stores
    changes = marked or not all(store.host for store in context.facts.stores.values())
    if not changes and not context.facts.references:
        return
    looked_at = {node for looks in context.module.looks.values() for node in (*looks.whole, *looks.items)}
    for through in context.module.assigned_through if changes else ():
        if isinstance(through, cst.Attribute) and through.attr.value == "__dict__":
            what = f"`{context.code(through)}[...]` is assigned: attributes that the text does not show"
            yield context.diagnostic(Problem("NT512", what, "name them, or keep the values in a dict"), through)
            return
    for node in context.module.every(cst.Call):
        if not (isinstance(node.func, cst.Name) and node.func.value in _DYNAMIC):
            continue
        name = node.func.value
        if name == "vars" and node.args and node in looked_at:
            continue  # it is marked by itself where it may hand out an array that changes
        if context.module.scope.owner(name) is not None or not (changes or name == "exec"):
            continue  # without changes in the text, those in what `exec` runs are the only ones
        if node in context.facts.put_by_names:
            return  # which says it more exactly
        if name in {"setattr", "delattr"} and len(node.args) > 1 and isinstance(node.args[1].value, cst.SimpleString):
            continue
        problem = Problem(
            "NT512",
            f"`{name}(...)` reaches names or attributes that the text does not show",
            "name them, or keep the values in a dict",
        )
        yield context.diagnostic(problem, node)
        return
