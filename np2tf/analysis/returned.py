"""Changed parameters given back: by the function that changes them, and taken by each of its calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import libcst as cst

from np2tf.analysis.boundaries import Boundaries
from np2tf.analysis.holders import CONVERTED_BEFORE, GIVEN_BACK
from np2tf.analysis.order import before, formatted, spread_out
from np2tf.analysis.relations import (
    HEAP,
    SAME,
    Ev,
    Slot,
    caller,
    compose,
    handed_in,
    invert,
    is_caller,
    root,
)
from np2tf.analysis.scopes import Scope, parameters, targets
from np2tf.analysis.values import (
    CONTAINERS,
    HOST_KINDS,
    NONE,
    UNKNOWN,
    Value,
)
from np2tf.facts import Literal, Place, Problem, Store, Threading, Update
from np2tf.tree import children, names_read, remembered, shorten, walk


class Returned(Boundaries):
    """The threading of changed parameters."""

    def _come_back(self) -> None:
        """Note whether parameters that were exchanged for others have their own arrays again on every way out."""
        tables = self.tables
        for param in self.scope.params:
            key = (self.scope, param)
            if key in tables.exchanged and param in self.always:  # else it was taken for dead after its last use
                tables.mark(tables.mutated if self._holder(param) else tables.given_away, key)

    def _holder(self, param: str) -> str | None:
        """The name that has the caller's array on every way out: the parameter's own, or one that has kept it."""
        own = caller(param)
        for name in (param, *self.scope.kept(param)):
            if all(state.row(name).get(own) == SAME or own in state.absent for _, state in self.returns):
                return name
        return None

    def _thread(self) -> None:
        """Note how changed parameters go back to the callers, or that they can't."""
        params = self.tables.hands_back(self.scope)
        if not params or not isinstance(self.scope.node, cst.FunctionDef):
            return
        if not self.always.issuperset(params):
            return  # found in this walk, which took the parameter for dead after its last use; another one follows
        holders = []
        for param in params:
            holder = self._holder(param)
            if holder is None:
                self.tables.mark(self.tables.lost, (self.scope, param))
                problem = Problem("NT201", f"`{param}` is something else on some way out of the function", "")
                self.unthread(self.scope, problem)
                return
            holders.append(holder)
        given = [node for node in self.return_nodes if not _is_none(node.value)]
        falls = self.state.reachable
        if not given:
            style = "none" if falls or self.return_nodes else "any"
        elif (
            len(params) == 1
            and not falls
            and len(given) == len(self.return_nodes)
            and all(
                caller(params[0]) in state.absent or state.resolve(ev).get(caller(params[0])) == SAME
                for ev, state in self.returns
            )
        ):
            style = "same"
        else:
            style = "tuple"
        node = self.scope.node
        outside = self.tables.inherits_from_elsewhere(self.scope)
        if self.tables.strict and self.final:
            if outside:
                self.unthread(self.scope, Problem("NT902", "a base class outside the project may call the method", ""))
            elif node.name.value[0] != "_" and (style != "same" or len(self.tables.versions(self.scope)) > 1):
                self.unthread(self.scope, Problem("NT901", "callers outside the project expect it to be changed", ""))
        edited: list[cst.CSTNode] = [node, node.body.body[0], *self.return_nodes] if style != "same" else []
        ends = self.module.source.place(node)[2]
        if any(map(self.module.fenced, edited)) or (edited and falls and self.module.comments.fenced(ends)):
            self.tables.mark(self.tables.fenced, self.scope)
            self.unthread(self.scope, Problem("NT201", "`# np2tf: off` leaves the function as it is", ""))
        self.facts.threads[node] = Threading(
            node, params, tuple(holders), style, tuple(self.return_nodes), falls, outside
        )

    def unthread(self, scope: Scope, problem: Problem) -> None:
        """A function can't give its changed parameters back: what it does to them is left to be done by hand."""
        if scope not in self.tables.unthreadable:
            reason = problem.message.rpartition(GIVEN_BACK)[2]  # where it comes from a caller, whose caller's it is
            self.tables.unthreadable[scope] = problem._replace(message=reason)

    def threaded(
        self,
        node: cst.Call,
        scope: Scope,
        bound: dict[str, Ev],
        nodes: dict[str, cst.BaseExpression],
        copied: frozenset[str] = frozenset(),
    ) -> None:
        self._perhaps_changed(node, scope, bound, copied)
        params = self.tables.hands_back(scope)
        if any(version in self.tables.fenced for version in self.tables.versions(scope)):
            self._left_as_it_is(node, scope, bound)
        if not params or not isinstance(scope.node, cst.FunctionDef):
            return
        if self.module.fenced(self.statement):
            text = shorten(self.module.source.code(node))
            self.unthread(scope, Problem("NT201", f"`# np2tf: off` leaves `{text}` as it is", ""))
            return
        if self.module.converted_before:
            self.unthread(scope, Problem("NT201", CONVERTED_BEFORE, ""))
            return
        problem = self._threading_problem(node, scope, params, bound, nodes)
        if problem is not None:
            self.unthread(scope, problem)
            return
        earlier = None if self._stands_alone(node) else self._earlier(node)
        if earlier is not None:
            self.read_here = self._names_around(node)
        stores = self._taken_back(node, scope, params, bound, nodes)
        self.read_here = frozenset()
        if not isinstance(stores, Problem) and earlier is not None:
            moved = self._moved(node, scope, earlier, stores)
            stores = moved if isinstance(moved, Problem) else [replace(s, hoisted=True, before=moved) for s in stores]
        if isinstance(stores, Problem):
            self.unthread(scope, stores)
            return
        for store in stores:
            self.facts.stores[self.statement, store.target] = store

    def _perhaps_changed(self, node: cst.Call, scope: Scope, bound: dict[str, Ev], copied: frozenset[str]) -> None:
        """A function goes on with what may be its argument or a copy, and changes that: nobody may look at it later."""
        for param in self.tables.perhaps_params(scope):
            if param in copied:
                unseen = True
            elif param in bound:
                self.read_here = frozenset() if self._stands_alone(node) else self._names_around(node)
                unseen = self._unseen_later(bound[param]) and all(
                    other == param or self._apart(bound[param], ev) for other, ev in bound.items()
                )
                self.read_here = frozenset()
                if self.scope.kind == "module":
                    self.tables.mark(self.tables.unseen_outside, scope)
            else:
                unseen = all(_constant(_default(version, param)) for version in self.tables.versions(scope))
            if not unseen:
                self.tables.note(self.tables.looked_at, (scope, param), f"`{shorten(self.module.source.code(node))}`")

    def _unseen_later(self, ev: Ev) -> bool:
        """Whether nobody looks at an object, or at what is in it, from here on."""
        if _without_arrays(ev.value):
            return True
        shown = self._shown(ev)
        if not self._shown_by_waiting().isdisjoint(shown):
            return False
        in_module = self.scope.kind == "module"
        for slot in shown:
            if is_caller(slot):
                if slot[-1] == "]" or self.callers(handed_in(slot), "perhaps") is not None:
                    return False
            elif slot[0] in "<?" or (self._is_live_inside(slot) if in_module else self._is_live(slot)):
                return False
        return True

    def _left_as_it_is(self, node: cst.Call, scope: Scope, bound: dict[str, Ev]) -> None:
        """A function that `# np2tf: off` leaves alone is handed an array that it changes."""
        changed = [p for p in self.tables.changed_params(scope) if p in bound and not bound[p].fresh]
        if any(bound[p].value.kind not in {*HOST_KINDS, "bottom"} for p in changed):
            text = shorten(self.module.source.code(node))
            why = "and `# np2tf: off` leaves the function as it is"
            what = f"`{text}` changes the array handed in as `{changed[0]}`, {why}"
            self.facts.problems[node] = Problem("NT201", what, "return the changed array there, and assign it here")

    def _taken_back(
        self,
        node: cst.Call,
        scope: Scope,
        params: tuple[str, ...],
        bound: dict[str, Ev],
        nodes: dict[str, cst.BaseExpression],
    ) -> list[Store] | Problem:
        """The arguments that get a new array, and who must see that."""
        stores = []
        assert isinstance(scope.node, cst.FunctionDef)
        for param in params:
            if param not in bound:  # it is None: nothing comes back
                stores.append(
                    Store("call", self.statement, node, NONE, call=node, thread=scope.node, param=param, host=True)
                )
                continue
            ev = bound[param]
            self.assumed = False
            store = Store("call", self.statement, nodes[param], ev.value, call=node, thread=scope.node, param=param)
            if ev.value.kind in HOST_KINDS or (ev.value.kind == "bottom" and not self.final):
                stores.append(replace(store, host=True))
                continue
            counted = any((version, param) in self.tables.counted for version in self.tables.versions(scope))
            place = self.place(nodes[param])
            if counted and ev.value.kind in {"maybe", "unknown"}:
                # NumPy's scalars are tensors without dimensions, as some arrays are.
                if ev.value.kind == "maybe" or (not isinstance(place, Problem) and place.lens):
                    text = shorten(self.module.source.code(node))
                    what = f"`{text}` hands in what may be a number, which does not change for the caller"
                    return Problem("NT102", what, "tell by an annotation, or write `p = p + v` and return it")
                store = replace(store, number=True)
            nullable = any((version, param) in self.tables.nullable for version in self.tables.versions(scope))
            if nullable and ev.value.kind in {"maybe", "unknown"}:
                if not isinstance(place, Problem) and place.lens:
                    text = shorten(self.module.source.code(node))
                    what = f"`{text}` may hand in None for `{param}`, and then nothing of the caller's changes"
                    return Problem("NT102", what, "tell the two apart with `is None` before the call")
                store = replace(store, number=True)
            if isinstance(place, Problem):
                if not ev.fresh:
                    return place
                stores.append(replace(store, host=True))
                continue
            if place.slot[0] == "?":
                return Problem("NT106", f"`{place.text}` is not reached by names alone", "give the object a name")
            self._of_other_objects(place.slot)
            problem = self._slot_problem(place, store) or self._elsewhere_by_then(node, scope, nodes[param], place)
            found = problem or self.planned(self.state, place)
            if isinstance(found, Update):
                looked_at = self._looked_at(node, scope, param, place, found, bound)
                found = (
                    self._outer_names(found) or self._outlives(place, found) or looked_at or self._assume(found, place)
                )
            if isinstance(found, Problem):
                return found
            self._note_mutation(place)
            if counted and store.number:
                self._note_number(place)
            if nullable and store.number:
                self._note_none(place)
            self._note_loops(place)
            self._note_names(place, found)
            self.other_shape(place.slot)
            seen = place.element or self._is_live(place.slot) or found.same or found.then or found.guarded
            stores.append(replace(store, place=place, update=found) if seen else replace(store, host=True))
        return stores

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
        argument = nodes.get(param)
        if argument is None:
            return False
        self.facts.handed_lists.pop(argument, None)
        literal = self._handed_list(node, scope, param, bound, argument) if needed else None
        if literal is not None:
            assert isinstance(self.statement, cst.Expr)
            self.facts.handed_lists[argument] = self.statement, literal
        return literal is not None

    def _handed_list(
        self, node: cst.Call, scope: Scope, param: str, bound: dict[str, Ev], argument: cst.BaseExpression
    ) -> Literal | None:
        """A list of arrays that is written where a function gets it, which changes them and does nothing else with it:
        the list has a name until the call is over."""
        statement, state, tables = self.statement, self.state, self.tables
        summary = tables.summaries.get(scope)
        alone = isinstance(statement, cst.Expr) and statement.value is node and not self.facts.read_again.get(statement)
        if not alone or summary is None or tables.hands_back(scope) or self.protected or self.suspends:
            return None
        if not bound[param].value.distinct:
            return None
        if param in summary.retains or any(param == grown for grown, _ in summary.grows):
            return None
        if not all(_only_reads(version, param) for version in tables.versions(scope)):
            return None
        if self.module.converted_before or self.module.fenced(statement) or self.scope.kind == "class":
            return None
        if not isinstance(argument, cst.List) or any(isinstance(e, cst.StarredElement) for e in argument.elements):
            return None
        paths = [self.path(e.value) or "" for e in argument.elements]
        around = [node.func, *(arg.value for arg in node.args if arg.value is not argument)]
        if "" in paths or len(set(paths)) < len(paths) or any(map(self._runs, around)):
            return None
        others = set[Slot]().union(*(self.within(ev) for name, ev in bound.items() if name != param))
        updates = []
        for path in paths:
            name, row = root(path), state.row(path)
            known = path in state.values and state.values[path].is_array
            own = self.scope.owner(name) is self.scope and name not in self.scope.rebound
            if not known or not own or not others.isdisjoint({path, *row} - {HEAP}):
                return None
            if not row.keys().isdisjoint(paths) or any(s.startswith(("<temp", "<item")) for s in row):
                return None
            place = Place(path, path)
            problem = self._slot_problem(place, Store("op", statement, argument, state.values[path]))
            found = problem or self.planned(state, place)
            if isinstance(found, Update):
                looked_at = self._looked_at(node, scope, param, place, found, bound)
                kept = self._outer_names(found) or self._outlives(place, found) or looked_at
                found = kept or self._assume(found, place)
            if isinstance(found, Problem) or found.guarded or found.last:
                return None
            updates.append((place, found))
        for place, update in updates:
            self._note_mutation(place)
            self._note_loops(place)
            self._note_names(place, update)
            self.other_shape(place.slot)
        return Literal(argument, self.module.new_name(argument, "_arrays"), tuple(paths), tuple(updates))

    def _runs(self, node: cst.BaseExpression) -> bool:
        """Whether an expression runs code of the project, or binds a name."""
        binds = cst.Await, cst.NamedExpr, cst.Yield
        return any(part in self.facts.impure or isinstance(part, binds) for part in walk(node))

    def _outlives(self, place: Place, update: Update) -> Problem | None:
        """An exception may leave the call before the array is taken back: who is left with the old one then?"""
        for slot in _bound_after(place, update) if True in self.tables.caught else ():
            if self._held_outside(slot) or (slot[-1] == "]" and any(map(self._held_outside, self._holders(slot)))):
                text = place.text if slot == place.slot else slot
                return Problem("NT204", f"`{text}` outlives an exception that the project catches", "")
        return None

    def _looked_at(
        self, node: cst.Call, scope: Scope, param: str, place: Place, update: Update, bound: dict[str, Ev]
    ) -> Problem | None:
        """Until the call returns, all who hold the array still show the old one: nothing that runs in it may look."""
        tables, versions = self.tables, self.tables.versions(scope)
        for slot in _bound_after(place, update):
            path, _, element = slot.partition("[")
            base, _, attr = path.rpartition(".")
            owner = self.scope.owner(root(slot))
            if base and tables.may_look(versions, self.key(self.state.values.get(base, UNKNOWN), attr)):
                other = f"`.{attr}`"
            elif (not base and owner is not None and tables.may_look_outside(versions, (owner, path))) or (
                element and self._handed_over(path, [ev for name, ev in bound.items() if name != param])
            ):
                other = f"`{path}`"
            else:
                self.lent_on([path] if element else [])
                continue
            text = shorten(self.module.source.code(node))
            what = f"`{text}` changes `{place.text}`, and may look at it as {other} before it gives it back"
            return Problem("NT202", what, "hand in a copy, and assign what comes back")
        return None

    def _elsewhere_by_then(
        self, node: cst.Call, scope: Scope, argument: cst.BaseExpression, place: Place
    ) -> Problem | None:
        """`k.x = f(k.x)`: if the call binds `k` anew, that is another object by then."""
        tables = self.tables
        names = names_read(argument) - {place.slot}
        owners = ((name, self.scope.owner(name)) for name in sorted(names))
        changed = [name for name, owner in owners if owner is not None and name in owner.rebound]
        pieces = place.slot.partition("[")[0].split(".")
        for k in range(1, len(pieces) - 1):
            key = self.key(self.state.values.get(".".join(pieces[:k]), UNKNOWN), pieces[k])
            changed += [pieces[k]] if tables.may_bind(tables.versions(scope), key) else []
        if not changed:
            return None
        text = shorten(self.module.source.code(node))
        return Problem("NT106", f"`{text}` may bind `{changed[0]}` anew", "give the object or the index a name first")

    def _handed_over(self, container: Slot, others: list[Ev]) -> bool:
        """Whether a container, or what may be the same one, is among other arguments."""
        names = {container, *self.state.row(container)} - {HEAP}
        return any(slot.partition("[")[0] in names for ev in others for slot, _ in self.content(ev))

    def _held_outside(self, slot: Slot) -> bool:
        """Whether a slot is still there when the function has been left."""
        inner = self.scope.kind == "function" and root(slot) in self.scope.captured
        return slot[0] != "<" and ("." in slot or inner or self._free(root(slot)))

    def _holders(self, slot: Slot) -> Iterator[Slot]:
        """The names of the container that an element is in; a caller's stands for an attribute of anything."""
        container = slot[: slot.index("[")]
        for other in (container, *self.state.row(container)):
            yield "." if other == HEAP or is_caller(other) else other

    def _earlier(self, node: cst.Call) -> list[cst.BaseExpression] | None:
        """What the statement evaluates before a call in it; None where no statement can be put in front of it."""
        statement = self.statement
        if statement in self.elifs or (isinstance(statement, cst.Assert) and statement not in self.guarded):
            return None
        if isinstance(statement, cst.AugAssign) and isinstance(statement.target, cst.Name):
            owner = self.scope.owner(statement.target.value)
            if owner is not None and statement.target.value in owner.rebound:
                return None  # the old value is read before the call
        return before(statement, node)

    def _stands_alone(self, node: cst.Call) -> bool:
        """Whether a call is the whole statement, or all that names get in an assignment."""
        statement = self.statement
        if isinstance(statement, cst.Assign) and statement.value is node:
            return len(statement.targets) == 1 and _plain_target(statement.targets[0].target)
        return isinstance(statement, cst.Expr) and statement.value is node

    def _names_around(self, node: cst.Call) -> frozenset[str]:
        """The names that a statement may read when a call inside it has returned."""
        found: set[str] = set()
        stack: list[cst.CSTNode] = [self.statement]
        while stack:
            part = stack.pop()
            if part is not node:
                found.update([part.value] if isinstance(part, cst.Name) else [])
                stack += children(part)
        return frozenset(found)

    def _moved(
        self, node: cst.Call, scope: Scope, earlier: list[cst.BaseExpression], stores: list[Store]
    ) -> tuple[cst.BaseExpression, ...] | Problem:
        """What has to be evaluated before a call that moves in front of its statement: all that is not as good later.

        A name is: the call gives it the array that it changes. So is an attribute that the call does not bind anew.
        """
        changed = {s.place.slot for s in stores if s.place is not None}
        changed |= {other for slot in changed for other in self.state.row(slot)}
        spread = set(spread_out(self.statement))
        moved = []
        for part in earlier:
            ev = self.ev(part)
            if part in spread and ev.value.kind != "tuple":
                self.tables.buried[node] = "value"
                text, other = (shorten(self.module.source.code(one)) for one in (node, part))
                return Problem(
                    "NT203", f"`{text}` may change `{other}`, which is spread out before it", "name it first"
                )
            if self._as_good_later(part, ev, scope):
                continue
            seen = set(self.state.resolve(ev)) | {s for s, _ in ev.held}
            if seen & changed or (ev.value.may_be_array and HEAP in seen):
                text = shorten(self.module.source.code(node))
                other = shorten(self.module.source.code(part))
                self.tables.buried[node] = "value"
                message = f"`{text}` changes an array that `{other}`, evaluated before it, may share"
                return Problem("NT203", message, "put the call on a line of its own")
            if not any(store.call is part and store.hoisted for store in self.facts.stores.values()):
                moved.append(part)  # others have moved already
        return tuple(moved)

    def _as_good_later(self, part: cst.BaseExpression, ev: Ev, scope: Scope) -> bool:
        if isinstance(part, (cst.Integer, cst.Float, cst.Imaginary, cst.SimpleString)):
            return True
        if isinstance(part, cst.Name):
            owner = self.scope.owner(part.value)
            shown = ev.value.may_be_array and any(part is other for other in formatted(self.statement))
            return not shown and (owner is None or part.value not in owner.rebound)
        part = self.written_out(part)
        if isinstance(part, cst.Attribute) and self.path(part) is not None:
            if ev.value.kind in {"module", "class", "function"}:
                return True
            base = self.ev(part.value)
            key = self.key(base.value, self.scope.attribute(part.attr.value))
            return base.value.kind == "object" and not self.tables.may_change([scope], key)
        return False

    def _threading_problem(
        self,
        node: cst.Call,
        scope: Scope,
        params: tuple[str, ...],
        bound: dict[str, Ev],
        nodes: dict[str, cst.BaseExpression],
    ) -> Problem | None:
        text = shorten(self.module.source.code(node))
        if self.protected:
            return Problem(
                "NT204",
                f"`{text}` may be interrupted by an exception that is caught here",
                "copy first, or write after the `try`",
            )
        if not self._stands_alone(node) and self._earlier(node) is None:
            self.tables.buried[node] = ""
            return Problem(
                "NT203",
                f"`{text}` may be evaluated later, more than once, or not at all",
                "put the call on a line of its own",
            )
        for param in params:
            versions = self.tables.versions(scope)
            nullable = any((version, param) in self.tables.nullable for version in versions)
            if nullable and param not in bound and all(_is_none(_default(version, param)) for version in versions):
                continue
            if param not in bound or param not in nodes:
                return Problem(
                    "NT205", f"`{text}` leaves `{param}` to its default or binds it implicitly", "hand the array in"
                )
            for other, ev in bound.items():
                if other != param and not self._apart(bound[param], ev):
                    return Problem(
                        "NT202", f"the arguments `{param}` and `{other}` of `{text}` may overlap", "copy one of them"
                    )
        return None

    def _apart(self, a: Ev, b: Ev) -> bool:
        """Whether two arguments certainly share no memory."""
        if b.value.kind in {"number", "function", "class", "module"}:
            return True
        row = self.state.resolve(a)
        for slot, rel in (*b.origins, *b.held):
            if slot in row and slot != HEAP and compose(invert(row[slot]), rel) is not None:
                return False
            for other, other_rel in self.state.row(slot).items():
                if (
                    other in row
                    and other != HEAP
                    and compose(invert(row[other]), compose(invert(other_rel), rel) or SAME)
                ) and compose(invert(other_rel), rel) is not None:
                    return False
        return True


def _bound_after(place: Place, update: Update) -> Iterator[Slot]:
    """The places that get the array, or what is made of it, when a call has given it back."""
    yield from (place.slot, *update.same)
    for refresh in (*update.then, *update.last):
        yield from refresh.names
    yield from (guard.name for guard in update.guarded)


def _is_none(node: cst.BaseExpression | None) -> bool:
    return node is None or (isinstance(node, cst.Name) and node.value == "None")


def _without_arrays(value: Value) -> bool:
    """Whether this is no array, and has none in it: a list that is changed is the caller's own."""
    if value.kind in CONTAINERS and value.kind != "iterator":
        inside = value.items if value.items is not None else (value.elem,)
        return all(item is not None and _without_arrays(item) for item in inside)
    return value.kind in {"number", "function", "class", "module", "slice", "bottom"}


_LOOKS = frozenset({"enumerate", "len", "zip"})


def _only_reads(scope: Scope, param: str) -> bool:
    """Whether a function leaves a container that it is handed as it is, but for what it changes in place in it."""
    return isinstance(scope.node, cst.FunctionDef) and param not in _handled_whole(scope.node.body)


@remembered
def _handled_whole(body: cst.CSTNode) -> frozenset[str]:
    """The names that stand for more than the items at their indices, their number, or what a loop goes through: `xs` in
    `xs.reverse()`, `xs[0] = v`, `del xs[0]` and `f(xs)`."""
    plain: set[cst.CSTNode] = set()
    for part in walk(body):
        if isinstance(part, (cst.For, cst.CompFor)):
            plain.add(part.iter)
        elif isinstance(part, cst.Call) and getattr(part.func, "value", "") in _LOOKS:
            plain.update(arg.value for arg in part.args)
        elif isinstance(part, cst.Subscript):
            plain.add(part.value)
    for part in walk(body):
        for target in targets(part) if not isinstance(part, cst.AugAssign) else ():
            plain.difference_update(inner.value for inner in walk(target) if isinstance(inner, cst.Subscript))
    return frozenset(part.value for part in walk(body) if isinstance(part, cst.Name) and part not in plain)


def _constant(node: cst.BaseExpression) -> bool:
    return isinstance(node, (cst.BaseNumber, cst.BaseString)) or getattr(node, "value", "") in {"None", "True", "False"}


def _default(scope: Scope, name: str) -> cst.BaseExpression:
    """The default of a parameter; one without a default is not None."""
    assert isinstance(scope.node, (cst.FunctionDef, cst.Lambda))
    found = (param.default for param in parameters(scope.node) if param.name.value == name)
    return next(found, None) or cst.Ellipsis()


def _plain_target(node: cst.BaseExpression) -> bool:
    """A name, or names between commas."""
    if isinstance(node, (cst.Tuple, cst.List)):
        return all(isinstance(e, cst.Element) and isinstance(e.value, cst.Name) for e in node.elements)
    return isinstance(node, cst.Name)
