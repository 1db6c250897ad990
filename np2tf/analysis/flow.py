"""The walk over one scope's statements: states before and after, joins, loops to a fixpoint, and the stores on the way.

Evaluation follows Python's order. What is found is entered in `ModuleInfo.facts`; a later visit of the same place (the
next pass of a loop, the next round) overwrites what an earlier one found, so the last word rests on the final states.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from np2tf.analysis.calls import Calls
from np2tf.analysis.expressions import ANYONE, ARRAY_EVIDENCE, UNKNOWN_CLASS, is_numpy, none_test, through
from np2tf.analysis.liveness import Liveness
from np2tf.analysis.order import before
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
    caller,
    compose,
    elements_of,
    handed_in,
    invert,
    is_caller,
    item_slot,
    join,
    or_none,
    root,
    view,
)
from np2tf.analysis.scopes import Scope, choices, parameters, targets
from np2tf.analysis.tables import PENDING, UNKNOWN_BASE, Growth, ModuleInfo, Summary, is_static
from np2tf.analysis.update import forward, plan
from np2tf.analysis.values import (
    ARRAY,
    BOTTOM,
    CONTAINERS,
    HOST_KINDS,
    INT,
    NONE,
    NUMBER,
    STRING,
    UNKNOWN,
    Value,
    array,
    capped,
)
from np2tf.analysis.values import join as join_values
from np2tf.facts import RUNTIME, ElementLoop, Facts, IndexLoop, Literal, Place, Problem, Rows, Store, Threading, Update
from np2tf.tree import block, bound_names, children, constant_int, index_parts, names_read, shorten, walk

if TYPE_CHECKING:
    from np2tf.project import Project

_GIVEN_BACK = ", and it can't be given back: "
_KNOWN_CODE = ("numpy.", "builtins.", "math.")
_ROUNDS = 14  # of one loop; a lattice of height 3 needs 2 or 3
_CROWDED = 32  # slots related to others: from here on dead ones are looked for between statements, too
_NUMBERS = {"int", "float", "bool", "str", "complex", "bytes", "None"}


class Flow(Calls):
    """The analysis of one module body, class body or function body."""

    def __init__(self, tables: Project, module: ModuleInfo, scope: Scope, *, final: bool) -> None:
        self.tables, self.module, self.scope, self.final = tables, module, scope, final
        self.facts = module.scope_facts[scope] = Facts()
        self.state = State()
        self.statement: cst.CSTNode = scope.node
        self.callees: set[cst.CSTNode] = set()
        self.waiting: list[Ev] = []
        if scope not in module.choices:
            module.choices[scope] = choices(scope)
        self.choices = module.choices[scope]
        self.callees.update(option for options in self.choices.values() for option in options)
        self.reasons: dict[Slot, str] = {}
        self.returns: list[tuple[Ev, State]] = []
        self.return_nodes: dict[cst.Return, Ev] = {}
        self.protected = 0  # inside a `try`, or a `with` that may swallow exceptions
        self.breaks: list[State] = []
        self.continues: list[State] = []
        self.raised: list[State] = []
        self.catching = 0
        self.crowded = _CROWDED
        self.temps: list[Slot] = []
        self.elifs: set[cst.CSTNode] = set()
        self.read_here: frozenset[str] = frozenset()  # names that the statement reads after a call inside it
        self.named: dict[str, cst.BaseExpression] = {}
        self.lent: dict[Slot, tuple[str, Value]] = {}  # by slot: the list that a loop goes through has it
        self.put_back: set[Slot] = set()  # containers whose elements change in a loop over them
        self.consumed: Slot = ""  # the value that the target at hand gets: nobody reads it afterwards
        self.rebinding: frozenset[str] = frozenset()
        self.index_loops: list[IndexLoop] = []
        self.element_loops: list[ElementLoop] = []
        self.retains: set[str] = set()
        self.grows: dict[str, Growth] = {}
        self.assumed = False  # the store at hand rests on what callers outside the project hold
        self.suspends = scope.generator or scope.asynchronous
        node = scope.node
        self.body: Sequence[cst.CSTNode]
        if isinstance(node, cst.Lambda):
            self.body = []
        else:
            self.body = node.body if isinstance(node, cst.Module) else block(node.body)  # type: ignore[attr-defined]
        kept = set(scope.captured)
        if scope.kind in {"module", "class"}:
            kept |= set(scope.bound)
        kept.update(tables.changed_params(scope))  # their last values go back to the caller
        self.always = frozenset(kept)
        self.captured = frozenset(scope.captured)
        self.live = self._liveness(self.always)
        self.live_inside = self._liveness(self.captured)
        self.closed = False  # nobody outside the project reads this module's names

    def _liveness(self, at_exit: frozenset[str]) -> Liveness:
        known = self.module.liveness
        if (self.scope, at_exit) not in known:
            known[self.scope, at_exit] = Liveness(self.body, at_exit)
        return known[self.scope, at_exit]

    @property
    def bottom(self) -> Value:
        return UNKNOWN if self.final else BOTTOM

    def module_stars(self) -> Iterable[str]:
        stars: Iterable[str] = self.tables.stars.get(self.module.name, ())
        return stars

    # -- running -----------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Analyse the body from its entry state and enter the summary."""
        self._enter()
        if isinstance(self.scope.node, cst.Lambda):
            ev = self.ev(self.scope.node.body)
            self.returns.append((ev, self.state))
        else:
            self.suite(self.body)
            if self.state.reachable:
                self.returns.append((Ev(NONE), self.state))
        self._leave()
        if self.scope.kind in {"function", "lambda"}:
            self._summarise()
            self._thread()

    def _thread(self) -> None:
        """Note how changed parameters go back to the callers, or that they can't."""
        params = self.tables.hands_back(self.scope)
        if not params or not isinstance(self.scope.node, cst.FunctionDef):
            return
        if not self.always.issuperset(params):
            return  # found in this walk, which took the parameter for dead after its last use; another one follows
        for param in params:
            own = caller(param)
            if any(state.row(param).get(own) != SAME and own not in state.absent for _, state in self.returns):
                problem = Problem("NT201", f"`{param}` is something else on some way out of the function", "")
                self.unthread(self.scope, problem)
                return
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
        self.facts.threads[node] = Threading(node, params, style, tuple(self.return_nodes), falls, outside)

    def unthread(self, scope: Scope, problem: Problem) -> None:
        """A function can't give its changed parameters back: what it does to them is left to be done by hand."""
        if scope not in self.tables.unthreadable:
            reason = problem.message.rpartition(_GIVEN_BACK)[2]  # where it comes from a caller, whose caller's it is
            self.tables.unthreadable[scope] = problem._replace(message=reason)
            self.tables.changed = True

    def callers(self, param: str, elements: bool) -> Problem | None:
        """A parameter's array changes: from now on it goes back to the caller, unless that can't be.

        The elements of a container need not go back: the caller's is the same. But others may hold them.
        """
        if elements:
            self.tables.mark(self.tables.elements_mutated, (self.scope, param))
            self.assumed = self.assumed or self.scope not in self.tables.called
            return self.tables.elements_problem(self.scope, param)
        self.tables.mark(self.tables.mutated, (self.scope, param))
        problem = self.tables.threading_problem(self.scope)
        if problem is None:
            return None
        return Problem(
            problem.code,
            f"this changes the array that the caller handed in as `{param}`{_GIVEN_BACK}{problem.message}",
            problem.help
            or f"copy it first (`{param} = {param}.copy()`) if the caller must not see the change; otherwise return it",
        )

    def threaded(
        self, node: cst.Call, scope: Scope, bound: dict[str, Ev], nodes: dict[str, cst.BaseExpression]
    ) -> None:
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
            self.unthread(scope, Problem("NT201", "a module that was converted before calls the function", ""))
            return
        problem = self._threading_problem(node, scope, params, bound, nodes)
        if problem is not None:
            self.unthread(scope, problem)
            return
        earlier = None if self._stands_alone(node) else before(self.statement, node)
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
            place = self.place(nodes[param])
            if isinstance(place, Problem):
                if not ev.fresh:
                    return place
                stores.append(replace(store, host=True))
                continue
            if "." in place.slot and True in self.tables.caught:
                return Problem("NT204", f"`{place.text}` outlives an exception that the project catches", "")
            found = self._slot_problem(place, store) or plan(
                self.state, place, self._is_live, self._origin, self.callers
            )
            if isinstance(found, Update):
                found = self._outer_names(found) or self._assume(found, place)
            if isinstance(found, Problem):
                return found
            self._note_mutation(place)
            self._note_loops(place)
            self._note_names(place, found)
            unseen = not self._is_live(place.slot) and not (found.same or found.then or found.guarded)
            stores.append(replace(store, host=True) if unseen else replace(store, place=place, update=found))
        return stores

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
        moved = []
        for part in earlier:
            ev = self.ev(part)
            if self._as_good_later(part, ev, scope):
                continue
            seen = set(self.state.resolve(ev)) | {s for s, _ in ev.held}
            if seen & changed or (ev.value.may_be_array and HEAP in seen):
                text = shorten(self.module.source.code(node))
                other = shorten(self.module.source.code(part))
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
            return owner is None or part.value not in owner.rebound
        if isinstance(part, cst.Attribute) and self.path(part) is not None:
            if ev.value.kind in {"module", "class", "function"}:
                return True
            base = self.ev(part.value)
            key = self.key(base.value, part.attr.value)
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
        if not self._stands_alone(node) and (self.statement in self.elifs or before(self.statement, node) is None):
            return Problem(
                "NT203",
                f"`{text}` may be evaluated later, more than once, or not at all",
                "put the call on a line of its own",
            )
        for param in params:
            versions = self.tables.versions(scope)
            if any((version, param) in self.tables.nullable for version in versions):
                if param not in bound and all(_is_none(_default(version, param)) for version in versions):
                    continue
                if param in bound and bound[param].value.kind not in {*HOST_KINDS, "array", "bottom"}:
                    return Problem(
                        "NT102",
                        f"`{text}` may hand in None for `{param}`, and then nothing of the caller's changes",
                        "tell the two apart with `is None` before the call",
                    )
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

    def _enter(self) -> None:
        node = self.scope.node
        if not isinstance(node, (cst.FunctionDef, cst.Lambda)):
            return
        if self.scope not in self.module.evidence:
            self.module.evidence[self.scope] = _evidence(node)
        evidence = self.module.evidence[self.scope]
        method = self.scope.parent is not None and self.scope.parent.kind == "class"
        for k, param in enumerate(parameters(node)):
            name = param.name.value
            value = self._param_value(param, name, evidence)
            if param is node.params.star_arg:
                value = Value("tuple", elem=UNKNOWN)
            elif param is node.params.star_kwarg:
                value = Value("dict", elem=UNKNOWN)
            if method and k == 0 and not _static(node):
                value = Value("object", name=self.tables.class_of(self.scope.parent))
            self.state.values[name] = value
            if name in self.scope.captured:
                self.tables.grow(self.tables.names, (self.scope, name), value)
            if value.kind in {"number", "function", "class", "module"}:
                continue
            if value.kind == "object" and k == 0 and method:
                continue
            self.state.relate(caller(name), name, SAME)
            if value.kind in CONTAINERS or value.kind == "object":
                for theirs, ours in _levels(caller(name), name):
                    self.state.relate(theirs, ours, MAY)

    def _param_value(self, param: cst.Param, name: str, evidence: dict[str, Value]) -> Value:
        tables, scope = self.tables, self.scope
        annotated = annotation_value(param.annotation.annotation, self) if param.annotation is not None else None
        known: Value = tables.params.get((scope, name), BOTTOM)
        if annotated is not None and (annotated.kind != known.kind or annotated.kind not in CONTAINERS):
            return annotated
        if scope in tables.open_calls or (scope not in tables.called and self.final) or self._public_entry():
            known = UNKNOWN
        if known.kind == "bottom":
            known = self.bottom
        if param.default is not None and known.kind not in {"unknown"}:
            default = self.outer_value(param.default)
            known = join_values(known, default)
        if known.kind in {"unknown", "bottom"} and name in evidence:
            return evidence[name]
        return known

    def _public_entry(self) -> bool:
        """Whether callers outside the project are to be expected."""
        return self.scope not in self.tables.called and self.final

    def outer_value(self, node: cst.BaseExpression) -> Value:
        """The value of a default, as far as its text tells."""
        if isinstance(node, cst.Name):
            return NONE if node.value == "None" else NUMBER if node.value in {"True", "False"} else UNKNOWN
        if isinstance(node, (cst.Integer, cst.Float, cst.UnaryOperation, cst.SimpleString)):
            return self.ev(node).value
        if isinstance(node, cst.Tuple) and all(isinstance(e.value, (cst.Integer, cst.Float)) for e in node.elements):
            return self.ev(node).value
        return UNKNOWN

    def _leave(self) -> None:
        """At the end: what attributes and names of outer scopes were left with."""
        scope = self.scope
        if scope.kind == "lambda":
            return
        for ev, state in self.returns:
            self._outer_left(ev, state)
            for slot in list(state.values):
                if "." in slot and not slot.startswith("<") and "[" not in slot:
                    self._attribute_left(slot, state)

    def _outer_left(self, ev: Ev, state: State) -> None:
        """A function is left: its inner functions may go on changing what others hold by then."""
        own = self.scope.captured if self.scope.kind == "function" else ()
        for name in own:
            key = (self.scope, name)
            if name in state.values and self.tables.may_change_outer((None,), key):
                held = [s for s in state.row(name) if s[0] == "<" or "." in s]
                if held or name in state.resolve(ev) or any(s == name for s, _ in ev.held):
                    why = "it outlives the call, and so do functions that change it"
                    self.tables.note(self.tables.outer_held, key, why)
        if self.scope.kind == "module":
            for name in state.values:
                if name == root(name) and HEAP in state.row(name):
                    self.tables.note(self.tables.outer_held, (self.scope, name), self._origin(name))

    def _attribute_left(self, slot: Slot, state: State) -> None:
        base, _, attr = slot.rpartition(".")
        base_value = state.values.get(base, UNKNOWN)
        if base_value.kind == "bottom":
            return  # not known yet
        key = self.key(base_value, attr)
        for part in (slot, *(p for p in state.parts(slot) if p.startswith(slot + "["))):
            for other in state.row(part):
                if other == HEAP:
                    why = self.reasons.get(part) or self.reasons.get(slot)
                    if why is not None:
                        self.tables.note(self.tables.unowned, key, why)
                elif is_caller(other):
                    self.retains.add(handed_in(other))
                    self.tables.mark(self.tables.assumed, key)
                elif other == root(other) and other[0] != "<" and self._free(other):
                    self.tables.note(self.tables.unowned, key, f"`{other}` of an outer scope may hold the same array")
                elif "." in other and root(other) != other and not other.startswith(slot + "["):
                    self.tables.note(self.tables.unowned, key, f"`{other}` may hold the same array")
                    other_key = self.key(state.values.get(other.rpartition(".")[0], UNKNOWN), _last(other))
                    self.tables.note(self.tables.unowned, other_key, f"`{slot}` may hold the same array")

    def _summarise(self) -> None:
        result: Summary | None = None
        for ev, state in self.returns:
            one = self._summary_of(ev, state)
            result = one if result is None else _join_summaries(result, one)
            for name in list(state.values):
                row = state.row(name)
                if HEAP in row:
                    self.retains.update(handed_in(s) for s in row if is_caller(s))
        for param in self.scope.params:
            if HEAP in (self.returns[-1][1] if self.returns else self.state).row(caller(param)):
                self.retains.add(param)
        if result is None:
            result = Summary(NONE)
        if self.suspends:
            result = Summary(UNKNOWN, (("*", MAY),))
        grows = tuple(sorted(self.grows.items()))
        result = replace(result, retains=frozenset(self.retains) | result.retains, grows=grows)
        if self.tables.summaries.get(self.scope) != result:
            old = self.tables.summaries.get(self.scope)
            if old is not None:
                result = replace(
                    _join_summaries(old, result),
                    retains=old.retains | result.retains,
                    grows=_join_growth(old.grows, result.grows),
                )
            if old != result:
                self.tables.summaries[self.scope] = result
                self.tables.changed = True

    def _summary_of(self, ev: Ev, state: State, depth: int = 2) -> Summary:
        relations: dict[str, Rel] = {}
        held: set[str] = set()
        if ev.value.kind not in {"number", "function", "class", "module"}:
            relations = self._terms(state.resolve(ev))
            elements = [*ev.held, *((s, MAY) for s, _ in self._elements_in(ev, state))]
            held = set(self._terms(state.resolve(Ev(ev.value, tuple(elements)))))
        items = (
            tuple(self._summary_of(item, state, depth - 1) for item in ev.items)
            if ev.items is not None and depth
            else None
        )
        rows = [set(state.resolve(item)) - {HEAP} for item in ev.items or ()]
        shared = any(rows[i] & rows[j] for i in range(len(rows)) for j in range(i))
        return Summary(capped(ev.value), tuple(sorted(relations.items())), items, frozenset(held), shared)

    def _elements_in(self, ev: Ev, state: State) -> list[tuple[Slot, Rel]]:
        """What the elements of a returned container may be, the items of tuples included."""
        found = [(p, MAY) for s, _ in ev.origins if s != HEAP for p in state.parts(s) if p.startswith(s + "[")]
        for item in ev.items or ():
            found += [*item.origins, *item.held]
        return found

    def _terms(self, row: dict[Slot, Rel]) -> dict[str, Rel]:
        """Relations in the terms of a summary: parameters by name, attributes of the receiver, everything else "*"."""
        receiver = (self.scope.params or [""])[0]
        relations: dict[str, Rel] = {}
        for slot, rel in row.items():
            if slot == HEAP:
                relations["*"] = MAY
            elif is_caller(slot):
                relations[slot[8:].partition(">")[0]] = rel if rel.kind == "same" and slot[-1] == ">" else MAY
            elif "." in slot and slot.split(".")[0] == receiver and slot.count(".") == 1:
                relations["." + slot.split(".")[1].split("[")[0]] = rel if rel.kind == "same" else MAY
            elif slot[0] != "<" and ("." in slot or self._free(root(slot))):
                relations["*"] = MAY
            if slot[0] != "<" and self._free(root(slot)):
                self.leak_name(root(slot), "a function returns it")
        return relations

    def _free(self, name: str) -> bool:
        owner = self.scope.owner(name)
        return owner is not None and owner is not self.scope

    def leak_name(self, name: str, why: str) -> None:
        """An outer scope's name is held by somebody through this function."""
        owner = self.scope.owner(name)
        if owner is not None and owner is not self.scope:
            self.tables.note(self.tables.leaked, (owner, name), why)

    # -- statements --------------------------------------------------------------------------------------------------

    def suite(self, body: Sequence[cst.CSTNode]) -> None:
        """Statements one after the other."""
        for node in body:
            if isinstance(node, cst.SimpleStatementLine):
                for small in node.body:
                    self.step(small)
            else:
                self.step(node)

    def step(self, node: cst.CSTNode) -> None:
        """One statement."""
        if not self.state.reachable:
            dead = State()  # what can't be reached is read all the same, so that nothing is left uncounted
            saved, self.state = self.state, dead
            self._statement(node)
            self.state = saved
            return
        self._statement(node)
        if len(self.state.rel) > self.crowded:
            self._drop_dead(self.state, self.live.after.get(node, frozenset(self.scope.bound)))
            self.crowded = max(_CROWDED, 2 * len(self.state.rel))
        if self.catching:
            self.raised.append(self.state.copy())

    def _statement(self, node: cst.CSTNode) -> None:
        self.statement = node
        method = getattr(self, f"_do_{type(node).__name__}", None)
        if method is not None:
            method(node)
        else:
            for child in walk(node):
                if isinstance(child, cst.BaseExpression):
                    self.ev(child)
                    break

    def _do_Pass(self, node: cst.Pass) -> None:  # noqa: N802 - named for LibCST's classes
        pass

    _do_Global = _do_Nonlocal = _do_Pass  # noqa: N815

    def _do_Expr(self, node: cst.Expr) -> None:  # noqa: N802
        self.ev(node.value)

    def _do_Assign(self, node: cst.Assign) -> None:  # noqa: N802
        self.rebinding = frozenset(name for t in node.targets for name in bound_names(t.target))
        ev = self.ev(node.value)
        self.rebinding = frozenset()
        self._shape_evidence(node)
        if len(node.targets) > 1:
            ev = self._hold(ev)
        for target in node.targets:
            self.bind(target.target, ev, node.value)
        if len(node.targets) > 1:
            self._release()

    def _hold(self, ev: Ev) -> Ev:
        """Keep a value that several targets get under a name of its own, so that they all hold one object."""
        temp = f"<temp {len(self.temps)}>"
        self.temps.append(temp)
        self.state.bind(temp, ev)
        return self._from_temp(temp, ev)

    def _from_temp(self, temp: Slot, ev: Ev) -> Ev:
        if ev.value.kind in {"number", "function", "class", "module"}:
            return ev
        inner = None
        if ev.items is not None:
            inner = tuple(self._from_temp(f"{temp}[{k}]", item) for k, item in enumerate(ev.items))
        return Ev(ev.value, ((temp, SAME),), inner)

    def _release(self) -> None:
        temp = self.temps.pop()
        for part in (temp, *self.state.parts(temp)):
            self.state.kill(part)

    def _do_AnnAssign(self, node: cst.AnnAssign) -> None:  # noqa: N802
        self.annotation(node.annotation.annotation)
        if node.value is not None:
            ev = self.ev(node.value)
            annotated = annotation_value(node.annotation.annotation, self)
            if annotated is not None and ev.value.kind in {"unknown", "bottom", "maybe"}:
                ev = ev._replace(value=annotated)
            self.bind(node.target, ev, node.value)

    def bind(self, target: cst.BaseExpression, ev: Ev, value: cst.BaseExpression | None = None) -> None:
        if isinstance(target, cst.Name):
            self.bind_name(target.value, ev)
        elif isinstance(target, (cst.Tuple, cst.List)):
            self._unpack(target, ev)
        elif isinstance(target, cst.StarredElement):
            self.bind(target.value, Ev(Value("list", elem=UNKNOWN), (), None, ev.origins))
        elif isinstance(target, cst.Attribute):
            self._bind_attribute(target, ev)
        elif isinstance(target, cst.Subscript):
            self._store_item(target, ev)
        else:
            self.ev(target)

    def bind_name(self, name: str, ev: Ev) -> None:
        """A plain name gets a new object."""
        if ev.value.kind == "list":
            ev = ev._replace(items=None)  # which it need not hold for long
        self._attributes_left_behind(name)
        scope = self.scope
        owner = scope.owner(name)
        if owner is not None and owner is not scope:
            self.tables.grow(self.tables.names, (owner, name), ev.value)
            self.leak(ev, f"the outer name `{name}` holds it")
            self.state.bind(name, ev)
            self.state.relate(HEAP, name, MAY)
            return
        if name in scope.rebound:
            ev = ev._replace(value=join_values(ev.value, self.tables.names.get((scope, name), BOTTOM)))
        self.state.bind(name, ev)
        if scope.kind in {"module", "class"} or name in scope.captured:
            self.tables.grow(self.tables.names, (scope, name), ev.value)
        if scope.kind == "class":
            self.state.escape([name])
        why = self.tables.leaked.get((scope, name))
        if why is None and name in scope.replaced:
            why = "an inner function binds the name anew"
        if why is not None and ev.value.kind not in {"number", "function", "class", "module"}:
            self.reasons[name] = why
            self.state.escape([name])

    def _attributes_left_behind(self, name: str) -> None:
        """An object that others hold loses this name: who took an array from it stays related to it unseen."""
        if not self.state.row(name):
            return
        for path in self.state.parts(name):
            if path[len(name)] == "." and "[" not in path:
                for other in list(self.state.row(path)):
                    if other[0] != "<" and "." not in other and self._is_live(other):
                        self._unown(path, f"`{other}` got it from `{path}`, and `{name}` is something else by now")
                        self.state.relate(HEAP, other, MAY)

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
            self.tables.note(self.tables.unowned, self.key(value, attr), why)

    def _unpack(self, target: cst.Tuple | cst.List, ev: Ev) -> None:
        names = [e.value for e in target.elements]
        starred = any(isinstance(e, cst.StarredElement) for e in target.elements)
        if ev.items is not None and len(ev.items) == len(names) and not starred:
            statement = self.statement
            whole = isinstance(statement, cst.Assign) and [t.target for t in statement.targets] == [target]
            temps = [item_slot(k) if whole else f"<temp {len(self.temps) + k}>" for k in range(len(names))]
            self.temps += temps
            for temp, item in zip(temps, ev.items, strict=True):  # all values exist before any target is bound
                self.state.bind(temp, item)
            for name, temp, item in zip(names, temps, ev.items, strict=True):
                self.consumed = temp
                self.bind(name, self._from_temp(temp, item))
                self.consumed = ""
                for part in (temp, *self.state.parts(temp)):
                    self.state.kill(part)
                self.temps.remove(temp)
            return
        ev = self._hold(ev)  # one of the targets may be the name of what is taken apart
        item = self.element(ev)
        if ev.value.kind == "array" and not starred and ev.value.ndim != 1:
            for k, element in enumerate(target.elements):
                self.bind(element.value, _row(ev, k))
            self._release()
            return
        if ev.value.kind == "array" and ev.value.ndim is None:
            item = Ev(Value("maybe"), tuple((s, MAY) for s, _ in ev.origins))
        for k, element in enumerate(target.elements):
            if isinstance(element, cst.StarredElement):
                self.bind(element.value, Ev(Value("list", elem=item.value), (), None, item.origins))
            elif ev.value.kind == "tuple" and ev.value.items is not None and k < len(ev.value.items):
                value = ev.value.items[k]
                self.bind(
                    element.value,
                    Ev(value, () if value.kind == "number" else tuple((s, MAY) for s, _ in (*ev.held, *item.origins))),
                )
            else:
                self.bind(element.value, item)
        self._release()

    def _shape_evidence(self, node: cst.Assign) -> None:
        """`n, m = x.shape` tells the dimensions of x."""
        if not (isinstance(node.value, cst.Attribute) and node.value.attr.value == "shape"):
            return
        slot = self.path(node.value.value)
        target = node.targets[0].target
        if slot is None or slot not in self.state.values or not isinstance(target, (cst.Tuple, cst.List)):
            return
        if any(isinstance(e, cst.StarredElement) for e in target.elements):
            return
        ndim = len(target.elements)
        for name in (slot, *(s for s, r in self.state.row(slot).items() if r == SAME and s in self.state.values)):
            value = self.state.values[name]
            if value.kind in {"array", "maybe", "unknown"}:
                self.state.values[name] = replace(value, kind="array", ndim=ndim)

    # -- stores ------------------------------------------------------------------------------------------------------

    def _store_item(self, target: cst.Subscript, ev: Ev) -> None:
        """`x[i] = v`."""
        base = self.ev(target.value)
        self.waiting += [ev, base]
        for part in index_parts(target):
            self.index_ev(part)
        del self.waiting[-2:]
        if base.value.kind in CONTAINERS or (base.value.kind == "object" and not is_numpy(base.value.name or "")):
            self.grow_container(target.value, base, ev.value, ev.fresh, [s for s, _ in (*ev.origins, *ev.held)])
            self.record(Store("item", self.statement, target, base.value, host=True))
            return
        if (
            base.value.kind == "object"
            and base.value.name == "numpy.flatiter"
            and isinstance(target.value, cst.Attribute)
        ):
            inner = self.ev(target.value.value)
            self.record(Store("item", self.statement, target, inner.value))
            return
        if base.value.kind in HOST_KINDS or self._string_index(target):
            self.record(Store("item", self.statement, target, base.value, host=True))
            if base.value.kind == "unknown":
                self.grow_container(target.value, base, ev.value, ev.fresh, [s for s, _ in (*ev.origins, *ev.held)])
            return
        if base.value.kind in {"unknown", "bottom"} and ev.value.kind != "number":  # perhaps a list, which now holds it
            self.escape(ev, f"`{shorten(self.module.source.code(target.value))}` may be a container that holds it")
        self.record(Store("item", self.statement, target, base.value))

    @staticmethod
    def _string_index(target: cst.Subscript) -> bool:
        parts = index_parts(target)
        return len(parts) == 1 and isinstance(parts[0], (cst.SimpleString, cst.FormattedString, cst.ConcatenatedString))

    def _do_AugAssign(self, node: cst.AugAssign) -> None:  # noqa: N802
        target = node.target
        old = self.ev(target)
        right = self.ev(node.value)
        value = old.value
        if isinstance(target, cst.Subscript):
            base = self.ev(target.value)
            host = value.kind == "number" or value.kind in CONTAINERS
            if base.value.kind in {"array", "maybe"}:
                host = False
            self.record(Store("item_op", self.statement, target, base.value, host=host, element=value))
            if base.value.kind in CONTAINERS and value.kind == "bottom":
                pass
            return
        host = value.kind in HOST_KINDS
        part = isinstance(target, cst.Attribute) and self.ev(target.value).value.kind in {"array", "maybe"}
        self.record(Store("op", self.statement, target, value, host=host and not part, effect="part" if part else ""))
        if isinstance(target, cst.Name) and value.kind in {"number", "maybe", "list", "tuple", "unknown", "bottom"}:
            from np2tf.analysis.values import arithmetic

            result = arithmetic(value, right.value)
            if value.kind in {"list"}:
                self.grow_container(
                    target, old, right.value.elem or UNKNOWN, False, [s for s, _ in self._elements(right)]
                )
            elif value.kind == "number":
                self.bind_name(target.value, Ev(result))
            else:
                joined = join_values(value, result) if value.kind != "bottom" else self.bottom
                self.state.values[target.value] = joined
        elif isinstance(target, cst.Attribute) and value.kind == "number":
            from np2tf.analysis.values import arithmetic

            self._bind_attribute(target, Ev(arithmetic(value, right.value)))

    def record(self, store: Store) -> None:
        """Find out what a store asks for, and enter it."""
        if store.value.kind == "bottom" and not self.final:
            return  # nothing is known of it yet
        self.assumed = False
        key = (store.statement, store.target if store.form != "out" else store.call or store.target)
        if store.form == "out":
            key = (store.statement, store.target)
        facts = self.facts
        if store.host or not self._changes(store):
            facts.stores[key] = replace(store, host=True)
            return
        if self.module.converted_before:
            facts.stores[key] = store
            return
        place = self._place_of(store)
        if isinstance(place, Problem):
            facts.stores[key] = replace(store, problem=place)
            return
        problem = self._slot_problem(place, store)
        if problem is None:
            state = self._while_binding(place)
            found = plan(state, place, self._is_live, self._origin, self.callers)
            if isinstance(found, Problem) and self.scope.kind == "module":
                self.closed = True
                again = plan(state, place, self._is_live, self._origin, self.callers)
                self.closed = False
                found = again._replace(assumption="NT902") if isinstance(again, Update) else found
            self._note_mutation(place)
            if place.once and isinstance(found, Update) and (found.then or found.guarded or found.last):
                assert isinstance(store.target, cst.Subscript)
                found = self.not_twice(store.target)  # others are made from the element again
            if (
                store.form == "op"
                and not store.value.is_array
                and isinstance(found, Update)
                and (found.same or found.guarded)
            ):
                found = Problem(
                    "NT102",
                    f"it is not known whether `{place.text}` is an array, which changes for "
                    f"`{(*found.same, *(guard.name for guard in found.guarded))[0]}` too, or a number, which does not",
                    "tell by an annotation, or write `x = x + v` for a number",
                )
            if isinstance(found, Update):
                found = self._outer_names(found) or self._assume(found, place)
            if isinstance(found, Update):
                self._note_loops(place)
                self._note_names(place, found)
                facts.stores[key] = replace(store, place=place, update=found)
                return
            problem = found
        facts.stores[key] = replace(store, place=place, problem=problem)

    def _while_binding(self, place: Place) -> State:
        """The state without the names that the statement is about to bind: nothing can be rebuilt from them."""
        gone = [name for name in self.rebinding if name != root(place.slot) and name in self.state.values]
        if not gone:
            return self.state
        state = self.state.copy()
        for name in gone:
            state.kill(name)
        return state

    def _assume(self, update: Update, place: Place) -> Update | Problem:
        """Say on what assumption an update rests; under `--strict` that is a problem."""
        if "." in place.slot:
            base, _, attr = place.slot.partition("[")[0].rpartition(".")
            if self.key(self.state.values.get(base, UNKNOWN), attr) in self.tables.assumed:
                update = update._replace(assumption="NT902")
        if self.assumed and self.final:
            update = update._replace(assumption="NT902")
        self.assumed = False
        if update.assumption is not None and self.tables.strict:
            message = f"something outside the project may hold the array in `{place.slot}`, or read it"
            return Problem(update.assumption, message, "store a copy, to be sure")
        return update

    def _changes(self, store: Store) -> bool:
        """Whether the store can change an array at all."""
        if store.form in {"method", "function", "out"}:
            return store.value.kind not in HOST_KINDS - {"object"}
        return True

    def _place_of(self, store: Store) -> Place | Problem:
        target = store.target
        if store.form == "item_op" or store.form == "item":
            assert isinstance(target, cst.Subscript)
            inner = target.value
            if isinstance(inner, cst.Attribute) and inner.attr.value == "flat":
                return self.place(inner)
            if store.form == "item_op" and store.value.kind in CONTAINERS:
                return self.element_place(target)
            return self.place(inner)
        return self.place(target)

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
        value = store.value if not place.element else self.state.values.get(place.slot, UNKNOWN)
        if "." in place.slot and not place.element:
            return self._attribute_problem(place)
        if place.element and "." in place.slot:
            return self._attribute_problem(place)
        del value
        return None

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
        why = tables.leaked.get((owner, name)) or tables.outer_held.get((owner, name))
        if why is None and tables.strict and owner.kind == "module":
            why = "another module may import it"
        if why is not None:
            return Problem(code, f"{text}, and may be held elsewhere: {why}", help)
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

    def _outer_changed(self, targets: Sequence[Scope | None]) -> None:
        """Other code may change arrays of names that this scope reads: nothing here may go on showing the old ones."""
        tables, state = self.tables, self.state
        for slot in [s for s in state.values if s == root(s) and s[0] != "<"]:
            owner = self.scope.owner(slot)
            if owner is None or (owner is self.scope and slot not in self.always):
                continue
            if not tables.may_change_outer(targets, (owner, slot)):
                continue
            where = f"in `{self.scope.qualname}`" if self.scope.qualname else "in the module"
            for waiting in self.waiting:
                if waiting.value.kind not in {"number", "bottom"} and slot in state.resolve(waiting):
                    why = f"it has been read {where} for an expression in which other code runs after that"
                    tables.note(tables.outer_held, (owner, slot), why)
            for other, rel in list(state.row(slot).items()):
                why = f"`{other}` {where} still shows it while other code runs"
                if other == HEAP:
                    why = self._origin(slot)
                elif is_caller(other):
                    problem = self.callers(handed_in(other), False) if rel == SAME else None
                    if rel == SAME and problem is None:
                        continue
                    why = problem.message if problem is not None else f"it may be the caller's array {where}"
                elif other[0] == "<" or rel.kind == "sib" or not self._is_live(other):
                    continue
                tables.note(tables.outer_held, (owner, slot), why)

    def _attribute_problem(self, place: Place) -> Problem | None:
        slot = place.slot.partition("[")[0]
        base, _, attr = slot.rpartition(".")
        base_value = self.state.values.get(base, UNKNOWN)
        if base_value.kind == "module" or base_value.kind == "class":
            return Problem("NT302", f"`{slot}` is shared by all who know `{base}`", "make it an attribute of objects")
        key = self.key(base_value, attr)
        why = self.attribute_holder(base_value, attr)
        if not place.element and key in self.tables.class_level:
            return Problem(
                "NT302", f"`{slot}` is an array of the class, shared by its objects", "make it in `__init__`"
            )
        if not place.element and self.tables.is_pinned(base_value, attr):
            return Problem(
                "NT303",
                f"`{attr}` can't be assigned: its class defines how attributes are set",
                "give the class a method that sets it",
            )
        if why is not None:
            return Problem(
                "NT302",
                f"the array in `{slot}` may be held elsewhere: {why}",
                "store a copy in the attribute, or hand out copies",
            )
        return None

    def _note_mutation(self, place: Place) -> None:
        changed = [place.slot, *(slot for slot, rel in self.state.row(place.slot).items() if rel.kind != "sib")]
        for slot in changed:
            if "." in slot:
                path = slot.partition("[")[0]
                self.tables.mark(self.tables.mutated_attrs, _last(path))
                self._note_writer(path)

    def _note_writer(self, path: Slot) -> None:
        """This function stores to an attribute; a constructor does to an object that nobody has yet."""
        base, _, attr = path.rpartition(".")
        if self.scope.name == "__init__" and self.scope.params and base == self.scope.params[0]:
            return
        value = self.state.values.get(base, UNKNOWN)
        if value.kind != "bottom":
            self.tables.widen(self.tables.writers, attr, [(self.key(value, attr)[0], self.scope)])

    def _is_live(self, slot: Slot) -> bool:
        if slot[0] == "<":  # HEAP, callers, values on their way to a target
            return slot != self.consumed
        name = root(slot)
        if name in self.read_here:
            return True
        if name in self.rebinding and slot == name:
            return False  # the statement is about to bind it to something else
        if name in (self.captured if self.closed else self.always) or self._free(name) or self._iterated(name):
            return True
        if "." in slot:
            return True  # objects outlive their names
        if self.closed and (self.scope, name) in self.tables.leaked:
            return True
        live = self.live_inside if self.closed else self.live
        return name in live.after.get(self.statement, frozenset())

    def _iterated(self, name: str) -> bool:
        """Whether a loop that may have to count reads the array on its next turn."""
        return any(name == rows.array for loop in self.index_loops for rows in loop.rows) or any(
            name == root(container) for loop in self.element_loops for container, _ in loop.places
        )

    def _origin(self, slot: Slot) -> str:
        for name in (slot, root(slot)):
            if name in self.reasons:
                return self.reasons[name]
        if self._free(root(slot)):
            return "it belongs to an outer scope"
        return "it came from a call whose result is not known to be new"

    # -- attributes and containers -----------------------------------------------------------------------------------

    def _bind_attribute(self, target: cst.Attribute, ev: Ev) -> None:
        base = self.ev(target.value)
        attr = target.attr.value
        if base.value.kind in {"array", "maybe"} or (
            base.value.kind == "unknown"
            and attr in {"shape", "flat", "real", "imag", "T", "dtype", "strides"}
            and isinstance(self.statement, (cst.Assign, cst.AugAssign))
            and attr != "T"
        ):
            self.record(Store("attribute", self.statement, target.value, base.value, effect=attr))
            if attr == "shape":
                value = self.statement.value if isinstance(self.statement, cst.Assign) else None
                one = 1 if constant_int(value) is not None else None
                self.reshaped(target.value, len(value.elements) if isinstance(value, cst.Tuple) else one)
            return
        path = self.path(target)
        key = self.key(base.value, attr)
        self.tables.grow(self.tables.attrs, key, ev.value)
        if base.value.kind == "class":
            self.tables.mark(self.tables.class_level, key)
        if path is None:
            self.tables.widen(self.tables.writers, attr, [(key[0], self.scope)])
            self.escape(ev, f"`{shorten(self.module.source.code(target))}` holds it")
            return
        self._outlived(path, ev)
        self._note_writer(path)
        self.state.bind(path, ev)
        why = self.attribute_holder(base.value, attr)
        if why is not None and ev.value.kind not in {"number", "function", "class", "module"}:
            self.state.relate(HEAP, path, MAY)
            if why != UNKNOWN_CLASS:  # which tells of no other holder
                self.reasons.setdefault(path, why)
        for slot in list(self.state.values):  # the same attribute of what may be the same object
            if slot != path and "." in slot and "[" not in slot and _last(slot) == attr and slot[0] != "<":
                other = self.state.values.get(slot.rpartition(".")[0], UNKNOWN)
                if self.key(other, attr) == key or None in (key[0], self.key(other, attr)[0]):
                    self.forget(slot)

    def reshaped(self, node: cst.BaseExpression, ndim: int | None) -> None:
        """`x.shape = s`: x and its namesakes have other dimensions now, and no known way from or to a base."""
        slot = self.path(node)
        if slot is None or slot not in self.state.values:
            return
        group = [slot, *(s for s, rel in self.state.row(slot).items() if rel == SAME and s in self.state.values)]
        for name in group:
            self.state.values[name] = replace(self.state.values[name], ndim=ndim)
            for other, rel in list(self.state.row(name).items()):
                if rel.kind in {"view", "base"}:
                    self.state.rel[name][other] = self.state.rel[other][name] = MAY

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
                self.state.rel[slot][other] = MAY
                self.state.rel[other][slot] = MAY
        base, _, attr = slot.partition("[")[0].rpartition(".")
        if base:
            self.state.values[slot] = join_values(
                value, self.attribute_value(self.state.values.get(base, UNKNOWN), attr)
            )

    def grow_container(
        self, target: cst.BaseExpression, receiver: Ev, elem: Value, fresh: bool, held: list[Slot]
    ) -> None:
        held = list(self.state.resolve(Ev(elem, tuple((s, MAY) for s in held))))  # and whatever shares memory with them
        path = self.path(target)
        for slot, rel in receiver.origins:
            if slot == HEAP or is_caller(slot):
                if slot != HEAP:
                    self._grown(handed_in(slot), elem, fresh, held)
                for other in held:
                    self.reasons.setdefault(other, "a container that others hold got it")
                self.state.escape(s for s in held if s != HEAP)
                continue
            for alias in self.state.row(slot):
                if is_caller(alias):
                    self._grown(handed_in(alias), elem, fresh, held)
            old = self.state.values.get(slot)
            if old is not None and old.kind in CONTAINERS:
                new = replace(
                    old,
                    elem=capped(join_values(old.elem or BOTTOM, elem)) if old.elem is not None else None,
                    distinct=old.distinct and fresh,
                    items=None,
                )
                self.state.values[slot] = new
                self._grow_tables(slot, new)
            for other in held:
                self.state.relate(other, elements_of(slot), MAY)
            for alias, alias_rel in list(self.state.row(slot).items()):
                if alias_rel.kind in {"same", "may", "perhaps"}:
                    if alias in self.state.values and old is not None and old.kind in CONTAINERS:
                        self.state.values[alias] = join_values(self.state.values[alias], self.state.values[slot])
                    for other in held:
                        if alias == HEAP or is_caller(alias):
                            self.reasons.setdefault(other, "a container that others hold got it")
                            self.state.escape([other])
                        else:
                            self.state.relate(other, elements_of(alias), MAY)
            if self._free(root(slot)) and (held or not fresh):
                self.leak_name(root(slot), "a function puts arrays into it")
            if rel.kind == "may" or "." in slot or self._free(root(slot)):
                for other in held:
                    if other != HEAP and self._free(root(other)):
                        self.leak_name(root(other), "a container holds it")
        if path is None and not receiver.origins:
            self.state.escape(s for s in held if s != HEAP)

    def _grown(self, param: str, elem: Value, fresh: bool, held: list[Slot]) -> None:
        """A container that a caller handed in takes something in."""
        sources = {handed_in(s) if is_caller(s) else "*" for s in held if s == HEAP or is_caller(s)}
        sources |= {"*"} if not fresh and not sources else set()
        self.grows[param] = _more_growth(self.grows.get(param), Growth(capped(elem), frozenset(sources), fresh))

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
            self.grow_container(nodes.get(param, node), bound[param], growth.elem, growth.fresh, held)

    def change_elements(self, node: cst.Call, scope: Scope, bound: dict[str, Ev]) -> None:
        """A call changes the arrays in containers that it is handed: nobody else may hold them."""
        for param, ev in bound.items():
            if (scope, param) in self.tables.elements_mutated:
                others = [other for name, other in bound.items() if name != param]
                self._elements_changed(node, scope, param, ev, others)

    def _elements_changed(self, node: cst.Call, scope: Scope, param: str, ev: Ev, others: list[Ev]) -> None:
        problem = self._elements_problem(node, ev)
        mine = self._within(ev)
        if problem is None and any(mine & self._within(other) for other in others):
            text = shorten(self.module.source.code(node))
            problem = Problem("NT202", f"arguments of `{text}` may hold the same array", "copy one of them")
        if problem is not None and (scope, param) not in self.tables.elements_held:
            if (text := shorten(self.module.source.code(node))) not in problem.message:
                problem = problem._replace(message=f"{problem.message} (where the caller has `{text}`)")
            self.tables.elements_held[scope, param] = problem
            self.tables.changed = True

    def _within(self, ev: Ev) -> set[Slot]:
        """The slots that something handed over shares memory with, what is in it included."""
        if ev.value.kind in {"number", "function", "class", "module"}:
            return set()
        return {*self.state.resolve(ev), *self.state.resolve(Ev(UNKNOWN, self._elements(ev)))}

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
        for slot, _ in ev.origins:
            if slot == HEAP:
                return held
            for _, part in _levels(slot, slot):
                place = Place(part, part, (), True)
                self._note_mutation(place)
                problem = self._attribute_problem(place) if "." in slot else None
                found = problem or plan(self.state, place, self._is_live, self._origin, self.callers)
                if isinstance(found, Problem):
                    return found
                if found != Update():
                    return held
        return None

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
            return
        slots = [s for s, _ in (*ev.origins, *ev.held) if s != HEAP]
        for item in ev.items or ():
            self.escape(item, why)
        sharing = [other for slot in slots for other in self.state.row(slot) if other != HEAP]
        callers = [s for s in self.state.rel if is_caller(s)]
        for slot in dict.fromkeys((*slots, *sharing)):
            self.reasons.setdefault(slot, why)
            for part in self.state.parts(slot):
                self.reasons.setdefault(part, why)
            if is_caller(slot):
                self.retains.add(handed_in(slot))
            row = self.state.row(slot)
            self.retains.update(handed_in(s) for s in callers if s in row)
        self.leak(Ev(ev.value, tuple((s, MAY) for s in slots)), why)
        self.state.escape(slots)

    def retained(self, node: cst.Call, scope: Scope, param: str, ev: Ev) -> None:
        if ev.value.kind in {"number", "function", "class", "module"}:
            return
        after = self.live.after.get(self.statement, frozenset())
        moved = all(
            slot != HEAP
            and not is_caller(slot)
            and slot == root(slot)
            and slot not in after
            and slot not in self.always
            and not self._free(slot)
            and not any(self._is_live(s) for s in self.state.row(slot))
            for slot, _ in (*ev.origins, *ev.held)
        )
        if moved:
            return
        text = shorten(self.module.source.code(node.func))
        self.escape(ev, f"`{text}(...)` keeps it")
        for key in self.tables.kept_in(scope, param):
            self.tables.note(self.tables.unowned, key, f"the array came in through `{text}(...)` and is used elsewhere")

    def impure(self, node: cst.CSTNode, targets: Sequence[Scope | None] = (None,)) -> None:
        """Other code runs: attributes may be bound anew, and what aliases them must not go stale unseen."""
        self.facts.impure.add(node)
        self.tables.widen(self.tables.calls, self.scope, targets)
        self._outer_changed(targets)
        if self.protected:
            self.tables.mark(self.tables.caught, True)
        state = self.state
        for slot in list(state.values):
            if "." not in slot or slot[0] == "<" or "[" in slot:
                continue
            attr = _last(slot)
            if attr not in self.tables.mutated_attrs:
                if state.values[slot].kind in CONTAINERS:
                    self.forget(slot)
                continue
            if not self.tables.may_change(targets, self.key(state.values.get(slot.rpartition(".")[0], UNKNOWN), attr)):
                continue
            parts = [slot, *(p for p in state.parts(slot) if p[len(slot)] == "[")]
            for waiting in self.waiting:
                seen = () if waiting.value.kind in {"number", "bottom"} else state.resolve(waiting)
                if any(s == slot or s.startswith(slot + "[") for s in seen):
                    self._unown(slot, f"`{slot}` has been read for an expression in which other code runs after that")
            for other, rel in [pair for part in parts for pair in state.row(part).items()]:
                local = other[0] != "<" and "." not in other  # a name, or the elements of a container
                if local and rel.kind != "sib" and self._is_live_in(other):
                    self._unown(
                        slot,
                        f"`{other}` in `{self.scope.qualname or 'the module'}` still shows it while other code runs",
                    )
            self.forget(slot)

    def _is_live_in(self, name: str) -> bool:
        return self._is_live(name)

    def suspend(self) -> None:
        self.impure(self.statement)

    # -- functions and classes ---------------------------------------------------------------------------------------

    def function_name(self, node: cst.CSTNode) -> str:
        return self.tables.function_key(self.module, self.module.scopes[node])

    def define_function(self, node: cst.FunctionDef | cst.Lambda) -> None:
        self.tables.functions.setdefault(self.function_name(node), (self.module, self.module.scopes[node]))
        for param in parameters(node):
            if param.annotation is not None:
                self.annotation(param.annotation.annotation)
        self.pending(self.module.scopes[node])

    def pending(self, scope: Scope) -> None:
        """An inner function waits for its turn."""
        if scope not in self.module.order:
            self.module.order.append(scope)
            self.tables.changed = True

    def annotation(self, node: cst.BaseExpression) -> None:
        """Annotations are read for the names in them."""
        self.ev(node)

    def _do_FunctionDef(self, node: cst.FunctionDef) -> None:  # noqa: N802
        for decorator in node.decorators:
            self.ev(decorator.decorator)
        for param in parameters(node):
            if param.default is not None:
                self.escape(self.ev(param.default), f"it is a default of `{node.name.value}`")
        if node.returns is not None:
            self.annotation(node.returns.annotation)
        scope = self.module.scopes[node]
        if (node.decorators and not is_static(scope)) or node.asynchronous is not None:
            self.tables.mark(self.tables.open_calls, scope)
        name = self.function_name(node)
        self.define_function(node)
        self.statement = node
        value = Value("function", name=name)
        if node.decorators and not all(_harmless(d) for d in node.decorators):
            value = UNKNOWN
            self.bind_name(node.name.value, ANYONE)
            return
        self.bind_name(node.name.value, Ev(value))

    def _do_ClassDef(self, node: cst.ClassDef) -> None:  # noqa: N802
        for decorator in node.decorators:
            self.ev(decorator.decorator)
        bases = []
        for arg in node.bases:
            value = self.ev(arg.value).value
            if value.name != "builtins.object":
                pending = value.kind == "bottom" and not self.final
                bases.append(PENDING if pending else value.name or UNKNOWN_BASE)
        for arg in node.keywords:
            self.ev(arg.value)
        scope = self.module.scopes[node]
        name = self.tables.class_of(scope)
        self.tables.classes[name] = (self.module, scope)
        if self.tables.bases.get(name) != tuple(bases):
            self.tables.bases[name] = tuple(bases)
            self.tables.changed = True
        if any("dataclass" in self.module.source.code(d.decorator) for d in node.decorators):
            self.tables.dataclasses.add(name)
        named_tuple = "typing.NamedTuple" in bases
        generated = bool(node.decorators) or named_tuple  # the constructor takes the fields from its callers
        if generated:
            frozen = any("frozen=True" in self.module.source.code(d.decorator) for d in node.decorators)
            self._fields(node, name, pinned=named_tuple or frozen)
        self.bind_name(node.name.value, Ev(Value("class", name=name)))
        inner = Flow(self.tables, self.module, scope, final=self.final)
        inner.state = State()
        inner.run()
        for attr, value in inner.state.values.items():
            if "." in attr or attr[0] == "<":
                continue
            if value.kind == "function":
                continue
            key = (self.tables.hierarchy(name), attr)
            if generated and key in self.tables.unowned:
                continue
            self.tables.grow(self.tables.attrs, key, value)
            if value.kind not in {"number", "class", "module"}:
                self.tables.mark(self.tables.class_level, key)
        self._pin(scope, name)
        self.statement = node

    def _fields(self, node: cst.ClassDef, name: str, *, pinned: bool) -> None:
        """The annotated fields of a class with a generated constructor: their arrays come from whoever calls it."""
        for line in block(node.body):
            for small in line.body if isinstance(line, cst.SimpleStatementLine) else ():
                if isinstance(small, cst.AnnAssign) and isinstance(small.target, cst.Name):
                    key = (self.tables.hierarchy(name), small.target.value)
                    value = annotation_value(small.annotation.annotation, self) or UNKNOWN
                    self.tables.grow(self.tables.attrs, key, value)
                    self.tables.note(self.tables.unowned, key, f"`{node.name.value}(...)` takes it from its caller")
                    if pinned:
                        self.tables.mark(self.tables.pinned, (name, small.target.value))

    def _pin(self, scope: Scope, name: str) -> None:
        for method in scope.inner:
            if isinstance(method.node, cst.FunctionDef) and _is_property(method.node):
                self.tables.mark(self.tables.pinned, (name, method.name))

    # -- imports -----------------------------------------------------------------------------------------------------

    def _do_Import(self, node: cst.Import) -> None:  # noqa: N802
        self.tables.imports(self, node)

    _do_ImportFrom = _do_Import  # noqa: N815

    # -- control flow ------------------------------------------------------------------------------------------------

    def _do_If(self, node: cst.If) -> None:  # noqa: N802
        self.ev(node.test)
        before = self.state.copy()
        self.refine(node.test, True)
        self.suite(block(node.body))
        then, self.state = self.state, before
        self.refine(node.test, False)
        if node.orelse is not None:
            if isinstance(node.orelse, cst.If):
                self.elifs.add(node.orelse)
                self.step(node.orelse)
            else:
                self.suite(block(node.orelse.body))
        self.state = self.meet(then, self.state, node)

    def refine(self, test: cst.BaseExpression, truth: bool) -> None:
        """What a test tells of a name: `x is None`, `isinstance(x, T)`, `x.ndim == k`."""
        if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
            self.refine(test.expression, not truth)
            return
        tested = none_test(test)
        if tested is not None:
            name, is_none = tested
            if is_none == truth:
                if name in self.state.values and not self._free(name):
                    self.state.values[name] = NONE
                    self._none_handed_in(name)
            elif self.state.values.get(name) is not None:
                self._not_none(name)
        elif isinstance(test, cst.Comparison) and len(test.comparisons) == 1:
            operator, right = test.comparisons[0].operator, test.comparisons[0].comparator
            if (
                truth
                and isinstance(operator, cst.Equal)
                and isinstance(test.left, cst.Attribute)
                and test.left.attr.value == "ndim"
                and isinstance(right, cst.Integer)
            ):
                slot = self.path(test.left.value)
                value = self.state.values.get(slot or "")
                if slot is not None and value is not None and value.kind in {"array", "maybe", "unknown"}:
                    self.state.values[slot] = array(right.evaluated_value) if right.evaluated_value else value
        called = isinstance(test, cst.Call) and isinstance(test.func, cst.Name) and test.func.value == "isinstance"
        if truth and called and len(test.args) == 2 and isinstance(test.args[0].value, cst.Name):  # type: ignore[attr-defined]
            found = annotation_value(test.args[1].value, self)  # type: ignore[attr-defined]
            name = test.args[0].value.value  # type: ignore[attr-defined]
            old = self.state.values.get(name)
            if found is not None and old is not None and old.kind in {"unknown", "maybe", "bottom"}:
                self.state.values[name] = found

    def _none_handed_in(self, name: str) -> None:
        """On this path the caller handed in None: there is no array of the caller's for the parameter."""
        if self.handed_in(name):
            self.state.part(caller(name), name)
            self.state.absent.add(caller(name))
            self.tables.mark(self.tables.nullable, (self.scope, name))

    def _not_none(self, name: str) -> None:
        value = self.state.values[name]
        if value.kind == "maybe" and not self._free(name):
            known = self.tables.params.get((self.scope, name))
            if known is not None and known.kind == "array":
                self.state.values[name] = known

    def meet(self, a: State, b: State, node: cst.CSTNode) -> State:
        """Two paths join; dead names are forgotten, so that they weaken nothing."""
        live = self.live.after.get(node)
        if live is not None and a.reachable and b.reachable:
            for state in (a, b):
                self._drop_dead(state, live)
        return join(a, b)

    def _drop_dead(self, state: State, live: frozenset[str]) -> None:
        owners = {
            root(slot) for slot in state.values if "." in slot
        }  # what they are decides whose attributes these are

        def dead(slot: Slot) -> bool:
            name = root(slot)
            if (
                slot[0] == "<"
                or name in owners
                or name in state.operands  # a view may be made again with it, if it is bound at all
                or name in live
                or name in self.always
                or self._free(name)
                or "." in slot
            ):
                return False
            if self._iterated(name):
                return False
            return not any(
                rel.kind == "view" and (root(t) in live or root(t) in self.always) for t, rel in state.row(slot).items()
            )

        state.drop(dead)
        for slot in [s for s in state.values if s == root(s) and s not in live and dead(s) and s not in self.always]:
            if not self._free(slot):
                state.kill(slot)

    def _do_For(self, node: cst.For) -> None:  # noqa: N802
        if node.asynchronous is not None:
            self.suspend()
        iterated = self.ev(node.iter)
        self._loop(node, iterated)

    def _do_While(self, node: cst.While) -> None:  # noqa: N802
        self._loop(node, None)

    def _loop(self, node: cst.For | cst.While, iterated: Ev | None) -> None:
        index_loop = self._index_loop(node, iterated)
        element_loop = self._element_loop(node) if index_loop is None and isinstance(node, cst.For) else None
        if index_loop is not None:
            self.index_loops.append(index_loop)
        elif element_loop is not None:
            apart = self._enter_literals(element_loop)
            self.element_loops.append(element_loop)
        elif iterated is not None:  # what is iterated over lives on, even if its name does not
            iterated = self._hold(Ev(iterated.value) if iterated.value.kind == "dict" else iterated)
        head = self.state
        live = self.live.head.get(node, frozenset())
        self._drop_dead(head, live)
        outer = self.breaks, self.continues
        exits: list[State] = []
        for _ in range(_ROUNDS):
            self.breaks, self.continues = [], []
            self.state = head.copy()
            self.statement = node
            if index_loop is not None:
                self._bind_index(index_loop)
            elif element_loop is not None:
                self._bind_elements(element_loop)
            elif isinstance(node, cst.For):
                assert iterated is not None
                self._bind_iteration(node, iterated)
            else:
                self.ev(node.test)
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
        self.breaks, self.continues = outer
        self.state = head.copy()
        self.statement = node
        if isinstance(node, cst.While):
            self.ev(node.test)
            if isinstance(node.test, cst.Name) and node.test.value == "True":
                self.state.reachable = False
        if node.orelse is not None:
            self.suite(block(node.orelse.body))
        for state in exits:
            self.state = join(self.state, state)
        if index_loop is not None:
            self.index_loops.pop()
            if not index_loop.enumerated:  # no name of the program's: nothing may be rebuilt with it later
                self.state.kill(index_loop.counter)
                self.state.stale(index_loop.counter)
        elif element_loop is not None:
            self.element_loops.pop()
            self._leave_literals(element_loop, apart)
            for container, _ in element_loop.places:
                self._element_released(container, element_loop.element(container))
        elif iterated is not None:
            self._release()

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
        bound = _bound_inside(node)
        rows = [self._rows(array, each, bound) for array, each in pairs]
        if not rows or None in rows or (counter and bound.count(counter) > 1):
            return None
        return IndexLoop(
            node, tuple(r for r in rows if r is not None), counter or self.module.counter(node), bool(counter)
        )

    def _rows(self, node: cst.BaseExpression, target: cst.BaseExpression, bound: list[str]) -> Rows | None:
        """An array that a loop goes through and can read again: a name, or a view of a name's array."""
        if isinstance(target, (cst.Subscript, cst.Attribute, cst.StarredElement)):
            return None
        if isinstance(node, cst.Name):
            name, text = node.value, node.value
            lens: Lens = ()
            known = self.state.values.get(name, UNKNOWN).is_array
        else:
            ev = self.ev(node)
            if len(ev.origins) != 1 or ev.origins[0][1].kind != "view" or not ev.value.is_array:
                return None
            (name, rel), text = ev.origins[0], self.module.source.code(node)
            lens = rel.lens
            plain = all(step.forward and not step.stale and not step.test for step in lens)
            known = plain and name == root(name) and forward(name, lens) == text
            known = known and not any(step.operands.intersection(bound) for step in lens)
        if not known or name in bound or name in self.scope.rebound or self.scope.owner(name) is not self.scope:
            return None
        return Rows(name, lens, text, target)

    def _bind_index(self, loop: IndexLoop) -> None:
        """One turn of an index loop: the counter, then the rows or numbers it stands for."""
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
        bound = _bound_inside(node)
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
        read = names_read(loop.body) | frozenset(_bound_inside(loop))
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
                    if other not in bound_names(loop.node.target):
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

    def _leave_literals(self, loop: ElementLoop, apart: list[tuple[Slot, Slot, Rel]]) -> None:
        """The names get their arrays back, changed or not; the loop's own name may still hold one of them."""
        state = self.state
        still: list[tuple[Slot, Slot, Rel]] = []
        for literal in loop.literals:
            held = {other: or_none(rel) for other, rel in state.row(loop.element(literal.name)).items()}
            held |= dict.fromkeys(state.row(elements_of(literal.name)), MAY)
            still += [
                (path, other, rel)
                for path in literal.texts
                for other, rel in held.items()
                if other[0] != "<" and root(other) != literal.name
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
        if name in _bound_inside(loop) or name in self.scope.rebound or self.scope.owner(name) is not self.scope:
            return False
        if "." in path and any(_runs_code(part, self) for part in walk(loop.body)):
            return False
        holders = {s for s in self.state.row(path) if "[" not in s and not s.startswith("<temp")}
        callers = {s for s in holders if is_caller(s)}
        if callers and any(_runs_code(part, self) for part in walk(loop.body)):
            return False
        if holders - callers - ({HEAP} if "." in path else set()):
            return False  # the container has another name, by which its items may be replaced
        attr = _last(path) if "." in path else ""
        for part in walk(loop.body):
            named = isinstance(part, cst.Name) and part.value == path
            if named or _moves_elements(part) or (isinstance(part, cst.Attribute) and part.attr.value == attr):
                return False
        return True

    def _bind_elements(self, loop: ElementLoop) -> None:
        """One turn of such a loop: every target, and the place that its array came from."""
        over = loop.node.iter
        if self._is_builtin(over, "enumerate"):
            self.bind_name(loop.counter, Ev(INT))
            over = over.args[0].value  # type: ignore[attr-defined]
        elif loop.counted:
            self.bind_name(loop.counter, Ev(UNKNOWN))
        pairs: list[tuple[cst.BaseExpression, cst.BaseExpression]]
        target = loop.node.target
        if loop.counted and isinstance(target, cst.Tuple):
            target = target.elements[1].value  # type: ignore[assignment]
        if self._is_builtin(over, "zip"):
            assert isinstance(over, cst.Call)
            assert isinstance(target, cst.Tuple)
            pairs = [(a.value, e.value) for a, e in zip(over.args, target.elements, strict=True)]
        elif isinstance(over, cst.Call) and isinstance(over.func, cst.Attribute):
            pairs = [(over.func.value, target)]
        else:
            pairs = [(over, target)]
        placed, named = dict(loop.places), {literal.node: literal.name for literal in loop.literals}
        for container, name in pairs:
            ev = self.ev(container)
            path = named.get(container) or self.path(container)
            if path is None or placed.get(path) is None or placed[path] != getattr(name, "value", None):
                self.bind(name, self.element(ev))
        for container, name in pairs:
            path = named.get(container) or self.path(container)
            if path is not None and placed.get(path) is not None and placed[path] == getattr(name, "value", None):
                self._bind_element(path, loop.element(path), placed[path])

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

    def _note_names(self, place: Place, update: Update) -> None:
        """What is made again is made with names: values that the program has none for get one."""
        texts = [refresh.value for refresh in (*update.then, *update.last)]
        texts += [text for step in place.lens for text in (step.forward, step.inverse)]
        for name in set(re.findall(r"\w+", " ".join(texts))) & self.named.keys():
            self.facts.named[self.named[name]] = name

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

    def _bind_iteration(self, node: cst.For, iterated: Ev) -> None:
        held = iterated.origins[0][0] if iterated.origins else ""
        value = self.state.values.get(held, iterated.value)  # it may have grown in the meantime
        self.bind(node.target, self.element(iterated._replace(value=value), node.iter))

    def _do_Break(self, node: cst.Break) -> None:  # noqa: N802
        self.breaks.append(self.state.copy())
        self.state.reachable = False

    def _do_Continue(self, node: cst.Continue) -> None:  # noqa: N802
        self.continues.append(self.state.copy())
        self.state.reachable = False

    def _do_Return(self, node: cst.Return) -> None:  # noqa: N802
        if node.value is not None:
            ev = self.ev(node.value)
            self.leak(ev, "a function returns it") if not self._own_attribute(ev) else None
        else:
            ev = Ev(NONE)
        self.returns.append((ev, self.state.copy()))
        self.return_nodes[node] = ev
        self.state.reachable = False

    def _own_attribute(self, ev: Ev) -> bool:
        """Whether the result is the receiver's own attribute, which call sites can follow."""
        return (
            all(
                "." in s and s.count(".") == 1 and s.startswith((self.scope.params or ["?"])[0] + ".")
                for s, _ in ev.origins
            )
            and bool(ev.origins)
            and self.scope in self.tables.called
            and self.scope not in self.tables.open_calls
        )

    def _do_Raise(self, node: cst.Raise) -> None:  # noqa: N802
        for part in (node.exc, node.cause.item if node.cause is not None else None):
            if part is not None:
                self.ev(part)
        self.state.reachable = False

    def _do_Assert(self, node: cst.Assert) -> None:  # noqa: N802
        self.ev(node.test)
        self.refine(node.test, True)
        if node.msg is not None:
            self.ev(node.msg)

    def _do_Del(self, node: cst.Del) -> None:  # noqa: N802
        targets = [e.value for e in node.target.elements] if isinstance(node.target, cst.Tuple) else [node.target]
        for target in targets:
            if isinstance(target, cst.Name):
                for part in self.state.parts(target.value):
                    self.state.kill(part)
                self.state.kill(target.value)
            else:
                self.ev(target)
                if isinstance(target, cst.Subscript):  # arrays refuse it: an item of a container goes
                    self.record(Store("item", self.statement, target, self.ev(target.value).value, host=True))

    def _do_With(self, node: cst.With) -> None:  # noqa: N802
        managers = [self.ev(item.item) for item in node.items]
        self._managed(managers, "__enter__")
        for item, ev in zip(node.items, managers, strict=True):
            if item.asname is not None:
                self.bind(item.asname.name, ev if ev.value.kind == "object" else ANYONE)
        entry = self.state.copy()
        swallows = not all(_keeps_exceptions(item.item) for item in node.items)
        self.catching += 1
        self.protected += swallows
        saved, self.raised = self.raised, []
        self.suite(block(node.body))
        self.statement = node
        self._managed(managers, "__exit__")
        self.catching -= 1
        self.protected -= swallows
        inner, self.raised = self.raised, saved
        if swallows:
            for state in [entry, *inner]:  # it may swallow an exception
                self.state = join(self.state, state)
        self.raised += inner if self.catching else []

    def _managed(self, managers: list[Ev], method: str) -> None:
        """A with statement runs methods of the project's context managers."""
        for ev in managers:
            if ev.value.kind == "object" and self.tables.known(ev.value.name):
                self.impure(self.statement, self.tables.method(ev.value.name or "", method))

    def _do_Try(self, node: cst.Try) -> None:  # noqa: N802
        self.catching += 1
        self.protected += 1
        saved, self.raised = self.raised, [self.state.copy()]
        self.suite(block(node.body))
        self.catching -= 1
        self.protected -= 1
        caught, self.raised = self.raised, saved
        for state in caught:
            self._drop_dead(state, self.live.thrown.get(node, frozenset(self.scope.bound)))
        thrown = caught[0]
        for state in caught[1:]:
            thrown = join(thrown, state)
        if self.catching:
            self.raised.append(thrown.copy())
        if node.orelse is not None:
            self.suite(block(node.orelse.body))
        result = self.state
        for handler in node.handlers:
            self.state = thrown.copy()
            self.state.reachable = True
            self.statement = handler
            if handler.type is not None:
                self.ev(handler.type)
            if handler.name is not None:
                self.bind(handler.name.name, ANYONE)
            self.suite(block(handler.body))
            result = join(result, self.state)
        self.state = result
        if node.finalbody is not None:
            normal = self.state.reachable
            both = join(self.state, thrown)
            both.reachable = True
            self.state = both
            self.suite(block(node.finalbody.body))
            if not normal:
                self.state.reachable = False

    _do_TryStar = _do_Try  # noqa: N815

    def _do_Match(self, node: cst.Match) -> None:  # noqa: N802
        subject = self.ev(node.subject)
        before = self.state
        result = before.copy()
        for case in node.cases:
            self.state = before.copy()
            held = tuple((s, MAY) for s, _ in (*subject.origins, *subject.held)) or ((HEAP, MAY),)
            for part in walk(case.pattern):
                if isinstance(part, cst.MatchAs) and part.name is not None:
                    whole = part.pattern is None and part is case.pattern
                    self.bind_name(part.name.value, subject if whole else Ev(UNKNOWN, held))
                elif isinstance(part, (cst.MatchStar, cst.MatchMapping)):
                    name = part.name if isinstance(part, cst.MatchStar) else part.rest
                    if name is not None:
                        self.bind_name(name.value, Ev(Value("list", elem=UNKNOWN), (), None, held))
                elif isinstance(part, cst.MatchValue):
                    self.ev(part.value)
                elif isinstance(part, cst.MatchClass):
                    self.ev(part.cls)
            if case.guard is not None:
                self.ev(case.guard)
            self.suite(block(case.body))
            result = join(result, self.state)
        self.state = result

    def _do_TypeAlias(self, node: cst.CSTNode) -> None:  # noqa: N802
        pass


def annotation_value(node: cst.BaseExpression, flow: Calls) -> Value | None:
    """What an annotation says of a value: numbers and arrays; None where it says nothing."""
    if isinstance(node, cst.SimpleString):
        text = str(node.evaluated_value).rpartition(".")[2].partition("[")[0]
        return ARRAY if text in {"ndarray", "NDArray"} else NUMBER if text in _NUMBERS else None
    if isinstance(node, cst.Name) and node.value in _NUMBERS and flow.scope.owner(node.value) is None:
        if node.value == "int":
            return Value("number", dtype="int")
        return STRING if node.value == "str" else NUMBER
    if isinstance(node, cst.Subscript):
        return annotation_value(node.value, flow)
    if isinstance(node, (cst.Name, cst.Attribute)):
        last = node.attr.value if isinstance(node, cst.Attribute) else node.value
        if last in {"ndarray", "NDArray"}:
            return ARRAY
        if last in {"list", "List"}:
            return Value("list", elem=UNKNOWN, distinct=True)  # a change of its elements asks the callers
        if last in {"dict", "Dict"}:
            return Value("dict", elem=UNKNOWN, distinct=True)
        value = flow.ev(node).value
        if value.kind == "class" and flow.tables.known(value.name):
            return Value("object", name=value.name)
    return None


def _evidence(node: cst.FunctionDef | cst.Lambda) -> dict[str, Value]:
    """Names that are used as only arrays are: `x.shape`, `x.T`, `x.astype(...)`."""
    found: dict[str, Value] = {}
    for child in walk(node.body):
        if type(child) not in {cst.Attribute, cst.Subscript}:
            continue
        if (
            isinstance(child, cst.Attribute)
            and isinstance(child.value, cst.Name)
            and child.attr.value in ARRAY_EVIDENCE
        ):
            found[child.value.value] = ARRAY
        elif isinstance(child, cst.Subscript) and isinstance(child.value, cst.Name) and len(child.slice) > 1:
            found[child.value.value] = ARRAY  # `x[i, j]`
        elif (
            isinstance(child, cst.Subscript)
            and isinstance(child.value, cst.Name)
            and isinstance(index_parts(child)[0], cst.SimpleString)
        ):
            found.setdefault(child.value.value, Value("dict", elem=UNKNOWN, distinct=True))  # `x["name"]`
    return found


def _is_none(node: cst.BaseExpression | None) -> bool:
    return node is None or (isinstance(node, cst.Name) and node.value == "None")


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


def _bound_inside(node: cst.For) -> list[str]:
    """The names that a loop binds, its target's included."""
    return [name for part in walk(node) for target in targets(part) for name in bound_names(target)]


def _runs_code(node: cst.CSTNode, flow: Flow) -> bool:
    """Whether code of the project, or code nobody knows, may run here."""
    if not isinstance(node, cst.Call):
        return isinstance(node, (cst.Await, cst.Yield))
    flow.callees.add(node.func)  # to be called, not to be handed on
    value = flow.ev(node.func).value
    return not (value.kind in {"function", "class"} and value.name is not None and value.name.startswith(_KNOWN_CODE))


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


def _static(node: cst.FunctionDef | cst.Lambda) -> bool:
    if isinstance(node, cst.Lambda):
        return True
    return any(
        isinstance(d.decorator, cst.Name) and d.decorator.value in {"staticmethod", "classmethod"}
        for d in node.decorators
    )


def _harmless(decorator: cst.Decorator) -> bool:
    node = decorator.decorator
    return isinstance(node, cst.Name) and node.value in {"staticmethod", "classmethod", "property"}


def _is_property(node: cst.FunctionDef) -> bool:
    for decorator in node.decorators:
        inner = decorator.decorator
        if isinstance(inner, cst.Name) and inner.value in {"property", "cached_property"}:
            return True
        if isinstance(inner, cst.Attribute) and inner.attr.value in {"setter", "cached_property", "getter"}:
            return True
    return False


def _keeps_exceptions(node: cst.BaseExpression) -> bool:
    """Context managers that never swallow an exception: files, `np.errstate`, locks."""
    if isinstance(node, cst.Call):
        name = node.func.attr.value if isinstance(node.func, cst.Attribute) else getattr(node.func, "value", "")
        return name in {"open", "errstate", "printoptions", "Pool", "catch_warnings", "Lock", "StringIO"}
    return False


def _levels(theirs: Slot, ours: Slot) -> list[tuple[Slot, Slot]]:
    """The elements of two containers, and the elements of those."""
    first = elements_of(theirs), elements_of(ours)
    return [first, (elements_of(first[0]), elements_of(first[1]))]


def _more_growth(old: Growth | None, new: Growth) -> Growth:
    if old is None:
        return new
    return Growth(join_values(old.elem, new.elem), old.sources | new.sources, old.fresh and new.fresh)


_Grows = tuple[tuple[str, Growth], ...]


def _join_growth(a: _Grows, b: _Grows) -> _Grows:
    found = dict(a)
    for param, growth in b:
        found[param] = _more_growth(found.get(param), growth)
    return tuple(sorted(found.items()))


def _join_summaries(a: Summary, b: Summary) -> Summary:
    relations = dict(a.relations)
    other = dict(b.relations)
    for name in {*relations, *other}:
        rel = relations.get(name) if relations.get(name) == other.get(name) else MAY
        relations[name] = rel or MAY
    if a.value.kind == "bottom":
        relations = other
    elif b.value.kind == "bottom":
        relations = dict(a.relations)
    items = None
    if a.items is not None and b.items is not None and len(a.items) == len(b.items):
        items = tuple(_join_summaries(x, y) for x, y in zip(a.items, b.items, strict=True))
    elif a.value.kind == "bottom":
        items = b.items
    elif b.value.kind == "bottom":
        items = a.items
    return Summary(
        join_values(a.value, b.value),
        tuple(sorted(relations.items())),
        items,
        a.held | b.held,
        a.shared or b.shared,
        a.retains | b.retains,
    )


def _last(slot: Slot) -> str:
    return slot.rpartition(".")[2]


def _row(ev: Ev, k: int) -> Ev:
    """`a[k]`; an item if the array has one dimension."""
    value = ev.value
    row = Value("array", value.ndim - 1) if value.ndim else Value("maybe")
    step = Step(f"{BASE}[{k}]", f"{RUNTIME}.tensor_scatter_update({BASE}, {k}, {VIEW})", parts=(k,))
    return Ev(replace(row, dtype=value.dtype), through(ev.origins, step))
