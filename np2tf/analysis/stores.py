"""Bindings and stores: what a target takes on, and how a place where an array changes is made again."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import libcst as cst

from np2tf.analysis.expressions import INDEXER, RESTORED, UNKNOWN_CLASS, index_text, is_numpy, through
from np2tf.analysis.holders import last_name
from np2tf.analysis.items import MOST, worth_telling
from np2tf.analysis.properties import is_accessor, is_setter, reads_first
from np2tf.analysis.reading import is_dict_of_object
from np2tf.analysis.relations import (
    BASE,
    HEAP,
    MAY,
    PERHAPS,
    SAME,
    SELF,
    TEMP,
    VIEW,
    Ev,
    Rel,
    Slot,
    State,
    Step,
    elements_of,
    former,
    handed_in,
    is_caller,
    is_former,
    item_slot,
    of_former,
    root,
    view,
)
from np2tf.analysis.scopes import Scope
from np2tf.analysis.tables import AttrKey, ModuleInfo
from np2tf.analysis.taken import Taken
from np2tf.analysis.update import plan
from np2tf.analysis.values import (
    ARRAY,
    BOTTOM,
    CONTAINERS,
    HOST_KINDS,
    NUMBER,
    UNKNOWN,
    Value,
)
from np2tf.analysis.values import join as join_values
from np2tf.facts import RUNTIME, Place, Problem, Store, Update
from np2tf.tree import constant_int, dotted, index_parts, literal, names_read, shorten, walk

#: What goes through an array as it lies in memory, transposed or not.
IN_MEMORY = frozenset(
    {
        "ndarray.resize",
        "numpy.random.Generator.random",
        "numpy.random.Generator.standard_exponential",
        "numpy.random.Generator.standard_gamma",
        "numpy.random.Generator.standard_normal",
    }
)
_KNOWN = frozenset({"same", "view", "base", "sib"})


class Stores(Taken):
    """What is bound and what is stored."""

    def _hold(self, ev: Ev, prefix: str = TEMP) -> Ev:
        """Keep a value that several targets get under a name of its own, so that they all hold one object."""
        temp = f"{prefix} {len(self.temps)}>"
        self.temps.append(temp)
        if ev.value.kind in {"list", "dict"}:
            inside = tuple((s, MAY) for item in ev.items or () for s, _ in self.content(item))
            ev = ev._replace(items=None, keys=(), held=(*ev.held, *inside))  # which it need not hold for long
        self.state.bind(temp, ev)
        return self._from_temp(temp, ev)

    def _from_temp(self, temp: Slot, ev: Ev) -> Ev:
        if ev.value.kind in {"number", "function", "class", "module"}:
            return ev
        inner = None
        if temp in self.state.items:
            return self.container(temp)._replace(origins=())  # it moves to its target
        if ev.items is not None:
            inner = tuple(self._from_temp(f"{temp}[{k}]", item) for k, item in enumerate(ev.items))
        return Ev(ev.value, ((temp, SAME),), inner)

    def _release(self) -> None:
        temp = self.temps.pop()
        for part in (temp, *self.state.parts(temp)):
            self.state.kill(part)

    def bind(self, target: cst.BaseExpression, ev: Ev, value: cst.BaseExpression | None = None) -> None:
        if isinstance(target, cst.Name):
            if value is not None:
                self.note_source(target.value, ev, value)
            if target.value in self.scope.params:
                self.note_callable((self.scope, target.value), ev.value, value)
            self.bind_name(target.value, ev)
        elif isinstance(target, (cst.Tuple, cst.List)):
            self._unpack(target, ev)
        elif isinstance(target, cst.StarredElement):
            self.bind(target.value, Ev(Value("list", elem=UNKNOWN), (), None, ev.origins))
        elif isinstance(target, cst.Attribute):
            self._bind_attribute(target, ev, value)
        elif isinstance(target, cst.Subscript):
            self._store_item(target, ev)
        else:
            self.ev(target)

    def bind_before(
        self,
        later: Iterable[cst.BaseExpression],
        target: cst.BaseExpression,
        ev: Ev,
        value: cst.BaseExpression | None = None,
    ) -> None:
        """Bind a target that others of the statement follow: what they read is in use until then."""
        around = self.read_here
        self.read_here = around.union(*map(_read_by, later))
        self.bind(target, ev, value)
        self.read_here = around

    def bind_name(self, name: str, ev: Ev) -> None:
        """A plain name gets a new object."""
        tell = self.tells(name) and worth_telling(ev)
        left = self._attributes_left_behind(name, ev)
        scope = self.scope
        if self.unreached and (scope, name) in self.tables.names:
            return  # what it holds was bound where the program does get to
        if scope.kind == "function" and len(scope.bound.get(name, ())) > 1:
            several = self.handed_over if ev.value.kind == "function" else self.tables.let_loose
            several(ev.value)  # calls of one of several functions are not followed
        owner = scope.owner(name)
        if owner is not None and owner is not scope:
            self.tables.grow(self.tables.names, (owner, name), ev.value)
            self.leak(ev, f"the outer name `{name}` holds it")
            if inside := [pair for pair in self.content(ev) if pair not in ev.origins]:
                self.escape(Ev(UNKNOWN, tuple(inside)), f"the outer name `{name}` holds it")
            self.state.bind(name, ev)
            self.state.relate(HEAP, name, MAY)
            return
        if name in scope.rebound:
            ev = ev._replace(value=join_values(ev.value, self.tables.names.get((scope, name), BOTTOM)))
        self.state.bind(name, ev, tell=tell)
        if left:
            self.reasons[name] = f"`{left[0]}` still holds it"
            self.state.escape([name])
        if scope.kind in {"module", "class"} or name in scope.captured:
            self.tables.grow(self.tables.names, (scope, name), ev.value)
        if scope.kind == "class":
            self.state.escape([name])
        tables, key = self.tables, (scope, name)
        why = tables.held_by_others(key) if scope in tables.circular else tables.leaked.get(key)
        if why is None and name in scope.replaced:
            why = "an inner function binds the name anew"
        if why is not None and ev.value.kind not in {"number", "function", "class", "module"}:
            self.reasons[name] = why
            self.state.escape([name])

    def _attributes_left_behind(self, name: str, ev: Ev) -> list[Slot]:
        """An object that others hold loses this name: who took an array from it stays related to it unseen. Those that
        the name itself gets are returned: `x = x.w`."""
        if not self.state.row(name) and not self._held_without_a_name(name):
            return []
        again = self.live.head.get(self.statement, frozenset())  # what the next turn of a loop reads
        for path in self.state.parts(name):
            if path[len(name)] == "." and "[" not in path:
                for other in list(self.state.row(path)):
                    if other[0] != "<" and "." not in other and (self._is_live(other) or root(other) in again):
                        self._unown(path, f"`{other}` got it from `{path}`, and `{name}` is something else by now")
                        self.state.relate(HEAP, other, MAY)
        held = [slot for slot, _ in (self.content(ev) if ev.value.may_be_array or ev.value.kind in CONTAINERS else ())]
        held += [other for slot in held if slot.startswith((TEMP, "<item")) for other in self.state.row(slot)]
        own = [slot for slot in held if slot.startswith(f"{name}.")]
        for path in own:
            self._unown(path, f"`{name}` got it from `{path}`, and that object has this name no more")
        return own

    def _held_without_a_name(self, slot: Slot) -> bool:
        """Whether something may have an object without being related to its name: a `with` statement that it was
        entered by, or a method that is a value."""
        value = self.state.values.get(slot, UNKNOWN)
        if slot in self.entered or (value.kind == "unknown" and self.tables.any_held_by_methods()):
            return True
        known = value.kind == "object" and self.tables.known(value.name)
        return known and self.tables.hierarchy(value.name or "") in self.tables.held_by_methods

    def _unpack(self, target: cst.Tuple | cst.List, ev: Ev) -> None:
        if ev.value.kind == "maybe":  # a number can't be taken apart
            ev = ev._replace(value=ev.value._replace(kind="array"))
        names = [e.value for e in target.elements]
        starred = any(isinstance(e, cst.StarredElement) for e in target.elements)
        if ev.items is not None and len(ev.items) == len(names) and not starred:
            statement = self.statement
            whole = isinstance(statement, cst.Assign) and [t.target for t in statement.targets] == [target]
            temps = [item_slot(k) if whole else f"<temp {len(self.temps) + k}>" for k in range(len(names))]
            self.temps += temps
            items = self._exchanged(target, statement.value, ev.items) if isinstance(statement, cst.Assign) else None
            self.exchanging = items is not None
            for temp, item in zip(temps, items or ev.items, strict=True):  # all values exist before any target is bound
                self.state.bind(temp, item, tell=worth_telling(item))
            for k, (name, temp, item) in enumerate(zip(names, temps, ev.items, strict=True)):
                self.consumed = temp
                self.bind_before(names[k + 1 :], name, self._from_temp(temp, item))
                self.consumed = ""
                for part in (temp, *self.state.parts(temp)):
                    self.state.kill(part)
                self.temps.remove(temp)
            self.exchanging = False
            return
        if ev.value.kind == "array" and ev.value.ndim == 1:  # numbers, which are all there before any target is bound
            for k, element in enumerate(target.elements):
                many = isinstance(element, cst.StarredElement)
                number = Ev(Value("list", elem=NUMBER, distinct=True) if many else NUMBER)
                self.bind_before(names[k + 1 :], element.value, number)
            return
        ev = self._hold(ev)  # one of the targets may be the name of what is taken apart
        item = self.element(ev)
        if ev.value.kind == "array" and not starred and ev.value.ndim != 1:
            for k, element in enumerate(target.elements):
                self.bind_before(names[k + 1 :], element.value, _row(ev, k))
            self._share_nothing(names)  # rows, or numbers, of one array
            self._release()
            return
        if ev.value.kind == "array" and ev.value.ndim is None:
            item = Ev(Value("maybe"), tuple((s, MAY) for s, _ in ev.origins))
        after_star = 0
        for k, element in enumerate(target.elements):
            given = item
            if isinstance(element, cst.StarredElement):
                given = Ev(Value("list", elem=item.value), (), None, item.origins)
                after_star = len(target.elements)
            elif ev.value.kind == "array" and ev.value.ndim:
                given = _row(ev, k - after_star)
            elif ev.value.kind == "tuple" and ev.value.items is not None and k < len(ev.value.items):
                value = ev.value.items[k]
                held = () if value.kind == "number" else tuple((s, MAY) for s, _ in (*ev.held, *item.origins))
                given = Ev(value, held)
            self.bind_before(names[k + 1 :], element.value, given)
        if ev.value.distinct and ev.value.elem is not None and ev.value.elem.kind in {"array", "maybe"}:
            self._share_nothing(names)
        self._release()

    def _exchanged(
        self, target: cst.Tuple | cst.List, values: cst.BaseExpression, items: tuple[Ev, ...]
    ) -> tuple[Ev, ...] | None:
        """`x[i], x[j] = x[j], x[i]` where it is not known whether these are rows, which show what is assigned first, or
        numbers, or items of a list: told at run time. None if this is something else."""
        inside = [e.value for e in (*target.elements, *getattr(values, "elements", ()))]
        slots = {self.path(node.value) if isinstance(node, cst.Subscript) else None for node in inside}
        slot = slots.pop()
        if slots or slot is None or len(inside) != 2 * len(items) or slot not in self.state.values:
            return None
        if self.state.values[slot].kind not in {"array", "maybe", "unknown"}:
            return None
        found = []
        for node, item in zip(inside[len(items) :], items, strict=True):
            assert isinstance(node, cst.Subscript)
            if item.value.kind in {"maybe", "unknown"} and item.origins:
                if not all(self._same_after(part, slot) for part in index_parts(node)):
                    return None
                text = index_text(self.module.source.code, node, index_parts(node))
                step = Step(f"{RUNTIME}.functional.refreshed({SELF}, {BASE}, {text})", "", names_read(node))
                item = item._replace(origins=((slot, view(step)),), items=None, held=())
            found.append(item)
        return tuple(found)

    def _same_after(self, part: cst.BaseExpression | cst.Slice, slot: Slot) -> bool:
        """Whether an index, of whatever kind, is what it was after an assignment to an item of a slot."""
        if isinstance(part, cst.BinaryOperation):
            return self._same_after(part.left, slot) and self._same_after(part.right, slot)
        if isinstance(part, cst.Name) and self.settled(part.value) and self.ev(part).value.kind != "object":
            return part.value != slot and slot not in self.state.row(part.value)
        return self.repeatable(part)

    def _share_nothing(self, targets: list[cst.BaseExpression]) -> None:
        """What several names have got shares nothing."""
        names = dict.fromkeys(target.value for target in targets if isinstance(target, cst.Name))
        slots = [(name, *self.state.parts(name)) for name in names] if len(names) == len(targets) else ()
        for some, others in itertools.combinations(slots, 2):
            for one, two in itertools.product(some, others):
                self.state.part(one, two)

    def _shape_evidence(self, node: cst.Assign) -> None:
        """`n, m = x.shape` tells the dimensions of x."""
        target = node.targets[0].target
        if not isinstance(target, (cst.Tuple, cst.List)):
            return
        if not any(isinstance(e, cst.StarredElement) for e in target.elements):
            self._has_dimensions(self._asked_of(node.value, "shape"), len(target.elements))

    def _asked_of(self, node: cst.BaseExpression, attr: str) -> tuple[Slot, bool] | None:
        """The slot whose attribute an expression is, `x.ndim` or `np.ndim(x)`, and whether only arrays have that."""
        alone = isinstance(node, cst.Attribute)
        if isinstance(node, cst.Attribute) and node.attr.value == attr:
            owner = node.value
        elif isinstance(node, cst.Call) and len(node.args) == 1 and not node.args[0].star:
            owner = node.args[0].value
            if attr == "ndim" and isinstance(node.func, cst.Name) and node.func.value == "len":
                return self._asked_of(owner, "shape") if self.scope.owner("len") is None else None
            named = (dotted(node.func) or "").rpartition(".")[2] == attr
            if not named or self.ev(node.func).value.name != f"numpy.{attr}":
                return None
        else:
            return None
        slot = self.path(owner)
        return None if slot is None or slot not in self.state.values else (slot, alone)

    def _has_dimensions(self, asked: tuple[Slot, bool] | None, ndim: int) -> None:
        """What was asked for its dimensions has so many, under all its names."""
        if asked is None:
            return
        slot, alone = asked
        kinds = {"array", "maybe", "unknown"} if alone else {"array", "maybe"}  # lists have a shape for `np.shape`
        for name in (slot, *(s for s, r in self.state.row(slot).items() if r == SAME and s in self.state.values)):
            value = self.state.values[name]
            if value.kind in kinds:
                self.state.values[name] = value._replace(kind="array", ndim=ndim)

    def _store_item(self, target: cst.Subscript, ev: Ev) -> None:
        """`x[i] = v`."""
        if self._put(target, ev):
            return
        base = self.ev(target.value)
        self._put_into_attributes(target, ev)
        self.waiting += [ev, base]
        for part in index_parts(target):
            self.index_ev(part)
        del self.waiting[-2:]
        if base.value.kind == "object" and self.tables.known(base.value.name):
            self._special_method(self.tables.method(base.value.name or "", "__setitem__"), "__setitem__", ev)
        if base.value == INDEXER:
            self.escape(ev, f"`{shorten(self.module.source.code(target))}` may hold it")
            self.record(Store("item", self.statement, target, base.value, host=True))
            return
        if base.value.kind in CONTAINERS or (base.value.kind == "object" and not is_numpy(base.value.name or "")):
            self.grow_container(target.value, base, ev.value, ev.fresh, [s for s, _ in self.content(ev)])
            self.record(Store("item", self.statement, target, base.value, host=True))
            return
        if (
            base.value.kind == "object"
            and base.value.name == "numpy.flatiter"
            and isinstance(target.value, cst.Attribute)
        ):
            inner = self.ev(target.value.value)
            self.record(Store("item", self.statement, target, inner.value, rebound=self._rebound()))
            return
        if base.value.kind in HOST_KINDS or self._string_index(target):
            self.record(Store("item", self.statement, target, base.value, host=True))
            if base.value.kind in {"class", "function", "module"}:  # `sys.modules[name] = x`
                self.escape(ev, f"`{shorten(self.module.source.code(target))}` holds it")
            if base.value.kind == "unknown":
                self.grow_container(target.value, base, ev.value, ev.fresh, [s for s, _ in self.content(ev)])
            return
        unknown = base.value.kind in {"unknown", "bottom"} and not self.exchanging
        if unknown and ev.value.kind != "number":  # perhaps a list, which now holds it
            self.escape(ev, f"`{shorten(self.module.source.code(target.value))}` may be a container that holds it")
        self.record(Store("item", self.statement, target, base.value, rebound=self._rebound()))

    def _rebound(self) -> frozenset[str]:
        """The names in the statement that inner functions, or others of the module, bind anew."""
        owners = ((name, self.scope.owner(name)) for name in names_read(self.statement))
        return frozenset(name for name, owner in owners if owner is not None and name in owner.rebound)

    def _put_into_attributes(self, target: cst.Subscript, ev: Ev) -> None:
        """`math.__dict__["a"] = x`, `vars(math)[name] = x`."""
        through = target.value
        if is_dict_of_object(through):
            owner = cst.ensure_type(through, cst.Attribute).value
        elif (
            isinstance(through, cst.Call)
            and len(through.args) == 1
            and self.ev(through.func).value.name == "builtins.vars"
        ):
            owner = through.args[0].value
        else:
            return
        key = index_parts(target)[0]
        name = str(literal(key)) if isinstance(key, cst.SimpleString) else "*"
        self.bound_in_a_module(self.ev(owner).value, name, ev.value)

    def _put(self, target: cst.Subscript, ev: Ev) -> bool:
        """An item that is told apart gets something else."""
        container = self.told(target.value)
        key = None if container is None else self.key_of(container, target)
        fits = ev.plain or worth_telling(ev)
        if container is None or key is None or not fits or len(self.state.items[container]) >= MOST:
            return False
        self.after(index_parts(target)[0], ev)  # type: ignore[arg-type]
        if not self.state.put(container, key, ev):
            return False
        self.grown(root(container))
        self.record(Store("item", self.statement, target, self.state.values[container], host=True))
        return True

    def grown(self, name: str) -> None:
        self._grow_tables(name, self.state.values[name])

    def _special_method(self, methods: Sequence[Scope], name: str, ev: Ev) -> None:
        """A statement runs a method of the project's that gets a value."""
        if not methods:
            return
        self.waiting.append(ev)
        self.impure(self.statement, methods)
        self.waiting.pop()
        if not ev.fresh and ev.value.kind not in {"number", "function", "class", "module"}:
            taken = [(scope, param) for scope in methods for param in scope.params]
            for key in [key for scope, param in taken for key in self.tables.kept_in(scope, param)]:
                self.tables.note(self.tables.unowned, key, f"`{name}` keeps what it is given")
            self.escape(ev, f"`{name}` of an object got it")

    @staticmethod
    def _string_index(target: cst.Subscript) -> bool:
        parts = index_parts(target)
        return len(parts) == 1 and isinstance(parts[0], (cst.SimpleString, cst.FormattedString, cst.ConcatenatedString))

    def record(self, store: Store) -> None:
        """Find out what a store asks for, and enter it."""
        if store.value.kind == "bottom" and not self.final:
            return  # nothing is known of it yet
        self.assumed = False
        if store.value.name == "numpy.flatiter" and isinstance(getattr(store.target, "value", None), cst.Name):
            what = "this writes through `.flat` of an array, which has got another name"
            problem = Problem("NT103", what, "write `x.flat[...] = ...` with the array's name")
            self.facts.stores[store.statement, store.target] = replace(store, problem=problem, host=False)
            return
        key = (store.statement, store.target if store.form != "out" else store.call or store.target)
        if store.form == "out":
            key = (store.statement, store.target)
        facts = self.facts
        numbers = store.form == "item_op" and self._gives_numbers(store.value)
        if self.dead or store.host or numbers or not self._changes(store):
            facts.stores[key] = replace(store, host=True)
            return
        if self.module.converted_before:
            facts.stores[key] = store
            return
        place = self._place_of(store)
        self._record_at(store, key, place)
        if isinstance(place, Place) and place.first and place.slot in self.module.new_names.values():
            self.state.kill(place.slot)

    def _record_at(self, store: Store, key: tuple[cst.CSTNode, cst.CSTNode], place: Place | Problem) -> None:
        facts = self.facts
        if isinstance(place, Problem):
            facts.stores[key] = replace(store, problem=place)
            return
        problem = self._slot_problem(place, store) or self._bound_meanwhile(place, store)
        if problem is None:
            on_class = self._class_path(place, store)
            place = place if on_class is None else place._replace(text=on_class)
            self._of_other_objects(place.slot)
            state = self._while_binding(place)
            if on_class is not None:  # of those who have it none is a name
                state = state.copy()
                state.part(place.slot, HEAP)
            found = self.planned(state, place)
            if isinstance(found, Problem) and self.scope.kind == "module":
                self.closed = True
                again = self.planned(state, place)
                self.closed = False
                found = again._replace(assumption="NT902") if isinstance(again, Update) else found
            if isinstance(found, Problem) and found.code == "NT105":
                found = self._with_the_item(place, store, state) or found
            self._note_mutation(place)
            if store.form == "op" and not store.value.is_array:
                self._note_number(place)
            if place.once and isinstance(found, Update) and (found.then or found.guarded or found.last):
                assert isinstance(store.target, cst.Subscript)
                found = self.not_twice(store.target)  # others are made from the element again
            if isinstance(found, Update) and (others := self._perhaps_numbers(store, place, found)):
                found = Problem(
                    "NT102",
                    f"it is not known whether `{place.text}` is an array, which changes for `{others[0]}` too, or a "
                    "number, which does not",
                    "tell by an annotation, or write `x = x + v` for a number",
                )
            if isinstance(found, Update):
                found = self._held_item(place, store) or self._outer_names(found) or self._assume(found, place)
            if isinstance(found, Update):
                self._note_loops(place)
                self._note_names(place, found)
                facts.stores[key] = replace(store, place=place, update=found)
                return
            problem = found
        if (
            place.first
            and isinstance(store.target, cst.Subscript)
            and not isinstance(store.target.value, cst.NamedExpr)
        ):
            text = shorten(self.module.source.code(store.target.value))
            problem = problem._replace(message=problem.message.replace(f"`{place.text}`", f"`{text}`"))
        facts.stores[key] = replace(store, place=place, problem=problem)

    def _with_the_item(self, place: Place, store: Store, state: State) -> Update | None:
        """What a store asks for to a name whose array a container has, too, in a known place; or to a view of such."""
        row = state.row(place.slot)
        names = [
            place.slot,
            *(s for s, rel in row.items() if rel.kind in {"same", "view", "base", "sib"} and s == root(s)),
        ]
        whole = [name for name in names if name == place.slot or row[name].kind in {"same", "base"}]
        owner, item = next(((s, found) for s in whole if (found := self.taken_from(s)) is not None), ("", None))
        if item is None or place.element or place.first or self._slot_problem(item.place, store) is not None:
            return None
        self._of_other_objects(item.place.slot)
        elements = item.place.slot, elements_of(item.place.slot)
        others = [s for s in state.row(item.place.slot) if s == root(s) and s[0] != "<" and s not in names]
        apart = [s for s in others if (found := self.taken_from(s)) is not None and item.other(found)]
        alone, inside = state.copy(), self._while_binding(item.place).copy()
        for part in (part for name in names for part in (name, *state.parts(name))):
            for other in (item.place.slot, *state.row(item.place.slot)):
                if other in apart or "[" in other:
                    alone.part(part, other)
        for part in (part for name in (*names, *apart) for part in (name, *state.parts(name))):
            for element in elements:
                inside.part(part, element)
        mine, there = self.planned(alone, place), self.planned(inside, item.place)
        if not isinstance(mine, Update) or not isinstance(there, Update) or there[:4] != Update()[:4]:
            return None
        with_it = _beside(mine, place.slot, owner, item.place.text)
        assumed = self._assume(there, item.place)
        if with_it is None or not isinstance(assumed, Update):
            return None
        self._note_mutation(item.place)
        self._note_loops(item.place)
        return with_it._replace(assumption=assumed.assumption or mine.assumption)

    def _held_item(self, place: Place, store: Store) -> Problem | None:
        """`c[k] += v` where `c` may be a container: an array in it that others hold changes for them, too."""
        if store.form != "item_op" or store.value.kind not in {"object", "unknown"}:
            return None
        parts = index_parts(cst.ensure_type(store.target, cst.Subscript))
        if any(isinstance(part, cst.Slice) for part in parts):
            return None
        text = shorten(self.module.source.code(store.target))
        if store.value == RESTORED and len(parts) == 1:
            what = f"`{text}` may be an array that stands in `{place.text}` more than once"
            return Problem("NT301", what, f"write `{text} = {text} + ...` if nothing else in it is to change")
        inside = self.state.row(elements_of(place.slot))
        others = [s for s in inside if s not in {HEAP, place.slot} and "[" not in s and self._is_live(s)]
        if not others:
            return None
        return Problem(
            "NT105",
            f"`{text}` may be an array in a container, and `{others[0]}` may be the same one",
            f"write `{text} = {text} + ...` if nobody else is to see the change",
        )

    def planned(self, state: State, place: Place) -> Update | Problem:
        """What a store asks for; views whose index has changed are made again with what it was."""
        found = plan(state, place, self._is_live, self._origin, self.callers, self._is_read)
        if isinstance(found, Problem) and found.code == "NT104" and (kept := self._indices_kept(state)) is not None:
            found = plan(kept, place, self._is_live, self._origin, self.callers, self._is_read)
        return found

    def _indices_kept(self, state: State) -> State | None:
        """The state in which indices that have changed have names for what they were, if there are any."""
        new: State | None = None
        for slot, row in state.rel.items():
            for other, rel in row.items():
                lens = tuple(self.kept_index(s) if _changed_index(s) else s for s in rel.lens)
                if lens != rel.lens:
                    new = new or state.copy()
                    new.own_row(slot)[other] = Rel(rel.kind, lens)
        return new

    def _perhaps_numbers(self, store: Store, place: Place, update: Update) -> list[Slot]:
        """Who else has what `x += v` changes, where that may be a number."""
        item = store.form == "item_op" and store.value.kind in CONTAINERS
        value = store.element if item else store.value if store.form == "op" else None
        if value is None or value.is_array:
            return []
        row = self.state.row(place.slot).items()
        same = [s for s, rel in row if rel == SAME and s not in update.same and not is_caller(s) and self._is_live(s)]
        return [*update.same, *(guard.name for guard in update.guarded), *same]

    def _of_other_objects(self, place: Slot) -> None:
        """An attribute changes: who got that of what may be the same object may hold the same array."""
        for slot in [s for s in (place, *self.state.row(place)) if "." in s and s[0] != "<"]:
            if slot not in self.state.private:
                self._of_others(slot)
            if slot != place:
                same = self.state.row(place)[slot].kind in {"same", "perhaps"}
                for holder, rel in list(self.state.row(slot).items()):
                    if holder != place and holder not in self.state.row(place) and rel.kind in {"perhaps", "may"}:
                        self.state.relate(place, holder, rel if same else MAY)

    def _of_others(self, slot: Slot) -> None:
        state, attr = self.state, last_name(slot.partition("[")[0])
        for other in [s for s in state.rel if s[0] != "<" and f".{attr}" in s and self.may_be_of_one(slot, s)]:
            for holder, rel in list(state.row(other).items()):
                if holder not in (HEAP, slot) and holder not in state.row(slot):
                    state.relate(slot, holder, PERHAPS if rel.kind in {"same", "perhaps"} else MAY)

    def may_be_of_one(self, slot: Slot, other: Slot) -> bool:
        """Whether two slots stand for the same attribute, or what is in it, of what may be one object by its class."""
        (path, _, element), (other_path, _, other_element) = slot.partition("["), other.partition("[")
        (base, _, attr), (other_base, _, other_attr) = path.rpartition("."), other_path.rpartition(".")
        if other_path == path or other_attr != attr or not other_base or bool(element) != bool(other_element):
            return False
        tops = {self.key(self.state.values.get(owner, UNKNOWN), attr)[0] for owner in (base, other_base)}
        return (len(tops) == 1 or None in tops) and not self._two_objects(base, other_base)

    def _two_objects(self, one: Slot, other: Slot) -> bool:
        """Whether two slots certainly hold different objects: one of them was made here, and nobody else has it."""
        return self.named_too.isdisjoint((one, other)) and any(map(self._made_here, (one, other)))

    def _made_here(self, slot: Slot) -> bool:
        """Whether an object was made in this scope, and nobody else has it."""
        return (
            slot == root(slot)
            and slot[0] != "?"
            and slot not in self.scope.params
            and self.scope.owner(slot) is self.scope
            and not self.state.row(slot)
        )

    def _own_of_a_thread(self, base: Slot, key: AttrKey) -> bool:
        """Whether no other thread changes an attribute: its object was made here, or is this thread."""
        own = base in self.scope.params[:1]
        return self._made_here(base) or (own and self.tables.changed_by_its_thread(self.scope, key))

    def _while_binding(self, place: Place) -> State:
        """The state without the names that the statement is about to bind: nothing can be rebuilt from them. Nor does
        the attribute of an object need to follow, by whatever name the object goes."""
        gone = [name for name in self.rebinding if name != root(place.slot) and name in self.state.values]
        row = self.state.row(place.slot)
        own = [place.slot, *(s for s, rel in row.items() if rel == SAME)]
        again: list[tuple[Slot, Slot]] = []
        for s in own:
            if "." in s and all(s != parted for _, parted in again):
                again += [(s, other) for other in self.state.row(s) if self._follows(s, other, other in own)]
        if not gone and not again:
            return self.state
        state = self.state.copy()
        for name in gone:
            state.kill(name)
        for s, other in again:
            state.part(s, other)
            state.part(place.slot, other)
        return state

    def _follows(self, slot: Slot, other: Slot, holds: bool) -> bool:
        """Whether what an attribute gets is also there by another name of its object; one that certainly `holds` the
        same array is left out only if the two names certainly have one object."""
        if not may_be_one(slot, other, self.state):
            return False
        one, two = (s.partition("[")[0].rpartition(".")[0] for s in (slot, other))
        return not holds or self.state.row(one)[two] == SAME

    def _assume(self, update: Update, place: Place) -> Update | Problem:
        """Say on what assumption an update rests; under `--strict` that is a problem."""
        if "." in place.slot:
            base, _, attr = place.slot.partition("[")[0].rpartition(".")
            key = self.key(self.state.values.get(base, UNKNOWN), attr)
            if key in self.tables.assumed or key in self.tables.unseen:
                update = update._replace(assumption="NT902")
        if self.assumed and self.final:
            update = update._replace(assumption="NT902")
        self.assumed = False
        if update.assumption is not None and self.tables.strict:
            message = f"something outside the project may hold the array in `{place.slot}`, or read it"
            return Problem(update.assumption, message, "store a copy, to be sure")
        return update

    def _bound_meanwhile(self, place: Place, store: Store) -> Problem | None:
        """`x[(x := 0)] = 5`: by the time the array has changed its name holds something else."""
        statement, name = store.statement, root(place.slot)
        parts: list[cst.CSTNode] = []
        if isinstance(store.target, cst.Subscript):
            parts += store.target.slice
        if isinstance(statement, (cst.AugAssign, cst.Expr)):
            parts.append(statement.value)
        for part in (inner for outer in parts for inner in walk(outer)):
            if isinstance(part, cst.NamedExpr) and getattr(part.target, "value", "") == name:
                text = shorten(self.module.source.code(statement))
                what = f"`{text}` binds `{name}` anew after it has read the array"
                return Problem("NT106", what, "bind it on a line of its own")
        return None

    def _changes(self, store: Store) -> bool:
        """Whether the store can change an array at all."""
        if store.form in {"method", "function", "out"}:
            return store.value.kind not in HOST_KINDS - {"object"}
        return True

    def _place_of(self, store: Store) -> Place | Problem:
        target = store.target
        one_way = store.value.order or store.value.ndim == 1 or store.value.kind == "unknown"
        if store.effect in IN_MEMORY and not one_way and store.form != "attribute":
            text = shorten(self.module.source.code(target))
            what = (
                f"the elements of `{text}` are taken in the order in which they lie in memory, which is not known here"
            )
            return Problem("NT102", what, "assign a new array: `np.resize(...)`, `rng.random(x.shape)`")
        if store.setter and not store.value.is_array:
            text = shorten(self.module.source.code(target))
            what = f"`{text}` is a property whose setter runs here, and it is not known whether that gets an array"
            return Problem("NT303", what, f"write `{text} = {text} + v` for a number")
        if store.form == "item_op" or store.form == "item":
            assert isinstance(target, cst.Subscript)
            inner = target.value
            if isinstance(inner, cst.Attribute) and inner.attr.value == "flat":
                return self.place(inner)
            if store.form == "item_op" and store.value.kind in CONTAINERS:
                return self.element_place(target)
            if store.form == "item_op" and self.tables.known(store.value.name) and store.value.kind == "object":
                text = shorten(self.module.source.code(target))
                what = f"`{text}` may be an array that others hold, which the object gives and takes"
                return Problem("NT301", what, f"write `{text} = {text} + ...` if nobody else is to see the change")
            if isinstance(inner, cst.NamedExpr) and isinstance(inner.target, cst.Name):
                return Place(inner.target.value, inner.target.value, first=True)  # which is bound by now
            found = self.place(inner)
            return self._under_a_name(inner, found) if isinstance(found, Problem) else found
        return self.place(target)

    def does_more(self, target: cst.BaseExpression) -> bool:
        """Whether this is a property that stands for an attribute, and its setter does not."""
        return self.written_out(target) is not target and not self.bound_by_setter(target)

    def _under_a_name(self, node: cst.BaseExpression, problem: Problem) -> Place | Problem:
        """An array that an expression chooses or gets, `(x if c else y)[0] = v`, is written to under its own name."""
        if problem.code != "NT106" or self.scope.kind not in {"function", "module"}:
            return problem
        binds = cst.Await, cst.NamedExpr, cst.Yield
        runs = any(isinstance(part, binds) or self._runs_code(part) for part in walk(node))
        ev = self.ev(node)
        if runs or not isinstance(node, (cst.BooleanOperation, cst.Call, cst.IfExp)) or not ev.value.is_array:
            return problem
        name = self.module.new_name(node, "_array")
        self.state.bind(name, ev)
        return Place(name, name, first=True)

    def _runs_code(self, node: cst.CSTNode) -> bool:
        """Whether code that may change something runs here."""
        return node in self.facts.impure or any(map(self.tables.changing, self.facts.implicit.get(node, ())))

    def _gives_numbers(self, value: Value) -> bool:
        """Whether the items of an object are numbers, as far as its class tells."""
        if value.kind != "object" or value.name == "host:collections.Counter":
            return value.kind == "object"
        methods = self.tables.method(value.name or "", "__getitem__") if self.tables.known(value.name) else []
        summaries = [self.tables.summaries.get(scope) for scope in methods]
        return bool(summaries) and not any(s is None or s.value.may_be_array for s in summaries)

    def _slot_problem(self, place: Place, store: Store) -> Problem | None:
        """What stands against assigning to the slot itself."""
        name = root(place.slot)
        scope = self.scope
        owner = scope.owner(name)
        if owner is None and name not in self.state.values:
            return Problem("NT102", f"it is not known what `{name}` is", "define it in the project")
        if place.slot == name and owner is not None and owner is not scope:
            return self._outer_problem(name, owner)
        if place.slot == name and name in scope.replaced:
            return Problem("NT402", f"an inner function binds `{name}` anew", "return the new value instead")
        if place.slot == name and scope.kind == "class":
            return Problem(
                "NT302", f"`{name}` belongs to a class while it is being made", "change it before, outside the class"
            )
        if self.suspends and (is_param := name in scope.params) and place.slot == name and is_param:
            return Problem("NT401", f"the generator's caller sees what happens to `{name}`", "copy it first")
        if self._of_a_copied_container(place, store):
            return Problem(
                "NT105",
                f"`{place.text}` may be a copy of a container, and others may hold the array in it that changes",
                "copy the array, too; or tell by an annotation that it is an array",
            )
        return self._attribute_problem(place, store) if "." in place.slot else None

    def _of_a_copied_container(self, place: Place, store: Store) -> bool:
        """`y = r.copy(); y[k] += 1` of an unknown `r`: new if it is an array, but the items of a list are not. Nothing
        but an array takes a slice of itself and a number."""
        if store.form != "item_op" or store.value.kind != "unknown" or place.element:
            return False
        assert isinstance(store.target, cst.Subscript)
        sliced = any(isinstance(part, (cst.Slice, cst.Ellipsis)) for part in index_parts(store.target))
        return not sliced and any(not is_caller(other) for other in self.state.row(elements_of(place.slot)))

    def _outer_problem(self, name: str, owner: Scope) -> Problem | None:
        """What stands against binding a name of an outer scope here: its array is this name's alone, or it stays."""
        code = "NT403" if owner.kind == "module" else "NT402"
        what = "the module" if owner.kind == "module" else "an enclosing function"
        text, help = f"`{name}` belongs to {what} and is changed here", "pass it as an argument and return it"
        node, scope, tables = self.scope.node, self.scope, self.tables
        plain = isinstance(node, cst.FunctionDef) and not node.decorators and not self.suspends
        special = scope.name[:2] == scope.name[-2:] == "__" and scope.name not in {"__init__", "__call__"}
        if not plain or special or name in owner.replaced or not tables.names.get((owner, name), BOTTOM).is_array:
            return Problem(code, text, help)
        why = tables.held_by_others((owner, name)) or tables.outer_held.get((owner, name))
        if why is None and tables.strict and owner.kind == "module":
            why = "another module may import it"
        if why is not None:
            return Problem(code, f"{text}, and may be held elsewhere: {why}", help)
        if tables.in_a_thread(scope):
            return _in_a_thread(name)
        tables.widen(tables.outer_writers, (owner, name), [scope])
        assert isinstance(node, cst.FunctionDef)
        if name not in scope.globals | scope.nonlocals:
            word = "global" if owner.kind == "module" else "nonlocal"
            self.facts.outer.setdefault(node, {})[name] = word
        return None

    def _outer_names(self, update: Update) -> Problem | None:
        """The same for the other names that an update binds."""
        refreshed = (name for refresh in (*update.then, *update.last) for name in refresh.names)
        names = {*update.same, *(guard.name for guard in update.guarded), *refreshed}
        for name in sorted(names):
            owner = self.scope.owner(name)
            if name == root(name) and owner is not None and owner is not self.scope:
                problem = self._outer_problem(name, owner)
                if problem is not None:
                    return problem
        return None

    def _attribute_problem(self, place: Place, store: Store | None) -> Problem | None:
        slot = place.slot.partition("[")[0]
        base, _, attr = slot.rpartition(".")
        base_value = self.state.values.get(base, UNKNOWN)
        if self.tables.in_a_thread(self.scope) and not self._own_of_a_thread(base, self.key(base_value, attr)):
            return _in_a_thread(slot)
        if (module := self._module_at(base)) is not None and not place.element:
            return self._module_problem(slot, module.scope, attr)
        on_class = None if store is None or place.element else self._on_class(base_value, attr, store)
        if base_value.kind == "module" or (base_value.kind == "class" and on_class is None):
            return Problem("NT302", f"`{slot}` is shared by all who know `{base}`", "make it an attribute of objects")
        key = self.key(base_value, attr)
        why = self.attribute_holder(base_value, attr)
        if not place.element and key in self.tables.class_level and on_class is None:
            return Problem(
                "NT302", f"`{slot}` is an array of the class, shared by its objects", "make it in `__init__`"
            )
        if not place.element and self.tables.is_pinned(base_value, attr):
            return Problem(
                "NT303",
                f"`{attr}` can't be assigned: its class defines how attributes are set",
                "give the class a method that sets it",
            )
        if why is not None and not self._holds_alone(place):
            return Problem(
                "NT302",
                f"the array in `{slot}` may be held elsewhere: {why}",
                "store a copy in the attribute, or hand out copies",
            )
        return None

    def _holds_alone(self, place: Place) -> bool:
        """Whether an attribute's array was made here, and nobody but names of this scope can have got it since."""
        others = (s for s in self.state.row(place.slot) if not is_former(s))
        return place.slot in self.state.private and not any(s[0] == "<" or "." in s for s in others)

    def _class_path(self, place: Place, store: Store) -> str | None:
        """What to assign to where the place is an array of a class, whatever it is reached by."""
        base, _, attr = place.slot.rpartition(".")
        return self._on_class(self.state.values.get(base, UNKNOWN), attr, store) if base and "[" not in attr else None

    def _on_class(self, base: Value, attr: str, store: Store) -> str | None:
        """What to assign to where an array of a class changes, through the class or an object: `S.buf`. None unless it
        is the class's alone, and no name here shows it."""
        key = self.key(base, attr)
        cls = self.tables.on_class_alone(key) if key in self.tables.class_level else None
        if cls is None or store.form not in {"item", "item_op", "method", "function", "out"}:
            return None
        module, scope = self.tables.classes[cls]
        name = scope.name
        plain = module is self.module and scope.parent is module.scope and self.scope.owner(name) is module.scope
        if not plain or len(module.scope.bound.get(name, ())) != 1 or name in module.scope.replaced:
            return None
        for slot, row in self.state.rel.items():
            base_slot, _, last = slot.rpartition(".")
            top = self.key(self.state.values.get(base_slot, UNKNOWN), attr)[0]
            others = (s for s in row if s != HEAP and last_name(s) != attr and not is_former(s))
            shown = any(map(self._is_live, others))
            if last == attr and slot[0] != "<" and top in (None, cls) and shown:
                return None
        return f"{name}.{attr}"

    def _module_at(self, path: Slot) -> ModuleInfo | None:
        """The module of the project that a name stands for, or an attribute of a package."""
        names = path.split(".")
        owner = self.scope.owner(names[0])
        value = self.state.values.get(names[0])
        if value is None and owner is not None:
            value = self.tables.names.get((owner, names[0]))
        if value is None or value.kind != "module":
            return None
        return self.tables.modules.get(".".join([value.name or "", *names[1:]]))

    def _module_problem(self, slot: Slot, owner: Scope, name: str) -> Problem | None:
        """What stands against binding the name of another module: its array is this name's alone, or it stays."""
        tables, key = self.tables, (owner, name)
        why = tables.held_by_others(key) or tables.outer_held.get(key)
        if owner in tables.circular or owner is self.scope.module():
            why = why or "modules import each other in a circle"
        if tables.strict or name in owner.replaced or not tables.names.get(key, BOTTOM).is_array:
            why = why or "other code may bind it, too"
        if why is not None:
            return Problem(
                "NT302", f"`{slot}` is shared by all who know the module: {why}", "make it an attribute of objects"
            )
        tables.widen(tables.outer_writers, key, [self.scope])
        return None

    def _note_number(self, place: Place) -> None:
        """What is changed here may be a number: then it is the name's alone, and not the caller's."""
        for slot in (s for s, rel in self.state.row(place.slot).items() if is_caller(s) and rel == SAME):
            self.tables.mark(self.tables.counted, (self.scope, handed_in(slot)))

    def _note_none(self, place: Place) -> None:
        """What is changed here may be None: then nothing of the caller's is."""
        for slot in (s for s, rel in self.state.row(place.slot).items() if is_caller(s) and rel == SAME):
            self.tables.mark(self.tables.nullable, (self.scope, handed_in(slot)))

    def _note_mutation(self, place: Place) -> None:
        changed = [place.slot, *(slot for slot, rel in self.state.row(place.slot).items() if rel.kind != "sib")]
        for slot in changed:
            if "." in slot:
                path = of_former(slot) if is_former(slot) else slot.partition("[")[0]
                for attr in self.tables.formerly(last_name(path)):
                    self.tables.mark(self.tables.mutated_attrs, attr)
                if not is_former(slot):
                    self._note_writer(path)

    def _bind_attribute(self, target: cst.Attribute, ev: Ev, value: cst.BaseExpression | None = None) -> None:
        base = self.ev(target.value)
        attr = self.scope.attribute(target.attr.value)
        if (stands := self._set_through(target, base.value, attr)) is not None:
            self.to_setters(self.methods_of(target), ev)
            self._bind_attribute(stands, ev, value)
            return
        if base.value.kind in {"array", "maybe"} or (
            base.value.kind == "unknown"
            and attr in {"shape", "flat", "real", "imag", "T", "dtype", "strides"}
            and isinstance(self.statement, (cst.Assign, cst.AugAssign))
            and attr != "T"
        ):
            self.record(Store("attribute", self.statement, target.value, base.value, effect=attr))
            reached = self.path(target.value)
            for slot in (reached, *self.state.row(reached)) if reached is not None else ():
                if "." in slot and slot[0] != "<":
                    self._note_writer(slot.partition("[")[0], binds=True)
            if attr == "shape":
                shape = self.statement.value if isinstance(self.statement, cst.Assign) else None
                one = 1 if constant_int(shape) is not None else None
                self.reshaped(target.value, len(shape.elements) if isinstance(shape, cst.Tuple) else one)
            return
        self.set_by_class(target, ev)
        if self.tables.is_property(base.value, attr):
            return
        path = self.path(target)
        key = self.key(base.value, attr)
        self.tables.grow(self.tables.attrs, key, ev.value)
        self.note_callable(key, ev.value, value)
        if base.value.kind == "class":
            self.tables.mark(self.tables.class_level, key)
        self.bound_in_a_module(base.value, attr, ev.value)
        if attr == "__dict__":
            self.attributes_shared(base.value)
            self.escape(ev, "the attributes of an object are in it")
        if path is None:
            self._bind_some_attribute(target, base.value, ev)
            return
        self.seen_by_others(self.state.private.intersection(self.within(ev)))
        for other in self.state.resolve(ev):
            if may_be_one(path, other, self.state):  # now two objects have it, if they are two
                self._unown(path, f"`{other}` may hold the same array")
                self._unown(other, f"`{path}` may hold the same array")
        self._outlived(path, ev)
        self._note_writer(path, binds=True)
        self._leaves(path)
        if self._held_without_a_name(path):
            self._attributes_left_behind(path, ev)
        self.state.bind(path, ev)
        if base.value.kind == "module" and not self.tables.is_own(base.value.name):
            self.escape(ev, f"`{path}` holds it")
        why = self.attribute_holder(base.value, attr)
        if why is not None and self._is_private(base.value, attr, ev):
            self.state.private.add(path)
        elif why is not None and ev.value.kind not in {"number", "function", "class", "module"}:
            self.state.relate(HEAP, path, MAY)
            if why != UNKNOWN_CLASS:  # which tells of no other holder
                self.reasons.setdefault(path, why)
        self._forget_others(path, key)

    def _is_private(self, base: Value, attr: str, ev: Ev) -> bool:
        """Whether what an attribute gets is a new array, which it alone holds until other code runs."""
        tables, (top, _) = self.tables, self.key(base, attr)
        if base.kind != "object" or top is None or top in tables.copied or None in tables.copied:
            return False
        if tables.is_pinned(base, attr) or tables.methods_named("__setattr__"):
            return False
        return ev.value.is_array and not ev.origins and not ev.held and (top, attr) not in tables.class_level

    def left_with(self, receiver: Ev, targets: list[Scope]) -> None:
        if len(receiver.origins) != 1 or receiver.origins[0][1] != SAME or receiver.value.kind != "object":
            return
        name, scope = receiver.origins[0][0], self.scope
        if scope.owner(name) is not scope or self.tables.may_replace(targets, (scope, name)):
            return
        shown = self._shown_by_waiting()
        for attr in sorted(self.tables.made_new(targets)):
            if f"{name}.{attr}" not in shown:
                self.gets_new(f"{name}.{attr}", receiver.value, attr)

    def gets_new(self, path: Slot, base: Value, attr: str) -> None:
        """An attribute has got a new array, which its object has shown nobody."""
        if self.attribute_holder(base, attr) is not None and self._is_private(base, attr, Ev(ARRAY)):
            self._leaves(path)
            value = self.attribute_value(base, attr)
            self.state.bind(path, Ev(value if value.is_array else ARRAY))
            self.state.private.add(path)
            self._forget_others(path, self.key(base, attr))

    def made_with(self, node: cst.Call, targets: list[Scope], made: Value) -> None:
        if self._is_named(node, set()):
            self.given.update((attr, Ev(ARRAY)) for attr in self.tables.made_new(targets) if attr not in self.given)

    def bound_in_a_module(self, base: Value, attr: str, value: Value) -> None:
        if base.kind == "module" and base.name in self.tables.modules:
            self.tables.grow(self.tables.names, (self.tables.modules[base.name].scope, attr), value)
        elif base.kind == "module":
            self.tables.grow(self.tables.attrs, (None, attr), value)

    def _set_through(self, target: cst.Attribute, base: Value, attr: str) -> cst.Attribute | None:
        """The attribute that a property's setter binds, and does nothing else."""
        if attr not in self.tables.pinned_names() or not self.tables.is_property(base, attr):
            return None
        found = self.tables.set_through(base.name or "", attr)
        stands = None if found is None else self.module.written_out(target, *found)
        if not isinstance(stands, cst.Attribute):
            return None
        return stands

    def _leaves(self, path: Slot) -> None:
        """An attribute is bound anew: who got its array before may have it still, here or in a caller."""
        for part in (path, *(p for p in self.state.parts(path) if p[len(path)] == "[")):
            for other in (part, *self.state.row(part)):
                if other != HEAP and not is_former(other):
                    self.state.relate(former(path), other, MAY)

    def set_by_class(self, target: cst.Attribute, ev: Ev) -> None:
        """A property or a descriptor may get what an attribute is to be, or `__setattr__` does."""
        owner, attr = self.ev(target.value), self.scope.attribute(target.attr.value)
        base, tables = owner.value, self.tables
        pinned = tables.is_pinned(base, attr)
        known = base.kind == "object" and tables.known(base.name)
        found = [*tables.methods_named("__set__")] if pinned else []
        for name in (attr, "__setattr__") if pinned else ("__setattr__",):
            found += tables.method(base.name or "", name) if known else tables.methods_named(name)
        if known and found and all(map(is_accessor, found)):
            self._set_by_setters(target, owner, found, ev)
            return
        if pinned and base.kind != "bottom":
            tables.opened(attr)
        self._special_method(found, f"`{attr}`", ev)
        if pinned and not found:
            self.impure(self.statement)
            self.escape(ev, f"what sets `{attr}` of an object got it")

    def to_setters(self, methods: Sequence[Scope], ev: Ev) -> list[Scope]:
        """The setters among a property's methods are called with a value."""
        tables = self.tables
        setters = [scope for scope in methods if is_setter(scope) and len(scope.params) == 2]
        tables.widen(tables.calls, self.scope, setters)
        for scope in setters:
            tables.mark(tables.called, scope)
            tables.grow(tables.params, (scope, scope.params[1]), ev.value)
            if ev.value.is_array:
                tables.mark(tables.arrays_in, (scope, scope.params[1]))
        return setters

    def _set_by_setters(self, target: cst.Attribute, owner: Ev, methods: Sequence[Scope], ev: Ev) -> None:
        """`k.x = v` calls the setter of a property."""
        tables = self.tables
        setters = self.to_setters(methods, ev)
        waiting = len(self.waiting)
        self.waiting += [] if all(map(reads_first, setters)) else [ev]
        self.impure(self.statement, methods)
        del self.waiting[waiting:]
        for scope in setters:
            summary = tables.summaries.get(scope)
            if summary is None:
                continue
            given = dict(zip(scope.params, (owner, ev), strict=True))
            if any((scope, param) in tables.elements_mutated for param in given):
                tables.mark(tables.open_calls, scope)
            for param in sorted(summary.retains & given.keys()):
                text = f"`{shorten(self.module.source.code(target))} = ...`"
                self.kept_by_a_function(text, given[param], scope, param)
            for param, _ in summary.grows:
                self.escape(given.get(param, ev), f"what sets `{target.attr.value}` puts something into it")

    def deleted(self, target: cst.Attribute) -> None:
        """`del k.x`: a deleter runs, or the object has this attribute no more."""
        base, attr, tables = self.ev(target.value), self.scope.attribute(target.attr.value), self.tables
        self.runs(self.statement, ["__delattr__"], base)
        if tables.is_pinned(base.value, attr):
            known = base.value.kind == "object" and tables.known(base.value.name)
            methods = tables.method(base.value.name or "", attr) if known else tables.methods_named(attr)
            self.impure(self.statement, methods or (None,))
            if not known and base.value.kind != "bottom":
                tables.opened(attr)
            return
        if base.value.kind == "module":
            self.ev(target)
            return
        path, key = self.path(target), self.key(base.value, attr)
        for table in (tables.writers, tables.binders):
            tables.widen(table, attr, [(key[0], self.scope)])
        if path is not None:
            self.attribute_ev(path, base.value, attr)
            self._leaves(path)
            for part in (path, *self.state.parts(path)):
                self.state.kill(part)
        self._forget_others(path or "", key)

    def _bind_some_attribute(self, target: cst.Attribute, base: Value, ev: Ev) -> None:
        """The attribute of an object that is not reached by names alone gets an array: who else has that?"""
        attr = self.scope.attribute(target.attr.value)
        slot = f"{self.some_object(base)}.{attr}"
        self.attribute_ev(slot, base, attr)
        key = self.key(base, attr)
        self.tables.widen(self.tables.writers, attr, [(key[0], self.scope)])
        self.tables.widen(self.tables.binders, attr, [(key[0], self.scope)])
        if ev.value.kind not in {"number", "function", "class", "module"}:
            again = self.live.head.get(self.statement, frozenset())
            held = False
            for other in self.state.resolve(ev):
                if is_caller(other):
                    self._keeps(handed_in(other), [key])
                    self.tables.mark(self.tables.assumed, key)
                elif is_former(other):
                    self.moves([other], key)
                elif other[0] != "<" and ("." in other or self._is_live(other) or root(other) in again):
                    self._unown(slot, f"`{other}` may hold the same array")
                    self._unown(other, f"`{attr}` of another object may hold the same array")
                    held = True
                if other not in (HEAP, slot):
                    self.state.relate(slot, other, MAY)
            if held:
                self.escape(ev, f"`{shorten(self.module.source.code(target.value))}.{target.attr.value}` holds it")
        self._forget_others("", key)

    def binds_any(self, path: Slot, base: Value, attrs: Iterable[str]) -> None:
        for attr in attrs:
            self._note_writer(f"{path}.{attr}", binds=True)
            self._forget_others("", self.key(base, attr))

    def _forget_others(self, path: Slot, key: AttrKey) -> None:
        """An attribute is bound anew: the same one of what may be the same object holds its array only perhaps."""
        top, attr = key
        self.seen_by_others(s for s in self.state.private if s != path and last_name(s) == attr)
        for slot in list(self.state.values):
            if slot != path and "." in slot and "[" not in slot and last_name(slot) == attr and slot[0] != "<":
                other = self.state.values.get(slot.rpartition(".")[0], UNKNOWN)
                if self.key(other, attr) == key or None in (top, self.key(other, attr)[0]):
                    self.forget_all(slot)

    def reshaped(self, node: cst.BaseExpression, ndim: int | None) -> None:
        """`x.shape = s`: x and its namesakes have other dimensions now, and no known way from or to a base."""
        slot = self.path(node)
        if slot is None or slot not in self.state.values:
            return
        near = {s: rel for s, rel in self.state.row(slot).items() if s in self.state.values}
        perhaps = [s for s, rel in near.items() if rel.kind in {"may", "perhaps"}]
        self.other_shape(slot)
        for name in (slot, *(s for s, rel in near.items() if rel == SAME), *perhaps):
            self.state.values[name] = self.state.values[name]._replace(ndim=None if name in perhaps else ndim)
            for other, rel in list(self.state.row(name).items()):
                if rel.kind in {"view", "base"}:
                    self.state.put_in_place(name, other, MAY)

    def other_shape(self, slot: Slot) -> None:
        """An array may have got another shape in place: what was selected by its length can't be selected again."""
        for name in (slot, *self.state.row(slot)):
            self.state.stale(root(name))

    def change_elements(
        self, node: cst.Call, scope: Scope, bound: dict[str, Ev], nodes: dict[str, cst.BaseExpression]
    ) -> None:
        """A call changes the arrays in containers that it is handed: nobody else may hold them, unless they get them
        back."""
        around = self.read_here
        for param, ev in bound.items():
            if (scope, param) in self.tables.elements_mutated:
                self.read_here = self.read_beside(node)
                problem = self._elements_problem(node, ev)
                if not self.taken_out(node, scope, param, bound, nodes, needed=problem is not None):
                    others = [other for name, other in bound.items() if name != param]
                    self._elements_changed(node, scope, param, ev, others, problem)
        self.read_here = around

    def taken_out(
        self,
        node: cst.Call,
        scope: Scope,
        param: str,
        bound: dict[str, Ev],
        nodes: dict[str, cst.BaseExpression],
        *,
        needed: bool,
    ) -> bool:
        """Whether arrays of a list that is written in a call go back to their names after it."""
        raise NotImplementedError

    def _elements_changed(
        self, node: cst.Call, scope: Scope, param: str, ev: Ev, others: list[Ev], problem: Problem | None
    ) -> None:
        if problem is None and (scope, param) in self.tables.elements_lent:
            problem = self._container_looked_at(node, scope, ev)
        mine = self.within(ev)
        if problem is None and any(mine & self.within(other) for other in others):
            text = shorten(self.module.source.code(node))
            problem = Problem("NT202", f"arguments of `{text}` may hold the same array", "copy one of them")
        if problem is not None and (scope, param) not in self.tables.elements_held:
            if (text := shorten(self.module.source.code(node))) not in problem.message:
                problem = problem._replace(message=f"{problem.message} (where the caller has `{text}`)")
            self.tables.elements_held[scope, param] = problem

    def lent_on(self, containers: Iterable[Slot]) -> None:
        """Arrays out of these are handed to who changes them: the caller's container shows the old ones meanwhile."""
        for container in containers:
            for slot in filter(is_caller, self.state.row(container)):
                self.tables.mark(self.tables.elements_lent, (self.scope, handed_in(slot)))

    def _container_looked_at(self, node: cst.Call, scope: Scope, ev: Ev) -> Problem | None:
        """A function hands on arrays out of a container: nothing that runs in it may look at that by another name."""
        tables, versions = self.tables, self.tables.versions(scope)
        for slot in (slot.partition("[")[0] for slot, _ in ev.origins):
            base, _, attr = slot.rpartition(".")
            owner = self.scope.owner(root(slot))
            attribute = base and tables.may_look(versions, self.key(self.state.values.get(base, UNKNOWN), attr))
            if attribute or (not base and owner is not None and tables.may_look_outside(versions, (owner, slot))):
                text = shorten(self.module.source.code(node))
                what = f"`{text}` changes arrays in `{slot}`, and may look at them there before it is done"
                return Problem("NT202", what, "hand in a copy of the container")
        self.lent_on(slot for slot, _ in ev.origins)
        return None

    def _elements_problem(self, node: cst.Call, ev: Ev) -> Problem | None:
        text = shorten(self.module.source.code(node))
        held = Problem("NT105", f"`{text}` hands in arrays that others may hold", "hand in copies of them")
        if ev.value.kind in {"number", "bottom"}:
            return None
        if ev.value.kind not in CONTAINERS:
            return held
        if not ev.value.distinct:
            return Problem("NT301", f"`{text}` hands in a container whose elements may be the same array", "")
        for slot, _ in (*ev.held, *(pair for item in ev.items or () for pair in (*item.origins, *item.held))):
            if slot == HEAP or is_caller(slot) or self._is_live(slot) or HEAP in self.state.row(slot):
                return held
        inside = set(self.state.resolve(Ev(UNKNOWN, self._elements(ev)))) - {HEAP}
        if ev.fresh and any(is_caller(slot) or self._is_live(slot) for slot in inside):
            return held
        for waiting in map(self.state.settled, self.waiting):  # an element that was read before is the old one
            own = waiting.origins if waiting.value.may_be_array else ()
            read = (
                *own,
                *waiting.held,
                *(pair for item in waiting.items or () for pair in (*item.origins, *item.held)),
            )
            if not inside.isdisjoint(self.state.resolve(Ev(UNKNOWN, read))):
                return held
        for slot, _ in ev.origins:
            if slot == HEAP:
                return held
            told = [part for part in self.state.parts(slot) if part[len(slot)] == "["]
            for part in dict.fromkeys((*(part for _, part in levels(slot, slot)), *told)):
                place = Place(part, part, (), True)
                self._note_mutation(place)
                problem = self._attribute_problem(place, None) if "." in slot else None
                found = problem or plan(self.state, place, self._is_live, self._origin, self.callers)
                if isinstance(found, Problem):
                    return found
                if found != Update():
                    return held
        return None

    def _note_names(self, place: Place, update: Update) -> None:
        """What is made again is made with names: values that the program has none for get one."""
        texts = [refresh.value for refresh in (*update.then, *update.last)]
        texts += [text for step in place.lens for text in (step.forward, step.inverse)]
        for name in dict.fromkeys(re.findall(r"\w+", " ".join(texts))):
            if name in self.named:
                self.facts.named[name] = self.named[name]
            elif name in self.counting:
                self.facts.loops[self.counting[name].node] = self.counting[name]

    def _note_loops(self, place: Place) -> None:
        """Loops whose array is changed inside have to count."""
        for element_loop in self.element_loops:
            slots = {element_loop.element(container) for container, _ in element_loop.places}
            touched = {place.slot, *self.state.row(place.slot)}
            if slots & touched:
                self.facts.element_loops[element_loop.node] = element_loop
                self.put_back.update(c for c, _ in element_loop.places if element_loop.element(c) in touched)
        for loop in self.index_loops:
            arrays = {rows.array for rows in loop.rows}
            if arrays & {place.slot, *self.state.row(place.slot)}:
                self.facts.loops[loop.node] = loop


def _beside(update: Update, slot: Slot, owner: Slot, text: str) -> Update | None:
    """An update that assigns to another place what a name gets, if it gets anything."""
    if owner == slot or owner in update.same:
        return update._replace(same=(text, *update.same))
    then = tuple(r._replace(names=(text, *r.names)) if owner in r.names else r for r in update.then)
    return update._replace(then=then) if then != update.then else None


def _in_a_thread(slot: Slot) -> Problem:
    """Each thread binds the slot to what it has made of the array that was there before."""
    what = f"`{slot}` is changed in a function that runs in a thread, and what others change meanwhile would be undone"
    return Problem("NT404", what, "return what is new, and put it into the array when all threads are done")


def _changed_index(step: Step) -> bool:
    return step.node is not None and not step.gone and (step.stale or not step.forward)


def may_be_one(slot: Slot, other: Slot, state: State) -> bool:
    """Whether these are the same attribute of what may be one object under two names."""
    one, two = (s.partition("[")[0].rpartition(".") for s in (slot, other))
    return one[2] == two[2] and "" not in (one[0], two[0]) and one[0] != two[0] and two[0] in state.row(one[0])


def levels(theirs: Slot, ours: Slot) -> list[tuple[Slot, Slot]]:
    """The elements of two containers, and the elements of those."""
    first = elements_of(theirs), elements_of(ours)
    return [first, (elements_of(first[0]), elements_of(first[1]))]


def _read_by(target: cst.BaseExpression) -> frozenset[str]:
    """The names that an assignment target reads: those of an item or an attribute, where it is bound."""
    if isinstance(target, (cst.Tuple, cst.List)):
        return frozenset().union(*(_read_by(element.value) for element in target.elements))
    return frozenset() if isinstance(target, cst.Name) else names_read(target)


def _row(ev: Ev, k: int) -> Ev:
    """`a[k]`; an item if the array has one dimension."""
    value = ev.value
    if not value.ndim:
        return Ev(Value("maybe", dtype=value.dtype), tuple((s, MAY) for s, _ in ev.origins))
    row = Value("array", value.ndim - 1)
    step = Step(f"{BASE}[{k}]", f"{RUNTIME}.tensor_scatter_update({BASE}, {k}, {VIEW})", parts=(k,))
    return Ev(row._replace(dtype=value.dtype), through(ev.origins, step))
