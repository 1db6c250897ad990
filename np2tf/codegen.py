"""Where nodes stand in a text, by LibCST's own methods of writing it: for trees that `np2tf.layout` does not know.

This module is never compiled: its classes are made from LibCST's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst
from libcst._nodes.internal import CodegenState

from np2tf.source import Offsets


class _Bounds:
    """What LibCST enters and leaves where a node proper begins and ends; both are noted among the tokens."""

    __slots__ = ("end_node", "node", "note", "start")

    def __init__(self, note: Callable[[Any], None], node: cst.CSTNode, end_node: cst.CSTNode | None) -> None:
        self.note, self.node, self.end_node, self.start = note, node, end_node, -1
        note(self)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *error: object) -> None:
        self.note(self)


class _State(CodegenState):  # LibCST has no public hook for this; PositionProvider is built on the same one
    """Code generation that notes, among the tokens, where nodes begin and end: each twice, as it goes in and out.

    A list's own method takes all of it: this runs for every node and token.
    """

    def __init__(self, indent: str, newline: str) -> None:
        super().__init__(indent, newline)
        self.cut = False
        for name in ("add_token", "before_codegen", "after_codegen"):
            setattr(self, name, self.tokens.append)

    def record_syntactic_position(self, node, *, start_node=None, end_node=None):  # type: ignore[no-untyped-def]
        return _Bounds(self.tokens.append, node, end_node)

    def pop_trailing_newline(self) -> None:
        self.cut = bool(self.tokens)


def generate(module: cst.Module) -> tuple[Offsets, str]:
    """Where each node of a tree stands in what the tree is written as, and that."""
    state = _State(module.default_indent, module.default_newline)
    module._codegen_impl(state)  # the module itself is not noted: where there is no token it asks for a newline
    events: list[object] = state.tokens  # type: ignore[assignment]
    spans, end = _spans(events, (cst.BaseStatement, cst.BaseSmallStatement))
    spans[id(module)] = 0, end
    tokens = [item for item in events if type(item) is str]
    return spans, "".join(tokens[:-1] if state.cut else tokens)


def _spans(events: list[object], statements: tuple[type, ...]) -> tuple[Offsets, int]:
    """Where the nodes among some tokens begin and end, and where all ends."""
    outer: Offsets = {}
    inner: Offsets = {}
    owning: dict[type, bool] = {}
    owners: list[int] = []
    opened: list[object] = []
    starts: list[int] = []
    offset = 0
    for item in events:
        kind = type(item)
        if kind is str:
            offset += len(item)  # type: ignore[arg-type]
        elif kind is _Bounds:
            assert isinstance(item, _Bounds)
            if item.start < 0:
                item.start = offset
            else:
                end = offset if item.end_node is None else outer[id(item.end_node)][1]
                inner[id(item.node)] = item.start, end
        elif opened and opened[-1] is item:
            opened.pop()
            start = starts.pop()
            key = id(item)
            outer[key] = start, offset
            if kind not in owning:
                owning[kind] = issubclass(kind, statements)
            if owning[kind]:
                owners.append(key)
        else:
            opened.append(item)
            starts.append(offset)
    for key in owners:  # statements own the lines before them; what counts is the statement itself
        outer[key] = inner.get(key, outer[key])
    return outer, offset
