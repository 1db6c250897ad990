"""What the analysis of a whole project has in common: modules, classes, and tables that grow to a fixpoint.

Every table starts empty ("nothing is known to happen") and only ever grows; the project is analysed again until no
table changes, so the facts of the last round rest on complete tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import libcst as cst

from np2tf.analysis import properties
from np2tf.analysis.inheritance import Inheritance
from np2tf.analysis.liveness import Certainty, Liveness
from np2tf.analysis.momentary import momentary, own_code
from np2tf.analysis.reading import Looks
from np2tf.analysis.relations import Rel
from np2tf.analysis.scopes import ADVANCED, Implicit, Scope, Target, build, targets
from np2tf.analysis.tracking import Reads, Table, TableSet, Tracker, derived
from np2tf.analysis.values import BOTTOM, CONTAINERS, NONE, Value, capped, functions, join, method_named
from np2tf.facts import Facts, Problem
from np2tf.knowledge.declared import Declared
from np2tf.knowledge.effects import RETAINS
from np2tf.knowledge.hosts import CALLS, PACKAGES
from np2tf.marks import Comments, read
from np2tf.once import once
from np2tf.source import Source
from np2tf.tree import bound_names, imports_runtime, walk

K = TypeVar("K")
AttrKey = tuple[str | None, str]  # class (of the hierarchy's root) or None for objects of unknown class, attribute
#: What may be called: a function by its name, what a parameter or an attribute stands for; "?" is something else.
Handed = str | tuple[Scope, str] | AttrKey


@dataclass(frozen=True)
class Summary:
    """What a call of a project's function gives and keeps.

    `relations` says how the result stands to a parameter's array (by name), to an attribute of the receiver
    (".name") or of any object of a class ("?class.name"), to other holders in the project ("!"), or to unknown ones
    ("*"). `retains` are the parameters that something keeps hold of.
    """

    value: Value = BOTTOM
    relations: tuple[tuple[str, Rel], ...] = ()
    items: tuple[Summary, ...] | None = None
    held: frozenset[str] = frozenset()  # what the elements of the result may be, in the same terms
    shared: bool = False  # the items may share memory with each other
    retains: frozenset[str] = frozenset()
    grows: tuple[tuple[str, Growth], ...] = ()  # what it puts into the containers that it is handed

    @property
    def gives_held(self) -> bool:
        """Whether what comes back may be held by others in the project who are not among the arguments."""
        names = (*(name for name, _ in self.relations), *self.held)
        return any(name[0] in "!.?" for name in names) or any(item.gives_held for item in self.items or ())


@dataclass(frozen=True)
class Growth:
    """What a function puts into a container: of what kind, and what that may share memory with, in the same terms."""

    elem: Value
    sources: frozenset[str]
    fresh: bool


@dataclass(frozen=True)
class Field:
    """What the generated constructor of a dataclass takes."""

    name: str
    required: bool
    by_name: bool


class Had(NamedTuple):
    """What code that is not followed has by the names of modules: functions, classes, and names that hold arrays."""

    functions: tuple[Scope, ...]
    classes: tuple[str, ...]
    held: tuple[tuple[Scope, str], ...]


class ModuleInfo:
    """One parsed module of the project."""

    def __init__(self, name: str, source: Source, package: bool) -> None:
        self.name, self.source, self.package = name, source, package
        self.every = source.every
        self.lasting: dict[str, Any] = {}
        self.scope, self.scopes = build(source.tree)
        self.facts = Facts()
        self.scope_facts: dict[Scope, Facts] = {}
        self.order: list[Scope] = []
        self.reads: dict[Scope, Reads] = {}
        self.new_names: dict[cst.CSTNode, str] = {}
        self.new = frozenset[str]()  # names that the program as it was written did not have
        self.liveness: dict[tuple[cst.CSTNode, frozenset[str]], Liveness] = source.derived("liveness")
        self.certain: dict[cst.CSTNode, Certainty] = source.derived("certainty")
        self.choices: dict[Scope, dict[str, list[cst.BaseExpression]]] = {}
        self.looks: dict[Scope, Looks] = {}
        self.asked_of: dict[Scope, frozenset[tuple[str, str]] | None] = {}  # None: it may ask for any attribute
        self._bound_inside: dict[cst.CSTNode, tuple[str, ...]] = {}
        self._written_out: dict[tuple[cst.Attribute, Scope], cst.BaseExpression] = {}
        self._from_properties: dict[cst.CSTNode, int] = {}  # how many of them each was written out of

    @property
    def nodes(self) -> list[cst.CSTNode]:
        """Every node of the tree, parents first."""
        return self.source.nodes

    @once
    def comments(self) -> Comments:
        """Marks and suppressions."""
        return read(self.source)

    @once
    def assigned_through(self) -> dict[cst.CSTNode, None]:
        """The dicts of attributes in `k.__dict__[name] = v` and `vars(k)[name] = v`, in the order of the text."""
        found = (target for node in self.every(cst.Assign, cst.AugAssign) for target in targets(node))
        return dict.fromkeys(target.value for target in found if isinstance(target, cst.Subscript))

    @once
    def sort_keys(self) -> frozenset[cst.CSTNode]:
        """What is handed over as `key=`: who calls it compares the results, and keeps none."""
        keys = (arg for call in self.every(cst.Call) for arg in call.args if arg.keyword is not None)
        return frozenset(arg.value for arg in keys if arg.keyword is not None and arg.keyword.value == "key")

    def written_out(self, node: cst.Attribute, stands: cst.BaseExpression, method: Scope) -> cst.BaseExpression | None:
        """What a property stands for, `k._x` for `k.x`: always the same node. None where one leads to the next."""
        depth = self._from_properties.get(node, 0) + 1
        if depth > MOST_PROPERTIES:
            return None
        if (node, method) not in self._written_out:

            def enter(made: cst.CSTNode, old: cst.BaseExpression) -> None:
                self._from_properties[made] = depth
                self.source.invent(made)
                for part in (part for element in getattr(old, "slice", ()) for part in walk(element)):
                    self.source.invent(part)

            self._written_out[node, method] = properties.written_out(stands, node.value, method, enter)
        return self._written_out[node, method]

    def bound_inside(self, node: cst.For) -> tuple[str, ...]:
        """The names that a loop binds, each as often as it does, its target's included."""
        if node not in self._bound_inside:
            found = (name for part in walk(node) for target in targets(part) for name in bound_names(target))
            self._bound_inside[node] = tuple(found)
        return self._bound_inside[node]

    @once
    def mentions(self) -> frozenset[cst.CSTNode]:
        """Where naming a class does not hand it on: annotations, bases, `isinstance`, comparisons, `C.attribute`."""
        found: set[cst.CSTNode] = {node.value for node in self.every(cst.Attribute)}
        found |= {node.left for node in self.every(cst.Comparison)}
        found |= {node.cls for node in self.every(cst.MatchClass)}
        whole: list[cst.CSTNode] = [*self.every(cst.Annotation), *self.every(cst.ComparisonTarget)]
        whole += (arg for node in self.every(cst.ClassDef) for arg in node.bases)
        whole += (node.type for node in self.every(cst.ExceptHandler) if node.type is not None)
        whole += (node.exc for node in self.every(cst.Raise) if node.exc is not None)
        asking = (
            c for c in self.every(cst.Call) if getattr(c.func, "value", None) in {"isinstance", "issubclass", "super"}
        )
        whole += (arg for call in asking for arg in call.args)
        return frozenset(found.union(*map(walk, whole)))

    def fenced(self, node: cst.CSTNode) -> bool:
        """Whether a node begins in a region that is left as it is."""
        return bool(self.comments.off) and self.comments.fenced(self.source.place(node)[0])

    @once
    def converted_before(self) -> bool:
        """Whether the file imports the runtime already."""
        return any(map(imports_runtime, self.every(cst.Import, cst.ImportFrom)))

    def new_name(self, node: cst.CSTNode, base: str) -> str:
        """A name for what belongs to a node and the program has none for: one that the file does not use."""
        if node not in self.new_names:
            used = {*self.new_names.values()}
            k, name = 1, base
            while name in used or name in self.source.words:
                k += 1
                name = f"{base}{k}"
            self.new_names[node] = name
        return self.new_names[node]

    def numbered(self, used: Set[str]) -> dict[str, str]:
        """The new names that are used as they are to be written, numbered in the order of the text: each was made when
        it was first asked for."""
        if len(self.new_names) < 2:
            return {}
        made: dict[str, list[str]] = {}
        for name in self.new_names.values():
            made.setdefault(name.rstrip("0123456789"), []).append(name)
        order = {node: number for number, node in enumerate(self.nodes)}
        in_text = sorted(self.new_names, key=lambda node: order.get(node, len(order)))
        names = [self.new_names[node] for node in in_text]
        return {name: made[name.rstrip("0123456789")].pop(0) for name in names if name in used}

    def counter(self, node: cst.CSTNode) -> str:
        """The name of the counter that a loop gets if it has to count."""
        return self.new_name(node, "_i")


class Tables:
    """The growing tables."""

    def __init__(self, modules: dict[str, ModuleInfo]) -> None:
        self.modules = modules
        self.lasting: dict[str, Any] = {}
        above = {name[: dot.start()] for name in modules for dot in re.finditer(r"\.", name)}
        self.namespaces = frozenset(above - modules.keys())  # packages without a file of their own
        self.tracker = Tracker()
        self.attrs: Table[AttrKey, Value] = Table(self.tracker)
        self.unowned: Table[AttrKey, str] = Table(self.tracker)
        self.assumed: TableSet[AttrKey] = TableSet(self.tracker)  # attributes in which a parameter stays
        self.unseen: TableSet[AttrKey] = TableSet(self.tracker)  # whose arrays nothing outside the project may read
        self.class_level: TableSet[AttrKey] = TableSet(self.tracker)
        self.class_held: TableSet[AttrKey] = TableSet(self.tracker)  # those whose arrays others may hold from the start
        self.names: Table[tuple[Scope, str], Value] = Table(self.tracker)
        self.leaked: Table[tuple[Scope, str], str] = Table(self.tracker)
        self.imported: TableSet[tuple[Scope, str]] = TableSet(self.tracker)  # names that other modules hold, too
        self.outer_writers: Table[tuple[Scope, str], frozenset[Scope]] = Table(self.tracker)  # inner functions that
        # change an array of an outer scope in place
        self.outer_held: Table[tuple[Scope, str], str] = Table(self.tracker)  # and why they can't: who else holds it
        self.params: Table[tuple[Scope, str], Value] = Table(self.tracker)
        self.arrays_in: TableSet[tuple[Scope, str]] = TableSet(self.tracker)  # that a call hands an array, whatever
        # they are annotated with
        self.callables: Table[Handed, frozenset[Handed]] = Table(self.tracker)  # what the project hands in for
        # parameters, and keeps in attributes, of what can be called; under "*" in those of any name
        self.called: TableSet[Scope] = TableSet(self.tracker)
        self.open_calls: TableSet[Scope] = TableSet(self.tracker)  # used other than by a resolved call
        self.handed: TableSet[Scope] = TableSet(self.tracker)  # used as a value: whoever gets it may call it
        self.outliving: TableSet[Scope] = TableSet(self.tracker)  # inner functions and classes that others may get
        self.threads: TableSet[Target] = TableSet(self.tracker)  # functions that others have run in threads
        self.own_threads: TableSet[Scope] = TableSet(self.tracker)  # those of them that an object's own thread runs
        self.lazy: TableSet[Scope | None] = TableSet(self.tracker)  # run when an iterator is asked for its elements
        self.factories: TableSet[bool] = TableSet(self.tracker)  # whether dicts run some of them for what they lack
        self.exposed: TableSet[str | None] = TableSet(self.tracker)  # classes whose objects code nobody knows has got
        self.kept: Table[tuple[Scope, str], frozenset[AttrKey]] = Table(self.tracker)  # where parameters stay
        self.kept_unseen: TableSet[tuple[Scope, str]] = TableSet(self.tracker)  # parameters that others may keep, too
        self.inexactly: TableSet[tuple[Scope, str, str]] = TableSet(self.tracker)  # constructor, parameter, attribute:
        # what it keeps there of the parameter may be another array
        self.left_new: Table[Scope, frozenset[str]] = Table(self.tracker)  # attributes of the receiver that functions
        # leave with new arrays, which nobody else has seen
        self.left_otherwise: TableSet[tuple[Scope, str]] = TableSet(self.tracker)  # those they may leave otherwise
        self.summaries: Table[Scope, Summary] = Table(self.tracker)
        self.handed_modules: TableSet[str] = TableSet(self.tracker)  # modules used as values, not for a name
        # Classes whose methods are values somewhere, each of which has its object:
        self.held_by_methods: TableSet[str | None] = TableSet(self.tracker)
        self.mutated_attrs: TableSet[str] = TableSet(self.tracker)
        self.moved: Table[str, frozenset[str]] = Table(
            self.tracker
        )  # by attribute: whose arrays it may have taken over
        self.classes: Table[str, tuple[ModuleInfo, Scope]] = Table(self.tracker)
        self.bases: Table[str, tuple[str, ...]] = Table(self.tracker)
        self.functions: Table[str, tuple[ModuleInfo, Scope]] = Table(self.tracker)
        self.dataclasses: TableSet[str] = TableSet(self.tracker)
        self.fields: Table[str, tuple[Field, ...]] = Table(self.tracker)  # that a class adds to those of its bases
        self.caught: TableSet[bool] = TableSet(self.tracker)  # whether exceptions of the project's calls are caught
        self.hopeless: TableSet[bool] = TableSet(self.tracker)  # whether nothing more is expected to be found out
        self.made_elsewhere: TableSet[str] = TableSet(self.tracker)  # classes that are handed on: who makes objects?
        self.computed: TableSet[str | None] = TableSet(self.tracker)  # classes whose methods are got by computed names
        self.copied: TableSet[str | None] = TableSet(self.tracker)  # classes whose objects are copied, arrays shared
        self.put_in: TableSet[str | None] = TableSet(self.tracker)  # those whose objects do `k.__dict__.update(...)`
        self.sharing: TableSet[Scope] = TableSet(self.tracker)  # functions that do one or the other
        self.pinned: TableSet[tuple[str, str]] = TableSet(self.tracker)  # class, attribute: property or frozen field
        self.properties: TableSet[tuple[str, str]] = TableSet(
            self.tracker
        )  # those of them that code of the class gives
        self.mutated: TableSet[tuple[Scope, str]] = TableSet(self.tracker)  # parameters changed in place
        self.perhaps_mutated: TableSet[tuple[Scope, str]] = TableSet(self.tracker)  # those of which only what may be a
        # copy, or a part, is changed
        self.exchanged: TableSet[tuple[Scope, str]] = TableSet(self.tracker)  # those changed under another name
        self.lost: TableSet[tuple[Scope, str]] = TableSet(self.tracker)  # changed ones that no name has at the end
        self.given_away: TableSet[tuple[Scope, str]] = TableSet(self.tracker)  # and are something else at the end
        self.looked_at: Table[tuple[Scope, str], str] = Table(self.tracker)  # and the calls after which callers look
        self.unseen_outside: TableSet[Scope] = TableSet(self.tracker)  # functions after which modules' names show them
        self.counted: TableSet[tuple[Scope, str]] = TableSet(self.tracker)  # those that `p += v` changes, if arrays
        self.nullable: TableSet[tuple[Scope, str]] = TableSet(self.tracker)  # parameters that may be None
        self.elements_mutated: TableSet[tuple[Scope, str]] = TableSet(self.tracker)  # containers whose arrays change
        self.elements_held: Table[tuple[Scope, str], Problem] = Table(self.tracker)  # by others, who would not see it
        self.unthreadable: Table[Scope, Problem] = Table(self.tracker)  # functions that can't hand them back
        self.entered: dict[tuple[str | None, str | None], Had] = {}  # what has been already of what modules have
        self._own_code: tuple[bool, frozenset[str]] | None = None
        self._momentary: dict[ModuleInfo, frozenset[cst.Attribute]] = {}
        self.buried: dict[cst.Call, str] = {}  # calls that can't because of where they stand; how those are to be named
        self.fenced: TableSet[Scope] = TableSet(self.tracker)  # those of them that `# np2tf: off` leaves as they are
        self.scattered: Table[str, Value] = Table(
            self.tracker
        )  # under "": what goes into containers that came from anywhere
        self.filled: TableSet[AttrKey] = TableSet(self.tracker)  # attributes whose containers take something in
        self.laid_out: TableSet[bool] = TableSet(self.tracker)  # whether some call copies what is not contiguous
        self.stars: Table[str, tuple[str, ...]] = Table(self.tracker)
        self.calls: Table[Scope, frozenset[Target]] = Table(self.tracker)  # what each may call
        self.readers: Table[str, frozenset[tuple[str | None, Scope]]] = Table(self.tracker)  # of attributes, by name
        self.outer_readers: Table[tuple[Scope, str], frozenset[Scope]] = Table(self.tracker)  # of names around them
        self.elements_lent: TableSet[tuple[Scope, str]] = TableSet(self.tracker)  # containers out of which arrays are
        # handed to functions that change them, and put back when those return
        self.writers: Table[str, frozenset[tuple[str | None, Scope]]] = Table(self.tracker)  # of attributes, by name
        self.binders: Table[str, frozenset[tuple[str | None, Scope]]] = Table(self.tracker)  # of attributes, by name:
        # those of the writers that bind one to something else, or give its array another shape
        self.constructed: Table[Scope, frozenset[AttrKey]] = Table(
            self.tracker
        )  # what a constructor binds for its object
        self.together: Table[Scope, frozenset[Scope]] = Table(self.tracker)  # which one call may reach
        self._numbers: dict[str | None, int] = {None: 0}
        self._reach: dict[frozenset[Target], tuple[int, set[Target]]] = {}
        self._defined: dict[str, dict[str, list[Scope]]] = {}  # the functions in the bodies of classes, by both names
        self._inheritance = Inheritance(self.bases.peek, self._functions)
        # The moments up to which these have been taken in: the bodies of classes, their bases, and what `link` says.
        self._read = self._inherited = self._linked = -1
        self.declared: Mapping[str, Declared] = {}
        self.strict = False  # what rests on an assumption is a problem

    def grow(self, table: Table[K, Value], key: K, value: Value) -> None:
        """Join a value into a table of values."""
        old = table.peek(key, BOTTOM)
        if old.kind == "function" and value != old and value.kind != "bottom":
            for name in (*functions(old), *functions(value)):  # one name for two functions: calls can't be followed
                if name in self.functions:
                    self.mark(self.open_calls, self.functions[name][1])
                    self.mark(self.handed, self.functions[name][1])
                    self.mark(self.outliving, self.functions[name][1])
        for one in (old, value) if old.kind in {"class", "module"} and value not in (old, BOTTOM) else ():
            self.let_loose(one)
        new = capped(join(old, value))
        if new != old:
            table[key] = new

    def note(self, table: Table[K, str], key: K, why: str) -> None:
        """Enter a reason once."""
        if table.peek(key) is None:
            table[key] = why

    def let_loose(self, value: Value) -> None:
        """A class or module is handed on, or one of several that a name may stand for: what becomes of it is not
        followed."""
        if value.kind == "module" and value.name is not None and self.is_own(value.name):
            self.mark(self.handed_modules, value.name)
        elif value.kind == "class" and value.name is not None and value.name in self.classes:
            self.mark(self.made_elsewhere, value.name)

    def mark(self, table: TableSet[K], key: K) -> None:
        """Enter a member once."""
        table.add(key)

    def widen(self, table: Table[K, frozenset[Any]], key: K, members: Iterable[Any]) -> None:
        """Join members into a table of sets."""
        old = table.peek(key, frozenset())
        new = frozenset(members)
        if not new <= old:
            table[key] = old | new

    def names_attribute(self, module: ModuleInfo, scope: Scope, base: str, name: str) -> bool:
        """Whether a scope may ask an object for an attribute of this name: its text says so, or does not say it. `base`
        is the object's name, or that of the attribute which has it; "" may be any."""
        known = module.asked_of
        if scope not in known:
            text = module.source.code(scope.node)
            hidden = _COMPUTED.search(text) is not None
            pairs = {(scope.attribute(before), scope.attribute(attr)) for before, attr in _ATTRIBUTES.findall(text)}
            known[scope] = None if hidden else frozenset(pairs | {("", attr) for _, attr in pairs})
        asked = known[scope]
        if asked is None or (base, name) in asked:
            return True
        return any(("", attr) in asked for attr in self.pinned_names())  # a property may stand for any attribute

    def formerly(self, attr: str) -> set[str]:
        """An attribute, and all others that may have held its arrays before it did."""
        found, stack = set[str](), [attr]
        while stack:
            name = stack.pop()
            if name not in found:
                found.add(name)
                stack += self.moved.get(name, ())
        return found

    def may_change(self, targets: Iterable[Target], key: AttrKey) -> bool:
        """Whether a call of these functions (None: nobody knows what is called) may store to an attribute."""
        return self._may_change(frozenset(targets), key)

    @derived
    def _may_change(self, targets: frozenset[Target], key: AttrKey) -> bool:
        top, attr = key
        written = self.writers.get(attr)
        if not written:
            return False
        writers = {s for owner, s in written if owner is None or top is None or owner == top}
        return bool(writers) and not writers.isdisjoint(self._reached(targets))

    def made_plainly(self, name: str) -> bool:
        """Whether a call of a class gives an object that its constructor has made, and assigning to the class binds an
        attribute: no decorator and no metaclass has a say."""
        known = [self.classes[cls][1].node for cls in self.linear(name) if cls in self.classes]
        return not any(node.decorators or node.keywords for node in known if isinstance(node, cst.ClassDef))

    def made_by_a_metaclass(self, name: str) -> bool:
        """Whether code of the project says what a call of a class gives: the `__call__` of its metaclass."""
        return not self.made_plainly(name) and any(map(self._is_of_a_metaclass, self.methods_named("__call__")))

    def on_class_alone(self, key: AttrKey) -> str | None:
        """The class that has an array in an attribute which nothing binds anew, on it or on an object; None if that is
        not certain."""
        top, attr = key
        if top is None or key in self.class_held or top not in self.classes or self.foreign_base(top):
            return None
        if not self.made_plainly(top):
            return None
        if any(self.hierarchy(name) == top for name in self.classes if name != top):
            return None
        bound = [owner for owner, _ in self.binders.get(attr, ())]
        bound += [owner for keys in self.constructed.values() for owner, name in keys if name == attr]
        return None if {None, top}.intersection(bound) else top

    def may_exchange(self, targets: Iterable[Target], key: AttrKey) -> bool:
        """Whether a call of these functions may leave another array in an attribute, or one of another shape."""
        return self._may_exchange(frozenset(targets), key)

    @derived
    def _may_exchange(self, targets: frozenset[Target], key: AttrKey) -> bool:
        top, attr = key
        binding = {s for owner, s in self.binders.get(attr, ()) if owner is None or top is None or owner == top}
        return bool(binding) and not binding.isdisjoint(self._reached(targets))

    def made_new(self, targets: Sequence[Scope]) -> frozenset[str]:
        """The attributes of its receiver that each of some functions leaves with a new array, which nobody has seen."""
        left = [self.left_new.get(scope, frozenset()) for scope in targets]
        common = frozenset.intersection(*left) if left else frozenset()
        return frozenset(attr for attr in common if all((s, attr) not in self.left_otherwise for s in targets))

    def may_replace(self, targets: Iterable[Target], key: tuple[Scope, str]) -> bool:
        """Whether a call of these functions may bind a name of an outer scope anew."""
        return self._may_replace(frozenset(targets), key)

    @derived
    def _may_replace(self, targets: frozenset[Target], key: tuple[Scope, str]) -> bool:
        owner, name = key
        found = {s for s in owner.all() if s is not owner and name in s.bound and name in s.globals | s.nonlocals}
        return bool(found) and not found.isdisjoint(self._reached(targets))

    def may_look(self, targets: Iterable[Target], key: AttrKey) -> bool:
        """Whether a call of these functions may read an attribute, or bind it anew."""
        return self._may_look(frozenset(targets), key)

    @derived
    def _may_look(self, targets: frozenset[Target], key: AttrKey) -> bool:
        top, attr = key
        looking = {*self.readers.get(attr, ()), *self.writers.get(attr, ())}
        found = {s for owner, s in looking if owner is None or top is None or owner == top}
        return bool(found) and not found.isdisjoint(self._running(targets))

    def may_see(self, targets: Iterable[Target], key: AttrKey) -> bool:
        """The same, or whether code that is not followed may do so."""
        return self._may_see(frozenset(targets), key)

    @derived
    def _may_see(self, targets: frozenset[Target], key: AttrKey) -> bool:
        running = self._running(targets)
        return None in running or any(scope in self.sharing for scope in running) or self._may_look(targets, key)

    def may_bind(self, targets: Iterable[Target], key: AttrKey) -> bool:
        """Whether a call of these functions may bind an attribute anew."""
        top, attr = key
        found = {s for owner, s in self.writers.get(attr, ()) if owner is None or top is None or owner == top}
        return bool(found) and not found.isdisjoint(self._running(frozenset(targets)))

    def momentary(self, module: ModuleInfo) -> frozenset[cst.Attribute]:
        """The names of other modules that a module looks at and lets go at once."""
        if self._own_code is None:
            self._own_code = own_code(n for one in self.modules.values() for n in one.every(cst.FunctionDef, cst.Call))
        special, decorated = self._own_code
        if module not in self._momentary:
            found = [] if special else momentary(module.source.tree, frozenset(module.scope.bound), decorated)
            self._momentary[module] = frozenset(found)
        return self._momentary[module]

    def held_by_others(self, key: tuple[Scope, str]) -> str | None:
        """Why others may hold what a name holds, if they may."""
        return self.leaked.get(key) or ("another module imports it" if key in self.imported else None)

    def written_by_others(self, scope: Scope, key: AttrKey) -> bool:
        """Whether other functions store to an attribute."""
        top, attr = key
        writers = self.writers.get(attr, ())
        return any(one is not scope for owner, one in writers if owner is None or top is None or owner == top)

    def may_look_outside(self, targets: Iterable[Target], key: tuple[Scope, str]) -> bool:
        """Whether a call of these functions may read a name of an outer scope, or bind it anew."""
        found = {*self.outer_readers.get(key, ()), *self.outer_writers.get(key, ())}
        return bool(found) and not found.isdisjoint(self._running(frozenset(targets)))

    @derived
    def _running(self, targets: frozenset[Target]) -> frozenset[Target]:
        """All functions that may run during a call of these, special methods only where something runs them."""
        seen, stack = set[Target](), list(targets)
        while stack:
            scope = stack.pop()
            if scope not in seen:
                seen.add(scope)
                if isinstance(scope, Implicit):
                    stack += self.implied(scope)
                else:
                    stack += self.calls.get(scope, _NOBODY) if scope is not None else [*self._anyone(), *self._unseen()]
        return frozenset(seen)

    @once
    def knows_threads(self) -> bool:
        """Whether some file names what has functions run in threads."""
        return any(_THREADS.search(module.source.text) for module in self.modules.values())

    @once
    def knows_pools(self) -> bool:
        """Whether some file names pools of threads, or executors."""
        return any(_POOLS.search(module.source.text) for module in self.modules.values())

    def in_a_thread(self, scope: Scope) -> bool:
        """Whether a function may run in a thread, beside other code of the project."""
        return self.knows_threads and scope in self._in_threads()

    @derived
    def _in_threads(self) -> frozenset[Target]:
        return self._running(frozenset(self.threads))

    @derived
    def changed_by_its_thread(self, scope: Scope, key: AttrKey) -> bool:
        """Whether nobody but the thread that an object is may change an attribute of it, once it is made."""
        top, attr = key
        written = {one for owner, one in self.writers.get(attr, ()) if owner is None or top is None or owner == top}
        for run in self.own_threads:
            alone = self._run_alone(run)
            if scope in alone and all(one in alone or one.name == "__init__" for one in written):
                return scope is run or (scope.parent is run.parent and self._called_through_self(scope))
        return False

    def _called_through_self(self, method: Scope) -> bool:
        """Whether a method is called only on the object of the method that calls it."""
        nodes = (node for module in self.modules.values() for node in module.every(cst.Attribute))
        owners = (node.value for node in nodes if node.attr.value == method.name)
        return all(isinstance(owner, cst.Name) and owner.value == method.params[0] for owner in owners)

    @derived
    def _run_alone(self, run: Scope) -> frozenset[Target]:
        """The functions that nobody calls but a thread's `run` method, and what that calls."""
        found = set(self._running(frozenset({run})))
        before = 0
        while before != len(found):
            before = len(found)
            found -= {one for scope, called in self.calls.items() if scope not in found for one in called}
            found -= {*self.handed}
        return frozenset(found)

    def may_change_outer(self, targets: Iterable[Target], key: tuple[Scope, str]) -> bool:
        """Whether a call of these functions may change the array that a name of an outer scope holds."""
        return self._may_change_outer(frozenset(targets), key)

    @derived
    def _may_change_outer(self, targets: frozenset[Target], key: tuple[Scope, str]) -> bool:
        writers = self.outer_writers.get(key)
        return bool(writers) and not writers.isdisjoint(self._reached(targets))

    def read_by_others(self, scope: Scope, module: str, name: str) -> bool:
        """Whether code of the project outside a module may read one of its names."""
        key = (scope, name)
        unseen = module in self.loose_modules() or module in self.reach_names
        return unseen or self.held_by_others(key) is not None or key in self.outer_readers

    def is_own(self, module: str | None) -> bool:
        """Whether a module, or a package without a file of its own, is the project's."""
        return module in self.modules or module in self.namespaces

    @once
    def _loads_by_name(self) -> bool:
        """Whether some module gets others without an import statement."""
        return any(_LOADING.search(module.source.text) for module in self.modules.values())

    @derived
    def loose_modules(self) -> frozenset[str]:
        """The modules that may be had by code that is not followed: used as values, or loaded by a computed name; and
        those that may be got from them.
        """
        if self._loads_by_name:
            return frozenset(self.modules)
        return frozenset().union(*map(self._modules_got_from, self.handed_modules))

    @derived
    def _modules_got_from(self, module: str) -> frozenset[str]:
        """A module, what is in the package that it is, and the modules that have names there."""
        found: set[str] = set()
        stack = [module]
        while stack:
            name = stack.pop()
            inside = [other for other in self.modules if other.startswith(f"{name}.")]
            if name in self.modules:
                scope = self.modules[name].scope
                values = (self.names.get((scope, bound), BOTTOM) for bound in scope.bound)
                inside += [value.name for value in values if value.kind == "module" and value.name in self.modules]
                found.add(name)
            stack += [other for other in inside if other not in found]
        return frozenset(found)

    @derived
    def had_unseen(self, attr: str | None, module: str | None = None) -> list[tuple[Scope, str]]:
        """The names that code which is not followed may mean by `m.attr` of a module, or of any that is loose; without
        an attribute, all.
        """
        modules = self.loose_modules() if module is None else self._modules_got_from(module)
        scopes = [self.modules[name].scope for name in sorted(modules)]
        return [(scope, name) for scope in scopes for name in scope.bound if attr in (None, name)]

    @derived
    def had_by(self, attr: str | None, module: str | None = None) -> Had:
        """What these names stand for."""
        values = {key: self.names.get(key, BOTTOM) for key in self.had_unseen(attr, module)}
        called = [name for value in values.values() for name in functions(value)]
        classes = [value.name for value in values.values() if value.kind == "class"]
        return Had(
            tuple(dict.fromkeys(scope for name in called for scope in self.functions_named(name))),
            tuple(name for name in dict.fromkeys(classes) if name is not None and name in self.classes),
            tuple(key for key, value in values.items() if value.may_be_array or value.kind in CONTAINERS),
        )

    def functions_named(self, name: str) -> list[Scope]:
        """The project's functions that have this name, or are the versions of a method."""
        if name in self.functions:
            return [self.functions[name][1]]
        method = method_named(name)
        return [] if method is None else self.method(*method)

    @once
    def reach_names(self) -> frozenset[str]:
        """The modules that may read their names without naming them."""
        return frozenset(name for name, module in self.modules.items() if _REACHING.search(module.source.text))

    @derived
    def changed_elsewhere(self, scope: Scope) -> frozenset[str]:
        """Names of outer scopes whose arrays some inner function changes, those that this scope may name."""
        starred = "*" in scope.bound  # and binds nobody knows what
        return frozenset(n for _, n in self.outer_writers if starred or n in scope.bound or n in scope.reads)

    def _reached(self, targets: frozenset[Target]) -> set[Target]:
        """All functions that may run during a call of these. Operators, properties and the like always may; what is
        handed over as a value, or inherits from elsewhere, may when something unknown runs."""
        unseen = self._unseen()
        many: dict[Target, set[Target]] = {
            None: self._anyone(),
            ADVANCED: {*self.advanced()},
        }  # special methods are among the unseen
        now = self.tracker.last_written(self.calls)
        before, seen = self._reach.get(targets, (-1, set()))
        if before == now and unseen <= seen and all(found <= seen for one, found in many.items() if one in seen):
            return seen
        grown = set().union(*(self.calls[s] for s in self.calls.since(before) if s in seen)) if seen else targets
        again = (s for one, found in many.items() if one in seen for s in found)
        stack = [s for s in {*grown, *unseen, *again} if s not in seen]
        seen.update(stack)
        while stack:
            scope = stack.pop()
            more = many.get(scope) or self.calls.peek(scope, _NOBODY)  # the table counts as read
            stack += [s for s in more if s not in seen]
            seen.update(more)
        self._reach[targets] = now, seen
        return seen

    @derived
    def _unseen(self) -> set[Scope]:
        """What may run without being called by its name."""
        return {s for s in self.methods_of(None) if _runs_unseen(s)}

    @derived
    def _anyone(self) -> set[Target]:
        """What code outside the project, or a value nobody can follow, may call."""
        found: set[Target] = {*self.handed, *self._decorated, *self._generators}
        found |= {scope for scope in self.lazy if scope is not None}
        for name, (_, scope) in self.classes.items():
            foreign = self.foreign_base(name) or self.hierarchy(name) in self.exposed
            found |= {s for s in scope.inner if s.kind == "function" and (foreign or s.name == "__init__")}
        return found

    def give_held(self, scopes: Iterable[Scope]) -> bool:
        """Whether a function may give what others in the project hold, too."""
        return any(s is not None and s.gives_held for s in map(self.summaries.get, scopes))

    @derived
    def anyone_gives_held(self) -> bool:
        """Whether code outside the project, or a value nobody can follow, may hand out what the project holds."""
        return self.give_held(scope for scope in self._anyone() if isinstance(scope, Scope))

    @derived
    def calls_what_keeps(self, first: Handed) -> bool:
        """Whether a parameter, or an attribute, may stand for what keeps arrays that it is called with.

        Callers outside the project are taken to hand in nothing of the kind where some in it call the function.
        """
        if not isinstance(first, str) and isinstance(first[0], Scope) and first[0] not in self.called:
            return True
        found, stack = set[Handed](), [first]
        while stack:
            one = stack.pop()
            if one in found:
                continue
            found.add(one)
            if isinstance(one, str):
                known = not self.keeps(one)
            elif isinstance(one[0], Scope):
                known = self._called_in_sight(one[0])
                stack += self.callables.get(one, ())
            else:
                known = one not in self.class_level and not self.strict
                for key in (one, (None, one[1]), (None, "*")):
                    stack += self.callables.get(key, ())
            if not known:
                return True
        return False

    def _called_in_sight(self, scope: Scope) -> bool:
        """Whether all that the project hands in for a function's parameters is known."""
        special = scope.name[:2] == scope.name[-2:] == "__" and not self._constructs(scope)
        return not (special or scope in self.open_calls or (self.strict and self.called_outside(scope)))

    def keeps(self, name: str) -> bool:
        """Whether a function, by its qualified name, may keep its arguments."""
        if name in self.functions:
            return self._keeps_its_own([self.functions[name][1]], 0)
        if (method := method_named(name)) is not None:
            methods = self.method(*method)
            return not methods or self._keeps_its_own(methods, 1)
        package = name.partition(".")[0]
        if package == "numpy":
            return name in RETAINS
        if package == "builtins":
            return name == "builtins.setattr"
        host = CALLS.get(name)
        return package not in PACKAGES or (host is not None and bool(host.retains or host.calls or host.dynamic))

    def _keeps_its_own(self, scopes: Iterable[Scope], first: int) -> bool:
        """Whether functions keep parameters, from a first one on, or hold them until they are asked for more."""
        for scope in scopes:
            summary = self.summaries.get(scope)
            if scope.generator or scope.asynchronous or scope in self._decorated:
                return True
            if summary is not None and (summary.grows or not summary.retains.isdisjoint(scope.params[first:])):
                return True
        return False

    @derived
    def got_by_name(self, scope: Scope) -> bool:
        """Whether a method may be got from its object by a name that is computed."""
        names = [name for name, (_, s) in self.classes.items() if s is scope.parent]
        tops = {None, *map(self.hierarchy, names)}
        return self._evaluates or any(top in self.computed for top in tops)

    @once
    def _evaluates(self) -> bool:
        """Whether some file runs code that it makes."""
        scopes = (scope for module in self.modules.values() for scope in module.scopes.values())
        return any(scope.reads & {"eval", "exec"} for scope in scopes)

    @once
    def asks_for_state(self) -> bool:
        """Whether the project itself asks objects for what is to be pickled."""
        return any(_ASKS_FOR_STATE.search(module.source.text) for module in self.modules.values())

    @once
    def mentions_scipy(self) -> bool:
        """Whether some file of the project names SciPy."""
        return any("scipy" in module.source.text for module in self.modules.values())

    @once
    def factorizes(self) -> bool:
        """Whether some file of the project names a function that factorizes sparse matrices."""
        return any(word in module.source.text for module in self.modules.values() for word in ("splu", "spilu"))

    @once
    def mentions_pandas(self) -> bool:
        """Whether some file has the word in it."""
        return any("pandas" in module.source.text for module in self.modules.values())

    @once
    def _decorated(self) -> list[Scope]:
        scopes = [scope for module in self.modules.values() for scope in module.scopes.values()]
        return [s for s in scopes if s.kind == "function" and getattr(s.node, "decorators", None)]

    @once
    def _generators(self) -> list[Scope]:
        return [scope for module in self.modules.values() for scope in module.scopes.values() if scope.generator]

    @derived
    def advanced(self) -> tuple[Scope | None, ...]:
        """What may change something when an iterator is asked for its elements."""
        return tuple(s for s in dict.fromkeys((*self._generators, *self.lazy)) if self.changes(s))

    def implicit(self, names: Iterable[str]) -> Implicit:
        """Special methods of these names, as far as there are such."""
        return Implicit(self._special.intersection(names))

    def implied(self, implicit: Implicit) -> Sequence[Scope | None]:
        """The functions that run so."""
        if implicit.names is None:
            return self.advanced()
        return [scope for name in sorted(implicit.names) for scope in self.methods_named(name)]

    @derived
    def changing(self, implicit: Implicit) -> bool:
        """Whether what runs so may change anything."""
        return any(map(self.changes, self.implied(implicit)))

    def special_methods(self) -> frozenset[str]:
        """The names of the methods by which classes of the project take part in operators, tests and the like."""
        return self._special

    def unmentioned(self, scope: Scope) -> bool:
        """Whether no code of the project names a function, so that there is no hope of finding a call of it."""
        special = scope.name[:2] == scope.name[-2:] == "__"
        return isinstance(scope.node, cst.FunctionDef) and not special and scope.name not in self._mentioned

    @once
    def _mentioned(self) -> frozenset[str]:
        found: set[str] = set()
        for module in self.modules.values():
            names: set[cst.CSTNode] = set(module.every(cst.Name))
            names -= {node.name for node in module.every(cst.FunctionDef)}
            names -= {node.name for node in module.every(cst.ImportAlias)}
            found.update(node.value for node in module.every(cst.Name) if node in names)
            found.update(node.raw_value for node in module.every(cst.SimpleString))
        return frozenset(found)

    @once
    def _special(self) -> frozenset[str]:  # of all classes, found or not: most functions ask, and none is to ask again
        scopes = (scope for module in self.modules.values() for scope in module.scopes.values())
        methods = (s for s in scopes if s.kind == "function" and s.parent is not None and s.parent.kind == "class")
        return frozenset(s.name for s in methods if s.name[:2] == s.name[-2:] == "__") - _BY_STATEMENTS

    @derived
    def any_held_by_methods(self) -> bool:
        """Whether some method is a value, and has its object."""
        return any(True for _ in self.held_by_methods)

    @derived
    def any_handed(self) -> bool:
        """Whether some function is used as a value."""
        return any(True for _ in self.handed)

    @derived
    def changes(self, scope: Scope | None) -> bool:
        """Whether a call of a function may change an attribute of an object, or an array of an outer scope."""
        writers = self._writers()
        seen, stack = set[Target](), list[Target]([scope])
        while stack:
            called = stack.pop()
            if called is None or called in writers:
                return True
            if called not in seen:
                seen.add(called)
                if called == ADVANCED:  # it is asked of each of these here whether it changes anything
                    stack += [*self._generators, *self.lazy]
                else:
                    stack += self.implied(called) if isinstance(called, Implicit) else self.calls.get(called, _NOBODY)
        return False

    @derived
    def _writers(self) -> frozenset[Target]:
        """The functions that change an attribute of an object, or an array of an outer scope."""
        changed = {scope for written in self.writers.values() for _, scope in written}
        return frozenset(changed.union(*self.outer_writers.values()))

    def known(self, name: str | None) -> bool:
        """Whether an object's class, or all of its possible classes, are the project's."""
        if name is None or "|" not in name:
            return name is not None and name in self.classes
        return all(part in self.classes for part in name.split("|"))

    @derived
    def hierarchy(self, name: str) -> str | None:
        """The name under which the attributes of a class and all its project bases are kept together."""
        if "|" in name:
            tops = {self.hierarchy(part) for part in name.split("|")}
            return tops.pop() if len(tops) == 1 else None
        return self._inherits().top(name)

    def _inherits(self) -> Inheritance:
        """How classes inherit, by what is known of them now."""
        now = self.tracker.last_written(self.bases)
        if self._inherited != now:
            if not self._inheritance.add(self.bases.since(self._inherited)):
                self._inheritance, self._linked = Inheritance(self.bases.peek, self._functions), -1
                self._inheritance.add(self.bases)
            self._inherited = now
        return self._inheritance

    @derived
    def linear(self, name: str) -> tuple[str, ...]:
        """A class and its bases in the order in which attributes are looked up; classes from elsewhere under their
        own names."""
        return self._inherits().linear(name)

    @derived
    def below(self, class_name: str) -> frozenset[str]:
        """A class and all that inherit from it."""
        return self._inherits().below(class_name)

    def _orders(self, class_name: str, after: str) -> list[tuple[str, ...]]:
        """The orders in which a method of an object of this class may be looked up: without what is above `after`."""
        orders = map(self._inherits().linear, sorted(self.below(class_name)))
        return list(dict.fromkeys(order[order.index(after) + 1 :] if after in order else order for order in orders))

    @derived
    def method(self, class_name: str, attr: str, *, after: str = "") -> list[Scope]:
        """The project functions a method call on an object of this class may reach: what it defines or inherits, and
        what the classes below it do. With `after`, only what comes after that class, as `super()` looks it up."""
        if "|" in class_name:
            return list(dict.fromkeys(s for name in class_name.split("|") for s in self.method(name, attr)))
        found: dict[Scope, None] = {}
        defined = self._defining(attr)
        for order in self._orders(class_name, after) if defined else ():
            for cls in order:
                if cls in defined:
                    found.update(dict.fromkeys(defined[cls]))
                    break
        return list(found)

    @derived
    def elsewhere(self, class_name: str, attr: str, *, after: str = "") -> bool:
        """Whether a class that is not the project's comes before all that define the method."""
        defined = self._defining(attr)
        for part in class_name.split("|"):
            for order in self._orders(part, after):
                for cls in order:
                    if cls in defined:
                        break
                    if cls not in self.classes and cls not in PLAIN_BASES:
                        return True
        return False

    def number(self, top: str | None) -> int:
        """A number for a hierarchy of classes; 0 for objects whose class is not known."""
        return self._numbers.setdefault(top, len(self._numbers))

    def pending(self, class_name: str) -> bool:
        """Whether a base class is not known yet."""
        return any(PENDING in self.linear(name) for part in class_name.split("|") for name in self.below(part))

    def defined(self, class_name: str, attr: str) -> list[Scope]:
        """The functions of this name in a class's own body."""
        return [*self._defining(attr).get(class_name, ())]

    def _functions(self, class_name: str) -> list[Scope]:
        """The functions in a class's own body."""
        found = self.classes.peek(class_name)
        return [] if found is None else [scope for scope in found[1].inner if scope.kind == "function"]

    @derived
    def versions(self, scope: Scope) -> tuple[Scope, ...]:
        """The functions whose signatures change together: methods that override each other, and all that one call may
        reach."""
        inheritance = self._inherits()
        now = self.tracker.last_written(self.classes, self.together)
        for one in self.together.since(self._linked):
            inheritance.override((one, *self.together[one]))
        self._linked = now
        return inheritance.versions(scope)

    def link(self, scopes: list[Scope]) -> None:
        """One call may reach any of these."""
        if len(scopes) > 1 and set(self.versions(scopes[0])) < {*self.versions(scopes[0]), *scopes}:
            self.widen(self.together, scopes[0], scopes[1:])

    @derived
    def foreign_base(self, class_name: str) -> bool:
        """Whether a class inherits from something outside the project that may call its methods."""
        return any(
            cls not in self.classes and cls not in PLAIN_BASES
            for name in class_name.split("|")
            for cls in self.linear(name)
        )

    def called_from_elsewhere(self, scope: Scope) -> bool:
        """Whether a class outside the project, from which the method's class inherits, is to be expected to call it:
        by a public name, or one of Python's own."""
        private = scope.name[0] == "_" and scope.name[-2:] != "__"
        return not private and self.inherits_from_elsewhere(scope)

    @derived
    def inherits_from_elsewhere(self, scope: Scope) -> bool:
        """Whether a method's class inherits from one outside the project."""
        if scope.parent is None or scope.parent.kind != "class":
            return False
        return any(s is scope.parent and self.foreign_base(name) for name, (_, s) in self.classes.items())

    def changed_params(self, scope: Scope) -> tuple[str, ...]:
        """The parameters that a function, or another version of it, changes in place, in order."""
        changed = self._changed_in_one(self.versions(scope)[0])
        return tuple(p for p in scope.params if p in changed) if changed else ()

    @derived
    def _changed_in_one(self, first: Scope) -> frozenset[str]:
        """The parameters that the function, or one of its versions, changes in place: the same for all of them."""
        return frozenset(p for version in self.versions(first) for p in version.params if (version, p) in self.mutated)

    @derived
    def hands_back(self, scope: Scope) -> tuple[str, ...]:
        """The parameters that a function changes and gives back to its callers, in order."""
        params = self.changed_params(scope)
        return params if params and self.threading_problem(scope) is None else ()

    @derived
    def threading_problem(self, scope: Scope) -> Problem | None:
        """Why a function can't give changed parameters back to its callers; all versions of a method can, or none."""
        problem = self._own_problem(scope)
        versions = self.versions(scope)
        if problem is not None or len(versions) == 1:
            return problem
        alike, other = self._versions_problem(versions[0])
        if alike:
            return other
        changed = self._changed_in_one(versions[0])
        for version in versions:
            if version is scope:
                continue
            moved = is_static(version) != is_static(scope)
            if moved or any(_position(version.node, p) != _position(scope.node, p) for p in changed):
                message = f"`{version.qualname}`, which may be called in its place, has other parameters"
                return Problem("NT201", message, "give all versions of the method the same parameters")
            if (problem := self._others_problem(version)) is not None:
                return problem
        return None

    @derived
    def _versions_problem(self, first: Scope) -> tuple[bool, Problem | None]:
        """Whether all versions of a function take what they change in the same places; and if so, why one of them can't
        give it back, for those that could."""
        versions, changed = self.versions(first), self._changed_in_one(first)
        if len({(is_static(v), *(_position(v.node, p) for p in sorted(changed))) for v in versions}) > 1:
            return False, None
        return True, next((found for v in versions if (found := self._others_problem(v)) is not None), None)

    def _others_problem(self, version: Scope) -> Problem | None:
        """Why another version of a function can't give changed parameters back."""
        problem = self._own_problem(version)
        return problem and problem._replace(message=f"{problem.message} (that is `{version.qualname}`)")

    @derived
    def perhaps_params(self, scope: Scope) -> tuple[str, ...]:
        """The parameters whose arrays a function, or another version of it, changes unless it has got copies."""
        own = {p for version in self.versions(scope) for p in version.params if (version, p) in self.perhaps_mutated}
        return tuple(p for p in scope.params if p in own)

    def perhaps_problem(self, scope: Scope, param: str) -> Problem | None:
        """Why a change of what may be the caller's array can't be kept from the caller: it may look at that later."""
        help = "copy it with `.copy()` first if the caller must not see the change; return it if the caller must"
        for version in self.versions(scope):
            if (why := self.looked_at.get((version, param))) is not None:
                return Problem("NT102", f", and the caller reads it after {why}", help)
            if (problem := self._closed_problem(version, constructor=True)) is not None:
                return Problem("NT102", f": {problem.message}", help)
            if self.called_outside(version) and self._for_its_arguments(version):
                return Problem("NT102", ", and the function gives nothing else", help)
        return None

    @derived
    def _for_its_arguments(self, scope: Scope) -> bool:
        """Whether nothing comes of a call but what it changes of its arguments."""
        summary = self.summaries.get(scope)
        writes = any(scope is one for found in self.writers.values() for _, one in found)
        return summary is not None and summary.value == NONE and not writes

    def called_outside(self, scope: Scope) -> bool:
        """Whether callers outside the project are to be expected beside those in it."""
        return scope not in self.called or scope.name[0] != "_" or scope in self.unseen_outside

    def elements_problem(self, scope: Scope, param: str) -> Problem | None:
        """Why the arrays in a container that a function is handed can't be replaced by changed ones: there may be
        others who hold them, and a call that is not seen can't be asked."""
        found: Problem | None = self.elements_held.get((scope, param))
        if found is not None:
            return found
        what = f"the callers may hold the arrays in `{param}` under other names"
        if scope in self.open_calls or not isinstance(scope.node, cst.FunctionDef):
            return Problem("NT105", what, "call the function by its name")
        if scope.name.startswith("__") and scope.name.endswith("__") and scope.name != "__init__":
            return Problem("NT105", what, "keep a copy")
        return None

    def _own_problem(self, scope: Scope) -> Problem | None:
        return self.unthreadable[scope] if scope in self.unthreadable else self._closed_problem(scope)

    def _closed_problem(self, scope: Scope, *, constructor: bool = False) -> Problem | None:
        """Why not all calls of a function are known, or run it at once; `constructor` says that one may be called where
        a class is."""
        node = scope.node
        if not isinstance(node, cst.FunctionDef):
            return Problem("NT201", "a lambda can't give it back", "use a function")
        if scope.generator or scope.asynchronous or node.asynchronous is not None:
            return Problem("NT401", "the function is a generator or coroutine", "copy the array first")
        if node.decorators and not is_static(scope):
            return Problem("NT201", "the function is decorated, so its callers may get something else", "")
        if scope.name.startswith("__") and scope.name.endswith("__") and not (constructor and self._constructs(scope)):
            return Problem("NT201", "Python itself calls this method", "keep a copy")
        if self._is_of_a_metaclass(scope):
            return Problem("NT201", "classes have this method, not objects, and their calls are not followed", "")
        if scope in self.open_calls:
            return Problem("NT201", "the function is also used other than by plain calls", "")
        return None

    def _is_of_a_metaclass(self, scope: Scope) -> bool:
        names = [name for name, (_, cls) in self.classes.items() if cls is scope.parent]
        return any(base in METACLASSES for name in names for base in self.linear(name))

    def _constructs(self, scope: Scope) -> bool:
        """Whether this is the constructor of a class that is called by its name alone."""
        name = next((name for name, (_, cls) in self.classes.items() if cls is scope.parent), None)
        if scope.name != "__init__" or name is None:
            return False
        return not self.handed_on(name) and not any(map(self.foreign_base, self.below(name)))

    @derived
    def methods_named(self, attr: str) -> Sequence[Scope]:
        """Every method of this name in the project: what a call on an object of unknown class may reach."""
        return [scope for scopes in self._defining(attr).values() for scope in scopes]

    @derived
    def _defining(self, attr: str) -> dict[str, tuple[Scope, ...]]:
        """The classes that have a method of this name in their own bodies, and those methods."""
        now = self.tracker.last_written(self.classes)
        for name in self.classes.since(self._read):
            for scope in self._functions(name):
                for known_as in {scope.name, scope.attribute(scope.name)}:
                    self._defined.setdefault(known_as, {}).setdefault(name, []).append(scope)
        self._read = now
        return {name: tuple(scopes) for name, scopes in self._defined.get(attr, {}).items()}

    @derived
    def methods_of(self, class_name: str | None) -> list[Scope]:
        """The methods of a class, of its bases and of those that inherit from it; without a name, of all classes."""
        top = None if class_name is None else self.hierarchy(class_name)
        names = [name for name in self.classes if top is None or self.hierarchy(name) == top]
        return [s for name in names for s in self.classes[name][1].inner if s.kind == "function"]

    @derived
    def owned_somewhere(self, attr: str) -> bool:
        """Whether a class of the project has an attribute of this name."""
        return attr in self._attribute_names()

    def put_anywhere(self, attr: str) -> bool:
        """Whether the project sets an attribute of this name, of an object that may be anybody's, to what may be an
        array or hold some. "*" are attributes of names that are computed."""
        values = [self.attrs.get((None, name), BOTTOM) for name in (attr, "*")]
        if self._loads_by_name:  # any object may be entered as a module
            values.append(self.under_this_name(attr))
        return any(value.may_be_array or value.kind in CONTAINERS for value in values)

    def put_into_a_module(self, attr: str) -> bool:
        """Whether a module that is none of the project's may have got an attribute of this name from it."""
        return self._loads_by_name and self.put_anywhere(attr)

    @derived
    def _attribute_names(self) -> set[str]:
        return {name for cls, name in self.attrs if cls is not None}

    @derived
    def under_this_name(self, attr: str) -> Value:
        """What the project assigns to attributes of this name, of whatever object."""
        found = BOTTOM
        for (_, name), value in self.attrs.items():
            found = join(found, value) if name == attr else found
        return found

    @derived
    def under_any_name(self, class_name: str | None) -> tuple[list[str], list[str]]:
        """What a computed attribute of an object may be (without a class: of any): arrays that are changed in place
        somewhere, and methods that give a changed argument back."""
        top = None if class_name is None else self.hierarchy(class_name)
        held = {name for owner, name in self.attrs if top is None or owner in {None, top}}
        arrays = sorted(name for name in self.mutated_attrs if name in held)
        changing = {version for scope, _ in self.mutated for version in self.versions(scope)}
        methods = dict.fromkeys(s.name for s in self.methods_of(class_name) if s in changing and self.hands_back(s))
        return arrays, list(methods)

    @derived
    def changes_under(self, attr: str) -> bool:
        """Whether objects of the project's classes have an array that changes in place under this name, which arrays
        have for something else, such as their shape."""
        return attr in self.mutated_attrs and any(name == attr and owner is not None for owner, name in self.attrs)

    @derived
    def changes_under_any(self, attrs: frozenset[str]) -> bool:
        """The same, under one of these names."""
        return any(map(self.changes_under, attrs))

    def is_pinned(self, value: Value, attr: str) -> bool:
        """Whether an attribute of this value may be a property or a frozen field, which can't just be assigned."""
        if value.name is None or not self.known(value.name):
            return attr in self.pinned_names()
        parts = value.name.split("|")
        return any((cls, attr) in self.pinned for part in parts for cls in {*self.linear(part), *self.below(part)})

    def is_property(self, value: Value, attr: str) -> bool:
        """Whether an attribute of objects of the project is certainly one that code of their class gives and takes."""
        if value.kind != "object" or value.name is None or not self.known(value.name):
            return False
        below = [cls for part in value.name.split("|") for cls in self.below(part)]
        return all(any((base, attr) in self.properties for base in self.linear(cls)) for cls in below)

    @derived
    def stands_for(self, class_name: str, attr: str) -> tuple[cst.BaseExpression, Scope] | None:
        """What a property of a class, and of all below it, stands for, and in which of its getters that is written."""
        return self._alike(class_name, attr, properties.returned, properties.is_getter)

    @derived
    def set_through(self, class_name: str, attr: str) -> tuple[cst.BaseExpression, Scope] | None:
        """The attribute that assigning to a property of a class, and of all below it, does nothing but bind."""
        return self._alike(class_name, attr, properties.bound, lambda s: not properties.is_getter(s))

    @derived
    def checked(self, class_name: str, attr: str) -> bool:
        """Whether some setter of a property may refuse what it is given."""
        return any(properties.checks(scope) for scope in self.method(class_name, attr))

    def _alike(
        self,
        class_name: str,
        attr: str,
        plain: Callable[[Scope], cst.BaseExpression | None],
        asked: Callable[[Scope], bool],
    ) -> tuple[cst.BaseExpression, Scope] | None:
        key = (self.hierarchy(class_name), attr)
        bases = {base for part in class_name.split("|") for cls in self.below(part) for base in self.linear(cls)}
        known = all(cls in self.classes or cls in PLAIN_BASES for cls in bases)
        if not known or key in self.class_level or key in self.attrs or self.method(class_name, "__getattribute__"):
            return None
        methods = self.method(class_name, attr)
        if not all(map(properties.is_accessor, methods)):
            return None
        found: dict[str, tuple[cst.BaseExpression, Scope]] = {}
        for scope in methods:
            if asked(scope) and not properties.deletes(scope):
                node = plain(scope)
                if node is None:
                    return None
                found[properties.text(node, scope)] = (node, scope)
        return next(iter(found.values())) if len(found) == 1 else None

    def opened(self, attr: str) -> None:
        """Somebody who is not followed may read or set the property of this name of any object."""
        for scope in self.methods_named(attr) if attr in self.pinned_names() else ():
            if properties.is_accessor(scope):
                self.mark(self.open_calls, scope)

    @derived
    def pinned_names(self) -> frozenset[str]:
        return frozenset(name for _, name in self.pinned)

    def is_dataclass(self, name: str) -> bool:
        """Whether the constructor is made by a decorator."""
        return name in self.dataclasses

    def handed_on(self, name: str) -> bool:
        """Whether objects of a class, or of one below it, may be made by code that is not seen."""
        return any(cls in self.made_elsewhere for cls in self.below(name))

    def taken(self, name: str) -> list[Field] | None:
        """What the constructor of a dataclass takes, in order; None where that is not known."""
        found: dict[str, Field] = {}
        for cls in reversed(self.linear(name)):
            if cls not in PLAIN_BASES and cls not in self.fields:
                return None
            found.update((f.name, f) for f in self.fields.get(cls, ()))
        return [*(f for f in found.values() if not f.by_name), *(f for f in found.values() if f.by_name)]


UNKNOWN_BASE = "?"
MOST_PROPERTIES = 3  # that lead from one to the next
PENDING = "..."  # a base class that is not known yet
METACLASSES = frozenset({"abc.ABCMeta", "builtins.type", "enum.EnumMeta", "enum.EnumType"})
#: Bases from elsewhere that call no methods of the classes below them, apart from Python's own.
PLAIN_BASES = frozenset(
    {PENDING, "abc.ABC", "enum.Enum", "typing.Generic", "typing.Protocol", "builtins.Exception", "builtins.ValueError"}
)

#: By what attributes are asked for whose names are not written there.
_COMPUTED = re.compile(r"\b(__dict__|attrgetter|delattr|eval|exec|getattr|setattr|vars)\b")
_ATTRIBUTES = re.compile(r"(\w*)(?=[\s\\)]*\.[\s\\]*([^\W\d]\w*))")  # each with the word before it
_LOADING = re.compile(r"\b(import_module|__import__|sys\.modules|run_module|run_path|exec_module|load_module)\b")
_ASKS_FOR_STATE = re.compile(r"(?<!super\(\))\.__getstate__\b|[\"']__getstate__")
_REACHING = re.compile(r"\b(eval|exec)\(|\b(globals|locals|vars)\(\)")
_THREADS = re.compile(r"\b(_thread|asyncio|concurrent|joblib|multiprocessing|signal|threading|\w*(Executor|Thread))\b")
_POOLS = re.compile(r"\b(concurrent|joblib|multiprocessing\.dummy|ThreadPool\w*|\w*Executor)\b")
_BY_STATEMENTS = {
    "__call__", "__enter__", "__exit__", "__init__", "__init_subclass__", "__new__", "__set__", "__set_name__",
    "__setattr__", "__setitem__",
}  # fmt: skip
_NOBODY: frozenset[Target] = frozenset()


def _runs_unseen(scope: Scope) -> bool:
    """Whether a method runs without being called by its name."""
    dunder = scope.name.startswith("__") and scope.name.endswith("__")
    return (dunder and scope.name != "__init__") or bool(getattr(scope.node, "decorators", ()))


def _position(node: cst.CSTNode, param: str) -> int | str | None:
    """Where a function takes a parameter: its number, or its name where it goes by name alone."""
    if not isinstance(node, cst.FunctionDef):
        return None
    names = [p.name.value for p in (*node.params.posonly_params, *node.params.params)]
    if param in names:
        return names.index(param)
    return param if param in {p.name.value for p in node.params.kwonly_params} else None


def is_classmethod(scope: Scope) -> bool:
    """Whether a method is decorated with `@classmethod` alone: it gets the class, however it is called."""
    node, cls = scope.node, scope.parent
    if not isinstance(node, cst.FunctionDef) or len(node.decorators) != 1 or cls is None or cls.kind != "class":
        return False
    decorator = node.decorators[0].decorator
    plain = isinstance(decorator, cst.Name) and decorator.value == "classmethod"
    return plain and cls.owner("classmethod") is None


def is_static(scope: Scope) -> bool:
    """Whether a function is decorated with `@staticmethod` alone: called through an object it does not get that."""
    node, cls = scope.node, scope.parent
    if not isinstance(node, cst.FunctionDef) or len(node.decorators) != 1 or cls is None or cls.kind != "class":
        return False
    decorator = node.decorators[0].decorator
    plain = isinstance(decorator, cst.Name) and decorator.value == "staticmethod"
    return plain and cls.owner("staticmethod") is None
