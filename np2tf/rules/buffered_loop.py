"""Loops over items of an array: `for i in range(n): x[i] = f(x[i - 1])`.

Each update of a tensor makes a new one, so such a loop would copy the whole array in every turn. Where all that a loop
does with an array is to read and write items, it is one buffer while the loop runs.

    for i in range(1, n):          x = np.functional.buffered(x)
        x[i] = x[i - 1] + u[i]     for i in range(1, n):
                                       x = np.tensor_scatter_update(x, i, x[i - 1] + u[i])
                                   x = np.functional.frozen(x)

Sound iff nobody sees the name meanwhile but by reading and writing items, and asking for the shape, in the rewritten
text too: what is read is a copy, and the tensor that the name held before is not written to. So the name is a local
one that inner functions don't read, or one of a module that nobody imports; it is bound before the loop for certain;
and no exception from within is caught where the name is known. What stays as it is: loops of a few turns, and those
that write nothing but whole axes (`u[1:-1] = ...`). A function of `np.jit` has buffers for its calls that run eagerly:
in a trace both calls give back what they are handed. Never diagnosed: without it a loop is slow, and right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple

import libcst as cst

from np2tf.analysis.scopes import COMPREHENSIONS, Scope, targets
from np2tf.edits import Edit, Transaction
from np2tf.facts import RUNTIME, Store
from np2tf.source import Span
from np2tf.tree import block, bound_names, children, constant_int, dotted, index_parts, walk
from np2tf.writing import Context

NAME = "buffered_loop"
_FEW = 8  # turns
_ASKED = {"dtype", "ndim", "shape", "size"}

Written = Mapping[cst.CSTNode, tuple[Sequence[Store], Transaction]]


class _Updates(NamedTuple):
    """How often a statement's rewrite names an array for that, and whether a small part of it is new."""

    mentions: int
    part: bool


class _Around(NamedTuple):
    """A loop around a statement."""

    loop: cst.For | cst.While
    bound: frozenset[str]  # before it, for certain
    caught: bool  # an exception from within it may be, in the same scope


def find(written: Written, edits: Sequence[Edit], context: Context) -> Iterator[Transaction]:
    """The loops of a file that get a buffer.

    `written` has the statements that were rewritten to update items, with their stores; `edits` are all of the file's.
    """
    updates = {statement: counts for statement, found in written.items() if (counts := _updates(*found))}
    if not updates or context.module.name in context.tables.reach_names:
        return
    for scope in context.module.scope.all():
        if scope.kind == "function" or _is_script(scope, context):
            yield from _in_scope(scope, updates, edits, context)


def _is_script(scope: Scope, context: Context) -> bool:
    """Whether this is a module whose names nobody reads while it runs; those of a notebook are there after an error."""
    imported = scope in context.tables.shared or context.module.name in context.tables.loose_modules()
    return scope.kind == "module" and not imported and not context.source.path.endswith(".ipynb")


def _updates(stores: Sequence[Store], transaction: Transaction) -> dict[str, _Updates]:
    """The names that a statement's rewrite gives new values, `x = np.tensor_scatter_update(x, ...)`, and does nothing
    else with."""
    parts: dict[str, list[list[cst.CSTNode]]] = {}
    others: set[str] = set()
    for store in stores:
        base, place, update = store.target, store.place, store.update
        index: list[cst.CSTNode] = []
        while isinstance(base, cst.Subscript):  # `x[i][j]` too
            index += index_parts(base)
            base = base.value
        if index and isinstance(base, cst.Name) and place is not None:
            parts.setdefault(base.value, []).append(index)
            alone = update is not None and not (update.same or update.then or update.guarded or update.last)
            if not alone or place.text != base.value:
                others.add(base.value)
    found = {}
    for name, indices in parts.items():
        text = _new_text(transaction.edits)
        writes = re.findall(rf"(?<![\w.])(?<!= ){name} = {RUNTIME}\.tensor_scatter_update\((?:\0|{name}), ", text)
        rest = text
        for write in writes:
            rest = rest.replace(write, "", 1)
        only_items = len(_mentions(rest, name)) == len(re.findall(rf"(?<![\w.]){name}\[", rest))
        if name not in others and len(writes) == len(indices) and only_items:
            part = not all(_is_whole_axis(part) for index in indices for part in index)
            found[name] = _Updates(len(_mentions(text, name)), part)
    return found


def _is_whole_axis(part: cst.CSTNode) -> bool:
    """Whether a part of an index takes most of an axis: `:`, `1:-1`, `::2`."""
    if isinstance(part, cst.Slice):
        first, last = constant_int(part.lower), constant_int(part.upper)
        starts = part.lower is None or (first is not None and first >= 0)
        return starts and (part.upper is None or (last is not None and last < 0))
    return isinstance(part, cst.Ellipsis) or _is(part, "None")


def _new_text(edits: Iterable[Edit]) -> str:
    """What edits bring into the file, each part of the input that they keep as one character."""
    return "\n".join("".join(part if isinstance(part, str) else "\0" for part in edit.template) for edit in edits)


def _mentions(text: str, name: str) -> list[str]:
    """The places where a text names a variable."""
    return re.findall(rf"(?<![\w.]){name}\b", text)


def _in_scope(
    scope: Scope, updates: Mapping[cst.CSTNode, dict[str, _Updates]], edits: Sequence[Edit], context: Context
) -> Iterator[Transaction]:
    places: dict[str, dict[cst.CSTNode, tuple[_Around, ...]]] = {}
    body = scope.node.body  # type: ignore[attr-defined]
    for statement, around in _Walk(context).block(getattr(body, "body", body), frozenset(scope.params), (), False):
        for name in updates.get(statement, ()) if around else ():
            places.setdefault(name, {})[statement] = around
    for name, found in places.items():
        elsewhere = scope.captured | scope.rebound | scope.globals | scope.nonlocals
        if name not in elsewhere and scope.owner(name) is scope and not _put_off(name, scope, context):
            made = {statement: updates[statement][name] for statement in found}
            yield from _loops(name, found, made, scope, edits, context)


def _put_off(name: str, scope: Scope, context: Context) -> bool:
    """Whether a generator expression may give out an array later: all but what it goes through is evaluated then."""
    for node in context.module.every(cst.GeneratorExp):
        first = node.for_in
        later = (node.elt, first.target, *first.ifs, *([first.inner_for_in] if first.inner_for_in is not None else []))
        if any(_whole(part, name, frozenset(), scope) for part in later):
            return True
    return False


def _loops(
    name: str,
    places: Mapping[cst.CSTNode, tuple[_Around, ...]],
    made: Mapping[cst.CSTNode, _Updates],
    scope: Scope,
    edits: Sequence[Edit],
    context: Context,
) -> Iterator[Transaction]:
    """The outermost loops that do nothing with an array but to read and write items, and to return it."""
    fit: dict[cst.CSTNode, bool] = {}
    for around in places.values():
        for depth, (loop, bound, caught) in enumerate(around):
            if loop not in fit:
                inside = {node: made[node] for node, found in places.items() if any(a.loop is loop for a in found)}
                whole = _whole(loop, name, inside.keys(), scope)
                returned = {name for part in walk(loop) if isinstance(part, cst.Return) for name in _given_back(part)}
                fit[loop] = (
                    name in bound
                    and not caught
                    and not all(_is_short(a.loop) for a in around[depth:])
                    and any(new.part for new in inside.values())
                    and returned.issuperset(whole)
                    and len(_mentions(_new_text(_near(loop, edits, context)), name))
                    == sum(new.mentions for new in inside.values())
                )
                if fit[loop]:
                    yield _buffered(loop, name, depth, whole, context)
            if fit[loop]:
                break


class _Walk:
    """Goes through the small statements of a scope, with the loops around each."""

    def __init__(self, context: Context) -> None:
        self.references = context.facts.references

    def block(
        self, statements: Iterable[cst.CSTNode], bound: frozenset[str], around: tuple[_Around, ...], caught: bool
    ) -> Iterator[tuple[cst.CSTNode, tuple[_Around, ...]]]:
        """The small statements in a block."""
        for statement in statements:
            if isinstance(statement, cst.SimpleStatementLine):
                yield from self.block(statement.body, bound, around, caught)
            elif isinstance(statement, cst.BaseSmallStatement):
                yield statement, around
            elif isinstance(statement, (cst.For, cst.While)):
                inner = (*around, _Around(statement, bound, caught))
                for part in _parts(statement):
                    yield from self.block(block(part), bound, inner, caught)
            else:
                ends = not isinstance(statement, (cst.If, cst.Match)) and not self._is_errstate(statement)
                for part in _parts(statement):
                    yield from self.block(block(part), bound, around, caught or ends)
            bound = _after(statement, bound)

    def _is_errstate(self, statement: cst.CSTNode) -> bool:
        """Whether this is a context in which no exception ends."""
        calls = [item.item for item in statement.items] if isinstance(statement, cst.With) else [None]
        return all(isinstance(c, cst.Call) and self.references.get(c.func) == "numpy.errstate" for c in calls)


def _parts(statement: cst.CSTNode) -> Iterator[cst.BaseSuite]:
    """The blocks of a compound statement of the same scope."""
    if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
        return
    stack = [statement]
    while stack:
        node = stack.pop()
        if isinstance(body := getattr(node, "body", None), cst.BaseSuite):
            yield body
        further = [getattr(node, part, None) for part in ("orelse", "finalbody")]
        further += [*getattr(node, "handlers", ()), *getattr(node, "cases", ())]
        stack += [part for part in further if part is not None]


_ENDING = {cst.Del, cst.ExceptHandler, cst.ExceptStarHandler}  # where names end


def _after(statement: cst.CSTNode, bound: frozenset[str]) -> frozenset[str]:
    """The names that are bound for certain after a statement, if it ends at all."""
    if isinstance(statement, cst.If):
        other = statement.orelse.body if isinstance(statement.orelse, cst.Else) else statement.orelse
        return _after(statement.body, bound) & (bound if other is None else _after(other, bound))
    if isinstance(statement, (cst.SimpleStatementLine, cst.BaseSuite)):
        for part in statement.body:
            bound = _after(part, bound)
        return bound
    if isinstance(statement, cst.Del):
        return bound.difference(bound_names(statement.target))
    if isinstance(statement, (cst.Assign, cst.AnnAssign)):
        return bound.union(name for target in targets(statement) for name in bound_names(target))
    if isinstance(statement, cst.BaseSmallStatement):
        return bound
    ending = (node for node in walk(statement) if type(node) in _ENDING)
    return bound.difference(name for node in ending for target in targets(node) for name in bound_names(target))


def _is_short(loop: cst.For | cst.While) -> bool:
    """Whether a loop is known to have few turns."""
    turns = loop.iter if isinstance(loop, cst.For) else loop.test
    if isinstance(turns, (cst.Tuple, cst.List)):
        return len(turns.elements) <= _FEW
    if not isinstance(turns, cst.Call) or dotted(turns.func) != "range" or not 0 < len(turns.args) < 3:
        return False
    counts = [constant_int(arg.value) for arg in turns.args]
    return None not in counts and len(range(*(count for count in counts if count is not None))) <= _FEW


def _whole(part: cst.CSTNode, name: str, inside: Set[cst.CSTNode], scope: Scope) -> list[cst.CSTNode]:
    """Where more is done with a name than to read items, to write them in the statements `inside`, and to ask for the
    shape."""
    found: list[cst.CSTNode] = []
    stack = [part]
    while stack:
        node = stack.pop()
        if isinstance(node, cst.Name):
            if node.value == name:
                found.append(node)
        elif isinstance(node, cst.Subscript):
            stack += node.slice if _is(node.value, name) else children(node)
        elif isinstance(node, cst.Attribute):
            if not _is(node.value, name) or node.attr.value not in _ASKED:
                stack.append(node.value)
        elif isinstance(node, cst.Arg):
            stack.append(node.value)
        elif isinstance(node, cst.Call) and _is(node.func, "len") and scope.owner("len") is None:
            stack += [arg for arg in node.args if not _is(arg.value, name) or arg.star]
        else:
            stored = [] if node in inside else [below for target in targets(node) for below in walk(target)]
            found += [below for below in stored if isinstance(below, cst.Subscript) and _is(below.value, name)]
            stack += children(node)
    return found


def _given_back(part: cst.Return) -> Iterator[cst.CSTNode]:
    """The names in what is returned, but for those that a part of it binds, and those in an f-string, which may show
    its text."""
    stack: list[cst.CSTNode] = [part]
    while stack:
        node = stack.pop()
        if not isinstance(node, (*COMPREHENSIONS, cst.NamedExpr, cst.FormattedString)):
            yield node
            stack += children(node)


def _is(node: cst.CSTNode, name: str) -> bool:
    return isinstance(node, cst.Name) and node.value == name


def _near(loop: cst.CSTNode, edits: Sequence[Edit], context: Context) -> Iterator[Edit]:
    """The edits in a loop, next to it, and around it."""
    lines = _lines(loop, context)
    return (edit for edit in edits if edit.span.start <= lines.end and lines.start <= edit.span.end)


def _lines(loop: cst.CSTNode, context: Context) -> Span:
    """A loop from the beginning of its first line to the end of its last."""
    source = context.source
    last = max(source.span(node).end for node in walk(loop) if isinstance(node, cst.BaseSmallStatement))
    return Span(source.line_start(source.span(loop).start), source.line_end(last))


def _buffered(
    loop: cst.CSTNode, name: str, depth: int, returned: Iterable[cst.CSTNode], context: Context
) -> Transaction:
    """The line in front of a loop and the one after it, and what is returned from within."""
    source, lines = context.source, _lines(loop, context)
    start = source.span(loop).start
    indent = source.text[lines.start : start]
    before = f"{indent}{name} = {RUNTIME}.functional.buffered({name}){source.newline(start)}"
    after = f"{source.newline(lines.end)}{indent}{name} = {RUNTIME}.functional.frozen({name})"
    edits = [  # an outer loop begins above the lines of an inner one, and ends below them
        Edit(Span(lines.start, lines.start), (before,), order=-1),
        Edit(Span(lines.end, lines.end), (after,), order=-depth),
    ]
    edits += [Edit(span, (f"{RUNTIME}.functional.frozen(", span, ")")) for span in map(source.span, returned)]
    return Transaction(NAME, start, tuple(edits), constructs=0)
