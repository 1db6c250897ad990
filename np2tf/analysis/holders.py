"""Who holds what: containers that grow, arrays that escape or are kept by others, and what foreign code may change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import libcst as cst

from np2tf.analysis.liveness import Certainty
from np2tf.analysis.relations import (
    HEAP,
    HELD,
    MAY,
    SAME,
    Ev,
    Rel,
    Slot,
    State,
    caller,
    elements_within,
    handed_in,
    is_caller,
    is_former,
    of_former,
    root,
)
from np2tf.analysis.scopes import COMPREHENSIONS, Implicit, Scope, Target
from np2tf.analysis.tables import AttrKey, Growth, Summary
from np2tf.analysis.update import Change, plan
from np2tf.analysis.values import (
    BOTTOM,
    CONTAINERS,
    UNKNOWN,
    Value,
    capped,
)
from np2tf.analysis.values import join as join_values
from np2tf.analysis.walk import Walk
from np2tf.facts import Place, Problem
from np2tf.tree import children, names_read, shorten, walk

GIVEN_BACK = ", and it can't be given back: "
CONVERTED_BEFORE = "a module that was converted before calls the function"


class Holders(Walk):
    """Who holds the arrays of a scope."""

    def callers(self, param: str, change: Change) -> Problem | None:
        """A parameter's array changes: from now on it goes back to the caller, unless that can't be.

        The elements of a container need not go back: the caller's is the same. But others may hold them. Nor does what
        may be a copy of the array go back: no caller may look at the array afterwards. What has been exchanged for
        another array goes back if the parameter's name has it again on every way out, or one that keeps it.
        """
        key, tables = (self.scope, param), self.tables
        if change == "beside" and not self.scope.kept(param):
            problem = self.callers(param, "perhaps")
            held = self.state.row(param).get(caller(param)) == SAME
            if problem is not None and not held and tables.threading_problem(self.scope) is None:
                tables.mark(tables.lost, key)
            if problem is None or not held:
                return problem
        if change in {"beside", "exchanged"}:
            tables.mark(tables.exchanged, key)
            if tables.threading_problem(self.scope) is None:
                if key not in tables.given_away:
                    return None
                tables.mark(tables.lost, key)
            change = "perhaps"
        if change == "perhaps":
            self.tables.mark(self.tables.perhaps_mutated, (self.scope, param))
            self.assumed = self.assumed or self.tables.called_outside(self.scope)
            return self.tables.perhaps_problem(self.scope, param)
        if change == "elements":
            self.tables.mark(self.tables.elements_mutated, (self.scope, param))
            self.assumed = self.assumed or self.scope not in self.tables.called
            return self.tables.elements_problem(self.scope, param)
        self.tables.mark(self.tables.mutated, (self.scope, param))
        problem = self.tables.threading_problem(self.scope)
        if problem is None:
            return None
        code = self._marked_before() if problem.message == CONVERTED_BEFORE else ""
        return Problem(
            code or problem.code,
            f"this changes the array that the caller handed in as `{param}`{GIVEN_BACK}{problem.message}",
            problem.help
            or f"copy it first (`{param} = {param}.copy()`) if the caller must not see the change; otherwise return it",
        )

    def _marked_before(self) -> str:
        """The code of the mark above the statement, which stays where its callers were converted with it."""
        line, marks = self.line(self.statement), self.module.comments.marks
        return marks.get(line - 1, "")

    def _free(self, name: str) -> bool:
        owner = self.scope.owner(name)
        return owner is not None and owner is not self.scope

    def leak_name(self, name: str, why: str) -> None:
        """An outer scope's name is held by somebody through this function."""
        owner = self.scope.owner(name)
        if owner is not None and owner is not self.scope:
            self.tables.note(self.tables.leaked, (owner, name), why)

    def leak(self, ev: Ev, why: str) -> None:
        """Something that outlives this function gets hold of an object: outer names in it are noted."""
        for slot in self.state.resolve(ev):
            if slot[0] != "<" and self._free(root(slot)):
                self.leak_name(root(slot), why)
            if slot[0] != "<" and "." in slot:
                self._unown(slot, why)

    def _unown(self, slot: Slot, why: str) -> None:
        base, _, attr = slot.partition("[")[0].rpartition(".")
        value = self.state.values.get(base, UNKNOWN)
        if base and value.kind != "bottom":
            self.hand_out(self.key(value, attr), why)

    def hand_out(self, key: AttrKey, why: str) -> None:
        """Others may get hold of what stands in an attribute."""
        self.seen_by_others(s for s in self.state.private if last_name(s) == key[1])
        self.tables.note(self.tables.unowned, key, why)
        self.tables.widen(self.tables.readers, key[1], [(key[0], self.scope)])

    def _assume_owned(self, slot: Slot) -> None:
        """That nobody else sees an attribute's array is right if nothing outside the project does."""
        base, _, attr = slot.partition("[")[0].rpartition(".")
        self.tables.mark(self.tables.unseen, self.key(self.state.values.get(base, UNKNOWN), attr))

    def _outer_changed(self, targets: Sequence[Target], suspended: bool = False) -> None:
        """Other code may change arrays of names that this scope reads: nothing here may go on showing the old ones.
        While the scope is suspended, that may be any."""
        tables, state = self.tables, self.state
        for name in self.stored_to:
            owner = self.scope.owner(name)
            if owner is not None and tables.may_change_outer(targets, (owner, name)):
                self.facts.interrupted.add(self.statement)
        changing = tables.changed_elsewhere(self.scope)
        around = self.read_here
        for slot in [s for s in state.values if s in changing]:
            self.read_here = around
            owner = self.scope.owner(slot)
            if owner is None or (owner is self.scope and slot not in self.always):
                continue
            if not tables.may_change_outer(targets, (owner, slot)) and not (
                suspended and (owner, slot) in tables.outer_writers
            ):
                continue
            self.read_here = self.read_beside(self.running)
            where = f"in `{self.scope.qualname}`" if self.scope.qualname else "in the module"
            for waiting in self.waiting:
                if slot in self._shown(waiting):
                    why = f"it has been read {where} for an expression in which other code runs after that"
                    tables.note(tables.outer_held, (owner, slot), why)
            for other, rel in list(state.row(slot).items()):
                why = f"`{other}` {where} still shows it while other code runs"
                if other == HEAP:
                    why = self._origin(slot)
                elif is_caller(other):
                    problem = self.callers(handed_in(other), "array") if rel == SAME else None
                    if rel == SAME and problem is None:
                        continue
                    why = problem.message if problem is not None else f"it may be the caller's array {where}"
                elif other.startswith("<temp"):  # a loop goes through it, or a target waits for it
                    why = f"it has been read {where} for a loop or a statement in which other code runs after that"
                elif other[0] == "<" or rel.kind == "sib" or not self._is_live(other):
                    continue
                tables.note(tables.outer_held, (owner, slot), why)
        self.read_here = around

    def _note_writer(self, path: Slot, *, binds: bool = False) -> None:
        """This function stores to an attribute; a constructor does to an object that nobody has yet."""
        base, _, attr = path.rpartition(".")
        value = self.state.values.get(base, UNKNOWN)
        if self.scope.name == "__init__" and self.scope.params and base == self.scope.params[0]:
            self.tables.widen(self.tables.constructed, self.scope, [self.key(value, attr)])
        elif value.kind != "bottom":
            for table in (self.tables.writers, self.tables.binders)[: 1 + binds]:
                self.tables.widen(table, attr, [(self.key(value, attr)[0], self.scope)])

    def constructed_again(self, targets: Sequence[Scope]) -> None:
        tables, state = self.tables, self.state
        keys = {key for scope in targets for key in tables.constructed.get(scope, ())}
        if keys and self.scope.name == "__init__":
            tables.widen(tables.constructed, self.scope, keys)
        elif keys:
            for top, attr in keys:
                tables.widen(tables.writers, attr, [(top, self.scope)])
        for slot in [s for s in state.values if "." in s and s[0] != "<" and "[" not in s]:
            base, _, attr = slot.rpartition(".")
            if self.key(state.values.get(base, UNKNOWN), attr) in keys:
                if attr in tables.mutated_attrs:
                    self._shown_meanwhile(slot)
                self.forget(slot)

    def _is_live(self, slot: Slot) -> bool:
        if slot[0] == "<":  # HEAP, callers, values on their way to a target
            return slot != self.consumed and not is_former(slot)
        name = root(slot)
        if name in self.read_here:
            return True
        if name in self.rebinding and "." not in slot:
            return False  # the statement is about to bind it to something else
        if name in (self.captured if self.closed else self.always) or self._free(name) or self._iterated(name):
            return True
        if "." in slot:
            return True  # objects outlive their names
        if self.closed and self.tables.read_by_others(self.scope, self.module.name, name):
            return True
        live = self.live_inside if self.closed else self.live
        return name in live.after.get(self.statement, frozenset())

    def _is_read(self, slot: Slot) -> bool:
        """Whether a name is certainly read later, before it is bound anew: so it is bound here."""
        if self.catching or self.suspends or slot != root(slot) or slot in self.rebinding:
            return False
        known = self.module.certain.get(self.scope.node)
        if known is None:
            known = self.module.certain[self.scope.node] = Certainty(self.body)
        return slot in known.after.get(self.statement, frozenset())

    def _iterated(self, name: str) -> bool:
        """Whether a loop that may have to count reads the array on its next turn."""
        if not (self.index_loops or self.element_loops or self.looked_over):
            return False
        return (
            any(name == rows.array for loop in self.index_loops for rows in loop.rows)
            or any(name == root(container) for loop in self.element_loops for container, _ in loop.places)
            or any(name in names for names in self.looked_over)
        )

    def _origin(self, slot: Slot) -> str:
        for name in (slot, root(slot)):
            if name in self.reasons:
                return self.reasons[name]
        if self._free(root(slot)):
            return "it belongs to an outer scope"
        if "." in slot and "[" not in slot:
            return self._attribute_origin(slot)
        if slot in self.sources:
            return self.sources[slot]
        return "it came from a call whose result is not known to be new"

    def _attribute_origin(self, slot: Slot) -> str:
        base, _, attr = slot.rpartition(".")
        return self.attribute_holder(self.state.values.get(base, UNKNOWN), attr) or "its object may have handed it out"

    def note_source(self, name: str, ev: Ev, value: cst.BaseExpression) -> None:
        """A name gets what others may hold: where it has it from, for messages."""
        self.sources.pop(name, None)
        if not any(slot == HEAP or HEAP in self.state.row(slot) for slot, _ in ev.origins):
            return
        text, line = shorten(self.module.source.code(value)), self.line(value)
        path = self.path(value) if isinstance(value, cst.Attribute) else None
        if path is not None:
            self.sources[name] = f"it was read from `{text}` on line {line}, and {self._origin(path)}"
        elif isinstance(value, cst.Call):
            self.sources[name] = f"it came from `{text}` on line {line}, whose result is not known to be new"
        elif not isinstance(value, cst.Name):
            self.sources[name] = f"it came from `{text}` on line {line}"

    def _outlived(self, path: Slot, ev: Ev) -> None:
        """An attribute takes an array over: names of outer scopes and other attributes are holders from now on."""
        for slot, rel in self.state.resolve(ev).items():
            if slot[0] == "<":
                continue
            if self._free(root(slot)) and slot == root(slot):
                self.leak_name(slot, f"`{path}` holds it")
            del rel

    def forget(self, slot: Slot) -> None:
        """An attribute may have been bound anew: what was known of it holds only perhaps."""
        row = dict(self.state.row(slot))
        value = self.state.values.get(slot, UNKNOWN)
        for other, rel in row.items():
            if rel.kind != "may":
                self.state.put_in_place(slot, other, MAY)
        base, _, attr = slot.partition("[")[0].rpartition(".")
        if base:
            self.state.values[slot] = join_values(
                value, self.attribute_value(self.state.values.get(base, UNKNOWN), attr)
            )

    def forget_all(self, slot: Slot) -> None:
        """The same of a slot and of all that is reached through it: it may be another object by now."""
        for part in (slot, *self.state.parts(slot)):
            self.forget(part)

    def grow_container(
        self, target: cst.BaseExpression, receiver: Ev, elem: Value, fresh: bool, held: list[Slot]
    ) -> None:
        held = list(self.state.resolve(Ev(elem, tuple((s, MAY) for s in held))))  # and whatever shares memory with them
        path = self.path(target)
        if elem.kind in CONTAINERS:  # perhaps what is in the container already has taken something in
            self._grow_inside(target, receiver, elem, fresh, held)
        others_hold_it = path is None and not receiver.origins
        entered = set[Slot]()  # where it is known by now that these may be in what stands there
        for slot, rel in receiver.origins:
            if slot == HEAP or is_caller(slot):
                if slot != HEAP:
                    self._grown(handed_in(slot), _inside(slot, receiver.value, elem), fresh, held)
                else:
                    self.tables.grow(self.tables.scattered, "", elem)
                others_hold_it = True
                self.retain(held)
                continue
            for alias in self.state.row(slot):
                if is_caller(alias):
                    self._grown(handed_in(alias), _inside(alias, receiver.value, elem), fresh, held)
            owner = self.scope.owner(root(slot))
            if owner is not None and owner is not self.scope and root(slot) in owner.params:  # a caller's of long ago
                self.tables.grow(self.tables.scattered, "", elem)
            self._filled_by_an_attribute(slot, elem)
            self._grow_around(slot, receiver.value, elem, held)
            old = self.state.values.get(slot)
            if old is not None and old.kind in CONTAINERS:
                self.state.values[slot] = _more_of(old, elem, fresh)
                self._grow_tables(slot, self.state.values[slot])
            if slot not in entered:
                self.state.may_share(held, elements_within(slot, elem))
                entered.add(slot)
            for alias, alias_rel in list(self.state.row(slot).items()):
                if alias_rel.kind in {"same", "may", "perhaps"}:
                    known = self.state.values.get(alias, BOTTOM)
                    if known.kind != "bottom" and old is not None and old.kind in CONTAINERS:
                        self.state.values[alias] = join_values(known, self.state.values[slot])
                        self._grow_tables(alias, self.state.values[alias])
                    elif known.kind in CONTAINERS and known.kind == receiver.value.kind and "[" in slot:
                        # a name for what stands in a place of which no more is known
                        self.state.values[alias] = _more_of(known, elem, fresh)
                        self._grow_tables(alias, self.state.values[alias])
                    if alias == HEAP or is_caller(alias):
                        others_hold_it = True
                    elif alias not in entered:
                        self.state.may_share(held, elements_within(alias, elem))
                        entered.add(alias)
            if self._free(root(slot)) and (held or not fresh):
                self.leak_name(root(slot), "a function puts arrays into it")
                self.retain(held)
            handed = any(map(is_caller, self.state.row(slot)))
            if rel.kind == "may" or "." in slot or handed or self._free(root(slot)):
                for other in held:
                    if other != HEAP and self._free(root(other)):
                        self.leak_name(root(other), "a container holds it")
        if others_hold_it:
            for other in held if receiver.origins else ():
                self.reasons.setdefault(other, "a container that others hold got it")
            self.state.escape(held)

    def _grow_inside(
        self, target: cst.BaseExpression, receiver: Ev, elem: Value, fresh: bool, held: list[Slot]
    ) -> None:
        own = {slot for slot, _ in receiver.origins}
        inside = [slot for slot, _ in self._elements(receiver)]
        for slot in dict.fromkeys(s for part in inside for s in (part, *self.state.row(part))):
            value = self.state.values.get(slot, UNKNOWN)
            if slot not in own and slot not in held and value.kind in CONTAINERS and "[" not in slot:
                self.grow_container(target, Ev(value, ((slot, MAY),)), elem.elem or UNKNOWN, fresh, held)

    def _filled_by_an_attribute(self, slot: Slot, elem: Value) -> None:
        """A container takes something in that an object has: whoever made it for the object may have it, too."""
        base, _, attr = slot.partition("[")[0].rpartition(".")
        if base:
            value = self.state.values.get(base, UNKNOWN)
            self.tables.mark(self.tables.filled, self.key(value, attr))
            if self.attribute_holder(value, attr) is not None:
                self.tables.grow(self.tables.scattered, "", elem)

    def _grow_around(self, slot: Slot, value: Value, elem: Value, held: list[Slot]) -> None:
        """Containers that hold the one which grows: what is in them holds more than it did."""
        state = self.state
        near = [s for s, rel in state.row(slot).items() if rel.kind in {"same", "may", "perhaps"} and not is_caller(s)]
        for place in dict.fromkeys((slot, *near)):
            base = place.partition("[")[0]
            whole = state.values.get(base)
            if place == base or whole is None or whole.kind not in CONTAINERS or whole.elem is None:
                continue
            inside = _inside(place, value, elem)
            grown = whole._replace(elem=capped(join_values(whole.elem, inside)), items=None)
            for alias in (base, *(s for s in state.row(base) if s in state.values)):
                if state.values[alias].kind in CONTAINERS:
                    state.values[alias] = join_values(state.values[alias], grown)
                    self._grow_tables(alias, state.values[alias])
            for alias in [s for s in state.row(base) if is_caller(s)]:
                self._grown(handed_in(alias), inside, True, held)

    def _grown(self, param: str, elem: Value, fresh: bool, held: list[Slot]) -> None:
        """A container that a caller handed in takes something in."""
        sources = {handed_in(s) if is_caller(s) else "*" for s in held if s == HEAP or is_caller(s)}
        sources |= {"*"} if not fresh and not sources else set()
        self.grows[param] = more_growth(self.grows.get(param), Growth(capped(elem), frozenset(sources), fresh))

    def grow_arguments(
        self, summary: Summary, bound: dict[str, Ev], nodes: dict[str, cst.BaseExpression], node: cst.Call
    ) -> None:
        """A call puts something into the containers that it is handed."""
        for param, growth in summary.grows:
            if param not in bound or bound[param].value.kind == "number":
                continue
            held: list[Slot] = []
            for source in growth.sources:
                ev = bound.get(source)
                held += [HEAP] if ev is None else [s for s, _ in (*ev.origins, *ev.held)]
            target = nodes.get(param, node)
            self.grow_container(target, bound[param], growth.elem, growth.fresh, held)
            if growth.elem.kind == "unknown":  # what took it in may be in what was handed over
                self._grow_inside(target, bound[param], UNKNOWN, growth.fresh, held)

    def within(self, ev: Ev) -> set[Slot]:
        """The slots that something handed over shares memory with, what is in it included."""
        if ev.value.kind in {"number", "function", "class", "module"}:
            return set()
        return {*self.state.resolve(ev), *self.state.resolve(Ev(UNKNOWN, self._elements(ev)))}

    def _grow_tables(self, slot: Slot, value: Value) -> None:
        if slot == root(slot):
            owner = self.scope.owner(slot)
            if owner is not None and (
                owner is not self.scope or self.scope.kind in {"module", "class"} or slot in self.scope.captured
            ):
                self.tables.grow(self.tables.names, (owner, slot), value)
        elif "[" not in slot:
            base, _, attr = slot.rpartition(".")
            self.tables.grow(self.tables.attrs, self.key(self.state.values.get(base, UNKNOWN), attr), value)

    def escape(self, ev: Ev, why: str) -> None:
        if ev.value.kind in {"number", "class", "module"}:
            return
        if ev.value.kind == "function":
            self.used_as_value(ev.value)
            self.kept_function(ev.value)
            return
        slots = [s for s, _ in (*ev.origins, *ev.held) if s != HEAP]
        for item in ev.items or ():
            self.escape(item, why)
        state, reasons = self.state, self.reasons
        reached = dict.fromkeys([*slots, *(other for slot in slots for other in state.row(slot) if other != HEAP)])
        for slot in reached:
            reasons.setdefault(slot, why)
            for part in state.parts(slot):
                reasons.setdefault(part, why)
                reasons.update(dict.fromkeys(state.row(part).keys() - reasons.keys(), why))
        self.retain(set(reached).union(*map(state.row, reached)))
        self.leak(Ev(ev.value, tuple((s, MAY) for s in slots)), why)
        self.state.escape(slots)

    def retain(self, slots: Iterable[Slot]) -> None:
        """Of these, what callers handed in is kept by something, which may be other than an attribute."""
        params = {handed_in(slot) for slot in slots if is_caller(slot)}
        self.retains |= params
        self.kept_unseen |= params

    def retained(self, node: cst.Call, scope: Scope, param: str, ev: Ev) -> None:
        self.kept_by_a_function(self._called(node), ev, scope, param, node)

    def kept_by_a_function(self, text: str, ev: Ev, scope: Scope, param: str, node: cst.Call | None = None) -> None:
        tables = self.tables
        self.kept_by(text, ev, tables.kept_in(scope, param), node, param, unseen=(scope, param) in tables.kept_unseen)

    def _called(self, node: cst.Call) -> str:
        return f"`{shorten(self.module.source.code(node.func))}(...)`"

    def field_taken(self, node: cst.Call, name: str, attr: str, ev: Ev) -> None:
        key = (self.tables.hierarchy(name), attr)
        self.tables.grow(self.tables.attrs, key, ev.value)
        self.tables.mark(self.tables.assumed, key)
        self.kept_by(self._called(node), ev, [key])

    def kept_by(
        self,
        text: str,
        ev: Ev,
        kept: list[AttrKey],
        node: cst.Call | None = None,
        param: str = "",
        *,
        unseen: bool = False,
    ) -> None:
        """A call keeps an argument in attributes: nobody else may hold it when they change. `unseen` says that others
        than attributes may keep it, too."""
        if ev.value.kind in {"number", "function", "class", "module"}:
            return
        after = self.live.after.get(self.statement, frozenset())
        slots = [slot for slot, _ in self.content(ev)]
        shared = [s for slot in slots for s in (slot, *self.state.row(slot)) if s[0] == "<"]
        formers = list(filter(is_former, shared))
        for key in kept if formers else ():
            self.moves(formers, key)
        callers = set(filter(is_caller, shared))
        let_go = all(
            slot != HEAP
            and "." not in slot
            and root(slot) not in after
            and root(slot) not in self.always
            and not self._free(root(slot))
            and not self._named_again(root(slot))
            and not any(self._is_live(s) for s in self.state.row(slot) if s not in callers)
            for slot in slots
            if slot not in callers
        )
        if let_go and not (callers and self._called_unseen()):
            for slot in callers:  # the question goes on to them
                self._keeps(handed_in(slot), kept)
            if unseen:
                self.retain(callers)
            return
        if node is not None and not callers and not unseen and self._kept_beside(node, ev, slots, param):
            return
        self.escape(ev, f"{text} keeps it")
        for slot in self.state.resolve(ev):
            if is_caller(slot):
                self._keeps(handed_in(slot), kept)
        for key in kept:
            self.tables.note(self.tables.unowned, key, f"the array came in through {text} and is used elsewhere")

    def _kept_beside(self, node: cst.Call, ev: Ev, slots: list[Slot], param: str) -> bool:
        """A new object keeps what names here go on showing: they are asked when the attribute changes."""
        sharing = dict.fromkeys(s for slot in slots for s in (slot, *self.state.row(slot)))
        if self.constructing is None or self.constructing[0] is not node or self.turning or not slots:
            return False  # another call, of a function that keeps it, may stand among the constructor's arguments
        if any(s[0] in "<?" or "." in s or self._free(root(s)) for s in sharing):
            return False
        _, made, cls = self.constructing
        if not self.tables.made_plainly(cls):
            return False
        kept = sorted({key for scope in made for key in self.tables.kept.get((scope, param), ())}, key=str)
        if not kept:
            return False
        for top, attr in kept:
            own = all((top, attr) in self.tables.constructed.get(scope, ()) for scope in made)
            if top != self.tables.hierarchy(cls) or not own or self.tables.may_exchange(made, (top, attr)):
                return False
            if any(attr in sources for sources in self.tables.moved.values()):
                return False  # another attribute may have taken it over by the time it changes
        if ev.value.kind in CONTAINERS and any(key in self.tables.filled for key in kept):
            return False
        exact = all((scope, param, attr) not in self.tables.inexactly for scope in made for _, attr in kept)
        if exact and ev.value.kind in {"array", "object"} and self._is_named(node, {root(slot) for slot in sharing}):
            self.given.update((attr, ev) for _, attr in kept)
            for key in kept:
                self.tables.mark(self.tables.unseen, key)
            return True
        value = Value("object", name=cls)
        some = self.some_object(value)
        for key in kept:
            path = f"{some}.{key[1]}"
            inside = self.attribute_ev(path, value, key[1]).value
            parts = [] if inside.kind in {"array", "maybe"} else elements_within(path, inside.elem or inside)
            self.state.may_share(sharing, (path, *parts))
            self.beside.add(some)
            self.tables.mark(self.tables.unseen, key)
        return True

    def _is_named(self, node: cst.Call, others: set[str]) -> bool:
        """Whether a call is all that a name of this scope is bound to, and that is none of these."""
        statement, scope = self.statement, self.scope
        if not isinstance(statement, cst.Assign) or statement.value is not node or len(statement.targets) > 1:
            return False
        target = statement.targets[0].target
        own = isinstance(target, cst.Name) and scope.owner(target.value) is scope and scope.kind != "class"
        return own and target.value not in {*scope.replaced, *others}  # type: ignore[attr-defined]

    def moves(self, slots: Iterable[Slot], key: AttrKey) -> None:
        """An attribute takes over what these hold; some may stand for what other attributes held before."""
        for slot in filter(is_former, slots):
            base, _, attr = of_former(slot).rpartition(".")
            why = self.attribute_holder(self.state.values.get(base, UNKNOWN), attr)
            if slot == HELD:
                why = "it came from a function that has got it elsewhere in the project"
            if why is not None:
                self.tables.note(self.tables.unowned, key, why)
            if attr != key[1]:
                self.tables.widen(self.tables.moved, key[1], [attr])

    def _named_again(self, name: str) -> bool:
        """Whether the statement at hand reads a name more than once, or as often as a comprehension goes round."""
        statement = self.statement
        parts = list(walk(statement.value if isinstance(statement, cst.Assign) else statement))
        repeated = [part for part in parts if type(part) in COMPREHENSIONS]
        named = sum(type(part) is cst.Name and part.value == name for part in parts)
        return named > 1 or any(name in names_read(part) for part in repeated)

    def _called_unseen(self) -> bool:
        """Whether calls of this function may be somewhere that can't be asked."""
        name = self.scope.name
        special = name[:2] == name[-2:] == "__" and name != "__init__"
        return special or self.scope.kind != "function" or self.scope in self.tables.open_calls

    def _keeps(self, param: str, keys: Iterable[AttrKey]) -> None:
        """A parameter's array stays in attributes."""
        self.retains.add(param)
        self.tables.widen(self.tables.kept, (self.scope, param), keys)
        cls = self.scope.parent
        if self.scope.name == "__init__" and cls is not None and cls.kind == "class":
            name = self.tables.class_of(cls)
            for key in keys if self.tables.handed_on(name) else ():
                self.tables.note(
                    self.tables.unowned, key, f"`{cls.name}` is handed on, and whoever makes one may keep it"
                )

    def implicitly(self, node: cst.CSTNode, implicit: Implicit, targets: Sequence[Scope] = ()) -> None:
        tables = self.tables
        self.look_for([implicit])
        self.facts.implicit.setdefault(node, set()).add(implicit)
        if implicit not in tables.calls.peek(self.scope, ()):
            tables.widen(tables.calls, self.scope, [implicit])
        if targets or (self._concerned() and tables.changing(implicit)):
            self.impure(node, [*targets, implicit])

    def _concerned(self) -> bool:
        """Whether it matters here that other code changes something: most functions need not ask whether it does."""
        if self.lazily or self.protected or any("." in path for path in self.stored_to):
            return True
        values, tables = self.state.values, self.tables
        if any("." in slot for name, slots in values.hanging.items() if name[0] != "<" for slot in slots):
            return True
        changed = any((self.scope.owner(name), name) in tables.outer_writers for name in self.stored_to)
        return changed or not values.keys().isdisjoint(tables.changed_elsewhere(self.scope))

    def impure(self, node: cst.CSTNode, targets: Sequence[Target] = (None,)) -> None:
        """Other code runs: attributes may be bound anew, and what aliases them must not go stale unseen."""
        self.facts.impure.add(node)
        self.look_for(targets)
        self.tables.widen(self.tables.calls, self.scope, targets)
        for target in targets if self.lazily else ():
            implied = self.tables.implied(target) if isinstance(target, Implicit) else [target]
            for scope in filter(self.tables.changes, implied) if isinstance(target, Implicit) else implied:
                self.tables.mark(self.tables.lazy, scope)
        self.running = node
        self._outer_changed(targets)
        if self.protected:
            self.tables.mark(self.tables.caught, True)
        state = self.state
        hanging = state.values if state.values.hanging else ()
        for name in dict.fromkeys(root(slot) for slot in hanging if "." in slot and slot[0] not in "<?"):
            owner = self.scope.owner(name)
            if owner is not None and name in owner.replaced and self.tables.may_replace(targets, (owner, name)):
                self.forget_all(name)
        for path in self.stored_to:
            owned, _, attr = path.rpartition(".")
            if owned and self.tables.may_change(targets, self.key(state.values.get(owned, UNKNOWN), attr)):
                self.facts.interrupted.add(self.statement)
        shown = None
        for slot in list(state.values) if state.values.hanging else ():
            if "." not in slot or slot[0] == "<" or "[" in slot:
                continue
            attr = last_name(slot)
            mutated = attr in self.tables.mutated_attrs
            base = state.values.get(slot.rpartition(".")[0], UNKNOWN)
            if self.tables.may_change(targets, self.key(base, attr)):
                if mutated and shown is None:
                    shown = self._shown_by_waiting()
                if mutated and self._shown_meanwhile(slot, targets, shown):
                    continue  # all who show it read it again
                self.forget_all(slot)
            elif not mutated and state.values[slot].kind in CONTAINERS:
                self.forget(slot)
        self.running = None

    def look_for(self, targets: Sequence[Target]) -> None:
        """Other code runs, which may look at new arrays in attributes."""
        values, seen = self.state.values, list[Slot]()
        for slot in self.state.private:
            base, _, attr = slot.rpartition(".")
            if self.tables.may_see(targets, self.key(values.get(base, UNKNOWN), attr)):
                seen.append(slot)
        self.seen_by_others(seen)

    def seen_by_others(self, slots: Iterable[Slot]) -> None:
        """New arrays in attributes have the holders from now on that the attributes have elsewhere."""
        for slot in sorted(slots):
            why = self._attribute_origin(slot)
            for other in (slot, *self.state.row(slot)):
                self.reasons.setdefault(other, why)
            self.state.private.discard(slot)
            self.state.escape([slot])

    def read_beside(self, running: cst.CSTNode | None) -> frozenset[str]:
        """The names that the statement at hand reads beside the part that is running: after that, for all that is
        known."""
        statement = self.statement
        if running is None or running is statement:
            return self.read_here
        known = self.beside_part.get((statement, running))
        if known is not None:
            return self.read_here | known
        stack: list[cst.CSTNode] = [statement]
        if isinstance(statement, cst.Assign):  # names that it binds are not read
            stack = [statement.value, *(t.target for t in statement.targets if not isinstance(t.target, cst.Name))]
        found: set[str] = set()
        while stack:
            part = stack.pop()
            if part is not running:
                found.update([part.value] if isinstance(part, cst.Name) else [])
                stack += children(part)
        self.beside_part[statement, running] = frozenset(found)
        return self.read_here | found

    def _shown_meanwhile(
        self, slot: Slot, targets: Sequence[Target] = (None,), shown: frozenset[Slot] | None = None
    ) -> bool:
        """An attribute's array may change while other code runs: nothing here may go on showing the old one.

        True if those who would are the only ones, and read it again.
        """
        shown = self._shown_by_waiting() if shown is None else shown
        self.facts.read_again.get(self.statement, {}).pop(slot, None)
        around, self.read_here = self.read_here, self.read_beside(self.running)
        again = self._read_again(slot, targets, shown)
        if not again:
            self._outdated(slot, shown)
        self.read_here = around
        return again

    def _outdated(self, slot: Slot, shown: frozenset[Slot]) -> None:
        """What goes on showing an attribute's old array keeps it from being changed in place."""
        state = self.state
        parts = [slot, *(p for p in state.parts(slot) if p[len(slot)] == "[")]
        if slot in shown or any(s.startswith(slot + "[") for s in shown):
            self._unown(slot, f"`{slot}` has been read for an expression in which other code runs after that")
            if self.scope.kind != "module":
                return  # that is known by now, and nothing else is to be found out
        for other, rel in [pair for part in parts for pair in state.row(part).items()]:
            local = other[0] != "<" and "." not in other  # a name, or the elements of a container
            if other.startswith("<temp") and rel.kind != "sib":
                why = f"`{slot}` has been read for a loop or a statement in which other code runs after that"
                self._unown(slot, why)
                if self.scope.kind != "module":
                    return
            if not local or rel.kind == "sib" or not self._is_live(other):
                continue
            if self.scope.kind == "module" and not self._is_live_inside(other):
                self._assume_owned(slot)
                continue
            where = self.scope.qualname or "the module"
            self._unown(slot, f"`{other}` in `{where}` still shows it while other code runs")
            if self.scope.kind != "module":
                return

    def _read_again(self, slot: Slot, targets: Sequence[Target], shown: frozenset[Slot]) -> bool:
        """`w = k.x; k.step()`, where that changes x in place: whether another `w = k.x` after it sets all right."""
        state, scope, statement = self.state, self.scope, self.statement
        name, base, attr = root(slot), slot.rpartition(".")[0], last_name(slot)
        if (
            type(statement) not in {cst.Expr, cst.Assign}
            or scope.kind not in {"module", "function"}
            or self.catching
            or self.protected
            or self.suspends
            or self.turning
            or self.lazily
            or scope.owner(name) is not scope
            or name in self.rebinding
            or self.tables.may_replace(targets, (scope, name))
            or not state.values[slot].is_array
            or self.attribute_holder(state.values.get(base, UNKNOWN), attr) is not None
            or any(s[0] == "<" and not is_former(s) for s in state.row(slot))
            or slot in shown
            or not shown.isdisjoint(state.row(slot))
        ):
            return False
        parts = slot.split(".")
        for k in range(1, len(parts)):
            owner = state.values.get(".".join(parts[:k]), UNKNOWN)
            if self.tables.may_exchange(targets, self.key(owner, parts[k])):
                return False
        self.closed = scope.kind == "module"
        found = plan(state, Place(slot, slot), self._is_live, self._origin, _nobody, self._is_read)
        self.closed = False
        if isinstance(found, Problem):
            return False
        refreshed = [name for refresh in (*found.then, *found.last) for name in refresh.names]
        names = {*found.same, *(guard.name for guard in found.guarded), *refreshed}
        read = names_read(statement)
        if not names or not all(self._is_own(each) and each not in read for each in names):
            return False
        self.facts.read_again.setdefault(statement, {})[slot] = found
        if scope.kind == "module":
            self._assume_owned(slot)
        return True

    def _is_own(self, name: str) -> bool:
        """Whether a name is this scope's alone: no other code reads it, and no loop goes through what it holds."""
        scope = self.scope
        others = scope.kind == "module" and self.tables.read_by_others(scope, self.module.name, name)
        own = name.isidentifier() and scope.owner(name) is scope and name not in scope.captured
        return own and not others and not self._iterated(name)

    def _shown_by_waiting(self) -> frozenset[Slot]:
        """What the values that wait for the rest of a statement share memory with."""
        return frozenset(slot for waiting in self.waiting for slot in self._shown(waiting))

    def _shown(self, waiting: Ev) -> dict[Slot, Rel]:
        """What a value shares memory with, the arrays in it included."""
        if waiting.value.kind in {"number", "bottom"}:
            return {}
        waiting = self.state.settled(waiting)
        return {**self.state.resolve(Ev(UNKNOWN, self.content(waiting))), **self.state.resolve(waiting)}

    def _is_live_inside(self, slot: Slot) -> bool:
        """Whether a slot is live where nobody outside the project reads this module's names."""
        self.closed = True
        live = self._is_live(slot)
        self.closed = False
        return live

    def _drop_dead(self, state: State, live: frozenset[str]) -> None:
        needed = live | self.always
        kept = needed | state.operands  # a view may be made again with what it reads, if it is bound at all
        kept |= {root(slot) for slot in state.values if "." in slot}  # what they are decides whose attributes these are

        looping = bool(self.index_loops or self.element_loops or self.looked_over)

        def dead(slot: Slot) -> bool:
            name = root(slot)
            if name in kept or slot[0] == "<" or "." in slot or self._free(name):
                return False
            if looping and self._iterated(name):
                return False
            row = state.rel.get(slot)
            return not row or not any(rel.kind == "view" and root(t) in needed for t, rel in row.items())

        state.drop(dead)
        for slot in [s for s in state.values if s not in kept and s == root(s) and dead(s)]:
            state.kill(slot)


def _nobody(param: str, change: Change) -> Problem:
    """A caller that nothing can be given back to."""
    return Problem("NT302", f"it may be the caller's array, handed in as `{param}`")


def _inside(slot: Slot, value: Value, elem: Value) -> Value:
    """What a container takes in if what stands at this place in it takes something in."""
    found, deep = elem, slot.count("[")
    for level in range(deep):
        found = Value(value.kind if not level and value.kind in CONTAINERS else "list", elem=found, distinct=True)
    return found


def _more_of(container: Value, elem: Value, fresh: bool) -> Value:
    """A container that has taken something in."""
    elements = None if container.elem is None else capped(join_values(container.elem, elem))
    return container._replace(elem=elements, distinct=container.distinct and fresh, items=None)


def more_growth(old: Growth | None, new: Growth) -> Growth:
    if old is None:
        return new
    return Growth(join_values(old.elem, new.elem), old.sources | new.sources, old.fresh and new.fresh)


def last_name(slot: Slot) -> str:
    return slot.rpartition(".")[2]
