"""Loops: to a fixpoint, over rows by an index, and over the elements of containers that are put back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import libcst as cst

from np2tf.analysis.expressions import through
from np2tf.analysis.holders import last_name
from np2tf.analysis.items import LOOKING
from np2tf.analysis.reading import is_dict_of_object
from np2tf.analysis.relations import (
    BASE,
    HEAP,
    MAY,
    SAME,
    VIEW,
    Ev,
    Lens,
    Rel,
    Slot,
    State,
    Step,
    compose,
    elements_of,
    invert,
    is_caller,
    join,
    or_none,
    root,
    view,
)
from np2tf.analysis.returned import Returned
from np2tf.analysis.scopes import targets
from np2tf.analysis.update import forward, plan
from np2tf.analysis.values import (
    BOTTOM,
    INT,
    NUMBER,
    UNKNOWN,
    Value,
    array,
)
from np2tf.analysis.values import join as join_values
from np2tf.facts import RUNTIME, ElementLoop, IndexLoop, Literal, Place, Problem, Rows, Store
from np2tf.knowledge.effects import EFFECTS
from np2tf.tree import block, bound_names, constant_int, names_read, walk

_KNOWN_CODE = ("numpy.", "builtins.", "math.")
_SETS_ATTRIBUTES = {"setattr", "delattr", "vars", "exec", "eval"}
_ROUNDS = 14  # of one loop; a lattice of height 3 needs 2 or 3


class Loops(Returned):
    """The loops of a scope."""

    def _loop(self, node: cst.For | cst.While, iterated: Ev | None, *, looks: bool = False) -> None:
        """A loop, to its fixpoint; one that `looks` at the items of containers reads them anew on every turn."""
        index_loop = self._index_loop(node, iterated) if not looks else None
        counts = looks or index_loop is not None or not isinstance(node, cst.For)
        element_loop = None if counts else self._element_loop(node)  # type: ignore[arg-type]
        side_by_side: list[Ev] = []
        if index_loop is not None:
            self.index_loops.append(index_loop)
        elif element_loop is not None:
            apart = self._enter_literals(element_loop)
            beside = {node: self._hold(self.ev(node)) for node, _, name in self._targets(element_loop) if not name}
            self.element_loops.append(element_loop)
        elif looks:
            assert isinstance(node, cst.For)
            self.looked_over.append(names_read(node.iter))
        elif iterated is not None:  # what is iterated over lives on, even if its name does not
            iterated = self._hold(Ev(iterated.value) if iterated.value.kind == "dict" else iterated)
            side_by_side = self._side_by_side(node)
        head = self.state
        live = self.live.head.get(node, frozenset())
        self._drop_dead(head, live)
        entered, head = head, self._known_head(node, head)
        outer = self.breaks, self.continues
        exits: list[State] = []
        for _ in range(_ROUNDS):
            self.breaks, self.continues = [], []
            self.state = head.copy()
            self.statement = node
            if index_loop is not None:
                self._bind_index(index_loop)
            elif element_loop is not None:
                self._bind_elements(element_loop, beside)
            elif isinstance(node, cst.For):
                assert iterated is not None
                around, self.read_here = self.read_here, self.read_here | live  # where a target is an array's item
                if looks:
                    self.bind(node.target, self.element(self.look(node.iter), node.iter))
                else:
                    self._bind_iteration(node, iterated, side_by_side)
                self.read_here = around
            else:
                self.asked(node.test)
                self.refine(node.test, True)
            self.suite(block(node.body))
            end = self.state
            for state in self.continues:
                end = join(end, state)
            self._drop_dead(end, live)
            new = join(head, end)
            exits = self.breaks
            if new == head:
                break
            head = new
        self.heads[node] = entered.copy(), head.copy()
        self.breaks, self.continues = outer
        self.state = end if isinstance(node, cst.For) and self._runs_at_least_once(node.iter) else head.copy()
        self.statement = node
        if element_loop is None or not element_loop.literals:
            self._bind_last(node)
        if isinstance(node, cst.While):
            self.asked(node.test)
            if isinstance(node.test, cst.Name) and node.test.value == "True":
                self.state.reachable = False
        if node.orelse is not None:
            self.suite(block(node.orelse.body))
        for state in exits:
            self.state = join(self.state, state)
        if index_loop is not None:
            self.index_loops.pop()
        elif element_loop is not None:
            self.element_loops.pop()
            for _ in beside:
                self._release()
            self._leave_literals(element_loop, apart, completed=not exits)
            for container, _ in element_loop.places:
                self._element_released(container, element_loop.element(container))
        elif looks:
            self.looked_over.pop()
        elif iterated is not None:
            for _ in side_by_side:
                self._release()
            self._release()

    def _known_head(self, node: cst.For | cst.While, entered: State) -> State:
        """What holds at the beginning of a loop's turns, as far as it is known.

        A loop in a loop is come to in each of that one's rounds. If now all may hold that did the last time, what was
        found then holds, too: otherwise each loop would double the rounds of those inside of it.
        """
        if node not in self.heads:
            return entered
        before, head = self.heads[node]
        return join(entered, head) if join(before, entered) == entered else entered

    def _only_looks(self, node: cst.For) -> bool:
        """Whether a loop goes through containers whose items are told apart, and neither changes what it gets from them
        nor binds their names."""
        over = self._over(node.iter)
        bound, names = self.module.bound_inside(node), frozenset(bound_names(node.target))
        known = [isinstance(part, cst.Name) and part.value not in bound for part in over]
        looks = all(known) and any(self.told(part) is not None for part in over)
        return looks and not any(_changes(part, names) for part in walk(node.body))

    def _over(self, node: cst.BaseExpression) -> list[cst.BaseExpression]:
        """What a loop's header goes through: the arguments of `zip` and `enumerate`, the dict of `d.items()`."""
        if not isinstance(node, cst.Call):
            return [node]
        if isinstance(node.func, cst.Attribute):
            return [node.func.value] if node.func.attr.value in {"items", "values", "keys"} else [node]
        named = self._is_builtin(node, "enumerate") or self._is_builtin(node, "zip")
        return [arg.value for arg in node.args if not arg.star] if named else [node]

    def _runs_at_least_once(self, node: cst.BaseExpression) -> bool:
        """Whether a loop over this certainly has a first turn."""
        if self._is_builtin(node, "enumerate", 1):
            return self._runs_at_least_once(node.args[0].value)  # type: ignore[attr-defined]
        if self._is_builtin(node, "range", 1):
            return (constant_int(node.args[0].value) or 0) > 0  # type: ignore[attr-defined]
        return isinstance(node, (cst.Tuple, cst.List)) and any(isinstance(e, cst.Element) for e in node.elements)

    def _bind_last(self, node: cst.For | cst.While) -> None:
        """After a loop over names that stand there, `for w in (a, b):`, its own name holds the last one's array."""
        if not isinstance(node, cst.For):
            return
        over, target = node.iter, node.target
        if self._is_builtin(over, "enumerate", 1) and isinstance(target, cst.Tuple) and len(target.elements) == 2:
            over, target = over.args[0].value, target.elements[1].value  # type: ignore[attr-defined, assignment]
        if not isinstance(over, (cst.Tuple, cst.List)) or not over.elements or not isinstance(target, cst.Name):
            return
        last, bound = over.elements[-1].value, self.module.bound_inside(node)
        known = (
            isinstance(last, cst.Name) and last.value in self.state.values
        )  # or nobody reads it, and it is forgotten
        if isinstance(last, cst.Name) and known and bound.count(target.value) == 1 and last.value not in bound:
            self.bind_name(target.value, self.ev(last))

    def _index_loop(self, node: cst.For | cst.While, iterated: Ev | None) -> IndexLoop | None:
        """A loop over arrays that could as well count and read `x[i]` anew, so that writes to x stay visible."""
        if not isinstance(node, cst.For) or iterated is None or node.asynchronous is not None:
            return None
        over, target, counter = node.iter, node.target, ""
        if self._is_builtin(over, "enumerate", 1) and isinstance(target, cst.Tuple) and len(target.elements) == 2:
            if not isinstance(target.elements[0].value, cst.Name):
                return None
            counter, target = target.elements[0].value.value, target.elements[1].value  # type: ignore[assignment]
            over = over.args[0].value  # type: ignore[attr-defined]
        pairs: list[tuple[cst.BaseExpression, cst.BaseExpression]] = [(over, target)]
        if self._is_builtin(over, "zip") and isinstance(target, cst.Tuple):
            assert isinstance(over, cst.Call)
            if len(over.args) != len(target.elements) or any(a.keyword or a.star for a in over.args):
                return None
            pairs = [(a.value, e.value) for a, e in zip(over.args, target.elements, strict=True)]
        bound = self.module.bound_inside(node)
        rows = [self._rows(array, each, node) for array, each in pairs]
        if not rows or None in rows or (counter and bound.count(counter) > 1):
            return None
        return IndexLoop(
            node, tuple(r for r in rows if r is not None), counter or self.module.counter(node), bool(counter)
        )

    def _rows(self, node: cst.BaseExpression, target: cst.BaseExpression, loop: cst.For) -> Rows | None:
        """An array that a loop goes through and can read again: a name, an attribute, or a view of such an array."""
        bound = self.module.bound_inside(loop)
        if isinstance(target, (cst.Subscript, cst.Attribute, cst.StarredElement)):
            return None
        lens: Lens = ()
        text = self.module.source.code(node)
        if isinstance(node, cst.Name):
            name, known = text, self.state.values.get(text, UNKNOWN).is_array
        elif (ev := self.ev(node)).origins == ((text, SAME),) and isinstance(node, cst.Attribute):
            name, known = text, ev.value.is_array
        else:
            if len(ev.origins) != 1 or ev.origins[0][1].kind != "view" or not ev.value.is_array:
                return None
            name, rel = ev.origins[0]
            lens = tuple(step._replace(node=None) for step in rel.lens)  # it is read anew each turn
            plain = all(step.forward and not step.stale and not step.test for step in lens)
            known = plain and forward(name, lens) == text
            known = known and not any(step.operands.intersection(bound) for step in lens)
        own = root(name)
        if not known or own in bound or own in self.scope.rebound or self.scope.owner(own) is not self.scope:
            return None
        if name != own and not self._keeps_attribute(name, loop):
            return None
        return Rows(name, lens, text, target)

    def _keeps_attribute(self, slot: Slot, loop: cst.For) -> bool:
        """Whether an attribute is bound by nothing that a loop runs."""
        base, _, attr = slot.partition(".")
        owner = self.state.values.get(base, UNKNOWN)
        if owner.kind != "object" or not self.tables.known(owner.name) or self.tables.special_methods():
            return False
        if self.tables.is_pinned(owner, attr) or self.key(owner, attr) in self.tables.class_level or "." in attr:
            return False
        elsewhere = (scope for _, scope in self.tables.binders.get(attr, ()) if scope.name != "__init__")
        if any(scope is not self.scope for scope in elsewhere):  # which `map` or `sorted` may call
            return False
        inside = list(walk(loop.body))
        others = [
            s for s in (*self.state.values, *self.state.rel) if last_name(s.partition("[")[0]) == attr and s != slot
        ]
        named = (part for part in inside if isinstance(part, cst.Attribute) and part.attr.value == attr)
        if any("." in s for s in others) or any(self.path(part) != slot for part in named):  # it may be one object
            return False
        bound = {self.scope.attribute(name) for part in inside for t in targets(part) for name in _bound_attributes(t)}
        if attr in bound or names_read(loop.body) & _SETS_ATTRIBUTES or any(map(is_dict_of_object, inside)):
            return False
        return not any(_runs_code(part, self) for part in inside)

    def _bind_index(self, loop: IndexLoop) -> None:
        """One turn of an index loop: the counter, then the rows or numbers it stands for."""
        self.counting[loop.counter] = loop
        self.bind_name(loop.counter, Ev(INT))
        found = []
        for rows in loop.rows:
            origins = ((rows.array, view(*rows.lens)),)
            value = self.state.values[rows.array] if not rows.lens else self.ev(_viewed(loop, rows)).value
            if value.ndim == 1:
                found.append(Ev(NUMBER))
            elif value.ndim is None:
                found.append(Ev(Value("maybe"), tuple((s, MAY) for s, _ in origins)))
            else:
                row = array(value.ndim - 1, order=value.order, dtype=value.dtype)
                found.append(Ev(row, through(origins, _row_step(loop.counter))))
        for rows, ev in zip(loop.rows, found, strict=True):
            self.bind(rows.target, ev)

    def _element_loop(self, node: cst.For) -> ElementLoop | None:
        """A loop over lists, or the items of a dict, in which each element has a place to be put back to."""
        if node.asynchronous is not None:
            return None
        over, target, counter = node.iter, node.target, ""
        if self._is_builtin(over, "enumerate", 1) and isinstance(target, cst.Tuple) and len(target.elements) == 2:
            if not isinstance(target.elements[0].value, cst.Name):
                return None
            counter, target = target.elements[0].value.value, target.elements[1].value  # type: ignore[assignment]
            over = over.args[0].value  # type: ignore[attr-defined]
        if isinstance(over, cst.Call) and isinstance(over.func, cst.Attribute) and over.func.attr.value == "items":
            if counter or over.args or not isinstance(target, cst.Tuple) or len(target.elements) != 2:
                return None
            key = target.elements[0].value
            if not isinstance(key, cst.Name):
                return None
            pairs, counter, kind = [(over.func.value, target.elements[1].value)], key.value, "dict"
        elif self._is_builtin(over, "zip") and isinstance(target, cst.Tuple):
            assert isinstance(over, cst.Call)
            if len(over.args) != len(target.elements) or any(a.keyword or a.star for a in over.args):
                return None
            pairs, kind = [(a.value, e.value) for a, e in zip(over.args, target.elements, strict=True)], "list"
        else:
            pairs, kind = [(over, target)], "list"
        literals = [
            literal
            for container, name in pairs
            if kind == "list" and isinstance(name, cst.Name) and (literal := self._literal(container, node)) is not None
        ]
        if len({text for literal in literals for text in literal.texts}) < sum(len(x.texts) for x in literals):
            literals = []
        named = {literal.node: literal.name for literal in literals}
        places = tuple(
            (named.get(container) or self.path(container) or "", name.value)
            for container, name in pairs
            if isinstance(name, cst.Name) and (container in named or self._keeps_places(container, kind, node))
        )
        bound = self.module.bound_inside(node)
        if (
            not places
            or any(len(set(column)) < len(column) for column in zip(*places, strict=True))
            or (counter and bound.count(counter) > 1)
        ):
            return None
        return ElementLoop(node, counter or self.module.counter(node), bool(counter), places, tuple(literals))

    def _literal(self, node: cst.BaseExpression, loop: cst.For) -> Literal | None:
        """A list of arrays that is written where a loop goes through it, and can be kept until the loop is over.

        The names in it get what became of their arrays afterwards: so nothing in the loop may read them, or what shares
        memory with them, and nothing may leave the loop by another way.
        """
        if (
            not isinstance(node, (cst.List, cst.Tuple))
            or not node.elements
            or loop.orelse is not None
            or self.protected
        ):
            return None
        slots = [self.path(e.value) if isinstance(e, cst.Element) else None for e in node.elements]
        paths = [slot for slot in slots if slot is not None]
        if len(set(paths)) < len(slots):
            return None
        read = names_read(loop.body) | frozenset(self.module.bound_inside(loop))
        runs = any(_runs_code(part, self) for part in walk(loop.body))
        if any(isinstance(part, (cst.Return, cst.Yield, cst.Await)) for part in walk(loop.body)):
            return None
        updates = []
        gone = set(bound_names(loop.target))  # the first turn binds them anew
        if gone & {root(path) for path in paths}:
            return None
        state = self.state.copy()
        for name in gone:
            state.kill(name)
        saved, self.statement = self.statement, loop
        for path in paths:
            name, row = root(path), state.row(path)
            for part in walk(node):
                if isinstance(part, cst.Attribute):
                    self.ev(part)
            known = self.state.values.get(path, UNKNOWN).kind in {"array", "maybe"}
            seen = {root(s) for s in (path, *row) if s[0] != "<"}
            outside = name in self.always or "." in path
            own = self.scope.owner(name) is self.scope and name not in self.scope.rebound
            if not (known and own) or seen & read or (outside and (runs or True in self.tables.caught)):
                break
            if any(other in row for other in paths) or any(s.startswith(("<temp", "<item")) for s in row):
                break
            place = Place(path, path)
            problem = self._slot_problem(place, Store("op", loop, node, self.state.values[path]))
            update = plan(state, place, self._is_live, self._origin, self.callers) if problem is None else problem
            if isinstance(update, Problem) or update.guarded:
                break
            updates.append((place, update))
        self.statement = saved
        if len(updates) < len(slots):
            return None
        name = self.module.new_name(node, "_arrays")
        return Literal(node, name, tuple(paths), tuple(updates))

    def _enter_literals(self, loop: ElementLoop) -> list[tuple[Slot, Slot, Rel]]:
        """The arrays of a list move into a list with a name; what their own names are related to comes back later."""
        apart = []
        for literal in loop.literals:
            elem = BOTTOM
            for path in literal.texts:
                elem = join_values(elem, self._value_lent(path))
                for other, rel in list(self.state.row(path).items()):
                    if other not in {*bound_names(loop.node.target)}:
                        apart.append((path, other, rel))
                        self._lend(literal, other)
                    self.state.part(path, other)
                self._lend(literal, path)
            self.state.bind(literal.name, Ev(Value("list", elem=elem, distinct=True)))
        return apart

    def _value_lent(self, slot: Slot) -> Value:
        return self.state.values[slot] if slot in self.state.values else self.lent[slot][1]

    def _lend(self, literal: Literal, slot: Slot) -> None:
        """What a name shares memory with is not told while the loop's list has its array: nothing reads it there."""
        if slot in self.state.values:
            self.lent[slot] = literal.name, self.state.values.pop(slot)

    def _leave_literals(self, loop: ElementLoop, apart: list[tuple[Slot, Slot, Rel]], *, completed: bool) -> None:
        """The names get their arrays back, changed or not; the loop's own name may still hold one of them."""
        state = self.state
        still: list[tuple[Slot, Slot, Rel]] = []
        for literal in loop.literals:
            last = dict(state.row(loop.element(literal.name)))
            each = {} if completed else {other: or_none(rel) for other, rel in last.items()}
            for k, path in enumerate(literal.texts):
                held = last if completed and k == len(literal.texts) - 1 else each
                held = held | dict.fromkeys(state.row(elements_of(literal.name)), MAY)
                still += [
                    (path, other, rel) for other, rel in held.items() if other[0] != "<" and root(other) != literal.name
                ]
            for slot in (*state.parts(literal.name), literal.name):
                state.kill(slot)
            for slot in [slot for slot, (name, _) in self.lent.items() if name == literal.name]:
                state.values[slot] = self.lent.pop(slot)[1]
        for path, other, rel in apart:
            if path in state.values and (other in state.values or other[0] == "<" or "[" in other):
                state.relate(path, other, rel)
        for path, other, rel in still:
            for holder, to_holder in list(state.row(path).items()):
                found = compose(invert(to_holder), rel)
                if found is not None and holder != other:
                    state.relate(holder, other, found)
            state.relate(path, other, rel)
        if loop.node in self.facts.element_loops:
            for literal in loop.literals:
                for place, update in literal.updates if literal.name in self.put_back else ():
                    self._note_mutation(place)
                    self._note_loops(place)
                    self._note_names(place, update)
            done = tuple(literal for literal in loop.literals if literal.name in self.put_back)
            self.facts.element_loops[loop.node] = loop._replace(literals=done)

    def _is_builtin(self, node: cst.BaseExpression, name: str, count: int | None = None) -> bool:
        return (
            isinstance(node, cst.Call)
            and isinstance(node.func, cst.Name)
            and node.func.value == name
            and self.scope.owner(name) is None
            and count in {None, len(node.args)}
        )

    def _keeps_places(self, container: cst.BaseExpression, kind: str, loop: cst.For) -> bool:
        """Whether the elements of a container are arrays of their own, and stay at their places during a loop."""
        path = self.path(container)
        if path is None or path not in self.state.values:
            return False
        value = self.state.values[path]
        elem = value.elem
        if value.kind != kind or not value.distinct or elem is None or elem.kind not in {"array", "maybe", "bottom"}:
            return False
        name = root(path)
        if name in self.module.bound_inside(loop):
            return False
        if name in self.scope.rebound or self.scope.owner(name) is not self.scope:
            return False
        if "." in path and any(_runs_code(part, self) for part in walk(loop.body)):
            return False
        holders = {s for s in self.state.row(path) if "[" not in s and not s.startswith("<temp")}
        callers = {s for s in holders if is_caller(s)}
        if callers and any(_runs_code(part, self) for part in walk(loop.body)):
            return False
        if holders - callers - ({HEAP} if "." in path else set()):
            return False  # the container has another name, by which its items may be replaced
        others = {last_name(path), *self.tables.pinned_names()} if "." in path else set()
        for part in walk(loop.body):
            named = isinstance(part, cst.Name) and part.value == path
            named = named or (isinstance(part, cst.Attribute) and self.scope.attribute(part.attr.value) in others)
            if named or _moves_elements(part):
                return False
        return True

    def _targets(self, loop: ElementLoop) -> list[tuple[cst.BaseExpression, cst.BaseExpression, str]]:
        """What such a loop goes through and what its elements get, with the name of those that have a place."""
        over, target = loop.node.iter, loop.node.target
        if self._is_builtin(over, "enumerate"):
            over = over.args[0].value  # type: ignore[attr-defined]
        if loop.counted and isinstance(target, cst.Tuple):
            target = target.elements[1].value  # type: ignore[assignment]
        pairs: list[tuple[cst.BaseExpression, cst.BaseExpression]] = [(over, target)]
        if self._is_builtin(over, "zip"):
            assert isinstance(over, cst.Call)
            assert isinstance(target, cst.Tuple)
            pairs = [(a.value, e.value) for a, e in zip(over.args, target.elements, strict=True)]
        elif isinstance(over, cst.Call) and isinstance(over.func, cst.Attribute):
            pairs = [(over.func.value, target)]
        placed, named = dict(loop.places), {literal.node: literal.name for literal in loop.literals}
        found = []
        for container, each in pairs:
            name = placed.get(named.get(container) or self.path(container) or "")
            found.append((container, each, name if name is not None and name == getattr(each, "value", None) else ""))
        return found

    def _bind_elements(self, loop: ElementLoop, beside: Mapping[cst.BaseExpression, Ev]) -> None:
        """One turn of such a loop: every target, and the place that its array came from."""
        if self._is_builtin(loop.node.iter, "enumerate"):
            self.bind_name(loop.counter, Ev(INT))
        elif loop.counted:
            self.bind_name(loop.counter, Ev(UNKNOWN))
        named = {literal.node: literal.name for literal in loop.literals}
        for container, target, name in self._targets(loop):
            if not name:
                self.bind(target, self.element(self._grown_since(beside[container])))
        for container, _, name in self._targets(loop):
            path = named.get(container) or self.path(container)
            if name and path is not None:
                self.ev(container)
                self._bind_element(path, loop.element(path), name)

    def _bind_element(self, container: Slot, slot: Slot, name: str) -> None:
        self._element_released(container, slot)
        value = self.state.values[container]
        elem = value.elem or UNKNOWN
        ev = Ev(value, ((container, SAME),))
        self.state.bind(slot, Ev(elem, self._elements(ev)))
        self.bind_name(name, Ev(elem, ((slot, SAME),)))
        for part in self.state.parts(container):
            if part != slot and part[len(container)] == "[":
                self.state.part(slot, part)
                self.state.part(name, part)

    def _element_released(self, container: Slot, slot: Slot) -> None:
        """The loop leaves an element: what shares memory with it may be any element from now on."""
        for other in list(self.state.row(slot)):
            self.state.relate(elements_of(container), other, MAY)
        self.state.kill(slot)

    def _side_by_side(self, node: cst.For | cst.While) -> list[Ev]:
        """What a loop over `zip(a, b)` goes through: each target gets elements of its own."""
        if not isinstance(node, cst.For):
            return []
        over: cst.BaseExpression = node.iter
        target: cst.CSTNode = node.target
        if self._is_builtin(over, "enumerate", 1) and isinstance(target, cst.Tuple):
            over, target = over.args[0].value, target.elements[-1].value  # type: ignore[attr-defined]
        if not self._is_builtin(over, "zip") or not isinstance(target, cst.Tuple):
            return []
        assert isinstance(over, cst.Call)
        plain = all(self.path(arg.value) is not None and not arg.star and arg.keyword is None for arg in over.args)
        if not plain or len(target.elements) != len(over.args):
            return []
        return [self._hold(self.ev(arg.value)) for arg in over.args]

    def _bind_iteration(self, node: cst.For, iterated: Ev, side_by_side: list[Ev]) -> None:
        if side_by_side:
            items = tuple(self.element(self._grown_since(ev)) for ev in side_by_side)
            element = Ev(Value("tuple", items=tuple(item.value for item in items)), (), items)
            if self._is_builtin(node.iter, "enumerate", 1):
                element = Ev(Value("tuple", items=(INT, element.value)), (), (Ev(INT), element))
            self.bind(node.target, element)
        else:
            self.bind(node.target, self.element(self._grown_since(iterated), node.iter))

    def _grown_since(self, ev: Ev) -> Ev:
        """What is iterated over, which may have grown in the meantime."""
        held = ev.origins[0][0] if ev.origins else ""
        return ev._replace(value=self.state.values.get(held, ev.value))


def _runs_code(node: cst.CSTNode, flow: Returned) -> bool:
    """Whether code of the project, or code nobody knows, may run here."""
    if not isinstance(node, cst.Call):
        return isinstance(node, (cst.Await, cst.Yield))
    flow.callees.add(node.func)  # to be called, not to be handed on
    value = flow.ev(node.func).value
    return not (value.kind in {"function", "class"} and value.name is not None and value.name.startswith(_KNOWN_CODE))


def _bound_attributes(target: cst.CSTNode) -> Iterator[str]:
    """The names of the attributes that an assignment target binds."""
    if isinstance(target, cst.Attribute):
        yield target.attr.value
    elif isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            yield from _bound_attributes(element.value)


def _changes(node: cst.CSTNode, names: frozenset[str]) -> bool:
    """Whether a part of a loop may change the arrays that the loop's names stand for."""
    item = isinstance(node, cst.AssignTarget) and isinstance(node.target, cst.Subscript)
    if item or isinstance(node, cst.AugAssign):
        target: cst.CSTNode = node.target  # type: ignore[attr-defined]
        while isinstance(target, (cst.Subscript, cst.Attribute)):
            target = target.value
        return isinstance(target, cst.Name) and target.value in names
    if not isinstance(node, cst.Call):
        return False
    func = node.func
    if isinstance(func, cst.Attribute) and isinstance(func.value, cst.Name) and func.value.value in names:
        effect = EFFECTS.get(f"ndarray.{func.attr.value}")
        return effect is None or bool(effect.mutates)
    looks = isinstance(func, cst.Name) and func.value in LOOKING
    return not looks and any(isinstance(arg.value, cst.Name) and arg.value.value in names for arg in node.args)


def _moves_elements(node: cst.CSTNode) -> bool:
    """Whether a list may get its elements at other places here."""
    if isinstance(node, cst.Del):
        return True
    method = isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and node.func.attr.value
    return method in {"insert", "pop", "popitem", "remove", "clear", "sort", "reverse", "extendleft", "rotate"}


def _viewed(loop: IndexLoop, rows: Rows) -> cst.BaseExpression:
    """The expression that gives the array of these rows."""
    over = loop.node.iter
    while isinstance(over, cst.Call) and isinstance(over.func, cst.Name) and over.func.value in {"enumerate", "zip"}:
        over = over.args[[r.target for r in loop.rows].index(rows.target) if over.func.value == "zip" else 0].value
    return over


def _row_step(counter: str) -> Step:
    inverse = f"{RUNTIME}.tensor_scatter_update({BASE}, {counter}, {VIEW})"
    return Step(f"{BASE}[{counter}]", inverse, frozenset({counter}))
