"""Scopes: which names a module, class, function, lambda or comprehension binds, and which its inner functions reach."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import libcst as cst

from np2tf.once import once
from np2tf.tree import block, bound_names, children, walk

Function = cst.FunctionDef | cst.Lambda
COMPREHENSIONS = (cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)


_SIZES = {"dtype", "ndim", "shape", "size"}


class Scope:
    """A module, class, function or lambda. Comprehensions belong to the scope around them."""

    def __init__(self, node: cst.CSTNode, kind: str, name: str, parent: Scope | None) -> None:
        self.node, self.kind, self.name, self.parent = node, kind, name, parent
        self.lasting: dict[str, Any] = {}
        self.params: list[str] = []
        self.bound: dict[str, list[cst.CSTNode]] = {}
        self.reads: set[str] = set()
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.inner: list[Scope] = []
        self.captured: set[str] = set()  # names bound here that inner functions read
        self.rebound: set[str] = set()  # names bound here that inner functions bind anew (nonlocal, global)
        self.replaced: set[str] = set()  # those of them that are bound other than by `op=`
        self.generator = False
        self.asynchronous = False
        self.stubs: set[str] | None = None  # of a module: its names for `overload`, None if they aren't looked for

    @once
    def qualname(self) -> str:
        """Dotted name within the module."""
        if self.parent is None or self.parent.kind == "module":
            return self.name
        return f"{self.parent.qualname}.{self.name}"

    @once
    def prefix(self) -> str:
        """What Python puts before names of attributes that begin with two underscores: `_C` in the class C."""
        scope: Scope | None = self
        while scope is not None and scope.kind != "class":
            scope = scope.parent
        return "" if scope is None else class_prefix(scope.name)

    @once
    def keepers(self) -> dict[str, str]:
        """Parameters that another name holds from the beginning, `_m = m`, whatever their own names get later."""
        found: dict[str, str] = {}
        lines = block(self.node.body) if isinstance(self.node, cst.FunctionDef) else ()
        for line in lines:
            small = line.body[0] if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1 else line
            if isinstance(small, cst.Expr) and isinstance(small.value, cst.SimpleString):
                continue
            if not isinstance(small, cst.Assign) or len(small.targets) > 1 or not isinstance(small.value, cst.Name):
                break
            name, param = small.targets[0].target, small.value.value
            if not isinstance(name, cst.Name) or param not in self.params or param in found.values():
                break
            if len(self.bound.get(name.value, ())) == 1 and name.value not in self.captured | self.rebound:
                found.setdefault(param, name.value)
        return found

    def kept(self, param: str) -> tuple[str, ...]:
        """The name that holds a parameter's first value from the beginning, if there is one."""
        return (self.keepers[param],) if param in self.keepers else ()

    @once
    def copying(self) -> dict[str, tuple[str, bool]]:
        """Parameters that are copied before anything becomes of them, `if copy: x = x.copy()`: the parameter that
        decides, and whether it has to be true for it."""
        found: dict[str, tuple[str, bool]] = {}
        seen: set[str] = set()
        plain = isinstance(self.node, cst.FunctionDef) and self.owner("len") is None
        for line in block(self.node.body) if plain else ():  # type: ignore[attr-defined]
            flag, wanted, copies = _copies(line)
            if flag in self.params and len(self.bound[flag]) == 1 and flag not in self.rebound:
                for name in copies:
                    if name in self.params and name not in seen and name not in self.rebound:
                        found[name] = flag, wanted
            seen |= set() if self._names_only(line) else _used(line)
        return found

    def _names_only(self, line: cst.CSTNode) -> bool:
        """Whether a statement gives something another name, `_x = x`, that nobody reads."""
        small = line.body[0] if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1 else line
        if not isinstance(small, cst.Assign) or len(small.targets) > 1 or not isinstance(small.value, cst.Name):
            return False
        name = small.targets[0].target
        if not isinstance(name, cst.Name) or name.value in self.globals | self.nonlocals:
            return False
        return sum(isinstance(part, cst.Name) and part.value == name.value for part in walk(self.node)) == 1

    def attribute(self, name: str) -> str:
        """An attribute's name, which is another one in each class if it begins with two underscores."""
        return f"{self.prefix}{name}" if name[:2] == "__" != name[-2:] else name

    def function(self) -> Scope:
        """The scope a nested function's free names are looked up from: class bodies are passed over."""
        scope = self
        while scope.kind == "class" and scope.parent is not None:
            scope = scope.parent
        return scope

    def owner(self, name: str) -> Scope | None:
        """The scope whose binding a use of `name` here refers to, or None for builtins and unknown names."""
        if name in self.globals:
            return self.module()
        scope: Scope | None = self
        first = True
        while scope is not None:
            if (first or scope.kind != "class") and name in scope.bound and name not in scope.nonlocals:
                return scope
            if name in scope.globals:
                return scope.module()
            scope, first = scope.parent, False
        return None

    def module(self) -> Scope:
        """The scope of the module."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def all(self) -> Iterable[Scope]:
        """This scope and everything inside it."""
        yield self
        for scope in self.inner:
            yield from scope.all()


class Implicit(NamedTuple):
    """What runs without being called, of whatever class: special methods of these names; None stands for what
    iterators have put off until they are asked for an element."""

    names: frozenset[str] | None


ADVANCED = Implicit(None)
Target = Scope | Implicit | None  # what may run; None: nobody knows what


def class_prefix(name: str) -> str:
    """What names that begin with two underscores get in front in a class.

    >>> class_prefix("C"), class_prefix("_Base"), class_prefix("__")
    ('_C', '_Base', '')
    """
    bare = name.lstrip("_")
    return f"_{bare}" if bare else ""


def build(tree: cst.Module) -> tuple[Scope, dict[cst.CSTNode, Scope]]:
    """The scope of a module, and the scope of every class, function and lambda in it."""
    module, scopes = _all(tree, set())
    if not all(_from_typing(module, name) for name in module.stubs or ()):
        module, scopes = _all(tree, None)
    for scope in module.all():
        _link(scope)
    return module, scopes


def _all(tree: cst.Module, stubs: set[str] | None) -> tuple[Scope, dict[cst.CSTNode, Scope]]:
    module = Scope(tree, "module", "", None)
    module.stubs = stubs
    scopes: dict[cst.CSTNode, Scope] = {tree: module}
    _collect(children(tree), module, scopes)
    return module, scopes


_TYPING = frozenset({"typing", "typing_extensions"})


def _bind(scope: Scope, name: str, node: cst.CSTNode) -> None:
    scope.bound.setdefault(name, []).append(node)


def _collect(nodes: Iterable[cst.CSTNode], scope: Scope, scopes: dict[cst.CSTNode, Scope]) -> None:
    read = scope.reads.add
    for node in nodes:
        while (kind := type(node)) is cst.Attribute or kind is cst.Arg:
            node = node.value  # type: ignore[attr-defined]
        if kind is cst.Name:
            read(node.value)  # type: ignore[attr-defined]
        elif kind in _TOLD_APART:
            _visit(node, scope, scopes)
        elif parts := children(node):
            _collect(parts, scope, scopes)


def _visit(node: cst.CSTNode, scope: Scope, scopes: dict[cst.CSTNode, Scope]) -> None:
    if isinstance(node, cst.FunctionDef) and _is_stub(node, scope):
        _stub(node, scope, scopes)
    elif isinstance(node, (cst.FunctionDef, cst.Lambda)):
        _function(node, scope, scopes)
    elif isinstance(node, cst.ClassDef):
        _bind(scope, node.name.value, node)
        _collect([*node.decorators, *node.bases, *node.keywords], scope, scopes)
        inner = Scope(node, "class", node.name.value, scope)
        scope.inner.append(inner)
        scopes[node] = inner
        _collect(children(node.body), inner, scopes)
    elif isinstance(node, cst.Global):
        scope.globals.update(item.name.value for item in node.names)
    elif isinstance(node, cst.Nonlocal):
        scope.nonlocals.update(item.name.value for item in node.names)
    elif isinstance(node, (cst.Import, cst.ImportFrom)):
        _import(node, scope)
    else:
        for target in targets(node):
            for name in bound_names(target):
                _bind(scope, name, node)
        if isinstance(node, cst.Yield):
            scope.generator = True
        elif isinstance(node, cst.Await):
            scope.asynchronous = True
        _collect(children(node), scope, scopes)


def _is_stub(node: cst.FunctionDef, scope: Scope) -> bool:
    """Whether a definition is there for type checkers alone: another one, without `@overload`, takes its name."""
    module = scope.module()
    if not node.decorators or module.stubs is None:
        return False
    names = [_called_overload(part.decorator) for part in node.decorators]
    name = next((n for n in names if _from_typing(module, n) and scope.owner(n) is module), None)
    if name is None or not all(map(_does_nothing, block(node.body))):
        return False
    module.stubs.add(name)
    return True


def _called_overload(node: cst.BaseExpression) -> str:
    """`overload` itself, or `t` in `t.overload`."""
    if isinstance(node, cst.Attribute) and node.attr.value == "overload":
        node = node.value
    return node.value if isinstance(node, cst.Name) else ""


def _from_typing(module: Scope, name: str) -> bool:
    """Whether a name of a module certainly is `typing`, or its `overload`."""
    found = module.bound.get(name, [])
    return bool(found) and all(_imports_typing(node, name) for node in found)


def _imports_typing(node: cst.CSTNode, name: str) -> bool:
    if not isinstance(node, (cst.Import, cst.ImportFrom)) or isinstance(node.names, cst.ImportStar):
        return False
    if isinstance(node, cst.ImportFrom):
        source = node.module
        if node.relative or not isinstance(source, cst.Name) or source.value not in _TYPING:
            return False
    sought = _TYPING if isinstance(node, cst.Import) else {"overload"}
    return any((a.evaluated_alias or a.evaluated_name) == name and a.evaluated_name in sought for a in node.names)


def _does_nothing(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.SimpleStatementLine):
        return all(map(_does_nothing, node.body))
    if isinstance(node, cst.Expr):
        return isinstance(node.value, (cst.Ellipsis, cst.SimpleString))
    return isinstance(node, cst.Pass)


def _stub(node: cst.FunctionDef, scope: Scope, scopes: dict[cst.CSTNode, Scope]) -> None:
    parts = [part for param in parameters(node) for part in (param.default, param.annotation) if part is not None]
    _collect([*node.decorators, *parts, *([node.returns] if node.returns is not None else [])], scope, scopes)


def _function(node: Function, scope: Scope, scopes: dict[cst.CSTNode, Scope]) -> None:
    name = node.name.value if isinstance(node, cst.FunctionDef) else "<lambda>"
    inner = Scope(node, "function" if isinstance(node, cst.FunctionDef) else "lambda", name, scope)
    if isinstance(node, cst.FunctionDef):
        _bind(scope, name, node)
        _collect(node.decorators, scope, scopes)
        inner.asynchronous = node.asynchronous is not None
        if node.returns is not None:
            _collect([node.returns], scope, scopes)
    scope.inner.append(inner)
    scopes[node] = inner
    for param in parameters(node):
        inner.params.append(param.name.value)
        _bind(inner, param.name.value, param)
        _collect([part for part in (param.default, param.annotation) if part is not None], scope, scopes)
    _collect([node.body], inner, scopes)


def _copies(line: cst.CSTNode) -> tuple[str, bool, list[str]]:
    """The name that a statement tests by itself, whether it has to be true, and the names that then get copies.

    >>> _copies(cst.parse_statement("if not inplace: x = x.copy()")), _copies(cst.parse_statement("if n: x = 1"))
    (('inplace', False, ['x']), ('', True, []))
    """
    if not isinstance(line, cst.If) or line.orelse is not None:
        return "", True, []
    test, wanted = line.test, True
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        test, wanted = test.expression, False
    lines = [part.body if isinstance(part, cst.SimpleStatementLine) else (part,) for part in block(line.body)]
    copies = [_copied(small) for line in lines for small in line]
    if not isinstance(test, cst.Name) or not all(copies) or len({*copies}) < len(copies):
        return "", True, []
    return test.value, wanted, copies


def _copied(small: cst.CSTNode) -> str:
    """The `x` of `x = x.copy()`."""
    if isinstance(small, cst.Assign) and len(small.targets) == 1 and isinstance(small.value, cst.Call):
        target, func = small.targets[0].target, small.value.func
        copied = func.value if isinstance(func, cst.Attribute) and func.attr.value == "copy" else None
        if isinstance(copied, cst.Name) and isinstance(target, cst.Name) and not small.value.args:
            return copied.value if copied.value == target.value else ""
    return ""


def _used(node: cst.CSTNode) -> set[str]:
    """The names in a statement of which more is used than an array's size."""
    if isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name) and node.attr.value in _SIZES:
        return set()
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == "len":
        return {name for arg in node.args if not isinstance(arg.value, cst.Name) for name in _used(arg)}
    if isinstance(node, cst.Name):
        return {node.value}
    return {name for child in node.children for name in _used(child)}


def parameters(node: Function) -> list[cst.Param]:
    """All parameters in order: positional-only, plain, *args, keyword-only, **kwargs."""
    p = node.params
    star = [p.star_arg] if isinstance(p.star_arg, cst.Param) else []
    double = [p.star_kwarg] if p.star_kwarg is not None else []
    return [*p.posonly_params, *p.params, *star, *p.kwonly_params, *double]


def _import(node: cst.Import | cst.ImportFrom, scope: Scope) -> None:
    if isinstance(node.names, cst.ImportStar):
        _bind(scope, "*", node)
        return
    for alias in node.names:
        if alias.asname is not None:
            for name in bound_names(alias.asname.name):
                _bind(scope, name, node)
        else:
            inner: cst.BaseExpression = alias.name
            if isinstance(node, cst.Import):
                while isinstance(inner, cst.Attribute):
                    inner = inner.value
            if isinstance(inner, cst.Name):
                _bind(scope, inner.value, node)


#: What binds names or stores to items and attributes: only these have `targets`.
BINDING: frozenset[type[cst.CSTNode]] = frozenset(
    {
        cst.Assign, cst.AugAssign, cst.For, cst.CompFor, cst.NamedExpr, cst.AnnAssign, cst.Del, cst.WithItem,
        cst.ExceptHandler, cst.ExceptStarHandler, cst.MatchAs, cst.MatchStar, cst.MatchMapping,
    }
)  # fmt: skip


_TOLD_APART = BINDING | {
    cst.FunctionDef, cst.Lambda, cst.ClassDef, cst.Global, cst.Nonlocal, cst.Import, cst.ImportFrom, cst.Yield,
    cst.Await,
}  # fmt: skip


def targets(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The assignment targets in a statement or clause, deletions included."""
    if type(node) not in BINDING:
        return []
    if isinstance(node, cst.Assign):
        return [t.target for t in node.targets]
    if isinstance(node, (cst.AugAssign, cst.For, cst.CompFor, cst.NamedExpr)):
        return [node.target]
    if isinstance(node, cst.AnnAssign):
        return [node.target] if node.value is not None else []
    if isinstance(node, cst.Del):
        return [node.target]
    if isinstance(node, (cst.WithItem, cst.ExceptHandler, cst.ExceptStarHandler)):
        asname = node.asname if isinstance(node, cst.WithItem) else node.name
        return [asname.name] if asname is not None else []
    if isinstance(node, (cst.MatchAs, cst.MatchStar)):
        return [node.name] if node.name is not None else []
    if isinstance(node, cst.MatchMapping):
        return [node.rest] if node.rest is not None else []
    return []


def _link(scope: Scope) -> None:
    for name in scope.reads | set(scope.bound):
        owner = scope.owner(name)
        if owner is None or owner is scope:
            continue
        owner.captured.add(name)
        if name in scope.bound and (name in scope.globals or name in scope.nonlocals):
            owner.rebound.add(name)
            if any(not isinstance(node, cst.AugAssign) for node in scope.bound[name]):
                owner.replaced.add(name)


def choices(scope: Scope) -> dict[str, list[cst.BaseExpression]]:
    """Local names that do nothing but choose a function and call it: each with the functions it may be.

    >>> text = "def f(self, k, x):\\n    m = {'a': self.a, 'b': self.b}[k]\\n    g = self.a\\n    return m(x), g"
    >>> _, scopes = build(cst.parse_module(text)); (inner,) = (s for s in scopes.values() if s.kind == "function")
    >>> {name: len(options) for name, options in choices(inner).items()}
    {'m': 2}
    """
    found: dict[str, list[cst.BaseExpression]] = {}
    for name, bindings in scope.bound.items():
        if scope.kind != "function" or name in scope.captured | scope.globals | scope.nonlocals:
            continue
        options = [_options(node) for node in bindings]
        if all(options):
            found[name] = [option for part in options for option in part]
    if found:
        reads, calls = _uses(scope.node)
        found = {name: options for name, options in found.items() if reads.get(name, 0) == calls.get(name, 0)}
    return found


def _options(node: cst.CSTNode) -> list[cst.BaseExpression]:
    """The functions among which an assignment may choose; none where it does something else."""
    if not isinstance(node, cst.Assign) or len(node.targets) != 1 or not isinstance(node.targets[0].target, cst.Name):
        return []
    return _selected(node.value)


def _selected(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    if isinstance(node, cst.Name) or (isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name)):
        return [node]
    if isinstance(node, cst.IfExp):
        parts = [_selected(node.body), _selected(node.orelse)]
    elif isinstance(node, cst.Subscript) and isinstance(node.value, cst.Dict):
        parts = [_selected(item.value) if isinstance(item, cst.DictElement) else [] for item in node.value.elements]
    else:
        return []
    return [option for part in parts for option in part] if all(parts) else []


def _uses(node: cst.CSTNode) -> tuple[dict[str, int], dict[str, int]]:
    """How often each name is read, and how often to be called."""
    reads: dict[str, int] = {}
    calls: dict[str, int] = {}
    for part in walk(node):
        if isinstance(part, cst.Name):
            reads[part.value] = reads.get(part.value, 0) + 1
        elif isinstance(part, cst.Call) and isinstance(part.func, cst.Name):
            calls[part.func.value] = calls.get(part.func.value, 0) + 1
        elif isinstance(part, cst.Assign):
            for target in part.targets:  # not read there
                if isinstance(target.target, cst.Name):
                    reads[target.target.value] = reads.get(target.target.value, 0) - 1
    return reads, calls
