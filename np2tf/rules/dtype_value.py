"""A dtype that is kept, looked up or asked what it is. NumPy has one object for each dtype, a `np.dtype`; a tensor's is
TensorFlow's, which compares equal to it but is another object of another class and hash.

    TABLE[x.dtype]                   TABLE[np.dtype(x.dtype)]
    x.dtype is np.dtype(float)       np.dtype(x.dtype) is np.dtype(float)
    {a.dtype for a in arrays}        {np.functional.dtype_of(a) for a in arrays}     (a is not known to be an array)
    self.dtype = x.dtype             self.dtype = np.dtype(x.dtype)
    np.zeros(3, x.dtype)             stays, and so do `x.dtype.kind`, `x.dtype == float` and `print(x.dtype)`
    d = x.dtype; np.zeros(3, d)      stays: all that is done with the local name `d` is of this kind

Sound since `np.dtype(d)` of a `np.dtype` is `d`, and `np.functional.dtype_of(v)` is `v.dtype` for all but tensors.
A file that imports TensorFlow may have tensors of its own: there only the dtypes of what is known as an array change.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from np2tf.analysis.expressions import is_numpy
from np2tf.analysis.values import Value
from np2tf.edits import Edit, Transaction
from np2tf.facts import RUNTIME
from np2tf.tree import walk
from np2tf.writing import Context

NAME = "dtype_value"

_BY_VALUE = (cst.Equal, cst.NotEqual, cst.LessThan, cst.LessThanEqual, cst.GreaterThan, cst.GreaterThanEqual)
_SHOWING = frozenset({"builtins.format", "builtins.print", "builtins.repr", "builtins.str"})
_TAKING = frozenset({"astype", "format", "view"})
"""Methods that take a dtype, whichever it is."""


def find(context: Context) -> Iterator[Transaction]:
    """All dtypes of tensors that have to be NumPy's, in a file."""
    parents = context.source.parents
    written = ((node, value) for node, value in context.facts.dtypes_read.items() if node in parents)
    for node, value in written:  # not `getattr(x, "dtype", None)`
        known = value.kind in {"array", "maybe", "number"}
        if (known or _may_be_an_arrays(value, context)) and not _taken_by_value(node, context):
            span = context.source.span(node)
            edit: Edit
            if known:
                edit = Edit(span, (f"{RUNTIME}.dtype(", span, ")"))
            else:
                edit = Edit(span, (f"{RUNTIME}.functional.dtype_of(", context.source.span(node.value), ")"))
            yield Transaction(NAME, span.start, (edit,))


def _may_be_an_arrays(value: Value, context: Context) -> bool:
    return value.kind == "unknown" and context.tables.names_numpy and "tensorflow" not in context.source.words


def _taken_by_value(node: cst.BaseExpression, context: Context, asked: frozenset[str] = frozenset()) -> bool:
    """Whether nothing is done with a dtype that tells TensorFlow's from NumPy's; names that have been `asked` about are
    not asked again."""
    parents = context.source.parents
    parent = parents[node]
    if isinstance(parent, cst.Arg):
        return _takes_any(parents[parent], context)
    if isinstance(parent, cst.ComparisonTarget):
        return isinstance(parent.operator, _BY_VALUE)
    if isinstance(parent, cst.Comparison):
        return _compares_values(parent.comparisons[0])
    if isinstance(parent, (cst.BooleanOperation, cst.IfExp)):
        return _taken_by_value(parent, context, asked)
    if isinstance(parent, cst.BinaryOperation):
        return isinstance(parent.operator, cst.Modulo) and parent.right is node
    if isinstance(parent, cst.Assign):
        return _is_taken_by_value(parent, context, asked)
    return isinstance(parent, (cst.Attribute, cst.FormattedStringExpression, cst.Expr, cst.AssignTarget))


def _compares_values(target: cst.ComparisonTarget) -> bool:
    """Whether a comparison is by `==` or an order; `in` compares so with what is written down in order."""
    if isinstance(target.operator, (cst.In, cst.NotIn)):
        return isinstance(target.comparator, (cst.List, cst.Tuple))
    return isinstance(target.operator, _BY_VALUE)


def _takes_any(call: cst.CSTNode, context: Context) -> bool:
    """Whether a call is of NumPy's functions, of methods that take dtypes, or shows its arguments."""
    if not isinstance(call, cst.Call):
        return False
    if is_numpy(context.facts.references.get(call.func, "")):
        return True
    if isinstance(call.func, cst.Attribute) and call.func.attr.value in _TAKING:
        return True
    return not _SHOWING.isdisjoint(context.facts.reached.get(call, ()))


def _is_taken_by_value(statement: cst.Assign, context: Context, asked: frozenset[str]) -> bool:
    """Whether a dtype gets the name of a function's own, and all that is done with that name takes any dtype."""
    target = statement.targets[0].target
    if len(statement.targets) != 1 or not isinstance(target, cst.Name):
        return False
    if target.value in asked:
        return True  # as far as what is asked at the moment tells: `dtype = dtype or float`
    parents = context.source.parents
    function: cst.CSTNode | None = statement
    while function is not None and not isinstance(function, (cst.FunctionDef, cst.Lambda, cst.ClassDef)):
        function = parents.get(function)
    if not isinstance(function, cst.FunctionDef):
        return False
    for part in walk(function):
        if isinstance(part, (cst.Global, cst.Nonlocal)) and any(item.name.value == target.value for item in part.names):
            return False
        if not isinstance(part, cst.Name) or part.value != target.value or part is target:
            continue
        if not _only_names(parents[part], part) and not _taken_by_value(part, context, asked | {target.value}):
            return False
    return True


def _only_names(parent: cst.CSTNode, name: cst.Name) -> bool:
    """Whether a name stands where it is bound, or for a keyword or an attribute."""
    if isinstance(parent, cst.Param):
        return parent.name is name
    if isinstance(parent, (cst.Arg, cst.Attribute)):
        return parent.value is not name
    return isinstance(parent, cst.AssignTarget)
