"""Who sees whose memory: pairwise relations between slots, and what they become when a slot is bound or joined.

A slot is a place of the program that can hold an array, written as the program writes it: `x`, `self.w`, `t[0]` for an
item that is told apart, `c[*]` for any element of a container. `HEAP` stands for holders nobody knows, `caller(p)` for
the caller's own name of parameter p.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from functools import lru_cache
from operator import is_not
from typing import Any, NamedTuple, TypeVar

import libcst as cst

from np2tf.analysis.values import BOTTOM, CONTAINERS, Value, capped
from np2tf.analysis.values import join as join_values

V = TypeVar("V")
_DEEPEST = {"same": 6, "may": 1, "perhaps": 1}  # attributes of attributes that an alias of an object takes along
Slot = str
Key = int | str  # of an item: a position in a list, a string in a dict
HEAP: Slot = "<heap>"
TEMP, RETURNED = "<temp", "<temp returned"  # how the slots of values begin that have no name; those of results
BASE, VIEW, SELF = "\x00", "\x01", "\x04"  # placeholders in the texts of a lens


def caller(parameter: str) -> Slot:
    """The slot of the variable that a caller handed in for a parameter."""
    return f"<caller {parameter}>"


@lru_cache(maxsize=1 << 16)
def is_caller(slot: Slot) -> bool:
    """Tell whether a slot stands for a caller's variable, or for what is in the container that it holds."""
    return slot.startswith("<caller ")


def handed_in(slot: Slot) -> str:
    """The parameter that a caller's variable was handed in for.

    >>> handed_in(caller("x")), handed_in(elements_of(caller("x")))
    ('x', 'x')
    """
    return slot[len("<caller ") : slot.index(">")]


def some_object(number: int) -> Slot:
    """The slot of any object of a hierarchy of classes: of one that is not reached by names alone."""
    return f"?{number}"


def former(path: Slot) -> Slot:
    """The slot of what an attribute held before it was bound anew: who got it by then may have it still.

    >>> former("self.w"), is_former(former("self.w")), of_former(former("self.w"))
    ('<former self.w>', True, 'self.w')
    """
    return f"<former {path}>"


def is_former(slot: Slot) -> bool:
    """Tell whether a slot stands for what an attribute held before it was bound anew."""
    return slot.startswith("<former ")


def of_former(slot: Slot) -> Slot:
    """The attribute that a former one was."""
    return slot[len("<former ") : -1]


#: Stands for an attribute of an object, a container or a name of the project that a function has got an array from.
HELD: Slot = former("?.*")


def item_slot(k: int) -> Slot:
    """The slot of the k-th value of an assignment to several targets, until its target gets it."""
    return f"<item {k}>"


def is_item(slot: Slot) -> bool:
    """Tell whether a slot stands for a value on its way to one of several targets."""
    return slot.startswith("<item ") and slot[-1] == ">"


def part_of(slot: Slot, key: Key) -> Slot:
    """The slot of an item of a container.

    >>> part_of("c", 0), part_of("d", "a")
    ('c[0]', 'd["a"]')
    """
    return f"{slot}[{key}]" if isinstance(key, int) else f'{slot}["{key}"]'


@lru_cache(maxsize=1 << 16)
def root(slot: Slot) -> str:
    """The name that a slot hangs on.

    >>> root("self.w"), root("c[*]"), root("x")
    ('self', 'c', 'x')
    """
    if slot[0] == "<":
        return slot[: slot.index(">") + 1]
    for i, char in enumerate(slot):
        if char in ".[":
            return slot[:i]
    return slot


def elements_of(slot: Slot) -> Slot:
    """The slot of all elements of a container; elements of elements of elements are not told apart.

    >>> elements_of("c"), elements_of("c[*]"), elements_of("c[*][*]")
    ('c[*]', 'c[*][*]', 'c[*][*]')
    """
    return slot if slot.endswith("[*][*]") else f"{slot}[*]"


def elements_within(slot: Slot, elem: Value | None) -> list[Slot]:
    """The slots of all elements of a container, and of what is in those if they are containers, too."""
    first = elements_of(slot)
    return [first, elements_of(first)] if elem is not None and elem.kind in CONTAINERS else [first]


class Step(NamedTuple):
    """One step of a lens: how a view is made from its base, and how the base follows from a changed view.

    `forward` is a text with a place for the base, `inverse` one with places for base and view; an empty inverse means
    that there is none. `operands` are the names that both texts read; `stale` says that one of them has changed.
    `parts` holds the constant parts of an index, to tell disjoint views. With a `test` it is a view only where that
    holds, and otherwise shares nothing; `SELF` in it is the view's own name. `node` is the expression whose index may
    get a name, to be read again after its names have changed; not if it has been evaluated anew since: `gone`.
    """

    forward: str
    inverse: str
    operands: frozenset[str] = frozenset()
    parts: tuple[object, ...] | None = None
    stale: bool = False
    why: str = ""  # for steps without an inverse: what the view is, in words
    test: str = ""
    node: cst.Subscript | None = None
    gone: bool = False


class Part(NamedTuple):
    """One of the parts that a text cuts an array into."""

    whole: str
    number: int


Lens = tuple[Step, ...]


class Rel(NamedTuple):
    """How one slot's object stands to another's: `same`, `view` (through `lens`), `base`, `sib`, `perhaps`, `may`.

    `perhaps` is the very same object or one that shares nothing; `may` is anything; with a lens it is that view, or
    shares nothing (seen from the view's side, the lens is not kept).
    """

    kind: str
    lens: Lens = ()


_NONE: Mapping[Slot, Any] = {}
SAME, SIB, PERHAPS, MAY = Rel("same"), Rel("sib"), Rel("perhaps"), Rel("may")


def view(*lens: Step) -> Rel:
    """The relation of a view to its base."""
    return Rel("view", lens) if lens else SAME


def invert(rel: Rel) -> Rel:
    """The relation seen from the other side."""
    if rel.kind == "view":
        return Rel("base", rel.lens)
    if rel.kind == "may":
        return MAY
    return Rel("view", rel.lens) if rel.kind == "base" else rel


def compose(first: Rel, second: Rel) -> Rel | None:
    """How u stands to s, where t stands to s by `first` and u to t by `second`; None if they can't overlap.

    >>> a, b = Step("x[0]", "", parts=(0,)), Step("x[1]", "", parts=(1,))
    >>> compose(invert(view(a)), view(b)) is None
    True
    >>> compose(view(a), view(b)).kind, compose(SAME, view(a)).kind, compose(MAY, SAME).kind
    ('view', 'view', 'may')
    """
    if first is MAY or second is MAY:
        return MAY
    if first.kind == "same":
        return second
    if second.kind == "same":
        return first
    if first.kind == "view" and second.kind == "view":
        return _limited(Rel("view", first.lens + second.lens))
    if first.kind == "base" and second.kind == "base":
        return _limited(Rel("base", second.lens + first.lens))
    if first.kind == "base" and second.kind == "view":
        return None if disjoint(first.lens, second.lens) else SIB
    if first.kind == second.kind == "perhaps":
        return PERHAPS
    if _downwards(first) and _downwards(second):
        return _limited(Rel("may", first.lens + second.lens))
    return MAY if {first.kind, second.kind} & {"may", "perhaps"} else SIB


def _downwards(rel: Rel) -> bool:
    """Whether it is the object itself, or a view of it that is known, or shares nothing."""
    return rel.kind in {"view", "perhaps"} or (rel.kind == "may" and bool(rel.lens))


def _limited(rel: Rel) -> Rel:
    return rel if len(rel.lens) <= 4 else MAY  # chains as long as this widen, so that loops converge


def disjoint(a: Lens, b: Lens) -> bool:
    """Whether two views of one base can't overlap: constant indices that differ, constant slices side by side.

    >>> row = lambda *i: (Step("", "", parts=i),)
    >>> disjoint(row(0), row(1)), disjoint(row((None, 2)), row((2, None))), disjoint(row(0), row(0))
    (True, True, False)
    """
    if not a or not b or a[0].parts is None or b[0].parts is None:
        return False
    return any(_apart(i, j) for i, j in zip(a[0].parts, b[0].parts, strict=False))


def _apart(i: object, j: object) -> bool:
    if isinstance(i, Part) or isinstance(j, Part):
        return isinstance(i, Part) and isinstance(j, Part) and i.whole == j.whole and i.number != j.number
    ranges: list[tuple[int, int | None]] = []
    for part in (i, j):
        if isinstance(part, int):
            if part < 0:
                return isinstance(i, int) and isinstance(j, int) and i < 0 and j < 0 and i != j
            ranges.append((part, part + 1))
        elif isinstance(part, tuple):
            start, stop = part
            if (start or 0) < 0 or (stop is not None and stop < 0):
                return False
            ranges.append((start or 0, stop))
        else:
            return False
    (a, b), (c, d) = ranges
    return (b is not None and b <= c) or (d is not None and d <= a)


class Ev(NamedTuple):
    """What an expression gives: its value, the slots its object relates to, its items, what its elements relate to.

    `keys` are those of a dict's items.
    """

    value: Value
    origins: tuple[tuple[Slot, Rel], ...] = ()
    items: tuple[Ev, ...] | None = None
    held: tuple[tuple[Slot, Rel], ...] = ()
    keys: tuple[Key, ...] = ()

    @property
    def fresh(self) -> bool:
        """Nobody else holds the object."""
        return not self.origins

    @property
    def told(self) -> bool:
        """A new list or dict whose items are known one by one: arrays, numbers, and more of its kind."""
        if self.origins or self.items is None or self.value.kind not in {"list", "dict"}:
            return False
        return all(item.told or item.plain for item in self.items)

    @property
    def plain(self) -> bool:
        """An array or a number, or nothing that is known yet: no container, and no object."""
        return self.value.kind in {"array", "maybe", "number", "bottom"}

    def inner(self, slot: Slot) -> list[tuple[Slot, Ev]]:
        """What is in a container that gets this slot: the slot of each item, and where they are told of those in it."""
        found: list[tuple[Slot, Ev]] = []
        for key, item in zip(self.keys or range(len(self.items or ())), self.items or (), strict=True):
            part = part_of(slot, key)
            found += [(part, item), *(item.inner(part) if self.told and item.told else [])]
        return found


def weaken(ev: Ev) -> Ev:
    """The same, but only perhaps: for the branches of a conditional expression."""
    weaker = {"same": PERHAPS, "perhaps": PERHAPS, "view": None}
    return ev._replace(
        origins=tuple((s, MAY if s == HEAP else weaker.get(r.kind, MAY) or r) for s, r in ev.origins),
        items=None,
    )


class Slots(dict[Slot, V]):
    """Something for each slot; what hangs on a name, `x.w` and `x[0]` on x, is found without going through all.

    >>> slots = Slots[int](); slots["x"] = slots["x[0]"] = slots["y"] = slots["x.w"] = 1
    >>> slots.pop("x[0]"), slots.hanging
    (1, {'x': ('x.w',)})
    """

    def __init__(self) -> None:
        super().__init__()
        self.hanging: dict[str, tuple[Slot, ...]] = {}  # by name, in the order in which they came

    def copy(self) -> Slots[V]:
        """An independent copy."""
        new: Slots[V] = Slots.__new__(Slots)  # not `Slots[V]()`, which takes as long as all the rest
        dict.update(new, self)
        new.hanging = self.hanging.copy()
        return new

    def __setitem__(self, slot: Slot, value: V) -> None:
        if slot not in self and ("." in slot or "[" in slot):
            name = root(slot)
            self.hanging[name] = (*self.hanging.get(name, ()), slot)
        dict.__setitem__(self, slot, value)

    def setdefault(self, slot: Slot, value: Any = None) -> Any:
        if slot not in self:
            self[slot] = value
        return self[slot]

    def update(self, other: Any = (), /, **more: V) -> None:
        for slot, value in dict(other, **more).items():
            self[slot] = value

    def pop(self, slot: Slot, *default: Any) -> Any:
        if slot in self and ("." in slot or "[" in slot):
            name = root(slot)
            left = tuple(other for other in self.hanging[name] if other != slot)
            if left:
                self.hanging[name] = left
            else:
                del self.hanging[name]
        return dict.pop(self, slot, *default)


@lru_cache(maxsize=1 << 16)
def _hanging_on(slot: Slot, slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
    """Those of some slots that hang on one, as `x[0].w` does on `x[0]`."""
    return tuple(other for other in slots if other.startswith((slot + ".", slot + "[")))


Asks = Callable[[str, str], bool]  # whether a scope may ask what has a name for an attribute, see `names_attribute`


def _asks(base: str, attr: str) -> bool:
    return True


@lru_cache(maxsize=1 << 14)
def _together(slots: tuple[Slot, ...], others: tuple[Slot, ...]) -> tuple[Slot, ...]:
    """Slots of two kinds, each once."""
    return tuple(dict.fromkeys(slots + others))


class State:
    """What holds at one point of the program: the value of each bound slot and the relations between slots.

    Copies share the rows of relations until one of them changes its own.
    """

    def __init__(self, asks: Asks = _asks) -> None:
        self.asks = asks
        self.values: Slots[Value] = Slots()
        self.rel: Slots[dict[Slot, Rel]] = Slots()
        self.own: set[Slot] = set()  # whose rows no other state has
        self.items: dict[Slot, dict[Key, Slot]] = {}  # of lists and dicts that nobody else can change: all their items
        self.partial: set[Slot] = set()  # bound on some paths only
        self.operands: set[str] = set()  # names that some lens reads, or has read
        self.nodes: set[cst.Subscript] = set()  # expressions that made some view whose index may change
        self.absent: set[Slot] = set()  # callers' variables that hold None on this path, so that no array is theirs
        self.renewed: set[str] = set()  # names that have been bound anew since the `if` at hand began
        self.private: set[Slot] = set()  # attributes that got new arrays here, which nobody else has seen
        self.reachable = True

    def copy(self) -> State:
        """An independent copy."""
        new = State.__new__(State)
        new.asks = self.asks
        new.values = self.values.copy()
        new.rel, new.own = self.shared(), set()
        new.operands = set(self.operands)
        new.nodes = set(self.nodes)
        new.items = dict(self.items)
        new.partial = set(self.partial)
        new.absent = set(self.absent)
        new.renewed = set(self.renewed)
        new.private = set(self.private)
        new.reachable = self.reachable
        return new

    def become(self, other: State) -> None:
        """Hold what another state holds, which nobody needs any more."""
        self.values, self.rel, self.own, self.items = other.values, other.rel, other.own, other.items
        self.partial, self.operands, self.nodes = other.partial, other.operands, other.nodes
        self.absent, self.renewed, self.reachable = other.absent, other.renewed, other.reachable
        self.private = other.private

    def shared(self) -> Slots[dict[Slot, Rel]]:
        """The rows, for another state to have them, too."""
        self.own.clear()
        return self.rel.copy()

    def row(self, slot: Slot) -> Mapping[Slot, Rel]:
        """The relations of a slot: each other slot, as it stands to this one."""
        return self.rel.get(slot, _NONE)

    def own_row(self, slot: Slot) -> dict[Slot, Rel]:
        """The same, to be changed."""
        row = self.rel.get(slot)
        if row is None or slot not in self.own:
            row = self.rel[slot] = dict(row or ())
            self.own.add(slot)
        return row

    def put_in_place(self, s: Slot, t: Slot, rel: Rel) -> None:
        """Record that `t` stands to `s` by `rel`, whatever stood there before."""
        self.own_row(s)[t] = rel
        self.own_row(t)[s] = invert(rel)

    def relate(self, s: Slot, t: Slot, rel: Rel) -> None:
        """Record that `t` stands to `s` by `rel`; what stood there before is joined."""
        if s == t:
            return
        if self.items:  # a second holder of a container may change it
            self.blur(s)
            self.blur(t)
        row, back = self.rel.get(s), self.rel.get(t)
        old = None if row is None else row.get(t)
        if old is not None:
            if (old is MAY or old == MAY) and back is not None and back.get(s) == MAY:
                return  # nothing is less known
            rel = join_rel(old, rel)
        if rel.lens:
            self._reads(rel)
        if row is None or s not in self.own:  # as `put_in_place`, without calls
            row = self.own_row(s)
        if back is None or t not in self.own:
            back = self.own_row(t)
        row[t], back[s] = rel, rel if rel is MAY else invert(rel)

    def may_share(self, slots: Collection[Slot], others: Sequence[Slot]) -> None:
        """Record that each of some slots may share memory with each of the others: mostly this is known."""
        rows, items = self.rel, self.items
        told = bool(items) and not (items.keys().isdisjoint(slots) and items.keys().isdisjoint(others))
        for t in others:
            row = _NONE if told else rows.get(t, _NONE)
            for s in [s for s in slots if row.get(s) is not MAY or rows[s].get(t) is not MAY]:
                self.relate(s, t, MAY)

    def part(self, s: Slot, t: Slot) -> None:
        """Record that two slots share nothing."""
        for one, other in ((s, t), (t, s)):
            if other in self.row(one):
                del self.own_row(one)[other]

    def kill(self, slot: Slot) -> None:
        """Forget a slot: its name is bound anew, deleted, or dead."""
        rows, own = self.rel, self.own
        if slot in rows:
            for other in rows.pop(slot):
                (rows[other] if other in own else self.own_row(other)).pop(slot, None)
            own.discard(slot)
        if slot in self.values:
            self.values.pop(slot)
        self.items.pop(slot, None)
        self.partial.discard(slot)
        self.private.discard(slot)

    def blur(self, container: Slot) -> None:
        """The items of a container are not told apart any more: what one of them is, any element may be."""
        if container not in self.items:
            return
        if (outer := container.rpartition("[")[0]) in self.items:
            self.blur(outer)
            return
        items = self.items.pop(container)
        rows: list[tuple[Slot, Mapping[Slot, Rel]]] = []
        for slot in items.values():
            self.blur(slot)
            for part in (slot, *self.parts(slot)):
                element = elements_of(container)
                rows.append((elements_of(element) if part != slot else element, self.row(part)))
                self.kill(part)
        for element, row in rows:
            for other in row:
                if other in self.rel:
                    self.relate(other, element, MAY)

    def settled(self, ev: Ev) -> Ev:
        """What was evaluated when the items of some container were told apart: they may be so no longer."""
        if not ev.items:
            for slot, _ in ev.origins + ev.held:
                if slot[-1] == "]":
                    break
            else:
                return ev

        def now(pairs: tuple[tuple[Slot, Rel], ...]) -> tuple[tuple[Slot, Rel], ...]:
            return tuple((self._merged(s), rel if self._merged(s) == s else MAY) for s, rel in pairs)

        items = None if ev.items is None else tuple(map(self.settled, ev.items))
        return ev._replace(origins=now(ev.origins), items=items, held=now(ev.held))

    def _merged(self, slot: Slot) -> Slot:
        """An item, or any element of its container where that is all that is known by now."""
        container, _, key = slot.rpartition("[")
        lost = slot[-1:] == "]" and key != "*]" and slot not in self.values and slot not in self.rel
        return elements_of(self._merged(container)) if lost else slot

    def put(self, container: Slot, key: Key, ev: Ev) -> bool:
        """An item that is told apart gets another object, or a new key its first; False if they are so no longer."""
        for slot in self.resolve(ev):
            self.blur(slot)
        if container not in self.items:
            return False
        part = part_of(container, key)
        self.bind(part, ev, tell=True)
        self.items[container] = {**self.items[container], key: part}
        self.sum_up(container)
        return True

    def take(self, container: Slot, key: int) -> Ev:
        """The object of a list's item, which leaves the list: those behind it move up."""
        items = self.items[container]
        part = items[key]
        found = Ev(self.values.get(part, BOTTOM), ((part, SAME),))
        found = Ev(found.value, tuple((s, rel) for s, rel in self.resolve(found).items() if s != part))
        last = len(items) - 1
        for k in range(key, last):
            self.bind(items[k], Ev(self.values.get(items[k + 1], BOTTOM), ((items[k + 1], SAME),)))
        self.kill(items[last])
        self.items[container] = {k: slot for k, slot in items.items() if k != last}
        self.sum_up(container)
        return found

    def sum_up(self, container: Slot) -> None:
        """What the elements of a container are, by its items."""
        slots = list(self.items[container].values())
        value = self.values[container]
        elem = BOTTOM
        for slot in slots:
            elem = join_values(elem, self.values.get(slot, BOTTOM))
        leaves = [part for slot in slots for part in (slot, *self.parts(slot))]
        shared = any(t in self.row(s) for s in leaves for t in leaves) or sum(HEAP in self.row(s) for s in leaves) > 1
        self.values[container] = value._replace(elem=capped(elem), distinct=not shared)
        outer = container.rpartition("[")[0]
        if outer in self.items:
            self.sum_up(outer)

    def parts(self, name: str) -> list[Slot]:
        """The slots that hang on a slot: its attributes and elements."""
        on = root(name) if "." in name or "[" in name or name[0] == "<" else name
        hanging, more = self.values.hanging.get(on), self.rel.hanging.get(on)
        if hanging is None or more is None:
            hanging = hanging or more or ()
        elif hanging != more:
            hanging = _together(hanging, more)
        if on == name and name[0] != "<":
            return [*hanging]
        return [*_hanging_on(name, hanging)] if hanging else []

    def stale(self, name: str) -> None:
        """A name changed: lenses that read it can't be replayed any more."""
        self.renewed.add(name)
        if name not in self.operands:
            return
        self._change_lenses(lambda step: step._replace(stale=True) if name in step.operands else step)

    def evaluated(self, node: cst.Subscript) -> None:
        """An expression is evaluated: what its index was before has no name any more."""
        if node not in self.nodes:
            return
        self._change_lenses(lambda step: step._replace(gone=True) if step.node is node else step)

    def _change_lenses(self, change: Callable[[Step], Step]) -> None:
        """Change the steps of all lenses; one that stays as it is comes back as it is."""
        for s, row in self.rel.items():
            for t, rel in [pair for pair in row.items() if pair[1].lens]:
                steps = tuple(map(change, rel.lens))
                if any(map(is_not, steps, rel.lens)):
                    self.own_row(s)[t] = Rel(rel.kind, steps)

    def resolve(self, ev: Ev) -> dict[Slot, Rel]:
        """How the object of `ev` stands to every slot it relates to, directly and through others."""
        row: dict[Slot, Rel] = {}
        if len(ev.origins) == 1 and ev.origins[0][1] is SAME:  # a name, as mostly: what stands to that stands to this
            slot = ev.origins[0][0]
            row[slot] = SAME
            for other, to_other in self.rel.get(slot, _NONE).items():
                row[other] = to_other if to_other is MAY else invert(to_other)
            return row

        def add(slot: Slot, rel: Rel | None) -> None:
            if rel is not None:
                row[slot] = rel if slot not in row else join_rel(row[slot], rel)

        direct = dict(ev.origins)
        rows = self.rel
        for slot, rel in ev.origins:
            if rel is MAY:
                row[slot] = MAY
            else:
                add(slot, rel)
            if rel.kind == "may" and not rel.lens:  # whatever shares memory with the slot may do so with the object
                if slot not in rows:
                    continue
                others = dict.fromkeys(rows[slot], MAY)
                for other in direct:
                    others.pop(other, None)
                row.update(others)
                continue
            for other, to_other in self.row(slot).items():
                if other not in direct:
                    add(other, compose(invert(to_other), rel))
        return row

    def bind(self, slot: Slot, ev: Ev, *, tell: bool = False) -> None:
        """Bind a slot: what hung on it is forgotten, the row of what it gets is taken over.

        With `tell`, the items of a new list or dict are told apart.
        """
        for source, _ in ev.origins:
            self.blur(source)
        tell = tell and ev.told
        if not (ev.origins or ev.items or ev.held or tell):  # something new, and nothing is in it
            for old in (slot, *self.parts(slot)):
                self.kill(old)
            self.stale(slot)
            self.values[slot] = ev.value
            return
        if ev.value.kind in {"list", "dict"} and not tell:
            ev = ev._replace(items=None, keys=())
        inner = ev.inner(slot)
        if tell or (inner and all(item.plain for _, item in inner)):
            ev = ev._replace(held=())  # each of them stands in a slot of its own
        row = self.resolve(ev)
        parts = self.parts(slot)
        items = [self.resolve(item) for _, item in inner]
        between = self._between(inner, items)
        held = self.resolve(Ev(ev.value, ev.held)) if ev.held else {}
        carried = self._carried(slot, ev)
        for part, item in inner:
            if not (item.plain or tell):  # a container or an object
                inside = self.resolve(Ev(BOTTOM, tuple((s, MAY) for s, _ in item.held)))
                carried += [*self._carried(part, item), (elements_of(part), BOTTOM, inside)]
        between += self._across([(part, item_row) for (part, _), item_row in zip(inner, items, strict=True)], carried)
        for old in (slot, *parts):
            self.kill(old)
        self.stale(slot)
        gone = {slot, *parts}
        self.values[slot] = ev.value
        self._enter(slot, row, gone)
        for (part, item), item_row in zip(inner, items, strict=True):
            self.values[part] = item.value
            for other, rel in item_row.items():
                if other not in gone:
                    self.relate(other, part, _reading(rel, slot))
        for part in elements_within(slot, ev.value.elem) if held else ():
            self._enter(part, dict.fromkeys(held, MAY), gone)
        for part, value, part_row in carried:
            self.values[part] = value
            self._enter(part, part_row, gone)
        for one, two, rel in between:
            self.relate(one, two, rel)
        if tell:
            self._told(slot, ev)

    def _enter(self, slot: Slot, row: Mapping[Slot, Rel], gone: Set[Slot]) -> None:
        """Relate a slot to others, except for some: as `relate` for each, but where nothing is known of it yet, which
        is what an analysis does most, without calls."""
        rows, own = self.rel, self.own
        if rows.get(slot) or slot in self.items or not self.items.keys().isdisjoint(row):
            for other, rel in row.items():
                if other not in gone:
                    self.relate(other, slot, _reading(rel, slot))
            return
        new: dict[Slot, Rel] = {}
        for other, rel in row.items():
            if other in gone or other == slot:
                continue
            back = rows.get(other)
            if back is None or other not in own:
                back = self.own_row(other)
            if rel is MAY:
                new[other] = back[slot] = MAY
                continue
            rel = _reading(rel, slot)
            self._reads(rel)
            new[other], back[slot] = invert(rel), rel
        if new:
            self.rel[slot] = new
            own.add(slot)

    def _reads(self, rel: Rel) -> None:
        """Note what a relation is made again with."""
        for step in rel.lens:
            self.operands |= step.operands
            if step.node is not None:
                self.nodes.add(step.node)

    def _told(self, slot: Slot, ev: Ev) -> None:
        keys = ev.keys or range(len(ev.items or ()))
        self.items[slot] = {key: part_of(slot, key) for key in keys}
        for key, item in zip(keys, ev.items or (), strict=True):
            if item.told:
                self._told(part_of(slot, key), item)
        self.sum_up(slot)

    @staticmethod
    def _between(items: list[tuple[Slot, Ev]], rows: list[dict[Slot, Rel]]) -> list[tuple[Slot, Slot, Rel]]:
        """How the items of a container stand to each other, by what they have in common."""
        found = []
        for i, (part, item) in enumerate(items):
            for j in range(i + 1, len(items)):
                for slot, rel in item.origins:
                    other = rows[j].get(slot)
                    both = compose(invert(rel), other) if other is not None else None
                    if both is not None and slot != HEAP:
                        found.append((part, items[j][0], both))
        return found

    @staticmethod
    def _across(
        items: list[tuple[Slot, dict[Slot, Rel]]], carried: list[tuple[Slot, Value, dict[Slot, Rel]]]
    ) -> list[tuple[Slot, Slot, Rel]]:
        """How what a container's items bring along stands to the items, and to what others bring, by what they have in
        common."""
        found = []
        inside = [(part, row) for part, _, row in carried]
        for i, (one, row) in enumerate(inside if items or len(inside) > 1 else ()):
            back = [(slot, invert(rel)) for slot, rel in row.items() if slot != HEAP]
            for two, other in (*items, *inside[:i]):
                if one == two:
                    continue
                for slot, rel in back:
                    if slot in other and (both := compose(rel, other[slot])) is not None:
                        found.append((one, two, both))
                        break
        return found

    def _carried(self, slot: Slot, ev: Ev) -> list[tuple[Slot, Value, dict[Slot, Rel]]]:
        """What an alias of a container or object takes along: its items, elements and attributes.

        What lies deeper, as in an object that may have itself for an attribute, gets no slot: anybody may hold it. Nor
        do attributes that nothing here names, where it is not certain that it is this object: it may be one of many
        that have a hundred of them.
        """
        taken, deep = [], []
        for source, rel in ev.origins:
            if rel.kind not in _DEEPEST or source == HEAP:
                continue
            for part in self.parts(source):
                new = slot + part[len(source) :]
                if part[len(source)] == ".":
                    if ev.plain:
                        continue  # that is an attribute of an object, which this may not be
                    if rel.kind != "same" and not self._asked(slot, part[len(source) + 1 :]):
                        continue
                if new.count("[") > 2:
                    new = elements_of(elements_of(root(slot) if "." not in slot else slot.partition("[")[0]))
                if part.count(".", len(source)) > _DEEPEST[rel.kind]:
                    deep.append(part)
                else:
                    taken.append((part, new, rel))
        self.escape(deep)
        found = []
        for part, new, rel in taken:
            row = self.resolve(Ev(BOTTOM, ((part, SAME if rel.kind == "same" and "[*]" not in part else MAY),)))
            found.append((new, self.values.get(part, BOTTOM), row))
        return found

    def _asked(self, slot: Slot, path: str) -> bool:
        """Whether the scope may ask what a slot has for an attribute of an attribute, `w` or `k.w[*]`."""
        base = slot.rpartition(".")[2]
        base = base if base.isidentifier() else ""
        for part in path.split("."):
            attr = part.partition("[")[0]
            if not self.asks(base, attr):
                return False
            base = attr if attr == part else ""
        return True

    def escape(self, slots: Iterable[Slot]) -> None:
        """Somebody unknown holds these from now on, and their elements; who holds an object reaches its attributes
        only through it."""
        known: set[Slot] | None = None
        rows, items = self.rel, self.items
        for slot in dict.fromkeys(slots):
            if slot == HEAP:
                continue
            if items:
                self.blur(slot)
            parts = self.parts(slot)
            for part in (slot, *[p for p in parts if p[len(slot)] == "["]) if parts else (slot,):
                row = rows.get(part, _NONE)
                if row.get(HEAP) is not MAY or rows.get(HEAP, _NONE).get(part) is not MAY or part in items:
                    self.relate(HEAP, part, MAY)
                    row = rows.get(part, _NONE)
                if known is None:
                    known = self._least_known(row)
                if row.keys() <= known and not (items and not items.keys().isdisjoint(row)):
                    continue
                for other in list(row):  # it sees whatever shares memory with what it got
                    if other not in known or other in items:
                        self.relate(HEAP, other, MAY)
                        known.add(other)

    def _least_known(self, slots: Iterable[Slot]) -> set[Slot]:
        """Those among some slots of which it is known already that anybody may hold them, and no more than that."""
        held, rel = self.row(HEAP), self.rel
        return {HEAP, *(s for s in slots if held.get(s) is MAY and rel[s].get(HEAP) is MAY)}

    def drop(self, dead: Callable[[Slot], bool]) -> None:
        """Forget slots that nobody reads any more."""
        for slot in [s for s in self.rel if dead(s)]:
            self.kill(slot)

    def __eq__(self, other: object) -> bool:
        if (
            not isinstance(other, State)
            or self.reachable != other.reachable
            or self.values != other.values
            or self.items != other.items
            or self.partial != other.partial
            or self.absent != other.absent
            or self.private != other.private
        ):
            return False
        if self.rel == other.rel:
            return True
        return {s: r for s, r in self.rel.items() if r} == {s: r for s, r in other.rel.items() if r}

    __hash__ = None  # type: ignore[assignment]


def _reading(rel: Rel, name: str) -> Rel:
    """A relation whose view was selected by what the name held before: `x = v if len(x) else v[1:]`."""
    if not rel.lens or not any(name in step.operands for step in rel.lens):
        return rel
    return Rel(rel.kind, tuple(s._replace(stale=True) if name in s.operands else s for s in rel.lens))


def join_rel(a: Rel, b: Rel) -> Rel:
    """What holds when one of two relations holds."""
    if a == b:
        return a
    if {a.kind, b.kind} <= {"same", "perhaps"}:
        return PERHAPS
    kind = a.kind if a.kind == b.kind else "may" if {a.kind, b.kind} == {"view", "may"} else ""
    if not kind or len(a.lens) != len(b.lens):
        return MAY
    if settled(a.lens) != settled(b.lens):
        return MAY
    return Rel(kind, tuple(_either_step(x, y) for x, y in zip(a.lens, b.lens, strict=True)))


def _either_step(a: Step, b: Step) -> Step:
    return a._replace(stale=a.stale or b.stale, gone=a.gone or b.gone, node=a.node if a.node is b.node else None)


def settled(lens: Lens) -> Lens:
    """What a lens is, whatever has changed since."""
    return tuple(step._replace(stale=False, gone=False, node=None) for step in lens)


def or_none(rel: Rel) -> Rel:
    """What holds when a relation holds or the two share nothing."""
    if rel.kind in {"same", "perhaps"}:
        return PERHAPS
    if rel.kind == "sib" or rel is MAY:
        return rel
    return Rel("may", rel.lens) if rel.kind in {"view", "may"} and rel.lens else MAY


def join(a: State, b: State) -> State:
    """The state after two paths meet."""
    if not a.reachable:
        return b.copy()
    if not b.reachable:
        return a.copy()
    if a.items != b.items:
        a, b = a.copy(), b.copy()
        for container in [*a.items, *b.items]:
            if a.items.get(container) != b.items.get(container):
                a.blur(container)
                b.blur(container)
    new = State(a.asks)
    new.items = dict(a.items)
    new.operands = a.operands | b.operands
    new.nodes = a.nodes | b.nodes
    new.renewed = a.renewed | b.renewed
    new.absent = a.absent & b.absent
    new.partial = a.partial | b.partial | {s for s in a.values.keys() ^ b.values.keys() if "." not in s}
    new.values = a.values.copy()
    for slot, right in b.values.items():
        left = a.values.get(slot)
        if left is not right:
            new.values[slot] = join_values(left or BOTTOM, right)
    new.rel = a.shared()
    b.own.clear()
    for s in [*a.rel, *(s for s in b.rel if s not in a.rel)]:
        row, other_row = a.rel.get(s, _NONE), b.rel.get(s, _NONE)
        if row is other_row or row == other_row:
            if not row:
                new.rel.pop(s, None)
            continue
        new.rel[s] = _join_rows(s, row, other_row, a, b)
        new.own.add(s)
    new.private = a.private & b.private
    new.escape(sorted(a.private ^ b.private))
    return new


def _join_rows(s: Slot, row: Mapping[Slot, Rel], other_row: Mapping[Slot, Rel], a: State, b: State) -> dict[Slot, Rel]:
    """The relations of a slot in one of two states. Where only one of them relates it to another slot, the two may
    share nothing, if both are there in the other state."""
    joined = dict(row)
    there = _is_there(s, b)
    for t, left in row.items():
        right = other_row.get(t)
        if right is None:
            if there and _is_there(t, b):
                joined[t] = or_none(left)
        elif right is not left:
            joined[t] = join_rel(left, right)
    there = _is_there(s, a)
    for t, right in other_row.items():
        if t not in row:
            joined[t] = or_none(right) if there and _is_there(t, a) else right
    return joined


def _is_there(slot: Slot, state: State) -> bool:
    """Whether a slot may stand for an array in a state."""
    return (slot in state.values or slot[0] == "<" or "." in slot) and slot not in state.absent
