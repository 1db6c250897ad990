"""Small readings of LibCST trees that every part needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from functools import wraps
from operator import attrgetter
from typing import Any, TypeVar

import libcst as cst

_LAYOUT = ("whitespace", "lpar", "rpar", "lbracket", "rbracket", "lbrace", "rbrace", "comma", "semicolon", "comment")
PACKAGE = "np2tf_runtime"
#: What changes the left side of an augmented assignment in place.
IN_PLACE = {
    "AddAssign": "iadd",
    "BitAndAssign": "iand",
    "BitOrAssign": "ior",
    "BitXorAssign": "ixor",
    "DivideAssign": "itruediv",
    "FloorDivideAssign": "ifloordiv",
    "LeftShiftAssign": "ilshift",
    "MatrixMultiplyAssign": "imatmul",
    "ModuloAssign": "imod",
    "MultiplyAssign": "imul",
    "PowerAssign": "ipow",
    "RightShiftAssign": "irshift",
    "SubtractAssign": "isub",
}
N = TypeVar("N", bound="cst.CSTNode | None")
T = TypeVar("T")
_LEAVES: set[type] = {cst.Name, cst.Integer, cst.Float, cst.Imaginary, cst.SimpleString}  # most nodes; and operators
_NUMERALS: set[type] = {cst.Integer, cst.Float, cst.Imaginary}
_STATEMENTS: set[type] = {cst.Assign, cst.AugAssign, cst.Expr, cst.For, cst.FunctionDef, cst.If, cst.Return, cst.While}
_FIELDS: dict[type, Callable[[Any], Iterable[Any]]] = {}
_CHILDREN: dict[cst.CSTNode, tuple[cst.CSTNode, ...]] = {}  # until `forget`: trees are walked many times
_REMEMBERED: list[dict[Any, Any]] = [_CHILDREN]


def children(node: cst.CSTNode) -> tuple[cst.CSTNode, ...]:
    """The parts of a node that mean something, in the order of the text."""
    kind = type(node)
    if kind in _LEAVES:
        return ()
    known = _CHILDREN.get(node)
    if known is not None:
        return known
    if kind not in _FIELDS:
        names = _meaningful(kind)
        if not names:
            _LEAVES.add(kind)
        get: Callable[[Any], Any] = attrgetter(*names) if names else lambda node: ()
        _FIELDS[kind] = (lambda node: (get(node),)) if len(names) == 1 else get
    found: list[cst.CSTNode] = []
    for value in _FIELDS[kind](node):
        what = type(value)
        if what is tuple or what is list:
            found += value
        elif _is_node(what):
            found.append(value)
    result = _CHILDREN[node] = tuple(found)
    return result


def forget() -> None:
    """Let go of the trees that have been walked."""
    for known in _REMEMBERED:
        known.clear()


def remembered(reading: Callable[[N], T]) -> Callable[[N], T]:
    """A reading of a node that is made once, and known until `forget`: the analysis asks each time it comes by."""
    known: dict[N, T] = {}
    _REMEMBERED.append(known)

    @wraps(reading)
    def read(node: N) -> T:
        if node not in known:
            known[node] = reading(node)
        return known[node]

    return read


def _meaningful(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    if kind is cst.Module:
        return ("body",)
    skipped = {"leading_lines", "trailing_whitespace", "lines_after_decorators", "header", "footer", "equal", "dot"}
    names = (field.name for field in fields(kind))
    return tuple(name for name in names if not name.startswith(_LAYOUT) and name not in skipped)


class _Nodes(dict[type, bool]):
    """Which classes are LibCST's nodes, found out once: `issubclass` is slow for them, as they are abstract."""

    def __missing__(self, kind: type) -> bool:
        self[kind] = found = issubclass(kind, cst.CSTNode)
        return found


_is_node = _Nodes().__getitem__


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A node and everything below it, parents first."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        if type(node) not in _LEAVES:
            stack += children(node)[::-1]


@remembered
def names_read(node: cst.CSTNode) -> frozenset[str]:
    """Every name that an expression may read, those inside lambdas and comprehensions included.

    >>> sorted(names_read(cst.parse_expression("f(a.b, [x for x in y], k=c)")))
    ['a', 'c', 'f', 'x', 'y']
    """
    found: set[str] = set()
    stack = [node]
    while stack:
        part = stack.pop()
        kind = type(part)
        if kind is cst.Name:
            found.add(part.value)  # type: ignore[attr-defined]
        elif kind is cst.Attribute or kind is cst.Arg:
            stack.append(part.value)  # type: ignore[attr-defined]
        elif kind is cst.Param:
            if part.default is not None:  # type: ignore[attr-defined]
                stack.append(part.default)  # type: ignore[attr-defined]
        elif kind in _STATEMENTS and part is not node:  # it will be asked for by itself, or has been
            found |= names_read(part)
        else:
            stack += children(part)
    return frozenset(found)


def dotted(node: cst.CSTNode) -> str | None:
    """`a.b.c` for a chain of attributes on a name, else None."""
    parts = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if not isinstance(node, cst.Name):
        return None
    return ".".join([node.value, *reversed(parts)])


def imports_runtime(node: cst.CSTNode) -> bool:
    """Whether a node is an import of the runtime: the sign of a file that was converted before."""
    if isinstance(node, cst.ImportFrom):
        return node.module is not None and (dotted(node.module) or "").partition(".")[0] == PACKAGE
    return isinstance(node, cst.Import) and any(
        (dotted(alias.name) or "").partition(".")[0] == PACKAGE for alias in node.names
    )


def index_parts(node: cst.Subscript) -> list[cst.BaseExpression | cst.Slice]:
    """The parts of an index, as written: an un-parenthesised tuple gives several.

    >>> [type(p).__name__ for p in index_parts(cst.parse_expression("a[1, b:c]"))]
    ['Integer', 'Slice']
    """
    parts: list[cst.BaseExpression | cst.Slice] = []
    for element in node.slice:
        piece = element.slice
        assert isinstance(piece, (cst.Index, cst.Slice))
        parts.append(piece.value if isinstance(piece, cst.Index) else piece)
    return parts


def literal(node: cst.Integer | cst.SimpleString) -> Any:
    """What a literal stands for: as `evaluated_value`, which has Python's parser read the simplest of them, too.

    >>> [literal(cst.parse_expression(text)) for text in ("10", "0x10", "'a'", "r'a'", "b'a'")]
    [10, 16, 'a', 'a', b'a']
    """
    text = node.value
    if text.isdecimal():
        return int(text)
    if text[0] in {"'", '"'} and "\\" not in text and text[:3] != 3 * text[0]:
        return text[1:-1]
    return node.evaluated_value


@remembered
def constant_int(node: cst.CSTNode | None) -> int | None:
    """The value of an integer literal, a minus sign allowed."""
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus):
        value = constant_int(node.expression)
        return None if value is None else -value
    return literal(node) if isinstance(node, cst.Integer) else None


@remembered
def spelt_out(node: cst.CSTNode | None) -> bool:
    """Whether all that a list or tuple holds are constants, and more of its kind: it is the same whenever it is made.

    >>> texts = "[[1, -2.0], ('a',)]", "[[1, x]]", "[*(1, 2)]", "{1}"
    >>> [spelt_out(cst.parse_expression(text)) for text in texts]
    [True, False, False, False]
    """
    kind = type(node)
    if isinstance(node, cst.UnaryOperation):
        return type(node.operator) is cst.Minus and type(node.expression) in _NUMERALS
    if isinstance(node, (cst.List, cst.Tuple)):
        return all(type(element) is cst.Element and spelt_out(element.value) for element in node.elements)
    return kind in _NUMERALS or kind is cst.SimpleString


def class_parts(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    """The classes that `isinstance` is asked about: `(int, float)`, `int | float`."""
    if isinstance(node, cst.Tuple):
        return [element.value for element in node.elements]
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.BitOr):
        return [*class_parts(node.left), *class_parts(node.right)]
    return [node]


def shorten(text: str) -> str:
    """Source text for a message: on one line, and not long.

    >>> shorten("f(a,\\n  b)")
    'f(a, b)'
    """
    text = " ".join(text.split())
    return text if len(text) <= 50 else text[:47] + "..."


def block(body: cst.BaseSuite) -> Sequence[cst.BaseStatement | cst.BaseSmallStatement]:
    """The statements of a suite, whether it is indented or stands on the header's line."""
    return body.body


def asks_debug(node: cst.CSTNode) -> bool:
    """Whether this is `if __debug__:`, whose block runs when assertions do."""
    return isinstance(node, cst.If) and isinstance(node.test, cst.Name) and node.test.value == "__debug__"


def bound_names(target: cst.CSTNode) -> Iterator[str]:
    """The plain names that an assignment target binds."""
    if isinstance(target, cst.Name):
        yield target.value
    elif isinstance(target, (cst.Tuple, cst.List)):
        for element in target.elements:
            yield from bound_names(element.value)
    elif isinstance(target, cst.StarredElement):
        yield from bound_names(target.value)
