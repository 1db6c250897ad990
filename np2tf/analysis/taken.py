"""Names for items of containers: after `u = grid.data["u"]`, what changes `u` changes `grid.data["u"]`, too, which is
assigned to beside it.

    u = grid.data["u"]        u = grid.data["u"]
    u[0] = 1                  grid.data["u"] = u = np.tensor_scatter_update(u, 0, 1)

Sound iff nothing between the two lines can have put another array into this place, or another container into the
attribute: no code runs there but NumPy's, and nobody names the container except to get at items by constants.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import libcst as cst

from np2tf.analysis.holders import Holders
from np2tf.analysis.relations import TEMP, Slot, is_caller, root
from np2tf.analysis.scopes import targets
from np2tf.facts import Place
from np2tf.tree import bound_names, constant_int, index_parts, names_read, walk

_SUITES = (cst.IndentedBlock, cst.Module, cst.SimpleStatementLine, cst.SimpleStatementSuite)
_RUNNING = (
    cst.Await, cst.ClassDef, cst.Decorator, cst.FunctionDef, cst.Import, cst.ImportFrom, cst.Lambda, cst.Match,
    cst.With, cst.Yield,
)  # fmt: skip
_HARMLESS = frozenset(
    f"builtins.{name}"
    for name in ("abs", "bool", "enumerate", "float", "int", "len", "max", "min", "print", "range", "round", "zip")
)


class Item(NamedTuple):
    """The place in a container that a name's array was taken from, and its key, where that is a constant."""

    place: Place
    key: str | int | None

    def other(self, item: Item) -> bool:
        """Whether these are certainly two items of one container."""
        return self.place.slot == item.place.slot and None not in (self.key, item.key) and self.key != item.key


class Taken(Holders):
    """Items of containers that have names."""

    def taken_from(self, name: Slot) -> Item | None:
        """Where the array of a name certainly still stands in a container."""
        if name != root(name) or self.scope.owner(name) is not self.scope or name in self.scope.rebound:
            return None
        node, since = self._got_from(name)
        parts = index_parts(node) if isinstance(node, cst.Subscript) else []
        if not isinstance(node, cst.Subscript) or len(parts) != 1:
            return None
        path = self.path(node.value)
        if path is None or self.state.values.get(path, self.ev(node.value).value).kind not in {"dict", "list"}:
            return None
        if {root(path), *names_read(parts[0])} & self.scope.rebound:
            return None
        holders = [s for s in self.state.row(path) if "[" not in s and not s.startswith(TEMP) and not is_caller(s)]
        if holders or self.tables.special_methods():
            return None  # by another name its items may be replaced
        key = _key(parts[0])
        if not self._keeps_item(node, since, name, path, key):
            return None
        place = self.place(node)
        plain = isinstance(place, Place) and place.element and not place.once and not place.lens
        return Item(place, key) if isinstance(place, Place) and plain else None

    def _got_from(self, name: str) -> tuple[cst.BaseExpression | None, list[cst.CSTNode]]:
        """What a name was bound to by the last statement that is certain to have run before this one, and all that can
        have run since: whole statements where this one stands inside."""
        parents = self.module.source.parents
        node = self.statement
        since = [node]
        while True:
            suite = parents.get(node)
            while suite is not None and not isinstance(suite, _SUITES):
                node = suite
                suite = parents.get(node)
            if suite is None or isinstance(node, (cst.FunctionDef, cst.ClassDef)):
                return None, []
            since += [node] if node is not since[0] else []
            before = suite.body[: next(k for k, part in enumerate(suite.body) if part is node)]
            for other in reversed(before):
                for part in reversed(other.body) if isinstance(other, cst.SimpleStatementLine) else (other,):
                    if isinstance(part, cst.Assign) and [getattr(t.target, "value", 0) for t in part.targets] == [name]:
                        return part.value, since
                    since.append(part)
            if isinstance(suite, cst.Module):
                return None, []
            node = suite

    def _keeps_item(
        self, node: cst.Subscript, since: Sequence[cst.CSTNode], name: str, path: Slot, key: str | int | None
    ) -> bool:
        """Whether nothing of what has run puts anything else into the item's place, or binds what leads there."""
        parts = {part: None for statement in since for part in walk(statement)}
        steady = {name, root(path), *names_read(node)}
        attributes = {part.attr.value for part in walk(node) if isinstance(part, cst.Attribute)}
        container = path.rpartition(".")[2]
        in_place = self.state.values[name].is_array
        bound, written, named = set[str](), set[cst.CSTNode](), set[cst.CSTNode]()
        for part in parts:
            if isinstance(part, _RUNNING) or part in self.facts.impure or self.facts.implicit.get(part):
                return False
            for target in targets(part):
                if in_place and isinstance(part, cst.AugAssign) and getattr(target, "value", "") == name:
                    continue
                bound.update(bound_names(target))
                written.update(_leaves(target))
            if isinstance(part, (cst.Name, cst.Attribute)) and (
                part.attr.value == container if isinstance(part, cst.Attribute) else part.value == path
            ):
                named.add(part)
        if not bound.isdisjoint(steady):
            return False
        if any(isinstance(target, cst.Attribute) and target.attr.value in attributes for target in written):
            return False
        for part in parts:
            if isinstance(part, cst.Call) and not self._is_harmless(part, bound):
                return False
            if isinstance(part, cst.Attribute) and part.attr.value in self.tables.pinned_names():
                return False
            if isinstance(part, cst.Subscript) and part.value in named:
                index = index_parts(part)
                other = None if len(index) != 1 else _key(index[0])
                if part not in written or (None not in (key, other) and key != other):
                    named.discard(part.value)
        return not named

    def _is_harmless(self, node: cst.Call, bound: set[str]) -> bool:
        """Whether a call runs NumPy's code or that of a builtin, and nothing that it was handed."""
        self.callees.add(node.func)  # to be called, not to be handed on
        if not bound.isdisjoint(names_read(node.func)):
            return isinstance(node.func, cst.Attribute) and self.ev(node.func.value).value.is_array
        name = self.ev(node.func).value.name or ""
        known = name.startswith(("numpy.", "math.")) or name in _HARMLESS
        return known and not any(self.ev(arg.value).value.kind in {"function", "object"} for arg in node.args)


def _leaves(target: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The targets within a target."""
    if isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            yield from _leaves(element.value)
    else:
        yield target.value if isinstance(target, cst.StarredElement) else target


def _key(node: cst.CSTNode) -> str | int | None:
    """A constant key."""
    return node.value if isinstance(node, cst.SimpleString) else constant_int(node)
