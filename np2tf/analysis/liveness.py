"""Which names may be read later, and which certainly are: backward walks over a function's tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import libcst as cst

from np2tf.analysis.scopes import targets
from np2tf.tree import bound_names, children, names_read, remembered, walk

Names = frozenset[str]
NONE: Names = frozenset()


_SIMPLE = frozenset({cst.Expr, cst.Assign, cst.AugAssign, cst.AnnAssign, cst.Pass})  # the most frequent


@dataclass(frozen=True)
class _Exits:
    """What is live where a statement may jump to."""

    at_break: Names = NONE
    at_continue: Names = NONE
    at_raise: Names = NONE
    at_return: Names = NONE


class Liveness:
    """`after[statement]` holds the names that may be read after it, before they are bound anew."""

    def __init__(self, body: Sequence[cst.CSTNode], at_exit: Names) -> None:
        self.after: dict[cst.CSTNode, Names] = {}
        self.head: dict[cst.CSTNode, Names] = {}
        self.thrown: dict[cst.CSTNode, Names] = {}  # what is read after an exception in the body of a `try`
        self._covering: dict[
            tuple[int, int], tuple[Names, Names]
        ] = {}  # sets of which the first has the second's names
        self.entry = self._suite(body, at_exit, _Exits(at_return=at_exit, at_raise=at_exit))

    def _suite(self, body: Sequence[cst.CSTNode], live: Names, exits: _Exits) -> Names:
        for node in reversed(body):
            if isinstance(node, cst.SimpleStatementLine):
                live = self._suite(node.body, live, exits)
            else:
                live = self._statement(node, live, exits)
        return live

    def _statement(self, node: cst.CSTNode, live: Names, exits: _Exits) -> Names:
        after = self._both(live, exits.at_raise)
        self.after[node] = self._both(after, self.after.get(node, NONE))
        if type(node) in _SIMPLE:
            return self._both(self._simple(node, live, exits.at_raise), exits.at_raise)
        if (exits.at_break or exits.at_continue) and isinstance(node, (cst.If, cst.Match, cst.With)):
            jumps = {type(part) for part in walk(node)}
            for kind, there in ((cst.Break, exits.at_break), (cst.Continue, exits.at_continue)):
                if kind in jumps:  # what a call in the header changes is read there, too
                    self.after[node] = self._both(self.after[node], there)
        if isinstance(node, cst.If):
            other = self._statement(node.orelse, live, exits) if node.orelse is not None else live
            return self._block(node.body, live, exits) | other | names_read(node.test)
        if isinstance(node, (cst.Else, cst.Finally)):
            return self._block(node.body, live, exits)
        if isinstance(node, (cst.For, cst.While)):
            return self._loop(node, live, exits)
        if isinstance(node, (cst.Try, cst.TryStar)):
            return self._try(node, live, exits)
        if isinstance(node, cst.With):
            inner = replace(exits, at_raise=exits.at_raise | live)  # its exit may swallow the exception
            live = self._block(node.body, live, inner)
            for item in reversed(node.items):
                live = (live - set().union(*(set(bound_names(t)) for t in targets(item)))) | names_read(item)
            return live
        if isinstance(node, cst.Match):
            result = live
            for case in node.cases:
                result |= self._block(case.body, live, exits) | names_read(case.pattern)
                if case.guard is not None:
                    result |= names_read(case.guard)
            return result | names_read(node.subject)
        if isinstance(node, cst.Return):
            return (exits.at_return | names_read(node)) | exits.at_raise
        if isinstance(node, cst.Raise):
            return exits.at_raise | names_read(node)
        if isinstance(node, cst.Break):
            return exits.at_break
        if isinstance(node, cst.Continue):
            return exits.at_continue
        return self._both(self._simple(node, live, exits.at_raise), exits.at_raise)

    def _both(self, names: Names, more: Names) -> Names:
        """All of these names: one of the two sets itself where it has them all, so that equal sets are one object."""
        if not more or names is more:
            return names
        key = id(names), id(more)
        if key not in self._covering:
            if not more <= names:
                return more if names <= more else names | more
            self._covering[key] = names, more  # both stay, and so do their numbers
        return names

    @staticmethod
    def _simple(node: cst.CSTNode, live: Names, kept: Names) -> Names:
        """What is live before a statement that jumps nowhere; `kept` are names that are so in any case."""
        if type(node) is cst.Expr:
            return _with(live, names_read(node))
        if isinstance(node, cst.Assign):
            bound = {name for target in node.targets for name in bound_names(target.target)}
            if not live.isdisjoint(bound - kept):
                live = live - bound
            live = _with(live, names_read(node.value))
            for target in node.targets:
                if not isinstance(target.target, cst.Name):
                    live = _with(live, names_read(target.target) - set(bound_names(target.target)))
            return live
        if isinstance(node, cst.AnnAssign):
            if node.value is not None:
                live = (live - set(bound_names(node.target))) | names_read(node.value)
            return live if isinstance(node.target, cst.Name) else live | names_read(node.target)
        if isinstance(node, cst.Del):
            gone = set(bound_names(node.target))
            return (live - gone) | (names_read(node.target) - gone)
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            name = node.name.value
            return _with(live if name in kept else live - {name}, names_read(node))
        if isinstance(node, (cst.Import, cst.ImportFrom)):
            return live
        return _with(live, names_read(node))

    def _block(self, suite: cst.BaseSuite, live: Names, exits: _Exits) -> Names:
        return self._suite(suite.body, live, exits)

    def _loop(self, node: cst.For | cst.While, live: Names, exits: _Exits) -> Names:
        after = self._statement(node.orelse, live, exits) if node.orelse is not None else live
        head = after
        while True:
            inner = replace(exits, at_break=live, at_continue=head)
            body = self._block(node.body, head, inner)
            if isinstance(node, cst.For):
                body = (body - set(bound_names(node.target))) | (
                    names_read(node.target) - set(bound_names(node.target))
                )
            else:
                body |= names_read(node.test)
            new = head | body
            if new == head:
                break
            head = new
        self.head[node] = head
        return head | names_read(node.iter) if isinstance(node, cst.For) else head

    def _try(self, node: cst.Try | cst.TryStar, live: Names, exits: _Exits) -> Names:
        if node.finalbody is not None:
            ways = live | exits.at_raise | exits.at_return | exits.at_break | exits.at_continue
            finish = self._block(node.finalbody.body, ways, exits)
            outer = _Exits(
                *(names | finish for names in (exits.at_break, exits.at_continue, exits.at_raise, exits.at_return))
            )
            live = finish
        else:
            outer = exits
        after_body = self._statement(node.orelse, live, outer) if node.orelse is not None else live
        raised = outer.at_raise
        for handler in node.handlers:
            entry = self._block(handler.body, live, outer)
            self.after[handler] = live
            if handler.name is not None:
                entry = entry - set(bound_names(handler.name.name))
            raised |= entry | (names_read(handler.type) if handler.type is not None else NONE)
        self.thrown[node] = self.thrown.get(node, NONE) | raised
        return self._block(node.body, after_body, replace(outer, at_raise=raised)) | raised


def _with(names: Names, few: Names) -> Names:
    return names if few <= names else names | few


_JUMPS = (cst.Return, cst.Raise, cst.Import, cst.ImportFrom, cst.FunctionDef, cst.ClassDef)  # or bind other than by `=`
_LATER = frozenset({cst.Lambda, cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp})  # or never
_ENDS = frozenset({"exit", "_exit", "quit", "abort"})


class Certainty:
    """`after[statement]` holds the names that every way on reads, before it binds them anew; an exception is no way.

    Inside a `try` or `with` nothing is certain, since an exception need not be the end there.
    """

    def __init__(self, body: Sequence[cst.CSTNode]) -> None:
        self.after: dict[cst.CSTNode, Names] = {}
        self._suite(body, NONE, NONE, NONE)

    def _suite(self, body: Sequence[cst.CSTNode], sure: Names, at_break: Names, at_continue: Names) -> Names:
        for node in reversed(body):
            if isinstance(node, cst.SimpleStatementLine):
                sure = self._suite(node.body, sure, at_break, at_continue)
            else:
                self.after[node] = sure
                sure = self._statement(node, sure, at_break, at_continue)
        return sure

    def _statement(self, node: cst.CSTNode, sure: Names, at_break: Names, at_continue: Names) -> Names:
        if isinstance(node, cst.If):
            other = sure
            if isinstance(node.orelse, cst.If):
                self.after[node.orelse] = sure
                other = self._statement(node.orelse, sure, at_break, at_continue)
            elif node.orelse is not None:
                other = self._suite(node.orelse.body.body, sure, at_break, at_continue)
            return (self._suite(node.body.body, sure, at_break, at_continue) & other) | certain_reads(node.test)
        if isinstance(node, (cst.For, cst.While)):
            after = sure if node.orelse is None else self._suite(node.orelse.body.body, sure, at_break, at_continue)
            # A turn may be the last; what the loop binds is read after it only if it is not bound anew.
            jumps = any(isinstance(part, _JUMPS) for part in walk(node.body))
            ends = NONE if jumps else after - _bound(node)
            self._suite(node.body.body, ends, sure, ends)
            head = after & sure if node.orelse is not None else after
            head = NONE if jumps else head - _bound(node)
            return head | certain_reads(node.iter if isinstance(node, cst.For) else node.test)
        if isinstance(node, cst.Return):
            return NONE if node.value is None else certain_reads(node.value)
        if isinstance(node, cst.Break):
            return at_break
        if isinstance(node, cst.Continue):
            return at_continue
        if isinstance(node, cst.Raise):
            return NONE
        if isinstance(node, cst.Expr) and isinstance(node.value, cst.Call):
            func = node.value.func
            if getattr(func.attr if isinstance(func, cst.Attribute) else func, "value", "") in _ENDS:
                return NONE
        if isinstance(node, (cst.Expr, cst.Assign, cst.AnnAssign, cst.AugAssign)):
            read = certain_reads(node.value) if node.value is not None else NONE
            for target in targets(node):
                read |= certain_reads(target) if isinstance(node, cst.AugAssign) else _reads_of_target(target)
            return (sure - _bound(node)) | read
        if isinstance(node, (cst.Try, cst.TryStar, cst.With, cst.Match)):
            for part in walk(node):
                self.after.setdefault(part, NONE)
            return NONE
        if isinstance(node, cst.FunctionDef):
            return sure - {node.name.value}
        return sure if isinstance(node, (cst.Pass, cst.Assert, cst.Global, cst.Nonlocal)) else NONE


def _bound(node: cst.CSTNode) -> Names:
    return frozenset(name for part in walk(node) for target in targets(part) for name in bound_names(target))


def _reads_of_target(node: cst.CSTNode) -> Names:
    if isinstance(node, (cst.Tuple, cst.List)):
        return frozenset().union(*(_reads_of_target(element.value) for element in node.elements))
    if isinstance(node, cst.StarredElement):
        return _reads_of_target(node.value)
    return NONE if isinstance(node, cst.Name) else certain_reads(node)


@remembered
def certain_reads(node: cst.CSTNode) -> Names:
    """The names that an expression certainly reads."""
    kind = type(node)
    if kind is cst.Name:
        return frozenset({node.value})  # type: ignore[attr-defined]
    if kind is cst.Attribute:
        return certain_reads(node.value)  # type: ignore[attr-defined]
    if kind in _LATER:
        return NONE
    parts = children(node)
    if not parts:
        return NONE
    if isinstance(node, cst.BooleanOperation):
        return certain_reads(node.left)
    if isinstance(node, cst.IfExp):
        return certain_reads(node.test) | (certain_reads(node.body) & certain_reads(node.orelse))
    if isinstance(node, cst.Comparison):
        return certain_reads(node.left) | certain_reads(node.comparisons[0].comparator)
    found: set[str] = set()
    for child in parts:
        found |= certain_reads(child.value) if isinstance(child, cst.Arg) else certain_reads(child)
    return frozenset(found)
