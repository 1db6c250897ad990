"""Jupyter notebooks: their code cells, read as one program in order, and edits to it written back into the cells.

Only the JSON strings of cells that change are written anew, and of a cell's lines only those that change: outputs,
metadata, cell ids, indentation and escapes stay byte for byte.

Magics are not Python. What `%time` and its like run is, and so is the body of a cell under `%%time` or `%%capture`; it
is converted with the rest. `%timeit` runs its statement in a function: the program has it in a class, where no name of
the notebook can be bound, so that a change that would have to is diagnosed. A cell under `%%timeit` is run in a
function as well, and in the program it is one that is called. Cells in other languages (`%%bash`) and other line magics
are left alone: the program has `pass` in their place, or, where a magic may run code or bind names that can't be seen
(`%%timeit` with a set-up, too), an `exec`, which is diagnosed (NT512).

A cell may be indented as a whole: IPython takes away the margin of its first line wherever a line begins with it, and
takes away that of what stands under a cell magic, too. The program does not have it, and nor has such a cell once it
changes.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any, NamedTuple

from np2tf.source import SourceError, Span

if TYPE_CHECKING:
    from np2tf.diagnostics import Diagnostic
    from np2tf.edits import Origin
    from np2tf.result import FileResult

SUFFIX = ".ipynb"
#: Cell magics whose cell is no Python, or runs in another process.
_FOREIGN = frozenset(
    """! HTML R SVG bash cmd css cython file fortran html javascript js julia latex markdown perl pypy python python2
    python3 ruby script sh sql svg sx system writefile""".split()  # noqa: SIM905 - names read best side by side
)
#: Line magics that neither run Python code nor bind names.
_HARMLESS = frozenset(
    """alias autoawait autoreload autosave bookmark cat cd clear colors conda config cp doctest_mode env history
    killbgscripts ldir less load_ext ls lsmagic magic man matplotlib mkdir more mv notebook page pdb pdef pdoc pfile
    pinfo pinfo2 pip popd pprint precision psource pushd pwd pycat quickref reload_ext rm rmdir save set_env sx system
    tb unload_ext uv who who_ls whos xmode""".split()  # noqa: SIM905
)
#: Line magics that run Python code, whose results may be given a name.
_RUNNING = frozenset({"memit", "prun", "run", "time", "timeit"})
_TIMED = re.compile(r"(\s*)(%(time|timeit|prun|memit)\b(?:\s+-[a-zA-Z]+(?:\s*\d+)?)*[ \t]+)(?=\S)")
_TIMEIT = re.compile(r"\s*%%\s*timeit\b(?:\s+-[a-zA-Z]+(?:\s*\d+)?)*[ \t]*")
_UNSEEN = "exec(get_ipython())"  # what stands in the program for code that can't be followed
_INDENT = "    "  # of a cell under `%%timeit`, in the program
_MAGIC = re.compile(r"(\s*)(?:%(?!%)\s*([\w.]*)|!|\?)")
_ASSIGNED = re.compile(r"(\s*[\w.,\s]+=\s*)(?:!|%\s*([\w.]*))(?!=)")
_HELP = re.compile(r"(\s*)[\w.*\[\]'\"]+\?\??\s*$")
_QUIET = re.compile(r"\s*%{1,2}(?:timeit|prun|memit|capture)\b")
_SPACE = re.compile(r"[ \t\r\n]*")
_BETWEEN = {tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
_LONG = 2000  # characters, in which to look for those that stay would take long
_OTHER = re.compile(r"[^\s,\]}]+")


class _Part(NamedTuple):
    """A part of the program, and the part of a cell that it stands for: copied, or something else in its place."""

    text: str
    start: int
    end: int
    copied: bool


class _Text(NamedTuple):
    """A text of a cell, and the offset in the program that it is for; `inserted`, if it stands for nothing there."""

    at: int
    text: str
    inserted: bool


class Listed(NamedTuple):
    """A line of the code cells as people count them, and where it begins in the file."""

    label: str  # "3:2" is the second line of the third cell; "" is not a line, but says which cell begins
    text: str
    place: tuple[int, int]


@dataclass
class _Cell:
    """A code cell: where its source stands in the file, and what it is in the program."""

    number: int  # among all cells, from 1, as editors show them
    value: Span  # of the source in the file, a string or a list of strings
    tokens: list[Span]  # the strings
    source: str
    margins: set[int] = field(default_factory=set)  # where its lines begin, in the source, if that goes
    parts: list[_Part] = field(default_factory=list)
    begin: int = 0  # in the program

    @property
    def indented(self) -> bool:
        """Whether its lines stand in a function."""
        return any(part.text.startswith("def ") and not part.copied for part in self.parts)

    @property
    def program(self) -> str:
        """What the cell is in the program."""
        return "".join(part.text for part in self.parts)


class Notebook:
    """A notebook as a program. Raises `SourceError`."""

    def __init__(self, data: bytes) -> None:
        try:
            self.text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise SourceError("NT002", line, 0, f"can't decode the notebook: {error}") from None
        try:
            self.cells = _cells(self.text)
        except (ValueError, RecursionError) as error:
            line = self.text.count("\n", 0, getattr(error, "pos", 0)) + 1
            raise SourceError("NT001", line, 0, f"can't parse the notebook: {error}") from None
        at = 0
        for cell in self.cells:
            cell.begin = at
            cell.parts = self._parts(cell)
            at += len(cell.program)
        self.program = "".join(cell.program for cell in self.cells)

    # -- from cells to the program -----------------------------------------------------------------------------------

    def _parts(self, cell: _Cell) -> list[_Part]:
        """A cell's part of the program, which always ends a line."""
        source = cell.source
        try:
            source.encode("utf-8")
        except UnicodeEncodeError as error:
            line, column = self._place(cell, error.start)
            raise SourceError("NT002", line, column, f"cell {cell.number} holds half a character") from None
        lines = re.findall(r"[^\n]*\n|[^\n]+", source)
        spans, at = [], 0
        for line in lines:
            spans.append((at, line))
            at += len(line)
        kinds: dict[int, str] = {}
        magics = _cell_magics(lines)
        margins = _margins(lines, magics)
        cell.margins = {at for (at, _), margin in zip(spans, margins, strict=True) if margin}
        kinds.update(dict.fromkeys(magics, "pass"))
        timeit = next((k for k, name in magics.items() if name == "timeit"), None)
        if not _FOREIGN.isdisjoint(magics.values()):
            return [_Part("pass\n", 0, len(source), False)]
        while True:
            rows = [_line(at, line, kinds.get(k), margins[k]) for k, (at, line) in enumerate(spans)]
            if source and not source.endswith("\n"):
                rows[-1].append(_Part("\n", len(source), len(source), False))
            try:
                ast.parse("".join(part.text for row in rows for part in row))
                if timeit is not None:
                    return _in_a_function(rows, timeit, spans[timeit][1], f"_timeit_{cell.number}")
                return [part for row in rows for part in row]
            except SyntaxError as error:
                number = (error.lineno or 1) - 1
                kind = None
                if number < len(spans) and number not in kinds:
                    kind = _kind(spans[number][1][margins[number] :])
                elif kinds.get(number) == "timed" and "%timeit" in spans[number][1]:
                    kind = "exec"  # a compound statement, or one that only a function may have
                if kind is not None:
                    kinds[number] = kind
                    while spans[number][1].rstrip("\n").endswith("\\") and number + 1 < len(spans):
                        number += 1
                        kinds[number] = "blank"
                    continue
                if magics:  # a language that nobody told us of
                    return [_Part("pass\n", 0, len(source), False)]
                line, column = self._place(cell, spans[min(number, len(spans) - 1)][0])
                message = f"cell {cell.number}, line {number + 1}: can't parse the cell: {error.msg}"
                raise SourceError("NT001", line, column, message) from None
            except ValueError as error:  # null bytes
                line, column = self._place(cell, 0)
                raise SourceError("NT001", line, column, f"cell {cell.number}: can't parse the cell: {error}") from None

    def _place(self, cell: _Cell, offset: int) -> tuple[int, int]:
        """Line and column, in the file, of an offset in a cell's source."""
        at = 0
        place = cell.value.start
        for token in cell.tokens:
            characters = list(_characters(self.text, token))
            if offset < at + len(characters) or token is cell.tokens[-1]:
                inside = min(offset - at, len(characters))
                place = token.start + 1 + sum(len(raw) for raw in characters[:inside])
                break
            at += len(characters)
        line = self.text.count("\n", 0, place) + 1
        return line, place - (self.text.rfind("\n", 0, place) + 1)

    def displayed(self) -> Iterator[int]:
        """The lines of the program on which expressions begin whose values the notebook shows."""
        for cell in self.cells:
            if self.shows(cell):
                first = self.program.count("\n", 0, cell.begin)
                yield first + ast.parse(cell.program).body[-1].lineno

    def shows(self, cell: _Cell) -> bool:
        """Whether a notebook shows the value that the cell's last statement has: it is an expression, no semicolon
        follows, and it is not only timed."""
        body = ast.parse(cell.program).body
        if not body or not isinstance(body[-1], ast.Expr):
            return False
        lines = cell.source.split("\n")
        last = "".join(cell.program.splitlines(keepends=True)[body[-1].end_lineno - 1 :])  # type: ignore[operator]
        tail = last.encode()[body[-1].end_col_offset :].decode()
        quiet = any(_QUIET.match(lines[k]) for k in (*_cell_magics(lines), body[-1].lineno - 1))
        return not (tail.lstrip().startswith(";") or quiet)

    def listing(self) -> list[Listed]:
        """The code cells, line by line."""
        found = []
        for cell in self.cells:
            at = 0
            found.append(Listed("", f"# cell {cell.number}", self._place(cell, 0)))
            for number, line in enumerate(re.findall(r"[^\n]*\n|[^\n]+", cell.source), 1):
                found.append(Listed(f"{cell.number}:{number}", line.rstrip("\n"), self._place(cell, at)))
                at += len(line)
        return found

    # -- from the program to cells -----------------------------------------------------------------------------------

    def locate(self, found: Diagnostic) -> Diagnostic:
        """A diagnostic of the program as one of the file: its line is the file's, the message names the cell's."""
        starts = [0, *(match.end() for match in re.finditer("\n", self.program))]
        offset = min(starts[min(found.line, len(starts)) - 1] + found.column, max(len(self.program) - 1, 0))
        last = min(starts[min(found.end_line, len(starts)) - 1] + found.end_column, len(self.program))
        cell, inside = self._cell_of(offset)
        line, column = self._place(cell, inside)
        end_cell, end = self._cell_of(max(last - 1, offset))
        end_line, end_column = self._place(end_cell, end)
        number = cell.source.count("\n", 0, inside) + 1
        message = f"cell {cell.number}, line {number}: {self._named(found)}"
        end_place = (end_line, end_column + 1)
        return replace(found, line=line, column=column, end_line=end_place[0], end_column=end_place[1], message=message)

    def _named(self, found: Diagnostic) -> str:
        """The message, with the lines that it names counted in their cells."""
        starts = [0, *(match.end() for match in re.finditer("\n", self.program))]

        def renamed(match: re.Match[str]) -> str:
            line = int(match[1])
            if line > len(starts):
                return match[0]
            cell, inside = self._cell_of(min(starts[line - 1], len(self.program) - 1))
            return f" on line {cell.source.count(chr(10), 0, inside) + 1} of cell {cell.number}"

        return re.sub(r" on line (\d+)", renamed, found.message)

    def position(self, line: int, column: int) -> tuple[int, int]:
        """Line and column in the file of a position in the program."""
        starts = [0, *(match.end() for match in re.finditer("\n", self.program))]
        cell, inside = self._cell_of(min(starts[line - 1] + column, len(self.program) - 1))
        return self._place(cell, inside)

    def _cell_of(self, offset: int) -> tuple[_Cell, int]:
        """The cell that an offset of the program lies in, and the offset in its source."""
        cell = next(cell for cell in reversed(self.cells) if cell.begin <= offset and cell.parts)
        at = cell.begin
        for part in cell.parts:
            if offset < at + len(part.text):
                return cell, part.start + (offset - at if part.copied else 0)
            at += len(part.text)
        return cell, cell.parts[-1].end

    def render(self, output: str, origins: Sequence[Origin]) -> bytes:
        """The notebook whose program is `output`."""
        texts: list[list[_Text]] = [[] for _ in self.cells]
        begins = [cell.begin for cell in self.cells]
        for k, origin in enumerate(origins):
            end = origins[k + 1].start if k + 1 < len(origins) else len(output)
            if origin.copied:
                for index, piece in self._copied(origin.source, begins):
                    texts[index].append(piece)
            else:
                start = origin.source.start
                inserted = start == origin.source.end
                index, made = self._index(start), output[origin.start : end]
                if self.cells[index].indented:
                    made = made.removeprefix(_INDENT) if output[: origin.start].endswith("\n") else made
                    made = made.replace(f"\n{_INDENT}", "\n")
                texts[index].append(_Text(start, made, inserted))
        edits: list[tuple[Span, str]] = []
        for cell, pieces in zip(self.cells, texts, strict=True):
            before, after = cell.source, self._joined(cell, pieces)
            if before != after:
                after = self._joined(cell, pieces, margins=False) if cell.margins else after
                edits += self._tokens(cell, before, after)
        text = self.text
        for span, replacement in sorted(edits, reverse=True):
            text = text[: span.start] + replacement + text[span.end :]
        return text.encode("utf-8")

    def _index(self, at: int) -> int:
        """The cell that new text at an offset of the program goes to."""
        return max(k for k, cell in enumerate(self.cells) if cell.begin <= at and cell.parts)

    def _copied(self, span: Span, begins: Sequence[int]) -> Iterator[tuple[int, _Text]]:
        """The parts of cells that a span of the program is made of, each as it is in its cell."""
        for index in range(max(bisect_right(begins, span.start) - 1, 0), bisect_left(begins, span.end)):
            cell = self.cells[index]
            at = cell.begin
            for part in cell.parts:
                start, end = max(span.start, at), min(span.end, at + len(part.text))
                if start < end:
                    shown = part.text[start - at : end - at] if part.copied else cell.source[part.start : part.end]
                    yield index, _Text(start, shown, False)
                at += len(part.text)

    def _joined(self, cell: _Cell, pieces: list[_Text], margins: bool = True) -> str:
        """A cell's new source: its pieces, and what stands in it that the program does not show."""
        source, out, waiting = cell.source, [], []
        at = cell.begin
        for part in cell.parts:
            if not part.text and (margins or part.start not in cell.margins):
                waiting.append(_Text(at, source[part.start : part.end], False))
            at += len(part.text)
        for piece in pieces:
            while waiting and waiting[0].at <= piece.at and not (piece.inserted and piece.at == waiting[0].at):
                out.append(waiting.pop(0).text)  # `%time` stands before its statement, a mark above the line
            out.append(piece.text)
        return "".join([*out, *(piece.text for piece in waiting)])

    def _tokens(self, cell: _Cell, before: str, after: str) -> Iterator[tuple[Span, str]]:
        """The edits of the file that give a cell another source."""
        if self.text[cell.value.start] == '"':
            yield cell.tokens[0], self._string(cell.tokens[0], before, after)
            return
        old = [scanstring(self.text, token.start + 1, False)[0] for token in cell.tokens]
        kept = _kept_at_end(old, after)  # strings that are no lines stay as they are, so far as that is
        new = re.findall(r"[^\n]*\n|[^\n]+", after[: len(after) - sum(map(len, old[len(old) - kept :]))])
        new += old[len(old) - kept :]
        tokens = cell.tokens
        opening = self.text[cell.value.start + 1 : tokens[0].start]
        between = self.text[tokens[0].end : tokens[1].start] if len(tokens) > 1 else "," + opening
        for kind, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            made = between.join(map(self._dumped, new[start:end]))
            if kind == "replace":
                yield Span(tokens[first].start, tokens[last - 1].end), made
            elif kind == "insert" and first < len(tokens):
                yield Span(tokens[first].start, tokens[first].start), made + between
            elif kind == "insert":
                yield Span(tokens[-1].end, tokens[-1].end), between + made
            elif kind == "delete" and last < len(tokens):
                yield Span(tokens[first].start, tokens[last].start), ""
            elif kind == "delete":
                yield Span(tokens[first - 1].end if first else tokens[0].start, tokens[-1].end), ""

    def _string(self, token: Span, before: str, after: str) -> str:
        """A string token with another value, in which what stays has its old escapes."""
        raw = list(_characters(self.text, token))
        out, at = ['"'], 0
        old, new = (re.findall(r"[^\n]*\n|[^\n]+", text) for text in (before, after))
        for kind, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            was, now = old[first:last], new[start:end]
            if len(was) != len(now):  # lines came or went
                was, now = ["".join(was)], ["".join(now)]
            for one, other in zip(was, now, strict=True):
                if kind == "equal":
                    out += raw[at : at + len(one)]
                elif len(one) > _LONG:
                    out.append(self._dumped(other)[1:-1])
                else:
                    for same, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
                        out += raw[at + a : at + b] if same == "equal" else [self._dumped(other[c:d])[1:-1]]
                at += len(one)
        return "".join([*out, '"'])

    def _dumped(self, text: str) -> str:
        return json.dumps(text, ensure_ascii=self.text.isascii())


def _kept_at_end(old: Sequence[str], after: str) -> int:
    """How many of the last strings a text still ends with, from the beginning of a line on."""
    found, length = 0, 0
    for count, text in enumerate(reversed(old), 1):
        length += len(text)
        if not after.endswith("".join(old[len(old) - count :])):
            break
        if length == len(after) or after[len(after) - length - 1] == "\n":
            found = count
    return found


def _cell_magics(lines: Sequence[str]) -> dict[int, str]:
    """The numbers of the lines with which a cell begins that are cell magics, and their names: under a magic that
    runs its cell may stand another one.

    >>> _cell_magics(["", "%%time", "%%capture out", "x", "%%bash"])
    {1: 'time', 2: 'capture'}
    """
    found = {}
    for number, line in enumerate(lines):
        magic = re.match(r"\s*%%\s*([\w.!]+)", line)
        if magic is not None:
            found[number] = magic[1]
        elif line.strip():
            break
    return found


def _margins(lines: Sequence[str], magics: dict[int, str]) -> list[int]:
    """How much IPython takes away from the beginning of each line.

    >>> _margins(["  a", "b", "   c"], {}), _margins(["%%time", "\\n", "  a", "  b"], {0: "time"})
    ([2, 0, 2], [0, 0, 2, 2])
    """
    found = [0] * len(lines)
    for first in (0, max(magics) + 1) if magics else (0,):
        rest = range(first, len(lines))
        begin = next((k for k in rest if lines[k].strip()), len(lines))
        line = lines[begin][found[begin] :] if begin < len(lines) else ""
        margin = line[: len(line) - len(line.lstrip(" \t"))]
        for k in rest[begin - first :]:
            if lines[k].startswith(margin, found[k]):
                found[k] += len(margin)
    return found


def _line(at: int, line: str, kind: str | None, margin: int = 0) -> list[_Part]:
    """A line of a cell as parts of the program."""
    if margin:
        return [_Part("", at, at + margin, False), *_line(at + margin, line[margin:], kind)]
    end = at + len(line)
    body = line.rstrip("\n")
    newline = line[len(body) :]
    if kind is None:
        return [_Part(line, at, end, True)]
    if kind == "timed":
        match = _TIMED.match(line)
        assert match is not None
        inside = at + match.end()
        indent = [_Part(match[1], at, at + match.end(1), True)] if match[1] else []
        # `%timeit` runs its statement in a function, again and again: names that it binds are not the notebook's.
        scope = "class _timeit: " if match[3] == "timeit" else ""
        return [*indent, _Part(scope, at + match.end(1), inside, False), _Part(line[match.end() :], inside, end, True)]
    indent_text = body[: len(body) - len(body.lstrip())]
    text = {"pass": "pass", "blank": "", "exec": _UNSEEN}.get(kind)
    if text is None:  # `names = %magic`
        text, indent_text = kind, ""
    shown = _Part(indent_text + text, at, at + len(body), False)
    return [shown, *([_Part(newline, at + len(body), end, True)] if newline else [])]


def _in_a_function(rows: list[list[_Part]], first: int, line: str, name: str) -> list[_Part]:
    """A cell under `%%timeit` as what it is run as, a function and its call."""
    before, (magic, *rest) = [part for row in rows[:first] for part in row], rows[first]
    body = rows[first + 1 :]
    starts = _statements("".join(part.text for row in body for part in row))
    end = rows[-1][-1].end
    if not any(starts.values()):
        return [part for row in rows for part in row]
    match = _TIMEIT.match(line)
    if match is None or line[match.end() :].strip():  # a set-up, before which no name could be declared global
        number = next(number for number, statement in starts.items() if statement) - 1
        above = [part for row in body[:number] for part in row]
        return [*before, magic, *rest, *above, _Part(f"{_UNSEEN}\n", body[number][0].start, end, False)]
    parts = [*before, magic._replace(text=f"def {name}():"), *rest]
    for number, row in enumerate(body, 1):
        if number in starts:
            parts.append(_Part(_INDENT, row[0].start, row[0].start, False))
        parts += row
    return [*parts, _Part(f"{name}()\n", end, end, False)]


def _statements(text: str) -> dict[int, bool]:
    """The lines on which statements begin (True), or comments between them (False), from 1.

    >>> _statements("a = (\\n1)\\n# c\\nif a:\\n  b\\n")
    {1: True, 3: False, 4: True, 5: True}
    """
    found, begins = {}, True
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NEWLINE:
            begins = True
        elif begins and token.type not in _BETWEEN:
            begins = token.type == tokenize.COMMENT
            found[token.start[0]] = not begins
    return found


def _kind(line: str) -> str | None:
    """What a line that Python can't parse is instead, if it is a magic."""
    if _TIMED.match(line):
        return "timed"
    if assigned := _ASSIGNED.match(line):
        return assigned[1] + (_UNSEEN if assigned[2] in _RUNNING else "get_ipython()")
    if _HELP.match(line):
        return "pass"
    magic = _MAGIC.match(line)
    if magic is None:
        return None
    return "pass" if magic[2] is None or magic[2] in _HARMLESS else "exec"


# -- JSON with places ------------------------------------------------------------------------------------------------


def _cells(text: str) -> list[_Cell]:
    """The code cells of a notebook in Python. Raises ValueError."""
    document = json.loads(text)
    if not isinstance(document, dict) or not isinstance(document.get("cells"), list):
        raise ValueError("it has no cells; if it is of an old format, run `jupyter nbconvert --to notebook` on it")
    metadata = _dict(document.get("metadata"))
    language = _dict(metadata.get("language_info")).get("name") or _dict(metadata.get("kernelspec")).get("language")
    if language not in (None, "python"):
        return []
    found = []
    places = _members(text, _SPACE.match(text, 0).end())  # type: ignore[union-attr]
    for number, place in enumerate(_items(text, places["cells"].start), 1):
        cell = document["cells"][number - 1]
        if not isinstance(cell, dict):
            raise ValueError(f"cell {number} is no object")
        members = _members(text, place.start)
        if cell.get("cell_type") != "code" or "source" not in members:
            continue
        value = members["source"]
        tokens = list(_items(text, value.start)) if text[value.start] == "[" else [value]
        if not all(text[token.start] == '"' for token in tokens):
            raise ValueError(f"the source of cell {number} is neither a string nor a list of strings")
        if tokens:
            source = "".join(scanstring(text, token.start + 1, False)[0] for token in tokens)
            found.append(_Cell(number, value, tokens, source))
    return found


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _skip(text: str, at: int) -> int:
    """Where a value that begins at an offset ends."""
    if text[at] == '"':
        return int(scanstring(text, at + 1, False)[1])
    if text[at] in "[{":
        return _end(text, at)
    match = _OTHER.match(text, at)
    assert match is not None
    return match.end()


def _end(text: str, at: int) -> int:
    """Where an object or a list ends."""
    depth = 0
    while True:
        char = text[at]
        if char == '"':
            at = int(scanstring(text, at + 1, False)[1])
            continue
        depth += (char in "[{") - (char in "]}")
        at += 1
        if not depth:
            return at


def _blank(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    assert match is not None
    return match.end()


def _items(text: str, at: int) -> Iterator[Span]:
    """Where the items of a list stand."""
    at = _blank(text, at + 1)
    while text[at] != "]":
        end = _skip(text, at)
        yield Span(at, end)
        at = _blank(text, end)
        at = _blank(text, at + 1) if text[at] == "," else at


def _members(text: str, at: int) -> dict[str, Span]:
    """Where the values of an object stand; of several with one name, the last, as json has it."""
    found = {}
    at = _blank(text, at + 1)
    while text[at] != "}":
        name, end = scanstring(text, at + 1, False)
        start = _blank(text, _blank(text, end) + 1)
        end = _skip(text, start)
        found[name] = Span(start, end)
        at = _blank(text, end)
        at = _blank(text, at + 1) if text[at] == "," else at
    return found


def _characters(text: str, token: Span) -> Iterator[str]:
    r"""The characters of a JSON string as they are written.

    >>> list(_characters('"a\\n\\u00e9\\ud83d\\ude00"', Span(0, 23)))
    ['a', '\\n', '\\u00e9', '\\ud83d\\ude00']
    """
    pattern = re.compile(r"\\u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|\\u\w{4}|\\.|.", re.DOTALL)
    for match in pattern.finditer(text, token.start + 1, token.end - 1):
        yield match.group()


# -- results ---------------------------------------------------------------------------------------------------------


def result(notebook: Notebook, data: bytes, made: FileResult) -> FileResult:
    """The result for a notebook, from that for its program."""
    output = data
    if made.status != "failed" and made.output != notebook.program.encode("utf-8"):
        text = made.output.decode("utf-8")
        output = notebook.render(text, made.origins)
        if Notebook(output).program != text or _others(output) != _others(data):
            from np2tf.gate import withheld

            return withheld(replace(made, diagnostics=(), origins=()), data, "the cells do not hold the result")
    positions = [notebook.position(rewrite.line, rewrite.column) for rewrite in made.rewrites]
    rewrites = (replace(r, line=p[0], column=p[1]) for r, p in zip(made.rewrites, positions, strict=True))
    found = tuple(notebook.locate(one) for one in made.diagnostics)
    return replace(made, output=output, rewrites=tuple(rewrites), diagnostics=found, origins=())


def _others(data: bytes) -> object:
    """All of a notebook but the sources of its code cells."""
    document = json.loads(data)
    for cell in document["cells"]:
        if cell.get("cell_type") == "code":
            cell["source"] = None
    return document
