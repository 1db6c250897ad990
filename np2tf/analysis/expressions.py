"""What expressions give: values, and the slots whose memory the result sees."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

import libcst as cst

from np2tf.analysis.items import Items, constant_key, joined, keys_of_turns, outside, sliced
from np2tf.analysis.properties import is_getter
from np2tf.analysis.reading import looks, pickled
from np2tf.analysis.relations import (
    BASE,
    HEAP,
    MAY,
    PERHAPS,
    SAME,
    SELF,
    VIEW,
    Ev,
    Rel,
    Slot,
    State,
    Step,
    caller,
    compose,
    elements_of,
    invert,
    is_caller,
    root,
    some_object,
    view,
    weaken,
)
from np2tf.analysis.relations import join as join_states
from np2tf.analysis.scopes import ADVANCED, Implicit, Scope, Target
from np2tf.analysis.tables import AttrKey, ModuleInfo, is_classmethod, is_static
from np2tf.analysis.tracking import TableSet
from np2tf.analysis.update import either_way
from np2tf.analysis.values import (
    ARRAY,
    BOTTOM,
    COMPLEX,
    CONTAINERS,
    FLOAT,
    INT,
    MAYBE,
    NONE,
    NUMBER,
    SLICE,
    STRING,
    UNKNOWN,
    Value,
    arithmetic,
    array,
    capped,
    contiguous,
    functions,
    join,
    method_named,
)
from np2tf.facts import RUNTIME, ComputedAttribute, Facts, Named, Place, Problem, SharedCopy
from np2tf.knowledge import artists
from np2tf.knowledge.declared import holds
from np2tf.knowledge.effects import EFFECTS
from np2tf.knowledge.hosts import BUILTINS, CALLS, METHODS
from np2tf.knowledge.names import ALIASED_MODULES, FEATURES, KINDS, MEMORY, PUBLIC
from np2tf.knowledge.views import INVERSES
from np2tf.tree import IN_PLACE, bound_names, constant_int, index_parts, literal, names_read, shorten, spelt_out, walk

ROOTS = {"numpy": "numpy", "np2tf_runtime": "numpy"}
_VIEW_ATTRIBUTES = {"T": "ndarray.T", "mT": "ndarray.mT", "real": "ndarray.real", "imag": "ndarray.imag"}
ARTISTS = Value("object", name=artists.ARTIST)
#: Builtins that give a number again for the same numbers.
_OF_NUMBERS = frozenset({"abs", "int", "max", "min", "round"})
#: What `np.load` gives: an array, or what reads an .npz file's arrays one by one, each anew whenever it is asked for.
LOADED = Value("unknown", name="numpy.load")
#: What a pickle gives: something new, in which one array may stand in several places.
RESTORED = Value("unknown", name="pickle.load")
INDEXER = Value("object", name="host:pandas.indexer")
INDEXERS = frozenset({"at", "iat", "iloc", "loc"})
_NUMBER_ATTRIBUTES = {"size": INT, "ndim": INT, "itemsize": INT, "nbytes": INT, "dtype": NUMBER, "device": STRING}
ARRAY_EVIDENCE = frozenset({"shape", "ndim", "dtype", "T", "astype", "reshape", "ravel", "size", "flatten"})
TELLING = frozenset({"flags", "strides", "setflags", "byteswap", "__array_interface__"})  # nothing but arrays has them
_TURNS = 4  # of one comprehension, until nothing changes any more
FRESH = Ev(UNKNOWN)
ANYONE = Ev(UNKNOWN, ((HEAP, MAY),))
_CONSTANT_NAMES = {"True": NUMBER, "False": NUMBER, "None": NONE, "Ellipsis": NUMBER, "NotImplemented": NUMBER}

IN_PLACE_DUNDERS = frozenset({
    "__setitem__", "__delitem__", "__iadd__", "__iand__", "__ifloordiv__", "__ilshift__", "__imatmul__", "__imod__",
    "__imul__", "__ior__", "__ipow__", "__irshift__", "__isub__", "__itruediv__", "__ixor__",
})  # fmt: skip

_ASKED = ("__bool__", "__len__")
_GONE_THROUGH = ("__iter__", "__next__", "__getitem__", "__len__")
_FORM = {"dtype", "ndim", "shape", "size"}
#: Attributes that are looked into before it is known whose they are.
OF_ANYTHING = frozenset({*_FORM, "__class__"})
SHOWN = ("__str__", "__repr__", "__format__")
_COMPARED = {
    cst.LessThan: ("__lt__", "__gt__"),
    cst.LessThanEqual: ("__le__", "__ge__"),
    cst.GreaterThan: ("__gt__", "__lt__"),
    cst.GreaterThanEqual: ("__ge__", "__le__"),
    cst.Equal: ("__eq__",),
    cst.NotEqual: ("__ne__", "__eq__"),
    cst.In: ("__contains__", "__eq__", *_GONE_THROUGH),
    cst.NotIn: ("__contains__", "__eq__", *_GONE_THROUGH),
}
_OPERATORS: dict[type, tuple[str, str]] = {
    getattr(cst, kind.removesuffix("Assign")): (f"__{name[1:]}__", f"__r{name[1:]}__")
    for kind, name in IN_PLACE.items()
}
_SIGNS = {cst.Minus: "__neg__", cst.Plus: "__pos__", cst.BitInvert: "__invert__"}

UNKNOWN_CLASS = "the class of the object is not known"


class Expressions(Items):
    """The evaluation of expressions in one scope, at one point of its flow."""

    module: ModuleInfo
    facts: Facts
    statement: cst.CSTNode
    callees: set[cst.CSTNode]
    read_at_once: set[cst.CSTNode]  # what is asked for its sum or its shape, and kept by nobody
    rebinding: frozenset[str]
    named: dict[str, Named]  # what parts of the program get if something is made again with it
    waiting: list[Ev]  # what has been evaluated and waits for the rest of its expression
    borrowed: set[cst.CSTNode]  # arguments of calls that keep no function
    turning: int  # inside comprehensions
    lazily: int  # inside a generator expression, which runs when it is asked for its elements
    #: The call that makes an object, the constructors that it runs, and the class.
    constructing: tuple[cst.Call, tuple[Scope, ...], str] | None = None
    entered: set[Slot]  # objects that a `with` statement has
    beside: set[Slot]  # some object of that class, where it keeps what names show
    named_too: set[Slot]  # slots of any object of a class that may stand for objects with a name as well
    given: dict[str, Ev]  # the attributes of an object that is about to get a name, where names show their arrays

    # -- names -------------------------------------------------------------------------------------------------------

    def name(self, node: cst.Name) -> Ev:
        """A name: local, from an enclosing scope or the module, or builtin."""
        name = node.value
        owner = self.scope.owner(name)
        if owner is None:
            return self._outside(node, name)
        if owner is self.scope and name not in self.scope.globals:
            return self._local(node, name)
        value = self.tables.names.get((owner, name)) or self.bottom
        if value.may_be_array or value.kind in CONTAINERS:
            self.tables.widen(self.tables.outer_readers, (owner, name), [self.scope])
        self._refer(node, value)
        if value.kind in {"number", "function", "class", "module", "slice"}:
            return Ev(value)
        if name not in self.state.values:
            self.state.values[name] = value
            if not value.is_array or name in owner.replaced or self.tables.held_by_others((owner, name)):
                self.state.relate(HEAP, name, MAY)
            for part in self.state.parts(name):
                self.state.relate(HEAP, part, MAY)
        return Ev(self.state.values[name], ((name, SAME),))

    def _local(self, node: cst.Name, name: str) -> Ev:
        if self.state.items:
            self.state.blur(name)
        value = self.state.values.get(name)
        if value is None:
            value = self.bottom if self.scope.kind != "class" else UNKNOWN
            if isinstance(next(iter(self.scope.bound.get(name, ())), None), cst.AugAssign):
                self.state.relate(HEAP, name, MAY)  # nothing in the file binds it, but `setattr` of the module may
        if value.kind in CONTAINERS:  # inner functions and methods may have put something in
            for slot in (name, *self.state.row(name)):
                if root(slot) in self.scope.captured or "." in slot:
                    value = self._filled_elsewhere(value, slot)
        self._refer(node, value)
        if value.kind in {"number", "function", "class", "module", "slice"}:
            return Ev(value)
        whole = Ev(value, ((name, SAME),))
        if value.kind != "tuple" or value.items is None:
            return whole
        return whole._replace(items=tuple(self._item(whole, k, v) for k, v in enumerate(value.items)))

    def _filled_elsewhere(self, value: Value, slot: Slot) -> Value:
        """What a container is if it stands at this place, too, which others know."""
        place, _, inside = slot.partition("[")
        base, _, attr = place.rpartition(".")
        known: Value | None = self.tables.names.get((self.scope, place), BOTTOM)
        if base:
            known = self.tables.attrs.get(self.key(self.state.values.get(base, UNKNOWN), attr), BOTTOM)
        for _ in range(slot.count("[")):
            known = known.elem if known is not None and known.kind in CONTAINERS else None
        same = known is not None and known.kind == value.kind and "." not in inside
        return join(value, known) if known is not None and same else value

    def _item(self, whole: Ev, k: int, value: Value) -> Ev:
        """An item of a tuple that has a name: a slot of its own, or any of its elements where it came as a whole."""
        slot = f"{whole.origins[0][0]}[{k}]"
        if slot in self.state.values:
            return Ev(value, ((slot, SAME),))
        return Ev(value, () if value.kind == "number" else self._elements(whole))

    def _outside(self, node: cst.Name, name: str) -> Ev:
        if name in _CONSTANT_NAMES:
            return Ev(_CONSTANT_NAMES[name])
        for star in self.module_stars():
            if star == "numpy" and name in PUBLIC["numpy"]:
                value = numpy_value(f"numpy.{name}")
                self._refer(node, value)
                return Ev(value)
        if name in BUILTINS:
            return Ev(Value("function", name=f"builtins.{name}"))
        if name.startswith("__") or name.endswith(("Error", "Exception", "Warning")):
            return Ev(Value("class", name=f"builtins.{name}") if not name.startswith("__") else STRING)
        return ANYONE

    def module_stars(self) -> Iterable[str]:
        """The modules that are star-imported here."""
        raise NotImplementedError

    def _refer(self, node: cst.CSTNode, value: Value) -> None:
        if value.name is not None and value.kind in {"module", "function", "class"} and is_numpy(value.name):
            self.facts.references[node] = value.name
        elif value.kind in {"class", "module"} and node not in self.callees and node not in self.module.mentions:
            self.tables.let_loose(value)
        elif value.kind == "function" and node not in self.callees:
            self.used_as_value(value)
            if node not in self.borrowed:
                self.kept_function(value)
            self._mutator_as_value(node, value.name or "")

    def from_a_module(self, attr: str | None, module: str | None = None) -> None:
        """Something is got that nobody follows, which may be an attribute of a module."""
        found = self.tables.had_by(attr, module)
        if found is self.tables.entered.get((attr, module)):
            return
        self.tables.entered[attr, module] = found
        for scope in found.functions:
            self._hand_over(scope)
            self.tables.mark(self.tables.outliving, scope)
        for name in found.classes:
            self.tables.mark(self.tables.made_elsewhere, name)
        for key in found.held:
            self.tables.note(self.tables.outer_held, key, f"other code may read `{key[1]}`")

    def handed_over(self, value: Value) -> None:
        """Code that is not followed has this: it may call it, and if it is a module what is in it."""
        if value.kind == "function":
            self.used_as_value(value)
            self.kept_function(value)
            return
        self.tables.let_loose(value)
        if value.kind == "module" and self.tables.is_own(value.name):
            self.from_a_module(None, value.name)

    def _mutator_as_value(self, node: cst.CSTNode, name: str) -> None:
        """A function of another package that changes its argument in place is handed on: who gets it may call it."""
        host = CALLS.get(name)
        if host is None or not any(isinstance(key, int) for key in host.mutates):
            return
        what = f"`{self.module.source.code(node)}` changes its argument in place, and here it is handed on as a value"
        self.facts.mutators[node] = Problem("NT102", what, "call it by name, or hand on a function that makes a copy")

    def used_as_value(self, value: Value) -> None:
        """A function of the project is used other than by calling it: who calls it then is not known."""
        for scope in self.functions_of(value):
            self._hand_over(scope)
        for name in functions(value):
            if (method := method_named(name)) is not None and name.startswith("bound:"):
                self.tables.mark(self.tables.held_by_methods, self.tables.hierarchy(method[0]))

    def functions_of(self, value: Value) -> list[Scope]:
        """The project's functions that a value may be."""
        return [scope for name in functions(value) for scope in self.tables.functions_named(name)]

    def kept_function(self, value: Value) -> None:
        """Somebody gets a function who may keep it, and the names of the scopes around it with it."""
        for scope in self.functions_of(value):
            self.tables.mark(self.tables.outliving, scope)

    def lend(self, node: cst.Call) -> None:
        """What is called keeps no function that it is handed beyond the call."""
        self.borrowed.update(arg.value for arg in node.args)

    def _hand_over(self, scope: Scope) -> None:
        self.tables.mark(self.tables.open_calls, scope)
        self.tables.mark(self.tables.handed, scope)

    # -- dispatch ----------------------------------------------------------------------------------------------------

    def ev(self, node: cst.BaseExpression) -> Ev:
        """Evaluate any expression; what has no rule gives the unknown."""
        method = self._RULES.get(type(node))
        if method is None:
            for child in _operands(node):
                self.ev(child)
            return ANYONE
        return method(self, node)

    def runs(self, node: cst.CSTNode, names: Iterable[str], *evs: Ev) -> None:
        """An operator, a test or an iteration runs special methods of the project's classes that change something."""
        tables = self.tables
        if tables.special_methods().isdisjoint(names):
            return
        found: list[Scope] = []
        unknown = False
        for value in (ev.value for ev in evs):
            if value.kind == "object" and tables.known(value.name):
                found += [scope for name in names for scope in tables.method(value.name or "", name)]
            unknown = unknown or value.kind == "unknown"
        if found:
            tables.widen(tables.calls, self.scope, found)
            self.look_for(found)
        targets: list[Scope] = [scope for scope in dict.fromkeys(found) if tables.changes(scope)]
        if unknown:
            self.implicitly(node, tables.implicit(names), targets)
        elif targets:
            self.impure(node, targets)

    def advance(self, ev: Ev, node: cst.CSTNode | None = None) -> None:
        """The elements of something are asked for: generators run, and what else an iterator puts off."""
        node = node or self.statement
        if ev.value.kind in {"iterator", "unknown"}:
            self.implicitly(node, ADVANCED)
        self.runs(node, _GONE_THROUGH, ev)

    def asked(self, node: cst.BaseExpression) -> Ev:
        """Evaluate what is asked whether it is true."""
        ev = self.ev(node)
        self.runs(node, _ASKED, ev)
        return ev

    def _number(self, node: cst.BaseExpression) -> Ev:
        return Ev(INT if isinstance(node, cst.Integer) else FLOAT if isinstance(node, cst.Float) else COMPLEX)

    def _string(self, node: cst.BaseExpression) -> Ev:
        for child in walk(node) if type(node) is not cst.SimpleString else ():
            if isinstance(child, cst.FormattedStringExpression):
                self.runs(child, SHOWN, self.look(child.expression))
        return Ev(STRING)

    def _ellipsis(self, node: cst.BaseExpression) -> Ev:
        return Ev(NUMBER)

    def after(self, node: cst.BaseExpression, *waiting: Ev, look: bool = False) -> Ev:
        """Evaluate an expression while others, evaluated before, wait."""
        before = len(self.waiting)
        self.waiting += waiting
        result = self.look(node) if look else self.ev(node)
        del self.waiting[before:]
        return result

    def _binary(self, node: cst.BinaryOperation) -> Ev:
        left = self.look(node.left)
        right = self.after(node.right, left, look=True)
        if isinstance(node.operator, cst.Modulo) and left.value == STRING:
            self.runs(node, SHOWN, right)
            return Ev(STRING)
        names = own_name, reflected_name = _OPERATORS[type(node.operator)]
        self.runs(node, names, left, right)
        value = arithmetic(left.value, right.value)
        if isinstance(node.operator, cst.MatrixMultiply):
            value = product(left.value, right.value)
        elif isinstance(node.operator, (cst.Divide,)) and value.is_int:
            value = NUMBER
        if value.kind in CONTAINERS or not CONTAINERS.isdisjoint((left.value.kind, right.value.kind)):
            items = joined(node, left, right)  # a new list of the same elements
            return Ev(value, (), items, (*self._elements(left), *self._elements(right)))
        for slot, _ in (*left.origins, *right.origins):
            self.state.blur(slot)  # an operator of somebody's own
        own = self.given_by(node, own_name, left, right)
        reflected = self.given_by(node, reflected_name, right, left)
        return self._with(Ev(UNKNOWN if reflected else value), [*own, *reflected], own if not reflected else ())

    def _unary(self, node: cst.UnaryOperation) -> Ev:
        if isinstance(node.operator, cst.Not):
            self.asked(node.expression)
            return Ev(NUMBER)
        operand = self.ev(node.expression)
        self.runs(node, (_SIGNS[type(node.operator)],), operand)
        value = operand.value
        if value.kind == "array":
            value = value._replace(order=contiguous(value.ndim, (value,)))
        result = Ev(value if value.kind in {"number", "array", "maybe", "bottom"} else UNKNOWN)
        own = self.given_by(node, _SIGNS[type(node.operator)], operand)
        return self._with(result, own, own)

    def given_by(self, node: cst.CSTNode, name: str, base: Ev, *others: Ev) -> list[Ev]:
        """What a special method of the project's classes gives, which Python calls on an object; it may keep the
        other operands."""
        raise NotImplementedError

    def _with(self, result: Ev, given: Sequence[Ev], sure: Sequence[Ev] = ()) -> Ev:
        """A result that may show what one of these shows, and certainly is one of those that are sure."""
        if not given:
            return result
        if sure:
            result = result._replace(value=BOTTOM)
            for ev in sure:
                result = result._replace(value=join(result.value, ev.value))
        origins = dict.fromkeys((s, MAY) for ev in given for s, _ in ev.origins)
        held = dict.fromkeys((s, MAY) for ev in given for s, _ in (*ev.held, *self._elements(ev)))
        return result._replace(origins=(*result.origins, *origins), held=(*result.held, *held))

    def _boolean(self, node: cst.BooleanOperation) -> Ev:
        left = self.asked(node.left)
        right = self.ev(node.right)
        return self.one_of(left, right)

    def _comparison(self, node: cst.Comparison) -> Ev:
        first = self.look(node.left)
        result = first.value
        for target in node.comparisons:
            right = self.after(target.comparator, first, look=True)
            self.runs(node, _COMPARED.get(type(target.operator), ()), first, right)
            if isinstance(target.operator, (cst.In, cst.NotIn)):
                self.advance(right, node)
            if isinstance(target.operator, (cst.In, cst.NotIn, cst.Is, cst.IsNot)):
                if isinstance(target.operator, (cst.Is, cst.IsNot)) and self._hangs_on_layout(first, right):
                    text = shorten(self.module.source.code(node))
                    what = f"whether `{text}` hangs on how the array lies in memory, which a tensor does not tell"
                    help = "copy the array where it is made (`.copy()`), or ask by a flag of your own"
                    self.facts.questions[node] = Problem("NT101", what, help)
                return Ev(NUMBER)
            result = arithmetic(result, right.value)
        if result.kind == "bottom":
            return Ev(BOTTOM)
        if result.kind == "array":
            return Ev(Value("array", result.ndim, dtype="bool"))
        return Ev(NUMBER if result.kind in {"number", *CONTAINERS} else Value("maybe", dtype="bool"))

    def _hangs_on_layout(self, one: Ev, two: Ev) -> bool:
        """Whether two arrays may be one because the first was contiguous, or not: `w is np.ascontiguousarray(w)`."""
        arrays = {"array", "maybe", "unknown"}
        if one.value.kind not in arrays or two.value.kind not in arrays or True not in self.tables.laid_out:
            return False
        rows = self.state.resolve(one), self.state.resolve(two)
        both = [compose(invert(rows[0][slot]), rows[1][slot]) for slot in rows[0] if slot in rows[1]]
        from_elsewhere = all(any(s == HEAP or is_caller(s) or "." in s for s in row) for row in rows)
        return (MAY in both or (from_elsewhere and not both)) and SAME not in both

    def _conditional(self, node: cst.IfExp) -> Ev:
        self.asked(node.test)
        body, orelse = self.ev(node.body), self.ev(node.orelse)
        result = self.one_of(body, orelse)
        tested = none_test(node.test)
        if tested is not None and self.handed_in(tested[0]):
            name, truth = tested
            if dict((orelse if truth else body).origins).get(name) == SAME:
                # `new if p is None else p`: the caller's array wherever there is one
                self.tables.mark(self.tables.nullable, (self.scope, name))
                return result._replace(origins=(*result.origins, (caller(name), SAME)))
        if any(rel.kind == "view" for ev in (body, orelse) for _, rel in ev.origins):
            test, operands = self.kept_test(node.test)
            if test:
                one, two = dict(body.origins), dict(orelse.origins)
                origins = [(s, either_way(one.get(s), two.get(s), test, operands)) for s in {**one, **two}]
                result = result._replace(origins=tuple((s, r) for s, r in origins if r is not None))
        return result

    def handed_in(self, name: str) -> bool:
        """Whether a parameter still holds what the caller handed in."""
        return self.state.row(name).get(caller(name)) == SAME

    def one_of(self, a: Ev, b: Ev) -> Ev:
        """One of two results: what one is and the other overlaps, it may be or overlap."""
        result = either(a, b)
        if a == b:
            return result
        rows = self.state.resolve(a), self.state.resolve(b)
        origins = []
        for slot, rel in result.origins:
            found = [row[slot] for row in rows if slot in row]
            unclear = rel.kind == "perhaps" and not {r.kind for r in found} <= {"same", "perhaps"}
            origins.append((slot, MAY if unclear else rel))
        return result._replace(origins=tuple(origins))

    def kept_test(self, node: cst.BaseExpression) -> tuple[str, frozenset[str]]:
        """The text of a test that says the same later on, and the names it reads; where reading it again would not do,
        the name that it gets."""
        if self.says_the_same(node) and names_read(node).isdisjoint(self.rebinding):
            return self.repeated_test(node), names_read(node)
        name = self.named_test(node, self.ev(node).value)
        if name:
            self.bind_name(name, Ev(NUMBER))
        return name, frozenset({name} if name else ())

    def repeated_test(self, node: cst.BaseExpression) -> str:
        """A test as part of a conditional expression."""
        text = self.module.source.code(node)
        return f"({text})" if isinstance(node, (cst.BooleanOperation, cst.NamedExpr)) else text

    def named_test(self, node: cst.BaseExpression, value: Value, *, bare: bool = False) -> str:
        """The name that a test gets where it stands, or nothing."""
        fixed = value.kind in {"number", "array", "maybe"}  # what else it is may be true now, and false later
        if self.scope.kind not in {"function", "module"} or not (fixed or self.scope.owner("bool") is None):
            return ""
        name = self.module.new_name(node, "_test")
        around = ("(", ")") if isinstance(node, cst.NamedExpr) and not node.lpar else ("", "")
        self.named[name] = Named(name, node, node, *(around if fixed else ("bool(", ")")), bare=bare)
        return name

    def says_the_same(self, node: cst.BaseExpression) -> bool:
        """Whether a test can be read again as long as its names are not bound anew."""
        text = self.module.source.code(node)
        plain = "\n" not in text and "#" not in text
        return plain and self._says_the_same(node) and all(map(self._once, names_read(node)))

    def _once(self, name: str) -> bool:
        """Whether a name is an array's, or a number's that is bound by one statement only."""
        owner = self.scope.owner(name)
        value = self.state.values.get(name)
        return owner is None or (value is not None and value.kind == "array") or len(owner.bound.get(name, ())) <= 1

    def _says_the_same(self, node: cst.BaseExpression) -> bool:
        if isinstance(node, cst.BooleanOperation):
            return self._says_the_same(node.left) and self._says_the_same(node.right)
        if isinstance(node, cst.UnaryOperation):
            return self._says_the_same(node.expression)
        if isinstance(node, cst.Comparison) and len(node.comparisons) == 1:
            operator, right = node.comparisons[0].operator, node.comparisons[0].comparator
            if isinstance(operator, (cst.Is, cst.IsNot)):
                return isinstance(node.left, cst.Name) and isinstance(right, cst.Name) and right.value == "None"
            return self.repeatable(node.left) and self.repeatable(right)
        return self.repeatable(node)

    def bind_name(self, name: str, ev: Ev) -> None:
        """Bind a plain name."""
        raise NotImplementedError

    def _lambda(self, node: cst.Lambda) -> Ev:
        for param in node.params.params:
            if param.default is not None:
                self.escape(self.ev(param.default), "a lambda's default holds it")
        self.define_function(node)
        if node not in self.callees and node not in self.borrowed:
            scope = self.module.scopes[node]
            self.tables.mark(self.tables.outliving, scope)
            if self.turning:  # the names of a comprehension are forgotten when it is over
                for name in names_read(node.body):
                    if name in self.state.values and scope.owner(name) is self.scope:
                        self.escape(Ev(self.state.values[name], ((name, SAME),)), "a function reads it")
        return Ev(Value("function", name=self.function_name(node)))

    def define_function(self, node: cst.FunctionDef | cst.Lambda) -> None:
        """A function or lambda is made here."""
        raise NotImplementedError

    def function_name(self, node: cst.CSTNode) -> str:
        """The name under which the tables know a function of the project."""
        raise NotImplementedError

    def escape(self, ev: Ev, why: str) -> None:
        """Somebody unknown holds this from now on."""
        raise NotImplementedError

    def call(self, node: cst.Call) -> Ev:
        """A call."""
        raise NotImplementedError

    def bind(self, target: cst.BaseExpression, ev: Ev, value: cst.BaseExpression | None = None) -> None:
        """Bind an assignment target."""
        raise NotImplementedError

    @property
    def bottom(self) -> Value:
        """The value of what nothing is known of yet."""
        raise NotImplementedError

    # -- displays ----------------------------------------------------------------------------------------------------

    def _tuple(self, node: cst.Tuple | cst.List | cst.Set) -> Ev:
        if not spelt_out(node):
            return self._display(node)
        known = self.module.source.derived("spelt out")
        if node not in known:
            known[node] = self._display(node)
        found: Ev = known[node]
        return found

    def _display(self, node: cst.Tuple | cst.List | cst.Set) -> Ev:
        kind = "tuple" if isinstance(node, cst.Tuple) else "list" if isinstance(node, cst.List) else "set"
        items: list[Ev] = []
        starred = False
        before = len(self.waiting)
        for element in node.elements:
            item = self.ev(element.value)
            if isinstance(element, cst.StarredElement):
                starred = True
                item = Ev(item.value.elem or UNKNOWN, self._elements(item))
            items.append(item)
            self.waiting.append(item)
        del self.waiting[before:]
        items = [self.state.settled(item) for item in items]
        elem = BOTTOM
        for item in items:
            elem = join(elem, item.value)
        distinct = not starred and self._distinct([i for i in items if i.value.may_be_array and not i.fresh])
        values = None if starred else tuple(i.value for i in items)
        value = capped(
            Value(kind, elem=elem if items else None, items=values if kind == "tuple" else None, distinct=distinct), 4
        )
        if kind == "list" and not items:
            value = Value(kind, elem=BOTTOM, distinct=True)
        held = tuple(pair for i in items for pair in self.content(i))
        return Ev(value, (), tuple(items) if kind != "set" and not starred else None, held)

    def _distinct(self, items: list[Ev]) -> bool:
        """Whether no two of these are the same array, or share memory; one attribute of two objects may be."""
        seen = set[str]()
        for item in items:
            row = {*self.state.resolve(item), *self.state.resolve(Ev(UNKNOWN, self.content(item)))}
            row |= {slot[slot.rindex(".") :] for slot in row if "." in slot}
            if not seen.isdisjoint(row):
                return False
            seen |= row
        return True

    def _dict(self, node: cst.Dict) -> Ev:
        elem, distinct = BOTTOM, True
        held: list[tuple[Slot, Rel]] = []
        items: dict[str | None, Ev] = {}
        for element in node.elements:
            if isinstance(element, cst.DictElement):
                self.ev(element.key)
                item = self.after(element.value, Ev(UNKNOWN, tuple(held)))
                elem = join(elem, item.value)
                held += self.content(item)
                distinct = distinct and (item.fresh or not item.value.may_be_array)
                items[constant_key(element.key)] = item
            else:
                item = self.ev(element.value)
                elem = join(elem, item.value.elem or UNKNOWN)
                held += self._elements(item)
                distinct = False
        value = Value("dict", elem=elem, distinct=distinct)
        if None in items or len(items) < len(node.elements):
            return Ev(value, (), None, tuple(held))
        return Ev(value, (), tuple(items.values()), tuple(held), tuple(key for key in items if key is not None))

    def _comprehension(self, node: cst.BaseComp) -> Ev:
        inner, names, item = self._turns(node)
        given = dict.fromkeys(s for s, _ in (*item.origins, *item.held))
        held = tuple((s, MAY) for s in given if root(s) not in names)
        for slot in [s for s in given if root(s) in names]:
            held += tuple((s, MAY) for s in inner.row(slot) if root(s) not in names)
        for slot in given:
            if root(slot) in names and "." in slot and item.value.kind != "number":
                held += self._of_some_object(slot, inner)
        if isinstance(node, cst.GeneratorExp):
            first = self.ev(node.for_in.iter)
            read = [Ev(v, ((s, SAME),)) for s, v in inner.values.items() if s in names_read(node) and s not in names]
            return Ev(Value("iterator", elem=item.value), (), None, (*held, *self.read_later((first, *read))))
        kind = {"ListComp": "list", "SetComp": "set", "DictComp": "dict"}[type(node).__name__]
        value = Value(kind, elem=item.value, distinct=not held)
        keys = keys_of_turns(node) if self.scope.owner("range") is None else None
        if keys is None or not (item.fresh and not item.held and item.items is None):
            return Ev(value, (), None, held)
        return Ev(value, (), (item,) * len(keys), held, keys if kind == "dict" else ())

    def _of_some_object(self, slot: Slot, inner: State) -> tuple[tuple[Slot, Rel], ...]:
        """What an attribute of an object that has a name in here only holds, for the state around."""
        path, bracket, within = slot.partition("[")
        base, _, attr = path.rpartition(".")
        owner = inner.values.get(base, UNKNOWN)
        if owner.kind == "bottom":
            return ()
        around = f"{self.any_object(owner)}.{attr}"
        self.attribute_ev(around, owner, attr)
        return ((around + bracket + within, MAY),)

    def read_later(self, evs: Iterable[Ev]) -> tuple[tuple[Slot, Rel], ...]:
        """What an iterator over these holds."""
        raise NotImplementedError

    def _turns(self, node: cst.BaseComp) -> tuple[State, set[str], Ev]:
        """The turns of a comprehension: what the last one is left with, the names of its own, and what it gives.

        What happens to the names around it stays.
        """
        state = self.state
        gathered, inner = FRESH, state  # what the turns before have given
        for _ in range(_TURNS):
            self.state = state.copy()
            for slot, _ in gathered.origins:  # attributes in it, of which the state around knows nothing
                if slot in inner.values:
                    self.state.values.setdefault(slot, inner.values[slot])
            waiting = len(self.waiting)
            self.waiting.append(gathered)
            self.lazily += isinstance(node, cst.GeneratorExp)
            self.turning += 1
            names = self._comp_for(node.for_in, look=not isinstance(node, cst.GeneratorExp))
            if isinstance(node, cst.DictComp):
                self.ev(node.key)
                item = self.ev(node.value)
            else:
                item = self.ev(node.elt)  # type: ignore[attr-defined]
            del self.waiting[waiting:]
            self.lazily -= isinstance(node, cst.GeneratorExp)
            self.turning -= 1
            held = self.content(item)
            before, gathered = gathered, Ev(UNKNOWN, held)
            inner, self.state = self.state, state
            for slot, value in inner.values.items():
                if slot[0] == "?":
                    state.values.setdefault(slot, value)
            after = join_states(state, outside(inner, state, names, node))
            if after == state and before == gathered:
                break
            state.become(after)
        return inner, names, item._replace(held=tuple(pair for pair in held if pair not in item.origins))

    def _comp_for(self, node: cst.CompFor, *, look: bool) -> set[str]:
        over = self.look(node.iter) if look else self.ev(node.iter)
        if over.value.kind in {"array", "maybe"}:
            self.waiting.append(over)  # for the turns to come
        self.bind(node.target, self.element(over, node.iter))
        names = set(bound_names(node.target))
        for condition in node.ifs:
            self.asked(condition.test)
        return names | self._comp_for(node.inner_for_in, look=look) if node.inner_for_in is not None else names

    def _walrus(self, node: cst.NamedExpr) -> Ev:
        ev = self.ev(node.value)
        self.bind(node.target, ev, node.value)
        return self.ev(node.target) if ev.value.kind not in {"number", "function", "class", "module"} else ev

    def _await(self, node: cst.Await) -> Ev:
        self.ev(node.expression)
        self.suspend()
        return ANYONE

    def _yield(self, node: cst.Yield) -> Ev:
        if node.value is not None:
            value = node.value.item if isinstance(node.value, cst.From) else node.value
            ev = self.ev(value)
            self.yielded(self.element(ev) if isinstance(node.value, cst.From) else ev)
            self.escape(ev, "it was yielded")
        else:
            self.yielded(Ev(NONE))
        self.suspend()
        return ANYONE

    def yielded(self, ev: Ev) -> None:
        """A generator gives an element."""
        raise NotImplementedError

    def suspend(self) -> None:
        """Other code runs here."""
        raise NotImplementedError

    def _starred(self, node: cst.StarredElement) -> Ev:
        return self.ev(node.value)

    def content(self, ev: Ev) -> tuple[tuple[Slot, Rel], ...]:
        """All that a container comes to hold with an object: the object, and what is in that."""
        inner = self._elements(ev) if ev.value.kind in CONTAINERS | {"unknown"} else ()
        return (*ev.origins, *ev.held, *inner)

    # -- elements ----------------------------------------------------------------------------------------------------

    def _elements(self, ev: Ev) -> tuple[tuple[Slot, Rel], ...]:
        """What the elements of a container, or the rows of an array, may share memory with."""
        found: list[tuple[Slot, Rel]] = [(s, MAY) for s, _ in ev.held]
        for item in ev.items or ():
            found += [(s, MAY) for s, _ in (*item.origins, *item.held)]
        if ev.value.kind in {"array", "maybe", "unknown", "object", "bottom"}:
            found += [(s, MAY) for s, _ in ev.origins]
        elif ev.value.kind in CONTAINERS:  # an array that a container came out of something with may be in it
            row = self.state.resolve(ev).items()
            found += [(s, MAY) for s, rel in row if rel.kind == "may" and s != HEAP and "[*]" not in s]
        for slot, rel in ev.origins:
            if slot == HEAP:
                found.append((HEAP, MAY))
            elif rel.kind in {"same", "may", "perhaps"}:
                found += [(p, MAY) for p in self.state.parts(slot) if p.startswith(slot + "[")]
                if HEAP in self.state.row(slot):
                    found.append((HEAP, MAY))
                if ev.value.kind == "iterator":  # it has no elements of its own
                    found += [(other, MAY) for other in self.state.row(elements_of(slot))]
                elif ev.value.kind in CONTAINERS:
                    found.append((elements_of(slot), MAY))
                    for alias, alias_rel in self.state.row(slot).items():
                        if alias_rel.kind in {"same", "perhaps", "may"} and alias[0] != "<" and "[" not in alias:
                            found.append((elements_of(alias), MAY))
        return tuple(dict.fromkeys(found))

    def element(self, ev: Ev, node: cst.BaseExpression | None = None) -> Ev:
        """What iterating gives: elements of a container, rows of an array."""
        value = ev.value
        self.advance(ev, node)
        if value.kind == "bottom":
            return Ev(BOTTOM)
        if value.kind == "number":
            return Ev(INT if value.dtype == "range" else STRING if value.dtype == "str" else UNKNOWN)
        if value.kind == "array":
            if value.ndim == 1:
                return Ev(NUMBER)
            row = Value("array", value.ndim - 1, value.order) if value.ndim else MAYBE
            opaque = Step("", "", why="a row of an array that is iterated over")
            return Ev(row, tuple((s, view(opaque) if r.kind != "may" else MAY) for s, r in ev.origins))
        if value.kind in CONTAINERS:
            if ev.items and value.kind != "dict":
                result = ev.items[0]
                for item in ev.items[1:]:
                    result = self.one_of(result, item)
                return result
            if value.kind == "dict":
                return FRESH
            elem = self._elem(ev)
            held = self._elements(ev)
            if elem.kind in {"number", "bottom"}:
                return Ev(elem if elem.kind == "number" else UNKNOWN, held if elem.kind == "bottom" else ())
            items = None
            if elem.kind == "tuple" and elem.items is not None:
                items = tuple(Ev(v, held if v.kind != "number" else ()) for v in elem.items)
            return Ev(elem, held, items, held)
        if value == ARTISTS:
            return Ev(value)
        held = self._inside(ev)
        given = self.given_by(node or self.statement, "__next__", ev)
        for iterator in self.given_by(node or self.statement, "__iter__", ev):
            own = iterator.value.kind == "object"  # often the object itself
            given += self.given_by(self.statement, "__next__", iterator) if own else [self.element(iterator)]
        return self._with(Ev(UNKNOWN, held or ((HEAP, MAY),), None, held), given)

    def _inside(self, ev: Ev) -> tuple[tuple[Slot, Rel], ...]:
        """The same of an object, whose class may be a list's, too: nobody follows what that holds."""
        own = ev.value.kind == "object" and self.tables.known(ev.value.name)
        return (*self._elements(ev), *(((HEAP, MAY),) if own else ()))

    def _elem(self, ev: Ev) -> Value:
        """What the elements of a container are, those included that somebody put in who got it from elsewhere."""
        elem = ev.value.elem
        if elem is None:
            return UNKNOWN
        known_elsewhere = any(slot == HEAP or HEAP in self.state.row(slot) for slot, _ in ev.origins)
        return join(elem, self.tables.scattered.get("", BOTTOM)) if known_elsewhere else elem

    # -- attributes --------------------------------------------------------------------------------------------------

    def _attribute(self, node: cst.Attribute) -> Ev:
        attr = self.scope.attribute(node.attr.value)
        if attr in _FORM and not self.tables.changes_under(attr):
            self.read_at_once.add(node.value)
        base = self.ev(node.value)
        value = base.value
        if attr == "__class__":
            self.facts.types_asked[node] = value
        elif attr == "dtype":
            self.facts.dtypes_read[node] = value
        if (f"ndarray.{attr}" in FEATURES or f"ndarray.{attr}" in MEMORY) and (
            value.kind in {"array", "maybe"} or (value.kind == "unknown" and attr in TELLING)
        ):
            self.facts.features[node] = f"ndarray.{attr}"
        if value.kind == "module" and value.name is not None:
            return self.module_attribute(node, value.name, attr)
        if value.kind in {"class", "function"} and value.name is not None and is_numpy(value.name):
            self.facts.references.pop(node.value, None)
            found = Value("function", name=f"{value.name}.{attr}")
            self._refer(node, found)
            if value.name == "numpy.ndarray":
                self._unbound_method(node, attr)
            return Ev(found)
        if self._is_foreign(value):
            return self._foreign_attribute(node, Value("function", name=f"{value.name}.{attr}"))
        if value.kind == "bottom":
            return Ev(BOTTOM)
        if node not in self.callees:
            self.filled_by_a_method(node, base)
        if value.kind == "unknown":
            self.from_a_module(attr)
        if value.kind in {"number"}:
            return Ev(value if attr in {"real", "imag", "T"} else NUMBER)
        if value == ARTISTS and attr in artists.ATTRIBUTES:
            return Ev(value)
        if value == LOADED and attr == "files":
            return Ev(Value("list", elem=STRING))
        if attr in INDEXERS and self._indexes(value, attr):
            return Ev(INDEXER, ((HEAP, MAY),))
        if value.kind in {"array", "maybe"} or (value.kind in {"unknown", "bottom"} and attr in _VIEW_ATTRIBUTES):
            return self.array_attribute(node, base, attr)
        formal = (attr in _NUMBER_ATTRIBUTES or attr == "shape") and not self.tables.changes_under(attr)
        if value.kind in {"unknown", "bottom"} and formal:
            return Ev(Value("tuple", elem=INT) if attr == "shape" else _NUMBER_ATTRIBUTES[attr])
        if attr in {"__name__", "__qualname__"}:
            return Ev(STRING)
        if attr == "__class__":
            self.class_taken(node, value)
            return ANYONE
        if attr == "__dict__":
            return self.attributes_of(node, node.value, value)
        if (stands := self.written_out(node)) is not node:
            return self._by_a_property(node, stands)
        path = self.path(node)
        self.runs(node, ("__getattr__", "__getattribute__"), base)
        if value.kind == "object" and self.tables.known(value.name):
            methods = self.tables.method(value.name or "", attr)
            given = self.tables.is_property(value, attr)
            if given or any(_is_property(m) for m in methods):
                quiet = methods and not any(map(self.tables.changes, methods))
                self.impure(self.statement if quiet else node, methods or (None,))
                result = self.got(methods, base) if given else ANYONE
                if result is ANYONE:
                    self.tables.opened(attr)
                if result.value.may_be_array or result.value.kind in CONTAINERS:
                    self.tables.widen(self.tables.readers, attr, [(self.key(value, attr)[0], self.scope)])
                self._refer(node, result.value)
                return result
        elif attr in self.tables.pinned_names():
            if value.kind == "unknown":
                self.tables.widen(self.tables.calls, self.scope, self.tables.methods_named(attr))
            self.tables.opened(attr)
        held = self._arrays_inside(base) + self._by_getattr(node, base, attr, path)
        if path is None:
            if any(s[0] not in "<?" and "[" not in s for s, _ in base.origins):
                self.any_object(value)
            result = self.some_attribute(value, attr)
            result = result._replace(origins=(*result.origins, *held))
        else:
            result = self.attribute_ev(path, value, attr)
            for slot, rel in held if result.origins else ():
                self.state.relate(path, slot, rel)
        if result.value.may_be_array or result.value.kind in CONTAINERS:
            self.tables.widen(self.tables.readers, attr, [(self.key(value, attr)[0], self.scope)])
        self._refer(node, result.value)
        return result

    def _by_getattr(self, node: cst.Attribute, base: Ev, attr: str, path: Slot | None) -> list[tuple[Slot, Rel]]:
        """What `__getattr__` gives for an attribute that the object may not have, or `__getattribute__` for any."""
        if self.tables.special_methods().isdisjoint({"__getattr__", "__getattribute__"}):
            return []
        given = self.given_by(node, "__getattribute__", base)
        makers = self.tables.method(base.value.name or "", "__init__") if base.value.kind == "object" else ()
        bound = any(self.key(base.value, attr) in self.tables.constructed.get(scope, ()) for scope in makers)
        if not bound and path not in self.state.values:
            given += self.given_by(node, "__getattr__", base)
        return [*self._with(FRESH, given).origins]

    def filled_by_a_method(self, node: cst.Attribute, container: Ev) -> None:
        """`put = xs.append`, or `xs.__setitem__(0, x)`: nobody sees what a container comes to hold."""
        name = node.attr.value
        method = METHODS.get(f"{container.value.kind}.{name}")
        if (name in IN_PLACE_DUNDERS or not name.startswith("__")) if method is None else method.fills:
            self.filled_unseen(node.value, container)

    def filled_unseen(self, node: cst.BaseExpression, container: Ev) -> None:
        """Anything may have been put into a container."""
        if container.value.kind in {"list", "dict", "set"}:
            self.grow_container(node, container, UNKNOWN, False, [HEAP])

    def grow_container(
        self, target: cst.BaseExpression, receiver: Ev, elem: Value, fresh: bool, held: list[Slot]
    ) -> None:
        """Note that a container holds more than it did."""
        raise NotImplementedError

    def _indexes(self, value: Value, attr: str) -> bool:
        """Whether `x.loc` is what pandas's tables are indexed by: nothing in the project has such a name."""
        foreign = value.kind == "object" and not self.tables.known(value.name) and not is_numpy(value.name or "")
        others = foreign or value.kind in {"maybe", "unknown"}
        mine = self.tables.owned_somewhere(attr) or self.tables.methods_named(attr)
        return others and self.tables.mentions_pandas and not mine

    def written_out(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """What a property stands for, `k._x` for `k.x`; the expression itself where it is no property, or one whose
        getter does more than that."""
        if not isinstance(node, cst.Attribute):
            return node
        attr = self.scope.attribute(node.attr.value)
        if attr not in self.tables.pinned_names():
            return node
        value = self.ev(node.value).value
        if not self.tables.is_property(value, attr):
            return node
        found = self.tables.stands_for(value.name or "", attr)
        stands = None if found is None else self.module.written_out(node, *found)
        return node if stands is None else stands

    def methods_of(self, node: cst.Attribute) -> list[Scope]:
        """The functions of the project that an attribute may be, or that a property of this name has."""
        return self.tables.method(self.ev(node.value).value.name or "", self.scope.attribute(node.attr.value))

    def _by_a_property(self, node: cst.Attribute, stands: cst.BaseExpression) -> Ev:
        """The attribute that a property gives: its getter runs, and does nothing that could be seen."""
        getters = list(filter(is_getter, self.methods_of(node)))
        for scope in getters:
            self.tables.mark(self.tables.called, scope)
        self.tables.widen(self.tables.calls, self.scope, getters)
        result = self.ev(stands)
        part: cst.CSTNode = stands
        while part is not node.value and isinstance(part, (cst.Attribute, cst.Subscript)):
            for facts in (self.facts.references, self.facts.features):
                facts.pop(part, None)
            part = part.value
        self._refer(node, result.value)
        return result

    def got(self, methods: Sequence[Scope], base: Ev) -> Ev:
        """What a property gives: its getter runs each time, or, where it is kept, once."""
        raise NotImplementedError

    def _arrays_inside(self, ev: Ev) -> list[tuple[Slot, Rel]]:
        """The arrays that what nobody has seen being made may hold in its attributes: `list(map(Node, [a]))[0].w`."""
        row = self.state.resolve(ev)
        return [
            (s, MAY)
            for s, rel in row.items()
            if rel == MAY and self.state.values.get(s, BOTTOM).kind in {"array", "maybe"}
        ]

    def some_attribute(self, base: Value, attr: str) -> Ev:
        """An attribute of an object that is not reached by names alone: it may be that of any other of its class."""
        if self.key(base, attr)[0] is None and not self.tables.owned_somewhere(attr):
            self.seen_by_others([s for s in self.state.private if s.endswith(f".{attr}")])
            return Ev(self.attribute_value(base, attr), ((HEAP, MAY),))
        ev = self.attribute_ev(f"{self.some_object(base)}.{attr}", base, attr)
        return ev._replace(origins=(*((s, PERHAPS) for s, _ in ev.origins), (HEAP, MAY)))

    def some_object(self, value: Value) -> Slot:
        """The slot that stands for every object of a class that has no name here."""
        slot = some_object(self.tables.number(self.key(value, "")[0]))
        self.state.values[slot] = join(self.state.values.get(slot, BOTTOM), value)
        return slot

    def any_object(self, value: Value) -> Slot:
        """The same where objects that have names may be meant, too."""
        slot = self.some_object(value)
        self.named_too.add(slot)
        return slot

    def _is_foreign(self, value: Value) -> bool:
        """Whether this is a package, class or function of somebody else's, such as `scipy.linalg`."""
        name = value.name or ""
        return value.kind == "function" and "." in name and ":" not in name and name not in self.tables.functions

    def module_attribute(self, node: cst.Attribute, module: str, attr: str) -> Ev:
        """An attribute of a module."""
        if is_numpy(module):
            self.facts.references.pop(node.value, None)
            found = numpy_value(f"{module}.{attr}")
            self.facts.references[node] = found.name or f"{module}.{attr}"
            return Ev(found)
        child = Value("module", name=f"{module}.{attr}")
        if module in self.tables.namespaces and self.tables.is_own(child.name):
            self._refer(node, child)
            return Ev(child)
        if module in self.tables.modules:
            info = self.tables.modules[module]
            if attr == "__dict__":
                self.handed_over(Value("module", name=module))
            value = self.tables.names.get((info.scope, attr))
            if value is None:
                value = child if self.tables.is_own(child.name) else self.bottom
            self._refer(node, value)
            if value.kind in {"number", "function", "class", "module"}:
                return Ev(value)
            self.tables.widen(self.tables.outer_readers, (info.scope, attr), [self.scope])
            if value.kind != "bottom" and not (value.is_array and node in self.tables.momentary(self.module)):
                self.tables.note(self.tables.outer_held, (info.scope, attr), f"another module reads `{attr}`")
            return Ev(value, ((HEAP, MAY),))
        if holds(self.tables.declared, f"{module}.{attr}"):
            return Ev(child)
        if attr == "__dict__":
            return self.attributes_of(node, node.value, Value("module", name=module))
        function = attr[:1].islower() or attr[:1] == "_"
        foreign = self._foreign_attribute(node, Value("function" if function else "class", name=child.name))
        if foreign.value.kind != "unknown":
            self._refer(node, foreign.value)
        return foreign

    def _foreign_attribute(self, node: cst.Attribute, value: Value) -> Ev:
        """An attribute of somebody else's module, class or function. It may be what the project has put there."""
        name = node.attr.value
        if node in self.callees or not self.tables.put_anywhere(name):
            return Ev(value)
        return self.put_there(name) if self.tables.put_into_a_module(name) else ANYONE

    def put_there(self, name: str) -> Ev:
        """What somebody else's module gives under a name that the project sets: any array that it has put there."""
        for key in [key for key in self.tables.attrs if key[1] == name]:
            self.hand_out(key, "a module may be imported that the object was entered as")
        held = [(slot, MAY) for slot in self.state.values if slot.endswith(f".{name}")]
        return ANYONE._replace(origins=(*ANYONE.origins, *held))

    def hand_out(self, key: AttrKey, why: str) -> None:
        """Others may get hold of what stands in an attribute."""
        raise NotImplementedError

    def array_attribute(self, node: cst.BaseExpression, base: Ev, attr: str) -> Ev:
        """An attribute of an array, however it is got."""
        value = base.value
        if attr == "shape":
            items = (INT,) * value.ndim if value.ndim is not None and value.kind == "array" else None
            return Ev(Value("tuple", elem=INT, items=items), (), None if items is None else tuple(Ev(i) for i in items))
        if attr in _NUMBER_ATTRIBUTES:
            return Ev(_NUMBER_ATTRIBUTES[attr])
        name = _VIEW_ATTRIBUTES.get(attr)
        if name is None:
            self._unbound_method(node, attr)
            if attr == "flat":
                return Ev(Value("object", name="numpy.flatiter"), tuple((s, MAY) for s, _ in base.origins))
            return Ev(UNKNOWN, tuple((s, MAY) for s, _ in base.origins))
        kind = "array" if value.kind == "array" else "maybe"
        result = Value(kind, value.ndim, dtype=None if attr in {"real", "imag"} else value.dtype)
        if attr in {"real", "imag"}:
            if value.dtype is None:
                return Ev(result, tuple((s, MAY) for s, _ in base.origins))
            if not value.dtype.startswith("complex"):
                return Ev(value, base.origins) if attr == "real" else Ev(result)
        step = Step(f"{BASE}.{attr}", _inverse(name))
        return Ev(result, through(base.origins, step))

    def _unbound_method(self, node: cst.BaseExpression, attr: str) -> None:
        """A method that changes its array, handed on as a value or reached other than by `x.method(...)`."""
        effect = EFFECTS.get(f"ndarray.{attr}")
        if attr in IN_PLACE_DUNDERS or (effect is not None and "self" in effect.mutates and not effect.mutates_if):
            text = self.module.source.code(node)
            self.facts.problems[node] = Problem(
                "NT102",
                f"`{text}` changes an array in place, and a tensor has no such method",
                "write the assignment, or call the method on the array's name",
            )

    def attribute_ev(self, path: Slot, base: Value, attr: str) -> Ev:
        """An attribute of an object that has a name: a slot like others, shared with whoever owns it not alone."""
        state = self.state
        if state.private:  # another name, perhaps for the same object
            self.seen_by_others([s for s in state.private if s != path and s.endswith(f".{attr}")])
        if path not in state.values:
            value = self.attribute_value(base, attr)
            state.values[path] = value
            why = self.attribute_holder(base, attr)
            if why is not None or self.key(base, attr) in self.tables.class_level:  # whose other objects have it, too
                state.relate(HEAP, path, MAY)
                state.relate(HEAP, elements_of(path), MAY)
            self._same_attribute(path, attr)
        value = state.values[path]
        if value.kind in {"number", "function", "class", "module"}:
            return Ev(value)
        return Ev(value, ((path, SAME),))

    def impure(self, node: cst.CSTNode, targets: Sequence[Target] = (None,)) -> None:
        """Code of the project, or unknown code, runs here."""
        raise NotImplementedError

    def implicitly(self, node: cst.CSTNode, implicit: Implicit, targets: Sequence[Scope] = ()) -> None:
        """What nobody calls may run here, and certainly these."""
        raise NotImplementedError

    def binds_any(self, path: Slot, base: Value, attrs: Iterable[str]) -> None:
        """One of these attributes is bound anew, and nobody sees which."""
        raise NotImplementedError

    def seen_by_others(self, slots: Iterable[Slot]) -> None:
        """Who is not followed may look at new arrays in attributes."""
        raise NotImplementedError

    def look_for(self, targets: Sequence[Target]) -> None:
        """These may look at new arrays in attributes."""
        raise NotImplementedError

    def _same_attribute(self, path: Slot, attr: str) -> None:
        """What another name of the object has for this attribute, its holders included, is this very array."""
        state = self.state
        names = state.row(path.rpartition(".")[0])
        for other in [s for s in state.values if s != path and s.endswith(f".{attr}")]:
            rel = names.get(other.rpartition(".")[0])
            if rel is not None:
                for holder, to_holder in [(other, SAME), *state.row(other).items()]:
                    if holder != path:
                        perhaps = PERHAPS if to_holder.kind in {"same", "perhaps"} else MAY
                        state.relate(path, holder, to_holder if rel.kind == "same" else perhaps)

    def class_taken(self, node: cst.BaseExpression, value: Value) -> None:
        """The class of an object is taken: its constructor may be called without being named."""
        if node in self.module.mentions or value.kind == "bottom":
            return
        known = self.tables.known(value.name)
        for name in (value.name or "").split("|") if known else list(self.tables.classes):
            self.tables.mark(self.tables.made_elsewhere, name)

    def attributes_of(self, node: cst.BaseExpression, owner: cst.BaseExpression, value: Value) -> Ev:
        """`vars(k)` or `k.__dict__`: arrays in attributes may be got out of it, and anything may be put in."""
        self.tables.widen(self.tables.callables, (None, "*"), ["?"])
        if value.kind in {"class", "unknown"}:
            self.tables.mark(self.tables.computed, None)
        if value.kind == "module":
            self.handed_over(value)
        elif value.kind == "unknown":
            self.from_a_module(None)
        if self.scope not in self.module.looks:
            self.module.looks[self.scope] = looks(self.scope)
        whole, items, filled = self.module.looks[self.scope]
        if node in pickled(self.scope) and not self.tables.asks_for_state:
            pass
        elif node in whole:
            self.shared_with(node, owner, value)
        elif node in items:
            arrays, _ = self.tables.under_any_name(value.name if self.tables.known(value.name) else None)
            for item in items[node]:
                if not arrays or _constant_key(item) not in {None, *arrays}:
                    continue
                what = f"`{shorten(self.module.source.code(item))}` may be the array in `.{arrays[0]}`"
                problem = Problem("NT512", f"{what}, which is changed in place elsewhere", "name the attribute")
                self.facts.computed[item] = ComputedAttribute(problem, ())
        elif node in filled and all(self._puts_no_array(arg) for arg in filled[node].args):
            arrays, _ = self.tables.under_any_name(value.name if self.tables.known(value.name) else None)
            self.binds_any(self.path(owner) or self.some_object(value), value, arrays)
            for arg in filled[node].args:
                if arg.keyword is not None:
                    key = self.key(value, arg.keyword.value)
                    self.tables.grow(self.tables.attrs, key, self.ev(arg.value).value)
        elif value.kind != "unknown" or node not in self.module.assigned_through:
            self.attributes_shared(value, self.tables.put_in if node in filled else self.tables.copied)
            if node not in self.module.assigned_through:
                self.bound_in_a_module(value, "*", UNKNOWN)
        return Ev(Value("dict", elem=UNKNOWN), ((HEAP, MAY),), None, ((HEAP, MAY),))

    def _puts_no_array(self, arg: cst.Arg) -> bool:
        return put_in_by(arg, self.ev(arg.value).value).kind in {"number", "function", "class", "module"}

    def shared_with(self, node: cst.BaseExpression, shared: cst.BaseExpression, value: Value) -> None:
        """Something that is made here holds the arrays of an object, and would not see what changes in place."""
        arrays, _ = self.tables.under_any_name(value.name if self.tables.known(value.name) else None)
        if arrays:
            text = shorten(self.module.source.code(node))
            what = f"`{text}` may share the array in `.{arrays[0]}`, which is changed in place elsewhere"
            help = "copy the arrays too (`copy.deepcopy`), or store new arrays in place of changing them"
            self.facts.copies[shared] = SharedCopy(Problem("NT302", what, help), tuple(arrays))

    def attributes_shared(self, value: Value, classes: TableSet[str | None] | None = None) -> None:
        """Other objects, or dicts, get hold of an object's attributes, or what others hold is put into these."""
        self.seen_by_others(self.state.private)
        self.tables.mark(self.tables.sharing, self.scope)
        classes = self.tables.copied if classes is None else classes
        if value.kind == "object" and value.name is not None and self.tables.known(value.name):
            self.tables.mark(classes, self.tables.hierarchy(value.name))
        elif value.kind == "unknown":
            self.tables.mark(classes, None)

    def bound_in_a_module(self, base: Value, attr: str, value: Value) -> None:
        """A name of a module is bound from outside: `m.x = v`."""
        raise NotImplementedError

    def key(self, base: Value, attr: str) -> AttrKey:
        """The key of an attribute in the tables: by class hierarchy where the class is known."""
        if base.kind in {"object", "class"} and base.name is not None and self.tables.known(base.name):
            return (self.tables.hierarchy(base.name), attr)
        return (None, attr)

    def attribute_value(self, base: Value, attr: str) -> Value:
        """The value of an attribute, over all assignments to it in the project."""
        tables = self.tables
        key = self.key(base, attr)
        if base.kind == "function" and functions(base) and tables.under_this_name(attr).kind == "number":
            return NUMBER  # nobody but the project gives its functions attributes
        if key[0] is None and (base.kind in {"unknown", "bottom"} or not tables.owned_somewhere(attr)):
            return UNKNOWN if base.kind != "bottom" else self.bottom
        found = join(tables.attrs.get(key, BOTTOM), tables.attrs.get((None, attr), BOTTOM))
        if found.kind == "bottom":
            methods = tables.method(base.name, attr) if base.name else []
            if methods:
                if any(_is_property(m) for m in methods):
                    return UNKNOWN
                return method_value(base, attr)
            if base.name is not None and tables.known(base.name) and tables.foreign_base(base.name):
                return UNKNOWN
            return self.bottom
        return found

    def attribute_holder(self, base: Value, attr: str) -> str | None:
        """Why others may hold an attribute's array, or None if the object alone does."""
        tables = self.tables
        key = self.key(base, attr)
        if base.kind == "bottom":
            return None
        if key[0] is None:
            return UNKNOWN_CLASS
        if key[0] in tables.copied or None in tables.copied:
            return "objects are copied, and the copies share it"
        if key[0] in tables.put_in or None in tables.put_in:
            return "what is put into a dict of attributes by `update` may be held by others"
        why: str | None = tables.unowned.get(key) or tables.unowned.get((None, attr))
        if why is None and self._set_unseen(base, attr) and self.bottom == UNKNOWN:
            why = f"nothing assigns `.{attr}` by its name"
        return why

    def _set_unseen(self, base: Value, attr: str) -> bool:
        """Whether an attribute can only have come about by a name that is computed: `self.__dict__.update(given)`."""
        tables, name = self.tables, base.name or ""
        if tables.attrs.get(self.key(base, attr)) or tables.attrs.get((None, attr)) or tables.method(name, attr):
            return False
        return not (tables.foreign_base(name) or tables.is_dataclass(name) or tables.is_pinned(base, attr))

    def path(self, node: cst.BaseExpression) -> Slot | None:
        """The slot that a chain of attributes stands for, if it hangs on a plain name."""
        if isinstance(node, cst.Name):
            return node.value
        if isinstance(node, cst.Attribute):
            base = self.path(node.value)
            if base is not None and (stands := self.written_out(node)) is not node:
                return self.path(stands)
            return None if base is None else f"{base}.{self.scope.attribute(node.attr.value)}"
        return None

    # -- subscripts --------------------------------------------------------------------------------------------------

    def _subscript(self, node: cst.Subscript) -> Ev:
        slot, parts = self.item_of(node), index_parts(node)
        if slot is not None and slot not in self.state.items:
            self.index_ev(parts[0])
            return self.item(slot)
        base = self.look(node.value)
        self.waiting.append(base)
        evs = [self.index_ev(part) for part in parts]
        self.runs(node, ("__getitem__",), base)
        self.runs(node, ("__index__",), *evs)
        self.waiting.pop()
        value = base.value
        if value.kind == "function" and value.name in {"numpy.r_", "numpy.c_", "numpy.ogrid"}:
            return Ev(ARRAY if value.name != "numpy.ogrid" else UNKNOWN)
        if value.kind == "function" and value.name == "numpy.mgrid":
            return Ev(array(_grid_ndim(node)))
        if value.kind == "function" and value.name in {"numpy.s_", "numpy.index_exp"}:
            return Ev(SLICE if len(parts) == 1 and isinstance(parts[0], cst.Slice) else Value("tuple"))
        if value.kind in {"array", "maybe"}:
            return self._array_item(node, base, parts, evs)
        if value.kind == "bottom":
            return Ev(BOTTOM)
        if value.kind == "number":
            return Ev(STRING if value.dtype == "str" else NUMBER)
        if value.kind in CONTAINERS:
            return self._container_item(node, base, parts)
        if value.kind in {"class", "function", "module"}:
            return Ev(Value("class", name=value.name)) if value.kind == "class" else ANYONE
        if value == LOADED and index_kind(parts, [e.value for e in evs]) == "basic":
            return self._array_item(node, base._replace(value=ARRAY), parts, evs)  # archives take names alone
        return self._unknown_item(base, parts, evs)

    def index_ev(self, part: cst.BaseExpression | cst.Slice) -> Ev:
        """One part of an index."""
        if isinstance(part, cst.Slice):
            for bound in (part.lower, part.upper, part.step):
                if bound is not None:
                    self.ev(bound)
            return Ev(SLICE)
        return self.ev(part)

    def _container_item(self, node: cst.Subscript, base: Ev, parts: list[cst.BaseExpression | cst.Slice]) -> Ev:
        value = base.value
        if value.kind == "dict" and True in self.tables.factories:
            self.implicitly(node, ADVANCED)
        if len(parts) == 1 and isinstance(parts[0], cst.Slice):
            items = sliced(parts[0], base.items) if value.kind in {"list", "tuple"} else None
            values = tuple(item.value for item in items) if items is not None and value.kind == "tuple" else None
            return Ev(Value(value.kind, elem=value.elem, items=values), (), items, self._elements(base))
        k = constant_int(parts[0]) if len(parts) == 1 else None
        if (
            value.kind == "list"
            and base.items is not None
            and k is not None
            and -len(base.items) <= k < len(base.items)
        ):
            return base.items[k]
        if (
            value.kind == "tuple"
            and value.items is not None
            and k is not None
            and -len(value.items) <= k < len(value.items)
        ):
            if base.items is not None:
                return base.items[k]
            return Ev(value.items[k], self._elements(base) if value.items[k].kind != "number" else ())
        elem = self._elem(base)
        if elem.kind == "number":
            return Ev(elem)
        held = self._elements(base)
        return Ev(self.bottom if elem.kind == "bottom" else elem, held, None, held)

    def _unknown_item(self, base: Ev, parts: list[cst.BaseExpression | cst.Slice], evs: list[Ev]) -> Ev:
        kind = index_kind(parts, [e.value for e in evs])
        if kind == "advanced" and base.value.kind == "unknown":
            return Ev(UNKNOWN, ())  # only an array takes such an index, and it copies
        if base.value == ARTISTS:
            return Ev(ARTISTS)
        if base.value == LOADED and [ev.value for ev in evs] == [STRING]:
            return Ev(LOADED)  # a field of records is a view, but records stay the host's, and are changed in place
        if base.value.kind in {"unknown", "bottom", "object"}:
            held = tuple((s, MAY) for s, _ in base.origins) + self._inside(base)
            return Ev(UNKNOWN, held, None, held)
        return ANYONE

    def _array_item(
        self, node: cst.Subscript, base: Ev, parts: list[cst.BaseExpression | cst.Slice], evs: list[Ev]
    ) -> Ev:
        kind = index_kind(parts, [e.value for e in evs])
        value = base.value
        if kind == "advanced":
            ndim = value.ndim if value.kind == "array" else None
            return Ev(Value("array", _selected_ndim(ndim, evs)) if value.kind == "array" else MAYBE)
        if kind == "unknown":
            return Ev(MAYBE, tuple((s, MAY) for s, _ in base.origins))
        ints = sum(e.value.is_int for e in evs)
        new = sum(e.value == NONE for e in evs)
        ndim = None if value.ndim is None else value.ndim - ints + new
        dots = any(isinstance(p, cst.Ellipsis) for p in parts)
        if ndim is not None and ndim <= 0 and not dots:
            return Ev(Value("number", dtype="int" if value.dtype == "int64" else value.dtype))
        dims = dots or any(isinstance(p, cst.Slice) for p in parts)  # what is left has dimensions, and is a view
        if ints and ndim is None and not dims:  # an item of a 1-D array is a number, a row of a 2-D array a view
            row = self.index_step(node, parts)
            known = row.forward and not row.stale
            origins = through(base.origins, row._replace(test=f"{RUNTIME}.ndim({SELF})")) if known else ()
            return Ev(Value("maybe", dtype=value.dtype), origins or tuple((s, MAY) for s, _ in base.origins))
        order = value.order and _keeps_order(parts, evs)
        result = Value("array", ndim, order, dtype=value.dtype)
        return Ev(result, through(base.origins, self.index_step(node, parts)))

    def index_step(self, node: cst.Subscript, parts: list[cst.BaseExpression | cst.Slice]) -> Step:
        """The lens of a basic index; without text if the index can't be read twice."""
        source = self.module.source
        text = source.joined(node.slice).strip()
        self.state.evaluated(node)
        kept = node if self._may_be_kept(node, parts) else None
        if not all(self.repeatable(part) for part in parts) or "\n" in text or "#" in text:
            return Step("", "", why="an index that can't be repeated", node=kept)
        operands = frozenset(n for part in parts for n in names_read(part))
        inverse = f"{RUNTIME}.tensor_scatter_update({BASE}, {index_text(source.code, node, parts)}, {VIEW})"
        plain = all(isinstance(p, cst.Slice) or constant_int(p) is not None for p in parts)
        index = tuple(_constant_part(p) for p in parts) if plain else None  # None and ... shift the positions
        return Step(f"{BASE}[{text}]", inverse, operands, index, node=kept if operands else None)

    def _may_be_kept(self, node: cst.Subscript, parts: list[cst.BaseExpression | cst.Slice]) -> bool:
        """Whether an index can get a name where it stands: `v = x[_index := i]`."""
        statement = self.statement
        if isinstance(statement, cst.Assign):
            names = all(isinstance(target.target, cst.Name) for target in statement.targets)
        else:
            names = isinstance(statement, cst.AnnAssign) and isinstance(statement.target, cst.Name)
        starred = any(isinstance(element.slice, cst.Index) and element.slice.star for element in node.slice)
        bare = any(isinstance(part, cst.NamedExpr) and not part.lpar for part in parts)
        return names and not starred and not bare and self.scope.kind in {"function", "module"}

    def kept_index(self, step: Step) -> Step:
        """The step with what its index was, under a name."""
        node = step.node
        assert node is not None
        parts = index_parts(node)
        name = self.module.new_name(node, "_index")
        around = "", ""
        if any(isinstance(part, cst.Slice) for part in parts):
            around = f"{RUNTIME}.s_[", "]"
        elif len(parts) > 1 or not isinstance(node.slice[0].comma, cst.MaybeSentinel):
            around = "(", ")"
        self.named[name] = Named(name, node.slice[0], node.slice[-1], *around, bare=True)
        inverse = f"{RUNTIME}.tensor_scatter_update({BASE}, {name}, {VIEW})"
        return step._replace(forward=f"{BASE}[{name}]", inverse=inverse, operands=frozenset({name}), stale=False)

    def settled(self, name: str) -> bool:
        """Whether only the statements of this scope bind a name anew."""
        owner = self.scope.owner(name)
        return owner is None or name not in owner.rebound

    def repeatable(self, node: cst.CSTNode) -> bool:
        """Whether reading the expression again, later, gives the same as long as its names are not bound anew."""
        if isinstance(node, cst.Name):
            return self.ev(node).value.kind in {"number", "slice", "module"} and self.settled(node.value)
        if isinstance(node, cst.Attribute) and node.attr.value in {"newaxis"}:
            return True
        if isinstance(node, cst.Attribute) and node.attr.value in {"size", "ndim"}:
            return self._keeps_shape(node.value)
        if isinstance(node, cst.Subscript) and isinstance(node.value, cst.Attribute):
            shape = node.value.attr.value == "shape" and self._keeps_shape(node.value.value)
            return shape and constant_int(index_parts(node)[0]) is not None
        if isinstance(node, (cst.Integer, cst.Float, cst.Ellipsis)):
            return True
        if isinstance(node, cst.Slice):
            return all(self.repeatable(b) for b in (node.lower, node.upper, node.step) if b is not None)
        if isinstance(node, cst.UnaryOperation):
            return self.repeatable(node.expression)
        if isinstance(node, cst.BinaryOperation):
            return self.repeatable(node.left) and self.repeatable(node.right)
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and self.scope.owner(node.func.value) is None:
            given = [arg.value for arg in node.args if not arg.star and arg.keyword is None]
            if node.func.value == "len":
                return len(given) == len(node.args) == 1 and self._keeps_shape(given[0])
            if node.func.value in _OF_NUMBERS and len(given) == len(node.args):
                return all(self.repeatable(arg) and not isinstance(arg, cst.Call) for arg in given)
        return False

    def _keeps_shape(self, node: cst.BaseExpression) -> bool:
        """Whether a name holds something whose size and shape nothing but `x.shape = s` and the like changes: not a
        list, which may grow, nor an object of the user's."""
        if not isinstance(node, cst.Name) or not self.settled(node.value):
            return False
        return self.ev(node).value.kind in {"array", "maybe", "number", "tuple"}

    # -- places ------------------------------------------------------------------------------------------------------

    def place(self, node: cst.BaseExpression) -> Place | Problem:
        """Where the array that an expression gives is kept, with the lens from there."""
        source = self.module.source
        if isinstance(node, cst.Name):
            return Place(node.value, node.value)
        if (stands := self.written_out(node)) is not node:
            return self._place_by_a_property(node, stands)
        if isinstance(node, cst.Attribute):
            base = self.ev(node.value).value
            name = _VIEW_ATTRIBUTES.get(node.attr.value)
            if name is not None and base.kind in {"array", "maybe"}:
                if node.attr.value == "real" and base.dtype is not None and not base.dtype.startswith("complex"):
                    return self.place(node.value)  # the real part of a real array is the array
                if node.attr.value in {"real", "imag"} and not (base.dtype or "").startswith("complex"):
                    return Problem(
                        "NT102",
                        f"it is not known whether `{source.code(node)}` is the array itself or a part of it",
                        "assign to the array: `x = x.real + 1j * v` and the like",
                    )
                return self._inner_place(node.value, Step(f"{BASE}.{node.attr.value}", _inverse(name)))
            if node.attr.value == "flat" and base.kind in {"array", "maybe"}:
                step = Step(f"{BASE}.ravel()", f"{VIEW}.reshape({BASE}.shape)")
                return self._inner_place(node.value, step)
            path = self.path(node)
            if path is not None:
                self.ev(node)
                return Place(path, path)
            if self._reached_twice(node.value):
                attr = self.scope.attribute(node.attr.value)
                slot = f"{self.some_object(base)}.{attr}"
                self.attribute_ev(slot, base, attr)
                return Place(slot, source.code(node))
            return Problem("NT106", f"`{source.code(node)}` is not reached by names alone", "give the object a name")
        if isinstance(node, cst.Subscript):
            return self._subscript_place(node)
        if isinstance(node, cst.Call):
            return self._call_place(node)
        return Problem(
            "NT106",
            f"`{shorten(source.code(node))}` is neither a name nor an attribute nor an element",
            "give the array a name first",
        )

    def _place_by_a_property(self, node: cst.BaseExpression, stands: cst.BaseExpression) -> Place | Problem:
        """The place of what a property gives; where its setter does nothing but bind that, it is written as before."""
        found = self.place(stands)
        if isinstance(found, Problem) or found.lens or not self.bound_by_setter(node):
            return found
        return found._replace(text=self.module.source.code(node))

    def bound_by_setter(self, node: cst.BaseExpression, *, checked: bool = False) -> bool:
        """Whether `k.x = v` of a property does nothing but bind what `k.x` gives, perhaps after checks."""
        assert isinstance(node, cst.Attribute)
        value, attr = self.ev(node.value).value, self.scope.attribute(node.attr.value)
        taken = self.tables.set_through(value.name or "", attr) if self.tables.is_property(value, attr) else None
        bound = None if taken is None else self.module.written_out(node, *taken)
        alike = bound is not None and self._in_full(bound) == self._in_full(node)
        return alike and (checked or not self.tables.checked(value.name or "", attr))

    def _in_full(self, node: cst.BaseExpression) -> str:
        """The text of what a property stands for in the end."""
        while (stands := self.written_out(node)) is not node:
            node = stands
        return self.module.source.code(node)

    def _reached_twice(self, node: cst.BaseExpression) -> bool:
        """Whether evaluating the expression again gives the same object: a name, an attribute, an item of a list."""
        if isinstance(node, cst.Name):
            return True
        if (stands := self.written_out(node)) is not node:
            return self._reached_twice(stands)
        if isinstance(node, cst.Attribute):
            pinned = self.tables.is_pinned(self.ev(node.value).value, self.scope.attribute(node.attr.value))
            return not pinned and self._reached_twice(node.value)
        if isinstance(node, cst.Subscript) and self.ev(node.value).value.kind in {"list", "dict", "tuple"}:
            again = all(self.repeatable(part) or self._constant(part) for part in index_parts(node))
            return again and self._reached_twice(node.value)
        return False

    def _inner_place(self, node: cst.BaseExpression, step: Step) -> Place | Problem:
        inner = self.place(node)
        if isinstance(inner, Problem):
            return inner
        return inner._replace(lens=(*inner.lens, step))

    def not_twice(self, node: cst.Subscript) -> Problem:
        """What is wrong with an index that would have to be read again."""
        text = shorten(self.module.source.code(node))
        return Problem("NT106", f"the index in `{text}` can't be evaluated twice", "give the index a name first")

    def element_place(self, node: cst.Subscript) -> Place | Problem:
        """The place of a container's element for a rule that gives the index a name where it can't be read twice."""
        return self._subscript_place(node, named=not any(isinstance(p, cst.Slice) for p in index_parts(node)))

    def _subscript_place(self, node: cst.Subscript, *, named: bool = False) -> Place | Problem:
        source = self.module.source
        slot = self.item_of(node)
        if slot is not None and slot not in self.state.items:
            return Place(slot, source.code(node))
        base = self.ev(node.value)
        parts = index_parts(node)
        if base.value.kind in {"list", "dict", "tuple", "set"}:
            inner = self.place(node.value)
            if isinstance(inner, Problem):
                return inner
            if base.value.kind in {"tuple", "set"}:
                return Problem(
                    "NT303",
                    f"`{shorten(source.code(node))}` is an item of a {base.value.kind} and can't be assigned",
                    "use a list, or a name of its own for the array",
                )
            if not base.value.distinct and not inner.lens:
                return Problem(
                    "NT301",
                    f"elements of `{inner.text}` may be the same array",
                    "build the list from arrays of their own (a comprehension, or `.copy()`)",
                )
            once = not all(self.repeatable(p) or self._constant(p) for p in parts)
            if once and not named:
                return self.not_twice(node)
            return Place(elements_of(inner.slot), source.code(node), (), True, once)
        kind = index_kind(parts, [self.index_ev(p).value for p in parts])
        if base.value.kind in {"array", "maybe"}:
            if kind == "advanced":
                return Problem(
                    "NT107",
                    f"`{shorten(source.code(node))}` is a copy: NumPy drops what is written to it",
                    "write to the array with both indices at once, if that was meant",
                )
            if kind == "basic":
                step = self.index_step(node, parts)
                if not step.forward:
                    return self.not_twice(node)
                return self._inner_place(node.value, step)
        return Problem(
            "NT102",
            f"it is not known whether `{shorten(source.code(node))}` is a view, a copy or an element",
            "write with one index, `a[i, j] = v`, or give the kinds in annotations",
        )

    def _constant(self, node: cst.CSTNode) -> bool:
        """Whether an index of a list or dict can be evaluated twice."""
        if isinstance(node, cst.Name):
            return node.value not in self.scope.rebound
        if isinstance(node, cst.Attribute):
            return (
                self._is_plain(node) and self._reached_twice(node.value) and not self._runs_code_within(self.statement)
            )
        if isinstance(node, cst.FormattedString) and not self._runs_code_within(self.statement):
            parts = [part for part in node.parts if isinstance(part, cst.FormattedStringExpression)]
            return all(self._constant(p.expression) and self.ev(p.expression).value.kind == "number" for p in parts)
        return isinstance(node, (cst.SimpleString, cst.Integer)) or self.repeatable(node)

    def _is_plain(self, node: cst.Attribute) -> bool:
        """Whether an attribute is read from a class or an object of the project, and no code of its class runs."""
        value, attr = self.ev(node.value).value, self.scope.attribute(node.attr.value)
        known = value.kind in {"class", "module"} or (value.kind == "object" and self.tables.known(value.name))
        methods = ("__getattr__", "__getattribute__")
        answers = value.kind == "object" and any(self.tables.method(value.name or "", name) for name in methods)
        return known and not answers and not any(name == attr for _, name in self.tables.properties)

    def _runs_code_within(self, node: cst.CSTNode) -> bool:
        """Whether code that may change something runs in a statement, or a name is bound by its value."""
        facts = self.facts
        return any(
            part in facts.impure
            or isinstance(part, (cst.Await, cst.NamedExpr, cst.Yield))
            or any(map(self.tables.changing, facts.implicit.get(part, ())))
            for part in walk(node)
        )

    def _call_place(self, node: cst.Call) -> Place | Problem:
        source = self.module.source
        ev = self.ev(node)
        if isinstance(node.func, cst.Attribute):
            target = node.func.value
            values = dict(ev.origins)
            if len(values) == 1 and self.ev(target).value.kind in {"array"}:
                ((slot, rel),) = values.items()
                path = self.path(target)
                if path == slot and rel.kind == "view" and slot in self.state.values:
                    return Place(slot, slot, rel.lens)
                if path == slot and rel.kind == "same":
                    return Place(slot, slot)
        if ev.fresh and not ev.held:
            return Problem(
                "NT107", f"`{shorten(source.code(node))}` is new: what is written to it is lost", "give it a name"
            )
        return Problem(
            "NT106", f"`{shorten(source.code(node))}` is not reached by names alone", "give the array a name first"
        )

    _RULES: ClassVar[dict[type, Callable[..., Ev]]] = {}


Expressions._RULES = {
    cst.Name: Expressions.name,
    cst.Integer: Expressions._number,
    cst.Float: Expressions._number,
    cst.Imaginary: Expressions._number,
    cst.SimpleString: Expressions._string,
    cst.ConcatenatedString: Expressions._string,
    cst.FormattedString: Expressions._string,
    cst.Ellipsis: Expressions._ellipsis,
    cst.BinaryOperation: Expressions._binary,
    cst.UnaryOperation: Expressions._unary,
    cst.BooleanOperation: Expressions._boolean,
    cst.Comparison: Expressions._comparison,
    cst.IfExp: Expressions._conditional,
    cst.Lambda: Expressions._lambda,
    cst.Tuple: Expressions._tuple,
    cst.List: Expressions._tuple,
    cst.Set: Expressions._tuple,
    cst.Dict: Expressions._dict,
    cst.ListComp: Expressions._comprehension,
    cst.SetComp: Expressions._comprehension,
    cst.DictComp: Expressions._comprehension,
    cst.GeneratorExp: Expressions._comprehension,
    cst.NamedExpr: Expressions._walrus,
    cst.Await: Expressions._await,
    cst.Yield: Expressions._yield,
    cst.StarredElement: Expressions._starred,
    cst.Attribute: Expressions._attribute,
    cst.Subscript: Expressions._subscript,
    cst.Call: lambda self, node: self.call(node),
}


def is_numpy(name: str) -> bool:
    """Whether a qualified name lies in NumPy."""
    return name == "numpy" or name.startswith("numpy.")


def numpy_value(name: str) -> Value:
    """The value of one of NumPy's names.

    >>> numpy_value("numpy.linalg").kind, numpy_value("numpy.zeros").kind, numpy_value("numpy.float64").kind
    ('module', 'function', 'class')
    """
    kind = KINDS.get(name)
    if kind == "module" or name in ALIASED_MODULES or name in PUBLIC:
        return Value("module", name=name)
    if kind in {"class", "scalar_type"}:
        return Value("class", name=name)
    if kind == "constant":
        return NONE if name == "numpy.newaxis" else FLOAT
    return Value("function", name=name)


def method_value(base: Value, attr: str) -> Value:
    """A method that is got from a class, or from an object, which it will be called on.

    >>> method_value(Value("class", name="m:A"), "f").name, method_value(Value("object", name="m:A|m:B"), "f").name
    ('method:m:A:f', '|bound:m:A:f|bound:m:B:f')
    """
    kind = "bound" if base.kind == "object" else "method"
    found = BOTTOM
    for name in (base.name or "").split("|"):
        found = join(found, Value("function", name=f"{kind}:{name}:{attr}"))
    return found


def index_kind(parts: list[cst.BaseExpression | cst.Slice], values: list[Value]) -> str:
    """`basic` (a view or an item), `advanced` (a copy) or `unknown`.

    >>> index_kind([cst.Integer("1")], [INT]), index_kind([cst.Name("m")], [array(1)])
    ('basic', 'advanced')
    """
    kinds = set()
    for part, value in zip(parts, values, strict=True):
        if isinstance(part, (cst.Slice, cst.Ellipsis)) or value.kind == "slice" or value.is_int or value == NONE:
            kinds.add("basic")
        elif (
            value.kind in {"array", "list"}
            or (isinstance(part, cst.Name) and part.value in {"True", "False"})
            or (isinstance(part, cst.Comparison) and value.dtype == "bool")
        ):
            kinds.add("advanced")
        elif value.kind == "tuple" and len(parts) == 1:
            kinds.add("unknown" if value.items is None else _tuple_kind(value.items))
        else:
            kinds.add("unknown")
    if "advanced" in kinds:
        return "advanced"
    return "unknown" if "unknown" in kinds else "basic"


def _tuple_kind(items: tuple[Value, ...]) -> str:
    if any(v.kind in {"array", "list"} for v in items):
        return "advanced"
    return "basic" if all(v.is_int or v.kind == "slice" or v == NONE for v in items) else "unknown"


def index_text(
    code: Callable[[cst.CSTNode], str], node: cst.Subscript, parts: list[cst.BaseExpression | cst.Slice]
) -> str:
    """An index as an argument of a call: `np.s_[...]` where it has slices, a tuple where it has several parts."""
    texts = [code(e).strip().rstrip(",").strip() for e in node.slice]
    if any(
        isinstance(p, cst.Slice) or (isinstance(e.slice, cst.Index) and e.slice.star)
        for p, e in zip(parts, node.slice, strict=True)
    ):
        return f"{RUNTIME}.s_[{', '.join(texts)}]"
    if len(texts) == 1:
        trailing = not isinstance(node.slice[0].comma, cst.MaybeSentinel)
        if trailing:
            return f"({texts[0]},)"
        return texts[0]
    return f"({', '.join(texts)})"


def through(origins: tuple[tuple[Slot, Rel], ...], step: Step) -> tuple[tuple[Slot, Rel], ...]:
    """The origins of a view of something."""
    result = []
    for slot, rel in origins:
        if rel.kind == "same":
            result.append((slot, view(step)))
        elif rel.kind == "view" and len(rel.lens) < 4:
            result.append((slot, Rel("view", (*rel.lens, step))))
        else:
            result.append((slot, MAY if rel.kind != "sib" else rel))
    return tuple(result)


def _grid_ndim(node: cst.Subscript) -> int | None:
    """The dimensions of `np.mgrid[...]`: one for each slice, and one that counts them; none to count where it is alone.

    >>> [_grid_ndim(cst.parse_expression(text)) for text in ("m[:2]", "m[:2,]", "m[:2, 1:3]", "m[grid]")]
    [1, 2, 3, None]
    """
    if not all(isinstance(element.slice, cst.Slice) for element in node.slice):
        return None
    alone = len(node.slice) == 1 and isinstance(node.slice[0].comma, cst.MaybeSentinel)
    return 1 if alone else len(node.slice) + 1


def none_test(node: cst.BaseExpression) -> tuple[str, bool] | None:
    """The name that a test compares with None, and whether the test holds for None.

    >>> none_test(cst.parse_expression("x is None")), none_test(cst.parse_expression("x is not None"))
    (('x', True), ('x', False))
    >>> none_test(cst.parse_expression("x == 1"))
    """
    if not (isinstance(node, cst.Comparison) and len(node.comparisons) == 1 and isinstance(node.left, cst.Name)):
        return None
    operator, right = node.comparisons[0].operator, node.comparisons[0].comparator
    if not (isinstance(right, cst.Name) and right.value == "None" and isinstance(operator, (cst.Is, cst.IsNot))):
        return None
    return node.left.value, isinstance(operator, cst.Is)


def either(a: Ev, b: Ev) -> Ev:
    """What holds of one of two results."""
    if a == b:
        return a
    pairs = dict(weaken(a).origins)
    for slot, rel in weaken(b).origins:
        pairs[slot] = rel if slot not in pairs else (rel if pairs[slot] == rel else MAY)
    for slot in pairs:
        if pairs[slot].kind != "perhaps" and (slot not in dict(a.origins) or slot not in dict(b.origins)):
            pairs[slot] = MAY
    held = tuple(dict.fromkeys((*a.held, *b.held)))
    return Ev(join(a.value, b.value), tuple(pairs.items()), None, held)


def product(left: Value, right: Value) -> Value:
    """What `left @ right` gives."""
    if "bottom" in (left.kind, right.kind):
        return BOTTOM
    if left.kind == "array" and right.kind == "array" and left.ndim and right.ndim:
        ndim = max(left.ndim, right.ndim)
        return array(ndim - 1 if 1 in (left.ndim, right.ndim) else ndim)
    return MAYBE


def _inverse(name: str) -> str:
    return INVERSES[name].replace("np.", f"{RUNTIME}.").replace("{base}", BASE).replace("{view}", VIEW)


def _keeps_order(parts: list[cst.BaseExpression | cst.Slice], evs: list[Ev]) -> bool:
    """Whether a basic index takes a contiguous piece: integers, then one slice without a step, then whole axes."""
    cut = False
    for part, ev in zip(parts, evs, strict=True):
        if ev.value == NONE:
            continue
        whole = isinstance(part, cst.Ellipsis) or (isinstance(part, cst.Slice) and not (part.lower or part.upper))
        step = isinstance(part, cst.Slice) and part.step is not None and constant_int(part.step) != 1
        if step or (cut and not whole) or not (isinstance(part, (cst.Slice, cst.Ellipsis)) or ev.value.is_int):
            return False
        cut = cut or isinstance(part, (cst.Slice, cst.Ellipsis))
    return True


def _selected_ndim(ndim: int | None, evs: list[Ev]) -> int | None:
    """The dimensions of what an index with arrays of one dimension selects: they and the integers give one together."""
    flat = [ev.value.ndim == 1 if ev.value.kind == "array" else _holds_numbers(ev.value) for ev in evs if _is_many(ev)]
    taken = len(flat) + sum(ev.value.is_int for ev in evs)
    others = all(_is_many(ev) or ev.value.is_int or ev.value.kind == "slice" or ev.value == NONE for ev in evs)
    if ndim is None or not all(flat) or not flat or not others or taken > ndim:
        return None
    return ndim - taken + 1 + sum(ev.value == NONE for ev in evs)


def _is_many(ev: Ev) -> bool:
    return ev.value.kind in {"array", "list"}


def put_in_by(arg: cst.Arg, value: Value) -> Value:
    """What a dict takes in by an argument of `dict(...)` or `update(...)`: a value, a dict, or pairs."""
    if arg.keyword is not None:
        return value
    elem = value.elem or UNKNOWN
    if arg.star == "*" or value.kind not in CONTAINERS or value.kind == "dict":
        return elem if value.kind == "dict" and arg.star != "*" else UNKNOWN
    if elem.kind == "tuple":
        return elem.items[1] if elem.items is not None and len(elem.items) == 2 else elem.elem or UNKNOWN
    return elem if elem.kind == "bottom" else UNKNOWN


def _holds_numbers(value: Value) -> bool:
    return value.elem is not None and value.elem.kind == "number"


def _constant_part(part: cst.BaseExpression | cst.Slice) -> object:
    if isinstance(part, cst.Slice):
        if part.step is not None and constant_int(part.step) != 1:
            return None
        lower, upper = constant_int(part.lower), constant_int(part.upper)
        if (part.lower is not None and lower is None) or (part.upper is not None and upper is None):
            return None
        return (lower, upper)
    return constant_int(part)


def _constant_key(node: cst.Subscript) -> str | None:
    """The string that an item is got by, where it is written there."""
    part = index_parts(node)[0]
    return str(literal(part)) if isinstance(part, cst.SimpleString) else None


def _operands(node: cst.CSTNode) -> Iterable[cst.BaseExpression]:
    with contextlib.suppress(AttributeError):
        for name in type(node).__dataclass_fields__:
            value = getattr(node, name)
            if isinstance(value, cst.BaseExpression):
                yield value


def _is_property(scope: Scope) -> bool:
    plain = is_static(scope) or is_classmethod(scope)
    return isinstance(scope.node, cst.FunctionDef) and bool(scope.node.decorators) and not plain
