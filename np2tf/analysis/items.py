"""Items of lists and dicts that are told apart: `xs = [a, b]` has slots `xs[0]` and `xs[1]`, as long as nobody else can
change the list.

Who evaluates the container's name may hand it on, so from there on its items are any of its elements (`State.blur`).
Only what is named here looks at a container without that: an index, a loop's header, functions that keep nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from np2tf.analysis.relations import MAY, SAME, Ev, Key, Slot, State
from np2tf.analysis.scopes import Scope
from np2tf.analysis.values import BOTTOM
from np2tf.tree import constant_int, index_parts, literal, remembered, walk

if TYPE_CHECKING:
    from np2tf.project import Project

MOST = 16  # items that are told apart in one container
#: Builtins that read the elements of a container and keep nothing of the container itself.
LOOKING = frozenset({
    "all", "any", "bool", "dict", "id", "isinstance", "len", "list", "max", "min", "print", "repr", "set", "str",
    "sum", "tuple",
})  # fmt: skip
_KEY = re.compile(r"\w+")


class Items:
    """Containers with slots for their items, in one scope."""

    tables: Project
    scope: Scope
    state: State
    looked_at: set[cst.CSTNode]  # calls whose result is looked at, and kept by nobody

    def tells(self, name: str) -> bool:
        """Whether the items of a list that gets this name can be told apart: only this scope sees the name."""
        scope, tables = self.scope, self.tables
        if scope.owner(name) is not scope or scope.kind not in {"function", "module"} or name in scope.captured:
            return False
        key = (scope, name)
        return name not in scope.rebound and tables.held_by_others(key) is None and key not in tables.outer_held

    def told(self, node: cst.BaseExpression) -> Slot | None:
        """The slot of a container whose items are told apart, where an expression names one."""
        if not self.state.items:
            return None
        if isinstance(node, cst.Name):
            return node.value if node.value in self.state.items else None
        if isinstance(node, cst.Subscript) and (slot := self.item_of(node)) in self.state.items:
            return slot
        return None

    def item_of(self, node: cst.Subscript) -> Slot | None:
        """The slot of an item that is told apart, or None: another index, another container."""
        container = self.told(node.value)
        key = None if container is None else self.key_of(container, node)
        return None if container is None or key is None else self.state.items[container].get(key)

    def key_of(self, container: Slot, node: cst.Subscript) -> Key | None:
        """The key that a constant index of a container stands for."""
        parts = index_parts(node)
        return self.key_in(container, parts[0]) if len(parts) == 1 else None

    def key_in(self, container: Slot, node: cst.BaseExpression | cst.Slice) -> Key | None:
        """The key that a constant stands for in a container."""
        if self.state.values[container].kind == "dict":
            return constant_key(node)
        k = constant_int(node)
        size = len(self.state.items[container])
        return None if k is None or not -size <= k < size else k % size

    def item(self, slot: Slot) -> Ev:
        """What stands in an item's slot."""
        if slot in self.state.items:
            return self.container(slot)
        value = self.state.values.get(slot, BOTTOM)
        return Ev(value) if value.kind == "number" else Ev(value, ((slot, SAME),))

    def container(self, slot: Slot) -> Ev:
        """A container with its items, for those who only look at it."""
        items = self.state.items[slot]
        keys = tuple(items) if self.state.values[slot].kind == "dict" else ()
        return Ev(self.state.values[slot], ((slot, SAME),), tuple(map(self.item, items.values())), (), keys)

    def flat(self, slot: Slot) -> bool:
        """Whether no item of a container is a container that is told apart as well."""
        return self.state.items.keys().isdisjoint(self.state.items[slot].values())

    def look(self, node: cst.BaseExpression) -> Ev:
        """Evaluate an expression whose result is looked at, and kept by nobody."""
        if isinstance(node, cst.Call):
            self.looked_at.add(node)
            found = self.ev(node)
            self.looked_at.discard(node)
            return found
        slot = self.told(node)
        return self.ev(node) if slot is None or not self.flat(slot) else self.container(slot)

    def ev(self, node: cst.BaseExpression) -> Ev:
        """Evaluate an expression."""
        raise NotImplementedError


@remembered
def constant_key(node: cst.CSTNode) -> str | None:
    """The string that a key is, if it is a plain word.

    >>> constant_key(cst.parse_expression("'a'")), constant_key(cst.parse_expression("'a.b'"))
    ('a', None)
    """
    if not isinstance(node, cst.SimpleString):
        return None
    text = literal(node)
    return text if isinstance(text, str) and _KEY.fullmatch(text) else None


def worth_telling(ev: Ev) -> bool:
    """Whether a new container has items to be told apart: a few, and arrays among them."""
    if not ev.told:
        return False
    inner = ev.inner("")
    arrays = any(item.value.may_be_array or item.value.kind == "bottom" for _, item in inner)
    return len(inner) <= MOST and (arrays or not inner)


def joined(node: cst.BinaryOperation, left: Ev, right: Ev) -> tuple[Ev, ...] | None:
    """The items of `a + b` and `a * k`, as far as they are known one by one."""
    if left.value.kind == right.value.kind == "list" and left.items is not None and right.items is not None:
        return (*left.items, *right.items)
    whole, times = (left, node.right) if left.value.kind == "list" else (right, node.left)
    k = constant_int(times)
    if whole.value.kind != "list" or whole.items is None or k is None or not isinstance(node.operator, cst.Multiply):
        return None
    if any(item.fresh and item.value.kind != "number" for item in whole.items):
        return None  # arrays without a name, which the new list holds more than once
    return whole.items * min(k, MOST + 1)


def sliced(part: cst.Slice, items: tuple[Ev, ...] | None) -> tuple[Ev, ...] | None:
    """The items that a constant slice of a list selects."""
    bounds = [constant_int(bound) for bound in (part.lower, part.upper, part.step)]
    given = [bound is not None for bound in (part.lower, part.upper, part.step)]
    if items is None or given != [bound is not None for bound in bounds] or bounds[2] == 0:
        return None
    return items[slice(*bounds)]


def outside(inner: State, before: State, names: set[str], node: cst.BaseComp) -> State:
    """The state after a turn of a comprehension, with the names that it has for itself as they are around it."""
    state = inner.copy()
    for name in names:
        for slot in (name, *state.parts(name)):
            state.kill(slot)
        state.stale(name)
    for slot in [s for s in state.values if "." in s and s not in before.values]:
        state.kill(slot)  # an attribute, which is read again where it is needed
    rebinds = any(isinstance(part, cst.NamedExpr) for part in walk(node))
    hidden = [slot for name in names if name in before.values for slot in (name, *before.parts(name))]
    for slot in hidden:
        state.values.update({slot: before.values[slot]} if slot in before.values else {})
        for other, rel in before.row(slot).items():
            state.relate(slot, other, MAY if rebinds else rel)
    state.partial.update(before.partial.intersection(hidden))
    state.items.update({slot: before.items[slot] for slot in hidden if slot in before.items})
    return state


def keys_of_turns(node: cst.BaseComp) -> tuple[Key, ...] | None:
    """The key of each turn of a comprehension over constants; that of a list's comprehension is its position."""
    loop = node.for_in
    if loop.ifs or loop.inner_for_in is not None or not isinstance(loop.target, cst.Name):
        return None
    over = loop.iter
    values: list[object] = []
    if isinstance(over, cst.Call) and isinstance(over.func, cst.Name) and over.func.value == "range":
        size = constant_int(over.args[0].value) if len(over.args) == 1 else None
        values = list(range(size)) if size is not None and size <= MOST else [None]
    elif isinstance(over, cst.SimpleString) and isinstance(literal(over), str):
        values = [char if char.isalnum() else None for char in literal(over)]
    elif isinstance(over, (cst.Tuple, cst.List)):
        values = [constant_key(element.value) for element in over.elements]
    else:
        return None
    if isinstance(node, cst.ListComp):
        return tuple(range(len(values))) if 0 < len(values) <= MOST and values[0] is not None else None
    named = isinstance(node, cst.DictComp) and isinstance(node.key, cst.Name) and node.key.value == loop.target.value
    keys = tuple(value for value in values if isinstance(value, str))
    return keys if named and len(keys) == len(values) == len(set(keys)) else None
