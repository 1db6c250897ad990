"""How LibCST's nodes are made of other nodes and of text, and so where each stands in the text of its module.

LibCST writes a tree by a method of each node, and has a provider of positions that listens to those. Here a table has a
row for each class instead: its parts in the order of the text. What is not in the table is left to LibCST's own methods
(`np2tf.source`), and so is a tree whose parts do not add up to its text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import libcst as cst


class _Mark:
    """What stands in a row for something other than a part."""


_INDENT, _NEWLINE = _Mark(), _Mark()  # the indentation of the line, and the line break of the module
_START, _END = _Mark(), _Mark()  # where a statement begins and ends, without lines before it and what follows it
_IF, _ELIF = _Mark(), _Mark()  # `if`, or `elif` after the other one
_SIGN, _ARROW = _Mark(), _Mark()  # `:` before an annotation, or `->` after the other one

_DEFAULT = cst.MaybeSentinel.DEFAULT


class _Deeper:
    """Parts of a node that stand deeper than it does, without being a block."""

    def __init__(self, node: Any, parts: Iterable[Any]) -> None:
        self.indent, self.parts = node.indent, parts


Row = Callable[[Any], Iterable[Any]]


def _value(node: Any) -> Iterable[Any]:
    return node.lpar, node.value, node.rpar


def _text(node: Any) -> Iterable[Any]:
    return (node.value,)


def _operation(node: Any) -> Iterable[Any]:
    return node.lpar, node.left, node.operator, node.right, node.rpar


def _between(node: Any) -> Iterable[Any]:
    return node.lpar, node.lbracket, node.elements, node.rbracket, node.rpar


def _in_braces(node: Any) -> Iterable[Any]:
    return node.lpar, node.lbrace, node.elements, node.rbrace, node.rpar


def _try(node: Any) -> Iterable[Any]:
    head = node.leading_lines, _INDENT, _START, "try", node.whitespace_before_colon, ":", node.body
    return *head, node.handlers, node.orelse, node.finalbody


_ROWS: dict[type, Row] = {
    # names, constants, strings
    cst.Name: _value,
    cst.Integer: _value,
    cst.Float: _value,
    cst.Imaginary: _value,
    cst.SimpleString: _value,
    cst.Ellipsis: lambda n: (n.lpar, "...", n.rpar),
    cst.ConcatenatedString: lambda n: (n.lpar, n.left, n.whitespace_between, n.right, n.rpar),
    cst.FormattedString: lambda n: (n.lpar, n.start, n.parts, n.end, n.rpar),
    cst.FormattedStringText: _text,
    cst.FormattedStringExpression: lambda n: (
        "{", n.whitespace_before_expression, n.expression, n.equal, n.whitespace_after_expression,
        *(("!", n.conversion) if n.conversion is not None else ()),
        *((":", n.format_spec) if n.format_spec is not None else ()), "}",
    ),
    # expressions
    cst.Attribute: lambda n: (n.lpar, n.value, n.dot, n.attr, n.rpar),
    cst.Subscript: lambda n: (n.lpar, n.value, n.whitespace_after_value, n.lbracket, n.slice, n.rbracket, n.rpar),
    cst.SubscriptElement: lambda n: (n.slice, n.comma),
    cst.Index: lambda n: (n.star, n.whitespace_after_star, n.value),
    cst.Slice: lambda n: (n.lower, n.first_colon, n.upper, n.second_colon, n.step),
    cst.Call: lambda n: (
        n.lpar, n.func, n.whitespace_after_func, "(", n.whitespace_before_args, n.args, ")", n.rpar,
    ),
    cst.Arg: lambda n: (n.star, n.whitespace_after_star, n.keyword, n.equal, n.value, n.comma, n.whitespace_after_arg),
    cst.UnaryOperation: lambda n: (n.lpar, n.operator, n.expression, n.rpar),
    cst.BinaryOperation: _operation,
    cst.BooleanOperation: _operation,
    cst.Comparison: lambda n: (n.lpar, n.left, n.comparisons, n.rpar),
    cst.ComparisonTarget: lambda n: (n.operator, n.comparator),
    cst.IfExp: lambda n: (
        n.lpar, n.body, n.whitespace_before_if, "if", n.whitespace_after_if, n.test, n.whitespace_before_else, "else",
        n.whitespace_after_else, n.orelse, n.rpar,
    ),
    cst.NamedExpr: lambda n: (
        n.lpar, n.target, n.whitespace_before_walrus, ":=", n.whitespace_after_walrus, n.value, n.rpar,
    ),
    cst.Lambda: lambda n: (n.lpar, "lambda", n.whitespace_after_lambda, n.params, n.colon, n.body, n.rpar),
    cst.Await: lambda n: (n.lpar, "await", n.whitespace_after_await, n.expression, n.rpar),
    cst.Yield: lambda n: (n.lpar, "yield", n.whitespace_after_yield, n.value, n.rpar),
    cst.From: lambda n: (n.whitespace_before_from, "from", n.whitespace_after_from, n.item),
    cst.Tuple: lambda n: (n.lpar, n.elements, n.rpar),
    cst.List: _between,
    cst.Set: _in_braces,
    cst.Dict: _in_braces,
    cst.Element: lambda n: (n.value, n.comma),
    cst.StarredElement: lambda n: (n.lpar, "*", n.whitespace_before_value, n.value, n.rpar, n.comma),
    cst.DictElement: lambda n: (n.key, n.whitespace_before_colon, ":", n.whitespace_after_colon, n.value, n.comma),
    cst.StarredDictElement: lambda n: ("**", n.whitespace_before_value, n.value, n.comma),
    cst.GeneratorExp: lambda n: (n.lpar, n.elt, n.for_in, n.rpar),
    cst.ListComp: lambda n: (n.lpar, n.lbracket, n.elt, n.for_in, n.rbracket, n.rpar),
    cst.SetComp: lambda n: (n.lpar, n.lbrace, n.elt, n.for_in, n.rbrace, n.rpar),
    cst.DictComp: lambda n: (
        n.lpar, n.lbrace, n.key, n.whitespace_before_colon, ":", n.whitespace_after_colon, n.value, n.for_in, n.rbrace,
        n.rpar,
    ),
    cst.CompFor: lambda n: (
        n.whitespace_before, n.asynchronous, "for", n.whitespace_after_for, n.target, n.whitespace_before_in, "in",
        n.whitespace_after_in, n.iter, n.ifs, n.inner_for_in,
    ),
    cst.CompIf: lambda n: (n.whitespace_before, "if", n.whitespace_before_test, n.test),
    cst.LeftParen: lambda n: ("(", n.whitespace_after),
    cst.RightParen: lambda n: (n.whitespace_before, ")"),
    cst.LeftSquareBracket: lambda n: ("[", n.whitespace_after),
    cst.RightSquareBracket: lambda n: (n.whitespace_before, "]"),
    cst.LeftCurlyBrace: lambda n: ("{", n.whitespace_after),
    cst.RightCurlyBrace: lambda n: (n.whitespace_before, "}"),
    cst.Asynchronous: lambda n: ("async", n.whitespace_after),
    cst.IsNot: lambda n: (n.whitespace_before, "is", n.whitespace_between, "not", n.whitespace_after),
    cst.NotIn: lambda n: (n.whitespace_before, "not", n.whitespace_between, "in", n.whitespace_after),
    cst.ImportStar: lambda n: ("*",),
    # parameters
    cst.Parameters: lambda n: (
        n.posonly_params, n.posonly_ind, n.params, n.star_arg, n.kwonly_params, n.star_kwarg,
    ),
    cst.Param: lambda n: (
        n.star, n.whitespace_after_star, n.name, n.annotation, n.equal, n.default, n.comma, n.whitespace_after_param,
    ),
    cst.ParamStar: lambda n: ("*", n.comma),
    cst.ParamSlash: lambda n: ("/", n.whitespace_after, n.comma),
    cst.Annotation: lambda n: (n.whitespace_before_indicator, _SIGN, n.whitespace_after_indicator, n.annotation),
    # simple statements
    cst.SimpleStatementLine: lambda n: (n.leading_lines, _INDENT, _START, n.body, _END, n.trailing_whitespace),
    cst.SimpleStatementSuite: lambda n: (n.leading_whitespace, n.body, n.trailing_whitespace),
    cst.Expr: lambda n: (n.value, _END, n.semicolon),
    cst.Assign: lambda n: (n.targets, n.value, _END, n.semicolon),
    cst.AssignTarget: lambda n: (n.target, n.whitespace_before_equal, "=", n.whitespace_after_equal),
    cst.AugAssign: lambda n: (n.target, n.operator, n.value, _END, n.semicolon),
    cst.AnnAssign: lambda n: (n.target, n.annotation, n.equal, n.value, _END, n.semicolon),
    cst.Return: lambda n: ("return", n.whitespace_after_return, n.value, _END, n.semicolon),
    cst.Raise: lambda n: ("raise", n.whitespace_after_raise, n.exc, n.cause, _END, n.semicolon),
    cst.Assert: lambda n: ("assert", n.whitespace_after_assert, n.test, n.comma, n.msg, _END, n.semicolon),
    cst.Del: lambda n: ("del", n.whitespace_after_del, n.target, _END, n.semicolon),
    cst.Pass: lambda n: ("pass", _END, n.semicolon),
    cst.Break: lambda n: ("break", _END, n.semicolon),
    cst.Continue: lambda n: ("continue", _END, n.semicolon),
    cst.Global: lambda n: ("global", n.whitespace_after_global, n.names, _END, n.semicolon),
    cst.Nonlocal: lambda n: ("nonlocal", n.whitespace_after_nonlocal, n.names, _END, n.semicolon),
    cst.NameItem: lambda n: (n.name, n.comma),
    cst.Import: lambda n: ("import", n.whitespace_after_import, n.names, _END, n.semicolon),
    cst.ImportFrom: lambda n: (
        "from", n.whitespace_after_from, n.relative, n.module, n.whitespace_before_import, "import",
        n.whitespace_after_import, n.lpar, n.names, n.rpar, _END, n.semicolon,
    ),
    cst.ImportAlias: lambda n: (n.name, n.asname, n.comma),
    cst.AsName: lambda n: (n.whitespace_before_as, "as", n.whitespace_after_as, n.name),
    # compound statements
    cst.IndentedBlock: lambda n: (n.header, n.body, n.footer),
    cst.If: lambda n: (
        n.leading_lines, _INDENT, _START, _IF, n.whitespace_before_test, n.test, n.whitespace_after_test, ":", n.body,
        *((_ELIF,) if type(n.orelse) is cst.If else ()), n.orelse,
    ),
    cst.Else: lambda n: (n.leading_lines, _INDENT, "else", n.whitespace_before_colon, ":", n.body),
    cst.For: lambda n: (
        n.leading_lines, _INDENT, _START, n.asynchronous, "for", n.whitespace_after_for, n.target,
        n.whitespace_before_in, "in", n.whitespace_after_in, n.iter, n.whitespace_before_colon, ":", n.body, n.orelse,
    ),
    cst.While: lambda n: (
        n.leading_lines, _INDENT, _START, "while", n.whitespace_after_while, n.test, n.whitespace_before_colon, ":",
        n.body, n.orelse,
    ),
    cst.With: lambda n: (
        n.leading_lines, _INDENT, _START, n.asynchronous, "with", n.whitespace_after_with, n.lpar, n.items, n.rpar,
        n.whitespace_before_colon, ":", n.body,
    ),
    cst.WithItem: lambda n: (n.item, n.asname, n.comma),
    cst.Try: _try,
    cst.TryStar: _try,
    cst.ExceptHandler: lambda n: (
        n.leading_lines, _INDENT, "except", n.whitespace_after_except, n.type, n.name, n.whitespace_before_colon, ":",
        n.body,
    ),
    cst.ExceptStarHandler: lambda n: (
        n.leading_lines, _INDENT, "except", n.whitespace_after_except, "*", n.whitespace_after_star, n.type, n.name,
        n.whitespace_before_colon, ":", n.body,
    ),
    cst.Finally: lambda n: (n.leading_lines, _INDENT, "finally", n.whitespace_before_colon, ":", n.body),
    cst.Decorator: lambda n: (
        n.leading_lines, _INDENT, "@", n.whitespace_after_at, n.decorator, n.trailing_whitespace,
    ),
    cst.FunctionDef: lambda n: (
        n.leading_lines, n.decorators, n.lines_after_decorators, _INDENT, _START, n.asynchronous, "def",
        n.whitespace_after_def, n.name, n.whitespace_after_name, n.type_parameters, n.whitespace_after_type_parameters,
        "(", n.whitespace_before_params, n.params, ")", *((_ARROW, n.returns) if n.returns is not None else ()),
        n.whitespace_before_colon, ":", n.body,
    ),
    cst.ClassDef: lambda n: (
        n.leading_lines, n.decorators, n.lines_after_decorators, _INDENT, _START, "class", n.whitespace_after_class,
        n.name, n.whitespace_after_name, n.type_parameters, n.whitespace_after_type_parameters, n.lpar, n.bases,
        n.keywords, n.rpar, n.whitespace_before_colon, ":", n.body,
    ),
    cst.Match: lambda n: (
        n.leading_lines, _INDENT, _START, "match", n.whitespace_after_match, n.subject, n.whitespace_before_colon, ":",
        n.whitespace_after_colon, _Deeper(n, n.cases), _END, _Deeper(n, n.footer),
    ),
    _Deeper: lambda n: n.parts,
    cst.MatchCase: lambda n: (
        n.leading_lines, _INDENT, "case", n.whitespace_after_case, n.pattern, n.whitespace_before_if,
        *(("if",) if n.guard is not None else ()), n.whitespace_after_if, n.guard, n.whitespace_before_colon, ":",
        n.body,
    ),
    cst.MatchValue: _text,
    cst.MatchSingleton: _text,
    cst.MatchSequenceElement: lambda n: (n.value, n.comma),
    cst.MatchStar: lambda n: ("*", n.whitespace_before_name, n.name or "_", n.comma),
    cst.MatchList: lambda n: (n.lpar, n.lbracket, n.patterns, n.rbracket, n.rpar),
    cst.MatchTuple: lambda n: (n.lpar, n.patterns, n.rpar),
    cst.MatchMappingElement: lambda n: (
        n.key, n.whitespace_before_colon, ":", n.whitespace_after_colon, n.pattern, n.comma,
    ),
    cst.MatchMapping: lambda n: (
        n.lpar, n.lbrace, n.elements,
        *(("**", n.whitespace_before_rest, n.rest, n.trailing_comma) if n.rest is not None else ()), n.rbrace, n.rpar,
    ),
    cst.MatchKeywordElement: lambda n: (
        n.key, n.whitespace_before_equal, "=", n.whitespace_after_equal, n.pattern, n.comma,
    ),
    cst.MatchClass: lambda n: (
        n.lpar, n.cls, n.whitespace_after_cls, "(", n.whitespace_before_patterns, n.patterns, n.kwds,
        n.whitespace_after_kwds, ")", n.rpar,
    ),
    cst.MatchAs: lambda n: (
        n.lpar, n.pattern, n.whitespace_before_as, *(("as",) if n.pattern is not None else ()), n.whitespace_after_as,
        n.name or "_", n.rpar,
    ),
    cst.MatchOrElement: lambda n: (n.pattern, n.separator),
    cst.MatchOr: lambda n: (n.lpar, n.patterns, n.rpar),
    # space
    cst.Newline: lambda n: (_NEWLINE if n.value is None else n.value,),
    cst.Comment: _text,
    cst.TrailingWhitespace: lambda n: (n.whitespace, n.comment, n.newline),
    cst.EmptyLine: lambda n: (_INDENT if n.indent else "", n.whitespace, n.comment, n.newline),
    cst.ParenthesizedWhitespace: lambda n: (n.first_line, n.empty_lines, _INDENT if n.indent else "", n.last_line),
    cst.Module: lambda n: (n.header, n.body, n.footer),
}  # fmt: skip


class _Rows(dict[type, Row]):
    """The table, completed by the operators, whose parts are told by their class."""

    def __missing__(self, kind: type) -> Row:
        if not hasattr(kind, "_get_token"):
            raise KeyError(kind)
        if hasattr(kind, "whitespace_before"):
            row: Row = _operator
        else:
            row = _sign
        self[kind] = row
        return row


def _operator(node: Any) -> Iterable[Any]:
    return node.whitespace_before, node._get_token(), node.whitespace_after


def _sign(node: Any) -> Iterable[Any]:
    return node._get_token(), node.whitespace_after


_TABLE = _Rows(_ROWS)


def lay_out(module: cst.Module) -> tuple[dict[int, tuple[int, int]], str] | None:
    """Where each node of a tree begins and ends, by its id, statements without the lines before them, and the text of
    all; simple spaces are left out. None if a class is not in the table.

    >>> module = cst.parse_module("if x:  # so\\n    y = (1)\\n")
    >>> spans, text = lay_out(module); assert text == module.code
    >>> [text[slice(*spans[id(node)])] for node in (module.body[0].body.body[0].body[0].value, module.body[0].test)]
    ['(1)', 'x']
    """
    spans: dict[int, tuple[int, int]] = {}
    tokens: list[str] = []
    note = tokens.append
    indents = [""]
    at = 0
    word, sign = "if", ":"
    name, space, deeper = cst.Name, cst.SimpleWhitespace, {cst.IndentedBlock, _Deeper}

    def mark(part: object) -> None:
        nonlocal at, word, sign
        if part is _NEWLINE:
            text = module.default_newline
        elif part is _IF:
            text, word = word, "if"
        elif part is _SIGN:
            text, sign = sign, ":"
        elif part is _ELIF:
            text, word = "", "elif"
        else:
            text, sign = "", "->"
        note(text)
        at += len(text)

    def write(node: Any) -> None:
        nonlocal at
        kind = type(node)
        if kind in deeper:
            indents.append(indents[-1] + (module.default_indent if node.indent is None else node.indent))
        start, end = at, -1
        for part in _TABLE[kind](node):
            kind = type(part)
            if kind is space:
                if text := part.value:
                    note(text)
                    at += len(text)
            elif kind is name and not part.lpar:
                note(part.value)
                begin, at = at, at + len(part.value)
                spans[id(part)] = begin, at
            elif kind is str:
                note(part)
                at += len(part)
            elif kind is list or kind is tuple:
                for one in part:
                    write(one)
            elif kind is _Mark:
                if part is _INDENT:
                    note(indents[-1])
                    at += len(indents[-1])
                elif part is _START:
                    start = at
                elif part is _END:
                    end = at
                else:
                    mark(part)
            elif part is not None and part is not _DEFAULT:
                write(part)
        if type(node) in deeper:
            indents.pop()
        if type(node) is not _Deeper:
            spans[id(node)] = start, at if end < 0 else end

    try:
        write(module)
    except KeyError:
        return None
    if not module.has_trailing_newline:
        del tokens[-1:]
    return spans, "".join(tokens)
