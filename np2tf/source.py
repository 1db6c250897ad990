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
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import libcst as cst

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


class Source:
    """A decoded and parsed file."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
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
        self.tree, self._spans, self._inner = _parse(self.text)
        self._lines = [0, *(m.end() for m in re.finditer(r"\r\n|\r|\n", self.text))]

    def encode(self, text: str) -> bytes:
        """Turn an edited text back to bytes in the encoding of the input."""
        return (codecs.BOM_UTF8 if self.bom else b"") + text.encode(self.encoding)

    def span(self, node: cst.CSTNode) -> Span:
        """Where an expression stands, its own parentheses included, or a statement without the space around it."""
        return self._spans[node]

    def bare(self, node: cst.CSTNode) -> Span:
        """Where an expression stands without its own parentheses."""
        return self._inner.get(node) or self._spans[node]

    def code(self, node: cst.CSTNode) -> str:
        """The text of a node as it stands in the input."""
        start, end = self._spans[node]
        return self.text[start:end]

    def position(self, offset: int) -> tuple[int, int]:
        """Line (from 1) and column (from 0) of an offset."""
        line = bisect.bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1]

    def place(self, node: cst.CSTNode) -> tuple[int, int, int, int]:
        """Line, column, end line and end column of a node."""
        start, end = self._spans[node]
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

    def newline(self, offset: int) -> str:
        """The line break in use around `offset`."""
        match = re.compile(r"\r\n|\r|\n").search(self.text, offset) or re.search(r"\r\n|\r|\n", self.text)
        return match.group() if match else "\n"


def _parse(text: str) -> tuple[cst.Module, dict[cst.CSTNode, Span], dict[cst.CSTNode, Span]]:
    import libcst as cst
    from libcst._nodes.internal import CodegenState

    statements = (cst.BaseStatement, cst.BaseSmallStatement)

    class Offsets(CodegenState):  # LibCST has no public hook for this; PositionProvider is built on the same one
        def __init__(self, indent: str, newline: str) -> None:
            super().__init__(indent, newline)
            self.offset = 0
            self.starts: list[int] = []
            self.outer: dict[cst.CSTNode, Span] = {}
            self.inner: dict[cst.CSTNode, Span] = {}

        def add_token(self, value: str) -> None:
            self.tokens.append(value)
            self.offset += len(value)

        def add_indent_tokens(self) -> None:
            for token in self.indent_tokens:
                self.add_token(token)

        def before_codegen(self, node: cst.CSTNode) -> None:
            self.starts.append(self.offset)

        def after_codegen(self, node: cst.CSTNode) -> None:
            start = self.starts.pop()
            self.outer[node] = Span(start, self.offset)

        def record_syntactic_position(self, node, *, start_node=None, end_node=None):  # type: ignore[no-untyped-def]
            return _Recorder(self, node, end_node)

    class _Recorder:
        def __init__(self, state: Offsets, node: cst.CSTNode, end_node: cst.CSTNode | None) -> None:
            self.state, self.node, self.end_node, self.start = state, node, end_node, state.offset

        def __enter__(self) -> None:
            pass

        def __exit__(self, *error: object) -> None:
            end = self.state.outer[self.end_node].end if self.end_node is not None else self.state.offset
            self.state.inner[self.node] = Span(self.start, end)

    def parsed(text: str) -> tuple[cst.Module, Offsets]:
        try:
            module = cst.parse_module(text)
        except Exception as error:  # LibCST's tokenizer reports some malformed files by other exceptions
            if complaint := complaint_of(text):
                raise complaint from None
            line, column = getattr(error, "raw_line", 1), getattr(error, "raw_column", 0)
            raise SourceError("NT001", line, column, f"can't parse the file: {error}") from None
        state = Offsets(module.default_indent, module.default_newline)
        module._codegen(state)
        return module, state

    module, state = parsed(text)
    if "".join(state.tokens) != text:
        plain, kept = _plain(text)
        module, state = parsed(plain)
        if "".join(state.tokens) != plain:
            raise SourceError("NT001", 1, 0, "can't parse the file: LibCST does not reproduce it")
        for spans in (state.outer, state.inner):
            for node, (start, end) in spans.items():
                spans[node] = Span(kept[start], kept[end - 1] + 1 if end > start else kept[start])
    owning = {kind: issubclass(kind, statements) for kind in set(map(type, state.inner))}
    for node, span in state.inner.items():
        if owning[type(node)]:  # statements own the lines before them; what counts is the statement itself
            state.outer[node] = span
    return module, state.outer, state.inner


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
