"""How classes inherit from each other, taken in class by class as they are found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from np2tf.analysis.scopes import Scope

T = TypeVar("T")


class Groups(Generic[T]):
    """What belongs together, as it is found out.

    >>> groups = Groups(); groups.unite("ab"); groups.unite("cd"); groups.unite("bd"); groups.of("a"), groups.of("z")
    (['a', 'b', 'c', 'd'], ['z'])
    """

    def __init__(self) -> None:
        self._groups: dict[T, list[T]] = {}

    def unite(self, members: Iterable[T]) -> None:
        """These belong together. The largest group takes in the others, so that all of it is quick."""
        groups = [self._groups.setdefault(member, [member]) for member in members]
        largest = max(groups, key=len)
        for group in groups:
            if self._groups[group[0]] is not largest:
                largest += group
                self._groups.update(dict.fromkeys(group, largest))

    def of(self, member: T) -> list[T]:
        """What belongs together with this one, itself included."""
        return self._groups.get(member, [member])


class Inheritance:
    """Of classes by their names: `bases` gives those that a class names, `functions` what is in its body."""

    def __init__(
        self, bases: Callable[[str], tuple[str, ...] | None], functions: Callable[[str], Iterable[Scope]]
    ) -> None:
        self._bases, self._functions = bases, functions
        self._linear: dict[str, tuple[str, ...]] = {}
        self._below: dict[str, list[str]] = {}
        self._connected: Groups[str] = Groups()
        self._visible: dict[str, dict[str, Scope]] = {}
        self._versions: Groups[Scope] = Groups()
        self._ordered: dict[Scope, tuple[int, tuple[Scope, ...]]] = {}  # by the first of a group: its size, and it

    def add(self, names: Iterable[str]) -> bool:
        """Take in classes; False if one of them was known as something else, so that all has to be made anew."""
        names = list(names)
        if any(name in self._linear for name in names):
            return False
        for name in names:
            for cls in self.linear(name):
                self._below.setdefault(cls, []).append(name)
            known = (base for base in self._bases(name) or () if self._bases(base) is not None)
            self._connected.unite((name, *known))
            self._see(name)
        return True

    def linear(self, name: str) -> tuple[str, ...]:
        """A class and its bases in the order in which attributes are looked up."""
        if name not in self._linear:
            self._linear[name] = (name,)  # a class can't be its own base
            bases = self._bases(name) or ()
            orders = [self.linear(base) for base in bases]
            self._linear[name] = (name, *(orders[0] if len(orders) == 1 else _merged([*orders, bases])))
        return self._linear[name]

    def below(self, name: str) -> frozenset[str]:
        """A class and all that inherit from it."""
        return frozenset((name, *self._below.get(name, ())))

    def top(self, name: str) -> str:
        """The name of all that inheritance connects with a class, mixins included."""
        return min(self._connected.of(name))

    def override(self, scopes: Iterable[Scope]) -> None:
        """These functions may be called in each other's place."""
        self._versions.unite(scopes)

    def versions(self, scope: Scope) -> tuple[Scope, ...]:
        """The functions that may be called in the place of one."""
        group = self._versions.of(scope)
        size, ordered = self._ordered.get(group[0], (0, ()))
        if size != len(group):
            ordered = tuple(sorted(group, key=lambda g: g.qualname))
            self._ordered[group[0]] = len(group), ordered
        return ordered

    def _see(self, name: str) -> dict[str, Scope]:
        """One version of each method that objects of a class have; those of one name belong together."""
        if name not in self._visible:
            visible = self._visible[name] = {}
            for scope in self._functions(name):
                if scope.name != "__init__":
                    self.override((visible.setdefault(scope.name, scope), scope))
            for base in self._bases(name) or ():
                for attr, scope in self._see(base).items():
                    self.override((visible.setdefault(attr, scope), scope))
        return self._visible[name]


def _merged(orders: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Python's order of several bases; where Python finds none, any will do: the program does not run.

    >>> _merged([("B", "A"), ("C", "A"), ("B", "C")])
    ('B', 'C', 'A')
    """
    result: list[str] = []
    rest = [list(order) for order in orders if order]
    while rest:
        good = (order[0] for order in rest if not any(order[0] in other[1:] for other in rest))
        head = next(good, rest[0][0])
        result.append(head)
        rest = [kept for order in rest if (kept := [name for name in order if name != head])]
    return tuple(result)
