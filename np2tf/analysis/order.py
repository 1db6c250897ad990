"""Python's order of evaluation: what a statement evaluates before it comes to a part of it."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from np2tf.tree import walk


def before(statement: cst.CSTNode, part: cst.BaseExpression) -> list[cst.BaseExpression] | None:
    """The largest expressions that are certainly evaluated before `part`, in order; None where it may be evaluated
    later, more than once, or not at all.

    >>> line = cst.parse_statement("y = a.sum() + f(g(x), 1)").body[0]
    >>> [cst.Module([]).code_for_node(e) for e in before(line, line.value.right)]
    ['a.sum()']
    """
    top = _top(statement)
    if top is None:
        return None
    found: list[cst.BaseExpression] = []
    for node in top:
        if node is part or any(inner is part for inner in walk(node)):
            return found if _descend(node, part, found) else None
        found.append(node)
    return None


def _top(statement: cst.CSTNode) -> list[cst.BaseExpression] | None:
    """The expressions that a statement evaluates first of all, once."""
    if isinstance(statement, (cst.Expr, cst.Return, cst.Assign, cst.AnnAssign)):
        return [statement.value] if statement.value is not None else []
    if isinstance(statement, cst.AugAssign):
        return [statement.value] if isinstance(statement.target, cst.Name) else None
    if isinstance(statement, cst.If):
        return [statement.test]
    if isinstance(statement, cst.For):
        return [statement.iter]
    if isinstance(statement, cst.Raise):
        return [statement.exc] if statement.exc is not None else []
    if isinstance(statement, cst.With):
        return [statement.items[0].item]
    return None


def _descend(node: cst.BaseExpression, part: cst.BaseExpression, found: list[cst.BaseExpression]) -> bool:
    """Enter what `node` evaluates before `part` inside it; False where `part` is not certainly evaluated then."""
    if node is part:
        return True
    for child in _operands(node):
        if child is part or any(inner is part for inner in walk(child)):
            return _descend(child, part, found)
        found.append(child)
    return False


def _operands(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """The operands of an expression in order, as far as all of them are evaluated once."""
    match node:
        case cst.BinaryOperation():
            yield from (node.left, node.right)
        case cst.UnaryOperation():
            yield node.expression
        case cst.BooleanOperation():
            yield node.left
        case cst.Comparison():
            yield from (node.left, node.comparisons[0].comparator)
        case cst.IfExp():
            yield node.test
        case cst.Call():
            yield node.func.value if isinstance(node.func, cst.Attribute) else node.func
            yield from (arg.value for arg in node.args)
        case cst.Attribute() | cst.NamedExpr():
            yield node.value
        case cst.Subscript():
            yield node.value
            for element in node.slice:
                if isinstance(element.slice, cst.Index):
                    yield element.slice.value
                elif isinstance(element.slice, cst.Slice):
                    bounds = (element.slice.lower, element.slice.upper, element.slice.step)
                    yield from (bound for bound in bounds if bound is not None)
        case cst.Tuple() | cst.List() | cst.Set():
            yield from (element.value for element in node.elements)
        case cst.Dict():
            for item in node.elements:
                if isinstance(item, cst.DictElement):
                    yield item.key
                yield item.value
        case cst.FormattedString():
            yield from (part.expression for part in node.parts if isinstance(part, cst.FormattedStringExpression))
