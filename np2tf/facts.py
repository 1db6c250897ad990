"""The frozen answers that rules may ask for: what was found at each place where an array may change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import libcst as cst

from np2tf.analysis.relations import Lens
from np2tf.analysis.scopes import Implicit, Scope
from np2tf.analysis.values import Value

RUNTIME = "\x02"  # in texts: the name under which the file knows the runtime


LEFT = "an earlier conversion left this to be done by hand"


class Place(NamedTuple):
    """Where a changed array is kept: a slot, the text that assigns to it, and the lens from there to the array."""

    slot: str
    text: str
    lens: Lens = ()
    element: bool = False  # the slot is an element of a container
    once: bool = False  # its index can't be evaluated twice: the text stands for no more than one evaluation
    first: bool = False  # the array has no name yet: the statement gives it this one before all else


class Refresh(NamedTuple):
    """Names that get a new value together after a store, in one chained assignment."""

    names: tuple[str, ...]
    value: str


class Guard(NamedTuple):
    """A name that may hold one of these very arrays: decided at run time, by identity."""

    name: str
    of: tuple[str, ...]


class Update(NamedTuple):
    """What must follow a store, so that every live holder sees it."""

    same: tuple[str, ...] = ()
    then: tuple[Refresh, ...] = ()
    guarded: tuple[Guard, ...] = ()
    last: tuple[Refresh, ...] = ()  # views of what was guarded
    assumption: str | None = None


class Rows(NamedTuple):
    """An array whose rows a loop goes through: the name it hangs on, how it is made from that, and its text."""

    array: str
    lens: Lens
    text: str
    target: cst.BaseExpression


class IndexLoop(NamedTuple):
    """A loop over the rows of arrays that has to count, because an array changes while it runs."""

    node: cst.For
    rows: tuple[Rows, ...]
    counter: str
    enumerated: bool

    @property
    def target(self) -> cst.BaseExpression:
        """What each turn binds, without the counter."""
        target = self.node.target
        if self.enumerated:
            assert isinstance(target, cst.Tuple)
            return target.elements[1].value
        return target


class Literal(NamedTuple):
    """A list of arrays written where a loop goes through it, or where a call gets it: the name that it is given, what
    stands in it, and what must follow when its elements go back."""

    node: cst.BaseExpression
    name: str
    texts: tuple[str, ...]
    updates: tuple[tuple[Place, Update], ...]


class ElementLoop(NamedTuple):
    """A loop over the elements of lists, or the values of a dict, that puts changed arrays back where they were."""

    node: cst.For
    counter: str
    counted: bool  # the program has the counter already
    places: tuple[tuple[str, str], ...]  # each container and the name that its element gets
    literals: tuple[Literal, ...] = ()

    def element(self, container: str) -> str:
        """The place of this turn's element."""
        return f"{container}[{self.counter}]"


class Threading(NamedTuple):
    """A function that gives changed parameters back: how its results look, before and after."""

    node: cst.FunctionDef
    params: tuple[str, ...]
    holders: tuple[str, ...]  # the names that have these arrays in the end: the parameters', or others that kept them
    style: str  # `none`: it returned nothing; `same`: it returns the parameter already; `tuple`: (result, *params);
    # `any`: it never returns, so that it goes with each of these
    returns: tuple[cst.Return, ...]
    falls_through: bool
    outside: bool = False  # the method's class inherits from one outside the project, which is taken not to call it


class Problem(NamedTuple):
    """Why a store can't be rewritten: the diagnostic's code, what to say, and what to do instead."""

    code: str
    message: str
    help: str = ""


class Named(NamedTuple):
    """A value that gets a name where it stands, `(_test := x.sum() > 1)`, so that it can be used again later."""

    name: str
    first: cst.CSTNode
    last: cst.CSTNode  # the same, but for an index of several parts
    before: str = ""  # what the value gets around it: `bool(...)`
    after: str = ""
    bare: bool = False  # no parentheses are needed around the whole


class Compilation(NamedTuple):
    """Whether a function can be compiled: what tracing would lose, what is worth knowing, and if it is decorated."""

    node: cst.FunctionDef
    obstacles: tuple[tuple[cst.CSTNode, Problem], ...]
    remarks: tuple[tuple[cst.CSTNode, Problem], ...]
    decorate: bool


@dataclass(frozen=True)
class Store:
    """One in-place change of what may be an array.

    `form` is `item` (`x[i] = v`), `item_op` (`x[i] += v`), `op` (`x += v`), `method` (`x.sort()`), `function`
    (`np.put(x, ...)`), `out` (`out=x`), `attribute` (`x.shape = s`), `call` (an argument that a function of the project
    changes and gives back).
    """

    form: str
    statement: cst.CSTNode
    target: cst.BaseExpression
    value: Value
    place: Place | None = None
    update: Update | None = None
    problem: Problem | None = None
    call: cst.Call | None = None
    effect: str = ""  # qualified name of the mutator
    host: bool = False  # certainly no array: nothing to do
    outputs: tuple[tuple[str, cst.BaseExpression], ...] = ()
    thread: cst.FunctionDef | None = None  # for `call`: the function that changes the argument
    param: str = ""
    element: Value | None = None  # for `item_op`: what the item is
    hoisted: bool = False  # for `call`: it stands inside a larger statement and moves in front of that
    before: tuple[cst.BaseExpression, ...] = ()  # what the statement evaluates before the call, and moves with it
    rebound: frozenset[str] = frozenset()  # names in the statement that functions bind anew
    setter: bool = False  # for `op`: of a property, whose setter runs afterwards
    number: bool = False  # for `call`: the argument may be a number or None, which no function changes for the caller


class ComputedAttribute(NamedTuple):
    """`getattr(k, name)` that may hand out an array which is changed elsewhere, or one of these methods."""

    problem: Problem
    methods: tuple[str, ...]


class PutByName(NamedTuple):
    """`setattr(k, name, v)` of what may be an array that others hold; in these attributes arrays change in place."""

    problem: Problem
    attributes: tuple[str, ...]


class SharedCopy(NamedTuple):
    """A copy of an object, or an object whose attributes something else gets, that may have arrays in these attributes,
    which change in place."""

    problem: Problem
    attributes: tuple[str, ...]


@dataclass(frozen=True)
class Reference:
    """A use of a name of NumPy's: the qualified name and whether the use binds or imports it."""

    name: str
    node: cst.CSTNode


@dataclass
class Facts:
    """All that the analysis of one module found."""

    stores: dict[tuple[cst.CSTNode, cst.CSTNode], Store] = field(default_factory=dict)
    filled: dict[cst.Call, Store] = field(default_factory=dict)  # calls whose output is made where they stand
    references: dict[cst.CSTNode, str] = field(default_factory=dict)
    calls: dict[cst.Call, str] = field(default_factory=dict)
    reached: dict[cst.Call, tuple[str | Scope, ...]] = field(default_factory=dict)  # who is called; "?" is unknown
    constructed: set[cst.CSTNode] = field(default_factory=set)  # `np.ndarray` where it is called
    impure: set[cst.CSTNode] = field(default_factory=set)  # where code runs that may change something
    implicit: dict[cst.CSTNode, set[Implicit]] = field(default_factory=dict)  # what may do so where it is not called
    interrupted: set[cst.CSTNode] = field(default_factory=set)  # statements whose right side may change their target,
    # where that is a name or an attribute of what has a name
    read_again: dict[cst.CSTNode, dict[str, Update]] = field(default_factory=dict)  # by statement: attributes that what
    # it calls changes in place, and who shows them here
    problems: dict[cst.CSTNode, Problem] = field(default_factory=dict)
    features: dict[cst.CSTNode, str] = field(default_factory=dict)  # attributes of arrays, by qualified name
    computed: dict[cst.BaseExpression, ComputedAttribute] = field(default_factory=dict)
    put_by_names: dict[cst.Call, PutByName] = field(default_factory=dict)
    questions: dict[cst.Comparison, Problem] = field(default_factory=dict)  # `is` that tensors can't answer
    copies: dict[cst.BaseExpression, SharedCopy] = field(default_factory=dict)
    mutators: dict[cst.CSTNode, Problem] = field(default_factory=dict)  # `operator.iadd` and the like, as values
    threads: dict[cst.CSTNode, Threading] = field(default_factory=dict)
    outer: dict[cst.FunctionDef, dict[str, str]] = field(default_factory=dict)  # names that a function has to declare
    # to bind them: each with `global` or `nonlocal`
    loops: dict[cst.For, IndexLoop] = field(default_factory=dict)
    element_loops: dict[cst.For, ElementLoop] = field(default_factory=dict)
    handed_lists: dict[cst.BaseExpression, tuple[cst.Expr, Literal]] = field(default_factory=dict)  # to calls that
    # change their arrays: each with its statement
    instances: dict[cst.Call, tuple[Value, tuple[str | None, ...]]] = field(
        default_factory=dict
    )  # isinstance(v, names): "" is a class of no interest, None may be any, or several
    attributes_asked: dict[cst.Call, Value] = field(default_factory=dict)  # hasattr(v, "a name")
    for_host: dict[cst.Call, Value] = field(default_factory=dict)  # what is given to functions that take no tensors
    types_asked: dict[cst.BaseExpression, Value] = field(default_factory=dict)  # `type(v)` and `v.__class__`
    dtypes_read: dict[cst.Attribute, Value] = field(default_factory=dict)  # `v.dtype`
    patterns: dict[cst.MatchClass, tuple[Value, str | None]] = field(default_factory=dict)  # `case float():`
    named: dict[str, Named] = field(default_factory=dict)
    compilations: list[Compilation] = field(default_factory=list)
    untraceable: set[cst.CSTNode] = field(default_factory=set)  # what keeps functions from being compiled

    def include(self, other: Facts) -> None:
        """Add what was found in one scope."""
        self.stores.update(other.stores)
        self.filled.update(other.filled)
        self.references.update(other.references)
        self.calls.update(other.calls)
        self.reached.update(other.reached)
        self.constructed |= other.constructed
        self.impure |= other.impure
        self.implicit.update(other.implicit)
        self.interrupted |= other.interrupted
        self.read_again.update(other.read_again)
        self.problems.update(other.problems)
        self.computed.update(other.computed)
        self.put_by_names.update(other.put_by_names)
        self.questions.update(other.questions)
        self.copies.update(other.copies)
        self.mutators.update(other.mutators)
        self.features.update(other.features)
        self.loops.update(other.loops)
        self.element_loops.update(other.element_loops)
        self.handed_lists.update(other.handed_lists)
        self.instances.update(other.instances)
        self.attributes_asked.update(other.attributes_asked)
        self.for_host.update(other.for_host)
        self.types_asked.update(other.types_asked)
        self.dtypes_read.update(other.dtypes_read)
        self.patterns.update(other.patterns)
        self.named.update(other.named)
        self.threads.update(other.threads)
        self.outer.update(other.outer)
