"""Questions for an object's class. Tensors are instances of `np.ndarray`, though their class is another one. So is what
NumPy calls a scalar, a tensor without dimensions; and arrays on the host, which SciPy and others make, are not.

    type(x) is np.ndarray         isinstance(x, np.functional.Array)
    type(x) != np.ndarray         not isinstance(x, np.functional.Array)
    isinstance(x, np.ndarray)     isinstance(x, np.functional.Array)     (x is not known to be the program's own array)
    isinstance(s, float)          isinstance(s, np.functional.Float)     (s may be a number of NumPy's)
    isinstance(s, numbers.Real)   isinstance(s, (numbers.Real, np.floating, np.integer))

Sound since converted programs have no subclasses of ndarray (NT513). `type(x) in (list, np.ndarray)` is diagnosed,
NT513: the other classes would have to stay as exact as they are; and so is `isinstance(s, np.float64)` where `s` may be
a scalar of NumPy's. An array without dimensions counts as a scalar. Files that don't name NumPy are asked, too, where
the program does: they may be handed what others computed.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from np2tf.analysis.expressions import is_numpy
from np2tf.analysis.values import Value
from np2tf.diagnostics import Diagnostic
from np2tf.edits import Edit, Template, Transaction
from np2tf.facts import RUNTIME, Problem
from np2tf.knowledge.names import KINDS
from np2tf.rules.inplace_method import joined
from np2tf.tree import walk
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


def _instance(
    node: cst.Call, value: Value, names: tuple[str | None, ...], context: Context
) -> Transaction | Diagnostic | None:
    """`isinstance(v, C)` where v may be a scalar of NumPy's."""
    scalar = value.kind == "maybe" or (value.kind == "number" and value.dtype not in {"str", "none"})
    asked, classes = (context.source.span(arg.value) for arg in node.args)
    exact = [n for n in names if n and KINDS.get(n) == "scalar_type" and n.rpartition(".")[2] not in _ABSTRACT]
    if scalar and exact:
        what = exact[0].replace("numpy", "np")
        message = f"`{context.code(node)}`: a scalar of NumPy's is a tensor without dimensions, not `{what}` alone"
        return context.diagnostic(Problem("NT513", message, "compare `.dtype`, or ask np.ndim(v) == 0"), node)
    if not (scalar or (value.kind == "unknown" and context.tables.names_numpy)):
        return None
    present = {name.rpartition(".")[2] for name in names if name and is_numpy(name)}
    answering = dict.fromkeys(extra for name in names for extra in _SCALARS.get(name or "", ()))
    more = [extra for extra in answering if not present & {extra, "number", "generic"}]
    if not more and not any(name in _ASKED for name in names):
        return None
    given = node.args[1].value
    parts = [e.value for e in given.elements] if isinstance(given, cst.Tuple) else [given]
    new: list[Template] = [
        (f"{RUNTIME}.functional.{_ASKED[name]}",) if name in _ASKED else (context.source.span(part),)
        for part, name in zip(parts, names, strict=True)
    ]
    new += [(f"{RUNTIME}.{extra}",) for extra in more]
    template = new[0] if len(new) == 1 else ("(", *joined(new), ")")
    return Transaction(NAME, asked.start, (Edit(classes, template),))


def _rewrite(node: cst.Comparison, context: Context) -> Transaction | Diagnostic | None:
    left, (target,) = node.left, node.comparisons
    if not (isinstance(left, cst.Call) and isinstance(left.func, cst.Name) and left.func.value == "type"):
        return None
    if len(left.args) != 1 or context.module.scope.owner("type") is not None:
        return None
    if not any(context.facts.references.get(part) == "numpy.ndarray" for part in walk(target.comparator)):
        return None
    same = isinstance(target.operator, _SAME)
    if context.facts.references.get(target.comparator) != "numpy.ndarray" or not (
        same or isinstance(target.operator, _OTHER)
    ):
        message = f"`{context.code(node)}`: the class of a tensor is not np.ndarray, though it is an instance"
        return context.diagnostic(Problem("NT513", message, "use isinstance(x, np.ndarray)"), node)
    span = context.source.bare(node)
    value = context.source.span(left.args[0].value)
    edit = Edit(span, ("" if same else "not ", "isinstance(", value, f", {RUNTIME}.functional.Array)"))
    return Transaction(NAME, span.start, (edit,))
