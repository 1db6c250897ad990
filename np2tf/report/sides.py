"""A file beside its conversion, line by line, with its findings below the lines that they are about."""

from __future__ import annotations

import bisect
import io
import keyword
import re
import tokenize
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from html import escape
from typing import NamedTuple
from urllib.parse import quote

from np2tf.diagnostics import Diagnostic
from np2tf.notebook import SUFFIX, Notebook
from np2tf.result import FileResult
from np2tf.running.lines import decoded
from np2tf.source import SourceError

_FOLD = 12  # equal lines in a row from which on they are folded away
_CONTEXT = 3
_ALIKE = 0.5  # the share of its words up to which a line did not become another one
_LONGEST = 500  # characters of a line that stays: data in notebooks have more
_MARK = re.compile(r"\s*# np2tf\[")
_LARGEST = 4000  # pairs of lines up to which those that are alike are looked for
_STRINGS = {getattr(tokenize, name, None) for name in ("STRING", "FSTRING_START", "FSTRING_MIDDLE", "FSTRING_END")} - {
    None
}


class Line(NamedTuple):
    """A line as it is shown: its label, which findings are told by, its text, and that in HTML."""

    label: str
    text: str
    html: str


class Pair(NamedTuple):
    """A line of the source and what it became; one of them is None where lines were put in or taken out."""

    old: Line | None
    new: Line | None

    @property
    def changed(self) -> bool:
        """Whether the line did not stay as it was."""
        return self.old is None or self.new is None or self.old.text != self.new.text


class Sides:
    """Both sides of one file."""

    def __init__(self, file: FileResult, data: bytes) -> None:
        self.path = file.path
        self.before, places = _lines(data, file.path)
        self.after, _ = _lines(data if file.status == "failed" else file.output, file.path)
        self.found: dict[str, list[Diagnostic]] = defaultdict(list)
        for one in file.diagnostics:
            self.found[_label(one, self.before, places)].append(one)

    def findings(self) -> Iterator[tuple[str, Diagnostic]]:
        """The findings in the order of their lines, each with the label of its line."""
        for line in self.before:
            for one in self.found.get(line.label, ()) if line.label else ():
                yield line.label, one

    def anchor(self, label: str = "") -> str:
        """The name of a line, or of the file, that links lead to: `src/a.py:12`, which stays when the page is made
        again."""
        return quote(f"{self.path}:{label}" if label else self.path)

    def line(self, label: str) -> str:
        """The text of a line of the source, in HTML."""
        return next((line.html for line in self.before if line.label == label), "").strip()

    def html(self, shown: Callable[[Diagnostic, str], str]) -> Iterator[str]:
        """The tables; long stretches in which nothing happens are folded away. `shown` is a finding's text."""
        pairs = list(_pairs(self.before, self.after))
        busy = [k for k, pair in enumerate(pairs) if pair.changed or (pair.old and self.found.get(pair.old.label))]
        near = {k for at in busy for k in range(at - _CONTEXT, at + _CONTEXT + 1)}
        start = 0
        while start < len(pairs):
            end = start
            while end < len(pairs) and (end in near) == (start in near):
                end += 1
            rows = "".join(self._row(pair, shown) for pair in pairs[start:end])
            table = f"<table>{rows}</table>"
            if start not in near and end - start >= _FOLD:
                table = f"<details><summary>{end - start} lines that stay</summary>{table}</details>"
            yield table
            start = end

    def _row(self, pair: Pair, shown: Callable[[Diagnostic, str], str]) -> str:
        old, new = pair
        label = old.label if old else ""
        found = self.found.get(label, ()) if label else ()
        if not pair.changed:
            assert old is not None
            assert new is not None
            text = _capped(old)
            anchor = f' id="{self.anchor(label)}"' if found else ""
            row = f"<tr{anchor}><td>{old.label}</td><td>{text}</td><td>{new.label}</td><td>{text}</td></tr>"
        else:
            left, right = _inside(old, new)
            anchor = f' id="{self.anchor(label)}"' if label else ""
            row = (
                f'<tr{anchor} class="c"><td>{label}</td><td{_side(old, "old")}>{left}</td>'
                f"<td>{new.label if new else ''}</td><td{_side(new, 'new')}>{right}</td></tr>"
            )
        return row + "".join(
            f'<tr class="found {one.severity}"><td colspan="4">{shown(one, self.anchor(label))}</td></tr>'
            for one in found
        )


def _side(line: Line | None, kind: str) -> str:
    return f' class="{kind}"' if line is not None else ""


def _capped(line: Line) -> str:
    if len(line.text) <= _LONGEST:
        return line.html
    return f"{escape(line.text[:_LONGEST])} <i>and {len(line.text) - _LONGEST} more characters</i>"


# -- lines -----------------------------------------------------------------------------------------------------------


def _lines(data: bytes, path: str) -> tuple[list[Line], list[tuple[int, int]]]:
    """The lines to show, and where each begins in the file. Of a notebook, the code cells."""
    if path.endswith(SUFFIX):
        try:
            listed = Notebook(data).listing()
        except SourceError:
            listed = []
        if listed:
            colored = _colored([line.text for line in listed])
            made = [Line(line.label, line.text, html) for line, html in zip(listed, colored, strict=True)]
            return made, [line.place for line in listed]
    try:
        text = decoded(data)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        text = data.decode("utf-8", "replace")
    texts = re.split(r"\r\n|\r|\n", text.removesuffix("\n"))
    lines = [Line(str(number), *line) for number, line in enumerate(zip(texts, _colored(texts), strict=True), 1)]
    return lines, [(number, 0) for number in range(1, len(lines) + 1)]


def _label(one: Diagnostic, lines: Sequence[Line], places: Sequence[tuple[int, int]]) -> str:
    """The label of the line that a finding is about."""
    at = bisect.bisect_right(places, (one.line, one.column)) - 1
    while at + 1 < len(lines) and (at < 0 or not lines[at].label):
        at += 1
    return lines[at].label


def _colored(lines: Sequence[str]) -> list[str]:
    """The lines in HTML, with comments, strings and keywords told apart."""
    parts: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    try:
        for token in tokenize.generate_tokens(io.StringIO("\n".join(lines) + "\n").readline):
            kind = _kind(token)
            if kind:
                for row in range(token.start[0], token.end[0] + 1):
                    first = token.start[1] if row == token.start[0] else 0
                    last = token.end[1] if row == token.end[0] else len(lines[row - 1])
                    parts[row - 1].append((first, last, kind))
    except (tokenize.TokenError, SyntaxError, IndexError):
        pass  # what can't be read is shown as it is
    return [_spanned(line, parts.get(row, ())) for row, line in enumerate(lines)]


def _kind(token: tokenize.TokenInfo) -> str:
    if token.type == tokenize.COMMENT:
        return "mark" if _MARK.match(token.string) else "comment"
    if token.type in _STRINGS:
        return "string"
    return "keyword" if token.type == tokenize.NAME and keyword.iskeyword(token.string) else ""


def _spanned(line: str, parts: Sequence[tuple[int, int, str]]) -> str:
    out, at = [], 0
    for first, last, kind in parts:
        if first < at or last <= first:
            continue
        out += [
            escape(line[at:first], quote=False),
            f'<span class="{kind}">{escape(line[first:last], quote=False)}</span>',
        ]
        at = last
    return "".join([*out, escape(line[at:], quote=False)])


# -- pairs -----------------------------------------------------------------------------------------------------------


def _pairs(before: Sequence[Line], after: Sequence[Line]) -> Iterator[Pair]:
    """The lines of both sides beside each other."""
    old, new = [line.text for line in before], [line.text for line in after]
    for kind, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from map(Pair, before[first:last], after[start:end])
        else:
            yield from _matched(before[first:last], after[start:end])


def _matched(old: Sequence[Line], new: Sequence[Line]) -> Iterator[Pair]:
    """Changed lines beside what they became: the two that are most alike, then those above and below them."""
    best, at = (_ALIKE, 0.0), None
    if len(old) * len(new) <= _LARGEST:
        for i, left in enumerate(old):
            for j, right in enumerate(new):
                alike = _alike(left.text.strip(), right.text.strip())
                if alike > best:
                    best, at = alike, (i, j)
    if at is None:
        yield from (Pair(line, None) for line in old)
        yield from (Pair(None, line) for line in new)
        return
    i, j = at
    yield from _matched(old[:i], new[:j])
    yield Pair(old[i], new[j])
    yield from _matched(old[i + 1 :], new[j + 1 :])


def _alike(old: str, new: str) -> tuple[float, float]:
    """What share of a line's words is in another one; and, for those that are equal in this, of its characters.

    >>> _alike("x[0] = y", "x = np.tensor_scatter_update(x, 0, y)")[0], _alike("x[0] = y", "# np2tf[NT105]: x")[0]
    (1.0, 0.0)
    """
    words = Counter(re.findall(r"\w+", old))
    if not words or _MARK.match(new):
        return 0.0, 0.0
    share = (words & Counter(re.findall(r"\w+", new))).total() / words.total()
    return share, SequenceMatcher(None, old, new, autojunk=False).ratio() if share > _ALIKE else 0.0


def _inside(old: Line | None, new: Line | None) -> tuple[str, str]:
    """Both lines in HTML; where both are there, with what differs in them told apart."""
    if old is None or new is None:
        return (old.html if old else ""), (new.html if new else "")
    left, right = (re.findall(r"\w+|\s+|.", line.text) for line in (old, new))
    lefts, rights = [], []
    for kind, first, last, start, end in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        gone, come = (escape("".join(part), quote=False) for part in (left[first:last], right[start:end]))
        lefts.append(gone if kind == "equal" or not gone else f"<del>{gone}</del>")
        rights.append(come if kind == "equal" or not come else f"<ins>{come}</ins>")
    return "".join(lefts), "".join(rights)
