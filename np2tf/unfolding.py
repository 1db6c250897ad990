"""Statements taken apart, where a call that changes an array stands in the middle of one.

Such a call has to become a statement, `r, x = f(x)`, so what is evaluated around it becomes statements, too: the same
NumPy program, written so that the call is evaluated once, for certain. It is analysed and converted instead of what
was written, if that leaves less to be done by hand.

    elif f(x): ...                  else:
                                        if f(x): ...
    while f(x) > 0: ...             while True:
                                        if not (f(x) > 0):
                                            break
                                        ...
    while a and f(x): ...           while a:
                                        if not f(x):
                                            break
                                        ...
    assert f(x) > 0                 if __debug__:
                                        assert f(x) > 0
    c = a and f(x)                  c = a
                                    if c:
                                        c = f(x)
    return f(x) if a else 0         if a:
                                        return f(x)
                                    return 0
    c = [f(x) for i in r]           c = []
                                    for i in r:
                                        c.append(f(x))
    g = lambda v: f(v)              def g(v):
                                        return f(v)
    a[i] += f(x)                    _value = a[i]
                                    _value += f(x)
                                    a[i] = _value
    h(x[1:], f(x))                  _value = x[1:]
                                    _result = f(x)
                                    h(_value, _result)

A function whose parameter's name stands for something else when it is left, `m[0] = 1; m = np.hstack((m, k))`, keeps
what it was handed, `_m = m`, to give that back.

What a statement evaluates before such a place gets a name, in its order; names and constants do not need one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import libcst as cst

from np2tf.analysis.order import before, formatted, operands, top
from np2tf.edits import Edit, Moved, Piece, Template, apply, compose
from np2tf.source import Source, Span
from np2tf.tree import asks_debug, block, bound_names, children, names_read, walk

_STEPS = 20
_CONSTANTS = (cst.Integer, cst.Float, cst.Imaginary, cst.SimpleString, cst.Ellipsis)
_ATOMS = (*_CONSTANTS, cst.Name, cst.Call, cst.Attribute, cst.Subscript)
_NUMBERS = {"max", "min", "sum"}  # so do these, but that what they have taken may change while it is an array
_GATHERERS = {"frozenset", "list", "set", "sorted", "tuple"}  # they take all that a generator gives before they look
_SUSPENDING = (cst.Await, cst.Yield)
_INNER = (cst.FunctionDef, cst.ClassDef, cst.Lambda)


class Site(NamedTuple):
    """A call that has to become a statement: where it stands, whether it needs a name itself (`value`) or gives None
    (`none`), and whether what it gives is certainly a number. Or a parameter that has to be kept (`kept`)."""

    span: Span
    named: str = ""
    number: bool = False


class Surroundings(NamedTuple):
    """What matters of the program around a statement: names that functions bind anew, whether classes say themselves
    what is true, and lines whose values a notebook shows."""

    rebound: frozenset[str] = frozenset()
    own_truth: bool = False
    displayed: frozenset[int] = frozenset()


class Unfolded(NamedTuple):
    """A text in parts, each with its place in what was written, and where the calls stand now."""

    source: Source  # what was written
    taken_apart: Source  # what has become of it
    pieces: tuple[Piece, ...]
    calls: dict[Site, Span]
    names: frozenset[str] = frozenset()  # new ones, which nobody else reads

    @property
    def text(self) -> str:
        """The whole text."""
        return self.taken_apart.text

    def origin(self, offset: int) -> int:
        """Where a character comes from, or what it stands for begins."""
        at = 0
        for text, source, copied in self.pieces:
            if offset < at + len(text):
                return source.start + (offset - at if copied else 0)
            at += len(text)
        return len(self.source.text)

    def now(self, offset: int) -> int | None:
        """Where a character stands now, if it still does."""
        found = _now(self.pieces, Span(offset, offset + 1))
        return None if found is None else found.start


def unfold(source: Source, sites: Iterable[Site], around: Surroundings = Surroundings()) -> Unfolded:  # noqa: B008
    """Take the statements around some calls apart; calls for which that can't be done are not in the result.

    >>> print(unfold(Source("a.py", b"if a and f(x) > 0: g()\\n"), [Site(Span(9, 13))]).text, end="")
    if a:
        if f(x) > 0:
            g()
    """
    made: tuple[Piece, ...] = (Piece(source.text, Span(0, len(source.text)), True),)
    now, done = source, []
    for site in sorted(sites):
        found = _taken_apart(source, now, made, site, around)
        if found is not None:
            now, made = found
            done.append(site)
    calls = {site: span for site in done if (span := _now(made, site.span)) is not None}
    return Unfolded(source, now, made, calls, now.words - source.words)


def _taken_apart(
    source: Source, now: Source, made: tuple[Piece, ...], site: Site, around: Surroundings
) -> tuple[Source, tuple[Piece, ...]] | None:
    """The text with the statement around one more call taken apart, step by step; None where nothing comes of that."""
    before_ = made
    for _ in range(_STEPS):
        span = _now(made, site.span)
        if span is None:
            return None
        starts = (source.offset(line) for line in around.displayed)
        shown = {moved.start for start in starts if (moved := _now(made, Span(start, start + 1))) is not None}
        edits = _Step(now, around, frozenset(shown)).edits(span, site)
        if edits is None:
            return None
        if not edits:
            return (now, made) if made is not before_ else None
        made = compose(made, edits)
        now = Source(source.path, source.encode("".join(piece.text for piece in made)))
    return None


def _now(made: Sequence[Piece], span: Span) -> Span | None:
    """Where a part of what was written stands now."""
    start, end, at = -1, -1, 0
    for text, source, copied in made:
        if copied and source.start <= span.start < source.end:
            start = at + span.start - source.start
        if copied and source.start < span.end <= source.end:
            end = at + span.end - source.start
        at += len(text)
    return Span(start, end) if 0 <= start < end else None


class _Step:
    """One step for one call, in a text that may have been taken apart in part already."""

    def __init__(self, source: Source, around: Surroundings, shown: frozenset[int]) -> None:
        self.source, self.around, self.shown = source, around, shown
        self.parents = source.parents
        self.unit = source.tree.default_indent
        self.words = {*source.words}

    def edits(self, span: Span, site: Site) -> list[Edit] | None:
        """What brings the call nearer to being a statement: nothing if it is near enough, None if nothing does."""
        found = self._edits(span, site)
        text = self.source.text
        return found if not found or apply(text, found).count("#") >= text.count("#") else None  # comments stay

    def _edits(self, span: Span, site: Site) -> list[Edit] | None:
        if site.named == "kept":
            return self._kept(span)
        call = next((n for n in self.source.every(cst.Call) if self.source.span(n) == span), None)
        statement: cst.CSTNode | None = call
        while statement is not None and not isinstance(statement, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
            statement = self.parents.get(statement)
        if call is None or statement is None or self._shown(statement) or _suspends(statement):
            return None
        if isinstance(statement, cst.If) and isinstance(self.parents[statement], cst.If):
            return self._elif(statement)
        lines = self._lines(statement)
        if lines:
            return lines
        match statement:
            case cst.While():
                return self._while(statement, call)
            case cst.Assert() if not self._guarded(statement):
                return self._assert(statement)
            case cst.AugAssign() if self._reads_first(statement) and _contains(statement.value, call):
                return self._augmented(statement)
            case cst.Assign() if not _contains(statement.value, call):
                return self._indexed(statement, call)
            case cst.FunctionDef():
                return self._default(statement, call)
        first = next((node for node in top(statement) or () if _contains(node, call)), None)
        return None if first is None else self._inside(statement, first, call, site)

    def _kept(self, span: Span) -> list[Edit] | None:
        """A parameter gets another name at the beginning of its function."""
        node: cst.CSTNode = next(p for p in self.source.every(cst.Param) if self.source.span(p.name) == span)
        param = node.name.value  # type: ignore[attr-defined]
        while not isinstance(node, cst.FunctionDef):
            node = self.parents[node]
        for line in block(node.body):
            small = line.body[0] if isinstance(line, cst.SimpleStatementLine) else line
            if isinstance(small, cst.Expr) and isinstance(small.value, cst.SimpleString):
                continue
            if not isinstance(small, cst.Assign) or not isinstance(small.value, cst.Name):
                break
            if small.value.value == param:
                return []
        start = self.source.span(line).start
        edge = "; " if isinstance(node.body, cst.SimpleStatementSuite) else self._newline(start) + self._indent(start)
        return [Edit(Span(start, start), (f"{self._name('_' + param.lstrip('_'))} = {param}{edge}",))]

    def _inside(
        self, statement: cst.CSTNode, node: cst.BaseExpression, call: cst.Call, site: Site
    ) -> list[Edit] | None:
        """Go down to the call, as far as it is certainly evaluated once."""
        while node is not call:
            inner = next((part for part in operands(node) if _contains(part, call)), None)
            if inner is None:
                break
            node = inner
        match node:
            case cst.BooleanOperation():
                return self._boolean(statement, node)
            case cst.IfExp():
                return self._conditional(statement, node)
            case cst.Lambda():
                return self._lambda(statement, node)
            case cst.ListComp() | cst.SetComp() | cst.DictComp() | cst.GeneratorExp():
                return self._comprehension(statement, node, call if site.number else None)
        if node is not call:
            return None
        return [] if not site.named or alone(statement, call, site.named) else self._named(statement, call, site.named)

    # -- statements --------------------------------------------------------------------------------------------------

    def _lines(self, statement: cst.CSTNode) -> list[Edit]:
        """Edits after which a statement has a line to itself, and so have those in its own block."""
        suite = self.parents[statement]
        if not isinstance(statement, cst.BaseSmallStatement):
            body = getattr(statement, "body", None)
            return self._spread(body) if isinstance(body, cst.SimpleStatementSuite) else []
        if isinstance(suite, cst.SimpleStatementSuite) or len(suite.body) > 1:  # type: ignore[attr-defined]
            return self._spread(suite)  # type: ignore[arg-type]
        return []

    def _spread(self, suite: cst.SimpleStatementSuite | cst.SimpleStatementLine) -> list[Edit]:
        text = self.source.text
        spans = [self.source.span(small) for small in suite.body]
        line = self._newline(spans[0].start) + self._indent(spans[0].start)
        edits = []
        if isinstance(suite, cst.SimpleStatementSuite):
            line += self.unit
            start = len(text[: spans[0].start].rstrip(" \t"))
            edits.append(Edit(Span(start, spans[0].start), (line,)))
        return edits + [Edit(Span(a.end, b.start), (line,)) for a, b in pairwise(spans)]

    def _elif(self, node: cst.If) -> list[Edit]:
        span = self.source.span(node)
        inner = self._newline(span.start) + self._indent(span.start) + self.unit
        return [Edit(Span(span.start, span.start + len("el")), ("else:" + inner,)), *self._deeper(span)]

    def _assert(self, node: cst.Assert) -> list[Edit]:
        span = self.source.span(node)
        inner = self._newline(span.start) + self._indent(span.start) + self.unit
        return [Edit(Span(span.start, span.start), ("if __debug__:" + inner,)), *self._deeper(span)]

    def _guarded(self, node: cst.Assert) -> bool:
        block_ = self.parents[self.parents[node]]
        return isinstance(block_, cst.IndentedBlock) and asks_debug(self.parents[block_])

    def _while(self, node: cst.While, call: cst.Call) -> list[Edit] | None:
        if node.orelse is not None or not _contains(node.test, call):
            return None
        head, rest = self._split(node.test, call)
        if head is None:
            edits = [Edit(self.source.span(node.test), (self._apart(node.test, "True"),))]
        else:
            edits = [Edit(Span(head.end, self.source.bare(node.test).end), ("",))]
        indent = self._indent(self.source.span(_first(node.body)).start)
        newline = self._newline(self.source.span(node).start)
        test = (*self._negated(rest), ":", newline + indent + self.unit + "break")
        only = _first(node.body)
        if (
            isinstance(only, cst.SimpleStatementLine)
            and len(node.body.body) == 1
            and isinstance(only.body[0], cst.Pass)
        ):
            return [*edits, Edit(self.source.span(only.body[0]), ("if ", *test))]
        return [*edits, self._at_the_start(node.body, (indent + "if ", *test))]

    def _split(
        self, test: cst.BaseExpression, call: cst.BaseExpression
    ) -> tuple[Span | None, cst.BaseExpression | Span]:
        """A test in two: the operands of `and` before the one that has the call, and the rest; or the test alone."""
        chain: list[cst.BaseExpression] = []
        node = test
        while isinstance(node, cst.BooleanOperation) and isinstance(node.operator, cst.And):
            if node.lpar and node is not test:
                break
            chain.insert(0, node.right)
            node = node.left
        chain.insert(0, node)
        at = next(k for k, operand in enumerate(chain) if _contains(operand, call))
        if at == 0:
            return None, test
        spans = [self.source.span(operand) for operand in chain]
        rest = chain[-1] if at == len(chain) - 1 else Span(spans[at].start, spans[-1].end)
        return Span(spans[0].start, spans[at - 1].end), rest

    def _at_the_start(self, body: cst.BaseSuite, line: Template) -> Edit:
        end = self.source.line_end(self.source.span(body).start)
        return Edit(Span(end, end), (self._newline(end), *line))

    def _augmented(self, node: cst.AugAssign) -> list[Edit] | None:
        """`a[i] += f(x)` reads the item first: it is given a name meanwhile."""
        target = node.target
        if (
            isinstance(target, cst.Subscript)
            and len(target.slice) == 1
            and isinstance(target.slice[0].slice, cst.Index)
        ):
            index = target.slice[0].slice
            if not index.star and not self._steady(index.value, node.value):
                return self._with_names(node, [index.value], index.value, ["_index"])
        if not self._steady_target(target, node.value):
            return None
        span, place = self.source.span(node), self.source.span(target)
        name, line = self._name("_value"), self._newline(span.start) + self._indent(span.start)
        text = self.source.text[slice(*place)]
        return [
            Edit(Span(span.start, span.start), (f"{name} = {text}{line}",)),
            Edit(place, (name,)),
            Edit(Span(span.end, span.end), (f"{line}{text} = {name}",)),
        ]

    def _reads_first(self, node: cst.AugAssign) -> bool:
        return not isinstance(node.target, cst.Name) or node.target.value in self.around.rebound

    def _steady_target(self, node: cst.BaseExpression, value: cst.BaseExpression) -> bool:
        """Whether a target means the same place before and after a value has been computed."""
        if isinstance(node, cst.Name):
            return True
        if isinstance(node, cst.Attribute):
            return self._steady(node.value, value)
        if not isinstance(node, cst.Subscript) or not self._steady(node.value, value):
            return False
        for element in node.slice:
            part = element.slice
            bounds = [part.value] if isinstance(part, cst.Index) else [part.lower, part.upper, part.step]  # type: ignore[attr-defined]
            if getattr(part, "star", None) or not all(b is None or self._steady(b, value) for b in bounds):
                return False
        return True

    def _indexed(self, node: cst.Assign, call: cst.Call) -> list[Edit] | None:
        """`a[f(x)] = v`: the value is evaluated first, then the index."""
        target = node.targets[0].target
        if len(node.targets) > 1 or not isinstance(target, cst.Subscript) or not self._steady(target.value, target):
            return None
        if not all(isinstance(element.slice, cst.Index) and not element.slice.star for element in target.slice):
            return None
        parts = [node.value, *(e.slice.value for e in target.slice if isinstance(e.slice, cst.Index))]
        at = next((k for k, part in enumerate(parts) if _contains(part, call)), None)
        if at is None:
            return None
        return self._with_names(node, parts[: at + 1], parts[at], ["_value", *["_index"] * at])

    def _default(self, node: cst.FunctionDef, call: cst.Call) -> list[Edit] | None:
        if node.decorators:
            return None
        params = node.params
        defaults = [p.default for p in (*params.posonly_params, *params.params, *params.kwonly_params)]
        parts = [default for default in defaults if default is not None]
        at = next((k for k, part in enumerate(parts) if _contains(part, call)), None)
        if at is None:
            return None
        return self._with_names(node, parts[: at + 1], parts[at], ["_value"] * at + ["_default"])

    def _with_names(
        self, statement: cst.CSTNode, parts: list[cst.BaseExpression], part: cst.BaseExpression, names: list[str]
    ) -> list[Edit]:
        """Parts that are evaluated one after the other get names, in front of their statement."""
        texts: list[Template] = []
        edits: list[Edit] = []
        for one, base in zip(parts, names, strict=True):
            if one is part or not self._steady(one, part):
                name = self._name(base)
                texts.append((f"{name} = ", *self._moved(one)))
                edits.append(Edit(self.source.span(one), (self._apart(one, name),)))
        return [self._front(statement, texts), *edits]

    # -- expressions -------------------------------------------------------------------------------------------------

    def _boolean(self, statement: cst.CSTNode, node: cst.BooleanOperation) -> list[Edit] | None:
        conjunction = isinstance(node.operator, cst.And)
        test = getattr(statement, "test", None)
        if isinstance(statement, cst.If) and statement.orelse is None and conjunction:
            inner: cst.CSTNode = node
            while inner is not test and not inner.lpar and _leads(self.parents[inner], inner):  # type: ignore[attr-defined]
                inner = self.parents[inner]
            if inner is test:
                return self._nested_if(statement, node.right)
        value = getattr(statement, "value", None)
        left, right = self._moved(node.left), self._moved(node.right)
        if isinstance(statement, cst.Expr) and value is node:
            asked = left if conjunction else self._negated(node.left)
            return self._instead(statement, [(0, ("if ", *asked, ":")), (1, right)])
        whole = value is node and isinstance(statement, (cst.Assign, cst.AnnAssign, cst.AugAssign, cst.Return))
        if self.around.own_truth and not whole:
            return None  # it would be asked once more
        negation = "" if conjunction else "not "
        name = self._target(statement, node)
        lines: list[tuple[int, Template]]
        if name is not None:
            lines = [(0, (f"{name} = ", *left)), (0, (f"if {negation}{name}:",)), (1, (f"{name} = ", *right))]
            return self._instead(statement, lines)
        name = self._name("_value")
        lines = [(0, (f"{name} = ", *left)), (0, (f"if {negation}{name}:",)), (1, (f"{name} = ", *right))]
        return self._in_front(statement, node, lines, name)

    def _nested_if(self, node: cst.If, part: cst.BaseExpression) -> list[Edit]:
        """`if a and f(x): ...`: one `if` inside another."""
        head, rest = self._split(node.test, part)
        assert head is not None
        end = self.source.line_end(self.source.span(node.body).start)
        line = self._indent(self.source.span(_first(node.body)).start) + "if "
        return [
            Edit(Span(head.end, self.source.bare(node.test).end), ("",)),
            self._at_the_start(node.body, (line, *self._moved(rest), ":")),
            *self._deeper(Span(end, self.source.span(node).end)),
        ]

    def _conditional(self, statement: cst.CSTNode, node: cst.IfExp) -> list[Edit] | None:
        test, body, orelse = self._moved(node.test), self._moved(node.body), self._moved(node.orelse)
        if getattr(statement, "value", None) is node and isinstance(statement, (cst.Assign, cst.Expr, cst.Return)):
            start = self.source.span(statement).start
            begin = self.source.text[start : self.source.span(node).start]
            if begin and not begin[-1].isspace():
                begin += " "
            lines: list[tuple[int, Template]] = [(0, ("if ", *test, ":")), (1, (begin, *body))]
            if isinstance(statement, cst.Return):
                return self._instead(statement, [*lines, (0, (begin, *orelse))])
            return self._instead(statement, [*lines, (0, ("else:",)), (1, (begin, *orelse))])
        name = self._name("_value")
        lines = [(0, ("if ", *test, ":")), (1, (f"{name} = ", *body)), (0, ("else:",)), (1, (f"{name} = ", *orelse))]
        return self._in_front(statement, node, lines, name)

    def _lambda(self, statement: cst.CSTNode, node: cst.Lambda) -> list[Edit] | None:
        if not isinstance(statement, cst.Assign) or statement.value is not node or len(statement.targets) > 1:
            return None
        target = statement.targets[0].target
        asked = (n.attr.value for n in self.source.every(cst.Attribute))
        if not isinstance(target, cst.Name) or not {"__name__", "__qualname__"}.isdisjoint(asked):
            return None  # a function has another name than a lambda
        params = self.source.code(node.params)
        return self._instead(
            statement, [(0, (f"def {target.value}({params}):",)), (1, ("return ", *self._moved(node.body)))]
        )

    def _comprehension(
        self,
        statement: cst.CSTNode,
        node: cst.ListComp | cst.SetComp | cst.DictComp | cst.GeneratorExp,
        number: cst.Call | None,
    ) -> list[Edit] | None:
        scope = self._scope(node)
        if isinstance(scope, cst.ClassDef) or any(isinstance(part, cst.Lambda) for part in walk(node)):
            return None
        loops = [*_loops(node)]
        renamed = self._renamed(node, loops, scope)
        if renamed is None or any(loop.asynchronous is not None for loop in loops):
            return None
        whole: cst.BaseExpression = node
        taker = ""
        if isinstance(node, cst.GeneratorExp):
            taker = self._taker(node)
            elt = node.elt
            if taker in {"all", "any"} and len(loops) == 1:
                whole = self.parents[self.parents[node]]  # type: ignore[assignment]
            elif taker not in _GATHERERS and not (taker in _NUMBERS and number is not None and _is_number(elt, number)):
                return None
        name = self._target(statement, whole) if whole is not node or not taker else None
        gathered = name or self._name("_value" if whole is not node else "_values")
        first = f"{taker == 'all'}" if whole is not node else _EMPTY[type(node)]
        lines: list[tuple[int, Template]] = [(0, (f"{gathered} = {first}",))]
        depth = 0
        for k, loop in enumerate(loops):
            among = renamed if k else {}
            head = ("for ", *self._moved(loop.target, renamed), " in ", *self._moved(loop.iter, among), ":")
            lines.append((depth, head))
            depth += 1
            for condition in loop.ifs:
                lines.append((depth, ("if ", *self._moved(condition.test, renamed), ":")))
                depth += 1
        lines += [(depth + more, line) for more, line in self._turn(node, gathered, taker, whole is node, renamed)]
        if name is not None:
            return self._instead(statement, lines)
        return self._in_front(statement, whole, lines, gathered)

    def _turn(
        self,
        node: cst.ListComp | cst.SetComp | cst.DictComp | cst.GeneratorExp,
        gathered: str,
        taker: str,
        gathers: bool,
        renamed: dict[str, str],
    ) -> list[tuple[int, Template]]:
        """What each turn of a comprehension does with its element."""
        if isinstance(node, cst.DictComp):
            key, texts = self._moved(node.key, renamed), []
            if not self._steady(node.key, node.value):
                given = self._name("_key")
                texts = [(0, (f"{given} = ", *key))]
                key = (given,)
            return [*texts, (0, (f"{gathered}[", *key, "] = ", *self._moved(node.value, renamed)))]
        element = self._moved(node.elt, renamed)
        if gathers:
            method = "add" if isinstance(node, cst.SetComp) else "append"
            return [(0, (f"{gathered}.{method}(", *element, ")"))]
        test = element if taker == "any" else self._negated(node.elt, renamed)
        return [(0, ("if ", *test, ":")), (1, (f"{gathered} = {taker == 'any'}",)), (1, ("break",))]

    def _renamed(self, node: cst.BaseExpression, loops: list[cst.CompFor], scope: cst.CSTNode) -> dict[str, str] | None:
        """New names for what a comprehension binds, where others see those names once it is a loop."""
        bound = {name for loop in loops for name in bound_names(loop.target)}
        elsewhere = {part.value for part in _names(scope, node)}
        public = {name for name in bound if isinstance(scope, cst.Module) and name[0] != "_"}
        taken = sorted(bound & elsewhere | public)
        inner = [part for part in walk(node) if isinstance(part, cst.CompFor) and part not in loops]
        if any(not bound.isdisjoint(bound_names(loop.target)) for loop in inner):
            return None
        return {name: self._name("_" + name.lstrip("_")) for name in taken}

    def _taker(self, node: cst.GeneratorExp) -> str:
        """The builtin function that takes all that a generator gives."""
        call = self.parents[self.parents[node]]
        if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Name) or len(call.args) != 1:
            return ""
        name = call.func.value
        for part, parent in self.parents.items():
            bound = isinstance(part, cst.Name) and part.value == name
            if isinstance(part, cst.ImportStar) or (
                bound and not isinstance(parent, (cst.Call, cst.Arg, cst.Attribute))
            ):
                return ""  # it may be another function
        return "" if call.args[0].star or call.args[0].keyword is not None else name

    def _named(self, statement: cst.CSTNode, call: cst.Call, named: str) -> list[Edit] | None:
        if named == "none":
            return self._in_front(statement, call, [(0, self._moved(call))], "None")
        name = self._name("_result")
        return self._in_front(statement, call, [(0, (f"{name} = ", *self._moved(call)))], name)

    # -- texts -------------------------------------------------------------------------------------------------------

    def _in_front(
        self, statement: cst.CSTNode, node: cst.BaseExpression, lines: list[tuple[int, Template]], name: str
    ) -> list[Edit] | None:
        """Lines in front of a statement, after what it evaluates earlier, and a name where an expression was."""
        earlier = before(statement, node)
        if earlier is None:
            return None
        shown = [*formatted(statement)]
        texts: list[Template] = []
        edits: list[Edit] = []
        for part in earlier:
            star = getattr(self.parents[part], "star", "") or "*" * isinstance(self.parents[part], cst.StarredElement)
            if isinstance(self.parents[part], cst.StarredDictElement):
                star = "**"
            if any(part is one for one in shown) and not isinstance(part, _CONSTANTS):
                return None  # it is written out before the call
            if not star and self._steady(part, node):
                continue
            given = self._name("_value")
            value = self._moved(part)
            if star:
                value = ("{**", *value, "}") if star == "**" else ("(*", *value, ",)")
            texts.append((f"{given} = ", *value))
            edits.append(Edit(self.source.span(part), (self._apart(part, given),)))
        texts += [(self.unit * depth, *line) for depth, line in lines]
        return [self._front(statement, texts), *edits, Edit(self.source.span(node), (self._apart(node, name),))]

    def _front(self, statement: cst.CSTNode, texts: list[Template]) -> Edit:
        start = self.source.span(statement).start
        line = self._newline(start) + self._indent(start)
        return Edit(Span(start, start), tuple(part for text in texts for part in (*text, line)))

    def _instead(self, statement: cst.CSTNode, lines: list[tuple[int, Template]]) -> list[Edit]:
        """Lines in the place of a statement."""
        span = self.source.span(statement)
        line = self._newline(span.start) + self._indent(span.start)
        texts: list[str | Span | Moved | Piece] = []
        for k, (depth, text) in enumerate(lines):
            texts += [line + self.unit * depth if k else "", *text]
        return [Edit(span, tuple(texts))]

    def _moved(self, node: cst.BaseExpression | Span, renamed: dict[str, str] | None = None) -> Template:
        """An expression that stands on its own from now on, in parentheses where it needs them."""
        span = node if isinstance(node, Span) else self.source.span(node)
        parts: list[str | Span | Moved] = []
        at = span.start
        for name in [] if isinstance(node, Span) or not renamed else _names(node):
            if name.value in (renamed or {}):
                one = self.source.span(name)
                parts += [Moved(Span(at, one.start)), (renamed or {})[name.value]]
                at = one.end
        parts.append(Moved(Span(at, span.end)))
        text = self.source.text[slice(*span)]
        bare = isinstance(node, (cst.NamedExpr, cst.GeneratorExp)) and not node.lpar
        return ("(", *parts, ")") if bare or not _complete(text) else tuple(parts)

    def _negated(self, node: cst.BaseExpression | Span, renamed: dict[str, str] | None = None) -> Template:
        """The opposite of a test."""
        if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not) and not node.lpar:
            return self._moved(node.expression, renamed)
        text = self._moved(node, renamed)
        if isinstance(node, _ATOMS) or (isinstance(node, cst.BaseExpression) and node.lpar):
            return ("not ", *text)
        return ("not ", *text) if text[0] == "(" else ("not (", *text, ")")

    def _apart(self, node: cst.CSTNode, name: str) -> str:
        """A name in the place of an expression in parentheses, which needed no space around it."""
        start, end = self.source.span(node)
        text = self.source.text
        before_, after = text[start - 1 : start], text[end : end + 1]
        return " " * (before_.isalnum() or before_ == "_") + name + " " * (after.isalnum() or after == "_")

    def _deeper(self, span: Span) -> list[Edit]:
        """Edits that indent the lines which begin inside a span by one level more."""
        indent = self._indent(span.start)
        strings = [self.source.span(node) for node in self.source.every(cst.SimpleString, cst.FormattedString)]
        strings = [s for s in strings if "\n" in self.source.text[slice(*s)] or "\r" in self.source.text[slice(*s)]]
        edits = []
        line = self.source.position(span.start)[0] + 1
        while self.source.offset(line) < span.end:
            start = self.source.offset(line)
            text = self.source.text[start : self.source.line_end(start)]
            if text.strip() and not any(s.start < start < s.end for s in strings):
                at = start + (len(indent) if text.startswith(indent) else 0)
                edits.append(Edit(Span(at, at), (self.unit,)))
            line += 1
        return edits

    def _indent(self, offset: int) -> str:
        start = self.source.line_start(offset)
        text = self.source.text[start : self.source.line_end(start)]
        return text[: len(text) - len(text.lstrip(" \t"))]

    def _newline(self, offset: int) -> str:
        return self.source.newline(offset)

    def _name(self, base: str) -> str:
        k, name = 1, base
        while name in self.words:
            k += 1
            name = f"{base}{k}"
        self.words.add(name)
        return name

    # -- what is known of names --------------------------------------------------------------------------------------

    def _steady(self, node: cst.BaseExpression, later: cst.CSTNode) -> bool:
        """Whether an expression is as good after what is evaluated later: a constant, a name that keeps its value."""
        if isinstance(node, cst.UnaryOperation):
            return isinstance(node.expression, _CONSTANTS)
        if isinstance(node, cst.Name):
            bound = {n for part in walk(later) if isinstance(part, cst.NamedExpr) for n in bound_names(part.target)}
            return node.value not in self.around.rebound | bound
        return isinstance(node, _CONSTANTS)

    def _target(self, statement: cst.CSTNode, node: cst.BaseExpression) -> str | None:
        """The name that an assignment gives to an expression, if nobody sees that it gets it step by step."""
        if not isinstance(statement, cst.Assign) or statement.value is not node or len(statement.targets) > 1:
            return None
        target = statement.targets[0].target
        if not isinstance(target, cst.Name) or target.value in names_read(node) | self.around.rebound:
            return None
        scope = self._scope(node)
        around: cst.CSTNode = statement
        while around is not scope:
            around = self.parents[around]
            if isinstance(around, (cst.Try, cst.TryStar, cst.With)):
                return None
        if isinstance(scope, cst.ClassDef):
            return None
        for part in walk(scope):
            if isinstance(part, (cst.Global, cst.Nonlocal)) and any(n.name.value == target.value for n in part.names):
                return None
            if part is not scope and isinstance(part, _INNER) and target.value in {n.value for n in _names(part)}:
                return None
        return target.value

    def _scope(self, node: cst.CSTNode) -> cst.CSTNode:
        """The function, class or module that an expression stands in."""
        while not isinstance(node, (cst.FunctionDef, cst.ClassDef, cst.Module)):
            node = self.parents[node]
        return node

    def _shown(self, statement: cst.CSTNode) -> bool:
        start = self.source.line_start(self.source.span(statement).start)
        return isinstance(statement, cst.Expr) and start in self.shown


_EMPTY: dict[type, str] = {cst.ListComp: "[]", cst.GeneratorExp: "[]", cst.SetComp: "set()", cst.DictComp: "{}"}


def alone(statement: cst.CSTNode, call: cst.Call, named: str) -> bool:
    """Whether a call is a statement, or all that a name gets, if it gives something."""
    if isinstance(statement, cst.Assign) and named == "value":
        return statement.value is call and all(isinstance(t.target, cst.Name) for t in statement.targets)
    return isinstance(statement, cst.Expr) and statement.value is call


def _contains(node: cst.CSTNode, part: cst.CSTNode) -> bool:
    return any(inner is part for inner in walk(node))


def _loops(node: cst.BaseComp) -> Iterator[cst.CompFor]:
    """The loops of a comprehension, from the outside."""
    loop: cst.CompFor | None = node.for_in
    while loop is not None:
        yield loop
        loop = loop.inner_for_in


def _is_number(node: cst.BaseExpression, number: cst.Call) -> bool:
    """Whether an expression is a number if a call in it gives one."""
    if isinstance(node, (cst.BinaryOperation, cst.UnaryOperation)):
        return all(_is_number(part, number) for part in operands(node))
    return node is number or isinstance(node, (cst.Integer, cst.Float))


def _leads(node: cst.CSTNode, operand: cst.CSTNode) -> bool:
    """Whether something is the first operand of an `and`."""
    return isinstance(node, cst.BooleanOperation) and isinstance(node.operator, cst.And) and node.left is operand


def _first(body: cst.BaseSuite) -> cst.CSTNode:
    return body.body[0]


def _suspends(statement: cst.CSTNode) -> bool:
    """Whether a generator or coroutine may rest in the middle of a statement, blocks in it aside."""
    stack = [statement]
    while stack:
        node = stack.pop()
        if isinstance(node, _SUSPENDING):
            return True
        stack += [part for part in children(node) if not isinstance(part, (cst.BaseSuite, cst.If, cst.Else))]
    return False


def _names(node: cst.CSTNode, without: cst.CSTNode | None = None) -> Iterator[cst.Name]:
    """The names in a part of a program that stand for values, in the order of the text."""
    stack = [node]
    while stack:
        node = stack.pop()
        if node is without:
            continue
        if isinstance(node, cst.Name):
            yield node
        elif isinstance(node, (cst.Attribute, cst.Arg)):
            stack.append(node.value)
        else:
            stack += children(node)[::-1]


def _complete(text: str) -> bool:
    """Whether a text is an expression on its own: one that goes on over several lines needs parentheses."""
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    return True
