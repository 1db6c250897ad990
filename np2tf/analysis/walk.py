"""What is kept while one scope is walked through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import libcst as cst

from np2tf.analysis.calls import Calls
from np2tf.analysis.liveness import Liveness
from np2tf.analysis.relations import (
    Ev,
    Slot,
    State,
)
from np2tf.analysis.scopes import Scope, choices
from np2tf.analysis.tables import Growth, ModuleInfo
from np2tf.analysis.values import (
    BOTTOM,
    UNKNOWN,
    Value,
)
from np2tf.facts import ElementLoop, Facts, IndexLoop, Named
from np2tf.tree import block

if TYPE_CHECKING:
    from np2tf.project import Project

CROWDED = 32  # slots related to others: from here on dead ones are looked for between statements, too


class Walk(Calls):
    """What is kept while one scope is walked through."""

    def __init__(self, tables: Project, module: ModuleInfo, scope: Scope) -> None:
        self.tables, self.module, self.scope = tables, module, scope
        self.facts = module.scope_facts[scope] = Facts()
        self.state = State(partial(tables.names_attribute, module, scope))
        self.statement: cst.CSTNode = scope.node
        self.callees: set[cst.CSTNode] = set()
        self.read_at_once: set[cst.CSTNode] = set()
        self.waiting: list[Ev] = []
        self.lazily = self.turning = 0
        self.borrowed: set[cst.CSTNode] = set()
        self.looked_at: set[cst.CSTNode] = set()
        if scope not in module.choices:
            module.choices[scope] = choices(scope)
        self.choices = module.choices[scope]
        self.callees.update(option for options in self.choices.values() for option in options)
        self.reasons: dict[Slot, str] = {}
        self.sources: dict[str, str] = {}  # where names have what others may hold from
        self.returns: list[tuple[Ev, State]] = []
        self.yields: list[tuple[Ev, State]] = []
        self.return_nodes: dict[cst.Return, Ev] = {}
        self.protected = 0  # inside a `try`, or a `with` that may swallow exceptions
        self.breaks: list[State] = []
        self.continues: list[State] = []
        self.raised: list[State] = []
        self.catching = 0
        self.unreached = 0  # inside a handler that nothing gets to
        self.annotating = False  # an annotation is read
        self.dead = False  # behind a jump: what stands there never runs
        self.crowded = CROWDED
        self.temps: list[Slot] = []
        self.elifs: set[cst.CSTNode] = set()
        self.guarded: set[cst.CSTNode] = set()  # assertions in `if __debug__:`
        self.read_here: frozenset[str] = frozenset()  # names that the statement reads after a call inside it
        self.beside_part: dict[tuple[cst.CSTNode, cst.CSTNode], frozenset[str]] = {}  # by statement and part of it:
        # the names that the rest of it reads
        self.running: cst.CSTNode | None = None  # the part of the statement at hand that runs other code
        self.named: dict[str, Named] = {}
        self.counting: dict[str, IndexLoop] = {}  # by counter: the loop that has to count if it is read
        self.lent: dict[Slot, tuple[str, Value]] = {}  # by slot: the list that a loop goes through has it
        self.put_back: set[Slot] = set()  # containers whose elements change in a loop over them
        self.exchanging = False  # the statement assigns items of something to other places in it
        self.consumed: Slot = ""  # the value that the target at hand gets: nobody reads it afterwards
        self.rebinding: frozenset[str] = frozenset()
        self.stored_to: frozenset[str] = frozenset()  # what holds the arrays that the statement changes
        self.named_too = set[Slot]()
        self.beside = set[Slot]()
        self.entered = set[Slot]()
        self.index_loops: list[IndexLoop] = []
        self.heads: dict[cst.CSTNode, tuple[State, State]] = {}  # of loops: what held when they were come to, and then
        self.element_loops: list[ElementLoop] = []
        self.looked_over: list[frozenset[str]] = []  # what loops around read anew on every turn
        self.retains: set[str] = set()
        self.kept_unseen: set[str] = set()
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
            kept |= set(scope.bound) - module.new
        kept.update(tables.changed_params(scope))  # their last values go back to the caller
        kept.update(param for param in scope.params if (scope, param) in tables.exchanged)
        kept.update(name for param, name in scope.keepers.items() if param in kept)
        self.always = frozenset(kept)
        self.captured = frozenset(scope.captured)
        self.live = self._liveness(self.always)
        self.closed = False  # nobody outside the project reads this module's names

    @property
    def live_inside(self) -> Liveness:
        """What is live where nobody outside the project reads this module's names."""
        return self._liveness(self.captured)

    def _liveness(self, at_exit: frozenset[str]) -> Liveness:
        known, key = self.module.liveness, (self.scope.node, at_exit)
        if key not in known:
            known[key] = Liveness(self.body, at_exit)
        return known[key]

    @property
    def final(self) -> bool:
        """Whether what nothing has been said of so far is unknown; who asks is analysed again when that is so."""
        return self.annotating or True in self.tables.hopeless

    @property
    def bottom(self) -> Value:
        return UNKNOWN if self.final else BOTTOM

    def annotation(self, node: cst.BaseExpression) -> Value:
        """Annotations are read for the names in them, of most of which nothing will ever be found out."""
        around, self.annotating = self.annotating, True
        value = self.ev(node).value
        self.annotating = around
        return value

    def module_stars(self) -> Iterable[str]:
        stars: Iterable[str] = self.tables.stars.get(self.module.name, ())
        return stars

    def suite(self, body: Sequence[cst.CSTNode]) -> None:
        """The statements of a block."""
        raise NotImplementedError

    def refine(self, test: cst.BaseExpression, truth: bool) -> None:
        """What a test says of the names in it."""
        raise NotImplementedError
