"""Loops taken out of functions that can't be compiled as a whole, under `--jit`.

A program that draws pictures, prints or writes files between two steps of a computation can't be compiled, its steps
can. In the converted program, whose arrays nobody changes any more, statements that only compute become a function of
their own, which stands before the one they stood in. It is analysed as any other, and stays if it can be compiled.

    def main():                               @np.jit
        x = np.zeros(n)                       def _main_loop(x, n):
        for i in range(n):                        for i in range(n):
            x = np.tensor_scatter_...                 x = np.tensor_scatter_update(x, i, ...)
        plt.plot(x)                               return x

                                              def main():
                                                  x = np.zeros(n)
                                                  x = _main_loop(x, n)
                                                  plt.plot(x)

Taken out are loops, and of what a loop that can't be compiled does in each turn the statements that stand side by side;
of a method that a loop calls, too, and there the attributes of its object are names as others (`np2tf.objects`):

    def step(self):                           def step(self):
        self.u = self.u + self.dt * ...           self.u, self.t = _Heat_step(self.u, self.dt, self.t)
        self.t += self.dt

What they read of the function's names becomes a parameter, what is read of them afterwards a result. The program stays
the one it was iff

* each of these names is bound whenever the statements are reached, and each result when they are done;
* nobody else sees the names in the meantime: no inner function reads or binds them, no generator expression that is
  gone through later reads them, and nothing asks for `locals()`;
* nobody asks which arrays the results are (`np2tf.analysis.asked`);
* no exception on the way is caught in the function, which would then see what had been bound until then;
* no statement jumps out, and none means something else elsewhere (`yield`, `super()`, `__name` in a class).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from np2tf.analysis.liveness import NONE, Liveness, Names
from np2tf.analysis.scopes import Scope, parameters, targets
from np2tf.attempts import parts_of
from np2tf.edits import Edit, Piece, Template, apply, origins, pieces, restored
from np2tf.objects import Attributes, Objects, called_on, stored, takes_all
from np2tf.source import Source, Span
from np2tf.tree import PACKAGE, block, bound_names, children, constant_int, dotted, names_read, walk

if TYPE_CHECKING:
    from np2tf.analysis.tables import ModuleInfo
    from np2tf.attempts import Attempt, Make
    from np2tf.result import FileResult, Options

_ATTEMPTS = 4
_OPERATIONS = 8  # in a turn of a loop, so that it is worth a call of a compiled function
_SHORT = 100  # turns that are not worth to be compiled
_WIDTH = 116
_FORBIDDEN = (
    cst.AnnAssign, cst.Assert, cst.Await, cst.ClassDef, cst.Del, cst.FunctionDef, cst.Global, cst.Import,
    cst.ImportFrom, cst.Lambda, cst.Match, cst.NamedExpr, cst.Nonlocal, cst.Raise, cst.Return, cst.Try, cst.TryStar,
    cst.With, cst.Yield,
)  # fmt: skip
_LOOPS = (cst.For, cst.While)
_SEEING = {"breakpoint", "dir", "eval", "exec", "globals", "locals", "vars"}
_OF_METHODS = {"__class__", "super"}  # which mean nothing elsewhere
_LOOKING_UP = {"eval", "exec", "globals"}  # the names of a module, from within functions
_STAYING = {"classmethod", "staticmethod", "property"}
_COMPUTING = (cst.BinaryOperation, cst.UnaryOperation, cst.Comparison, cst.Call, cst.Subscript, cst.AugAssign)
_EVERYTHING = None  # is bound where nothing gets to


_DECORATOR = re.compile(rb"^([ \t]*)@((\w+)\.jit[ \t]*\r?)$", re.MULTILINE)
_IMPORT = re.compile(rb"\bimport %b(?: as (\w+))?" % PACKAGE.encode())
_FENCE = re.compile(r"#\s*np2tf:\s*o(n|ff)\b")
_COMMENT = re.compile(r"#\s*np2tf\b")  # a mark, or what says how to convert


class _Unit(NamedTuple):
    """Statements that stay together: a loop (`loop`) with those that make buffers of some names for it, or one."""

    statements: tuple[cst.CSTNode, ...]
    loop: cst.CSTNode | None
    buffered: Names = NONE


class Region(NamedTuple):
    """Statements that stand side by side, what they need and what they leave."""

    name: str  # of the function that they become
    span: Span  # whole lines
    given: tuple[str, ...]
    left: tuple[str, ...]
    before: int  # where the function goes
    statements: tuple[cst.CSTNode, ...]
    renamed: Mapping[str, str] = {}  # what attributes are called in the function, by what they are here
    replaced: tuple[tuple[Span, str], ...] = ()  # where they stand


def undecorated(text: bytes) -> bytes:
    """A converted text whose functions are not decorated by the runtime, with everything where it was: it is not known
    what decorated functions do.

    >>> undecorated(b"import np2tf_runtime as np\\n@np.jit\\ndef f(x): ...\\n@nb.jit\\ndef g(x): ...\\n")
    b'import np2tf_runtime as np\\n#np.jit\\ndef f(x): ...\\n@nb.jit\\ndef g(x): ...\\n'
    """
    names = {found[1] or PACKAGE.encode() for found in _IMPORT.finditer(text)}
    return _DECORATOR.sub(lambda found: b"%b#%b" % found.group(1, 2) if found[3] in names else found[0], text)


def outlined(
    results: Mapping[str, FileResult], texts: Mapping[str, bytes], options: Options, known: Attempt, make: Make
) -> Mapping[str, FileResult]:
    """The results of a conversion with loops taken out, where that compiles them. `known` is what is known of the
    converted `texts`, which are undecorated, and `make` finds it out for others."""
    refused: set[cst.CSTNode] = set()
    modules = {known.project.paths[name]: module for name, module in known.project.modules.items()}
    modules = {path: module for path, module in modules.items() if _may_be_outlined(results.get(path), module)}
    objects = Objects(known.project.modules.values())
    for left in reversed(range(_ATTEMPTS)):
        regions = {
            path: found
            for path, module in modules.items()
            if (found := _Regions(module, refused, _is_shared(module, known), objects).found)
        }
        if not regions:
            break
        written = {path: _edits(modules[path].source, found) for path, found in regions.items()}
        trial_texts = {}
        for path, edits in written.items():
            source = modules[path].source
            trial_texts[path] = source.encode(apply(source.text, edits))
        trial = make({**texts, **trial_texts}, options, {})
        failed: dict[str, set[cst.CSTNode]] = {}
        for path, found in regions.items():
            if trial.results[path].output != trial_texts[path]:
                failed[path] = {statement for region in found for statement in region.statements}
            else:
                failed[path] = set(_not_compiled(found, modules[path], written[path], trial, path))
        if not left or not any(failed.values()):
            compiled = {path: found for path, found in regions.items() if not failed[path]}
            return {path: _result(results[path], modules[path], found) for path, found in compiled.items()}
        refused |= set().union(*failed.values())
    return {}


def _may_be_outlined(result: FileResult | None, module: ModuleInfo) -> bool:
    """Whether a file has been converted just now, and its functions can be decorated."""
    return result is not None and result.status in {"converted", "marked"} and _runtime(module) is not None


def _runtime(module: ModuleInfo) -> tuple[str, cst.CSTNode] | None:
    """The name by which a module knows the runtime, and the import of it."""
    for statement in module.source.tree.body:
        for part in statement.body if isinstance(statement, cst.SimpleStatementLine) else ():
            for alias in part.names if isinstance(part, cst.Import) else ():
                if dotted(alias.name) == PACKAGE:
                    (name,) = bound_names(alias.asname.name) if alias.asname is not None else (PACKAGE,)
                    return (name, part) if len(module.scope.bound.get(name, ())) == 1 else None
    return None


def _is_shared(module: ModuleInfo, known: Attempt) -> bool:
    """Whether other modules of the project, or whoever has a notebook open, may read a module's names."""
    if module.source.path.endswith(".ipynb"):
        return True
    name = module.name.rpartition(".")[2]
    return module.package or any(
        name in other.source.words for other in known.project.modules.values() if other is not module
    )


def _not_compiled(
    regions: Sequence[Region], module: ModuleInfo, edits: Sequence[Edit], trial: Attempt, path: str
) -> Iterable[cst.CSTNode]:
    """The statements that can't stand in a compiled function: those in which something is in the way, or all."""
    tried = next(m for name, m in trial.project.modules.items() if trial.project.paths[name] == path)
    compilations = {found.node.name.value: found for found in tried.facts.compilations}
    parts = [*pieces(module.source.text, edits)]
    for region in regions:
        compilation = compilations.get(region.name)
        if compilation is None or not (compilation.obstacles or compilation.decorate):
            yield from region.statements
            continue
        for node, _ in compilation.obstacles:
            if node is compilation.node:  # what it gives is in the way
                yield from region.statements
                break
            at = restored(parts, [Piece("", tried.source.span(node), True)])
            start = at[0].source.start if at else -1
            before = [one for one in region.statements if module.source.span(one).start <= start]
            yield before[-1] if before else region.statements[0]


def _result(result: FileResult, module: ModuleInfo, regions: Sequence[Region]) -> FileResult:
    """The result for a file of which statements have been taken out."""
    source, runtime = module.source, _runtime(module)
    assert runtime is not None
    edits = _edits(source, regions, f"@{runtime[0]}.jit")
    made = parts_of(result, source.encoding)
    parts = restored(made, pieces("".join(part.text for part in made), edits))
    output = source.encode("".join(part.text for part in parts))
    return replace(result, output=output, origins=origins(parts))


def _edits(source: Source, regions: Sequence[Region], decorator: str = "") -> list[Edit]:
    """What makes functions of regions, and calls of them."""
    edits: list[Edit] = []
    for region in regions:
        line = source.newline(region.span.start)
        above = source.text[: region.before].rstrip(" \t").endswith(2 * line) or not region.before
        space = "" if above or (edits and edits[-2].span.start == region.before) else 2 * line
        template = (space, f"{decorator}{line}" if decorator else "", *_function(source, region, line))
        edits.append(Edit(Span(region.before, region.before), template, order=len(edits)))
        indent = source.text[region.span.start : _first(source, region.span)]
        result = f"{', '.join(region.left)} = " if region.left else ""
        call = _wrapped(f"{result}{region.name}(", region.given, ")", indent, line)
        edits.append(Edit(region.span, (f"{indent}{call}{line}",)))
    return edits


def _function(source: Source, region: Region, line: str) -> Template:
    """The function that a region becomes; each line is a copy of the one that it was."""
    indent = source.text[region.span.start : _first(source, region.span)]
    given, left = ([region.renamed.get(name, name) for name in names] for names in (region.given, region.left))
    template: list[str | Span | Piece] = [_wrapped(f"def {region.name}(", given, "):", "", line) + line]
    start = region.span.start
    while start < region.span.end:
        end = min(source.offset(source.position(start)[0] + 1), region.span.end)
        bare = start + len(indent) if source.text.startswith(indent, start) else start
        if source.text[bare:end].strip():
            template.append("    ")
        for span, name in region.replaced:
            if bare <= span.start < end:
                template += [Span(bare, span.start), Piece(name, span, False)]
                bare = span.end
        template.append(Span(bare, end))
        start = end
    if left:
        template.append(f"    return {', '.join(left)}{line}")
    template.append(line + line)
    return tuple(template)


def _first(source: Source, span: Span) -> int:
    """Where the first statement of whole lines begins."""
    return span.start + len(source.text[span.start : span.end]) - len(source.text[span.start : span.end].lstrip(" \t"))


def _wrapped(start: str, names: Sequence[str], end: str, indent: str, line: str) -> str:
    whole = start + ", ".join(names) + end
    if len(indent) + len(whole) <= _WIDTH:
        return whole
    rows, row = [], ""
    for name in names:
        if len(indent) + len(row) + len(name) + 6 > _WIDTH:
            rows.append(row.rstrip())
            row = ""
        row += f"{name}, "
    rows.append(row.rstrip())
    return line.join([start, *(f"{indent}    {row}" for row in rows), f"{indent}{end}"])


class _Regions:
    """The regions of one module."""

    def __init__(self, module: ModuleInfo, refused: set[cst.CSTNode], shared: bool, objects: Objects) -> None:
        self.module, self.source, self.objects = module, module.source, objects
        self.object = ""  # the name of a method's object, if its attributes are names as others
        self.attributes = Attributes(NONE, NONE)
        self.loops = 0  # around the statements that are looked at
        self.refused = refused | module.facts.untraceable
        compiled = {found.node for found in module.facts.compilations if not found.obstacles}
        self.buffered = NONE  # names that stand for buffers
        self.before: int | None = None  # where functions go: before the statement that they come from
        self.found: list[Region] = []
        self.names = set(self.source.words)
        self.code: set[str] = set()  # names of functions, classes and modules, which a script's regions read as such
        self.mentions = Counter(node.value for node in self.module.every(cst.Name))
        for top in self.source.tree.body:
            if isinstance(top, (cst.FunctionDef, cst.ClassDef)):
                for node in [top] if isinstance(top, cst.FunctionDef) else block(top.body):
                    if isinstance(node, cst.FunctionDef) and node not in compiled:
                        self._function(node, self._line_before(top), top if isinstance(top, cst.ClassDef) else None)
        if not shared:
            self._script()

    def _top(self, offset: int) -> cst.CSTNode:
        """The statement of the module in which an offset lies."""
        return max(
            (top for top in self.source.tree.body if self.source.span(top).start <= offset),
            key=lambda top: self.source.span(top).start,
        )

    def _line_before(self, top: cst.CSTNode) -> int:
        """The line on which a statement begins, or the comment above it; the runtime must have been imported there."""
        start = self.source.span(top).start
        for decorator in getattr(top, "decorators", ()):
            start = min(start, self.source.span(decorator).start)
        at = self.source.line_start(start)
        while at and self.source.text[self.source.line_start(at - 1) :].startswith("#"):
            if _FENCE.match(self.source.text, self.source.line_start(at - 1)):
                break
            at = self.source.line_start(at - 1)
        found = _runtime(self.module)
        assert found is not None
        end = self.source.last_line_end(found[1])
        return max(at, min(end + len(self.source.newline(end)), len(self.source.text)))

    def _function(self, node: cst.FunctionDef, before: int, cls: cst.ClassDef | None) -> None:
        plain = all(isinstance(d.decorator, cst.Name) and d.decorator.value in _STAYING for d in node.decorators)
        if not plain:
            return
        scope = self.module.scopes[node]
        if scope.asynchronous or not isinstance(node.body, cst.IndentedBlock):
            return
        self.before = before
        if self._enter(scope, node.body):
            self.live = Liveness(block(node.body), frozenset(self.seen)).after
            given = frozenset(param.name.value for param in parameters(node)) - self.deleted
            self._enter_object(node, cls)
            self._block(block(node.body), given, bool(self.object) and self.objects.is_repeated(node))
            self.object = ""

    def _enter_object(self, method: cst.FunctionDef, cls: cst.ClassDef | None) -> None:
        """Take the attributes of a method's object for names, if nobody can tell."""
        first = next(iter(parameters(method)), None)
        if cls is None or first is None or method.decorators:
            return
        name = first.name.value
        if len(self.scope.bound[name]) > 1 or name in self.seen | self.deleted:
            return
        found = self.objects.attributes(cls, method)
        if found is None:
            return
        self.object, self.attributes = name, found

    def _script(self) -> None:
        """Find the regions of what stands outside of functions. Others may read its names afterwards, but for those of
        loops, and those that a region needs for itself."""
        tree, scope = self.source.tree, self.module.scope
        if not self._enter(scope, tree) or any(not _LOOKING_UP.isdisjoint(inner.reads) for inner in scope.all()):
            return
        own = (cst.Import, cst.ImportFrom, cst.FunctionDef, cst.ClassDef)
        self.code = {name for name, ways in scope.bound.items() if any(isinstance(way, own) for way in ways)}
        self.local -= self.code
        loops = {n for n, ways in scope.bound.items() if all(isinstance(way, (cst.For, cst.CompFor)) for way in ways)}
        self.live = Liveness(tree.body, frozenset(self.local - loops | self.seen)).after
        self.before = None
        self._block(tree.body, NONE, False)

    def _enter(self, scope: Scope, body: cst.CSTNode) -> bool:
        """Look at what matters of the names of a function or module; whether there are regions in it."""
        self.scope = scope
        self.local = {n for n, ways in scope.bound.items() if any(not isinstance(way, cst.CompFor) for way in ways)}
        self.local -= scope.globals | scope.nonlocals
        self.code = set()
        self.lazy = _lazy(body)
        # By inner functions, and generators that are gone through later.
        self.seen = scope.captured | scope.rebound | {name for part in self.lazy for name in names_read(part)}
        self.named = _mentions(walk(body))
        ends = [part for part in walk(body) if isinstance(part, (cst.Del, cst.ExceptHandler))]
        self.deleted = {name for part in ends for target in targets(part) for name in bound_names(target)}
        return scope.reads.isdisjoint(_SEEING)

    # -- where regions are -------------------------------------------------------------------------------------------

    def _block(self, body: Sequence[cst.CSTNode], sure: Names, repeated: bool) -> Names | None:
        """Find the regions of a block, of which some names are bound for sure; the names that are so at its end."""
        known: Names | None = sure
        for computes, units in self._runs(body):
            group = [statement for unit in units for statement in unit.statements]
            if known is _EVERYTHING:
                break
            if computes and repeated and self._enough(group) and self._take(group, known):
                known = _bound_after(group, known, self.deleted)
                continue
            for statements, loop, buffered in units:
                if known is _EVERYTHING:
                    break
                if not (computes and loop is not None and self._long(loop) and self._take(statements, known, True)):
                    outside, self.buffered = self.buffered, self.buffered | buffered
                    for statement in statements:
                        self._inside(statement, known, repeated)
                    self.buffered = outside
                known = _bound_after(statements, known, self.deleted)
        return known

    def _runs(self, body: Sequence[cst.CSTNode]) -> Iterable[tuple[bool, list[_Unit]]]:
        """The units of a block that compute, as many as may be taken out together, and those that do something else."""
        for computes, run in groupby(self._units(body), lambda unit: all(map(self._computes, unit.statements))):
            units: list[_Unit] = []
            written = set[str]()
            for unit in run:
                if not written.isdisjoint(name for one in unit.statements for name in self._seen_of_object(one)):
                    yield computes, units  # what it has written is read by others: it is done before
                    units, written = [], set()
                units.append(unit)
                written |= {name for one in unit.statements for name in self._written_of_object(one)}
            yield computes, units

    def _units(self, statements: Sequence[cst.CSTNode]) -> Iterable[_Unit]:
        """The statements of a block, each for itself, but for loops with what makes buffers for them."""
        at = 0
        while at < len(statements):
            loop = at
            while loop < len(statements) and self._names_made(statements[loop], "buffered"):
                loop += 1
            end = loop + 1
            while end < len(statements) and self._names_made(statements[end], "frozen"):
                end += 1
            found = statements[loop] if loop < len(statements) and isinstance(statements[loop], _LOOPS) else None
            if found is None:
                yield _Unit((statements[at],), None)
                at += 1
                continue
            names = frozenset(name for one in statements[at:loop] for name in self._names_made(one, "buffered"))
            yield _Unit(tuple(statements[at:end]), found, names)
            at = end

    def _names_made(self, node: cst.CSTNode, how: str) -> tuple[str, ...]:
        """The name of which a statement makes a buffer, or an array again."""
        if not isinstance(node, cst.SimpleStatementLine) or len(node.body) > 1:
            return ()
        small = node.body[0]
        if not isinstance(small, cst.Assign) or not isinstance(small.value, cst.Call):
            return ()
        made = (dotted(small.value.func) or "").endswith(f".functional.{how}")
        return tuple(bound_names(small.targets[0].target)) if made else ()

    def _inside(self, node: cst.CSTNode, sure: Names, repeated: bool) -> None:
        """Look for regions in the blocks of a statement that is none; what a `try` or `with` runs is left alone."""
        if isinstance(node, _LOOPS):
            self.loops += 1
            bound = frozenset(bound_names(node.target)) if isinstance(node, cst.For) else NONE
            self._suite(node.body, sure | (bound - self.deleted), True)
            self.loops -= 1
        elif isinstance(node, cst.If):
            self._suite(node.body, sure, repeated)
            if isinstance(node.orelse, cst.If):
                self._inside(node.orelse, sure, repeated)
            elif node.orelse is not None:
                self._suite(node.orelse.body, sure, repeated)

    def _suite(self, body: cst.BaseSuite, sure: Names, repeated: bool) -> None:
        if isinstance(body, cst.IndentedBlock):
            self._block(block(body), sure, repeated)

    def _computes(self, node: cst.CSTNode) -> bool:
        """Whether a statement may stand in a function of its own, as far as it can be told from the statement."""
        if self.module.fenced(node) or _COMMENT.search(self.source.text, *self._with_comments(node)):
            return False
        if not self._hides_nothing(node):
            return False
        stack: list[tuple[cst.CSTNode, int]] = [(node, 0)]
        while stack:
            part, within = stack.pop()
            if isinstance(part, _FORBIDDEN) or part in self.lazy:
                return False
            if part in self.refused and not (isinstance(part, cst.Attribute) and self._is_ours(part)):
                return False
            if isinstance(part, (cst.Break, cst.Continue)) and not within:
                return False
            if isinstance(part, cst.For) and part.asynchronous is not None:
                return False
            for target in (t for whole in targets(part) for t in _flat(whole)):
                if isinstance(target, cst.Attribute) and self._is_ours(target):
                    continue
                if isinstance(target, (cst.Subscript, cst.Attribute)):
                    return False  # a list, say, or an array that is left to be changed in place
            if (
                isinstance(part, (cst.SimpleString, cst.FormattedString))
                and len(self.source.code(part).splitlines()) > 1
            ):
                return False
            if isinstance(part, cst.Attribute) and len(self.source.code(part).splitlines()) > 1 and self._is_ours(part):
                return False
            if isinstance(part, cst.Name) and (part.value in _OF_METHODS or part.value[:2] == "__" != part.value[-2:]):
                return False
            if isinstance(part, _LOOPS):
                # A jump in its `else` leaves the loop around it.
                stack += [(child, within if child is part.orelse else within + 1) for child in children(part)]
            else:
                stack += [(child, within) for child in children(part)]
        return True

    def _is_ours(self, node: cst.Attribute) -> bool:
        """Whether it is an attribute of the method's object that may be taken for a name."""
        return (
            bool(self.object) and dotted(node.value) == self.object and node.attr.value not in self.attributes.computed
        )

    def _hides_nothing(self, node: cst.CSTNode) -> bool:
        """Whether a statement of a method uses its object for its attributes and methods only, and nobody reads one
        that it has written by any other way."""
        if not self.object:
            return True
        ours = [part for part in walk(node) if isinstance(part, cst.Attribute) and self._is_ours(part)]
        methods = [*called_on(self.object, walk(node))]
        if any(method in ours or not self.objects.is_method(method.attr.value) for method in methods):
            return False
        named = sum(isinstance(part, cst.Name) and part.value == self.object for part in walk(node))
        simple = isinstance(node, cst.SimpleStatementLine) and len(node.body) == 1  # which writes when all is read
        hidden = simple or self._written_of_object(node).isdisjoint(self._seen_of_object(node))
        return named == len(ours) + len(methods) and hidden

    def _written_of_object(self, node: cst.CSTNode) -> set[str]:
        """The attributes of a method's object that a statement writes."""
        written = (attribute for part in walk(node) for target in targets(part) for attribute in stored(target))
        return {one.attr.value for one in written if self._is_ours(one)} if self.object else set()

    def _seen_of_object(self, node: cst.CSTNode) -> set[str]:
        """The names of attributes that a statement reads otherwise than of a method's object."""
        if not self.object:
            return set()
        others = (part for part in walk(node) if isinstance(part, cst.Attribute) and not self._is_ours(part))
        return {one.attr.value for one in others} | self.objects.mentioned(node)

    def _with_comments(self, node: cst.CSTNode) -> Span:
        """Where a statement stands, with the comments above it."""
        start = self.source.line_start(self.source.span(node).start)
        while start and self.source.text[self.source.line_start(start - 1) :].lstrip(" \t").startswith("#"):
            start = self.source.line_start(start - 1)
        return Span(start, self.source.span(node).end)

    def _enough(self, statements: Sequence[cst.CSTNode]) -> bool:
        """Whether statements that a loop repeats are worth a call: a loop, or several operations."""
        parts = [part for statement in statements for part in walk(statement)]
        if self.object:
            parts += [part for method in self.objects.methods_called(parts, self.object) for part in walk(method)]
        return any(isinstance(p, _LOOPS) for p in parts) or sum(isinstance(p, _COMPUTING) for p in parts) > _OPERATIONS

    def _long(self, loop: cst.CSTNode) -> bool:
        """Whether a loop may have enough turns to be worth compiling."""
        if any(isinstance(part, _LOOPS) for part in walk(loop) if part is not loop) or not isinstance(loop, cst.For):
            return True
        turns = self._turns(loop.iter)
        return turns is None or turns > _SHORT

    def _turns(self, node: cst.BaseExpression) -> int | None:
        """How many items there are to go over, if the text tells."""
        if isinstance(node, (cst.Tuple, cst.List)):
            return len(node.elements)
        if isinstance(node, cst.Name):
            ways = self.scope.bound.get(node.value, ())
            return self._turns(ways[0].value) if len(ways) == 1 and isinstance(ways[0], cst.Assign) else None
        if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Name):
            return None
        if node.func.value in {"enumerate", "reversed", "sorted", "zip"}:
            found = [self._turns(arg.value) for arg in node.args]
            return min((turns for turns in found if turns is not None), default=None)
        bounds = [constant_int(arg.value) for arg in node.args]
        if node.func.value != "range" or not bounds or None in bounds or bounds[2:] == [0]:
            return None
        return len(range(*bounds))  # type: ignore[arg-type]

    def _take(self, statements: Sequence[cst.CSTNode], sure: Names, alone: bool = False) -> bool:
        """Enter a region, if the program stays what it was."""
        read = Liveness(statements, NONE).entry & self.local
        bound = {name for s in statements for part in walk(s) for t in targets(part) for name in bound_names(t)}
        foreign = self.seen | self.deleted | self.code | self.scope.globals | self.scope.nonlocals
        if not self.buffered.isdisjoint(bound | read) or not foreign.isdisjoint(bound):
            return False
        if not (self.deleted | self.scope.rebound).isdisjoint(read):  # another one by then, or none
            return False
        bound &= self.local
        last = statements[-1]
        after = self.live[last.body[-1] if isinstance(last, cst.SimpleStatementLine) else last]
        left = {name for name in bound & after if name in read or not self._is_private(name, statements)}
        left |= {name for name in bound - left if self._is_bound_here_only(name, statements)}
        done = _bound_after(statements, frozenset(), self.deleted) or frozenset()
        given = read | (left - done)
        if not given <= sure:
            return False
        parts = [part for statement in statements for part in walk(statement)]
        ours = [part for part in parts if isinstance(part, cst.Attribute) and self._is_ours(part)]
        ours.sort(key=lambda one: self.source.span(one).start)
        names = _mentions(parts)
        if ours and names[self.object] == len(ours):
            given -= {self.object}
        renamed: dict[str, str] = {}
        for attribute in ours:
            name = attribute.attr.value
            taken = {*(+names), *renamed.values(), *given, *left}
            while name in taken:
                name = f"{self.object}_{name}"
            renamed.setdefault(f"{self.object}.{attribute.attr.value}", name)
        needed, written, read_first = self._attributes(statements)
        stored_here = {a.attr.value for part in parts for t in targets(part) for a in stored(t)}
        needed |= stored_here - written
        if not needed <= self.attributes.made | read_first:
            return False
        given |= {f"{self.object}.{name}" for name in needed}
        left |= {f"{self.object}.{name}" for name in stored_here}
        start, end = self.source.span(statements[0]).start, self.source.last_line_end(last)
        first = self.source.line_start(start)
        if self.source.text[first:start].strip() or end >= len(self.source.text):  # without a line break
            return False
        before = self._line_before(self._top(start)) if self.before is None else self.before
        if self.before is None and before > first:
            return False
        order = {word: n for n, word in enumerate(dict.fromkeys(re.findall(r"\w+", self.source.text[start:end])))}
        stop = min(end + len(self.source.newline(end)), len(self.source.text))

        def place(name: str) -> tuple[int, str]:
            return -1 if name == self.object else order.get(name.rpartition(".")[2], len(order)), name

        self.found.append(
            Region(
                self._name("loop" if alone else "step" if self.loops or not self.object else ""),
                Span(first, stop),
                tuple(sorted(given, key=place)),
                tuple(sorted(left, key=place)),
                before,
                tuple(statements),
                renamed,
                tuple((self.source.bare(one), renamed[f"{self.object}.{one.attr.value}"]) for one in ours),
            )
        )
        return True

    def _attributes(self, statements: Iterable[cst.CSTNode]) -> tuple[Names, Names, Names]:
        """The attributes of the object that statements may read of those that were there before, those that have been
        written for sure after them, and those that are read for sure, before they may be written."""
        needed, written, first, touched = NONE, NONE, NONE, NONE
        for whole in statements:
            for node in whole.body if isinstance(whole, cst.SimpleStatementLine) else [whole]:
                value = node.value if isinstance(node, cst.Assign) else node
                needed |= self._read_of_object(walk(value)) - written
                stored_here = frozenset(self._written_of_object(node))
                if isinstance(node, (cst.Assign, cst.AugAssign)):
                    first |= self._read_of_object(_evaluated(value)) - touched
                    written |= stored_here
                touched |= stored_here
        return needed, written, first

    def _read_of_object(self, parts: Iterable[cst.CSTNode]) -> Names:
        return frozenset(part.attr.value for part in parts if isinstance(part, cst.Attribute) and self._is_ours(part))

    def _is_bound_here_only(self, name: str, statements: Sequence[cst.CSTNode]) -> bool:
        """Whether a function has a name of its own by some statements alone, and mentions it elsewhere: it would be
        looked up outside."""
        if self.scope.kind == "module":
            return False
        parts = {part for statement in statements for part in walk(statement)}
        return _mentions(parts)[name] < self.named[name] and parts.issuperset(self.scope.bound[name])

    def _is_private(self, name: str, statements: Sequence[cst.CSTNode]) -> bool:
        """Whether a module's name is bound and read in some statements only: nobody finds it there afterwards."""
        if self.scope.kind != "module":
            return False
        inside = sum(isinstance(part, cst.Name) and part.value == name for s in statements for part in walk(s))
        return inside == self.mentions[name]

    def _name(self, what: str) -> str:
        cls = self.scope.parent.name if self.scope.parent is not None and self.scope.parent.kind == "class" else ""
        base = "_".join(["", *filter(None, [cls.strip("_"), self.scope.name.strip("_"), what])])
        name, n = base, 1
        while name in self.names:
            n += 1
            name = f"{base}_{n}"
        self.names.add(name)
        return name


def _evaluated(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The parts of a statement that are evaluated whatever happens."""
    pending = [node]
    while pending:
        part = pending.pop()
        yield part
        if isinstance(part, (cst.IfExp, cst.BooleanOperation)):
            pending.append(part.test if isinstance(part, cst.IfExp) else part.left)
        elif not isinstance(part, (cst.BaseComp, cst.Comparison, cst.Lambda)):
            pending += children(part)


def _mentions(parts: Iterable[cst.CSTNode]) -> Counter[str]:
    """How often names occur, those of attributes not counted."""
    found = Counter[str]()
    for part in parts:
        if isinstance(part, cst.Name):
            found[part.value] += 1
        elif isinstance(part, cst.Attribute):
            found[part.attr.value] -= 1
    return found


def _lazy(body: cst.CSTNode) -> set[cst.CSTNode]:
    """The generator expressions that may be gone through later than where they stand."""
    found = {part for part in walk(body) if isinstance(part, cst.GeneratorExp)}
    if found:
        for part in walk(body):
            if isinstance(part, cst.Call) and takes_all(part):
                found -= {arg.value for arg in part.args}
    return set(found)


def _flat(target: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What a target assigns to, one by one."""
    if isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            yield from _flat(element.value)
    else:
        yield target


def _bound_after(statements: Iterable[cst.CSTNode], sure: Names | None, deleted: set[str]) -> Names | None:
    """The names that are bound for sure after some statements; None where nothing gets there."""
    for node in statements:
        if sure is _EVERYTHING:
            return sure
        if isinstance(node, cst.SimpleStatementLine):
            sure = _bound_after(node.body, sure, deleted)
        elif isinstance(node, (cst.Return, cst.Raise, cst.Break, cst.Continue)):
            return _EVERYTHING
        elif isinstance(node, (cst.Assign, cst.AnnAssign, cst.AugAssign)):
            sure |= {name for target in targets(node) for name in bound_names(target)} - deleted
        elif isinstance(node, (cst.FunctionDef, cst.ClassDef)):
            sure |= {node.name.value} - deleted
        elif isinstance(node, cst.If):
            one = _bound_after(block(node.body), sure, deleted)
            if isinstance(node.orelse, cst.If):
                other = _bound_after([node.orelse], sure, deleted)
            else:
                other = sure if node.orelse is None else _bound_after(block(node.orelse.body), sure, deleted)
            sure = other if one is _EVERYTHING else one if other is _EVERYTHING else one & other
        elif isinstance(node, cst.With):
            sure |= {name for item in node.items for t in targets(item) for name in bound_names(t)} - deleted
    return sure
