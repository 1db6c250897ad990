"""One input file: its text, its tree, and where every node of the tree stands in the text.

LibCST's tree is lossless, so the offsets that code generation passes through are offsets in the input. Edits are
made on the text by those offsets: what no edit names stays as it was, byte for byte.
"""

from __future__ import annotations

import ast
import bisect
import codecs
import io
import re
import tokenize
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from np2tf.once import once

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import libcst as cst

N = TypeVar("N", bound="cst.CSTNode")
Offsets = dict[int, tuple[int, int]]

#: A file without these words is never parsed. `np2tf` is there so that a converted file is converted again.
WORDS = (b"numpy", b"np2tf")


class Span(NamedTuple):
    """A half-open range of character offsets in the text."""

    start: int
    end: int


class SourceError(Exception):
    """The file can't be read as Python: `code` is NT001 or NT002."""

    def __init__(self, code: str, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.code, self.line, self.column, self.message = code, line, column, message


def mentions_numpy(data: bytes) -> bool:
    """Tell by its bytes whether a file can have to do with NumPy.

    >>> mentions_numpy(b"import numpy as np"), mentions_numpy(b"x = 1")
    (True, False)
    """
    return any(word in data for word in WORDS)


def names_numpy(data: bytes) -> bool:
    """Tell whether a file's code, or a comment of np2tf's own, names NumPy: what a docstring says is no code.

    >>> names_numpy(b"x = np.zeros(3)\\nimport numpy as np"), names_numpy(b"__import__('numpy')")
    (True, True)
    >>> names_numpy(b"'A list like those of numpy.'\\nx = []  # numpy is not needed")
    False
    """
    if not mentions_numpy(data) or _IMPORT.search(data) is not None:
        return mentions_numpy(data)
    before = tokenize.NEWLINE
    try:
        for token in tokenize.tokenize(io.BytesIO(data).readline):
            docstring = token.type == tokenize.STRING and before in _BETWEEN
            own = token.type != tokenize.COMMENT or "np2tf" in token.string
            if not docstring and own and mentions_numpy(token.string.encode("utf-8", "surrogateescape")):
                return True
            before = before if token.type in {tokenize.COMMENT, tokenize.NL} else token.type
    except (SyntaxError, tokenize.TokenError, UnicodeError):
        return True
    return False


_IMPORT = re.compile(rb"^[ \t]*(?:from|import)[ \t][\w., \t]*(?:numpy|np2tf)", re.MULTILINE)
_BETWEEN = frozenset({tokenize.DEDENT, tokenize.ENCODING, tokenize.INDENT, tokenize.NEWLINE})  # of statements


class Source:
    """A decoded and parsed file."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.lasting: dict[str, Any] = {}
        self.bom = data.startswith(codecs.BOM_UTF8)
        try:
            self.encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            if self.bom:
                self.encoding = "utf-8"
            self.text = data.decode(self.encoding)[self.bom :]
        except (SyntaxError, UnicodeDecodeError, LookupError) as error:
            line = data.count(b"\n", 0, error.start) + 1 if isinstance(error, UnicodeDecodeError) else 1
            raise SourceError("NT002", line, 0, f"can't decode the file: {error}") from None
        if "\0" in self.text:
            line = self.text.count("\n", 0, self.text.index("\0")) + 1
            raise SourceError("NT001", line, 0, "can't parse the file: it contains null bytes")
        self.tree, self._spans = _parse(self.text)
        self._invented: dict[int, cst.CSTNode] = {}
        self._derived: dict[str, dict[Any, Any]] = {}
        self.correct = {self.text}  # texts that Python can parse, or LibCST: what it becomes in one attempt or another
        self._lines = [0, *(m.end() for m in re.finditer(r"\r\n|\r|\n", self.text))]

    @once
    def nodes(self) -> list[cst.CSTNode]:
        """Every node of the tree, parents first."""
        from np2tf.tree import children

        found: list[cst.CSTNode] = []
        stack: list[cst.CSTNode] = [self.tree]
        while stack:
            node = stack.pop()
            found.append(node)
            if parts := children(node):
                stack += parts[::-1]
        return found

    @once
    def parents(self) -> dict[cst.CSTNode, cst.CSTNode]:
        """The node that each node of the tree is a part of."""
        from np2tf.tree import children

        return {part: node for node in self.nodes for part in children(node)}

    def every(self, *kinds: type[N]) -> list[N]:
        """The nodes of these very classes, parents first: far quicker than `isinstance`, as LibCST's are abstract."""
        numbers, nodes = self.numbers, cast("list[N]", self.nodes)
        found: Iterable[int] = numbers.get(kinds[0], ()) if len(kinds) == 1 else ()
        if len(kinds) > 1:
            found = sorted(number for kind in kinds for number in numbers.get(kind, ()))
        return [nodes[number] for number in found]

    @once
    def numbers(self) -> dict[type[cst.CSTNode], list[int]]:
        """Which of the nodes are of each class."""
        found: dict[type[cst.CSTNode], list[int]] = {}
        for number, kind in enumerate(map(type, self.nodes)):
            known = found.get(kind)
            if known is None:
                found[kind] = [number]
            else:
                known.append(number)
        return found

    @once
    def words(self) -> frozenset[str]:
        """All words in the text."""
        return frozenset(re.findall(r"\w+", self.text))

    def encode(self, text: str) -> bytes:
        """Turn an edited text back to bytes in the encoding of the input."""
        return (codecs.BOM_UTF8 if self.bom else b"") + text.encode(self.encoding)

    def span(self, node: cst.CSTNode) -> Span:
        """Where an expression stands, its own parentheses included, or a statement without the space around it."""
        return Span(*self._spans[id(node)])

    def bare(self, node: cst.CSTNode) -> Span:
        """Where an expression stands without its own parentheses."""
        opening = getattr(node, "lpar", ())
        if not opening or not isinstance(opening, (list, tuple)):
            return self.span(node)
        return Span(self._spans[id(opening[-1])][1], self._spans[id(node.rpar[0])][0])  # type: ignore[attr-defined]

    def derived(self, what: str) -> dict[Any, Any]:
        """What has been found out from the tree alone: it holds in every attempt at converting the file."""
        return self._derived.setdefault(what, {})

    def restart(self) -> None:
        """Nothing has been invented yet."""
        self._invented = {}

    def invent(self, node: cst.CSTNode) -> None:
        """A node that is not in the input has a text from now on, too."""
        self._invented[id(node)] = node

    def code(self, node: cst.CSTNode) -> str:
        """The text of a node as it stands in the input."""
        if id(node) in self._invented:
            import libcst as cst

            return cst.Module([]).code_for_node(node)
        start, end = self._spans[id(node)]
        return self.text[start:end]

    def joined(self, nodes: Sequence[cst.CSTNode]) -> str:
        """The text from the first to the last of some nodes that stand side by side."""
        if id(nodes[0]) in self._invented:
            return "".join(map(self.code, nodes))
        return self.text[self._spans[id(nodes[0])][0] : self._spans[id(nodes[-1])][1]]

    def position(self, offset: int) -> tuple[int, int]:
        """Line (from 1) and column (from 0) of an offset."""
        line = bisect.bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1]

    def place(self, node: cst.CSTNode) -> tuple[int, int, int, int]:
        """Line, column, end line and end column of a node."""
        start, end = self._spans[id(node)]
        return *self.position(start), *self.position(end)

    def offset(self, line: int) -> int:
        """Where a line begins; the end of the text for lines past it."""
        return self._lines[line - 1] if line <= len(self._lines) else len(self.text)

    def line_start(self, offset: int) -> int:
        """The offset at which the line of `offset` begins."""
        return self._lines[bisect.bisect_right(self._lines, offset) - 1]

    def line_end(self, offset: int) -> int:
        """The offset of the line break that ends the line of `offset`, or of the end of the text."""
        match = re.compile(r"[\r\n]").search(self.text, offset)
        return match.start() if match else len(self.text)

    def last_line_end(self, node: cst.CSTNode) -> int:
        """The end of the line on which a statement ends."""
        start, end = self.span(node)
        while end > start and self.text[end - 1] in " \t\r\n":
            end -= 1
        return self.line_end(end)

    def newline(self, offset: int) -> str:
        """The line break in use around `offset`."""
        match = re.compile(r"\r\n|\r|\n").search(self.text, offset) or re.search(r"\r\n|\r|\n", self.text)
        return match.group() if match else "\n"


class Sources:
    """Files as they have been read: a text that is converted more than once is parsed only once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, bytes], Source] = {}

    def read(self, path: str, data: bytes) -> Source:
        """A file with these contents."""
        known = self._known.get((path, data))
        if known is None:
            known = self._known[path, data] = Source(path, data)
        known.restart()
        return known

    def enter(self, source: Source) -> bytes:
        """Keep a file that has been read elsewhere; its contents."""
        data = source.encode(source.text)
        self._known[source.path, data] = source
        return data


def _parse(text: str) -> tuple[cst.Module, Offsets]:
    """The tree of a text, and where each node stands, by its id, statements without the lines before them."""
    module = _parsed(text)
    spans, written = _written(module, text)
    if written != text:
        plain, kept = _plain(text)
        module = _parsed(plain)
        spans, written = _written(module, plain)
        if written != plain:
            raise SourceError("NT001", 1, 0, "can't parse the file: LibCST does not reproduce it")
        for node, (start, end) in spans.items():
            spans[node] = kept[start], kept[end - 1] + 1 if end > start else kept[start]
    return module, spans


def _parsed(text: str) -> cst.Module:
    import libcst as cst

    from np2tf.startup import unvalidated

    try:
        with unvalidated():
            return cst.parse_module(text)
    except Exception as error:  # LibCST's tokenizer reports some malformed files by other exceptions
        if complaint := complaint_of(text):
            raise complaint from None
        line, column = getattr(error, "raw_line", 1), getattr(error, "raw_column", 0)
        raise SourceError("NT001", line, column, f"can't parse the file: {error}") from None


def _written(module: cst.Module, text: str) -> tuple[Offsets, str]:
    """Where each node stands in what a tree is written as, and that."""
    from np2tf.layout import lay_out

    found = lay_out(module)
    if found is None or found[1] != text:
        from np2tf.codegen import generate

        found = generate(module)
    spans, written = found
    if not module.has_trailing_newline:  # compound statements at the end reach past the line break that isn't there
        whole = len(written)
        spans = {node: (min(start, whole), min(end, whole)) for node, (start, end) in spans.items()}
    return spans, written


def complaint_of(text: str) -> SourceError | None:
    """What Python says of a text that it can't parse: it says so better than LibCST, which lists what it expected.

    >>> complaint_of("x = (1\\n").message
    "can't parse the file: '(' was never closed"
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes, say
            ast.parse(text)
    except SyntaxError as error:
        column = max((error.offset or 1) - 1, 0)
        return SourceError("NT001", error.lineno or 1, column, f"can't parse the file: {error.msg}")
    except (ValueError, RecursionError, MemoryError):
        pass
    return None


def _plain(text: str) -> tuple[str, list[int]]:
    r"""The text without what LibCST does not reproduce, and where each of its characters stands in the input.

    Left out are form feeds and blank space after the last line; a bare carriage return becomes a line feed.

    >>> _plain("\x0cx\r \n\t\n")
    ('x\n', [1, 2, 3])
    """
    end = len(text.rstrip())
    if line_break := re.match(r"[ \t\f]*(\r\n|\r|\n)", text[end:]):
        end += line_break.end()
    kept = [k for k, char in enumerate(text[:end]) if char != "\f"]
    plain = "".join(text[k] for k in kept)
    return re.sub(r"\r(?!\n)", "\n", plain), [*kept, end]
