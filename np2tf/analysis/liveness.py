"""Which names are read later: one backward walk per function, on the tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import libcst as cst

from np2tf.analysis.scopes import targets
from np2tf.tree import bound_names, names_read

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
        self.entry = self._suite(body, at_exit, _Exits(at_return=at_exit, at_raise=at_exit))

    def _suite(self, body: Sequence[cst.CSTNode], live: Names, exits: _Exits) -> Names:
        for node in reversed(body):
            if isinstance(node, cst.SimpleStatementLine):
                live = self._suite(node.body, live, exits)
            else:
                live = self._statement(node, live, exits)
        return live

    def _statement(self, node: cst.CSTNode, live: Names, exits: _Exits) -> Names:
        self.after[node] = self.after.get(node, NONE) | live | exits.at_raise
        if type(node) in _SIMPLE:
            return self._simple(node, live) | exits.at_raise
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
        return self._simple(node, live) | exits.at_raise

    @staticmethod
    def _simple(node: cst.CSTNode, live: Names) -> Names:
        if type(node) is cst.Expr:
            return live | names_read(node)
        if isinstance(node, cst.Assign):
            for target in node.targets:
                live = live - set(bound_names(target.target))
            live |= names_read(node.value)
            for target in node.targets:
                if not isinstance(target.target, cst.Name):
                    live |= names_read(target.target) - set(bound_names(target.target))
            return live
        if isinstance(node, cst.AnnAssign):
            if node.value is not None:
                live = (live - set(bound_names(node.target))) | names_read(node.value)
            return live if isinstance(node.target, cst.Name) else live | names_read(node.target)
        if isinstance(node, cst.Del):
            gone = set(bound_names(node.target))
            return (live - gone) | (names_read(node.target) - gone)
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            return (live - {node.name.value}) | names_read(node)
        if isinstance(node, (cst.Import, cst.ImportFrom)):
            return live
        return live | names_read(node)

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
