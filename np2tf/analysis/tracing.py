"""Which functions can be compiled: what tracing them once, instead of running them each time, would lose or freeze.

A traced function runs once for each kind of arguments, with stand-ins in place of arrays. What it does besides
computing happens then, and never again; what it reads besides its arguments is read then, and never again. So a
function is traceable iff all that it does is compute a result from its arguments and from what never changes, and all
that it calls is traceable. Loops and branches that depend on values are staged: their bodies run once while tracing,
whatever the values are.

Every expression is `STATIC` (known while tracing: a shape, a constant), `UNSURE` (a parameter that may be a number) or
`TRACED` (computed from arrays). A name is what it is anywhere: one that is traced somewhere is traced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import libcst as cst

from np2tf.analysis.asked import Asked
from np2tf.analysis.boundaries import evidence_of
from np2tf.analysis.expressions import is_numpy
from np2tf.analysis.relations import root
from np2tf.analysis.scopes import Scope, parameters, targets
from np2tf.analysis.tables import ModuleInfo
from np2tf.analysis.values import BOTTOM, CONTAINERS, UNKNOWN, Value, join
from np2tf.facts import Compilation, Place, Problem, Store, Update
from np2tf.knowledge import tracing as known
from np2tf.knowledge.api import API
from np2tf.knowledge.effects import CALLS_BACK, EFFECTS
from np2tf.knowledge.hosts import METHODS
from np2tf.knowledge.names import KINDS, current
from np2tf.tree import bound_names, children, constant_int, dotted, index_parts, shorten, walk

if TYPE_CHECKING:
    from np2tf.project import Project

STATIC, UNSURE, TRACED = range(3)
_UNROLLED = 8  # a loop over so few constants is unrolled; others may be staged
_MASKING = (cst.BitAnd, cst.BitOr, cst.BitXor)


class Trace:
    """What tracing one function, with the functions inside it, would meet."""

    def __init__(self, tracer: Tracer, module: ModuleInfo, scope: Scope) -> None:
        self.tracer, self.module, self.scope = tracer, module, scope
        self.facts = module.facts
        assert isinstance(scope.node, cst.FunctionDef)
        self.node = scope.node
        self.inside = {s.node: s for s in scope.all()}
        self.here = scope
        self.receiver: str | None = None  # of a method: the name of its object, and the hierarchy of its class
        self.hierarchy: str | None = None
        self.taint: dict[str, int] = {}
        self.masks: set[str] = set()
        self.result = STATIC
        self.callees: dict[Scope, cst.CSTNode] = {}
        self._reset()
        self._run()

    def _reset(self) -> None:
        self.obstacles: dict[str, tuple[cst.CSTNode, Problem]] = {}
        self.remarks: dict[str, tuple[cst.CSTNode, Problem]] = {}
        self.operations = 0
        self.loops = False
        self.uses_numpy = False
        self.writes = False  # into arrays
        self.iterates = False  # over a parameter
        self.arithmetic = 0
        self.staged = False  # in the body of a loop or branch that runs once while tracing
        self.on_values = False  # in a branch taken by the values of arrays
        self.selected: set[str] = set()  # masks under which the statement writes
        self.reduced: set[cst.CSTNode] = set()  # arguments of reductions

    def _run(self) -> None:
        while True:
            before = (dict(self.taint), len(self.masks), self.result)
            self._reset()
            self._signature()
            self._suite(self.node.body.body)
            if (self.taint, len(self.masks), self.result) == before:
                return

    @property
    def on_arrays(self) -> bool:
        """Whether the function computes with arrays, as far as its text tells: a loop of arithmetic over what it was
        given is taken for that."""
        return self.uses_numpy or self.writes or (self.iterates and self.arithmetic > 2)

    def refuse(self, node: cst.CSTNode, code: str, message: str, help: str) -> None:
        """Note what keeps the function from being compiled, once for each code."""
        self.module.facts.untraceable.add(node)
        self.obstacles.setdefault(code, (node, Problem(code, message, help)))

    def remark(self, node: cst.CSTNode, message: str, help: str) -> None:
        """Note what compiles without XLA only."""
        self.remarks.setdefault("NT708", (node, Problem("NT708", message, help)))

    def _text(self, node: cst.CSTNode) -> str:
        return shorten(self.module.source.code(node))

    # -- the function itself -----------------------------------------------------------------------------------------

    def _signature(self) -> None:
        node, scope = self.node, self.scope
        assert scope.parent is not None
        static = [d for d in node.decorators if _is_static(d)]
        if len(static) < len(node.decorators):
            other = next(d for d in node.decorators if not _is_static(d))
            self.refuse(other, "NT710", f"it is decorated with `{self._text(other.decorator)}`", "take it off")
        elif scope.parent.kind == "class" and not static:
            self._method(scope.parent)
        for param in (node.params.star_arg, node.params.star_kwarg):
            if isinstance(param, cst.Param):
                name = f"`{'*' if param is node.params.star_arg else '**'}{param.name.value}`"
                self.refuse(param, "NT710", f"{name} takes any number of arguments", "name the arguments")
        evidence = evidence_of(self.node)
        for param in parameters(node):
            if _makes_container(param.default):
                self.refuse(param, "NT702", f"the default of `{param.name.value}` outlives the call", "use None")
            name = param.name.value
            told = evidence.get(name) or self.tracer.project.params.get((scope, name), UNKNOWN)
            self._join(name, TRACED if told.kind == "array" else UNSURE)
        if any(s.generator or s.asynchronous for s in scope.all()):
            self.refuse(node.name, "NT705", "it suspends", "collect the results, and return them together")

    def _method(self, cls: Scope) -> None:
        """A method reads its object's attributes, which `np.jit` looks at in every call; that must be all that it does
        with its object, and nothing but a call may make it run."""
        project, name = self.tracer.project, self.scope.name
        message = None
        if not self.scope.params or len(self.scope.bound.get(self.scope.params[0], ())) != 1:
            message = "it is a method that does without its object"
        elif name != "__call__" and _is_special(name):
            message = "it is a method that Python itself calls"
        elif project.inherits_from_elsewhere(self.scope):
            message = "it is a method of a class with a base from elsewhere"
        else:
            found = project.class_of(cls)
            assert isinstance(cls.node, cst.ClassDef)
            if cls.node.keywords or (cls.node.decorators and not project.is_dataclass(found)):
                message = "it is a method of a class that something else has a hand in"
            special = {m.name for m in project.methods_of(found) if _is_special(m.name)} - known.HARMLESS_METHODS
            if special:
                message = f"it is a method of a class that defines `{min(special)}`"
            self.receiver, self.hierarchy = self.scope.params[0], project.hierarchy(found)
        if message is not None:
            self.refuse(self.node.name, "NT710", message, "compute in a function of its own")

    # -- statements --------------------------------------------------------------------------------------------------

    def _suite(self, body: Sequence[cst.CSTNode]) -> None:
        for statement in body:
            self._statement(statement)

    def _statement(self, node: cst.CSTNode) -> None:
        rule = self._STATEMENTS.get(type(node))
        if rule is not None:
            rule(self, node)
        elif isinstance(node, (cst.SimpleStatementLine, cst.SimpleStatementSuite, cst.IndentedBlock, cst.Else)):
            self._suite(children(node))
        elif isinstance(node, (cst.Match, cst.ClassDef, cst.Try, cst.TryStar)):
            self._refused(node)
        else:
            for child in children(node):
                if isinstance(child, cst.BaseExpression):
                    self._value(child)
        for store in self.tracer.stores.get(node, ()):
            self._store(store)

    def _refused(self, node: cst.CSTNode) -> None:
        if isinstance(node, cst.ClassDef):
            self.refuse(node.name, "NT710", "it defines a class", "define it outside")
            return
        if isinstance(node, cst.Match):
            self.refuse(node, "NT704", "it decides by `match`", "use `if`")
        else:
            self.refuse(node, "NT704", "it catches exceptions", "catch them where the function is called")
        self._branch(True, True, children(node))

    def _branch(self, staged: bool, on_values: bool, body: Sequence[cst.CSTNode]) -> None:
        before = self.staged, self.on_values
        self.staged |= staged
        self.on_values |= on_values
        self._suite(body)
        self.staged, self.on_values = before

    def _if(self, node: cst.If) -> None:
        taint = self._value(node.test)
        staged, on_values = taint != STATIC, taint == TRACED
        self._branch(staged, on_values, node.body.body)
        if node.orelse is not None:
            self._branch(staged, on_values, [node.orelse])
        if staged and any(_leaves(part) for part in (node.body, node.orelse) if part is not None):
            self.staged = True  # what follows runs for the others only
            self.on_values |= on_values

    def _for(self, node: cst.For) -> None:
        self.loops = True
        taint = self._value(node.iter)
        self.iterates |= isinstance(node.iter, cst.Name) and self._is_parameter(node.iter.value)
        staged = not self._unrolled(node.iter)
        self._bind(node.target, taint if not staged else max(taint, UNSURE))
        self._branch(staged, False, node.body.body)
        if node.orelse is not None:
            self._branch(staged, False, [node.orelse])
        loop = self.facts.element_loops.get(node)
        if loop is not None:  # changed arrays go back to where they were
            for container, _ in loop.places:
                self._change_container(node.iter, cst.parse_expression(container))
            for literal in loop.literals:
                for place, update in literal.updates:
                    if any("." in holder for holder in _holders(place, update)):
                        self._outlives(node.iter, f"it changes `{place.text}`")

    def _unrolled(self, node: cst.BaseExpression) -> bool:
        if isinstance(node, (cst.Tuple, cst.List)):
            return len(node.elements) <= _UNROLLED
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Name):
            if node.func.value in {"enumerate", "zip"}:
                return all(self._unrolled(arg.value) for arg in node.args)
            bounds = [constant_int(arg.value) for arg in node.args]
            whole = [b for b in bounds if b is not None]
            return node.func.value == "range" and len(whole) == len(bounds) and len(range(*whole)) <= _UNROLLED
        return False

    def _while(self, node: cst.While) -> None:
        self.loops = True
        self._branch(True, False, [node.body])  # what the test reads is bound by the body, too
        taint = self._value(node.test)
        self._branch(True, taint == TRACED, [node.body])
        if node.orelse is not None:
            self._branch(True, taint == TRACED, [node.orelse])

    def _with(self, node: cst.With) -> None:
        for item in node.items:
            self._value(item.item)
            if self.facts.reached.get(item.item) != ("numpy.errstate",):  # type: ignore[call-overload]
                self.refuse(node, "NT704", f"it enters `with {self._text(item.item)}`", "enter it around the call")
        self._suite(node.body.body)

    def _function(self, node: cst.FunctionDef) -> None:
        if node.decorators:
            self.refuse(node.name, "NT710", f"`{node.name.value}` inside it is decorated", "take the decorator off")
        self._enter(node, [node.body])

    def _enter(self, node: cst.FunctionDef | cst.Lambda, body: Sequence[cst.CSTNode]) -> None:
        outer, self.here = self.here, self.inside[node]
        for param in parameters(node):
            if param.default is not None:
                self._value(param.default)
            self._join(param.name.value, UNSURE)
        staged, self.staged = self.staged, True
        for part in body:
            if isinstance(part, cst.BaseExpression):
                self._value(part)
            else:
                self._statement(part)
        self.here, self.staged = outer, staged

    def _assign(self, node: cst.Assign | cst.AnnAssign | cst.AugAssign) -> None:
        if node.value is None:
            return
        places = targets(node)
        self.selected = {self._text(p.slice[0]) for t in places for p in _subscripts(t)}
        taint = self._value(node.value)
        mask = self._is_mask(node.value)
        self.selected = set()
        if isinstance(node, cst.AugAssign):
            self.operations += 1
        for target in places:
            self._bind(target, taint, augmented=isinstance(node, cst.AugAssign))
            if mask:
                self.masks.update(bound_names(target))

    def _return(self, node: cst.Return) -> None:
        if node.value is not None:
            taint = self._value(node.value)
            if self.here is self.scope:
                self.result = max(self.result, taint)

    def _raise(self, node: cst.Raise) -> None:
        """Raised while tracing, it is raised again by running without: unless values decide, and nothing can tell."""
        if self.on_values:
            self.refuse(node, "NT704", "it raises if values are so", "check the values where the function is called")

    def _assert(self, node: cst.Assert) -> None:
        if self._value(node.test) == TRACED:
            self.refuse(node, "NT704", "it asserts something of values", "assert it where the function is called")

    def _outer_names(self, node: cst.Global | cst.Nonlocal) -> None:
        names = ", ".join(f"`{item.name.value}`" for item in node.names)
        self.refuse(node, "NT702", f"it binds {names} outside of itself", "return the value instead")

    def _import(self, node: cst.Import | cst.ImportFrom) -> None:
        for alias in [node] if isinstance(node.names, cst.ImportStar) else node.names:
            module = node.module if isinstance(node, cst.ImportFrom) else alias.name  # type: ignore[union-attr]
            name = dotted(module) if module is not None else None
            if name is None or name.partition(".")[0] not in {"itertools", "numpy", *known.PURE_PACKAGES}:
                self.refuse(node, "NT706", f"it runs `{self._text(node)}`", "import it at the top of the file")

    def _delete(self, node: cst.Del) -> None:
        for target in [node.target]:
            if not all(isinstance(t, cst.Name) for t in _flat(target)):
                self.refuse(node, "NT702", f"it deletes from `{self._text(target)}`", "build what is to be kept")

    # -- binding and changing ----------------------------------------------------------------------------------------

    def _join(self, name: str, taint: int) -> None:
        self.taint[name] = max(self.taint.get(name, STATIC), taint)

    def _bind(self, target: cst.CSTNode, taint: int, *, augmented: bool = False) -> None:
        if isinstance(target, cst.Name):
            self._join(target.value, max(taint, UNSURE) if self.staged else taint)
        elif isinstance(target, (cst.Tuple, cst.List)):
            for element in target.elements:
                self._bind(element.value, taint)
        elif isinstance(target, cst.StarredElement):
            self._bind(target.value, taint)
        elif isinstance(target, cst.Attribute):
            if not isinstance(target.value, cst.Name):
                self._value(target.value)
            if self.tracer.targets.isdisjoint((target, target.value)):  # `x.shape = s` changes `x`
                self._outlives(target, f"it assigns to `{self._text(target)}`")
        elif isinstance(target, cst.Subscript):
            self._value(target.value)
            for part in index_parts(target):
                self._value(part)
            base = target.value
            if isinstance(base, cst.Name):
                self._join(base.value, taint)
            if target not in self.tracer.targets:
                self._change_container(target, base)

    def _outlives(self, node: cst.CSTNode, message: str) -> None:
        self.refuse(node, "NT702", message, "return the value, and store it where the function is called")

    def _store(self, store: Store) -> None:
        """An in-place write: nobody outside may see it, except by what is returned."""
        if store.host:
            if store.form in {"item", "item_op"} and isinstance(store.target, cst.Subscript):
                self._change_container(store.target, store.target.value)
            elif store.form == "attribute" or isinstance(store.target, cst.Attribute):
                self._outlives(store.target, f"it changes `{self._text(store.target)}`")
            elif store.form in {"op", "method"} and store.value.kind in CONTAINERS:
                self._change_container(store.target, store.target)
            return
        self.operations += 1
        self.writes |= store.form != "op" or store.value.kind == "array"
        if store.place is None or store.update is None:
            return  # marked: an error says so
        slot = store.place.slot
        name = slot.partition("[")[0]
        if store.update.guarded:
            names = ", ".join(f"`{guard.name}`" for guard in store.update.guarded)
            self.refuse(
                store.statement,
                "NT711",
                f"it asks at run time whether {names} is the array written to",
                "copy the array",
            )
        outlive = any("." in holder for holder in _holders(store.place, store.update))
        if outlive or self.here.owner(name) is not self.here:
            self._outlives(store.target, f"it changes `{self._text(store.target)}`, which outlives the call")
        elif "[" in slot:
            self._change_container(store.target, cst.Name(name))

    def _change_container(self, node: cst.CSTNode, base: cst.BaseExpression) -> None:
        """A list, dict or set changes: it must have been made in this function, and change as often as it is traced."""
        while isinstance(base, cst.Subscript):
            base = base.value
        if not isinstance(base, cst.Name) or not self._made_here(base.value):
            self._outlives(node, f"it changes `{self._text(node)}`, which others may hold")
        elif self.staged:
            self.refuse(
                node,
                "NT702",
                f"it changes the container `{base.value}` in a loop or branch that is traced once",
                "write to an array of the final size",
            )

    def _made_here(self, name: str) -> bool:
        bindings = self.here.bound.get(name, ())
        return bool(bindings) and all(
            isinstance(b, cst.AugAssign) or (isinstance(b, (cst.Assign, cst.AnnAssign)) and _makes_container(b.value))
            for b in bindings
        )

    # -- expressions -------------------------------------------------------------------------------------------------

    def _value(self, node: cst.CSTNode) -> int:
        """How an expression stands to tracing; what is in its way is noted."""
        rule = self._EXPRESSIONS.get(type(node))
        return rule(self, node) if rule is not None else self._parts(node)

    def _parts(self, node: cst.CSTNode) -> int:
        return max((self._value(child) for child in children(node) if not _is_operator(child)), default=STATIC)

    def _operation(self, node: cst.CSTNode) -> int:
        taint = self._parts(node)
        self.operations += taint != STATIC
        self.uses_numpy |= taint == TRACED
        return taint

    def _binary(self, node: cst.BinaryOperation) -> int:
        if isinstance(node.operator, cst.Modulo) and isinstance(node.left, (cst.SimpleString, cst.ConcatenatedString)):
            return self._formatted(node, [node.right])
        self.uses_numpy |= isinstance(node.operator, cst.MatrixMultiply)
        self.arithmetic += 1
        return self._operation(node)

    def _comparison(self, node: cst.Comparison) -> int:
        taint = self._operation(node)
        identity = [c for c in node.comparisons if isinstance(c.operator, (cst.Is, cst.IsNot))]
        if not identity:
            return taint
        constants = {"None", "True", "False", "Ellipsis"}
        for side in (node.left, *(c.comparator for c in identity)):
            if isinstance(side, cst.Name) and side.value in constants:
                return STATIC
        if taint != STATIC:
            self.refuse(node, "NT711", f"`{self._text(node)}` asks which object it is", "compare values")
        return STATIC

    def _name(self, node: cst.Name) -> int:
        owner = self.here.owner(node.value)
        if owner is None:
            return STATIC
        if node.value == self.receiver and owner is self.scope:
            self.refuse(node, "NT710", f"it hands on its object `{node.value}`", "hand on arrays and numbers")
        if owner.node in self.inside:
            return self.taint.get(node.value, STATIC)
        if owner.kind == "module":
            return self._global(node, owner, node.value)
        return UNSURE

    def _global(self, node: cst.CSTNode, owner: Scope, name: str) -> int:
        """A name of a module: it is read while tracing, so it must never change."""
        value = self.tracer.project.names.get((owner, name), UNKNOWN)
        bindings = owner.bound.get(name, [])
        if value.kind == "function" and value.name in self.tracer.project.functions:
            self.callees.setdefault(self.tracer.project.functions[value.name][1], node)  # handed over, to be called
        if value.kind in {"function", "class", "module"}:
            return UNSURE if value.kind == "class" and not is_numpy(value.name or "") else STATIC
        once = len(bindings) == 1 and name not in owner.rebound and not self.tracer.bound_again(bindings[0], name)
        if once and _constant(value):
            return STATIC
        unchanged = (owner, name) not in self.tracer.changed and self.tracer.project.held_by_others(
            (owner, name)
        ) is None
        if once and value.kind in {"array", "maybe"} and unchanged and isinstance(bindings[0], cst.Assign):
            return TRACED
        self.refuse(
            node, "NT709", f"`{name}` outside of the function may change between calls", "hand it in as an argument"
        )
        return UNSURE

    def _attribute(self, node: cst.Attribute) -> int:
        if node in self.facts.references:
            return STATIC
        attr = node.attr.value
        found = self._module_attribute(node)
        if found is not None:
            return found
        if self._is_receiver(node.value):
            return self._own_attribute(node)
        taint = self._value(node.value)
        if attr in known.SHAPE_ATTRIBUTES:
            return STATIC
        if attr in known.ARRAY_ATTRIBUTES or (taint == STATIC and not self._outside_name(node.value)):
            return taint
        if attr in known.HOST_ATTRIBUTES:
            self.refuse(node, "NT707", f"`{self._text(node)}` reads memory", "leave it out")
        else:
            self._may_change(node)
        return UNSURE

    def _may_change(self, node: cst.Attribute) -> None:
        self.refuse(node, "NT709", f"the attribute `{self._text(node)}` may change between calls", "hand in its value")

    def _is_receiver(self, node: cst.CSTNode) -> bool:
        """Whether this is the object of the method that is traced."""
        return isinstance(node, cst.Name) and node.value == self.receiver and self.here.owner(node.value) is self.scope

    def _own_attribute(self, node: cst.Attribute) -> int:
        """An attribute of the method's object. The compiled function looks at it in every call: another array is
        handed in, for another number it is compiled again. So numbers are left to what only constructors assign."""
        project, attr = self.tracer.project, node.attr.value
        value = join(project.attrs.get((self.hierarchy, attr), BOTTOM), project.attrs.get((None, attr), BOTTOM))
        if value.kind == "array":
            return TRACED
        written = any(owner in {None, self.hierarchy} for owner, _ in project.writers.get(attr, ()))
        computed = any(method.name == attr for method in project.methods_of(self.hierarchy))
        if written or computed or value.kind not in {"number", "maybe", "unknown"}:
            self._may_change(node)
        return TRACED if value.kind == "maybe" else UNSURE

    def _outside_name(self, node: cst.BaseExpression) -> bool:
        """Whether an expression is a name from outside of the function: what hangs on it may change."""
        owner = self.here.owner(node.value) if isinstance(node, cst.Name) else None
        return owner is not None and owner.node not in self.inside

    def _module_attribute(self, node: cst.Attribute) -> int | None:
        """An attribute of a module that is not NumPy's."""
        name = dotted(node)
        if name is None:
            return None
        head = name.partition(".")[0]
        owner = self.here.owner(head)
        if owner is None or owner.node in self.inside:
            return None
        value = self.tracer.project.names.get((owner, head), UNKNOWN)
        if value.kind != "module" or value.name is None:
            return None
        full = f"{value.name}{name[len(head) :]}"
        module, _, last = full.rpartition(".")
        if module in self.tracer.project.modules:
            return self._global(node, self.tracer.project.modules[module].scope, last)
        if full.partition(".")[0] not in known.PURE_PACKAGES:
            self.refuse(node, "NT709", f"`{self._text(node)}` may change between calls", "hand it in as an argument")
        return STATIC

    def _subscript(self, node: cst.Subscript) -> int:
        base = self._value(node.value)
        parts = index_parts(node)
        index = max((self._value(part) for part in parts), default=STATIC)
        if base == STATIC:
            if index == TRACED and self.facts.references.get(node.value) not in known.INDICES:
                self.refuse(
                    node,
                    "NT707",
                    f"`{self._text(node)}` picks from Python's values by an array's",
                    "pick from an array",
                )
            return index
        selecting = [p for p in parts if not isinstance(p, cst.Slice) and self._is_mask(p)]
        if selecting and node not in self.reduced and self._text(node.slice[0]) not in self.selected:
            self.remark(
                node,
                f"the shape of `{self._text(node)}` depends on values: it may run as a graph only, without XLA",
                "use `np.where`, or reduce it at once: `x[mask].sum()`",
            )
        return max(base, index)

    def _is_mask(self, node: cst.CSTNode) -> bool:
        """Whether an expression gives booleans of arrays."""
        if isinstance(node, cst.Name):
            return node.value in self.masks
        if isinstance(node, cst.UnaryOperation):
            return isinstance(node.operator, cst.BitInvert) and self._is_mask(node.expression)
        if isinstance(node, cst.BinaryOperation):
            return isinstance(node.operator, _MASKING) and (self._is_mask(node.left) or self._is_mask(node.right))
        if isinstance(node, cst.Comparison):
            compared = not any(isinstance(c.operator, (cst.In, cst.NotIn, cst.Is, cst.IsNot)) for c in node.comparisons)
            return compared and max(self._value(node.left), self._value(node.comparisons[0].comparator)) != STATIC
        if isinstance(node, cst.Call):
            return any(name in known.BOOLEAN for name in self.facts.reached.get(node, ()))
        return False

    def _formatted(self, node: cst.CSTNode, parts: Iterable[cst.CSTNode]) -> int:
        if max((self._value(part) for part in parts), default=STATIC) != STATIC:
            self.refuse(node, "NT707", f"`{self._text(node)}` writes values as text", "format the result of the call")
        return STATIC

    def _f_string(self, node: cst.FormattedString) -> int:
        return self._formatted(node, [p.expression for p in walk(node) if isinstance(p, cst.FormattedStringExpression)])

    def _lambda(self, node: cst.Lambda) -> int:
        self._enter(node, [node.body])
        return STATIC

    def _comprehension(self, node: cst.BaseComp) -> int:
        part: cst.CompFor | None = node.for_in
        while part is not None:
            self._bind(part.target, self._value(part.iter))
            for condition in part.ifs:
                self._value(condition.test)
            part = part.inner_for_in
        if isinstance(node, cst.DictComp):
            return max(self._value(node.key), self._value(node.value))
        return self._value(node.elt)  # type: ignore[attr-defined]

    def _walrus(self, node: cst.NamedExpr) -> int:
        taint = self._value(node.value)
        self._bind(node.target, taint)
        return taint

    # -- calls -------------------------------------------------------------------------------------------------------

    def _call(self, node: cst.Call) -> int:
        reached = self.facts.reached.get(node, ("?",))
        names = [name for name in reached if isinstance(name, str)]
        if names and names[0] in known.OUTSIDE:
            self._outside(node)
            return STATIC
        if any(name in known.REDUCTIONS for name in names):
            self.reduced.update(node.func.value for _ in [0] if isinstance(node.func, cst.Attribute))
            self.reduced.update(arg.value for arg in node.args[:1])
        receiver = STATIC
        if isinstance(node.func, cst.Attribute) and node.func not in self.facts.references:
            apart = self._names_module(node.func.value) or self._is_receiver(node.func.value)
            receiver = STATIC if apart else self._value(node.func.value)
        elif not isinstance(node.func, (cst.Name, cst.Attribute)):
            self._value(node.func)
        if isinstance(node.func, cst.Name) and self._is_parameter(node.func.value):
            names, reached = ["?"], ("?",)  # callers nobody sees may hand in anything
        taints = [self._value(arg.value) for arg in node.args]
        given = max([receiver, *taints])
        if len(names) < len(reached):
            return max(self._project(node, scope, given) for scope in reached if isinstance(scope, Scope))
        return self._named(node, names[0], given, taints)

    def _is_parameter(self, name: str) -> bool:
        return (
            any(isinstance(b, cst.Param) for b in self.here.bound.get(name, ())) and self.here.owner(name) is self.here
        )

    def _names_module(self, node: cst.BaseExpression) -> bool:
        name = dotted(node)
        if name is None:
            return False
        owner = self.here.owner(name.partition(".")[0])
        if owner is None or owner.node in self.inside:
            return False
        head: Value = self.tracer.project.names.get((owner, name.partition(".")[0]), UNKNOWN)
        return head.kind == "module"

    def _project(self, node: cst.Call, scope: Scope, given: int) -> int:
        if scope.node in self.inside:
            return max(given, UNSURE)
        self.callees.setdefault(scope, node)
        return max(given, self.tracer.result_of(scope))

    def _named(self, node: cst.Call, name: str, given: int, taints: list[int]) -> int:
        name = name if name != "?" else self._array_method(node.func) or name
        head, _, last = name.partition(".")
        if head in {"numpy", "ndarray"}:
            return self._numpy(node, name, given, taints)
        if head == "builtins":
            return self._builtin(node, name, last, given)
        kind = head.partition(":")[0]
        if name in METHODS:
            if METHODS[name].mutates and isinstance(node.func, cst.Attribute):
                self._change_container(node.func, node.func.value)
            return given
        if kind in {"str", "number", "int", "float"} and f"{kind}.{last}" not in METHODS and not _of_numbers(last):
            self._unknown(node)
            return UNSURE
        if kind in {"str", "number", "int", "float", "range", "none"}:
            return self._number_method(node, kind, last, given)
        if kind == "class":
            text = self._text(node.func)
            self.refuse(node, "NT706", f"it makes an object of class `{text}`", "compute in functions of arrays")
            return UNSURE
        package = name.removeprefix("host:")
        if last.rpartition(".")[2] in known.LOGGING and package.startswith("logging"):
            package = "logging"
        if package.partition(".")[0] in known.CLOCKS:
            self.refuse(node, "NT703", f"`{self._text(node.func)}` would be asked once only", "hand the value in")
        elif package.partition(".")[0] in known.OUTSIDE:
            self._outside(node)
        elif package in known.ARRANGING:
            return given
        elif package.partition(".")[0] in known.PURE_PACKAGES:
            if given == TRACED and package.partition(".")[0] in {"math", "cmath"}:
                self._convert(node)
            return given
        else:
            self._unknown(node)
        return max(given, UNSURE)

    def _unknown(self, node: cst.Call) -> None:
        func = node.func
        if isinstance(func, cst.Attribute) and func.attr.value in known.LOGGING and _named_logger(func.value):
            self._outside(node)
            return
        self.refuse(
            node,
            "NT706",
            f"it is not known what `{self._text(func)}` does",
            "call it outside, or write what it does with NumPy's functions",
        )

    def _array_method(self, func: cst.BaseExpression) -> str | None:
        """The method of something unknown, if it can only be an array's: what is called with objects is not traced."""
        if not isinstance(func, cst.Attribute) or self.tracer.project.methods_named(func.attr.value):
            return None
        name = f"ndarray.{func.attr.value}"
        return name if name in EFFECTS else None

    def _outside(self, node: cst.Call) -> None:
        self.refuse(
            node, "NT701", f"`{self._text(node)}` would happen once only, while tracing", "do it where it is called"
        )

    def _convert(self, node: cst.Call) -> None:
        self.refuse(
            node,
            "NT707",
            f"`{self._text(node)}` needs the values on the host",
            "use NumPy's functions and dtypes, or do it with the result",
        )

    def _builtin(self, node: cst.Call, name: str, short: str, given: int) -> int:
        if short == "isinstance" and given != STATIC and _about_numbers(node):
            self._convert(node)
        if short in known.STATIC_BUILTINS:
            return STATIC
        if any(arg.keyword is not None and arg.keyword.value == "key" for arg in node.args):
            self._unknown(node)
        if short in known.BUILTINS:
            self.operations += given != STATIC and short in {"abs", "max", "min", "pow", "round", "sum"}
            return given
        if short in known.CONVERSIONS:
            if given == TRACED:
                self._convert(node)
            return given
        if short in known.TEXTS:
            return self._formatted(node, [arg.value for arg in node.args])
        if short == "id":
            self.refuse(node, "NT711", f"`{self._text(node)}` asks which object it is", "compare values")
        else:
            self._unknown(node)
        return UNSURE

    def _number_method(self, node: cst.Call, kind: str, name: str, given: int) -> int:
        if kind == "str":
            if given != STATIC and name in {"format", "format_map", "join"}:
                return self._formatted(node, [arg.value for arg in node.args])
            return given
        if f"ndarray.{name}" in known.ON_THE_HOST and given == TRACED:
            self._convert(node)
        self.operations += given != STATIC
        return given

    def _numpy(self, node: cst.Call, name: str, given: int, taints: list[int]) -> int:
        self.uses_numpy = True
        if name in known.OF_SHAPES:
            return STATIC
        self.operations += 1
        if name.startswith("numpy.random"):
            self.refuse(
                node, "NT703", f"`{self._text(node.func)}` would be drawn once only, while tracing", "draw it outside"
            )
        elif name in known.FILES:
            self._outside(node)
        elif (name.startswith("numpy.functional.") and name not in known.FUNCTIONAL) or (
            name in CALLS_BACK and (name not in known.CALLING or taints[:1] != [STATIC])
        ):
            self._unknown(node)
        elif name in known.SETTINGS:
            self._outlives(node, f"`{self._text(node)}` changes a setting for everybody")
        elif name in known.ON_THE_HOST or (given == TRACED and _runs_on_host(name)):
            self._convert(node)
        elif _shaped_by_values(node, name, taints):
            self.remark(
                node,
                f"the shape of `{self._text(node)}` depends on values: it may run as a graph only, without XLA",
                "use a boolean mask with `np.where`, or a size that is known",
            )
        if KINDS.get(name) == "scalar_type":
            return max(given, UNSURE)
        return TRACED

    _STATEMENTS: ClassVar[dict[type[cst.CSTNode], Callable[[Trace, Any], None]]] = {}
    _EXPRESSIONS: ClassVar[dict[type[cst.CSTNode], Callable[[Trace, Any], int]]] = {}


Trace._STATEMENTS = {
    cst.AnnAssign: Trace._assign,
    cst.Assert: Trace._assert,
    cst.Assign: Trace._assign,
    cst.AugAssign: Trace._assign,
    cst.Del: Trace._delete,
    cst.For: Trace._for,
    cst.FunctionDef: Trace._function,
    cst.Global: Trace._outer_names,
    cst.If: Trace._if,
    cst.Import: Trace._import,
    cst.ImportFrom: Trace._import,
    cst.Nonlocal: Trace._outer_names,
    cst.Raise: Trace._raise,
    cst.Return: Trace._return,
    cst.While: Trace._while,
    cst.With: Trace._with,
}
Trace._EXPRESSIONS = {
    cst.Attribute: Trace._attribute,
    cst.BinaryOperation: Trace._binary,
    cst.Call: Trace._call,
    cst.Comparison: Trace._comparison,
    cst.DictComp: Trace._comprehension,
    cst.FormattedString: Trace._f_string,
    cst.GeneratorExp: Trace._comprehension,
    cst.Lambda: Trace._lambda,
    cst.ListComp: Trace._comprehension,
    cst.Name: Trace._name,
    cst.NamedExpr: Trace._walrus,
    cst.SetComp: Trace._comprehension,
    cst.Subscript: Trace._subscript,
    cst.UnaryOperation: Trace._operation,
}


class Tracer:
    """The traces of all functions of a project, and which of them are to be compiled."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.traces: dict[Scope, Trace] = {}
        self.open: set[Scope] = set()  # being traced: calls that lead back here
        self.stores: dict[cst.CSTNode, list[Store]] = {}
        self.targets: set[cst.CSTNode] = set()
        self.changed: set[tuple[Scope, str]] = set()
        self.homes: dict[Scope, ModuleInfo] = {}  # of the functions that are not inside others
        self.repeated: set[cst.CSTNode] = set()  # what loops outside of functions run
        self.set_on_modules: set[str] = set()  # attributes of modules that are assigned to
        for module in project.modules.values():
            self._stores(module)
            self._rebinding(module)
            for scope in module.scope.all():
                if scope.kind == "function" and _outermost(scope):
                    self.homes[scope] = module

    def _stores(self, module: ModuleInfo) -> None:
        for store in module.facts.stores.values():
            self.stores.setdefault(store.statement, []).append(store)
            if not (store.host and store.form == "attribute"):
                self.targets.add(store.target)
            if store.place is not None and not store.host:
                self.changed.add((module.scope, root(store.place.slot)))

    def _rebinding(self, module: ModuleInfo) -> None:
        """Collect what binds a module's names again and again, or from outside."""
        stack: list[cst.CSTNode] = [module.source.tree]
        while stack:
            node = stack.pop()
            if isinstance(node, (cst.For, cst.While)):
                self.repeated.update(walk(node))
            elif not isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.SimpleStatementLine)):
                stack += children(node)
        for node in module.nodes:
            for target in targets(node):
                self.set_on_modules.update(t.attr.value for t in _flat(target) if isinstance(t, cst.Attribute))

    def bound_again(self, binding: cst.CSTNode, name: str) -> bool:
        """Whether a binding outside of functions may run more than once, or another module may bind the name."""
        return binding in self.repeated or name in self.set_on_modules

    def result_of(self, scope: Scope) -> int:
        """How a function's result stands to tracing, whatever its arguments are."""
        if scope in self.open or scope not in self.homes:
            return UNSURE
        return self.trace(scope).result

    def trace(self, scope: Scope) -> Trace:
        """The trace of a function, made when it is first asked for."""
        if scope not in self.traces:
            self.open.add(scope)
            self.traces[scope] = Trace(self, self.homes[scope], scope)
            self.open.discard(scope)
        return self.traces[scope]

    def run(self) -> None:
        """Trace every function, and enter in each module's facts what comes of it."""
        for scope in self.homes:
            self.trace(scope)
        self._spread()
        for scope, question in Asked(self.project).functions.items():
            if scope in self.traces:
                trace = self.traces[scope]
                message = f"`{question}` asks which array it gives"
                trace.refuse(trace.node, "NT711", message, "compare values, or return a copy")
        free = {scope for scope, trace in self.traces.items() if not trace.obstacles}
        inlined = {call for scope in free for call in self._calls(self.traces[scope])}
        outer = {
            scope
            for module in self.project.modules.values()
            for call, reached in module.facts.reached.items()
            for scope in reached
            if isinstance(scope, Scope) and call not in inlined
        }
        for module in self.project.modules.values():
            for call, reached in module.facts.reached.items():
                if any(isinstance(scope, Scope) and scope in self.traces and scope not in free for scope in reached):
                    module.facts.untraceable.add(call)
        called = {callee for trace in self.traces.values() for callee in trace.callees} | outer
        for scope, trace in self.traces.items():
            if not self._reaches(scope, lambda t: t.on_arrays):
                continue
            public = scope in outer or scope not in called or scope in self.project.open_calls
            reasons = trace.obstacles
            if "NT710" in reasons:  # what else is in the way matters only after that
                reasons = {"NT710": reasons["NT710"]}
            compilation = Compilation(
                trace.node,
                tuple(reasons.values()),
                tuple(trace.remarks.values()),
                scope in free and public and self._worth_it(scope),
            )
            if trace.on_arrays or compilation.decorate:
                trace.module.facts.compilations.append(compilation)

    def _spread(self) -> None:
        """What calls a function that can't be compiled, or itself, can't be compiled either."""
        for scope, trace in self.traces.items():
            if scope in self._below(scope):
                trace.refuse(trace.node.name, "NT710", "it calls itself", "write it as a loop")
        grew = True
        while grew:
            grew = False
            for trace in self.traces.values():
                for callee, call in trace.callees.items():
                    why = self.traces[callee].obstacles if callee in self.traces else None
                    if "NT706" not in trace.obstacles and why != {}:
                        reason = f": {next(iter(why.values()))[1].message}" if why else ""
                        message = f"it calls `{callee.name}`, which can't be compiled{reason}"
                        trace.refuse(call, "NT706", message, f"mend `{callee.name}`, or call it outside")
                        grew = True

    def _below(self, scope: Scope) -> set[Scope]:
        """All functions that a function calls, and that those call."""
        found: set[Scope] = set()
        stack = [scope]
        while stack:
            trace = self.traces.get(stack.pop())
            new = set(trace.callees) - found if trace is not None else set()
            found |= new
            stack += new
        return found

    def _reaches(self, scope: Scope, holds: Callable[[Trace], bool]) -> bool:
        return any(holds(self.traces[s]) for s in (scope, *self._below(scope)) if s in self.traces)

    def _worth_it(self, scope: Scope) -> bool:
        """Whether there is enough to compile: a loop, or several operations on arrays."""
        traces = [self.traces[s] for s in {scope, *self._below(scope)}]
        return any(t.loops for t in traces) or sum(t.operations for t in traces) > 1

    def _calls(self, trace: Trace) -> Iterator[cst.CSTNode]:
        return (node for node in walk(trace.node.body) if isinstance(node, cst.Call))


def trace(project: Project) -> None:
    """Find out which functions of an analysed project can be compiled, and enter it in the facts of its modules."""
    Tracer(project).run()


def _outermost(scope: Scope) -> bool:
    parent = scope.parent
    while parent is not None and parent.kind == "class":
        parent = parent.parent
    return parent is not None and parent.kind == "module"


def _about_numbers(node: cst.Call) -> bool:
    """Whether a call of `isinstance` asks for one of Python's numbers."""
    return any(isinstance(n, cst.Name) and n.value in known.NUMBERS for arg in node.args[1:] for n in walk(arg))


def _of_numbers(name: str) -> bool:
    """Whether a method is one that numbers and strings have, of Python's or of NumPy's."""
    return f"ndarray.{name}" in EFFECTS or f"str.{name}" in METHODS or hasattr(int, name) or hasattr(float, name)


def _runs_on_host(name: str) -> bool:
    found = API.get(current(name))
    return (found is not None and found.where == "host") or name.startswith("numpy.polynomial")


def _shaped_by_values(node: cst.Call, name: str, taints: Sequence[int]) -> bool:
    """Whether the shape of a call's result depends on the values of arrays."""
    if name in known.VALUE_SHAPES or (name == "numpy.where" and len(node.args) == 1):
        return True
    sizes = taints if name == "numpy.arange" else taints[:1]
    return name in known.SHAPED and TRACED in sizes


def _constant(value: Value) -> bool:
    if value.kind == "tuple":
        return value.items is not None and all(_constant(item) for item in value.items)
    return value.kind in {"number", "slice"}


def _holders(place: Place, update: Update) -> list[str]:
    """Everything that is bound anew when the array at a place has changed."""
    return [place.slot, *update.same, *(name for refresh in (*update.then, *update.last) for name in refresh.names)]


def _is_special(name: str) -> bool:
    return name[:2] == name[-2:] == "__"


def _is_static(node: cst.Decorator) -> bool:
    return isinstance(node.decorator, cst.Name) and node.decorator.value == "staticmethod"


def _leaves(node: cst.CSTNode) -> bool:
    return any(isinstance(part, (cst.Return, cst.Break, cst.Continue)) for part in walk(node))


def _is_operator(node: cst.CSTNode) -> bool:
    return isinstance(node, (cst.BaseBinaryOp, cst.BaseUnaryOp, cst.BaseBooleanOp, cst.BaseCompOp, cst.BaseAugOp))


def _flat(target: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            yield from _flat(element.value)
    else:
        yield target


def _subscripts(target: cst.CSTNode) -> list[cst.Subscript]:
    return [t for t in _flat(target) if isinstance(t, cst.Subscript)]


def _makes_container(node: cst.BaseExpression | None) -> bool:
    """Whether an expression makes a new list, dict or set."""
    if isinstance(node, cst.BinaryOperation):
        return isinstance(node.operator, cst.Multiply) and (_makes_container(node.left) or _makes_container(node.right))
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name):
        return node.func.value in {"dict", "list", "set"}
    return isinstance(node, (cst.List, cst.Dict, cst.Set, cst.ListComp, cst.DictComp, cst.SetComp))


def _named_logger(node: cst.BaseExpression) -> bool:
    name = (dotted(node) or "").rpartition(".")[2].strip("_").lower()
    return name in {"log", "logger", "logging"}
