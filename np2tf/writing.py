"""How rules write code: as text templates around spans of the input."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import libcst as cst

from np2tf.analysis.scopes import Scope, class_prefix
from np2tf.analysis.tables import ModuleInfo
from np2tf.analysis.update import backward
from np2tf.diagnostics import Diagnostic
from np2tf.edits import Edit, Moved, Piece, Template, Transaction
from np2tf.facts import RUNTIME, Facts, Problem, Refresh, Store, Update
from np2tf.project import Project
from np2tf.source import Source, Span
from np2tf.tree import index_parts, walk

#: The in-place form of each augmented operator, by the name of LibCST's node.


def _chained(refresh: Refresh) -> Template:
    return ("".join(f"{name} = " for name in refresh.names) + refresh.value,)


@dataclass
class Context:
    """What a rule may look at besides the store: the source, the facts, the scopes; and a supply of new names."""

    module: ModuleInfo
    tables: Project
    lines: dict[cst.CSTNode, cst.CSTNode]  # small statement -> the statement line or suite that holds it
    displayed: frozenset[tuple[str, int]] = frozenset()  # as in `Options`
    used: set[str] = field(default_factory=set)
    hoisted: set[cst.CSTNode] = field(default_factory=set)  # calls that have moved in front of their statement
    noted: set[str] = field(default_factory=set)  # names of NumPy's that have had their note in this file

    @property
    def source(self) -> Source:
        """The file."""
        return self.module.source

    @property
    def facts(self) -> Facts:
        """What the analysis found in the file."""
        return self.module.facts

    def name(self, base: str) -> str:
        """A name that the file does not use yet."""
        if not self.used:
            self.used.update(re.findall(r"\w+", self.source.text))
        k, name = 1, base
        while name in self.used:
            k += 1
            name = f"{base}{k}"
        self.used.add(name)
        return name

    def temporary(self, base: str, taken: set[str]) -> str:
        """A name for a value that its statement uses up; other statements may take it again."""
        words = set(re.findall(r"\w+", self.source.text)) | taken
        k, name = 1, base
        while name in words:
            k += 1
            name = f"{base}{k}"
        taken.add(name)
        return name

    def code(self, node: cst.CSTNode) -> str:
        """The text of a node as it stands."""
        return self.source.code(node)

    def argument(self, node: cst.BaseExpression) -> Template:
        """An expression as an argument of a call: bare tuples and the like get parentheses."""
        span = self.source.span(node)
        bare = isinstance(node, (cst.Tuple, cst.NamedExpr, cst.Yield, cst.GeneratorExp, cst.StarredElement))
        if bare and not node.lpar:
            return ("(", span, ")")
        return (span,)

    def operand(self, node: cst.BaseExpression) -> Template:
        """The right side of an assignment, as an argument of a call."""
        return self.argument(node)

    def index(self, node: cst.Subscript) -> Template:
        """An index as an argument of a call: `np.s_[...]` where it has slices, a tuple where it has several parts."""
        parts = index_parts(node)
        span = Span(self.source.span(node.slice[0]).start, self.source.span(node.slice[-1]).end)
        starred = any(isinstance(e.slice, cst.Index) and e.slice.star for e in node.slice)
        if starred or any(isinstance(part, cst.Slice) for part in parts):
            return (f"{RUNTIME}.s_[", span, "]")
        if len(parts) > 1 or not isinstance(node.slice[0].comma, cst.MaybeSentinel):
            return ("(", span, ")")
        return self.argument(parts[0])  # type: ignore[arg-type]

    def named_index(self, name: str, node: cst.Subscript) -> Template:
        """The statement that gives an index a name; inside its brackets it may have gone on over several lines."""
        index = self.index(node)
        if len(index) == 1:
            try:
                ast.parse(self.code(index_parts(node)[0]), mode="eval")
            except SyntaxError:
                index = ("(", *index, ")")
        return (f"{name} = ", *index)

    def span_of_line(self, statement: cst.CSTNode) -> Span:
        """The statement's span."""
        return self.source.span(statement)

    def alone(self, statement: cst.CSTNode) -> bool:
        """Whether the statement has its lines to itself, so that others can follow on lines of their own."""
        line = self.lines.get(statement)
        return isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1

    def statements(self, statement: cst.CSTNode, texts: Sequence[Template]) -> tuple[Edit, ...]:
        """Replace a statement by several: on lines of their own, or side by side where it shares its line.

        A comment at the end of the line stays with the first of them.
        """
        source = self.source
        span = source.span(statement)
        if len(texts) == 1:
            return (Edit(span, texts[0]),)
        if not self.alone(statement):
            joined: list[str | Span | Moved | Piece] = []
            for k, text in enumerate(texts):
                joined += ["; "] if k else []
                joined += text
            return (Edit(span, tuple(joined)),)
        start = source.line_start(span.start)
        indent = source.text[start : span.start]
        newline = source.newline(span.end)
        line_end = source.line_end(span.end)
        first: list[str | Span | Moved | Piece] = [*texts[0], source.text[span.end : line_end]]
        for text in texts[1:]:
            first += [newline + indent, *text]
        return (Edit(Span(span.start, line_end), tuple(first)),)

    def begin(self, body: cst.BaseSuite, texts: Sequence[Template]) -> Edit:
        """Statements that a block begins with, in front of what stands there."""
        source = self.source
        if isinstance(body, cst.SimpleStatementSuite):
            start = source.span(body.body[0]).start
            return Edit(Span(start, start), tuple(part for text in texts for part in (*text, "; ")))
        first = body.body[0]
        inner = first.body[0] if isinstance(first, cst.SimpleStatementLine) else first
        statement = source.span(inner).start
        indent = source.text[source.line_start(statement) : statement]
        end = source.line_end(source.span(body).start)
        newline = source.newline(end) + indent
        return Edit(Span(end, end), tuple(part for text in texts for part in (newline, *text)))

    def in_front(self, statement: cst.CSTNode, texts: Sequence[Template]) -> Edit:
        """Put statements in front of another one, which stays as it is, or as other edits make it."""
        source = self.source
        span, before = source.span(statement), ""
        line = self.lines.get(statement)
        separate = "; "
        if line is None or (isinstance(line, cst.SimpleStatementLine) and line.body[0] is statement):
            start = source.line_start(span.start)
            before = source.text[start : span.start]
            separate = source.newline(span.start) + before
        kept = span
        if self.alone(statement):  # as wide as what `statements` may replace
            kept = Span(span.start, source.line_end(span.end))
            span = Span(span.start - len(before), kept.end)
        else:
            before = ""
        return Edit(span, (before, *(part for text in texts for part in (*text, separate)), kept))

    def assignments(self, store: Store, new: Template, results: str = "") -> list[Template]:
        """The statements that give a changed array to all who hold it: its own name, its namesakes, its views.

        `results` are targets that get it, too: `y = `.
        """
        place, update = store.place, store.update
        assert place is not None
        assert update is not None
        if place.lens:
            opening, closing = backward(place.text, place.lens, "\x03").split("\x03")
            new = (opening, *new, closing)
        chain = "".join(f"{name} = " for name in (*update.same, place.text))
        before, after = self.followers(update, "_old" if place.first else "")
        return [*before, (results + chain, *new), *after]

    def followers(self, update: Update, old_name: str = "") -> tuple[list[Template], list[Template]]:
        """What stands before and after the statement that gives an array, and its namesakes, its new value."""
        held = dict.fromkeys(of for guard in update.guarded for of in guard.of)
        old = {of: self.name(old_name or "_" + re.sub(r"\W", "_", of.rpartition(".")[2])) for of in held}
        before: list[Template] = [(f"{name} = {of}",) for of, name in old.items()]
        after = [_chained(refresh) for refresh in update.then]
        for name, of in update.guarded:
            after.append((f"{name} = " + "".join(f"{w} if {name} is {old[w]} else " for w in of) + name,))
        return before, after + [_chained(refresh) for refresh in update.last]

    def displays(self, statement: cst.CSTNode) -> bool:
        """Whether the value of an expression that is a statement is shown to who runs it: it ends a notebook's cell."""
        line = self.source.position(self.source.span(statement).start)[0]
        return isinstance(statement, cst.Expr) and (self.source.path, line) in self.displayed

    def transaction(
        self, rule: str, store: Store, texts: Sequence[Template], *, count: int = 1, value: Template | None = None
    ) -> Transaction:
        """A statement's rewrite as a transaction. `value` is what an expression had as its value, if not None, in words
        that hold after the rewrite; it stands last where the value is displayed."""
        if value is not None and self.displays(store.statement):
            texts = [*texts, value]
        assumption = store.update.assumption if store.update is not None else None
        edits = self.statements(store.statement, texts)
        return Transaction(rule, self.source.span(store.statement).start, edits, assumption, count)

    def bound_first(self, store: Store, texts: list[Template], at: int = 0) -> tuple[Edit, ...]:
        """`(y := x)[0] = v` binds y and changes the array: a statement of its own binds it, in front of `texts[at]`. So
        it does for an array that an expression chooses."""
        if store.place is None or not store.place.first:
            return ()
        assert isinstance(store.target, cst.Subscript)
        base, name = store.target.value, store.place.text
        span = self.source.span(base)
        if isinstance(base, cst.NamedExpr):
            texts.insert(at, (f"{name} = ", self.source.span(base.value)))
            return (Edit(span, (name,)),)
        whole = span if "\n" in self.code(base) else self.source.bare(base)
        texts.insert(at, (f"{name} = ", Moved(whole)))
        return (Edit(span, (name,), left=True),)

    @cached_property
    def _private(self) -> list[tuple[Span, str]]:
        """The classes with attributes that begin with two underscores: where they stand, the outer ones first, and what
        Python makes such names begin with."""
        if not re.search(r"\.__\w+(?<!__)\b", self.source.text):
            return []
        classes = [node for node in self.module.every(cst.ClassDef) if class_prefix(node.name.value)]
        return [(self.source.span(node), class_prefix(node.name.value)) for node in classes]

    def spelled(self, text: str, offset: int) -> str:
        """A text that names attributes of objects, as the class around has it: `self.__w` for `self._C__w`."""
        around = [prefix for span, prefix in self._private if span.start <= offset < span.end]
        return text.replace(f".{around[-1]}__", ".__") if around else text

    def diagnostic(self, problem: Problem, node: cst.CSTNode) -> Diagnostic:
        """A problem at a place. An assumption is one under `--strict` alone."""
        message = re.sub(r"`\?\d+\.", "`.", problem.message)  # of an object without a name
        message = self.spelled(message, self.source.span(node).start)
        found = Diagnostic.at(problem.code, self.source.place(node), message, problem.help)
        return replace(found, severity="error") if problem.code in {"NT901", "NT902"} else found

    def strings(self, node: cst.CSTNode, texts: Iterable[str]) -> str:
        """Further arguments that are strings, for a call that is written where a node stands.

        Before Python 3.12, what stands in an f-string can't have its quotes.
        """
        span = self.source.span(node)
        around = [f for f in self.module.every(cst.FormattedString) if f.quote == '"']
        inside = any(outer.start < span.start < outer.end for outer in map(self.source.span, around))
        quote = "'" if inside else '"'
        return "".join(f", {quote}{text}{quote}" for text in texts)

    def impure(self, node: cst.CSTNode) -> bool:
        """Whether evaluating the expression may run code of the project, or code nobody knows."""
        return any(
            (part in self.facts.impure and part not in self.hoisted)
            or isinstance(part, (cst.NamedExpr, cst.Await, cst.Yield))
            for part in walk(node)
        )

    def interrupted(self, store: Store) -> bool:
        """Whether code that runs for the value of a store may change what it stores to."""
        slot = store.place.slot if store.place is not None else ""
        return store.statement in self.facts.interrupted or slot[:1] == "?" or "[" in slot

    def repeatable(self, node: cst.CSTNode) -> bool:
        """Whether an index may be evaluated twice: it calls nothing and binds nothing."""
        return not any(isinstance(part, (cst.Call, cst.NamedExpr, cst.Await, cst.Yield)) for part in walk(node))

    def scope_of(self, node: cst.CSTNode) -> Scope:
        """The module's scope; rules do not look further."""
        return self.module.scope
