"""Where the parts of a converted text stand in the source that it was made from.

A tree of the converted text gets the positions of the source, so that what Python says of the program (tracebacks,
debuggers, coverage) is about the lines that the user knows. What was copied stands where it was copied from; what is
new stands for the statement or expression that it replaces."""

from __future__ import annotations

import ast
import bisect
import io
import re
import tokenize
from collections.abc import Sequence

from np2tf.edits import Origin

_BREAK = re.compile(r"\r\n|\r|\n")


def decoded(data: bytes) -> str:
    """The text of a Python file, line breaks as they are, without a byte order mark."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return data.decode(encoding)


class Text:
    """Offsets in characters, and positions as trees have them: lines from 1, columns in bytes of UTF-8.

    >>> text = Text("é = 1\\nx = 2\\n")
    >>> text.offset(1, 3), text.position(2), text.position(6)
    (2, (1, 3), (2, 0))
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in _BREAK.finditer(text))]

    def offset(self, line: int, column: int) -> int:
        """The offset of a position; one past the end of its line counts as its end."""
        start, end = self._line(min(line, len(self.starts)))
        part = self.text[start:end]
        if part.isascii():
            return min(start + column, end)
        return start + len(part.encode()[:column].decode(errors="ignore"))

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        line = bisect.bisect_right(self.starts, offset)
        return line, len(self.text[self.starts[line - 1] : offset].encode())

    def _line(self, line: int) -> tuple[int, int]:
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        return self.starts[line - 1], end


class Map:
    """From offsets in a converted text to offsets in its source."""

    def __init__(self, source: str, output: str, origins: Sequence[Origin]) -> None:
        self.source, self.output = Text(source), Text(output)
        self.origins = origins
        self.starts = [origin.start for origin in origins]

    def _origin(self, offset: int) -> Origin:
        return self.origins[bisect.bisect_right(self.starts, offset) - 1]

    def start(self, offset: int) -> int:
        """Where what begins at an offset begins in the source."""
        origin = self._origin(offset)
        return origin.source.start + (offset - origin.start if origin.copied else 0)

    def end(self, offset: int) -> int:
        """Where what ends at an offset ends in the source."""
        origin = self._origin(max(offset - 1, 0))
        return origin.source.start + offset - origin.start if origin.copied else origin.source.end

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where a node of the converted text's tree, in its own positions, stands in the source."""
        start = self.start(self.output.offset(node.lineno, node.col_offset))  # type: ignore[attr-defined]
        end = self.end(self.output.offset(node.end_lineno, node.end_col_offset))  # type: ignore[attr-defined]
        return start, max(start, end)

    def lines(self) -> dict[int, int]:
        """For each line of the source, the first line of the converted text that begins there."""
        found: dict[int, int] = {}
        for number, start in enumerate(self.output.starts, 1):
            found.setdefault(self.source.position(self.start(start))[0], number)
        return found


def relocate(tree: ast.AST, places: Map) -> dict[ast.AST, tuple[int, int]]:
    """Give a converted text's tree the positions of the source; returns the span of every node that has a position."""
    spans: dict[ast.AST, tuple[int, int]] = {}
    for node in ast.walk(tree):
        if hasattr(node, "lineno"):
            spans[node] = places.span(node)
            place(node, places.source, spans[node])
    return spans


def place(node: ast.AST, text: Text, span: tuple[int, int]) -> None:
    """Say that a node stands at a span of the text."""
    node.lineno, node.col_offset = text.position(span[0])  # type: ignore[attr-defined]
    node.end_lineno, node.end_col_offset = text.position(span[1])  # type: ignore[attr-defined]
