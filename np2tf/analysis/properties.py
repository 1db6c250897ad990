"""Properties that stand for something else of their object: `@property def x(self): return self._x`.

Reading one is reading what its getter returns, and a setter that does nothing but bind an attribute is that binding.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import libcst as cst

from np2tf.analysis.scopes import Scope
from np2tf.tree import block, constant_int, names_read, walk


def is_getter(scope: Scope) -> bool:
    """Whether a method is decorated with `@property` alone."""
    decorators = list(getattr(scope.node, "decorators", []))
    named = len(decorators) == 1 and getattr(decorators[0].decorator, "value", None) == "property"
    return named and scope.parent is not None and scope.parent.owner("property") is None


def is_setter(scope: Scope) -> bool:
    """Whether a method sets or deletes the property that has its name: `@x.setter`."""
    decorators = [part.decorator for part in getattr(scope.node, "decorators", [])]
    if len(decorators) != 1 or not isinstance(decorators[0], cst.Attribute):
        return False
    named = getattr(decorators[0].value, "value", None) == scope.name
    return named and decorators[0].attr.value in {"setter", "deleter"}


def is_accessor(scope: Scope) -> bool:
    """Whether a method is a property's getter, setter or deleter."""
    return is_getter(scope) or is_setter(scope)


def deletes(scope: Scope) -> bool:
    """Whether a method is a property's deleter."""
    return is_setter(scope) and scope.node.decorators[0].decorator.attr.value == "deleter"  # type: ignore[attr-defined]


def returned(scope: Scope) -> cst.BaseExpression | None:
    """What a getter returns, if that is all it does: an attribute of the object, of an object in that, or a view of
    one by constants."""
    lines = _lines(scope)
    found = lines[0].value if len(lines) == 1 and isinstance(lines[0], cst.Return) else None
    plain = is_getter(scope) and len(scope.params) == 1 and not isinstance(found, cst.Name)
    return found if plain and found is not None and _hangs_on(found, scope.params[0]) else None


def bound(scope: Scope) -> cst.Attribute | None:
    """What a setter binds to the very thing that it is given, if that is all it does, checks aside that raise."""
    checks, rest = _setter(scope)
    if len(rest) != 1 or not isinstance(rest[0], cst.Assign) or not all(_only_looks(check) for check in checks):
        return None
    target, value = rest[0].targets[0].target, rest[0].value
    given = isinstance(value, cst.Name) and value.value == scope.params[1]
    plain = len(rest[0].targets) == 1 and isinstance(target, cst.Attribute) and _hangs_on(target, scope.params[0])
    return target if given and plain and isinstance(target, cst.Attribute) else None


def checks(scope: Scope) -> bool:
    """Whether a setter may raise before it does anything."""
    return bool(_setter(scope)[0])


def reads_first(scope: Scope) -> bool:
    """Whether a setter changes nothing before it has read what it is given for the last time."""
    checks, rest = _setter(scope)
    if not rest or not isinstance(rest[0], (cst.Assign, cst.AugAssign)) or not all(map(_only_looks, checks)):
        return False
    return not any(scope.params[1] in names_read(line) for line in rest[1:])


def _setter(scope: Scope) -> tuple[list[cst.If], list[cst.CSTNode]]:
    """The statements of a setter: first those that only raise something, then all others."""
    lines = _lines(scope) if is_setter(scope) and not deletes(scope) and len(scope.params) == 2 else []
    checks = list(itertools.takewhile(_raises, lines))
    return checks, lines[len(checks) :]  # type: ignore[return-value]


def _raises(line: cst.CSTNode) -> bool:
    if not isinstance(line, cst.If) or line.orelse is not None:
        return False
    inner = [small for part in block(line.body) for small in getattr(part, "body", (part,))]
    return len(inner) == 1 and isinstance(inner[0], cst.Raise)


def _only_looks(check: cst.If) -> bool:
    """Whether a test calls nothing that could change something."""
    for call in (part for part in walk(check.test) if isinstance(part, (cst.Call, cst.NamedExpr, cst.Await))):
        func = call.func if isinstance(call, cst.Call) else None
        if isinstance(func, cst.Attribute):
            known = func.attr.value in _LOOKING or getattr(func.value, "value", None) in {"np", "numpy"}
        else:
            known = isinstance(func, cst.Name) and func.value in _LOOKING
        if not known:
            return False
    return True


#: Functions and methods that only look at arrays and numbers.
_LOOKING = frozenset({"abs", "all", "any", "isinstance", "len", "max", "min", "sum", "tuple", "type"})


def text(node: cst.BaseExpression, scope: Scope) -> str:
    """What a getter or setter stands for, as other versions of it would have to write it."""
    return cst.Module([]).code_for_node(written_out(node, cst.Name("_"), scope, lambda part, text: None))


def written_out(
    node: cst.BaseExpression,
    owner: cst.BaseExpression,
    scope: Scope,
    enter: Callable[[cst.CSTNode, cst.BaseExpression], None],
) -> cst.BaseExpression:
    """The same of an object that is called otherwise; each new part of it is handed to `enter`, with what it was."""
    if isinstance(node, cst.Name):
        return owner
    assert isinstance(node, (cst.Attribute, cst.Subscript))
    value = written_out(node.value, owner, scope, enter)
    if isinstance(node, cst.Attribute):
        made: cst.BaseExpression = cst.Attribute(value, cst.Name(scope.attribute(node.attr.value)))
    else:
        made = cst.Subscript(value, node.slice)
    enter(made, node)
    return made


def _lines(scope: Scope) -> list[cst.CSTNode]:
    """The statements of a method, its docstring aside."""
    if not isinstance(scope.node, cst.FunctionDef) or scope.node.asynchronous is not None:
        return []
    lines: list[cst.CSTNode] = []
    for line in block(scope.node.body):
        lines += line.body if isinstance(line, cst.SimpleStatementLine) else [line]
    documented = lines and isinstance(lines[0], cst.Expr) and isinstance(lines[0].value, cst.SimpleString)
    return lines[1:] if documented else lines


def _hangs_on(node: cst.BaseExpression, name: str) -> bool:
    """Whether an expression is a chain of attributes and constant indices of one name."""
    if isinstance(node, cst.Name):
        return node.value == name
    if isinstance(node, cst.Attribute):
        return _hangs_on(node.value, name)
    if isinstance(node, cst.Subscript):
        return all(_constant(element.slice) for element in node.slice) and _hangs_on(node.value, name)
    return False


def _constant(part: cst.BaseSlice) -> bool:
    if isinstance(part, cst.Slice):
        return all(bound is None or constant_int(bound) is not None for bound in (part.lower, part.upper, part.step))
    assert isinstance(part, cst.Index)
    value = part.value
    return isinstance(value, (cst.SimpleString, cst.Ellipsis)) or constant_int(value) is not None
