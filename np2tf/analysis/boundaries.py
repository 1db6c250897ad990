"""The edges of a scope: what its names hold at the entry, what is left at the exit, and the summary made of both."""

from __future__ import annotations

from dataclasses import replace

import libcst as cst

from np2tf.analysis.expressions import ARRAY_EVIDENCE, ARTISTS
from np2tf.analysis.holders import last_name, more_growth
from np2tf.analysis.relations import (
    HEAP,
    MAY,
    SAME,
    Ev,
    Rel,
    Slot,
    State,
    caller,
    handed_in,
    is_caller,
    is_former,
    of_former,
    root,
)
from np2tf.analysis.scopes import parameters
from np2tf.analysis.stores import Stores, levels, may_be_one
from np2tf.analysis.tables import Growth, Summary, is_classmethod
from np2tf.analysis.values import (
    ARRAY,
    BOTTOM,
    CONTAINERS,
    MAYBE,
    NONE,
    NUMBER,
    SLICE,
    STRING,
    UNKNOWN,
    Value,
    capped,
)
from np2tf.analysis.values import join as join_values
from np2tf.knowledge import artists
from np2tf.tree import index_parts, literal, remembered, walk

_NUMBERS = {"int", "float", "bool", "str", "complex", "bytes", "None"}
_TELLING: set[type] = {cst.Assign, cst.Attribute, cst.Subscript}  # what says that a name has an array
_Grows = tuple[tuple[str, Growth], ...]


class Boundaries(Stores):
    """The entry, the exit and the summary of a scope."""

    def _enter(self) -> None:
        node = self.scope.node
        if not isinstance(node, (cst.FunctionDef, cst.Lambda)):
            return
        evidence = evidence_of(node)
        if self.tables.changes_under_any(ARRAY_EVIDENCE):  # a class of the project's has such attributes, too
            evidence = {}
        if "matplotlib" in self.module.source.text:
            evidence = {**self._drawn_on(node), **evidence}
        method = self.scope.parent is not None and self.scope.parent.kind == "class"
        for k, param in enumerate(parameters(node)):
            name = param.name.value
            if method and k == 0 and not _static(node):
                value = Value("object", name=self.tables.class_of(self.scope.parent))
            elif k == 0 and is_classmethod(self.scope):
                value = Value("class", dtype="below", name=self.tables.class_of(self.scope.parent))
            elif param is node.params.star_arg:
                value = Value("tuple", elem=UNKNOWN)
            elif param is node.params.star_kwarg:
                value = Value("dict", elem=UNKNOWN)
            else:
                value = self._param_value(param, name, evidence)
            if name in self.scope.rebound:  # an inner function may have bound it by then
                value = join_values(value, self.tables.names.get((self.scope, name), BOTTOM))
            self.state.values[name] = value
            if name in self.scope.captured:
                self.tables.grow(self.tables.names, (self.scope, name), value)
            if value.kind in {"number", "function", "class", "module"}:
                continue
            self.state.relate(caller(name), name, SAME)
            why = self.tables.leaked.get((self.scope, name))
            if self.scope.rebound and (why is not None or name in self.scope.rebound):
                self.reasons[name] = why or f"an inner function binds `{name}`"
                self.state.escape([name])
            if value.kind == "object" and k == 0 and method:
                continue
            if value.kind in CONTAINERS or value.kind == "object":
                for theirs, ours in levels(caller(name), name):
                    self.state.relate(theirs, ours, MAY)

    def _drawn_on(self, node: cst.FunctionDef | cst.Lambda) -> dict[str, Value]:
        """Names that are used as only axes of Matplotlib's are, `ax.set_title(...)`, and no object of the project's."""
        called: dict[str, set[str]] = {}
        for child in walk(node.body):
            func = child.func if isinstance(child, cst.Call) else None
            if isinstance(func, cst.Attribute) and isinstance(func.value, cst.Name):
                called.setdefault(func.value.value, set()).add(func.attr.value)
        drawn = {name: methods for name, methods in called.items() if not artists.EVIDENCE.isdisjoint(methods)}
        return {name: ARTISTS for name, methods in drawn.items() if not any(map(self.tables.methods_named, methods))}

    def _param_value(self, param: cst.Param, name: str, evidence: dict[str, Value]) -> Value:
        tables, scope = self.tables, self.scope
        annotated = annotation_value(param.annotation.annotation, self) if param.annotation is not None else None
        if annotated is not None and annotated.kind == "number" and (scope, name) in tables.arrays_in:
            annotated = MAYBE  # `x: float` of who takes arrays as well
        known: Value = tables.params.get((scope, name), BOTTOM)
        if annotated is not None and (annotated.kind != known.kind or annotated.kind not in CONTAINERS):
            return annotated
        if scope in tables.open_calls or self._public_entry():
            known = UNKNOWN
        if known.kind == "bottom":
            known = self.bottom
        if param.default is not None and known.kind not in {"unknown"}:
            default = self.outer_value(param.default)
            known = join_values(known, default)
        if known.kind == "unknown" and name in evidence:
            return evidence[name]
        return known

    def _public_entry(self) -> bool:
        """Whether callers outside the project are to be expected."""
        return self.scope not in self.tables.called and (self.tables.unmentioned(self.scope) or self.final)

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
        self._read_again_alone()
        for ev, state in self.returns if scope.kind != "lambda" else ():
            self._outer_left(ev, state)
        self._closed_over()
        for _, state in self.returns if scope.kind != "lambda" else ():
            for slot in list(state.values):
                if "." in slot and not slot.startswith("<") and "[" not in slot:
                    self._attribute_left(slot, state)
            if scope.name == "__init__":
                self._kept_inexactly(state)
        if isinstance(scope.node, cst.FunctionDef) and not scope.node.decorators and not self.suspends:
            self._left_new()

    def _left_new(self) -> None:
        """A function is left: which attributes of its receiver have new arrays by then that nobody else has seen."""
        scope, tables = self.scope, self.tables
        if len(scope.bound.get(self.receiver, ())) != 1 or self.receiver in scope.replaced:
            return  # it may be another object by now
        first = len(self.receiver) + 1
        left = [
            frozenset(s[first:] for s in state.private if s.startswith(f"{self.receiver}.") and self._is_new(s, state))
            for _, state in self.returns
        ]
        new = frozenset.intersection(*left) if left else frozenset()
        for attr in tables.left_new.peek(scope, frozenset()) - new:
            tables.mark(tables.left_otherwise, (scope, attr))
        tables.widen(tables.left_new, scope, new)

    def _is_new(self, slot: Slot, state: State) -> bool:
        """Whether an attribute's array was made here, and whoever shows it beside is gone when the function is left."""
        scope = self.scope
        others = [s for s in state.row(slot) if not is_former(s)]
        gone = (s == root(s) and s[0] != "<" and scope.owner(s) is scope and s not in scope.captured for s in others)
        return slot.count(".") == 1 and all(gone)

    def _read_again_alone(self) -> None:
        """A statement that is rewritten itself can't be followed by others that read an attribute again."""
        again = self.facts.read_again
        stored = {store.statement for store in self.facts.stores.values() if not store.host}
        for statement in [node for node in again if node in stored]:
            for slot in again.pop(statement):
                base, _, attr = slot.rpartition(".")
                key = self.key(self.state.values.get(base, UNKNOWN), attr)
                self.tables.note(self.tables.unowned, key, f"what shows `{slot}` can't follow where a call changes it")

    def _closed_over(self) -> None:
        """A function is left, but an inner one is not: it goes on showing what the names it reads held."""
        scope = self.scope
        inner = [s for part in scope.inner for s in part.all()]
        if scope.kind not in {"function", "lambda"} or not any(s in self.tables.outliving for s in inner):
            return
        for _, state in self.returns:
            for name in (name for name in scope.captured if name in state.values):
                value = state.values[name]
                if value.kind == "function":
                    self.kept_function(value)
                elif value.kind not in {"number", "class", "module"}:
                    for slot in (name, *state.row(name)):
                        self.reasons.setdefault(slot, f"a function that outlives the call reads `{name}`")
                        self.retain([slot])
                    self.leak(Ev(value, ((name, SAME),)), f"a function that outlives the call reads `{name}`")
                    state.escape([name])

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
            for name in [name for name in state.values if name == root(name)]:
                if HEAP in state.row(name):
                    self.tables.note(self.tables.outer_held, (self.scope, name), self._origin(name))
                elif self.scope in self.tables.shared and (self.scope, name) in self.tables.outer_writers:
                    for other in (slot for slot in state.row(name) if slot[0] != "<"):
                        why = f"`{other}` of the module shows it, too"
                        self.tables.note(self.tables.outer_held, (self.scope, name), why)

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
                    self._keeps(handed_in(other), [key])
                    self.tables.mark(self.tables.assumed, key)
                elif is_former(other):
                    self.moves([other], key)
                elif self._seen_elsewhere(other) and self.tables.written_by_others(self.scope, key):
                    self.tables.note(self.tables.unowned, key, f"`{root(other)}` of the module may hold the same array")
                elif other == root(other) and other[0] != "<" and self._free(other):
                    self.tables.note(self.tables.unowned, key, f"`{other}` of an outer scope may hold the same array")
                elif (
                    "." in other
                    and root(other) != other
                    and not other.startswith(slot + "[")
                    and not may_be_one(slot, other, state)
                ):
                    self.tables.note(self.tables.unowned, key, f"`{other}` may hold the same array")
                    other_key = self.key(state.values.get(other.rpartition(".")[0], UNKNOWN), last_name(other))
                    self.tables.note(self.tables.unowned, other_key, f"`{slot}` may hold the same array")

    @property
    def receiver(self) -> str:
        """The first parameter, whose attributes summaries tell apart; "?" if there is none."""
        return next(iter(self.scope.params), "?")

    def owner_known(self, slot: Slot, state: State) -> str | None:
        """The class of the object whose attribute a slot stands for, or is in, where the project has it."""
        value = state.values.get(slot.partition("[")[0].rpartition(".")[0], UNKNOWN)
        return value.name if value.kind == "object" and self.tables.known(value.name) else None

    def _seen_elsewhere(self, slot: Slot) -> bool:
        """Whether this is, or is in, what a name of the module holds that other code reads later."""
        if self.scope.kind != "module" or slot[0] in "<?" or "." in slot:
            return False
        name = root(slot)
        return name in self.captured or self.tables.read_by_others(self.scope, self.module.name, name)

    def _kept_inexactly(self, state: State) -> None:
        """A constructor is left: what it keeps of a parameter in an attribute may be something else than its array."""
        for param in self.scope.params[1:]:
            for _, attr in self.tables.kept.get((self.scope, param), ()):
                slot = f"{self.receiver}.{attr}"
                if slot not in state.values or state.row(slot).get(caller(param)) != SAME:
                    self.tables.mark(self.tables.inexactly, (self.scope, param, attr))

    def _summarise(self) -> None:
        result: Summary | None = None
        for ev, state in self.returns:
            one = self._summary_of(ev, state)
            result = one if result is None else _join_summaries(result, one)
            for name in list(state.values):
                row = state.row(name)
                if HEAP in row:
                    self.retain(row)
        for param in self.scope.params:
            if HEAP in (self.returns[-1][1] if self.returns else self.state).row(caller(param)):
                self.retain([caller(param)])
        for param in self.kept_unseen:
            self.tables.mark(self.tables.kept_unseen, (self.scope, param))
        if result is None:
            result = Summary(NONE)
        if self.suspends:
            result = self._generated() if self.scope.generator else Summary(UNKNOWN, (("*", MAY),))
        grows = tuple(sorted(self.grows.items()))
        result = replace(result, retains=frozenset(self.retains) | result.retains, grows=grows)
        old = self.tables.summaries.peek(self.scope)
        if old != result:
            if old is not None:
                result = replace(
                    _join_summaries(old, result),
                    retains=old.retains | result.retains,
                    grows=_join_growth(old.grows, result.grows),
                )
            if old != result:
                self.tables.summaries[self.scope] = result

    def _generated(self) -> Summary:
        """What a call of a generator function gives: an iterator, which reads the arguments later."""
        elem, held = BOTTOM, set(self.scope.params)
        for ev, state in self.yields:
            one = self._summary_of(ev, state, 0)
            elem = join_values(elem, one.value)
            held |= {name for name, _ in one.relations} | one.held
        value = Value("iterator", elem=capped(elem) if elem.kind != "bottom" else self.bottom)
        return Summary(value, (), None, frozenset(held))

    def _summary_of(self, ev: Ev, state: State, depth: int = 2) -> Summary:
        relations: dict[str, Rel] = {}
        held: set[str] = set()
        if ev.value.kind not in {"number", "function", "class", "module"}:
            relations = self._terms(state.resolve(ev), state)
            elements = [*ev.held, *((s, MAY) for s, _ in self._elements_in(ev, state))]
            held = set(self._terms(state.resolve(Ev(ev.value, tuple(elements))), state))
        items = (
            tuple(self._summary_of(item, state, depth - 1) for item in ev.items)
            if ev.items is not None and depth
            else None
        )
        rows = [self._reached(item, state) for item in ev.items or ()]
        shared = any(rows[i] & rows[j] for i in range(len(rows)) for j in range(i))
        return Summary(capped(ev.value), tuple(sorted(relations.items())), items, frozenset(held), shared)

    def _reached(self, ev: Ev, state: State) -> set[Slot]:
        """What a returned item is or holds, however deep."""
        inside = (*ev.held, *self._elements_in(ev, state))
        found = set(state.resolve(ev)) | set(state.resolve(Ev(ev.value, tuple((s, MAY) for s, _ in inside))))
        return found.union(*(self._reached(item, state) for item in ev.items or ())) - {HEAP}

    def _elements_in(self, ev: Ev, state: State) -> list[tuple[Slot, Rel]]:
        """What the elements of a returned container may be, the items of tuples included."""
        found = [(p, MAY) for s, _ in ev.origins if s != HEAP for p in state.parts(s) if p.startswith(s + "[")]
        for item in ev.items or ():
            found += [*item.origins, *item.held]
        return found

    def _terms(self, row: dict[Slot, Rel], state: State) -> dict[str, Rel]:
        """Relations in the terms of a summary: parameters by name, attributes of the receiver and of classes, "!" for
        what else of the project holds it, everything else "*"."""
        receiver = self.receiver
        relations: dict[str, Rel] = {}
        for slot, rel in row.items():
            if slot == HEAP:
                relations["*"] = MAY
            elif is_former(slot):
                base, _, attr = of_former(slot).rpartition(".")
                relations[f".{attr}" if base == receiver else "!"] = MAY
            elif is_caller(slot):
                relations[slot[8:].partition(">")[0]] = rel if rel.kind == "same" and slot[-1] == ">" else MAY
            elif "." in slot and slot.split(".")[0] == receiver and slot.count(".") == 1:
                name = "." + slot.split(".")[1].split("[")[0]
                whole = rel.kind == "same" and "[" not in slot
                relations[name] = rel if whole and name not in relations else MAY
            elif slot[0] != "<" and (owner := self.owner_known(slot, state)):
                relations[f"?{owner}.{last_name(slot.partition('[')[0])}"] = MAY
            elif slot[0] != "<" and ("." in slot or self._free(root(slot))):
                relations["!"] = MAY
            if slot[0] != "<" and self._free(root(slot)):
                self.leak_name(root(slot), "a function returns it")
        return relations


def annotation_value(node: cst.BaseExpression, flow: Boundaries) -> Value | None:
    """What an annotation says of a value: numbers and arrays; None where it says nothing."""
    if isinstance(node, cst.SimpleString):
        text = str(literal(node)).rpartition(".")[2].partition("[")[0]
        return ARRAY if text in {"ndarray", "NDArray"} else NUMBER if text in _NUMBERS else None
    if isinstance(node, cst.Name) and node.value in _NUMBERS and flow.scope.owner(node.value) is None:
        if node.value == "int":
            return Value("number", dtype="int")
        return STRING if node.value == "str" else NUMBER
    if isinstance(node, cst.Name) and node.value == "slice" and flow.scope.owner("slice") is None:
        return SLICE
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
        value = flow.annotation(node)
        if value.name in artists.CLASSES:
            return ARTISTS
        if value.kind == "class" and flow.tables.known(value.name):
            return Value("object", name=value.name)
    return None


@remembered
def evidence_of(node: cst.FunctionDef | cst.Lambda) -> dict[str, Value]:
    """Names that are used as only arrays are: `x.shape`, `x.T`, `x.astype(...)`."""
    found: dict[str, Value] = {}
    parts = [part for part in walk(node.body) if type(part) in _TELLING]
    pairs = {size for child in parts if (size := _taken_apart(child)) is not None}
    for child in parts:
        if child in pairs:
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


def _taken_apart(node: cst.CSTNode) -> cst.BaseExpression | None:
    """The size that is taken apart in `w, h = image.size` or `image.size[0]`: that of an array is a number."""
    size = node.value if isinstance(node, (cst.Assign, cst.Subscript)) else None
    if isinstance(node, cst.Assign) and not isinstance(node.targets[0].target, (cst.List, cst.Tuple)):
        return None
    return size if isinstance(size, cst.Attribute) and size.attr.value == "size" else None


def _static(node: cst.FunctionDef | cst.Lambda) -> bool:
    if isinstance(node, cst.Lambda):
        return True
    return any(
        isinstance(d.decorator, cst.Name) and d.decorator.value in {"staticmethod", "classmethod"}
        for d in node.decorators
    )


def _join_growth(a: _Grows, b: _Grows) -> _Grows:
    found = dict(a)
    for param, growth in b:
        found[param] = more_growth(found.get(param), growth)
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
