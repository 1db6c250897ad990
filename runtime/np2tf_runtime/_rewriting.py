"""Rewrites the source of a function for tracing: loops, branches and jumps become calls to `_control_flow`.

The steps, on Python's own syntax tree:

1. Jumps are made structural: what follows `if c: return x` moves into the other branch, so that `return`, `break` and
   `continue` stand last where they can; where they can't, flags say what was left.
2. `for`, `while` and `if` become calls that hand their bodies over as functions. The names that a body changes and that
   someone reads later are its parameters and its result; who reads what is found by a liveness analysis.
3. In expressions, what Python decides by a truth value (`and`, `or`, `not`, `a < b < c`, `x if c else y`, `assert`)
   becomes a call, and so do calls, attributes and global names, through which `_control_flow` sees what a trace
   depends on.

Line numbers stay the author's, so tracebacks point at the lines they wrote. The rewritten code shares the globals
and the closure cells of the function it comes from. What tracing would lose (prints, writes to attributes and globals,
changes of lists that others hold) is found here, in the source, and reported as an `Effect`.
"""

from __future__ import annotations

import ast
import functools
import linecache
import sys
import types
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Any

from ._base import NotCompilableError

_RUNTIME = "_np2tf_"  # what every name made here begins with
_VALUE = f"{_RUNTIME}value"
_MUTATORS = frozenset(
    ("add", "append", "appendleft", "clear", "discard", "extend", "extendleft", "insert", "pop", "popitem", "popleft",
     "remove", "reverse", "rotate", "setdefault", "sort", "update", "write", "writelines")
)  # fmt: skip
_FRESH_CALLS = frozenset(("list", "dict", "set", "deque", "defaultdict", "OrderedDict", "Counter", "bytearray"))
_FRESH_NODES = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_JUMPS = (ast.Return, ast.Break, ast.Continue)
_LEAVES = (ast.Name, ast.Constant)


class Effect(NotCompilableError):  # noqa: N818 - what was found, not what went wrong
    """Something that tracing would do once, or lose."""


# --------------------------------------------------------------------------------------------------------------- source


def _module_tree(filename: str, namespace: dict[str, Any]) -> tuple[ast.Module, tuple[str, ...]]:
    running = sys.modules.get("np2tf.running.hook")
    if running is not None and filename in running.RUNNING:  # `np2tf run`: what runs is not what the file says
        return running.RUNNING[filename](), ()
    lines = tuple(linecache.getlines(filename, namespace))
    found = _trees.get(filename)
    if found is None or found[1] != lines:
        if not lines:
            raise NotCompilableError("its source can't be read")
        try:
            found = _trees[filename] = (ast.parse("".join(lines)), lines)
        except SyntaxError:
            raise NotCompilableError("its source can't be read") from None
    return found


_trees: dict[str, tuple[ast.Module, tuple[str, ...]]] = {}


@functools.lru_cache(maxsize=64)
def _functions(tree: ast.Module) -> dict[tuple[str, Any], list[Any]]:
    """The functions of a module by name and first line, as their code has them; those that are coroutines by name."""
    found: dict[tuple[str, Any], list[Any]] = {}
    for node in _walk(tree):
        if isinstance(node, ast.FunctionDef):
            key: tuple[str, Any] = node.name, min([node.lineno, *(d.lineno for d in node.decorator_list)])
        elif isinstance(node, ast.Lambda):
            key = "<lambda>", node.lineno
        elif isinstance(node, ast.AsyncFunctionDef):
            key = node.name, "async"
        else:
            continue
        found.setdefault(key, []).append(node)
    return found


def function_tree(function: types.FunctionType) -> ast.FunctionDef:
    """The syntax tree of a function, a copy; a lambda as a function that returns its body.

    Raises NotCompilableError where there is no source, or none that is surely this function's.
    """
    code = function.__code__
    tree, _ = _module_tree(code.co_filename, function.__globals__)
    functions = _functions(tree)
    if (code.co_name, "async") in functions:
        raise Effect("it is a coroutine")
    found = functions.get((code.co_name, code.co_firstlineno), [])
    if len(found) != 1 or _parameters(found[0].args) != _parameters_of(code):
        raise NotCompilableError("its source can't be told from another function's")
    node = _copied(found[0])
    if isinstance(node, ast.Lambda):
        result = ast.copy_location(ast.Return(node.body), node.body)
        made = ast.FunctionDef(name="lambda_", args=node.args, body=[result], decorator_list=[], returns=None)
        made.type_params = []  # of Python 3.12
        node = ast.copy_location(made, found[0])
    node.decorator_list = []
    return node


def _parameters(args: ast.arguments) -> list[str]:
    plain = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    return [arg.arg for arg in (*plain, *filter(None, (args.vararg, args.kwarg)))]


def _parameters_of(code: types.CodeType) -> list[str]:
    count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)
    return list(code.co_varnames[:count])


# ---------------------------------------------------------------------------------------------------------------- names


def _children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below, in order; contexts and operators, in which nothing is, left out."""
    found: list[ast.AST] = []
    if isinstance(node, _LEAVES):  # most nodes
        return found
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, list):
            found += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST) and value._fields:
            found.append(value)
    return found


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all nodes below, each before what is in it."""
    pending = [node]
    while pending:
        node = pending.pop()
        yield node
        pending += reversed(_children(node))


def _walk_scope(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of one scope: nested functions and classes themselves, but not what is in them."""
    pending = [node]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, _SCOPES):
            pending += reversed(_children(node))


def _copied(node: Any) -> Any:
    """A copy of a tree; `copy.deepcopy` takes ten times as long."""
    if isinstance(node, list):
        return [_copied(item) for item in node]
    if not isinstance(node, ast.AST) or not (node._fields or isinstance(node, ast.stmt)):
        return node
    made = type(node).__new__(type(node))
    vars(made).update((name, _copied(value)) for name, value in vars(node).items())
    return made


def _targets(node: ast.AST) -> set[str]:
    return {n.id for n in _walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, (ast.Store, ast.Del))}


def assigned(statements: Sequence[ast.stmt]) -> set[str]:
    """The names that statements bind in their own scope."""
    names: set[str] = set()
    comprehends = False
    for statement in statements:
        for node in _walk_scope(statement):
            comprehends = comprehends or isinstance(node, ast.comprehension)
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                names.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
                names.add(node.id)
            elif isinstance(node, ast.ExceptHandler) and node.name:
                names.add(node.name)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                names |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
            elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
                names.add(node.name)
            elif isinstance(node, ast.MatchMapping) and node.rest:
                names.add(node.rest)
    return names - _comprehension_targets(statements) if comprehends else names


def _comprehension_targets(statements: Sequence[ast.stmt]) -> set[str]:
    """Names bound by comprehensions only."""
    inside: set[str] = set()
    outside: set[str] = set()

    def visit(node: ast.AST, within: bool) -> None:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            (inside if within else outside).add(node.id)
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            outside.add(node.name)
            return
        if isinstance(node, _SCOPES):
            return
        for child in _children(node):
            visit(child, within or isinstance(child, ast.comprehension))

    for statement in statements:
        visit(statement, False)
    return inside - outside


def _loads(node: ast.AST | None) -> set[str]:
    """Every name that is read, in nested functions and comprehensions too: a superset is safe."""
    if node is None:
        return set()
    return {n.id for n in _walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


# -------------------------------------------------------------------------------------------------------------- effects


def _root(node: ast.AST) -> str | None:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _fresh_names(function: ast.FunctionDef) -> set[str]:
    """Local names that only ever hold containers made in the function: changing those is no effect."""
    made: dict[str, bool] = dict.fromkeys(_parameters(function.args), False)

    def note(target: ast.AST, fresh: bool) -> None:
        if isinstance(target, ast.Name):
            made[target.id] = made.get(target.id, True) and fresh
        else:
            for name in _targets(target):
                made[name] = False

    for statement in function.body:
        for node in _walk_scope(statement):
            if isinstance(node, ast.Assign):
                single = len(node.targets) == 1
                for target in node.targets:
                    note(target, single and _is_fresh(node.value))
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                note(node.target, _is_fresh(node.value))
            elif isinstance(node, (ast.For, ast.NamedExpr, ast.comprehension)):
                note(node.target, False)
            elif isinstance(node, ast.withitem) and node.optional_vars is not None:
                note(node.optional_vars, False)
    return {name for name, fresh in made.items() if fresh}


def _is_fresh(value: ast.AST) -> bool:
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult):
        return isinstance(value.left, ast.List) or isinstance(value.right, ast.List)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return value.func.id in _FRESH_CALLS
    return isinstance(value, _FRESH_NODES)


def _container_changes(node: ast.AST, modules: set[str]) -> Iterable[tuple[ast.AST, str]]:
    """(the container's expression, what is done to it) for every change in a scope."""
    for inner in _walk_scope(node):
        if isinstance(inner, ast.Subscript) and isinstance(inner.ctx, (ast.Store, ast.Del)):
            yield inner.value, "assigns to an item of"
        elif (
            isinstance(inner, ast.Call)
            and isinstance(inner.func, ast.Attribute)
            and inner.func.attr in _MUTATORS
            and not _is_module_call(inner.func, modules)
        ):
            yield inner.func.value, f"calls {inner.func.attr} of"


def _is_module_call(function: ast.Attribute, modules: set[str]) -> bool:
    """`np.add(a, b)`, `np.sort(x)`: a function of a module whose name is that of a list's method."""
    if _root(function) in ("np", "numpy", "jnp", "tf"):
        return True
    return (isinstance(function.value, ast.Name) and function.value.id in modules) or (
        isinstance(function.value, ast.Attribute) and function.value.attr == "functional"
    )


def find_effects(function: ast.FunctionDef, modules: set[str]) -> None:
    """Raise Effect for what tracing would lose. `modules` are names outside of the function."""
    modules = modules - assigned(function.body) - set(_parameters(function.args))
    fresh = _fresh_names(function)
    setting = _setting(function)
    for statement in function.body:
        for node in _walk_scope(statement):
            what = None if node in setting else _effect(node)
            if what:
                raise Effect(f"line {node.lineno} {what}")
        for container, change in _container_changes(statement, modules):
            if not (isinstance(container, ast.Name) and container.id in fresh):
                text = ast.unparse(container)
                raise Effect(f"line {container.lineno} {change} {text}, which others may hold")


def _setting(function: ast.FunctionDef) -> list[ast.AST]:
    """The attributes that a constructor sets, in every call of it, of the object that it makes."""
    if function.name != "__init__" or any(isinstance(node, ast.Return) for node in _walk(function)):
        return []
    plain = [statement for statement in function.body if isinstance(statement, (ast.Assign, ast.AnnAssign))]
    places = [p for s in plain for p in (s.targets if isinstance(s, ast.Assign) else [s.target])]
    own = [place.elts if isinstance(place, (ast.Tuple, ast.List)) else [place] for place in places]
    first = next(iter(_parameters(function.args)), None)
    return [p for places in own for p in places if isinstance(p, ast.Attribute) and _is_name(p.value, first)]


def _is_name(node: ast.AST, name: str | None) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _effect(node: ast.AST) -> str | None:
    if isinstance(node, (ast.Yield, ast.YieldFrom, ast.Await, ast.AsyncFor, ast.AsyncWith)):
        return "suspends the function"
    if isinstance(node, (ast.Global, ast.Nonlocal)):
        return f"rebinds {', '.join(node.names)} of an outer scope"
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, (ast.Store, ast.Del)):
        return f"writes the attribute {ast.unparse(node)}"
    if getattr(node, "handlers", None):
        return "catches exceptions, which a compiled function doesn't raise"
    return None


# ------------------------------------------------------------------------------------------------------------- 1: jumps


class _Loop:
    """What leaves a loop, while its body is made structural."""

    def __init__(self, number: int) -> None:
        self.broke, self.returned = f"{_RUNTIME}broke_{number}", f"{_RUNTIME}returned_{number}"
        self.breaks = self.returns = False
        self.skips: list[str] = []

    @property
    def stops(self) -> list[str]:
        return [name for name, used in ((self.broke, self.breaks), (self.returned, self.returns)) if used]


def _always_jumps(statements: Sequence[ast.stmt]) -> bool:
    for statement in statements:
        if isinstance(statement, (*_JUMPS, ast.Raise)):
            return True
        if isinstance(statement, ast.If) and _always_jumps(statement.body) and _always_jumps(statement.orelse):
            return True
        if isinstance(statement, ast.With) and _always_jumps(statement.body):
            return True
    return False


def _has_jump(statements: Sequence[ast.stmt], in_loop: bool = False) -> bool:
    """Whether a jump leaves these statements; `break` and `continue` of inner loops don't."""
    for statement in statements:
        if isinstance(statement, ast.Return) or (not in_loop and isinstance(statement, (ast.Break, ast.Continue))):
            return True
        if isinstance(statement, _SCOPES):
            continue
        loop = isinstance(statement, (ast.For, ast.While))
        for field in ("body", "orelse", "finalbody"):
            inner = getattr(statement, field, [])
            if _has_jump(inner, in_loop or (loop and field == "body")):
                return True
        for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            if _has_jump(part.body, in_loop):
                return True
    return False


_LOOKING = frozenset(("abs", "all", "any", "isfinite", "isinf", "isnan", "len", "max", "min", "sum"))


def _only_looks(test: ast.expr) -> bool:
    """Whether to make a test once more does nothing: names, numbers, operators and a few functions of arrays."""
    for node in _walk(test):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in _LOOKING:
                return False
        elif not isinstance(
            node,
            (ast.Name, ast.Attribute, ast.Constant, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.expr_context,
             ast.operator, ast.unaryop, ast.boolop, ast.cmpop),
        ):  # fmt: skip
            return False
    return True


class _Structure:
    """Step 1 for one function."""

    def __init__(self) -> None:
        self.count = 0
        self.names: Counter[str] = Counter()  # how often each stands in the function, as it was written

    def function(self, node: ast.FunctionDef) -> list[ast.stmt]:
        body = list(node.body)
        self.names = Counter(n.id for n in _walk(node) if isinstance(n, ast.Name))
        if not _always_jumps(body):
            end = ast.Return(ast.Constant(None))
            body.append(_at(end, body[-1]))
        return self.block(body, None, None)

    def block(self, statements: list[ast.stmt], loop: _Loop | None, skips: list[str] | None) -> list[ast.stmt]:
        done: list[ast.stmt] = []
        for position, statement in enumerate(statements):
            rest = statements[position + 1 :]
            if isinstance(statement, _JUMPS):
                return done + self.jump(statement, loop, skips or [])
            if isinstance(statement, ast.Raise):
                return [*done, statement]
            if isinstance(statement, ast.If) and _has_jump([statement]):
                return done + self.branch(statement, rest, loop, skips or [])
            if isinstance(statement, (ast.For, ast.While)):
                done += self.loop(statement)
                after = self.after_loop(statement, loop)
                if after:
                    return done + self.block([*after, *rest], loop, skips)
                continue
            done.append(self.other(statement, rest, loop, skips))
        return done

    def jump(self, statement: ast.stmt, loop: _Loop | None, skips: list[str]) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        if isinstance(statement, ast.Return) and not getattr(statement, "again", False):
            value = statement.value if statement.value is not None else _at(ast.Constant(None), statement)
            made.append(_assign(_VALUE, value, statement))
        if loop is not None:
            if isinstance(statement, ast.Return):
                loop.returns = True
                made.append(_assign(loop.returned, ast.Constant(True), statement))
            elif isinstance(statement, ast.Break):
                loop.breaks = True
                made.append(_assign(loop.broke, ast.Constant(True), statement))
        made += [_assign(name, ast.Constant(True), statement) for name in skips]
        return made or [_at(ast.Pass(), statement)]

    def branch(self, node: ast.If, rest: list[ast.stmt], loop: _Loop | None, skips: list[str]) -> list[ast.stmt]:
        if _always_jumps(node.body):
            body, orelse, rest = node.body, [*node.orelse, *rest], []
        elif _always_jumps(node.orelse):
            body, orelse, rest = [*node.body, *rest], node.orelse, []
        else:
            body, orelse = node.body, node.orelse
        if not rest:
            made = ast.If(node.test, self.block(body, loop, skips) or [_at(ast.Pass(), node)],
                          self.block(orelse, loop, skips))  # fmt: skip
            return [_at(made, node)]
        self.count += 1
        skip = f"{_RUNTIME}skip_{self.count}"
        inner = [*skips, skip]
        made = ast.If(node.test, self.block(body, loop, inner), self.block(orelse, loop, inner))
        guard = ast.If(ast.UnaryOp(ast.Not(), _load(skip)), self.block(rest, loop, skips), [])
        return [_assign(skip, ast.Constant(False), node), _at(made, node), _at(guard, node)]

    def loop(self, node: Any) -> list[ast.stmt]:
        self.count += 1
        inner = _Loop(self.count)
        if self.begins_with_break(node):
            return self.turned(node, inner)
        node.body = self.block(node.body, inner, []) or [_at(ast.Pass(), node)]
        node.loop = inner
        return [*(_assign(name, ast.Constant(False), node) for name in inner.stops), node]

    def begins_with_break(self, node: Any) -> bool:
        """Whether a loop over a sequence begins with `if test: break`, and the test may be made at the end of the turn
        before, which may be the last: it looks only, not at what the turn is for, and nobody asks later how far the
        loop came.
        """
        first, rest = node.body[0], node.body[1:]
        if not isinstance(node, ast.For) or node.orelse or not isinstance(first, ast.If) or first.orelse:
            return False
        if len(first.body) != 1 or not isinstance(first.body[0], ast.Break) or _has_jump(rest):
            return False
        if any(isinstance(n, (ast.Attribute, ast.Subscript)) for n in _walk(node.target)):
            return False
        if any(isinstance(n, (*_SCOPES, ast.GeneratorExp)) for n in _walk(node)):
            return False  # they may be called later, and read what the turn was for
        targets = _targets(node.target)
        inside = [n for n in _walk(node) if isinstance(n, ast.Name) and n.id in targets]
        everywhere = sum(self.names[name] for name in targets)
        return _only_looks(first.test) and not targets & _loads(first.test) and len(inside) == everywhere

    def turned(self, node: Any, inner: _Loop) -> list[ast.stmt]:
        """Such a loop with its test before it, and at the end of each turn: the rest of a turn is no branch, which
        XLA would copy what it changes for.
        """
        first, inner.breaks, node.loop = node.body[0], True, inner
        # Not the value, but whether it is true.
        test = ast.UnaryOp(ast.Not(), ast.UnaryOp(ast.Not(), first.test))
        before = _assign(inner.broke, _copied(test), first)
        node.body = [*self.block(node.body[1:], inner, []), _assign(inner.broke, test, first)]
        return [before, node]

    def after_loop(self, node: Any, loop: _Loop | None) -> list[ast.stmt]:
        """What follows a loop that may have been left: its else clause, and the return on its way out."""
        inner, orelse = node.loop, node.orelse
        node.orelse = []
        made: list[ast.stmt] = []
        if inner.returns:
            again = _at(ast.Return(None), node)
            again.again = True
            made.append(_at(ast.If(_load(inner.returned), [again], []), node))
        if orelse:
            if inner.breaks:
                made.append(_at(ast.If(ast.UnaryOp(ast.Not(), _load(inner.broke)), orelse, []), node))
            else:
                made += orelse
        return made

    def other(self, node: ast.stmt, rest: list[ast.stmt], loop: _Loop | None, skips: list[str] | None) -> ast.stmt:
        if isinstance(node, ast.With):
            if _has_jump(node.body) and rest and not _always_jumps(node.body):
                raise NotCompilableError(f"line {node.lineno} leaves a with block in its middle")
            node.body = self.block(node.body, loop, skips)
        elif isinstance(node, (ast.Try, ast.Match)) or type(node).__name__ == "TryStar":
            if _has_jump([node]):
                raise NotCompilableError(f"line {node.lineno} leaves the block by a jump")
            for field in ("body", "orelse", "finalbody"):
                if getattr(node, field, None):
                    setattr(node, field, self.block(getattr(node, field), None, None))
            for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
                part.body = self.block(part.body, None, None)
        elif isinstance(node, ast.If):
            node.body = self.block(node.body, loop, skips)
            node.orelse = self.block(node.orelse, loop, skips)
        elif isinstance(node, ast.ClassDef):
            raise NotCompilableError(f"line {node.lineno} defines a class")
        return node


def _gives_element(value: ast.expr, elements: Set[str] = frozenset()) -> bool:
    """Whether an expression is made of elements of arrays, or of what functions of a library give, whatever it is made
    of besides: `s + x[i]`, `np.sqrt(x)`, `x.sum()`, and not `np.functional.iadd(s, 1)` or `max(s, x[i])`. So are the
    names `elements`.
    """
    if isinstance(value, ast.BinOp):
        return _gives_element(value.left, elements) or _gives_element(value.right, elements)
    if isinstance(value, ast.UnaryOp):
        return _gives_element(value.operand, elements)
    if not isinstance(value, ast.Call):
        return isinstance(value, ast.Subscript) or (isinstance(value, ast.Name) and value.id in elements)
    if isinstance(value.func, ast.Attribute) and isinstance(value.func.value, ast.Attribute):
        return value.func.value.attr != "functional" or any(_gives_element(arg, elements) for arg in value.args)
    return isinstance(value.func, ast.Attribute)


def _elements(assignments: Sequence[tuple[set[str], ast.expr]]) -> set[str]:
    """The names of which all assignments are made of elements of arrays, directly or by way of each other."""
    found: set[str] = set()
    while True:
        bare = {name for names, value in assignments if not _gives_element(value, found) for name in names}
        more = {name for names, _ in assignments for name in names} - bare
        if more == found:
            return found
        found = more


def _size(loop: ast.For) -> int:
    """How much unrolling would cost: the nodes of syntax, those of inner loops several times, and so those of branches
    that don't go by what the loop runs over, which remain branches: functions that are compiled each on its own.
    """
    items = _targets(loop.target)
    total = 0
    for statement in loop.body:
        inner = list(ast.walk(statement))
        dear = sum(
            isinstance(node, (ast.For, ast.While)) or (isinstance(node, ast.If) and not _loads(node.test) & items)
            for node in inner
        )
        total += len(inner) * 4**dear
    return total


# ---------------------------------------------------------------------------------------------------- tree construction


def _at(node: Any, place: ast.AST) -> Any:
    """A node that was made, with those in it that have no place yet, at the place of another."""
    ast.copy_location(node, place)
    pending = _children(node)
    while pending:
        inner = pending.pop()
        if hasattr(inner, "lineno"):
            continue  # it has been given one, and all in it
        if isinstance(inner, (ast.stmt, ast.expr, ast.arg)):
            ast.copy_location(inner, place)
        pending += _children(inner)
    return node


def _load(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _assign(name: str, value: ast.expr, place: ast.AST) -> ast.stmt:
    return _at(ast.Assign([ast.Name(name, ast.Store())], value), place)


def _tuple(names: Sequence[str], context: ast.expr_context | None = None) -> ast.Tuple:
    context = context or ast.Load()
    return ast.Tuple([ast.Name(name, context) for name in names], context)


def _runtime(function: str, *args: ast.expr) -> ast.Call:
    return ast.Call(ast.Attribute(_load(f"{_RUNTIME}cf"), function, ast.Load()), list(args), [])


def _arguments(names: Sequence[str]) -> ast.arguments:
    return ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])


def _lambda(body: ast.expr, names: Sequence[str] = ()) -> ast.Lambda:
    return ast.Lambda(_arguments(names), body)


def _identity(node: ast.Compare) -> Any:
    """`a is b`, as a question that knows of stand-ins; other comparisons, and those with None, stay."""
    sides = node.left, node.comparators[0]
    if not isinstance(node.ops[0], (ast.Is, ast.IsNot)) or any(isinstance(side, ast.Constant) for side in sides):
        return node
    found = _runtime("is_", *sides)
    return _at(ast.UnaryOp(ast.Not(), found) if isinstance(node.ops[0], ast.IsNot) else found, node)


def _function(name: str, parameters: Sequence[str], body: list[ast.stmt]) -> ast.FunctionDef:
    made = ast.FunctionDef(name=name, args=_arguments(parameters), body=body, decorator_list=[], returns=None)
    made.type_params = []  # of Python 3.12
    return made


# ------------------------------------------------------------------------------------------------------- 3: expressions


class _Expressions(ast.NodeTransformer):
    """Step 3. `scope` is the function around; targets of assignments are left alone."""

    def __init__(self, scope: _Scope) -> None:
        self.scope = scope
        self.hidden: list[set[str]] = []  # parameters of lambdas and comprehension targets

    def _is_hidden(self, name: str) -> bool:
        return any(name in names for names in self.hidden)

    def visit_Name(self, node: ast.Name) -> Any:
        if not isinstance(node.ctx, ast.Load) or self._is_hidden(node.id):
            return node
        if node.id in self.scope.uncertain:
            return _at(_runtime("read", node, ast.Constant(node.id)), node)
        if node.id.startswith(_RUNTIME) or self.scope.is_local(node.id):
            return node
        if node.id in self.scope.free:
            return _at(_runtime("free", ast.Constant(node.id), _lambda(node)), node)
        if node.id in ("__class__", "super"):
            return node
        return _at(_runtime("glob", ast.Constant(node.id), node), node)

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        node.value = self.visit(node.value)
        if not isinstance(node.ctx, ast.Load):
            return node
        return _at(_runtime("attribute", node.value, ast.Constant(self.scope.mangled(node.attr))), node)

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        node.slice = self.visit(node.slice)
        node.value = self.visit(node.value)
        if isinstance(node.ctx, ast.Load):
            node.value = _at(_runtime("subscripted", node.value), node.value)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        values = [_lambda(self.visit(value)) for value in node.values]
        return _at(_runtime("and_" if isinstance(node.op, ast.And) else "or_", *values), node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        node.operand = self.visit(node.operand)
        return _at(_runtime("not_", node.operand), node) if isinstance(node.op, ast.Not) else node

    def visit_Compare(self, node: ast.Compare) -> Any:
        if len(node.ops) == 1:
            node.left, node.comparators = self.visit(node.left), [self.visit(node.comparators[0])]
            if isinstance(node.ops[0], (ast.In, ast.NotIn)):
                found = _runtime("contains", node.comparators[0], node.left)
                return _at(_runtime("not_", found) if isinstance(node.ops[0], ast.NotIn) else found, node)
            return _identity(node)
        # Each operand is evaluated once, and only as far as the chain gets.
        values = [_lambda(self.visit(value)) for value in (node.left, *node.comparators)]
        pair = ("a", "b")
        tests = [_lambda(_identity(ast.Compare(_load("a"), [operator], [_load("b")])), pair) for operator in node.ops]
        return _at(_runtime("chain", ast.Tuple(values, ast.Load()), ast.Tuple(tests, ast.Load())), node)

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        parts = self.visit(node.test), _lambda(self.visit(node.body)), _lambda(self.visit(node.orelse))
        return _at(_runtime("choose", *parts), node)

    def visit_Call(self, node: ast.Call) -> Any:
        if isinstance(node.func, ast.Name) and node.func.id == "super" and not self.scope.is_local("super"):
            if not node.args:
                node.args = [_at(_load("__class__"), node), _at(_load(self.scope.first), node)]
            return node
        function = self.visit(node.func)
        args = [self.visit(arg) for arg in node.args]
        keywords = [ast.keyword(k.arg, self.visit(k.value)) for k in node.keywords]
        made = _runtime("call", function, *args)
        made.keywords = keywords
        return _at(made, node)

    def visit_FormattedValue(self, node: ast.FormattedValue) -> Any:
        node.value = _at(_runtime("formatted", self.visit(node.value)), node)
        return node

    def visit_NamedExpr(self, node: ast.NamedExpr) -> Any:
        raise NotCompilableError(f"line {node.lineno} assigns within an expression")

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        node.args.defaults = [self.visit(default) for default in node.args.defaults]
        self.hidden.append(set(_parameters(node.args)))
        node.body = self.visit(node.body)
        self.hidden.pop()
        return _at(_runtime("rewritten", node), node)

    def _comprehension(self, node: Any) -> Any:
        first = node.generators[0]
        first.iter = _at(_runtime("iterable", self.visit(first.iter)), first.iter)
        self.hidden.append(set().union(*(_targets(part.target) for part in node.generators)))
        for position, part in enumerate(node.generators):
            if position:
                part.iter = _at(_runtime("iterable", self.visit(part.iter)), part.iter)
            part.ifs = [self.visit(test) for test in part.ifs]
        for field in ("elt", "key", "value"):
            if hasattr(node, field):
                setattr(node, field, self.visit(getattr(node, field)))
        self.hidden.pop()
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension  # noqa: N815


# -------------------------------------------------------------------------------------------------------- 2: statements


class _Scope:
    """Steps 2 and 3 for one function of the author's."""

    def __init__(
        self,
        node: ast.FunctionDef,
        free: frozenset[str],
        class_name: str | None,
        modules: set[str],
        outer: _Scope | None = None,
    ) -> None:
        self.node, self.free, self.class_name, self.outer = node, free, class_name, outer
        self.parameters = set(_parameters(node.args))
        self.first = next(iter(_parameters(node.args)), "self")
        self.locals = assigned(node.body) | self.parameters
        self.modules = modules - self.locals  # global names
        if any(isinstance(n, (ast.Global, ast.Nonlocal)) for n in _walk(node)):
            raise Effect("it rebinds names of an outer scope")
        self.captured = set()
        for inner in _walk(node):
            if isinstance(inner, _SCOPES) and inner is not node:
                self.captured |= _loads(inner)
        self.captured &= self.locals
        self.count = 0
        self.uncertain: set[str] = set()
        self.expressions = _Expressions(self)
        self.known_loads: dict[ast.AST | None, set[str]] = {}
        self.known_lives: dict[tuple[ast.AST, frozenset[str]], set[str]] = {}

    def is_local(self, name: str) -> bool:
        return name in self.locals or (self.outer is not None and self.outer.is_local(name))

    def mangled(self, name: str) -> str:
        if self.class_name and name.startswith("__") and not name.endswith("__"):
            return f"_{self.class_name.lstrip('_')}{name}"
        return name

    def rewrite(self) -> ast.FunctionDef:
        node = self.node
        body = node.body
        if ast.get_docstring(node, clean=False) is not None:
            body = body[1:] or [_at(ast.Pass(), node)]
            node.body = body
        body = _Structure().function(node)
        self.locals |= assigned(body)
        # What a branch or a loop binds may be unbound where it is read.
        for statement in _walk(ast.Module(body, [])):
            if isinstance(statement, (ast.If, ast.For, ast.While, ast.Delete)):
                self.uncertain |= assigned([statement])
        self.uncertain = {name for name in self.uncertain if not name.startswith(_RUNTIME)}
        if self.uncertain & self.captured:
            raise NotCompilableError("a nested function reads a name that a loop or a branch binds")
        made = self.block(body, {_VALUE})
        unbound = [n for n in sorted(self.locals - self.parameters) if n in self.uncertain or n.startswith(_RUNTIME)]
        first = [_assign(name, _runtime("unbound", ast.Constant(name)), node) for name in unbound]
        last = _at(ast.Return(_runtime("result", _load(_VALUE))), node)
        node.body = [*first, *made, last]
        return node

    # ---------------------------------------------------------------------------------------------------- liveness

    def live(self, statements: Sequence[ast.stmt], after: set[str]) -> set[str]:
        """The names whose value before the statements may be read by them, or later."""
        for statement in reversed(statements):
            after = self.live_before(statement, after)
        return after

    def loads(self, node: ast.AST | None) -> set[str]:
        """`_loads`, kept: the liveness of nested loops asks for the same nodes again and again."""
        if node not in self.known_loads:
            self.known_loads[node] = _loads(node)
        return self.known_loads[node]

    def live_before(self, node: Any, after: set[str]) -> set[str]:
        key = node, frozenset(after)
        if key not in self.known_lives:
            self.known_lives[key] = self.find_live_before(node, after)
        return self.known_lives[key]

    def find_live_before(self, node: Any, after: set[str]) -> set[str]:
        if isinstance(node, ast.If):
            return self.live(node.body, after) | self.live(node.orelse, after) | self.loads(node.test)
        if isinstance(node, ast.For):
            return self.live_at_head(node, after) | after | self.loads(node.iter)
        if isinstance(node, ast.While):
            return self.live_at_head(node, after) | after | self.loads(node.test)
        if isinstance(node, ast.With):
            inner = self.live(node.body, after)
            for item in node.items:
                inner = (inner - _targets(item.optional_vars)) if item.optional_vars else inner
                inner = inner | self.loads(item.context_expr)
            return inner
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if isinstance(node, ast.AnnAssign) and node.value is None:
                return after
            bound = set().union(*(_targets(target) for target in targets))
            read = set().union(*(self.loads(target) for target in targets)) | self.loads(node.value)
            return (after - bound) | read
        if isinstance(node, ast.AugAssign):
            return after | self.loads(node.value) | self.loads(node.target) | _targets(node.target)
        if isinstance(node, ast.FunctionDef):
            return (after - {node.name}) | self.loads(node)
        # Everything else binds nothing that counts as certain.
        return after | self.loads(node)

    def live_at_head(self, node: Any, after: set[str]) -> set[str]:
        """What is read in a loop's body, or after it, of what was there when a turn begins."""
        target = _targets(node.target) if isinstance(node, ast.For) else set()
        read = (self.loads(node.test) if isinstance(node, ast.While) else set()) | set(node.loop.stops)
        head: set[str] = set()
        while True:
            found = (self.live(node.body, head | after | read) - target) | read
            if found <= head:
                return head
            head |= found

    # -------------------------------------------------------------------------------------------------- statements

    def block(self, statements: Sequence[ast.stmt], after: set[str]) -> list[ast.stmt]:
        lives: list[set[str]] = []
        for statement in reversed(statements):
            lives.append(after)
            after = self.live_before(statement, after)
        made: list[ast.stmt] = []
        for statement, later in zip(statements, reversed(lives), strict=True):
            made += self.statement(statement, later | self.captured)
        return made

    def statement(self, node: Any, after: set[str]) -> list[ast.stmt]:
        if isinstance(node, ast.If):
            return self.branch(node, after)
        if isinstance(node, ast.For):
            return self.for_loop(node, after)
        if isinstance(node, ast.While):
            return self.while_loop(node, after)
        if isinstance(node, ast.FunctionDef):
            return self.nested(node)
        if isinstance(node, ast.With):
            for item in node.items:
                item.context_expr = _at(_runtime("context", self.expressions.visit(item.context_expr)), node)
            node.body = self.block(node.body, after)
            return [node]
        if isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            inner = after | self.locals
            for field in ("body", "orelse", "finalbody"):
                setattr(node, field, self.block(getattr(node, field), inner))
            for handler in node.handlers:
                handler.body = self.block(handler.body, inner)
            return [node]
        if isinstance(node, ast.Match):
            node.subject = self.expressions.visit(node.subject)
            for case in node.cases:
                case.body = self.block(case.body, after)
            return [node]
        if isinstance(node, ast.Assert):
            message = _lambda(self.expressions.visit(node.msg) if node.msg else ast.Constant(""))
            return [_at(ast.Expr(_runtime("assert_", self.expressions.visit(node.test), message)), node)]
        if isinstance(node, ast.Delete):
            return self.delete(node)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and node.target.id in self.uncertain:
            name = node.target.id
            sure = _assign(name, _runtime("read", _load(name), ast.Constant(name)), node)
            return [sure, self.expressions.visit(node)]
        if isinstance(node, ast.Assign) and any(isinstance(t, (ast.Tuple, ast.List)) for t in node.targets):
            node.value = _at(_runtime("iterable", self.expressions.visit(node.value)), node.value)
            return [node]
        return [self.expressions.visit(node)]

    def delete(self, node: ast.Delete) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for target in node.targets:
            if isinstance(target, ast.Name):
                made.append(_assign(target.id, _runtime("unbound", ast.Constant(target.id)), node))
            else:
                made.append(_at(ast.Delete([self.expressions.visit(target)]), node))
        return made

    def nested(self, node: ast.FunctionDef) -> list[ast.stmt]:
        find_effects(node, self.modules)
        node.args.defaults = [self.expressions.visit(default) for default in node.args.defaults]
        if node.decorator_list:
            raise NotCompilableError(f"line {node.lineno} decorates a nested function")
        inner = _Scope(node, self.free, self.class_name, self.modules, self).rewrite()
        marked = _assign(inner.name, _runtime("rewritten", _load(inner.name)), node)
        return [inner, marked]

    def _name(self, what: str) -> str:
        self.count += 1
        return f"{_RUNTIME}{what}_{self.count}"

    def _unbound_within(self, body: list[ast.stmt], carried: Sequence[str], place: ast.AST) -> list[ast.stmt]:
        """What the body's own function binds nowhere for sure is unbound at its beginning."""
        inner = assigned(body) - set(carried)
        names = sorted(n for n in inner if n in self.uncertain or n.startswith(_RUNTIME))
        return [_assign(name, _runtime("unbound", ast.Constant(name)), place) for name in names]

    def _body(self, statements: Sequence[ast.stmt], carried: Sequence[str], after: set[str], node: Any,
              target: ast.expr | None = None) -> ast.FunctionDef:  # fmt: skip
        name = self._name("body")
        parameters = list(carried)
        begin: list[ast.stmt] = []
        if target is not None:
            item = f"{_RUNTIME}item"
            parameters = [item, *parameters]
            value = _load(item)
            if not isinstance(target, ast.Name):
                value = _runtime("iterable", value)
            begin.append(_at(ast.Assign([target], value), node))
        unbound = self._unbound_within([*begin, *statements], carried, node)
        made = self.block(statements, after)
        end = _at(ast.Return(_tuple(carried)), node)
        return _at(_function(name, parameters, [*unbound, *begin, *made, end]), node)

    def _mutates(self, statements: Sequence[ast.stmt]) -> ast.Constant:
        return ast.Constant(any(True for s in statements for _ in _container_changes(s, self.modules)))

    def branch(self, node: ast.If, after: set[str]) -> list[ast.stmt]:
        bound = assigned(node.body) | assigned(node.orelse)
        carried = sorted(bound & after)
        test = self.expressions.visit(node.test)
        mutates = self._mutates([*node.body, *node.orelse])
        yes, no = (self._way(statements, carried, after, node) for statements in (node.body, node.orelse))
        call = _runtime("if_", test, _load(yes.name), _load(no.name), _tuple(carried), mutates)
        return [yes, no, self._bind(carried, call, node)]

    def _way(
        self, statements: list[ast.stmt], carried: Sequence[str], after: set[str], node: ast.If
    ) -> ast.FunctionDef:
        """One way of a branch. What it reads before it binds it, and nobody reads later, it is handed as it is."""
        read = sorted((assigned(statements) - set(carried)) & self.live(statements, after))
        made = self._body(statements, [*carried, *read], after, node)
        made.body[-1] = _at(ast.Return(_tuple(carried)), node)
        made.args.defaults = [_at(_load(name), node) for name in read]
        return made

    def _bind(self, carried: Sequence[str], call: ast.expr, place: ast.AST) -> ast.stmt:
        if not carried:
            return _at(ast.Expr(call), place)
        return _at(ast.Assign([_tuple(carried, ast.Store())], call), place)

    def _carried(self, node: Any, after: set[str]) -> list[str]:
        target = _targets(node.target) if isinstance(node, ast.For) else set()
        bound = assigned(node.body) | target
        return sorted(bound & (self.live_at_head(node, after) | after | set(node.loop.stops)))

    def _stop(self, node: Any, carried: Sequence[str]) -> ast.expr:
        stops = node.loop.stops
        if not stops:
            return ast.Constant(None)
        return _lambda(ast.Tuple([_load(name) for name in stops], ast.Load()), carried)

    def _moving(self, node: Any, carried: Sequence[str], tested: set[str]) -> ast.Constant:
        """Where names stand among those that are carried that the loop assigns what it makes of their value, and where
        those do that get elements of arrays in every turn, or what functions give, in this way or as they are `tested`.
        """
        own, elements = set(), set()
        assignments = []
        for inner in (inner for statement in node.body for inner in _walk(statement)):
            if isinstance(inner, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and inner.value is not None:
                targets = inner.targets if isinstance(inner, ast.Assign) else [inner.target]
                names = {target.id for target in targets if isinstance(target, ast.Name)}
                assignments.append((inner, names, inner.value))
        known = _elements([(names, value) for _, names, value in assignments])
        for inner, names, value in assignments:
            renewed = names if isinstance(inner, ast.AugAssign) else names & _loads(value)
            own |= renewed
            if inner in node.body and _gives_element(value, known):
                elements |= renewed | (names & tested)
        places = [tuple(n for n, name in enumerate(carried) if name in found) for found in (own, elements)]
        return ast.Constant(tuple(places))

    def for_loop(self, node: Any, after: set[str]) -> list[ast.stmt]:
        carried = self._carried(node, after)
        later = after | self.live_at_head(node, after)
        iterated = self.expressions.visit(node.iter)
        size = ast.Constant(_size(node))
        mutates, stop, moving = self._mutates(node.body), self._stop(node, carried), self._moving(node, carried, set())
        body = self._body(node.body, carried, later, node, node.target)
        call = _runtime("for_", iterated, _load(body.name), _tuple(carried), stop, size, mutates, moving)
        return [body, self._bind(carried, call, node)]

    def while_loop(self, node: Any, after: set[str]) -> list[ast.stmt]:
        carried = self._carried(node, after)
        later = after | self.live_at_head(node, after)
        moving = self._moving(node, carried, _loads(node.test))
        test = _function(self._name("test"), carried, [_at(ast.Return(self.expressions.visit(node.test)), node)])
        mutates, stop = self._mutates(node.body), self._stop(node, carried)
        body = self._body(node.body, carried, later, node)
        call = _runtime("while_", _load(test.name), _load(body.name), _tuple(carried), stop, mutates, moving)
        return [_at(test, node), body, self._bind(carried, call, node)]


# ------------------------------------------------------------------------------------------------------------ compiling


def _class_name(function: types.FunctionType) -> str | None:
    parts = function.__qualname__.split(".")
    return parts[-2] if len(parts) > 1 and parts[-2] != "<locals>" else None


def rewritten_code(function: types.FunctionType) -> types.CodeType:
    """The code of the function, rewritten for tracing; `_np2tf_cf` is one more free variable of it.

    Raises Effect for what tracing would lose, NotCompilableError for what can't be rewritten.
    """
    if function.__code__.co_flags & 0x2A0:  # a generator, a coroutine, an asynchronous generator
        raise Effect("it is a generator or a coroutine")
    node = function_tree(function)
    modules = {name for name, value in list(function.__globals__.items()) if isinstance(value, types.ModuleType)}
    free = frozenset(function.__code__.co_freevars)
    modules -= free
    find_effects(node, modules)
    node = _Scope(node, free, _class_name(function), modules).rewrite()
    # Parameters of a function around make the names free variables; defaults come from the function itself.
    node.args.defaults = [_at(ast.Constant(None), node) for _ in node.args.defaults]
    node.args.kw_defaults = [d and _at(ast.Constant(None), node) for d in node.args.kw_defaults]
    for arg in _walk(node.args):
        if isinstance(arg, ast.arg):
            arg.annotation = None
    node.returns = None
    name, node.name = node.name, f"{_RUNTIME}function"  # its own name stays a global, or a free variable
    factory = _function(f"{_RUNTIME}factory", [f"{_RUNTIME}cf", *sorted(free)], [node, _at(ast.Pass(), node)])
    module = ast.Module([_at(factory, node)], [])
    ast.fix_missing_locations(module)
    compiled = compile(module, function.__code__.co_filename, "exec")
    outer = next(c for c in compiled.co_consts if isinstance(c, types.CodeType))
    found = next(c for c in outer.co_consts if isinstance(c, types.CodeType) and c.co_name == node.name)
    return found.replace(co_name=name)


def rebuilt(function: types.FunctionType, code: types.CodeType, control_flow: Any) -> types.FunctionType:
    """A function of the rewritten code, with the globals, the cells and the defaults of the one it comes from."""
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    cells[f"{_RUNTIME}cf"] = types.CellType(control_flow)
    closure = tuple(cells[name] for name in code.co_freevars)
    made = types.FunctionType(code, function.__globals__, function.__name__, function.__defaults__, closure)
    made.__kwdefaults__ = function.__kwdefaults__
    made.__qualname__ = function.__qualname__
    return made
