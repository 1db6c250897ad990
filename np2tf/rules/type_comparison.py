"""Comparisons of an object's class with `np.ndarray`: tensors are instances of it, and their class is another one.

    type(x) is np.ndarray         isinstance(x, np.ndarray)
    type(x) != np.ndarray         not isinstance(x, np.ndarray)

Sound since converted programs have no subclasses of ndarray (NT513). `type(x) in (list, np.ndarray)` is diagnosed,
NT513: the other classes would have to stay as exact as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from np2tf.diagnostics import Diagnostic
from np2tf.edits import Edit, Transaction
from np2tf.facts import Problem
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
    value, array = context.source.span(left.args[0].value), context.source.span(target.comparator)
    edit = Edit(span, ("" if same else "not ", "isinstance(", value, ", ", array, ")"))
    return Transaction(NAME, span.start, (edit,))
