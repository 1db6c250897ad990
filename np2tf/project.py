"""The project: its modules, how they import each other, and the analysis of all of them to a fixpoint."""

from __future__ import annotations

import os
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping

import libcst as cst

from np2tf.analysis.expressions import ANYONE, ROOTS, is_numpy, numpy_value
from np2tf.analysis.flow import Flow
from np2tf.analysis.relations import HEAP, MAY, Ev
from np2tf.analysis.scopes import BINDING, Scope, parameters, targets
from np2tf.analysis.tables import AttrKey, ModuleInfo, Tables
from np2tf.analysis.tracking import derived
from np2tf.analysis.values import BOTTOM, UNKNOWN, Value
from np2tf.facts import Facts, Threading
from np2tf.knowledge.declared import holds
from np2tf.once import once
from np2tf.source import SourceError, Sources, mentions_numpy
from np2tf.tree import children, dotted, literal

_LOOKS = 40  # at one scope, and one more for each scope of the program
_COMPUTED = re.compile(rb"\b(?:__import__|importlib|runpy)\b")
_IMPORT = re.compile(rb"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import|import[ \t]+([\w., \t]+))", re.MULTILINE)
_IMPORTED = re.compile(rb"[ \t]*\([^)]*|(?:[^\n\\]|\\\r?\n)*")


class AnalysisError(Exception):
    """An internal error in the analysis of one module, which can be left out."""

    def __init__(self, module: str, message: str) -> None:
        super().__init__(message)
        self.module = module


class Project(Tables):
    """All modules under analysis, and what is known of them together."""

    def __init__(self, modules: dict[str, ModuleInfo], paths: dict[str, str]) -> None:
        super().__init__(modules)
        self.paths = paths  # module name -> path
        self.keys: dict[Scope, str] = {}
        self.shared: frozenset[Scope] = frozenset()  # modules that others import: these may call their functions
        self.circular: frozenset[Scope] = frozenset()  # modules that others may look into before they are complete
        self._following = False  # bodies have been looked at, and functions are when they are called

    @once
    def names_numpy(self) -> bool:
        """Whether any file names something of NumPy's; the others may be handed arrays then. To be asked afterwards."""
        return any(module.facts.references for module in self.modules.values())

    # -- names of things ---------------------------------------------------------------------------------------------

    def function_key(self, module: ModuleInfo, scope: Scope) -> str:
        """A name for a function that no other function of the project has."""
        if scope not in self.keys:
            offset = module.source.span(scope.node).start
            self.keys[scope] = f"def:{module.name}:{scope.qualname}:{offset}"
        return self.keys[scope]

    def class_of(self, scope: Scope | None) -> str:
        """A name for a class that no other class of the project has."""
        assert scope is not None
        if scope not in self.keys:
            module = next(m for m in self.modules.values() if m.scopes.get(scope.node) is scope)
            offset = module.source.span(scope.node).start
            self.keys[scope] = f"class:{offset}:{module.name}:{scope.qualname}"
        return self.keys[scope]

    def threading(self, node: cst.CSTNode | None) -> Threading:
        """How a function of the project gives changed parameters back."""
        assert node is not None
        return next(m.facts.threads[node] for m in self.modules.values() if node in m.facts.threads)

    def kept_in(self, scope: Scope, param: str) -> list[AttrKey]:
        """The attributes in which a function keeps a parameter; of its own object, any that a parameter stays in."""
        found = [*self.kept.get((scope, param), ())]
        if scope.parent is not None and scope.parent.kind == "class":
            found += self._assumed_of(self.hierarchy(self.class_of(scope.parent)))
        return found

    @derived
    def _assumed_of(self, top: str | None) -> list[AttrKey]:
        """The attributes of a hierarchy of classes in which a parameter stays."""
        return [key for key in self.assumed if key[0] == top]

    # -- imports -----------------------------------------------------------------------------------------------------

    def resolve(self, name: str, importer: ModuleInfo) -> str | None:
        """The project's module, or package without a file, that an import names; see `located`."""
        found = self._meant(name, importer)
        return found[0] if len(found) == 1 else None

    def _meant(self, name: str, importer: ModuleInfo) -> list[str]:
        package = importer.name if importer.package else importer.name.rpartition(".")[0]
        return located(name, package, self._by_last_name) or located(name, package, self._namespaces_by_last_name)

    @once
    def _by_last_name(self) -> Mapping[str, list[str]]:
        return by_last_name(self.modules)

    @once
    def _namespaces_by_last_name(self) -> Mapping[str, list[str]]:
        return by_last_name(sorted(self.namespaces))

    def _any_of(self, flow: Flow, module: str, name: str | None = None) -> Ev | None:
        """What an import gives that may name several modules: code that is not followed has any of them."""
        found = self._meant(module, flow.module)
        if len(found) < 2:
            return None
        for other in found:
            flow.handed_over(Value("module", name=other) if name is None else self._from_project(other, name).value)
        return ANYONE

    def relative(self, node: cst.ImportFrom, importer: ModuleInfo) -> str:
        """The absolute name of the module that a from-import names."""
        name = dotted(node.module) or "" if node.module is not None else ""
        level = len(node.relative)
        if not level:
            return name
        parts = importer.name.split(".")
        parts = parts if importer.package else parts[:-1]
        parts = parts[: len(parts) - (level - 1)] if level > 1 else parts
        return ".".join([*parts, *([name] if name else [])])

    def imports(self, flow: Flow, node: cst.Import | cst.ImportFrom) -> None:
        """Bind what an import statement binds."""
        if isinstance(node, cst.Import):
            for alias in node.names:
                self._import(flow, node, alias)
            return
        module = self.relative(node, flow.module)
        head = module.partition(".")[0]
        if head in ROOTS and not node.relative:
            module = ROOTS[head] + module[len(head) :]
        inside = module if node.relative else self.resolve(module, flow.module)
        if node.relative and is_numpy(module):
            module = f".{module}"  # of the package itself, which has that name
        if isinstance(node.names, cst.ImportStar):
            self._star(flow, node, module, inside)
            return
        for alias in node.names:
            name = alias.name.value if isinstance(alias.name, cst.Name) else "?"
            bound = alias.asname.name.value if alias.asname is not None else name  # type: ignore[union-attr]
            if is_numpy(module):
                value = numpy_value(f"{module}.{name}")
                flow.facts.references[alias] = f"{module}.{name}"
                flow.bind_name(str(bound), Ev(value))
            elif inside is not None and self.is_own(inside):
                flow.bind_name(str(bound), self._from_project(inside, str(name)))
            else:
                one = None if node.relative else self._any_of(flow, module, str(name))
                put = flow.put_there(str(name)) if self.put_into_a_module(str(name)) else None
                flow.bind_name(str(bound), one or put or self._foreign_name(module, str(name)))

    def _foreign_name(self, module: str, name: str) -> Ev:
        if module == "__future__":
            return Ev(Value("number"))
        full = f"{module}.{name}"
        if holds(self.declared, full):
            return Ev(Value("module", name=full))
        return Ev(Value("class" if name[:1].isupper() else "function", name=full))

    def _from_project(self, module: str, name: str) -> Ev:
        info = self.modules.get(module)
        value = None if info is None else self.names.get((info.scope, name))
        if value is None and self.is_own(f"{module}.{name}"):
            return Ev(Value("module", name=f"{module}.{name}"))
        if info is None:
            return self._foreign_name(module, name)
        if value is None and "*" in info.scope.bound and any(is_numpy(s) for s in self.stars.get(module, ())):
            value = numpy_value(f"numpy.{name}")
        if value is None:
            return ANYONE if "__getattr__" in info.scope.bound else Ev(BOTTOM)
        if value.kind in {"number", "function", "class", "module"}:
            return Ev(value)
        self.mark(self.imported, (info.scope, name))
        return Ev(value, ((HEAP, MAY),))

    def _import(self, flow: Flow, node: cst.Import, alias: cst.ImportAlias) -> None:
        name = dotted(alias.name) or ""
        head = name.partition(".")[0]
        if head in ROOTS:
            full = ROOTS[head] + name[len(head) :]
            flow.facts.references[alias] = full
            value = numpy_value(full) if alias.asname is not None else Value("module", name="numpy")
            if value.kind != "module":
                value = Value("module", name=full)
            bound = alias.asname.name.value if alias.asname is not None else head  # type: ignore[union-attr]
            flow.bind_name(str(bound), Ev(value))
            return
        if (one := self._any_of(flow, name)) is not None:
            bound = alias.asname.name.value if alias.asname is not None else head  # type: ignore[union-attr]
            flow.bind_name(str(bound), one)
            return
        inside = self.resolve(name, flow.module)
        if alias.asname is not None:
            flow.bind_name(str(alias.asname.name.value), Ev(Value("module", name=inside or name)))  # type: ignore[union-attr]
            return
        top = inside[: len(inside) - len(name) + len(head)] if inside is not None else None
        flow.bind_name(head, Ev(Value("module", name=top if self.is_own(top) else head)))

    def _star(self, flow: Flow, node: cst.ImportFrom, module: str, inside: str | None) -> None:
        name = flow.module.name
        if is_numpy(module):
            flow.facts.references[node] = module
            found = module
        elif inside is not None and inside in self.modules:
            info = self.modules[inside]
            for other in info.scope.bound:
                if other != "*" and not other.startswith("_"):
                    flow.state.bind(other, self._from_project(inside, other))
                    value = flow.state.values.get(other, UNKNOWN)
                    self.grow(self.names, (flow.scope, other), value)
                    flow.scope.bound.setdefault(other, []).append(node)
            found = next((s for s in self.stars.get(inside, ()) if is_numpy(s)), "")
        else:
            found = "?"
        stars = self.stars.get(name, ())
        if found and found not in stars:
            self.stars[name] = (*stars, found)

    # -- running -----------------------------------------------------------------------------------------------------

    def analyse(self) -> None:
        """Analyse every scope again and again until no table grows, first in hope, then without.

        A scope is analysed again only if something it looked up has changed; that hope is over counts for those that
        asked.
        """
        self._first_looks()
        self._settle()
        self.hopeless.add(True)
        for name in self.stars:  # what a star import binds is seen by functions without a look-up
            self.modules[name].reads = {}
        self._settle()
        for module in self.modules.values():
            module.facts = Facts()
            for scope in _in_order(module.scope):
                if scope in module.scope_facts:
                    module.facts.include(module.scope_facts[scope])
            implicit = module.facts.implicit.items()
            module.facts.impure.update(node for node, found in implicit if any(map(self.changing, found)))
        self._agree()

    def _first_looks(self) -> None:
        """Look at every scope once.

        The bodies of modules come first, as most functions look up the classes and the functions that they define. Then
        a function is looked at when its first call is: that says what its parameters are, and wants to know what comes
        back. Those that wait for a call which does not come are last.
        """
        for module in self.modules.values():
            module.order = [module.scope]
            self._scope(module, module.scope)
        for module in self.modules.values():
            if self.tracker.changed(module.reads[module.scope]):
                self._scope(module, module.scope)
        self._following = True
        for patient in (True, False):
            for module, scope in self._forwards():
                if scope not in module.reads and not (patient and self._waits(scope)):
                    self._scope(module, scope)

    def _settle(self) -> None:
        """Look at scopes again as long as something changes that one of them looked up.

        Those come first that look up little, as the others cost most, and, as long as there is hope, that others call:
        who depends on much waits until that stands still.
        """
        looks = Counter[Scope]()
        hopeful = True not in self.hopeless
        while waiting := [(module, scope) for module, scope in self._forwards() if self._is_due(module, scope)]:
            ranks = self._callees_first() if hopeful else {}
            costs = {scope: len(module.reads[scope].keys) for module, scope in waiting if scope in module.reads}
            waiting.sort(key=lambda one: ranks.get(one[1], 1) * costs.get(one[1], 0))
            for module, scope in waiting[: len(waiting) // 2 + 1]:
                if self._is_due(module, scope):
                    looks[scope] += 1
                    if looks[scope] > _LOOKS + sum(len(module.order) for module in self.modules.values()):
                        raise AnalysisError(module.name, "the analysis does not settle")
                    self._scope(module, scope)

    @derived
    def _callees_first(self) -> Mapping[Scope, int]:
        """Functions and bodies, numbered from 1, those that are called before those that call them."""
        order = {scope: number for number, (_, scope) in enumerate(self._forwards())}
        calls = self.calls.items()
        called = {scope: iter(sorted(order.keys() & found, key=order.__getitem__)) for scope, found in calls}
        ranks: dict[Scope, int] = {}
        met = set[Scope]()
        for first in order:
            stack = [first]
            while stack:
                met.add(stack[-1])
                inner = next((scope for scope in called.get(stack[-1], ()) if scope not in met), None)
                if inner is not None:
                    stack.append(inner)
                else:
                    ranks.setdefault(stack.pop(), len(ranks) + 1)
        return ranks

    def _is_due(self, module: ModuleInfo, scope: Scope) -> bool:
        """Whether a scope has not been looked at, or something that it looked up has changed since."""
        reads = module.reads.get(scope)
        return reads is None or self.tracker.changed(reads)

    def look_at(self, scope: Scope) -> None:
        """A function is called. An inner one is not looked at before all is known that it finds around it."""
        module = self._module_of[scope]
        if self._following and scope not in module.reads and _outermost(scope):
            self._scope(module, scope)

    def _waits(self, scope: Scope) -> bool:
        """Whether a call is to be expected that says what a function's parameters are."""
        node = scope.node
        if not isinstance(node, (cst.FunctionDef, cst.Lambda)) or scope in self.called or self.unmentioned(scope):
            return False
        python_calls = scope.name[:2] == scope.name[-2:] == "__" and scope.name != "__init__"
        return not python_calls and any(param.annotation is None for param in parameters(node))

    @once
    def _module_of(self) -> Mapping[Scope, ModuleInfo]:
        return {scope: module for module in self.modules.values() for scope in module.scopes.values()}

    def _forwards(self) -> Iterator[tuple[ModuleInfo, Scope]]:
        for module in self.modules.values():
            for scope in module.order:  # grows while it is walked: functions are found in bodies
                yield module, scope

    def _agree(self) -> None:
        """All versions of a method give their changed parameters back in one form."""
        threads = {m.scopes[node]: (m.facts, node) for m in self.modules.values() for node in m.facts.threads}
        agreed: dict[Scope, str] = {}  # by the first of the versions
        for scope, (facts, node) in threads.items():
            versions = self.versions(scope)
            if versions[0] not in agreed:
                forms = (threads[v] for v in versions if v in threads)
                styles = {f.threads[n].style for f, n in forms} - {"any"}
                agreed[versions[0]] = "none" if not styles else styles.pop() if len(styles) == 1 else "tuple"
            facts.threads[node] = facts.threads[node]._replace(style=agreed[versions[0]])

    def _scope(self, module: ModuleInfo, scope: Scope) -> None:
        try:
            with self.tracker.reading() as module.reads[scope]:
                Flow(self, module, scope).run()
        except AnalysisError:  # of a function that it calls
            raise
        except Exception as error:
            if os.environ.get("NP2TF_DEBUG"):
                raise
            where = scope.qualname or "the module's body"
            raise AnalysisError(module.name, f"{type(error).__name__} in `{where}`: {error}") from error


def _outermost(scope: Scope) -> bool:
    """Whether no function is around a scope."""
    outer = scope.parent
    while outer is not None and outer.kind == "class":
        outer = outer.parent
    return outer is None or outer.kind == "module"


def _in_order(module: Scope) -> Iterator[Scope]:
    """The scopes of a module: classes with what is around them, functions after that."""
    waiting = deque([module])

    def bodies(scope: Scope) -> Iterator[Scope]:
        yield scope
        for inner in scope.inner:
            if inner.kind == "class":
                yield from bodies(inner)
            else:
                waiting.append(inner)

    while waiting:
        yield from bodies(waiting.popleft())


def module_name(path: str) -> tuple[str, bool]:
    """The dotted name of a file, and whether it is a package's `__init__`.

    >>> module_name("src/pkg/__init__.py"), module_name("a/b.py")
    (('src.pkg', True), ('a.b', False))
    """
    parts = re.sub(r"\.pyi?$", "", path.replace("\\", "/")).strip("/").split("/")
    package = parts[-1] == "__init__"
    if package:
        parts = parts[:-1]
    return ".".join(p for p in parts if p not in {"", "."}), package


def load(
    files: Mapping[str, bytes], without: frozenset[str] = frozenset(), sources: Sources | None = None
) -> tuple[Project, dict[str, SourceError]]:
    """Parse what has to be parsed: files that mention NumPy, and those that import them or that they import.

    A helper without the word numpy in it can change the arrays it is handed, and a script the arrays it gets.

    Files in `without` are left out, as if they were outside the project. `sources` are those that were read before.
    """
    sources = sources or Sources()
    names = {path: module_name(path) for path in files if path not in without}
    by_name = {name: path for path, (name, _) in names.items()}
    imports: dict[str, set[str]] = {path: set() for path in names}
    importers: dict[str, set[str]] = {path: set() for path in names}
    mentioning = {path for path in names if mentions_numpy(files[path])}
    by_last = by_last_name(by_name)
    for path in names:
        own, is_package = names[path]
        home = own if is_package else own.rpartition(".")[0]
        meant = (other for name in _imported(files[path], *names[path]) for other in located(name, home, by_last))
        for found in {*(by_name[other] for other in meant), *_named(files[path], mentioning, names)}:
            imports[path].add(found)
            importers[found].add(path)
    wanted = sorted(_reach(_reach(mentioning, importers), imports))
    failures: dict[str, SourceError] = {}
    modules: dict[str, ModuleInfo] = {}
    paths: dict[str, str] = {}
    for path in wanted:
        name, package = names[path]
        try:
            modules[name] = ModuleInfo(name, sources.read(path, files[path]), package)
            paths[name] = path
        except SourceError as error:
            failures[path] = error
    _bound_from_outside(modules)
    project = Project(modules, paths)
    circular = _circular(imports, names)
    shared = set[str]().union(*imports.values())
    project.shared = frozenset(module.scope for name, module in modules.items() if paths[name] in shared)
    project.circular = frozenset(module.scope for name, module in modules.items() if paths[name] in circular)
    return project, failures


def _bound_from_outside(modules: Mapping[str, ModuleInfo]) -> None:
    """Names of modules that other modules bind anew, `m.n = 1`, are like those that functions bind anew."""
    last = {name.rpartition(".")[2] for name in modules}
    imported: dict[str, set[str]] = {}
    handed_on = False
    for name, module in modules.items():
        aliases = {str(bound): whole for alias in module.every(cst.ImportAlias) for bound, whole in [_bound_by(alias)]}
        imported[name] = {*aliases}
        themselves = {bound for bound, whole in aliases.items() if whole.rpartition(".")[2] in last}
        if themselves:
            themselves &= {*_perhaps_modules(module, modules)}
        handed_on = handed_on or _used_whole(module, themselves)
    for name, module in modules.items():
        for attr, anew in _attributes_bound(module, None if handed_on else imported[name]):
            for other in modules.values():
                if attr in other.scope.bound and (other is not module or handed_on):
                    other.scope.rebound.add(attr)
                    other.scope.replaced.update([attr] if anew else [])


def _perhaps_modules(importing: ModuleInfo, modules: Mapping[str, ModuleInfo]) -> Iterator[str]:
    """The names that a module imports, without those of what comes from elsewhere, or is a function or a class of a
    module: `from setuptools import setup`, `from .fit import fit`."""
    for node in importing.every(cst.Import, cst.ImportFrom):
        source, elsewhere = "", False
        if isinstance(node, cst.ImportFrom) and node.module is not None:
            source = dotted(node.module) or ""
            first = source.partition(".")[0]
            elsewhere = not node.relative and not any(first in name.split(".") for name in modules)
        found = [module for name, module in modules.items() if source and f".{name}".endswith(f".{source}")]
        for alias in children(node):
            if not isinstance(alias, cst.ImportAlias) or elsewhere:
                continue
            bound, name = _bound_by(alias)
            made = [part for module in found for part in module.scope.bound.get(name, [alias])]
            defined = bool(found) and all(isinstance(part, (cst.FunctionDef, cst.ClassDef)) for part in made)
            if not defined or any(f".{other}".endswith(f".{source}.{name}") for other in modules):
                yield bound


def _bound_by(alias: cst.ImportAlias) -> tuple[str, str]:
    """The name that an import binds, and that of what it imports."""
    whole = dotted(alias.name) or ""
    bound = dotted(alias.asname.name) if alias.asname is not None else whole.partition(".")[0]
    return bound or "", whole


def _used_whole(module: ModuleInfo, names: set[str]) -> bool:
    """Whether a module is a value somewhere, so that others may reach its names by other ways."""
    if not names:
        return False
    looked_into = module.every(cst.Attribute, cst.ImportAlias, cst.AsName)
    named = (part for node in looked_into for part in children(node) if isinstance(part, cst.Name))
    return sum(n.value in names for n in module.every(cst.Name)) > sum(n.value in names for n in named)


def _attributes_bound(module: ModuleInfo, names: set[str] | None) -> Iterator[tuple[str, bool]]:
    """The attributes that a module binds of what has these names, or of anything, and whether it does so other than by
    `op=`."""

    def meant(base: cst.BaseExpression) -> bool:
        return names is None or (dotted(base) or "").partition(".")[0] in names

    if names is not None and not names:
        return
    for node in module.every(*BINDING):
        stack = targets(node)
        while stack:
            target = stack.pop()
            if isinstance(target, (cst.Tuple, cst.List)):
                stack += [element.value for element in target.elements]
            elif isinstance(target, cst.StarredElement):
                stack.append(target.value)
            elif isinstance(target, cst.Attribute) and meant(target.value):
                yield target.attr.value, not isinstance(node, cst.AugAssign)
    for call in module.every(cst.Call):
        func = call.func
        if type(func) is not cst.Name or func.value not in {"delattr", "setattr"} or len(call.args) < 2:
            continue
        name = call.args[1].value
        if isinstance(name, cst.SimpleString) and meant(call.args[0].value):
            yield str(literal(name)), True


def _circular(imports: Mapping[str, set[str]], names: Mapping[str, tuple[str, bool]]) -> set[str]:
    """Files whose import runs code that imports them. The packages that a file is in have been started before it.

    >>> names = {"p/__init__.py": ("p", True), "p/a.py": ("p.a", False), "b.py": ("b", False)}
    >>> _circular({"p/__init__.py": {"p/a.py"}, "p/a.py": {"p/__init__.py", "b.py"}, "b.py": set()}, names)
    set()
    >>> sorted(_circular({"p/__init__.py": {"p/a.py"}, "p/a.py": {"b.py"}, "b.py": {"p/a.py"}}, names))
    ['b.py', 'p/__init__.py', 'p/a.py']
    """
    packages = {name: path for path, (name, package) in names.items() if package}
    runs: dict[str, set[str]] = {}
    for path, found in imports.items():
        started = {names[path][0], *_above(names[path][0])}
        within = {name for other in found for name in (names[other][0], *_above(names[other][0]))} - started
        runs[path] = {other for other in found if names[other][0] in within or other == path}
        runs[path] |= {packages[name] for name in within if name in packages}
    return {path for path in runs if path in _reach(runs[path], runs)}


def _above(name: str) -> Iterator[str]:
    """The packages that a module is in."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _reach(start: set[str], steps: Mapping[str, set[str]]) -> set[str]:
    """What can be reached from some files, themselves included."""
    found, stack = set(start), list(start)
    while stack:
        new = steps[stack.pop()] - found
        found |= new
        stack += new
    return found


def _imported(data: bytes, name: str, package: bool) -> list[str]:
    found = []
    for match in _IMPORT.finditer(data):
        if match.group(1):
            module = match.group(1).decode()
            level = len(module) - len(module.lstrip("."))
            if level:
                parts = name.split(".") if package else name.split(".")[:-1]
                parts = parts[: len(parts) - (level - 1)] if level > 1 else parts
                module = ".".join([*parts, *filter(None, [module.lstrip(".")])])
            names = _IMPORTED.match(data, match.end())
            found += [f"{module}.{n.decode()}" for n in re.findall(rb"\w+", names[0])] if names is not None else []
            found.append(module)
        else:
            found += [part.split()[0] for part in match.group(2).decode().split(",") if part.split()]
    return found


def _named(data: bytes, paths: Iterable[str], names: Mapping[str, tuple[str, bool]]) -> list[str]:
    """The files that one which imports by computed names has the name of, be it in a string."""
    words = set(re.findall(rb"\w+", data)) if _COMPUTED.search(data) else set()
    return [path for path in paths if names[path][0].rpartition(".")[2].encode() in words]


def by_last_name(modules: Iterable[str]) -> Mapping[str, list[str]]:
    """Modules by the last part of their dotted names."""
    found: dict[str, list[str]] = {}
    for module in modules:
        found.setdefault(module.rpartition(".")[2], []).append(module)
    return found


def located(name: str, package: str, modules: Mapping[str, list[str]]) -> list[str]:
    """What an import in a package names: what has this path, or has it beside the importer, or all that end so.

    >>> modules = by_last_name(["a.b.c", "d.c"])
    >>> located("d.c", "a", modules), located("c", "a.b", modules), located("c", "", modules), located("x", "", modules)
    (['d.c'], ['a.b.c'], ['a.b.c', 'd.c'], [])
    """
    found = modules.get(name.rpartition(".")[2], [])
    for candidate in (name, f"{package}.{name}"):
        if candidate in found:
            return [candidate]
    return [module for module in found if module.endswith(f".{name}")]
