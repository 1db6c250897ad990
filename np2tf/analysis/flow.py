"""The walk over one scope's statements: states before and after, joins, loops to a fixpoint, and the stores on the way.

Evaluation follows Python's order. What is found is entered in `ModuleInfo.facts`; a later visit of the same place (the
next pass of a loop, the next round) overwrites what an earlier one found, so the last word rests on the final states.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import ClassVar

import libcst as cst

from np2tf.analysis.boundaries import annotation_value
from np2tf.analysis.expressions import ANYONE, INDEXER, LOADED, none_test
from np2tf.analysis.imports import always_succeeds
from np2tf.analysis.liveness import certain_reads
from np2tf.analysis.loops import Loops
from np2tf.analysis.properties import is_accessor, returned
from np2tf.analysis.relations import (
    HEAP,
    MAY,
    PERHAPS,
    RETURNED,
    SAME,
    Ev,
    Rel,
    Slot,
    State,
    caller,
    elements_of,
    join,
    root,
)
from np2tf.analysis.scopes import Scope, class_prefix, parameters
from np2tf.analysis.tables import PENDING, UNKNOWN_BASE, AttrKey, Field, is_classmethod, is_static
from np2tf.analysis.update import either_way
from np2tf.analysis.values import (
    BOTTOM,
    CONTAINERS,
    HOST_KINDS,
    INT,
    NONE,
    NUMBER,
    STRING,
    UNKNOWN,
    Value,
    arithmetic,
)
from np2tf.analysis.values import join as join_values
from np2tf.analysis.walk import CROWDED
from np2tf.facts import Store
from np2tf.tree import (
    IN_PLACE,
    asks_debug,
    block,
    bound_names,
    constant_int,
    names_read,
    remembered,
    shorten,
    walk,
)

_PASSING_ON = {"host:contextlib.closing", "host:contextlib.nullcontext"}  # managers that give what they are made of
_KEEPING_EXCEPTIONS = {
    "Lock", "NamedTemporaryFile", "Pool", "ProcessPoolExecutor", "StringIO", "TemporaryDirectory", "ThreadPoolExecutor",
    "catch_warnings", "closing", "errstate", "nullcontext", "open", "printoptions", "redirect_stderr",
    "redirect_stdout",
}  # fmt: skip


class Flow(Loops):
    """The analysis of one module body, class body or function body."""

    _STATEMENTS: ClassVar[dict[type, Callable[..., None]]] = {}

    # -- running -----------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Analyse the body from its entry state and enter the summary."""
        self._enter()
        if isinstance(self.scope.node, cst.Lambda):
            ev = self.ev(self.scope.node.body)
            if self.scope.node not in self.module.sort_keys:
                self._given_out(ev)
            self.returns.append((ev, self.state))
        else:
            self.suite(self.body)
            if self.state.reachable:
                self.returns.append((Ev(NONE), self.state))
        self._leave()
        if self.scope.kind in {"function", "lambda"}:
            self._summarise()
            self._come_back()
            self._thread()

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
            # what can't be reached is read all the same, so that nothing is left uncounted
            dead = State(self.state.asks)
            saved, self.state = self.state, dead
            around, self.dead = self.dead, True
            self._statement(node)
            self.state, self.dead = saved, around
            return
        self._statement(node)
        if len(self.state.rel) > self.crowded:
            self._drop_dead(self.state, self.live.after.get(node, frozenset(self.scope.bound)))
            self.crowded = max(CROWDED, 2 * len(self.state.rel))
        if self.catching:
            self.raised.append(self.state.copy())

    def _statement(self, node: cst.CSTNode) -> None:
        self.statement = node
        method = self._STATEMENTS.get(type(node))
        if method is not None:
            method(self, node)
        else:
            for child in walk(node):
                if isinstance(child, cst.BaseExpression):
                    self.ev(child)
                    break

    def _do_Pass(self, node: cst.Pass) -> None:  # noqa: N802 - named for LibCST's classes
        pass

    def _do_Global(self, node: cst.Global) -> None:  # noqa: N802
        pass

    def _do_Nonlocal(self, node: cst.Nonlocal) -> None:  # noqa: N802
        pass

    def _do_Expr(self, node: cst.Expr) -> None:  # noqa: N802
        self.ev(node.value)

    def _do_Assign(self, node: cst.Assign) -> None:  # noqa: N802
        if isinstance(node.value, cst.Lambda) and self._stays(node.targets[0].target):
            self.borrowed.add(node.value)  # whoever gets it gets it by its name
        self.rebinding = frozenset(name for t in node.targets for name in bound_names(t.target))
        self.stored_to = self._stored([t.target for t in node.targets])
        self.given = {}
        ev = self.ev(node.value)
        self.rebinding = self.stored_to = frozenset()
        self.state.partial -= certain_reads(node.value)  # or there would have been an exception
        self._shape_evidence(node)
        if len(node.targets) > 1:
            ev = self._hold(ev)
        targets = [target.target for target in node.targets]
        for k, target in enumerate(targets):
            self.bind_before(targets[k + 1 :], target, ev, node.value)
        for attr, given in sorted(self.given.items()):  # `s = S(u)`, which keeps u: what is u is s.u
            assert isinstance(targets[0], cst.Name)
            path = f"{targets[0].value}.{attr}"
            if given.origins:
                self.attribute_ev(path, ev.value, attr)
                self.state.bind(path, given)
            else:
                self.gets_new(path, ev.value, attr)
        self.given = {}
        if len(targets) > 1:
            self._release()

    def _stored(self, targets: Sequence[cst.BaseExpression]) -> frozenset[Slot]:
        """The names and the attributes whose arrays a statement may change."""
        found = {_root_name(target) for target in targets}
        for target in targets:
            while isinstance(target, cst.Subscript):
                target = target.value
            path = self.path(target) or ""
            found |= {path.rsplit(".", k)[0] for k in range(path.count("."))}
        return frozenset(found - {""})

    def _do_AnnAssign(self, node: cst.AnnAssign) -> None:  # noqa: N802
        self.annotation(node.annotation.annotation)
        if node.value is not None:
            self.stored_to = self._stored([node.target])
            ev = self.ev(node.value)
            self.stored_to = frozenset()
            annotated = annotation_value(node.annotation.annotation, self)
            if annotated is not None and ev.value.kind in {"unknown", "bottom", "maybe"}:
                ev = ev._replace(value=annotated)
            self.bind(node.target, ev, node.value)

    # -- stores ------------------------------------------------------------------------------------------------------

    def _do_AugAssign(self, node: cst.AugAssign) -> None:  # noqa: N802
        target = node.target
        old = self.ev(target)
        self.stored_to = self._stored([target])
        right = self.ev(node.value)
        self.stored_to = frozenset()
        value = old.value
        # No array of numbers takes on a text: what does is a string, a list, or on the host.
        text = isinstance(node.operator, cst.AddAssign) and right.value == STRING
        if isinstance(target, cst.Subscript):
            item = self.item_of(target)
            base = self.look(target.value) if item is not None else self.ev(target.value)
            host = value.kind == "number" or value.kind in CONTAINERS
            if base.value.kind in {"array", "maybe"}:
                host = False
            host = host or base.value == INDEXER or (text and base.value.kind == "unknown")
            self.record(Store("item_op", self.statement, target, base.value, host=host, element=value))
            if item is not None and item in self.state.values and not value.is_array:
                self._changed_item(item, value, right.value)
            elif base.value.kind in CONTAINERS and value.kind == "number":  # it may become an array: a new one
                self.grow_container(target.value, base, arithmetic(value, right.value), True, [])
            self._more_in(target, old, right)
            return
        if value.kind == "object" and self.tables.known(value.name):
            name = f"__{IN_PLACE[type(node.operator).__name__]}__"
            self._special_method(self.tables.method(value.name or "", name), name, right)
        host = value.kind in HOST_KINDS or (text and value.kind == "unknown")
        setter = isinstance(target, cst.Attribute) and value.kind != "number" and self.does_more(target)
        part = isinstance(target, cst.Attribute) and self.ev(target.value).value.kind in {"array", "maybe"}
        effect = "part" if part else ""
        self.record(Store("op", self.statement, target, value, host=host and not part, effect=effect, setter=setter))
        if isinstance(target, cst.Attribute) and value.kind != "number":
            if self.bound_by_setter(target, checked=setter):
                self.to_setters(self.methods_of(target), Ev(value))
            else:
                self.set_by_class(target, self.ev(target) if setter else Ev(value))
        if isinstance(target, cst.Name):
            self.state.stale(target.value)
        if self._more_in(target, old, right):
            return
        if isinstance(target, cst.Name) and value.kind in {"number", "maybe", "unknown", "bottom"}:
            result = arithmetic(value, right.value)
            if value.kind == "number":
                self.bind_name(target.value, Ev(result))
            else:
                joined = join_values(value, result) if value.kind != "bottom" else self.bottom
                if text:  # a text gives way to a new one, a list takes it in
                    origins = tuple((s, PERHAPS if rel.kind == "same" else rel) for s, rel in old.origins)
                    self.bind_name(target.value, old._replace(value=joined, origins=origins))
                self.state.values[target.value] = joined
        elif isinstance(target, cst.Attribute) and value.kind == "number":
            self._bind_attribute(target, Ev(arithmetic(value, right.value)))

    def _more_in(self, target: cst.BaseExpression, old: Ev, right: Ev) -> bool:
        """`xs += [a]`: a container takes in what the other one holds; a tuple gives way to a new one."""
        kind, held = old.value.kind, self._elements(right)
        if kind == "tuple" and not isinstance(target, cst.Subscript):
            value = arithmetic(old.value, right.value)
            self.bind(target, Ev(value, (), None, tuple(dict.fromkeys((*self._elements(old), *held)))))
        elif kind in CONTAINERS:
            elem = UNKNOWN if kind == "dict" != right.value.kind else right.value.elem or UNKNOWN
            self.grow_container(target, old, elem, False, [s for s, _ in held])
        elif kind in {"unknown", "bottom", "object"} and right.value.kind in CONTAINERS and held:
            self.escape(
                Ev(UNKNOWN, held), f"`{shorten(self.module.source.code(target))}` may be a container that holds it"
            )
        return kind in CONTAINERS

    def _changed_item(self, item: Slot, value: Value, right: Value) -> None:
        """`xs[0] += v` of an item that is told apart, and may be a number."""
        changed = join_values(value, arithmetic(value, right)) if value.kind != "bottom" else self.bottom
        self.state.values[item] = changed
        container = item.rpartition("[")[0]
        if container in self.state.items:
            self.state.sum_up(container)

    # -- attributes and containers -----------------------------------------------------------------------------------

    def yielded(self, ev: Ev) -> None:
        self.yields.append((ev, self.state.copy()))

    def suspend(self) -> None:
        self.impure(self.statement)
        self._outer_changed((None,), suspended=True)
        for slot in [s for s in self.state.values if "." in s and s[0] != "<" and "[" not in s]:
            base, _, attr = slot.rpartition(".")
            key = self.key(self.state.values.get(base, UNKNOWN), attr)
            if attr in self.tables.mutated_attrs and self.tables.written_by_others(self.scope, key):
                self._shown_meanwhile(slot)

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

    def _stays(self, target: cst.BaseExpression) -> bool:
        """Whether this is a name of the scope that is bound here and nowhere else."""
        scope = self.scope
        return (
            isinstance(target, cst.Name)
            and len(scope.bound.get(target.value, ())) == 1
            and target.value not in scope.globals | scope.nonlocals
        )

    def _do_FunctionDef(self, node: cst.FunctionDef) -> None:  # noqa: N802
        if node not in self.module.scopes:
            self._stub(node)
            return
        scope = self.module.scopes[node]
        accessor = is_accessor(scope)
        for decorator in node.decorators if not accessor else ():
            self.ev(decorator.decorator)
        for param in parameters(node):
            if param.default is not None:
                default = self.ev(param.default)
                self.escape(default, f"it is a default of `{node.name.value}`")
                self.note_callable((scope, param.name.value), default.value, param.default)
        if node.returns is not None:
            self.annotation(node.returns.annotation)
        plain = not node.decorators or is_static(scope) or is_classmethod(scope) or accessor
        if not plain or node.asynchronous is not None:
            self.tables.mark(self.tables.open_calls, scope)
        name = self.function_name(node)
        self.define_function(node)
        self.statement = node
        if (node.decorators and not accessor) or scope.generator or scope.asynchronous or not self._stays(node.name):
            self.tables.mark(self.tables.outliving, scope)
        value = Value("function", name=name)
        if accessor:
            self.bind_name(node.name.value, Ev(Value("object", name="host:property")))
            return
        if node.decorators and not all(_harmless(d) or self._renames(d) for d in node.decorators):
            value = UNKNOWN
            self.bind_name(node.name.value, ANYONE)
            return
        self.bind_name(node.name.value, Ev(value))

    def _stub(self, node: cst.FunctionDef) -> None:
        """What `@overload` stands over is for type checkers: Python drops it."""
        for decorator in node.decorators:
            self.ev(decorator.decorator)
        for param in parameters(node):
            if param.default is not None:
                self.ev(param.default)
            if param.annotation is not None:
                self.annotation(param.annotation.annotation)
        if node.returns is not None:
            self.annotation(node.returns.annotation)

    def _renames(self, decorator: cst.Decorator) -> bool:
        """Whether a decorator gives the function itself, under another's name: `@functools.wraps(f)`."""
        node = decorator.decorator
        return isinstance(node, cst.Call) and self.ev(node.func).value.name == "functools.wraps"

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
        self.tables.mark(self.tables.outliving, scope)
        name = self.tables.class_of(scope)
        self.tables.classes[name] = (self.module, scope)
        if self.tables.bases.peek(name) != tuple(bases):
            self.tables.bases[name] = tuple(bases)
        if any("dataclass" in self.module.source.code(d.decorator) for d in node.decorators):
            self.tables.dataclasses.add(name)
        if self.tables.knows_threads and any(base.endswith("Thread") for base in self.tables.linear(name)):
            for method in self.tables.method(name, "run"):
                self.tables.mark(self.tables.threads, method)
                self.tables.mark(self.tables.own_threads, method)
        named_tuple = "typing.NamedTuple" in bases
        own: set[str] | None = None
        generated = bool(node.decorators) or named_tuple  # the constructor takes the fields from its callers
        if generated:
            frozen = any("frozen=True" in self.module.source.code(d.decorator) for d in node.decorators)
            own = self._dataclass_fields(node, name) if not named_tuple else None
            if own is None:
                self._fields(node, name)
            self._pin_fields(node, name, pinned=named_tuple or frozen)
        self.bind_name(node.name.value, Ev(Value("class", name=name)))
        inner = Flow(self.tables, self.module, scope)
        inner.state = State(inner.state.asks)
        inner.run()
        self._pin(scope, name)
        for slot, value in list(inner.state.values.items()):
            if "." in slot or slot[0] == "<":
                continue
            attr = scope.attribute(slot)
            if value.kind == "function":
                continue
            if value.kind == "object" and self._decides(value.name or ""):
                self.tables.mark(self.tables.pinned, (name, attr))
                self.tables.mark(self.tables.properties, (name, attr))
                if value.name == "host:property":
                    continue
                value = UNKNOWN
            key = (self.tables.hierarchy(name), attr)
            if generated and (attr in own if own is not None else key in self.tables.unowned):
                continue
            self.tables.grow(self.tables.attrs, key, value)
            if value.kind not in {"number", "class", "module"}:
                if scope.owner(root(slot)) is scope:
                    self._held_by_the_class(inner, node, Ev(value, ((slot, SAME),)))
                self.tables.mark(self.tables.class_level, key)
                if not self._made_in_the_body(inner, node, slot):
                    self.tables.mark(self.tables.class_held, key)
        self.statement = node

    def _held_by_the_class(self, inner: Flow, node: cst.ClassDef, ev: Ev) -> None:
        """What a class body gives a name may be an array that scopes around it have."""
        why = f"the class `{node.name.value}` holds it"
        for slot in sorted(inner.within(ev)):
            owner = inner.scope.owner(root(slot)) if slot[0] != "<" else inner.scope
            if owner is self.scope and slot in self.state.values:
                self.escape(Ev(self.state.values[slot], ((slot, SAME),)), why)
            elif owner is not inner.scope:
                inner.leak_name(root(slot), why)

    def _made_in_the_body(self, inner: Flow, node: cst.ClassDef, name: str) -> bool:
        """Whether the body of a class makes an array for one of its names, and does nothing else with it."""
        lines = [line for line in block(node.body) if isinstance(line, cst.SimpleStatementLine)]
        made = [
            small.value
            for line in lines
            for small in line.body
            if isinstance(small, cst.Assign) and [getattr(t.target, "value", None) for t in small.targets] == [name]
        ]
        if len(made) != 1 or _named(node.body)[name] != 1:
            return False
        if not names_read(made[0]).isdisjoint(inner.scope.bound):
            return False  # what stood there for these names may be something else at the end of the body
        ev = inner.ev(made[0])
        return ev.value.kind == "bottom" or (ev.value.is_array and ev.fresh and not ev.held)

    def _decides(self, cls: str) -> bool:
        """Whether objects of a class, kept by another one, say what its attributes are."""
        return cls == "host:property" or bool(self.tables.method(cls, "__get__"))

    def _fields(self, node: cst.ClassDef, name: str) -> None:
        """The annotated fields of a class with a generated constructor: their arrays come from whoever calls it."""
        for small, attr in _annotated(node):
            key = (self.tables.hierarchy(name), attr)
            value = annotation_value(small.annotation.annotation, self) or UNKNOWN
            self.tables.grow(self.tables.attrs, key, value)
            self.tables.note(self.tables.unowned, key, f"`{node.name.value}(...)` takes it from its caller")

    def _pin_fields(self, node: cst.ClassDef, name: str, *, pinned: bool) -> None:
        for _, attr in _annotated(node) if pinned else ():
            self.tables.mark(self.tables.pinned, (name, attr))

    def _dataclass_fields(self, node: cst.ClassDef, name: str) -> set[str] | None:
        """What the constructor of a plain dataclass takes, and the fields whose default is no class's attribute; None
        for other generated constructors."""
        decorator = node.decorators[0].decorator
        made_by = self.ev(decorator.func if isinstance(decorator, cst.Call) else decorator).value.name
        text = [self.module.source.code(small.annotation.annotation) for small, _ in _annotated(node)]
        if len(node.decorators) > 1 or made_by != "dataclasses.dataclass" or any("InitVar" in t for t in text):
            return None
        found: list[Field] = []
        own: set[str] = set()
        by_name = "kw_only=True" in self.module.source.code(decorator)
        for (small, attr), annotation in zip(_annotated(node), text, strict=True):
            if "ClassVar" in annotation:
                continue
            if annotation.endswith("KW_ONLY"):
                by_name = True
                continue
            key = (self.tables.hierarchy(name), attr)
            value = annotation_value(small.annotation.annotation, self)
            if value is not None and value.kind in {"number", "array"}:
                self.tables.grow(self.tables.attrs, key, value)
            given = self._field_options(small.value)
            if given is not None:
                own.add(attr)
                self._field_default(key, given)
            if given is None or "init" not in given:
                taken = Field(attr, small.value is None, by_name or (given is not None and "kw_only" in given))
                found.append(taken)
                self.tables.mark(self.tables.assumed, key)
                if self.tables.handed_on(name):
                    why = f"`{node.name.value}` is handed on, and whoever makes one may keep it"
                    self.tables.note(self.tables.unowned, key, why)
        if self.tables.fields.get(name) != tuple(found):
            self.tables.fields[name] = tuple(found)
        return own

    def _field_options(self, node: cst.BaseExpression | None) -> dict[str, cst.BaseExpression] | None:
        """The options of `field(...)`."""
        if not isinstance(node, cst.Call) or self.ev(node.func).value.name != "dataclasses.field":
            return None
        return {arg.keyword.value if arg.keyword is not None else "*": arg.value for arg in node.args}

    def _field_default(self, key: AttrKey, options: dict[str, cst.BaseExpression]) -> None:
        """What a field holds that nobody hands in: certainly something new, or perhaps not."""
        tables, factory = self.tables, options.get("default_factory")
        if "default" in options:
            value = self.ev(options["default"]).value
            tables.grow(tables.attrs, key, value)
            if value.kind != "number":
                tables.note(tables.unowned, key, "its default is one object for all")
        if factory is None:
            return
        made = self.made_by(self.ev(factory).value)
        tables.grow(tables.attrs, key, UNKNOWN if made is None else made)
        if made is None:
            tables.note(tables.unowned, key, "its default may be an array that others hold")

    def _pin(self, scope: Scope, name: str) -> None:
        for method in scope.inner:
            if isinstance(method.node, cst.FunctionDef) and _is_property(method.node):
                attr = scope.attribute(method.name)
                self.tables.mark(self.tables.pinned, (name, attr))
                self.tables.mark(self.tables.properties, (name, attr))

    # -- imports -----------------------------------------------------------------------------------------------------

    def _do_Import(self, node: cst.Import) -> None:  # noqa: N802
        self.tables.imports(self, node)

    def _do_ImportFrom(self, node: cst.ImportFrom) -> None:  # noqa: N802
        self.tables.imports(self, node)

    # -- control flow ------------------------------------------------------------------------------------------------

    def _do_If(self, node: cst.If) -> None:  # noqa: N802
        if asks_debug(node):
            self.guarded.update(walk(node.body))
        test = self.asked(node.test)
        repeated = self.says_the_same(node.test)
        if (name := self.module.new_names.get(node.test)) is not None:
            self.state.stale(name)  # which it is about to get anew
        renewed, self.state.renewed = self.state.renewed, set()
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
        orelse = self.state
        self.state = self.meet(then, orelse, node)
        if then.reachable and orelse.reachable:
            changed = then.renewed | orelse.renewed
            self._by_test(node.test, test.value, repeated and changed.isdisjoint(names_read(node.test)), then, orelse)
        self.state.renewed |= renewed

    def _by_test(self, test: cst.BaseExpression, value: Value, repeated: bool, then: State, orelse: State) -> None:
        """Views that were taken one way or another, as a test said: they can be taken again as long as it is known."""
        state = self.state
        text, operands = "", frozenset[str]()
        for slot, row in state.rel.items():
            then_row, else_row = then.row(slot), orelse.row(slot)
            if then_row is else_row:
                continue
            views = {t for way in (then_row, else_row) for t, rel in way.items() if rel.lens}
            for other, rel in row.items() if views else ():
                if rel.kind != "may" or other not in views or "<" in (slot[0], other[0]):
                    continue
                one, two = then_row.get(other), else_row.get(other)
                if one is two:
                    continue
                kinds = {r.kind for r in (one, two) if r is not None}
                steps = [step for r in (one, two) if r is not None for step in r.lens]
                ways = 1 + sum(step.forward.count(" if ") for step in steps)
                if one == two or not kinds <= {"same", "view"} or "view" not in kinds or ways > 2:  # more is no help
                    continue
                if not text:
                    text = self.repeated_test(test) if repeated else self.named_test(test, value, bare=True)
                    operands = names_read(test) if repeated else frozenset({text})
                    if not text:
                        return
                found = either_way(one, two, text, operands)
                if found is not None and found.kind == "view":
                    state.put_in_place(slot, other, found)
                    for step in found.lens:
                        state.operands |= step.operands
        if text and not repeated:
            state.values[text] = NUMBER
            state.partial.discard(text)

    def refine(self, test: cst.BaseExpression, truth: bool) -> None:
        """What a test tells of a name: `x is None`, `isinstance(x, T)`, `x.ndim == k`."""
        if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
            self.refine(test.expression, not truth)
            return
        if isinstance(test, cst.BooleanOperation):
            if isinstance(test.operator, cst.And if truth else cst.Or) and self.says_the_same(test):
                self.refine(test.left, truth)
                self.refine(test.right, truth)
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
            ndim = constant_int(right)
            if ndim and isinstance(operator, cst.Equal if truth else cst.NotEqual):
                self._has_dimensions(self._asked_of(test.left, "ndim"), ndim)
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
        if value == NONE and not self._free(name):
            self.state.values[name] = BOTTOM  # nobody gets there, as far as is known
        if value.dtype == "int or none" and not self._free(name):
            self.state.values[name] = INT
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

    def _do_For(self, node: cst.For) -> None:  # noqa: N802
        if node.asynchronous is not None:
            self.suspend()
        looks = node.asynchronous is None and self._only_looks(node)
        self._loop(node, self.look(node.iter) if looks else self.ev(node.iter), looks=looks)

    def _do_While(self, node: cst.While) -> None:  # noqa: N802
        self._loop(node, None)

    def _do_Break(self, node: cst.Break) -> None:  # noqa: N802
        self.breaks.append(self.state.copy())
        self.state.reachable = False

    def _do_Continue(self, node: cst.Continue) -> None:  # noqa: N802
        self.continues.append(self.state.copy())
        self.state.reachable = False

    def _do_Return(self, node: cst.Return) -> None:  # noqa: N802
        if node.value is not None:
            ev = self.ev(node.value)
            self._given_out(ev)
        else:
            ev = Ev(NONE)
        self.returns.append((ev, self.state.copy()))
        self.return_nodes[node] = ev
        self.state.reachable = False

    def _given_out(self, ev: Ev) -> None:
        """A function returns something that is, or is in, an attribute: call sites can follow it, where all are known.

        Callers outside the project are assumed not to keep it.
        """
        why = "a function returns it"
        plain = returned(self.scope) is not None  # then reading it is reading that
        shown = self.state.resolve(Ev(UNKNOWN, self.content(ev))) if ev.value.kind in CONTAINERS else {}
        for slot in {**self.state.resolve(ev), **shown}:
            if slot[0] == "<":
                continue
            if "." not in slot:
                self.leak_name(root(slot), why)
            elif self._followed() and (self._own(slot, plain) or self.owner_known(slot, self.state)):
                if self._public_entry():
                    self._assume_owned(slot)
            else:
                self.leak_name(root(slot), why)
                self._unown(slot, why)

    def _followed(self) -> bool:
        """Whether all places are known where this function is called."""
        return not self._called_unseen() and not self.tables.got_by_name(self.scope)

    def _own(self, slot: Slot, plain: bool) -> bool:
        """Whether this is an attribute of the first parameter: of itself, or, in a `plain` getter, of what it has."""
        return slot.startswith(self.receiver + ".") and (plain or slot.count(".") == 1)

    def _do_Raise(self, node: cst.Raise) -> None:  # noqa: N802
        for part in (node.exc, node.cause.item if node.cause is not None else None):
            if part is not None:
                self._held_by_an_exception(self.ev(part))
        if self.catching:  # what the exception holds, it holds where it is caught
            self.raised.append(self.state.copy())
        self.state.reachable = False

    def _held_by_an_exception(self, ev: Ev) -> None:
        """What is raised is had by whoever catches it, with what its attributes hold."""
        if ev.value.kind not in {"number", "class"}:
            self.escape(ev, "an exception holds it")
            inside = [(part, SAME) for slot, _ in ev.origins if slot != HEAP for part in self.state.parts(slot)]
            self.escape(Ev(UNKNOWN, tuple(inside)), "an exception holds it")

    def _do_Assert(self, node: cst.Assert) -> None:  # noqa: N802
        self.asked(node.test)
        self.refine(node.test, True)
        if node.msg is not None:
            going_on, self.state = self.state, self.state.copy()
            self.escape(self.ev(node.msg), "an exception holds it")
            if self.catching:
                self.raised.append(self.state)
            self.state = going_on

    def _do_Del(self, node: cst.Del) -> None:  # noqa: N802
        targets = [e.value for e in node.target.elements] if isinstance(node.target, cst.Tuple) else [node.target]
        for target in targets:
            if isinstance(target, cst.Name):
                self._attributes_left_behind(target.value, Ev(NONE))
                self.state.bind(target.value, Ev(NONE))
                self.state.kill(target.value)
            elif isinstance(target, cst.Attribute):
                self.deleted(target)
            else:
                self.ev(target)
                if isinstance(target, cst.Subscript):  # arrays refuse it: an item of a container goes
                    base = self.ev(target.value)
                    self.runs(self.statement, ["__delitem__"], base)
                    self.record(Store("item", self.statement, target, base.value, host=True))

    def _do_With(self, node: cst.With) -> None:  # noqa: N802
        managers = [self.ev(item.item) for item in node.items]
        self._managed(managers, "__enter__")
        for item, ev in zip(node.items, managers, strict=True):
            if item.asname is not None:
                self.bind(item.asname.name, self._entered(ev))
                if isinstance(item.asname.name, cst.Name):
                    self.entered.add(item.asname.name.value)
        entry = self.state.copy()
        keep = [ev.value == LOADED or _keeps_exceptions(i.item) for i, ev in zip(node.items, managers, strict=True)]
        swallows = not all(keep)
        self.catching += 1
        self.protected += swallows
        saved, self.raised = self.raised, []
        jumps = self._jumps()
        self.suite(block(node.body))
        self.statement = node
        self._on_the_way_out(jumps, lambda: self._managed(managers, "__exit__"))
        self._managed(managers, "__exit__")
        self.catching -= 1
        self.protected -= swallows
        inner, self.raised = self.raised, saved
        if swallows:
            for state in [entry, *inner]:  # it may swallow an exception
                self.state = join(self.state, state)
        self.raised += inner if self.catching else []

    def _entered(self, manager: Ev) -> Ev:
        """What a with statement gives a name."""
        if manager.value == LOADED:
            return manager
        if manager.value.kind != "object" or manager.value.name in _PASSING_ON:
            return ANYONE._replace(origins=(*((s, MAY) for s, _ in self.content(manager)), *ANYONE.origins))
        if not self.tables.known(manager.value.name):
            return manager
        found: list[Ev] = []
        for scope in self.tables.method(manager.value.name or "", "__enter__"):
            summary = self.tables.summaries.get(scope)
            if summary is None or not scope.params:
                return Ev(self.bottom) if summary is None else ANYONE
            found.append(self._returned(summary, {scope.params[0]: manager}, manager))
        return found[0] if len(found) == 1 else ANYONE

    def _managed(self, managers: list[Ev], method: str) -> None:
        """A with statement runs methods of the project's context managers."""
        for ev in managers:
            if ev.value.kind == "object" and self.tables.known(ev.value.name):
                self.impure(self.statement, self.tables.method(ev.value.name or "", method))

    def _do_Try(self, node: cst.Try | cst.TryStar) -> None:  # noqa: N802
        jumps = self._jumps()
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
        if node.finalbody is None:
            self._caught(node, thrown)
            return
        self.catching += 1  # what `else` and the handlers raise comes by the final block, too
        self.protected += 1
        saved, self.raised = self.raised, []
        self._caught(node, thrown)
        self.catching -= 1
        self.protected -= 1
        inner, self.raised = self.raised, saved
        self.raised += inner if self.catching else []
        final = node.finalbody
        left = self._on_the_way_out(jumps, lambda: self.suite(block(final.body)))
        normal = self.state.reachable
        for state in (thrown, *inner, *left):
            self.state = join(self.state, state)
        self.state.reachable = True
        self.suite(block(final.body))
        if not normal:
            self.state.reachable = False

    def _caught(self, node: cst.Try | cst.TryStar, thrown: State) -> None:
        """The block for no exception, and the ones for an exception."""
        if node.orelse is not None:
            self.suite(block(node.orelse.body))
        result = self.state
        never = always_succeeds(node.body)
        self.unreached += never
        for handler in node.handlers:
            self.state = thrown.copy()
            self.state.reachable = True
            self.statement = handler
            if handler.type is not None:
                self.ev(handler.type)
            if handler.name is not None:
                self.bind(handler.name.name, ANYONE)
            self.suite(block(handler.body))
            result = result if never else join(result, self.state)
        self.unreached -= never
        self.state = result

    def _jumps(self) -> tuple[int, int, int]:
        """Where the ways out that are still to be found will stand."""
        return len(self.returns), len(self.breaks), len(self.continues)

    def _on_the_way_out(self, since: tuple[int, int, int], run: Callable[[], None]) -> list[State]:
        """What a `return`, `break` or `continue` passes before it gets where it leads: a final block, the end of a
        `with`. The result, and the parameters that are given back beside it, have been evaluated by then.

        Returned are the states in which it is entered.
        """
        after, entered = self.state, list[State]()

        def passed(state: State) -> bool:
            entered.append(state.copy())
            self.state = state
            run()
            return self.state.reachable  # a jump of its own takes its place

        at_return, at_break, at_continue = since
        returns, self.returns[at_return:] = self.returns[at_return:], []
        for ev, state in returns:
            self.state = state
            held = self._hold(ev, RETURNED)
            given = [self._hold(Ev(state.values[p], ((p, SAME),)), RETURNED) for p in self._given_back(state)]
            self.waiting.append(held)
            if passed(state):
                self.returns.append((held, self.state))
            self.waiting.pop()
            self.temps = self.temps[: -1 - len(given)]
        for jumps, at in ((self.breaks, at_break), (self.continues, at_continue)):
            states, jumps[at:] = jumps[at:], []
            jumps += [self.state for state in states if passed(state)]
        self.state = after
        return entered

    def _given_back(self, state: State) -> list[str]:
        given = [(caller(p), (p, *self.scope.kept(p))) for p in self.tables.hands_back(self.scope)]
        return [name for own, names in given for name in names if state.row(name).get(own) == SAME]

    def _do_TryStar(self, node: cst.TryStar) -> None:  # noqa: N802
        self._do_Try(node)

    def _do_Match(self, node: cst.Match) -> None:  # noqa: N802
        subject = self.ev(node.subject)
        before = self.state
        result = before.copy()
        for case in node.cases:
            self.state = before.copy()
            held = self._matched(subject, case.pattern)
            for part in walk(case.pattern):
                if isinstance(part, cst.MatchAs) and part.name is not None:
                    whole = part.pattern is None and part is case.pattern
                    self.bind_name(part.name.value, subject if whole else Ev(UNKNOWN, held))
                elif isinstance(part, (cst.MatchStar, cst.MatchMapping)):
                    name = part.name if isinstance(part, cst.MatchStar) else part.rest
                    if name is not None:
                        kind = "list" if isinstance(part, cst.MatchStar) else "dict"
                        self.bind_name(name.value, Ev(Value(kind, elem=UNKNOWN), (), None, held))
                elif isinstance(part, cst.MatchValue):
                    self.ev(part.value)
                elif isinstance(part, cst.MatchClass):
                    asked = subject.value if part is case.pattern else UNKNOWN
                    self.facts.patterns[part] = asked, self.ev(part.cls).value.name
            if case.guard is not None:
                self.ev(case.guard)
            self.suite(block(case.body))
            result = join(result, self.state)
        self.state = result

    def _matched(self, subject: Ev, pattern: cst.MatchPattern) -> tuple[tuple[Slot, Rel], ...]:
        """What the names in a pattern may share memory with: the subject and what is in it, however deep; and where it
        names a class, the attributes of any object."""
        classes = [part for part in walk(pattern) if isinstance(part, cst.MatchClass) and (part.patterns or part.kwds)]
        for part in classes:
            value = Value("object", name=self.ev(part.cls).value.name)
            for keyword in part.kwds:
                key = self.key(value, keyword.key.value)
                self.tables.opened(keyword.key.value)
                for scope in self.tables.methods_named(keyword.key.value):
                    self.tables.mark(self.tables.open_calls, scope)
                self.hand_out(key, f"`case {self.module.source.code(part)}` hands it out")
            if part.patterns:
                for name in self.tables.pinned_names():
                    self.tables.opened(name)
                self.attributes_shared(value)
        inside = self.content(subject)
        deeper = [elements_of(s) for s, _ in inside if s != HEAP] if subject.value.kind in CONTAINERS else []
        found = tuple((s, MAY) for s in dict.fromkeys([*(s for s, _ in inside), *deeper]))
        return (*found, *ANYONE.origins) if classes or not found else found

    def _do_TypeAlias(self, node: cst.CSTNode) -> None:  # noqa: N802
        pass


@remembered
def _named(node: cst.CSTNode) -> Counter[str]:
    """How often each name is read or bound below a node; those of attributes do not count."""
    names = Counter(part.value for part in walk(node) if type(part) is cst.Name)
    names.subtract(part.attr.value for part in walk(node) if type(part) is cst.Attribute)
    return names


Flow._STATEMENTS = {
    getattr(cst, name.removeprefix("_do_")): getattr(Flow, name)
    for name in dir(Flow)
    if name.startswith("_do_") and hasattr(cst, name.removeprefix("_do_"))
}


def _root_name(target: cst.BaseExpression) -> str:
    """The name whose array a store may change."""
    node = target
    while isinstance(node, (cst.Subscript, cst.Attribute)):
        node = node.value
    return node.value if isinstance(node, cst.Name) else ""


def _annotated(node: cst.ClassDef) -> list[tuple[cst.AnnAssign, str]]:
    """The annotated names in the body of a class."""
    lines = [line for line in block(node.body) if isinstance(line, cst.SimpleStatementLine)]
    small = [part for line in lines for part in line.body if isinstance(part, cst.AnnAssign)]
    named = [(part, part.target.value) for part in small if isinstance(part.target, cst.Name)]
    prefix = class_prefix(node.name.value)
    return [(part, f"{prefix}{name}" if name[:2] == "__" != name[-2:] else name) for part, name in named]


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
        return name in _KEEPING_EXCEPTIONS
    return False
