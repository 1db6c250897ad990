"""What the rules make of one file: edits, rewrites, diagnostics, and the account of every construct.

Every NumPy reference and every in-place write ends in exactly one bucket: converted, converted on an assumption,
marked, suppressed, or left because it is no array.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import libcst as cst

from np2tf.analysis.imports import always_succeeds
from np2tf.analysis.scopes import BINDING, Scope, targets
from np2tf.analysis.tables import ModuleInfo
from np2tf.diagnostics import CODES, NAMED_LINE, Diagnostic
from np2tf.edits import Edit, Origin, Piece, Transaction, origins, pieces
from np2tf.facts import LEFT, RUNTIME, Literal, Store
from np2tf.marks import whole_line
from np2tf.project import Project
from np2tf.result import BUCKETS, Bucket, Left, Options, Rewrite
from np2tf.rules import (
    attribute_store,
    augmented_assignment,
    buffered_loop,
    changed_parameter,
    computed_attribute,
    copied_object,
    dtype_value,
    element_iteration,
    handed_list,
    host_argument,
    identity_question,
    inplace_method,
    jit_decorator,
    loop_target,
    mutating_function,
    mutator_as_value,
    named_value,
    numpy_import,
    numpy_name,
    out_argument,
    outer_name,
    put_by_name,
    row_iteration,
    several_targets,
    shown_attribute,
    subscript_augmented,
    subscript_store,
    threaded_call,
    type_comparison,
    unsupported_feature,
)
from np2tf.source import Span
from np2tf.tree import block, shorten, walk
from np2tf.writing import Context

_SINGLE = (
    subscript_store,
    subscript_augmented,
    augmented_assignment,
    inplace_method,
    mutating_function,
    out_argument,
    attribute_store,
    loop_target,
)

_REFUSING = ("refuse", "refuse_identity", "refuse_put", "refuse_shared", "refuse_sharing", "refusing")
_WORD = re.compile(r"(\w+)")
_FENCED = "it lies between `# np2tf: off` and `# np2tf: on`"


class Outcome:
    """The rules applied to one module."""

    def __init__(self, module: ModuleInfo, project: Project, options: Options) -> None:
        self.module, self.project, self.options = module, project, options
        self.source, self.facts = module.source, module.facts
        self.comments = module.comments
        self.context = Context(module, project, _lines(module), frozenset(options.displayed))
        self.edits: list[Edit] = []
        self.rewrites: list[Rewrite] = []
        self.diagnostics: list[Diagnostic] = []
        self.left: list[Left] = []
        self.buckets: dict[Bucket, int] = dict.fromkeys(BUCKETS, 0)
        self.accounted: set[cst.CSTNode] = set()
        self.marks: list[tuple[int, Diagnostic]] = []  # offset of the place, what is to be marked there
        self.counted: set[tuple[int, ...]] = set()  # the places of `marks`
        self.beside: dict[tuple[int, ...], Bucket] = {}  # places that are left to do, found beside names and stores
        self.items_written: dict[cst.CSTNode, tuple[list[Store], Transaction]] = {}
        self.needs_runtime = False
        self.origins: tuple[Origin, ...] = ()  # of the parts of the text that `apply` returned

    # -- collecting --------------------------------------------------------------------------------------------------

    def collect(self) -> None:
        """Apply every rule to what it is for."""
        self._names()
        if self.module.converted_before:
            for store in self.facts.stores.values():
                self.accounted.add(store.target)
                self._count("no_array")
                self._leave(store.statement, "the file was converted before")
        else:
            self._stores()
            for statement, updates in self.facts.read_again.items():
                self._commit(shown_attribute.rewrite(statement, updates, self.context))
        for compared in type_comparison.find(self.context):
            if isinstance(compared, Diagnostic):
                self._beside(compared)
            else:
                self._commit(compared)
                self.needs_runtime = True
        if not self.module.converted_before:
            for transaction in (
                *out_argument.find(self.context),
                *dtype_value.find(self.context),
                *host_argument.find(self.context),
            ):
                self._commit(transaction)
                self.needs_runtime = True
        for found in unsupported_feature.find(self.context):
            self._beside(found)
        for node, problem in self.facts.problems.items():
            self._beside(self.context.diagnostic(problem, node))
        if self.module.converted_before:
            self._left()
        else:
            self._wrapped()
            self._compilations()
            for transaction in [*buffered_loop.find(self.items_written, self.edits, self.context)]:
                self._commit(transaction)
            self._unused_suppressions()
        self._count_beside()

    def _wrapped(self) -> None:
        """Calls and functions that stay, in a form that raises where they meet an array."""
        found = [
            *(computed_attribute.rewrite(node, fact, self.context) for node, fact in self.facts.computed.items()),
            *(put_by_name.rewrite(node, fact, self.context) for node, fact in self.facts.put_by_names.items()),
            *(identity_question.rewrite(node, problem, self.context) for node, problem in self.facts.questions.items()),
            *(copied_object.rewrite(node, fact, self.context) for node, fact in self.facts.copies.items()),
            *(mutator_as_value.rewrite(node, fact, self.context) for node, fact in self.facts.mutators.items()),
        ]
        for diagnostic, edit in found:
            if self._beside(diagnostic):
                self.edits.append(edit)
                self.needs_runtime = True

    def _unused_suppressions(self) -> None:
        """Not in converted files: what a suppression was for can't be seen any more there."""
        for line, code in self.comments.unused():
            message = f"`ignore[{code}]` silences nothing" if code else "`ignore` without a code silences nothing"
            help = "remove the comment" if code else "name the code: `# np2tf: ignore[NT103]`"
            self.diagnostics.append(Diagnostic.at("NT004", (line, 0, line, 0), message, help))

    def _names(self) -> None:
        imports: dict[cst.CSTNode, cst.Import | cst.ImportFrom] = {}
        for found in (*self.module.every(cst.Import), *self.module.every(cst.ImportFrom)):
            assert isinstance(found, (cst.Import, cst.ImportFrom))
            for alias in [found] if isinstance(found.names, cst.ImportStar) else found.names:
                imports[alias] = found
        done: set[cst.CSTNode] = set()
        for node, name in self.facts.references.items():
            statement = imports.get(node)
            if statement is None:
                self._name(node, name)
            elif statement not in done:
                done.add(statement)
                self._import(statement, [n for n in self.facts.references if imports.get(n) is statement])

    def _import(self, statement: cst.Import | cst.ImportFrom, aliases: list[cst.CSTNode]) -> None:
        self.accounted.update(aliases)
        if self._fenced(statement):
            self._count("suppressed", len(aliases))
            self._leave(statement, _FENCED)
            return
        transactions, diagnostics = numpy_import.rewrite(statement, self.context)
        for transaction in transactions:
            self._commit(transaction)
        errors = 0
        stays = 0
        for found in diagnostics:
            kept = self._diagnose(found)
            errors += found.severity == "error" and kept
            stays += found.code == "NT605"
        stays = len(aliases) if stays and isinstance(statement, cst.ImportFrom) else stays
        errors = min(errors, len(aliases))
        self._count("marked", errors)
        self._count("no_array", min(stays, len(aliases) - errors))
        self._count("converted", len(aliases) - errors - min(stays, len(aliases) - errors))

    def _name(self, node: cst.CSTNode, name: str) -> None:
        self.accounted.add(node)
        if self._fenced(node):
            self._count("suppressed")
            self._leave(node, _FENCED)
            return
        transaction, found = numpy_name.rewrite(node, name, self.context)
        if transaction is not None:
            self._commit(transaction)
        kept = found is None or self._diagnose(found)
        if found is not None and found.severity == "error":
            self._count("marked" if kept else "suppressed")
        else:
            self._count("converted")

    def _left(self) -> None:
        """A file that was converted before: its marks say what is left to do, nothing is rewritten again.

        Converted code no longer shows which arrays shared memory, so a second look could only go wrong.
        """
        changed = {self._anchor(self.source.place(store.statement)[0]) for store in self.facts.stores.values()}
        binding = self.module.every(*BINDING, cst.Call)
        changed |= {self._anchor(self.source.place(node)[0]) for node in binding if _writes(node)}
        calls = [node for node, targets in self.facts.reached.items() if any(isinstance(t, Scope) for t in targets)]
        changed |= {self._anchor(self.source.place(node)[0]) for node in (*self._refusals(), *calls)}
        for line in [*changed]:  # what is evaluated before it may have a name on a line of its own
            while line > 1 and _NAMED.match(self.source.text, self.source.offset(self._anchor(line - 1))):
                line = self._anchor(line - 1)
                changed.add(line)
        found = {(line, diagnostic.code) for line, diagnostic in self.marks}
        for line, code in self.comments.marks.items():
            below = line
            while below in self.comments.marks:
                below += 1
            if below in changed and (below, code) not in found and code in CODES:
                help = "remove the mark when it is done"
                self._beside(Diagnostic(code, below, 0, below, 0, LEFT, help, severity="error"))

    def _stores(self) -> None:
        groups: dict[cst.CSTNode, list[Store]] = defaultdict(list)
        calls: dict[cst.CSTNode, list[Store]] = defaultdict(list)
        for store in self.facts.stores.values():
            self.accounted.add(store.target)
            if store.form == "call":
                calls[store.statement].append(store)
            elif store.host:
                self._count("no_array")
                self._leave(store.statement, f"`{shorten(self.source.code(store.statement))}` changes no array")
            elif self._fenced(store.statement):
                self._count("suppressed")
                self._leave(store.statement, _FENCED)
            else:
                groups[store.statement].append(store)
        for stores in calls.values():
            self._threaded(stores)
        for statement, stores in groups.items():
            self._statement(statement, stores)
        for thread in self.facts.threads.values():
            transaction, notes = changed_parameter.rewrite(thread, self.context)
            self._commit(transaction)
            if any(RUNTIME in part for edit in transaction.edits for part in edit.template if isinstance(part, str)):
                self.needs_runtime = True
            for note in notes:
                self._beside(note)
        for function, names in self.facts.outer.items():
            self._commit(outer_name.rewrite(function, names, self.context))
        for loop in self.facts.loops.values():
            if not self._fenced(loop.node):
                self._commit(row_iteration.rewrite(loop, self.context))
        for element_loop in self.facts.element_loops.values():
            if not self._fenced(element_loop.node):
                self._commit(element_iteration.rewrite(element_loop, self.context))
        handed: dict[cst.Expr, list[Literal]] = {}
        for statement, literal in self.facts.handed_lists.values():
            handed.setdefault(statement, []).append(literal)
        for statement, literals in handed.items():
            self._commit(handed_list.rewrite(statement, literals, self.context))
        for named in self.facts.named.values():
            if not self._fenced(named.first):
                self._commit(named_value.rewrite(named, self.context))

    def _statement(self, statement: cst.CSTNode, stores: list[Store]) -> None:
        found: Transaction | tuple[Diagnostic | Edit, ...] | None = None
        if len(stores) == 1:
            for rule in _SINGLE:
                found = rule.rewrite(stores[0], self.context)
                if found is not None:
                    break
        if found is None:
            found = several_targets.rewrite(stores, self.context)
        assert found is not None
        if isinstance(found, Transaction):
            self._commit(found)
            self.needs_runtime = True
            if found.rule in (subscript_store.NAME, subscript_augmented.NAME, several_targets.NAME):
                self.items_written[statement] = stores, found
            self._count("assumed" if found.assumption else "converted", len(stores))
            if found.assumption:
                self._assume(statement, found.assumption)
            return
        shown = False
        for part in found:
            if isinstance(part, Edit):
                self.edits.append(part)
                self.needs_runtime = True
            else:
                shown = self._diagnose(part) or shown
        self._count("marked" if shown or not found else "suppressed", len(stores))

    def _threaded(self, stores: list[Store]) -> None:
        """Calls in one statement whose arguments come back changed: an unseen one is no change for anybody."""
        calls: dict[cst.Call | None, list[Store]] = defaultdict(list)
        for store in stores:
            calls[store.call].append(store)
        found = [(group, self.project.threading(group[0].thread)) for group in calls.values()]
        if stores[0].hoisted or len(calls) > 1:
            self.context.hoisted.update(call for call in calls if call is not None)
            transaction: Transaction | None = threaded_call.hoist(found, self.context)
        else:
            transaction = threaded_call.rewrite(*found[0], self.context)
        if transaction is not None:
            self._commit(transaction)
            self.needs_runtime = True
        for store in stores:
            assumed = store.update is not None and store.update.assumption is not None
            self._count("no_array" if store.host else "assumed" if assumed else "converted")

    def _compilations(self) -> None:
        """Decorators, after all else: a function in which something is left to be done gets none."""
        errors = [d for d in self.diagnostics if d.severity == "error"]
        for compilation in self.facts.compilations:
            if self._fenced(compilation.node):
                continue
            transaction, found = jit_decorator.rewrite(compilation, self.context, errors)
            if transaction is not None:
                self._commit(transaction)
                self.needs_runtime = True
            for diagnostic in found:
                self._beside(diagnostic)

    def _assume(self, statement: cst.CSTNode, code: str) -> None:
        message = "converted on the assumption that nothing outside the project holds or reads the same array"
        self._diagnose(Diagnostic.at(code, self.source.place(statement), message, "store a copy, to be sure"))

    def _refusals(self) -> list[cst.CSTNode]:
        """Calls from an earlier conversion that raise where they meet an array."""
        names = {f"numpy.functional.{name}" for name in _REFUSING}
        return [node for node, name in self.facts.references.items() if name in names]

    # -- keeping account ---------------------------------------------------------------------------------------------

    def _count(self, bucket: Bucket, n: int = 1) -> None:
        self.buckets[bucket] += n

    def _count_beside(self) -> None:
        """A name that is left for another reason than its own is no longer one that is converted."""
        for node in self.facts.references:
            if (bucket := self.beside.pop(self.source.place(node), None)) is not None:
                self._count("converted", -1)
                self._count(bucket)
        for bucket in self.beside.values():
            self._count(bucket)

    def _leave(self, node: cst.CSTNode, why: str) -> None:
        self.left.append(Left(*self.source.place(node)[:2], why))

    def _fenced(self, node: cst.CSTNode) -> bool:
        return self.module.fenced(node)

    def _commit(self, transaction: Transaction) -> None:
        if transaction.edits:
            line, column = self.source.position(transaction.offset)
            self.edits += transaction.edits
            self.rewrites.append(Rewrite(transaction.rule, line, column, transaction.assumption))

    def _beside(self, found: Diagnostic) -> bool:
        """Enter a diagnostic of what no name or store was counted for."""
        place = _place(found)
        known = place in self.counted
        kept = self._diagnose(found)
        if found.severity == "error" and not known and not self.comments.fenced(found.line):
            self.beside[place] = "marked" if kept or self.beside.get(place) == "marked" else "suppressed"
        return kept

    def _diagnose(self, found: Diagnostic) -> bool:
        """Enter a diagnostic unless it is silenced; errors are marked in the source."""
        anchor = self._anchor(found.line)
        if self.comments.fenced(found.line) or self.comments.silenced(
            found.code, anchor, max(found.end_line, found.line)
        ):
            self.left.append(Left(found.line, found.column, f"{found.code} is silenced: {found.message}"))
            return False
        if found in self.diagnostics:
            return True
        self.diagnostics.append(found)
        if found.severity == "error":
            self.marks.append((anchor, found))
            self.counted.add(_place(found))
        return True

    def _anchor(self, line: int) -> int:
        """The line on which the statement around a line begins: a mark can only stand above that."""
        return self._starts().get(line, line)

    def _starts(self) -> dict[int, int]:
        if not hasattr(self, "_start_lines"):
            found: dict[int, int] = {}
            kinds = cst.SimpleStatementLine, cst.FunctionDef, cst.ClassDef, cst.If, cst.For, cst.While, cst.With
            for node in self.module.every(*kinds):
                first = self.source.place(node)[0]
                simple = isinstance(node, cst.SimpleStatementLine)
                last = self.source.place(node)[2] if simple else self._header_end(node)
                for line in range(first + 1, last + 1):
                    found[line] = found.get(first, first)
            self._start_lines = found
        return self._start_lines

    def _header_end(self, node: cst.CSTNode) -> int:
        body: cst.BaseSuite = node.body  # type: ignore[attr-defined]
        return self.source.position(self.source.span(body).start)[0]

    # -- writing -----------------------------------------------------------------------------------------------------

    def apply(self) -> str:
        """The text after all edits and marks."""
        alias, importing = self._runtime_alias()
        edits = list(self.edits)
        if importing is not None:
            edits.insert(0, importing)  # before a decorator or a mark in the same place
        edits += self._mark_edits()
        if not edits:
            return self.source.text.replace(RUNTIME, alias)
        spelled = self.context.spelled
        parts = [
            part if part.copied else part._replace(text=spelled(part.text, part.source.start))
            for part in pieces(self.source.text, edits)
        ]
        if self.module.new_names:
            parts = self._numbered(parts)
        parts = [part._replace(text=part.text.replace(RUNTIME, alias)) for part in parts]
        self.origins = origins(parts)
        return "".join(part.text for part in parts)

    def _numbered(self, parts: list[Piece]) -> list[Piece]:
        """Parts of the text in which new names are numbered as they come."""
        made = {*self.module.new_names.values()}
        new = [None if part.copied else _WORD.split(part.text) for part in parts]
        used = made.intersection(word for words in new if words is not None for word in words)
        names = self.module.numbered(used)
        if all(name == new for name, new in names.items()):
            return parts
        return [
            part if words is None else part._replace(text="".join(names.get(word, word) for word in words))
            for part, words in zip(parts, new, strict=True)
        ]

    def _statements_at_the_top(self) -> Iterator[tuple[cst.CSTNode, frozenset[cst.CSTNode]]]:
        """The statements that a module begins with, each with what runs in its place if it fails, which it does not."""
        for line in self.source.tree.body:
            if isinstance(line, cst.SimpleStatementLine):
                yield from ((small, frozenset()) for small in line.body)
            elif isinstance(line, cst.Try) and always_succeeds(line.body):
                given_up = frozenset(node for handler in line.handlers for node in walk(handler))
                for inner in block(line.body):
                    if isinstance(inner, cst.SimpleStatementLine):
                        yield from ((small, given_up) for small in inner.body)

    def _runtime_alias(self) -> tuple[str, Edit | None]:
        """The name under which the file knows the runtime; an import of it where there is none at the top."""
        if not self.needs_runtime:
            return "np", None
        scope = self.module.scope
        shadowed = {n for inner in scope.all() if inner is not scope for n in inner.bound}
        insert_at = None
        for small, given_up in self._statements_at_the_top():
            start = self.source.span(small).start
            if any(edit.span.start < start and self._runs_at_once(edit) for edit in self.edits):
                break
            for alias in small.names if isinstance(small, cst.Import) else ():
                name = self.facts.references.get(alias)
                if name is None or self._fenced(small):
                    continue
                bound = alias.asname.name.value if alias.asname is not None else "numpy"  # type: ignore[union-attr]
                whole = name == "numpy" or alias.asname is None
                bindings = [node for node in scope.bound.get(str(bound), ()) if node not in given_up]
                if whole and len(bindings) == 1 and bound not in shadowed:
                    return str(bound), None
        name = (
            "np"
            if "np" not in scope.bound and "np" not in shadowed and "np" not in scope.reads
            else self.context.name("_np")
        )
        position = 0
        for line in self.source.tree.body:
            if not isinstance(line, cst.SimpleStatementLine):
                break
            small = line.body[0]
            docstring = isinstance(small, cst.Expr) and isinstance(
                small.value, (cst.SimpleString, cst.ConcatenatedString)
            )
            future = (
                isinstance(small, cst.ImportFrom)
                and isinstance(small.module, cst.Name)
                and small.module.value == "__future__"
            )
            numpy_line = isinstance(small, (cst.Import, cst.ImportFrom)) and self._mentions(small)
            if docstring or future or numpy_line:
                position = self.source.line_end(self.source.span(line).end)
                insert_at = position
            elif not isinstance(small, (cst.Import, cst.ImportFrom)):
                break
        newline = self.source.newline(position)
        statement = f"import np2tf_runtime as {name}"
        if insert_at is None:
            start = self._first_statement()
            return name, Edit(Span(start, start), (statement + newline,))
        return name, Edit(Span(insert_at, insert_at), (newline + statement,))

    def _runs_at_once(self, edit: Edit) -> bool:
        """Whether an edit needs the runtime when the module is loaded: outside of functions, or as a decorator."""
        new = [part for part in edit.template if isinstance(part, str) and RUNTIME in part]
        if not new or new[0].startswith("@"):
            return bool(new)
        at = edit.span.start
        return not any(
            span.start <= at < span.end for span in map(self.source.span, self.source.every(cst.FunctionDef))
        )

    def _mentions(self, node: cst.Import | cst.ImportFrom) -> bool:
        names = [node] if isinstance(node.names, cst.ImportStar) else node.names
        return any(alias in self.facts.references for alias in names)

    def _first_statement(self) -> int:
        body = self.source.tree.body
        return self.source.line_start(self.source.span(body[0]).start) if body else 0

    def _mark_edits(self) -> list[Edit]:
        wanted: dict[int, list[Diagnostic]] = defaultdict(list)
        for line, found in self.marks:
            if all(other.code != found.code for other in wanted[line]):
                wanted[line].append(found)
        edits: list[Edit] = []
        kept: set[tuple[int, str]] = set()
        for line, code in self.comments.marks.items():
            below = line
            while below in self.comments.marks:
                below += 1
            if self.comments.fenced(line):
                continue
            if any(found.code == code for found in wanted.get(below, ())) and (below, code) not in kept:
                kept.add((below, code))
            else:
                edits.append(Edit(whole_line(self.source, line), ("",)))
        for line, diagnostics in wanted.items():
            start = self.source.offset(line)
            text = self.source.text
            indent = text[start : len(text) - len(text[start:].lstrip(" \t"))]
            newline = self.source.newline(start)
            if self.module.converted_before:
                continue
            lines = "".join(
                f"{indent}# np2tf[{d.code}]: {_one_line(d.message)}{newline}"
                for d in diagnostics
                if (line, d.code) not in kept
            )
            if lines:
                edits.append(Edit(Span(start, start), (lines,)))
        return edits


_NAMED = re.compile(r"[ \t]*_(key|object|value|result)\d*(, [^=]*)? = ")


def _place(found: Diagnostic) -> tuple[int, ...]:
    return found.line, found.column, found.end_line, found.end_column


def _writes(node: cst.CSTNode) -> bool:
    """Whether a statement writes to an item or in place, or a call has an output, by its form alone: the analysis may
    know nothing of it any more."""
    if isinstance(node, cst.Call):
        return any(arg.keyword is not None and arg.keyword.value == "out" for arg in node.args)
    return isinstance(node, cst.AugAssign) or any(isinstance(target, cst.Subscript) for target in targets(node))


def _one_line(text: str) -> str:
    text = NAMED_LINE.sub("", text)  # marks move lines
    return " ".join(text.split()).encode("ascii", "replace").decode()


def _lines(module: ModuleInfo) -> dict[cst.CSTNode, cst.CSTNode]:
    found: dict[cst.CSTNode, cst.CSTNode] = {}
    for node in module.every(cst.SimpleStatementLine, cst.SimpleStatementSuite):
        for small in node.body:
            found[small] = node
    return found
