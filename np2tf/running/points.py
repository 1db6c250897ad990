"""The places at which a program and its conversion are compared: where a module's names get new values, and what
functions return.

A place is found in both trees by where it stands in the source, so both sides record the same sequence. A place whose
counterpart can't be told is left out on both sides, and counted."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from np2tf.running.units import Unit

RESULT, NAMES = "__np2tf_result__", "__np2tf_names__"
_Spans = dict[ast.AST, tuple[int, int]]
_Block = list[ast.stmt]


class Instrumented(NamedTuple):
    """Both trees of a file with calls of the recorder, and how many places have no counterpart."""

    original: ast.Module
    converted: ast.Module
    left_out: int


def instrument(unit: Unit) -> Instrumented:
    """Put calls of the recorder into both trees of a file."""
    original, spans = unit.unconverted().tree()
    converted, converted_spans = unit.tree()
    left_out = _results(unit, original, spans, converted, converted_spans)
    left_out += _statements(unit, original, spans, converted, converted_spans)
    for tree in (original, converted):
        last = max((node.end_lineno or 1 for node in tree.body), default=1)
        names = sorted(_bound(original.body) - _imported(original.body))
        if names:
            tree.body.append(_note(unit.path, last, names, ast.Pass(), " (at the end of the module)"))
        ast.fix_missing_locations(tree)
    return Instrumented(original, converted, left_out)


# -- results ---------------------------------------------------------------------------------------------------------


def _results(unit: Unit, original: ast.Module, spans: _Spans, converted: ast.Module, found: _Spans) -> int:
    """Record what functions return; returns how many returns can't be compared."""
    wanted = {_span(node.value, spans): (node, name) for node, name in _returns(original) if node.value is not None}
    matches: dict[tuple[int, int], list[tuple[ast.AST, ast.expr]]] = {key: [] for key in wanted}
    for node, _ in _returns(converted):
        for holder, value in _returned(node):
            key = _span(value, found)
            if key in wanted:
                matches[key].append((holder, value))
                break
    for key, (node, name) in wanted.items():
        assert node.value is not None
        if len(matches[key]) == 1:
            holder, value = matches[key][0]
            point = (unit.path, node.lineno, f"{name}()")
            _put(holder, value, _call(RESULT, point, value))
            node.value = _call(RESULT, point, node.value)
    return sum(len(match) != 1 for match in matches.values())


def _returned(node: ast.Return) -> Iterator[tuple[ast.AST, ast.expr]]:
    """The parts of a converted return that may be what the source returned, each with what holds it: the first item,
    where changed parameters are given back along with it, or all of it."""
    if isinstance(node.value, ast.Tuple) and node.value.elts:
        yield node.value, node.value.elts[0]
    if node.value is not None:
        yield node, node.value


def _span(node: ast.expr, spans: _Spans) -> tuple[int, int]:
    """Where an expression stands; a tuple, without parentheses that it has got in the conversion."""
    start, end = spans[node]
    if isinstance(node, ast.Tuple) and node.elts:
        first, last = spans[node.elts[0]], spans[node.elts[-1]]
        if first[0] > start and last[1] < end:
            return start, end
        return first[0], last[1]
    return start, end


def _put(holder: ast.AST, old: ast.expr, new: ast.expr) -> None:
    if isinstance(holder, ast.Tuple):
        holder.elts[holder.elts.index(old)] = new
    else:
        holder.value = new  # type: ignore[attr-defined]


def _returns(tree: ast.AST, name: str = "") -> Iterator[tuple[ast.Return, str]]:
    """All returns, with the qualified name of their function."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Return):
            yield node, name
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from _returns(node, f"{name}.{node.name}".lstrip("."))
        elif not isinstance(node, ast.expr):
            yield from _returns(node, name)


# -- names of the module ---------------------------------------------------------------------------------------------


def _statements(unit: Unit, original: ast.Module, spans: _Spans, converted: ast.Module, found: _Spans) -> int:
    """Record what a module's statements may have changed; returns how many of them can't be compared."""
    sources: dict[int, tuple[_Block, ast.stmt, list[str]]] = {}
    modules = _imported(original.body)
    for block in _blocks(original.body):
        for node in block:
            names = sorted(_touched(node) - modules)
            if names:
                sources[spans[node][0]] = (block, node, names)
    groups: dict[int, list[tuple[_Block, ast.stmt]]] = {start: [] for start in sources}
    _group(converted.body, found, groups)
    left_out = 0
    for start, (block, node, names) in sources.items():
        if len(groups[start]) != 1:
            left_out += 1
            continue
        for place, last in ((block, node), groups[start][0]):
            place.insert(place.index(last) + 1, _note(unit.path, node.lineno, names, node))
    return left_out


def _group(block: _Block, spans: _Spans, groups: dict[int, list[tuple[_Block, ast.stmt]]]) -> None:
    """For each statement of the source, the last of the statements of a block that it became."""
    for number, node in enumerate(block):
        start = spans[node][0]
        following = block[number + 1] if number + 1 < len(block) else None
        if start in groups:
            if following is None or spans[following][0] != start:
                groups[start].append((block, node))
        else:
            for inner in _inner(node):
                _group(inner, spans, groups)


def _blocks(block: _Block) -> Iterator[_Block]:
    yield block
    for node in block:
        for inner in _inner(node):
            yield from _blocks(inner)


def _inner(node: ast.stmt) -> Sequence[_Block]:
    """The blocks of a compound statement that run as part of the module."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return ()
    parts = [getattr(node, field, None) for field in ("body", "orelse", "finalbody")]
    parts += [case.body for case in (*getattr(node, "handlers", ()), *getattr(node, "cases", ()))]
    return [part for part in parts if isinstance(part, list) and part]


def _touched(node: ast.stmt) -> set[str]:
    """The names that a simple statement gives a value, or whose array it may change."""
    if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        found = {name for target in targets for name in _roots(target)}
        return found | (_handed_over(node.value) if node.value is not None else set())
    return _handed_over(node.value) if isinstance(node, ast.Expr) else set()


def _handed_over(value: ast.expr) -> set[str]:
    """The names that calls in an expression are made on, or made with."""
    calls = [node for node in ast.walk(value) if isinstance(node, ast.Call)]
    parts = [part for call in calls for part in (call.func, *call.args, *(k.value for k in call.keywords))]
    called = {call.func for call in calls if isinstance(call.func, ast.Name)}
    return {name for part in parts if part not in called for name in _roots(part)}


def _roots(node: ast.expr) -> Iterator[str]:
    if isinstance(node, (ast.Tuple, ast.List)):
        for item in node.elts:
            yield from _roots(item)
    elif isinstance(node, (ast.Subscript, ast.Attribute, ast.Starred)):
        yield from _roots(node.value)
    elif isinstance(node, ast.Name):
        yield node.id


def _bound(block: _Block) -> set[str]:
    """The names that the module's own statements give values."""
    found: set[str] = set()
    for part in _blocks(block):
        for node in part:
            if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
                found |= _touched(node)
    return found


def _imported(block: _Block) -> set[str]:
    """The names that modules have."""
    nodes = (node for part in _blocks(block) for node in part if isinstance(node, ast.Import))
    return {(alias.asname or alias.name).partition(".")[0] for node in nodes for alias in node.names}


# -- writing ---------------------------------------------------------------------------------------------------------


def _call(function: str, point: tuple[str, int, str], value: ast.expr) -> ast.expr:
    call = ast.Call(ast.Name(function, ast.Load()), [_constant(point), value], [])
    return ast.copy_location(call, value)


def _constant(value: tuple[object, ...]) -> ast.expr:
    return ast.Constant(value)  # type: ignore[arg-type]  # compile takes tuples


def is_note(node: ast.stmt) -> bool:
    """Whether a statement was put in by this module."""
    called = node.value.func if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None
    return isinstance(called, ast.Name) and called.id == NAMES


def _note(path: str, line: int, names: list[str], like: ast.stmt, where: str = "") -> ast.stmt:
    call = ast.Call(ast.Name(NAMES, ast.Load()), [_constant((path, line, where)), _constant(tuple(names))], [])
    note = ast.Expr(call)
    if hasattr(like, "lineno"):
        ast.copy_location(note, like)
        ast.copy_location(call, like)
    return note
