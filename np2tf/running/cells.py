"""The cells of a notebook that runs: each is code of its own, named so that what Python says of it names the cell and
the line in it.

`np2tf run` shows what a notebook shows: the value of the expression that a cell ends with, if no semicolon follows."""

from __future__ import annotations
import __future__

import ast
import linecache
import sys
from collections.abc import Iterator, Sequence
from types import CodeType, ModuleType
from typing import Any, NamedTuple

from np2tf.notebook import SUFFIX, Notebook
from np2tf.running.points import is_note

_FUTURE: int = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})


class Cell(NamedTuple):
    """A code cell, and the line of the notebook's program that it begins at."""

    number: int
    line: int
    text: str
    shown: int  # the line of the program at which its last expression begins, if its value is shown; or 0


class MagicError(NameError):
    """What only a notebook's own server can do."""


def read(data: bytes) -> tuple[bytes, tuple[Cell, ...]]:
    """A notebook's program and its cells. Raises `SourceError`."""
    notebook = Notebook(data)
    found, line = [], 1
    displayed = set(notebook.displayed())
    for cell in notebook.cells:
        end = line + cell.program.count("\n")
        shown = next(iter(displayed & {*range(line, end)}), 0)
        found.append(Cell(cell.number, line, cell.source, shown))
        line = end
    return notebook.program.encode(), tuple(found)


def is_notebook(path: str) -> bool:
    """Whether a path is a notebook's."""
    return path.endswith(SUFFIX)


def name(path: str, cell: Cell) -> str:
    """What the code of a cell is called.

    >>> name("a.ipynb", Cell(3, 1, "", 0))
    'a.ipynb, cell 3'
    """
    return f"{path}, cell {cell.number}"


def place(cells: Sequence[Cell], line: int) -> tuple[Cell, int]:
    """The cell that a line of the program is in, and the line in it.

    >>> place([Cell(1, 1, "x = 1\\n", 0), Cell(4, 2, "y = 2\\nz = 3", 0)], 3)[1]
    2
    """
    cell = next(cell for cell in reversed(cells) if cell.line <= line or cell is cells[0])
    return cell, line - cell.line + 1


def trees(program: ast.Module, cells: Sequence[Cell]) -> Iterator[tuple[Cell, ast.Module]]:
    """The program's statements by cells, in the lines of the cells."""
    parts: list[list[ast.stmt]] = [[] for _ in cells]
    at = 0
    for node in program.body:
        at = max(at, cells.index(place(cells, node.lineno)[0]))
        parts[at].append(node)
    for cell, body in zip(cells, parts, strict=True):
        for part in body:
            ast.increment_lineno(part, 1 - cell.line)
        yield cell, ast.Module(body, [])


def codes(filename: str, cell: Cell, tree: ast.Module, flags: int) -> Iterator[CodeType]:
    """The code of a cell, its last expression apart if its value is shown; `flags` are those of the cells before."""
    body = tree.body
    at = next((k for k in reversed(range(len(body))) if not is_note(body[k])), 0)
    if not (cell.shown and body and isinstance(body[at], ast.Expr)):
        at = len(body)
    for mode, part in (("exec", body[:at]), ("single", body[at : at + 1]), ("exec", body[at + 1 :])):
        if part:
            module = ast.Interactive(part) if mode == "single" else ast.Module(part, [])
            yield compile(module, filename, mode, flags, dont_inherit=True)


def future(code: CodeType) -> int:
    """The flags with which `from __future__ import` in a cell changes those below it."""
    return code.co_flags & _FUTURE


def remember(filename: str, cell: Cell) -> None:
    """Let tracebacks show the cell's lines."""
    lines = cell.text.splitlines(keepends=True)
    linecache.cache[filename] = (len(cell.text), None, lines, filename)


def prepare(main: ModuleType) -> None:
    """Give the module that a notebook runs in what notebooks take for granted."""

    def get_ipython() -> Any:
        frame = sys._getframe(1)
        raise MagicError(
            f"{frame.f_code.co_filename}, line {frame.f_lineno}: this magic, or get_ipython(), needs Jupyter; "
            "under np2tf, cells run as plain Python"
        )

    def display(*values: object, **_: object) -> None:
        for value in values:
            if value is not None:
                print(repr(value))

    main.__dict__.update(get_ipython=get_ipython, display=display)
    sys.displayhook = display
