"""Python's order of evaluation: what a statement evaluates before it comes to a part of it, and where that matters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

import libcst as cst

from np2tf.knowledge.hosts import METHODS, PURE_BUILTINS
from np2tf.tree import bound_names, children, walk

if TYPE_CHECKING:
    from np2tf.facts import Facts

_READS, _DRAWS, _CHANGES = range(3)
_PURE_PREFIXES = ("numpy.", "ndarray.", "math.", "operator.", "str.", "number.", "int.", "float.", "bool.")
_STEADY = (cst.Integer, cst.Float, cst.Imaginary, cst.SimpleString, cst.Ellipsis)
_BUILT = (cst.UnaryOperation, cst.BinaryOperation, cst.Tuple, cst.List, cst.Comparison, cst.BooleanOperation)


def before(statement: cst.CSTNode, part: cst.BaseExpression) -> list[cst.BaseExpression] | None:
    """The largest expressions that are certainly evaluated before `part`, in order; None where it may be evaluated
    later, more than once, or not at all.

    >>> line = cst.parse_statement("y = a.sum() + f(g(x), 1)").body[0]
    >>> [cst.Module([]).code_for_node(e) for e in before(line, line.value.right)]
    ['a.sum()']
    """
    first = top(statement)
    if first is None:
        return None
    found: list[cst.BaseExpression] = []
    for node in first:
        if node is part or any(inner is part for inner in walk(node)):
            return found if _descend(node, part, found) else None
        found.append(node)
    return None


def top(statement: cst.CSTNode) -> list[cst.BaseExpression] | None:
    """The expressions that a statement evaluates first of all, once."""
    if isinstance(statement, (cst.Expr, cst.Return, cst.Assign, cst.AnnAssign)):
        return [statement.value] if statement.value is not None else []
    if isinstance(statement, cst.AugAssign):
        return [statement.value] if isinstance(statement.target, cst.Name) else None
    if isinstance(statement, (cst.If, cst.Assert)):  # an assertion, only where it runs
        return [statement.test]
    if isinstance(statement, cst.Match):
        return [statement.subject]
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
    for child in operands(node):
        if child is part or any(inner is part for inner in walk(child)):
            return _descend(child, part, found)
        found.append(child)
    return False


def operands(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
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


def interfere(
    one: cst.CSTNode,
    others: Iterable[cst.CSTNode],
    facts: Facts,
    moved: Collection[cst.CSTNode],
    rebound: frozenset[str],
) -> bool:
    """Whether it matters in which order an expression and others are evaluated: what one reads, the other may change.

    `moved` are calls that have been made by then, `rebound` the names that calls may bind anew.
    """
    others = tuple(others)
    mine, theirs = _effect(one, facts, moved), max(_effect(other, facts, moved) for other in others)
    if mine and theirs:
        return True
    if mine == _CHANGES:
        rebound |= _bindings(one)
        return not all(_steady(other, moved, rebound) for other in others)
    if theirs == _CHANGES:
        return not _steady(one, moved, rebound.union(*map(_bindings, others)))
    return False


def _effect(node: cst.CSTNode, facts: Facts, moved: Collection[cst.CSTNode]) -> int:
    """What evaluating an expression does beside giving a value: nothing, or it draws from a stream of its own, which
    nothing but another draw sees, or it may change anything that is not local."""
    found, stack = _READS, [node]
    while stack:
        part = stack.pop()
        if part in moved or isinstance(part, cst.Lambda):
            continue
        if isinstance(part, (cst.NamedExpr, cst.Await, cst.Yield)) or part in facts.impure:
            return _CHANGES
        if isinstance(part, cst.Call):
            reached = facts.reached.get(part, ("?",))
            found = max(found, *(_called(name) if isinstance(name, str) else _CHANGES for name in reached))
        stack += children(part)
    return found


def _called(name: str) -> int:
    method = METHODS.get(name)
    if method is not None:
        return _CHANGES if method.mutates else _READS
    if name in {"?", "builtins.next"}:
        return _CHANGES
    if name.startswith("builtins."):
        return _READS if name.removeprefix("builtins.") in PURE_BUILTINS else _CHANGES
    if name.startswith("numpy.random."):
        return _DRAWS
    return _READS if name.startswith(_PURE_PREFIXES) else _DRAWS


def _steady(node: cst.CSTNode, moved: Collection[cst.CSTNode], rebound: frozenset[str]) -> bool:
    """Whether an expression means the same before and after other code has run: names and constants alone do."""
    if node in moved or isinstance(node, _STEADY):
        return True
    if isinstance(node, cst.Name):
        return node.value not in rebound
    if isinstance(node, _BUILT):
        return all(_steady(part, moved, rebound) for part in operands(node))
    if isinstance(node, cst.SubscriptElement):
        part = node.slice
        bounds = [part.value] if isinstance(part, cst.Index) else [part.lower, part.upper, part.step]  # type: ignore[attr-defined]
        return all(bound is None or _steady(bound, moved, rebound) for bound in bounds)
    return False


def _bindings(node: cst.CSTNode) -> set[str]:
    return {name for part in walk(node) if isinstance(part, cst.NamedExpr) for name in bound_names(part.target)}


def spread_out(statement: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """What is taken apart on the spot: `f(*x, **y)`, `[*z]`.

    >>> [e.value for e in spread_out(cst.parse_statement("f(*x, [*y], **z)"))]
    ['x', 'y', 'z']
    """
    for part in walk(statement):
        if isinstance(part, (cst.StarredElement, cst.StarredDictElement)) or (isinstance(part, cst.Arg) and part.star):
            yield part.value


def formatted(statement: cst.CSTNode) -> Iterator[cst.BaseExpression]:
    """What an f-string, or a string with a tuple after `%`, writes out on the spot: it shows what its values are then.

    >>> [e.value for e in formatted(cst.parse_statement("s = f'{x} {y + 1}' + '%s' % (z,)")) if isinstance(e, cst.Name)]
    ['x', 'z']
    """
    for part in walk(statement):
        if isinstance(part, cst.FormattedStringExpression):
            yield part.expression
        elif (  # the compiler makes an f-string of it
            isinstance(part, cst.BinaryOperation)
            and isinstance(part.operator, cst.Modulo)
            and isinstance(part.left, cst.SimpleString)
            and isinstance(part.right, cst.Tuple)
        ):
            yield from (element.value for element in part.right.elements)
