"""Functions of whose results somebody asks which objects they are: `best is x`.

A compiled function hands out new arrays wherever a loop or branch made them what they are. So no one may ask whether
such an array is another one: the program, by `is` and `id`, or the conversion, which tells so by a guard who has to see
a change. Names, attributes and results that an array may go between are taken to be one place, in whatever order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import libcst as cst

from np2tf.analysis.scopes import Scope, targets
from np2tf.analysis.tables import ModuleInfo
from np2tf.analysis.values import UNKNOWN
from np2tf.knowledge import tracing as known
from np2tf.knowledge.effects import EFFECTS
from np2tf.tree import children

if TYPE_CHECKING:
    from np2tf.project import Project

Holder = tuple[Scope | None, str]  # a name in its scope, an attribute of any object, or what a function returns: ""
_NEW = frozenset({"fresh", "scalar", "none", "list", "list_fresh", "fresh_or_list"})
_NO_ARRAYS = known.CONVERSIONS | known.STATIC_BUILTINS | known.TEXTS | {"abs", "id", "print", "range", "sum", "type"}
_SHARING = frozenset({"numpy.may_share_memory", "numpy.shares_memory"})
_OWN = (cst.FunctionDef, cst.Lambda, cst.ClassDef)


class Asked:
    """What is asked in a project about which object something is: `functions`, each with the question."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.above: dict[Holder, Holder] = {}
        self.questions: list[tuple[str, set[Holder], set[Holder]]] = []
        self.returning: set[Scope] = set()
        for module in project.modules.values():
            if _asks(module):
                break
        else:
            self.functions: dict[Scope, str] = {}
            return
        for module in project.modules.values():
            for scope in module.scope.all():
                self._scope(module, scope)
        asked: dict[Holder, str] = {}
        for text, left, right in self.questions:
            for root in self._roots(left) & self._roots(right):
                asked.setdefault(root, text)
        found = {scope: self._root((scope, "")) for scope in self.returning}
        self.functions = {scope: asked[root] for scope, root in found.items() if root in asked}

    def _root(self, holder: Holder) -> Holder:
        while holder in self.above:
            holder = self.above[holder]
        return holder

    def _roots(self, holders: Iterable[Holder]) -> set[Holder]:
        return {self._root(holder) for holder in holders}

    def _join(self, *groups: Iterable[Holder]) -> None:
        """An array may go between these."""
        roots = sorted({root for group in groups for root in self._roots(group)}, key=lambda root: root[1])
        for root in roots[1:]:
            self.above[root] = roots[0]

    def _scope(self, module: ModuleInfo, scope: Scope) -> None:
        if isinstance(scope.node, cst.Lambda):
            self._join([(scope, "")], self._holders(module, scope, scope.node.body))
        for node in _own_nodes(scope):
            if isinstance(node, (cst.Assign, cst.AnnAssign, cst.NamedExpr)) and node.value is not None:
                for target in targets(node):
                    self._assign(module, scope, target, node.value)
            elif isinstance(node, (cst.For, cst.CompFor)):
                self._assign(module, scope, node.target, node.iter)
            elif isinstance(node, cst.WithItem) and node.asname is not None:
                self._assign(module, scope, node.asname.name, node.item)
            elif isinstance(node, (cst.Return, cst.Yield)) and isinstance(node.value, (cst.BaseExpression, cst.From)):
                value = node.value.item if isinstance(node.value, cst.From) else node.value
                self._join([(scope, "")], self._holders(module, scope, value))
                self.returning.add(scope)
            elif isinstance(node, cst.Call):
                self._call(module, scope, node)
            elif isinstance(node, cst.Comparison):
                for part in node.comparisons:
                    if isinstance(part.operator, (cst.Is, cst.IsNot)):
                        self._question(module, scope, node, [node.left, part.comparator])

    def _question(self, module: ModuleInfo, scope: Scope, node: cst.CSTNode, parts: list[cst.BaseExpression]) -> None:
        left, right = (self._holders(module, scope, part) for part in (parts[0], parts[-1]))
        self.questions.append((" ".join(module.source.code(node).split()), left, right))

    def _assign(self, module: ModuleInfo, scope: Scope, target: cst.CSTNode, value: cst.BaseExpression) -> None:
        if isinstance(target, (cst.Tuple, cst.List)):
            items = [element.value for element in target.elements]
            values = value.elements if isinstance(value, (cst.Tuple, cst.List)) else ()
            whole = [e.value for e in values if not isinstance(e, cst.StarredElement)]
            if len(whole) == len(values) == len(items) and not any(isinstance(t, cst.StarredElement) for t in items):
                for one, part in zip(items, whole, strict=True):
                    self._assign(module, scope, one, part)
                return
        self._join(self._holders(module, scope, target), self._holders(module, scope, value))

    def _call(self, module: ModuleInfo, scope: Scope, node: cst.Call) -> None:
        """What a call hands over: to parameters of the project's functions, or into its receiver."""
        reached = module.facts.reached.get(node, ("?",))
        functions = [one for one in reached if isinstance(one, Scope)]
        given = [self._holders(module, scope, arg.value) for arg in node.args]
        for function in functions:
            bound = isinstance(node.func, cst.Attribute) and function.parent is not None
            skipped = 1 if bound and function.parent.kind == "class" else 0  # type: ignore[union-attr]
            for position, arg in enumerate(node.args):
                places = function.params[position + skipped : position + skipped + 1]
                if arg.keyword is not None:
                    places = [arg.keyword.value]
                if arg.star:
                    places = function.params
                self._join([(function, place) for place in places], given[position])
        names = [one for one in reached if isinstance(one, str)]
        if names and names[0] in _SHARING and len(node.args) > 1:
            self._question(module, scope, node, [arg.value for arg in node.args[:2]])
        elif names and names[0] == "builtins.id":
            self._question(module, scope, node, [node.args[0].value])
        elif names and isinstance(node.func, cst.Attribute) and not self._is_new(names):
            self._join(self._holders(module, scope, node.func.value), *given)

    def _is_new(self, names: list[str]) -> bool:
        """Whether what is called gives new arrays, or none."""
        return bool(names) and all(
            name.startswith("numpy.functional.")
            or name == "numpy.tensor_scatter_update"
            or (name in EFFECTS and EFFECTS[name].result in _NEW)
            or (name.startswith("builtins.") and name[len("builtins.") :] in _NO_ARRAYS)
            for name in names
        )

    def _holders(self, module: ModuleInfo, scope: Scope, node: cst.CSTNode) -> set[Holder]:
        """What may have the arrays that an expression gives."""
        found: set[Holder] = set()
        stack: list[cst.CSTNode] = [node]
        while stack:
            part = stack.pop()
            if isinstance(part, cst.Name):
                owner = scope.owner(part.value)
                if owner is not None and not self._is_code(owner, part.value):
                    found.add((owner, part.value))
            elif isinstance(part, cst.Attribute):
                if part not in module.facts.references and part.attr.value not in known.SHAPE_ATTRIBUTES:
                    found.add((None, part.attr.value))
            elif isinstance(part, cst.Subscript):
                stack.append(part.value)
            elif isinstance(part, cst.IfExp):
                stack += [part.body, part.orelse]
            elif isinstance(part, cst.NamedExpr):
                stack += [part.target, part.value]
            elif isinstance(part, cst.Call):
                reached = module.facts.reached.get(part, ("?",))
                found.update((one, "") for one in reached if isinstance(one, Scope))
                names = [one for one in reached if isinstance(one, str)]
                out = any(arg.keyword is not None and arg.keyword.value == "out" for arg in part.args)
                if names and (out or not self._is_new(names)):
                    stack += [arg.value for arg in part.args]
                    stack += [part.func.value] if isinstance(part.func, cst.Attribute) else []
            elif not isinstance(part, (cst.BinaryOperation, cst.UnaryOperation, cst.Comparison, cst.Lambda)):
                stack += children(part)
        return found

    def _is_code(self, owner: Scope, name: str) -> bool:
        return self.project.names.get((owner, name), UNKNOWN).kind in {"function", "class", "module"}


def _asks(module: ModuleInfo) -> bool:
    """Whether there is a question in a module, by its text."""
    if not {"id", "may_share_memory", "shares_memory"}.isdisjoint(module.source.words):
        return True
    return any(
        isinstance(part.operator, (cst.Is, cst.IsNot))
        and not _is_constant(node.left)
        and not _is_constant(part.comparator)
        for node in module.every(cst.Comparison)
        for part in node.comparisons
    )


def _is_constant(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value in {"None", "True", "False", "Ellipsis"}


def _own_nodes(scope: Scope) -> Iterator[cst.CSTNode]:
    """What stands in a scope and not in another one inside it."""
    stack = list(children(scope.node))
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, _OWN):
            stack += children(node)
