"""Marks and suppressions: the comments through which np2tf and the authors of a program talk to each other.

# np2tf[NT103]: this writes through ...     a mark, on the line above what is left to do by hand
x[0] = 1  # np2tf: ignore[NT103]            silences a code on its line
# np2tf: off ... # np2tf: on                nothing in between is converted
"""

from __future__ import annotations

import contextlib
import io
import re
import tokenize
from dataclasses import dataclass, field

from np2tf.source import Source, Span

_OWN = re.compile(r"#\s*np2tf[\[:]")  # how each of these begins
_MARK = re.compile(r"#\s*np2tf\[(NT\d{3})\]:")
_IGNORE = re.compile(r"#\s*np2tf:\s*ignore\b(?:\[([^\]]*)\])?")
_FENCE = re.compile(r"#\s*np2tf:\s*(off|on)\b")


@dataclass
class Comments:
    """What the comments of a file say, by line."""

    marks: dict[int, str] = field(default_factory=dict)  # line -> code
    ignored: dict[int, frozenset[str]] = field(default_factory=dict)
    off: list[tuple[int, int]] = field(default_factory=list)
    used: set[tuple[int, str]] = field(default_factory=set)

    def fenced(self, line: int) -> bool:
        """Whether a line lies between `off` and `on`."""
        return any(start <= line <= end for start, end in self.off)

    def silenced(self, code: str, first: int, last: int) -> bool:
        """Whether a comment on one of these lines silences the code; such a comment is in use."""
        found = False
        for line in range(first, last + 1):
            if code in self.ignored.get(line, frozenset()):
                self.used.add((line, code))
                found = True
        return found

    def unused(self) -> list[tuple[int, str]]:
        """Suppressions that silence nothing: line and code, or no code where none is named."""
        return sorted((n, c) for n, codes in self.ignored.items() for c in codes or {""} if (n, c) not in self.used)


def read(source: Source) -> Comments:
    """Read the comments of a file."""
    found = Comments()
    if _OWN.search(source.text) is None:
        return found
    start: int | None = None
    for line, text in _comments(source.text):
        if match := _MARK.match(text):
            found.marks[line] = match.group(1)
        elif match := _IGNORE.search(text):
            found.ignored[line] = frozenset(c.strip() for c in (match.group(1) or "").split(",") if c.strip())
        elif match := _FENCE.match(text):
            if match.group(1) == "off" and start is None:
                start = line
            elif match.group(1) == "on" and start is not None:
                found.off.append((start, line))
                start = None
    if start is not None:
        found.off.append((start, len(source.text)))
    return found


def _comments(text: str) -> list[tuple[int, str]]:
    # tokenize tells comments from strings that look like them; where it gives up, what it has read so far counts
    found: list[tuple[int, str]] = []
    lines = io.StringIO(text, newline=None)
    with contextlib.suppress(tokenize.TokenError, IndentationError):
        tokens = tokenize.generate_tokens(lines.readline)
        found.extend((token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT)
    return found


def whole_line(source: Source, line: int) -> Span:
    """The span of a line with its line break."""
    start = source.offset(line)
    return Span(start, source.offset(line + 1))
