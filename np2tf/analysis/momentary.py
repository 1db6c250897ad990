"""Names of other modules that an expression looks at and lets go before any other code can run: `y = m.G + x`,
`float(m.G.sum())`, and statements that change what is meant: `m.G[0] += 1`.

Nobody holds what they stand for afterwards, and each time they are read anew: the module may bind them to a changed
array meanwhile, and who looks may do so himself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from np2tf.knowledge.effects import EFFECTS
from np2tf.tree import children, dotted, walk

_SHOWN = {"dtype", "itemsize", "nbytes", "ndim", "shape", "size"}
_TAKEN = {"bool", "float", "int", "len", "print", "repr", "str"}  # builtins that keep nothing of what they are given
_PLAIN = {*_TAKEN, "abs", "range", "round"}
_CHANGING = {"fill", "partition", "put", "sort"}
_CALLING = {"apply_along_axis", "apply_over_axes", "fromfunction", "fromiter", "frompyfunc", "piecewise", "vectorize"}
_ASKING = (cst.Is, cst.IsNot, cst.In, cst.NotIn)
_SUSPENDING = (cst.Await, cst.Lambda, cst.NamedExpr, cst.Yield)


def own_code(nodes: Iterable[cst.CSTNode]) -> tuple[bool, frozenset[str]]:
    """Whether classes say themselves what operators and the like do, and the names of functions with decorators: an
    attribute of such a name may run it."""
    special, decorated = False, set()
    for node in nodes:
        if isinstance(node, cst.Call):
            special = special or (dotted(node.func) or "").rpartition(".")[2] in {"cached_property", "property"}
        elif isinstance(node, cst.FunctionDef):
            name = node.name.value
            special = special or (name[:2] == name[-2:] == "__" and name != "__init__")
            decorated.update([name] if node.decorators else [])
    return special, frozenset(decorated)


def momentary(tree: cst.Module, bound: frozenset[str], decorated: frozenset[str]) -> Iterator[cst.Attribute]:
    """The attributes of plain names in a module that are let go at once. `bound` are names of the module's own.

    >>> lines = ["import numpy as np", "x = m.G", "y = np.sum(m.H[1:]) + f()", "m.K[0] = f()", "m.L += 2"]
    >>> tree = cst.parse_module("\\n".join(lines))
    >>> [node.attr.value for node in momentary(tree, frozenset(), frozenset())]
    ['H', 'L']
    """
    parents = {part: node for node in walk(tree) for part in children(node)}
    arrays = {
        alias.asname.name.value if alias.asname is not None else "numpy"  # type: ignore[union-attr]
        for alias in parents
        if isinstance(alias, cst.ImportAlias) and dotted(alias.name) == "numpy"
    }
    quiet: dict[cst.CSTNode, bool] = {}
    for node in walk(tree):
        last = _let_go(node, parents, arrays, bound) if isinstance(node, cst.Attribute) and dotted(node) else None
        if last is not None and last not in quiet:
            quiet[last] = all(_quiet(part, parents, arrays, bound, decorated) for part in walk(last))
        if last is not None and quiet[last]:
            assert isinstance(node, cst.Attribute)
            yield node


def _quiet(
    node: cst.CSTNode,
    parents: dict[cst.CSTNode, cst.CSTNode],
    arrays: set[str],
    bound: frozenset[str],
    decorated: frozenset[str],
) -> bool:
    """Whether a part of a statement runs no code but NumPy's and Python's own."""
    if isinstance(node, _SUSPENDING) or (isinstance(node, cst.Attribute) and node.attr.value in decorated):
        return False
    if not isinstance(node, cst.Call):
        return True
    if isinstance(node.func, cst.Name):
        return node.func.value in _PLAIN and node.func.value not in bound
    return _computes(node, arrays) or _method(node) in {"fresh", "scalar"} or _changes(node, parents)


def _computes(node: cst.Call, arrays: set[str]) -> bool:
    """Whether this is a function of NumPy's that gives something new."""
    name = dotted(node.func) or ""
    alias, _, function = name.partition(".")
    effect = EFFECTS.get(f"numpy.{function}")
    new = effect is not None and effect.result in {"fresh", "scalar"} and not effect.mutates
    return alias in arrays and new and function not in _CALLING and not _has_output(node)


def _is_input(node: cst.Call, arg: cst.Arg) -> bool:
    """Whether an argument of a function of NumPy's, given by its position, is no output."""
    effect = EFFECTS[f"numpy.{(dotted(node.func) or '').partition('.')[2]}"]
    position = next(k for k, other in enumerate(node.args) if other is arg)
    inputs = list(effect.params[: effect.params.index("*")] if "*" in effect.params else effect.params)
    return position < len(inputs) and inputs[position][0] != "*" and not inputs[position].startswith("out")


def _method(node: cst.Call) -> str:
    """What a method gives if it is one of an array, and changes nothing; the object may be another one."""
    assert isinstance(node.func, cst.Attribute)
    effect = EFFECTS.get(f"ndarray.{node.func.attr.value}")
    known = effect is not None and not effect.mutates and not effect.result_if and not _has_output(node)
    array = isinstance(node.func.value, (cst.Attribute, cst.Subscript)) and len(node.args) < 2
    return effect.result if known and array and effect is not None else ""


def _has_output(node: cst.Call) -> bool:
    return any(arg.star or (arg.keyword is not None and arg.keyword.value == "out") for arg in node.args)


def _changes(node: cst.Call, parents: dict[cst.CSTNode, cst.CSTNode]) -> bool:
    """`m.G.sort()`, as a statement."""
    method = isinstance(node.func, cst.Attribute) and node.func.attr.value in _CHANGING
    return method and isinstance(parents[node], cst.Expr)


def _let_go(
    node: cst.BaseExpression, parents: dict[cst.CSTNode, cst.CSTNode], arrays: set[str], bound: frozenset[str]
) -> cst.CSTNode | None:
    """The expression of which nothing but a new value comes, or the statement that changes what is meant on the spot;
    None where somebody may get hold of it."""
    match parent := parents[node]:
        case cst.BinaryOperation() | cst.UnaryOperation() | cst.FormattedStringExpression():
            return parent
        case cst.Comparison() if not any(isinstance(c.operator, _ASKING) for c in parent.comparisons):
            return parent
        case cst.ComparisonTarget() if not isinstance(parent.operator, _ASKING):
            return parents[parent]
        case cst.AugAssign() if parent.target is node:
            return parent
        case cst.Subscript() if parent.value is node:
            above = parents[parent]
            if isinstance(above, cst.AssignTarget):
                return parents[above]
            if isinstance(above, cst.AugAssign) and above.target is parent:
                return above
            return _let_go(parent, parents, arrays, bound)
        case cst.Attribute() if parent.value is node:
            if parent.attr.value in _SHOWN:
                return parent
            if parent.attr.value == "T":
                return _let_go(parent, parents, arrays, bound)
            call = parents[parent]
            if isinstance(call, cst.Call) and call.func is parent:
                new = _method(call) in {"fresh", "scalar"} or (dotted(node) is not None and _changes(call, parents))
                return call if new else None
        case cst.Arg() if not parent.star and parent.keyword is None:
            call = parents[parent]
            if isinstance(call, cst.Call) and isinstance(call.func, cst.Name):
                return call if call.func.value in _TAKEN and call.func.value not in bound else None
            if isinstance(call, cst.Call) and _computes(call, arrays) and _is_input(call, parent):
                return call
    return None
