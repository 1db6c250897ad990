"""Dicts of an object's attributes, `vars(k)` and `k.__dict__`, that are only looked at.

Who reads one may get arrays out of it, who changes one binds attributes anew, and who hands one on does not know: this
tells them apart by the text.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import libcst as cst

from np2tf.analysis.scopes import Scope, targets
from np2tf.tree import walk

_KEYS = frozenset({"len", "set", "sorted", "list", "tuple", "iter"})  # builtins that take the keys of a dict
_VALUES = frozenset({"items", "values", "get", "copy"})


class Looks(NamedTuple):
    """What the text does with the value of an expression, where it does no more than look at it, or put something in.

    `whole` takes what is in it, `items` takes these items, or none if only the keys are asked for. `filled` gets more
    from these calls.
    """

    whole: frozenset[cst.CSTNode]
    items: dict[cst.CSTNode, tuple[cst.Subscript, ...]]
    filled: dict[cst.CSTNode, cst.Call]


def looks(scope: Scope) -> Looks:
    """The expressions in a scope whose value is looked at where it stands, or gets a name that is only looked at.

    >>> from np2tf.analysis.scopes import build
    >>> code = "def f(k, j):\\n    d, e = vars(k), vars(j)\\n    e['x'] = d['x']\\n    return d.keys()\\n"
    >>> _, scopes = build(cst.parse_module(code))
    >>> inner = next(s for node, s in scopes.items() if isinstance(node, cst.FunctionDef))
    >>> [node.args[0].value.value for node in looks(inner).items if isinstance(node, cst.Call)]
    ['k']
    """
    nodes = list(walk(scope.node))
    stored = {part for node in nodes for target in targets(node) for part in walk(target)}
    whole: set[cst.CSTNode] = set()
    filled: dict[cst.CSTNode, cst.Call] = {}
    items: dict[cst.CSTNode, tuple[cst.Subscript, ...]] = {}
    for node in nodes:
        if isinstance(node, cst.Subscript) and node not in stored:
            items[node.value] = (node,)
        elif isinstance(node, cst.Call):
            if isinstance(node.func, cst.Attribute) and node.func.attr.value == "keys":
                items[node.func.value] = ()
            elif isinstance(node.func, cst.Attribute) and node.func.attr.value in _VALUES:
                whole.add(node.func.value)
            elif isinstance(node.func, cst.Attribute) and node.func.attr.value == "update":
                filled[node.func.value] = node
            elif isinstance(node.func, cst.Name) and node.func.value in _KEYS:
                items.update((arg.value, ()) for arg in node.args if not arg.star)
        elif isinstance(node, cst.ComparisonTarget) and isinstance(node.operator, (cst.In, cst.NotIn)):
            items[node.comparator] = ()
        elif isinstance(node, (cst.For, cst.CompFor)):
            items[node.iter] = ()
    if scope.kind == "function":
        uses = Counter(node.value for node in nodes if isinstance(node, cst.Name))
        read: dict[str, list[cst.Subscript]] = {}
        for node, found in list(items.items()):
            if isinstance(node, cst.Name):
                uses[node.value] -= 1
                read.setdefault(node.value, []).extend(found)
        for node in nodes:
            if isinstance(node, cst.Assign) and len(node.targets) == 1:
                for target, value in _pairs(node.targets[0].target, node.value):
                    if isinstance(target, cst.Name) and target.value not in scope.captured and uses[target.value] == 1:
                        items[value] = tuple(read.get(target.value, ()))
    return Looks(frozenset(whole), items, filled)


def pickled(scope: Scope) -> frozenset[cst.CSTNode]:
    """The dicts of attributes that `__getstate__` copies and gives back, whatever it takes out: who pickles
    the object stores at once what is in the copies.

    >>> from np2tf.analysis.scopes import build
    >>> code = "class K:\\n def __getstate__(self):\\n  d = self.__dict__.copy()\\n  del d['x']\\n  return d\\n"
    >>> _, scopes = build(cst.parse_module(code))
    >>> inner = next(s for node, s in scopes.items() if isinstance(node, cst.FunctionDef))
    >>> [node.attr.value for node in pickled(inner)]
    ['__dict__']
    """
    if not isinstance(scope.node, cst.FunctionDef) or scope.node.name.value != "__getstate__":
        return frozenset()
    nodes = list(walk(scope.node.body))
    uses = Counter(node.value for node in nodes if isinstance(node, cst.Name))
    copies: dict[str, cst.CSTNode] = {}
    given: set[cst.CSTNode] = set()
    for node in nodes:
        names: list[cst.CSTNode] = []
        if isinstance(node, cst.Assign) and len(node.targets) == 1:
            target = node.targets[0].target
            if isinstance(target, cst.Name) and (source := _copied(node.value)) is not None:
                copies[target.value] = source
                names = [target]
            elif isinstance(target, cst.Subscript):
                names = [target.value]
        elif isinstance(node, cst.Return) and node.value is not None:
            if (source := _copied(node.value)) is not None:
                given.add(source)
            names = [node.value]
        elif isinstance(node, cst.Del) and isinstance(node.target, cst.Subscript):
            names = [node.target.value]
        elif isinstance(node, cst.Expr) and isinstance(node.value, cst.Call):
            func = node.value.func
            names = [func.value] if isinstance(func, cst.Attribute) and func.attr.value == "pop" else []
        elif isinstance(node, cst.ComparisonTarget) and isinstance(node.operator, (cst.In, cst.NotIn)):
            names = [node.comparator]
        uses.subtract(name.value for name in names if isinstance(name, cst.Name))
    return frozenset(given | {source for name, source in copies.items() if not uses[name]})


def _copied(node: cst.BaseExpression) -> cst.CSTNode | None:
    """The `k.__dict__` of `k.__dict__.copy()` and of `dict(k.__dict__)`."""
    if not isinstance(node, cst.Call):
        return None
    found: cst.CSTNode | None = None
    if isinstance(node.func, cst.Attribute) and node.func.attr.value == "copy" and not node.args:
        found = node.func.value
    elif isinstance(node.func, cst.Name) and node.func.value == "dict" and len(node.args) == 1:
        found = node.args[0].value
    return found if found is not None and is_dict_of_object(found) else None


def is_dict_of_object(node: cst.CSTNode) -> bool:
    """Whether this is `k.__dict__`."""
    return isinstance(node, cst.Attribute) and node.attr.value == "__dict__"


def _pairs(target: cst.BaseExpression, value: cst.BaseExpression) -> list[tuple[cst.BaseExpression, ...]]:
    if isinstance(target, cst.Tuple) and isinstance(value, cst.Tuple) and len(target.elements) == len(value.elements):
        return [(t.value, v.value) for t, v in zip(target.elements, value.elements, strict=True)]
    return [(target, value)]
